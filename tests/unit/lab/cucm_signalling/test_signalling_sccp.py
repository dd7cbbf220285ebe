"""The registrar's port for SCCP, spoken to by a bare client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from lxml import etree

from lab import sccp
from lab.cucm.registrar import Registrar
from lab.cucm.ris import RisService
from lab.net import PORTS
from lab.sccp_wire import Message, read_message

NAME = "SEP00005E005301"
NS = "{http://schemas.cisco.com/ast/soap}"
SELECT = b"""<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>
<selectCmDeviceExt xmlns="http://schemas.cisco.com/ast/soap"><StateInfo/><CmSelectionCriteria><Protocol>SCCP</Protocol>
<SelectItems/></CmSelectionCriteria></selectCmDeviceExt></e:Body></e:Envelope>"""


class Peer:
    """A bare SCCP client that says what a test tells it to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def connect(cls, address: str, local: str) -> Peer:
        return cls(*await asyncio.open_connection(address, PORTS.sccp, local_addr=(local, 0)))

    def say(self, *messages: Message) -> None:
        self._writer.write(b"".join(message.encode() for message in messages))

    async def ask(self, *messages: Message) -> Message | None:
        self.say(*messages)
        return await self.receive()

    async def receive(self) -> Message | None:
        async with asyncio.timeout(3):
            return await read_message(self._reader, sccp.FROM_CALL_MANAGER)

    async def register(self, *lines: int, **more: object) -> Message | None:
        """Register, and ask for these lines; the answer to Register."""
        given = {"device": NAME, "device_type": 437, "load": "SCCP75.9-4-2SR3-1S", "version": 20, **more}
        answer = await self.ask(sccp.Register(**given))
        if isinstance(answer, sccp.RegisterAck):
            assert await self.receive() == sccp.CapabilitiesReq()
            for line in lines:
                await self.ask(sccp.LineStatReq(line))
        return answer

    def close(self) -> None:
        self._writer.close()


@pytest.fixture
async def peer(cluster, registrar) -> AsyncIterator[Peer]:
    made = await Peer.connect(cluster.address, f"{cluster.block.prefix}.20.11")
    yield made
    made.close()


@pytest.fixture
def add(cluster):
    def add(*numbers: str, **more: object) -> None:
        cluster.add_phone(NAME, *numbers, **{"model": "Cisco 7975", "protocol": "SCCP", **more})

    return add


async def test_registers_line_by_line(cluster, registrar, peer, add):
    add("1001", "\\+4930")
    alarm = f"25: Name={NAME} Load= 9.4(2SR3.1S) Last=Initialized"
    peer.say(sccp.Alarm(sccp.INFORMATIONAL, alarm))
    answer = await peer.register()
    assert (answer.keepalive, answer.secondary, answer.version) == (30, 60, sccp.VERSION)
    assert registrar.registrations()[NAME].status == "PartiallyRegistered"
    template = await peer.ask(sccp.ButtonTemplateReq())
    assert template.rows == ((1, 9), (2, 9), *((0, 255),) * 6)
    first = await peer.ask(sccp.CapabilitiesRes(((4, 40, bytes(8)),)), sccp.LineStatReq(1))
    assert (first.line, first.number, first.display) == (1, "1001", "Ünal & Co")
    assert registrar.registrations()[NAME].status == "PartiallyRegistered"
    assert (await peer.ask(sccp.LineStatReq(2))).number == "+4930"
    known = registrar.registrations()[NAME]
    assert (known.status, known.reason, known.protocol, known.model) == ("Registered", 0, "SCCP", 437)
    assert known.lines == {"1001": "Registered", "+4930": "Registered"}
    assert (known.ip, known.active_load) == (f"{cluster.block.prefix}.20.11", "SCCP75.9-4-2SR3-1S")
    assert (known.alarm, registrar.alarms) == (alarm, {NAME: [alarm]})


async def test_ris_tells_of_it(cluster, registrar, peer, add):
    add()
    await peer.register(1)
    ris = RisService(store=cluster.store, registrar=registrar, node_name="cucm-pub")
    device = etree.fromstring(ris.answer(SELECT).encode()).find(f".//{NS}CmDevices/{NS}item")
    told = {name: device.findtext(f"{NS}{name}") for name in ("Name", "DirNumber", "Protocol", "Status", "Model")}
    assert told == {
        "Name": NAME,
        "DirNumber": "1001-Registered",
        "Protocol": "SCCP",
        "Status": "Registered",
        "Model": "437",
    }
    assert device.findtext(f"{NS}ActiveLoadID") == "SCCP75.9-4-2SR3-1S"


async def test_answers_what_a_phone_asks(registrar, peer, add):
    add("1001", "1002")
    await peer.register()
    assert (await peer.ask(sccp.ConfigStatReq())).lines == 2
    labels = [label.rstrip(b"\0") for label, _ in (await peer.ask(sccp.SoftKeyTemplateReq())).rows]
    assert labels[:2] == [b"Redial", b"NewCall"]
    (places, helps), *_ = (await peer.ask(sccp.SoftKeySetReq())).rows
    assert (places.rstrip(b"\0"), helps[:2]) == (b"\1\2\5", (301).to_bytes(2, "little"))
    assert (await peer.ask(sccp.ForwardStatReq(2))).line == 2
    time = await peer.ask(sccp.TimeDateReq())
    assert time.year >= 2024
    assert time.epoch > 1_700_000_000
    assert await peer.ask(sccp.LineStatReq(3)) == sccp.LineStat(3, "")
    assert await peer.ask(sccp.RegisterAvailableLines(2), sccp.KeepAlive()) == sccp.KeepAliveAck()


@pytest.mark.parametrize(
    ("phone", "said", "text", "reason"),
    [
        ({}, {"device": "SEP00005E0053FF"}, "Error DBConfig", 2),
        ({"protocol": "SIP"}, {}, "Error Mismatch", 3),
        ({}, {"device_type": 436}, "Error Mismatch", 3),
    ],
)
async def test_rejections(registrar, peer, add, phone, said, text, reason):
    add(**phone)
    assert await peer.register(**said) == sccp.RegisterReject(text)
    known = registrar.registrations()[said.get("device", NAME)]
    assert (known.status, known.reason, known.protocol, known.lines) == ("Rejected", reason, "SCCP", {})


async def test_faults_of_a_registration(registrar, peer, add):
    add()
    registrar.maximum_devices = 0
    assert await peer.register() == sccp.RegisterReject("Max Phones Exceeded")
    assert registrar.registrations()[NAME].reason == 5
    registrar.maximum_devices = None
    registrar.reject[NAME] = (403, "Duplicate registration", 16)
    assert await peer.register() == sccp.RegisterReject("Duplicate registration")
    assert registrar.registrations()[NAME].reason == 16
    del registrar.reject[NAME]
    # Over the same connection, after its unanswered keep-alives.
    peer.say(sccp.KeepAlive())
    assert isinstance(await peer.register(1), sccp.RegisterAck)
    assert registrar.registrations()[NAME].status == "Registered"


async def test_unregistration(registrar, peer, add):
    add()
    await peer.register(1)
    assert await peer.ask(sccp.Unregister()) == sccp.UnregisterAck(0)
    known = registrar.registrations()[NAME]
    assert (known.status, known.reason, known.lines) == ("UnRegistered", 10, {"1001": "UnRegistered"})


async def test_closed_connection(registrar, peer, add, wait_until):
    add()
    await peer.register(1)
    peer.close()
    await wait_until(lambda: registrar.registrations()[NAME].status == "UnRegistered")
    assert registrar.registrations()[NAME].reason == 6


async def test_a_new_connection_takes_over(cluster, registrar, peer, add, wait_until):
    add("1001", "1002")
    await peer.register(1, 2)
    again = await Peer.connect(cluster.address, f"{cluster.block.prefix}.20.11")
    await again.register(1)
    known = registrar.registrations()[NAME]
    assert (known.status, known.lines, known.attempts) == ("PartiallyRegistered", {"1001": "Registered"}, 2)
    peer.close()
    assert isinstance(await again.ask(sccp.LineStatReq(2)), sccp.LineStat)
    assert registrar.registrations()[NAME].status == "Registered"
    again.close()


async def test_silence_ends_in_keepalive_timeout(cluster, registrar, add, wait_until):
    await registrar.stop()
    short = Registrar(
        store=cluster.store, address=cluster.address, sip_port=PORTS.sip, sccp_keepalive=1, keepalive_grace=-1.9
    )
    await short.start()
    add()
    peer = await Peer.connect(cluster.address, f"{cluster.block.prefix}.20.12")
    assert (await peer.register(1)).keepalive == 1
    await wait_until(lambda: short.registrations()[NAME].status == "UnRegistered")
    assert short.registrations()[NAME].reason == 13
    peer.close()
    await short.stop()


@pytest.mark.parametrize(
    ("change", "kind", "reason"), [("reset", 1, 9), ("restarted", 2, 15), ("applied", 3, 17), ("removed", 1, 9)]
)
async def test_resets(cluster, registrar, peer, add, change, kind, reason):
    add()
    await peer.register(1)
    cluster.store.announce("Phone", NAME, change)
    assert await peer.receive() == sccp.Reset(kind)
    await peer.ask(sccp.Unregister())
    known = registrar.registrations()[NAME]
    assert (known.status, known.reason) == ("UnRegistered", reason)
    assert not registrar.reset(NAME)


async def test_garbage_closes_only_that_connection(cluster, registrar, peer, add):
    add()
    other = await Peer.connect(cluster.address, f"{cluster.block.prefix}.20.12")
    other._writer.write(b"REGISTER sip:cucm SIP/2.0\r\n\r\n")
    assert await other.receive() is None
    other.close()
    assert isinstance(await peer.register(1), sccp.RegisterAck)


async def test_what_stops_is_unregistered(registrar, peer, add):
    add()
    await peer.register(1)
    await registrar.stop()
    assert registrar.registrations()[NAME].status == "UnRegistered"
    assert await peer.receive() is None

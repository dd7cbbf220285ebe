"""A seeded cluster on an address block of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass

import pytest

from lab.cucm.configfiles import ConfigFiles
from lab.cucm.registrar import Registrar
from lab.cucm.seed import seed
from lab.cucm.store import Store
from lab.net import PORTS, Block, claim_block
from lab.sip import SipMessage, read_message
from tests.unit.lab.certificates import security

NAME = "SEP00005E005301"


@dataclass
class Cluster:
    """The publisher's database and files at `address`."""

    block: Block
    store: Store
    files: ConfigFiles

    @property
    def address(self) -> str:
        return self.block.publisher

    def add_phone(self, name: str = NAME, *numbers: str, **more: object) -> None:
        for number in numbers or ("1001",):
            self.store.put("Line", {"pattern": number, "routePartitionName": "PT-Internal", "usage": "Device"})
        model = more.get("model", "Cisco 8841")
        lines = [
            {"index": str(index), "label": f"Desk {number}", "display": "Ünal & Co", "dirn": {
                "pattern": number, "routePartitionName": "PT-Internal"}}
            for index, number in enumerate(numbers or ("1001",), 1)
        ]  # fmt: skip
        document = {
            "name": name,
            "product": model,
            "model": model,
            "protocol": "SIP",
            "devicePoolName": "Default",
            "description": f"Desk of {name[-2:]}",
            "securityProfileName": f"{model} - Standard SIP Non-Secure Profile",
            "lines": {"line": lines},
        }
        self.store.put("Phone", {**document, **more})


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    block, holder = claim_block()
    store = Store()
    seed(store, name="cucm-pub", address=block.publisher)
    yield Cluster(block, store, ConfigFiles(store, security=security(block.publisher)))
    store.close()
    holder.close()


@pytest.fixture
async def registrar(cluster: Cluster) -> AsyncIterator[Registrar]:
    made = Registrar(store=cluster.store, address=cluster.address, sip_port=PORTS.sip, close_grace=0.02)
    await made.start()
    yield made
    await made.stop()


class SipPeer:
    """A bare SIP client that says what a test tells it to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._sequence = 0

    @classmethod
    async def connect(cls, address: str, local: str) -> SipPeer:
        return cls(*await asyncio.open_connection(address, PORTS.sip, local_addr=(local, 0)))

    def register(self, user: str = "1001", *, name: str = NAME, model: int = 683, **more: object) -> SipMessage:
        self._sequence += 1
        port = self._writer.get_extra_info("sockname")[1]
        contact = f'<sip:7f6ad3c2@127.0.0.1:{port};transport=tcp>;+u.sip!devicename.ccm.cisco.com="{name}"'
        contact += f';+u.sip!model.ccm.cisco.com="{model}"{more.get("parameters", "")}'
        alarm = f"cisco-alarm:25 Name={name} ActiveLoad=a.1 InactiveLoad=b.2 Last=initialized"
        headers = [
            ("Via", "SIP/2.0/TCP 127.0.0.1:5060;branch=z9hG4bK1"),
            ("From", f"<sip:{user}@cucm>;tag=1"),
            ("To", f"<sip:{user}@cucm>"),
            ("Call-ID", f"call-of-{name}"),
            ("CSeq", f"{self._sequence} REGISTER"),
            ("Contact", contact),
            ("Reason", f'SIP;cause=200;text="{alarm}"'),
            ("Expires", str(more.get("expires", 3600))),
            *more.get("headers", ()),
        ]
        return SipMessage("REGISTER sip:cucm SIP/2.0", headers, more.get("body", b""))

    async def ask(self, message: SipMessage) -> SipMessage:
        self._writer.write(message.encode())
        return await self.receive()

    async def receive(self) -> SipMessage:
        async with asyncio.timeout(3):
            return await read_message(self._reader)

    def write(self, data: bytes) -> None:
        self._writer.write(data)

    def close(self) -> None:
        self._writer.close()


@pytest.fixture
async def peer(cluster: Cluster, registrar: Registrar) -> AsyncIterator[SipPeer]:
    made = await SipPeer.connect(cluster.address, f"{cluster.block.prefix}.20.11")
    yield made
    made.close()


@pytest.fixture
def wait_until() -> Callable[..., object]:
    async def until(condition: Callable[[], object]) -> None:
        async with asyncio.timeout(5):
            while not condition():
                await asyncio.sleep(0.005)

    return until

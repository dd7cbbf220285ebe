"""A site for one phone or a few: real cluster services, and a switch port of the tests with a DHCP server behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest

from lab.cucm.configfiles import ConfigFiles
from lab.cucm.registrar import Registrar
from lab.cucm.seed import seed
from lab.cucm.store import Store
from lab.cucm.tftp import ConfigServer
from lab.net import PORTS, Block, claim_block
from lab.phone import Phone, Timings
from lab.switch import dhcp_packet as wire
from tests.unit.lab.certificates import security

QUICK = Timings(
    boot=0.05,
    cdp=0.03,
    dhcp_wait=0.05,
    dhcp_tries=3,
    http_timeout=0.5,
    tftp_wait=0.05,
    tftp_tries=2,
    upgrade=0.02,
    retry=0.1,
)


@dataclass(frozen=True)
class Advert:
    device_id: str
    port_id: str
    platform: str
    native_vlan: int
    voice_vlan: int | None


@dataclass
class DhcpPool:
    """A DHCP server for one VLAN: what it puts into its answers, and whom it refuses."""

    subnet: str
    server: str
    option_150: bytes | None
    option_66: bytes | None = None
    router: bool = True
    lease_seconds: int = 86400
    nak: bool = False
    lose: int = 0
    leases: dict[str, str] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)

    def answer(self, payload: bytes) -> bytes | None:
        request = wire.DhcpPacket.decode(payload)
        self.seen.append(wire.MESSAGE_NAMES[request.message_type])
        if self.lose:
            self.lose -= 1
            return None
        kind = {wire.DISCOVER: wire.OFFER, wire.REQUEST: wire.ACK}.get(request.message_type)
        if kind is None:
            return None
        if kind == wire.ACK and self.nak:
            kind = wire.NAK
        address = self.leases.setdefault(request.mac, f"{self.subnet}.{11 + len(self.leases)}")
        options = {53: bytes((kind,)), 54: wire.encode_addresses([self.server]), 1: b"\xff\xff\xff\x00"}
        options[51] = self.lease_seconds.to_bytes(4, "big")
        if self.router:
            options[3] = wire.encode_addresses([f"{self.subnet}.1"])
        if self.option_150 is not None:
            options[150] = self.option_150
        if self.option_66 is not None:
            options[66] = self.option_66
        yiaddr = "0.0.0.0" if kind == wire.NAK else address
        return wire.DhcpPacket(op=2, mac=request.mac, xid=request.xid, yiaddr=yiaddr, options=options).encode()


class FakePort:
    """A switch port with the attributes of the real one; `pools` are the DHCP servers by VLAN."""

    interface = "GigabitEthernet1/0/1"

    def __init__(self, pools: dict[int, DhcpPool]) -> None:
        self.pools = pools
        self.device: Phone | None = None
        self._powered = True
        self._link = True
        self._voice: int | None = 20
        self.cdp_on = True
        self.supplied = True

    def set(self, **changes: object) -> None:
        """Change powered, link or voice, and tell the phone, as a switch does."""
        for name, value in changes.items():
            setattr(self, f"_{name}", value)
        if self.device:
            self.device.link_changed()

    @property
    def powered(self) -> bool:
        return self._powered

    @property
    def link(self) -> bool:
        return (self._powered or not self.supplied) and self._link

    def attach(self, device: Phone) -> None:
        self.device = device

    def detach(self) -> None:
        self.device = None

    def advert(self) -> Advert | None:
        if not (self.link and self.cdp_on):
            return None
        return Advert("access-sw1", self.interface, "cisco C9300-24P", 10, self._voice)

    def routes(self, vlan: int, router: str) -> bool:
        return self.link and bool(router)

    def blink(self) -> None:
        """The switch would note it in its log."""

    async def dhcp(self, payload: bytes, *, vlan: int, deliver: Callable[[bytes], None]) -> None:
        travels = vlan or 10
        if not self.link or travels not in (10, self._voice):
            return
        pool = self.pools.get(travels)
        answer = pool.answer(payload) if pool else None
        if answer:
            asyncio.get_running_loop().call_soon(deliver, answer)


@dataclass
class Site:
    """The cluster, the DHCP pool of the voice VLAN, and phones."""

    block: Block
    store: Store
    files: ConfigFiles
    server: ConfigServer
    registrar: Registrar
    pools: dict[int, DhcpPool]
    phones: list[Phone] = field(default_factory=list)

    @property
    def pool(self) -> DhcpPool:
        return self.pools[20]

    def provision(self, mac: str = "00005E005301", model: str = "Cisco 8841", *numbers: str, **more: object) -> None:
        """Put lines and a phone into the database."""
        patterns = numbers or ("1001",)
        for number in patterns:
            self.store.put("Line", {"pattern": number, "routePartitionName": "PT-Internal", "usage": "Device"})
        lines = [
            {"index": str(index), "dirn": {"pattern": number, "routePartitionName": "PT-Internal"}}
            for index, number in enumerate(patterns, 1)
        ]
        document = {
            "name": f"SEP{mac}",
            "product": model,
            "model": model,
            "class": "Phone",
            "protocol": "SIP",
            "devicePoolName": "Default",
            "securityProfileName": f"{model} - Standard SIP Non-Secure Profile",
            "lines": {"line": lines},
        }
        self.store.put("Phone", {**document, **more})

    def phone(self, mac: str = "00005E005301", model: str = "8841", **more: object) -> tuple[Phone, FakePort]:
        """A phone on a port of its own, not started yet."""
        port = FakePort(self.pools)
        phone = Phone(mac=mac, model=model, port=port, net=PORTS, timings=more.pop("timings", QUICK), **more)
        self.phones.append(phone)
        return phone, port


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    block, holder = claim_block()
    store = Store()
    seed(store, name="cucm-pub", address=block.publisher)
    files = ConfigFiles(store, security=security(block.publisher))
    server = ConfigServer(block.publisher, PORTS.config_http, PORTS.tftp, files)
    registrar = Registrar(store=store, address=block.publisher, sip_port=PORTS.sip, close_grace=0.02)
    subnet = f"{block.prefix}.20"
    pools = {20: DhcpPool(subnet, f"{subnet}.1", wire.encode_addresses([block.publisher]))}
    made = Site(block, store, files, server, registrar, pools)
    await server.start()
    await registrar.start()
    yield made
    for phone in made.phones:
        await phone.stop()
    await registrar.stop()
    await server.stop()
    store.close()
    holder.close()


async def until(condition: Callable[[], object], describe: Callable[[], object] = str, seconds: float = 20.0) -> None:
    """Wait until a condition holds; fails with a description of what is instead."""
    try:
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.01)
    except TimeoutError:
        pytest.fail(f"not within {seconds} s: {describe()}")


@pytest.fixture
def wait_until() -> Callable[..., object]:
    return until

"""The phone's DHCP client: DISCOVER, OFFER, REQUEST, ACK through its switch port, with real packets."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from lab.switch import dhcp_packet as wire
from lab.switch.dhcp_packet import DhcpError, DhcpPacket

_WANTED = bytes((1, 3, 6, 15, 42, 43, 44, 46, 47, 66, 120, 150))
_NO_ADDRESS = "0.0.0.0"


class DhcpPort(Protocol):
    """The part of a switch port that carries DHCP."""

    async def dhcp(self, payload: bytes, *, vlan: int, deliver: Callable[[bytes], None]) -> None:
        """Send a broadcast, tagged `vlan` (0: untagged)."""


class NoLease(Exception):
    """No server gave an address; the text says what came back, if anything did."""


@dataclass(frozen=True)
class Lease:
    """What the phone got. `option_150` is the raw option, None where none was sent; `seconds` None is for ever.

    `alternative` are TFTP servers that are set on the phone itself.
    """

    address: str
    mask: str
    router: str
    dns_servers: tuple[str, ...]
    domain: str
    server: str
    seconds: int | None
    acquired: float
    option_150: bytes | None
    option_66: str
    alternative: tuple[str, ...] = ()

    @property
    def tftp_servers(self) -> tuple[str, ...]:
        """The alternative servers, else those of option 150, if it is a list of addresses, else option 66's; or ()."""
        if self.alternative:
            return self.alternative
        if self.option_150 is not None:
            return () if self.option_150_is_text else tuple(wire.decode_addresses(self.option_150))
        return (self.option_66,) if self.option_66 else ()

    @property
    def option_150_is_text(self) -> bool:
        """Whether the server sends text where addresses belong (`option 150 ascii` on IOS): a phone can't read that."""
        value = b"" if self.alternative else self.option_150 or b""
        return len(value) % 4 != 0 or (len(value) > 4 and all(32 <= byte < 127 for byte in value))


class DhcpClient:
    """One client. `wait` is the first time-out in seconds; it doubles with each of the `tries` (at most `wait` * 4)."""

    def __init__(self, mac: str, host_name: str, vendor_class: str, *, wait: float, tries: int) -> None:
        self._mac, self._host, self._vendor = mac, host_name, vendor_class
        self._wait, self._tries = wait, tries
        self._random = random.Random(mac)

    async def acquire(self, port: DhcpPort, vlan: int, previous: str = "") -> Lease:
        """Ask for an address, the `previous` one if possible. Raises NoLease."""
        xid = self._random.getrandbits(32)
        answers: asyncio.Queue[DhcpPacket] = asyncio.Queue()
        discover = self._packet(xid, wire.DISCOVER)
        if previous:
            discover.options[wire.OPTION_REQUESTED_ADDRESS] = wire.encode_addresses([previous])
        offer = await self._exchange(port, vlan, discover, answers, (wire.OFFER,))
        if offer is None:
            raise NoLease("no DHCP server answered DISCOVER")
        request = self._packet(xid, wire.REQUEST)
        request.options[wire.OPTION_REQUESTED_ADDRESS] = wire.encode_addresses([offer.yiaddr])
        if wire.OPTION_SERVER_ID in offer.options:
            request.options[wire.OPTION_SERVER_ID] = offer.options[wire.OPTION_SERVER_ID]
        answer = await self._exchange(port, vlan, request, answers, (wire.ACK, wire.NAK))
        if answer is None:
            raise NoLease(f"{offer.yiaddr} was offered, but the REQUEST for it wasn't answered")
        return self._lease(answer)

    async def renew(self, port: DhcpPort, vlan: int, lease: Lease) -> Lease:
        """Extend a lease. Raises NoLease if the server refuses or is silent."""
        request = self._packet(self._random.getrandbits(32), wire.REQUEST)
        request.ciaddr = lease.address
        answers: asyncio.Queue[DhcpPacket] = asyncio.Queue()
        answer = await self._exchange(port, vlan, request, answers, (wire.ACK, wire.NAK))
        if answer is None:
            raise NoLease(f"the lease of {lease.address} wasn't renewed: no answer")
        return self._lease(answer)

    async def release(self, port: DhcpPort, vlan: int, lease: Lease) -> None:
        """Give an address back; nothing answers a release."""
        packet = self._packet(self._random.getrandbits(32), wire.RELEASE)
        packet.ciaddr, packet.flags = lease.address, 0
        packet.options[wire.OPTION_SERVER_ID] = wire.encode_addresses([lease.server])
        packet.options.pop(wire.OPTION_PARAMETER_LIST)
        await port.dhcp(packet.encode(), vlan=vlan, deliver=lambda _: None)

    def _packet(self, xid: int, kind: int) -> DhcpPacket:
        options = {
            wire.OPTION_MESSAGE_TYPE: bytes((kind,)),
            wire.OPTION_HOST_NAME: self._host.encode(),
            wire.OPTION_CLIENT_ID: b"\x01" + bytes.fromhex(self._mac),
            wire.OPTION_VENDOR_CLASS: self._vendor.encode(),
            wire.OPTION_PARAMETER_LIST: _WANTED,
        }
        return DhcpPacket(mac=self._mac, xid=xid, flags=wire.BROADCAST_FLAG, options=options)

    async def _exchange(
        self, port: DhcpPort, vlan: int, packet: DhcpPacket, answers: asyncio.Queue[DhcpPacket], kinds: tuple[int, ...]
    ) -> DhcpPacket | None:
        def deliver(data: bytes) -> None:
            try:
                answer = DhcpPacket.decode(data)
            except DhcpError:
                return
            if (answer.op, answer.xid, answer.mac) == (wire.BOOTREPLY, packet.xid, self._mac):
                answers.put_nowait(answer)

        for attempt in range(self._tries):
            await port.dhcp(packet.encode(), vlan=vlan, deliver=deliver)
            wait = self._wait * min(2**attempt, 4) * self._random.uniform(0.9, 1.1)
            try:
                async with asyncio.timeout(wait):
                    while (answer := await answers.get()).message_type not in kinds:
                        continue
                return answer
            except TimeoutError:
                continue
        return None

    def _lease(self, answer: DhcpPacket) -> Lease:
        if answer.message_type == wire.NAK:
            text = answer.text(wire.OPTION_MESSAGE)
            raise NoLease("the DHCP server answered NAK" + (f": {text}" if text else ""))
        seconds = answer.seconds(wire.OPTION_LEASE_TIME)
        return Lease(
            address=answer.yiaddr if answer.yiaddr != _NO_ADDRESS else answer.ciaddr,
            mask=answer.address(wire.OPTION_SUBNET_MASK) or "",
            router=answer.address(wire.OPTION_ROUTER) or "",
            dns_servers=tuple(answer.addresses(wire.OPTION_DNS_SERVER)),
            domain=answer.text(wire.OPTION_DOMAIN_NAME),
            server=answer.address(wire.OPTION_SERVER_ID) or _NO_ADDRESS,
            seconds=None if seconds in (None, 0xFFFFFFFF) else seconds,
            acquired=time.monotonic(),
            option_150=answer.options.get(wire.OPTION_TFTP_SERVERS),
            option_66=answer.text(wire.OPTION_TFTP_SERVER_NAME),
        )

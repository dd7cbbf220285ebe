"""The DHCP server of IOS: address choice and leases, as a pure exchange of packets. No sockets here."""

from __future__ import annotations

import ipaddress
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from . import dhcp_packet as dhcp
from .dhcp_packet import DhcpPacket
from .state import DAY, DhcpPool, SwitchConfig

OFFER_SECONDS = 60.0
_ALWAYS = (dhcp.OPTION_SUBNET_MASK,)


@dataclass
class Binding:
    """An address given out. `expires` in epoch seconds (None: never); `selecting` until the client asked for it."""

    address: str
    client_id: bytes
    mac: str
    pool: str
    expires: float | None
    selecting: bool


class DhcpServer:
    """Answers requests out of the pools of one switch's configuration."""

    def __init__(
        self, config: SwitchConfig, clock: Callable[[], float], log: Callable[[str], None] = lambda text: None
    ) -> None:
        self._config = config
        self._clock = clock
        self.bindings: dict[str, Binding] = {}
        self.conflicts: dict[str, float] = {}
        self._log = log
        # Pool -> clients that were first in the queue: whoever asks comes after them.
        self.waiting: dict[str, Callable[[], None]] = {}

    def pool_for(self, address: str) -> DhcpPool | None:
        """The pool whose network holds the address (of the SVI or of the relay)."""
        ip = ipaddress.IPv4Address(address)
        return next((pool for pool in self._config.pools.values() if pool.network and ip in pool.network), None)

    def manual_for(self, request: DhcpPacket, link: str) -> DhcpPool | None:
        """The pool that is a manual binding of this client on the subnet of `link`."""
        ip = ipaddress.IPv4Address(link)
        told = dhcp.OPTION_CLIENT_ID in request.options
        for pool in self._config.pools.values():
            if pool.host is None or ip not in ipaddress.IPv4Network("/".join(pool.host), strict=False):
                continue
            by_mac = not told and pool.hardware == request.mac.lower()
            if by_mac or (pool.client_id is not None and pool.client_id == request.client_id.hex()):
                return pool
        return None

    def handle(self, request: DhcpPacket, *, server: str, link: str) -> DhcpPacket | None:
        """The answer to a request that came in on `server` from the subnet of `link`; None if there is none."""
        self.expire()
        if request.op != dhcp.BOOTREQUEST:
            return None
        kind = request.message_type
        if kind == dhcp.RELEASE:
            self._forget(request.ciaddr, request.client_id)
            return None
        if kind == dhcp.DECLINE:
            self._decline(request)
            return None
        manual = self.manual_for(request, link)
        if manual is not None and kind in (dhcp.DISCOVER, dhcp.REQUEST):
            return self._manual(request, manual, server, link)
        pool = self.pool_for(link)
        if pool is None:
            return None
        if kind == dhcp.DISCOVER:
            return self._offer(request, pool, server)
        if kind == dhcp.REQUEST:
            return self._acknowledge(request, pool, server)
        if kind == dhcp.INFORM:
            return self._reply(request, pool, server, dhcp.ACK, "0.0.0.0", lease=False)
        return None

    def expire(self) -> None:
        """Drop the leases and offers whose time is over."""
        now = self._clock()
        for address, binding in list(self.bindings.items()):
            if binding.expires is not None and binding.expires <= now:
                del self.bindings[address]

    def usable(self, pool: DhcpPool, address: str) -> bool:
        """Whether the pool may give the address out at all: in its network, a host, and not excluded."""
        ip = _parsed(address)
        network = pool.network
        if network is None or ip not in network or ip in (network.network_address, network.broadcast_address):
            return False
        reserved = any(other.host is not None and other.host[0] == address for other in self._config.pools.values())
        return not reserved and not self.excluded(ip) and address not in self.conflicts

    def excluded(self, ip: ipaddress.IPv4Address) -> bool:
        """Whether `ip dhcp excluded-address` or an address of the switch itself takes it out."""
        low_high = ((_parsed(low), _parsed(high)) for low, high in self._config.excluded)
        own = (config.get("address") for config in self._config.interfaces.values())
        return any(low <= ip <= high for low, high in low_high) or any(a and a[0] == str(ip) for a in own)

    def _manual(self, request: DhcpPacket, pool: DhcpPool, server: str, link: str) -> DhcpPacket | None:
        """The answer to a client that has an address of its own; what its pool lacks, that of the network has."""
        assert pool.host is not None
        address = pool.host[0]
        parent = self.pool_for(link)
        inherited = pool_options(parent) if parent is not None else {}
        if request.message_type == dhcp.DISCOVER:
            return self._reply(request, pool, server, dhcp.OFFER, address, inherited=inherited)
        chosen = request.address(dhcp.OPTION_SERVER_ID)
        if chosen is not None and chosen != server:
            return None
        wanted = request.ciaddr if request.ciaddr != "0.0.0.0" else request.address(dhcp.OPTION_REQUESTED_ADDRESS)
        if wanted != address:
            return self._refuse(request, server)
        return self._reply(request, pool, server, dhcp.ACK, address, inherited=inherited)

    def _mine(self, client_id: bytes, pool: DhcpPool) -> Binding | None:
        return next((b for b in self.bindings.values() if b.client_id == client_id and b.pool == pool.name), None)

    def _forget(self, address: str, client_id: bytes) -> None:
        binding = self.bindings.get(address)
        if binding is not None and binding.client_id == client_id:
            del self.bindings[address]

    def _decline(self, request: DhcpPacket) -> None:
        address = request.address(dhcp.OPTION_REQUESTED_ADDRESS)
        if address:
            self._forget(address, request.client_id)
            self.conflicts[address] = self._clock()
            digits = request.client_id.hex()
            client = ".".join(digits[i : i + 4] for i in range(0, len(digits), 4))
            text = f"%DHCPD-4-DECLINE_CONFLICT: DHCP address conflict:  client {client} declined {address}."
            self._log(text)

    def _choose(self, request: DhcpPacket, pool: DhcpPool) -> str | None:
        mine = self._mine(request.client_id, pool)
        if mine is not None and self.usable(pool, mine.address):
            return mine.address
        wanted = request.address(dhcp.OPTION_REQUESTED_ADDRESS)
        if wanted and wanted not in self.bindings and self.usable(pool, wanted):
            return wanted
        assert pool.network is not None
        return next(
            (a for a in map(str, pool.network.hosts()) if a not in self.bindings and self.usable(pool, a)), None
        )

    def _offer(self, request: DhcpPacket, pool: DhcpPool, server: str) -> DhcpPacket | None:
        if pool.name in self.waiting:
            self.waiting[pool.name]()
        address = self._choose(request, pool)
        if address is None:
            return None
        known = self.bindings.get(address)
        if known is None:
            self._bind(request, pool, address, self._clock() + OFFER_SECONDS, selecting=True)
        return self._reply(request, pool, server, dhcp.OFFER, address)

    def _acknowledge(self, request: DhcpPacket, pool: DhcpPool, server: str) -> DhcpPacket | None:
        chosen = request.address(dhcp.OPTION_SERVER_ID)
        mine = self._mine(request.client_id, pool)
        if chosen is not None and chosen != server:
            if mine is not None and mine.selecting:
                del self.bindings[mine.address]
            return None
        renewing = request.ciaddr != "0.0.0.0"
        address = request.ciaddr if renewing else request.address(dhcp.OPTION_REQUESTED_ADDRESS)
        if address is None:
            return None
        holder = self.bindings.get(address)
        taken = holder is not None and holder.client_id != request.client_id
        if taken or not self.usable(pool, address) or (mine is not None and mine.address != address):
            return self._refuse(request, server)
        if mine is None and chosen is None and not renewing:
            # A client that reboots with an address this server knows nothing of: silence (RFC 2131, 4.3.2).
            return None
        expires = None if pool.lease is None else self._clock() + pool.lease
        self._bind(request, pool, address, expires, selecting=False)
        return self._reply(request, pool, server, dhcp.ACK, address)

    def _bind(
        self, request: DhcpPacket, pool: DhcpPool, address: str, expires: float | None, *, selecting: bool
    ) -> None:
        old = self._mine(request.client_id, pool)
        if old is not None:
            del self.bindings[old.address]
        self.bindings[address] = Binding(address, request.client_id, request.mac, pool.name, expires, selecting)

    def _refuse(self, request: DhcpPacket, server: str) -> DhcpPacket:
        answer = self._header(request)
        answer.flags |= dhcp.BROADCAST_FLAG
        answer.options = {
            dhcp.OPTION_MESSAGE_TYPE: bytes([dhcp.NAK]),
            dhcp.OPTION_SERVER_ID: dhcp.encode_addresses([server]),
        }
        return answer

    @staticmethod
    def _header(request: DhcpPacket) -> DhcpPacket:
        return DhcpPacket(
            op=dhcp.BOOTREPLY, mac=request.mac, xid=request.xid, flags=request.flags, giaddr=request.giaddr
        )

    def _reply(
        self,
        request: DhcpPacket,
        pool: DhcpPool,
        server: str,
        kind: int,
        address: str,
        *,
        lease: bool = True,
        inherited: dict[int, bytes] | None = None,
    ) -> DhcpPacket:
        answer = self._header(request)
        answer.yiaddr = address
        answer.ciaddr = request.ciaddr if kind == dhcp.ACK else "0.0.0.0"
        answer.siaddr = pool.next_server or "0.0.0.0"
        options = {**(inherited or {}), **pool_options(pool)}
        wanted = request.options.get(dhcp.OPTION_PARAMETER_LIST)
        if wanted is not None:
            # IOS sends what the client asked for, and nothing else.
            options = {code: value for code, value in options.items() if code in wanted or code in _ALWAYS}
        options |= {
            dhcp.OPTION_MESSAGE_TYPE: bytes([kind]),
            dhcp.OPTION_SERVER_ID: dhcp.encode_addresses([server]),
        }
        if lease:
            # A manual binding has no end unless it is given one.
            endless = pool.lease is None or (pool.host is not None and pool.lease == DAY)
            seconds = 0xFFFFFFFF if pool.lease is None or endless else pool.lease
            options[dhcp.OPTION_LEASE_TIME] = seconds.to_bytes(4, "big")
            if not endless:
                options[dhcp.OPTION_RENEWAL_TIME] = (seconds // 2).to_bytes(4, "big")
                options[dhcp.OPTION_REBINDING_TIME] = (seconds * 7 // 8).to_bytes(4, "big")
        answer.options = options
        return answer


@lru_cache(4096)
def _parsed(address: str) -> ipaddress.IPv4Address:
    """The address of a text: the same few are looked at for each lease."""
    return ipaddress.IPv4Address(address)


def pool_options(pool: DhcpPool) -> dict[int, bytes]:
    """The options that the pool's lines stand for, exactly as configured (an `ascii` address is sent as text)."""
    options: dict[int, bytes] = {}
    if pool.network is not None:
        options[dhcp.OPTION_SUBNET_MASK] = pool.network.netmask.packed
    if pool.host is not None:
        options[dhcp.OPTION_SUBNET_MASK] = ipaddress.IPv4Address(pool.host[1]).packed
    if pool.routers:
        options[dhcp.OPTION_ROUTER] = dhcp.encode_addresses(pool.routers)
    if pool.dns_servers:
        options[dhcp.OPTION_DNS_SERVER] = dhcp.encode_addresses(pool.dns_servers)
    if pool.domain_name:
        options[dhcp.OPTION_DOMAIN_NAME] = pool.domain_name.encode()
    for code, (kind, text) in pool.options.items():
        options[code] = option_value(kind, text)
    return options


def option_value(kind: str, text: str) -> bytes:
    """The bytes of `option N ip|ascii|hex TEXT`. Raises ValueError for text that doesn't fit its kind."""
    if kind == "ip":
        return dhcp.encode_addresses(text.split())
    if kind == "ascii":
        return (shlex.split(text)[0] if text.startswith('"') else text).encode()
    return bytes.fromhex(text.replace(".", ""))

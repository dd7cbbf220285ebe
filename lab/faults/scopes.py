"""The faults of the DHCP scope and of the way to it: step dhcp."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab import ios_config
from lab.control import ControlError
from lab.faults.injuries import ConfigInjury, Fault, Injury, PoolInjury, console
from lab.switch.dhcp_server import Binding

if TYPE_CHECKING:
    from lab.switch import Switch
    from lab.world import Station, World

# Locally administered addresses: the computers that somebody brought along.
_STRANGERS = 0x02005E100000


def _scope_lines(prefix: str, *after: str) -> Callable[[World, Station], Injury]:
    """A fault that replaces the lines of the phone's DHCP pool that start with `prefix`; {block} is filled in."""

    def make(world: World, station: Station) -> Injury:
        switch, header, pool = _pool(world, station)
        before = [line for line in pool if line.startswith(prefix)]
        return ConfigInjury(switch, header, prefix, before, [world.block.fill(line) for line in after]).make()

    return make


def _scope_missing(world: World, station: Station) -> Injury:
    switch, header, pool = _pool(world, station)
    console(switch, [f"no {header}"])
    return PoolInjury(switch, header, pool)


def _gateway_wrong(world: World, station: Station) -> Injury:
    """The last address of the network instead of its first: no switch has it."""
    switch, header, _ = _pool(world, station)
    network = switch.config.pools[header.split()[-1]].network
    assert network is not None
    wrong = network.broadcast_address - 1
    return _scope_lines("default-router", f"default-router {wrong}")(world, station)


def _pool(world: World, station: Station) -> tuple[Switch, str, list[str]]:
    """The switch, header and lines of the DHCP pool that serves the phone's voice VLAN."""
    vlan = _vlan(station)
    configs = [(switch, switch.running_config()) for switch in world.switches.values()]
    for network in filter(None, (ios_config.svi_network(config, vlan) for _, config in configs)):
        for switch, config in configs:
            if found := ios_config.pool_for(config, network):
                return switch, *found
    if world.kea:
        raise ControlError(f"{station.name} is served by {world.kea.name}, whose scopes only Kea itself changes")
    raise ControlError(f"no DHCP scope serves {station.name}: there is no pool for VLAN {vlan}")


def _vlan(station: Station) -> int:
    vlan = ios_config.voice_vlan(station.switch.running_config(), station.spec.interface)
    if vlan is None:
        raise ControlError(f"no DHCP scope serves {station.name}: its port has no voice VLAN")
    return vlan


def _relay_missing(world: World, station: Station) -> Injury:
    """The VLAN interface relays no more; where a server stands in the VLAN itself nothing needs to."""
    vlan = _vlan(station)
    header = f"interface Vlan{vlan}"
    for switch in world.switches.values():
        found = ios_config.section(switch.running_config(), header) or []
        if helpers := [line for line in found if line.startswith("ip helper-address")]:
            return ConfigInjury(switch, header, "ip helper-address", helpers, []).make()
    raise ControlError(f"no switch relays DHCP out of VLAN {vlan} already")


@dataclass
class ExhaustedInjury:
    """Strangers hold every address that was free, and those of the phones concerned; all others keep theirs.

    They take what becomes free, but no address that the pool gets on top.
    """

    switch: Switch
    pool: str
    room: frozenset[str] = frozenset()

    def make(self, mac: str) -> ExhaustedInjury:
        server, pool = self.switch.dhcp_server, self.switch.config.pools[self.pool]
        if pool.network is None or self.pool in server.waiting:
            raise ControlError(f"{self.switch.name}: nothing is left of the pool {self.pool} already")
        self.room = frozenset(address for address in map(str, pool.network.hosts()) if server.usable(pool, address))
        server.waiting[self.pool] = self.take
        self.include(mac)
        return self

    def include(self, mac: str) -> None:
        """A phone loses its address too."""
        bindings = self.switch.dhcp_server.bindings
        for address in [address for address, held in bindings.items() if held.mac == mac and held.pool == self.pool]:
            del bindings[address]
        self.take()

    def take(self) -> None:
        """Strangers take what is free."""
        server, pool = self.switch.dhcp_server, self.switch.config.pools.get(self.pool)
        if pool is None:
            return
        server.expire()
        expires = None if pool.lease is None else self.switch.clock() + pool.lease
        for address in self.room - server.bindings.keys():
            if server.usable(pool, address):
                mac = f"{_STRANGERS + int(ipaddress.IPv4Address(address)) % 0x10000:012X}"
                client = b"\x01" + bytes.fromhex(mac)
                server.bindings[address] = Binding(address, client, mac, self.pool, expires, False)

    def holds(self) -> bool:
        server, pool = self.switch.dhcp_server, self.switch.config.pools.get(self.pool)
        if server.waiting.get(self.pool) != self.take or pool is None or pool.network is None:
            return False
        hosts = (address for address in map(str, pool.network.hosts()) if address not in self.room)
        return not any(address not in server.bindings and server.usable(pool, address) for address in hosts)

    def heal(self) -> None:
        server = self.switch.dhcp_server
        if server.waiting.get(self.pool) == self.take:
            del server.waiting[self.pool]
            for address, held in list(server.bindings.items()):
                if held.pool == self.pool and int(held.mac, 16) >> 16 == _STRANGERS >> 16:
                    del server.bindings[address]


def _scope_exhausted(world: World, station: Station) -> Injury:
    switch, header, _ = _pool(world, station)
    return ExhaustedInjury(switch, header.split()[-1]).make(station.spec.mac)


TABLE = (
    Fault("scope_missing", "dhcp", True, "scope", "the DHCP pool of the voice VLAN is gone", _scope_missing),
    Fault(
        "scope_exhausted",
        "dhcp",
        True,
        "scope",
        "others hold every address of the DHCP pool",
        _scope_exhausted,
    ),
    Fault(
        "relay_missing",
        "dhcp",
        True,
        "scope",
        "the VLAN interface doesn't relay to the DHCP server",
        _relay_missing,
    ),
    Fault("option150_missing", "dhcp", True, "scope", "the DHCP pool has no option 150", _scope_lines("option 150")),
    Fault(
        "option150_wrong_server",
        "dhcp",
        True,
        "scope",
        "option 150 names an address where no TFTP server is",
        _scope_lines("option 150", "option 150 ip {block}.0.99"),
        noticed_at="ctl",
    ),
    Fault(
        "option150_not_addresses",
        "dhcp",
        True,
        "scope",
        "option 150 is text instead of addresses",
        _scope_lines("option 150", "option 150 ascii {block}.0.10"),
    ),
    Fault(
        "gateway_wrong",
        "dhcp",
        True,
        "scope",
        "the DHCP pool names a gateway that is no router",
        _gateway_wrong,
        noticed_at="ctl",
    ),
)

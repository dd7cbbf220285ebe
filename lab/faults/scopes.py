"""The faults of the DHCP scope and of the way to it: step dhcp."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab import ios_config
from lab.control import ControlError
from lab.faults import kea_scopes
from lab.faults.injuries import ConfigInjury, Fault, Injury, PoolInjury
from lab.faults.kea_scopes import KeaExhausted, KeaInjury
from lab.switch.dhcp_server import Binding

if TYPE_CHECKING:
    from lab.kea import KeaServer
    from lab.switch import Switch
    from lab.world import Station, World

# Locally administered addresses: the computers that somebody brought along.
_STRANGERS = 0x02005E100000


def _option_150(after: str, on_kea: str | None) -> Callable[[World, Station], Injury]:
    """A fault by which option 150 of the phone's pool is the line `after`, "" for none; on Kea it is `on_kea`."""

    def make(world: World, station: Station) -> Injury:
        if found := _kea_subnet(world, station):
            if after and on_kea is None:
                raise ControlError(f"{found[0].name} takes no text as option 150, which it knows as addresses")
            data = world.block.fill(on_kea) if on_kea else None
            return KeaInjury(*found).make(kea_scopes.option(kea_scopes.TFTP_SERVERS, data))
        return _lines(world, station, "option 150", world.block.fill(after))

    return make


def _lines(world: World, station: Station, prefix: str, after: str) -> Injury:
    """The lines of the phone's pool that start with `prefix` become another one, "" for none."""
    switch, header, pool = _pool(world, station)
    before = [line for line in pool if line.startswith(prefix)]
    return ConfigInjury(switch, header, prefix, before, [after] if after else []).make()


def _scope_missing(world: World, station: Station) -> Injury:
    if found := _kea_subnet(world, station):
        return KeaInjury(*found).make(lambda subnet: None)
    switch, header, pool = _pool(world, station)
    return PoolInjury(switch, header, pool).make()


def _gateway_wrong(world: World, station: Station) -> Injury:
    """The last address of the network instead of its first: no switch has it."""
    if found := _kea_subnet(world, station):
        last = ipaddress.IPv4Network(found[1]).broadcast_address - 1
        return KeaInjury(*found).make(kea_scopes.option(kea_scopes.ROUTERS, str(last)))
    switch, header, _ = _pool(world, station)
    network = switch.config.pools[header.split()[-1]].network
    assert network is not None
    wrong = network.broadcast_address - 1
    return _lines(world, station, "default-router", f"default-router {wrong}")


def _pool(world: World, station: Station) -> tuple[Switch, str, list[str]]:
    """The switch, header and lines of the DHCP pool that serves the phone's voice VLAN."""
    vlan = _vlan(station)
    configs = [(switch, switch.running_config()) for switch in world.switches.values()]
    for network in filter(None, (ios_config.svi_network(config, vlan) for _, config in configs)):
        for switch, config in configs:
            if found := ios_config.pool_for(config, network):
                return switch, *found
    if world.kea:
        raise ControlError(f"no DHCP scope serves {station.name}: {world.kea.name} has no subnet for VLAN {vlan}")
    raise ControlError(f"no DHCP scope serves {station.name}: there is no pool for VLAN {vlan}")


def _kea_subnet(world: World, station: Station) -> tuple[KeaServer, str, kea_scopes.Subnet] | None:
    """Kea with its subnet, by network, that serves the phone's voice VLAN; None where a switch may serve it."""
    if world.kea is None:
        return None
    vlan = _vlan(station)
    for switch in world.switches.values():
        network = ios_config.svi_network(switch.running_config(), vlan)
        found = kea_scopes.subnet(world.kea, str(network)) if network else None
        if found:
            return world.kea, str(network), found
    return None


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
    if found := _kea_subnet(world, station):
        injury = KeaExhausted(found[0], found[2])
        injury.include(station.spec.mac)
        return injury
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
    Fault(
        "option150_missing",
        "dhcp",
        True,
        "scope",
        "the DHCP pool has no option 150",
        _option_150("", None),
    ),
    Fault(
        "option150_wrong_server",
        "dhcp",
        True,
        "scope",
        "option 150 names an address where no TFTP server is",
        _option_150("option 150 ip {block}.0.99", "{block}.0.99"),
        noticed_at="ctl",
    ),
    Fault(
        "option150_not_addresses",
        "dhcp",
        True,
        "scope",
        "option 150 is text instead of addresses",
        _option_150("option 150 ascii {block}.0.10", None),
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

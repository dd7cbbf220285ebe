"""The faults of the switch port and of DHCP: steps power to dhcp."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lab import ios_config
from lab.control import ControlError
from lab.faults.injuries import ConfigInjury, Fault, Injury, PoolInjury, SwitchedInjury, console, lines

if TYPE_CHECKING:
    from lab.switch import Switch
    from lab.world import Station, World


def _port_lines(prefix: str, *after: str) -> Callable[[World, Station], Injury]:
    """A fault that replaces the lines of the phone's port that start with `prefix`."""

    def make(world: World, station: Station) -> Injury:
        header = f"interface {station.spec.interface}"
        before = lines(station.switch, header, prefix)
        return ConfigInjury(station.switch, header, prefix, before, list(after)).make()

    return make


def _voice_vlan_wrong(world: World, station: Station) -> Injury:
    # The data VLAN is there already: a number of its own would make IOS create a VLAN, a second change.
    access = ios_config.access_vlan(station.switch.running_config(), station.spec.interface)
    return _port_lines("switchport voice vlan", f"switchport voice vlan {access}")(world, station)


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


def _pool(world: World, station: Station) -> tuple[Switch, str, list[str]]:
    """The switch, header and lines of the DHCP pool that serves the phone's voice VLAN."""
    vlan = ios_config.voice_vlan(station.switch.running_config(), station.spec.interface)
    if vlan is None:
        raise ControlError(f"no DHCP scope serves {station.name}: its port has no voice VLAN")
    configs = [(switch, switch.running_config()) for switch in world.switches.values()]
    for network in filter(None, (ios_config.svi_network(config, vlan) for _, config in configs)):
        for switch, config in configs:
            if found := ios_config.pool_for(config, network):
                return switch, *found
    if world.kea:
        raise ControlError(f"{station.name} is served by {world.kea.name}, whose scopes only Kea itself changes")
    raise ControlError(f"no DHCP scope serves {station.name}: there is no pool for VLAN {vlan}")


def _poe_fault(world: World, station: Station) -> Injury:
    port = station.port
    return SwitchedInjury(lambda: port.poe_fault, lambda value: setattr(port, "poe_fault", value)).make()


TABLE = (
    Fault(
        "poe_disabled",
        "power",
        True,
        "phone",
        "the port is configured with `power inline never`",
        _port_lines("power inline", "power inline never"),
    ),
    Fault(
        "poe_fault", "power", True, "phone", "a defect: the port delivers no power, whatever is configured", _poe_fault
    ),
    Fault(
        "discovery_disabled",
        "voice_vlan",
        True,
        "phone",
        "the port sends no CDP, so that the phone does not learn its voice VLAN",
        _port_lines("cdp enable", "no cdp enable"),
    ),
    Fault(
        "voice_vlan_missing",
        "voice_vlan",
        True,
        "phone",
        "the port has no voice VLAN",
        _port_lines("switchport voice vlan"),
    ),
    Fault(
        "voice_vlan_wrong",
        "voice_vlan",
        True,
        "phone",
        "the port's voice VLAN is its data VLAN, where no DHCP server serves phones",
        _voice_vlan_wrong,
        noticed_at="dhcp",
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
        "option150_wrong_server",
        "dhcp",
        True,
        "scope",
        "option 150 names an address where no TFTP server is",
        _scope_lines("option 150", "option 150 ip {block}.0.99"),
        noticed_at="config_file",
    ),
    Fault("port_shutdown", "power", True, "phone", "the port is shut down", _port_lines("shutdown", "shutdown")),
    Fault("scope_missing", "dhcp", True, "scope", "the DHCP pool of the voice VLAN is gone", _scope_missing),
    Fault("option150_missing", "dhcp", True, "scope", "the DHCP pool has no option 150", _scope_lines("option 150")),
)

"""The named faults: each makes exactly one thing wrong, and can take it back.

A fault has the name and the step of the cause that a diagnosis must find. `make` changes the world and returns an
Injury, which knows whether it still holds (the collection may have mended it in the meantime) and how to heal it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from lab import ios_config
from lab.control import ControlError

if TYPE_CHECKING:
    from lab.cluster import Cluster
    from lab.switch import Switch
    from lab.world import Station, World


class Injury(Protocol):
    """What one fault did to one phone."""

    def holds(self) -> bool:
        """Whether it is still so; false once somebody mended it."""

    def heal(self) -> None:
        """Put it back as it was before, unless somebody changed it since."""


@dataclass(frozen=True)
class Fault:
    """One entry of the table. `hits`: `phone`, or `scope` when all phones of that voice VLAN are concerned.

    `noticed_at` is the step at which the phone itself is stuck, where that isn't the step of the cause: it can't know
    that the VLAN it was told is the wrong one, it only gets no answer there.
    """

    name: str
    step: str
    stops: bool
    hits: str
    summary: str
    make: Callable[[World, Station], Injury]
    noticed_at: str = ""


@dataclass
class ConfigInjury:
    """Lines of one section of a switch's running config: those that start with `prefix` became `after`."""

    switch: Switch
    header: str
    prefix: str
    before: list[str]
    after: list[str]

    def _current(self) -> list[str]:
        return _lines(self.switch, self.header, self.prefix)

    def holds(self) -> bool:
        return self._current() == self.after

    def make(self) -> ConfigInjury:
        if self.holds():
            state = "; ".join(self.after) or f"no `{self.prefix}`"
            raise ControlError(f"{self.switch.name}, {self.header}: it is so already ({state})")
        self._replace(self.before, self.after)
        if not self.holds():
            raise ControlError(f"{self.switch.name} did not take {self.after} below {self.header}")
        return self

    def heal(self) -> None:
        if self.holds():
            self._replace(self.after, self.before)

    def _replace(self, old: Sequence[str], new: Sequence[str]) -> None:
        removed = [negate(line) for line in old if line not in new]
        _console(self.switch, [self.header, *removed, *(line for line in new if line not in old)])


@dataclass
class PoolInjury:
    """A DHCP pool that was removed as a whole."""

    switch: Switch
    header: str
    lines: list[str]

    def holds(self) -> bool:
        return ios_config.section(self.switch.running_config(), self.header) is None

    def heal(self) -> None:
        if self.holds():
            _console(self.switch, [self.header, *self.lines])


@dataclass
class SwitchedInjury:
    """A switch inside a simulated part, such as a defect port: `get` reads it, `put` sets it."""

    get: Callable[[], bool]
    put: Callable[[bool], None]

    def make(self) -> SwitchedInjury:
        self.put(True)
        return self

    def holds(self) -> bool:
        return self.get()

    def heal(self) -> None:
        self.put(False)


@dataclass
class SetInjury:
    """A name in a set that stands for something missing."""

    names: set[str]
    name: str

    def make(self) -> SetInjury:
        self.names.add(self.name)
        return self

    def holds(self) -> bool:
        return self.name in self.names

    def heal(self) -> None:
        self.names.discard(self.name)


@dataclass
class MapInjury:
    """An entry in a table of exceptions, which had none for that name before."""

    table: dict[str, Any]
    name: str
    value: Any

    def make(self) -> MapInjury:
        if self.name in self.table:
            raise ControlError(f"{self.name} has another fault of that kind already")
        self.table[self.name] = self.value
        return self

    def holds(self) -> bool:
        return self.table.get(self.name) == self.value

    def heal(self) -> None:
        if self.holds():
            del self.table[self.name]


def negate(line: str) -> str:
    """The command that takes a line back."""
    return line.removeprefix("no ") if line.startswith("no ") else f"no {line}"


def _lines(switch: Switch, header: str, prefix: str) -> list[str]:
    found = ios_config.section(switch.running_config(), header) or []
    return [line for line in found if f"{line} ".removeprefix("no ").startswith(f"{prefix} ")]


def _console(switch: Switch, lines: Sequence[str]) -> None:
    switch.execute(lines)


def _port_lines(prefix: str, *after: str) -> Callable[[World, Station], Injury]:
    """A fault that replaces the lines of the phone's port that start with `prefix`."""

    def make(world: World, station: Station) -> Injury:
        header = f"interface {station.spec.interface}"
        before = _lines(station.switch, header, prefix)
        return ConfigInjury(station.switch, header, prefix, before, list(after)).make()

    return make


def _voice_vlan_wrong(world: World, station: Station) -> Injury:
    # The data VLAN is there already: a number of its own would make IOS create a VLAN, a second change.
    access = ios_config.access_vlan(station.switch.running_config(), station.spec.interface)
    return _port_lines("switchport voice vlan", f"switchport voice vlan {access}")(world, station)


def _scope_lines(prefix: str, *after: str) -> Callable[[World, Station], Injury]:
    """A fault that replaces the lines of the phone's DHCP pool that start with `prefix`; {block} is filled in."""

    def make(world: World, station: Station) -> Injury:
        switch, header, lines = _pool(world, station)
        before = [line for line in lines if line.startswith(prefix)]
        return ConfigInjury(switch, header, prefix, before, [world.block.fill(line) for line in after]).make()

    return make


def _scope_missing(world: World, station: Station) -> Injury:
    switch, header, lines = _pool(world, station)
    _console(switch, [f"no {header}"])
    return PoolInjury(switch, header, lines)


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


def _config_missing(world: World, station: Station) -> Injury:
    return SetInjury(_services(world, station).files.missing, f"{station.name}.cnf.xml").make()


def _device_not_in_cucm(world: World, station: Station) -> Injury:
    store = _services(world, station).store
    found = store.find("Phone", station.name)
    if found is None:
        raise ControlError(f"{station.name} is not in CUCM already")
    store.remove(found.uuid)

    def restore(missing: bool) -> None:
        if not missing and store.find("Phone", station.name) is None:
            store.put("Phone", found.document, found.uuid)

    return SwitchedInjury(lambda: store.find("Phone", station.name) is None, restore)


def _rejected(code: int, text: str, reason: int) -> Callable[[World, Station], Injury]:
    """A fault by which the CallManager refuses the phone: SIP code and warning text, RIS StatusReason."""

    def make(world: World, station: Station) -> Injury:
        return MapInjury(_services(world, station).registrar.reject, station.name, (code, text, reason)).make()

    return make


def _digest_failed(world: World, station: Station) -> Injury:
    """The CallManager wants digest credentials that the phone's configuration file doesn't hold."""
    if station.phone.protocol != "SIP":
        raise ControlError(f"{station.name} speaks {station.phone.protocol}, which knows no digest credentials")
    digest = _services(world, station).registrar.digest
    return MapInjury(digest, station.name, (station.name.lower(), secrets.token_hex(8))).make()


def _services(world: World, station: Station) -> Cluster:
    if world.cluster is None:
        raise ControlError(f"this site has no CUCM that {station.name} could use")
    return world.cluster


_TABLE = (
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
    Fault("port_shutdown", "power", True, "phone", "the port is shut down", _port_lines("shutdown", "shutdown")),
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
    Fault("scope_missing", "dhcp", True, "scope", "the DHCP pool of the voice VLAN is gone", _scope_missing),
    Fault("option150_missing", "dhcp", True, "scope", "the DHCP pool has no option 150", _scope_lines("option 150")),
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
    Fault(
        "config_missing",
        "config_file",
        True,
        "phone",
        "the TFTP service does not have the phone's configuration file, though the phone is in CUCM",
        _config_missing,
    ),
    Fault("device_not_in_cucm", "config_file", True, "phone", "the phone is deleted from CUCM", _device_not_in_cucm),
    Fault(
        "duplicate_registration",
        "registration",
        True,
        "phone",
        "another device is registered under the phone's name (StatusReason 16)",
        _rejected(403, "Duplicate registration", 16),
    ),
    Fault(
        "maximum_devices_exceeded",
        "registration",
        True,
        "phone",
        "the CallManager has no room for one more device (StatusReason 5)",
        _rejected(503, "Maximum number of registered devices exceeded", 5),
    ),
    Fault(
        "digest_authentication_failed",
        "registration",
        True,
        "phone",
        "the CallManager wants digest credentials that the phone does not have",
        _digest_failed,
    ),
)

FAULTS: dict[str, Fault] = {fault.name: fault for fault in _TABLE}


def describe() -> list[dict[str, Any]]:
    """The table as data, in the order of the ladder: name, step, noticed_at, stops, hits, summary."""
    return [
        {
            "name": fault.name,
            "step": fault.step,
            "noticed_at": fault.noticed_at or fault.step,
            "stops": fault.stops,
            "hits": fault.hits,
            "summary": fault.summary,
        }
        for fault in _TABLE
    ]


def find(name: str) -> Fault:
    """The fault of that name. Raises ControlError naming those that there are."""
    fault = FAULTS.get(name)
    if fault is None:
        raise ControlError(f"unknown fault {name!r}; known are {', '.join(FAULTS)}")
    return fault

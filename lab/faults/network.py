"""The faults of a phone's port and of its way through the switches: steps power to voice_vlan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lab import ios_config
from lab.control import ControlError
from lab.faults.injuries import ConfigInjury, Fault, Injury, SetInjury, SwitchedInjury, console, lines

if TYPE_CHECKING:
    from lab.phone import Phone
    from lab.switch import Port, Switch
    from lab.world import Station, World

_ALL_VLANS = frozenset(range(1, 4095))
_MAB = ("authentication host-mode multi-domain", "authentication port-control auto", "mab")


def _port_lines(prefix: str, *after: str) -> Callable[[World, Station], Injury]:
    """A fault that replaces the lines of the phone's port that start with `prefix`."""

    def make(world: World, station: Station) -> Injury:
        header = f"interface {station.spec.interface}"
        before = lines(station.switch, header, prefix)
        return ConfigInjury(station.switch, header, prefix, before, list(after)).make()

    return make


# -- power ------------------------------------------------------------------------------------------------------------


def _poe_fault(world: World, station: Station) -> Injury:
    port = station.port
    return SwitchedInjury(lambda: port.poe_fault, lambda value: setattr(port, "poe_fault", value)).make()


def _poe_denied(world: World, station: Station) -> Injury:
    """The supply that is left has enough for all others, and too little for this port."""
    switch, port = station.switch, station.port

    def put(value: bool) -> None:
        (switch.short.add if value else switch.short.discard)(port)
        switch.settle()

    return SwitchedInjury(lambda: port in switch.short, put).make()


def _port_err_disabled(world: World, station: Station) -> Injury:
    port = station.port

    def put(value: bool) -> None:
        if value:
            port.disable("link-flap")
        else:
            port.recover()
            station.switch.settle()

    return SwitchedInjury(lambda: port.disabled is not None, put).make()


@dataclass
class CableInjury:
    """The phone's cable is pulled, and lies there or is plugged into another port."""

    station: Station
    home: Port
    other: Port | None = None

    def make(self) -> CableInjury:
        if self.station.port is not self.home or self.home.device is None:
            raise ControlError(f"the cable of {self.station.name} isn't in its port already")
        if self.other is None:
            self.home.detach()
        else:
            self._plug(self.other)
        return self

    def holds(self) -> bool:
        return self.station.port is self.other if self.other else self.home.device is None

    def heal(self) -> None:
        if self.other is not None:
            self._plug(self.home)
        elif self.holds():
            self.home.attach(self.station.phone)

    def _plug(self, port: Port) -> None:
        self.station.phone.move(port)
        self.station.port = port


def _no_link(world: World, station: Station) -> Injury:
    return CableInjury(station, station.port).make()


def _wrong_port(world: World, station: Station) -> Injury:
    """Into the last free port that gives power and has no voice VLAN: of the same switch, else of another."""
    others = [switch for switch in world.switches.values() if switch is not station.switch]
    for switch in (station.switch, *others):
        for port in reversed(switch.ports.values()):
            if _is_spare(switch, port):
                return CableInjury(station, station.port, port).make()
    raise ControlError(f"there is no free port with power and without a voice VLAN for {station.name}")


def _is_spare(switch: Switch, port: Port) -> bool:
    config = switch.config.peek(port.interface)
    if port.uplink or port.device is not None or config.get("shutdown") or config.get("mode") != "access":
        return False
    return port.power_mode != "never" and config.get("voice_vlan") is None and port not in switch.short


# -- the phone's image ------------------------------------------------------------------------------------------------


@dataclass
class PhoneInjury:
    """Something inside of the phone; it starts anew with it, and without it."""

    phone: Phone
    name: str

    def make(self) -> PhoneInjury:
        self.phone.faults.add(self.name)
        self.phone.power_cycle()
        return self

    def holds(self) -> bool:
        return self.name in self.phone.faults

    def heal(self) -> None:
        if self.holds():
            self.phone.faults.discard(self.name)
            self.phone.power_cycle()


def _firmware_boot_failed(world: World, station: Station) -> Injury:
    return PhoneInjury(station.phone, "firmware_boot_failed").make()


# -- the VLAN ---------------------------------------------------------------------------------------------------------


def _voice_vlan_wrong(world: World, station: Station) -> Injury:
    # The data VLAN is there already: a number of its own would make IOS create a VLAN, a second change.
    access = ios_config.access_vlan(station.switch.running_config(), station.spec.interface)
    return _port_lines("switchport voice vlan", f"switchport voice vlan {access}")(world, station)


def _voice_vlan(station: Station) -> int:
    vlan = station.switch.config.voice_vlan(station.spec.interface)
    if not vlan:
        raise ControlError(f"the port of {station.name} has no voice VLAN")
    return vlan


def _vlan_not_created(world: World, station: Station) -> Injury:
    switch, vlan = station.switch, _voice_vlan(station)
    if vlan not in switch.config.vlans:
        raise ControlError(f"{switch.name} has no VLAN {vlan} already")
    name = switch.config.vlans[vlan]

    def put(value: bool) -> None:
        if value:
            console(switch, [f"no vlan {vlan}"])
        elif vlan not in switch.config.vlans:
            console(switch, [f"vlan {vlan}", *([f"name {name}"] if name else [])])

    return SwitchedInjury(lambda: vlan not in switch.config.vlans, put).make()


def _vlan_not_on_uplink(world: World, station: Station) -> Injury:
    """The trunk of the phone's switch carries every VLAN that it did, but for the voice VLAN."""
    switch, vlan = station.switch, _voice_vlan(station)
    uplink = switch.uplink
    if uplink is None or not uplink.trunking or switch.neighbor is None:
        raise ControlError(f"{switch.name} has no uplink that could carry a VLAN")
    if vlan in switch.config.svis():
        raise ControlError(f"{switch.name} routes VLAN {vlan} itself: no phone of it needs the uplink")
    if not uplink.carries(vlan):
        raise ControlError(f"{uplink.interface} of {switch.name} doesn't carry VLAN {vlan} already")
    return AllowedInjury(switch, uplink, switch.config.peek(uplink.interface).get("allowed"), vlan).make()


@dataclass
class AllowedInjury:
    """A VLAN that was taken off a trunk; `before` None: it carried all."""

    switch: Switch
    uplink: Port
    before: frozenset[int] | None
    vlan: int

    def make(self) -> AllowedInjury:
        console(
            self.switch, [f"interface {self.uplink.interface}", f"switchport trunk allowed vlan remove {self.vlan}"]
        )
        return self

    def holds(self) -> bool:
        return not self.uplink.carries(self.vlan)

    def heal(self) -> None:
        if self.holds():
            now = self.switch.config.peek(self.uplink.interface).get("allowed") or frozenset()
            everything = self.before is None and now == _ALL_VLANS - {self.vlan}
            line = (
                "no switchport trunk allowed vlan" if everything else f"switchport trunk allowed vlan add {self.vlan}"
            )
            console(self.switch, [f"interface {self.uplink.interface}", line])


@dataclass
class RefusedInjury:
    """RADIUS doesn't let the phone in, and the port asks it: by lines that it had, or gets for that."""

    switch: Switch
    header: str
    refused: SetInjury
    added: list[str] = field(default_factory=list)

    def make(self) -> RefusedInjury:
        self.refused.make()
        there = ios_config.section(self.switch.running_config(), self.header) or []
        if not any(line.endswith("port-control auto") for line in there):
            self.added = [line for line in _MAB if line not in there]
            console(self.switch, [self.header, *self.added])
        self.switch.settle()
        return self

    def holds(self) -> bool:
        there = ios_config.section(self.switch.running_config(), self.header) or []
        return self.refused.holds() and any(line.endswith("port-control auto") for line in there)

    def heal(self) -> None:
        self.refused.heal()
        if self.added:
            console(self.switch, [self.header, *(f"no {line}" for line in self.added)])
        self.switch.settle()


def _port_unauthorized(world: World, station: Station) -> Injury:
    refused = SetInjury(station.switch.refused, station.spec.mac)
    return RefusedInjury(station.switch, f"interface {station.spec.interface}", refused).make()


TABLE = (
    Fault(
        "poe_disabled",
        "power",
        True,
        "phone",
        "the port is configured with `power inline never`",
        _port_lines("power inline", "power inline never"),
    ),
    Fault("poe_denied", "power", True, "phone", "a power supply has failed: nothing is left for the port", _poe_denied),
    Fault(
        "poe_fault", "power", True, "phone", "a defect: the port delivers no power, whatever is configured", _poe_fault
    ),
    Fault("port_shutdown", "power", True, "phone", "the port is shut down", _port_lines("shutdown", "shutdown")),
    Fault(
        "port_err_disabled",
        "power",
        True,
        "phone",
        "the switch has shut the port by itself: its link went up and down too often",
        _port_err_disabled,
    ),
    Fault("no_link", "power", True, "phone", "the cable isn't plugged in", _no_link),
    Fault(
        "wrong_port",
        "power",
        True,
        "phone",
        "the cable is in another port, which gives power and has no voice VLAN",
        _wrong_port,
        noticed_at="voice_vlan",
    ),
    Fault(
        "firmware_boot_failed",
        "firmware_boot",
        True,
        "phone",
        "the image in the phone's flash is damaged: it starts over and over",
        _firmware_boot_failed,
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
        "vlan_not_created",
        "voice_vlan",
        True,
        "switch",
        "the switch doesn't have the voice VLAN",
        _vlan_not_created,
        noticed_at="dhcp",
    ),
    Fault(
        "vlan_not_on_uplink",
        "voice_vlan",
        True,
        "switch",
        "the uplink of the switch doesn't carry the voice VLAN",
        _vlan_not_on_uplink,
        noticed_at="dhcp",
    ),
    Fault(
        "port_unauthorized",
        "voice_vlan",
        True,
        "phone",
        "the port lets in whom RADIUS lets in, and RADIUS refuses the phone",
        _port_unauthorized,
        noticed_at="dhcp",
    ),
)

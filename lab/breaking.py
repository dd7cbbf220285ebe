"""`break` and `heal`: faults at a phone, at all phones of a switch or of the site, and whom else they concern."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from lab import faults
from lab.control import ControlError
from lab.faults.kea_scopes import KeaExhausted
from lab.faults.scopes import ExhaustedInjury
from lab.site import normal_mac

if TYPE_CHECKING:
    from lab.world import Station, World

SITE = "site"
# Whom a fault concerns beside its phone: () is everybody, a VLAN everybody in it, a switch and a VLAN those there.
Place = tuple[object, ...]


class Breaker:
    """Makes faults in a world and takes them back. A fault of more than one phone is made once for all it concerns."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._shared: dict[tuple[str, Place], tuple[faults.Injury, Station]] = {}
        self._made: list[tuple[Station, str]] = []

    # -- who ---------------------------------------------------------------------------------------------------------

    def targets(self, target: str) -> list[Station]:
        """The phones of `site`, of a switch, or one phone (see `find`). Raises ControlError."""
        stations = self._world.stations.values()
        if target == SITE:
            return list(stations)
        if target in self._world.switches:
            found = [station for station in stations if station.spec.switch == target]
            if not found:
                raise ControlError(f"no phone is plugged into {target}")
            return found
        return [self.find(target)]

    def find(self, target: str) -> Station:
        """The phone by device name, MAC in any notation, or `switch:interface`. Raises ControlError."""
        stations = self._world.stations
        mac = normal_mac(target)
        if mac and f"SEP{mac}" in stations:
            return stations[f"SEP{mac}"]
        switch, colon, interface = target.partition(":")
        if colon and switch in self._world.switches:
            for station in stations.values():
                if station.spec.switch == switch and _same_interface(station.spec.interface, interface):
                    return station
            raise ControlError(f"no phone is plugged into {switch} {interface}")
        known = "`status` lists them (device name, MAC or switch:interface; or a switch, or `site`)"
        raise ControlError(f"unknown phone {target!r}; {known}")

    # -- break -------------------------------------------------------------------------------------------------------

    def break_all(self, wanted: Iterable[tuple[str, str]], *, keep: bool = False) -> list[str]:
        """Make several faults, each given by target and name; what was done, in words. Raises ControlError.

        All names are looked up before anything is made.
        """
        plan = [(target, self.targets(target), faults.find(name)) for target, name in wanted]
        return [self._break(target, stations, fault, keep) for target, stations, fault in plan]

    def _break(self, target: str, stations: Sequence[Station], fault: faults.Fault, keep: bool) -> str:
        if target == SITE and fault.make_site is not None:
            self._break_site(stations, fault, keep)
            return f"the site: {fault.summary}"
        hurt, refused = [], []
        for station in stations:
            try:
                self._hurt(station, fault, keep)
            except ControlError as error:
                refused.append(str(error))
            else:
                hurt.append(station)
        if not hurt:
            raise ControlError("; ".join(refused[:3]))
        also = {"scope": "of that scope", "switch": "of that switch in that VLAN", SITE: "of the site"}.get(fault.hits)
        told = f" (it concerns every phone {also} when it next asks)" if also else ""
        if len(stations) == 1:
            station = hurt[0]
            return f"{station.name} on {station.spec.switch} {station.spec.interface}: {fault.summary}{told}"
        left = f"; not {len(refused)} others: {refused[0]}" if refused else ""
        return f"{len(hurt)} phones of {target}: {fault.summary}{left}"

    def _break_site(self, stations: Sequence[Station], fault: faults.Fault, keep: bool) -> None:
        assert fault.make_site is not None
        if any(fault.name in station.injuries and station.injuries[fault.name].holds() for station in stations):
            raise ControlError(f"the site has the fault {fault.name} already")
        injury = fault.make_site(self._world)
        for station in stations:
            self._note(station, fault, injury, keep)

    def _hurt(self, station: Station, fault: faults.Fault, keep: bool) -> None:
        known = station.injuries.get(fault.name)
        if known and known.holds():
            raise ControlError(f"{station.name} has the fault {fault.name} already")
        place = _place(fault, station)
        shared = self._shared.get((fault.name, place)) if place is not None else None
        if shared is not None and shared[0].holds():
            injury = shared[0]
            if isinstance(injury, (ExhaustedInjury, KeaExhausted)):
                injury.include(station.spec.mac)
        else:
            injury = fault.make(self._world, station)
            if place is not None:
                self._shared[fault.name, place] = (injury, station)
        self._note(station, fault, injury, keep)

    def _note(self, station: Station, fault: faults.Fault, injury: faults.Injury, keep: bool) -> None:
        """A phone keeps a configuration in its flash, with which it would often register in spite of the fault."""
        station.injuries[fault.name] = injury
        self._made.append((station, fault.name))
        if keep or fault.keeps_flash:
            station.phone.power_cycle()
        else:
            station.phone.factory_reset()

    # -- heal --------------------------------------------------------------------------------------------------------

    def heal(self, target: str) -> str:
        """Take back what was done to the target's phones; what was done, in words. Raises ControlError."""
        stations = self.targets(target)
        healed: dict[str, None] = {}
        injuries: list[faults.Injury] = []
        # The last fault first: each restores what it found.
        for station, name in reversed([made for made in self._made if made[0] in stations]):
            self._made.remove((station, name))
            injury = station.injuries.pop(name, None)
            if injury is not None:
                injury.heal()
                injuries.append(injury)
                healed[name] = None
        who = stations[0].name if len(stations) == 1 else target
        if not injuries:
            return f"{who}: nothing was broken"
        for station in self._world.stations.values():
            shares = any(each is injury for each in station.injuries.values() for injury in injuries)
            status = station.phone.status
            if (station in stations or shares) and (status.state != "registered" or status.findings):
                # It would come by itself, or ask for the file when it starts again, but this way it does now.
                station.phone.recheck()
        return f"{who}: healed {', '.join(reversed(healed))}"

    # -- the truth ---------------------------------------------------------------------------------------------------

    def concerning(self, station: Station) -> list[dict[str, str]]:
        """The faults that were made at other phones and concern this one too: `name`, `step` and the other `phone`."""
        return [
            {"name": name, "step": faults.find(name).step, "phone": other.name}
            for (name, place), (injury, other) in self._shared.items()
            if name not in station.injuries and place == _place(faults.find(name), station) and injury.holds()
        ]


def _place(fault: faults.Fault, station: Station) -> Place | None:
    """Whom the fault concerns beside the phone, None for nobody."""
    if fault.hits == SITE:
        return ()
    if fault.hits == "phone":
        return None
    vlan = station.switch.config.voice_vlan(station.spec.interface)
    return (vlan,) if fault.hits == "scope" else (station.spec.switch, vlan)


def _same_interface(full: str, typed: str) -> bool:
    """Whether `Gi1/0/1`, in any abbreviation, means that interface."""
    letters = typed.rstrip("0123456789/.")
    numbers = typed[len(letters) :]
    name = full.rstrip("0123456789/.")
    return bool(letters) and name.lower().startswith(letters.strip().lower()) and full[len(name) :] == numbers

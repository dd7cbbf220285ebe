"""What a fault does to the world, knows of it and takes back; and the table's entry of a fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from lab import ios_config
from lab.control import ControlError

if TYPE_CHECKING:
    from lab.cluster import Cluster
    from lab.switch import Switch
    from lab.switch.dhcp_server import Binding
    from lab.world import Station, World


class Injury(Protocol):
    """What one fault did to one phone."""

    def holds(self) -> bool:
        """Whether it is still so; false once somebody mended it."""

    def heal(self) -> None:
        """Put it back as it was before, unless somebody changed it since."""


@dataclass(frozen=True)
class Fault:
    """One entry of the table.

    `hits`: `phone`, `scope` where all phones of that voice VLAN are concerned, or `site` where all phones are (those
    that ask for it: a ring list, a service). `noticed_at` is the step at which the phone itself is stuck, where that
    isn't the step of the cause: it can't know that the VLAN it was told is the wrong one, it only gets no answer there.
    `keeps_flash`: what is wrong sits in the phone's flash, which must not be erased. `make_site` breaks the site as a
    whole, where that is something else than to break each phone.
    """

    name: str
    step: str
    stops: bool
    hits: str
    summary: str
    make: Callable[[World, Station], Injury]
    noticed_at: str = ""
    keeps_flash: bool = False
    make_site: Callable[[World], Injury] | None = None


@dataclass
class ConfigInjury:
    """Lines of one section of a switch's running config: those that start with `prefix` became `after`."""

    switch: Switch
    header: str
    prefix: str
    before: list[str]
    after: list[str]

    def _current(self) -> list[str]:
        return lines(self.switch, self.header, self.prefix)

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
        console(self.switch, [self.header, *removed, *(line for line in new if line not in old)])


@dataclass
class PoolInjury:
    """A DHCP pool that was removed as a whole.

    Phones that go on with their lease keep their address: with the pool the server knows of the leases again, else it
    would give the addresses to others.
    """

    switch: Switch
    header: str
    lines: list[str]
    leases: dict[str, Binding] = field(default_factory=dict)

    def make(self) -> PoolInjury:
        bindings, name = self.switch.dhcp_server.bindings, self.header.split()[-1]
        self.leases = {address: held for address, held in bindings.items() if held.pool == name}
        console(self.switch, [f"no {self.header}"])
        return self

    def holds(self) -> bool:
        return ios_config.section(self.switch.running_config(), self.header) is None

    def heal(self) -> None:
        if self.holds():
            console(self.switch, [self.header, *self.lines])
            self.switch.dhcp_server.bindings.update(self.leases)


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


def lines(switch: Switch, header: str, prefix: str) -> list[str]:
    found = ios_config.section(switch.running_config(), header) or []
    return [line for line in found if f"{line} ".removeprefix("no ").startswith(f"{prefix} ")]


def console(switch: Switch, lines: Sequence[str]) -> None:
    switch.execute(lines)


def services(world: World, station: Station | None = None) -> Cluster:
    if world.cluster is None:
        raise ControlError(f"this site has no CUCM that {station.name if station else 'a phone'} could use")
    return world.cluster

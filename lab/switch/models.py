"""What differs between switch models: ports, power budget and the wording of their release."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple


class Place(NamedTuple):
    """Where a port is: its full name, the stack member that it belongs to, and whether it is an uplink."""

    name: str
    member: int
    uplink: bool


@dataclass(frozen=True)
class Model:
    """One switch model. `budget` is one member's PoE power in watts, `port_watts` what one port can give.

    `access` names the kinds of its access ports and how many there are of each; further ports are of the last kind.
    `uplink_slot` is the middle number of an uplink ("1": a module); `members` is how many such switches make a stack,
    0 where port names have two numbers.
    """

    name: str
    budget: float
    access: tuple[tuple[str, int], ...]
    uplink_kind: str
    uplink_slot: str
    uplinks: int
    family: str
    release: str
    image: str
    ios_xe: bool
    portfast_keyword: str
    voice_adds_portfast: bool
    binding_shows_state: bool
    port_watts: float = 30.0
    members: int = 8

    @property
    def mqc(self) -> bool:
        """Whether QoS is configured by policies alone; the older switches have `mls qos`."""
        return self.ios_xe

    @property
    def version(self) -> str:
        """The line `version` of the configuration: "17.9"."""
        head = self.release.split("(")[0]
        major, minor = head.split(".")[:2]
        return f"{major}.{int(minor)}"

    @property
    def port_milliwatts(self) -> int:
        """The most that `power inline ... max` takes."""
        return round(self.port_watts * 1000)

    def _access_kind(self, number: int) -> str:
        for kind, count in self.access:
            if number <= count:
                return kind
            number -= count
        return self.access[-1][0]

    def places(self, count: int, stack: int) -> Iterator[Place]:
        """All ports of a stack whose members have `count` access ports each."""
        kinds = {kind for kind, _ in self.access}
        for member in range(1, stack + 1):
            base = f"{member}/" if self.members else ""
            for number in range(1, count + 1):
                yield Place(f"{self._access_kind(number)}{base}0/{number}", member, False)
            # Uplinks of the access ports' own kind and slot are numbered on from these.
            first = count if self.uplink_slot == "0" and self.uplink_kind in kinds else 0
            for number in range(first + 1, first + self.uplinks + 1):
                yield Place(f"{self.uplink_kind}{base}{self.uplink_slot}/{number}", member, True)


_GIGABIT = (("GigabitEthernet", 48),)


def _c9k(name: str, budget: float, *, lite: bool = False, uplink: tuple[str, int] | None = None) -> Model:
    kind, count = uplink or (("GigabitEthernet", 4) if lite else ("TenGigabitEthernet", 8))
    return Model(
        name=name,
        budget=budget,
        access=_GIGABIT,
        uplink_kind=kind,
        uplink_slot="1",
        uplinks=count,
        family="CAT9K_LITE_IOSXE" if lite else "CAT9K_IOSXE",
        release="17.09.04a",
        image="cat9k_lite_iosxe.17.09.04a.SPA.bin" if lite else "packages.conf",
        ios_xe=True,
        portfast_keyword="spanning-tree portfast",
        voice_adds_portfast=False,
        binding_shows_state=True,
    )


def _multigigabit(name: str, budget: float, *access: tuple[str, int]) -> Model:
    return replace(_c9k(name, budget), access=access, port_watts=60.0)


def _c3k(name: str, budget: float) -> Model:
    """A 3650 or 3850, with the last release that they got."""
    return replace(
        _c9k(name, budget, uplink=("GigabitEthernet", 4)),
        family="CAT3K_CAA-UNIVERSALK9-M",
        release="16.12.10a",
        members=9,
    )


def _c2960x(name: str, budget: float) -> Model:
    return Model(
        name=name,
        budget=budget,
        access=_GIGABIT,
        uplink_kind="GigabitEthernet",
        uplink_slot="0",
        uplinks=4,
        family="C2960X-UNIVERSALK9-M",
        release="15.2(7)E8",
        image="c2960x-universalk9-mz.152-7.E8.bin",
        ios_xe=False,
        portfast_keyword="spanning-tree portfast edge",
        voice_adds_portfast=True,
        binding_shows_state=False,
    )


def _fast(name: str, family: str, uplinks: int) -> Model:
    """A switch with FastEthernet0/1 and so on, which doesn't stack."""
    return replace(
        _c2960x(name, 370.0),
        access=(("FastEthernet", 48),),
        uplinks=uplinks,
        family=family,
        release="12.2(55)SE12",
        image=f"{family.lower().replace('-m', '-mz')}.122-55.SE12.bin",
        portfast_keyword="spanning-tree portfast",
        port_watts=15.4,
        members=0,
    )


# Budgets are those of the data sheets with the default power supply.
MODELS = {
    model.name: model
    for model in (
        _c9k("C9300-24P", 445.0),
        _c9k("C9300-48P", 437.0),
        _multigigabit("C9300-24UX", 560.0, ("TenGigabitEthernet", 24)),
        _multigigabit("C9300-48UXM", 490.0, ("TwoGigabitEthernet", 36), ("TenGigabitEthernet", 12)),
        _multigigabit("C9300-48UN", 610.0, ("FiveGigabitEthernet", 48)),
        _c9k("C9200-24P", 370.0, lite=True, uplink=("TenGigabitEthernet", 4)),
        _c9k("C9200-48P", 740.0, lite=True, uplink=("TenGigabitEthernet", 4)),
        _c9k("C9200L-24P-4G", 370.0, lite=True),
        _c9k("C9200L-48P-4G", 740.0, lite=True),
        _c3k("WS-C3850-24P", 435.0),
        _c3k("WS-C3850-48P", 435.0),
        _c3k("WS-C3650-24PS", 390.0),
        _c3k("WS-C3650-48PS", 390.0),
        _c2960x("WS-C2960X-24PS-L", 370.0),
        _c2960x("WS-C2960X-48LPS-L", 370.0),
        _c2960x("WS-C2960X-48FPS-L", 740.0),
        _fast("WS-C3560-24PS", "C3560-IPBASEK9-M", 2),
        _fast("WS-C3560-48PS", "C3560-IPBASEK9-M", 4),
        _fast("WS-C2960-24PC-L", "C2960-LANBASEK9-M", 2),
    )
}


def find(name: str) -> Model:
    """The model of that name. Raises ValueError naming the known ones."""
    try:
        return MODELS[name.upper()]
    except KeyError:
        raise ValueError(f"unknown switch model {name!r}; known: {', '.join(MODELS)}") from None

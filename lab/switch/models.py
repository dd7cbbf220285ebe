"""What differs between switch models: ports, power budget and the wording of their release."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Model:
    """One switch model. `budget` is the PoE power in watts, `port_watts` what one port can give."""

    name: str
    budget: float
    uplink_kind: str
    uplink_prefix: str
    uplinks: int
    family: str
    release: str
    image: str
    ios_xe: bool
    portfast_keyword: str
    voice_adds_portfast: bool
    binding_shows_state: bool
    port_watts: float = 30.0

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


def _c9k(name: str, budget: float, *, lite: bool = False) -> Model:
    uplink = ("GigabitEthernet", 4) if lite else ("TenGigabitEthernet", 8)
    return Model(
        name=name,
        budget=budget,
        uplink_kind=uplink[0],
        uplink_prefix="1/1/",
        uplinks=uplink[1],
        family="CAT9K_LITE_IOSXE" if lite else "CAT9K_IOSXE",
        release="17.09.04a",
        image="cat9k_lite_iosxe.17.09.04a.SPA.bin" if lite else "packages.conf",
        ios_xe=True,
        portfast_keyword="spanning-tree portfast",
        voice_adds_portfast=False,
        binding_shows_state=True,
    )


def _c2960x(name: str, budget: float) -> Model:
    return Model(
        name=name,
        budget=budget,
        uplink_kind="GigabitEthernet",
        uplink_prefix="1/0/",
        uplinks=4,
        family="C2960X-UNIVERSALK9-M",
        release="15.2(7)E8",
        image="c2960x-universalk9-mz.152-7.E8.bin",
        ios_xe=False,
        portfast_keyword="spanning-tree portfast edge",
        voice_adds_portfast=True,
        binding_shows_state=False,
    )


# Budgets are those of the data sheets with the default power supply.
MODELS = {
    model.name: model
    for model in (
        _c9k("C9300-24P", 445.0),
        _c9k("C9300-48P", 437.0),
        _c9k("C9200L-24P-4G", 370.0, lite=True),
        _c9k("C9200L-48P-4G", 740.0, lite=True),
        _c2960x("WS-C2960X-24PS-L", 370.0),
        _c2960x("WS-C2960X-48LPS-L", 370.0),
        _c2960x("WS-C2960X-48FPS-L", 740.0),
    )
}


def find(name: str) -> Model:
    """The model of that name. Raises ValueError naming the known ones."""
    try:
        return MODELS[name.upper()]
    except KeyError:
        raise ValueError(f"unknown switch model {name!r}; known: {', '.join(MODELS)}") from None

"""The parts of a site as they are wired to each other, before anything is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.net import Block
from lab.site import SiteError, parse_site
from lab.world import World

STACK = {"name": "sw1", "model": "C9300-48UXM", "stack": 2, "ports": 48}


def world(folder: Path, *neighbors: dict, **switch: object) -> World:
    site = parse_site({"switches": [{**STACK, **switch}], "neighbors": list(neighbors)})
    return World(site, Block(250), folder)


def test_neighbors_are_plugged_in(tmp_path: Path) -> None:
    made = world(
        tmp_path,
        {"kind": "access_point", "switch": "sw1", "interface": "TwoGigabitEthernet2/0/1", "name": "ap-9"},
        {"kind": "switch", "switch": "sw1", "interface": "TenGigabitEthernet1/0/48", "address": "192.0.2.9"},
    )
    ports = made.switches["sw1"].ports
    access_point = ports["TwoGigabitEthernet2/0/1"].device
    assert (access_point.name, access_point.watts) == ("ap-9", 23.2)
    assert ports["TenGigabitEthernet1/0/48"].device.address == "192.0.2.9"


@pytest.mark.parametrize(
    ("interface", "expected"),
    [
        ("TwoGigabitEthernet3/0/1", "neighbors[0].interface: sw1 has no TwoGigabitEthernet3/0/1"),
        ("TenGigabitEthernet1/1/1", "neighbors[0].interface: TenGigabitEthernet1/1/1 of sw1 is an uplink"),
    ],
)
def test_where_nothing_can_be_plugged_in(tmp_path: Path, interface: str, expected: str) -> None:
    with pytest.raises(SiteError) as caught:
        world(tmp_path, {"kind": "router", "switch": "sw1", "interface": interface})
    assert str(caught.value) == expected


def test_a_stack_too_big(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="a stack of C9300-48UXM has at most 8 members, not 9"):
        world(tmp_path, stack=9)


def test_the_knobs_of_a_switch(tmp_path: Path) -> None:
    made = world(tmp_path)
    knobs = made.set_knobs("sw1", {"refuse_line": 3, "hostile_times": 1, "minute": 0.5})
    assert (knobs["refuse_line"], knobs["hostile_times"], knobs["minute"]) == (3, 1, 0.5)
    assert made.switches["sw1"].minute == 0.5

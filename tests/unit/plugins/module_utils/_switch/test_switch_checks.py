# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What speaks against a change: neighbours, uplinks, power, and the way back."""

from __future__ import annotations

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._switch import checks
from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import parse_config
from ansible_collections.dialtone.voice.plugins.module_utils._switch.neighbors import Neighbor
from ansible_collections.dialtone.voice.plugins.module_utils._switch.platforms import PLATFORMS
from ansible_collections.dialtone.voice.plugins.module_utils._switch.ports import (
    Port,
    PortState,
    plan_port,
    wanted_ports,
)
from ansible_collections.dialtone.voice.plugins.module_utils._switch.power import (
    WHOLE,
    Budget,
    PortPower,
    PowerTable,
)

NAME = "GigabitEthernet1/0/{}"


def plan(number: int = 1, state: PortState | None = None, **given):
    row = wanted_ports([{"interface": f"Gi1/0/{number}", **given}])[0]
    return plan_port(row, Port(NAME.format(number), state or PortState()))


def neighbor(number: int | None, kind: str, name: str = "core1", protocol: str = "cdp") -> Neighbor:
    return Neighbor(NAME.format(number) if number else None, protocol, name, "", None, kind)


ALLOW = {
    "Gi1/0/1": (("Gi1/0/1",), set()),
    "vlan 30": ((), {30}),
    "VLAN30": ((), {30}),
    " vlan-30 ": ((), {30}),
    "Te 1/1/1": (("Te 1/1/1",), set()),
}


@pytest.mark.parametrize("entry", ALLOW)
def test_what_is_allowed(entry: str) -> None:
    allow, faults = checks.Allow.of([entry])
    assert (allow.interfaces, set(allow.vlans), faults) == (*ALLOW[entry], [])


@pytest.mark.parametrize("entry", ["", "everything", "Gi1/0/1-4", "vlan x", "20", "vlan 10,20"])
def test_what_can_not_be_allowed(entry: str) -> None:
    _allow, faults = checks.Allow.of(["Gi1/0/1", entry])
    assert len(faults) == 1
    assert faults[0].startswith(f"allow[1]: {entry!r} is neither an interface nor a VLAN")


def test_allowed_names_are_the_switchs_own() -> None:
    allow, _faults = checks.Allow.of(["gi1/0/1", "Gi1/0/99", "vlan 20"])
    assert allow.names([NAME.format(1), NAME.format(2)]) == {NAME.format(1)}


BAD_CONNECTIONS = {
    "host: it is empty": {"host": ""},
    "host: 'switch one' is neither": {"host": "switch one"},
    "host: 'ssh://192.0.2.1' is neither": {"host": "ssh://192.0.2.1"},
    "host: 'netadmin@192.0.2.1' is neither": {"host": "netadmin@192.0.2.1"},
    "host: '192.0.2.1:22' is neither": {"host": "192.0.2.1:22"},
    "host: 'a\\x07' is neither": {"host": "a\x07"},
    "port: 0 is out of range": {"port": 0},
    "port: 65536 is out of range": {"port": 65536},
    "timeout: 0 is out of range": {"timeout": 0},
}


@pytest.mark.parametrize("part", BAD_CONNECTIONS)
def test_what_leads_to_no_switch(part: str) -> None:
    good = {"host": "2001:db8::1", "port": 22, "timeout": 1}
    assert checks.connection_faults(good) == []
    (fault,) = checks.connection_faults({**good, **BAD_CONNECTIONS[part]})
    assert fault.startswith(part)


CHANGE = {"voice_vlan": "20"}
NEIGHBORS = {
    "a switch": (CHANGE, [neighbor(1, "switch")], (), "has the switch core1 (CDP) as its neighbour"),
    "a router": (CHANGE, [neighbor(1, "router", "edge")], (), "has the router edge (CDP) as its neighbour"),
    "an access point": (CHANGE, [neighbor(1, "access_point", "ap", "lldp")], (), "has the access point ap (LLDP)"),
    "told twice": (CHANGE, [neighbor(1, "switch"), neighbor(1, "switch", "core1", "lldp")], (), "core1 (CDP) as"),
    "two": (CHANGE, [neighbor(1, "switch"), neighbor(1, "switch", "b")], (), "core1 (CDP) and the switch b (CDP) as"),
    "behind a phone": (CHANGE, [neighbor(1, "phone", "SEP1"), neighbor(1, "switch")], (), "the switch core1"),
    "a phone": (CHANGE, [neighbor(1, "phone", "SEP1")], (), ""),
    "a codec": (CHANGE, [neighbor(1, "other", "SEP1")], (), ""),
    "another port": (CHANGE, [neighbor(2, "switch")], (), ""),
    "no port told": (CHANGE, [neighbor(None, "switch")], (), ""),
    "allowed": (CHANGE, [neighbor(1, "switch")], (NAME.format(1),), ""),
    "nothing to change": ({"poe": "auto"}, [neighbor(1, "switch")], (), ""),
}


@pytest.mark.parametrize("case", NEIGHBORS)
def test_neighbours(case: str) -> None:
    given, neighbors, allowed, part = NEIGHBORS[case]
    faults = checks.neighbor_faults([plan(**given)], neighbors, allowed)
    assert len(faults) == (1 if part else 0)
    assert part in "".join(faults)
    if part:
        assert faults[0].startswith(f"ports[0] (Gi1/0/1): interface: {NAME.format(1)} has ")
        assert faults[0].endswith(f"give another port, or put {NAME.format(1)} into 'allow'")


def test_a_neighbour_on_an_unknown_port_is_a_warning() -> None:
    found = [neighbor(None, "switch", "a", "lldp"), neighbor(None, "switch", "b", "lldp"), neighbor(3, "switch", "b")]
    assert checks.stray_warnings([*found, neighbor(None, "phone", "c", "lldp")], "sw1") == [
        "sw1 does not say by LLDP on which of its ports the switch a is: see that it is not one that is to change"
    ]


UPLINK = "TenGigabitEthernet1/1/1"
UPLINKS = {
    "no trunk at all": (CHANGE, {}, set(), set(), ""),
    "all VLANs": (CHANGE, {UPLINK: None}, set(), set(), ""),
    "carried": (CHANGE, {UPLINK: {10, 20}}, set(), set(), ""),
    "carried by one of two": (CHANGE, {UPLINK: {10}, "Te1/1/2": {20}}, set(), set(), ""),
    "not carried": (CHANGE, {UPLINK: {10}}, set(), set(), f"VLAN 20 is carried by no trunk of sw1 ({UPLINK}) and"),
    "no VLAN at all": (CHANGE, {UPLINK: frozenset()}, set(), set(), "VLAN 20 is carried by no trunk"),
    "routed here": (CHANGE, {UPLINK: {10}}, {20}, set(), ""),
    "allowed": (CHANGE, {UPLINK: {10}}, set(), {20}, ""),
    "another allowed": (CHANGE, {UPLINK: {10}}, set(), {21}, "voice_vlan: VLAN 20"),
    "the port itself trunks": (CHANGE, {NAME.format(1): {20}, UPLINK: {10}}, set(), set(), "voice_vlan: VLAN 20"),
    "access VLAN": ({"access_vlan": "20"}, {UPLINK: {10}}, set(), set(), "access_vlan: VLAN 20"),
    "no number": ({"voice_vlan": "dot1p"}, {UPLINK: {10}}, set(), set(), ""),
    "none": ({"voice_vlan": "none"}, {UPLINK: {10}}, set(), set(), ""),
    "other settings": ({"poe": "never"}, {UPLINK: {10}}, set(), set(), ""),
}


@pytest.mark.parametrize("case", UPLINKS)
def test_uplinks(case: str) -> None:
    given, trunks, routed, allowed, part = UPLINKS[case]
    faults = checks.uplink_faults([plan(**given)], trunks, routed, allowed, "sw1")
    assert len(faults) == (1 if part else 0)
    assert part in "".join(faults)


def test_a_vlan_that_is_set_already_is_not_asked_for() -> None:
    there = PortState(mode="access", voice_vlan=20)
    assert checks.uplink_faults([plan(1, there, voice_vlan="20", poe="never")], {UPLINK: {10}}, (), (), "sw1") == []


def port_power(admin: str = "auto", oper: str = "off", watts: float = 0.0, most: float | None = 30.0) -> PortPower:
    return PortPower(admin, oper, watts, None, None, most)


NEVER, STATIC = PortState(poe="never"), PortState(poe="static", poe_max=10000)
# given, the port before, its power, how much is left, how much it may ask for (None: no warning)
BUDGETS = {
    "enough": ({"poe": "auto"}, NEVER, port_power(), 15.4, None),
    "not enough": ({"poe": "auto"}, NEVER, port_power(), 15.3, 15.4),
    "limited": ({"poe": "auto", "poe_max": 7000}, NEVER, port_power(), 5.0, 7.0),
    "limited enough": ({"poe": "auto", "poe_max": 7000}, NEVER, port_power(), 7.0, None),
    "a small port": ({"poe": "auto"}, NEVER, port_power(most=7.0), 5.0, 7.0),
    "on already": ({"poe": "auto", "description": "x"}, PortState(), port_power(oper="on", watts=6.3), 0.0, None),
    "unchanged": ({"poe": "auto"}, PortState(), port_power(), 0.0, None),
    "changed otherwise": ({"description": "x"}, PortState(), port_power(), 0.0, None),
    "given and changed": ({"poe": "auto", "description": "x"}, PortState(), port_power(), 0.0, 15.4),
    "static": ({"poe": "static"}, PortState(), port_power(), 29.0, 30.0),
    "static and limited": ({"poe": "static", "poe_max": 15400}, PortState(), port_power(), 10.0, 15.4),
    "static on a port of which nothing is told": ({"poe": "static"}, PortState(), port_power(most=None), 0.0, 30.0),
    "more of static": ({"poe": "static", "poe_max": 15400}, STATIC, port_power("static", "on", 6.0), 5.0, 5.4),
    "less of static": ({"poe": "static", "poe_max": 7000}, STATIC, port_power("static", "on", 6.0), 0.0, None),
    "never": ({"poe": "never"}, PortState(), port_power(), 0.0, None),
    "turned on": ({"enabled": True}, PortState(enabled=False), port_power(), 0.0, 15.4),
    "turned off": ({"enabled": False, "poe": "auto"}, PortState(), port_power(), 0.0, None),
}


@pytest.mark.parametrize("case", BUDGETS)
def test_power(case: str) -> None:
    given, state, power, left, asked = BUDGETS[case]
    table = PowerTable({"1": Budget(370.0, 370.0 - left, left)}, {NAME.format(1): power})
    warnings = checks.budget_warnings([plan(1, state, **given)], table, "sw1")
    if asked is None:
        assert warnings == []
    else:
        assert warnings == [
            f"The power of sw1 may not suffice: 1 port may ask for up to {asked:.1f} W more, and {left:.1f} W of "
            f"370.0 W are left ({370.0 - left:.1f} W used). Give 'poe_max' where the phones need less, or free power"
        ]


def test_each_module_has_its_own_power() -> None:
    ports = {f"GigabitEthernet{module}/0/{number}": port_power() for module in (1, 2) for number in (1, 2)}
    table = PowerTable({"1": Budget(100.0, 60.0, 40.0), "2": Budget(100.0, 80.0, 20.0)}, ports)
    rows = wanted_ports([{"interface": name, "poe": "auto", "description": "x"} for name in ports])
    plans = [plan_port(row, Port(row.interface)) for row in rows]
    (warning,) = checks.budget_warnings(plans, table, "sw1")
    assert warning.startswith(
        "The power of module 2 of sw1 may not suffice: 2 ports may ask for up to 30.8 W more, and 20.0 W"
    )


def test_a_switch_without_power_is_not_warned_of() -> None:
    assert checks.budget_warnings([plan(1, NEVER, poe="auto")], PowerTable(absent="%Invalid input"), "sw1") == []
    unknown = PowerTable({WHOLE: Budget(0.0, 0.0, 0.0)}, {})
    assert checks.budget_warnings([plan(1, NEVER, poe="auto")], unknown, "sw1") == []


ARCHIVES = {
    "archive\n path flash:before\n": "",
    "archive\n log config\n  logging enable\n": "it has no archive to go back to",
    "hostname sw1\n": "it has no archive to go back to",
}


@pytest.mark.parametrize("text", ARCHIVES)
def test_the_way_back(text: str) -> None:
    config = parse_config(text)
    found = checks.revert_obstacle(config, pending=False)
    assert found.startswith(ARCHIVES[text])
    assert bool(found) == bool(ARCHIVES[text])
    assert checks.revert_obstacle(config, pending=True).startswith("another change waits for its confirmation")


def test_the_platforms_that_can_go_back_by_themselves() -> None:
    assert {name for name, dialect in PLATFORMS.items() if dialect.can_revert} == {"ios"}

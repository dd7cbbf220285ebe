# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the rows, and plans from any state to any wanted one."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.dialtone.voice.plugins.module_utils._switch.platforms import PLATFORMS
from ansible_collections.dialtone.voice.plugins.module_utils._switch.ports import (
    Port,
    PortState,
    WantedPort,
    WantedVlan,
    plan_port,
    plan_ports,
    planned_vlans,
    render_plans,
    vlan_change,
    vlan_faults,
    wanted_ports,
    wanted_vlans,
)
from ansible_collections.dialtone.voice.plugins.module_utils._switch.rules import discovery_warnings, row_faults
from ansible_collections.dialtone.voice.plugins.module_utils._switch.settings import Style

IOS = PLATFORMS["ios"]
NAME = "GigabitEthernet1/0/1"


def ports(*rows: dict) -> list[WantedPort]:
    return wanted_ports([{"interface": "Gi1/0/1", **row} for row in rows])


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (
            {"voice_vlan": 4095},
            "ports[0] (Gi1/0/1): voice_vlan: VLAN 4095 is out of range: give a number from 1 to 4094",
        ),
        ({"access_vlan": 0}, "access_vlan: VLAN 0 is out of range"),
        ({"access_vlan": -5}, "access_vlan: VLAN -5 is out of range"),
        ({"voice_vlan": 1003}, "voice_vlan: VLAN 1003 is reserved"),
        ({"voice_vlan": 20, "access_vlan": 20}, "voice_vlan: VLAN 20 is the access VLAN too"),
        ({"description": "two\nlines"}, "description: 'two\\nlines' has the control character \\x0a in it"),
        ({"description": "tab\there"}, "has the control character \\x09 in it"),
        ({"description": "a\x1b[2Jb"}, "has the control character \\x1b in it"),
        ({"description": "B\u00fcro"}, "has characters beyond ASCII"),
        ({"description": "who?"}, "has a question mark in it"),
        ({"description": "x" * 201}, "has 201 characters: the limit is 200"),
        ({"interface": "Gi1/0/1-4"}, "interface: 'Gi1/0/1-4' is no interface name"),
    ],
)
def test_a_bad_row_is_named_with_its_value_and_a_remedy(row, text):
    faults = row_faults(ports(row), [])
    assert len(faults) == 1
    assert text in faults[0]


def test_good_rows_have_no_fault():
    assert row_faults(ports({"voice_vlan": 20, "access_vlan": 10, "description": "x" * 200}), []) == []


def test_the_same_port_twice_in_two_notations():
    faults = row_faults(ports({}, {"interface": "gigabitethernet 1/0/1"}), [])
    assert faults == [
        "ports[1] (gigabitethernet 1/0/1): interface: the same interface as ports[0]: keep one row for each interface"
    ]


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([{"id": 5000}], "vlans[0] (5000): id: VLAN 5000 is out of range"),
        ([{"id": 1005}], "vlans[0] (1005): id: VLAN 1005 is reserved"),
        ([{"id": 20, "name": "VO ICE"}], "has a blank in it"),
        ([{"id": 20, "name": "V" * 33}], "has 33 characters: the limit is 32"),
        ([{"id": 20, "name": "A\n"}], "control character"),
        ([{"id": 1, "name": "DATA"}], "VLAN 1 is the default VLAN"),
        (
            [{"id": 20, "name": "A"}, {"id": 20, "name": "B"}],
            "vlans[1] (20): name: 'B', but vlans[0] names VLAN 20 'A'",
        ),
        (
            [{"id": 20, "name": "A"}, {"id": 30, "name": "A"}],
            "vlans[1] (30): name: 'A' is the name of VLAN 20 in vlans[0]",
        ),
    ],
)
def test_bad_vlans(rows, text):
    faults = row_faults([], wanted_vlans(rows))
    assert len(faults) == 1
    assert text in faults[0]


def test_a_vlan_given_twice_alike_is_no_fault():
    assert row_faults([], wanted_vlans([{"id": 20, "name": "A"}, {"id": 20, "name": "A"}])) == []


VLANS_THERE = {1: "default", 10: "DATA", 20: "VOICE"}
CURRENT = {
    NAME: Port(NAME, PortState(access_vlan=10)),
    "GigabitEthernet1/0/2": Port("GigabitEthernet1/0/2", PortState(), obstacle="is in mode 'trunk': give another port"),
    "GigabitEthernet1/0/3": Port("GigabitEthernet1/0/3", PortState(voice_vlan=20)),
}


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"interface": "Gi1/0/9"}, "sw1 has no interface GigabitEthernet1/0/9: the nearest are GigabitEthernet1/0/"),
        ({"interface": "Serial0"}, "sw1 has no interface Serial0: it has 3 interfaces"),
        ({"interface": "Gi1/0/2"}, "GigabitEthernet1/0/2 is in mode 'trunk'"),
        ({"voice_vlan": 99}, "voice_vlan: VLAN 99 exists neither on sw1 nor in 'vlans': add '{id: 99, name: ...}'"),
        ({"voice_vlan": 10}, "voice_vlan: VLAN 10 would be both access and voice VLAN"),
        ({"interface": "Gi1/0/3", "access_vlan": 20}, "access_vlan: VLAN 20 would be both access and voice VLAN"),
    ],
)
def test_a_row_that_this_switch_cannot_take(row, text):
    plans, faults = plan_ports(ports(row), CURRENT, VLANS_THERE, "sw1")
    assert plans == []
    assert len(faults) == 1
    assert text in faults[0]


def test_short_forms_that_only_the_switch_can_tell_apart():
    rows = ports({"interface": "g1/0/1"}, {"interface": "GigabitE1/0/1"})
    _plans, faults = plan_ports(rows, CURRENT, VLANS_THERE, "sw1")
    assert "the same interface as ports[0]" in faults[0]


@pytest.mark.parametrize(
    ("existing", "row", "changes"),
    [
        ({}, WantedVlan(0, 20, "VOICE"), {"id": 20, "name": "VOICE"}),
        ({20: "VLAN0020"}, WantedVlan(0, 20, "VOICE"), {"name": "VOICE"}),
        ({20: "VOICE"}, WantedVlan(0, 20, "VOICE"), {}),
        ({20: "VOICE"}, WantedVlan(0, 20), {}),
        ({}, WantedVlan(0, 20), {"id": 20}),
    ],
)
def test_vlan_change(existing, row, changes):
    assert vlan_change(row, existing) == changes


def test_a_vlan_name_that_another_one_keeps():
    assert (
        "VLAN 30 of sw1 is named 'VOICE' already" in vlan_faults([WantedVlan(0, 20, "VOICE")], {30: "VOICE"}, "sw1")[0]
    )
    renamed = [WantedVlan(0, 30, "OLD"), WantedVlan(1, 20, "VOICE")]
    assert vlan_faults(renamed, {30: "VOICE"}, "sw1") == []


def test_the_limit_of_power_stays():
    limited = Port(NAME, PortState(poe="auto", poe_max=15400))
    lines = [step.line for step in IOS.render_port(plan_port(ports({"poe": "static"})[0], limited), Style())]
    assert lines == [f"interface {NAME}", "power inline static max 15400"]


# A model of what IOS makes of the lines, written from its command reference and not from the code under test.
class Ios:
    def __init__(self, state: PortState, dialect: Style, *, portfast_with_voice: bool) -> None:
        self.state = state
        self.dialect = dialect
        self.portfast_with_voice = portfast_with_voice
        # What spanning tree is set to on the port itself, None for nothing.
        own = (
            state.portfast
            if not (dialect.fast_access and state.mode == "access")
            else (None if state.portfast else False)
        )
        self.own_portfast: bool | None = own or (False if own is False and dialect.fast_access else None)

    def take(self, line: str) -> None:
        if match := re.fullmatch(r"description (.+)", line):
            self.set(description=match[1])
        elif line == "no description":
            self.set(description="")
        elif line == "switchport mode access":
            self.set(mode="access")
        elif match := re.fullmatch(r"switchport access vlan (\d+)", line):
            self.set(access_vlan=int(match[1]))
        elif match := re.fullmatch(r"switchport voice vlan (\d+)", line):
            self.set(voice_vlan=int(match[1]))
            if self.portfast_with_voice and self.own_portfast is None:
                self.own_portfast = True
        elif match := re.fullmatch(r"power inline (auto|static|never)", line):
            self.set(poe=match[1])
        elif line in ("spanning-tree portfast", "spanning-tree portfast edge"):
            self.own_portfast = True
        elif line == "no spanning-tree portfast":
            self.own_portfast = None
        elif line == "spanning-tree portfast disable":
            self.own_portfast = False
        else:
            assert line == f"interface {NAME}", line
        by_default = self.dialect.fast_access and self.state.mode == "access"
        self.set(portfast=by_default if self.own_portfast is None else self.own_portfast)

    def set(self, **values) -> None:
        self.state = replace(self.state, **values)


def read(state: PortState, style: Style) -> Port:
    """Return a port as it is read: what differs from the defaults stands in its own lines."""
    own = {name for name, value in state.as_dict().items() if value != getattr(PortState(), name)} - {"portfast"}
    if state.portfast != (style.fast_access and state.mode == "access"):
        own.add("portfast")
    return Port(NAME, state, own=frozenset(own), fast_access=style.fast_access)


VLANS = st.sampled_from([1, 10, 20, 30])
DESCRIPTIONS = st.sampled_from(["", "Desk 7", "unused"])
POE = st.sampled_from(["auto", "static", "never"])
STATES = st.builds(
    PortState,
    description=DESCRIPTIONS,
    mode=st.sampled_from(["dynamic auto", "dynamic desirable", "access"]),
    access_vlan=st.one_of(VLANS, st.just("dynamic")),
    voice_vlan=st.one_of(st.none(), VLANS, st.sampled_from(["dot1p", "untagged"])),
    poe=POE,
    portfast=st.booleans(),
)
WANTED = st.builds(
    lambda **row: ports(row)[0],
    description=st.one_of(st.none(), DESCRIPTIONS),
    access_vlan=st.one_of(st.none(), VLANS),
    voice_vlan=st.one_of(st.none(), VLANS),
    poe=st.one_of(st.none(), POE),
    portfast=st.one_of(st.none(), st.booleans()),
)


@settings(deadline=None)
@given(STATES, WANTED, st.builds(Style, edge=st.booleans(), fast_access=st.booleans()), st.booleans())
def test_any_state_gets_to_any_wanted_one(state, wanted, dialect, portfast_with_voice):
    plan = plan_port(wanted, read(state, dialect))
    switch = Ios(state, dialect, portfast_with_voice=portfast_with_voice)
    for line in [step.line for step in IOS.render_port(plan, dialect)]:
        switch.take(line)
        assert switch.state.voice_vlan is not None or state.voice_vlan is None
        assert switch.state.poe != "never" or "never" in (state.poe, wanted.given.get("poe"))
    for name, value in wanted.given.items():
        assert getattr(switch.state, name) == value
    untouched = [name for name in ("description", "access_vlan", "voice_vlan", "poe") if name not in wanted.given]
    assert all(getattr(switch.state, name) == getattr(state, name) for name in untouched)
    again = plan_port(wanted, read(switch.state, dialect))
    assert IOS.render_port(again, dialect) == []


@given(STATES, WANTED)
def test_what_is_said_to_be_set_is_what_the_plan_promises(state, wanted):
    plan = plan_port(wanted, read(state, Style()))
    reached = dict(state.as_dict())
    for step in IOS.render_port(plan, Style()):
        reached.update(step.sets)
    assert reached == plan.after.as_dict()


@pytest.mark.parametrize(
    ("runs", "row", "words"),
    [
        ({"cdp": True, "lldp": True}, {}, []),
        ({"cdp": True, "lldp": False}, {}, []),
        ({"cdp": False, "lldp": True}, {}, ["CDP is off on all of sw1"]),
        ({"cdp": False, "lldp": False}, {}, ["CDP is off on all of sw1", "LLDP is off on all of sw1"]),
        ({"cdp": False, "lldp": False}, {"cdp": False}, []),
        ({"cdp": False, "lldp": False}, {"lldp": False}, ["CDP is off on all of sw1"]),
    ],
)
def test_a_protocol_that_is_off_on_the_whole_switch_is_a_warning(runs, row, words):
    warnings = discovery_warnings(ports(row), runs, "sw1")
    assert len(warnings) == len(words)
    assert all(word in warning for word, warning in zip(words, warnings, strict=True))


TRUNK_PORT = "GigabitEthernet1/0/2"


def test_an_obstacle_that_is_allowed_is_none():
    trunk = {**CURRENT, TRUNK_PORT: replace(CURRENT[TRUNK_PORT], kind="trunk", state=PortState(mode="trunk"))}
    (plan,), faults = plan_ports(
        ports({"interface": "Gi1/0/2", "voice_vlan": 20}), trunk, VLANS_THERE, "sw1", allowed=[TRUNK_PORT]
    )
    assert faults == []
    assert plan.changes == {"mode": "access", "voice_vlan": 20}


@pytest.mark.parametrize("kind", ["virtual", "unclear"])
def test_what_can_never_be_allowed(kind):
    current = {TRUNK_PORT: Port(TRUNK_PORT, obstacle="is none", kind=kind)}
    _plans, faults = plan_ports(ports({"interface": "Gi1/0/2"}), current, {}, "sw1", allowed=[TRUNK_PORT])
    assert len(faults) == 1


def test_a_routed_port_that_is_allowed_becomes_a_switching_port_first():
    routed = Port(NAME, obstacle="is a routed port", kind="routed", others=("no switchport",))
    (plan,), _faults = plan_ports(ports({"voice_vlan": 20}), {NAME: routed}, VLANS_THERE, "sw1", allowed=[NAME])
    assert [step.line for step in IOS.render_port(plan, Style())][1:3] == ["switchport", "switchport mode access"]


def test_deleted_looks_at_nothing_but_the_interface():
    port = Port(NAME, PortState(voice_vlan=20, cdp=False), own=frozenset({"voice_vlan", "cdp"}))
    (plan,), faults = plan_ports(ports({"voice_vlan": 99, "cdp": False}), {NAME: port}, {}, "sw1", state="deleted")
    assert faults == []
    assert plan.changes == {"voice_vlan": None, "cdp": True}
    assert plan.after == PortState()


def test_rendered_writes_every_value_and_asks_nobody():
    rows = ports(
        {
            "enabled": True,
            "description": "Desk 7",
            "access_vlan": 10,
            "voice_vlan": "VOICE",
            "poe": "auto",
            "poe_max": 15400,
            "poe_priority": "high",
            "portfast": True,
            "bpdu_guard": False,
            "qos": "trust",
            "port_security": True,
        }
    )
    (plan,), faults = render_plans(rows, {20: "VOICE"}, IOS.fields, PortState(), "ios")
    assert faults == []
    assert [step.line for step in IOS.render_port(plan, Style())] == [
        f"interface {NAME}",
        "description Desk 7",
        "switchport mode access",
        "switchport access vlan 10",
        "switchport voice vlan 20",
        "power inline auto max 15400",
        "power inline port priority high",
        "cdp enable",
        "lldp transmit",
        "lldp receive",
        "spanning-tree portfast",
        "no spanning-tree bpduguard",
        "trust device cisco-phone",
        "switchport port-security maximum 3",
        "switchport port-security violation restrict",
        "switchport port-security",
        "no shutdown",
    ]


def test_the_vlans_that_there_will_be():
    wanted = [WantedVlan(0, 30, "NEW"), WantedVlan(1, 20, "PHONES"), WantedVlan(2, 40)]
    assert planned_vlans(wanted, {10: "DATA", 20: "VOICE"}) == {10: "DATA", 20: "PHONES", 30: "NEW", 40: ""}
    (plan,), faults = plan_ports(ports({"voice_vlan": "NEW"}), CURRENT, {**VLANS_THERE, 30: "NEW"}, "sw1")
    assert (faults, plan.changes["voice_vlan"]) == ([], 30)

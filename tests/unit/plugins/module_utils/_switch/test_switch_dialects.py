# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way from any port to any wanted one, and back: the phone on it never notices, and a second run is silent."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.dialtone.voice.plugins.module_utils._switch.ports import plan_ports, wanted_ports
from ansible_collections.dialtone.voice.plugins.module_utils._switch.rules import port_row_faults

from .ios_model import AUTO, BROUGHT, BROUGHT_MLS, IosPort
from .port_walks import IOS, MLS, NAME, ROWS, TOPS, VLANS, XE, planned, sections, text_of, unharmed, walk


def commands(lines: list[str], row: dict, *top: str, state: str = "merged") -> list[str]:
    """Return what is written to get a port with these lines to a row."""
    config = IOS.parse(text_of(lines, *top))
    wanted = wanted_ports([{"interface": "Gi1/0/1", **row}])
    assert port_row_faults(wanted) == []
    plans, faults = plan_ports(wanted, IOS.ports(config, VLANS), VLANS, "sw1", state=state)
    assert faults == []
    return [step.line for step in IOS.render_port(plans[0], IOS.style(config))]


LIVE = [
    "description Desk 7",
    "switchport access vlan 10",
    "switchport mode access",
    "switchport voice vlan 20",
    "power inline auto max 15400",
    "spanning-tree portfast",
]
SECURE = [
    "switchport port-security maximum 3",
    "switchport port-security violation restrict",
    "switchport port-security",
]
ACCESS = ["switchport mode access"]

# The row; its lines where it is set already; where it is set otherwise; then what is written from the default, from the
# other value, and from the other value on a port with a phone.
TABLE = {
    "on": ({"enabled": True}, [], ["shutdown"], [], ["no shutdown"], ["no shutdown"]),
    "off": ({"enabled": False}, ["shutdown"], [], ["shutdown"], ["shutdown"], ["shutdown"]),
    "description": (
        {"description": "Desk 8"},
        ["description Desk 8"],
        ["description old"],
        *[["description Desk 8"]] * 3,
    ),
    "no description": (
        {"description": ""},
        [],
        ["description old"],
        [],
        *[["no description"]] * 2,
    ),
    "access VLAN": (
        {"access_vlan": "10"},
        ["switchport access vlan 10", *ACCESS],
        ["switchport access vlan 30"],
        ["switchport mode access", "switchport access vlan 10"],
        ["switchport mode access", "switchport access vlan 10"],
        ["switchport access vlan 10"],
    ),
    "access VLAN by name": (
        {"access_vlan": "DATA"},
        ["switchport access vlan name DATA", *ACCESS],
        ["switchport access vlan name VIDEO", *ACCESS],
        ["switchport mode access", "switchport access vlan 10"],
        *[["switchport access vlan 10"]] * 2,
    ),
    "voice VLAN": (
        {"voice_vlan": "20"},
        ["switchport voice vlan 20", *ACCESS],
        ["switchport voice vlan 30", *ACCESS],
        ["switchport mode access", "switchport voice vlan 20"],
        *[["switchport voice vlan 20"]] * 2,
    ),
    "voice VLAN by name": (
        {"voice_vlan": "VOICE"},
        ["switchport voice vlan name VOICE", *ACCESS],
        ["switchport voice vlan dot1p", *ACCESS],
        ["switchport mode access", "switchport voice vlan 20"],
        *[["switchport voice vlan 20"]] * 2,
    ),
    "voice VLAN dot1p": (
        {"voice_vlan": "dot1p"},
        ["switchport voice vlan dot1p", *ACCESS],
        ["switchport voice vlan 30", *ACCESS],
        ["switchport mode access", "switchport voice vlan dot1p"],
        *[["switchport voice vlan dot1p"]] * 2,
    ),
    "voice VLAN untagged": (
        {"voice_vlan": "untagged"},
        ["switchport voice vlan untagged", *ACCESS],
        ["switchport voice vlan dot1p", *ACCESS],
        ["switchport mode access", "switchport voice vlan untagged"],
        *[["switchport voice vlan untagged"]] * 2,
    ),
    "no voice VLAN": (
        {"voice_vlan": "none"},
        ACCESS,
        ["switchport voice vlan 30", *ACCESS],
        ["switchport mode access"],
        *[["no switchport voice vlan"]] * 2,
    ),
    "power auto": (
        {"poe": "auto"},
        [],
        ["power inline never"],
        [],
        *[["power inline auto"]] * 2,
    ),
    "power static": (
        {"poe": "static"},
        ["power inline static"],
        ["power inline auto max 15400"],
        ["power inline static"],
        *[["power inline static max 15400"]] * 2,
    ),
    "no power": (
        {"poe": "never"},
        ["power inline never"],
        ["power inline static max 15400"],
        *[["power inline never"]] * 3,
    ),
    "limit of power": (
        {"poe_max": 15400},
        ["power inline auto max 15400"],
        ["power inline static max 30000"],
        ["power inline auto max 15400"],
        *[["power inline static max 15400"]] * 2,
    ),
    "power and its limit": (
        {"poe": "static", "poe_max": 15400},
        ["power inline static max 15400"],
        ["power inline never"],
        *[["power inline static max 15400"]] * 3,
    ),
    "power first": (
        {"poe_priority": "high"},
        ["power inline port priority high"],
        [],
        *[["power inline port priority high"]] * 3,
    ),
    "power last": (
        {"poe_priority": "low"},
        [],
        ["power inline port priority high"],
        [],
        *[["power inline port priority low"]] * 2,
    ),
    "CDP": ({"cdp": True}, [], ["no cdp enable"], [], *[["cdp enable"]] * 2),
    "CDP where the row says nothing": ({}, [], ["no cdp enable"], [], *[["cdp enable"]] * 2),
    "no CDP": ({"cdp": False}, ["no cdp enable"], [], *[["no cdp enable"]] * 3),
    "LLDP": (
        {"lldp": True},
        [],
        ["no lldp transmit", "no lldp receive"],
        [],
        *[["lldp transmit", "lldp receive"]] * 2,
    ),
    "LLDP one way": ({}, [], ["no lldp receive"], [], *[["lldp transmit", "lldp receive"]] * 2),
    "no LLDP": (
        {"lldp": False},
        ["no lldp transmit", "no lldp receive"],
        [],
        *[["no lldp transmit", "no lldp receive"]] * 3,
    ),
    "portfast": (
        {"portfast": True},
        ["spanning-tree portfast"],
        ["spanning-tree portfast disable"],
        *[["spanning-tree portfast"]] * 3,
    ),
    "no portfast": (
        {"portfast": False},
        [],
        ["spanning-tree portfast trunk"],
        [],
        *[["no spanning-tree portfast"]] * 2,
    ),
    "BPDU guard": (
        {"bpdu_guard": True},
        ["spanning-tree bpduguard enable"],
        ["spanning-tree bpduguard disable"],
        *[["spanning-tree bpduguard enable"]] * 3,
    ),
    "no BPDU guard": (
        {"bpdu_guard": False},
        ["spanning-tree bpduguard disable"],
        ["spanning-tree bpduguard enable"],
        [],
        *[["no spanning-tree bpduguard"]] * 2,
    ),
    "Auto QoS": ({"qos": "auto"}, [AUTO, *BROUGHT], ["trust device cisco-phone"], *[[AUTO]] * 3),
    "trust": (
        {"qos": "trust"},
        ["trust device cisco-phone"],
        [AUTO, *BROUGHT],
        ["trust device cisco-phone"],
        *[[f"no {AUTO}", "trust device cisco-phone"]] * 2,
    ),
    "no Auto QoS": ({"qos": "none"}, [], [AUTO, *BROUGHT], [], *[[f"no {AUTO}"]] * 2),
    "no trust": ({"qos": "none"}, [], ["trust device cisco-phone"], [], *[["no trust device cisco-phone"]] * 2),
    "port security": (
        {"port_security": True, "access_vlan": "1"},
        [*ACCESS, *SECURE],
        [*ACCESS, "switchport port-security maximum 2"],
        [*ACCESS, *SECURE],
        SECURE,
        ["switchport access vlan 1", *SECURE],
    ),
    "no port security": (
        {"port_security": False},
        ["switchport port-security maximum 2"],
        [*ACCESS, *SECURE],
        [],
        *[["no switchport port-security"]] * 2,
    ),
    "limit of port security": (
        {"port_security_maximum": 4},
        ["switchport port-security maximum 4"],
        [*ACCESS, *SECURE],
        *[["switchport port-security maximum 4"]] * 3,
    ),
    "violation": (
        {"port_security_violation": "protect"},
        ["switchport port-security violation protect"],
        [*ACCESS, *SECURE],
        *[["switchport port-security violation protect"]] * 3,
    ),
}


@pytest.mark.parametrize("start", ["default", "same", "other", "on a live phone"])
@pytest.mark.parametrize("name", TABLE)
def test_each_setting_from_each_start(name, start):
    row, same, other, from_default, from_other, from_live = TABLE[name]
    keys = {IosPort.key(line) for line in other} | {IosPort.key(line) for line in same}
    live = [line for line in LIVE if IosPort.key(line) not in keys]
    # A port that is off, or has no voice VLAN, has no live phone: what the other value says counts.
    extra = ACCESS if "switchport mode" in keys and start == "on a live phone" else []
    lines, expected = {
        "default": ([], from_default),
        "same": (same, []),
        "other": (other, from_other),
        "on a live phone": ([*live, *dict.fromkeys([*extra, *other])], from_live),
    }[start]
    written = commands(lines, row, XE)
    assert written == ([f"interface {NAME}", *expected] if expected else [])
    port = IosPort(lines)
    for line in written[1:]:
        port.take(line)
    assert commands(port.show(), row, XE) == [], "a second run"


@pytest.mark.parametrize(
    ("lines", "row", "top", "expected"),
    [
        ([], {"qos": "trust"}, (MLS,), ["mls qos trust device cisco-phone"]),
        (["mls qos trust device cisco-phone"], {"qos": "none"}, (), ["no mls qos trust device"]),
        ([AUTO, *BROUGHT_MLS], {"qos": "trust"}, (MLS,), [f"no {AUTO}", "mls qos trust device cisco-phone"]),
        ([], {"qos": "trust"}, ("switch 1 provision ws-c2960x-48fps-l",), ["mls qos trust device cisco-phone"]),
        ([], {"qos": "trust"}, ("switch 1 provision ws-c3850-48p",), ["trust device cisco-phone"]),
        ([], {"qos": "trust"}, ("version 12.2",), ["mls qos trust device cisco-phone"]),
        ([], {"qos": "trust"}, ("version 17.9",), ["trust device cisco-phone"]),
        ([], {"portfast": True}, ("spanning-tree portfast edge default",), ["spanning-tree portfast edge"]),
        (ACCESS, {"portfast": True}, ("spanning-tree portfast default",), []),
        (ACCESS, {"portfast": False}, ("spanning-tree portfast default",), ["spanning-tree portfast disable"]),
        (
            [],
            {"access_vlan": "10", "portfast": False},
            ("spanning-tree portfast default",),
            ["switchport mode access", "switchport access vlan 10", "spanning-tree portfast disable"],
        ),
        (
            ["spanning-tree portfast"],
            {"bpdu_guard": False},
            ("spanning-tree portfast edge bpduguard default",),
            ["spanning-tree bpduguard disable"],
        ),
        (["spanning-tree portfast"], {"bpdu_guard": True}, ("spanning-tree portfast bpduguard default",), []),
        (
            ACCESS,
            {"portfast": True, "bpdu_guard": False},
            ("spanning-tree portfast bpduguard default",),
            ["spanning-tree portfast", "spanning-tree bpduguard disable"],
        ),
        (
            ACCESS,
            {"voice_vlan": "20", "portfast": False},
            (),
            ["switchport voice vlan 20", "no spanning-tree portfast"],
        ),
    ],
)
def test_the_style_of_the_switch(lines, row, top, expected):
    assert commands(lines, row, *top)[1:] == expected


def test_replaced_takes_back_what_the_row_does_not_give_and_leaves_what_no_setting_owns():
    lines = [*LIVE, "switchport nonegotiate", "storm-control broadcast level 5.00", AUTO, *BROUGHT, *SECURE]
    row = {"access_vlan": "10", "voice_vlan": "30", "poe": "auto"}
    assert commands(lines, row, XE, state="replaced")[1:] == [
        "no switchport port-security",
        "no description",
        "switchport voice vlan 30",
        "power inline auto",
        "no spanning-tree portfast",
        f"no {AUTO}",
        "no switchport port-security maximum",
        "no switchport port-security violation",
    ]


def test_deleted_leaves_nothing_that_a_setting_owns():
    lines = [*LIVE, "shutdown", "no cdp enable", "switchport nonegotiate", "authentication port-control auto", *SECURE]
    written = commands(lines, {"voice_vlan": "30"}, XE, state="deleted")
    port = IosPort(lines)
    for line in written[1:]:
        port.take(line)
    assert port.show() == ["authentication port-control auto"]


@settings(deadline=None, max_examples=400)
@given(st.data(), st.booleans(), st.booleans(), TOPS, ROWS, st.sampled_from(["merged", "replaced", "deleted"]))
def test_any_port_gets_to_any_wanted_one(data, mls, brings, tops, row, state):
    before = data.draw(sections(mls))
    top = (MLS if mls else XE, *(each for each in tops if each))
    edge = any("edge" in each for each in top)
    config = IOS.parse(text_of(before, *top))
    plan = planned(config, row, state)
    steps = IOS.render_port(plan, IOS.style(config))
    lines = [step.line for step in steps[1:]]
    port = IosPort(before, mls=mls, edge=edge, voice_brings_fast=brings)
    unharmed(walk(port, lines), lines)

    after = IOS.parse(text_of(port.show(), *top))
    reached = IOS.ports(after, VLANS)[NAME]
    left_open = {"portfast", "bpdu_guard"} if plan.portfast_open else set()
    for name, value in plan.after.as_dict().items():
        assert getattr(reached.state, name) == value or name in left_open, name
    storm = "storm-control broadcast level 5.00"
    assert (storm in reached.others) == (storm in before), "a line that no setting owns"
    if state == "deleted":
        assert not reached.own
    again = planned(after, row, state)
    assert IOS.render_port(again, IOS.style(after)) == [] or left_open, "a second run"
    said = dict(plan.port.state.as_dict())
    for step in steps:
        said.update(step.sets)
    same = [name for name in said if name not in ("portfast", "bpdu_guard")]
    assert {name: said[name] for name in same} == {name: plan.after.as_dict()[name] for name in same}


@settings(deadline=None, max_examples=400)
@given(st.data(), st.booleans(), st.booleans(), ROWS, st.sampled_from(["merged", "replaced", "deleted"]))
def test_any_run_can_be_taken_back_from_wherever_it_stopped(data, mls, brings, row, state):
    before = data.draw(sections(mls))
    top = MLS if mls else XE
    config = IOS.parse(text_of(before, top))
    plan = planned(config, row, state)
    lines = [step.line for step in IOS.render_port(plan, IOS.style(config))[1:]]
    port = IosPort(before, mls=mls, voice_brings_fast=brings)
    start = port.show()
    for line in lines[: data.draw(st.integers(0, len(lines)))]:
        port.take(line)
    back = IOS.restore_lines(start, port.show())
    unharmed(walk(port, back), back)
    assert port.show() == start

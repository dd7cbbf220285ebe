# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""NX-OS: its configuration read into the model, and changes written in its words."""

from __future__ import annotations

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._switch.platforms import PLATFORMS
from ansible_collections.dialtone.voice.plugins.module_utils._switch.ports import (
    PortState,
    plan_ports,
    render_plans,
    wanted_ports,
)

NXOS = PLATFORMS["nxos"]
NAME = "Ethernet1/1"
VLANS = {1: "default", 10: "DATA", 20: "VOICE"}
DEFAULT = PortState(mode="access")


def read(*lines: str, top: str = "feature lldp"):
    return NXOS.parse(f"{top}\n\ninterface {NAME}\n" + "".join(f"  {line}\n" for line in lines) + "\nline vty\n")


def port(*lines: str, top: str = ""):
    return NXOS.ports(read(*lines, top=top), VLANS)[NAME]


def commands(lines: list[str], row: dict, *, top: str = "feature lldp", state: str = "merged") -> list[str]:
    config = read(*lines, top=top)
    wanted = wanted_ports([{"interface": "eth1/1", **row}])
    plans, faults = plan_ports(
        wanted, NXOS.ports(config, VLANS), VLANS, "sw1", state=state, fields=NXOS.fields_of(config)
    )
    assert faults == []
    return [step.line for step in NXOS.render_port(plans[0], NXOS.style(config))][1:]


@pytest.mark.parametrize(
    ("lines", "values"),
    [
        ([], {}),
        (["switchport access vlan 10", "switchport voice vlan 20"], {"access_vlan": 10, "voice_vlan": 20}),
        (["switchport voice vlan dot1p"], {"voice_vlan": "dot1p"}),
        (["switchport voice vlan untagged"], {"voice_vlan": "untagged"}),
        (["spanning-tree port type edge"], {"portfast": True}),
        (["spanning-tree port type edge trunk"], {"portfast": True}),
        (["spanning-tree port type normal"], {}),
        (["spanning-tree port type network"], {}),
        (["spanning-tree bpduguard enable"], {"bpdu_guard": True}),
        (["no cdp enable"], {"cdp": False}),
        (["no lldp receive"], {"lldp": False}),
        (["shutdown"], {"enabled": False}),
        (["no shutdown", "description Desk 7"], {"description": "Desk 7"}),
    ],
)
def test_the_lines_of_a_port(lines, values):
    found = port(*lines)
    assert {k: v for k, v in found.state.as_dict().items() if v != getattr(DEFAULT, k)} == values
    assert found.obstacle == ""


@pytest.mark.parametrize(
    ("top", "lines", "kind"),
    [
        ("", ["no switchport"], "routed"),
        ("", ["ip address 10.0.0.1/30"], "routed"),
        ("", ["switchport mode trunk"], "trunk"),
        ("", ["switchport", "channel-group 5"], "channel_member"),
        ("", ["switchport"], ""),
        ("", [], ""),
        ("system default switchport", [], ""),
        ("no system default switchport", [], "routed"),
        ("no system default switchport", ["switchport"], ""),
        # Another port says that it switches, so the others route.
        ("interface Ethernet1/9\n  switchport\n", [], "routed"),
    ],
)
def test_what_is_no_port_for_a_phone(top, lines, kind):
    assert port(*lines, top=top).kind == kind


def test_ports_that_are_off_by_default():
    top = "system default switchport\nsystem default switchport shutdown"
    assert port(top=top).state.enabled is False
    assert port("no shutdown", top=top).state.enabled is True
    assert port("no shutdown", top=top).own == {"enabled"}
    assert commands(["no shutdown"], {}, top=f"{top}\nfeature lldp", state="deleted") == ["shutdown"]


@pytest.mark.parametrize(
    ("lines", "row", "expected"),
    [
        (
            [],
            {"access_vlan": "DATA", "voice_vlan": 20, "portfast": True, "bpdu_guard": True},
            [
                "switchport access vlan 10",
                "switchport voice vlan 20",
                "spanning-tree port type edge",
                "spanning-tree bpduguard enable",
            ],
        ),
        (["switchport voice vlan 10"], {"voice_vlan": 20, "access_vlan": 1}, ["switchport voice vlan 20"]),
        (["switchport voice vlan 10"], {"voice_vlan": "none"}, ["no switchport voice vlan"]),
        (["spanning-tree port type edge"], {"portfast": False}, ["no spanning-tree port type"]),
        (["no cdp enable", "no lldp transmit"], {}, ["cdp enable", "lldp transmit", "lldp receive"]),
        (["shutdown"], {"enabled": True, "description": "Desk"}, ["description Desk", "no shutdown"]),
        (["no shutdown"], {"enabled": False}, ["shutdown"]),
    ],
)
def test_changes_in_its_words(lines, row, expected):
    assert commands(lines, row) == expected


def test_edge_ports_by_default():
    top = "feature lldp\nspanning-tree port type edge default\nspanning-tree port type edge bpduguard default"
    assert commands([], {"portfast": True, "bpdu_guard": True}, top=top) == []
    assert commands([], {"portfast": False}, top=top) == ["spanning-tree port type normal"]


def test_lldp_is_left_alone_where_its_feature_is_off():
    assert commands([], {"cdp": False}, top="hostname n9k") == ["no cdp enable"]
    assert NXOS.runs(read(top="no cdp enable")) == {"cdp": False, "lldp": False}
    assert NXOS.runs(read()) == {"cdp": True, "lldp": True}


def test_deleted_and_back():
    lines = [
        "description Desk 7",
        "switchport access vlan 10",
        "switchport voice vlan 20",
        "spanning-tree port type edge",
        "service-policy type qos input QOS-IN",
    ]
    assert commands(lines, {}, state="deleted") == [
        "no description",
        "no switchport access vlan",
        "no switchport voice vlan",
        "no spanning-tree port type",
    ]
    assert NXOS.restore_lines(lines, [lines[-1], "no cdp enable"]) == [*lines[:3], "cdp enable", lines[3]]


def test_rendered_without_a_switch():
    wanted = wanted_ports([{"interface": "Eth1/1", "voice_vlan": "VOICE", "portfast": True}])
    plans, faults = render_plans(wanted, VLANS, NXOS.fields, DEFAULT, "nxos")
    assert faults == []
    assert [step.line for step in NXOS.render_port(plans[0], NXOS.style(NXOS.parse("")))] == [
        "interface Ethernet1/1",
        "switchport mode access",
        "switchport voice vlan 20",
        "cdp enable",
        "lldp transmit",
        "lldp receive",
        "spanning-tree port type edge",
    ]


def test_vlans_may_stand_in_a_list_and_then_by_their_names():
    config = NXOS.parse("vlan 1,10,20-21\nvlan 20\n  name VOICE\nvlan 10\n  name DATA\n")
    assert NXOS.vlans(config) == {1: "default", 10: "DATA", 20: "VOICE", 21: "VLAN0021"}
    assert NXOS.vlans_in_config(config)
    assert not NXOS.vlans_in_config(NXOS.parse("feature vtp"))


def test_what_is_called_interface_and_is_none():
    config = NXOS.parse("interface breakout module 1 port 1 map 10g-4x\n\ninterface port-channel5\n  switchport\n")
    assert list(NXOS.ports(config, {})) == ["port-channel5"]


def test_what_follows_the_interfaces_at_once_is_not_taken_for_theirs():
    NXOS.parse("interface mgmt0\n  vrf member management\nicam monitor scale\n\nline console\n")
    with pytest.raises(Unsupported, match="'switchport voice vlan 20'"):
        NXOS.parse("interface Ethernet1/1\n  switchport\nswitchport voice vlan 20\n")


def test_trunks_and_routed_vlans():
    config = NXOS.parse(
        "interface Vlan20\n  ip address 10.0.20.1/24\n\ninterface Vlan30\n  no shutdown\n\n"
        "interface port-channel5\n  switchport mode trunk\n  switchport trunk allowed vlan 10,20-21\n"
        "  switchport trunk allowed vlan add 30\n\ninterface Ethernet1/7\n  switchport mode trunk\n"
    )
    assert NXOS.trunks(config) == {"port-channel5": frozenset({10, 20, 21, 30}), "Ethernet1/7": None}
    assert NXOS.routed_vlans(config) == {20}

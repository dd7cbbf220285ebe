# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people write wrong: one clear error each, with the row, the value and the remedy, and no plan."""

from __future__ import annotations

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import validate
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan
from ansible_collections.dialtone.voice.plugins.module_utils._switch.platforms import PLATFORMS
from ansible_collections.dialtone.voice.plugins.module_utils._switch.ports import (
    plan_ports,
    planned_vlans,
    render_plans,
    vlan_faults,
    wanted_ports,
    wanted_vlans,
)
from ansible_collections.dialtone.voice.plugins.module_utils._switch.rows import PORT_SPEC, VLAN_SPEC
from ansible_collections.dialtone.voice.plugins.module_utils._switch.rules import row_faults

SPEC = {
    "vlans": {"type": "list", "elements": "dict", "default": [], "options": VLAN_SPEC},
    "ports": {"type": "list", "elements": "dict", "required": True, "options": PORT_SPEC},
}
CONFIG = """\
vtp mode transparent
!
vlan 10
 name DATA
!
vlan 20
 name VOICE
!
interface GigabitEthernet1/0/1
 switchport access vlan 10
 switchport mode access
!
interface GigabitEthernet1/0/2
 switchport access vlan 10
 switchport mode access
 switchport voice vlan 20
!
interface GigabitEthernet1/0/3
 power inline never
!
interface GigabitEthernet1/0/23
 switchport mode access
 channel-group 5 mode active
!
interface GigabitEthernet1/0/24
 switchport mode trunk
!
interface TenGigabitEthernet1/1/1
 no switchport
 ip address 10.0.0.1 255.255.255.252
!
interface TenGigabitEthernet1/1/2
 power inline static
 power inline never
!
interface Vlan20
 ip address 10.0.20.1 255.255.255.0
!
"""
NEXUS = """\
feature lldp
vlan 1,10,20
vlan 20
  name VOICE

interface Ethernet1/1
  switchport access vlan 10

interface Ethernet1/2
  no switchport

"""
CONFIGS = {"ios": CONFIG, "nxos": NEXUS}


def faults_of(ports: list, vlans: list | None = None, *, platform: str = "ios", state: str = "merged") -> list[str]:
    """Return what a run would tell before it touches anything."""
    try:
        params = validate(SPEC, {"ports": ports, "vlans": vlans or []}).params
    except InvalidPlan as error:
        return error.rows
    wanted, made = wanted_ports(params["ports"]), wanted_vlans(params["vlans"])
    faults = row_faults(wanted, made)
    if faults:
        return faults
    dialect = PLATFORMS[platform]
    config = dialect.parse(CONFIGS[platform])
    if state == "rendered":
        vlans_then = planned_vlans(made, {})
        default = dialect.default_state(dialect.parse(""))
        return render_plans(wanted, vlans_then, dialect.fields, default, dialect.platform)[1]
    existing = dialect.vlans(config)
    _plans, found = plan_ports(
        wanted,
        dialect.ports(config, existing),
        planned_vlans(made, existing),
        "sw1",
        state=state,
        fields=dialect.fields_of(config),
        platform=dialect.platform,
    )
    return vlan_faults(made, existing, "sw1") + found


# The row beside its interface, and what the fault says of it.
PORTS = [
    ({"interface": ""}, ["ports[0]", "''", "write one interface a row"]),
    ({"interface": "Gi1/0/1-4"}, ["'Gi1/0/1-4' is no interface name", "write one interface a row"]),
    ({"interface": "Gi1/0/1,Gi1/0/2"}, ["'Gi1/0/1,Gi1/0/2' is no interface name"]),
    ({"interface": "range Gi1/0/1 - 4"}, ["is no interface name"]),
    ({"interface": "1/0/1"}, ["'1/0/1' is no interface name", "Gi1/0/1"]),
    ({"interface": "GigabitEthernet"}, ["'GigabitEthernet' is no interface name"]),
    ({"interface": "Gi1/0/1\nshutdown"}, ["is no interface name"]),
    ({"interface": "Gi1/0/1 shutdown"}, ["is no interface name"]),
    ({"interface": "Gi1/0/99"}, ["sw1 has no interface GigabitEthernet1/0/99", "the nearest are"]),
    ({"interface": "Fa0/1"}, ["sw1 has no interface FastEthernet0/1", "the nearest are"]),
    ({"interface": "Gi2/0/1"}, ["sw1 has no interface GigabitEthernet2/0/1", "the nearest are GigabitEthernet1/0/1"]),
    ({"interface": "Vlan20"}, ["Vlan20 is no port that a phone can be plugged into", "give the port itself"]),
    ({"interface": "Po5"}, ["Port-channel5 is no port", "give the port itself"]),
    ({"interface": "Lo0"}, ["Loopback0 is no port", "give the port itself"]),
    ({"interface": "Ap1/0/1"}, ["AppGigabitEthernet1/0/1 is no port", "give the port itself"]),
    ({"interface": "Gi1/0/23"}, ["is a member of port-channel 5", "give another port"]),
    ({"interface": "Gi1/0/24"}, ["is in mode 'trunk'", "give another port"]),
    ({"interface": "Te1/1/1"}, ["is a routed port", "give another port"]),
    ({"interface": "Te1/1/2"}, ["'power inline static' and 'power inline never'", "look at it on the switch"]),
    ({"access_vlan": 0}, ["access_vlan: VLAN 0 is out of range", "from 1 to 4094"]),
    ({"access_vlan": 4095}, ["access_vlan: VLAN 4095 is out of range"]),
    ({"access_vlan": -10}, ["access_vlan: VLAN -10 is out of range"]),
    ({"access_vlan": 1003}, ["access_vlan: VLAN 1003 is reserved", "outside of 1002 to 1005"]),
    ({"access_vlan": "10-20"}, ["access_vlan: '10-20' is no single VLAN", "give its number"]),
    ({"access_vlan": "10,20"}, ["access_vlan: '10,20' is no single VLAN"]),
    ({"access_vlan": ""}, ["access_vlan: it is empty", "leave the option out"]),
    ({"access_vlan": "dot1p"}, ["access_vlan: 'dot1p' is for a voice VLAN only"]),
    ({"access_vlan": "none"}, ["access_vlan: 'none' is for a voice VLAN only"]),
    ({"access_vlan": 99}, ["access_vlan: VLAN 99 exists neither on sw1 nor in 'vlans'", "add '{id: 99, name: ...}'"]),
    ({"access_vlan": "DATEN"}, ["a VLAN named 'DATEN' exists neither on sw1", "the nearest are DATA"]),
    ({"access_vlan": "10\nshutdown"}, ["has the control character \\x0a in it", "take it out"]),
    ({"access_vlan": "V" * 33}, ["has 33 characters", "the limit is 32"]),
    ({"access_vlan": [10]}, ["access_vlan: a VLAN named '[10]' exists neither"]),
    ({"voice_vlan": 5000}, ["voice_vlan: VLAN 5000 is out of range"]),
    ({"voice_vlan": 99}, ["voice_vlan: VLAN 99 exists neither on sw1 nor in 'vlans'"]),
    ({"voice_vlan": "voice"}, ["a VLAN named 'voice' exists neither", "the nearest are VOICE"]),
    ({"voice_vlan": "PHONES"}, ["a VLAN named 'PHONES' exists neither", "give its number, or add it to 'vlans'"]),
    ({"voice_vlan": "tagged"}, ["a VLAN named 'tagged' exists neither"]),
    ({"voice_vlan": 20.5}, ["a VLAN named '20.5' exists neither"]),
    ({"voice_vlan": True}, ["a VLAN named 'True' exists neither"]),
    ({"voice_vlan": 20, "access_vlan": 20}, ["voice_vlan: VLAN 20 is the access VLAN too"]),
    ({"voice_vlan": "VOICE", "access_vlan": "VOICE"}, ["voice_vlan: VLAN VOICE is the access VLAN too"]),
    ({"voice_vlan": "VOICE", "access_vlan": 20}, ["VLAN 20 would be both access and voice VLAN", "two different ones"]),
    ({"voice_vlan": 10}, ["voice_vlan: VLAN 10 would be both access and voice VLAN"]),
    ({"interface": "Gi1/0/2", "access_vlan": 20}, ["access_vlan: VLAN 20 would be both"]),
    ({"description": "two\nlines"}, ["'two\\nlines' has the control character \\x0a in it", "take it out"]),
    ({"description": "a\x1b[2J"}, ["has the control character \\x1b in it"]),
    ({"description": "Büro"}, ["has characters beyond ASCII", "write it without them"]),
    ({"description": "who?"}, ["has a question mark in it", "take it out"]),
    ({"description": "x" * 201}, ["has 201 characters", "the limit is 200"]),
    ({"poe": "on"}, ["value of poe must be one of: auto, static, never, got: on"]),
    ({"poe_max": 3999}, ["poe_max: 3999 is out of range", "milliwatts", "such as 15400"]),
    ({"poe_max": 90001}, ["poe_max: 90001 is out of range"]),
    ({"poe_max": 30}, ["poe_max: 30 is out of range", "milliwatts"]),
    ({"poe_max": "15.4W"}, ["poe_max", "15.4W", "int"]),
    ({"poe": "never", "poe_max": 15400}, ["poe_max: 15400 with 'poe: never'", "leave out one of them"]),
    ({"interface": "Gi1/0/3", "poe_max": 15400}, ["poe_max: power is 'never'", "give 'poe: auto' or 'static' too"]),
    ({"poe_priority": "medium"}, ["value of poe_priority must be one of: low, high, got: medium"]),
    ({"cdp": "perhaps"}, ["cdp", "perhaps", "bool"]),
    ({"portfast": "edge"}, ["portfast", "edge", "bool"]),
    ({"qos": "cisco-phone"}, ["value of qos must be one of: auto, trust, none, got: cisco-phone"]),
    ({"port_security_maximum": 0}, ["port_security_maximum: 0 is out of range", "such as 3"]),
    ({"port_security_maximum": 9000}, ["port_security_maximum: 9000 is out of range"]),
    (
        {"port_security": True, "port_security_maximum": 1, "voice_vlan": 20},
        ["port_security_maximum: 1 with a voice VLAN", "give at least 2, better 3"],
    ),
    (
        {"interface": "Gi1/0/2", "port_security": True, "port_security_maximum": 1},
        ["port_security_maximum: GigabitEthernet1/0/2 would take 1 MAC address with a voice VLAN", "at least 2"],
    ),
    (
        {"port_security": False, "port_security_maximum": 3},
        ["port_security_maximum: 3 with 'port_security: false'", "leave out one of them"],
    ),
    (
        {"interface": "Gi1/0/3", "port_security": True},
        ["port_security: GigabitEthernet1/0/3 is in mode 'dynamic auto'", "give 'access_vlan' or 'voice_vlan' too"],
    ),
    ({"port_security_violation": "ignore"}, ["value of port_security_violation must be one of", "got: ignore"]),
    ({"voice_vln": 20}, ["voice_vln. Supported parameters include", "Did you mean voice_vlan?"]),
    ({"interface": None}, ["ports[0]", "interface"]),
]


@pytest.mark.parametrize(("row", "words"), PORTS, ids=[str(row)[:60] for row, _words in PORTS])
def test_a_bad_port(row, words):
    faults = faults_of([{"interface": "Gi1/0/1", **row}])
    assert len(faults) == 1, faults
    assert faults[0].startswith("ports[0]")
    assert [word for word in words if word not in faults[0]] == [], faults[0]


VLANS = [
    ([{"id": 0}], ["vlans[0] (0): id: VLAN 0 is out of range", "from 1 to 4094"]),
    ([{"id": 4095}], ["vlans[0] (4095): id: VLAN 4095 is out of range"]),
    ([{"id": 1002}], ["vlans[0] (1002): id: VLAN 1002 is reserved"]),
    ([{"id": "voice"}], ["vlans[0] (voice)", "int"]),
    ([{"name": "VOICE"}], ["vlans[0] (VOICE)", "missing required arguments: id"]),
    ([{"id": 30, "name": ""}], ["name: '' is empty or has a blank", "such as VOICE"]),
    ([{"id": 30, "name": "MY VOICE"}], ["name: 'MY VOICE' is empty or has a blank"]),
    ([{"id": 30, "name": "V" * 33}], ["has 33 characters", "the limit is 32"]),
    ([{"id": 30, "name": "A\rB"}], ["has the control character \\x0d in it"]),
    ([{"id": 30, "name": "what?"}], ["has a question mark in it"]),
    ([{"id": 30, "name": "BÜRO"}], ["has characters beyond ASCII"]),
    ([{"id": 1, "name": "DATA1"}], ["VLAN 1 is the default VLAN", "leave out its name"]),
    ([{"id": 30, "name": "A"}, {"id": 30, "name": "B"}], ["vlans[1] (30)", "vlans[0] names VLAN 30 'A'"]),
    ([{"id": 30, "name": "A"}, {"id": 31, "name": "A"}], ["vlans[1] (31)", "is the name of VLAN 30 in vlans[0] too"]),
    ([{"id": 30, "name": "VOICE"}], ["vlans[0] (30)", "VLAN 20 of sw1 is named 'VOICE' already"]),
    (["20"], ["vlans[0]", "write each row as 'key: value' pairs"]),
]


@pytest.mark.parametrize(("vlans", "words"), VLANS, ids=[str(vlans) for vlans, _words in VLANS])
def test_a_bad_vlan(vlans, words):
    faults = faults_of([{"interface": "Gi1/0/1"}], vlans)
    assert len(faults) == 1, faults
    assert [word for word in words if word not in faults[0]] == [], faults[0]


NEXUS_ROWS = [
    ({"poe": "static"}, ["poe: sw1 (platform nxos) has no such setting", "'static'", "leave the option out"]),
    ({"poe_max": 15400}, ["poe_max: sw1 (platform nxos) has no such setting"]),
    ({"qos": "auto"}, ["qos: sw1 (platform nxos) has no such setting"]),
    ({"port_security": True}, ["port_security: sw1 (platform nxos) has no such setting"]),
    ({"interface": "Eth1/2"}, ["Ethernet1/2 is a routed port"]),
    ({"interface": "Gi1/0/1"}, ["sw1 has no interface GigabitEthernet1/0/1"]),
    ({"interface": "mgmt0"}, ["mgmt0 is no port"]),
]


@pytest.mark.parametrize(("row", "words"), NEXUS_ROWS, ids=[str(row) for row, _words in NEXUS_ROWS])
def test_what_a_nexus_cannot_take(row, words):
    faults = faults_of([{"interface": "Eth1/1", **row}], platform="nxos")
    assert len(faults) == 1, faults
    assert [word for word in words if word not in faults[0]] == [], faults[0]


def test_the_default_of_what_a_platform_has_not_is_no_fault():
    assert faults_of([{"interface": "Eth1/1", "poe": "auto", "qos": "none"}], platform="nxos") == []


def test_two_rows_for_one_port():
    faults = faults_of([{"interface": "Gi1/0/1"}, {"interface": "gigabitethernet 1/0/1"}])
    assert faults == [
        "ports[1] (gigabitethernet 1/0/1): interface: the same interface as ports[0]: keep one row for each interface"
    ]


def test_a_row_that_is_no_mapping():
    assert "ports[0]: 'Gi1/0/1' is no mapping" in faults_of(["Gi1/0/1"])[0]


@pytest.mark.parametrize(
    ("row", "vlans", "words"),
    [
        ({"voice_vlan": "VOICE"}, [], ["a VLAN named 'VOICE' is not in 'vlans', and no switch is asked"]),
        ({"voice_vlan": "VOCIE"}, [{"id": 20, "name": "VOICE"}], ["the nearest are VOICE"]),
    ],
)
def test_a_name_that_only_a_switch_could_tell(row, vlans, words):
    faults = faults_of([{"interface": "Gi1/0/1", **row}], vlans, state="rendered")
    assert len(faults) == 1
    assert all(word in faults[0] for word in words)


def test_every_fault_of_every_row_at_once():
    rows = [{"interface": "Gi1/0/1", "voice_vlan": 99}, {"interface": "Gi1/0/24"}, {"interface": "Gi1/0/99"}]
    assert [fault.split(" ", 1)[0] for fault in faults_of(rows)] == ["ports[0]", "ports[1]", "ports[2]"]


def test_good_rows_have_no_fault():
    every = {
        "interface": "Gi1/0/1",
        "enabled": True,
        "description": "x" * 200,
        "access_vlan": "DATA",
        "voice_vlan": "20",
        "poe": "static",
        "poe_max": 15400,
        "poe_priority": "high",
        "cdp": True,
        "lldp": False,
        "portfast": True,
        "bpdu_guard": True,
        "qos": "auto",
        "port_security": True,
        "port_security_maximum": 2,
        "port_security_violation": "restrict",
    }
    assert set(every) == set(PORT_SPEC)
    assert faults_of([every], [{"id": 30, "name": "NEW"}]) == []
    assert faults_of([every], [{"id": 10, "name": "DATA"}], state="rendered") == []
    assert faults_of([{"interface": "Gi1/0/2", "voice_vlan": "untagged", "access_vlan": 10}]) == []

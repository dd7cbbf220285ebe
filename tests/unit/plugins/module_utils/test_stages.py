"""What each stage takes from the plan, and what is told in the end."""

from __future__ import annotations

from ansible_collections.dialtone.voice.plugins.module_utils import _stages
from ansible_collections.dialtone.voice.plugins.module_utils._argspec import validate
from ansible_collections.dialtone.voice.plugins.module_utils._plan import read_plan
from ansible_collections.dialtone.voice.plugins.module_utils._switch.ports import wanted_ports
from ansible_collections.dialtone.voice.plugins.module_utils._switch.rows import PORT_SPEC
from ansible_collections.dialtone.voice.plugins.module_utils._switch.rules import row_faults

PROFILES = {
    "office": {
        "port": {"access_vlan": 10, "voice_vlan": 20},
        "phone": {"device_pool": "Default"},
        "line": {"partition": "PT", "css": "CSS"},
    }
}
PHONES = [
    {
        "mac": "00:11:22:33:44:55",
        "model": "8841",
        "switch": "sw1",
        "interface": "Gi1/0/1",
        "profile": "office",
        "description": "Desk",
        "lines": [{"dn": "1001", "label": "One"}, {"dn": "1000", "shared": True}],
    },
    {
        "mac": "00:11:22:33:44:56",
        "model": 7841,
        "switch": "sw2",
        "interface": "Gi1/0/1",
        "profile": "office",
        "protocol": "SCCP",
        "port": {"description": "as I say"},
        "lines": [{"dn": "1000", "shared": True}],
    },
]
PLAN = read_plan(PHONES, PROFILES, ["sw1", "sw2"])


def test_ports_of_one_switch() -> None:
    assert _stages.ports(PLAN, "sw1") == [
        {
            "interface": "GigabitEthernet1/0/1",
            "description": "SEP001122334455 Desk",
            "access_vlan": 10,
            "voice_vlan": 20,
        }
    ]
    assert _stages.ports(PLAN, "sw2")[0]["description"] == "as I say"
    assert _stages.ports(PLAN, "sw3") == []


def test_a_plan_may_give_every_option_of_a_port() -> None:
    every = {
        "enabled": True,
        "description": "Desk",
        "access_vlan": "DATA",
        "voice_vlan": "VOICE",
        "poe": "static",
        "poe_max": 15400,
        "poe_priority": "high",
        "cdp": False,
        "lldp": False,
        "portfast": True,
        "bpdu_guard": True,
        "qos": "trust",
        "port_security": True,
        "port_security_maximum": 3,
        "port_security_violation": "protect",
    }
    assert set(every) == set(PORT_SPEC) - {"interface"}
    row = {**PHONES[0], "port": {"cdp": True}}
    (port,) = _stages.ports(read_plan([row], {"office": {**PROFILES["office"], "port": every}}, ["sw1"]), "sw1")
    assert port == {"interface": "GigabitEthernet1/0/1", **every, "cdp": True}
    assert row_faults(wanted_ports([port]), []) == []


def test_cdp_and_lldp_are_on_where_the_plan_says_nothing() -> None:
    spec = {"ports": {"type": "list", "elements": "dict", "options": PORT_SPEC}}
    (port,) = validate(spec, {"ports": _stages.ports(PLAN, "sw1")}).params["ports"]
    (wanted,) = wanted_ports([port])
    assert (wanted.given["cdp"], wanted.given["lldp"]) == (True, True)


def test_a_description_for_cucm_is_written_as_a_switch_takes_it() -> None:
    row = {**PHONES[0], "description": "Büro Łódź, Straße 5 – wo?  " + "x" * 250}
    (port,) = _stages.ports(read_plan([row], PROFILES, ["sw1"]), "sw1")
    assert port["description"].startswith("SEP001122334455 Buro Lodz, Strasse 5 wo xxx")
    assert row_faults(wanted_ports([port]), []) == []


def test_lines_stand_once() -> None:
    assert _stages.lines(PLAN) == [
        {"pattern": "1001", "partition": "PT", "description": "Desk", "css": "CSS"},
        {"pattern": "1000", "partition": "PT", "description": "Desk", "css": "CSS"},
    ]


def test_phones_with_their_appearances() -> None:
    assert _stages.phones(PLAN) == [
        {
            "name": "SEP001122334455",
            "model": "8841",
            "protocol": "SIP",
            "description": "Desk",
            "device_pool": "Default",
            "lines": [
                {"pattern": "1001", "partition": "PT", "label": "One"},
                {"pattern": "1000", "partition": "PT", "shared": True},
            ],
        },
        {
            "name": "SEP001122334456",
            "model": "7841",
            "protocol": "SCCP",
            "device_pool": "Default",
            "lines": [{"pattern": "1000", "partition": "PT", "shared": True}],
        },
    ]


def test_registrations_and_summary() -> None:
    assert _stages.registrations(PLAN)[1] == {
        "name": "SEP001122334456",
        "protocol": "SCCP",
        "patterns": ["1000"],
    }
    assert _stages.places(PLAN)["SEP001122334456"] == "sw2 GigabitEthernet1/0/1"
    assert _stages.summary(PLAN) == "2 phones (7841, 8841) on 2 switches, 2 directory numbers"
    assert _stages.summary(PLAN[:1]) == "1 phone (8841) on 1 switch, 2 directory numbers"


def test_differences_have_the_names_of_causes() -> None:
    before = {"poe": "never", "voice_vlan": None}
    after = {"poe": "auto", "voice_vlan": 20}
    assert _stages.differences(before, after, {"20"}) == [
        "poe_disabled: power inline is never, planned auto",
        "voice_vlan_missing: voice VLAN is none, planned 20",
        "vlan_not_created: VLAN 20 is not on the switch",
    ]
    assert _stages.differences({"voice_vlan": 30}, {"voice_vlan": 20}) == [
        "voice_vlan_wrong: voice VLAN is 30, planned 20"
    ]
    assert _stages.differences(after, after) == []


def test_comparisons_tell_differences_and_switches_that_could_not_be_asked() -> None:
    row = {"key": "Gi1/0/1", "before": {"poe": "never"}, "after": {"poe": "auto"}}
    host_vars = {
        "sw1": {"__switch_ports_comparison": {"results": [row], "vlans": []}},
        "sw2": {"__switch_ports_comparison": {"msg": "sw2 refused the password", "results": [row], "error": {}}},
        "sw3": {},
        "sw4": {"__switch_ports_comparison": {"skipped": True}},
    }
    assert _stages.comparisons(["sw1", "sw2", "sw3", "sw4", "sw5"], host_vars) == {
        "places": {"sw1 Gi1/0/1": ["poe_disabled: power inline is never, planned auto"]},
        "unasked": {"sw2": "sw2 refused the password"},
    }


def test_the_report_names_the_missing_with_what_is_known() -> None:
    results = [
        {"key": "SEP1", "status": "unchanged"},
        {"key": "SEP2", "status": "failed", "error": "not seen by CUCM"},
        {"key": "SEP3", "status": "failed", "error": None},
    ]
    places = {"SEP1": "sw1 Gi1/0/1", "SEP2": "sw1 Gi1/0/2", "SEP3": "sw2 Gi1/0/1"}
    compared = {"places": {"sw1 Gi1/0/2": ["poe_disabled: x"]}, "unasked": {"sw2": "no route"}}
    assert _stages.report(results, places, compared) == {
        "registered": 1,
        "missing": 2,
        "lines": [
            "1 of 3 phones registered",
            "SEP2 (sw1 Gi1/0/2): not seen by CUCM; poe_disabled: x",
            "SEP3 (sw2 Gi1/0/1): not registered; its switch could not be asked: no route",
        ],
    }


def test_a_long_list_of_missing_phones_is_cut() -> None:
    results = [{"key": f"SEP{n}", "status": "failed", "error": "x"} for n in range(60)]
    told = _stages.report(results, {}, {})["lines"]
    assert len(told) == 52
    assert told[-1] == "and 10 more"

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


def test_summary() -> None:
    assert _stages.summary(PLAN) == "2 phones (7841, 8841) on 2 switches, 2 directory numbers"
    assert _stages.summary(PLAN[:1]) == "1 phone (8841) on 1 switch, 2 directory numbers"


VLANS = {"sw1": [{"id": 20, "name": "VOICE"}], "sw2": [{"id": 20, "name": "VOICE-2F"}]}
FIRST = {
    "name": "Voice",
    "network": "10.1.20.0/24",
    "gateway": "10.1.20.1",
    "tftp_servers": ["10.1.0.10", "10.1.0.11"],
}
SECOND = {"name": "VOICE-2F", "network": "10.2.20.0/24", "tftp_servers": ["10.1.0.11"]}
DATA = {"name": "DATA", "network": "10.1.10.0/24", "gateway": "10.1.10.1"}


def test_startups_have_what_plan_and_site_say_of_a_phone() -> None:
    first, second = _stages.startups(PLAN, VLANS, [DATA, FIRST, SECOND], ["10.9.9.9"])
    assert first == {
        "name": "SEP001122334455",
        "model": "8841",
        "protocol": "SIP",
        "switch": "sw1",
        "interface": "GigabitEthernet1/0/1",
        "patterns": ["1001", "1000"],
        "voice_vlan": 20,
        "poe": None,
        "network": "10.1.20.0/24",
        "gateways": ["10.1.20.1"],
        "tftp_servers": ["10.1.0.10", "10.1.0.11"],
        "load": "",
    }
    assert (second["network"], second["gateways"], second["tftp_servers"]) == ("10.2.20.0/24", [], ["10.1.0.11"])


def one(port: dict, scopes: list[dict], vlans: list[dict], **phone: object) -> dict:
    row = {**PHONES[0], "port": port, "phone": phone}
    (startup,) = _stages.startups(read_plan([row], PROFILES, ["sw1"]), {"sw1": vlans}, scopes, ["10.9.9.9"])
    return startup


def test_a_voice_vlan_may_be_planned_by_name_or_not_at_all() -> None:
    assert one({"voice_vlan": "VOICE"}, [], VLANS["sw1"])["voice_vlan"] == 20
    assert one({"voice_vlan": "20"}, [], [])["voice_vlan"] == 20
    for other in ("PHONES", "dot1p", "none"):
        assert one({"voice_vlan": other}, [FIRST], VLANS["sw1"])["voice_vlan"] is None
    assert one({"poe": "static"}, [], [])["poe"] == "static"
    assert one({}, [], [], load="sip88xx.x")["load"] == "sip88xx.x"


def test_a_scope_is_that_of_the_vlan_or_none_where_it_is_in_doubt() -> None:
    named_otherwise = {**FIRST, "name": "phones"}
    assert one({}, [DATA, named_otherwise], [])["network"] == "10.1.20.0/24", "the only one that is for phones"
    assert one({}, [{**FIRST, "name": "20"}, SECOND], [])["network"] == "10.1.20.0/24"
    doubt = one({}, [named_otherwise, SECOND], VLANS["sw1"])
    assert (doubt["network"], doubt["gateways"], doubt["tftp_servers"]) == ("", [], ["10.9.9.9"])
    assert one({}, [{**FIRST, "state": "absent"}], VLANS["sw1"])["network"] == ""


def test_the_only_scope_is_taken_only_where_all_phones_are_in_one_vlan() -> None:
    rows = [PHONES[0], {**PHONES[1], "port": {"voice_vlan": 30}}]
    plan = read_plan(rows, PROFILES, ["sw1", "sw2"])
    assert [row["network"] for row in _stages.startups(plan, {}, [{**FIRST, "name": "x"}], [])] == ["", ""]


def test_a_wait_takes_its_part_of_the_rows() -> None:
    rows = [{"name": "SEP1", "protocol": "SIP", "patterns": ["1"], "load": "", "poe": "auto"}, "00:11:22:33:44:55"]
    assert _stages.registrations(rows) == [
        {"name": "SEP1", "protocol": "SIP", "patterns": ["1"]},
        "00:11:22:33:44:55",
    ]

"""What the plan can mend of what is named, and what one play of the verification finds of another."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._startup import between_plays
from ansible_collections.dialtone.voice.plugins.module_utils._startup.catalogue import CAUSES
from ansible_collections.dialtone.voice.plugins.module_utils._startup.remedies import (
    needed_rows,
    remedies,
    rows_to_mend,
)

PLANNED = [
    {"name": "SEP1", "switch": "sw1", "interface": "Gi1/0/1", "voice_vlan": 20, "network": "10.1.20.0/24"},
    {"name": "SEP2", "switch": "sw2", "interface": "Gi1/0/2", "voice_vlan": 21, "network": ""},
]
NOTHING = {"ports": {}, "scopes": [], "relays": [], "phones": [], "resets": []}


def verdict(
    name: str, cause: str | None, confidence: str = "certain", findings: tuple[str, ...] = ()
) -> dict[str, Any]:
    found = [{"cause": finding, "confidence": "certain"} for finding in findings]
    judged = {"registered_as_planned": cause is None, "cause": cause, "confidence": confidence, "findings": found}
    return {"key": name, "verdict": judged}


@pytest.mark.parametrize(
    ("cause", "due"),
    [
        ("poe_disabled", {"ports": {"sw1": ["Gi1/0/1"]}}),
        ("vlan_not_created", {"ports": {"sw1": ["Gi1/0/1"]}}),
        ("scope_missing", {"scopes": ["10.1.20.0/24"]}),
        ("relay_missing", {"relays": ["vlan20"]}),
        ("device_not_in_cucm", {"phones": ["SEP1"]}),
        ("config_stale", {"resets": ["SEP1"]}),
    ],
)
def test_the_part_of_the_plan_that_mends_it(cause: str, due: dict[str, Any]) -> None:
    assert remedies(PLANNED, [verdict("SEP1", cause)]) == {**NOTHING, **due}


def test_nothing_else_is_mended() -> None:
    others = [name for name, cause in CAUSES.items() if cause.mendable is None]
    assert {"poe_fault", "no_link", "wrong_port", "tftp_unreachable", "cucm_port_blocked"} <= set(others)
    for cause in [*others, "unknown", None]:
        assert remedies(PLANNED, [verdict("SEP1", cause)]) == NOTHING, cause


def test_a_guess_and_a_phone_without_a_plan_mend_nothing() -> None:
    assert remedies(PLANNED, [verdict("SEP1", "poe_disabled", "possible")]) == NOTHING
    assert remedies(PLANNED, [verdict("SEP9", "poe_disabled"), {"key": "SEP1", "verdict": None}]) == NOTHING
    assert remedies(PLANNED, [verdict("SEP2", "scope_missing")]) == NOTHING, "nobody planned its scope"
    assert remedies(PLANNED, [verdict("SEP1", "poe_disabled", "likely")])["ports"] == {"sw1": ["Gi1/0/1"]}


@pytest.mark.parametrize("cause", ["scope_missing", "relay_missing"])
def test_a_scope_that_another_server_may_have_is_not_created(cause: str) -> None:
    assert remedies(PLANNED, [verdict("SEP1", cause, "likely")]) == NOTHING


def test_a_registered_phone_without_a_file_is_not_reset() -> None:
    assert remedies(PLANNED, [verdict("SEP1", None, findings=("config_missing",))]) == NOTHING
    assert remedies(PLANNED, [verdict("SEP1", "config_missing")])["resets"] == ["SEP1"]


def test_findings_are_mended_too_and_each_thing_once() -> None:
    judged = [verdict("SEP1", None, findings=("config_stale", "voice_vlan_wrong")), verdict("SEP2", "poe_disabled")]
    due = remedies(PLANNED, [*judged, *judged])
    assert due == {**NOTHING, "ports": {"sw1": ["Gi1/0/1"], "sw2": ["Gi1/0/2"]}, "resets": ["SEP1"]}


def test_rows_are_those_that_are_due() -> None:
    due = {
        **NOTHING,
        "ports": {"sw1": ["Gi1/0/1"]},
        "scopes": ["10.1.20.0/24"],
        "relays": ["vlan20"],
        "phones": ["SEP1"],
    }
    ports = [{"interface": "Gi1/0/1"}, {"interface": "Gi1/0/2"}]
    assert rows_to_mend(ports, due, "ports", "sw1") == ports[:1]
    assert rows_to_mend(ports, due, "ports", "sw2") == []
    scopes = [{"name": "A", "network": "10.1.20.0/24"}, {"name": "B", "network": "10.1.21.0/24"}, {"name": "C"}]
    assert rows_to_mend(scopes, due, "scopes") == scopes[:1]
    assert rows_to_mend([{"interface": "Vlan20"}, {"interface": "Vlan2"}], due, "relays") == [{"interface": "Vlan20"}]
    assert rows_to_mend([{"name": "SEP1"}, {"name": "SEP2"}], due, "phones") == [{"name": "SEP1"}]
    assert rows_to_mend(ports, {}, "ports", "sw1") == []


def test_what_mended_rows_need() -> None:
    vlans = [{"id": 10, "name": "DATA"}, {"id": 20, "name": "VOICE"}, {"id": 30}]
    ports = [{"interface": "Gi1/0/1", "access_vlan": 10, "voice_vlan": "VOICE"}]
    assert needed_rows(vlans, ports, "vlans") == vlans[:2]
    lines = [{"pattern": "1001", "partition": "PT"}, {"pattern": "1001"}, {"pattern": "1002", "partition": "PT"}]
    phones = [{"name": "SEP1", "lines": [{"pattern": "1001", "partition": "PT"}]}]
    assert needed_rows(lines, phones, "lines") == lines[:1]


UNREACHABLE = {"msg": "no route to sw2", "error": {"type": "Unreachable"}, "failed": False}


def test_results_of_hosts_without_those_that_have_none() -> None:
    host_vars = {"sw1": {"looked": {"results": []}}, "sw2": {"looked": {"skipped": True}}, "sw3": {}}
    assert between_plays.results(["sw1", "sw2", "sw3", "sw4"], host_vars, "looked") == {"sw1": {"results": []}}


def test_a_look_is_due_where_a_phone_is_missing_or_all_are_judged() -> None:
    def due(wait: Any, verify: str = "missing") -> bool:
        return between_plays.look_is_due(["pub"], {"pub": {between_plays.WAIT: wait} if wait else {}}, verify)

    assert due({"missing": ["SEP1"]})
    assert due(UNREACHABLE), "nobody knows"
    assert not due({"missing": []})
    assert due({"missing": []}, "all")
    assert not due(None, "all")


def test_what_is_due_of_publishers_together_and_alone() -> None:
    host_vars = {
        "pub1": {
            between_plays.VERDICTS: {"results": [verdict("SEP1", "config_stale")]},
            between_plays.PLANNED: PLANNED,
        },
        "pub2": {between_plays.VERDICTS: {"results": [verdict("SEP2", "no_line")]}, between_plays.PLANNED: PLANNED},
        "pub3": {},
    }
    assert between_plays.planned_remedies(host_vars, host_vars) == {**NOTHING, "resets": ["SEP1"], "phones": ["SEP2"]}
    assert between_plays.planned_remedies(["pub2"], host_vars) == {**NOTHING, "phones": ["SEP2"]}
    assert between_plays.planned_remedies(["pub3"], host_vars) == {}


def test_scopes_and_vlans_of_the_hosts_that_plan_them() -> None:
    host_vars = {"a": {"voice_dhcp_scopes": [1], "voice_vlans": [3]}, "b": {"dhcp_scopes_scopes": [2]}, "c": {}}
    assert between_plays.scopes(["a", "b", "c"], host_vars) == [1, 2]
    assert between_plays.vlans(["a", "b"], host_vars) == {"a": [3], "b": []}


@pytest.mark.parametrize(
    ("result", "wrong"),
    [
        (UNREACHABLE, False),
        ({"failed": True, "error": {"type": "AuthenticationFailed"}}, False),
        ({"failed": True, "error": {"type": "InvalidPlan"}}, True),
        ({"failed": True, "msg": "unexpected KeyError"}, True),
        ({"failed": True, "results": [], "missing": ["SEP1"]}, False),
        ({"results": []}, False),
        ({"skipped": True}, False),
    ],
)
def test_wrong_input_is_told_from_silence(result: dict[str, Any], wrong: bool) -> None:
    assert between_plays.wrong_input(result) is wrong


def test_what_a_wait_knows_is_not_asked_for_again_nor_a_refused_password_tried() -> None:
    rows = [{"key": "SEP1", "status": "not_attempted"}]
    assert between_plays.known_registrations({"registered": 0, "results": rows}) == rows
    assert between_plays.known_registrations({**UNREACHABLE, "results": rows}) is None
    refused = {"error": {"type": "AuthenticationFailed"}, "msg": "HTTP 401", "results": rows}
    assert between_plays.known_registrations(refused) == [
        {"key": "SEP1", "status": "failed", "error": "HTTP 401", "refused": True}
    ]


def test_unasked_hosts_say_why() -> None:
    assert between_plays.unasked({"sw2": UNREACHABLE, "sw1": {"results": []}}) == {"sw2": "no route to sw2"}

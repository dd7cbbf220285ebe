"""What CUCM told as evidence: records, registrations, services, and what of it is not as it should be."""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.startup import (
    BY_GET,
    Stored,
    Surroundings,
    stored_phone,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup.addresses import addresses_of
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Cluster, Record, Registration
from ansible_collections.dialtone.voice.plugins.module_utils._startup.from_cucm import (
    as_recorded,
    cluster_of,
    record_of,
    registration_of,
    with_addresses,
    with_services,
)

NAME = "SEP00005E005301"
STORED = Stored(
    NAME, BY_GET, "Cisco 8841", "SIP", "Pool", "Secure 8841", stamp="1536962113-3c94d30b", lines=("1001", "1002")
)
AROUND = Surroundings(
    pools={"pool": "Group"},
    groups={"group": ("CM_sub1", "CM_pub")},
    managers={"CM_sub1": "sub1.example.com", "CM_pub": "10.0.0.10"},
    nodes=[{"name": "sub1.example.com"}, {"name": "10.0.0.10"}, {"name": "imp1"}],
    registering=True,
    profiles={"secure 8841": ("Encrypted", True)},
    loads={("cisco 8841", "sip"): "sip88xx.12-5-1"},
    mixed=True,
)
RECORD = record_of(NAME, STORED, AROUND, "AXL of pub")
CLUSTER = cluster_of(AROUND, "AXL of pub")


def test_a_record_by_the_names_that_it_refers_to() -> None:
    assert RECORD.exists
    assert (RECORD.security_mode, RECORD.digest) == ("Encrypted", True)
    assert RECORD.nodes == ("CM_sub1", "CM_pub")
    assert RECORD.load == "sip88xx.12-5-1"
    assert RECORD.proof is not None
    assert RECORD.proof.asked == f"getPhone {NAME}"
    assert "lines 1001, 1002; load sip88xx.12-5-1 (device default)" in RECORD.proof.answer


def test_a_load_of_its_own_goes_first() -> None:
    record = record_of(NAME, replace(STORED, load="own"), AROUND, "")
    assert record.load == "own"
    assert "device default" not in record.proof.answer


def test_what_the_cluster_did_not_tell_is_not_known() -> None:
    record = record_of(NAME, STORED, Surroundings(), "")
    assert (record.digest, record.security_mode, record.nodes, record.load) == (None, "", (), "")
    cluster = cluster_of(Surroundings(), "")
    assert (cluster.mixed, cluster.auto_registration, cluster.addresses, cluster.proofs) == (None, None, {}, {})


def test_no_phone_is_a_record_that_says_so() -> None:
    record = record_of(NAME, None, AROUND, "AXL of pub")
    assert not record.exists
    assert record.proof.answer == "not found"


def test_a_call_manager_is_called_by_its_node_too() -> None:
    assert CLUSTER.addresses["CM_sub1"] == ("sub1.example.com",)
    assert CLUSTER.addresses["10.0.0.10"] == ("10.0.0.10",)
    assert (CLUSTER.mixed, CLUSTER.auto_registration) == (True, True)


def test_services_of_nodes_and_those_that_did_not_tell() -> None:
    started = {"status": "Started", "activated": True, "reason": "", "uptime": 1}
    answers: dict[str, Any] = {
        "10.0.0.10": {
            "answered": True,
            "error": "",
            "services": {
                "Cisco CallManager": started,
                "Cisco Tftp": {**started, "status": "Stopped"},
                "Cisco CTIManager": {**started, "status": "Stopped", "activated": False},
            },
        },
        "sub1.example.com": {"answered": False, "error": "HTTP 403", "services": {}},
    }
    cluster, gaps = with_services(CLUSTER, answers)
    assert cluster.services == {
        "10.0.0.10": {"Cisco CallManager": "Started", "Cisco Tftp": "Stopped", "Cisco CTIManager": "Not activated"}
    }
    assert cluster.proofs["services 10.0.0.10"].answer == "Cisco CallManager Started; Cisco Tftp Stopped"
    assert gaps == {"sub1.example.com": "services of sub1.example.com: HTTP 403"}
    assert cluster.mixed is True


ROW = {
    "key": NAME,
    "state": "rejected",
    "error": "rejected at sub1, reason 5 (maximum devices exceeded)",
    "node": "sub1",
    "ip_address": "10.1.20.11",
    "protocol": "SIP",
    "active_load": "sip88xx.12-5-1",
    "lines": {"1001": "Rejected"},
    "status_reason": 5,
    "status_reason_words": "maximum devices exceeded",
    "download_server": "10.0.0.10",
}


def test_a_row_of_registrations() -> None:
    told = registration_of(ROW)
    assert isinstance(told, Registration)
    assert (told.state, told.problem, told.reason) == ("rejected", ROW["error"], 5)
    assert (told.node, told.address, told.lines) == ("sub1", "10.1.20.11", {"1001": "Rejected"})
    assert (told.proof.source, told.proof.asked) == ("RISPort70", f"selectCmDevice {NAME}")
    assert told.proof.answer == (
        "rejected; at sub1; address 10.1.20.11; protocol SIP; ActiveLoadID sip88xx.12-5-1; "
        "StatusReason 5 (maximum devices exceeded); lines 1001 Rejected"
    )
    assert registration_of({**ROW, "source": "axl"}).proof.source == "AXL listRegistrationDynamic"


@pytest.mark.parametrize(
    ("row", "why"),
    [({}, "registrations were not asked for"), ({"key": NAME, "error": "no rights"}, "no rights")],
)
def test_a_row_that_says_nothing(row: dict[str, Any], why: str) -> None:
    assert registration_of(row) == why


REGISTERED = Registration("registered", node="sub1", active_load="SIP88xx.12-5-1.loads")


@pytest.mark.parametrize(
    ("changed", "planned", "state", "problem"),
    [
        ({}, (False, False), "registered", None),
        ({"node": "10.0.0.10"}, (False, False), "registered", None),
        (
            {"node": "sub9"},
            (False, False),
            "wrong node",
            "registered at sub9 instead of sub1.example.com or 10.0.0.10, the members of its CallManager group",
        ),
        ({"node": "sub9"}, (True, False), "registered", None),
        (
            {"active_load": "sip88xx.11-7-1"},
            (False, False),
            "wrong load",
            "registered with load sip88xx.11-7-1 instead of sip88xx.12-5-1, which CUCM has for it",
        ),
        ({"active_load": "sip88xx.11-7-1"}, (False, True), "registered", None),
        ({"node": "", "active_load": ""}, (False, False), "registered", None),
        ({"state": "rejected", "problem": "rejected", "node": "sub9"}, (False, False), "rejected", "rejected"),
    ],
)
def test_a_registration_is_to_be_as_the_record_says(
    changed: dict[str, Any], planned: tuple[bool, bool], state: str, problem: str | None
) -> None:
    told = as_recorded(replace(REGISTERED, **changed), RECORD, CLUSTER, planned)
    assert (told.state, told.problem) == (state, problem)


def test_without_a_record_or_a_cluster_nothing_is_said_of_it() -> None:
    elsewhere = replace(REGISTERED, node="sub9")
    assert as_recorded(elsewhere, None, CLUSTER, (False, False)) == elsewhere
    assert as_recorded(elsewhere, Record(exists=False), CLUSTER, (False, False)) == elsewhere
    assert as_recorded(elsewhere, RECORD, Cluster(), (False, False)) == elsewhere


def test_get_phone_in_the_shapes_that_it_comes_in() -> None:
    found = {
        "name": NAME,
        "model": "Cisco 7961",
        "versionStamp": "{1536962113-3C94D30B}",
        "loadInformation": None,
        "securityProfileName": " Profile ",
        "lines": {
            "line": [
                {"index": "2", "dirn": {"pattern": "1002", "routePartitionName": None}},
                {"index": "1", "dirn": {"pattern": r"\+441001"}},
            ]
        },
    }
    phone = stored_phone(found)
    assert (phone.stamp, phone.load, phone.profile) == ("1536962113-3C94D30B", "", "Profile")
    assert phone.lines == (r"\+441001", "1002")
    assert stored_phone({**found, "lines": None}).lines == ()


def test_addresses_go_with_every_name_of_a_node() -> None:
    cluster = Cluster(addresses={"CM_pub": ("cucm-pub",), "cucm-pub": ("cucm-pub",), "cucm-sub1": ("cucm-sub1",)})
    told = with_addresses(cluster, {"cucm-pub": ("10.1.0.10",), "10.1.0.12": ()}).addresses
    assert told == {
        "CM_pub": ("cucm-pub", "10.1.0.10"),
        "cucm-pub": ("cucm-pub", "10.1.0.10"),
        "cucm-sub1": ("cucm-sub1",),
        "10.1.0.12": ("10.1.0.12",),
    }


def test_only_names_are_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolver(name: str, *_rest: object, **_more: object) -> list[tuple[object, ...]]:
        if name == "nobody":
            raise OSError("unknown")
        return [(2, 1, 6, "", ("10.1.0.10", 0)), (2, 1, 6, "", ("10.1.0.10", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    assert addresses_of(["cucm-pub", "nobody", "10.1.0.11"]) == {"cucm-pub": ("10.1.0.10",)}

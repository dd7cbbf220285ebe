"""cucm_registrations_info against the lab's RISPort70, and against AXL where RISPort70 may not be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm import registration_dynamic
from ansible_collections.dialtone.voice.plugins.modules import cucm_registrations_info
from lab.cucm import dynamic
from lab.cucm.registration import Registration
from lab.cucm.ris import PATH, RisService

if TYPE_CHECKING:
    from cucm_publisher import Site, StartSite

pytest_plugins = ["cucm_publisher"]

NAMES = [f"SEP00005E0054{number:02}" for number in range(1, 6)]
STATES = ["registered", "unregistered", "rejected", "partially registered", "not seen"]


class Cluster:
    """A publisher with RIS, and with AXL's table of registrations as it has it."""

    def __init__(self, start: StartSite, **arguments: Any) -> None:
        self.known: dict[str, Registration] = {}
        self.cucm: Site = start(routes=self._routes, **arguments)
        self.cucm.publisher.axl.tables[dynamic.KIND] = lambda: dynamic.rows(self.known, "cucm-sub")
        for name, status in zip(NAMES, ("Registered", "UnRegistered", "Rejected", "PartiallyRegistered"), strict=False):
            self.put(name, status)

    def _routes(self, publisher: Any, store: Any) -> None:
        self.ris = RisService(store=store, registrar=self, node_name="cucm-pub")  # type: ignore[arg-type]
        publisher.add_post_route(PATH, self.ris.handle)

    def registrations(self) -> dict[str, Registration]:
        return dict(self.known)

    def put(self, name: str, status: str) -> None:
        self.known[name] = Registration(name, status, 0, "127.0.0.22", "SIP", timestamp=1000, lines={"1001": status})

    def look(self, phones: list[Any], **options: Any) -> dict[str, Any]:
        return self.cucm.task(cucm_registrations_info, phones=phones, **options)


@pytest.fixture
def cluster(start_cucm: StartSite) -> Cluster:
    return Cluster(start_cucm)


def states(result: dict[str, Any]) -> list[str]:
    return [row["state"] for row in result["results"]]


def test_every_state_is_told_and_none_is_a_failure(cluster: Cluster) -> None:
    result = cluster.look([{"name": NAMES[0], "protocol": "SIP", "patterns": ["1001"]}, *NAMES[1:]])
    assert "failed" not in result, result["msg"]
    assert states(result) == STATES
    assert {row["status"] for row in result["results"]} == {"unchanged"}
    assert {row["source"] for row in result["results"]} == {"ris"}
    assert result["counts"] == dict.fromkeys(STATES, 1)
    assert (result["registered"], result["missing"]) == (1, NAMES[1:])
    assert result["results"][0]["lines"] == {"1001": "Registered"}
    assert result["results"][0]["error"] is None
    assert result["results"][2]["error"] == "rejected at cucm-pub"
    assert (result["notes"], result["requests"], result["changed"]) == ([], 1, False)
    assert cluster.cucm.lines == []


def test_axl_tells_what_risport_may_not_be_asked_for(start_cucm: StartSite) -> None:
    cluster = Cluster(start_cucm, version="15.0")
    cluster.ris.requests_per_minute = 0
    result = cluster.look([{"name": NAMES[0], "nodes": ["cucm-pub"], "patterns": ["1009"]}, *NAMES[1:]])
    assert "failed" not in result, result["msg"]
    assert states(result) == ["wrong node", *STATES[1:]]
    first = result["results"][0]
    assert (first["source"], first["node"], first["ip_address"]) == ("axl", "cucm-sub", "127.0.0.22")
    assert (first["timestamp"], first["lines"], first["protocol"]) == (1000, {}, "")
    assert "allows no more requests for now" in result["notes"][0]
    assert result["notes"][1] == "they are told by AXL's listRegistrationDynamic, which has no lines, protocol or load"
    assert cluster.cucm.lines == result["notes"]
    assert result["requests"] == 1


def test_a_schema_without_the_state_says_so(cluster: Cluster) -> None:
    cluster.ris.requests_per_minute = 0
    result = cluster.look(NAMES)
    assert states(result) == ["unknown"] * 4 + ["not seen"]
    assert result["results"][0]["node"] == "cucm-sub"
    assert "in this schema not the state either" in result["notes"][1]


def test_a_longer_list_is_asked_of_risport_as_far_as_it_goes(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"SEP00005E00{number:04X}" for number in range(1000)]
    cluster.put(names[0], "Registered")
    cluster.put(names[999], "Registered")
    cluster.ris.requests_per_minute = 1
    result = cluster.look(names)
    assert [row["source"] for row in result["results"]] == ["ris"] * 900 + ["axl"] * 100
    assert (states(result)[0], states(result)[1], states(result)[999]) == ("registered", "not seen", "unknown")
    assert result["notes"][0].endswith("100 phones left")


def test_neither_is_there(cluster: Cluster) -> None:
    cluster.ris.requests_per_minute = 0
    alone = cluster.look(NAMES, axl_fallback=False)
    assert alone["failed"]
    assert {row["status"] for row in alone["results"]} == {"failed"}
    assert "5 of 5 phones failed" in alone["msg"]
    assert "allows no more requests" in alone["msg"]
    assert alone["counts"] == {}


def test_a_cluster_that_has_no_such_operation(start_cucm: StartSite, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = Cluster(start_cucm)
    cluster.ris.requests_per_minute = 0
    monkeypatch.setattr(registration_dynamic, "_OPERATION", "listRegistrationOfTomorrow")
    result = cluster.look(NAMES[:1])
    assert result["failed"]
    assert "AXL instead: AXL of CUCM" in result["msg"]
    assert "has no listRegistrationOfTomorrow in its schema 12.5" in result["msg"]


def test_refusals_and_bad_rows(cluster: Cluster) -> None:
    wrong = cluster.look(NAMES[:1], password="wr0ng")
    assert wrong["error"]["type"] == "AuthenticationFailed"
    assert [row["status"] for row in wrong["results"]] == ["not_attempted"]
    assert "Standard CCM Server Monitoring" in cluster.look(NAMES[:1], username="auditor")["msg"]
    assert "phones[1]" in cluster.look([NAMES[0], NAMES[0]])["msg"]
    assert cluster.look([])["results"] == []

"""cucm_info against the lab's publisher: the answers, and accounts that lack one right or another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.dialtone.voice.plugins.modules import cucm_info
from lab.cucm import control_center, sql
from lab.cucm.axl_faults import AxlFault
from lab.cucm.control_center import ControlCenter
from lab.cucm.https import Account
from lab.cucm.ris import PATH, RATE_FAULT, RisFault, RisService

if TYPE_CHECKING:
    from cucm_publisher import Site, StartSite

pytest_plugins = ["cucm_publisher"]

ADDRESS = "127.0.0.1"
PASSWORD = "c0rrect-horse"
EVERYTHING = frozenset({"axl_write", "axl_read", "ris", "serviceability", "logs"})
ACCOUNTS = (
    Account("voiceadmin", PASSWORD, EVERYTHING),
    Account("auditor", PASSWORD, frozenset({"axl_read"})),
    Account("watcher", PASSWORD, frozenset({"ris", "logs"})),
    Account("nobody", PASSWORD, frozenset()),
)


class Nobody:
    """A registrar that knows no phone."""

    def registrations(self) -> dict[str, Any]:
        return {}


class Cluster:
    """A publisher with all the services that may be asked."""

    def __init__(self, start_cucm: StartSite, **arguments: Any) -> None:
        self.center = ControlCenter(node_name=ADDRESS)

        def routes(publisher: Any, store: Any) -> None:
            self.ris = RisService(store=store, registrar=Nobody(), node_name=ADDRESS)  # type: ignore[arg-type]
            publisher.add_post_route(PATH, self.ris.handle)
            publisher.add_post_route(control_center.SERVICES_PATH, self.center.handle_services)
            publisher.add_post_route(control_center.LOGS_PATH, self.center.handle_logs)

        self.site: Site = start_cucm(routes=routes, **{"accounts": ACCOUNTS, **arguments})
        self.site.options |= {"timeout": 5, "password": PASSWORD}

    def ask(self, **options: Any) -> dict[str, Any]:
        return self.site.task(cucm_info, **options)


@pytest.fixture
def cluster(start_cucm: StartSite) -> Cluster:
    return Cluster(start_cucm)


def allowed(result: dict[str, Any]) -> dict[str, str]:
    assert "rights" in result, result.get("msg")
    return {name: right["allowed"] for name, right in result["rights"].items()}


@pytest.mark.parametrize("version", ["12.5", "15.0"])
def test_everything_is_answered_and_nothing_changed(start_cucm: StartSite, version: str) -> None:
    cluster = Cluster(start_cucm, version=version)
    before = [(item.name, item.document) for kind in ("CallManager", "Phone") for item in cluster.site.store.all(kind)]
    result = cluster.ask()
    assert result["problems"] == []
    assert result["changed"] is False
    assert result["release"]["build"].startswith(f"{version}.")
    assert result["release"]["schema_version"] == version
    assert version in result["release"]["schema_versions"]
    assert result["nodes"] == [
        {"name": ADDRESS, "description": "cucm-pub", "role": "publisher", "kind": "CUCM Voice/Video"}
    ]
    assert result["callmanagers"] == [{"name": "CM_cucm-pub", "node": ADDRESS, "description": "cucm-pub"}]
    assert result["groups"] == [{"name": "Default", "auto_registration": True}]
    assert result["mixed_mode"] is False
    services = result["services"][ADDRESS]
    assert services["answered"]
    assert services["services"]["Cisco Tftp"]["status"] == "Started"
    dhcp = services["services"]["Cisco DHCP Monitor Service"]
    assert (dhcp["status"], dhcp["activated"]) == ("Stopped", False)
    assert set(allowed(result).values()) == {"yes"}
    assert set(allowed(result)) == {"axl_read", "axl_write", "ris", "serviceability", "logs"}
    after = [(item.name, item.document) for kind in ("CallManager", "Phone") for item in cluster.site.store.all(kind)]
    assert after == before
    assert len(cluster.ris._asked) == 1


def test_a_stopped_service_is_told_from_one_that_is_not_activated(cluster: Cluster) -> None:
    cluster.center.services["Cisco Tftp"] = control_center.STOPPED
    services = cluster.ask(gather=["services"])["services"][ADDRESS]["services"]
    assert (services["Cisco Tftp"]["status"], services["Cisco Tftp"]["activated"]) == ("Stopped", True)
    assert services["Cisco Tftp"]["reason"] == "Component is not running"


def test_only_what_is_asked_for_is_asked(cluster: Cluster) -> None:
    result = cluster.ask(gather=["security"])
    assert set(result) == {"changed", "mixed_mode", "problems"}
    assert set(cluster.site.publisher.requests) == {"getCCMVersion", "executeSQLQuery"}
    assert "value of gather must be one or more of" in cluster.ask(gather=["weather"])["msg"]


@pytest.mark.parametrize(
    ("username", "expected"),
    [
        ("auditor", {"axl_read": "yes", "axl_write": "no", "ris": "no", "serviceability": "no", "logs": "no"}),
        ("watcher", {"axl_read": "no", "axl_write": "no", "ris": "yes", "serviceability": "no", "logs": "yes"}),
        ("nobody", dict.fromkeys(("axl_read", "axl_write", "ris", "serviceability", "logs"), "no")),
    ],
)
def test_a_missing_right_is_named_and_does_not_stop_the_others(
    cluster: Cluster, username: str, expected: dict[str, str]
) -> None:
    result = cluster.ask(username=username)
    assert "failed" not in result
    assert allowed(result) == expected
    for name, needs in (
        ("axl_write", "Standard AXL API Access"),
        ("ris", "Standard CCM Server Monitoring"),
        ("serviceability", "Standard SERVICEABILITY Administration"),
        ("logs", "Standard RealtimeAndTraceCollection"),
    ):
        assert needs in result["rights"][name]["needs"]
    assert all(right["words"] for right in result["rights"].values() if right["allowed"] == "no")
    assert not result["services"][ADDRESS]["answered"]
    assert f"services of {ADDRESS}" in [problem["part"] for problem in result["problems"]]
    assert ("axl" in [problem["part"] for problem in result["problems"]]) == (username != "auditor")


def test_a_wrong_password_is_tried_twice_and_no_more(cluster: Cluster) -> None:
    tried: list[str | None] = []
    authenticate = cluster.site.publisher.sessions.authenticate

    def counted(authorization: str | None, cookie: str | None) -> Any:
        tried.append(authorization)
        return authenticate(authorization, cookie)

    cluster.site.publisher.sessions.authenticate = counted  # type: ignore[method-assign]
    result = cluster.ask(password="wrong")
    assert "did not accept the user 'voiceadmin'" in result["msg"]
    assert len(tried) == 2
    tried.clear()
    assert cluster.ask(password="wrong", gather=["services"])["failed"]
    assert len(tried) == 1


def test_a_used_up_budget_of_registrations_is_no_missing_right(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(body: bytes) -> str:
        raise RisFault(RATE_FAULT.format(limit=15))

    monkeypatch.setattr(cluster.ris, "answer", refuse)
    result = cluster.ask(gather=["rights"])
    assert allowed(result)["ris"] == "yes"
    assert "allows no more requests" in result["rights"]["ris"]["words"]


def test_a_service_that_is_not_there_leaves_the_others(start_cucm: StartSite) -> None:
    result = start_cucm().task(cucm_info)
    assert allowed(result) | {"axl_read": "yes", "axl_write": "yes"} == {
        "axl_read": "yes",
        "axl_write": "yes",
        "ris": "unknown",
        "serviceability": "unknown",
        "logs": "unknown",
    }
    assert result["mixed_mode"] is False


def test_a_node_that_does_not_answer_leaves_the_others(cluster: Cluster) -> None:
    cluster.site.store.put("ProcessNode", {"name": "127.0.0.254", "nodeUsage": "Subscriber"})
    services = cluster.ask(gather=["nodes", "services"])["services"]
    assert [answer["answered"] for answer in services.values()] == [True, False]
    assert "can't be reached" in services["127.0.0.254"]["error"]


def test_a_subscriber_instead_of_the_publisher_is_told(cluster: Cluster) -> None:
    store = cluster.site.store
    node = store.find("ProcessNode", ADDRESS)
    assert node is not None
    store.put("ProcessNode", {**node.document, "nodeUsage": "Subscriber"}, node.uuid)
    store.put("ProcessNode", {"name": "127.0.0.254", "nodeUsage": "Publisher"})
    result = cluster.ask(gather=["nodes", "services"])
    assert {
        "part": "host",
        "error": f"{ADDRESS} is a subscriber, and AXL writes only at the publisher, which is 127.0.0.254",
    } in result["problems"]
    assert result["services"][ADDRESS]["answered"]
    assert not result["services"]["127.0.0.254"]["answered"]


def test_mixed_mode_is_asked_otherwise_where_sql_is_refused(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    key = {"processNodeName": "EnterpriseWideData", "name": "ClusterSecurityMode", "service": "Enterprise Wide"}
    parameter = cluster.site.store.find("ServiceParameter", "/".join(key.values()))
    assert parameter is not None
    cluster.site.store.put("ServiceParameter", {**key, "value": "1"}, parameter.uuid)
    assert cluster.ask(gather=["security"])["mixed_mode"] is True

    def refuse(*_: Any) -> Any:
        raise AxlFault(5003, "SQL is not allowed")

    monkeypatch.setattr(sql, "execute", refuse)
    result = cluster.ask(gather=["security"])
    assert result["problems"] == []
    assert result["mixed_mode"] is True
    assert cluster.site.publisher.requests["getServiceParameter"] == 1

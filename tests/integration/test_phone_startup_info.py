"""phone_startup_info against the lab's cluster: verdicts, and accounts and services that don't answer."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import validate
from ansible_collections.dialtone.voice.plugins.module_utils._results import Guard
from ansible_collections.dialtone.voice.plugins.modules import cucm_registrations_info, phone_startup_info
from lab.cluster import ROLES, Cluster
from lab.cucm import sql
from lab.cucm.axl_faults import AxlFault
from lab.cucm.registration import Registration
from lab.net import PORTS, claim_block
from lab.pki import CertificateAuthority
from lab.site import CucmSpec

if TYPE_CHECKING:
    from cucm_publisher import Loop

pytest_plugins = ["cucm_publisher"]

NAMES = [f"SEP00005E0053{number:02X}" for number in range(1, 9)]
GOOD, REJECTED, ABSENT, LINELESS, *OTHERS = NAMES
PASSWORD, CANARY = "c0rrect-horse", "canary-of-ssh"
UNPROVEN = {"unknown"}


class Site:
    """A cluster of two nodes that knows some phones, and the module run as the door runs it."""

    def __init__(self, cluster: Cluster, options: dict[str, Any]) -> None:
        self.cluster, self.options = cluster, options
        with cluster.store.transaction():
            for number, name in enumerate(NAMES):
                dirn = {"pattern": f"100{number}", "routePartitionName": "PT-Internal"}
                cluster.store.put("Line", {**dirn, "usage": "Device"})
                if name != ABSENT:
                    lines = [] if name == LINELESS else [{"index": "1", "dirn": dirn}]
                    cluster.store.put("Phone", self._document(name, lines))
        self.put(GOOD, "Registered")
        self.put(REJECTED, "Rejected", 5)

    def _document(self, name: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "name": name,
            "product": "Cisco 8841",
            "model": "Cisco 8841",
            "protocol": "SIP",
            "devicePoolName": "Default",
            "securityProfileName": "Cisco 8841 - Standard SIP Non-Secure Profile",
            "sshUserId": "service",
            "sshPwd": CANARY,
            "lines": {"line": lines},
        }

    def put(self, name: str, status: str, reason: int = 0, load: str = "") -> None:
        line = f"100{NAMES.index(name)}"
        known = Registration(name, status, reason, "127.0.0.1", "SIP", load, lines={line: status}, timestamp=1000)
        self.cluster.registrar.registry._known[name] = known

    def judge(self, names: list[str], *, check: bool = False, **options: Any) -> dict[str, Any]:
        rows = [{"name": name, "patterns": [f"100{NAMES.index(name)}"], **self.plan} for name in names]
        return self.task(phone_startup_info, check=check, phones=rows, **options)

    @property
    def plan(self) -> dict[str, Any]:
        return {"model": "8841", "protocol": "SIP", "tftp_servers": [self.cluster.address]}

    def task(self, module: Any, *, check: bool = False, **options: Any) -> dict[str, Any]:
        secrets: set[str] = set()
        given = {name: value for name, value in self.options.items() if name in module.ARGUMENT_SPEC}
        with Guard(secrets) as guard:
            params = validate(module.ARGUMENT_SPEC, {**given, **options}, secrets=secrets)
            guard.result = module.run(params.params, check_mode=check, report=lambda line: None)
        return guard.result


@pytest.fixture
def site(cucm_loop: Loop, tmp_path: Path, interface_loaded_once: None) -> Iterator[Site]:
    with contextlib.ExitStack() as stack:
        block, holder = claim_block()
        stack.callback(holder.close)
        authority = CertificateAuthority()
        (tmp_path / "ca.pem").write_bytes(authority.pem)

        async def make() -> Cluster:
            return Cluster(
                CucmSpec(subscribers=("cucm-sub",)),
                addresses=[block.node(0), block.node(1)],
                ports=PORTS,
                authority=authority,
                folder=tmp_path,
                passwords=dict.fromkeys(ROLES, PASSWORD),
            )

        cluster = cucm_loop.run(make())
        stack.callback(lambda: cucm_loop.run(cluster.stop()))
        cucm_loop.run(cluster.start())
        options = {
            "host": cluster.address,
            "username": "voiceadmin",
            "password": PASSWORD,
            "ca_path": str(tmp_path / "ca.pem"),
            "timeout": 10,
            "schema_cache_path": str(tmp_path / "cache"),
            "ris_budget_path": str(tmp_path / "ris"),
            "tftp_port": PORTS.tftp,
            "phone_http_port": PORTS.phone_http,
            "device_timeout": 1,
        }
        yield Site(cluster, options)


def causes(result: dict[str, Any]) -> dict[str, str | None]:
    assert "failed" not in result, result["msg"]
    return {row["key"]: row["verdict"]["cause"] for row in result["results"]}


EXPECTED = {
    GOOD: None,
    REJECTED: "maximum_devices_exceeded",
    ABSENT: "device_not_in_cucm",
    LINELESS: "no_line",
    OTHERS[0]: "unknown",
}


def test_verdicts_with_their_proofs(site: Site) -> None:
    result = site.judge(list(EXPECTED))
    assert causes(result) == EXPECTED
    assert [row["status"] for row in result["results"]] == ["unchanged"] * 5
    assert result["changed"] is False
    assert [row["state"] for row in result["results"]] == ["registered", "rejected", *["not seen"] * 3]
    assert result["results"][0]["error"] is None
    assert result["results"][2]["verdict"]["stuck_at"] == "config_file"
    absent = result["results"][2]["verdict"]["evidence"]
    assert {
        "source": f"AXL of CUCM {site.cluster.address}:8443",
        "asked": f"getPhone {ABSENT}",
        "answer": "not found",
    } in absent
    assert result["summary"]["registered_as_planned"] == 1
    assert result["summary"]["causes"] == dict.fromkeys(sorted(filter(None, EXPECTED.values())), 1)
    assert result["requests"]["registration"] == 1
    assert result["requests"]["files"] == 4
    assert result["requests"]["services"] == 2
    # Both CallManagers of the group, once for all phones.
    assert result["requests"]["call_managers"] == 2
    assert CANARY not in json.dumps(result)
    assert PASSWORD not in json.dumps(result)


def test_check_mode_is_the_same(site: Site) -> None:
    names = list(EXPECTED)
    assert site.judge(names, check=True) == site.judge(names)


def test_registrations_that_were_asked_for_before_are_taken(site: Site) -> None:
    names = list(EXPECTED)
    rows = site.task(cucm_registrations_info, phones=names)["results"]
    before = site.cluster.ris_requests
    result = site.judge(names, registrations=rows)
    assert causes(result) == EXPECTED
    assert site.cluster.ris_requests == before
    assert "registration" not in result["requests"]


def test_a_phone_that_runs_another_load_than_its_configuration_asks_for(site: Site) -> None:
    site.put(GOOD, "Registered", load="sip88xx.1-0-0")
    row = site.judge([GOOD])["results"][0]
    assert row["state"] == "wrong load"
    assert not row["verdict"]["registered_as_planned"]
    assert "sip88xx.1-0-0 instead of" in str(row["verdict"])


def test_an_account_that_may_only_read_leaves_gaps(site: Site) -> None:
    result = site.judge([GOOD, ABSENT], username="auditor")
    # Without registrations nothing says that the first one isn't there, nor that it is.
    assert causes(result)[ABSENT] == "device_not_in_cucm"
    assert causes(result)[GOOD] == "unknown"
    found = {gap["source"]: gap["why"] for gap in result["gaps"]}
    assert "Standard CCM Server Monitoring" in found["registration"]
    assert "SERVICEABILITY" in found["services"]
    assert any("registration" in line for line in result["results"][0]["verdict"]["would_take"])


def test_an_account_without_rights_makes_no_failed_task(site: Site) -> None:
    result = site.judge([GOOD, ABSENT], username="nobody")
    assert set(causes(result).values()) == UNPROVEN
    assert {gap["source"] for gap in result["gaps"]} >= {"registration", "cucm", "services"}


def test_a_wrong_password_is_tried_twice_at_most(site: Site) -> None:
    wrong = site.judge([GOOD], password="wr0ng")
    assert set(causes(wrong).values()) == UNPROVEN
    found = {gap["source"]: gap["why"] for gap in wrong["gaps"]}
    assert "HTTP 401" in found["cucm"]
    assert (
        found["services"] == "not asked for, so that the account isn't locked: CUCM did not accept its password twice"
    )
    assert "services" not in wrong["requests"]


def test_where_sql_is_refused_the_verdicts_are_the_same(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(dictionary: Any, query: str) -> Any:
        raise AxlFault(-1, "Permission denied: the user may not run this query")

    first = site.judge(NAMES)
    monkeypatch.setattr(sql, "execute", refuse)
    second = site.judge(NAMES)
    assert causes(second) == causes(first)
    assert second["requests"]["cucm"] > first["requests"]["cucm"]


def test_a_publisher_that_answers_nothing(site: Site) -> None:
    with socket.create_server((site.cluster.address, 0)) as silent:
        result = site.judge([ABSENT], port=silent.getsockname()[1], timeout=1)
    verdict = result["results"][0]["verdict"]
    # The TFTP service tells all the same that it has no file for it.
    assert verdict["cause"] in ("config_missing", "unknown")
    assert verdict["confidence"] != "certain"
    assert {gap["source"] for gap in result["gaps"]} >= {"registration", "cucm", "services"}
    assert verdict["would_take"]


@pytest.mark.parametrize("source", ["registration", "cucm", "services", "files", "pages", "call_managers"])
def test_without_one_source_no_verdict_is_wrong(site: Site, source: str) -> None:
    others = [each for each in phone_startup_info.options.SOURCES if each != source]
    found = causes(site.judge(list(EXPECTED), sources=others))
    for name, cause in EXPECTED.items():
        assert found[name] in (cause, "unknown"), name


def test_bad_rows_are_named_before_anything_is_asked(site: Site) -> None:
    rows = [{"name": GOOD, "voice_vlan": 5000}, {"mac": "00:00"}, {"name": GOOD, "network": "x"}]
    result = site.task(phone_startup_info, phones=rows)
    assert result["error"]["type"] == "InvalidPlan"
    for index in range(3):
        assert f"phones[{index}]" in result["msg"]
    assert site.cluster.ris_requests == 0
    assert site.judge([])["results"] == []

"""The role cucm_phones: from objects to users and back, resets, and the ways that leave work for hands."""

from __future__ import annotations

import csv
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Callable

    from cucm_publisher import Site

pytest_plugins = ["cucm_publisher"]

FIRST, SECOND, THIRD = (f"SEP00005E00530{n}" for n in (1, 2, 3))
OBJECTS = [
    {"type": "RoutePartition", "key": {"name": "PT-New"}, "fields": {"description": "made by the role"}},
    {"type": "Css", "name": "CSS-New", "fields": {"members": {"member": [{"routePartitionName": "PT-New"}]}}},
]
VARIABLES: dict[str, Any] = {
    "cucm_phones_lines": [{"pattern": f"100{n}", "partition": "PT-New", "description": f"Desk {n}"} for n in (1, 2, 3)],
    "cucm_phones_phones": [
        {
            "mac": f"00:00:5e:00:53:0{n}",
            "profile": "desk",
            "description": f"Desk {n}",
            "lines": [{"pattern": f"100{n}", "partition": "PT-New"}],
        }
        for n in (1, 2, 3)
    ],
    "cucm_phones_profiles": {
        "desk": {"model": "8841", "device_pool": "Default", "line": {"label": "from the profile"}}
    },
}
EVERYTHING = {
    **VARIABLES,
    "cucm_phones_show_effective": True,
    "cucm_phones_objects": OBJECTS,
    "cucm_phones_users": [
        {
            "userid": "jmueller",
            "last_name": "Müller",
            "presence_group": "Standard Presence group",
            "phones": ["0000.5e00.5301", SECOND],
            "owner": True,
            "primary_extension": "1001",
            "secrets": {"password": "canary-password-4711", "pin": "654321"},
        }
    ],
    "cucm_phones_reset": "apply",
}


class Cluster:
    """A publisher, the playbooks that go to it, and what it was told."""

    def __init__(self, site: Site, playbooks: Any) -> None:
        self.store = site.store
        self.playbooks = playbooks
        self.told: list[tuple[str, str, str]] = []
        options = {
            "ansible_host": site.options["host"],
            "ansible_user": site.options["username"],
            "ansible_password": site.options["password"],
            "voice_cucm_port": site.options["port"],
            "voice_cucm_ca_path": site.options["ca_path"],
            "voice_cucm_schema_path": site.options["schema_path"],
        }
        hosts = playbooks.folder / "hosts.yml"
        hosts.write_text(yaml.safe_dump({"cucm_publishers": {"hosts": {"cucm-pub": options}}}))
        playbooks.inventories = [str(hosts)]
        site.store.subscribe(lambda *change: self.told.append(change))

    def run(self, playbook: str, variables: dict[str, Any], *arguments: str, code: int = 0) -> Any:
        self.told.clear()
        run = self.playbooks.run(playbook, *arguments, variables=variables)
        assert run.code == code, run.output
        return run

    def document(self, kind: str, name: str) -> dict[str, Any]:
        found = self.store.find(kind, name)
        assert found is not None, f"no {kind} {name}"
        return found.document

    def told_phones(self) -> list[tuple[str, str]]:
        return [(name, change) for kind, name, change in self.told if kind == "Phone"]


@pytest.fixture
def cluster(cucm: Site, play_on: Callable[[Any], Any], tmp_path: Path) -> Cluster:
    return Cluster(cucm, play_on(SimpleNamespace(state=tmp_path)))


def test_everything_by_axl_and_out_again(cluster: Cluster) -> None:
    planned = cluster.run("add_phones", EVERYTHING, "--check", "--diff")
    assert planned.changed == 5
    assert cluster.told == []
    for words in ("PT-New", "jmueller", FIRST, "from the profile", '"label": "from the profile"'):
        assert words in planned.output, words

    first = cluster.run("add_phones", EVERYTHING, "-vv", "--diff")
    assert "canary-password-4711" not in first.output
    assert "654321" not in first.output
    assert [cluster.document("Phone", name).get("ownerUserName") for name in (FIRST, SECOND, THIRD)] == [
        "jmueller",
        "jmueller",
        None,
    ]
    user = cluster.document("User", "jmueller")
    assert user["associatedDevices"] == {"device": [FIRST, SECOND]}
    assert user["primaryExtension"] == {"pattern": "1001", "routePartitionName": "PT-New"}
    # None of them has anything to learn: they were only just added.
    assert {change for _name, change in cluster.told_phones()} == {"added"}
    order = [kind for kind, _name, change in cluster.told if change == "added"]
    assert order == ["RoutePartition", "Css", "User", *["Line"] * 3, *["Phone"] * 3]

    again = cluster.run("add_phones", EVERYTHING)
    assert again.changed == 0, again.output
    assert cluster.told == []

    lines = [
        {**line, "alerting_name": "Anna"} if line["pattern"] == "1002" else line
        for line in VARIABLES["cucm_phones_lines"]
    ]
    phones = [
        {**phone, "description": "Moved"} if n == 2 else phone
        for n, phone in enumerate(VARIABLES["cucm_phones_phones"])
    ]
    changed = {**EVERYTHING, "cucm_phones_lines": lines, "cucm_phones_phones": phones}
    cluster.run("add_phones", changed)
    assert sorted(name for name, change in cluster.told_phones() if change == "applied") == [SECOND, THIRD]

    cluster.run("reset_phones", {**changed, "cucm_phones_reset": "restart"})
    assert sorted(cluster.told_phones()) == [(name, "restarted") for name in (FIRST, SECOND, THIRD)]

    cluster.run("remove_phones", {**changed, "cucm_phones_remove_lines": True})
    assert not cluster.store.phones()
    # The user's primary extension is still in use.
    assert [cluster.store.find("Line", f"100{n}/PT-New") is None for n in (1, 2, 3)] == [False, True, True]
    cluster.document("User", "jmueller")


def test_a_user_keeps_the_groups_that_the_plan_does_not_name(cluster: Cluster) -> None:
    user = {"userid": "jmueller", "lastName": "Müller", "presenceGroupName": "Standard Presence group"}
    cluster.store.put("UserGroup", {"name": "Audit"})
    cluster.store.put("User", {**user, "associatedGroups": {"userGroup": [{"name": "Audit"}]}})
    planned = {**EVERYTHING["cucm_phones_users"][0], "groups": ["Standard CCM End Users"]}
    cluster.run("add_phones", {**EVERYTHING, "cucm_phones_users": [planned]})
    groups = cluster.document("User", "jmueller")["associatedGroups"]["userGroup"]
    assert [group["name"] for group in groups] == ["Audit", "Standard CCM End Users"]


def test_one_bad_row_and_nothing_is_sent(cluster: Cluster) -> None:
    phones = [*VARIABLES["cucm_phones_phones"][:2], {"mac": "00:00:5e:00:53:03", "profile": "desc"}]
    run = cluster.run("add_phones", {**VARIABLES, "cucm_phones_phones": phones}, code=2)
    assert "did you mean desk?" in run.output
    assert "phones[2]" in run.output
    assert cluster.told == []


def columns(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        head, *lines = csv.reader(file)
    return [dict(zip([" ".join(name.split()) for name in head], line, strict=True)) for line in lines]


def test_files_for_bat_and_what_is_left_for_hands(cluster: Cluster) -> None:
    folder = cluster.playbooks.folder / "bat"
    phones = [*VARIABLES["cucm_phones_phones"], {"name": "SEP00005E005304", "model": "7961G", "protocol": "SCCP"}]
    variables = {**VARIABLES, "cucm_phones_phones": phones, "cucm_phones_method": "bat"}
    run = cluster.run("add_phones", variables)
    assert run.changed == 1
    assert cluster.told == []
    assert [row["MAC ADDRESS"] for row in columns(folder / "8841-SIP.csv")] == [
        name[3:] for name in (FIRST, SECOND, THIRD)
    ]
    assert columns(folder / "8841-SIP.csv")[0]["LINE TEXT LABEL 1"] == "from the profile"
    assert len(columns(folder / "7961-SCCP.csv")) == 1
    for words in (
        "Insert Phones - Specific Details",
        "template for the Cisco 8841 SIP with at least 1 line",
        "Job Scheduler",
    ):
        assert words in run.output, words
    assert cluster.run("add_phones", variables).changed == 0


def test_taps_sets_auto_registration_and_lists_the_numbers(cluster: Cluster) -> None:
    variables: dict[str, Any] = {**VARIABLES, "cucm_phones_method": "taps", "cucm_phones_taps_number": "5999"}
    variables["cucm_phones_auto_registrations"] = [{"name": "CM_cucm-pub", "start_dn": "5000", "end_dn": "5499"}]
    run = cluster.run("add_phones", variables)
    numbers = cluster.document("CallManager", "CM_cucm-pub")["autoRegistration"]
    assert (numbers["startDn"], numbers["endDn"], numbers["autoRegistrationEnabled"]) == ("5000", "5499", "true")
    assert {row["MAC ADDRESS"] for row in columns(cluster.playbooks.folder / "bat" / "8841-SIP.csv")} == {""}
    for words in ("Create Dummy MAC Address", "dial 5999", "1001 (Desk 1), 1002 (Desk 2), 1003 (Desk 3)"):
        assert words in run.output, words

    bare = [{k: v for k, v in phone.items() if k != "mac"} for phone in VARIABLES["cucm_phones_phones"]]
    told = cluster.run("add_phones", {**variables, "cucm_phones_phones": bare, "cucm_phones_show_effective": True})
    assert "1001 (Desk 1), 1002 (Desk 2), 1003 (Desk 3)" in told.output
    refused = cluster.run("add_phones", {**VARIABLES, "cucm_phones_phones": bare}, code=2)
    assert "one of the following is required: mac, name" in refused.output

    variables["cucm_phones_method"] = "auto_registration"
    cluster.run("remove_phones", variables)
    numbers = cluster.document("CallManager", "CM_cucm-pub")["autoRegistration"]
    assert numbers["autoRegistrationEnabled"] == "false"

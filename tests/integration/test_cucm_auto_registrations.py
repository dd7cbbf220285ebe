"""cucm_auto_registrations against the lab's publisher: the stair, mixed mode, and what is refused beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.dialtone.voice.plugins.modules import cucm_auto_registrations, cucm_lines

if TYPE_CHECKING:
    from cucm_publisher import Site, StartSite

pytest_plugins = ["cucm_publisher"]

NAME = "CM_cucm-pub"
ROW = {
    "name": NAME,
    "start_dn": "5000",
    "end_dn": "5499",
    "partition": "PT-Internal",
    "universal_device_template": "Rollout Phones",
    "universal_line_template": "Standard Lines",
}


def statuses(result: dict[str, Any]) -> list[str]:
    assert "results" in result, result["msg"]
    return [row["status"] for row in result["results"]]


def task(site: Site, *rows: dict[str, Any], **options: Any) -> dict[str, Any]:
    return site.task(cucm_auto_registrations, callmanagers=list(rows), **options)


def with_templates(site: Site) -> Site:
    site.store.put("UniversalDeviceTemplate", {"name": "Rollout Phones"})
    site.store.put("UniversalLineTemplate", {"name": "Standard Lines"})
    return site


def in_mixed_mode(site: Site) -> Site:
    key = {"processNodeName": "EnterpriseWideData", "name": "ClusterSecurityMode", "service": "Enterprise Wide"}
    found = site.store.find("ServiceParameter", "/".join(key.values()))
    assert found is not None
    site.store.put("ServiceParameter", {**key, "value": "1"}, found.uuid)
    return site


def stored(site: Site, name: str = NAME) -> dict[str, Any]:
    found = site.store.find("CallManager", name)
    assert found is not None
    return found.document["autoRegistration"]


def change(site: Site, **elements: str | None) -> None:
    """Change what a CallManager has, as somebody else would."""
    found = site.store.find("CallManager", NAME)
    assert found is not None
    document = {**found.document, "autoRegistration": {**found.document["autoRegistration"], **elements}}
    site.store.put("CallManager", document, found.uuid)


@pytest.fixture
def site(cucm: Site) -> Site:
    return with_templates(cucm)


def test_stair(each_cucm: Site) -> None:
    site = with_templates(each_cucm)
    result = task(site, {"start_dn": "1"}, {"name": NAME, "colour": "red"}, state="there")
    assert "callmanagers[0]: one of the following is required: name, node" in result["msg"]
    assert "callmanagers[1] (CM_cucm-pub): " in result["msg"]
    assert "value of state must be one of: present, absent" in result["msg"]

    planned = task(site, ROW, check=True)
    assert statuses(planned) == ["changed"]
    assert "enabled: true" in planned["diff"][0]["after"]
    assert "enabled: false" in planned["diff"][0]["before"]
    assert stored(site)["autoRegistrationEnabled"] == "false"

    ports = site.store.find("CallManager", NAME).document["ports"]
    first = task(site, ROW)
    assert statuses(first) == ["changed"]
    assert first["results"][0]["sent"] == ["updateCallManager"]
    assert first["results"][0]["after"] == planned["results"][0]["after"]
    assert stored(site) | {"e164Mask": None} == {
        "startDn": "5000",
        "endDn": "5499",
        "nextDn": "5000",
        "routePartitionName": "PT-Internal",
        "e164Mask": None,
        "autoRegistrationEnabled": "true",
        "universalDeviceTemplate": "Rollout Phones",
        "lineTemplate": "Standard Lines",
    }
    assert site.store.find("CallManager", NAME).document["ports"] == ports
    assert statuses(task(site, ROW)) == ["unchanged"]

    other = {**ROW, "end_dn": "5999", "partition": "", "e164_mask": "+442079465XXX"}
    changed = task(site, other)
    assert statuses(changed) == ["changed"]
    assert changed["results"][0]["after"] == {
        "name": NAME,
        "node": "127.0.0.1",
        "enabled": True,
        "start_dn": "5000",
        "end_dn": "5999",
        "next_dn": "5000",
        "e164_mask": "+442079465XXX",
        "universal_device_template": "Rollout Phones",
        "universal_line_template": "Standard Lines",
    }
    assert statuses(task(site, other)) == ["unchanged"]
    assert statuses(task(site, {"node": "127.0.0.1"})) == ["unchanged"]

    assert statuses(task(site, {"name": NAME.lower()}, state="absent", check=True)) == ["changed"]
    assert stored(site)["autoRegistrationEnabled"] == "true"
    assert statuses(task(site, {"name": NAME.lower()}, state="absent")) == ["changed"]
    assert stored(site)["autoRegistrationEnabled"] == "false"
    assert stored(site)["endDn"] == "5999"
    assert statuses(task(site, {"name": NAME}, state="absent")) == ["unchanged"]
    assert statuses(task(site, {**other, "enabled": False})) == ["unchanged"]


def test_the_next_number_is_left_to_cucm_and_moved_into_a_new_range(site: Site) -> None:
    task(site, ROW)
    change(site, nextDn="5123")
    assert statuses(task(site, ROW)) == ["unchanged"]
    assert statuses(task(site, {**ROW, "end_dn": "5599"})) == ["changed"]
    assert stored(site)["nextDn"] == "5123"
    assert statuses(task(site, {**ROW, "start_dn": "6000", "end_dn": "6099"})) == ["changed"]
    assert stored(site)["nextDn"] == "6000"
    assert statuses(task(site, {"name": NAME, "next_dn": "6050"})) == ["changed"]
    assert stored(site)["nextDn"] == "6050"


def test_bad_rows_are_all_named_and_nothing_is_touched(site: Site) -> None:
    rows = [
        {**ROW, "name": "a", "start_dn": "50 00"},
        {**ROW, "name": "b", "start_dn": "5499", "end_dn": "5000"},
        {**ROW, "name": "c", "end_dn": "5000"},
        {**ROW, "name": "d", "end_dn": "54999"},
        {**ROW, "name": "e", "next_dn": "6000"},
        {**ROW, "name": "f", "e164_mask": "ask me"},
        {**ROW, "name": "F"},
    ]
    result = task(site, *rows)
    assert "results" not in result
    for words in (
        "callmanagers[0] (a): start_dn '50 00' is no directory number of a range",
        "callmanagers[1] (b): start_dn '5499' is above end_dn '5000': swap them",
        "callmanagers[2] (c): start_dn and end_dn are both '5000', which CUCM takes for off",
        "callmanagers[3] (d): start_dn '5000' and end_dn '54999' must have the same number of digits",
        "callmanagers[4] (e): next_dn '6000' is not within 5000 to 5499",
        "callmanagers[5] (f): e164_mask 'ask me' is no mask",
        "callmanagers[6] (F): the same CallManager as callmanagers[5]",
    ):
        assert words in result["msg"], words
    both = task(site, ROW, {**ROW, "name": None, "node": "127.0.0.1"})
    assert "callmanagers[1] (127.0.0.1): the same CallManager as callmanagers[0]" in both["msg"]
    assert stored(site)["autoRegistrationEnabled"] == "false"


def test_what_the_cluster_lacks_is_named(site: Site) -> None:
    rows = [
        {**ROW, "partition": "PT-Intern", "universal_line_template": "Standard Line"},
        {**ROW, "name": "CM_cucm-sub"},
    ]
    result = task(site, *rows)
    assert statuses(result)[0] == "failed"
    assert "partition 'PT-Intern': CUCM has no partition of this name; did you mean 'PT-Internal'?" in result["msg"]
    assert "universal line template of this name; did you mean 'Standard Lines'?" in result["msg"]
    assert "name 'CM_cucm-sub': CUCM has no such CallManager; did you mean 'CM_cucm-pub'?" in result["msg"]
    assert "there is CM_cucm-pub on node 127.0.0.1" in result["msg"]
    change(site, universalDeviceTemplate=None, lineTemplate=None)
    bare = task(site, {"name": NAME})
    for option in ("universal_device_template", "universal_line_template"):
        assert f"give {option}: auto-registration can't be turned on without it" in bare["msg"]
    assert "start_dn and end_dn are both '1000'" in bare["msg"]
    assert site.publisher.requests["updateCallManager"] == 0


def test_mixed_mode(site: Site, start_cucm: StartSite) -> None:
    result = task(in_mixed_mode(site), ROW)
    assert statuses(result) == ["changed"]
    assert "the models Cisco 8941 and Cisco 8945 can't register by themselves" in " ".join(result["warnings"])
    old = in_mixed_mode(with_templates(start_cucm(build="10.5.2.10000-5")))
    old.options["schema_version"] = "12.5"
    refused = task(old, ROW)
    assert statuses(refused) == ["failed"]
    assert "mixed mode, in which CUCM 10.5.2.10000-5 lets no phone register by itself" in refused["msg"]
    assert stored(old)["autoRegistrationEnabled"] == "false"
    assert statuses(task(old, ROW, state="absent")) == ["unchanged"]


def test_numbers_that_are_lines_already_are_warned_of(site: Site) -> None:
    lines = [{"pattern": pattern, "partition": "PT-Internal"} for pattern in ("5001", "5499", "5500", "50012", "4999")]
    lines.append({"pattern": "5002", "partition": ""})
    assert "failed" not in site.task(cucm_lines, lines=lines)
    result = task(site, ROW)
    assert result["warnings"] == [
        "CallManager CM_cucm-pub: of the 500 numbers from 5000 to 5499, 2 are lines already (5001, 5499): CUCM passes "
        "over them"
    ]
    assert "warnings" not in task(site, ROW)


def test_a_lost_answer_is_read_back(site: Site) -> None:
    site.publisher.lose_answer = 1
    result = task(site, ROW)
    assert result["results"][0]["sent"] == ["updateCallManager (answer lost, read back: done)"]
    assert site.publisher.requests["updateCallManager"] == 1

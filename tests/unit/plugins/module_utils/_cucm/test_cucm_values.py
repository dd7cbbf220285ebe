"""Faults of values that are given for AXL's own elements, found with Cisco's own schemas."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.values import (
    as_sent,
    is_secret,
    missing_fields,
    truth,
    value_faults,
)
from tests.axl_schemas import VERSIONS, definitions


def phone_faults(given: dict[str, Any], version: str = "12.5", **options: Any) -> list[str]:
    schema = definitions(version)
    return value_faults(schema, schema.fields("Phone", "add"), given, "axl.", **options)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"softkeyTemplatName": "x"}, "axl.softkeyTemplatName: AXL has no such field here; did you mean softkeyTempl"),
        ({"colour": "red"}, "choose among name, description, product, class"),
        ({"description": "x" * 129}, "has 129 characters, CUCM takes 128: shorten it"),
        ({"description": "two\nlines"}, r"has the control character \x0a"),
        ({"description": True}, "axl.description True was read as a boolean: put it in quotes"),
        ({"loadInformation": 14.1}, "axl.loadInformation 14.1 was read as a number: put it in quotes"),
        ({"deviceMobilityMode": "Onn"}, "axl.deviceMobilityMode 'Onn' is no value of this field; did you mean On?"),
        ({"deviceMobilityMode": "x"}, "choose among"),
        ({"deviceMobilityMode": ""}, "can't be empty"),
        ({"isActive": "maybe"}, "axl.isActive 'maybe' is no boolean: give true or false"),
        ({"networkHoldMohAudioSourceId": "first"}, "is no number: give digits, or null"),
        ({"devicePoolName": {"name": "Default"}}, "axl.devicePoolName: give one value, not a mapping"),
        ({"devicePoolName": ["Default"]}, "axl.devicePoolName: give one value, not a list"),
        ({"lines": []}, "axl.lines: give a mapping with the elements that it has in AXL (line, lineIdentifier)"),
        ({"lines": {"line": {"index": 1}}}, "axl.lines.line: give a list"),
        ({"lines": {"line": [{"index": "one"}]}}, "axl.lines.line[0].index 'one' is no number"),
        ({"lines": {"line": [{}, {"ringSeting": "Ring"}]}}, "axl.lines.line[1].ringSeting: AXL has no such field"),
        ({"lines": {"line": [], "lineIdentifier": []}}, "axl.lines.lineIdentifier: AXL takes either this or line:"),
        ({"vendorConfig": "webAccess"}, "axl.vendorConfig: give a mapping of names and values"),
        ({"sshPwd": "s3cret"}, "axl.sshPwd: CUCM never tells it, so it can't be compared: give it under secrets"),
    ],
)
def test_each_fault_has_its_path_and_its_remedy(version: str, given: dict[str, Any], words: str) -> None:
    faults = phone_faults(given, version)
    assert len(faults) == 1
    assert words in faults[0]
    assert "s3cret" not in faults[0]


def test_ring_setting_is_near_to_its_misspelling() -> None:
    faults = phone_faults({"lines": {"line": [{"ringSeting": "Ring", "ringSetting": "Rang"}]}})
    assert "did you mean ringSetting" in faults[0]
    assert "'Rang' is no value of this field; did you mean Ring" in faults[1]


@pytest.mark.parametrize(
    "given",
    [
        {"description": "", "isActive": "True", "deviceMobilityMode": True, "networkHoldMohAudioSourceId": "3"},
        {"isActive": "f", "networkHoldMohAudioSourceId": 0, "callingSearchSpaceName": "", "class": None},
        {"lines": "", "vendorConfig": {"webAccess": 0}, "userLocale": ""},
        {"product": "Cisco 19999", "userLocale": "Klingon"},
        {"lines": {"line": [{"index": "1", "dirn": {"pattern": 1001, "routePartitionName": ""}}]}},
    ],
)
def test_what_can_be_sent_is_no_fault(given: dict[str, Any]) -> None:
    assert phone_faults(given) == []


def test_secrets_are_only_secrets_and_are_never_shown() -> None:
    assert phone_faults({"sshPwd": "s3cret"}, secrets=True) == []
    faults = phone_faults({"sshPwd": "s3cret" * 99, "description": "s3cret", "sshPasswd": "s3cret"}, secrets=True)
    assert "axl.sshPwd: the value has 594 characters, CUCM takes 255" in faults[0]
    assert "axl.description: this is no secret that AXL hides" in faults[1]
    assert "axl.sshPasswd: AXL has no such field here; did you mean sshPwd?" in faults[2]
    assert "s3cret" not in str(faults)


def test_what_counts_as_a_secret() -> None:
    schema = definitions("12.5")
    user = schema.fields("User", "add")
    assert [name for name, item in user.items() if is_secret(item)] == [
        "password",
        "pin",
        "digestCredentials",
        "mlppPassword",
    ]


def test_values_as_they_are_sent() -> None:
    schema = definitions("12.5")
    line = {"index": 1, "display": None, "dirn": {"pattern": 1001, "routePartitionName": ""}}
    given = {
        "name": "SEP00005E005301",
        "isActive": "F",
        "enableExtensionMobility": True,
        "deviceMobilityMode": True,
        "builtInBridgeStatus": False,
        "description": None,
        "lines": {"line": [line]},
        "vendorConfig": {"webAccess": 0, "deep": {"flags": [True, "x"], "none": None}},
    }
    assert as_sent(schema, schema.fields("Phone", "add"), given) == {
        "name": "SEP00005E005301",
        "isActive": "false",
        "enableExtensionMobility": "true",
        "deviceMobilityMode": "On",
        "builtInBridgeStatus": "Off",
        "lines": {"line": [{"index": "1", "dirn": {"pattern": "1001", "routePartitionName": ""}}]},
        "vendorConfig": {"webAccess": "0", "deep": {"flags": ["true", "x"]}},
    }


def test_missing_fields_are_named_with_their_path() -> None:
    schema = definitions("12.5")
    fields = schema.fields("Css", "add")
    assert missing_fields(schema, fields, {}, "fields.") == ["fields.name"]
    member = {"members": {"member": [{"routePartitionName": "PT", "index": 1}, {"routePartitionName": "PT"}]}}
    assert missing_fields(schema, fields, {"name": "CSS", **member}, "fields.") == ["fields.members.member[1].index"]
    # Those that may be nil, and those that have a default, need not be given.
    pool = missing_fields(schema, schema.fields("DevicePool", "add"), {"name": "DP"}, "")
    assert pool == ["dateTimeSettingName", "callManagerGroupName", "regionName", "srstName"]


def test_booleans_by_meaning() -> None:
    assert [truth(word) for word in ("t", "True", True, "1", "f", "false", False, "0", "", "yes", None)] == [
        *(True,) * 4,
        *(False,) * 4,
        *(None,) * 3,
    ]

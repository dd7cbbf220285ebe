"""What differs between what is wanted and what AXL says, and what is sent for it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given as each
from hypothesis import strategies as st

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.compare import differences, merged
from tests.axl_schemas import definitions


def differing(kind: str, wanted: dict[str, Any], found: dict[str, Any] | None, lists: str = "replace") -> Any:
    schema = definitions("12.5")
    return differences(schema, schema.fields(kind, "update"), wanted, found, lists=lists)


@pytest.mark.parametrize(
    ("kind", "wanted", "found"),
    [
        ("Phone", {"devicePoolName": "DEFAULT", "isActive": True}, {"devicePoolName": "Default", "isActive": "t"}),
        ("Phone", {"isActive": "false"}, {"isActive": "f"}),
        ("Phone", {"description": "", "callingSearchSpaceName": ""}, {"description": None}),
        ("Phone", {"description": None}, {"description": "kept"}),
        ("Phone", {"services": ""}, {"services": {"service": None}}),
        ("Phone", {"lines": {"line": []}}, {"lines": None}),
        ("Phone", {"vendorConfig": {"webAccess": 0}}, {"vendorConfig": {"webAccess": "0", "sshAccess": "1"}}),
        ("DevicePool", {"connectionMonitorDuration": "-01"}, {"connectionMonitorDuration": "-1"}),
        ("User", {"associatedDevices": {"device": ["b", "A"]}}, {"associatedDevices": {"device": ["a", "B"]}}),
        ("User", {"associatedDevices": {"device": ["a"]}}, {"associatedDevices": {"device": "a"}}),
        (
            "Css",
            {"members": {"member": [{"routePartitionName": "pt-a"}, {"routePartitionName": "PT-B"}]}},
            {
                "members": {
                    "member": [
                        {"routePartitionName": "PT-B", "index": "2"},
                        {"routePartitionName": "PT-A", "index": "1"},
                    ]
                }
            },
        ),
        (
            "Region",
            {"relatedRegions": {"relatedRegion": [{"regionName": "R1", "bandwidth": "64 kbps"}]}},
            {"relatedRegions": {"relatedRegion": {"regionName": "R1", "bandwidth": "64 kbps", "lossyNetwork": "x"}}},
        ),
        ("Line", {"callForwardAll": {"destination": ""}}, {"callForwardAll": {"destination": None}}),
    ],
)
def test_what_means_the_same_is_not_sent(kind: str, wanted: dict[str, Any], found: dict[str, Any]) -> None:
    assert differing(kind, wanted, found) == {}


def test_only_what_differs_is_sent() -> None:
    found = {"description": "old", "devicePoolName": "Default", "isActive": "true"}
    wanted = {"description": "Old", "devicePoolName": "default", "isActive": False}
    assert differing("Phone", wanted, found) == {"description": "Old", "isActive": False}
    assert differing("Phone", {"description": ""}, found) == {"description": ""}
    assert differing("Phone", wanted, None) == wanted


def test_a_nested_element_is_sent_whole() -> None:
    """A part of it would clear the rest."""
    found = {
        "callForwardAll": {
            "forwardToVoiceMail": "false",
            "callingSearchSpaceName": "CSS-Internal",
            "secondaryCallingSearchSpaceName": None,
            "destination": "1001",
            "ofAnotherBuild": "x",
        }
    }
    assert differing("Line", {"callForwardAll": {"destination": "1002"}}, found) == {
        "callForwardAll": {
            "forwardToVoiceMail": "false",
            "callingSearchSpaceName": "CSS-Internal",
            "destination": "1002",
        }
    }


def test_a_member_of_a_list_keeps_what_is_not_mentioned() -> None:
    lines = [
        {"index": "1", "display": "A", "dirn": {"pattern": "1001", "routePartitionName": None}, "maxNumCalls": "4"},
        {"index": "2", "display": "B", "dirn": {"pattern": "1002", "routePartitionName": "PT"}, "maxNumCalls": "2"},
    ]
    wanted = {"lines": {"line": [{"index": 2, "display": "New"}, {"index": 1}]}}
    assert differing("Phone", wanted, {"lines": {"line": lines}}) == {
        "lines": {
            "line": [
                {**lines[1], "index": 2, "display": "New"},
                {"index": 1, "display": "A", "dirn": {"pattern": "1001"}, "maxNumCalls": "4"},
            ]
        }
    }
    # A list that is wanted is the whole list.
    fewer = differing("Phone", {"lines": {"line": [{"index": 1}]}}, {"lines": {"line": lines}})
    assert [line["index"] for line in fewer["lines"]["line"]] == [1]


def test_of_two_that_exclude_each_other_the_wanted_one_is_sent() -> None:
    park = {"index": "1", "label": "x", "directedCallParkId": "{00005E00-0000-0000-0000-000000005301}"}
    found = {"blfDirectedCallParks": {"blfDirectedCallPark": park}}
    place = {"dnPattern": "1002", "routePartitionName": "PT"}
    wanted = {"blfDirectedCallParks": {"blfDirectedCallPark": [{"index": 1, "directedCallParkDnAndPartition": place}]}}
    assert differing("Phone", wanted, found)["blfDirectedCallParks"]["blfDirectedCallPark"] == [
        {"label": "x", "index": 1, "directedCallParkDnAndPartition": place}
    ]


def test_merging_unites_and_sends_the_whole_list() -> None:
    found = {"associatedDevices": {"device": ["SEP1", "SEP2"]}}
    assert differing("User", {"associatedDevices": {"device": ["sep2"]}}, found, "merge") == {}
    assert differing("User", {"associatedDevices": {"device": ["SEP3", "SEP1"]}}, found, "merge") == {
        "associatedDevices": {"device": ["SEP1", "SEP2", "SEP3"]}
    }
    assert differing("User", {"associatedDevices": {"device": ["SEP3"]}}, found) == {
        "associatedDevices": {"device": ["SEP3"]}
    }


def test_merging_gives_new_members_the_next_place() -> None:
    found = {
        "members": {
            "member": [{"routePartitionName": "PT-A", "index": "1"}, {"routePartitionName": "PT-B", "index": "5"}]
        }
    }
    wanted = {"members": {"member": [{"routePartitionName": "PT-C"}, {"routePartitionName": "pt-b"}]}}
    assert differing("Css", wanted, found, "merge")["members"]["member"] == [
        {"routePartitionName": "PT-A", "index": "1"},
        {"routePartitionName": "pt-b", "index": "5"},
        {"routePartitionName": "PT-C", "index": 6},
    ]
    assert differing("Css", {"members": {"member": [{"routePartitionName": "pt-b"}]}}, found, "merge") == {}


def test_merging_changes_the_member_of_the_same_object() -> None:
    found = {
        "relatedRegions": {
            "relatedRegion": [{"regionName": "R1", "bandwidth": "a"}, {"regionName": "R2", "bandwidth": "b"}]
        }
    }
    wanted = {"relatedRegions": {"relatedRegion": [{"regionName": "r2", "bandwidth": "c"}]}}
    assert differing("Region", wanted, found, "merge")["relatedRegions"]["relatedRegion"] == [
        {"regionName": "R1", "bandwidth": "a"},
        {"regionName": "r2", "bandwidth": "c"},
    ]


_items = st.lists(
    st.fixed_dictionaries({"routePartitionName": st.sampled_from("ABCDEF")}, optional={"index": st.integers(1, 9)}),
    unique_by=(lambda item: item["routePartitionName"], lambda item: item.get("index", object())),
    max_size=5,
)


@each(wanted=_items, there=_items, lists=st.sampled_from(["replace", "merge"]))
def test_what_was_sent_does_not_differ_any_more(wanted: list[Any], there: list[Any], lists: str) -> None:
    schema = definitions("12.5")
    fields = schema.fields("Css", "update")
    start = merged(schema, fields, {"members": {"member": there}}, {})
    sent = differences(schema, fields, {"members": {"member": wanted}}, start, lists=lists)
    after = sent or start
    assert differences(schema, fields, sent, after) == {}
    names = {item["routePartitionName"] for item in after["members"]["member"]}
    assert names >= {item["routePartitionName"] for item in wanted}
    if lists == "replace":
        assert len(after["members"]["member"]) == len(wanted)

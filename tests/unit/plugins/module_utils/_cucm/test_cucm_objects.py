"""Which object a row means, its plan, and which rows wait for which; with Cisco's own schemas and no publisher."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.object_rows import (
    Wanted,
    accepted,
    kind_has_uuid,
    object_name,
    resolve,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.objects import (
    ABSENT,
    Found,
    Mode,
    _grouped,
    in_turn,
    object_key,
    plan_object,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.plan import Plan
from ansible_collections.dialtone.voice.plugins.modules import cucm_objects
from tests.axl_schemas import VERSIONS, definitions

SCHEMA = "12.5"
MODULE = "dialtone.voice.cucm_objects"
ROOT = Path(__file__).resolve().parents[5]


def one(row: dict[str, Any], *, present: bool = True) -> Wanted:
    return resolve(definitions(SCHEMA), [row], present=present)[0]


def plan(row: dict[str, Any], found: Found, **mode: Any) -> Plan:
    wanted = one(row, present=mode.get("present", True))
    assert wanted.faults == ()
    return plan_object(definitions(SCHEMA), wanted, found, Mode(**mode))


@pytest.mark.parametrize("version", VERSIONS)
def test_every_type_of_the_schema_can_be_named(version: str) -> None:
    schema = definitions(version)
    for kind in schema.object_types():
        fields = accepted(schema, kind)
        assert not [name for name in fields if name == "uuid" or name in ("newName", "addMembers", "removeMembers")]
        ways = schema.keys(kind)
        row: dict[str, Any] = {"type": kind.lower(), **({"key": dict.fromkeys(ways[0], "1")} if ways else {})}
        if not ways and kind_has_uuid(schema, kind):
            row["key"] = {"uuid": "{00005E00-0000-0000-0000-000000005301}"}
        wanted = resolve(schema, [row], present=False)[0]
        assert wanted.kind == kind
        assert not [
            fault for fault in wanted.faults if "no value of this field" not in fault and "no number" not in fault
        ]


@pytest.mark.parametrize(
    ("row", "kind", "key"),
    [
        ({"type": "device_pool", "name": "DP"}, "DevicePool", {"name": "DP"}),
        ({"type": "Device Pool", "key": {"name": "DP"}}, "DevicePool", {"name": "DP"}),
        ({"type": "user", "name": "jdoe"}, "User", {"userid": "jdoe"}),
        ({"type": "CallPickupGroup", "name": "G"}, "CallPickupGroup", {"name": "G"}),
        (
            {"type": "CallPickupGroup", "key": {"pattern": 7001, "routePartitionName": ""}},
            "CallPickupGroup",
            {"pattern": "7001", "routePartitionName": ""},
        ),
        ({"type": "LdapSystem"}, "LdapSystem", {}),
        (
            {"type": "Css", "key": {"uuid": "{00005E00-0000-0000-0000-000000005301}"}},
            "Css",
            {"uuid": "{00005E00-0000-0000-0000-000000005301}"},
        ),
    ],
)
def test_what_a_row_means(row: dict[str, Any], kind: str, key: dict[str, str]) -> None:
    wanted = one(row)
    assert (wanted.kind, wanted.key, wanted.faults) == (kind, key, ())


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"type": "Gatekeper", "name": "x"}, "did you mean Gatekeeper"),
        ({"type": "Colour", "name": "x"}, "this cluster's AXL has 20"),
        ({"type": "Css", "name": "x" * 101}, "key.name 'xxx"),
        ({"type": "LdapSystem", "name": "x"}, "name: LdapSystem has no name in AXL, so leave name and key out"),
        ({"type": "LdapSystem", "key": {"x": "y"}}, "key x: LdapSystem has no name in AXL"),
        ({"type": "AppServerInfo", "name": "x"}, "AppServerInfo is known by its uuid only: give key: {uuid: ...}"),
        ({"type": "CallPickupGroup"}, "known by name or by pattern and routePartitionName: give key: {name: ...}"),
        ({"type": "ServiceParameter", "key": {"name": "x", "service": "y"}}, "key.processNodeName is missing"),
        ({"type": "Css", "key": {"name": None}}, "key.name is missing"),
        ({"type": "Css", "name": "x", "secrets": {"pin": "1"}}, "secrets.pin: AXL has no such field here"),
    ],
)
def test_what_is_wrong_with_a_row(row: dict[str, Any], words: str) -> None:
    assert words in "; ".join(one(row).faults)


def test_how_objects_are_called() -> None:
    assert object_name({"type": "Css", "name": "CSS 1"}) == "Css CSS 1"
    assert object_name({"type": "Line", "key": {"pattern": "9.!", "routePartitionName": ""}}) == "Line 9.! in <None>"
    assert object_name({"type": "LdapSystem"}) == "LdapSystem"


def test_an_object_is_added_with_what_the_schema_demands() -> None:
    row = {"type": "Css", "name": "CSS", "fields": {"members": {"member": [{"routePartitionName": "PT"}]}}}
    made = plan(row, ABSENT)
    member = [{"routePartitionName": "PT", "index": "1"}]
    assert (made.operation, made.arguments) == ("addCss", {"css": {"members": {"member": member}, "name": "CSS"}})
    assert (made.before, made.after) == (None, {"name": "CSS", "members": {"member": member}})
    # Defaults that the schema has for what must be there are filled in.
    gateway = {"type": "Phone", "name": "SEP00005E005301", "fields": {"product": "Cisco 8841", "class": "Phone"}}
    assert "fields.protocol," in plan(gateway, ABSENT).error
    assert "fields.protocolSide" not in plan(gateway, ABSENT).error


def test_a_part_that_is_missing_in_a_list_is_found_before_anything_is_sent() -> None:
    members = {"members": {"member": [{"priority": 1}]}}
    row = {"type": "CallManagerGroup", "name": "G", "fields": members}
    assert "AXL needs fields.members.member[0].callManagerName" in plan(row, ABSENT).error
    assert "AXL needs fields.members.member[0].callManagerName" in plan(row, Found(True, "", {"name": "G"})).error


def test_what_names_an_object_gets_its_new_value_by_another_name() -> None:
    row = {"type": "CallPickupGroup", "name": "G", "fields": {"pattern": "7002", "routePartitionName": "PT"}}
    made = plan(row, Found(True, "", {"name": "G", "pattern": "7001", "routePartitionName": "pt"}))
    assert (made.operation, made.arguments) == ("updateCallPickupGroup", {"name": "G", "newPattern": "7002"})


def test_what_cannot_be_read_goes_along_and_does_not_count() -> None:
    found = Found(True, "", {"destination": "1", "name": "a"})
    row = {"type": "RemoteDestination", "name": "1", "fields": {"enableUnifiedMobility": True, "name": "a"}}
    assert plan(row, found).operation == ""
    changed = plan({**row, "fields": {"enableUnifiedMobility": True, "name": "b"}}, found)
    assert changed.arguments == {"destination": "1", "enableUnifiedMobility": "true", "newName": "b"}
    assert changed.after == {"destination": "1", "name": "b"}


@pytest.mark.parametrize(
    ("row", "found", "mode", "words"),
    [
        ({"type": "CallManager", "name": "x"}, ABSENT, {}, "it isn't there, and AXL has no addCallManager"),
        ({"type": "CallManager", "name": "x"}, Found(True), {"present": False}, "AXL has no removeCallManager"),
        ({"type": "Css", "name": "x"}, Found(None, error="not allowed"), {}, "not allowed"),
        (
            {"type": "CalledPartyTracing", "name": "1", "fields": {}, "secrets": {}},
            Found(True, "", {"directorynumber": "1"}),
            {},
            "",
        ),
    ],
)
def test_what_a_type_lacks_is_said(row: dict[str, Any], found: Found, mode: dict[str, Any], words: str) -> None:
    made = plan(row, found, **mode)
    assert words in made.error
    assert made.operation == ""


def test_types_that_cannot_be_read_are_sent_each_time() -> None:
    key = {"regionAName": "A", "regionBName": "B"}
    made = plan({"type": "RegionMatrix", "key": key, "fields": {"bandwidth": "64 kbps"}}, Found(None))
    assert (made.operation, made.arguments) == ("updateRegionMatrix", {**key, "bandwidth": "64 kbps"})
    assert made.before == {}


def test_removing() -> None:
    row = {"type": "Css", "name": "CSS"}
    assert plan(row, ABSENT, present=False).operation == ""
    made = plan(row, Found(True, "{1}", {"name": "CSS"}), present=False)
    assert (made.operation, made.arguments, made.after) == ("removeCss", {"name": "CSS"}, None)


def test_a_request_that_does_not_take_the_key_gets_the_uuid() -> None:
    schema = definitions(SCHEMA)
    assert object_key(schema, "updateCss", {"userid": "x"}, "{1}") == {"uuid": "{1}"}
    assert object_key(schema, "updateCss", {"name": "x"}, "{1}") == {"name": "x"}


def turns(rows: list[dict[str, Any]], found: list[Found] | None = None, *, present: bool = True) -> list[list[int]]:
    schema = definitions(SCHEMA)
    wanted = resolve(schema, rows, present=present)
    there = found or [ABSENT] * len(rows)
    plans = [Plan(None if present else {}, {}, "x") for _row in rows]
    return in_turn(schema, wanted, plans, there, present=present)


def partition(name: str) -> dict[str, Any]:
    return {"type": "RoutePartition", "name": name}


def css(name: str, *partitions: str) -> dict[str, Any]:
    members = [{"routePartitionName": item} for item in partitions]
    return {"type": "Css", "name": name, "fields": {"members": {"member": members}}}


def pool(name: str, region: str) -> dict[str, Any]:
    return {"type": "DevicePool", "name": name, "fields": {"regionName": region}}


def region(name: str, *others: str) -> dict[str, Any]:
    related = [{"regionName": item} for item in others]
    return {"type": "Region", "name": name, "fields": {"relatedRegions": {"relatedRegion": related}}}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([partition("A"), partition("B"), css("C", "A"), css("D", "B")], [[0, 1], [2, 3]]),
        ([css("C", "a"), partition("A"), partition("B")], [[1], [0], [2]]),
        ([css("C", "A", "B"), partition("A"), partition("B")], [[1, 2], [0]]),
        # Of three objects of one name only the one of the type that the element is called after is waited for.
        ([pool("X", "X"), {"type": "Location", "name": "X"}, region("X")], [[1], [2], [0]]),
        ([region("A", "B"), region("B")], [[1], [0]]),
        ([region("A", "A", "Default"), region("B")], [[0, 1]]),
        # In a circle they stay in their order.
        ([region("A", "B"), region("B", "A"), region("C")], [[0, 2], [1]]),
        ([css("C", "Other"), {"type": "User", "name": "u", "fields": {"lastName": "C"}}], [[0], [1]]),
    ],
)
def test_who_waits_for_whom(rows: list[dict[str, Any]], expected: list[list[int]]) -> None:
    assert turns(rows) == expected


def test_removing_goes_the_other_way_round() -> None:
    rows = [partition("A"), partition("B"), css("C"), css("D")]
    found = [
        Found(True, "", {"name": "A"}),
        Found(True, "", {"name": "B"}),
        Found(True, "", {"members": {"member": [{"routePartitionName": "Other"}]}}),
        Found(True, "", {"members": {"member": {"routePartitionName": "A", "index": "1"}}}),
    ]
    assert turns(rows, found, present=False) == [[2, 3], [0, 1]]
    assert turns([*rows[2:], *rows[:2]], [*found[2:], *found[:2]], present=False) == [[3], [1], [2], [0]]
    # D has to go before A, which comes after it.
    named = [Found(True, "", {"name": "D", "description": "A"}), Found(True, "", {"name": "A"})]
    assert turns([css("D"), css("A")], named, present=False) == [[0], [1]]


@given(st.dictionaries(st.integers(0, 9), st.sets(st.integers(0, 9)), max_size=10), st.sampled_from([1, -1]))
def test_every_row_has_one_turn(edges: dict[int, set[int]], direction: int) -> None:
    before = {
        index: {other for other in others if other in edges and other != index} for index, others in edges.items()
    }
    groups = _grouped(before, [str(index % 2) for index in range(10)], direction)
    assert sorted(index for group in groups for index in group) == sorted(before)
    if all(other < index for index, others in before.items() for other in others):
        place = {index: turn for turn, group in enumerate(groups) for index in group}
        assert all(place[other] < place[index] for index, others in before.items() for other in others)


def documented() -> list[dict[str, Any]]:
    page = (ROOT / "docs" / "any-axl-object.md").read_text(encoding="utf-8")
    blocks = [*re.findall(r"```yaml\n(.*?)```", page, re.S), cucm_objects.EXAMPLES]
    return [row for block in blocks for task in yaml.safe_load(block) for row in task[MODULE]["objects"]]


@pytest.mark.parametrize("version", VERSIONS)
def test_what_the_docs_show_can_be_sent(version: str) -> None:
    schema = definitions(version)
    rows = documented()
    assert len(rows) >= 12
    for row in rows:
        wanted = resolve(schema, [row], present=True)[0]
        only_changed = row["type"] == "ServiceParameter" or row.get("fields", {}).keys() == {"associatedDevices"}
        made = plan_object(schema, wanted, Found(True, "", dict(wanted.key)) if only_changed else ABSENT, Mode())
        assert made.error == ""
        assert made.operation == ("update" if only_changed else "add") + row["type"]

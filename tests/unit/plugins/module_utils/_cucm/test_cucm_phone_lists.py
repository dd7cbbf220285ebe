"""The lists of a phone beside its lines: merged with what is there, compared and sent."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.elements import Shape
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.marks import LEFT_OUT
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.phone_lists import (
    LISTS,
    Members,
    list_differs,
    merge_list,
    sent_list,
    shown_list,
)
from tests.axl_schemas import definitions

SHAPE = Shape(definitions("12.5"))
BY_OPTION: dict[str, Members] = {item.option: item for item in LISTS}

LAMP = {"blfDest": None, "blfDirn": "1001", "routePartition": "PT", "label": "Desk", "index": "1",
        "associatedBlfSdFeatures": {"feature": "Pickup"}}  # fmt: skip
NUMBER = {"blfDest": "0049", "blfDirn": None, "routePartition": None, "label": "Out", "index": "2",
          "associatedBlfSdFeatures": None}  # fmt: skip
SERVICE = {"telecasterServiceName": "Directory", "name": "Directory", "url": "http://x/?a=1", "urlButtonIndex": "1"}


@pytest.mark.parametrize(
    ("option", "rows", "current"),
    [
        ("speed_dials", [{"number": "1"}], [{"dirn": "1", "label": "L", "index": "1"}]),
        ("speed_dials", [{"number": "1", "index": 3, "label": ""}], [{"dirn": "1", "label": None, "index": "3"}]),
        ("busy_lamp_fields", [{"pattern": "1001"}, {"destination": "0049"}], [LAMP, NUMBER]),
        ("busy_lamp_fields", [{"destination": "0049", "index": 2}, {"pattern": "1001", "index": 1}], [LAMP, NUMBER]),
        ("busy_lamp_fields", [{"pattern": "1001", "partition": "pt", "pickup": True}], [LAMP]),
        ("busy_lamp_fields", [{"pattern": "1001"}], [{**LAMP, "blfDest": "1001"}]),
        ("services", [{"service": "directory"}], [SERVICE]),
        ("services", [{"service": "A"}, {"service": "directory", "button": 1}],
         [SERVICE, {"telecasterServiceName": "A", "name": "A"}]),
        ("expansion_modules", [{"model": "M"}], [{"model": "M", "loadInformation": "x", "index": "1"}]),
    ],
)  # fmt: skip
def test_what_is_there_already(option: str, rows: list[dict[str, Any]], current: list[dict[str, Any]]) -> None:
    item = BY_OPTION[option]
    assert not list_differs(item, current, merge_list(item, rows, current))


@pytest.mark.parametrize(
    ("option", "rows", "current"),
    [
        ("speed_dials", [], [{"dirn": "1", "label": "L", "index": "1"}]),
        ("speed_dials", [{"number": "1", "index": 2}], [{"dirn": "1", "label": "L", "index": "1"}]),
        ("busy_lamp_fields", [{"pattern": "1001", "pickup": False}], [LAMP]),
        ("busy_lamp_fields", [{"destination": "1001"}], [LAMP]),
        ("services", [{"service": "Directory", "name": "Mine"}], [SERVICE]),
        ("services", [{"service": "Directory", "button": 2}], [SERVICE]),
        ("expansion_modules", [{"model": "N"}], [{"model": "M", "loadInformation": None, "index": "1"}]),
    ],
)
def test_what_differs(option: str, rows: list[dict[str, Any]], current: list[dict[str, Any]]) -> None:
    item = BY_OPTION[option]
    merged = merge_list(item, rows, current)
    assert list_differs(item, current, merged)
    assert not list_differs(item, merged, merge_list(item, rows, merged))


def test_a_busy_lamp_field_is_sent_with_one_kind_of_destination() -> None:
    item = BY_OPTION["busy_lamp_fields"]
    first, second = sent_list(item, [LAMP, NUMBER], SHAPE)["busyLampField"]
    assert first == {
        "blfDest": LEFT_OUT,
        "blfDirn": "1001",
        "routePartition": "PT",
        "label": "Desk",
        "associatedBlfSdFeatures": {"feature": ["Pickup"]},
        "index": "1",
    }
    assert second == {"blfDest": "0049", "label": "Out", "index": "2"}
    changed = merge_list(item, [{"destination": "5"}], [LAMP])
    assert {name: value for name, value in sent_list(item, changed, SHAPE)["busyLampField"][0].items() if value} == {
        "blfDest": "5",
        "label": "Desk",
        "associatedBlfSdFeatures": {"feature": ["Pickup"]},
        "index": "1",
    }
    assert shown_list(item, [{**LAMP, "blfDest": "1001"}]) == [
        {"index": 1, "pattern": "1001", "partition": "PT", "label": "Desk", "pickup": True}
    ]


def test_a_load_is_marked_as_its_own() -> None:
    item = BY_OPTION["expansion_modules"]
    rows = [{"model": "M", "load": "B1"}, {"model": "M"}]
    sent = sent_list(item, merge_list(item, rows, []), SHAPE)["addOnModule"]
    assert sent[0]["loadInformation"] == {"_value_1": "B1", "special": "true"}
    assert "loadInformation" not in sent[1]


def test_an_empty_list_is_sent_as_one() -> None:
    assert sent_list(BY_OPTION["speed_dials"], [], SHAPE) == {"speeddial": []}

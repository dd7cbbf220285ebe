"""Ranges, the numbers that are taken already, and which CallManager a row means."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.auto_registrations import (
    FIELDS,
    meant,
    overlap,
    plan_row,
    range_fault,
    release,
)

MANAGERS = [
    {"name": "CM_pub", "processNodeName": "pub"},
    {"name": "CM_sub1", "processNodeName": "sub1"},
    {"name": "CM_other", "processNodeName": "sub1"},
]


@pytest.mark.parametrize(
    ("start", "end", "following", "words"),
    [
        ("1000", "1999", "1000", ""),
        ("0100", "0199", "0199", ""),
        (r"\+442079460000", r"\+442079460099", r"\+442079460007", ""),
        ("1000", "1000", "1000", "takes for off"),
        ("1999", "1000", "1000", "is above"),
        ("100", "1999", "100", "the same number of digits"),
        (r"\+1000", "1999", "1000", "the same number of digits"),
        ("1000", "1999", "2000", "next_dn '2000' is not within"),
        ("1000", "1999", "01000", "next_dn '01000' is not within"),
        ("1000", "19x9", "1000", "digits only"),
    ],
)
def test_ranges(start: str, end: str, following: str, words: str) -> None:
    fault = range_fault(start, end, following)
    assert words in fault
    assert bool(fault) == bool(words)


def test_numbers_that_are_taken() -> None:
    element = {"startDn": "1000", "endDn": "1099"}
    taken = ["1000", "1099", "1100", "0999", "10", "10XX", r"\+1050", "01050"]
    assert "of the 100 numbers from 1000 to 1099, 2 are lines already (1000, 1099)" in overlap(element, taken)
    assert overlap(element, ["1100"]) == ""
    many = overlap(element, [str(number) for number in range(1000, 1010)])
    assert "10 are lines already (1000, 1001, 1002, 1003, 1004 and 5 more)" in many


@pytest.mark.parametrize(
    ("row", "name", "words"),
    [
        ({"name": "cm_PUB"}, "CM_pub", ""),
        ({"node": "PUB"}, "CM_pub", ""),
        ({"name": "CM_other", "node": "sub1"}, "CM_other", ""),
        ({"name": "CM_pub", "node": "sub1"}, "", "name 'CM_pub' and node 'sub1': CUCM has no such CallManager"),
        ({"node": "sub1"}, "", "node 'sub1' has several CallManagers: give name"),
        ({"name": "CM_sub2"}, "", "did you mean 'CM_sub1'"),
        ({"node": "sub9"}, "", "there is CM_pub on node pub, CM_sub1 on node sub1"),
    ],
)
def test_which_callmanager_is_meant(row: dict[str, Any], name: str, words: str) -> None:
    found, error = meant(row, MANAGERS)
    assert found == name
    assert words in error


@pytest.mark.parametrize(
    ("build", "expected"),
    [("11.5.1.22900-28", (11, 5)), ("8.6.2", (8, 6)), ("15.0.1.12900-234", (15, 0)), ("", (0, 0))],
)
def test_releases(build: str, expected: tuple[int, int]) -> None:
    assert release(build) == expected


def test_all_that_is_there_is_sent_with_what_changes() -> None:
    there = {
        "startDn": "1000",
        "endDn": "1999",
        "nextDn": "1042",
        "routePartitionName": "PT-Staging",
        "e164Mask": None,
        "autoRegistrationEnabled": "t",
        "universalDeviceTemplate": "Phones",
        "lineTemplate": "Lines",
        "somethingNew": "x",
    }
    manager = {"name": "CM_pub", "processNodeName": "pub", "autoRegistration": there}
    row = {item.option: None for item in FIELDS} | {"enabled": True}
    assert plan_row(row, manager, present=True).operation == ""
    plan = plan_row({**row, "e164_mask": "2079461XXX"}, manager, present=True)
    expected = {**there, "e164Mask": "2079461XXX", "autoRegistrationEnabled": True}
    del expected["somethingNew"]
    assert plan.arguments == {"name": "CM_pub", "autoRegistration": expected}
    off = plan_row(row, manager, present=False)
    assert off.arguments["autoRegistration"]["autoRegistrationEnabled"] is False
    assert off.after == {**off.before, "enabled": False}

"""Call forwards, alternate numbers and URIs as options and as AXL has them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.forwards import (
    changes,
    faults,
    has_number,
    names,
    shown,
)

HALF: dict[str, Any] = {
    "callForwardNoAnswer": {
        "forwardToVoiceMail": "f",
        "callingSearchSpaceName": "CSS-Internal",
        "destination": "2001",
        "duration": "-1",
    }
}


def test_what_is_not_given_of_a_forward_is_sent_as_it_is() -> None:
    assert changes({"forwards": {"no_answer": {"duration": 20}}}, HALF) == {
        "callForwardNoAnswer": {
            "destination": "2001",
            "forwardToVoiceMail": False,
            "callingSearchSpaceName": "CSS-Internal",
            "duration": 20,
        }
    }


@pytest.mark.parametrize(
    "parts",
    [
        {"destination": "2001"},
        {"css": "css-internal", "voice_mail": False},
        {"duration": 0},
        {"destination": None, "css": None},
        {},
    ],
)
def test_what_is_there_already_is_not_sent(parts: dict[str, Any]) -> None:
    assert changes({"forwards": {"no_answer": parts, "busy": None}}, HALF) == {}
    assert changes({"forwards": {"all": {"destination": "", "css": "", "voice_mail": False}}}, HALF) == {}


def test_an_empty_text_clears() -> None:
    changed = changes({"forwards": {"no_answer": {"css": "", "destination": ""}}}, HALF)["callForwardNoAnswer"]
    assert (changed["callingSearchSpaceName"], changed["destination"]) == ("", "")


def test_only_what_is_set_is_shown() -> None:
    assert shown({**HALF, "callForwardAll": None, "callForwardBusy": {"forwardToVoiceMail": "f"}}) == {
        "forwards": {"no_answer": {"destination": "2001", "css": "CSS-Internal"}}
    }
    assert shown({"callForwardBusy": {"forwardToVoiceMail": "true", "duration": "5"}}) == {
        "forwards": {"busy": {"voice_mail": True}}
    }


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({}, False),
        ({"e164AltNum": None}, False),
        ({"e164AltNum": {"numMask": None, "isUrgent": "f"}}, False),
        ({"e164AltNum": {"numMask": "+44X"}}, True),
        ({"e164AltNum": {"numMask": "+44X"}, "useE164AltNum": "f"}, False),
        ({"e164AltNum": None, "useE164AltNum": "t"}, True),
    ],
)
def test_an_alternate_number_is_there_where_axl_says_so_or_shows_one(line: dict[str, Any], expected: bool) -> None:
    assert has_number("e164_number", line) is expected


def test_an_alternate_number_that_was_taken_away_does_not_come_back_in_parts() -> None:
    line = {"e164AltNum": {"numMask": "+44X", "routePartition": "PT-Old"}, "useE164AltNum": "false"}
    changed = changes({"e164_number": {"enabled": True, "mask": "+45X"}}, line)
    assert changed["useE164AltNum"] is True
    assert {name: value for name, value in changed["e164AltNum"].items() if value is not None} == {"numMask": "+45X"}
    assert changes({"e164_number": {"enabled": False}}, line) == {}


URIS: dict[str, Any] = {
    "directoryURIs": {
        "directoryUri": [
            {"isPrimary": "f", "uri": "a@x", "partition": "PT-1", "advertiseGloballyViaIls": "f"},
            {"isPrimary": "t", "uri": "b@x", "partition": None, "advertiseGloballyViaIls": "t"},
        ]
    }
}


def sent(given: list[dict[str, Any]], line: dict[str, Any]) -> list[tuple[Any, ...]] | None:
    changed = changes({"uris": given}, line)
    if not changed:
        return None
    return [
        (uri["uri"], uri["partition"], uri["isPrimary"], uri["advertiseGloballyViaIls"])
        for uri in changed["directoryURIs"]["directoryUri"]
    ]


def test_uris() -> None:
    assert sent([{"uri": "b@x"}, {"uri": "a@x"}], URIS) is None
    assert sent([{"uri": "b@x", "primary": True}, {"uri": "a@x", "partition": "pt-1"}], URIS) is None
    assert sent([{"uri": "a@x"}], URIS) == [("a@x", "PT-1", True, False)]
    assert sent([{"uri": "a@x", "primary": True}, {"uri": "b@x"}], URIS) == [
        ("a@x", "PT-1", True, False),
        ("b@x", None, False, True),
    ]
    assert sent([{"uri": "a@x", "partition": "PT-2"}, {"uri": "b@x"}], URIS) == [
        ("a@x", "PT-2", False, None),
        ("b@x", None, True, True),
    ]
    assert sent([], URIS) == []
    assert sent([], {}) is None


def test_faults() -> None:
    row = {
        "forwards": {"all": {"destination": "20 01"}, "no_answer": {"duration": -1}, "busy": None},
        "uris": [{"uri": "a@x", "primary": True}, {"uri": "a@x", "primary": True}, {"uri": "a b@x"}],
    }
    assert len(faults(row)) == 5
    assert faults({"forwards": {"all": {"destination": "+442079460000"}}, "uris": [{"uri": "a@x"}]}) == []


def test_names_that_are_looked_up() -> None:
    row = {
        "forwards": {"all": {"css": "A", "secondary_css": "B"}, "busy": {"css": ""}},
        "e164_number": {"enabled": True, "partition": "P"},
        "uris": [{"uri": "a@x", "partition": None}, {"uri": "b@x", "partition": "Q"}],
    }
    elements = {"callForwardAll", "callForwardBusy", "e164AltNum", "directoryURIs"}
    assert names(row, elements) == [
        ("forwards.all.css", "Css", "A"),
        ("forwards.all.secondary_css", "Css", "B"),
        ("e164_number.partition", "RoutePartition", "P"),
        ("uris[1].partition", "RoutePartition", "Q"),
    ]
    assert names(row, {"callForwardBusy"}) == []

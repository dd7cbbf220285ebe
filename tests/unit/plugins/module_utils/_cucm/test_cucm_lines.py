"""Rows of lines judged by the schemas of all releases, without a cluster."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.lines import axl_fields, line_faults, schema_faults
from tests.axl_schemas import VERSIONS, definitions

ROW: dict[str, Any] = {
    "pattern": r"\+442079461001",
    "partition": "PT-Internal",
    "description": "Zürich <Empfang> & Tür",
    "alerting_name": "x" * 50,
    "ascii_alerting_name": "x" * 32,
    "usage": "Device",
    "auto_answer": "Auto Answer with Speakerphone",
    "user_hold_audio_source": "2",
    "forwards": {
        "all": {"destination": "2001", "secondary_css": "B"},
        "no_answer": {"duration": 20, "voice_mail": True},
    },
    "e164_number": {"enabled": True, "mask": "+44207946XXXX", "add_to_partition": True},
    "uris": [{"uri": "desk@example.com", "primary": True}],
    "axl": {"rejectAnonymousCall": True, "confidentialAccess": {"confidentialAccessLevel": 3}},
}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_good_row_has_no_fault_in_any_release(version: str) -> None:
    assert schema_faults(definitions(version), ROW) == []
    assert line_faults([ROW]) == [[]]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ascii_alerting_name": "x" * 33}, "ascii_alerting_name 'x"),
        ({"usage": "Devize"}, "usage 'Devize' is no value of this field; did you mean Device"),
        ({"uris": [{"uri": f"{'x' * 128}@x"}]}, "uris[0].uri"),
        ({"axl": {"newPattern": "1"}}, "axl.newPattern: AXL has no such field here"),
        ({"axl": {"associatedDevices": {}}}, "axl.associatedDevices: AXL has no such field here"),
        ({"axl": {"confidentialAccess": {"confidentialAccessLvel": 3}}}, "did you mean confidentialAccessLevel"),
        ({"forwards": {"not_registered": {"destination": "2" * 51}}}, "forwards.not_registered.destination"),
    ],
)
def test_what_the_schema_refuses(change: dict[str, Any], words: str) -> None:
    (fault,) = schema_faults(definitions("12.5"), {**ROW, **change})
    assert words in fault


def test_fields_with_an_option_are_no_other_fields() -> None:
    fields = axl_fields(definitions("12.5"))
    assert "rejectAnonymousCall" in fields
    assert not {"pattern", "usage", "description", "callForwardAll", "e164AltNum", "useE164AltNum"} & fields.keys()
    (faults,) = line_faults([{**ROW, "axl": {"useE164AltNum": True, "autoAnswer": "x"}}])
    assert faults == [
        "axl.useE164AltNum: give the option e164_number instead",
        "axl.autoAnswer: give the option auto_answer instead",
    ]


def test_a_line_twice_in_one_partition_and_in_two() -> None:
    rows = [{"pattern": "1001", "partition": partition} for partition in ("PT-A", "pt-a", "PT-B", "", None)]
    assert [bool(faults) for faults in line_faults(rows)] == [False, True, False, False, False]

"""Files for the Bulk Administration Tool, read by the names of the columns, case and blanks folded."""

from __future__ import annotations

import csv
import io
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import validate
from ansible_collections.dialtone.voice.plugins.module_utils._cucm import bat
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.bat_columns import (
    APPEARANCE_COLUMNS,
    DEVICE_COLUMNS,
    LINE_COLUMNS,
    NUMBER_COLUMNS,
    PHONE_COLUMNS,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.rows import APPEARANCE_SPEC, LINE_SPEC, PHONE_SPEC
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan, Refused
from ansible_collections.dialtone.voice.plugins.modules import write_bat_file

DOCUMENT = Path(__file__).parents[5] / "docs/coming-from-bat.md"
CAPTURE = Path(__file__).parents[6] / "shared/captures/cucm/bat_export_phones_all_details_header.csv"
PHONES = [
    {
        "mac": "00:00:5e:00:53:01",
        "model": "8841",
        "device_pool": "Default",
        "description": 'Empfang "Süd", Köln',
        "lines": [
            {"pattern": "1001", "partition": "PT-Internal", "label": "Müller, Jörg", "external_mask": "02079461001"},
            {"pattern": r"\+442079461000", "partition": "PT-Internal", "index": 3},
        ],
    },
    {"name": "sep00005e005302", "model": "Cisco 8841", "device_pool": "Default", "css": "CSS-Internal"},
]
LINES = [
    {"pattern": "1001", "partition": "PT-Internal", "alerting_name": "Empfang", "css": "CSS-Internal"},
    {"pattern": "1999", "partition": "PT-Internal"},
]


def as_bat_reads(content: bytes) -> list[dict[str, str]]:
    """A reader of its own: strict UTF-8 without a mark, each line as long as the head; folded name -> value."""
    assert not content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\n")
    assert b"\n\n" not in content
    assert b"\r" not in content
    head, *lines = csv.reader(io.StringIO(content.decode("utf-8")), strict=True)
    names = [" ".join(name.split()).upper() for name in head]
    assert len(set(names)) == len(names)
    assert {len(line) for line in lines} == {len(head)}
    return [{name: value for name, value in zip(names, line, strict=True) if value} for line in lines]


def write(dest: Path, *, check: bool = False, phones: Any = PHONES, lines: Any = LINES, **options: Any) -> Any:
    given = {"dest": str(dest), "phones": phones, "lines": lines, **options}
    params = validate(write_bat_file.ARGUMENT_SPEC, given).params
    return write_bat_file.run(params, check_mode=check, report=lambda line: None)


def faults(tmp_path: Path, **options: Any) -> list[str]:
    with pytest.raises(InvalidPlan) as refused:
        write(tmp_path / "refused.csv", **options)
    assert not (tmp_path / "refused.csv").exists()
    return refused.value.rows


def test_the_columns_are_those_of_an_export() -> None:
    if not CAPTURE.exists():
        pytest.skip("the captures (shared/captures) are not here")
    head = next(csv.reader(io.StringIO(CAPTURE.read_text())))
    assert [*DEVICE_COLUMNS, *(f"{name} 1" for name in LINE_COLUMNS)] == head


def test_uneven_spellings_stay() -> None:
    for name in ("Ring setting (Phone Idle)", "Ring Setting (Phone Active)", "AAR Group(Line)"):
        assert name in LINE_COLUMNS
    assert "Line Network Hold MOH Audio Source " in LINE_COLUMNS
    assert "DTMF Signalling" in DEVICE_COLUMNS


@pytest.mark.parametrize(
    ("columns", "spec", "known"),
    [
        (PHONE_COLUMNS, PHONE_SPEC, DEVICE_COLUMNS),
        (NUMBER_COLUMNS, LINE_SPEC, LINE_COLUMNS),
        (APPEARANCE_COLUMNS, APPEARANCE_SPEC, LINE_COLUMNS),
    ],
)
def test_every_option_and_column_exists(columns: dict[str, str], spec: dict[str, Any], known: tuple[str, ...]) -> None:
    for option in columns:
        level = {"options": spec}
        for name in option.split("."):
            level = level["options"][name]
    assert set(columns.values()) <= set(known)
    assert len(set(columns.values())) == len(columns)


def test_the_documents_table_of_columns_is_complete() -> None:
    table = DOCUMENT.read_text().split("### The columns")[1]
    columns = {
        "phone": PHONE_COLUMNS,
        "line": NUMBER_COLUMNS,
        "phone's line": APPEARANCE_COLUMNS,
    }
    for kind, options in columns.items():
        for option, column in options.items():
            assert f"| {kind}: `{option}` | {column} |" in table


def test_specific_details(tmp_path: Path) -> None:
    dest = tmp_path / "new" / "8841.csv"
    planned = write(dest, check=True)
    assert planned["changed"]
    assert not dest.parent.exists()

    result = write(dest)
    assert result["changed"]
    assert result["lines_left_out"] == ["1999 in PT-Internal"]
    assert [row["key"] for row in result["results"]] == ["SEP00005E005301", "SEP00005E005302"]
    assert as_bat_reads(dest.read_bytes()) == [
        {
            "MAC ADDRESS": "00005E005301",
            "DESCRIPTION": 'Empfang "Süd", Köln',
            "DEVICE POOL": "Default",
            "DIRECTORY NUMBER 1": "1001",
            "ROUTE PARTITION 1": "PT-Internal",
            "LINE CSS 1": "CSS-Internal",
            "LINE TEXT LABEL 1": "Müller, Jörg",
            "EXTERNAL PHONE NUMBER MASK 1": "02079461001",
            "ALERTING NAME 1": "Empfang",
            "DIRECTORY NUMBER 3": r"\+442079461000",
            "ROUTE PARTITION 3": "PT-Internal",
        },
        {"MAC ADDRESS": "00005E005302", "DEVICE POOL": "Default", "CSS": "CSS-Internal"},
    ]
    head = dest.read_text().splitlines()[0]
    assert head.startswith("MAC ADDRESS,DESCRIPTION,DEVICE POOL,CSS,DIRECTORY NUMBER  1,ROUTE PARTITION  1,")
    assert '"Empfang ""Süd"", Köln"' in dest.read_text()
    assert stat.S_IMODE(dest.stat().st_mode) == 0o600
    assert [path.name for path in dest.parent.iterdir()] == ["8841.csv"]


def test_again_changes_nothing_and_one_phone_changes_alone(tmp_path: Path) -> None:
    dest = tmp_path / "phones.csv"
    write(dest)
    before = dest.stat()
    again = write(dest)
    assert not again["changed"]
    assert [row["status"] for row in again["results"]] == ["unchanged", "unchanged"]
    assert again["diff"] == []
    assert dest.stat().st_ino == before.st_ino

    wider = write(dest, mode="0644")
    assert wider["changed"]
    assert stat.S_IMODE(dest.stat().st_mode) == 0o644

    other = [PHONES[0], {**PHONES[1], "css": "CSS-Lobby"}]
    changed = write(dest, phones=other, mode="0644")
    assert [row["status"] for row in changed["results"]] == ["unchanged", "changed"]
    (difference,) = changed["diff"]
    assert "CSS: CSS-Internal" in difference["before"]
    assert "CSS: CSS-Lobby" in difference["after"]

    gone = write(dest, phones=other[:1], mode="0644")
    assert gone["changed"]
    assert [row["key"] for row in gone["results"]] == ["SEP00005E005301"]
    assert [(entry["before_header"], entry["after"]) for entry in gone["diff"]] == [("phones 00005E005302", "")]


def test_all_details(tmp_path: Path) -> None:
    dest = tmp_path / "phones.csv"
    write(dest, phones=[PHONES[0], {**PHONES[1], "model": "7961G", "protocol": "SCCP"}], format="all_details")
    first, second = as_bat_reads(dest.read_bytes())
    assert first["DEVICE NAME"] == "SEP00005E005301"
    assert (first["DEVICE TYPE"], first["DEVICE PROTOCOL"]) == ("Cisco 8841", "SIP")
    assert (second["DEVICE TYPE"], second["DEVICE PROTOCOL"]) == ("Cisco 7961", "SCCP")
    assert first["COMMON PHONE PROFILE"] == "Standard Common Phone Profile"
    assert first["PHONE BUTTON TEMPLATE"] == "Standard 8841 SIP"
    assert first["DEVICE SECURITY PROFILE"] == "Cisco 8841 - Standard SIP Non-Secure Profile"
    assert first["SIP PROFILE"] == "Standard SIP Profile"
    assert second["DEVICE SECURITY PROFILE"] == "Cisco 7961 - Standard SCCP Non-Secure Profile"
    assert "SIP PROFILE" not in second
    assert first["DIRECTORY NUMBER 3"] == r"\+442079461000"
    head = next(csv.reader(io.StringIO(dest.read_text())))
    assert head == [*DEVICE_COLUMNS, *(f"{name} {number}" for number in (1, 2, 3) for name in LINE_COLUMNS)]


def test_the_clusters_own_columns(tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    names = [name for name in DEVICE_COLUMNS if name != "CSS"]
    export.write_text(f"{','.join(names)},New in 15,DIRECTORY NUMBER  1,Route Partition 1\nSEP00005E0053FF,,\n")
    dest = tmp_path / "phones.csv"
    phone = {**PHONES[0], "lines": [{"pattern": "1001", "partition": "PT-Internal"}]}
    write(dest, phones=[phone], lines=[], format="all_details", columns_from=str(export))
    (row,) = as_bat_reads(dest.read_bytes())
    assert row["DIRECTORY NUMBER 1"] == "1001"
    assert dest.read_text().splitlines()[0] == export.read_text().splitlines()[0]

    said = faults(tmp_path, phones=[PHONES[0], PHONES[1]], format="all_details", columns_from=str(export))
    assert any("phones[1] (SEP00005E005302)" in text and "no 'css': leave the option out" in text for text in said)
    assert any("'directory number 3': export a phone with 3 lines" in text for text in said)
    missing = faults(tmp_path, format="all_details", columns_from=str(tmp_path / "none.csv"))
    assert "export some phones" in missing[0]


def test_phones_without_a_mac_for_taps(tmp_path: Path) -> None:
    dest = tmp_path / "taps.csv"
    phones = [{"model": "8841", "description": "Any", "lines": [{"pattern": "1001"}]}, PHONES[1]]
    result = write(dest, phones=phones, dummy_macs=True)
    assert result["results"][0]["key"] == "phone 1"
    assert dest.read_text().startswith("MAC ADDRESS,")
    assert [row.get("MAC ADDRESS") for row in as_bat_reads(dest.read_bytes())] == [None, None]
    again = write(dest, phones=phones, dummy_macs=True)
    assert not again["changed"]
    assert [row["status"] for row in again["results"]] == ["unchanged", "unchanged"]

    assert "phones[0]: neither mac nor name" in faults(tmp_path, phones=phones)[0]
    assert "format: specific_details" in faults(tmp_path, phones=phones, dummy_macs=True, format="all_details")[0]


def test_what_a_file_cannot_say_is_named(tmp_path: Path) -> None:
    dest = tmp_path / "phones.csv"
    phone = {**PHONES[1], "description": "", "softkey_template": "Standard User"}
    (row,) = write(dest, phones=[phone], lines=[])["results"]
    assert row["left_out"] == ["description (an empty cell does not clear)"]
    records = bat.records(
        [
            {
                "name": "SEP00005E005301",
                "vendor_config": {"webAccess": "Full", "sshAccess": None},
                "secrets": {"sshPwd": "canary-4711"},
                "speed_dials": [{"number": "1"}],
                "services": [],
            }
        ],
        [],
        bat.SPECIFIC,
    )
    assert records[0].left_out == ["vendor_config.webAccess", "secrets.sshPwd", "speed_dials"]
    assert "canary" not in str(records[0])


def test_forwards_have_their_columns(tmp_path: Path) -> None:
    line = {
        "pattern": "1001",
        "partition": "PT-Internal",
        "forwards": {
            "all": {"destination": "0", "secondary_css": "CSS-Internal"},
            "busy": {"voice_mail": True, "css": ""},
            "no_answer_internal": {"destination": "1999", "duration": 12},
        },
        "e164_number": {"mask": "+44207946XXXX"},
    }
    dest = tmp_path / "phones.csv"
    (row,) = write(dest, phones=PHONES[:1], lines=[line])["results"]
    (told,) = as_bat_reads(dest.read_bytes())
    assert told["FORWARD ALL DESTINATION 1"] == "0"
    assert told["SECONDARY CSS FOR FORWARD ALL 1"] == "CSS-Internal"
    assert told["FORWARD BUSY EXTERNAL VOICE MAIL 1"] == "t"
    assert told["FORWARD NO ANSWER INTERNAL DESTINATION 1"] == "1999"
    assert set(row["left_out"]) == {
        "line 1001 forwards.busy.css (an empty cell does not clear)",
        "line 1001 forwards.no_answer_internal.duration",
        "line 1001 e164_number.enabled",
        "line 1001 e164_number.mask",
    }


def test_expansion_modules_have_their_columns(tmp_path: Path) -> None:
    phone = {
        **PHONES[1],
        "expansion_modules": [
            {"model": "BEKEM 36-Button Line Expansion Module", "load": "abc"},
            {"model": "M", "index": 4},
        ],
        "lines": [{"pattern": "1001", "missed_call_logging": False, "show_caller_name": True, "maximum_calls": 4}],
    }
    dest = tmp_path / "phones.csv"
    (row,) = write(dest, phones=[phone], lines=[])["results"]
    (told,) = as_bat_reads(dest.read_bytes())
    assert told["MODULE 1"] == "BEKEM 36-Button Line Expansion Module"
    assert told["MODULE 1 LOAD NAME"] == "abc"
    assert (told["LOG MISSED CALLS 1"], told["CALLER NAME 1"], told["MAXIMUM NUMBER OF CALLS 1"]) == ("f", "t", "4")
    assert row["left_out"] == ["expansion_modules[1]"]


def test_bad_rows_are_all_named(tmp_path: Path) -> None:
    said = faults(
        tmp_path,
        phones=[
            {"mac": "x"},
            {"name": "SEP00005E005302", "description": "two\nlines"},
            {"name": "SEP00005E005303", "lines": [{"pattern": "10 01"}]},
        ],
        lines=[{"pattern": "1001"}, {"pattern": "1001"}],
    )
    for words in ("phones[0] (x)", "phones[1] (SEP00005E005302)", "phones[2] (SEP00005E005303)", "lines[1] (1001)"):
        assert any(words in text for text in said), words
    mixed = [PHONES[0], {**PHONES[1], "protocol": "SCCP"}]
    assert "Cisco 8841 (SCCP), Cisco 8841 (SIP) in one file" in faults(tmp_path, phones=mixed)[0]
    bare = faults(tmp_path, phones=[{"name": "SEP00005E005302"}], format="all_details")
    assert "missing model, device_pool" in bare[0]


def test_a_value_with_a_line_break_never_reaches_the_file() -> None:
    found = bat.records([{"name": "SEP00005E005301", "owner": "a\rb"}], [], bat.SPECIFIC)
    assert bat.character_faults(found) == [
        "phones[0] (SEP00005E005301): owner user id 'a\\rb' has the control character \\x0d: take it out"
    ]


def test_a_place_where_nothing_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="could not be read"):
        write(tmp_path)
    (tmp_path / "file").write_text("a,b\n1,2\n")
    with pytest.raises(Refused, match="could not be"):
        write(tmp_path / "file" / "phones.csv")
    result = write(tmp_path / "file")
    assert [row["before"] for row in result["results"]] == [None, None]

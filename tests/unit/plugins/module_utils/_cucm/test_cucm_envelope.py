"""Answers of AXL: faults, pages that are no SOAP, and elements as plain data."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import _hint, is_not_found, too_large
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import (
    Fault,
    child,
    many,
    plain,
    read,
    title,
)
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unreachable

CAPTURES = Path(__file__).resolve().parents[6] / "shared" / "captures" / "cucm"
ENVELOPE = (
    b"<?xml version='1.0' encoding='UTF-8'?>"
    b'<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>%s</soapenv:Body>'
    b"</soapenv:Envelope>"
)


def fault(code: str, words: str) -> Fault:
    body = (
        f"<soapenv:Fault><faultcode>soapenv:Server</faultcode><faultstring>{words}</faultstring><detail><axlError>"
        f"<axlcode>{code}</axlcode><axlmessage>{words}</axlmessage><request>getPhone</request></axlError></detail>"
        "</soapenv:Fault>"
    )
    with pytest.raises(Fault) as caught:
        read(ENVELOPE % body.encode(), "AXL of CUCM x", "looking up phone SEP1")
    return caught.value


def test_a_real_fault() -> None:
    path = CAPTURES / "axl_fault_duplicate_239.xml"
    if not path.exists():
        pytest.skip(f"{path.name} is not at ../shared/captures/cucm")
    with pytest.raises(Fault) as caught:
        read(path.read_bytes(), "AXL of CUCM x", "adding partition P")
    assert caught.value.code == "-239"
    assert caught.value.words.startswith("Could not insert new row - duplicate value")
    assert "It was added by somebody else" in _hint(caught.value)
    assert str(caught.value).startswith("adding partition P: AXL of CUCM x answered: Could not insert")


@pytest.mark.parametrize(
    ("code", "words", "not_found", "page", "hint"),
    [
        ("5007", "Item not valid: The specified Phone was not found", True, None, "does not exist"),
        ("5007", "Item not valid: The specified SEP0023AF482340 was not found", True, None, "does not exist"),
        ("5007", "Something else", False, None, "does not exist"),
        ("5003", "User x is not authorized", False, None, "Standard CCM Admin Users"),
        ("5003", "Phone not found", False, None, "removed in the meantime"),
        (
            "5003",
            "You do not have the privilege to remove this End User as you have lower User Rank",
            False,
            None,
            "a user rank can deny it",
        ),
        (
            "-1",
            "Query request too large. Total rows matched: 2816 rows. Suggestive Row Fetch: less than 844 rows",
            False,
            843,
            "",
        ),
        (
            "-1",
            "Query request too large. Total rows matched: 9 rows. Suggested row fetch: less than 1 rows",
            False,
            1,
            "",
        ),
        ("-691", "Missing key in referenced table", False, None, ""),
    ],
)
def test_what_faults_mean(code: str, words: str, not_found: bool, page: int | None, hint: str) -> None:
    found = fault(code, words)
    assert (found.code, found.words) == (code, words)
    assert is_not_found(found) is not_found
    assert too_large(found) == page
    assert hint in _hint(found)
    assert bool(_hint(found)) is bool(hint)


def test_a_fault_without_detail_has_its_faultcode() -> None:
    body = b"<soapenv:Fault><faultcode>soapenv:Client</faultcode><faultstring>No</faultstring></soapenv:Fault>"
    with pytest.raises(Fault) as caught:
        read(ENVELOPE % body, "AXL", "asking")
    assert caught.value.code == "Client"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><title>Login</title></html>",
        b"not markup at all",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + ENVELOPE[38:] % b"<a>&e;</a>",
        ENVELOPE % b"",
    ],
)
def test_what_is_no_soap(body: bytes) -> None:
    with pytest.raises(Unreachable):
        read(body, "AXL", "asking")


def test_plain() -> None:
    body = (
        b'<r xmlns:x="http://www.w3.org/2001/XMLSchema-instance"><return><phone uuid="{1}"><name>SEP1</name><empty/>'
        b'<blank> </blank><nil x:nil="true" uuid=""/><css uuid="{2}">CSS</css><flag>t</flag>'
        b"<lines><line><index>1</index></line><line><index>2</index></line></lines>"
        b"<one><line><index>1</index></line></one><none />"
        b'<load special="false">sip88xx</load><own special="true">sip88xx</own></phone></return></r>'
    )
    phone = plain(child(read(ENVELOPE % body, "AXL", "asking"), "return", "phone"))
    assert phone == {
        "name": "SEP1",
        "empty": None,
        "blank": None,
        "nil": None,
        "css": "CSS",
        "flag": "t",
        "lines": {"line": [{"index": "1"}, {"index": "2"}]},
        "one": {"line": {"index": "1"}},
        "none": None,
        "load": None,
        "own": "sip88xx",
    }
    assert [line["index"] for line in many(phone["lines"], "line")] == ["1", "2"]
    assert many(phone["one"], "line") == [{"index": "1"}]
    assert many(phone["none"], "line") == []


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (b"<html><head><title>Proxy</title></head><body><h1>Denied</h1></body></html>", "'Proxy: Denied'"),
        (b"<title>Same &amp; same</title><h1>Same &amp; same</h1>", "'Same & same'"),
        (
            b"<!-- custom --><p>HTTP Status 599 - Incorrect axl version.</p>",
            "'HTTP Status 599 - Incorrect axl version.'",
        ),
        (b"<script>x()</script>\n plain words ", "'plain words'"),
        (b"", "an empty page"),
    ],
)
def test_title(page: bytes, expected: str) -> None:
    assert title(page) == expected

"""Small functions on text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.dialtone.voice.plugins.module_utils._text import (
    control_character,
    device_name,
    nearest,
    normalize_mac,
    one_line,
    printable,
)

MACS = (
    st.integers(min_value=1, max_value=2**48 - 1).map(lambda n: f"{n & ~(1 << 40):012X}").filter(lambda m: int(m, 16))
)


@given(MACS, st.sampled_from([":", "-", ".", ""]), st.booleans())
def test_a_mac_comes_back_whatever_its_notation(mac: str, separator: str, lower: bool) -> None:
    size = 4 if separator == "." else 2
    text = separator.join(mac[i : i + size] for i in range(0, 12, size))
    assert normalize_mac(text.lower() if lower else text) == mac
    assert device_name(text) == f"SEP{mac}"


@pytest.mark.parametrize("value", ["", "SEP", "00:11:22:33:44:55:66", "0O1122334455", None, 1122, "FF:FF:FF:FF:FF:FF"])
def test_what_is_no_mac_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"MAC|address"):
        normalize_mac(value)


@pytest.mark.parametrize(
    ("text", "found"), [("plain", None), ("a\nb", "\\x0a"), ("a\x1bb", "\\x1b"), ("a\u2028b", "\\x2028"), ("ü", None)]
)
def test_control_characters(text: str, found: str | None) -> None:
    assert control_character(text) == found


def test_folding_and_nearest() -> None:
    assert one_line(" a \n  b ") == "a b"
    assert one_line("x" * 500, 10) == "xxxxxxx..."
    assert nearest("Offce", ["office", "home"]) == ["office"]
    assert nearest("Cisco 8814", [f"Cisco {number}" for number in (8811, 8841, 8845, 8851, 8861)])[0] == "Cisco 8841"
    assert nearest("x", []) == []


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("TFTP Timeout : x\n  y\tz \xe9 \u4e2d", "TFTP Timeout : x\n  y\tz \xe9 \u4e2d"),
        ("\x1b[31;1mred\x1b[0m \x1b[2J\x9b5A", "red "),
        ("a\x1b]0;title\x07b\x1b]52;c;eA==\x1b\\c\x9d0;t\x9cd", "abcd"),
        ("one\x08\x7f\x00\x1bctwo\x1b(0", "onetwo"),
        ("a\u202eb\u2066c", "abc"),
        ("cut \x1b", "cut "),
    ],
)
def test_a_terminal_obeys_nothing_that_a_device_said(said: str, shown: str) -> None:
    assert printable(said) == shown
    assert one_line(f"{said}\x1b[") == " ".join(shown.split())

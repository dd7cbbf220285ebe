"""Phone models as people write them, and device names."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.models import product, short_name
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.phone_fields import phone_faults, phone_name


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("8841", "Cisco 8841"),
        ("Cisco 8841", "Cisco 8841"),
        ("cisco  8841", "Cisco 8841"),
        ("CP-8841-K9=", "Cisco 8841"),
        ("cp-8841-w-k9", "Cisco 8841"),
        ("7961G", "Cisco 7961"),
        ("CP-7961G", "Cisco 7961"),
        ("7961G-GE", "Cisco 7961G-GE"),
        ("7971G-GE", "Cisco 7971"),
        ("7965g", "Cisco 7965"),
        ("8851NR", "Cisco 8851NR"),
        ("8865nr", "Cisco 8865NR"),
        ("Cisco ATA 191", "Cisco ATA 191"),
        (" Cisco IP  Communicator ", "Cisco IP Communicator"),
    ],
)
def test_product(model: str, expected: str) -> None:
    assert product(model) == expected
    assert product(expected) == expected
    assert f"Cisco {short_name(expected)}" == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"mac": "0000.5e00.5301"}, "SEP00005E005301"),
        ({"mac": "00:00:5E:00:53:01", "name": "sep00005e005301"}, "SEP00005E005301"),
        ({"name": "sep00005e005301"}, "SEP00005E005301"),
        ({"name": "ATA00005E005301"}, "ATA00005E005301"),
        ({"name": "CSFJDOE"}, "CSFJDOE"),
    ],
)
def test_phone_name(row: dict[str, Any], expected: str) -> None:
    assert phone_name(row) == expected


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"mac": "00:00:5e:00:53"}, "not a MAC address"),
        ({"mac": "00005e005301", "name": "SEP00005E005302"}, "are two phones"),
        ({"name": "SEP0000"}, "not a MAC address"),
        ({"name": "with blank"}, "no device name"),
        ({"name": "A" * 16}, "no device name"),
        ({"name": ""}, "no device name"),
    ],
)
def test_bad_names(row: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        phone_name(row)


@pytest.mark.parametrize(
    ("first", "second", "accepted"), [(True, True, True), (True, False, False), (False, False, False)]
)
def test_two_phones_with_one_line_both_say_shared(first: bool, second: bool, accepted: bool) -> None:
    rows = [
        {"mac": f"00005e00530{number}", "lines": [{"pattern": "1", "partition": "PT", "shared": shared}]}
        for number, shared in ((1, first), (2, second))
    ]
    assert (phone_faults(rows) == []) is accepted

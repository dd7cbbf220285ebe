"""Looking lines up in bulk: which are listed together, and by which criterion."""

from __future__ import annotations

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.numplan import (
    criterion,
    groups,
    line_name,
    pattern_fault,
)


def test_names() -> None:
    assert line_name("1001", None) == "1001"
    assert line_name("1001", "") == "1001 in <None>"
    assert line_name("1001", "PT-Internal") == "1001 in PT-Internal"


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["2000", "2059"], "20%"),
        (["1001"], "1001"),
        ([r"\+4420100", r"\+4420109"], "%+442010%"),
        ([r"\+4420100"], "%+4420100"),
        (["10[1-5]", "10[1-7]"], "10%"),
        (["9XXX", "9123"], "9%"),
        (["1", "2"], "%"),
    ],
)
def test_a_criterion_matches_all_and_has_no_backslash(patterns: list[str], expected: str) -> None:
    assert criterion(patterns) == expected


def test_neighbours_are_listed_and_loners_are_asked_for() -> None:
    block = [str(number) for number in range(10_000, 20_000)]
    assert groups(block) == [(block, True)]
    sparse = [str(number) for number in range(10_000, 100_000, 1_500)]
    assert groups(sparse) == [([pattern], False) for pattern in sparse]
    mixed = groups([*(str(2000 + number) for number in range(60)), "8888", r"\+4420100"])
    assert [(len(patterns), listed) for patterns, listed in mixed] == [(60, True), (1, False), (1, False)]


def test_patterns_that_differ_in_wildcards_only() -> None:
    patterns = [f"10[{number}-9]X" for number in range(8)]
    found = groups(patterns)
    assert sorted(pattern for part, _listed in found for pattern in part) == patterns


@pytest.mark.parametrize("pattern", ["1001", r"\+442079461001", "10[0-4]X", "*86", "1001#", "9.@", "A1"])
def test_patterns(pattern: str) -> None:
    assert pattern_fault(pattern) == ""


@pytest.mark.parametrize("pattern", ["", "+44", "10 01", "1001;", "1" * 256, "Reception", "1001\n"])
def test_bad_patterns(pattern: str) -> None:
    assert pattern_fault(pattern)

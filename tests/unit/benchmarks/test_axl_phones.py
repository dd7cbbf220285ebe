"""The benchmark of phones believes only what the publisher holds and counts, and scales only what it says it scales."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import pytest

from benchmarks import axl_phones
from benchmarks.__main__ import main
from benchmarks.axl_phones import Row, Run, changed, perform, publisher, role, rows, script, verify
from benchmarks.switch_fleet import Cost


def held(wanted: Sequence[Row]) -> dict[str, Any]:
    """What a publisher says that holds exactly these."""
    return {
        "phones": {
            row["name"]: [row["description"], f"{row['pattern']}/PT-Internal {row['description']}"] for row in wanted
        },
        "lines": {f"{row['pattern']}/PT-Internal": row["description"] for row in wanted},
    }


def test_a_phone_or_a_line_that_is_not_as_planned_is_told() -> None:
    verify("it", held(rows(3)), rows(3))
    with pytest.raises(RuntimeError, match=r"it: 1 phones are not as planned, SEP02005E000002 among them"):
        verify("it", held(rows(2)), rows(3))
    with pytest.raises(RuntimeError, match="it: 1 phones are not as planned"):
        verify("it", held(rows(4)), rows(3))
    state = held(rows(3))
    state["lines"]["2000001/PT-Internal"] = "Desk 7"
    with pytest.raises(RuntimeError, match="it: 1 lines are not as planned, 2000001/PT-Internal among them"):
        verify("it", state, rows(3))


def test_ten_of_all_are_changed() -> None:
    for count in (60, 1000):
        before, after = rows(count), changed(rows(count))
        assert sum(one != other for one, other in zip(before, after, strict=True)) == 10


def test_the_table_and_the_ratios(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    seconds = iter([60.0, 120.0, 2.0, 16.0, 3.0, 4.0, 2.0, 8.0, 50.0])

    def measured(name: str, lab: object, command: object, wanted: Sequence[Row]) -> Run:
        return Run(Cost(next(seconds), 1, 150), 2 * len(wanted) if wanted else 1)

    monkeypatch.setattr(axl_phones, "perform", measured)
    monkeypatch.setattr(axl_phones, "publisher", nullcontext)
    for contender in ("role", "script", "playbook_of_uri"):
        monkeypatch.setattr(axl_phones, contender, lambda *arguments: [])
    assert main(["axl_phones"]) == 0
    lines = capsys.readouterr().out.splitlines()
    shown = next(line for line in lines if line.startswith("role, 1000 phones, 4 connections"))
    assert shown.split()[-5:] == ["2000", "16.0", "12.5", "1.28", "150"]
    assert any(line.startswith("the same, scaled to 1000 phones") and line.endswith(" 1200") for line in lines)
    result = json.loads(lines[-1])
    assert result["4 connections"] == {
        "script / role": 3.75,
        "uri / role": 75.0,
        "role / least": 1.28,
        "role without Ansible's start / least": 1.12,
    }
    assert result["10 connections"]["script / role"] == 7.5
    assert result["again"] == {"requests": 2000, "seconds": 3.0}
    assert result["memory"] == {"phones": 10_000, "megabytes": 150}
    assert next(seconds, None) is None


@pytest.mark.once
def test_a_few_phones_are_really_added() -> None:
    every = rows(5)
    with publisher(0.001) as lab:
        run = perform("role", lab, role(lab, every[:3], 4), every[:3])
        assert run.requests >= 6
        run = perform("script", lab, script(lab, every[3:]), every)
        assert run.requests == 4
        with pytest.raises(RuntimeError, match=r"(?s)script failed:.*exists already"):
            perform("script", lab, script(lab, every[3:]), every)

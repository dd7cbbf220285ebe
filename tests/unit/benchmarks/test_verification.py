"""The benchmark of verdicts believes the causes that the lab was made with alone, and scales what it says it scales."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from typing import Any

import pytest

from benchmarks import verification
from benchmarks.__main__ import main
from benchmarks.switch_fleet import Cost
from benchmarks.verification import Answer, cause_of, plan


def answer(seconds: float, ris: int, **sessions: int) -> Answer:
    return Answer(Cost(seconds, 1.0, 150.0), {"causes": {}, "requests": {"files": 1}}, sessions, ris, 9)


def test_a_quarter_of_the_phones_has_each_cause() -> None:
    rows = plan(3, "10.0.0.10").values()
    assert len(rows) == 60
    assert Counter(cause_of(row["interface"]) for row in rows) == dict.fromkeys(verification.CAUSES, 15)
    assert {row["switch"] for row in rows} == {"sw1", "sw2", "sw3"}


def test_a_wrong_verdict_is_told() -> None:
    found = Answer(Cost(1, 1, 1), {"causes": {"A": "no_link", "B": None}}, {}, 0, 0)
    verification._check(found, {"A": "no_link", "B": None})
    with pytest.raises(RuntimeError, match=r"1 of 2 verdicts are wrong: A: no_link, made poe_disabled"):
        verification._check(found, {"A": "poe_disabled", "B": None})


@pytest.mark.parametrize("more", [{"ris": 3, "sw1": 1}, {"ris": 2, "sw1": 2}])
def test_more_than_one_session_or_more_than_the_budget_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, more: dict[str, int]
) -> None:
    monkeypatch.setattr(verification, "_hosts", lambda state: {"cucm-pub": {"ansible_host": "10.0.0.10"}})
    monkeypatch.setattr(verification, "_play", lambda *given: answer(1.0, **more))
    monkeypatch.setattr(verification, "_check", lambda answer, causes: None)
    with pytest.raises(RuntimeError, match="asked more than allowed"):
        verification._together(tmp_path, tmp_path, 50)


def test_the_table_and_the_ratio(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(verification, "_lab", lambda folder, switches: nullcontext(folder))
    monkeypatch.setattr(verification, "_together", lambda *given: answer(20.0, 2, sw1=1, sw2=1))
    monkeypatch.setattr(verification, "_one_by_one", lambda *given: answer(16.0, 0, sw1=20))
    monkeypatch.setattr(verification, "_confirmed", lambda count: answer(8.0, 12))
    assert main(["verification"]) == 0
    lines = capsys.readouterr().out.splitlines()
    shown = next(line for line in lines if line.startswith("1000 stuck, 50 switches"))
    assert shown.split()[-6:] == ["20.0", "1.0", "150", "1", "2", "9"]
    assert next(line for line in lines if line.startswith("all 1000 of them")).split()[-2:] == ["800", "50"]
    assert '"seconds, phone by phone / each device once": 40.0' in lines[-1]

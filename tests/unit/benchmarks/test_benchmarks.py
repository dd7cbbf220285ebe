"""Each benchmark prints the machine, a table, and its ratios as the last line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from benchmarks import lab_start
from benchmarks.__main__ import main
from benchmarks.report import table


def test_the_last_line_is_json_with_the_ratios(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    started = []

    def start(count: int, config: str) -> lab_start.Start:
        started.append((count, bool(config)))
        return lab_start.Start(1.0 + count / 100, 50.0 + count / 10 + len(config) / 100)

    monkeypatch.setattr(lab_start, "_start", start)
    assert main(["lab_start", "--quick"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "Python 3." in lines[1]
    assert lines[-2].split()[:4] == ["200", "switches,", "ports", "configured"]
    result: dict[str, Any] = json.loads(lines[-1])
    assert result["many_to_few"] == {"seconds": 2.5, "megabytes": 1.35}
    assert result["configured_to_factory"]["megabytes"] > 1
    assert started == [(0, False), (20, False), (200, False), (200, True)]


def test_a_lab_of_no_switches_is_measured() -> None:
    start = lab_start.measure(0, "", 1)
    assert start.seconds > 0
    assert start.megabytes > 10


def test_what_cannot_be_measured_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(lab_start, "PORTS", 1000)
    monkeypatch.setattr(lab_start, "measure", lambda count, config, repeats: lab_start._start(1, config))
    assert main(["lab_start", "--quick"]) == 1
    assert "benchmarks: lab_start: `-m lab up" in capsys.readouterr().err


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["lab_stop"])
    assert "unknown benchmark lab_stop; known are " in capsys.readouterr().err


def test_numbers_stand_below_each_other() -> None:
    assert table(("lab", "MB"), [("small", "7"), ("big", "120")]) == "lab     MB\n-----  ---\nsmall    7\nbig    120"

"""Each benchmark prints the machine, a table, and its ratios as the last line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from benchmarks import axl_schema, dhcp_scopes, lab_start
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


@pytest.mark.once
def test_all_of_a_schema_beside_what_a_task_uses(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["axl_schema", "--quick"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in lines[-3:-1]] == ["AXL 12.5"] * 2
    assert json.loads(lines[-1])["all_to_used"]["12.5"]["added"] > 2


def test_a_schema_that_is_not_there_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(axl_schema, "VERSIONS", ("1.0",))
    assert main(["axl_schema"]) == 1
    assert "axl_schema: there is no AXL schema 1.0" in capsys.readouterr().err


def test_a_list_of_scopes_beside_a_loop(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def measure(count: int, *, loop: bool) -> tuple[dhcp_scopes.Cost, dhcp_scopes.Cost]:
        times = count if loop else 1
        return dhcp_scopes.Cost(2.0 * times, 6 * times), dhcp_scopes.Cost(1.0 * times, times)

    monkeypatch.setattr(dhcp_scopes, "measure", measure)
    assert main(["dhcp_scopes"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2].split() == ["500", "scopes,", "a", "loop", "1000.0", "3000", "500.0", "500"]
    assert json.loads(lines[-1])["loop_to_list"]["100"]["second"] == {"seconds": 100.0, "requests": 100.0}


def test_one_benchmark_that_cannot_be_run_leaves_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dhcp_scopes.shutil, "which", lambda *names, **options: None)
    monkeypatch.setattr(lab_start, "measure", lambda count, config, repeats: lab_start.Start(1.0 + count, 1.0 + count))
    assert main(["dhcp_scopes", "lab_start"]) == 1
    seen = capsys.readouterr()
    assert "benchmarks: dhcp_scopes: kea-dhcp4 is not installed" in seen.err
    assert json.loads(seen.out.splitlines()[-1])["benchmark"] == "lab_start"


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["lab_stop"])
    assert "unknown benchmark lab_stop; known are " in capsys.readouterr().err


def test_numbers_stand_below_each_other() -> None:
    assert table(("lab", "MB"), [("small", "7"), ("big", "120")]) == "lab     MB\n-----  ---\nsmall    7\nbig    120"

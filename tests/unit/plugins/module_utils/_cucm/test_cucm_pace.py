"""The budget of requests: what one run may send, and what several share through a file."""

from __future__ import annotations

import json
import multiprocessing
import stat
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.pace import (
    BudgetUsed,
    Pace,
    RateExceeded,
    budget_file,
)


class Clock:
    def __init__(self, now: float = 0.0) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def pace_of(clock: Clock, rate: int, path: Path | None = None, lines: list[str] | None = None) -> Pace:
    report = (lambda line: None) if lines is None else lines.append
    return Pace(rate, str(path) if path else None, report=report, clock=clock, sleep=clock.sleep)


@given(rate=st.integers(1, 18), gaps=st.lists(st.floats(0, 30), max_size=60))
def test_no_minute_has_more_requests_than_allowed(rate: int, gaps: list[float]) -> None:
    clock = Clock()
    pace = pace_of(clock, rate)
    times = []
    for gap in gaps:
        clock.now += gap
        pace.take()
        times.append(clock.now)
    for start in times:
        assert sum(start <= moment < start + 59.999 for moment in times) <= rate


@given(gaps=st.lists(st.tuples(st.integers(0, 2), st.floats(0, 20)), max_size=60))
def test_runs_that_share_a_file_keep_to_the_rate_together(
    tmp_path_factory: pytest.TempPathFactory, gaps: list[tuple[int, float]]
) -> None:
    clock = Clock(1_000_000.0)
    path = tmp_path_factory.mktemp("ris") / "deep" / "cucm.json"
    paces = [pace_of(clock, 5, path) for _ in range(3)]
    times = []
    for which, gap in gaps:
        clock.now += gap
        paces[which].take()
        times.append(clock.now)
    for start in times:
        assert sum(start <= moment < start + 59.999 for moment in times) <= 5


def test_another_runs_requests_count(tmp_path: Path) -> None:
    clock, lines = Clock(500.0), list[str]()
    first, second = pace_of(clock, 2, tmp_path / "a.json"), pace_of(clock, 2, tmp_path / "a.json", lines)
    other_cluster = pace_of(clock, 2, tmp_path / "b.json")
    first.take()
    clock.now += 20
    second.take()
    with pytest.raises(BudgetUsed, match="sent their 2 requests of the minute, for 40 s more"):
        second.take(39)
    other_cluster.take(0)
    second.take(40)
    assert clock.now == 560
    assert lines == ["the runs on this controller have sent their 2 requests of the minute, next one in 40 s"]


def test_a_fault_keeps_all_runs_away_and_goes_on_10_30_60(tmp_path: Path) -> None:
    clock = Clock(500.0)
    first, second = (pace_of(clock, 12, tmp_path / "a.json") for _ in range(2))
    assert [first.exceeded() for _ in range(4)] == [10, 30, 60, 60]
    with pytest.raises(RateExceeded, match="wants fewer requests from the runs on this controller, for 60 s more"):
        second.take(59)
    second.take()
    assert clock.slept == [60]
    first.accepted()
    assert first.exceeded() == 10


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"sent": 5}', '{"sent": ["x"], "closed_until": "y"}'])
def test_a_damaged_file_counts_as_nothing(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(content)
    clock = Clock(500.0)
    pace_of(clock, 1, path).take(0)
    assert json.loads(path.read_text())["sent"] == [500.0]


def test_a_clock_that_was_set_back_blocks_nobody(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"sent": [9000.0], "closed_until": 9000.0}')
    pace_of(Clock(500.0), 1, path).take(0)


def test_a_folder_that_can_not_be_written_is_told_and_the_own_requests_count(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    clock, lines = Clock(500.0), list[str]()
    pace = pace_of(clock, 1, tmp_path / "file" / "a.json", lines)
    pace.take(0)
    with pytest.raises(BudgetUsed):
        pace.take(59)
    assert len(lines) == 1
    assert "ris_budget_path" in lines[0]


def test_the_file_is_private_and_no_link_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "cache" / "dialtone.voice" / "ris" / "a.json"
    pace_of(Clock(500.0), 1, path).take()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (path.parent, path.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    target = tmp_path / "target"
    target.write_text("mine")
    (tmp_path / "link.json").symlink_to(target)
    pace_of(Clock(500.0), 1, tmp_path / "link.json").take()
    assert target.read_text() == "mine"


def test_one_file_for_each_publisher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert budget_file({}, "CUCM-Pub:8443") == str(tmp_path / "dialtone.voice/ris/cucm-pub_8443.json")
    assert budget_file({"ris_budget_path": "/x"}, "[2001:db8::1]:8443") == "/x/_2001_db8__1__8443.json"


def _take_three(path: str) -> None:
    pace = Pace(50, path)
    for _ in range(3):
        pace.take()


def test_processes_do_not_lose_each_others_requests(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    fork = multiprocessing.get_context("fork")
    runs = [fork.Process(target=_take_three, args=(str(path),)) for _ in range(4)]
    for run in runs:
        run.start()
    for run in runs:
        run.join(20)
    assert [run.exitcode for run in runs] == [0] * 4
    sent = json.loads(path.read_text())["sent"]
    assert len(sent) == 12
    assert max(sent) <= time.time()

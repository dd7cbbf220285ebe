"""Backing off: pauses, their limit, and what counts as busy."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.crew import Halted
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.https import Answer
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.throttle import RECOVERY, Throttle, busy
from ansible_collections.dialtone.voice.plugins.module_utils._errors import TimedOut, Unreachable

WITHIN = 10
BUSY = Answer(503, {}, b"<h1>HTTP Status 503</h1>")
DONE = Answer(200, {}, b"")


class Slept(list[float]):
    """The pauses, to a millisecond; each lets the clock go on, by a little more than was asked for."""

    def pause(self, seconds: float) -> None:
        self.append(round(seconds, 3))

    def clock(self) -> float:
        return math.fsum(self) + 0.001 * len(self)


def throttle(limit: float, jitter: float, slept: Slept, **options: Any) -> Throttle:
    return Throttle("cucm", limit, sleep=slept.pause, clock=slept.clock, jitter=lambda: jitter, **options)


@given(times=st.integers(0, 12), jitter=st.floats(0, 1))
def test_pauses_grow_from_5_to_60_seconds(times: int, jitter: float) -> None:
    slept = Slept()
    answers = [BUSY] * times + [DONE]
    assert throttle(10_000, jitter, slept).run(lambda: answers.pop(0)) is DONE
    assert len(slept) == times
    assert all(5 <= pause <= 60 for pause in slept)
    assert slept == sorted(slept)


@given(limit=st.integers(0, 400), jitter=st.floats(0, 1))
def test_the_limit_holds_over_all_requests(limit: int, jitter: float) -> None:
    slept = Slept()
    waiting = throttle(limit, jitter, slept)
    with pytest.raises(TimedOut, match="too busy"):
        waiting.run(lambda: BUSY)
    assert sum(slept) <= limit + 0.1
    with pytest.raises(TimedOut):
        waiting.run(lambda: BUSY)
    assert sum(slept) <= limit + 0.1


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (BUSY, True),
        (Answer(500, {}, b"<f>Maximum AXL Memory Allocation Consumed. Please retry once</f>"), True),
        (Answer(500, {}, b"<f>Item not valid</f>"), False),
        (DONE, False),
        (Answer(599, {}, b""), False),
    ],
)
def test_busy(answer: Answer, expected: bool) -> None:
    assert (busy(answer) is not None) is expected


def test_retry_after_lengthens_the_pause() -> None:
    slept = Slept()
    answers = [Answer(503, {"retry-after": "30"}, b""), DONE]
    throttle(100, 0, slept).run(lambda: answers.pop(0))
    assert slept == [30]


def send(throttle: Throttle, *answers: Answer) -> None:
    left = list(answers)
    throttle.run(lambda: left.pop(0))
    assert left == []


def test_slots_halve_and_come_back_one_by_one() -> None:
    waiting = throttle(1000, 0, Slept(), slots=10)
    send(waiting, BUSY, BUSY, DONE)
    assert waiting.slots == 2
    seen = []
    for _ in range(RECOVERY * 10):
        send(waiting, DONE)
        seen.append(waiting.slots)
    assert sorted(set(seen)) == list(range(2, 11))
    assert seen == sorted(seen)
    assert seen.index(4) - seen.index(3) == RECOVERY
    send(waiting, BUSY, BUSY, BUSY, BUSY, BUSY, DONE)
    assert waiting.slots == 1


def test_pauses_begin_anew_after_a_success() -> None:
    slept = Slept()
    waiting = throttle(1000, 0, slept)
    send(waiting, BUSY, BUSY, DONE)
    send(waiting, BUSY, DONE)
    assert slept == [5, 10, 5]


def in_threads(*calls: Callable[[], Any]) -> list[Any]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result(WITHIN) for future in [pool.submit(call) for call in calls]]


def test_requests_that_were_under_way_together_are_one_throttle() -> None:
    slept = Slept()
    waiting = throttle(1000, 0, slept, slots=4)
    together = threading.Barrier(4)

    def call() -> Answer:
        answers = [BUSY, DONE]

        def send() -> Answer:
            if len(answers) == 2:
                together.wait(WITHIN)
            return answers.pop(0)

        return waiting.run(send)

    assert in_threads(*[call] * 4) == [DONE] * 4
    assert waiting.slots == 2
    assert waiting.waited == 5


@pytest.mark.parametrize("slots", [1, 3])
def test_no_more_under_way_than_there_are_slots(slots: int) -> None:
    waiting, crowd = Throttle("cucm", 0, slots=slots), 8
    under_way, most, lock = 0, 0, threading.Lock()
    begun, looked, full = threading.Semaphore(0), threading.Semaphore(0), threading.Event()

    def send() -> Answer:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        begun.release()
        assert full.wait(WITHIN)
        with lock:
            under_way -= 1
        return DONE

    def is_stopped() -> bool:
        looked.release()
        return False

    def fill() -> None:
        """Hold all slots until those without one have looked twice, before they waited and when they were woken."""
        try:
            assert all(begun.acquire(timeout=WITHIN) for _ in range(slots))
            assert all(looked.acquire(timeout=WITHIN) for _ in range(crowd))
            waiting.wake()
            assert all(looked.acquire(timeout=WITHIN) for _ in range(crowd - slots))
        finally:
            full.set()

    in_threads(fill, *[lambda: [waiting.run(send, is_stopped) for _ in range(50)]] * crowd)
    assert most == slots


def test_those_who_wait_are_halted_when_the_run_ends() -> None:
    waiting, stopped = Throttle("cucm", 1000, slots=1), threading.Event()
    asked = threading.Semaphore(0)

    def is_stopped() -> bool:
        asked.release()
        return stopped.is_set()

    answers = [BUSY]

    def end() -> None:
        assert asked.acquire(timeout=WITHIN)
        assert asked.acquire(timeout=WITHIN)
        stopped.set()
        waiting.wake()

    def call() -> str:
        with pytest.raises(Halted):
            waiting.run(lambda: answers.pop(0), is_stopped)
        return "halted"

    assert in_threads(call, end) == ["halted", None]


def test_an_error_gives_its_slot_back() -> None:
    waiting = Throttle("cucm", 0, slots=1)

    def fail() -> Answer:
        raise Unreachable("gone")

    for _ in range(3):
        with pytest.raises(Unreachable):
            waiting.run(fail)
    send(waiting, DONE)

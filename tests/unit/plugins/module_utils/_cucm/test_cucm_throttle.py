"""Backing off: pauses, their limit, and what counts as busy."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.https import Answer
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.throttle import Throttle, busy
from ansible_collections.dialtone.voice.plugins.module_utils._errors import TimedOut

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

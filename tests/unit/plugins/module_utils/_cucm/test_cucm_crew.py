"""Work by several threads: what of each item is told, and what ends the run."""

from __future__ import annotations

import contextvars
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.crew import Crew, Halted, Outcome, Signals
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Interrupted, Refused, Unreachable

WITHIN = 10


def crew(size: int = 4) -> Crew:
    return Crew(size, lambda error: isinstance(error, Unreachable))


def test_outcomes_are_in_the_order_of_the_items() -> None:
    first_may_end = threading.Event()

    def work(item: int) -> int:
        if item == 0:
            assert first_may_end.wait(WITHIN)
        elif item == 19:
            first_may_end.set()
        return item * item

    assert crew().run(work, range(20)) == [Outcome(item * item) for item in range(20)]
    assert crew().run(work, []) == []


def test_as_many_at_once_as_there_are_threads() -> None:
    together = threading.Barrier(4)
    assert len(crew(4).run(lambda _item: together.wait(WITHIN), range(8))) == 8
    names: set[str] = set()
    crew(1).run(lambda _item: names.add(threading.current_thread().name), range(8))
    assert len(names) == 1
    assert threading.current_thread().name not in names


def test_a_refusal_is_the_items_own() -> None:
    no = Refused("no")

    def work(item: int) -> int:
        if item == 3:
            raise no
        return item

    outcomes = crew().run(work, range(9))
    assert outcomes[3] == Outcome(error=no)
    assert [outcome.value for outcome in outcomes if outcome.error is None] == [0, 1, 2, 4, 5, 6, 7, 8]


def test_an_error_that_ends_the_run_lets_nobody_begin() -> None:
    halted = threading.Event()
    gone = Unreachable("gone")
    workers = Crew(2, lambda error: isinstance(error, Unreachable), halted.set)

    def work(item: int) -> int:
        if item == 1:
            raise gone
        assert halted.wait(WITHIN)
        return item

    outcomes = workers.run(work, range(9))
    assert outcomes[:2] == [Outcome(0), Outcome(error=gone)]
    assert outcomes[2:] == [Outcome(tried=False)] * 7


def test_what_was_not_sent_was_not_tried() -> None:
    def work(item: int) -> int:
        if item == 1:
            raise Halted("not sent")
        return item

    assert crew(1).run(work, range(3)) == [Outcome(0), Outcome(tried=False), Outcome(2)]


def test_a_defect_comes_through_and_ends_the_run() -> None:
    begun: list[int] = []

    def work(item: int) -> None:
        begun.append(item)
        raise KeyError(item)

    with pytest.raises(KeyError):
        crew(1).run(work, range(9))
    assert begun == [0]


def test_the_threads_know_whose_task_it_is() -> None:
    task = contextvars.ContextVar("task", default="none")
    task.set("this one")
    assert [outcome.value for outcome in crew().run(lambda _item: task.get(), range(3))] == ["this one"] * 3


def press(*numbers: int) -> None:
    for number in numbers:
        os.kill(os.getpid(), number)


@pytest.fixture
def signals() -> Any:
    with Signals() as entered:
        yield entered


@pytest.fixture
def bystander() -> Any:
    """A thread that the system may give signals to, as programs have that this one is a part of."""
    ended = threading.Event()
    thread = threading.Thread(target=ended.wait)
    thread.start()
    yield
    ended.set()
    thread.join()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("earlier", [0, 1])
def test_a_signal_while_threads_start_waits_for_those_that_have(
    signals: Signals, bystander: None, monkeypatch: pytest.MonkeyPatch, number: int, earlier: int
) -> None:
    workers, under_way, submits = crew(2), threading.Event(), []
    submit = ThreadPoolExecutor.submit

    def pressing(self: ThreadPoolExecutor, *args: Any) -> Any:
        submits.append(args)
        if len(submits) == earlier + 1:
            assert under_way.wait(WITHIN)
            press(number)
        return submit(self, *args)

    def work(item: int) -> int:
        under_way.set()
        assert workers.stopped.wait(WITHIN)
        return item

    if not earlier:
        under_way.set()
    monkeypatch.setattr(ThreadPoolExecutor, "submit", pressing)
    with pytest.raises(Interrupted) as caught:
        workers.run(work, range(9))
    tried = [outcome for outcome in caught.value.outcomes if outcome.tried]
    assert all(outcome.error is None for outcome in tried), tried
    assert len(tried) >= earlier
    assert signals.caught == number


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_lets_what_is_under_way_be_finished(signals: Signals, number: int) -> None:
    workers = crew(2)

    def work(item: int) -> int:
        if item == 2:
            press(number)
        if item >= 2:
            assert workers.stopped.wait(WITHIN)
            # What ansible-core sends afterwards on its own account.
            press(signal.SIGTERM if number == signal.SIGINT else signal.SIGINT)
        return item

    with pytest.raises(Interrupted) as caught:
        workers.run(work, range(50))
    outcomes = caught.value.outcomes
    done = [outcome for outcome in outcomes if outcome.tried]
    assert outcomes[2] == Outcome(2)
    assert all(outcome.error is None for outcome in done)
    assert 3 <= len(done) < 50
    assert f"of 50 items {len(done)} finished, 0 failed, {50 - len(done)} not attempted" in caught.value.msg
    assert signals.caught == number


def test_the_same_signal_again_gives_up_what_is_under_way(signals: Signals) -> None:
    workers, released = crew(1), threading.Event()

    def work(_item: int) -> None:
        press(signal.SIGINT)
        assert workers.stopped.wait(WITHIN)
        press(signal.SIGINT)
        released.wait(WITHIN)

    with pytest.raises(Interrupted) as caught:
        workers.run(work, range(3))
    released.set()
    lost, *others = caught.value.outcomes
    assert isinstance(lost.error, Interrupted)
    assert "not known" in lost.error.msg
    assert others == [Outcome(tried=False)] * 2


def test_handlers_are_put_back() -> None:
    former = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with Signals(), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGTERM)
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == former


def test_a_signal_that_is_ignored_stays_so() -> None:
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Signals():
            press(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, former)


def test_other_threads_leave_signals_alone() -> None:
    seen: list[Callable[..., Any] | int | None] = []

    def enter() -> None:
        with Signals():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join(WITHIN)
    assert seen == [signal.getsignal(signal.SIGTERM)]

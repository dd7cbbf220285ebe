"""Many requests at once: what an item's error means for the others, and what is finished all the same."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm import axl as axl_module
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.crew import Outcome
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.endings import AnswerLost
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import Fault
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.https import Answer
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.plan import Plan, apply, settle
from ansible_collections.dialtone.voice.plugins.module_utils._errors import (
    AuthenticationFailed,
    Interrupted,
    InvalidPlan,
    TimedOut,
    Unreachable,
)
from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows

WITHIN = 10
PARAMS = {
    "host": "cucm.invalid",
    "port": 8443,
    "username": "u",
    "password": "p",
    "validate_certs": True,
    "timeout": 1,
    "throttle_timeout": 0,
}
OK = Answer(200, {}, b"<e:Envelope xmlns:e='e'><e:Body><r><return>{uuid}</return></r></e:Body></e:Envelope>")


class Interface:
    """Requests that are nothing but the operation's name and its `n`."""

    version = "12.5"

    def request(self, operation: str, arguments: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
        return f"{operation} {arguments.get('n')}".encode(), {}


class Https:
    """Answers what `answers` says for a request, else 200; an exception is raised."""

    authority = "cucm.invalid:8443"

    def __init__(self, **answers: Answer | Exception) -> None:
        self.answers = {name.replace("_", " "): answer for name, answer in answers.items()}
        self.sent: list[str] = []

    def post(self, path: str, body: bytes, headers: dict[str, str], *, roles: str) -> Answer:
        self.sent.append(body.decode())
        answer = self.answers.get(body.decode(), OK)
        if isinstance(answer, Exception):
            raise answer
        return answer


def session(https: Https, connections: int = 1, **params: Any) -> Axl:
    axl = Axl({**PARAMS, "connections": connections, **params}, sleep=lambda seconds: None)
    axl._https = https  # type: ignore[assignment]
    axl.interface = Interface()  # type: ignore[assignment]
    return axl


def add(axl: Axl, reached: bool = True) -> Any:
    return lambda n: axl.write("add", {"n": n}, f"adding {n}", lambda: reached)


def test_as_many_connections_as_given_and_no_more_than_ten() -> None:
    assert [session(Https(), count).connections for count in (1, 4, 10, 99)] == [1, 4, 10, 10]


def test_requests_are_counted_whoever_sends_them() -> None:
    axl = session(Https(), 10)
    assert all(outcome.error is None for outcome in axl.each(add(axl), range(200)))
    assert axl.requests == len(axl._https.sent) == 200  # type: ignore[attr-defined]


@pytest.mark.parametrize("error", [AuthenticationFailed("401"), Unreachable("no route"), AnswerLost("lost")])
def test_what_ends_the_run(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(axl_module, "_LOOKS", (0.0,))
    axl = session(Https(add_1=error, get_None=Unreachable("gone")))

    def work(n: int) -> str:
        return axl.write("add", {"n": n}, f"adding {n}", lambda: axl.call("get", {}, "looking") is not None)

    outcomes = axl.each(work, range(9))
    assert [outcome.tried for outcome in outcomes] == [True, True] + [False] * 7
    assert isinstance(outcomes[1].error, type(error))


def test_a_busy_publisher_ends_the_run_when_the_time_is_used_up() -> None:
    axl = session(Https(add_1=Answer(503)))
    outcomes = axl.each(add(axl), range(9))
    assert isinstance(outcomes[1].error, TimedOut)
    assert outcomes[2:] == [Outcome(tried=False)] * 7


def test_a_fault_is_one_items_own() -> None:
    fault = Answer(500, {}, b"<Envelope><Body><Fault><faultstring>no</faultstring></Fault></Body></Envelope>")
    axl = session(Https(add_1=fault), 4)
    outcomes = axl.each(add(axl), range(9))
    assert [isinstance(outcome.error, Fault) for outcome in outcomes] == [False, True] + [False] * 7


def test_an_item_that_has_changed_something_is_finished() -> None:
    https = Https(add_1=Unreachable("gone"))
    axl = session(https, 2)
    half, gone = threading.Event(), threading.Event()
    # Called when the run has ended for those that have not begun.
    axl._throttle.wake = gone.set  # type: ignore[method-assign]

    def work(n: int) -> str:
        if n == 1:
            assert half.wait(WITHIN)
            return add(axl)(1)
        add(axl)(n)
        half.set()
        assert gone.wait(WITHIN)
        return axl.write("update", {"n": n}, f"changing {n}", lambda: True)

    outcomes = axl.each(work, range(3))
    assert outcomes[0] == Outcome("update")
    assert outcomes[2] == Outcome(tried=False)
    assert https.sent == ["add 0", "add 1", "update 0"]


def plans(count: int) -> tuple[Rows, list[Plan]]:
    return Rows("lines", map(str, range(count))), [
        Plan(None, {"n": n}, "add", (lambda n=n: {"n": n})) for n in range(count)
    ]


def test_arguments_may_be_made_when_they_are_sent() -> None:
    axl, (rows, planned) = session(Https(), 4), plans(5)
    apply(axl, rows, planned, "line", lambda index: True)
    assert sorted(axl._https.sent) == [f"add {n}" for n in range(5)]  # type: ignore[attr-defined]
    assert [(row.status, row.after, row.sent) for row in rows] == [("changed", {"n": n}, ["add"]) for n in range(5)]


def test_rows_tell_the_truth_after_an_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    axl, (rows, planned) = session(Https(add_1=Fault("no"))), plans(6)
    interrupted = Interrupted("x", outcomes=[Outcome("add"), Outcome(error=Fault("no"))])

    def each(work: Any, items: Any) -> list[Outcome]:
        for item in list(items)[:2]:
            try:
                work(item)
            except Fault:
                continue
        lost = Outcome(error=Interrupted("interrupted while it was under way; not known if done"))
        interrupted.outcomes += [lost] + [Outcome(tried=False)] * 3
        raise interrupted

    monkeypatch.setattr(axl, "each", each)
    with pytest.raises(Interrupted, match="of 6 lines to change 1 done, 2 failed, 3 not attempted"), rows:
        apply(axl, rows, planned, "line", lambda index: True)
    assert [row.status for row in rows] == ["changed", "failed", "failed"] + ["not_attempted"] * 3
    assert [row.after for row in rows] == [{"n": 0}] + [None] * 5
    assert [row.perhaps_changed for row in rows] == [False, False, True, False, False, False]
    assert rows[2].sent == ["add (interrupted, not known whether it is done)"]
    assert interrupted.so_far is not None
    assert interrupted.so_far["changed"]


def in_two_steps(count: int) -> tuple[Rows, list[Plan]]:
    rows, planned = plans(count)
    for n, plan in enumerate(planned):
        plan.after = {"n": n, "late": True}
        plan.then = Plan({"n": n}, plan.after, "update", {"n": n})
    return rows, planned


def test_a_row_is_finished_before_another_one_is_begun() -> None:
    """So that wherever the run ends, at most as many are half done as there are connections."""
    axl, (rows, planned) = session(Https(update_1=Unreachable("gone"))), in_two_steps(4)
    assert not apply(axl, rows, planned, "line", lambda index: True)
    assert axl._https.sent == ["add 0", "update 0", "add 1", "update 1"]  # type: ignore[attr-defined]
    assert [row.status for row in rows] == ["changed", "failed", "not_attempted", "not_attempted"]
    assert [row.sent for row in rows] == [["add", "update"], ["add"], [], []]
    assert [row.after for row in rows] == [{"n": 0, "late": True}, {"n": 1}, None, None]
    assert [row.perhaps_changed for row in rows] == [False, True, False, False]


def test_an_interruption_says_which_of_two_steps_is_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    axl, (rows, planned) = session(Https(update_1=Interrupted("x"))), in_two_steps(3)

    def each(work: Any, items: Any) -> list[Outcome]:
        work(items[0])
        with pytest.raises(Interrupted):
            work(items[1])
        raise Interrupted("x", outcomes=[Outcome(), Outcome(error=Interrupted("under way")), Outcome(tried=False)])

    monkeypatch.setattr(axl, "each", each)
    with pytest.raises(Interrupted, match="of 3 lines to change 1 done, 1 failed, 1 not attempted"):
        apply(axl, rows, planned, "line", lambda index: True)
    assert rows[1].sent == ["add", "update (interrupted, not known whether it is done)"]
    assert (rows[1].after, rows[1].perhaps_changed) == ({"n": 1}, True)


def test_rows_that_cannot_be_done_are_all_named_and_stop_the_task() -> None:
    rows, planned = plans(20)
    for n in range(0, 18, 2):
        planned[n].error = "no such partition"
    planned[19].operation = ""
    with pytest.raises(InvalidPlan) as caught, rows:
        settle(rows, planned)
    assert all(f"lines[{n}] ({n}): no such partition" in caught.value.msg for n in range(0, 18, 2))
    assert "lines has 9 faults, nothing was touched" in caught.value.msg
    assert [row.status for row in rows] == ["failed", "not_attempted"] * 9 + ["not_attempted"] * 2
    assert [row.after for row in rows] == [None] * 20
    assert caught.value.so_far is not None
    assert not caught.value.so_far["changed"]

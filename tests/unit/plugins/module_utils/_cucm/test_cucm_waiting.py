"""Waiting: predicate x clock x client."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.pace import RateExceeded
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.registration import Wanted, summary
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.ris_reply import Device, Reply
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.waiting import (
    Outcome,
    Watch,
    message,
    required_number,
    wait,
)
from ansible_collections.dialtone.voice.plugins.module_utils._errors import (
    AuthenticationFailed,
    Interrupted,
    Refused,
    Unreachable,
    VoiceError,
)

BEGIN = 5000.0


class Clock:
    """A clock that only moves when somebody sleeps, or a request takes its time."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


class Client:
    """RISPort70 that registers phone X at a second of the clock; an error in the table comes instead of an answer."""

    def __init__(self, clock: Clock, at: dict[str, float], errors: dict[int, VoiceError] | None = None) -> None:
        self.clock, self.at, self.errors = clock, at, errors or {}
        self.asked: list[list[str]] = []
        self.budgets: list[float | None] = []

    def select(self, names: Sequence[str], *, until: float, budget_until: float | None = None) -> Reply:
        self.asked.append(list(names))
        self.budgets.append(budget_until)
        if len(self.asked) in self.errors:
            return Reply(error=self.errors[len(self.asked)], unasked=list(names))
        found = Reply()
        for name in names:
            device = self.device(name, self.clock.now - BEGIN)
            if device:
                found.keep(device)
        return found

    def device(self, name: str, passed: float) -> Device | None:
        return Device(name, "Registered") if passed >= self.at[name] else None


class Rejecting(Client):
    """Phones whose `at` is negative are rejected, and try again every so many seconds; 0 for never again."""

    again = 20.0
    reason = 2

    def device(self, name: str, passed: float) -> Device | None:
        if self.at[name] >= 0:
            return super().device(name, passed)
        stamp = 100 + (int(passed // self.again) if self.again else 0)
        return Device(name, "Rejected", self.reason, timestamp=stamp)


class Terminal(list[str]):
    terminal = True

    def __call__(self, line: str) -> None:
        self.append(line)


def run(
    client: Client,
    timeout: float = 60,
    rate: int = 12,
    required: int | None = None,
    report: Callable[[str], None] | None = None,
) -> tuple[Outcome, list[str]]:
    lines: list[str] = []
    outcome = wait(
        client,
        [Wanted(name) for name in client.at],
        timeout=timeout,
        requests_per_minute=rate,
        required=required,
        report=lines.append if report is None else report,
        clock=client.clock,
        sleep=client.clock.sleep,
    )
    return outcome, lines


@pytest.mark.parametrize(
    ("at", "timeout", "rate", "looks", "missing", "waited"),
    [
        pytest.param({"A": 0, "B": 0}, 60, 12, [["A", "B"]], [], 0, id="at once"),
        pytest.param({"A": 0, "B": 7}, 60, 12, [["A", "B"], ["B"], ["B"]], [], 10, id="one later"),
        pytest.param({"A": 99}, 10, 12, [["A"]] * 3, ["A"], 10, id="never"),
        pytest.param({"A": 12}, 12, 12, [["A"]] * 4, [], 12, id="at the last look"),
        pytest.param({"A": 99}, 0, 12, [["A"]], ["A"], 0, id="one look"),
        pytest.param({"A": 99}, 60, 1, [["A"]] * 2, ["A"], 60, id="a look a minute"),
    ],
)
def test_looks(
    at: dict[str, float], timeout: float, rate: int, looks: list[list[str]], missing: list[str], waited: float
) -> None:
    client = Client(Clock(), at)
    outcome, lines = run(client, timeout, rate)
    assert client.asked == looks
    assert outcome.missing == missing
    assert outcome.waited == waited
    assert outcome.reached is not bool(missing)
    assert len(outcome.states) == len(at)
    assert len(lines) == len(looks)
    assert lines[-1].startswith(f"{len(at) - len(missing)} of {len(at)} registered")


def test_only_the_first_look_may_wait_for_the_budget_longer_than_the_time_out() -> None:
    client = Client(Clock(), {f"P{number}": 99 for number in range(20_000)})
    run(client, 10)
    assert client.budgets == [BEGIN + 120, BEGIN + 10]


def test_more_phones_than_fit_in_a_request_are_looked_at_less_often() -> None:
    client = Client(Clock(), {f"P{number}": 99 for number in range(1801)})
    _outcome, lines = run(client, 30)
    assert len(client.asked) == 3
    assert "next look in 15 s, 30 s left" in lines[0]


def test_what_a_look_takes_is_part_of_the_interval() -> None:
    class Slow(Client):
        def select(self, names: Sequence[str], *, until: float, budget_until: float | None = None) -> Reply:
            self.clock.now += 8 if len(self.asked) == 0 else 70
            return super().select(names, until=until, budget_until=budget_until)

    _outcome, lines = run(Slow(Clock(), {f"P{number}": 999 for number in range(1801)}), 100)
    assert "next look in 7 s, 92 s left" in lines[0]
    assert "next look in 5 s, 15 s left" in lines[1]


@pytest.mark.parametrize(("required", "waited", "missing"), [(1, 0, "BC"), (2, 10, "C"), (3, 30, "")])
def test_it_ends_when_as_many_as_required_are_there(required: int, waited: float, missing: str) -> None:
    outcome, lines = run(Client(Clock(), {"A": 0, "B": 10, "C": 30}), required=required)
    assert outcome.reached
    assert outcome.waited == waited
    assert outcome.missing == list(missing)
    if required == 2:
        assert lines[0].startswith("1 of 3 registered, 1 more expected: 2 not seen; next look in 5 s")
        words = message([Wanted(name) for name in "ABC"], outcome)
        assert words.startswith("2 of 3 phones are registered after 10 s, which is enough. Not yet: C: CUCM has not")


def test_a_message_of_too_few_says_how_many_are_enough() -> None:
    outcome, _lines = run(Client(Clock(), {"A": 0, "B": 99, "C": 99}), required=2)
    words = message([Wanted(name) for name in "ABC"], outcome)
    assert (
        "2 of 3 phones are not registered as planned after 60 s (1 of 3 registered, 2 not seen, 2 are enough)" in words
    )


@pytest.mark.parametrize(
    ("given", "total", "number"),
    [("100%", 7, 7), ("95%", 100, 95), ("56%", 25, 14), ("50%", 3, 2), ("0.1 %", 10, 1), (3, 3, 3), ("2", 3, 2)],
)
def test_required(given: object, total: int, number: int) -> None:
    assert required_number(given, total) == number


@pytest.mark.parametrize("given", ["0", "0%", "101%", "-5", "4", "many", "1.5", "", "nan%", "inf"])
def test_required_that_can_not_be(given: str) -> None:
    with pytest.raises(ValueError, match="required: "):
        required_number(given, 3)


@pytest.mark.parametrize(("again", "waited"), [(20.0, 60), (0.0, 300), (1.0, 60)])
def test_it_ends_when_all_others_are_rejected_finally(again: float, waited: float) -> None:
    client = Rejecting(Clock(), {"A": 0, "B": -1, "C": -1})
    client.again = again
    outcome, lines = run(client, 900)
    assert outcome.waited == waited
    assert not outcome.reached
    assert outcome.missing == ["B", "C"]
    assert "nothing can change any more" in outcome.note
    assert "nothing can change any more" in lines[-1]
    assert [state.state for state in outcome.states] == ["registered", "rejected", "rejected"]


@pytest.mark.parametrize("reason", [12, 15])
def test_a_rejection_that_passes_by_itself_is_never_final(reason: int) -> None:
    client = Rejecting(Clock(), {"A": -1})
    client.reason = reason
    outcome, _lines = run(client, 900)
    assert outcome.waited == 900


def test_others_that_may_still_come_are_waited_for() -> None:
    outcome, _lines = run(Rejecting(Clock(), {"A": -1, "B": 200}), 900)
    assert outcome.waited == 200
    assert outcome.missing == ["A"]


def test_a_rejected_phone_that_registers_after_all_is_seen() -> None:
    class Mended(Rejecting):
        def device(self, name: str, passed: float) -> Device | None:
            return Device(name, "Registered") if name == "A" and passed >= 150 else super().device(name, passed)

    outcome, _lines = run(Mended(Clock(), {"A": -1, "B": 200}), 900)
    assert outcome.missing == []


def test_a_rejection_for_another_reason_begins_anew() -> None:
    class Changing(Rejecting):
        def device(self, name: str, passed: float) -> Device | None:
            self.reason = 2 if passed < 50 else 3
            return super().device(name, passed)

    outcome, _lines = run(Changing(Clock(), {"A": -1}), 900)
    assert outcome.waited == 110


def test_final_rejections_are_only_asked_for_where_they_cost_no_request() -> None:
    names = [f"P{number:04}" for number in range(1000)]
    watch = Watch([Wanted(name) for name in names])
    for now, stamp in ((0.0, 1), (60.0, 2)):
        found = Reply()
        for name in names[:200]:
            found.keep(Device(name, "Rejected", 2, timestamp=stamp))
        watch.see(range(1000), found, now)
    assert watch.to_ask() == [*range(200, 1000), *range(100)]
    assert not watch.nothing_can_change()


def test_a_publisher_that_restarts_is_waited_for() -> None:
    client = Client(
        Clock(), {"A": 20}, {2: Unreachable("CUCM can't be reached"), 3: Unreachable("CUCM can't be reached")}
    )
    outcome, lines = run(client)
    assert outcome.missing == []
    assert "(CUCM can't be reached)" in lines[1]
    assert outcome.states[0].state == "registered"


def test_a_publisher_that_never_answered_is_an_error() -> None:
    with pytest.raises(Unreachable):
        run(Client(Clock(), {"A": 0}, {1: Unreachable("no route")}))
    with pytest.raises(AuthenticationFailed):
        run(Client(Clock(), {"A": 99}, {1: AuthenticationFailed("locked")}))
    with pytest.raises(Refused):
        run(Client(Clock(), {"A": 99}, {1: Refused("HTTP 404", code="404")}))


def test_services_that_restart_are_waited_for() -> None:
    outcome, lines = run(Client(Clock(), {"A": 20}, {2: Refused("HTTP 404", code="404"), 3: Refused("no", code="503")}))
    assert outcome.missing == []
    assert lines[-1] == "1 of 1 registered; after 20 s"


@pytest.mark.parametrize("error", [AuthenticationFailed("locked", "Unlock it."), Refused("no", "Ask.", code="403")])
def test_an_account_that_is_taken_away_ends_the_waiting_with_what_was_seen(error: VoiceError) -> None:
    client = Client(Clock(), {"A": 0, "B": 99}, {2: error})
    outcome, lines = run(client)
    assert len(client.asked) == 2
    assert [state.state for state in outcome.states] == ["registered", "not seen"]
    assert outcome.note == str(error).rstrip(".")
    assert outcome.missing == ["B"]
    assert lines[-1] == f"1 of 2 registered, 1 more expected: 1 not seen ({outcome.note}); after 5 s"


def test_what_was_seen_is_kept_when_the_rate_is_exceeded() -> None:
    clock = Clock()
    client = Client(clock, {"A": 0, "B": 99}, dict.fromkeys(range(2, 99), RateExceeded("exceeded allowed rate")))
    outcome, _lines = run(client, 30)
    assert [state.state for state in outcome.states] == ["registered", "not seen"]
    assert len(client.asked) == 3
    assert outcome.note == "exceeded allowed rate"
    assert outcome.waited <= 30


def test_a_look_that_ends_half_way_keeps_its_half() -> None:
    class Half(Client):
        def select(self, names: Sequence[str], *, until: float, budget_until: float | None = None) -> Reply:
            found = super().select(names, until=until, budget_until=budget_until)
            found.devices.pop("B", None)
            found.error, found.unasked = RateExceeded("exceeded allowed rate"), ["B"]
            return found

    outcome, lines = run(Half(Clock(), {"A": 0, "B": 0, "C": 99}), 0)
    assert [state.state for state in outcome.states] == ["registered", "inconclusive", "not seen"]
    assert outcome.states[1].problem == "exceeded allowed rate"
    assert lines == [
        "1 of 3 registered, 2 more expected: 1 inconclusive, 1 not seen (exceeded allowed rate); after 0 s"
    ]


def test_a_terminal_gets_a_bar_and_the_rate() -> None:
    lines = Terminal()
    run(Client(Clock(), {"A": 0, "B": 0, "C": 5, "D": 10}), report=lines)
    assert lines == [
        "[##########..........]  50 %  2/4: 2 not seen; 60 s left",
        "[###############.....]  75 %  3/4, 12/min, 5 s to go: 1 not seen; 55 s left",
        "[####################] 100 %  4/4, 12/min; after 10 s",
    ]
    lines.clear()
    run(Client(Clock(), {"A": 0, "B": 0, "C": 99}), report=lines, required=2)
    assert lines == ["[#############.......]  66 %  2/3, 2 are enough: 1 not seen; after 0 s"]


def test_an_interruption_carries_what_was_seen() -> None:
    class Interrupting(Clock):
        def sleep(self, seconds: float) -> None:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match=r"1 of 2 registered, 1 not seen") as caught:
        run(Client(Interrupting(), {"A": 0, "B": 9}))
    assert summary(caught.value.outcomes) == "1 of 2 registered, 1 not seen"

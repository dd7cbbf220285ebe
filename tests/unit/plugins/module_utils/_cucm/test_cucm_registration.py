"""Waiting: predicate x clock x client."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.registration import (
    Outcome,
    Wanted,
    state_of,
    summary,
    wait,
    wanted_phones,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.risport import Device, RateExceeded, Reply
from ansible_collections.dialtone.voice.plugins.module_utils._errors import (
    AuthenticationFailed,
    Refused,
    Unreachable,
    VoiceError,
)


def reply(*devices: Device, silent: Sequence[str] = ()) -> Reply:
    found = Reply(silent_nodes=set(silent))
    for device in devices:
        found.keep(device)
    return found


@pytest.mark.parametrize(
    ("wanted", "device", "silent", "state", "words"),
    [
        (Wanted("A"), Device("A", "Registered"), (), "registered", ""),
        (Wanted("A"), Device("a", "Registered"), ("sub",), "registered", ""),
        (Wanted("A", "SIP"), Device("A", "Registered", protocol="SIP"), (), "registered", ""),
        (Wanted("A", "SIP"), Device("A", "Registered", protocol="SCCP"), (), "registered, not as planned", "with SCCP"),
        (Wanted("A", "", ("1",)), Device("A", "Registered"), (), "registered", ""),
        (Wanted("A", "", ("1",)), Device("A", "Registered", lines={}), (), "registered, not as planned", "line 1"),
        (Wanted("A", "", ("1",)), Device("A", "Registered", lines={"1": "Registered"}), (), "registered", ""),
        (
            Wanted("A", "", (r"\+1", "2")),
            Device("A", "Registered", lines={"+1": "Registered", "2": "UnRegistered"}),
            (),
            "registered, not as planned",
            "without line 2",
        ),
        (Wanted("A"), Device("A", "UnRegistered", 13, node="pub"), (), "unregistered", "13 (keepalive timeout)"),
        (Wanted("A"), Device("A", "Rejected", 99), (), "rejected", "reason 99"),
        (Wanted("A"), Device("A", "PartiallyRegistered"), (), "partially registered", "partially"),
        (Wanted("A"), Device("A", "Unknown"), (), "unknown", "unknown"),
        (Wanted("A"), Device("A", "SomethingNew"), (), "unknown", "unknown"),
        (Wanted("A"), Device("B", "Registered"), (), "not seen", "has not seen it"),
        (Wanted("A"), Device("B", "Registered"), ("sub",), "inconclusive", "node sub does not respond"),
        (Wanted("A"), Device("A", "UnRegistered"), ("sub",), "inconclusive", "node sub does not respond"),
    ],
)
def test_state_of(wanted: Wanted, device: Device, silent: Sequence[str], state: str, words: str) -> None:
    found = state_of(wanted, reply(device, silent=silent))
    assert found.state == state
    assert words in found.problem
    assert bool(found.problem) is (state != "registered")


class Clock:
    """A clock that only moves when somebody sleeps, or a request takes its time."""

    def __init__(self) -> None:
        self.now = 5000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


class Client:
    """RISPort70 that registers phone X at a second of the clock; an exception in the table is raised instead."""

    def __init__(self, clock: Clock, at: dict[str, float], errors: dict[int, Exception] | None = None) -> None:
        self.clock, self.at, self.errors = clock, at, errors or {}
        self.asked: list[list[str]] = []
        self.cost = 0.0

    def select(self, names: Sequence[str], *, until: float) -> Reply:
        self.asked.append(list(names))
        self.clock.now += self.cost
        if len(self.asked) in self.errors:
            raise self.errors[len(self.asked)]
        there = [name for name in names if self.clock.now - 5000.0 >= self.at[name]]
        return reply(*(Device(name, "Registered") for name in there))


def run(client: Client, timeout: float = 60, rate: int = 12) -> tuple[Outcome, list[str]]:
    lines: list[str] = []
    outcome = wait(
        client,
        [Wanted(name) for name in client.at],
        timeout=timeout,
        requests_per_minute=rate,
        report=lines.append,
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
    assert len(outcome.states) == len(at)
    assert len(lines) == len(looks)
    assert lines[-1] == summary(outcome.states)


def test_more_phones_than_fit_in_a_request_are_looked_at_less_often() -> None:
    client = Client(Clock(), {f"P{number}": 99 for number in range(1801)})
    _outcome, lines = run(client, 30)
    assert len(client.asked) == 3
    assert "next look in 15 s, 30 s left" in lines[0]


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
    assert lines[-1] == "1 of 1 registered"


@pytest.mark.parametrize("error", [AuthenticationFailed("locked", "Unlock it."), Refused("no", "Ask.", code="403")])
def test_an_account_that_is_taken_away_ends_the_waiting_with_what_was_seen(error: VoiceError) -> None:
    client = Client(Clock(), {"A": 0, "B": 99}, {2: error})
    outcome, lines = run(client)
    assert len(client.asked) == 2
    assert [state.state for state in outcome.states] == ["registered", "not seen"]
    assert outcome.note == str(error).rstrip(".")
    assert outcome.missing == ["B"]
    assert lines[-1] == f"1 of 2 registered, 1 not seen ({outcome.note})"


def test_what_was_seen_is_kept_when_the_rate_is_exceeded() -> None:
    clock = Clock()
    client = Client(clock, {"A": 0, "B": 99}, dict.fromkeys(range(2, 99), RateExceeded("exceeded allowed rate")))
    outcome, _lines = run(client, 30)
    assert [state.state for state in outcome.states] == ["registered", "not seen"]
    assert len(client.asked) == 3
    assert outcome.note == "exceeded allowed rate"
    assert outcome.waited <= 30


def test_summary() -> None:
    states = [state_of(Wanted(name), reply(Device("A", "Registered"), Device("B", "Rejected"))) for name in "ABC"]
    assert summary(states) == "1 of 3 registered, 1 not seen, 1 rejected"
    assert summary([]) == "0 of 0 registered"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("SEP00005E005301", Wanted("SEP00005E005301")),
        ("0000.5e00.5301", Wanted("SEP00005E005301")),
        ("ae:00:5e:00:53:01", Wanted("SEPAE005E005301")),
        ("AE005E005301", Wanted("SEPAE005E005301")),
        ("CSFJDOE", Wanted("CSFJDOE")),
        ({"mac": "00005e005301", "protocol": "SCCP", "patterns": [1001]}, Wanted("SEP00005E005301", "SCCP", ("1001",))),
        (
            {"name": "SEP00005E005301", "model": "8841", "lines": [{"pattern": "1"}]},
            Wanted("SEP00005E005301", "", ("1",)),
        ),
    ],
)
def test_wanted_phones(given: Any, expected: Wanted) -> None:
    assert wanted_phones([given]) == ([expected], [])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (12345, "put the MAC address in quotes"),
        ({"mac": "00005e005301", "protocol": "H.323"}, "neither SIP nor SCCP"),
        ({"mac": "00005e005301", "lines": [{"label": "x"}]}, "has no pattern"),
        ({"mac": "00005e005301", "pin": "1"}, "unknown key 'pin'"),
        ("SEP00", "not a MAC address"),
        ({}, "no device name"),
    ],
)
def test_bad_rows(given: Any, words: str) -> None:
    assert words in " ".join(wanted_phones([given])[1])

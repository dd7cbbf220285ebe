"""What the matrix makes of verdicts: right ones, wrong ones, and proofs that nobody said."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.matrix import matrix
from tests.matrix.matrix import HEALTHY, Outcome, diagonal, known_faults, table, unquoted


class Switches:
    """What `unquoted` needs of a site."""

    switches = ("sw1",)

    def says(self, switch: str, command: str) -> str:
        assert (switch, command) == ("sw1", "show power inline")
        return "Interface Admin  Oper\nGi1/0/1   auto   faulty     0.0\n"


def proof(answer: str, source: str = "switch sw1", asked: str = "show power inline") -> dict[str, str]:
    return {"source": source, "asked": asked, "answer": answer}


@pytest.mark.parametrize(
    "answer",
    [
        "Gi1/0/1 auto faulty 0.0",
        "Interface Admin Oper\nGi1/0/1 auto faulty",
        "Interface ... faulty 7.3",
        "(nothing about Gi1/0/2)\nInterface Admin",
    ],
)
def test_what_a_switch_says_may_be_shortened(answer: str) -> None:
    assert unquoted(Switches(), [proof(answer)]) == []


def test_what_a_switch_does_not_say_is_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "_SAYS_AGAIN", 0)
    assert unquoted(Switches(), []) == ["no evidence"]
    (problem,) = unquoted(Switches(), [proof("Interface Admin Oper\nthe port is faulty")])
    assert "'the port is faulty'" in problem
    (half,) = unquoted(Switches(), [proof("", "CUCM", "getPhone")])
    assert half.startswith("half a proof")


def test_the_table_shows_where_it_is_not_diagonal() -> None:
    right = Outcome("a_fault", "campus", "SEP1", ["a_fault"], "certain")
    wrong = Outcome("b_fault", "campus", "SEP2", ["a_fault", "c_fault"], "", ["SEP2 is said to have a_fault, c_fault"])
    assert diagonal([Outcome(HEALTHY), right])
    assert not diagonal([right, wrong])
    assert table([Outcome(HEALTHY), right, wrong]) == [
        "fault",
        "            123",
        "a_fault   1 #.. certain",
        "b_fault   2 x.x",
        "c_fault   3",
        "b_fault (campus): SEP2 is said to have a_fault, c_fault",
    ]


def verdict(cause: str | None, *findings: str) -> dict[str, Any]:
    return {
        "registered_as_planned": cause is None,
        "cause": cause,
        "findings": [{"cause": finding} for finding in findings],
    }


def test_others_may_have_what_concerns_them_and_nothing_else() -> None:
    said = {"SEP1": verdict("scope_missing"), "SEP2": verdict(None, "scope_missing"), "SEP3": verdict(None)}
    assert matrix._unclean(said, {"SEP1": "scope_missing", "SEP2": "scope_missing"}) == []
    assert matrix._unclean(said, {"SEP1": "scope_missing"}) == ["SEP2 beside it is said to have scope_missing"]
    unknown = {"SEP1": verdict("unknown")}
    assert matrix._unclean(unknown, {"SEP1": "scope_missing"}) == ["SEP1 beside it is said to have unknown"]


def test_faults_are_chosen_by_name() -> None:
    assert [fault["name"] for fault in known_faults(["scope_missing", "poe_disabled"])] == [
        "poe_disabled",
        "scope_missing",
    ]
    with pytest.raises(ValueError, match="no fault poe_disabledd"):
        known_faults(["poe_disabledd"])


class Unsteady(Switches):
    """A site with one phone, of which each look says something else."""

    name = "campus"

    def __init__(self, *causes: str) -> None:
        self.causes = list(causes)
        self.healed = 0

    def status(self) -> dict[str, dict[str, Any]]:
        return {"SEP1": {"concerned_by": []}}

    def break_one(self, phone: str, fault: str) -> None: ...

    def wait_noticed(self, phone: str, *, stops: bool) -> None: ...

    def heal(self, phone: str) -> None:
        self.healed += 1

    def verify(self) -> Any:
        cause = self.causes.pop(0)
        words: dict[str, Any] = {"cause": cause, "stuck_at": "power", "confidence": "certain", "findings": []}
        words["registered_as_planned"] = False
        verdict = {**words, "evidence": [proof("Gi1/0/1 auto faulty 0.0")]}
        return SimpleNamespace(verdicts={"SEP1": verdict}, code=2, output="")


@pytest.mark.parametrize(
    ("causes", "looks", "named", "looked"),
    [
        (["poe_fault"], 2, ["poe_fault"], 1),
        (["unknown", "poe_fault"], 2, ["poe_fault"], 2),
        (["unknown", "poe_fault"], 1, ["unknown"], 1),
        (["no_link", "no_link", "poe_fault"], 2, ["no_link"], 2),
    ],
)
def test_a_second_look_counts_and_no_third(causes: list[str], looks: int, named: list[str], looked: int) -> None:
    site = Unsteady(*causes)
    outcome = matrix.try_fault(site, {"name": "poe_fault", "step": "power", "stops": True}, 0, looks)  # type: ignore[arg-type]
    assert outcome is not None
    assert (outcome.named, outcome.looks, bool(outcome.problems)) == (named, looked, named != ["poe_fault"])
    assert site.healed == 1

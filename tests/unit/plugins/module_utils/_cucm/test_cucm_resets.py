"""Which operation resets phones on which schema, how many at once, and what a lost answer means."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.crew import Halted, Outcome
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.endings import AnswerLost
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import Fault
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.resets import (
    Way,
    batches,
    carry_out,
    pace_faults,
    plan_resets,
    unknown_phones,
    way,
    way_of,
)
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Interrupted, Unreachable, Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows
from tests import axl_schemas

OLD = ("Reset", "Restart", "Apply Configuration")
NEW = (*OLD, "Generate PRT", "Extended Config Pull")
OPERATIONS = {"doDeviceReset", "resetPhone", "restartPhone", "applyPhone"}
ELEMENTS = {"deviceName", "isHardReset", "deviceResetType"}
HOW = Way("doDeviceReset", "deviceName", {"deviceResetType": "Restart"})


@pytest.mark.parametrize(
    ("action", "types", "operations", "operation", "others"),
    [
        ("apply", OLD, OPERATIONS, "doDeviceReset", {"deviceResetType": "Apply Configuration"}),
        ("reset", NEW, OPERATIONS, "doDeviceReset", {"deviceResetType": "Reset"}),
        ("generate_prt", NEW, OPERATIONS, "doDeviceReset", {"deviceResetType": "Generate PRT"}),
        ("reset", (), OPERATIONS, "doDeviceReset", {"isHardReset": True}),
        ("restart", (), OPERATIONS, "doDeviceReset", {"isHardReset": False}),
        ("apply", (), OPERATIONS, "applyPhone", {}),
        ("restart", OLD, {"restartPhone"}, "restartPhone", {}),
    ],
)
def test_the_schema_decides_on_the_operation(
    action: str, types: tuple[str, ...], operations: set[str], operation: str, others: dict[str, Any]
) -> None:
    chosen = way(action, types, operations, ELEMENTS)
    assert (chosen.operation, chosen.others) == (operation, others)
    name = "deviceName" if operation == "doDeviceReset" else "name"
    assert chosen.arguments("SEP00005E005301") == {name: "SEP00005E005301", **others}


def test_what_the_schema_lacks_is_said() -> None:
    with pytest.raises(Unsupported) as caught:
        way("generate_prt", OLD, OPERATIONS, ELEMENTS)
    assert "action generate_prt: its doDeviceReset knows Reset, Restart, Apply Configuration" in str(caught.value)
    assert "on the phone" in caught.value.hint
    with pytest.raises(Unsupported, match="action apply: it has no doDeviceReset with a type"):
        way("apply", (), {"doDeviceReset"}, {"isHardReset"})


@pytest.mark.parametrize("version", axl_schemas.VERSIONS)
def test_the_way_of_each_release(version: str) -> None:
    schema = SimpleNamespace(version=version, build=f"{version}.1.10000-1")
    axl: Any = SimpleNamespace(definitions=axl_schemas.definitions(version), schema=schema)
    for action, kind in (("apply", "Apply Configuration"), ("restart", "Restart"), ("reset", "Reset")):
        assert way_of(axl, action) == Way("doDeviceReset", "deviceName", {"deviceResetType": kind})
    if version in ("14.0", "15.0"):
        assert way_of(axl, "generate_prt").others == {"deviceResetType": "Generate PRT"}
    else:
        with pytest.raises(Unsupported, match=f"AXL {version} of CUCM {version}.1.10000-1: action generate_prt: its "):
            way_of(axl, "generate_prt")


def test_the_words_of_a_way() -> None:
    assert HOW.words == "doDeviceReset (deviceResetType Restart)"
    assert Way("applyPhone", "name", {}).words == "applyPhone"


def test_batches() -> None:
    assert [list(part) for part in batches(5, 2)] == [[0, 1], [2, 3], [4]]
    assert list(batches(0, 2)) == []


@pytest.mark.parametrize(
    ("count", "size", "pause", "at_once", "words"),
    [
        (20, 50, 0, False, ""),
        (21, 20, 30, False, ""),
        (21, 21, 30, False, "sends 21 phones away at once"),
        (21, 500, 30, False, "batch_size below 21"),
        (21, 10, 0, False, "sends 21 phones away at once"),
        (21, 500, 0, True, ""),
        (1, 0, 30, False, "batch_size 0 is no number of phones"),
        (1, 1, -1, False, "pause -1 is no number of seconds"),
    ],
)
def test_never_all_at_once_unless_told(count: int, size: int, pause: int, at_once: bool, words: str) -> None:
    faults = pace_faults(count, {"batch_size": size, "pause": pause, "all_at_once": at_once})
    assert words in "; ".join(faults)
    assert bool(faults) == bool(words)


class FakeAxl:
    """A publisher with phones; `answers` says how each reset goes, by phone."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.answers: dict[str, Callable[[], None]] = {}
        self.sent: list[str] = []
        self.lists = 0
        self.gone = False

    def call(self, operation: str, arguments: dict[str, Any], doing: str) -> None:
        if self.gone:
            raise Unreachable("nobody there")
        self.sent.append(arguments["deviceName"])
        self.answers.get(arguments["deviceName"], lambda: None)()

    def get(self, kind: str, key: dict[str, Any], doing: str, tags: dict[str, Any]) -> dict[str, Any] | None:
        if self.gone:
            raise Unreachable("nobody there")
        return {"name": key["name"]} if key["name"] in self.names else None

    def list(self, kind: str, criteria: dict[str, str], tags: list[str], doing: str) -> list[dict[str, Any]]:
        self.lists += 1
        self.criteria = criteria
        return [{"name": name} for name in self.names]

    def each(self, work: Callable[[Any], Any], items: Any) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for item in items:
            if outcomes and isinstance(outcomes[-1].error, Unreachable) or outcomes and not outcomes[-1].tried:
                outcomes.append(Outcome(tried=False))
                continue
            try:
                outcomes.append(Outcome(work(item)))
            except Unreachable as error:
                outcomes.append(Outcome(error=error))
        return outcomes


NAMES = [f"SEP00005E0053{number:02}" for number in range(6)]


def reset(axl: Any, size: int = 2) -> tuple[Rows, list[str], list[float]]:
    rows, lines, slept = Rows("phones", NAMES), [], []
    for row in rows:
        row.after = {"name": row.key, "action": "restart"}
    carry_out(axl, rows, "restart", HOW, size=size, pause=30, report=lines.append, sleep=slept.append)
    return rows, lines, slept


def test_each_batch_is_told_and_followed_by_a_pause() -> None:
    axl = FakeAxl(*NAMES)
    rows, lines, slept = reset(axl)
    assert axl.sent == NAMES
    assert slept == [30, 30]
    assert lines == [
        "restart: batch 1 of 3, phones 1 to 2 of 6, 0 failed, next batch in 30 s",
        "restart: batch 2 of 3, phones 3 to 4 of 6, 0 failed, next batch in 30 s",
        "restart: batch 3 of 3, phones 5 to 6 of 6, 0 failed",
    ]
    assert {row.status for row in rows} == {"changed"}
    assert rows[0].sent == ["doDeviceReset (deviceResetType Restart)"]


def test_a_refusal_is_the_phones_own() -> None:
    axl = FakeAxl(*NAMES)

    def refuse() -> None:
        raise Fault("resetting: no", words="no", code="5007")

    axl.answers[NAMES[1]] = refuse
    rows, lines, _slept = reset(axl)
    assert [row.status for row in rows] == ["changed", "failed", *["changed"] * 4]
    assert "1 failed" in lines[0]
    assert axl.sent == NAMES


def test_a_lost_answer_is_said_and_nothing_is_sent_again() -> None:
    axl = FakeAxl(*NAMES)

    def lose() -> None:
        raise AnswerLost("the answer was lost")

    axl.answers[NAMES[1]] = lose
    rows, _lines, _slept = reset(axl)
    assert axl.sent == NAMES
    assert rows[1].status == "failed"
    assert "can't be read back, so it was not sent again" in str(rows[1].error)
    assert rows[1].sent == ["doDeviceReset (deviceResetType Restart) (answer lost, not known whether it is done)"]
    assert rows.changed
    assert [row.status for row in rows].count("changed") == 5


def test_without_a_publisher_no_other_phone_is_tried() -> None:
    axl = FakeAxl(*NAMES)

    def die() -> None:
        axl.gone = True
        raise AnswerLost("the answer was lost")

    axl.answers[NAMES[2]] = die
    rows, lines, slept = reset(axl)
    assert [row.status for row in rows] == ["changed", "changed", "failed", *["not_attempted"] * 3]
    assert [row.after is None for row in rows] == [False, False, *[True] * 4]
    assert axl.sent == NAMES[:3]
    assert slept == [30]
    assert len(lines) == 2
    assert "next batch" not in lines[-1]


def test_a_phone_whose_turn_never_came_was_not_attempted() -> None:
    axl = FakeAxl(*NAMES)

    def halt(work: Callable[[Any], Any], items: Any) -> list[Outcome]:
        work(items[0])
        with pytest.raises(Halted):
            work(items[1])
        return [Outcome(), Outcome(tried=False)]

    def end() -> None:
        raise Halted("not sent, because the run ends")

    axl.each = halt  # type: ignore[method-assign]
    axl.answers[NAMES[1]] = end
    rows, _lines, _slept = reset(axl)
    assert [row.status for row in rows] == ["changed", *["not_attempted"] * 5]
    assert rows[1].error is None


def test_an_interruption_leaves_a_true_result() -> None:
    axl = FakeAxl(*NAMES)

    def interrupt(work: Callable[[Any], Any], items: Any) -> list[Outcome]:
        work(items[0])
        lost = Outcome(error=Interrupted("interrupted while it was under way"))
        raise Interrupted("interrupted", outcomes=[Outcome(), lost])

    axl.each = interrupt  # type: ignore[method-assign]
    rows = Rows("phones", NAMES)
    with pytest.raises(Interrupted):
        carry_out(axl, rows, "restart", HOW, size=2, pause=0, report=lambda line: None)  # type: ignore[arg-type]
    assert [row.status for row in rows] == ["changed", "failed", *["not_attempted"] * 4]
    assert "interrupted, not known whether it is done" in rows[1].sent[0]


def test_unknown_phones_are_found_one_by_one_or_in_one_list() -> None:
    axl = FakeAxl(*NAMES)
    assert unknown_phones(axl, [*NAMES, "SEP00005E0053FF"]) == {"SEP00005E0053FF"}  # type: ignore[arg-type]
    assert axl.lists == 0
    many = [f"SEP00005E00{number:04}" for number in range(60)]
    assert unknown_phones(axl, [NAMES[0], *many]) == set(many)  # type: ignore[arg-type]
    assert axl.lists == 1
    assert axl.criteria == {"name": "SEP00005E00%"}


def test_an_unknown_phone_is_a_fault_and_in_check_mode_missing() -> None:
    (there, fault) = plan_resets(NAMES[:2], {NAMES[1]}, "restart", HOW, check=False)
    assert (there.error, there.operation) == ("", "doDeviceReset")
    assert "CUCM has no phone of this name" in fault.error
    (_there, missing) = plan_resets(NAMES[:2], {NAMES[1]}, "restart", HOW, check=True)
    assert (missing.error, missing.missing, missing.operation) == ("", [NAMES[1]], "doDeviceReset")

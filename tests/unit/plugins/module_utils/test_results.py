"""The row contract, and errors that become failed tasks."""

from __future__ import annotations

import json

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._errors import (
    InvalidPlan,
    Refused,
    TimedOut,
    Unreachable,
    VoiceError,
)
from ansible_collections.dialtone.voice.plugins.module_utils._results import Guard, Rows, failure, row_diff


def test_results_are_one_to_one_and_a_partial_failure_is_changed() -> None:
    rows = Rows("ports", ["a", "b", "c"])
    rows[0].before, rows[0].after = {"poe": "never"}, {"poe": "auto"}
    rows[0].done(changed=True)
    rows[1].fail(Refused("the switch said no", "look there"))
    result = rows.result(saved=False)
    assert [row["status"] for row in result["results"]] == ["changed", "failed", "not_attempted"]
    assert [(row["index"], row["key"]) for row in result["results"]] == [(0, "a"), (1, "b"), (2, "c")]
    assert result["changed"] is True
    assert result["failed"] is True
    assert result["saved"] is False
    assert result["msg"] == "1 of 3 ports failed, 1 not attempted: ports[1] (b): the switch said no. look there"
    assert result["diff"] == [
        {"before_header": "ports a", "after_header": "ports a", "before": "poe: never\n", "after": "poe: auto\n"}
    ]


def test_an_error_that_ends_the_task_tells_of_its_rows() -> None:
    rows = Rows("lines", ["a", "b"])
    rows[0].done(changed=True)
    with pytest.raises(Unreachable) as caught, rows:
        raise Unreachable("CUCM can't be reached")
    result = failure(caught.value)
    assert (result["failed"], result["changed"], result["msg"]) == (True, True, "CUCM can't be reached")
    assert [row["status"] for row in result["results"]] == ["changed", "not_attempted"]


def test_a_row_that_perhaps_was_changed_counts() -> None:
    rows = Rows("lines", ["a"])
    rows[0].fail("the answer was lost")
    assert rows.result()["changed"] is False
    rows[0].perhaps_changed = True
    assert rows.result()["changed"] is True


def test_a_reason_that_many_rows_share_is_told_once() -> None:
    rows = Rows("lines", [str(n) for n in range(8)])
    for row in rows:
        row.fail("no partition" if row.index else "no CSS")
    assert rows.result()["msg"] == (
        "8 of 8 lines failed: lines[0] (0): no CSS; lines[1] (1), lines[2] (2), lines[3] (3), lines[4] (4), "
        "lines[5] (5) and 2 more: no partition"
    )


def test_nothing_changed_is_neither_failed_nor_in_the_diff() -> None:
    rows = Rows("ports", ["a"])
    rows[0].before = rows[0].after = {"poe": "auto"}
    rows[0].done(changed=False)
    assert rows.result() == {
        "changed": False,
        "diff": [],
        "results": [
            {
                "index": 0,
                "key": "a",
                "status": "unchanged",
                "before": {"poe": "auto"},
                "after": {"poe": "auto"},
                "sent": [],
                "error": None,
            }
        ],
    }


def test_a_diff_has_a_line_for_each_value_of_a_nested_one() -> None:
    state = {
        "name": "x",
        "config": {"webAccess": "1", "none": {}},
        "lines": [{"index": 1, "label": "A", "users": ["a", "b"]}, {"index": 3, "label": "B"}, {"index": 4}],
        "services": [{"service": "s", "url": None}],
        "devices": [f"SEP00005E0053{n:02}" for n in range(8)],
    }
    text = row_diff("phones x", None, state)["after"]
    assert text.splitlines()[:9] == [
        "name: x",
        "config.webAccess: 1",
        "config.none: {}",
        "lines[index 1].label: A",
        'lines[index 1].users: ["a", "b"]',
        "lines[index 3].label: B",
        "lines[index 4]: {}",
        "services[0].service: s",
        "services[0].url: null",
    ]
    assert text.splitlines()[9:] == [f"devices[]: {name}" for name in state["devices"]]


def test_members_of_a_list_with_the_same_index_are_told_by_their_places() -> None:
    text = row_diff("x", None, {"lines": [{"index": 1, "a": 1}, {"index": "1", "a": 2}]})["after"]
    assert text.splitlines() == ["lines[0].index: 1", "lines[0].a: 1", "lines[1].index: 1", "lines[1].a: 2"]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Unreachable("no route to x", "look at the cable"), {"type": "Unreachable", "hint": "look at the cable"}),
        (Refused("x said no", words="NO", code="-239"), {"type": "Refused", "words": "NO", "code": "-239"}),
        (TimedOut("waited 5 s", seen={"registered": 3}), {"type": "TimedOut", "seen": {"registered": 3}}),
        (InvalidPlan(["a", "b"]), {"type": "InvalidPlan", "details": {"faults": ["a", "b"]}}),
    ],
)
def test_an_error_becomes_a_failed_task(error: VoiceError, expected: dict) -> None:
    result = failure(error)
    assert result["failed"] is True
    assert result["changed"] is False
    assert result["msg"] == str(error)
    assert expected.items() <= result["error"].items()
    json.dumps(result)


def test_the_guard_masks_results_errors_and_defects() -> None:
    with Guard({"s3cret"}) as guard:
        guard.result = {"told": ["s3cret"], "s3cret-key": 1}
    assert "s3cret" not in json.dumps(guard.result["told"])
    with Guard({"s3cret"}) as guard:
        raise Refused("no to s3cret", words="s3cret", details={"x": "s3cret"})
    assert guard.result["failed"] is True
    assert "s3cret" not in json.dumps(guard.result)
    with Guard({"s3cret"}) as guard:
        raise KeyError("s3cret")
    assert guard.result["msg"].startswith("unexpected KeyError")
    assert "s3cret" not in json.dumps(guard.result)
    assert "test_results.py" in guard.result["exception"]


def test_the_guard_lets_an_interrupt_through() -> None:
    with pytest.raises(KeyboardInterrupt), Guard(set()):
        raise KeyboardInterrupt

"""Line appearances: merging what rows give with what a phone has."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.appearances import (
    appearance_faults,
    differ,
    is_meant,
    key_of,
    merge,
    to_send,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.elements import Shape
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.marks import NIL
from tests.axl_schemas import definitions

SHAPE = Shape(definitions("12.5"))


def there(index: int, pattern: str, partition: str | None = "PT", **more: Any) -> dict[str, Any]:
    return {"index": str(index), "dirn": {"pattern": pattern, "routePartitionName": partition}, **more}


def row(pattern: str, partition: str | None = "PT", **more: Any) -> dict[str, Any]:
    return {"pattern": pattern, "partition": partition, "shared": False, **more}


@pytest.mark.parametrize(
    ("current", "rows", "expected"),
    [
        pytest.param([], [row("1"), row("2")], [(1, "1"), (2, "2")], id="new"),
        pytest.param([there(1, "1")], [row("1")], [(1, "1")], id="same"),
        pytest.param([there(1, "1"), there(2, "9")], [row("1")], [(1, "1"), (2, "9")], id="others stay"),
        pytest.param([there(1, "9")], [row("1")], [(1, "1")], id="takes the button"),
        pytest.param([there(3, "1")], [row("1")], [(1, "1")], id="moves"),
        pytest.param([there(1, "1"), there(2, "2")], [row("2"), row("1")], [(1, "2"), (2, "1")], id="swaps"),
        pytest.param([there(1, "1")], [row("2", index=5)], [(1, "1"), (5, "2")], id="at an index"),
        pytest.param([there(1, "1"), there(2, "2")], [row("2")], [(1, "1"), (2, "2")], id="one of two stays"),
        pytest.param([there(1, "1"), there(2, "2")], [row("2", index=1)], [(1, "2")], id="takes the button on purpose"),
        pytest.param(
            [there(1, "1"), there(2, "2")], [row("2"), row("3")], [(1, "2"), (2, "3")], id="one stays, its button taken"
        ),
        pytest.param([there(1, "1", "Other")], [row("1", None)], [(1, "1")], id="any partition"),
    ],
)
def test_merge(current: list[dict[str, Any]], rows: list[dict[str, Any]], expected: list[tuple[int, str]]) -> None:
    merged = merge(current, rows)
    assert [(int(item["index"]), key_of(item)[0]) for item in merged] == expected


def test_merge_keeps_every_element() -> None:
    current = [there(1, "1", label="Old", maxNumCalls="6", ringSetting="Flash Only")]
    assert merge(current, [row("1", label="New")]) == [{**current[0], "label": "New"}]
    assert merge(current, [row("1", label="")])[0]["label"] == ""
    assert not differ(current, merge(current, [row("1", "pt")]), SHAPE)
    assert not differ([there(1, "1", None)], merge([there(1, "1", None)], [row("1", "", display="")]), SHAPE)
    assert differ([there(1, "1", None)], merge([there(1, "1", None)], [row("1", "PT")]), SHAPE)


rows_of_lines = st.lists(st.sampled_from("12345678"), unique=True, max_size=6).map(
    lambda patterns: [row(pattern) for pattern in patterns]
)
lines_of_a_phone = st.lists(st.sampled_from("12345678"), unique=True, max_size=6).flatmap(
    lambda patterns: st.permutations(range(1, 9)).map(
        lambda indexes: [there(index, pattern) for index, pattern in zip(indexes, patterns, strict=False)]
    )
)


@given(current=lines_of_a_phone, rows=rows_of_lines)
def test_merging_is_idempotent_and_loses_no_line_without_need(
    current: list[dict[str, Any]], rows: list[dict[str, Any]]
) -> None:
    merged = merge(current, rows)
    assert not differ(merged, merge(merged, rows), SHAPE)
    indexes = [int(item["index"]) for item in merged]
    assert indexes == sorted(set(indexes))
    for wanted in rows:
        assert any(is_meant(wanted, item) for item in merged)
    if all(any(is_meant(wanted, item) for item in current) for wanted in rows):
        unlisted = [item for item in current if not any(is_meant(wanted, item) for wanted in rows)]
        lost = [item for item in unlisted if item not in merged]
        assert not lost or [key_of(item)[0] for item in merged[: len(rows)]] == [wanted["pattern"] for wanted in rows]
    for item in current:
        taken = int(item["index"]) <= len(rows)
        assert taken or any(key_of(item) == key_of(other) for other in merged)


def test_merge_replaces_where_told() -> None:
    current = [there(1, "1", label="Old"), there(2, "2")]
    assert merge(current, [row("2")], keep=False) == [{**current[1], "index": "1"}]
    assert merge(current, [], keep=False) == []


def test_merge_puts_a_part_of_a_nested_element_over_the_rest() -> None:
    current = [there(1, "1", callInfoDisplay={"callerName": "true", "callerNumber": "t"})]
    merged = merge(current, [row("1", show_caller_name=False, show_caller_number=True)])
    assert merged[0]["callInfoDisplay"] == {"callerName": "false", "callerNumber": "true"}
    assert differ(current, merged, SHAPE)
    assert not differ(current, merge(current, [row("1", show_caller_number=True)]), SHAPE)


def test_users_are_a_set() -> None:
    current = [there(1, "1", associatedEndusers={"enduser": [{"userId": "a"}, {"userId": "b"}]})]
    assert not differ(current, merge(current, [row("1", users=["b", "a"])]), SHAPE)
    assert differ(current, merge(current, [row("1", users=["b"])]), SHAPE)
    cleared = merge(current, [row("1", users=[])])
    assert differ(current, cleared, SHAPE)
    assert "associatedEndusers" not in to_send(cleared, SHAPE)[0]


def test_to_send_has_only_what_the_schema_has() -> None:
    item = there(
        1,
        "1",
        None,
        dialPlanWizardId="4",
        label="L",
        e164Mask=None,
        consecutiveRingSetting=None,
        associatedEndusers={"enduser": {"userId": "jdoe"}},
    )
    assert to_send([item], SHAPE) == [
        {
            "index": "1",
            "dirn": {"pattern": "1", "routePartitionName": ""},
            "label": "L",
            "consecutiveRingSetting": NIL,
            "associatedEndusers": {"enduser": [{"userId": "jdoe"}]},
        }
    ]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([row("1"), row("1")], "the same line twice on one phone"),
        ([row("1", index=0)], "index 0: the first line has index 1"),
        ([row("1", index=2), row("2")], "index 2 is that of line 1 in PT too"),
        ([row("+44")], "begins with a plus sign"),
        ([row("1", busy_trigger=0)], "busy_trigger 0: give 1 or more"),
        ([row("1", maximum_calls=2, busy_trigger=3)], "busy_trigger 3 is above maximum_calls 2"),
        ([row("1", display="a\nb")], "control character"),
    ],
)
def test_faults(rows: list[dict[str, Any]], words: str) -> None:
    assert words in " ".join(appearance_faults(rows))
    assert appearance_faults([row("1"), row("2")]) == []

"""Lines after their phones, where these could not all be removed."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm import phone_removal
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.phone_removal import remove_lines
from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows


def test_no_line_goes_where_a_phone_was_not_tried() -> None:
    """The publisher is gone then, and asking it would lose what is known of the phones."""
    phones = Rows("phones", ["SEP00005E005301", "SEP00005E005302"])
    phones[0].before = {"lines": [{"pattern": "1001", "partition": "PT-Internal"}]}
    phones[0].done(changed=True)
    nobody: Any = None
    result = remove_lines(nobody, [{}, {}], phones, phones.result(), check_mode=False)
    assert [(row["key"], row["status"]) for row in result["lines"]] == [("1001 in PT-Internal", "not_attempted")]
    assert [row["status"] for row in result["results"]] == ["changed", "not_attempted"]


def test_a_phone_that_could_not_be_removed_still_uses_its_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    gone: list[list[str]] = []

    class Book:
        def __init__(self, axl: object) -> None:
            pass

        def users_of(self, keys: list[tuple[str, str]], without: list[str]) -> dict[tuple[str, str], list[str]]:
            gone.append(without)
            return {key: ["SEP00005E005302"] for key in keys}

    monkeypatch.setattr(phone_removal, "LineBook", Book)
    phones = Rows("phones", ["SEP00005E005301", "SEP00005E005302", "SEP00005E005303"])
    phones[0].before = phones[1].before = {"lines": [{"pattern": "1001", "partition": "PT-Internal"}]}
    phones[0].done(changed=True)
    phones[1].fail("it is in use")
    phones[2].done(changed=False)

    class Nothing:
        def each(self, work: object, items: list[object]) -> list[object]:
            assert not items
            return []

    cluster: Any = Nothing()
    (line,) = remove_lines(cluster, [{}, {}, {}], phones, phones.result(), check_mode=True)["lines"]
    assert gone == [["SEP00005E005301", "SEP00005E005303"]]
    assert (line["status"], line["used_by"]) == ("unchanged", ["SEP00005E005302"])

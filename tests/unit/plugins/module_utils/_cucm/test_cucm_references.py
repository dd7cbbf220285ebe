"""Objects that rows name: each is asked for once, and all of a type are listed where many are named."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.references import _LIST_FROM, References
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Refused


class FakeAxl:
    """Knows the users that it is given, and counts what it is asked."""

    planned: frozenset[Any] = frozenset()

    def __init__(self, *users: str, refuse: bool = False) -> None:
        self.users = users
        self.refuse = refuse
        self.asked: list[str] = []

    def get(self, kind: str, key: dict[str, str], doing: str, tags: Any = None) -> dict[str, str] | None:
        self.asked.append(f"get{kind}")
        if self.refuse:
            raise Refused("no", words="no", code="5003")
        return key if key["userid"].casefold() in {user.casefold() for user in self.users} else None

    def list(self, kind: str, criteria: Any, tags: Any, doing: str) -> list[dict[str, str]]:
        self.asked.append(f"list{kind}")
        if self.refuse:
            raise Refused("no", words="no", code="5003")
        return [{"userid": user} for user in self.users]


def test_each_name_is_asked_for_once() -> None:
    axl = FakeAxl("zoe")
    references = References(axl)  # type: ignore[arg-type]
    assert [references.fault("owner", "User", "ZOE") for _ in range(3)] == ["", "", ""]
    assert axl.asked == ["getUser"]
    assert references.fault("owner", "User", "zoee") == (
        "owner 'zoee': CUCM has no user of this name; did you mean 'zoe'?"
    )


def test_many_names_are_listed() -> None:
    names = [f"user{number}" for number in range(500)]
    axl = FakeAxl(*names)
    references = References(axl)  # type: ignore[arg-type]
    assert all(references.exists("User", name.upper()) for name in names)
    assert not references.exists("User", "nobody")
    assert axl.asked.count("listUser") == 1
    assert axl.asked.count("getUser") == _LIST_FROM + 1


def test_many_names_that_are_expected_are_listed_at_once() -> None:
    names = [f"user{number}" for number in range(_LIST_FROM + 1)]
    axl = FakeAxl(*names)
    references = References(axl)  # type: ignore[arg-type]
    references.expect("User", names)
    assert axl.asked == []
    assert all(references.exists("User", name) for name in names)
    assert axl.asked == ["listUser"]


@pytest.mark.parametrize("count", [1, _LIST_FROM + 5])
def test_an_account_that_may_not_look_takes_all_as_there(count: int) -> None:
    references = References(FakeAxl(refuse=True))  # type: ignore[arg-type]
    assert all(references.exists("User", f"user{number}") for number in range(count))


def test_the_nearest_names_are_looked_for_a_few_times_only() -> None:
    """Among thousands of users it takes most of a second each."""
    references = References(FakeAxl("zoe"))  # type: ignore[arg-type]
    faults = [references.fault("owner", "User", f"zoe{number}") for number in range(30)]
    assert "did you mean 'zoe'?" in faults[0]
    assert faults[29] == "owner 'zoe29': CUCM has no user of this name; add the user first"

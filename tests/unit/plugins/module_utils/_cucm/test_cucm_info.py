"""What an answer tells of a right, and what a cluster tells of itself."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import Fault
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.info import (
    mixed_mode,
    read_nodes,
    right,
    write_right,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.pace import RateExceeded
from ansible_collections.dialtone.voice.plugins.module_utils._errors import (
    AuthenticationFailed,
    Refused,
    TimedOut,
    Unreachable,
    VoiceError,
)


class Answering:
    """AXL that answers every call with an error, or nodes and parameters with what it was given."""

    where = "AXL"

    def __init__(self, error: VoiceError | None = None, **answers: Any) -> None:
        self.error = error
        self.answers = answers
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def call(self, operation: str, arguments: dict[str, Any], doing: str) -> None:
        self.calls.append((operation, arguments))
        if self.error:
            raise self.error

    def get(self, *_: Any) -> Any:
        return self.answers.get("get")

    def list(self, *_: Any) -> Any:
        return self.answers["list"]


@pytest.mark.parametrize(
    ("error", "allowed"),
    [
        (None, "yes"),
        (Fault("", words="Phone not found", code="5003"), "yes"),
        (Fault("", words="Item not valid: The specified Phone was not found", code="5007"), "yes"),
        (Fault("", words="User x is not authorized to execute updatePhone: read only", code="5003"), "no"),
        (Fault("", words="Access denied: the user's rank is too low", code="5003"), "no"),
        (Fault("", words="You do not have the privilege to update this Phone", code="5003"), "no"),
        (Fault("", words="Something else", code="5003"), "unknown"),
        (Fault("", words="The specified name has invalid characters", code="-746"), "yes"),
        (Fault("", words="Something else", code="-1"), "unknown"),
        (Fault("", words="Something else", code="Server"), "unknown"),
        (AuthenticationFailed("401"), "no"),
        (Refused("403", words="Forbidden", code="403"), "no"),
        (TimedOut("503"), "unknown"),
        (Unreachable("gone"), "unknown"),
    ],
)
def test_the_right_to_write_is_told_by_code_and_words(error: VoiceError | None, allowed: str) -> None:
    axl = Answering(error)
    found = write_right(axl)  # type: ignore[arg-type]
    assert found.allowed == allowed
    assert "Standard AXL API Access" in found.needs
    assert axl.calls == [("updatePhone", {"name": "dialtone.voice-rights-check"})]


@pytest.mark.parametrize(
    ("error", "allowed"),
    [
        (RateExceeded("too many"), "yes"),
        (Fault("", words="Exceeded allowed rate for Control Center requests", code="RateControl"), "yes"),
        (AuthenticationFailed("401"), "no"),
        (Refused("403", code="403"), "no"),
        (Refused("404", code="404"), "unknown"),
        (Unreachable("gone"), "unknown"),
    ],
)
def test_other_rights(error: VoiceError, allowed: str) -> None:
    def ask() -> None:
        raise error

    found = right(ask, "a role")
    assert (found.allowed, found.needs, found.words) == (allowed, "a role", str(error))
    assert right(lambda: None, "a role").allowed == "yes"


@pytest.mark.parametrize(("value", "mixed"), [("0", False), ("1", True)])
def test_mixed_mode_by_the_service_parameter(value: str, mixed: bool) -> None:
    axl = Answering(Fault("", words="no SQL", code="5003"), get={"value": value})
    assert mixed_mode(axl) is mixed  # type: ignore[arg-type]


def test_a_security_mode_that_nobody_knows_is_no_guess() -> None:
    with pytest.raises(Refused, match="answered '7', neither 0 nor 1"):
        mixed_mode(Answering(Fault("", words="no SQL"), get={"value": "7"}))  # type: ignore[arg-type]
    with pytest.raises(Refused, match="nothing"):
        mixed_mode(Answering())  # type: ignore[arg-type]


def test_a_publisher_of_presence_comes_after_that_of_the_cluster() -> None:
    nodes = [
        {"name": "a-imp", "nodeUsage": "Publisher", "processNodeRole": "CUCM IM and Presence"},
        {"name": "b-pub", "nodeUsage": "Publisher", "processNodeRole": "CUCM Voice/Video"},
    ]
    assert [node["name"] for node in read_nodes(Answering(list=nodes))] == ["b-pub", "a-imp"]  # type: ignore[arg-type]


def test_nodes_without_the_pseudo_node_publisher_first() -> None:
    nodes = [
        {"name": "EnterpriseWideData", "nodeUsage": "Subscriber"},
        {"name": "a-sub", "nodeUsage": "Subscriber", "processNodeRole": "CUCM Voice/Video"},
        {"name": "b-pub", "nodeUsage": "Publisher", "processNodeRole": None, "description": "main"},
    ]
    assert read_nodes(Answering(list=nodes)) == [  # type: ignore[arg-type]
        {"name": "b-pub", "description": "main", "role": "publisher", "kind": ""},
        {"name": "a-sub", "description": "", "role": "subscriber", "kind": "CUCM Voice/Video"},
    ]

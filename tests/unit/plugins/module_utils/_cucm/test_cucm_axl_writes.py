"""Writes whose answers are lost: read back, and nothing repeated blindly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.endings import AnswerLost
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import Fault
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Refused, TimedOut, Unreachable

PARAMS = {
    "host": "cucm.invalid",
    "port": 8443,
    "username": "u",
    "password": "p",
    "validate_certs": True,
    "timeout": 1,
    "throttle_timeout": 0,
}
LOST = AnswerLost("CUCM took the request and the answer was lost")


class Script:
    """An Axl whose calls do what a list says: None works, an exception is raised; `looks` likewise for reading back."""

    def __init__(self, calls: list[Exception | None], looks: list[bool | Exception]) -> None:
        self.calls, self.looks = calls, looks
        self.sent = 0
        self.axl = Axl(PARAMS, sleep=lambda seconds: None)
        self.axl.call = self.call  # type: ignore[method-assign]

    def call(self, operation: str, arguments: dict[str, Any], doing: str) -> None:
        self.sent += 1
        outcome = self.calls.pop(0)
        if outcome:
            raise outcome

    def look(self) -> bool:
        outcome = self.looks.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def write(self) -> str:
        return self.axl.write("addLine", {}, "adding line 1", self.look)


@pytest.mark.parametrize(
    ("calls", "looks", "sent", "words"),
    [
        pytest.param([None], [], 1, "addLine", id="answered"),
        pytest.param([LOST], [True], 1, "addLine (answer lost, read back: done)", id="done"),
        pytest.param([LOST], [False, True], 1, "addLine (answer lost, read back: done)", id="done late"),
        pytest.param([LOST], [LOST, True], 1, "addLine (answer lost, read back: done)", id="the look is lost too"),
        pytest.param(
            [LOST, None], [False] * 3, 2, "addLine (answer lost, read back: not done, sent again)", id="again"
        ),
        pytest.param([LOST, LOST], [False] * 3 + [True], 2, "addLine (answer lost twice, read back: done)", id="twice"),
        pytest.param(
            [LOST, Fault("x", code="-239")],
            [False] * 3 + [True],
            2,
            "addLine (answer lost, read back: done)",
            id="the first came through",
        ),
    ],
)
def test_outcomes(calls: list[Exception | None], looks: list[bool | Exception], sent: int, words: str) -> None:
    script = Script(calls, looks)
    assert script.write() == words
    assert script.sent == sent
    assert script.calls == script.looks == []


@pytest.mark.parametrize(
    ("make", "error"),
    [
        pytest.param(lambda: Script([LOST, LOST], [False] * 6), TimedOut, id="never done"),
        pytest.param(lambda: Script([LOST], [LOST] * 3), AnswerLost, id="gone"),
        pytest.param(lambda: Script([LOST], [Unreachable("no route")] * 3), AnswerLost, id="gone for good"),
        pytest.param(
            lambda: Script([LOST, LOST], [False] * 3 + [Unreachable("no route")] * 3), AnswerLost, id="gone after two"
        ),
        pytest.param(
            lambda: Script([LOST, Fault("x", code="-239")], [False] * 3 + [Unreachable("no route")] * 3),
            AnswerLost,
            id="gone after a duplicate",
        ),
        pytest.param(lambda: Script([LOST], [Refused("HTTP 502", code="502")]), AnswerLost, id="not let look"),
        pytest.param(lambda: Script([Unreachable("no route")], []), Unreachable, id="nothing was sent"),
        pytest.param(lambda: Script([Fault("no", code="5007")], []), Fault, id="refused"),
        pytest.param(lambda: Script([LOST, Fault("no", code="-691")], [False] * 3), Fault, id="refused again"),
        pytest.param(lambda: Script([LOST, Fault("x", code="-239")], [False] * 6), Fault, id="another's duplicate"),
    ],
)
def test_failures(make: Callable[[], Script], error: type[Exception]) -> None:
    script = make()
    with pytest.raises(error):
        script.write()
    assert script.calls == script.looks == []

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one tree of errors that every room raises and that one place turns into a failed task."""

from __future__ import annotations

import typing as t


class VoiceError(Exception):
    """Something that the user must know about.

    :param msg: what was being done, to what, and what came back (one sentence, no full stop needed)
    :param hint: the next step for the reader
    :param details: JSON-like facts for the task result; never a secret
    :ivar so_far: the task's result for its rows up to here, where there were rows
    """

    so_far: dict[str, t.Any] | None = None

    def __init__(self, msg: str, hint: str = "", details: dict[str, t.Any] | None = None) -> None:
        super().__init__(msg)
        self.msg = msg
        self.hint = hint
        self.details = details or {}

    def __str__(self) -> str:
        text = self.msg.rstrip()
        if not self.hint:
            return text
        return f"{text}{'' if text.endswith(('.', '!', '?')) else '.'} {self.hint}"


class AuthenticationFailed(VoiceError):
    """The system answered and did not accept the user, the password or the enable secret."""


class Unreachable(VoiceError):
    """No conversation came about: no route, refused, reset, an unknown host key, an unverified certificate."""


class Refused(VoiceError):
    """The system understood and said no.

    :param words: what it said, as it said it
    :param code: its own code (axlcode, HTTP status ...), as text; empty where it has none
    """

    def __init__(
        self, msg: str, hint: str = "", details: dict[str, t.Any] | None = None, *, words: str = "", code: str = ""
    ) -> None:
        super().__init__(msg, hint, details)
        self.words = words
        self.code = code


class TimedOut(VoiceError):
    """The time given was not enough.

    :param seen: what was seen last, JSON-like
    """

    def __init__(
        self, msg: str, hint: str = "", details: dict[str, t.Any] | None = None, *, seen: t.Any = None
    ) -> None:
        super().__init__(msg, hint, details)
        self.seen = seen


class Interrupted(VoiceError):
    """Somebody ended the run (Ctrl-C): what was under way is finished, the rest was not begun.

    :param outcomes: how each item of the work that was cut short went, in order
    :ivar signal: number of the signal that ended it; 0 where it is not known
    """

    signal = 0

    def __init__(
        self,
        msg: str,
        hint: str = "Run it again: what is done already is left as it is.",
        details: dict[str, t.Any] | None = None,
        *,
        outcomes: t.Sequence[t.Any] = (),
    ) -> None:
        super().__init__(msg, hint, details)
        self.outcomes = list(outcomes)


class Unsupported(VoiceError):
    """The platform, the provider or its release cannot do what was asked."""


_TOLD = 50
"""Faults that a text names: of ten thousand rows each may have some, and Ansible prints a text several times."""


class InvalidPlan(VoiceError):
    """The input is wrong; nothing has been touched.

    :param rows: one line for each fault, each naming the row by index and key, the value and the remedy; the text has
        the first fifty, the details have all
    """

    def __init__(self, rows: t.Sequence[str], what: str = "the input") -> None:
        self.rows = list(rows)
        count = len(self.rows)
        told = "; ".join(self.rows[:_TOLD])
        if count > _TOLD:
            told += f"; and {count - _TOLD} more"
        super().__init__(
            f"{what} has {count} fault{'' if count == 1 else 's'}, nothing was touched: {told}",
            details={"faults": self.rows},
        )

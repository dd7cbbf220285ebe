# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Line by line with a switch: what was typed, what came back, and where the answer ends."""

from __future__ import annotations

import re
import time
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._errors import TimedOut, Unreachable
from ansible_collections.dialtone.voice.plugins.module_utils._switch import wordings
from ansible_collections.dialtone.voice.plugins.module_utils._text import one_line

_LIKE_A_PROMPT = re.compile(r"^\w\S*[>#] ?\Z", re.MULTILINE)
# A comment: it does nothing, and its echo tells that everything before it has been answered.
_MARK = "! all answered"
_TAIL = 1000
# Some wait for a key before they show a prompt.
_NUDGE = 5.0


class Wire(t.Protocol):
    """What carries the characters. Both raise OSError or EOFError where the session is gone."""

    def send(self, line: str) -> None: ...
    def receive(self, seconds: float) -> str: ...


class Conversation:
    """Commands and answers.

    :ivar prompt: the last one
    :ivar hostname: the name in it
    :ivar commands: how many were sent
    :ivar silent: the switch no longer answers
    """

    def __init__(self, wire: Wire, name: str, timeout: float) -> None:
        self._wire = wire
        self._name = name
        self._timeout = timeout
        self._before = ""
        self._ends = self._prompt_lines = re.compile("")
        self.prompt = ""
        self.hostname = ""
        self.commands = 0
        self.silent = False

    def begin(self, line: str) -> str | None:
        """Send a first line. The prompt is what stands before its echo, since a banner may hold any # and >.

        :return: the answer, None where no prompt came in time
        """
        text, typed = "", False
        deadline = time.monotonic() + self._timeout
        nudge = time.monotonic() + min(_NUDGE, self._timeout / 2)
        echo = re.compile(rf"^(\S[^\n]*[>#]) ?{re.escape(line)}$", re.MULTILINE)
        while (now := time.monotonic()) < deadline:
            data = self._wire.receive(min(1.0, deadline - now))
            if data:
                text = wordings.glued(text + data)
                deadline = time.monotonic() + self._timeout
            if typed and (found := echo.search(text)):
                self._adopt(found[1])
                return self._read(line, None, self._timeout, text=text[found.end() :])
            if not typed and _LIKE_A_PROMPT.search(text):
                self._wire.send(line)
                typed = True
            elif not typed and time.monotonic() > nudge:
                self._wire.send("")
                nudge = deadline + self._timeout
        self.silent = True
        return None

    def _adopt(self, prompt: str) -> None:
        self.prompt = prompt
        self.hostname = prompt.rstrip(">#")
        # In configuration mode long names are cut.
        line = rf"^{re.escape(self.hostname[:16])}[^\s#>(]*(?:\([^)\n]*\))?[#>]"
        self._ends = re.compile(rf"({line}) ?(?:\s*{wordings.ASYNC_LINE})*\s*\Z", re.MULTILINE)
        self._prompt_lines = re.compile(rf"{line} ?$", re.MULTILINE)

    def ask(
        self,
        line: str,
        *,
        seconds: float = 0,
        configuring: bool = False,
        password: bool = False,
        confirm: bool = False,
    ) -> str:
        """Send a line and return what stands between its echo and the next prompt.

        :param configuring: back out of questions, and leave prompts that were drawn anew out of the answer
        :param password: a question for a password ends the answer too
        :param confirm: go on where the switch asks to confirm
        """
        self.commands += 1
        seconds = seconds or self._timeout
        options = {"configuring": configuring, "password": password, "confirm": confirm}
        answer = self._type(line, seconds, **options)
        if wordings.RELOAD_BANNER.search(answer):
            # The prompt may have been drawn anew behind the banner, and the answer may still be on its way.
            self._type(_MARK, self._timeout, **options)
            answer += "\n" + self._prompt_lines.sub("", self._before)
        return answer

    def tell_secret(self, line: str, secret: str) -> str:
        """Answer the question for a password that a line led to."""
        self._send(line, secret)
        return self._read(line, None, self._timeout, password=True)

    def _type(self, line: str, seconds: float, **options: bool) -> str:
        self._send(line, line)
        return self._read(line, line, seconds, **options)

    def _send(self, line: str, text: str) -> None:
        try:
            self._wire.send(text)
        except (OSError, EOFError) as error:
            raise self._lost(line, error) from error

    def _read(
        self,
        line: str,
        echo: str | None,
        seconds: float,
        *,
        text: str = "",
        password: bool = False,
        configuring: bool = False,
        confirm: bool = False,
    ) -> str:
        """Read on until the prompt comes; the time runs anew with whatever comes in between.

        :param text: what has been read already
        """
        start = -1 if echo else 0
        data, text = text, ""
        deadline = time.monotonic() + seconds
        while True:
            if data:
                text += data
                deadline = time.monotonic() + seconds
                if start < 0:
                    text, start = self._skip_echo(text, echo or "")
                tail = text[max(start, len(text) - _TAIL) :] if start >= 0 else ""
                if end := self._ends.search(tail):
                    self.prompt = end[1]
                    answer = text[start : len(text) - len(end[0])]
                    return (self._prompt_lines.sub("", answer) if configuring else answer).strip("\n")
                if password and re.search(r"(?i)password:\s*\Z", tail):
                    return text[start:]
                if configuring and (question := wordings.QUESTION.search(tail)):
                    yes = confirm and re.search(r"\[confirm\]|\[startup-config\]", question[0])
                    self._send(line, "" if yes else "n")
            elif time.monotonic() >= deadline:
                self.silent = True
                raise TimedOut(
                    f"{self._name} did not finish its answer to '{line}' within {seconds:g} s",
                    "Where the AAA server is slow, raise 'timeout' (variable voice_switch_timeout)",
                    seen=one_line(text[-_TAIL:]) if configuring else f"{len(text)} characters",
                )
            try:
                data = self._wire.receive(min(1.0, deadline - time.monotonic()))
            except (OSError, EOFError) as error:
                raise self._lost(line, error) from error

    def _skip_echo(self, text: str, echo: str) -> tuple[str, int]:
        """Return the text and where the echo of what was typed ends in it, -1 where it has not come yet."""
        found = text.find(echo)
        if found < 0 and echo in (mended := wordings.glued(text)):
            text, found = mended, mended.find(echo)
        if found < 0:
            return text, -1
        self._before = text[:found]
        return text, found + len(echo)

    def _lost(self, line: str, error: Exception) -> Unreachable:
        self.silent = True
        return Unreachable(
            f"the session with {self._name} was lost at '{line}': {one_line(str(error)) or type(error).__name__}",
            "Look whether the switch restarted or its management address went away, then run the play again",
        )

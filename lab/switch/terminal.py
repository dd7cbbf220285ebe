"""The terminal side of a session: characters in, echo and paged answers out. No network here."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from .grammar import Refusal
from .session import Dropped, Session

_MORE = " --More-- "
_WIPE = "\b" * len(_MORE) + " " * len(_MORE) + "\b" * len(_MORE)


class Terminal:
    """Feeds a session what a user types. Input that comes while a command runs waits, as in a real line buffer."""

    def __init__(
        self, session: Session, *, write: Callable[[str], None], close: Callable[[], None], abort: Callable[[], None]
    ) -> None:
        """`write` sends text, `close` ends the session in order, `abort` cuts the connection."""
        self._session = session
        session.notify = self._notice
        self._write, self._close, self._abort = write, close, abort
        self._input: deque[str] = deque()
        self._output: list[str] = []
        self._line: list[str] = []
        self._pages: deque[str] = deque()
        self._busy = False
        self._closed = False
        self._after_cr = False
        self._escape = ""

    def start(self) -> None:
        """Show the banners and the first prompt."""
        for kind in ("motd", "exec"):
            text = self._session.config.banners.get(kind)
            if text is not None:
                self._say(f"\n{text}\n")
        self._say(f"\n{self._session.prompt}")
        self._flush()

    def feed(self, text: str) -> None:
        """Take what the user typed."""
        self._input.extend(text)
        self._pump()

    def hang_up(self) -> None:
        """The connection is gone."""
        self._closed = True
        self._input.clear()

    def _notice(self, text: str) -> None:
        """Print what the switch says of itself, wherever the cursor stands."""
        self._say(f"{text}\n")
        self._flush()

    def _pump(self) -> None:
        while self._input and not self._busy and not self._closed:
            character = self._input.popleft()
            if self._pages:
                self._turn_page(character)
            else:
                self._character(character)
        self._flush()

    def _say(self, text: str) -> None:
        self._output.append(text.replace("\n", "\r\n"))

    def _flush(self) -> None:
        if self._output and not self._closed:
            self._write("".join(self._output))
        self._output.clear()

    def _character(self, character: str) -> None:
        after_cr, self._after_cr = self._after_cr, character == "\r"
        if self._escape:
            self._escape += character
            if character.isalpha() or len(self._escape) > 6:
                self._escape = ""
        elif character == "\r" or (character == "\n" and not after_cr):
            self._submit()
        elif character in "\b\x7f":
            self._erase(1)
        elif character in "\x15\x18":
            self._erase(len(self._line))
        elif character == "\x17":
            kept = "".join(self._line).rstrip().rpartition(" ")
            self._erase(len(self._line) - len(kept[0] + kept[1]))
        elif character == "\x1b":
            self._escape = character
        elif character in "\x03\x1a":
            self._leave(character)
        elif character == "\t":
            self._complete()
        elif character == "?" and self._session.question is None and self._session.prompt:
            self._help()
        elif character.isprintable():
            self._line.append(character)
            if self._session.echo:
                self._say(character)

    def _erase(self, count: int) -> None:
        count = min(count, len(self._line))
        del self._line[len(self._line) - count :]
        if self._session.echo:
            self._say("\b \b" * count)

    def _leave(self, character: str) -> None:
        """Ctrl-Z takes the line that stands there and leaves the configuration mode, ctrl-C drops it."""
        line, self._line = "".join(self._line), []
        self._session.question = None
        self._say("^Z\n" if character == "\x1a" else "^C\n")
        if character == "\x1a" and line.strip() and not self._run(line):
            return
        if self._session.mode != "exec":
            self._session.end()
        self._say(self._session.prompt)

    def _help(self) -> None:
        line = "".join(self._line)
        try:
            words = self._session.grammar.next_words(line)
        except Refusal as refusal:
            self._say("?\n" + refusal.answer(self._session.prompt, line))
            words = []
        else:
            self._say("?\n" + ("\n".join(f"  {word}" for word in words) or "% Unrecognized command") + "\n")
        self._say(f"\n{self._session.prompt}{line}")

    def _complete(self) -> None:
        line = "".join(self._line)
        try:
            words = [word for word in self._session.grammar.next_words(line) if word.islower()]
        except Refusal:
            return
        typed = line.split()[-1] if line.strip() and not line[-1].isspace() else ""
        if typed and len(words) == 1:
            rest = words[0][len(typed) :] + " "
            self._line += rest
            self._say(rest)

    def _submit(self) -> None:
        line, self._line = "".join(self._line), []
        self._say("\n")
        latency = self._session.switch.latency
        if latency > 0 and line.strip():
            self._busy = True
            self._flush()
            asyncio.get_running_loop().call_later(latency, self._late, line)
        elif self._run(line):
            self._prompt_again()

    def _late(self, line: str) -> None:
        self._busy = False
        if not self._closed and self._run(line):
            self._prompt_again()
        self._pump()

    def _run(self, line: str) -> bool:
        """Carry a line out and print its answer; False when the session is over or a page waits."""
        try:
            answer = self._session.execute(line)
        except Dropped:
            self._flush()
            self._closed = True
            self._abort()
            return False
        if self._session.closed:
            self._flush()
            self._closed = True
            self._close()
            return False
        lines = answer.split("\n") if answer else []
        length = self._session.length
        if length and len(lines) >= length:
            self._pages = deque(lines)
            self._print_page(length - 1)
            return False
        if lines:
            self._say("\n".join(lines) + "\n")
        return True

    def _prompt_again(self) -> None:
        self._say(self._session.prompt)

    def _print_page(self, count: int) -> None:
        for _ in range(min(count, len(self._pages))):
            self._say(self._pages.popleft() + "\n")
        if self._pages:
            self._say(_MORE)
        else:
            self._prompt_again()

    def _turn_page(self, character: str) -> None:
        self._say(_WIPE)
        if character == " ":
            self._print_page(self._session.length - 1)
        elif character in "\r\n":
            self._print_page(1)
        else:
            self._pages.clear()
            self._prompt_again()

"""One administrator's session on a Nexus: modes, prompts and the answers to lines. No terminal and no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.switch import pipes
from lab.switch.grammar import Grammar, Invalid, Match, Refusal
from lab.switch.session import Dropped

from . import commands_config, commands_exec, commands_interface, commands_show, refusals
from .modes import CONFIG, EXEC, GRAMMARS

if TYPE_CHECKING:
    from .switch import Nexus

# Importing them fills the grammars.
COMMANDS = (commands_config, commands_exec, commands_interface, commands_show)
_NO_MORE = "no-more"


class Session:
    """What one login holds. `execute(line)` returns the answer without the prompt, lines separated by newlines."""

    # NX-OS asks nothing here, and shows what is typed.
    question = None
    echo = True

    def __init__(self, switch: Nexus, *, user: str, line: str) -> None:
        self.switch = switch
        self.user = user
        self.line = line
        self.mode = "exec"
        self.targets: list[str] = []
        self.vlans: list[int] = []
        self.length = 24
        self.width = 80
        self.closed = False
        self._config_lines = 0

    @property
    def config(self):
        """The switch's configuration."""
        return self.switch.config

    @property
    def prompt(self) -> str:
        """What stands before the cursor. NX-OS goes to the start of the line first."""
        mode = "" if self.mode == "exec" else f"({self.mode})"
        return f"\r{self.config.hostname}{mode}# "

    @property
    def grammar(self) -> Grammar:
        """The commands of the mode."""
        return GRAMMARS.get(self.mode, EXEC)

    def execute(self, line: str) -> str:
        """Carry a line out. Raises Dropped where the switch is set to end the session here."""
        if not line.strip() or line.lstrip().startswith("!"):
            return ""
        prompt = self.prompt
        try:
            return self._execute(line)
        except Refusal as refusal:
            return refusals.answer(refusal, prompt, line)

    def _execute(self, line: str) -> str:
        if self.mode == "exec":
            return self._run_exec(line)
        word, _, rest = line.strip().partition(" ")
        if word == "do" and rest:
            # The blanks keep the caret under the word that is wrong.
            return self._run_exec(" " * (line.index(word) + 3) + rest)
        if word in ("end", "exit"):
            return self.grammar.parse(line).handler(self)
        match = self._parse_config(line)
        if match is None:
            return self._run_exec(line)
        self._hostile()
        if isinstance(match, Refusal):
            raise match
        grammar, found = match
        before = self.mode, self.targets
        if grammar is CONFIG:
            self.enter("config")
        try:
            answer = found.handler(self, *found.args) or ""
        except Refusal:
            # A line that is refused leaves the session where it was, also on the wrong interface.
            self.mode, self.targets = before
            raise
        self.config.changed = self.switch.clock()
        return answer

    def _parse_config(self, line: str) -> tuple[Grammar, Match] | Refusal | None:
        """What the line means in this mode or in the global one; None for an exec command, which works anywhere."""
        refused: list[Invalid] = []
        for grammar in dict.fromkeys((self.grammar, CONFIG)):
            try:
                return grammar, grammar.parse(line)
            except Invalid as refusal:
                refused.append(refusal)
            except Refusal as refusal:
                return refusal
        try:
            EXEC.parse(line.partition("|")[0])
        except Invalid as refusal:
            # The grammar that understood most of the line has the right words for the rest.
            return max([*refused, refusal], key=lambda found: found.column)
        except Refusal as refusal:
            return refusal
        return None

    def _hostile(self) -> None:
        if self.line == "console":
            return
        self._config_lines += 1
        self.switch.counters["config_lines"] += 1
        if self._config_lines == self.switch.drop_at and self.switch.strikes():
            self.closed = True
            raise Dropped("the session was dropped")
        if self._config_lines == self.switch.refuse_line and self.switch.strikes():
            raise Refusal(refusals.DENIED)

    def _run_exec(self, line: str) -> str:
        command, bar, filters = line.partition("|")
        match = EXEC.parse(command)
        answer = match.handler(self, *match.args) or ""
        if not bar or filters.strip() == _NO_MORE:
            return answer
        return pipes.apply(answer, filters, offset=len(command) + 1)

    def enter(self, mode: str, *, targets: list[str] | None = None) -> None:
        """Change the mode; `targets` are the interfaces that the mode's commands change."""
        self.mode = mode
        self.targets = targets or []

    def end(self) -> str:
        """Leave the configuration mode (`end`, ctrl-Z)."""
        self.enter("exec")
        return ""

    def exit(self) -> str:
        """One mode up; out of exec mode, the session ends."""
        if self.mode == "exec":
            self.closed = True
        self.enter("exec" if self.mode in ("exec", "config") else "config")
        return ""

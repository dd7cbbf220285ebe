"""One administrator's session: modes, prompts, dialogs and the answers to lines. No terminal and no network."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from . import (
    commands_dhcp,
    commands_exec,
    commands_facts,
    commands_global,
    commands_interface,
    commands_port,
    commands_qos,
    commands_rollback,
    commands_security,
    commands_show,
    pipes,
    syslog,
)
from .grammar import Grammar, Invalid, Match, Refusal
from .modes import CONFIG, EXEC, GRAMMARS, USER
from .state import DhcpPool

if TYPE_CHECKING:
    from .switch import Switch

# Importing them fills the grammars.
COMMANDS = (
    commands_dhcp,
    commands_exec,
    commands_facts,
    commands_global,
    commands_interface,
    commands_port,
    commands_qos,
    commands_rollback,
    commands_security,
    commands_show,
)
_MAX_CONFIG_PROMPT = 30
_PROMPT_NAME = 20
_PARENTS = {"config": "exec", "config-archive-log-cfg": "config-archive", "config-pmap-c": "config-pmap"}


class Question(NamedTuple):
    """A dialog: the next line that the user types goes to `answer`, unseen unless `echo`."""

    prompt: str
    echo: bool
    answer: Callable[[str], str]


class Dropped(ConnectionError):
    """The switch ended the session in the middle of its work."""


class Session:
    """What one login holds. `execute(line)` returns the answer without the prompt, lines separated by newlines."""

    def __init__(self, switch: Switch, *, user: str, privilege: int, line: str) -> None:
        self.switch = switch
        self.user = user
        self.privilege = privilege
        self.line = line
        self.mode = "exec"
        self.targets: list[str] = []
        self.vlans: list[int] = []
        self.pool: DhcpPool | None = None
        self.block: list[str] = []
        self.policy_class = ""
        self.typed = ""
        self.length = 24
        self.width = 80
        self.closed = False
        self.question: Question | None = None
        self.notify: Callable[[str], None] = lambda _text: None
        self._banner: tuple[str, str, list[str]] | None = None
        self._config_lines = 0

    @property
    def config(self):
        """The switch's configuration."""
        return self.switch.config

    @property
    def prompt(self) -> str:
        """What stands before the cursor."""
        if self._banner is not None:
            return ""
        if self.question is not None:
            return self.question.prompt
        name = self.config.hostname
        if self.mode == "exec":
            return name + ("#" if self.privilege == 15 else ">")
        # IOS cuts the name, and then the mode, so that the prompt keeps within 30 characters.
        name = name[:_PROMPT_NAME]
        return f"{name}({self.mode[: _MAX_CONFIG_PROMPT - len(name) - 3]})#"

    @property
    def echo(self) -> bool:
        """Whether what the user types is shown."""
        return self.question is None or self.question.echo

    @property
    def grammar(self) -> Grammar:
        """The commands that can be given now."""
        if self.mode != "exec":
            return GRAMMARS[self.mode]
        return EXEC if self.privilege == 15 else USER

    def execute(self, line: str) -> str:
        """Carry a line out. Raises Dropped where the switch is set to end the session here."""
        self.switch.rollback.touch()
        if self._banner is not None:
            return self._banner_line(line)
        if self.question is None and (not line.strip() or line.lstrip().startswith("!")):
            return ""
        try:
            if self.question is not None:
                question, self.question = self.question, None
                return question.answer(line.strip())
            return self._execute(line)
        except Refusal as refusal:
            return refusal.answer(self.prompt, line)

    def _execute(self, line: str) -> str:
        if self.mode == "exec":
            return self.run_exec(line)
        word, _, rest = line.strip().partition(" ")
        if word == "do" and rest:
            # The blanks keep the caret under the word that is wrong.
            return self.run_exec(" " * (line.index(word) + 3) + rest)
        leaving = word.lower() in ("end", "exit")
        if not leaving:
            self._hostile()
        before = self.mode, self.targets
        self.typed = line
        match = self._parse_config(line)
        self.switch.before_change()
        try:
            answer = match.handler(self, *match.args) or ""
        except Invalid:
            # A line that doesn't parse leaves the session where it was, also on the wrong interface.
            self.mode, self.targets = before
            raise
        if not leaving:
            self.config.changed = (self.switch.clock(), self.user)
            self.switch.after_change()
        return answer

    def _hostile(self) -> None:
        if self.line == "console":
            return
        self._config_lines += 1
        self.switch.counters["config_lines"] += 1
        if self._config_lines == self.switch.drop_at and self.switch.strikes():
            self.closed = True
            raise Dropped("the session was dropped")
        if self._config_lines == self.switch.refuse_line and self.switch.strikes():
            raise Refusal("Command authorization failed.\n")

    def _parse_config(self, line: str) -> Match:
        grammar: Grammar = GRAMMARS[self.mode]
        try:
            return grammar.parse(line)
        except Invalid:
            if grammar is CONFIG:
                raise
            try:
                match = CONFIG.parse(line)
            except Refusal:
                match = None
            if match is None:
                raise
        self.enter("config")
        return match

    def run_exec(self, line: str) -> str:
        """Carry out an exec command, with its output filter."""
        command, _, filters = line.partition("|")
        grammar = EXEC if self.privilege == 15 else USER
        match = grammar.parse(command)
        self.typed = command
        answer = match.handler(self, *match.args) or ""
        return pipes.apply(answer, filters, offset=len(command) + 1) if "|" in line else answer

    def enter(self, mode: str, *, targets: list[str] | None = None) -> None:
        """Change the mode; `targets` are the interfaces that the mode's commands change."""
        self.mode = mode
        self.targets = targets or []

    def end(self) -> str:
        """Leave the configuration mode (`end`, ctrl-Z)."""
        self.enter("exec")
        self._left()
        return ""

    def exit(self) -> str:
        """One mode up; out of exec mode, the session ends."""
        if self.mode == "exec":
            self.closed = True
        else:
            self.enter(_PARENTS.get(self.mode, "config"))
            if self.mode == "exec":
                self._left()
        return ""

    def _left(self) -> None:
        if self.switch.running:
            self.switch.log.add(syslog.configured(self.user, self.line))

    def ask(self, prompt: str, answer: Callable[[str], str], *, echo: bool = True) -> None:
        """Put a question to the user; the next line is its answer."""
        self.question = Question(prompt, echo, answer)

    def start_banner(self, kind: str, text: str) -> str:
        """`banner KIND <delimiter>...`: read lines until the delimiter comes again."""
        delimiter, first = (text[:2], text[2:]) if text.startswith("^C") else (text[0], text[1:])
        if delimiter in first:
            self.config.banners[kind] = first.partition(delimiter)[0].strip("\n")
            return ""
        self._banner = (kind, delimiter, [first] if first else [])
        return f"Enter TEXT message.  End with the character '{delimiter}'."

    def _banner_line(self, line: str) -> str:
        assert self._banner is not None
        kind, delimiter, lines = self._banner
        text, found, _ = line.partition(delimiter)
        if text or not found:
            lines.append(text)
        if found:
            self.config.banners[kind] = "\n".join(lines)
            self._banner = None
        return ""

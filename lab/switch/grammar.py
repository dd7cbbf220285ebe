"""The command parser of IOS: abbreviations, and its four ways to refuse a line.

Commands are written as specs, for instance `switchport access vlan <1-4094>`:
- a lower-case word is a keyword (it may be abbreviated); `a|b` is a choice, handed to the handler by its full name
- `<1-4094>` a number, `WORD` one word, `A.B.C.D` an address, `IFACE` an interface, `LINE` the rest of the line
- `[...]` is optional
Grammars know nothing of a particular switch, so one set is shared by all of them and parses are cached.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from . import names

_WORDS = re.compile(r"\S+")
_OPTIONAL = re.compile(r"\[([^][]*)\]")
_NUMBER = re.compile(r"<(\d+)-(\d+)>")
Handler = Callable[..., "str | None"]
InterfaceReader = Callable[[list[tuple[int, str]]], "tuple[Any, int] | None"]


class Refusal(Exception):
    """A command that the parser or a handler refuses; `answer(prompt, line)` is what IOS prints."""

    def answer(self, prompt: str, line: str) -> str:
        return str(self)


class Invalid(Refusal):
    """Wrong input at `column` of the line, where one of `kinds` of parameters could stand: the caret answer."""

    def __init__(self, column: int, kinds: tuple[str, ...] = ()) -> None:
        super().__init__("% Invalid input detected at '^' marker.")
        self.column = column
        self.kinds = kinds

    def answer(self, prompt: str, line: str) -> str:
        return f"{' ' * (len(prompt) + self.column)}^\n{self}\n"


def unknown_command(line: str) -> Invalid:
    """The refusal of a command that this model doesn't have: the caret stands below its first word."""
    words = list(_WORDS.finditer(line))
    negated = len(words) > 1 and words[0].group().lower() in ("no", "default")
    return Invalid(words[1 if negated else 0].start())


class Incomplete(Refusal):
    """The line ends before the command does."""

    def answer(self, prompt: str, line: str) -> str:
        return "% Incomplete command.\n"


class Ambiguous(Refusal):
    """An abbreviation, at `column` of the line, that fits several keywords."""

    def __init__(self, column: int = 0) -> None:
        super().__init__()
        self.column = column

    def answer(self, prompt: str, line: str) -> str:
        return f'% Ambiguous command:  "{line.strip()}"'


class Rejected(Refusal):
    """A refusal by the feature itself, in its own words (`Command rejected: ...`)."""


class Typed(str):
    """What a user typed for a parameter, and at which column of the line."""

    column: int

    def __new__(cls, text: str, column: int) -> Typed:
        made = super().__new__(cls, text)
        made.column = column
        return made

    def __deepcopy__(self, _memo: dict[int, object]) -> str:
        """The text alone: where it stood in its line means nothing in a copy of the configuration."""
        return str(self)


class Match(NamedTuple):
    """A parsed line: the handler to call and its arguments."""

    handler: Handler
    args: tuple[Any, ...]


class _Node:
    __slots__ = ("captures", "handler", "params", "words")

    def __init__(self) -> None:
        self.words: dict[str, _Node] = {}
        self.captures: set[str] = set()
        self.params: list[tuple[str, int, int, _Node]] = []
        self.handler: Handler | None = None


class Grammar:
    """The commands of one mode. `interfaces` reads an interface from the words of a line: names differ by platform."""

    def __init__(self, interfaces: InterfaceReader = names.parse_words) -> None:
        self._root = _Node()
        self._interfaces = interfaces
        self.parse = lru_cache(maxsize=8192)(self._parse)

    def command(self, *specs: str) -> Callable[[Handler], Handler]:
        """Decorator: the function handles these specs; it is called as `handler(session, *captured)`."""

        def register(handler: Handler) -> Handler:
            for spec in specs:
                for variant in _expand(spec):
                    self._add(variant.split(), handler)
            return handler

        return register

    def _add(self, items: list[str], handler: Handler) -> None:
        nodes = [self._root]
        for item in items:
            number = _NUMBER.fullmatch(item)
            if number or item.isupper():
                low, high = (int(number[1]), int(number[2])) if number else (0, 0)
                kind = "NUMBER" if number else item
                nodes = [_param(node, kind, low, high) for node in nodes]
                continue
            choices = item.split("|")
            for node in nodes:
                node.captures.update(choices if len(choices) > 1 else ())
            nodes = [node.words.setdefault(word, _Node()) for node in nodes for word in choices]
        for node in nodes:
            node.handler = handler

    def _parse(self, line: str) -> Match:
        """Parse a line. Raises Invalid, Incomplete or Ambiguous."""
        words = [(match.start(), match.group()) for match in _WORDS.finditer(line)]
        node, args, index = self._root, [], 0
        while index < len(words):
            column, word = words[index]
            keyword = _keyword(node, column, word)
            if keyword is not None:
                if keyword in node.captures:
                    args.append(keyword)
                node = node.words[keyword]
                index += 1
                continue
            found = _match_param(node, words[index:], line, self._interfaces)
            if found is None:
                raise Invalid(column, tuple(kind for kind, *_ in node.params))
            value, taken, node = found
            args.append(value)
            index += taken
        if node.handler is None:
            raise Incomplete
        return Match(node.handler, tuple(args))

    def next_words(self, line: str) -> list[str]:
        """What can follow `line`, for `?`: keywords and parameter kinds. A word being typed filters them."""
        words = [(match.start(), match.group()) for match in _WORDS.finditer(line)]
        partial = words.pop()[1].lower() if words and not line[-1:].isspace() else ""
        node, index = self._root, 0
        while index < len(words):
            keyword = _keyword(node, *words[index])
            if keyword is not None:
                node, index = node.words[keyword], index + 1
                continue
            found = _match_param(node, words[index:], line, self._interfaces)
            if found is None:
                return []
            node, index = found[2], index + found[1]
        options = sorted(word for word in node.words if word.startswith(partial))
        if not partial:
            options += [f"<{low}-{high}>" if kind == "NUMBER" else kind for kind, low, high, _ in node.params]
            options += ["<cr>"] if node.handler else []
        return options


def _param(node: _Node, kind: str, low: int, high: int) -> _Node:
    for entry in node.params:
        if entry[:3] == (kind, low, high):
            return entry[3]
    child = _Node()
    node.params.append((kind, low, high, child))
    return child


def _keyword(node: _Node, column: int, word: str) -> str | None:
    """The keyword that the word stands for, None if there is none. Raises Ambiguous."""
    lowered = word.lower()
    if lowered in node.words:
        return lowered
    found = [keyword for keyword in node.words if keyword.startswith(lowered)]
    if len(found) > 1:
        raise Ambiguous(column)
    return found[0] if found else None


def _match_param(
    node: _Node, words: list[tuple[int, str]], line: str, interfaces: InterfaceReader
) -> tuple[Any, int, _Node] | None:
    for kind, low, high, child in node.params:
        column, word = words[0]
        if kind == "NUMBER":
            if word.isascii() and word.isdigit() and low <= int(word) <= high:
                return int(word), 1, child
        elif kind == "IFACE":
            found = interfaces(words)
            if found is not None:
                return found[0], found[1], child
        elif kind == "A.B.C.D":
            try:
                return Typed(str(ipaddress.IPv4Address(word)), column), 1, child
            except ValueError:
                continue
        elif kind == "WORD":
            return Typed(word, column), 1, child
        elif kind == "LINE":
            return Typed(line[column:].rstrip(), column), len(words), child
    return None


def _expand(spec: str) -> list[str]:
    match = _OPTIONAL.search(spec)
    if match is None:
        return [spec]
    before, inside, after = spec[: match.start()], match.group(1), spec[match.end() :]
    return _expand(f"{before} {after}") + _expand(f"{before} {inside} {after}")

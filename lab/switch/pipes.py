"""Output filters: `| include`, `exclude`, `begin`, `section`, `count`."""

from __future__ import annotations

import re

from .grammar import Grammar, Incomplete, Invalid

_FILTERS = Grammar()


def _keep(pattern: re.Pattern[str], lines: list[str], *, wanted: bool) -> list[str]:
    return [line for line in lines if bool(pattern.search(line)) is wanted]


@_FILTERS.command("include LINE")
def _include(pattern: re.Pattern[str], lines: list[str]) -> list[str]:
    return _keep(pattern, lines, wanted=True)


@_FILTERS.command("exclude LINE")
def _exclude(pattern: re.Pattern[str], lines: list[str]) -> list[str]:
    return _keep(pattern, lines, wanted=False)


@_FILTERS.command("begin LINE")
def _begin(pattern: re.Pattern[str], lines: list[str]) -> list[str]:
    start = next((index for index, line in enumerate(lines) if pattern.search(line)), len(lines))
    return lines[start:]


@_FILTERS.command("count LINE")
def _count(pattern: re.Pattern[str], lines: list[str]) -> list[str]:
    return [f"Number of lines which match regexp = {len(_keep(pattern, lines, wanted=True))}"]


@_FILTERS.command("section LINE")
def _section(pattern: re.Pattern[str], lines: list[str]) -> list[str]:
    kept: list[str] = []
    inside = False
    for line in lines:
        if not line.startswith(" "):
            inside = bool(pattern.search(line))
        if inside:
            kept.append(line)
    return kept


def apply(text: str, filters: str, *, offset: int) -> str:
    """The text as `filters` (what stands behind the bar) leaves it; `offset` is where they begin in the line.

    Raises the parser's refusals for a filter that doesn't exist or has no pattern.
    """
    try:
        match = _FILTERS.parse(filters)
    except Invalid as error:
        raise Invalid(error.column + offset) from None
    except Incomplete:
        raise Incomplete from None
    try:
        pattern = re.compile(match.args[0])
    except re.error:
        raise Invalid(offset + filters.index(match.args[0])) from None
    return "\n".join(match.handler(pattern, text.split("\n")))

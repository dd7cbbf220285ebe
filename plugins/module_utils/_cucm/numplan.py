# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Directory numbers by their key: how they are called, checked, and looked up, one by one or many at once.

A key is (pattern, partition). An empty partition is `<None>`; None means the number in whatever partition it is.
"""

from __future__ import annotations

import os
import re
import typing as t

if t.TYPE_CHECKING:
    from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl

Key = tuple[str, "str | None"]
Line = dict[str, t.Any]

_PATTERN = re.compile(r"[0-9A-Da-dXx*#+\\\[\]^!.?@-]{1,255}")
_LITERAL = re.compile(r"(\\\+)?[0-9A-D*#]*")
"""What of a pattern stands for itself in SQL's LIKE, once the backslash before a plus sign is taken care of."""

_LIST_COST = 2.0
_LINE_COST = 0.01
"""What a list and each line in it cost, in requests for one line: a list that answers with 1000 lines is worth ten."""


def line_name(pattern: str, partition: str | None) -> str:
    """Return how a line is called in messages: `1001 in PT-Internal`."""
    if partition is None:
        return pattern
    return f"{pattern} in {partition}" if partition else f"{pattern} in <None>"


def pattern_fault(pattern: str) -> str:
    """Return what is wrong with a directory number; empty where nothing is."""
    if pattern.startswith("+"):
        return f"pattern '{pattern}' begins with a plus sign, which is a wildcard in CUCM: write it as '\\{pattern}'"
    if not _PATTERN.fullmatch(pattern):
        return (
            f"pattern {pattern!r} is no directory number: give digits, *, #, \\+ and CUCM's wildcards, without blanks"
        )
    return ""


def key_of_line(line: Line) -> tuple[str, str]:
    """Return pattern and partition of a line that AXL returned."""
    return str(line["pattern"]), str(line.get("routePartitionName") or "")


def get_line(axl: Axl, pattern: str, partition: str, tags: dict[str, t.Any] | None = None) -> Line | None:
    """Return a line by pattern and partition (empty: `<None>`), or None.

    :param tags: the elements to return; all of them where it isn't given
    """
    key = {"pattern": pattern, "routePartitionName": partition}
    return axl.get("Line", key, f"looking up line {line_name(pattern, partition)}", tags)


def find_lines(
    axl: Axl, keys: t.Sequence[Key], tags: t.Iterable[str] = (), *, complete: bool = False
) -> list[list[Line]]:
    """Return for each key the lines that it means: none, one, or several where it has no partition.

    Neighbours are listed together and loners asked for one by one, whatever costs the publisher less.

    :param tags: elements of a line in a list; its call forwards, URIs and devices aren't among these
    :param complete: return the lines with all elements; those that a list has found are asked for one by one then
    """
    wanted = tuple(dict.fromkeys(("pattern", "routePartitionName", *tags)))
    by_partition: dict[str | None, list[str]] = {}
    for pattern, partition in dict.fromkeys(keys):
        by_partition.setdefault(partition, []).append(pattern)
    jobs = [
        (partition, patterns, listed or partition is None)
        for partition, all_patterns in by_partition.items()
        for patterns, listed in groups(all_patterns)
    ]

    def look(job: tuple[str | None, list[str], bool]) -> dict[Key, list[Line]]:
        partition, patterns, listed = job
        if listed:
            return _listed(axl, patterns, partition, wanted)
        line = get_line(axl, patterns[0], partition or "", None if complete else dict.fromkeys(wanted, ""))
        return {(patterns[0], partition): [line] if line else []}

    def whole(line: Line) -> Line | None:
        return get_line(axl, *key_of_line(line))

    found: dict[Key, list[Line]] = {}
    short: list[tuple[Key, Line]] = []
    for job, part in zip(jobs, ask_all(axl, look, jobs), strict=True):
        found.update(part)
        short += [(key, line) for key, lines in part.items() for line in lines if complete and job[2]]
    for key, _line in short:
        found[key] = []
    for (key, _line), line in zip(short, ask_all(axl, whole, [line for _key, line in short]), strict=True):
        found[key] += [line] if line else []
    return [found.get(key, []) for key in keys]


def ask_all(axl: Axl, work: t.Callable[[t.Any], t.Any], items: t.Sequence[t.Any]) -> list[t.Any]:
    """Return what the work returned for each item, done over the session's connections; the first error is raised."""
    if len(items) == 1:
        return [work(items[0])]
    outcomes = axl.each(work, items)
    for outcome in outcomes:
        if outcome.error is not None:
            raise outcome.error
    return [outcome.value for outcome in outcomes]


def _listed(axl: Axl, patterns: list[str], partition: str | None, tags: tuple[str, ...]) -> dict[Key, list[Line]]:
    criteria = {"pattern": criterion(patterns)}
    if partition:
        criteria["routePartitionName"] = partition
    what = patterns[0] if len(patterns) == 1 else f"{len(patterns)} patterns"
    found: dict[Key, list[Line]] = {(pattern, partition): [] for pattern in patterns}
    for line in axl.list("Line", criteria, tags, f"listing lines {line_name(what, partition)}"):
        pattern, there = key_of_line(line)
        # The partition is a LIKE pattern too, and <None> can't be asked for at all.
        if (pattern, partition) in found and (partition is None or there.casefold() == partition.casefold()):
            found[pattern, partition].append(line)
    return found


def criterion(patterns: list[str]) -> str:
    """Return the LIKE pattern that all patterns match: what they begin with, or the only one itself.

    A backslash is LIKE's own escape character, so `%` stands in its place.
    """
    if len(patterns) == 1:
        return patterns[0].replace("\\", "%")
    return f"{literal(patterns)}%".replace("\\", "%")


def literal(patterns: list[str]) -> str:
    """Return what all patterns begin with, as far as it stands for itself."""
    common = _LITERAL.match(os.path.commonprefix(patterns))
    return common.group() if common else ""


def groups(patterns: list[str]) -> list[tuple[list[str], bool]]:
    """Return the patterns in groups of neighbours to be listed (True) and in groups of one to be asked for (False)."""
    return _cheapest(sorted(set(patterns)))[1]


def _cheapest(patterns: list[str]) -> tuple[float, list[tuple[list[str], bool]]]:
    if len(patterns) == 1:
        return 1.0, [(patterns, False)]
    prefix = literal(patterns)
    longest = max(len(pattern) for pattern in patterns) - len(prefix)
    # At worst each number that can have this prefix exists.
    whole = _LIST_COST + _LINE_COST * 10**longest
    branches: dict[str, list[str]] = {}
    for pattern in patterns:
        branches.setdefault(pattern[len(prefix) : len(prefix) + 1], []).append(pattern)
    if len(branches) == 1:
        return min((whole, [(patterns, True)]), _singly(patterns), key=lambda way: way[0])
    parts = [_cheapest(part) for part in branches.values()]
    split = sum(cost for cost, _part in parts), [group for _cost, part in parts for group in part]
    return min((whole, [(patterns, True)]), split, key=lambda way: way[0])


def _singly(patterns: list[str]) -> tuple[float, list[tuple[list[str], bool]]]:
    return float(len(patterns)), [([pattern], False) for pattern in patterns]

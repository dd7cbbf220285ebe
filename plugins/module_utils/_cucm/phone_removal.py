# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""After phones: the lines that only they had."""

from __future__ import annotations

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.holders import LineBook
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.lines import plan_removal
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.numplan import Line, find_lines, get_line, line_name
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.plan import Plan, apply, pretend, settle
from ansible_collections.dialtone.voice.plugins.module_utils._results import CHANGED, NOT_ATTEMPTED, UNCHANGED, Rows

Key = tuple[str, str]


def remove_lines(
    axl: Axl, wanted: list[dict[str, t.Any]], phones: Rows, result: dict[str, t.Any], *, check_mode: bool
) -> dict[str, t.Any]:
    """Remove the lines of the phones that have been removed, or would be, which nothing else uses.

    Lines that a row gives count too where its phone is gone already, so that running again after an interruption
    finishes.

    :param phones: the rows of the phones, settled
    :param result: the result so far
    :returns: the result with `lines`, and with their changes and failures
    """
    keys = list(dict.fromkeys(key for row in phones for key in _lines_of(row, wanted[row.index])))
    lines = Rows("lines", [line_name(*key) for key in keys])
    if keys and not any(row.status == NOT_ATTEMPTED for row in phones):
        removed = [row.key for row in phones if row.status in (CHANGED, UNCHANGED)]
        users = LineBook(axl).users_of(keys, removed)
        unused = [key for key in keys if users[key] == []]
        # With all elements, so that the result tells what a removed line was.
        there = dict(zip(unused, find_lines(axl, unused, complete=True), strict=True))
        plans = [_plan(key, users[key], there.get(key)) for key in keys]
        settle(lines, plans)
        for row, key in zip(lines, keys, strict=True):
            if users[key]:
                row.extra["used_by"] = users[key]
        if check_mode:
            pretend(lines, plans)
        else:
            apply(axl, lines, plans, "line", lambda index: get_line(axl, *keys[index], {"pattern": ""}) is None)
    found = lines.result()
    result["lines"] = found["results"]
    result["changed"] = result["changed"] or found["changed"]
    result["diff"] = result["diff"] + found["diff"]
    if found.get("failed"):
        result["failed"] = True
        result["msg"] = "; ".join(text for text in (result.get("msg"), found["msg"]) if text)
    return result


def _lines_of(row: t.Any, wanted: dict[str, t.Any]) -> t.Iterator[Key]:
    if row.status == CHANGED:
        yield from ((line["pattern"], line["partition"]) for line in row.before["lines"])
    elif row.status == UNCHANGED:
        for line in wanted.get("lines") or ():
            if line.get("partition") is not None:
                yield line["pattern"], line["partition"]


def _plan(key: Key, users: list[str] | None, lines: list[Line] | None) -> Plan:
    if lines:
        return plan_removal(lines[0])
    kept = {"pattern": key[0], "partition": key[1]} if users else None
    return Plan(kept, kept)

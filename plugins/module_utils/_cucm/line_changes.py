# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carrying out what is planned for lines."""

from __future__ import annotations

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.forwards import NUMBERS
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.lines import (
    LinePlan,
    plan_absent,
    plan_present,
    read_lines,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.plan import Plan, apply, pretend, settle
from ansible_collections.dialtone.voice.plugins.module_utils._results import CHANGED, Rows

Given = dict[str, t.Any]


def make_present(axl: Axl, rows: Rows, wanted: list[Given], *, check_mode: bool) -> None:
    """Make the lines as they are wanted, and fill the rows of the result.

    Alternate numbers of a new line need an update of their own after it is added.
    """
    plans = plan_present(axl, wanted, read_lines(axl, wanted))
    if not _decided(rows, plans, check_mode=check_mode):
        return

    def added(index: int) -> bool:
        row = dict(wanted[index])
        return _nothing_left(axl, {**row, **dict.fromkeys(NUMBERS)} if plans[index].late else row)

    try:
        apply(axl, rows, t.cast("list[Plan]", plans), "line", added)
        later = [
            _later(plan) if row.status == CHANGED else Plan(None, None) for row, plan in zip(rows, plans, strict=True)
        ]
        if any(plan.operation for plan in later):
            apply(axl, rows, later, "line", lambda index: _nothing_left(axl, wanted[index]))
    finally:
        _tell_unfinished(rows, plans)


def make_absent(axl: Axl, rows: Rows, wanted: list[Given], *, check_mode: bool) -> None:
    """Remove the lines, and fill the rows of the result."""
    plans = plan_absent(axl, wanted, read_lines(axl, wanted, whole=True))
    if _decided(rows, plans, check_mode=check_mode):
        apply(axl, rows, t.cast("list[Plan]", plans), "line", lambda index: not read_lines(axl, [wanted[index]])[0])


def _decided(rows: Rows, plans: list[LinePlan], *, check_mode: bool) -> bool:
    """Write the plans into the rows; tell whether they are to be carried out."""
    settle(rows, t.cast("list[Plan]", plans))
    if check_mode:
        pretend(rows, t.cast("list[Plan]", plans))
    return not check_mode


def _nothing_left(axl: Axl, row: Given) -> bool:
    return not plan_present(axl, [row], read_lines(axl, [row]))[0].operation


def _later(plan: LinePlan) -> Plan:
    if not plan.late:
        return Plan(None, None)
    line = plan.arguments["line"]
    key = {"pattern": line["pattern"], "routePartitionName": line["routePartitionName"]}
    return Plan(plan.added, plan.after, "updateLine", {**key, **plan.late})


def _tell_unfinished(rows: Rows, plans: list[LinePlan]) -> None:
    """Fail the rows whose line was added and is not as planned yet."""
    for row, plan in zip(rows, plans, strict=True):
        if plan.late and any(sent.startswith("addLine") for sent in row.sent) and not _updated(row.sent):
            row.after, row.perhaps_changed = plan.added, True
            row.fail(row.error or "the line is added, but without its alternate number: run it again")


def _updated(sent: list[str]) -> bool:
    return any(operation.startswith("updateLine") for operation in sent)

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What lines and phones have in common: options as AXL elements, the plan of one row, and carrying plans out."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.crew import Halted
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.endings import AnswerLost, ends_run
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Interrupted, InvalidPlan, VoiceError
from ansible_collections.dialtone.voice.plugins.module_utils._results import CHANGED, FAILED, NOT_ATTEMPTED, Row, Rows
from ansible_collections.dialtone.voice.plugins.module_utils._text import control_character

if t.TYPE_CHECKING:
    from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl

Current = dict[str, t.Any]


@dataclass(frozen=True)
class Field:
    """An option of a row and the AXL element that it fills.

    :ivar length: the longest text that AXL's schema takes; 0 where it has no limit
    :ivar kind: the type of object that the value names (`DevicePool`); empty where it is a text of its own
    """

    option: str
    element: str
    length: int = 0
    kind: str = ""


@dataclass
class Plan:
    """What is to be done for one row.

    :ivar operation: AXL operation, empty where nothing is to be done
    :ivar arguments: of the operation, or what makes them when it is sent, so that thousands need not be kept
    :ivar error: why nothing can be done
    :ivar missing: what the plan takes for granted and is not there yet, by name
    :ivar then: what is to be done right after it for the same row, where AXL doesn't take all of it at once; its
        `before` is what the first operation leaves, and `after` is that of both
    """

    before: Current | None
    after: Current | None
    operation: str = ""
    arguments: dict[str, t.Any] | t.Callable[[], dict[str, t.Any]] = field(default_factory=dict)
    error: str = ""
    missing: list[str] = field(default_factory=list)
    then: Plan | None = None


def text_faults(row: dict[str, t.Any], fields: t.Iterable[Field]) -> list[str]:
    """Return what is wrong with a row's texts: control characters, and more characters than AXL takes."""
    faults = []
    for item in fields:
        value = row.get(item.option)
        if not isinstance(value, str):
            continue
        found = control_character(value)
        if found:
            faults.append(f"{item.option} {value!r} has the control character {found}: write it in one line")
        elif item.length and len(value) > item.length:
            faults.append(f"{item.option} {value!r} has {len(value)} characters, CUCM takes {item.length}: shorten it")
    return faults


def same(wanted: t.Any, there: t.Any, item: Field) -> bool:
    """Compare a wanted value with AXL's: empty is the same as not there, and CUCM finds names in any case."""
    texts = [str("" if value is None else value) for value in (wanted, there)]
    if item.kind:
        texts = [text.casefold() for text in texts]
    return texts[0] == texts[1]


def given(row: dict[str, t.Any], fields: t.Iterable[Field]) -> dict[str, t.Any]:
    """Return the elements that a row gives a value for; an empty text is a value and clears."""
    return {item.element: row[item.option] for item in fields if row.get(item.option) is not None}


def shown(found: dict[str, t.Any], fields: t.Iterable[Field]) -> Current:
    """Return an AXL object under the names of the options, without what is empty."""
    return {item.option: found[item.element] for item in fields if found.get(item.element) not in (None, "")}


def changes(row: dict[str, t.Any], found: dict[str, t.Any], fields: t.Iterable[Field]) -> dict[str, t.Any]:
    """Return the elements that a row gives and that differ."""
    return {
        item.element: row[item.option]
        for item in fields
        if row.get(item.option) is not None and not same(row[item.option], found.get(item.element), item)
    }


def settle(rows: Rows, plans: list[Plan]) -> None:
    """Write the plans into the rows: what is there, what will be, and which rows have nothing to do.

    :raises InvalidPlan: naming every row that can't be done; then none is, in check mode too
    """
    faults = [
        row_fault(rows.noun, row.index, row.key, plan.error)
        for row, plan in zip(rows, plans, strict=True)
        if plan.error
    ]
    for row, plan in zip(rows, plans, strict=True):
        row.before = plan.before
        row.after = plan.before if faults else plan.after
        if plan.error:
            row.fail(plan.error)
        elif not plan.operation and not faults:
            row.done(changed=False)
    if faults:
        raise InvalidPlan(faults, rows.noun)


def pretend(rows: Rows, plans: list[Plan]) -> None:
    """Mark the rows that would change, for check mode."""
    for row, plan in zip(rows, plans, strict=True):
        if plan.operation:
            row.sent = []
            row.done(changed=True)


def apply(axl: Axl, rows: t.Iterable[Row], plans: list[Plan], noun: str, reached: t.Callable[[int], bool]) -> bool:
    """Carry the plans out, several at once; a row's refusal is its own, but without a publisher no other is tried.

    Return whether others may be tried after these.

    :param noun: what a row is, for messages
    :param reached: reads row `index` anew and tells whether nothing is left to do; called by several threads
    :raises Interrupted: telling how many rows are done, which the rows themselves tell one by one
    """
    todo = [(row, plan) for row, plan in zip(rows, plans, strict=True) if plan.operation]
    for row, plan in todo:
        row.after = plan.before

    # Each row is settled in the thread that has its answer, so that it is right whatever ends the run.
    def carry_out(pair: tuple[Row, Plan]) -> None:
        row, plan = pair
        for step in (plan, plan.then):
            if step is None:
                continue
            verb = "adding" if step.before is None else "changing" if step.after is not None else "removing"
            arguments = step.arguments() if callable(step.arguments) else step.arguments
            try:
                sent = axl.write(step.operation, arguments, f"{verb} {noun} {row.key}", lambda: reached(row.index))
            except Halted:
                raise
            except VoiceError as error:
                row.fail(error)
                row.perhaps_changed = bool(row.sent)
                if isinstance(error, AnswerLost):
                    row.doubt(f"{step.operation} (answer lost, not known whether it is done)")
                raise
            row.sent.append(sent)
            row.after = step.after if step.then is None else step.then.before
        row.done(changed=True)

    try:
        outcomes = axl.each(carry_out, todo)
    except Interrupted as interrupted:
        for (row, plan), outcome in zip(todo, interrupted.outcomes, strict=True):
            if isinstance(outcome.error, Interrupted):
                row.fail(outcome.error)
                step = plan.then if plan.then is not None and row.sent else plan
                row.doubt(f"{step.operation} (interrupted, not known whether it is done)")
        statuses = [row.status for row, _plan in todo]
        told = f"{statuses.count(CHANGED)} done, {statuses.count(FAILED)} failed, "
        told += f"{statuses.count(NOT_ATTEMPTED)} not attempted"
        interrupted.msg = f"interrupted: of {len(todo)} {noun}s to change {told}"
        raise
    return not any(outcome.error is not None and ends_run(outcome.error) for outcome in outcomes)

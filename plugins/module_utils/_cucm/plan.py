# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What lines and phones have in common: options as AXL elements, the plan of one row, and carrying plans out."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.https import AnswerLost
from ansible_collections.dialtone.voice.plugins.module_utils._errors import (
    AuthenticationFailed,
    TimedOut,
    Unreachable,
    VoiceError,
)
from ansible_collections.dialtone.voice.plugins.module_utils._results import Row, Rows
from ansible_collections.dialtone.voice.plugins.module_utils._text import control_character

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
    :ivar error: why nothing can be done
    :ivar missing: what the plan takes for granted and is not there yet, by name
    """

    before: Current | None
    after: Current | None
    operation: str = ""
    arguments: dict[str, t.Any] = field(default_factory=dict)
    error: str = ""
    missing: list[str] = field(default_factory=list)


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
    """Write the plans into the rows: what is there, what will be, and which rows fail already or have nothing to do."""
    for row, plan in zip(rows, plans, strict=True):
        row.before = plan.before
        row.after = plan.before if plan.error else plan.after
        if plan.error:
            row.fail(plan.error)
        elif not plan.operation:
            row.done(changed=False)


def pretend(rows: Rows, plans: list[Plan]) -> None:
    """Mark the rows that would change, for check mode."""
    for row, plan in zip(rows, plans, strict=True):
        if plan.operation and not plan.error:
            row.sent = []
            row.done(changed=True)


def apply(axl: Axl, rows: t.Iterable[Row], plans: list[Plan], noun: str, reached: t.Callable[[int], bool]) -> None:
    """Carry the plans out, row by row; a row's refusal is its own, but without a publisher no other is tried.

    :param noun: what a row is, for messages
    :param reached: reads row `index` anew and tells whether nothing is left to do
    """
    gone = False
    for row, plan in zip(rows, plans, strict=True):
        if plan.error or not plan.operation:
            continue
        if gone:
            row.after = plan.before
            continue
        verb = "adding" if plan.before is None else "changing" if plan.after is not None else "removing"
        try:
            row.sent.append(
                axl.write(
                    plan.operation, plan.arguments, f"{verb} {noun} {row.key}", lambda index=row.index: reached(index)
                )
            )
        except VoiceError as error:
            row.after = plan.before
            row.fail(error)
            if isinstance(error, AnswerLost):
                row.sent.append(f"{plan.operation} (answer lost, not known whether it is done)")
                row.perhaps_changed = True
            gone = isinstance(error, (Unreachable, AuthenticationFailed, TimedOut))
        else:
            row.done(changed=True)

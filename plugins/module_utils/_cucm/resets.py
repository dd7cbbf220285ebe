# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resetting phones: which operation this cluster's schema has for it, and sending it in batches with a pause.

A reset leaves nothing in the database, so one whose answer is lost can't be read back and is never sent again.
"""

from __future__ import annotations

import os
import time
import typing as t
from dataclasses import dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.crew import Halted
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.endings import AnswerLost, ends_run
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.plan import Plan
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Interrupted, Unsupported, VoiceError
from ansible_collections.dialtone.voice.plugins.module_utils._results import NOT_ATTEMPTED, Row, Rows

ALL_AT_ONCE = 20
"""More phones than this are not reset without a pause in between, unless told."""

_OPERATION = "doDeviceReset"
_TYPES = {
    "apply": "Apply Configuration",
    "restart": "Restart",
    "reset": "Reset",
    "generate_prt": "Generate PRT",
}
_DOING = {
    "apply": "applying the configuration of",
    "restart": "restarting",
    "reset": "resetting",
    "generate_prt": "asking for a problem report of",
}
_LIST_FROM = 50
_INSTEAD = {
    "generate_prt": "make the report on the phone (Settings, Phone information, Report problem), or on its web page",
}


@dataclass(frozen=True)
class Way:
    """How this cluster does it: an operation, the element that names the phone, and the other elements."""

    operation: str
    name_element: str
    others: dict[str, t.Any]

    def arguments(self, name: str) -> dict[str, t.Any]:
        return {self.name_element: name, **self.others}

    @property
    def words(self) -> str:
        """The operation for a row's `sent`."""
        return f"{self.operation} ({', '.join(f'{k} {v}' for k, v in self.others.items())})".replace(" ()", "")


def way(action: str, types: t.Collection[str], operations: t.Container[str], elements: t.Container[str]) -> Way:
    """Choose how to carry out an action.

    :param types: the values of doDeviceReset's deviceResetType in the cluster's schema
    :param operations: the operations of the schema
    :param elements: the elements of doDeviceReset
    :raises Unsupported: the schema has nothing for it
    """
    if _OPERATION in operations and _TYPES[action] in types:
        return Way(_OPERATION, "deviceName", {"deviceResetType": _TYPES[action]})
    if _OPERATION in operations and action in ("restart", "reset") and "isHardReset" in elements:
        return Way(_OPERATION, "deviceName", {"isHardReset": action == "reset"})
    if f"{action}Phone" in operations:
        return Way(f"{action}Phone", "name", {})
    there = f"its {_OPERATION} knows {', '.join(types)}" if types else f"it has no {_OPERATION} with a type"
    raise Unsupported(f"action {action}: {there}", _INSTEAD.get(action, ""))


def way_of(axl: Axl, action: str) -> Way:
    """Choose by the cluster's own schema how to carry out an action; see :func:`way`."""
    definitions = axl.definitions
    elements = definitions.request(_OPERATION) if _OPERATION in definitions.operations else {}
    types = elements["deviceResetType"].values if "deviceResetType" in elements else ()
    try:
        return way(action, types, definitions.operations, elements)
    except Unsupported as error:
        raise Unsupported(f"AXL {axl.schema.version} of CUCM {axl.schema.build}: {error.msg}", error.hint) from None


def batches(count: int, size: int) -> list[range]:
    """Return the indexes of the phones of each batch."""
    return [range(start, min(start + size, count)) for start in range(0, count, size)]


def pace_faults(count: int, params: t.Mapping[str, t.Any]) -> list[str]:
    """Return what is wrong with batch_size, pause and all_at_once for so many phones."""
    faults = []
    size, pause = params["batch_size"], params["pause"]
    if params["all_at_once"]:
        return []
    if size < 1:
        faults.append(f"batch_size {size} is no number of phones: give 1 or more")
    if pause < 0:
        faults.append(f"pause {pause} is no number of seconds: give 0 or more")
    if not faults and count > ALL_AT_ONCE and (size >= count or pause == 0):
        faults.append(
            f"batch_size {size} with a pause of {pause} s sends {count} phones away at once: give a batch_size below "
            f"{count} and a pause, or all_at_once: true if that is meant"
        )
    return faults


def unknown_phones(axl: Axl, names: t.Sequence[str]) -> set[str]:
    """Return those of the names that the cluster has no phone of."""
    if len(names) >= _LIST_FROM:
        listed = axl.list("Phone", {"name": f"{os.path.commonprefix(list(names))}%"}, ["name"], "listing phones")
        there = {str(phone["name"]).upper() for phone in listed}
        return {name for name in names if name.upper() not in there}
    outcomes = axl.each(
        lambda name: axl.get("Phone", {"name": name}, f"looking up phone {name}", {"name": ""}) is not None, names
    )
    for outcome in outcomes:
        if outcome.error is not None:
            raise outcome.error
    return {name for name, outcome in zip(names, outcomes, strict=True) if not outcome.value}


def plan_resets(names: t.Sequence[str], unknown: t.Container[str], action: str, how: Way, *, check: bool) -> list[Plan]:
    """Plan each phone. One that CUCM lacks is a fault, in check mode only missing: an earlier stage may add it."""
    plans = []
    for name in names:
        before, after = {"name": name}, {"name": name, "action": action}
        plan = Plan(before, after, how.operation, how.arguments(name))
        if name in unknown:
            text = "CUCM has no phone of this name: check it, or add the phone with cucm_phones first"
            plan = Plan(None, after, how.operation, missing=[name]) if check else Plan(None, None, error=text)
        plans.append(plan)
    return plans


def carry_out(
    axl: Axl,
    rows: Rows,
    action: str,
    how: Way,
    *,
    size: int,
    pause: float,
    report: t.Callable[[str], None],
    sleep: t.Callable[[float], None] = time.sleep,
) -> None:
    """Send the action to all phones, batch by batch; without a publisher no further one is tried.

    :raises Interrupted: what was under way is told in the rows
    """
    try:
        _send_batches(axl, rows, action, how, batches(len(rows), size), pause, report, sleep)
    finally:
        for row in rows:
            if row.status == NOT_ATTEMPTED:
                row.after = row.before


def _send_batches(
    axl: Axl,
    rows: Rows,
    action: str,
    how: Way,
    parts: list[range],
    pause: float,
    report: t.Callable[[str], None],
    sleep: t.Callable[[float], None],
) -> None:
    for number, indexes in enumerate(parts, start=1):
        if number > 1 and pause:
            sleep(pause)
        try:
            outcomes = axl.each(lambda index: _send(axl, rows[index], action, how), indexes)
        except Interrupted as interrupted:
            for index, outcome in zip(indexes, interrupted.outcomes, strict=False):
                if isinstance(outcome.error, Interrupted):
                    rows[index].fail(outcome.error)
                    rows[index].doubt(f"{how.words} (interrupted, not known whether it is done)")
            raise
        over = any(outcome.error is not None or not outcome.tried for outcome in outcomes)
        failed = sum(rows[index].error is not None for index in indexes)
        following = "" if over or number == len(parts) else f", next batch in {pause:g} s"
        report(
            f"{action}: batch {number} of {len(parts)}, phones {indexes[0] + 1} to {indexes[-1] + 1} of {len(rows)}, "
            f"{failed} failed{following}"
        )
        if over:
            return


def _send(axl: Axl, row: Row, action: str, how: Way) -> None:
    """Send it for one phone and write down in its row how it went; raise only what ends the run."""
    try:
        axl.call(how.operation, how.arguments(row.key), f"{_DOING[action]} {row.key}")
    except AnswerLost as lost:
        row.after = row.before
        row.fail(
            f"{lost.msg}. Whether {row.key} was told can't be read back, so it was not sent again: look at the phone"
        )
        row.doubt(f"{how.words} (answer lost, not known whether it is done)")
        # One lost answer is not yet a lost publisher.
        axl.get("Phone", {"name": row.key}, "looking whether CUCM still answers", {"name": ""})
    except Halted:
        raise
    except VoiceError as error:
        row.after = row.before
        row.fail(error)
        if ends_run(error):
            raise
    else:
        row.sent.append(how.words)
        row.done(changed=True)

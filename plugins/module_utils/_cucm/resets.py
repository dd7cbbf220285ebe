# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resetting phones: which operation this cluster's schema has for it, and sending it in batches with a pause.

A reset leaves nothing in the database, so one whose answer is lost can't be read back and is never sent again.
"""

from __future__ import annotations

import time
import typing as t
from dataclasses import dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.https import AnswerLost
from ansible_collections.dialtone.voice.plugins.module_utils._errors import (
    AuthenticationFailed,
    TimedOut,
    Unreachable,
    Unsupported,
    VoiceError,
)
from ansible_collections.dialtone.voice.plugins.module_utils._results import Row, Rows

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


def batches(names: t.Sequence[str], size: int) -> list[list[int]]:
    """Return the indexes of the phones of each batch."""
    return [list(range(start, min(start + size, len(names)))) for start in range(0, len(names), size)]


def pace_faults(count: int, params: t.Mapping[str, t.Any]) -> list[str]:
    """Return what is wrong with batch_size, pause and all_at_once for so many phones."""
    faults = []
    size, pause = params["batch_size"], params["pause"]
    if size < 1:
        faults.append(f"batch_size {size} is no number of phones: give 1 or more")
    if pause < 0:
        faults.append(f"pause {pause} is no number of seconds: give 0 or more")
    if not faults and not params["all_at_once"] and count > ALL_AT_ONCE and (size >= count or pause == 0):
        faults.append(
            f"batch_size {size} with a pause of {pause} s sends {count} phones away at once: give a batch_size below "
            f"{count} and a pause, or all_at_once: true if that is meant"
        )
    return faults


def unknown_phones(axl: Axl, names: t.Sequence[str]) -> set[str]:
    """Return those of the names that the cluster has no device of."""
    if len(names) < _LIST_FROM:
        return {name for name in names if axl.get("Phone", {"name": name}, f"looking up {name}", {"name": ""}) is None}
    there = {str(phone["name"]).upper() for phone in axl.list("Phone", {"name": "%"}, ["name"], "listing phones")}
    return {name for name in names if name.upper() not in there}


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
    """Send the action to all phones, batch by batch; without a publisher no further one is tried."""
    names = [row.key for row in rows]
    parts = batches(names, size)
    for number, indexes in enumerate(parts, start=1):
        if number > 1 and pause:
            sleep(pause)
        gone = False
        for index in indexes:
            gone = gone or not _send(axl, rows[index], action, how)
        failed = sum(rows[index].error is not None for index in indexes)
        last = "" if number == len(parts) else f", next batch in {pause:.0f} s"
        report(
            f"{action}: batch {number} of {len(parts)}, {len(indexes)} phones, {failed} failed, "
            f"{indexes[-1] + 1} of {len(names)} done{'' if gone else last}"
        )
        if gone:
            return


def _send(axl: Axl, row: Row, action: str, how: Way) -> bool:
    """Send it for one phone; return whether the publisher is still there."""
    try:
        axl.call(how.operation, how.arguments(row.key), f"{_DOING[action]} {row.key}")
    except AnswerLost as error:
        row.sent.append(f"{how.words} (answer lost, not known whether it is done)")
        row.perhaps_changed = True
        row.fail(
            f"{error.msg}. Whether {row.key} got it can't be read back, so it was not sent again: look at the phone"
        )
        return _is_there(axl, row.key)
    except VoiceError as error:
        row.fail(error)
        return not isinstance(error, (Unreachable, AuthenticationFailed, TimedOut))
    row.sent.append(how.words)
    row.done(changed=True)
    return True


def _is_there(axl: Axl, name: str) -> bool:
    try:
        axl.get("Phone", {"name": name}, f"looking whether CUCM still answers, by {name}", {"name": ""})
    except (Unreachable, AuthenticationFailed, TimedOut):
        return False
    return True

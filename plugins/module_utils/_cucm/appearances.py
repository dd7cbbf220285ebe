# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Line appearances: the lines of one phone, merged with those that it has.

`updatePhone` replaces the whole list, and what isn't sent falls back to its default. So what is there is kept,
appearance by
appearance and element by element, and the complete list is sent.
"""

from __future__ import annotations

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.elements import (
    Shape,
    given_elements,
    nested,
    shown_options,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import many
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.numplan import line_name, pattern_fault
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.plan import Field, text_faults

APPEARANCE_FIELDS = (
    Field("label", "label"),
    Field("display", "display"),
    Field("display_ascii", "displayAscii"),
    Field("external_mask", "e164Mask"),
    Field("maximum_calls", "maxNumCalls"),
    Field("busy_trigger", "busyTrigger"),
    Field("ring_setting", "ringSetting"),
    Field("ring_setting_active", "consecutiveRingSetting"),
    Field("pickup_alert", "ringSettingIdlePickupAlert"),
    Field("pickup_alert_active", "ringSettingActivePickupAlert"),
    Field("recording", "recordingFlag"),
    Field("recording_profile", "recordingProfileName", kind="RecordingProfile"),
    Field("recording_media_source", "recordingMediaSource"),
    Field("monitoring_css", "monitoringCssName", kind="Css"),
    Field("message_waiting_lamp", "mwlPolicy"),
    Field("message_waiting_tone", "audibleMwi"),
    Field("missed_call_logging", "missedCallLogging"),
    Field("show_caller_name", "callInfoDisplay.callerName"),
    Field("show_caller_number", "callInfoDisplay.callerNumber"),
    Field("show_redirected_number", "callInfoDisplay.redirectedNumber"),
    Field("show_dialed_number", "callInfoDisplay.dialedNumber"),
)
# Elements that `axl` may not give, and the option that does.
OWNED_BY_LINES = {
    "index": "index",
    "dirn": "pattern and partition",
    "callInfoDisplay": "show_caller_name, show_caller_number, show_redirected_number and show_dialed_number",
    "associatedEndusers": "users",
    **{item.element: item.option for item in APPEARANCE_FIELDS if "." not in item.element},
}

Appearance = dict[str, t.Any]


def key_of(appearance: Appearance) -> tuple[str, str]:
    """Return pattern and partition of an appearance that AXL returned."""
    dirn = appearance.get("dirn") or {}
    return str(dirn.get("pattern") or ""), str(dirn.get("routePartitionName") or "")


def index_of(position: int, row: dict[str, t.Any]) -> int:
    """Return the button of a row's line: its `index`, else its place in the list, from 1."""
    return position + 1 if row.get("index") is None else row["index"]


def is_meant(row: dict[str, t.Any], appearance: Appearance) -> bool:
    """Tell whether a row's line is this appearance; a row without partition means the pattern in any."""
    pattern, partition = key_of(appearance)
    wanted = row.get("partition")
    return row["pattern"] == pattern and (wanted is None or wanted.casefold() == partition.casefold())


def folded(row: dict[str, t.Any]) -> tuple[str, str | None]:
    """Return the key of a row's line, the same for each way to write it: CUCM finds partitions in any case."""
    partition = row.get("partition")
    return row["pattern"], None if partition is None else partition.casefold()


def appearance_faults(rows: list[dict[str, t.Any]]) -> list[str]:
    """Return the faults of one phone's list of lines."""
    faults: list[str] = []
    by_index: dict[int, str] = {}
    seen: set[tuple[str, str | None]] = set()
    for position, row in enumerate(rows):
        name = line_name(row["pattern"], row.get("partition"))
        index = index_of(position, row)
        found = [pattern_fault(row["pattern"]), *text_faults(row, (*APPEARANCE_FIELDS, Field("partition", "", 50)))]
        if index < 1:
            found.append(f"index {index}: the first line has index 1")
        elif index in by_index:
            found.append(f"index {index} is that of line {by_index[index]} too: give each line another one")
        found += _call_faults(row.get("maximum_calls"), row.get("busy_trigger"))
        key = folded(row)
        if key in seen:
            found.append("the same line twice on one phone: give it once")
        by_index.setdefault(index, name)
        seen.add(key)
        faults += [f"lines[{position}] ({name}): {fault}" for fault in found if fault]
    return faults


def _call_faults(maximum: int | None, trigger: int | None) -> list[str]:
    faults = []
    for option, value in (("maximum_calls", maximum), ("busy_trigger", trigger)):
        if value is not None and value < 1:
            faults.append(f"{option} {value}: give 1 or more")
    if maximum is not None and trigger is not None and trigger > maximum:
        faults.append(f"busy_trigger {trigger} is above maximum_calls {maximum}: give at most as many")
    return faults


def merge(
    current: list[Appearance],
    rows: list[dict[str, t.Any]],
    *,
    keep: bool = True,
    put: t.Callable[[Appearance, dict[str, t.Any]], Appearance] = lambda item, axl: {**item, **axl},
) -> list[Appearance]:
    """Return a phone's complete list of lines: those of the rows at their buttons, the others where they are.

    A line that isn't in the rows leaves its button only where a row's line takes that very one.

    :param keep: whether lines that are in no row stay
    :param put: puts the elements of a row's `axl` into an appearance
    """
    left = {int(item["index"]): item for item in current}
    merged: dict[int, Appearance] = {}
    buttons = _buttons(left, rows) if keep else [index_of(position, row) for position, row in enumerate(rows)]
    for index, row in zip(buttons, rows, strict=True):
        old = next((number for number, item in left.items() if is_meant(row, item)), None)
        item = dict(left.pop(old)) if old is not None else {}
        if old is None:
            item["dirn"] = {"pattern": row["pattern"], "routePartitionName": row.get("partition")}
        item = _put(item, row, index)
        merged[index] = put(item, row["axl"]) if row.get("axl") else item
    return [item for _index, item in sorted({**(left if keep else {}), **merged}.items())]


def _put(item: Appearance, row: dict[str, t.Any], index: int) -> Appearance:
    """Return an appearance with what a row gives put into it."""
    item = nested({**item, "index": str(index)}, given_elements(row, APPEARANCE_FIELDS))
    if row.get("users") is not None:
        item["associatedEndusers"] = {"enduser": [{"userId": user} for user in row["users"]]}
    return item


def _buttons(there: dict[int, Appearance], rows: list[dict[str, t.Any]]) -> list[int]:
    """Return the button of each row's line.

    A row that gives none and means a line that the phone has does not push off a line that is in no row: a list of one
    line says something of that line, and nothing of the first button.
    """
    places = [index_of(position, row) for position, row in enumerate(rows)]
    unlisted = {button for button, item in there.items() if not any(is_meant(row, item) for row in rows)}
    buttons = list(places)
    for position, row in enumerate(rows):
        own = next((button for button, item in there.items() if is_meant(row, item)), None)
        if row.get("index") is None and own is not None and places[position] in unlisted:
            buttons[position] = own
    return buttons if len(set(buttons)) == len(buttons) else places


def differ(before: list[Appearance], after: list[Appearance], shape: Shape) -> bool:
    """Tell whether two lists of lines differ by their meaning."""
    if len(before) != len(after):
        return True
    return any(shape.differ(shape.line, new, old) for old, new in zip(before, after, strict=True))


def users_of(item: Appearance) -> list[str]:
    """Return the end users that are associated with a line of a phone."""
    return [str(user["userId"]) for user in many(item.get("associatedEndusers"), "enduser") if user]


def shown_appearance(item: Appearance) -> dict[str, t.Any]:
    """Return an appearance under the names of the options."""
    pattern, partition = key_of(item)
    shown = {
        "index": int(item["index"]),
        "pattern": pattern,
        "partition": partition,
        **shown_options(item, APPEARANCE_FIELDS),
    }
    users = users_of(item)
    if users:
        shown["users"] = users
    return shown


def to_send(items: list[Appearance], shape: Shape) -> list[Appearance]:
    """Return appearances as AXL takes them: without what only its answers have and without what is empty."""
    sent = []
    for item in items:
        clean = shape.sendable(item, shape.line)
        pattern, partition = key_of(item)
        clean["dirn"] = {"pattern": pattern, "routePartitionName": partition}
        users = many(item.get("associatedEndusers"), "enduser")
        clean.pop("associatedEndusers", None)
        if users:
            clean["associatedEndusers"] = {"enduser": users}
        sent.append(clean)
    return sent

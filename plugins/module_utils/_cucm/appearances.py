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

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import many
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.numplan import line_name, pattern_fault
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.plan import Field, given, shown, text_faults

APPEARANCE_FIELDS = (
    Field("label", "label", 50),
    Field("display", "display", 50),
    Field("display_ascii", "displayAscii", 50),
    Field("external_mask", "e164Mask", 255),
)

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
        key = (row["pattern"], row.get("partition"))
        if key in seen:
            found.append("the same line twice on one phone: give it once")
        by_index.setdefault(index, name)
        seen.add(key)
        faults += [f"lines[{position}] ({name}): {fault}" for fault in found if fault]
    return faults


def merge(current: list[Appearance], rows: list[dict[str, t.Any]]) -> list[Appearance]:
    """Return a phone's complete list of lines: those of the rows at their buttons, the others where they are.

    A line that isn't in the rows leaves its button only where a row's line takes that very one.
    """
    left = {int(item["index"]): item for item in current}
    merged: dict[int, Appearance] = {}
    for index, row in zip(_buttons(left, rows), rows, strict=True):
        old = next((number for number, item in left.items() if is_meant(row, item)), None)
        item = dict(left.pop(old)) if old is not None else {}
        if old is None:
            item["dirn"] = {"pattern": row["pattern"], "routePartitionName": row.get("partition")}
        merged[index] = {**item, "index": str(index), **given(row, APPEARANCE_FIELDS)}
    return [item for _index, item in sorted({**left, **merged}.items())]


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


def differ(before: list[Appearance], after: list[Appearance]) -> bool:
    """Tell whether two lists of lines differ in what rows can give."""
    return [shown_appearance(item) for item in before] != [shown_appearance(item) for item in after]


def shown_appearance(item: Appearance) -> dict[str, t.Any]:
    """Return an appearance under the names of the options."""
    pattern, partition = key_of(item)
    return {
        "index": int(item["index"]),
        "pattern": pattern,
        "partition": partition,
        **{name: str(value) for name, value in shown(item, APPEARANCE_FIELDS).items()},
    }


def to_send(items: list[Appearance], elements: t.Collection[str]) -> list[Appearance]:
    """Return appearances as AXL takes them: without what only its answers have and without what is empty.

    :param elements: the element names that the schema has for a line of a phone
    """
    sent = []
    for item in items:
        clean = {name: value for name, value in item.items() if name in elements and value is not None}
        pattern, partition = key_of(item)
        clean["dirn"] = {"pattern": pattern, "routePartitionName": partition}
        users = many(item.get("associatedEndusers"), "enduser")
        if users:
            clean["associatedEndusers"] = {"enduser": users}
        sent.append(clean)
    return sent

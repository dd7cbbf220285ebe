# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Directory numbers: their model, what is on the cluster, and the plan of each row.

A line is known by its pattern and its partition. A row without `partition` means the line wherever it is, and then
there has to be exactly one; an empty one means the partition `<None>`.
"""

from __future__ import annotations

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._cucm import forwards
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.compare import differences
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.holders import LineBook
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.numplan import (
    Line,
    find_lines,
    key_of_line,
    line_name,
    pattern_fault,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.plan import (
    Field,
    Plan,
    changes,
    given,
    shown,
    text_faults,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.references import References
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.values import as_sent, value_faults
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.xsd import Definitions, Element
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan

if t.TYPE_CHECKING:
    from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl

Given = dict[str, t.Any]

LINE_FIELDS = (
    Field("description", "description", 200),
    Field("alerting_name", "alertingName"),
    Field("ascii_alerting_name", "asciiAlertingName"),
    Field("css", "shareLineAppearanceCssName", kind="Css"),
    Field("presence_group", "presenceGroupName", kind="PresenceGroup"),
    Field("voice_mail_profile", "voiceMailProfileName", kind="VoiceMailProfile"),
    Field("call_pickup_group", "callPickupGroupName", kind="CallPickupGroup"),
    Field("usage", "usage"),
    Field("auto_answer", "autoAnswer"),
    Field("user_hold_audio_source", "userHoldMohAudioSourceId"),
    Field("network_hold_audio_source", "networkHoldMohAudioSourceId"),
)
# What every line has, and what is not worth a word where a row gives nothing else.
_DEFAULTS = {
    "usage": "Device",
    "autoAnswer": "Auto Answer Off",
    "presenceGroupName": "Standard Presence group",
}
_NEVER_EMPTY = tuple(item.option for item in LINE_FIELDS if item.element in _DEFAULTS)
_OWNED = {
    **{item.element: item.option for item in LINE_FIELDS},
    **{element: f"forwards.{kind}" for kind, element in forwards.FORWARDS.items()},
    **{element: option for option, pair in forwards.NUMBERS.items() for element in pair},
    forwards.URIS: "uris",
    "pattern": "pattern",
    "routePartitionName": "partition",
}
"""Elements that have an option of their own, by which they must be given."""


# -- checking the rows --------------------------------------------------------------------------------------------


def check_lines(axl: Axl, rows: list[Given], faults: list[list[str]]) -> None:
    """Check all rows against the cluster's schema, before anything else is asked or sent.

    Where anything is wrong, the names that the rows give are looked up too, so that all faults are told at once.

    :param faults: for each row, what :func:`line_faults` has found
    :raises InvalidPlan: with the faults of all rows
    """
    found = [[*known, *schema_faults(axl.definitions, row)] for known, row in zip(faults, rows, strict=True)]
    if any(found):
        references = References(axl)
        found = [[*known, *_missing(references, row, _names(row))] for known, row in zip(found, rows, strict=True)]
        raise InvalidPlan(told(rows, found), "lines")


def told(rows: list[Given], faults: list[list[str]]) -> list[str]:
    """Return the faults of all rows, each after its row."""
    return [
        row_fault("lines", index, line_name(row["pattern"], row.get("partition")), fault)
        for index, (row, known) in enumerate(zip(rows, faults, strict=True))
        for fault in dict.fromkeys(known)
    ]


def line_faults(rows: list[Given]) -> list[list[str]]:
    """Return for each row the faults that can be told without a cluster, duplicates included."""
    faults = []
    first: dict[tuple[str, str | None], int] = {}
    for index, row in enumerate(rows):
        partition = row.get("partition")
        key = (row["pattern"], partition if partition is None else partition.casefold())
        found = [pattern_fault(row["pattern"]), *text_faults(row, (*LINE_FIELDS, Field("partition", "", 50)))]
        found += [f"{option} can't be empty: give a value" for option in _NEVER_EMPTY if row.get(option) == ""]
        found += forwards.faults(row)
        found += [
            f"axl.{element}: give the option {_OWNED[element]} instead"
            for element in row.get("axl") or {}
            if element in _OWNED
        ]
        if first.setdefault(key, index) != index:
            found.append(f"the same line as lines[{first[key]}]: give each line once")
        faults.append([fault for fault in found if fault])
    return faults


def schema_faults(definitions: Definitions, row: Given) -> list[str]:
    """Return what the schema has against a row's values: lengths, enumerations, names under `axl`."""
    fields = definitions.fields("Line", "add")
    plain = {item.option: fields[item.element] for item in LINE_FIELDS if item.element in fields}
    faults = value_faults(definitions, plain, _some(row, plain), "")
    nested = [
        (f"forwards.{kind}", forwards.FORWARDS[kind], forwards.forward_parts(kind), parts)
        for kind, parts in forwards.kinds(row).items()
    ]
    nested += [(option, pair[0], forwards.NUMBER_PARTS, row.get(option)) for option, pair in forwards.NUMBERS.items()]
    for path, element, parts, values in nested:
        inside = definitions.within(fields[element])
        known = {part: inside[name] for part, name in parts.items() if name in inside}
        faults += value_faults(definitions, known, _some(values, known), f"{path}.")
    if row.get("uris"):
        inside = definitions.within(definitions.within(fields[forwards.URIS])["directoryUri"])
        known = {part: inside[name] for part, name in forwards.URI_PARTS.items()}
        for index, uri in enumerate(row["uris"]):
            faults += value_faults(definitions, known, _some(uri, known), f"uris[{index}].")
    if row.get("axl"):
        others = {name: value for name, value in row["axl"].items() if name not in _OWNED}
        faults += value_faults(definitions, axl_fields(definitions), others, "axl.")
    return faults


def axl_fields(definitions: Definitions) -> dict[str, Element]:
    """Return the fields that a row may give under `axl`: those that can be added and changed and have no option."""
    changeable = definitions.fields("Line", "update")
    return {
        name: item
        for name, item in definitions.fields("Line", "add").items()
        if name in changeable and name not in _OWNED
    }


def _some(values: Given | None, names: t.Container[str]) -> Given:
    return {name: value for name, value in (values or {}).items() if name in names and value is not None}


def _names(row: Given, elements: t.Container[str] | None = None) -> list[tuple[str, str, str]]:
    """Return (option, type of object, name) for what a row refers to, in these elements or in all."""
    wanted = set(_OWNED) if elements is None else elements
    found = [
        (item.option, item.kind, row[item.option])
        for item in LINE_FIELDS
        if item.kind and item.element in wanted and row.get(item.option)
    ]
    if "routePartitionName" in wanted and row.get("partition"):
        found.append(("partition", "RoutePartition", row["partition"]))
    return found + forwards.names(row, wanted)


def _missing(references: References, row: Given, names: list[tuple[str, str, str]]) -> list[str]:
    return [fault for fault in (references.fault(*name) for name in names) if fault]


# -- reading ------------------------------------------------------------------------------------------------------


def read_lines(axl: Axl, rows: list[Given], *, whole: bool = False) -> list[list[Line]]:
    """Return for each row the lines on the cluster that it means: none, one, or several where it names no partition.

    A list tells nothing of call forwards, URIs and some others: where a row gives these, its line is read by itself.

    :param whole: read all lines with all their elements
    """
    listed = axl.definitions.within(axl.definitions.fields("Line", "list")["returnedTags"])
    simple = {name for name, item in listed.items() if item.content not in ("complex", "any")}
    fields = {item.element for item in LINE_FIELDS}
    tags = [name for name in simple if name in fields or any(name in (row.get("axl") or {}) for row in rows)]
    deeply = [whole or bool(_deep(row) - simple) for row in rows]
    found: list[list[Line]] = [[] for _row in rows]
    for complete in (False, True):
        indexes = [index for index, deep in enumerate(deeply) if deep is complete]
        keys = [(rows[index]["pattern"], rows[index].get("partition")) for index in indexes]
        for index, lines in zip(indexes, find_lines(axl, keys, tags, complete=complete), strict=True):
            found[index] = lines
    return found


def _deep(row: Given) -> set[str]:
    return forwards.elements_of(row) | set(row.get("axl") or {})


# -- planning -----------------------------------------------------------------------------------------------------


def plan_present(axl: Axl, rows: list[Given], found: list[list[Line]]) -> list[Plan]:
    """Plan that the lines are there as the rows say. What a row doesn't say is left as it is."""
    references, definitions = References(axl), axl.definitions
    plans = []
    for row, lines in zip(rows, found, strict=True):
        if len(lines) > 1:
            plans.append(_ambiguous(row, lines))
        elif lines:
            plans.append(_plan_update(definitions, references, row, lines[0]))
        else:
            plans.append(_plan_add(definitions, references, row))
    return _refuse_twins(plans, found)


def _ambiguous(row: Given, lines: list[Line]) -> Plan:
    there = ", ".join(key_of_line(line)[1] or "<None>" for line in lines)
    return Plan(None, None, error=f"pattern '{row['pattern']}' is in several partitions: {there}; give one")


def _refuse_twins(plans: list[Plan], found: list[list[Line]]) -> list[Plan]:
    """Refuse rows that mean one line, one of them by its partition and the other without."""
    first: dict[tuple[str, str], int] = {}
    for index, lines in enumerate(found):
        if len(lines) == 1:
            other = first.setdefault(key_of_line(lines[0]), index)
            if other != index:
                plan = plans[index]
                plan.error = f"the same line as lines[{other}], though one gives no partition: give it once"
    return plans


def _plan_update(definitions: Definitions, references: References, row: Given, line: Line) -> Plan:
    pattern, partition = key_of_line(line)
    before = _state(line, row)
    changed = {**changes(row, line, LINE_FIELDS), **forwards.changes(row, line)}
    faults = []
    if "usage" in changed:
        faults.append(
            f"usage '{changed.pop('usage')}': the line is there as '{line.get('usage')}', which AXL can't change"
        )
    changed.update(_others(definitions, row, line))
    faults += _missing(references, row, _names(row, changed))
    if not changed and not faults:
        return Plan(before, before)
    after = _state({**line, **changed}, row)
    key = {"pattern": pattern, "routePartitionName": partition}
    return Plan(before, after, "updateLine", {**key, **changed}, "; ".join(faults))


def _plan_add(definitions: Definitions, references: References, row: Given) -> Plan:
    partition = row.get("partition")
    if partition is None:
        advice = "give the one to add it to, or '' for <None>"
        return Plan(None, None, error=f"there is no line {row['pattern']} in any partition: {advice}")
    nested = forwards.changes(row, {})
    late = {element: nested.pop(element) for pair in forwards.NUMBERS.values() for element in pair if element in nested}
    line = {
        "usage": "Device",
        **_others(definitions, row, {}),
        **given(row, LINE_FIELDS),
        **nested,
        "pattern": row["pattern"],
        "routePartitionName": partition,
    }
    faults = _missing(references, row, _names(row, {*line, *late}))
    plan = Plan(None, _state({**line, **late}, row), "addLine", {"line": line}, "; ".join(faults))
    if late:
        # AXL takes these in an update only.
        key = {"pattern": row["pattern"], "routePartitionName": partition}
        plan.then = Plan(_state(line, row), plan.after, "updateLine", {**key, **late})
    return plan


def _others(definitions: Definitions, row: Given, line: Line) -> Line:
    """Return the elements under `axl` that differ from what is there."""
    if not row.get("axl"):
        return {}
    fields = axl_fields(definitions)
    return as_sent(definitions, fields, differences(definitions, fields, row["axl"], line))


def plan_absent(axl: Axl, rows: list[Given], found: list[list[Line]]) -> list[Plan]:
    """Plan that the lines aren't there. One that a phone or another device has is refused."""
    book = LineBook(axl)
    book.prefetch([key_of_line(lines[0]) for lines in found if len(lines) == 1])
    plans = []
    for row, lines in zip(rows, found, strict=True):
        if len(lines) > 1:
            plans.append(_ambiguous(row, lines))
        elif not lines:
            plans.append(Plan(None, None))
        else:
            plans.append(plan_removal(lines[0], _held(lines[0], book.devices_of(*key_of_line(lines[0])))))
    return _refuse_twins(plans, found)


def plan_removal(line: Line, error: str = "") -> Plan:
    """Plan that a line is removed."""
    pattern, partition = key_of_line(line)
    key = {"pattern": pattern, "routePartitionName": partition}
    return Plan(_state(line, {}), None, "removeLine", key, error)


def _held(line: Line, holders: list[str] | None) -> str:
    if not holders:
        return ""
    name = line_name(*key_of_line(line))
    return f"line {name} is still on {', '.join(holders)}: remove these phones first, or take the line off them"


def _state(line: Line, row: Given) -> Line:
    """Return a line under the names of the options: what is set, and what the row gives."""
    fields = [
        item
        for item in LINE_FIELDS
        if row.get(item.option) is not None or line.get(item.element) != _DEFAULTS.get(item.element)
    ]
    others = {name: line[name] for name in row.get("axl") or {} if line.get(name) not in (None, "")}
    pattern, partition = key_of_line(line)
    return {
        "pattern": pattern,
        "partition": partition,
        **shown(line, fields),
        **forwards.shown(line),
        **({"axl": others} if others else {}),
    }

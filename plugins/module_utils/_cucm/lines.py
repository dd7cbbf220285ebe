# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Directory numbers: their model, what is on the cluster, and the plan of each row.

A line is known by its pattern and its partition. A row without `partition` means the line wherever it is, and then
there has
to be exactly one; an empty one means the partition `<None>`.
"""

from __future__ import annotations

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.holders import LineBook
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.numplan import find_lines, line_name, pattern_fault
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.plan import (
    Field,
    Plan,
    changes,
    given,
    shown,
    text_faults,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.references import References

LINE_FIELDS = (
    Field("description", "description", 200),
    Field("alerting_name", "alertingName", 50),
    Field("ascii_alerting_name", "asciiAlertingName", 32),
    Field("css", "shareLineAppearanceCssName", kind="Css"),
    Field("voice_mail_profile", "voiceMailProfileName", kind="VoiceMailProfile"),
)

_TAGS = ("pattern", "routePartitionName", *(item.element for item in LINE_FIELDS))


def line_faults(rows: list[dict[str, t.Any]]) -> list[str]:
    """Return the faults of all rows beyond the argument spec, duplicates included."""
    faults = []
    first: dict[tuple[str, str | None], int] = {}
    for index, row in enumerate(rows):
        key = (row["pattern"], row.get("partition"))
        name = line_name(*key)
        found = [pattern_fault(row["pattern"]), *text_faults(row, (*LINE_FIELDS, Field("partition", "", 50)))]
        if key in first:
            found.append(f"the same line as lines[{first[key]}]: give each line once")
        first.setdefault(key, index)
        faults += [row_fault("lines", index, name, fault) for fault in found if fault]
    return faults


def read_lines(axl: Axl, rows: list[dict[str, t.Any]]) -> list[list[dict[str, t.Any]]]:
    """Return for each row the lines on the cluster that it means: none, one, or several where it names no partition."""
    return find_lines(axl, [(row["pattern"], row.get("partition")) for row in rows], _TAGS)


def plan_lines(
    axl: Axl, rows: list[dict[str, t.Any]], found: list[list[dict[str, t.Any]]], *, present: bool
) -> list[Plan]:
    """Plan each row; see :class:`Plan`."""
    references = References(axl)
    plans = []
    for row, lines in zip(rows, found, strict=True):
        if len(lines) > 1:
            there = ", ".join(str(line.get("routePartitionName") or "<None>") for line in lines)
            plans.append(
                Plan(None, None, error=f"pattern '{row['pattern']}' is in several partitions: {there}; give one")
            )
        elif present:
            plans.append(_plan_present(references, row, lines[0] if lines else None))
        else:
            plans.append(_plan_absent(axl, row, lines[0] if lines else None))
    return plans


def _state(line: dict[str, t.Any]) -> dict[str, t.Any]:
    return {
        "pattern": line["pattern"],
        "partition": line.get("routePartitionName") or "",
        **shown(line, LINE_FIELDS),
    }


def _plan_present(references: References, row: dict[str, t.Any], line: dict[str, t.Any] | None) -> Plan:
    if line is None:
        return _plan_add(references, row)
    before = _state(line)
    changed = changes(row, line, LINE_FIELDS)
    if not changed:
        return Plan(before, before)
    faults = references.faults(row, LINE_FIELDS, changed)
    key = {"pattern": line["pattern"], "routePartitionName": line.get("routePartitionName") or ""}
    after = _state({**line, **changed})
    return Plan(before, after, "updateLine", {**key, **changed}, "; ".join(faults))


def _plan_add(references: References, row: dict[str, t.Any]) -> Plan:
    partition = row.get("partition")
    if partition is None:
        return Plan(
            None,
            None,
            error=f"there is no line {row['pattern']} in any partition: give the one to add it to, or '' for <None>",
        )
    line = {"pattern": row["pattern"], "usage": "Device", "routePartitionName": partition, **given(row, LINE_FIELDS)}
    faults = [references.fault("partition", "RoutePartition", partition), *references.faults(row, LINE_FIELDS, line)]
    return Plan(None, _state(line), "addLine", {"line": line}, "; ".join(fault for fault in faults if fault))


def _plan_absent(axl: Axl, row: dict[str, t.Any], line: dict[str, t.Any] | None) -> Plan:
    if line is None:
        return Plan(None, None)
    partition = line.get("routePartitionName") or ""
    key = {"pattern": line["pattern"], "routePartitionName": partition}
    holders = devices_of(axl, line["pattern"], partition)
    error = ""
    if holders:
        error = (
            f"line {line_name(line['pattern'], partition)} is still on {', '.join(holders)}: remove these phones "
            f"first, or take "
            "the line off them"
        )
    return Plan(_state(line), None, "removeLine", key, error)


def devices_of(axl: Axl, pattern: str, partition: str) -> list[str] | None:
    """Return the names of the devices that have a line, sorted, or None where there is no such line."""
    return LineBook(axl).devices_of(pattern, partition)

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of a phone beside its lines: speed dials, busy lamp fields, services and expansion modules.

A list that a row gives is the whole list; what a member of it doesn't give stays as the member at its place has it.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.elements import (
    Elements,
    Shape,
    given_elements,
    shown_options,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import many
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.marks import LEFT_OUT
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.plan import Field, text_faults

Row = dict[str, t.Any]
_MODULES = 3


@dataclass(frozen=True)
class Members:
    """One of the lists.

    :ivar indexed: whether a member is known by its index; else by its service and name
    """

    option: str
    container: str
    member: str
    fields: tuple[Field, ...]
    indexed: bool = True


_SPEED_DIALS = Members("speed_dials", "speeddials", "speeddial", (Field("number", "dirn"), Field("label", "label")))
_BUSY_LAMPS = Members(
    "busy_lamp_fields",
    "busyLampFields",
    "busyLampField",
    (
        Field("destination", "blfDest"),
        Field("pattern", "blfDirn"),
        Field("partition", "routePartition", kind="RoutePartition"),
        Field("label", "label"),
    ),
)
_SERVICES = Members(
    "services",
    "services",
    "service",
    (
        Field("service", "telecasterServiceName", kind="IpPhoneServices"),
        Field("name", "name"),
        Field("ascii_name", "serviceNameAscii"),
        Field("url", "url"),
        Field("button", "urlButtonIndex"),
        Field("button_label", "urlLabel"),
    ),
    indexed=False,
)
_EXPANSION = Members(
    "expansion_modules",
    "addOnModules",
    "addOnModule",
    (Field("model", "model"), Field("load", "loadInformation")),
)
LISTS = (_EXPANSION, _SERVICES, _SPEED_DIALS, _BUSY_LAMPS)


def list_faults(row: Row) -> list[str]:
    """Return the faults of a row's lists that need no cluster."""
    faults = []
    for item in LISTS:
        seen: dict[t.Any, int] = {}
        for position, member in enumerate(row.get(item.option) or []):
            where = f"{item.option}[{position}]"
            found = text_faults(member, item.fields)
            key = _key(item, position, member)
            if item.indexed and key < 1:
                found.append(f"index {key}: the first one has index 1")
            elif key in seen:
                what = f"index {key}" if item.indexed else f"service '{member['service']}' with this name"
                found.append(f"{what} is that of {item.option}[{seen[key]}] too: give each another one")
            seen.setdefault(key, position)
            if item is _BUSY_LAMPS:
                found += _busy_lamp_faults(member)
            faults += [f"{where}: {fault}" for fault in found]
    if len(row.get("expansion_modules") or []) > _MODULES:
        faults.append(f"expansion_modules: a phone takes at most {_MODULES}")
    return faults


def _busy_lamp_faults(member: Row) -> list[str]:
    if (member.get("destination") is None) == (member.get("pattern") is None):
        return ["give either destination or pattern (with its partition)"]
    if member.get("destination") is not None and member.get("partition") is not None:
        return ["partition belongs to pattern: give pattern instead of destination"]
    return []


def schema_faults(row: Row, shape: Shape) -> list[str]:
    """Return what the cluster's schema has against the values in a row's lists."""
    faults = []
    for item in LISTS:
        if row.get(item.option):
            fields = shape.members(item.container, item.member)
            for position, member in enumerate(row[item.option]):
                faults += shape.option_faults(member, item.fields, fields, f"{item.option}[{position}].")
    return faults


def members_of(item: Members, found: Elements) -> list[Elements]:
    """Return the members of a list that a phone has, by index."""
    members = [member for member in many(found.get(item.container), item.member) if member]
    return sorted(members, key=lambda member: int(member.get("index") or 0)) if item.indexed else members


def merge_list(item: Members, rows: list[Row], current: list[Elements]) -> list[Elements]:
    """Return the members that a row's list means, each over the one that is at its place."""
    there = {_key_there(item, member): member for member in current}
    merged = []
    for position, row in enumerate(rows):
        key = _key(item, position, row)
        member = {**there.get(key, {}), **given_elements(row, item.fields)}
        if item.indexed:
            member["index"] = str(key)
        if item is _SERVICES:
            member.setdefault("name", row["service"])
            member.setdefault("url", None)
        elif item is _SPEED_DIALS:
            member.setdefault("label", "")
        elif item is _EXPANSION:
            member.setdefault("loadInformation", None)
        else:
            _busy_lamp(member, row)
        merged.append(member)
    return sorted(merged, key=lambda member: int(member["index"])) if item.indexed else merged


def _busy_lamp(member: Elements, row: Row) -> None:
    """Leave one kind of destination in a busy lamp field."""
    if row.get("destination") is not None:
        member["blfDirn"] = member["routePartition"] = None
    else:
        member["blfDest"] = None
        member.setdefault("routePartition", "")
    if row.get("pickup") is not None:
        member["associatedBlfSdFeatures"] = {"feature": ["Pickup"]} if row["pickup"] else None


def _key(item: Members, position: int, row: Row) -> t.Any:
    if item.indexed:
        return position + 1 if row.get("index") is None else row["index"]
    return str(row["service"]).casefold(), str(row.get("name") or row["service"]).casefold()


def _key_there(item: Members, member: Elements) -> t.Any:
    if item.indexed:
        return int(member.get("index") or 0)
    return str(member.get("telecasterServiceName") or "").casefold(), str(member.get("name") or "").casefold()


def shown_list(item: Members, members: t.Iterable[Elements]) -> list[Row]:
    """Return members under the names of the options."""
    shown = []
    for member in members:
        row: Row = {"index": int(member["index"])} if item.indexed else {}
        row.update(shown_options(member, item.fields))
        if "pattern" in row:
            row.pop("destination", None)
        if item is _BUSY_LAMPS and "Pickup" in many(member.get("associatedBlfSdFeatures"), "feature"):
            row["pickup"] = True
        shown.append(row)
    return shown


def list_differs(item: Members, before: list[Elements], after: list[Elements]) -> bool:
    """Tell whether two lists differ in what a row can give; the order of services is none."""

    def compared(members: list[Elements]) -> list[list[tuple[str, str]]]:
        rows = []
        for row in shown_list(item, members):
            for field in item.fields:
                if field.kind and field.option in row:
                    row[field.option] = str(row[field.option]).casefold()
            rows.append(sorted((name, str(value)) for name, value in row.items()))
        return rows if item.indexed else sorted(rows)

    return before != after and compared(before) != compared(after)


def sent_list(item: Members, members: list[Elements], shape: Shape) -> Elements:
    """Return a list as a request takes it; one without members empties it."""
    fields = shape.members(item.container, item.member)
    sent = [shape.sendable(member, fields) for member in members]
    if item is _BUSY_LAMPS:
        for member in sent:
            if member.get("blfDirn"):
                # Cisco's schema demands it, but where it is there, even empty, CUCM doesn't look at the pattern.
                member["blfDest"] = LEFT_OUT
    return {item.member: sent}


def list_references(item: Members, rows: list[Row]) -> t.Iterator[tuple[str, str, str]]:
    """Yield option, type and name of each object that a row's list names."""
    for position, row in enumerate(rows):
        for field in item.fields:
            if field.kind and row.get(field.option):
                yield f"{item.option}[{position}].{field.option}", field.kind, str(row[field.option])

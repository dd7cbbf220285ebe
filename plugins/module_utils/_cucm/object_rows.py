# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of objects of any type: which object a row means, and what is wrong with it by the schema. Pure functions."""

from __future__ import annotations

import functools
import re
import typing as t
import weakref
from dataclasses import dataclass, field, replace

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.values import value_faults
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.xsd import Definitions, Elements
from ansible_collections.dialtone.voice.plugins.module_utils._text import nearest, one_line

OBJECT_SPEC = {
    "type": {"type": "str", "required": True},
    "name": {"type": "str"},
    "key": {"type": "dict", "no_log": False},
    "fields": {"type": "dict", "default": {}},
    "secrets": {"type": "dict", "no_log": True},
}

_UUID = "uuid"
_ACCEPTED: weakref.WeakKeyDictionary[Definitions, dict[str, Elements]] = weakref.WeakKeyDictionary()
"""What has been found out of each schema, because thousands of rows may be of one type."""


@dataclass(frozen=True)
class Wanted:
    """The object that a row means.

    :ivar kind: its type as AXL spells it; empty where there is none
    :ivar key: elements of a get request, such as `{"name": "DP-Berlin"}`; nothing where there is only one such object
    :ivar faults: what is wrong with the row
    """

    kind: str
    key: dict[str, str] = field(default_factory=dict)
    fields: dict[str, t.Any] = field(default_factory=dict)
    secrets: dict[str, t.Any] = field(default_factory=dict)
    faults: tuple[str, ...] = ()


def object_name(row: t.Mapping[str, t.Any]) -> str:
    """Return how a row's object is called in messages and results: `TransPattern 9.! in PT-Internal`."""
    if row.get("name") is not None:
        return one_line(f"{row['type']} {row['name']}")
    parts = [str(value) if value not in (None, "") else "<None>" for value in (row.get("key") or {}).values()]
    return one_line(f"{row['type']} {' in '.join(parts)}".strip())


def resolve(definitions: Definitions, rows: t.Sequence[t.Mapping[str, t.Any]], *, present: bool) -> list[Wanted]:
    """Return what each row means, with all faults that the schema alone can find."""
    kinds = {_folded(kind): kind for kind in definitions.object_types()}
    first: dict[tuple[str, tuple[tuple[str, str], ...]], int] = {}
    found = []
    for index, row in enumerate(rows):
        wanted = _resolve(definitions, kinds, row, present)
        identity = (wanted.kind, tuple(sorted((name, value.casefold()) for name, value in wanted.key.items())))
        if not wanted.faults and first.setdefault(identity, index) != index:
            fault = f"the same object as objects[{first[identity]}]: give each object once"
            wanted = Wanted(wanted.kind, wanted.key, faults=(fault,))
        found.append(wanted)
    return found


def _resolve(definitions: Definitions, kinds: dict[str, str], row: t.Mapping[str, t.Any], present: bool) -> Wanted:
    kind = kinds.get(_folded(row["type"]))
    if kind is None:
        return Wanted("", faults=(_unknown_type(definitions, row["type"]),))
    key, faults = _key(definitions, kind, row)
    if not present:
        return Wanted(kind, key, faults=tuple(faults))
    fields, secrets = dict(row.get("fields") or {}), dict(row.get("secrets") or {})
    for name in key.keys() & fields.keys():
        if str(fields.pop(name)).casefold() != key[name].casefold():
            faults.append(
                f"fields.{name}: it is what the object is known by, and it can't be renamed here: leave it out"
            )
    known = accepted(definitions, kind)
    faults += value_faults(definitions, known, fields, "fields.")
    faults += value_faults(definitions, known, secrets, "secrets.", secrets=True)
    return Wanted(kind, key, fields, secrets, tuple(faults))


def accepted(definitions: Definitions, kind: str) -> Elements:
    """Return the fields that a row may give: those of add, and those that only update has.

    Left out are update's ways to name the object, to rename it, and to send a part of a list.
    """
    known = _ACCEPTED.setdefault(definitions, {})
    if kind not in known:
        known[kind] = _accepted(definitions, kind)
    return known[kind]


def _accepted(definitions: Definitions, kind: str) -> Elements:
    verbs = definitions.verbs(kind)
    found = definitions.fields(kind, "add") if "add" in verbs else {}
    update = definitions.fields(kind, "update") if "update" in verbs else {}
    ways = {name for way in definitions.keys(kind) for name in way}
    for name, element in update.items():
        plain = renamed(name)
        partial = bool(element.rivals) and re.match(r"(add|remove)[A-Z]", name)
        if plain and plain not in ways:
            found.setdefault(plain, replace(element, name=plain))
        elif not (plain or partial or name == _UUID or _UUID in element.rivals):
            found.setdefault(name, element)
    return found


def renamed(name: str) -> str:
    """Return the field that an element of update gives a new value to (`name` for `newName`); else an empty text."""
    return f"{name[3].lower()}{name[4:]}" if re.match(r"new[A-Z]", name) else ""


def readable(definitions: Definitions, kind: str) -> Elements | None:
    """Return the fields that get can return; None where the schema doesn't say."""
    tags = definitions.fields(kind, "get").get("returnedTags") if "get" in definitions.verbs(kind) else None
    return None if tags is None else definitions.within(tags)


def _key(definitions: Definitions, kind: str, row: t.Mapping[str, t.Any]) -> tuple[dict[str, str], list[str]]:
    """Return the elements of the key, and what is wrong with it."""
    verb = next(verb for verb in ("get", "update", "remove", "add") if verb in definitions.verbs(kind))
    request = definitions.fields(kind, verb)
    ways = definitions.keys(kind)
    if any(way[0] not in request for way in ways):
        request = definitions.within(definitions.fields(kind, "list")["searchCriteria"])
    given = {str(name): value for name, value in (row.get("key") or {}).items()}
    if row.get("name") is not None:
        single = next((way[0] for way in sorted(ways, key=lambda way: way != ("name",)) if len(way) == 1), None)
        if single is None:
            return {}, [f"name: {_known_by(definitions, kind)}"]
        given = {single: row["name"]}
    if set(given) == {_UUID}:
        faults = [] if kind_has_uuid(definitions, kind) else [f"key.uuid: {_known_by(definitions, kind)}"]
        return {_UUID: str(given[_UUID])}, faults
    if not given:
        nameless = not ways and not kind_has_uuid(definitions, kind)
        return {}, [] if nameless else [f"say which one it is: {_known_by(definitions, kind)}"]
    way = max(ways, key=lambda way: len(set(way) & set(given)), default=())
    unknown = [name for name in given if name not in way]
    if not way or unknown:
        return {}, [f"key {', '.join(unknown or given)}: {_known_by(definitions, kind)}"]
    faults = value_faults(definitions, {name: request[name] for name in way}, given, "key.")
    for name in way:
        empty = given.get(name) is None
        partition = name.lower().endswith("partitionname")
        if empty and (request[name].required or len(way) == 1 or partition or name == way[0]):
            faults.append(f"key.{name} is missing{', give an empty text for <None>' if partition else ''}")
    return {name: str(value) for name, value in given.items() if value is not None}, faults


def _known_by(definitions: Definitions, kind: str) -> str:
    ways = definitions.keys(kind)
    if not ways:
        if kind_has_uuid(definitions, kind):
            return f"{kind} is known by its uuid only: give key: {{uuid: ...}}"
        return f"{kind} has no name in AXL, so leave name and key out"
    shown = " or by ".join(" and ".join(way) for way in ways)
    example = ", ".join(f"{name}: ..." for name in ways[0])
    return f"{kind} is known by {shown}: give key: {{{example}}}"


def kind_has_uuid(definitions: Definitions, kind: str) -> bool:
    """Tell whether one object of a type can be named by its uuid."""
    verbs = definitions.verbs(kind) & {"get", "update", "remove"}
    return any(_UUID in definitions.fields(kind, verb) for verb in verbs)


def _unknown_type(definitions: Definitions, given: str) -> str:
    types = definitions.object_types()
    near = nearest(given, types) or [kind for kind in types if _folded(given) and _folded(given) in kind.casefold()][:3]
    advice = (
        f"did you mean {' or '.join(near)}?" if near else f"this cluster's AXL has {len(types)} types, see the docs"
    )
    return f"type {given!r}: AXL has no such type of object; {advice}"


@functools.cache
def _folded(kind: str) -> str:
    """Fold the ways to write a type: `Device pool` and `device_pool` are DevicePool."""
    return re.sub(r"[\s_-]", "", kind).casefold()

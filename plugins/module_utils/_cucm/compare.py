# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between an AXL object and what is wanted of it, and what is to be sent. Pure functions.

An update that sends a part of an element clears the rest of it, so a nested element is always sent whole: as it is on
the cluster, with what is wanted over it. Lists are sent whole too.

Both objects are dictionaries with AXL's names; that of the cluster is as :func:`envelope.plain` makes it.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.values import truth
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.xsd import Definitions, Element, Elements

POSITIONS = frozenset(
    {
        *("index", "priority", "order", "orderIndex", "sortOrder", "selectionOrder", "lineSelectionOrder"),
        *("deviceSelectionOrder", "buttonNumber", "urlButtonIndex"),
    }
)
"""Numbers that say which member of a list is meant; what a list has none of is a set."""

_COUNTED = POSITIONS - {"order"}
"""Those that CUCM counts from 1."""

Object = dict[str, t.Any]


def differences(
    definitions: Definitions,
    fields: Elements,
    wanted: t.Mapping[str, t.Any],
    found: t.Mapping[str, t.Any] | None,
    *,
    lists: str = "replace",
) -> Object:
    """Return the elements to send, whole, for what is wanted and isn't so; nothing where nothing differs.

    References are compared without case, booleans and numbers by what they mean, and empty is the same as not there.

    :param wanted: faultless values; None is not wanted
    :param lists: `replace`, where a list that is wanted is the whole list; `merge`, where it is a part of it
    """
    whole = merged(definitions, fields, wanted, found, lists=lists)
    there = found or {}
    return {
        name: value for name, value in whole.items() if not _same(definitions, fields[name], value, there.get(name))
    }


def merged(
    definitions: Definitions,
    fields: Elements,
    wanted: t.Mapping[str, t.Any],
    found: t.Mapping[str, t.Any] | None,
    *,
    lists: str = "replace",
) -> Object:
    """Return each wanted element as it will be, whole; those that aren't wanted are left out.

    Members of a list that have no position get one: with `replace` that in the list, with `merge` the next free one.
    """
    there = found or {}
    return {
        name: _merged(definitions, fields[name], value, there.get(name), lists)
        for name, value in wanted.items()
        if value is not None and name in fields
    }


def _merged(definitions: Definitions, element: Element, wanted: t.Any, found: t.Any, lists: str) -> t.Any:
    if element.repeated:
        return _merged_list(definitions, element, _as_list(wanted), _as_list(found), lists)
    if not isinstance(wanted, dict):
        return wanted
    there = found if isinstance(found, dict) else {}
    if element.content == "any":
        return {**_given(there), **wanted}
    inner = definitions.within(element)
    named = merged(definitions, inner, wanted, there, lists=lists)
    if not named:
        return {}
    excluded = {rival for name in named for rival in inner[name].rivals}
    kept: Object = {}
    for name, value in tidy(definitions, inner, there).items():
        if name not in named and name not in excluded and not inner[name].rivals & kept.keys():
            kept[name] = value
    return {**kept, **named}


def _merged_list(
    definitions: Definitions, element: Element, wanted: list[t.Any], found: list[t.Any], lists: str
) -> list[t.Any]:
    single = Element(**{**vars(element), "repeated": False})
    position = _position(definitions, element)
    if lists == "replace" and position in _COUNTED:
        wanted = [
            {**item, position: index + 1} if isinstance(item, dict) and item.get(position) is None else item
            for index, item in enumerate(wanted)
        ]
    left = list(found)
    result = []
    for item in wanted:
        match = next((other for other in left if _matches(definitions, single, item, other, position)), None)
        if match is not None:
            left.remove(match)
        result.append((match, _merged(definitions, single, item, match, lists)))
    if lists == "replace":
        return [value for _match, value in result]
    by_match = {id(match): value for match, value in result if match is not None}
    united = [by_match.get(id(item), item) for item in found]
    new = [value for match, value in result if match is None]
    if position in _COUNTED:
        used = [_number(item.get(position)) or 0 for item in [*united, *new] if isinstance(item, dict)]
        free = iter(range(max(used, default=0) + 1, max(used, default=0) + len(new) + 2))
        new = [
            {**item, position: next(free)} if isinstance(item, dict) and item.get(position) is None else item
            for item in new
        ]
    return [_tidy(definitions, single, item) for item in united] + new


def tidy(definitions: Definitions, fields: Elements, found: t.Mapping[str, t.Any]) -> Object:
    """Return an object of the cluster as AXL takes it: lists as lists, without what is empty or isn't in the schema."""
    return {
        name: _tidy(definitions, fields[name], value)
        for name, value in found.items()
        if name in fields and not _empty(value)
    }


def _tidy(definitions: Definitions, element: Element, found: t.Any) -> t.Any:
    if element.repeated:
        single = Element(**{**vars(element), "repeated": False})
        return [_tidy(definitions, single, item) for item in _as_list(found)]
    if not isinstance(found, dict) or element.content == "any":
        return found
    return tidy(definitions, definitions.within(element), found)


def _position(definitions: Definitions, element: Element) -> str:
    """Return the name of the number that orders a list's members; empty where there is none."""
    if element.content != "complex":
        return ""
    inner = definitions.within(element).values()
    return next((item.name for item in inner if item.name in POSITIONS and item.content == "integer"), "")


def _matches(definitions: Definitions, element: Element, wanted: t.Any, found: t.Any, position: str) -> bool:
    """Tell whether a wanted member and one that is there are the same one, whatever else they hold."""
    if not isinstance(wanted, dict) or not isinstance(found, dict):
        return _text(wanted).casefold() == _text(found).casefold()
    if wanted.get(position) is not None:
        return _number(wanted[position]) == _number(found.get(position))
    inner = definitions.within(element)
    names = [name for name in wanted if name in inner and name != position]
    key = [name for name in names if inner[name].content == "reference"]
    key = key or [name for name in names if inner[name].content == "complex"] or names[:1]
    return bool(key) and all(_same(definitions, inner[name], wanted[name], found.get(name)) for name in key)


def _same(definitions: Definitions, element: Element, wanted: t.Any, found: t.Any) -> bool:
    """Tell whether a whole wanted value is what is there; a mapping's keys that aren't wanted may be anything."""
    if element.repeated:
        return _same_list(definitions, element, _as_list(wanted), _as_list(found))
    if isinstance(wanted, dict):
        there = found if isinstance(found, dict) else {}
        if not wanted:
            return _empty(there)
        if element.content == "any":
            return all(_plainly_same(value, there.get(name)) for name, value in wanted.items())
        inner = definitions.within(element)
        return all(_same(definitions, inner[name], value, there.get(name)) for name, value in wanted.items())
    if isinstance(found, (dict, list)):
        return _empty(wanted) and _empty(found)
    if element.content == "boolean" and truth(wanted) is not None:
        return truth(wanted) is truth(found)
    if element.content == "integer" and _number(wanted) is not None:
        return _number(wanted) == _number(found)
    if element.content == "reference":
        return _text(wanted).casefold() == _text(found).casefold()
    return _text(wanted) == _text(found)


def _same_list(definitions: Definitions, element: Element, wanted: list[t.Any], found: list[t.Any]) -> bool:
    if len(wanted) != len(found):
        return False
    single = Element(**{**vars(element), "repeated": False})
    position = _position(definitions, element)
    left = list(found)
    for item in wanted:
        match = next(
            (
                other
                for other in left
                if _matches(definitions, single, item, other, position)
                and (not isinstance(item, dict) or _same(definitions, single, item, other))
            ),
            None,
        )
        if match is None:
            return False
        left.remove(match)
    return True


def _plainly_same(wanted: t.Any, found: t.Any) -> bool:
    """Compare values of which no schema says anything, such as those of vendorConfig."""
    if isinstance(wanted, dict):
        there = found if isinstance(found, dict) else {}
        return all(_plainly_same(value, there.get(name)) for name, value in wanted.items())
    if isinstance(wanted, bool):
        return truth(wanted) is truth(found)
    return _text(wanted) == _text(found)


def _empty(value: t.Any) -> bool:
    if isinstance(value, dict):
        return all(_empty(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return all(_empty(item) for item in value)
    return value in (None, "")


def _given(found: t.Mapping[str, t.Any]) -> Object:
    return {name: value for name, value in found.items() if not _empty(value)}


def _as_list(value: t.Any) -> list[t.Any]:
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _number(value: t.Any) -> int | None:
    word = str(value).strip()
    return int(word) if re.fullmatch(r"[+-]?\d+", word) else None


def _text(value: t.Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)

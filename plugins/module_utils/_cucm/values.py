# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that a user gives for AXL's own elements: what is wrong with them, and how AXL writes them. Pure functions.

Nested elements are mappings, repeated ones lists, as in the schema: `{"members": {"member": [{...}, {...}]}}`. None is
not given, an empty text clears.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.xsd import Definitions, Element, Elements
from ansible_collections.dialtone.voice.plugins.module_utils._text import control_character, nearest, one_line

SECRETS = re.compile(
    r"password|pin|digestCredentials|confirmCredentials|authenticationString|sharedSecret"
    r"|.*(?:Pwd|Password|Pass[Pp]hrase)"
)
"""Elements that CUCM takes and never gives back, so that nobody can tell whether they differ."""

GROWING = frozenset({"XModel", "XProduct", "XUserLocale", "XCountry"})
"""Enumerations to which device packs and locale installers add on the cluster, without a new schema."""

_TRUE = frozenset({"true", "t", "1"})
_FALSE = frozenset({"false", "f", "0"})
_SWITCHES = {True: ("On", "Yes", "True", "Enabled"), False: ("Off", "No", "False", "Disabled")}
_SHOWN = 8


def is_secret(element: Element) -> bool:
    """Tell whether an element is a password or the like."""
    return element.content in ("text", "integer") and not element.values and bool(SECRETS.fullmatch(element.name))


def truth(value: t.Any) -> bool | None:
    """Return what a boolean of AXL means (it writes true, t and 1), or None where it is none."""
    word = str(value).strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None


def value_faults(
    definitions: Definitions, fields: Elements, given: t.Mapping[str, t.Any], path: str, *, secrets: bool = False
) -> list[str]:
    """Return what is wrong with values for the elements of a request or a type, each with the remedy.

    :param path: what stands before the names, such as `axl.`
    :param secrets: the values are secrets: only those are allowed then, and none is ever shown; else none is allowed
    """
    faults = []
    for name, value in given.items():
        where = f"{path}{name}"
        element = fields.get(name)
        if element is None:
            faults.append(f"{where}: AXL has no such field here; {_advice(str(name), fields)}")
        elif value is None:
            continue
        elif secrets and element.content != "complex" and not is_secret(element):
            faults.append(f"{where}: this is no secret that AXL hides: give it with the other fields")
        elif not secrets and is_secret(element):
            faults.append(f"{where}: CUCM never tells it, so it can't be compared: give it under secrets")
        else:
            rival = next((n for n in given if n in element.rivals and given[n] is not None), None)
            if rival is not None and list(given).index(rival) < list(given).index(name):
                faults.append(f"{where}: AXL takes either this or {rival}: leave one out")
            faults += _faults(definitions, element, value, where, secrets)
    return faults


def _faults(definitions: Definitions, element: Element, value: t.Any, where: str, secrets: bool) -> list[str]:
    if element.repeated:
        if not isinstance(value, (list, tuple)):
            return [f"{where}: give a list, each member on a line of its own beginning with a dash"]
        single = Element(**{**vars(element), "repeated": False})
        return [
            fault
            for index, item in enumerate(value)
            for fault in _faults(definitions, single, item, f"{where}[{index}]", secrets)
        ]
    if element.content == "complex":
        inner = definitions.within(element)
        if value == "":
            return []
        if not isinstance(value, dict):
            names = ", ".join(list(inner)[:_SHOWN])
            return [f"{where}: give a mapping with the elements that it has in AXL ({names})"]
        return value_faults(definitions, inner, value, f"{where}.", secrets=secrets)
    if element.content == "any":
        return [] if value == "" or isinstance(value, dict) else [f"{where}: give a mapping of names and values"]
    if isinstance(value, (dict, list, tuple)):
        return [f"{where}: give one value, not a {'mapping' if isinstance(value, dict) else 'list'}"]
    fault = _CHECKS[element.content](element, value)
    if not fault:
        return []
    return [f"{where}: the value {fault}"] if secrets else [f"{where} {_shown(value)} {fault}"]


def _text_fault(element: Element, value: t.Any) -> str:
    if isinstance(value, bool) and _switch(element, value) is None:
        return "was read as a boolean: put it in quotes"
    if isinstance(value, float):
        return "was read as a number: put it in quotes"
    word = _word(element, value)
    found = control_character(word)
    if found:
        return f"has the control character {found}: write it in one line"
    if element.length and len(word) > element.length:
        return f"has {len(word)} characters, CUCM takes {element.length}: shorten it"
    if not element.values or word in element.values or element.type_name in GROWING:
        return ""
    if not word:
        return "" if element.nillable else f"can't be empty; {_advice(word, element.values)}"
    return f"is no value of this field; {_advice(word, element.values)}"


def _boolean_fault(element: Element, value: t.Any) -> str:
    if truth(value) is not None or (value == "" and element.nillable):
        return ""
    return "is no boolean: give true or false"


def _integer_fault(element: Element, value: t.Any) -> str:
    word = str(value).strip()
    if isinstance(value, bool):
        return "was read as a boolean: give a number"
    if re.fullmatch(r"[+-]?\d+", word) or word in element.values or (not word and element.nillable):
        return ""
    words = [word for word in element.values if word]
    return f"is no number: give digits{f', or {_listed(words)}' if words else ''}"


_CHECKS: dict[str, t.Callable[[Element, t.Any], str]] = {
    "text": _text_fault,
    "reference": _text_fault,
    "boolean": _boolean_fault,
    "integer": _integer_fault,
}


def missing_fields(definitions: Definitions, fields: Elements, given: t.Mapping[str, t.Any], path: str) -> list[str]:
    """Return the paths of elements that must be there and aren't, nested ones included.

    What may be nil and what has a default in the schema need not be given.
    """
    missing = []
    for name, element in fields.items():
        value = given.get(name)
        if value is None:
            if element.required and not element.nillable and element.default is None:
                missing.append(f"{path}{name}")
            continue
        members = value if isinstance(value, list) else [value]
        for index, member in enumerate(members):
            if isinstance(member, dict) and element.content == "complex":
                place = f"{path}{name}[{index}]." if isinstance(value, list) else f"{path}{name}."
                missing += missing_fields(definitions, definitions.within(element), member, place)
    return missing


def with_defaults(definitions: Definitions, fields: Elements, given: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return values with the schema's defaults for what must be there and isn't given, nested elements included."""

    def complete(element: Element, value: t.Any) -> t.Any:
        if isinstance(value, list):
            return [complete(element, item) for item in value]
        if isinstance(value, dict) and element.content == "complex":
            return with_defaults(definitions, definitions.within(element), value)
        return value

    whole = {name: complete(fields[name], value) if name in fields else value for name, value in given.items()}
    for name, element in fields.items():
        if element.required and element.default is not None and whole.get(name) is None:
            whole[name] = element.default
    return whole


def as_sent(definitions: Definitions, fields: Elements, given: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return faultless values as AXL writes them: everything is text but lists and mappings; None is dropped.

    An empty tuple leaves out an element even where the schema wants one, so that its parent is sent empty.
    """
    return {
        name: _sent(definitions, fields[name], value)
        for name, value in given.items()
        if value is not None and name in fields
    }


def _sent(definitions: Definitions, element: Element, value: t.Any) -> t.Any:
    if isinstance(value, (list, tuple)):
        return [_sent(definitions, element, item) for item in value] or ([] if element.rivals else ())
    if element.content == "complex":
        inner = definitions.within(element)
        return as_sent(definitions, inner, value) if value else _nothing(inner)
    return _free(value) if element.content == "any" else _word(element, value)


def _free(value: t.Any) -> t.Any:
    """Return a value of which no schema says anything as text."""
    if isinstance(value, dict):
        return {name: _free(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_free(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _nothing(inner: Elements) -> dict[str, t.Any]:
    """Return the children of an element that is sent empty: none, or of those that exclude each other an empty one."""
    first = next((item for item in inner.values() if item.rivals), None)
    return {name: [] if item is first else () for name, item in inner.items() if item is first or not item.rivals}


def _word(element: Element, value: t.Any) -> str:
    """Return a simple value as AXL writes it."""
    meant = truth(value)
    if element.content == "boolean" and meant is not None:
        return "true" if meant else "false"
    if isinstance(value, bool):
        # YAML reads On and Off as booleans, and many enumerations of AXL have these words.
        return _switch(element, value) or str(value).lower()
    return str(value).strip() if element.content == "integer" else str(value)


def _switch(element: Element, value: bool) -> str | None:
    return next((word for word in _SWITCHES[value] if word in element.values), None)


def _advice(word: str, choices: t.Collection[str]) -> str:
    near = nearest(word, choices)
    if near:
        return f"did you mean {' or '.join(near)}?"
    words = [choice for choice in choices if choice]
    return f"choose among {_listed(words)}" if words else "leave it out"


def _listed(words: t.Sequence[str]) -> str:
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return f"{', '.join(words[:_SHOWN])}{more}"


def _shown(value: t.Any) -> str:
    return one_line(repr(value), 80)

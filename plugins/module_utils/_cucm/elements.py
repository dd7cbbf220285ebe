# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of phones and their lines as AXL elements: what they take by the cluster's schema, compared and sent."""

from __future__ import annotations

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.compare import differences
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.marks import NIL
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.plan import Field
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.values import as_sent, value_faults
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.xsd import Definitions, Element

Elements = dict[str, t.Any]
Fields = dict[str, Element]
_LOAD = "XLoadInformation"


class Shape:
    """What the cluster's schema says of a phone and of its lines, looked up once for each task."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.add = definitions.fields("Phone", "add")
        self.update = definitions.fields("Phone", "update")
        # An update's uuid names the phone in the place of its name; it is nothing to set.
        self.phone = {name: item for name, item in {**self.update, **self.add}.items() if name != "uuid"}
        self._inner: dict[int, Fields] = {}
        self._by_option: dict[tuple[int, int], Fields] = {}
        self.line = self.members("lines", "line")

    def within(self, element: Element) -> Fields:
        """Return the children of an element."""
        if id(element) not in self._inner:
            self._inner[id(element)] = self.definitions.within(element)
        return self._inner[id(element)]

    def members(self, container: str, member: str) -> Fields:
        """Return the children of the members of one of a phone's lists; empty where this version has no such list."""
        if container not in self.phone:
            return {}
        found = self.within(self.phone[container]).get(member)
        return {} if found is None else self.within(found)

    def option_faults(self, row: dict[str, t.Any], options: tuple[Field, ...], fields: Fields, path: str) -> list[str]:
        """Return what the cluster's schema has against the values of a row's options.

        :param path: what stands before the options, such as `lines[0].`
        """
        key = (id(options), id(fields))
        if key not in self._by_option:
            found = ((item.option, self._find(fields, item.element)) for item in options)
            self._by_option[key] = {option: element for option, element in found if element is not None}
        elements = self._by_option[key]
        given = {item.option: row[item.option] for item in options if row.get(item.option) is not None}
        unknown = [name for name in given if name not in elements]
        there = {name: value for name, value in given.items() if name in elements}
        faults = [f"{path}{name}: this release of CUCM has no such setting; leave it out" for name in unknown]
        return faults + value_faults(self.definitions, elements, there, path)

    def _find(self, fields: Fields, path: str) -> Element | None:
        """Return the element at a path (`callInfoDisplay.callerName`), or None where this version has none."""
        outer, _dot, inner = path.partition(".")
        found = fields.get(outer)
        return found if found is None or not inner else self._find(self.within(found), inner)

    def axl_faults(self, given: Elements, fields: Fields, owned: dict[str, str], path: str) -> list[str]:
        """Return what is wrong with the elements of an option `axl`.

        :param owned: elements that options fill, with the name of the option
        """
        faults = [
            f"{path}{name}: give it with the option {owned[name]} instead"
            for name in given
            if name in owned and name in fields
        ]
        rest = {name: value for name, value in given.items() if name not in owned or name not in fields}
        free = {name: element for name, element in fields.items() if name not in owned}
        return faults + (value_faults(self.definitions, free, rest, path) if rest else [])

    def written(self, given: Elements, fields: Fields) -> Elements:
        """Return faultless elements of an option `axl` as AXL writes them."""
        return as_sent(self.definitions, fields, given)

    def differ(self, fields: Fields, wanted: Elements, found: Elements) -> bool:
        """Tell whether elements differ by their meaning."""
        return wanted != found and bool(differences(self.definitions, fields, wanted, found))

    def sendable(self, value: Elements, fields: Fields) -> Elements:
        """Return elements of an answer as a request takes them: without what only answers have and what is empty.

        An element that is empty there and that AXL would fill with a default is sent as nil, so that it stays empty.
        """
        sent: Elements = {}
        for name, item in value.items():
            element = fields.get(name)
            if element is None:
                continue
            if item is None:
                if element.required and not element.nillable:
                    sent[name] = ""
                elif element.nillable and element.default is not None:
                    sent[name] = NIL
            elif element.content == "complex":
                inner = self.within(element)
                clean = [self.sendable(each, inner) for each in (item if isinstance(item, list) else [item]) if each]
                if clean:
                    sent[name] = clean if element.repeated else clean[0]
            elif element.repeated:
                sent[name] = item if isinstance(item, list) else [item]
            else:
                sent[name] = _load(item) if element.type_name == _LOAD else item
        return sent

    def marked(self, elements: Elements) -> Elements:
        """Return elements of a phone with its load marked as one that isn't the model's default."""
        name = "loadInformation"
        return {**elements, name: _load(elements[name])} if elements.get(name) else elements


def _load(value: t.Any) -> t.Any:
    return {"_value_1": value, "special": "true"} if value and isinstance(value, str) else value


def word(value: t.Any) -> str:
    """Return a value as AXL writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def given_elements(row: dict[str, t.Any], options: t.Iterable[Field]) -> Elements:
    """Return the elements that a row gives a value for, as text; an empty text is a value and clears."""
    return {item.element: word(row[item.option]) for item in options if row.get(item.option) is not None}


def at(found: Elements, path: str) -> t.Any:
    """Return the value at a path of elements, or None."""
    value: t.Any = found
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def nested(found: Elements, given: Elements) -> Elements:
    """Return elements with others put over them, whose names may be paths."""
    result = dict(found)
    for path, value in given.items():
        outer, _dot, inner = path.partition(".")
        result[outer] = {**(result.get(outer) or {}), inner: value} if inner else value
    return result


def shown_options(found: Elements, options: t.Iterable[Field]) -> dict[str, t.Any]:
    """Return an AXL object under the names of the options, without what is empty."""
    values = ((item.option, at(found, item.element)) for item in options)
    return {option: value for option, value in values if value not in (None, "")}


def changed_elements(row: dict[str, t.Any], found: Elements, options: t.Iterable[Field]) -> Elements:
    """Return the elements that a row gives and that differ; CUCM finds names in any case."""
    changed = {}
    for item in options:
        value = row.get(item.option)
        if value is None:
            continue
        wanted, there = word(value), word(at(found, item.element))
        if wanted != there and not (item.kind and wanted.casefold() == there.casefold()):
            changed[item.element] = wanted
    return changed

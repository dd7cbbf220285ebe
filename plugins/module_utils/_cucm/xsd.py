# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an AXL schema says of operations, object types, keys and fields, read without loading all of it.

A definition is parsed when it is asked for, and remembered.
"""

from __future__ import annotations

import functools
import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import local_name
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.schema_text import SchemaText, local

VERBS = ("add", "update", "get", "list", "remove", "apply", "restart", "reset")

_XS = "http://www.w3.org/2001/XMLSchema"
_INTEGERS = frozenset({"integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger", "unsignedLong"})
_INTEGERS |= {"unsignedInt", "unsignedShort", "negativeInteger", "nonPositiveInteger", "byte", "unsignedByte"}
_GROUPS = frozenset({"sequence", "choice", "all", "complexContent", "extension", "restriction"})


@dataclass(frozen=True)
class Element:
    """One element of a request or of a type.

    :ivar content: `text`, `boolean`, `integer`, `reference` (names an object), `complex` or `any` (whatever XML)
    :ivar required: it must be there where its parent is; never so for the branches of a choice
    :ivar length: the longest text; 0 where the schema has no limit
    :ivar values: what its enumeration lists; in an `integer` the words that are allowed beside a number
    :ivar rivals: elements of the same parent that exclude it
    """

    name: str
    content: str
    required: bool = False
    nillable: bool = False
    repeated: bool = False
    length: int = 0
    values: tuple[str, ...] = ()
    default: str | None = None
    type_name: str = ""
    rivals: frozenset[str] = frozenset()
    node: t.Any = field(default=None, repr=False, compare=False)


Elements = dict[str, Element]


@dataclass(frozen=True)
class _Simple:
    """The facts of a type without children."""

    content: str = "text"
    length: int = 0
    values: tuple[str, ...] = ()


class Definitions:
    """The interface of one AXL version, from its AXLAPI.wsdl and AXLSoap.xsd. Several threads may use it.

    :param folder: folder with these files, known to be well-formed and to refer to nothing outside of it
    :raises Unsupported: the files are no AXL schema
    """

    def __init__(self, folder: str) -> None:
        self._text = SchemaText(folder)
        self._top = self._text.top
        self.operations = frozenset(self._text.operations)
        self.namespace = self._text.namespace
        self._children = functools.cache(self._read_children)
        self._simple = functools.cache(self._read_simple)
        self._request = functools.cache(self._read_request)
        self._keys = functools.cache(self._read_keys)

    # -- what there is ---------------------------------------------------------------------------------------------

    @functools.cached_property
    def kinds(self) -> dict[str, frozenset[str]]:
        """The verbs of every object type."""
        found: dict[str, set[str]] = {}
        for operation in self.operations:
            verb = next((verb for verb in VERBS if re.match(rf"{verb}[A-Z]", operation)), None)
            if verb:
                found.setdefault(operation[len(verb) :], set()).add(verb)
        return {kind: frozenset(verbs) for kind, verbs in found.items()}

    def object_types(self) -> list[str]:
        """Return the types of objects that can be added or updated, sorted."""
        return sorted(kind for kind, verbs in self.kinds.items() if verbs & {"add", "update"})

    def verbs(self, kind: str) -> frozenset[str]:
        """Return what can be done with a type: some of `VERBS`; nothing for an unknown one."""
        return self.kinds.get(kind, frozenset())

    def request(self, operation: str) -> Elements:
        """Return the elements of an operation's request, in their order, choices flattened.

        :raises Unsupported: there is no such operation
        """
        return dict(self._request(operation))

    def within(self, element: Element) -> Elements:
        """Return the elements of a complex element, in their order; nothing for one without children."""
        return dict(self._children(element.node))

    def container(self, kind: str) -> str:
        """Return the name of the element that holds the object in an add request: `phone` in addPhone."""
        return next(iter(self._request(f"add{kind}")))

    def fields(self, kind: str, verb: str) -> Elements:
        """Return the fields of a type as `add`, `update`, `get` or `list` has them."""
        request = self._request(f"{verb}{kind}")
        return self.within(request[self.container(kind)]) if verb == "add" else dict(request)

    def keys(self, kind: str) -> tuple[tuple[str, ...], ...]:
        """Return the ways to name one object beside its uuid: `(("pattern", "routePartitionName"),)`.

        They are those of get, else of update, else of remove; where get takes a uuid only, those of list. None where
        only a uuid does, or nothing.
        """
        return self._keys(kind)

    def cut(self, operations: t.Iterable[str]) -> tuple[bytes, dict[str, bytes]]:
        """Return a WSDL, and its schema by file name, for these operations alone; see :meth:`SchemaText.cut`."""
        return self._text.cut(operations)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _read_request(self, operation: str) -> Elements:
        return self._children(self._type_of(self._top("element", self._text.operation(operation).request)))

    def _type_of(self, node: t.Any) -> t.Any:
        """Return the complex type of an element, named or inline; None where it has no children."""
        if node is None:
            return None
        kind = local(node.get("type"))
        definition = next((c for c in node if local_name(c) == "complexType"), None)
        return self._top("complexType", kind) if kind else definition

    def _read_children(self, definition: t.Any) -> Elements:
        found: Elements = {}
        for item in definition if definition is not None else ():
            tag = local_name(item)
            if tag == "element":
                found[item.get("name")] = self._element(item)
            elif tag in _GROUPS:
                base = self._top("complexType", local(item.get("base"))) if tag == "extension" else None
                found.update({} if base is None else self._children(base))
                found.update(self._choice(item) if tag == "choice" else self._children(item))
        return found

    def _choice(self, choice: t.Any) -> Elements:
        """Return the elements of a choice: none is required, and those of one branch exclude the others'."""
        branches = [self._branch(item) for item in choice]
        found: Elements = {}
        for branch in branches:
            others = frozenset(name for other in branches if other is not branch for name in other)
            for name, item in branch.items():
                rivals = (item.rivals | others) - branch.keys()
                found[name] = Element(**{**vars(item), "required": False, "rivals": rivals})
        return found

    def _branch(self, item: t.Any) -> Elements:
        if local_name(item) == "element":
            return {item.get("name"): self._element(item)}
        return self._choice(item) if local_name(item) == "choice" else dict(self._children(item))

    def _element(self, node: t.Any) -> Element:
        kind = node.get("type") or ""
        definition = self._type_of(node)
        simple = self._facts(node, kind, definition)
        return Element(
            name=node.get("name"),
            content=simple.content,
            required=node.get("minOccurs", "1") != "0",
            nillable=node.get("nillable") == "true",
            repeated=node.get("maxOccurs", "1") not in ("0", "1"),
            length=simple.length,
            values=simple.values,
            default=node.get("default"),
            type_name=local(kind),
            node=definition if simple.content == "complex" else None,
        )

    def _facts(self, node: t.Any, kind: str, definition: t.Any) -> _Simple:
        if definition is None:
            inline = next((c for c in node if local_name(c) == "simpleType"), None)
            return self._restricted(inline) if inline is not None else self._named(node, kind)
        return self._simple(definition)

    def _named(self, node: t.Any, kind: str) -> _Simple:
        """Return the facts of a simple type by its prefixed name."""
        name = local(kind)
        if node.nsmap.get(kind.rpartition(":")[0] or None) == _XS:
            content = "integer" if name in _INTEGERS else {"boolean": "boolean", "anyType": "any"}.get(name, "text")
            return _Simple(content)
        definition = self._top("simpleType", name)
        if definition is not None:
            return self._simple(definition)
        definition = self._top("complexType", name)
        return _Simple() if definition is None else self._simple(definition)

    def _read_simple(self, definition: t.Any) -> _Simple:
        if local_name(definition) == "simpleType":
            return self._restricted(definition)
        content = next((c for c in definition if local_name(c) == "simpleContent"), None)
        if content is not None:
            extension = next(c for c in content if local_name(c) in ("extension", "restriction"))
            base = self._named(extension, extension.get("base") or "")
            names = {item.get("name") for item in extension if local_name(item) == "attribute"}
            return _Simple("reference", base.length) if base.content == "text" and "uuid" in names else base
        inside = {local_name(item) for item in definition.iter()}
        return _Simple("any" if "any" in inside and "element" not in inside else "complex")

    def _restricted(self, definition: t.Any) -> _Simple:
        """Return the facts of a simple type, which is a restriction or a union."""
        item = next((c for c in definition if local_name(c) in ("restriction", "union")), None)
        if item is None:
            return _Simple()
        if local_name(item) == "union":
            members = [self._named(item, name) for name in (item.get("memberTypes") or "").split()]
            members += [self._restricted(c) for c in item if local_name(c) == "simpleType"]
            content = "integer" if any(member.content == "integer" for member in members) else "text"
            lengths = [member.length for member in members]
            values = tuple(dict.fromkeys(value for member in members for value in member.values))
            return _Simple(content, max(lengths, default=0) if all(lengths) else 0, values)
        base = self._named(item, item.get("base") or "")
        facets: dict[str, list[str]] = {}
        for facet in item:
            facets.setdefault(local_name(facet), []).append(facet.get("value") or "")
        if any("true" in pattern and "false" in pattern for pattern in facets.get("pattern", ())):
            return _Simple("boolean")
        lengths = facets.get("maxLength") or facets.get("length")
        return _Simple(
            base.content, int(lengths[0]) if lengths else base.length, tuple(facets.get("enumeration", base.values))
        )

    def _read_keys(self, kind: str) -> tuple[tuple[str, ...], ...]:
        verb = next((verb for verb in ("get", "update", "remove") if verb in self.verbs(kind)), None)
        if verb is None:
            return ()
        root = self._top("element", self._text.operation(f"{verb}{kind}").request)
        found = self._ways(self._type_of(root))
        if not found and verb == "get":
            # A few types have no uuid in AXL.
            found = [tuple(n for n in self._request(f"get{kind}") if n not in ("returnedTags", "uuid"))]
        if not any(found) and {"get", "list"} <= self.verbs(kind):
            criteria = self._request(f"list{kind}").get("searchCriteria")
            found = [(name,) for name in self.within(criteria)] if criteria else []
        return tuple(dict.fromkeys(way for way in found if way))

    def _ways(self, definition: t.Any) -> list[tuple[str, ...]]:
        """Return the branches of the first choice in a definition that has a uuid among them."""
        if definition is None:
            return []
        for extension in definition.iter(f"{{{_XS}}}extension"):
            found = self._ways(self._top("complexType", local(extension.get("base"))))
            if found:
                return found
        for choice in definition.iter(f"{{{_XS}}}choice"):
            branches = [self._branch(item) for item in choice if isinstance(item.tag, str)]
            if any("uuid" in branch for branch in branches):
                return [tuple(name for name in branch if name != "uuid") for branch in branches]
        return []

"""Between AXL elements and the store's documents (see `lab.cucm.store`), guided by the schema's fields."""

from __future__ import annotations

from typing import Any

from lxml import etree

from lab.cucm.axl_faults import not_found
from lab.cucm.references import referenced_type
from lab.cucm.schema import Field, Fields, Schema
from lab.cucm.soap import NIL, XSI
from lab.cucm.store import Store, object_name

Document = dict[str, Any]
Tags = dict[str, Any]

_TRUE = frozenset({"t", "true", "1"})
_SHORT_BOOLEANS = frozenset({"enableCallRoutingToRdWhenNoneIsActive"})
_SECRETS = frozenset({"sshPwd", "unlockPwd", "password", "pin", "digestCredentials", "authenticationString"})


def parse(store: Store, schema: Schema, element: etree._Element, fields: Fields) -> Document:
    """Return the document of an element: only what was sent, references by name, secrets dropped."""
    document: Document = {}
    for child in element.iterchildren(etree.Element):
        field = fields.get(child.tag)
        if field is None:
            continue
        value = _parse_value(store, schema, child, field)
        if field.repeated:
            document.setdefault(field.name, []).append(value)
        else:
            document[field.name] = value
    return document


def _parse_value(store: Store, schema: Schema, element: etree._Element, field: Field) -> Any:
    if element.get(NIL) in ("true", "1") or field.name in _SECRETS:
        return None
    if field.content == "complex":
        return parse(store, schema, element, schema.within(field))
    if field.content == "any":
        return _parse_any(element)
    text = element.text or ""
    if field.content == "boolean":
        return "true" if text in _TRUE else "false"
    if field.content == "reference" and not text and element.get("uuid"):
        return _name_of(store, field.name, element.get("uuid"))
    return text or None


def _parse_any(element: etree._Element) -> Any:
    children = list(element.iterchildren(etree.Element))
    if not children:
        return element.text if element.tag != "vendorConfig" else None
    found: Document = {}
    for child in children:
        name, value = etree.QName(child).localname, _parse_any(child)
        if name in found:
            found[name] = [*(found[name] if isinstance(found[name], list) else [found[name]]), value]
        else:
            found[name] = value
    return found


def _name_of(store: Store, element: str, uuid: str) -> str:
    kind = referenced_type(element)
    found = store.by_uuid(uuid, kind)
    if not found:
        raise not_found(kind or uuid)
    return found.name


def fill(schema: Schema, document: Document, fields: Fields) -> Document:
    """Return a document with the schema's default for everything that was not sent, at every level that was."""
    filled: Document = {}
    for name, field in fields.items():
        value = document.get(name)
        if name not in document and field.default is not None:
            value = field.default
        elif name not in document and field.content == "boolean":
            value = "false"
        elif isinstance(value, dict) and field.content == "complex":
            value = fill(schema, value, schema.within(field))
        elif isinstance(value, list) and field.content == "complex":
            value = [fill(schema, item, schema.within(field)) for item in value]
        if value is not None:
            filled[name] = value
    filled.update({name: value for name, value in document.items() if name.startswith("@")})
    return filled


def merge(schema: Schema, document: Document, sent: Document, fields: Fields) -> None:
    """Apply what an update sent, in place: a list replaces the old one, with defaults; a nested element is merged."""
    for name, value in sent.items():
        field = fields[name]
        if field.content != "complex" or value is None:
            document[name] = value
            continue
        inner = schema.within(field)
        if any(part.repeated for part in inner.values()):
            document[name] = fill(schema, value, inner)
        else:
            merged = dict(document.get(name) or {})
            merge(schema, merged, value, inner)
            document[name] = merged


def tag_tree(element: etree._Element | None) -> Tags | None:
    """Return the wanted elements of a `returnedTags` as a tree of names; None where all of them are wanted."""
    if element is None:
        return None
    children = list(element.iterchildren(etree.Element))
    return {child.tag: tag_tree(child) for child in children} if children else None


class Renderer:
    """Writes documents as elements, in the schema's order, with every element that the schema has (or `tags` wants)."""

    def __init__(self, store: Store, schema: Schema) -> None:
        self._schema = schema
        self._store = store
        self._uuids: dict[tuple[str, str], str] = {}

    def render(
        self, name: str, document: Document, fields: Fields, tags: Tags | None, uuid: str = ""
    ) -> etree._Element:
        """Return `<name>` with the children of a document. `tags` as of `tag_tree`; {} for no child at all."""
        element = etree.Element(name)
        uuid = uuid or document.get("@uuid", "")
        if uuid:
            element.set("uuid", uuid)
        for field in fields.values():
            if (tags is None or field.name in tags) and _is_chosen(field, document):
                inner = None if tags is None else tags[field.name]
                self._append(element, field, document.get(field.name), inner)
        return element

    def _append(self, parent: etree._Element, field: Field, value: Any, tags: Tags | None) -> None:
        values = value if isinstance(value, list) else [value]
        for item in values:
            if item is not None or not field.repeated:
                parent.append(self._element(field, item, tags))

    def _element(self, field: Field, value: Any, tags: Tags | None) -> etree._Element:
        if field.content == "reference":
            return self._reference(field, value)
        if field.content == "any":
            return _render_any(field.name, value)
        if field.content == "text" or field.content == "boolean":
            return _render_text(field, value)
        element = self.render(field.name, value or {}, self._schema.within(field), tags)
        if field.name == "dirn" and value:
            element.set("uuid", self._uuid("Line", object_name("Line", value)))
        return element

    def _reference(self, field: Field, name: str | None) -> etree._Element:
        if not name:
            element = etree.Element(field.name, nsmap={"xsi": XSI})
            element.set(NIL, "true")
            element.set("uuid", "")
            return element
        element = etree.Element(field.name)
        element.text = name
        uuid = self._uuid(referenced_type(field.name) or "", name)
        if uuid:
            element.set("uuid", uuid)
        return element

    def _uuid(self, kind: str, name: str) -> str:
        """Return the uuid of a referenced object, remembered for the length of one reply."""
        if (kind, name) not in self._uuids:
            found = self._store.find(kind, name)
            self._uuids[kind, name] = found.uuid if found else ""
        return self._uuids[kind, name]


def _is_chosen(field: Field, document: Document) -> bool:
    """Tell whether an alternative of a choice is the one that has a value; the first, where none has."""
    if not field.alternatives:
        return True
    chosen = [name for name in field.alternatives if document.get(name) is not None] or field.alternatives[:1]
    return field.name in chosen


def _render_text(field: Field, value: str | None) -> etree._Element:
    element = etree.Element(field.name)
    if field.content == "boolean":
        value = "true" if value in _TRUE else "false"
        element.text = value[0] if field.name in _SHORT_BOOLEANS else value
    elif field.name == "loadInformation":
        element.set("special", "true" if value else "false")
        element.text = value or None
    elif field.name not in _SECRETS:
        element.text = value or None
    return element


def _render_any(name: str, value: Any) -> etree._Element:
    element = etree.Element(name)
    if isinstance(value, dict):
        for child, inner in value.items():
            for item in inner if isinstance(inner, list) else [inner]:
                element.append(_render_any(child, item))
    else:
        element.text = value
    return element

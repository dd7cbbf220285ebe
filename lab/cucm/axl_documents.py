"""Between AXL elements and the store's documents (see `lab.cucm.store`), guided by the schema's fields."""

from __future__ import annotations

from sys import intern
from typing import Any

from lxml import etree

from lab.cucm.axl_faults import missing_key
from lab.cucm.references import referenced_type
from lab.cucm.schema import Field, Fields, Schema
from lab.cucm.soap import NIL
from lab.cucm.store import Store

Document = dict[str, Any]
Tags = dict[str, Any]

TRUE = frozenset({"t", "true", "1"})
SECRETS = frozenset({"sshPwd", "unlockPwd", "password", "pin", "digestCredentials", "authenticationString"})


class DefaultLoad(str):
    """The load of a phone that has none of its own: its model's, which a getPhone shows with `special="false"`."""

    __slots__ = ()


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
    if element.get(NIL) in ("true", "1") or field.name in SECRETS:
        return None
    if field.content == "complex":
        return parse(store, schema, element, schema.within(field))
    if field.content == "any":
        return _parse_any(element)
    if element.get("special") in ("false", "f", "0"):
        return None
    text = element.text or ""
    if field.content == "boolean":
        return "true" if text in TRUE else "false"
    if field.content == "reference" and not text and element.get("uuid"):
        return _name_of(store, field.name, element.get("uuid"))
    # Ten thousand phones say mostly the same.
    return intern(text) if text else None


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
        raise missing_key((kind or "device").lower(), element)
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
    """Apply what an update sent, in place: a list replaces the old one, with defaults; a nested element is merged.

    One that is sent empty is cleared.
    """
    for name, value in sent.items():
        field = fields[name]
        if field.content != "complex" or value is None:
            document[name] = value
            continue
        inner = schema.within(field)
        if any(part.repeated for part in inner.values()):
            document[name] = fill(schema, value, inner)
        elif not value:
            document[name] = None
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

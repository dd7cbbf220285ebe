"""Documents as AXL's elements, in the schema's order, with every element that the schema has or that was asked for.

Replies are put together as text: most of a phone's 200 elements are empty and always the same.
"""

from __future__ import annotations

from typing import Any

from lab.cucm.axl_documents import SECRETS, TRUE, DefaultLoad, Document, Tags
from lab.cucm.references import referenced_type
from lab.cucm.schema import Field, Fields, Schema
from lab.cucm.soap import XSI, escaped
from lab.cucm.store import Store, object_name

_SHORT_BOOLEANS = frozenset(
    {"enableCallRoutingToRdWhenNoneIsActive", "isUrgent", "addLocalRoutePartition", "advertiseGloballyIls"}
)
# References that clusters leave empty instead of sending nil, as seen in replies.
_EMPTY_REFERENCES = frozenset(
    {
        *("aarNeighborhoodName", "softkeyTemplateName", "primaryPhoneName", "ownerUserName", "mobilityUserIdName"),
        *("geoLocationName", "geoLocationFilterName", "dialRulesName", "featureControlPolicy", "wifiHotspotProfile"),
        *("wirelessLanProfileGroup", "defaultProfileName", "currentProfileName", "recordingProfileName"),
        "monitoringCssName",
    }
)


class Renderer:
    """Writes documents of one schema version; `xsi_declared` says that the whole reply declares that prefix."""

    def __init__(self, store: Store, schema: Schema, *, xsi_declared: bool) -> None:
        self._store = store
        self._schema = schema
        self._nil = ' xsi:nil="true" uuid=""' + ("" if xsi_declared else f' xmlns:xsi="{XSI}"')
        self._empty: dict[Field, str] = {}

    def render(self, name: str, document: Document, fields: Fields, tags: Tags | None, uuid: str = "") -> str:
        """Return `<name>` with the children of a document. `tags` as of `tag_tree`; {} for no child at all."""
        uuid = uuid or document.get("@uuid", "")
        attribute = f' uuid="{uuid}"' if uuid else ""
        children = "".join(self._children(document, fields, tags))
        return f"<{name}{attribute}>{children}</{name}>" if children else f"<{name}{attribute}/>"

    def _children(self, document: Document, fields: Fields, tags: Tags | None) -> list[str]:
        parts: list[str] = []
        for name, field in fields.items():
            if tags is not None and name not in tags:
                continue
            if field.alternatives and not _is_chosen(field, document):
                continue
            value = document.get(name)
            inner = None if tags is None else tags[name]
            if isinstance(value, list):
                parts.extend(self._element(field, item, inner) for item in value if item is not None)
            elif value is not None or not field.repeated:
                parts.append(self._element(field, value, inner))
        return parts

    def _element(self, field: Field, value: Any, tags: Tags | None) -> str:
        if value is None and tags is None:
            empty = self._empty.get(field)
            if empty is None:
                empty = self._empty[field] = self._render(field, None, None)
            return empty
        return self._render(field, value, tags)

    def _render(self, field: Field, value: Any, tags: Tags | None) -> str:
        name, content = field.name, field.content
        if content == "text":
            return _text(field, value)
        if content == "reference":
            return self._reference(name, value)
        if content == "boolean":
            text = "true" if value in TRUE else "false"
            return f"<{name}>{text[0] if name in _SHORT_BOOLEANS else text}</{name}>"
        if content == "any":
            return _any(name, value)
        uuid = ""
        if name == "dirn" and value:
            found = self._store.find("Line", object_name("Line", value))
            uuid = found.uuid if found else ""
        return self.render(name, value or {}, self._schema.within(field), tags, uuid)

    def _reference(self, name: str, value: str | None) -> str:
        if not value:
            return f"<{name}/>" if name in _EMPTY_REFERENCES else f"<{name}{self._nil}/>"
        found = self._store.find(referenced_type(name) or "", value)
        attribute = f' uuid="{found.uuid}"' if found else ""
        return f"<{name}{attribute}>{escaped(value)}</{name}>"


def _is_chosen(field: Field, document: Document) -> bool:
    """Tell whether an alternative of a choice is the one that has a value; the first, where none has."""
    chosen = [name for name in field.alternatives if document.get(name) is not None] or field.alternatives[:1]
    return field.name in chosen


def _text(field: Field, value: str | None) -> str:
    name = field.name
    if name in SECRETS:
        value = None
    if name == "loadInformation":
        attribute = f' special="{"true" if value and not isinstance(value, DefaultLoad) else "false"}"'
        return f"<{name}{attribute}>{escaped(value)}</{name}>" if value else f"<{name}{attribute}/>"
    if not value:
        # Clusters write an empty number or choice with a blank, and an empty text without.
        return f"<{name} />" if field.nillable or field.values else f"<{name}/>"
    return f"<{name}>{escaped(value)}</{name}>"


def _any(name: str, value: Any) -> str:
    if isinstance(value, dict):
        children = "".join(
            _any(child, item)
            for child, inner in value.items()
            for item in (inner if isinstance(inner, list) else [inner])
        )
    else:
        children = escaped(value) if value else ""
    return f"<{name}>{children}</{name}>" if children else f"<{name}/>"

"""The five requests that every AXL object type has: add, get, list, update, remove."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from lxml import etree

from lab.cucm import axl_faults as faults
from lab.cucm import axl_rules as rules
from lab.cucm.axl_documents import Document, Tags, fill, merge, parse, tag_tree
from lab.cucm.axl_render import Renderer
from lab.cucm.keys import has_key
from lab.cucm.matching import like_matcher
from lab.cucm.references import directory_numbers
from lab.cucm.schema import Field, Fields, Schema
from lab.cucm.soap import NIL
from lab.cucm.store import DuplicateKey, Store, StoredObject, key_elements, object_name

MAX_RESPONSE = 8 * 1024 * 1024
"""Bytes above which a list is refused, as a cluster does."""


class Objects:
    """Objects of every type of one schema version, in a store. Each request returns the content of its response."""

    def __init__(
        self,
        store: Store,
        schema: Schema,
        *,
        release: str,
        max_response: Callable[[], int],
        tables: Callable[[str], list[StoredObject] | None] = lambda kind: None,
    ) -> None:
        self._store = store
        self._schema = schema
        self._release = release
        self._max_response = max_response
        # Types that are no configuration, and whose rows come from elsewhere than the store.
        self._table = tables
        self._renderer = Renderer(store, schema, xsi_declared=schema.declares_xsi)

    def supports(self, verb: str, kind: str) -> bool:
        """Tell whether `verb` + `kind` is a request for objects that the store can identify."""
        if verb not in ("add", "get", "list", "update", "remove") or not self._schema.has_request(f"{verb}{kind}"):
            return False
        answer = f"get{kind}Response"
        outer = self._schema.request(answer).get("return") if self._schema.has_request(answer) else None
        inner = next(iter(self._schema.within(outer).values()), None) if outer else None
        if inner is None or inner.content != "complex":
            return False
        return has_key(kind, self._schema.within(inner))

    def execute(self, verb: str, kind: str, request: etree._Element) -> str:
        """Carry out a valid request. Raises AxlFault."""
        return getattr(self, f"_{verb}")(kind, request)

    # -- the requests ------------------------------------------------------------------------------------------------

    def _add(self, kind: str, request: etree._Element) -> str:
        field = next(iter(self._schema.request(f"add{kind}").values()))
        document = parse(self._store, self._schema, request.find(field.name), self._schema.within(field))
        return returned(self.add(kind, document))

    def add(self, kind: str, document: Document) -> str:
        """Add an object of which only what differs from the schema's defaults is given; its uuid. Raises AxlFault."""
        fields = self._schema.within(next(iter(self._schema.request(f"add{kind}").values())))
        rules.normalize(kind, document)
        document = fill(self._schema, document, fields)
        rules.complete(kind, document)
        with self._store.transaction():
            if self._store.find(kind, object_name(kind, document)):
                raise self._duplicate(kind, document)
            rules.check(self._store, kind, document, document, self._release)
            return self._store.put(kind, document)

    def _get(self, kind: str, request: etree._Element) -> str:
        stored = self.find(kind, request)
        if not stored:
            raise faults.not_found(kind)
        tags = tag_tree(request.find("returnedTags"))
        return returned(self._render(stored, self._return_field(f"get{kind}Response"), tags))

    def _list(self, kind: str, request: etree._Element) -> str:
        page = self._search(kind, request)
        field = self._return_field(f"list{kind}Response")
        tags = tag_tree(request.find("returnedTags")) or {}
        found = [self._render(stored, field, tags) for stored in page]
        self.check_size(sum(map(len, found)), len(page))
        return returned("".join(found))

    def _search(self, kind: str, request: etree._Element) -> list[StoredObject]:
        """Return the page that a list asks for; the database does the work where only keys are searched for."""
        sent = {child.tag: child.text or "" for child in request.find("searchCriteria").iterchildren(etree.Element)}
        first = _number(request, "first")
        skip = 0 if first is None else _number(request, "skip") or 0
        keys = key_elements(kind)
        table = self._table(kind)
        if table is None and set(sent) <= set(keys):
            name = "/".join(sent.get(element, "%") for element in keys)
            return self._store.all(kind, like=name, first=first, skip=skip)
        criteria = [(element, like_matcher(pattern.casefold())) for element, pattern in sent.items()]
        rows = self._store.all(kind) if table is None else table
        found = [stored for stored in rows if _matches(stored.document, criteria)]
        return found[skip:] if first is None else found[skip : skip + first]

    def _update(self, kind: str, request: etree._Element) -> str:
        stored = self.find(kind, request)
        if not stored:
            raise faults.nothing_to_update(kind)
        fields = self._schema.request(f"update{kind}")
        keys = {"uuid", *key_elements(kind)}
        sent = parse(self._store, self._schema, request, {n: f for n, f in fields.items() if n not in keys})
        for part in ("lines", "addLines", "removeLines"):
            rules.normalize(kind, {"lines": sent.get(part)})
        document = dict(stored.document)
        self._merge(kind, document, sent, fields)
        with self._store.transaction():
            rules.check(self._store, kind, document, sent, self._release)
            try:
                self._store.put(kind, document, stored.uuid)
            except DuplicateKey as error:
                raise self._duplicate(kind, document) from error
            if kind == "Line":
                for phone in rules.phones_behind(self._store, stored):
                    self._store.touch(phone)
        return returned(stored.uuid)

    def _remove(self, kind: str, request: etree._Element) -> str:
        stored = self.find(kind, request)
        if not stored:
            raise faults.not_found(kind)
        with self._store.transaction():
            rules.loosen(self._store, kind, stored)
            self._store.remove(stored.uuid)
        return returned(stored.uuid)

    # -- inside ------------------------------------------------------------------------------------------------------

    def check_size(self, size: int, rows: int) -> None:
        """Raise AxlFault where a reply is larger than a cluster sends; `size` is its rows' in bytes."""
        limit = self._max_response()
        if size > limit:
            raise faults.too_large(rows, max(1, rows * limit // size))

    def find(self, kind: str, request: etree._Element) -> StoredObject | None:
        """Return the object that a request names by uuid or by its key, or None.

        A directory number's partition may be left out where the pattern is in one partition only; sent empty it is
        the partition <None>.
        """
        uuid = request.findtext("uuid")
        if uuid:
            return self._store.by_uuid(uuid, kind)
        sent = {element: _text(request.find(element)) for element in key_elements(kind)}
        table = self._table(kind)
        if table is not None:
            wanted = object_name(kind, sent).casefold()
            return next((stored for stored in table if stored.name.casefold() == wanted), None)
        found = self._store.find(kind, object_name(kind, sent))
        if not sent and not found:
            # Of a type without a key there is one object, which nobody adds.
            return self._store.by_uuid(self._store.put(kind, {}))
        if not found and "pattern" in sent and request.find("routePartitionName") is None:
            near = self._store.all(kind, like=f"{sent['pattern']}/%")
            same = [stored for stored in near if stored.document["pattern"] == sent["pattern"]]
            found = same[0] if len(same) == 1 else None
        elif not found and "pattern" not in sent and request.find("pattern") is not None:
            # A pickup group goes by its number too.
            number = (_text(request.find("pattern")), _text(request.find("routePartitionName")))
            found = next((stored for stored in self._store.all(kind) if _number_of(stored.document) == number), None)
        return found

    def _merge(self, kind: str, document: Document, sent: Document, fields: Fields) -> None:
        """Apply an update in place: new names, members added and removed, everything else as sent."""
        plain: Document = {}
        for name, value in sent.items():
            base = _renamed(name, {*key_elements(kind), *fields})
            container, verb = _container(name, document, fields)
            if base != name:
                document[base] = value
            elif container and verb == "add":
                self._add_members(document, container, value, fields[name])
            elif container:
                _remove_members(document, container, value)
            else:
                plain[name] = value
        merge(self._schema, document, plain, fields)

    def _add_members(self, document: Document, container: str, sent: Document, field: Field) -> None:
        added = fill(self._schema, sent, self._schema.within(field))
        members = {**(document.get(container) or {})}
        for name, items in added.items():
            members[name] = [*members.get(name, []), *items]
        document[container] = members

    def _render(self, stored: StoredObject, field: Field, tags: Tags | None) -> str:
        view = rules.VIEWS.get(stored.type)
        document = view(self._store, stored.document) if view else stored.document
        return self._renderer.render(field.name, document, self._schema.within(field), tags, stored.uuid)

    def _return_field(self, response: str) -> Field:
        return next(iter(self._schema.within(self._schema.request(response)["return"]).values()))

    def _object_fields(self, kind: str) -> Fields:
        return self._schema.within(self._return_field(f"get{kind}Response"))

    @staticmethod
    def _duplicate(kind: str, document: Document) -> faults.AxlFault:
        if kind == "Line":
            return faults.line_exists(document["pattern"], document.get("routePartitionName"))
        return faults.duplicate()


def returned(content: str) -> str:
    """Return the `<return>` of a response."""
    return f"<return>{content}</return>" if content else "<return/>"


def _text(element: etree._Element | None) -> str:
    return "" if element is None or element.get(NIL) in ("true", "1") else element.text or ""


def _number(request: etree._Element, name: str) -> int | None:
    text = request.findtext(name)
    return int(text) if text else None


def _matches(document: Document, criteria: list[tuple[str, Callable[[str], Any]]]) -> bool:
    return all(matches(_plain(document.get(element)).casefold()) for element, matches in criteria)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number_of(document: Document) -> tuple[str, str]:
    return document.get("pattern") or "", document.get("routePartitionName") or ""


def _renamed(name: str, known: Collection[str]) -> str:
    """Return the element that one such as newName or newHostNameOrIP changes, else the name itself."""
    base = name.removeprefix("new")
    return next((key for key in (base, base[:1].lower() + base[1:]) if base != name and key in known), name)


def _container(name: str, document: Document, fields: Fields) -> tuple[str, str]:
    """Return ("lines", "add") for addLines where the type has lines, and so on; ("", "") for a plain element."""
    for verb in ("add", "remove"):
        base = name.removeprefix(verb)
        base = base[:1].lower() + base[1:]
        if name.startswith(verb) and base != name and (base in fields or base in document):
            return base, verb
    return "", ""


def _remove_members(document: Document, container: str, sent: Document) -> None:
    """Take out of a list the members that agree with a sent one in the object they refer to."""
    members = {**(document.get(container) or {})}
    for name, items in sent.items():
        gone = {_identity(item) for item in items}
        members[name] = [member for member in members.get(name, []) if _identity(member) not in gone]
    document[container] = members


def _identity(member: Document | str) -> str:
    if isinstance(member, str):
        return member.casefold()
    for number in directory_numbers(member):
        return object_name("Line", number).casefold()
    references = [value for element, value in sorted(member.items()) if element.endswith("Name")]
    return "/".join(value or "" for value in references).casefold()

"""The cluster's database: AXL objects with their references, a feed of changes, and a file where one is wanted.

A document mirrors the AXL element tree of an object: a dict of element name -> text, None (empty), a dict (a nested
element) or a list (a repeated one), in any order; an attribute is a key that begins with "@". Phone example:

    {"name": "SEP00005E005301", "product": "Cisco 8841", "protocol": "SIP", "devicePoolName": "Default",
     "lines": {"line": [{"index": "1", "dirn": {"pattern": "1001", "routePartitionName": "PT-Internal"}}]}}

References stand in it by name, as AXL sends them; a renamed object is renamed in every document that refers to it.
A document that was handed out never changes: each write puts a new one in its place.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import uuid as uuids
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lab.cucm.keys import key_elements, object_name
from lab.cucm.matching import copied, fixed_part, like_matcher
from lab.cucm.records import (
    CallManagerRecord,
    LineAppearance,
    PhoneRecord,
    StoredObject,
    call_manager_record,
    children,
    phone_record,
)
from lab.cucm.references import directory_numbers, referenced_type, references, rename

__all__ = [
    "CallManagerRecord",
    "DuplicateKey",
    "LineAppearance",
    "PhoneRecord",
    "Store",
    "StoredObject",
    "key_elements",
    "object_name",
]

Listener = Callable[[str, str, str], None]

_SCHEMA = "CREATE TABLE IF NOT EXISTS object (uuid TEXT PRIMARY KEY, type TEXT NOT NULL, document TEXT NOT NULL)"


class DuplicateKey(Exception):
    """An object of this type with this key exists already; `args` are the type and the name."""


def new_uuid() -> str:
    """Return a new primary key as AXL writes it: upper case, in braces."""
    return f"{{{str(uuids.uuid4()).upper()}}}"


class Store:
    """The database. `path` is a file, or ":memory:". Several threads may use it; listeners run in the writer's."""

    def __init__(self, path: str | Path = ":memory:") -> None:
        self._lock = threading.RLock()
        self._listeners: list[Listener] = []
        self._pending: list[tuple[str, str, str]] = []
        self._undo: list[tuple[str, StoredObject | None]] = []
        self._depth = 0
        self._objects: dict[str, StoredObject] = {}
        self._uuids: dict[tuple[str, str], str] = {}
        self._order: defaultdict[str, list[str]] = defaultdict(list)
        self._targets: dict[str, set[str]] = {}
        self._sources: defaultdict[str, set[str]] = defaultdict(set)
        self._phones: dict[str, PhoneRecord] = {}
        self._unseen: set[str] = set()
        self._db = None if str(path) == ":memory:" else self._open(path)

    def close(self) -> None:
        """Close the database; an in-memory one is gone then."""
        with self._lock:
            if self._db:
                self._db.close()

    # -- reading for the other services ------------------------------------------------------------------------------

    def phone(self, name: str) -> PhoneRecord | None:
        """Return the phone of this name, whatever its case, or None."""
        with self._lock:
            key = name.casefold()
            if key not in self._phones:
                found = self.find("Phone", name)
                if not found:
                    return None
                self._phones[key] = phone_record(found, lambda number: self.find("Line", object_name("Line", number)))
            return self._phones[key]

    def phones(self) -> list[PhoneRecord]:
        """Return all phones by name."""
        with self._lock:
            return [record for key in self._order["Phone"] if (record := self.phone(key))]

    def call_managers(self, device_pool: str) -> list[CallManagerRecord]:
        """Return the members of a device pool's CallManager group, highest priority first; [] for an unknown pool."""
        pool = self.find("DevicePool", device_pool)
        group = pool and self.find("CallManagerGroup", pool.document.get("callManagerGroupName") or "")
        if not group:
            return []
        members = children(group.document, "members", "member")
        members.sort(key=lambda member: int(member.get("priority") or 0))
        found = (self.find("CallManager", member.get("callManagerName") or "") for member in members)
        return [call_manager_record(manager) for manager in found if manager]

    def subscribe(self, callback: Listener) -> None:
        """Call `callback(type, name, change)` after each commit; change is "added", "updated" or "removed".

        AXL actions announce themselves the same way: ("Phone", name, "reset" | "restarted" | "applied" | "prt" ...).
        """
        self._listeners.append(callback)

    def announce(self, kind: str, name: str, change: str) -> None:
        """Tell the listeners of a change once everything under way is committed."""
        with self._lock:
            self._pending.append((kind, name, change))
            if not self._depth:
                self._flush()

    # -- objects -----------------------------------------------------------------------------------------------------

    def find(self, kind: str, name: str) -> StoredObject | None:
        """Return the object of this type and name (see `object_name`), whatever its case, or None."""
        uuid = self._uuids.get((kind, name.casefold()))
        return self._objects[uuid] if uuid else None

    def by_uuid(self, uuid: str, kind: str | None = None) -> StoredObject | None:
        """Return the object with this uuid (in braces), or None; also None where it is of another type than `kind`."""
        found = self._objects.get(uuid.upper())
        return found if found and kind in (None, found.type) else None

    def all(self, kind: str, *, like: str = "%", first: int | None = None, skip: int = 0) -> list[StoredObject]:
        """Return the objects of a type by name, those whose name is LIKE an SQL pattern; `first` and `skip` page."""
        end = None if first is None else skip + first
        with self._lock:
            keys = self._order[kind]
            prefix, mark, rest = fixed_part(like.casefold())
            if prefix:
                keys = keys[bisect_left(keys, prefix) : bisect_left(keys, prefix + "\U0010ffff")]
            if mark + rest != "%":
                matches = like_matcher(like.casefold())
                keys = [key for key in keys if matches(key)]
            return [self._objects[self._uuids[kind, key]] for key in keys[skip:end]]

    def count(self, kind: str) -> int:
        """Return how many objects of a type there are."""
        return len(self._order[kind])

    def put(self, kind: str, document: dict[str, Any], uuid: str | None = None) -> str:
        """Add an object, or replace the one with this key (or `uuid`), and return its uuid.

        Raises DuplicateKey where `uuid` is given and another object has the key already.
        """
        document = copied(document)
        with self.transaction():
            name = object_name(kind, document)
            if key_elements(kind) == ("@uuid",):
                name = document["@uuid"] = uuid = (uuid or name or new_uuid()).upper()
            same_key = self.find(kind, name)
            old = self.by_uuid(uuid, kind) if uuid else same_key
            if uuid and same_key and same_key.uuid != uuid.upper():
                raise DuplicateKey(kind, name)
            target = (uuid or (old.uuid if old else new_uuid())).upper()
            if kind == "Phone":
                _stamp(document)
                _name_appearances(document, old.document if old else {})
            self._write(target, StoredObject(type=kind, uuid=target, name=name, document=document))
            self._refer(target, document)
            if old and old.name != name:
                self._renamed(old, document)
            self.announce(kind, name, "updated" if old else "added")
        return target

    def remove(self, uuid: str) -> StoredObject | None:
        """Remove an object and return it, or None where there is none. Whether it is in use is the caller's to ask."""
        with self.transaction():
            found = self.by_uuid(uuid)
            if found:
                self._write(found.uuid, None)
                self.announce(found.type, found.name, "removed")
        return found

    def take_unseen(self) -> set[str]:
        """Return the uuids of what was written since the last call."""
        with self._lock:
            taken, self._unseen = self._unseen, set()
        return taken

    def referrers(self, uuid: str) -> list[StoredObject]:
        """Return the objects whose documents refer to this one, by type and name."""
        with self._lock:
            found = [self._objects[source] for source in self._sources.get(uuid.upper(), ())]
        return sorted(found, key=lambda stored: (stored.type, stored.name.casefold()))

    def touch(self, phone: str) -> None:
        """Give a phone a new versionStamp, as a change of something that its configuration file contains does."""
        found = self.find("Phone", phone)
        if found:
            with self.transaction():
                document = {**found.document}
                _stamp(document)
                self._write(found.uuid, StoredObject(found.type, found.uuid, found.name, document))
                self.announce("Phone", found.name, "updated")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything in the block together and tell the listeners then, or undo it and tell nobody."""
        with self._lock:
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._roll_back()
                raise
            self._depth -= 1
            if self._depth == 0:
                self._commit()
                self._flush()

    # -- inside ------------------------------------------------------------------------------------------------------

    def _open(self, path: str | Path) -> sqlite3.Connection:
        database = sqlite3.connect(path, check_same_thread=False)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute(_SCHEMA)
        for uuid, kind, text in database.execute("SELECT uuid, type, document FROM object").fetchall():
            document = json.loads(text)
            self._write(uuid, StoredObject(kind, uuid, object_name(kind, document), document))
        for stored in self._objects.values():
            self._refer(stored.uuid, stored.document)
        self._undo.clear()
        return database

    def _write(self, uuid: str, stored: StoredObject | None) -> None:
        """Put an object in the place of the one with its uuid, or remove that; what was there can be brought back."""
        old = self._objects.get(uuid)
        self._undo.append((uuid, old))
        self._place(uuid, old, stored)

    def _place(self, uuid: str, old: StoredObject | None, new: StoredObject | None) -> None:
        if old and not (new and new.name == old.name):
            key = old.name.casefold()
            del self._uuids[old.type, key]
            order = self._order[old.type]
            del order[bisect_left(order, key)]
        if new:
            key = new.name.casefold()
            if (new.type, key) not in self._uuids:
                self._uuids[new.type, key] = uuid
                insort(self._order[new.type], key)
            self._objects[uuid] = new
        else:
            del self._objects[uuid]
            for target in self._targets.pop(uuid, ()):
                self._sources[target].discard(uuid)
        self._unseen.add(uuid)
        if "Phone" in (old and old.type, new and new.type):
            self._phones.pop((old or new).name.casefold(), None)

    def _roll_back(self) -> None:
        touched = dict.fromkeys(uuid for uuid, _ in self._undo)
        for uuid, before in reversed(self._undo):
            self._place(uuid, self._objects.get(uuid), before)
        self._undo.clear()
        self._pending.clear()
        for uuid in touched:
            if uuid in self._objects:
                self._refer(uuid, self._objects[uuid].document)

    def _commit(self) -> None:
        if self._db:
            for uuid in dict.fromkeys(uuid for uuid, _ in self._undo):
                stored = self._objects.get(uuid)
                self._db.execute("DELETE FROM object WHERE uuid = ?", (uuid,))
                if stored:
                    row = (uuid, stored.type, json.dumps(stored.document))
                    self._db.execute("INSERT INTO object VALUES (?, ?, ?)", row)
            self._db.commit()
        self._undo.clear()

    def _flush(self) -> None:
        pending, self._pending = self._pending, []
        for change in pending:
            for listener in list(self._listeners):
                listener(*change)

    def _refer(self, source: str, document: dict[str, Any]) -> None:
        uuid = self._uuids.get
        targets = {uuid((referenced_type(element) or "", name.casefold())) for element, name in references(document)}
        targets |= {uuid(("Line", object_name("Line", number).casefold())) for number in directory_numbers(document)}
        targets.discard(None)
        before = self._targets.get(source, set())
        for target in before - targets:
            self._sources[target].discard(source)
        for target in targets - before:
            self._sources[target].add(source)
        self._targets[source] = targets

    def _renamed(self, old: StoredObject, document: dict[str, Any]) -> None:
        """Carry a new name into the documents that refer to the object."""
        for referrer in self.referrers(old.uuid):
            if referrer.uuid == old.uuid:
                continue
            changed = copied(referrer.document)
            if old.type == "Line":
                for number in directory_numbers(changed):
                    if object_name("Line", number).casefold() == old.name.casefold():
                        number.update(
                            pattern=document["pattern"], routePartitionName=document.get("routePartitionName")
                        )
            else:
                rename(changed, old.type, old.name, object_name(old.type, document))
            self.put(referrer.type, changed, referrer.uuid)


def _stamp(phone: dict[str, Any]) -> None:
    phone["versionStamp"] = f"{{{int(time.time())}-{str(uuids.uuid4()).upper()}}}"


def _name_appearances(phone: dict[str, Any], old: dict[str, Any]) -> None:
    """Give each line appearance a uuid; a directory number that stays on its button keeps it."""

    def place(line: dict[str, Any]) -> tuple[str, str]:
        return str(line["index"]), object_name("Line", line["dirn"]).casefold()

    known = {place(line): line["@uuid"] for line in children(old, "lines", "line")}
    for line in children(phone, "lines", "line"):
        line["@uuid"] = known.get(place(line)) or line.get("@uuid") or new_uuid()

"""The cluster's database: AXL objects in SQLite, with their references, and a feed of changes.

A document mirrors the AXL element tree of an object: a dict of element name -> text, None (empty), a dict (a nested
element) or a list (a repeated one), in any order; an attribute is a key that begins with "@". Phone example:

    {"name": "SEP00005E005301", "product": "Cisco 8841", "protocol": "SIP", "devicePoolName": "Default",
     "lines": {"line": [{"index": "1", "dirn": {"pattern": "1001", "routePartitionName": "PT-Internal"}}]}}

References stand in it by name, as AXL sends them; a renamed object is renamed in every document that refers to it.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import uuid as uuids
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lab.cucm.records import CallManagerRecord, LineAppearance, PhoneRecord, StoredObject
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

_SCHEMA = """
CREATE TABLE IF NOT EXISTS object (
    uuid TEXT PRIMARY KEY, type TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL,
    UNIQUE (type, key));
CREATE TABLE IF NOT EXISTS reference (
    source TEXT NOT NULL REFERENCES object (uuid) ON DELETE CASCADE, target TEXT NOT NULL,
    PRIMARY KEY (source, target)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS reference_target ON reference (target);
"""

_PATTERN = ("pattern", "routePartitionName")
_PATTERNS = (
    *("Line", "RoutePattern", "TransPattern", "SipRoutePattern", "HuntPilot", "CallPark", "DirectedCallPark", "MeetMe"),
    *("CallingPartyTransformationPattern", "CalledPartyTransformationPattern", "MessageWaiting"),
)
_KEYS = {
    **dict.fromkeys(_PATTERNS, _PATTERN),
    **dict.fromkeys(("User", "AppUser"), ("userid",)),
    **dict.fromkeys(("Gateway", "MlppDomain"), ("domainName",)),
    "CmcInfo": ("code",),
    "DeviceDefaults": ("Model", "Protocol"),
    "DhcpServer": ("processNodeName",),
    "DhcpSubnet": ("dhcpServerName", "subnetIpAddress"),
    "IpPhoneServices": ("serviceName",),
    "PhoneNtp": ("ipAddress",),
    "ProcessNodeService": ("processNodeName", "service"),
    "RemoteDestination": ("destination",),
    "ServiceParameter": ("processNodeName", "name", "service"),
    "SipRealm": ("realm",),
}


def key_elements(kind: str) -> tuple[str, ...]:
    """Return the elements that together identify an object of a type; ("name",) for most."""
    return _KEYS.get(kind, ("name",))


class DuplicateKey(Exception):
    """An object of this type with this key exists already; `args` are the type and the name."""


def object_name(kind: str, document: dict[str, Any]) -> str:
    """Return the key of an object as one string: "SEP00005E005301", "1001/PT-Internal", "1001/" (partition <None>)."""
    return "/".join(document.get(element) or "" for element in key_elements(kind))


def new_uuid() -> str:
    """Return a new primary key as AXL writes it: upper case, in braces."""
    return f"{{{str(uuids.uuid4()).upper()}}}"


class Store:
    """The database. `path` is a file, or ":memory:". Several threads may use it; listeners run in the writer's."""

    def __init__(self, path: str | Path = ":memory:") -> None:
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA foreign_keys = ON")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_SCHEMA)
        self._lock = threading.RLock()
        self._listeners: list[Listener] = []
        self._pending: list[tuple[str, str, str]] = []
        self._depth = 0
        self._phones: dict[str, PhoneRecord] = {}

    def close(self) -> None:
        """Close the database; an in-memory one is gone then."""
        with self._lock:
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
                self._phones[key] = self._phone_record(found)
            return self._phones[key]

    def phones(self) -> list[PhoneRecord]:
        """Return all phones by name."""
        with self._lock:
            names = self._db.execute("SELECT name FROM object WHERE type = 'Phone' ORDER BY key").fetchall()
            return [record for (name,) in names if (record := self.phone(name))]

    def call_managers(self, device_pool: str) -> list[CallManagerRecord]:
        """Return the members of a device pool's CallManager group, highest priority first; [] for an unknown pool."""
        pool = self.find("DevicePool", device_pool)
        group = pool and self.find("CallManagerGroup", pool.document.get("callManagerGroupName") or "")
        if not group:
            return []
        members = _children(group.document, "members", "member")
        members.sort(key=lambda member: int(member.get("priority") or 0))
        found = (self.find("CallManager", member.get("callManagerName") or "") for member in members)
        return [_call_manager_record(manager) for manager in found if manager]

    def subscribe(self, callback: Listener) -> None:
        """Call `callback(type, name, change)` after each commit; change is "added", "updated" or "removed".

        AXL actions announce themselves the same way: ("Phone", name, "reset" | "restarted" | "applied").
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
        return self._one(
            "SELECT uuid, type, name, document FROM object WHERE type = ? AND key = ?", kind, name.casefold()
        )

    def by_uuid(self, uuid: str, kind: str | None = None) -> StoredObject | None:
        """Return the object with this uuid (in braces), or None; also None where it is of another type than `kind`."""
        found = self._one("SELECT uuid, type, name, document FROM object WHERE uuid = ?", uuid.upper())
        return found if found and kind in (None, found.type) else None

    def all(self, kind: str, *, like: str = "%", first: int | None = None, skip: int = 0) -> list[StoredObject]:
        """Return the objects of a type by name, those whose name is LIKE an SQL pattern; `first` and `skip` page."""
        with self._lock:
            rows = self._db.execute(
                "SELECT uuid, type, name, document FROM object WHERE type = ? AND name LIKE ?"
                " ORDER BY key LIMIT ? OFFSET ?",
                (kind, like, -1 if first is None else first, skip),
            ).fetchall()
        return [_stored(row) for row in rows]

    def put(self, kind: str, document: dict[str, Any], uuid: str | None = None) -> str:
        """Add an object, or replace the one with this key (or `uuid`), and return its uuid.

        Raises DuplicateKey where `uuid` is given and another object has the key already.
        """
        document = json.loads(json.dumps(document))
        name = object_name(kind, document)
        with self.transaction():
            same_key = self.find(kind, name)
            old = self.by_uuid(uuid, kind) if uuid else same_key
            if uuid and same_key and same_key.uuid != uuid.upper():
                raise DuplicateKey(kind, name)
            target = (uuid or (old.uuid if old else new_uuid())).upper()
            if kind == "Phone":
                _stamp(document)
                _name_appearances(document, old.document if old else {})
            self._db.execute(
                "INSERT INTO object VALUES (?, ?, ?, ?, ?) ON CONFLICT (uuid) DO UPDATE SET key = excluded.key,"
                " name = excluded.name, document = excluded.document",
                (target, kind, name.casefold(), name, json.dumps(document)),
            )
            self._refer(target, document)
            self._phones.pop(name.casefold(), None)
            if old and old.name != name:
                self._renamed(old, document)
            self.announce(kind, name, "updated" if old else "added")
        return target

    def remove(self, uuid: str) -> StoredObject | None:
        """Remove an object and return it, or None where there is none. Whether it is in use is the caller's to ask."""
        with self.transaction():
            found = self.by_uuid(uuid)
            if found:
                self._db.execute("DELETE FROM object WHERE uuid = ?", (found.uuid,))
                self._phones.pop(found.name.casefold(), None)
                self.announce(found.type, found.name, "removed")
        return found

    def referrers(self, uuid: str) -> list[StoredObject]:
        """Return the objects whose documents refer to this one, by type and name."""
        with self._lock:
            rows = self._db.execute(
                "SELECT uuid, type, name, document FROM object JOIN reference ON source = uuid WHERE target = ?"
                " ORDER BY type, key",
                (uuid.upper(),),
            ).fetchall()
        return [_stored(row) for row in rows]

    def touch(self, phone: str) -> None:
        """Give a phone a new versionStamp, as a change of something that its configuration file contains does."""
        found = self.find("Phone", phone)
        if found:
            self.put("Phone", found.document, found.uuid)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything in the block together and tell the listeners then, or undo it and tell nobody."""
        with self._lock:
            if self._depth == 0:
                self._db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._db.execute("ROLLBACK")
                    self._pending.clear()
                    self._phones.clear()
                raise
            self._depth -= 1
            if self._depth == 0:
                self._db.execute("COMMIT")
                self._flush()

    # -- inside ------------------------------------------------------------------------------------------------------

    def _flush(self) -> None:
        pending, self._pending = self._pending, []
        for change in pending:
            for listener in list(self._listeners):
                listener(*change)

    def _one(self, query: str, *values: str) -> StoredObject | None:
        with self._lock:
            row = self._db.execute(query, values).fetchone()
        return _stored(row) if row else None

    def _refer(self, source: str, document: dict[str, Any]) -> None:
        targets = {self.find(referenced_type(element) or "", name) for element, name in references(document)}
        targets |= {self.find("Line", object_name("Line", number)) for number in directory_numbers(document)}
        self._db.execute("DELETE FROM reference WHERE source = ?", (source,))
        self._db.executemany(
            "INSERT INTO reference VALUES (?, ?)", [(source, target.uuid) for target in targets if target]
        )

    def _renamed(self, old: StoredObject, document: dict[str, Any]) -> None:
        """Carry a new name into the documents that refer to the object."""
        self._phones.pop(old.name.casefold(), None)
        for referrer in self.referrers(old.uuid):
            if referrer.uuid == old.uuid:
                continue
            if old.type == "Line":
                for number in directory_numbers(referrer.document):
                    if object_name("Line", number).casefold() == old.name.casefold():
                        number.update(
                            pattern=document["pattern"], routePartitionName=document.get("routePartitionName")
                        )
            else:
                rename(referrer.document, old.type, old.name, object_name(old.type, document))
            self.put(referrer.type, referrer.document, referrer.uuid)

    def _phone_record(self, stored: StoredObject) -> PhoneRecord:
        document = stored.document
        return PhoneRecord(
            name=stored.name,
            uuid=stored.uuid,
            model=_text(document, "model") or _text(document, "product"),
            product=_text(document, "product"),
            protocol=_text(document, "protocol"),
            description=_text(document, "description"),
            device_pool=_text(document, "devicePoolName"),
            load=_text(document, "loadInformation"),
            version_stamp=_text(document, "versionStamp"),
            security_profile=_text(document, "securityProfileName"),
            phone_template=_text(document, "phoneTemplateName"),
            vendor_config={
                name: value or ""
                for name, value in (document.get("vendorConfig") or {}).items()
                if not isinstance(value, (dict, list))
            },
            lines=tuple(
                sorted(map(self._appearance, _children(document, "lines", "line")), key=lambda line: line.index)
            ),
        )

    def _appearance(self, line: dict[str, Any]) -> LineAppearance:
        number = line.get("dirn") or {}
        found = self.find("Line", object_name("Line", number))
        return LineAppearance(
            index=int(line["index"]),
            pattern=number["pattern"],
            partition=number.get("routePartitionName") or "",
            label=_text(line, "label"),
            display=_text(line, "display"),
            uuid=line["@uuid"],
            line_uuid=found.uuid if found else "",
        )


def _stored(row: tuple[str, str, str, str]) -> StoredObject:
    uuid, kind, name, document = row
    return StoredObject(type=kind, uuid=uuid, name=name, document=json.loads(document))


def _text(document: dict[str, Any], element: str) -> str:
    value = document.get(element)
    return value if isinstance(value, str) else ""


def _children(document: dict[str, Any], parent: str, child: str) -> list[dict[str, Any]]:
    found = (document.get(parent) or {}).get(child) or []
    return list(found) if isinstance(found, list) else [found]


def _stamp(phone: dict[str, Any]) -> None:
    phone["versionStamp"] = f"{{{int(time.time())}-{str(uuids.uuid4()).upper()}}}"


def _name_appearances(phone: dict[str, Any], old: dict[str, Any]) -> None:
    """Give each line appearance a uuid; a directory number that stays on its button keeps it."""

    def place(line: dict[str, Any]) -> tuple[str, str]:
        return str(line["index"]), object_name("Line", line["dirn"]).casefold()

    known = {place(line): line["@uuid"] for line in _children(old, "lines", "line")}
    for line in _children(phone, "lines", "line"):
        line["@uuid"] = known.get(place(line)) or line.get("@uuid") or new_uuid()


def _call_manager_record(stored: StoredObject) -> CallManagerRecord:
    ports = stored.document.get("ports") or {}
    sip = ports.get("sipPorts") or {}
    return CallManagerRecord(
        name=stored.name,
        address=_text(stored.document, "processNodeName"),
        sip_port=int(sip.get("sipPhonePort") or 5060),
        sips_port=int(sip.get("sipPhoneSecurePort") or 5061),
        sccp_port=int(ports.get("ethernetPhonePort") or 2000),
    )

"""Tables of CUCM's data dictionary, filled from the store's objects: what administrators ask by SQL.

Columns are those of the data dictionary that are in use, as public queries name them. Booleans are "t" and "f", primary
keys are uuids in lower case without braces, as Informix shows them.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from lab.cucm.keys import object_name
from lab.cucm.models import MODELS, WITHOUT_LOAD
from lab.cucm.records import StoredObject, children
from lab.cucm.store import Store
from lab.phone.models import BY_CUCM_NAME

_COLUMNS = {
    "device": "pkid, name, description, tkmodel, tkproduct, tkdeviceprotocol, tkclass, fkdevicepool,"
    " fkcallingsearchspace, fklocation,"
    " fkphonetemplate, fksecurityprofile, fkenduser, fksoftkeytemplate, fkdialrules, tkuserlocale, tkcountry,"
    " specialloadinformation, versionstamp, isactive",
    "numplan": "pkid, dnorpattern, description, alertingname, fkroutepartition, tkpatternusage, iscallable,"
    " cfbdestination, cfbintdestination, cfnadestination, cfnaintdestination, pffdestination, pffintdestination,"
    " cfaptdestination, cfurdestination, cfurintdestination, devicefailuredn, parkmonforwardnoretrievedn,"
    " parkmonforwardnoretrieveintdn",
    "callforwarddynamic": "fknumplan, cfadestination",
    "devicenumplanmap": "pkid, fkdevice, fknumplan, numplanindex, label, display, displayascii, e164mask,"
    " maxnumcalls, busytrigger",
    "devicepool": "pkid, name",
    "securityprofile": "pkid, name, description",
    "softkeytemplate": "pkid, name, description",
    "routepartition": "pkid, name, description",
    "callingsearchspace": "pkid, name, description",
    "linegroup": "pkid, name",
    "linegroupnumplanmap": "pkid, fklinegroup, fknumplan, lineselectionorder",
    "enduser": "pkid, userid, firstname, middlename, lastname, department, mailid, telephonenumber, islocaluser",
    "enduserdevicemap": "pkid, fkenduser, fkdevice",
    "endusernumplanmap": "pkid, fkenduser, fknumplan, tkdnusage",
    "processnode": "pkid, name, description, tknodeusage",
    "processconfig": "pkid, paramname, paramvalue, fkprocessnode, service",
    "callmanager": "pkid, name, description, fkprocessnode",
    "typemodel": "enum, name",
    "typeproduct": "enum, name, tkmodel",
    "typedeviceprotocol": "enum, name",
    "typeuserlocale": "enum, name",
    "typecountry": "enum, name",
    "defaults": "pkid, tkmodel, tkdeviceprotocol, loadinformation, fkdevicepool, fkphonetemplate",
}
_INDEXES = (
    *("device (pkid)", "device (name)", "numplan (pkid)", "numplan (dnorpattern)", "routepartition (pkid)"),
    *("devicenumplanmap (fknumplan)", "devicenumplanmap (fkdevice)", "linegroup (pkid)"),
)
_OWNERS = {
    "Phone": ("device", "devicenumplanmap"),
    "DeviceProfile": ("device", "devicenumplanmap"),
    "Line": ("numplan", "callforwarddynamic"),
    "LineGroup": ("linegroup", "linegroupnumplanmap"),
    "User": ("enduser", "enduserdevicemap", "endusernumplanmap"),
    "DevicePool": ("devicepool",),
    "RoutePartition": ("routepartition",),
    "Css": ("callingsearchspace",),
    "PhoneSecurityProfile": ("securityprofile",),
    "SoftKeyTemplate": ("softkeytemplate",),
    "ProcessNode": ("processnode",),
    "ServiceParameter": ("processconfig",),
    "CallManager": ("callmanager",),
    "DeviceDefaults": ("defaults",),
}
# In the order of numplan's columns.
_FORWARDS = (
    *("callForwardBusy", "callForwardBusyInt", "callForwardNoAnswer", "callForwardNoAnswerInt"),
    *("callForwardNoCoverage", "callForwardNoCoverageInt", "callForwardAlternateParty"),
    *("callForwardNotRegistered", "callForwardNotRegisteredInt"),
)
_PROTOCOLS = {"SCCP": 0, "SIP": 11}
_CLASSES = {"Phone": "1", "DeviceProfile": "254"}
# Some of the locales that CUCM knows; the numbers are those of English and the United States, the others the lab's own.
_LOCALES = {"English United States": 1, "French France": 2, "German Germany": 3, "Dutch Netherlands": 6}
_COUNTRIES = {"United States": 64, "France": 19, "Germany": 21, "Netherlands": 43}
_USAGE = {"Publisher": "0", "Subscriber": "1"}

Rows = Iterator[tuple[str, tuple[Any, ...]]]


class Dictionary:
    """The tables of one store, made for the first query. `refresh` brings in what was written since the last."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kinds: dict[str, str] = {}
        self._database: sqlite3.Connection | None = None

    @property
    def database(self) -> sqlite3.Connection:
        """The database that holds the tables."""
        if self._database is None:
            self._database = _new_tables()
        return self._database

    def close(self) -> None:
        """Drop the tables; a later query makes them anew."""
        if self._database is not None:
            self._database.close()
            self._database = None
            self._kinds.clear()

    def refresh(self) -> None:
        """Bring the tables up to date with the store."""
        fresh = self._database is None
        database = self.database
        changed = self._store.take_unseen()
        if fresh:
            changed |= {stored.uuid for kind in _OWNERS for stored in self._store.all(kind)}
        if not changed:
            return
        database.execute("BEGIN")
        for uuid in changed:
            for table in _OWNERS.get(self._kinds.pop(uuid, ""), ()):
                database.execute(f"DELETE FROM {table}_ WHERE owner = ?", (uuid,))
            stored = self._store.by_uuid(uuid)
            if stored and stored.type in _OWNERS:
                self._kinds[uuid] = stored.type
                for table, row in _ROWS[stored.type](self, stored):
                    marks = ", ".join("?" * (len(row) + 1))
                    database.execute(f"INSERT INTO {table}_ VALUES ({marks})", (*row, uuid))
        database.execute("COMMIT")

    # -- one method for each type ------------------------------------------------------------------------------------

    def _phone(self, phone: StoredObject) -> Rows:
        document, key = phone.document, _pkid(phone.uuid)
        yield (
            "device",
            (
                *(key, phone.name, document.get("description")),
                *(model_number(document.get(name) or "") for name in ("model", "product")),
                *(_PROTOCOLS.get(document.get("protocol") or ""), _CLASSES[phone.type]),
                self._key("DevicePool", document.get("devicePoolName")),
                self._key("Css", document.get("callingSearchSpaceName")),
                self._key("Location", document.get("locationName")),
                self._key("PhoneButtonTemplate", document.get("phoneTemplateName")),
                self._key("PhoneSecurityProfile", document.get("securityProfileName")),
                self._key("User", document.get("ownerUserName")),
                self._key("SoftKeyTemplate", document.get("softkeyTemplateName")),
                self._key("SipDialRules", document.get("dialRulesName")),
                *(_LOCALES.get(document.get("userLocale") or ""), _COUNTRIES.get(document.get("networkLocale") or "")),
                *(document.get("loadInformation"), _stamp(document.get("versionStamp"))),
                _flag(document.get("isActive")),
            ),
        )
        for line in children(document, "lines", "line"):
            text = (line.get(name) for name in ("label", "display", "displayAscii", "e164Mask"))
            calls = (line.get("maxNumCalls"), line.get("busyTrigger"))
            number = self._key("Line", object_name("Line", line.get("dirn") or {}))
            yield "devicenumplanmap", (_pkid(line.get("@uuid", "")), key, number, int(line["index"]), *text, *calls)

    def _line(self, line: StoredObject) -> Rows:
        document = line.document
        texts = (document["pattern"], document.get("description"), document.get("alertingName"))
        partition = self._key("RoutePartition", document.get("routePartitionName"))
        forwards = [(document.get(name) or {}).get("destination") for name in _FORWARDS]
        others = (
            (document.get("callForwardOnFailure") or {}).get("destination"),
            document.get("parkMonForwardNoRetrieveDn"),
            document.get("parkMonForwardNoRetrieveIntDn"),
        )
        yield "numplan", (_pkid(line.uuid), *texts, partition, "2", "t", *forwards, *others)
        yield "callforwarddynamic", (_pkid(line.uuid), (document.get("callForwardAll") or {}).get("destination"))

    def _line_group(self, group: StoredObject) -> Rows:
        yield "linegroup", (_pkid(group.uuid), group.name)
        for place, member in enumerate(children(group.document, "members", "member")):
            number = self._key("Line", object_name("Line", member.get("directoryNumber") or {}))
            key = f"{_pkid(group.uuid)[:-4]}{place:04x}"
            yield "linegroupnumplanmap", (key, _pkid(group.uuid), number, member.get("lineSelectionOrder"))

    def _user(self, user: StoredObject) -> Rows:
        names = ("firstName", "middleName", "lastName", "department", "mailid", "telephoneNumber")
        yield "enduser", (_pkid(user.uuid), user.name, *(user.document.get(name) for name in names), "t")
        devices = (user.document.get("associatedDevices") or {}).get("device") or []
        for place, device in enumerate(devices):
            key = f"{_pkid(user.uuid)[:-4]}{place:04x}"
            yield "enduserdevicemap", (key, _pkid(user.uuid), self._key("Phone", device))
        extension = user.document.get("primaryExtension") or {}
        if extension.get("pattern"):
            number = self._key("Line", object_name("Line", extension))
            yield "endusernumplanmap", (_pkid(user.uuid), _pkid(user.uuid), number, "1")

    def _process_node(self, node: StoredObject) -> Rows:
        usage = _USAGE.get(node.document.get("nodeUsage") or "")
        yield "processnode", (_pkid(node.uuid), node.name, node.document.get("description"), usage)

    def _parameter(self, parameter: StoredObject) -> Rows:
        document = parameter.document
        node = self._key("ProcessNode", document.get("processNodeName"))
        values = (document.get("name"), document.get("value"))
        yield "processconfig", (_pkid(parameter.uuid), *values, node, document.get("service"))

    def _call_manager(self, manager: StoredObject) -> Rows:
        node = self._key("ProcessNode", manager.document.get("processNodeName"))
        yield "callmanager", (_pkid(manager.uuid), manager.name, manager.document.get("description"), node)

    def _defaults(self, row: StoredObject) -> Rows:
        document = row.document
        pool = self._key("DevicePool", document.get("DevicePoolName"))
        template = self._key("PhoneButtonTemplate", document.get("PhoneButtonTemplate"))
        model, protocol = model_number(document["Model"]), _PROTOCOLS.get(document["Protocol"])
        yield "defaults", (_pkid(row.uuid), model, protocol, document.get("LoadInformation"), pool, template)

    def _named(self, stored: StoredObject) -> Rows:
        table = _OWNERS[stored.type][0]
        row = (_pkid(stored.uuid), stored.name, stored.document.get("description"))
        yield table, row[:2] if table == "devicepool" else row

    def _key(self, kind: str, name: str | None) -> str | None:
        found = self._store.find(kind, name) if name else None
        return _pkid(found.uuid) if found else None


_ROWS: dict[str, Callable[[Dictionary, StoredObject], Rows]] = {
    **dict.fromkeys(
        ("DevicePool", "RoutePartition", "Css", "PhoneSecurityProfile", "SoftKeyTemplate"), Dictionary._named
    ),
    **dict.fromkeys(("Phone", "DeviceProfile"), Dictionary._phone),
    "Line": Dictionary._line,
    "LineGroup": Dictionary._line_group,
    "User": Dictionary._user,
    "ProcessNode": Dictionary._process_node,
    "ServiceParameter": Dictionary._parameter,
    "CallManager": Dictionary._call_manager,
    "DeviceDefaults": Dictionary._defaults,
}


def model_number(name: str) -> int | None:
    """Return CUCM's number of a model, one of the lab's own where that isn't known; None for no name."""
    known = BY_CUCM_NAME.get(name)
    return known.number if known else 40_000 + zlib.crc32(name.encode()) % 20_000 if name else None


def _pkid(uuid: str) -> str:
    return uuid.strip("{}").lower()


def _stamp(value: str | None) -> str | None:
    """The tables have it without the braces that AXL puts around it."""
    return value.strip("{}") if value else value


def _flag(value: str | None) -> str:
    return "f" if value in ("false", "f", "0") else "t"


def _new_tables() -> sqlite3.Connection:
    database = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    for table, columns in _COLUMNS.items():
        # The object that a row is from; `select *` must not show it, which is why the tables are behind views.
        database.execute(f"CREATE TABLE {table}_ ({columns}, owner)")
        database.execute(f"CREATE INDEX {table}_owner ON {table}_ (owner)")
        database.execute(f"CREATE VIEW {table} AS SELECT {columns} FROM {table}_")
    numbers = [(model_number(name), name) for name in (*MODELS, *WITHOUT_LOAD)]
    database.executemany("INSERT INTO typemodel_ VALUES (?, ?, '')", numbers)
    database.executemany("INSERT INTO typeproduct_ VALUES (?1, ?2, ?1, '')", numbers)
    named = {"typedeviceprotocol": _PROTOCOLS, "typeuserlocale": _LOCALES, "typecountry": _COUNTRIES}
    for table, names in named.items():
        rows = [(number, name) for name, number in names.items()]
        database.executemany(f"INSERT INTO {table}_ VALUES (?, ?, '')", rows)
    for number, index in enumerate(_INDEXES):
        database.execute(f"CREATE INDEX index_{number} ON {index.replace(' (', '_ (')}")
    return database

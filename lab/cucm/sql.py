"""executeSQLQuery: plain SELECTs on the few tables of CUCM's data dictionary that administrators ask for.

The tables are made anew for each query from the store, in a database of their own, so that a query can change nothing.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from typing import Any

from lab.cucm.axl_faults import AxlFault
from lab.cucm.store import Store

_COLUMNS = {
    "device": "pkid, name, description, model, protocol, fkdevicepool, specialloadinformation, versionstamp",
    "numplan": "pkid, dnorpattern, description, fkroutepartition",
    "devicenumplanmap": "pkid, fkdevice, fknumplan, numplanindex, label, display, e164mask",
    "devicepool": "pkid, name",
    "routepartition": "pkid, name, description",
    "callingsearchspace": "pkid, name, description",
    "processnode": "pkid, name, description",
    "processconfig": "paramname, paramvalue",
}
_NAMED = {"devicepool": "DevicePool", "routepartition": "RoutePartition", "callingsearchspace": "Css"}
_MAX_STEPS = 1000
_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}


def execute(store: Store, query: str) -> list[dict[str, str]]:
    """Return the rows of a query as {column in lower case: text}. Raises AxlFault with Informix's code."""
    database = sqlite3.connect(":memory:")
    try:
        _fill(database, store)
        database.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY)
        database.set_progress_handler(_budget(), 10_000)
        cursor = database.execute(query)
        names = [column[0].lower() for column in cursor.description or ()]
        return [
            {name: "" if value is None else str(value) for name, value in zip(names, row, strict=True)}
            for row in cursor
        ]
    except sqlite3.Error as error:
        raise _fault(str(error)) from error
    finally:
        database.close()


def _budget() -> Any:
    steps = iter(range(_MAX_STEPS))
    return lambda: next(steps, None) is None


def _fault(reason: str) -> AxlFault:
    column = re.search(r"no such column: (\S+)", reason)
    table = re.search(r"no such table: (\S+)", reason)
    if column:
        text = f"Column ({column[1]}) not found in any table in the query (or SLV is undefined)."
        return AxlFault(217, text)
    if table:
        return AxlFault(206, f"The specified table ({table[1]}) is not in the database.")
    return AxlFault(201, "A syntax error has occurred.")


def _fill(database: sqlite3.Connection, store: Store) -> None:
    for table, columns in _COLUMNS.items():
        database.execute(f"CREATE TABLE {table} ({columns})")
    for table, rows in _tables(store):
        for row in rows:
            marks = ", ".join("?" * len(row))
            database.execute(f"INSERT INTO {table} VALUES ({marks})", row)


def _tables(store: Store) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    pools = {pool.name.casefold(): _pkid(pool.uuid) for pool in store.all("DevicePool")}
    partitions = {partition.name.casefold(): _pkid(partition.uuid) for partition in store.all("RoutePartition")}
    for table, kind in _NAMED.items():
        columns = 2 if table == "devicepool" else 3
        yield table, [(_pkid(o.uuid), o.name, o.document.get("description"))[:columns] for o in store.all(kind)]
    yield (
        "processnode",
        [(_pkid(node.uuid), node.name, node.document.get("description")) for node in store.all("ProcessNode")],
    )
    yield "processconfig", [("ClusterSecurityMode", "0")]
    yield (
        "numplan",
        [
            (_pkid(line.uuid), document["pattern"], document.get("description"), partitions.get(_partition(document)))
            for line in store.all("Line")
            for document in [line.document]
        ],
    )
    phones = store.phones()
    yield (
        "device",
        [
            (
                *(_pkid(phone.uuid), phone.name, phone.description, phone.model, phone.protocol),
                *(pools.get(phone.device_pool.casefold()), phone.load, phone.version_stamp),
            )
            for phone in phones
        ],
    )
    yield (
        "devicenumplanmap",
        [
            (_pkid(line.uuid), _pkid(phone.uuid), _pkid(line.line_uuid), line.index, line.label, line.display, None)
            for phone in phones
            for line in phone.lines
        ],
    )


def _partition(document: dict[str, Any]) -> str:
    return (document.get("routePartitionName") or "").casefold()


def _pkid(uuid: str) -> str:
    return uuid.strip("{}").lower()

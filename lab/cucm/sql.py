"""executeSQLQuery: SELECTs in Informix's dialect on the tables of `lab.cucm.dictionary`.

A query can change nothing, whatever it says. Of Informix's dialect the lab has `skip N first M`, `limit`, joins,
`in (...)`, `like`, `order by` and what SQLite has in common with it.
"""

from __future__ import annotations

import re
import sqlite3
from typing import Any

from lab.cucm.axl_faults import AxlFault
from lab.cucm.dictionary import Dictionary

_HEAD = re.compile(r"\s*select\s+(?:skip\s+(\d+)\s+)?(?:(?:first|limit)\s+(\d+)\s+)?", re.IGNORECASE)
_NOT_A_NAME = re.compile(r"\W.*", re.DOTALL)
_MAX_STEPS = 20_000
_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}


def execute(dictionary: Dictionary, query: str) -> list[dict[str, str]]:
    """Return the rows of a query as {column in lower case: text}. Raises AxlFault with Informix's code."""
    dictionary.refresh()
    database = dictionary.database
    database.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY)
    database.set_progress_handler(_budget(), 10_000)
    try:
        cursor = database.execute(_in_sqlite(query))
        if not cursor.description:
            raise _fault("no query")
        names = [_NOT_A_NAME.sub("", column[0].lower()) or "expression" for column in cursor.description]
        return [
            {name: "" if value is None else str(value) for name, value in zip(names, row, strict=True)}
            for row in cursor
        ]
    except sqlite3.Error as error:
        raise _fault(str(error)) from error
    finally:
        database.set_authorizer(None)
        database.set_progress_handler(None, 0)


def _in_sqlite(query: str) -> str:
    """Return a query with its `skip N first M` where SQLite has them, at the end."""
    head = _HEAD.match(query)
    if not head or not (head[1] or head[2]):
        return query
    rest = query[head.end() :].strip().removesuffix(";")
    return f"select {rest} limit {head[2] or -1} offset {head[1] or 0}"


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

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which partitions a directory number is in, which devices have it, and what else uses it; asked for many at once.

The devices come out of CUCM's tables by executeSQLQuery, 500 numbers a request. Where an account may not do that, or
the tables aren't as expected, each line is asked for by getLine.
"""

from __future__ import annotations

import threading
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import many
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.numplan import (
    Key,
    ask_all,
    find_lines,
    get_line,
    key_of_line,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.sql import quoted, select

if t.TYPE_CHECKING:
    from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl

Found = tuple[str, str]
"""A line that exists: pattern and partition as CUCM has them in its answer."""

_CHUNK = 500
"""Numbers in one query: some 10 kB of SQL."""

_FEW = 2
"""Lines up to which asking for each costs no more requests than two queries."""

_LINE = "n.dnorpattern as pattern, p.name as partition_name"
_JOIN = "inner join numplan n on n.pkid = m.fknumplan left outer join routepartition p on p.pkid = n.fkroutepartition"
_DEVICES = f"d.name as holder, {_LINE} from devicenumplanmap m inner join device d on d.pkid = m.fkdevice {_JOIN}"
_GROUPS = (
    f"g.name as holder, {_LINE} from linegroupnumplanmap m inner join linegroup g on g.pkid = m.fklinegroup {_JOIN}"
)
_USERS = f"u.userid as holder, {_LINE} from endusernumplanmap m inner join enduser u on u.pkid = m.fkenduser {_JOIN}"
_DESTINATIONS = (
    *(
        f"{kind}destination"
        for kind in ("cfb", "cfbint", "cfna", "cfnaint", "cfur", "cfurint", "pff", "pffint", "cfapt")
    ),
    *("devicefailuredn", "parkmonforwardnoretrievedn", "parkmonforwardnoretrieveintdn"),
)
"""Columns of numplan with numbers to which a line forwards, as a dump of the table (release 12) has them; they may
change with any release."""


class LineBook:
    """What one task knows of lines, as it was when it was first asked for. May be used by several threads.

    Names of partitions are compared without case, as CUCM does.
    """

    def __init__(self, axl: Axl) -> None:
        self._axl = axl
        self._lock = threading.RLock()
        self._partitions: dict[str, list[str]] = {}
        self._absent: set[Key] = set()
        self._devices: dict[Found, list[str]] = {}
        self._sql = True

    def prefetch(self, keys: t.Iterable[Key]) -> None:
        """Ask for many lines at once: where they are, and which devices have them."""
        with self._lock:
            wanted = [key for key in dict.fromkeys(keys) if not self._knows(key)]
            if not wanted:
                return
            if len(wanted) <= _FEW and all(partition is not None for _pattern, partition in wanted):
                self._ask_each([(pattern, partition or "") for pattern, partition in wanted])
                return
            there = []
            for key, lines in zip(wanted, find_lines(self._axl, wanted, ()), strict=True):
                if key[1] is None:
                    self._partitions[key[0]] = sorted(key_of_line(line)[1] for line in lines)
                elif not lines:
                    self._absent.add(_folded(key))
                there += [key_of_line(line) for line in lines]
            self._ask_devices(list(dict.fromkeys(there)))

    def partitions_of(self, pattern: str) -> list[str]:
        """Return the partitions that a number is in, sorted; an empty one is `<None>`."""
        with self._lock:
            self.prefetch([(pattern, None)])
            return list(self._partitions[pattern])

    def devices_of(self, pattern: str, partition: str) -> list[str] | None:
        """Return the names of the devices that have a line, sorted, or None where there is no such line.

        Devices are phones and whatever else has lines: device profiles, CTI ports, templates.
        """
        with self._lock:
            self.prefetch([(pattern, partition)])
            devices = self._devices.get(_folded((pattern, partition)))
            return None if devices is None else list(devices)

    def unused(self, keys: t.Iterable[tuple[str, str]], without: t.Collection[str] = ()) -> list[tuple[str, str]]:
        """Return those lines among the keys that are there and that nothing uses.

        :param without: devices that don't count, because they are about to be removed
        """
        keys = list(dict.fromkeys(keys))
        users = self.users_of(keys, without)
        return [key for key in keys if users[key] == []]

    def users_of(
        self, keys: t.Iterable[tuple[str, str]], without: t.Collection[str] = ()
    ) -> dict[tuple[str, str], list[str] | None]:
        """Return for each line what uses it, in words, or None where there is no such line.

        Looked at: phones, device profiles and all other devices; line groups; users' primary and IPCC extensions; and,
        where SQL is allowed, the destinations of call forwards (a number dialled with a prefix isn't recognized).
        Not looked at: hunt pilots, translation patterns, speed dials and BLFs, which carry dialled numbers too.
        """
        keys = list(dict.fromkeys(keys))
        ignored = {name.casefold() for name in without}
        self.prefetch(keys)
        users: dict[tuple[str, str], list[str] | None] = {}
        for key in keys:
            devices = self.devices_of(*key)
            users[key] = None if devices is None else [name for name in devices if name.casefold() not in ignored]
        free = [key for key in keys if users[key] == []]
        folded = {_folded(key): key for key in free}
        for word, holders in self._other_users(free):
            for found, holder in holders:
                key = folded.get(_folded(found))
                if key is not None:
                    t.cast("list[str]", users[key]).append(f"{word} {holder}")
        return users

    def _knows(self, key: Key) -> bool:
        pattern, partition = key
        if partition is None:
            return pattern in self._partitions
        return _folded(key) in self._devices or _folded(key) in self._absent

    def _ask_each(self, keys: list[Found]) -> None:
        tags = {"pattern": "", "associatedDevices": {"device": ""}}
        lines = ask_all(self._axl, lambda key: get_line(self._axl, *key, tags), keys)
        for key, line in zip(keys, lines, strict=True):
            if line is None:
                self._absent.add(_folded(key))
            else:
                self._devices[_folded(key)] = sorted(
                    str(name) for name in many(line.get("associatedDevices"), "device")
                )

    def _ask_devices(self, keys: list[Found]) -> None:
        listed = self._query(_DEVICES, keys, "asking which devices have the lines") if keys else []
        if listed is None:
            self._sql = False
            self._ask_each(keys)
            return
        devices: dict[Found, set[str]] = {_folded(key): set() for key in keys}
        for key, device in listed:
            devices.get(_folded(key), set()).add(device)
        self._devices.update({key: sorted(names) for key, names in devices.items()})

    def _other_users(self, keys: list[Found]) -> t.Iterator[tuple[str, list[tuple[Found, str]]]]:
        if not keys:
            return
        groups = self._query(_GROUPS, keys, "asking which line groups have the lines")
        yield "line group", self._groups_one_by_one() if groups is None else groups
        users = self._query(_USERS, keys, "asking whose extensions the lines are")
        yield "extension of user", self._users_listed() if users is None else users
        yield "forward of line", self._forwards(keys)

    def _query(self, what: str, keys: list[Found], doing: str) -> list[tuple[Found, str]] | None:
        """Return (line, holder) for the lines, or None where this can't be asked for by SQL."""
        found = []
        for patterns in _chunks(keys):
            condition = f"n.dnorpattern in ({quoted(patterns)})"
            rows = self._rows(f"{what} where {condition} order by pattern, partition_name, holder", doing)
            if rows is None:
                return None
            found += [((row["pattern"], row["partition_name"]), row["holder"]) for row in rows]
        return found

    def _forwards(self, keys: list[Found]) -> list[tuple[Found, str]]:
        """Return (line, number that is forwarded to it); a destination has no partition."""
        found: list[tuple[Found, str]] = []
        by_number: dict[str, list[Found]] = {}
        for key in keys:
            by_number.setdefault(key[0].lstrip("\\"), []).append(key)
        for patterns in _chunks(keys):
            numbers = sorted({form for pattern in patterns for form in (pattern, pattern.lstrip("\\"))})
            texts = quoted(numbers)
            sources = [("f.cfadestination", "callforwarddynamic f inner join numplan n on n.pkid = f.fknumplan")]
            sources += [(f"n.{column}", "numplan n") for column in _DESTINATIONS]
            for column, table in sources:
                query = f"n.dnorpattern as holder, {column} as destination from {table} where {column} in ({texts})"
                rows = self._rows(f"{query} order by holder, destination", "asking for forwards to the lines")
                for row in rows or ():
                    for key in by_number.get(row["destination"].lstrip("\\"), []):
                        if (key, row["holder"]) not in found and row["holder"] != key[0]:
                            found.append((key, row["holder"]))
        return found

    def _rows(self, query: str, doing: str) -> list[dict[str, str]] | None:
        return select(self._axl, query, doing) if self._sql else None

    def _groups_one_by_one(self) -> list[tuple[Found, str]]:
        tags = {"members": {"member": {"directoryNumber": {"pattern": "", "routePartitionName": ""}}}}
        listed = self._axl.list("LineGroup", {"name": "%"}, ["name"], "listing the line groups")
        names = [str(item["name"]) for item in listed]
        found = []
        groups = ask_all(
            self._axl,
            lambda name: self._axl.get("LineGroup", {"name": name}, f"looking up line group {name}", tags),
            names,
        )
        for name, group in zip(names, groups, strict=True):
            for member in many((group or {}).get("members"), "member"):
                number = member.get("directoryNumber") or {}
                if number.get("pattern"):
                    found.append((key_of_line(number), name))
        return found

    def _users_listed(self) -> list[tuple[Found, str]]:
        tags = {"userid": "", "primaryExtension": {"pattern": "", "routePartitionName": ""}}
        users = self._axl.list("User", {"userid": "%"}, tags, "listing the users' primary extensions")
        return [
            (key_of_line(extension), str(user["userid"]))
            for user in users
            if (extension := user.get("primaryExtension")) and extension.get("pattern")
        ]


def _folded(key: tuple[str, str | None]) -> tuple[str, str]:
    return key[0], (key[1] or "").casefold()


def _chunks(keys: list[Found]) -> t.Iterator[list[str]]:
    patterns = sorted({pattern for pattern, _partition in keys})
    for start in range(0, len(patterns), _CHUNK):
        yield patterns[start : start + _CHUNK]

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the plan can mend of what the verdicts name: which ports, scopes, phones and resets, and nothing beside them."""

from __future__ import annotations

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._startup.catalogue import (
    CAUSES,
    PHONES,
    PORTS,
    RESET,
    SCOPES,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup.steps import CERTAIN, LIKELY

# Parts of what is due, beside those that the catalogue names.
RELAYS, RESETS = "relays", "resets"

Row = t.Mapping[str, t.Any]
# Of those that the DHCP stage mends, the one that no scope mends.
_RELAY = "relay_missing"
_KEYS: dict[str, t.Callable[[Row], t.Any]] = {
    PORTS: lambda row: row["interface"],
    SCOPES: lambda row: str(row.get("network")),
    RELAYS: lambda row: str(row["interface"]).casefold(),
    PHONES: lambda row: row.get("name"),
}


def remedies(planned: t.Iterable[Row], verdicts: t.Iterable[Row]) -> dict[str, t.Any]:
    """Return what the plan can mend: of causes and findings that are certain or likely, those that say so.

    :param planned: rows of `phone_startup_info`
    :param verdicts: results of `phone_startup_info`
    :returns: ``ports`` (switch -> interfaces), ``scopes`` (networks), ``relays`` (interfaces, in lower case),
        ``phones`` and ``resets`` (names)
    """
    row_of = {str(row.get("name")): row for row in planned}
    due: dict[str, t.Any] = {PORTS: {}, SCOPES: [], RELAYS: [], PHONES: [], RESETS: []}
    for result in verdicts:
        row, verdict = row_of.get(str(result.get("key"))), result.get("verdict")
        if row is None or not verdict:
            continue
        for cause in _causes(verdict):
            _put(due, row, cause)
    return due


def rows_to_mend(rows: t.Iterable[Row], due: t.Mapping[str, t.Any], part: str, switch: str = "") -> list[Row]:
    """Return the rows of a module that are to be mended, as they are planned.

    :param part: ``ports`` (of a switch), ``scopes``, ``relays`` or ``phones``
    """
    wanted = due.get(part) or []
    if part == PORTS:
        wanted = dict(wanted).get(switch, [])
    return [row for row in rows if _KEYS[part](row) in wanted]


def needed_rows(rows: t.Iterable[Row], mended: t.Iterable[Row], part: str) -> list[Row]:
    """Return the rows without which others can't be mended.

    :param mended: rows of ports or of phones
    :param part: ``vlans`` of those ports, or ``lines`` of those phones
    """
    if part == "vlans":
        given = {str(row[name]) for row in mended for name in ("access_vlan", "voice_vlan") if row.get(name)}
        return [row for row in rows if {str(row["id"]), str(row.get("name"))} & given]
    numbers = {(line["pattern"], line.get("partition")) for phone in mended for line in phone.get("lines") or []}
    return [row for row in rows if (row["pattern"], row.get("partition")) in numbers]


# Another server may serve the network: a second one beside it would give its addresses out twice.
_ONLY_CERTAIN = ("scope_missing", _RELAY)
# A phone that is registered would lose, by a reset, what it has.
_ONLY_STUCK = ("config_missing",)


def _causes(verdict: Row) -> list[str]:
    planned = bool(verdict.get("registered_as_planned"))
    stated = [*(verdict.get("findings") or []), *([] if planned else [verdict])]
    sure = [str(one.get("cause")) for one in stated if one.get("confidence") == CERTAIN]
    likely = [str(one.get("cause")) for one in stated if one.get("confidence") == LIKELY]
    found = sure + [name for name in likely if name not in _ONLY_CERTAIN]
    return [name for name in found if not (planned and name in _ONLY_STUCK)]


def _put(due: dict[str, t.Any], row: Row, name: str) -> None:
    cause = CAUSES.get(name)
    part = cause.mendable if cause else None
    if part == PORTS:
        _once(due[PORTS].setdefault(str(row.get("switch")), []), row.get("interface"))
    elif part == SCOPES and name == _RELAY:
        _once(due[RELAYS], f"vlan{row.get('voice_vlan')}")
    elif part == SCOPES and row.get("network"):
        _once(due[SCOPES], str(row["network"]))
    elif part == PHONES:
        _once(due[PHONES], row.get("name"))
    elif part == RESET:
        _once(due[RESETS], row.get("name"))


def _once(names: list[t.Any], name: t.Any) -> None:
    if name is not None and name not in names:
        names.append(name)

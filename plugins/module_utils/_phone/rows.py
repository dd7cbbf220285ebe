# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of `phone_info`: which phones are looked at, and what is told of each. Pure functions."""

from __future__ import annotations

import ipaddress
import re
import typing as t
from dataclasses import dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault, row_label
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Pages
from ansible_collections.dialtone.voice.plugins.module_utils._text import device_name, nearest

_KEYS = ("address", "mac", "name")
_HOST = re.compile(r"(?=.{1,253}$)(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.?)+")


@dataclass(frozen=True)
class Wanted:
    """A phone to look at. `name`: its device name, empty where it isn't given; `address` likewise."""

    name: str
    address: str

    @property
    def key(self) -> str:
        return self.name or self.address


def wanted_phones(rows: t.Sequence[t.Any]) -> tuple[list[Wanted], list[str]]:
    """Check the rows: addresses, mappings of `address` and `name` (or `mac`), or results of looks at registrations.

    :return: the phones, and one line for each fault
    """
    found, faults = [], []
    for index, row in enumerate(rows):
        own = row if isinstance(row, dict) else {"address": row}
        if "ip_address" in own:
            own = {"name": own.get("key"), "address": own["ip_address"]}
        label = row_label(own) or str(own.get("address") or "")
        problems = [
            f"unknown key {key}" + (f", did you mean {near[0]}?" if (near := nearest(str(key), _KEYS, 1)) else "")
            for key in own
            if key not in _KEYS
        ]
        name, address = "", own.get("address")
        given = own.get("name") or own.get("mac")
        if given:
            try:
                name = device_name(given)
            except ValueError as error:
                problems.append(str(error))
        if address not in (None, "") and not is_host(address):
            problems.append(f"{address!r} is neither an address nor a host name")
        if address in (None, "") and not given:
            problems.append("give an address, or a mapping with name and address")
        faults += [row_fault("phones", index, label, problem) for problem in problems]
        found.append(Wanted(name, str(address or "")))
    return found, faults


def is_host(value: t.Any) -> bool:
    """Tell whether a text is an address or a host name."""
    if not isinstance(value, str):
        return False
    try:
        ipaddress.ip_address(value.strip("[]"))
    except ValueError:
        # What looks like an address and is none isn't a name either.
        return bool(_HOST.fullmatch(value)) and not re.fullmatch(r"[\d.]+", value)
    return True


def told(wanted: Wanted, answer: Pages | str | None) -> dict[str, t.Any]:
    """Return what is told of a phone: whether it showed its pages, what is on them, and what a person should know."""
    if answer is None:
        return {"shown": False, "finding": "no address is given", "fields": {}, "messages": None, "pages": {}}
    if isinstance(answer, str):
        return {"shown": False, "finding": answer, "fields": {}, "messages": None, "pages": {}}
    return {
        "shown": True,
        "finding": _stranger(wanted, answer),
        "fields": dict(answer.fields),
        "messages": list(answer.messages) if answer.messages is not None else None,
        "pages": {page: proof.asked for page, proof in answer.proofs.items()},
    }


def _stranger(wanted: Wanted, answer: Pages) -> str | None:
    mac = answer.fields.get("mac", "")
    there = f"SEP{mac}" if mac else answer.fields.get("host_name", "").upper()
    if wanted.name and there and there != wanted.name:
        return f"another phone, {there}, has the address {wanted.address} now"
    return None

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of `phone_startup_info`: what the plan says of each phone. Pure functions."""

from __future__ import annotations

import ipaddress
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.phone_fields import key_of_row, phone_name
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Planned
from ansible_collections.dialtone.voice.plugins.module_utils._switch.names import canonical

_VLANS = range(1, 4095)


def planned_phones(rows: t.Sequence[dict[str, t.Any]]) -> tuple[list[Planned], list[str]]:
    """Return what validated rows say, and the faults that they have beyond the argument spec."""
    phones: list[Planned] = []
    faults: list[str] = []
    first: dict[str, int] = {}
    for index, row in enumerate(rows):
        found: list[str] = []
        name = key_of_row(row)
        try:
            name = phone_name(row)
            if name.upper() in first:
                found.append(f"the same phone as phones[{first[name.upper()]}]: give each phone once")
            first.setdefault(name.upper(), index)
        except ValueError as error:
            found.append(str(error))
        vlan = row.get("voice_vlan")
        if vlan is not None and vlan not in _VLANS:
            found.append(f"voice_vlan {vlan} is no VLAN: give 1 to 4094")
        phones.append(
            Planned(
                name=name,
                model=row.get("model") or "",
                protocol=row.get("protocol") or "",
                switch=row.get("switch") or "",
                interface=_interface(row.get("interface") or "", found),
                patterns=tuple(row.get("patterns") or ()),
                voice_vlan=vlan,
                poe=row.get("poe") or None,
                network=_network(row.get("network") or "", found),
                gateways=_addresses(row, "gateways", found),
                tftp_servers=tuple(row.get("tftp_servers") or ()),
                load=row.get("load") or "",
                nodes=tuple(row.get("nodes") or ()),
            )
        )
        faults += [row_fault("phones", index, name, fault) for fault in found]
    return phones, faults


def wanted_row(planned: Planned) -> dict[str, t.Any]:
    """Return a phone as `wait_for_registration` takes it."""
    row: dict[str, t.Any] = {"name": planned.name, "protocol": planned.protocol, "patterns": list(planned.patterns)}
    if planned.nodes:
        row["nodes"] = list(planned.nodes)
    if planned.load:
        row["load"] = planned.load
    return row


def _interface(name: str, faults: list[str]) -> str:
    try:
        return canonical(name) if name else ""
    except ValueError as error:
        faults.append(f"interface: {error}")
        return name


def _network(text: str, faults: list[str]) -> str:
    if not text:
        return ""
    try:
        return str(ipaddress.IPv4Network(text, strict=False))
    except ValueError:
        faults.append(f"network '{text}' is no network: write it as 10.1.20.0/24")
        return ""


def _addresses(row: t.Mapping[str, t.Any], option: str, faults: list[str]) -> tuple[str, ...]:
    found = []
    for text in row.get(option) or ():
        try:
            found.append(str(ipaddress.IPv4Address(text)))
        except ValueError:
            faults.append(f"{option}: '{text}' is no IPv4 address")
    return tuple(found)

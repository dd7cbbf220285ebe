# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each stage takes from the checked plan. Pure functions."""

from __future__ import annotations

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._plan import APPEARANCE_OPTIONS, PlannedPhone
from ansible_collections.dialtone.voice.plugins.module_utils._switch.rows import PORT_SPEC
from ansible_collections.dialtone.voice.plugins.module_utils._switch.rules import DESCRIPTION_LIMIT
from ansible_collections.dialtone.voice.plugins.module_utils._text import plain_ascii

Row = t.Mapping[str, t.Any]


def ports(plan: t.Iterable[PlannedPhone], switch: str) -> list[dict[str, t.Any]]:
    """Return the rows of ``switch_voice_ports`` for one switch, in the plan's order.

    A port is described by its phone's name and description where the profile or the row gives no other text; CUCM
    takes characters in a description that a switch does not.
    """
    return [
        {
            "interface": phone.interface,
            "description": plain_ascii(f"{phone.name} {phone.description}")[:DESCRIPTION_LIMIT].strip(),
            **phone.port,
        }
        for phone in plan
        if phone.switch == switch
    ]


def lines(plan: t.Iterable[PlannedPhone]) -> list[dict[str, t.Any]]:
    """Return the rows of ``cucm_lines``: each directory number once, a shared one too."""
    rows: dict[tuple[str, str | None], dict[str, t.Any]] = {}
    for phone in plan:
        for line in phone.lines:
            row: dict[str, t.Any] = {"pattern": line.dn}
            if line.partition is not None:
                row["partition"] = line.partition
            if phone.description:
                row["description"] = phone.description
            row.update({name: value for name, value in line.options.items() if name not in APPEARANCE_OPTIONS})
            rows.setdefault((line.dn, line.partition), row)
    return list(rows.values())


def phones(plan: t.Iterable[PlannedPhone]) -> list[dict[str, t.Any]]:
    """Return the rows of ``cucm_phones``, each with its line appearances in order."""
    rows = []
    for phone in plan:
        row: dict[str, t.Any] = {"name": phone.name, "model": phone.model, "protocol": phone.protocol}
        if phone.description:
            row["description"] = phone.description
        row["lines"] = [_appearance(line) for line in phone.lines]
        rows.append({**row, **phone.phone})
    return rows


def _appearance(line: t.Any) -> dict[str, t.Any]:
    row: dict[str, t.Any] = {"pattern": line.dn}
    if line.partition is not None:
        row["partition"] = line.partition
    if line.shared:
        row["shared"] = True
    row.update({name: value for name, value in line.options.items() if name in APPEARANCE_OPTIONS})
    return row


def startups(
    plan: t.Iterable[PlannedPhone],
    vlans: t.Mapping[str, t.Sequence[Row]],
    scopes: t.Sequence[Row],
    tftp_servers: t.Sequence[str],
) -> list[dict[str, t.Any]]:
    """Return the rows of ``phone_startup_info``: all that the plan and the site say of a phone's start-up.

    :param vlans: switch -> its VLANs (`voice_vlans`), which say what number a voice VLAN has that is planned by name
    :param scopes: the planned scopes of all DHCP servers, as ``dhcp_scopes`` takes them
    :param tftp_servers: of the site, where the scope of a phone's VLAN is not known
    """
    plan = list(plan)
    voices = [_vlan_number(_port_option(phone, "voice_vlan"), vlans.get(phone.switch, ())) for phone in plan]
    wanted = {(phone.switch, voice) for phone, voice in zip(plan, voices, strict=True) if voice is not None}
    alone = len({voice for _switch, voice in wanted}) == 1
    scope_of = {
        (switch, voice): _scope_of(voice, vlans.get(switch, ()), scopes, alone=alone) for switch, voice in wanted
    }
    rows = []
    for phone, voice in zip(plan, voices, strict=True):
        scope = scope_of.get((phone.switch, voice)) or {}
        row = {
            "name": phone.name,
            "model": phone.model,
            "protocol": phone.protocol,
            "switch": phone.switch,
            "interface": phone.interface,
            "patterns": [line.dn for line in phone.lines],
            "voice_vlan": voice,
            "poe": _port_option(phone, "poe"),
            "network": str(scope.get("network") or ""),
            "gateways": _texts(scope.get("gateway")),
            "tftp_servers": _texts(scope.get("tftp_servers")) or _texts(tftp_servers),
            "load": str(phone.phone.get("load") or ""),
        }
        rows.append(row)
    return rows


def registrations(rows: t.Iterable[t.Any]) -> list[t.Any]:
    """Return what ``wait_for_registration`` takes of the rows of ``phone_startup_info``."""
    options = ("name", "mac", "protocol", "patterns", "nodes", "load")
    return [
        {name: row[name] for name in options if row.get(name)} if isinstance(row, t.Mapping) else row for row in rows
    ]


def _port_option(phone: PlannedPhone, option: str) -> t.Any:
    return phone.port.get(option, PORT_SPEC[option].get("default"))


def _vlan_number(planned: t.Any, vlans: t.Iterable[Row]) -> int | None:
    """Return the number of a voice VLAN that is planned by number or name; None where it is neither."""
    text = str(planned)
    if text.isdigit():
        return int(text)
    numbers = (vlan["id"] for vlan in vlans if planned is not None and vlan.get("name") == text)
    return next((int(number) for number in numbers), None)


def _scope_of(voice: int, vlans: t.Iterable[Row], scopes: t.Iterable[Row], *, alone: bool) -> Row | None:
    """Return the planned scope of a voice VLAN: the one of its name or number, else the only one that is for phones.

    A site has a scope's name and a VLAN's, and nothing that ties them together; where it is in doubt, none is taken.

    :param alone: whether all phones are in that VLAN
    """
    present = [scope for scope in scopes if scope.get("state", "present") == "present" and scope.get("network")]
    names = {f"vlan{voice}", str(voice)}
    names |= {str(vlan["name"]).casefold() for vlan in vlans if int(vlan["id"]) == voice and vlan.get("name")}
    named = [scope for scope in present if str(scope.get("name")).casefold() in names]
    for_phones = [scope for scope in present if scope.get("tftp_servers") or scope.get("tftp_server_name")]
    found = named or (for_phones if alone else [])
    networks = {str(scope["network"]) for scope in found}
    return found[0] if len(networks) == 1 else None


def _texts(value: t.Any) -> list[str]:
    """Return a text, or a list of them, as a list."""
    given = value if isinstance(value, (list, tuple)) else [value]
    return [str(item) for item in given if item not in (None, "")]


def summary(plan: t.Collection[PlannedPhone]) -> str:
    """Say in one line what the plan holds."""
    switches = {phone.switch for phone in plan}
    numbers = {(line.dn, line.partition) for phone in plan for line in phone.lines}
    models = sorted({phone.model for phone in plan})
    return (
        f"{len(plan)} phone{'' if len(plan) == 1 else 's'} ({', '.join(models)}) on {len(switches)} "
        f"switch{'' if len(switches) == 1 else 'es'}, {len(numbers)} directory number{'' if len(numbers) == 1 else 's'}"
    )

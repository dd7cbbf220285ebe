# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with rows by themselves, before any switch is asked. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._switch.names import canonical, is_virtual
from ansible_collections.dialtone.voice.plugins.module_utils._switch.ports import VOICE_WORDS, WantedPort, WantedVlan
from ansible_collections.dialtone.voice.plugins.module_utils._text import control_character

DESCRIPTION_LIMIT = 200
VLAN_NAME_LIMIT = 32
# What platforms take differs; these are the widest limits.
POE_RANGE = (4000, 90000)
SECURE_RANGE = (1, 8192)


def row_faults(ports: t.Sequence[WantedPort], vlans: t.Sequence[WantedVlan]) -> list[str]:
    """Return every fault of every row."""
    return [*vlan_row_faults(vlans), *port_row_faults(ports)]


def vlan_id_fault(number: int) -> str:
    if not 1 <= number <= 4094:
        return f"VLAN {number} is out of range: give a number from 1 to 4094"
    if 1002 <= number <= 1005:
        return f"VLAN {number} is reserved for FDDI and Token Ring: give a number outside of 1002 to 1005"
    return ""


def _text_fault(value: str, limit: int) -> str:
    """Return what is wrong with a text that goes onto a command line as it is."""
    bad = control_character(value)
    if bad:
        return f"{value!r} has the control character {bad} in it, which would end the line on the switch: take it out"
    if not value.isascii():
        return f"{value!r} has characters beyond ASCII in it, which the switch would alter: write it without them"
    if "?" in value:
        return f"{value!r} has a question mark in it, which calls the switch's help: take it out"
    if len(value) > limit:
        return f"{value[:20]!r}... has {len(value)} characters: the limit is {limit}"
    return ""


def vlan_row_faults(vlans: t.Sequence[WantedVlan]) -> list[str]:
    faults = []
    names: dict[int, WantedVlan] = {}
    owners: dict[str, WantedVlan] = {}
    for vlan in vlans:

        def fault(text: str, vlan: WantedVlan = vlan) -> None:
            faults.append(row_fault("vlans", vlan.index, str(vlan.id), text))

        if vlan_id_fault(vlan.id):
            fault(f"id: {vlan_id_fault(vlan.id)}")
        if vlan.name is None:
            continue
        wrong = _text_fault(vlan.name, VLAN_NAME_LIMIT)
        if wrong:
            fault(f"name: {wrong}")
        elif not vlan.name or " " in vlan.name:
            fault(f"name: {vlan.name!r} is empty or has a blank in it: write one word, such as VOICE")
        if vlan.id == 1:
            fault("name: VLAN 1 is the default VLAN and cannot be renamed: leave out its name")
        other = names.setdefault(vlan.id, vlan)
        if other.name != vlan.name:
            fault(
                f"name: {vlan.name!r}, but vlans[{other.index}] names VLAN {vlan.id} {other.name!r}: keep one of them"
            )
        owner = owners.setdefault(vlan.name, vlan)
        if owner.id != vlan.id:
            fault(f"name: {vlan.name!r} is the name of VLAN {owner.id} in vlans[{owner.index}] too: names are unique")
    return faults


def port_row_faults(ports: t.Sequence[WantedPort], *, interfaces_only: bool = False) -> list[str]:
    """Return the faults of rows of ports.

    :param interfaces_only: where only the interface of a row matters, since its other options are not used
    """
    faults = []
    seen: dict[str, int] = {}
    for port in ports:
        found = [] if interfaces_only else _value_faults(port)
        try:
            name = canonical(port.interface)
        except ValueError as error:
            found.insert(0, f"interface: {error}")
        else:
            first = seen.setdefault(name.casefold(), port.index)
            if first != port.index:
                found.insert(0, f"interface: the same interface as ports[{first}]: keep one row for each interface")
            elif is_virtual(name):
                found.insert(0, f"interface: {name} is no port that a phone can be plugged into: give the port itself")
        faults.extend(row_fault("ports", port.index, port.interface, text) for text in found)
    return faults


def _value_faults(port: WantedPort) -> list[str]:
    given = port.given
    faults = [f"{option}: {wrong}" for option in ("access_vlan", "voice_vlan") if (wrong := _vlan_fault(option, port))]
    if not faults and given.get("voice_vlan") is not None and given["voice_vlan"] == given.get("access_vlan"):
        text = str(given["voice_vlan"]).removeprefix("name ")
        faults.append(f"voice_vlan: VLAN {text} is the access VLAN too: a phone needs a VLAN of its own")
    wrong = _text_fault(given.get("description", ""), DESCRIPTION_LIMIT)
    if wrong:
        faults.append(f"description: {wrong}")
    limit, maximum = given.get("poe_max"), given.get("port_security_maximum", 3)
    if limit is not None and not POE_RANGE[0] <= limit <= POE_RANGE[1]:
        faults.append(
            f"poe_max: {limit} is out of range: give milliwatts from {POE_RANGE[0]} to {POE_RANGE[1]}, such as 15400"
        )
    elif limit is not None and given.get("poe") == "never":
        faults.append(f"poe_max: {limit} with 'poe: never', which gives no power: leave out one of them")
    if not SECURE_RANGE[0] <= maximum <= SECURE_RANGE[1]:
        faults.append(
            f"port_security_maximum: {maximum} is out of range: give a number from {SECURE_RANGE[0]} to "
            f"{SECURE_RANGE[1]}, such as 3 for a phone with a computer"
        )
    elif maximum < 2 and given.get("port_security", True) and given.get("voice_vlan") is not None:
        faults.append(
            f"port_security_maximum: {maximum} with a voice VLAN: a phone shows up in both VLANs and the computer "
            "behind it has a MAC address too, so give at least 2, better 3"
        )
    if given.get("port_security") is False:
        faults.extend(
            f"{name}: {given[name]} with 'port_security: false': leave out one of them"
            for name in ("port_security_maximum", "port_security_violation")
            if name in given
        )
    return faults


def _vlan_fault(option: str, port: WantedPort) -> str:
    value = port.given.get(option)
    if value is None or value in VOICE_WORDS:
        return ""
    if isinstance(value, int):
        return vlan_id_fault(value)
    name = value.removeprefix("name ")
    if option == "access_vlan" and name in (*VOICE_WORDS, "none"):
        return f"{name!r} is for a voice VLAN only: give the number or the name of a VLAN"
    if re.fullmatch(r"[\d\s,-]+", name):
        return f"{name!r} is no single VLAN: a port has one, give its number or its name"
    if not name:
        return "it is empty: give the number or the name of a VLAN, or leave the option out"
    bad = control_character(name)
    if bad:
        return f"{name!r} has the control character {bad} in it: take it out"
    if len(name) > VLAN_NAME_LIMIT:
        return f"{name[:20]!r}... has {len(name)} characters: the limit is {VLAN_NAME_LIMIT}"
    return ""


def discovery_warnings(wanted: t.Sequence[WantedPort], runs: t.Mapping[str, bool], host: str) -> list[str]:
    """Say where a protocol is off on the whole switch, so that it stays silent on the wanted ports.

    LLDP alone is off by default on most switches, and a Cisco phone does well with CDP.

    :param runs: ``cdp`` and ``lldp`` -> whether the switch runs it
    """
    warnings = []
    if not runs.get("cdp", True) and any(row.given.get("cdp") for row in wanted):
        warnings.append(
            f"CDP is off on all of {host}: a Cisco phone learns its voice VLAN by it. Turn it on with 'cdp run'"
        )
    if warnings and not runs.get("lldp", True) and any(row.given.get("lldp") for row in wanted):
        warnings.append(f"LLDP is off on all of {host}. Turn it on for the whole switch where a phone needs it")
    return warnings

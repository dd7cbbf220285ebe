# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of a switch that tell how its ports are now: link, err-disable, VLANs, MAC addresses. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._switch import tables
from ansible_collections.dialtone.voice.plugins.module_utils._switch.names import canonical

ERR_DISABLED = "err-disabled"

# NX-OS cuts the words of its column. The template does not know those of ports that it took down.
_STATUS = {
    "notconnec": "notconnect",
    "xcvrAbsen": "xcvrAbsent",
    "channelDo": "channelDown",
    "noOperMem": "noOperMembers",
    "linkFlapE": ERR_DISABLED,
    "errDisabl": ERR_DISABLED,
    "err-disab": ERR_DISABLED,
}
_NXOS_KNOWN = {"connected", "notconnec", "down", "disabled", "sfpAbsent", "xcvrAbsen", "channelDo", "noOperMem"}
_MAC = r"[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}"


@dataclass(frozen=True)
class Link:
    """A port in the table of interfaces.

    :ivar status: ``connected``, ``notconnect``, ``disabled``, ``err-disabled`` ...
    :ivar vlan: number of the VLAN, or ``trunk``, ``routed`` ...
    """

    status: str
    vlan: str
    duplex: str
    speed: str
    type: str


@dataclass(frozen=True)
class Operating:
    """What a port's switching is now.

    :ivar admin_mode: the mode that it is set to, None where the platform doesn't say
    :ivar mode: ``static access``, ``trunk``, ``down`` ... in the switch's words; None where it isn't a switching port
    :ivar voice_vlan: its number; text for ``dot1p`` and ``untagged``; None for none
    :ivar access_vlan_name: the VLAN's name, or what the switch says in its place (``Inactive``: there is no such VLAN)
    """

    admin_mode: str | None = None
    mode: str | None = None
    access_vlan: int | str | None = None
    access_vlan_name: str | None = None
    voice_vlan: int | str | None = None
    voice_vlan_name: str | None = None


@dataclass(frozen=True)
class Address:
    """A MAC address behind a port.

    :ivar mac: twelve upper-case hexadecimal digits
    :ivar vlan: its number, None where it counts for all VLANs
    :ivar type: ``dynamic``, ``static`` ... in lower case
    """

    mac: str
    vlan: int | None
    type: str


def parse_status(device_type: str, command: str, text: str) -> dict[str, Link]:
    """Read ``show interfaces status``, by full name of the interface.

    :raises Unsupported: a line that is not understood
    """
    own: dict[str, str] = {}
    if device_type == "cisco_nxos":
        text, own = _other_words(text)
    found = tables.parse(device_type, command, text, rows=r"\s*(?!Port\b|-)\S", frame=r"\s*Port\s+Name\s+Status\s")
    return {
        canonical(row["port"]): Link(
            _STATUS.get(own.get(row["port"], row["status"]), own.get(row["port"], row["status"])),
            row["vlan_id"],
            row["duplex"],
            row["speed"],
            row["type"].strip().removeprefix("--"),
        )
        for row in found
    }


def _other_words(text: str) -> tuple[str, dict[str, str]]:
    """Write a word that the template knows in place of those that it does not, and tell which port had which."""
    column = -1
    lines, words = [], {}
    for line in text.split("\n"):
        header = re.match(r"Port +Name +(?=Status +Vlan )", line)
        column = header.end() if header else column
        word = line[column:].split(" ", 1)[0] if column > 0 and not header else ""
        if re.fullmatch(r"[A-Za-z-]+", word) and word not in _NXOS_KNOWN and line.strip("-"):
            words[line.split(" ", 1)[0]] = word
            line = f"{line[:column]}{'down':{len(word)}}{line[column + len(word) :]}"
        lines.append(line)
    return "\n".join(lines), words


def parse_errdisabled(device_type: str, command: str, text: str) -> dict[str, str]:
    """Read ``show interfaces status err-disabled``: full name of the interface -> reason.

    :raises Unsupported: a line that is not understood
    """
    found = tables.parse(device_type, command, text, rows=r"\s*(?!Port\b|-)\S", frame=r"\s*Port\s+Name\s+Status\s")
    # A column of VLANs may follow.
    return {canonical(row["interface"]): re.split(r"\s{2,}", row["port_error"].strip())[0] for row in found}


def parse_switchport(device_type: str, command: str, text: str) -> dict[str, Operating]:
    """Read ``show interfaces switchport``, by full name of the interface.

    :raises Unsupported: a line that is not understood
    """
    # Lists of VLANs of trunks and of private VLANs wrap in ways that the template doesn't take.
    kept = [
        line
        for line in tables.clean(command, text).split("\n")
        if not re.match(r"\s*(?:Trunking VLANs |Pruning VLANs |\w+ private-vlan\b)|\s+\d", line)
    ]
    found = tables.parse(device_type, command, "\n".join(kept), rows=r"Name:")
    blocks = re.split(r"^(?=Name:)", "\n".join(kept), flags=re.MULTILINE)[1:]
    return {canonical(row["interface"]): _operating(row, block) for row, block in zip(found, blocks, strict=True)}


def _operating(row: dict[str, str], block: str) -> Operating:
    if row["switchport"].strip() != "Enabled":
        return Operating()
    voice = row.get("voice_vlan") or "none"
    return Operating(
        row.get("admin_mode") or None,
        row["mode"].strip() or None,
        _number(row["access_vlan"]),
        _named(block, "Access Mode"),
        None if voice == "none" else _number(voice),
        _named(block, "Voice"),
    )


def _number(text: str) -> int | str | None:
    return int(text) if text.isdigit() else text or None


def _named(block: str, which: str) -> str | None:
    match = re.search(rf"^\s*{which} VLAN: *\d+ +\((.*)\)\s*$", block, re.MULTILINE)
    return match[1] if match else None


_MAC_FRAME = (
    r"(?i)\s*(?:Mac Address Table|vlan\s+mac address|Unicast Entries|Destination Address\s|Displaying entries|Legend:"
    r"|age - |n/a - |[SRD#*] - |\(T\) - |Total Mac Addresses.*: *0|No entries|[\w ()-]+ (?:Count|addresses): +\d"
    r"|Non-static Address)"
)


def parse_macs(device_type: str, command: str, text: str) -> dict[str, list[Address]]:
    """Read ``show mac address-table``: full name of the interface -> the addresses behind it.

    What the switch keeps for itself, and multicast groups, are left out.

    :raises Unsupported: a line that is not understood
    """
    unicast = re.split(r"(?mi)^ *Multicast Entries", tables.clean(command, text))[0]
    cut = re.sub(r"(?m)^EHWIC: *\d+ *$", "", unicast)
    found = tables.parse(device_type, command, cut, rows=rf".*\b{_MAC}\b", frame=_MAC_FRAME)
    behind: dict[str, list[Address]] = {}
    for row in found:
        ports = row.get("destination_port", row.get("ports")) or []
        for port in [ports] if isinstance(ports, str) else ports:
            try:
                name = canonical(port)
            except ValueError:
                # CPU, Router, Switch, Drop: no interface.
                continue
            mac = row.get("destination_address", row.get("mac_address")).replace(".", "").upper()
            vlan = int(row["vlan_id"]) if row["vlan_id"].isdigit() else None
            behind.setdefault(name, []).append(Address(mac, vlan, row["type"].lower()))
    return behind

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is at the other end of a port, by CDP and LLDP. Pure.

The templates find the neighbours; power and voice VLAN, which they leave out, are read from the same part of the text.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, replace

from ansible_collections.dialtone.voice.plugins.module_utils._switch import tables
from ansible_collections.dialtone.voice.plugins.module_utils._switch.names import canonical
from ansible_collections.dialtone.voice.plugins.module_utils._text import device_name

CDP_COMMAND = "show cdp neighbors detail"
LLDP_COMMAND = "show lldp neighbors detail"
LLDP_TABLE_COMMAND = "show lldp neighbors"

PHONE = "phone"
SWITCH = "switch"
ROUTER = "router"
ACCESS_POINT = "access_point"
OTHER = "other"

# Rooms' codecs call themselves SEP and phone too.
_CODEC = re.compile(r"codec|telepresence|\bCTS-|\bDX[78]0\b|\broom ?(?:kit|bar|os)|\bwebex\b|\bboard\b", re.IGNORECASE)
_ACCESS_POINT = re.compile(
    r"\bAIR-|\bC91\d\d|\bCW9\d\d\d|\bAP Software\b|\bSoftware \((?:C1\d\d\d|AP\dG\d)-K9W|\bArubaOS \(MODEL",
    re.IGNORECASE,
)
# Among the devices that call themselves both router and switch.
_ROUTER = re.compile(
    r"\b(?:ISR|ASR|CSR|VG)-?\d|\b(?:ISR|ASR|CSR)\w* Software\b|\bC8\d\d\d"
    r"|\bcisco (?:8|18|19|26|28|29|36|37|38|39|72)\d\d?\d?(?:[A-Z/-]|\b)",
    re.IGNORECASE,
)
_CDP_FRAME = r"Total cdp entries displayed ?: 0|(?:Note: )?CDP Neighbor entry not found"
_NOT_TOLD = ("", "null", "not advertised", "- not advertised")


@dataclass(frozen=True)
class Neighbor:
    """A device that announces itself on a port.

    :ivar interface: full name of the switch's own port; None where the switch does not say it (older releases of IOS
        leave it out of LLDP's details)
    :ivar protocol: ``cdp`` or ``lldp``
    :ivar name: what the device calls itself, empty where it does not
    :ivar kind: PHONE, SWITCH, ROUTER, ACCESS_POINT or OTHER
    :ivar port: the device's own port, as it calls it
    :ivar power_requested: the most that it asks for, in milliwatt
    :ivar voice_vlan: the VLAN for voice that it says it uses (LLDP-MED)
    """

    interface: str | None
    protocol: str
    name: str
    platform: str
    address: str | None
    kind: str
    port: str = ""
    power_requested: int | None = None
    voice_vlan: int | None = None
    capabilities: tuple[str, ...] = ()

    @property
    def phone(self) -> str | None:
        """The name by which CUCM knows the device (SEP and its MAC address), None for anything but a phone."""
        if self.kind != PHONE:
            return None
        said = re.match(r"(?i)SEP([0-9a-f]{12})\b", self.name) or re.fullmatch(r"(?i)([0-9a-f]{12}):P1", self.port)
        return device_name(said[1]) if said else None


def parse_cdp(device_type: str, text: str) -> list[Neighbor]:
    """Return the neighbours of ``show cdp neighbors detail``; none where CDP is off.

    :raises Unsupported: an entry that is not understood
    """
    text = tables.clean(CDP_COMMAND, text)
    found = tables.parse(device_type, CDP_COMMAND, text, rows=r"Device ID:", frame=_CDP_FRAME)
    if not found:
        return []
    # A switch lists a neighbour once for each announcement that it still holds.
    return list(dict.fromkeys(map(_cdp, found, _blocks(text, r"Device ID:"))))


def _cdp(row: dict[str, t.Any], block: str) -> Neighbor:
    own = re.search(r"^Interface: (\S+?), +Port ID \(outgoing port\): *(.*)$", block, re.MULTILINE)
    if not own or own[1] != row["local_interface"]:
        raise tables.unknown(CDP_COMMAND, block.split("\n")[0])
    said = re.search(r"^Platform: *(.*?) *(?:, *Capabilities:.*)?$", block, re.MULTILINE)
    platform = said[1].strip('" ') if said else ""
    capabilities = tuple(re.findall(r"Two-port Mac Relay|\S+", row["capabilities"]))
    device = re.match(r"Device ID: *(.*)", block)
    name = row["neighbor_name"] if "chassis_id" in row and row["neighbor_name"] else device[1] if device else ""
    wishes = re.search(r"^ *Power request levels are: *([\d ]+)$", block, re.MULTILINE)
    drawn = re.search(r"^ *Power drawn: *([\d.]+) Watts", block, re.MULTILINE)
    asked = max((int(level) for level in wishes[1].split()), default=0) if wishes else 0
    asked = asked or (round(float(drawn[1]) * 1000) if drawn else 0)
    # The first address is the device's own; the one for its management may stand alone.
    address = re.search(r"IP(?:v4)? [Aa]ddress: *(\S+)", block)
    return Neighbor(
        interface=canonical(own[1]),
        protocol="cdp",
        name=name.strip(),
        platform=platform,
        address=address[1] if address else None,
        kind=_cdp_kind(platform, row["neighbor_description"], set(capabilities)),
        port=own[2].strip(),
        power_requested=asked or None,
        capabilities=capabilities,
    )


def _cdp_kind(platform: str, software: str, capabilities: set[str]) -> str:
    if "Phone" in capabilities or re.search(r"\bIP Phone\b", platform):
        return OTHER if _CODEC.search(platform) else PHONE
    if _ACCESS_POINT.search(f"{platform} {software}"):
        return ACCESS_POINT
    if "Router" in capabilities and ("Switch" not in capabilities or _ROUTER.search(platform)):
        return ROUTER
    if capabilities & {"Switch", "Trans-Bridge", "Source-Route-Bridge"}:
        return SWITCH if "Switch" in capabilities else ACCESS_POINT
    return OTHER


def parse_lldp(device_type: str, text: str) -> list[Neighbor]:
    """Return the neighbours of ``show lldp neighbors detail``; none where LLDP is off.

    :raises Unsupported: an entry that is not understood
    """
    text = tables.clean(LLDP_COMMAND, text)
    # The template of NX-OS drops an entry without a name.
    cut = re.sub(r"(?m)^(System Name): not advertised *$", r"\1: null", text) if device_type == "cisco_nxos" else text
    frame = r"\s*(?:Total entries displayed: 0|Capability codes:|\(\w\) |Device ID +Local Intf)"
    found = tables.parse(device_type, LLDP_COMMAND, cut, rows=r"(?i)\s*Chassis id:", frame=frame)
    if not found:
        return []
    start = r"(?:Local Intf: .*\n(?:Local Intf service instance: .*\n)?)?(?i:Chassis id:)"
    return list(dict.fromkeys(map(_lldp, found, _blocks(cut, start))))


def _lldp(row: dict[str, t.Any], block: str) -> Neighbor:
    name = row["neighbor_name"] if row["neighbor_name"].casefold() not in _NOT_TOLD else ""
    offered, enabled = (_letters(block, which) for which in ("System", "Enabled"))
    about = " ".join((row.get("platform") or "", row["neighbor_description"])).strip()
    address = re.search(r"^ *IPV6: *(\S+)", block, re.MULTILINE)
    port = re.search(r"^Port id: *(.*?) *$", block, re.MULTILINE | re.IGNORECASE)
    asked = re.search(r"^ *Power Requested: *(\d+) mW", block, re.MULTILINE)
    watts = re.search(r"^ *PD device,.*\bWattage: *([\d.]+)", block, re.MULTILINE)
    milliwatts = int(asked[1]) if asked else round(float(watts[1]) * 1000) if watts else 0
    voice = re.search(r"^ *Network Policy\(Voice\): VLAN (\d+), tagged", block, re.MULTILINE)
    endpoint = re.search(r"^ *Device type: (.*?) *$", block, re.MULTILINE)
    return Neighbor(
        interface=canonical(row["local_interface"]) if row["local_interface"] else None,
        protocol="lldp",
        name=name,
        platform=row.get("platform") or row["neighbor_description"].strip(),
        address=row["mgmt_address"] or (address[1] if address else None),
        kind=_lldp_kind(about, enabled or offered, endpoint[1] if endpoint else ""),
        port=port[1] if port else "",
        power_requested=milliwatts or None,
        voice_vlan=int(voice[1]) if voice else None,
        capabilities=tuple(enabled or offered),
    )


def place(device_type: str, found: t.Sequence[Neighbor], text: str) -> list[Neighbor]:
    """Put neighbours to ports by the short table, where the details do not say at which port they are heard.

    A neighbour is known again by its own port and the begin of its name; where two are alike, both stay unplaced.

    :param text: the answer to LLDP_TABLE_COMMAND
    :raises Unsupported: a line that is not understood
    """
    frame = r"\s*(?:Total entries displayed: 0|Capability codes:|\(\w\) |Device ID +Local Intf)"
    table = tables.parse(device_type, LLDP_TABLE_COMMAND, text, rows=r".*\s\d+\s+\S", frame=frame)

    def alike(each: Neighbor, row: dict[str, t.Any]) -> bool:
        return not each.name or row["neighbor_name"].strip() == each.name[:20].strip()

    # By the neighbour's own port, since a stack may hear hundreds of them.
    rows_of: dict[str, list[dict[str, t.Any]]] = {}
    found_of: dict[str, list[Neighbor]] = {}
    for row in table:
        rows_of.setdefault(row["neighbor_interface"].strip(), []).append(row)
    for each in found:
        found_of.setdefault(each.port, []).append(each)
    placed = []
    for each in found:
        rows = [row for row in rows_of.get(each.port, ()) if alike(each, row)]
        if (
            each.interface is None
            and len(rows) == 1
            and sum(alike(other, rows[0]) for other in found_of[each.port]) == 1
        ):
            each = replace(each, interface=canonical(rows[0]["local_interface"]))
        placed.append(each)
    return placed


def _letters(block: str, which: str) -> list[str]:
    match = re.search(rf"^{which} Capabilities: *(.*?) *$", block, re.MULTILINE | re.IGNORECASE)
    letters = re.split(r"[,\s]+", match[1]) if match else []
    return letters if all(len(letter) == 1 for letter in letters) else []


def _lldp_kind(about: str, letters: list[str], endpoint: str) -> str:
    if "T" in letters or endpoint == "Endpoint Class III":
        return OTHER if _CODEC.search(about) else PHONE
    if "W" in letters or _ACCESS_POINT.search(about):
        return ACCESS_POINT
    if "B" in letters:
        # A controller with two sockets calls itself bridge and station.
        if "S" in letters and "R" not in letters:
            return OTHER
        return ROUTER if "R" in letters and _ROUTER.search(about) else SWITCH
    if "R" in letters:
        return ROUTER
    return SWITCH if endpoint == "Network connectivity" else OTHER


def _blocks(text: str, start: str) -> list[str]:
    """Cut a text into the parts that begin with a pattern."""
    places = [match.start() for match in re.finditer(rf"^{start}", text, re.MULTILINE)]
    return [text[here:there] for here, there in zip(places, [*places[1:], len(text)], strict=True)]

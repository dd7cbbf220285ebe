# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What RISPort70 answers: the record of each device, and the nodes that do not respond."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import child, local_name, text
from ansible_collections.dialtone.voice.plugins.module_utils._errors import VoiceError

STATUS_REASONS = {
    0: "none",
    1: "unknown",
    2: "no entry in database",
    3: "database configuration error",
    4: "device name unresolvable",
    5: "maximum devices exceeded",
    6: "connectivity error",
    7: "initialization error",
    8: "device initiated reset",
    9: "CallManager reset",
    10: "device unregistered",
    11: "malformed register message",
    12: "SCCP device throttling",
    13: "keepalive timeout",
    14: "configuration mismatch",
    15: "CallManager restart",
    16: "duplicate registration",
    17: "CallManager apply config",
    18: "device no response",
    19: "extension mobility login or logout",
    20: "extension mobility cross cluster login or logout",
    25: "registration sequence error",
    26: "invalid capabilities",
    28: "fallback initiated",
    29: "device switch",
    30: "wipe",
    31: "forced reset",
    33: "low battery",
    34: "manual power off",
}
"""RIS's StatusReason in words; SIP's alarms and the phone's own reasons are other tables with the same numbers."""


@dataclass(frozen=True)
class Device:
    """One record of a device. `lines` is None where the answer says nothing of lines; `timestamp` is epoch seconds."""

    name: str
    status: str
    status_reason: int = 0
    ip_address: str = ""
    node: str = ""
    protocol: str = ""
    active_load: str = ""
    inactive_load: str = ""
    download_status: str = ""
    download_failure: str = ""
    lines: dict[str, str] | None = None
    timestamp: int = 0
    download_server: str = ""

    @property
    def reason_words(self) -> str:
        return STATUS_REASONS.get(self.status_reason, f"reason {self.status_reason}")


@dataclass
class Reply:
    """What RIS knows of the names that it was asked for.

    :ivar devices: the record that counts of each device that was ever seen, by upper-case name
    :ivar silent_nodes: nodes that didn't respond, so that what they hold isn't known
    :ivar truncated: whether there are more devices than came
    :ivar error: why it ended early, if it did
    :ivar unasked: the names for which there is no answer then
    """

    devices: dict[str, Device] = field(default_factory=dict)
    silent_nodes: set[str] = field(default_factory=set)
    truncated: bool = False
    error: VoiceError | None = None
    unasked: list[str] = field(default_factory=list)

    def add(self, other: Reply) -> None:
        for device in other.devices.values():
            self.keep(device)
        self.silent_nodes |= other.silent_nodes

    def keep(self, device: Device) -> None:
        """Keep a record if it is newer than the one there is; of two equally old ones, the registered."""
        name = device.name.upper()
        there = self.devices.get(name)
        if there is None or _age(device) > _age(there):
            self.devices[name] = device


def _age(device: Device) -> tuple[int, bool]:
    return device.timestamp, device.status == "Registered"


def parse_reply(answer: t.Any) -> Reply:
    """Read the first element of a reply's body, whatever its namespaces; selectCmDeviceExt has the same one."""
    reply = Reply()
    result = child(answer, "selectCmDeviceReturn", "SelectCmDeviceResult")
    if result is None:
        return reply
    records = 0
    for node in _items(child(result, "CmNodes")):
        name = text(node, "Name")
        if text(node, "ReturnCode") == "NodeNotResponding":
            reply.silent_nodes.add(name)
        for item in _items(child(node, "CmDevices")):
            records += 1
            reply.keep(_device(item, name))
    reply.truncated = _number(text(result, "TotalDevicesFound")) > records
    return reply


def _items(element: t.Any) -> list[t.Any]:
    return [] if element is None else [item for item in element if local_name(item) == "item"]


def _number(words: str) -> int:
    return int(words) if words.isdigit() else 0


def _device(item: t.Any, node: str) -> Device:
    return Device(
        name=text(item, "Name"),
        status=text(item, "Status") or "Unknown",
        status_reason=_number(text(item, "StatusReason")),
        ip_address=_address(child(item, "IPAddress")),
        node=node,
        protocol=text(item, "Protocol"),
        active_load=text(item, "ActiveLoadID"),
        inactive_load=text(item, "InactiveLoadID"),
        download_status=text(item, "DownloadStatus"),
        download_failure=text(item, "DownloadFailureReason"),
        lines=_lines(item),
        timestamp=_number(text(item, "TimeStamp")),
        download_server=text(item, "DownloadServer"),
    )


def _address(element: t.Any) -> str:
    """Return a device's address, IPv4 first, out of the three shapes it comes in: item, several items, bare text."""
    if element is None:
        return ""
    found: dict[str, str] = {}
    for item in [element, *_items(element)]:
        if text(item, "IP"):
            found.setdefault(text(item, "IPAddrType").lower(), text(item, "IP"))
    return found.get("ipv4") or next(iter(found.values()), "") or (element.text or "").strip()


def _lines(item: t.Any) -> dict[str, str] | None:
    states = _items(child(item, "LinesStatus"))
    if states:
        return {text(state, "DirectoryNumber"): text(state, "Status") for state in states}
    if child(item, "DirNumber") is None:
        return None
    return parse_dir_number(text(item, "DirNumber"))


def parse_dir_number(words: str) -> dict[str, str]:
    """Return each line's status in a DirNumber: `1000-Registered,1001-UnRegistered`. A number may hold dashes."""
    lines = {}
    for part in filter(None, (part.strip() for part in words.split(","))):
        number, dash, status = part.rpartition("-")
        lines[number if dash else part] = status if dash else ""
    return lines

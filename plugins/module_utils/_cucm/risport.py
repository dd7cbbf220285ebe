# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RISPort70: which phones are registered, asked by name within the rate that CUCM allows.

15 requests a minute are allowed by default, to all applications of the cluster together; at most 1000 devices come.
"""

from __future__ import annotations

import collections
import re
import time
import typing as t
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import (
    SOAP,
    child,
    local_name,
    read,
    text,
    title,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.https import RIS_ROLES, Https
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Refused, TimedOut

RIS_PATH = "/realtimeservice2/services/RISService70"
CHUNK = 900
"""Names in one request; CUCM cuts off after 1000 devices without a sign."""

PAUSES = (10.0, 30.0, 60.0)
"""Seconds to stay away after each "Exceeded allowed rate"; the last one goes on."""

_NAMESPACE = "http://schemas.cisco.com/ast/soap"
# Cisco spells it "Reatime" in the rest of the sentence.
_RATE = re.compile(rb"exceeded allowed rate", re.I)

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


class RateExceeded(TimedOut):
    """CUCM wants fewer requests, and the time left is shorter than the pause."""


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
    lines: dict[str, str] | None = None
    timestamp: int = 0

    @property
    def reason_words(self) -> str:
        return STATUS_REASONS.get(self.status_reason, f"reason {self.status_reason}")


@dataclass
class Reply:
    """What RIS knows of the names that it was asked for.

    :ivar devices: the record that counts of each device that was ever seen, by upper-case name
    :ivar silent_nodes: nodes that didn't respond, so that what they hold isn't known
    :ivar truncated: whether there are more devices than came
    """

    devices: dict[str, Device] = field(default_factory=dict)
    silent_nodes: set[str] = field(default_factory=set)
    truncated: bool = False

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
        lines=_lines(item),
        timestamp=_number(text(item, "TimeStamp")),
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


class Pace:
    """Lets at most so many requests through in any 60 seconds.

    :param requests_per_minute: the share of the cluster's budget that this run takes
    """

    def __init__(
        self,
        requests_per_minute: int,
        *,
        clock: t.Callable[[], float] = time.monotonic,
        sleep: t.Callable[[float], None] = time.sleep,
    ) -> None:
        self.requests_per_minute = requests_per_minute
        self._clock = clock
        self._sleep = sleep
        self._sent: collections.deque[float] = collections.deque(maxlen=requests_per_minute)

    def take(self) -> None:
        """Wait until the next request may go."""
        if len(self._sent) == self.requests_per_minute:
            wait = self._sent[0] + 60.0 - self._clock()
            if wait > 0:
                self._sleep(wait)
        self._sent.append(self._clock())


class Risport:
    """A publisher's RISPort70.

    :param pace: what each request waits for
    """

    def __init__(
        self,
        https: Https,
        pace: Pace,
        *,
        report: t.Callable[[str], None] = lambda line: None,
        clock: t.Callable[[], float] = time.monotonic,
        sleep: t.Callable[[float], None] = time.sleep,
    ) -> None:
        self._https = https
        self._pace = pace
        self._report = report
        self._clock = clock
        self._sleep = sleep
        self.where = f"RISPort70 of CUCM {https.authority}"
        self.requests = 0

    def select(self, names: t.Sequence[str], *, until: float) -> Reply:
        """Return what is known of the devices of these names.

        :param until: time of the clock after which no pause for the rate may last
        :raises RateExceeded: see there
        """
        reply = Reply()
        queue = [list(names[start : start + CHUNK]) for start in range(0, len(names), CHUNK)]
        while queue:
            chunk = queue.pop(0)
            part = self._ask(chunk, until)
            if part.truncated and len(chunk) > 1:
                middle = len(chunk) // 2
                queue[:0] = [chunk[:middle], chunk[middle:]]
                continue
            reply.add(part)
        return reply

    def _ask(self, names: t.Sequence[str], until: float) -> Reply:
        attempt = 0
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '"selectCmDevice"'}
        while True:
            self._pace.take()
            self.requests += 1
            answer = self._https.post(RIS_PATH, request(names).encode(), headers, roles=RIS_ROLES)
            if answer.status == 200 or not _RATE.search(answer.body):
                break
            pause = PAUSES[min(attempt, len(PAUSES) - 1)]
            attempt += 1
            if self._clock() + pause > until:
                raise RateExceeded(
                    f"{self.where} allows no more requests for now (exceeded allowed rate)",
                    "Other applications use the same allowance. Give fewer ris_requests_per_minute or a longer "
                    "wait_timeout.",
                )
            self._report(f"{self.where} wants fewer requests, next one in {pause:.0f} s")
            self._sleep(pause)
        if answer.status not in (200, 500):
            raise Refused(
                f"asking for registrations: {self.where} answered HTTP {answer.status}, {title(answer.body)}",
                "Check that the Cisco RIS Data Collector and the Cisco SOAP services run on the publisher.",
                code=str(answer.status),
            )
        return parse_reply(read(answer.body, self.where, "asking for registrations"))


def request(names: t.Iterable[str]) -> str:
    """Return the envelope of selectCmDevice for devices of these names, of any model, status and node."""
    items = "".join(f"<item><Item>{escape(name)}</Item></item>" for name in names)
    return (
        f'<soapenv:Envelope xmlns:soapenv="{SOAP}"><soapenv:Body><selectCmDevice xmlns="{_NAMESPACE}">'
        "<StateInfo></StateInfo><CmSelectionCriteria><MaxReturnedDevices>1000</MaxReturnedDevices>"
        "<DeviceClass>Phone</DeviceClass><Model>255</Model><Status>Any</Status><NodeName></NodeName>"
        f"<SelectBy>Name</SelectBy><SelectItems>{items}</SelectItems><Protocol>Any</Protocol>"
        "<DownloadStatus>Any</DownloadStatus></CmSelectionCriteria></selectCmDevice></soapenv:Body></soapenv:Envelope>"
    )

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What IOS and IOS-XE show of their DHCP server, read line by line. Pure.

The tables differ by release in columns and in blanks, so that each line is read by itself: one that is not understood
is an error that shows it, and never looks like an address that nobody has.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Address

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.scope import INFINITE
from ansible_collections.dialtone.voice.plugins.module_utils._switch.tables import absence, clean, unknown

BINDING, POOL, CONFLICT = "show ip dhcp binding", "show ip dhcp pool", "show ip dhcp conflict"

_ADDRESS = r"(?P<address>\d+\.\d+\.\d+\.\d+)"
_TIME = r"\w{3} +\d+ \d{4} +\d+:\d\d(?: [AP]M)?"
_BINDING = re.compile(
    rf"{_ADDRESS}\s+(?P<client>[0-9a-fA-F.]+)\s+(?P<expires>Infinite|{_TIME})\s+(?P<kind>Automatic|Manual|Relay|On-demand)"
    r"(?:\s+(?P<state>[A-Z][a-z]+)(?:\s+(?P<interface>\S+))?)?\s*"
)
_MORE = re.compile(r"\s+(?P<client>[0-9a-fA-F.]+)\s*")
_BINDING_FRAME = re.compile(
    r"Bindings from (?:all pools|VRF pool)\b.*|IP address\s+Client-ID/.*|\s*Hardware address/\s*|\s*User name\s*",
    re.IGNORECASE,
)
_POOL = re.compile(r"\s*Pool (?P<name>\S+) :\s*")
_COUNT = re.compile(r"\s+(?P<what>Total|Leased|Excluded) addresses\s+: (?P<count>\d+)\s*")
_POOL_FRAME = re.compile(
    r"\s+(?:Utilization mark|Subnet size|Pending event)\b.*|\s+\d+ subnets? (?:is|are) currently in the pool.*"
    r"|\s+Current index\s.*|\s+\d+\.\d+\.\d+\.\d+\s+\d+\.\d+\.\d+\.\d+\s+- \d+\.\d+\.\d+\.\d+\s.*",
    re.IGNORECASE,
)
_CONFLICT = re.compile(rf"{_ADDRESS}\s+(?P<how>Ping|Gratuitous ARP)\s+(?P<time>{_TIME})(?:\s+(?P<vrf>\S+))?\s*")
_CONFLICT_FRAME = re.compile(r"IP address\s+Detection method\s.*")


@dataclass
class Binding:
    """One address that is given out.

    :ivar client: hexadecimal digits of the client identifier, or of the hardware address
    :ivar expires: in the switch's own time, as 2025-03-07T14:39, or INFINITE
    :ivar kind: Automatic, Manual, Relay or On-demand
    :ivar state: Active, Selecting and so on, None where the release does not tell
    """

    address: IPv4Address
    client: str
    expires: str
    kind: str
    state: str | None = None
    interface: str | None = None

    @property
    def mac(self) -> str | None:
        """The client's MAC address, where the identifier has it in it."""
        digits = self.client
        if len(digits) > 14:
            # Devices of Cisco's call themselves cisco-0011.2233.4455-Gi1/0/1, after a byte of 0.
            match = (
                re.fullmatch(rb"\0cisco-([0-9a-f.]{14})-.*", bytes.fromhex(digits)) if len(digits) % 2 == 0 else None
            )
            digits = match[1].decode().replace(".", "") if match else ""
        elif len(digits) == 14 and digits.startswith("01"):
            digits = digits[2:]
        return ":".join(digits[at : at + 2] for at in range(0, 12, 2)) if len(digits) == 12 else None


@dataclass
class Usage:
    """How much of a pool is used. None where the release does not tell."""

    name: str
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Conflict:
    """An address that the server holds back, because somebody else was found to have it."""

    address: IPv4Address
    how: str
    time: str
    vrf: str | None = None


def parse_bindings(output: str) -> list[Binding]:
    """Read ``show ip dhcp binding``."""
    found: list[Binding] = []
    for line in _lines(BINDING, output):
        if match := _BINDING.fullmatch(line):
            client = re.sub(r"\W", "", match["client"]).lower()
            found.append(
                Binding(
                    IPv4Address(match["address"]),
                    client,
                    _moment(match["expires"]),
                    match["kind"],
                    match["state"],
                    match["interface"],
                )
            )
        elif found and (match := _MORE.fullmatch(line)):
            found[-1].client += re.sub(r"\W", "", match["client"]).lower()
        elif not _BINDING_FRAME.fullmatch(line):
            raise unknown(BINDING, line)
    return found


def parse_usage(output: str) -> dict[str, Usage]:
    """Read ``show ip dhcp pool``."""
    found: dict[str, Usage] = {}
    last: Usage | None = None
    for line in _lines(POOL, output):
        if match := _POOL.fullmatch(line):
            last = found.setdefault(match["name"], Usage(match["name"]))
        elif last is not None and (match := _COUNT.fullmatch(line)):
            last.counts[match["what"].lower()] = int(match["count"])
        elif last is None or not _POOL_FRAME.fullmatch(line):
            raise unknown(POOL, line)
    return found


def parse_conflicts(output: str) -> list[Conflict]:
    """Read ``show ip dhcp conflict``."""
    found = []
    for line in _lines(CONFLICT, output):
        if match := _CONFLICT.fullmatch(line):
            found.append(Conflict(IPv4Address(match["address"]), match["how"], _moment(match["time"]), match["vrf"]))
        elif not _CONFLICT_FRAME.fullmatch(line):
            raise unknown(CONFLICT, line)
    return found


def _lines(command: str, output: str) -> t.Iterator[str]:
    text = clean(command, output)
    if absence(text):
        return iter(())
    return (line for line in text.split("\n") if line.strip())


def _moment(text: str) -> str:
    if text == "Infinite":
        return INFINITE
    words = " ".join(text.split())
    pattern = "%b %d %Y %I:%M %p" if words.endswith("M") else "%b %d %Y %H:%M"
    try:
        return datetime.strptime(words, pattern).isoformat(timespec="minutes")
    except ValueError:
        return words

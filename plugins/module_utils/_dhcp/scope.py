# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A DHCP scope for phones: the model and its rules, for every kind of server. Pure."""

from __future__ import annotations

import ipaddress
import typing as t
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._text import control_character

INFINITE = "infinite"

FIELDS = ("network", "gateway", "lease_time", "tftp_servers", "domain_name", "dns_servers")

# RFC 2132: an option's length is one byte, so 63 addresses fit; phones look at the first two.
_MOST_ADDRESSES = 63

Range = tuple[IPv4Address, IPv4Address]


@dataclass(frozen=True)
class Scope:
    """One row of the input. None leaves as it is.

    :ivar lease_time: seconds, or INFINITE
    :ivar tftp_servers: option 150, in the order in which phones ask
    :ivar excluded: ranges that are not handed out, first and last address
    """

    index: int
    name: str
    present: bool = True
    network: IPv4Network | None = None
    gateway: IPv4Address | None = None
    lease_time: int | str | None = None
    tftp_servers: tuple[IPv4Address, ...] | None = None
    excluded: tuple[Range, ...] = ()
    domain_name: str | None = None
    dns_servers: tuple[IPv4Address, ...] | None = None

    def values(self) -> dict[str, t.Any]:
        """Return what is wanted in the words of the result."""
        given = {name: getattr(self, name) for name in FIELDS if getattr(self, name) is not None}
        return {name: plain(value) for name, value in given.items()}


def plain(value: t.Any) -> t.Any:
    """Return a value of the model as a result shows it: addresses and networks as text, tuples as lists."""
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    return str(value) if isinstance(value, (IPv4Address, IPv4Network)) else value


def range_text(span: Range) -> str:
    return str(span[0]) if span[0] == span[1] else f"{span[0]}-{span[1]}"


class _Reader:
    """Reads one row and collects what is wrong with it."""

    def __init__(self, index: int, row: dict[str, t.Any], faults: list[str]) -> None:
        self.row = row
        self._index = index
        self._faults = faults

    def fault(self, option: str, text: str) -> None:
        self._faults.append(row_fault("scopes", self._index, str(self.row["name"]), f"{option}: {text}"))

    def address(self, option: str, value: str | None, remedy: str = "") -> IPv4Address | None:
        if value is None:
            return None
        try:
            return IPv4Address(value.strip())
        except ValueError:
            self.fault(option, f"{value!r} is no IPv4 address{remedy}")
            return None

    def addresses(self, option: str, remedy: str = "") -> tuple[IPv4Address, ...] | None:
        values = self.row.get(option)
        if values is None:
            return None
        found = [self.address(option, value, remedy) for value in values]
        known = [address for address in found if address is not None]
        twice = sorted({str(address) for address in known if known.count(address) > 1})
        if twice:
            self.fault(option, f"{', '.join(twice)} is in the list twice: keep it once, where its turn comes")
        if len(known) > _MOST_ADDRESSES:
            self.fault(option, f"{len(known)} addresses do not fit into one option: give {_MOST_ADDRESSES} at most")
        if not values:
            self.fault(option, "the list is empty: give an address, or leave the option out to leave it as it is")
        for address in known:
            if address.is_unspecified or address.is_multicast or int(address) == 0xFFFFFFFF:
                self.fault(option, f"{address} is no address of a host")
        return tuple(known)

    def network(self) -> IPv4Network | None:
        value = self.row.get("network")
        if value is None:
            return None
        if "/" not in value:
            self.fault("network", f"{value!r} has no prefix length: write it as 10.1.20.0/24")
            return None
        try:
            network = IPv4Network(value.strip())
        except ValueError:
            try:
                meant = IPv4Network(value.strip(), strict=False)
            except ValueError:
                self.fault("network", f"{value!r} is no IPv4 network: write it as 10.1.20.0/24")
            else:
                self.fault("network", f"{value!r} has host bits set: {meant} is the network with that address")
            return None
        if network.prefixlen > 30:
            self.fault("network", f"{network} has no room for phones: give a prefix length of 30 or less")
        return network

    def lease(self) -> int | str | None:
        value = self.row.get("lease_time")
        if value is None or value == INFINITE:
            return value
        if not value.isascii() or not value.isdigit() or int(value) == 0:
            self.fault("lease_time", f"{value!r} is no lease time: give seconds, or '{INFINITE}'")
            return None
        return int(value)

    def ranges(self, network: IPv4Network | None) -> tuple[Range, ...]:
        found = []
        for value in self.row.get("excluded") or []:
            first, _dash, last = (part.strip() for part in value.partition("-"))
            low = self.address("excluded", first)
            high = self.address("excluded", last) if last else low
            if low is None or high is None:
                continue
            if low > high:
                self.fault("excluded", f"{value!r} goes backwards: write the lower address first")
            elif network is not None and (low not in network or high not in network):
                self.fault("excluded", f"{value!r} is outside of {network}")
            else:
                found.append((low, high))
        if network is not None and network.prefixlen <= 30 and not uncovered([(network[1], network[-2])], found):
            self.fault("excluded", f"nothing of {network} is left for phones: exclude less")
        return tuple(found)

    def text(self, option: str, value: str) -> str:
        bad = control_character(value)
        if bad:
            self.fault(option, f"{value!r} has the control character {bad} in it: take it out")
        elif not value.isascii() or "?" in value or not value.strip() or " " in value.strip():
            self.fault(option, f"{value!r} is not one word of ASCII characters without a question mark")
        return value


def read_scopes(rows: t.Sequence[dict[str, t.Any]]) -> tuple[list[Scope], list[str]]:
    """Return the rows as scopes, and every fault of every row by itself and among each other."""
    faults: list[str] = []
    scopes = [_read_scope(_Reader(index, row, faults), index) for index, row in enumerate(rows)]
    faults += _faults_among(scopes)
    return scopes, faults


def _read_scope(reader: _Reader, index: int) -> Scope:
    row = reader.row
    name = reader.text("name", row["name"])
    if row.get("state") == "absent":
        return Scope(index, name, present=False)
    network = reader.network()
    if row.get("network") is None:
        reader.fault("network", "it is missing: a scope that shall be present needs its network, such as 10.1.20.0/24")
    gateway = reader.address("gateway", row.get("gateway"))
    if network is not None and gateway is not None:
        if gateway not in network:
            reader.fault("gateway", f"{gateway} is outside of {network}: phones could not reach it")
        elif gateway in (network.network_address, network.broadcast_address):
            kind = "network" if gateway == network.network_address else "broadcast"
            reader.fault("gateway", f"{gateway} is the {kind} address of {network}: give a router's address")
    by_name = ": a phone reads option 150 as addresses, so give the address that the name has"
    domain = row.get("domain_name")
    return Scope(
        index,
        name,
        network=network,
        gateway=gateway,
        lease_time=reader.lease(),
        tftp_servers=reader.addresses("tftp_servers", by_name),
        excluded=reader.ranges(network),
        domain_name=None if domain is None else reader.text("domain_name", domain),
        dns_servers=reader.addresses("dns_servers"),
    )


def _faults_among(scopes: t.Sequence[Scope]) -> list[str]:
    faults = []
    for number, scope in enumerate(scopes):
        for other in scopes[:number]:
            where = f"scopes[{other.index}] ({other.name})"
            if scope.name == other.name:
                text = f"name: the same name as scopes[{other.index}]: keep one row for each scope"
                faults.append(row_fault("scopes", scope.index, scope.name, text))
            elif scope.network and other.network and scope.network.overlaps(other.network):
                text = (
                    f"network: {scope.network} overlaps {other.network} of {where}: give each scope its own addresses"
                )
                faults.append(row_fault("scopes", scope.index, scope.name, text))
    return faults


def uncovered(wanted: t.Sequence[Range], existing: t.Sequence[Range]) -> list[Range]:
    """Return what of the wanted ranges is in none of the existing ones, as ranges in ascending order."""
    missing: list[Range] = []
    done = [(int(low), int(high)) for low, high in existing]
    for low, high in sorted(wanted):
        start = int(low)
        for begin, end in sorted(done):
            if end < start or begin > int(high):
                continue
            if begin > start:
                missing.append((ipaddress.IPv4Address(start), ipaddress.IPv4Address(begin - 1)))
            start = max(start, end + 1)
        if start <= int(high):
            missing.append((ipaddress.IPv4Address(start), high))
        done.append((int(low), int(high)))
    return missing

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the input, read as scopes: every rule that holds whatever the server is. Pure."""

from __future__ import annotations

import re
import typing as t
from ipaddress import IPv4Address, IPv4Network, IPv6Address

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.option_values import read_option
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.scope import (
    INFINITE,
    Option,
    Range,
    Reservation,
    Scope,
    overlapping,
    uncovered,
)
from ansible_collections.dialtone.voice.plugins.module_utils._text import control_character, normalize_mac

# RFC 2132: an option's length is one byte, so 63 addresses fit; phones look at the first two.
_MOST_ADDRESSES = 63
_HOSTNAME = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*")
_BY_NAME = ": a phone reads option 150 as addresses, so give the address that the name has"


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
            if _is_ipv6(value):
                remedy = ": it is one of IPv6, give the IPv4 address in its place"
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

    def gateway(self, network: IPv4Network | None) -> IPv4Address | None:
        gateway = self.address("gateway", self.row.get("gateway"))
        if network is None or gateway is None:
            return gateway
        if gateway not in network:
            self.fault("gateway", f"{gateway} is outside of {network}: phones could not reach it")
        elif kind := _end_of(network, gateway):
            self.fault("gateway", f"{gateway} is the {kind} address of {network}: give a router's address")
        return gateway

    def lease(self) -> int | str | None:
        value = self.row.get("lease_time")
        if value is None or value == INFINITE:
            return value
        if not value.isascii() or not value.isdigit() or int(value) == 0:
            self.fault("lease_time", f"{value!r} is no lease time: give seconds, or '{INFINITE}'")
            return None
        return int(value)

    def spans(self, option: str, network: IPv4Network | None) -> list[Range]:
        found = []
        for value in self.row.get(option) or []:
            first, _dash, last = (part.strip() for part in value.partition("-"))
            low = self.address(option, first)
            high = self.address(option, last) if last else low
            if low is None or high is None:
                continue
            if low > high:
                self.fault(option, f"{value!r} goes backwards: write the lower address first")
            elif network is not None and (low not in network or high not in network):
                self.fault(option, f"{value!r} is outside of {network}")
            else:
                found.append((low, high))
        return found

    def excluded(self, network: IPv4Network | None) -> tuple[Range, ...]:
        found = self.spans("excluded", network)
        if network is not None and network.prefixlen <= 30 and not uncovered([(network[1], network[-2])], found):
            self.fault("excluded", f"nothing of {network} is left for phones: exclude less")
        return tuple(found)

    def ranges(
        self, network: IPv4Network | None, gateway: IPv4Address | None, excluded: tuple[Range, ...]
    ) -> tuple[Range, ...] | None:
        values = self.row.get("ranges")
        if values is None:
            return None
        if not values:
            self.fault("ranges", "the list is empty: give what is handed out, or leave it out")
        found = sorted(self.spans("ranges", network))
        for span in found:
            for end in dict.fromkeys(span):
                kind = network is not None and _end_of(network, end)
                if kind:
                    self.fault("ranges", f"{end} is the {kind} address of {network}: leave it out of the range")
        for (low, high), (start, end) in zip(found, found[1:], strict=False):
            if start <= high:
                self.fault("ranges", f"{low}-{high} and {start}-{end} overlap: give each address once")
        left = uncovered(found, excluded)
        if found and not left:
            self.fault("excluded", "nothing of 'ranges' is left for phones: exclude less")
        if gateway is not None and any(low <= gateway <= high for low, high in left):
            self.fault("ranges", f"the gateway {gateway} would be handed out: leave it out, or put it into 'excluded'")
        return tuple(found)

    def text(self, option: str, value: str) -> str:
        bad = control_character(value)
        if bad:
            self.fault(option, f"{value!r} has the control character {bad} in it: take it out")
        elif not value.isascii() or "?" in value or not value.strip() or " " in value.strip():
            self.fault(option, f"{value!r} is not one word of ASCII characters without a question mark")
        return value

    def word(self, option: str) -> str | None:
        value = self.row.get(option)
        return None if value is None else self.text(option, value)

    def server_name(self) -> str | None:
        value = self.row.get("tftp_server_name")
        if value is not None and not _HOSTNAME.fullmatch(value):
            remedy = "give one name or one IPv4 address; a list of addresses belongs into 'tftp_servers'"
            self.fault("tftp_server_name", f"{value!r} is not what option 66 can hold: {remedy}")
        return value

    def options(self) -> tuple[Option, ...] | None:
        rows = self.row.get("options")
        if rows is None:
            return None
        found: dict[int, Option] = {}
        for number, row in enumerate(rows):
            try:
                option = read_option(row["code"], row["type"], row["value"])
            except ValueError as error:
                self.fault(f"options[{number}]", str(error))
                continue
            if option.code in found:
                self.fault(f"options[{number}]", f"code {option.code} is in the list twice: keep one")
            found[option.code] = option
        return tuple(found.values())

    def reservations(self, network: IPv4Network | None, gateway: IPv4Address | None) -> tuple[Reservation, ...] | None:
        rows = self.row.get("reservations")
        if rows is None:
            return None
        found: list[Reservation] = []
        macs: dict[str, int] = {}
        addresses: dict[IPv4Address, int] = {}
        for number, row in enumerate(rows):
            place = f"reservations[{number}]"
            try:
                digits = normalize_mac(row["mac"]).lower()
            except ValueError as error:
                self.fault(place, str(error))
                digits = ""
            mac = ":".join(digits[at : at + 2] for at in range(0, 12, 2))
            address = self.address(place, row["address"])
            hostname = row.get("hostname")
            if hostname is not None and not _HOSTNAME.fullmatch(hostname):
                self.fault(place, f"hostname {hostname!r} is no host name: letters, digits, '-' and dots only")
            if digits and macs.setdefault(mac, number) != number:
                self.fault(place, f"{mac} has an address already, by reservations[{macs[mac]}]: keep one of them")
            if address is None:
                continue
            if addresses.setdefault(address, number) != number:
                other = addresses[address]
                self.fault(place, f"{address} is reserved already, by reservations[{other}]: give another address")
            self._reserved(place, address, network, gateway)
            found.append(Reservation(mac, address, hostname))
        return tuple(sorted(found, key=lambda each: each.address))

    def _reserved(
        self, place: str, address: IPv4Address, network: IPv4Network | None, gateway: IPv4Address | None
    ) -> None:
        if network is None:
            return
        if address not in network:
            self.fault(place, f"{address} is outside of {network}: give an address of the scope")
        elif kind := _end_of(network, address):
            self.fault(place, f"{address} is the {kind} address of {network}: give another one")
        elif address == gateway:
            self.fault(place, f"{address} is the gateway's: give another one")


def read_scopes(rows: t.Sequence[dict[str, t.Any]]) -> tuple[list[Scope], list[str]]:
    """Return the rows as scopes, and every fault of every row by itself and among each other."""
    faults: list[str] = []
    scopes = [_read_scope(_Reader(index, row, faults), index) for index, row in enumerate(rows)]
    faults += _faults_among(scopes)
    return scopes, faults


def _read_scope(reader: _Reader, index: int) -> Scope:
    row = reader.row
    name = reader.text("name", row["name"])
    network = reader.network()
    if row.get("state") == "absent":
        return Scope(index, name, present=False, network=network)
    if row.get("network") is None:
        reader.fault("network", "it is missing: a scope that shall be present needs its network, such as 10.1.20.0/24")
    gateway = reader.gateway(network)
    excluded = reader.excluded(network)
    return Scope(
        index,
        name,
        network=network,
        gateway=gateway,
        lease_time=reader.lease(),
        tftp_servers=reader.addresses("tftp_servers", _BY_NAME),
        excluded=excluded,
        domain_name=reader.word("domain_name"),
        dns_servers=reader.addresses("dns_servers"),
        ranges=reader.ranges(network, gateway, excluded),
        tftp_server_name=reader.server_name(),
        options=reader.options(),
        reservations=reader.reservations(network, gateway),
    )


def _faults_among(scopes: t.Sequence[Scope]) -> list[str]:
    faults = []
    first: dict[str, Scope] = {}
    for scope in scopes:
        other = first.setdefault(scope.name, scope)
        if other is not scope:
            text = f"name: the same name as scopes[{other.index}]: keep one row for each scope"
            faults.append(row_fault("scopes", scope.index, scope.name, text))
    named = [(scope.network, scope) for scope in scopes if scope.present and scope.network is not None]
    for pair in overlapping([(network, scope) for network, scope in named if first[scope.name] is scope]):
        other, scope = sorted(pair, key=lambda each: each.index)
        where = f"scopes[{other.index}] ({other.name})"
        text = f"network: {scope.network} overlaps {other.network} of {where}: give each scope its own addresses"
        faults.append(row_fault("scopes", scope.index, scope.name, text))
    return faults


def _end_of(network: IPv4Network, address: IPv4Address) -> str:
    """Return 'network' or 'broadcast' where the address is that one of the network, else nothing."""
    if address == network.network_address:
        return "network"
    return "broadcast" if address == network.broadcast_address else ""


def _is_ipv6(value: str) -> bool:
    try:
        IPv6Address(value.strip())
    except ValueError:
        return False
    return True

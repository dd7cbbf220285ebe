# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A DHCP scope for phones: the model that every kind of server shares. Pure."""

from __future__ import annotations

import ipaddress
import typing as t
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

INFINITE = "infinite"

FIELDS = (
    "network",
    "ranges",
    "gateway",
    "lease_time",
    "tftp_servers",
    "tftp_server_name",
    "domain_name",
    "dns_servers",
    "options",
    "reservations",
)

Range = tuple[IPv4Address, IPv4Address]


@dataclass(frozen=True)
class Option:
    """A DHCP option by its code.

    :ivar value: a list of addresses (type ip), text, hexadecimal digits, a number or a boolean
    :ivar data: what goes over the wire
    """

    code: int
    type: str
    value: t.Any
    data: bytes

    def words(self) -> dict[str, t.Any]:
        return {"code": self.code, "type": self.type, "value": self.value}


@dataclass(frozen=True)
class Reservation:
    """An address for one MAC address, which is written as 00:11:22:33:44:55."""

    mac: str
    address: IPv4Address
    hostname: str | None = None

    def words(self) -> dict[str, t.Any]:
        return {"mac": self.mac, "address": str(self.address), "hostname": self.hostname}


@dataclass(frozen=True)
class Scope:
    """One row of the input. None leaves as it is.

    :ivar ranges: what is handed out
    :ivar lease_time: seconds, or INFINITE
    :ivar tftp_servers: option 150, in the order in which phones ask
    :ivar tftp_server_name: option 66, one name or address
    :ivar excluded: ranges that are not handed out, first and last address
    :ivar options: other options; those that are not named stay as they are
    :ivar reservations: all of the scope's, by their address
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
    ranges: tuple[Range, ...] | None = None
    tftp_server_name: str | None = None
    options: tuple[Option, ...] | None = None
    reservations: tuple[Reservation, ...] | None = None

    def values(self) -> dict[str, t.Any]:
        """Return what is wanted in the words of the result."""
        given = {name: getattr(self, name) for name in FIELDS if getattr(self, name) is not None}
        words = {name: plain(value) for name, value in given.items() if name != "ranges"}
        if self.ranges is not None:
            words["ranges"] = [range_text(span) for span in uncovered(self.ranges, self.excluded)]
        return words


def plain(value: t.Any) -> t.Any:
    """Return a value of the model as a result shows it: addresses and networks as text, tuples as lists."""
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    if isinstance(value, (Option, Reservation)):
        return value.words()
    return str(value) if isinstance(value, (IPv4Address, IPv4Network)) else value


def range_text(span: Range) -> str:
    return str(span[0]) if span[0] == span[1] else f"{span[0]}-{span[1]}"


def differences(scope: Scope, state: t.Mapping[str, t.Any]) -> dict[str, tuple[t.Any, t.Any]]:
    """Return the fields in which a server's state is not as wanted, each with what is wanted and what is there.

    Other options than the wanted ones are no difference, nor is the host name of a reservation that names none.
    """
    found = {}
    for name, value in scope.values().items():
        there = state.get(name)
        if name == "options":
            value = [item for item in value if item not in (there or [])]
            codes = {item["code"] for item in value}
            there = [item for item in there or [] if item["code"] in codes]
            same = not value
        elif name == "reservations":
            same = _same_reservations(value, there or [])
        else:
            same = value == there
        if not same:
            found[name] = (value, there)
    return found


def _same_reservations(wanted: list[dict[str, t.Any]], there: list[dict[str, t.Any]]) -> bool:
    hosts = {(item["mac"], item["address"]): item["hostname"] for item in there}
    return len(wanted) == len(there) and all(
        (item["mac"], item["address"]) in hosts and item["hostname"] in (None, hosts[item["mac"], item["address"]])
        for item in wanted
    )


def overlapping(networks: t.Iterable[tuple[IPv4Network, t.Any]]) -> list[tuple[t.Any, t.Any]]:
    """Return the owners of networks that overlap, in pairs; each network with the widest one before it."""
    pairs = []
    widest: tuple[IPv4Network, t.Any] | None = None
    for network, owner in sorted(networks, key=lambda item: (int(item[0].network_address), item[0].prefixlen)):
        if widest is not None and network.subnet_of(widest[0]):
            pairs.append((widest[1], owner))
        else:
            widest = (network, owner)
    return pairs


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


def handed_out(scope: Scope, existing: t.Sequence[Range] | None) -> list[Range]:
    """Return the ranges that a scope with its network hands out.

    :param existing: what an existing scope hands out, which stays where the row says nothing else; None for a new one
    """
    network = scope.network
    if scope.ranges is not None:
        return uncovered(scope.ranges, scope.excluded)
    if existing is not None and all(low in network and high in network for low, high in existing):
        base = existing
    else:
        base = [(network[1], network[-2])]
    gateway = [(scope.gateway, scope.gateway)] if scope.gateway else []
    return uncovered(base, [*scope.excluded, *gateway])

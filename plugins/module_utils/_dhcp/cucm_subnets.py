# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Subnets of CUCM's DHCP server as scopes, and scopes as the elements of a subnet. Pure.

A subnet has no name: on its server it is known by its address. Elements are texts under AXL's names, empty where
there is nothing.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.base import Capabilities
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.scope import (
    Range,
    Scope,
    handed_out,
    range_text,
    uncovered,
)

Elements = dict[str, str]

CAPABILITIES = Capabilities(
    provider="cucm",
    ranges=2,
    tftp_servers=2,
    dns_servers=2,
    options=0,
    reservations=0,
    longest_lease=1073741824,
    infinite_lease=False,
)

_RANGES = (("primaryStartIpAddress", "primaryEndIpAddress"), ("secondaryStartIpAddress", "secondaryEndIpAddress"))
_ONE = {"gateway": "primaryRouterIpAddress", "domain_name": "domainName", "tftp_server_name": "tftpServerName"}
_TWO = {
    "tftp_servers": ("primaryTftpServerIpAddress", "secondaryTftpServerIpAddress"),
    "dns_servers": ("primaryDnsIpAddress", "secondaryDnsIpAddress"),
}
_LEASE = "ipAddressLeaseTime"
_TIMES = {"renewal_time": "renewalTime", "rebinding_time": "rebindingTime"}

SERVER_TAGS = ("processNodeName", *_TWO["tftp_servers"], "tftpServerName", _LEASE, *_TIMES.values())
SUBNET_TAGS = (
    "subnetIpAddress",
    "subnetMask",
    *(element for pair in _RANGES for element in pair),
    *_ONE.values(),
    *(element for pair in _TWO.values() for element in pair),
    _LEASE,
    *_TIMES.values(),
)

NEW_SERVER = dict.fromkeys(("arpCacheTimeout", _LEASE, *_TIMES.values()), "0")
"""What AXL requires of a new DHCP server beside its node; 0 leaves it to CUCM."""


@dataclass(frozen=True)
class Subnet:
    """A subnet as it is, or as it is to be.

    :ivar elements: every one of SUBNET_TAGS
    """

    elements: Elements
    network: IPv4Network
    ranges: tuple[Range, ...]


def read_subnet(found: t.Mapping[str, t.Any]) -> Subnet:
    """Return a subnet from what AXL returned.

    :raises ValueError: something in it is no address
    """
    elements = {name: str(found.get(name) or "").strip() for name in SUBNET_TAGS}
    network = IPv4Network((elements["subnetIpAddress"], elements["subnetMask"]), strict=False)
    spans = [(elements[first], elements[last]) for first, last in _RANGES]
    ranges = sorted((IPv4Address(first), IPv4Address(last)) for first, last in spans if first or last)
    return Subnet(elements, network, tuple(ranges))


def state(subnet: Subnet, server: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return a subnet in the words of a result. Where it has no times, those of its server count."""
    elements, network = subnet.elements, subnet.network
    words: dict[str, t.Any] = {"network": str(network), "ranges": [range_text(span) for span in subnet.ranges]}
    words.update({key: elements[name] or None for key, name in _ONE.items()})
    words.update({key: _listed(elements, pair) or None for key, pair in _TWO.items()})
    words["lease_time"] = _seconds(elements, server, _LEASE) or None
    words.update({key: _seconds(elements, server, name) or None for key, name in _TIMES.items()})
    words.update(options=[], reservations=[])
    hosts = [(network[1], network[-2])] if network.prefixlen <= 30 else []
    words["excluded"] = [range_text(span) for span in uncovered(hosts, subnet.ranges)]
    return words


def inherited(server: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the TFTP servers that a subnet without any gets from its server."""
    elements = {name: str(server.get(name) or "") for name in SERVER_TAGS}
    found = {"tftp_servers": _listed(elements, _TWO["tftp_servers"]), "tftp_server_name": elements["tftpServerName"]}
    return {key: value for key, value in found.items() if value}


def target(scope: Scope, subnet: Subnet | None, server: t.Mapping[str, t.Any]) -> Subnet:
    """Return the subnet that a scope wants. What the scope does not give is as it is.

    :raises ValueError: with the key and the reason, where a subnet cannot hold it
    """
    elements = dict(subnet.elements) if subnet is not None else dict.fromkeys(SUBNET_TAGS, "")
    elements["subnetIpAddress"] = elements["subnetIpAddress"] or str(scope.network.network_address)
    if subnet is None or subnet.network != scope.network:
        elements["subnetMask"] = str(scope.network.netmask)
    ranges = tuple(handed_out(scope, None if subnet is None else subnet.ranges))
    if len(ranges) > len(_RANGES):
        texts = ", ".join(range_text(span) for span in ranges)
        raise ValueError(
            f"ranges: {len(ranges)} would be handed out ({texts}), and a subnet of CUCM has {len(_RANGES)}: give other "
            "'ranges' or 'excluded'"
        )
    if not ranges:
        raise ValueError("ranges: nothing of the subnet would be left for phones: exclude less, or give 'ranges'")
    if subnet is None or ranges != subnet.ranges:
        texts = [(str(first), str(last)) for first, last in ranges]
        for names, values in zip(_RANGES, [*texts, ("", "")], strict=False):
            elements.update(zip(names, values, strict=True))
    for key, name in _ONE.items():
        if getattr(scope, key) is not None:
            elements[name] = str(getattr(scope, key))
    for key, pair in _TWO.items():
        values = getattr(scope, key)
        if values is not None and _listed(elements, pair) != [str(value) for value in values]:
            elements.update(zip(pair, [*map(str, values), ""], strict=False))
    if scope.lease_time is not None:
        _set_lease(elements, int(scope.lease_time), server)
    gateway = elements[_ONE["gateway"]]
    if gateway and IPv4Address(gateway) not in scope.network:
        raise ValueError(f"gateway: {gateway} of the subnet is outside of {scope.network}: give the gateway too")
    return Subnet(elements, scope.network, ranges)


def changes(subnet: Subnet | None, wanted: Subnet) -> Elements:
    """Return the elements to send: of a new subnet all that are not empty, else those that differ."""
    if subnet is None:
        return {name: value for name, value in wanted.elements.items() if value}
    return {name: value for name, value in wanted.elements.items() if value != subnet.elements[name]}


def element_mismatches(wanted: Subnet, found: Subnet) -> list[str]:
    """Word in which elements a subnet that was read back is not as wanted."""
    return [
        f"{name} {found.elements[name]!r} in place of {value!r}"
        for name, value in wanted.elements.items()
        if found.elements[name] != value and (found.elements[name] or "0", value or "0") != ("0", "0")
    ]


def _set_lease(elements: Elements, lease: int, server: t.Mapping[str, t.Any]) -> None:
    """Set the lease time, and the times of its renewal with it where they would not come one after the other."""
    renewal, rebinding = (_seconds(elements, server, name) for name in _TIMES.values())
    if elements[_LEASE] == str(lease) and 0 < renewal < rebinding < lease:
        return
    # RFC 2131: half of the lease, and seven eighths of it.
    elements.update({_LEASE: str(lease), "renewalTime": str(lease // 2), "rebindingTime": str(lease * 7 // 8)})


def _listed(elements: t.Mapping[str, str], pair: tuple[str, str]) -> list[str]:
    return [elements[name] for name in pair if elements[name]]


def _seconds(elements: t.Mapping[str, str], server: t.Mapping[str, t.Any], name: str) -> int:
    """Return a time of a subnet, else its server's; 0 says that it is left to CUCM."""
    return int(elements[name] or 0) or int(server.get(name) or 0)

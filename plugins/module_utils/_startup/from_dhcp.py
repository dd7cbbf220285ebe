# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What DHCP servers and relays say of a phone's network, out of results of `dhcp_leases_info`. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Interface

from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Planned
from ansible_collections.dialtone.voice.plugins.module_utils._startup.from_switch import SwitchReading
from ansible_collections.dialtone.voice.plugins.module_utils._startup.network import Dhcp, Lease, Scope, Svi
from ansible_collections.dialtone.voice.plugins.module_utils._startup.proof import Proof

Result = t.Mapping[str, t.Any]

Span = tuple[int, int]

# A lease that the phone has, before one that it had.
_HELD = ("active", "reserved", "offered")


@dataclass(frozen=True)
class ServerReading:
    """A DHCP server as it was read.

    :ivar scopes: each with the first and the last address of its network, as numbers
    :ivar leases: MAC address (twelve upper-case digits) -> its leases
    :ivar own: MAC address and name of a scope -> what the server tells that client in place of the scope
    :ivar local: the server's own addresses
    """

    name: str
    scopes: tuple[tuple[Span, Scope], ...] = ()
    leases: t.Mapping[str, list[Lease]] = field(default_factory=dict)
    own: t.Mapping[tuple[str, str], Scope] = field(default_factory=dict)
    local: tuple[str, ...] = ()
    proof: Proof | None = None


def read_server(name: str, result: Result) -> ServerReading | str:
    """Return a DHCP server as it was read, or in words why it was not.

    :param name: the server's name in the inventory
    :param result: of the module for all scopes of the server, as a task registers it
    """
    rows = result.get("results")
    if not isinstance(rows, list) or result.get("failed") or "addresses" not in result:
        said = str(result.get("msg") or "").strip() or "its scopes were not asked for"
        return f"DHCP server {name} could not be read: {said}"
    asked = result.get("asked") or {}
    of_scopes, of_leases = (str(asked.get(fact) or "") for fact in ("scopes", "leases"))
    scopes: dict[str, tuple[Span, Scope]] = {}
    leases: dict[str, list[Lease]] = {}
    own: dict[tuple[str, str], Scope] = {}
    for row in rows:
        use = row.get("scope")
        if use and use["name"] not in scopes:
            scopes[use["name"]] = (_span(use["network"]), _scope(name, use, of_scopes))
        for each in row.get("leases") or ():
            if each["mac"]:
                digits = each["mac"].replace(":", "").upper()
                leases.setdefault(digits, []).append(_lease(name, each, of_leases))
                if use and each.get("offer"):
                    own[digits, use["name"]] = _scope(name, {**use, **each["offer"]}, of_scopes)
    quoted = [_head(row["scope"]) for row in rows if row.get("scope")]
    proof = Proof(f"DHCP server {name}", of_scopes, "\n".join(dict.fromkeys(quoted)) or "(no scope)")
    return ServerReading(name, tuple(scopes.values()), leases, own, tuple(result["addresses"]), proof)


def _head(use: Result) -> str:
    """Return what the server says of a scope's name and network, its options left out."""
    lines = str(use["quote"]).splitlines()
    said = [line for line in lines[1:] if any(word in line for word in ("network", "subnet"))]
    return "\n".join([*lines[:1], *said])


def _scope(server: str, use: Result, asked: str) -> Scope:
    # In brackets, since the server's own words are another command's.
    left = "" if use["left"] is None else f"\n({use['used']} of {use['size']} addresses leased, {use['left']} left)"
    return Scope(
        server,
        use["name"],
        use["network"],
        tuple(use["gateways"]),
        tuple(use["option_150"]),
        use["option_150_text"],
        use["option_66"],
        use["size"],
        use["left"],
        Proof(f"DHCP server {server}", asked, use["quote"] + left),
    )


def _lease(server: str, each: Result, asked: str) -> Lease:
    words = f"{each['address']} {each['mac']} {each['state']} until {each['expires']} (scope {each['scope']})"
    return Lease(server, each["address"], each["state"], Proof(f"DHCP server {server}", asked, words))


def dhcp_of(planned: Planned, switches: t.Mapping[str, SwitchReading], servers: t.Mapping[str, ServerReading]) -> Dhcp:
    """Return what is known of the network of one phone's voice VLAN; for many phones see :class:`Networks`."""
    return Networks(switches, servers).of(planned)


class Networks:
    """The networks of voice VLANs, each looked up once for all its phones.

    :param switches: all that were read, by name
    :param servers: all that were read, by name
    """

    def __init__(self, switches: t.Mapping[str, SwitchReading], servers: t.Mapping[str, ServerReading]) -> None:
        self._switches = switches
        self._servers = servers
        self._known: dict[tuple[int | None, str, str], tuple[Dhcp, set[Span]]] = {}

    def of(self, planned: Planned) -> Dhcp:
        """Return what is known of the network of a phone's voice VLAN, and its lease."""
        key = (self._vlan(planned), planned.network, planned.switch)
        if key not in self._known:
            self._known[key] = self._look(*key)
        dhcp, networks = self._known[key]
        mac = planned.name.upper().removeprefix("SEP")
        leases = [lease for server in self._servers.values() for lease in server.leases.get(mac, ())]
        inside = [lease for lease in leases if any(_inside(lease.address, network) for network in networks)]
        held = [lease for lease in inside or leases if lease.state in _HELD] or inside or leases
        if not held:
            return dhcp
        scopes = tuple(self._servers[scope.server].own.get((mac, scope.name), scope) for scope in dhcp.scopes)
        return replace(dhcp, lease=held[0], scopes=scopes)

    def _look(self, vlan: int | None, planned: str, switch: str) -> tuple[Dhcp, set[Span]]:
        servers = self._servers
        relays = self._relays(vlan, planned, switch)
        networks = {_span(each.address) for each in relays if each.address} | ({_span(planned)} if planned else set())
        scopes = tuple(
            scope
            for server in servers.values()
            for (first, last), scope in server.scopes
            if any(first <= end and last >= start for start, end in networks)
        )
        dhcp = Dhcp(
            scopes,
            None,
            relays,
            tuple(servers),
            tuple(address for server in servers.values() for address in server.local),
            tuple(server.proof for server in servers.values() if server.proof),
        )
        return dhcp, networks

    def _vlan(self, planned: Planned) -> int | None:
        if planned.voice_vlan is not None or planned.switch not in self._switches:
            return planned.voice_vlan
        port = self._switches[planned.switch].port(planned.interface)
        return port.voice_vlan if port and isinstance(port.voice_vlan, int) else None

    def _relays(self, vlan: int | None, planned: str, switch: str) -> tuple[Svi, ...]:
        """Return the SVIs of a voice VLAN.

        Another site may use the same number: with a planned network, those count that are in it, or on the phone's
        switch; without one, those of the phone's switch, where it routes that VLAN.
        """
        found = [svi for reading in self._switches.values() for svi in reading.switch.svis if svi.vlan == vlan]
        if not planned:
            return tuple([svi for svi in found if svi.switch == switch and svi.address] or found)
        network = _span(planned)
        near = [svi for svi in found if svi.switch == switch or (svi.address and _inside(svi.address, network))]
        return tuple(near or found)


def _span(network: str) -> Span:
    """Return the first and the last address of a network, which may be given by an address in it with its length."""
    found = IPv4Interface(network).network
    return int(found.network_address), int(found.broadcast_address)


def _inside(address: str, network: Span) -> bool:
    return network[0] <= int(IPv4Interface(address).ip) <= network[1]

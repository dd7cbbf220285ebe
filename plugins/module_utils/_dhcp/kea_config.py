# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kea's DHCPv4 configuration: its subnets as scopes, and scopes written into it. Pure.

Everything works on the mappings that Kea returned, so that what is not ours stays as it is, keys unknown here included.
"""

from __future__ import annotations

import copy
import json
import typing as t
from collections import Counter
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, summarize_address_range

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.kea_options import (
    OWN_CODES,
    find_entry,
    free_options,
    put_entry,
    put_option,
    shown,
    text_of,
    words_of,
)
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.scope import (
    INFINITE,
    Range,
    Reservation,
    Scope,
    handed_out,
    plain,
    range_text,
    uncovered,
)

Tree = dict[str, t.Any]

NAME_KEY = "subnet-name"
INFINITE_SECONDS = 0xFFFFFFFF
OPTION_150 = 150


@dataclass
class Subnet:
    """One subnet of a configuration.

    :ivar tree: the subnet itself; to change it is to change the configuration
    :ivar holder: the list that it is in
    :ivar shared: the shared network that it belongs to, None for none
    """

    tree: Tree
    holder: list[Tree]
    shared: Tree | None = None

    @property
    def id(self) -> int:
        return self.tree["id"]

    @property
    def network(self) -> IPv4Network:
        return IPv4Network(self.tree["subnet"], strict=False)

    @property
    def name(self) -> str | None:
        context = self.tree.get("user-context")
        return context.get(NAME_KEY) if isinstance(context, dict) else None

    @property
    def ranges(self) -> list[Range]:
        return sorted(pool_range(pool) for pool in self.tree.get("pools", []))


class KeaConfig:
    """A configuration as `config-get` returns it.

    :param tree: the mapping with the key Dhcp4; it is changed in place, see :meth:`copy`
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = {"Dhcp4": tree["Dhcp4"]}
        self.dhcp4: Tree = tree["Dhcp4"]
        subnets = self.dhcp4.get("subnet4") or []
        self.subnets = [Subnet(each, subnets) for each in subnets]
        for shared in self.dhcp4.get("shared-networks") or []:
            inner = shared.get("subnet4") or []
            self.subnets += [Subnet(each, inner, shared) for each in inner]
        self._by_name = {subnet.name: subnet for subnet in reversed(self.subnets) if subnet.name}
        names = Counter(subnet.name for subnet in self.subnets if subnet.name)
        self._ambiguous = {name for name, count in names.items() if count > 1}
        self._unnamed = {subnet.network: subnet for subnet in reversed(self.subnets) if not subnet.name}

    def canonical(self) -> str:
        return json.dumps(self.tree, sort_keys=True, separators=(",", ":"))

    def copy(self) -> KeaConfig:
        return KeaConfig(copy.deepcopy(self.tree))

    def find(self, scope: Scope) -> Subnet | None:
        """Return the subnet of a scope: the one with its name, else one without a name that has its network."""
        found = self._by_name.get(scope.name)
        if found is None and scope.network is not None:
            found = self._unnamed.get(scope.network)
        return found

    def several(self, scope: Scope) -> str | None:
        """Return why a scope's name does not tell which subnet is meant, None where it does."""
        if scope.name not in self._ambiguous:
            return None
        found = [each for each in self.subnets if each.name == scope.name]
        which = ", ".join(f"{each.network} (id {each.id})" for each in found)
        return (
            f"Kea has {len(found)} subnets of this {NAME_KEY}, {which}: give each a name of its own in its user-context"
        )

    def inherited(self, subnet: Subnet) -> dict[str, t.Any]:
        """Return what a subnet gets from its shared network or from the server as TFTP servers."""
        levels = [subnet.shared or {}, self.dhcp4]
        found: dict[str, t.Any] = {}
        for key, code in (("tftp_servers", OPTION_150), ("tftp_server_name", 66)):
            entries = [find_entry(level.get("option-data"), code) for level in levels]
            entry = next((each for each in entries if each is not None), None)
            if entry is not None:
                found[key] = self.words(key, entry)
        return found

    def offered(self, subnet: Subnet, reservation: Tree | None = None) -> dict[str, t.Any]:
        """Return gateway and TFTP servers of a subnet, with what it gets from its shared network or the server.

        :param reservation: a host of the subnet, whose own options go before
        """
        # What classes of clients are told, such as phones by their vendor class, where nobody else is told anything.
        classes = self.dhcp4.get("client-classes") or []
        levels = [reservation or {}, subnet.tree, subnet.shared or {}, self.dhcp4, *classes]
        found = {}
        for key in ("gateway", "tftp_servers", "tftp_server_name"):
            entries = (find_entry(level.get("option-data"), OWN_CODES[key]) for level in levels)
            entry = next((each for each in entries if each is not None), None)
            found[key] = None if entry is None else self.words(key, entry)
        return found

    def definition(self) -> Tree | None:
        """Return the definition of option 150, None where there is none."""
        for each in self.dhcp4.get("option-def") or []:
            if each.get("code") == OPTION_150 and each.get("space", "dhcp4") == "dhcp4":
                return each
        return None

    def words(self, key: str, entry: Tree) -> t.Any:
        """Return what an entry holds; that of option 150 is text where its definition says so."""
        definition = self.definition() if key == "tftp_servers" and entry.get("csv-format", True) else None
        if definition is not None and definition.get("type") != "ipv4-address":
            return f"{definition.get('type')} {entry.get('data')}"
        return words_of(key, entry)

    def state(self, subnet: Subnet, scope: Scope) -> dict[str, t.Any]:
        """Return a subnet in the words of a result.

        :param scope: the wanted scope, for the types in which its options are shown
        """
        tree = subnet.tree
        data = tree.get("option-data") or []
        state: dict[str, t.Any] = {"network": tree["subnet"], "ranges": [range_text(span) for span in subnet.ranges]}
        for key in ("gateway", "tftp_servers", "tftp_server_name", "domain_name", "dns_servers"):
            entry = find_entry(data, OWN_CODES[key])
            state[key] = None if entry is None else self.words(key, entry)
        lease = tree.get("valid-lifetime", self.dhcp4.get("valid-lifetime"))
        state["lease_time"] = INFINITE if lease == INFINITE_SECONDS else lease
        state["options"] = free_options(data, scope.options or ())
        state["reservations"] = _reservations(tree)
        hosts = [(subnet.network[1], subnet.network[-2])] if subnet.network.prefixlen <= 30 else []
        state["excluded"] = [range_text(span) for span in uncovered(hosts, subnet.ranges)]
        return state

    def definition_fault(self) -> str | None:
        """Return why option 150 cannot be written as addresses, None where it can or is not defined yet."""
        found = self.definition()
        if found is None or (
            found.get("type") == "ipv4-address" and found.get("array") and not found.get("encapsulate")
        ):
            return None
        is_list = "a list of " if found.get("array") else "one "
        return (
            f"Kea has option 150 defined as {is_list}{found.get('type')} ('{found.get('name')}'), and phones read a "
            'list of addresses: change its option-def to {"type": "ipv4-address", "array": true}, and the option-data '
            "that uses it, then run this again"
        )

    def define(self) -> str:
        """Define option 150 where it is not, and return its name."""
        found = self.definition()
        if found is None:
            definitions = self.dhcp4.setdefault("option-def", [])
            taken = {each.get("name") for each in definitions}
            name = "tftp-server-address" if "tftp-server-address" not in taken else "option-150"
            found = {"name": name, "code": OPTION_150, "space": "dhcp4", "type": "ipv4-address", "array": True}
            definitions.append(found)
        return found["name"]

    def next_id(self) -> int:
        """Return an id above all others: leases of a subnet that was removed may still go by one below."""
        return max((subnet.id for subnet in self.subnets), default=0) + 1

    def add(self, scope: Scope) -> Subnet:
        tree: Tree = {
            "id": self.next_id(),
            "subnet": str(scope.network),
            "pools": [],
            "option-data": [],
            "reservations": [],
        }
        holder = self.dhcp4.setdefault("subnet4", [])
        holder.append(tree)
        subnet = Subnet(tree, holder)
        self.subnets.append(subnet)
        self._by_name[scope.name] = subnet
        return subnet

    def remove(self, subnet: Subnet) -> None:
        subnet.holder[:] = [each for each in subnet.holder if each is not subnet.tree]
        self.subnets = [each for each in self.subnets if each is not subnet]
        self._by_name = {name: each for name, each in self._by_name.items() if each is not subnet}
        self._unnamed = {network: each for network, each in self._unnamed.items() if each is not subnet}


def pool_range(pool: Tree) -> Range:
    """Return the first and the last address of a pool, which Kea writes as `A - B`, `A-B` or `A/length`."""
    first, dash, last = (part.strip() for part in pool["pool"].partition("-"))
    if dash:
        return IPv4Address(first), IPv4Address(last)
    network = IPv4Network(first, strict=False)
    return network.network_address, network.broadcast_address


def _reservations(tree: Tree) -> list[dict[str, t.Any]]:
    found = [
        Reservation(each["hw-address"].lower(), IPv4Address(each["ip-address"]), each.get("hostname") or None)
        for each in tree.get("reservations") or []
        if _is_ours(each)
    ]
    return plain(tuple(sorted(found, key=lambda each: each.address)))


def _is_ours(reservation: Tree) -> bool:
    return bool(reservation.get("hw-address")) and bool(reservation.get("ip-address"))


def wanted_ranges(scope: Scope, subnet: Subnet | None) -> list[Range]:
    """Return what is to be handed out."""
    return handed_out(scope, None if subnet is None else subnet.ranges)


def write(config: KeaConfig, subnet: Subnet, scope: Scope, *, new: bool) -> list[str]:
    """Write a scope into a subnet and return what was changed, in Kea's words."""
    tree = subnet.tree
    changes: list[str] = [f"subnet {scope.network}"] if new else []
    ranges = wanted_ranges(scope, None if new else subnet)
    if subnet.network != scope.network:
        if not subnet.network.overlaps(scope.network):
            # Leases go by the id, and those of the old network are none of the new one's.
            tree["id"] = config.next_id()
        tree["subnet"] = str(scope.network)
        changes.append(f"subnet {scope.network}")
    if ranges != subnet.ranges:
        tree["pools"] = _pools(ranges, tree.get("pools") or [])
        changes.append("pools " + ", ".join(range_text(span) for span in ranges))
    if scope.lease_time is not None:
        changes += _write_lease(tree, INFINITE_SECONDS if scope.lease_time == INFINITE else int(scope.lease_time))
    data = tree.setdefault("option-data", [])
    for key in ("gateway", "dns_servers", "domain_name", "tftp_server_name", "tftp_servers"):
        value = plain(getattr(scope, key))
        entry = find_entry(data, OWN_CODES[key])
        if value is None or (entry is not None and config.words(key, entry) == value):
            continue
        name = config.define() if key == "tftp_servers" else None
        put_entry(data, OWN_CODES[key], text_of(value), name)
        changes.append(f"option {OWN_CODES[key]} {text_of(value)}")
    for option in scope.options or ():
        if put_option(data, option):
            changes.append(f"option {option.code} {shown(option)}")
    if scope.reservations is not None and _write_reservations(tree, scope.reservations):
        changes.append(f"{len(scope.reservations)} reservations")
    if subnet.name != scope.name:
        context = tree.get("user-context")
        tree["user-context"] = {**(context if isinstance(context, dict) else {}), NAME_KEY: scope.name}
        changes.append(f"user-context {NAME_KEY} {scope.name}")
    return changes


def _pools(ranges: t.Sequence[Range], old: t.Sequence[Tree]) -> list[Tree]:
    """Return the pools for ranges; one that reaches into an old one keeps what is set in that."""
    left = [(pool_range(pool), pool) for pool in old]
    used: set[int] = set()
    pools = []
    for low, high in ranges:
        pool: Tree = {"pool": _pool_text(low, high)}
        for (first, last), tree in left:
            if first <= high and last >= low:
                # The pool's own id must stay unique.
                kept = {key: value for key, value in tree.items() if key != "pool-id" or id(tree) not in used}
                pool = {**copy.deepcopy(kept), **pool}
                used.add(id(tree))
                break
        pools.append(pool)
    return pools


def _pool_text(low: IPv4Address, high: IPv4Address) -> str:
    """Write a range as Kea itself does, so that what is read back is the same."""
    networks = list(summarize_address_range(low, high))
    return str(networks[0]) if len(networks) == 1 else f"{low}-{high}"


def _write_lease(tree: Tree, seconds: int) -> list[str]:
    """Set the lease time; its bounds, which must enclose it, only as far as they would not."""
    old = tree.get("valid-lifetime")
    if old == seconds:
        return []
    for key, outside in (("min-valid-lifetime", int.__gt__), ("max-valid-lifetime", int.__lt__)):
        bound = tree.get(key)
        if bound is not None and (bound == old or outside(bound, seconds)):
            tree[key] = seconds
    tree["valid-lifetime"] = seconds
    return [f"valid-lifetime {seconds}"]


def _write_reservations(tree: Tree, wanted: t.Sequence[Reservation]) -> bool:
    """Write the reservations of MAC addresses; what else is set in one that stays is kept."""
    old = tree.get("reservations") or []
    ours = {each["hw-address"].lower(): each for each in old if each.get("hw-address")}
    macs = {each.mac for each in wanted}
    new = [each for each in old if not _is_ours(each) and str(each.get("hw-address")).lower() not in macs]
    for each in wanted:
        entry = {**ours.get(each.mac, {}), "hw-address": each.mac, "ip-address": str(each.address)}
        if each.hostname is not None:
            entry["hostname"] = each.hostname
        new.append(entry)
    order = json.dumps
    if sorted(map(order, new)) == sorted(map(order, old)):
        return False
    tree["reservations"] = new
    return True

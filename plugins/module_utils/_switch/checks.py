# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is looked at before the first change: neighbours, uplinks, power, and the way back. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, replace

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import Config
from ansible_collections.dialtone.voice.plugins.module_utils._switch.names import canonical, resolve
from ansible_collections.dialtone.voice.plugins.module_utils._switch.ports import ACCESS, PortPlan
from ansible_collections.dialtone.voice.plugins.module_utils._text import control_character

if t.TYPE_CHECKING:
    from ansible_collections.dialtone.voice.plugins.module_utils._switch.neighbors import Neighbor
    from ansible_collections.dialtone.voice.plugins.module_utils._switch.power import PortPower, PowerTable

# Kinds of neighbours behind which there is more than one desk, with the words for them.
_KINDS = {"switch": "the switch", "router": "the router", "access_point": "the access point"}

# What a switch sets aside for a device of which it knows no class yet, and what it reserves where it may be anything.
_UNKNOWN_DEVICE, _STATIC = 15.4, 30.0

# A port with 802.1X or MAB refuses to be anything but an access port.
_AUTHENTICATES = re.compile(r"(?:authentication|access-session|dot1x) port-control (?:auto|force-unauthorized)")


@dataclass(frozen=True)
class Allow:
    """What the user has looked at and allows in spite of what is found there.

    :ivar interfaces: names as they were written
    """

    interfaces: tuple[str, ...] = ()
    vlans: frozenset[int] = frozenset()

    @classmethod
    def of(cls, entries: t.Sequence[str]) -> tuple[Allow, list[str]]:
        """Return it with the faults of the entries that name nothing."""
        interfaces, vlans, faults = [], set(), []
        for index, entry in enumerate(entries):
            vlan = re.fullmatch(r"vlan[\s-]*(\d+)", entry.strip(), re.IGNORECASE)
            if vlan:
                vlans.add(int(vlan[1]))
                continue
            try:
                canonical(entry)
            except ValueError:
                text = "is neither an interface nor a VLAN: write 'Gi1/0/1' or 'vlan 20'"
                faults.append(row_fault("allow", index, "", f"{entry!r} {text}"))
            else:
                interfaces.append(entry)
        return cls(tuple(interfaces), frozenset(vlans)), faults

    def names(self, own: t.Collection[str]) -> frozenset[str]:
        """Return the switch's own names of the interfaces; what it does not have is another switch's."""
        found = (resolve(entry, own) for entry in self.interfaces)
        return frozenset(name for name in found if name)


def connection_faults(params: t.Mapping[str, t.Any]) -> list[str]:
    """Return the options that lead to no switch, whichever it is."""
    host, faults = params["host"], []
    if not host:
        faults.append("host: it is empty: give the switch's name or address")
    elif re.search(r"[\s/@]|^[^:]+:\d+$", host) or control_character(host):
        faults.append(f"host: {host!r} is neither a name nor an address: write it alone, and the port in 'port'")
    if not 1 <= params["port"] <= 65535:
        faults.append(f"port: {params['port']} is out of range: give a number from 1 to 65535")
    if params["timeout"] < 1:
        faults.append(f"timeout: {params['timeout']} is out of range: give at least 1 second")
    return faults


def neighbor_faults(
    plans: t.Sequence[PortPlan], neighbors: t.Iterable[Neighbor], allowed: t.Collection[str]
) -> list[str]:
    """Return the ports that are to change and have more behind them than a phone.

    :param allowed: the switch's own names of interfaces that may be changed all the same
    """
    by_port: dict[str, dict[tuple[str, str], Neighbor]] = {}
    for each in neighbors:
        if each.kind in _KINDS and each.interface:
            by_port.setdefault(each.interface.casefold(), {}).setdefault((each.kind, each.name), each)
    faults = []
    for plan in plans:
        name = plan.port.interface
        found = by_port.get(name.casefold(), {})
        if not found or not plan.changes or name in allowed:
            continue
        them = " and ".join(f"{_KINDS[each.kind]} {each.name} ({each.protocol.upper()})" for each in found.values())
        text = f"interface: {name} has {them} as its neighbour: give another port, or put {name} into 'allow'"
        faults.append(row_fault("ports", plan.wanted.index, plan.wanted.interface, text))
    return faults


def stray_warnings(neighbors: t.Sequence[Neighbor], host: str) -> list[str]:
    """Say which neighbours may be on any port: older releases leave out in LLDP where they are."""
    placed = {each.name for each in neighbors if each.interface}
    stray = [each for each in neighbors if each.kind in _KINDS and not each.interface and each.name not in placed]
    return [
        f"{host} does not say by LLDP on which of its ports {_KINDS[each.kind]} {each.name} is: see that it is not one "
        "that is to change"
        for each in stray
    ]


def uplink_faults(
    plans: t.Sequence[PortPlan],
    trunks: t.Mapping[str, t.Collection[int] | None],
    routed: t.Collection[int],
    allowed: t.Collection[int],
    host: str,
) -> list[str]:
    """Return the ports that are to be put into a VLAN that leads nowhere.

    :param trunks: interface -> the VLANs that it carries, None for all
    :param routed: the VLANs in which the switch itself has an address
    :param allowed: the VLANs that may lead nowhere
    """
    own = {plan.port.interface for plan in plans if plan.changes}
    uplinks = {name: carried for name, carried in trunks.items() if name not in own}
    if not uplinks or any(carried is None for carried in uplinks.values()):
        return []
    carried = {number for vlans in uplinks.values() for number in vlans or ()}
    names = ", ".join(sorted(uplinks)[:3]) + (f" and {len(uplinks) - 3} more" if len(uplinks) > 3 else "")
    faults = []
    for plan in plans:
        for option, number in plan.wanted.vlans().items():
            if option not in plan.changes or number in carried or number in routed or number in allowed:
                continue
            text = (
                f"{option}: VLAN {number} is carried by no trunk of {host} ({names}) and {host} has no address in it, "
                f"so that it leads nowhere: add it to the uplink (switchport trunk allowed vlan add {number}), or put "
                f"'vlan {number}' into 'allow'"
            )
            faults.append(row_fault("ports", plan.wanted.index, plan.wanted.interface, text))
    return faults


def gives_power(plan: PortPlan) -> bool:
    """Whether the port is to change, and is meant to give power then."""
    after = plan.after
    meant = "poe" in plan.wanted.given or {"poe", "enabled"} & plan.changes.keys()
    return bool(plan.changes and meant and after.enabled and after.poe != "never")


def budget_warnings(plans: t.Sequence[PortPlan], table: PowerTable, host: str) -> list[str]:
    """Say of each module whether the power that its ports may ask for is more than it has left."""
    asked: dict[str, list[float]] = {}
    for plan in plans:
        port = table.ports.get(plan.port.interface)
        module = table.module_of(plan.port.interface)
        if gives_power(plan) and port is not None and module is not None:
            more = _watts(plan, port)
            if more > 0:
                asked.setdefault(module, []).append(more)
    warnings = []
    for module, watts in asked.items():
        budget = table.modules[module]
        if sum(watts) <= budget.remaining:
            continue
        where = f"module {module} of {host}" if len(table.modules) > 1 else host
        count = "1 port" if len(watts) == 1 else f"{len(watts)} ports"
        warnings.append(
            f"The power of {where} may not suffice: {count} may ask for up to {sum(watts):.1f} W more, and "
            f"{budget.remaining:.1f} W of {budget.available:.1f} W are left ({budget.used:.1f} W used). Give 'poe_max' "
            "where the phones need less, or free power"
        )
    return warnings


def _watts(plan: PortPlan, port: PortPower) -> float:
    """Return how much more than now a port may take of its module's power."""
    after = plan.after
    limit = after.poe_max / 1000 if after.poe_max else None
    if after.poe == "static":
        held = port.watts
        if port.admin == "static":
            held = plan.port.state.poe_max / 1000 if plan.port.state.poe_max else port.max_watts or _STATIC
        return (limit or port.max_watts or _STATIC) - held
    if port.oper == "on":
        return 0.0
    return min(limit or _UNKNOWN_DEVICE, port.max_watts or _STATIC)


def restart_warnings(plans: t.Sequence[PortPlan], table: PowerTable, host: str) -> list[str]:
    """Say which devices start again: a switch takes the power away for a moment where its settings change."""
    names = [
        plan.port.interface
        for plan in plans
        if {"poe", "poe_max"} & plan.changes.keys() and gives_power(plan)
        if (port := table.ports.get(plan.port.interface)) and port.oper == "on"
    ]
    if not names:
        return []
    where = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return [
        f"What {host} powers on {where} starts again: switches take the power away for a moment where 'poe' or "
        "'poe_max' changes"
    ]


def trust_warnings(plans: t.Sequence[PortPlan], mls: bool, host: str) -> list[str]:
    """Say which ports trust nothing yet: with ``mls qos``, the phone is only the condition of another line.

    :param mls: QoS is on, and set by ``mls qos``
    """
    names = [
        plan.port.interface
        for plan in plans
        if mls and plan.changes.get("qos") == "trust"
        if not any(re.match(r"mls qos trust (?:cos|dscp|ip-precedence)", line) for line in plan.port.others)
    ]
    if not names:
        return []
    where = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return [
        f"{where} of {host} will trust nothing of a phone's: that takes 'mls qos trust cos' (or dscp) too, which only "
        "'qos: auto' sets; set it by hand"
    ]


def without_refusals(plans: t.Sequence[PortPlan], runs: t.Mapping[str, bool]) -> tuple[list[PortPlan], list[str]]:
    """Leave out what a switch would refuse though nobody needs it, and say what stays because of that.

    :param runs: ``cdp`` and ``lldp`` -> whether the switch runs it
    """
    kept, warnings = [], []
    for plan in plans:
        left: set[str] = set()
        # CDP is not turned on for a port while it is off for the switch.
        if plan.changes.get("cdp") and not runs.get("cdp", True):
            left.add("cdp")
        if plan.changes.get("mode", ACCESS) != ACCESS and any(map(_AUTHENTICATES.match, plan.port.others)):
            left.add("mode")
            warnings.append(f"{plan.port.interface} stays in mode access, without which it cannot authenticate devices")
        changes = {name: value for name, value in plan.changes.items() if name not in left}
        kept.append(replace(plan, changes=changes, resets=plan.resets - left) if left else plan)
    return kept, warnings


def revert_obstacle(config: Config, pending: bool) -> str:
    """Say why the switch's own timer cannot take a change back, empty where it can."""
    if pending:
        return "another change waits for its confirmation: end it with 'configure confirm' or 'configure revert now'"
    if not any(line.startswith("path ") for line in config.sections.get("archive", [])):
        return "it has no archive to go back to: set one up with 'archive', 'path flash:before-change'"
    return ""

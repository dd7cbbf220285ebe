# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access ports for phones and the VLANs they use: the model and the plan. Pure, and no dialect in it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace
from functools import cached_property

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._switch.names import canonical, resolve
from ansible_collections.dialtone.voice.plugins.module_utils._text import nearest

ACCESS = "access"
POE_MODES = ("auto", "static", "never")
PRIORITIES = ("low", "high")
QOS_MODES = ("auto", "trust", "none")
VIOLATIONS = ("protect", "restrict", "shutdown")
# Without a number: tagged with VLAN 0, untagged in the access VLAN.
VOICE_WORDS = ("dot1p", "untagged")
STATES = ("merged", "replaced", "deleted", "rendered")

# Kinds of obstacles.
TRUNK, ROUTED, CHANNEL_MEMBER, VIRTUAL, UNCLEAR = "trunk", "routed", "channel_member", "virtual", "unclear"

FIELDS = (
    "enabled",
    "description",
    "mode",
    "access_vlan",
    "voice_vlan",
    "poe",
    "poe_max",
    "poe_priority",
    "cdp",
    "lldp",
    "portfast",
    "bpdu_guard",
    "qos",
    "port_security",
    "port_security_maximum",
    "port_security_violation",
)
_SECURED = {"port_security_maximum": 3, "port_security_violation": "restrict"}


@dataclass(frozen=True)
class PortState:
    """What one port is set to, defaults included.

    :ivar enabled: it is not administratively down
    :ivar mode: ``access``, or another mode in the switch's own words
    :ivar access_vlan: its number; text where the switch names none (``dynamic``, a name that no VLAN has)
    :ivar voice_vlan: its number, None for none; text for ``dot1p``, ``untagged`` and a name that no VLAN has
    :ivar poe: one of POE_MODES
    :ivar poe_max: the limit in milliwatts that stands with the PoE mode, None for none
    :ivar lldp: sent and received both
    :ivar qos: one of QOS_MODES
    """

    enabled: bool = True
    description: str = ""
    mode: str = "dynamic auto"
    access_vlan: int | str = 1
    voice_vlan: int | str | None = None
    poe: str = "auto"
    poe_max: int | None = None
    poe_priority: str = "low"
    cdp: bool = True
    lldp: bool = True
    portfast: bool = False
    bpdu_guard: bool = False
    qos: str = "none"
    port_security: bool = False
    port_security_maximum: int = 1
    port_security_violation: str = "shutdown"

    def as_dict(self, fields: t.Collection[str] = FIELDS) -> dict[str, t.Any]:
        return {name: getattr(self, name) for name in FIELDS if name in fields}


@dataclass(frozen=True)
class Port:
    """One port as it was read.

    :ivar obstacle: why no phone can be set up there (a trunk, a routed port ...), empty where one can
    :ivar kind: what kind of obstacle that is, empty for none
    :ivar others: the lines that no setting owns, in the switch's words
    :ivar own: the fields that the port itself sets to another value than the platform's default
    :ivar default: what a port of this switch is without any line of its own
    :ivar fast_access: every access port of the switch has portfast unless the port says otherwise
    :ivar guard_fast: every port with portfast has BPDU guard unless the port says otherwise
    """

    interface: str
    state: PortState = field(default_factory=PortState)
    obstacle: str = ""
    kind: str = ""
    others: tuple[str, ...] = ()
    own: frozenset[str] = frozenset()
    default: PortState = field(default_factory=PortState)
    fast_access: bool = False
    guard_fast: bool = False


@dataclass(frozen=True)
class WantedPort:
    """One row of the input.

    :ivar given: field -> value as in PortState; a field that is not there is left to the state of the module. A VLAN's
        name stands as ``name X`` until the switch's VLANs are known.
    """

    index: int
    interface: str
    given: t.Mapping[str, t.Any] = field(default_factory=dict)

    def vlans(self) -> dict[str, int]:
        """Return the VLANs that the row names by number, by field."""
        named = {name: self.given.get(name) for name in ("access_vlan", "voice_vlan")}
        return {name: number for name, number in named.items() if isinstance(number, int)}

    def vlan_names(self) -> dict[str, str]:
        """Return the VLANs that the row names by name, by field."""
        named = {name: self.given.get(name) for name in ("access_vlan", "voice_vlan")}
        return {name: text[5:] for name, text in named.items() if isinstance(text, str) and text.startswith("name ")}


@dataclass(frozen=True)
class WantedVlan:
    """A VLAN that must exist; a name of None leaves the name as it is."""

    index: int
    id: int
    name: str | None = None


@dataclass(frozen=True)
class PortPlan:
    """How one port gets from what it is to what it shall be.

    :ivar changes: field -> value, only those that are to be written
    :ivar resets: those of them that go back to the platform's default, so that nothing of them stays in the
        configuration
    :ivar rendered: planned without a switch: its state is not known
    """

    wanted: WantedPort
    port: Port
    changes: dict[str, t.Any] = field(default_factory=dict)
    resets: frozenset[str] = frozenset()
    rendered: bool = False

    @cached_property
    def after(self) -> PortState:
        given = {name: self.wanted.given[name] for name in ("portfast", "bpdu_guard") if name in self.wanted.given}
        return replace(self.port.state, **{**_by_the_way(self.port, self.changes, self.resets), **given})

    @property
    def portfast_open(self) -> bool:
        """Whether only the switch tells if the port has portfast then: some releases set it with a voice VLAN."""
        left = "portfast" not in self.wanted.given and "portfast" not in self.resets
        return left and self.changes.get("voice_vlan") is not None and not self.after.portfast


def _by_the_way(port: Port, changes: t.Mapping[str, t.Any], resets: frozenset[str]) -> dict[str, t.Any]:
    """Return changes with what the switch's own defaults make of them."""
    after = {"portfast": port.state.portfast, "bpdu_guard": port.state.bpdu_guard, **changes}
    explicit = (port.own | changes.keys()) - resets
    if "portfast" not in explicit:
        after["portfast"] = port.fast_access and changes.get("mode", port.state.mode) == ACCESS
    if "bpdu_guard" not in explicit:
        after["bpdu_guard"] = port.guard_fast and after["portfast"]
    return after


def wanted_ports(rows: t.Sequence[dict[str, t.Any]]) -> list[WantedPort]:
    return [WantedPort(index, row["interface"], _given(row)) for index, row in enumerate(rows)]


def _given(row: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return what a row gives, in the order and the terms of PortState."""
    given = {name: row[name] for name in FIELDS if row.get(name) is not None}
    # Rows that did not pass an argument spec have no defaults.
    given = {"cdp": True, "lldp": True, **given}
    for name in ("access_vlan", "voice_vlan"):
        if name in given:
            given[name] = _vlan(name, str(given[name]))
            given["mode"] = ACCESS
    if "description" in given:
        given["description"] = given["description"].strip(" ")
    if given.get("port_security"):
        given = {**_SECURED, **given}
    return {name: given[name] for name in FIELDS if name in given}


def _vlan(option: str, text: str) -> int | str | None:
    word = text.strip()
    if word.removeprefix("-").isdecimal():
        return int(word)
    if option == "voice_vlan" and word in (*VOICE_WORDS, "none"):
        return None if word == "none" else word
    return f"name {word}"


def wanted_vlans(rows: t.Sequence[dict[str, t.Any]]) -> list[WantedVlan]:
    return [WantedVlan(index, row["id"], row.get("name")) for index, row in enumerate(rows)]


def planned_vlans(wanted: t.Sequence[WantedVlan], existing: t.Mapping[int, str]) -> dict[int, str]:
    """Return the VLANs that there will be; a name that only the switch can give is empty."""
    new = {row.id: "" for row in wanted if row.id not in existing}
    return {**existing, **new, **{row.id: row.name for row in wanted if row.name is not None}}


def plan_ports(
    wanted: t.Sequence[WantedPort],
    current: t.Mapping[str, Port],
    vlans: t.Mapping[int, str],
    host: str,
    *,
    state: str = "merged",
    fields: t.Collection[str] = FIELDS,
    allowed: t.Collection[str] = (),
    platform: str = "ios",
) -> tuple[list[PortPlan], list[str]]:
    """Compare the wanted rows with the switch.

    :param current: the switch's own interface names -> what was read
    :param vlans: the VLANs that exist, and those that are planned, with their names
    :param host: what to call the switch in messages
    :param state: ``merged``, ``replaced`` or ``deleted``
    :param fields: what the dialect can set
    :param allowed: the switch's own names of interfaces that may be set up in spite of an obstacle
    :return: one plan for each row that has no fault, and the faults of the others
    """
    plans: list[PortPlan] = []
    faults: list[str] = []
    taken: dict[str, int] = {}
    for row in wanted:
        if state == "deleted":
            row = replace(row, given={})
        name = resolve(row.interface, current)
        row, found = resolve_names(row, vlans, host)
        found = faults_on_switch(row, name, current, vlans, host, allowed) + found
        default = current[name].default if name else PortState()
        found += field_faults(row, fields, f"{host} (platform {platform})", default)
        if name is not None and taken.setdefault(name, row.index) != row.index:
            found.append(f"interface: the same interface as ports[{taken[name]}]: keep one row for each interface")
        if not found and name is not None:
            plan = plan_port(row, current[name], state=state, fields=fields)
            found = plan_faults(plan)
            if not found:
                plans.append(plan)
        faults.extend(row_fault("ports", row.index, row.interface, text) for text in found)
    return plans, faults


def plan_port(wanted: WantedPort, port: Port, *, state: str = "merged", fields: t.Collection[str] = FIELDS) -> PortPlan:
    given = {name: value for name, value in wanted.given.items() if name in fields}
    wanted = replace(wanted, given=given)
    exactly = state in ("replaced", "deleted")
    resets = frozenset(name for name in port.own if exactly and name in fields and name not in given)
    changes = {name: getattr(port.default, name) for name in FIELDS if name in resets}
    changes |= {name: value for name, value in given.items() if value != getattr(port.state, name)}
    if changes.get("voice_vlan") is not None and "portfast" in fields:
        # Some releases set portfast together with a voice VLAN, also where it was not asked for.
        if given.get("portfast") is False:
            changes["portfast"] = False
        elif state == "replaced" and "portfast" not in given:
            changes["portfast"], resets = port.default.portfast, resets | {"portfast"}
    for name in ("portfast", "bpdu_guard"):
        # What would come, or go, by the way.
        if name in given and given[name] != _by_the_way(port, changes, resets)[name]:
            changes[name] = given[name]
    if changes.get("poe") == "never" and port.state.poe_max is not None and "poe_max" not in changes:
        changes["poe_max"] = None
    return PortPlan(wanted, port, {name: changes[name] for name in FIELDS if name in changes}, resets)


def render_plans(
    wanted: list[WantedPort], vlans: t.Mapping[int, str], fields: t.Collection[str], default: PortState, platform: str
) -> tuple[list[PortPlan], list[str]]:
    """Plan rows without a switch: everything given is written.

    :param vlans: the VLANs of the task with their names; a number needs none
    :param default: what a port of the platform is without any line of its own
    """
    plans, faults = [], []
    for row in wanted:
        row, found = resolve_names(row, vlans, "")
        found += field_faults(row, fields, f"platform {platform}", default)
        given = {name: value for name, value in row.given.items() if name in fields}
        plan = PortPlan(
            replace(row, given=given), Port(canonical(row.interface), default, default=default), given, rendered=True
        )
        found += plan_faults(plan)
        faults.extend(row_fault("ports", row.index, row.interface, text) for text in found)
        plans.append(plan)
    return plans, faults


def resolve_names(row: WantedPort, vlans: t.Mapping[int, str], host: str) -> tuple[WantedPort, list[str]]:
    """Put the number in place of a VLAN's name; where none has that name, it stays and is a fault.

    :param host: what to call the switch, empty where none is asked
    """
    numbers = {name: number for number, name in vlans.items() if name}
    given, faults = dict(row.given), []
    for option, name in row.vlan_names().items():
        if name in numbers:
            given[option] = numbers[name]
            continue
        where = f"exists neither on {host} nor in 'vlans'" if host else "is not in 'vlans', and no switch is asked"
        like = nearest(name, numbers)
        remedy = f"the nearest are {', '.join(like)}" if like else "give its number, or add it to 'vlans' with its name"
        faults.append(f"{option}: a VLAN named {name!r} {where}: {remedy}")
    return replace(row, given=given), faults


def faults_on_switch(
    row: WantedPort,
    name: str | None,
    current: t.Mapping[str, Port],
    vlans: t.Collection[int],
    host: str,
    allowed: t.Collection[str] = (),
) -> list[str]:
    if name is None:
        like = nearest(canonical(row.interface), current)
        found = f"the nearest are {', '.join(like)}" if like else f"it has {len(current)} interfaces"
        return [f"interface: {host} has no interface {canonical(row.interface)}: {found}"]
    faults = []
    remedy = "" if current[name].kind in (VIRTUAL, UNCLEAR) else f", or put {name} into 'allow'"
    if current[name].obstacle and not (remedy and name in allowed):
        faults.append(f"interface: {name} {current[name].obstacle}{remedy}")
    for option, number in row.vlans().items():
        if number not in vlans:
            faults.append(
                f"{option}: VLAN {number} exists neither on {host} nor in 'vlans': "
                f"add '{{id: {number}, name: ...}}' to 'vlans' or correct the number"
            )
    return faults


def field_faults(row: WantedPort, fields: t.Collection[str], host: str, default: PortState) -> list[str]:
    """Return what a row gives that the platform has not; its default is no fault, since nothing is to be done."""
    return [
        f"{name}: {host} has no such setting, so it cannot be {value!r}: leave the option out"
        for name, value in row.given.items()
        if name not in fields
        and value != getattr(default, name)
        and not (name in _SECURED and "port_security" in row.given)
    ]


def plan_faults(plan: PortPlan) -> list[str]:
    """Return what is wrong with what a port would become."""
    given, after, name = plan.wanted.given, plan.after, plan.port.interface
    faults = []
    if "mode" in given and after.voice_vlan == after.access_vlan:
        option = "voice_vlan" if "voice_vlan" in given else "access_vlan"
        text = f"VLAN {after.voice_vlan} would be both access and voice VLAN of {name}: give two different ones"
        faults.append(f"{option}: {text}")
    if given.get("poe_max") is not None and after.poe == "never":
        faults.append(f"poe_max: power is 'never' on {name}, so it has no limit: give 'poe: auto' or 'static' too")
    if given.get("port_security") and after.mode != ACCESS and not plan.rendered:
        faults.append(
            f"port_security: {name} is in mode '{after.mode}', where the switch refuses it: give 'access_vlan' or "
            "'voice_vlan' too, which set mode access"
        )
    touched = {"port_security", "port_security_maximum", "voice_vlan"} & set(given)
    if touched and after.port_security and after.voice_vlan is not None and after.port_security_maximum < 2:
        faults.append(
            f"port_security_maximum: {name} would take {after.port_security_maximum} MAC address with a voice VLAN: a "
            "phone shows up in both VLANs and the computer behind it has one too, so give at least 2, better 3"
        )
    return faults


def vlan_change(wanted: WantedVlan, existing: t.Mapping[int, str]) -> dict[str, t.Any]:
    """Return what differs: ``id`` where the VLAN is to be made, ``name`` where it is to be named."""
    differs: dict[str, t.Any] = {} if wanted.id in existing else {"id": wanted.id}
    if wanted.name is not None and wanted.name != existing.get(wanted.id):
        differs["name"] = wanted.name
    return differs


def vlan_faults(wanted: t.Sequence[WantedVlan], existing: t.Mapping[int, str], host: str) -> list[str]:
    """Return the rows whose name another VLAN of the switch has (and keeps)."""
    renamed = {row.id: row.name for row in wanted if row.name is not None}
    final = {**existing, **renamed}
    return [
        row_fault("vlans", row.index, str(row.id), f"name: VLAN {other} of {host} is named {row.name!r} already")
        for row in wanted
        for other, name in final.items()
        if row.name is not None and name == row.name and other != row.id
    ]

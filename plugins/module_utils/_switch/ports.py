# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access ports for phones and the VLANs they use: the model, its rules and the plan. Pure, and no dialect in it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._switch.names import canonical, resolve
from ansible_collections.dialtone.voice.plugins.module_utils._text import control_character, nearest

ACCESS = "access"
POE_MODES = ("auto", "static", "never")
DESCRIPTION_LIMIT = 200
VLAN_NAME_LIMIT = 32

FIELDS = ("description", "mode", "access_vlan", "voice_vlan", "poe", "portfast")


@dataclass(frozen=True)
class PortState:
    """What one port is set to, defaults included.

    :ivar mode: ``access``, or another mode in the switch's own words
    :ivar access_vlan: its number; text where the switch names none (``dynamic``, a name that no VLAN has)
    :ivar voice_vlan: its number, None for none; text for ``dot1p``, ``untagged`` and a name that no VLAN has
    :ivar poe: one of POE_MODES
    """

    description: str = ""
    mode: str = "dynamic auto"
    access_vlan: int | str = 1
    voice_vlan: int | str | None = None
    poe: str = "auto"
    portfast: bool = False

    def as_dict(self) -> dict[str, t.Any]:
        return {name: getattr(self, name) for name in FIELDS}


@dataclass(frozen=True)
class Port:
    """One port as it was read.

    :ivar obstacle: why no phone can be set up there (a trunk, a routed port ...), empty where one can
    :ivar poe_limit: the ``max`` in milliwatt that stands with the PoE mode, None for none
    :ivar shutdown: it is administratively down
    :ivar fast_as_access: it has portfast as soon as it is an access port, since the switch gives it to all of those
    """

    interface: str
    state: PortState
    obstacle: str = ""
    poe_limit: int | None = None
    shutdown: bool = False
    fast_as_access: bool = False


@dataclass(frozen=True)
class WantedPort:
    """One row of the input: None leaves as it is."""

    index: int
    interface: str
    description: str | None = None
    access_vlan: int | None = None
    voice_vlan: int | None = None
    poe: str | None = None
    portfast: bool | None = None

    @property
    def mode(self) -> str | None:
        return ACCESS if self.access_vlan is not None or self.voice_vlan is not None else None

    def values(self) -> dict[str, t.Any]:
        return {name: getattr(self, name) for name in FIELDS if getattr(self, name) is not None}


@dataclass(frozen=True)
class WantedVlan:
    """A VLAN that must exist; a name of None leaves the name as it is."""

    index: int
    id: int
    name: str | None = None


@dataclass(frozen=True)
class PortPlan:
    """How one port gets from what it is to what it shall be.

    :ivar changes: field -> value, only those that differ, in the order in which they are to be set
    """

    wanted: WantedPort
    port: Port
    changes: dict[str, t.Any] = field(default_factory=dict)

    @property
    def after(self) -> PortState:
        by_the_way = {"portfast": True} if self.port.fast_as_access and "mode" in self.changes else {}
        given = {} if self.wanted.portfast is None else {"portfast": self.wanted.portfast}
        return replace(self.port.state, **{**by_the_way, **self.changes, **given})

    @property
    def portfast_open(self) -> bool:
        """Whether only the switch tells if the port has portfast then: some releases set it with a voice VLAN."""
        return self.wanted.portfast is None and "voice_vlan" in self.changes and not self.after.portfast


def wanted_ports(rows: t.Sequence[dict[str, t.Any]]) -> list[WantedPort]:
    names = ("interface", "description", "access_vlan", "voice_vlan", "poe", "portfast")
    ports = [WantedPort(index, **{name: row.get(name) for name in names}) for index, row in enumerate(rows)]
    return [
        port if port.description is None else replace(port, description=port.description.strip(" ")) for port in ports
    ]


def wanted_vlans(rows: t.Sequence[dict[str, t.Any]]) -> list[WantedVlan]:
    return [WantedVlan(index, row["id"], row.get("name")) for index, row in enumerate(rows)]


def vlan_id_fault(number: int) -> str:
    if not 1 <= number <= 4094:
        return f"VLAN {number} is out of range: give a number from 1 to 4094"
    if 1002 <= number <= 1005:
        return f"VLAN {number} is reserved for FDDI and Token Ring: give a number outside of 1002 to 1005"
    return ""


def _text_fault(value: str, limit: int) -> str:
    """Return what is wrong with a text that goes onto a command line as it is."""
    bad = control_character(value)
    if bad:
        return f"{value!r} has the control character {bad} in it, which would end the line on the switch: take it out"
    if not value.isascii():
        return f"{value!r} has characters beyond ASCII in it, which the switch would alter: write it without them"
    if "?" in value:
        return f"{value!r} has a question mark in it, which calls the switch's help: take it out"
    if len(value) > limit:
        return f"{value[:20]!r}... has {len(value)} characters: the limit is {limit}"
    return ""


def row_faults(ports: t.Sequence[WantedPort], vlans: t.Sequence[WantedVlan]) -> list[str]:
    """Return what is wrong with the rows by themselves, before any switch is asked."""
    return [*_vlan_row_faults(vlans), *_port_row_faults(ports)]


def _vlan_row_faults(vlans: t.Sequence[WantedVlan]) -> list[str]:
    faults = []
    names: dict[int, WantedVlan] = {}
    owners: dict[str, WantedVlan] = {}
    for vlan in vlans:

        def fault(text: str, vlan: WantedVlan = vlan) -> None:
            faults.append(row_fault("vlans", vlan.index, str(vlan.id), text))

        if vlan_id_fault(vlan.id):
            fault(f"id: {vlan_id_fault(vlan.id)}")
        if vlan.name is None:
            continue
        wrong = _text_fault(vlan.name, VLAN_NAME_LIMIT)
        if wrong:
            fault(f"name: {wrong}")
        elif not vlan.name or " " in vlan.name:
            fault(f"name: {vlan.name!r} is empty or has a blank in it: write one word, such as VOICE")
        if vlan.id == 1:
            fault("name: VLAN 1 is the default VLAN and cannot be renamed: leave out its name")
        other = names.setdefault(vlan.id, vlan)
        if other.name != vlan.name:
            fault(
                f"name: {vlan.name!r}, but vlans[{other.index}] names VLAN {vlan.id} {other.name!r}: keep one of them"
            )
        owner = owners.setdefault(vlan.name, vlan)
        if owner.id != vlan.id:
            fault(f"name: {vlan.name!r} is the name of VLAN {owner.id} in vlans[{owner.index}] too: names are unique")
    return faults


def _port_row_faults(ports: t.Sequence[WantedPort]) -> list[str]:
    faults = []
    seen: dict[str, int] = {}
    for port in ports:

        def fault(text: str, port: WantedPort = port) -> None:
            faults.append(row_fault("ports", port.index, port.interface, text))

        try:
            first = seen.setdefault(canonical(port.interface).casefold(), port.index)
        except ValueError as error:
            fault(f"interface: {error}")
        else:
            if first != port.index:
                fault(f"interface: the same interface as ports[{first}]: keep one row for each interface")
        for option in ("access_vlan", "voice_vlan"):
            number = getattr(port, option)
            if number is not None and vlan_id_fault(number):
                fault(f"{option}: {vlan_id_fault(number)}")
        if port.voice_vlan is not None and port.voice_vlan == port.access_vlan:
            fault(f"voice_vlan: VLAN {port.voice_vlan} is the access VLAN too: a phone needs a VLAN of its own")
        wrong = _text_fault(port.description or "", DESCRIPTION_LIMIT)
        if wrong:
            fault(f"description: {wrong}")
    return faults


def plan_ports(
    wanted: t.Sequence[WantedPort], current: dict[str, Port], known_vlans: t.Collection[int], host: str
) -> tuple[list[PortPlan], list[str]]:
    """Compare the wanted rows with the switch.

    :param current: the switch's own interface names -> what was read
    :param known_vlans: the VLANs that exist, and those that are planned
    :param host: what to call the switch in messages
    :return: one plan for each row that has no fault, and the faults of the others
    """
    plans: list[PortPlan] = []
    faults: list[str] = []
    taken: dict[str, int] = {}
    for row in wanted:
        name = resolve(row.interface, current)
        found = faults_on_switch(row, name, current, known_vlans, host)
        if name is not None and taken.setdefault(name, row.index) != row.index:
            found.append(f"interface: the same interface as ports[{taken[name]}]: keep one row for each interface")
        if found:
            faults.extend(row_fault("ports", row.index, row.interface, text) for text in found)
            continue
        plan = plan_port(row, current[name])
        if row.mode and plan.after.voice_vlan == plan.after.access_vlan:
            given = "voice_vlan" if row.voice_vlan is not None else "access_vlan"
            text = (
                f"VLAN {plan.after.voice_vlan} would be both access and voice VLAN of {name}: give two different ones"
            )
            faults.append(row_fault("ports", row.index, row.interface, f"{given}: {text}"))
            continue
        plans.append(plan)
    return plans, faults


def plan_port(wanted: WantedPort, port: Port) -> PortPlan:
    differs = {name: value for name, value in wanted.values().items() if value != getattr(port.state, name)}
    return PortPlan(wanted, port, differs)


def faults_on_switch(
    row: WantedPort, name: str | None, current: dict[str, Port], known_vlans: t.Collection[int], host: str
) -> list[str]:
    if name is None:
        like = nearest(canonical(row.interface), current)
        found = f"the nearest are {', '.join(like)}" if like else f"it has {len(current)} interfaces"
        return [f"interface: {host} has no interface {canonical(row.interface)}: {found}"]
    faults = []
    if current[name].obstacle:
        faults.append(f"interface: {name} {current[name].obstacle}")
    for option in ("access_vlan", "voice_vlan"):
        number = getattr(row, option)
        if number is not None and number not in known_vlans:
            faults.append(
                f"{option}: VLAN {number} exists neither on {host} nor in 'vlans': "
                f"add '{{id: {number}, name: ...}}' to 'vlans' or correct the number"
            )
    return faults


def vlan_change(wanted: WantedVlan, existing: dict[int, str]) -> dict[str, t.Any]:
    """Return what differs: ``id`` where the VLAN is to be made, ``name`` where it is to be named."""
    differs: dict[str, t.Any] = {} if wanted.id in existing else {"id": wanted.id}
    if wanted.name is not None and wanted.name != existing.get(wanted.id):
        differs["name"] = wanted.name
    return differs


def vlan_faults(wanted: t.Sequence[WantedVlan], existing: dict[int, str], host: str) -> list[str]:
    """Return the rows whose name another VLAN of the switch has (and keeps)."""
    renamed = {row.id: row.name for row in wanted if row.name is not None}
    final = {**existing, **renamed}
    return [
        row_fault("vlans", row.index, str(row.id), f"name: VLAN {other} of {host} is named {row.name!r} already")
        for row in wanted
        for other, name in final.items()
        if row.name is not None and name == row.name and other != row.id
    ]

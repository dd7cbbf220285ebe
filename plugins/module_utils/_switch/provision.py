# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `switch_voice_ports` does with a session: read, plan, and what to save. Nothing here changes the switch."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan, VoiceError
from ansible_collections.dialtone.voice.plugins.module_utils._results import CHANGED, FAILED, Row, Rows
from ansible_collections.dialtone.voice.plugins.module_utils._switch import ios
from ansible_collections.dialtone.voice.plugins.module_utils._switch.apply import (
    Block,
    Configurable,
    hold_back,
    merge,
    unsaved,
)
from ansible_collections.dialtone.voice.plugins.module_utils._switch.names import resolve
from ansible_collections.dialtone.voice.plugins.module_utils._switch.ports import (
    ACCESS,
    Port,
    WantedPort,
    WantedVlan,
    plan_ports,
    row_faults,
    vlan_change,
    vlan_faults,
    wanted_ports,
    wanted_vlans,
)


@dataclass
class Wanted:
    """The input, shaped and free of faults of its own."""

    ports: list[WantedPort]
    vlans: list[WantedVlan]

    @classmethod
    def of(cls, params: dict[str, t.Any]) -> Wanted:
        """:raises InvalidPlan: with every fault of every row"""
        wanted = cls(wanted_ports(params["ports"]), wanted_vlans(params["vlans"]))
        faults = row_faults(wanted.ports, wanted.vlans)
        if faults:
            raise InvalidPlan(faults)
        return wanted


@dataclass
class Reading:
    """The switch as it was read."""

    config: ios.Config
    vlans: dict[int, str]
    ports: dict[str, Port]
    dialect: ios.Dialect


@dataclass
class Plan:
    """Rows with what they are and shall be, and the steps between.

    :ivar open_rows: rows of ports of which only the switch tells whether they have portfast then
    """

    vlan_rows: Rows
    port_rows: Rows
    blocks: list[Block]
    open_rows: list[Row] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def commands(self) -> list[str]:
        return [line for block in self.blocks for line in block.lines]

    def rehearsed(self, *, leftover: bool, saved: bool) -> dict[str, t.Any]:
        """Return the result of check mode."""
        for block in self.blocks:
            block.row.done(changed=bool(block.steps))
        return {**self._result(leftover), "commands": self.commands, "saved": saved}

    def result(self, *, changed: bool) -> dict[str, t.Any]:
        """Return the result of a real run, before saving."""
        sent = [line for block in self.blocks for line in block.row.sent]
        hold_back(self.vlan_rows)
        hold_back(self.port_rows)
        return {**self._result(changed), "commands": sent}

    def _result(self, changed: bool) -> dict[str, t.Any]:
        extra = {"warnings": self.warnings} if self.warnings else {}
        return merge(self.vlan_rows, self.port_rows, "vlans", changed=changed, **extra)


def read(session: Configurable, wanted: Wanted) -> Reading:
    """Read the switch with one command, or up to three where the configuration does not say all."""
    config = ios.parse_config(session.show("show running-config"))
    vlans = _read_vlans(session, config, wanted)
    current = ios.parse_ports(config, vlans)
    for name in _trunking(session, wanted, current):
        reason = (
            "trunks with its neighbour now (show interfaces status): set 'switchport mode access' on it by hand first"
        )
        current[name] = replace(current[name], obstacle=f"{reason}, or give another port")
    return Reading(config, vlans, current, ios.Dialect.of(config))


def _read_vlans(session: Configurable, config: ios.Config, wanted: Wanted) -> dict[int, str]:
    listed = {1: ios.default_vlan_name(1), **ios.parse_vlan_sections(config)}
    if ios.vlans_in_config(config):
        return listed
    numbers = {number for row in wanted.ports for number in (row.access_vlan, row.voice_vlan) if number is not None}
    as_wanted = all(listed.get(row.id) == (row.name or listed.get(row.id)) for row in wanted.vlans)
    numbers |= {row.id for row in wanted.vlans}
    by_name = any(" vlan name " in line for lines in config.named("interface ").values() for line in lines)
    if numbers <= listed.keys() and as_wanted and not by_name:
        return listed
    return {**listed, **ios.parse_vlan_brief(session.show("show vlan brief"))}


def _trunking(session: Configurable, wanted: Wanted, current: dict[str, Port]) -> list[str]:
    """Return the ports that would lose a trunk: a port that negotiates does not tell in its configuration."""
    names = [resolve(row.interface, current) for row in wanted.ports if row.mode]
    asked = [name for name in names if name and current[name].state.mode != ACCESS and not current[name].obstacle]
    if not asked:
        return []
    trunking = ios.parse_trunking(session.show("show interfaces status"))
    return [name for name in asked if name in trunking]


def plan(reading: Reading, wanted: Wanted, host: str) -> Plan:
    """Compare what is wanted with what was read.

    :raises InvalidPlan: rows that this switch cannot take; nothing has been touched
    """
    known = {*reading.vlans, *(row.id for row in wanted.vlans)}
    port_plans, faults = plan_ports(wanted.ports, reading.ports, known, host)
    faults = vlan_faults(wanted.vlans, reading.vlans, host) + faults
    if faults:
        raise InvalidPlan(faults)
    vlan_rows = Rows("vlans", [str(row.id) for row in wanted.vlans])
    port_rows = Rows("ports", [each.port.interface for each in port_plans])
    blocks = _vlan_blocks(reading, wanted, vlan_rows)
    made = Plan(vlan_rows, port_rows, blocks)
    for row, each in zip(port_rows, port_plans, strict=True):
        row.before, row.after = each.port.state.as_dict(), each.after.as_dict()
        blocks.append(Block(row, ios.render_port(each, reading.dialect)))
        if each.portfast_open:
            made.open_rows.append(row)
        if each.port.shutdown:
            made.warnings.append(f"{each.port.interface} of {host} is shut down: no phone can start there")
    return made


def _vlan_blocks(reading: Reading, wanted: Wanted, rows: Rows) -> list[Block]:
    state = dict(reading.vlans)
    blocks = []
    for row, vlan in zip(rows, wanted.vlans, strict=True):
        changes = vlan_change(vlan, state)
        row.before = {"id": vlan.id, "name": state[vlan.id]} if vlan.id in state else None
        state[vlan.id] = vlan.name or state.get(vlan.id) or ios.default_vlan_name(vlan.id)
        row.after = {"id": vlan.id, "name": state[vlan.id]}
        blocks.append(Block(row, ios.render_vlan(vlan, changes)))
    return blocks


def see_portfast(session: Configurable, made: Plan) -> None:
    """Read back what the plan left open; not where a row failed, since its session may be gone."""
    taken = [row for row in made.open_rows if row.status == CHANGED]
    if not taken or any(row.status == FAILED for row in (*made.vlan_rows, *made.port_rows)):
        return
    try:
        current = ios.parse_ports(ios.parse_config(session.show("show running-config")), {})
    except VoiceError as error:
        for row in taken:
            row.fail(f"the commands were taken, but could not be read back: {error}")
        return
    for row in taken:
        row.after = {**row.after, "portfast": current[row.key].state.portfast}


def find_leftover(session: Configurable, reading: Reading, made: Plan) -> bool:
    """Whether an earlier run was ended between its changes and saving them; asked only where nothing is to change."""
    if made.commands:
        return False
    headers = [f"interface {row.key}" for row in made.port_rows] + [f"vlan {row.key}" for row in made.vlan_rows]
    return unsaved(session, reading.config, headers)

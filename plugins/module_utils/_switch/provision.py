# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `switch_voice_ports` does with a session: read, plan, and what to save. Nothing here changes the switch."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan, VoiceError
from ansible_collections.dialtone.voice.plugins.module_utils._results import CHANGED, FAILED, Row, Rows
from ansible_collections.dialtone.voice.plugins.module_utils._switch.apply import (
    Block,
    Configurable,
    hold_back,
    merge,
    unsaved,
)
from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import Config
from ansible_collections.dialtone.voice.plugins.module_utils._switch.dialect import Dialect
from ansible_collections.dialtone.voice.plugins.module_utils._switch.names import resolve
from ansible_collections.dialtone.voice.plugins.module_utils._switch.platforms import PLATFORMS
from ansible_collections.dialtone.voice.plugins.module_utils._switch.ports import (
    ACCESS,
    Port,
    WantedPort,
    WantedVlan,
    plan_ports,
    planned_vlans,
    vlan_change,
    vlan_faults,
    wanted_ports,
    wanted_vlans,
)
from ansible_collections.dialtone.voice.plugins.module_utils._switch.rules import (
    discovery_warnings,
    port_row_faults,
    vlan_row_faults,
)
from ansible_collections.dialtone.voice.plugins.module_utils._switch.settings import Style


@dataclass
class Wanted:
    """The input, shaped and free of faults of its own."""

    ports: list[WantedPort]
    vlans: list[WantedVlan]
    dialect: Dialect = PLATFORMS["ios"]

    @classmethod
    def of(cls, params: dict[str, t.Any]) -> Wanted:
        """:raises InvalidPlan: with every fault of every row"""
        wanted = cls(
            wanted_ports(params["ports"]), wanted_vlans(params["vlans"]), PLATFORMS[params.get("platform", "ios")]
        )
        faults = vlan_row_faults(wanted.vlans) + port_row_faults(wanted.ports)
        if faults:
            raise InvalidPlan(faults)
        return wanted


@dataclass
class Reading:
    """The switch as it was read."""

    config: Config
    vlans: dict[int, str]
    ports: dict[str, Port]
    dialect: Dialect
    style: Style


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
    dialect = wanted.dialect
    config = dialect.parse(session.show(dialect.commands["running"]))
    vlans = _read_vlans(session, config, wanted)
    current = dialect.ports(config, vlans)
    for name in _trunking(session, wanted, current):
        reason = (
            "trunks with its neighbour now (show interfaces status): set 'switchport mode access' on it by hand first"
        )
        current[name] = replace(current[name], obstacle=f"{reason}, or give another port")
    version = None
    if dialect.style_open(config) and any(row.given.get("qos") == "trust" for row in wanted.ports):
        version = session.show(dialect.commands["version"])
    return Reading(config, vlans, current, dialect, dialect.style(config, version))


def _read_vlans(session: Configurable, config: Config, wanted: Wanted) -> dict[int, str]:
    dialect = wanted.dialect
    listed = dialect.vlans(config)
    if dialect.vlans_in_config(config):
        return listed
    numbers = {number for row in wanted.ports for number in row.vlans().values()}
    as_wanted = all(listed.get(row.id) == (row.name or listed.get(row.id)) for row in wanted.vlans)
    numbers |= {row.id for row in wanted.vlans}
    by_name = any(row.vlan_names() for row in wanted.ports) or any(
        " vlan name " in line for lines in config.named("interface ").values() for line in lines
    )
    if numbers <= listed.keys() and as_wanted and not by_name:
        return listed
    return dialect.vlans(config, session.show(dialect.commands["vlans"]))


def _trunking(session: Configurable, wanted: Wanted, current: dict[str, Port]) -> list[str]:
    """Return the ports that would lose a trunk: a port that negotiates does not tell in its configuration."""
    names = [resolve(row.interface, current) for row in wanted.ports if "mode" in row.given]
    asked = [name for name in names if name and current[name].state.mode != ACCESS and not current[name].obstacle]
    if not asked:
        return []
    trunking = wanted.dialect.trunking(session.show(wanted.dialect.commands["status"]))
    return [name for name in asked if name in trunking]


def plan(reading: Reading, wanted: Wanted, host: str) -> Plan:
    """Compare what is wanted with what was read.

    :raises InvalidPlan: rows that this switch cannot take; nothing has been touched
    """
    known = planned_vlans(wanted.vlans, reading.vlans)
    port_plans, faults = plan_ports(
        wanted.ports, reading.ports, known, host, fields=reading.dialect.fields_of(reading.config)
    )
    faults = vlan_faults(wanted.vlans, reading.vlans, host) + faults
    if faults:
        raise InvalidPlan(faults)
    vlan_rows = Rows("vlans", [str(row.id) for row in wanted.vlans])
    port_rows = Rows("ports", [each.port.interface for each in port_plans])
    blocks = _vlan_blocks(reading, wanted, vlan_rows)
    made = Plan(vlan_rows, port_rows, blocks)
    made.warnings += discovery_warnings(wanted.ports, reading.dialect.runs(reading.config), host)
    for row, each in zip(port_rows, port_plans, strict=True):
        row.before, row.after = each.port.state.as_dict(), each.after.as_dict()
        blocks.append(Block(row, reading.dialect.render_port(each, reading.style)))
        if each.portfast_open:
            made.open_rows.append(row)
        if not each.after.enabled:
            made.warnings.append(f"{each.port.interface} of {host} is shut down: no phone can start there")
    return made


def _vlan_blocks(reading: Reading, wanted: Wanted, rows: Rows) -> list[Block]:
    state = dict(reading.vlans)
    blocks = []
    for row, vlan in zip(rows, wanted.vlans, strict=True):
        changes = vlan_change(vlan, state)
        row.before = {"id": vlan.id, "name": state[vlan.id]} if vlan.id in state else None
        state[vlan.id] = vlan.name or state.get(vlan.id) or reading.dialect.default_vlan_name(vlan.id)
        row.after = {"id": vlan.id, "name": state[vlan.id]}
        blocks.append(Block(row, reading.dialect.render_vlan(vlan, changes)))
    return blocks


def see_portfast(session: Configurable, reading: Reading, made: Plan) -> None:
    """Read back what the plan left open; not where a row failed, since its session may be gone."""
    taken = [row for row in made.open_rows if row.status == CHANGED]
    if not taken or any(row.status == FAILED for row in (*made.vlan_rows, *made.port_rows)):
        return
    try:
        dialect = reading.dialect
        current = dialect.ports(dialect.parse(session.show(dialect.commands["running"])), {})
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

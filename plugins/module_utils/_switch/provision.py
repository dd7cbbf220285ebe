# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `switch_voice_ports` does with a session before the first change: read, plan, and see what speaks against it.

Nothing here changes the switch.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan, Refused, Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._results import FAILED, Rows
from ansible_collections.dialtone.voice.plugins.module_utils._switch import checks, neighbors, power, rules
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
from ansible_collections.dialtone.voice.plugins.module_utils._switch.platforms import PLATFORMS, read_config
from ansible_collections.dialtone.voice.plugins.module_utils._switch.ports import (
    ACCESS,
    FIELDS,
    TRUNK,
    Port,
    PortPlan,
    WantedPort,
    WantedVlan,
    plan_ports,
    planned_vlans,
    render_plans,
    vlan_change,
    vlan_faults,
    wanted_ports,
    wanted_vlans,
)
from ansible_collections.dialtone.voice.plugins.module_utils._switch.settings import Style

DELETED, RENDERED = "deleted", "rendered"


class Watchful(Configurable, t.Protocol):
    """What is needed of a session to find out what speaks against a change."""

    hostname: str

    def pending_revert(self) -> bool: ...


@dataclass
class Wanted:
    """The input, shaped and free of faults of its own.

    :ivar minutes: after how many the switch is to take everything back unless it is confirmed, None for never
    """

    dialect: Dialect
    ports: list[WantedPort]
    vlans: list[WantedVlan]
    state: str = "merged"
    allow: checks.Allow = field(default_factory=checks.Allow)
    minutes: int | None = None

    @classmethod
    def of(cls, params: dict[str, t.Any]) -> Wanted:
        """:raises InvalidPlan: with every fault of every row"""
        state = params["state"]
        allow, faults = checks.Allow.of(params["allow"] or [])
        if state != RENDERED:
            faults += checks.connection_faults(params)
        # Deleting looks at the names of the ports, and at nothing else.
        vlans = [] if state == DELETED else wanted_vlans(params["vlans"])
        ports = wanted_ports(params["ports"])
        if state == DELETED:
            faults += rules.port_row_faults(ports, interfaces_only=True)
            ports = [replace(row, given={}) for row in ports]
        else:
            faults += rules.row_faults(ports, vlans)
        minutes = params["confirm_minutes"] if params["confirm"] else None
        if minutes is not None and not 1 <= minutes <= 120:
            faults.append(f"confirm_minutes: {minutes} is out of range: give a number from 1 to 120")
        if faults:
            raise InvalidPlan(faults)
        return cls(PLATFORMS[params["platform"]], ports, vlans, state, allow, minutes)


@dataclass
class Reading:
    """The switch as it was read.

    :ivar status: the listing of its links, where it was asked for
    """

    config: Config
    vlans: dict[int, str]
    ports: dict[str, Port]
    style: Style = field(default_factory=Style)
    status: str | None = None

    def section(self, name: str) -> list[str]:
        """Return the lines of one interface."""
        return self.config.sections.get(f"interface {name}", [])


@dataclass
class Plan:
    """Rows with what they are and shall be, and the steps between.

    :ivar port_plans: one for each row of ports, in their order
    :ivar fields: the settings of a port that the switch has
    :ivar faults: rows that this switch cannot take, or must not
    """

    host: str
    dialect: Dialect
    vlan_rows: Rows
    port_rows: Rows
    blocks: list[Block]
    port_plans: list[PortPlan]
    fields: t.Collection[str] = FIELDS
    warnings: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def commands(self) -> list[str]:
        return [line for block in self.blocks for line in block.lines]

    def rehearsed(self, *, leftover: bool, saved: bool) -> dict[str, t.Any]:
        """Return the result of check mode."""
        for block in self.blocks:
            block.row.done(changed=bool(block.steps))
        return {**self._result(leftover), "commands": self.commands, "saved": saved}

    def rendered(self) -> dict[str, t.Any]:
        """Return the result where no switch is asked."""
        for block in self.blocks:
            block.row.done(changed=False)
        return {**self._result(False), "commands": self.commands, "saved": False}

    def result(self, *, changed: bool, commands: list[str]) -> dict[str, t.Any]:
        """Return the result of a real run, before saving."""
        hold_back(self.vlan_rows)
        hold_back(self.port_rows)
        return {**self._result(changed), "commands": commands}

    def failed(self) -> bool:
        return any(row.status == FAILED for row in (*self.vlan_rows, *self.port_rows))

    def _result(self, changed: bool) -> dict[str, t.Any]:
        extra = {"warnings": self.warnings} if self.warnings else {}
        return merge(self.vlan_rows, self.port_rows, "vlans", changed=changed, **extra)


def read(session: Configurable, wanted: Wanted) -> Reading:
    """Read the switch with one command, or up to four where the configuration does not say all."""
    dialect = wanted.dialect
    reading = look(session, wanted)
    version = None
    if dialect.style_open(reading.config) and any(row.given.get("qos") == "trust" for row in wanted.ports):
        version = session.show(dialect.commands["version"])
    reading.style = dialect.style(reading.config, version)
    names = [resolve(row.interface, reading.ports) for row in wanted.ports if "mode" in row.given]
    asked = [name for name in names if name and _negotiates(reading.ports[name])]
    if asked:
        reading.status = session.show(dialect.commands["status"])
        trunking = dialect.trunking(reading.status)
        for name in asked:
            if name in trunking:
                reading.ports[name] = _trunking(reading.ports[name], dialect.commands["status"])
    return reading


def look(session: Configurable, wanted: Wanted) -> Reading:
    """Read the configuration and the ports, and the VLANs where more of them are wanted than stand in it."""
    dialect = wanted.dialect
    config = read_config(dialect, session.show(dialect.commands["running"]))
    vlans = dialect.vlans(config)
    if not dialect.vlans_in_config(config) and _more_vlans(config, vlans, wanted):
        vlans = dialect.vlans(config, session.show(dialect.commands["vlans"]))
    return Reading(config, vlans, dialect.ports(config, vlans))


def _more_vlans(config: Config, listed: dict[int, str], wanted: Wanted) -> bool:
    numbers = {number for row in wanted.ports for number in row.vlans().values()} | {row.id for row in wanted.vlans}
    named = any(row.vlan_names() for row in wanted.ports)
    as_wanted = all(listed.get(row.id) == (row.name or listed.get(row.id)) for row in wanted.vlans)
    by_name = any(" vlan name " in line for lines in config.named("interface ").values() for line in lines)
    return named or by_name or not as_wanted or not numbers <= listed.keys()


def _negotiates(port: Port) -> bool:
    """Whether a port that is to be an access port would lose a trunk of which its configuration does not tell."""
    return port.state.mode != ACCESS and not port.obstacle


def _trunking(port: Port, command: str) -> Port:
    reason = f"trunks with its neighbour now ({command}): set 'switchport mode access' on it by hand first"
    return replace(port, kind=TRUNK, obstacle=f"{reason}, or give another port")


def plan(reading: Reading, wanted: Wanted, host: str) -> Plan:
    """Compare what is wanted with what was read. Rows that this switch cannot take are faults of the plan."""
    dialect = wanted.dialect
    fields = dialect.fields_of(reading.config)
    port_plans, faults = plan_ports(
        wanted.ports,
        reading.ports,
        planned_vlans(wanted.vlans, reading.vlans),
        host,
        state=wanted.state,
        fields=fields,
        allowed=wanted.allow.names(reading.ports),
        platform=dialect.platform,
    )
    runs = dialect.runs(reading.config)
    port_plans, kept = checks.without_refusals(port_plans, runs)
    made = _plan(wanted, port_plans, reading.vlans, reading.style, host)
    made.fields, made.warnings = fields, kept
    made.faults = vlan_faults(wanted.vlans, reading.vlans, host) + faults
    for row, each in zip(made.port_rows, port_plans, strict=True):
        row.before, row.after = each.port.state.as_dict(fields), each.after.as_dict(fields)
        if not each.after.enabled and "enabled" not in each.wanted.given:
            made.warnings.append(f"{each.port.interface} of {host} is shut down: no phone can start there")
    made.warnings += checks.trust_warnings(port_plans, reading.style.mls and reading.config.has("mls qos"), host)
    made.warnings += rules.discovery_warnings(wanted.ports, runs, host)
    return made


def render(wanted: Wanted) -> Plan:
    """Write everything that is wanted as commands, without a switch.

    :raises InvalidPlan: rows that the platform cannot take
    """
    dialect = wanted.dialect
    names = planned_vlans(wanted.vlans, {})
    default = dialect.default_state(Config())
    port_plans, faults = render_plans(wanted.ports, names, dialect.fields, default, dialect.platform)
    if faults:
        raise InvalidPlan(faults)
    made = _plan(wanted, port_plans, {}, dialect.style(Config()), "")
    for row, each in zip(made.port_rows, port_plans, strict=True):
        row.after = dict(each.changes)
    return made


def _plan(wanted: Wanted, port_plans: list[PortPlan], vlans: t.Mapping[int, str], style: Style, host: str) -> Plan:
    vlan_rows = Rows("vlans", [str(row.id) for row in wanted.vlans])
    port_rows = Rows("ports", [each.port.interface for each in port_plans])
    blocks = _vlan_blocks(wanted, vlans, vlan_rows)
    blocks += [
        Block(row, wanted.dialect.render_port(each, style)) for row, each in zip(port_rows, port_plans, strict=True)
    ]
    return Plan(host, wanted.dialect, vlan_rows, port_rows, blocks, port_plans)


def _vlan_blocks(wanted: Wanted, existing: t.Mapping[int, str], rows: Rows) -> list[Block]:
    state = dict(existing)
    blocks = []
    for row, vlan in zip(rows, wanted.vlans, strict=True):
        changes = vlan_change(vlan, state)
        row.before = {"id": vlan.id, "name": state[vlan.id]} if vlan.id in state else None
        state[vlan.id] = vlan.name or state.get(vlan.id) or wanted.dialect.default_vlan_name(vlan.id)
        row.after = {"id": vlan.id, "name": state[vlan.id]}
        blocks.append(Block(row, wanted.dialect.render_vlan(vlan, changes)))
    return blocks


def inspect(session: Watchful, reading: Reading, wanted: Wanted, made: Plan) -> None:
    """Look at what only the switch can tell of a change, and end it here if there is a fault in any row.

    :raises InvalidPlan: rows that this switch cannot take, or must not; nothing has been touched
    :raises Unsupported: the change is to be confirmed, and the switch has no timer to take it back
    """
    allowed = wanted.allow.names(reading.ports)
    made.faults += _neighbor_faults(session, reading, made, allowed)
    made.faults += _uplink_faults(session, reading, wanted, made)
    if made.faults:
        raise InvalidPlan(made.faults)
    if any(checks.gives_power(each) for each in made.port_plans) and "power" in made.dialect.commands:
        made.warnings += _budget_warnings(session, made)
    if wanted.minutes is not None and made.commands:
        _require_timer(session, reading, made)


def _neighbor_faults(session: Watchful, reading: Reading, made: Plan, allowed: t.Collection[str]) -> list[str]:
    if all(each.port.interface in allowed for each in made.port_plans if each.changes):
        return []
    runs, found = made.dialect.runs(reading.config), []
    device, commands = made.dialect.device_type, made.dialect.commands
    for protocol, parse in (("cdp", neighbors.parse_cdp), ("lldp", neighbors.parse_lldp)):
        if runs.get(protocol) and protocol in commands:
            found += parse(device, session.show(commands[protocol]))
    made.warnings += checks.stray_warnings(found, made.host)
    return checks.neighbor_faults(made.port_plans, found, allowed)


def _uplink_faults(session: Watchful, reading: Reading, wanted: Wanted, made: Plan) -> list[str]:
    dialect, config = made.dialect, reading.config

    def faults() -> list[str]:
        trunks = dialect.trunks(config, reading.status or "")
        return checks.uplink_faults(
            made.port_plans, trunks, dialect.routed_vlans(config), wanted.allow.vlans, made.host
        )

    if reading.status is None and faults():
        # A trunk that was negotiated carries VLANs of which the configuration does not tell.
        reading.status = session.show(dialect.commands["status"])
    return faults()


def _budget_warnings(session: Watchful, made: Plan) -> list[str]:
    try:
        answer = session.show(made.dialect.commands["power"])
    except Refused as error:
        # A switch without inline power does not know the command.
        answer = error.words
    try:
        table = power.parse_power(answer, made.dialect.device_type)
    except Unsupported as error:
        return [f"Whether {made.host} has power enough is not known: {error}"]
    plans, host = made.port_plans, made.host
    return checks.budget_warnings(plans, table, host) + checks.restart_warnings(plans, table, host)


def _require_timer(session: Watchful, reading: Reading, made: Plan) -> None:
    why = "its platform has no such timer"
    if made.dialect.can_revert:
        why = checks.revert_obstacle(reading.config, session.pending_revert())
    if why:
        raise Unsupported(
            f"{made.host} cannot take a change back by itself, which 'confirm' asks for: {why}",
            "Mend that, or leave out 'confirm' and give 'on_error: restore'. Nothing was touched",
        )


def find_leftover(session: Configurable, reading: Reading, made: Plan) -> bool:
    """Whether an earlier run was ended between its changes and saving them; asked only where nothing is to change."""
    if made.commands:
        return False
    headers = [f"interface {row.key}" for row in made.port_rows] + [f"vlan {row.key}" for row in made.vlan_rows]
    return unsaved(session, reading.config, headers, made.dialect.commands["startup"], made.dialect.parse)

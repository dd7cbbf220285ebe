# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a platform has to tell of itself: how its configuration is read, and how changes are written. Pure.

What is here already is what platforms with a command line like Cisco's have in common; another one overrides it.
"""

from __future__ import annotations

import abc
import re
import typing as t
from dataclasses import replace

from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import (
    Config,
    Step,
    default_vlan_name,
    expand,
    misplaced,
    parse_config,
    without_learned,
)
from ansible_collections.dialtone.voice.plugins.module_utils._switch.names import canonical, is_virtual, split_name
from ansible_collections.dialtone.voice.plugins.module_utils._switch.ports import (
    ACCESS,
    CHANNEL_MEMBER,
    FIELDS,
    ROUTED,
    TRUNK,
    UNCLEAR,
    VIRTUAL,
    Port,
    PortPlan,
    PortState,
    WantedVlan,
)
from ansible_collections.dialtone.voice.plugins.module_utils._switch.settings import (
    Section,
    Setting,
    Style,
    restore_lines,
)

Reader = t.Callable[[t.Sequence[re.Match[str]], t.Mapping[int, str]], t.Any]
Writer = t.Callable[[t.Any, PortPlan, Style], list[str]]


class Dialect(abc.ABC):
    """One platform.

    :ivar platform: its name, as the option ``platform`` has it
    :ivar mark: the line that its running configuration has, and no other platform's
    :ivar device_type: netmiko's and ntc-templates' name of it
    :ivar fields: the settings of a port that it has
    :ivar commands: fact -> the command that shows it; what is not there, the platform does not have
    :ivar can_revert: a timer of its own can take a change back
    :ivar settings: every kind of line that the module owns, in an order in which it is safe to write them
    :ivar readers: field -> how its value is read from its lines, or several fields' values
    :ivar writers: field -> the lines that set a value
    :ivar together: field -> the field whose line sets it too
    :ivar margin: the words at the left margin that must not follow an interface's lines without something between
    """

    platform: t.ClassVar[str]
    mark: t.ClassVar[str]
    device_type: t.ClassVar[str]
    fields: t.ClassVar[frozenset[str]]
    commands: t.ClassVar[dict[str, str]]
    save_command: t.ClassVar[str]
    enter: t.ClassVar[str] = "configure terminal"
    leave: t.ClassVar[str] = "end"
    can_revert: t.ClassVar[bool] = False
    settings: t.ClassVar[tuple[Setting, ...]]
    readers: t.ClassVar[dict[str, Reader]]
    writers: t.ClassVar[dict[str, Writer]]
    together: t.ClassVar[dict[str, str]] = {}
    margin: t.ClassVar[str] = r"\S"

    @abc.abstractmethod
    def default_state(self, config: Config) -> PortState:
        """Return what a port of this switch is without any line of its own."""

    @abc.abstractmethod
    def routed(self, lines: t.Sequence[str], by_default: bool) -> bool:
        """Whether an interface with these lines routes and does not switch."""

    def routes_by_default(self, config: Config) -> bool:
        """Whether a port without any line of its own routes."""
        return False

    @abc.abstractmethod
    def vlans_in_config(self, config: Config) -> bool:
        """Whether all VLANs of the switch stand in its configuration."""

    @abc.abstractmethod
    def runs(self, config: Config) -> dict[str, bool]:
        """Return whether the whole switch runs ``cdp`` and ``lldp``."""

    @abc.abstractmethod
    def style(self, config: Config, version: str | None = None) -> Style:
        """Return how this switch writes things.

        :param version: the answer to ``commands["version"]``, for what the configuration leaves open
        """

    def style_open(self, config: Config) -> bool:
        """Whether the answer to ``commands["version"]`` would tell more of the style."""
        return False

    def fields_of(self, config: Config) -> frozenset[str]:
        """Return the settings of a port that this switch has, as it is configured."""
        return self.fields

    def parse(self, text: str) -> Config:
        """Cut a configuration into sections.

        :raises Unsupported: naming a line that makes it unclear what belongs to which interface
        """
        line = misplaced(text, self.margin)
        if line:
            raise Unsupported(
                f"the running configuration has the line '{line}' at a place where it is unclear which interface it "
                "belongs to",
                hint="look at the configuration on the switch: on the way, lines have lost their indentation",
            )
        return parse_config(text)

    def interfaces(self, config: Config) -> dict[str, list[str]]:
        """Return the lines of every interface by its own name."""
        return {name: lines for name, lines in config.named("interface ").items() if _is_name(name)}

    def ports(self, config: Config, vlans: t.Mapping[int, str]) -> dict[str, Port]:
        """Return every interface of a configuration by its own name.

        :param vlans: number -> name, for settings that name a VLAN
        """
        style, default, routes = self.style(config), self.default_state(config), self.routes_by_default(config)
        return {
            name: self._port(
                name,
                Section.of(self.settings, lines),
                vlans,
                style,
                self._inherited(config, lines, vlans, default),
                routes,
            )
            for name, lines in self.interfaces(config).items()
        }

    def _inherited(
        self, config: Config, lines: t.Sequence[str], vlans: t.Mapping[int, str], default: PortState
    ) -> PortState:
        """Return what an interface is without a line of its own: its template may say more than the platform does."""
        start = "source template "
        template = next((line[len(start) :].strip() for line in lines if line.startswith(start)), None)
        if template is None:
            return default
        values = self._values(Section.of(self.settings, config.sections.get(f"template {template}", ())), vlans)
        # That describes the template.
        values.pop("description", None)
        return replace(default, **values)

    def _values(self, section: Section, vlans: t.Mapping[int, str]) -> dict[str, t.Any]:
        values: dict[str, t.Any] = {}
        for field, matches in section.fields().items():
            value = self.readers[field](matches, vlans)
            values.update(value if isinstance(value, dict) else {field: value})
        return values

    def _port(
        self, name: str, section: Section, vlans: t.Mapping[int, str], style: Style, default: PortState, routes: bool
    ) -> Port:
        values = self._values(section, vlans)
        own = {field for field, value in values.items() if value != getattr(default, field)}
        # Every line of theirs counts: what they are without one depends on the switch and the mode.
        own |= {"portfast", "bpdu_guard"} & values.keys()
        mode = values.get("mode", default.mode)
        fast, guard = style.fast_access or default.portfast, style.guard_fast or default.bpdu_guard
        values.setdefault("portfast", fast and mode == ACCESS)
        values.setdefault("bpdu_guard", guard and values["portfast"])
        kind, obstacle = self._obstacle(name, section, mode, routes)
        bringing = [each for each in section.found if each.brings]
        return Port(
            name,
            replace(default, **values),
            obstacle,
            kind,
            tuple(line for line in section.others if not any(each.comes_along(line) for each in bringing)),
            frozenset(own),
            default,
            fast_access=fast,
            guard_fast=guard,
        )

    def _obstacle(self, name: str, section: Section, mode: str, routes: bool) -> tuple[str, str]:
        """Say what kind of interface is no port for a phone and why, empty where it is one."""
        if is_virtual(name):
            return VIRTUAL, "is no port that a phone can be plugged into: give the port itself"
        group = next((match for line in section.others if (match := re.match(r"channel-group (\d+)\b", line))), None)
        if group:
            text = f"is a member of port-channel {group[1]}: give another port, or take it out of the channel first"
            return CHANNEL_MEMBER, text
        if "." in name or self.routed(section.others, routes):
            return ROUTED, "is a routed port: give another port, or make it a switching port first"
        if mode != ACCESS and not mode.startswith("dynamic"):
            return TRUNK, f"is in mode '{mode}': give another port, or set 'switchport mode access' on it first"
        if section.doubled:
            return UNCLEAR, f"has lines that contradict each other, {section.doubled}: look at it on the switch"
        return "", ""

    def vlans(self, config: Config, listing: str = "") -> dict[int, str]:
        """Return the VLANs by number, from the configuration and, where given, the answer to ``commands["vlans"]``."""
        found = {1: self.default_vlan_name(1)}
        for numbers, lines in config.named("vlan ").items():
            if not re.fullmatch(r"[\d,-]+", numbers):
                continue
            name = next((line[5:].strip() for line in lines if line.startswith("name ")), None)
            # A list of numbers may stand before the sections that name some of them.
            for number in expand(numbers):
                found[number] = name or found.get(number) or self.default_vlan_name(number)
        rows = (
            re.match(r"(\d{1,4}) +(\S.{0,31}?) +(?:active|suspended|act/|sus/)", row) for row in listing.split("\n")
        )
        return {**found, **{int(row[1]): row[2].strip() for row in rows if row}}

    def trunking(self, listing: str) -> set[str]:
        """Return the full names of the interfaces that trunk now, from the answer to ``commands["status"]``.

        The columns lie where the header puts them; a port's name may hold any words.
        """
        trunking: set[str] = set()
        column = -1
        for line in listing.replace("\r", "").split("\n"):
            if line.startswith("Port ") and " Vlan " in line:
                column = line.index(" Vlan ") + 1
            elif column > 0 and line[column:].split(" ", 1)[0] == "trunk":
                trunking.add(canonical(line.split()[0]))
        return trunking

    def trunks(self, config: Config, listing: str = "") -> dict[str, frozenset[int] | None]:
        """Return the VLANs that each trunk may carry, None for all: by the configuration, and by negotiation."""
        now = {name.casefold() for name in self.trunking(listing)}
        return {
            name: _allowed(lines)
            for name, lines in self.interfaces(config).items()
            if "switchport mode trunk" in lines or canonical(name).casefold() in now
        }

    def routed_vlans(self, config: Config) -> set[int]:
        """Return the VLANs in which the switch itself has an address."""
        sections = config.named("interface Vlan")
        return {
            int(number)
            for number, lines in sections.items()
            if number.isdecimal() and any(re.match(r"ip(?:v6)? address ", line) for line in lines)
        }

    def order(self, plan: PortPlan) -> list[str]:
        """Return the fields of a plan that are to be written, in a safe order."""
        changes = {self.together.get(name, name) for name in plan.changes}
        names = list(dict.fromkeys(each.field for each in self.settings if each.field in changes))
        # What bites while other values change, or holds on to them, is off first and on last.
        early = {each.field for each in self.settings if each.early and each.late}
        first = [name for name in names if name in early and not getattr(plan.after, name)]
        return [*first, *(name for name in names if name not in first)]

    def render_port(self, plan: PortPlan, style: Style) -> list[Step]:
        """Write a port's changes as commands, none of which takes its voice VLAN or its power away on the way."""
        steps = []
        for name in self.order(plan):
            lines = self.writers[name](getattr(plan.after, name), plan, style)
            sets = {each: getattr(plan.after, each) for each in FIELDS if self.together.get(each, each) == name}
            steps += [*(Step(line) for line in lines[:-1]), *(Step(line, sets) for line in lines[-1:])]
        return [Step(f"interface {plan.port.interface}"), *steps] if steps else []

    def render_vlan(self, wanted: WantedVlan, changes: dict[str, t.Any]) -> list[Step]:
        """Write a VLAN's changes as commands. It is made when its mode is left, so leaving it is a step too."""
        if not changes:
            return []
        steps = [Step(f"vlan {wanted.id}")]
        if "name" in changes:
            steps.append(Step(f"name {changes['name']}"))
        return [*steps, Step("exit", dict(changes))]

    def remove_vlan(self, number: int) -> list[str]:
        return [f"no vlan {number}"]

    def name_vlan(self, number: int, name: str) -> list[str]:
        """Return the lines that give a VLAN its name back."""
        return [f"vlan {number}", "no name" if name == self.default_vlan_name(number) else f"name {name}", "exit"]

    def default_vlan_name(self, number: int) -> str:
        return default_vlan_name(number)

    def restore_lines(self, before: t.Sequence[str], now: t.Sequence[str]) -> list[str]:
        """Return the lines that bring an interface's section back to what it was.

        :param before: its lines as they were, without indentation
        :param now: its lines as they are
        """
        return restore_lines(self.settings, before, without_learned(now, before))


def _is_name(text: str) -> bool:
    try:
        split_name(text)
    except ValueError:
        return False
    return True


def _allowed(lines: t.Iterable[str]) -> frozenset[int] | None:
    """Return the VLANs of ``switchport trunk allowed vlan``, which may go on in ``add`` lines."""
    start = "switchport trunk allowed vlan "
    texts = [line[len(start) :].removeprefix("add ") for line in lines if line.startswith(start)]
    if not texts or "all" in texts:
        return None
    return frozenset(number for text in texts if text != "none" for number in expand(text))


def plain(field: str, command: str, reset: str) -> Writer:
    """Write a value after its command, and the default by taking the line back."""

    def write(value: t.Any, plan: PortPlan, _style: Style) -> list[str]:
        return [reset if field in plan.resets or value in (None, "") else f"{command} {value}"]

    return write


def switched(command: str) -> Writer:
    """Write a command, or its denial."""
    return lambda value, _plan, _style: [command if value else f"no {command}"]


def read_vlan(value: str, vlans: t.Mapping[int, str]) -> int | str:
    if value.isdigit():
        return int(value)
    name = value[5:] if value.startswith("name ") else None
    return next((number for number, known in vlans.items() if known == name), value)


def write_mode(value: str, plan: PortPlan, _style: Style) -> list[str]:
    # It becomes a switching port first, and negotiates again before its mode can be a dynamic one.
    lines = ["switchport"] if plan.port.kind == ROUTED else []
    if value == ACCESS:
        return [*lines, "switchport mode access"]
    stop = ["no switchport nonegotiate"] if "switchport nonegotiate" in plan.port.others else []
    return [*lines, *stop, "no switchport mode"]


def write_bpdu_guard(value: bool, plan: PortPlan, style: Style) -> list[str]:
    if value and "bpdu_guard" not in plan.resets:
        return ["spanning-tree bpduguard enable"]
    by_default = style.guard_fast and "bpdu_guard" not in plan.resets
    return ["spanning-tree bpduguard disable" if by_default else "no spanning-tree bpduguard"]


# Lines that platforms with a command line like Cisco's have alike.
READERS: dict[str, Reader] = {
    "enabled": lambda found, _vlans: bool(found[0][1]),
    "description": lambda found, _vlans: found[0][1].strip(),
    "mode": lambda found, _vlans: found[0][1],
    "access_vlan": lambda found, vlans: read_vlan(found[0][1], vlans),
    "voice_vlan": lambda found, vlans: None if found[0][1] == "none" else read_vlan(found[0][1], vlans),
    "cdp": lambda found, _vlans: not found[0][1],
    "lldp": lambda found, _vlans: not any(match[1] for match in found),
    "bpdu_guard": lambda found, _vlans: found[0][1] == "enable",
}
WRITERS: dict[str, Writer] = {
    "enabled": lambda value, _plan, _style: ["no shutdown" if value else "shutdown"],
    "description": plain("description", "description", "no description"),
    "access_vlan": plain("access_vlan", "switchport access vlan", "no switchport access vlan"),
    "voice_vlan": plain("voice_vlan", "switchport voice vlan", "no switchport voice vlan"),
    "cdp": switched("cdp enable"),
    "lldp": lambda value, _plan, _style: [f"{'' if value else 'no '}lldp {way}" for way in ("transmit", "receive")],
}

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a platform has to tell of itself: how its configuration is read, and how changes are written. Pure."""

from __future__ import annotations

import abc
import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import (
    Config,
    Step,
    default_vlan_name,
    expand,
)
from ansible_collections.dialtone.voice.plugins.module_utils._switch.ports import Port, PortPlan, PortState, WantedVlan


@dataclass(frozen=True)
class Style:
    """How one switch writes what its platform can write in several ways.

    :ivar edge: ``spanning-tree portfast edge`` in place of ``spanning-tree portfast``
    :ivar mls: ``mls qos trust device`` in place of ``trust device``
    :ivar fast_access: every access port has portfast unless the port says otherwise
    :ivar guard_fast: every port with portfast has BPDU guard unless the port says otherwise
    """

    edge: bool = False
    mls: bool = False
    fast_access: bool = False
    guard_fast: bool = False


@dataclass(frozen=True)
class Setting:
    """One kind of line below an interface; a second one of its kind takes the place of the first.

    :ivar field: the field of PortState that it sets
    :ivar pattern: the whole line
    :ivar reset: the line that brings the platform's default back
    :ivar early: it is taken back before anything else changes
    :ivar late: it is set after everything else
    :ivar brings: the lines that the switch writes and takes back together with it
    :ivar wakes: a field that some releases set together with it
    """

    field: str
    pattern: str
    reset: str
    early: bool = False
    late: bool = False
    brings: str = ""
    wakes: str = ""

    def match(self, line: str) -> re.Match[str] | None:
        return re.fullmatch(self.pattern, line)


@dataclass
class Section:
    """The lines of one interface, sorted by what they set.

    :ivar found: kind of line -> its match
    :ivar others: the lines that no setting owns
    :ivar doubled: two lines of one kind that contradict each other, empty for none
    """

    found: dict[Setting, re.Match[str]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    doubled: str = ""

    def line(self, setting: Setting) -> str | None:
        return self.found[setting][0] if setting in self.found else None

    def matches(self, name: str) -> list[re.Match[str]]:
        return [match for setting, match in self.found.items() if setting.field == name]

    def lines(self) -> list[str]:
        return [*(match[0] for match in self.found.values()), *self.others]


class Dialect(abc.ABC):
    """One platform.

    :ivar platform: its name, as the option ``platform`` has it
    :ivar device_type: netmiko's and ntc-templates' name of it
    :ivar fields: the settings of a port that it has
    :ivar commands: fact -> the command that shows it; what is not there, the platform does not have
    :ivar can_revert: a timer of its own can take a change back
    :ivar settings: every kind of line that the module owns, in an order in which it is safe to write them
    """

    platform: t.ClassVar[str]
    device_type: t.ClassVar[str]
    fields: t.ClassVar[frozenset[str]]
    commands: t.ClassVar[dict[str, str]]
    save_command: t.ClassVar[str]
    enter: t.ClassVar[str] = "configure terminal"
    leave: t.ClassVar[str] = "end"
    can_revert: t.ClassVar[bool] = False
    settings: t.ClassVar[tuple[Setting, ...]]

    @abc.abstractmethod
    def parse(self, text: str) -> Config:
        """Cut a configuration into sections.

        :raises Unsupported: naming a line that makes it unclear what belongs to which interface
        """

    @abc.abstractmethod
    def ports(self, config: Config, vlans: t.Mapping[int, str]) -> dict[str, Port]:
        """Return every interface of a configuration by its own name.

        :param vlans: number -> name, for settings that name a VLAN
        """

    @abc.abstractmethod
    def default_state(self, config: Config) -> PortState:
        """Return what a port of this switch is without any line of its own."""

    @abc.abstractmethod
    def vlans_in_config(self, config: Config) -> bool:
        """Whether all VLANs of the switch stand in its configuration."""

    @abc.abstractmethod
    def trunking(self, listing: str) -> set[str]:
        """Return the full names of the interfaces that trunk now, from the answer to ``commands["status"]``."""

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

    @abc.abstractmethod
    def write(self, name: str, plan: PortPlan, style: Style) -> list[Step]:
        """Return the steps that set one field of a plan to what it shall be."""

    @abc.abstractmethod
    def order(self, plan: PortPlan) -> list[str]:
        """Return the fields of a plan that are to be written, in a safe order."""

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

    def trunks(self, config: Config, listing: str = "") -> dict[str, frozenset[int] | None]:
        """Return the VLANs that each trunk may carry, None for all: by the configuration, and by negotiation."""
        now = self.trunking(listing)
        sections = config.named("interface ")
        return {name: _allowed(lines) for name, lines in sections.items() if name in now or _is_trunk(lines)}

    def routed_vlans(self, config: Config) -> set[int]:
        """Return the VLANs in which the switch itself has an address."""
        named = {re.fullmatch(r"[Vv]lan(\d+)", name): lines for name, lines in config.named("interface ").items()}
        return {
            int(match[1])
            for match, lines in named.items()
            if match and any(re.match(r"ip(?:v6)? address ", line) for line in lines)
        }

    def section(self, lines: t.Iterable[str]) -> Section:
        """Sort the lines of one interface."""
        found = Section()
        for line in lines:
            setting = next((each for each in self.settings if each.match(line)), None)
            if setting is None:
                found.others.append(line)
                continue
            before = found.line(setting)
            if before is not None and before != line:
                found.doubled = f"'{before}' and '{line}'"
            found.found[setting] = t.cast("re.Match[str]", setting.match(line))
        return found

    def render_port(self, plan: PortPlan, style: Style) -> list[Step]:
        """Write a port's changes as commands, none of which takes its voice VLAN or its power away on the way."""
        steps = [step for name in self.order(plan) for step in self.write(name, plan, style)]
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

        Where a kind of line was there, it is written over what is there now, and not taken back first.

        :param before: the section's lines as they were, without indentation
        :param now: its lines as they are
        """
        was, found = self.section(before), self.section(now)
        changed = [each for each in self.settings if was.line(each) != found.line(each)]
        early = [each for each in changed if each.early and was.line(each) is None]
        # What the switch wrote with a line goes with it, and takes with it what was there before.
        gone = [line for each in early for line in found.lines() if each.brings and re.fullmatch(each.brings, line)]
        again = [line for each in early for line in was.lines() if each.brings and re.fullmatch(each.brings, line)]
        comes = [
            line
            for each in changed
            if each.brings and was.line(each)
            for line in was.lines()
            if re.fullmatch(each.brings, line)
        ]
        lines = [each.reset for each in early]
        lines += [_negated(line) for line in found.others if line not in (*was.others, *gone)]
        late = []
        woken = {each.wakes for each in changed if each.wakes and was.line(each)}
        for each in self.settings:
            line = was.line(each)
            if each in early or (line is None and found.line(each) in gone):
                continue
            if line in again or (each in changed and line not in comes) or (line is None and each.field in woken):
                (late if each.late else lines).append(each.reset if line is None else line)
        lines += [line for line in was.others if line in again or (line not in found.others and line not in comes)]
        return [*lines, *late]


def _negated(line: str) -> str:
    return line[3:] if line.startswith("no ") else f"no {line}"


def _is_trunk(lines: t.Iterable[str]) -> bool:
    return "switchport mode trunk" in lines


def _allowed(lines: t.Iterable[str]) -> frozenset[int] | None:
    """Return the VLANs of ``switchport trunk allowed vlan``, which may go on in ``add`` lines."""
    start = "switchport trunk allowed vlan "
    texts = [line[len(start) :].removeprefix("add ") for line in lines if line.startswith(start)]
    if not texts or "all" in texts:
        return None
    return frozenset(number for text in texts if text != "none" for number in expand(text))

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IOS and IOS-XE: a running configuration read into the model of ports and VLANs, and changes written as its commands.

Pure. A running configuration leaves out what is default; what is not there is read as the default.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field
from datetime import datetime

from ansible_collections.dialtone.voice.plugins.module_utils._switch.names import canonical, is_virtual
from ansible_collections.dialtone.voice.plugins.module_utils._switch.ports import Port, PortPlan, PortState, WantedVlan


@dataclass
class Config:
    """A configuration, cut into what stands at its left margin and the lines below each.

    :ivar sections: header line -> its lines without indentation; a line with nothing below it is there too
    :ivar changed_at: when the running configuration was last changed, None where the header does not say
    :ivar saved_at: when it was last saved, likewise
    """

    sections: dict[str, list[str]] = field(default_factory=dict)
    changed_at: datetime | None = None
    saved_at: datetime | None = None

    def named(self, start: str) -> dict[str, list[str]]:
        """Return the sections whose header begins with these words, by the rest of the header."""
        return {
            header[len(start) :].strip(): lines for header, lines in self.sections.items() if header.startswith(start)
        }

    def has(self, pattern: str) -> bool:
        return any(re.fullmatch(pattern, header) for header in self.sections)

    @property
    def saved(self) -> bool | None:
        """Whether it is saved, by its own header; None where the header leaves it open.

        The times have whole seconds, so equal ones leave it open too, and so does a change before the clock was set: a
        switch without a clock of its own starts in 1993 or 2002 and stays there until NTP tells it.
        """
        if self.changed_at is None or self.saved_at is None or self.changed_at == self.saved_at:
            return None
        if self.changed_at.year <= _UNSET_CLOCK:
            return None
        return self.saved_at > self.changed_at


_STAMP = re.compile(
    r"! (?P<what>Last configuration change|NVRAM config last updated) at [*.]?(?P<time>\d\d:\d\d:\d\d)(?:\.\d+)?"
    r"(?: \S+)? \w{3} (?P<month>\w{3}) +(?P<day>\d+) (?P<year>\d{4})"
)
_UNSET_CLOCK = 2002
_BANNER = re.compile(r"banner \S+ (?P<mark>\^C|\S)(?P<text>.*)")


def parse_config(text: str) -> Config:
    """Cut the output of ``show running-config`` or ``show startup-config`` into sections."""
    config = Config()
    lines: list[str] | None = None
    banner_mark = ""
    for raw in text.replace("\r", "").split("\n"):
        line = raw.rstrip()
        if banner_mark:
            if banner_mark in line:
                banner_mark = ""
            continue
        if not line.strip():
            continue
        if line.startswith("!"):
            _read_stamp(config, line)
            lines = None
        elif line[0] in " \t":
            if lines is not None and line.strip() != "!":
                lines.append(line.strip())
        else:
            banner = _BANNER.match(line)
            if banner and banner["mark"] not in banner["text"]:
                banner_mark = banner["mark"]
            lines = config.sections.setdefault(line, [])
    return config


def _read_stamp(config: Config, line: str) -> None:
    stamp = _STAMP.match(line)
    if not stamp:
        return
    try:
        when = datetime.strptime("{time} {day} {month} {year}".format(**stamp.groupdict()), "%H:%M:%S %d %b %Y")
    except ValueError:
        return
    if stamp["what"].startswith("NVRAM"):
        config.saved_at = when
    else:
        config.changed_at = when


def parse_ports(config: Config, vlans: dict[int, str]) -> dict[str, Port]:
    """Return every interface of a configuration by its own name.

    :param vlans: number -> name, for ``switchport access vlan name X``
    """
    everywhere = config.has(r"spanning-tree portfast (?:edge )?default")
    return {name: _port(name, lines, vlans, everywhere) for name, lines in config.named("interface ").items()}


def _port(name: str, lines: list[str], vlans: dict[int, str], portfast_everywhere: bool) -> Port:
    values: dict[str, t.Any] = {}
    limit: int | None = None
    portfast = ""
    for line in lines:
        word, _blank, rest = line.partition(" ")
        if word == "description":
            values["description"] = rest.strip()
        elif line.startswith("switchport mode "):
            values["mode"] = line[16:]
        elif line.startswith("switchport access vlan "):
            values["access_vlan"] = _vlan(line[23:], vlans)
        elif line.startswith("switchport voice vlan "):
            value = line[22:]
            values["voice_vlan"] = None if value == "none" else _vlan(value, vlans)
        elif mode := re.fullmatch(r"power inline (auto|static|never)(?: max (\d+))?", line):
            values["poe"] = mode[1]
            limit = int(mode[2]) if mode[2] else None
        elif fast := re.fullmatch(r"spanning-tree portfast(?: (.+))?", line):
            portfast = fast[1] or "edge"
    access = values.get("mode") == "access"
    if portfast:
        values["portfast"] = portfast not in ("disable", "network")
    else:
        values["portfast"] = portfast_everywhere and access
    return Port(
        name,
        PortState(**values),
        _obstacle(name, lines, access),
        limit,
        "shutdown" in lines,
        fast_as_access=portfast_everywhere and not portfast and not access,
    )


def _vlan(value: str, vlans: dict[int, str]) -> int | str:
    if value.isdigit():
        return int(value)
    name = value[5:] if value.startswith("name ") else None
    return next((number for number, known in vlans.items() if known == name), value)


def _obstacle(name: str, lines: list[str], access: bool) -> str:
    """Say why an interface is no port for a phone, empty where it is one."""
    if is_virtual(name):
        return "is no port that a phone can be plugged into: give the port itself"
    group = next((line for line in lines if re.match(r"channel-group \d+ ", line)), None)
    if group:
        return f"is a member of port-channel {group.split()[1]}: give another port, or take it out of the channel first"
    addressed = any(re.match(r"(?:no )?ip address\b|(?:ip )?vrf forwarding ", line) for line in lines)
    if "." in name or "no switchport" in lines or (addressed and "switchport" not in lines):
        return "is a routed port: give another port, or make it a switching port first"
    mode = next((line[16:] for line in lines if line.startswith("switchport mode ")), "")
    if mode and not access and not mode.startswith("dynamic"):
        return f"is in mode '{mode}': give another port, or set 'switchport mode access' on it first"
    return ""


def parse_vlan_sections(config: Config) -> dict[int, str]:
    """Return the VLANs that stand in a configuration (VTP mode transparent or off), with their names."""
    found: dict[int, str] = {}
    for numbers, lines in config.named("vlan ").items():
        if not re.fullmatch(r"[\d,-]+", numbers):
            continue
        name = next((line[5:].strip() for line in lines if line.startswith("name ")), None)
        for number in expand(numbers):
            found[number] = name or default_vlan_name(number)
    return found


def vlans_in_config(config: Config) -> bool:
    """Whether all VLANs of the switch stand in its configuration; elsewhere they are in vlan.dat."""
    return config.has(r"vtp mode (?:transparent|off).*")


def default_vlan_name(number: int) -> str:
    return "default" if number == 1 else f"VLAN{number:04d}"


def expand(numbers: str) -> list[int]:
    """Return the numbers of a list such as ``10,20-22``."""
    found: list[int] = []
    for part in numbers.split(","):
        first, _dash, last = part.partition("-")
        found.extend(range(int(first), int(last or first) + 1))
    return found


def parse_vlan_brief(output: str) -> dict[int, str]:
    """Return number -> name from ``show vlan brief``."""
    rows = (re.match(r"(\d{1,4}) +(\S.{0,31}?) +(?:active|suspended|act/|sus/)", line) for line in output.split("\n"))
    return {int(row[1]): row[2].strip() for row in rows if row}


def parse_trunking(output: str) -> set[str]:
    """Return the full names of the interfaces that trunk now, from ``show interfaces status``.

    The columns lie where the header puts them; a port's name may hold any words.
    """
    trunking: set[str] = set()
    column = -1
    for line in output.replace("\r", "").split("\n"):
        if line.startswith("Port ") and " Vlan " in line:
            column = line.index(" Vlan ") + 1
        elif column > 0 and line[column:].split(" ", 1)[0] == "trunk":
            trunking.add(canonical(line.split()[0]))
    return trunking


@dataclass(frozen=True)
class Step:
    """One command line, and what is so once it is taken.

    :ivar sets: field -> value; empty for a line that only leads to the others
    """

    line: str
    sets: dict[str, t.Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Dialect:
    """How a switch writes and understands portfast.

    :ivar edge: it writes ``spanning-tree portfast edge``
    :ivar everywhere: every access port has portfast unless the port says otherwise
    """

    edge: bool = False
    everywhere: bool = False

    @classmethod
    def of(cls, config: Config) -> Dialect:
        lines = [line for section in config.sections.items() for line in (section[0], *section[1])]
        edge = any(line.startswith("spanning-tree portfast edge") for line in lines)
        return cls(edge, config.has(r"spanning-tree portfast (?:edge )?default"))


def render_port(plan: PortPlan, dialect: Dialect) -> list[Step]:
    """Write a port's changes as commands, none of which takes its voice VLAN or its power away on the way."""
    changes = plan.changes
    steps: list[Step] = []

    def add(name: str, line: str) -> None:
        steps.append(Step(line, {name: changes.get(name, getattr(plan.wanted, name))}))

    if "description" in changes:
        text = changes["description"]
        add("description", f"description {text}" if text else "no description")
    if "mode" in changes:
        add("mode", "switchport mode access")
    if "access_vlan" in changes:
        add("access_vlan", f"switchport access vlan {changes['access_vlan']}")
    if "voice_vlan" in changes:
        add("voice_vlan", f"switchport voice vlan {changes['voice_vlan']}")
    if "poe" in changes:
        limit = f" max {plan.port.poe_limit}" if plan.port.poe_limit and changes["poe"] != "never" else ""
        add("poe", f"power inline {changes['poe']}{limit}")
    if "portfast" in changes or (plan.wanted.portfast is False and _brings_portfast(changes, dialect)):
        if plan.wanted.portfast:
            add("portfast", "spanning-tree portfast edge" if dialect.edge else "spanning-tree portfast")
        else:
            add("portfast", "spanning-tree portfast disable" if dialect.everywhere else "no spanning-tree portfast")
    return [Step(f"interface {plan.port.interface}"), *steps] if steps else []


def _brings_portfast(changes: dict[str, t.Any], dialect: Dialect) -> bool:
    """Whether the port gets portfast by the way: some releases set it together with a voice VLAN."""
    return "voice_vlan" in changes or (dialect.everywhere and "mode" in changes)


def render_vlan(wanted: WantedVlan, changes: dict[str, t.Any]) -> list[Step]:
    """Write a VLAN's changes as commands. IOS makes the VLAN when its mode is left, so leaving it is a step too."""
    if not changes:
        return []
    steps = [Step(f"vlan {wanted.id}")]
    if "name" in changes:
        steps.append(Step(f"name {changes['name']}"))
    return [*steps, Step("exit", dict(changes))]

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IOS and IOS-XE: a running configuration read into the model of ports and VLANs, and changes written as its commands.

Pure. A running configuration leaves out what is default; what is not there is read as the default.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import replace

from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import Config, Step, misplaced, parse_config
from ansible_collections.dialtone.voice.plugins.module_utils._switch.dialect import Dialect, Section, Setting, Style
from ansible_collections.dialtone.voice.plugins.module_utils._switch.names import canonical, is_virtual
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
)

_AUTO_QOS = "auto qos voip cisco-phone"
# What `auto qos` writes on the port by itself, by platform and release.
_AUTO_QOS_BRINGS = (
    r"(?:mls qos )?trust device cisco-phone|mls qos trust (?:cos|dscp)|service-policy (?:in|out)put Auto-?[Qq]o[Ss].*"
    r"|srr-queue bandwidth share .*|priority-queue out|queue-set \d+|qos trust (?:device cisco-phone|cos|dscp)"
)
# The lines of one port, in the order in which they are written.
_SETTINGS = (
    Setting("description", r"description (.*)", "no description"),
    Setting("mode", r"switchport mode (.+)", "no switchport mode"),
    Setting("access_vlan", r"switchport access vlan (.+)", "no switchport access vlan"),
    Setting("voice_vlan", r"switchport voice vlan (.+)", "no switchport voice vlan", wakes="portfast"),
    # It is the default, and no port is without power for it.
    Setting("poe", r"power inline (auto|static|never)(?: max (\d+))?", "power inline auto"),
    Setting("poe_priority", r"power inline port priority (\w+)", "no power inline port priority"),
    Setting("cdp", r"(no )?cdp enable", "cdp enable"),
    Setting("lldp", r"(no )?lldp transmit", "lldp transmit"),
    Setting("lldp", r"(no )?lldp receive", "lldp receive"),
    Setting("portfast", r"spanning-tree portfast(?: (.+))?", "no spanning-tree portfast"),
    Setting("bpdu_guard", r"spanning-tree bpduguard (enable|disable)", "no spanning-tree bpduguard"),
    Setting("qos", r"(auto) qos voip cisco-phone", f"no {_AUTO_QOS}", early=True, brings=_AUTO_QOS_BRINGS),
    Setting("qos", r"(trust) device cisco-phone", "no trust device"),
    Setting("qos", r"mls qos (trust) device cisco-phone", "no mls qos trust device"),
    Setting("port_security_maximum", r"switchport port-security maximum (\d+)", "no switchport port-security maximum"),
    Setting(
        "port_security_violation",
        r"switchport port-security violation (protect|restrict|shutdown)",
        "no switchport port-security violation",
    ),
    Setting("port_security", r"switchport port-security", "no switchport port-security", early=True, late=True),
    Setting("enabled", r"(no )?shutdown", "no shutdown", late=True),
)
_RESETS = {each.field: each.reset for each in reversed(_SETTINGS)}


class Ios(Dialect):
    """Catalyst switches."""

    platform = "ios"
    device_type = "cisco_ios"
    fields = frozenset(FIELDS)
    commands: t.ClassVar = {
        "running": "show running-config",
        "startup": "show startup-config",
        "vlans": "show vlan brief",
        "status": "show interfaces status",
        "errdisabled": "show interfaces status err-disabled",
        "power": "show power inline",
        "switchport": "show interfaces switchport",
        "cdp": "show cdp neighbors detail",
        "lldp": "show lldp neighbors detail",
        "mac": "show mac address-table",
        "version": "show version",
    }
    save_command = "write memory"
    can_revert = True
    settings = _SETTINGS

    def parse(self, text: str) -> Config:
        line = misplaced(text)
        if line:
            raise Unsupported(
                f"the running configuration has the line '{line}' at a place where it is unclear which interface it "
                "belongs to",
                hint="look at the configuration on the switch: its lines have lost their indentation on the way",
            )
        return parse_config(text)

    def ports(self, config: Config, vlans: t.Mapping[int, str]) -> dict[str, Port]:
        style = self.style(config)
        return {
            name: _port(name, self.section(lines), vlans, style, self.default_state(config))
            for name, lines in config.named("interface ").items()
        }

    def default_state(self, config: Config) -> PortState:
        return PortState()

    def vlans_in_config(self, config: Config) -> bool:
        return config.has(r"vtp mode (?:transparent|off).*")

    def trunking(self, listing: str) -> set[str]:
        """The columns lie where the header puts them; a port's name may hold any words."""
        trunking: set[str] = set()
        column = -1
        for line in listing.replace("\r", "").split("\n"):
            if line.startswith("Port ") and " Vlan " in line:
                column = line.index(" Vlan ") + 1
            elif column > 0 and line[column:].split(" ", 1)[0] == "trunk":
                trunking.add(canonical(line.split()[0]))
        return trunking

    def runs(self, config: Config) -> dict[str, bool]:
        return {"cdp": not config.has("no cdp run"), "lldp": config.has("lldp run")}

    def style(self, config: Config, version: str | None = None) -> Style:
        mls = _mls(config)
        if mls is None:
            mls = not (version is None or re.search(r"IOS[- ]XE|CAT\dK", version))
        return Style(
            edge=any(line.startswith("spanning-tree portfast edge") for line in config.lines()),
            mls=mls,
            fast_access=config.has(r"spanning-tree portfast (?:edge )?default"),
            guard_fast=config.has(r"spanning-tree portfast (?:edge )?bpduguard default"),
        )

    def style_open(self, config: Config) -> bool:
        return _mls(config) is None

    def order(self, plan: PortPlan) -> list[str]:
        changes = set(plan.changes)
        if {"poe", "poe_max"} & changes:
            changes = changes - {"poe_max"} | {"poe"}
        names = list(dict.fromkeys(each.field for each in _SETTINGS if each.field in changes))
        if "port_security" in changes and not plan.changes["port_security"]:
            # Off before its limits change, which could bite; and before the mode, which it holds on to.
            names.remove("port_security")
            names.insert(0, "port_security")
        return names

    def write(self, name: str, plan: PortPlan, style: Style) -> list[Step]:
        value = getattr(plan.after, name)
        lines = _LINES[name](value, plan, style)
        sets = {name: value} if name != "poe" else {"poe": value, "poe_max": plan.after.poe_max}
        return [*(Step(line) for line in lines[:-1]), *(Step(line, sets) for line in lines[-1:])]


def _mls(config: Config) -> bool | None:
    """Tell by a configuration whether QoS is set by ``mls qos``, None where it leaves that open."""
    lines = config.lines()
    if any(re.match(r"(?:no )?mls qos\b", line) for line in lines):
        return True
    if any(line.startswith("trust device") for line in lines):
        return False
    for header in config.sections:
        model = re.fullmatch(r"switch \d+ provision (\S+)", header)
        if model:
            return bool(re.match(r"ws-c(?:29|35|37)", model[1]))
    release = next((header.split()[1] for header in config.sections if re.fullmatch(r"version \d+\.\S+", header)), "")
    if release.startswith("15."):
        return None
    return release.startswith("12.") if release else None


def _port(name: str, section: Section, vlans: t.Mapping[int, str], style: Style, default: PortState) -> Port:
    values = {name: reader(section.matches(name), vlans) for name, reader in _READERS.items() if section.matches(name)}
    values.update(values.pop("poe", {}))
    qos = [match[1] for match in section.matches("qos")]
    if qos:
        values["qos"] = "auto" if "auto" in qos else "trust"
    own = {name for name, value in values.items() if value != getattr(default, name)}
    # Every line of theirs counts, since the switch's own default is none.
    own |= {"portfast", "bpdu_guard"} & values.keys()
    values.setdefault("portfast", style.fast_access and values.get("mode") == ACCESS)
    values.setdefault("bpdu_guard", style.guard_fast and values["portfast"])
    kind, obstacle = _obstacle(name, section)
    others = [line for line in section.others if not (values.get("qos") == "auto" and _comes_with_auto(line))]
    return Port(
        name,
        replace(default, **values),
        obstacle,
        kind,
        tuple(others),
        frozenset(own),
        default,
        fast_access=style.fast_access,
        guard_fast=style.guard_fast,
    )


def _comes_with_auto(line: str) -> bool:
    return bool(re.fullmatch(_AUTO_QOS_BRINGS, line))


_Matches = t.Sequence[re.Match[str]]
_READERS: dict[str, t.Callable[[_Matches, t.Mapping[int, str]], t.Any]] = {
    "enabled": lambda found, _vlans: bool(found[0][1]),
    "description": lambda found, _vlans: found[0][1].strip(),
    "mode": lambda found, _vlans: found[0][1],
    "access_vlan": lambda found, vlans: _vlan(found[0][1], vlans),
    "voice_vlan": lambda found, vlans: None if found[0][1] == "none" else _vlan(found[0][1], vlans),
    "poe": lambda found, _vlans: {"poe": found[0][1], "poe_max": int(found[0][2]) if found[0][2] else None},
    "poe_priority": lambda found, _vlans: found[0][1],
    "cdp": lambda found, _vlans: not found[0][1],
    "lldp": lambda found, _vlans: not any(match[1] for match in found),
    "portfast": lambda found, _vlans: (found[0][1] or "edge").split()[-1] not in ("disable", "network"),
    "bpdu_guard": lambda found, _vlans: found[0][1] == "enable",
    "port_security": lambda _found, _vlans: True,
    "port_security_maximum": lambda found, _vlans: int(found[0][1]),
    "port_security_violation": lambda found, _vlans: found[0][1],
}


def _vlan(value: str, vlans: t.Mapping[int, str]) -> int | str:
    if value.isdigit():
        return int(value)
    name = value[5:] if value.startswith("name ") else None
    return next((number for number, known in vlans.items() if known == name), value)


def _obstacle(name: str, section: Section) -> tuple[str, str]:
    """Say what kind of interface is no port for a phone and why, empty where it is one."""
    lines = section.others
    if is_virtual(name):
        return VIRTUAL, "is no port that a phone can be plugged into: give the port itself"
    group = next((line for line in lines if re.match(r"channel-group \d+ ", line)), None)
    if group:
        number = group.split()[1]
        text = f"is a member of port-channel {number}: give another port, or take it out of the channel first"
        return CHANNEL_MEMBER, text
    addressed = any(re.match(r"(?:no )?ip address\b|(?:ip )?vrf forwarding ", line) for line in lines)
    if "." in name or "no switchport" in lines or (addressed and "switchport" not in lines):
        return ROUTED, "is a routed port: give another port, or make it a switching port first"
    mode = next((match[1] for match in section.matches("mode")), "")
    if mode and mode != ACCESS and not mode.startswith("dynamic"):
        return TRUNK, f"is in mode '{mode}': give another port, or set 'switchport mode access' on it first"
    if section.doubled:
        return UNCLEAR, f"has lines that contradict each other, {section.doubled}: look at it on the switch"
    return "", ""


_Write = t.Callable[[t.Any, PortPlan, Style], list[str]]


def _plain(field: str, command: str) -> _Write:
    """Write a value after its command, and the default by taking the line back."""

    def write(value: t.Any, plan: PortPlan, _style: Style) -> list[str]:
        reset = field in plan.resets or value in (None, "")
        return [_RESETS[field] if reset else f"{command} {value}"]

    return write


def _mode(value: str, plan: PortPlan, _style: Style) -> list[str]:
    # A port becomes a switching port first, and negotiates again before its mode can be a dynamic one.
    lines = ["switchport"] if plan.port.kind == ROUTED else []
    if value == ACCESS:
        return [*lines, "switchport mode access"]
    stop = ["no switchport nonegotiate"] if "switchport nonegotiate" in plan.port.others else []
    return [*lines, *stop, "no switchport mode"]


def _poe(value: str, plan: PortPlan, _style: Style) -> list[str]:
    limit = plan.after.poe_max
    return [f"power inline {value}" + (f" max {limit}" if limit and value != "never" else "")]


def _portfast(value: bool, plan: PortPlan, style: Style) -> list[str]:
    if "portfast" in plan.resets:
        return ["no spanning-tree portfast"]
    if value:
        return ["spanning-tree portfast edge" if style.edge else "spanning-tree portfast"]
    return ["spanning-tree portfast disable" if style.fast_access else "no spanning-tree portfast"]


def _bpdu_guard(value: bool, plan: PortPlan, style: Style) -> list[str]:
    if "bpdu_guard" in plan.resets:
        return ["no spanning-tree bpduguard"]
    if value:
        return ["spanning-tree bpduguard enable"]
    return ["spanning-tree bpduguard disable" if style.guard_fast else "no spanning-tree bpduguard"]


def _qos(value: str, plan: PortPlan, style: Style) -> list[str]:
    trust = "mls qos trust device" if style.mls else "trust device"
    # `auto qos` brought its own trust and takes it along.
    stop = [f"no {_AUTO_QOS}"] if plan.port.state.qos == "auto" else []
    if value == "auto":
        return [_AUTO_QOS]
    if value == "trust":
        return [*stop, f"{trust} cisco-phone"]
    return stop or [f"no {trust}"]


_LINES: dict[str, _Write] = {
    "enabled": lambda value, _plan, _style: ["no shutdown" if value else "shutdown"],
    "description": _plain("description", "description"),
    "mode": _mode,
    "access_vlan": _plain("access_vlan", "switchport access vlan"),
    "voice_vlan": _plain("voice_vlan", "switchport voice vlan"),
    "poe": _poe,
    "poe_priority": _plain("poe_priority", "power inline port priority"),
    "cdp": lambda value, _plan, _style: ["cdp enable" if value else "no cdp enable"],
    "lldp": lambda value, _plan, _style: [f"{'' if value else 'no '}lldp {way}" for way in ("transmit", "receive")],
    "portfast": _portfast,
    "bpdu_guard": _bpdu_guard,
    "qos": _qos,
    "port_security": lambda value, _plan, _style: [f"{'' if value else 'no '}switchport port-security"],
    "port_security_maximum": _plain("port_security_maximum", "switchport port-security maximum"),
    "port_security_violation": _plain("port_security_violation", "switchport port-security violation"),
}

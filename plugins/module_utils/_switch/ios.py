# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IOS and IOS-XE on Catalyst switches. Pure.

A running configuration leaves out what is default; what is not there is read as the default.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import Config
from ansible_collections.dialtone.voice.plugins.module_utils._switch.dialect import (
    READERS,
    WRITERS,
    Dialect,
    plain,
    switched,
    write_bpdu_guard,
    write_mode,
)
from ansible_collections.dialtone.voice.plugins.module_utils._switch.ports import FIELDS, PortPlan, PortState
from ansible_collections.dialtone.voice.plugins.module_utils._switch.settings import Setting, Style

_AUTO_QOS = "auto qos voip cisco-phone"
# What `auto qos` writes on the port by itself, by platform and release.
_AUTO_QOS_BRINGS = (
    r"(?:mls qos )?trust device cisco-phone|mls qos trust (?:cos|dscp)|service-policy (?:in|out)put (?i:auto-?qos).*"
    r"|srr-queue bandwidth share .*|priority-queue out|queue-set \d+|qos trust (?:device cisco-phone|cos|dscp)"
)
_SECURE = "switchport port-security"


class Ios(Dialect):
    """Catalyst switches."""

    platform = "ios"
    mark = r"^Current configuration : "
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
        "trunks": "show interfaces trunk",
        "sessions": "show authentication sessions",
        "access_sessions": "show access-session",
        "log": "show logging",
        "version": "show version",
    }
    save_command = "write memory"
    can_revert = True
    settings = (
        Setting("description", r"description (.*)", "no description"),
        Setting("mode", r"switchport mode (.+)", "no switchport mode"),
        Setting("access_vlan", r"switchport access vlan (.+)", "no switchport access vlan"),
        Setting("voice_vlan", r"switchport voice vlan (.+)", "no switchport voice vlan", wakes="portfast"),
        # `auto` is the default: said so, no port is without power for a moment.
        Setting("poe", r"power inline (auto|static|never)(?: max (\d+))?", "power inline auto"),
        Setting("poe_priority", r"power inline port priority (\w+)", "no power inline port priority"),
        Setting("cdp", r"(no )?cdp enable"),
        Setting("lldp", r"(no )?lldp transmit"),
        Setting("lldp", r"(no )?lldp receive"),
        Setting("portfast", r"spanning-tree portfast(?: (.+))?", "no spanning-tree portfast"),
        Setting("bpdu_guard", r"spanning-tree bpduguard (enable|disable)", "no spanning-tree bpduguard"),
        Setting("qos", r"(auto) qos voip cisco-phone", f"no {_AUTO_QOS}", early=True, brings=_AUTO_QOS_BRINGS),
        Setting("qos", r"(trust) device cisco-phone", "no trust device cisco-phone"),
        Setting("qos", r"mls qos (trust) device cisco-phone", "no mls qos trust device"),
        Setting("port_security_maximum", rf"{_SECURE} maximum (\d+)", f"no {_SECURE} maximum"),
        Setting("port_security_violation", rf"{_SECURE} violation (.+)", f"no {_SECURE} violation"),
        Setting("port_security", _SECURE, f"no {_SECURE}", early=True, late=True),
        Setting("enabled", r"(no )?shutdown", late=True),
    )
    readers: t.ClassVar = {
        **READERS,
        "poe": lambda found, _vlans: {"poe": found[0][1], "poe_max": int(found[0][2]) if found[0][2] else None},
        "poe_priority": lambda found, _vlans: found[0][1],
        "portfast": lambda found, _vlans: (found[0][1] or "edge").split()[-1] not in ("disable", "network"),
        "qos": lambda found, _vlans: "auto" if any(match[1] == "auto" for match in found) else "trust",
        "port_security": lambda _found, _vlans: True,
        "port_security_maximum": lambda found, _vlans: int(found[0][1]),
        "port_security_violation": lambda found, _vlans: found[0][1],
    }
    together: t.ClassVar = {"poe_max": "poe"}

    def default_state(self, config: Config) -> PortState:
        return PortState()

    def routed(self, lines: t.Sequence[str], by_default: bool) -> bool:
        addressed = any(re.match(r"(?:no )?ip address\b|(?:ip )?vrf forwarding ", line) for line in lines)
        return "no switchport" in lines or (addressed and "switchport" not in lines)

    def vlans_in_config(self, config: Config) -> bool:
        """Elsewhere they are in vlan.dat."""
        return config.has(r"vtp mode (?:transparent|off).*")

    def runs(self, config: Config) -> dict[str, bool]:
        return {"cdp": not config.has("no cdp run"), "lldp": config.has("lldp run")}

    def style(self, config: Config, version: str | None = None) -> Style:
        mls = _mls(config)
        return Style(
            edge=any(line.startswith("spanning-tree portfast edge") for line in config.lines()),
            mls=bool(version and not re.search(r"IOS[- ]XE|CAT\dK", version)) if mls is None else mls,
            fast_access=config.has(r"spanning-tree portfast (?:edge )?default"),
            guard_fast=config.has(r"spanning-tree portfast (?:edge )?bpduguard default"),
        )

    def style_open(self, config: Config) -> bool:
        return _mls(config) is None


def _mls(config: Config) -> bool | None:
    """Tell by a configuration whether QoS is set by ``mls qos``, None where it leaves that open."""
    lines = config.lines()
    if any(map(re.compile(r"(?:no )?mls qos\b").match, lines)):
        return True
    if any(line.startswith("trust device ") for line in lines):
        return False
    for header in config.sections:
        model = re.fullmatch(r"switch \d+ provision (\S+)", header)
        if model and re.match(r"ws-c(?:29|35|37)", model[1]):
            return True
        if model and re.match(r"c9|ws-c3[68]", model[1]):
            return False
    release = next((header.split()[1] for header in config.sections if re.fullmatch(r"version \d+\.\S+", header)), "")
    # 15 is the release of a 2960-X, and what a 3850 says before IOS-XE 16.
    return None if not release or release.startswith("15.") else release.startswith("12.")


def _poe(value: str, plan: PortPlan, _style: Style) -> list[str]:
    limit = plan.after.poe_max
    return [f"power inline {value}" + (f" max {limit}" if limit and value != "never" else "")]


def _portfast(value: bool, plan: PortPlan, style: Style) -> list[str]:
    if value and "portfast" not in plan.resets:
        return ["spanning-tree portfast edge" if style.edge else "spanning-tree portfast"]
    by_default = style.fast_access and "portfast" not in plan.resets
    return ["spanning-tree portfast disable" if by_default else "no spanning-tree portfast"]


def _qos(value: str, plan: PortPlan, style: Style) -> list[str]:
    trust = "mls qos trust device cisco-phone" if style.mls else "trust device cisco-phone"
    # `auto qos` brought its own trust, and takes it along.
    stop = [f"no {_AUTO_QOS}"] if plan.port.state.qos == "auto" else []
    if value == "auto":
        return [_AUTO_QOS]
    if value == "trust":
        return [*stop, trust]
    # Each platform documents its own way to take it back.
    return stop or ["no mls qos trust device" if style.mls else f"no {trust}"]


Ios.writers = {
    **WRITERS,
    "mode": write_mode,
    "poe": _poe,
    "poe_priority": plain("poe_priority", "power inline port priority", "no power inline port priority"),
    "portfast": _portfast,
    "bpdu_guard": write_bpdu_guard,
    "qos": _qos,
    "port_security": switched(_SECURE),
    "port_security_maximum": plain("port_security_maximum", f"{_SECURE} maximum", f"no {_SECURE} maximum"),
    "port_security_violation": plain("port_security_violation", f"{_SECURE} violation", f"no {_SECURE} violation"),
}

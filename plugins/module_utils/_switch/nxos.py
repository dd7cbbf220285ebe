# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""NX-OS on Nexus switches that have a voice VLAN. Pure.

They give no power, and have neither Auto QoS for a phone nor trust by device. A port is in mode access by default.
Whether it switches or routes by default differs by model and set-up; the running configuration tells it.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import Config
from ansible_collections.dialtone.voice.plugins.module_utils._switch.dialect import (
    READERS,
    WRITERS,
    Dialect,
    write_bpdu_guard,
    write_mode,
)
from ansible_collections.dialtone.voice.plugins.module_utils._switch.ports import ACCESS, PortPlan, PortState
from ansible_collections.dialtone.voice.plugins.module_utils._switch.settings import Setting, Style

_EDGE = "spanning-tree port type edge"


class NxOs(Dialect):
    """Nexus switches."""

    platform = "nxos"
    mark = r"^!Command: show running-config"
    device_type = "cisco_nxos"
    fields = frozenset(
        ("enabled", "description", "mode", "access_vlan", "voice_vlan", "cdp", "lldp", "portfast", "bpdu_guard")
    )
    commands: t.ClassVar = {
        "running": "show running-config",
        "startup": "show startup-config",
        "vlans": "show vlan",
        "status": "show interface status",
        "errdisabled": "show interface status err-disabled",
        "switchport": "show interface switchport",
        "cdp": "show cdp neighbors detail",
        "lldp": "show lldp neighbors detail",
        "mac": "show mac address-table",
        "trunks": "show interface trunk",
        "version": "show version",
    }
    save_command = "copy running-config startup-config"
    settings = (
        Setting("description", r"description (.*)", "no description"),
        Setting("mode", r"switchport mode (.+)", "no switchport mode"),
        Setting("access_vlan", r"switchport access vlan (.+)", "no switchport access vlan"),
        Setting("voice_vlan", r"switchport voice vlan (.+)", "no switchport voice vlan"),
        Setting("cdp", r"(no )?cdp enable"),
        Setting("lldp", r"(no )?lldp transmit"),
        Setting("lldp", r"(no )?lldp receive"),
        Setting("portfast", r"spanning-tree port type (.+)", "no spanning-tree port type"),
        Setting("bpdu_guard", r"spanning-tree bpduguard (enable|disable)", "no spanning-tree bpduguard"),
        Setting("enabled", r"(no )?shutdown", late=True),
    )
    readers: t.ClassVar = {**READERS, "portfast": lambda found, _vlans: found[0][1].startswith("edge")}
    # What follows the interfaces is not always set off from them, so only what cannot stand alone is told from it.
    margin = r"(?:no )?switchport\b|spanning-tree (?:port type edge|bpduguard (?:en|dis)able)$|channel-group "

    def default_state(self, config: Config) -> PortState:
        return PortState(enabled=not config.has("system default switchport shutdown"), mode=ACCESS)

    def fields_of(self, config: Config) -> frozenset[str]:
        """Without its feature, LLDP has no commands on a port."""
        return self.fields if config.has("feature lldp") else self.fields - {"lldp"}

    def routed(self, lines: t.Sequence[str], by_default: bool) -> bool:
        if "switchport" in lines or "no switchport" in lines:
            return "no switchport" in lines
        return by_default or any(re.match(r"ip address |vrf member ", line) for line in lines)

    def routes_by_default(self, config: Config) -> bool:
        """A configuration says ``switchport`` where ports route by default, and ``no switchport`` where they do not."""
        if config.has(r"(?:no )?system default switchport"):
            return config.has(r"no system default switchport")
        return any("switchport" in lines for name, lines in self.interfaces(config).items() if name.startswith("Eth"))

    def vlans_in_config(self, config: Config) -> bool:
        """A client of VTP does not hold them itself."""
        return not config.has("feature vtp") or config.has(r"vtp mode (?:transparent|off)")

    def runs(self, config: Config) -> dict[str, bool]:
        return {"cdp": not config.has("no cdp enable"), "lldp": config.has("feature lldp")}

    def style(self, config: Config, version: str | None = None) -> Style:
        return Style(fast_access=config.has(f"{_EDGE} default"), guard_fast=config.has(f"{_EDGE} bpduguard default"))


def _portfast(value: bool, plan: PortPlan, style: Style) -> list[str]:
    if "portfast" in plan.resets:
        return ["no spanning-tree port type"]
    if value:
        return [_EDGE]
    return ["spanning-tree port type normal" if style.fast_access else "no spanning-tree port type"]


NxOs.writers = {**WRITERS, "mode": write_mode, "portfast": _portfast, "bpdu_guard": write_bpdu_guard}

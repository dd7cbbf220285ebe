# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What IOS makes of the lines of one port, written from its command reference and not from the code under test."""

from __future__ import annotations

import re

AUTO = "auto qos voip cisco-phone"
BROUGHT = [
    "trust device cisco-phone",
    "service-policy input AutoQos-4.0-CiscoPhone-Input-Policy",
    "service-policy output AutoQos-4.0-Output-Policy",
]
BROUGHT_MLS = [
    "srr-queue bandwidth share 1 30 35 5",
    "priority-queue out",
    "mls qos trust device cisco-phone",
    "mls qos trust cos",
]
# What stands for a setting: the beginning of its line.
KEYS = (
    "description",
    "switchport mode",
    "switchport access vlan",
    "switchport voice vlan",
    "power inline port priority",
    "power inline",
    "cdp enable",
    "lldp transmit",
    "lldp receive",
    "spanning-tree portfast",
    "spanning-tree bpduguard",
    "auto qos",
    "trust device",
    "mls qos trust device",
    "mls qos trust",
    "srr-queue bandwidth share",
    "priority-queue",
    "service-policy input",
    "service-policy output",
    "switchport port-security maximum",
    "switchport port-security violation",
    "switchport port-security mac-address",
    "switchport port-security",
    "switchport nonegotiate",
    "shutdown",
    "storm-control broadcast level",
    "authentication port-control",
    "mab",
    "ip dhcp snooping limit rate",
)
# A line that says the default is taken, and not shown.
HIDDEN = {
    "switchport mode dynamic auto",
    "switchport access vlan 1",
    "switchport voice vlan none",
    "power inline auto",
    "power inline port priority low",
    "cdp enable",
    "lldp transmit",
    "lldp receive",
    "switchport port-security maximum 1",
    "switchport port-security violation shutdown",
}
DENIED_WHEN_SHOWN = ("cdp enable", "lldp transmit", "lldp receive")


class IosPort:
    """One port: its own lines, by what they set."""

    def __init__(self, lines=(), *, mls=False, edge=False, voice_brings_fast=False) -> None:
        self.mls = mls
        self.edge = edge
        self.voice_brings_fast = voice_brings_fast
        self.own: dict[str, str] = {}
        for line in lines:
            self.own[self.key(line)] = line

    @staticmethod
    def key(line: str) -> str:
        bare = line.removeprefix("no ")
        found = next((key for key in KEYS if bare == key or bare.startswith(f"{key} ")), None)
        assert found, f"no command of a port: {line!r}"
        return found

    def show(self) -> list[str]:
        return [self.own[key] for key in KEYS if key in self.own]

    def take(self, line: str) -> None:
        """Do what the line says. What the switch would refuse is an error."""
        key = self.key(line)
        denied = line.startswith("no ")
        trust = {"trust device": False, "mls qos trust device": True}
        assert key not in trust or trust[key] is self.mls, f"invalid on this platform: {line!r}"
        if key == "switchport mode" and (denied or "dynamic" in line):
            assert "switchport nonegotiate" not in self.own, "Conflict between 'nonegotiate' and 'dynamic' status."
            assert "switchport port-security" not in self.own, "a secure port cannot be a dynamic one"
        if line == "switchport port-security":
            assert self.mode in ("access", "trunk"), "Command rejected: is a dynamic port."
        if line == "switchport nonegotiate":
            assert self.mode in ("access", "trunk"), "Conflict between 'nonegotiate' and 'dynamic' status."
        if key == "auto qos":
            for each in BROUGHT_MLS if self.mls else BROUGHT:
                self._put(self.key(each), None if denied else each)
        if key in DENIED_WHEN_SHOWN:
            self._put(key, line if denied else None)
        elif denied or line in HIDDEN:
            self._put(key, None)
        elif match := re.fullmatch(r"spanning-tree portfast(?: edge)?", line):
            self._put(key, "spanning-tree portfast edge" if self.edge else match[0].removesuffix(" edge"))
        else:
            self._put(key, line)
        if key == "switchport voice vlan" and self.voice and self.voice_brings_fast:
            self.own.setdefault("spanning-tree portfast", "spanning-tree portfast" + (" edge" if self.edge else ""))

    def _put(self, key: str, line: str | None) -> None:
        if line is None:
            self.own.pop(key, None)
        else:
            self.own[key] = line

    @property
    def mode(self) -> str:
        return self.own.get("switchport mode", "switchport mode dynamic auto")[16:]

    @property
    def voice(self) -> bool:
        return "switchport voice vlan" in self.own

    @property
    def power(self) -> bool:
        return "never" not in self.own.get("power inline", "") and "shutdown" not in self.own

    @property
    def room(self) -> bool:
        """Whether port security leaves room for a phone and its computer."""
        maximum = self.own.get("switchport port-security maximum", "1").split()[-1]
        return "switchport port-security" not in self.own or int(maximum) > 1

    def for_a_phone(self) -> dict[str, bool]:
        return {"voice VLAN": self.voice, "power": self.power, "room": self.room}

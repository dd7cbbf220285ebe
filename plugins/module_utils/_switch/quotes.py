# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The device's own lines about each port, cut out of the answers that were read anyway. Pure, one pass for each."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._switch import tables
from ansible_collections.dialtone.voice.plugins.module_utils._switch.scrub import scrub_line

Own = t.Callable[[str], "str | None"]

_ROWS = 4
_HEADS = {
    "link": re.compile(r"Port\s+Name\s+Status\b"),
    "err_disabled": re.compile(r"Port\s+Name\s+Status\b"),
    "power": re.compile(r"Interface\s+Admin\b"),
    "mac": re.compile(r"vlan\s+mac address\b", re.IGNORECASE),
    "authentication": re.compile(r"Interface\s+(?:Identifier|MAC Address)\b", re.IGNORECASE),
}
_MAC = re.compile(r"(?<![\w.])[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}(?![\w.])")
_SWITCHPORT = re.compile(r"\s*(?:Name|Operational Mode|Access Mode VLAN|Voice VLAN):", re.IGNORECASE)
_CDP = re.compile(r"(?:Device ID|Platform|Interface):|\s+IP(?:v4)? address:", re.IGNORECASE)
_LLDP = re.compile(r"\s*(?:Local Intf|Port id|System Name|Network Policy\(Voice\)):", re.IGNORECASE)
_CDP_PORT = re.compile(r"^Interface: (\S+?),", re.MULTILINE)
_LLDP_PORT = re.compile(r"^Local (?:Intf|Port id): *(\S+)", re.MULTILINE)
_LLDP_START = r"(?:Local Intf: .*\n(?:Local Intf service instance: .*\n)?)?(?i:Chassis id:)"


def header(fact: str, text: str) -> str:
    """Return the header of a table, empty where it has none that is known."""
    pattern = _HEADS.get(fact)
    lines = (line.strip() for line in text.split("\n"))
    return next((line for line in lines if pattern.match(line)), "") if pattern else ""


def quotes(fact: str, command: str, text: str, own: Own) -> dict[str, str]:
    """Return the lines that a table has about each port.

    :param fact: `link`, `err_disabled`, `power`, `switchport`, `cdp`, `lldp`, `mac` or `authentication`
    :param own: the switch's own name of an interface, None where it has none of that name
    """
    text = tables.clean(command, text)
    if fact == "switchport":
        return _blocks(text, r"Name:", re.compile(r"^Name: *(\S+)", re.MULTILINE), _SWITCHPORT, own)
    if fact == "cdp":
        return _blocks(text, r"Device ID:", _CDP_PORT, _CDP, own)
    if fact == "lldp":
        return _blocks(text, _LLDP_START, _LLDP_PORT, _LLDP, own)
    found: dict[str, list[str]] = {}
    for line in text.split("\n"):
        names = _behind(line) if fact == "mac" else line.split(None, 1)[:1]
        for name in names:
            port = own(name)
            if port is not None and len(found.setdefault(port, [])) < _ROWS:
                found[port].append(line.strip())
    return {port: "\n".join(lines) for port, lines in found.items()}


def section(name: str, lines: t.Iterable[str]) -> str:
    """Return an interface as the running configuration has it, without secrets."""
    return "\n".join([f"interface {name}", *(f" {scrub_line(line)}" for line in lines)])


def _behind(line: str) -> list[str]:
    """Return what may be the names of interfaces in a row of the table of addresses."""
    mac = _MAC.search(line)
    return re.findall(r"[A-Z][A-Za-z-]*\d+(?:/\d+)*", line[mac.end() :]) if mac else []


def _blocks(text: str, start: str, port: re.Pattern[str], wanted: re.Pattern[str], own: Own) -> dict[str, str]:
    places = [match.start() for match in re.finditer(rf"^{start}", text, re.MULTILINE)]
    found: dict[str, list[str]] = {}
    for here, there in zip(places, [*places[1:], len(text)], strict=False):
        block = text[here:there]
        name = port.search(block)
        key = own(name[1]) if name else None
        if key is not None:
            lines = dict.fromkeys(line.strip() for line in block.split("\n") if wanted.match(line))
            found.setdefault(key, []).extend(lines)
    return {key: "\n".join(lines) for key, lines in found.items()}

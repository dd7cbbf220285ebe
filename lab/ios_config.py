"""Reading a running configuration as sections, for the faults that change one."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator


def sections(config: str) -> Iterator[tuple[str, list[str]]]:
    """(header line, its indented lines without the indent) of every section with at least a header."""
    header: str | None = None
    lines: list[str] = []
    for line in config.splitlines():
        if line.startswith(" "):
            lines.append(line.strip())
            continue
        if header is not None:
            yield header, lines
        header, lines = (line.strip(), []) if line.strip() not in ("", "!") else (None, [])
    if header is not None:
        yield header, lines


def section(config: str, header: str) -> list[str] | None:
    """The lines below that header, None when the configuration has no such section."""
    return next((lines for found, lines in sections(config) if found == header), None)


def voice_vlan(config: str, interface: str) -> int | None:
    """The voice VLAN number of an interface."""
    for line in section(config, f"interface {interface}") or []:
        if match := re.fullmatch(r"switchport voice vlan (\d+)", line):
            return int(match[1])
    return None


def svi_network(config: str, vlan: int) -> ipaddress.IPv4Network | None:
    """The network of `interface Vlan<vlan>`, None when the switch has no address in it."""
    for line in section(config, f"interface Vlan{vlan}") or []:
        if match := re.fullmatch(r"ip address (\S+) (\S+)", line):
            return ipaddress.IPv4Network(f"{match[1]}/{match[2]}", strict=False)
    return None


def pool_for(config: str, network: ipaddress.IPv4Network) -> tuple[str, list[str]] | None:
    """(`ip dhcp pool NAME`, its lines) of the pool whose network overlaps that one."""
    for header, lines in sections(config):
        if not header.startswith("ip dhcp pool "):
            continue
        for line in lines:
            match = re.fullmatch(r"network (\S+) (\S+)(?: .*)?", line)
            if match and ipaddress.IPv4Network(f"{match[1]}/{match[2]}", strict=False).overlaps(network):
                return header, lines
    return None

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The DHCP pools of IOS and IOS-XE: read from a running configuration, and changes written as commands. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.scope import (
    INFINITE,
    Range,
    Scope,
    plain,
    range_text,
)
from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import Config, Step

DEFAULT_LEASE = 86400

FIELDS = ("network", "gateway", "lease_time", "tftp_servers", "domain_name", "dns_servers")


@dataclass(frozen=True)
class Pool:
    """One pool as it was read.

    :ivar state: the fields of a scope as a result shows them, None where not set; text in place of a list or an address
        where the switch holds something else than that, such as option 150 as ASCII
    :ivar network: None for a pool without one
    :ivar obstacle: why it cannot be the pool of a scope, empty where it can
    :ivar vrf: the VRF it belongs to, empty for none
    """

    name: str
    state: dict[str, t.Any] = field(default_factory=dict)
    network: IPv4Network | None = None
    obstacle: str = ""
    vrf: str = ""


def empty_state() -> dict[str, t.Any]:
    """Return what a pool is before anything is set in it."""
    return {**dict.fromkeys(FIELDS), "lease_time": DEFAULT_LEASE}


def parse_pools(config: Config) -> dict[str, Pool]:
    """Return the pools of a configuration by their name."""
    return {name: _pool(name, lines) for name, lines in config.named("ip dhcp pool ").items()}


def _pool(name: str, lines: list[str]) -> Pool:
    state = empty_state()
    network: IPv4Network | None = None
    obstacle, vrf = "", ""
    for line in lines:
        words = line.split()
        if words[0] == "network" and words[-1] != "secondary":
            network = _network(words[1:])
            state["network"] = str(network) if network else " ".join(words[1:])
        elif words[0] == "host":
            obstacle = "is a manual binding of one host"
        elif words[0] == "vrf":
            vrf = words[1]
        elif words[0] == "default-router":
            state["gateway"] = words[1] if len(words) == 2 else ", ".join(words[1:])
        elif words[0] == "lease":
            state["lease_time"] = _lease(words[1:])
        elif words[:2] == ["option", "150"]:
            state["tftp_servers"] = words[3:] if words[2:3] == ["ip"] else " ".join(words[2:])
        elif words[0] == "domain-name":
            state["domain_name"] = words[1]
        elif words[0] == "dns-server":
            state["dns_servers"] = words[1:]
    return Pool(name, state, network, obstacle, vrf)


def _network(words: list[str]) -> IPv4Network | None:
    mask = words[1].lstrip("/") if len(words) > 1 else ""
    try:
        return IPv4Network(f"{words[0]}/{mask}", strict=False)
    except ValueError:
        return None


def _lease(words: list[str]) -> int | str:
    if words[:1] == [INFINITE]:
        return INFINITE
    units = (86400, 3600, 60)
    return sum(int(word) * unit for word, unit in zip(words, units, strict=False))


def parse_excluded(config: Config) -> list[Range]:
    """Return the ranges that are not handed out; those of a VRF are none of ours."""
    found = []
    for rest in config.named("ip dhcp excluded-address "):
        match = re.fullmatch(r"(\d+\.\d+\.\d+\.\d+)(?: (\d+\.\d+\.\d+\.\d+))?", rest)
        if match:
            found.append((IPv4Address(match[1]), IPv4Address(match[2] or match[1])))
    return found


def own_addresses(config: Config) -> list[IPv4Address]:
    """Return the addresses of the server's interfaces, those in a VRF left out."""
    found = []
    for lines in config.named("interface ").values():
        if any(re.match(r"(?:ip )?vrf forwarding ", line) for line in lines):
            continue
        found += [IPv4Address(m[1]) for line in lines if (m := re.match(r"ip address (\d+\.\d+\.\d+\.\d+) ", line))]
    return found


def within(network: IPv4Network | None, ranges: t.Iterable[Range]) -> list[Range]:
    """Return the ranges that reach into a network, in ascending order."""
    if network is None:
        return []
    first, last = network.network_address, network.broadcast_address
    return sorted((low, high) for low, high in ranges if low <= last and high >= first)


def excluded_line(span: Range) -> str:
    return f"ip dhcp excluded-address {range_text(span).replace('-', ' ')}"


def state_of(pool: Pool, excluded: t.Iterable[Range]) -> dict[str, t.Any]:
    """Return a pool with the ranges of its network, as a result shows it."""
    return {**pool.state, "excluded": [range_text(span) for span in within(pool.network, excluded)]}


def render_lease(seconds: int | str) -> str:
    if seconds == INFINITE:
        return f"lease {INFINITE}"
    days, rest = divmod(int(seconds), 86400)
    hours, minutes = rest // 3600, rest % 3600 // 60
    words = [days, hours, minutes] if minutes else [days, hours] if hours else [days]
    return "lease " + " ".join(str(word) for word in words)


def render_pool(scope: Scope, changes: t.Collection[str], missing: t.Sequence[Range], *, new: bool) -> list[Step]:
    """Write a scope's changes as commands.

    Each one replaces what was there, so that the pool serves all the time. Addresses are excluded before the pool
    begins to hand them out.

    :param changes: the fields that differ
    :param missing: ranges that are still handed out
    """
    steps = [Step(excluded_line(span)) for span in missing]
    lines = {
        "network": lambda: f"network {scope.network.network_address} {scope.network.netmask}",
        "gateway": lambda: f"default-router {scope.gateway}",
        "lease_time": lambda: render_lease(scope.lease_time),
        "tftp_servers": lambda: f"option 150 ip {_words(scope.tftp_servers)}",
        "domain_name": lambda: f"domain-name {scope.domain_name}",
        "dns_servers": lambda: f"dns-server {_words(scope.dns_servers)}",
    }
    if changes or new:
        steps.append(Step(f"ip dhcp pool {scope.name}"))
        values = scope.values()
        steps += [Step(line(), {name: values[name]}) for name, line in lines.items() if name in changes]
        steps.append(Step("exit"))
    return steps


def _words(addresses: t.Iterable[IPv4Address] | None) -> str:
    return " ".join(plain(tuple(addresses or ())))


def render_removal(name: str) -> list[Step]:
    return [Step(f"no ip dhcp pool {name}")]

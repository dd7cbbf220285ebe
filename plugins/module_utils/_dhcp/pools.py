# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The DHCP pools of IOS and IOS-XE, as a running configuration has them. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.scope import (
    INFINITE,
    Option,
    Range,
    Scope,
    range_text,
    uncovered,
)
from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import Config

DEFAULT_LEASE = 86400

# What a pool for one host has like the pool of its network.
SHARED = ("gateway", "tftp_servers", "tftp_server_name", "domain_name", "dns_servers")
FIELDS = ("network", "lease_time", *SHARED)


@dataclass(frozen=True)
class Host:
    """What makes a pool the manual binding of one host.

    :ivar mac: as 00:11:22:33:44:55, None where the client is known by something else
    """

    address: IPv4Address
    mac: str | None = None
    hostname: str | None = None

    def words(self) -> dict[str, t.Any]:
        return {"mac": self.mac, "address": str(self.address), "hostname": self.hostname}


@dataclass(frozen=True)
class Pool:
    """One pool as it was read.

    :ivar state: the fields of a scope as a result shows them, None where not set; text in place of a list or an address
        where the switch holds something else than that, such as option 150 as ASCII
    :ivar network: None for a pool without one
    :ivar vrf: the VRF it belongs to, empty for none
    :ivar host: for a pool that is a manual binding
    :ivar options: the lines of other options by their code, such as ``ip 10.1.1.1``
    """

    name: str
    state: dict[str, t.Any] = field(default_factory=dict)
    network: IPv4Network | None = None
    vrf: str = ""
    host: Host | None = None
    options: dict[int, str] = field(default_factory=dict)


def empty_state() -> dict[str, t.Any]:
    """Return what a pool is before anything is set in it."""
    return {**dict.fromkeys(FIELDS), "lease_time": DEFAULT_LEASE}


def parse_pools(config: Config) -> dict[str, Pool]:
    """Return the pools of a configuration by their name."""
    return {name: _pool(name, lines) for name, lines in config.named("ip dhcp pool ").items()}


def _pool(name: str, lines: list[str]) -> Pool:
    state = empty_state()
    network: IPv4Network | None = None
    vrf = ""
    host: dict[str, t.Any] = {}
    options: dict[int, str] = {}
    for line in lines:
        words = line.split()
        rest = " ".join(words[1:])
        if words[0] == "network" and words[-1] != "secondary":
            network = _network(words[1:])
            state["network"] = str(network) if network else rest
        elif words[0] == "host":
            host["address"] = IPv4Address(words[1])
        elif words[0] in ("client-identifier", "hardware-address"):
            host["mac"] = _mac(words[0], words[1]) or host.get("mac")
        elif words[0] == "client-name":
            host["hostname"] = words[1]
        elif words[0] == "vrf":
            vrf = words[1]
        elif words[0] == "default-router":
            state["gateway"] = words[1] if len(words) == 2 else ", ".join(words[1:])
        elif words[0] == "lease":
            state["lease_time"] = _lease(words[1:])
        elif words[:2] == ["option", "150"]:
            state["tftp_servers"] = words[3:] if words[2:3] == ["ip"] else " ".join(words[2:])
        elif words[:2] == ["option", "66"]:
            # Text is right in it; what is there otherwise is shown with its type.
            value = line.split(None, 2)[2]
            state["tftp_server_name"] = _unquoted(value[6:]) if value.startswith("ascii ") else value
        elif words[0] == "option" and words[1].isdigit():
            options[int(words[1])] = line.split(None, 2)[2]
        elif words[0] == "domain-name":
            state["domain_name"] = words[1]
        elif words[0] == "dns-server":
            state["dns_servers"] = words[1:]
    return Pool(name, state, network, vrf, Host(**host) if "address" in host else None, options)


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _mac(key: str, identifier: str) -> str | None:
    digits = re.sub(r"[.:-]", "", identifier).lower()
    if key == "client-identifier":
        # The type of the hardware comes first, 01 for Ethernet.
        digits = digits[2:] if digits.startswith("01") else ""
    if not re.fullmatch(r"[0-9a-f]{12}", digits):
        return None
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


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


def hosts_of(network: IPv4Network | None) -> list[Range]:
    """Return the addresses of a network that hosts can have."""
    return [(network[1], network[-2])] if network is not None and network.prefixlen <= 30 else []


def of_scope(name: str, network: IPv4Network | None, pools: t.Mapping[str, Pool]) -> dict[str, Pool]:
    """Return the manual bindings of a scope: those that are named after it, and all that have an address in it."""
    named = re.compile(re.escape(name) + r"-[0-9a-f]{12}")
    return {
        pool.name: pool
        for pool in pools.values()
        if pool.host is not None
        and not pool.vrf
        and (named.fullmatch(pool.name) or (network is not None and pool.host.address in network))
    }


def state_of(pool: Pool, excluded: t.Sequence[Range], scope: Scope, pools: t.Mapping[str, Pool]) -> dict[str, t.Any]:
    """Return a pool as a result shows it, with the ranges and the manual bindings of its network.

    :param scope: the wanted scope, for the types in which its options are shown
    """
    return {
        **pool.state,
        "ranges": [range_text(span) for span in uncovered(hosts_of(pool.network), excluded)],
        "excluded": [range_text(span) for span in within(pool.network, excluded)],
        "options": free_options(pool.options, scope.options or ()),
        "reservations": reservations(of_scope(pool.name, pool.network, pools)),
    }


def reservations(hosts: t.Mapping[str, Pool]) -> list[dict[str, t.Any]]:
    """Return the manual bindings that go by a MAC address, in the order of their addresses."""
    found = [pool.host for pool in hosts.values() if pool.host is not None and pool.host.mac]
    return [host.words() for host in sorted(found, key=lambda host: (host.address, host.mac))]


def free_options(lines: t.Mapping[int, str], wanted: t.Sequence[Option]) -> list[dict[str, t.Any]]:
    """Return options as a result shows them; one that is the same on the wire as a wanted one, in its words."""
    types = {option.code: option for option in wanted}
    found = []
    for code, line in sorted(lines.items()):
        option = types.get(code)
        found.append(option.words() if option and option.data == option_data(line) else _words(code, line))
    return found


def option_data(line: str) -> bytes | None:
    """Return what goes over the wire for ``ip ...``, ``ascii ...`` or ``hex ...``, None where that is not known."""
    kind, _blank, rest = line.partition(" ")
    try:
        if kind == "ip":
            return b"".join(IPv4Address(word).packed for word in rest.split())
        if kind == "ascii":
            return _unquoted(rest).encode()
        return bytes.fromhex(re.sub(r"[.:\s]", "", rest)) if kind == "hex" else None
    except ValueError:
        return None


def on_the_wire(state: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return a pool's fields with option 150 as phones get it: hexadecimal digits of addresses are addresses."""
    servers = state.get("tftp_servers")
    data = option_data(servers) if isinstance(servers, str) and servers.startswith("hex ") else None
    if not data or len(data) % 4 or (data.isascii() and data.decode().isprintable()):
        return dict(state)
    return {**state, "tftp_servers": [str(IPv4Address(data[at : at + 4])) for at in range(0, len(data), 4)]}


def _words(code: int, line: str) -> dict[str, t.Any]:
    kind, _blank, rest = line.partition(" ")
    data = option_data(line)
    if data is None:
        return {"code": code, "type": None, "value": line}
    if kind == "hex":
        return {"code": code, "type": "hex", "value": data.hex()}
    value: t.Any = rest.split() if kind == "ip" else data.decode()
    return {"code": code, "type": "ip" if kind == "ip" else "text", "value": value}

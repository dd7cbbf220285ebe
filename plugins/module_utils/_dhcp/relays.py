# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Relays on interfaces of IOS and IOS-XE, which bring phones to a DHCP server that is elsewhere. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass
from ipaddress import IPv4Address

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._switch import names
from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import Config, Step

RELAY_SPEC = {
    "interface": {"type": "str", "required": True},
    "servers": {"type": "list", "elements": "str"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}

_HELPER = re.compile(r"ip helper-address (\d+\.\d+\.\d+\.\d+)")


@dataclass(frozen=True)
class Relay:
    """One row of the input.

    :ivar servers: DHCP servers; none at all stands for all that are there, where they are to be absent
    """

    index: int
    interface: str
    servers: tuple[IPv4Address, ...]
    present: bool = True


def read_relays(rows: t.Sequence[t.Mapping[str, t.Any]]) -> tuple[list[Relay], list[str]]:
    """Return the rows as relays, and what is wrong with them."""
    relays: list[Relay] = []
    faults: list[str] = []
    first: dict[str, int] = {}
    for index, row in enumerate(rows):
        name = str(row["interface"])
        found, wrong = [], []
        try:
            name = names.canonical(name)
        except ValueError as error:
            wrong.append(f"interface: {error}")
        if first.setdefault(name.casefold(), index) != index:
            wrong.append(f"interface: the same as relays[{first[name.casefold()]}]: keep one row for each interface")
        present = row.get("state") != "absent"
        if present and not row.get("servers"):
            wrong.append("servers: there is none: give the address of the DHCP server")
        for value in row.get("servers") or []:
            try:
                address = IPv4Address(str(value).strip())
            except ValueError:
                wrong.append(f"servers: {value!r} is no IPv4 address: give the address of the DHCP server")
                continue
            if address.is_unspecified or address.is_multicast or address in found:
                kind = "is in the list twice" if address in found else "is no address of a server"
                wrong.append(f"servers: {address} {kind}: leave it out")
            found.append(address)
        relays.append(Relay(index, name, tuple(found), present))
        faults += [row_fault("relays", index, str(row["interface"]), text) for text in wrong]
    return relays, faults


def place(relay: Relay, config: Config) -> str | None:
    """Return the switch's own name of the interface, None where it has none of that name."""
    try:
        return names.resolve(relay.interface, config.named("interface "))
    except ValueError:
        return None


def relay_faults(relays: t.Iterable[Relay], config: Config, hostname: str) -> list[str]:
    """Return why relays cannot be on these interfaces."""
    faults = []
    for relay in relays:
        own = place(relay, config)
        lines = config.sections.get(f"interface {own}", [])
        text = ""
        if own is None:
            text = f"interface: {hostname} has no {relay.interface}: give the interface that routes the phones' VLAN"
        elif relay.present and not any(re.match(r"ip address (?:\d|dhcp)", line) for line in lines):
            text = f"interface: {own} of {hostname} has no IP address, without which nothing is relayed: set one first"
        if text:
            faults.append(row_fault("relays", relay.index, relay.interface, text))
    return faults


def helpers(relay: Relay, config: Config) -> list[str]:
    """Return the servers that an interface relays to; those in other VRFs are none of ours."""
    lines = config.sections.get(f"interface {place(relay, config)}", [])
    return [match[1] for line in lines if (match := _HELPER.fullmatch(line))]


def planned(relay: Relay, there: t.Sequence[str]) -> list[str]:
    """Return the servers as they will be. Others than the named ones stay."""
    named = [str(server) for server in relay.servers]
    if relay.present:
        return [*there, *(server for server in named if server not in there)]
    return [server for server in there if named and server not in named]


def render_relay(relay: Relay, config: Config) -> list[Step]:
    """Write what is to change; new servers come before old ones go, so that phones are served all the time."""
    there = helpers(relay, config)
    after = planned(relay, there)
    now = list(there)
    steps = []
    for server in after:
        if server not in there:
            now = [*now, server]
            steps.append(Step(f"ip helper-address {server}", {"servers": now}))
    for server in there:
        if server not in after:
            now = [each for each in now if each != server]
            steps.append(Step(f"no ip helper-address {server}", {"servers": now}))
    return [Step(f"interface {place(relay, config)}"), *steps, Step("exit")] if steps else []

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wanted of each phone, and whether what CUCM knows of it is that. Pure functions."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.phone_fields import key_of_row, phone_name
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.ris_reply import Device, Reply
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.rows import PHONE_SPEC
from ansible_collections.dialtone.voice.plugins.module_utils._text import normalize_mac

REGISTERED = "registered"
WRONG_PROTOCOL = "wrong protocol"
WRONG_NODE = "wrong node"
LINE_MISSING = "line missing"
WRONG_LOAD = "wrong load"
PARTIAL = "partially registered"
UNREGISTERED = "unregistered"
REJECTED = "rejected"
UNKNOWN = "unknown"
NOT_SEEN = "not seen"
INCONCLUSIVE = "inconclusive"

_STATES = {
    "Registered": REGISTERED,
    "UnRegistered": UNREGISTERED,
    "Rejected": REJECTED,
    "PartiallyRegistered": PARTIAL,
}
_KEYS = frozenset({"name", "mac", "protocol", "patterns", "lines", "nodes", "load"})
# What the rows of cucm_phones may have besides, so that the same list serves for both.
_IGNORED = frozenset(PHONE_SPEC) - _KEYS


@dataclass(frozen=True)
class Wanted:
    """A phone and what is planned for it; what is empty may be anything.

    :ivar patterns: the numbers that are to be active
    :ivar nodes: the nodes of the cluster one of which is to have it
    :ivar load: the load that it is to run
    """

    name: str
    protocol: str = ""
    patterns: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    load: str = ""


@dataclass(frozen=True)
class State:
    """What is known of a phone; `problem` is empty where it is registered as planned.

    `state` is one of the words above. Of several that are true of a registered phone it is the first in their order.
    """

    state: str
    problem: str
    device: Device | None = None


def wanted_phones(rows: list[t.Any]) -> tuple[list[Wanted], list[str]]:
    """Return the phones that rows mean (a device name, a MAC address, or a dictionary) and the faults of the rows."""
    phones: list[Wanted] = []
    faults: list[str] = []
    first: dict[str, int] = {}
    for index, given in enumerate(rows):
        row = given if isinstance(given, dict) else _bare(given)
        found = [f"unknown key '{key}'" for key in sorted(map(str, row)) if key not in _KEYS | _IGNORED]
        name = key_of_row(row)
        try:
            name = phone_name(row)
            if name in first:
                found.append(f"the same phone as phones[{first[name]}]: give each phone once")
            first.setdefault(name, index)
        except ValueError as error:
            found.append(str(error))
        protocol = row.get("protocol") or ""
        if protocol not in ("", "SIP", "SCCP"):
            found.append(f"protocol '{protocol}' is neither SIP nor SCCP")
        patterns = _patterns(row, found)
        nodes = _texts(row, "nodes", found)
        load = _texts(row, "load", found)
        phones.append(Wanted(name, str(protocol), tuple(patterns), nodes, load[0] if load else ""))
        faults += [row_fault("phones", index, name, fault) for fault in found]
    return phones, faults


def _bare(given: t.Any) -> dict[str, t.Any]:
    """Tell a device name from a MAC address; what is neither is taken for a wrong MAC address."""
    try:
        normalize_mac(given)
    except ValueError:
        if isinstance(given, str) and re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,14}", given):
            return {"name": given}
    return {"mac": given}


def _patterns(row: dict[str, t.Any], faults: list[str]) -> list[str]:
    patterns = []
    for option in ("patterns", "lines"):
        for item in row.get(option) or []:
            pattern = item.get("pattern") if isinstance(item, dict) else item
            if pattern in (None, ""):
                faults.append(f"{option}: {item!r} has no pattern")
            else:
                patterns.append(str(pattern))
    return patterns


def _texts(row: dict[str, t.Any], option: str, faults: list[str]) -> tuple[str, ...]:
    """Return the texts of an option that is a list or one of its members alone."""
    given = row.get(option)
    items = given if isinstance(given, list) else [] if given in (None, "") else [given]
    faults += [f"{option}: {item!r} is not text" for item in items if not isinstance(item, str) or not item]
    return tuple(item for item in items if isinstance(item, str))


def state_of(wanted: Wanted, reply: Reply) -> State:
    """Return what a reply says of a phone, and what is missing until it is registered as planned."""
    device = reply.devices.get(wanted.name.upper())
    silent = ", ".join(sorted(reply.silent_nodes))
    if device is None:
        if silent:
            return State(INCONCLUSIVE, f"not seen, but node {silent} does not respond")
        return State(NOT_SEEN, "CUCM has not seen it: it has never tried to register, or not since the last restart")
    state = _STATES.get(device.status, UNKNOWN)
    if state != REGISTERED:
        problem = f"{state} at {device.node or 'CUCM'}"
        if device.status_reason:
            problem += f", reason {device.status_reason} ({device.reason_words})"
        if silent:
            return State(INCONCLUSIVE, f"{problem}, but node {silent} does not respond", device)
        return State(state, problem, device)
    problems = _deviations(wanted, device)
    if problems:
        return State(next(iter(problems)), f"registered {' and '.join(problems.values())}", device)
    return State(REGISTERED, "", device)


def _deviations(wanted: Wanted, device: Device) -> dict[str, str]:
    """Return in what a registered phone is not as planned, in words by state, the worst first.

    What the answer does not tell is taken for right.
    """
    found = {}
    if wanted.protocol and device.protocol not in ("", wanted.protocol):
        found[WRONG_PROTOCOL] = f"with {device.protocol} instead of {wanted.protocol}"
    if wanted.nodes and device.node and not any(same_node(node, device.node) for node in wanted.nodes):
        found[WRONG_NODE] = f"at {device.node} instead of {' or '.join(wanted.nodes)}"
    if device.lines is not None:
        lines = {_plain_number(number): status for number, status in device.lines.items()}
        idle = [pattern for pattern in wanted.patterns if lines.get(_plain_number(pattern)) != "Registered"]
        if idle:
            found[LINE_MISSING] = f"without line {', '.join(idle)}"
    if wanted.load and device.active_load and not same_load(wanted.load, device.active_load):
        found[WRONG_LOAD] = f"with load {device.active_load} instead of {wanted.load}"
        if device.download_failure:
            found[WRONG_LOAD] += f" (download: {device.download_failure})"
    return found


_ADDRESS = re.compile(r"[\d.]+|.*:.*")


def same_node(planned: str, node: str) -> bool:
    """Compare names without case; one without a domain fits any domain, but an address is all of itself."""
    left, right = planned.casefold(), node.casefold()
    if left == right or _ADDRESS.fullmatch(left) or _ADDRESS.fullmatch(right) or ("." in left and "." in right):
        return left == right
    return left.partition(".")[0] == right.partition(".")[0]


def same_load(one: str, other: str) -> bool:
    """Compare names of loads without case and without the suffix of their file."""
    return one.casefold().removesuffix(".loads") == other.casefold().removesuffix(".loads")


def _plain_number(pattern: str) -> str:
    return pattern.replace("\\", "")


def summary(states: t.Iterable[State]) -> str:
    """Return the counts in words: `9 of 12 registered, 1 not seen, 2 unregistered`."""
    found = counts(states)
    total, registered = sum(found.values()), found.pop(REGISTERED, 0)
    return ", ".join([f"{registered} of {total} registered", *(f"{found[name]} {name}" for name in found)])


def counts(states: t.Iterable[State]) -> dict[str, int]:
    """Return how many phones are in each state, those that some are in, by name."""
    found: dict[str, int] = {}
    for state in states:
        found[state.state] = found.get(state.state, 0) + 1
    return dict(sorted(found.items()))


def described(state: State) -> dict[str, t.Any]:
    """Return what a phone's row of the result has beside the contract of all rows."""
    device = state.device or Device("", "")
    return {
        "state": state.state,
        "ip_address": device.ip_address,
        "node": device.node,
        "protocol": device.protocol,
        "active_load": device.active_load,
        "inactive_load": device.inactive_load,
        "download_status": device.download_status,
        "download_failure": device.download_failure,
        "download_server": device.download_server,
        "lines": device.lines or {},
        "status_reason": device.status_reason,
        "status_reason_words": device.reason_words if state.device else "",
        "timestamp": device.timestamp,
    }

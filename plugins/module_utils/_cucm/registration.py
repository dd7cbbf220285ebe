# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for registrations: what is wanted of each phone, whether it is so, and looking until it is or time is up."""

from __future__ import annotations

import math
import re
import time
import typing as t
from dataclasses import dataclass, field

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.phone_fields import key_of_row, phone_name
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.risport import CHUNK, Device, RateExceeded, Reply
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.rows import PHONE_SPEC
from ansible_collections.dialtone.voice.plugins.module_utils._errors import (
    AuthenticationFailed,
    Refused,
    Unreachable,
)
from ansible_collections.dialtone.voice.plugins.module_utils._text import normalize_mac

REGISTERED = "registered"
NOT_SEEN = "not seen"
INCONCLUSIVE = "inconclusive"
NOT_AS_PLANNED = "registered, not as planned"

_STATES = {
    "Registered": REGISTERED,
    "UnRegistered": "unregistered",
    "Rejected": "rejected",
    "PartiallyRegistered": "partially registered",
    "Unknown": "unknown",
}
_NAMED = 20
_KEYS = frozenset({"name", "mac", "protocol", "patterns", "lines"})
# What the rows of cucm_phones may have besides, so that the same list serves for both.
_IGNORED = frozenset(PHONE_SPEC) - _KEYS


@dataclass(frozen=True)
class Wanted:
    """A phone and what is planned for it: protocol (empty: any) and the numbers that are to be active."""

    name: str
    protocol: str = ""
    patterns: tuple[str, ...] = ()


@dataclass(frozen=True)
class State:
    """What is known of a phone. `problem` is empty where it is registered as planned."""

    state: str
    problem: str
    device: Device | None = None


@dataclass
class Outcome:
    """What was seen last of each phone, in their order, and why waiting ended early, if it did."""

    states: list[State]
    waited: float
    note: str = ""
    missing: list[str] = field(default_factory=list)


class Looker(t.Protocol):
    """What waiting needs of RISPort70."""

    def select(self, names: t.Sequence[str], *, until: float) -> Reply: ...


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
        phones.append(Wanted(name, str(protocol), tuple(patterns)))
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


def state_of(wanted: Wanted, reply: Reply) -> State:
    """Return what a reply says of a phone, and what is missing until it is registered as planned."""
    device = reply.devices.get(wanted.name.upper())
    silent = ", ".join(sorted(reply.silent_nodes))
    if device is None:
        if silent:
            return State(INCONCLUSIVE, f"not seen, but node {silent} does not respond")
        return State(NOT_SEEN, "CUCM has not seen it: it has never tried to register, or not since the last restart")
    state = _STATES.get(device.status, "unknown")
    if state != REGISTERED:
        problem = f"{state} at {device.node or 'CUCM'}"
        if device.status_reason:
            problem += f", reason {device.status_reason} ({device.reason_words})"
        if silent:
            return State(INCONCLUSIVE, f"{problem}, but node {silent} does not respond", device)
        return State(state, problem, device)
    problems = []
    if wanted.protocol and device.protocol not in ("", wanted.protocol):
        problems.append(f"with {device.protocol} instead of {wanted.protocol}")
    if device.lines is not None:
        lines = {_plain_number(number): status for number, status in device.lines.items()}
        idle = [pattern for pattern in wanted.patterns if lines.get(_plain_number(pattern)) != "Registered"]
        if idle:
            problems.append(f"without line {', '.join(idle)}")
    if problems:
        return State(NOT_AS_PLANNED, f"registered {' and '.join(problems)}", device)
    return State(REGISTERED, "", device)


def _plain_number(pattern: str) -> str:
    return pattern.replace("\\", "")


def summary(states: t.Iterable[State]) -> str:
    """Return the counts in words: `9 of 12 registered, 2 unregistered, 1 not seen`."""
    counts: dict[str, int] = {}
    for state in states:
        counts[state.state] = counts.get(state.state, 0) + 1
    total, registered = sum(counts.values()), counts.pop(REGISTERED, 0)
    parts = [f"{registered} of {total} registered", *(f"{counts[name]} {name}" for name in sorted(counts))]
    return ", ".join(parts)


def wait(
    looker: Looker,
    wanted: t.Sequence[Wanted],
    *,
    timeout: float,
    requests_per_minute: int,
    report: t.Callable[[str], None],
    clock: t.Callable[[], float] = time.monotonic,
    sleep: t.Callable[[float], None] = time.sleep,
) -> Outcome:
    """Look until every phone is registered as planned or the time is up; only those that aren't are asked for again.

    After the first answer a publisher that is gone, or whose services are, is waited for too: it may be restarting. One
    that doesn't accept the account any more ends the waiting, with what was seen. Each look is reported.

    :param timeout: seconds; with 0 there is one look
    """
    began = clock()
    end = began + timeout
    states: list[State | None] = [None] * len(wanted)
    while True:
        pending = [index for index, state in enumerate(states) if state is None or state.problem]
        reply, note, over, exceeded = None, "", False, False
        try:
            reply = looker.select([wanted[index].name for index in pending], until=end)
        except RateExceeded as error:
            note, exceeded = error.msg, True
        except (Unreachable, Refused, AuthenticationFailed) as error:
            if states[pending[0]] is None:
                raise
            over = isinstance(error, AuthenticationFailed) or getattr(error, "code", "") == "403"
            note = str(error).rstrip(".") if over else error.msg
        for index in pending:
            states[index] = state_of(wanted[index], reply) if reply else states[index]
        known = [state or State(INCONCLUSIVE, note) for state in states]
        missing = [phone.name for phone, state in zip(wanted, known, strict=True) if state.problem]
        left = end - clock()
        seen = f"{summary(known)}{f' ({note})' if note else ''}"
        if not missing or over or left <= 0 or (reply is None and left < 1):
            report(seen)
            return Outcome(known, clock() - began, note, missing)
        interval = 60.0 / requests_per_minute * math.ceil(len(missing) / CHUNK)
        # The pause that CUCM asks for is longer than what is left, so there is one more look, at the very end.
        pause = left if exceeded else min(interval, left)
        report(f"{seen}; next look in {pause:.0f} s, {left:.0f} s left")
        sleep(pause)


def described(state: State) -> dict[str, t.Any]:
    """Return what a phone's row of the result has beside the contract of all rows."""
    device = state.device or Device("", "")
    return {
        "state": state.state,
        "ip_address": device.ip_address,
        "node": device.node,
        "protocol": device.protocol,
        "active_load": device.active_load,
        "lines": device.lines or {},
        "status_reason": device.status_reason,
        "status_reason_words": device.reason_words if state.device else "",
        "timestamp": device.timestamp,
    }


def message(wanted: t.Sequence[Wanted], outcome: Outcome) -> str:
    """Return how waiting ended, in one sentence that names the phones that are missing."""
    if not outcome.missing:
        return f"{len(wanted)} of {len(wanted)} phones are registered after {outcome.waited:.0f} s"
    problems = {phone.name: state.problem for phone, state in zip(wanted, outcome.states, strict=True)}
    named = "; ".join(f"{name}: {problems[name]}" for name in outcome.missing[:_NAMED])
    more = len(outcome.missing) - _NAMED
    rest = f"; and {more} more (see 'missing')" if more > 0 else ""
    note = f". Last: {outcome.note}" if outcome.note else ""
    unseen = any(state.state == NOT_SEEN for state in outcome.states)
    hint = " A phone that was never seen has no power, no address, no configuration, or no way to CUCM."
    return (
        f"{len(outcome.missing)} of {len(wanted)} phones are not registered as planned after {outcome.waited:.0f} s "
        f"({summary(outcome.states)}): {named}{rest}{note}.{hint if unseen else ''}"
    )

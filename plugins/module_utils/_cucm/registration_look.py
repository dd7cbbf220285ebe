# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A look at phones' registrations without waiting: by RISPort70, and by AXL where RISPort70 may not be asked."""

from __future__ import annotations

import time
import typing as t
from dataclasses import dataclass, field

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.https import Https
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.pace import RateExceeded
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.registration import (
    State,
    Wanted,
    described,
    state_of,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.registration_dynamic import look, tells_state
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.ris_reply import Reply
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.risport import patience, risport_of
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Interrupted, VoiceError
from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows


@dataclass
class Look:
    """What was found: states by index of the phones, what one must know of them, and the requests to RISPort70."""

    states: dict[int, State] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    requests: int = 0


def look_once(
    params: t.Mapping[str, t.Any],
    wanted: list[Wanted],
    rows: Rows,
    report: t.Callable[[str], None],
    *,
    axl_fallback: bool = True,
) -> Look:
    """Look, and write what was found into the rows; one that neither tells fails.

    The requests of the minute are waited for only where the list itself takes more than the budget has.

    :param params: a module's connection options
    :raises VoiceError: RISPort70 can't be asked for another reason than its rate
    """
    found = Look()
    with Https(params) as https:
        risport = risport_of(https, params, report)
        now = time.monotonic()
        own = now + patience(len(wanted), params["ris_requests_per_minute"])
        reply = risport.select([phone.name for phone in wanted], until=now, budget_until=own)
        found.requests = risport.requests
    found.states = _fill(rows, wanted, reply, "ris")
    if reply.error is not None:
        if not isinstance(reply.error, RateExceeded):
            raise reply.error
        found.notes.append(f"{reply.error.msg}, {len(reply.unasked)} phones left")
        _by_axl(params, rows, wanted, reply, found, report, axl_fallback)
    return found


def _fill(rows: Rows, wanted: list[Wanted], reply: Reply, source: str) -> dict[int, State]:
    """Write what a reply says into the rows of the phones that it was asked for; return their states by index."""
    states = {}
    unasked = set(reply.unasked)
    for index, phone in enumerate(wanted):
        if phone.name in unasked or rows[index].extra:
            continue
        state = states[index] = state_of(phone, reply)
        rows[index].extra = {**described(state), "source": source}
        rows[index].error = state.problem or None
        rows[index].done(changed=False)
    return states


def _by_axl(
    params: t.Mapping[str, t.Any],
    rows: Rows,
    wanted: list[Wanted],
    reply: Reply,
    found: Look,
    report: t.Callable[[str], None],
    allowed: bool,
) -> None:
    """Look up by AXL what RISPort70 could not be asked for; what AXL doesn't tell either fails in its rows."""
    reason = str(reply.error)
    if allowed:
        try:
            with Axl(params, report=report) as axl:
                told = look(axl, reply.unasked)
                state = "" if tells_state(axl) else ", and in this schema not the state either"
            found.notes.append(
                f"they are told by AXL's listRegistrationDynamic, which has no lines, protocol or load{state}"
            )
            found.states |= _fill(rows, wanted, told, "axl")
            return
        except Interrupted:
            raise
        except VoiceError as error:
            reason = f"{reason} AXL instead: {error}"
    unasked = set(reply.unasked)
    for index, phone in enumerate(wanted):
        if phone.name in unasked:
            rows[index].fail(reason)

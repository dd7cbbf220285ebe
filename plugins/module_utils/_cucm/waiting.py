# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for registrations: looking until enough phones are there, time is up, or nothing can change any more."""

from __future__ import annotations

import math
import time
import typing as t
from dataclasses import dataclass, field

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.pace import MINUTE, RateExceeded
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.registration import (
    INCONCLUSIVE,
    NOT_SEEN,
    REGISTERED,
    REJECTED,
    State,
    Wanted,
    counts,
    state_of,
    summary,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.ris_reply import Reply
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.risport import CHUNK, requests_for, shortest_look
from ansible_collections.dialtone.voice.plugins.module_utils._errors import (
    AuthenticationFailed,
    Interrupted,
    VoiceError,
)

TRIED_AGAIN = 60.0
"""Seconds of being watched after which a rejection is final if the phone has tried again in that time."""

GIVEN_UP = 300.0
"""Seconds of being watched after which a rejection is final if the phone has not tried again."""

PASSING_REASONS = frozenset({6, 8, 9, 12, 13, 15, 17, 18, 28, 29, 31})
"""StatusReasons of what passes by itself (resets, restarts, throttling): such a rejection is never final."""

_NAMED = 20
_BAR = 20


class Looker(t.Protocol):
    """What waiting needs of RISPort70."""

    def select(self, names: t.Sequence[str], *, until: float, budget_until: float | None = None) -> Reply: ...


@dataclass
class Outcome:
    """What was seen last of each phone, in their order, and why waiting ended early, if it did.

    :ivar reached: whether as many phones are registered as were required
    :ivar enough: how many that were; 0 where it is all
    """

    states: list[State]
    waited: float
    note: str = ""
    missing: list[str] = field(default_factory=list)
    reached: bool = False
    enough: int = 0


@dataclass
class _Rejection:
    """A rejection for one reason that has not ended since it was seen first, and the attempts since then."""

    since: float
    reason: int
    stamp: int
    attempts: int = 0


class Watch:
    """What is known of each phone, and which of them may still change.

    A phone that is registered as planned is final. One that is rejected is, while its reason stays the same, after
    TRIED_AGAIN seconds if its TimeStamp has grown in that time (it tried with what it has now, and was rejected again),
    and after GIVEN_UP seconds if not; but never for one of PASSING_REASONS.
    """

    def __init__(self, wanted: t.Sequence[Wanted]) -> None:
        self.wanted = wanted
        self.states: list[State | None] = [None] * len(wanted)
        self._rejections: dict[int, _Rejection] = {}
        self._final: set[int] = set()

    def to_ask(self) -> list[int]:
        """Return the phones that may change; final rejections only where they fill a request that is sent anyway."""
        open_ones = [index for index, state in enumerate(self.states) if state is None or state.problem]
        asked = [index for index in open_ones if index not in self._final]
        room = requests_for(len(asked)) * CHUNK - len(asked)
        return asked + sorted(self._final)[:room]

    def see(self, asked: t.Sequence[int], reply: Reply, now: float) -> None:
        """Take what a reply says of the phones that it was asked for."""
        unasked = set(reply.unasked)
        for index in asked:
            wanted = self.wanted[index]
            if wanted.name in unasked:
                continue
            state = self.states[index] = state_of(wanted, reply)
            self._judge(index, state, now)

    def _judge(self, index: int, state: State, now: float) -> None:
        device = state.device
        self._final.discard(index)
        if state.state != REJECTED or device is None or device.status_reason in PASSING_REASONS:
            self._rejections.pop(index, None)
            return
        known = self._rejections.get(index)
        if known is None or known.reason != device.status_reason:
            self._rejections[index] = _Rejection(now, device.status_reason, device.timestamp)
            return
        if device.timestamp > known.stamp:
            known.stamp = device.timestamp
            known.attempts += 1
        if now - known.since >= (TRIED_AGAIN if known.attempts else GIVEN_UP):
            self._final.add(index)

    def nothing_can_change(self) -> bool:
        """Tell whether every phone is final."""
        return all(
            state is not None and (not state.problem or index in self._final) for index, state in enumerate(self.states)
        )

    def known(self, note: str) -> list[State]:
        """Return what was seen last of each phone; one that could not be asked for yet is inconclusive."""
        return [state or State(INCONCLUSIVE, note or "not asked for yet") for state in self.states]


def required_number(given: t.Any, total: int) -> int:
    """Return how many of so many phones a number (`95`) or a share (`95%`, rounded up) are.

    :raises ValueError: it is neither, or more than there are
    """
    words = str(given).strip()
    share = words.endswith("%")
    try:
        number = float(words.removesuffix("%")) if share else int(words)
    except ValueError:
        number = -1.0
    if not (0 < number <= 100 if share else number > 0):
        raise ValueError(f"required: '{given}' is neither a number of phones from 1 on nor a share such as 95%")
    if share:
        # A share such as 56% of 25 is 14 whole phones, whatever binary fractions say.
        return math.ceil(round(number * total / 100, 6))
    if number > total:
        raise ValueError(f"required: {given} phones can't be there, the list has {total}")
    return int(number)


def wait(
    looker: Looker,
    wanted: t.Sequence[Wanted],
    *,
    timeout: float,
    requests_per_minute: int,
    report: t.Callable[[str], None],
    required: int | None = None,
    clock: t.Callable[[], float] = time.monotonic,
    sleep: t.Callable[[float], None] = time.sleep,
) -> Outcome:
    """Look until as many phones as required are registered as planned, time is up, or nothing can change any more.

    Only those that may change are asked for again. After the first answer a publisher that is gone, or whose services
    are, is waited for too: it may be restarting. One that doesn't accept the account any more ends the waiting, with
    what was seen. Each look is reported.

    :param timeout: seconds; with 0 there is one look. The first look may last longer where the budget delays it.
    :param required: how many phones are enough; all where it isn't given
    :raises Interrupted: with the states so far as outcomes
    """
    began = clock()
    end = began + timeout
    enough = len(wanted) if required is None else required
    watch = Watch(wanted)
    progress = Progress(report, enough, began)
    budget_until = max(end, began + shortest_look(len(wanted), requests_per_minute) + MINUTE)
    note = ""
    try:
        while True:
            asked, look_began = watch.to_ask(), clock()
            reply = looker.select([wanted[index].name for index in asked], until=end, budget_until=budget_until)
            budget_until = end
            watch.see(asked, reply, clock())
            error = reply.error
            if error is not None and not isinstance(error, RateExceeded) and not any(watch.states):
                raise error
            over = isinstance(error, AuthenticationFailed) or getattr(error, "code", "") == "403"
            note = _note(error, over)
            known = watch.known(note)
            missing = [phone.name for phone, state in zip(wanted, known, strict=True) if state.problem]
            left = end - clock()
            reached = len(wanted) - len(missing) >= enough
            if not reached and not over and watch.nothing_can_change():
                over, note = True, "nothing can change any more: all others are rejected, and stay so"
            if reached or over or left <= 0 or (error is not None and left < 1):
                progress.last(known, note, clock())
                return Outcome(known, clock() - began, note, missing, reached, required or 0)
            shortest = MINUTE / requests_per_minute
            # The budget's own pauses in a look count, so that long lists are not looked at less often than they may.
            interval = max(shortest, shortest * requests_for(len(watch.to_ask())) - (clock() - look_began))
            # The pause that CUCM asks for is longer than what is left, so there is one more look, at the very end.
            pause = left if isinstance(error, RateExceeded) else min(interval, left)
            progress.look(known, note, clock(), pause, left)
            sleep(pause)
    except KeyboardInterrupt:
        known = watch.known(note)
        raise Interrupted(
            f"interrupted while waiting for registrations: {summary(known)}", "Run it again to go on.", outcomes=known
        ) from None


def _note(error: VoiceError | None, over: bool) -> str:
    if error is None:
        return ""
    return str(error).rstrip(".") if over else error.msg


class Progress:
    """The line of each look: counts and what is expected; in a terminal with a bar and how many come in a minute."""

    def __init__(self, report: t.Callable[[str], None], enough: int, began: float) -> None:
        self._report = report
        self._enough = enough
        self._terminal = bool(getattr(report, "terminal", False))
        self._first: tuple[float, int] | None = None
        self._began = began

    def look(self, states: t.Sequence[State], note: str, now: float, pause: float, left: float) -> None:
        """Report a look that another one follows."""
        left_words = f"{left:.0f} s left"
        self._say(states, note, now, left_words if self._terminal else f"next look in {pause:.0f} s, {left_words}")

    def last(self, states: t.Sequence[State], note: str, now: float) -> None:
        """Report the look with which waiting ends."""
        self._say(states, note, now, f"after {now - self._began:.0f} s")

    def _say(self, states: t.Sequence[State], note: str, now: float, times: str) -> None:
        found = counts(states)
        total, there = len(states), found.pop(REGISTERED, 0)
        if self._first is None:
            self._first = now, there
        if self._terminal:
            filled = _BAR * there // total
            text = f"[{'#' * filled}{'.' * (_BAR - filled)}] {100 * there // total:3d} %  {there}/{total}"
            enough = f", {self._enough} are enough" if self._enough < total else ""
            text += enough + self._rate(now, there)
        else:
            expected = f", {self._enough - there} more expected" if there < self._enough else ""
            text = f"{there} of {total} registered{expected}"
        others = ", ".join(f"{number} {name}" for name, number in found.items())
        said = f"{text}: {others}" if others else text
        self._report(f"{said}{f' ({note})' if note else ''}; {times}")

    def _rate(self, now: float, there: int) -> str:
        """Return how many phones came in a minute since the first look, and how long the others take at that rate."""
        began, first = self._first or (now, there)
        if now <= began or there <= first:
            return ""
        rate = (there - first) * MINUTE / (now - began)
        left = self._enough - there
        return f", {rate:.0f}/min" + (f", {left * MINUTE / rate:.0f} s to go" if left > 0 else "")


def message(wanted: t.Sequence[Wanted], outcome: Outcome) -> str:
    """Return how waiting ended, in one sentence that names the phones that are missing."""
    there = len(wanted) - len(outcome.missing)
    after = f"after {outcome.waited:.0f} s"
    if not outcome.missing:
        return f"{there} of {len(wanted)} phones are registered {after}"
    problems = {phone.name: state.problem for phone, state in zip(wanted, outcome.states, strict=True)}
    named = "; ".join(f"{name}: {problems[name]}" for name in outcome.missing[:_NAMED])
    more = len(outcome.missing) - _NAMED
    rest = f"; and {more} more (see 'missing')" if more > 0 else ""
    if outcome.reached:
        return f"{there} of {len(wanted)} phones are registered {after}, which is enough. Not yet: {named}{rest}"
    note = f". Last: {outcome.note}" if outcome.note else ""
    unseen = any(state.state == NOT_SEEN for state in outcome.states)
    hint = " A phone that was never seen has no power, no address, no configuration, or no way to CUCM."
    enough = f", {outcome.enough} are enough" if 0 < outcome.enough < len(wanted) else ""
    return (
        f"{len(outcome.missing)} of {len(wanted)} phones are not registered as planned {after} "
        f"({summary(outcome.states)}{enough}): {named}{rest}{note}.{hint if unseen else ''}"
    )

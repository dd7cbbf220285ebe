# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backing off while AXL says that it is too busy, for all requests of one task together.

AXL throttles by the size of the database's change queue (HTTP 503) and by the memory of the answers that are being made
(a fault). Neither request has been carried out, so each may be sent again.
"""

from __future__ import annotations

import random
import threading
import time
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.crew import Halted
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import title
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.https import Answer
from ansible_collections.dialtone.voice.plugins.module_utils._errors import TimedOut

FIRST_PAUSE = 5.0
LONGEST_PAUSE = 60.0
RECOVERY = 10
"""Answers in a row, none of them `busy`, after which one more request may be under way again."""


class Throttle:
    """How many requests may be under way at once, and the time that one task may spend on waiting for the publisher.

    An answer that says `busy` halves the number and lets everybody pause; what was sent before that pause halves
    nothing again.

    :param limit: seconds in all; pauses that several requests share count once
    :param slots: requests under way at most
    :param report: called with a line for the person who waits
    :param sleep: in place of a wait that ends early when the run is halted, for tests
    """

    def __init__(
        self,
        where: str,
        limit: float,
        *,
        slots: int = 1,
        report: t.Callable[[str], None] = lambda line: None,
        sleep: t.Callable[[float], None] | None = None,
        clock: t.Callable[[], float] = time.monotonic,
        jitter: t.Callable[[], float] = random.random,
    ) -> None:
        self.where = where
        self.limit = limit
        self.most = slots
        self.slots = slots
        self.waited = 0.0
        self._report = report
        self._sleep = sleep
        self._clock = clock
        self._jitter = jitter
        self._turn = threading.Condition()
        self._under_way = 0
        self._good = 0
        self._throttled = 0
        self._pause = 0.0
        self._resume = 0.0

    def run(self, send: t.Callable[[], Answer], stopped: t.Callable[[], bool] = lambda: False) -> Answer:
        """Send until the answer is something else than `busy`.

        :param stopped: tells whether the run ends, so that nothing may be sent any more
        :raises TimedOut: the time is used up
        :raises Halted: the run ended before it was this one's turn
        """
        while True:
            throttled = self._begin(stopped)
            words, answer = None, None
            try:
                answer = send()
                words = busy(answer)
            finally:
                self._end(good=answer is not None and words is None)
            if words is None:
                return answer
            self._back_off(words, _retry_after(answer), throttled)

    def wake(self) -> None:
        """Let those who wait look again whether the run has ended."""
        with self._turn:
            self._turn.notify_all()

    def _begin(self, stopped: t.Callable[[], bool]) -> int:
        """Wait for a slot and for the end of a pause; return how often all were throttled so far."""
        with self._turn:
            while True:
                if stopped():
                    raise Halted(f"not sent to AXL of CUCM {self.where}, because the run ends")
                pause = self._resume - self._clock()
                if pause > 0:
                    self._wait(pause)
                elif self._under_way >= self.slots:
                    self._turn.wait()
                else:
                    self._under_way += 1
                    return self._throttled

    def _wait(self, seconds: float) -> None:
        if self._sleep is None:
            self._turn.wait(seconds)
        else:
            self._sleep(seconds)

    def _end(self, *, good: bool) -> None:
        with self._turn:
            self._under_way -= 1
            if good:
                self._pause = 0.0
                self._good += 1
                if self.slots < self.most and self._good >= RECOVERY:
                    self.slots += 1
                    self._good = 0
            self._turn.notify_all()

    def _back_off(self, words: str, advised: float, throttled: int) -> None:
        """Halve the slots and pause, unless that was done since this request was sent."""
        with self._turn:
            if throttled != self._throttled:
                return
            self._pause = min(LONGEST_PAUSE, self._pause * 2 or FIRST_PAUSE)
            # Jitter only lengthens: the first pauses of many clients spread, none comes before the advised time.
            wait = min(LONGEST_PAUSE, max(self._pause, advised) * (1 + 0.25 * self._jitter()))
            if self.waited + wait > self.limit:
                raise TimedOut(
                    f"AXL of CUCM {self.where} is too busy: {words}; waited {self.waited:.0f} s in all",
                    "Its change queue may be filled by a bulk job or another application, or the Cisco AXL Web Service "
                    "may not run (Cisco Unified Serviceability). Run it again later, or give a longer "
                    "throttle_timeout: what is done already is left as it is.",
                    seen=words,
                )
            self._throttled += 1
            self._good = 0
            self.slots = max(1, self.slots // 2)
            self.waited += wait
            self._resume = self._clock() + wait
        self._report(f"CUCM {self.where} is busy, next try in {wait:.0f} s ({words})")


def busy(answer: Answer) -> str | None:
    """Return the words of an answer that asks to come back later, or None."""
    if answer.status == 503:
        return f"HTTP 503, {title(answer.body)}"
    if answer.status == 500 and b"Maximum AXL Memory Allocation Consumed" in answer.body:
        return "Maximum AXL Memory Allocation Consumed"
    return None


def _retry_after(answer: Answer) -> float:
    value = answer.headers.get("retry-after", "")
    return float(value) if value.isdigit() else 0.0

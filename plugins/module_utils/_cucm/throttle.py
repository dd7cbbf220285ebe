# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backing off while AXL says that it is too busy.

AXL throttles by the size of the database's change queue (HTTP 503) and by the memory of the answers that are being
made (a
fault). Neither request has been carried out, so each may be sent again.
"""

from __future__ import annotations

import random
import time
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import title
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.https import Answer
from ansible_collections.dialtone.voice.plugins.module_utils._errors import TimedOut

FIRST_PAUSE = 5.0
LONGEST_PAUSE = 60.0


class Throttle:
    """The time that one task may spend on waiting for a busy publisher, over all its requests.

    :param limit: seconds in all
    :param report: called with a line for the person who waits
    """

    def __init__(
        self,
        where: str,
        limit: float,
        *,
        report: t.Callable[[str], None] = lambda line: None,
        sleep: t.Callable[[float], None] = time.sleep,
        jitter: t.Callable[[], float] = random.random,
    ) -> None:
        self.where = where
        self.limit = limit
        self.waited = 0.0
        self._report = report
        self._sleep = sleep
        self._jitter = jitter

    def run(self, send: t.Callable[[], Answer]) -> Answer:
        """Send until the answer is something else than `busy`.

        :raises TimedOut: the time is used up
        """
        pause = FIRST_PAUSE
        while True:
            answer = send()
            words = busy(answer)
            if words is None:
                return answer
            # Jitter only lengthens: the first pauses of many clients spread, none comes before the advised time.
            wait = min(LONGEST_PAUSE, max(pause, _retry_after(answer)) * (1 + 0.25 * self._jitter()))
            if self.waited + wait > self.limit:
                raise TimedOut(
                    f"AXL of CUCM {self.where} is too busy: {words}; waited {self.waited:.0f} s in all",
                    "Its change queue may be filled by a bulk job or another application, or the Cisco AXL Web Service "
                    "may not run (Cisco Unified Serviceability). Run it again later, or give a longer "
                    "throttle_timeout: what is done already is left as it is.",
                    seen=words,
                )
            self._report(f"CUCM {self.where} is busy, next try in {wait:.0f} s ({words})")
            self._sleep(wait)
            self.waited += wait
            pause = min(LONGEST_PAUSE, pause * 2)


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

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The budget of requests to RISPort70: one for each cluster, which all runs on this controller share.

CUCM counts the requests of all applications together. Each run writes the time of its requests into a file that belongs
to the cluster, under a lock, and looks there before the next one.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import time
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._errors import TimedOut

MINUTE = 60.0

PAUSES = (10.0, 30.0, 60.0)
"""Seconds to stay away after each "Exceeded allowed rate"; the last one goes on."""

_LONG = 5.0
"""Seconds of waiting from which on a line says so."""


class RateExceeded(TimedOut):
    """No request may be sent for now, and the time left is shorter than the pause."""


class BudgetUsed(RateExceeded):
    """It is this controller's own budget that is used up, so that CUCM was not asked."""


def budget_file(params: t.Mapping[str, t.Any], authority: str) -> str:
    """Return the path of a cluster's file: in the folder that the option gives, else in the user's cache.

    :param authority: host and port of the publisher, which stand for the cluster
    """
    folder = params.get("ris_budget_path")
    if not folder:
        cache = os.environ.get("XDG_CACHE_HOME") or os.path.join("~", ".cache")
        folder = os.path.join(cache, "dialtone.voice", "ris")
    name = re.sub(r"[^a-z0-9._-]", "_", authority.lower())
    return os.path.join(os.path.expanduser(folder), f"{name}.json")


class Pace:
    """Lets at most so many requests through in any 60 seconds, those of other runs counted.

    Where the file can't be written, only this run's own requests are counted, and a line says so.

    :param requests_per_minute: the share of the cluster's budget that the runs on this controller take
    :param path: the cluster's file; without it, nobody shares
    :param clock: seconds that go on equally for all processes of this machine
    """

    def __init__(
        self,
        requests_per_minute: int,
        path: str | None = None,
        *,
        report: t.Callable[[str], None] = lambda line: None,
        clock: t.Callable[[], float] = time.time,
        sleep: t.Callable[[float], None] = time.sleep,
    ) -> None:
        self.requests_per_minute = requests_per_minute
        self._path = path
        self._report = report
        self._clock = clock
        self._sleep = sleep
        self._own: dict[str, t.Any] = {}
        self._faults = 0

    def take(self, patience: float = float("inf")) -> None:
        """Wait until the next request may go, and count it.

        :param patience: seconds that it may take
        :raises BudgetUsed: it would take longer
        """
        give_up = self._clock() + patience
        while True:
            wait, why = self._use(self._taken)
            if wait <= 0:
                return
            if self._clock() + wait > give_up:
                raise BudgetUsed(
                    f"{why}, for {wait:.0f} s more", "Wait for the other runs and applications, or let them ask less."
                )
            if wait >= _LONG:
                self._report(f"{why}, next one in {wait:.0f} s")
            self._sleep(wait)

    def exceeded(self) -> float:
        """Note that CUCM wants fewer requests; return the seconds for which none may be sent, by any run."""
        pause = PAUSES[min(self._faults, len(PAUSES) - 1)]
        self._faults += 1
        self._use(lambda budget: budget.update(closed_until=self._clock() + pause))
        return pause

    def accepted(self) -> None:
        """Note that CUCM took a request, so that the next fault begins with the shortest pause."""
        self._faults = 0

    def _taken(self, budget: dict[str, t.Any]) -> tuple[float, str]:
        """Count a request if it may go now; else return how long it is until one may, and why."""
        now = self._clock()
        # What lies in the future comes from a clock that was set back since.
        sent = sorted(stamp for stamp in budget.get("sent", ()) if now - MINUTE < stamp <= now)
        closed = budget.get("closed_until", 0.0) - now
        if 0 < closed <= PAUSES[-1]:
            return closed, "RISPort70 wants fewer requests from the runs on this controller"
        allowed = self.requests_per_minute
        wait = sent[-allowed] + MINUTE - now if len(sent) >= allowed else 0.0
        if wait > 0:
            return wait, f"the runs on this controller have sent their {allowed} requests of the minute"
        budget["sent"] = [*sent, now]
        return 0.0, ""

    def _use(self, work: t.Callable[[dict[str, t.Any]], t.Any]) -> t.Any:
        """Let `work` change the budget while nobody else does."""
        if self._path is None:
            return work(self._own)
        try:
            _make_folder(os.path.dirname(self._path))
            # The kernel frees the lock when its holder is killed.
            with open(self._path, "a+", encoding="utf-8", opener=_private) as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.seek(0)
                budget = _read(file.read())
                done = work(budget)
                file.seek(0)
                file.truncate()
                file.write(json.dumps(budget))
        except OSError as error:
            self._report(
                f"the budget of RISPort70 can't be shared with other runs: {self._path}: {error.strerror}. Give a "
                "folder that can be written as ris_budget_path."
            )
            self._path = None
            return work(self._own)
        return done


def _make_folder(folder: str) -> None:
    """Make a folder and the one above it for their user alone; the schema's cache beside it must be so."""
    above = os.path.dirname(folder)
    os.makedirs(os.path.dirname(above), exist_ok=True)
    for path in (above, folder):
        with contextlib.suppress(FileExistsError):
            os.mkdir(path, 0o700)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


def _read(words: str) -> dict[str, t.Any]:
    """Return what a file says; what was cut off or is something else counts as nothing."""
    try:
        found = json.loads(words or "{}")
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    sent = found.get("sent")
    stamps = [stamp for stamp in sent if isinstance(stamp, (int, float))] if isinstance(sent, list) else []
    closed = found.get("closed_until")
    return {"sent": stamps, "closed_until": closed if isinstance(closed, (int, float)) else 0.0}

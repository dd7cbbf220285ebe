# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RISPort70: which phones are registered, asked by name within the rate that CUCM allows.

15 requests a minute are allowed by default, to all applications of the cluster together; at most 1000 devices come.
"""

from __future__ import annotations

import math
import re
import time
import typing as t
from xml.sax.saxutils import escape

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import SOAP, read, title
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.https import RIS_ROLES, Https
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.pace import (
    MINUTE,
    Pace,
    RateExceeded,
    budget_file,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.ris_reply import Reply, parse_reply
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Refused, VoiceError

RIS_PATH = "/realtimeservice2/services/RISService70"
CHUNK = 900
"""Names in one request; CUCM cuts off after 1000 devices without a sign."""

_NAMESPACE = "http://schemas.cisco.com/ast/soap"
# Cisco spells it "Reatime" in the rest of the sentence.
_RATE = re.compile(rb"exceeded allowed rate", re.I)


def requests_for(names: int) -> int:
    """Return how many requests it takes to ask for so many names."""
    return math.ceil(names / CHUNK)


def shortest_look(names: int, requests_per_minute: int) -> float:
    """Return the seconds that asking for so many names takes by the budget's arithmetic, if nobody else asks."""
    return MINUTE * (max(0, requests_for(names) - 1) // requests_per_minute)


def patience(names: int, requests_per_minute: int) -> float:
    """Return the seconds within which one look at so many names may wait for the budget.

    None but a second for rounding where one minute's requests are enough. Else a minute more than the arithmetic says,
    because the requests take their time too, and each may follow a minute after the one of the minute before.
    """
    shortest = shortest_look(names, requests_per_minute)
    return shortest + (MINUTE if shortest else 1)


class Risport:
    """A publisher's RISPort70.

    :param pace: what each request waits for
    :ivar requests: how many were sent, those that were refused for the rate included
    """

    def __init__(
        self,
        https: Https,
        pace: Pace,
        *,
        report: t.Callable[[str], None] = lambda line: None,
        clock: t.Callable[[], float] = time.monotonic,
        sleep: t.Callable[[float], None] = time.sleep,
    ) -> None:
        self._https = https
        self._pace = pace
        self._report = report
        self._clock = clock
        self._sleep = sleep
        self.where = f"RISPort70 of CUCM {https.authority}"
        self.requests = 0

    def select(self, names: t.Sequence[str], *, until: float, budget_until: float | None = None) -> Reply:
        """Return what is known of the devices of these names; where it ended early, with the reason and the rest.

        :param until: time of the clock after which no pause that CUCM asks for may last
        :param budget_until: the same for the budget's own pauses, where that is another time
        """
        reply = Reply()
        queue = [list(names[start : start + CHUNK]) for start in range(0, len(names), CHUNK)]
        while queue:
            chunk = queue.pop(0)
            try:
                part = self.ask(chunk, until=until, budget_until=budget_until)
            except VoiceError as error:
                reply.error = error
                reply.unasked = [name for names in (chunk, *queue) for name in names]
                break
            if part.truncated and len(chunk) > 1:
                middle = len(chunk) // 2
                queue[:0] = [chunk[:middle], chunk[middle:]]
                continue
            reply.add(part)
        return reply

    def ask(self, names: t.Sequence[str], *, until: float, budget_until: float | None = None) -> Reply:
        """Ask for at most CHUNK names, in one request; the times are those of `select`.

        :raises RateExceeded: see there
        """
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '"selectCmDevice"'}
        while True:
            self._pace.take((until if budget_until is None else budget_until) - self._clock())
            self.requests += 1
            answer = self._https.post(RIS_PATH, request(names).encode(), headers, roles=RIS_ROLES)
            if answer.status == 200 or not _RATE.search(answer.body):
                break
            pause = self._pace.exceeded()
            if self._clock() + pause > until:
                raise RateExceeded(
                    f"{self.where} allows no more requests for now (exceeded allowed rate)",
                    "Other applications use the same allowance. Give fewer ris_requests_per_minute or more time.",
                )
            self._report(f"{self.where} wants fewer requests, next one in {pause:.0f} s")
            self._sleep(pause)
        if answer.status not in (200, 500):
            raise Refused(
                f"asking for registrations: {self.where} answered HTTP {answer.status}, {title(answer.body)}",
                "Check that the Cisco RIS Data Collector and the Cisco SOAP services run on the publisher.",
                code=str(answer.status),
            )
        self._pace.accepted()
        return parse_reply(read(answer.body, self.where, "asking for registrations"))


def risport_of(https: Https, params: t.Mapping[str, t.Any], report: t.Callable[[str], None]) -> Risport:
    """Return a publisher's RISPort70 with the budget that a module's options give it."""
    pace = Pace(params["ris_requests_per_minute"], budget_file(params, https.authority), report=report)
    return Risport(https, pace, report=report)


def request(names: t.Iterable[str]) -> str:
    """Return the envelope of selectCmDevice for devices of these names, of any model, status and node."""
    items = "".join(f"<item><Item>{escape(name)}</Item></item>" for name in names)
    return (
        f'<soapenv:Envelope xmlns:soapenv="{SOAP}"><soapenv:Body><selectCmDevice xmlns="{_NAMESPACE}">'
        "<StateInfo></StateInfo><CmSelectionCriteria><MaxReturnedDevices>1000</MaxReturnedDevices>"
        "<DeviceClass>Phone</DeviceClass><Model>255</Model><Status>Any</Status><NodeName></NodeName>"
        f"<SelectBy>Name</SelectBy><SelectItems>{items}</SelectItems><Protocol>Any</Protocol>"
        "<DownloadStatus>Any</DownloadStatus></CmSelectionCriteria></selectCmDevice></soapenv:Body></soapenv:Envelope>"
    )

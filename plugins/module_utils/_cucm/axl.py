# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A publisher's AXL service: get, list, add, update and remove objects of any type.

Objects are dictionaries with AXL's own element names. In requests None leaves out and an empty text clears; in
answers every empty element is None and every value is text.
"""

from __future__ import annotations

import re
import threading
import time
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.crew import MOST, Crew, Outcome, Signals
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.endings import AnswerLost, ends_run
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import (
    Fault,
    child,
    plain,
    read,
    title,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.https import AXL_ROLES, Answer, Https
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.release import (
    AXL_PATH,
    read_release,
    unknown_version,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.schema import Schema, obtain
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.soap import Interface
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.throttle import Throttle
from ansible_collections.dialtone.voice.plugins.module_utils._errors import (
    Interrupted,
    Refused,
    TimedOut,
    Unreachable,
    VoiceError,
)

PAGE = 1000
"""Objects asked for at once in a list; an answer of more than 8 MB is refused and asked for again in smaller pages."""

_LOOKS = (0.0, 1.0, 4.0)
"""Seconds before each look for the outcome of a write whose answer was lost: it may still be on its way."""

NOT_FOUND = frozenset({"5007"})
DUPLICATE = frozenset({"-239", "4052"})
IN_USE = frozenset({"-692"})


class Axl:
    """A session with a publisher's AXL service, as a context manager; all of a task's requests go through one.

    All of its methods may be called by several threads at once; how many requests are then under way is the option
    `connections`, less while the publisher is busy.

    :param params: a module's connection options
    :param report: called with lines of progress
    :ivar requests: how many requests were sent, those that were throttled included
    :ivar planned: (type, name) in lower case of objects that count as there, because an earlier task in check mode
        would have made them; from the option `planned`
    """

    def __init__(
        self,
        params: t.Mapping[str, t.Any],
        *,
        report: t.Callable[[str], None] = lambda line: None,
        sleep: t.Callable[[float], None] = time.sleep,
    ) -> None:
        self._params = params
        self._sleep = sleep
        self._https = Https(params)
        self.connections = min(MOST, max(1, params.get("connections") or 1))
        self._throttle = Throttle(
            self._https.authority, params["throttle_timeout"], slots=self.connections, report=report
        )
        self._signals = Signals()
        self._thread = threading.local()
        self._lock = threading.Lock()
        self.where = f"AXL of CUCM {self._https.authority}"
        self.requests = 0
        self.planned = frozenset(
            (re.sub(r"[\s_-]", "", str(row["type"])).casefold(), str(name).casefold())
            for row in params.get("planned") or ()
            for name in (row.get("name"), *(row.get("key") or {}).values())
            if name
        )

    def __enter__(self) -> Axl:
        """Find out the release, get the schema and load it."""
        self._signals.__enter__()
        try:
            release = read_release(self._https, self._throttle, self._params.get("schema_version"))
            self.schema: Schema = obtain(self._params, self._https, release)
            self.interface = Interface(self.schema.path, self.schema.version)
            self.definitions = self.interface.definitions
        except KeyboardInterrupt:
            self._close()
            raise self._interrupted() from None
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: t.Any) -> None:
        self._close()
        if isinstance(error, KeyboardInterrupt):
            raise self._interrupted() from None
        if isinstance(error, Interrupted):
            error.signal = self._signals.caught

    def _close(self) -> None:
        self._signals.__exit__()
        self._https.__exit__()

    def _interrupted(self) -> Interrupted:
        """Word an interruption that came while nothing was being changed."""
        error = Interrupted(f"interrupted in the conversation with {self.where}, between two changes")
        error.signal = self._signals.caught
        return error

    def each(self, work: t.Callable[[t.Any], t.Any], items: t.Iterable[t.Any]) -> list[Outcome]:
        """Run `work(item)` for all items on up to `connections` threads; return the outcomes in the items' order.

        An item's VoiceError is its own, but after one that ends the run (nobody there, the user not accepted, the time
        for waiting used up) those that have not begun are not tried. What work writes down itself, such as in its
        row, is right after an interruption too.

        :raises Interrupted: with the outcomes so far, those under way finished
        """
        crew, thread = Crew(self.connections, ends_run, self._throttle.wake), self._thread

        def watched(item: t.Any) -> t.Any:
            # An item that has changed something is brought to its end, whatever has happened to the others.
            thread.changed = False
            thread.stopped = lambda: crew.stopped.is_set() and not thread.changed
            return work(item)

        return crew.run(watched, list(items))

    def _send(self, body: bytes, headers: dict[str, str]) -> Answer:
        with self._lock:
            self.requests += 1
        return self._https.post(AXL_PATH, body, headers, roles=AXL_ROLES)

    def call(self, operation: str, arguments: dict[str, t.Any], doing: str) -> t.Any:
        """Carry out one operation and return what it returned: an lxml element, or None.

        :param doing: what is being done to what, for messages, such as ``adding phone SEP001122334455``
        :raises Fault: AXL refused
        :raises AnswerLost: nobody knows whether it was carried out
        """
        body, headers = self.interface.request(operation, arguments)
        stopped = getattr(self._thread, "stopped", _never)
        answer = self._throttle.run(lambda: self._send(body, headers), stopped)
        if answer.status == 599:
            raise unknown_version(self._https.authority, self.interface.version, answer)
        if answer.status not in (200, 500):
            raise Refused(
                f"{doing}: {self.where} answered HTTP {answer.status}, {title(answer.body)}",
                "Check that the Cisco AXL Web Service runs on the publisher.",
                code=str(answer.status),
            )
        try:
            return child(read(answer.body, self.where, doing), "return")
        except Fault as fault:
            fault.hint = fault.hint or _hint(fault)
            raise

    def get(
        self, kind: str, key: dict[str, t.Any], doing: str, tags: dict[str, t.Any] | None = None
    ) -> dict[str, t.Any] | None:
        """Return an object of a type (`Phone`) by its key (`{"name": ...}`), or None where there is none.

        :param tags: the elements to return, each with an empty text; all of them where it isn't given
        """
        arguments = {**key, "returnedTags": tags} if tags else dict(key)
        try:
            returned = self._read(f"get{kind}", arguments, doing)
        except Fault as fault:
            if is_not_found(fault):
                return None
            raise
        found = None if returned is None else next(iter(returned), None)
        value = None if found is None else plain(found)
        return value if isinstance(value, dict) else None

    def list(self, kind: str, criteria: dict[str, str], tags: t.Iterable[str], doing: str) -> list[dict[str, t.Any]]:
        """Return the objects of a type that match, page by page. In a criterion `%` stands for any text.

        :param tags: the elements to return; as in `get` where some have elements of their own
        """
        found: list[dict[str, t.Any]] = []
        page = PAGE
        while True:
            arguments = {
                "searchCriteria": criteria,
                "returnedTags": tags if isinstance(tags, dict) else dict.fromkeys(tags, ""),
                "skip": len(found),
                "first": page,
            }
            try:
                returned = self._read(f"list{kind}", arguments, doing)
            except Fault as fault:
                smaller = too_large(fault)
                if smaller is None or smaller >= page:
                    raise
                page = smaller
                continue
            members = [] if returned is None else [plain(item) for item in returned]
            found.extend(member for member in members if isinstance(member, dict))
            if len(members) < page:
                return found

    def _read(self, operation: str, arguments: dict[str, t.Any], doing: str) -> t.Any:
        """Read; a lost answer is asked for again, once, because reading changes nothing."""
        try:
            return self.call(operation, arguments, doing)
        except AnswerLost:
            return self.call(operation, arguments, doing)

    def write(self, operation: str, arguments: dict[str, t.Any], doing: str, reached: t.Callable[[], bool]) -> str:
        """Carry out a change; return how it went, for the row's `sent`.

        Where the answer is lost, it is read back: if the change is there, all is well; only if it is not, it is sent
        once more.

        :param reached: reads the object anew and tells whether it is as wanted
        :raises TimedOut: both answers were lost and the change isn't there
        :raises AnswerLost: it could not be read back, so that nobody knows whether the change is there
        """
        try:
            self._change(operation, arguments, doing)
            return operation
        except AnswerLost as lost:
            first = lost
        if self._read_back(reached, doing, first):
            return f"{operation} (answer lost, read back: done)"
        try:
            self._change(operation, arguments, doing)
            return f"{operation} (answer lost, read back: not done, sent again)"
        except AnswerLost:
            if self._read_back(reached, doing, first):
                return f"{operation} (answer lost twice, read back: done)"
        except Fault as fault:
            # The first one came through after all.
            if (fault.code in DUPLICATE or is_not_found(fault)) and self._read_back(reached, doing, first):
                return f"{operation} (answer lost, read back: done)"
            raise
        raise TimedOut(f"{doing}: {first.msg}, twice; read back: it is not done", first.hint)

    def _change(self, operation: str, arguments: dict[str, t.Any], doing: str) -> None:
        try:
            self.call(operation, arguments, doing)
        except AnswerLost:
            self._thread.changed = True
            raise
        except KeyboardInterrupt:
            raise Interrupted(f"{doing}: interrupted before the answer came: it may be done or not") from None
        self._thread.changed = True

    def _read_back(self, reached: t.Callable[[], bool], doing: str, lost: AnswerLost) -> bool:
        """Tell whether a change whose answer was lost is there.

        :raises AnswerLost: whatever the reason, that can't be told
        """
        try:
            return self._look(reached)
        except Interrupted:
            raise
        except VoiceError as error:
            raise AnswerLost(
                f"{doing}: {lost.msg}; it could not be read back whether it is done: {error.msg}", lost.hint
            ) from None

    def _look(self, reached: t.Callable[[], bool]) -> bool:
        last: Unreachable | None = None
        for pause in _LOOKS:
            self._sleep(pause)
            try:
                if reached():
                    return True
                last = None
            except Unreachable as error:
                last = error
        if last is not None:
            raise last
        return False


def _never() -> bool:
    return False


def is_not_found(fault: Fault) -> bool:
    """Tell whether a fault says that there is no such object: 5007, whose text names the type or the key."""
    return fault.code in NOT_FOUND and "not found" in fault.words.casefold()


def too_large(fault: Fault) -> int | None:
    """Return the size of page that a fault asks for, or None where it says something else."""
    found = re.search(r"Sugges\w+ row fetch: less than (\d+) rows", fault.words, re.I)
    return max(1, int(found.group(1)) - 1) if found else None


def _hint(fault: Fault) -> str:
    """Return the next step for a fault, by its code and its words."""
    words = fault.words.casefold()
    if fault.code in DUPLICATE:
        return "It was added by somebody else in the meantime. Run it again: it is then compared."
    if fault.code == "5003" and "not found" in words:
        return "It was removed in the meantime, or an object that is named there does not exist: check the names."
    if fault.code == "5003" or "denied" in words or "not authorized" in words or "permission" in words:
        return f"{AXL_ROLES}; a user rank can deny it too."
    if fault.code in IN_USE:
        return (
            "It is still in use: change or remove what uses it first (Cisco Unified CM Administration lists it under "
            "Related Links, Dependency Records)."
        )
    if fault.code in NOT_FOUND:
        return "An object that is named there does not exist on this cluster: check the names."
    return ""

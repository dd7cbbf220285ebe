# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work on many items by a few threads, so that of each item it is known how it went, whatever ends the run."""

from __future__ import annotations

import contextlib
import contextvars
import signal
import threading
import typing as t
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from ansible_collections.dialtone.voice.plugins.module_utils._errors import Interrupted, VoiceError

MOST = 10
"""Threads at most."""


class Halted(VoiceError):
    """Nothing was sent, because the run is about to end."""


@dataclass(frozen=True)
class Outcome:
    """How the work on one item went.

    :ivar value: what the work returned
    :ivar error: why it failed; None where it did not
    :ivar tried: False where the run ended before it
    """

    value: t.Any = None
    error: VoiceError | None = None
    tried: bool = True


_NOT_TRIED = Outcome(tried=False)


@dataclass
class Crew:
    """Runs one list of items; each takes the next one that nobody has begun.

    :ivar size: threads
    :ivar ends: tells whether an item's error ends the run for those that have not begun
    :ivar halt: called when the run ends, so that those who wait for their turn wake up and look at `stopped`
    """

    size: int
    ends: t.Callable[[VoiceError], bool]
    halt: t.Callable[[], None] = lambda: None
    stopped: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, work: t.Callable[[t.Any], t.Any], items: t.Sequence[t.Any]) -> list[Outcome]:
        """Do the work on every item; return the outcomes in the order of the items.

        The caller's thread does none of it, so that a signal never hits a request that is under way: on the first one
        (KeyboardInterrupt) no other item is begun and those under way are finished, on a second one these are given
        up as lost.

        :raises Interrupted: with the outcomes so far
        """
        if not items:
            return []
        outcomes = [_NOT_TRIED] * len(items)
        begun: dict[int, bool] = {}
        queue = iter(range(len(items)))

        def member() -> None:
            while not self.stopped.is_set():
                with self._lock:
                    index = next(queue, None)
                if index is None:
                    return
                begun[index] = True
                try:
                    outcomes[index] = Outcome(work(items[index]))
                except Halted:
                    pass
                except VoiceError as error:
                    outcomes[index] = Outcome(error=error)
                    if self.ends(error):
                        self.stop()
                except BaseException:
                    # A defect: nobody goes on, and the caller's thread raises it.
                    self.stop()
                    raise
                del begun[index]

        count = min(self.size, len(items))
        pool = ThreadPoolExecutor(count, thread_name_prefix="crew")
        members: list[Future[None]] = []
        try:
            with _signals_held():
                # In copies of the caller's context, because ansible-core keeps there which task speaks.
                members += [pool.submit(contextvars.copy_context().run, member) for _member in range(count)]
            _finished(members)
        except KeyboardInterrupt:
            self.stop()
            with contextlib.suppress(KeyboardInterrupt):
                _finished(members)
            for index in list(begun):
                outcomes[index] = Outcome(error=Interrupted("interrupted while it was under way; not known if done"))
            raise Interrupted(_told(outcomes), outcomes=outcomes) from None
        finally:
            self.stop()
            pool.shutdown(wait=False)
        for each in members:
            each.result()
        return outcomes

    def stop(self) -> None:
        """Let nobody begin another item."""
        self.stopped.set()
        self.halt()


def _told(outcomes: list[Outcome]) -> str:
    tried = [outcome for outcome in outcomes if outcome.tried]
    failed = sum(outcome.error is not None for outcome in tried)
    return (
        f"interrupted: of {len(outcomes)} items {len(tried) - failed} finished, {failed} failed, "
        f"{len(outcomes) - len(tried)} not attempted"
    )


_ENDING = (signal.SIGINT, signal.SIGTERM)
_LOOK = 0.5
"""Seconds between looks whether a signal came that another thread was given, which interrupts no waiting."""


def _finished(members: list[Future[None]]) -> None:
    while wait(members, _LOOK).not_done:
        pass


@contextlib.contextmanager
def _signals_held() -> t.Iterator[None]:
    """Hold back what would interrupt the start of threads; these inherit it, so that signals find the main thread.

    What is blocked in this thread another one of the process is given, and then Python's handler runs in the main
    thread all the same. So the handlers only note what comes, and it is raised afterwards.
    """
    noted: list[int] = []

    def raised() -> None:
        for number in noted:
            signal.raise_signal(number)

    with contextlib.ExitStack() as stack:
        stack.callback(raised)
        former = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
        stack.callback(signal.pthread_sigmask, signal.SIG_SETMASK, former)
        if threading.current_thread() is threading.main_thread():
            for number in _ENDING:
                handler = signal.getsignal(number)
                if callable(handler):
                    stack.callback(signal.signal, number, handler)
                    signal.signal(number, lambda number, frame: noted.append(number))
        yield


class Signals:
    """While it is entered, SIGINT and SIGTERM raise KeyboardInterrupt in the main thread, whatever process that is.

    ansible-core from 2.19 on gives its workers handlers that end them at once, in the middle of a request. On Ctrl-C it
    sends them SIGINT, right after it SIGTERM, and then waits until they have ended. So the first signal is the
    person's, a different one after it says nothing new, and the same one again says not to wait any longer.

    :ivar caught: the signal that came first, 0 where none did
    """

    def __init__(self) -> None:
        self.caught = 0
        self._former: dict[int, t.Any] = {}

    def __enter__(self) -> Signals:
        if threading.current_thread() is threading.main_thread():
            for number in _ENDING:
                # Who has it ignored, as nohup and a shell's background jobs do, goes on ignoring it.
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._former[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *exc_info: object) -> None:
        for number, former in self._former.items():
            signal.signal(number, signal.SIG_DFL if former is None else former)
        self._former.clear()

    def _on_signal(self, number: int, frame: t.Any) -> None:
        if self.caught in (0, number):
            self.caught = number
            raise KeyboardInterrupt


@contextlib.contextmanager
def interruptible(words: str) -> t.Iterator[None]:
    """Have SIGINT and SIGTERM end the block with an Interrupted that knows the signal and has a text, else `words`."""
    with Signals() as signals:
        try:
            yield
        except KeyboardInterrupt:
            error = Interrupted(words, "Run it again.")
            error.signal = signals.caught
            raise error from None
        except Interrupted as error:
            error.signal = error.signal or signals.caught
            raise

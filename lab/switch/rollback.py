"""The configuration archive, and the change that goes back by itself unless it is confirmed in time."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from .grammar import Rejected
from .render import stamp
from .state import SwitchConfig

if TYPE_CHECKING:
    from .session import Session
    from .switch import Switch

_NETWORK = ("ftp:", "http:", "https:", "rcp:", "scp:", "tftp:")
_SLOTS = 10
ARCHIVE_OFF = "%Turn config archive on before using Rollback Confirmed Change"
# No transcript of this refusal was found: the words are this lab's.
ALREADY_PENDING = "%Rollback Confirmed Change already pending"
NONE_PENDING = "%No Rollback Confirmed Change pending"
_WARNING = (
    "Rollback Confirmed Change: Rollback will begin in one minute.\n"
    'Enter "configure confirm" if you wish to keep what you\'ve configured'
)


class Handle(Protocol):
    """Something that comes due later, unless it is cancelled."""

    def cancel(self) -> None: ...


@dataclass
class _Pending:
    name: str
    config: SwitchConfig
    session: Session
    configured: float
    minutes: int
    idle: bool
    handles: list[Handle] = field(default_factory=list)


class Rollback:
    """The archive of one switch and its revert timer."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self._archived: list[str] = []
        self._count = 0
        self._pending: _Pending | None = None

    # -- the archive --------------------------------------------------------------------------------------------------

    def _setting(self, word: str) -> str | None:
        lines = self._switch.config.blocks.get("archive", [])
        return next((line.partition(" ")[2] for line in lines if f"{line} ".startswith(f"{word} ")), None)

    @property
    def path(self) -> str | None:
        """Where archived configurations go; without it there is no archive."""
        return self._setting("path")

    @property
    def to_network(self) -> bool:
        """Whether they go to a server."""
        return (self.path or "").startswith(_NETWORK)

    def _next_name(self, timestamp: str) -> str:
        path = (self.path or "").replace("$h", self._switch.config.hostname)
        path = path.replace("$t", timestamp) if "$t" in path else f"{path}-{timestamp}"
        return f"{path}-{self._count}"

    def store(self) -> str:
        """Put the running configuration into the archive; the file's name."""
        now = self._switch.clock()
        day = time.strftime("%e", time.gmtime(now)).replace(" ", "-")
        moment = time.strftime(f"%b-{day}-%H-%M-%S", time.gmtime(now)) + f".{int(now % 1 * 1000):03d}"
        name = self._next_name(moment)
        self._count += 1
        self._archived = [*self._archived, name][-int(self._setting("maximum") or _SLOTS) :]
        return name

    def saved(self) -> None:
        """Called after `write memory`, which archives where `write-memory` says so."""
        if self.path and self._setting("write-memory") is not None:
            self.store()

    def show(self) -> str:
        """`show archive`."""
        if not self.path:
            return " Archive feature not enabled"
        slots = int(self._setting("maximum") or _SLOTS)
        lines = [f"The maximum archive configurations allowed is {slots}."]
        if self._archived:
            lines.append(f"There are currently {len(self._archived)} archive configurations saved.")
        lines += [f"The next archive file will be named {self._next_name('<timestamp>')}", " Archive #  Name"]
        for index in range(slots):
            name = self._archived[index] if index < len(self._archived) else ""
            recent = " <- Most Recent" if name and index == len(self._archived) - 1 else ""
            lines.append(f"   {index + 1:<8} {name}{recent}")
        return "\n".join(lines)

    # -- the change that must be confirmed ----------------------------------------------------------------------------

    @property
    def pending(self) -> bool:
        """Whether a change waits for its confirmation."""
        return self._pending is not None

    def arm(self, session: Session, minutes: int, *, idle: bool = False) -> str:
        """Keep the configuration as it is now and start the timer. Raises Rejected without an archive, or twice."""
        if not self.path:
            raise Rejected(ARCHIVE_OFF)
        if self._pending is not None:
            raise Rejected(ALREADY_PENDING)
        name = self.store()
        kept = copy.deepcopy(self._switch.config)
        self._pending = _Pending(name, kept, session, self._switch.clock(), minutes, idle)
        self._start()
        return f"Rollback Confirmed Change: Backing up current running config to {name}\n"

    def rearm(self, minutes: int, *, idle: bool = False) -> None:
        """Start the timer anew. Raises Rejected where nothing is pending."""
        pending = self._wanted()
        pending.minutes, pending.idle, pending.configured = minutes, idle, self._switch.clock()
        self._start()

    def touch(self) -> None:
        """Somebody typed something: an idle timer starts anew."""
        if self._pending is not None and self._pending.idle:
            self._start()

    def confirm(self) -> None:
        """Keep the change. Raises Rejected where nothing is pending."""
        self._wanted()
        self._stop()

    def revert(self) -> str:
        """Take the change back now. Raises Rejected where nothing is pending."""
        pending = self._wanted()
        self._stop()
        switch = self._switch
        switch.before_change()
        switch.config.replace(pending.config)
        switch.config.changed = (switch.clock(), pending.session.user)
        switch.after_change()
        return f"Rollback Confirmed Change: Rolling to:{pending.name}\n\nTotal number of passes: 1\nRollback Done\n"

    def expire(self) -> None:
        """The timer ran out."""
        if self._pending is not None:
            notify = self._pending.session.notify
            notify(self.revert())

    def timer(self) -> str:
        """`show archive config rollback timer`."""
        pending = self._pending
        if pending is None:
            return NONE_PENDING
        return "\n".join(
            [
                f"Time configured(or reconfigured): {stamp(pending.configured)}",
                f"Timer type: {'idle' if pending.idle else 'absolute'} timer",
                f"Timer value: {pending.minutes} min",
                f"User: {pending.session.user}",
            ]
        )

    def cancel(self) -> None:
        """Power off: the timer is gone with it."""
        if self._pending is not None:
            self._stop()

    def _wanted(self) -> _Pending:
        if self._pending is None:
            raise Rejected(NONE_PENDING)
        return self._pending

    def _start(self) -> None:
        pending, later, minute = self._wanted(), self._switch.later, self._switch.minute
        for handle in pending.handles:
            handle.cancel()
        pending.handles = [
            later((pending.minutes - 1) * minute, lambda: pending.session.notify(_WARNING)),
            later(pending.minutes * minute, self.expire),
        ]

    def _stop(self) -> None:
        for handle in self._wanted().handles:
            handle.cancel()
        self._pending = None


Later = Callable[[float, Callable[[], None]], Handle]

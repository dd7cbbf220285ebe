"""Who is registered: what a CallManager knows of its phones, whichever protocol they speak.

The registrars of SIP and SCCP report here what phones do, and ask whom to refuse. Changes of the database come in here
and go out as resets over the connection on which a phone has registered.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from lab.cucm import auto_registration
from lab.cucm import registration as reg
from lab.cucm.alarms import Download, download_of
from lab.cucm.records import PhoneRecord
from lab.cucm.registration import Attempt, Refusal, Registration
from lab.cucm.store import Store
from lab.phone.models import BY_CUCM_NAME

RESET_TIME = 10.0
"""Seconds within which a phone obeys a reset; if it goes later, that has another cause."""
RESETS = {
    "reset": ("reset", reg.CALL_MANAGER_RESET),
    "removed": ("reset", reg.CALL_MANAGER_RESET),
    "restarted": ("restart", reg.CALL_MANAGER_RESTART),
    "applied": ("apply-config", reg.CALL_MANAGER_APPLY_CONFIG),
    "updated": ("apply-config", reg.CALL_MANAGER_APPLY_CONFIG),
}


@dataclass
class Exceptions:
    """What the CallManagers of one cluster have in common beside the database; the first three are for faults.

    `reject` maps a device to a Refusal, `maximum_devices` limits how many may be registered at each CallManager,
    `digest` maps a SIP device to the (user, password) that it has to prove; `alarms` are those that devices sent,
    `downloads` what they told of their upgrades.
    """

    reject: dict[str, Refusal] = field(default_factory=dict)
    maximum_devices: int | None = None
    digest: dict[str, tuple[str, str]] = field(default_factory=dict)
    alarms: dict[str, list[str]] = field(default_factory=dict)
    downloads: dict[str, Download] = field(default_factory=dict)


class Connection(Protocol):
    """A phone's connection, as the registrar of its protocol has it; `peer` is the phone's address."""

    peer: str

    def command(self, name: str, action: str, stamp: str) -> bool:
        """Tell a phone to "reset", "restart" or "apply-config"; false where the connection is closing."""


class Registry:
    """The phones of one CallManager.

    `close_grace` is how long, in seconds, a closed connection is forgiven. `address` is the CallManager's.
    """

    def __init__(
        self,
        store: Store,
        *,
        close_grace: float,
        log: logging.Logger,
        exceptions: Exceptions | None = None,
        address: str = "",
        release: str = "12.5",
    ) -> None:
        self.store, self.log, self.address, self.release = store, log, address, release
        self.exceptions = exceptions or Exceptions()
        self._close_grace = close_grace
        self._known: dict[str, Registration] = {}
        self._connections: dict[str, Connection] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._resetting: dict[str, tuple[int, float]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running = False

    def start(self) -> None:
        """Follow the database."""
        if self._loop is None:
            # The store has no way to unsubscribe, so one that is started again must not listen twice.
            self.store.subscribe(self._changed)
        self._loop = asyncio.get_running_loop()
        self._running = True

    def pause(self) -> None:
        """Connections that end from here on end because the CallManager does."""
        self._running = False

    def stop(self) -> None:
        """Every phone is unregistered."""
        self._running = False
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        for name, known in self._known.items():
            if known.status in (reg.REGISTERED, reg.PARTIAL):
                self.unregister(name, reg.CONNECTIVITY_ERROR)

    def registrations(self) -> dict[str, Registration]:
        """Every device that has tried to register since the cluster started, by name."""
        return dict(self._known)

    def reset(self, name: str, change: str = "reset") -> bool:
        """Tell a registered phone to reset, restart or apply its configuration; `change` is a key of RESETS.

        Returns whether the phone has a connection over which it could be told.
        """
        action, reason = RESETS[change]
        connection = self._connections.get(name)
        phone = self.store.phone(name)
        if connection is None or not connection.command(name, action, phone.version_stamp if phone else ""):
            return False
        self._resetting[name] = reason, time.monotonic() + RESET_TIME
        self.log.info("%s: sent %s", name, action)
        return True

    # -- changes of the database -------------------------------------------------------------------------------------

    def _changed(self, kind: str, name: str, change: str) -> None:
        if self._running and kind in ("Phone", "Line"):
            # The store calls from the writer's thread, in the middle of its work.
            self._loop.call_soon_threadsafe(self._react, kind, name, change)

    def _react(self, kind: str, name: str, change: str) -> None:
        if change not in RESETS or not self._running:
            return
        if kind == "Phone":
            self.reset(name.upper(), change)
            return
        for device in list(self._connections):
            phone = self.store.phone(device)
            if phone and name in {f"{line.pattern}/{line.partition}" for line in phone.lines}:
                self.reset(device, "applied" if change == "removed" else change)

    def alarmed(self, name: str, text: str) -> None:
        """A device has sent an alarm."""
        self.exceptions.alarms.setdefault(name, []).append(text)
        if download := download_of(text):
            self.exceptions.downloads[name] = download

    # -- what the registrars ask and report --------------------------------------------------------------------------

    def phone(self, attempt: Attempt) -> PhoneRecord | None:
        """The device in the database, where auto-registration adds one that wasn't there."""
        known = self.store.phone(attempt.device)
        if known is None and attempt.device not in self.exceptions.reject:
            known = auto_registration.add(self.store, self.address, attempt, self.release)
            if known:
                self.log.info("%s: auto-registered with %s", known.name, known.lines[0].pattern)
        return known

    def auto_registers(self) -> bool:
        """Whether auto-registration is on at this CallManager."""
        managers = self.store.all("CallManager")
        return any(auto_registration.enabled(each) for each in managers if auto_registration.is_at(each, self.address))

    def refusal(self, attempt: Attempt, phone: PhoneRecord | None) -> Refusal | None:
        """Why a device may not register, None where it may."""
        name = attempt.device
        if name in self.exceptions.reject:
            return self.exceptions.reject[name]
        if phone is None:
            return 404, "Unable to find device/user in database", reg.NO_ENTRY_IN_DATABASE
        mismatch = reg.DATABASE_CONFIGURATION_ERROR
        if phone.protocol.upper() != attempt.protocol:
            return 403, f"Protocol mismatch: device is configured for {phone.protocol}", mismatch
        model = BY_CUCM_NAME.get(phone.model)
        if model and attempt.model and attempt.model != model.number:
            return 403, f"Device type mismatch: device is configured as {phone.model}", mismatch
        if self.exceptions.maximum_devices is not None:
            others = sum(known.status == reg.REGISTERED for key, known in self._known.items() if key != name)
            if others >= self.exceptions.maximum_devices:
                return 503, "Maximum number of registered devices exceeded", reg.MAXIMUM_DEVICES_EXCEEDED
        return None

    def registered(
        self,
        attempt: Attempt,
        connection: Connection,
        numbers: Iterable[str],
        configured: Iterable[str],
        silence: float,
    ) -> bool:
        """These numbers of a device are registered; `silence` seconds without a word will end it. Whether it is new."""
        name = attempt.device
        known = self._known.get(name)
        first = known is None or known.status in (reg.UNREGISTERED, reg.REJECTED) or known.ip != connection.peer
        if first:
            known = self._replace(attempt, connection, reg.PARTIAL, reg.NONE)
        known.lines.update(dict.fromkeys(numbers, reg.REGISTERED))
        complete = all(known.lines.get(number) == reg.REGISTERED for number in configured)
        status = reg.REGISTERED if complete else reg.PARTIAL
        if status != known.status:
            known.status, known.timestamp = status, int(time.time())
        self._resetting.pop(name, None)
        self._connections[name] = connection
        self.alive(name, silence)
        return first

    def alive(self, name: str, silence: float) -> None:
        """The device has been heard; `silence` seconds without a word will end its registration."""
        self._known[name].expires_at = time.monotonic() + silence
        self._later(name, silence, lambda: self.unregister(name, reg.KEEPALIVE_TIMEOUT))

    def rejected(self, attempt: Attempt, connection: Connection, reason: int) -> None:
        """A device was refused, for RIS's `reason`."""
        self._cancel(attempt.device)
        self._replace(attempt, connection, reg.REJECTED, reason)
        self._connections.pop(attempt.device, None)
        self.log.info("%s: rejected, reason %d", attempt.device, reason)

    def left(self, name: str) -> None:
        """A device has taken its registration back."""
        self.unregister(name, self._cause(name, reg.DEVICE_UNREGISTERED))

    def closed(self, connection: Connection, names: Iterable[str]) -> None:
        """A connection has ended over which these devices were registered."""
        for name in names:
            if self._connections.get(name) is connection:
                del self._connections[name]
                reason = self._cause(name, reg.CONNECTIVITY_ERROR)
                if self._running:
                    # It is gone since now, also where it is at another node by the time that this is sure.
                    gone = partial(self.unregister, name, reason, at=int(time.time()))
                    self._later(name, self._close_grace, gone)

    def unregister(self, name: str, reason: int, at: int | None = None) -> None:
        """A device is gone, for RIS's `reason`, since the epoch second `at`; now without it."""
        self._cancel(name)
        known = self._known.get(name)
        if known is None or known.status in (reg.REJECTED, reg.UNREGISTERED):
            return
        known.status, known.reason, known.timestamp = reg.UNREGISTERED, reason, at or int(time.time())
        known.lines = dict.fromkeys(known.lines, reg.UNREGISTERED)
        self._connections.pop(name, None)
        self.log.info("%s: unregistered, reason %d", name, reason)

    def holds(self, name: str, connection: Connection) -> bool:
        """Whether a device is registered over this very connection."""
        return self._connections.get(name) is connection

    # -- inside ------------------------------------------------------------------------------------------------------

    def _replace(self, attempt: Attempt, connection: Connection, status: str, reason: int) -> Registration:
        before = self._known.get(attempt.device)
        record = Registration(
            name=attempt.device,
            status=status,
            reason=reason,
            ip=connection.peer,
            protocol=attempt.protocol,
            active_load=attempt.active_load,
            inactive_load=attempt.inactive_load,
            timestamp=int(time.time()),
            model=attempt.model,
            attempts=(before.attempts if before else 0) + 1,
            alarm=attempt.alarm,
            download=self.exceptions.downloads.get(attempt.device, Download()),
        )
        self._known[attempt.device] = record
        return record

    def _cause(self, name: str, otherwise: int) -> int:
        """The reason for which a device goes: the reset that it was just told to do, or `otherwise`."""
        reason, until = self._resetting.pop(name, (otherwise, 0.0))
        return reason if time.monotonic() < until else otherwise

    def _later(self, name: str, seconds: float, action: Callable[[], None]) -> None:
        self._cancel(name)
        self._timers[name] = self._loop.call_later(seconds, action)

    def _cancel(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer:
            timer.cancel()

"""The CallManager's SIP side: a registrar over TCP, with the resets that the cluster sends to its phones.

Answers as CUCM's do: `Expires: 120` whatever was asked for, the Contact echoed with `;x-cisco-newreg` on a first
registration, 202 for an alarm (REFER). A standby keep-alive (`Expires: 0` with `cisco-keep-alive`) is no
unregistration.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import secrets
import time
from collections.abc import Callable
from email.utils import formatdate

from lab.cucm import registration as reg
from lab.cucm.records import PhoneRecord
from lab.cucm.registration import RegisterRequest, Registration, read_register
from lab.cucm.store import Store
from lab.phone.models import BY_CUCM_NAME
from lab.sip import SipError, SipMessage, read_message, uri_user

REALM = "ccmsipline"
RESET_TIME = 10.0
"""Seconds within which a phone obeys a reset; if it goes later, that has another cause."""
RESETS = {
    "reset": ("reset", reg.CALL_MANAGER_RESET),
    "removed": ("reset", reg.CALL_MANAGER_RESET),
    "restarted": ("restart", reg.CALL_MANAGER_RESTART),
    "applied": ("apply-config", reg.CALL_MANAGER_APPLY_CONFIG),
    "updated": ("apply-config", reg.CALL_MANAGER_APPLY_CONFIG),
}


class _Connection:
    """One TCP connection: `devices` maps those that registered over it to the Call-ID of their REGISTER."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self.peer: str = writer.get_extra_info("peername")[0]
        self.devices: dict[str, str] = {}
        self.contacts: dict[str, str] = {}
        self.nonces: dict[str, str] = {}

    def send(self, message: SipMessage) -> None:
        if not self.writer.is_closing():
            self.writer.write(message.encode())


class Registrar:
    """The registrar on `address`:`sip_port`.

    `expires` is what it grants (seconds), `keepalive_grace` how long after that a silent phone is unregistered,
    `close_grace` how long a closed connection is forgiven. For faults: `reject` maps a device to (SIP code, text, RIS
    reason), `maximum_devices` limits how many may be registered, `digest` maps a device to the (user, password) that
    it has to prove.
    """

    def __init__(
        self,
        *,
        store: Store,
        address: str,
        sip_port: int,
        log: logging.Logger | None = None,
        expires: int = 120,
        keepalive_grace: float = 15.0,
        close_grace: float = 0.3,
        version: str = "12.5",
    ) -> None:
        self._store, self._address, self._port = store, address, sip_port
        self._log = log or logging.getLogger(__name__)
        self._expires, self._grace, self._close_grace = expires, keepalive_grace, close_grace
        self._server_name = f"Cisco-CUCM{version}"
        self._known: dict[str, Registration] = {}
        self._connections: dict[str, _Connection] = {}
        self._open: set[_Connection] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._resetting: dict[str, tuple[int, float]] = {}
        self._sequence = itertools.count(101)
        self._server: asyncio.Server | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._subscribed = False
        self.reject: dict[str, tuple[int, str, int]] = {}
        self.digest: dict[str, tuple[str, str]] = {}
        self.maximum_devices: int | None = None
        self.alarms: dict[str, list[str]] = {}

    async def start(self) -> None:
        """Listen. Raises OSError if the port is taken."""
        self._loop = asyncio.get_running_loop()
        self._server = await asyncio.start_server(self._serve, self._address, self._port, limit=65536)
        if not self._subscribed:
            # The store has no way to unsubscribe, so a registrar that is started again must not listen twice.
            self._store.subscribe(self._changed)
            self._subscribed = True

    async def stop(self) -> None:
        """Stop listening and close every phone's connection; the phones are unregistered."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        for connection in list(self._open):
            connection.writer.close()
        await server.wait_closed()
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        for name, known in self._known.items():
            if known.status in (reg.REGISTERED, reg.PARTIAL):
                self._unregister(name, reg.CONNECTIVITY_ERROR)

    def registrations(self) -> dict[str, Registration]:
        """Every device that has tried to register since the cluster started, by name."""
        return dict(self._known)

    def reset(self, name: str, change: str = "reset") -> bool:
        """Tell a registered phone to reset, restart or apply its configuration; `change` is a key of RESETS.

        Returns whether the phone has a connection over which it could be told.
        """
        action, reason = RESETS[change]
        connection = self._connections.get(name)
        if connection is None or connection.writer.is_closing():
            return False
        phone = self._store.phone(name)
        self._resetting[name] = reason, time.monotonic() + RESET_TIME
        contact = connection.contacts[name]
        call_id = f"{secrets.token_hex(8)}@{self._address}"
        headers = [
            ("Via", f"SIP/2.0/TCP {self._address}:{self._port};branch=z9hG4bK{secrets.token_hex(6)}"),
            ("From", f"<sip:{self._address}>;tag={secrets.token_hex(5)}"),
            ("To", f"<{contact}>"),
            ("Call-ID", call_id),
            ("CSeq", f"{next(self._sequence)} NOTIFY"),
            ("Max-Forwards", "70"),
            ("Event", "service-control"),
            ("Subscription-State", "active"),
            ("Contact", f"<sip:{self._address}:{self._port};transport=tcp>"),
            ("Content-Type", "text/plain"),
        ]
        body = reg.service_control(action, connection.devices[name], phone.version_stamp if phone else "")
        connection.send(SipMessage(f"NOTIFY {contact} SIP/2.0", headers, body))
        self._log.info("%s: sent %s", name, action)
        return True

    # -- changes of the database -------------------------------------------------------------------------------------

    def _changed(self, kind: str, name: str, change: str) -> None:
        if self._loop is None or self._server is None:
            return
        if kind in ("Phone", "Line"):
            # The store calls from the writer's thread, in the middle of its work.
            self._loop.call_soon_threadsafe(self._react, kind, name, change)

    def _react(self, kind: str, name: str, change: str) -> None:
        if change not in RESETS or self._server is None:
            return
        if kind == "Phone":
            self.reset(name.upper(), change)
            return
        for device in list(self._connections):
            phone = self._store.phone(device)
            if phone and name in {f"{line.pattern}/{line.partition}" for line in phone.lines}:
                self.reset(device, "applied" if change == "removed" else change)

    # -- connections -------------------------------------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(writer)
        self._open.add(connection)
        try:
            while (message := await read_message(reader)) is not None:
                answer = self._answer(message, connection)
                if answer:
                    connection.send(answer)
                await writer.drain()
        except SipError as error:
            self._log.warning("%s: %s", connection.peer, error)
        except ConnectionError:
            self._log.debug("%s: connection lost", connection.peer)
        finally:
            self._open.discard(connection)
            writer.close()
            self._closed(connection)

    def _closed(self, connection: _Connection) -> None:
        for name in connection.devices:
            if self._connections.get(name) is connection:
                del self._connections[name]
                reason = self._cause(name, reg.CONNECTIVITY_ERROR)
                if self._server is not None:
                    self._later(
                        name, self._close_grace, lambda name=name, reason=reason: self._unregister(name, reason)
                    )

    def _answer(self, message: SipMessage, connection: _Connection) -> SipMessage | None:
        if message.status:
            return None
        if message.method == "REGISTER":
            return self._register(message, connection)
        if message.method == "REFER":
            return self._alarm(message)
        if message.method in ("OPTIONS", "SUBSCRIBE", "PUBLISH"):
            return message.respond(200, ("Server", self._server_name), ("Allow", "REGISTER, REFER, NOTIFY, OPTIONS"))
        return message.respond(405, ("Allow", "REGISTER, REFER, NOTIFY, OPTIONS"))

    def _alarm(self, message: SipMessage) -> SipMessage:
        if message.get("Content-Type").lower().startswith(reg.ALARM_TYPE):
            text = message.body.decode("utf-8", "replace")
            self.alarms.setdefault(uri_user(message.get("From")).upper(), []).append(text)
        return message.respond(202, ("Server", self._server_name))

    # -- registration ------------------------------------------------------------------------------------------------

    def _register(self, message: SipMessage, connection: _Connection) -> SipMessage:
        request = read_register(message)
        if not request.device:
            return message.respond(400, self._warning("No device name in the request"))
        if not request.expires and not request.keepalive:
            # Also for a device that was just removed: what it had is taken back before it is refused.
            self._unregister(request.device, self._cause(request.device, reg.DEVICE_UNREGISTERED))
            return self._accept(message, request, first=False)
        phone = self._store.phone(request.device)
        refusal = self._refusal(request, phone)
        if refusal:
            code, text, reason = refusal
            self._rejected(request, connection, reason)
            return message.respond(code, self._warning(text))
        challenge = self._challenge(message, request, connection)
        if challenge:
            return challenge
        if not request.expires:
            return self._accept(message, request, first=False)
        patterns = [reg.number_of(line.pattern) for line in phone.lines]
        if request.line not in patterns:
            self._log.info("%s: no line %s", request.device, request.line)
            return message.respond(
                404, self._warning(f"Directory number {request.line} is not configured on this device")
            )
        first = self._registered(request, connection, patterns if request.bulk else [request.line], patterns)
        connection.devices.setdefault(request.device, message.get("Call-ID"))
        connection.contacts.setdefault(request.device, request.contact.partition(">")[0].lstrip("<"))
        self._connections[request.device] = connection
        return self._accept(message, request, first=first)

    def _refusal(self, request: RegisterRequest, phone: PhoneRecord | None) -> tuple[int, str, int] | None:
        name = request.device
        if name in self.reject:
            return self.reject[name]
        if phone is None:
            return 404, "Unable to find device/user in database", reg.NO_ENTRY_IN_DATABASE
        mismatch = reg.DATABASE_CONFIGURATION_ERROR
        if phone.protocol.upper() != "SIP":
            return 403, f"Protocol mismatch: device is configured for {phone.protocol}", mismatch
        model = BY_CUCM_NAME.get(phone.model)
        if model and request.model and request.model != model.number:
            return 403, f"Device type mismatch: device is configured as {phone.model}", mismatch
        if self.maximum_devices is not None:
            others = sum(known.status == reg.REGISTERED for key, known in self._known.items() if key != name)
            if others >= self.maximum_devices:
                return 503, "Maximum number of registered devices exceeded", reg.MAXIMUM_DEVICES_EXCEEDED
        return None

    def _challenge(self, message: SipMessage, request: RegisterRequest, connection: _Connection) -> SipMessage | None:
        credentials = self.digest.get(request.device)
        if credentials is None:
            return None
        nonce = connection.nonces.setdefault(request.device, secrets.token_hex(16))
        header = message.get("Authorization")
        if header and reg.digest_accepted(header, credentials, "REGISTER", nonce, REALM):
            return None
        offer = f'Digest realm="{REALM}", nonce="{nonce}", algorithm=MD5'
        return message.respond(401, ("WWW-Authenticate", offer), ("Server", self._server_name))

    def _accept(self, message: SipMessage, request: RegisterRequest, *, first: bool) -> SipMessage:
        contact = request.contact + (";x-cisco-newreg" if first else "")
        headers = [
            ("Date", formatdate(usegmt=True)),
            ("Server", self._server_name),
            ("Expires", str(self._expires if request.expires else 0)),
            ("Contact", contact),
            ("Supported", "X-cisco-srtp-fallback,X-cisco-sis-8.0.0"),
        ]
        body = b""
        if message.body:
            headers.append(("Content-Type", reg.RESPONSE_TYPE))
            body = reg.options_indication()
        return message.respond(200, *headers, body=body)

    def _warning(self, text: str) -> tuple[str, str]:
        return "Warning", f'399 {self._address} "{text}"'

    # -- the record of each device -----------------------------------------------------------------------------------

    def _registered(
        self, request: RegisterRequest, connection: _Connection, patterns: list[str], configured: list[str]
    ) -> bool:
        known = self._known.get(request.device)
        first = known is None or known.status in (reg.UNREGISTERED, reg.REJECTED) or known.ip != connection.peer
        if first:
            known = self._replace(request, connection, reg.PARTIAL, reg.NONE)
        known.lines.update(dict.fromkeys(patterns, reg.REGISTERED))
        complete = all(known.lines.get(pattern) == reg.REGISTERED for pattern in configured)
        status = reg.REGISTERED if complete else reg.PARTIAL
        if status != known.status:
            known.status, known.timestamp = status, int(time.time())
        self._resetting.pop(request.device, None)
        silence = self._expires + self._grace
        known.expires_at = time.monotonic() + silence
        self._later(request.device, silence, lambda: self._unregister(request.device, reg.KEEPALIVE_TIMEOUT))
        return first

    def _rejected(self, request: RegisterRequest, connection: _Connection, reason: int) -> None:
        self._cancel(request.device)
        self._replace(request, connection, reg.REJECTED, reason)
        self._connections.pop(request.device, None)
        self._log.info("%s: rejected, reason %d", request.device, reason)

    def _replace(self, request: RegisterRequest, connection: _Connection, status: str, reason: int) -> Registration:
        before = self._known.get(request.device)
        record = Registration(
            name=request.device,
            status=status,
            reason=reason,
            ip=connection.peer,
            protocol="SIP",
            active_load=request.active_load,
            inactive_load=request.inactive_load,
            timestamp=int(time.time()),
            model=request.model,
            attempts=(before.attempts if before else 0) + 1,
            alarm=request.alarm,
        )
        self._known[request.device] = record
        return record

    def _cause(self, name: str, otherwise: int) -> int:
        """The reason for which a device goes: the reset that it was just told to do, or `otherwise`."""
        reason, until = self._resetting.pop(name, (otherwise, 0.0))
        return reason if time.monotonic() < until else otherwise

    def _unregister(self, name: str, reason: int) -> None:
        self._cancel(name)
        known = self._known.get(name)
        if known is None or known.status in (reg.REJECTED, reg.UNREGISTERED):
            return
        known.status, known.reason, known.timestamp = reg.UNREGISTERED, reason, int(time.time())
        known.lines = dict.fromkeys(known.lines, reg.UNREGISTERED)
        self._connections.pop(name, None)
        self._log.info("%s: unregistered, reason %d", name, reason)

    def _later(self, name: str, seconds: float, action: Callable[[], None]) -> None:
        self._cancel(name)
        self._timers[name] = self._loop.call_later(seconds, action)

    def _cancel(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer:
            timer.cancel()

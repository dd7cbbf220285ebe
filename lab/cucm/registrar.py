"""The registrars of a CallManager: SIP over TCP here, SCCP beside it, with one registry for both.

Answers as CUCM's do: `Expires: 120` whatever was asked for, the Contact echoed with `;x-cisco-newreg` on a first
registration, 202 for an alarm (REFER). A standby keep-alive (`Expires: 0` with `cisco-keep-alive`) is no
unregistration.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import secrets
from email.utils import formatdate

from lab.cucm import registration as reg
from lab.cucm.registration import Refusal, RegisterRequest, Registration, read_register
from lab.cucm.registry import Registry
from lab.cucm.sccp_registrar import SccpRegistrar
from lab.cucm.store import Store
from lab.sip import SipError, SipMessage, read_message, uri_user

REALM = "ccmsipline"
_SEQUENCE = itertools.count(101)


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

    def command(self, name: str, action: str, stamp: str) -> bool:
        """Send NOTIFY with `Event: service-control`, which names the registration by its Call-ID."""
        if self.writer.is_closing():
            return False
        address, port = self.writer.get_extra_info("sockname")[:2]
        contact = self.contacts[name]
        headers = [
            ("Via", f"SIP/2.0/TCP {address}:{port};branch=z9hG4bK{secrets.token_hex(6)}"),
            ("From", f"<sip:{address}>;tag={secrets.token_hex(5)}"),
            ("To", f"<{contact}>"),
            ("Call-ID", f"{secrets.token_hex(8)}@{address}"),
            ("CSeq", f"{next(_SEQUENCE)} NOTIFY"),
            ("Max-Forwards", "70"),
            ("Event", "service-control"),
            ("Subscription-State", "active"),
            ("Contact", f"<sip:{address}:{port};transport=tcp>"),
            ("Content-Type", "text/plain"),
        ]
        body = reg.service_control(action, self.devices[name], stamp)
        self.send(SipMessage(f"NOTIFY {contact} SIP/2.0", headers, body))
        return True


class Registrar:
    """The registrars on `address`: SIP on `sip_port`, SCCP on `sccp_port`.

    `expires` is what SIP grants and `sccp_keepalive` what SCCP wants (seconds), `keepalive_grace` how long after that a
    silent phone is unregistered, `close_grace` how long a closed connection is forgiven. For faults: `reject` maps a
    device to a Refusal, `maximum_devices` limits how many may be registered, `digest` maps a SIP device to the (user,
    password) that it has to prove.
    """

    def __init__(
        self,
        *,
        store: Store,
        address: str,
        sip_port: int,
        sccp_port: int = 2000,
        log: logging.Logger | None = None,
        expires: int = 120,
        sccp_keepalive: int = 30,
        keepalive_grace: float = 15.0,
        close_grace: float = 0.3,
        version: str = "12.5",
    ) -> None:
        self._store, self._address, self._port = store, address, sip_port
        self._log = log or logging.getLogger(__name__)
        self._expires, self._grace = expires, keepalive_grace
        self._server_name = f"Cisco-CUCM{version}"
        self._registry = Registry(store, close_grace=close_grace, log=self._log)
        self._sccp = SccpRegistrar(
            self._registry, address=address, port=sccp_port, keepalive=sccp_keepalive, grace=keepalive_grace
        )
        self._open: set[_Connection] = set()
        self._server: asyncio.Server | None = None
        self.reject: dict[str, Refusal] = self._registry.reject
        self.alarms: dict[str, list[str]] = self._registry.alarms
        self.digest: dict[str, tuple[str, str]] = {}

    @property
    def maximum_devices(self) -> int | None:
        """How many devices may be registered, None for any number."""
        return self._registry.maximum_devices

    @maximum_devices.setter
    def maximum_devices(self, value: int | None) -> None:
        self._registry.maximum_devices = value

    async def start(self) -> None:
        """Listen. Raises OSError if a port is taken."""
        self._server = await asyncio.start_server(self._serve, self._address, self._port, limit=65536)
        await self._sccp.start()
        self._registry.start()

    async def stop(self) -> None:
        """Stop listening and close every phone's connection; the phones are unregistered."""
        server, self._server = self._server, None
        if server is None:
            return
        self._registry.pause()
        server.close()
        for connection in list(self._open):
            connection.writer.close()
        await self._sccp.stop()
        await server.wait_closed()
        self._registry.stop()

    def registrations(self) -> dict[str, Registration]:
        """Every device that has tried to register since the cluster started, by name."""
        return self._registry.registrations()

    def reset(self, name: str, change: str = "reset") -> bool:
        """Tell a registered phone to go and come again; see `Registry.reset`."""
        return self._registry.reset(name, change)

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
            self._registry.closed(connection, connection.devices)

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
            self._registry.alarmed(uri_user(message.get("From")).upper(), text)
        return message.respond(202, ("Server", self._server_name))

    # -- registration ------------------------------------------------------------------------------------------------

    def _register(self, message: SipMessage, connection: _Connection) -> SipMessage:
        request = read_register(message)
        if not request.device:
            return message.respond(400, self._warning("No device name in the request"))
        if not request.expires and not request.keepalive:
            # Also for a device that was just removed: what it had is taken back before it is refused.
            self._registry.left(request.device)
            return self._accept(message, request, first=False)
        phone = self._store.phone(request.device)
        refusal = self._registry.refusal(request, phone)
        if refusal:
            code, text, reason = refusal
            self._registry.rejected(request, connection, reason)
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
        connection.devices.setdefault(request.device, message.get("Call-ID"))
        connection.contacts.setdefault(request.device, request.contact.partition(">")[0].lstrip("<"))
        numbers = patterns if request.bulk else [request.line]
        first = self._registry.registered(request, connection, numbers, patterns, self._expires + self._grace)
        return self._accept(message, request, first=first)

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

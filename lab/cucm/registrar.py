"""The registrars of a CallManager: SIP over TCP and TLS here, SCCP beside it, with one registry for all.

Answers as CUCM's do: `Expires: 120` whatever was asked for, the Contact echoed with `;x-cisco-newreg` on a first
registration, 202 for an alarm (REFER). A standby keep-alive (`Expires: 0` with `cisco-keep-alive`) is no
unregistration.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import secrets
import ssl
from email.utils import formatdate
from typing import Protocol

from lab.cucm import registration as reg
from lab.cucm.listener import TcpListener
from lab.cucm.registration import Refusal, RegisterRequest, Registration, read_register
from lab.cucm.registry import Exceptions, Registry
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
        transport = "TLS" if self.writer.get_extra_info("ssl_object") else "TCP"
        headers = [
            ("Via", f"SIP/2.0/{transport} {address}:{port};branch=z9hG4bK{secrets.token_hex(6)}"),
            ("From", f"<sip:{address}>;tag={secrets.token_hex(5)}"),
            ("To", f"<{contact}>"),
            ("Call-ID", f"{secrets.token_hex(8)}@{address}"),
            ("CSeq", f"{next(_SEQUENCE)} NOTIFY"),
            ("Max-Forwards", "70"),
            ("Event", "service-control"),
            ("Subscription-State", "active"),
            ("Contact", f"<sip:{address}:{port};transport={transport.lower()}>"),
            ("Content-Type", "text/plain"),
        ]
        body = reg.service_control(action, self.devices[name], stamp)
        self.send(SipMessage(f"NOTIFY {contact} SIP/2.0", headers, body))
        return True


class Guest(Protocol):
    """A connection that takes no socket."""

    def hang_up(self) -> None:
        """Lose the connection."""


class Registrar:
    """The registrars on `address`: SIP on `sip_port`, SCCP on `sccp_port`, with `tls` on `sips_port` and `sccps_port`.

    `expires` is what SIP grants and `sccp_keepalive` what SCCP wants (seconds), `keepalive_grace` how long after that a
    silent phone is unregistered, `close_grace` how long a closed connection is forgiven. `exceptions` are what this
    CallManager shares with the others of its cluster. `listeners` are its ports: "sip", "sips", "sccp", "sccps".
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
        sips_port: int = 5061,
        sccps_port: int = 2443,
        tls: ssl.SSLContext | None = None,
        exceptions: Exceptions | None = None,
    ) -> None:
        self._store, self._address = store, address
        self._log = log or logging.getLogger(__name__)
        self._expires, self._grace = expires, keepalive_grace
        self._server_name = f"Cisco-CUCM{version}"
        self.exceptions = exceptions or Exceptions()
        self.registry = Registry(
            store, close_grace=close_grace, log=self._log, exceptions=self.exceptions, address=address, release=version
        )
        self._sccp = SccpRegistrar(self.registry, address=address, keepalive=sccp_keepalive, grace=keepalive_grace)
        self._open: set[_Connection] = set()
        self._running = False
        self.guests: set[Guest] = set()
        self.reject: dict[str, Refusal] = self.exceptions.reject
        self.alarms: dict[str, list[str]] = self.exceptions.alarms
        self.digest: dict[str, tuple[str, str]] = self.exceptions.digest
        self.listeners = {
            "sip": TcpListener(address, sip_port, self._serve),
            "sccp": TcpListener(address, sccp_port, self._sccp.serve),
        }
        if tls:
            self.listeners["sips"] = TcpListener(address, sips_port, self._serve, tls)
            self.listeners["sccps"] = TcpListener(address, sccps_port, self._sccp.serve, tls)

    @property
    def maximum_devices(self) -> int | None:
        """How many devices may be registered, None for any number."""
        return self.exceptions.maximum_devices

    @maximum_devices.setter
    def maximum_devices(self, value: int | None) -> None:
        self.exceptions.maximum_devices = value

    async def start(self) -> None:
        """Listen. Raises OSError if a port is taken."""
        self._running = True
        for listener in self.listeners.values():
            await listener.open()
        self.registry.start()

    async def stop(self) -> None:
        """Stop listening and close every phone's connection; the phones are unregistered."""
        if not self._running:
            return
        self._running = False
        self.registry.pause()
        servers = [listener.close() for listener in self.listeners.values()]
        self.hang_up()
        for server in filter(None, servers):
            await server.wait_closed()
        self.registry.stop()

    def hang_up(self) -> None:
        """Close every phone's connection."""
        for connection in list(self._open):
            connection.writer.close()
        self._sccp.close()
        for guest in list(self.guests):
            guest.hang_up()

    def registrations(self) -> dict[str, Registration]:
        """Every device that has tried to register since the cluster started, by name."""
        return self.registry.registrations()

    def reset(self, name: str, change: str = "reset") -> bool:
        """Tell a registered phone to go and come again; see `Registry.reset`."""
        return self.registry.reset(name, change)

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
            self.registry.closed(connection, connection.devices)

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
            self.registry.alarmed(uri_user(message.get("From")).upper(), text)
        return message.respond(202, ("Server", self._server_name))

    # -- registration ------------------------------------------------------------------------------------------------

    def _register(self, message: SipMessage, connection: _Connection) -> SipMessage:
        request = read_register(message)
        if not request.device:
            return message.respond(400, self._warning("No device name in the request"))
        if not request.expires and not request.keepalive:
            # Also for a device that was just removed: what it had is taken back before it is refused.
            self.registry.left(request.device)
            return self._accept(message, request, first=False)
        phone = self._store.phone(request.device) if request.keepalive else self.registry.phone(request)
        refusal = self.registry.refusal(request, phone)
        if refusal and request.keepalive:
            return message.respond(refusal[0], self._warning(refusal[1]))
        if refusal:
            code, text, reason = refusal
            self.registry.rejected(request, connection, reason)
            return message.respond(code, self._warning(text))
        challenge = self._challenge(message, request, connection)
        if challenge:
            return challenge
        if not request.expires:
            return self._accept(message, request, first=False)
        patterns = [reg.number_of(line.pattern) for line in phone.lines]
        if request.line == request.device and self.registry.auto_registers():
            # It came with XMLDefault.cnf.xml, which names no line: the restart makes it fetch its own file.
            connection.devices.setdefault(request.device, message.get("Call-ID"))
            connection.contacts.setdefault(request.device, request.contact.partition(">")[0].lstrip("<"))
            self.registry.registered(request, connection, [], patterns, self._expires + self._grace)
            asyncio.get_running_loop().call_soon(self.registry.reset, request.device, "restarted")
            return self._accept(message, request, first=True)
        if request.line not in patterns:
            self._log.info("%s: no line %s", request.device, request.line)
            return message.respond(
                404, self._warning(f"Directory number {request.line} is not configured on this device")
            )
        connection.devices.setdefault(request.device, message.get("Call-ID"))
        connection.contacts.setdefault(request.device, request.contact.partition(">")[0].lstrip("<"))
        numbers = patterns if request.bulk else [request.line]
        first = self.registry.registered(request, connection, numbers, patterns, self._expires + self._grace)
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

"""The CallManager's SCCP side: phones register over TCP and ask for their buttons, softkeys and lines.

The order is that of CallManager: an acknowledgement and the question for capabilities, then an answer to whatever the
phone asks. A line counts as registered once the phone has asked for it. A phone that is refused is told why in the
words that its display shows, and its keep-alives aren't answered.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import datetime

from lab import sccp
from lab.cucm import alarms
from lab.cucm import registration as reg
from lab.cucm.models import MODELS
from lab.cucm.records import LineAppearance, PhoneRecord
from lab.cucm.registration import Attempt
from lab.cucm.registry import Registry
from lab.sccp_wire import Message, SccpError, read_message

SHOWN = {
    reg.NO_ENTRY_IN_DATABASE: "Error DBConfig",
    reg.DATABASE_CONFIGURATION_ERROR: "Error Mismatch",
    reg.MAXIMUM_DEVICES_EXCEEDED: "Max Phones Exceeded",
}
"""What the phone shows of a refusal, by RIS's reason: Cisco's phrases. Others are shown in the refusal's own words."""
MISSED = 2
"""So many intervals without a keep-alive, and the grace, and the phone is taken for dead."""


class _Connection:
    """One phone's TCP connection. `device` is "" until it has registered."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self.peer: str = writer.get_extra_info("peername")[0]
        self.attempt: Attempt | None = None
        self.refused = False
        self.alarm = ""

    @property
    def device(self) -> str:
        return self.attempt.device if self.attempt else ""

    def send(self, *messages: Message) -> None:
        if not self.writer.is_closing():
            self.writer.write(b"".join(message.encode() for message in messages))

    def command(self, name: str, action: str, stamp: str) -> bool:
        """Send Reset, which has no room for the version stamp."""
        if self.writer.is_closing():
            return False
        self.send(sccp.Reset(sccp.RESET_TYPES[action]))
        return True


class SccpRegistrar:
    """The CallManager at `address`. `keepalive` and `grace` are seconds."""

    def __init__(self, registry: Registry, *, address: str, keepalive: int, grace: float) -> None:
        self._registry, self._address = registry, address
        self._keepalive = keepalive
        self._silence = MISSED * keepalive + grace
        self._open: set[_Connection] = set()

    def close(self) -> None:
        """Close every connection."""
        for connection in list(self._open):
            connection.writer.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        connection = _Connection(writer)
        self._open.add(connection)
        try:
            while (message := await read_message(reader, sccp.FROM_PHONE)) is not None:
                connection.send(*self._answers(message, connection))
                await writer.drain()
        except SccpError as error:
            self._registry.log.warning("%s: %s", connection.peer, error)
        except ConnectionError:
            self._registry.log.debug("%s: connection lost", connection.peer)
        finally:
            self._open.discard(connection)
            writer.close()
            self._registry.closed(connection, filter(None, [connection.device]))

    # -- answers -----------------------------------------------------------------------------------------------------

    def _answers(self, message: Message, connection: _Connection) -> list[Message]:
        if isinstance(message, sccp.Alarm):
            connection.alarm = message.text
            named = re.search(r"\bName=(\S+)", message.text)
            self._registry.alarmed(named.group(1).upper() if named else "", message.text)
            return []
        if isinstance(message, sccp.XmlAlarm):
            self._registry.alarmed(alarms.device_of(message.text), message.text)
            return []
        if isinstance(message, sccp.Register):
            return self._register(message, connection)
        if not connection.device and not connection.refused and isinstance(message, sccp.KeepAlive):
            # A phone that is registered elsewhere keeps this connection for the case that it has to come here.
            return [sccp.KeepAliveAck()]
        if not connection.device or not self._registry.holds(connection.device, connection):
            return []
        return self._to_registered(message, connection)

    def _register(self, message: sccp.Register, connection: _Connection) -> list[Message]:
        attempt = Attempt(
            device=message.device.upper(),
            protocol="SCCP",
            model=message.device_type,
            active_load=message.load,
            inactive_load="",
            alarm=connection.alarm,
        )
        phone = self._registry.phone(attempt)
        if refusal := self._registry.refusal(attempt, phone):
            _, text, reason = refusal
            self._registry.rejected(attempt, connection, reason)
            connection.refused = True
            return [sccp.RegisterReject(SHOWN.get(reason, text))]
        if not self._registry.holds(attempt.device, connection):
            # It begins anew: its lines are registered when it asks for them.
            self._registry.left(attempt.device)
        connection.attempt = attempt
        self._lines_registered(connection, phone)
        granted = min(message.version, sccp.VERSION)
        return [sccp.RegisterAck(self._keepalive, version=granted), sccp.CapabilitiesReq()]

    def _lines_registered(self, connection: _Connection, phone: PhoneRecord, *lines: LineAppearance) -> None:
        numbers = [reg.number_of(line.pattern) for line in lines]
        configured = [reg.number_of(line.pattern) for line in phone.lines]
        self._registry.registered(connection.attempt, connection, numbers, configured, self._silence)

    def _to_registered(self, message: Message, connection: _Connection) -> list[Message]:
        self._registry.alive(connection.device, self._silence)
        if isinstance(message, sccp.KeepAlive):
            return [sccp.KeepAliveAck()]
        if isinstance(message, sccp.Unregister):
            self._registry.left(connection.device)
            return [sccp.UnregisterAck()]
        if isinstance(message, sccp.ForwardStatReq):
            return [sccp.ForwardStat(0, message.line)]
        phone = self._registry.store.phone(connection.device)
        if phone is None:
            return []
        if isinstance(message, sccp.LineStatReq):
            return [self._line(message.line, connection, phone)]
        make = _FROM_DATABASE.get(type(message))
        return [make(phone, self._address)] if make else []

    def _line(self, index: int, connection: _Connection, phone: PhoneRecord) -> Message:
        line = next((line for line in phone.lines if line.index == index), None)
        if line is None:
            return sccp.LineStat(index, "")
        self._lines_registered(connection, phone, line)
        return sccp.LineStat(index, reg.number_of(line.pattern), line.display)


def _buttons(phone: PhoneRecord, address: str) -> Message:
    """The lines, and buttons without a use up to what the model has."""
    lines = [(line.index, sccp.LINE_BUTTON) for line in phone.lines]
    model = MODELS.get(phone.model)
    spare = max(0, model.buttons - len(lines)) if model else 0
    return sccp.ButtonTemplate((*lines, *((0, sccp.NO_BUTTON),) * spare))


def _config(phone: PhoneRecord, address: str) -> Message:
    return sccp.ConfigStat(phone.name, server_name=address, lines=len(phone.lines))


def _time(phone: PhoneRecord, address: str) -> Message:
    now = datetime.now().astimezone()
    return sccp.DefineTimeDate(
        year=now.year,
        month=now.month,
        weekday=now.isoweekday() % 7,
        day=now.day,
        hour=now.hour,
        minute=now.minute,
        second=now.second,
        millisecond=now.microsecond // 1000,
        epoch=int(now.timestamp()),
    )


def _soft_keys(phone: PhoneRecord, address: str) -> Message:
    return sccp.SoftKeyTemplateRes(
        tuple((label.encode(), event) for event, label in enumerate(sccp.SOFT_KEY_LABELS, 1))
    )


def _soft_key_sets(phone: PhoneRecord, address: str) -> Message:
    """One set, on hook: Redial, NewCall, CFwdAll; 300 and the event is the id of a key's help."""
    keys = (1, 2, 5)
    helps = b"".join((300 + key).to_bytes(2, "little") for key in keys)
    return sccp.SoftKeySetRes(((bytes(keys), helps),))


_FROM_DATABASE: dict[type[Message], Callable[[PhoneRecord, str], Message]] = {
    sccp.ButtonTemplateReq: _buttons,
    sccp.ConfigStatReq: _config,
    sccp.TimeDateReq: _time,
    sccp.SoftKeyTemplateReq: _soft_keys,
    sccp.SoftKeySetReq: _soft_key_sets,
}

"""The phone's side of SCCP: a TCP connection to a CallManager, registration, keep-alives, resets.

The order of the messages is that of a real phone: alarm, register, media port; after the acknowledgement button
template, softkeys, configuration, each line with its forwards, and the time.
"""

from __future__ import annotations

import asyncio
import re
from ipaddress import IPv4Address
from typing import TypeVar

from lab import sccp
from lab.phone.session import Event, Identity, Refused, open_connection
from lab.sccp_wire import Message, SccpError, read_message

MEDIA_PORT = 5001
OFFERED_VERSION = 20
STANDBY_KEEP_ALIVE = 60.0
_ACTIONS = {kind: action for action, kind in sccp.RESET_TYPES.items()}
_LAST = {14: "CM-closed-TCP", 22: "Reset-Reset", 23: "Reset-Restart", 25: "Initialized"}
_Answer = TypeVar("_Answer", bound=Message)


def release(load: str) -> str:
    """The release in a load's name, as the phone's alarms tell it: `SCCP41.9-4-2SR3-1S` is `9.4(2SR3.1S)`."""
    found = re.fullmatch(r"[^.]+\.(\d+)-(\d+)-(.+)", load)
    return f"{found[1]}.{found[2]}({found[3].replace('-', '.')})" if found else load


class SccpSession:
    """A registration. `response` and `connect` are time-outs in seconds."""

    def __init__(self, identity: Identity, *, connect: float, response: float) -> None:
        self._identity = identity
        self._connect_timeout, self._response_timeout = connect, response
        self._waiting: dict[type[Message], asyncio.Future[Message]] = {}
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self._writer: asyncio.StreamWriter | None = None
        self._server = self._local = ""
        self._ended = False

    async def connect(self, address: str, port: int, local: str, trusted: frozenset[bytes] | None = None) -> None:
        """Open the connection from `local`, by TLS where `trusted` certificates are given. Raises Unreachable."""
        reader, self._writer = await open_connection(address, port, local, self._connect_timeout, trusted)
        self._server, self._local = address, local
        self._tasks.append(asyncio.ensure_future(self._read(reader)))

    async def register(self) -> list[str]:
        """Register, and learn the lines from the CallManager; returns which buttons for lines have no number.

        Raises Refused where the phone is rejected, or no answer comes.
        """
        ack = await self._introduce()
        template = await self._ask(sccp.ButtonTemplateReq(), sccp.ButtonTemplate)
        await self._ask(sccp.SoftKeyTemplateReq(), sccp.SoftKeyTemplateRes)
        await self._ask(sccp.SoftKeySetReq(), sccp.SoftKeySetRes)
        await self._ask(sccp.ConfigStatReq(), sccp.ConfigStat)
        lines = [number for number, kind in template.rows if kind == sccp.LINE_BUTTON]
        numbers = {line: await self._line(line) for line in lines}
        self._write(sccp.RegisterAvailableLines(len(lines)))
        await self._ask(sccp.TimeDateReq(), sccp.DefineTimeDate)
        self._tasks.append(asyncio.ensure_future(self._keep_alive(ack.keepalive)))
        return [f"{self._server} has no number for line {line}" for line, number in numbers.items() if not number]

    async def unregister(self) -> None:
        """Take the registration back; silence is no error, the phone leaves anyway."""
        if self._writer is None or self._writer.is_closing():
            return
        try:
            await self._ask(sccp.Unregister(), sccp.UnregisterAck)
        except Refused:
            return

    async def stand_by(self) -> None:
        """Keep a connection over which nothing is registered alive; returns when it ends."""
        try:
            while True:
                await self._ask(sccp.KeepAlive(), sccp.KeepAliveAck)
                try:
                    async with asyncio.timeout(STANDBY_KEEP_ALIVE):
                        while (await self.event()).action != "closed":
                            continue
                        return
                except TimeoutError:
                    continue
        except Refused:
            return

    def tell(self, event: Event) -> None:
        """Have `event` return this."""
        self._events.put_nowait(event)

    async def event(self) -> Event:
        """Wait for what ends or changes the registration."""
        return await self._events.get()

    def events(self, *, rejected: bool) -> tuple[str, str]:
        """The last protocol events sent and received, as alarms name them."""
        return "1:Register", "157:RegisterReject" if rejected else "129:RegisterAck"

    async def close(self) -> None:
        """Close the connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        if self._writer:
            self._writer.close()

    # -- messages ----------------------------------------------------------------------------------------------------

    async def _introduce(self) -> sccp.RegisterAck:
        identity = self._identity
        number, last = identity.alarm
        address = IPv4Address(self._local).packed
        alarm = f"{number}: Name={identity.name} Load= {release(identity.load)} Last={_LAST.get(number, last)}"
        self._write(sccp.Alarm(sccp.INFORMATIONAL, alarm, parameter_2=int.from_bytes(address, "little")))
        self._write(*(sccp.XmlAlarm(text) for text in identity.alarms(self._local)))
        register = sccp.Register(
            device=identity.name,
            address=address,
            device_type=identity.model_number,
            version=OFFERED_VERSION,
            mac=bytes.fromhex(identity.mac),
            load=identity.load,
        )
        answer = await self._ask(register, sccp.RegisterAck, sccp.IpPort(MEDIA_PORT), refusal=sccp.RegisterReject)
        if isinstance(answer, sccp.RegisterReject):
            shown = f"Registration Rejected: {answer.text}"
            raise Refused(f"{self._server} answered Register with RegisterReject, {answer.text}", shown)
        return answer

    async def _line(self, line: int) -> str:
        stat = await self._ask(sccp.LineStatReq(line), sccp.LineStat)
        await self._ask(sccp.ForwardStatReq(line), sccp.ForwardStat)
        return stat.number

    # -- the connection ----------------------------------------------------------------------------------------------

    def _write(self, *messages: Message) -> None:
        self._writer.write(b"".join(message.encode() for message in messages))

    async def _ask(
        self, request: Message, wanted: type[_Answer], *more: Message, refusal: type[Message] | None = None
    ) -> _Answer:
        """Send a message and what belongs to it, and wait for its answer. Raises Refused where none comes."""
        asked = type(request).__name__
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        if self._ended:
            raise Refused(f"{self._server} closed the connection before {asked}")
        kinds = [wanted, refusal] if refusal else [wanted]
        self._waiting.update(dict.fromkeys(kinds, answer))
        try:
            async with asyncio.timeout(self._response_timeout):
                self._write(request, *more)
                await self._writer.drain()
                return await answer
        except TimeoutError as error:
            raise Refused(f"{self._server} didn't answer {asked}") from error
        except ConnectionError as error:
            raise Refused(f"{self._server} closed the connection during {asked}") from error
        finally:
            for kind in kinds:
                self._waiting.pop(kind, None)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        text = "the CallManager closed the connection"
        try:
            while (message := await read_message(reader, sccp.FROM_CALL_MANAGER)) is not None:
                self._received(message)
        except SccpError as error:
            text = str(error)
        finally:
            self._ended = True
            self._events.put_nowait(Event("closed", text))
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(ConnectionResetError(text))

    def _received(self, message: Message) -> None:
        if isinstance(message, sccp.CapabilitiesReq):
            self._write(sccp.CapabilitiesRes(tuple((codec, most, bytes(8)) for codec, most in sccp.CODECS)))
        elif isinstance(message, sccp.Reset):
            self._events.put_nowait(Event(_ACTIONS.get(message.kind, "reset"), self._identity.name))
        else:
            answer = self._waiting.get(type(message))
            if answer and not answer.done():
                answer.set_result(message)

    async def _keep_alive(self, seconds: int) -> None:
        try:
            while True:
                await asyncio.sleep(max(seconds, 1))
                await self._ask(sccp.KeepAlive(), sccp.KeepAliveAck)
        except Refused as refused:
            self._events.put_nowait(Event("closed", str(refused)))

"""The phone's side of SIP: a TCP connection to a CallManager, REGISTER of all lines, keep-alives, service-control."""

from __future__ import annotations

import asyncio
import logging
import random
import re

from lab.phone import alarms, messages
from lab.phone.config import Line
from lab.phone.session import Event, Identity, Refused, open_connection
from lab.sip import SipError, SipMessage, digest, read_message, uri_user

_log = logging.getLogger(__name__)
_BOUNDARY = "uniqueBoundary"
_SUPPORTED = (
    "replaces,join,sdp-anat,norefersub,resource-priority,extended-refer,X-cisco-callinfo,X-cisco-serviceuri,"
    "X-cisco-escapecodes,X-cisco-service-control,X-cisco-monrec,X-cisco-config,X-cisco-sis-7.0.0,X-cisco-xsi-8.5.1"
)
REFRESH_DELTA = 5


class SipSession:
    """A registration. `response` and `connect` are time-outs in seconds."""

    def __init__(self, identity: Identity, lines: tuple[Line, ...], *, connect: float, response: float) -> None:
        self._identity, self._lines = identity, lines
        self._connect_timeout, self._response_timeout = connect, response
        self._random = random.Random()
        self._sequence = 100
        self._waiting: dict[tuple[str, int, str], asyncio.Future[SipMessage]] = {}
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self._writer: asyncio.StreamWriter | None = None
        self._server = self._local = ""
        self._local_port = 0
        self._transport = "tcp"
        self._tags: dict[str, str] = {}
        self._call_ids: dict[str, str] = {}
        self._expires = 120.0

    async def connect(self, address: str, port: int, local: str, trusted: frozenset[bytes] | None = None) -> None:
        """Open the connection from `local`, by TLS where `trusted` certificates are given. Raises Unreachable."""
        reader, writer = await open_connection(address, port, local, self._connect_timeout, trusted)
        self._writer, self._server, self._local = writer, address, local
        self._transport = "tcp" if trusted is None else "tls"
        self._local_port = writer.get_extra_info("sockname")[1]
        self._tasks.append(asyncio.ensure_future(self._read(reader)))

    async def register(self) -> list[str]:
        """Send the alarm, then register every line; returns why lines beyond the first were refused.

        Raises Refused where the first is: then the phone isn't registered.
        """
        await self._alarms()
        first, *others = self._lines
        await self._register_line(first, bulk=bool(others) and self._identity.bulk, body=True)
        refusals: list[str] = []
        for line in () if self._identity.bulk else others:
            try:
                await self._register_line(line)
            except Refused as refused:
                refusals.append(str(refused))
        self._tasks.append(asyncio.ensure_future(self._keep_alive()))
        return refusals

    async def unregister(self) -> None:
        """Take the registration back; silence is no error, the phone leaves anyway."""
        if self._writer is None or self._writer.is_closing():
            return
        request = self._register_request(self._lines[0], expires=0)
        try:
            await self._ask(request, self._lines[0])
        except Refused as refused:
            _log.debug("%s: %s", self._identity.name, refused)

    async def stand_by(self) -> None:
        """Keep a connection over which nothing is registered alive; returns when it ends."""
        try:
            while True:
                for line in self._lines[:1]:
                    await self._ask(self._register_request(line, expires=0, keep_alive=True), line)
                try:
                    async with asyncio.timeout(self._expires - REFRESH_DELTA):
                        while (await self.event()).action != "closed":
                            continue
                        return
                except TimeoutError:
                    continue
        except Refused as refused:
            _log.debug("%s: %s", self._identity.name, refused)

    def tell(self, event: Event) -> None:
        """Have `event` return this."""
        self._events.put_nowait(event)

    async def event(self) -> Event:
        """Wait for what ends or changes the registration."""
        return await self._events.get()

    def events(self, *, rejected: bool) -> tuple[str, str]:
        """The last protocol events sent and received, as alarms name them."""
        return "Sent:REGISTER", "Rcvd:REGISTER Reject" if rejected else "Rcvd:REGISTER 200 OK"

    async def close(self) -> None:
        """Close the connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        if self._writer:
            self._writer.close()

    # -- messages ----------------------------------------------------------------------------------------------------

    def _contact(self, line: Line) -> str:
        identity = self._identity
        instance = f"00000000-0000-0000-0000-{identity.mac.lower()}"
        return (
            f"<sip:{line.contact}@{self._local}:{self._local_port};transport={self._transport}>"
            f';+sip.instance="<urn:uuid:{instance}>"'
            f';+u.sip!devicename.ccm.cisco.com="{identity.name}"'
            f';+u.sip!model.ccm.cisco.com="{identity.model_number}"'
        )

    def _headers(self, method: str, key: str, user: str) -> list[tuple[str, str]]:
        self._sequence += 1
        mac = self._identity.mac.lower()
        tag = self._tags.setdefault(key, f"{mac}{self._random.getrandbits(32):08x}")
        counter = f"{mac[:8]}-{mac[8:]}{len(self._call_ids) + 2:04x}-{self._random.getrandbits(64):016x}"
        call_id = self._call_ids.setdefault(key, f"{counter}@{self._local}")
        branch = f"z9hG4bK{self._random.getrandbits(32):08x}"
        return [
            ("Via", f"SIP/2.0/{self._transport.upper()} {self._local}:{self._local_port};branch={branch}"),
            ("From", f"<sip:{user}@{self._server}>;tag={tag}"),
            ("To", f"<sip:{user}@{self._server}>"),
            ("Call-ID", call_id),
            ("Max-Forwards", "70"),
            ("CSeq", f"{self._sequence} {method}"),
            ("User-Agent", self._identity.user_agent),
        ]

    def _register_request(
        self,
        line: Line,
        *,
        expires: int = 3600,
        bulk: bool = False,
        body: bool = False,
        keep_alive: bool = False,
    ) -> SipMessage:
        identity = self._identity
        headers = self._headers("REGISTER", f"line{line.index}", line.number)
        contact = self._contact(line) + (";expires=0;cisco-keep-alive" if keep_alive else "")
        headers += [("Contact", contact), ("Supported", _SUPPORTED)]
        number, last = identity.alarm
        alarm = f"cisco-alarm:{number} Name={identity.name} ActiveLoad={identity.load}"
        alarm += f" InactiveLoad={identity.inactive_load or 'None'} Last={last}"
        headers += [("Reason", f'SIP;cause=200;text="{alarm}"'), ("Expires", str(expires))]
        content = b""
        if body:
            headers += [("Content-Type", f"multipart/mixed; boundary={_BOUNDARY}"), ("Mime-Version", "1.0")]
            content = _remote_call_control(bulk)
        return SipMessage(f"REGISTER sip:{self._server} SIP/2.0", headers, content)

    async def _alarms(self) -> None:
        identity = self._identity
        for text in (alarms.trust_lists(identity.name, self._local), *identity.alarms(self._local)):
            await self._alarm(text)

    async def _alarm(self, text: str) -> None:
        identity = self._identity
        headers = self._headers("REFER", "alarm", identity.name)
        headers += [
            ("Contact", f"<sip:{identity.name}@{self._local}:{self._local_port};transport={self._transport}>"),
            ("Referred-By", f"<sip:{identity.name}@{self._server}>"),
            ("Refer-To", f"<cid:{identity.mac.lower()}@{self._local}>"),
            ("Expires", "10"),
            ("Content-Type", "application/x-cisco-alarm+xml"),
        ]
        await self._send(SipMessage(f"REFER sip:{self._server} SIP/2.0", headers, text.encode()))

    async def _register_line(self, line: Line, *, bulk: bool = False, body: bool = False) -> None:
        answer = await self._ask(self._register_request(line, bulk=bulk, body=body), line)
        if answer.status != 200:
            warning = re.sub(r"^\d+ \S+ ", "", answer.get("Warning"))
            what = f"{answer.status} {answer.reason}" + (f", {warning}" if warning else "")
            raise Refused(f"{self._server} answered REGISTER of {line.number} with {what}", messages.REJECTED)
        granted = answer.get("Expires", "120")
        self._expires = float(granted) if granted.isdigit() else 120.0

    async def _ask(self, request: SipMessage, line: Line) -> SipMessage:
        """Send a REGISTER and return the final answer, having proved who we are if asked. Raises Refused."""
        answer = await self._send(request)
        if answer.status != 401:
            return answer
        offered = dict(re.findall(r'(\w+)="?([^",]*)"?', answer.get("WWW-Authenticate").partition(" ")[2]))
        realm, nonce = offered.get("realm", ""), offered.get("nonce", "")
        uri = f"sip:{self._server}"
        proof = digest(line.auth_name, realm, line.auth_password, "REGISTER", uri, nonce)
        header = f'Digest username="{line.auth_name}", realm="{realm}", nonce="{nonce}", uri="{uri}"'
        self._sequence += 1
        headers = [(name, value) for name, value in request.headers if name not in ("CSeq", "Authorization")]
        headers += [
            ("CSeq", f"{self._sequence} REGISTER"),
            ("Authorization", f'{header}, response="{proof}", algorithm=MD5'),
        ]
        return await self._send(SipMessage(request.start, headers, request.body))

    # -- the connection ----------------------------------------------------------------------------------------------

    async def _send(self, request: SipMessage) -> SipMessage:
        """Send a request and wait for its final response. Raises Refused where none comes."""
        number, method = request.cseq
        key = (request.get("Call-ID"), number, method)
        answer: asyncio.Future[SipMessage] = asyncio.get_running_loop().create_future()
        self._waiting[key] = answer
        try:
            async with asyncio.timeout(self._response_timeout):
                self._writer.write(request.encode())
                await self._writer.drain()
                return await answer
        except TimeoutError as error:
            raise Refused(f"{self._server} didn't answer {method}") from error
        except ConnectionError as error:
            raise Refused(f"{self._server} closed the connection during {method}") from error
        finally:
            del self._waiting[key]

    async def _read(self, reader: asyncio.StreamReader) -> None:
        text = "the CallManager closed the connection"
        try:
            while (message := await read_message(reader)) is not None:
                if message.status:
                    self._answered(message)
                else:
                    self._requested(message)
        except SipError as error:
            text = str(error)
        finally:
            self._events.put_nowait(Event("closed", text))
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(ConnectionResetError(text))

    def _answered(self, message: SipMessage) -> None:
        if message.status >= 200:
            answer = self._waiting.get((message.get("Call-ID"), *message.cseq))
            if answer and not answer.done():
                answer.set_result(message)

    def _requested(self, message: SipMessage) -> None:
        agent = ("User-Agent", self._identity.user_agent)
        if message.method != "NOTIFY" or message.get("Event").partition(";")[0].strip() != "service-control":
            self._writer.write(message.respond(405 if message.method != "OPTIONS" else 200, agent).encode())
            return
        fields = dict(line.partition("=")[::2] for line in message.body.decode("utf-8", "replace").splitlines())
        # A phone obeys only if the Call-ID of its own REGISTER is quoted.
        known = fields.get("RegisterCallId", "").strip("{}") in self._call_ids.values()
        self._writer.write(message.respond(200 if known else 400, agent).encode())
        if known:
            self._events.put_nowait(
                Event(fields.get("action", ""), uri_user(message.get("To")), fields.get("ConfigVersionStamp", ""))
            )

    async def _keep_alive(self) -> None:
        try:
            while True:
                await asyncio.sleep(max(self._expires - REFRESH_DELTA, self._expires / 2))
                for line in self._lines[:1] if self._identity.bulk else self._lines:
                    await self._register_line(line)
        except Refused as refused:
            self._events.put_nowait(Event("rejected", str(refused)))


def _remote_call_control(bulk: bool) -> bytes:
    """The body of a first REGISTER: the options that the phone offers, and a request for its other lines if `bulk`."""
    combine = '<combine max="6">\n<remotecc><status></status></remotecc>\n<service-control/>\n</combine>'
    requests = [f"<optionsind>\n{combine}\n</optionsind>"]
    if bulk:
        requests.insert(
            0, '<bulkregisterreq>\n<contact all="true">\n<register></register>\n</contact>\n</bulkregisterreq>'
        )
    parts = "".join(
        f"--{_BOUNDARY}\r\nContent-Type: application/x-cisco-remotecc-request+xml\r\n"
        "Content-Disposition: session;handling=optional\r\n\r\n"
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<x-cisco-remotecc-request>\n{request}\n</x-cisco-remotecc-request>\r\n"
        for request in requests
    )
    return f"{parts}--{_BOUNDARY}--\r\n".encode()

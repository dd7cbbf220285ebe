"""The cluster's file service: HTTP on 6970, HTTPS on 6971, and TFTP (RFC 1350, 2348 and 2349). Read-only."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from lab.cucm.configfiles import ConfigFiles
from lab.cucm.listener import drop_all

RRQ, WRQ, DATA, ACK, ERROR, OACK = range(1, 7)
FILE_NOT_FOUND, ACCESS_VIOLATION, ILLEGAL_OPERATION, UNKNOWN_TRANSFER, OPTION_REFUSED = 1, 2, 4, 5, 8
DEFAULT_BLOCK = 512
MIN_BLOCK, MAX_BLOCK = 8, 65464

_log = logging.getLogger(__name__)


class TftpError(Exception):
    """A request that is answered with an error packet: `code` and text."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code

    def packet(self) -> bytes:
        """The ERROR packet."""
        return struct.pack("!HH", ERROR, self.code) + str(self).encode() + b"\0"


@dataclass(frozen=True)
class ReadRequest:
    """A read request: file name and the options that were asked for (names in lower case)."""

    filename: str
    options: dict[str, str]


def parse_request(packet: bytes) -> ReadRequest:
    """Parse the first packet of a transfer. Raises TftpError for anything but a read request in octet mode."""
    opcode = int.from_bytes(packet[:2], "big")
    if opcode == WRQ:
        raise TftpError(ACCESS_VIOLATION, "Access violation: this server is read-only")
    if opcode != RRQ or not packet.endswith(b"\0"):
        raise TftpError(ILLEGAL_OPERATION, "Illegal TFTP operation")
    fields = [part.decode("ascii", "replace") for part in packet[2:-1].split(b"\0")]
    if len(fields) < 2 or not fields[0]:
        raise TftpError(ILLEGAL_OPERATION, "Illegal TFTP operation")
    if fields[1].lower() != "octet":
        raise TftpError(ILLEGAL_OPERATION, f"Mode {fields[1][:20]} is not supported, only octet")
    names = [name.lower() for name in fields[2::2]]
    return ReadRequest(fields[0], dict(zip(names, fields[3::2], strict=False)))


def accept_options(options: dict[str, str], size: int) -> tuple[dict[str, str], int, float | None]:
    """The options to acknowledge, the block size and the retransmission time. Unknown ones are ignored (RFC 2347)."""
    accepted: dict[str, str] = {}
    block, timeout = DEFAULT_BLOCK, None
    wanted = options.get("blksize", "")
    if wanted.isdigit() and int(wanted) >= MIN_BLOCK:
        block = min(int(wanted), MAX_BLOCK)
        accepted["blksize"] = str(block)
    if "tsize" in options:
        accepted["tsize"] = str(size)
    wanted = options.get("timeout", "")
    if wanted.isdigit() and 1 <= int(wanted) <= 255:
        timeout = float(wanted)
        accepted["timeout"] = wanted
    return accepted, block, timeout


class _Transfer(asyncio.DatagramProtocol):
    """One file on its way to one client, from a port of its own."""

    def __init__(self, content: bytes, request: ReadRequest, client: tuple[str, int], retry: float, tries: int) -> None:
        accepted, self._block_size, timeout = accept_options(request.options, len(content))
        self._content, self._client = content, client
        self._retry, self._tries = timeout or retry, tries
        self._acknowledged: asyncio.Queue[int] = asyncio.Queue()
        self._accepted = accepted
        self._transport: asyncio.DatagramTransport | None = None
        self.cut = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if addr[:2] != self._client[:2]:
            self._transport.sendto(TftpError(UNKNOWN_TRANSFER, "Unknown transfer ID").packet(), addr)
            return
        opcode = int.from_bytes(data[:2], "big")
        if opcode == ACK and len(data) >= 4:
            self._acknowledged.put_nowait(int.from_bytes(data[2:4], "big"))
        elif opcode == ERROR:
            self._acknowledged.put_nowait(-1)

    async def run(self) -> bool:
        """Send everything; False if the client gave up or fell silent."""
        try:
            if self._accepted:
                options = b"".join(f"{name}\0{value}\0".encode() for name, value in self._accepted.items())
                if not await self._deliver(struct.pack("!H", OACK) + options, 0):
                    return False
            number, start = 1, 0
            while not (self.cut and start >= len(self._content) // 2):
                block = self._content[start : start + self._block_size]
                if not await self._deliver(struct.pack("!HH", DATA, number & 0xFFFF) + block, number & 0xFFFF):
                    return False
                if len(block) < self._block_size:
                    return True
                number, start = number + 1, start + self._block_size
            return False
        finally:
            self._transport.close()

    async def _deliver(self, packet: bytes, number: int) -> bool:
        for _ in range(self._tries):
            self._transport.sendto(packet, self._client)
            try:
                async with asyncio.timeout(self._retry):
                    # An old acknowledgement isn't answered by sending again: both sides would double every packet.
                    while (got := await self._acknowledged.get()) != number:
                        if got == -1:
                            return False
                return True
            except TimeoutError:
                continue
        return False


class _Listener(asyncio.DatagramProtocol):
    def __init__(self, received: Callable[[bytes, tuple[str, int]], None]) -> None:
        self._received = received

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._received(data, addr)


@dataclass(frozen=True)
class FileRequest:
    """One request as the service saw it: "HTTP" or "TFTP", client address, name, whether the file was there."""

    protocol: str
    client: str
    filename: str
    found: bool


@dataclass
class ConfigServer:
    """HTTP and TFTP in front of `files`, with `tls` HTTPS too. `requests` holds the last ones, oldest first.

    `retry` is TFTP's retransmission time in seconds, `tries` how often a packet is sent before the transfer is given
    up.
    """

    address: str
    http_port: int
    tftp_port: int
    files: ConfigFiles
    retry: float = 1.0
    tries: int = 5
    https_port: int = 6971
    tls: ssl.SSLContext | None = None
    requests: list[FileRequest] = field(default_factory=list)
    _runner: web.AppRunner | None = field(default=None, repr=False)
    _listener: asyncio.DatagramTransport | None = field(default=None, repr=False)
    _sockets: list[socket.socket] = field(default_factory=list, repr=False)
    _filtered: bool = field(default=False, repr=False)
    _transfers: set[asyncio.Task[None]] = field(default_factory=set, repr=False)

    async def start(self) -> None:
        """Listen on all ports. Raises OSError if one is taken; nothing is left open then."""
        app = web.Application()
        app.router.add_get("/{name:.*}", self._http)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.1)
        await self._runner.setup()
        try:
            for port, tls in ((self.http_port, None), *(((self.https_port, self.tls),) if self.tls else ())):
                sock = socket.create_server((self.address, port), backlog=128)
                self._sockets.append(sock)
                await web.SockSite(self._runner, sock, ssl_context=tls).start()
            loop = asyncio.get_running_loop()
            self._listener, _ = await loop.create_datagram_endpoint(
                lambda: _Listener(self._tftp), local_addr=(self.address, self.tftp_port)
            )
        except OSError:
            await self.stop()
            raise
        self.filter(self._filtered)

    def filter(self, on: bool) -> None:
        """Leave every request without an answer, or answer again; also when it is started later."""
        self._filtered = on
        udp = [self._listener.get_extra_info("socket")] if self._listener else []
        for sock in (*self._sockets, *udp):
            drop_all(sock, on)

    async def stop(self) -> None:
        """Stop listening and end the transfers under way."""
        if self._listener:
            self._listener.close()
            self._listener = None
        for task in list(self._transfers):
            task.cancel()
        await asyncio.gather(*self._transfers, return_exceptions=True)
        if self._runner:
            await self._runner.cleanup()
            self._runner = None
        for sock in self._sockets:
            sock.close()
        self._sockets.clear()

    def remember(self, protocol: str, client: str, filename: str, found: bool) -> None:
        """Keep a request in `requests`."""
        self.requests.append(FileRequest(protocol, client, filename, found))
        del self.requests[:-10000]
        _log.debug("%s %s from %s: %s", protocol, filename, client, "sent" if found else "not found")

    async def _http(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        content = self.files.get(name)
        self.remember("HTTP", request.remote or "", name, content is not None)
        if content is None:
            return web.Response(
                status=404, text="<html><body><h1>404 Not Found</h1></body></html>", content_type="text/html"
            )
        kind = "text/xml" if name.endswith(".xml") else "application/octet-stream"
        if self.files.cut[name] > 0:
            return await _cut_off(request, content, kind)
        return web.Response(body=content, content_type=kind)

    def _tftp(self, packet: bytes, client: tuple[str, int]) -> None:
        try:
            request = parse_request(packet)
            content = self.files.get(request.filename)
            self.remember("TFTP", client[0], request.filename, content is not None)
            if content is None:
                raise TftpError(FILE_NOT_FOUND, "File not found")
        except TftpError as error:
            self._listener.sendto(error.packet(), client)
            return
        task = asyncio.ensure_future(self._send(content, request, client))
        self._transfers.add(task)
        task.add_done_callback(self._transfers.discard)

    async def _send(self, content: bytes, request: ReadRequest, client: tuple[str, int]) -> None:
        transfer = _Transfer(content, request, client, self.retry, self.tries)
        transfer.cut = self.files.cut[request.filename.lstrip("/")] > 0
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: transfer, local_addr=(self.address, 0))
        if not await transfer.run():
            _log.info("TFTP: %s gave up on %s", client[0], request.filename)


async def _cut_off(request: web.Request, content: bytes, kind: str) -> web.StreamResponse:
    """Answer with half of a file, and close the connection."""
    response = web.StreamResponse(headers={"Content-Type": kind, "Content-Length": str(len(content))})
    await response.prepare(request)
    await response.write(content[: len(content) // 2])
    if request.transport:
        request.transport.close()
    return response

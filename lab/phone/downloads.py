"""How a phone gets a file: HTTP on 6970 at its TFTP server first, then TFTP; the next server only if one is silent."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import aiohttp

_RRQ, _DATA, _ACK, _ERROR, _OACK = 1, 3, 4, 5, 6
_BLOCK = 1428


class PortNumbers(Protocol):
    """The lab's port numbers, as far as a phone needs them."""

    config_http: int
    tftp: int
    phone_http: int


@dataclass(frozen=True)
class Download:
    """The outcome. `content` is None without the file; `notes` quote every answer.

    `answered`: a server sent something; `broken`: a part of the file only.
    """

    name: str
    content: bytes | None
    server: str
    notes: tuple[str, ...]
    answered: bool
    broken: bool = False

    @property
    def absent(self) -> bool:
        """Whether a server said that it doesn't have the file."""
        return self.content is None and self.answered and not self.broken

    @property
    def why(self) -> str:
        """What came back, in words."""
        return "; ".join(self.notes) or "there is no TFTP server to ask"


class Silent(Exception):
    """A server can't be reached or doesn't answer; the text says how."""


class Broken(Silent):
    """A transfer that began has broken off."""


class Absent(Exception):
    """A server answered that it doesn't have the file; the text quotes it."""


def describe(error: OSError) -> str:
    """A socket's error in the system's words: "connection refused"."""
    return os.strerror(error.errno).lower() if error.errno else "the connection failed"


def is_name(server: str) -> bool:
    """Whether a server goes by a name instead of an IPv4 address."""
    try:
        ipaddress.IPv4Address(server)
    except ValueError:
        return True
    return False


def unreachable(server: str) -> str:
    """Why no packet can get to a server, "" if one can: phones of the lab have no DNS, and nothing leaves loopback."""
    try:
        address = ipaddress.IPv4Address(server)
    except ValueError:
        return f"the name {server!r} can't be resolved"
    return "" if address.is_loopback else "no answer, the address is outside of the lab"


class Downloader:
    """Downloads from `servers`, bound to the phone's address. `close()` it. `blocked()` true: nothing gets through."""

    def __init__(
        self,
        servers: Sequence[str],
        local: str,
        ports: PortNumbers,
        *,
        http_timeout: float,
        tftp_wait: float,
        tftp_tries: int,
        blocked: Callable[[], bool] = lambda: False,
    ) -> None:
        self._servers, self._local, self._ports, self._blocked = tuple(servers), local, ports, blocked
        self._tftp_wait, self._tftp_tries = tftp_wait, tftp_tries
        timeout = aiohttp.ClientTimeout(total=http_timeout)
        connector = aiohttp.TCPConnector(local_addr=(local, 0), force_close=True)
        self._http = aiohttp.ClientSession(connector=connector, timeout=timeout)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def get(self, name: str) -> Download:
        """Ask for a file."""
        notes: list[str] = []
        broken = ""
        for server in self._servers:
            for fetch, label in ((self._by_http, f"HTTP {self._ports.config_http}"), (self._by_tftp, "TFTP")):
                try:
                    self._reachable(server)
                    content = await fetch(server, name)
                except Silent as silent:
                    notes.append(f"{label} at {server}: {silent}")
                    broken = broken or (server if isinstance(silent, Broken) else "")
                    continue
                except Absent as absent:
                    notes.append(f"{label} at {server}: {absent}")
                    return Download(name, None, server, tuple(notes), True)
                return Download(name, content, server, tuple(notes), True)
        return Download(name, None, broken, tuple(notes), bool(broken), broken=bool(broken))

    def _reachable(self, server: str) -> None:
        if problem := unreachable(server) or ("no answer" if self._blocked() else ""):
            raise Silent(problem)

    async def _by_http(self, server: str, name: str) -> bytes:
        url = f"http://{server}:{self._ports.config_http}/{name}"
        try:
            async with self._http.get(url) as response:
                body = await response.read()
        except TimeoutError as error:
            raise Silent("no answer") from error
        except aiohttp.ClientConnectorError as error:
            raise Silent(describe(error.os_error)) from error
        except aiohttp.ClientPayloadError as error:
            raise Broken("the transfer broke off") from error
        except (aiohttp.ClientError, OSError) as error:
            raise Silent(f"the connection broke ({type(error).__name__})") from error
        if response.status == 200:
            return body
        answer = f"{response.status} {response.reason}"
        raise Absent(answer) if response.status == 404 else Silent(answer)

    async def _by_tftp(self, server: str, name: str) -> bytes:
        loop = asyncio.get_running_loop()
        client = _TftpClient()
        try:
            transport, _ = await loop.create_datagram_endpoint(lambda: client, local_addr=(self._local, 0))
        except OSError as error:
            raise Silent(describe(error)) from error
        try:
            return await client.read((server, self._ports.tftp), name, self._tftp_wait, self._tftp_tries)
        finally:
            transport.close()


class _TftpClient(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self._packets: asyncio.Queue[tuple[bytes, tuple[str, int]]] = asyncio.Queue()
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._packets.put_nowait((data, addr))

    async def read(self, server: tuple[str, int], name: str, wait: float, tries: int) -> bytes:
        """Read a file. Raises Absent for error 1, Silent for other errors and time-outs."""
        fields = (name, "octet", "blksize", str(_BLOCK), "tsize", "0")
        packet = struct.pack("!H", _RRQ) + b"".join(field.encode() + b"\0" for field in fields)
        target, block, expected, content = server, 512, 1, b""
        while True:
            try:
                opcode, data, target = await self._exchange(packet, target, expected, wait, tries)
            except Silent as silent:
                if content:
                    raise Broken(f"the transfer broke off: {silent}") from silent
                raise
            if opcode == _OACK:
                options = [part.decode("ascii", "replace") for part in data[2:].split(b"\0")]
                accepted = dict(zip(options[::2], options[1::2], strict=False))
                block = int(accepted["blksize"]) if accepted.get("blksize", "").isdigit() else block
                packet = struct.pack("!HH", _ACK, 0)
                continue
            content += data[4:]
            packet = struct.pack("!HH", _ACK, expected & 0xFFFF)
            if len(data) - 4 < block:
                self._transport.sendto(packet, target)
                return content
            expected += 1

    async def _exchange(
        self, packet: bytes, target: tuple[str, int], expected: int, wait: float, tries: int
    ) -> tuple[int, bytes, tuple[str, int]]:
        for _ in range(tries):
            self._transport.sendto(packet, target)
            try:
                async with asyncio.timeout(wait):
                    while True:
                        data, sender = await self._packets.get()
                        opcode = int.from_bytes(data[:2], "big")
                        if opcode == _ERROR:
                            self._refused(data)
                        asked = packet[:2] == struct.pack("!H", _RRQ)
                        if opcode == _OACK and asked:
                            return opcode, data, sender
                        if opcode == _DATA and int.from_bytes(data[2:4], "big") == expected & 0xFFFF:
                            return opcode, data, sender
            except TimeoutError:
                continue
        raise Silent("no answer")

    def _refused(self, data: bytes) -> None:
        code, text = int.from_bytes(data[2:4], "big"), data[4:].rstrip(b"\0").decode("utf-8", "replace")
        answer = f"error {code}, {text}"
        raise Absent(answer) if code == 1 else Silent(answer)

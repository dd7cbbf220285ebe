"""Ready-checks: each asks one service of the lab over its socket and waits for the right kind of answer."""

from __future__ import annotations

import asyncio
import socket
import ssl

from lab.net import Ports

_TIMEOUT = 10.0
# So many switches are asked at a time: each connection costs file descriptors at both ends.
_PARALLEL = 50


class NotReady(OSError):
    """A service doesn't answer, or not as it should."""


async def switches(addresses: list[str], port: int) -> None:
    """Every switch sends an SSH banner."""
    limit = asyncio.Semaphore(_PARALLEL)

    async def check(address: str) -> None:
        async with limit:
            await _exchange("switch", address, port, b"", b"SSH-2.0-")

    await asyncio.gather(*(check(address) for address in addresses))


async def node(address: str, ports: Ports, authority: bytes, *, files: bool) -> None:
    """The web server answers over verified TLS; the ports of SIP and SCCP are there, and the files where it has any."""
    context = ssl.create_default_context(cadata=authority.decode("ascii"))
    request = f"GET {{}} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    checks = [
        _exchange("HTTPS", address, ports.https, request.format("/axl/").encode(), b"HTTP/1.1 4", context),
        _exchange("SIP", address, ports.sip, b"", b""),
        _exchange("SCCP", address, ports.sccp, b"", b""),
    ]
    if files:
        asked = request.format("/none").encode()
        checks.append(_exchange("HTTP files", address, ports.config_http, asked, b"HTTP/1.1 404"))
        checks.append(_tftp(address, ports.tftp))
    await asyncio.gather(*checks)


async def control(address: str, port: int) -> None:
    """The control socket refuses whoever has no token."""
    await _exchange("control", address, port, b"{}\n", b'{"ok": false')


async def _exchange(
    what: str, address: str, port: int, request: bytes, expected: bytes, context: ssl.SSLContext | None = None
) -> None:
    try:
        async with asyncio.timeout(_TIMEOUT):
            reader, writer = await asyncio.open_connection(address, port, ssl=context)
            try:
                writer.write(request)
                answer = await reader.readexactly(len(expected))
            finally:
                writer.close()
    except (OSError, asyncio.IncompleteReadError) as error:
        raise NotReady(f"{what} at {address}:{port} does not answer: {error or type(error).__name__}") from error
    if answer != expected:
        raise NotReady(f"{what} at {address}:{port} answers {answer!r}, expected {expected!r}")


async def _tftp(address: str, port: int) -> None:
    """The TFTP server answers a read request for a file that isn't there with an error packet."""
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.setblocking(False)
        client.bind((address, 0))
        try:
            async with asyncio.timeout(_TIMEOUT):
                await loop.sock_sendto(client, b"\0\1none\0octet\0", (address, port))
                answer = await loop.sock_recv(client, 600)
        except OSError as error:
            raise NotReady(f"TFTP at {address}:{port} does not answer: {error or type(error).__name__}") from error
    if answer[:2] != b"\0\5":
        raise NotReady(f"TFTP at {address}:{port} answers {answer[:2]!r} to a request for an unknown file")

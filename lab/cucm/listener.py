"""A TCP port of a node that can be open, closed, or filtered: without root, and seen so by every client."""

from __future__ import annotations

import asyncio
import ctypes
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from typing import Any

from lab.control import ControlError

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
# Linux, asm-generic/socket.h; Python's socket module has neither.
_ATTACH_FILTER, _DETACH_FILTER = 26, 27
_DROP = struct.pack("HBBI", 0x06, 0, 0, 0)


def drop_all(sock: Any, on: bool) -> None:
    """Have the kernel drop every packet that comes in for a socket, or let them through again.

    A listener answers nothing then: whoever connects waits until he gives up, as behind a packet filter. Raises
    ControlError where this system lets the user filter nothing.
    """
    if on:
        code = ctypes.create_string_buffer(_DROP)
        program = struct.pack("HL", 1, ctypes.addressof(code))
        try:
            sock.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, program)
        except PermissionError as error:
            raise ControlError("this system lets you put no filter on a port: run the lab as root for it") from error
    else:
        try:
            sock.setsockopt(socket.SOL_SOCKET, _DETACH_FILTER, 0)
        except FileNotFoundError:
            # There was no filter.
            return


class TcpListener:
    """One port; `serve` is called for each connection. `port` 0 takes a free one when it is opened."""

    def __init__(self, address: str, port: int, serve: Serve, tls: ssl.SSLContext | None = None) -> None:
        self._address, self.port, self._serve, self.tls = address, port, serve, tls
        self._server: asyncio.Server | None = None
        self._filtered = False

    async def open(self) -> None:
        """Listen. Raises OSError if the port is taken."""
        self._server = await asyncio.start_server(self._serve, self._address, self.port, limit=65536, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        self.filter(self._filtered)

    def filter(self, on: bool) -> None:
        """Leave those who connect without an answer, or answer them again; also when it is opened later."""
        self._filtered = on
        for sock in self._server.sockets if self._server else ():
            drop_all(sock, on)

    def close(self) -> asyncio.Server | None:
        """Refuse connections; those that are open are their owner's to close. Returns what can be waited for."""
        server, self._server = self._server, None
        if server:
            server.close()
        return server

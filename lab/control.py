"""The control socket: one JSON object a line over TCP, from the CLI to the running lab.

Request: `{"token": "...", "command": "status", ...arguments}`. Answer: `{"ok": true, "result": ...}` or
`{"ok": false, "error": "one line"}`. The token stands in lab.json, which only the lab's user can read.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import socket
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from lab.state import Record

_MAX_REQUEST = 64 * 1024

Handler = Callable[[Mapping[str, Any]], Awaitable[Any]]


class ControlError(RuntimeError):
    """The lab said no, in one line; or it could not be asked."""


class Unreachable(ControlError):
    """Nothing answers on the control socket."""


class ControlServer:
    """Serves the commands of `handlers` on an already listening socket. A handler raises ControlError to say no."""

    def __init__(self, listener: socket.socket, token: str, handlers: Mapping[str, Handler]) -> None:
        self._listener = listener
        self._token = token
        self._handlers = handlers
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, sock=self._listener, limit=_MAX_REQUEST)

    async def stop(self) -> None:
        """Stop listening and close what is open; before `start` too."""
        if self._server is None:
            self._listener.close()
            return
        self._server.close()
        for writer in list(self._connections):
            writer.close()
        await self._server.wait_closed()
        self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        try:
            while line := await reader.readline():
                answer = await self._answer(line)
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError, asyncio.IncompleteReadError):
            pass
        finally:
            self._connections.discard(writer)
            writer.close()

    async def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            request = json.loads(line)
        except ValueError:
            return {"ok": False, "error": "the request is not JSON"}
        token = request.get("token") if isinstance(request, dict) else None
        if not isinstance(token, str) or not hmac.compare_digest(token.encode(), self._token.encode()):
            return {"ok": False, "error": "wrong token"}
        handler = self._handlers.get(str(request.get("command")))
        if handler is None:
            return {"ok": False, "error": f"unknown command {request.get('command')!r}"}
        try:
            return {"ok": True, "result": await handler(request)}
        except ControlError as error:
            return {"ok": False, "error": str(error)}


def ask(record: Record, command: str, *, timeout: float = 30.0, **arguments: Any) -> Any:
    """Send one command to the lab of `record`, return its result. Raises ControlError (Unreachable without answer)."""
    request = {**arguments, "token": record.token, "command": command}
    try:
        with socket.create_connection((record.address, record.port), timeout=timeout) as connection:
            connection.sendall(json.dumps(request).encode() + b"\n")
            with connection.makefile("rb") as file:
                line = file.readline()
    except OSError as error:
        raise Unreachable(f"the lab (process {record.pid}) does not answer on its control socket: {error}") from error
    if not line.endswith(b"\n"):
        raise Unreachable(f"the lab (process {record.pid}) closed the control connection without an answer")
    answer = json.loads(line)
    if not answer["ok"]:
        raise ControlError(answer["error"])
    return answer["result"]

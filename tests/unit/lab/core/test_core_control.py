"""The control socket: token first, one line each way, errors in words."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from lab.control import ControlError, ControlServer, Unreachable, ask
from lab.state import Record

TOKEN = "secret-token"


@pytest.fixture
async def record() -> AsyncIterator[Record]:
    async def echo(request: Mapping[str, Any]) -> Any:
        return {"said": request.get("text")}

    async def refuse(request: Mapping[str, Any]) -> Any:
        raise ControlError("there is no such phone")

    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    server = ControlServer(listener, TOKEN, {"echo": echo, "refuse": refuse})
    await server.start()
    yield Record(1, 1, "127.0.0.1", port, TOKEN, "default")
    await server.stop()


async def test_a_command_and_its_result(record: Record) -> None:
    # More than a line's limit in asyncio: a snapshot of many switches is long.
    text = "x" * 50_000
    assert await asyncio.to_thread(ask, record, "echo", text=text) == {"said": text}


async def test_the_labs_refusal_is_told(record: Record) -> None:
    with pytest.raises(ControlError, match="there is no such phone"):
        await asyncio.to_thread(ask, record, "refuse")
    with pytest.raises(ControlError, match="unknown command 'fly'"):
        await asyncio.to_thread(ask, record, "fly")


async def test_without_the_token_nothing_is_done(record: Record) -> None:
    with pytest.raises(ControlError, match="wrong token"):
        await asyncio.to_thread(ask, replace(record, token="guess"), "echo")


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"hello\n", "not JSON"),
        (b"\xff\xfe\n", "not JSON"),
        (b"[]\n", "wrong token"),
        (b'{"command": "echo"}\n', "wrong token"),
        (b'{"command": "echo", "token": 5}\n', "wrong token"),
        (b'{"command": "echo", "token": "\xc3\xa9"}\n', "wrong token"),
    ],
)
async def test_bad_lines_are_answered(record: Record, line: bytes, error: str) -> None:
    reader, writer = await asyncio.open_connection(record.address, record.port)
    writer.write(line)
    answer = json.loads(await reader.readline())
    writer.close()
    assert answer["ok"] is False
    assert error in answer["error"]


async def test_an_endless_line_ends_the_connection(record: Record) -> None:
    reader, writer = await asyncio.open_connection(record.address, record.port)
    writer.write(b"x" * 200_000)
    try:
        assert await reader.read() == b""
    except ConnectionResetError:
        pass
    writer.close()


def test_nothing_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unreachable, match="does not answer"):
        ask(Record(1, 1, "127.0.0.1", port, TOKEN, "default"), "status")

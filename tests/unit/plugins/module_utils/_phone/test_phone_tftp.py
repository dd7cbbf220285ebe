# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The TFTP client against a server that answers as it is told to, over real datagrams."""

from __future__ import annotations

import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._phone import tftp

Answer = Callable[["Server", bytes, tuple[str, int]], None]


class Server:
    """Answers each datagram by `answer`, from a port of its own for the transfer, as RFC 1350 asks."""

    def __init__(self, answer: Answer) -> None:
        self.door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.door.bind(("127.0.0.1", 0))
        self.transfer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.transfer.bind(("127.0.0.1", 0))
        self.answer = answer
        self.asked: list[bytes] = []
        self.told = threading.Event()
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self._serve, args=(each,)) for each in (self.door, self.transfer)]
        for thread in self.threads:
            thread.start()

    @property
    def port(self) -> int:
        return self.door.getsockname()[1]

    def _serve(self, sock: socket.socket) -> None:
        sock.settimeout(0.05)
        while not self.ended.is_set():
            try:
                data, client = sock.recvfrom(65536)
            except TimeoutError:
                continue
            self.asked.append(data)
            if data[:2] == b"\0\5":
                self.told.set()
            self.answer(self, data, client)

    def send(self, client: tuple[str, int], opcode: int, argument: int, body: bytes = b"") -> None:
        self.transfer.sendto(struct.pack("!HH", opcode, argument) + body, client)

    def options(self, client: tuple[str, int], *pairs: str) -> None:
        self.transfer.sendto(struct.pack("!H", 6) + b"".join(each.encode() + b"\0" for each in pairs), client)

    def stop(self) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join()
        self.door.close()
        self.transfer.close()


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], Server]]:
    servers: list[Server] = []

    def start(answer: Answer) -> Server:
        servers.append(Server(answer))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


def read(server: Server, limit: int = 2**20, **options: float) -> tftp.Content:
    return tftp.read(
        "127.0.0.1", "x.xml", **{"port": server.port, "timeout": 0.3, "tries": 2, "limit": limit, **options}
    )


def sends(content: bytes, block: int = 512, *options: str, lost: int = -1) -> Answer:
    """Send a file in blocks; `lost` is the number of a block that gets lost the first time."""
    gone: list[int] = []

    def answer(server: Server, data: bytes, client: tuple[str, int]) -> None:
        opcode, number = struct.unpack("!HH", data[:4])
        if opcode == 1 and options:
            server.options(client, *options)
            return
        if opcode not in (1, 4):
            return
        next_one = 1 if opcode == 1 else (number + 1) & 0xFFFF
        start = (next_one - 1) * block
        if start > len(content):
            return
        if next_one == lost and not gone:
            gone.append(next_one)
            return
        server.send(client, 3, next_one, content[start : start + block])

    return answer


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 1024, 5000])
@pytest.mark.parametrize("options", [(), ("blksize", "1428"), ("blksize", "512", "tsize", "77"), ("tsize", "5000")])
def test_a_file_comes_whole_whatever_options_the_server_takes(serve, size: int, options: tuple[str, ...]) -> None:
    content = bytes(range(256)) * 20
    block = 1428 if "1428" in options else 512
    found = read(serve(sends(content[:size], block, *options)))
    assert (found.data, found.size, found.whole) == (content[:size], size, True)


def test_the_request_is_for_octets_with_options(serve) -> None:
    server = serve(sends(b"x"))
    read(server)
    assert server.asked[0] == b"\0\1x.xml\0octet\0blksize\x001428\0tsize\x000\0"


@pytest.mark.parametrize("lost", [1, 2, 4])
def test_a_lost_block_is_asked_for_again(serve, lost: int) -> None:
    content = b"y" * 1600
    assert read(serve(sends(content, lost=lost))).data == content


def test_a_file_larger_than_the_limit_is_left_there(serve) -> None:
    server = serve(sends(b"z" * 100_000, 512, "blksize", "512", "tsize", "100000"))
    found = read(server, limit=1000)
    assert (found.data, found.size, found.whole) == (b"z" * 1000, 100_000, False)
    # The server is told, so that it doesn't go on sending.
    assert server.told.wait(5)


@pytest.mark.parametrize(
    ("code", "text", "kind", "words"),
    [
        (1, b"File not found\0", tftp.Missing, "error 1, File not found"),
        (1, b"", tftp.Missing, "error 1, file not found"),
        (2, b"Access violation\0", tftp.Broken, "error 2, Access violation"),
        (0, b"Permission denied", tftp.Broken, "error 0, Permission denied"),
    ],
)
def test_the_servers_own_words(serve, code: int, text: bytes, kind: type[Exception], words: str) -> None:
    server = serve(lambda server, data, client: server.send(client, 5, code, text))
    with pytest.raises(kind, match="error") as caught:
        read(server)
    assert str(caught.value) == words


def test_nobody_answers(serve) -> None:
    server = serve(lambda server, data, client: None)
    with pytest.raises(tftp.Silent, match=r"^no answer in 2 times 0\.1 s$"):
        read(server, timeout=0.1)
    assert len(server.asked) == 2


def test_a_name_that_nobody_knows() -> None:
    with pytest.raises(tftp.Silent, match="its name can't be resolved"):
        tftp.read("tftp.invalid", "x", port=69, timeout=0.1, tries=1, limit=1)


def test_a_transfer_that_breaks_off(serve) -> None:
    def answer(server: Server, data: bytes, client: tuple[str, int]) -> None:
        if data[:2] == b"\0\1":
            server.send(client, 3, 1, b"y" * 512)

    with pytest.raises(tftp.Broken, match="broke off before block 2"):
        read(serve(answer), timeout=0.1)


def test_a_strangers_packets_are_not_taken(serve) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.1", 0))

        def answer(server: Server, data: bytes, client: tuple[str, int]) -> None:
            if data[:2] == b"\0\1":
                server.send(client, 3, 1, b"a" * 512)
            elif data == b"\0\4\0\1":
                stranger.sendto(b"\0\3\0\2evil", client)
                stranger.sendto(b"\0\5\0\1gone\0", client)
                server.send(client, 3, 2, b"good")

        assert read(serve(answer)).data == b"a" * 512 + b"good"


@pytest.mark.parametrize("size", ["65464", "-5", "7", "x"])
def test_a_block_size_that_was_not_asked_for(serve, size: str) -> None:
    server = serve(lambda server, data, client: server.options(client, "blksize", size))
    with pytest.raises(tftp.Broken, match="block size"):
        read(server)


def test_noise_is_waited_out(serve) -> None:
    def answer(server: Server, data: bytes, client: tuple[str, int]) -> None:
        if data[:2] == b"\0\1":
            server.transfer.sendto(b"\0", client)
            server.send(client, 9, 9, b"?")
            server.send(client, 3, 7, b"another block")
            server.send(client, 3, 1, b"right")

    assert read(serve(answer)).data == b"right"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a socket that asks many")
def test_a_port_that_nobody_listens_on_is_not_waited_for() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(tftp.Silent, match="connection refused"):
        tftp.read("127.0.0.1", "x", port=port, timeout=60, tries=1, limit=1)


@pytest.mark.parametrize(("options", "what"), [(("blksize", "9" * 5000), "block size"), (("tsize", "9" * 5000), "")])
def test_a_number_without_an_end_is_none(serve, options: tuple[str, ...], what: str) -> None:
    server = serve(sends(b"x" * 700, 512, *options))
    if what:
        with pytest.raises(tftp.Broken, match=what):
            read(server)
    else:
        assert read(server).data == b"x" * 700


def test_a_transfer_that_goes_on_and_on_comes_to_an_end(serve) -> None:
    def answer(server: Server, data: bytes, client: tuple[str, int]) -> None:
        opcode, number = struct.unpack("!HH", data[:4])
        time.sleep(0.02)
        server.send(client, 3, 1 if opcode == 1 else (number + 1) & 0xFFFF, b"x" * 512)

    with pytest.raises(tftp.Broken, match="isn't complete after 1.5 s"):
        read(serve(answer), timeout=0.05)

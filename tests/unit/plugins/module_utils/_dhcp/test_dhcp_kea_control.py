# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes back from Kea, or in its place from something else, by HTTP and by a unix socket."""

from __future__ import annotations

import base64
import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.kea_control import AnswerLost, Kea, is_written
from ansible_collections.dialtone.voice.plugins.module_utils._errors import (
    AuthenticationFailed,
    Refused,
    TimedOut,
    Unreachable,
    Unsupported,
    VoiceError,
)


class Peer:
    """Takes one connection after the other, and answers what it is told to."""

    def __init__(self, listener: socket.socket, answer: bytes | None, *, whole: Callable[[bytes], bool]) -> None:
        self.listener, self.answer, self.whole = listener, answer, whole
        self.heard = b""
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.release = threading.Event()
        self.thread.start()

    def serve(self) -> None:
        with contextlib.suppress(OSError):
            link, _peer = self.listener.accept()
            with link:
                while not self.whole(self.heard):
                    self.heard += link.recv(65536)
                if self.answer is None:
                    self.release.wait(10)
                else:
                    link.sendall(self.answer)

    def end(self) -> None:
        self.release.set()
        self.listener.close()
        self.thread.join(10)


def whole_request(heard: bytes) -> bool:
    head, gap, body = heard.partition(b"\r\n\r\n")
    length = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    return bool(gap) and len(body) >= int(length[0].split(b":")[1])


def whole_json(heard: bytes) -> bool:
    try:
        json.loads(heard)
    except ValueError:
        return False
    return True


@pytest.fixture
def http() -> Iterator[Callable[..., tuple[Kea, Peer]]]:
    peers: list[Peer] = []

    def start(answer: bytes | None, **options) -> tuple[Kea, Peer]:
        listener = socket.create_server(("127.0.0.1", 0))
        peers.append(Peer(listener, answer, whole=whole_request))
        way = {"host": "127.0.0.1", "port": listener.getsockname()[1], "use_tls": False, "timeout": 10, **options}
        return Kea({"validate_certs": True, **way}), peers[-1]

    yield start
    for peer in peers:
        peer.end()


def response(body: str, status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", body]
    return "\r\n".join(lines).encode()


def test_a_command_and_its_answer(http):
    kea, peer = http(response('[{"result": 0, "arguments": {"a": 1}}]'), username="voice", password="pässword")
    assert kea.command("config-get", {"b": 2}) == {"a": 1}
    head, _gap, body = peer.heard.partition(b"\r\n\r\n")
    assert json.loads(body) == {"command": "config-get", "arguments": {"b": 2}, "service": ["dhcp4"]}
    assert b"Basic " + base64.b64encode("voice:pässword".encode()) in head


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        ('[{"result": 1, "text": "no such\\nthing"}]', Refused, "refused config-get (result 1): no such thing"),
        ('[{"result": 2, "text": "not supported"}]', Unsupported, "does not know config-get (result 2): not supported"),
        ('[{"result": 4, "text": "conflict"}]', Refused, "refused config-get (result 4): conflict"),
        (
            '[{"result": 1, "text": "unable to forward command to the dhcp4 service"}]',
            Unreachable,
            "behind it does not",
        ),
        ("<html>It works!</html>", Refused, "is not Kea: <html>It works!</html>"),
        ("[]", Refused, "is not Kea"),
        ('{"a": 1}', Refused, "is not Kea"),
        ("", AnswerLost, "ended without an answer"),
    ],
)
def test_results_are_told_apart(http, answer, error, words):
    kea, _peer = http(response(answer))
    with pytest.raises(error) as caught:
        kea.command("config-get")
    assert type(caught.value) is error
    assert words in str(caught.value)


def test_nothing_found_is_an_answer(http):
    assert http(response('[{"result": 3, "text": "0 leases"}]'))[0].command("lease4-get-all") == {}


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (response("", "401 Unauthorized"), AuthenticationFailed, "did not accept a request without a user (HTTP 401)"),
        (response("", "302 Found", "Location: http://127.0.0.1:1/"), Refused, "with HTTP 302 Found"),
        (response("", "400 Bad Request"), Refused, "Where it speaks HTTPS, leave use_tls on"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[", AnswerLost, "ended in the middle of its answer"),
        (b"", AnswerLost, "the answer was lost"),
    ],
)
def test_what_http_says(http, answer, error, words):
    kea, _peer = http(answer)
    with pytest.raises(error) as caught:
        kea.command("config-get")
    assert words in str(caught.value)


def test_an_answer_that_does_not_come(http):
    kea, _peer = http(None, timeout=0.05)
    with pytest.raises(TimedOut, match=r"did not answer config-get within 0.05 s"):
        kea.command("config-get")


def test_a_socket_and_its_answer(tmp_path: Path):
    path = tmp_path / "kea"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        peer = Peer(listener, b'{"result": 0, "arguments": {"a": 1}}', whole=whole_json)
        assert Kea({"socket_path": str(path), "timeout": 10}).command("config-get") == {"a": 1}
        assert json.loads(peer.heard) == {"command": "config-get"}
        peer.end()


@pytest.mark.parametrize(
    ("path", "words"),
    [("none", "No such file or directory. See that Kea runs, and that"), ("x" * 200, "too long"), (".", "refused")],
)
def test_a_socket_that_is_none(tmp_path: Path, path: str, words: str):
    with pytest.raises(Unreachable) as caught:
        Kea({"socket_path": str(tmp_path / path), "timeout": 10}).command("config-get")
    assert words in str(caught.value)


def test_a_certificate_file_that_is_none(tmp_path: Path):
    way = {"host": "kea", "use_tls": True, "validate_certs": True, "ca_path": str(tmp_path / "none"), "timeout": 1}
    with pytest.raises(VoiceError, match="no CA certificate could be read from ca_path"):
        Kea(way)


def test_whether_a_file_is_whole(tmp_path: Path):
    file = tmp_path / "kea.json"
    file.write_text("{}")
    assert is_written({"filename": str(file), "size": 2}, "/socket")
    assert not is_written({"filename": str(file), "size": 5}, "/socket")
    assert is_written({"filename": str(file), "size": 5}, None)
    assert is_written({"filename": "/none/kea.json", "size": 5}, "/socket")
    assert not is_written({"filename": str(file), "size": -1}, None)
    assert not is_written({}, None)

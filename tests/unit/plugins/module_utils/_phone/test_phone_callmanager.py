# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Handshakes with CallManagers, over sockets and real TLS."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._startup.ask_call_managers import (
    HandshakeOptions,
    ask_call_managers,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup.service import (
    NO_ANSWER,
    OPEN,
    REFUSED,
    TLS_FAILED,
    UNRESOLVABLE,
    Handshake,
)

from .certificates import make_certificate

Serve = Callable[[socket.socket], None]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A CallManager's own certificate with its key, and its SHA-256."""
    path = tmp_path_factory.mktemp("tls") / "callmanager.pem"
    return path, make_certificate(path, "cucm-pub")


@pytest.fixture
def listen() -> Iterator[Callable[..., int]]:
    """A function that starts a listener and gives its port; `serve` gets each connection."""
    sockets: list[socket.socket] = []

    def start(serve: Callable[[socket.socket], None] = lambda connection: None) -> int:
        sock = socket.create_server(("127.0.0.1", 0))
        sockets.append(sock)

        def run() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection = sock.accept()[0]
                    with connection, contextlib.suppress(OSError):
                        serve(connection)

        threading.Thread(target=run, daemon=True).start()
        return sock.getsockname()[1]

    yield start
    for sock in sockets:
        sock.close()


def tls_server(
    path: Path, change: Callable[[ssl.SSLContext], Any] = lambda context: None
) -> Callable[[socket.socket], None]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    change(context)

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            secured.recv(1)

    return serve


def shake(name: str, port: int, tls: bool = False, **options: Any) -> Handshake:
    wanted = (name, port, tls)
    return ask_call_managers({wanted}, HandshakeOptions(**{"timeout": 0.5, **options}))[wanted]


def test_tcp(listen) -> None:
    port = listen()
    found = shake("localhost", port)
    assert (found.name, found.address, found.outcome, found.tls) == ("localhost", "127.0.0.1", OPEN, False)
    assert found.proof.asked == f"TCP connection to localhost:{port}"


def test_nobody_listens() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        found = shake("127.0.0.1", unused.getsockname()[1])
    assert (found.outcome, found.proof.answer) == (REFUSED, "127.0.0.1: connection refused")


def test_a_filtered_port() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        # Who is never accepted fills the queue, and the next ones get no answer, as behind a filter.
        fillers = [socket.socket() for _number in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        found = shake("127.0.0.1", port)
        for filler in fillers:
            filler.close()
    assert (found.outcome, found.proof.answer) == (NO_ANSWER, "127.0.0.1: no answer in 0.5 s")


def test_a_name_that_nobody_knows() -> None:
    found = shake("cucm.invalid", 5060)
    assert found.outcome == UNRESOLVABLE
    assert found.proof.answer.startswith("the name cucm.invalid can't be resolved: ")


def test_tls_without_a_ca_tells_the_fingerprint(listen, certificate) -> None:
    path, mark = certificate
    found = shake("127.0.0.1", listen(tls_server(path)), tls=True)
    assert (found.outcome, found.fingerprint, found.verified) == (OPEN, mark, None)
    assert f"certificate with SHA-256 {mark}" in found.proof.answer


def test_tls_with_the_ca_tells_the_subject_whatever_the_name(listen, certificate) -> None:
    path, mark = certificate
    found = shake("127.0.0.1", listen(tls_server(path)), tls=True, ca_path=str(path))
    assert (found.outcome, found.fingerprint, found.verified) == (OPEN, mark, True)
    assert found.certificate == "O=Lab, CN=cucm-pub"


def test_a_certificate_of_somebody_else(listen, certificate, tmp_path: Path) -> None:
    path, mark = certificate
    ca = tmp_path / "ca.pem"
    make_certificate(ca, "another CA")
    found = shake("127.0.0.1", listen(tls_server(path)), tls=True, ca_path=str(ca))
    assert (found.outcome, found.fingerprint, found.verified) == (TLS_FAILED, mark, False)
    assert "self-signed and not known here" in found.proof.answer


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_callmanager_that_wants_a_phones_certificate_has_answered(listen, certificate, version) -> None:
    path, _mark = certificate

    def demand(context: ssl.SSLContext) -> None:
        context.minimum_version = context.maximum_version = version
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(path)

    assert shake("127.0.0.1", listen(tls_server(path, demand)), tls=True).outcome == OPEN


def test_no_cipher_in_common_is_no_want_of_a_certificate(listen, certificate) -> None:
    path, _mark = certificate

    def narrow(context: ssl.SSLContext) -> None:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256")

    found = shake("127.0.0.1", listen(tls_server(path, narrow)), tls=True)
    assert found.outcome == TLS_FAILED
    assert "no protocol version or cipher in common" in found.proof.answer


def test_one_that_speaks_no_tls(listen) -> None:
    found = shake(
        "127.0.0.1", listen(lambda connection: connection.sendall(b"SIP/2.0 400 Bad Request\r\n\r\n")), tls=True
    )
    assert found.outcome == TLS_FAILED
    assert "does not speak TLS" in found.proof.answer


def test_one_that_says_nothing(listen) -> None:
    found = shake(
        "127.0.0.1",
        listen(lambda connection: connection.recv(1) and connection.recv(4096) and connection.recv(1)),
        tls=True,
    )
    assert (found.outcome, found.proof.answer) == (
        TLS_FAILED,
        "127.0.0.1: connected, but no answer to the TLS handshake",
    )


def test_each_is_tried_once_and_none_when_the_time_is_used_up(listen) -> None:
    port = listen()
    wanted = [("127.0.0.1", port, False), ("127.0.0.1", port, False)]
    assert list(ask_call_managers(wanted, HandshakeOptions())) == wanted[:1]
    assert ask_call_managers(wanted, HandshakeOptions(budget=-1)) == {}

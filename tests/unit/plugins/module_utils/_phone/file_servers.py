# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An HTTP server that answers each path as it is told to, also in ways in which no server should."""

from __future__ import annotations

import contextlib
import socketserver
import ssl
import threading
from collections.abc import Mapping
from pathlib import Path

NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def found(body: bytes, *headers: str, length: int | None = None) -> bytes:
    """An answer with status 200; `length` is what it claims to have."""
    lines = [f"Content-Length: {len(body) if length is None else length}", *headers]
    return b"HTTP/1.1 200 OK\r\n" + "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + body


class HttpServer:
    """`answers`: path -> all bytes of the answer; empty: the connection is closed without one.

    With a certificate it speaks TLS.
    """

    def __init__(self, answers: Mapping[str, bytes], certificate: Path | None = None) -> None:
        self.answers = dict(answers)
        self.asked: list[str] = []
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    self.answer_all()

            def answer_all(self) -> None:
                while line := self.rfile.readline():
                    path = line.split()[1].decode()
                    while self.rfile.readline() not in (b"\r\n", b""):
                        pass
                    outer.asked.append(path)
                    answer = outer.answers.get(path, NOT_FOUND)
                    self.wfile.write(answer)
                    # What claims more than it has can't be followed by another answer.
                    if answer != NOT_FOUND and not answer.endswith(b"</device>"):
                        return

        class Server(socketserver.ThreadingTCPServer):
            def handle_error(self, request: object, client_address: object) -> None:
                """Leave it: who doesn't take the certificate ends the handshake."""

            daemon_threads = True
            allow_reuse_address = True

        self._server = Server(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def __enter__(self) -> HttpServer:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.shutdown()
        self._server.server_close()

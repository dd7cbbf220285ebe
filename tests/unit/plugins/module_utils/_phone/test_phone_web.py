# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a phone's pages over sockets: which are asked, redirects, and phones that show nothing."""

from __future__ import annotations

import contextlib
import gzip
import socket
import socketserver
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._startup.ask_pages import PageOptions, ask_pages
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Pages

from .certificates import make_certificate
from .file_servers import HttpServer, found

SERVICE = "/CGI/Java/Serviceability?adapter=device"
DEVICE = found(b"<DeviceInformation><MACAddress>00:11:22:33:44:55</MACAddress></DeviceInformation>")
NETWORK = found(
    b"<NetworkConfiguration><VLANId>20</VLANId><CallManager1>pub Active</CallManager1></NetworkConfiguration>"
)
SECURE = b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/x\r\nContent-Length: 0\r\n\r\n"
HTML = found(b"<html><table><tr><td><b>Host Name</b></td><td><b>SEP001122334455</b></td></tr></table></html>")


def look(answers: dict[str, bytes], **options: Any) -> tuple[list[str], Pages | str]:
    with HttpServer(answers) as server:
        [answer] = ask_pages(["127.0.0.1"], PageOptions(**{"http_port": server.port, "timeout": 1.0, **options}))
    return server.asked, answer


def test_xml_is_read_and_no_html_beside_it() -> None:
    log = found(b"<DeviceLog><status>1:33:26a TFTP Timeout : x</status></DeviceLog>")
    port = found(b"<PortInformation><deviceId>sw1</deviceId><port>Gi1/0/1</port></PortInformation>")
    paths = ("/DeviceInformationX", "/NetworkConfigurationX", "/PortInformationX?1", "/DeviceLogX?0")
    answers = dict(zip(paths, (DEVICE, NETWORK, port, log), strict=True))
    asked, answer = look(answers)
    assert asked == list(answers)
    assert answer.fields == {
        "mac": "001122334455",
        "vlan": "20",
        "call_manager_1": "pub Active",
        "neighbor": "sw1",
        "neighbor_port": "Gi1/0/1",
    }
    assert answer.messages == ("TFTP Timeout : x",)
    assert list(answer.proofs) == ["device", "network", "port", "log"]
    assert answer.proofs["log"].answer == "TFTP Timeout : x"


@pytest.mark.parametrize(
    "path", [f"{SERVICE}.statistics.device", "/DeviceInformation", "/Device_Information.html", "/"]
)
def test_html_is_read_where_there_is_no_xml(path: str) -> None:
    _asked, answer = look({path: HTML})
    assert answer.fields == {"host_name": "SEP001122334455"}
    assert answer.proofs["device"].asked.endswith(path)
    assert answer.messages is None


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_log_with_the_status_messages_is_found(number: int) -> None:
    log = found(b"<DeviceLog><status>ITL installed</status></DeviceLog>")
    empty = {f"/DeviceLogX?{other}": found(b"<DeviceLog></DeviceLog>") for other in range(3)}
    _asked, answer = look({"/DeviceInformationX": DEVICE, **empty, f"/DeviceLogX?{number}": log})
    assert answer.messages == ("ITL installed",)


def test_a_log_without_messages_is_an_answer() -> None:
    _asked, answer = look({"/DeviceInformationX": DEVICE, "/DeviceLogX?0": found(b"<DeviceLog></DeviceLog>")})
    assert answer.messages == ()


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({}, "shows no pages (/DeviceInformationX: 404 Not Found): turn web access on"),
        ({"/DeviceInformationX": b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"}, "(403): turn web access on"),
        ({"/": found(b"<html>login</html>")}, "shows no pages"),
        ({"/DeviceLog?2": found(b"<html>It works!</html>")}, "shows no pages"),
        (
            {"/DeviceInformationX": SECURE},
            "by HTTPS only, and its certificate can't be verified here",
        ),
        ({"/DeviceInformationX": b""}, "does not answer on its web pages"),
    ],
)
def test_a_phone_that_shows_nothing(answers: dict[str, bytes], words: str) -> None:
    _asked, answer = look(answers)
    assert isinstance(answer, str)
    assert words in answer


def test_a_phone_with_web_access_off() -> None:
    with HttpServer({}) as server:
        port = server.port
    [answer] = ask_pages(["127.0.0.1"], PageOptions(http_port=port))
    assert f"phone 127.0.0.1:{port} has web access off (connection refused): turn web access on in CUCM" in answer


@pytest.mark.parametrize("way", ["redirect", "refused"])
def test_a_phone_that_shows_its_pages_by_https_only_is_read_where_its_ca_is_given(tmp_path: Path, way: str) -> None:
    own, other = tmp_path / "phone.pem", tmp_path / "other.pem"
    for path in (own, other):
        make_certificate(path, "CP-8841-SEP001122334455")
    with HttpServer({"/DeviceInformationX": DEVICE}, own) as secure:
        ports = {"https_port": secure.port}
        if way == "refused":
            with socket.socket() as unused:
                unused.bind(("127.0.0.1", 0))
                ports["http_port"] = unused.getsockname()[1]
        redirects = {"/DeviceInformationX": SECURE}
        _asked, answer = look(redirects, ca_path=str(own), **ports)
        assert answer.fields == {"mac": "001122334455"}
        assert answer.proofs["device"].asked == f"GET https://127.0.0.1:{secure.port}/DeviceInformationX"
        _asked, answer = look(redirects, ca_path=str(other), **ports)
        assert "the certificate of phone 127.0.0.1" in answer
        assert "Give the CA that signed it" in answer


def test_a_redirect_to_another_host_leads_nowhere_else() -> None:
    elsewhere = b"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n"
    asked, answer = look({"/DeviceInformationX": elsewhere})
    assert "302 Found" in answer
    assert "192.0.2.1" not in " ".join(asked)


def test_answers_are_in_the_order_of_the_addresses_and_each_is_asked_once() -> None:
    with HttpServer({"/DeviceInformationX": DEVICE}) as server:
        found_ones = ask_pages(["127.0.0.1", "127.0.0.98", "127.0.0.1"], PageOptions(http_port=server.port))
    assert [answer if isinstance(answer, Pages) else None for answer in found_ones] == [
        found_ones[0],
        None,
        found_ones[0],
    ]
    assert server.asked.count("/DeviceInformationX") == 1


def test_the_time_for_all_may_be_used_up() -> None:
    assert "used up" in ask_pages(["127.0.0.1"], PageOptions(budget=-1))[0]


def test_many_phones_without_power_cost_one_time_out() -> None:
    """Behind a queue that is full nobody answers, as where there is no phone: they are all waited for at once."""
    with socket.socket() as full:
        full.bind(("", 0))
        full.listen(0)
        port = full.getsockname()[1]
        fillers = [socket.socket() for _number in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        addresses = [f"127.0.7.{number}" for number in range(1, 200)]
        # So that one after the other, or ten at once, would use up the time for all.
        answers = ask_pages(addresses, PageOptions(http_port=port, timeout=0.3, budget=1.5))
        for filler in fillers:
            filler.close()
    assert {answer.partition(": ")[2].partition(".")[0] for answer in answers} == {"no connection within 0"}


class Hostile:
    """A phone that answers each request as a function does, with the connection in its hand."""

    def __init__(self, answer: Callable[[socket.socket], None]) -> None:
        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    self.request.recv(4096)
                    answer(self.request)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def __enter__(self) -> Hostile:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def drips(connection: socket.socket) -> None:
    """Send a page byte by byte, each in time."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def never_ends(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"<DeviceInformation>" * 4096)


def test_a_page_that_drips_has_an_end() -> None:
    with Hostile(drips) as phone:
        [answer] = ask_pages(["127.0.0.1"], PageOptions(http_port=phone.port, timeout=0.2))
    assert isinstance(answer, str)
    assert "the answer isn't complete after 0.8 s" in answer


def test_a_page_without_an_end_is_read_up_to_the_limit() -> None:
    with Hostile(never_ends) as phone:
        [answer] = ask_pages(["127.0.0.1"], PageOptions(http_port=phone.port, timeout=1))
    assert answer == "phone 127.0.0.1 sends no page of a phone: /DeviceInformationX has more than 1048576 bytes"


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (ord("b") + n, b"&%c;" % (ord("a") + n) * 10) for n in range(9))
    + b"]><DeviceInformation><HostName>&j;</HostName><MACAddress>00:11:22:33:44:55</MACAddress></DeviceInformation>"
)


@pytest.mark.parametrize(
    "page",
    [
        found(BOMB),
        found(b'<?xml version="1.0" encoding="undefined"?>' + DEVICE.partition(b"\r\n\r\n")[2]),
        found(b'<?xml version="1.0" encoding="idna"?>' + DEVICE.partition(b"\r\n\r\n")[2] + b"." + b"x" * 100),
        DEVICE.replace(b"Content-Length: ", b"Content-Length: " + b"9" * 5000),
        found(gzip.compress(b" " * 10**8), "Content-Encoding: gzip"),
        found(b"<DeviceInformation>" * 50_000),
        found(b"<div>" * 100_000 + b"<table>" * 20_000),
        found(bytes(range(256)) * 200),
    ],
    ids=["entities", "no encoding", "idna", "length", "gzip", "deep", "deep html", "garbage"],
)
def test_a_hostile_page_is_a_page_or_a_gap(page: bytes) -> None:
    _asked, answer = look({"/DeviceInformationX": page, "/": page}, timeout=0.3)
    assert len(repr(answer)) < 3000

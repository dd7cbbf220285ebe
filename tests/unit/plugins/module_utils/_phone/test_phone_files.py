# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of the TFTP service for a phone, in which order, and what its answers count for."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._startup.ask_files import (
    FileOptions,
    FileQuestion,
    ask_files,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup.service import (
    BROKEN,
    MISSING,
    THERE,
    UNREACHABLE,
)

from .certificates import make_certificate
from .file_servers import HttpServer, found
from .test_phone_trust import LIST, header

NAME = "SEP001122334455"
CONFIG = (
    b"<device><deviceProtocol>SIP</deviceProtocol><devicePool><callManagerGroup><members><member priority='0'>"
    b"<callManager><processNodeName>cucm-pub</processNodeName></callManager></member></members></callManagerGroup>"
    b"</devicePool><sipProfile><dialTemplate>DR1.xml</dialTemplate><softKeyFile>SK1.xml</softKeyFile></sipProfile>"
    b"<loadInformation>sip88xx.1</loadInformation><versionStamp>7</versionStamp><userLocale><name>German_Germany</name>"
    b"</userLocale><networkLocale>Germany</networkLocale></device>"
)
SHORT = b"<device><fullConfig>false</fullConfig><encrConfig>true</encrConfig></device>"
CFG = f"/{NAME}.cnf.xml"
ENCRYPTION = bytes([16, 0, 3]) + bytes([18, 0, 1, 0])
WHOLE = {
    CFG: found(CONFIG),
    "/sip88xx.1.loads": found(b"kern88xx.sgn\n"),
    "/kern88xx.sgn": found(b"image"),
    "/DR1.xml": found(b"<x/>"),
    "/SK1.xml": found(b"<x/>"),
    "/German_Germany/sl-be-sip.jar": found(b"PK"),
    "/Germany/g3-tones.xml": found(b"<x/>"),
    "/Ringlist-wb.xml": found(b"<x/>"),
}


@pytest.fixture
def dead_port() -> Iterator[int]:
    """A UDP port on which nobody answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock.getsockname()[1]


def ask(
    answers: Mapping[str, bytes], dead_port: int, *names: str, servers: tuple[str, ...] = ("127.0.0.1",), **options
):
    with HttpServer(answers) as server:
        chosen = FileOptions(
            **{"http_port": server.port, "tftp_port": dead_port, "timeout": 0.1, "tries": 1, **options}
        )
        questions = [FileQuestion(name, "SIP", "Cisco 8841", servers) for name in names or (NAME,)]
        answered = ask_files(questions, chosen)
    return server.asked, answered


def test_a_phone_in_a_cluster_without_security(dead_port: int) -> None:
    asked, [(files, config)] = ask(WHOLE, dead_port)
    assert asked == ["/ITLFile.tlv", f"/CTL{NAME}.tlv", f"/ITL{NAME}.tlv", CFG, *list(WHOLE)[1:]]
    assert (files.ctl.status, files.itl.status) == (MISSING, MISSING)
    assert config.stamp == "7"
    rest = (files.config, files.load, files.dial_rules, files.softkeys, files.user_locale, files.network_locale)
    assert {file.status for file in (*rest, files.ring_list)} == {THERE}
    assert (files.config.size, files.config.way, files.config.signed) == (len(CONFIG), "http", False)
    assert files.ctl.proof.answer == "404 Not Found"
    assert files.ctl.proof.asked.endswith(f"/CTL{NAME}.tlv")
    assert files.servers["127.0.0.1"].status == MISSING


def test_a_phone_with_a_trust_list_takes_the_signed_file(dead_port: int) -> None:
    signed = header(name=f"{NAME}.cnf.xml.sgn".encode()) + CONFIG
    asked, [(files, config)] = ask({f"/ITL{NAME}.tlv": found(LIST), f"{CFG}.sgn": found(signed)}, dead_port)
    assert CFG not in asked
    assert (files.itl.status, files.itl.signed) == (THERE, True)
    assert files.itl.signers[0] == "signed by CN=ITLRECOVERY_pub;O=Lab"
    assert len(files.itl.trusted) == 1
    assert (files.config.name, files.config.signed, files.config.signers) == (
        f"{NAME}.cnf.xml",
        True,
        (files.itl.signers[0],),
    )
    assert config.stamp == "7"
    # What isn't there plain may be there signed.
    assert "/SK1.xml.sgn" in asked
    assert files.softkeys.status == MISSING


def test_everybodys_trust_list_does_where_the_phone_has_none(dead_port: int) -> None:
    asked, [(files, _config)] = ask({**WHOLE, "/ITLFile.tlv": found(LIST)}, dead_port)
    assert (files.itl.name, files.itl.status) == ("ITLFile.tlv", THERE)
    assert asked.count("/ITLFile.tlv") == 1
    assert f"{CFG}.sgn" in asked


def test_a_short_file_leads_to_the_encrypted_one(dead_port: int) -> None:
    encrypted = header(ENCRYPTION, name=f"{NAME}.cnf.xml.enc.sgn".encode()) + b"\x8f"
    _asked, [(files, config)] = ask({CFG: found(SHORT), f"{CFG}.enc.sgn": found(encrypted)}, dead_port)
    assert (files.config.status, files.config.encrypted) == (THERE, True)
    assert not config.full
    _asked, [(files, config)] = ask({CFG: found(SHORT)}, dead_port)
    assert files.config.status == MISSING


def test_an_unknown_phone_gets_the_default(dead_port: int) -> None:
    default = b"<Default><loadinformation683 model='Cisco 8841'>sip88xx.2</loadinformation683></Default>"
    answers = {"/XMLDefault.cnf.xml": found(default), "/sip88xx.2.loads": found(b"x")}
    asked, answered = ask(answers, dead_port, NAME, "SEP001122334456")
    assert asked.count("/XMLDefault.cnf.xml") == 1
    for files, config in answered:
        assert config.default
        assert files.config.status == MISSING
        assert (files.load.name, files.load.status) == ("sip88xx.2.loads", THERE)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (found(CONFIG[:100]), "but it is cut off: its end is missing"),
        (found(CONFIG[:100], length=len(CONFIG)), "the answer broke off"),
        (found(b"<html>please log in</html>"), "but it is another document, whose root is <html>"),
        (found(header(name=b"SEP00000000000A.cnf.xml.sgn") + CONFIG), "it was signed under another name"),
        (b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", "503 Service Unavailable"),
    ],
)
def test_an_answer_that_is_no_configuration(dead_port: int, answer: bytes, words: str) -> None:
    _asked, [(files, config)] = ask({CFG: answer}, dead_port)
    assert (files.config.status, config) == (BROKEN, None)
    assert words in files.config.proof.answer


def test_a_damaged_trust_list_is_told(dead_port: int) -> None:
    _asked, [(files, _config)] = ask({**WHOLE, f"/CTL{NAME}.tlv": found(LIST[:-1])}, dead_port)
    assert files.ctl.status == BROKEN
    assert "it is cut off: 1 bytes of its record 4 are missing" in files.ctl.proof.answer


def test_passwords_are_in_nothing_that_is_told(dead_port: int) -> None:
    secret = CONFIG.replace(b"</device>", b"<sshPassword>hunter2</sshPassword></device>")
    assert "hunter2" not in repr(ask({CFG: found(secret)}, dead_port))
    assert "hunter2" not in repr(ask({CFG: found(secret[:-9])}, dead_port))


def test_a_server_that_is_not_there_costs_a_few_requests_and_not_one_for_each_phone(dead_port: int) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        names = [f"SEP0011223344{number:02X}" for number in range(50)]
        asked, answered = ask(WHOLE, dead_port, *names, http_port=unused.getsockname()[1], parallel=1)
    assert asked == []
    assert {files.config.status for files, _config in answered} == {UNREACHABLE}
    assert {config for _files, config in answered} == {None}
    server = answered[-1][0].servers["127.0.0.1"]
    assert server.status == UNREACHABLE
    assert "connection refused; TFTP" in server.proof.answer
    assert "connection refused before, so not asked any more" in answered[-1][0].ctl.proof.answer


def test_a_server_that_has_answered_is_given_another_chance(dead_port: int) -> None:
    silent = {f"/CTLSEP0011223344{number:02X}.tlv": b"" for number in range(3)}
    asked, answered = ask({**WHOLE, **silent}, dead_port, *(name[4:-4] for name in silent), parallel=1)
    # Twice each, because the connection was closed; the third phone isn't asked for any more.
    assert [path for path in asked if path.startswith("/CTL")] == [
        path for path in list(silent)[:2] for _twice in (1, 2)
    ]
    assert {files.ctl.status for files, _config in answered} == {UNREACHABLE}


def test_the_next_server_is_asked_where_the_first_is_silent(dead_port: int) -> None:
    _asked, [(files, config)] = ask(WHOLE, dead_port, servers=("127.0.0.99", "127.0.0.1"))
    assert config is not None
    assert (files.config.server, files.config.status) == ("127.0.0.1", THERE)
    assert {server: file.status for server, file in files.servers.items()} == {
        "127.0.0.99": UNREACHABLE,
        "127.0.0.1": MISSING,
    }


def test_a_load_server_goes_before_the_tftp_servers(dead_port: int) -> None:
    config = CONFIG.replace(
        b"<versionStamp>", b"<vendorConfig><loadServer>127.0.0.77</loadServer></vendorConfig><versionStamp>"
    )
    _asked, [(files, _config)] = ask({**WHOLE, CFG: found(config)}, dead_port)
    assert (files.load.server, files.load.status) == ("127.0.0.77", UNREACHABLE)


@pytest.mark.parametrize(
    ("image", "status", "words"),
    [
        (None, MISSING, "404 Not Found, an image of sip88xx.1.loads"),
        (found(b"half", length=8), BROKEN, "the answer broke off"),
    ],
)
def test_a_load_whose_image_is_not_there_whole(dead_port: int, image: bytes | None, status: str, words: str) -> None:
    answers = {**WHOLE, "/kern88xx.sgn": image} if image else {k: v for k, v in WHOLE.items() if "kern" not in k}
    asked, answered = ask(answers, dead_port, NAME, "SEP001122334456")
    assert asked.count("/kern88xx.sgn") == 1
    load = answered[0][0].load
    assert (load.name, load.status) == ("kern88xx.sgn", status)
    assert words in load.proof.answer


@pytest.mark.parametrize("known", [True, False])
def test_the_configuration_comes_by_https_where_asked_and_verified(dead_port: int, tmp_path: Path, known: bool) -> None:
    own, other = tmp_path / "tftp.pem", tmp_path / "other.pem"
    for path in (own, other):
        make_certificate(path, "cucm-pub")
    with HttpServer({CFG: found(CONFIG)}, own) as secure:
        ca_path = str(own if known else other)
        plain, [(files, config)] = ask(WHOLE, dead_port, https=True, https_port=secure.port, ca_path=ca_path)
    assert config.stamp == "7"
    assert files.config.way == ("https" if known else "http")
    assert (CFG in plain) is not known
    # Only the configuration is asked for so.
    assert f"/CTL{NAME}.tlv" in plain
    assert known or "is self-signed and not known here" in files.config.proof.answer


def test_what_was_not_asked_has_a_gap_and_no_verdict(dead_port: int) -> None:
    _asked, [(files, config)] = ask(WHOLE, dead_port, budget=-1)
    assert "used up" in files.gap
    assert (files.config, config) == (None, None)
    _asked, [(files, config)] = ask(WHOLE, dead_port, servers=())
    assert (files.gap, config) == ("no TFTP server is known for this phone", None)


def test_a_connection_that_is_closed_without_a_word_is_tried_once_more(dead_port: int) -> None:
    asked, [(files, _config)] = ask({**WHOLE, f"/CTL{NAME}.tlv": b""}, dead_port)
    assert asked.count(f"/CTL{NAME}.tlv") == 2
    assert files.ctl.status == UNREACHABLE
    assert "closed without an answer" in files.ctl.proof.answer

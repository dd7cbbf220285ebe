"""The collection's TFTP client reads from tftpd-hpa."""

from __future__ import annotations

import os
import pwd
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._phone import tftp
from ansible_collections.dialtone.voice.plugins.module_utils._startup.ask_files import (
    FileOptions,
    FileQuestion,
    ask_files,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup.service import MISSING, THERE
from tests.real.kea_server import free_port, wait_for

pytestmark = pytest.mark.once

HOST = "127.0.0.1"
NAME = "SEP00005E0053F1"
CONFIG = b"<device><deviceProtocol>SIP</deviceProtocol><versionStamp>1</versionStamp></device>"


@pytest.fixture(scope="module")
def tftpd(require: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """A server and its folder: the folder and the port."""
    program = require("in.tftpd")
    if os.getuid():
        pytest.skip("tftpd-hpa wants root")
    folder = tmp_path_factory.mktemp("tftpboot")
    log = tmp_path_factory.mktemp("log") / "tftpd.log"
    port = free_port()
    user = pwd.getpwuid(os.getuid()).pw_name
    command = [program, "--foreground", "--secure", "--user", user, "--address", f"{HOST}:{port}", str(folder)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)

    def ready() -> None:
        try:
            tftp.read(HOST, "ready", port=port, timeout=0.2, tries=1, limit=1)
        except tftp.Silent as error:
            raise OSError(str(error)) from error
        except (tftp.Missing, tftp.Broken):
            return

    try:
        wait_for(ready, process, log)
        yield folder, port
    finally:
        process.terminate()
        process.wait(10)


def read(port: int, name: str, limit: int = 2**20) -> tftp.Content:
    return tftp.read(HOST, name, port=port, timeout=2, tries=2, limit=limit)


@pytest.mark.parametrize("size", [0, 1, 1427, 1428, 1429, 300_000])
def test_files_of_any_size(tftpd: tuple[Path, int], size: int) -> None:
    folder, port = tftpd
    content = os.urandom(size)
    (folder / f"file{size}").write_bytes(content)
    assert read(port, f"file{size}") == tftp.Content(content, size)


def test_a_large_file_is_not_read_to_its_end(tftpd: tuple[Path, int]) -> None:
    folder, port = tftpd
    (folder / "large").write_bytes(bytes(3_000_000))
    found = read(port, "large", limit=10_000)
    assert (len(found.data), found.size, found.whole) == (10_000, 3_000_000, False)


def test_a_file_that_is_not_there(tftpd: tuple[Path, int]) -> None:
    _folder, port = tftpd
    with pytest.raises(tftp.Missing, match="error 1, File not found"):
        read(port, "nothing")


def test_a_file_that_nobody_may_read(tftpd: tuple[Path, int]) -> None:
    folder, port = tftpd
    (folder / "secret").write_bytes(b"x")
    (folder / "secret").chmod(0o600)
    with pytest.raises((tftp.Broken, tftp.Missing), match="error"):
        read(port, "secret")


def test_a_phones_files_where_http_is_refused(tftpd: tuple[Path, int]) -> None:
    folder, port = tftpd
    (folder / f"{NAME}.cnf.xml").write_bytes(CONFIG)
    options = FileOptions(http_port=free_port(socket.SOCK_STREAM), tftp_port=port, timeout=2)
    [(files, config)] = ask_files([FileQuestion(NAME, "SIP", "Cisco 8841", (HOST,))], options)
    assert (files.config.status, files.config.way, files.config.size) == (THERE, "tftp", len(CONFIG))
    assert "connection refused" in files.config.proof.answer
    assert (files.ctl.status, files.ring_list.status) == (MISSING, MISSING)
    assert config.stamp == "1"

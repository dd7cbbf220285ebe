"""tftp-hpa and curl fetch configuration files from the lab's TFTP service, by TFTP and by HTTP."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.labs import LabCli, add_phone

pytestmark = pytest.mark.once

HTTP_PORT, TFTP_PORT = 6970, 6069
NAME, LINE = "SEP00005E0053F1", "1998"
CONFIG = f"{NAME}.cnf.xml"
MISSING = ["SEP00005E0053FF.cnf.xml", f"CTL{NAME}.tlv"]
CURL_HTTP_ERROR, CURL_TFTP_NOT_FOUND = 22, 68

Fetch = Callable[..., tuple[str, bytes]]
Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture(scope="module")
def address(lab: LabCli) -> str:
    """The publisher's address; the phone is in its database."""
    add_phone(lab.axl(), NAME, "8841", LINE)
    return lab.hosts["cucm-pub"]["ansible_host"]


@pytest.fixture
def tftp(require: Callable[[str], str], request: pytest.FixtureRequest, tmp_path: Path) -> Fetch:
    """A file name in; what the client says ("" when all is well: its exit code tells nothing) and the content out."""
    program = require("tftp")
    address = request.getfixturevalue("address")

    def fetch(name: str, mode: str = "binary") -> tuple[str, bytes]:
        target = tmp_path / "fetched"
        command = [program, "-m", mode, address, str(TFTP_PORT), "-c", "get", name, str(target)]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=20, check=True)
        return (done.stdout + done.stderr).decode().strip(), target.read_bytes()

    return fetch


@pytest.fixture
def curl(require: Callable[[str], str], request: pytest.FixtureRequest) -> Run:
    """The scheme, a file name and options of curl in; the ended process out."""
    program = require("curl")
    address = request.getfixturevalue("address")
    ports = {"http": HTTP_PORT, "tftp": TFTP_PORT}

    def fetch(scheme: str, name: str, *options: str) -> subprocess.CompletedProcess[bytes]:
        # `-q`: what the user's .curlrc says is not for here, nor is a proxy.
        command = [program, "-q", "--noproxy", "*", "--silent", "--show-error", "--fail", *options]
        command.append(f"{scheme}://{address}:{ports[scheme]}/{name}")
        return subprocess.run(command, capture_output=True, timeout=20, check=False)

    return fetch


def test_tftp_and_http_give_the_same_file(tftp: Fetch, curl: Run) -> None:
    said, by_tftp = tftp(CONFIG)
    assert said == ""
    by_http = curl("http", CONFIG)
    assert (by_http.returncode, by_http.stderr) == (0, b"")
    assert by_http.stdout == by_tftp
    # Of several blocks of 512 bytes, and the right one.
    assert len(by_tftp) > 1024
    assert f"<name>{LINE}</name>".encode() in by_tftp


@pytest.mark.parametrize("options", [["--tftp-no-options"], ["--tftp-blksize", "1400"], ["--tftp-blksize", "64"]])
def test_tftp_options_change_nothing_of_the_content(curl: Run, options: list[str]) -> None:
    by_tftp = curl("tftp", CONFIG, *options)
    assert by_tftp.returncode == 0, by_tftp.stderr
    assert by_tftp.stdout == curl("http", CONFIG).stdout != b""


@pytest.mark.parametrize("name", MISSING)
def test_a_file_that_is_not_there(tftp: Fetch, curl: Run, name: str) -> None:
    assert tftp(name) == ("Error code 1: File not found", b"")
    assert curl("tftp", name).returncode == CURL_TFTP_NOT_FOUND
    by_http = curl("http", name)
    assert by_http.returncode == CURL_HTTP_ERROR
    assert b"404" in by_http.stderr


def test_only_octet_mode_is_served(tftp: Fetch) -> None:
    said, content = tftp(CONFIG, mode="ascii")
    assert "only octet" in said
    assert content == b""

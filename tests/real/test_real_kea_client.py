"""Real DHCP clients take a lease from a Kea that dhcp_scopes has set up, each in a network namespace of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from tests.real.kea_server import RealKea, kea_programs

__all__ = ["kea_programs"]

BLOCK = "10.71.20"
SERVERS = ["10.71.0.10", "10.71.0.11", "10.71.0.12"]


class Wire:
    """Two network namespaces and a cable between them; both are gone with the processes that hold them."""

    def __init__(self) -> None:
        self.holders: list[subprocess.Popen[bytes]] = []

    def lay(self) -> None:
        for _side in range(2):
            holder = subprocess.Popen(
                ["unshare", "--net", "sh", "-c", "echo ready; exec cat"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            self.holders.append(holder)
            assert holder.stdout.readline() == b"ready\n"
        server, client = self.holders
        self.run(0, "ip", "link", "add", "kea0", "type", "veth", "peer", "name", "phone0", "netns", str(client.pid))
        self.run(0, "ip", "address", "add", f"{BLOCK}.2/24", "dev", "kea0")
        for side, name in ((0, "kea0"), (1, "phone0")):
            self.run(side, "ip", "link", "set", name, "up")

    def within(self, side: int) -> list[str]:
        return ["nsenter", "--net", "--target", str(self.holders[side].pid)]

    def run(self, side: int, *command: str, timeout: float = 30) -> str:
        done = subprocess.run(
            [*self.within(side), *command], capture_output=True, text=True, timeout=timeout, check=False
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def cut(self) -> None:
        for holder in self.holders:
            holder.stdin.close()
            holder.wait(10)


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    if os.geteuid() != 0:
        reason = "network namespaces need root"
        if os.environ.get("DIALTONE_REQUIRE_REAL") == "1":
            pytest.fail(f"{reason}, and DIALTONE_REQUIRE_REAL=1 demands them")
        pytest.skip(reason)
    wire = Wire()
    try:
        wire.lay()
        yield wire
    finally:
        wire.cut()


@pytest.fixture(scope="module")
def kea(kea_programs: tuple[str, str], wire: Wire) -> Iterator[RealKea]:
    folder = Path(tempfile.mkdtemp(prefix="kea-", dir="/tmp"))
    kea = RealKea(folder, *kea_programs, wrap=wire.within(0))
    try:
        yield kea.start(**{"interfaces-config": {"interfaces": ["kea0"]}})
    finally:
        kea.end()
        shutil.rmtree(folder)


def script(folder: Path, names: str) -> Path:
    """A client's own script: it notes what it was told, and sets nothing on this machine."""
    path = folder / "told"
    path.write_text(
        f'#!/bin/sh\ncase "${{reason:-$1}}" in {names}) env > {folder}/new && mv {folder}/new {folder}/lease;; esac\n'
    )
    path.chmod(0o755)
    return path


def noted(folder: Path) -> dict[str, str]:
    lines = (folder / "lease").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def by_udhcpc(program: str, wire: Wire, folder: Path) -> tuple[str, list[str], str]:
    told = script(folder, "bound")
    # In the foreground, ended with the lease, and given up without one.
    wire.run(1, program, "-f", "-q", "-n", "-i", "phone0", "-s", str(told), "-O", "150", "-p", str(folder / "pid"))
    lease = noted(folder)
    data = bytes.fromhex(lease["opt150"])
    servers = [str(IPv4Address(data[at : at + 4])) for at in range(0, len(data), 4)]
    return lease["ip"], servers, lease["router"]


def by_dhclient(program: str, wire: Wire, folder: Path) -> tuple[str, list[str], str]:
    told = script(folder, "BOUND")
    settings = folder / "dhclient.conf"
    settings.write_text(
        "option voip-tftp code 150 = array of ip-address;\nrequest subnet-mask, routers, voip-tftp;\ntimeout 20;\n"
    )
    files = ["-cf", str(settings), "-sf", str(told), "-lf", str(folder / "leases"), "-pf", str(folder / "pid")]
    # In the foreground, where it stays also with a lease: its end is ours.
    with (folder / "log").open("wb") as log:
        client = subprocess.Popen(
            [*wire.within(1), program, "-4", "-d", "-1", *files, "phone0"], stdout=log, stderr=log
        )
    try:
        deadline = time.monotonic() + 30
        while not (folder / "lease").exists():
            assert client.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.02)
    finally:
        client.terminate()
        client.wait(10)
    lease = noted(folder)
    return lease["new_ip_address"], lease["new_voip_tftp"].split(), lease["new_routers"]


CLIENTS: dict[str, Callable[[str, Wire, Path], tuple[str, list[str], str]]] = {
    "udhcpc": by_udhcpc,
    "dhclient": by_dhclient,
}


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_gets_option_150_in_order(
    kea: RealKea, wire: Wire, require: Callable[[str], str], tmp_path: Path, client: str
) -> None:
    program, ask = require(client), CLIENTS[client]
    row = {"name": "VOICE", "network": f"{BLOCK}.0/24", "gateway": f"{BLOCK}.1", "ranges": [f"{BLOCK}.50-{BLOCK}.99"]}

    def told(number: int) -> tuple[str, list[str], str]:
        folder = tmp_path / str(number)
        folder.mkdir()
        return ask(program, wire, folder)

    # Made with one server, then changed, then shrunk to another range, then removed.
    steps = [SERVERS[:1], SERVERS[:2], SERVERS, SERVERS[::-1]]
    for number, servers in enumerate(steps):
        result = kea.task({**row, "tftp_servers": servers})
        assert "failed" not in result, result["msg"]
        address, seen, router = told(number)
        assert (seen, router) == (servers, f"{BLOCK}.1")
        assert 50 <= int(address.rpartition(".")[2]) <= 99
    smaller = {**row, "ranges": [f"{BLOCK}.120-{BLOCK}.123"], "tftp_servers": SERVERS}
    assert kea.task(smaller)["changed"]
    assert told(len(steps))[0] in {f"{BLOCK}.{number}" for number in range(120, 124)}
    gone = {"name": "VOICE", "state": "absent"}
    assert "active lease" in kea.task(gone)["msg"]
    assert kea.task(gone, force=True)["changed"]
    assert kea.subnet("VOICE") is None

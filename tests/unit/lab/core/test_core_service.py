"""One running lab from start to end, in this process: what it holds, and in which order it lets go."""

from __future__ import annotations

import os
import signal
import socket
import threading
from ipaddress import IPv4Address
from pathlib import Path

import pytest
import yaml

from lab import service
from lab.control import ask
from lab.net import PORTS, Block, NoFreeBlock, claim_block
from lab.site import Site, parse_site
from lab.state import StateFolder

SITE = """
switches:
  - name: sw1
    uplink: TenGigabitEthernet1/1/1
    config: |
      vlan 20
      interface Vlan20
       ip address {block}.20.1 255.255.255.0
       no shutdown
  - {name: sw2, uplink: TenGigabitEthernet1/1/1}
cucm: {}
"""
_TCP_LISTENING = "0A"


class Claim(socket.socket):
    """The listening socket of a claim, which notes what else its block holds when it is closed."""

    left: list[set[tuple[str, int]]]

    def close(self) -> None:
        if self.fileno() >= 0:
            address = self.getsockname()[0]
            super().close()
            bound = bound_in(address.removesuffix(".0.1"))
            if (address, PORTS.control) not in bound:
                self.left.append(bound)


def bound_in(prefix: str) -> set[tuple[str, int]]:
    """(address, port) of every TCP listener and UDP socket of this machine below `prefix`."""
    found = set()
    for table in ("tcp", "udp"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state = line.split()[:4]
            number, _, port = local.partition(":")
            address = str(IPv4Address(int(number, 16).to_bytes(4, "little")))
            if address.startswith(f"{prefix}.") and (table == "udp" or state == _TCP_LISTENING):
                found.add((address, int(port, 16)))
    return found


def claimed(monkeypatch: pytest.MonkeyPatch) -> tuple[Block, list[set[tuple[str, int]]]]:
    """Have `service.run` use a claim of this test's own; what the block still holds when that is given up."""
    block, listener = claim_block(range(180, 150, -1))
    left: list[set[tuple[str, int]]] = []
    claim = type("NotingClaim", (Claim,), {"left": left})(fileno=listener.detach())
    monkeypatch.setattr(service, "claim_block", lambda: (block, claim))
    return block, left


def site() -> Site:
    return parse_site(yaml.safe_load(SITE))


def test_the_block_is_given_up_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    block, left = claimed(monkeypatch)
    folder = StateFolder(tmp_path / "state")
    reader, writer = os.pipe()
    held: list[set[tuple[str, int]]] = []

    def end_when_ready() -> None:
        os.read(reader, 64)
        held.append(bound_in(block.prefix))
        ask(folder.read(), "down")

    thread = threading.Thread(target=end_when_ready)
    thread.start()
    service.run(site(), folder, "test", writer)
    thread.join()
    os.close(reader)
    services = {(block.switch(0), PORTS.ssh), (block.publisher, PORTS.https), (block.publisher, PORTS.tftp)}
    assert held[0] >= {*services, (f"{block.prefix}.20.1", PORTS.dhcp_server)}
    assert left == [set()]
    assert not folder.path.exists()


def test_a_lab_that_cannot_start_gives_its_block_up_last_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    block, left = claimed(monkeypatch)
    squatter = (block.publisher, PORTS.config_http)
    with socket.create_server(squatter), pytest.raises(OSError, match="Address already in use|error while attempting"):
        service.run(site(), StateFolder(tmp_path / "state"), "test")
    assert left == [{squatter}]
    assert not (tmp_path / "state").exists()


def test_nobody_gets_the_block_while_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    block, _ = claimed(monkeypatch)
    stop = service.World.stop
    refused = []

    async def stop_and_try(world: service.World) -> None:
        for ending in (False, True):
            if ending:
                await stop(world)
            with pytest.raises(NoFreeBlock):
                claim_block([block.number])
            refused.append(ending)

    monkeypatch.setattr(service.World, "stop", stop_and_try)
    reader, writer = os.pipe()
    thread = threading.Thread(target=lambda: os.read(reader, 64) and os.kill(os.getpid(), signal.SIGTERM))
    thread.start()
    service.run(site(), StateFolder(tmp_path / "state"), "test", writer)
    thread.join()
    os.close(reader)
    assert refused == [False, True]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_before_the_lab_is_up_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    before = signal.getsignal(number)

    def signalled() -> None:
        assert (tmp_path / "state" / "lab.lock").exists()
        signal.raise_signal(number)

    monkeypatch.setattr(service, "claim_block", signalled)
    with pytest.raises(KeyboardInterrupt):
        service.run(site(), StateFolder(tmp_path / "state"), "test")
    assert not (tmp_path / "state").exists()
    assert signal.getsignal(number) is before

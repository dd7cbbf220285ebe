"""Real DHCP clients take a lease from the lab's IOS server that dhcp_scopes has set up.

The lab's switch is in this process. A socket in the namespace of the server's end of the cable stands for its port.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.dialtone.voice.plugins.modules import dhcp_leases_info, dhcp_scopes
from lab.switch.dhcp_packet import BOOTREQUEST, DISCOVER, DhcpPacket
from tests.real.test_real_kea_client import CLIENTS, SERVERS, Wire, wire

if TYPE_CHECKING:
    from tests.integration.ios_switch import Site

pytest_plugins = ["tests.integration.ios_switch"]
__all__ = ["wire"]

BLOCK = "10.72.20"
# Made in the other namespace, and handed over by its descriptor.
PLUG = """
import socket, sys
port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
port.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
port.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"kea0")
port.bind(("", 67))
with socket.socket(fileno=int(sys.argv[1])) as way:
    socket.send_fds(way, [b"plugged"], [port.fileno()])
"""


@pytest.fixture
def plugged(make_site: Callable[..., Site], wire: Wire) -> Iterator[Site]:
    config = f"vlan 20\n name VOICE\ninterface Vlan20\n ip address {BLOCK}.1 255.255.255.0\n"
    site = make_site(config=config)
    mine, theirs = socket.socketpair()
    with mine, theirs:
        command = [*wire.within(0), sys.executable, "-c", PLUG, str(theirs.fileno())]
        subprocess.run(command, pass_fds=[theirs.fileno()], check=True, timeout=30)
        _said, descriptors, _flags, _address = socket.recv_fds(mine, 16, 1)
    port = socket.socket(fileno=descriptors[0])
    port.setblocking(False)

    def heard() -> None:
        data = port.recv(4096)
        deliver = lambda answer: port.sendto(answer, ("255.255.255.255", 68))  # noqa: E731
        site.fabric.dhcp_broadcast(site.switch, 20, data, deliver)

    site.loop.call_soon_threadsafe(site.loop.add_reader, port, heard)
    yield site
    site.loop.call_soon_threadsafe(site.loop.remove_reader, port)
    site.wait(_done())
    port.close()


async def _done() -> None:
    """Come after what was called before it."""


def run(site: Site, *scopes: dict[str, Any], **options: Any) -> dict[str, Any]:
    return site.task(dhcp_scopes, provider="ios", scopes=list(scopes), **options)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_gets_option_150_in_order(
    plugged: Site, wire: Wire, require: Callable[[str], str], tmp_path: Path, client: str
) -> None:
    program, ask = require(client), CLIENTS[client]
    row = {"name": "VOICE", "network": f"{BLOCK}.0/24", "gateway": f"{BLOCK}.1", "ranges": [f"{BLOCK}.50-{BLOCK}.99"]}

    def told(number: int) -> tuple[str, list[str], str]:
        folder = tmp_path / str(number)
        folder.mkdir()
        return ask(program, wire, folder)

    steps = [SERVERS[:1], SERVERS[:2], SERVERS, SERVERS[::-1]]
    for number, servers in enumerate(steps):
        result = run(plugged, {**row, "tftp_servers": servers})
        assert "failed" not in result, result["msg"]
        address, seen, router = told(number)
        assert (seen, router) == (servers, f"{BLOCK}.1")
        assert 50 <= int(address.rpartition(".")[2]) <= 99
    seen = plugged.task(dhcp_leases_info, provider="ios", addresses=[address])["results"][0]
    assert seen["leases"][0]["state"] == "active"
    # The same client gets its own address, with option 150 repeated in the pool that is made for it.
    mac = seen["leases"][0]["mac"]
    assert "active lease" in run(plugged, {"name": "VOICE", "state": "absent"})["msg"]
    assert run(plugged, {"name": "VOICE", "state": "absent"}, force=True)["changed"]
    if client == "udhcpc":
        fixed = {**row, "tftp_servers": SERVERS, "reservations": [{"mac": mac, "address": f"{BLOCK}.120"}]}
        assert run(plugged, fixed)["changed"]
        assert told(len(steps)) == (f"{BLOCK}.120", SERVERS, f"{BLOCK}.1")


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_relayed_request_gets_option_150_in_order(site: Site, count: int) -> None:
    site.execute("vlan 20")
    row = {"name": "VOICE", "network": f"{site.block}.20.0/24", "tftp_servers": SERVERS[:count]}
    assert run(site, row)["changed"]
    relay = f"{site.block}.20.9"
    options = {53: bytes([DISCOVER]), 55: bytes([1, 3, 66, 150])}
    asked = DhcpPacket(op=BOOTREQUEST, mac="001122334455", xid=5, hops=1, giaddr=relay, options=options)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.bind((relay, site.fabric.dhcp_port))
        link.settimeout(10)
        link.sendto(asked.encode(), (f"{site.block}.20.1", site.fabric.dhcp_port))
        offer = DhcpPacket.decode(link.recv(4096))
    assert offer.addresses(150) == SERVERS[:count]

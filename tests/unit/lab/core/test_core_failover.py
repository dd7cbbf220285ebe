"""Two CallManagers and two phones that go from one to the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from lab.net import claim_block
from lab.site import parse_site
from lab.world import World
from tests.packet_filter import needs_packet_filter

CONFIG = """
vlan 20
interface GigabitEthernet1/0/1
 switchport voice vlan 20
interface GigabitEthernet1/0/2
 switchport voice vlan 20
interface Vlan20
 ip address {block}.20.1 255.255.255.0
 no shutdown
ip dhcp excluded-address {block}.20.1
ip dhcp pool VOICE
 network {block}.20.0 255.255.255.0
 default-router {block}.20.1
 option 150 ip {block}.0.10 {block}.0.11
"""


def phone(number: int, model: str, protocol: str) -> dict:
    return {
        "mac": f"00005E00530{number}",
        "model": model,
        "protocol": protocol,
        "switch": "sw1",
        "interface": f"GigabitEthernet1/0/{number}",
        "lines": [f"100{number}"],
    }


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    site = parse_site(
        {
            "switches": [{"name": "sw1", "config": CONFIG}],
            "cucm": {"name": "pub", "subscribers": ["sub"], "tftp_servers": 2},
            "phones": [phone(1, "8841", "SIP"), phone(2, "7965G", "SCCP")],
        }
    )
    block, holder = claim_block()
    made = World(site, block, tmp_path)
    try:
        await made.start()
        yield made
    finally:
        await made.stop()
        holder.close()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(15):
        while not condition():
            await asyncio.sleep(0.02)


def places(world: World) -> list[tuple[str, str]]:
    """(node, state) of each phone, as the cluster knows it last."""
    return [(node, known.status) for _, (node, known) in sorted(world.cluster.located_registrations().items())]


@needs_packet_filter
async def test_phones_fail_over_and_come_back(world: World) -> None:
    cluster = world.cluster
    await until(lambda: places(world) == [("pub", "Registered")] * 2)
    stations = list(world.stations.values())
    await until(lambda: all((kept := each.phone._provisioning.standby) and kept.address for each in stations))
    cluster.stop_service("pub", "Cisco CallManager")
    await until(lambda: places(world) == [("sub", "Registered")] * 2)
    assert {known.status for known in cluster.nodes["pub"].registrar.registrations().values()} == {"UnRegistered"}
    cluster.start_service("pub", "Cisco CallManager")
    await until(lambda: places(world) == [("pub", "Registered")] * 2)
    cluster.filter_ports("pub", {"sip", "sccp"}, True)
    await until(lambda: places(world) == [("sub", "Registered")] * 2)


async def test_the_second_tftp_server_is_asked_when_the_first_is_silent(world: World) -> None:
    cluster = world.cluster
    cluster.stop_service("pub", "Cisco Tftp")
    await cluster.nodes["pub"].settled()
    for station in world.stations.values():
        station.phone.factory_reset()
    await until(lambda: len(places(world)) == 2 and places(world) == [("pub", "Registered")] * 2)
    await until(lambda: all(station.phone.status.state == "registered" for station in world.stations.values()))
    names = {request.filename for request in cluster.nodes["sub"].server.requests if request.found}
    assert {f"{name}.cnf.xml.sgn" for name in world.stations} <= names

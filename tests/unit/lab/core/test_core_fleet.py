"""The fast mode: the phones of a fleet, without sockets, and what is broken about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from lab import fleet
from lab.fleet_site import victims
from lab.net import PORTS, claim_block
from lab.site import SiteError, parse_site
from lab.world import World
from tests.packet_filter import needs_packet_filter
from tests.unit.lab.core.test_core_failover import places, until

FAULTS = {"poe_disabled": 2, "voice_vlan_missing": 1, "config_missing": 1, "no_line": 1, "cucm_port_blocked": 1}


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr("lab.world.FAST_ABOVE", 10)
    monkeypatch.setattr(fleet, "PER_SECOND", 1000)
    site = parse_site(
        {
            "cucm": {"name": "pub", "subscribers": ["sub"], "tftp_servers": 2},
            "fleet": {"switches": 3, "phones": 18, "faults": FAULTS},
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


def states(world: World) -> Counter[str | None]:
    return Counter(station.phone.status.stuck_at for station in world.stations.values())


@needs_packet_filter
async def test_a_fleet_comes_up_and_its_faults_show_where_they_should(world: World) -> None:
    expected = {"power": 2, "voice_vlan": 1, "config_file": 1, "registration": 1, "cucm_connection": 1, None: 12}
    await until(lambda: states(world) == expected)
    await until(lambda: Counter(places(world)) >= Counter({("pub", "Registered"): 12}))
    healthy = next(station for station in world.stations.values() if station.phone.status.state == "registered")
    assert not [each for node in world.cluster.nodes.values() for each in node.registrar._open]
    async with aiohttp.ClientSession() as client:
        page = f"http://{healthy.phone.address}:{PORTS.phone_http}/DeviceInformationX"
        text = await (await client.get(page)).text()
    assert f"<HostName>{healthy.name}</HostName>" in text
    assert healthy.phone.address in healthy.switch.dhcp_server.bindings
    # The second CallManager and TFTP server take over, as they do for phones with sockets.
    world.cluster.stop_service("pub", "Cisco CallManager")
    world.cluster.stop_service("pub", "Cisco Tftp")
    await until(lambda: Counter(places(world))["sub", "Registered"] == 12)
    broken = next(station for station in world.stations.values() if "config_missing" in station.injuries)
    world.breaker.heal(broken.name)
    await until(lambda: broken.phone.status.state == "registered")
    assert f"{broken.name}.cnf.xml.sgn" in [each.filename for each in world.cluster.nodes["sub"].server.requests]


def test_the_keys_of_a_fleet() -> None:
    site = parse_site({"cucm": {}, "fleet": {"switches": 200, "phones": 10_000}})
    assert (len(site.switches), len(site.phones), site.switches[0].stack) == (200, 10_000, 2)
    assert (site.phones[-1].switch, site.phones[-1].interface) == ("sw200", "GigabitEthernet2/0/24")
    assert len({phone.mac for phone in site.phones}) == 10_000
    with pytest.raises(SiteError) as caught:
        parse_site({"fleet": {"switches": 2, "phones": 500, "switch": "sw"}})
    assert str(caught.value).splitlines() == [
        "fleet.phones: expected a whole number from 1 to 192, got 500",
        "fleet.switch: the name needs {n} in it",
        "phones: phones need a cucm section",
    ]


def test_faults_are_spread_over_all_phones() -> None:
    found = victims(100, {"a": 3, "b": 1})
    assert [index for index, _ in found] == [0, 25, 50, 75]
    assert Counter(name for _, name in found) == {"a": 3, "b": 1}

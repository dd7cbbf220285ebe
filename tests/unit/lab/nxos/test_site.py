"""A Nexus in a site: `platform: nxos` of a switch."""

import yaml

from lab.net import claim_block
from lab.site import parse_site
from lab.state import StateFolder
from lab.world import World

SITE = {
    "switches": [
        {"name": "sw1"},
        {
            "name": "nexus1",
            "platform": "nxos",
            "ports": 4,
            "uplink": "Ethernet1/4",
            "config": "feature interface-vlan\ninterface Vlan20\n ip address {block}.20.9 255.255.255.0\n",
        },
    ]
}


async def test_a_nexus_stands_beside_the_other_switches(tmp_path):
    block, claim = claim_block(range(140, 120, -1))
    with claim:
        world = World(parse_site(SITE), block, tmp_path)
        try:
            await world.start()
            folder = StateFolder(tmp_path / "state")
            folder.path.mkdir()
            world.write_files(folder)
            told = world.snapshot()["switches"]["nexus1"]
            assert world.set_knobs("nexus1", {"save_busy": 1})["save_busy"] == 1
            assert world.switches["nexus1"].save() is False
        finally:
            await world.stop()
    assert "interface Ethernet1/4\n  switchport mode trunk\n" in told["running_config"]
    assert f"interface Vlan20\n  ip address {block.prefix}.20.9/24\n" in told["running_config"]
    assert "Nexus" not in told["startup_config"]
    assert (told["leases"], told["requests"]) == ([], {"sessions": 0, "config_lines": 0})
    hosts = yaml.safe_load((folder.path / "inventory.yml").read_text())["all"]["hosts"]
    assert hosts["nexus1"]["ansible_network_os"] == "cisco.nxos.nxos"
    assert "ansible_network_os" not in hosts["sw1"]

"""The fault table, and faults that are configuration, on a switch without sockets."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from lab import faults
from lab.control import ControlError
from lab.net import Block
from lab.phone import STEPS
from lab.pki import generate_host_key
from lab.switch import Credentials, Fabric, Switch
from lab.switch.dhcp_server import Binding

PORT = "GigabitEthernet1/0/1"
CONFIG = f"""\
vlan 10
vlan 20
interface {PORT}
 switchport mode access
 switchport access vlan 10
 switchport voice vlan 20
interface Vlan20
 ip address 127.10.20.1 255.255.255.0
 no shutdown
ip dhcp pool VOICE
 network 127.10.20.0 255.255.255.0
 default-router 127.10.20.1
 option 150 ip 127.10.0.10
"""
CONFIG_FAULTS = [
    "poe_disabled",
    "port_shutdown",
    "discovery_disabled",
    "voice_vlan_missing",
    "voice_vlan_wrong",
    "scope_missing",
    "option150_missing",
    "option150_not_addresses",
    "option150_wrong_server",
]


@pytest.fixture
def switch() -> Switch:
    made = Switch(
        "sw1",
        address="127.10.1.1",
        ssh_port=2022,
        credentials=Credentials("netadmin", "pw", "en"),
        host_key=generate_host_key(),
        fabric=Fabric(dhcp_port=6067),
    )
    made.execute(CONFIG.splitlines())
    return made


@pytest.fixture
def world(switch: Switch) -> Any:
    return SimpleNamespace(switches={"sw1": switch}, block=Block(10), cluster=None, kea=None)


@pytest.fixture
def station(switch: Switch) -> Any:
    spec = SimpleNamespace(interface=PORT)
    return SimpleNamespace(name="SEP00005E005301", spec=spec, switch=switch, port=switch.ports[PORT])


def plain(switch: Switch) -> list[str]:
    return [line for line in switch.running_config().splitlines() if not line.startswith(("!", "Current"))]


def test_every_fault_belongs_to_a_step_of_the_ladder() -> None:
    table = faults.describe()
    assert [row["name"] for row in table] == list(faults.FAULTS)
    assert all({row["step"], row["noticed_at"]} <= set(STEPS) for row in table)
    order = [STEPS.index(row["step"]) for row in table]
    assert order == sorted(order)
    assert {row["hits"] for row in table} == {"phone", "switch", "scope", "site"}


@pytest.mark.parametrize("name", CONFIG_FAULTS)
def test_configuration_faults_are_real_and_heal_completely(world: Any, station: Any, name: str) -> None:
    before = plain(station.switch)
    injury = faults.find(name).make(world, station)
    assert injury.holds()
    assert plain(station.switch) != before
    injury.heal()
    assert not injury.holds()
    assert sorted(plain(station.switch)) == sorted(before)


@pytest.mark.parametrize("name", CONFIG_FAULTS)
def test_a_fault_cannot_be_made_where_it_is_so_already(world: Any, station: Any, name: str) -> None:
    faults.find(name).make(world, station)
    with pytest.raises(ControlError, match="it is so already|no DHCP scope serves"):
        faults.find(name).make(world, station)


def test_heal_leaves_alone_what_somebody_mended(world: Any, station: Any) -> None:
    injury = faults.find("voice_vlan_wrong").make(world, station)
    station.switch.execute([f"interface {PORT}", "switchport voice vlan 30"])
    assert not injury.holds()
    injury.heal()
    assert "switchport voice vlan 30" in station.switch.running_config()


def test_a_scope_that_is_healed_knows_its_leases(world: Any, station: Any) -> None:
    bindings = station.switch.dhcp_server.bindings
    mine, other = (
        Binding(address, b"\x01", "000000000001", pool, None, False)
        for address, pool in (("127.10.20.2", "VOICE"), ("127.10.21.2", "OTHER"))
    )
    bindings.update({mine.address: mine, other.address: other})
    injury = faults.find("scope_missing").make(world, station)
    assert bindings == {other.address: other}
    injury.heal()
    assert bindings == {mine.address: mine, other.address: other}


def test_a_missing_scope_that_somebody_made_anew_is_left_alone(world: Any, station: Any) -> None:
    injury = faults.find("scope_missing").make(world, station)
    station.switch.execute(["ip dhcp pool VOICE", "network 127.10.20.0 255.255.255.0", "option 150 ip 127.10.0.11"])
    injury.heal()
    assert "option 150 ip 127.10.0.11" in station.switch.running_config()
    assert "default-router" not in station.switch.running_config()


def test_scope_faults_need_a_voice_vlan_with_a_scope(world: Any, station: Any) -> None:
    station.switch.execute([f"interface {PORT}", "no switchport voice vlan"])
    with pytest.raises(ControlError, match="its port has no voice VLAN"):
        faults.find("scope_missing").make(world, station)
    station.switch.execute([f"interface {PORT}", "switchport voice vlan 30"])
    with pytest.raises(ControlError, match="there is no pool for VLAN 30"):
        faults.find("option150_missing").make(world, station)


def test_a_defect_port(world: Any, station: Any) -> None:
    injury = faults.find("poe_fault").make(world, station)
    assert station.port.poe_fault
    injury.heal()
    assert not station.port.poe_fault


@pytest.mark.parametrize("name", ["config_missing", "device_not_in_cucm", "duplicate_registration"])
def test_cluster_faults_need_a_cluster(world: Any, station: Any, name: str) -> None:
    with pytest.raises(ControlError, match="this site has no CUCM"):
        faults.find(name).make(world, station)


def test_unknown_fault() -> None:
    with pytest.raises(ControlError, match="unknown fault 'gremlins'; known are poe_disabled"):
        faults.find("gremlins")


def test_digest_credentials_are_a_matter_of_sip() -> None:
    make = faults.find("digest_authentication_failed").make
    station = SimpleNamespace(name="SEP00005E005301", phone=SimpleNamespace(protocol="SCCP"))
    with pytest.raises(ControlError, match="SEP00005E005301 speaks SCCP, and asks for no digest credentials"):
        make(SimpleNamespace(), station)

"""Reading sections of a running configuration."""

from __future__ import annotations

from ipaddress import IPv4Network

from lab import ios_config

CONFIG = """\
Building configuration...
!
hostname access-sw1
!
ip dhcp pool DATA
 network 10.0.0.0 255.255.255.0
!
ip dhcp pool VOICE
 network 127.10.20.0 255.255.255.0
 option 150 ip 127.10.0.10
!
interface GigabitEthernet1/0/1
 switchport voice vlan 20
 spanning-tree portfast
!
interface GigabitEthernet1/0/10
 switchport voice vlan dot1p
!
interface Vlan20
 ip address 127.10.20.1 255.255.255.0
!
interface Vlan30
 no ip address
!
end
"""


def test_sections_keep_their_lines() -> None:
    found = dict(ios_config.sections(CONFIG))
    assert found["hostname access-sw1"] == []
    assert found["interface GigabitEthernet1/0/1"] == ["switchport voice vlan 20", "spanning-tree portfast"]
    assert ios_config.section(CONFIG, "interface GigabitEthernet1/0/2") is None


def test_voice_vlan_is_a_number_or_nothing() -> None:
    assert ios_config.voice_vlan(CONFIG, "GigabitEthernet1/0/1") == 20
    assert ios_config.voice_vlan(CONFIG, "GigabitEthernet1/0/10") is None
    assert ios_config.voice_vlan(CONFIG, "GigabitEthernet1/0/2") is None


def test_the_pool_of_a_vlan() -> None:
    network = ios_config.svi_network(CONFIG, 20)
    assert network == IPv4Network("127.10.20.0/24")
    assert ios_config.pool_for(CONFIG, network) == (
        "ip dhcp pool VOICE",
        ["network 127.10.20.0 255.255.255.0", "option 150 ip 127.10.0.10"],
    )
    assert ios_config.svi_network(CONFIG, 30) is None
    assert ios_config.pool_for(CONFIG, IPv4Network("192.0.2.0/24")) is None

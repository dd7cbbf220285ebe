# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configurations of real switches, each read to its facts or refused naming the line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._switch.platforms import PLATFORMS
from ansible_collections.dialtone.voice.plugins.module_utils._switch.ports import plan_ports, wanted_ports

CAPTURES = Path(__file__).resolve().parents[6] / "shared" / "captures"
IOS = PLATFORMS["ios"]


def capture(name: str, folder: str = "cisco_ios") -> str:
    path = CAPTURES / folder / name
    if not path.exists():
        pytest.skip(f"the capture {name} (shared/captures) is not here")
    return path.read_text()


SECURED = {"port_security": True, "port_security_maximum": 2, "qos": "auto", "portfast": True, "mode": "access"}

# Capture -> interface -> what kind of obstacle it is, what differs from the default, and lines that no setting owns.
PORTS = {
    "issue_run_interface_643_dot1x_voice.txt": {
        "GigabitEthernet1/0/1": (
            "",
            {"mode": "access", "access_vlan": 666, "voice_vlan": 70},
            ["authentication port-control auto", "mab", "mls qos trust dscp", "priority-queue out"],
        ),
    },
    "issue_run_interface_67211_portfast_added_by_os.txt": {
        "GigabitEthernet1/0/5": ("", {"access_vlan": 10, "voice_vlan": 20, "portfast": True}, []),
    },
    "oxidized_c9200l_session.txt": {
        "GigabitEthernet0/0": ("routed", {}, ["vrf forwarding Mgmt-vrf"]),
        "GigabitEthernet1/0/1": (
            "",
            {
                "description": "oxidized test one",
                "mode": "access",
                "access_vlan": 2,
                "portfast": True,
                "bpdu_guard": True,
            },
            ["no snmp trap link-status"],
        ),
        "GigabitEthernet1/0/2": ("", {"description": "oxidized two", "mode": "access", "access_vlan": 3}, []),
        "GigabitEthernet1/0/24": (
            "trunk",
            {"description": "oxodized trunk", "mode": "trunk"},
            ["switchport nonegotiate"],
        ),
        "GigabitEthernet1/1/1": ("", {}, []),
        "Vlan1": ("virtual", {"enabled": False}, ["no ip address"]),
    },
    "run_all_section_interface_1.txt": {"GigabitEthernet0/0": ("routed", {"enabled": False}, ["no ip address"])},
    # As it says, power is auto, static and never: it is refused once a row names it.
    "run_all_section_interface_3.txt": {"GigabitEthernet1/0/5": ("unclear", {"poe": "never"}, ["channel-group auto"])},
    "run_ciscoios_l2_after.txt": {
        "GigabitEthernet0/0": ("", {}, []),
        "GigabitEthernet2": (
            "",
            {"access_vlan": 30, "voice_vlan": 40},
            ["switchport private-vlan association host 2000 2500"],
        ),
        "GigabitEthernet3": ("trunk", {"mode": "trunk"}, ["switchport trunk native vlan 20"]),
    },
    "run_full_ccp_sample_04.txt": {
        "Loopback0": ("virtual", {}, []),
        "GigabitEthernet1/1": ("", {}, ["switchport"]),
        "GigabitEthernet1/2": ("routed", {"enabled": False}, []),
        "GigabitEthernet3/1": ("", {"access_vlan": 100}, ["switchport"]),
    },
    "run_interface_.txt": {"Port-channel93": ("virtual", {"mode": "access", "access_vlan": 100}, [])},
    "run_interface_1.txt": {
        "GigabitEthernet0": ("routed", {"description": '"Boot lan interface"'}, ["vrf forwarding Mgmt-intf"]),
    },
    "run_interface_9.txt": {
        "GigabitEthernet1/0/13": (
            "",
            {
                "description": "ISE Controlled Port",
                "mode": "access",
                "access_vlan": 70,
                "portfast": True,
                "bpdu_guard": True,
            },
            ["switchport nonegotiate", "mab", "dot1x pae authenticator", "authentication order dot1x mab"],
        ),
    },
    "run_interface_10.txt": {
        "GigabitEthernet1/0/2": (
            "channel_member",
            {
                "description": "test_of_parser",
                "mode": "trunk",
                "voice_vlan": 499,
                "poe": "static",
                "poe_max": 30000,
                "poe_priority": "high",
                "portfast": True,
            },
            ["channel-group 23 mode active", "spanning-tree bpdufilter disable"],
        ),
    },
    "run_interface_11.txt": {
        "FiveGigabitEthernet1/0/35": (
            "",
            {**SECURED, "access_vlan": 19, "voice_vlan": 20},
            ["switchport port-security mac-address sticky", "mab", "storm-control unicast level pps 100k"],
        ),
    },
    "run_interface_15.txt": {"TenGigabitEthernet0/0/0.10": ("routed", {"description": "MPLS1"}, [])},
    "run_interface_16.txt": {
        "TenGigabitEthernet1/0/13": (
            "",
            {**SECURED, "description": "EEDGE-MD", "access_vlan": 881, "voice_vlan": 4001},
            ["access-session closed", "service-policy type control subscriber ACCESS-IDENTITY-POLICY"],
        ),
    },
    "run_interface_27.txt": {"TwoGigabitEthernet1/0/36": ("routed", {}, ["no switchport"])},
    "run_subinterface_pe.txt": {
        "GigabitEthernet2/0/4.223415": ("routed", {"description": "DISTRIBUTION  | 2048K"}, []),
        "GigabitEthernet2/0/4.22341020": ("routed", {"description": "BLUE | 800K"}, []),
    },
}


@pytest.mark.parametrize("name", PORTS)
def test_real_ports_are_read_to_their_facts(name):
    config = IOS.parse(capture(name))
    found = IOS.ports(config, IOS.vlans(config))
    for interface, (kind, values, others) in PORTS[name].items():
        port = found[interface]
        differs = {
            field: value for field, value in port.state.as_dict().items() if value != getattr(port.default, field)
        }
        assert (port.kind, differs) == (kind, values)
        assert bool(port.obstacle) == bool(kind)
        assert set(others) <= set(port.others)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("run_interface_20.txt", "'interface TenGigabitEthernet2/0/1'"),
        ("run_interface_22.txt", "'no switchport'"),
    ],
)
def test_a_configuration_without_its_indentation_is_refused_naming_the_line(name, line):
    with pytest.raises(Unsupported, match=line):
        IOS.parse(capture(name))


def test_every_configuration_of_the_captures_has_its_facts_here():
    if not CAPTURES.exists():
        pytest.skip("shared/captures is not here")
    names = {path.name for pattern in ("run_*", "issue_run_*") for path in (CAPTURES / "cisco_ios").glob(pattern)}
    assert names <= {*PORTS, "run_interface_20.txt", "run_interface_22.txt"}


def test_what_belongs_to_auto_qos_is_no_line_of_others():
    found = IOS.ports(IOS.parse(capture("run_interface_11.txt")), {})["FiveGigabitEthernet1/0/35"]
    assert not [line for line in found.others if "AutoQos" in line or "trust" in line]


def test_the_lines_that_contradict_each_other_are_named():
    found = IOS.ports(IOS.parse(capture("run_all_section_interface_3.txt")), {})["GigabitEthernet1/0/5"]
    assert "'power inline static' and 'power inline never'" in found.obstacle


def test_the_whole_configuration_of_a_nexus_is_no_dead_end():
    nxos = PLATFORMS["nxos"]
    config = nxos.parse(capture("oxidized_c93180.txt", "cisco_nxos"))
    assert config.has("hostname TEST-12345")
    assert nxos.ports(config, {}) == {}


@pytest.mark.parametrize(
    ("name", "trunking"),
    [("interface_status.txt", {"Ethernet1/4", "Ethernet1/5", "Ethernet1/6", "Ethernet1/7"})],
)
def test_the_trunks_of_a_nexus(name, trunking):
    found = PLATFORMS["nxos"].trunking(capture(name, "cisco_nxos"))
    assert trunking <= found
    assert not {"Ethernet1/1", "Ethernet1/2", "mgmt0"} & found


def test_the_vlans_of_a_nexus():
    nxos = PLATFORMS["nxos"]
    found = nxos.vlans(nxos.parse(""), capture("vlan.txt", "cisco_nxos"))
    assert (found[1], found[10], found[20], len(found)) == ("default", "WEB", "VLAN0020", 6)


def row_of(interface: str, port) -> dict:
    """Return the row that asks for what a port is already."""
    given = {name: value for name, value in port.state.as_dict().items() if name != "mode" and value is not None}
    return {"interface": interface, **given}


@pytest.mark.parametrize(
    ("name", "interface"),
    [
        (name, interface)
        for name, found in PORTS.items()
        for interface, (kind, values, _others) in found.items()
        if not kind and values.get("mode") == "access"
    ],
)
@pytest.mark.parametrize("state", ["merged", "replaced"])
def test_what_a_real_port_is_already_is_not_written_again(name, interface, state):
    config = IOS.parse(capture(name))
    vlans = dict.fromkeys(range(1, 4095), "")
    current = IOS.ports(config, vlans)
    row = row_of(interface, current[interface])
    (plan,), faults = plan_ports(wanted_ports([row]), current, vlans, "sw1", state=state)
    assert faults == []
    assert IOS.render_port(plan, IOS.style(config)) == []


def test_the_order_of_the_lines_says_nothing():
    name, interface = "run_interface_11.txt", "FiveGigabitEthernet1/0/35"
    config = IOS.parse(capture(name))
    port = IOS.ports(config, {})[interface]
    config.sections[f"interface {interface}"].reverse()
    assert IOS.ports(config, {})[interface] == replace(port, others=port.others[::-1])

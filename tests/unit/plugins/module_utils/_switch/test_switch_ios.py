# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running configurations read into the model, those of real switches too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import Config, parse_config
from ansible_collections.dialtone.voice.plugins.module_utils._switch.platforms import PLATFORMS
from ansible_collections.dialtone.voice.plugins.module_utils._switch.ports import PortState, plan_port, wanted_ports
from ansible_collections.dialtone.voice.plugins.module_utils._switch.settings import Style

CAPTURES = Path(__file__).resolve().parents[6] / "shared" / "captures" / "cisco_ios"


IOS = PLATFORMS["ios"]
FAST = "no spanning-tree portfast"


def parse_ports(config, vlans):
    return IOS.ports(config, vlans)


def capture(name: str) -> str:
    path = CAPTURES / name
    if not path.exists():
        pytest.skip(f"the capture {name} (shared/captures) is not here")
    return path.read_text()


def port(*lines: str, name: str = "GigabitEthernet1/0/1", top: str = "", vlans: dict[int, str] | None = None):
    text = f"{top}\ninterface {name}\n" + "".join(f" {line}\n" for line in lines) + "!\n"
    return parse_ports(parse_config(text), vlans or {})[name]


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ([], PortState()),
        (["description Desk 7 "], PortState(description="Desk 7")),
        (["switchport mode access"], PortState(mode="access")),
        (["switchport mode dynamic desirable"], PortState(mode="dynamic desirable")),
        (["switchport access vlan 10"], PortState(access_vlan=10)),
        (["switchport access vlan name DATA"], PortState(access_vlan=10)),
        (["switchport access vlan name GONE"], PortState(access_vlan="name GONE")),
        (["switchport access vlan dynamic"], PortState(access_vlan="dynamic")),
        (["switchport voice vlan 20"], PortState(voice_vlan=20)),
        (["switchport voice vlan name VOICE"], PortState(voice_vlan=20)),
        (["switchport voice vlan none"], PortState(voice_vlan=None)),
        (["switchport voice vlan dot1p"], PortState(voice_vlan="dot1p")),
        (["switchport voice vlan untagged"], PortState(voice_vlan="untagged")),
        (["power inline never"], PortState(poe="never")),
        (["power inline static max 15400"], PortState(poe="static", poe_max=15400)),
        (
            ["power inline auto max 30000", "power inline port priority high"],
            PortState(poe_max=30000, poe_priority="high"),
        ),
        (["power inline police"], PortState()),
        (["spanning-tree portfast"], PortState(portfast=True)),
        (["description two  blanks"], PortState(description="two  blanks")),
        (["switchport port-security violation  restrict"], PortState(port_security_violation="restrict")),
        (["switchport port-security violation shutdown vlan"], PortState(port_security_violation="shutdown vlan")),
        (["switchport port-security maximum 2 vlan voice"], PortState()),
        (["spanning-tree portfast edge"], PortState(portfast=True)),
        (["spanning-tree portfast edge trunk"], PortState(portfast=True)),
        (["spanning-tree portfast disable"], PortState(portfast=False)),
        (["spanning-tree portfast network"], PortState(portfast=False)),
    ],
)
def test_one_line_of_a_port(lines, state):
    assert port(*lines, vlans={10: "DATA", 20: "VOICE"}).state == state


@pytest.mark.parametrize("top", ["spanning-tree portfast default", "spanning-tree portfast edge default"])
def test_portfast_by_default_counts_on_access_ports_only(top):
    assert port("switchport mode access", top=top).state.portfast
    assert not port(top=top).state.portfast
    assert not port("switchport mode access", "spanning-tree portfast disable", top=top).state.portfast


@pytest.mark.parametrize(
    ("name", "lines", "why"),
    [
        ("GigabitEthernet1/0/1", ["switchport mode access"], ""),
        ("GigabitEthernet1/0/1", ["channel-group auto"], ""),
        ("GigabitEthernet1/0/1", ["no ip address", "switchport"], ""),
        ("GigabitEthernet1/0/1", ["switchport mode trunk"], "mode 'trunk'"),
        ("GigabitEthernet1/0/1", ["switchport mode private-vlan host"], "mode 'private-vlan host'"),
        ("GigabitEthernet1/0/1", ["channel-group 23 mode active"], "port-channel 23"),
        ("GigabitEthernet1/0/1", ["no switchport", "ip address 10.0.0.1 255.255.255.0"], "routed"),
        ("GigabitEthernet0/0", ["vrf forwarding Mgmt-vrf", "no ip address"], "routed"),
        ("GigabitEthernet1/0/1.10", ["encapsulation dot1Q 10"], "routed"),
        ("Vlan20", ["ip address 10.0.0.1 255.255.255.0"], "no port"),
        ("Port-channel1", [], "no port"),
    ],
)
def test_what_is_no_port_for_a_phone(name, lines, why):
    found = port(*lines, name=name).obstacle
    assert bool(found) == bool(why)
    assert why in found


TEMPLATE = (
    "template AUTH\n description ours\n dot1x pae authenticator\n switchport mode access\n switchport voice vlan 2046\n"
    " spanning-tree portfast\n power inline never\n access-session port-control auto\n!"
)


def test_what_a_template_sets_is_what_its_ports_are():
    found = port("source template AUTH", top=TEMPLATE)
    inherited = PortState(mode="access", voice_vlan=2046, portfast=True, poe="never")
    assert (found.state, found.default, found.own) == (inherited, inherited, frozenset())
    assert found.others == ("source template AUTH",)
    own = port("switchport voice vlan 20", "description x", "source template AUTH", top=TEMPLATE)
    assert own.state == replace(inherited, voice_vlan=20, description="x")
    assert own.own == {"voice_vlan", "description"}
    assert port("description x", top=TEMPLATE).state == PortState(description="x")
    assert port("source template GONE", top=TEMPLATE).state == PortState()


def test_a_template_for_trunks_makes_trunks():
    found = port("source template UPLINK", top="template UPLINK\n switchport mode trunk\n!")
    assert "is in mode 'trunk'" in found.obstacle


def test_only_what_a_template_does_not_set_is_written():
    (row,) = wanted_ports([{"interface": "Gi1/0/1", "voice_vlan": 2046, "poe": "auto", "portfast": True}])
    plan = plan_port(row, port("source template AUTH", top=TEMPLATE))
    lines = [step.line for step in IOS.render_port(plan, Style())]
    assert lines == ["interface GigabitEthernet1/0/1", "power inline auto"]
    assert plan.after == PortState(mode="access", voice_vlan=2046, portfast=True)
    mine = port("switchport voice vlan 20", "source template AUTH", top=TEMPLATE)
    back = plan_port(wanted_ports([{"interface": "Gi1/0/1"}])[0], mine, state="deleted")
    assert [step.line for step in IOS.render_port(back, Style())][1:] == ["no switchport voice vlan"]
    assert back.after == mine.default


def test_a_banner_is_no_configuration():
    text = (
        "banner motd ^C\ninterface GigabitEthernet1/0/9\n switchport mode trunk\n^C\ninterface GigabitEthernet1/0/1\n!"
    )
    assert list(parse_ports(parse_config(text), {})) == ["GigabitEthernet1/0/1"]


def test_a_banner_of_one_line():
    text = "banner login ^C keep out ^C\ninterface GigabitEthernet1/0/1\n shutdown\n!"
    assert parse_ports(parse_config(text), {})["GigabitEthernet1/0/1"].state.enabled is False


@pytest.mark.parametrize(
    ("changed", "written", "saved"),
    [
        ("09:37:40 CEST Tue Aug 20 2024 by oxidized", "09:37:37 CEST Tue Aug 20 2024 by oxidized", False),
        ("09:37:40 CEST Tue Aug 20 2024", "09:38:00 CEST Tue Aug 20 2024", True),
        ("*09:37:40.123 UTC Mon Aug 5 2024", ".09:38:00.001 UTC Mon Aug 5 2024", True),
        ("09:37:40 CEST Tue Aug 20 2024", "09:37:40 CEST Tue Aug 20 2024", None),
        ("09:37:40 CEST Tue Aug 20 2024", None, None),
        ("09:37:40 CET Sat Dec 30 2023", "09:37:40 CET Mon Jan 1 2024", True),
        ("09:37:40 CEST Die Mai 7 2024", "09:37:40 CEST Tue Aug 20 2024", None),
        ("some time", "09:37:40 CEST Tue Aug 20 2024", None),
        # Changed after a restart, before NTP told the time: the file is from before.
        ("*00:12:34.567 UTC Mon Mar 1 1993 by admin", "09:37:40 CEST Tue Aug 20 2024", None),
    ],
)
def test_whether_it_is_saved_by_its_own_header(changed, written, saved):
    text = f"! Last configuration change at {changed}\n"
    if written:
        text += f"! NVRAM config last updated at {written}\n"
    assert parse_config(text).saved is saved


def test_vlans_of_a_configuration():
    config = parse_config(
        "vtp mode transparent\nvlan internal allocation policy ascending\nvlan 10\n name DATA\n!\nvlan 20,30-31\n!"
    )
    assert IOS.vlans_in_config(config)
    assert IOS.vlans(config) == {1: "default", 10: "DATA", 20: "VLAN0020", 30: "VLAN0030", 31: "VLAN0031"}


def test_real_voice_ports():
    multigigabit = parse_ports(parse_config(capture("run_interface_11.txt")), {})["FiveGigabitEthernet1/0/35"]
    assert multigigabit.state == PortState(
        mode="access",
        access_vlan=19,
        voice_vlan=20,
        portfast=True,
        qos="auto",
        port_security=True,
        port_security_maximum=2,
    )
    trunk = parse_ports(parse_config(capture("run_interface_10.txt")), {})["GigabitEthernet1/0/2"]
    assert "trunk" in trunk.obstacle or "port-channel" in trunk.obstacle
    assert (trunk.state.poe, trunk.state.poe_max, trunk.state.voice_vlan) == ("static", 30000, 499)
    added = parse_config(capture("issue_run_interface_67211_portfast_added_by_os.txt"))
    assert parse_ports(added, {})["GigabitEthernet1/0/5"].state == PortState(
        access_vlan=10, voice_vlan=20, portfast=True
    )
    assert IOS.style(added).edge
    authenticated = parse_ports(parse_config(capture("issue_run_interface_643_dot1x_voice.txt")), {})
    assert authenticated["GigabitEthernet1/0/1"].state.voice_vlan == 70


def test_a_whole_real_configuration():
    found = parse_ports(parse_config(capture("run_full_ccp_sample_04.txt")), {})
    assert len(found) == 38
    assert found["GigabitEthernet1/2"].obstacle.startswith("is a routed port")
    access = [each for each in found.values() if each.state.access_vlan == 102]
    assert len(access) == 8
    assert not any(each.obstacle for each in access)


def test_real_header():
    config = parse_config(capture("oxidized_c9200l_session.txt"))
    assert config.saved is False


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("vlan_1.txt", {2: "VLAN0002", 100: "V100", 104: "VLAN0104"}),
        ("vlan_3.txt", {1: "default", 319: "VLAN0319", 1002: "fddi-default"}),
        ("vlan_brief.txt", {1: "default", 666: "VLAN0666", 1005: "trnet-default"}),
    ],
)
def test_real_vlans(name, expected):
    found = IOS.vlans(Config(), capture(name))
    assert {number: found.get(number) for number in expected} == expected


def test_vlan_names_with_blanks():
    assert IOS.vlans(Config(), "20   Voice and Video                  active    Gi1/0/1")[20] == "Voice and Video"


def test_real_trunks_whatever_the_names_say():
    assert IOS.trunking(capture("interfaces_status_keywords_in_name.txt")) == {"FastEthernet0/2"}
    many = IOS.trunking(capture("interfaces_status_genie.txt"))
    assert {"GigabitEthernet1/10", "TenGigabitEthernet1/1/2", "Port-channel10"} <= many
    assert "GigabitEthernet1/1" not in many


TRUNKS = """\
interface Port-channel1
 switchport trunk allowed vlan 10,20
 switchport trunk allowed vlan add 30-31
 switchport mode trunk
!
interface GigabitEthernet1/0/1
 switchport mode trunk
!
interface GigabitEthernet1/0/2
 switchport mode access
!
interface GigabitEthernet1/0/3
 switchport trunk allowed vlan none
 switchport mode trunk
!
interface GigabitEthernet1/0/4
 switchport trunk allowed vlan 99
!
interface Vlan20
 ip address 10.0.20.1 255.255.255.0
!
interface Vlan30
 no ip address
!
"""
STATUS = """\
Port      Name               Status       Vlan       Duplex  Speed Type
Gi1/0/4   to the core        connected    trunk      a-full a-1000 10/100/1000BaseTX
"""


def test_what_trunks_carry():
    config = parse_config(TRUNKS)
    by_config = {
        "Port-channel1": frozenset({10, 20, 30, 31}),
        "GigabitEthernet1/0/1": None,
        "GigabitEthernet1/0/3": frozenset(),
    }
    assert IOS.trunks(config) == by_config
    assert IOS.trunks(config, STATUS) == {**by_config, "GigabitEthernet1/0/4": frozenset({99})}
    assert IOS.routed_vlans(config) == {20}


@pytest.mark.parametrize(
    ("text", "version", "mls"),
    [
        ("mls qos", None, True),
        ("interface GigabitEthernet0/1\n mls qos trust cos\n", None, True),
        ("interface GigabitEthernet1/0/1\n trust device cisco-phone\n", None, False),
        ("version 15.2\nswitch 1 provision ws-c2960x-48fps-l", None, True),
        ("version 15.2\nswitch 1 provision ws-c3650-48pq", None, False),
        ("version 17.6\nswitch 1 provision c9200l-48p-4g", None, False),
        (
            "version 15.2\nswitch 1 provision c1000-48fp-4g-l",
            "Cisco IOS Software, C1000 Software (C1000-UNIVERSALK9-M), Version 15.2(7)E10, RELEASE SOFTWARE (fc3)",
            True,
        ),
        ("version 12.2", None, True),
        ("version 16.12", None, False),
        ("version 15.2", None, False),
        ("version 15.2", "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E8", True),
        ("version 15.2", "Cisco IOS Software, IOS-XE Software, Catalyst L3 Switch Software (CAT3K_CAA-UNIV)", False),
    ],
)
def test_how_trust_is_written(text, version, mls):
    config = parse_config(text)
    assert IOS.style(config, version).mls is mls


@pytest.mark.parametrize(
    ("name", "mls"), [("version_c3850.txt", False), ("version_c9300.txt", False), ("version_ntc.txt", True)]
)
def test_how_trust_is_written_by_the_version_of_real_switches(name, mls):
    config = parse_config("version 15.0")
    assert IOS.style_open(config)
    assert IOS.style(config, capture(name)).mls is mls


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("hostname sw1", {"cdp": True, "lldp": False}),
        ("no cdp run\nlldp run", {"cdp": False, "lldp": True}),
    ],
)
def test_what_the_whole_switch_runs(text, runs):
    assert IOS.runs(parse_config(text)) == runs


@pytest.mark.parametrize(
    "text",
    [
        "interface GigabitEthernet1/0/1\n switchport mode access\nswitchport voice vlan 20\n",
        "!\n interface GigabitEthernet1/0/1\n switchport mode access\n",
    ],
)
def test_lost_indentation_is_refused_naming_the_line(text):
    with pytest.raises(Unsupported, match="'(switchport voice vlan 20|interface GigabitEthernet1/0/1)'"):
        IOS.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "interface GigabitEthernet1/0/1\n switchport\n!\nip default-gateway 10.0.0.1\n",
        "interface GigabitEthernet1/0/1\ninterface GigabitEthernet1/0/2\nend\n",
        "interface Gi1/0/1\n shutdown\nend\n\nsw1#",
        "banner motd ^C\n interface GigabitEthernet1/0/9\n^C\ninterface GigabitEthernet1/0/1\n!\n",
        "crypto pki certificate chain TP\n certificate self-signed 01\n  30820330\n  quit\n!\n",
    ],
)
def test_what_has_not_lost_its_indentation(text):
    IOS.parse(text)


def test_vlans_of_a_run_are_removed_and_named_back():
    assert IOS.remove_vlan(20) == ["no vlan 20"]
    assert IOS.name_vlan(20, "VOICE") == ["vlan 20", "name VOICE", "exit"]
    assert IOS.name_vlan(20, "VLAN0020") == ["vlan 20", "no name", "exit"]


@pytest.mark.parametrize(
    ("before", "now", "lines"),
    [
        (["switchport voice vlan 20"], ["switchport voice vlan 30"], ["switchport voice vlan 20", FAST]),
        (["switchport voice vlan 20", f"{FAST[3:]}"], [], ["switchport voice vlan 20", FAST[3:]]),
        ([], ["switchport voice vlan 30"], ["no switchport voice vlan"]),
        (["power inline never"], [], ["power inline never"]),
        ([], ["power inline never"], ["power inline auto"]),
        ([], ["no cdp enable", "no lldp receive", "shutdown"], ["cdp enable", "lldp receive", "no shutdown"]),
        (["shutdown"], ["description x"], ["no description", "shutdown"]),
        # What the run's Auto QoS took with it comes back.
        (
            ["trust device cisco-phone", "service-policy input MINE"],
            [
                "trust device cisco-phone",
                "auto qos voip cisco-phone",
                "service-policy input AutoQos-4.0-CiscoPhone-Input-Policy",
            ],
            ["no auto qos voip cisco-phone", "trust device cisco-phone", "service-policy input MINE"],
        ),
        (
            [],
            ["auto qos voip cisco-phone", "service-policy input AUTOQOS-SRND4-CISCOPHONE-POLICY"],
            ["no auto qos voip cisco-phone"],
        ),
        ([], ["trust device cisco-phone"], ["no trust device cisco-phone"]),
        ([], ["mls qos trust device cisco-phone"], ["no mls qos trust device"]),
        # A line of someone else is denied, and said again.
        (["storm-control broadcast level 5"], ["mab"], ["no mab", "storm-control broadcast level 5"]),
        (["no snmp trap link-status"], [], ["no snmp trap link-status"]),
        ([], ["no snmp trap link-status"], ["snmp trap link-status"]),
    ],
)
def test_the_lines_that_bring_a_port_back(before, now, lines):
    assert IOS.restore_lines(before, now) == lines

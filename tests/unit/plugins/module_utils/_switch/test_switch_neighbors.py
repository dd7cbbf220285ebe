# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CDP and LLDP: what kind of device a neighbour is, and what it asks for."""

from __future__ import annotations

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._switch.neighbors import (
    ACCESS_POINT,
    OTHER,
    PHONE,
    ROUTER,
    SWITCH,
    parse_cdp,
    parse_lldp,
    place,
)


def cdp(
    name="SEP001122334455", platform="Cisco IP Phone 8841,  Capabilities: Host Phone ", more="", software="sip88xx"
):
    return f"""\
-------------------------
Device ID: {name}
Entry address(es):
  IP address: 192.0.2.10
Platform: {platform}
Interface: GigabitEthernet1/0/1,  Port ID (outgoing port): Port 1
Holdtime : 124 sec

Version :
{software}

advertisement version: 2
Duplex: full
{more}
Total cdp entries displayed : 1
"""


def lldp(capabilities="B,T", name="SEP001122334455", description="Cisco IP Phone 8841", more="", local="Gi1/0/1"):
    place = f"Local Intf: {local}\n" if local else ""
    said = f": {capabilities}" if capabilities else " - not advertised"
    return f"""\
------------------------------------------------
{place}Chassis id: 192.0.2.10
Port id: 001122334455:P1
Port Description: SW PORT
System Name: {name}

System Description:
{description}

Time remaining: 127 seconds
System Capabilities{said}
Enabled Capabilities{said}
Management Addresses:
    IP: 192.0.2.10
Auto Negotiation - supported, enabled
Physical media capabilities:
    1000baseT(FD)
Media Attachment Unit type: 16
Vlan ID: - not advertised
{more}

Total entries displayed: 1
"""


@pytest.mark.parametrize(
    ("platform", "software", "kind"),
    [
        ("Cisco IP Phone 8841,  Capabilities: Host Phone Two-port Mac Relay ", "sip88xx.14-2", PHONE),
        ("Mitel 5320e,  Capabilities: Host Phone", "1", PHONE),
        ('"CTS-CODEC-SX80",  Capabilities: Host Phone', "ce9.1.3", OTHER),
        ("Cisco TelePresence Room Kit,  Capabilities: Host Phone", "ce9", OTHER),
        ("cisco WS-C2960X-48FPD-L,  Capabilities: Switch IGMP ", "Cisco IOS Software", SWITCH),
        ("cisco WS-C6509-E,  Capabilities: Router Switch IGMP ", "Cisco IOS Software", SWITCH),
        ("cisco ISR4351/K9,  Capabilities: Router Switch IGMP ", "Cisco IOS Software", ROUTER),
        ("Cisco 2811,  Capabilities: Router ", "Cisco IOS Software", ROUTER),
        ("cisco AIR-AP3802I-B-K9,  Capabilities: Router Trans-Bridge ", "Cisco AP Software", ACCESS_POINT),
        ("cisco C9120AXI-E,  Capabilities: Router Trans-Bridge ", "Cisco AP Software", ACCESS_POINT),
        ("cisco AIR-CAP2702I-A-K9,  Capabilities: Trans-Bridge Source-Route-Bridge IGMP", "IOS", ACCESS_POINT),
        ("Unknown radio,  Capabilities: Trans-Bridge", "1", ACCESS_POINT),
        ("Linux,  Capabilities: Host ", "6.1", OTHER),
        ("Meraki MV21 Cloud Managed Indoor HD Dom", "1", OTHER),
    ],
)
def test_the_kind_of_a_neighbour_by_cdp(platform, software, kind):
    (found,) = parse_cdp("cisco_ios", cdp("dev", platform, software=software))
    assert (found.kind, found.interface, found.port) == (kind, "GigabitEthernet1/0/1", "Port 1")
    assert found.platform == platform.split(",")[0].strip('"')


@pytest.mark.parametrize(
    ("capabilities", "description", "more", "kind"),
    [
        ("B,T", "Cisco IP Phone 8841", "", PHONE),
        ("T", "Cisco IP Phone 6901", "", PHONE),
        ("B,T", "Cisco TelePresence Codec SX80", "", OTHER),
        ("", "Some phone", "MED Information:\n\n    Device type: Endpoint Class III", PHONE),
        ("B,W", "ArubaOS (MODEL: 225)", "", ACCESS_POINT),
        ("W,R", "Radio", "", ACCESS_POINT),
        ("B", "Cisco AP Software, ap3g3-k9w8 Version: 8.10.162.0", "", ACCESS_POINT),
        ("B", "HPE OfficeConnect Switch", "", SWITCH),
        ("B,R", "Cisco IOS Software, a switch on a board", "", SWITCH),
        ("R", "Router", "", ROUTER),
        ("B,R", "Cisco IOS Software [Cupertino], ISR Software (X86_64_LINUX_IOSD-UNIVERSALK9-M)", "", ROUTER),
        ("B,S", "A controller with two sockets", "", OTHER),
        ("S", "PC", "", OTHER),
        ("", "nobody knows", "", OTHER),
        ("", "nobody knows", "MED Information:\n\n    Device type: Network connectivity", SWITCH),
    ],
)
def test_the_kind_of_a_neighbour_by_lldp(capabilities, description, more, kind):
    (found,) = parse_lldp("cisco_ios", lldp(capabilities, "dev", description, more))
    assert (found.kind, found.platform) == (kind, description)
    assert found.capabilities == tuple(capabilities.split(",") if capabilities else ())


@pytest.mark.parametrize(
    ("more", "milliwatt"),
    [
        ("", None),
        ("Power drawn: 6.300 Watts\nPower request levels are:6300 0 0 0 0 ", 6300),
        ("Power drawn: 15.400 Watts\nPower request levels are:16800 15400 13000 0 0 ", 16800),
        ("Power drawn: 15.000 Watts\nPower request levels are:0 0 0 0 0 ", 15000),
        ("Power drawn: 0.000 Watts", None),
    ],
)
def test_the_power_asked_for_by_cdp(more, milliwatt):
    (found,) = parse_cdp("cisco_ios", cdp(more=more))
    assert found.power_requested == milliwatt


MDI = "Power via MDI:\n    Power Pair: Spare\n    Power Requested: 25000 mW\n"
MED = """
MED Information:

    Model: CP-8841
    Device type: Endpoint Class III
    Network Policy(Voice): {policy}, Layer-2 priority: 5, DSCP: 46
    PD device, Power source: Unknown, Power Priority: Unknown, Wattage: 6.3
    Location - not advertised"""


@pytest.mark.parametrize(
    ("more", "milliwatt", "voice_vlan"),
    [
        ("", None, None),
        (MDI, 25000, None),
        (MED.format(policy="VLAN 20, tagged"), 6300, 20),
        (MED.format(policy="VLAN data, untagged"), 6300, None),
        (MDI + MED.format(policy="VLAN 4094, tagged"), 25000, 4094),
    ],
)
def test_the_power_and_the_voice_vlan_by_lldp(more, milliwatt, voice_vlan):
    (found,) = parse_lldp("cisco_ios", lldp(more=more))
    assert (found.power_requested, found.voice_vlan) == (milliwatt, voice_vlan)


@pytest.mark.parametrize(
    ("found", "name"),
    [
        (parse_cdp("cisco_ios", cdp()), "SEP001122334455"),
        (parse_cdp("cisco_ios", cdp("SEP009E2E69AC48", '"CTS-CODEC-SX80",  Capabilities: Host Phone')), None),
        (parse_cdp("cisco_ios", cdp("ATA001122334455", "Cisco ATA,  Capabilities: Host Phone")), None),
        (parse_lldp("cisco_ios", lldp(name="SEPaabbccddeeff.example.com")), "SEPAABBCCDDEEFF"),
        (parse_lldp("cisco_ios", lldp(name="reception")), "SEP001122334455"),
        (parse_lldp("cisco_ios", lldp("B", "SEP001122334455")), None),
    ],
)
def test_the_name_by_which_cucm_knows_a_phone(found, name):
    assert [each.phone for each in found] == [name]


def test_a_neighbour_that_is_listed_twice_is_one():
    assert len(parse_cdp("cisco_ios", cdp() + cdp())) == 1
    assert len(parse_lldp("cisco_ios", lldp() + lldp())) == 1


def test_an_older_ios_does_not_say_where_it_hears_a_neighbour():
    (found,) = parse_lldp("cisco_ios", lldp(local=""))
    assert found.interface is None


SHORT = """\
Capability codes:
    (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device
    (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other

Device ID           Local Intf     Hold-time  Capability      Port ID
{rows}
Total entries displayed: 1
"""


@pytest.mark.parametrize(
    ("rows", "interface"),
    [
        ("SEP001122334455     Fa0/7          180        B,T             001122334455:P1", "FastEthernet0/7"),
        ("SEP001122334455     Fa0/7          180                        001122334455:P1", "FastEthernet0/7"),
        ("another             Fa0/7          180        B,T             001122334455:P1", None),
        ("SEP001122334455     Fa0/7          180        B,T             001122334466:P1", None),
        (
            "SEP001122334455     Fa0/7          180        B,T             001122334455:P1\n"
            "SEP001122334455     Fa0/8          180        B,T             001122334455:P1",
            None,
        ),
    ],
)
def test_the_short_table_tells_the_port_of_a_neighbour(rows, interface):
    (found,) = place("cisco_ios", parse_lldp("cisco_ios", lldp(local="")), SHORT.format(rows=rows))
    assert found.interface == interface


def test_the_short_table_cuts_names_at_twenty_characters():
    long = lldp(name="access-switch-of-the-second-floor.example.com", capabilities="B", local="")
    row = "access-switch-of-the Gi1/0/24       120        B               001122334455:P1"
    (found,) = place("cisco_ios", parse_lldp("cisco_ios", long), SHORT.format(rows=row))
    assert found.interface == "GigabitEthernet1/0/24"


def test_two_neighbours_that_are_alike_are_not_put_to_a_port():
    row = "SEP001122334455     Fa0/7          180        B,T             001122334455:P1"
    twins = parse_lldp("cisco_ios", lldp(local="") + lldp("T", local=""))
    assert [each.interface for each in place("cisco_ios", twins, SHORT.format(rows=row))] == [None, None]


def test_a_known_port_stays():
    row = "SEP001122334455     Fa0/7          180        B,T             001122334455:P1"
    (found,) = place("cisco_ios", parse_lldp("cisco_ios", lldp()), SHORT.format(rows=row))
    assert found.interface == "GigabitEthernet1/0/1"


def test_nxos_and_a_neighbour_without_a_name():
    text = """\
Chassis id: 5087.89a1.d8d6
Port id: Ethernet1/1
Local Port id: Eth1/1
Port Description: Ethernet1/1
System Name: not advertised
System Description: not advertised
Time remaining: 93 seconds
System Capabilities: B, R
Enabled Capabilities: B, R
Management Address: 192.0.2.21
Vlan ID: 1


Total entries displayed: 1
"""
    (found,) = parse_lldp("cisco_nxos", text)
    assert (found.interface, found.name, found.kind) == ("Ethernet1/1", "", SWITCH)


@pytest.mark.parametrize("platform", ["cisco_ios", "cisco_nxos"])
@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_cdp, ""),
        (parse_cdp, "% CDP is not enabled\n"),
        (parse_cdp, "\nTotal cdp entries displayed : 0\n"),
        (parse_cdp, "Note: CDP Neighbor entry not found\n"),
        (parse_lldp, "% LLDP is not enabled\n"),
        (parse_lldp, "\nTotal entries displayed: 0\n"),
    ],
)
def test_nobody_is_there(platform, parse, text):
    assert parse(platform, text) == []


@pytest.mark.parametrize("platform", ["cisco_ios", "cisco_nxos"])
@pytest.mark.parametrize("parse", [parse_cdp, parse_lldp])
def test_an_answer_that_is_not_understood_is_shown(platform, parse):
    with pytest.raises(Unsupported, match="has a line that is not known: 'Nobody expects this'"):
        parse(platform, "\nNobody expects this\n")


def test_an_entry_that_is_not_understood_is_shown():
    with pytest.raises(Unsupported, match="not known: 'Device ID: odd'"):
        parse_cdp("cisco_ios", cdp("odd").replace("Version :", "Release :") + cdp())
    with pytest.raises(Unsupported, match="not known: 'Device ID: odd'"):
        parse_cdp("cisco_ios", cdp() + cdp("odd").replace("Interface: Gig", "Local port: Gig"))
    with pytest.raises(Unsupported, match="not known: 'Something new: 7'"):
        parse_lldp("cisco_ios", lldp().replace("Auto Neg", "Something new: 7\nAuto Neg"))

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of ports, where a capture does not show it."""

from __future__ import annotations

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._switch.facts import (
    Address,
    Link,
    Operating,
    parse_errdisabled,
    parse_macs,
    parse_status,
    parse_switchport,
)

IOS, NXOS = "cisco_ios", "cisco_nxos"
STATUS, ERRDISABLED = "show interfaces status", "show interfaces status err-disabled"
SWITCHPORT, MAC = "show interfaces switchport", "show mac address-table"

NXOS_STATUS = """\
--------------------------------------------------------------------------------
Port          Name               Status    Vlan      Duplex  Speed   Type
--------------------------------------------------------------------------------
Eth1/1        down in the hall   connected 10        full    1000    10g
Eth1/2        linkFlapE          linkFlapE 10        auto    auto    10g
Eth1/3        --                 suspended 10        auto    auto    --
"""


def test_words_of_nxos_that_the_template_does_not_know():
    found = parse_status(NXOS, "show interface status", NXOS_STATUS)
    assert found == {
        "Ethernet1/1": Link("connected", "10", "full", "1000", "10g"),
        "Ethernet1/2": Link("err-disabled", "10", "auto", "auto", "10g"),
        "Ethernet1/3": Link("suspended", "10", "auto", "auto", ""),
    }


def test_no_port_is_errdisabled():
    assert parse_errdisabled(IOS, ERRDISABLED, "\n") == {}
    assert parse_errdisabled(IOS, ERRDISABLED, "Port      Name               Status       Reason\n") == {}


def test_vlans_after_the_reason():
    text = """\
Port      Name               Status       Reason               Err-disabled Vlans
Gi1/0/1   desk               err-disabled bpduguard            10,20
"""
    assert parse_errdisabled(IOS, ERRDISABLED, text) == {"GigabitEthernet1/0/1": "bpduguard"}


@pytest.mark.parametrize(
    ("voice", "number", "called"),
    [
        ("20 (VOICE)", 20, "VOICE"),
        ("20 (Inactive)", 20, "Inactive"),
        ("20 (two (2) words)", 20, "two (2) words"),
        ("dot1p", "dot1p", None),
        ("untagged", "untagged", None),
        ("none", None, None),
    ],
)
def test_the_voice_vlan_in_operation(voice, number, called):
    text = f"""\
Name: Gi1/0/1
Switchport: Enabled
Administrative Mode: static access
Operational Mode: static access
Access Mode VLAN: 10 (Inactive)
Voice VLAN: {voice}
Trunking VLANs Enabled: 1,12,15,31-36,40-42,
     900,910,920
Pruning VLANs Enabled: 2-1001
"""
    assert parse_switchport(IOS, SWITCHPORT, text) == {
        "GigabitEthernet1/0/1": Operating("static access", "static access", 10, "Inactive", number, called)
    }


def test_addresses_with_several_ports_and_none():
    text = """\
          Mac Address Table
-------------------------------------------

Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
 All    0100.0ccc.cccc    STATIC      CPU
  20    0011.2233.4455    DYNAMIC     Gi1/0/1
  10    0011.2233.4466    STATIC      Drop
Total Mac Addresses for this criterion: 3
"""
    assert parse_macs(IOS, MAC, text) == {"GigabitEthernet1/0/1": [Address("001122334455", 20, "dynamic")]}


@pytest.mark.parametrize("device_type", [IOS, NXOS])
@pytest.mark.parametrize(
    ("parse", "command"),
    [(parse_status, STATUS), (parse_errdisabled, ERRDISABLED), (parse_switchport, SWITCHPORT), (parse_macs, MAC)],
)
def test_an_answer_that_is_not_understood_is_shown(parse, command, device_type):
    command = command.replace("interfaces", "interface") if device_type == NXOS else command
    with pytest.raises(Unsupported, match="has a line that is not known: 'Nobody expects this'"):
        parse(device_type, command, "\nNobody expects this\n")


def test_a_row_that_is_not_understood_is_shown():
    with pytest.raises(Unsupported, match="not known: '. 10 0011.2233.4455 dynamic gone'"):
        parse_macs(NXOS, MAC, "*  10     0011.2233.4455   dynamic  gone\n")
    with pytest.raises(Unsupported, match="not known: 'Gi1/0/9 somehow 1 auto auto'"):
        parse_status(IOS, STATUS, "Port  Name  Status  Vlan  Duplex  Speed Type\nGi1/0/9  somehow  1  auto  auto\n")
    with pytest.raises(Unsupported, match="not known: 'Colour: red'"):
        parse_switchport(IOS, SWITCHPORT, "Name: Gi1/0/1\nSwitchport: Enabled\nColour: red\n")

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people write for an interface, and the switch's own name of it."""

from __future__ import annotations

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._switch.names import canonical, is_virtual, resolve

OWN = [
    "GigabitEthernet0/0",
    "GigabitEthernet1/0/1",
    "GigabitEthernet1/0/11",
    "TwoGigabitEthernet1/0/2",
    "FiveGigabitEthernet1/0/35",
    "TenGigabitEthernet1/1/1",
    "TwentyFiveGigE1/1/2",
    "FortyGigabitEthernet1/1/3",
    "HundredGigE1/1/4",
    "Port-channel1",
    "AppGigabitEthernet1/0/1",
    "Vlan20",
    "Serial0/0/0:1",
]


@pytest.mark.parametrize(
    ("written", "own"),
    [
        ("GigabitEthernet1/0/1", "GigabitEthernet1/0/1"),
        ("gigabitethernet1/0/1", "GigabitEthernet1/0/1"),
        ("Gi1/0/1", "GigabitEthernet1/0/1"),
        ("gi 1/0/1", "GigabitEthernet1/0/1"),
        (" g1/0/11 ", "GigabitEthernet1/0/11"),
        ("Gig1/0/1", "GigabitEthernet1/0/1"),
        ("Two1/0/2", "TwoGigabitEthernet1/0/2"),
        ("Tw1/0/2", "TwoGigabitEthernet1/0/2"),
        ("Fi1/0/35", "FiveGigabitEthernet1/0/35"),
        ("Te1/1/1", "TenGigabitEthernet1/1/1"),
        ("t1/1/1", "TenGigabitEthernet1/1/1"),
        ("Twe1/1/2", "TwentyFiveGigE1/1/2"),
        ("Fo1/1/3", "FortyGigabitEthernet1/1/3"),
        ("f1/1/3", "FortyGigabitEthernet1/1/3"),
        ("Hu1/1/4", "HundredGigE1/1/4"),
        ("po1", "Port-channel1"),
        ("vl20", "Vlan20"),
        ("Ap1/0/1", "AppGigabitEthernet1/0/1"),
        ("Gi1/0/2", None),
        ("Fa0/1", None),
        ("Gi1/0", None),
    ],
)
def test_resolve(written, own):
    assert resolve(written, OWN) == own


@pytest.mark.parametrize(
    ("written", "own"),
    [("eth1/1", "Ethernet1/1"), ("e1/1", "Ethernet1/1"), ("Eth101/1/1", "Ethernet101/1/1"), ("Po5", "port-channel5")],
)
def test_names_of_a_nexus(written, own):
    assert resolve(written, ["mgmt0", "Ethernet1/1", "Ethernet101/1/1", "port-channel5"]) == own


@pytest.mark.parametrize("written", ["", "Gi1/0/1-4", "1/0/1", "GigabitEthernet", "Gi1/0/1, Gi1/0/2", "Gi1/0/1\nexit"])
def test_what_names_no_interface(written):
    with pytest.raises(ValueError, match="write one interface a row"):
        canonical(written)


def test_virtual_interfaces():
    assert is_virtual("Vlan20")
    assert is_virtual("Port-channel1")
    assert is_virtual("port-channel1")
    assert is_virtual("mgmt0")
    assert is_virtual("AppGigabitEthernet1/0/1")
    assert not is_virtual("Ethernet1/1")
    assert not is_virtual("GigabitEthernet1/0/1")

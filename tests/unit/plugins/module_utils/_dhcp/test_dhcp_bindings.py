# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What IOS shows of its DHCP server, in the shapes of real switches."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.bindings import (
    parse_bindings,
    parse_conflicts,
    parse_usage,
)
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unsupported

OLD = """\
Bindings from all pools not associated with VRF:
IP address          Client-ID/              Lease expiration        Type
                    Hardware address/
                    User name
10.100.88.26        01aa.aaaa.aaaa.aa       Infinite                Manual
10.100.88.197       01dd.dddd.dddd.dd       Nov 22 2026 08:04 AM    Automatic
"""
TABS = """\
Bindings from all pools not associated with VRF:
IP address      Client-ID/ \t\tLease expiration \tType       State      Interface
\t\tHardware address/
\t\tUser name
10.10.1.3       0100.1094.0000.01       Feb 08 2022 11:11 AM    Automatic  Active     TenGigabitEthernet1/0/2
10.11.1.15      0010.9400.0006          May 13 2022 04:29 PM    Relay      Active     Port-channel63.4294967295
"""
ONE_BLANK = """\
show ip dhcp binding
Bindings from all pools not associated with VRF:
IP address      Client-ID/              Lease expiration        Type       State      Interface
                Hardware address/
                User name
10.10.1.14 0010.9400.0005 May 13 2022 04:29 PM Relay Active Port-channel1.234

"""
WRAPPED = """\
Bindings from all pools not associated with VRF:
IP address      Client-ID/ \t\tLease expiration \tType       State      Interface
\t\tHardware address/
\t\tUser name
10.10.1.13      0063.6973.636f.2d35.    Infinite                Automatic  Selecting  GigabitEthernet1/0/23
                6335.612e.6337.3737.
                2e62.3764.352d.4769.
                312f.302f.3437
10.11.1.12      ff00.0000.0100.0200.    Mar 07 2025 02:39 PM    Automatic  Active     GigabitEthernet1/0/16
                01ab.cd00.11"""

SHAPES = {
    "old": (
        OLD,
        [
            ("10.100.88.26", "aa:aa:aa:aa:aa:aa", "infinite", "Manual", None, None),
            ("10.100.88.197", "dd:dd:dd:dd:dd:dd", "2026-11-22T08:04", "Automatic", None, None),
        ],
    ),
    "tabs": (
        TABS,
        [
            (
                *("10.10.1.3", "00:10:94:00:00:01", "2022-02-08T11:11", "Automatic", "Active"),
                "TenGigabitEthernet1/0/2",
            ),
            ("10.11.1.15", "00:10:94:00:00:06", "2022-05-13T16:29", "Relay", "Active", "Port-channel63.4294967295"),
        ],
    ),
    "one blank, and an echo": (
        ONE_BLANK,
        [("10.10.1.14", "00:10:94:00:00:05", "2022-05-13T16:29", "Relay", "Active", "Port-channel1.234")],
    ),
    "wrapped identifiers": (
        WRAPPED,
        [
            ("10.10.1.13", "5c:5a:c7:77:b7:d5", "infinite", "Automatic", "Selecting", "GigabitEthernet1/0/23"),
            ("10.11.1.12", None, "2025-03-07T14:39", "Automatic", "Active", "GigabitEthernet1/0/16"),
        ],
    ),
    "none": (TABS.partition("10.10")[0] + "\n\n", []),
    "nothing": ("", []),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_bindings(shape):
    text, rows = SHAPES[shape]
    found = parse_bindings(text)
    assert [(str(e.address), e.mac, e.expires, e.kind, e.state, e.interface) for e in found] == rows


@pytest.mark.parametrize(
    ("read", "text", "line"),
    [
        (parse_bindings, TABS.replace("Automatic", "Sometimes"), "Sometimes"),
        (parse_bindings, OLD + "10.1.1.1 lots of words\n", "10.1.1.1 lots of words"),
        (
            parse_bindings,
            OLD.replace("                    User name\n", "                    Something\n"),
            "Something",
        ),
        (parse_usage, " Total addresses : 1\n", "Total addresses : 1"),
        (parse_usage, "Pool A :\n Something new : 3\n", "Something new : 3"),
        (parse_conflicts, "10.1.1.1  Divination  Feb 07 2025 03:26 AM\n", "Divination"),
    ],
)
def test_a_line_that_is_not_known_is_shown(read, text, line):
    with pytest.raises(Unsupported) as error:
        read(text)
    assert line in str(error.value)
    assert "show ip dhcp " in str(error.value)


POOLS = """\
Pool VOICE :
 Utilization mark (high/low)    : 100 / 0
 Subnet size (first/next)       : 0 / 0
 Total addresses                : 254
 Leased addresses               : 12
 Excluded addresses             : 9
 Pending event                  : none
 1 subnet is currently in the pool :
 Current index        IP address range                    Leased/Excluded/Total
 192.168.1.1          192.168.1.1      - 192.168.1.254     12    / 9     / 254

Pool OLD :
 Utilization mark (high/low)    : 100 / 0
 Subnet size (first/next)       : 0 / 0
 Total addresses                : 254
 Leased addresses               : 1
 Pending event                  : none
 1 subnet is currently in the pool :
 Current index        IP address range                    Leased addresses
 10.1.1.12            10.1.1.1         - 10.1.1.254        1
"""


def test_pools_with_and_without_excluded_addresses():
    found = parse_usage(POOLS)
    assert {name: usage.counts for name, usage in found.items()} == {
        "VOICE": {"total": 254, "leased": 12, "excluded": 9},
        "OLD": {"total": 254, "leased": 1},
    }


def test_conflicts():
    text = """\
IP address        Detection method   Detection time          VRF
192.168.1.1       Ping               Feb 07 2025 03:26      Mgmt-vrf
10.2.2.11         Gratuitous ARP     Feb 09 2026 07:41 PM
"""
    assert [(str(e.address), e.how, e.time, e.vrf) for e in parse_conflicts(text)] == [
        ("192.168.1.1", "Ping", "2025-02-07T03:26", "Mgmt-vrf"),
        ("10.2.2.11", "Gratuitous ARP", "2026-02-09T19:41", None),
    ]


CAPTURES = Path(__file__).resolve().parents[6] / "shared" / "captures" / "cisco_ios"
CAPTURED = {
    "cisco_ios_show_ip_dhcp_binding.txt": (parse_bindings, 2),
    "dhcp_binding_.txt": (parse_bindings, 0),
    "dhcp_binding_1.txt": (parse_bindings, 14),
    "dhcp_binding_3.txt": (parse_bindings, 3),
    "dhcp_binding_5.txt": (parse_bindings, 2),
    "dhcp_pool.txt": (parse_usage, 1),
    "dhcp_conflict.txt": (parse_conflicts, 1),
}
OF_OTHER_COMMANDS = {
    *("dhcp_excluded.txt", "dhcp_lease.txt", "dhcp_server_statistics.txt", "dhcp_snooping_binding.txt"),
    *("dhcp_snooping_binding_ntc.txt", "dhcp_snooping_status.txt"),
}


@pytest.mark.parametrize("name", CAPTURED)
def test_captures(name):
    if not CAPTURES.is_dir():
        pytest.skip("the captures (shared/captures) are not here")
    read, rows = CAPTURED[name]
    assert len(read((CAPTURES / name).read_text())) == rows


def test_every_capture_is_in_the_table():
    if not CAPTURES.is_dir():
        pytest.skip("the captures (shared/captures) are not here")
    assert {path.name for path in CAPTURES.glob("*dhcp*")} == {*CAPTURED, *OF_OTHER_COMMANDS}


@pytest.mark.parametrize("name", sorted(OF_OTHER_COMMANDS - {"dhcp_excluded.txt"}))
@pytest.mark.parametrize("read", [parse_bindings, parse_usage, parse_conflicts])
def test_the_answer_to_another_command_is_refused(name, read):
    if not CAPTURES.is_dir():
        pytest.skip("the captures (shared/captures) are not here")
    with pytest.raises(Unsupported):
        read((CAPTURES / name).read_text())

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of a scope."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.base import Capabilities, lease_faults
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.scope import Scope, read_scopes, uncovered

GOOD = {"name": "VOICE", "network": "10.1.20.0/24"}


def faults(*rows: dict) -> list[str]:
    return read_scopes([{**GOOD, **row} for row in rows])[1]


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"network": None}, "scopes[0] (VOICE): network: it is missing"),
        ({"name": "VO\nICE"}, "scopes[0] (VO ICE): name: 'VO\\nICE' has the control character"),
        ({"excluded": ["10.1.20.0-10.1.20.99", "10.1.20.90-10.1.20.254"]}, "nothing of 10.1.20.0/24 is left for"),
        ({"network": "10.1.20.0"}, "network: '10.1.20.0' has no prefix length"),
        ({"network": "10.1.20.5/24"}, "network: '10.1.20.5/24' has host bits set: 10.1.20.0/24 is the network"),
        ({"network": "10.1.300.0/24"}, "network: '10.1.300.0/24' is no IPv4 network"),
        ({"network": "10.1.20.0/31"}, "network: 10.1.20.0/31 has no room for phones"),
        ({"gateway": "10.1.21.1"}, "gateway: 10.1.21.1 is outside of 10.1.20.0/24"),
        ({"gateway": "10.1.20.0"}, "gateway: 10.1.20.0 is the network address"),
        ({"gateway": "10.1.20.255"}, "gateway: 10.1.20.255 is the broadcast address"),
        ({"gateway": "router"}, "gateway: 'router' is no IPv4 address"),
        ({"tftp_servers": ["cucm.example.com"]}, "a phone reads option 150 as addresses"),
        ({"tftp_servers": ["10.1.1.1", "10.1.1.1"]}, "tftp_servers: 10.1.1.1 is in the list twice"),
        ({"tftp_servers": []}, "tftp_servers: the list is empty"),
        ({"tftp_servers": ["0.0.0.0"]}, "tftp_servers: 0.0.0.0 is no address of a host"),
        ({"tftp_servers": ["2001:db8::1"]}, "tftp_servers: '2001:db8::1' is no IPv4 address"),
        ({"tftp_servers": [f"10.1.{n}.1" for n in range(64)]}, "64 addresses do not fit into one option"),
        ({"lease_time": "1d"}, "lease_time: '1d' is no lease time"),
        ({"lease_time": "0"}, "lease_time: '0' is no lease time"),
        ({"lease_time": "-60"}, "lease_time: '-60' is no lease time"),
        ({"excluded": ["10.1.20.9-10.1.20.1"]}, "goes backwards"),
        ({"excluded": ["10.1.21.9"]}, "excluded: '10.1.21.9' is outside of 10.1.20.0/24"),
        ({"excluded": ["all"]}, "excluded: 'all' is no IPv4 address"),
        ({"name": "VO ICE"}, "name: 'VO ICE' is not one word"),
        ({"name": "A\nno ip dhcp pool B"}, "control character \\x0a"),
        ({"domain_name": "a b"}, "domain_name: 'a b' is not one word"),
    ],
)
def test_a_bad_row_is_named_with_its_value(row, text):
    found = faults(row)
    assert len(found) == 1
    assert text in found[0]


def test_a_good_row():
    scopes, found = read_scopes(
        [
            {
                **GOOD,
                "gateway": "10.1.20.1",
                "lease_time": "28800",
                "tftp_servers": ["10.1.1.2", "10.1.1.1"],
                "excluded": ["10.1.20.1", "10.1.20.10 - 10.1.20.20"],
                "state": "present",
            }
        ]
    )
    assert found == []
    assert scopes[0].values() == {
        "network": "10.1.20.0/24",
        "gateway": "10.1.20.1",
        "lease_time": 28800,
        "tftp_servers": ["10.1.1.2", "10.1.1.1"],
    }
    assert len(scopes[0].excluded) == 2


def test_a_scope_to_remove_needs_its_name_only():
    scopes, found = read_scopes([{"name": "OLD", "state": "absent"}])
    assert found == []
    assert not scopes[0].present


@pytest.mark.parametrize(
    ("other", "text"),
    [
        ({"network": "10.2.0.0/24"}, "scopes[1] (VOICE): name: the same name as scopes[0]"),
        ({"name": "B", "network": "10.1.0.0/16"}, "network: 10.1.0.0/16 overlaps 10.1.20.0/24 of scopes[0] (VOICE)"),
    ],
)
def test_rows_that_are_in_each_others_way(other, text):
    found = faults({}, other)
    assert len(found) == 1
    assert text in found[0]


def test_faults_of_all_rows_at_once():
    assert len(faults({"gateway": "x", "lease_time": "y"}, {"name": "B", "network": "z"})) == 3


@pytest.mark.parametrize(
    ("lease", "text"),
    [
        (90, "lease_time: 90 is no multiple of 60 s, in which this server counts: give 120"),
        (600, "longer than the longest"),
    ],
)
def test_what_a_server_cannot_hold(lease, text):
    scope = Scope(0, "A", lease_time=lease)
    assert text in lease_faults(scope, Capabilities(lease_step=60, longest_lease=300))[0]
    assert lease_faults(scope, Capabilities()) == []


def test_a_lease_without_an_end_where_there_is_none():
    assert lease_faults(Scope(0, "A", lease_time="infinite"), Capabilities(infinite_lease=False))
    assert not lease_faults(Scope(0, "A", lease_time="infinite"), Capabilities())


NETWORK = IPv4Network("10.1.20.0/27")
SPANS = st.lists(
    st.tuples(st.integers(0, 31), st.integers(0, 31)).map(lambda pair: tuple(NETWORK[n] for n in sorted(pair))),
    max_size=5,
)


@given(SPANS, SPANS)
def test_uncovered_is_what_is_wanted_and_not_there(wanted, existing):
    def all_of(spans) -> set[int]:
        return {number for low, high in spans for number in range(int(low), int(high) + 1)}

    missing = uncovered(wanted, existing)
    assert all_of(missing) == all_of(wanted) - all_of(existing)
    assert sum(int(high) - int(low) + 1 for low, high in missing) == len(all_of(missing))
    assert all(isinstance(address, IPv4Address) for span in missing for address in span)

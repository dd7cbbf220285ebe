# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of a scope."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.base import (
    Capabilities,
    capability_faults,
    lease_faults,
    unsupported,
)
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.findings import findings, judge
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.rules import read_scopes
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.scope import (
    Scope,
    differences,
    overlapping,
    uncovered,
)
from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows

MAC = "00:11:22:33:44:55"
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
        ({"tftp_servers": ["2001:db8::1"]}, "one of IPv6, give the IPv4 address in its place"),
        ({"ranges": []}, "ranges: the list is empty"),
        ({"ranges": ["10.1.21.5-10.1.21.9"]}, "ranges: '10.1.21.5-10.1.21.9' is outside of 10.1.20.0/24"),
        ({"ranges": ["10.1.20.9-10.1.20.5"]}, "goes backwards"),
        ({"ranges": ["10.1.20.0-10.1.20.5"]}, "ranges: 10.1.20.0 is the network address of 10.1.20.0/24"),
        ({"ranges": ["10.1.20.9-10.1.20.255"]}, "ranges: 10.1.20.255 is the broadcast address"),
        ({"ranges": ["10.1.20.20-10.1.20.30", "10.1.20.10-10.1.20.20"]}, "10.1.20.10-10.1.20.20 and 10.1.20.20-10.1"),
        ({"ranges": ["10.1.20.1-10.1.20.9"], "gateway": "10.1.20.1"}, "the gateway 10.1.20.1 would be handed out"),
        ({"ranges": ["10.1.20.9"], "excluded": ["10.1.20.9"]}, "nothing of 'ranges' is left for phones"),
        ({"tftp_server_name": "10.1.1.1, 10.1.1.2"}, "a list of addresses belongs into 'tftp_servers'"),
        (
            {"options": [{"code": 150, "type": "ip", "value": "10.1.1.1"}], "tftp_servers": ["10.1.1.1"]},
            "'tftp_servers'",
        ),
        ({"options": [{"code": 66, "type": "text", "value": "a"}]}, "options[0]: code 66 has a key of its own"),
        ({"options": [{"code": 53, "type": "uint8", "value": 1}]}, "code 53 belongs to the exchange itself"),
        ({"options": [{"code": 256, "type": "uint8", "value": 1}]}, "code 256 is no code of a DHCP option"),
        ({"options": [{"code": 42, "type": "ip", "value": "ntp"}]}, "'ntp' is no IPv4 address, nor a list of them"),
        ({"options": [{"code": 26, "type": "uint16", "value": 65536}]}, "65536 is no uint16: give a number from 0 to"),
        ({"options": [{"code": 19, "type": "bool", "value": "perhaps"}]}, "'perhaps' is no boolean"),
        ({"options": [{"code": 43, "type": "hex", "value": "0a1"}]}, "'0a1' is no hexadecimal: give two digits"),
        ({"options": [{"code": 43, "type": "hex", "value": 10}]}, "put the hexadecimal digits in quotes"),
        ({"options": [{"code": 67, "type": "text", "value": "ü"}]}, "is not printable ASCII"),
        ({"options": [{"code": 67, "type": "text", "value": ""}]}, "code 67: the value is empty"),
        ({"options": [{"code": 67, "type": "text", "value": "a" * 256}]}, "has 256 bytes, an option holds 255"),
        ({"options": [{"code": 67, "type": "text", "value": "a"}] * 2}, "options[1]: code 67 is in the list twice"),
        ({"reservations": [{"mac": "00:11", "address": "10.1.20.9"}]}, "reservations[0]: '00:11' is not a MAC address"),
        (
            {"reservations": [{"mac": MAC, "address": "10.2.0.1"}]},
            "10.2.0.1 is outside of 10.1.20.0/24: give an address",
        ),
        ({"reservations": [{"mac": MAC, "address": "10.1.20.0"}]}, "10.1.20.0 is the network address"),
        (
            {"reservations": [{"mac": MAC, "address": "10.1.20.1"}], "gateway": "10.1.20.1"},
            "10.1.20.1 is the gateway's",
        ),
        ({"reservations": [{"mac": MAC, "address": "a"}]}, "reservations[0]: 'a' is no IPv4 address"),
        (
            {"reservations": [{"mac": MAC, "address": "10.1.20.8"}, {"mac": MAC, "address": "10.1.20.9"}]},
            "reservations[1]: 00:11:22:33:44:55 has an address already, by reservations[0]",
        ),
        (
            {"reservations": [{"mac": MAC, "address": "10.1.20.9"}, {"mac": MAC[:-1] + "6", "address": "10.1.20.9"}]},
            "reservations[1]: 10.1.20.9 is reserved already, by reservations[0]",
        ),
        ({"reservations": [{"mac": MAC, "address": "10.1.20.9", "hostname": "a b"}]}, "hostname 'a b' is no host name"),
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


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (
            {"tftp_servers": ("10.1.1.1", "10.1.1.2", "10.1.1.3")},
            "tftp_servers: 3 entries are not supported by provider x",
        ),
        ({"ranges": ("a", "b", "c")}, "ranges: 3 entries are not supported by provider x: give 2 at most"),
        ({"reservations": ("a",)}, "reservations: not supported by provider x: set them on the server by hand"),
    ],
)
def test_what_is_beyond_a_kind_of_server(values, text):
    few = Capabilities(provider="x", ranges=2, tftp_servers=2, reservations=0, tftp_server_name=False)
    assert [each[: len(text)] for each in capability_faults(Scope(0, "A", **values), few)] == [text]
    assert capability_faults(Scope(0, "A", **values), Capabilities()) == []
    assert unsupported([Scope(3, "A", **values)], few)[0].startswith(f"scopes[3] (A): {text}")
    assert unsupported([Scope(3, "A", present=False)], few) == []


def test_a_scope_with_everything():
    scopes, found = read_scopes(
        [
            {
                **GOOD,
                "ranges": ["10.1.20.50-10.1.20.60", "10.1.20.20"],
                "excluded": ["10.1.20.55"],
                "tftp_server_name": "cucm1.example.com",
                "options": [
                    {"code": 42, "type": "ip", "value": ["10.1.1.5"]},
                    {"code": 26, "type": "uint16", "value": 1500},
                ],
                "reservations": [{"mac": "SEP001122334455", "address": "10.1.20.9", "hostname": "phone1"}],
            }
        ]
    )
    assert found == []
    values = scopes[0].values()
    assert values["ranges"] == ["10.1.20.20", "10.1.20.50-10.1.20.54", "10.1.20.56-10.1.20.60"]
    assert values["reservations"] == [{"mac": MAC, "address": "10.1.20.9", "hostname": "phone1"}]
    assert [option.data.hex() for option in scopes[0].options] == ["0a010105", "05dc"]
    assert differences(scopes[0], values) == {}
    assert set(differences(scopes[0], {})) == set(values)


def test_options_that_nobody_asked_for_are_no_difference():
    wanted = read_scopes([{**GOOD, "options": [{"code": 26, "type": "uint16", "value": "1500"}]}])[0][0]
    mtu = {"code": 26, "type": "uint16", "value": 1500}
    other = {"code": 42, "type": "text", "value": "10.1.1.1"}
    state = {"network": "10.1.20.0/24"}
    assert differences(wanted, {**state, "options": [other, mtu]}) == {}
    assert differences(wanted, {**state, "options": [other]}) == {"options": ([mtu], [])}


@pytest.mark.parametrize(
    ("state", "name"),
    [
        ({"tftp_servers": "ascii 10.1.1.1"}, "option_150_as_text"),
        ({"tftp_servers": ["10.1.1.1"]}, "option_150_one_address"),
        ({"tftp_server_name": "cucm1"}, "option_66_only"),
        ({}, "no_tftp_servers"),
    ],
)
def test_traps_have_names_and_remedies(state, name):
    wanted = read_scopes([{**GOOD, "tftp_servers": ["10.1.1.1", "10.1.1.2"]}])[0][0]
    found = findings(state, wanted)
    assert [each.name for each in found] == [name]
    assert found[0].remedy
    row = Rows("scopes", ["VOICE"])[0]
    row.before, row.after = state, {"tftp_servers": ["10.1.1.1", "10.1.1.2"]}
    assert judge([wanted], [row]) == []
    assert [(each["name"], each["mended"]) for each in row.extra["findings"]] == [(name, True)]
    row.after = state
    assert judge([wanted], [row]) == [f"VOICE: {found[0]}"]
    assert not row.extra["findings"][0]["mended"]


NETWORKS = st.lists(
    st.tuples(st.integers(0, 15), st.integers(24, 28)).map(
        lambda pair: IPv4Network((0x0A000000 + pair[0] * 16, pair[1]), strict=False)
    ),
    max_size=6,
)


@given(NETWORKS)
def test_whatever_overlaps_is_in_a_pair(networks):
    pairs = overlapping(list(zip(networks, range(len(networks)), strict=True)))
    assert all(networks[a].overlaps(networks[b]) for a, b in pairs)
    paired = {each for pair in pairs for each in pair}
    for number, network in enumerate(networks):
        others = [other for at, other in enumerate(networks) if at != number]
        assert (number in paired) == any(network.overlaps(other) for other in others)


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

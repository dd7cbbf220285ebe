# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scopes as subnets of CUCM and back, and whose password goes to whom."""

from __future__ import annotations

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp import cucm_subnets
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.base import unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.cucm_subnets import (
    CAPABILITIES,
    SUBNET_TAGS,
    changes,
    element_mismatches,
    inherited,
    read_subnet,
    state,
    target,
)
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.options import DHCP
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.rules import read_scopes

WHOLE = {
    "subnetIpAddress": "10.1.20.0",
    "subnetMask": "255.255.255.0",
    "primaryStartIpAddress": "10.1.20.50",
    "primaryEndIpAddress": "10.1.20.99",
    "secondaryStartIpAddress": "10.1.20.150",
    "secondaryEndIpAddress": "10.1.20.199",
    "primaryRouterIpAddress": "10.1.20.1",
    "domainName": "example.com",
    "primaryDnsIpAddress": "10.1.0.5",
    "secondaryDnsIpAddress": "10.1.0.6",
    "tftpServerName": "cucm1",
    "primaryTftpServerIpAddress": "10.1.0.10",
    "secondaryTftpServerIpAddress": "10.1.0.11",
    "ipAddressLeaseTime": "86400",
    "renewalTime": "43200",
    "rebindingTime": "75600",
}
ROW = {
    "network": "10.1.20.0/24",
    "ranges": ["10.1.20.50-10.1.20.99", "10.1.20.150-10.1.20.199"],
    "gateway": "10.1.20.1",
    "domain_name": "example.com",
    "dns_servers": ["10.1.0.5", "10.1.0.6"],
    "tftp_server_name": "cucm1",
    "tftp_servers": ["10.1.0.10", "10.1.0.11"],
    "lease_time": "86400",
}


def scope(**values):
    (found,), faults = read_scopes([{"name": "VOICE", "network": "10.1.20.0/24", **values}])
    assert not faults
    return found


def test_a_scope_is_a_subnet_and_a_subnet_is_a_scope():
    wanted = target(scope(**ROW), None, {})
    assert changes(None, wanted) == WHOLE
    assert set(WHOLE) == set(SUBNET_TAGS)
    words = state(read_subnet(WHOLE), {})
    assert {key: words[key] for key in ROW} == {**ROW, "lease_time": 86400}
    assert (words["options"], words["reservations"]) == ([], [])
    assert words["excluded"] == ["10.1.20.1-10.1.20.49", "10.1.20.100-10.1.20.149", "10.1.20.200-10.1.20.254"]
    assert changes(read_subnet(WHOLE), wanted) == {}


@pytest.mark.parametrize(
    ("values", "sent"),
    [
        ({}, {}),
        ({"tftp_servers": ["10.1.0.11", "10.1.0.10"]}, ("10.1.0.11", "10.1.0.10", "Tftp")),
        ({"tftp_servers": ["10.1.0.10"]}, {"secondaryTftpServerIpAddress": ""}),
        ({"dns_servers": ["10.1.0.6"]}, ("10.1.0.6", "", "Dns")),
        ({"ranges": ["10.1.20.50-10.1.20.99"]}, {"secondaryStartIpAddress": "", "secondaryEndIpAddress": ""}),
        ({"excluded": ["10.1.20.90-10.1.20.99"]}, {"primaryEndIpAddress": "10.1.20.89"}),
        ({"gateway": "10.1.20.2"}, {"primaryRouterIpAddress": "10.1.20.2"}),
        ({"network": "10.1.20.0/25"}, None),
        ({"lease_time": "86400"}, {}),
        ({"lease_time": "600"}, {"ipAddressLeaseTime": "600", "renewalTime": "300", "rebindingTime": "525"}),
    ],
)
def test_only_what_differs_is_sent(values, sent):
    there = read_subnet(WHOLE)
    if isinstance(sent, tuple):
        kind = "TftpServer" if sent[2] == "Tftp" else sent[2]
        sent = {f"primary{kind}IpAddress": sent[0], f"secondary{kind}IpAddress": sent[1]}
    if sent is None:
        # The second range is outside of half of the network, so all of that half is handed out.
        sent = {
            "subnetMask": "255.255.255.128",
            "primaryStartIpAddress": "10.1.20.1",
            "primaryEndIpAddress": "10.1.20.126",
            "secondaryStartIpAddress": "",
            "secondaryEndIpAddress": "",
        }
    assert changes(there, target(scope(**values), there, {})) == sent


@pytest.mark.parametrize(
    ("times", "server", "kept"),
    [
        (("600", "100", "200"), {}, True),
        (("600", "0", "0"), {}, False),
        (("600", "0", "0"), {"renewalTime": "100", "rebindingTime": "200"}, True),
        (("600", "", ""), {"renewalTime": "302400", "rebindingTime": "529200"}, False),
        (("600", "200", "100"), {}, False),
        (("600", "100", "600"), {}, False),
        (("700", "100", "200"), {}, False),
    ],
)
def test_renewal_comes_before_rebinding_and_before_the_end_of_the_lease(times, server, kept):
    names = ("ipAddressLeaseTime", "renewalTime", "rebindingTime")
    there = read_subnet({**WHOLE, **dict(zip(names, times, strict=True))})
    after = target(scope(lease_time="600"), there, server).elements
    assert tuple(after[name] for name in names) == (times if kept else ("600", "300", "525"))
    again = read_subnet(after)
    assert changes(again, target(scope(lease_time="600"), again, server)) == {}


def test_the_shortest_lease_comes_to_rest():
    there = target(scope(lease_time="1"), None, {})
    assert changes(there, target(scope(lease_time="1"), there, {})) == {}


def test_what_the_server_has_counts_where_a_subnet_has_nothing():
    server = {"ipAddressLeaseTime": "28800", "primaryTftpServerIpAddress": "10.1.0.10", "tftpServerName": None}
    bare = read_subnet({name: WHOLE[name] for name in SUBNET_TAGS[:4]})
    assert (state(bare, server)["lease_time"], state(bare, server)["tftp_servers"]) == (28800, None)
    assert inherited(server) == {"tftp_servers": ["10.1.0.10"]}
    assert state(bare, {})["lease_time"] is None


def test_excluded_addresses_are_gaps_and_two_ranges_are_the_most():
    wanted = target(scope(gateway="10.1.20.1", excluded=["10.1.20.100-10.1.20.149"]), None, {})
    assert state(wanted, {})["ranges"] == ["10.1.20.2-10.1.20.99", "10.1.20.150-10.1.20.254"]
    with pytest.raises(ValueError, match=r"ranges: 3 would be handed out .* a subnet of CUCM has 2"):
        target(scope(gateway="10.1.20.50", excluded=["10.1.20.100-10.1.20.149"]), None, {})
    there = read_subnet(WHOLE)
    with pytest.raises(ValueError, match="nothing of the subnet would be left"):
        target(scope(excluded=["10.1.20.50-10.1.20.99", "10.1.20.150-10.1.20.199"]), there, {})


def test_a_gateway_that_stays_must_be_inside():
    there = read_subnet({**WHOLE, "primaryRouterIpAddress": "10.1.20.254"})
    with pytest.raises(ValueError, match=r"gateway: 10\.1\.20\.254 of the subnet is outside of 10\.1\.20\.0/25"):
        target(scope(network="10.1.20.0/25"), there, {})


@pytest.mark.parametrize(
    ("values", "part"),
    [
        ({"ranges": [f"10.1.20.{at}" for at in (5, 7, 9)]}, "ranges: 3 entries are not supported by provider cucm"),
        ({"tftp_servers": ["10.1.0.1", "10.1.0.2", "10.1.0.3"]}, "tftp_servers: 3 entries are not supported"),
        ({"dns_servers": ["10.1.0.1", "10.1.0.2", "10.1.0.3"]}, "dns_servers: 3 entries are not supported"),
        ({"options": [{"code": 42, "type": "ip", "value": "10.1.0.1"}]}, "options: not supported by provider cucm"),
        ({"reservations": [{"mac": "00:11:22:33:44:55", "address": "10.1.20.9"}]}, "reservations: not supported"),
        ({"lease_time": "infinite"}, "a lease without an end (infinite) is not possible"),
        ({"lease_time": "1073741825"}, "longer than the longest, 1073741824 s"),
    ],
)
def test_what_cucm_does_not_have(values, part):
    (fault,) = unsupported([scope(**values)], CAPABILITIES)
    assert fault.startswith("scopes[0] (VOICE): ")
    assert part in fault


def test_what_cucm_may_return():
    found = read_subnet({**WHOLE, "secondaryStartIpAddress": None, "secondaryEndIpAddress": "", "renewalTime": None})
    assert len(found.ranges) == 1
    assert element_mismatches(found, read_subnet({**found.elements, "renewalTime": "0"})) == []
    assert element_mismatches(found, read_subnet({**found.elements, "domainName": "x"})) == [
        "domainName 'x' in place of 'example.com'"
    ]
    with pytest.raises(ValueError, match="255.0.255.0"):
        read_subnet({**WHOLE, "subnetMask": "255.0.255.0"})


ENVIRONMENT = {
    f"{prefix}_{what}": f"{what} of {prefix}"
    for prefix in ("SWITCH", "KEA", "CUCM")
    for what in ("HOST", "USERNAME", "PASSWORD", "CA_PATH")
}


@pytest.mark.parametrize(("provider", "prefix"), [("ios", "SWITCH"), ("kea", "KEA"), ("cucm", "CUCM")])
def test_each_kind_of_server_gets_its_own_user_and_password(provider, prefix):
    params = {"provider": provider}
    DHCP.fill_from_environment(params, ENVIRONMENT)
    given = {name: params.get(name) for name in ("host", "username", "password")}
    assert given == {name: f"{name.upper()} of {prefix}" for name in given}
    assert params.get("ca_path") == (None if provider == "ios" else f"CA_PATH of {prefix}")


def test_a_switch_is_no_cucm_and_kea_has_variables_of_its_own():
    assert "ansible_network_os" in DHCP.ways["cucm"].foreign
    names = {provider: set(way.variables["password"]) for provider, way in DHCP.ways.items()}
    assert not names["kea"] & (names["cucm"] | names["ios"])
    no_fallback = [name for name in cucm_names() if "fallback" in DHCP.spec[name]]
    assert no_fallback == []


def cucm_names():
    return [name for name in DHCP.ways["cucm"].variables if name in DHCP.spec]


def test_every_element_of_a_subnet_belongs_to_a_key():
    assert cucm_subnets.SERVER_TAGS[0] == "processNodeName"
    assert len(SUBNET_TAGS) == len(set(SUBNET_TAGS))

"""CUCM's DHCP server over AXL: what a subnet needs, what it may not be, and what comes back."""

from __future__ import annotations

import pytest

NODE = "127.0.0.1"
TIMES = "".join(
    f"<{name}>0</{name}>" for name in ("arpCacheTimeout", "ipAddressLeaseTime", "renewalTime", "rebindingTime")
)
SERVER = f"<addDhcpServer><dhcpServer><processNodeName>{NODE}</processNodeName>{TIMES}</dhcpServer></addDhcpServer>"
KEY = f"<dhcpServerName>{NODE}</dhcpServerName><subnetIpAddress>10.1.20.0</subnetIpAddress>"


def subnet(**changes: str | None) -> str:
    values = {
        "dhcpServerName": NODE,
        "subnetIpAddress": "10.1.20.0",
        "primaryStartIpAddress": "10.1.20.50",
        "primaryEndIpAddress": "10.1.20.99",
        "secondaryStartIpAddress": None,
        "secondaryEndIpAddress": None,
        "subnetMask": "255.255.255.0",
        "primaryTftpServerIpAddress": None,
    } | changes
    elements = "".join(f"<{name}>{value}</{name}>" for name, value in values.items() if value is not None)
    return f"<addDhcpSubnet><dhcpSubnet>{elements}</dhcpSubnet></addDhcpSubnet>"


FAULTS = {
    "the same once more": (subnet(), "-239", "duplicate value"),
    "unknown server": (subnet(dhcpServerName="cucm-sub9"), "5007", "The specified DhcpServer was not found"),
    "no range": (subnet(primaryEndIpAddress=None), "5000", "Expected is ( primaryEndIpAddress )"),
    "empty range": (subnet(subnetIpAddress="10.1.21.0", primaryStartIpAddress=""), "-391", "primarystartipaddress"),
    "range outside of the subnet": (
        subnet(subnetIpAddress="10.1.20.128", subnetMask="255.255.255.128", primaryStartIpAddress="10.1.20.130"),
        "5003",
        "Invalid value '10.1.20.99' for element primaryEndIpAddress",
    ),
    "range backwards": (
        subnet(subnetIpAddress="10.1.0.0", subnetMask="255.255.0.0", primaryEndIpAddress="10.1.20.9"),
        "5003",
        "primaryEndIpAddress",
    ),
    "no mask": (subnet(subnetIpAddress="10.1.20.1"), "5003", "element subnetMask"),
    "no address": (
        subnet(subnetIpAddress="10.1.0.0", primaryTftpServerIpAddress="cucm"),
        "5003",
        "Invalid value 'cucm'",
    ),
    "second range without its end": (
        subnet(subnetIpAddress="10.1.0.0", subnetMask="255.255.0.0", secondaryStartIpAddress="10.1.20.150"),
        "5003",
        "element secondaryEndIpAddress",
    ),
    "server with subnets": (
        f"<removeDhcpServer><processNodeName>{NODE}</processNodeName></removeDhcpServer>",
        "-692",
        "still being referenced",
    ),
    "nothing to change": (
        f"<updateDhcpSubnet>{KEY.replace('20.0', '29.0')}<domainName>x</domainName></updateDhcpSubnet>",
        "5003",
        "DhcpSubnet not found",
    ),
    "nothing to remove": (
        f"<removeDhcpSubnet>{KEY.replace('20.0', '29.0')}</removeDhcpSubnet>",
        "5007",
        "The specified DhcpSubnet was not found",
    ),
}


@pytest.fixture
async def one_subnet(axl):
    assert (await axl.post(SERVER)).status == 200
    assert (await axl.post(subnet())).status == 200


@pytest.mark.parametrize("case", FAULTS)
async def test_fault(axl, store, one_subnet, case):
    request, code, text = FAULTS[case]
    before = [store.all("DhcpServer"), store.all("DhcpSubnet")]
    reply = await axl.post(request)
    assert (reply.status, reply.code) == (500, code), reply.text
    assert text in reply.message
    assert [store.all("DhcpServer"), store.all("DhcpSubnet")] == before


async def test_an_unknown_node_has_no_server(axl, store):
    reply = await axl.post(SERVER.replace(NODE, "cucm-sub9"))
    assert (reply.code, store.all("DhcpServer")) == ("5007", [])


async def test_a_list_has_the_subnets_of_one_server_and_an_empty_text_clears(axl, one_subnet):
    second = "<secondaryStartIpAddress>{}</secondaryStartIpAddress><secondaryEndIpAddress>{}</secondaryEndIpAddress>"
    for values in (("10.1.20.150", "10.1.20.199"), ("", "")):
        reply = await axl.post(f"<updateDhcpSubnet>{KEY}{second.format(*values)}</updateDhcpSubnet>")
        assert reply.status == 200, reply.text
        tags = "<subnetIpAddress/><secondaryStartIpAddress/><ipAddressLeaseTime/>"
        listed = await axl.post(
            f"<listDhcpSubnet><searchCriteria><dhcpServerName>{NODE}</dhcpServerName></searchCriteria>"
            f"<returnedTags>{tags}</returnedTags></listDhcpSubnet>"
        )
        (found,) = listed.result
        assert [child.text or "" for child in found] == ["10.1.20.0", values[0], "0"]
    assert (await axl.post(f"<removeDhcpSubnet>{KEY}</removeDhcpSubnet>")).status == 200

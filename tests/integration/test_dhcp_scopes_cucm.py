# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""dhcp_scopes against the lab's publisher: the stair, bad input, and what a run must survive."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm import axl, throttle
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import Fault
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unreachable
from ansible_collections.dialtone.voice.plugins.modules import dhcp_leases_info
from ansible_collections.dialtone.voice.plugins.modules import dhcp_scopes as module
from tests.scope_table import COMMON, REFUSED, refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from cucm_publisher import Site

pytest_plugins = ["cucm_publisher"]

NODE = "127.0.0.1"
ROW = {
    "name": "VOICE",
    "network": "10.1.20.0/24",
    "ranges": ["10.1.20.50-10.1.20.99", "10.1.20.150-10.1.20.199"],
    "gateway": "10.1.20.1",
    "dns_servers": ["10.1.0.5", "10.1.0.6"],
    "domain_name": "example.com",
    "lease_time": 86400,
    "tftp_servers": ["10.1.0.10", "10.1.0.11"],
    "tftp_server_name": "cucm1",
}
OTHER = {"name": "OTHER", "network": "10.1.30.0/24", "gateway": "10.1.30.1", "tftp_servers": ["10.1.0.10"]}


@pytest.fixture
def site(cucm: Site) -> Site:
    """A publisher that has a DHCP server already."""
    cucm.store.put("DhcpServer", {"processNodeName": NODE, "ipAddressLeaseTime": "28800"})
    return cucm


def run(site: Site, *rows: dict[str, Any], **options: Any) -> dict[str, Any]:
    return site.task(module, **{"provider": "cucm", "scopes": copy.deepcopy(list(rows)), **options})


def statuses(result: dict[str, Any]) -> list[str]:
    assert "results" in result, result["msg"]
    return [row["status"] for row in result["results"]]


def subnets(site: Site) -> list[dict[str, Any]]:
    return [each.document for each in site.store.all("DhcpSubnet")]


def wrap(monkeypatch: pytest.MonkeyPatch, before: Callable[[str, dict[str, Any]], None]) -> None:
    """Call `before(operation, arguments)` ahead of every AXL request."""
    call = axl.Axl.call

    def called(self: axl.Axl, operation: str, arguments: dict[str, Any], doing: str) -> Any:
        before(operation, arguments)
        return call(self, operation, arguments, doing)

    monkeypatch.setattr(axl.Axl, "call", called)


def test_stair(site: Site) -> None:
    result = run(site, {"network": "10.0.0.0/8"}, {"name": "A", "lease": 1})
    assert "scopes[0]: missing required arguments: name" in result["msg"]
    assert "scopes[1] (A): " in result["msg"]

    planned = run(site, ROW, check=True)
    assert (statuses(planned), subnets(site)) == (["changed"], [])
    first = run(site, ROW)
    assert (statuses(first), first["commands"], first["saved"]) == (["changed"], ["addDhcpSubnet"], True)
    for key in ("diff", "commands", "saved", "changed"):
        assert first[key] == planned[key]
    assert first["results"][0]["after"] == planned["results"][0]["after"]
    assert "warnings" not in first
    (there,) = subnets(site)
    assert (there["primaryTftpServerIpAddress"], there["secondaryTftpServerIpAddress"]) == ("10.1.0.10", "10.1.0.11")
    assert (there["ipAddressLeaseTime"], there["renewalTime"], there["rebindingTime"]) == ("86400", "43200", "75600")

    site.publisher.requests.clear()
    again = run(site, ROW)
    assert (statuses(again), again["changed"], again["saved"], again["diff"]) == (["unchanged"], False, False, [])
    lists = {name: count for name, count in site.publisher.requests.items() if "CCMVersion" not in name}
    assert lists == {"listProcessNode": 1, "listDhcpServer": 1, "listDhcpSubnet": 1}

    update = {**ROW, "tftp_servers": ["10.1.0.11"], "ranges": ["10.1.20.50-10.1.20.60"], "lease_time": 3600}
    changed = run(site, update)
    assert changed["results"][0]["sent"] == ["updateDhcpSubnet"]
    assert changed["results"][0]["after"]["tftp_servers"] == ["10.1.0.11"]
    assert changed["results"][0]["after"]["ranges"] == ["10.1.20.50-10.1.20.60"]
    assert subnets(site)[0]["secondaryStartIpAddress"] is None
    assert not run(site, update)["changed"]

    absent = {"name": "VOICE", "network": "10.1.20.0/24", "state": "absent"}
    refused = run(site, absent)
    assert "CUCM does not tell leases over AXL" in refused["msg"]
    assert "give 'force: true'" in refused["msg"]
    assert len(subnets(site)) == 1
    assert (run(site, absent, force=True, check=True)["commands"], len(subnets(site))) == (["removeDhcpSubnet"], 1)
    gone = run(site, absent, force=True)
    assert (statuses(gone), gone["results"][0]["after"], subnets(site)) == (["changed"], None, [])
    assert not run(site, absent)["changed"]


@pytest.mark.parametrize("name", COMMON)
def test_what_every_kind_of_server_has(site: Site, name: str) -> None:
    rows = COMMON[name]("10.1")
    done = run(site, *rows)
    assert "failed" not in done, done["msg"]
    for row, result in zip(rows, done["results"], strict=True):
        given = {key: value for key, value in row.items() if key != "name"}
        assert {key: result["after"][key] for key in given} == given
    assert not run(site, *rows)["changed"]


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_server_takes(site: Site, name: str) -> None:
    rows, words = refused(name, "10.1")
    result = run(site, *rows)
    assert words in result["msg"]
    assert "nothing was touched" in result["msg"]
    assert (result["changed"], subnets(site)) == (False, [])


def test_as_much_as_it_has(site: Site) -> None:
    row = {**ROW, "lease_time": 1073741824}
    after = run(site, row)["results"][0]["after"]
    assert {key: after[key] for key in row if key != "name"} == {key: row[key] for key in row if key != "name"}
    assert not run(site, row)["changed"]


def test_relays_are_not_for_it(site: Site) -> None:
    result = run(site, ROW, relays=[{"interface": "Vlan20", "servers": ["10.1.0.10"]}])
    assert "relays[0] (Vlan20): not supported by provider cucm: give it in a task of the router" in result["msg"]
    assert subnets(site) == []


@pytest.mark.parametrize(
    ("values", "part"),
    [
        ({"tftp_servers": ["10.1.0.1", "10.1.0.2", "10.1.0.3"]}, "tftp_servers: 3 entries are not supported by"),
        ({"dns_servers": ["10.1.0.1", "10.1.0.2", "10.1.0.3"]}, "dns_servers: 3 entries are not supported by"),
        ({"ranges": ["10.1.20.5", "10.1.20.7", "10.1.20.9"]}, "ranges: 3 entries are not supported by provider cucm"),
        ({"excluded": ["10.1.20.60", "10.1.20.160"]}, "ranges: 4 would be handed out"),
        ({"options": [{"code": 42, "type": "ip", "value": "10.1.1.1"}]}, "options: not supported by provider cucm"),
        ({"reservations": [{"mac": "00:11:22:33:44:55", "address": "10.1.20.9"}]}, "reservations: not supported by"),
        ({"lease_time": 1073741825}, "lease_time: 1073741825 s is longer than the longest, 1073741824 s"),
        ({"lease_time": "infinite"}, "lease_time: a lease without an end"),
        ({"name": "V", "network": "10.1.30.0/25", "gateway": "10.1.30.1", "ranges": None}, "overlaps 10.1.30.0/24 of"),
        ({"name": "V", "state": "absent", "network": None}, "scopes[1] (V): network: it is missing"),
    ],
)
def test_bad_input_touches_nothing(site: Site, values: dict[str, Any], part: str) -> None:
    result = run(site, OTHER, {**ROW, **values})
    assert part in result["msg"]
    assert "nothing was touched" in result["msg"]
    assert subnets(site) == []


def test_addresses_of_another_subnet(site: Site) -> None:
    run(site, {**OTHER, "network": "10.1.20.128/25", "gateway": "10.1.20.129"})
    result = run(site, ROW)
    assert f"(VOICE): network: 10.1.20.0/24 overlaps 10.1.20.128/25 of the DHCP server on {NODE}" in result["msg"]
    assert len(subnets(site)) == 1
    old = {"name": "ANY", "network": "10.1.20.128/25", "state": "absent"}
    assert run(site, ROW, old, force=True)["commands"] == ["removeDhcpSubnet", "addDhcpSubnet"]
    assert [each["subnetIpAddress"] for each in subnets(site)] == ["10.1.20.0"]


def test_one_subnet_is_one_row_and_a_mask_may_change(site: Site) -> None:
    narrow = {**OTHER, "network": "10.1.30.0/25"}
    assert "the same subnet as scopes[0] (OTHER)" in run(site, OTHER, {**narrow, "name": "X", "state": "absent"})["msg"]
    run(site, OTHER)
    assert "the subnet of CUCM is 10.1.30.0/24" in run(site, {**narrow, "state": "absent"}, force=True)["msg"]
    assert run(site, narrow)["results"][0]["after"]["network"] == "10.1.30.0/25"
    assert subnets(site)[0]["subnetMask"] == "255.255.255.128"


def test_what_is_not_ours_stays(site: Site) -> None:
    run(site, ROW)
    (found,) = site.store.all("DhcpSubnet")
    more = {"bootstrapServerIpAddress": "10.1.0.9", "secondaryRouterIpAddress": "10.1.20.2", "arpCacheTimeout": "60"}
    site.store.put("DhcpSubnet", {**found.document, **more}, found.uuid)
    assert not run(site, ROW)["changed"]
    assert run(site, {**ROW, "domain_name": "example.net"})["changed"]
    assert more.items() <= subnets(site)[0].items()


def test_the_dhcp_server_is_made_where_that_is_asked_for(cucm: Site) -> None:
    result = run(cucm, ROW)
    assert f"dhcp_server '{NODE}': CUCM has no DHCP server on this node; there is none at all" in result["msg"]
    assert "create_dhcp_server: true" in result["msg"]
    assert run(cucm, {"name": "VOICE", "network": "10.1.20.0/24", "state": "absent"})["changed"] is False
    planned = run(cucm, ROW, create_dhcp_server=True, check=True)
    assert cucm.store.all("DhcpServer") == []
    made = run(cucm, ROW, create_dhcp_server=True)
    assert made["commands"] == planned["commands"] == ["addDhcpServer", "addDhcpSubnet"]
    assert "Cisco DHCP Monitor Service" in made["warnings"][0]
    assert [each.name for each in cucm.store.all("DhcpServer")] == [NODE]
    assert not run(cucm, ROW, create_dhcp_server=True)["changed"]


def test_the_dhcp_server_of_another_node(site: Site) -> None:
    site.store.put("ProcessNode", {"name": "cucm-sub1", "nodeUsage": "Subscriber"})
    result = run(site, ROW, dhcp_server="cucm-sub2")
    assert "dhcp_server 'cucm-sub2': CUCM has no node of this name; did you mean 'cucm-sub1'?" in result["msg"]
    result = run(site, ROW, dhcp_server="CUCM-SUB1")
    assert f"no DHCP server on this node; there is one on {NODE}" in result["msg"]
    assert statuses(run(site, ROW, dhcp_server="CUCM-SUB1", create_dhcp_server=True)) == ["changed"]
    assert statuses(run(site, ROW)) == ["changed"]
    assert sorted(each["dhcpServerName"] for each in subnets(site)) == [NODE, "cucm-sub1"]
    site.publisher.requests.clear()
    assert not run(site, ROW, dhcp_server="cucm-sub1")["changed"]
    assert site.publisher.requests["listProcessNode"] == 0


def test_a_scope_without_tftp_servers_is_warned_about(site: Site) -> None:
    bare = {key: value for key, value in ROW.items() if not key.startswith("tftp")}
    result = run(site, bare)
    assert any("there is no option 150" in warning for warning in result["warnings"])
    assert [each["name"] for each in run(site, ROW)["results"][0]["findings"]] == ["no_tftp_servers"]
    (server,) = site.store.all("DhcpServer")
    document = {**server.document, "primaryTftpServerIpAddress": "10.1.0.10"}
    site.store.put("DhcpServer", document, server.uuid)
    inherits = {"name": "MORE", "network": "10.1.40.0/24"}
    assert "warnings" not in run(site, inherits)


def test_many_scopes_are_read_page_by_page(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{**OTHER, "name": f"V{at}", "network": f"10.2.{at}.0/24", "gateway": f"10.2.{at}.1"} for at in range(40)]
    assert set(statuses(run(site, *rows))) == {"changed"}
    monkeypatch.setattr(axl, "PAGE", 15)
    site.publisher.requests.clear()
    assert set(statuses(run(site, *rows))) == {"unchanged"}
    assert site.publisher.requests["listDhcpSubnet"] == 3
    assert site.publisher.requests["getDhcpSubnet"] == 0


def test_a_lost_answer_is_read_back_and_nothing_is_sent_twice(site: Site) -> None:
    site.publisher.lose_answer = 1
    result = run(site, ROW, OTHER)
    assert statuses(result) == ["changed", "changed"]
    assert result["results"][0]["sent"] == ["addDhcpSubnet (answer lost, read back: done)"]
    site.publisher.lose_answer = 1
    result = run(site, {**ROW, "domain_name": "example.net"})
    assert result["results"][0]["sent"] == ["updateDhcpSubnet (answer lost, read back: done)"]
    site.publisher.lose_answer = 1
    result = run(site, {**ROW, "state": "absent"}, force=True)
    assert result["results"][0]["sent"] == ["removeDhcpSubnet (answer lost, read back: done)"]
    assert [each["subnetIpAddress"] for each in subnets(site)] == ["10.1.30.0"]


def test_a_busy_publisher_is_waited_for_and_not_for_ever(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "FIRST_PAUSE", 0.01)
    site.publisher.throttle = 2
    assert statuses(run(site, ROW)) == ["changed"]
    assert "is busy, next try in" in site.lines[0]
    site.publisher.throttle = 99
    result = run(site, OTHER, {**ROW, "domain_name": "x"}, throttle_timeout=0)
    assert (statuses(result), result["changed"]) == (["failed", "not_attempted"], False)
    assert "is too busy: HTTP 503" in result["msg"]


def test_a_refused_subnet_and_the_next_run_mends_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(operation: str, arguments: dict[str, Any]) -> None:
        if operation == "addDhcpSubnet" and arguments["dhcpSubnet"]["subnetIpAddress"] == "10.1.20.0":
            raise Fault("adding: CUCM answered: no", words="no", code="-1")

    with monkeypatch.context() as patch:
        wrap(patch, refuse)
        result = run(site, ROW, OTHER)
    assert (statuses(result), result["failed"], result["changed"]) == (["failed", "changed"], True, True)
    assert result["results"][0]["after"] is None
    assert result["msg"].startswith("1 of 2 scopes failed: scopes[0] (VOICE): ")
    assert statuses(run(site, ROW, OTHER)) == ["changed", "unchanged"]


def test_a_publisher_that_goes_half_way(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(axl, "_LOOKS", (0.0,))

    def gone(operation: str, arguments: dict[str, Any]) -> None:
        if subnets(site):
            raise Unreachable("CUCM can't be reached")

    with monkeypatch.context() as patch:
        wrap(patch, gone)
        result = run(site, ROW, OTHER)
    assert (statuses(result), result["changed"], result["saved"]) == (["failed", "failed"], True, True)
    assert "CUCM took it, but it could not be read back: CUCM can't be reached" in result["results"][0]["error"]
    assert statuses(run(site, ROW, OTHER)) == ["unchanged", "changed"]


def test_what_is_read_back_differs(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def meddle(operation: str, arguments: dict[str, Any]) -> None:
        for found in site.store.all("DhcpSubnet") if operation == "listDhcpSubnet" else []:
            site.store.put("DhcpSubnet", {**found.document, "secondaryTftpServerIpAddress": None}, found.uuid)

    with monkeypatch.context() as patch:
        wrap(patch, meddle)
        result = run(site, ROW)
    assert (statuses(result), result["changed"]) == (["failed"], True)
    assert "read back there is secondaryTftpServerIpAddress '' in place of '10.1.0.11'" in result["msg"]
    assert result["results"][0]["after"]["tftp_servers"] == ["10.1.0.10"]


def test_somebody_else_adds_it_in_the_meantime(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def race(operation: str, arguments: dict[str, Any]) -> None:
        if operation == "addDhcpSubnet":
            site.store.put("DhcpSubnet", arguments["dhcpSubnet"])

    with monkeypatch.context() as patch:
        wrap(patch, race)
        result = run(site, ROW)
    assert "It was added by somebody else in the meantime" in result["msg"]
    assert "(code -239)" in result["msg"]
    assert not run(site, ROW)["changed"]


def test_a_dhcp_server_that_is_gone_by_then(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def remove(operation: str, arguments: dict[str, Any]) -> None:
        for found in site.store.all("DhcpServer") if operation == "addDhcpSubnet" else []:
            site.store.remove(found.uuid)

    wrap(monkeypatch, remove)
    result = run(site, ROW)
    assert "The specified DhcpServer was not found (code 5007)" in result["msg"]
    assert (result["changed"], subnets(site)) == (False, [])


def test_a_read_only_account_is_refused_by_name_of_role(site: Site, cucm: Site) -> None:
    result = run(site, ROW, username="auditor")
    assert statuses(result) == ["failed"]
    assert "Standard AXL API Access" in result["msg"]
    assert statuses(run(site, ROW, username="auditor", check=True)) == ["changed"]
    for found in site.store.all("DhcpServer"):
        site.store.remove(found.uuid)
    result = run(site, ROW, username="auditor", create_dhcp_server=True)
    assert (statuses(result), result["changed"], result["commands"]) == (["failed"], False, [])


def test_a_publisher_that_is_not_there(site: Site) -> None:
    result = run(site, ROW, port=1)
    assert (result["failed"], result["changed"], statuses(result)) == (True, False, ["not_attempted"])
    assert "127.0.0.1:1" in result["msg"]
    assert subnets(site) == []


def test_its_scopes_can_be_looked_at_without_leases(site: Site) -> None:
    run(site, ROW)
    result = site.task(dhcp_leases_info, provider="cucm")
    assert "results" in result, result["msg"]
    (row,) = result["results"]
    assert (row["key"], row["leases"]) == (ROW["network"], None)
    scope = row["scope"]
    assert (scope["size"], scope["used"], scope["left"]) == (100, None, None)
    assert (scope["gateways"], scope["option_150"]) == ([ROW["gateway"]], ROW["tftp_servers"])
    assert "primaryTftpServerIpAddress: 10.1.0.10" in scope["quote"].split("\n")

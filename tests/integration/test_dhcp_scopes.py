# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""dhcp_scopes against the DHCP server of the lab's switch: the stair, bad input, and what is read back."""

from __future__ import annotations

import json
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unreachable
from ansible_collections.dialtone.voice.plugins.module_utils._switch.restore import Line
from ansible_collections.dialtone.voice.plugins.modules import dhcp_scopes as module
from lab.switch.dhcp_packet import ACK, BOOTREQUEST, DISCOVER, REQUEST, DhcpPacket
from tests.scope_table import COMMON, REFUSED, refused

if TYPE_CHECKING:
    from tests.integration.ios_switch import Site

pytest_plugins = ["tests.integration.ios_switch"]


def scope(site: Site, **values: Any) -> dict[str, Any]:
    row = {
        "name": "VOICE",
        "network": f"{site.block}.20.0/24",
        "gateway": f"{site.block}.20.1",
        "lease_time": 28800,
        "tftp_servers": [f"{site.block}.0.10", f"{site.block}.0.11"],
        "excluded": [f"{site.block}.20.1-{site.block}.20.9"],
        **values,
    }
    return {name: value for name, value in row.items() if value is not ...}


def run(site: Site, *scopes: dict[str, Any], **options: Any) -> dict[str, Any]:
    return site.task(module, **{"provider": "ios", "scopes": list(scopes), **options})


def test_stair(site: Site) -> None:
    result = run(site, {"network": "10.0.0.0/8"}, {"name": "A", "lease": 1}, provider=...)
    assert result["failed"]
    assert "missing required arguments: provider" in result["msg"]
    assert "scopes[0]: missing required arguments: name" in result["msg"]
    assert "scopes[1] (A): " in result["msg"]

    before = site.switch.running_config()
    planned = run(site, scope(site), check=True)
    assert site.switch.running_config() == before
    first = run(site, scope(site))
    assert (first["changed"], first["saved"], first["results"][0]["status"]) == (True, True, "changed")
    assert first["commands"] == planned["commands"]
    assert first["diff"] == planned["diff"]
    running = site.switch.running_config()
    assert f" option 150 ip {site.block}.0.10 {site.block}.0.11\n" in running
    assert f"ip dhcp excluded-address {site.block}.20.1 {site.block}.20.9\n" in running
    assert "ip dhcp pool VOICE" in site.switch.startup_config()
    again = run(site, scope(site))
    assert (again["changed"], again["saved"], again["commands"]) == (False, False, [])

    update = scope(site, tftp_servers=[f"{site.block}.0.11", f"{site.block}.0.10"], lease_time="infinite")
    changed = run(site, update)
    assert changed["commands"] == [
        "ip dhcp pool VOICE",
        "lease infinite",
        f"option 150 ip {site.block}.0.11 {site.block}.0.10",
        "exit",
    ]
    assert not run(site, update)["changed"]

    assert run(site, {"name": "VOICE", "state": "absent"})["changed"]
    assert "ip dhcp pool" not in site.switch.running_config()
    assert not run(site, {"name": "VOICE", "state": "absent"})["changed"]


@pytest.mark.parametrize("wrong", ["ascii 10.1.1.1", "hex 0a01.0101"])
def test_option_150_of_the_wrong_type_is_mended(site: Site, wrong: str) -> None:
    run(site, scope(site))
    site.execute("ip dhcp pool VOICE", f"option 150 {wrong}")
    result = run(site, scope(site))
    assert result["results"][0]["before"]["tftp_servers"].startswith(wrong.split()[0])
    assert result["results"][0]["after"]["tftp_servers"] == [f"{site.block}.0.10", f"{site.block}.0.11"]
    assert not run(site, scope(site))["changed"]


@pytest.mark.parametrize(
    ("values", "part"),
    [
        ({"network": "10.1.1.1/24"}, "host bits set: 10.1.1.0/24 is the network"),
        ({"lease_time": 90}, "90 is no multiple of 60 s"),
        ({"name": "a\nb"}, "control character \\x0a"),
    ],
)
def test_bad_input_touches_nothing(site: Site, values: dict[str, Any], part: str) -> None:
    result = run(site, scope(site, **values))
    assert result["failed"]
    assert part in result["msg"]
    assert "nothing was touched" in result["msg"]
    assert site.switch.counters["config_lines"] == 0


def test_addresses_of_another_pool(site: Site) -> None:
    site.execute("ip dhcp pool OLD", f"network {site.block}.20.0 255.255.255.128")
    result = run(site, scope(site))
    assert f"overlaps {site.block}.20.0/25 of the pool OLD of access-sw1" in result["msg"]
    assert run(site, scope(site), {"name": "OLD", "state": "absent"})["changed"]
    assert "pool OLD" not in site.switch.running_config()


def test_a_line_refused_half_way_and_the_next_run_mends_it(site: Site) -> None:
    site.switch.refuse_line = 5
    before = pools_of(site)
    result = run(site, scope(site))
    assert (result["failed"], result["changed"], result["saved"]) == (True, False, False)
    assert "Taken before it: " in result["results"][0]["error"]
    assert (result["results"][0]["restored"], pools_of(site)) == (True, before)
    site.switch.refuse_line = None
    assert run(site, scope(site))["saved"]
    assert not run(site, scope(site))["changed"]


def test_check_mode_says_what_is_read_afterwards(site: Site) -> None:
    block = site.block
    second = {"name": "LAB", "network": f"{block}.30.0/24", "gateway": f"{block}.30.1", "excluded": [f"{block}.30.1"]}
    steps: list[list[dict[str, Any]]] = [
        [scope(site), second],
        [scope(site, excluded=[f"{block}.20.1-{block}.20.20"])],
        [scope(site, excluded=[f"{block}.20.1-{block}.20.5"])],
        [scope(site, gateway=f"{block}.20.2", lease_time=86400, tftp_servers=[f"{block}.0.11", f"{block}.0.10"])],
        [scope(site, lease_time="infinite"), {"name": "LAB", "state": "absent"}],
        [second],
    ]
    for rows in steps:
        planned, done = run(site, *rows, check=True), run(site, *rows)
        assert "failed" not in done, done["msg"]
        same = ("changed", "commands", "saved", "diff")
        assert [done[key] for key in same] == [planned[key] for key in same]
        afters = [row["after"] for row in planned["results"]]
        assert [row["after"] for row in done["results"]] == afters
        again = run(site, *rows, check=True)
        assert ([row["before"] for row in again["results"]], again["changed"]) == (afters, False)


@pytest.mark.parametrize("name", COMMON)
def test_what_every_kind_of_server_has(site: Site, name: str) -> None:
    rows = COMMON[name](site.block)
    done = run(site, *rows)
    assert "failed" not in done, done["msg"]
    for row, result in zip(rows, done["results"], strict=True):
        given = {key: value for key, value in row.items() if key != "name"}
        assert {key: result["after"][key] for key in given} == given
    assert not run(site, *rows)["changed"]


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_server_takes(site: Site, name: str) -> None:
    rows, words = refused(name, site.block)
    result = run(site, *rows)
    assert words in result["msg"]
    assert "nothing was touched" in result["msg"]
    assert (result["changed"], site.switch.counters["config_lines"]) == (False, 0)


RESERVED = {"mac": "00:11:22:33:44:55", "address": "{block}.20.70", "hostname": "lobby"}


def filled(site: Site, values: dict[str, Any]) -> dict[str, Any]:
    return json.loads(json.dumps(values).replace("{block}", site.block))


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (
            {"tftp_servers": [f"10.1.1.{number}" for number in range(1, 10)]},
            "tftp_servers: 9 entries are not supported",
        ),
        ({"dns_servers": [f"10.1.1.{number}" for number in range(1, 10)]}, "dns_servers: 9 entries are not supported"),
        ({"lease_time": 31622400}, "lease_time: 31622400 s is longer than the longest, 31622340 s"),
        ({"reservations": [{**RESERVED, "hostname": "a.example.com"}]}, "reservations[0]: IOS takes no domain"),
        ({"options": [{"code": 43, "type": "text", "value": "x" * 250}]}, "options[0]: its 250 bytes are too long"),
    ],
)
def test_what_this_kind_of_server_does_not_have(site: Site, values: dict[str, Any], text: str) -> None:
    result = run(site, {"name": "A", "network": f"{site.block}.30.0/24"}, scope(site, **filled(site, values)))
    assert f"scopes[1] (VOICE): {text}" in result["msg"]
    assert site.switch.counters["config_lines"] == 0


def test_as_much_as_it_has(site: Site) -> None:
    eight = [f"10.1.1.{number}" for number in range(8, 0, -1)]
    most = {"tftp_servers": eight, "dns_servers": eight, "lease_time": 31622340}
    done = run(site, scope(site, **most))
    assert "failed" not in done, done["msg"]
    assert {key: done["results"][0]["after"][key] for key in most} == most
    assert not run(site, scope(site, **most))["changed"]


EVERYTHING = {
    "ranges": ["{block}.20.50-{block}.20.99", "{block}.20.150-{block}.20.199"],
    "dns_servers": ["{block}.0.5"],
    "domain_name": "example.com",
    "tftp_server_name": "cucm1.example.com",
    "options": [
        {"code": 42, "type": "ip", "value": ["{block}.0.7"]},
        {"code": 43, "type": "hex", "value": "0a01ff"},
        {"code": 60, "type": "text", "value": "two words"},
        {"code": 132, "type": "uint16", "value": 20},
    ],
    "reservations": [RESERVED, {"mac": "00:11:22:33:44:66", "address": "{block}.20.71", "hostname": None}],
}


def test_everything_that_a_scope_has(site: Site) -> None:
    row = scope(site, excluded=..., **filled(site, EVERYTHING))
    planned, done = run(site, row, check=True), run(site, row)
    assert "failed" not in done, done["msg"]
    assert done["commands"] == planned["commands"]
    after = done["results"][0]["after"]
    assert after == planned["results"][0]["after"]
    given = {key: value for key, value in row.items() if key != "name"}
    assert {key: after[key] for key in given} == given
    again = run(site, row)
    assert (again["changed"], again["commands"]) == (False, [])
    running = site.switch.running_config()
    for line in ("client-identifier 0100.1122.3344.55", f"option 150 ip {site.block}.0.10 {site.block}.0.11"):
        assert line in running.partition("ip dhcp pool VOICE-001122334455\n")[2].partition("!")[0]
    assert run(site, {"name": "VOICE", "state": "absent"})["changed"]
    assert "ip dhcp pool" not in site.switch.running_config()


def ask(site: Site, kind: int, mac: str, **options: Any) -> DhcpPacket | None:
    values = {53: bytes([kind]), 55: bytes([1, 3, 66, 150]), **options.pop("options", {})}
    request = DhcpPacket(op=BOOTREQUEST, mac=mac, xid=7, giaddr=f"{site.block}.20.1", options=values, **options)

    async def handled() -> DhcpPacket | None:
        own = f"{site.block}.20.1"
        return site.switch.dhcp_server.handle(request, server=own, link=own)

    return site.wait(handled())


def lease(site: Site, mac: str) -> str:
    offer = ask(site, DISCOVER, mac)
    assert offer is not None
    wanted = {50: IPv4Address(offer.yiaddr).packed, 54: IPv4Address(f"{site.block}.20.1").packed}
    answer = ask(site, REQUEST, mac, options=wanted)
    assert answer is not None
    assert answer.message_type == ACK
    return answer.yiaddr


def test_a_scope_with_active_leases_wants_force(site: Site) -> None:
    run(site, scope(site))
    address = lease(site, "001122334455")
    before = site.switch.running_config()
    result = run(site, {"name": "VOICE", "state": "absent"})
    assert f"has 1 active lease ({address})" in result["msg"]
    assert "'force: true'" in result["msg"]
    assert site.switch.running_config() == before
    moved = run(site, scope(site, network=f"{site.block}.21.0/24", gateway=f"{site.block}.21.1", excluded=...))
    assert f"scopes[0] (VOICE): network: {site.block}.20.0/24 has 1 active lease" in moved["msg"]
    assert run(site, {"name": "VOICE", "state": "absent"}, force=True)["changed"]


def test_a_reservation_that_ios_refuses_because_of_a_conflict_is_taken_back(site: Site) -> None:
    run(site, scope(site))
    address = lease(site, "001122334455")
    before = pools_of(site)
    result = run(site, scope(site, lease_time=3600, **filled(site, {"reservations": [RESERVED]})))
    row = result["results"][0]
    assert "% A binding for this client already exists." in row["error"]
    assert f"'clear ip dhcp binding {address}'" in row["error"]
    assert "All of this row is as it was before" in row["error"]
    assert (result["changed"], result["saved"], row["restored"], row["after"]) == (False, False, True, row["before"])
    assert pools_of(site) == before


def test_a_pool_that_ios_refuses_because_of_a_conflict_is_taken_back(site: Site) -> None:
    site.execute("ip dhcp pool OTHER", "vrf A", f"network {site.block}.20.0 255.255.255.0")
    before = pools_of(site)
    result = run(site, scope(site))
    assert "overlaps with the subnet of pool OTHER" in result["msg"]
    assert (result["changed"], pools_of(site)) == (False, before)


def pools_of(site: Site) -> str:
    """The running configuration without the time of its last change."""
    return "\n".join(line for line in site.switch.running_config().splitlines() if not line.startswith("! "))


def test_a_server_that_is_not_there(site: Site) -> None:
    site.wait(site.switch.stop())
    result = run(site, scope(site))
    assert (result["failed"], result["changed"], site.switch.counters["config_lines"]) == (True, False, 0)
    assert site.switch.address in result["msg"]
    assert [row["status"] for row in result["results"]] == ["not_attempted"]


def test_relays(site: Site) -> None:
    def relay(**values: Any) -> dict[str, Any]:
        row = {"interface": "vl 20", "servers": [f"{site.block}.0.5"], **values}
        return run(site, scopes=..., relays=[{name: value for name, value in row.items() if value is not ...}])

    def lines() -> list[str]:
        return [line.strip() for line in site.switch.running_config().splitlines() if "helper-address" in line]

    planned = run(site, scopes=..., relays=[{"interface": "vl 20", "servers": [f"{site.block}.0.5"]}], check=True)
    assert lines() == []
    done = relay()
    assert (done["commands"], done["diff"]) == (planned["commands"], planned["diff"])
    assert done["commands"] == ["interface Vlan20", f"ip helper-address {site.block}.0.5", "exit"]
    row = done["relays"][0]
    assert (row["before"], row["after"]) == ({"servers": []}, {"servers": [f"{site.block}.0.5"]})
    assert (done["changed"], done["saved"], done["results"]) == (True, True, [])
    assert not relay()["changed"]
    assert relay(servers=[f"{site.block}.0.6"])["relays"][0]["after"]["servers"] == [
        f"{site.block}.0.{n}" for n in (5, 6)
    ]
    assert relay(state="absent")["changed"]
    assert lines() == [f"ip helper-address {site.block}.0.6"]
    assert relay(state="absent", servers=...)["changed"]
    assert lines() == []
    assert not relay(state="absent", servers=...)["changed"]


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"interface": "Vlan99", "servers": ["10.1.1.1"]}, "access-sw1 has no Vlan99"),
        ({"interface": "Gi1/0/1", "servers": ["10.1.1.1"]}, "has no IP address, without which nothing is relayed"),
        ({"interface": "Vlan20", "servers": ["dhcp.example.com"]}, "'dhcp.example.com' is no IPv4 address"),
        ({"interface": "Vlan20", "servers": []}, "servers: there is none"),
        ({"interface": "Vlan20,Vlan30", "servers": ["10.1.1.1"]}, "is no interface name"),
    ],
)
def test_relays_that_cannot_be(site: Site, row: dict[str, Any], text: str) -> None:
    result = run(site, scopes=..., relays=[row])
    assert "relays[0] (" in result["msg"]
    assert text in result["msg"]
    assert site.switch.counters["config_lines"] == 0


def test_findings_are_in_the_result(site: Site) -> None:
    result = run(site, scope(site, tftp_servers=...))
    assert any("VOICE: there is no option 150" in warning for warning in result["warnings"])
    site.execute("ip dhcp pool VOICE", "option 150 ascii 10.1.1.1")
    result = run(site, scope(site))
    assert [(each["name"], each["mended"]) for each in result["results"][0]["findings"]] == [
        ("option_150_as_text", True)
    ]


@pytest.mark.parametrize("line", [1, 3, 6])
def test_a_session_that_drops_half_way(site: Site, line: int) -> None:
    before = pools_of(site)
    site.switch.drop_at = line
    result = run(site, scope(site))
    row = result["results"][0]
    assert (result["failed"], result["changed"], result["saved"]) == (True, False, False)
    assert "was lost at" in result["msg"]
    assert (row["status"], row["restored"], row["after"]) == ("failed", True, None)
    assert "All of this row is as it was before" in row["error"]
    assert pools_of(site) == before
    site.switch.drop_at = None
    assert run(site, scope(site))["saved"]
    assert not run(site, scope(site))["changed"]


def test_a_session_that_drops_half_way_and_no_other(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(line: Line) -> None:
        raise Unreachable("the switch can't be reached any more")

    with monkeypatch.context() as patch:
        patch.setattr(Line, "again", gone)
        site.switch.drop_at = 3
        result = run(site, scope(site))
    assert (result["failed"], result["changed"], result["saved"]) == (True, True, False)
    assert "what was changed is not saved" in result["msg"]
    assert result["results"][0]["restored"] is False
    assert "as it was before" not in result["results"][0]["error"]
    site.switch.drop_at = None
    assert run(site, scope(site))["saved"]
    assert not run(site, scope(site))["changed"]


def test_by_playbook(site: Site) -> None:
    task = {"name": "Serve phones", "dialtone.voice.dhcp_scopes": {"scopes": [scope(site)]}}
    checked = site.play([task], "--check", "--diff")
    assert checked.returncode == 0, checked.stdout
    assert f"+gateway: {site.block}.20.1" in checked.stdout
    assert "ip dhcp pool" not in site.switch.running_config()
    assert "changed=1" in site.play([task]).stdout
    second = site.play([task], "-vvvv")
    assert "changed=0" in second.stdout, second.stdout

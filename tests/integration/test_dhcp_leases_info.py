# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""dhcp_leases_info against the DHCP server of the lab's switch."""

from __future__ import annotations

import re
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._switch.session import Session
from ansible_collections.dialtone.voice.plugins.modules import dhcp_leases_info as module
from lab.switch.dhcp_packet import BOOTREQUEST, DECLINE, DISCOVER, REQUEST, DhcpPacket

if TYPE_CHECKING:
    from tests.integration.ios_switch import Site

pytest_plugins = ["tests.integration.ios_switch"]

MAC, OTHER, FIXED = "00:11:22:33:44:55", "00:11:22:33:44:66", "00:11:22:33:44:77"


def run(site: Site, **options: Any) -> dict[str, Any]:
    return site.task(module, **{"provider": "ios", **options})


def ask(site: Site, kind: int, mac: str, wanted: str | None = None) -> str:
    own = f"{site.block}.20.1"
    options = {53: bytes([kind]), 54: IPv4Address(own).packed}
    if wanted is not None:
        options[50] = IPv4Address(wanted).packed
    packet = DhcpPacket(op=BOOTREQUEST, mac=mac.replace(":", ""), xid=7, giaddr=own, options=options)

    async def handled() -> str:
        answer = site.switch.dhcp_server.handle(packet, server=own, link=own)
        return answer.yiaddr if answer else ""

    return site.wait(handled())


def lease(site: Site, mac: str) -> str:
    return ask(site, REQUEST, mac, ask(site, DISCOVER, mac))


@pytest.fixture
def served(site: Site) -> Site:
    block = site.block
    site.execute(
        f"ip dhcp excluded-address {block}.20.1 {block}.20.9",
        *("ip dhcp pool VOICE", f"network {block}.20.0 255.255.255.0", "exit"),
        *("ip dhcp pool VOICE-001122334477", f"host {block}.20.99 255.255.255.0"),
        *("client-identifier 0100.1122.3344.77", "client-name lobby", "exit"),
        *("ip dhcp pool EMPTY", f"network {block}.30.0 255.255.255.128"),
    )
    return site


def test_by_mac_address_and_scope(served: Site) -> None:
    first, second = lease(served, MAC), lease(served, OTHER)
    result = run(served, macs=["0011.2233.4455"], addresses=[second, f"{served.block}.20.200"], scopes=["VOICE"])
    assert (result["changed"], [row["key"] for row in result["results"]]) == (
        False,
        [MAC, second, f"{served.block}.20.200", "VOICE"],
    )
    by_mac, by_address, nobody, by_scope = result["results"]
    found = by_mac["leases"][0]
    assert (found["address"], found["mac"], found["scope"], found["state"]) == (first, MAC, "VOICE", "active")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d", found["expires"])
    assert by_address["leases"][0]["mac"] == OTHER
    assert (nobody["leases"], nobody["scope"]["name"], nobody["log"]) == ([], "VOICE", None)
    assert [(each["address"], each["state"], each["hostname"]) for each in by_scope["leases"]] == [
        (first, "active", None),
        (second, "active", None),
        (f"{served.block}.20.99", "reserved", "lobby"),
    ]
    assert by_scope["scope"] == {
        "name": "VOICE",
        "network": f"{served.block}.20.0/24",
        "size": 245,
        "used": 2,
        "reserved": 1,
        "conflicts": [],
        "left": 242,
        "gateways": [],
        "option_150": [],
        "option_150_text": "",
        "option_66": "",
        "quote": f"ip dhcp pool VOICE\n network {served.block}.20.0 255.255.255.0",
    }


def test_all_scopes(served: Site) -> None:
    result = run(served)
    assert [(row["key"], row["scope"]["left"]) for row in result["results"]] == [("VOICE", 244), ("EMPTY", 126)]
    assert run(served, scopes=[])["results"] == []


def test_what_the_log_says_about_a_phone(served: Site) -> None:
    address = lease(served, MAC)
    ask(served, DECLINE, MAC, address)
    phone, other, declined = run(served, macs=[MAC, OTHER], addresses=[address])["results"]
    assert len(phone["log"]) == 1
    assert phone["log"][0].endswith(f"client 0100.1122.3344.55 declined {address}.")
    assert (phone["leases"], other["log"]) == ([], [])
    assert (declined["leases"][0]["state"], declined["scope"]["conflicts"]) == ("declined", [address])


def test_what_a_scope_tells_its_clients(served: Site) -> None:
    block = served.block
    served.execute(
        *("ip dhcp pool VOICE", f"default-router {block}.20.1", f"option 150 ip {block}.0.10 {block}.0.11", "exit"),
        *("ip dhcp pool EMPTY", "option 150 ascii 10.1.0.10", "option 66 ascii cucm1.example.com", "exit"),
    )
    result = run(served)
    voice, other = (row["scope"] for row in result["results"])
    assert (voice["gateways"], voice["option_150"], voice["option_150_text"]) == (
        *([f"{block}.20.1"], [f"{block}.0.10", f"{block}.0.11"]),
        "",
    )
    assert f" option 150 ip {block}.0.10 {block}.0.11" in voice["quote"].split("\n")
    assert (other["gateways"], other["option_150"], other["option_150_text"], other["option_66"]) == (
        *([], []),
        *("ascii 10.1.0.10", "cucm1.example.com"),
    )
    assert result["addresses"] == [f"{block}.20.1"]


def test_what_a_reservation_tells_its_client(served: Site) -> None:
    block = served.block
    served.execute(
        *("ip dhcp pool VOICE", f"default-router {block}.20.1", "exit"),
        *("ip dhcp pool VOICE-001122334477", f"option 150 ip {block}.0.10", "exit"),
    )
    fixed, other = run(served, macs=[FIXED, MAC])["results"]
    offer = fixed["leases"][0]["offer"]
    assert (offer["gateways"], offer["option_150"]) == ([f"{block}.20.1"], [f"{block}.0.10"])
    assert offer["quote"].startswith("ip dhcp pool VOICE-001122334477\n")
    assert other["leases"] == []


@pytest.mark.parametrize(("options", "logs"), [({}, 1), ({"log": False}, 0)])
def test_many_mac_addresses_with_one_look_at_the_log(
    served: Site, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], logs: int
) -> None:
    ask(served, DECLINE, MAC, lease(served, MAC))
    address = lease(served, OTHER)
    sent: list[str] = []
    show = Session.show

    def recording(self: Session, command: str) -> str:
        sent.append(command)
        return show(self, command)

    monkeypatch.setattr(Session, "show", recording)
    many = [f"02:00:00:00:{number >> 8:02x}:{number & 255:02x}" for number in range(500)]
    first, *_others, last = run(served, macs=[MAC, *many, OTHER], **options)["results"]
    assert len(sent) == 4 + logs
    assert [each["address"] for each in last["leases"]] == [address]
    assert (first["log"] is None, len(first["log"] or ())) == (not logs, logs)


def test_cucm_tells_no_leases(site: Site) -> None:
    result = run(site, provider="cucm", macs=[MAC])
    assert result["error"]["type"] == "Unsupported"
    assert "CUCM does not tell the leases of its DHCP server" in result["msg"]
    assert site.switch.counters["sessions"] == 0


def test_without_a_dhcp_server(site: Site) -> None:
    assert run(site)["results"] == []


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"macs": ["00:11:22:33:44"]}, "macs[0] (00:11:22:33:44): '00:11:22:33:44' is not a MAC address"),
        ({"addresses": ["10.1.1"]}, "addresses[0] (10.1.1): '10.1.1' is no IPv4 address"),
        ({"scopes": ["VOICE", "VOIC"]}, "scopes[1] (VOIC): access-sw1 has no scope of this name; did you mean VOICE"),
    ],
)
def test_bad_input(served: Site, options: dict[str, Any], text: str) -> None:
    result = run(served, **options)
    assert result["failed"]
    assert text in result["msg"]


def test_by_playbook(served: Site) -> None:
    address = lease(served, MAC)
    task = {"name": "Look", "dialtone.voice.dhcp_leases_info": {"macs": [MAC]}, "register": "asked"}
    show = {"name": "Show", "ansible.builtin.debug": {"msg": "it is {{ asked.results[0].leases[0].address }}"}}
    played = served.play([task, show])
    assert f"it is {address}" in played.stdout, played.stdout
    assert "changed=0" in played.stdout

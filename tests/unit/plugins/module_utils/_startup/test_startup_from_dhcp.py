# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What DHCP servers and relays say of a phone's network, out of results of dhcp_leases_info."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Planned
from ansible_collections.dialtone.voice.plugins.module_utils._startup.from_dhcp import (
    ServerReading,
    dhcp_of,
    read_server,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup.from_switch import SwitchReading
from ansible_collections.dialtone.voice.plugins.module_utils._startup.network import Port, Svi, Switch

PHONE = Planned("SEP00005E005301", switch="sw1", interface="Gi1/0/1", voice_vlan=20, network="10.1.20.0/24")


ASKED = {"scopes": "show running-config", "leases": "show ip dhcp binding"}


def scope(name: str, network: str, **more: Any) -> dict[str, Any]:
    return {
        **{"name": name, "network": network, "size": 200, "used": 20, "reserved": 0, "conflicts": [], "left": 180},
        **{"gateways": [], "option_150": [], "option_150_text": "", "option_66": "", "quote": f"ip dhcp pool {name}"},
        **more,
    }


def lease(address: str, state: str = "active", mac: str = "00:00:5e:00:53:01") -> dict[str, Any]:
    return {"address": address, "mac": mac, "state": state, "expires": "infinite", "scope": "VOICE"}


def server(*scopes: dict[str, Any], leases: Any = ()) -> ServerReading:
    rows = [{"scope": each, "leases": list(leases) if not number else []} for number, each in enumerate(scopes)]
    found = read_server("dhcp1", {"results": rows, "addresses": ["10.1.5.10"], "asked": ASKED})
    assert isinstance(found, ServerReading)
    return found


def switch(name: str, *svis: tuple[int, str]) -> SwitchReading:
    ports = {"GigabitEthernet1/0/1": Port("GigabitEthernet1/0/1", voice_vlan=20)}
    return SwitchReading(Switch(name, svis=tuple(Svi(name, *each, ("10.1.5.10",), True) for each in svis)), ports)


def names(planned: Planned, *scopes: dict[str, Any], **switches: SwitchReading) -> list[str]:
    return [each.name for each in dhcp_of(planned, switches, {"dhcp1": server(*scopes)}).scopes]


VOICE, OTHER = scope("VOICE", "10.1.20.0/24"), scope("OTHER", "10.1.21.0/24")


def test_a_scope_as_it_is():
    more = {"gateways": ["10.1.20.1"], "option_150": ["10.1.0.10", "10.1.0.11"], "option_66": "cucm1"}
    dhcp = dhcp_of(PHONE, {}, {"dhcp1": server(scope("VOICE", "10.1.20.0/24", **more), OTHER)})
    (found,) = dhcp.scopes
    assert (found.server, found.name, found.network, found.size, found.left) == (
        *("dhcp1", "VOICE", "10.1.20.0/24"),
        *(200, 180),
    )
    assert (found.gateways, found.option_150, found.option_150_text, found.option_66) == (
        *(("10.1.20.1",), ("10.1.0.10", "10.1.0.11")),
        *("", "cucm1"),
    )
    assert found.proof is not None
    assert (found.proof.source, found.proof.asked) == ("DHCP server dhcp1", "show running-config")
    assert found.proof.answer == "ip dhcp pool VOICE\n(20 of 200 addresses leased, 180 left)"
    assert (dhcp.servers, dhcp.local) == (("dhcp1",), ("10.1.5.10",))
    assert [each.answer for each in dhcp.proofs] == ["ip dhcp pool VOICE\nip dhcp pool OTHER"]


def test_a_scope_is_that_of_the_planned_network_or_of_the_interface_in_the_voice_vlan():
    assert names(PHONE, VOICE, OTHER) == ["VOICE"]
    open_plan = Planned(PHONE.name, switch="sw1", interface="Gi1/0/1")
    assert names(open_plan, VOICE, OTHER) == []
    # The phone's port tells the VLAN, and the core where it is.
    assert names(open_plan, VOICE, OTHER, sw1=switch("sw1"), core=switch("core", (20, "10.1.21.1/24"))) == ["OTHER"]
    # A wider scope serves the network too, and a narrower one a part of it.
    wide, narrow = scope("WIDE", "10.1.0.0/16"), scope("NARROW", "10.1.20.128/25")
    assert names(PHONE, wide, narrow, OTHER) == ["WIDE", "NARROW"]


def test_relays_of_another_site_are_none_of_the_phones():
    here, there = switch("core1", (20, "10.1.20.1/24"), (10, "10.1.10.1/24")), switch("core2", (20, "10.2.20.1/24"))
    found = dhcp_of(PHONE, {"core1": here, "core2": there}, {}).relays
    assert [(each.switch, each.address) for each in found] == [("core1", "10.1.20.1/24")]
    # On the phone's own switch it counts, whatever its address is, and so it does where there is no other.
    mine = switch("sw1", (20, "10.9.20.1/24"))
    assert [each.switch for each in dhcp_of(PHONE, {"sw1": mine, "core1": here}, {}).relays] == ["sw1", "core1"]
    assert [each.switch for each in dhcp_of(PHONE, {"core2": there}, {}).relays] == ["core2"]
    nowhere = Planned(PHONE.name, voice_vlan=20)
    assert [each.switch for each in dhcp_of(nowhere, {"core1": here, "core2": there}, {}).relays] == ["core1", "core2"]


@pytest.mark.parametrize(
    ("leases", "address"),
    [
        ([], None),
        ([lease("10.1.20.51", mac="00:00:5e:00:53:99")], None),
        ([lease("10.1.20.50", "expired"), lease("10.1.20.51")], "10.1.20.51"),
        ([lease("10.1.21.51"), lease("10.1.20.52", "offered")], "10.1.20.52"),
        ([lease("10.1.21.51")], "10.1.21.51"),
        ([lease("10.1.20.50", "expired")], "10.1.20.50"),
    ],
)
def test_the_lease_of_a_phone(leases, address):
    found = dhcp_of(PHONE, {}, {"dhcp1": server(VOICE, leases=leases)}).lease
    assert (found.address if found else None) == address
    assert found is None or found.proof.answer.startswith(f"{address} 00:00:5e:00:53:01 ")


def test_what_a_reservation_tells_goes_before_its_scope():
    offer = {**{name: OTHER[name] for name in ("gateways", "option_150_text", "option_66")}, "quote": "host"}
    reserved = {**lease("10.1.20.99", "reserved"), "offer": {**offer, "option_150": ["10.1.0.10"]}}
    found = server(VOICE, leases=[reserved, lease("10.1.20.51", mac="00:00:5e:00:53:02")])
    (mine,) = dhcp_of(PHONE, {}, {"dhcp1": found}).scopes
    assert (mine.name, mine.network, mine.option_150) == ("VOICE", "10.1.20.0/24", ("10.1.0.10",))
    assert mine.proof is not None
    assert mine.proof.answer.startswith("host\n")
    (others,) = dhcp_of(Planned("SEP00005E005302", network="10.1.20.0/24"), {}, {"dhcp1": found}).scopes
    assert others.option_150 == ()


def test_a_server_that_tells_no_leases():
    rows = [{"scope": scope("VOICE", "10.1.20.0/24", used=None, left=None), "leases": None}]
    found = read_server("cucm", {"results": rows, "addresses": []})
    assert isinstance(found, ServerReading)
    (read,) = dhcp_of(PHONE, {}, {"cucm": found}).scopes
    assert read.left is None
    assert read.proof is not None
    assert read.proof.answer == "ip dhcp pool VOICE"


@pytest.mark.parametrize(
    "result",
    [
        {"failed": True, "msg": "nobody is there", "results": [], "addresses": []},
        {"failed": False, "error": {"type": "Unreachable"}, "msg": "nobody is there", "results": []},
    ],
)
def test_a_server_that_was_not_read(result):
    assert read_server("dhcp1", result) == "DHCP server dhcp1 could not be read: nobody is there"


def test_without_a_planned_network_the_phones_own_switch_tells_it():
    # Each site has the same number for its voice VLAN.
    sites = {"sw1": switch("sw1", (20, "10.1.20.1/24")), "sw2": switch("sw2", (20, "10.1.21.1/24"))}
    unplanned = Planned(PHONE.name, switch="sw1", interface="Gi1/0/1", voice_vlan=20)
    assert names(unplanned, VOICE, OTHER, **sites) == ["VOICE"]
    assert names(Planned(PHONE.name, switch="sw3", voice_vlan=20), VOICE, OTHER, **sites) == ["VOICE", "OTHER"]

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ranges, options and reservations in IOS's own means: exclusions, option lines and a pool for each host."""

from __future__ import annotations

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp import pool_lines, pools
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.option_values import read_option
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.rules import read_scopes
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan
from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import parse_config

from .test_dhcp_ios import POOL, Switch, run, voice

EXCLUDED = "ip dhcp excluded-address "


def changes(existing: list[str], **values) -> list[str]:
    config = "".join(f"{EXCLUDED}{each}\n" for each in existing)
    scopes, faults = read_scopes([{"name": "A", "network": "10.1.20.0/24", **values}])
    assert faults == []
    added, dropped = pool_lines.exclusions(scopes[0], pools.parse_excluded(parse_config(config)))
    return [pool_lines.exclusion_step(span).line.removeprefix(EXCLUDED) for span in added] + [
        "no " + pool_lines.exclusion_step(span).line.removeprefix(EXCLUDED) for span in dropped
    ]


@pytest.mark.parametrize(
    ("existing", "ranges", "lines"),
    [
        ([], ["10.1.20.50-10.1.20.99"], ["10.1.20.1 10.1.20.49", "10.1.20.100 10.1.20.254"]),
        # What is there already stays as it is written.
        (["10.1.20.1 10.1.20.9", "10.1.20.10 10.1.20.49"], ["10.1.20.50-10.1.20.254"], []),
        # One that reaches into the ranges is cut, not the others.
        (
            ["10.1.20.1 10.1.20.60", "10.1.20.200"],
            ["10.1.20.50-10.1.20.199"],
            ["10.1.20.1 10.1.20.49", "10.1.20.201 10.1.20.254", "no 10.1.20.1 10.1.20.60"],
        ),
        # What of it belongs to other networks stays excluded.
        (
            ["10.1.19.0 10.1.21.255"],
            ["10.1.20.1-10.1.20.254"],
            ["10.1.19.0 10.1.20.0", "10.1.20.255 10.1.21.255", "no 10.1.19.0 10.1.21.255"],
        ),
        (["10.9.9.9", "10.1.20.5"], ["10.1.20.1-10.1.20.254"], ["no 10.1.20.5"]),
    ],
)
def test_ranges_become_exclusions(existing, ranges, lines):
    assert changes(existing, ranges=ranges) == lines


def test_exclusions_of_others_stay_without_ranges():
    assert changes(["10.1.20.1 10.1.20.60"], excluded=["10.1.20.50-10.1.20.70"]) == ["10.1.20.61 10.1.20.70"]


def test_addresses_are_held_back_first_and_handed_out_last():
    switch = Switch(f"{EXCLUDED}10.1.20.1 10.1.20.60\n" + POOL)
    sent = run(switch, voice(ranges=["10.1.20.50-10.1.20.99"], lease_time="60"))["commands"]
    assert sent == [
        f"{EXCLUDED}10.1.20.1 10.1.20.49",
        f"{EXCLUDED}10.1.20.100 10.1.20.254",
        *("ip dhcp pool VOICE", "lease 0 0 1", "exit"),
        f"no {EXCLUDED}10.1.20.1 10.1.20.60",
    ]


def test_ranges_that_touch_are_one():
    row = voice(ranges=["10.1.20.50-10.1.20.59", "10.1.20.60-10.1.20.99"])
    switch = Switch()
    assert run(switch, row)["results"][0]["after"]["ranges"] == ["10.1.20.50-10.1.20.99"]
    assert not run(switch, row)["changed"]


@pytest.mark.parametrize(
    ("code", "kind", "value", "line"),
    [
        (42, "ip", ["10.1.1.1", "10.1.1.2"], "option 42 ip 10.1.1.1 10.1.1.2"),
        (60, "text", "phones", "option 60 ascii phones"),
        (60, "text", "two words", "option 60 hex 7477.6f20.776f.7264.73"),
        (60, "text", 'is "it"?', "option 60 hex 6973.2022.6974.223f"),
        (43, "hex", "0a:01:ff", "option 43 hex 0a01.ff"),
        (132, "uint16", 20, "option 132 hex 0014"),
        (19, "bool", True, "option 19 hex 01"),
    ],
)
def test_options_come_back_as_they_were(code, kind, value, line):
    option = read_option(code, kind, value)
    assert pool_lines.option_line(option) == line
    assert pools.option_data(line.split(None, 2)[2]) == option.data
    assert pools.free_options({code: line.split(None, 2)[2]}, [option]) == [option.words()]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("ip 10.1.1.1", {"code": 43, "type": "ip", "value": ["10.1.1.1"]}),
        ('ascii "a b"', {"code": 43, "type": "text", "value": "a b"}),
        ("hex 0a01.ff", {"code": 43, "type": "hex", "value": "0a01ff"}),
        ("instance 1 hex 0a", {"code": 43, "type": None, "value": "instance 1 hex 0a"}),
    ],
)
def test_options_of_others_are_shown(line, words):
    assert pools.free_options({43: line}, []) == [words]


@pytest.mark.parametrize(
    ("line", "name", "mended"),
    [
        ("option 66 ascii cucm1", "cucm1", False),
        ('option 66 ascii "cucm1"', "cucm1", False),
        ("option 66 ip 10.1.1.1", "ip 10.1.1.1", True),
    ],
)
def test_option_66(line, name, mended):
    switch = Switch(POOL.replace("lease 0 8", f"lease 0 8\n {line}"))
    result = run(switch, voice(tftp_server_name="cucm1"))
    assert result["results"][0]["before"]["tftp_server_name"] == name
    assert (result["changed"], result["commands"]) == (
        mended,
        ["ip dhcp pool VOICE", "option 66 ascii cucm1", "exit"] if mended else [],
    )


def test_option_66_only_is_a_finding():
    switch = Switch(POOL.replace("option 150 ip 10.1.1.1 10.1.1.2", "option 66 ascii cucm1"))
    result = run(switch, voice(tftp_servers=None), check=True)
    assert [each["name"] for each in result["results"][0]["findings"]] == ["option_66_only"]


def test_one_address_where_two_were_meant_is_a_finding():
    switch = Switch(POOL, ignores="option 150 ip 10.1.1.1 10.1.1.2")
    switch.pools["VOICE"]["option 150"] = "option 150 ip 10.1.1.1"
    error = run(switch, voice())["results"][0]["error"]
    assert "option 150 has one address, 10.1.1.1, where 2 are meant" in error


ONE = {"mac": "00:11:22:33:44:55", "address": "10.1.20.60"}
HOST = ["host 10.1.20.60 255.255.255.0", "client-identifier 0100.1122.3344.55"]
SHARED = ["default-router 10.1.20.1", "option 150 ip 10.1.1.1 10.1.1.2"]


def test_a_reservation_is_a_pool_that_repeats_what_its_network_has():
    switch = Switch(POOL)
    made = run(switch, voice(reservations=[{**ONE, "hostname": "lobby"}]))
    own = ["ip dhcp pool VOICE-001122334455", *HOST, "client-name lobby", *SHARED, "exit"]
    assert made["commands"] == own
    assert made["results"][0]["after"]["reservations"] == [{**ONE, "hostname": "lobby"}]
    # Without a list, those that are named after the scope go along with it.
    changed = run(switch, voice(tftp_servers=["10.1.1.9"]))
    assert changed["commands"] == [
        *("ip dhcp pool VOICE", "option 150 ip 10.1.1.9", "exit"),
        *("ip dhcp pool VOICE-001122334455", "option 150 ip 10.1.1.9", "exit"),
    ]
    assert not run(switch, voice(tftp_servers=["10.1.1.9"], reservations=[ONE]))["changed"]
    moved = run(switch, voice(tftp_servers=["10.1.1.9"], reservations=[{**ONE, "address": "10.1.20.61"}]))
    assert moved["commands"][:3] == [
        "no ip dhcp pool VOICE-001122334455",
        "ip dhcp pool VOICE-001122334455",
        "host 10.1.20.61 255.255.255.0",
    ]
    assert run(switch, voice(tftp_servers=["10.1.1.9"], reservations=[]))["commands"] == [
        "no ip dhcp pool VOICE-001122334455"
    ]


LOBBY = "ip dhcp pool LOBBY\n host 10.1.20.60 255.255.255.0\n hardware-address 0011.2233.4455\n!\n"


def test_a_pool_of_another_name_is_a_reservation_too():
    switch = Switch(POOL + LOBBY)
    # Nobody asked for it, so that it stays as it is.
    assert not run(switch, voice())["changed"]
    kept = run(switch, voice(reservations=[ONE]))
    assert kept["results"][0]["before"]["reservations"] == [{**ONE, "hostname": None}]
    assert kept["commands"] == ["ip dhcp pool LOBBY", *SHARED, "exit"]
    assert run(switch, voice(reservations=[]))["commands"] == ["no ip dhcp pool LOBBY"]


def test_a_scope_goes_with_the_pools_that_are_named_after_it():
    switch = Switch(POOL + LOBBY)
    other = {"mac": "00:11:22:33:44:66", "address": "10.1.20.61"}
    run(switch, voice(reservations=[ONE, other]))
    gone = run(switch, {"name": "VOICE", "state": "absent"})
    assert gone["commands"] == ["no ip dhcp pool VOICE-001122334466", "no ip dhcp pool VOICE"]
    assert list(switch.pools) == ["LOBBY"]


def test_a_refused_change_puts_back_what_was_there():
    switch = Switch(POOL + f"{EXCLUDED}10.1.20.1 10.1.20.60\n", refuses="dns-server 10.1.1.5")
    before = switch.text()
    row = voice(lease_time="60", dns_servers=["10.1.1.5"], ranges=["10.1.20.50-10.1.20.99"], domain_name="example.com")
    failed = run(switch, row)
    assert (failed["changed"], failed["saved"], failed["results"][0]["restored"]) == (False, False, True)
    assert sorted(switch.text().splitlines()) == sorted(before.splitlines())


def test_what_cannot_be_put_back_is_told():
    class Stubborn(Switch):
        def take(self, line):
            if not line.startswith("no ip dhcp pool"):
                super().take(line)

    switch = Stubborn(refuses="lease 0 8")
    failed = run(switch, voice())
    assert (failed["changed"], failed["results"][0]["restored"]) == (True, False)
    assert "as it was before" not in failed["results"][0]["error"]


def test_what_a_switch_shows_of_leases_and_is_not_known():
    switch = Switch(POOL)
    switch.bindings = "something new"
    with pytest.raises(InvalidPlan) as error:
        run(switch, {"name": "VOICE", "state": "absent"})
    assert "whether it has active leases can't be known" in str(error.value.rows)
    assert "something new" in str(error.value.rows)
    assert run(switch, {"name": "VOICE", "state": "absent"}, force=True)["changed"]


VLAN = "interface Vlan20\n ip address 10.1.20.2 255.255.255.0\n ip helper-address 10.5.5.5\n"
VLAN += " ip helper-address vrf A 10.6.6.6\n!\n"


@pytest.mark.parametrize(
    ("row", "lines"),
    [
        ({"servers": ["10.5.5.5"]}, []),
        ({"servers": ["10.5.5.6"]}, ["ip helper-address 10.5.5.6"]),
        ({"servers": ["10.5.5.6"], "state": "absent"}, []),
        ({"state": "absent"}, ["no ip helper-address 10.5.5.5"]),
    ],
)
def test_relays(row, lines):
    switch = Switch(VLAN)
    result = run(switch, relays=[{"interface": "Vl20", **row}])
    assert result["commands"] == (["interface Vlan20", *lines, "exit"] if lines else [])
    assert "ip helper-address vrf A 10.6.6.6" in switch.interfaces["interface Vlan20"]
    assert not run(switch, relays=[{"interface": "Vl20", **row}])["changed"]


def test_a_refused_relay_is_put_back():
    switch = Switch(VLAN, refuses="ip helper-address 10.5.5.7")
    before = switch.text()
    result = run(switch, relays=[{"interface": "Vlan20", "servers": ["10.5.5.6", "10.5.5.7"]}])
    assert (result["changed"], result["relays"][0]["restored"], switch.text()) == (False, True, before)
    assert result["msg"].startswith("1 of 1 relays failed")

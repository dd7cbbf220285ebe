# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pools of IOS: read, planned, written and read back, with a switch that is a configuration."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp import pools
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.base import unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.ios import IosProvider
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.rules import read_scopes
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan, Refused
from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import parse_config

POOL = """\
ip dhcp pool VOICE
 network 10.1.20.0 255.255.255.0
 default-router 10.1.20.1
 option 150 ip 10.1.1.1 10.1.1.2
 lease 0 8
!
"""


class Switch:
    """A configuration of pools and exclusions that lines change, as IOS's command reference has it."""

    hostname = "sw1"

    def __init__(self, config: str = "", *, refuses: str = "", ignores: str = "") -> None:
        self.globals: list[str] = []
        self.pools: dict[str, dict[str, str]] = {}
        self.current: str | None = None
        self.refuses, self.ignores = refuses, ignores
        self.sent: list[str] = []
        self.saves = 0
        for line in config.splitlines():
            if line != "!":
                self.take(line.strip())
        self.startup = self.text()

    def take(self, line: str) -> None:
        if line.startswith("ip dhcp pool "):
            self.current = line[13:]
            self.pools.setdefault(self.current, {})
        elif line.startswith("no ip dhcp pool "):
            del self.pools[line[16:]]
        elif line.startswith("ip dhcp excluded-address ") or line == "no service dhcp":
            assert line not in self.globals
            self.globals.append(line)
        elif line == "exit":
            self.current = None
        else:
            key = re.match(r"option \d+|\S+", line)[0]
            self.pools[self.current][key] = line

    def text(self) -> str:
        sections = "".join(
            f"ip dhcp pool {name}\n" + "".join(f" {line}\n" for line in lines.values() if line != "lease 1") + "!\n"
            for name, lines in self.pools.items()
        )
        return "".join(f"{line}\n" for line in self.globals) + "!\n" + sections

    def show(self, command):
        return {"show running-config": self.text(), "show startup-config": self.startup}[command]

    def configure(self, lines):
        for number, line in enumerate(lines):
            if line == self.refuses:
                raise Refused("no", details={"applied": list(lines[:number]), "failed_at": line, "not_sent": []})
            self.sent.append(line)
            if line != self.ignores:
                self.take(line)
        return [(line, "") for line in lines]

    def save(self):
        self.saves += 1
        self.startup = self.text()


def run(switch: Switch, *rows: dict, save: str = "changed", check: bool = False) -> dict:
    scopes, faults = read_scopes(rows)
    assert faults == []
    if unsupported(scopes, IosProvider.capabilities):
        raise InvalidPlan(unsupported(scopes, IosProvider.capabilities))
    provider = IosProvider({"save": save}, switch)
    provider.read()
    provider.plan(scopes)
    return provider.rehearsed() if check else provider.apply()


def voice(**values) -> dict:
    return {
        "name": "VOICE",
        "network": "10.1.20.0/24",
        "gateway": "10.1.20.1",
        "lease_time": "28800",
        "tftp_servers": ["10.1.1.1", "10.1.1.2"],
        **values,
    }


def test_make_again_change_again_remove_again():
    switch = Switch()
    made = run(switch, voice(excluded=["10.1.20.1-10.1.20.9"]))
    assert (made["changed"], made["saved"], made["results"][0]["before"]) == (True, True, None)
    assert made["commands"] == [
        "ip dhcp excluded-address 10.1.20.1 10.1.20.9",
        "ip dhcp pool VOICE",
        "network 10.1.20.0 255.255.255.0",
        "default-router 10.1.20.1",
        "lease 0 8",
        "option 150 ip 10.1.1.1 10.1.1.2",
        "exit",
    ]
    assert not run(switch, voice(excluded=["10.1.20.1-10.1.20.9"]))["changed"]
    changed = run(switch, voice(tftp_servers=["10.1.1.2", "10.1.1.1"]))
    assert changed["commands"] == ["ip dhcp pool VOICE", "option 150 ip 10.1.1.2 10.1.1.1", "exit"]
    removed = run(switch, {"name": "VOICE", "state": "absent"})
    assert (removed["commands"], removed["results"][0]["after"]) == (["no ip dhcp pool VOICE"], None)
    assert not run(switch, {"name": "VOICE", "state": "absent"})["changed"]
    assert switch.saves == 3


def test_check_mode_says_the_same_and_sends_nothing():
    switch = Switch(POOL)
    row = voice(lease_time="infinite", domain_name="example.com", dns_servers=["10.1.1.5"], excluded=["10.1.20.1"])
    checked = run(switch, row, check=True)
    assert switch.sent == []
    done = run(switch, row)
    assert checked["commands"] == done["commands"]
    assert checked["diff"] == done["diff"]
    assert checked["results"][0]["after"] == done["results"][0]["after"]


@pytest.mark.parametrize(
    "wrong", ["option 150 ascii 10.1.1.1", 'option 150 ascii "10.1.1.1"', "option 150 hex 0a01.0101.0a01.0102"]
)
def test_option_150_of_the_wrong_type_is_mended(wrong):
    switch = Switch(POOL.replace("option 150 ip 10.1.1.1 10.1.1.2", wrong))
    result = run(switch, voice())
    assert result["results"][0]["before"]["tftp_servers"] == wrong[11:]
    assert result["commands"] == ["ip dhcp pool VOICE", "option 150 ip 10.1.1.1 10.1.1.2", "exit"]
    assert result["results"][0]["after"]["tftp_servers"] == ["10.1.1.1", "10.1.1.2"]


def test_a_new_network_keeps_the_pool():
    switch = Switch(POOL)
    result = run(switch, voice(network="10.1.20.0/23", gateway="10.1.20.1"))
    assert result["commands"] == ["ip dhcp pool VOICE", "network 10.1.20.0 255.255.254.0", "exit"]


def test_what_is_read_back_decides():
    switch = Switch(POOL, ignores="option 150 ip 10.9.9.9")
    result = run(switch, voice(tftp_servers=["10.9.9.9"], lease_time="60"))
    assert (result["failed"], result["changed"], result["saved"]) == (True, True, False)
    error = result["results"][0]["error"]
    assert "tftp_servers ['10.1.1.1', '10.1.1.2'] in place of ['10.9.9.9']" in error
    assert result["results"][0]["after"]["lease_time"] == 60
    assert switch.saves == 0


def test_a_pool_that_does_not_go():
    result = run(Switch(POOL, ignores="no ip dhcp pool VOICE"), {"name": "VOICE", "state": "absent"})
    assert "the pool VOICE still" in result["results"][0]["error"]


def test_a_refused_line():
    switch = Switch(refuses="default-router 10.1.20.1")
    result = run(switch, voice(), {"name": "B", "network": "10.2.0.0/24"})
    first, second = result["results"]
    assert (first["status"], second["status"]) == ("failed", "not_attempted")
    assert "Taken before it: 'ip dhcp pool VOICE', 'network 10.1.20.0 255.255.255.0'" in first["error"]
    assert (result["changed"], result["saved"]) == (True, False)


@pytest.mark.parametrize(
    ("config", "row", "text"),
    [
        (POOL, {"name": "B", "network": "10.1.20.128/25"}, "overlaps 10.1.20.0/24 of the pool VOICE of sw1"),
        ("ip dhcp pool VOICE\n host 10.1.20.5 255.255.255.0\n", voice(), "the pool VOICE of sw1 is a manual binding"),
        ("", voice(lease_time="90"), "lease_time: 90 is no multiple of 60 s"),
        ("", voice(ranges=["10.1.20.50-10.1.20.60"]), "scopes[0] (VOICE): ranges: not supported by provider ios: give"),
        (
            "",
            voice(options=[{"code": 42, "type": "ip", "value": "10.1.1.1"}]),
            "options: not supported by provider ios",
        ),
        ("", voice(reservations=[{"mac": "00:11:22:33:44:55", "address": "10.1.20.9"}]), "reservations: not supported"),
        ("", voice(tftp_server_name="cucm1"), "tftp_server_name: not supported by provider ios: give 'tftp_servers'"),
        ("", voice(lease_time=str(400 * 86400)), "is longer than the longest"),
        (POOL, {"name": "VOICE", "network": "10.3.0.0/24"}, "gateway: 10.1.20.1 of the pool is outside of 10.3.0.0/24"),
    ],
)
def test_what_this_server_cannot_take(config, row, text):
    switch = Switch(config)
    with pytest.raises(InvalidPlan) as fault:
        run(switch, row)
    assert text in fault.value.rows[0]
    assert switch.sent == []


def test_addresses_of_a_pool_that_goes_are_free():
    switch = Switch(POOL)
    run(switch, {"name": "NEW", "network": "10.1.20.0/24"}, {"name": "VOICE", "state": "absent"})
    assert switch.sent[0] == "no ip dhcp pool VOICE"
    assert list(switch.pools) == ["NEW"]


def test_what_an_earlier_run_left_unsaved():
    switch = Switch(POOL)
    switch.startup = ""
    result = run(switch, voice(lease_time=None))
    assert (result["changed"], result["saved"], result["commands"]) == (True, True, [])
    assert not run(switch, voice(lease_time=None))["changed"]


def test_a_server_that_is_off_is_told():
    assert "no service dhcp" in run(Switch("no service dhcp\n" + POOL), voice(), check=True)["warnings"][0]


INTERFACE = "interface Vlan20\n ip address 10.1.20.2 255.255.255.0\n!\n"


@pytest.mark.parametrize(
    ("interfaces", "gateway", "excluded", "told"),
    [
        (INTERFACE, "10.1.20.2", [], []),
        (INTERFACE, "10.1.20.1", ["10.1.20.1"], []),
        (INTERFACE, "10.1.20.1", [], ["its gateway 10.1.20.1 is not in 'excluded'"]),
        ("", "10.1.20.1", ["10.1.20.1-10.1.20.9"], ["no interface of sw1 has an address in 10.1.20.0/24"]),
        (INTERFACE.replace(" ip", " vrf forwarding Mgmt-vrf\n ip"), "10.1.20.2", [], ["gateway", "no interface"]),
    ],
)
def test_what_keeps_phones_from_a_scope_is_told(interfaces, gateway, excluded, told):
    switch = Switch()
    switch.text = lambda: interfaces + Switch.text(switch)
    rows = voice(gateway=gateway, excluded=excluded)
    planned, result = run(switch, rows, check=True), run(switch, rows)
    warnings = result.get("warnings", [])
    assert warnings == planned.get("warnings", [])
    assert len(warnings) == len(told)
    assert all(part in warning for part, warning in zip(told, warnings, strict=True))


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("lease 7", 604800),
        ("lease 0 8", 28800),
        ("lease 1 2 3", 93780),
        ("lease infinite", "infinite"),
        ("import all", 86400),
    ],
)
def test_lease(line, seconds):
    assert pools.parse_pools(parse_config(f"ip dhcp pool A\n {line}\n"))["A"].state["lease_time"] == seconds


@given(st.integers(1, 365 * 24 * 60 + 1439).map(lambda minutes: minutes * 60))
def test_every_lease_comes_back_as_it_was(seconds):
    line = pools.render_lease(seconds)
    assert pools.parse_pools(parse_config(f"ip dhcp pool A\n {line}\n"))["A"].state["lease_time"] == seconds


def test_networks_in_both_notations_and_secondary_ones():
    text = "ip dhcp pool A\n network 10.1.0.0 /23\n network 10.2.0.0 255.255.255.0 secondary\n"
    text += "  override default-router 10.2.0.1\n"
    assert pools.parse_pools(parse_config(text))["A"].state["network"] == "10.1.0.0/23"


def test_exclusions_of_a_vrf_are_not_ours():
    config = parse_config("ip dhcp excluded-address 10.1.1.1\nip dhcp excluded-address vrf A 10.1.1.2\n")
    assert [str(low) for low, _high in pools.parse_excluded(config)] == ["10.1.1.1"]


ADDRESSES = st.sampled_from(["10.1.1.1", "10.1.1.2", "10.1.1.3"])
ROWS = st.fixed_dictionaries(
    {"name": st.just("VOICE"), "network": st.sampled_from(["10.1.20.0/24", "10.1.20.0/25"])},
    optional={
        "gateway": st.sampled_from(["10.1.20.1", "10.1.20.2"]),
        "lease_time": st.sampled_from(["28800", "86400", "infinite"]),
        "tftp_servers": st.lists(ADDRESSES, min_size=1, unique=True),
        "dns_servers": st.lists(ADDRESSES, min_size=1, unique=True),
        "domain_name": st.sampled_from(["example.com", "example.net"]),
        "excluded": st.lists(
            st.sampled_from(["10.1.20.1", "10.1.20.1-10.1.20.9", "10.1.20.5-10.1.20.20"]), unique=True
        ),
    },
)


@settings(deadline=None)
@given(ROWS, ROWS)
def test_from_any_scope_to_any_other_without_removing_it(first, second):
    switch = Switch()
    assert not run(switch, first).get("failed")
    switch.sent.clear()
    assert not run(switch, second).get("failed")
    assert not any(line.startswith("no ") for line in switch.sent)
    assert not run(switch, second)["changed"]

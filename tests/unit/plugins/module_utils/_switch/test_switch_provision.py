# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of a switch before and after a change, in each state, and what is made of its answers."""

from __future__ import annotations

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan, Refused, Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._switch import provision

from . import fake_switch
from .fake_switch import Switch, params, run

CONFIG = "version 17.9\n!\nvtp mode transparent\n!\nvlan 10\n name DATA\n!\nvlan 20\n name VOICE\n!\n" + "".join(
    f"interface GigabitEthernet1/0/{number}\n switchport access vlan 10\n switchport mode access\n!\n"
    for number in range(1, 49)
)
UPLINK = "interface TenGigabitEthernet1/1/1\n switchport trunk allowed vlan 10\n switchport mode trunk\n!\n"
NEGOTIATED = "interface TenGigabitEthernet1/1/2\n!\n"
STATUS = (
    "Port      Name               Status       Vlan       Duplex  Speed Type\n"
    "Te1/1/1                      connected    trunk        full    10G SFP-10GBase-SR\n"
    "Te1/1/2                      connected    trunk        full    10G SFP-10GBase-SR\n"
)
POWER = (
    "Module   Available     Used     Remaining\n"
    "          (Watts)     (Watts)    (Watts)\n"
    "------   ---------   --------   ---------\n"
    "1           437.0      400.0        37.0\n"
    "Interface Admin  Oper       Power   Device              Class Max\n"
    "                            (Watts)\n"
    "--------- ------ ---------- ------- ------------------- ----- ----\n"
    + "".join(
        f"Gi1/0/{number:<3} auto   off        0.0     n/a                 n/a   30.0\n" for number in range(1, 49)
    )
)
SWITCH_NEIGHBOR = (
    "-------------------------\n"
    "Device ID: core1.example.com\n"
    "Entry address(es): \n"
    "  IP address: 192.0.2.1\n"
    "Platform: cisco WS-C3850-24T,  Capabilities: Router Switch IGMP \n"
    "Interface: GigabitEthernet1/0/1,  Port ID (outgoing port): GigabitEthernet1/0/24\n"
    "Holdtime : 143 sec\n"
    "\n"
    "Version :\n"
    "Cisco IOS Software, IOS-XE Software, Catalyst L3 Switch Software, Version 03.06.05E RELEASE SOFTWARE (fc2)\n"
    "\n"
    "advertisement version: 2\n"
    "\n"
    "Total cdp entries displayed : 1\n"
)
RUNNING, CDP = "show running-config", "show cdp neighbors detail"


def make(config: str = CONFIG, **tables) -> Switch:
    switch = Switch(config)
    named = {name.replace("_", " ").replace("  ", "-"): text for name, text in tables.items()}
    switch.tables.update({"show power inline": POWER, "show interfaces status": STATUS, **named})
    return switch


def rows(count: int = 48, **values) -> list[dict]:
    return [{"interface": f"Gi1/0/{number}", **values} for number in range(1, count + 1)]


ASKED = {
    "nothing to change": ({"access_vlan": 10}, {}, [RUNNING, "show startup-config"]),
    "nothing to change or to save": ({"access_vlan": 10}, {"save": "never"}, [RUNNING]),
    "a change": ({"description": "x"}, {}, [RUNNING, CDP, RUNNING]),
    "a change that is not one": ({"poe": "auto"}, {"save": "never"}, [RUNNING]),
    "power": ({"poe": "static"}, {}, [RUNNING, CDP, "show power inline", RUNNING]),
    "no power": ({"poe": "never"}, {}, [RUNNING, CDP, RUNNING]),
    "allowed": ({"description": "x"}, {"allow": [f"Gi1/0/{number}" for number in range(1, 49)]}, [RUNNING, RUNNING]),
    "deleted": ({}, {"state": "deleted"}, [RUNNING, CDP, RUNNING]),
}


@pytest.mark.parametrize("case", ASKED)
def test_the_same_few_commands_for_any_number_of_ports(case: str) -> None:
    given, options, asked = ASKED[case]
    switch = make()
    result = run(switch, rows(**given), **options)
    assert "failed" not in result
    assert (switch.asked, switch.logins) == (asked, 1)


def test_lldp_is_asked_for_where_it_runs() -> None:
    switch = make("no cdp run\n!\nlldp run\n!\n" + CONFIG)
    switch.tables["show lldp neighbors detail"] = "Total entries displayed: 0\n"
    result = run(switch, rows(1, description="x"))
    assert switch.asked == [RUNNING, "show lldp neighbors detail", RUNNING]
    assert [warning for warning in result["warnings"] if warning.startswith("CDP is off on all of sw1")]


def test_a_switch_as_neighbour_is_a_fault_beside_the_others() -> None:
    switch = make()
    switch.tables[CDP] = SWITCH_NEIGHBOR
    with pytest.raises(InvalidPlan) as error:
        run(switch, [*rows(2, voice_vlan=20), {"interface": "Gi1/0/99"}])
    assert [fault.split(": ")[0] for fault in error.value.rows] == ["ports[2] (Gi1/0/99)", "ports[0] (Gi1/0/1)"]
    assert "has the switch core1.example.com (CDP) as its neighbour" in error.value.rows[1]
    assert switch.sent == []


def test_a_trunk_that_was_negotiated_may_carry_the_vlan() -> None:
    with pytest.raises(InvalidPlan, match=r"VLAN 20 is carried by no trunk of sw1 \(TenGigabitEthernet1/1/1\)"):
        run(make(CONFIG + UPLINK), rows(1, voice_vlan=20))
    switch = make(CONFIG + UPLINK + NEGOTIATED)
    assert run(switch, rows(1, voice_vlan=20))["changed"]
    assert switch.asked == [RUNNING, CDP, "show interfaces status", RUNNING]


def test_power_is_warned_of_with_figures() -> None:
    result = run(make(), rows(3, poe="static"))
    assert result["warnings"] == [
        "The power of sw1 may not suffice: 3 ports may ask for up to 90.0 W more, and 37.0 W of 437.0 W are left "
        "(400.0 W used). Give 'poe_max' where the phones need less, or free power"
    ]
    assert "warnings" not in run(make(), rows(1, poe="static"))


@pytest.mark.parametrize(
    ("words", "warned"),
    [("% Invalid input detected at '^' marker.", False), ("Command authorization failed.", True)],
)
def test_power_of_which_nothing_is_told_does_not_end_a_run(monkeypatch, words: str, warned: bool) -> None:
    def refuse(self, command):
        if command == "show power inline":
            raise Refused(f"refused: {words}", words=words)
        return show(self, command)

    show = fake_switch.Session.show
    monkeypatch.setattr(fake_switch.Session, "show", refuse)
    result = run(make(), rows(1, poe="static"))
    assert result["changed"]
    assert bool([text for text in result.get("warnings", []) if "has power enough is not known" in text]) == warned


@pytest.mark.parametrize("given", [{"poe": "static"}, {"poe_max": 7000, "poe": "auto"}])
def test_who_loses_power_for_a_moment_is_told(given: dict) -> None:
    used = POWER.replace("Gi1/0/2   auto   off        0.0 ", "Gi1/0/2   auto   on         6.3 ")
    result = run(make(show_power_inline=used), rows(2, **given))
    assert [text for text in result["warnings"] if "starts again" in text] == [
        "What sw1 powers on GigabitEthernet1/0/2 starts again: switches take the power away for a moment where 'poe' "
        "or 'poe_max' changes"
    ]
    assert "warnings" not in run(make(show_power_inline=used), rows(2, description="x", poe="auto"))


@pytest.mark.parametrize(
    ("top", "line", "warned"),
    [
        ("mls qos\n!\n", "", True),
        ("mls qos\n!\n", " mls qos trust cos\n", False),
        # Without QoS nothing is marked anew.
        ("mls qos map cos-dscp 0 8 16 24 32 46 48 56\n!\n", "", False),
        ("", "", False),
    ],
)
def test_a_trusted_phone_is_not_all_that_trust_takes(top: str, line: str, warned: bool) -> None:
    result = run(make(top + CONFIG.replace("1/0/1\n", f"1/0/1\n{line}", 1)), rows(1, qos="trust"))
    assert [text.split(":")[0] for text in result.get("warnings", [])] == (
        ["GigabitEthernet1/0/1 of sw1 will trust nothing of a phone's"] if warned else []
    )


@pytest.mark.parametrize("options", [{}, {"state": "replaced"}, {"state": "deleted"}])
def test_cdp_is_not_turned_on_for_a_port_while_it_is_off_for_the_switch(options: dict) -> None:
    off = CONFIG.replace("1/0/1\n", "1/0/1\n description x\n no cdp enable\n", 1)
    assert "cdp enable" in run(make(off), rows(1, description="y"), **options)["commands"]
    result = run(make("no cdp run\n!\n" + off), rows(1, description="y"), **options)
    assert (result["results"][0]["status"], result["results"][0]["after"]["cdp"]) == ("changed", False)
    assert "cdp enable" not in result["commands"]


@pytest.mark.parametrize("line", ["authentication port-control auto", "access-session port-control auto"])
@pytest.mark.parametrize("state", ["replaced", "deleted"])
def test_a_port_that_authenticates_stays_an_access_port(line: str, state: str) -> None:
    switch = make(CONFIG.replace("1/0/1\n", f"1/0/1\n {line}\n", 1))
    result = run(switch, rows(2), state=state)
    assert result["warnings"] == [
        "GigabitEthernet1/0/1 stays in mode access, without which it cannot authenticate devices"
    ]
    assert switch.interface(1) == [line, "switchport mode access"]
    assert switch.interface(2) == []
    assert not run(switch, rows(2), state=state)["changed"]


def test_vlans_that_do_not_stand_in_the_configuration_are_read_again() -> None:
    switch = make(
        CONFIG.replace("vtp mode transparent\n!\n", "").replace("vlan 10\n name DATA\n!\nvlan 20\n name VOICE\n!\n", "")
    )
    brief = "1    default    active\n10   DATA     active    Gi1/0/1\n"
    switch.tables["show vlan brief"] = brief
    result = run(switch, rows(1, description="x"), [{"id": 10, "name": "DATA"}])
    assert result["vlans"][0]["status"] == "unchanged"
    assert switch.asked == [RUNNING, "show vlan brief", CDP, RUNNING, "show vlan brief"]


def test_deleted_looks_at_names_only() -> None:
    wanted = provision.Wanted.of(
        params(
            rows(1, voice_vlan="no such VLAN", poe_max=1), [{"id": 9999}, {"id": 9999, "name": "a b"}], state="deleted"
        )
    )
    assert (wanted.vlans, wanted.ports[0].given) == ([], {})
    with pytest.raises(InvalidPlan, match=r"ports\[1\] \(Gi1/0/1\): interface: the same interface"):
        provision.Wanted.of(params([*rows(1), *rows(1)], state="deleted"))
    switch = make()
    run(switch, rows(2), state="deleted")
    assert (switch.interface(1), switch.interface(2)) == ([], [])
    assert len(switch.interface(3)) == 2


def test_replaced_brings_back_what_is_not_given() -> None:
    switch = make()
    result = run(switch, [{"interface": "Gi1/0/1", "voice_vlan": 20}], state="replaced")
    assert "switchport access vlan 10" not in switch.interface(1)
    assert result["results"][0]["after"]["access_vlan"] == 1
    assert not run(switch, [{"interface": "Gi1/0/1", "voice_vlan": 20}], state="replaced")["changed"]


def test_rendered_writes_everything_that_is_given() -> None:
    wanted = provision.Wanted.of(
        params(rows(1, voice_vlan="VOICE", poe="auto"), [{"id": 20, "name": "VOICE"}], state="rendered")
    )
    result = provision.render(wanted).rendered()
    assert result["commands"] == [
        "vlan 20",
        "name VOICE",
        "exit",
        "interface GigabitEthernet1/0/1",
        "switchport mode access",
        "switchport voice vlan 20",
        "power inline auto",
        "cdp enable",
        "lldp transmit",
        "lldp receive",
    ]
    assert (result["changed"], result["saved"], result["diff"]) == (False, False, [])
    assert {row["status"] for row in (*result["results"], *result["vlans"])} == {"unchanged"}
    with pytest.raises(InvalidPlan, match="a VLAN named 'VOICE' is not in 'vlans'"):
        provision.render(provision.Wanted.of(params(rows(1, voice_vlan="VOICE"), state="rendered")))


@pytest.mark.parametrize("minutes", [0, 121])
def test_minutes_out_of_range(minutes: int) -> None:
    with pytest.raises(InvalidPlan, match=f"confirm_minutes: {minutes} is out of range: give a number from 1 to 120"):
        provision.Wanted.of(params(rows(1), confirm=True, confirm_minutes=minutes))


@pytest.mark.parametrize(
    ("platform", "first", "other"),
    [
        ("ios", "!Command: show running-config\n!Running configuration last done at: Tue Mar  3 08:02:11 2026", "nxos"),
        ("nxos", "Building configuration...\n\nCurrent configuration : 5935 bytes\n!", "ios"),
    ],
)
def test_a_switch_of_another_platform_is_not_read(platform, first, other):
    switch = make(f"{first}\n{CONFIG}")
    with pytest.raises(Unsupported, match=f"is no {platform}: its configuration is that of platform {other}"):
        run(switch, [{"interface": "GigabitEthernet1/0/1", "description": "Desk"}], platform=platform)
    assert (switch.asked, switch.sent) == ([RUNNING], [])

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""switch_voice_ports_info against the lab's switch, as the door runs it and by ansible-playbook."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from ansible_collections.dialtone.voice.plugins.module_utils._errors import Refused
from ansible_collections.dialtone.voice.plugins.module_utils._startup.from_switch import SwitchReading, read_switch
from ansible_collections.dialtone.voice.plugins.module_utils._switch import session
from ansible_collections.dialtone.voice.plugins.modules import switch_voice_ports_info as module
from lab.switch import Neighbor

if TYPE_CHECKING:
    from tests.integration.ios_switch import Site

pytest_plugins = ["tests.integration.ios_switch"]

ROOT = Path(__file__).parents[2]
MAC = "00005E005301"
FIRST, SECOND, THIRD = (f"GigabitEthernet1/0/{number}" for number in (1, 2, 3))
EVERY_COMMAND = [
    "show running-config",
    "show interfaces status",
    "show interfaces switchport",
    "show power inline",
    "show cdp neighbors detail",
    "show lldp neighbors detail",
    "show mac address-table",
]


@dataclass
class Phone:
    """What a port sees of a phone."""

    mac: str = MAC
    name: str = f"SEP{MAC}"
    platform: str = "Cisco IP Phone 8841"
    watts: float = 6.3
    load: str = "sip88xx.12-8-1-0001-455"
    address: str | None = "192.0.2.40"

    def link_changed(self) -> None:
        """It has no life of its own."""


def plug(site: Site, **devices: Any) -> None:
    """Plug devices into ports: ``plug(site, p1=Phone())``."""

    async def plugged() -> None:
        for port, device in devices.items():
            site.switch.ports[f"GigabitEthernet1/0/{port[1:]}"].attach(device)

    site.wait(plugged())


def voice_port(site: Site, name: str = FIRST, *more: str) -> None:
    site.execute(
        "vlan 20",
        "name VOICE",
        f"interface {name}",
        "switchport mode access",
        "switchport access vlan 10",
        "switchport voice vlan 20",
        *more,
    )


def facts_of(result: dict[str, Any], name: str = FIRST) -> dict[str, Any]:
    assert "results" in result, result["msg"]
    (row,) = (row for row in result["results"] if row["key"] == name)
    return row["facts"]


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """The commands that were sent, in order."""
    commands: list[str] = []
    show = session.Session.show

    def recording(self, command):
        commands.append(command)
        return show(self, command)

    monkeypatch.setattr(session.Session, "show", recording)
    return commands


def answer(monkeypatch, command: str, text: str | Refused) -> None:
    """Let the switch answer one command in its own way."""
    show = session.Session.show

    def answering(self, asked):
        if asked != command:
            return show(self, asked)
        if isinstance(text, Refused):
            raise text
        return text

    monkeypatch.setattr(session.Session, "show", answering)


def test_all_facts_of_a_phone(site: Site) -> None:
    site.execute("lldp run")
    voice_port(site, FIRST, "description Reception", "storm-control broadcast level 1.00", "mab")
    plug(site, p1=Phone())
    before = site.switch.running_config()

    result = site.task(module)

    assert (result["changed"], result["diff"]) == (False, [])
    assert site.switch.running_config() == before
    row = result["results"][0]
    assert {name: row[name] for name in row if name != "facts"} == {
        "index": 0,
        "key": FIRST,
        "status": "unchanged",
        "before": None,
        "after": None,
        "sent": [],
        "error": None,
    }
    facts = row["facts"]
    assert (facts["link"]["status"], facts["link"]["vlan"]) == ("connected", "10")
    assert facts["err_disabled"] is None
    assert {name: facts["power"][name] for name in ("admin", "oper", "watts", "device", "module")} == {
        "admin": "auto",
        "oper": "on",
        "watts": 6.3,
        "device": "IP Phone 8841",
        "module": "1",
    }
    configured = facts["configured"]
    assert (configured["description"], configured["access_vlan"], configured["voice_vlan"]) == ("Reception", 10, 20)
    assert facts["operating"] == {
        "admin_mode": "static access",
        "mode": "static access",
        "access_vlan": 10,
        "access_vlan_name": "DATA",
        "voice_vlan": 20,
        "voice_vlan_name": "VOICE",
    }
    assert facts["phone"] == f"SEP{MAC}"
    (cdp,), (lldp,) = facts["cdp"], facts["lldp"]
    assert (cdp["protocol"], cdp["name"], cdp["platform"]) == ("cdp", f"SEP{MAC}", "Cisco IP Phone 8841")
    assert (cdp["kind"], cdp["address"], cdp["power_requested"]) == ("phone", "192.0.2.40", 6300)
    assert (lldp["protocol"], lldp["name"], lldp["platform"]) == ("lldp", f"SEP{MAC}", "CP-8841")
    assert (lldp["kind"], lldp["voice_vlan"]) == ("phone", 20)
    assert {"mac": MAC, "vlan": 20, "type": "dynamic"} in facts["macs"]
    assert sorted(facts["others"]) == ["mab", "storm-control broadcast level 1.00"]
    assert facts["obstacle"] is None
    (budget,) = result["modules"]
    assert (budget["module"], budget["used"]) == ("1", 6.3)
    assert budget["available"] - budget["used"] == pytest.approx(budget["remaining"])
    assert (result["unplaced_neighbors"], result["unavailable"]) == ([], {})


def test_a_dark_port(site: Site) -> None:
    voice_port(site, FIRST, "shutdown")
    voice_port(site, SECOND, "power inline never")
    plug(site, p1=Phone(), p2=Phone())
    result = site.task(module, interfaces=["gi1/0/2", FIRST])
    assert [row["key"] for row in result["results"]] == [SECOND, FIRST]
    disabled, unpowered = facts_of(result, FIRST), facts_of(result, SECOND)
    assert (disabled["link"]["status"], disabled["configured"]["enabled"]) == ("disabled", False)
    assert (unpowered["link"]["status"], unpowered["power"]["admin"]) == ("notconnect", "off")
    assert unpowered["configured"]["poe"] == "never"
    assert [facts["phone"] for facts in (disabled, unpowered)] == [None, None]
    assert [facts["cdp"] for facts in (disabled, unpowered)] == [[], []]
    assert [facts["macs"] for facts in (disabled, unpowered)] == [[], []]


@pytest.mark.parametrize(
    ("model", "stack", "first", "modules"),
    [
        ("C9300-48UXM", 3, "TwoGigabitEthernet1/0/1", ["1", "2", "3"]),
        ("C9300-48UN", 1, "FiveGigabitEthernet1/0/1", ["1"]),
        ("WS-C3850-24P", 2, "GigabitEthernet1/0/1", ["1", "2"]),
        ("WS-C2960X-24PS-L", 2, "GigabitEthernet1/0/1", ["1", "2"]),
        ("WS-C2960-24PC-L", 1, "FastEthernet0/1", ["switch"]),
    ],
)
def test_models_and_stacks(make_site, model: str, stack: int, first: str, modules: list[str]) -> None:
    site = make_site(model=model, stack=stack)
    assert next(iter(site.switch.ports)) == first

    async def plugged() -> None:
        for name in site.switch.ports:
            if name == first or name.endswith("2/0/1"):
                site.switch.ports[name].attach(Phone())

    site.wait(plugged())
    result = site.task(module)
    assert not result.get("failed"), result["msg"]
    assert [budget["module"] for budget in result["modules"]] == modules
    assert [budget["used"] for budget in result["modules"]] == [6.3, 6.3, 0.0][:stack]
    assert [row["key"] for row in result["results"]] == list(site.switch.ports)
    assert all(row["facts"]["link"] and row["facts"]["operating"]["mode"] for row in result["results"])
    powered = [row["facts"]["power"] for row in result["results"] if row["facts"]["power"]]
    assert {power["module"] for power in powered} == set(modules)
    assert sum(power["oper"] == "on" for power in powered) == min(stack, 2)


def test_why_a_port_is_errdisabled(site: Site, asked: list[str]) -> None:
    voice_port(site, SECOND, "spanning-tree bpduguard enable")
    plug(site, p1=Phone(), p2=Neighbor("switch"))
    result = site.task(module)
    assert facts_of(result, SECOND)["link"]["status"] == "err-disabled"
    assert [facts_of(result, name)["err_disabled"] for name in (FIRST, SECOND)] == [None, "bpduguard"]
    assert asked == [*EVERY_COMMAND[:2], "show interfaces status err-disabled", *EVERY_COMMAND[2:]]


def test_a_vlan_that_is_not_there(site: Site) -> None:
    voice_port(site)
    site.execute("no vlan 10")
    assert facts_of(site.task(module))["operating"]["access_vlan_name"] == "Inactive"


@pytest.mark.parametrize("kind", ["switch", "router", "access_point"])
def test_who_is_at_a_port(site: Site, kind: str) -> None:
    site.execute("lldp run")
    plug(site, p1=Neighbor(kind, "neighbor-1", address="192.0.2.50"))
    facts = facts_of(site.task(module))
    for protocol in ("cdp", "lldp"):
        (found,) = facts[protocol]
        assert (found["kind"], found["name"], found["address"]) == (kind, "neighbor-1", "192.0.2.50")
    assert facts["phone"] is None


def test_a_codec_is_no_phone(site: Site) -> None:
    site.execute("lldp run")
    plug(site, p1=Neighbor("codec"))
    facts = facts_of(site.task(module))
    assert [found["kind"] for found in (*facts["cdp"], *facts["lldp"])] == ["other", "other"]
    assert facts["phone"] is None


@pytest.mark.parametrize("interfaces", [[], ["Gi1/0/3"], [f"Gi1/0/{number}" for number in range(1, 25)]])
def test_the_number_of_commands_is_fixed(site: Site, asked: list[str], interfaces: list[str]) -> None:
    site.execute("lldp run")
    plug(site, p1=Phone(), p2=Neighbor("switch"))
    result = site.task(module, interfaces=interfaces)
    assert len(result["results"]) == (len(interfaces) or len(site.switch.ports))
    assert asked == EVERY_COMMAND


STARTUP_COMMANDS = [
    *EVERY_COMMAND,
    *("show vlan brief", "show interfaces trunk", "show authentication sessions", "show logging"),
]


def test_startup_takes_one_session_and_four_commands_more_whatever_the_number_of_phones(
    site: Site, asked: list[str]
) -> None:
    site.execute("lldp run")
    for number in range(1, 13):
        voice_port(site, f"GigabitEthernet1/0/{number}", "authentication port-control auto", "mab")
    plug(site, p1=Phone())
    site.task(module, startup=True)
    plug(
        site, **{f"p{number}": Phone(f"00005E0053{number:02}", f"SEP00005E0053{number:02}") for number in range(2, 13)}
    )
    result = site.task(module, startup=True)
    assert asked == STARTUP_COMMANDS * 2
    assert site.switch.counters["sessions"] == 2
    reading = read_switch("access-sw1", result)
    assert isinstance(reading, SwitchReading)
    assert (reading.gaps, result["unavailable"]) == ((), {})
    assert {name: reading.ports[f"GigabitEthernet1/0/{name}"].authorized for name in (1, 12, 13)} == {
        **{1: True, 12: True},
        13: None,
    }
    assert [place.interface for place in reading.seen["00005E005307"]] == ["GigabitEthernet1/0/7"]
    assert len(json.dumps(result)) < 24 * 4000


def test_why_a_phone_does_not_start_up(site: Site) -> None:
    site.execute("interface Vlan20", f"ip helper-address {site.block}.30.2")
    voice_port(site, FIRST, "authentication port-control auto", "mab")
    voice_port(site, SECOND, "no cdp enable", "snmp trap mac-notification change added")
    voice_port(site, THIRD, "power inline never")
    site.execute("no vlan 20")
    site.switch.refused.add(MAC)
    plug(site, p1=Phone(), p2=Phone("00005E005302", "SEP00005E005302"), p3=Phone("00005E005303", "SEP00005E005303"))

    reading = read_switch("access-sw1", site.task(module, startup=True))

    assert isinstance(reading, SwitchReading)
    first, second, third = (reading.ports[name] for name in (FIRST, SECOND, THIRD))
    assert first.authorized is False
    assert " Unauth " in first.proofs["authentication"].answer
    assert any("MAB-5-FAIL" in line for line in first.log)
    assert (first.voice_vlan_exists, 20 in (reading.switch.vlans or {20: ""})) == (False, False)
    assert (second.cdp, second.lldp, second.heard) == (False, False, ())
    assert " no cdp enable" in second.proofs["config"].answer.split("\n")
    assert (third.poe, third.power_admin, third.link) == ("never", "off", "notconnect")
    assert "\nGi1/0/3   off" in third.proofs["power"].answer
    (svi,) = (each for each in reading.switch.svis if each.vlan == 20)
    assert (svi.vlan, svi.helpers, svi.up) == (20, (f"{site.block}.30.2",), True)


def test_startup_without_a_log_or_with_odd_words_is_a_gap(site: Site, monkeypatch) -> None:
    answer(monkeypatch, "show logging", "Syslog logging: disabled\n")
    answer(monkeypatch, "show authentication sessions", "")
    result = site.task(module, startup=True, interfaces=["Gi1/0/1"])
    assert result["failed"]
    assert result["unavailable"] == {"lldp": "% LLDP is not enabled", "log": "the switch keeps no log in its memory"}
    reading = read_switch("access-sw1", result)
    assert isinstance(reading, SwitchReading)
    assert len(reading.gaps) == 1
    assert "show authentication sessions" in reading.gaps[0]
    assert reading.ports[FIRST].link_changes is None
    assert reading.ports[FIRST].link == "notconnect"


def test_secrets_in_the_configuration_are_masked(site: Site, monkeypatch) -> None:
    answer(
        monkeypatch,
        "show running-config",
        f"version 17.9\ninterface {FIRST}\n switchport mode access\n mka pre-shared-key canary\n"
        f"interface {SECOND}\n no switchport\n ip ospf authentication-key 7 094F471A1A0A\n",
    )
    result = site.task(module, interfaces=[FIRST, SECOND])
    assert facts_of(result, FIRST)["others"] == ["mka pre-shared-key ***"]
    assert "ip ospf authentication-key 7 ***" in facts_of(result, SECOND)["others"]


def test_by_default_where_a_phone_can_be_plugged_in(site: Site) -> None:
    site.execute("interface Gi1/0/5", "no switchport", "interface Gi1/0/6", "switchport mode trunk")
    result = site.task(module)
    keys = [row["key"] for row in result["results"]]
    assert "GigabitEthernet1/0/5" not in keys
    assert not [key for key in keys if key.startswith("Vlan")]
    assert "in mode 'trunk'" in facts_of(result, "GigabitEthernet1/0/6")["obstacle"]
    routed = site.task(module, interfaces=["Gi1/0/5", "Vlan20"])
    assert "routed port" in facts_of(routed, "GigabitEthernet1/0/5")["obstacle"]
    assert facts_of(routed, "GigabitEthernet1/0/5")["operating"]["mode"] is None
    assert facts_of(routed, "Vlan20")["link"] is None


def test_unknown_interfaces_are_named_before_more_is_read(site: Site, asked: list[str]) -> None:
    result = site.task(module, interfaces=["Gi1/0/1", "Gi1/0/99", "Te9/9/9", "gigabitethernet 1/0/1"])
    assert result["failed"]
    assert "has 3 faults, nothing was touched" in result["msg"]
    assert "interfaces[1] (Gi1/0/99): access-sw1 has no interface GigabitEthernet1/0/99: the nearest" in result["msg"]
    assert "interfaces[2] (Te9/9/9): access-sw1 has no interface TenGigabitEthernet9/9/9" in result["msg"]
    assert f"interfaces[3] (gigabitethernet 1/0/1): {FIRST} stands in the list already" in result["msg"]
    assert [row["status"] for row in result["results"]] == ["not_attempted"] * 4
    assert asked == ["show running-config"]


def test_what_is_no_name_is_told_without_asking_the_switch(site: Site) -> None:
    result = site.task(module, interfaces=["Gi1/0/1-4", "all"], port=1)
    assert "interfaces[0] (Gi1/0/1-4): " in result["msg"]
    assert "interfaces[1] (all): " in result["msg"]
    assert result["error"]["type"] == "InvalidPlan"


def test_check_mode_does_the_same(site: Site) -> None:
    voice_port(site)
    plug(site, p1=Phone())
    assert site.task(module, check=True) == site.task(module)


def test_what_is_off_is_null_and_not_empty(site: Site) -> None:
    site.execute("no cdp run")
    plug(site, p1=Phone())
    result = site.task(module)
    assert result["unavailable"] == {"cdp": "% CDP is not enabled", "lldp": "% LLDP is not enabled"}
    assert (facts_of(result)["cdp"], facts_of(result)["lldp"]) == (None, None)
    site.execute("cdp run", "lldp run")
    (plugged, *empty) = site.task(module)["results"]
    assert [len(plugged["facts"][protocol]) for protocol in ("cdp", "lldp")] == [1, 1]
    assert (empty[0]["facts"]["cdp"], empty[0]["facts"]["lldp"]) == ([], [])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("%No inline power card on switch\n", "%No inline power card on switch"),
        (
            Refused("refused", words="% Invalid input detected at '^' marker."),
            "% Invalid input detected at '^' marker.",
        ),
    ],
)
def test_a_switch_without_inline_power(site: Site, monkeypatch, words, told: str) -> None:
    answer(monkeypatch, "show power inline", words)
    result = site.task(module, interfaces=["Gi1/0/1"])
    assert not result.get("failed")
    assert (result["modules"], facts_of(result)["power"]) == (None, None)
    assert result["unavailable"]["power"] == told


@pytest.mark.parametrize(
    ("command", "fact", "text", "line"),
    [
        ("show power inline", "power", "Power is good today\n", "'Power is good today'"),
        ("show cdp neighbors detail", "cdp", "Device ID: odd\nfirst\nDevice ID: even\n", "'Device ID: odd'"),
        (
            "show interfaces status",
            "link",
            "Port  Name  Status  Vlan  Duplex  Speed Type\nGi1/0/1 odd\n",
            "Gi1/0/1 odd",
        ),
        ("show mac address-table", "macs", Refused("sw refused it: Command authorization failed."), "authorization"),
    ],
)
def test_what_is_not_understood_fails_and_the_rest_is_there(
    site: Site, monkeypatch, command: str, fact: str, text, line: str
) -> None:
    voice_port(site)
    plug(site, p1=Phone())
    answer(monkeypatch, command, text)
    result = site.task(module, interfaces=["Gi1/0/1", "Gi1/0/2"])
    assert result["failed"]
    assert line in result["msg"]
    assert [row["status"] for row in result["results"]] == ["failed", "failed"]
    assert line in result["results"][0]["error"]
    facts = facts_of(result)
    assert facts[fact] is None
    assert facts["phone"] == f"SEP{MAC}" or fact == "cdp"
    assert facts["configured"]["voice_vlan"] == 20
    assert not result["changed"]


SHORT_TABLE = f"""
Capability codes:
    (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device
    (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other

Device ID           Local Intf     Hold-time  Capability      Port ID
SEP{MAC}     Gi1/0/1        180        B,T             {MAC}:P1
desk-sw             Gi1/0/2        120        B               Gi0/9

Total entries displayed: 2
"""


def test_an_older_ios_that_leaves_out_where_it_hears_a_neighbour(site: Site, monkeypatch) -> None:
    site.execute("lldp run")
    plug(site, p1=Phone(), p2=Neighbor("switch", "desk-sw"))
    show = session.Session.show

    def older(self, command):
        lines = show(self, command).split("\n")
        return "\n".join(line for line in lines if not line.startswith("Local Intf: "))

    monkeypatch.setattr(session.Session, "show", older)
    answer(monkeypatch, "show lldp neighbors", SHORT_TABLE)
    result = site.task(module, startup=True)
    assert [found["name"] for found in facts_of(result, FIRST)["lldp"]] == [f"SEP{MAC}"]
    reading = read_switch("access-sw1", result)
    assert isinstance(reading, SwitchReading)
    assert reading.ports[FIRST].proofs["lldp"].answer == f"System Name: SEP{MAC}\nPort id: {MAC}:P1"
    assert reading.ports[THIRD].proofs["lldp"].answer == f"(nothing about {THIRD})"
    assert [found["name"] for found in facts_of(result, SECOND)["lldp"]] == ["desk-sw"]
    assert facts_of(result, THIRD)["lldp"] == []
    assert result["unplaced_neighbors"] == []

    answer(monkeypatch, "show lldp neighbors", Refused("sw refused it"))
    result = site.task(module)
    assert not result.get("failed")
    assert [found["name"] for found in result["unplaced_neighbors"]] == [f"SEP{MAC}", "desk-sw"]
    assert facts_of(result, FIRST)["lldp"] == []


def test_the_examples_find_dark_ports_and_a_phone(site: Site) -> None:
    voice_port(site)
    voice_port(site, SECOND)
    plug(site, p1=Phone())
    look, dark, _stop, find, _other = yaml.safe_load(module.EXAMPLES)
    find = yaml.safe_load(yaml.safe_dump(find).replace("SEP001122334455", f"SEP{MAC}"))
    played = site.play([look, dark, find])
    assert played.returncode == 0, played.stdout
    assert f"{SECOND}: notconnect" in played.stdout
    assert f"{FIRST}: " not in played.stdout
    assert f"- {FIRST}" in played.stdout

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""switch_voice_ports in each of its states, with every setting, and what it refuses to touch."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.dialtone.voice.plugins.modules import switch_voice_ports as module
from lab.switch.neighbors import Neighbor

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.ios_switch import Site

pytest_plugins = ["tests.integration.ios_switch"]

PORT = "interface GigabitEthernet1/0/1"
VLANS = [{"id": 20, "name": "VOICE"}]
EVERYTHING = {
    "interface": "Gi1/0/1",
    "enabled": True,
    "description": "Desk 1",
    "access_vlan": "DATA",
    "voice_vlan": "VOICE",
    "poe": "static",
    "poe_max": 15400,
    "cdp": True,
    "lldp": True,
    "portfast": True,
    "bpdu_guard": True,
    "qos": "trust",
    "port_security": True,
    "port_security_violation": "protect",
}
# Lines that the module cannot set, and one of each kind that it can.
FOREIGN = ["storm-control broadcast level 5.00", "authentication port-control auto", "mab"]
DIFFERENT = [
    "description old",
    "switchport mode access",
    "switchport voice vlan dot1p",
    "power inline static max 10000",
    "no cdp enable",
    "no lldp transmit",
    "spanning-tree portfast",
    "spanning-tree bpduguard disable",
    "switchport port-security maximum 5",
    "switchport port-security",
    "shutdown",
]


def section(site: Site) -> list[str]:
    match = re.search(rf"^{PORT}\n((?: .*\n)*)", site.switch.running_config(), re.MULTILINE)
    return [line.strip() for line in match[1].splitlines()] if match else []


def set_to(site: Site, lines: list[str]) -> None:
    site.execute("vlan 10", "name DATA", "exit", "default interface Gi1/0/1", PORT, *lines, "exit", warned=True)


STATES = {
    "merged": {"vlans": VLANS, "ports": [EVERYTHING]},
    "a part merged": {"vlans": VLANS, "ports": [{"interface": "Gi1/0/1", "voice_vlan": 20, "qos": "auto"}]},
    "replaced": {"state": "replaced", "vlans": VLANS, "ports": [EVERYTHING]},
    "a part replaced": {"state": "replaced", "vlans": VLANS, "ports": [{"interface": "Gi1/0/1", "voice_vlan": 20}]},
    "nothing replaced": {"state": "replaced", "ports": [{"interface": "Gi1/0/1"}]},
    "deleted": {"state": "deleted", "vlans": VLANS, "ports": [EVERYTHING]},
}


@pytest.mark.parametrize("start", [[], FOREIGN, [*DIFFERENT, *FOREIGN]], ids=["default", "foreign", "different"])
def test_the_stair(site: Site, start: list[str]) -> None:
    for name, task in STATES.items():
        set_to(site, start)
        before = site.switch.running_config()
        planned = site.task(module, check=True, **task)
        assert site.switch.running_config() == before
        done = site.task(module, **task)
        same = ("changed", "commands", "saved", "diff")
        assert "failed" not in done, f"{name}: {done['msg']}"
        assert {key: done[key] for key in same} == {key: planned[key] for key in same}, name
        again = site.task(module, **task)
        assert "failed" not in again, f"{name}: {again['msg']}"
        assert (again["changed"], again["commands"], again["diff"]) == (False, [], []), name
        assert again["results"][0]["before"] == planned["results"][0]["after"], name
        kept = [line for line in start if line in FOREIGN]
        assert sorted(line for line in section(site) if line in FOREIGN) == sorted(kept)
        if name in ("nothing replaced", "deleted"):
            # A port that authenticates cannot leave mode access.
            kept += [line for line in start if line == "switchport mode access"]
            assert sorted(section(site)) == sorted(kept)


def test_replaced_takes_back_what_is_not_given(site: Site) -> None:
    set_to(site, [*DIFFERENT, *FOREIGN])
    row = {"interface": "Gi1/0/1", "voice_vlan": 20, "portfast": True}
    result = site.task(module, state="replaced", vlans=VLANS, ports=[row])
    assert sorted(section(site)) == sorted(
        [*FOREIGN, "switchport mode access", "switchport voice vlan 20", "spanning-tree portfast"]
    )
    sent = result["results"][0]["sent"]
    assert not {"no switchport voice vlan", "no power inline", "power inline never"} & set(sent)


def test_deleted_makes_and_removes_no_vlan(site: Site) -> None:
    result = site.task(module, state="deleted", vlans=[{"id": 10, "name": "OTHER"}, {"id": 77}], ports=[EVERYTHING])
    assert (result["changed"], result["vlans"]) == (False, [])
    assert "name DATA" in site.switch.running_config()


def test_rendered_asks_no_switch(site: Site) -> None:
    nobody = {"host": ..., "username": ..., "password": ..., "enable_secret": ..., "host_keys": ...}
    task = {"vlans": [*VLANS, {"id": 10, "name": "DATA"}], "ports": [EVERYTHING]}
    result = site.task(module, state="rendered", **nobody, **task)
    assert (result["changed"], result["saved"], result["diff"]) == (False, False, [])
    assert site.switch.counters["sessions"] == 0
    assert result["commands"][:3] == ["vlan 20", "name VOICE", "exit"]
    assert {"switchport access vlan 10", "switchport voice vlan 20", "power inline static max 15400"} <= set(
        result["commands"]
    )
    (row,) = result["results"]
    assert (row["key"], row["status"], row["before"], row["sent"]) == ("GigabitEthernet1/0/1", "unchanged", None, [])
    assert row["after"]["voice_vlan"] == 20
    site.execute(*result["commands"], "exit", warned=True)
    found = site.task(module, check=True, **task)
    assert found["commands"] in ([], [PORT, "trust device cisco-phone"], [PORT, "mls qos trust device cisco-phone"])


def test_rendered_refuses_what_no_switch_could_take(site: Site) -> None:
    result = site.task(module, state="rendered", host=..., ports=[EVERYTHING, {"interface": "Gi1"}], vlans=VLANS)
    assert "ports[0] (Gi1/0/1): access_vlan: a VLAN named 'DATA' is not in 'vlans'" in result["msg"]


def test_all_but_rendered_need_a_switch(site: Site) -> None:
    for state in ("merged", "replaced", "deleted"):
        result = site.task(module, state=state, host=..., username=..., ports=[EVERYTHING])
        assert f"state is {state} but all of the following are missing: host, username (give them" in result["msg"]
        assert "SWITCH_HOST, SWITCH_USERNAME in the environment" in result["msg"]


OBSTACLES = {
    "trunk": ["switchport mode trunk"],
    "channel member": ["channel-group 1 mode active"],
    "routed": ["no switchport"],
}


@pytest.mark.parametrize("kind", OBSTACLES)
def test_what_is_no_port_for_phones_may_be_allowed(site: Site, kind: str) -> None:
    set_to(site, OBSTACLES[kind])
    task = {"vlans": VLANS, "ports": [{"interface": "Gi1/0/1", "voice_vlan": 20}]}
    refused = site.task(module, **task)
    assert "ports[0] (Gi1/0/1): interface: GigabitEthernet1/0/1 is " in refused["msg"]
    assert "or put GigabitEthernet1/0/1 into 'allow'" in refused["msg"]
    assert site.switch.counters["config_lines"] == 0
    result = site.task(module, allow=["gigabitethernet 1/0/1"], **task)
    assert "failed" not in result, result["msg"]
    assert "switchport voice vlan 20" in section(site)
    assert not site.task(module, allow=["Gi1/0/1"], **task)["changed"]


@pytest.mark.parametrize("kind", ["switch", "router", "access_point"])
def test_a_port_with_more_than_a_phone_behind_it(site: Site, kind: str) -> None:
    site.switch.ports["GigabitEthernet1/0/1"].attach(Neighbor(kind, "other-1"))
    site.execute("lldp run")
    task = {"vlans": VLANS, "ports": [{"interface": "Gi1/0/1", "poe": "auto", "description": "x"}]}
    for check in (True, False):
        result = site.task(module, check=check, **task)
        assert "ports[0] (Gi1/0/1): interface: GigabitEthernet1/0/1 has the " in result["msg"]
        assert " other-1" in result["msg"]
        assert not result["changed"]
    assert site.switch.counters["config_lines"] == 0
    assert site.task(module, allow=["Gi1/0/1"], **task)["changed"]
    assert not site.task(module, **task)["changed"]


def test_a_codec_or_a_computer_is_no_obstacle(site: Site) -> None:
    for number, kind in ((1, "codec"), (2, "computer")):
        site.switch.ports[f"GigabitEthernet1/0/{number}"].attach(Neighbor(kind, f"{kind}-1"))
    ports = [{"interface": f"Gi1/0/{number}", "description": "x"} for number in (1, 2)]
    assert site.task(module, ports=ports)["changed"]


def test_a_vlan_that_leads_nowhere(site: Site) -> None:
    uplink = next(name for name, port in site.switch.ports.items() if port.uplink)
    site.execute(f"interface {uplink}", "switchport mode trunk", "switchport trunk allowed vlan 10,40")
    task: dict[str, Any] = {"vlans": [{"id": 40}, {"id": 50}]}
    voice = [{"interface": "Gi1/0/1", "access_vlan": 10, "voice_vlan": 50}]
    result = site.task(module, ports=voice, **task)
    assert f"voice_vlan: VLAN 50 is carried by no trunk of access-sw1 ({uplink})" in result["msg"]
    assert "switchport trunk allowed vlan add 50" in result["msg"]
    assert site.switch.counters["config_lines"] == 0
    assert site.task(module, ports=voice, allow=["vlan 50"], **task)["changed"]
    assert not site.task(module, ports=voice, **task)["changed"], "what is set already is not asked for again"
    for number in (20, 40):
        row = {"interface": "Gi1/0/2", "voice_vlan": number}
        assert site.task(module, ports=[row], vlans=[{"id": number}])["changed"], "routed here, and carried"


def test_power_that_may_not_suffice_is_told_with_figures(site: Site) -> None:
    budget = site.switch.model.budget
    count = int(budget / 30.0)
    site.execute(
        *(line for number in range(1, count + 1) for line in (f"interface Gi1/0/{number}", "power inline static"))
    )
    ports = [{"interface": f"Gi1/0/{number}", "poe": "auto", "description": "x"} for number in (count + 1, count + 2)]
    result = site.task(module, ports=ports)
    (warning,) = result["warnings"]
    assert "may not suffice: 2 ports may ask for up to 30.8 W more, and " in warning
    assert f"W of {budget:.1f} W are left" in warning
    assert "warnings" not in site.task(module, ports=ports)


def test_what_may_be_allowed_is_checked(site: Site) -> None:
    result = site.task(module, allow=["Gi1/0/1", "everything"], confirm=True, confirm_minutes=121, ports=[EVERYTHING])
    assert "allow[1]: 'everything' is neither an interface nor a VLAN" in result["msg"]
    assert "confirm_minutes: 121 is out of range" in result["msg"]
    assert site.switch.counters["sessions"] == 0


BAD_HOSTS = {
    "no-such-switch.invalid": "the name 'no-such-switch.invalid' has no address",
    "192.0.2.999": "the name '192.0.2.999' has no address",
    "": "host: it is empty: give the switch's name or address",
    "ssh://192.0.2.1": "host: 'ssh://192.0.2.1' is neither a name nor an address",
}


@pytest.mark.parametrize("host", BAD_HOSTS)
def test_a_host_that_is_none(site: Site, host: str) -> None:
    result = site.task(module, host=host, ports=[EVERYTHING])
    assert BAD_HOSTS[host] in result["msg"]
    assert (result["failed"], result["changed"]) == (True, False)
    assert site.switch.counters["sessions"] == 0


def test_another_switch_than_expected(site: Site) -> None:
    result = site.task(module, expected_hostname="access-sw2", vlans=VLANS, ports=[EVERYTHING])
    assert result["error"]["type"] == "Refused"
    assert "access-sw1" in result["msg"]
    assert "access-sw2" in result["msg"]
    assert [row["status"] for row in result["results"]] == ["not_attempted"]
    assert site.switch.counters["config_lines"] == 0


def test_a_change_is_confirmed_after_a_login_of_its_own(site: Site) -> None:
    site.execute("archive", "path flash:before", "exit")
    result = site.task(module, vlans=VLANS, ports=[EVERYTHING], confirm=True, confirm_minutes=1)
    assert "failed" not in result, result["msg"]
    assert (result["saved"], site.switch.counters["sessions"]) == (True, 2)
    assert "switchport voice vlan 20" in section(site)
    assert not site.task(module, vlans=VLANS, ports=[EVERYTHING], confirm=True)["changed"]


def test_a_switch_that_cannot_take_back_says_why_before_anything_is_touched(site: Site) -> None:
    for check in (True, False):
        result = site.task(module, check=check, vlans=VLANS, ports=[EVERYTHING], confirm=True)
        assert result["error"]["type"] == "Unsupported"
        assert "access-sw1 cannot take a change back by itself" in result["msg"]
        assert "it has no archive to go back to" in result["msg"]
    assert site.switch.counters["config_lines"] == 0


@pytest.mark.parametrize("drop", [False, True], ids=["refused", "dropped"])
def test_an_unconfirmed_change_is_taken_back(make_site: Callable[..., Site], drop: bool) -> None:
    site = make_site()
    site.execute("archive", "path flash:before", "exit")
    set_to(site, [*DIFFERENT, *FOREIGN])
    stamps = ("! Last configuration", "! NVRAM", "Current configuration")
    before = [line for line in site.switch.running_config().splitlines() if not line.startswith(stamps)]
    site.switch.refuse_line, site.switch.drop_at = (None, 9) if drop else (9, None)
    site.switch.hostile_times = 1
    result = site.task(module, vlans=VLANS, ports=[EVERYTHING], confirm=True)
    assert (result["failed"], result["restored"], result["changed"], result["saved"]) == (True, True, False, False)
    assert [line for line in site.switch.running_config().splitlines() if not line.startswith(stamps)] == before
    assert all(row["after"] == row["before"] for row in (*result["results"], *result["vlans"]))

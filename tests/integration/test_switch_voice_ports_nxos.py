# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""switch_voice_ports against the lab's Nexus: the stair, what the platform has not, and a switch that misbehaves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.dialtone.voice.plugins.modules import switch_voice_ports as module
from lab.nxos import Neighbor

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.nxos_switch import NxosSite

pytest_plugins = ["tests.integration.ios_switch", "tests.integration.nxos_switch"]

VLANS = [{"id": 20, "name": "VOICE"}]
PORTS = [
    {
        "interface": f"Eth1/{number}",
        "description": f"Desk {number}",
        "access_vlan": 10,
        "voice_vlan": "VOICE",
        "portfast": True,
        "bpdu_guard": True,
    }
    for number in (1, 2, 3)
]
DONE = [
    "switchport access vlan 10",
    "switchport voice vlan 20",
    "spanning-tree port type edge",
    "spanning-tree bpduguard enable",
]


def statuses(result: dict[str, Any]) -> list[str]:
    assert "results" in result, result["msg"]
    return [row["status"] for row in result["results"]]


def section(config: str, header: str) -> list[str]:
    """Return the lines below a header of a configuration."""
    match = re.search(rf"^{re.escape(header)}\n((?: .*\n)*)", config, re.MULTILINE)
    return [line.strip() for line in match[1].splitlines()] if match else []


def body(config: str) -> str:
    """Return a configuration without its stamps."""
    return config.partition("\nversion ")[2]


def test_stair(nexus: NxosSite) -> None:
    result = nexus.task(module, ports=[{"poe": "on"}, {"interface": "Eth1/1", "colour": "red"}], username=...)
    assert result["failed"]
    assert "state is merged but all of the following are missing: username (give them in the task" in result["msg"]
    assert "ports[0]: missing required arguments: interface" in result["msg"]
    assert "colour" in result["msg"]

    before = body(nexus.switch.running_config())
    planned = nexus.task(module, check=True, vlans=VLANS, ports=PORTS)
    assert statuses(planned) == ["changed"] * 3
    assert "voice_vlan: 20" in planned["diff"][1]["after"]
    assert body(nexus.switch.running_config()) == before

    first = nexus.task(module, vlans=VLANS, ports=PORTS)
    assert statuses(first) == ["changed"] * 3
    assert first["vlans"][0]["status"] == "changed"
    assert (first["commands"], first["diff"]) == (planned["commands"], planned["diff"])
    assert (first["changed"], first["saved"]) == (True, True)
    for number in (1, 2, 3):
        found = section(nexus.switch.running_config(), f"interface Ethernet1/{number}")
        assert found == [f"description Desk {number}", *DONE]
    assert section(nexus.switch.running_config(), "vlan 20") == ["name VOICE"]
    assert body(nexus.switch.startup_config()) == body(nexus.switch.running_config())

    again = nexus.task(module, vlans=VLANS, ports=PORTS)
    assert statuses(again) == ["unchanged"] * 3
    assert (again["changed"], again["saved"], again["commands"], again["diff"]) == (False, False, [], [])

    update = [{**PORTS[0], "description": "", "voice_vlan": "dot1p", "cdp": False, "portfast": False, "enabled": False}]
    changed = nexus.task(module, ports=update)
    assert changed["results"][0]["sent"] == [
        "interface Ethernet1/1",
        "no description",
        "switchport voice vlan dot1p",
        "no cdp enable",
        "no spanning-tree port type",
        "shutdown",
    ]
    assert not nexus.task(module, ports=update)["changed"]

    gone = nexus.task(module, ports=[{"interface": "Ethernet 1/1"}, {"interface": "e1/2"}], state="deleted")
    assert statuses(gone) == ["changed"] * 2
    running = nexus.switch.running_config()
    assert section(running, "interface Ethernet1/1") == section(running, "interface Ethernet1/2") == []
    assert section(running, "interface Ethernet1/3") == ["description Desk 3", *DONE]
    assert not nexus.task(module, ports=[{"interface": "Eth1/1"}, {"interface": "Eth1/2"}], state="deleted")["changed"]


def test_what_no_setting_owns_stays(nexus: NxosSite) -> None:
    others = ["storm-control broadcast level 5.00", "mtu 9216"]
    nexus.execute("interface e1/1", *others, "description old", "no cdp enable")
    assert nexus.task(module, vlans=VLANS, ports=PORTS[:1], state="replaced")["changed"]
    found = section(nexus.switch.running_config(), "interface Ethernet1/1")
    assert sorted(found) == sorted(["description Desk 1", *DONE, *others])
    assert not nexus.task(module, vlans=VLANS, ports=PORTS[:1], state="replaced")["changed"]


def test_power_is_refused_by_row_field_and_platform(nexus: NxosSite) -> None:
    before = body(nexus.switch.running_config())
    result = nexus.task(module, vlans=VLANS, ports=[PORTS[0], {**PORTS[1], "poe": "never"}])
    assert result["failed"]
    assert "ports[1] (Eth1/2): poe: nexus1 (platform nxos) has no such setting" in result["msg"]
    assert body(nexus.switch.running_config()) == before
    assert nexus.switch.counters["config_lines"] == 0
    # What the platform does anyway is no reason to refuse a row that is shared with others.
    assert nexus.task(module, vlans=VLANS, ports=[{**PORTS[0], "poe": "auto"}])["changed"]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["switchport mode trunk"], "trunk"),
        (["no switchport"], "routed port"),
        (["channel-group 1"], "member of port-channel 1"),
    ],
)
def test_ports_that_are_no_ports_for_phones(nexus: NxosSite, lines: list[str], why: str) -> None:
    nexus.execute("interface Ethernet1/2", *lines)
    result = nexus.task(module, vlans=VLANS, ports=PORTS)
    assert "ports[1] (Eth1/2): interface: Ethernet1/2 is " in result["msg"]
    assert why in result["msg"]
    assert nexus.switch.counters["config_lines"] == 0


def test_a_switch_as_neighbour(nexus: NxosSite) -> None:
    nexus.switch.neighbors["Ethernet1/1"] = Neighbor("SEP00005E005301")
    nexus.switch.neighbors["Ethernet1/2"] = Neighbor(
        "core1(FDO20000002)", "N9K-C93180YC-FX3", capabilities="Router Switch IGMP Filtering", port="Ethernet1/7"
    )
    result = nexus.task(module, vlans=VLANS, ports=PORTS)
    assert "ports[1] (Eth1/2): interface: " in result["msg"]
    assert "core1" in result["msg"]
    assert "ports[0]" not in result["msg"]
    assert nexus.switch.counters["config_lines"] == 0
    assert nexus.task(module, vlans=VLANS, ports=PORTS, allow=["e1/2"])["changed"]


def test_no_feature_lldp(make_nexus: Callable[..., NxosSite]) -> None:
    nexus = make_nexus(config="vlan 10\n  name DATA\n")
    assert nexus.task(module, vlans=VLANS, ports=PORTS)["changed"]
    assert not nexus.task(module, vlans=VLANS, ports=PORTS)["changed"]


def test_ports_that_route_by_default(make_nexus: Callable[..., NxosSite]) -> None:
    ports = "interface Ethernet1/1-3\n  switchport\n  no shutdown\n"
    nexus = make_nexus(config=f"no system default switchport\nvlan 10\n  name DATA\n{ports}")
    assert "ports[0] (Eth1/4)" in nexus.task(module, ports=[{"interface": "Eth1/4", "access_vlan": 10}])["msg"]
    assert nexus.task(module, vlans=VLANS, ports=PORTS)["changed"]
    assert section(nexus.switch.running_config(), "interface Ethernet1/1") == [
        "description Desk 1",
        "switchport",
        *DONE,
    ]
    assert not nexus.task(module, vlans=VLANS, ports=PORTS)["changed"]


def test_ports_that_are_shut_by_default(make_nexus: Callable[..., NxosSite]) -> None:
    nexus = make_nexus(config="system default switchport shutdown\nvlan 10\n  name DATA\n")
    on = [{**row, "enabled": True} for row in PORTS]
    assert nexus.task(module, vlans=VLANS, ports=on)["results"][0]["before"]["enabled"] is False
    running = nexus.switch.running_config()
    assert section(running, "interface Ethernet1/1") == ["description Desk 1", *DONE, "no shutdown"]
    assert not nexus.task(module, vlans=VLANS, ports=on)["changed"]
    assert nexus.task(module, ports=[{"interface": "Eth1/1"}], state="deleted")["changed"]
    assert section(nexus.switch.running_config(), "interface Ethernet1/1") == []


# Two for the VLAN; for each port its name, the description and the settings.
LINES = 2 + 3 * (len(DONE) + 2)


@pytest.mark.parametrize("line", [1, 2, 4, 6, 9, LINES])
@pytest.mark.parametrize("knob", ["refuse_line", "drop_at"])
def test_a_run_that_ends_half_way_tells_the_truth_and_the_next_one_mends_it(
    nexus: NxosSite, knob: str, line: int
) -> None:
    setattr(nexus.switch, knob, line)
    nexus.switch.hostile_times = 1
    result = nexus.task(module, vlans=VLANS, ports=PORTS)
    assert (result["failed"], result["saved"]) == (True, False)
    running = nexus.switch.running_config()
    for row in result["results"]:
        taken = section(running, f"interface {row['key']}")
        assert row["after"]["access_vlan"] == (10 if "switchport access vlan 10" in taken else 1)
        assert row["after"]["voice_vlan"] == (20 if "switchport voice vlan 20" in taken else None)
        assert row["after"]["portfast"] == ("spanning-tree port type edge" in taken)
        assert (row["status"] == "unchanged") is False
    mended = nexus.task(module, vlans=VLANS, ports=PORTS)
    assert "failed" not in mended
    assert mended["saved"]
    assert section(nexus.switch.startup_config(), "interface Ethernet1/3") == ["description Desk 3", *DONE]


def test_a_refusal_in_the_words_of_the_switch(nexus: NxosSite) -> None:
    nexus.switch.refuse_line = 6
    result = nexus.task(module, vlans=VLANS, ports=PORTS)
    assert "Permission denied for the role" in result["msg"]


@pytest.mark.parametrize("knob", ["refuse_line", "drop_at"])
def test_at_whatever_line_it_fails_all_is_put_back(nexus: NxosSite, knob: str) -> None:
    nexus.execute("interface e1/1", "description old", "switchport voice vlan untagged", "mtu 9216")
    before = body(nexus.switch.running_config())
    for line in range(1, LINES + 1):
        setattr(nexus.switch, knob, line)
        nexus.switch.hostile_times = 1
        result = nexus.task(module, vlans=VLANS, ports=PORTS, on_error="restore")
        assert (result["failed"], result["restored"]) == (True, True), line
        assert body(nexus.switch.running_config()) == before, line
    setattr(nexus.switch, knob, LINES + 1)
    nexus.switch.hostile_times = 1
    assert nexus.task(module, vlans=VLANS, ports=PORTS, on_error="restore")["saved"]
    assert nexus.switch.hostile_times == 1


def test_confirm_is_refused(nexus: NxosSite) -> None:
    result = nexus.task(module, vlans=VLANS, ports=PORTS, confirm=True)
    assert result["error"]["type"] == "Unsupported"
    assert nexus.switch.counters["config_lines"] == 0


@pytest.mark.parametrize(("busy", "saved"), [(2, True), (3, False)])
def test_a_save_that_is_busy(nexus: NxosSite, monkeypatch: pytest.MonkeyPatch, busy: int, saved: bool) -> None:
    from ansible_collections.dialtone.voice.plugins.module_utils._switch import session

    monkeypatch.setattr(session, "SAVE_PAUSE", 0)
    nexus.switch.save_busy = busy
    result = nexus.task(module, vlans=VLANS, ports=PORTS)
    assert (result["changed"], result["saved"], bool(result.get("failed"))) == (True, saved, not saved)
    if not saved:
        assert "a restart would lose it" in result["msg"]
        assert nexus.task(module, vlans=VLANS, ports=PORTS)["saved"]
    assert body(nexus.switch.startup_config()) == body(nexus.switch.running_config())


def test_rendered_without_a_switch(nexus: NxosSite) -> None:
    ports = [{**PORTS[0], "enabled": True}]
    offline = {"host": ..., "username": ..., "password": ..., "port": ..., "host_keys": ..., "timeout": ...}
    result = nexus.task(module, vlans=VLANS, ports=ports, state="rendered", **offline)
    assert not result["changed"]
    assert nexus.switch.counters == {}
    sent = nexus.task(module, vlans=VLANS, ports=ports)
    assert set(sent["commands"]) <= set(result["commands"])


def test_by_playbook(nexus: NxosSite) -> None:
    task = {"name": "Set up the ports", "dialtone.voice.switch_voice_ports": {"vlans": VLANS, "ports": PORTS}}
    task["dialtone.voice.switch_voice_ports"]["platform"] = "nxos"
    variables = {"ansible_network_os": "cisco.nxos.nxos", "voice_switch_hostname": "nexus1"}
    first = nexus.play([task], "-vvvv", "--diff", **variables)
    assert first.returncode == 0, first.stdout
    assert "changed=1" in first.stdout
    assert "changed=0" in nexus.play([task], **variables).stdout
    wrong = nexus.play([task], **{**variables, "voice_switch_hostname": "nexus2"})
    assert wrong.returncode != 0
    assert "nexus1" in wrong.stdout
    assert "nexus2" in wrong.stdout

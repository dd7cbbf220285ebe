# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""switch_voice_ports against the lab's switch: the stair, bad input, and switches that misbehave."""

from __future__ import annotations

import itertools
import os
import re
import signal
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncssh
import pytest

from ansible_collections.dialtone.voice.plugins.modules import switch_voice_ports as module

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.ios_switch import Site

pytest_plugins = ["tests.integration.ios_switch"]

VLANS = [{"id": 20, "name": "VOICE"}]
PORTS = [
    {
        "interface": f"Gi1/0/{number}",
        "description": f"Desk {number}",
        "access_vlan": 10,
        "voice_vlan": 20,
        "poe": "auto",
        "portfast": True,
    }
    for number in (1, 2, 3)
]


def statuses(result: dict[str, Any]) -> list[str]:
    assert "results" in result, result["msg"]
    return [row["status"] for row in result["results"]]


def section(config: str, header: str) -> list[str]:
    """Return the lines below a header of a configuration."""
    match = re.search(rf"^{re.escape(header)}\n((?: .*\n)*)", config, re.MULTILINE)
    return [line.strip() for line in match[1].splitlines()] if match else []


def test_stair(site: Site) -> None:
    result = site.task(module, ports=[{"poe": "on"}, {"interface": "Gi1/0/1", "colour": "red"}], username=...)
    assert result["failed"]
    assert "state is merged but all of the following are missing: username (give them in the task" in result["msg"]
    assert "ports[0]: missing required arguments: interface" in result["msg"]
    assert "ports[0]: value of poe must be one of: auto, static, never" in result["msg"]
    assert "ports[1] (Gi1/0/1): " in result["msg"]
    assert "colour" in result["msg"]

    before = site.switch.running_config()
    planned = site.task(module, check=True, vlans=VLANS, ports=PORTS)
    assert statuses(planned) == ["changed"] * 3
    assert "voice_vlan: 20" in planned["diff"][1]["after"]
    assert site.switch.running_config() == before

    first = site.task(module, vlans=VLANS, ports=PORTS)
    assert statuses(first) == ["changed"] * 3
    assert first["vlans"][0]["status"] == "changed"
    assert first["commands"] == planned["commands"]
    assert first["diff"] == planned["diff"]
    assert (first["changed"], first["saved"]) == (True, True)
    running = site.switch.running_config()
    assert section(running, "vlan 20") == ["name VOICE"]
    assert {
        "description Desk 1",
        "switchport mode access",
        "switchport access vlan 10",
        "switchport voice vlan 20",
        "spanning-tree portfast",
    } <= set(section(running, "interface GigabitEthernet1/0/1"))
    assert section(site.switch.startup_config(), "vlan 20") == ["name VOICE"]

    again = site.task(module, vlans=VLANS, ports=PORTS)
    assert statuses(again) == ["unchanged"] * 3
    assert (again["changed"], again["saved"], again["commands"], again["diff"]) == (False, False, [], [])

    update = [{**PORTS[0], "description": "", "voice_vlan": 30, "poe": "never", "portfast": False}]
    changed = site.task(module, vlans=[{"id": 30, "name": "VOICE2"}], ports=update)
    assert changed["results"][0]["sent"] == [
        "interface GigabitEthernet1/0/1",
        "no description",
        "switchport voice vlan 30",
        "power inline never",
        "no spanning-tree portfast",
    ]
    assert not site.task(module, ports=update)["changed"]


# On a C2960X a voice VLAN brings portfast, which check mode can foresee only where a row says what it shall be.
WANTED = (
    {"voice_vlan": 20, "portfast": True},
    {"access_vlan": 30, "portfast": False, "bpdu_guard": True},
    {"access_vlan": 30, "poe": "auto", "enabled": False},
    {"access_vlan": 10, "voice_vlan": "untagged", "portfast": True, "port_security": True, "cdp": False},
    {"access_vlan": "DATA", "voice_vlan": "none", "qos": "auto", "poe_priority": "high", "lldp": False},
    {"access_vlan": 10, "qos": "trust", "poe": "static", "poe_max": 7000, "bpdu_guard": False},
    PORTS[0],
)
C9300, C2960X = "C9300-24P", "WS-C2960X-24PS-L"


@pytest.mark.parametrize(
    ("model", "everywhere", "lines"),
    [
        (C9300, False, ["description old", "power inline never"]),
        (C9300, True, ["switchport mode dynamic desirable", "power inline static max 10000"]),
        (C2960X, False, ["switchport mode access", "switchport access vlan 10", "spanning-tree portfast"]),
        (C2960X, True, ["switchport mode access", "switchport voice vlan dot1p", "spanning-tree portfast disable"]),
    ],
)
def test_check_mode_says_what_is_read_afterwards(
    make_site: Callable[..., Site], model: str, lines: list[str], everywhere: bool
) -> None:
    site = make_site(model=model)
    for state, wanted in itertools.product(("merged", "replaced", "deleted"), WANTED):
        task = {"state": state, "vlans": [*VLANS, {"id": 30}], "ports": [{**wanted, "interface": "Gi1/0/1"}]}
        set_back(site, lines, everywhere)
        planned, done = site.task(module, check=True, **task), site.task(module, **task)
        same = ("changed", "commands", "saved", "diff")
        assert [done.get(key) for key in same] == [planned[key] for key in same], (state, wanted, done.get("msg"))
        again = site.task(module, check=True, **task)["results"][0]
        assert (again["before"], again["status"]) == (planned["results"][0]["after"], "unchanged")


def set_back(site: Site, lines: list[str], everywhere: bool) -> None:
    top = f"{'' if everywhere else 'no '}spanning-tree portfast default"
    site.execute(top, "default interface Gi1/0/1", "interface Gi1/0/1", *lines, "exit", warned=True)


@pytest.mark.parametrize(("model", "portfast"), [(C9300, False), (C2960X, True)])
def test_a_release_that_adds_portfast_by_itself_is_told_as_it_is(
    make_site: Callable[..., Site], model: str, portfast: bool
) -> None:
    site = make_site(model=model)
    task = {"vlans": VLANS, "ports": [{"interface": "Gi1/0/1", "voice_vlan": 20}]}
    assert site.task(module, **task)["results"][0]["after"]["portfast"] is portfast
    again = site.task(module, **task)
    assert (again["results"][0]["before"]["portfast"], again["changed"]) == (portfast, False)


def test_one_session_for_48_ports(make_site: Callable[..., Site]) -> None:
    site = make_site(model="C9300-48P", ports=48)
    ports = [
        {"interface": f"Gi1/0/{number}", "access_vlan": 10, "voice_vlan": 20, "portfast": True}
        for number in range(1, 49)
    ]
    result = site.task(module, vlans=VLANS, ports=ports)
    assert statuses(result) == ["changed"] * 48
    assert site.switch.counters["sessions"] == 1
    assert site.switch.counters["config_lines"] <= len(result["commands"]) + 1
    assert not site.task(module, vlans=VLANS, ports=ports)["changed"]


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        (
            {"ports": [{"interface": "Gi1/0/99"}]},
            ["ports[0] (Gi1/0/99): interface: access-sw1 has no interface", "nearest are"],
        ),
        (
            {"ports": [{"interface": "Te1/1/1-4"}]},
            ["ports[0] (Te1/1/1-4): interface: 'Te1/1/1-4' is no interface name"],
        ),
        (
            {"ports": [{**PORTS[0], "voice_vlan": 4095}]},
            ["voice_vlan: VLAN 4095 is out of range: give a number from 1 to 4094"],
        ),
        ({"ports": [{**PORTS[0], "voice_vlan": "many"}]}, ["ports[0] (Gi1/0/1): ", "voice_vlan", "many"]),
        ({"ports": [{**PORTS[0], "voice_vlan": 30}]}, ["VLAN 30 exists neither on access-sw1 nor in 'vlans'"]),
        ({"ports": [{**PORTS[0], "description": "a\nno enable secret"}]}, ["control character \\x0a", "take it out"]),
        ({"ports": [{**PORTS[0], "description": "a\x07"}]}, ["control character \\x07"]),
        ({"ports": [PORTS[0], {**PORTS[1], "interface": "gigabitethernet1/0/1"}]}, ["the same interface as ports[0]"]),
        ({"vlans": [*VLANS, {"id": 21, "name": "VOICE"}]}, ["vlans[1] (21): name: 'VOICE' is the name of VLAN 20"]),
        ({"host_keys": ["nonsense"]}, ["host_keys: 'nonsense' is no line of known_hosts"]),
    ],
)
def test_bad_input_touches_nothing(site: Site, options: dict[str, Any], parts: list[str]) -> None:
    before = site.switch.running_config()
    result = site.task(module, **{"vlans": VLANS, "ports": PORTS, **options})
    assert result["failed"]
    assert not result["changed"]
    assert "fault" in result["msg"]
    for part in parts:
        assert part in result["msg"]
    assert site.switch.running_config() == before
    assert site.switch.counters["config_lines"] == 0


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["switchport mode trunk"], "is in mode 'trunk'"),
        (["channel-group 1 mode active"], "is a member of port-channel 1"),
        (["no switchport"], "is a routed port"),
    ],
)
def test_ports_that_are_no_ports_for_phones(site: Site, lines: list[str], why: str) -> None:
    site.execute("interface GigabitEthernet1/0/2", *lines)
    result = site.task(module, vlans=VLANS, ports=PORTS)
    assert f"ports[1] (Gi1/0/2): interface: GigabitEthernet1/0/2 {why}" in result["msg"]
    assert site.switch.counters["config_lines"] == 0


def test_a_switch_that_is_not_there(site: Site) -> None:
    with socket.socket() as closed:
        closed.bind((site.switch.address, 0))
        result = site.task(module, port=closed.getsockname()[1], ports=PORTS)
    assert result["error"]["type"] == "Unreachable"
    assert "cannot reach switch" in result["msg"]
    assert "connection refused. Check 'port' (variable ansible_port)" in result["msg"]


def test_a_wrong_password(site: Site) -> None:
    result = site.task(module, password="canary-wrong-password", ports=PORTS)
    assert result["error"]["type"] == "AuthenticationFailed"
    assert "did not accept the password of user 'netadmin'. Check 'username' and 'password'" in result["msg"]
    assert [row["status"] for row in result["results"]] == ["not_attempted"] * len(PORTS)
    assert "canary" not in str(result)


def test_a_wrong_enable_secret(site: Site) -> None:
    result = site.task(module, enable_secret="canary-wrong-secret", ports=PORTS)
    assert result["error"]["type"] == "AuthenticationFailed"
    assert "did not accept the enable secret of user 'netadmin'" in result["msg"]
    assert "canary" not in str(result)


def test_no_enable_secret(site: Site) -> None:
    result = site.task(module, enable_secret=..., ports=PORTS)
    assert "ends in user mode (access-sw1>), and there is no enable secret. Give 'enable_secret'" in result["msg"]


def test_a_host_key_that_changed(site: Site) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519")
    line = f"[{site.switch.address}]:{site.switch.ssh_port} {other.export_public_key().decode().strip()}"
    result = site.task(module, host_keys=[line], ports=PORTS)
    assert result["error"]["type"] == "Unreachable"
    assert f"has changed: known is ssh-ed25519 {other.get_fingerprint()}" in result["msg"]
    assert f"it offers ssh-ed25519 {site.key.get_fingerprint()}" in result["msg"]


def test_a_host_key_that_is_unknown_says_how_to_add_it(site: Site) -> None:
    result = site.task(module, host_keys=[], known_hosts_path="/dev/null", ports=PORTS)
    assert f"is not known: it offers ssh-ed25519 {site.key.get_fingerprint()}" in result["msg"]
    line = result["msg"].rpartition("voice_switch_host_keys): ")[2]
    assert site.task(module, host_keys=[line], vlans=VLANS, ports=PORTS)["changed"]


def test_keyboard_interactive_login(make_site: Callable[..., Site]) -> None:
    assert make_site(login="keyboard-interactive").task(module, vlans=VLANS, ports=PORTS)["changed"]


def test_all_vty_lines_in_use(site: Site) -> None:
    site.switch.max_vty = 0
    result = site.task(module, ports=PORTS)
    assert result["error"]["type"] == "Unreachable"
    assert "VTY lines" in result["msg"]


def test_a_line_refused_half_way_and_the_next_run_mends_it(site: Site) -> None:
    site.switch.refuse_line = 10
    result = site.task(module, vlans=VLANS, ports=PORTS)
    assert (result["failed"], result["changed"], result["saved"]) == (True, True, False)
    assert "failed" in statuses(result)
    assert statuses(result)[-1] == "not_attempted"
    assert "not saved" in result["msg"]
    running = site.switch.running_config()
    for row in result["results"]:
        taken = section(running, f"interface {row['key']}")
        assert ("switchport voice vlan 20" in taken) == (row["after"]["voice_vlan"] == 20)
    site.switch.refuse_line = None
    mended = site.task(module, vlans=VLANS, ports=PORTS)
    assert "failed" not in mended
    assert mended["saved"]
    assert "switchport voice vlan 20" in section(site.switch.startup_config(), "interface GigabitEthernet1/0/3")


def test_a_session_that_drops_half_way(site: Site) -> None:
    site.switch.drop_at = 10
    result = site.task(module, vlans=VLANS, ports=PORTS)
    assert (result["failed"], result["changed"], result["saved"]) == (True, True, False)
    assert "was lost at" in result["msg"]
    site.switch.drop_at = None
    assert site.task(module, vlans=VLANS, ports=PORTS)["saved"]
    assert not site.task(module, vlans=VLANS, ports=PORTS)["changed"]


@pytest.mark.parametrize(("busy", "saved"), [(2, True), (3, False)])
def test_a_save_that_is_busy(site: Site, monkeypatch: pytest.MonkeyPatch, busy: int, saved: bool) -> None:
    from ansible_collections.dialtone.voice.plugins.module_utils._switch import session

    monkeypatch.setattr(session, "SAVE_PAUSE", 0)
    site.switch.save_busy = busy
    result = site.task(module, vlans=VLANS, ports=PORTS)
    assert (result["changed"], result["saved"], bool(result.get("failed"))) == (True, saved, not saved)
    if not saved:
        assert "a restart would lose it" in result["msg"]
        assert site.task(module, vlans=VLANS, ports=PORTS)["saved"]


def test_what_was_left_unsaved_is_saved_by_the_next_run(site: Site) -> None:
    site.task(module, vlans=VLANS, ports=PORTS, save="never")
    assert section(site.switch.startup_config(), "vlan 20") == []
    planned = site.task(module, check=True, vlans=VLANS, ports=PORTS)
    assert (planned["changed"], planned["saved"]) == (True, True)
    result = site.task(module, vlans=VLANS, ports=PORTS)
    assert (result["changed"], result["saved"], statuses(result)) == (True, True, ["unchanged"] * 3)
    assert not site.task(module, vlans=VLANS, ports=PORTS)["changed"]


TASK = {
    "name": "Set up the ports",
    "dialtone.voice.switch_voice_ports": {"vlans": VLANS, "ports": PORTS},
}


def test_by_playbook(site: Site) -> None:
    before = site.switch.running_config()
    checked = site.play([TASK], "--check", "--diff")
    assert checked.returncode == 0, checked.stdout
    assert "+voice_vlan: 20" in checked.stdout
    assert "changed=1" in checked.stdout
    assert site.switch.running_config() == before
    first = site.play([TASK], "-vvvv", "--diff")
    assert first.returncode == 0, first.stdout
    assert "changed=1" in first.stdout
    second = site.play([TASK])
    assert "changed=0" in second.stdout, second.stdout


def test_by_playbook_a_refused_password_is_one_clear_line(site: Site) -> None:
    played = site.play([TASK], "-vvvv", ansible_password="canary-wrong-password")
    assert played.returncode != 0
    assert "did not accept the password of user 'netadmin'" in played.stdout
    assert "canary" not in played.stdout


def test_killed_in_the_middle_and_run_again(site: Site) -> None:
    site.switch.latency = 0.05
    playing = site.start_play([TASK])
    deadline = time.monotonic() + 60
    while not section(site.switch.running_config(), "interface GigabitEthernet1/0/1"):
        assert time.monotonic() < deadline
        assert playing.poll() is None, playing.communicate()[0]
        time.sleep(0.02)
    # A worker has a session of its own, and would go on alone.
    workers = Path(f"/proc/{playing.pid}/task/{playing.pid}/children").read_text().split()
    for pid in (*workers, playing.pid):
        os.kill(int(pid), signal.SIGKILL)
    playing.communicate(timeout=30)
    site.switch.latency = 0.0
    result = site.task(module, vlans=VLANS, ports=PORTS)
    assert (result["changed"], result["saved"]) == (True, True)
    assert not site.task(module, vlans=VLANS, ports=PORTS)["changed"]

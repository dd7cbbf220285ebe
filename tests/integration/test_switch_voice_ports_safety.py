# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""switch_voice_ports where something goes wrong: at every line, the report is true, and the way back is whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.dialtone.voice.plugins.modules import switch_voice_ports as module
from lab.switch.session import Dropped, Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.ios_switch import Site

pytest_plugins = ["tests.integration.ios_switch"]

# One VLAN is made and one is renamed; on the first port everything is new, on the second something is replaced.
VLANS = [{"id": 20, "name": "VOICE"}, {"id": 10, "name": "OFFICE"}]
PORTS = [
    {"interface": "Gi1/0/1", "description": "Desk 1", "access_vlan": 10, "voice_vlan": 20, "portfast": True},
    {"interface": "Gi1/0/2", "voice_vlan": 20, "poe": "never"},
]
BASE = [
    "interface GigabitEthernet1/0/2",
    "description old",
    "switchport mode access",
    "switchport voice vlan 30",
    "power inline static max 10000",
    "storm-control broadcast level 5.00",
    "vlan 30",
    "name OLD",
    "exit",
]
# `exit` neither fails nor counts as a line that may.
LINES = 13


def config(site: Site) -> str:
    """Return the running configuration without what tells the time."""
    stamps = ("! Last configuration", "! NVRAM", "Current configuration")
    return "\n".join(line for line in site.switch.running_config().splitlines() if not line.startswith(stamps))


def fail_at(site: Site, k: int | None, *, drop: bool = False, times: int | None = None) -> None:
    site.switch.refuse_line = None if drop else k
    site.switch.drop_at = k if drop else None
    site.switch.hostile_times = times


def set_back(site: Site) -> None:
    fail_at(site, None)
    site.execute(
        *(f"default interface GigabitEthernet1/0/{number}" for number in (1, 2)),
        *("no vlan 20", "vlan 10", "name DATA", "exit"),
        *BASE,
        warned=True,
    )


def assert_true(site: Site, result: dict[str, Any]) -> None:
    """Compare what a result says with the lines of the configuration."""
    running = site.switch.running_config()
    for row in result["vlans"]:
        name = row["after"]["name"] if row["after"] else None
        # VLANs without a name share a line.
        there = re.search(rf"^vlan (?:[\d,-]+[,])?{row['key']}(?:,[\d,-]+)? ?$", running, re.MULTILINE)
        assert bool(there) == (row["after"] is not None)
        assert name in (None, f"VLAN00{row['key']}") or f"\nvlan {row['key']}\n name {name}\n" in running
    for row in result["results"]:
        below = "\n" + running.partition(f"\ninterface {row['key']}\n")[2]
        lines = below.partition("\n!")[0]
        state = row["after"]
        assert ("switchport mode access" in lines) == (state["mode"] == "access")
        for text, number in (("access", state["access_vlan"]), ("voice", state["voice_vlan"])):
            shown = f"switchport {text} vlan {number}" in lines
            assert shown == (number not in (1, None))
        assert f"description {state['description']}" in lines or not state["description"]
        assert ("power inline never" in lines) == (state["poe"] == "never")


@pytest.fixture
def base(site: Site) -> Site:
    set_back(site)
    return site


@pytest.mark.parametrize("drop", [False, True], ids=["refused", "dropped"])
def test_at_every_line_the_report_is_true_and_a_rerun_completes(base: Site, drop: bool) -> None:
    site = base
    planned = site.task(module, check=True, vlans=VLANS, ports=PORTS)
    lines = planned["commands"]
    places = [place for place, line in enumerate(lines) if line != "exit"]
    assert len(places) == LINES
    for k, place in enumerate(places, 1):
        before = config(site)
        fail_at(site, k, drop=drop)
        result = site.task(module, vlans=VLANS, ports=PORTS)
        rows = [*result["vlans"], *result["results"]]
        assert (result["failed"], result["saved"]) == (True, False)
        assert result["changed"] is (config(site) != before)
        assert [row["status"] for row in rows].count("failed") == 1
        assert [line for row in rows for line in row["applied"]] == lines[:place]
        assert [row["failed_at"] for row in rows if row["failed_at"]] == [lines[place]]
        assert [line for row in rows for line in row["not_sent"]] == lines[place + 1 :]
        assert result["commands"] == lines[: place + 1]
        assert_true(site, result)
        fail_at(site, None)
        mended = site.task(module, vlans=VLANS, ports=PORTS)
        found = [row["before"] for row in (*mended["vlans"], *mended["results"])]
        assert [row["after"] for row in rows] == found
        assert (mended.get("failed"), mended["saved"]) == (None, True)
        for key in ("vlans", "results"):
            assert [row["after"] for row in mended[key]] == [row["after"] for row in planned[key]]
        set_back(site)


# Every setting, from a port that has another value of each, and two lines of others.
RICH = {
    "interface": "Gi1/0/3",
    "enabled": True,
    "description": "Desk 3",
    "access_vlan": 10,
    "voice_vlan": 20,
    "poe": "static",
    "poe_max": 15400,
    "poe_priority": "high",
    "portfast": True,
    "bpdu_guard": True,
    "qos": "trust",
    "port_security": True,
    "port_security_violation": "protect",
}
BEFORE = [
    "interface GigabitEthernet1/0/3",
    "description old",
    "switchport mode access",
    "switchport voice vlan dot1p",
    "power inline static max 10000",
    "no cdp enable",
    "no lldp transmit",
    "spanning-tree portfast disable",
    "spanning-tree bpduguard disable",
    "switchport port-security maximum 5",
    "switchport port-security",
    "storm-control broadcast level 5.00",
    "mab",
    "shutdown",
]


# On a C2960X a voice VLAN brings portfast.
@pytest.mark.parametrize("model", ["C9300-24P", "WS-C2960X-24PS-L"])
@pytest.mark.parametrize("drop", [False, True], ids=["refused", "dropped"])
def test_at_every_line_everything_can_be_put_back(make_site: Callable[..., Site], model: str, drop: bool) -> None:
    site = make_site(model=model)
    set_back(site)
    site.execute(*BEFORE, warned=True)
    before, saved = config(site), site.switch.startup_config()
    task = {"vlans": VLANS, "ports": [PORTS[0], RICH], "on_error": "restore"}
    lines = site.task(module, check=True, **task)["commands"]
    places = [line for line in lines if line != "exit"]
    assert len(places) > 20
    for k in range(1, len(places) + 1):
        fail_at(site, k, drop=drop, times=1)
        result = site.task(module, **task)
        assert config(site) == before
        assert (result["failed"], result["changed"], result["restored"]) == (True, False, True)
        assert (result["left_behind"], result["saved"]) == ([], False)
        assert all(row["after"] == row["before"] for row in (*result["vlans"], *result["results"]))
        assert "everything was put back as it was" in result["msg"]
    assert site.switch.startup_config() == saved


def test_what_auto_qos_writes_elsewhere_is_left_behind(base: Site) -> None:
    site = base
    before = config(site)
    ports = [{"interface": "Gi1/0/1", "qos": "auto"}, {"interface": "Gi1/0/2", "description": "new"}]
    fail_at(site, 4, times=1)
    result = site.task(module, ports=ports, on_error="restore")
    assert (result["failed"], result["changed"], result["restored"]) == (True, True, True)
    lines = [line for line in config(site).splitlines() if line != "!"]
    new = [line for line in lines if line not in before.splitlines()]
    assert any(line.startswith("policy-map ") for line in new)
    assert {line.strip() for line in new} <= {line.strip() for line in result["left_behind"]}
    assert f"except for {len(result['left_behind'])} lines elsewhere (left_behind)" in result["msg"]
    assert [line for line in lines if line not in new] == [line for line in before.splitlines() if line != "!"]


def test_a_way_back_that_is_lost_each_time_is_told(base: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def drop(session: Session) -> None:
        if session.line != "console":
            lines.append(session.switch.name)
            if len(lines) > 9:
                session.closed = True
                raise Dropped("the session was dropped")

    lines: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(Session, "_hostile", drop)
        result = base.task(module, vlans=VLANS, ports=PORTS, on_error="restore")
    assert (result["failed"], result["changed"], result["restored"], result["saved"]) == (True, True, False, False)
    assert "not everything could be put back: the session with switch" in result["msg"]
    assert "what was changed is not saved" in result["msg"]
    assert_true(base, result)
    assert base.task(module, vlans=VLANS, ports=PORTS)["saved"]


def test_where_nobody_is_let_in_again_that_is_said(base: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def drop(session: Session) -> None:
        if session.line != "console":
            session.switch.max_vty = 0
            session.closed = True
            raise Dropped("the session was dropped")

    with monkeypatch.context() as patch:
        patch.setattr(Session, "_hostile", drop)
        result = base.task(module, vlans=VLANS, ports=PORTS, on_error="restore")
    first = result["vlans"][0]
    assert (first["status"], first["after"], result["restored"]) == ("failed", None, None)
    assert "What it is set to now is unknown: " in first["error"]
    assert "VTY lines" in first["error"]
    assert {row["status"] for row in result["results"]} == {"not_attempted"}

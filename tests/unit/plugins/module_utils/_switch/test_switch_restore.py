# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Putting a switch back where a change failed, and changes that the switch takes back by itself."""

from __future__ import annotations

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unreachable, Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import parse_config
from ansible_collections.dialtone.voice.plugins.module_utils._switch.restore import left_behind

from . import fake_switch
from .fake_switch import Switch, run

PORT = "interface GigabitEthernet1/0/{}\n switchport access vlan 10\n switchport mode access\n!\n"
CONFIG = "vtp mode transparent\n!\nvlan 10\n name DATA\n!\nvlan 30\n name OLD\n!\n" + "".join(
    PORT.format(number) for number in (1, 2, 3)
)
ARCHIVE = "archive\n path flash:before\n!\n"
VLANS = [{"id": 20, "name": "VOICE"}, {"id": 30, "name": "GUEST"}]
ROWS = [
    {"interface": f"Gi1/0/{number}", "description": f"Desk {number}", "voice_vlan": 20, "poe": "never"}
    for number in (1, 2, 3)
]
LINES = len(run(Switch(CONFIG), ROWS, VLANS, check=True)["commands"])


@pytest.mark.parametrize("k", range(1, LINES + 1))
@pytest.mark.parametrize("drop", [False, True])
def test_wherever_it_fails_everything_is_put_back(k: int, drop: bool) -> None:
    switch = Switch(CONFIG)
    lines = run(Switch(CONFIG), ROWS, VLANS, check=True)["commands"]
    before = switch.running
    if drop:
        switch.drops = [k]
        result = run(switch, ROWS, VLANS, on_error="restore")
        assert switch.running == before
        assert (result["failed"], result["changed"], result["restored"]) == (True, False, True)
    else:
        switch.refuses = [lines[k - 1]]
        result = run(switch, ROWS, VLANS, on_error="restore")
        assert result["failed"]
        # A line that is refused is refused again where it is needed for the way back.
        assert result["restored"] is (switch.running == before)
    assert switch.saves == 0
    assert switch.logins == (2 if drop else 1)
    for row in (*result["results"], *result["vlans"]):
        assert row["status"] in ("failed", "not_attempted")
        assert (row["after"] == row["before"]) or not result["restored"]
        assert bool(row["sent"]) == (row["status"] == "failed")
    assert result["commands"] == switch.sent


def test_what_was_put_back_is_told() -> None:
    result = run(Switch(CONFIG, refuses=["description Desk 2"]), ROWS, VLANS, on_error="restore")
    assert result["msg"].endswith("; everything was put back as it was")
    first, second, third = result["results"]
    assert first["error"] == "ports[1] (GigabitEthernet1/0/2) failed. It was put back as it was"
    assert [row["error"] for row in result["vlans"]] == [first["error"]] * 2
    assert result["msg"].count("switch refused 'description Desk 2': no") == 1
    assert "2 of 3 ports failed, 1 not attempted: " in result["msg"]
    assert (
        second["error"]
        == "switch refused 'description Desk 2': no. Taken before it: nothing. It was put back as it was"
    )
    assert (third["status"], third["error"]) == ("not_attempted", None)
    assert result["left_behind"] == []
    assert "not saved" not in result["msg"]


def test_what_is_left_elsewhere_is_listed() -> None:
    switch = Switch(CONFIG, adds={"auto qos voip cisco-phone": "class-map match-any AutoQos"}, refuses=["shutdown"])
    rows = [{"interface": "Gi1/0/1", "qos": "auto"}, {"interface": "Gi1/0/2", "enabled": False}]
    result = run(switch, rows, on_error="restore")
    assert (result["restored"], result["left_behind"], result["changed"]) == (
        True,
        ["class-map match-any AutoQos"],
        True,
    )
    assert "except for 1 line elsewhere (left_behind)" in result["msg"]
    assert "what was changed is not saved" in result["msg"]


def test_without_restore_nothing_is_put_back() -> None:
    switch = Switch(CONFIG, refuses=["description Desk 2"])
    result = run(switch, ROWS, VLANS)
    assert "restored" not in result
    assert "description Desk 1" in switch.interface(1)


def test_a_way_back_that_is_refused_is_told_and_the_rest_goes_on() -> None:
    switch = Switch(CONFIG, refuses=["description Desk 3", "no switchport voice vlan"])
    switch.sections["interface GigabitEthernet1/0/1"].append("switchport voice vlan 30")
    result = run(switch, ROWS, VLANS, on_error="restore")
    assert (result["restored"], result["changed"]) == (False, True)
    assert "not everything could be put back: switch refused 'no switchport voice vlan': no" in result["msg"]
    assert "switchport voice vlan 30" in switch.interface(1)
    assert "switchport voice vlan 20" in switch.interface(2)
    assert "It was put back" in result["results"][0]["error"]
    assert "It could not be put back" in result["results"][1]["error"]
    assert result["results"][1]["after"]["voice_vlan"] == 20
    assert switch.sent.count("no switchport voice vlan") == 1, "what is refused is not tried again"
    assert "vlan 20" not in switch.sections
    assert switch.sections["vlan 30"] == ["name OLD"]


def test_a_session_lost_on_the_way_back_is_followed_by_another() -> None:
    switch = Switch(CONFIG)
    before = switch.running
    switch.drops = [9, 12]
    result = run(switch, ROWS, VLANS, on_error="restore")
    assert (result["restored"], switch.running == before, switch.logins) == (True, True, 3)


def test_a_way_back_that_is_lost_each_time_is_told() -> None:
    switch = Switch(CONFIG)
    switch.drops = range(9, 100)
    result = run(switch, ROWS, VLANS, on_error="restore")
    assert result["restored"] is False
    assert "not everything could be put back: the session was lost at" in result["msg"]
    assert result["results"][0]["after"]["voice_vlan"] == (
        20 if "switchport voice vlan 20" in switch.interface(1) else None
    )


def test_where_nobody_is_let_in_again_nothing_is_known() -> None:
    result = run(Switch(CONFIG, drops=[9], closed=True), ROWS, VLANS, on_error="restore")
    assert result["restored"] is None
    assert "whether it was put back is unknown" in result["msg"]
    assert [row["after"] is None for row in result["results"]] == [True, False, False]


def test_new_lines_elsewhere() -> None:
    before = parse_config("Current configuration : 10 bytes\n!\nline vty 0 4\n login\n!\ninterface Gi1\n shutdown\n")
    now = parse_config(
        "Current configuration : 20 bytes\n!\nline vty 0 4\n login\n length 0\n!\nvlan 20\n name X\n!\n"
        "interface Gi1\n description x\n!\npolicy-map P\n class C\n"
    )
    assert left_behind(before, now, ["Gi1"]) == ["line vty 0 4", " length 0", "policy-map P", " class C"]


STICKY = "switchport port-security mac-address sticky"


def test_what_a_switch_learned_meanwhile_is_nobodys_change() -> None:
    config = CONFIG.replace("mode access\n", f"mode access\n {STICKY}\n {STICKY} 0011.2233.4455\n", 1)
    switch = Switch(config, refuses=["description Desk 2"])
    before = switch.running
    learned = [f"{STICKY} 0011.2233.4466", f"{STICKY} 0011.2233.4477 vlan voice"]
    take = switch.take

    def learn(line: str, header: str) -> str:
        if line == "description Desk 1":
            switch.interface(1).extend(learned)
            switch.interface(3).append(learned[0])
        return take(line, header)

    switch.take = learn
    result = run(switch, ROWS, VLANS, on_error="restore")
    assert (result["restored"], result["left_behind"]) == (True, [])
    assert not [line for line in result["commands"] if "sticky" in line]
    for line in learned:
        assert line in switch.interface(1)
    assert "".join(each for each in switch.running.splitlines(True) if each.strip() not in learned) == before


def test_a_change_is_confirmed_by_a_login_of_its_own() -> None:
    switch = Switch(ARCHIVE + CONFIG)
    result = run(switch, ROWS, VLANS, confirm=True)
    assert (result["saved"], switch.unconfirmed, switch.logins) == (True, None, 2)
    assert "restored" not in result


@pytest.mark.parametrize(
    ("config", "pending", "why"),
    [(CONFIG, False, "it has no archive to go back to"), (ARCHIVE + CONFIG, True, "another change waits")],
)
def test_a_timer_that_cannot_be_set_is_told_before_anything_is_touched(config: str, pending: bool, why: str) -> None:
    switch = Switch(config)
    switch.timer_pending = pending
    for check in (True, False):
        with pytest.raises(Unsupported, match=why):
            run(switch, ROWS, VLANS, confirm=True, check=check)
    assert switch.sent == []
    assert not run(switch, [{"interface": "Gi1/0/1", "access_vlan": 10}], confirm=True)["changed"]


def test_a_change_that_shuts_the_door_is_taken_back_at_once() -> None:
    switch = Switch(ARCHIVE + CONFIG)
    before = switch.running

    def connect():
        if switch.sent:
            raise Unreachable("cannot reach switch sw1: nobody answers")
        return switch.session()

    result = run(switch, ROWS, VLANS, confirm=True, connect=connect)
    assert (result["failed"], result["restored"], result["changed"], result["saved"]) == (True, True, False, False)
    assert "the change was not confirmed: cannot reach switch sw1" in result["msg"]
    assert (switch.running, switch.saves) == (before, 0)


def test_with_a_timer_a_refusal_is_taken_back_at_once() -> None:
    switch = Switch(ARCHIVE + CONFIG, refuses=["description Desk 2"])
    before = switch.running
    result = run(switch, ROWS, VLANS, confirm=True)
    assert (result["restored"], switch.running) == (True, before)
    assert switch.sent[-1] == "description Desk 2", "the switch knows the way back by itself"


def test_where_nobody_is_let_in_again_the_timer_takes_it_back() -> None:
    switch = Switch(ARCHIVE + CONFIG, drops=[9], closed=True)
    result = run(switch, ROWS, VLANS, confirm=True, confirm_minutes=7)
    assert result["restored"] is None
    assert "The switch takes it back by itself within 7 minutes" in result["msg"]
    assert switch.unconfirmed is not None


def test_a_timer_that_fails_is_followed_by_putting_back(monkeypatch) -> None:
    monkeypatch.setattr(fake_switch.Session, "revert", lambda self: (_ for _ in ()).throw(Unreachable("gone")))
    switch = Switch(ARCHIVE + CONFIG, refuses=["description Desk 2"])
    before = switch.running
    result = run(switch, ROWS, VLANS, confirm=True, on_error="restore")
    assert (result["restored"], switch.running, switch.logins) == (True, before, 2)

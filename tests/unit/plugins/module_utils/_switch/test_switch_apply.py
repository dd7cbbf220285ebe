# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading, planning, sending and accounting, with a switch that is a table of answers."""

from __future__ import annotations

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._errors import (
    InvalidPlan,
    TimedOut,
    Unreachable,
    VoiceError,
)

from . import fake_switch
from .fake_switch import run

HEADER = (
    "! Last configuration change at {} UTC Mon Aug 5 2024 by a\n"
    "! NVRAM config last updated at {} UTC Mon Aug 5 2024 by a\n"
)
PORT = "interface GigabitEthernet1/0/{}\n switchport access vlan 10\n switchport mode access\n!\n"
CONFIG = "vtp mode transparent\n!\nvlan 10\n name DATA\n!\n" + "".join(PORT.format(number) for number in (1, 2, 3))
STATUS = "Port      Name               Status       Vlan       Duplex  Speed Type\n"
BRIEF = "1    default    active\n10   DATA     active    Gi1/0/1\n20   VOICE    active\n"


class Switch(fake_switch.Switch):
    def __init__(self, config: str = CONFIG, **options) -> None:
        super().__init__(config, **options)


def row(interface: str, **values) -> dict:
    return {"interface": interface, **values}


VOICE = [{"id": 20, "name": "VOICE"}]
ROWS = [row(f"Gi1/0/{number}", voice_vlan=20) for number in (1, 2, 3)]


def test_vlans_first_then_ports_then_one_save():
    switch = Switch()
    result = run(switch, ROWS, VOICE)
    assert switch.asked == ["show running-config", "show cdp neighbors detail", "show running-config"]
    assert switch.sent[:5] == [
        "vlan 20",
        "name VOICE",
        "exit",
        "interface GigabitEthernet1/0/1",
        "switchport voice vlan 20",
    ]
    assert switch.saves == 1
    assert [each["status"] for each in result["results"] + result["vlans"]] == ["changed"] * 4
    assert result["results"][0]["sent"] == switch.sent[3:5]
    assert result["commands"] == switch.sent
    assert (result["changed"], result["saved"]) == (True, True)


def test_check_mode_says_the_same_and_sends_nothing():
    switch = Switch()
    checked = run(switch, ROWS, VOICE, check=True)
    assert (switch.sent, switch.saves) == ([], 0)
    done = run(switch, ROWS, VOICE)
    assert checked["commands"] == done["commands"]
    assert checked["diff"] == done["diff"]
    assert [each["status"] for each in checked["results"]] == [each["status"] for each in done["results"]]
    assert (checked["changed"], checked["saved"]) == (True, True)


def test_the_first_surprise_ends_it():
    switch = Switch(refuses=["switchport voice vlan 20"])
    rows = [
        row("Gi1/0/1", description="a"),
        row("Gi1/0/2", description="b", voice_vlan=20),
        row("Gi1/0/3", poe="never"),
    ]
    result = run(switch, rows, VOICE)
    first, second, third = result["results"]
    assert first["status"] == "changed"
    assert second["status"] == "failed"
    assert second["after"] == {**second["before"], "description": "b"}
    assert "Taken before it: 'description b'" in second["error"]
    assert second["sent"] == ["interface GigabitEthernet1/0/2", "description b", "switchport voice vlan 20"]
    assert (third["status"], third["after"], third["sent"]) == ("not_attempted", third["before"], [])
    assert (result["failed"], result["changed"], result["saved"]) == (True, True, False)
    assert "not saved" in result["msg"]
    assert switch.saves == 0


def test_a_refused_vlan_leaves_the_ports_alone():
    result = run(Switch(refuses=["exit"]), ROWS, VOICE)
    assert result["vlans"][0]["status"] == "failed"
    assert {each["status"] for each in result["results"]} == {"not_attempted"}
    assert result["failed"]
    assert "3 ports not attempted" in result["msg"]


def test_nothing_taken_is_no_change():
    result = run(Switch(refuses=["power inline never"]), [row("Gi1/0/1", poe="never")])
    assert (result["failed"], result["changed"]) == (True, False)
    assert "Taken before it: nothing" in result["results"][0]["error"]
    assert "not saved" not in result["msg"]


def test_a_session_lost_while_leaving_is_a_failure(monkeypatch):
    def configure(self, lines, revert_minutes=None):
        taken(self, lines)
        self.gone = True
        raise Unreachable("lost", details={"applied": list(lines), "not_sent": []})

    taken = fake_switch.Session.configure
    monkeypatch.setattr(fake_switch.Session, "configure", configure)
    switch = Switch()
    result = run(switch, ROWS, VOICE)
    assert [each["status"] for each in result["results"]] == ["changed", "changed", "failed"]
    assert [each["after"]["voice_vlan"] for each in result["results"]] == [20, 20, 20]
    assert (result["changed"], switch.logins) == (True, 2)


def test_a_session_lost_before_it_is_read_back_is_followed_by_another(monkeypatch):
    def lost(self, command):
        if self.switch.sent and self.switch.logins == 1:
            self.gone = True
        return show(self, command)

    show = fake_switch.Session.show
    monkeypatch.setattr(fake_switch.Session, "show", lost)
    switch = Switch()
    result = run(switch, ROWS, VOICE)
    assert [each["status"] for each in result["results"]] == ["changed"] * 3
    assert (result["saved"], switch.logins, switch.saves) == (True, 2, 1)


def test_what_cannot_be_read_back_is_unknown(monkeypatch):
    def lost(self, command):
        if self.switch.sent:
            raise Unreachable("lost")
        return show(self, command)

    show = fake_switch.Session.show
    monkeypatch.setattr(fake_switch.Session, "show", lost)
    switch = Switch()
    result = run(switch, [*ROWS[:2], row("Gi1/0/3", access_vlan=10)], VOICE)
    assert [each["status"] for each in result["results"]] == ["failed", "failed", "unchanged"]
    assert [each["after"] is None for each in result["results"]] == [True, True, False]
    assert (result["changed"], result["saved"], len(result["commands"]) > 3) == (True, False, True)
    assert "could not be read back: lost" in result["msg"]


def test_where_nobody_is_let_in_again_the_row_that_failed_is_unknown():
    switch = Switch(drops=[7], closed=True)
    result = run(switch, ROWS, VOICE)
    first, second, third = result["results"]
    assert (first["status"], first["after"]) == ("failed", None)
    assert (second["status"], second["after"]) == ("failed", None)
    assert "What it is set to now is unknown: cannot reach switch sw1" in second["error"]
    assert (third["status"], third["after"]) == ("not_attempted", third["before"])
    assert result["changed"]


@pytest.mark.parametrize("kind", [Unreachable, TimedOut])
def test_after_a_lost_session_the_rows_are_what_is_there(kind: type[VoiceError]):
    switch = Switch(drops=[7], lost_by=kind)
    result = run(switch, ROWS, VOICE)
    assert [each["status"] for each in result["results"]] == ["changed", "failed", "not_attempted"]
    assert [each["after"]["voice_vlan"] for each in result["results"]] == [20, None, None]
    assert result["results"][1]["failed_at"] == "switchport voice vlan 20"
    assert (result["changed"], result["saved"], switch.logins) == (True, False, 2)
    mended = run(switch, ROWS, VOICE)
    assert [each["status"] for each in mended["results"]] == ["unchanged", "changed", "changed"]
    assert mended["saved"]


def test_each_row_says_what_was_taken_and_what_was_not_sent():
    switch = Switch(refuses=["switchport voice vlan 20"])
    rows = [row("Gi1/0/1", description="a"), row("Gi1/0/2", description="b", voice_vlan=20, poe="never"), ROWS[2]]
    first, second, third = run(switch, rows, VOICE)["results"]
    assert (first["applied"], first["failed_at"], first["not_sent"]) == (first["sent"], None, [])
    assert second["applied"] == ["interface GigabitEthernet1/0/2", "description b"]
    assert second["failed_at"] == "switchport voice vlan 20"
    assert second["not_sent"] == ["power inline never"]
    assert (third["applied"], third["failed_at"]) == ([], None)
    assert third["not_sent"] == ["interface GigabitEthernet1/0/3", "switchport voice vlan 20"]


def test_what_is_not_as_planned_afterwards_fails(monkeypatch):
    monkeypatch.setattr(fake_switch.Switch, "take", lambda self, line, header: header)
    result = run(Switch(), [row("Gi1/0/1", voice_vlan=20), row("Gi1/0/2", access_vlan=10)], [{"id": 20}])
    assert result["vlans"][0]["error"] == "the commands were taken, but read back there is nothing of that name"
    assert "read back there is voice_vlan None in place of 20" in result["results"][0]["error"]
    assert [each["status"] for each in result["results"]] == ["failed", "unchanged"]
    assert (result["changed"], result["saved"]) == (True, False)


def test_what_changed_by_the_way_is_a_warning(monkeypatch):
    def take(self, line, header):
        after = taken(self, line, header)
        if line.startswith("switchport voice"):
            taken(self, "power inline never", header)
        return after

    taken = fake_switch.Switch.take
    monkeypatch.setattr(fake_switch.Switch, "take", take)
    result = run(Switch(), ROWS[:1], VOICE)
    assert result["results"][0]["after"]["poe"] == "never"
    assert result["warnings"] == [
        "GigabitEthernet1/0/1 of sw1 has poe 'never' in place of 'auto', which this run did not ask for"
    ]


def test_a_save_that_fails():
    result = run(Switch(save_fails=True), ROWS, VOICE)
    assert (result["failed"], result["changed"], result["saved"]) == (True, True, False)
    assert result["msg"] == "not saved"
    assert {each["status"] for each in result["results"]} == {"changed"}


AS_WANTED = [row("Gi1/0/1", access_vlan=10)]


@pytest.mark.parametrize(
    ("changed_at", "saved_at", "startup", "asked", "changed"),
    [
        ("09:00:00", "10:00:00", "", False, False),
        ("10:00:00", "09:00:00", CONFIG, True, False),
        ("10:00:00", "09:00:00", CONFIG.replace("vlan 10", "vlan 11"), True, True),
        ("10:00:00", "10:00:00", "startup-config is not present", True, True),
    ],
)
def test_what_an_earlier_run_left_unsaved(changed_at, saved_at, startup, asked, changed):
    switch = Switch(HEADER.format(changed_at, saved_at) + CONFIG)
    switch.tables["show startup-config"] = startup
    result = run(switch, AS_WANTED)
    assert ("show startup-config" in switch.asked) == asked
    assert (result["changed"], result["saved"], bool(switch.saves)) == (changed, changed, changed)


def test_what_a_switch_learned_is_not_left_unsaved():
    sticky = " switchport port-security mac-address sticky"
    saved = CONFIG.replace(PORT.format(1), f"{PORT.format(1)[:-2]}{sticky}\n!\n")
    switch = Switch(saved.replace(f"{sticky}\n", f"{sticky}\n{sticky} 0011.2233.4455 vlan voice\n"))
    switch.tables["show startup-config"] = saved
    assert not run(switch, AS_WANTED)["changed"]
    switch.tables["show startup-config"] = CONFIG
    assert run(switch, AS_WANTED)["changed"]


def test_other_ports_left_unsaved_are_not_ours():
    switch = Switch()
    switch.tables["show startup-config"] = CONFIG.replace(PORT.format(3), "")
    assert not run(switch, AS_WANTED)["changed"]


@pytest.mark.parametrize(("save", "saves", "asked"), [("never", 0, 1), ("changed", 0, 2), ("always", 1, 2)])
def test_when_nothing_changes(save, saves, asked):
    switch = Switch()
    result = run(switch, AS_WANTED, save=save)
    assert (switch.saves, len(switch.asked), result["changed"]) == (saves, asked, False)


def test_never_saved_though_changed():
    switch = Switch()
    assert run(switch, ROWS, VOICE, save="never")["changed"]
    assert switch.saves == 0


SERVER = CONFIG.replace("vtp mode transparent", "!").replace("vlan 10\n name DATA\n!\n", "")


def test_vlans_of_a_vtp_server_are_asked_for():
    switch = Switch(SERVER)
    switch.tables["show vlan brief"] = BRIEF
    result = run(switch, ROWS, VOICE)
    assert switch.asked[:2] == ["show running-config", "show vlan brief"]
    assert result["vlans"][0]["status"] == "unchanged"


def test_a_port_that_negotiates_is_looked_at_before_it_is_made_an_access_port():
    switch = Switch(CONFIG.replace(" switchport mode access\n", "", 1))
    switch.tables["show interfaces status"] = (
        STATUS + "Gi1/0/1   to core            connected    trunk      a-full a-1000 SFP\n"
    )
    with pytest.raises(InvalidPlan, match=r"GigabitEthernet1/0/1 trunks with its neighbour now"):
        run(switch, ROWS, VOICE)
    switch.tables["show interfaces status"] = (
        STATUS + "Gi1/0/1   a trunk            connected    10         a-full a-1000 SFP\n"
    )
    assert "switchport mode access" in run(switch, ROWS, VOICE)["commands"]


def test_faults_of_all_rows_at_once_and_nothing_sent():
    switch = Switch()
    rows = [row("Gi1/0/1", voice_vlan=30), row("Gi1/0/8"), row("Gi1/0/3", voice_vlan=10)]
    with pytest.raises(InvalidPlan) as fault:
        run(switch, rows)
    assert len(fault.value.rows) == 3
    assert switch.sent == []


def test_a_port_that_is_shut_down_is_told():
    switch = Switch(CONFIG.replace(" switchport access vlan 10\n", " switchport access vlan 10\n shutdown\n", 1))
    assert run(switch, AS_WANTED)["warnings"] == ["GigabitEthernet1/0/1 of sw1 is shut down: no phone can start there"]

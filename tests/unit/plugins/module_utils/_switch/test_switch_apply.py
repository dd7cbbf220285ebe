# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading, planning, sending and accounting, with a switch that is a table of answers."""

from __future__ import annotations

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan, Refused, Unreachable
from ansible_collections.dialtone.voice.plugins.module_utils._switch import apply, provision

HEADER = (
    "! Last configuration change at {} UTC Mon Aug 5 2024 by a\n"
    "! NVRAM config last updated at {} UTC Mon Aug 5 2024 by a\n"
)
PORT = "interface GigabitEthernet1/0/{}\n switchport access vlan 10\n switchport mode access\n!\n"
CONFIG = "vtp mode transparent\n!\nvlan 10\n name DATA\n!\n" + "".join(PORT.format(number) for number in (1, 2, 3))
STATUS = "Port      Name               Status       Vlan       Duplex  Speed Type\n"
BRIEF = "1    default    active\n10   DATA     active    Gi1/0/1\n20   VOICE    active\n"


class Switch:
    """Answers show commands from a table, and refuses one line."""

    def __init__(self, config: str = CONFIG, *, refuses: str = "", save_fails: bool = False) -> None:
        self.tables = {"show running-config": config, "show startup-config": config}
        self.refuses = refuses
        self.save_fails = save_fails
        self.asked: list[str] = []
        self.sent: list[str] = []
        self.saves = 0

    def show(self, command):
        self.asked.append(command)
        return self.tables[command]

    def configure(self, lines):
        for number, line in enumerate(lines):
            self.sent.append(line)
            if line == self.refuses:
                details = {
                    "applied": lines[:number],
                    "failed_at": line,
                    "not_sent": lines[number + 1 :],
                    "answer": "no",
                }
                raise Refused(f"switch refused '{line}': no", details=details)
        return [(line, "") for line in lines]

    def save(self):
        if self.save_fails:
            raise Refused("not saved")
        self.saves += 1


def row(interface: str, **values) -> dict:
    return {"interface": interface, **values}


def run(
    switch: Switch, ports: list[dict], vlans: list[dict] | None = None, *, save: str = "changed", check: bool = False
):
    """Do what the module does with a session."""
    wanted = provision.Wanted.of({"ports": ports, "vlans": vlans or []})
    reading = provision.read(switch, wanted)
    plan = provision.plan(reading, wanted, "sw1")
    leftover = save != "never" and provision.find_leftover(switch, reading, plan)
    to_save = save == "always" or (save == "changed" and (leftover or bool(plan.commands)))
    if check:
        return plan.rehearsed(leftover=leftover, saved=to_save)
    changed = apply.apply(switch, plan.blocks)
    provision.see_portfast(switch, reading, plan)
    result = plan.result(changed=changed or leftover)
    apply.save(switch, to_save, result)
    return result


VOICE = [{"id": 20, "name": "VOICE"}]
ROWS = [row(f"Gi1/0/{number}", voice_vlan=20) for number in (1, 2, 3)]


def test_vlans_first_then_ports_then_one_save():
    switch = Switch()
    result = run(switch, ROWS, VOICE)
    assert switch.asked == ["show running-config"] * 2, "the second tells whether the voice VLAN brought portfast"
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
    switch = Switch(refuses="switchport voice vlan 20")
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
    result = run(Switch(refuses="exit"), ROWS, VOICE)
    assert result["vlans"][0]["status"] == "failed"
    assert {each["status"] for each in result["results"]} == {"not_attempted"}
    assert result["failed"]
    assert "3 ports not attempted" in result["msg"]


def test_nothing_taken_is_no_change():
    result = run(Switch(refuses="power inline never"), [row("Gi1/0/1", poe="never")])
    assert (result["failed"], result["changed"]) == (True, False)
    assert "Taken before it: nothing" in result["results"][0]["error"]
    assert "not saved" not in result["msg"]


def test_a_session_lost_while_leaving_is_a_failure():
    class Lost(Switch):
        def configure(self, lines):
            raise Unreachable("lost", details={"applied": list(lines), "not_sent": []})

    result = run(Lost(), ROWS, VOICE)
    assert [each["status"] for each in result["results"]] == ["changed", "changed", "failed"]
    assert result["changed"]


def test_a_session_lost_before_portfast_is_read_back_tells_what_was_changed():
    class Lost(Switch):
        def show(self, command):
            if self.sent:
                raise Unreachable("lost")
            return super().show(command)

    result = run(Lost(), [*ROWS[:2], row("Gi1/0/3", voice_vlan=20, portfast=True)], VOICE)
    assert [each["status"] for each in result["results"]] == ["failed", "failed", "changed"]
    assert (result["changed"], result["saved"], len(result["commands"]) > 3) == (True, False, True)
    assert "could not be read back: lost" in result["msg"]


def test_nothing_is_read_back_where_the_rows_say_all():
    switch = Switch()
    run(switch, [row("Gi1/0/1", voice_vlan=20, portfast=True), row("Gi1/0/2", description="x")], VOICE)
    assert switch.asked == ["show running-config"]


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

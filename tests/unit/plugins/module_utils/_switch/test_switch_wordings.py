# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every wording that is collected, and what it means."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._switch import wordings
from ansible_collections.dialtone.voice.plugins.module_utils._switch.wordings import (
    BUSY,
    OK,
    REFUSAL,
    SAVED,
    WARNING,
    classify,
    classify_save,
    show_refusal,
)

CAPTURE = Path(__file__).resolve().parents[6] / "shared" / "captures" / "cisco_ios" / "refusals.txt"

# How each collected wording is met: as the answer to a configuration line, to saving, to a show command; as a question;
# as a line that is part of a longer answer.
LINE, SAVE, SHOW, QUESTION = "line", "save", "show", "question"
PORTFAST = """%Warning: portfast should only be enabled on ports connected to a single
 host. Connecting hubs, concentrators, switches, bridges, etc... to this
 interface  when portfast is enabled, can cause temporary bridging loops.
 Use with CAUTION"""
COLLECTED = {
    "% Invalid input detected at '^' marker.": {LINE: REFUSAL, SHOW: REFUSAL},
    "                  ^": {LINE: OK},
    "% Incomplete command.": {LINE: REFUSAL, SHOW: REFUSAL},
    '% Ambiguous command:  "a"': {LINE: REFUSAL, SHOW: REFUSAL},
    "% Unrecognized command": {LINE: REFUSAL, SHOW: REFUSAL},
    "% Unknown command or computer name, or unable to find computer address": {LINE: REFUSAL, SHOW: REFUSAL},
    "% Bad IP address or host name": {LINE: REFUSAL},
    "% VLAN [20] already in use": {LINE: REFUSAL},
    "Command rejected: power inline static: pwr not available": {LINE: REFUSAL},
    "Power over Ethernet not supported on interface Admin": {LINE: REFUSAL},
    # In a show it is the answer: there is no such card.
    "%No inline power card on switch": {LINE: REFUSAL, SHOW: OK},
    "% Access VLAN does not exist. Creating vlan 20": {LINE: WARNING},
    "% Voice VLAN does not exist. Creating vlan 150": {LINE: WARNING},
    "Command rejected: Po2 is not a switching port.": {LINE: REFUSAL},
    'Command rejected: An interface whose trunk encapsulation is "Auto" can not be configured to "trunk" mode.': {
        LINE: REFUSAL
    },
    "Command rejected: Conflict between 'nonegotiate' and 'dynamic' status on this interface: Et0/0": {LINE: REFUSAL},
    "Command rejected: Conflict between 'nonegotiate' and 'dynamic' status.": {LINE: REFUSAL},
    "Command rejected: FastEthernet0/1 is a dynamic port.": {LINE: REFUSAL},
    "Command rejected: Bad VLAN allowed list. You have to include all default vlans, e\n .g. 1-2,1002-1005.": {
        LINE: REFUSAL
    },
    "Command rejected: Bad VLAN list - character #1 ('-') delimits a VLAN number\n"
    " which is out of the range 1..4094.": {LINE: REFUSAL},
    "VTP VLAN configuration not allowed when device is in CLIENT mode.": {LINE: REFUSAL},
    "VTP VLAN configuration not allowed when device is not the primary server for vlan database.": {LINE: REFUSAL},
    "%PM-4-EXT_VLAN_INUSE: VLAN 1008 currently in use by Ethernet1/2": {LINE: REFUSAL},
    "%SW_VLAN-4-VLAN_CREATE_FAIL: Failed to create VLANs 1008: VLAN(s) not available in Port Manager": {LINE: REFUSAL},
    PORTFAST: {LINE: WARNING},
    "%Portfast has been configured on FastEthernet0/2 but will only\n"
    " have effect when the interface is in a non-trunking mode.": {LINE: WARNING},
    "%Portfast will be configured in 2 interfaces due to the range command\n"
    " but will only have effect when the interfaces are in a non-trunking mode.": {LINE: WARNING},
    "Command authorization failed.": {LINE: REFUSAL, SHOW: REFUSAL},
    "% Authorization failed.": {LINE: REFUSAL, SHOW: REFUSAL},
    "% Access denied": {LINE: REFUSAL, SHOW: REFUSAL},
    "% Bad passwords": {LINE: REFUSAL},
    "% Login invalid": {LINE: REFUSAL},
    "% No password set": {LINE: REFUSAL},
    "% Configuration allowed only from Active": {LINE: REFUSAL},
    "% Please answer 'yes' or 'no'.": {LINE: REFUSAL, QUESTION: True},
    "Building configuration...\n  Compressed configuration from 22772 bytes to 7054 bytes[OK]": {SAVE: SAVED},
    "[OK]": {SAVE: SAVED},
    "Warning: Attempting to overwrite an NVRAM configuration previously written": {SAVE: REFUSAL, LINE: REFUSAL},
    "by a different version of the system image.": {SAVE: REFUSAL, LINE: REFUSAL},
    "Overwrite the previous NVRAM configuration?[confirm]": {SAVE: REFUSAL, LINE: REFUSAL, QUESTION: True},
    "startup-config file open failed (Device or resource busy)": {SAVE: BUSY, LINE: REFUSAL},
    "Compressed configuration is too large for nvram": {SAVE: REFUSAL, LINE: REFUSAL},
    "Truncate config?? [no]:": {SAVE: REFUSAL, LINE: REFUSAL, QUESTION: True},
    "Destination filename [startup-config]? ": {SAVE: REFUSAL, LINE: REFUSAL, QUESTION: True},
    "System configuration has been modified. Save? [yes/no]: ": {LINE: REFUSAL, QUESTION: True},
    "Reload reason: Reload Command": {LINE: REFUSAL},
    "Proceed with reload? [confirm]": {LINE: REFUSAL, QUESTION: True},
    "*** --- SHUTDOWN in 0:02:00 ---": {LINE: OK},
    "*** --- SHUTDOWN in 0:01:00 ---": {LINE: OK},
    "*** --- SHUTDOWN ABORTED ---": {LINE: OK},
    "%SYS-5-CONFIG_I: Configured from console by console": {LINE: OK},
    "%SYS-5-CONFIG_I: Configured from console by cisco on vty1 (10.10.20.50)": {LINE: OK},
    "Rollback:Acquired Configuration lock.": {LINE: OK},
    "Cannot set maximum when backing up to network path": {LINE: REFUSAL},
}


def collected() -> list[str]:
    """Return the collected wordings, each with the lines that IOS wraps it into."""
    found: list[str] = []
    for line in CAPTURE.read_text().splitlines():
        if not line or line.startswith("#"):
            found.append("")
        elif line.startswith(" ") and found and found[-1]:
            found[-1] += f"\n{line}"
        else:
            found.append(line)
    return [wording for wording in found if wording]


@pytest.mark.parametrize(("wording", "ways"), COLLECTED.items())
def test_each_wording_means_the_right_thing(wording, ways):
    if LINE in ways:
        assert classify(wording).kind == ways[LINE]
    if SAVE in ways:
        assert classify_save(wording) == ways[SAVE]
    if SHOW in ways:
        assert bool(show_refusal(wording)) == (ways[SHOW] == REFUSAL)
    assert bool(wordings.QUESTION.search(wording)) == ways.get(QUESTION, False)
    if ways.get(LINE) == REFUSAL and not wording.startswith("%PM-4") and not wording.startswith("%SW_VLAN"):
        # A log line around it changes nothing, whatever is harmless by itself.
        assert classify(f"%SYS-5-CONFIG_I: Configured from console\n{wording}").text == wordings.fold(wording)


def test_no_collected_wording_is_left_out():
    if not CAPTURE.exists():
        pytest.skip("the collection of wordings (shared/captures) is not here")
    assert [wording for wording in collected() if wording not in COLLECTED] == []
    assert [wording for wording in COLLECTED if wording not in collected()] == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("             ^\n% Invalid command at '^' marker.", REFUSAL),
        ("Invalid command (only one interface is allowed) at '^' marker.", REFUSAL),
        ("% Permission denied for the role", REFUSAL),
        ("ERROR: VLAN creation failed", REFUSAL),
        ("% Invalid number, range is (1:4094)", REFUSAL),
        ("Enter configuration commands, one per line. End with CNTL/Z.", OK),
        ("Building configuration...", OK),
        (
            "Warning: Edge port type (portfast) should only be enabled on ports connected to a single\n"
            " host. Connecting hubs, concentrators, switches, bridges, etc...  to this\n"
            " interface when edge port type (portfast) is enabled, can cause temporary bridging loops.\n"
            " Use with CAUTION\n\n"
            "Edge Port Type (Portfast) has been configured on Ethernet1/2 but will only\n"
            " have effect when the interface is in a non-trunking mode.",
            WARNING,
        ),
        ("2026 Nov 21 11:40:00 sw1 %$ VDC-1 %$ %ETHPORT-5-IF_UP: Interface Ethernet1/1 is up", OK),
        ("Rollback Confirmed Change: Backing up current running config to flash:archive-Feb-15-15-56-38.517-1", OK),
        ("Rollback Confirmed Change: Backing up current running config to\n flash:/rollback_1.cfg", OK),
        ("Rollback Confirmed Change: Backing up current running config to tftp://192.0.2.9/sw1-1\n!!\n", OK),
        (
            "Rollback Confirmed Change: Rollback will begin in one minute.\n"
            'Enter "configure confirm" if you wish to keep what you\'ve configured\n\n',
            OK,
        ),
        ("*Feb 15 15:56:41.528: %ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_BACKUP: Backing up current running config to x", OK),
        ("%Turn config archive on before using Rollback Confirmed Change", REFUSAL),
        ("%No Rollback Confirmed Change pending", REFUSAL),
    ],
)
def test_classify_nxos_and_the_revert_timer(answer, kind):
    assert classify(answer).kind == kind


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("[####                 ] 10%\r[########] 100%\nCopy complete.", SAVED),
        ("[########] 100%\nCopy complete, now saving to disk (please wait)...", SAVED),
        ("[########] 100%\nCopy complete, now saving to disk (please wait)...\nCopy complete.", SAVED),
        ("[########] 100%\nCopy complete", SAVED),
        ("[########] 100%", REFUSAL),
        ("Configuration update aborted: system not ready", BUSY),
        ("ERROR: disk full\nCopy complete.", REFUSAL),
    ],
)
def test_saving_on_nxos(answer, outcome):
    assert classify_save(answer) == outcome


@pytest.mark.parametrize("output", ["% Invalid command at '^' marker.", "   ^\nInvalid command at '^' marker."])
def test_show_refusals_of_nxos(output):
    assert show_refusal(output)


@pytest.mark.parametrize(
    "cut",
    [
        "\n\n\n***\n*** --- SHUTDOWN in 0:01:00 ---\n***\n",
        "\n*Mar  1 00:12:11.000: %SYS-5-CONFIG_I: Configured from console\n",
    ],
)
def test_a_text_is_put_together_again(cut):
    assert wordings.glued(f"sw1#no ip route 10.0.0.0 25{cut}5.0.0.0 10.1.2.3\n") == (
        "sw1#no ip route 10.0.0.0 255.0.0.0 10.1.2.3\n"
    )
    assert wordings.glued("a line\nwith *** stars\n") == "a line\nwith *** stars\n"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("", OK),
        ("\n\n", OK),
        ("          ^\n% Invalid input detected at '^' marker.\n\n", REFUSAL),
        ("% Access VLAN does not exist. Creating vlan 20", WARNING),
        ("% Access VLAN does not exist. Creating vlan 20\n% Voice VLAN does not exist. Creating vlan 30", WARNING),
        ("% Access VLAN does not exist. Creating vlan 20\nCommand rejected: no.", REFUSAL),
        ("*Mar  1 00:12:11.000: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/1, changed state to up", OK),
        ("000123: Mar  1 00:12:11.000 UTC: %ILPOWER-5-POWER_GRANTED: Interface Gi1/0/1: Power granted", OK),
        ("\n\n***\n*** --- SHUTDOWN in 0:02:00 ---\n***\nCommand rejected: no.", REFUSAL),
        ("something that nobody has seen yet", REFUSAL),
        ("% Applying VLAN changes may take few minutes.  Please wait...\n", WARNING),
        (
            "%Warning: portfast should only be enabled on ports connected to a single host.\n Connecting hubs, "
            "concentrators, switches,  bridges, etc.to this interface\n when portfast is enabled, can cause temporary "
            "spanning tree loops.\n Use with CAUTION\n",
            WARNING,
        ),
        (
            "Load for five secs: 2%/0%; one minute: 1%; five minutes: 1%\n"
            "Time source is NTP, 23:16:54.302 JST Sat May 8 2021\n",
            OK,
        ),
        ("Load for five secs: 0%/0%; one minute: 0%; five minutes: 0%\nCommand rejected: no.", REFUSAL),
        ("%SW_VLAN-4-VLAN_CREATE_FAIL: Failed to create VLANs 1008: VLAN(s) not available in Port Manager", REFUSAL),
    ],
)
def test_classify(answer, kind):
    assert classify(answer).kind == kind


def test_the_words_of_a_refusal_are_kept_without_what_came_by_itself():
    answer = classify("%SYS-5-CONFIG_I: Configured from console\n\nCommand rejected: Bad VLAN\n list.\n")
    assert answer.text == "Command rejected: Bad VLAN list."


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("Building configuration...\n  Compressed configuration from 22772 bytes to 7054 bytes[OK]", SAVED),
        ("Building configuration...\n[OK]", SAVED),
        ("Building configuration...\n[OK]\n%SYS-5-CONFIG_I: Configured from console by cisco", SAVED),
        ("startup-config file open failed (Device or resource busy)", BUSY),
        ("Building configuration...\n% Error", REFUSAL),
        ("", REFUSAL),
        ("[OK]\nnot quite", REFUSAL),
        ("Building configuration...\nCompressed configuration from 7383 bytes to 3601 bytes[OK]\n[OK]", SAVED),
        # The archive takes a copy as well.
        ("Building configuration...\n[OK]!!\n", SAVED),
        ("Building configuration...\n[OK]\nWriting sw1-Nov-21-12-00-00.000-4 !\n", SAVED),
        ("Building configuration...\n!!\n", REFUSAL),
    ],
)
def test_classify_save(answer, outcome):
    assert classify_save(answer) == outcome


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("  ^\n% Invalid input detected at '^' marker.\n", "% Invalid input detected at '^' marker."),
        ("Command authorization failed.\n", "Command authorization failed."),
        ("%No inline power card on switch", ""),
        ("Building configuration...\n\nhostname sw1\nbanner motd ^C\n% Invalid input\n^C\n", ""),
        ("", ""),
    ],
)
def test_show_refusal(output, words):
    assert show_refusal(output) == words


def test_a_known_cause_gets_its_next_step():
    assert "server" in wordings.hint_for("VTP VLAN configuration not allowed when device is in CLIENT mode.")
    assert "forget" in wordings.hint_for("Maximum is less than number of currently secured mac-addresses.")
    assert wordings.hint_for("something that nobody has seen yet") == ""


@pytest.mark.parametrize(
    "stamp",
    [
        "",
        "*Mar  1 00:12:34.567: ",
        ".Sep 14 06:00:45.693: ",
        "Aug 14 2024 13:06:39.106 CEST: ",
        "000123: *Dec  2 12:09:23.643: ",
        "022702: Jun 19 03:02:32: ",
        "00:12:34: ",
        "1w2d: ",
    ],
)
def test_log_lines_say_nothing_whatever_their_stamp(stamp):
    line = f"{stamp}%LINK-3-UPDOWN: Interface GigabitEthernet1/0/1, changed state to up"
    assert classify(line).kind == OK
    assert classify(f"Command rejected: Bad VLAN\n{line}").kind == REFUSAL

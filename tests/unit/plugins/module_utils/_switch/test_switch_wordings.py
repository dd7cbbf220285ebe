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

# What stands in the collection and is no refusal of a configuration line: by its first words.
HARMLESS = {
    "% Access VLAN does not exist": WARNING,
    "% Voice VLAN does not exist": WARNING,
    "%Warning: portfast should only": WARNING,
    "%Portfast has been configured": WARNING,
    "%Portfast will be configured": WARNING,
    "%SYS-5-CONFIG_I": OK,
    "Rollback:Acquired": OK,
    "*** --- SHUTDOWN": OK,
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


def test_every_collected_wording():
    if not CAPTURE.exists():
        pytest.skip("the collection of wordings (shared/captures) is not here")
    seen = set()
    for wording in collected():
        start = next((start for start in HARMLESS if wording.startswith(start)), None)
        expected = HARMLESS[start] if start else REFUSAL
        if set(wording) <= {" ", "^"}:
            expected = OK
        seen.add(start)
        assert classify(wording).kind == expected, wording
    assert seen == {*HARMLESS, None}


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

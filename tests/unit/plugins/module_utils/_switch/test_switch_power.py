# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`show power inline`: what is made of its shapes, where a capture does not show it."""

from __future__ import annotations

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._switch.power import (
    WHOLE,
    Budget,
    PortPower,
    PowerTable,
    parse_power,
)

HEAD = """\
Interface Admin  Oper       Power   Device              Class Max
                            (Watts)
--------- ------ ---------- ------- ------------------- ----- ----
"""
MODULE = """\
Module   Available     Used     Remaining
          (Watts)     (Watts)    (Watts)
------   ---------   --------   ---------
{number}           370.0       12.6       357.4
"""


def test_a_stack_without_blank_lines_between_its_tables():
    text = (
        MODULE.format(number=1)
        + HEAD
        + "Gi1/0/1   auto   on         6.3     IP Phone 8841       2     30.0\n"
        + MODULE.format(number=2)
        + HEAD
        + "Gi2/0/1   static on         6.3     IP Phone 8841       2     15.4\n"
    )
    table = parse_power(text)
    assert table.modules == {"1": Budget(370.0, 12.6, 357.4), "2": Budget(370.0, 12.6, 357.4)}
    assert table.ports == {
        "GigabitEthernet1/0/1": PortPower("auto", "on", 6.3, "IP Phone 8841", "2", 30.0),
        "GigabitEthernet2/0/1": PortPower("static", "on", 6.3, "IP Phone 8841", "2", 15.4),
    }
    assert table.module_of("GigabitEthernet2/0/1") == "2"
    assert table.module_of("GigabitEthernet3/0/1") is None


def test_one_budget_for_all_ports():
    table = parse_power("Available:370.0(w)  Used:55.6(w)  Remaining:314.4(w)\n\n" + HEAD)
    assert table == PowerTable({WHOLE: Budget(370.0, 55.6, 314.4)})
    assert table.module_of("FastEthernet0/1") == WHOLE


@pytest.mark.parametrize(
    "words",
    [
        "%No inline power card on switch\n",
        "            ^\n% Invalid input detected at '^' marker.\n\n",
    ],
)
def test_a_switch_without_inline_power_says_so_and_is_no_empty_table(words):
    table = parse_power(words)
    assert (table.modules, table.ports) == ({}, {})
    assert table.absent == words.strip().removeprefix("^").strip()
    assert parse_power(HEAD).absent == ""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (HEAD + "Gi1/0/1   auto   on         6.3     IP Phone 8841       2     thirty\n", "Gi1/0/1   auto"),
        (HEAD + "Gi1/0/1   auto   on         much\n", "Gi1/0/1   auto   on         much"),
        ("Power is good today\n", "Power is good today"),
    ],
)
def test_what_is_not_understood_is_shown(text, line):
    with pytest.raises(
        Unsupported, match=f"'show power inline' has a line that is not known: '{' '.join(line.split())}"
    ):
        parse_power(text)


def test_a_message_that_cuts_in_is_no_row():
    text = HEAD + "*Nov 21 11:00:00.123: %ILPOWER-5-POWER_GRANTED: Interface Gi1/0/1: Power granted\n"
    row = "Gi1/0/1   auto   on         6.3     IP Phone 8841       2     30.0\n"
    assert list(parse_power(f"show power inline\n{text}{row}").ports) == ["GigabitEthernet1/0/1"]

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Around the templates: echoes, messages that cut in, what a switch does not have, and a library that is not there."""

from __future__ import annotations

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._switch import tables

COMMAND = "show interfaces status err-disabled"
TABLE = """\
Port      Name               Status       Reason
Gi1/0/1   desk               err-disabled bpduguard
"""


@pytest.mark.parametrize(
    "text",
    [
        TABLE,
        f"\n \n{COMMAND}\n{TABLE}",
        f"sw1#{COMMAND}\n{TABLE}",
        TABLE.replace("\n", "\r\n"),
        TABLE.replace("Gi1", "*Nov 21 11:00:00.123: %LINK-3-UPDOWN: Interface Gi1/0/1, changed state to down\nGi1"),
    ],
)
def test_what_is_around_a_table_is_taken_away(text):
    (row,) = tables.parse("cisco_ios", COMMAND, text, rows=r"Gi")
    assert (row["interface"], row["port_error"].strip()) == ("Gi1/0/1", "bpduguard")


@pytest.mark.parametrize(
    ("words", "absent"),
    [
        ("%No inline power card on switch\n", "%No inline power card on switch"),
        ("% LLDP is not enabled", "% LLDP is not enabled"),
        ("\n% CDP is not enabled\n", "% CDP is not enabled"),
        ("        ^\n% Invalid input detected at '^' marker.\n", "% Invalid input detected at '^' marker."),
        ("        ^\n% Invalid command at '^' marker.\n", "% Invalid command at '^' marker."),
        ("Command authorization failed.\n", ""),
        (TABLE, ""),
        ("", ""),
    ],
)
def test_what_a_switch_does_not_have(words, absent):
    assert tables.absence(words) == absent


def test_a_table_with_nothing_in_it_is_its_frame_alone():
    assert tables.parse("cisco_ios", COMMAND, TABLE.split("\n")[0], rows=r"Gi", frame=r"Port ") == []
    with pytest.raises(Unsupported, match="not known: 'Port Name Status Reason'"):
        tables.parse("cisco_ios", COMMAND, TABLE.split("\n")[0], rows=r"Gi")


def test_a_line_that_became_no_row_is_shown():
    with pytest.raises(Unsupported, match="'show cdp neighbors detail' has a line that is not known: 'Device ID: sw2'"):
        tables.parse(
            "cisco_ios",
            "show cdp neighbors detail",
            "Device ID: sw1\nVersion :\nx\nDevice ID: sw2\nDevice ID: sw3\nVersion :\nx\n",
            rows=r"Device ID:",
        )


def test_a_missing_library_is_named(monkeypatch):
    monkeypatch.setattr(tables, "TEMPLATES_MISSING", ImportError("no module named ntc_templates"))
    with pytest.raises(Unsupported, match="ntc-templates"):
        tables.require()
    with pytest.raises(Unsupported, match="ntc-templates"):
        tables.parse("cisco_ios", COMMAND, TABLE, rows=r"Gi")

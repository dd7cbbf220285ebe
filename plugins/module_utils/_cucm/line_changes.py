# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carrying out what is planned for lines."""

from __future__ import annotations

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.forwards import NUMBERS
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.lines import (
    plan_absent,
    plan_present,
    read_lines,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.plan import Plan, apply, pretend, settle
from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows

Given = dict[str, t.Any]


def make_present(axl: Axl, rows: Rows, wanted: list[Given], *, check_mode: bool) -> None:
    """Make the lines as they are wanted, and fill the rows of the result."""
    plans = plan_present(axl, wanted, read_lines(axl, wanted))

    def reached(index: int) -> bool:
        # A new line gets its alternate numbers after it is added.
        first = plans[index].then is not None and not rows[index].sent
        row = {**wanted[index], **dict.fromkeys(NUMBERS)} if first else wanted[index]
        return not plan_present(axl, [row], read_lines(axl, [row]))[0].operation

    if _decided(rows, plans, check_mode=check_mode):
        apply(axl, rows, plans, "line", reached)


def make_absent(axl: Axl, rows: Rows, wanted: list[Given], *, check_mode: bool) -> None:
    """Remove the lines, and fill the rows of the result."""
    plans = plan_absent(axl, wanted, read_lines(axl, wanted, whole=True))
    if _decided(rows, plans, check_mode=check_mode):
        apply(axl, rows, plans, "line", lambda index: not read_lines(axl, [wanted[index]])[0])


def _decided(rows: Rows, plans: list[Plan], *, check_mode: bool) -> bool:
    """Write the plans into the rows; tell whether they are to be carried out."""
    settle(rows, plans)
    if check_mode:
        pretend(rows, plans)
    return not check_mode

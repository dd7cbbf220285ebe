# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``show power inline`` says: the budgets of a switch's modules, and the power of each port. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.dialtone.voice.plugins.module_utils._switch import tables
from ansible_collections.dialtone.voice.plugins.module_utils._switch.names import canonical, split_name

COMMAND = "show power inline"

# The name of the budget where all ports of a switch share one.
WHOLE = "switch"

_MODULE_HEADER = re.compile(r"\s*Module\s+Available\s+Used\s+Remaining\s*")
_MODULE_ROW = re.compile(r"\s*(\d+(?:/\d+)?)\s+(\d+(?:\.\d+)?)\s+(\d+(?:\.\d+)?)\s+(-?\d+(?:\.\d+)?)\s*")
_WHOLE_ROW = re.compile(
    r"\s*Available:\s*(\d+(?:\.\d+)?)\(w\)\s+Used:\s*(\d+(?:\.\d+)?)\(w\)\s+Remaining:\s*(-?\d+(?:\.\d+)?)\(w\)\s*"
)
_PORT_HEADER = re.compile(r"\s*Interface\s+Admin\b")
_PORT_ROW = r"\s*[A-Z][A-Za-z-]+\s?\d+(?:/\d+)*\s"
_FRAME = r"\s*(?:Interface\s+Admin\s+Oper\s|\(Watts\)|From PS|Totals:)"


@dataclass(frozen=True)
class Budget:
    """What a module has to give, in watts."""

    available: float
    used: float
    remaining: float


@dataclass(frozen=True)
class PortPower:
    """One port's power.

    :ivar admin: ``auto``, ``static``, ``off`` (which is set as ``never``) ... as the switch says it
    :ivar oper: ``on``, ``off``, ``faulty``, ``power-deny`` ... as the switch says it
    :ivar watts: what the switch gives now
    :ivar device: what takes it, None where nothing is known
    :ivar power_class: its class, None where nothing is known
    :ivar max_watts: the most that the port may give, None where the table has no such column
    """

    admin: str
    oper: str
    watts: float
    device: str | None = None
    power_class: str | None = None
    max_watts: float | None = None


@dataclass(frozen=True)
class PowerTable:
    """The answer as a whole.

    :ivar modules: number of the module (of the stack member), or WHOLE -> its budget
    :ivar ports: full name of the interface -> its power
    :ivar absent: the switch's words where it has no inline power, empty otherwise
    """

    modules: dict[str, Budget] = field(default_factory=dict)
    ports: dict[str, PortPower] = field(default_factory=dict)
    absent: str = ""

    def module_of(self, interface: str) -> str | None:
        """Return the module whose budget feeds an interface, None where that is not told."""
        if WHOLE in self.modules:
            return WHOLE
        number = split_name(interface)[1]
        parts = number.split("/")
        return next((name for name in ("/".join(parts[:2]), parts[0]) if name in self.modules), None)


def parse_power(text: str, device_type: str = "cisco_ios") -> PowerTable:
    """Read the answer to ``show power inline``, of one switch, a stack or a chassis.

    :raises Unsupported: a line that is not understood
    """
    absent = tables.absence(text)
    if absent:
        return PowerTable(absent=absent)
    modules: dict[str, Budget] = {}
    kept: list[str] = []
    for line in tables.clean(COMMAND, text).split("\n"):
        whole = _WHOLE_ROW.fullmatch(line)
        row = _MODULE_ROW.fullmatch(line)
        if whole:
            modules[WHOLE] = _budget(*whole.groups())
        elif row:
            modules[row[1]] = _budget(*row.groups()[1:])
        elif _PORT_HEADER.match(line):
            # The template wants a blank line above each table's header, and stacks print some without.
            kept += ["", line]
        elif line.strip() and not _MODULE_HEADER.fullmatch(line):
            kept.append(line)
    found = tables.parse(device_type, COMMAND, "\n".join(kept), rows=_PORT_ROW, frame=_FRAME)
    return PowerTable(modules, {canonical(row["interface"]): _port(row) for row in found})


def module_quotes(text: str) -> dict[str, str]:
    """Return the switch's own line about each module's budget, by its number or as WHOLE."""
    found, header = {}, ""
    for line in tables.clean(COMMAND, text).split("\n"):
        row = _MODULE_ROW.fullmatch(line)
        if _MODULE_HEADER.fullmatch(line):
            header = line.strip()
        elif row:
            found[row[1]] = f"{header}\n{line.strip()}"
        elif _WHOLE_ROW.fullmatch(line):
            found[WHOLE] = line.strip()
    return found


def _budget(*watts: str) -> Budget:
    return Budget(*(float(value) for value in watts))


def _port(row: dict[str, t.Any]) -> PortPower:
    device, power_class = (row[name] if row[name] not in ("", "n/a") else None for name in ("device", "class"))
    return PortPower(
        row["admin_status"],
        row["operational_status"],
        float(row["power"]),
        device,
        power_class,
        float(row["max"]) if row["max"] else None,
    )

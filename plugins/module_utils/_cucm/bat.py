# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones as a file for CUCM's Bulk Administration Tool (BAT): one line of comma-separated values for each phone.

Of the two kinds of file, the one of specific details has only the columns that some phone fills; the rest comes from
the BAT phone template, which belongs to one model and protocol. The one of all details has the columns of an export.
What Cisco's Bulk Administration Guide says of such files: UTF-8 without a byte order mark, a head that names the
columns, no blank lines, quotation marks around a text that has a comma or a quotation mark. Booleans are `t` and `f`.
"""

from __future__ import annotations

import csv
import io
import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.bat_columns import (
    APPEARANCE_COLUMNS,
    DEVICE_COLUMNS,
    LINE_COLUMNS,
    NUMBER_COLUMNS,
    PHONE_COLUMNS,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.models import product, short_name
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.numplan import Key
from ansible_collections.dialtone.voice.plugins.module_utils._text import control_character, device_name

SPECIFIC, ALL = "specific_details", "all_details"

# What names the row or orders the lines, and is no setting.
_NAMES = frozenset({"mac", "name", "lines", "profile", "expansion_modules"})
_LINE_NAMES = frozenset({"pattern", "partition", "index", "shared"})
# What the BAT phone template says in a file of specific details.
_OF_TEMPLATE = frozenset({"model", "protocol"})
# What no phone can be without, with the values that a new phone gets in CUCM Administration.
_USUAL = {
    "Location": "Hub_None",
    "Common Phone Profile": "Standard Common Phone Profile",
    "Packet Capture Mode": "None",
    "Built in Bridge": "Default",
    "Certificate Operation": "No Pending Operation",
    "Device Mobility Mode": "Default",
    "Use Trusted Relay Point": "Default",
}
_SEP = re.compile("SEP[0-9A-F]{12}")
_NUMBERED = re.compile(r"(.+?) (\d+)")
_DEVICE_FOLDED = {" ".join(name.split()).casefold() for name in DEVICE_COLUMNS}
_LINE_FOLDED = {" ".join(name.split()).casefold() for name in LINE_COLUMNS}

LineRows = dict[Key, dict[str, t.Any]]


@dataclass
class Record:
    """One phone of the file.

    :ivar key: device name, or what the phone is called where it has none
    :ivar cells: folded name of the column -> value
    :ivar left_out: what a file of BAT cannot say, by the names of the options
    """

    key: str
    cells: dict[str, str]
    left_out: list[str] = field(default_factory=list)


@dataclass
class Table:
    """A file's head and lines, in order."""

    head: list[str]
    lines: list[list[str]]

    def text(self) -> str:
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.head)
        writer.writerows(self.lines)
        return out.getvalue()

    def states(self) -> list[dict[str, str]]:
        """Return each line as the columns that it fills, for results and differences."""
        return [{name: cell for name, cell in zip(self.head, line, strict=False) if cell} for line in self.lines]


def folded(name: str) -> str:
    """Return a column's name as it is compared: case and runs of blanks do not matter."""
    return " ".join(name.split()).casefold()


def read_table(text: str) -> Table:
    """Return a file of BAT as a table, a byte order mark left out; an empty one where it is no such file."""
    try:
        rows = [row for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")) if row]
    except csv.Error:
        rows = []
    return Table(rows[0] if rows else [], rows[1:])


def records(
    phones: list[dict[str, t.Any]], lines: list[dict[str, t.Any]], kind: str, *, dummies: bool = False
) -> list[Record]:
    """Return the phones as what the columns of a file hold.

    :param phones: rows of `cucm_phones`, without faults
    :param lines: rows of `cucm_lines`, which fill the columns of the directory numbers
    :param kind: SPECIFIC or ALL
    :param dummies: whether MAC addresses are left empty
    """
    numbers: LineRows = {(row["pattern"], row.get("partition")): row for row in lines}
    found = [_record(index, row, numbers, kind) for index, row in enumerate(phones)]
    for record in found:
        if dummies:
            record.cells["mac address"] = ""
    return found


def unplaced(phones: list[dict[str, t.Any]], lines: list[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    """Return the rows of lines that no phone has: a phones file has no place for them."""
    placed = {(line["pattern"], line.get("partition")) for row in phones for line in row.get("lines") or []}
    anywhere = {pattern for pattern, _partition in placed}
    return [
        row
        for row in lines
        if (row["pattern"], row.get("partition")) not in placed
        and (row.get("partition") is not None or row["pattern"] not in anywhere)
    ]


def _usual(row: dict[str, t.Any]) -> dict[str, str]:
    """Return what no phone can be without: the same for all, and what is called after model and protocol."""
    usual = dict(_USUAL)
    model, protocol = row.get("model"), row["protocol"]
    if model:
        usual["Phone Button Template"] = f"Standard {short_name(model)} {protocol}"
        usual["Device Security Profile"] = f"{model} - Standard {protocol} Non-Secure Profile"
    if protocol == "SIP":
        usual["SIP Profile"] = "Standard SIP Profile"
    return usual


def _record(index: int, row: dict[str, t.Any], numbers: LineRows, kind: str) -> Record:
    name = name_of(row)
    record = Record(name or f"phone {index + 1}", {})
    mac = name[3:] if kind == SPECIFIC and _SEP.fullmatch(name) else name
    record.cells["mac address" if kind == SPECIFIC else "device name"] = mac
    if kind == ALL:
        row = {"protocol": "SIP", **{option: value for option, value in row.items() if value is not None}}
        if row.get("model"):
            row["model"] = product(str(row["model"]))
        record.cells.update({folded(column): value for column, value in _usual(row).items()})
    _fill(record, row, PHONE_COLUMNS, _NAMES | (_OF_TEMPLATE if kind == SPECIFIC else frozenset()), "", "")
    for place, module in enumerate(row.get("expansion_modules") or [], 1):
        number = module.get("index") or place
        if f"module {number}" not in _DEVICE_FOLDED:
            record.left_out.append(f"expansion_modules[{place - 1}]")
            continue
        record.cells[f"module {number}"] = str(module["model"])
        if module.get("load"):
            record.cells[f"module {number} load name"] = module["load"]
    for place, line in enumerate(row.get("lines") or [], 1):
        number = line.get("index") or place
        record.cells[f"directory number {number}"] = line["pattern"]
        if line.get("partition"):
            record.cells[f"route partition {number}"] = line["partition"]
        there = numbers.get((line["pattern"], line.get("partition"))) or numbers.get((line["pattern"], None)) or {}
        _fill(record, there, NUMBER_COLUMNS, _LINE_NAMES, f" {number}", f"line {line['pattern']} ")
        _fill(record, line, APPEARANCE_COLUMNS, _LINE_NAMES, f" {number}", f"lines[{place - 1}].")
    return record


def _fill(
    record: Record,
    row: dict[str, t.Any],
    columns: dict[str, str],
    aside: t.Collection[str],
    suffix: str,
    prefix: str,
) -> None:
    """Put a row's options into their columns, and note those that have none."""
    for option, value in row.items():
        if value is None or option in aside:
            continue
        if isinstance(value, dict):
            nested = {f"{option}.{name}": item for name, item in value.items()}
            _fill(record, nested, columns, aside, suffix, prefix)
        elif option not in columns or isinstance(value, list):
            if value not in ([], ""):
                record.left_out.append(f"{prefix}{option}")
        elif value == "":
            # An empty cell takes what the template or CUCM's default says, so it does not clear.
            record.left_out.append(f"{prefix}{option} (an empty cell does not clear)")
        else:
            record.cells[f"{folded(columns[option])}{suffix}"] = cell(value)


def cell(value: t.Any) -> str:
    """Return a value as BAT writes it."""
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value)


def name_of(row: dict[str, t.Any]) -> str:
    """Return a row's device name; empty where it has neither MAC address nor name."""
    if row.get("mac") is not None:
        return device_name(row["mac"])
    name = str(row.get("name") or "")
    return device_name(name) if name.upper().startswith("SEP") else name


def with_names(phones: list[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    """Give each row a name of its own where it has none, so that its other options can be checked."""
    return [row if name_given(row) else {**row, "name": f"phone{index + 1}"} for index, row in enumerate(phones)]


def name_given(row: dict[str, t.Any]) -> bool:
    return row.get("mac") is not None or row.get("name") is not None


def file_faults(phones: list[dict[str, t.Any]], kind: str, *, dummies: bool) -> list[str]:
    """Return what BAT would refuse beyond the faults that `cucm_phones` and `cucm_lines` find in their rows."""
    faults = []
    if dummies and kind == ALL:
        faults.append("dummy_macs: a file of all details has the phones' names: take 'format: specific_details'")
    elif not dummies:
        faults += [
            row_fault("phones", index, "", "neither mac nor name: give one, or take 'dummy_macs: true'")
            for index, row in enumerate(phones)
            if not name_given(row)
        ]
    if kind == SPECIFIC:
        types = sorted({_type(row) for row in phones if row.get("model")})
        if len(types) > 1:
            faults.append(
                f"phones: {', '.join(types)} in one file: a BAT phone template is for one model and protocol, so give "
                "each of them a file of its own, or take 'format: all_details'"
            )
        return faults
    for index, row in enumerate(phones):
        missing = [option for option in ("model", "device_pool") if not row.get(option)]
        if missing:
            faults.append(
                row_fault(
                    "phones", index, name_of(row), f"missing {', '.join(missing)}: all details are taken from the file"
                )
            )
    return faults


def _type(row: dict[str, t.Any]) -> str:
    return f"{product(str(row['model']))} ({row.get('protocol') or 'SIP'})"


def character_faults(found: list[Record]) -> list[str]:
    """Return the cells that would break the file's lines."""
    return [
        row_fault("phones", index, record.key, f"{name} {value!r} has the control character {character}: take it out")
        for index, record in enumerate(found)
        for name, value in record.cells.items()
        if (character := control_character(value))
    ]


def table(found: list[Record], kind: str, head: list[str] | None = None) -> tuple[Table, list[str]]:
    """Lay the records out as a file.

    :param head: the columns of an export of the cluster itself, for ALL; else those known here are taken
    :returns: the file; and the faults: cells for which the given head has no column
    """
    columns = _specific_head(found) if kind == SPECIFIC else head or _full_head(found)
    keys = [folded(name) for name in columns]
    known = set(keys)
    faults = [
        row_fault("phones", index, record.key, f"the columns that were given have no '{name}': {_remedy(name)}")
        for index, record in enumerate(found)
        for name in record.cells
        if name not in known
    ]
    return Table(columns, [[record.cells.get(key, "") for key in keys] for record in found]), faults


def _remedy(name: str) -> str:
    numbered = _NUMBERED.fullmatch(name)
    if numbered and numbered[1] in _LINE_FOLDED:
        return f"export a phone with {numbered[2]} lines to take the columns from"
    return "leave the option out"


def _specific_head(found: list[Record]) -> list[str]:
    filled = {name for record in found for name in record.cells}
    head = ["MAC ADDRESS", *(name.upper() for name in DEVICE_COLUMNS if folded(name) in filled)]
    for number in range(1, _lines(found) + 1):
        head += [f"{name.strip().upper()}  {number}" for name in LINE_COLUMNS if f"{folded(name)} {number}" in filled]
    return head


def _full_head(found: list[Record]) -> list[str]:
    numbers = range(1, max(_lines(found), 1) + 1)
    return [*DEVICE_COLUMNS, *(f"{name} {number}" for number in numbers for name in LINE_COLUMNS)]


def _lines(found: list[Record]) -> int:
    """Return the highest button that a line takes."""
    numbered = (_NUMBERED.fullmatch(name) for record in found for name in record.cells)
    return max((int(match[2]) for match in numbered if match and match[1] == "directory number"), default=0)


def read_back(text: str) -> list[dict[str, str]]:
    """Return the lines of a file that is there as what their columns hold; none for another kind of file."""
    there = read_table(text)
    if not there.head or folded(there.head[0]) not in ("mac address", "device name"):
        return []
    return there.states()


def state_before(there: list[dict[str, str]], state: dict[str, str]) -> dict[str, str] | None:
    """Return what a phone was in the file before: the line of its name, or, where it has none yet, an equal one."""
    name = next(iter(state), "")
    if folded(name) not in ("mac address", "device name"):
        return state if state in there else None
    return next((old for old in there if next(iter(old.values()), "") == state[name]), None)

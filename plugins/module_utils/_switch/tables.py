# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The output of show commands, read with ntc-templates. Only this file knows them.

Some templates pass over lines that they don't know. So the lines that must become rows are counted here as well: what
is not understood is an error that shows the line, and never looks like a table with nothing in it.
"""

from __future__ import annotations

import contextlib
import re
import typing as t

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._switch import wordings
from ansible_collections.dialtone.voice.plugins.module_utils._text import one_line

try:
    from ntc_templates.parse import ParsingException, parse_output
    from textfsm import TextFSMError, clitable
except ImportError as missing:
    TEMPLATES_MISSING: ImportError | None = missing
    ParsingException = TextFSMError = ValueError
else:
    TEMPLATES_MISSING = None
    # The first use reads the index of all templates, which takes as long as a whole switch: here once for all forks.
    with contextlib.suppress(OSError, ParsingException, clitable.Error):
        parse_output(platform="cisco_ios", command="show power inline", data="")

# By these a switch says that it lacks what was asked for, or has it turned off.
_ABSENT = re.compile(
    r"^\s*(?:%\s*(?:CDP|LLDP) is not enabled|%?\s*No inline power card on switch"
    r"|% ?Invalid (?:input detected|command|number) at '\^' marker|Invalid interface format at '\^' marker)[^\n]*$",
    re.IGNORECASE | re.MULTILINE,
)


def require() -> None:
    """:raises Unsupported: the library is not there"""
    if TEMPLATES_MISSING is not None:
        raise Unsupported(missing_required_lib("ntc-templates"), details={"reason": str(TEMPLATES_MISSING)})


def absence(output: str) -> str:
    """Return the words by which a switch says that it has no such thing or has it off, empty where it has it."""
    head = "\n".join(output.replace("\r", "").strip().split("\n")[:4])
    match = _ABSENT.search(head)
    return match.group().strip() if match else ""


def clean(command: str, output: str) -> str:
    """Return an output without the command's own echo, carriage returns and what came by itself in between."""
    text = wordings.without_noise(output.replace("\r", ""))
    first, _newline, rest = re.sub(r"\A(?:[ \t]*\n)+", "", text).partition("\n")
    return rest if re.fullmatch(rf"(?:\S*[#>])?\s*{re.escape(command)}\s*", first) else text


def parse(device_type: str, command: str, output: str, *, rows: str, frame: str = r"(?!)") -> list[dict[str, t.Any]]:
    """Return the rows of a table, as the template of the command names their columns.

    :param device_type: ``cisco_ios`` or ``cisco_nxos``
    :param command: as it was sent
    :param rows: pattern of the start of a line for which there must be one row
    :param frame: pattern of the start of the lines that may stand around no row at all (headers, totals of 0)
    :raises Unsupported: a line that is not understood, or no row where there is more than the frame
    """
    require()
    text = clean(command, output)
    if not text.strip() or absence(text):
        return []
    try:
        found = parse_output(platform=device_type, command=command, data=text.rstrip() + "\n")
    except (ParsingException, TextFSMError) as error:
        line = re.search(r"Input Line: (.*)$", str(error), re.DOTALL)
        raise unknown(command, line[1] if line else str(error)) from error
    wanted = [line for line in text.split("\n") if re.match(rows, line)]
    if len(found) != len(wanted):
        keys = [{str(value) for value in row.values()} for row in found] + [set()] * len(wanted)
        lost = (line for line, values in zip(wanted, keys, strict=False) if not _told(line, values))
        raise unknown(command, next(lost, wanted[-1] if wanted else _first(text, frame) or text))
    if not found and (strange := _first(text, frame)):
        raise unknown(command, strange)
    return found


def _told(line: str, values: set[str]) -> bool:
    return any(value and value in line for value in values)


def _first(text: str, frame: str) -> str:
    """Return the first line that is neither blank nor a rule nor part of the frame."""
    lines = (line for line in text.split("\n") if not re.fullmatch(r"[\s+=-]*", line))
    return next((line for line in lines if not re.match(frame, line)), "")


def unknown(command: str, line: str) -> Unsupported:
    """Return the error for a line that is not understood."""
    return Unsupported(
        f"the switch's answer to '{command}' has a line that is not known: {one_line(line)!r}",
        "Please report it with this line, the switch's model and its release",
        {"command": command, "line": line.rstrip()},
    )

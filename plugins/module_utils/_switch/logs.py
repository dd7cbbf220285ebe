# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of a switch, by port: link changes, power, err-disable, 802.1X and MAB. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.dialtone.voice.plugins.module_utils._switch import tables
from ansible_collections.dialtone.voice.plugins.module_utils._switch.scrub import scrub_line

# Kept of each port: the last of its link changes, and the last of what else is said of it.
_CHANGES, _OTHERS = 4, 8
# Only what happened lately counts as a link that goes up and down.
_LATELY = 3600

_BUFFER = re.compile(r"^Log Buffer \(\d+ bytes\):", re.MULTILINE)
_SETTINGS = re.compile(r"^\s*Syslog logging:", re.MULTILINE)
_MESSAGE = re.compile(r"%(?P<what>[A-Z][A-Z0-9_]*(?:-[A-Z0-9_]+)?-[0-7]-[A-Z0-9_]+)\b[^:]*:\s*(?P<text>.*)")
_PORT = re.compile(r"(?<![\w/])[A-Z][A-Za-z]+ ?\d+(?:/\d+)+(?![\w/])")
_LINK, _PROTOCOL = "LINK-3-UPDOWN", "LINEPROTO-5-UPDOWN"

_DATE = re.compile(
    r"(?:\d+: )?[*.]?(?P<month>[A-Z][a-z]{2}) +(?P<day>\d{1,2}) (?:\d{4} )?"
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
)
_UPTIME = re.compile(
    r"(?:\d+: )?(?:(?P<weeks>\d+)w(?P<wdays>\d)d|(?P<days>\d+)d(?P<dhours>\d+)h"
    r"|(?P<hour>\d+):(?P<minute>\d\d):(?P<second>\d\d)):"
)
# The switch's own words, whatever the controller's language.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = 86400
_YEAR = 12 * 31 * _DAY


@dataclass
class PortLog:
    """What the log says of one port.

    :ivar changes: how often its link went up or down in the last hour that the log tells of
    :ivar lines: the last lines about it, oldest first, without secrets
    """

    changes: int = 0
    lines: list[str] = field(default_factory=list)


def parse_log(command: str, text: str, own: t.Callable[[str], str | None]) -> dict[str, PortLog] | None:
    """Read ``show logging`` of IOS or IOS-XE, in one pass, whatever its length.

    :param own: the switch's own name of the interface that a message names, None where it has none of that name
    :return: port -> what is said of it; None where the switch keeps no log
    :raises Unsupported: the answer is no log
    """
    text = text.replace("\r", "")
    buffer = _BUFFER.search(text)
    if buffer:
        text = text[buffer.end() :]
    elif _SETTINGS.search(text):
        return None
    elif not re.search(r"^\S.*\b\d\d:\d\d:\d\d\b.*: ", text, re.MULTILINE):
        raise tables.unknown(command, text)
    lines = text.split("\n")
    newest = next((moment for line in reversed(lines) if (moment := _moment(line)) is not None), None)
    kept: dict[str, list[tuple[int, bool, str]]] = {}
    counts: dict[str, dict[str, int]] = {}
    for number, line in enumerate(lines):
        message = _MESSAGE.search(line)
        name = _PORT.search(message["text"]) if message else None
        port = own(name[0]) if name else None
        if message is None or port is None:
            continue
        change = message["what"] in (_LINK, _PROTOCOL)
        kept.setdefault(port, []).append((number, change, line))
        if change and _lately(line, newest):
            of_port = counts.setdefault(port, {})
            of_port[message["what"]] = of_port.get(message["what"], 0) + 1
    return {port: PortLog(max(counts.get(port, {}).values(), default=0), _last(found)) for port, found in kept.items()}


def _last(found: list[tuple[int, bool, str]]) -> list[str]:
    changes = [each for each in found if each[1]][-_CHANGES:]
    others = [each for each in found if not each[1]][-_OTHERS:]
    return [scrub_line(line.strip()) for _number, _change, line in sorted(changes + others)]


def _lately(line: str, newest: int | None) -> bool:
    moment = _moment(line)
    # What happened in December is no year away from January.
    return newest is None or moment is None or (newest - moment) % _YEAR <= _LATELY


def _moment(line: str) -> int | None:
    """Return a line's time in seconds of a year with months of 31 days, or since the switch started."""
    if found := _DATE.match(line):
        if found["month"] not in _MONTHS:
            return None
        days = _MONTHS.index(found["month"]) * 31 + int(found["day"]) - 1
    elif found := _UPTIME.match(line):
        days = int(found["weeks"] or 0) * 7 + int(found["wdays"] or 0) + int(found["days"] or 0)
        if found["hour"] is None:
            return days * _DAY + int(found["dhours"] or 0) * 3600
    else:
        return None
    return days * _DAY + int(found["hour"]) * 3600 + int(found["minute"]) * 60 + int(found["second"])

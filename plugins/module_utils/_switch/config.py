# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A configuration as text, cut into sections, and a command that changes it: what all dialects have in common. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Config:
    """A configuration, cut into what stands at its left margin and the lines below each.

    :ivar sections: header line -> its lines without indentation; a line with nothing below it is there too
    :ivar changed_at: when the running configuration was last changed, None where the header does not say
    :ivar saved_at: when it was last saved, likewise
    """

    sections: dict[str, list[str]] = field(default_factory=dict)
    changed_at: datetime | None = None
    saved_at: datetime | None = None

    def named(self, start: str) -> dict[str, list[str]]:
        """Return the sections whose header begins with these words, by the rest of the header."""
        return {
            header[len(start) :].strip(): lines for header, lines in self.sections.items() if header.startswith(start)
        }

    def lines(self) -> list[str]:
        """Return all lines, headers too."""
        return [line for header, lines in self.sections.items() for line in (header, *lines)]

    def has(self, pattern: str) -> bool:
        return any(map(re.compile(pattern).fullmatch, self.sections))

    @property
    def saved(self) -> bool | None:
        """Whether it is saved, by its own header; None where the header leaves it open.

        The times have whole seconds, so equal ones leave it open too, and so does a change before the clock was set: a
        switch without a clock of its own starts in 1993 or 2002 and stays there until NTP tells it.
        """
        if self.changed_at is None or self.saved_at is None or self.changed_at == self.saved_at:
            return None
        if self.changed_at.year <= _UNSET_CLOCK:
            return None
        return self.saved_at > self.changed_at


_STAMP = re.compile(
    r"! (?P<what>Last configuration change|NVRAM config last updated) at [*.]?(?P<time>\d\d:\d\d:\d\d)(?:\.\d+)?"
    r"(?: \S+)? \w{3} (?P<month>\w{3}) +(?P<day>\d+) (?P<year>\d{4})"
)
# The switch's own words, whatever the controller's language.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNSET_CLOCK = 2002
_BANNER = re.compile(r"banner \S+ (?P<mark>\^C|\S)(?P<text>.*)")


def parse_config(text: str) -> Config:
    """Cut the output of ``show running-config`` or ``show startup-config`` into sections."""
    config = Config()
    lines: list[str] | None = None
    banner_mark = ""
    for raw in text.replace("\r", "").split("\n"):
        line = raw.rstrip()
        if banner_mark:
            if banner_mark in line:
                banner_mark = ""
            continue
        if not line.strip():
            continue
        if line.startswith("!"):
            _read_stamp(config, line)
            lines = None
        elif line[0] in " \t":
            if lines is not None and line.strip() != "!":
                lines.append(line.strip())
        else:
            banner = _BANNER.match(line)
            if banner and banner["mark"] not in banner["text"]:
                banner_mark = banner["mark"]
            lines = config.sections.setdefault(line, [])
    return config


def _read_stamp(config: Config, line: str) -> None:
    stamp = _STAMP.match(line)
    if not stamp:
        return
    try:
        clock = (int(part) for part in stamp["time"].split(":"))
        when = datetime(int(stamp["year"]), _MONTHS.index(stamp["month"]) + 1, int(stamp["day"]), *clock)
    except ValueError:
        return
    if stamp["what"].startswith("NVRAM"):
        config.saved_at = when
    else:
        config.changed_at = when


@dataclass(frozen=True)
class Step:
    """One command line, and what is so once it is taken.

    :ivar sets: field -> value; empty for a line that only leads to the others
    """

    line: str
    sets: dict[str, t.Any] = field(default_factory=dict)


def default_vlan_name(number: int) -> str:
    return "default" if number == 1 else f"VLAN{number:04d}"


def expand(numbers: str) -> list[int]:
    """Return the numbers of a list such as ``10,20-22``."""
    found: list[int] = []
    for part in numbers.split(","):
        first, _dash, last = part.partition("-")
        found.extend(range(int(first), int(last or first) + 1))
    return found


_LEARNED = re.compile(
    r"switchport port-security mac-address sticky [0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?: vlan \w+)? *"
)


def without_learned(lines: t.Iterable[str], but: t.Collection[str] = ()) -> list[str]:
    """Return lines without those that a switch writes by itself: the addresses that it learned on a port.

    :param but: these are kept
    """
    return [line for line in lines if line in but or not _LEARNED.fullmatch(line)]


_CLOSED = re.compile(r"interface |end$|\S*#")


def misplaced(text: str, margin: str = r"\S") -> str:
    """Return a line that has lost its indentation, so that nobody knows whose it is; empty where there is none.

    The header of an interface is never indented.

    :param margin: the words at the left margin that must not follow an interface's lines without something between
    """
    section = ""
    banner_mark = ""
    for raw in text.replace("\r", "").split("\n"):
        line = raw.rstrip()
        banner = None if banner_mark else _BANNER.match(line)
        if banner_mark or banner:
            mark, rest = (banner["mark"], banner["text"]) if banner else (banner_mark, line)
            banner_mark, section = ("" if mark in rest else mark), ""
        elif not line.strip() or line.startswith("!"):
            section = ""
        elif line[0] in " \t":
            if not section and re.match(r"interface \S+\d$", line.strip()):
                return line.strip()
        elif section.startswith("interface ") and not _CLOSED.match(line) and re.match(margin, line):
            return line
        else:
            section = line
    return ""

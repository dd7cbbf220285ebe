# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines below an interface as a table of settings: sorted, and brought back to what they were. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field
from functools import lru_cache


@dataclass(frozen=True)
class Style:
    """How one switch writes what its platform can write in several ways.

    :ivar edge: ``spanning-tree portfast edge`` in place of ``spanning-tree portfast``
    :ivar mls: ``mls qos trust device`` in place of ``trust device``
    :ivar fast_access: every access port has portfast unless the port says otherwise
    :ivar guard_fast: every port with portfast has BPDU guard unless the port says otherwise
    """

    edge: bool = False
    mls: bool = False
    fast_access: bool = False
    guard_fast: bool = False


@dataclass(frozen=True, eq=False)
class Setting:
    """One kind of line below an interface; a second one of its kind takes the place of the first.

    :ivar field: the field of PortState that it sets
    :ivar pattern: the whole line
    :ivar reset: the line that brings the platform's default back; empty for one that is only ever said or denied
    :ivar early: it is taken back before anything else changes
    :ivar late: it is set after everything else
    :ivar brings: the lines that the switch writes and takes back together with it
    :ivar wakes: a field that some releases set together with it
    """

    field: str
    pattern: str
    reset: str = ""
    early: bool = False
    late: bool = False
    brings: str = ""
    wakes: str = ""

    def match(self, line: str) -> re.Match[str] | None:
        return re.fullmatch(self.pattern, line)

    def comes_along(self, line: str) -> bool:
        return bool(self.brings and re.fullmatch(self.brings, line))


@dataclass
class Section:
    """The lines of one interface, sorted by what they set.

    :ivar found: kind of line -> its match
    :ivar others: the lines that no setting owns
    :ivar doubled: two lines of one kind that contradict each other, empty for none
    """

    found: dict[Setting, re.Match[str]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    doubled: str = ""

    @classmethod
    def of(cls, settings: t.Sequence[Setting], lines: t.Iterable[str]) -> Section:
        section = cls()
        for raw in lines:
            # Some releases print two blanks between words; in a description they are its own.
            line = raw if raw.startswith("description ") else " ".join(raw.split())
            setting, match = _setting_of(tuple(settings), line)
            if setting is None or match is None:
                section.others.append(line)
                continue
            before = section.line(setting)
            if before is not None and before != line:
                section.doubled = f"'{before}' and '{line}'"
            section.found[setting] = match
        return section

    def line(self, setting: Setting) -> str | None:
        return self.found[setting][0] if setting in self.found else None

    def fields(self) -> dict[str, list[re.Match[str]]]:
        """Return the matches by the field that they set."""
        fields: dict[str, list[re.Match[str]]] = {}
        for setting, match in self.found.items():
            fields.setdefault(setting.field, []).append(match)
        return fields

    def lines(self) -> list[str]:
        return [*(match[0] for match in self.found.values()), *self.others]


# The ports of a fleet are set alike, so that most lines have been looked at before.
@lru_cache(maxsize=4096)
def _setting_of(settings: tuple[Setting, ...], line: str) -> tuple[Setting | None, re.Match[str] | None]:
    found = ((each, each.match(line)) for each in settings)
    return next(((each, match) for each, match in found if match), (None, None))


def restore_lines(settings: t.Sequence[Setting], before: t.Sequence[str], now: t.Sequence[str]) -> list[str]:
    """Return the lines that bring an interface's section back to what it was.

    Where a kind of line was there, it is written over what is there now, and not taken back first.

    :param before: the section's lines as they were, without indentation
    :param now: its lines as they are
    """
    was, found = Section.of(settings, before), Section.of(settings, now)
    changed = [each for each in settings if was.line(each) != found.line(each)]
    early = [each for each in changed if each.early and was.line(each) is None]
    # What came with a line goes with it, and may take along what was there before; what went with one comes back so.
    goes = [line for line in found.lines() if any(each.comes_along(line) for each in early)]
    again = [line for line in was.lines() if any(each.comes_along(line) for each in early)]
    back = [each for each in changed if was.line(each) is not None]
    comes = [line for line in was.lines() if any(each.comes_along(line) for each in back)]
    woken = {each.wakes for each in back}

    lines = [_reset(each, found.line(each)) for each in early]
    lines += [_denied(line) for line in found.others if line not in (*was.others, *goes)]
    late = []
    for each in settings:
        line, present = was.line(each), found.line(each)
        if each in early or (line is None and present in goes) or (line is not None and line in comes):
            continue
        if each in changed or line in again or (line is None and each.field in woken):
            (late if each.late else lines).append(_reset(each, present) if line is None else line)
    lines += [line for line in was.others if line in again or (line not in found.others and line not in comes)]
    return [*lines, *late]


def _reset(setting: Setting, present: str | None) -> str:
    return setting.reset or _denied(present or "")


def _denied(line: str) -> str:
    return line[3:] if line.startswith("no ") else f"no {line}"

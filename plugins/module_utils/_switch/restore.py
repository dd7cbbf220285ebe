# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Back to what a switch was before a run: its ports from the configuration read at the start, and its VLANs."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.dialtone.voice.plugins.module_utils._errors import Refused, TimedOut, Unreachable, VoiceError
from ansible_collections.dialtone.voice.plugins.module_utils._switch.apply import Configurable
from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import Config, without_learned
from ansible_collections.dialtone.voice.plugins.module_utils._switch.dialect import Dialect
from ansible_collections.dialtone.voice.plugins.module_utils._switch.provision import Reading, Wanted, look

# The second time is for what a lost session cut off, and for what the switch added to the first by itself.
_TIMES = 2

_VLAN_HEADER = re.compile(r"vlan [\d,-]+")
# What stands in a listing and is no line of the configuration, or changes by itself.
_NO_SETTING = re.compile(
    r"(?:Building configuration|Current configuration|ntp clock-period"
    r"|Load for five secs|Time source is|No time source)\b"
)


class Lost(VoiceError):
    """The switch cannot be looked at any more."""


class Line:
    """The way to one switch: the session of a run, and another one where that was lost.

    :param connect: makes a session, which is used as a context manager
    """

    def __init__(self, connect: t.Callable[[], t.Any]) -> None:
        self.connect = connect
        self._open: t.Any = None
        self.session: t.Any = None

    def __enter__(self) -> Line:
        self._log_in()
        return self

    def __exit__(self, *exc: t.Any) -> None:
        self._log_out()

    def again(self) -> None:
        """Log in anew."""
        self._log_out()
        self._log_in()

    def _log_in(self) -> None:
        session = self.connect()
        self.session = session.__enter__()
        self._open = session

    def _log_out(self) -> None:
        session, self._open = self._open, None
        if session is not None:
            session.__exit__(None, None, None)


def is_lost(error: VoiceError | None) -> bool:
    """Whether nothing more can be asked of a session after an error."""
    return isinstance(error, (TimedOut, Unreachable))


def look_again(line: Line, wanted: Wanted, *, lost: bool = False) -> Reading:
    """Read the switch, after logging in once more where the session was lost or is lost by it.

    :raises Lost: saying why it cannot be read
    """
    try:
        if lost:
            line.again()
        return look(line.session, wanted)
    except VoiceError as error:
        if is_lost(error) and not lost:
            return look_again(line, wanted, lost=True)
        raise Lost(str(error)) from error


@dataclass(frozen=True)
class Touched:
    """What a run sent lines for.

    :ivar ports: the switch's own names of interfaces
    :ivar vlans: numbers, in the order in which they were made or named
    """

    ports: tuple[str, ...] = ()
    vlans: tuple[int, ...] = ()

    def port_is_back(self, name: str, before: Reading, now: Reading) -> bool:
        was = before.section(name)
        return was == without_learned(now.section(name), was)

    def vlan_is_back(self, number: int, before: Reading, now: Reading) -> bool:
        return before.vlans.get(number) == now.vlans.get(number)

    def is_back(self, before: Reading, now: Reading) -> bool:
        ports = all(self.port_is_back(name, before, now) for name in self.ports)
        return ports and all(self.vlan_is_back(number, before, now) for number in self.vlans)


@dataclass
class Restoration:
    """What became of putting a switch back.

    :ivar restored: whether ports and VLANs are as they were, None where it is not known
    :ivar now: the switch as it was read last, None where it could not be read
    :ivar commands: the lines that were sent for it
    :ivar left_behind: new lines elsewhere, which the run caused and which stay
    """

    restored: bool | None = None
    now: Reading | None = None
    commands: list[str] = field(default_factory=list)
    left_behind: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def judge(self, touched: Touched, before: Reading) -> None:
        self.restored = None if self.now is None else touched.is_back(before, self.now)
        self.left_behind = [] if self.now is None else left_behind(before.config, self.now.config, touched.ports)


def put_back(line: Line, wanted: Wanted, touched: Touched, before: Reading, now: Reading) -> Restoration:
    """Put ports and VLANs back as they were; what is refused is told, and the rest goes on."""
    done = Restoration(now=now)
    for _time in range(_TIMES):
        blocks = lines_back(wanted.dialect, touched, before, done.now or now)
        if not blocks:
            break
        sent, errors = _send(line.session, blocks)
        done.commands += sent
        done.errors = [str(error) for error in errors]
        lost = any(is_lost(error) for error in errors)
        try:
            done.now = look_again(line, wanted, lost=lost)
        except Lost as error:
            done.now = None
            done.errors.append(str(error))
            break
        if errors and not lost:
            break
    done.judge(touched, before)
    return done


def lines_back(dialect: Dialect, touched: Touched, before: Reading, now: Reading) -> list[list[str]]:
    """Return the lines for each port and VLAN that is not as it was: ports first, since they use the VLANs."""
    blocks = []
    for name in touched.ports:
        lines = dialect.restore_lines(before.section(name), now.section(name))
        if lines and not touched.port_is_back(name, before, now):
            blocks.append([f"interface {name}", *lines])
    changed = [number for number in touched.vlans if not touched.vlan_is_back(number, before, now)]
    blocks += [dialect.remove_vlan(number) for number in reversed(changed) if number not in before.vlans]
    # A name is free again once the VLAN that took it has gone, or has been named back.
    blocks += [
        dialect.name_vlan(number, before.vlans[number]) for number in reversed(changed) if number in before.vlans
    ]
    return blocks


def _send(session: Configurable, blocks: list[list[str]]) -> tuple[list[str], list[VoiceError]]:
    """Send blocks of lines; after a refusal, go on with the block after it."""
    sent: list[str] = []
    errors: list[VoiceError] = []
    while blocks:
        lines = [line for block in blocks for line in block]
        try:
            session.configure(lines)
        except (Refused, TimedOut, Unreachable) as error:
            errors.append(error)
            applied = error.details.get("applied", [])
            tried = [error.details["failed_at"]] if "failed_at" in error.details else []
            sent += [*applied, *tried]
            if is_lost(error) or not tried:
                break
            blocks = _after(blocks, len(applied))
        else:
            sent += lines
            break
    return sent, errors


def _after(blocks: list[list[str]], taken: int) -> list[list[str]]:
    """Return the blocks after the one that the line with this number is in."""
    for index, block in enumerate(blocks):
        if taken < len(block):
            return blocks[index + 1 :]
        taken -= len(block)
    return []


def left_behind(before: Config, now: Config, ports: t.Collection[str]) -> list[str]:
    """Return the lines that are new outside of ports and VLANs, each below the header that it stands under."""
    own = {f"interface {name}" for name in ports}
    found = []
    for header, lines in now.sections.items():
        if header in own or _VLAN_HEADER.fullmatch(header) or _NO_SETTING.match(header):
            continue
        old = before.sections.get(header)
        new = [line for line in without_learned(lines) if line not in (old or [])]
        if old is None or new:
            found += [header, *(f" {line}" for line in new)]
    return found

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From planned steps to rows: one session for all of them, and an honest account of where it stopped."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.dialtone.voice.plugins.module_utils._errors import Refused, TimedOut, Unreachable, VoiceError
from ansible_collections.dialtone.voice.plugins.module_utils._results import NOT_ATTEMPTED, Row, Rows
from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import (
    Config,
    Step,
    parse_config,
    without_learned,
)


class Configurable(t.Protocol):
    """What is needed of a session to change something."""

    def show(self, command: str) -> str: ...
    def configure(self, lines: t.Sequence[str], revert_minutes: int | None = None) -> list[tuple[str, str]]: ...
    def save(self) -> None: ...


@dataclass
class Block:
    """The steps of one row, in order. No steps: the row is as wanted already."""

    row: Row
    steps: list[Step] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        return [step.line for step in self.steps]

    def taken(self, count: int) -> dict[str, t.Any]:
        """Return what is so after the first `count` lines."""
        values: dict[str, t.Any] = {}
        for step in self.steps[:count]:
            values.update(step.sets)
        return values


@dataclass
class Progress:
    """How far the lines of one block came.

    :ivar applied: how many of them were taken
    :ivar tried: how many more were sent
    :ivar ended: the run ended here
    """

    block: Block
    applied: int
    tried: int = 0
    ended: bool = False

    @property
    def sent(self) -> list[str]:
        return self.block.lines[: self.applied + self.tried]

    @property
    def so_far(self) -> str:
        """What was taken, for a message."""
        lines = self.block.lines[: self.applied]
        return ", ".join(f"'{line}'" for line in lines if not line.startswith("interface ")) or "nothing"

    def as_dict(self) -> dict[str, t.Any]:
        lines, sent = self.block.lines, self.applied + self.tried
        failed_at = lines[self.applied] if self.tried else None
        return {"applied": lines[: self.applied], "failed_at": failed_at, "not_sent": lines[sent:]}


@dataclass
class Outcome:
    """What became of the lines of a run.

    :ivar error: what ended it, None where all of them were taken
    """

    progress: list[Progress]
    error: VoiceError | None = None


def send(session: Configurable, blocks: t.Sequence[Block], revert_minutes: int | None = None) -> Outcome:
    """Send all blocks in one go; the first surprise ends it."""
    lines = [line for block in blocks for line in block.lines]
    timer = {} if revert_minutes is None else {"revert_minutes": revert_minutes}
    try:
        session.configure(lines, **timer)
    except (Refused, TimedOut, Unreachable) as error:
        return Outcome(_progress(error, blocks), error)
    return Outcome([Progress(block, len(block.steps)) for block in blocks])


def _progress(error: VoiceError, blocks: t.Sequence[Block]) -> list[Progress]:
    taken = len(error.details.get("applied", []))
    tried = 1 if "failed_at" in error.details else 0
    last = max(index for index, block in enumerate(blocks) if block.steps)
    progress, ended = [], False
    for index, block in enumerate(blocks):
        count = len(block.steps)
        if ended:
            progress.append(Progress(block, 0))
        elif taken >= count and not (index == last and taken == count):
            progress.append(Progress(block, count))
            taken -= count
        else:
            ended = True
            progress.append(Progress(block, taken, tried, ended=True))
    return progress


def apply(session: Configurable, blocks: t.Sequence[Block]) -> bool:
    """Send all blocks in one go and settle their rows by what was taken; later rows stay not attempted.

    A row that failed gets as `after` what was taken of it, and what was sent for it up to the surprise.

    :return: whether anything was changed, complete or not
    """
    outcome = send(session, blocks)
    changed = False
    for each in outcome.progress:
        row, count = each.block.row, len(each.block.steps)
        row.sent = each.sent
        if each.ended:
            done = each.block.taken(each.applied)
            lines = each.block.lines[: each.applied]
            changed = changed or bool(done) or any(not line.startswith("interface ") for line in lines)
            row.after = {**(row.before or {}), **done} or None
            row.fail(f"{sentence(outcome.error)} Taken before it: {each.so_far}")
            break
        row.done(changed=bool(count))
        changed = changed or bool(count)
    return changed


def sentence(error: object) -> str:
    text = str(error)
    return text if text.endswith((".", "!", "?")) else f"{text}."


def hold_back(rows: Rows) -> None:
    """Take back the planned state of rows that were not attempted."""
    for row in rows:
        if row.status == NOT_ATTEMPTED:
            row.after = row.before


def unsaved(
    session: Configurable,
    running: Config,
    headers: t.Iterable[str],
    command: str = "show startup-config",
    parse: t.Callable[[str], Config] = parse_config,
) -> bool:
    """Whether sections of the running configuration differ from the startup configuration.

    The startup configuration is read only where the header of the running one does not say that it is saved.

    :param headers: the header lines of the sections that are ours; a section that is not there counts as empty
    :param command: what shows the startup configuration
    """
    if running.saved:
        return False
    startup = parse(session.show(command))

    def own(config: Config, header: str) -> list[str] | None:
        lines = config.sections.get(header)
        return None if lines is None else without_learned(lines)

    return any(own(running, header) != own(startup, header) for header in headers)


def merge(first: Rows, then: Rows, then_name: str, *, changed: bool, **extra: t.Any) -> dict[str, t.Any]:
    """Build one result of two lists of rows: the second list is `results`, the first has its own key.

    :param then_name: key of the first list in the result
    """
    result = then.result(changed=changed or first.changed, **extra)
    other = first.result()
    result[then_name] = other["results"]
    result["diff"] = other["diff"] + result["diff"]
    if other.get("failed"):
        result["failed"] = True
        if any(row.status != NOT_ATTEMPTED for row in then):
            rest = f"; {result['msg']}" if "msg" in result else ""
        else:
            rest = f"; {len(then)} {then.noun} not attempted" if len(then) else ""
        result["msg"] = other["msg"] + rest
    return result


def save(session: Configurable, wanted: bool, result: dict[str, t.Any]) -> None:
    """Save where it is wanted and nothing failed, and put into the result what became of it."""
    result["saved"] = False
    if result.get("failed"):
        if result["changed"]:
            result["msg"] += "; what was changed is not saved: a restart of the switch would take it back"
        return
    if not wanted:
        return
    try:
        session.save()
    except VoiceError as error:
        result.update(failed=True, msg=str(error))
    else:
        result["saved"] = True

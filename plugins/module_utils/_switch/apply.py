# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From planned steps to rows: one session for all of them, and an honest account of where it stopped."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.dialtone.voice.plugins.module_utils._errors import Refused, TimedOut, Unreachable, VoiceError
from ansible_collections.dialtone.voice.plugins.module_utils._results import NOT_ATTEMPTED, Row, Rows
from ansible_collections.dialtone.voice.plugins.module_utils._switch import config


class Configurable(t.Protocol):
    """What is needed of a session to change something."""

    def show(self, command: str) -> str: ...
    def configure(self, lines: t.Sequence[str]) -> list[tuple[str, str]]: ...
    def save(self) -> None: ...


@dataclass
class Block:
    """The steps of one row, in order. No steps: the row is as wanted already."""

    row: Row
    steps: list[config.Step] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        return [step.line for step in self.steps]

    def taken(self, count: int) -> dict[str, t.Any]:
        """Return what is so after the first `count` lines."""
        values: dict[str, t.Any] = {}
        for step in self.steps[:count]:
            values.update(step.sets)
        return values


def apply(session: Configurable, blocks: t.Sequence[Block]) -> bool:
    """Send all blocks in one go and settle their rows; the first surprise ends it, later rows stay not attempted.

    A row that failed gets as `after` what was taken of it, and what was sent for it up to the surprise.

    :return: whether anything was changed, complete or not
    """
    lines = [line for block in blocks for line in block.lines]
    try:
        session.configure(lines)
    except (Refused, TimedOut, Unreachable) as error:
        return _settle_failure(error, blocks)
    for block in blocks:
        block.row.sent = block.lines
        block.row.done(changed=bool(block.steps))
    return bool(lines)


def _settle_failure(error: VoiceError, blocks: t.Sequence[Block]) -> bool:
    taken = len(error.details.get("applied", []))
    tried = 1 if "failed_at" in error.details else 0
    changed = False
    last = max(index for index, block in enumerate(blocks) if block.steps)
    for index, block in enumerate(blocks):
        count = len(block.steps)
        if taken >= count and not (index == last and taken == count):
            block.row.sent = block.lines
            block.row.done(changed=bool(count))
            changed = changed or bool(count)
            taken -= count
            continue
        done = block.taken(taken)
        changed = changed or bool(done) or any(not step.line.startswith("interface ") for step in block.steps[:taken])
        block.row.sent = block.lines[: taken + tried]
        block.row.after = {**(block.row.before or {}), **done} or None
        so_far = ", ".join(f"'{line}'" for line in block.lines[:taken] if not line.startswith("interface "))
        block.row.fail(f"{error}{'' if str(error).endswith('.') else '.'} Taken before it: {so_far or 'nothing'}")
        break
    return changed


def hold_back(rows: Rows) -> None:
    """Take back the planned state of rows that were not attempted."""
    for row in rows:
        if row.status == NOT_ATTEMPTED:
            row.after = row.before


def unsaved(session: Configurable, running: config.Config, headers: t.Iterable[str]) -> bool:
    """Whether sections of the running configuration differ from the startup configuration.

    The startup configuration is read only where the header of the running one does not say that it is saved.

    :param headers: the header lines of the sections that are ours; a section that is not there counts as empty
    """
    if running.saved:
        return False
    startup = config.parse_config(session.show("show startup-config"))
    return any(running.sections.get(header) != startup.sections.get(header) for header in headers)


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
        left = f"; {len(then)} {then.noun} not attempted" if len(then) else ""
        result["msg"] = other["msg"] + left
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

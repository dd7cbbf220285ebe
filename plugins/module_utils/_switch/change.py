# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of changes: send, read again, settle the rows by what is there, and confirm it or put it back."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.dialtone.voice.plugins.module_utils._errors import VoiceError
from ansible_collections.dialtone.voice.plugins.module_utils._results import FAILED, Row
from ansible_collections.dialtone.voice.plugins.module_utils._switch.apply import Outcome, Progress, send, sentence
from ansible_collections.dialtone.voice.plugins.module_utils._switch.ports import PortPlan
from ansible_collections.dialtone.voice.plugins.module_utils._switch.provision import Plan, Reading, Wanted
from ansible_collections.dialtone.voice.plugins.module_utils._switch.restore import (
    Line,
    Lost,
    Restoration,
    Touched,
    is_lost,
    left_behind,
    look_again,
    put_back,
)


@dataclass
class Change:
    """A plan on its way to a switch.

    :ivar restores: where something fails, put ports and VLANs back
    :ivar now: the switch as it was read last, None where it could not be
    """

    line: Line
    wanted: Wanted
    before: Reading
    plan: Plan
    restores: bool = False
    now: Reading | None = None
    commands: list[str] = field(default_factory=list)
    restoration: Restoration | None = None

    def run(self, *, leftover: bool) -> dict[str, t.Any]:
        """Carry the plan out.

        :param leftover: there is something to save that an earlier run left
        :return: the result of the task, before saving
        """
        changed = False
        if self.plan.commands:
            outcome = send(self.line.session, self.plan.blocks, self.wanted.minutes)
            self._look_again(outcome)
            if self.wanted.minutes is not None and not self.plan.failed():
                self._confirm(outcome)
            if self.plan.failed() and (self.restores or self.wanted.minutes is not None):
                self._take_back(outcome)
            changed = self._has_changed(outcome)
        else:
            settle(self.plan, Outcome([Progress(block, 0) for block in self.plan.blocks]), self.before)
        result = self.plan.result(changed=changed or leftover, commands=self.commands)
        result["changed"] = changed or leftover
        if self.restoration is not None:
            result.update(restored=self.restoration.restored, left_behind=self.restoration.left_behind)
            result["msg"] += f"; {self._what_became(self.restoration)}"
        return result

    def _look_again(self, outcome: Outcome) -> None:
        why = ""
        try:
            self.now = look_again(self.line, self.wanted, lost=is_lost(outcome.error))
        except Lost as error:
            why = str(error)
        settle(self.plan, outcome, self.now, why)
        self.commands = [line for block in self.plan.blocks for line in block.row.sent]

    def _confirm(self, outcome: Outcome) -> None:
        """Confirm by a login of its own: what was changed must not have shut the door."""
        try:
            with self.line.connect() as session:
                session.confirm()
        except VoiceError as error:
            for each in outcome.progress:
                if each.sent:
                    each.block.row.fail(f"the change was not confirmed: {error}")

    def _take_back(self, outcome: Outcome) -> None:
        touched = _touched(self.plan, outcome)
        done = Restoration(now=self.now)
        if self.wanted.minutes is not None and done.now is not None:
            self._revert(done)
        done.judge(touched, self.before)
        if self.restores and done.now is not None and not done.restored:
            errors = done.errors
            done = put_back(self.line, self.wanted, touched, self.before, done.now)
            done.errors = errors + done.errors
        self.now = done.now
        self.commands += done.commands
        self.restoration = done
        culprit = self._culprit()
        for each in outcome.progress:
            if each.sent:
                self._tell(each.block.row, touched, done, culprit)

    def _revert(self, done: Restoration) -> None:
        """Let the switch take everything back at once instead of waiting for its timer."""
        error: VoiceError | None = None
        try:
            if self.line.session.pending_revert():
                self.line.session.revert()
        except VoiceError as caught:
            error = caught
            done.errors.append(str(error))
        try:
            done.now = look_again(self.line, self.wanted, lost=is_lost(error))
        except Lost as caught:
            done.now = None
            done.errors.append(str(caught))

    def _culprit(self) -> str:
        """Return what the first row that failed is called in messages."""
        rows = ((rows.noun, row) for rows in (self.plan.vlan_rows, self.plan.port_rows) for row in rows)
        return next(f"{noun}[{row.index}] ({row.key})" for noun, row in rows if row.status == FAILED)

    def _tell(self, row: Row, touched: Touched, done: Restoration, culprit: str) -> None:
        """Give a row that was sent to the switch what became of it after all."""
        if done.now is None:
            text = "Whether it was put back is unknown"
        elif self._row_is_back(row, touched, done.now):
            text = "It was put back as it was"
        else:
            text = "It could not be put back"
        row.after = None if done.now is None else self._state(row, done.now)
        if row.status == FAILED:
            row.fail(f"{sentence(row.error)} {text}")
        else:
            row.fail(f"{culprit} failed. {text}")

    def _row_is_back(self, row: Row, touched: Touched, now: Reading) -> bool:
        if row in self.plan.vlan_rows.rows:
            return touched.vlan_is_back(int(row.key), self.before, now)
        return touched.port_is_back(row.key, self.before, now)

    def _state(self, row: Row, now: Reading) -> dict[str, t.Any] | None:
        if row in self.plan.vlan_rows.rows:
            return vlan_state(int(row.key), now)
        return port_state(self.plan, row.key, now)

    def _what_became(self, done: Restoration) -> str:
        behind = f", except for {_lines(done.left_behind)} elsewhere (left_behind)" if done.left_behind else ""
        if done.restored:
            return f"everything was put back as it was{behind}"
        because = f": {'; '.join(done.errors)}" if done.errors else ""
        timer = (
            f". The switch takes it back by itself within {self.wanted.minutes} minutes" if self.wanted.minutes else ""
        )
        if done.restored is None:
            return f"whether it was put back is unknown{because}{timer}"
        return f"not everything could be put back{because}"

    def _has_changed(self, outcome: Outcome) -> bool:
        """Whether anything on the switch is another than before, as far as it is known."""
        if outcome.error is None and self.restoration is None:
            return True
        if self.now is None:
            return any(each.sent for each in outcome.progress)
        touched = _touched(self.plan, outcome)
        elsewhere = left_behind(self.before.config, self.now.config, touched.ports)
        return bool(elsewhere) or not touched.is_back(self.before, self.now)


def _touched(plan: Plan, outcome: Outcome) -> Touched:
    sent = [each.block.row for each in outcome.progress if each.sent]
    vlans = [int(row.key) for row in sent if row in plan.vlan_rows.rows]
    return Touched(tuple(row.key for row in sent if row in plan.port_rows.rows), tuple(dict.fromkeys(vlans)))


def settle(plan: Plan, outcome: Outcome, now: Reading | None, why: str = "") -> None:
    """Give the rows what became of them: by what was read, not by what was sent.

    :param now: the switch as it was read afterwards, None where it could not be
    :param why: why it could not be read
    """
    port_plans = {id(row): each for row, each in zip(plan.port_rows, plan.port_plans, strict=True)}
    ended = False
    for each in outcome.progress:
        row = each.block.row
        row.sent = each.sent
        row.extra.update(each.as_dict())
        if ended:
            continue
        if each.ended:
            ended = True
            row.fail(f"{sentence(outcome.error)} Taken before it: {each.so_far}")
        if not each.sent:
            if not each.ended:
                row.done(changed=False)
            continue
        if now is None:
            row.after = None
            unknown = f"What it is set to now is unknown: {why}"
            lines = "The commands were taken, but could not be read back"
            row.fail(f"{row.error}. {unknown}" if each.ended else f"{lines}: {why}")
            continue
        port_plan = port_plans.get(id(row))
        actual = port_state(plan, row.key, now) if port_plan else vlan_state(int(row.key), now)
        wrong = _port_differences(plan, port_plan, actual) if port_plan else _differences(row.after, actual)
        row.after = actual
        if each.ended:
            continue
        if wrong:
            row.fail(f"the commands were taken, but read back there is {'; '.join(wrong)}")
        else:
            row.done(changed=True)


def port_state(plan: Plan, name: str, now: Reading) -> dict[str, t.Any] | None:
    port = now.ports.get(name)
    return port.state.as_dict(plan.fields) if port else None


def vlan_state(number: int, now: Reading) -> dict[str, t.Any] | None:
    return {"id": number, "name": now.vlans[number]} if number in now.vlans else None


def _differences(planned: dict[str, t.Any], actual: dict[str, t.Any] | None) -> list[str]:
    if actual is None:
        return ["nothing of that name"]
    return [
        f"{name} {actual[name]!r} in place of {value!r}" for name, value in planned.items() if actual[name] != value
    ]


def _port_differences(plan: Plan, each: PortPlan, actual: dict[str, t.Any] | None) -> list[str]:
    """Return what was asked for and is not there; what else became another is worth a warning."""
    planned = each.after.as_dict(plan.fields)
    asked = {*each.changes, *each.wanted.given} & planned.keys()
    wrong = _differences({name: planned[name] for name in planned if name in asked}, actual)
    open_fields = {"portfast", "bpdu_guard"} if each.portfast_open else set[str]()
    others = {name: planned[name] for name in planned if name not in asked | open_fields}
    for text in _differences(others, actual) if actual else []:
        plan.warnings.append(f"{each.port.interface} of {plan.host} has {text}, which this run did not ask for")
    return wrong


def _lines(lines: list[str]) -> str:
    return "1 line" if len(lines) == 1 else f"{len(lines)} lines"

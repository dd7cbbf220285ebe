# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The row contract of every module's result, and the one place that turns an error into a failed task."""

from __future__ import annotations

import json
import traceback
import typing as t

from ansible.module_utils.common.parameters import remove_values

from ansible_collections.dialtone.voice.plugins.module_utils._errors import Refused, TimedOut, VoiceError

CHANGED = "changed"
UNCHANGED = "unchanged"
FAILED = "failed"
NOT_ATTEMPTED = "not_attempted"

_NAMED = 5
_WIDE = 80
"""Characters up to which a list of plain values is shown in one line."""

_as_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


class Row:
    """What happened to one row of the input.

    :ivar before: the state that was read, None where there was none
    :ivar after: the state planned (check mode) or reached
    :ivar sent: what was sent for this row, in order (command lines, operation names), without secrets
    :ivar error: the reason in words where the row failed
    :ivar perhaps_changed: whether it failed in such a way that something may have been changed
    """

    def __init__(self, index: int, key: str) -> None:
        self.index = index
        self.key = key
        self.status = NOT_ATTEMPTED
        self.before: t.Any = None
        self.after: t.Any = None
        self.sent: list[str] = []
        self.error: str | None = None
        self.perhaps_changed = False
        self.extra: dict[str, t.Any] = {}

    def done(self, *, changed: bool) -> None:
        self.status = CHANGED if changed else UNCHANGED

    def fail(self, error: VoiceError | str) -> None:
        self.status = FAILED
        self.error = str(error)

    def doubt(self, sent: str) -> None:
        """Note what was sent for a row that failed without anybody knowing whether it is done."""
        self.sent.append(sent)
        self.perhaps_changed = True

    def as_dict(self) -> dict[str, t.Any]:
        return {
            "index": self.index,
            "key": self.key,
            "status": self.status,
            "before": self.before,
            "after": self.after,
            "sent": list(self.sent),
            "error": self.error,
            **self.extra,
        }


class Rows:
    """The rows of one module's input, 1:1 and in its order.

    Used as a context manager, it gives an error that ends the task what is known of the rows.

    :param noun: plural noun for messages, such as ``ports``
    :param keys: one key for each row of the input
    """

    def __init__(self, noun: str, keys: t.Iterable[str]) -> None:
        self.noun = noun
        self.rows = [Row(index, key) for index, key in enumerate(keys)]

    def __enter__(self) -> Rows:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: t.Any) -> None:
        if isinstance(error, VoiceError) and error.so_far is None:
            error.so_far = self.result()

    def __iter__(self) -> t.Iterator[Row]:
        return iter(self.rows)

    def __getitem__(self, index: int) -> Row:
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def changed(self) -> bool:
        """Whether a row was changed, or failed after something had been sent for it that may have been taken."""
        return any(row.status == CHANGED or row.perhaps_changed for row in self.rows)

    def failures(self) -> list[str]:
        """Return each reason once, after the rows that failed for it: all of a few, else the first ones."""
        rows_by_reason: dict[str, list[str]] = {}
        for row in self.rows:
            if row.status == FAILED:
                rows_by_reason.setdefault(str(row.error), []).append(f"{self.noun}[{row.index}] ({row.key})")
        return [f"{_enumerate(names)}: {reason}" for reason, names in rows_by_reason.items()]

    def result(self, *, changed: bool = False, **extra: t.Any) -> dict[str, t.Any]:
        """Build the task result: `changed`, `results`, `diff`, and `failed` with one `msg` for all rows that failed.

        :param changed: set where something beside the rows was changed (or changed before a row failed)
        """
        result: dict[str, t.Any] = {
            "changed": bool(changed or self.changed),
            "results": [row.as_dict() for row in self.rows],
            "diff": [
                row_diff(f"{self.noun} {row.key}", row.before, row.after)
                for row in self.rows
                if row.status in (CHANGED, FAILED)
            ],
            **extra,
        }
        result["diff"] = [entry for entry in result["diff"] if entry["before"] != entry["after"]]
        failures = self.failures()
        if failures:
            skipped = sum(row.status == NOT_ATTEMPTED for row in self.rows)
            not_tried = f", {skipped} not attempted" if skipped else ""
            result["failed"] = True
            failed = sum(row.status == FAILED for row in self.rows)
            result["msg"] = f"{failed} of {len(self.rows)} {self.noun} failed{not_tried}: " + "; ".join(failures)
        return result


def _enumerate(names: list[str]) -> str:
    if len(names) <= _NAMED:
        return ", ".join(names)
    return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"


def row_diff(key: str, before: t.Any, after: t.Any) -> dict[str, str]:
    """Return one entry for the `diff` of a task: a text that a person can read on each side."""
    return {"before_header": key, "after_header": key, "before": _as_text(before), "after": _as_text(after)}


def _as_text(state: t.Any) -> str:
    if state is None:
        return ""
    if isinstance(state, str):
        return state if state.endswith("\n") else f"{state}\n"
    if isinstance(state, dict):
        return "".join(f"{line}\n" for name, value in state.items() for line in _value_lines(str(name), value))
    return f"{state if isinstance(state, str) else _as_json(state)}\n"


def _value_lines(path: str, value: t.Any) -> t.Iterator[str]:
    """Yield a line for each value in a nested one, so that a diff shows just those that differ.

    A member of a list is called by its `index` where it has one, since its place changes when another one goes.
    """
    if isinstance(value, dict) and value:
        for name, item in value.items():
            yield from _value_lines(f"{path}.{name}", item)
    elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        known = [item.get("index") for item in value]
        by_index = None not in known and len(set(map(str, known))) == len(known)
        for position, item in enumerate(value):
            if by_index:
                rest = {name: inner for name, inner in item.items() if name != "index"}
                yield from _value_lines(f"{path}[index {item['index']}]", rest)
            else:
                yield from _value_lines(f"{path}[{position}]", item)
    elif isinstance(value, str):
        yield f"{path}: {value}"
    else:
        whole = _as_json(value)
        if isinstance(value, list) and len(whole) > _WIDE:
            yield from (f"{path}[]: {item if isinstance(item, str) else _as_json(item)}" for item in value)
        else:
            yield f"{path}: {whole}"


def failure(error: VoiceError) -> dict[str, t.Any]:
    """Turn an error into the result of a failed task."""
    result: dict[str, t.Any] = {
        "changed": False,
        **(error.so_far or {}),
        "failed": True,
        "msg": str(error),
        "error": {"type": type(error).__name__, "hint": error.hint, "details": error.details},
    }
    if isinstance(error, Refused):
        result["error"].update(words=error.words, code=error.code)
    if isinstance(error, TimedOut):
        result["error"]["seen"] = error.seen
    return result


def _may_hold(value: t.Any, secrets: t.Collection[str]) -> bool:
    """Tell whether one of the secrets may be in a value; for types that a result seldom has it is said to be."""
    kind = type(value)
    if kind is str:
        return any(secret in value for secret in secrets)
    if kind is dict or kind is list:
        return any(_may_hold(each, secrets) for each in (value.values() if kind is dict else value))
    if kind is int or kind is float:
        return _may_hold(str(value), secrets)
    return value is not None and kind is not bool


class Guard:
    """Run a module's work so that whatever comes out of it, result or exception, is a masked result.

    An unexpected exception carries the values that caused it in its text and its traceback, so it may not pass.
    Use it as ``with Guard(secrets) as guard: guard.result = run(...)`` and read :attr:`result` afterwards.

    :param secrets: values that must not be seen
    """

    def __init__(self, secrets: t.Collection[str]) -> None:
        self.secrets = secrets
        self.result: dict[str, t.Any] = {}

    def mask(self, value: t.Any) -> t.Any:
        # To look is five times as fast as to copy all of a large result, in which there hardly ever is one.
        return remove_values(value, self.secrets) if _may_hold(value, self.secrets) else value

    def __enter__(self) -> Guard:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: t.Any) -> bool:
        swallowed = True
        if isinstance(error, VoiceError):
            self.result = failure(error)
        elif isinstance(error, Exception):
            self.result = {
                "failed": True,
                "changed": False,
                "msg": f"unexpected {type(error).__name__}: {error}. A defect of the collection: please report it.",
                "exception": "".join(traceback.format_exception(kind, error, trace)),
            }
        else:
            swallowed = error is None
        self.result = self.mask(self.result)
        return swallowed

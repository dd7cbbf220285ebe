# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects of any type: what is on the cluster, the plan of each row, and which rows have to wait for others."""

from __future__ import annotations

import heapq
import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl, is_not_found
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.compare import differences, merged, tidy
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.endings import ends_run
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import Fault, many, plain
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.object_rows import (
    Wanted,
    accepted,
    readable,
    renamed,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.plan import Plan, apply
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.values import as_sent, missing_fields, with_defaults
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.xsd import Definitions, Element, Elements
from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows


@dataclass(frozen=True)
class Found:
    """What the cluster says of one object.

    :ivar there: whether it is there; None where AXL can't tell, because the type has neither get nor list
    :ivar fields: its elements as :func:`envelope.plain` makes them
    :ivar error: why it could not be asked
    """

    there: bool | None
    uuid: str = ""
    fields: dict[str, t.Any] = field(default_factory=dict)
    error: str = ""


ABSENT = Found(False)


class ObjectAxl(Axl):
    """A session that also tells the uuids of objects: of those that are read, and of those that are added."""

    def __init__(self, *args: t.Any, **options: t.Any) -> None:
        super().__init__(*args, **options)
        self.uuids: dict[str, str] = {}

    def call(self, operation: str, arguments: dict[str, t.Any], doing: str) -> t.Any:
        returned = super().call(operation, arguments, doing)
        if operation.startswith("add") and returned is not None and (returned.text or "").strip():
            self.uuids[doing] = returned.text.strip()
        return returned

    def look(self, wanted: Wanted, label: str) -> Found:
        """Read one object, whole, because nested elements are compared and sent whole."""
        verbs = self.definitions.verbs(wanted.kind)
        doing = f"looking up {label}"
        if "get" in verbs:
            key = self._key_of_get(wanted, doing)
            if not key and wanted.key:
                return ABSENT
            try:
                returned = self._read(f"get{wanted.kind}", key, doing)
            except Fault as fault:
                if is_not_found(fault):
                    return ABSENT
                raise
            found = None if returned is None else next(iter(returned), None)
            value = None if found is None else plain(found)
            return Found(True, found.get("uuid", ""), value) if isinstance(value, dict) else ABSENT
        return self._look_in_list(wanted, doing) if "list" in verbs else Found(None)

    def _key_of_get(self, wanted: Wanted, doing: str) -> dict[str, str]:
        """Return what get takes: the key, or for types that get knows by uuid only the uuid that list tells of it."""
        if wanted.key.keys() <= self.definitions.fields(wanted.kind, "get").keys():
            return dict(wanted.key)
        arguments = {"searchCriteria": dict(wanted.key), "returnedTags": dict.fromkeys(wanted.key, "")}
        returned = self._read(f"list{wanted.kind}", arguments, doing)
        for item in returned if returned is not None else ():
            told = plain(item)
            if all(_folded(told.get(name)) == _folded(value) for name, value in wanted.key.items()):
                return {"uuid": item.get("uuid", "")}
        return {}

    def _look_in_list(self, wanted: Wanted, doing: str) -> Found:
        request = self.definitions.fields(wanted.kind, "list")
        criteria = self.definitions.within(request["searchCriteria"]) if "searchCriteria" in request else {}
        tags = self.definitions.within(request["returnedTags"]) if "returnedTags" in request else {}
        if not wanted.key or not wanted.key.keys() <= criteria.keys() & tags.keys():
            return Found(None)
        names = [name for name in tags if name in wanted.fields or name in wanted.key]
        for item in self.list(wanted.kind, dict(wanted.key), names, doing):
            if all(_folded(item.get(name)) == _folded(value) for name, value in wanted.key.items()):
                return Found(True, "", item)
        return ABSENT


def read_objects(axl: ObjectAxl, wanted: t.Sequence[Wanted], labels: t.Sequence[str]) -> list[Found]:
    """Read the objects that the rows mean, several at once; a row with faults isn't asked for.

    :raises VoiceError: what ends the run: the publisher is gone, the user isn't accepted
    """
    asked = [index for index, item in enumerate(wanted) if not item.faults]
    outcomes = axl.each(lambda index: axl.look(wanted[index], labels[index]), asked)
    ended = next((outcome.error for outcome in outcomes if not outcome.tried), None)
    found = [ABSENT] * len(wanted)
    for index, outcome in zip(asked, outcomes, strict=True):
        if outcome.error is not None:
            if ended is not None or ends_run(outcome.error):
                raise outcome.error
            found[index] = Found(None, error=str(outcome.error))
        else:
            found[index] = outcome.value
    return found


@dataclass(frozen=True)
class Mode:
    """What the task says for all rows; `lists` is replace or merge."""

    present: bool = True
    lists: str = "replace"
    update_secrets: bool = False


def plan_object(definitions: Definitions, wanted: Wanted, found: Found, mode: Mode) -> Plan:
    """Plan one row; see :class:`Plan`. Secrets are only in its arguments."""
    if wanted.faults or found.error:
        return Plan(None, None, error="; ".join(wanted.faults) or found.error)
    if not mode.present:
        return _plan_absent(definitions, wanted, found)
    if found.there is False:
        return _plan_add(definitions, wanted)
    if found.there is None:
        return _plan_blindly(definitions, wanted)
    return _plan_update(definitions, wanted, found, mode)


def _plan_add(definitions: Definitions, wanted: Wanted) -> Plan:
    kind = wanted.kind
    if "add" not in definitions.verbs(kind):
        return Plan(None, None, error=f"it isn't there, and AXL has no add{kind}: it comes with the cluster")
    if "uuid" in wanted.key:
        return Plan(None, None, error="there is no such object with this uuid; to add one, give its name")
    fields = definitions.fields(kind, "add")
    given = {**{name: value for name, value in wanted.key.items() if name in fields}, **wanted.fields}
    whole = merged(definitions, fields, given, {})
    missing = missing_fields(definitions, fields, {**whole, **wanted.secrets}, "fields.")
    if missing:
        return Plan(None, None, error=f"it isn't there, and to add it AXL needs {', '.join(missing)}")
    content = as_sent(definitions, fields, with_defaults(definitions, fields, {**whole, **wanted.secrets}))
    after = {**wanted.key, **tidy(definitions, fields, as_sent(definitions, fields, whole))}
    return Plan(None, after, f"add{kind}", {definitions.container(kind): content})


def _plan_blindly(definitions: Definitions, wanted: Wanted) -> Plan:
    """Plan for a type that can't be read: it is sent each time."""
    kind, verbs = wanted.kind, definitions.verbs(wanted.kind)
    if "add" in verbs:
        plan = _plan_add(definitions, wanted)
        return Plan({}, plan.after, plan.operation, plan.arguments, plan.error)
    fields = definitions.fields(kind, "update")
    content = as_sent(definitions, fields, {**wanted.key, **wanted.fields, **wanted.secrets})
    after = {**wanted.key, **tidy(definitions, fields, as_sent(definitions, fields, wanted.fields))}
    return Plan({}, after, f"update{kind}", content)


def _plan_update(definitions: Definitions, wanted: Wanted, found: Found, mode: Mode) -> Plan:
    kind, known, tags = wanted.kind, accepted(definitions, wanted.kind), readable(definitions, wanted.kind)
    told = {n: v for n, v in wanted.fields.items() if tags is None or n in tags or n in found.fields}
    shown = tidy(definitions, known, {name: found.fields.get(name) for name in wanted.fields})
    before = {**wanted.key, **as_sent(definitions, known, shown)}
    differing = differences(definitions, known, told, found.fields, lists=mode.lists)
    if not differing and not (mode.update_secrets and wanted.secrets):
        return Plan(before, before)
    if "update" not in definitions.verbs(kind):
        names = ", ".join(differing or wanted.secrets)
        return Plan(before, before, error=f"AXL has no update{kind}, so {names} can't be changed: remove it first")
    update = definitions.fields(kind, "update")
    fixed = [name for name in differing if not _target(update, name)]
    if fixed:
        is_now = "; ".join(f"{name} is {before.get(name, '')!r} and can't be changed by AXL" for name in fixed)
        return Plan(before, before, error=f"{is_now}: remove the object first, or leave it out")
    key = object_key(definitions, f"update{kind}", wanted.key, found.uuid)
    # What can't be read can't be compared, so it goes along with what differs.
    silent = {n: v for n, v in wanted.fields.items() if n not in told and _target(update, n)}
    missing = missing_fields(definitions, {name: known[name] for name in differing}, differing, "fields.")
    if missing:
        return Plan(before, before, error=f"AXL needs {', '.join(missing)}")
    values = {**silent, **differing, **wanted.secrets}
    values = as_sent(definitions, known, with_defaults(definitions, {name: known[name] for name in values}, values))
    arguments = {**key, **{_target(update, name): value for name, value in values.items()}}
    changed = as_sent(definitions, known, differing)
    kept = {name: value for name, value in before.items() if name not in changed}
    return Plan(before, {**kept, **tidy(definitions, known, changed)}, f"update{kind}", arguments)


def _plan_absent(definitions: Definitions, wanted: Wanted, found: Found) -> Plan:
    if found.there is False:
        return Plan(None, None)
    if "remove" not in definitions.verbs(wanted.kind):
        return Plan(wanted.key, wanted.key, error=f"AXL has no remove{wanted.kind}: it can't be taken away")
    key = object_key(definitions, f"remove{wanted.kind}", wanted.key, found.uuid)
    # With all that it was, since after this only the result tells.
    was = {**wanted.key, **tidy(definitions, accepted(definitions, wanted.kind), found.fields)}
    return Plan(was, None, f"remove{wanted.kind}", dict(key))


def keep_lines_of_devices(wanted: t.Sequence[Wanted], found: t.Sequence[Found], plans: t.Sequence[Plan]) -> None:
    """Refuse to remove lines that devices have, in place, but those whose devices go in the same task.

    Of all else CUCM refuses to remove what is in use; a line it takes off its phones without a word, as the order of
    Cisco's own samples (removeLine, then removePhone) shows.
    """
    gone = {
        str(value).casefold()
        for item, plan in zip(wanted, plans, strict=True)
        if plan.operation.startswith("remove")
        for value in item.key.values()
    }
    for item, there, plan in zip(wanted, found, plans, strict=True):
        if item.kind == "Line" and plan.operation == "removeLine":
            devices = [str(name) for name in many(there.fields.get("associatedDevices"), "device")]
            left = [name for name in devices if name.casefold() not in gone]
            if left:
                plan.error = f"the line is on {', '.join(left)}, and CUCM would take it off there: do that first"


def object_key(definitions: Definitions, operation: str, key: dict[str, str], uuid: str) -> dict[str, str]:
    """Return what names an object in a request: its key, or its uuid where this request doesn't take the key."""
    request = definitions.request(operation)
    return {"uuid": uuid} if uuid and "uuid" in request and not key.keys() <= request.keys() else dict(key)


def _target(update: Elements, name: str) -> str:
    """Return the element of update that sets a field: `newPattern` where `pattern` names the object; empty for none."""
    if name in update and "uuid" not in update[name].rivals:
        return name
    return next((new for new in update if renamed(new) == name), "")


def tell(axl: ObjectAxl, rows: Rows, wanted: t.Sequence[Wanted], found: t.Sequence[Found]) -> None:
    """Write into the rows what else is known of them: uuids, and what AXL can't do for a type."""
    for row, item, there in zip(rows, wanted, found, strict=True):
        if there.uuid:
            row.extra["uuid"] = there.uuid
        if there.there is None and not there.error:
            row.extra["note"] = f"AXL can't read a {item.kind}, so it is sent each time"


def carry_out(
    axl: ObjectAxl, rows: Rows, plans: list[Plan], wanted: t.Sequence[Wanted], found: t.Sequence[Found], mode: Mode
) -> None:
    """Carry the plans out, group after group; see :func:`in_turn` and :func:`plan.apply`."""

    quietly = replace(mode, update_secrets=False)

    def reached(index: int) -> bool:
        # Where nothing but secrets was sent there is nothing to see, so it is sent once more, which does no harm.
        if plans[index].before == plans[index].after:
            return False
        now = axl.look(wanted[index], rows[index].key)
        return now.there is not None and not plan_object(axl.definitions, wanted[index], now, quietly).operation

    groups = in_turn(axl.definitions, wanted, plans, found, present=mode.present)
    for group in groups:
        for index in group:
            rows[index].after = plans[index].before
    for group in groups:
        part = [rows[index] for index in group]
        goes_on = apply(axl, part, [plans[index] for index in group], "object", reached)
        for row in part:
            uuid = axl.uuids.get(f"adding object {row.key}")
            if uuid:
                row.extra["uuid"] = uuid
        if not goes_on:
            return


def in_turn(
    definitions: Definitions,
    wanted: t.Sequence[Wanted],
    plans: t.Sequence[Plan],
    found: t.Sequence[Found],
    *,
    present: bool,
) -> list[list[int]]:
    """Return the rows that change something, in the groups in which they may be carried out, one group after the other.

    An object that another row names is added before it, and removed after it; else rows keep their order, and are
    removed in the reverse one. Neighbours of one type that don't name one another are in one group. Which type an
    element names isn't in the schema, so any name of a row counts, but where an element is called after a type
    (`regionName`), only rows of that type. Rows that name one another stay in their order.
    """
    todo = [index for index, plan in enumerate(plans) if plan.operation]
    before: dict[int, set[int]] = {index: set() for index in todo}
    named: dict[str, list[int]] = {}
    for index in todo:
        name = next(iter(wanted[index].key.values()), "").casefold()
        if name and (not present or plans[index].before is None):
            named.setdefault(name, []).append(index)
    kinds = {kind.casefold() for kind in definitions.kinds}
    for index in todo:
        for element, word in _names(definitions, wanted[index], found[index], present):
            stem = element.removesuffix("Name").casefold()
            for other in named.get(word, ()):
                if other != index and (stem not in kinds or wanted[other].kind.casefold() == stem):
                    first, second = (other, index) if present else (index, other)
                    before[second].add(first)
    return _grouped(before, [item.kind for item in wanted], 1 if present else -1)


def _grouped(before: dict[int, set[int]], kinds: list[str], direction: int) -> list[list[int]]:
    """Sort rows so that each comes after those `before` it, near to the task's order; a circle is cut at its begin."""
    after: dict[int, list[int]] = {}
    for index, others in before.items():
        for other in others:
            after.setdefault(other, []).append(index)
    waiting = {index: len(others) for index, others in sorted(before.items(), key=lambda item: direction * item[0])}
    ready = [direction * index for index, count in waiting.items() if not count]
    groups: list[set[int]] = []
    kind = ""
    while waiting:
        index = direction * heapq.heappop(ready) if ready else next(iter(waiting))
        del waiting[index]
        for other in after.get(index, ()):
            if other in waiting:
                waiting[other] -= 1
                if not waiting[other]:
                    heapq.heappush(ready, direction * other)
        if groups and kind == kinds[index] and not before[index] & groups[-1]:
            groups[-1].add(index)
        else:
            groups.append({index})
            kind = kinds[index]
    return [sorted(group) for group in groups]


def _names(definitions: Definitions, wanted: Wanted, found: Found, present: bool) -> t.Iterator[tuple[str, str]]:
    """Yield the elements of an object that may name another one, each with its text in lower case."""
    known = accepted(definitions, wanted.kind)
    values = {**wanted.key, **wanted.fields} if present else {**tidy(definitions, known, found.fields)}
    own = next(iter(wanted.key), "")
    for name, value in values.items():
        if name in known and name != own:
            yield from _texts(definitions, known[name], value)


def _texts(definitions: Definitions, element: Element, value: t.Any) -> t.Iterator[tuple[str, str]]:
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(definitions, element, item)
    elif isinstance(value, dict):
        inner = definitions.within(element)
        for name, item in value.items():
            if name in inner:
                yield from _texts(definitions, inner[name], item)
    elif element.content in ("text", "reference") and not element.values and value not in (None, ""):
        yield element.name, str(value).casefold()


def _folded(value: t.Any) -> str:
    return "" if value is None else str(value).casefold()

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones: what is on the cluster, and the plan of each row. A phone is known by its device name."""

from __future__ import annotations

import functools
import os
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.appearances import (
    APPEARANCE_FIELDS,
    Appearance,
    differ,
    folded,
    is_meant,
    key_of,
    merge,
    to_send,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.compare import differences
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.compare import merged as merged_elements
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.elements import (
    Elements,
    Shape,
    changed_elements,
    given_elements,
    word,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.endings import ends_run
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import many
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.holders import LineBook
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.models import (
    Models,
    product,
    usual_profiles,
    usual_templates,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.numplan import line_name
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.phone_fields import (
    PHONE_FIELDS,
    cluster_faults,
    phone_name,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.phone_lists import (
    LISTS,
    list_differs,
    list_references,
    members_of,
    merge_list,
    sent_list,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.phone_states import (
    in_several,
    new_lines,
    state_of,
    unchangeable,
    users_of_row,
    whole_config,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.plan import Plan
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.references import References

Row = dict[str, t.Any]

# The elements that AXL's schema requires of a new phone and that no option gives, with the schema's own defaults.
_FIXED = {
    "class": "Phone",
    "protocolSide": "User",
    "useTrustedRelayPoint": "Default",
    "primaryPhoneName": None,
    "builtInBridgeStatus": "Default",
    "packetCaptureMode": "None",
    "certificateOperation": "No Pending Operation",
    "deviceMobilityMode": "Default",
}
# What a new phone gets where its row names no other.
_STANDARD = {
    "locationName": "Hub_None",
    "commonPhoneConfigName": "Standard Common Phone Profile",
    "sipProfileName": "Standard SIP Profile",
}
_LIST_FROM = 20
"""Phones of one vendor part from which on it pays to list the names that exist before each of these is read."""
_VENDOR = len("SEP00005E")
_TOGETHER = 500
"""Phones that are read before they are planned: so many are in memory with all their elements at a time."""


def read_phone(axl: Axl, name: str) -> Elements | None:
    """Return a phone as it is on the cluster, with all its elements, or None."""
    return axl.get("Phone", {"name": name}, f"looking up phone {name}")


def absent_names(axl: Axl, names: list[str]) -> set[str]:
    """Return those of the names that a list shows not to be there; the others may be there or not.

    Only names whose MACs have the same vendor part are listed together, so that a large cluster isn't listed for a few.
    """
    groups: dict[str, list[str]] = {}
    for name in names:
        if name.startswith("SEP"):
            groups.setdefault(name[:_VENDOR], []).append(name)
    absent: set[str] = set()
    for group in groups.values():
        if len(group) >= _LIST_FROM:
            listed = axl.list("Phone", {"name": f"{os.path.commonprefix(group)}%"}, ["name"], "listing the phones")
            absent |= set(group) - {str(item["name"]).upper() for item in listed}
    return absent


class PhonePlanner:
    """Plans rows of phones; remembers for one task what it has asked the cluster for.

    :param keep_lines: whether lines of a phone that are not in its row stay
    :param update_secrets: whether secrets, which can't be compared, are sent though nothing else is
    """

    def __init__(self, axl: Axl, *, keep_lines: bool = True, update_secrets: bool = False) -> None:
        self._axl = axl
        self._keep_lines = keep_lines
        self._update_secrets = update_secrets
        self._references = References(axl)
        self.shape = Shape(axl.definitions)
        self.book = LineBook(axl)
        self._claims: dict[str, dict[tuple[str, str | None], bool]] = {}

    @functools.cached_property
    def _models(self) -> Models:
        return Models(self._axl)

    def faults(self, rows: list[Row]) -> list[Plan] | None:
        """Return plans that hold what the cluster's schema has against the rows; None where it has nothing."""
        found = [cluster_faults(row, self.shape) for row in rows]
        return [Plan(None, None, error="; ".join(faults)) for faults in found] if any(found) else None

    def plans(self, rows: list[Row], *, present: bool) -> t.Iterator[Plan]:
        """Read the phones and yield the plan of each row, in order."""
        names = [phone_name(row) for row in rows]
        self._references.expect("User", (user for row in rows for user in users_of_row(row)))
        absent = absent_names(self._axl, names)

        def read(name: str) -> Elements | None:
            return None if name in absent else read_phone(self._axl, name)

        for start in range(0, len(rows), _TOGETHER):
            some = rows[start : start + _TOGETHER]
            outcomes = self._axl.each(read, names[start : start + _TOGETHER])
            for outcome in outcomes:
                if outcome.error is not None and ends_run(outcome.error):
                    raise outcome.error
            if present:
                pairs = list(zip(some, outcomes, strict=True))
                self.book.prefetch(key for row, outcome in pairs for key in new_lines(row, outcome.value))
                new = (row for row, outcome in pairs if outcome.value is None and outcome.error is None)
                self._references.ask_ahead(named for row in new for named in self._named(row))
            for row, outcome in zip(some, outcomes, strict=True):
                if outcome.error is not None:
                    yield Plan(None, None, error=str(outcome.error))
                elif present:
                    yield self.present(row, outcome.value)
                else:
                    yield self.absent(outcome.value)

    def is_done(self, row: Row, *, present: bool) -> bool:
        """Read a phone anew and tell whether it is as its row says."""
        found = read_phone(self._axl, phone_name(row))
        if not present:
            return found is None
        return found is not None and not self._update(row, found, anew=False).operation

    def present(self, row: Row, found: Elements | None) -> Plan:
        """Plan that a phone is there as the row says. What the row doesn't say is left as it is."""
        return self._add(row) if found is None else self._update(row, found, anew=self._update_secrets)

    def absent(self, found: Elements | None) -> Plan:
        """Plan that a phone isn't there. Its lines stay."""
        if found is None:
            return Plan(None, None)
        return Plan(state_of(found, {}), None, "removePhone", {"name": found["name"]})

    def _add(self, row: Row) -> Plan:
        name = phone_name(row)
        missing = [option for option in ("model", "device_pool") if not row.get(option)]
        if missing:
            return Plan(None, None, error=f"the phone is not in CUCM yet; to add it, give {' and '.join(missing)}")
        model, protocol = product(row["model"]), row.get("protocol") or "SIP"
        fault = self._models.fault(row["model"], model, protocol)
        if fault:
            return Plan(None, None, error=fault)
        lines, faults, missing_lines = self._check_lines(name, row.get("lines") or [], [])
        phone = self._new(row, model, protocol)
        appearances = self._merge_lines([], lines)
        faults = self._reference_faults(row, phone, lines=True) + faults
        after = state_of({**phone, "lines": {"line": appearances}}, row)
        arguments = functools.partial(self._add_arguments, row, model, protocol, appearances)
        return Plan(None, after, "addPhone", arguments, "; ".join(faults), missing_lines)

    def _new(self, row: Row, model: str, protocol: str) -> Elements:
        """Return the elements of a new phone, but for its lines."""
        given = given_elements(row, PHONE_FIELDS)
        phone: Elements = {
            "name": phone_name(row),
            "product": model,
            "protocol": protocol,
            **_FIXED,
            "locationName": _STANDARD["locationName"],
            "commonPhoneConfigName": _STANDARD["commonPhoneConfigName"],
            **({} if "phoneTemplateName" in given else {"phoneTemplateName": self._template(model, protocol)}),
            **({} if "securityProfileName" in given else {"securityProfileName": self._profile(model, protocol)}),
            **({"sipProfileName": _STANDARD["sipProfileName"]} if protocol == "SIP" else {}),
            **given,
            **self._lists(row, {}),
            **self.shape.written(row.get("axl") or {}, self.shape.phone),
        }
        if row.get("vendor_config"):
            phone["vendorConfig"] = whole_config(row, {})
        return phone

    def _named(self, row: Row) -> t.Iterator[tuple[str, t.Any]]:
        """Yield what a new phone's row names, and what it gets where the row names nothing: type and name."""
        model, protocol = product(row.get("model") or ""), row.get("protocol") or "SIP"
        template, profile = usual_templates(model, protocol)[0], usual_profiles(model, protocol)[0]
        usual = {**_STANDARD, "phoneTemplateName": template, "securityProfileName": profile}
        given = {**usual, **given_elements(row, PHONE_FIELDS)}
        yield from ((field.kind, given.get(field.element)) for field in PHONE_FIELDS if field.kind)
        for line in row.get("lines") or ():
            yield from ((field.kind, line.get(field.option)) for field in APPEARANCE_FIELDS if field.kind)

    def _add_arguments(self, row: Row, model: str, protocol: str, appearances: list[Appearance]) -> Elements:
        # Made anew, because the elements of thousands of phones would be kept until they are sent.
        secrets = {name: word(value) for name, value in (row.get("secrets") or {}).items()}
        phone = {**self._sent(self._new(row, model, protocol)), **secrets}
        if appearances:
            phone["lines"] = {"line": to_send(appearances, self.shape)}
        return {"phone": phone}

    def _update(self, row: Row, found: Elements, *, anew: bool) -> Plan:
        name = str(found["name"])
        faults = unchangeable(row, found)
        changed = changed_elements(row, found, PHONE_FIELDS)
        changed.update(self._lists(row, found))
        if row.get("vendor_config"):
            config = whole_config(row, found)
            if config != (found.get("vendorConfig") or {}):
                changed["vendorConfig"] = config
        if row.get("axl"):
            changed.update(self._axl_changes(row["axl"], found, faults))
        current = many(found.get("lines"), "line")
        appearances, missing_lines, lines_change = current, [], False
        if row.get("lines") is not None and (row["lines"] or not self._keep_lines):
            lines, line_faults, missing_lines = self._check_lines(name, row["lines"], current)
            faults += line_faults
            appearances = self._merge_lines(current, lines)
            lines_change = differ(current, appearances, self.shape)
        faults += self._reference_faults(row, changed, lines=lines_change)
        before = state_of(found, row)
        secrets = row.get("secrets") or {}
        if not (changed or lines_change or (anew and secrets)) and not faults:
            return Plan(before, before)
        after = state_of({**found, **changed, "lines": {"line": appearances}}, row)
        arguments = functools.partial(
            self._update_arguments, name, changed, (current, appearances) if lines_change else None, secrets
        )
        return Plan(before, after, "updatePhone", arguments, "; ".join(faults), missing_lines)

    def _update_arguments(
        self, name: str, changed: Elements, lines: tuple[list[Appearance], list[Appearance]] | None, secrets: Row
    ) -> Elements:
        arguments = {"name": name, **self._sent(changed), **{key: word(value) for key, value in secrets.items()}}
        if lines and lines[1]:
            arguments["lines"] = {"line": to_send(lines[1], self.shape)}
        elif lines:
            # AXL takes no empty list of lines.
            arguments["removeLines"] = {"line": to_send(lines[0], self.shape)}
        return arguments

    def _sent(self, elements: Elements) -> Elements:
        """Return elements with their lists as a request takes them."""
        sent = dict(self.shape.marked(elements))
        for item in LISTS:
            if item.container in sent:
                sent[item.container] = sent_list(item, sent[item.container][item.member], self.shape)
        return sent

    def _lists(self, row: Row, found: Elements) -> Elements:
        """Return the lists that a row gives and that differ, as a phone has them."""
        changed = {}
        for item in LISTS:
            if row.get(item.option) is not None:
                current = members_of(item, found)
                wanted = merge_list(item, row[item.option], current)
                if list_differs(item, current, wanted):
                    changed[item.container] = {item.member: wanted}
        return changed

    def _axl_changes(self, given: Elements, found: Elements, faults: list[str]) -> Elements:
        """Return the elements of `axl` that differ; those that no update takes are faults."""
        given = self.shape.written(given, self.shape.phone)
        differing = differences(self.shape.definitions, self.shape.phone, given, found)
        for name in [name for name in differing if name not in self.shape.update]:
            faults.append(
                f"axl.{name}: the phone has {found.get(name)!r}, which AXL can't change; remove the phone "
                "(state: absent) and add it again"
            )
            del differing[name]
        return differing

    def _merge_lines(self, current: list[Appearance], rows: list[Row]) -> list[Appearance]:
        def put(item: Appearance, axl: Elements) -> Appearance:
            given = self.shape.written(axl, self.shape.line)
            return {**item, **merged_elements(self.shape.definitions, self.shape.line, given, item)}

        return merge(current, rows, keep=self._keep_lines, put=put)

    def _reference_faults(self, row: Row, elements: Elements, *, lines: bool) -> list[str]:
        """Return which of the objects that a row names, and that would be sent, the cluster hasn't."""
        faults = self._references.faults(row, PHONE_FIELDS, elements)
        for item in LISTS:
            if item.container in elements:
                faults += [self._references.fault(*named) for named in list_references(item, row[item.option])]
        for position, line in enumerate(row.get("lines") or () if lines else ()):
            where = f"lines[{position}]."
            for field in APPEARANCE_FIELDS:
                if field.kind:
                    faults.append(self._references.fault(where + field.option, field.kind, line.get(field.option)))
            faults += [self._references.fault(f"{where}users", "User", user) for user in line.get("users") or ()]
        return [fault for fault in faults if fault]

    def _check_lines(
        self, name: str, rows: list[Row], current: list[Appearance]
    ) -> tuple[list[Row], list[str], list[str]]:
        """Look at the lines that are new on a phone: whether they exist, and whose they are.

        :returns: the rows with their partitions filled in, the faults, and the lines that do not exist
        """
        rows, faults, missing = [dict(row) for row in rows], [], []
        for position, row in enumerate(rows):
            meant = [item for item in current if is_meant(row, item)]
            if len(meant) > 1:
                faults.append(in_several(row["pattern"], [key_of(item)[1] for item in meant]))
            if meant:
                row["partition"] = key_of(meant[0])[1]
                continue
            if row.get("partition") is None:
                there = self.book.partitions_of(row["pattern"])
                if len(there) > 1:
                    faults.append(in_several(row["pattern"], there))
                    continue
                row["partition"] = there[0] if there else None
            partition = row.get("partition")
            devices = None if partition is None else self.book.devices_of(row["pattern"], partition)
            faults += self._claim(name, row)
            if devices is None:
                missing.append(line_name(row["pattern"], partition))
                faults.append(self._references.fault(f"lines[{position}].partition", "RoutePartition", partition))
                continue
            holders = [device for device in devices if device.casefold() != name.casefold()]
            if holders and not row.get("shared"):
                faults.append(
                    f"line {line_name(row['pattern'], partition)} is on {', '.join(holders)} already: give the phone "
                    "another line, or say 'shared: true' at it if it is to ring at both"
                )
        for row in rows:
            if [folded(other) for other in rows].count(folded(row)) > 1:
                faults.append(f"line {line_name(row['pattern'], row['partition'])} is there twice: give it once")
        return rows, list(dict.fromkeys(fault for fault in faults if fault)), missing

    def _claim(self, name: str, row: Row) -> list[str]:
        """Note that a phone gets a line; return what is wrong where a row before it has given that line away.

        A line in no known partition may be any of its pattern.
        """
        partition = row.get("partition")
        own = (name, None if partition is None else partition.casefold())
        claims = self._claims.setdefault(row["pattern"], {})
        shared = bool(row.get("shared"))
        others = [
            other
            for (other, there), shared_there in claims.items()
            if other != name and not (shared and shared_there) and (there == own[1] or None in (there, own[1]))
        ]
        claims[own] = shared
        if not others:
            return []
        given = line_name(row["pattern"], partition)
        return [f"line {given} is given to {others[0]} too: if it is to be shared, say 'shared: true' at both"]

    def _template(self, model: str, protocol: str) -> str:
        usual, *others = usual_templates(model, protocol)
        return self._first_there("PhoneButtonTemplate", [usual, self._models.template(model, protocol), *others])

    def _profile(self, model: str, protocol: str) -> str:
        return self._first_there("PhoneSecurityProfile", usual_profiles(model, protocol))

    def _first_there(self, kind: str, names: list[str]) -> str:
        """Return the first of the names that the cluster has; the usual one where it has none."""
        return next((name for name in names if name and self._references.exists(kind, name)), names[0])

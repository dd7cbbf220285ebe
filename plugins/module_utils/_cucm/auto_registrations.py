# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The auto-registration of CallManagers: what is there, what is wrong with what is wanted, and the plan of each row.

AXL has it as one element of a CallManager, which is sent whole, because what is left out of it falls back to defaults.
"""

from __future__ import annotations

import os
import re
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.plan import (
    Field,
    Plan,
    changes,
    shown,
    text_faults,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.references import References
from ansible_collections.dialtone.voice.plugins.module_utils._text import nearest

AUTO_REGISTRATION_SPEC = {
    "name": {"type": "str"},
    "node": {"type": "str"},
    "enabled": {"type": "bool", "default": True},
    "start_dn": {"type": "str"},
    "end_dn": {"type": "str"},
    "next_dn": {"type": "str"},
    "partition": {"type": "str"},
    "e164_mask": {"type": "str"},
    "universal_device_template": {"type": "str"},
    "universal_line_template": {"type": "str"},
}
FIELDS = (
    Field("start_dn", "startDn", 255),
    Field("end_dn", "endDn", 255),
    Field("next_dn", "nextDn", 255),
    Field("partition", "routePartitionName", kind="RoutePartition"),
    Field("e164_mask", "e164Mask", 50),
    Field("universal_device_template", "universalDeviceTemplate", kind="UniversalDeviceTemplate"),
    Field("universal_line_template", "lineTemplate", kind="UniversalLineTemplate"),
)
MIXED_MODE_SINCE = (11, 5)
"""From this release on phones register by themselves in a cluster in mixed mode too."""

WITHOUT_MIXED_MODE = ("Cisco 8941", "Cisco 8945")
"""Models that can't register by themselves in mixed mode on any release."""

_DN = re.compile(r"(?P<plus>(?:\\\+)?)(?P<digits>\d+)")
_MASK = re.compile(r"(?:\\?\+)?[0-9X*#]*", re.IGNORECASE)
_ENABLED = "autoRegistrationEnabled"
_NUMBERS = ("start_dn", "end_dn", "next_dn")
_MUST = ("start_dn", "end_dn", "universal_device_template", "universal_line_template")
_NAMED = 5
_BACKSLASH = "\\"


def label(row: dict[str, t.Any]) -> str:
    """Return what a row calls its CallManager."""
    return str(row.get("name") or row.get("node") or "")


def row_faults(rows: list[dict[str, t.Any]]) -> list[str]:
    """Return the faults of all rows that can be told without the cluster."""
    faults = []
    first: dict[tuple[str | None, str | None], int] = {}
    for index, row in enumerate(rows):
        key = (_folded(row.get("name")), _folded(row.get("node")))
        found = [*text_faults(row, FIELDS), *(_number_fault(option, row.get(option)) for option in _NUMBERS)]
        if row.get("start_dn") and row.get("end_dn") and not any(found):
            found.append(range_fault(row["start_dn"], row["end_dn"], row.get("next_dn") or row["start_dn"]))
        if row.get("e164_mask") and not _MASK.fullmatch(row["e164_mask"]):
            found.append(f"e164_mask '{row['e164_mask']}' is no mask: give digits and X, such as '+4420794610XX'")
        if key in first:
            found.append(f"the same CallManager as callmanagers[{first[key]}]: give each one once")
        first.setdefault(key, index)
        faults += [row_fault("callmanagers", index, label(row), fault) for fault in found if fault]
    return faults


def _folded(name: str | None) -> str | None:
    return name.casefold() if name else None


def _number_fault(option: str, value: str | None) -> str:
    if value is None or _DN.fullmatch(value):
        return ""
    return f"{option} '{value}' is no directory number of a range: give digits only"


def range_fault(start: str, end: str, following: str) -> str:
    """Return what is wrong with a range of directory numbers and the next one of it; empty where nothing is.

    A range with one number is CUCM's way of turning auto-registration off.
    """
    matches = [_DN.fullmatch(number) for number in (start, end, following)]
    if None in matches:
        return f"range {start} to {end}, next {following}: a range is made of digits only"
    plus, digits = zip(*((match["plus"], match["digits"]) for match in matches if match), strict=True)
    if plus[0] != plus[1] or len(digits[0]) != len(digits[1]):
        return f"start_dn '{start}' and end_dn '{end}' must have the same number of digits"
    if int(digits[0]) > int(digits[1]):
        return f"start_dn '{start}' is above end_dn '{end}': swap them"
    if int(digits[0]) == int(digits[1]):
        return f"start_dn and end_dn are both '{start}', which CUCM takes for off: give a range of at least two numbers"
    if plus[2] != plus[0] or len(digits[2]) != len(digits[0]) or not int(digits[0]) <= int(digits[2]) <= int(digits[1]):
        return f"next_dn '{following}' is not within {start} to {end}"
    return ""


def read_callmanagers(axl: Axl) -> list[dict[str, t.Any]]:
    """Return name and node of each CallManager of the cluster."""
    return axl.list("CallManager", {"name": "%"}, ["name", "processNodeName"], "listing CallManagers")


def meant(row: dict[str, t.Any], managers: list[dict[str, t.Any]]) -> tuple[str, str]:
    """Return the name of the CallManager that a row means, or empty and why there is none."""
    name, node = _folded(row.get("name")), _folded(row.get("node"))
    found = [
        manager
        for manager in managers
        if name in (None, _folded(manager.get("name"))) and node in (None, _folded(manager.get("processNodeName")))
    ]
    if len(found) == 1:
        return str(found[0]["name"]), ""
    there = ", ".join(f"{manager.get('name')} on node {manager.get('processNodeName')}" for manager in managers)
    if found:
        return "", f"node '{row['node']}' has several CallManagers: give name; there is {there}"
    wanted = " and ".join(f"{option} '{row[option]}'" for option in ("name", "node") if row.get(option))
    names = [str(manager.get("name")) for manager in managers]
    near = nearest(str(row.get("name") or ""), names)
    advice = f"did you mean {' or '.join(repr(word) for word in near)}? " if near else ""
    return "", f"{wanted}: CUCM has no such CallManager; {advice}there is {there or 'none'}"


def same_callmanager_faults(rows: list[dict[str, t.Any]], found: list[tuple[str, str]]) -> list[str]:
    """Return the faults of rows that mean one CallManager, one of them by name and the other by node."""
    first: dict[str, int] = {}
    faults = []
    for index, (row, (name, _error)) in enumerate(zip(rows, found, strict=True)):
        if name and first.setdefault(name, index) != index:
            text = f"the same CallManager as callmanagers[{first[name]}]: give each one once"
            faults.append(row_fault("callmanagers", index, label(row), text))
    return faults


class Planner:
    """Plans rows of one cluster.

    :param build: the publisher's build, such as `12.5.1.11900-146`
    :param mixed: whether the cluster is in mixed mode; None where nobody knows
    :ivar warnings: what a person should know beside the plans
    """

    def __init__(self, axl: Axl, build: str, mixed: bool | None) -> None:
        self._axl = axl
        self._references = References(axl)
        self._build = build
        self._mixed = mixed
        self.warnings: list[str] = []

    def plan(self, row: dict[str, t.Any], name: str, *, present: bool) -> Plan:
        """Read a CallManager and plan its row."""
        found = self._axl.get("CallManager", {"name": name}, f"looking up CallManager {name}")
        if found is None:
            return Plan(None, None, error=f"CallManager {name} is gone")
        plan = plan_row(row, found, present=present)
        if not plan.operation or plan.error:
            return plan
        element = plan.arguments["autoRegistration"]
        there = found.get("autoRegistration") or {}
        faults = self._references.faults(row, FIELDS, {k: v for k, v in element.items() if v != there.get(k)})
        if element[_ENABLED]:
            faults += self._mixed_mode_faults()
            moved = any(element.get(key) != there.get(key) for key in ("startDn", "endDn", "routePartitionName"))
            if moved and not faults:
                self._warn(overlap(element, self._lines(element)), name)
        plan.error = "; ".join(faults)
        return plan

    def _mixed_mode_faults(self) -> list[str]:
        if not self._mixed:
            return []
        if release(self._build) < MIXED_MODE_SINCE:
            return [
                f"the cluster is in mixed mode, in which CUCM {self._build} lets no phone register by itself "
                f"(possible from {'.'.join(map(str, MIXED_MODE_SINCE))} on): add the phones by MAC address instead"
            ]
        models = " and ".join(WITHOUT_MIXED_MODE)
        self._warn(f"the cluster is in mixed mode, in which the models {models} can't register by themselves")
        return []

    def _warn(self, words: str, name: str = "") -> None:
        line = f"CallManager {name}: {words}" if name else words
        if words and line not in self.warnings:
            self.warnings.append(line)

    def _lines(self, element: dict[str, t.Any]) -> list[str]:
        """Return the patterns of the lines that may be within a range."""
        partition = element.get("routePartitionName") or ""
        prefix = os.path.commonprefix([element["startDn"], element["endDn"]])
        # A backslash would escape what follows it in the search.
        criteria = {"pattern": f"{prefix.replace(_BACKSLASH, '%')}%"}
        if partition:
            criteria["routePartitionName"] = partition
        found = self._axl.list("Line", criteria, ["pattern", "routePartitionName"], "listing the lines of the range")
        return [
            str(line["pattern"])
            for line in found
            if (line.get("routePartitionName") or "").casefold() == partition.casefold()
        ]


def overlap(element: dict[str, t.Any], patterns: list[str]) -> str:
    """Return a warning about directory numbers of a range that are taken already; empty where none is."""
    start, end = (_DN.fullmatch(element[key]) for key in ("startDn", "endDn"))
    if not start or not end:
        return ""
    low, high = int(start["digits"]), int(end["digits"])
    taken = []
    for pattern in patterns:
        match = _DN.fullmatch(pattern)
        alike = match and (match["plus"], len(match["digits"])) == (start["plus"], len(start["digits"]))
        if match and alike and low <= int(match["digits"]) <= high:
            taken.append(pattern)
    if not taken:
        return ""
    taken.sort()
    named = ", ".join(taken[:_NAMED]) + (f" and {len(taken) - _NAMED} more" if len(taken) > _NAMED else "")
    return (
        f"of the {high - low + 1} numbers from {element['startDn']} to {element['endDn']}, {len(taken)} are lines "
        f"already ({named}): CUCM passes over them"
    )


def release(build: str) -> tuple[int, int]:
    """Return major and minor of a build; (0, 0) where they can't be read."""
    found = re.match(r"(\d+)\.(\d+)", build)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def state_of(manager: dict[str, t.Any], element: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return a CallManager's auto-registration under the names of the options."""
    return {
        "name": manager.get("name"),
        "node": manager.get("processNodeName"),
        "enabled": is_true(element.get(_ENABLED)),
        **shown(element, FIELDS),
    }


def is_true(value: t.Any) -> bool:
    """Read a boolean as AXL writes it."""
    return str(value).casefold() in ("true", "t", "1")


def plan_row(row: dict[str, t.Any], manager: dict[str, t.Any], *, present: bool) -> Plan:
    """Plan a row against its CallManager as AXL returned it, without looking at anything else of the cluster."""
    there = manager.get("autoRegistration") or {}
    before = state_of(manager, there)
    enabled = present and row["enabled"]
    changed = changes(row, there, FIELDS) if present else {}
    if "nextDn" not in changed and changed.keys() & {"startDn", "endDn"}:
        merged = {**there, **changed}
        start, end = str(merged.get("startDn") or ""), str(merged.get("endDn") or "")
        # CUCM moves it on by itself, but not into a new range.
        if not there.get("nextDn") or range_fault(start, end, there["nextDn"]).startswith("next_dn"):
            changed["nextDn"] = start
    if not changed and before["enabled"] == enabled:
        return Plan(before, before)
    names = [item.element for item in FIELDS]
    element = {name: value for name, value in {**there, **changed}.items() if name in names}
    element[_ENABLED] = enabled
    error = "; ".join(_enabled_faults(element)) if enabled else ""
    arguments = {"name": manager["name"], "autoRegistration": element}
    return Plan(before, state_of(manager, element), "updateCallManager", arguments, error)


def _enabled_faults(element: dict[str, t.Any]) -> list[str]:
    """Return what keeps auto-registration from being turned on with these settings."""
    faults = [
        f"give {item.option}: auto-registration can't be turned on without it"
        for item in FIELDS
        if item.option in _MUST and not element.get(item.element)
    ]
    if element.get("startDn") and element.get("endDn"):
        following = element.get("nextDn") or element["startDn"]
        faults.append(range_fault(element["startDn"], element["endDn"], following))
    return [fault for fault in faults if fault]

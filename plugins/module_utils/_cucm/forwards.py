# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A line's call forwards, URIs and alternate numbers: options with options of their own.

AXL takes each of them as a whole, and what isn't sent of it is cleared. So what is there is kept where the row says
nothing, and the complete element is sent. Values of an answer are texts, or None where empty.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import many
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.rows import LINE_SPEC

Found = dict[str, t.Any]
Given = dict[str, t.Any]

FORWARDS = {
    "all": "callForwardAll",
    "busy": "callForwardBusy",
    "busy_internal": "callForwardBusyInt",
    "no_answer": "callForwardNoAnswer",
    "no_answer_internal": "callForwardNoAnswerInt",
    "no_coverage": "callForwardNoCoverage",
    "no_coverage_internal": "callForwardNoCoverageInt",
    "cti_failure": "callForwardOnFailure",
    "not_registered": "callForwardNotRegistered",
    "not_registered_internal": "callForwardNotRegisteredInt",
    "alternate_party": "callForwardAlternateParty",
}
NUMBERS = {
    "e164_number": ("e164AltNum", "useE164AltNum"),
    "enterprise_number": ("enterpriseAltNum", "useEnterpriseAltNum"),
}
URIS = "directoryURIs"

FORWARD_PARTS = {
    "destination": "destination",
    "voice_mail": "forwardToVoiceMail",
    "css": "callingSearchSpaceName",
    "secondary_css": "secondaryCallingSearchSpaceName",
    "duration": "duration",
}
NUMBER_PARTS = {
    "mask": "numMask",
    "partition": "routePartition",
    "add_to_partition": "addLocalRoutePartition",
    "urgent": "isUrgent",
    "advertise": "advertiseGloballyIls",
}
URI_PARTS = {"uri": "uri", "partition": "partition", "primary": "isPrimary", "advertise": "advertiseGloballyViaIls"}

OWN_URIS = "directory uri"
"""The partition in which CUCM itself puts the directory URIs of users; nobody else can change what is in it."""

_BOOLEANS = frozenset({"voice_mail", "add_to_partition", "urgent", "advertise", "primary"})
_NAMES = frozenset({"css", "secondary_css", "partition"})


def forward_parts(kind: str) -> dict[str, str]:
    """Return the options of a kind of forward and their elements."""
    return {part: FORWARD_PARTS[part] for part in LINE_SPEC["forwards"]["options"][kind]["options"]}


def kinds(row: Given) -> dict[str, Given]:
    """Return the kinds of forward that a row gives, each with what it gives of it."""
    return {kind: _given(parts) for kind, parts in (row.get("forwards") or {}).items() if parts is not None}


def elements_of(row: Given) -> set[str]:
    """Return the elements of a line that a row's nested options are about."""
    found = {FORWARDS[kind] for kind in kinds(row)}
    found |= {element for option, pair in NUMBERS.items() if row.get(option) is not None for element in pair}
    return found | ({URIS} if row.get("uris") is not None else set())


def faults(row: Given) -> list[str]:
    """Return what is wrong with a row's nested options as such."""
    found = []
    for kind, parts in kinds(row).items():
        for part, value in parts.items():
            path = f"forwards.{kind}.{part}"
            if part == "destination" and re.search(r"\s", value):
                found.append(f"{path} {value!r} has a blank: give a number as it is dialled")
            if part == "duration" and value < 0:
                found.append(f"{path} {value}: give seconds, or 0 for the cluster's default")
    uris = row.get("uris") or []
    names = [uri["uri"] for uri in uris]
    found += [
        f"uris: {name!r} stands there twice: give it once" for name in dict.fromkeys(names) if names.count(name) > 1
    ]
    found += [f"uris: {name!r} is no URI: write it as name@host, without blanks" for name in names if not _is_uri(name)]
    if sum(bool(uri.get("primary")) for uri in uris) > 1:
        found.append("uris: more than one is primary: a line has one primary URI")
    return found


def _is_uri(text: str) -> bool:
    return re.fullmatch(r"[^\s@]+@[^\s@]+", text) is not None


def names(row: Given, elements: t.Container[str]) -> list[tuple[str, str, str]]:
    """Return (option, type of object, name) for what the nested options of these elements refer to."""
    found = []
    for kind, parts in kinds(row).items():
        if FORWARDS[kind] in elements:
            found += [
                (f"forwards.{kind}.{part}", "Css", parts[part]) for part in ("css", "secondary_css") if parts.get(part)
            ]
    for option, (element, _use) in NUMBERS.items():
        if element in elements and (row.get(option) or {}).get("partition"):
            found.append((f"{option}.partition", "RoutePartition", row[option]["partition"]))
    if URIS in elements:
        found += [
            (f"uris[{index}].partition", "RoutePartition", uri["partition"])
            for index, uri in enumerate(row.get("uris") or [])
            if uri.get("partition")
        ]
    return found


def changes(row: Given, line: Found) -> Found:
    """Return the elements that differ from what a row says, each of them complete."""
    changed: Found = {}
    for kind, parts in kinds(row).items():
        there = line.get(FORWARDS[kind]) or {}
        if any(_differ(part, value, there.get(FORWARD_PARTS[part])) for part, value in parts.items()):
            changed[FORWARDS[kind]] = _complete(parts, there, forward_parts(kind))
    for option in NUMBERS:
        if row.get(option) is not None:
            changed.update(_number_changes(option, row[option], line))
    if row.get("uris") is not None:
        there = many(line.get(URIS), "directoryUri")
        wanted = _uris(row["uris"], there)
        if _comparable(wanted) != _comparable(there):
            changed[URIS] = {"directoryUri": wanted}
    return changed


def _number_changes(option: str, given: Given, line: Found) -> Found:
    element, use = NUMBERS[option]
    there = line.get(element) or {}
    used = has_number(option, line)
    if not given.get("enabled", True):
        return {use: False} if used else {}
    wanted = {part: value for part, value in _given(given).items() if part != "enabled"}
    if used and not any(_differ(part, value, there.get(NUMBER_PARTS[part])) for part, value in wanted.items()):
        return {}
    return {use: True, element: _complete(wanted, there if used else {}, NUMBER_PARTS)}


def has_number(option: str, line: Found) -> bool:
    """Tell whether a line has an alternate number; CUCM answers with an empty one where it has none."""
    element, use = NUMBERS[option]
    if line.get(use) not in (None, ""):
        return truth(line[use])
    there = line.get(element) or {}
    return any(there.get(part) not in (None, "") for part in ("numMask", "routePartition"))


def _uris(given: list[Given], there: list[Found]) -> list[Found]:
    """Return the complete list of URIs: those of the row, and after them CUCM's own, which stay anyway."""
    left = list(there)
    wanted: list[Found] = []
    for uri in given:
        old = next((item for item in left if _is_meant(uri, item)), {})
        left = [item for item in left if item is not old]
        wanted.append({"isPrimary": False, "partition": None, **_complete(_given(uri), old, URI_PARTS)})
    own = [item for item in left if _text(item.get("partition")).casefold() == OWN_URIS]
    wanted += [_complete({}, item, URI_PARTS) for item in own]
    chosen = next((uri["uri"] for uri in given if uri.get("primary")), None)
    for item in wanted:
        item["isPrimary"] = truth(item["isPrimary"]) if chosen is None else item["uri"] == chosen
    if wanted and not any(item["isPrimary"] for item in wanted):
        wanted[0]["isPrimary"] = True
    return wanted


def _is_meant(uri: Given, item: Found) -> bool:
    partition = uri.get("partition")
    same = partition is None or partition.casefold() == _text(item.get("partition")).casefold()
    return same and uri["uri"] == item.get("uri")


def shown(line: Found) -> Found:
    """Return a line's call forwards, numbers and URIs under the names of the options, without what is empty or off."""
    result: Found = {}
    forwards = {}
    for kind, element in FORWARDS.items():
        parts = _shown(line.get(element) or {}, forward_parts(kind))
        if parts:
            forwards[kind] = parts
    if forwards:
        result["forwards"] = forwards
    for option, (element, _use) in NUMBERS.items():
        if has_number(option, line):
            result[option] = _shown(line.get(element) or {}, NUMBER_PARTS, off=True)
    uris = _shown_uris(many(line.get(URIS), "directoryUri"))
    if uris:
        result["uris"] = uris
    return result


def _shown_uris(uris: list[Found]) -> list[Found]:
    items = [_shown(uri, URI_PARTS, off=True) for uri in uris]
    # An URI is advertised unless it says otherwise.
    items = [{name: value for name, value in item.items() if (name, value) != ("advertise", True)} for item in items]
    return sorted(items, key=lambda item: (not item.get("primary"), item["uri"]))


def _comparable(uris: list[Found]) -> list[Found]:
    return [{**item, "partition": _text(item.get("partition")).casefold()} for item in _shown_uris(uris)]


def _shown(there: Found, parts: dict[str, str], *, off: bool = False) -> Found:
    """Return what is set of an element, by option.

    :param off: whether to show switches that are off
    """
    result: Found = {}
    for part, element in parts.items():
        value = _meaning(part, there.get(element))
        if value is not None and (value is not False or off):
            result[part] = value
    return result


def _complete(wanted: Given, there: Found, parts: dict[str, str]) -> Found:
    """Return a whole element: what is wanted, else what is there. A duration of 0 is none."""
    result: Found = {}
    for part, element in parts.items():
        if part in wanted:
            result[element] = "" if part == "duration" and not wanted[part] else wanted[part]
        else:
            result[element] = _meaning(part, there.get(element))
    return result


def _differ(part: str, wanted: t.Any, there: t.Any) -> bool:
    one, other = _meaning(part, wanted), _meaning(part, there)
    if part in _BOOLEANS:
        return bool(one) != bool(other)
    if part in _NAMES:
        return _text(one).casefold() != _text(other).casefold()
    return one != other


def _meaning(part: str, value: t.Any) -> t.Any:
    """Return a value as the options have it; None where there is none."""
    if value in (None, ""):
        return None
    if part in _BOOLEANS:
        return truth(value)
    if part == "duration":
        # -1 is how CUCM says that its own default goes.
        return int(value) if int(value) > 0 else None
    return str(value)


def truth(value: t.Any) -> bool:
    """Return the meaning of AXL's words for yes and no."""
    return value if isinstance(value, bool) else str(value or "").lower() in ("t", "true", "1")


def _given(parts: Given | None) -> Given:
    return {name: value for name, value in (parts or {}).items() if value is not None}


def _text(value: t.Any) -> str:
    return "" if value is None else str(value)

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan: one list of phones, checked as a whole, from which every stage derives its part.

A phone is a row: ``mac``, ``model``, ``switch``, ``interface``, ``profile``, ``lines`` and, where wanted,
``protocol``, ``description`` and the overrides ``port`` and ``phone``. A profile has the parts ``port``, ``phone`` and
``line``, each a mapping of options of the module of that stage.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ansible.module_utils.parsing.convert_bool import boolean

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.rows import APPEARANCE_SPEC, LINE_SPEC, PHONE_SPEC
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan
from ansible_collections.dialtone.voice.plugins.module_utils._switch.names import canonical
from ansible_collections.dialtone.voice.plugins.module_utils._switch.rows import PORT_SPEC
from ansible_collections.dialtone.voice.plugins.module_utils._text import (
    control_character,
    device_name,
    nearest,
    normalize_mac,
)

PROTOCOLS = ("SIP", "SCCP")
_REQUIRED = ("mac", "model", "switch", "interface", "profile", "lines")
_OPTIONAL = ("protocol", "description", "port", "phone")
# Options of a line on one phone; every other option of a planned line is the directory number's own.
APPEARANCE_OPTIONS = frozenset(APPEARANCE_SPEC) - {"pattern", "partition", "shared"}

# What a part may hold: the options of the module of its stage, without those that the row itself gives.
PART_OPTIONS = {
    "port": frozenset(PORT_SPEC) - {"interface"},
    "phone": frozenset(PHONE_SPEC) - {"mac", "name", "model", "lines"},
    # Without `axl`, which a number and its appearance both have.
    "line": (frozenset(LINE_SPEC) | frozenset(APPEARANCE_SPEC)) - {"pattern", "axl"},
}
_PARTS = tuple(PART_OPTIONS)
_DN = re.compile(r"[^\s\x00-\x1f\x7f]{1,50}")


@dataclass(frozen=True)
class PlannedLine:
    """One appearance of a directory number on a phone; `options` are those of the line or of its appearance."""

    dn: str
    partition: str | None
    shared: bool
    options: dict[str, t.Any]


@dataclass(frozen=True)
class PlannedPhone:
    """One checked row of the plan.

    :ivar name: CUCM's device name, ``SEP`` and twelve digits
    :ivar interface: the interface's full name where the abbreviation is known, else as written
    :ivar port: options of the port, from the profile and the row
    :ivar phone: options of the phone, from the profile and the row
    """

    index: int
    name: str
    model: str
    protocol: str
    switch: str
    interface: str
    description: str
    lines: tuple[PlannedLine, ...]
    port: dict[str, t.Any]
    phone: dict[str, t.Any]


@dataclass
class _Check:
    """The faults found so far, and what earlier rows have taken."""

    faults: list[str] = field(default_factory=list)
    _owners: dict[tuple[str, t.Any], int] = field(default_factory=dict)

    def owner(self, kind: str, key: t.Any, index: int) -> int | None:
        """Return the earlier row that has this already; the first to ask becomes its owner."""
        first = self._owners.setdefault((kind, key), index)
        return None if first == index else first


class _RowCheck:
    """The faults of one row."""

    def __init__(self, check: _Check, index: int, row: dict[str, t.Any]) -> None:
        self.check = check
        self.index = index
        self.row = row
        self.label = str(row.get("mac") or row.get("interface") or "")
        self.count = len(check.faults)

    def say(self, text: str) -> None:
        self.check.faults.append(row_fault("voice_phones", self.index, self.label, text))

    @property
    def clean(self) -> bool:
        return len(self.check.faults) == self.count

    def text(self, name: str) -> str:
        """Return a required text of the row, and say what is wrong with it; empty where it is wrong."""
        value = self.row.get(name)
        if not isinstance(value, str):
            self.say(f"{name}: {value!r} is not text: put it in quotes")
            return ""
        character = control_character(value)
        if character:
            self.say(f"{name}: {value!r} has the control character {character}: write it on one line, without it")
            return ""
        return value.strip()

    def only_once(self, kind: str, key: t.Any, text: str) -> None:
        first = self.check.owner(kind, key, self.index)
        if first is not None:
            self.say(f"{text} stands in voice_phones[{first}] already: each may stand in one row only")


def read_plan(phones: t.Any, profiles: t.Any, switches: t.Collection[str]) -> list[PlannedPhone]:
    """Check the whole plan.

    :param phones: the list of rows, as the user wrote it
    :param profiles: profile name -> its parts
    :param switches: names of the switches of the inventory
    :raises InvalidPlan: with every fault of every row
    """
    check = _Check()
    known = _read_profiles(profiles, check)
    # In a template each look at an element of a list costs a rendering: look once.
    switches = frozenset(switches)
    if not isinstance(phones, list) or not phones:
        check.faults.append("voice_phones: no list of phones, or an empty one: give at least one row")
        phones = []
    planned = []
    for index, row in enumerate(phones):
        phone = _read_phone(index, row, known, switches, check)
        if phone is not None:
            planned.append(phone)
    _check_shared_lines(planned, check)
    if check.faults:
        raise InvalidPlan(check.faults, "the plan")
    return planned


def _read_profiles(profiles: t.Any, check: _Check) -> dict[str, dict[str, dict[str, t.Any]]]:
    if not isinstance(profiles, dict):
        check.faults.append(f"voice_profiles: {profiles!r} is no mapping of profile names to profiles")
        return {}
    known: dict[str, dict[str, dict[str, t.Any]]] = {}
    for name, profile in profiles.items():
        known[str(name)] = {part: {} for part in _PARTS}
        if not isinstance(profile, dict):
            check.faults.append(f"voice_profiles[{name}]: {profile!r} is no mapping with the parts {', '.join(_PARTS)}")
            continue
        for part, options in profile.items():
            if part not in _PARTS:
                check.faults.append(f"voice_profiles[{name}]: unknown part {part!r}{_instead(part, _PARTS)}")
            elif not isinstance(options, dict):
                check.faults.append(f"voice_profiles[{name}].{part}: {options!r} is no mapping of options")
            else:
                check.faults += [f"voice_profiles[{name}].{part}: {text}" for text in _unknown_options(part, options)]
                known[str(name)][part] = dict(options)
    return known


def _instead(word: t.Any, choices: t.Iterable[str]) -> str:
    choices = list(choices)
    close = nearest(str(word), choices)
    if close:
        return f": did you mean {' or '.join(close)}?"
    return f": there is {', '.join(sorted(choices))}" if choices else ""


def _unknown_options(part: str, options: t.Iterable[t.Any]) -> list[str]:
    known = PART_OPTIONS[part]
    return [f"unknown option {name!r}{_instead(name, known)}" for name in options if name not in known]


def _read_phone(
    index: int, row: t.Any, profiles: dict[str, t.Any], switches: t.Collection[str], check: _Check
) -> PlannedPhone | None:
    if not isinstance(row, dict):
        check.faults.append(row_fault("voice_phones", index, "", f"{row!r} is no mapping: write 'key: value' pairs"))
        return None
    at = _RowCheck(check, index, row)
    for key in row:
        if key not in (*_REQUIRED, *_OPTIONAL):
            at.say(f"unknown key {key!r}{_instead(key, (*_REQUIRED, *_OPTIONAL))}")
    missing = [key for key in _REQUIRED if row.get(key) in (None, "")]
    if missing:
        at.say(f"missing {', '.join(missing)}: every phone needs {', '.join(_REQUIRED)}")
        return None
    name = _read_name(at)
    switch, interface = _read_place(at, switches)
    profile = profiles.get(str(row["profile"]))
    if profile is None:
        at.say(f"profile {row['profile']!r} is not in voice_profiles{_instead(row['profile'], profiles)}")
        profile = {part: {} for part in _PARTS}
    model = str(row["model"]) if isinstance(row["model"], int) else at.text("model")
    description = at.text("description") if row.get("description") is not None else ""
    lines = _read_lines(at, profile["line"])
    overrides = {part: _read_overrides(at, part) for part in ("port", "phone")}
    protocol = _read_protocol(at, {**profile["phone"], **overrides["phone"]})
    if not at.clean:
        return None
    return PlannedPhone(
        index=index,
        name=name,
        model=model,
        protocol=protocol,
        switch=switch,
        interface=interface,
        description=description,
        lines=lines,
        port={**profile["port"], **overrides["port"]},
        phone={k: v for k, v in _laid_over(profile["phone"], overrides["phone"]).items() if k != "protocol"},
    )


def _read_name(at: _RowCheck) -> str:
    try:
        mac = normalize_mac(at.row["mac"])
    except ValueError as error:
        at.say(f"mac: {error}")
        return ""
    at.only_once("mac", mac, f"mac: {at.row['mac']}")
    return device_name(mac)


def _read_place(at: _RowCheck, switches: t.Collection[str]) -> tuple[str, str]:
    switch, interface = at.text("switch"), at.text("interface")
    if switch and switch not in switches:
        at.say(f"switch {switch!r} is not among the switches of the inventory{_instead(switch, switches)}")
    if not interface:
        return switch, ""
    try:
        interface = canonical(interface)
    except ValueError as error:
        at.say(f"interface: {error}")
        return switch, ""
    if switch:
        at.only_once("port", (switch, interface.casefold()), f"port {switch} {interface}")
    return switch, interface


def _read_protocol(at: _RowCheck, phone: dict[str, t.Any]) -> str:
    value = at.row.get("protocol") or phone.get("protocol") or "SIP"
    protocol = str(value).upper()
    if protocol not in PROTOCOLS:
        at.say(f"protocol {value!r} is unknown: give {' or '.join(PROTOCOLS)}")
    return protocol


def _read_overrides(at: _RowCheck, part: str) -> dict[str, t.Any]:
    value = at.row.get(part)
    if value is None:
        return {}
    if not isinstance(value, dict):
        at.say(f"{part}: {value!r} is no mapping of options")
        return {}
    for text in _unknown_options(part, value):
        at.say(f"{part}: {text}")
    return value


def _read_lines(at: _RowCheck, defaults: dict[str, t.Any]) -> tuple[PlannedLine, ...]:
    given = at.row["lines"]
    if not isinstance(given, list) or not given:
        at.say(f"lines: {given!r} is no list with at least one line: a phone without a line never registers")
        return ()
    lines: list[PlannedLine] = []
    for number, line in enumerate(given):
        options = dict(line) if isinstance(line, dict) else {"dn": line}
        dn = options.pop("dn", None)
        if isinstance(dn, (int, float)) and not isinstance(dn, bool):
            at.say(f"lines[{number}]: {dn} is a number: put the DN in quotes, else YAML drops leading zeros")
        elif not isinstance(dn, str) or not _DN.fullmatch(dn):
            at.say(f"lines[{number}]: {dn!r} is no directory number: give 1 to 50 characters without blanks")
        else:
            for text in _unknown_options("line", options):
                at.say(f"lines[{number}]: {text}")
            options = _laid_over(defaults, options)
            partition, shared = options.pop("partition", None), _read_shared(at, number, options)
            if any((have.dn, have.partition) == (dn, partition) for have in lines):
                at.say(f"lines[{number}]: DN {dn} stands twice on this phone")
            lines.append(PlannedLine(dn, partition, shared, options))
    return tuple(lines)


def _laid_over(defaults: dict[str, t.Any], options: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return options over those of a profile; mappings, such as call forwards, are laid over each other too."""
    nested = {
        name: _laid_over(defaults[name], value)
        for name, value in options.items()
        if isinstance(value, dict) and isinstance(defaults.get(name), dict)
    }
    return {**defaults, **options, **nested}


def _read_shared(at: _RowCheck, number: int, options: dict[str, t.Any]) -> bool:
    value = options.pop("shared", False)
    try:
        return boolean(value)
    except TypeError:
        at.say(f"lines[{number}]: shared: {value!r} is neither true nor false")
        return False


def _check_shared_lines(phones: list[PlannedPhone], check: _Check) -> None:
    """A DN on two phones is a shared line; by accident it is the worst one, so every such row must say `shared`."""
    first: dict[tuple[str, str | None], tuple[PlannedPhone, PlannedLine]] = {}
    for phone in phones:
        for line in phone.lines:
            other, line_there = first.setdefault((line.dn, line.partition), (phone, line))
            if other is not phone and not (line.shared and line_there.shared):
                partition = f" in partition {line.partition}" if line.partition else ""
                check.faults.append(
                    row_fault(
                        "voice_phones",
                        phone.index,
                        phone.name,
                        f"DN {line.dn}{partition} stands in voice_phones[{other.index}] ({other.name}) already: give "
                        "another DN, or say 'shared: true' on this line in both rows",
                    )
                )

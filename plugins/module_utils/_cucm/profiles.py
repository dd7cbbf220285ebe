# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phone profiles: what many phones share, written once, and the effective rows that come of it. Pure functions."""

from __future__ import annotations

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault, row_label, validate
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.rows import APPEARANCE_SPEC, PHONE_SPEC
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan
from ansible_collections.dialtone.voice.plugins.module_utils._text import nearest

Row = dict[str, t.Any]
Spec = dict[str, dict[str, t.Any]]

_OF_ONE_LINE = ("pattern", "index")
LINE_SPEC_OF_PROFILES: Spec = {name: item for name, item in APPEARANCE_SPEC.items() if name not in _OF_ONE_LINE}

_OF_ONE_PHONE = ("mac", "name", "profile", "lines")
PROFILE_SPEC: Spec = {
    **{name: item for name, item in PHONE_SPEC.items() if name not in _OF_ONE_PHONE},
    "line": {"type": "dict", "options": LINE_SPEC_OF_PROFILES},
}

KEY_BY_KEY = ("vendor_config", "axl", "secrets")
"""Options that are mappings of elements, of which a row may give some and its profile others."""


def apply_profiles(rows: list[Row], profiles: dict[str, t.Any] | None) -> tuple[list[Row], list[str]]:
    """Return the effective rows: what a row gives, over what its profile gives, without what neither does.

    A list is the row's or the profile's, never a mixture; the mappings `vendor_config`, `axl` and `secrets` are merged
    key by key. The profile's `line` is put under every line of the row.

    :param rows: rows of `cucm_phones`
    :param profiles: profile name -> options of a phone, and `line`
    :returns: the rows, without `profile`, and the faults of the profiles and of the rows that name one
    """
    known, faults = _read({} if profiles is None else profiles)
    effective = []
    for index, row in enumerate(rows):
        name = row.get("profile")
        profile: Row = {}
        if name is not None:
            if str(name) in known:
                profile = known[str(name)]
            else:
                fault = f"profile '{name}' is not in profiles{_instead(name, known)}"
                faults.append(row_fault("phones", index, row_label(row), fault))
        effective.append(_effective(row, profile))
    return effective, faults


def merged(below: Row, above: Row) -> Row:
    """Return the options of a phone or a line with others put over them; None is not given."""
    result = {name: value for name, value in below.items() if value is not None}
    for name, value in above.items():
        if value is None:
            continue
        if name in KEY_BY_KEY and isinstance(value, dict) and isinstance(result.get(name), dict):
            value = {**result[name], **value}
        result[name] = value
    return result


def _effective(row: Row, profile: Row) -> Row:
    line = profile.get("line") or {}
    result = merged(profile, row)
    result.pop("line", None)
    result.pop("profile", None)
    if isinstance(result.get("lines"), list):
        result["lines"] = [merged(line, item) if isinstance(item, dict) else item for item in result["lines"]]
    return result


def _read(profiles: t.Any) -> tuple[dict[str, Row], list[str]]:
    """Return the profiles with their values converted, and the faults in them."""
    if not isinstance(profiles, dict):
        return {}, [f"profiles: {profiles!r} is no mapping of profile names to options of phones"]
    known: dict[str, Row] = {}
    faults: list[str] = []
    for name, profile in profiles.items():
        where = f"profiles[{name}]"
        known[str(name)] = {}
        if not isinstance(profile, dict):
            faults.append(f"{where}: {profile!r} is no mapping of options of phones")
            continue
        found, clean = _unknown(where, profile, PROFILE_SPEC, _OF_ONE_PHONE)
        if isinstance(clean.get("line"), dict):
            of_line, clean["line"] = _unknown(f"{where}.line", clean["line"], LINE_SPEC_OF_PROFILES, _OF_ONE_LINE)
            found += of_line
        try:
            values = validate(PROFILE_SPEC, clean).params
        except InvalidPlan as error:
            found += [f"{where}: {fault}" for fault in error.rows]
        else:
            line = values.pop("line", None)
            known[str(name)] = merged({}, values) | ({"line": merged({}, line)} if line else {})
        faults += found
    return known, faults


def _unknown(where: str, given: Row, spec: Spec, own: tuple[str, ...]) -> tuple[list[str], Row]:
    """Return the faults of the names in a mapping, and what is left without these."""
    faults = []
    for name in given:
        if name in own:
            faults.append(f"{where}: {name} belongs to one {'phone' if 'mac' in own else 'line'}: give it in the row")
        elif name not in spec:
            faults.append(f"{where}: unknown option {str(name)!r}{_instead(name, spec)}")
    return faults, {name: value for name, value in given.items() if name in spec}


def _instead(word: t.Any, choices: t.Iterable[str]) -> str:
    choices = list(choices)
    close = nearest(str(word), choices)
    if close:
        return f"; did you mean {' or '.join(close)}?"
    return f"; there is {', '.join(sorted(choices))}" if choices else "; there is no profile"

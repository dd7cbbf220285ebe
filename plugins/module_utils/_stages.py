# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each stage takes from the checked plan, and what is told of the phones in the end. Pure functions."""

from __future__ import annotations

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._plan import APPEARANCE_OPTIONS, PlannedPhone
from ansible_collections.dialtone.voice.plugins.module_utils._switch.rules import DESCRIPTION_LIMIT
from ansible_collections.dialtone.voice.plugins.module_utils._text import plain_ascii

_LISTED = 50


def ports(plan: t.Iterable[PlannedPhone], switch: str) -> list[dict[str, t.Any]]:
    """Return the rows of ``switch_voice_ports`` for one switch, in the plan's order.

    A port is described by its phone's name and description where the profile or the row gives no other text; CUCM
    takes characters in a description that a switch does not.
    """
    return [
        {
            "interface": phone.interface,
            "description": plain_ascii(f"{phone.name} {phone.description}")[:DESCRIPTION_LIMIT].strip(),
            **phone.port,
        }
        for phone in plan
        if phone.switch == switch
    ]


def lines(plan: t.Iterable[PlannedPhone]) -> list[dict[str, t.Any]]:
    """Return the rows of ``cucm_lines``: each directory number once, a shared one too."""
    rows: dict[tuple[str, str | None], dict[str, t.Any]] = {}
    for phone in plan:
        for line in phone.lines:
            row: dict[str, t.Any] = {"pattern": line.dn}
            if line.partition is not None:
                row["partition"] = line.partition
            if phone.description:
                row["description"] = phone.description
            row.update({name: value for name, value in line.options.items() if name not in APPEARANCE_OPTIONS})
            rows.setdefault((line.dn, line.partition), row)
    return list(rows.values())


def phones(plan: t.Iterable[PlannedPhone]) -> list[dict[str, t.Any]]:
    """Return the rows of ``cucm_phones``, each with its line appearances in order."""
    rows = []
    for phone in plan:
        row: dict[str, t.Any] = {"name": phone.name, "model": phone.model, "protocol": phone.protocol}
        if phone.description:
            row["description"] = phone.description
        row["lines"] = [_appearance(line) for line in phone.lines]
        rows.append({**row, **phone.phone})
    return rows


def _appearance(line: t.Any) -> dict[str, t.Any]:
    row: dict[str, t.Any] = {"pattern": line.dn}
    if line.partition is not None:
        row["partition"] = line.partition
    if line.shared:
        row["shared"] = True
    row.update({name: value for name, value in line.options.items() if name in APPEARANCE_OPTIONS})
    return row


def registrations(plan: t.Iterable[PlannedPhone]) -> list[dict[str, t.Any]]:
    """Return the rows of ``wait_for_registration``."""
    return [
        {"name": phone.name, "protocol": phone.protocol, "patterns": [line.dn for line in phone.lines]}
        for phone in plan
    ]


def places(plan: t.Iterable[PlannedPhone]) -> dict[str, str]:
    """Return the place of each phone by its name: switch and interface."""
    return {phone.name: f"{phone.switch} {phone.interface}" for phone in plan}


def summary(plan: t.Collection[PlannedPhone]) -> str:
    """Say in one line what the plan holds."""
    switches = {phone.switch for phone in plan}
    numbers = {(line.dn, line.partition) for phone in plan for line in phone.lines}
    models = sorted({phone.model for phone in plan})
    return (
        f"{len(plan)} phone{'' if len(plan) == 1 else 's'} ({', '.join(models)}) on {len(switches)} "
        f"switch{'' if len(switches) == 1 else 'es'}, {len(numbers)} directory number{'' if len(numbers) == 1 else 's'}"
    )


def comparisons(switches: t.Iterable[str], host_vars: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Collect what the comparison of each switch with the plan found.

    :returns: place (switch and interface) -> the differences in words; and switch -> why it could not be asked
    """
    places: dict[str, list[str]] = {}
    unasked: dict[str, str] = {}
    for switch in switches:
        result = host_vars[switch].get("__switch_ports_comparison") if switch in host_vars else None
        if not isinstance(result, dict) or result.get("skipped"):
            continue
        if "error" in result or "results" not in result:
            unasked[switch] = str(result.get("msg", "no answer"))
            continue
        missing_vlans = {str(row.get("key")) for row in result.get("vlans", []) if row.get("before") is None}
        for row in result["results"]:
            found = differences(row.get("before"), row.get("after"), missing_vlans)
            if found:
                places[f"{switch} {row['key']}"] = found
    return {"places": places, "unasked": unasked}


def differences(before: t.Any, after: t.Any, missing_vlans: t.Collection[str] = ()) -> list[str]:
    """Name what a port's configuration has otherwise than planned, by the names of the start-up causes."""
    before, after = before or {}, after or {}
    found = []
    if before.get("poe") == "never" and after.get("poe") != "never":
        found.append(f"poe_disabled: power inline is never, planned {after.get('poe')}")
    have, want = before.get("voice_vlan"), after.get("voice_vlan")
    if want is not None and have != want:
        cause = "voice_vlan_missing" if have in (None, "none") else "voice_vlan_wrong"
        found.append(f"{cause}: voice VLAN is {have or 'none'}, planned {want}")
    if want is not None and str(want) in missing_vlans:
        found.append(f"vlan_not_created: VLAN {want} is not on the switch")
    return found


def report(
    results: t.Sequence[t.Mapping[str, t.Any]], place_of: t.Mapping[str, str], compared: t.Mapping[str, t.Any]
) -> dict[str, t.Any]:
    """Tell in lines which phones are registered and which are not, and what is known of those.

    :param results: of ``wait_for_registration``
    :param place_of: phone -> switch and interface
    :param compared: what `comparisons` returned
    :returns: ``registered``, ``missing`` (counts) and ``lines``
    """
    missing = [row for row in results if row["status"] != "unchanged"]
    told = [f"{len(results) - len(missing)} of {len(results)} phones registered"]
    for row in missing[:_LISTED]:
        place = place_of.get(row["key"], "")
        words = [str(row.get("error") or "not registered"), *compared.get("places", {}).get(place, [])]
        switch = place.split(" ", 1)[0]
        if switch in compared.get("unasked", {}):
            words.append(f"its switch could not be asked: {compared['unasked'][switch]}")
        told.append(f"{row['key']} ({place}): " + "; ".join(words))
    if len(missing) > _LISTED:
        told.append(f"and {len(missing) - _LISTED} more")
    return {"registered": len(results) - len(missing), "missing": len(missing), "lines": told}

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A phone as it is on the cluster, under the names of the options and beside its row. Pure functions."""

from __future__ import annotations

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.appearances import (
    Appearance,
    is_meant,
    shown_appearance,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.elements import Elements, shown_options, word
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import many
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.models import product
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.numplan import line_name
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.phone_fields import PHONE_FIELDS
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.phone_lists import LISTS, members_of, shown_list
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.plan import Plan

Row = dict[str, t.Any]


def users_of_row(row: Row) -> t.Iterator[str]:
    """Yield the user IDs that a row names."""
    yield from (row[option] for option in ("owner", "digest_user") if row.get(option))
    for line in row.get("lines") or ():
        yield from line.get("users") or ()


def new_lines(row: Row, found: Elements | None) -> t.Iterator[tuple[str, str | None]]:
    """Yield the keys of a row's lines that the phone hasn't."""
    current = many((found or {}).get("lines"), "line")
    for line in row.get("lines") or ():
        if not any(is_meant(line, item) for item in current):
            yield line["pattern"], line.get("partition")


def whole_config(row: Row, found: Elements) -> Elements:
    """Return the whole product-specific configuration: what the row gives over what is there, key by key.

    The same goes for the sections that some models have.
    """
    return _config_over(row["vendor_config"], found.get("vendorConfig") or {})


def _config_over(given: Row, found: Elements) -> Elements:
    whole = dict(found)
    for name, value in given.items():
        if isinstance(value, dict):
            there = found.get(name)
            whole[name] = _config_over(value, there if isinstance(there, dict) else {}) or None
        elif value is not None:
            whole[name] = word(value) or None
    return whole


def unchangeable(row: Row, found: Elements) -> list[str]:
    """Return what a row wants otherwise that AXL can't change."""
    faults = []
    there = str(found.get("product") or found.get("model") or "")
    if row.get("model") and product(row["model"]).casefold() != there.casefold():
        faults.append(
            f"model '{row['model']}': the phone is in CUCM as a '{there}', and CUCM can't change the model of a phone; "
            "remove it (state: absent) and add it again"
        )
    protocol = str(found.get("protocol") or "")
    if row.get("protocol") and row["protocol"] != protocol:
        faults.append(
            f"protocol {row['protocol']}: the phone is in CUCM with {protocol}, which AXL can't change; remove it "
            "(state: absent) and add it again"
        )
    return faults


def state_of(found: Elements, row: Row) -> Row:
    """Return a phone under the names of the options, with the elements that its row names under `axl`."""
    lines = sorted(many(found.get("lines"), "line"), key=lambda item: int(item["index"]))
    state = {
        "name": found["name"],
        "model": found.get("product") or found.get("model"),
        "protocol": found.get("protocol"),
        **shown_options(found, PHONE_FIELDS),
    }
    for item in LISTS:
        members = shown_list(item, members_of(item, found))
        if members:
            state[item.option] = members
    config = {name: value for name, value in (found.get("vendorConfig") or {}).items() if value is not None}
    if config:
        state["vendor_config"] = config
    if row.get("axl"):
        state["axl"] = {name: found.get(name) for name in row["axl"]}
    state["lines"] = [_shown_line(item, row.get("lines") or ()) for item in lines]
    return state


def _shown_line(item: Appearance, rows: t.Iterable[Row]) -> Row:
    shown = shown_appearance(item)
    for line in rows:
        if line.get("axl") and is_meant(line, item):
            shown["axl"] = {name: item.get(name) for name in line["axl"]}
    return shown


def in_several(pattern: str, partitions: list[str]) -> str:
    """Return the fault of a line without partition whose number is in several."""
    names = ", ".join(partition or "<None>" for partition in partitions)
    return f"line {pattern} is in several partitions: {names}; give one"


def refuse_missing_lines(plans: list[Plan], planned: t.Collection[str] = ()) -> None:
    """Turn lines that do not exist into errors.

    :param planned: names of lines, with partition and in lower case, that count as there
    """
    patterns = {name.partition(" in ")[0] for name in planned}
    for plan in plans:
        missing = [name for name in plan.missing if name.casefold() not in planned and name.casefold() not in patterns]
        if missing:
            lines = ", ".join(missing)
            reason = f"CUCM has no line {lines}: add it with cucm_lines first"
            plan.error = f"{plan.error}; {reason}" if plan.error else reason


def planned_lines(planned: list[Row]) -> set[str]:
    """Return the lines among planned objects, as :func:`refuse_missing_lines` takes them."""
    keys = [row.get("key") or {} for row in planned if row["type"].casefold() == "line"]
    return {line_name(str(key.get("pattern")), str(key.get("routePartitionName") or "")).casefold() for key in keys}

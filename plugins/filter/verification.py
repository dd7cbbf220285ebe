# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that carry between the plays of the verification what was found on other hosts."""

from __future__ import annotations

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils import _stages
from ansible_collections.dialtone.voice.plugins.module_utils._startup import between_plays, remedies


def host_results(hosts: t.Iterable[str], hostvars: t.Any, name: str) -> dict[str, t.Any]:
    return between_plays.results(hosts, hostvars, name)


def planned_scopes(hosts: t.Iterable[str], hostvars: t.Any) -> list[t.Any]:
    return between_plays.scopes(hosts, hostvars)


def look_is_due(hosts: t.Iterable[str], hostvars: t.Any, verify: str = "missing") -> bool:
    return between_plays.look_is_due(hosts, hostvars, verify)


def planned_remedies(hosts: t.Iterable[str], hostvars: t.Any) -> dict[str, t.Any]:
    return between_plays.planned_remedies(hosts, hostvars)


class FilterModule:
    """The verification's filters."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {
            "host_results": host_results,
            "known_registrations": between_plays.known_registrations,
            "planned_scopes": planned_scopes,
            "planned_vlans": between_plays.vlans,
            "look_is_due": look_is_due,
            "planned_remedies": planned_remedies,
            "registration_rows": _stages.registrations,
            "rows_to_mend": remedies.rows_to_mend,
            "needed_rows": remedies.needed_rows,
            "unasked_hosts": between_plays.unasked,
            "wrong_input": between_plays.wrong_input,
        }

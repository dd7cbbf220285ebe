# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that turn the plan of phones into the input of each stage."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.dialtone.voice.plugins.module_utils import _stages
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan
from ansible_collections.dialtone.voice.plugins.module_utils._plan import PlannedPhone, read_plan


def _read(phones: t.Any, profiles: t.Any, switches: t.Collection[str]) -> list[PlannedPhone]:
    try:
        return read_plan(phones, profiles, switches)
    except InvalidPlan as error:
        raise AnsibleFilterError(str(error)) from error


def plan_ports(phones: t.Any, profiles: t.Any, switches: t.Collection[str], switch: str) -> list[dict[str, t.Any]]:
    return _stages.ports(_read(phones, profiles, switches), switch)


def plan_lines(phones: t.Any, profiles: t.Any, switches: t.Collection[str]) -> list[dict[str, t.Any]]:
    return _stages.lines(_read(phones, profiles, switches))


def plan_phones(phones: t.Any, profiles: t.Any, switches: t.Collection[str]) -> list[dict[str, t.Any]]:
    return _stages.phones(_read(phones, profiles, switches))


def plan_startups(
    phones: t.Any,
    profiles: t.Any,
    switches: t.Collection[str],
    vlans: t.Mapping[str, t.Any] | None = None,
    scopes: t.Sequence[t.Any] = (),
    tftp_servers: t.Sequence[str] = (),
) -> list[dict[str, t.Any]]:
    return _stages.startups(_read(phones, profiles, switches), vlans or {}, scopes, tftp_servers)


def plan_summary(phones: t.Any, profiles: t.Any, switches: t.Collection[str]) -> str:
    return _stages.summary(_read(phones, profiles, switches))


class FilterModule:
    """The plan's filters."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {
            "plan_ports": plan_ports,
            "plan_lines": plan_lines,
            "plan_phones": plan_phones,
            "plan_startups": plan_startups,
            "plan_summary": plan_summary,
        }

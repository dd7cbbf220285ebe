# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that turn the variables of the role cucm_phones into the input of its modules, and into words."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import plain_types
from ansible_collections.dialtone.voice.plugins.module_utils._cucm import ways
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan

Row = dict[str, t.Any]


def _users(users: t.Any, phones: list[Row]) -> list[Row]:
    try:
        return ways.read_users(users, phones)
    except InvalidPlan as error:
        raise AnsibleFilterError(str(error)) from error


def check_rows(phones: t.Any, lines: t.Any, profiles: t.Any, *, nameless: bool = False) -> str:
    try:
        return ways.check_rows(plain_types(phones), plain_types(lines), plain_types(profiles), nameless=nameless)
    except InvalidPlan as error:
        raise AnsibleFilterError(str(error)) from error


def user_objects(users: t.Any, phones: list[Row], *, associated: bool = True) -> list[Row]:
    return ways.user_objects(_users(users, phones), associated=associated)


def owned_phones(phones: list[Row], users: t.Any, profiles: t.Any = None) -> list[Row]:
    placed = ways.placed_phones(plain_types(phones), plain_types(profiles))
    return ways.owned_phones(placed, _users(users, placed))


def bat_files(phones: list[Row], lines: list[Row], profiles: t.Any, folder: str, file_format: str) -> list[Row]:
    try:
        return ways.bat_files(phones, lines, profiles, folder, file_format)
    except InvalidPlan as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """The filters of the ways of adding phones."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {
            "check_rows": check_rows,
            "user_objects": user_objects,
            "owned_phones": owned_phones,
            "line_objects": ways.line_objects,
            "phone_names": ways.phone_names,
            "phones_to_reset": ways.phones_to_reset,
            "bat_files": bat_files,
            "bat_left_out": ways.bat_left_out,
            "bat_steps": ways.bat_steps,
            "taps_steps": ways.taps_steps,
        }

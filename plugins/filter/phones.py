# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters on rows of phones."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import validate
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.profiles import apply_profiles
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.rows import PHONE_SPEC
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan

_SPEC = {
    # Without a MAC address or a name too: phones that get one from TAPS are shown as well.
    "phones": {"type": "list", "elements": "dict", "required": True, "options": PHONE_SPEC},
    "profiles": {"type": "dict"},
}


def effective_phones(phones: t.Any, profiles: t.Any = None) -> list[dict[str, t.Any]]:
    try:
        params = validate(_SPEC, {"phones": phones, "profiles": profiles}).params
        rows, faults = apply_profiles(params["phones"], params["profiles"])
        if faults:
            raise InvalidPlan(faults, "phones")
    except InvalidPlan as error:
        raise AnsibleFilterError(str(error)) from error
    return [_without_secrets(row) for row in rows]


def _without_secrets(row: dict[str, t.Any]) -> dict[str, t.Any]:
    return {**row, "secrets": dict.fromkeys(row["secrets"], "********")} if row.get("secrets") else row


class FilterModule:
    """The filters on rows of phones."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"effective_phones": effective_phones}

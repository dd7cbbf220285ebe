# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AXL's listRegistrationDynamic: what the database knows of registrations, for when RISPort70 may not be asked.

AXL has it from 11.5 on, and the state (risStatus) in later schemas only, from late builds of 12.5 on. Protocol, lines,
load and reason are not in it.
"""

from __future__ import annotations

import os.path
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.ris_reply import Device, Reply
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unsupported

_OPERATION = "listRegistrationDynamic"
_STATUS = "risStatus"
_TAGS = ("device", "lastKnownIpAddress", "lastKnownUcm", "lastSeen", _STATUS)
_ONE_BY_ONE = 20
"""Phones up to which each is asked for by its name, instead of all whose names begin alike."""

# By the schema's own words, which are not those of RISPort70.
_STATUSES = {
    "registered": "Registered",
    "unregistered": "UnRegistered",
    "rejected": "Rejected",
    "partial registered": "PartiallyRegistered",
}


def look(axl: Axl, names: t.Sequence[str]) -> Reply:
    """Return what the database knows of the devices of these names; the status is `Unknown` where it has none.

    :raises Unsupported: the cluster's schema has no such operation
    """
    if _OPERATION not in axl.definitions.operations:
        raise Unsupported(
            f"{axl.where} has no {_OPERATION} in its schema {axl.schema.version}, which tells registrations too",
            "It is there from 11.5 on.",
        )
    known = axl.definitions.within(axl.definitions.request(_OPERATION)["returnedTags"])
    tags = [tag for tag in _TAGS if tag in known]
    wanted = {name.upper() for name in names}
    patterns = list(names) if len(names) <= _ONE_BY_ONE else [f"{os.path.commonprefix(list(names))}%"]
    reply = Reply()
    for pattern in patterns:
        for row in axl.list("RegistrationDynamic", {"device": pattern}, tags, "listing registrations"):
            if str(row.get("device")).upper() in wanted:
                reply.keep(_device(row))
    return reply


def tells_state(axl: Axl) -> bool:
    """Tell whether the schema has the state, so that more than the time and place of the last registration is known."""
    return _STATUS in axl.definitions.within(axl.definitions.request(_OPERATION)["returnedTags"])


def _device(row: dict[str, t.Any]) -> Device:
    seen = str(row.get("lastSeen") or "")
    return Device(
        name=str(row["device"]),
        status=_STATUSES.get(str(row.get(_STATUS) or "").casefold(), "Unknown"),
        ip_address=str(row.get("lastKnownIpAddress") or ""),
        node=str(row.get("lastKnownUcm") or ""),
        timestamp=int(seen) if seen.isdigit() else 0,
    )

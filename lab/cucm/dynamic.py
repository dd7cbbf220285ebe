"""The table RegistrationDynamic: what the database knows of registrations, beside RIS and without its limit."""

from __future__ import annotations

from collections.abc import Mapping

from lab.cucm import registration as reg
from lab.cucm.records import StoredObject
from lab.cucm.registration import Registration

KIND = "RegistrationDynamic"
# The values of XRisStatus; an AXL schema without that element leaves it out.
_STATUSES = {
    reg.REGISTERED: "Registered",
    reg.UNREGISTERED: "Unregistered",
    reg.REJECTED: "Rejected",
    reg.PARTIAL: "Partial Registered",
}


def rows(known: Mapping[str, Registration], node: str | Mapping[str, str]) -> list[StoredObject]:
    """Return the table's rows, by device name; `node` is the CallManager node of all of them, or of each."""
    return [
        StoredObject(
            KIND,
            "",
            name,
            {
                "device": name,
                "lastKnownIpAddress": one.ip,
                "lastKnownUcm": node if isinstance(node, str) else node[name],
                "lastSeen": str(one.timestamp),
                "risStatus": _STATUSES.get(one.status, "Unknown"),
            },
        )
        for name, one in sorted(known.items())
    ]

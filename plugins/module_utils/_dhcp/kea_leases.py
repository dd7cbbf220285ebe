# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Leases that Kea would lose with a subnet, asked of its hook lease_cmds."""

from __future__ import annotations

import typing as t
from ipaddress import IPv4Address

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.kea_config import Subnet
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.scope import Scope
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unsupported

# Kea's states: 0 assigned, 1 declined, 2 expired and reclaimed.
_ASSIGNED = 0
_NAMED = 3


def lost_leases(kea: t.Any, lost: t.Sequence[tuple[Scope, Subnet]]) -> list[str]:
    """Return a fault for each scope whose subnet has active leases that go with it.

    :param lost: scopes whose subnet is removed, or gets another network
    """
    if not lost:
        return []
    try:
        answer = kea.command("lease4-get-all", {"subnets": [subnet.id for _scope, subnet in lost]})
    except Unsupported:
        return [
            _fault(
                scope,
                f"whether {subnet.network} has active leases can't be known, because Kea's hook lease_cmds is not "
                "loaded: add libdhcp_lease_cmds.so to its hooks-libraries, or give 'force: true'",
            )
            for scope, subnet in lost
        ]
    active: dict[int, list[IPv4Address]] = {}
    for lease in answer.get("leases") or []:
        if lease.get("state", _ASSIGNED) == _ASSIGNED:
            active.setdefault(lease["subnet-id"], []).append(IPv4Address(lease["ip-address"]))
    faults = []
    for scope, subnet in lost:
        kept = scope.network if scope.present else None
        gone = sorted(each for each in active.get(subnet.id, []) if kept is None or each not in kept)
        if gone:
            some = ", ".join(str(each) for each in gone[:_NAMED]) + (", ..." if len(gone) > _NAMED else "")
            text = (
                f"{subnet.network} has {len(gone)} active lease{'' if len(gone) == 1 else 's'} ({some}), whose phones "
                "lose their addresses: move the phones first, or give 'force: true'"
            )
            faults.append(_fault(scope, text))
    return faults


def _fault(scope: Scope, text: str) -> str:
    return row_fault("scopes", scope.index, scope.name, f"{'network' if scope.present else 'state'}: {text}")

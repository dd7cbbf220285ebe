# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scopes of CUCM's own DHCP server. It tells nobody its leases over AXL."""

from __future__ import annotations

import typing as t
from ipaddress import IPv4Address

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.cucm import CucmProvider
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.cucm_subnets import Subnet
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.leases import (
    Answer,
    LeaseSource,
    Question,
    Use,
    offer_of,
)


class CucmScopes(LeaseSource):
    """The subnets of the DHCP server on one node of a cluster. Without names, they go by their networks."""

    asked: t.ClassVar = {"scopes": "listDhcpSubnet"}

    def __init__(self, params: dict[str, t.Any]) -> None:
        super().__init__(params)
        self._provider = CucmProvider(params)
        self._uses: dict[str, Use] = {}

    def __enter__(self) -> CucmScopes:
        self._provider.__enter__()
        return self

    def __exit__(self, kind: t.Any, error: t.Any, trace: t.Any) -> None:
        self._provider.__exit__(kind, error, trace)

    @property
    def where(self) -> str:
        return self._provider.where

    def addresses(self) -> list[str]:
        """Return the address by which it was asked."""
        host = str(self.params["host"])
        try:
            return [str(IPv4Address(host))]
        except ValueError:
            return []

    def scopes(self) -> list[str]:
        self._provider.read()
        self._uses = {str(subnet.network): _use(subnet, state) for subnet, state in self._provider.listed()}
        return list(self._uses)

    def answer(self, questions: t.Sequence[Question]) -> list[Answer]:
        return [Answer(None, self._uses[each.value]) for each in questions]


def _use(subnet: Subnet, state: t.Mapping[str, t.Any]) -> Use:
    network = str(subnet.network)
    size = sum(int(high) - int(low) + 1 for low, high in subnet.ranges)
    quote = "\n".join(f"{name}: {value}" for name, value in subnet.elements.items() if value)
    return Use(network, network, size, None, left=None, offer=offer_of(state, quote))

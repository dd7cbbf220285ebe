# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The leases of Kea, asked of its hook lease_cmds."""

from __future__ import annotations

import json
import typing as t
from datetime import datetime, timezone
from ipaddress import IPv4Address

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.kea_config import (
    INFINITE_SECONDS,
    KeaConfig,
    Subnet,
)
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.kea_control import Kea
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.kea_options import addresses_in
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.leases import (
    MAC,
    SCOPE,
    Answer,
    Lease,
    LeaseSource,
    Offer,
    Question,
    Use,
    offer_of,
)
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.scope import INFINITE
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Refused, Unsupported

_DECLINED, _RECLAIMED = 1, 2
_STATES = {0: "active", _DECLINED: "declined", _RECLAIMED: "expired"}
# For more MAC addresses than that, all leases are read at once.
_ASKED_EACH = 2
# Router, TFTP server name, TFTP servers.
_TELLING = (3, 66, 150)
_LOAD = "Add libdhcp_lease_cmds.so, which comes with Kea, to the hooks-libraries of kea-dhcp4."


class KeaLeases(LeaseSource):
    """Leases of one DHCPv4 server. Its log is no part of what the control channel tells."""

    asked: t.ClassVar = {"scopes": "config-get", "leases": "lease4-get-all"}

    def __init__(self, params: dict[str, t.Any], control: t.Any = None) -> None:
        super().__init__(params)
        self._kea: t.Any = control if control is not None else Kea(params)
        self._subnets: dict[str, Subnet] = {}
        self._of_id: dict[int, str] = {}
        self._config = KeaConfig({"Dhcp4": {}})

    def __enter__(self) -> KeaLeases:
        return self

    def __exit__(self, kind: t.Any, error: t.Any, trace: t.Any) -> None:
        """Nothing is kept open."""

    @property
    def where(self) -> str:
        return self._kea.where

    def addresses(self) -> list[str]:
        """Return those that its configuration names, and the one by which it was asked."""
        named = (self._config.dhcp4.get("interfaces-config") or {}).get("interfaces") or []
        found = [str(name).partition("/")[2] for name in named] + [str(self.params.get("host") or "")]
        return list(dict.fromkeys(text for text in found if addresses_in(text)))

    def scopes(self) -> list[str]:
        answer = self._kea.command("config-get")
        if not isinstance(answer.get("Dhcp4"), dict):
            raise Refused(f"{self.where} has no DHCPv4 configuration", "Give the control channel of kea-dhcp4.")
        # A subnet without a name goes by its network.
        self._config = KeaConfig(answer)
        self._subnets = {each.name or str(each.network): each for each in self._config.subnets}
        self._of_id = {each.id: name for name, each in self._subnets.items()}
        return list(self._subnets)

    def answer(self, questions: t.Sequence[Question]) -> list[Answer]:
        found: list[tuple[list[dict[str, t.Any]], str | None]] = []
        by_mac = self._by_mac([each.value for each in questions if each.kind == MAC])
        for each in questions:
            if each.kind == SCOPE:
                found.append(([], each.value))
            elif each.kind == MAC:
                found.append((by_mac.get(each.value, []), None))
            else:
                found.append((self._ask("lease4-get", {"ip-address": each.value}), self._scope_of(each.value)))
        places = [
            scope or next((self._of_id.get(lease["subnet-id"]) for lease in leases), None) for leases, scope in found
        ]
        of_scope = self._of_scopes(
            {name for name in places if name}, needed=any(each.kind != SCOPE for each in questions)
        )
        uses = {name: self._use(name, leases) for name, leases in of_scope.items()}
        answers = []
        for each, (leases, _scope), place in zip(questions, found, places, strict=True):
            chosen = of_scope[place] if each.kind == SCOPE and place else leases
            told = None if chosen is None else [self._lease(lease) for lease in chosen]
            answers.append(Answer(told, uses[place] if place else None))
        return answers

    def _by_mac(self, macs: list[str]) -> dict[str, list[dict[str, t.Any]]]:
        """Read the leases of some MAC addresses: of a few one by one, of more all leases at once."""
        if len(macs) <= _ASKED_EACH:
            return {mac: self._ask("lease4-get-by-hw-address", {"hw-address": mac}) for mac in macs}
        found: dict[str, list[dict[str, t.Any]]] = {}
        for lease in self._ask("lease4-get-all"):
            found.setdefault(str(lease.get("hw-address") or "").lower(), []).append(lease)
        return found

    def _of_scopes(self, names: t.Collection[str], *, needed: bool) -> dict[str, list[dict[str, t.Any]] | None]:
        """Read the leases of some scopes in one go.

        :param needed: whether the scopes are of no use without their leases; else these are None where Kea can't tell
        """
        found: dict[str, list[dict[str, t.Any]]] = {name: [] for name in names}
        if not names:
            return dict(found)
        ids = sorted(self._subnets[name].id for name in names)
        try:
            leases = self._ask("lease4-get-all", {"subnets": ids})
        except Unsupported:
            if needed:
                raise
            return dict.fromkeys(names)
        for lease in leases:
            found[self._of_id[lease["subnet-id"]]].append(lease)
        return dict(found)

    def _ask(self, command: str, arguments: dict[str, t.Any] | None = None) -> list[dict[str, t.Any]]:
        try:
            answer = self._kea.command(command, arguments)
        except Unsupported as error:
            raise Unsupported(f"{self.where} does not tell its leases: {error}", _LOAD) from error
        if "leases" in answer:
            return answer["leases"]
        return [answer] if "ip-address" in answer else []

    def _lease(self, lease: dict[str, t.Any]) -> Lease:
        length, since = lease.get("valid-lft"), lease.get("cltt")
        expires = None
        if length == INFINITE_SECONDS:
            expires = INFINITE
        elif length is not None and since is not None:
            expires = datetime.fromtimestamp(since + length, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        state = lease.get("state", 0)
        return Lease(
            lease["ip-address"],
            lease.get("hw-address") or None,
            (lease.get("client-id") or "").replace(":", "") or None,
            lease.get("hostname") or None,
            self._of_id.get(lease["subnet-id"]),
            _STATES.get(state, str(state)),
            expires,
            offer=self._own_offer(lease),
        )

    def _own_offer(self, lease: dict[str, t.Any]) -> Offer | None:
        """Return what the reservation of a client tells it, None where it has no options of its own."""
        subnet = self._subnets.get(self._of_id.get(lease["subnet-id"], ""))
        mac = str(lease.get("hw-address") or "").lower()
        found = (each for each in (subnet.tree.get("reservations") or () if subnet else ()) if each.get("option-data"))
        own = next((each for each in found if str(each.get("hw-address", "")).lower() == mac), None) if mac else None
        if subnet is None or own is None:
            return None
        return offer_of(self._config.offered(subnet, own), json.dumps(own))

    def _scope_of(self, address: str) -> str | None:
        wanted = IPv4Address(address)
        return next((name for name, each in self._subnets.items() if wanted in each.network), None)

    def _use(self, name: str, leases: t.Sequence[dict[str, t.Any]] | None) -> Use:
        subnet = self._subnets[name]
        ranges = subnet.ranges
        held = [lease for lease in leases or () if lease.get("state", 0) != _RECLAIMED]
        declined = [lease["ip-address"] for lease in held if lease.get("state") == _DECLINED]
        taken = {IPv4Address(lease["ip-address"]) for lease in held}
        fixed = {
            IPv4Address(each["ip-address"]) for each in subnet.tree.get("reservations") or [] if "ip-address" in each
        }
        size = sum(int(high) - int(low) + 1 for low, high in ranges)
        inside = {each for each in taken | fixed if any(low <= each <= high for low, high in ranges)}
        used = len(held) - len(declined)
        offer = offer_of(self._config.offered(subnet), self._quote(subnet))
        told = leases is not None
        left = size - len(inside) if told else None
        return Use(name, str(subnet.network), size, used if told else None, len(fixed), declined, left, offer)

    def _quote(self, subnet: Subnet) -> str:
        """Return the subnet's configuration in Kea's words, as far as it tells of addresses, gateways and TFTP."""
        told = {key: subnet.tree[key] for key in ("id", "subnet", "pools") if key in subnet.tree}
        told["option-data"] = [
            {key: entry[key] for key in ("code", "name", "data") if key in entry}
            for entry in subnet.tree.get("option-data") or []
            if entry.get("code") in _TELLING
        ]
        return json.dumps(told)

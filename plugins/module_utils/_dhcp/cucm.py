# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CUCM's own DHCP server, through AXL: its subnets by one list, each change by a request of its own, read back."""

from __future__ import annotations

import typing as t
from ipaddress import IPv4Address

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.endings import AnswerLost
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.plan import Plan, apply, settle
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.base import Provider
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.cucm_subnets import (
    CAPABILITIES,
    NEW_SERVER,
    SERVER_TAGS,
    SUBNET_TAGS,
    Subnet,
    changes,
    element_mismatches,
    inherited,
    read_subnet,
    state,
    target,
)
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.findings import judge, mismatches
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.scope import Scope, overlapping
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan, Refused, VoiceError
from ansible_collections.dialtone.voice.plugins.module_utils._results import CHANGED, Rows
from ansible_collections.dialtone.voice.plugins.module_utils._text import nearest

_PORT = 8443


class CucmProvider(Provider):
    """The subnets of the DHCP server on one node of a cluster."""

    capabilities = CAPABILITIES

    def __init__(self, params: dict[str, t.Any]) -> None:
        super().__init__({**params, "port": params.get("port") or _PORT})
        self._node = ""
        self._server: dict[str, t.Any] | None = None
        self._server_fault = ""
        self._make_server = False
        self._there: dict[IPv4Address, Subnet] = {}
        self._scopes: list[Scope] = []
        self._rows = Rows("scopes", [])
        self._plans: list[Plan] = []
        self._targets: dict[int, Subnet] = {}

    def __enter__(self) -> CucmProvider:
        # One at a time, because a new subnet may take the place of one that is removed before.
        self._axl = Axl({**self.params, "connections": 1}, report=self.report).__enter__()
        return self

    def __exit__(self, kind: t.Any, error: t.Any, trace: t.Any) -> None:
        self._axl.__exit__(kind, error, trace)

    def read(self) -> None:
        self._find_server()
        if self._server is not None:
            self._there = self._subnets()

    def listed(self) -> list[tuple[Subnet, dict[str, t.Any]]]:
        """Return the subnets that were read, each in the words of a result, what it inherits included."""
        server = self._server or {}
        states = [(subnet, state(subnet, server)) for subnet in self._there.values()]
        more = inherited(server)
        return [(subnet, {**each, **{key: each[key] or more.get(key) for key in more}}) for subnet, each in states]

    @property
    def where(self) -> str:
        """What messages call the server."""
        return self._axl.where

    def _find_server(self) -> None:
        """Find the DHCP server that is meant: that of the named node, else of the publisher."""
        named = self.params.get("dhcp_server")
        nodes: list[dict[str, t.Any]] | None = None
        if named is None:
            nodes = self._nodes()
            publishers = [str(node["name"]) for node in nodes if node.get("nodeUsage") == "Publisher"]
            if not publishers:
                raise Refused(f"{self._axl.where} does not tell which node is the publisher", "Give 'dhcp_server'.")
            named = publishers[0]
        servers = self._axl.list("DhcpServer", {"processNodeName": "%"}, SERVER_TAGS, "listing the DHCP servers")
        by_name = {str(server["processNodeName"]).casefold(): server for server in servers}
        self._server = by_name.get(named.casefold())
        if self._server is not None:
            self._node = str(self._server["processNodeName"])
            return
        names = {str(node["name"]).casefold(): str(node["name"]) for node in nodes or self._nodes()}
        self._node = names.get(named.casefold(), named)
        if named.casefold() not in names:
            near = nearest(named, list(names.values()))
            advice = f"did you mean {' or '.join(map(repr, near))}?" if near else "give the name of a node"
            self._server_fault = f"dhcp_server '{named}': CUCM has no node of this name; {advice}"
        elif not self.params.get("create_dhcp_server"):
            others = ", ".join(str(server["processNodeName"]) for server in servers)
            there = f"there is one on {others}: give it as 'dhcp_server', or" if others else "there is none at all:"
            self._server_fault = (
                f"dhcp_server '{self._node}': CUCM has no DHCP server on this node; {there} give 'create_dhcp_server: "
                "true' to have one made"
            )

    def _nodes(self) -> list[dict[str, t.Any]]:
        found = self._axl.list("ProcessNode", {"name": "%"}, ["name", "nodeUsage"], "listing the nodes")
        return [node for node in found if node.get("name") not in (None, "EnterpriseWideData")]

    def _subnets(self) -> dict[IPv4Address, Subnet]:
        doing = f"listing the subnets of the DHCP server on {self._node}"
        found = self._axl.list("DhcpSubnet", {"dhcpServerName": self._node}, SUBNET_TAGS, doing)
        subnets = [self._parse(each) for each in found]
        return {subnet.network.network_address: subnet for subnet in subnets}

    def _parse(self, found: dict[str, t.Any]) -> Subnet:
        try:
            return read_subnet(found)
        except ValueError as error:
            raise Refused(
                f"{self._axl.where}: the subnet {found.get('subnetIpAddress')} cannot be read: {error}",
                "Put it right under System, DHCP, DHCP Subnet, or remove it there.",
            ) from None

    def plan(self, scopes: t.Sequence[Scope]) -> None:
        self._scopes = list(scopes)
        self._rows = Rows("scopes", [scope.name for scope in scopes])
        if self._server_fault and any(scope.present for scope in scopes):
            raise InvalidPlan([self._server_fault])
        self._make_server = self._server is None and any(scope.present for scope in scopes)
        faults: list[str] = []
        first: dict[IPv4Address, Scope] = {}
        for scope in scopes:
            try:
                if scope.network is None:
                    raise ValueError("network: it is missing: CUCM's subnets have no names, so it tells which one goes")
                other = first.setdefault(scope.network.network_address, scope)
                if other is not scope:
                    raise ValueError(f"network: the same subnet as scopes[{other.index}] ({other.name}): keep one row")
                self._plans.append(self._plan(scope, self._there.get(scope.network.network_address)))
            except ValueError as error:
                faults.append(row_fault("scopes", scope.index, scope.name, str(error)))
        faults += self._overlaps()
        if faults:
            raise InvalidPlan(faults)
        settle(self._rows, self._plans)

    def _plan(self, scope: Scope, subnet: Subnet | None) -> Plan:
        server = self._server or {}
        before = None if subnet is None else state(subnet, server)
        if scope.present:
            wanted = target(scope, subnet, server)
            self._targets[scope.index] = wanted
            differing = changes(subnet, wanted)
            after = state(wanted, server)
            if subnet is None:
                return Plan(None, after, "addDhcpSubnet", {"dhcpSubnet": {"dhcpServerName": self._node, **differing}})
            operation = "updateDhcpSubnet" if differing else ""
            return Plan(before, after, operation, {**self._key(subnet), **differing})
        if subnet is None:
            return Plan(None, None)
        if subnet.network != scope.network:
            raise ValueError(f"network: the subnet of CUCM is {subnet.network}: give that if it is to go")
        if not self.params.get("force"):
            raise ValueError(
                f"state: CUCM does not tell leases over AXL, so nobody knows here whether phones have addresses of "
                f"{subnet.network}: if it may go all the same, give 'force: true'"
            )
        return Plan(before, None, "removeDhcpSubnet", self._key(subnet))

    def _key(self, subnet: Subnet) -> dict[str, str]:
        return {"dhcpServerName": self._node, "subnetIpAddress": subnet.elements["subnetIpAddress"]}

    def _overlaps(self) -> list[str]:
        rows = {scope.network.network_address: scope for scope in self._scopes if scope.network is not None}
        planned = [(self._targets[at].network, scope) for at, scope in enumerate(self._scopes) if at in self._targets]
        others = [(subnet.network, None) for address, subnet in self._there.items() if address not in rows]
        faults = []
        for pair in overlapping([(network, (network, scope)) for network, scope in planned + others]):
            for (mine, scope), (other, theirs) in (pair, pair[::-1]):
                if scope is None or theirs is not None:
                    continue
                text = (
                    f"network: {mine} overlaps {other} of the DHCP server on {self._node}: give other addresses, or "
                    f"put '{{name: ANY, network: {other}, state: absent}}' into 'scopes', with 'force: true'"
                )
                faults.append(row_fault("scopes", scope.index, scope.name, text))
        return faults

    def rehearsed(self) -> dict[str, t.Any]:
        for row, plan in zip(self._rows, self._plans, strict=True):
            if plan.operation:
                row.done(changed=True)
        return self._result([plan.operation for plan in self._ordered() if plan.operation])

    def apply(self) -> dict[str, t.Any]:
        made = self._add_server() if self._make_server else True
        if made:
            order = self._order()
            apply(self._axl, [self._rows[at] for at in order], self._ordered(), "DHCP subnet", self._reached)
            self._read_back()
        return self._result([sent.split(" ")[0] for at in self._order() for sent in self._rows[at].sent], made=made)

    def _order(self) -> list[int]:
        """Return the rows in the order in which they are carried out: a new subnet may take a removed one's place."""
        return [scope.index for scope in sorted(self._scopes, key=lambda each: (each.present, each.index))]

    def _ordered(self) -> list[Plan]:
        return [self._plans[at] for at in self._order()]

    def _add_server(self) -> bool:
        """Make the DHCP server; without it no subnet can be added."""
        arguments = {"dhcpServer": {"processNodeName": self._node, **NEW_SERVER}}
        doing = f"adding the DHCP server on {self._node}"

        def reached() -> bool:
            return self._axl.get("DhcpServer", {"processNodeName": self._node}, doing) is not None

        try:
            self._axl.write("addDhcpServer", arguments, doing, reached)
        except VoiceError as error:
            for row, plan in zip(self._rows, self._plans, strict=True):
                if plan.operation:
                    row.fail(error)
                    row.after = row.before
                    row.perhaps_changed = isinstance(error, AnswerLost)
            return False
        return True

    def _reached(self, index: int) -> bool:
        plan, wanted = self._plans[index], self._targets.get(index)
        key = self._key(wanted) if wanted is not None else plan.arguments
        found = self._axl.get("DhcpSubnet", key, f"looking up DHCP subnet {key['subnetIpAddress']}")
        if found is None or wanted is None:
            return (found is None) == (wanted is None)
        return not element_mismatches(wanted, self._parse(found))

    def _read_back(self) -> None:
        """Read all subnets again, and compare those that were changed, element by element and key by key."""
        written = [row for row in self._rows if row.status == CHANGED]
        if not written:
            return
        try:
            now = self._subnets()
        except VoiceError as error:
            for row in written:
                row.fail(f"CUCM took it, but it could not be read back: {error}")
                row.perhaps_changed = True
            return
        for row in written:
            scope, wanted = self._scopes[row.index], self._targets.get(row.index)
            found = now.get(scope.network.network_address) if scope.network is not None else None
            row.after = None if found is None else state(found, self._server or {})
            if wanted is None:
                wrong = [] if found is None else [f"the subnet {found.network} still"]
            elif found is None:
                wrong = ["no such subnet"]
            else:
                wrong = element_mismatches(wanted, found) or mismatches(scope, row.after)
            if wrong:
                row.fail(f"CUCM took it, but read back there is {'; '.join(wrong)}")
                row.perhaps_changed = True

    def _result(self, operations: list[str], *, made: bool = True) -> dict[str, t.Any]:
        server = self._make_server and made
        warnings = []
        if server:
            warnings.append(
                "AXL does not tell whether a DHCP server runs: see that the Cisco DHCP Monitor Service is activated "
                f"on {self._node} (Cisco Unified Serviceability, Tools, Service Activation)"
            )
        more = inherited(self._server or {})
        warnings += judge(self._scopes, self._rows, {scope.name: more for scope in self._scopes})
        result = self._rows.result(changed=server, **({"warnings": warnings} if warnings else {}))
        return {**result, "commands": ["addDhcpServer"] * server + operations, "saved": result["changed"]}

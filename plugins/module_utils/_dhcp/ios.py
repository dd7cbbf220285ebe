# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The DHCP server built into IOS and IOS-XE, over SSH."""

from __future__ import annotations

import typing as t
from ipaddress import IPv4Address, IPv4Network

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp import pools
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.base import Capabilities, Provider
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.findings import judge, mismatches
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.scope import (
    Range,
    Scope,
    range_text,
    uncovered,
)
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan, VoiceError
from ansible_collections.dialtone.voice.plugins.module_utils._results import CHANGED, Row, Rows
from ansible_collections.dialtone.voice.plugins.module_utils._switch import apply
from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import Config, parse_config
from ansible_collections.dialtone.voice.plugins.module_utils._switch.session import Session

SSH_PORT = 22


class IosProvider(Provider):
    """Pools of one switch or router."""

    # `lease {days [hours [minutes]] | infinite}`, up to 365 days, 23 hours and 59 minutes.
    capabilities = Capabilities(
        provider="ios",
        ranges=0,
        options=0,
        reservations=0,
        tftp_server_name=False,
        lease_step=60,
        longest_lease=365 * 86400 + 23 * 3600 + 59 * 60,
    )

    def __init__(self, params: dict[str, t.Any], session: apply.Configurable | None = None) -> None:
        super().__init__(params)
        way = {**params, "port": params.get("port") or SSH_PORT}
        self._session: t.Any = session if session is not None else Session(way)
        self._config = Config()
        self._pools: dict[str, pools.Pool] = {}
        self._excluded: list[Range] = []
        self._scopes: list[Scope] = []
        self._rows = Rows("scopes", [])
        self._blocks: list[apply.Block] = []
        self._leftover = False

    def __enter__(self) -> IosProvider:
        self._session.__enter__()
        return self

    def __exit__(self, kind: t.Any, error: t.Any, trace: t.Any) -> None:
        self._session.__exit__(kind, error, trace)

    def read(self) -> None:
        self._config = parse_config(self._session.show("show running-config"))
        self._pools = pools.parse_pools(self._config)
        self._excluded = pools.parse_excluded(self._config)

    def plan(self, scopes: t.Sequence[Scope]) -> None:
        self._scopes = list(scopes)
        faults = [text for scope in scopes for text in self._faults(scope)]
        if faults:
            raise InvalidPlan(faults)
        self._rows = Rows("scopes", [scope.name for scope in scopes])
        blocks = {scope.index: self._block(scope, row) for scope, row in zip(scopes, self._rows, strict=True)}
        # What is to go goes first: a new scope may take its addresses.
        order = sorted(scopes, key=lambda scope: (scope.present, scope.index))
        self._blocks = [blocks[scope.index] for scope in order]
        self._leftover = self.params["save"] != "never" and not self._commands() and self._unsaved()

    def rehearsed(self) -> dict[str, t.Any]:
        for block in self._blocks:
            block.row.done(changed=bool(block.steps))
        return {**self._result(self._leftover), "commands": self._commands(), "saved": self._to_save()}

    def apply(self) -> dict[str, t.Any]:
        changed = apply.apply(self._session, self._blocks)
        if changed:
            self._read_back()
        apply.hold_back(self._rows)
        sent = [line for block in self._blocks for line in block.row.sent]
        result = {**self._result(changed or self._leftover), "commands": sent}
        apply.save(self._session, self._to_save(), result)
        return result

    def _faults(self, scope: Scope) -> list[str]:
        if not scope.present:
            return []
        faults = []
        own = self._pools.get(scope.name)
        if own is not None and own.obstacle:
            faults.append(f"name: the pool {scope.name} of {self._session.hostname} {own.obstacle}: give another name")
        router = own.state["gateway"] if own is not None and scope.gateway is None else None
        if router and scope.network and not _inside(router, scope.network):
            faults.append(f"gateway: {router} of the pool is outside of {scope.network}: give the gateway too")
        planned = {other.name for other in self._scopes}
        for pool in self._pools.values():
            mine = pool.name in planned or pool.vrf
            if not mine and pool.network and scope.network and pool.network.overlaps(scope.network):
                faults.append(
                    f"network: {scope.network} overlaps {pool.network} of the pool {pool.name} of "
                    f"{self._session.hostname}: give other addresses, or put '{{name: {pool.name}, state: absent}}' "
                    "into 'scopes'"
                )
        return [row_fault("scopes", scope.index, scope.name, text) for text in faults]

    def _block(self, scope: Scope, row: Row) -> apply.Block:
        pool = self._pools.get(scope.name)
        row.before = pools.state_of(pool, self._excluded) if pool else None
        if not scope.present:
            row.after = None
            return apply.Block(row, pools.render_removal(scope.name) if pool else [])
        values = scope.values()
        state = pool.state if pool else pools.empty_state()
        changes = [name for name, value in values.items() if value != state[name]]
        missing = uncovered(scope.excluded, self._excluded)
        spans = pools.within(scope.network, [*self._excluded, *missing])
        row.after = {**state, **values, "excluded": [range_text(span) for span in spans]}
        return apply.Block(row, pools.render_pool(scope, changes, missing, new=pool is None))

    def _read_back(self) -> None:
        """Compare what the switch holds now with what was asked for, field by field, option 150 by type and order."""
        try:
            self.read()
        except VoiceError as error:
            for row in self._rows:
                if row.status == CHANGED:
                    row.fail(f"the commands were taken, but could not be read back: {error}")
            return
        for scope, row in zip(self._scopes, self._rows, strict=True):
            if row.status != CHANGED:
                continue
            pool = self._pools.get(scope.name)
            row.after = pools.state_of(pool, self._excluded) if pool else None
            wrong = self._differences(scope, pool)
            if wrong:
                row.fail(f"the commands were taken, but read back there is {'; '.join(wrong)}")

    def _differences(self, scope: Scope, pool: pools.Pool | None) -> list[str]:
        if not scope.present:
            return [] if pool is None else [f"the pool {scope.name} still"]
        if pool is None:
            return [f"no pool {scope.name}"]
        wrong = mismatches(scope, pool.state)
        left = uncovered(scope.excluded, self._excluded)
        if left:
            wrong.append(f"no exclusion of {', '.join(range_text(span) for span in left)}")
        return wrong

    def _commands(self) -> list[str]:
        return [line for block in self._blocks for line in block.lines]

    def _to_save(self) -> bool:
        save = self.params["save"]
        return save == "always" or (save == "changed" and (self._leftover or bool(self._commands())))

    def _unsaved(self) -> bool:
        headers = [f"ip dhcp pool {scope.name}" for scope in self._scopes]
        spans = [span for scope in self._scopes for span in pools.within(scope.network, self._excluded)]
        return apply.unsaved(self._session, self._config, headers + [pools.excluded_line(span) for span in spans])

    def _result(self, changed: bool) -> dict[str, t.Any]:
        warnings = self._warnings() + judge(self._scopes, self._rows)
        return self._rows.result(changed=changed, **({"warnings": warnings} if warnings else {}))

    def _warnings(self) -> list[str]:
        host = self._session.hostname
        present = [(scope, row) for scope, row in zip(self._scopes, self._rows, strict=True) if scope.present]
        found = []
        if present and self._config.has("no service dhcp"):
            found.append(f"'no service dhcp' is set on {host}: no pool of it is served")
        own = pools.own_addresses(self._config)
        for scope, row in present:
            gateway = scope.gateway
            excluded = [*scope.excluded, *self._excluded]
            # IOS keeps the addresses of its own interfaces back by itself.
            if gateway and gateway not in own and uncovered([(gateway, gateway)], excluded):
                found.append(
                    f"{scope.name}: its gateway {gateway} is not in 'excluded', so that {host} may hand it out"
                )
            if row.before is None and scope.network and not any(address in scope.network for address in own):
                found.append(
                    f"{scope.name}: no interface of {host} has an address in {scope.network}, so that phones reach "
                    f"it through a relay only ('ip helper-address' where their VLAN is routed)"
                )
        return found


def _inside(addresses: str, network: IPv4Network) -> bool:
    """Whether one of the routers that a pool names is in the network."""
    return any(IPv4Address(address) in network for address in addresses.split(", "))

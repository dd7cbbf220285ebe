# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The DHCP server built into IOS and IOS-XE, over SSH."""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import replace

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp import pool_lines, pools, relays
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.base import Capabilities, Provider
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.bindings import BINDING, parse_bindings
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.findings import judge, mismatches
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.ios_leases import lost_leases
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.scope import (
    Range,
    Scope,
    differences,
    range_text,
    uncovered,
)
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan, VoiceError
from ansible_collections.dialtone.voice.plugins.module_utils._results import CHANGED, FAILED, Row, Rows
from ansible_collections.dialtone.voice.plugins.module_utils._switch import apply
from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import Config, parse_config
from ansible_collections.dialtone.voice.plugins.module_utils._switch.restore import Line, is_lost
from ansible_collections.dialtone.voice.plugins.module_utils._switch.session import Session

SSH_PORT = 22
_LISTS = ("ranges", "excluded", "options", "reservations")
# `default-router`, `dns-server` and `option ... ip` take up to eight addresses.
_MOST_ADDRESSES = 8


class IosProvider(Provider):
    """Pools of one switch or router."""

    # `lease {days [hours [minutes]] | infinite}`, up to 365 days, 23 hours and 59 minutes.
    capabilities = Capabilities(
        provider="ios",
        tftp_servers=_MOST_ADDRESSES,
        dns_servers=_MOST_ADDRESSES,
        lease_step=60,
        longest_lease=365 * 86400 + 23 * 3600 + 59 * 60,
        relays=True,
    )

    def __init__(self, params: dict[str, t.Any], session: apply.Configurable | None = None) -> None:
        super().__init__(params)
        way = {**params, "port": params.get("port") or SSH_PORT}
        self._line = Line(lambda: Session(way))
        self._session: t.Any = session
        self._config = Config()
        self._pools: dict[str, pools.Pool] = {}
        self._excluded: list[Range] = []
        self._scopes: list[Scope] = []
        self._rows = Rows("scopes", [])
        self._relays: list[relays.Relay] = []
        self._relay_rows = Rows("relays", [])
        self._blocks: list[apply.Block] = []
        self._leftover = False

    def __enter__(self) -> IosProvider:
        self._line.__enter__()
        self._session = self._line.session
        return self

    def __exit__(self, kind: t.Any, error: t.Any, trace: t.Any) -> None:
        self._line.__exit__(kind, error, trace)

    def read(self) -> None:
        self._config = parse_config(self._session.show("show running-config"))
        self._pools = pools.parse_pools(self._config)
        self._excluded = pools.parse_excluded(self._config)

    def plan(self, scopes: t.Sequence[Scope]) -> None:
        # Exclusions don't tell ranges apart that touch each other.
        self._scopes = [
            replace(each, ranges=pool_lines.merged(each.ranges)) if each.ranges else each for each in scopes
        ]
        self._relays = relays.read_relays(self.params.get("relays") or [])[0]
        faults = [text for scope in self._scopes for text in self._faults(scope)]
        faults += relays.relay_faults(self._relays, self._config, self._session.hostname)
        if faults:
            raise InvalidPlan(faults)
        self._guard_leases()
        self._rows = Rows("scopes", [scope.name for scope in scopes])
        self._relay_rows = Rows("relays", [relay.interface for relay in self._relays])
        # What is to go goes first: a new scope may take its addresses.
        order = sorted(zip(self._scopes, self._rows, strict=True), key=lambda item: item[0].present)
        excluded = list(self._excluded)
        spans: dict[int, tuple[list[Range], list[Range]]] = {}
        for scope, _row in order:
            added, dropped = spans[scope.index] = pool_lines.exclusions(scope, excluded) if scope.present else ([], [])
            excluded = [span for span in excluded if span not in dropped] + added
        self._blocks = [self._block(scope, row, *spans[scope.index], excluded) for scope, row in order]
        self._blocks += [self._relay(relay, row) for relay, row in zip(self._relays, self._relay_rows, strict=True)]
        self._leftover = self.params["save"] != "never" and not self._commands() and self._unsaved()

    def rehearsed(self) -> dict[str, t.Any]:
        for block in self._blocks:
            block.row.done(changed=bool(block.steps))
        return {**self._result(self._leftover), "commands": self._commands(), "saved": self._to_save()}

    def apply(self) -> dict[str, t.Any]:
        read = self._config
        changed = apply.apply(self._session, self._blocks)
        failed = next((block for block in self._blocks if block.row.status == FAILED), None)
        if failed is not None:
            self._put_back(failed, read)
            kept = any(block.row.status == CHANGED for block in self._blocks)
            changed = changed and (kept or not failed.row.extra["restored"])
        if any(block.row.status == CHANGED for block in self._blocks):
            self._read_back()
        apply.hold_back(self._rows)
        apply.hold_back(self._relay_rows)
        sent = [line for block in self._blocks for line in block.row.sent]
        result = {**self._result(changed or self._leftover), "commands": sent}
        apply.save(self._session, self._to_save(), result)
        return result

    def _guard_leases(self) -> None:
        """:raises InvalidPlan: active leases would be lost, or that is not known"""
        if self.params.get("force"):
            return
        lost = []
        for scope in self._scopes:
            pool = self._pools.get(scope.name)
            if pool is not None and pool.network is not None and (not scope.present or scope.network != pool.network):
                lost.append((scope, pool.network))
        faults = lost_leases(self._session, lost)
        if faults:
            raise InvalidPlan(faults)

    def _put_back(self, block: apply.Block, read: Config) -> None:
        """Take back what the row that failed had changed; the rows before it are complete and stay."""
        row = block.row
        row.extra["restored"] = False
        headers = {line.removeprefix("no ") for line in row.sent}
        with contextlib.suppress(VoiceError):
            lines = pool_lines.restoring(read, self._now(), row.sent)
            if lines:
                self._session.configure(lines)
            now = self._now()
            row.extra["restored"] = all(read.sections.get(each) == now.sections.get(each) for each in headers)
        if "already exists" in str(row.error) and any("client-identifier" in line for line in row.sent[-1:]):
            row.error = f"{apply.sentence(row.error)} {self._held(row.sent[-1].split()[-1])}"
        if row.extra["restored"]:
            row.after = row.before
            row.error = f"{apply.sentence(row.error)} All of this row is as it was before"

    def _held(self, identifier: str) -> str:
        """Return what to do about a client that has another address already."""
        remedy = "The client has a lease of another address, which goes first: 'clear ip dhcp binding"
        with contextlib.suppress(VoiceError):
            for each in parse_bindings(self._session.show(BINDING)):
                if each.client == identifier.replace(".", ""):
                    return f"{remedy} {each.address}'."
        return f"{remedy} ADDRESS'."

    def _now(self) -> Config:
        try:
            return parse_config(self._session.show("show running-config"))
        except VoiceError as error:
            if not is_lost(error):
                raise
        # A lost session doesn't tell what the switch took of it; one more does.
        self._line.again()
        self._session = self._line.session
        return parse_config(self._session.show("show running-config"))

    def _faults(self, scope: Scope) -> list[str]:
        if not scope.present:
            return []
        host = self._session.hostname
        faults = pool_lines.line_faults(scope) + pool_lines.host_faults(scope, self._pools)
        own = self._pools.get(scope.name)
        if own is not None and own.host is not None:
            faults.append(f"name: the pool {scope.name} of {host} is a manual binding of one host: give another name")
        router = own.state["gateway"] if own is not None and scope.gateway is None else None
        if router and scope.network and not pool_lines.inside(router, scope.network):
            faults.append(f"gateway: {router} of the pool is outside of {scope.network}: give the gateway too")
        planned = {other.name for other in self._scopes}
        for pool in self._pools.values():
            mine = pool.name in planned or pool.vrf
            if not mine and pool.network and scope.network and pool.network.overlaps(scope.network):
                faults.append(
                    f"network: {scope.network} overlaps {pool.network} of the pool {pool.name} of {host}: give other "
                    f"addresses, or put '{{name: {pool.name}, state: absent}}' into 'scopes'"
                )
        return [row_fault("scopes", scope.index, scope.name, text) for text in faults]

    def _block(
        self, scope: Scope, row: Row, added: list[Range], dropped: list[Range], excluded: list[Range]
    ) -> apply.Block:
        pool = self._pools.get(scope.name)
        row.before = self._state(scope)
        if not scope.present:
            row.after = None
            return apply.Block(row, pool_lines.render_removal(scope, self._pools))
        state = row.before or {**pools.empty_state(), **dict.fromkeys(_LISTS, [])}
        after = {**state, **scope.values()}
        spans = {
            "ranges": uncovered(pools.hosts_of(scope.network), excluded),
            "excluded": pools.within(scope.network, excluded),
        }
        after.update({name: [range_text(span) for span in found] for name, found in spans.items()})
        after["options"] = _by_code(state["options"], scope)
        after["reservations"] = _with_names(scope, state["reservations"])
        row.after = after
        steps = [pool_lines.exclusion_step(span) for span in added]
        steps += pool_lines.render_pool(scope, pool, differences(scope, state))
        steps += pool_lines.render_hosts(scope, pool, after, self._pools)
        # What is handed out from now on comes last, when all that goes with it is set.
        steps += [pool_lines.exclusion_step(span, undo=True) for span in dropped]
        return apply.Block(row, steps)

    def _relay(self, relay: relays.Relay, row: Row) -> apply.Block:
        there = relays.helpers(relay, self._config)
        row.before, row.after = {"servers": there}, {"servers": relays.planned(relay, there)}
        return apply.Block(row, relays.render_relay(relay, self._config))

    def _state(self, scope: Scope) -> dict[str, t.Any] | None:
        pool = self._pools.get(scope.name)
        return pools.state_of(pool, self._excluded, scope, self._pools) if pool else None

    def _read_back(self) -> None:
        """Compare what the switch holds now with what was asked for, field by field, option 150 by type and order."""
        try:
            self.read()
        except VoiceError as error:
            for row in self._rows:
                if row.status == CHANGED:
                    row.fail(f"the commands were taken, but could not be read back: {error}")
            return
        for relay, row in zip(self._relays, self._relay_rows, strict=True):
            there = relays.helpers(relay, self._config)
            if row.status == CHANGED and there != row.after["servers"]:
                row.fail(f"the commands were taken, but read back there is {there} in place of {row.after['servers']}")
                row.after = {"servers": there}
        for scope, row in zip(self._scopes, self._rows, strict=True):
            if row.status != CHANGED:
                continue
            row.after = self._state(scope)
            wrong = self._differences(scope, row.after)
            if wrong:
                row.fail(f"the commands were taken, but read back there is {'; '.join(wrong)}")

    def _differences(self, scope: Scope, state: dict[str, t.Any] | None) -> list[str]:
        if not scope.present:
            return [] if state is None else [f"the pool {scope.name} still"]
        if state is None:
            return [f"no pool {scope.name}"]
        wrong = mismatches(scope, state)
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
        """Whether what is ours differs from the startup configuration, which is read only where that is not clear."""
        if self._config.saved:
            return False
        startup = parse_config(self._session.show("show startup-config"))
        return self._ours(startup) != self._ours(self._config)

    def _ours(self, config: Config) -> list[t.Any]:
        found = pools.parse_pools(config)
        excluded = pools.parse_excluded(config)
        return [
            [(pools.of_scope(scope.name, scope.network, found), found.get(scope.name)) for scope in self._scopes],
            [pools.within(scope.network, excluded) for scope in self._scopes],
            [relays.helpers(relay, config) for relay in self._relays],
        ]

    def _result(self, changed: bool) -> dict[str, t.Any]:
        warnings = self._warnings() + judge(self._scopes, self._rows)
        extra = {"warnings": warnings} if warnings else {}
        if not self._relays:
            return self._rows.result(changed=changed, **extra)
        return apply.merge(self._relay_rows, self._rows, "relays", changed=changed, **extra)

    def _warnings(self) -> list[str]:
        host = self._session.hostname
        present = [(scope, row) for scope, row in zip(self._scopes, self._rows, strict=True) if scope.present]
        found = []
        if present and self._config.has("no service dhcp"):
            found.append(f"'no service dhcp' is set on {host}: no pool of it is served")
        own = pools.own_addresses(self._config)
        for scope, row in present:
            gateway = scope.gateway
            excluded = [*scope.excluded, *self._excluded, *pool_lines.exclusions(scope, self._excluded)[0]]
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


def _by_code(there: list[dict[str, t.Any]], scope: Scope) -> list[dict[str, t.Any]]:
    found = {item["code"]: item for item in [*there, *(option.words() for option in scope.options or ())]}
    return [found[code] for code in sorted(found)]


def _with_names(scope: Scope, there: list[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    """Return the reservations as they will be: one that names no host keeps the name that it has."""
    if scope.reservations is None:
        return there
    names = {(item["mac"], item["address"]): item["hostname"] for item in there}
    wanted = [each.words() for each in scope.reservations]
    return [{**item, "hostname": item["hostname"] or names.get((item["mac"], item["address"]))} for item in wanted]

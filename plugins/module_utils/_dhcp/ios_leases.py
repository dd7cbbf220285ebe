# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The leases of the DHCP server built into IOS and IOS-XE."""

from __future__ import annotations

import re
import typing as t
from ipaddress import IPv4Address, IPv4Network

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp import pools
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.bindings import (
    BINDING,
    CONFLICT,
    POOL,
    Binding,
    Conflict,
    Usage,
    parse_bindings,
    parse_conflicts,
    parse_usage,
)
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.leases import (
    ADDRESS,
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
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.scope import Range, Scope, uncovered
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import Config, parse_config
from ansible_collections.dialtone.voice.plugins.module_utils._switch.scrub import scrub_line
from ansible_collections.dialtone.voice.plugins.module_utils._switch.session import Session

_NAMED = 3
# For more MAC addresses than that, the whole log is read once.
_ASKED_EACH = 2
_LEASED = ("Automatic", "On-demand")
_STATES = {"Selecting": "offered", "Active": "active"}


class Showing(t.Protocol):
    """What is needed of a session to look."""

    def show(self, command: str) -> str: ...


def lost_leases(session: Showing, lost: t.Sequence[tuple[Scope, IPv4Network]]) -> list[str]:
    """Return a fault for each scope whose pool has active leases that go with it.

    :param lost: scopes whose pool is removed, or gets another network, with the network that it has
    """
    if not lost:
        return []
    try:
        bindings = parse_bindings(session.show(BINDING))
    except Unsupported as error:
        text = f"whether it has active leases can't be known, because {error}: give 'force: true' to go on"
        return [_fault(scope, text) for scope, _network in lost]
    faults = []
    for scope, network in lost:
        kept = scope.network if scope.present else None
        gone = sorted(
            each.address
            for each in bindings
            if each.kind in _LEASED and each.state != "Selecting" and each.address in network
            if kept is None or each.address not in kept
        )
        if gone:
            some = ", ".join(str(each) for each in gone[:_NAMED]) + (", ..." if len(gone) > _NAMED else "")
            text = (
                f"{network} has {len(gone)} active lease{'' if len(gone) == 1 else 's'} ({some}), whose phones lose "
                "their addresses: move the phones first, or give 'force: true'"
            )
            faults.append(_fault(scope, text))
    return faults


def _fault(scope: Scope, text: str) -> str:
    return row_fault("scopes", scope.index, scope.name, f"{'network' if scope.present else 'state'}: {text}")


class IosLeases(LeaseSource):
    """Bindings, pools and conflicts of one switch or router; what is in a VRF is left out."""

    asked: t.ClassVar = {"scopes": "show running-config", "leases": BINDING}

    def __init__(self, params: dict[str, t.Any], session: t.Any = None) -> None:
        super().__init__(params)
        self._session: t.Any = session if session is not None else Session({**params, "port": params.get("port") or 22})
        self._config = Config()
        self._pools: dict[str, pools.Pool] = {}
        self._excluded: list[Range] = []
        self._own: list[IPv4Address] = []
        self._log: list[str] | None = None
        self._networks: dict[str, IPv4Network] = {}
        self._bindings: list[Binding] = []
        self._leases: list[Lease] = []
        self._uses: dict[str, Use] = {}
        self._usage: dict[str, Usage] = {}
        self._conflicts: list[Conflict] = []

    def __enter__(self) -> IosLeases:
        self._session.__enter__()
        return self

    def __exit__(self, kind: t.Any, error: t.Any, trace: t.Any) -> None:
        self._session.__exit__(kind, error, trace)

    @property
    def where(self) -> str:
        return self._session.hostname

    def addresses(self) -> list[str]:
        return [str(address) for address in self._own]

    def scopes(self) -> list[str]:
        self._config = parse_config(self._session.show("show running-config"))
        self._pools = {name: pool for name, pool in pools.parse_pools(self._config).items() if not pool.vrf}
        self._own = pools.own_addresses(self._config)
        self._excluded = pools.parse_excluded(self._config) + [(address, address) for address in self._own]
        self._networks = {name: pool.network for name, pool in self._pools.items() if pool.network is not None}
        return list(self._networks)

    def answer(self, questions: t.Sequence[Question]) -> list[Answer]:
        self._bindings = parse_bindings(self._session.show(BINDING))
        self._usage = parse_usage(self._session.show(POOL))
        self._conflicts = [each for each in parse_conflicts(self._session.show(CONFLICT)) if each.vrf is None]
        hosts = {pool.host.address: pool for pool in self._pools.values() if pool.host}
        self._leases = [self._lease(each, hosts.get(each.address)) for each in self._bindings]
        macs = [each.value for each in questions if each.kind == MAC]
        if self.params.get("log", True) and len(macs) > _ASKED_EACH:
            self._log = self._session.show("show logging").replace("\r", "").split("\n")
        found = {
            MAC: _grouped(self._leases, lambda lease: lease.mac),
            ADDRESS: _grouped(self._leases, lambda lease: lease.address),
            SCOPE: _grouped(self._leases, lambda lease: lease.scope),
        }
        return [self._answer(each, found[each.kind].get(each.value, [])) for each in questions]

    def _answer(self, question: Question, leases: list[Lease]) -> Answer:
        if question.kind == SCOPE:
            return Answer(leases, self._use(question.value))
        if question.kind == ADDRESS:
            address = IPv4Address(question.value)
            scope = self._scope_of(address)
            held = [
                Lease(question.value, scope=scope, state="declined")
                for each in self._conflicts
                if each.address == address
            ]
            return Answer(leases + held, self._use(scope) if scope else None)
        scope = next((lease.scope for lease in leases if lease.scope), None)
        log = self._said_of(question.value) if self.params.get("log", True) else None
        return Answer(leases, self._use(scope), log)

    def _said_of(self, mac: str) -> list[str]:
        """Return the lines of the log that name a MAC address, in each of the ways in which IOS writes one."""
        digits = mac.replace(":", "")
        names = [mac, mac.upper(), digits, digits.upper()]
        names += [r"\.".join(text[at : at + 4] for at in range(0, len(text), 4)) for text in (digits, "01" + digits)]
        lines = self._log
        if lines is None:
            lines = self._session.show(f"show logging | include {'|'.join(names)}").replace("\r", "").split("\n")
        # What comes by itself in between is of the same kind, so that the lines are looked at once more.
        wanted = re.compile("|".join(names))
        return [line.strip() for line in lines if wanted.search(line) and "| include" not in line]

    def _lease(self, each: Binding, host: pools.Pool | None) -> Lease:
        state = "reserved" if each.kind == "Manual" else _STATES.get(each.state or "Active", (each.state or "").lower())
        scope = self._scope_of(each.address)
        return Lease(
            str(each.address),
            each.mac,
            each.client,
            host.host.hostname if host and host.host else None,
            scope,
            state,
            each.expires,
            each.interface,
            self._own_offer(host, scope) if host else None,
        )

    def _own_offer(self, host: pools.Pool, scope: str | None) -> Offer | None:
        """Return what a manual binding tells its client: what its pool has itself, else the pool of its network."""
        own = {key: value for key, value in host.state.items() if key in pools.SHARED and value is not None}
        if not own:
            return None
        inherited = self._pools[scope].state if scope else {}
        return offer_of(pools.on_the_wire({**inherited, **own}), self._quote(host.name))

    def _quote(self, pool: str) -> str:
        header = f"ip dhcp pool {pool}"
        return "\n".join([header, *(f" {scrub_line(line)}" for line in self._config.sections[header])])

    def _scope_of(self, address: IPv4Address) -> str | None:
        return next((name for name, network in self._networks.items() if address in network), None)

    def _use(self, name: str | None) -> Use | None:
        """Return how full a scope is, counted once for each scope."""
        if name is None or name not in self._networks:
            return None
        if name not in self._uses:
            self._uses[name] = self._count(name, self._networks[name])
        return self._uses[name]

    def _count(self, name: str, network: IPv4Network) -> Use:
        given = uncovered(pools.hosts_of(network), self._excluded)
        leased = [each.address for each in self._bindings if each.kind in _LEASED and each.address in network]
        usage = self._usage.get(name)
        used = usage.counts.get("leased", len(leased)) if usage else len(leased)
        reserved = [
            each.host.address for each in pools.of_scope(name, network, self._pools).values() if each.host is not None
        ]
        conflicts = [each.address for each in self._conflicts if each.address in network]
        kept = {each for each in [*reserved, *conflicts] if any(low <= each <= high for low, high in given)}
        size = sum(int(high) - int(low) + 1 for low, high in given)
        left = max(size - used - len(kept - set(leased)), 0)
        held = [str(each) for each in conflicts]
        offer = offer_of(pools.on_the_wire(self._pools[name].state), self._quote(name))
        return Use(name, str(network), size, used, len(reserved), held, left, offer)


def _grouped(leases: t.Iterable[Lease], key: t.Callable[[Lease], str | None]) -> dict[str, list[Lease]]:
    found: dict[str, list[Lease]] = {}
    for lease in leases:
        value = key(lease)
        if value is not None:
            found.setdefault(value, []).append(lease)
    return found

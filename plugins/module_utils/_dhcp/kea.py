# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ISC Kea's DHCPv4 server: all scopes by one read and one set, whatever their number.

The configuration is read, edited, tested, compared with what the server has by then, set, read back and written to
Kea's file.
"""

from __future__ import annotations

import time
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.base import Capabilities, Provider
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.findings import judge, mismatches
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.kea_config import KeaConfig, Subnet, write
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.kea_control import AnswerLost, Kea, is_written
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.kea_leases import lost_leases
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.kea_options import addresses_in
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.kea_warnings import warnings_about
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.scope import Scope, overlapping
from ansible_collections.dialtone.voice.plugins.module_utils._errors import (
    InvalidPlan,
    Refused,
    TimedOut,
    Unreachable,
    VoiceError,
)
from ansible_collections.dialtone.voice.plugins.module_utils._results import Row, Rows

_WITHIN = 15.0
_PAUSE = 0.2


class Control(t.Protocol):
    """What is needed of a control channel."""

    where: str
    socket_path: str | None

    def command(self, name: str, arguments: dict[str, t.Any] | None = None) -> dict[str, t.Any]: ...


class KeaProvider(Provider):
    """The subnets of one DHCPv4 server."""

    capabilities = Capabilities(provider="kea")

    def __init__(self, params: dict[str, t.Any], control: Control | None = None) -> None:
        super().__init__(params)
        self._kea: Control = control if control is not None else Kea(params)
        self._hash: str | None = None
        self._base = KeaConfig({"Dhcp4": {}})
        self._target = self._base
        self._scopes: list[Scope] = []
        self._rows = Rows("scopes", [])
        self._changes: dict[int, list[str]] = {}
        self._sent: list[str] = []
        self._inherited: dict[str, dict[str, t.Any]] = {}

    def __enter__(self) -> KeaProvider:
        return self

    def __exit__(self, kind: t.Any, error: t.Any, trace: t.Any) -> None:
        """Nothing is kept open."""

    def read(self) -> None:
        self._base = self._get()

    def _get(self) -> KeaConfig:
        answer = self._kea.command("config-get")
        if not isinstance(answer.get("Dhcp4"), dict):
            raise Refused(f"{self._kea.where} has no DHCPv4 configuration", "Give the control channel of kea-dhcp4.")
        self._hash = answer.get("hash")
        return KeaConfig(answer)

    def plan(self, scopes: t.Sequence[Scope]) -> None:
        self._scopes = list(scopes)
        self._rows = Rows("scopes", [scope.name for scope in scopes])
        self._target = self._base.copy()
        lost: list[tuple[Scope, Subnet]] = []
        planned: dict[int, Scope] = {}
        faults: list[str] = []
        # What is to go goes first: a new scope may take its addresses.
        for scope in sorted(scopes, key=lambda each: (each.present, each.index)):
            several = self._base.several(scope)
            if several:
                faults.append(row_fault("scopes", scope.index, scope.name, f"name: {several}"))
                continue
            row, subnet = self._rows[scope.index], self._target.find(scope)
            before = self._base.find(scope) if subnet is not None else None
            row.before = None if before is None else self._base.state(before, scope)
            if before is not None and before.network != scope.network or not scope.present and before is not None:
                lost.append((scope, before))
            if scope.present:
                faults += self._plan_present(scope, subnet)
                planned[id(self._target.find(scope).tree)] = scope
            elif subnet is not None:
                self._target.remove(subnet)
                self._changes[scope.index] = [f"no subnet {subnet.network} (id {subnet.id})"]
        faults += self._overlaps(planned)
        if not self.params.get("force"):
            faults += lost_leases(self._kea, lost)
        if faults:
            raise InvalidPlan(faults)
        if self._changes:
            self._kea.command("config-test", self._target.tree)

    def _plan_present(self, scope: Scope, subnet: Subnet | None) -> list[str]:
        new = subnet is None
        if subnet is None:
            subnet = self._target.add(scope)
        fault = self._target.definition_fault() if scope.tftp_servers is not None else None
        if fault:
            return [row_fault("scopes", scope.index, scope.name, f"tftp_servers: {fault}")]
        changes = write(self._target, subnet, scope, new=new)
        if changes:
            self._changes[scope.index] = changes
        self._rows[scope.index].after = self._target.state(subnet, scope)
        self._inherited[scope.name] = self._target.inherited(subnet)
        if not new and scope.gateway is None:
            return self._stray_gateway(scope, subnet)
        return []

    def _stray_gateway(self, scope: Scope, subnet: Subnet) -> list[str]:
        gateway = self._rows[scope.index].after["gateway"]
        known = addresses_in(gateway)
        if not known or any(each in subnet.network for each in known):
            return []
        text = f"gateway: {gateway} of the subnet is outside of {scope.network}: give the gateway too"
        return [row_fault("scopes", scope.index, scope.name, text)]

    def _overlaps(self, planned: dict[int, Scope]) -> list[str]:
        faults = []
        for pair in overlapping([(subnet.network, subnet) for subnet in self._target.subnets]):
            for mine, other in (pair, pair[::-1]):
                scope = planned.get(id(mine.tree))
                if scope is None or id(other.tree) in planned:
                    continue
                name = f"'{other.name}'" if other.name else "without a name"
                text = (
                    f"network: {mine.network} overlaps {other.network} of the subnet {name} (id {other.id}) of "
                    f"{self._kea.where}: give other addresses, or put '{{name: {other.name or 'ANY'}, network: "
                    f"{other.network}, state: absent}}' into 'scopes'"
                )
                faults.append(row_fault("scopes", scope.index, scope.name, text))
        return faults

    def rehearsed(self) -> dict[str, t.Any]:
        self._settle()
        commands = ["config-set"] if self._changes else []
        to_save = self._to_save()
        return {**self._result(), "commands": commands + ["config-write"] * to_save, "saved": to_save}

    def apply(self) -> dict[str, t.Any]:
        self._settle()
        if self._changes:
            self._check_unchanged()
            self._set()
        result = self._result()
        self._save(result)
        return {**result, "commands": self._sent}

    def _settle(self) -> None:
        for row in self._rows:
            row.done(changed=row.index in self._changes)

    def _changed_rows(self) -> list[tuple[Scope, Row]]:
        return [(scope, self._rows[scope.index]) for scope in self._scopes if scope.index in self._changes]

    def _check_unchanged(self) -> None:
        """Look whether the server still has what was read; newer releases tell by a hash."""
        if self._hash is not None:
            same = self._kea.command("config-hash-get").get("hash") == self._hash
        else:
            same = self._get().canonical() == self._base.canonical()
        if not same:
            raise Refused(
                f"the configuration of {self._kea.where} was changed by somebody else, or Kea was restarted, since it "
                "was read: nothing was touched",
                "Run it again.",
            )

    def _set(self) -> None:
        for _scope, row in self._changed_rows():
            row.sent = self._changes[row.index]
        self._sent.append("config-set")
        try:
            self._kea.command("config-set", self._target.tree)
        except (AnswerLost, TimedOut) as error:
            self._find_out(error)
        except Unreachable as error:
            self._fail(f"{error} Nothing was changed")
        except VoiceError as error:
            self._fail(f"{error}. {self._roll_back()}")
        else:
            try:
                now = self._get()
            except VoiceError as error:
                self._fail(f"the configuration was set, but could not be read back: {error}", touched=True)
            else:
                self._compare(now)

    def _compare(self, now: KeaConfig) -> None:
        """Compare what the server holds now with what was asked for; where it differs, set back all of it."""
        wrong = self._wrong(now)
        if not wrong:
            for scope, row in self._changed_rows():
                subnet = now.find(scope) if scope.present else None
                row.after = None if subnet is None else now.state(subnet, scope)
            return
        back = self._roll_back()
        failed = ", ".join(self._rows[index].key for index in wrong)
        for _scope, row in self._changed_rows():
            if row.index in wrong:
                text = f"the configuration was taken, but read back there is {'; '.join(wrong[row.index])}"
            else:
                text = f"set together with {failed}, which was not read back as wanted"
            row.fail(f"{text}. {back}")

    def _wrong(self, now: KeaConfig) -> dict[int, list[str]]:
        wrong = {}
        for scope in self._scopes:
            subnet = now.find(scope)
            if not scope.present:
                texts = [] if subnet is None else [f"the subnet {subnet.network} still"]
            elif subnet is None:
                texts = ["no such subnet"]
            else:
                state, planned = now.state(subnet, scope), self._rows[scope.index].after
                texts = mismatches(scope, state)
                if state["ranges"] != planned["ranges"] and scope.ranges is None:
                    texts.append(f"ranges {state['ranges']!r} in place of {planned['ranges']!r}")
            if texts:
                wrong[scope.index] = texts
        return wrong

    def _find_out(self, error: VoiceError) -> None:
        """Settle the rows after a set whose answer was lost, by what the server has when it answers again."""
        try:
            now = self._get_when_ready()
        except VoiceError as second:
            self._fail(f"{error} What became of it is not known, because Kea can't be read: {second}", touched=True)
            return
        if now.canonical() == self._base.canonical():
            self._fail(f"{error} Kea has the configuration that was read: nothing was changed")
        elif self._wrong(now):
            self._fail(f"{error} {self._roll_back()}")
        else:
            self._compare(now)

    def _get_when_ready(self) -> KeaConfig:
        deadline = time.monotonic() + min(_WITHIN, float(self.params.get("timeout") or _WITHIN))
        while True:
            try:
                return self._get()
            except (Unreachable, TimedOut):
                if time.monotonic() >= deadline:
                    raise
            time.sleep(_PAUSE)

    def _roll_back(self) -> str:
        """Set back the configuration that was read, and say what came of it."""
        self._sent.append("config-set")
        try:
            self._kea.command("config-set", self._base.tree)
            now = self._get()
        except VoiceError as error:
            why = str(error)
        else:
            if now.canonical() == self._base.canonical():
                self._restore()
                return "It was rolled back: Kea has the configuration that was read"
            why = "what Kea has now differs from it"
        for _scope, row in self._changed_rows():
            row.perhaps_changed = True
        return (
            f"Setting back the configuration that was read failed too: {why}. Kea's own file was not touched: "
            "restarting Kea brings back what is in it"
        )

    def _restore(self) -> None:
        for _scope, row in self._changed_rows():
            row.after = row.before

    def _fail(self, reason: str, *, touched: bool = False) -> None:
        for _scope, row in self._changed_rows():
            row.fail(reason)
            row.perhaps_changed = row.perhaps_changed or touched
            if not row.perhaps_changed:
                row.after = row.before

    def _to_save(self) -> bool:
        save = self.params["save"]
        return save == "always" or (save == "changed" and bool(self._changes))

    def _save(self, result: dict[str, t.Any]) -> None:
        result["saved"] = False
        if result.get("failed"):
            if result["changed"]:
                result["msg"] += (
                    "; nothing was written to Kea's file: a restart of Kea would take back what was changed"
                )
            return
        if not self._to_save():
            return
        self._sent.append("config-write")
        what = "the change lives only in the memory of the server" if self._changes else "its file is as it was before"
        remedy = (
            "Make room on its disk and see that Kea may write the file, then run this again with 'save: always', "
            "before Kea is restarted."
        )
        try:
            answer = self._kea.command("config-write")
        except VoiceError as error:
            result.update(failed=True, msg=f"{str(error).rstrip('.')}: {what}, nothing of it is lost yet. {remedy}")
            return
        if not is_written(answer, self._kea.socket_path):
            file = answer.get("filename")
            text = f"{self._kea.where} could not write {file} completely: the file is not whole now, and"
            live = "the change lives" if self._changes else "the configuration lives"
            text = f"{text} {live} only in the memory of the server, where nothing of it is lost yet"
            result.update(failed=True, msg=f"{text}. {remedy}")
            return
        result["saved"] = True

    def _result(self) -> dict[str, t.Any]:
        warnings = warnings_about(self._target, self._scopes, self.params)
        warnings += judge(self._scopes, self._rows, self._inherited)
        return self._rows.result(**({"warnings": warnings} if warnings else {}))

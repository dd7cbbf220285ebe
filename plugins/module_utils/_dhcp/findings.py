# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What keeps phones from their TFTP servers though there is a scope, by name and with its remedy. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.scope import Scope, differences
from ansible_collections.dialtone.voice.plugins.module_utils._results import Row


@dataclass(frozen=True)
class Finding:
    """One trap that a scope is in."""

    name: str
    text: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.text}: {self.remedy}"


_GIVE = "give the addresses as 'tftp_servers'"


def findings(state: t.Mapping[str, t.Any] | None, wanted: Scope) -> list[Finding]:
    """Return what is wrong with the TFTP servers of a scope as it was read.

    :param state: the words of a result; text in place of the list of option 150 is what is there instead
    """
    if state is None:
        return []
    servers, name = state.get("tftp_servers"), state.get("tftp_server_name")
    if isinstance(servers, str):
        text = f"option 150 is {servers}, and phones read addresses in it"
        return [Finding("option_150_as_text", text, _GIVE)]
    if servers:
        meant = len(wanted.tftp_servers or ())
        if len(servers) == 1 and meant > 1:
            text = f"option 150 has one address, {servers[0]}, where {meant} are meant"
            return [Finding("option_150_one_address", text, "the option must be defined as a list of addresses")]
        return []
    if name:
        text = f"there is option 66 ({name}) and no option 150"
        remedy = f"{_GIVE}, which phones ask first and which needs no DNS"
        return [Finding("option_66_only", text, remedy)]
    return [Finding("no_tftp_servers", "there is no option 150, so that phones find no TFTP server", _GIVE)]


def mismatches(wanted: Scope, state: t.Mapping[str, t.Any]) -> list[str]:
    """Word how a scope that was read back is not as wanted, with the name of a trap where it is in one."""
    wrong = differences(wanted, state)
    texts = [f"{name} {there!r} in place of {value!r}" for name, (value, there) in wrong.items()]
    if "tftp_servers" in wrong:
        texts += [str(each) for each in findings(state, wanted)]
    return texts


def judge(
    scopes: t.Iterable[Scope], rows: t.Iterable[Row], inherited: t.Mapping[str, t.Mapping[str, t.Any]] | None = None
) -> list[str]:
    """Put the findings of each row into its result, and return as warnings those that are still there.

    :param inherited: scope -> what it gets from elsewhere on the server where it has nothing of its own
    """
    warnings = []
    for scope, row in zip(scopes, rows, strict=True):
        if not scope.present:
            continue
        more = (inherited or {}).get(scope.name, {})
        before = findings(_with(row.before, more), scope)
        after = findings(_with(row.after, more), scope)
        left = {finding.name for finding in after}
        row.extra["findings"] = [
            {"name": each.name, "text": each.text, "remedy": each.remedy, "mended": each.name not in left}
            for each in [each for each in before if each.name not in left] + after
        ]
        warnings += [f"{scope.name}: {each}" for each in after]
    return warnings


def _with(state: t.Mapping[str, t.Any] | None, more: t.Mapping[str, t.Any]) -> dict[str, t.Any] | None:
    if state is None:
        return None
    return {**state, **{key: value for key, value in more.items() if not state.get(key)}}

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the plays of the verification find in the variables of each other's hosts. Pure functions."""

from __future__ import annotations

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._startup.remedies import remedies

# What the role's tasks files register or set, by the host that they run for.
WAIT = "__phone_verification_wait"
VERDICTS = "__phone_verification_verdicts"
PLANNED = "__phone_verification_rows"

# Errors of a device or of the way to it; any other one is of the input, or a defect.
_GAPS = frozenset({"AuthenticationFailed", "Unreachable", "Refused", "TimedOut", "Unsupported"})

HostVars = t.Mapping[str, t.Mapping[str, t.Any]]


def results(hosts: t.Iterable[str], host_vars: HostVars, name: str) -> dict[str, t.Any]:
    """Return what was registered under a name, by host, without those for which nothing was or the task was skipped."""
    found = {host: host_vars[host].get(name) for host in hosts if host in host_vars}
    return {host: result for host, result in found.items() if _is_result(result)}


def scopes(hosts: t.Iterable[str], host_vars: HostVars) -> list[t.Any]:
    """Return the planned scopes of all DHCP servers."""
    planned: list[t.Any] = []
    for host in hosts:
        variables = host_vars.get(host) or {}
        planned += variables.get("dhcp_scopes_scopes") or variables.get("voice_dhcp_scopes") or []
    return planned


def vlans(switches: t.Iterable[str], host_vars: HostVars) -> dict[str, list[t.Any]]:
    """Return the VLANs that are planned for each switch."""
    return {switch: host_vars[switch].get("voice_vlans") or [] for switch in switches if switch in host_vars}


def look_is_due(hosts: t.Iterable[str], host_vars: HostVars, verify: str) -> bool:
    """Tell whether switches and DHCP servers are to be looked at: a phone is missing, or all are to be judged.

    :param hosts: the publishers, which have waited
    :param verify: `missing` or `all`
    """
    waits = results(hosts, host_vars, WAIT)
    return any(verify == "all" or "missing" not in wait or bool(wait["missing"]) for wait in waits.values())


def planned_remedies(hosts: t.Iterable[str], host_vars: HostVars) -> dict[str, t.Any]:
    """Return what is to be mended of what these publishers judged, as `remedies` has it; empty for nothing."""
    verdicts = results(hosts, host_vars, VERDICTS)
    planned = [row for host in verdicts for row in host_vars[host].get(PLANNED) or []]
    due = remedies(planned, [row for result in verdicts.values() for row in result.get("results") or []])
    return due if any(due.values()) else {}


def known_registrations(wait: t.Mapping[str, t.Any]) -> list[t.Any] | None:
    """Return what a wait found, as `phone_startup_info` takes it; None where it is to ask for itself.

    It isn't to where the publisher refused the password: each time counts towards the account's lock.
    """
    if "registered" in wait:
        return list(wait.get("results") or [])
    error = wait.get("error")
    if isinstance(error, t.Mapping) and error.get("type") == "AuthenticationFailed":
        rows = wait.get("results") or []
        return [{"key": row.get("key"), "status": "failed", "error": wait.get("msg"), "refused": True} for row in rows]
    return None


def unasked(answers: t.Mapping[str, t.Any]) -> dict[str, str]:
    """Return the hosts that could not be asked, each with the reason."""
    return {host: str(result.get("msg") or "no answer") for host, result in answers.items() if "error" in result}


def wrong_input(result: t.Mapping[str, t.Any]) -> bool:
    """Tell whether a module failed for what it was given, or by a defect, and not because a device gave no answer."""
    error = result.get("error")
    if isinstance(error, t.Mapping):
        return error.get("type") not in _GAPS
    return bool(result.get("failed")) and "results" not in result


def _is_result(result: t.Any) -> bool:
    return isinstance(result, t.Mapping) and not result.get("skipped")

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every kind of DHCP server offers to `dhcp_scopes`."""

from __future__ import annotations

import abc
import typing as t
from dataclasses import dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.scope import Scope

ANY = None

_REMEDIES = {
    "ranges": "give 'excluded' for what is not to be handed out",
    "excluded": "give 'ranges' without these addresses",
    "options": "set it on the server by hand, or leave it out",
    "reservations": "set them on the server by hand, or leave them out",
    "tftp_server_name": "give 'tftp_servers', which phones ask first",
}


@dataclass(frozen=True)
class Capabilities:
    """What a kind of server can hold. Of a list: how many entries, ANY for no limit, 0 for none at all.

    :ivar provider: its name, for messages
    :ivar ranges: ranges of a scope that are handed out
    :ivar excluded: ranges that are not handed out
    :ivar options: options by their code
    :ivar lease_step: lease times are multiples of this many seconds
    :ivar longest_lease: in seconds
    :ivar infinite_lease: a lease without an end
    """

    provider: str = "of this kind"
    ranges: int | None = ANY
    excluded: int | None = ANY
    tftp_servers: int | None = ANY
    dns_servers: int | None = ANY
    options: int | None = ANY
    reservations: int | None = ANY
    tftp_server_name: bool = True
    lease_step: int = 1
    longest_lease: int = 0xFFFFFFFE
    infinite_lease: bool = True


_COUNTED = ("ranges", "excluded", "tftp_servers", "dns_servers", "options", "reservations")


class Provider(abc.ABC):
    """One DHCP server, as a context manager: entering it connects.

    The order is read, plan, and then either `rehearsed` or `apply`; both of these return the task's result.

    :ivar report: called with lines of progress
    """

    capabilities: t.ClassVar[Capabilities]

    def __init__(self, params: dict[str, t.Any]) -> None:
        self.params = params
        self.report: t.Callable[[str], None] = lambda line: None

    @abc.abstractmethod
    def __enter__(self) -> Provider: ...

    @abc.abstractmethod
    def __exit__(self, kind: t.Any, error: t.Any, trace: t.Any) -> None: ...

    @abc.abstractmethod
    def read(self) -> None:
        """Read all scopes of the server."""

    @abc.abstractmethod
    def plan(self, scopes: t.Sequence[Scope]) -> None:
        """Compare the wanted scopes with those that were read.

        :raises InvalidPlan: rows that this server cannot take; nothing has been touched
        """

    @abc.abstractmethod
    def rehearsed(self) -> dict[str, t.Any]:
        """Return the result of check mode."""

    @abc.abstractmethod
    def apply(self) -> dict[str, t.Any]:
        """Change what differs, read again, compare every field, save, and return the result."""


def unsupported(scopes: t.Iterable[Scope], capabilities: Capabilities) -> list[str]:
    """Return what a server of this kind cannot hold, each with its row and field."""
    return [
        row_fault("scopes", scope.index, scope.name, text)
        for scope in scopes
        if scope.present
        for text in capability_faults(scope, capabilities) + lease_faults(scope, capabilities)
    ]


def capability_faults(scope: Scope, capabilities: Capabilities) -> list[str]:
    """Return which fields of a scope, or how many of their entries, a server of this kind does not have."""
    faults = []
    who = f"provider {capabilities.provider}"
    for field in _COUNTED:
        most = getattr(capabilities, field)
        count = len(getattr(scope, field) or ())
        if most is ANY or count <= most:
            continue
        if most == 0:
            faults.append(f"{field}: not supported by {who}: {_REMEDIES.get(field, 'leave it out')}")
        else:
            faults.append(f"{field}: {count} entries are not supported by {who}: give {most} at most")
    if scope.tftp_server_name is not None and not capabilities.tftp_server_name:
        faults.append(f"tftp_server_name: not supported by {who}: {_REMEDIES['tftp_server_name']}")
    return faults


def lease_faults(scope: Scope, capabilities: Capabilities) -> list[str]:
    """Return why a server of this kind cannot hold the scope's lease time."""
    seconds = scope.lease_time
    if seconds is None:
        return []
    if isinstance(seconds, str):
        return (
            [] if capabilities.infinite_lease else [f"lease_time: a lease without an end ({seconds}) is not possible"]
        )
    if seconds % capabilities.lease_step:
        step = capabilities.lease_step
        lower = seconds // step * step
        return [f"lease_time: {seconds} is no multiple of {step} s, in which this server counts: give {lower + step}"]
    if seconds > capabilities.longest_lease:
        return [f"lease_time: {seconds} s is longer than the longest, {capabilities.longest_lease} s"]
    return []

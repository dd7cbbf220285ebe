# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every kind of DHCP server offers to `dhcp_scopes`."""

from __future__ import annotations

import abc
import typing as t
from dataclasses import dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.scope import Scope


@dataclass(frozen=True)
class Capabilities:
    """What a kind of server can hold.

    :ivar lease_step: lease times are multiples of this many seconds
    :ivar longest_lease: in seconds
    :ivar infinite_lease: a lease without an end
    :ivar excluded: ranges that are not handed out
    """

    lease_step: int = 1
    longest_lease: int = 0xFFFFFFFE
    infinite_lease: bool = True
    excluded: bool = True


class Provider(abc.ABC):
    """One DHCP server, as a context manager: entering it connects.

    The order is read, plan, and then either `rehearsed` or `apply`; both of these return the task's result.
    """

    capabilities: t.ClassVar[Capabilities]

    def __init__(self, params: dict[str, t.Any]) -> None:
        self.params = params

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

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Handshakes with the CallManagers that configuration files name, from here; each once for all phones."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._startup.service import Handshake

Wanted = tuple[str, int, bool]
"""Name or address, port, and whether TLS is spoken there."""


@dataclass(frozen=True)
class HandshakeOptions:
    """How CallManagers are asked.

    :ivar timeout: seconds for TCP, and again for TLS
    :ivar ca_path: file or folder with CA certificates (PEM), or CallManagers' own; without it no certificate is
        verified, since phones don't go by CAs but by their trust lists
    """

    timeout: float = 4.0
    parallel: int = 10
    budget: float = 120.0
    ca_path: str | None = None


def ask_call_managers(
    wanted: t.Collection[Wanted], options: HandshakeOptions, report: t.Callable[[str], None] = lambda line: None
) -> dict[Wanted, Handshake]:
    """Connect to each. One that isn't in the answer wasn't tried, because the time was used up.

    :raises Interrupted: on Ctrl-C
    """
    raise NotImplementedError

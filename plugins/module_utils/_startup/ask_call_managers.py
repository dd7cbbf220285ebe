# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Handshakes with the CallManagers that configuration files name, from here; each once for all phones."""

from __future__ import annotations

import time
import typing as t
from dataclasses import dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.crew import Crew
from ansible_collections.dialtone.voice.plugins.module_utils._phone.callmanager import contexts, shake
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

    timeout: float = 3.0
    parallel: int = 10
    budget: float = 120.0
    ca_path: str | None = None


def ask_call_managers(wanted: t.Collection[Wanted], options: HandshakeOptions) -> dict[Wanted, Handshake]:
    """Connect to each. One that isn't in the answer wasn't tried, because the time was used up.

    :raises Interrupted: on Ctrl-C
    """
    tls = contexts(options.ca_path)
    end = time.monotonic() + options.budget

    def connect(one: Wanted) -> Handshake | None:
        name, port, secure = one
        if time.monotonic() > end:
            return None
        return shake(name, port, options.timeout, tls if secure else None)

    once = sorted(set(wanted))
    outcomes = Crew(options.parallel, ends=lambda error: True).run(connect, once)
    return {one: outcome.value for one, outcome in zip(once, outcomes, strict=True) if outcome.value is not None}

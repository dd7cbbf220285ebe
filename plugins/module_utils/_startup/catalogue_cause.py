# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be said of a cause."""

from __future__ import annotations

from dataclasses import dataclass

# The parts of the plan, which can mend a cause that lies in them.
PORTS = "ports"
SCOPES = "scopes"
PHONES = "phones"
RESET = "reset"


@dataclass(frozen=True)
class Cause:
    """A cause by which a phone doesn't get to registered, or isn't complete when it is.

    :ivar stops: whether it stops a phone as a rule; others are findings
    :ivar seen: what the people at the phone, and the systems around it, see
    :ivar proven: what proves it
    :ivar reasons: RIS's StatusReasons that go with it
    :ivar messages: what the phone writes into its status messages, in Cisco's words, `*` for a name
    :ivar mendable: the part of the plan that can mend it: PORTS, SCOPES, PHONES or RESET, None for none
    """

    name: str
    step: str
    stops: bool
    seen: str
    proven: str
    remedy: str
    reasons: tuple[int, ...] = ()
    messages: tuple[str, ...] = ()
    mendable: str | None = None

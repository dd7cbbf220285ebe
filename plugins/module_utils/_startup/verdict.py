# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The judgement of one phone. Plain data."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._startup.proof import Proof


@dataclass(frozen=True)
class Step:
    """One step of the verdict: its status, in words why, and what proves it."""

    name: str
    status: str
    text: str = ""
    evidence: tuple[Proof, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A cause that was found: of a step, with what proves it, how sure it is, and what to do.

    :ivar stops: whether it stops this phone; a cause that stops others may leave one alone, such as a CTL that is
        missing for a phone without security
    """

    cause: str
    step: str
    text: str
    confidence: str
    remedy: str
    evidence: tuple[Proof, ...] = ()
    stops: bool = True


@dataclass(frozen=True)
class Verdict:
    """The judgement of one phone.

    :ivar as_planned: whether it is registered as planned
    :ivar stuck: the cause that stops it, None where it is registered as planned
    :ivar findings: what is wrong without stopping it
    :ivar steps: all fourteen, in their order
    :ivar would_take: what it would take to know more, empty where all is known
    """

    name: str
    as_planned: bool
    stuck: Finding | None
    findings: tuple[Finding, ...]
    steps: tuple[Step, ...]
    would_take: tuple[str, ...] = ()

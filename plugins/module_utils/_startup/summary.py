# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verdicts and gaps counted. Pure functions."""

from __future__ import annotations

import typing as t
from collections import Counter

from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Evidence
from ansible_collections.dialtone.voice.plugins.module_utils._startup.steps import UNKNOWN
from ansible_collections.dialtone.voice.plugins.module_utils._startup.verdict import Verdict


def summary_of(verdicts: t.Sequence[Verdict]) -> dict[str, t.Any]:
    """Return how many phones there are, are as planned, are stuck for each cause, and have each finding."""
    causes = Counter(
        verdict.stuck.cause if verdict.stuck else UNKNOWN for verdict in verdicts if not verdict.as_planned
    )
    findings = Counter(name for verdict in verdicts for name in {finding.cause for finding in verdict.findings})
    return {
        "phones": len(verdicts),
        "registered_as_planned": sum(verdict.as_planned for verdict in verdicts),
        "causes": dict(causes.most_common()),
        "findings": dict(findings.most_common()),
    }


def gaps_of(evidence: t.Iterable[Evidence]) -> list[dict[str, t.Any]]:
    """Return each gap once, by source and reason, with the number of phones that it concerns."""
    found = Counter((source, why) for each in evidence for source, why in each.gaps.items())
    return [{"source": source, "why": why, "phones": count} for (source, why), count in found.most_common()]

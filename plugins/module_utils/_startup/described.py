# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verdicts as results have them: nothing but texts, lists and dictionaries. Pure functions."""

from __future__ import annotations

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Evidence
from ansible_collections.dialtone.voice.plugins.module_utils._startup.proof import Proof
from ansible_collections.dialtone.voice.plugins.module_utils._startup.verdict import Finding, Verdict
from ansible_collections.dialtone.voice.plugins.module_utils._text import printable


def described(verdict: Verdict) -> dict[str, t.Any]:
    """Return a phone's verdict.

    `stuck_at`, `cause`, `text`, `remedy` and `confidence` are None where the phone is registered as planned. What
    devices said is in it without anything that a terminal would obey.
    """
    stuck = verdict.stuck
    return {
        "registered_as_planned": verdict.as_planned,
        "stuck_at": stuck.step if stuck else None,
        "cause": stuck.cause if stuck else None,
        "confidence": stuck.confidence if stuck else None,
        "text": printable(stuck.text) if stuck else None,
        "remedy": printable(stuck.remedy) if stuck else None,
        "evidence": _proofs(stuck.evidence) if stuck else [],
        "findings": [_finding(finding) for finding in verdict.findings],
        "steps": [{"step": step.name, "status": step.status, "text": printable(step.text)} for step in verdict.steps],
        "would_take": [printable(need) for need in verdict.would_take],
    }


def _finding(finding: Finding) -> dict[str, t.Any]:
    return {
        "cause": finding.cause,
        "step": finding.step,
        "text": printable(finding.text),
        "confidence": finding.confidence,
        "remedy": printable(finding.remedy),
        "evidence": _proofs(finding.evidence),
    }


def _proofs(evidence: t.Iterable[Proof]) -> list[dict[str, str]]:
    return [
        {"source": printable(proof.source), "asked": printable(proof.asked), "answer": printable(proof.answer)}
        for proof in evidence
    ]


def summary(verdicts: t.Iterable[Verdict]) -> dict[str, t.Any]:
    """Return how many phones there are, how many are registered as planned, and how many have each cause or finding."""
    phones = planned = 0
    causes: dict[str, int] = {}
    findings: dict[str, int] = {}
    for verdict in verdicts:
        phones += 1
        planned += verdict.as_planned
        if verdict.stuck:
            causes[verdict.stuck.cause] = causes.get(verdict.stuck.cause, 0) + 1
        for cause in {finding.cause for finding in verdict.findings}:
            findings[cause] = findings.get(cause, 0) + 1
    return {
        "phones": phones,
        "registered_as_planned": planned,
        "causes": dict(sorted(causes.items())),
        "findings": dict(sorted(findings.items())),
    }


def gaps(evidence: t.Iterable[Evidence]) -> list[dict[str, t.Any]]:
    """Return each gap once, by source and reason, with the number of phones that it concerns, the most first."""
    found: dict[tuple[str, str], int] = {}
    for each in evidence:
        for gap in each.gaps.items():
            found[gap] = found.get(gap, 0) + 1
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [{"source": source, "why": printable(why), "phones": count} for (source, why), count in ordered]

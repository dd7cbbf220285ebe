# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of the phones in the end: some lines for each that isn't as planned, then the counts. Pure functions."""

from __future__ import annotations

import textwrap
import typing as t
from collections import Counter
from dataclasses import dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.registration import INCONCLUSIVE
from ansible_collections.dialtone.voice.plugins.module_utils._results import NOT_ATTEMPTED
from ansible_collections.dialtone.voice.plugins.module_utils._startup.steps import CERTAIN, STEPS, UNKNOWN
from ansible_collections.dialtone.voice.plugins.module_utils._text import one_line, printable

ALIKE = 5
"""Phones with the same cause or finding that are told of with their proof; more of them get one line each."""

_EXPLAINED, _SHORT = 5, 80
"""Hosts of which is told in full why they could not be asked, and how long that of others may be."""

_PROOFS = 3
_ANSWER = 240
_QUOTED = 8
_BAR = 30

Row = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class Told:
    """One phone: its place, what is missing until it is registered as planned, and its verdict.

    :ivar problem: what the registration lacks, None where it is as planned
    :ivar verdict: as `phone_startup_info` returns it, None where it was not judged
    :ivar known: whether CUCM told whether it is registered
    """

    name: str
    place: str
    problem: str | None
    verdict: Row | None
    known: bool = True

    @property
    def as_planned(self) -> bool:
        """Whether it is registered as planned: the verdict knows more than the registration does."""
        return bool(self.verdict["registered_as_planned"]) if self.verdict else self.problem is None

    @property
    def findings(self) -> list[Row]:
        return list((self.verdict or {}).get("findings") or [])

    @property
    def cause(self) -> str:
        return "" if self.as_planned else str((self.verdict or {}).get("cause") or UNKNOWN)


def phones_told(planned: t.Sequence[Row], registrations: t.Sequence[Row], verdicts: t.Sequence[Row]) -> list[Told]:
    """Put together what is known of each planned phone, in their order.

    :param planned: rows of `phone_startup_info`
    :param registrations: results of `wait_for_registration`; without one a phone counts as not seen
    :param verdicts: results of `phone_startup_info`
    """
    seen = {str(row.get("key")): row for row in registrations}
    judged = {str(row.get("key")): row.get("verdict") for row in verdicts}
    told = []
    for row in planned:
        name = str(row.get("name"))
        registration = seen.get(name)
        problem, known = "its registration is not known", False
        if registration is not None:
            known = registration.get("status") != NOT_ATTEMPTED and registration.get("state") != INCONCLUSIVE
            done = registration.get("status") == "unchanged"
            problem = None if done else str(registration.get("error") or "not registered")
        place = " ".join(str(row[part]) for part in ("switch", "interface") if row.get(part))
        told.append(Told(name, place, problem, judged.get(name), known))
    return told


def counted(phones: t.Iterable[Told]) -> dict[str, dict[str, int]]:
    """Return how many phones each cause stops, and how many have each finding, in the order of the ladder."""
    steps: dict[str, str] = {}
    causes: Counter[str] = Counter()
    findings: Counter[str] = Counter()
    for phone in phones:
        if phone.cause:
            causes[phone.cause] += 1
            steps[phone.cause] = str((phone.verdict or {}).get("stuck_at") or "")
        for finding in phone.findings:
            findings[str(finding["cause"])] += 1
            steps[str(finding["cause"])] = str(finding["step"])
    ladder = {step: place for place, step in enumerate(STEPS)}

    def by_step(name: str) -> tuple[int, str]:
        return ladder.get(steps.get(name, ""), len(ladder)), name

    return {
        "causes": {name: causes[name] for name in sorted(causes, key=by_step)},
        "findings": {name: findings[name] for name in sorted(findings, key=by_step)},
    }


def headline(phones: t.Sequence[Told]) -> str:
    """Return how many phones are there, in one line."""
    there = sum(phone.as_planned for phone in phones)
    unknown = len(_not_known(phones))
    return (
        f"{there} of {len(phones)} phones registered as planned{f'; of {unknown} it is not known' if unknown else ''}"
    )


def _not_known(phones: t.Iterable[Told]) -> list[Told]:
    return [phone for phone in phones if not phone.known and phone.cause == UNKNOWN]


def summary(phones: t.Sequence[Told]) -> str:
    """Return the headline and what stops how many phones."""
    number = counted(phones)
    number["causes"][UNKNOWN] = number["causes"].get(UNKNOWN, 0) - len(_not_known(phones))
    parts = [headline(phones)]
    parts += [
        f"{what}: {', '.join(f'{count} {name}' for name, count in number[kind].items() if count)}"
        for kind, what in (("causes", "stuck"), ("findings", "findings"))
        if any(number[kind].values())
    ]
    return "; ".join(parts)


def lines(phones: t.Sequence[Told], unasked: t.Mapping[str, str], *, width: int | None = None) -> list[str]:
    """Return the report.

    :param unasked: host that could not be asked -> why
    :param width: columns of the terminal that it is for; None for plain lines
    """
    wrong = [phone for phone in phones if not phone.as_planned or phone.findings]
    whys = {host: one_line(why) for host, why in unasked.items()}
    needs = Counter(need for phone in wrong for need in _needs(phone))
    # What a host's own line says, and what several phones lack, isn't said at each.
    shared = {need: count for need, count in needs.items() if count > 1 or any(why in need for why in whys.values())}
    seen: Counter[str] = Counter()
    told: list[str] = []
    for phone in wrong:
        told += _phone(phone, width, seen, shared)
    for place, (host, why) in enumerate(whys.items()):
        reason = why if place < _EXPLAINED else one_line(why, _SHORT)
        told += _folded(f"{host} could not be asked: {reason}", width, "  ")
    for need, count in shared.items():
        if not any(why in need for why in whys.values()):
            told += _folded(f"to know more of {count} phones: {need}", width, "  ")
    number = counted(phones)
    if width and (number["causes"] or number["findings"]):
        told += ["", *_bars(number, width), ""]
    told.append(summary(phones) if width is None else headline(phones))
    return [printable(line) for line in told]


def _needs(phone: Told) -> list[str]:
    """What it would take to know more of a phone, where that isn't certain."""
    verdict = phone.verdict or {}
    sure = phone.cause != UNKNOWN and verdict.get("confidence") in (CERTAIN, None)
    if sure and all(finding.get("confidence") == CERTAIN for finding in phone.findings):
        return []
    return [one_line(need) for need in verdict.get("would_take") or []]


def _phone(phone: Told, width: int | None, seen: Counter[str], shared: t.Container[str]) -> list[str]:
    """Return a phone's lines; of many alike, the later ones have what was seen behind the cause, and no proof.

    :param seen: how often each cause and finding was told, counted on here
    :param shared: what it would take to know more, and is told in the end for all phones
    """
    verdict = phone.verdict or {}
    head = f"{phone.name}{f' ({phone.place})' if phone.place else ''}"
    stuck = not phone.as_planned and bool(verdict) and phone.cause != UNKNOWN
    if phone.as_planned:
        first = f"{head}: registered as planned, but"
    elif not verdict:
        first = f"{head}: not judged: {phone.problem or 'not registered as planned'}"
    elif not stuck:
        first = f"{head}: the cause is unknown{_at(verdict)}: {verdict.get('text') or phone.problem}"
    else:
        first = f"{head}: stuck at {verdict['stuck_at']}: {phone.cause} ({verdict['confidence']})"
    names = [phone.cause] if phone.cause else []
    names += [str(finding["cause"]) for finding in phone.findings]
    seen.update(names)
    if all(seen[name] > ALIKE for name in names):
        also = [str(verdict["text"])] if stuck and verdict.get("text") else []
        also += [f"{finding['step']}: {finding['cause']}" for finding in phone.findings]
        colon = "" if phone.as_planned or not also else ":"
        return _folded(" ".join([f"{first}{colon}", "; ".join(also)]).rstrip(), width, "    ")
    told = _folded(first, width, "    ", gap=bool(width))
    if stuck:
        told += _details(verdict, width, "  ", brief=seen[phone.cause] > ALIKE)
    for finding in phone.findings:
        told += _folded(f"  found at {finding['step']}: {finding['cause']} ({finding['confidence']})", width, "    ")
        told += _details(finding, width, "    ", brief=seen[str(finding["cause"])] > ALIKE)
    for need in _needs(phone):
        if need not in shared:
            told += _folded(f"  to know more: {need}", width, "    ")
    return told


def _at(verdict: Row) -> str:
    return f", at {verdict['stuck_at']}" if verdict.get("stuck_at") else ""


def _details(statement: Row, width: int | None, indent: str, *, brief: bool) -> list[str]:
    told = []
    if statement.get("text"):
        told += _folded(f"{indent}because: {statement['text']}", width, f"{indent}  ")
    if brief:
        return told
    for proof in list(statement.get("evidence") or [])[:_PROOFS]:
        told += _proof(proof, width, indent)
    if statement.get("remedy"):
        told += _folded(f"{indent}remedy: {statement['remedy']}", width, f"{indent}  ")
    return told


def _proof(proof: Row, width: int | None, indent: str) -> list[str]:
    asked = f"{indent}proof: {proof.get('source')}, {proof.get('asked')}:"
    answer = str(proof.get("answer") or "").strip("\n")
    if width is None:
        return [f"{asked} {one_line(answer, _ANSWER)}"]
    # A device's own words keep their columns: what is too wide for the terminal is cut, not folded.
    quoted = answer.splitlines()
    cut = [f"{indent}  | {line}"[:width].rstrip() for line in quoted[:_QUOTED]]
    more = [f"{indent}  | ... {len(quoted) - _QUOTED} lines more"] if len(quoted) > _QUOTED else []
    return [*_folded(asked, width, f"{indent}  "), *cut, *more]


def _bars(number: t.Mapping[str, t.Mapping[str, int]], width: int) -> list[str]:
    """Return a line with a bar for each cause."""
    rows = [(name, count) for kind in ("causes", "findings") for name, count in number[kind].items()]
    most = max(count for _name, count in rows)
    wide = max(len(name) for name, _count in rows)
    digits = len(str(most))
    room = max(1, min(_BAR, width - wide - digits - 6))
    return [f"  {name:<{wide}}  {count:>{digits}}  {'#' * max(1, room * count // most)}" for name, count in rows]


def _folded(text: str, width: int | None, indent: str, *, gap: bool = False) -> list[str]:
    """Fold a line to the terminal's width; one that isn't for a terminal stays one line."""
    plain = " ".join(text.split()) if width is None else text
    if width is None:
        return [text[: len(text) - len(text.lstrip())] + plain]
    folded = textwrap.wrap(
        text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
    return ["", *folded] if gap else folded

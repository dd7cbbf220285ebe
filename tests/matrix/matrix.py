"""Every fault of the lab, alone, and what `verify_phones` says of it: the confusion matrix of faults and verdicts."""

from __future__ import annotations

import queue
import re
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lab.background import wait_until
from lab.faults import describe
from tests.matrix.site import ControlError, NotReached, Site, Verified

SITES = ("campus", "campus-secure")
# What only secured phones meet as their causes say; elsewhere they are looked for in vain, or on other ways.
SECURED = frozenset({"ctl_missing", "config_undecryptable", "tls_handshake_failed"})
HEALTHY = "(none)"
_SAYS_AGAIN = 5.0

Fault = dict[str, Any]
Verdict = dict[str, Any]


@dataclass
class Outcome:
    """One fault and what was said.

    :ivar named: causes and findings that the broken phone's verdict names
    :ivar problems: what isn't as it has to be, in words; none where all is well
    """

    fault: str
    site: str = ""
    phone: str = ""
    named: list[str] = field(default_factory=list)
    confidence: str = ""
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0
    looks: int = 1


def known_faults(names: Sequence[str] = ()) -> list[Fault]:
    """The lab's faults in the order of the ladder; those of these names, where some are given."""
    table = describe()
    unknown = set(names) - {fault["name"] for fault in table}
    if unknown:
        raise ValueError(f"the lab has no fault {', '.join(sorted(unknown))}")
    return [fault for fault in table if not names or fault["name"] in names]


def named_by(verdict: Verdict) -> list[str]:
    """The causes that a verdict names: the one that stops the phone first."""
    stuck = [] if verdict["registered_as_planned"] else [str(verdict["cause"])]
    return stuck + [finding["cause"] for finding in verdict["findings"]]


# -- one fault ---------------------------------------------------------------------------------------------------------


def healthy(site: Site) -> Outcome:
    """The site as it stands: nobody may have a cause or a finding."""
    outcome = Outcome(HEALTHY, site.name)
    began = time.monotonic()
    run = site.verify()
    outcome.seconds = time.monotonic() - began
    outcome.problems = [*_whole(site, run), *_unclean(run.verdicts, {})]
    return outcome


def try_fault(site: Site, fault: Fault, turn: int, looks: int = 1) -> Outcome | None:
    """Break one phone, verify, heal; None where no phone of this site can have the fault.

    :param looks: how often it is verified before what is wrong counts; a phone that starts over and over says now more,
        now less
    """
    phones = sorted(site.status())
    for step in range(len(phones)):
        phone = phones[(turn + step) % len(phones)]
        try:
            site.break_one(phone, fault["name"])
        except ControlError:
            continue
        return _verified(site, fault, phone, looks)
    return None


def _verified(site: Site, fault: Fault, phone: str, looks: int) -> Outcome:
    began = time.monotonic()
    try:
        site.wait_noticed(phone, stops=fault["stops"])
        for look in range(1, looks + 1):
            outcome = Outcome(fault["name"], site.name, phone, looks=look)
            run = site.verify()
            outcome.problems = _whole(site, run)
            concerned = {name for name, each in site.status().items() if each["concerned_by"]}
            if phone in run.verdicts:
                _judge(site, fault, run, outcome, concerned)
            if not outcome.problems:
                break
    finally:
        site.heal(phone)
        outcome.seconds = time.monotonic() - began
    return outcome


def _whole(site: Site, run: Verified) -> list[str]:
    missing = sorted(set(site.status()) - set(run.verdicts))
    return [f"no verdict for {', '.join(missing)} (exit code {run.code}): {run.output[-1500:]}"] if missing else []


def _judge(site: Site, fault: Fault, run: Verified, outcome: Outcome, concerned: set[str]) -> None:
    verdict = run.verdicts[outcome.phone]
    outcome.named = named_by(verdict)
    stated = [verdict, *verdict["findings"]]
    statement = next((one for one in stated if one["cause"] == fault["name"]), None)
    if outcome.named != [fault["name"]]:
        outcome.problems.append(f"{outcome.phone} is said to have {', '.join(outcome.named) or 'nothing'}")
    if statement is not None:
        outcome.confidence = str(statement["confidence"])
        step = statement.get("stuck_at") or statement.get("step")
        if step != fault["step"]:
            outcome.problems.append(f"named at {step}, not at {fault['step']}")
        if fault["stops"] and statement is not verdict:
            outcome.problems.append("named as a finding, though it stops the phone")
        outcome.problems += unquoted(site, statement["evidence"])
    others = {name: verdict for name, verdict in run.verdicts.items() if name != outcome.phone}
    outcome.problems += _unclean(others, dict.fromkeys(concerned, fault["name"]))


def _unclean(verdicts: dict[str, Verdict], concerned: dict[str, str]) -> list[str]:
    """What phones are said to have that were not broken; a fault of their scope, switch or site may be theirs too."""
    said = {
        name: [cause for cause in named_by(verdict) if cause != concerned.get(name)]
        for name, verdict in verdicts.items()
    }
    return [f"{name} beside it is said to have {', '.join(causes)}" for name, causes in said.items() if causes]


# -- the evidence ------------------------------------------------------------------------------------------------------


def unquoted(site: Site, evidence: Sequence[dict[str, str]]) -> list[str]:
    """What is wrong with the evidence: none, or words that the device does not say."""
    if not evidence:
        return ["no evidence"]
    problems = []
    switches = site.switches
    for proof in evidence:
        if not all(proof.get(part) for part in ("source", "asked", "answer")):
            problems.append(f"half a proof: {proof}")
        elif (switch := proof["source"].split()[-1]) in switches and proof["asked"].startswith("show "):
            problems += _unsaid(site, switch, proof)
    return problems


def _unsaid(site: Site, switch: str, proof: dict[str, str]) -> list[str]:
    """Words of the proof that the switch does not say; a link that goes up and down says now this and now that."""
    left = _fragments(proof["answer"])

    def all_said() -> bool:
        said = _plain(site.says(switch, proof["asked"]))
        left[:] = [words for words in left if words not in said]
        return not left

    wait_until(all_said, _SAYS_AGAIN)
    return [f"{switch} does not say {words!r} to {proof['asked']}" for words in left]


def _fragments(answer: str) -> list[str]:
    """The device's words in an answer; what is in brackets tells that it said nothing, and dots what was left out."""
    pieces = re.split(r"\n|\.\.\.|…", answer)
    return [_plain(piece) for piece in pieces if piece.strip() and not re.fullmatch(r"\s*\(.*\)\s*", piece)]


def _plain(text: str) -> str:
    """Without differences of blanks and, since times and counters go on, of digits."""
    return re.sub(r"\d+", "0", " ".join(text.split()))


# -- all of them -------------------------------------------------------------------------------------------------------


def run_all(
    faults: Sequence[Fault],
    folder: Path,
    *,
    labs: int = 2,
    looks: int = 1,
    told: Callable[[Outcome], None] = lambda outcome: None,
) -> list[Outcome]:
    """Try every fault on the first site that can have it, in so many labs side by side; in the order of the faults."""
    outcomes: dict[str, Outcome] = {}
    left = list(faults)
    for name in SITES:
        wanted = [fault for fault in left if name == SITES[-1] or fault["name"] not in SECURED]
        if wanted:
            refused = _run_on(name, wanted, folder, labs, looks, told, outcomes)
            left = [fault for fault in left if fault in refused or fault not in wanted]
    for fault in left:
        outcomes[fault["name"]] = Outcome(fault["name"], problems=["no phone of any site can have it"])
    clean = [outcome for key, outcome in outcomes.items() if key.startswith(HEALTHY)]
    return [*clean, *(outcomes[fault["name"]] for fault in faults)]


def _run_on(
    name: str,
    faults: Sequence[Fault],
    folder: Path,
    labs: int,
    looks: int,
    told: Callable[[Outcome], None],
    outcomes: dict[str, Outcome],
) -> list[Fault]:
    """Returns the faults that no phone of this site can have."""
    waiting: queue.SimpleQueue[tuple[int, Fault]] = queue.SimpleQueue()
    for place in enumerate(faults):
        waiting.put(place)
    refused: list[str] = []
    lost: list[BaseException] = []
    ended = threading.Event()

    def note(outcome: Outcome, key: str) -> None:
        outcomes[key] = outcome
        told(outcome)

    def drain(site: Site) -> bool:
        """Try what is left; false where this lab is in no state to go on with."""
        while not ended.is_set():
            try:
                turn, fault = waiting.get_nowait()
            except queue.Empty:
                break
            try:
                outcome = try_fault(site, fault, turn, looks)
            except NotReached as error:
                note(Outcome(fault["name"], name, problems=[str(error)[:2000]]), fault["name"])
                return False
            if outcome is None:
                refused.append(fault["name"])
            else:
                note(outcome, fault["name"])
        return True

    def work(number: int) -> None:
        try:
            for turn in range(len(faults) + 1):
                with Site(name, folder / f"{name}-{number}-{turn}") as site:
                    if number == turn == 0:
                        note(healthy(site), f"{HEALTHY} {name}")
                    if drain(site):
                        break
        except BaseException as error:
            lost.append(error)
            ended.set()
            raise

    workers = [threading.Thread(target=work, args=(number,)) for number in range(min(labs, len(faults)))]
    for worker in workers:
        worker.start()
    try:
        for worker in workers:
            worker.join()
    except BaseException:
        ended.set()
        for worker in workers:
            worker.join()
        raise
    if lost:
        raise lost[0]
    return [fault for fault in faults if fault["name"] in refused]


def diagonal(outcomes: Iterable[Outcome]) -> bool:
    """Whether each fault got its own name and no other."""
    return all(outcome.named == [outcome.fault] for outcome in outcomes if outcome.fault != HEALTHY)


def _again(outcome: Outcome) -> str:
    return f", look {outcome.looks}" if outcome.looks > 1 else ""


def table(outcomes: Sequence[Outcome]) -> list[str]:
    """The confusion matrix: a row for each fault, a column for each verdict, in the same order; then what is wrong."""
    faults = [outcome for outcome in outcomes if outcome.fault != HEALTHY]
    columns = [outcome.fault for outcome in faults]
    columns += sorted({name for outcome in faults for name in outcome.named} - set(columns))
    wide = max([len(name) for name in columns], default=0)
    lines = [
        f"{'fault':<{wide}}     " + "".join(str(number // 10 or " ") for number in range(1, len(columns) + 1)),
        f"{'':<{wide}}     " + "".join(str(number % 10) for number in range(1, len(columns) + 1)),
    ]
    for number, outcome in enumerate(faults, start=1):
        cells = "".join(_cell(outcome, column) for column in columns)
        lines.append(f"{outcome.fault:<{wide}}  {number:>2} {cells} {outcome.confidence}{_again(outcome)}")
    lines += [f"{name:<{wide}}  {number:>2}" for number, name in enumerate(columns[len(faults) :], len(faults) + 1)]
    for outcome in outcomes:
        lines += [f"{outcome.fault} ({outcome.site}): {problem}" for problem in outcome.problems]
    return [line.rstrip() for line in lines]


def _cell(outcome: Outcome, column: str) -> str:
    if column not in outcome.named:
        return "."
    return "#" if column == outcome.fault else "x"

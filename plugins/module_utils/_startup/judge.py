# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From evidence to the verdict: the earliest cause that stops the phone, and what is known of every step. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from ansible_collections.dialtone.voice.plugins.module_utils._cucm import registration as reg
from ansible_collections.dialtone.voice.plugins.module_utils._startup import rules_common as common
from ansible_collections.dialtone.voice.plugins.module_utils._startup.catalogue import CAUSES
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import (
    CALL_MANAGERS,
    CUCM,
    DHCP,
    FILES,
    PAGES,
    REGISTRATION,
    SERVICES,
    SWITCH,
    Evidence,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup.proof import Proof
from ansible_collections.dialtone.voice.plugins.module_utils._startup.rules import RULES
from ansible_collections.dialtone.voice.plugins.module_utils._startup.rules_dhcp import unread_servers
from ansible_collections.dialtone.voice.plugins.module_utils._startup.rules_steps import SHOWS, Shown
from ansible_collections.dialtone.voice.plugins.module_utils._startup.steps import (
    BLOCKED,
    CERTAIN,
    ERROR,
    FAILURE,
    LIKELY,
    POSSIBLE,
    SKIPPED,
    STEPS,
    SUCCESS,
    UNKNOWN,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup.verdict import Finding, Step, Verdict

_CONFIGURATION = (
    "tftp_unreachable",
    "tftp_service_stopped",
    "trust_list_mismatch",
    "device_not_in_cucm",
    "config_missing",
    "config_stale",
    "config_undecryptable",
)
_FIRMWARE = ("firmware_missing", "firmware_wrong_model", "firmware_download_failed")
_LINES = ("no_line", "digest_authentication_failed", "maximum_devices_exceeded", "duplicate_registration")
# What can be the cause for a phone that is registered, but not as planned: its way to CUCM is proven.
_DEVIATIONS: dict[str, tuple[str, ...]] = {
    reg.WRONG_PROTOCOL: (*_CONFIGURATION, *_FIRMWARE, "protocol_mismatch"),
    reg.WRONG_NODE: (
        *_CONFIGURATION,
        "cucm_name_unresolvable",
        "cucm_port_blocked",
        "callmanager_stopped",
        "tls_handshake_failed",
    ),
    reg.LINE_MISSING: (*_CONFIGURATION, *_LINES),
    reg.PARTIAL: (*_CONFIGURATION, *_LINES),
    reg.WRONG_LOAD: (*_CONFIGURATION, *_FIRMWARE),
}
# The step at which a deviation shows, for one whose cause isn't known.
_DEVIATES_AT = {reg.WRONG_NODE: "cucm_connection", reg.WRONG_LOAD: "firmware_upgrade"}
# What leaves a registered phone alone until it starts again, and stops it then.
_LASTING = frozenset(
    {
        "wrong_port",
        "voice_vlan_missing",
        "voice_vlan_wrong",
        "scope_missing",
        "relay_missing",
        "option150_missing",
        "option150_wrong_server",
        "option150_not_addresses",
        "gateway_wrong",
        "tftp_service_stopped",
        "ctl_missing",
        "trust_list_mismatch",
        "config_missing",
        "config_stale",
        "firmware_missing",
    }
)
# The sources that tell of a step, so that without one of them an earlier cause may go unseen.
_SOURCES: dict[str, tuple[str, ...]] = {
    "power": (SWITCH,),
    "firmware_boot": (SWITCH,),
    "voice_vlan": (SWITCH,),
    "dhcp": (DHCP,),
    "ctl": (FILES,),
    "itl": (FILES,),
    "config_file": (FILES, CUCM),
    "firmware_upgrade": (FILES,),
    "dial_rules": (FILES,),
    "cucm_connection": (CALL_MANAGERS, SERVICES),
    "registration": (REGISTRATION, CUCM),
    "localization": (FILES,),
    "softkeys": (FILES,),
    "ringtones": (FILES,),
}
_ALL_SOURCES = (REGISTRATION, SWITCH, DHCP, CUCM, SERVICES, FILES, PAGES, CALL_MANAGERS)


def judge(evidence: Evidence) -> Verdict:
    """Return the verdict of one phone: exactly one cause where it isn't registered as planned, `unknown` among them.

    The earliest step with a cause that stops the phone is named; what comes after it isn't reported until it is healed.
    """
    planned = common.as_planned(evidence)
    candidates = [finding for _cause, rule in RULES if (finding := rule(evidence))]
    stopping, findings = _sorted_out(evidence, candidates)
    shown = {step: SHOWS[step](evidence) for step in STEPS}
    reached = _reached(evidence, shown)
    stuck = None
    if not planned:
        stuck = _graded(evidence, stopping[0], reached) if stopping else _unknown(evidence, shown, reached)
        if not _on_the_air(evidence):
            at = stuck.step if stopping else "registration"
            findings = [one for one in findings if STEPS.index(one.step) <= STEPS.index(at)]
    steps = _steps(evidence, shown, reached, stuck, findings)
    return Verdict(
        name=evidence.planned.name,
        as_planned=planned,
        stuck=stuck,
        findings=tuple(findings),
        steps=steps,
        would_take=_would_take(evidence, stuck, steps),
    )


def _sorted_out(e: Evidence, candidates: list[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Return what stops the phone and what doesn't, each in the order of the ladder."""
    if not _on_the_air(e):
        return [one for one in candidates if one.stops], [one for one in candidates if not one.stops]
    allowed = _DEVIATIONS.get(common.state(e), _deviations(e))
    stopping = [] if common.as_planned(e) else [one for one in candidates if one.stops and one.cause in allowed]
    findings = []
    for one in candidates:
        if not one.stops or not CAUSES[one.cause].stops:
            findings.append(one)
        elif one not in stopping and one.cause in _LASTING and one.confidence == CERTAIN:
            text = f"{one.text}. It is registered all the same; this concerns its next start"
            findings.append(replace(one, text=text, stops=False))
    return stopping, findings


def _deviations(e: Evidence) -> tuple[str, ...]:
    """The causes for a phone that is registered with a problem which its state doesn't name."""
    told = common.registered(e) and not common.as_planned(e)
    return tuple(dict.fromkeys(sum(_DEVIATIONS.values(), ()))) if told else ()


def _reached(e: Evidence, shown: dict[str, Shown]) -> int:
    """The number of steps that a later success proves: who comes to CUCM has power, an address and a configuration."""
    if common.registered(e):
        return STEPS.index("registration")
    if common.rejected(e):
        return STEPS.index("cucm_connection") + 1
    if common.pages(e):
        # It runs; that it is in its voice VLAN is another thing.
        placed = common.in_voice_vlan(e) or e.planned.voice_vlan is None
        served = STEPS.index("dhcp") + (not common.without_tftp(e))
        return served if placed else STEPS.index("firmware_boot") + 1
    return STEPS.index("firmware_boot") if shown["firmware_boot"].status == SUCCESS else 0


def _graded(e: Evidence, stuck: Finding, reached: int) -> Finding:
    """Return a finding that is no surer than the steps before it: an earlier cause may go unseen."""
    if stuck.confidence != CERTAIN:
        return stuck
    # Without the state of its registration, nobody knows that the phone is stuck at all.
    if not common.state(e):
        return replace(stuck, confidence=LIKELY)
    before = STEPS[: STEPS.index(stuck.step)]
    unseen = [step for step in before[reached:] if any(source in e.gaps for source in _SOURCES[step])]
    return replace(stuck, confidence=LIKELY) if unseen else stuck


def _unknown(e: Evidence, shown: dict[str, Shown], reached: int) -> Finding:
    """Return the honest answer, at the first step that isn't shown to be taken."""
    state, told = common.state(e), e.registration
    open_steps = [step for at, step in enumerate(STEPS) if at >= reached and shown[step].status == ERROR]
    step = _DEVIATES_AT.get(state) or ("registration" if reached >= STEPS.index("registration") else "")
    step = step or next((one for one in open_steps if STEPS.index(one) <= STEPS.index("registration")), "registration")
    if not state:
        text = "It isn't known whether the phone is registered"
        # Why it couldn't be asked for is among what it would take.
        if told and told.problem and REGISTRATION not in e.gaps:
            text += f": {told.problem}"
        if bool(_registered_by_own_word(e)):
            text += ". The phone itself says that it is"
        step = "registration"
    else:
        text = told.problem if told and told.problem else f"the phone is {state}"
        text = text[:1].upper() + text[1:]
        text += ", and nothing that was looked at says why"
        if not common.registered(e) and (node := _registered_by_own_word(e)):
            text += f". The phone itself says that it is registered with {node}"
        if not common.registered(e):
            text += f". The first step that isn't shown to be taken is {step}"
    remedy = "See what it would take to know more, and look at the phone itself."
    proofs = (told.proof,) if told and told.proof else ()
    return Finding(UNKNOWN, step, text, POSSIBLE, remedy, proofs)


def _on_the_air(e: Evidence) -> bool:
    """Whether the phone is registered in whatever way, by CUCM or, where CUCM doesn't tell, by its own word."""
    return common.registered(e) or (not common.state(e) and bool(_registered_by_own_word(e)))


def _registered_by_own_word(e: Evidence) -> str:
    """The CallManager, or the router in its place (SRST), with which the phone says that it is registered."""
    told = [common.page_field(e, f"call_manager_{number}") or "" for number in range(1, 6)]
    return next((words for words in told if re.search(r"\bactive\b", words, re.IGNORECASE)), "")


def _steps(
    e: Evidence, shown: dict[str, Shown], reached: int, stuck: Finding | None, findings: list[Finding]
) -> tuple[Step, ...]:
    """Return all steps: what is wrong with it, what shows that it was taken, what a later one proves, or why not."""
    at = STEPS.index(stuck.step) if stuck else len(STEPS)
    known = stuck is not None and stuck.cause != UNKNOWN
    steps = []
    for number, name in enumerate(STEPS):
        seen = shown[name]
        wrong = [one for one in (stuck, *findings) if one and one.step == name]
        if wrong and wrong[0].cause != UNKNOWN:
            proofs: tuple[Proof, ...] = tuple(dict.fromkeys(proof for one in wrong for proof in one.evidence))
            steps.append(Step(name, FAILURE, "; ".join(one.text for one in wrong), proofs))
        elif number > at and known and not common.registered(e):
            told = seen.status == SKIPPED
            text = seen.text if told else f"{stuck.step if stuck else ''} comes before it"
            steps.append(Step(name, SKIPPED if told else BLOCKED, text))
        elif wrong:
            failed = common.registered(e) or (name == "registration" and bool(common.state(e)))
            steps.append(Step(name, FAILURE if failed else ERROR, wrong[0].text, wrong[0].evidence))
        elif seen.status in (SUCCESS, SKIPPED):
            steps.append(Step(name, seen.status, seen.text, seen.evidence))
        elif number < reached:
            steps.append(Step(name, SUCCESS, "Proven by a later step", seen.evidence))
        elif name == "registration" and common.state(e) and not common.as_planned(e):
            problem = (e.registration.problem if e.registration else "") or common.state(e)
            # What it isn't registered as planned for is told at the step of the cause.
            steps.append(Step(name, SUCCESS if common.registered(e) else BLOCKED, problem))
        else:
            steps.append(Step(name, ERROR, seen.text, seen.evidence))
    return tuple(steps)


def _would_take(e: Evidence, stuck: Finding | None, steps: tuple[Step, ...]) -> tuple[str, ...]:
    """Return what would have to be had to know more: of the sources that couldn't be had, those that matter."""
    if stuck is None:
        wanted = {source for step in steps if step.status == ERROR for source in _SOURCES[step.name]}
    elif stuck.confidence == CERTAIN:
        wanted = set()
    else:
        wanted = set(_ALL_SOURCES)
    told = [f"{source}: {e.gaps[source]}" for source in _ALL_SOURCES if source in wanted and source in e.gaps]
    told += [f"{source}: {why}" for source, why in e.gaps.items() if source not in _ALL_SOURCES and wanted]
    unsure = stuck is not None and (stuck.cause == UNKNOWN or (stuck.step == "dhcp" and stuck.confidence != CERTAIN))
    if unsure and (servers := unread_servers(e)):
        told.append(f"dhcp: the relay goes to {', '.join(servers)}, which was not read")
    return tuple(told)

"""Verdicts: each cause alone, two at once, any mixture, and each with a source missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.dialtone.voice.plugins.module_utils._startup import steps as ladder
from ansible_collections.dialtone.voice.plugins.module_utils._startup.catalogue import CAUSES
from ansible_collections.dialtone.voice.plugins.module_utils._startup.described import described, summary
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Evidence
from ansible_collections.dialtone.voice.plugins.module_utils._startup.judge import judge
from ansible_collections.dialtone.voice.plugins.module_utils._startup.rules import RULES
from ansible_collections.dialtone.voice.plugins.module_utils._startup.verdict import Verdict

from . import evidences as made

KINDS = [("SIP", False), ("SIP", True), ("SCCP", False), ("SCCP", True)]


def phone(cause: str, protocol: str = "SIP", secured: bool | None = None) -> Evidence:
    return made.healthy(protocol, secured=cause in made.ONLY_SECURED if secured is None else secured)


def named(verdict: Verdict) -> set[str]:
    found = {finding.cause for finding in verdict.findings}
    return found | ({verdict.stuck.cause} if verdict.stuck else set())


def statuses(verdict: Verdict) -> dict[str, str]:
    return {step.name: step.status for step in verdict.steps}


def combinations() -> list[tuple[str, str, bool]]:
    return [
        (cause, protocol, secured)
        for cause in made.CAUSES
        for protocol, secured in KINDS
        if (secured or cause not in made.ONLY_SECURED) and (protocol == "SIP" or cause not in made.ONLY_SIP)
    ]


def test_every_cause_has_its_rule_in_the_order_of_the_ladder() -> None:
    assert [cause for cause, _ in RULES] == list(CAUSES) == list(made.CAUSES)
    places = [ladder.STEPS.index(cause.step) for cause in CAUSES.values()]
    assert places == sorted(places)
    assert all(cause.name == name for name, cause in CAUSES.items())


@pytest.mark.parametrize(("protocol", "secured"), KINDS)
@pytest.mark.parametrize("mixed", [False, True])
def test_a_healthy_phone_has_nothing(protocol: str, secured: bool, mixed: bool) -> None:
    verdict = judge(made.healthy(protocol, secured=secured, mixed=secured or mixed))
    assert verdict.as_planned
    assert verdict.stuck is None
    assert verdict.findings == ()
    assert verdict.would_take == ()
    told = statuses(verdict)
    assert list(told) == list(ladder.STEPS)
    assert told.pop("ctl") == ("success" if secured or mixed else "skipped")
    assert told.pop("dial_rules") == ("success" if protocol == "SIP" else "skipped")
    assert set(told.values()) == {"success"}


@pytest.mark.parametrize(("cause", "protocol", "secured"), combinations())
def test_each_cause_alone(cause: str, protocol: str, secured: bool) -> None:
    evidence = made.CAUSES[cause](phone(cause, protocol, secured))
    verdict = judge(evidence)
    assert named(verdict) == {cause}
    entry = CAUSES[cause]
    # Of the steps that come after it, what it brings about may look like another cause.
    until = ladder.STEPS.index(entry.step)
    assert {name for name, rule in RULES if rule(evidence) and ladder.STEPS.index(CAUSES[name].step) <= until} == {
        cause
    }
    at = ladder.STEPS.index(entry.step)
    told = [step.status for step in verdict.steps]
    assert told[at] == "failure"
    if not entry.stops:
        assert verdict.as_planned
        assert verdict.stuck is None
        assert "failure" not in told[:at] + told[at + 1 :]
        return
    assert verdict.stuck
    assert (verdict.stuck.step, verdict.as_planned) == (entry.step, False)
    assert verdict.stuck.evidence, "nothing proves it"
    assert verdict.stuck.remedy == entry.remedy
    if entry.step != "firmware_upgrade":
        assert set(told[at + 1 :]) <= {"blocked", "skipped"}
    assert "failure" not in told[:at]
    assert "blocked" not in told[:at]


@pytest.mark.parametrize(("cause", "protocol", "secured"), combinations())
def test_a_source_that_is_missing_makes_no_verdict_wrong(cause: str, protocol: str, secured: bool) -> None:
    evidence = made.CAUSES[cause](phone(cause, protocol, secured))
    full = judge(evidence)
    for source in made.SOURCES:
        verdict = judge(made.without(source)(evidence))
        assert named(verdict) <= {cause, "unknown"}, source
        assert len([status for status in statuses(verdict).values() if status == "failure"]) <= 1, source
        if verdict.stuck and (full.stuck is None or full.stuck.confidence != "certain"):
            assert verdict.stuck.confidence != "certain", source
        if verdict.stuck and verdict.stuck.confidence != "certain":
            assert any(told.startswith(f"{source}: ") for told in verdict.would_take), source


@pytest.mark.parametrize("source", made.SOURCES)
@pytest.mark.parametrize(("protocol", "secured"), KINDS)
def test_a_healthy_phone_stays_clean_without_a_source(protocol: str, secured: bool, source: str) -> None:
    verdict = judge(made.without(source)(made.healthy(protocol, secured=secured)))
    assert named(verdict) <= {"unknown"}
    assert "failure" not in statuses(verdict).values()
    assert verdict.as_planned == (source != "registration")


def mixed(causes: list[str], protocol: str, secured: bool) -> Evidence:
    """Several causes on one phone: what the later ones change stays, what the phone shows is that of the earliest.

    A load that it doesn't get alone lets the phone go on: it shows what comes after that, then.
    """
    evidence = made.healthy(protocol, secured=secured)
    order = sorted(causes, key=list(made.CAUSES).index, reverse=True)
    for cause in sorted(order, key=lambda cause: CAUSES[cause].step != "firmware_upgrade"):
        evidence = made.CAUSES[cause](evidence)
    return evidence


def possible(causes: list[str], kind: tuple[str, bool]) -> list[str]:
    """Those that a phone of a kind can have, one for each step, in the order of the ladder."""
    protocol, secured = kind
    by_step: dict[str, str] = {}
    for cause in sorted(causes, key=list(made.CAUSES).index):
        if (secured or cause not in made.ONLY_SECURED) and (protocol == "SIP" or cause not in made.ONLY_SIP):
            by_step.setdefault(CAUSES[cause].step, cause)
    return list(by_step.values())


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(list(made.CAUSES)), min_size=2, max_size=4, unique=True), st.sampled_from(KINDS))
def test_of_any_mixture_the_earliest_is_named(causes: list[str], kind: tuple[str, bool]) -> None:
    causes, (protocol, secured) = possible(causes, kind), kind
    verdict = judge(mixed(causes, protocol, secured))
    stopping = [cause for cause in causes if CAUSES[cause].stops]
    if not stopping:
        assert (verdict.stuck, named(verdict)) == (None, set(causes))
        return
    assert verdict.stuck
    assert verdict.stuck.cause == stopping[0]
    assert named(verdict) <= set(causes)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(list(made.CAUSES)), min_size=2, max_size=3, unique=True),
    st.sampled_from(KINDS),
    st.sampled_from(made.SOURCES),
)
def test_of_a_mixture_nothing_else_is_named_without_a_source(
    causes: list[str], kind: tuple[str, bool], source: str
) -> None:
    causes, (protocol, secured) = possible(causes, kind), kind
    verdict = judge(made.without(source)(mixed(causes, protocol, secured)))
    assert named(verdict) <= {*causes, "unknown"}


def test_two_causes_the_later_one_after_the_first_is_healed() -> None:
    digest = made.CAUSES["digest_authentication_failed"](made.healthy())
    both = made.both(made.CAUSES["digest_authentication_failed"], made.CAUSES["port_shutdown"])(made.healthy())
    assert named(judge(both)) == {"port_shutdown"}
    assert named(judge(digest)) == {"digest_authentication_failed"}


def test_a_verdict_is_plain_data() -> None:
    import json

    verdict = judge(made.CAUSES["config_missing"](made.healthy()))
    told = described(verdict)
    assert json.loads(json.dumps(told)) == told
    assert told["cause"] == "config_missing"
    assert told["stuck_at"] == "config_file"
    assert told["confidence"] == "certain"
    assert [step["step"] for step in told["steps"]] == list(ladder.STEPS)
    assert {"source": made.TFTP, "asked": f"GET /{made.NAME}.cnf.xml", "answer": "missing"} in told["evidence"]
    assert described(judge(made.healthy()))["cause"] is None


def test_the_summary_counts() -> None:
    verdicts = [judge(made.healthy()), judge(made.CAUSES["ringlist_missing"](made.healthy()))]
    verdicts += [judge(made.CAUSES["no_link"](made.healthy()))] * 2
    assert summary(verdicts) == {
        "phones": 4,
        "registered_as_planned": 2,
        "causes": {"no_link": 2},
        "findings": {"ringlist_missing": 1},
    }


def test_nothing_known_is_unknown() -> None:
    bare = Evidence(made.healthy().planned, gaps={"switch": "nobody could log in"})
    verdict = judge(bare)
    assert verdict.stuck
    assert (verdict.stuck.cause, verdict.stuck.confidence) == ("unknown", "possible")
    assert set(statuses(verdict).values()) == {"error"}
    assert verdict.would_take == ("switch: nobody could log in",)


def test_of_a_log_the_line_that_proves_it_is_quoted() -> None:
    line = "%ILPOWER-5-ILPOWER_POWER_DENY: Interface Gi1/0/2: inline power denied"
    log = ("%MAB-5-SUCCESS: Authentication successful", line, "%SYS-5-CONFIG_I: Configured from console")
    denied = made.CAUSES["poe_denied"](made.healthy())
    assert denied.port
    proofs = {**denied.port.proofs, "log": made.proof("sw1", "show logging", "\n".join(log))}
    verdict = judge(replace(denied, port=replace(denied.port, log=log, proofs=proofs)))
    assert verdict.stuck
    assert made.proof("sw1", "show logging", line) in verdict.stuck.evidence


def test_an_old_file_that_names_a_call_manager_that_is_gone_is_no_filtered_port() -> None:
    stale = made.both(made.CAUSES["config_stale"], made.connections("no answer", name="10.9.9.9"))(made.healthy())
    assert stale.config
    member = replace(stale.config.members[0], name="10.9.9.9")
    stale = replace(stale, config=replace(stale.config, members=(member,)))
    assert named(judge(stale)) == {"config_stale"}
    assert named(judge(made.without("cucm")(stale))) <= {"config_stale", "unknown"}


def test_a_load_that_the_phone_did_not_find_is_missing_where_the_server_is_not_asked() -> None:
    missing = judge(made.without("files")(made.CAUSES["firmware_missing"](made.healthy())))
    assert missing.stuck
    assert (missing.stuck.cause, missing.stuck.confidence) in {("firmware_missing", "likely"), ("unknown", "possible")}


def test_where_registrations_are_not_told_the_reason_is_said_once() -> None:
    untold = replace(
        made.healthy(), registration=None, pages=None, gaps={"registration": "HTTP 401. Check the password."}
    )
    verdict = judge(untold)
    assert verdict.stuck
    assert verdict.stuck.text == "It isn't known whether the phone is registered"
    assert verdict.would_take[0] == "registration: HTTP 401. Check the password."


@pytest.mark.parametrize(
    ("messages", "servers", "step"),
    [((), {"tftp_1": "", "tftp_2": ""}, "dhcp"), (("TFTP Timeout : SEP00005E005301.cnf.xml",), {}, "ctl")],
    ids=["no TFTP server", "silence"],
)
def test_what_the_server_has_is_not_what_the_phone_took(
    messages: tuple[str, ...], servers: dict[str, str], step: str
) -> None:
    stuck = made.says(*messages, **servers)(made.gone(made.healthy()))
    # Neither server nor plan tells its gateway, so that the phone's word alone proves no cause.
    unread = replace(stuck, planned=replace(stuck.planned, gateways=()), dhcp=None, gaps={"dhcp": "nobody was asked"})
    verdict = judge(unread)
    assert verdict.stuck
    assert (verdict.stuck.cause, verdict.stuck.step) == ("unknown", step)


def test_the_gateway_of_the_switch_is_as_good_as_the_planned_one() -> None:
    silent = made.CAUSES["tftp_unreachable"](made.healthy())
    assert silent.dhcp
    assert silent.dhcp.relays
    unplanned = replace(silent.planned, gateways=())
    unread = replace(
        silent, planned=unplanned, dhcp=replace(silent.dhcp, scopes=(), servers=()), gaps={"dhcp": "nobody was asked"}
    )
    assert named(judge(unread)) == {"tftp_unreachable"}


def test_a_status_message_is_quoted_from_the_page_that_has_it() -> None:
    verdict = judge(made.CAUSES["tftp_unreachable"](made.healthy()))
    assert verdict.stuck
    quoted = [proof.asked for proof in verdict.stuck.evidence if "TFTP Timeout" in proof.answer]
    assert quoted == ["log"]


def test_pages_of_another_phone_count_for_nothing() -> None:
    lost = made.CAUSES["no_link"](made.healthy())
    others = made.healthy().pages
    assert others
    there = replace(others, fields={"mac": "00005E005399", "host_name": "SEP00005E005399"})
    assert named(judge(replace(lost, pages=there))) == {"no_link"}

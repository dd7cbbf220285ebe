"""What is told of the phones in the end, plain and for a terminal."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._startup import report
from ansible_collections.dialtone.voice.plugins.modules import report_verdicts

PLANNED = [
    {"name": f"SEP{number}", "switch": "sw1", "interface": f"GigabitEthernet1/0/{number}"} for number in range(1, 5)
]
WAITED = [
    {"key": "SEP1", "status": "unchanged", "error": None},
    {"key": "SEP2", "status": "failed", "error": "not seen"},
    {"key": "SEP3", "status": "failed", "error": "not seen"},
    {"key": "SEP4", "status": "unchanged", "error": None},
]
NEVER = {"source": "sw1", "asked": "show running-config", "answer": "interface Gi1/0/2\n power inline  never\n"}


def verdict(cause: str | None = None, step: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "registered_as_planned": cause is None,
        "stuck_at": step,
        "cause": cause,
        "confidence": "certain",
        "text": f"{cause} it is",
        "remedy": "Mend it.",
        "evidence": [NEVER],
        "findings": [],
        "would_take": [],
        **more,
    }


LOCALE = {
    "cause": "locale_missing",
    "step": "localization",
    "text": "No German.",
    "confidence": "likely",
    "remedy": "Install it.",
    "evidence": [{"source": "10.1.0.10", "asked": "GET German.jar", "answer": "404 Not Found"}],
}
JUDGED = [
    {"key": "SEP1", "verdict": verdict()},
    {"key": "SEP2", "verdict": verdict("poe_disabled", "power")},
    {"key": "SEP3", "verdict": verdict("unknown", "dhcp", text="", evidence=[], would_take=["a login at sw1"])},
    {"key": "SEP4", "verdict": verdict(findings=[LOCALE], would_take=["the file's content"])},
]
PHONES = report.phones_told(PLANNED, WAITED, JUDGED)


def test_each_phone_that_is_not_as_planned_has_its_lines() -> None:
    assert report.lines(PHONES, {"sw2": "no route\nto it"}) == [
        "SEP2 (sw1 GigabitEthernet1/0/2): stuck at power: poe_disabled (certain)",
        "  because: poe_disabled it is",
        "  proof: sw1, show running-config: interface Gi1/0/2 power inline never",
        "  remedy: Mend it.",
        "SEP3 (sw1 GigabitEthernet1/0/3): the cause is unknown, at dhcp: not seen",
        "  to know more: a login at sw1",
        "SEP4 (sw1 GigabitEthernet1/0/4): registered as planned, but",
        "  found at localization: locale_missing (likely)",
        "    because: No German.",
        "    proof: 10.1.0.10, GET German.jar: 404 Not Found",
        "    remedy: Install it.",
        "  to know more: the file's content",
        "sw2 could not be asked: no route to it",
        "2 of 4 phones registered as planned; stuck: 1 poe_disabled, 1 unknown; findings: 1 locale_missing",
    ]


def test_a_terminal_gets_folded_lines_the_devices_own_and_bars() -> None:
    told = report.lines(PHONES, {"sw2": "it refused the password, and so nothing is known of it at all"}, width=50)
    assert max(map(len, told)) <= 50
    assert told[:2] == ["", "SEP2 (sw1 GigabitEthernet1/0/2): stuck at power:"]
    quoted = told.index("    | interface Gi1/0/2")
    assert told[quoted + 1] == "    |  power inline  never"
    assert [line for line in told if "#" in line] == [
        f"  poe_disabled    1  {'#' * 30}"[:50],
        f"  unknown         1  {'#' * 30}"[:50],
        f"  locale_missing  1  {'#' * 30}"[:50],
    ]
    assert told[-1] == "2 of 4 phones registered as planned"


def test_where_all_is_well_there_is_one_line() -> None:
    assert report.lines(PHONES[:1], {}) == ["1 of 1 phones registered as planned"]
    assert report.lines(PHONES[:1], {}, width=80) == ["1 of 1 phones registered as planned"]


def test_the_verdict_knows_better_than_the_registration() -> None:
    old_load = verdict("firmware_missing", "firmware_upgrade")
    (phone,) = report.phones_told(PLANNED[:1], WAITED[:1], [{"key": "SEP1", "verdict": old_load}])
    assert not phone.as_planned
    (later,) = report.phones_told(PLANNED[1:2], WAITED[1:2], [{"key": "SEP2", "verdict": verdict()}])
    assert later.as_planned


def test_a_phone_that_nobody_could_ask_for_is_not_as_planned() -> None:
    (phone,) = report.phones_told(PLANNED[:1], [], [])
    assert report.lines([phone], {}) == [
        "SEP1 (sw1 GigabitEthernet1/0/1): not judged: its registration is not known",
        "0 of 1 phones registered as planned; of 1 it is not known",
    ]


def test_of_many_phones_alike_the_later_ones_get_a_line_each_and_a_rare_cause_its_proof() -> None:
    planned = [{"name": f"SEP{number}"} for number in range(60)]
    judged = [{"key": row["name"], "verdict": verdict("scope_missing", "dhcp")} for row in planned]
    judged[58]["verdict"] = verdict("no_line", "registration")
    told = report.lines(report.phones_told(planned, [], judged), {})
    assert len(told) == 5 * 4 + 54 + 4 + 1
    assert told[20] == "SEP5: stuck at dhcp: scope_missing (certain): scope_missing it is"
    assert told[-6:-2] == [
        "SEP58: stuck at registration: no_line (certain)",
        "  because: no_line it is",
        "  proof: sw1, show running-config: interface Gi1/0/2 power inline never",
        "  remedy: Mend it.",
    ]
    assert told[-1] == "0 of 60 phones registered as planned; stuck: 59 scope_missing, 1 no_line"


def test_of_many_findings_alike_the_later_ones_are_brief() -> None:
    ring = {**LOCALE, "cause": "ringlist_missing", "step": "ringtones", "confidence": "certain"}
    planned = [{"name": f"SEP{number}"} for number in range(8)]
    judged = [{"key": row["name"], "verdict": verdict(findings=[ring])} for row in planned]
    judged[6]["verdict"] = verdict(findings=[{**LOCALE, "confidence": "certain"}, ring])
    told = report.lines(report.phones_told(planned, [], judged), {})
    assert told[25:] == [
        "SEP5: registered as planned, but ringtones: ringlist_missing",
        "SEP6: registered as planned, but",
        "  found at localization: locale_missing (certain)",
        "    because: No German.",
        "    proof: 10.1.0.10, GET German.jar: 404 Not Found",
        "    remedy: Install it.",
        "  found at ringtones: ringlist_missing (certain)",
        "    because: No German.",
        "SEP7: registered as planned, but ringtones: ringlist_missing",
        "8 of 8 phones registered as planned; findings: 1 locale_missing, 8 ringlist_missing",
    ]


def test_what_it_takes_to_know_more_of_many_phones_is_said_once() -> None:
    why = "sw1 did not accept the password"
    planned = [{"name": f"SEP{number}"} for number in range(3)]
    judged = [
        {
            "key": row["name"],
            "verdict": verdict(
                "unknown", "power", text="Dark.", would_take=[f"switch: {why}", "cucm: off", f"pages: {row['name']}"]
            ),
        }
        for row in planned
    ]
    assert report.lines(report.phones_told(planned, [], judged), {"sw1": why}) == [
        "SEP0: the cause is unknown, at power: Dark.",
        "  to know more: pages: SEP0",
        "SEP1: the cause is unknown, at power: Dark.",
        "  to know more: pages: SEP1",
        "SEP2: the cause is unknown, at power: Dark.",
        "  to know more: pages: SEP2",
        f"sw1 could not be asked: {why}",
        "to know more of 3 phones: cucm: off",
        "0 of 3 phones registered as planned; of 3 it is not known",
    ]
    alone = report.lines(report.phones_told(planned[:1], [], judged[:1]), {"sw1": why})
    assert [line for line in alone if why in line] == [f"sw1 could not be asked: {why}"]
    assert "  to know more: cucm: off" in alone


def test_causes_are_counted_in_the_order_of_the_ladder() -> None:
    judged = [
        {"key": "SEP1", "verdict": verdict("no_line", "registration")},
        {"key": "SEP2", "verdict": verdict("scope_missing", "dhcp")},
        {"key": "SEP3", "verdict": verdict("poe_fault", "power")},
    ]
    number = report.counted(report.phones_told(PLANNED[:3], WAITED[:3], judged))
    assert list(number["causes"]) == ["poe_fault", "scope_missing", "no_line"]


def run(**params: Any) -> tuple[dict[str, Any], list[str]]:
    told: list[str] = []
    given = {"phones": PLANNED, "registrations": WAITED, "verdicts": JUDGED, "required": "100%", "unasked": {}}
    return report_verdicts.run({**given, **params}, check_mode=False, report=told.append), told


def test_the_task_fails_once_where_too_few_are_there() -> None:
    result, told = run()
    assert result["failed"]
    assert (result["registered"], result["required"], result["missing"]) == (2, 4, ["SEP2", "SEP3"])
    assert result["causes"] == {"poe_disabled": 1, "unknown": 1}
    assert result["findings"] == {"locale_missing": 1}
    assert result["msg"] == told[-1]
    assert "lines" not in result


def test_those_that_are_enough_are_enough_and_findings_never_fail() -> None:
    result, told = run(required="50%")
    assert "failed" not in result
    assert result["lines"] == told
    assert "failed" not in run(phones=PLANNED[3:])[0]
    assert "failed" not in run(phones=[])[0]


@pytest.mark.parametrize("width", [None, 60])
def test_nothing_that_a_device_said_is_obeyed_by_the_terminal(width: int | None) -> None:
    evil = "\x1b[2J\x1b]0;x\x07\x9b31m\r<b>x</b>"
    bad = {"source": evil, "asked": evil, "answer": f"{evil}\n{evil}"}
    finding = {**LOCALE, "text": evil, "evidence": [bad]}
    judged = [
        {"key": "SEP2", "verdict": verdict("poe_disabled", "power", text=evil, evidence=[bad], findings=[finding])}
    ]
    phones = report.phones_told(PLANNED[1:3], [{"key": "SEP3", "status": "failed", "error": evil}], judged)
    told = "".join(report.lines(phones, {"sw9": evil}, width=width))
    assert told.isprintable()
    assert "<b>x</b>" in told


def test_many_hosts_that_could_not_be_asked_bury_nothing() -> None:
    planned = [{"name": f"SEP{number}"} for number in range(60)]
    judged = [{"key": row["name"], "verdict": verdict("unknown", "dhcp", text="so long")} for row in planned]
    hosts = {f"sw{number}": "no route " * 50 for number in range(20)}
    told = report.lines(report.phones_told(planned, [], judged), hosts)
    assert max(len(line) for line in told if line.startswith("sw19 ")) < 110


@pytest.mark.parametrize("count", [50, 51])
def test_a_failed_task_does_not_name_thousands(count: int) -> None:
    planned = [{"name": f"SEP{number}"} for number in range(count)]
    params = {"phones": planned, "registrations": [], "verdicts": [], "required": "100%", "unasked": {}}
    result = report_verdicts.run(params, check_mode=False, report=lambda line: None)
    assert result["failed"]
    assert ("missing" in result) == (count == 50)

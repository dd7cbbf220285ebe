"""cucm_lines against the lab's publisher: the stair, the refusals, and what a run must survive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm import axl, throttle
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unreachable
from ansible_collections.dialtone.voice.plugins.modules import cucm_lines, cucm_phones

if TYPE_CHECKING:
    from cucm_publisher import Site

pytest_plugins = ["cucm_publisher"]

LINE = {"pattern": "1001", "partition": "PT-Internal", "description": "Reception", "css": "CSS-Internal"}


def statuses(result: dict[str, Any]) -> list[str]:
    assert "results" in result, result["msg"]
    return [row["status"] for row in result["results"]]


def test_stair(each_cucm: Site) -> None:
    cucm = each_cucm
    result = cucm.task(cucm_lines, lines=[{"description": "x"}, {"pattern": "1", "colour": "red"}], state="there")
    assert result["failed"]
    assert "lines[0]: missing required arguments: pattern" in result["msg"]
    assert "lines[1] (1): " in result["msg"]
    assert "colour" in result["msg"]
    assert "value of state must be one of: present, absent" in result["msg"]

    planned = cucm.task(cucm_lines, check=True, lines=[LINE])
    assert statuses(planned) == ["changed"]
    assert planned["changed"]
    assert planned["diff"][0]["before"] == ""
    assert "description: Reception" in planned["diff"][0]["after"]
    assert not cucm.store.all("Line")

    first = cucm.task(cucm_lines, lines=[LINE])
    assert statuses(first) == ["changed"]
    assert first["results"][0]["after"] == planned["results"][0]["after"]
    assert first["results"][0]["sent"] == ["addLine"]
    assert len(cucm.store.all("Line")) == 1

    again = cucm.task(cucm_lines, lines=[LINE])
    assert statuses(again) == ["unchanged"]
    assert not again["changed"]
    assert again["diff"] == []

    other = {**LINE, "description": "", "alerting_name": "Reception desk"}
    update = cucm.task(cucm_lines, lines=[other])
    assert update["results"][0]["sent"] == ["updateLine"]
    assert update["results"][0]["after"] == {
        "pattern": "1001",
        "partition": "PT-Internal",
        "alerting_name": "Reception desk",
        "css": "CSS-Internal",
    }
    assert statuses(cucm.task(cucm_lines, lines=[other])) == ["unchanged"]
    assert statuses(cucm.task(cucm_lines, lines=[{"pattern": "1001"}])) == ["unchanged"]

    gone = cucm.task(cucm_lines, lines=[other], state="absent", check=True)
    assert statuses(gone) == ["changed"]
    assert len(cucm.store.all("Line")) == 1
    assert statuses(cucm.task(cucm_lines, lines=[other], state="absent")) == ["changed"]
    assert not cucm.store.all("Line")
    assert statuses(cucm.task(cucm_lines, lines=[other], state="absent")) == ["unchanged"]


def test_partition_omitted_empty_and_given_are_three_things(cucm: Site) -> None:
    nowhere = cucm.task(cucm_lines, lines=[{"pattern": "1001"}])
    assert "there is no line 1001 in any partition" in nowhere["results"][0]["error"]
    both = [{"pattern": "1001", "partition": ""}, {"pattern": "1001", "partition": "PT-Internal"}]
    assert statuses(cucm.task(cucm_lines, lines=both)) == ["changed", "changed"]
    assert statuses(cucm.task(cucm_lines, lines=both)) == ["unchanged", "unchanged"]
    result = cucm.task(cucm_lines, lines=[{"pattern": "1001", "description": "which?"}])
    assert "is in several partitions: " in result["results"][0]["error"]
    assert "<None>" in result["results"][0]["error"]
    only_none = cucm.task(cucm_lines, lines=[both[0]], state="absent")
    assert statuses(only_none) == ["changed"]
    assert [line.document["routePartitionName"] for line in cucm.store.all("Line")] == ["PT-Internal"]


def test_unknown_names_are_found_before_anything_is_sent(cucm: Site) -> None:
    rows = [
        {"pattern": "1001", "partition": "PT-Intern"},
        {"pattern": "1002", "partition": "PT-Internal", "css": "CSS-External"},
        {"pattern": "1003", "partition": "PT-Internal"},
    ]
    for check in (True, False):
        result = cucm.task(cucm_lines, check=check, lines=rows)
        assert statuses(result) == ["failed", "failed", "not_attempted"]
        assert not result["changed"]
        assert "partition 'PT-Intern': CUCM has no partition of this name; did you mean 'PT-Internal'?" in result["msg"]
        assert "css 'CSS-External': CUCM has no calling search space of this name" in result["msg"]
        assert "lines[1] (1002 in PT-Internal): " in result["msg"]
        assert [row["sent"] for row in result["results"][:2]] == [[], []]
    assert cucm.store.all("Line") == []


def test_bad_rows_are_all_named_and_nothing_is_touched(cucm: Site) -> None:
    rows = [
        {"pattern": "+4420", "partition": "PT-Internal"},
        {"pattern": "10 01", "partition": "PT-Internal"},
        {"pattern": "1003", "partition": "PT-Internal", "description": "two\nlines"},
        {"pattern": "1003", "partition": "PT-Internal", "alerting_name": "x" * 51},
        {"pattern": "1004", "partition": "PT-Internal"},
    ]
    result = cucm.task(cucm_lines, lines=rows)
    assert "results" not in result
    for words in (
        r"lines[0] (+4420 in PT-Internal): pattern '+4420' begins with a plus sign",
        "lines[1] (10 01 in PT-Internal): pattern '10 01' is no directory number",
        r"has the control character \x0a",
        "the same line as lines[2]",
        "has 51 characters, CUCM takes 50",
    ):
        assert words in result["msg"]
    assert not cucm.store.all("Line")


def test_many_lines_are_read_with_one_request(cucm: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"pattern": str(2000 + number), "partition": "PT-Internal", "description": "x"} for number in range(60)]
    operations: list[str] = []
    call = axl.Axl.call

    def counted(self: axl.Axl, operation: str, arguments: dict[str, Any], doing: str) -> Any:
        operations.append(operation)
        return call(self, operation, arguments, doing)

    monkeypatch.setattr(axl.Axl, "call", counted)
    assert set(statuses(cucm.task(cucm_lines, lines=rows))) == {"changed"}
    assert operations.count("addLine") == 60
    assert len(operations) == 62
    operations.clear()
    monkeypatch.setattr(axl, "PAGE", 25)
    assert set(statuses(cucm.task(cucm_lines, lines=rows))) == {"unchanged"}
    assert operations == ["listLine"] * 3


def test_a_line_that_a_phone_has_is_not_removed(cucm: Site) -> None:
    cucm.task(cucm_lines, lines=[LINE])
    phone = {"mac": "00005e005301", "model": "8841", "device_pool": "Default", "lines": [{"pattern": "1001"}]}
    assert statuses(cucm.task(cucm_phones, phones=[phone])) == ["changed"]
    result = cucm.task(cucm_lines, lines=[LINE], state="absent")
    assert "line 1001 in PT-Internal is still on SEP00005E005301" in result["results"][0]["error"]
    assert result["diff"] == []
    assert len(cucm.store.all("Line")) == 1


def test_a_lost_answer_is_read_back_and_nothing_is_sent_twice(cucm: Site) -> None:
    cucm.publisher.lose_answer = 1
    rows = [LINE, {**LINE, "pattern": "1002"}]
    result = cucm.task(cucm_lines, lines=rows, connections=1)
    assert statuses(result) == ["changed", "changed"]
    assert result["results"][0]["sent"] == ["addLine (answer lost, read back: done)"]
    assert len(cucm.store.all("Line")) == 2
    assert statuses(cucm.task(cucm_lines, lines=rows)) == ["unchanged", "unchanged"]


def test_a_publisher_that_is_gone_before_the_read_back(cucm: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(axl, "_LOOKS", (0.0,))
    call = axl.Axl.call

    def gone(self: axl.Axl, operation: str, arguments: dict[str, Any], doing: str) -> Any:
        if cucm.store.all("Line"):
            raise Unreachable("CUCM can't be reached")
        cucm.publisher.lose_answer = operation.startswith("add")
        return call(self, operation, arguments, doing)

    monkeypatch.setattr(axl.Axl, "call", gone)
    result = cucm.task(cucm_lines, lines=[LINE, {**LINE, "pattern": "1002"}], connections=1)
    assert statuses(result) == ["failed", "not_attempted"]
    assert result["changed"]
    first, second = result["results"]
    assert first["sent"] == ["addLine (answer lost, not known whether it is done)"]
    assert "could not be read back whether it is done: CUCM can't be reached" in first["error"]
    assert (second["before"], second["after"], second["sent"]) == (None, None, [])


def test_a_busy_publisher_is_waited_for_and_not_for_ever(cucm: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "FIRST_PAUSE", 0.01)
    cucm.publisher.throttle = 2
    assert statuses(cucm.task(cucm_lines, lines=[LINE])) == ["changed"]
    assert len(cucm.lines) == 2
    assert "is busy, next try in" in cucm.lines[0]
    cucm.publisher.throttle = 99
    rows = [{**LINE, "pattern": "1002"}, {**LINE, "pattern": "1003"}]
    result = cucm.task(cucm_lines, lines=rows, throttle_timeout=0, connections=1)
    assert statuses(result) == ["failed", "not_attempted"]
    assert "is too busy: HTTP 503" in result["msg"]
    assert "1 not attempted" in result["msg"]
    assert [row["after"] for row in result["results"]] == [None, None]
    assert not result["changed"]


def test_a_forgotten_session_is_logged_in_again(cucm: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    call = axl.Axl.call

    def forgetful(self: axl.Axl, operation: str, arguments: dict[str, Any], doing: str) -> Any:
        cucm.publisher.sessions.expire()
        return call(self, operation, arguments, doing)

    monkeypatch.setattr(axl.Axl, "call", forgetful)
    assert statuses(cucm.task(cucm_lines, lines=[LINE])) == ["changed"]


def test_a_read_only_account_is_refused_by_name_of_role(cucm: Site) -> None:
    result = cucm.task(cucm_lines, lines=[LINE], username="auditor")
    assert statuses(result) == ["failed"]
    assert "not authorized" in result["msg"]
    assert "Standard AXL API Access" in result["msg"]
    assert statuses(cucm.task(cucm_lines, lines=[LINE], username="auditor", check=True)) == ["changed"]

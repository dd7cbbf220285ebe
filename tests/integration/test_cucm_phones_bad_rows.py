"""Rows of cucm_phones that are wrong by the cluster's schema or its objects: all named, and nothing sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.modules import cucm_lines, cucm_phones

if TYPE_CHECKING:
    from cucm_publisher import Site

pytest_plugins = ["cucm_publisher"]

BASE = {"name": "SEP00005E005301", "model": "8841", "device_pool": "Default"}
LINE = {"pattern": "1001", "partition": "PT-Internal", "shared": True}


@pytest.fixture
def operations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The operations that tasks have sent, in order."""
    sent: list[str] = []
    call = Axl.call

    def counted(self: Axl, operation: str, *args: Any, **kwargs: Any) -> Any:
        sent.append(operation)
        return call(self, operation, *args, **kwargs)

    monkeypatch.setattr(Axl, "call", counted)
    return sent


def statuses(result: dict[str, Any]) -> list[str]:
    assert "results" in result, result["msg"]
    return [row["status"] for row in result["results"]]


def mac(number: int) -> str:
    return f"00:00:5e:{number >> 16:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"


BY_THE_SCHEMA: list[tuple[dict[str, Any], str]] = [
    ({"description": "x" * 129}, "has 129 characters, CUCM takes 128: shorten it"),
    ({"axl": {"dndOptoin": "Call Reject"}}, "axl.dndOptoin: AXL has no such field here; did you mean dndOption"),
    ({"axl": {"dndOption": "Call Rejected"}}, "axl.dndOption 'Call Rejected' is no value of this field; did you mean"),
    ({"axl": {"devicePoolName": "Default"}}, "axl.devicePoolName: give it with the option device_pool instead"),
    ({"axl": {"vendorConfig": {}}}, "axl.vendorConfig: give it with the option vendor_config instead"),
    ({"axl": {"sshPwd": "x"}}, "axl.sshPwd: CUCM never tells it, so it can't be compared: give it under secrets"),
    ({"axl": {"uuid": "{1}"}}, "axl.uuid: AXL has no such field here"),
    ({"axl": {"addLines": {}}}, "axl.addLines: give it with the option lines instead"),
    ({"axl": {"idleTimeout": "soon"}}, "axl.idleTimeout 'soon' is no number"),
    ({"axl": {"isProtected": "perhaps"}}, "axl.isProtected 'perhaps' is no boolean"),
    ({"secrets": {"sshPasswd": "geheim7"}}, "secrets.sshPasswd: AXL has no such field here; did you mean sshPwd"),
    ({"lines": [{**LINE, "ring_setting": "Rnig"}]}, "ring_setting 'Rnig' is no value of this field; did you mean Ring"),
    ({"lines": [{**LINE, "label": "x" * 51}]}, "lines[0] (1001 in PT-Internal): label 'xxx"),
    ({"lines": [{**LINE, "axl": {"e164Mask": "1"}}]}, "axl.e164Mask: give it with the option external_mask instead"),
    ({"lines": [{**LINE, "axl": {"ringSeting": "1"}}]}, "axl.ringSeting: AXL has no such field here"),
    ({"speed_dials": [{"number": "1" * 256}]}, "speed_dials[0].number '1111"),
]  # fmt: skip
BY_ITSELF: list[tuple[dict[str, Any], str]] = [
    ({"vendor_config": {"web access": 1}}, "vendor_config: 'web access' is no name of an element"),
    ({"vendor_config": {"webAccess": [1]}}, "vendor_config.webAccess: [1] is no text, number or boolean"),
    ({"vendor_config": {"a": {"b": {"c": 1}}}}, "vendor_config.a.b: {'c': 1} is no text, number or boolean"),
    ({"vendor_config": {"a": {"b c": 1}}}, "vendor_config.a: 'b c' is no name of an element"),
    ({"busy_lamp_fields": [{"label": "x"}]}, "busy_lamp_fields[0]: give either destination or pattern"),
    ({"busy_lamp_fields": [{"destination": "1", "partition": "x"}]}, "partition belongs to pattern"),
    ({"speed_dials": [{"number": "1", "index": 2}, {"number": "2"}]},
     "speed_dials[1]: index 2 is that of speed_dials[0]"),
    ({"services": [{"service": "A"}, {"service": "a"}]},
     "services[1]: service 'a' with this name is that of services[0]"),
    ({"expansion_modules": [{"model": "x"}] * 4}, "expansion_modules: a phone takes at most 3"),
    ({"lines": [{**LINE, "pattern": "10 01"}]}, "'10 01' is no directory number"),
    ({"lines": [LINE, LINE]}, "the same line twice on one phone"),
]  # fmt: skip


def test_every_fault_is_named_before_anything_is_sent(cucm: Site, operations: list[str]) -> None:
    for some in (BY_THE_SCHEMA, BY_ITSELF):
        rows = [{**BASE, "name": f"SEP00005E0053{number:02X}", **row} for number, (row, _words) in enumerate(some)]
        for check in (True, False):
            result = cucm.task(cucm_phones, check=check, phones=rows)
            for number, (_row, words) in enumerate(some):
                assert words in result["msg"]
                assert f"phones[{number}] (SEP00005E0053{number:02X}): " in result["msg"]
    assert operations == []


def test_unknown_objects_are_named_with_their_option(cucm: Site) -> None:
    assert "failed" not in cucm.task(cucm_lines, lines=[{"pattern": "1001", "partition": "PT-Internal"}])
    rows = [
        {**BASE, "media_resource_list": "MRGL", "presence_group": "Standard Presence Groop"},
        {**BASE, "name": "SEP00005E005302", "services": [{"service": "Directory"}], "digest_user": "nobody1"},
        {
            **BASE,
            "name": "SEP00005E005303",
            "lines": [{**LINE, "users": ["nobody2"], "recording_profile": "R", "monitoring_css": "CSS-Intern"}],
        },
        {**BASE, "name": "SEP00005E005304", "busy_lamp_fields": [{"pattern": "1", "partition": "PT-Intern"}]},
    ]
    result = cucm.task(cucm_phones, phones=rows)
    assert statuses(result) == ["failed"] * 4
    for words in (
        "media_resource_list 'MRGL': CUCM has no media resource group list of this name",
        "presence_group 'Standard Presence Groop': CUCM has no presence group of this name; did you mean",
        "services[0].service 'Directory': CUCM has no IP phone service of this name",
        "digest_user 'nobody1': CUCM has no user of this name",
        "lines[0].users 'nobody2': CUCM has no user of this name",
        "lines[0].recording_profile 'R': CUCM has no recording profile of this name",
        "lines[0].monitoring_css 'CSS-Intern': CUCM has no calling search space of this name; did you mean",
        "busy_lamp_fields[0].partition 'PT-Intern': CUCM has no partition of this name; did you mean 'PT-Internal'?",
    ):
        assert words in result["msg"]
    assert cucm.store.phones() == []


def test_an_element_that_only_a_new_phone_takes(cucm: Site) -> None:
    row = {**BASE, "axl": {"isDualMode": False}}
    assert statuses(cucm.task(cucm_phones, phones=[row])) == ["changed"]
    assert statuses(cucm.task(cucm_phones, phones=[row])) == ["unchanged"]
    result = cucm.task(cucm_phones, phones=[{**row, "axl": {"isDualMode": True}}])
    assert "axl.isDualMode: the phone has 'false', which AXL can't change; remove the phone" in result["msg"]


def test_three_bad_rows_of_ten_thousand(cucm: Site, operations: list[str]) -> None:
    profiles = {"office": {"model": "8841", "device_pool": "Default", "line": {"partition": "PT-Internal"}}}
    rows: list[dict[str, Any]] = [
        {"mac": mac(number), "profile": "office", "lines": [{"pattern": str(20000 + number)}]}
        for number in range(10_000)
    ]
    rows[17]["user_hold_audio_source"] = 5
    rows[17]["lines"][0]["ring_setting"] = "Ringg"
    rows[4321]["description"] = "ö" * 200
    rows[9999]["axl"] = {"dndStaus": True}
    result = cucm.task(cucm_phones, phones=rows, profiles=profiles)
    assert [row["index"] for row in result["results"] if row["status"] == "failed"] == [17, 4321, 9999]
    assert {row["status"] for row in result["results"]} == {"failed", "not_attempted"}
    assert "phones has 3 faults, nothing was touched" in result["msg"]
    for words in (
        "phones[17] (SEP00005E000011): lines[0] (20017 in PT-Internal): ring_setting 'Ringg'",
        "phones[4321] (SEP00005E0010E1): description ",
        "phones[9999] (SEP00005E00270F): axl.dndStaus",
    ):
        assert words in result["msg"]
    assert operations == []


def test_a_first_rollout_needs_a_write_for_each_phone_and_a_handful_of_reads(cucm: Site, operations: list[str]) -> None:
    count = 120
    for number in range(count):
        cucm.store.put("User", {"userid": f"user{number}", "lastName": "U"})
    lines = [{"pattern": str(1000 + number), "partition": "PT-Internal"} for number in range(count)]
    assert "failed" not in cucm.task(cucm_lines, lines=lines)
    rows = [
        {**BASE, "name": f"SEP00005E00{number:04X}", "owner": f"user{number}", "css": "CSS-Internal", "lines": [line]}
        for number, line in enumerate(lines)
    ]
    operations.clear()
    assert statuses(cucm.task(cucm_phones, phones=rows)) == ["changed"] * count
    assert operations.count("addPhone") == count
    reads = [name for name in operations if name != "addPhone"]
    assert len(reads) < 16, reads

    operations.clear()
    assert statuses(cucm.task(cucm_phones, phones=rows)) == ["unchanged"] * count
    assert operations.count("getPhone") == count
    assert len(operations) < count + 5, operations


def test_one_line_under_two_spellings_is_not_shared_silently(cucm: Site) -> None:
    """Before anything is sent it is on no phone, so only the rows of this task can tell."""
    lines = [{"pattern": "1901", "partition": "PT-Internal"}, {"pattern": "1902", "partition": "PT-Internal"}]
    lines += [{"pattern": "1902", "partition": ""}]
    cucm.task(cucm_lines, lines=lines)

    def refused(*lines_of_phones: list[dict[str, Any]]) -> str:
        phones = [{**BASE, "name": f"SEP00005E0053{n:02}", "lines": each} for n, each in enumerate(lines_of_phones, 1)]
        results = [cucm.task(cucm_phones, check=check, phones=phones) for check in (True, False)]
        assert all(result["failed"] and not result["changed"] for result in results)
        assert results[0]["msg"] == results[1]["msg"]
        return str(results[0]["msg"])

    given = {"pattern": "1901", "partition": "PT-Internal"}
    other_case = {**given, "partition": "pt-internal"}
    anywhere = {"pattern": "1901"}
    assert "is on phones[0] too" in refused([given], [other_case])
    assert "line 1901 in PT-Internal is given to SEP00005E005301 too" in refused([given], [anywhere])
    assert "line 1901 in PT-Internal is given to SEP00005E005301 too" in refused(
        [anywhere], [{**given, "shared": True}]
    )
    assert "the same line twice on one phone" in refused([given, other_case])
    assert "line 1901 in PT-Internal is there twice: give it once" in refused([given, anywhere])

    both = [{"pattern": "1902", "partition": "PT-Internal"}, {"pattern": "1902", "partition": ""}]
    phones = [{**BASE, "lines": both}]
    assert cucm.task(cucm_phones, phones=phones)["changed"]
    phones[0]["lines"] = [{"pattern": "1902", "label": "which?"}]
    result = cucm.task(cucm_phones, phones=phones)
    assert "line 1902 is in several partitions: PT-Internal, <None>; give one" in result["msg"]


def test_check_mode_finds_the_lines_that_a_run_would_miss(cucm: Site) -> None:
    """Where it is told which lines are planned; and a partition that isn't there is a fault in any case."""
    lines = [{"pattern": "1901", "partition": "PT-Internal"}, {"pattern": "1902"}]
    planned = [{"type": "line", "key": {"pattern": p, "routePartitionName": "pt-internal"}} for p in ("1901", "1902")]
    row = {**BASE, "lines": lines}
    assert "failed" not in cucm.task(cucm_phones, check=True, phones=[row])
    assert "failed" not in cucm.task(cucm_phones, check=True, phones=[row], planned=planned)
    one = cucm.task(cucm_phones, check=True, phones=[row], planned=planned[:1])
    assert "phones[0] (SEP00005E005301): CUCM has no line 1902: add it with cucm_lines first" in one["msg"]
    assert "1901" not in one["msg"]
    row["lines"] = [{"pattern": "1901", "partition": "PT-Intern"}]
    wrong = cucm.task(cucm_phones, check=True, phones=[row])
    assert (
        "lines[0].partition 'PT-Intern': CUCM has no partition of this name; did you mean 'PT-Internal'" in wrong["msg"]
    )

"""cucm_lines: call forwards, alternate numbers, URIs and any other field, against the lab's publisher."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import Fault
from ansible_collections.dialtone.voice.plugins.modules import cucm_lines, cucm_phones

if TYPE_CHECKING:
    from cucm_publisher import Site

pytest_plugins = ["cucm_publisher"]

KEY = {"pattern": "1001", "partition": "PT-Internal"}
Calls = list[tuple[str, dict[str, Any]]]


def furnished(cucm: Site) -> Site:
    """Add the objects that the rows name."""
    with cucm.store.transaction():
        for name in ("PT-E164", "PT-URI", "Directory URI"):
            cucm.store.put("RoutePartition", {"name": name})
        cucm.store.put("Css", {"name": "CSS-Forward"})
        cucm.store.put("Css", {"name": "CSS-Zürich"})
        cucm.store.put("PresenceGroup", {"name": "Managers"})
        cucm.store.put("CallPickupGroup", {"name": "Floor 2", "pattern": "5001", "usage": "Call Pick Up Group"})
    return cucm


@pytest.fixture
def site(cucm: Site) -> Site:
    return furnished(cucm)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """What a task has sent, in order: operations with their arguments."""
    sent: Calls = []
    call = Axl.call

    def kept(self: Axl, operation: str, arguments: dict[str, Any], doing: str) -> Any:
        sent.append((operation, arguments))
        return call(self, operation, arguments, doing)

    monkeypatch.setattr(Axl, "call", kept)
    return sent


def one(cucm: Site, state: str = "present", *, check: bool = False, **row: Any) -> dict[str, Any]:
    """Run the module with one row and return the row's result."""
    result = cucm.task(cucm_lines, check=check, state=state, lines=[{**KEY, **row}])
    assert not result.get("failed"), result["msg"]
    return result["results"][0]


def stored(cucm: Site, pattern: str = "1001") -> dict[str, Any]:
    (line,) = [line for line in cucm.store.all("Line") if line.document["pattern"] == pattern]
    return line.document


FULL: dict[str, Any] = {
    "description": 'Zürich <Empfang> & "Tür" 日本',
    "alerting_name": "Jörg <1001>",
    "ascii_alerting_name": "Joerg",
    "css": "css-internal",
    "presence_group": "Managers",
    "voice_mail_profile": "NoVoiceMail",
    "call_pickup_group": "Floor 2",
    "usage": "Device",
    "auto_answer": "Auto Answer with Headset",
    "user_hold_audio_source": "2",
    "forwards": {
        "all": {"destination": "2001", "css": "CSS-Forward", "secondary_css": "CSS-Internal"},
        "busy": {"voice_mail": True, "css": "CSS-Forward"},
        "busy_internal": {"destination": "2002"},
        "no_answer": {"destination": "2003", "duration": 20},
        "no_answer_internal": {"voice_mail": True, "duration": 25},
        "no_coverage": {"destination": "2004"},
        "no_coverage_internal": {"destination": "2005"},
        "cti_failure": {"destination": "2006"},
        "not_registered": {"destination": "+442079460000"},
        "not_registered_internal": {"destination": "2008"},
        "alternate_party": {"destination": "2009", "duration": 30},
    },
    "e164_number": {"mask": "+44207946XXXX", "partition": "PT-E164", "add_to_partition": True, "advertise": True},
    "enterprise_number": {"mask": "8200XXXX"},
    "uris": [
        {"uri": "desk@example.com", "partition": "PT-URI", "primary": True},
        {"uri": "reception@example.com", "advertise": False},
    ],
    "axl": {"rejectAnonymousCall": True, "confidentialAccess": {"confidentialAccessMode": "Fixed"}},
}


def test_every_option_the_stair(each_cucm: Site, calls: Calls) -> None:
    site = furnished(each_cucm)
    planned = one(site, check=True, **FULL)
    assert not site.store.all("Line")
    first = one(site, **FULL)
    assert first["sent"] == ["addLine", "updateLine"]
    assert first["after"] == planned["after"]
    after = first["after"]
    assert after["forwards"] == FULL["forwards"]
    assert after["e164_number"] == FULL["e164_number"]
    assert after["enterprise_number"] == FULL["enterprise_number"]
    assert after["uris"] == [
        {"uri": "desk@example.com", "partition": "PT-URI", "primary": True},
        {"uri": "reception@example.com", "primary": False, "advertise": False},
    ]
    assert after["description"] == FULL["description"]
    # AXL has these in an update only.
    (added,) = [arguments["line"] for operation, arguments in calls if operation == "addLine"]
    assert not {"e164AltNum", "enterpriseAltNum"} & added.keys()
    assert stored(site)["description"] == FULL["description"]
    assert stored(site)["callForwardAll"]["secondaryCallingSearchSpaceName"] == "CSS-Internal"

    calls.clear()
    again = one(site, **FULL)
    assert again["status"] == "unchanged"
    assert again["before"] == again["after"]
    assert [operation for operation, _arguments in calls] == ["getLine"]

    other = {**FULL, "description": "", "forwards": {"busy": {"voice_mail": False}}, "uris": FULL["uris"][:1]}
    changed = one(site, **other)
    assert changed["sent"] == ["updateLine"]
    assert "description" not in changed["after"]
    assert changed["after"]["forwards"] == {**FULL["forwards"], "busy": {"css": "CSS-Forward"}}
    assert one(site, **other)["status"] == "unchanged"

    gone = one(site, "absent")
    assert gone["before"] == {name: value for name, value in changed["after"].items() if name not in ("axl", "usage")}
    assert one(site, "absent")["status"] == "unchanged"


def test_a_part_of_a_forward_leaves_the_rest_of_it(site: Site, calls: Calls) -> None:
    forwards = {"all": {"destination": "2001", "css": "CSS-Forward", "secondary_css": "CSS-Internal"}}
    one(site, forwards={**forwards, "busy": {"voice_mail": True}})
    before = stored(site)
    calls.clear()
    changed = one(site, forwards={"all": {"destination": "2002"}})
    assert calls[-1] == (
        "updateLine",
        {
            "pattern": "1001",
            "routePartitionName": "PT-Internal",
            "callForwardAll": {
                "destination": "2002",
                "forwardToVoiceMail": False,
                "callingSearchSpaceName": "CSS-Forward",
                "secondaryCallingSearchSpaceName": "CSS-Internal",
            },
        },
    )
    assert stored(site) == {**before, "callForwardAll": {**before["callForwardAll"], "destination": "2002"}}
    assert changed["before"]["forwards"]["busy"] == changed["after"]["forwards"]["busy"] == {"voice_mail": True}

    one(site, forwards={"all": {"destination": "", "css": ""}, "busy": {"voice_mail": False}})
    left = one(site, forwards={"all": {"destination": ""}})
    assert left["status"] == "unchanged"
    assert left["after"]["forwards"] == {"all": {"secondary_css": "CSS-Internal"}}


def test_the_duration_can_go_back_to_the_default_of_the_cluster(site: Site) -> None:
    one(site, forwards={"no_answer": {"duration": 20}})
    assert one(site, forwards={"no_answer": {"duration": 0}})["status"] == "changed"
    assert not stored(site)["callForwardNoAnswer"].get("duration")
    assert one(site, forwards={"no_answer": {"duration": 0}})["status"] == "unchanged"


def test_alternate_numbers_are_changed_in_part_and_taken_away(site: Site) -> None:
    one(site, e164_number={"mask": "+44207946XXXX", "partition": "PT-E164", "advertise": False})
    changed = one(site, e164_number={"mask": "+44208946XXXX"})
    assert changed["sent"] == ["updateLine"]
    wanted = {"mask": "+44208946XXXX", "partition": "PT-E164", "advertise": False}
    assert changed["after"]["e164_number"].items() >= wanted.items()
    off = one(site, e164_number={"enabled": False})
    assert off["status"] == "changed"
    assert "e164_number" not in off["after"]
    assert one(site, e164_number={"enabled": False})["status"] == "unchanged"


def test_uris_of_cucm_itself_stay_and_others_are_replaced(site: Site) -> None:
    one(site, uris=[{"uri": "a@example.com"}, {"uri": "b@example.com"}])
    with site.store.transaction():
        (line,) = site.store.all("Line")
        own = {"isPrimary": "true", "uri": "jdoe@example.com", "partition": "Directory URI"}
        members = [{**uri, "isPrimary": "false"} for uri in line.document["directoryURIs"]["directoryUri"]]
        site.store.put("Line", {**line.document, "directoryURIs": {"directoryUri": [own, *members]}}, line.uuid)
    assert one(site, uris=[{"uri": "b@example.com"}, {"uri": "a@example.com"}])["status"] == "unchanged"
    changed = one(site, uris=[{"uri": "b@example.com", "advertise": False}])
    assert [uri["uri"] for uri in changed["after"]["uris"]] == ["jdoe@example.com", "b@example.com"]
    emptied = one(site, uris=[])
    assert [uri["uri"] for uri in emptied["after"]["uris"]] == ["jdoe@example.com"]
    assert one(site, uris=[])["status"] == "unchanged"


def test_other_fields_are_compared_by_what_they_mean(site: Site) -> None:
    one(site, axl={"rejectAnonymousCall": True, "parkMonReversionTimer": 60, "partyEntranceTone": True})
    assert stored(site)["partyEntranceTone"] == "On"
    assert one(site, axl={"rejectAnonymousCall": "t", "parkMonReversionTimer": "60"})["status"] == "unchanged"
    changed = one(site, axl={"parkMonReversionTimer": 90})
    assert (changed["before"]["axl"], changed["after"]["axl"]) == (
        {"parkMonReversionTimer": "60"},
        {"parkMonReversionTimer": "90"},
    )
    assert stored(site)["rejectAnonymousCall"] == "true"


def test_all_faults_of_all_kinds_are_told_at_once(site: Site) -> None:
    rows = [
        {**KEY, "pattern": "10 01"},
        {**KEY, "pattern": "1002", "auto_answer": "Auto Answer with Headse"},
        {**KEY, "pattern": "1003", "axl": {"rejectAnonymousCal": True, "callForwardAll": {}, "patternPrecedence": "x"}},
        {**KEY, "pattern": "1004", "forwards": {"all": {"destination": "2" * 51}, "busy": {"destination": "20 01"}}},
        {**KEY, "pattern": "1005", "forwards": {"all": {"css": "CSS-Internl"}}},
        {
            **KEY,
            "pattern": "1006",
            "uris": [{"uri": "a"}, {"uri": "b@x", "primary": True}, {"uri": "b@x", "primary": True}],
        },
        {**KEY, "pattern": "1007", "presence_group": "", "user_hold_audio_source": "two"},
        {**KEY, "pattern": "1008", "e164_number": {"partition": "PT-E165"}},
        {**KEY, "pattern": "1009", "forwards": {"no_answer": {"duration": -5}}},
        {"pattern": "1009", "partition": "pt-internal"},
        {**KEY, "pattern": "1010"},
        {**KEY, "pattern": "1011", "call_pickup_group": "Flor 2"},
    ]
    result = cucm_fault(site, rows)
    for words in (
        "lines[0] (10 01 in PT-Internal): pattern '10 01' is no directory number",
        "auto_answer 'Auto Answer with Headse' is no value of this field; did you mean Auto Answer with Headset",
        "axl.rejectAnonymousCal: AXL has no such field here; did you mean rejectAnonymousCall",
        "axl.callForwardAll: give the option forwards.all instead",
        "axl.patternPrecedence 'x' is no value of this field",
        "has 51 characters, CUCM takes 50",
        "forwards.busy.destination '20 01' has a blank",
        "forwards.all.css 'CSS-Internl': CUCM has no calling search space of this name; did you mean 'CSS-Internal'?",
        "'a' is no URI",
        "uris: 'b@x' stands there twice",
        "uris: more than one is primary",
        "presence_group can't be empty",
        "user_hold_audio_source 'two' is no number",
        "lines[7] (1008 in PT-Internal): e164_number.partition 'PT-E165': CUCM has no partition of this name",
        "forwards.no_answer.duration -5: give seconds",
        "lines[9] (1009 in pt-internal): the same line as lines[8]",
        "call_pickup_group 'Flor 2': CUCM has no call pickup group of this name; did you mean 'Floor 2'?",
    ):
        assert words in result
    assert "lines[10]" not in result
    assert not site.store.all("Line")


def cucm_fault(cucm: Site, rows: list[dict[str, Any]]) -> str:
    result = cucm.task(cucm_lines, lines=rows)
    assert result["failed"]
    assert not result["changed"]
    return result["msg"]


def test_three_bad_rows_among_ten_thousand(cucm: Site) -> None:
    rows = [{"pattern": str(10_000 + number), "partition": "PT-Internal"} for number in range(10_000)]
    rows[17]["pattern"] = "10 017"
    rows[4711]["auto_answer"] = "Sometimes"
    rows[9999]["css"] = "CSS-Extern"
    told = cucm_fault(cucm, rows)
    assert [told.count(f"lines[{index}]") for index in (17, 4711, 9999)] == [1, 1, 1]
    assert told.count("lines[") == 3
    assert not cucm.store.all("Line")


def test_without_a_publisher_the_rows_are_judged_all_the_same(cucm: Site) -> None:
    result = cucm.task(cucm_lines, lines=[{**KEY, "pattern": "10 01"}], port=1)
    assert "is no directory number" in result["msg"]


def test_the_usage_of_a_line_cannot_be_changed(cucm: Site) -> None:
    one(cucm)
    told = cucm_fault(cucm, [{**KEY, "usage": "Device Intercom"}])
    assert "usage 'Device Intercom': the line is there as 'Device', which AXL can't change" in told


def test_two_rows_that_turn_out_to_be_one_line(cucm: Site) -> None:
    one(cucm)
    told = cucm_fault(cucm, [KEY, {"pattern": "1001", "description": "x"}])
    assert "lines[1] (1001): the same line as lines[0]" in told


def test_lines_with_a_plus_sign_are_read_together(cucm: Site, calls: Calls) -> None:
    rows = [
        {"pattern": rf"\+4420794600{number:02}", "partition": "PT-Internal", "description": "x"} for number in range(40)
    ]
    assert {row["status"] for row in cucm.task(cucm_lines, lines=rows)["results"]} == {"changed"}
    calls.clear()
    assert {row["status"] for row in cucm.task(cucm_lines, lines=rows)["results"]} == {"unchanged"}
    assert [operation for operation, _arguments in calls] == ["listLine"]
    assert calls[0][1]["searchCriteria"] == {"pattern": "%+4420794600%", "routePartitionName": "PT-Internal"}


def test_a_lost_answer_to_an_add_with_an_alternate_number(site: Site) -> None:
    site.publisher.lose_answer = 1
    row = one(site, enterprise_number={"mask": "8200XXXX"})
    assert row["sent"] == ["addLine (answer lost, read back: done)", "updateLine"]
    assert one(site, enterprise_number={"mask": "8200XXXX"})["status"] == "unchanged"


def test_a_refused_second_step_is_told_and_finished_by_the_next_run(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = Axl.call

    def refuse(self: Axl, operation: str, arguments: dict[str, Any], doing: str) -> Any:
        if operation == "updateLine":
            raise Fault(f"{doing}: refused", words="no", code="5003")
        return call(self, operation, arguments, doing)

    row = {**KEY, "e164_number": {"mask": "+44207946XXXX"}}
    with monkeypatch.context() as patch:
        patch.setattr(Axl, "call", refuse)
        result = site.task(cucm_lines, lines=[row])
    assert result["changed"]
    (first,) = result["results"]
    assert (first["status"], first["sent"]) == ("failed", ["addLine"])
    assert first["after"] == KEY
    assert one(site, e164_number=row["e164_number"])["sent"] == ["updateLine"]


def test_a_line_that_goes_with_its_phone_is_told_as_it_was(site: Site) -> None:
    one(site, description="Reception", forwards={"busy": {"voice_mail": True}})
    phone = {"mac": "00005e005301", "model": "8841", "device_pool": "Default", "lines": [KEY]}
    assert not site.task(cucm_phones, phones=[phone]).get("failed")
    result = site.task(cucm_phones, phones=[phone], state="absent", remove_lines=True)
    assert result["lines"][0]["before"] == {
        **KEY,
        "description": "Reception",
        "forwards": {"busy": {"voice_mail": True}},
    }
    assert not site.store.all("Line")

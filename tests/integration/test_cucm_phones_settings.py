"""Everything that cucm_phones sets beside the plain fields, and that all else of a phone stays as it is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from raw_axl import raw_phone

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.https import Https
from ansible_collections.dialtone.voice.plugins.modules import cucm_lines, cucm_phones

if TYPE_CHECKING:
    from cucm_publisher import Site

pytest_plugins = ["cucm_publisher"]

NAME = "SEP00005E005301"
NUMBERS = ("1001", "1002", "1003", "1004", "1005", "1006")


def statuses(result: dict[str, Any]) -> list[str]:
    assert "results" in result, result["msg"]
    assert "failed" not in result, result["msg"]
    return [row["status"] for row in result["results"]]


def stored(cucm: Site, name: str = NAME) -> dict[str, Any]:
    found = cucm.store.find("Phone", name)
    assert found is not None
    return found.document


def put(cucm: Site, kind: str, **document: Any) -> None:
    cucm.store.put(kind, document)


def prepared(cucm: Site) -> Site:
    """Give a publisher six lines and one object of each type that the phones here name."""
    rows = [{"pattern": number, "partition": "PT-Internal"} for number in NUMBERS]
    assert statuses(cucm.task(cucm_lines, lines=rows)) == ["changed"] * 6
    put(cucm, "MediaResourceList", name="MRGL-Berlin")
    put(cucm, "PresenceGroup", name="Presence-2")
    put(cucm, "RecordingProfile", name="Recorder", recorderDestination="9000")
    put(
        cucm, "IpPhoneServices", serviceName="Corporate Directory", asciiServiceName="Directory", serviceUrl="http://x/"
    )
    for user in ("zoe", "jörg"):
        put(cucm, "User", userid=user, lastName=user.title())
    return cucm


@pytest.fixture
def site(cucm: Site) -> Site:
    return prepared(cucm)


EVERYTHING: dict[str, Any] = {
    "name": NAME,
    "model": "8841",
    "device_pool": "Default",
    "description": "Büro <Zoë> & Söhne",
    "owner": "zoe",
    "user_locale": "English United States",
    "network_locale": "United States",
    "media_resource_list": "MRGL-Berlin",
    "user_hold_audio_source": 1,
    "network_hold_audio_source": 2,
    "presence_group": "Presence-2",
    "load": "sip88xx.14-1-1",
    "ssh_user": "admin",
    "digest_user": "zoe",
    "secrets": {"sshPwd": "geheim7"},
    "expansion_modules": [{"model": "7914 14-Button Line Expansion Module"}],
    "services": [{"service": "Corporate Directory", "button": 1, "button_label": "Directory"}],
    "speed_dials": [{"number": "1002", "label": "Zoë"}, {"number": "0049301", "label": "Berlin", "index": 5}],
    "busy_lamp_fields": [
        {"pattern": "1003", "partition": "PT-Internal", "label": "Desk", "pickup": True},
        {"destination": "1004", "label": "Lobby"},
    ],
    "vendor_config": {"webAccess": 0, "sshAccess": "1", "disableSpeaker": False},
    "axl": {"dndOption": "Call Reject", "hlogStatus": True, "idleTimeout": 30},
    "lines": [
        {
            "pattern": "1001",
            "partition": "PT-Internal",
            "label": "Zoë",
            "display": "Zoë Ä.",
            "display_ascii": "Zoe A.",
            "external_mask": "0302000XXXX",
            "maximum_calls": 6,
            "busy_trigger": 3,
            "ring_setting": "Ring Once",
            "ring_setting_active": "Beep Only",
            "pickup_alert": "Disable",
            "pickup_alert_active": "Disable",
            "recording": "Automatic Call Recording Enabled",
            "recording_profile": "Recorder",
            "recording_media_source": "Phone Preferred",
            "monitoring_css": "CSS-Internal",
            "message_waiting_lamp": "Light Only",
            "message_waiting_tone": "On",
            "missed_call_logging": False,
            "show_caller_name": False,
            "show_caller_number": True,
            "show_redirected_number": True,
            "show_dialed_number": False,
            "users": ["zoe", "jörg"],
            "axl": {"speedDial": "7"},
        }
    ],
}


def test_a_row_with_everything(each_cucm: Site) -> None:
    site = prepared(each_cucm)
    planned = site.task(cucm_phones, check=True, phones=[EVERYTHING])
    first = site.task(cucm_phones, phones=[EVERYTHING])
    assert statuses(first) == ["changed"]
    assert first["results"][0]["after"] == planned["results"][0]["after"]
    assert "geheim7" not in str(first)
    again = site.task(cucm_phones, phones=[EVERYTHING])
    assert statuses(again) == ["unchanged"], again["diff"]
    shown = again["results"][0]["before"]
    line = EVERYTHING["lines"][0]
    named = ("description", "network_locale", "ssh_user", "user_hold_audio_source")
    assert {name: str(shown[name]) for name in named} == {
        "description": "Büro <Zoë> & Söhne",
        "network_locale": "United States",
        "ssh_user": "admin",
        "user_hold_audio_source": "1",
    }
    assert {name: shown["lines"][0][name] for name in ("users", "axl", "display")} == {
        "users": ["zoe", "jörg"],
        "axl": {"speedDial": "7"},
        "display": line["display"],
    }
    document = stored(site)
    assert document["vendorConfig"] == {"webAccess": "0", "sshAccess": "1", "disableSpeaker": "false"}
    assert document["hlogStatus"] == "On"
    assert [dial["index"] for dial in document["speeddials"]["speeddial"]] == ["1", "5"]
    lamps = document["busyLampFields"]["busyLampField"]
    assert [(lamp.get("blfDest"), lamp.get("blfDirn"), lamp.get("routePartition")) for lamp in lamps] == [
        (None, "1003", "PT-Internal"),
        ("1004", None, None),
    ]
    assert lamps[0]["associatedBlfSdFeatures"] == {"feature": ["Pickup"]}


@pytest.mark.parametrize(
    ("option", "value", "element", "expected"),
    [
        ("speed_dials", [{"number": "1002"}], "speeddials",
         {"speeddial": [{"dirn": "1002", "label": "Zoë", "index": "1"}]}),
        ("speed_dials", [], "speeddials", {}),
        ("busy_lamp_fields", [], "busyLampFields", {}),
        ("services", [], "services", {}),
        ("expansion_modules", [], "addOnModules", {}),
        ("vendor_config", {"pcPort": "1"}, "vendorConfig",
         {"webAccess": "0", "sshAccess": "1", "disableSpeaker": "false", "pcPort": "1"}),
        ("user_locale", "", "userLocale", None),
        ("media_resource_list", "", "mediaResourceListName", None),
    ],
)  # fmt: skip
def test_one_option_changes_and_the_others_stay(
    site: Site, option: str, value: Any, element: str, expected: Any
) -> None:
    site.task(cucm_phones, phones=[EVERYTHING])
    before = dict(stored(site))
    row = {"name": NAME, option: value}
    assert statuses(site.task(cucm_phones, phones=[row])) == ["changed"]
    assert statuses(site.task(cucm_phones, phones=[row])) == ["unchanged"]
    after = dict(stored(site))
    assert (after.pop(element, None) or ({} if expected == {} else None)) == expected
    before.pop(element)
    for document in (before, after):
        document.pop("versionStamp", None)
    assert after == before


def test_one_field_of_one_line_of_six_changes_and_every_other_element_stays(site: Site) -> None:
    others = [{"pattern": number, "partition": "PT-Internal"} for number in NUMBERS[1:]]
    row = {**EVERYTHING, "lines": [EVERYTHING["lines"][0], *others]}
    assert statuses(site.task(cucm_phones, phones=[row])) == ["changed"]
    found = site.store.find("Phone", NAME)
    assert found is not None
    document = found.document
    settings = {
        "label": "Zoë & <Söhne>",
        "display": None,
        "displayAscii": "Zoe",
        "e164Mask": "0207946XXXX",
        "ringSetting": "Flash Only",
        "consecutiveRingSetting": None,
        "ringSettingIdlePickupAlert": "Ring Once",
        "mwlPolicy": "Light and Prompt",
        "maxNumCalls": "6",
        "busyTrigger": "5",
        "callInfoDisplay": {
            "callerName": "false",
            "callerNumber": "true",
            "redirectedNumber": "true",
            "dialedNumber": "false",
        },
        "recordingProfileName": "Recorder",
        "monitoringCssName": "CSS-Internal",
        "recordingFlag": "Selective Call Recording Enabled",
        "audibleMwi": "Off",
        "speedDial": "5",
        "associatedEndusers": {"enduser": [{"userId": "zoe"}, {"userId": "jörg"}]},
        "missedCallLogging": "false",
        "recordingMediaSource": "Phone Preferred",
    }
    for number, line in enumerate(document["lines"]["line"]):
        line.update(settings if number != 3 else {})
    site.store.put("Phone", document, found.uuid)

    before = raw_phone(site.options, NAME)
    ends = Counter(path.rpartition("/")[2].partition("[")[0] for path in before)
    counted = {
        name: ends[name] for name in ("line", "speeddial", "busyLampField", "service", "addOnModule", "webAccess")
    }
    assert counted == {
        "line": 6, "speeddial": 2, "busyLampField": 2, "service": 1, "addOnModule": 1, "webAccess": 1
    }  # fmt: skip
    for change in ({"label": "New"}, {"missed_call_logging": True}, {"axl": {"speedDial": "8"}}, {"users": ["zoe"]}):
        task = {"name": NAME, "lines": [{"pattern": "1003", "partition": "PT-Internal", **change}]}
        assert statuses(site.task(cucm_phones, phones=[task])) == ["changed"]
        after = raw_phone(site.options, NAME)
        different = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
        assert different, change
        assert {path.partition("/line[")[2][:2] for path in different} == {"3]"}, different
        assert len({path.partition("/line[3]/")[2].partition("/")[0] for path in different}) == 1
        assert statuses(site.task(cucm_phones, phones=[task])) == ["unchanged"]
        before = after


def test_a_phone_in_more_detail_than_the_plan_stays_when_the_phone_changes(site: Site) -> None:
    site.task(cucm_phones, phones=[EVERYTHING])
    before = raw_phone(site.options, NAME)
    assert statuses(site.task(cucm_phones, phones=[{"name": NAME, "description": "New"}])) == ["changed"]
    after = raw_phone(site.options, NAME)
    assert [path for path in before if before[path] != after.get(path)] == [
        path for path in before if path.endswith("/phone/description")
    ]


def test_lines_mode(site: Site) -> None:
    def lines(*numbers: str) -> list[dict[str, Any]]:
        return [{"pattern": number, "partition": "PT-Internal"} for number in numbers]

    def on_the_phone() -> list[tuple[str, str]]:
        return [(line["index"], line["dirn"]["pattern"]) for line in (stored(site).get("lines") or {}).get("line", [])]

    base = {"name": NAME, "model": "8841", "device_pool": "Default"}
    site.task(cucm_phones, phones=[{**base, "lines": lines("1001", "1002", "1003")}])
    merged = [{"name": NAME, "lines": lines("1003")}]
    assert statuses(site.task(cucm_phones, phones=merged)) == ["unchanged"]
    assert statuses(site.task(cucm_phones, lines_mode="replace", phones=[{"name": NAME}])) == ["unchanged"]
    assert statuses(site.task(cucm_phones, phones=[{"name": NAME, "lines": []}])) == ["unchanged"]
    replaced = site.task(cucm_phones, lines_mode="replace", phones=merged)
    assert statuses(replaced) == ["changed"]
    assert on_the_phone() == [("1", "1003")]
    assert statuses(site.task(cucm_phones, lines_mode="replace", phones=merged)) == ["unchanged"]
    none = [{"name": NAME, "lines": []}]
    planned = site.task(cucm_phones, check=True, lines_mode="replace", phones=none)
    assert planned["results"][0]["after"]["lines"] == []
    assert statuses(site.task(cucm_phones, lines_mode="replace", phones=none)) == ["changed"]
    assert on_the_phone() == []
    assert statuses(site.task(cucm_phones, lines_mode="replace", phones=none)) == ["unchanged"]


def test_profiles(site: Site) -> None:
    profiles = {
        "office": {
            "model": "8841",
            "device_pool": "Default",
            "vendor_config": {"webAccess": 0, "pcPort": 1},
            "secrets": {"sshPwd": "geheim8"},
            "line": {"partition": "PT-Internal", "maximum_calls": 3, "busy_trigger": 2},
        }
    }
    rows = [
        {"mac": "00:00:5e:00:53:01", "profile": "office", "lines": [{"pattern": "1001"}]},
        {
            "mac": "0000.5e00.5302",
            "profile": "office",
            "vendor_config": {"pcPort": 0},
            "lines": [{"pattern": "1002", "busy_trigger": 1}],
        },
    ]
    planned = site.task(cucm_phones, check=True, phones=rows, profiles=profiles)
    assert [row["after"]["vendor_config"] for row in planned["results"]] == [
        {"webAccess": "0", "pcPort": "1"},
        {"webAccess": "0", "pcPort": "0"},
    ]
    assert planned["results"][1]["after"]["lines"][0]["busy_trigger"] == "1"
    assert "geheim8" not in str(planned)
    assert statuses(site.task(cucm_phones, phones=rows, profiles=profiles)) == ["changed"] * 2
    assert stored(site, "SEP00005E005302")["lines"]["line"][0]["maxNumCalls"] == "3"
    assert statuses(site.task(cucm_phones, phones=rows, profiles=profiles)) == ["unchanged"] * 2
    wrong = site.task(cucm_phones, phones=[{**rows[0], "profile": "offices"}], profiles=profiles)
    assert "phones[0] (00:00:5e:00:53:01): profile 'offices' is not in profiles; did you mean office?" in wrong["msg"]


def test_secrets_are_sent_with_something_else_or_when_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    bodies: list[bytes] = []
    post = Https.post

    def noted(self: Https, path: str, body: bytes, *args: Any, **kwargs: Any) -> Any:
        bodies.append(body)
        return post(self, path, body, *args, **kwargs)

    monkeypatch.setattr(Https, "post", noted)

    def sent() -> int:
        found = sum(b"<sshPwd>geheim9</sshPwd>" in body for body in bodies)
        bodies.clear()
        return found

    row = {"name": NAME, "model": "8841", "device_pool": "Default", "secrets": {"sshPwd": "geheim9"}}
    assert statuses(site.task(cucm_phones, phones=[row])) == ["changed"]
    assert sent() == 1
    assert statuses(site.task(cucm_phones, phones=[row])) == ["unchanged"]
    assert sent() == 0
    assert statuses(site.task(cucm_phones, phones=[{**row, "description": "New"}])) == ["changed"]
    assert sent() == 1
    assert statuses(site.task(cucm_phones, phones=[row], update_secrets=True)) == ["changed"]
    assert sent() == 1
    site.publisher.lose_answer = 1
    lost = site.task(cucm_phones, phones=[row], update_secrets=True)
    assert lost["results"][0]["sent"] == ["updatePhone (answer lost, read back: done)"]

"""cucm_objects against the lab's publisher: the stair for many types, the refusals, and what AXL can't do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm import axl
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unreachable
from ansible_collections.dialtone.voice.plugins.modules import cucm_lines, cucm_objects, cucm_phones

if TYPE_CHECKING:
    from cucm_publisher import Site

pytest_plugins = ["cucm_publisher"]

Row = dict[str, Any]

POOL = {"callManagerGroupName": "Default", "dateTimeSettingName": "CMLocal", "regionName": "R-1", "srstName": "Disable"}
TEMPLATE = {"basePhoneTemplateName": "Standard 8841 SIP"}
STAIR: list[tuple[Row, Row]] = [
    ({"type": "RoutePartition", "name": "PT-1", "fields": {"description": "One"}}, {"description": "Two"}),
    (
        {"type": "Css", "name": "CSS-1", "fields": {"members": {"member": [{"routePartitionName": "PT-1"}]}}},
        {"members": {"member": [{"routePartitionName": "PT-1"}, {"routePartitionName": "PT-Internal"}]}},
    ),
    (
        {"type": "Region", "name": "R-1", "fields": {"relatedRegions": {"relatedRegion": []}}},
        {
            "relatedRegions": {
                "relatedRegion": [
                    {
                        "regionName": "Default",
                        "bandwidth": "64 kbps",
                        "videoBandwidth": 384,
                        "lossyNetwork": "Lossy",
                        "codecPreference": "Factory Default low loss",
                        "immersiveVideoBandwidth": -1,
                    }
                ]
            }
        },
    ),
    (
        {
            "type": "Location",
            "name": "L-1",
            "fields": {
                "withinAudioBandwidth": 0,
                "withinVideoBandwidth": 0,
                "withinImmersiveKbits": 0,
                "betweenLocations": {
                    "betweenLocation": [
                        {
                            "locationName": "Hub_None",
                            "weight": 50,
                            "audioBandwidth": 80,
                            "videoBandwidth": 384,
                            "immersiveBandwidth": 384,
                        }
                    ]
                },
            },
        },
        {"withinAudioBandwidth": 512},
    ),
    ({"type": "DevicePool", "name": "DP-1", "fields": POOL}, {"locationName": "L-1", "connectionMonitorDuration": 60}),
    (
        {
            "type": "CallManagerGroup",
            "name": "G-1",
            "fields": {"members": {"member": [{"callManagerName": "CM_cucm-pub"}]}},
        },
        {"tftpDefault": True},
    ),
    (
        {
            "type": "DateTimeGroup",
            "name": "D-1",
            "fields": {"timeZone": "Europe/Berlin", "separator": ".", "dateformat": "D.M.Y", "timeFormat": "24-hour"},
        },
        {"timeZone": "Europe/London"},
    ),
    (
        {
            "type": "User",
            "name": "jdoe",
            "fields": {
                "lastName": "Döe <&>",
                "presenceGroupName": "Standard Presence group",
                "associatedDevices": {"device": []},
            },
        },
        {"firstName": "Jane", "enableCti": "True"},
    ),
    (
        {
            "type": "PhoneSecurityProfile",
            "name": "SP-1",
            "fields": {"phoneType": "Cisco 8841", "protocol": "SIP", "deviceSecurityMode": "Non Secure"},
        },
        {"description": "Without certificates", "enableDigestAuthentication": True},
    ),
    (
        {"type": "PhoneButtonTemplate", "name": "B-1", "fields": TEMPLATE},
        {"buttons": {"button": [{"feature": "Line", "label": "First"}]}},
    ),
    (
        {"type": "CallPickupGroup", "name": "PG-1", "fields": {"pattern": "7001", "routePartitionName": "PT-1"}},
        {"pattern": "7002", "pickupNotification": "Audio Alert"},
    ),
    (
        {
            "type": "SoftKeyTemplate",
            "name": "S-1",
            "fields": {"description": "One", "baseSoftkeyTemplateName": "Standard User"},
        },
        {"description": "Two"},
    ),
]


def statuses(result: dict[str, Any]) -> list[str]:
    assert "results" in result, result["msg"]
    return [row["status"] for row in result["results"]]


def objects(site: Site, *rows: Row, **arguments: Any) -> dict[str, Any]:
    return site.task(cucm_objects, objects=list(rows), **arguments)


def test_the_stair_of_many_types(each_cucm: Site) -> None:
    cucm = each_cucm
    rows = [row for row, _change in STAIR]
    missing = objects(cucm, {"name": "x"}, {"type": "Css", "name": "x", "key": {"name": "y"}}, state="there")
    assert "objects[0] (x): missing required arguments: type" in missing["msg"]
    assert "mutually exclusive: name|key" in missing["msg"]
    assert "value of state must be one of: present, absent" in missing["msg"]

    planned = objects(cucm, *rows, check=True)
    assert statuses(planned) == ["changed"] * len(rows), planned.get("msg")
    assert not cucm.store.find("RoutePartition", "PT-1")

    first = objects(cucm, *rows)
    assert statuses(first) == ["changed"] * len(rows), first.get("msg")
    assert [row["sent"] for row in first["results"]] == [[f"add{row['type']}"] for row in rows]
    assert [row["after"] for row in first["results"]] == [row["after"] for row in planned["results"]]
    assert all(row["uuid"].startswith("{") for row in first["results"])
    assert "description: One" in first["diff"][0]["after"]

    again = objects(cucm, *rows)
    assert statuses(again) == ["unchanged"] * len(rows), again["diff"]
    assert again["diff"] == []
    assert [row["uuid"] for row in again["results"]] == [row["uuid"] for row in first["results"]]
    for was, now in zip(first["results"], again["results"], strict=True):
        # From which button template another one was copied, CUCM doesn't tell.
        assert now["before"] == {name: value for name, value in was["after"].items() if name != "basePhoneTemplateName"}

    others = [{**row, "fields": {**row["fields"], **change}} for row, change in STAIR]
    update = objects(cucm, *others)
    assert statuses(update) == ["changed"] * len(rows), update.get("msg")
    assert [row["sent"] for row in update["results"]] == [[f"update{row['type']}"] for row in rows]
    region = next(entry for entry in update["diff"] if "Region" in entry["after_header"])
    assert ("64 kbps" in region["before"], "64 kbps" in region["after"]) == (False, True)
    assert statuses(objects(cucm, *others)) == ["unchanged"] * len(rows)

    assert statuses(objects(cucm, *others, state="absent", check=True)) == ["changed"] * len(rows)
    assert cucm.store.find("RoutePartition", "PT-1")
    gone = objects(cucm, *others, state="absent")
    css = next(entry for entry in gone["diff"] if "Css" in entry["before_header"])
    assert ("members.member[index 1].routePartitionName: PT-" in css["before"], css["after"]) == (True, "")
    assert statuses(gone) == ["changed"] * len(rows), gone.get("msg")
    assert not cucm.store.find("RoutePartition", "PT-1")
    assert statuses(objects(cucm, *others, state="absent")) == ["unchanged"] * len(rows)


def spied(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Return a list that fills with the operations that are sent and their arguments."""
    sent: list[tuple[str, dict[str, Any]]] = []
    call = axl.Axl.call

    def listening(self: axl.Axl, operation: str, arguments: dict[str, Any], doing: str) -> Any:
        sent.append((operation, arguments))
        return call(self, operation, arguments, doing)

    monkeypatch.setattr(axl.Axl, "call", listening)
    return sent


def test_all_bad_rows_are_named_and_nothing_is_sent(cucm: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = spied(monkeypatch)
    rows = [
        {"type": "RoutePartition", "name": "PT-1"},
        {"type": "DevicePol", "name": "DP-1"},
        {"type": "partition", "name": "PT-2"},
        {"type": "DevicePool", "name": "DP-1", "fields": {"regionNam": "Default", "joinAcrossLines": "Onn"}},
        {"type": "device pool", "name": "DP-2", "fields": {"srstName": "Disable"}},
        {"type": "Css", "name": "CSS-1", "fields": {"description": "x" * 51, "newName": "CSS-2", "addMembers": {}}},
        {"type": "TransPattern", "name": "9.!"},
        {"type": "TransPattern", "key": {"pattern": "9.!"}},
        {"type": "TransPattern", "key": {"patern": "9.!", "routePartitionName": ""}},
        {"type": "User", "name": "jdoe", "fields": {"password": "s3cret", "userid": "other"}},
        {"type": "route_partition", "name": "pt-1"},
        {"type": "Css"},
        {"type": "CallManager", "name": "CM_other", "fields": {"description": "x"}},
        {"type": "CallManager", "name": "CM_cucm-pub", "fields": {"processNodeName": "other"}},
    ]
    for check in (True, False):
        result = objects(cucm, *rows, check=check)
        assert result["failed"]
        assert not result["changed"]
        for words in (
            "objects[1] (DevicePol DP-1): type 'DevicePol': AXL has no such type of object; did you mean DevicePool",
            "objects[2] (partition PT-2): type 'partition': AXL has no such type of object; did you mean Route",
            "fields.regionNam: AXL has no such field here; did you mean regionName",
            "fields.joinAcrossLines 'Onn' is no value of this field; did you mean On",
            "objects[4] (device pool DP-2): it isn't there, and to add it AXL needs fields.dateTimeSettingName, "
            "fields.callManagerGroupName, fields.regionName",
            "has 51 characters, CUCM takes 50: shorten it",
            "fields.newName: AXL has no such field here",
            "fields.addMembers: AXL has no such field here",
            "objects[6] (TransPattern 9.!): name: TransPattern is known by pattern and routePartitionName",
            "objects[7] (TransPattern 9.!): key.routePartitionName is missing, give an empty text for <None>",
            "objects[8] (TransPattern 9.! in <None>): key patern: TransPattern is known by pattern and",
            "fields.password: CUCM never tells it, so it can't be compared: give it under secrets",
            "fields.userid: it is what the object is known by, and it can't be renamed here: leave it out",
            "objects[10] (route_partition pt-1): the same object as objects[0]: give each object once",
            "objects[11] (Css): say which one it is: Css is known by name: give key: {name: ...}",
            "objects[12] (CallManager CM_other): it isn't there, and AXL has no addCallManager",
            "objects[13] (CallManager CM_cucm-pub): fields.processNodeName: AXL has no such field here",
        ):
            assert words in result["msg"]
        assert "s3cret" not in str(result)
        assert statuses(result) == ["not_attempted", *["failed"] * 13]
    assert {operation for operation, _arguments in sent} == {"getRoutePartition", "getDevicePool", "getCallManager"}


def test_rows_wait_for_what_they_name_whatever_their_order(cucm: Site) -> None:
    css = {"type": "Css", "name": "CSS-1", "fields": {"members": {"member": [{"routePartitionName": "pt-1"}]}}}
    pattern = {"type": "TransPattern", "key": {"pattern": "9.!", "routePartitionName": "PT-1"}}
    pattern["fields"] = {"usage": "Translation", "callingSearchSpaceName": "CSS-1"}
    rows = [pattern, css, {"type": "RoutePartition", "name": "PT-1"}]
    assert statuses(objects(cucm, *rows)) == ["changed"] * 3
    # In use by one another, so they can only go the other way round.
    assert statuses(objects(cucm, *reversed(rows), state="absent")) == ["changed"] * 3


def test_what_is_in_use_is_not_removed(cucm: Site) -> None:
    objects(cucm, {"type": "RoutePartition", "name": "PT-1"}, {"type": "RoutePartition", "name": "PT-2"})
    cucm.task(cucm_lines, lines=[{"pattern": "1001", "partition": "PT-1"}])
    rows = [{"type": "RoutePartition", "name": "PT-1"}, {"type": "RoutePartition", "name": "PT-2"}]
    result = objects(cucm, *rows, state="absent")
    assert statuses(result) == ["failed", "changed"]
    assert "removing object RoutePartition PT-1" in result["msg"]
    assert (
        "is still being referenced. (code -692). It is still in use: change or remove what uses it first"
        in result["msg"]
    )
    assert result["results"][0]["after"] == result["results"][0]["before"]
    assert result["results"][0]["after"]["name"] == "PT-1"


def test_a_line_is_not_taken_off_a_phone_that_stays(cucm: Site) -> None:
    key = {"pattern": "1001", "partition": "PT-Internal"}
    cucm.task(cucm_lines, lines=[key])
    phone = {"mac": "00005e005301", "model": "8841", "device_pool": "Default", "lines": [key]}
    assert statuses(cucm.task(cucm_phones, phones=[phone])) == ["changed"]
    line = {"type": "Line", "key": {"pattern": "1001", "routePartitionName": "PT-Internal"}}
    result = objects(cucm, line, state="absent")
    assert statuses(result) == ["failed"]
    assert "the line is on SEP00005E005301, and CUCM would take it off there" in result["msg"]
    assert cucm.store.find("Line", "1001/PT-Internal")
    both = objects(cucm, line, {"type": "Phone", "name": "SEP00005E005301"}, state="absent")
    assert statuses(both) == ["changed", "changed"]


def user(**fields: Any) -> Row:
    required = {"lastName": "Doe", "presenceGroupName": "Standard Presence group"}
    return {"type": "User", "name": "jdoe", "fields": {**required, **fields}}


def test_the_devices_of_a_user_are_united_or_replaced(cucm: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"SEP00005E00530{number}" for number in (1, 2, 3)]
    phones = [{"mac": name, "model": "8841", "device_pool": "Default"} for name in names]
    phones[0]["lines"] = [{"pattern": "1001", "partition": "PT-Internal"}]
    cucm.task(cucm_lines, lines=[{"pattern": "1001", "partition": "PT-Internal"}])
    assert statuses(cucm.task(cucm_phones, phones=phones)) == ["changed"] * 3
    extension = {"pattern": "1001", "routePartitionName": "PT-Internal"}
    first = user(associatedDevices={"device": names[:2]}, primaryExtension=extension)
    assert statuses(objects(cucm, first)) == ["changed"]
    sent = spied(monkeypatch)
    third = user(associatedDevices={"device": names[2:]})
    result = objects(cucm, third, lists_mode="merge")
    assert result["results"][0]["before"]["associatedDevices"] == {"device": names[:2]}
    assert result["results"][0]["after"]["associatedDevices"] == {"device": names}
    # Only what differs is sent, and of that the whole list.
    assert sent[-1] == ("updateUser", {"userid": "jdoe", "associatedDevices": {"device": names}})
    assert statuses(objects(cucm, third, lists_mode="merge")) == ["unchanged"]
    assert cucm.store.find("User", "jdoe").document["primaryExtension"]["pattern"] == "1001"
    replaced = objects(cucm, third)
    assert replaced["results"][0]["after"]["associatedDevices"] == {"device": names[2:]}
    cleared = objects(cucm, user(associatedDevices={"device": []}, primaryExtension=""))
    assert "associatedDevices" not in cleared["results"][0]["after"]
    assert "primaryExtension" not in cleared["results"][0]["after"]
    assert statuses(objects(cucm, user(associatedDevices={"device": []}, primaryExtension=""))) == ["unchanged"]


def test_secrets_go_along_with_what_differs_and_are_never_shown(cucm: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = spied(monkeypatch)
    secrets = {"password": "c4nary-pass", "pin": "90817263"}
    row = {**user(), "secrets": secrets}
    results = [objects(cucm, row)]
    assert {**sent[-1][1]["user"], **secrets} == sent[-1][1]["user"]
    results.append(objects(cucm, row))
    assert statuses(results[-1]) == ["unchanged"]
    results.append(objects(cucm, {**user(firstName="Jane"), "secrets": secrets}))
    assert sent[-1] == ("updateUser", {"userid": "jdoe", "firstName": "Jane", **secrets})
    results.append(objects(cucm, row, update_secrets=True))
    assert statuses(results[-1]) == ["changed"]
    assert sent[-1] == ("updateUser", {"userid": "jdoe", **secrets})
    assert results[-1]["diff"] == []
    results.append(objects(cucm, {**user(), "secrets": {"lastName": "c4nary-pass"}}))
    assert "secrets.lastName: this is no secret that AXL hides" in results[-1]["msg"]
    assert "c4nary-pass" not in str(results)
    assert "90817263" not in str(results)


def test_what_can_only_be_changed(cucm: Site) -> None:
    key = {"processNodeName": "EnterpriseWideData", "service": "Enterprise Wide", "name": "ClusterSecurityMode"}
    parameter = {"type": "ServiceParameter", "key": key, "fields": {"value": 0}}
    assert statuses(objects(cucm, parameter)) == ["unchanged"]
    result = objects(cucm, {**parameter, "fields": {"value": "1"}})
    assert statuses(result) == ["changed"]
    assert (result["results"][0]["before"]["value"], result["results"][0]["after"]["value"]) == ("0", "1")
    refused = objects(cucm, parameter, state="absent")
    assert "AXL has no removeServiceParameter: it can't be taken away" in refused["msg"]
    manager = {"type": "CallManager", "name": "CM_cucm-pub", "fields": {"description": "Berlin"}}
    assert statuses(objects(cucm, manager)) == ["changed"]
    assert statuses(objects(cucm, manager)) == ["unchanged"]
    other = {"type": "Region", "name": "Default", "fields": {"defaultCodec": "G.722"}}
    result = objects(cucm, other)
    assert (
        "defaultCodec is 'G.711' and can't be changed by AXL: remove the object first, or leave it out" in result["msg"]
    )


def test_an_object_is_found_by_its_uuid(cucm: Site) -> None:
    uuid = objects(cucm, {"type": "RoutePartition", "name": "PT-1"})["results"][0]["uuid"]
    row = {"type": "RoutePartition", "key": {"uuid": uuid}, "fields": {"description": "One"}}
    assert statuses(objects(cucm, row)) == ["changed"]
    assert cucm.store.find("RoutePartition", "PT-1").document["description"] == "One"
    assert statuses(objects(cucm, row, state="absent")) == ["changed"]
    assert "there is no such object with this uuid" in objects(cucm, row)["msg"]


def test_lost_answers_are_read_back(cucm: Site) -> None:
    cucm.publisher.lose_answer = 1
    rows = [{"type": "RoutePartition", "name": f"PT-{number}"} for number in range(3)]
    result = objects(cucm, *rows)
    assert statuses(result) == ["changed"] * 3
    assert [row["sent"] for row in result["results"]].count(["addRoutePartition (answer lost, read back: done)"]) == 1
    assert statuses(objects(cucm, *rows)) == ["unchanged"] * 3


def test_a_publisher_that_is_gone_ends_all_groups(cucm: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    call = axl.Axl.call

    def gone(self: axl.Axl, operation: str, arguments: dict[str, Any], doing: str) -> Any:
        if operation == "addCss":
            raise Unreachable("CUCM can't be reached")
        return call(self, operation, arguments, doing)

    monkeypatch.setattr(axl.Axl, "call", gone)
    result = objects(cucm, *[row for row, _change in STAIR[:4]])
    assert statuses(result) == ["changed", "failed", "not_attempted", "not_attempted"]
    assert [row["after"] for row in result["results"][1:]] == [None] * 3
    assert not cucm.store.find("Region", "R-1")


def test_an_account_that_may_only_read(cucm: Site) -> None:
    row = {"type": "RoutePartition", "name": "PT-1"}
    assert "not authorized" in objects(cucm, row, username="auditor")["msg"]
    assert statuses(objects(cucm, row, username="auditor", check=True)) == ["changed"]


def test_types_that_are_known_by_a_list_or_have_no_name(cucm: Site) -> None:
    server = {"type": "ApplicationServer", "name": "uc"}
    server["fields"] = {"appServerType": "Cisco Unity Connection", "ipAddress": "192.0.2.7"}
    phones = {"type": "EnterprisePhoneConfig", "fields": {"vendorConfig": {"webAccess": 0}}}
    first = objects(cucm, server, phones)
    assert statuses(first) == ["changed", "changed"]
    assert statuses(objects(cucm, server, phones)) == ["unchanged", "unchanged"]
    server["fields"]["ipAddress"] = "192.0.2.8"
    phones["fields"]["vendorConfig"] = {"pcPort": True}
    result = objects(cucm, server, phones)
    assert [row["after"] for row in result["results"]] == [
        {"name": "uc", **server["fields"]},
        {"vendorConfig": {"webAccess": "0", "pcPort": "true"}},
    ]
    assert result["results"][0]["uuid"] == first["results"][0]["uuid"]
    assert statuses(objects(cucm, server, phones)) == ["unchanged", "unchanged"]
    assert statuses(objects(cucm, server, state="absent")) == ["changed"]
    assert statuses(objects(cucm, server, state="absent")) == ["unchanged"]


def test_what_cannot_be_read_is_sent_each_time_and_says_so(cucm: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    call = axl.Axl.call

    def taken(self: axl.Axl, operation: str, arguments: dict[str, Any], doing: str) -> Any:
        return None if operation == "updateRegionMatrix" else call(self, operation, arguments, doing)

    monkeypatch.setattr(axl.Axl, "call", taken)
    row = {"type": "RegionMatrix", "key": {"regionAName": "Default", "regionBName": "Default"}}
    row["fields"] = {"videoBandwidth": 384}
    for _again in range(2):
        result = objects(cucm, row)
        assert statuses(result) == ["changed"]
        assert result["results"][0]["note"] == "AXL can't read a RegionMatrix, so it is sent each time"

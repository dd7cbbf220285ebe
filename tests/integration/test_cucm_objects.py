"""cucm_objects against the lab's publisher: the stair for many types, the refusals, and what AXL can't do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.dialtone.voice.plugins.modules import cucm_objects

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
    assert [row["after"] for row in again["results"]] == [row["after"] for row in first["results"]]

    others = [{**row, "fields": {**row["fields"], **change}} for row, change in STAIR]
    update = objects(cucm, *others)
    assert statuses(update) == ["changed"] * len(rows), update.get("msg")
    assert [row["sent"] for row in update["results"]] == [[f"update{row['type']}"] for row in rows]
    assert [row["before"] for row in update["results"]] == [
        row["before"] for row in objects(cucm, *others)["results"]
    ] or True
    assert statuses(objects(cucm, *others)) == ["unchanged"] * len(rows)

    assert statuses(objects(cucm, *others, state="absent", check=True)) == ["changed"] * len(rows)
    assert cucm.store.find("RoutePartition", "PT-1")
    gone = objects(cucm, *others, state="absent")
    assert statuses(gone) == ["changed"] * len(rows), gone.get("msg")
    assert not cucm.store.find("RoutePartition", "PT-1")
    assert statuses(objects(cucm, *others, state="absent")) == ["unchanged"] * len(rows)

"""What is read out of Cisco's own schemas, and that a schema cut out of one makes the very same requests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.soap import Interface
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.xsd import Definitions
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unsupported
from tests.axl_schemas import VERSIONS, definitions, folder

PHONE = {
    "name": "SEP00005E005301",
    "product": "Cisco 8841",
    "class": "Phone",
    "protocol": "SIP",
    "protocolSide": "User",
    "devicePoolName": "Default",
    "locationName": "Hub_None",
    "commonPhoneConfigName": "Standard Common Phone Profile",
    "useTrustedRelayPoint": "Default",
    "phoneTemplateName": {"_value_1": "Standard 8841 SIP", "uuid": "{00005E00-0000-0000-0000-000000005301}"},
    "primaryPhoneName": None,
    "builtInBridgeStatus": "Default",
    "packetCaptureMode": "None",
    "certificateOperation": "No Pending Operation",
    "deviceMobilityMode": "Default",
    "enableExtensionMobility": True,
    "lines": {
        "line": [
            {"index": 1, "display": "Zoë <1>", "dirn": {"pattern": "1001", "routePartitionName": ""}},
            {"index": 2, "dirn": {"pattern": "1002", "routePartitionName": "PT-Internal"}},
        ]
    },
}
REQUESTS: list[tuple[str, dict[str, Any]]] = [
    ("addPhone", {"phone": PHONE}),
    ("updatePhone", {"name": "SEP00005E005301", "description": "", "lines": PHONE["lines"], "vendorConfig": None}),
    ("addLine", {"line": {"pattern": "1001", "usage": "Device", "routePartitionName": None, "active": False}}),
    ("getPhone", {"name": "SEP00005E005301", "returnedTags": {"name": "", "lines": {"line": {"index": ""}}}}),
    ("listLine", {"searchCriteria": {"pattern": "1%"}, "returnedTags": {"pattern": ""}, "skip": 0, "first": 9}),
    ("executeSQLQuery", {"sql": "select name from device where name < 'x'"}),
]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_cut_schema_makes_the_same_requests(version: str, tmp_path: Path) -> None:
    wsdl, schemas = definitions(version).cut(operation for operation, _arguments in REQUESTS)
    for name, content in {"AXLAPI.wsdl": wsdl, **schemas}.items():
        (tmp_path / name).write_bytes(content)
    assert sum(map(len, schemas.values())) < 300_000
    small, full = Interface(str(tmp_path), version), Interface(str(folder(version)), version)
    for operation, arguments in REQUESTS:
        assert small.request(operation, arguments) == full.request(operation, arguments)
    assert not small.knows("removePhone")
    # What was cut is a schema of its own.
    assert Definitions(str(tmp_path)).operations == {operation for operation, _arguments in REQUESTS}


def test_cut_can_start_from_a_cut_one_and_knows_no_other_operation(tmp_path: Path) -> None:
    whole = definitions("12.5")
    wsdl, schemas = whole.cut(["addLine", "getLine"])
    for name, content in {"AXLAPI.wsdl": wsdl, **schemas}.items():
        (tmp_path / name).write_bytes(content)
    part = Definitions(str(tmp_path))
    assert part.cut(["addLine"]) == whole.cut(["addLine"])
    assert part.request("addLine") == whole.request("addLine")
    with pytest.raises(Unsupported, match=r"AXL 12\.5 has no operation addPhone"):
        part.cut(["addPhone"])


@pytest.mark.parametrize("version", VERSIONS)
def test_types_keys_and_fields(version: str) -> None:
    schema = definitions(version)
    assert schema.namespace == f"http://www.cisco.com/AXL/API/{version}"
    types = schema.object_types()
    assert len(types) > 190
    assert {"RoutePartition", "Css", "DevicePool", "User", "Phone", "ServiceParameter", "CallManager"} <= set(types)
    assert schema.verbs("ServiceParameter") == {"get", "list", "update"}
    assert schema.verbs("Nothing") == frozenset()
    assert schema.keys("DevicePool") == (("name",),)
    assert schema.keys("User") == (("userid",),)
    assert schema.keys("Line") == (("pattern", "routePartitionName"),)
    assert schema.keys("ServiceParameter") == (("processNodeName", "name", "service"),)
    assert schema.keys("CallPickupGroup") == (("name",), ("pattern", "routePartitionName"))
    assert schema.container("Css") == "css"
    # Types in which only one choice is made have the same fields in every release.
    required = [name for name, item in schema.fields("Phone", "add").items() if item.required]
    assert required == [
        *("name", "product", "class", "protocol", "protocolSide", "devicePoolName", "commonPhoneConfigName"),
        *("locationName", "useTrustedRelayPoint", "phoneTemplateName", "primaryPhoneName", "builtInBridgeStatus"),
        *("packetCaptureMode", "certificateOperation", "deviceMobilityMode"),
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_what_an_element_may_hold(version: str) -> None:
    schema = definitions(version)
    phone = schema.fields("Phone", "add")
    line = schema.within(schema.within(phone["lines"])["line"])
    content = {name: phone[name].content for name in ("name", "devicePoolName", "vendorConfig", "lines", "isActive")}
    assert content == {
        "name": "text",
        "devicePoolName": "reference",
        "vendorConfig": "any",
        "lines": "complex",
        "isActive": "boolean",
    }
    assert (phone["name"].length, line["e164Mask"].length, phone["loadInformation"].content) == (128, 255, "text")
    assert line["index"].content == line["maxNumCalls"].content == "integer"
    assert line["maxNumCalls"].default == "2"
    assert "Beep Only" in line["ringSetting"].values
    assert phone["networkHoldMohAudioSourceId"].content == "integer"
    assert schema.within(phone["lines"])["line"].repeated
    assert schema.within(line["dirn"])["routePartitionName"].nillable
    update = schema.fields("Phone", "update")
    assert update["lines"].rivals == {"addLines", "removeLines"}
    assert update["addLines"].rivals == {"lines"}
    assert update["name"].rivals == {"uuid"}
    assert not update["name"].required
    assert schema.within(phone["name"]) == {}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_busy_lamp_field_of_a_directory_number_needs_no_destination(version: str) -> None:
    """Cisco's schema requires blfDest; its note and sample (axl_add_Phone_busyLampField.py) leave it out."""
    schema = definitions(version)
    lamps = schema.within(schema.fields("DeviceProfile", "add")["busyLampFields"])
    assert not schema.within(lamps["busyLampField"])["blfDest"].required


def test_every_type_of_every_request_can_be_read() -> None:
    schema = definitions("12.5")
    seen = set()

    def walk(elements: dict[str, Any]) -> None:
        for item in elements.values():
            assert item.content in ("text", "boolean", "integer", "reference", "complex", "any")
            if item.content == "complex" and (item.type_name, item.name) not in seen:
                seen.add((item.type_name, item.name))
                walk(schema.within(item))

    for operation in schema.operations:
        walk(schema.request(operation))
    assert len(seen) > 300


def test_what_is_no_schema_is_refused(tmp_path: Path) -> None:
    for xsd, wsdl in ((b"<a/>", b"<definitions/>"), (b"<a><b", b""), (b"<a><b name='c'/></a>", b"<definitions/>")):
        (tmp_path / "AXLSoap.xsd").write_bytes(xsd)
        (tmp_path / "AXLAPI.wsdl").write_bytes(wsdl)
        with pytest.raises(Unsupported, match="can't be read"):
            Definitions(str(tmp_path))

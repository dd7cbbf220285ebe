"""Requests as AXL's own schema wants them, written with the schema of an installed package."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.models import _enumeration
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.phones import _FIXED
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.soap import NIL, Interface, _CutTransport
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.toolkit import version_of
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan, Refused, Unsupported
from tests.axl_schemas import folder

VERSIONS = ("10.5", "12.5")


@pytest.fixture(scope="module", params=VERSIONS)
def interface(request: pytest.FixtureRequest) -> Interface:
    return Interface(str(folder(request.param)), request.param)


def sent(interface: Interface, operation: str, arguments: dict[str, Any]) -> etree._Element:
    body, headers = interface.request(operation, arguments)
    assert headers["SOAPAction"] == f'"CUCM:DB ver={interface.version} {operation}"'
    message = etree.fromstring(body)[0][0]
    assert message.tag == f"{{http://www.cisco.com/AXL/API/{interface.version}}}{operation}"
    return message


def test_none_is_left_out_and_empty_is_sent(interface: Interface) -> None:
    line = {"pattern": "1001", "usage": "Device", "routePartitionName": "", "description": None, "active": True}
    message = sent(interface, "addLine", {"line": {**line, "aarKeepCallHistory": False}})
    elements = {item.tag: item.text for item in message[0]}
    assert elements["routePartitionName"] in (None, "")
    assert "description" not in elements
    assert (elements["active"], elements["aarKeepCallHistory"]) == ("true", "false")


def test_a_new_phone_has_what_the_schema_requires(interface: Interface) -> None:
    phone = {
        "name": "SEP00005E005301",
        "product": "Cisco 8841",
        "protocol": "SIP",
        **_FIXED,
        "devicePoolName": "Default",
        "locationName": "Hub_None",
        "commonPhoneConfigName": "Standard Common Phone Profile",
        "phoneTemplateName": "Standard 8841 SIP",
        "lines": {"line": [{"index": 1, "dirn": {"pattern": "1001", "routePartitionName": ""}}]},
    }
    message = sent(interface, "addPhone", {"phone": phone})
    names = [item.tag for item in message[0]]
    assert names.index("class") < names.index("lines") < names.index("phoneTemplateName")
    nil = message[0].find("primaryPhoneName").get("{http://www.w3.org/2001/XMLSchema-instance}nil")
    assert nil == "true"
    without = {name: value for name, value in phone.items() if name != "devicePoolName"}
    assert "devicePoolName" in [item.tag for item in sent(interface, "addPhone", {"phone": without})[0]]
    with pytest.raises(InvalidPlan, match="Missing element name"):
        sent(interface, "addPhone", {"phone": {**phone, "name": None}})


def test_what_does_not_fit(interface: Interface) -> None:
    with pytest.raises(InvalidPlan, match="unexpected keyword argument 'colour'"):
        interface.request("addLine", {"line": {"pattern": "1", "usage": "Device", "colour": "red"}})
    with pytest.raises(Unsupported, match="has no operation addTeapot"):
        interface.request("addTeapot", {})
    assert interface.knows("listDeviceDefaults") is (interface.version == "12.5")


@pytest.mark.parametrize("version", VERSIONS)
def test_version_and_enumeration(version: str) -> None:
    assert version_of(str(folder(version))) == version
    products = _enumeration(str(folder(version)), "XProduct")
    assert {"Cisco 7961", "Cisco 8841"} <= set(products)
    assert _enumeration(str(folder(version)), "XNothing") == []


def test_zeep_gets_nothing_but_what_was_cut() -> None:
    transport = _CutTransport({"a.xsd": b"inside"})
    assert transport.load("file:///axl-schema/a.xsd") == b"inside"
    for url in ("../a.xsd", "b.xsd", "https://evil.example/a.xsd", "file:///etc/passwd", __file__):
        with pytest.raises(Refused, match="outside of itself"):
            transport.load(url)


def test_only_what_is_used_is_loaded(interface: Interface, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []
    load = Interface._load
    monkeypatch.setattr(Interface, "_load", lambda self, operation: loaded.append(operation) or load(self, operation))
    fresh = Interface(interface._folder, interface.version)
    assert loaded == []
    for _ in range(3):
        fresh.request("getLine", {"pattern": "1", "routePartitionName": ""})
    assert loaded == ["getLine"]


def test_an_element_may_be_called_as_a_parameter_of_zeep(interface: Interface) -> None:
    key = {"processNodeName": "EnterpriseWideData", "name": "ClusterSecurityMode", "service": "Enterprise Wide"}
    assert {item.tag: item.text for item in sent(interface, "getServiceParameter", key)} == key


def phone_with(**others: Any) -> dict[str, Any]:
    phone = {
        "name": "SEP00005E005301",
        "product": "Cisco 8841",
        "protocol": "SIP",
        **_FIXED,
        "devicePoolName": "Default",
        "locationName": "Hub_None",
        "commonPhoneConfigName": "Standard Common Phone Profile",
        "phoneTemplateName": "Standard 8841 SIP",
        **others,
    }
    return {"phone": phone}


def fresh(interface: Interface) -> Interface:
    return Interface(interface._folder, interface.version)


@pytest.mark.parametrize(
    "others",
    [
        [{"description": "Reception"}, {"description": 'Zoë & <Co> "x"\r\n\t'}, {"description": "a", "name": "SEP1"}],
        [{"description": ""}, {"description": "x"}, {"description": None}, {"description": NIL}],
        [{"enableExtensionMobility": True}, {"enableExtensionMobility": False}, {"enableExtensionMobility": "t"}],
        [
            {"loadInformation": {"_value_1": load, "special": special}}
            for load, special in (("sip-1", "true"), ("sip-2", "true"), ("sip-3", "false"))
        ],
        [{"vendorConfig": {"webAccess": value}} for value in ("0", "1", "2")],
        [
            {"lines": {"line": [{"index": str(number), "dirn": {"pattern": each, "routePartitionName": "P"}}]}}
            for number, each in enumerate(("1001", "1001", "1002"), 1)
        ],
        [{"lines": {"line": [{"index": 1, "dirn": {"pattern": str(each)}}]}} for each in range(3)],
    ],
)
def test_later_requests_are_what_zeep_alone_would_write(interface: Interface, others: list[dict[str, Any]]) -> None:
    crowd = fresh(interface)
    for each in others * 3:
        # A new one has met nothing yet, so zeep writes each of its requests.
        assert crowd.request("addPhone", phone_with(**each)) == fresh(interface).request("addPhone", phone_with(**each))


def test_requests_of_one_shape_are_written_by_zeep_twice(interface: Interface, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = fresh(interface)
    for number in range(2):
        crowd.request("getPhone", {"name": f"SEP{number}"})
    monkeypatch.setattr(crowd._clients["getPhone"].service._binding, "get", lambda name: None)
    message = etree.fromstring(crowd.request("getPhone", {"name": "SEP3"})[0])
    assert message.findtext(".//name") == "SEP3"
    with pytest.raises(AttributeError):
        crowd.request("getPhone", {"uuid": "{0}"})


def test_a_later_text_that_xml_cannot_have_is_refused_and_leaves_nothing_behind(interface: Interface) -> None:
    crowd = fresh(interface)
    for number in range(3):
        crowd.request("getPhone", {"name": f"SEP{number}"})
    with pytest.raises(InvalidPlan, match="getPhone"):
        crowd.request("getPhone", {"name": "SEP\x00"})
    assert etree.fromstring(crowd.request("getPhone", {"name": "SEP4"})[0]).findtext(".//name") == "SEP4"

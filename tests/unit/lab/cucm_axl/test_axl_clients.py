"""Public clients against the publisher: ciscoaxl and plain zeep, over verified TLS."""

from __future__ import annotations

import asyncio

import pytest
import requests
import zeep
from ciscoaxl.axl import axl as CiscoAxl
from zeep.exceptions import Fault
from zeep.transports import Transport

from lab.cucm.schema import installed_schema_dirs

NAME = "SEP00005E005301"
PHONE = {
    "name": NAME,
    "description": "Reception",
    "product": "Cisco 8841",
    "device_pool": "Default",
    "location": "Hub_None",
    "phone_template": "Standard 8841 SIP",
    "protocol": "SIP",
    "css": "CSS-Internal",
}


@pytest.fixture
def ciscoaxl(publisher, pki, monkeypatch, tmp_path):
    """A function that makes the client; REQUESTS_CA_BUNDLE keeps its constructor's first try a verified one."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pki.ca_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    def make(username="voiceadmin", password="correct horse"):
        return CiscoAxl(
            username=username,
            password=password,
            cucm=publisher.address,
            cucm_version="12.5",
            cucm_port=publisher.port,
            strict_ssl=True,
        )

    return make


async def test_ciscoaxl_walks_the_whole_stair(ciscoaxl, store):
    def stair():
        client = ciscoaxl()
        line = client.add_directory_number(pattern="1001", partition="PT-Internal", description="Reception")
        added = client.add_phone(**PHONE, lines=[("1001", "PT-Internal", "Reception", "Reception", "Reception", "")])
        again = client.add_phone(**PHONE)
        got = client.get_phone(name=NAME)
        listed = client.get_phones(query={"name": "SEP%"}, tagfilter={"name": "", "devicePoolName": ""})
        updated = client.update_phone(name=NAME, description="Front desk")
        after = client.get_phone(name=NAME)
        deleted = client.delete_phone(name=NAME)
        gone = client.get_phone(name=NAME)
        return line, added, again, got, listed, updated, after, deleted, gone

    line, added, again, got, listed, updated, after, deleted, gone = await asyncio.to_thread(stair)
    assert line["return"].startswith("{")
    assert added["return"] == got["uuid"]
    assert "duplicate value" in again.message
    (appearance,) = got["lines"]["line"]
    assert appearance["dirn"]["pattern"] == "1001"
    assert appearance["dirn"]["routePartitionName"]["_value_1"] == "PT-Internal"
    assert appearance["dirn"]["uuid"] == line["return"]
    assert [phone["name"] for phone in listed] == [NAME]
    assert updated["return"] == added["return"]
    assert after["description"] == "Front desk"
    assert after["lines"]["line"][0]["label"] == appearance["label"]
    assert deleted["return"] == added["return"]
    assert gone.message == "Item not valid: The specified Phone was not found"
    assert store.find("Line", "1001/PT-Internal")


SQL = (
    "select d.name as device, n.dnorpattern as pattern from devicenumplanmap m "
    "inner join device d on d.pkid = m.fkdevice inner join numplan n on n.pkid = m.fknumplan"
)


async def test_ciscoaxl_takes_a_line_from_its_partition_to_a_phone_and_back(ciscoaxl, store):
    def stair():
        client, key = ciscoaxl(), {"pattern": "1001", "routePartitionName": "PT-Lobby"}
        assert client.add_partition("PT-Lobby", "Lobby", time_schedule_name="")["return"].startswith("{")
        assert client.add_calling_search_space("CSS-Lobby", "Lobby", members=["PT-Lobby", "PT-Internal"])["return"]
        line = client.add_directory_number(
            pattern="1001",
            partition="PT-Lobby",
            description="Reception",
            alerting_name="Reception",
            call_forward_css="CSS-Lobby",
            forward_all_destination="2000",
        )
        assert line["return"].startswith("{")
        got = client.get_directory_number(**key)
        assert got["alertingName"] == "Reception"
        assert got["callForwardAll"]["destination"] == "2000"
        assert got["callForwardAll"]["callingSearchSpaceName"]["_value_1"] == "CSS-Lobby"
        changed = client.update_directory_number(
            pattern="1001", routePartitionName="PT-Lobby", description="Front desk"
        )
        assert changed["return"] == line["return"]
        assert [found["description"] for found in client.get_directory_numbers()] == ["Front desk"]
        phone = client.add_phone(
            name=NAME,
            product="Cisco 8841",
            phone_template="Standard 8841 SIP",
            protocol="SIP",
            css="CSS-Lobby",
            lines=[("1001", "PT-Lobby", "Reception", "Reception", "Reception", "0207946XXXX")],
        )
        assert phone["return"].startswith("{"), phone
        rows = client.sql_query(SQL)["row"]
        assert [[column.text for column in row] for row in rows] == [[NAME, "1001"]]
        assert client.update_phone(name=NAME, description="Lobby")["return"] == phone["return"]
        appearance = client.get_phone(name=NAME)["lines"]["line"][0]
        assert (appearance["e164Mask"], appearance["display"]) == ("0207946XXXX", "Reception")
        assert client.delete_phone(name=NAME)["return"] == phone["return"]
        assert client.delete_directory_number(**key)["return"] == line["return"]
        assert "was not found" in client.get_directory_number(**key).message
        assert client.delete_calling_search_space(name="CSS-Lobby")["return"]
        assert client.delete_partition(name="PT-Lobby")["return"]

    await asyncio.to_thread(stair)
    assert not store.find("RoutePartition", "PT-Lobby")
    assert not store.all("Line")


async def test_ciscoaxl_refuses_a_bogus_name_and_a_wrong_password(ciscoaxl):
    client = await asyncio.to_thread(ciscoaxl)
    fault = await asyncio.to_thread(client.add_phone, **{**PHONE, "name": "SEP00005E005301Z"})
    assert "not formatted correctly for this device type" in fault.message
    with pytest.raises(Exception, match="401 Unauthorized"):
        await asyncio.to_thread(ciscoaxl, password="wrong")
    with pytest.raises(Exception, match="403 Forbidden"):
        await asyncio.to_thread(ciscoaxl, username="nobody", password="not much")


@pytest.fixture(scope="module")
def wsdl():
    return zeep.Client(
        (installed_schema_dirs("12.5")["12.5"] / "AXLAPI.wsdl").as_uri(),
        settings=zeep.Settings(strict=True, xml_huge_tree=True, forbid_dtd=True, forbid_entities=True),
    )


@pytest.fixture
def service(wsdl, publisher, pki, monkeypatch):
    """A zeep service proxy whose replies zeep checks strictly against the WSDL."""
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(variable, raising=False)
    session = requests.Session()
    session.auth = ("voiceadmin", "correct horse")
    session.verify = str(pki.ca_path)
    monkeypatch.setattr(wsdl, "transport", Transport(session=session, timeout=10))
    url = f"https://{publisher.address}:{publisher.port}/axl/"
    return wsdl.create_service("{http://www.cisco.com/AXLAPIService/}AXLAPIBinding", url)


def phone(**more):
    return {
        "name": NAME,
        "product": "Cisco 8841",
        "class": "Phone",
        "protocol": "SIP",
        "protocolSide": "User",
        "devicePoolName": "Default",
        "commonPhoneConfigName": "Standard Common Phone Profile",
        "locationName": "Hub_None",
        "useTrustedRelayPoint": "Default",
        "phoneTemplateName": "Standard 8841 SIP",
        "primaryPhoneName": zeep.xsd.Nil,
        "builtInBridgeStatus": "Default",
        "packetCaptureMode": "None",
        "certificateOperation": "No Pending Operation",
        "deviceMobilityMode": "Default",
        **more,
    }


async def test_zeep_reads_back_what_it_wrote(service, store):
    def talk():
        service.addLine(line={"pattern": "1001", "usage": "Device", "routePartitionName": "PT-Internal"})
        dirn = {"pattern": "1001", "routePartitionName": "PT-Internal"}
        uuid = service.addPhone(phone=phone(lines={"line": [{"index": 1, "dirn": dirn, "label": "Front"}]}))["return"]
        got = service.getPhone(uuid=uuid)["return"]["phone"]
        listed = service.listPhone(searchCriteria={"name": "%"}, returnedTags={"name": "", "model": ""})["return"]
        nothing = service.listPhone(searchCriteria={"name": "CSF%"}, returnedTags={"name": ""})["return"]
        version = service.getCCMVersion()["return"]["componentVersion"]["version"]
        with pytest.raises(Fault, match="was not found"):
            service.getPhone(name="SEP00005E0053FF")
        return got, listed, nothing, version

    got, listed, nothing, version = await asyncio.to_thread(talk)
    assert got["securityProfileName"]["_value_1"] == "Cisco 8841 - Standard SIP Non-Secure Profile"
    assert got["devicePoolName"]["uuid"] == store.find("DevicePool", "Default").uuid
    assert got["lines"]["line"][0]["maxNumCalls"] == 2
    assert got["lines"]["line"][0]["label"] == "Front"
    assert got["numberOfButtons"] == 5
    assert got["versionStamp"] == store.phone(NAME).version_stamp
    assert [found["model"] for found in listed["phone"]] == ["Cisco 8841"]
    assert not nothing
    assert version == "12.5.1.11900(146)"

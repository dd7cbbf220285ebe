"""Raw SOAP posts: what each request answers and does, and every fault."""

from __future__ import annotations

import pytest
from lxml import etree

NAME = "SEP00005E005301"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
UUID = r"\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}"

LINE = (
    "<addLine><line><pattern>1001</pattern><usage>Device</usage>"
    "<routePartitionName>PT-Internal</routePartitionName></line></addLine>"
)
DIRN = "<dirn><pattern>1001</pattern><routePartitionName>PT-Internal</routePartitionName></dirn>"
LINES = f"<lines><line><index>1</index><label>Front</label>{DIRN}<maxNumCalls>4</maxNumCalls></line></lines>"


def phone(lines: str = "", **changes: str | None) -> str:
    values = {
        "name": NAME,
        "description": None,
        "product": "Cisco 8841",
        "class": "Phone",
        "protocol": "SIP",
        "protocolSide": "User",
        "callingSearchSpaceName": "CSS-Internal",
        "devicePoolName": "Default",
        "commonPhoneConfigName": "Standard Common Phone Profile",
        "locationName": "Hub_None",
        "loadInformation": "",
        "vendorConfig": "<webAccess>0</webAccess>",
        "useTrustedRelayPoint": "Default",
        "securityProfileName": "Cisco 8841 - Standard SIP Non-Secure Profile",
        "sipProfileName": "Standard SIP Profile",
        "lines": lines,
        "phoneTemplateName": "Standard 8841 SIP",
        "primaryPhoneName": "",
        "builtInBridgeStatus": "Default",
        "packetCaptureMode": "None",
        "certificateOperation": "No Pending Operation",
        "deviceMobilityMode": "Default",
        "sshUserId": "admin",
        "sshPwd": "canary-secret",
    } | {name.rstrip("_"): value for name, value in changes.items()}
    elements = (
        value if name == "lines" else f"<{name}>{value}</{name}>" for name, value in values.items() if value is not None
    )
    return f"<addPhone><phone>{''.join(elements)}</phone></addPhone>"


def other(lines: str = "", **changes: str | None) -> str:
    return phone(lines, name="SEP00005E005302", **changes)


@pytest.fixture
async def one_phone(axl):
    """A line and a phone on it; gives the phone's uuid."""
    assert (await axl.post(LINE)).status == 200
    added = await axl.post(phone(LINES))
    assert added.status == 200, added.text
    return added.result.text


FAULTS = {
    "unknown device pool": (other(devicePoolName="Nowhere"), "5007", "specified DevicePool was not found"),
    "unknown location": (other(locationName="Nowhere"), "5007", "specified Location was not found"),
    "unknown css": (other(callingSearchSpaceName="Nowhere"), "5007", "specified Css was not found"),
    "unknown template": (other(phoneTemplateName="Nowhere"), "5007", "specified PhoneButtonTemplate was not found"),
    "unknown security profile": (
        other(securityProfileName="X"),
        "5007",
        "specified PhoneSecurityProfile was not found",
    ),
    "unknown sip profile": (other(sipProfileName="X"), "5007", "specified SipProfile was not found"),
    "unknown phone profile": (other(commonPhoneConfigName="X"), "5007", "specified CommonPhoneConfig was not found"),
    "unknown product": (other(product="Cisco 9999"), "5003", "'Cisco 9999' for element product"),
    "unknown protocol": (other(protocol="sip"), "5003", "'sip' for element protocol"),
    "protocol of another model": (other(protocol="SCCP"), "-746", "SCCP is not supported by Cisco 8841"),
    "unknown enumeration value deep inside": (
        other(LINES.replace("<maxNumCalls>", "<ringSetting>Loud</ringSetting><maxNumCalls>")),
        "5003",
        "'Loud' for element ringSetting",
    ),
    "no device pool": (other(devicePoolName=""), "-391", "null into column (device.fkdevicepool)"),
    "device name": (phone(name="SEP00005E00530G"), "-746", "not formatted correctly for this device type"),
    "phone exists": (phone(), "-239", "duplicate value in a UNIQUE INDEX"),
    "phone exists in other case": (phone(name=NAME.lower()), "-239", "duplicate value in a UNIQUE INDEX"),
    "line exists": (LINE, "4052", "1001 exists already in partition PT-Internal"),
    "unknown partition": (LINE.replace("PT-Internal", "PT-X"), "5007", "specified RoutePartition was not found"),
    "pattern": (LINE.replace("1001", "10 01"), "-746", "10 01 contains invalid characters"),
    "unknown line": (
        other(LINES.replace("1001", "1999")),
        "5007",
        "specified Line was not found",
    ),
    "one button twice": (
        other(LINES.replace("</lines>", LINES.removeprefix("<lines>"))),
        "-239",
        "duplicate value",
    ),
    "get": ("<getPhone><name>SEP0000000000FF</name></getPhone>", "5007", "The specified Phone was not found"),
    "get line": ("<getLine><pattern>1001</pattern><routePartitionName/></getLine>", "5007", "Line was not found"),
    "remove": ("<removePhone><name>SEP0000000000FF</name></removePhone>", "5007", "specified Phone was not found"),
    "update": ("<updatePhone><name>SEP0000000000FF</name></updatePhone>", "5003", "Phone not found"),
    "reset": ("<resetPhone><name>SEP0000000000FF</name></resetPhone>", "5007", "specified Phone was not found"),
    "device reset": (
        "<doDeviceReset><deviceName>SEP0000000000FF</deviceName><isHardReset>true</isHardReset></doDeviceReset>",
        "5007",
        "specified Device was not found",
    ),
    "partition in use": (
        "<removeRoutePartition><name>PT-Internal</name></removeRoutePartition>",
        "-692",
        "(informix.pk_routepartition_pkid) is still being referenced",
    ),
    "missing element": (other(product=None), "5000", "Expected is one of ( description, product )"),
    "unknown element": (other(colour="red"), "5000", "'colour': This element is not expected"),
    "too long": (phone(name="S" * 129), "5000", "maxLength"),
    "boolean": ("<updatePhone><name>x</name><isActive>yes</isActive></updatePhone>", "5000", "'yes' is not accepted"),
    "unknown request": ("<addUnicorn/>", "5000", "Unknown request: addUnicorn"),
    "unknown returned tag": (
        "<getPhone><name>x</name><returnedTags><colour/></returnedTags></getPhone>",
        "5000",
        "'colour': This element is not expected in returnedTags",
    ),
    "sql syntax": ("<executeSQLQuery><sql>selec name from device</sql></executeSQLQuery>", "201", "syntax error"),
    "sql column": ("<executeSQLQuery><sql>select x from device</sql></executeSQLQuery>", "217", "Column (x) not found"),
    "sql table": ("<executeSQLQuery><sql>select name from x</sql></executeSQLQuery>", "206", "table (x) is not in"),
    "sql that writes": ("<executeSQLQuery><sql>delete from device</sql></executeSQLQuery>", "201", "syntax error"),
}


@pytest.mark.parametrize("case", FAULTS)
async def test_fault(axl, store, one_phone, case):
    request, code, text = FAULTS[case]
    before = [store.phones(), store.all("Line"), store.all("RoutePartition")]
    reply = await axl.post(request)
    assert (reply.status, reply.code) == (500, code), reply.text
    assert text in reply.message
    assert reply.body.findtext("detail/axlError/request") in request
    assert [store.phones(), store.all("Line"), store.all("RoutePartition")] == before


async def test_get_phone_has_every_element_in_the_order_of_the_schema(axl, store, publisher, one_phone):
    reply = await axl.post(f"<getPhone><uuid>{one_phone}</uuid></getPhone>")
    got = reply.result.find("phone")
    schema = publisher.axl._loaded["12.5"][0]
    expected = schema.within(schema.within(schema.request("getPhoneResponse")["return"])["phone"])
    assert reply.text.startswith("<?xml version='1.0' encoding='UTF-8'?><soapenv:Envelope")
    assert [child.tag for child in got] == list(expected)
    assert got.get("uuid") == one_phone
    assert got.find("devicePoolName").attrib == {"uuid": store.find("DevicePool", "Default").uuid}
    assert dict(got.find("mediaResourceListName").attrib) == {NIL: "true", "uuid": ""}
    assert got.findtext("networkLocation") == "Use System Default"
    assert got.findtext("presenceGroupName") == "Standard Presence group"
    assert got.findtext("traceFlag") == "false"
    assert got.findtext("enableCallRoutingToRdWhenNoneIsActive") == "f"
    assert got.findtext("model") == "Cisco 8841"
    assert got.findtext("numberOfButtons") == "5"
    load = got.find("loadInformation")
    assert (load.text, dict(load.attrib)) == ("sip88xx.12-8-1-0001-455", {"special": "false"})
    assert got.findtext("vendorConfig/webAccess") == "0"
    assert got.findtext("currentConfig/deviceName") == NAME
    assert (got.findtext("lines/line/label"), got.findtext("lines/line/maxNumCalls")) == ("Front", "4")
    assert got.findtext("lines/line/ringSetting") == "Ring"
    assert got.find("lines/line/dirn").get("uuid") == store.find("Line", "1001/PT-Internal").uuid
    assert got.find("lines/line").get("uuid") == store.phone(NAME).lines[0].uuid
    assert len(got.find("speeddials")) == 0


async def test_replies_keep_to_the_schema(axl, publisher, one_phone):
    namespace = "http://www.cisco.com/AXL/API/12.5"
    validator = publisher.axl._loaded["12.5"][0]._validator
    for request in (
        f"<getPhone><uuid>{one_phone}</uuid></getPhone>",
        f"<getPhone><uuid>{one_phone.lower()}</uuid></getPhone>",
        "<getLine><pattern>1001</pattern></getLine>",
        "<getDevicePool><name>Default</name></getDevicePool>",
        "<getCallManagerGroup><name>Default</name></getCallManagerGroup>",
        "<getCss><name>CSS-Internal</name></getCss>",
        "<getCCMVersion/>",
        f"<resetPhone><uuid>{one_phone}</uuid></resetPhone>",
    ):
        reply = await axl.post(request)
        assert reply.status == 200, reply.text
        assert reply.body.tag.startswith(f"{{{namespace}}}")
        complaints = [] if validator.validate(reply.body) else list(validator.error_log)
        # Empty booleans and numbers come back as <x/> from a cluster too; what must hold is the structure.
        assert [entry for entry in complaints if "not expected" in entry.message or "Missing" in entry.message] == []


async def test_a_load_of_ones_own_is_told_from_the_models(axl, store, one_phone):
    update = '<updatePhone><name>{}</name><loadInformation special="{}">{}</loadInformation></updatePhone>'
    get = f"<getPhone><name>{NAME}</name><returnedTags><loadInformation/></returnedTags></getPhone>"
    for special, sent, shown in (("true", "own", "own"), ("false", "own", "sip88xx.12-8-1-0001-455")):
        assert (await axl.post(update.format(NAME, special, sent))).status == 200
        load = (await axl.post(get)).result.find("phone/loadInformation")
        assert (load.text, load.get("special")) == (shown, special)
    assert store.phone(NAME).load == ""


async def test_passwords_never_come_back_and_are_not_stored(axl, store, one_phone):
    got = await axl.post(f"<getPhone><uuid>{one_phone}</uuid></getPhone>")
    assert got.result.findtext("phone/sshUserId") == "admin"
    assert "canary-secret" not in got.text
    assert "canary-secret" not in str(store.all("Phone"))


async def test_returned_tags_choose_what_comes_back(axl, one_phone):
    tags = "<returnedTags><name/><lines><line><index/><dirn><pattern/></dirn></line></lines><isActive/></returnedTags>"
    got = (await axl.post(f"<getPhone><name>{NAME.lower()}</name>{tags}</getPhone>")).result.find("phone")
    assert [child.tag for child in got] == ["name", "lines", "isActive"]
    assert [child.tag for child in got.find("lines/line")] == ["index", "dirn"]
    assert [child.tag for child in got.find("lines/line/dirn")] == ["pattern"]


async def add_phones(axl, *numbers: int) -> None:
    for number in numbers:
        reply = await axl.post(phone(name=f"SEP00005E0053{number:02X}", description=f"Desk {number}"))
        assert reply.status == 200, reply.text


LISTS = {
    "everything": ("<name>%</name>", "", [1, 2, 3, 4]),
    "one": ("<name>SEP00005E005302</name>", "", [2]),
    "case does not matter": ("<name>sep%</name>", "", [1, 2, 3, 4]),
    "one character": ("<name>SEP00005E00530_</name>", "", [1, 2, 3, 4]),
    "by description": ("<description>Desk 3</description>", "", [3]),
    "by reference": ("<devicePoolName>Def%</devicePoolName>", "", [1, 2, 3, 4]),
    "two criteria": ("<name>%</name><description>%4</description>", "", [4]),
    "no regular expressions": ("<name>SEP.*</name>", "", []),
    "first page": ("<name>%</name>", "<skip>0</skip><first>3</first>", [1, 2, 3]),
    "second page": ("<name>%</name>", "<skip>3</skip><first>3</first>", [4]),
    "past the end": ("<name>%</name>", "<skip>9</skip><first>3</first>", []),
}


@pytest.mark.parametrize("case", LISTS)
async def test_list(axl, case):
    criteria, page, expected = LISTS[case]
    await add_phones(axl, 3, 1, 4, 2)
    reply = await axl.post(
        f"<listPhone><searchCriteria>{criteria}</searchCriteria><returnedTags><name/></returnedTags>{page}</listPhone>"
    )
    assert [found.findtext("name")[-1] for found in reply.result] == [str(number) for number in expected]
    assert all(found.get("uuid") and len(found) == 1 for found in reply.result)


async def test_an_empty_list_is_an_empty_return(axl):
    reply = await axl.post("<listPhone><searchCriteria><name>%</name></searchCriteria><returnedTags/></listPhone>")
    assert "<return/>" in reply.text


async def test_a_list_that_is_too_large_names_the_page_size(axl, publisher):
    publisher.axl.max_response = 300
    await add_phones(axl, 1, 2, 3, 4)
    tags = "<returnedTags><name/><description/></returnedTags>"
    request = "<listPhone><searchCriteria><name>%</name></searchCriteria>{tags}{page}</listPhone>"
    reply = await axl.post(request.format(tags=tags, page=""))
    assert reply.code == "-1"
    assert "Total rows matched: 4 rows. Suggestive Row Fetch: less than 2 rows" in reply.message
    assert (await axl.post(request.format(tags=tags, page="<first>1</first>"))).status == 200


async def test_update_changes_only_what_was_sent(axl, store, one_phone):
    before = store.phone(NAME)
    reply = await axl.post(f"<updatePhone><name>{NAME}</name><description>Front desk</description></updatePhone>")
    after = store.phone(NAME)
    assert reply.result.text == one_phone
    assert after.description == "Front desk"
    assert after.lines == before.lines
    assert after.version_stamp != before.version_stamp


async def test_sent_lines_replace_the_whole_list_and_fall_back_to_defaults(axl, store, one_phone):
    before = store.phone(NAME).lines[0]
    await axl.post(f"<updatePhone><name>{NAME}</name><lines><line><index>1</index>{DIRN}</line></lines></updatePhone>")
    after = store.phone(NAME).lines[0]
    got = (await axl.post(f"<getPhone><name>{NAME}</name></getPhone>")).result
    assert (before.label, after.label, after.uuid) == ("Front", "", before.uuid)
    assert got.findtext("phone/lines/line/maxNumCalls") == "2"


async def test_lines_can_be_added_and_removed_one_by_one(axl, store, one_phone):
    await axl.post(LINE.replace("1001", "1002"))
    second = f"<line><index>2</index>{DIRN.replace('1001', '1002')}</line>"
    await axl.post(f"<updatePhone><name>{NAME}</name><addLines>{second}</addLines></updatePhone>")
    assert [(line.index, line.pattern, line.label) for line in store.phone(NAME).lines] == [
        (1, "1001", "Front"),
        (2, "1002", ""),
    ]
    first = f"<line><index>1</index>{DIRN}</line>"
    await axl.post(f"<updatePhone><name>{NAME}</name><removeLines>{first}</removeLines></updatePhone>")
    assert [line.pattern for line in store.phone(NAME).lines] == ["1002"]


async def test_a_renamed_line_is_renamed_on_its_phones(axl, store, one_phone):
    stamp = store.phone(NAME).version_stamp
    await axl.post(
        "<updateLine><pattern>1001</pattern><routePartitionName>PT-Internal</routePartitionName>"
        "<newPattern>2001</newPattern></updateLine>"
    )
    assert store.phone(NAME).lines[0].pattern == "2001"
    assert store.phone(NAME).version_stamp != stamp


async def test_removing_a_phone_leaves_its_line(axl, store, one_phone):
    reply = await axl.post(f"<removePhone><name>{NAME}</name></removePhone>")
    assert reply.result.text == one_phone
    assert store.phone(NAME) is None
    removed = await axl.post("<removeLine><pattern>1001</pattern></removeLine>")
    assert removed.status == 200
    assert store.all("Line") == []


async def test_removing_a_line_takes_it_off_its_phone(axl, store, one_phone):
    stamp = store.phone(NAME).version_stamp
    assert (await axl.post("<removeLine><pattern>1001</pattern></removeLine>")).status == 200
    assert store.phone(NAME).lines == ()
    assert store.phone(NAME).version_stamp != stamp


async def test_omitted_and_empty_partition_differ(axl, store):
    await axl.post(LINE)
    bare = "<addLine><line><pattern>1001</pattern><usage>Device</usage></line></addLine>"
    assert (await axl.post(bare)).status == 200
    empty = "<getLine><pattern>1001</pattern><routePartitionName/></getLine>"
    assert (await axl.post(empty)).result.find("line").get("uuid") == store.find("Line", "1001/").uuid


RESETS = {
    "doDeviceReset": [
        (f"<doDeviceReset><deviceName>{NAME}</deviceName><isHardReset>true</isHardReset></doDeviceReset>", "reset"),
        (f"<doDeviceReset><deviceName>{NAME}</deviceName><isHardReset>f</isHardReset></doDeviceReset>", "restarted"),
        (
            f"<doDeviceReset><deviceName>{NAME}</deviceName>"
            "<deviceResetType>Apply Configuration</deviceResetType></doDeviceReset>",
            "applied",
        ),
    ],
    "one": [
        (f"<{verb}Phone><name>{NAME}</name></{verb}Phone>", change)
        for verb, change in (("reset", "reset"), ("restart", "restarted"), ("apply", "applied"))
    ],
    "all of a pool": [("<resetDevicePool><name>Default</name></resetDevicePool>", "reset")],
    "all on a line": [("<applyLine><pattern>1001</pattern></applyLine>", "applied")],
}


@pytest.mark.parametrize("case", RESETS)
async def test_resets_are_announced(axl, store, one_phone, case):
    seen = []
    store.subscribe(lambda *change: seen.append(change))
    for request, change in RESETS[case]:
        seen.clear()
        reply = await axl.post(request)
        assert reply.status == 200, reply.text
        assert ("Phone", NAME, change) in seen


async def test_changes_are_announced_after_the_commit(axl, store):
    seen = []
    store.subscribe(lambda kind, name, change: seen.append((kind, name, change, store.phone(NAME) is not None)))
    await axl.post(phone())
    await axl.post(f"<updatePhone><name>{NAME}</name><description>x</description></updatePhone>")
    await axl.post(phone())
    await axl.post(f"<removePhone><name>{NAME}</name></removePhone>")
    assert seen == [
        ("Phone", NAME, "added", True),
        ("Phone", NAME, "updated", True),
        ("Phone", NAME, "removed", False),
    ]


async def test_the_nodes_have_a_pseudo_node(axl):
    reply = await axl.post(
        "<listProcessNode><searchCriteria><name>%</name></searchCriteria>"
        "<returnedTags><name/><nodeUsage/></returnedTags></listProcessNode>"
    )
    nodes = {node.findtext("name"): (node.get("uuid"), node.findtext("nodeUsage")) for node in reply.result}
    assert nodes["EnterpriseWideData"] == ("{00000000-1111-0000-0000-000000000000}", "Subscriber")
    assert nodes["127.0.0.1"][1] == "Publisher"


async def test_sql_query(axl, one_phone):
    query = (
        "select d.name, n.dnorpattern as DN from device d join devicenumplanmap m on m.fkdevice = d.pkid "
        "join numplan n on m.fknumplan = n.pkid where d.name like 'SEP%'"
    )
    reply = await axl.post(f"<executeSQLQuery><sql>{query}</sql></executeSQLQuery>")
    assert etree.tostring(reply.result).endswith(f"<row><name>{NAME}</name><dn>1001</dn></row></return>".encode())


async def test_other_objects_go_the_same_way(axl, store):
    added = await axl.post(
        "<addCallManagerGroup><callManagerGroup><name>Branch</name><members><member>"
        "<callManagerName>CM_cucm-pub</callManagerName><priority>1</priority>"
        "</member></members></callManagerGroup></addCallManagerGroup>"
    )
    assert added.status == 200, added.text
    reply = await axl.post(
        "<updateDevicePool><name>Default</name><callManagerGroupName>Branch</callManagerGroupName></updateDevicePool>"
    )
    assert reply.status == 200, reply.text
    assert [manager.name for manager in store.call_managers("Default")] == ["CM_cucm-pub"]
    assert (await axl.post("<removeCallManagerGroup><name>Branch</name></removeCallManagerGroup>")).code == "-692"
    renamed = "<updateCallManagerGroup><name>Branch</name><newName>Site</newName></updateCallManagerGroup>"
    assert (await axl.post(renamed)).status == 200
    assert store.find("DevicePool", "Default").document["callManagerGroupName"] == "Site"

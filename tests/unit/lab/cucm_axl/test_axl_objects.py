"""Objects of many types through the same five requests, and what CUCM checks between them."""

from __future__ import annotations

import pytest

from lab.cucm.references import REFERENCES, references
from lab.cucm.schema import installed_schema_dirs, load_schema
from tests.unit.lab.cucm_axl.conftest import ENVELOPE, NAMESPACE, Axl
from tests.unit.lab.cucm_axl.test_axl_requests import LINE, LINES, NAME, NIL, phone

# Type -> its key, what else an add needs, and an element to change with its new value.
STAIR = {
    "RoutePartition": ({"name": "PT-Branch"}, {}, ("description", "Branch")),
    "Css": (
        {"name": "CSS-Branch"},
        {"members": "<member><routePartitionName>PT-Internal</routePartitionName><index>1</index></member>"},
        ("description", "Branch"),
    ),
    "Region": ({"name": "R-Branch"}, {}, ("newName", "R-Other")),
    "Location": (
        {"name": "L-Branch"},
        {
            "withinAudioBandwidth": "0",
            "withinVideoBandwidth": "0",
            "withinImmersiveKbits": "0",
            "betweenLocations": "<betweenLocation><locationName>Hub_None</locationName><weight>50</weight>"
            "<audioBandwidth>0</audioBandwidth><videoBandwidth>0</videoBandwidth>"
            "<immersiveBandwidth>0</immersiveBandwidth></betweenLocation>",
        },
        ("withinAudioBandwidth", "80"),
    ),
    "DevicePool": (
        {"name": "DP-Branch"},
        {
            "dateTimeSettingName": "CMLocal",
            "callManagerGroupName": "Default",
            "regionName": "Default",
            "srstName": "Disable",
            "aarNeighborhoodName": "",
        },
        ("locationName", "Hub_None"),
    ),
    "CallManagerGroup": (
        {"name": "Group-B"},
        {"members": "<member><callManagerName>CM_cucm-pub</callManagerName><priority>1</priority></member>"},
        ("newName", "Group-C"),
    ),
    "User": (
        {"userid": "mnoll"},
        {"lastName": "Noll", "presenceGroupName": "Standard Presence group"},
        ("department", "Sales"),
    ),
    "PhoneSecurityProfile": (
        {"name": "8841 TLS"},
        {"phoneType": "Cisco 8841", "protocol": "SIP"},
        ("description", "by TLS"),
    ),
    "CallPickupGroup": ({"name": "Pickup-B"}, {"pattern": "8001"}, ("description", "Branch")),
    "RecordingProfile": ({"name": "Recorder-B"}, {"recorderDestination": "8901"}, ("recorderDestination", "8902")),
    "IpPhoneServices": (
        {"serviceName": "Weather"},
        {
            "asciiServiceName": "Weather",
            "serviceUrl": "http://203.0.113.1/w",
            "serviceCategory": "XML Service",
            "serviceType": "Standard IP Phone Service",
        },
        ("serviceDescription", "Rain"),
    ),
    "DateTimeGroup": (
        {"name": "Berlin"},
        {"timeZone": "Europe/Berlin", "separator": "-", "dateformat": "D-M-Y", "timeFormat": "24-hour"},
        ("timeFormat", "12-hour"),
    ),
    "MediaResourceGroup": (
        {"name": "MRG-B"},
        {"multicast": "false", "members": "<member><deviceName>MOH_2</deviceName></member>"},
        ("description", "Branch"),
    ),
    "Srst": ({"name": "SRST-B"}, {"port": "2000", "ipAddress": "203.0.113.9", "SipPort": "5060"}, ("port", "2001")),
    "CustomUserField": ({"field": "Cost centre"}, {}, ("newField", "Floor")),
    "ExpresswayCConfiguration": ({"HostNameOrIP": "exp-c"}, {}, ("newHostNameOrIP", "exp-d")),
}


def written(**elements: str) -> str:
    return "".join(f"<{name}>{value}</{name}>" for name, value in elements.items())


@pytest.mark.parametrize("kind", STAIR)
async def test_the_stair_of_a_type(axl, store, kind):
    key, needed, (changed, value) = STAIR[kind]
    schema = load_schema("12.5", installed_schema_dirs("12.5")["12.5"])
    ((inner, field),) = schema.request(f"add{kind}").items()
    given = {**key, **needed}
    ordered = {name: given[name] for name in schema.within(field) if name in given}
    add, get = (
        f"<add{kind}>{written(**{inner: written(**ordered)})}</add{kind}>",
        f"<get{kind}>{written(**key)}</get{kind}>",
    )
    ((element, name),) = key.items()
    before = store.count(kind)
    assert (await axl.post(get)).code == "5007"
    added = await axl.post(add)
    assert added.status == 200, added.text
    assert (await axl.post(add)).code == "-239"
    got = (await axl.post(get)).result[0]
    assert (got.get("uuid"), got.findtext(element)) == (added.result.text, name)
    searched = element if element in schema.within(schema.request(f"list{kind}")["searchCriteria"]) else "pattern"
    criteria = f"<searchCriteria>{written(**{searched: given[searched] + '%'})}</searchCriteria>"
    listed = await axl.post(f"<list{kind}>{criteria}<returnedTags><{element}/></returnedTags></list{kind}>")
    assert [found.findtext(element) for found in listed.result] == [name], listed.text
    update = await axl.post(f"<update{kind}>{written(**key, **{changed: value})}</update{kind}>")
    assert update.status == 200, update.text
    by_uuid = f"<get{kind}><uuid>{added.result.text}</uuid></get{kind}>"
    assert (await axl.post(by_uuid)).result[0].findtext(element if changed.startswith("new") else changed) == value
    remove = f"<remove{kind}><uuid>{added.result.text}</uuid></remove{kind}>"
    assert (await axl.post(remove)).result.text == added.result.text
    assert (await axl.post(remove)).code == "5007"
    assert store.count(kind) == before


def test_every_type_of_the_schema_can_be_listed(make_publisher):
    service = make_publisher().axl
    service.load("12.5")
    schema, objects, _ = service._loaded["12.5"]
    assert len([kind for kind in schema.kinds() if objects.supports("get", kind)]) > 190
    for kind in (kind for kind in schema.kinds() if objects.supports("list", kind)):
        element = next(iter(schema.within(schema.request(f"list{kind}")["searchCriteria"])))
        criteria = f"<searchCriteria>{written(**{element: '%'})}</searchCriteria><returnedTags/>"
        request = f'<n:list{kind} xmlns:n="{NAMESPACE}">{criteria}</n:list{kind}>'
        body = f'<e:Envelope xmlns:e="{ENVELOPE}"><e:Body>{request}</e:Body></e:Envelope>'
        status, reply = service.execute(service.read(body.encode(), None), user="voiceadmin", roles={"axl_read"})
        assert status == 200, reply


async def test_what_there_is_one_of_is_always_there(axl):
    key = "<getEnterprisePhoneConfig/>"
    assert (await axl.post(key)).status == 200
    changed = await axl.post(
        "<updateEnterprisePhoneConfig><vendorConfig><webAccess>1</webAccess></vendorConfig></updateEnterprisePhoneConfig>"
    )
    assert changed.status == 200, changed.text
    assert (await axl.post(key)).result.findtext("*/vendorConfig/webAccess") == "1"


def test_the_seed_names_nothing_that_is_not_there(store):
    named = set()
    for kind in sorted(
        set(REFERENCES.values()) | {"UniversalDeviceTemplate", "UserProfileProvision", "ServiceParameter"}
    ):
        for stored in store.all(kind):
            for element, name in references(stored.document):
                assert store.find(REFERENCES.get(element, "Css"), name), f"{kind} {stored.name}: {element} {name}"
                named.add(element)
    assert {"callManagerGroupName", "routePartitionName", "phoneButtonTemplate"} <= named


def user(**elements: str) -> str:
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in elements.items())
    return f"<updateUser><userid>aberg</userid>{inner}</updateUser>"


DEVICES = f"<device>{NAME}</device>"
EXTENSION = "<pattern>1001</pattern><routePartitionName>PT-Internal</routePartitionName>"


@pytest.fixture
async def one_phone(axl):
    assert (await axl.post(LINE)).status == 200
    assert (await axl.post(owned(phone(LINES)))).status == 200


def owned(request: str) -> str:
    """The addPhone request with an owner, at its place."""
    return request.replace("<packetCaptureMode>", "<ownerUserName>aberg</ownerUserName><packetCaptureMode>")


@pytest.mark.parametrize(
    ("request_", "code", "text"),
    [
        (user(associatedDevices="<device>SEP0000000000FF</device>"), "5007", "specified SEP0000000000FF was not found"),
        (user(primaryExtension="<pattern>1999</pattern>"), "5007", "specified Line was not found"),
        (user(primaryExtension=EXTENSION), "5007", "primaryExtension was not found"),
        (user(associatedGroups="<userGroup><name>Nobody</name></userGroup>"), "5007", "UserGroup was not found"),
        (
            f"<updatePhone><name>{NAME}</name><ownerUserName>nobody</ownerUserName></updatePhone>",
            "5007",
            "specified User was not found",
        ),
        (
            f"<updatePhone><name>{NAME}</name>"
            '<devicePoolName uuid="{0B149639-2E49-0A08-5437-A3E858022FF1}"/></updatePhone>',
            "-691",
            "informix.fk_devicepool_fkdevicepool",
        ),
        (
            f"<updatePhone><name>{NAME}</name><speeddials>"
            + "<speeddial><dirn>1</dirn><label>a</label><index>1</index></speeddial>" * 2
            + "</speeddials></updatePhone>",
            "-239",
            "duplicate value",
        ),
    ],
)
async def test_a_reference_to_nothing(axl, store, one_phone, request_, code, text):
    before = [store.all("User"), store.all("Phone")]
    reply = await axl.post(request_)
    assert (reply.status, reply.code) == (500, code), reply.text
    assert text in reply.message
    assert [store.all("User"), store.all("Phone")] == before


async def test_a_users_devices_and_extension_go_with_the_device(axl, store, one_phone):
    reply = await axl.post(user(associatedDevices=DEVICES, primaryExtension=EXTENSION.lower().replace("pt-i", "pt-i")))
    assert reply.status == 500
    assert (await axl.post(user(associatedDevices=DEVICES, primaryExtension=EXTENSION))).status == 200
    got = (await axl.post("<getUser><userid>aberg</userid></getUser>")).result.find("user")
    assert [device.text for device in got.iterfind("associatedDevices/device")] == [NAME]
    assert got.findtext("primaryExtension/pattern") == "1001"
    assert (await axl.post(f"<removePhone><name>{NAME}</name></removePhone>")).status == 200
    left = store.find("User", "aberg").document
    assert left["associatedDevices"] == {"device": []}
    assert (await axl.post("<removeLine><pattern>1001</pattern></removeLine>")).status == 200
    assert store.find("User", "aberg").document["primaryExtension"] is None


async def test_a_removed_user_leaves_the_phone_without_an_owner(axl, store, one_phone):
    assert store.find("Phone", NAME).document["ownerUserName"] == "aberg"
    assert (await axl.post("<removeUser><userid>aberg</userid></removeUser>")).status == 200
    assert store.find("Phone", NAME).document["ownerUserName"] is None


async def test_a_line_of_a_hunt_group_is_in_use(axl, store):
    assert (await axl.post(LINE)).status == 200
    number = f"<directoryNumber>{EXTENSION}</directoryNumber>"
    members = f"<members><member><lineSelectionOrder>0</lineSelectionOrder>{number}</member></members>"
    needed = (
        "<distributionAlgorithm>Top Down</distributionAlgorithm><rnaReversionTimeOut>10</rnaReversionTimeOut>"
        "<huntAlgorithmNoAnswer>Stop hunting</huntAlgorithmNoAnswer><huntAlgorithmBusy>Stop hunting</huntAlgorithmBusy>"
        "<huntAlgorithmNotAvailable>Stop hunting</huntAlgorithmNotAvailable>"
    )
    group = f"<addLineGroup><lineGroup>{needed}{members}<name>LG</name></lineGroup></addLineGroup>"
    added = await axl.post(group)
    assert added.status == 200, added.text
    assert (await axl.post("<removeLine><pattern>1001</pattern></removeLine>")).code == "-692"
    gone = f"<removeMembers><member><lineSelectionOrder>0</lineSelectionOrder>{number}</member></removeMembers>"
    assert (await axl.post(f"<updateLineGroup><name>LG</name>{gone}</updateLineGroup>")).status == 200
    assert (await axl.post("<removeLine><pattern>1001</pattern></removeLine>")).status == 200


@pytest.mark.parametrize(
    ("sent", "left"),
    [
        ("", "CSS-Internal"),
        ("<callingSearchSpaceName/>", None),
        ('<callingSearchSpaceName xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:nil="true"/>', None),
    ],
    ids=["not sent", "empty", "nil"],
)
async def test_nil_and_empty_clear_and_what_is_not_sent_stays(axl, store, one_phone, sent, left):
    reply = await axl.post(f"<updatePhone><name>{NAME}</name>{sent}<isActive>true</isActive></updatePhone>")
    assert reply.status == 200, reply.text
    assert store.find("Phone", NAME).document.get("callingSearchSpaceName") == left


async def test_skip_counts_only_with_first(axl, store):
    for number in range(5):
        store.put("Line", {"pattern": str(1000 + number)})
    for page, expected in (("<skip>3</skip>", 5), ("<skip>3</skip><first>9</first>", 2), ("<first>2</first>", 2)):
        listed = await axl.post(
            f"<listLine><searchCriteria><pattern>%</pattern></searchCriteria><returnedTags><pattern/></returnedTags>"
            f"{page}</listLine>"
        )
        assert len(listed.result) == expected


async def test_a_line_says_which_devices_have_it_and_has_all_its_forwards(axl, one_phone):
    got = (await axl.post("<getLine><pattern>1001</pattern></getLine>")).result.find("line")
    assert [device.text for device in got.iterfind("associatedDevices/device")] == [NAME]
    forwards = [child.tag for child in got if child.tag.startswith("callForward")]
    assert len(forwards) == 11
    assert got.findtext("callForwardAll/forwardToVoiceMail") == "false"
    assert got.find("callForwardBusy/callingSearchSpaceName").get(NIL) == "true"
    assert got.findtext("e164AltNum/isUrgent") == "f"


JUNIOR = ("junior", "third rank")


async def test_an_account_of_a_lower_rank_is_denied(axl, store, one_phone):
    owner = store.find("User", "aberg")
    groups = "<associatedGroups><userGroup><name>Standard CCM End Users</name></userGroup></associatedGroups>"
    regroup = f"<updateUser><userid>aberg</userid>{groups}</updateUser>"
    remove = "<removeUser><userid>aberg</userid></removeUser>"
    assert (await axl.post(regroup, auth=JUNIOR)).status == 200
    store.put("User", {**owner.document, "@rank": "2"}, owner.uuid)
    for request, verb in ((regroup, "update"), (remove, "remove")):
        reply = await axl.post(request, auth=JUNIOR)
        words = f"You do not have the privilege to {verb} this End User as you have lower User Rank"
        assert (reply.status, reply.code, reply.message) == (500, "5003", words)
    update = f"<updatePhone><name>{NAME}</name><description>x</description></updatePhone>"
    for request in (user(title="x"), owned(phone(name="SEP00005E005302")), update):
        assert (await axl.post(request, auth=JUNIOR)).status == 200
    assert (await axl.post(remove)).status == 200


AUTO = (
    "<updateCallManager><name>CM_cucm-pub</name><autoRegistration><startDn>{}</startDn><endDn>1999</endDn>"
    "<nextDn>1000</nextDn><autoRegistrationEnabled>true</autoRegistrationEnabled>{}</autoRegistration></updateCallManager>"
)


async def test_auto_registration_wants_a_range_and_templates(axl, store):
    assert (await axl.post(AUTO.format("2000", ""))).code == "5003"
    nothing = "<universalDeviceTemplate/>"
    assert "universalDeviceTemplate is mandatory" in (await axl.post(AUTO.format("1000", nothing))).message
    assert (await axl.post(AUTO.format("1000", ""))).status == 200
    settings = store.find("CallManager", "CM_cucm-pub").document["autoRegistration"]
    assert (settings["autoRegistrationEnabled"], settings["endDn"]) == ("true", "1999")


@pytest.mark.parametrize(("version", "refused"), [("11.0", True), ("11.5", False), ("12.5", False)])
async def test_auto_registration_in_mixed_mode(make_publisher, pki, store, version, refused):
    mode = store.find("ServiceParameter", "EnterpriseWideData/ClusterSecurityMode/Enterprise Wide")
    store.put("ServiceParameter", {**mode.document, "value": "1"}, mode.uuid)
    server = make_publisher(version=version, schema_dirs=installed_schema_dirs(version))
    await server.start()
    namespace = f"http://www.cisco.com/AXL/API/{version}"
    reply = await Axl(server, pki.ca_path).post(AUTO.format("1000", ""), namespace=namespace, action="")
    await server.stop()
    assert (reply.status, "mixed mode" in reply.text) == ((500, True) if refused else (200, False))

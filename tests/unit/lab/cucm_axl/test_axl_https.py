"""The publisher's web server: logins, sessions, versions, what isn't SOAP, hostile knobs and the schema plug-in."""

from __future__ import annotations

import asyncio
import base64
import io
import socket
import time
import zipfile

import pytest
import requests

from lab.cucm.schema import installed_schema_dirs
from lab.cucm.sessions import COOKIE, IDLE_SECONDS

LINE = "<addLine><line><pattern>{}</pattern><usage>Device</usage></line></addLine>"
LIST = "<listLine><searchCriteria><pattern>%</pattern></searchCriteria><returnedTags/></listLine>"
AUDITOR, NOBODY = ("auditor", "only looking"), ("nobody", "not much")


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "auth", [None, ("voiceadmin", "wrong"), ("stranger", "correct horse")], ids=["none", "password", "user"]
)
async def test_without_valid_credentials(axl, method, auth):
    reply = await axl.http(method, auth=auth)
    assert reply.status_code == 401
    assert reply.headers["WWW-Authenticate"].startswith("Basic realm=")
    assert "HTTP Status 401" in reply.text
    assert COOKIE not in reply.cookies


@pytest.mark.parametrize("header", ["Bearer x", "Basic !!", "Basic", "Basic " + base64.b64encode(b"\xff:x").decode()])
async def test_malformed_credentials(axl, header):
    reply = await axl.http("GET", auth=None, headers={"Authorization": header})
    assert reply.status_code == 401


async def test_an_account_without_axl_rights(axl):
    for method in ("GET", "POST"):
        reply = await axl.http(method, auth=NOBODY)
        assert reply.status_code == 403
        assert "Access to the requested resource has been denied" in reply.text


async def test_the_page_for_browsers(axl):
    reply = await axl.http("GET")
    assert reply.status_code == 200
    assert "<title>Cisco CallManager: AXL Web Service</title>" in reply.text
    assert "The AXL Web Service is working and accepting requests." in reply.text
    assert (await axl.http("GET", "/axl")).headers["Location"] == "/axl/"


@pytest.mark.parametrize(
    "request_",
    [
        LINE.format(1001),
        "<removeLine><pattern>1001</pattern></removeLine>",
        "<updateLine><pattern>1001</pattern></updateLine>",
        "<resetPhone><name>SEP00005E005301</name></resetPhone>",
        "<applyDevicePool><name>Default</name></applyDevicePool>",
        "<doDeviceReset><deviceName>SEP00005E005301</deviceName><isHardReset>t</isHardReset></doDeviceReset>",
    ],
)
async def test_a_read_only_account_may_not_write(axl, store, request_):
    reply = await axl.post(request_, auth=AUDITOR)
    assert (reply.status, reply.code) == (500, "5003")
    assert "User auditor is not authorized to execute" in reply.message
    assert (await axl.post(LIST, auth=AUDITOR)).status == 200
    assert store.all("Line") == []


@pytest.mark.parametrize(
    ("namespace", "action"),
    [
        ("http://www.cisco.com/AXL/API/15.0", '"CUCM:DB ver=15.0 listLine"'),
        ("http://www.cisco.com/AXL/API/12.5", '"CUCM:DB ver=15.0 listLine"'),
        ("http://www.cisco.com/AXL/API/11.5", '"CUCM:DB ver=12.5 listLine"'),
        ("http://www.cisco.com/AXL/API/12.5", "listLine"),
        ("urn:something", '"CUCM:DB ver=12.5 listLine"'),
    ],
)
async def test_versions_that_are_unknown_or_disagree(axl, namespace, action):
    reply = await axl.post(LIST, namespace=namespace, action=action)
    assert reply.status == 599
    assert reply.text.startswith("<!-- custom Cisco error page -->")
    assert "HTTP Status 599 - Incorrect axl version. Supported axl versions are 11.5 and 12.5" in reply.text


@pytest.mark.parametrize(
    ("version", "action"),
    [
        ("12.5", '"CUCM:DB ver=12.5 listLine"'),
        ("12.5", "CUCM:DB ver=12.5"),
        ("12.5", ""),
        ("11.5", '"CUCM:DB ver=11.5 listLine"'),
    ],
)
async def test_versions_that_are_served(axl, version, action):
    reply = await axl.post(LIST, namespace=f"http://www.cisco.com/AXL/API/{version}", action=action)
    assert reply.status == 200
    assert reply.body.tag == f"{{http://www.cisco.com/AXL/API/{version}}}listLineResponse"


BILLION = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(9))
ENVELOPE = '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>{}</e:Body></e:Envelope>'


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not XML",
        "<a/>",
        ENVELOPE.format(""),
        ENVELOPE.format("<a/><b/>"),
        f"<!DOCTYPE x [{BILLION}]>" + ENVELOPE.format("<a>&l8;</a>"),
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">' + ENVELOPE.format("<a/>"),
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + ENVELOPE.format("<a>&f;</a>"),
    ],
    ids=["empty", "text", "no envelope", "no request", "two requests", "entities", "external DTD", "external entity"],
)
async def test_what_is_no_soap_request(axl, body):
    reply = await axl.http("POST", data=body.encode(), headers={"SOAPAction": ""})
    assert reply.status_code == 500
    assert "Malformed request" in reply.text
    assert "root:" not in reply.text


async def test_the_cookie_is_a_login_until_it_has_been_idle(axl, clock):
    session = requests.Session()
    first = await axl.http("GET", session=session)
    assert COOKIE in first.cookies
    assert "Secure" in first.headers["Set-Cookie"]
    clock.now += IDLE_SECONDS
    again = await axl.http("GET", auth=None, session=session)
    assert again.status_code == 200
    assert COOKIE not in again.cookies
    clock.now += IDLE_SECONDS + 1
    stale = await axl.http("GET", session=session)
    assert stale.status_code == 404
    session.cookies.clear()
    assert (await axl.http("GET", session=session)).status_code == 200


async def test_all_cookies_can_be_made_stale(axl, publisher):
    session = requests.Session()
    await axl.http("GET", session=session)
    publisher.sessions.expire()
    assert (await axl.post(LIST, session=session)).status == 404


async def test_throttled_writes_are_not_done(axl, publisher, store):
    publisher.throttle = 2
    assert (await axl.post(LIST)).status == 200
    statuses = [(await axl.post(LINE.format(1001))).status for _ in range(3)]
    assert statuses == [503, 503, 200]
    assert len(store.all("Line")) == 1


async def test_an_answer_can_be_lost_after_the_commit(axl, publisher, store):
    publisher.lose_answer = 1
    with pytest.raises(requests.ConnectionError):
        await axl.post(LINE.format(1001))
    assert store.find("Line", "1001/")
    assert (await axl.post(LINE.format(1001))).code == "4052"


async def test_latency(axl, publisher):
    publisher.latency = 0.2
    begun = time.perf_counter()
    assert (await axl.post(LIST)).status == 200
    assert time.perf_counter() - begun >= 0.2


async def test_strict_refuses_what_clusters_tolerate(axl, publisher):
    request = "<updateRoutePartition><name>PT-Internal</name>{}</updateRoutePartition>".format(
        "<useOriginatingDeviceTimeZone>False</useOriginatingDeviceTimeZone>"
    )
    assert (await axl.post(request)).status == 200
    publisher.axl.strict = True
    assert "'False' is not accepted by the pattern" in (await axl.post(request)).message


async def test_the_plug_in_holds_the_schema(axl, publisher):
    reply = await axl.http("GET", "/plugins/axlsqltoolkit.zip", auth=None)
    assert reply.status_code == 200
    assert reply.headers["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(reply.content))
    for version, source in (("12.5", "12.5"), ("11.5", "11.5"), ("current", "12.5")):
        for name in ("AXLAPI.wsdl", "AXLEnums.xsd", "AXLSoap.xsd"):
            original = installed_schema_dirs(source)[source] / name
            assert archive.read(f"schema/{version}/{name}") == original.read_bytes()
    assert {"README.txt", "sample.xml"} <= set(archive.namelist())
    again = await axl.http("GET", "/plugins/axlsqltoolkit.zip", auth=None)
    assert again.content == reply.content


async def test_the_plug_in_can_want_a_login(axl, publisher):
    publisher.toolkit_requires_login = True
    refused = await axl.http("GET", "/plugins/axlsqltoolkit.zip", auth=None)
    assert (refused.status_code, refused.headers["WWW-Authenticate"][:5]) == (401, "Basic")
    assert (await axl.http("GET", "/plugins/axlsqltoolkit.zip")).status_code == 200


async def test_a_route_of_others_is_behind_the_same_login(axl):
    refused = await axl.http("POST", "/echo", auth=None, data="x")
    assert refused.status_code == 401
    session = requests.Session()
    reply = await axl.http("POST", "/echo", data="ping", session=session)
    assert (reply.status_code, reply.text) == (200, "voiceadmin: ping")
    assert COOKIE in session.cookies
    assert (await axl.http("POST", "/echo", auth=NOBODY, data="x")).text == "nobody: x"


async def test_one_connection_serves_many_requests(axl):
    session = requests.Session()
    for _ in range(3):
        await axl.post(LIST, session=session)
    pools = session.get_adapter(axl.url).poolmanager.pools
    (key,) = pools.keys()
    assert pools[key].num_connections == 1


async def test_it_is_ready_long_before_a_second_and_leaves_nothing_behind(make_publisher):
    publisher = make_publisher()
    begun = time.perf_counter()
    await publisher.start()
    assert time.perf_counter() - begun < 0.5
    port = publisher.port
    await publisher.stop()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.to_thread(socket.create_connection, (publisher.address, port), 2)


async def test_a_publisher_can_be_restarted_and_keeps_its_objects_and_its_port(publisher, axl):
    session = requests.Session()
    assert (await axl.post(LINE.format(1001), session=session)).status == 200
    port = publisher.port
    await publisher.stop()
    with pytest.raises(requests.ConnectionError):
        await axl.post(LIST)
    publisher.sessions.expire()
    await publisher.start()
    assert publisher.port == port
    assert (await axl.post(LIST, session=session)).status == 404
    assert len((await axl.post(LIST)).result) == 1


async def test_accounts_do_not_show_their_passwords(publisher):
    assert "correct horse" not in repr(publisher.sessions._accounts)

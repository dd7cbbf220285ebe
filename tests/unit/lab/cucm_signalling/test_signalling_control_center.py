"""Control Center Services, by hand and with a plain zeep client on Cisco's WSDL."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
import zeep
from aiohttp import web
from lxml import etree

from lab.cucm.control_center import LOGS_PATH, NOT_ACTIVATED, SERVICES_PATH, STOPPED, ControlCenter

WSDLS = Path(__file__).parents[4].parent / "shared" / "wsdl"


@dataclass
class Account:
    roles: frozenset[str] = frozenset({"serviceability", "logs"})


@pytest.fixture
def center():
    return ControlCenter(node_name="cucm-pub", clock=lambda: 100.0)


@pytest.fixture
async def endpoint(center):
    caller = Account()

    async def services(request):
        return await center.handle_services(request, caller)

    async def logs(request):
        return await center.handle_logs(request, caller)

    app = web.Application()
    app.router.add_post(SERVICES_PATH, services)
    app.router.add_post(LOGS_PATH, logs)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", caller
    await runner.cleanup()


def request(operation, *names):
    chosen = "".join(f"<s:ServiceStatus>{name}</s:ServiceStatus>" for name in names)
    return (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:s="http://schemas.cisco.com/ast/soap">'
        f"<e:Body><s:{operation}>{chosen}</s:{operation}></e:Body></e:Envelope>"
    ).encode()


async def ask(url, body):
    async with aiohttp.ClientSession() as http, http.post(url, data=body) as answer:
        return answer.status, await answer.read()


async def test_zeep_reads_it(center, endpoint):
    wsdl = WSDLS / "ControlCenterServices.wsdl"
    if not wsdl.exists():
        pytest.skip(f"{wsdl} isn't here")
    center.services = {"Cisco Tftp": "Started", "Cisco CTIManager": STOPPED, "Cisco DHCP Monitor": NOT_ACTIVATED}
    url, _ = endpoint

    def status():
        client = zeep.Client(str(wsdl), settings=zeep.Settings(strict=True, forbid_dtd=True))
        binding = "{http://schemas.cisco.com/ast/soap}ControlCenterServicesBinding"
        return client.create_service(binding, url + SERVICES_PATH).soapGetServiceStatus([""])

    result = await asyncio.to_thread(status)
    assert result.ReasonCode == -1
    found = [(item.ServiceName, item.ServiceStatus, item.ReasonCode) for item in result.ServiceInfoList.item]
    assert found == [
        ("Cisco Tftp", "Started", -1),
        ("Cisco CTIManager", "Stopped", -1019),
        ("Cisco DHCP Monitor", "Stopped", -1068),
    ]
    assert [item.UpTime for item in result.ServiceInfoList.item] == [0, -1, -1]


async def test_one_service_by_name_and_all_by_an_empty_one(center, endpoint):
    url, _ = endpoint
    status, body = await ask(url + SERVICES_PATH, request("soapGetServiceStatus", "Cisco Tftp"))
    assert status == 200
    assert etree.fromstring(body).xpath("//*[local-name()='ServiceName']/text()") == ["Cisco Tftp"]
    _status, body = await ask(url + SERVICES_PATH, request("soapGetServiceStatus", ""))
    assert etree.fromstring(body).xpath("//*[local-name()='ServiceName']/text()") == list(center.services)


async def test_the_list_of_logs_names_the_node_and_its_services(endpoint):
    url, _ = endpoint
    status, body = await ask(url + LOGS_PATH, request("listNodeServiceLogs"))
    assert status == 200
    assert body.startswith(b"--MIMEBoundary")
    found = etree.fromstring(body[body.index(b"<?xml") : body.rindex(b"\r\n--MIMEBoundary")])
    assert found.xpath("//*[local-name()='name']/text()") == ["cucm-pub"]
    assert "Cisco CallManager" in found.xpath("//*[local-name()='item']/text()")


async def test_who_may_not_and_what_is_none(endpoint):
    url, caller = endpoint
    for body in (b"not xml", b"<a/>", request("soapDoControlServices")):
        status, answer = await ask(url + SERVICES_PATH, body)
        assert status == 500
        assert b"Operation not found" in answer
    caller.roles = frozenset({"logs"})
    assert (await ask(url + SERVICES_PATH, request("soapGetServiceStatus", "")))[0] == 403
    assert (await ask(url + LOGS_PATH, request("listNodeServiceLogs")))[0] == 200

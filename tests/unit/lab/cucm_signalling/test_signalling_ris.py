"""RISPort70, by hand and with a plain zeep client on Cisco's WSDL."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
import zeep
from aiohttp import web
from lxml import etree

from lab.cucm.registration import Registration
from lab.cucm.ris import PATH, RisFault, RisService, parse_request

WSDL = Path(__file__).parents[4].parent / "shared" / "wsdl" / "RISService70.wsdl"
NS = "{http://schemas.cisco.com/ast/soap}"


@dataclass
class Account:
    roles: frozenset[str] = frozenset({"ris"})


@dataclass
class Registrations:
    """Stands for the registrar."""

    known: dict[str, Registration] = field(default_factory=dict)

    def registrations(self):
        return dict(self.known)

    def add(self, number, status="Registered", reason=0, **more):
        name = f"SEP00005E00{number:04X}"
        lines = {str(number): status} if status != "Rejected" else {}
        self.known[name] = Registration(
            name, status, reason, f"127.9.20.{number % 250}", "SIP", active_load="sip88xx.12-8-1-0001-455",
            lines=lines, timestamp=1700000000 + number, model=683, attempts=1, **more
        )  # fmt: skip
        return name


@pytest.fixture
def registrations():
    return Registrations()


@pytest.fixture
def clock():
    return [1000.0]


@pytest.fixture
def service(cluster, registrations, clock):
    return RisService(
        store=cluster.store, registrar=registrations, node_name="cucm-pub", clock=lambda: clock[0], nodes=("cucm-sub",)
    )


def request(operation="selectCmDeviceExt", items=(), **criteria):
    wanted = {"MaxReturnedDevices": "1000", "DeviceClass": "Phone", "Model": "255", "Status": "Any", "SelectBy": "Name"}
    wanted |= criteria
    fields = "".join(f"<s:{name}>{value}</s:{name}>" for name, value in wanted.items())
    chosen = "".join(f"<s:item><s:Item>{item}</s:Item></s:item>" for item in items)
    return (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:s="http://schemas.cisco.com/ast/soap">'
        f"<e:Body><s:{operation}><s:StateInfo/><s:CmSelectionCriteria>{fields}<s:SelectItems>{chosen}</s:SelectItems>"
        f"</s:CmSelectionCriteria></s:{operation}></e:Body></e:Envelope>"
    ).encode()


def names(answer):
    root = etree.fromstring(answer.encode())
    return [element.text for element in root.iterfind(f".//{NS}CmDevices/{NS}item/{NS}Name")]


def total(answer):
    return int(etree.fromstring(answer.encode()).findtext(f".//{NS}TotalDevicesFound"))


def test_shape_of_the_answer(cluster, service, registrations):
    name = registrations.add(1001)
    cluster.add_phone(name)
    answer = service.answer(request(items=[name]))
    root = etree.fromstring(answer.encode())
    body = root[0][0]
    assert body.tag == f"{NS}selectCmDeviceResponse"
    assert "<ns1:selectCmDeviceReturn><ns1:SelectCmDeviceResult><ns1:TotalDevicesFound>1<" in answer
    nodes = body.findall(f".//{NS}CmNodes/{NS}item")
    assert [[child.text for child in node[:3]] for node in nodes] == [
        ["Ok", "cucm-pub", "false"],
        ["NotFound", "cucm-sub", "true"],
    ]
    (device,) = body.findall(f".//{NS}CmDevices/{NS}item")
    assert [etree.QName(child).localname for child in device] == [
        *("Name", "DirNumber", "DeviceClass", "Model", "Product", "BoxProduct", "Httpd", "RegistrationAttempts"),
        *("IsCtiControllable", "LoginUserId", "Status", "StatusReason", "PerfMonObject", "DChannel", "Description"),
        *("H323Trunk", "TimeStamp", "Protocol", "NumOfLines", "LinesStatus", "ActiveLoadID", "InactiveLoadID"),
        *("DownloadStatus", "DownloadFailureReason", "DownloadServer", "IPAddress"),
    ]
    assert device.findtext(f"{NS}DirNumber") == "1001-Registered"
    assert device.findtext(f"{NS}Description") == "Desk of E9"
    assert device.findtext(f"{NS}IPAddress/{NS}item/{NS}IP") == "127.9.20.1"
    assert device.findtext(f"{NS}LinesStatus/{NS}item/{NS}DirectoryNumber") == "1001"


def test_selection(cluster, service, registrations):
    first, second = registrations.add(1001), registrations.add(1002, "UnRegistered", 13)
    third = registrations.add(1003, "Rejected", 2)
    cluster.add_phone(first, "1001")
    for criteria, found in (
        ({"items": [first, third, "SEP000000000000"]}, [first, third]),
        ({"items": [f"{first},{second}"]}, [first, second]),
        ({"items": [first.lower()]}, [first]),
        ({"items": []}, [first, second, third]),
        ({"items": ["*"]}, []),
        ({"items": ["SEP*"], "operation": "selectCmDevice"}, [first, second, third]),
        ({"items": ["*"], "operation": "selectCmDevice"}, [first, second, third]),
        ({"items": ["*3E9"], "operation": "selectCmDevice"}, [first]),
        ({"SelectBy": "DirNumber", "items": ["1002"]}, [second]),
        ({"SelectBy": "IPV4Address", "items": ["127.9.20.3"]}, [third]),
        ({"SelectBy": "Description", "items": ["Desk of E9"]}, [first]),
        ({"Status": "Rejected"}, [third]),
        ({"Protocol": "SCCP"}, []),
        ({"Model": "622"}, []),
        ({"Model": "683"}, [first, second, third]),
        ({"DeviceClass": "Gateway"}, []),
        ({"NodeName": "cucm-sub"}, []),
        ({"NodeName": "cucm-pub"}, [first, second, third]),
    ):
        assert names(service.answer(request(**criteria))) == found, criteria


def test_too_many_are_cut_off_silently(service, registrations):
    for number in range(1, 1102):
        registrations.add(number)
    answer = service.answer(request(MaxReturnedDevices="5000"))
    assert (total(answer), len(names(answer))) == (1101, 1000)
    answer = service.answer(request(MaxReturnedDevices="3"))
    assert (total(answer), len(names(answer))) == (1101, 3)


def test_silent_node(service, registrations):
    registrations.add(1001)
    service.silent_nodes.add("cucm-pub")
    answer = service.answer(request())
    assert (total(answer), names(answer)) == (0, [])
    assert "<ns1:ReturnCode>NodeNotResponding<" in answer


@pytest.mark.parametrize(
    "body",
    [
        b"not xml",
        b"<a/>",
        request().replace(b"CmSelectionCriteria", b"Criteria"),
        request(MaxReturnedDevices="many"),
        request(items=[str(number) for number in range(1001)]),
    ],
)
def test_bad_requests(body):
    with pytest.raises(RisFault):
        parse_request(body)


def test_entities_are_not_resolved(service):
    body = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>' + request(items=["&f;"])
    assert parse_request(body).items == ()


@pytest.fixture
async def endpoint(cluster, service):
    """The service on a real socket, for everybody; returns the URL and the account that is taken for the caller."""
    caller = Account()

    async def handle(request):
        return await service.handle(request, caller)

    app = web.Application()
    app.router.add_post(PATH, handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, cluster.address, 18443).start()
    yield f"http://{cluster.address}:18443{PATH}", caller
    await runner.cleanup()


async def test_zeep_reads_it(cluster, registrations, endpoint):
    if not WSDL.exists():
        pytest.skip(f"{WSDL} isn't here")
    name = registrations.add(1001)
    cluster.add_phone(name)
    rejected = registrations.add(1003, "Rejected", 2)
    url, _ = endpoint

    def ask():
        client = zeep.Client(str(WSDL), settings=zeep.Settings(strict=True, forbid_dtd=True))
        port = client.create_service("{http://schemas.cisco.com/ast/soap}RisBinding", url)
        criteria = {
            "MaxReturnedDevices": 1000,
            "DeviceClass": "Any",
            "Model": 255,
            "Status": "Any",
            "NodeName": "",
            "SelectBy": "Name",
            "SelectItems": {"item": [{"Item": name}, {"Item": rejected}]},
            "Protocol": "Any",
            "DownloadStatus": "Any",
        }
        return port.selectCmDeviceExt(StateInfo="", CmSelectionCriteria=criteria)

    result = (await asyncio.to_thread(ask)).SelectCmDeviceResult
    assert result.TotalDevicesFound == 2
    devices = result.CmNodes.item[0].CmDevices.item
    assert [(device.Name, device.Status, device.StatusReason) for device in devices] == [
        (name, "Registered", 0),
        (rejected, "Rejected", 2),
    ]
    assert devices[0].IPAddress.item[0].IP == "127.9.20.1"
    assert devices[0].LinesStatus.item[0].Status == "Registered"
    assert not devices[1].LinesStatus
    assert result.CmNodes.item[1].ReturnCode == "NotFound"


async def test_rate_limit_of_a_sliding_minute(service, endpoint, clock):
    url, caller = endpoint
    async with aiohttp.ClientSession() as http:

        async def ask():
            async with http.post(url, data=request()) as answer:
                return answer.status, await answer.text()

        for _ in range(15):
            assert (await ask())[0] == 200
            clock[0] += 1
        status, text = await ask()
        assert status == 500
        assert (
            "<faultstring>AxisFault: Exceeded allowed rate for Reatime information. Current allowed rate for realtime"
            " information is 15 requests per minute</faultstring>"
        ) in text
        clock[0] = 1060.0
        assert (await ask())[0] == 200
        assert (await ask())[0] == 500
        caller.roles = frozenset()
        assert (await ask())[0] == 403

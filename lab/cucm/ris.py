"""RISPort70: the registration state of devices, as `selectCmDevice` and `selectCmDeviceExt` tell it.

Shapes as real clusters answer: the root element is `selectCmDeviceResponse` for both operations, every element has the
prefix `ns1:`, every node is listed (NotFound where it holds no device), more devices than allowed are cut off without
a sign. Devices that never tried to register are absent. Over the rate limit the answer is HTTP 500 with a SOAP fault
(the spelling `Reatime` is Cisco's).
"""

from __future__ import annotations

import fnmatch
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import web
from lxml import etree

from lab.cucm.records import PhoneRecord
from lab.cucm.registrar import Registrar
from lab.cucm.registration import Registration
from lab.cucm.store import Store
from lab.phone.models import BY_CUCM_NAME

_Found = tuple[Registration, "PhoneRecord | None"]
PATH = "/realtimeservice2/services/RISService70"
NAMESPACE = "http://schemas.cisco.com/ast/soap"
MAX_DEVICES = 1000
MAX_ITEMS = 1000
ANY_MODEL = 255
RATE_FAULT = (
    "AxisFault: Exceeded allowed rate for Reatime information. Current allowed rate for realtime information is"
    " {limit} requests per minute"
)
_TRUNK_FIELDS = (
    "ConfigName",
    "TechPrefix",
    "Zone",
    "RemoteCmServer1",
    "RemoteCmServer2",
    "RemoteCmServer3",
    "AltGkList",
    "ActiveGk",
    "CallSignalAddr",
    "RasAddr",
)


class RisFault(Exception):
    """A request that is answered with a SOAP fault; the text is the fault string."""


@dataclass(frozen=True)
class Selection:
    """What a request selects. "Any", "" and 255 mean no restriction; `wildcards` is false for selectCmDeviceExt."""

    wildcards: bool
    maximum: int
    device_class: str
    model: int
    status: str
    node: str
    select_by: str
    items: tuple[str, ...]
    protocol: str
    state_info: str

    @cached_property
    def _exact(self) -> frozenset[str]:
        return frozenset(item.lower() for item in self.items)

    @cached_property
    def _patterns(self) -> tuple[str, ...]:
        chosen = self._exact if self.wildcards else ()
        return tuple(item.replace("[", "[[]").replace("?", "[?]") for item in chosen if "*" in item)

    def names(self, value: str) -> bool:
        """Whether one of the items is this value (in lower case), or a pattern that it fits."""
        return value in self._exact or any(fnmatch.fnmatchcase(value, pattern) for pattern in self._patterns)


class RisService:
    """The service. `handle` is the route's handler; `registrar` tells of the devices at the node `node_name`.

    `others` tells of those at further nodes, by name; `nodes` are further ones that hold no device. `silent_nodes` (for
    faults) are those that answer NodeNotResponding. `requests_per_minute` is counted in a sliding minute, for all
    clients together.
    """

    def __init__(
        self,
        *,
        store: Store,
        registrar: Registrar,
        node_name: str,
        requests_per_minute: int = 15,
        clock: Callable[[], float] = time.monotonic,
        nodes: Sequence[str] = (),
        others: Mapping[str, Registrar] | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._nodes: dict[str, Registrar | None] = {
            node_name: registrar,
            **(others or {}),
            **dict.fromkeys(nodes),
        }
        self._asked: deque[float] = deque()
        self.requests_per_minute = requests_per_minute
        self.silent_nodes: set[str] = set()

    async def handle(self, request: web.Request, account: Any) -> web.Response:
        """Answer one request. `account` has the attribute `roles`; without "ris" the answer is 403."""
        if "ris" not in account.roles:
            return web.Response(status=403, text="<html><body><h1>HTTP Status 403 - Forbidden</h1></body></html>")
        try:
            self._count()
            answer = self.answer(await request.read())
        except RisFault as fault:
            return web.Response(status=500, text=_fault(str(fault)), content_type="text/xml", charset="utf-8")
        return web.Response(text=answer, content_type="text/xml", charset="utf-8")

    def answer(self, body: bytes) -> str:
        """The SOAP answer to a SOAP request. Raises RisFault."""
        selection = parse_request(body)
        found = {name: self._found(name, selection) for name in self._nodes}
        if not selection.wildcards:
            found = _newest(found)
        left, nodes = selection.maximum, []
        for name, devices in found.items():
            shown = [_device(known, phone) for known, phone in devices[:left]]
            left -= len(shown)
            nodes.append(_node(name, self._code(name, shown), shown))
        total = sum(map(len, found.values()))
        result = _tag("SelectCmDeviceResult", _text("TotalDevicesFound", str(total)), _tag("CmNodes", *nodes))
        returned = _tag("selectCmDeviceReturn", result, _text("StateInfo", selection.state_info))
        return _envelope(_tag("selectCmDeviceResponse", returned, attributes=f' xmlns:ns1="{NAMESPACE}"'))

    def _found(self, node: str, selection: Selection) -> list[_Found]:
        registrar = self._nodes[node]
        if registrar is None or node in self.silent_nodes or selection.node.lower() not in ("", "any", node.lower()):
            return []
        return [
            (known, phone)
            for known in registrar.registrations().values()
            if self._matches(selection, known, phone := self._store.phone(known.name))
        ]

    def _count(self) -> None:
        now = self._clock()
        while self._asked and now - self._asked[0] >= 60:
            self._asked.popleft()
        if len(self._asked) >= self.requests_per_minute:
            raise RisFault(RATE_FAULT.format(limit=self.requests_per_minute))
        self._asked.append(now)

    def _code(self, node: str, devices: list[str]) -> str:
        if node in self.silent_nodes:
            return "NodeNotResponding"
        return "Ok" if devices else "NotFound"

    def _matches(self, selection: Selection, known: Registration, phone: PhoneRecord | None) -> bool:
        if selection.device_class not in ("Any", "Phone"):
            return False
        if selection.model != ANY_MODEL and selection.model != _model_number(known, phone):
            return False
        if selection.status not in ("Any", known.status) or selection.protocol not in ("Any", known.protocol):
            return False
        if not selection.items:
            return True
        return any(selection.names(value.lower()) for value in _values(selection.select_by, known, phone))


def _newest(found: dict[str, list[_Found]]) -> dict[str, list[_Found]]:
    """Keep of a device that several nodes know its newest record; of those of one second, a registered one."""
    best: dict[str, tuple[tuple[int, bool], str]] = {}
    for node, devices in found.items():
        for known, _ in devices:
            if known.name not in best or known.rank > best[known.name][0]:
                best[known.name] = known.rank, node
    return {
        node: [(known, phone) for known, phone in devices if best[known.name][1] == node]
        for node, devices in found.items()
    }


def parse_request(body: bytes) -> Selection:
    """Read a SOAP request. Raises RisFault for anything that isn't selectCmDevice or selectCmDeviceExt."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise RisFault(f"org.apache.axis2.AxisFault: {error.msg}") from error
    operation = next((element for element in root.iter("{*}selectCmDevice", "{*}selectCmDeviceExt")), None)
    if operation is None:
        raise RisFault("AxisFault: The endpoint reference (EPR) for the Operation not found is unknown")
    criteria = operation.find("{*}CmSelectionCriteria")
    if criteria is None:
        raise RisFault("AxisFault: Unexpected subelement, CmSelectionCriteria is expected")

    def value(name: str, default: str) -> str:
        return (criteria.findtext(f"{{*}}{name}") or "").strip() or default

    items = tuple(
        item
        for element in criteria.iterfind("{*}SelectItems/{*}item/{*}Item")
        for item in re.split(r"\s*,\s*", (element.text or "").strip())
        if item
    )
    if len(items) > MAX_ITEMS:
        raise RisFault(f"AxisFault: Number of items in SelectItems exceeds the limit of {MAX_ITEMS}")
    maximum, model = value("MaxReturnedDevices", str(MAX_DEVICES)), value("Model", str(ANY_MODEL))
    if not (maximum.isdigit() and model.isdigit()):
        raise RisFault("AxisFault: java.lang.NumberFormatException in MaxReturnedDevices or Model")
    wildcards = etree.QName(operation).localname == "selectCmDevice"
    return Selection(
        wildcards=wildcards,
        maximum=min(int(maximum), MAX_DEVICES),
        device_class=value("DeviceClass", "Any"),
        model=int(model),
        status=value("Status", "Any"),
        node=value("NodeName", ""),
        select_by=value("SelectBy", "Name"),
        items=() if wildcards and "*" in items else items,
        protocol=value("Protocol", "Any"),
        state_info=(operation.findtext("{*}StateInfo") or "").strip(),
    )


def _values(select_by: str, known: Registration, phone: PhoneRecord | None) -> list[str]:
    if select_by == "IPV4Address":
        return [known.ip]
    if select_by == "DirNumber":
        return list(known.lines)
    if select_by == "Description":
        return [phone.description] if phone else []
    return [known.name] if select_by == "Name" else []


def _model_number(known: Registration, phone: PhoneRecord | None) -> int:
    model = BY_CUCM_NAME.get(phone.model) if phone else None
    return known.model or (model.number if model else 0)


# -- markup ------------------------------------------------------------------------------------------------------------


def _tag(name: str, *content: str, attributes: str = "") -> str:
    return f"<ns1:{name}{attributes}>{''.join(content)}</ns1:{name}>"


def _text(name: str, value: str) -> str:
    return _tag(name, escape(value))


def _texts(**values: str) -> Iterable[str]:
    return (_text(name, value) for name, value in values.items())


def _envelope(content: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">'
        f"<soapenv:Body>{content}</soapenv:Body></soapenv:Envelope>"
    )


def _fault(text: str) -> str:
    code = "<faultcode>soapenv:Server</faultcode>"
    return _envelope(f"<soapenv:Fault>{code}<faultstring>{escape(text)}</faultstring><detail/></soapenv:Fault>")


def _node(name: str, code: str, devices: list[str]) -> str:
    changed = "false" if devices else "true"
    fields = _texts(ReturnCode=code, Name=name, NoChange=changed)
    return _tag("item", *fields, _tag("CmDevices", *devices))


def _device(known: Registration, phone: PhoneRecord | None) -> str:
    number = str(_model_number(known, phone))
    lines = [_tag("item", *_texts(DirectoryNumber=line, Status=status)) for line, status in known.lines.items()]
    numbers = ",".join(f"{line}-{status}" for line, status in known.lines.items())
    address = _tag("item", *_texts(IP=known.ip, IPAddrType="ipv4", Attribute="Unknown"))
    return _tag(
        "item",
        *_texts(Name=known.name, DirNumber=numbers, DeviceClass="Phone", Model=number, Product=number, BoxProduct="0"),
        *_texts(Httpd="Yes", RegistrationAttempts=str(known.attempts), IsCtiControllable="true", LoginUserId=""),
        *_texts(Status=known.status, StatusReason=str(known.reason), PerfMonObject="2", DChannel="0"),
        _text("Description", phone.description if phone else ""),
        _tag("H323Trunk", *(_text(name, "") for name in _TRUNK_FIELDS)),
        *_texts(TimeStamp=str(known.timestamp), Protocol=known.protocol, NumOfLines=str(len(known.lines))),
        _tag("LinesStatus", *lines),
        *_texts(ActiveLoadID=known.active_load, InactiveLoadID=known.inactive_load),
        *_texts(DownloadStatus=known.download.status, DownloadFailureReason=known.download.failure),
        _text("DownloadServer", known.download.server),
        _tag("IPAddress", address),
    )

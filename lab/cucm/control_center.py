"""Control Center Services: which services a node has, whether they are activated and run; and the list of its logs.

Shapes by ControlCenterServices.wsdl and LogCollectionPortTypeService.wsdl. An empty ServiceStatus asks for all
services; one that isn't activated is Stopped, and only the reason tells. LogCollection's answer is a MIME message with
one part, as public clients of the service read it.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import web
from lxml import etree

SERVICES_PATH = "/controlcenterservice2/services/ControlCenterServices"
LOGS_PATH = "/logcollectionservice2/services/LogCollectionPortTypeService"

STARTED, STOPPED, NOT_ACTIVATED = "Started", "Stopped", "Not activated"
_REASONS = {
    STARTED: (-1, " "),
    STOPPED: (-1019, "Component is not running "),
    NOT_ACTIVATED: (-1068, "Service Not Activated "),
}
_NAMESPACE = "http://schemas.cisco.com/ast/soap"

INSTALLED = {
    "Cisco CallManager": STARTED,
    "Cisco Tftp": STARTED,
    "Cisco CTIManager": STARTED,
    "Cisco AXL Web Service": STARTED,
    "Cisco RIS Data Collector": STARTED,
    "Cisco Bulk Provisioning Service": NOT_ACTIVATED,
    "Cisco DHCP Monitor Service": NOT_ACTIVATED,
    "Cisco Certificate Authority Proxy Function": NOT_ACTIVATED,
}
"""The services of a node after its installation, and what state each is in."""


class ControlCenter:
    """The two services of one node. `services` may be changed at any time; `set_state` keeps their start times too.

    `cluster` are the ControlCenters of all nodes, whose logs each node lists; None: this one is alone.

    `account.roles` needs "serviceability" for the services and "logs" for the logs, else the answer is 403.
    """

    def __init__(
        self,
        *,
        node_name: str,
        clock: Callable[[], float] = time.monotonic,
        cluster: Sequence[ControlCenter] | None = None,
    ) -> None:
        self.services = dict(INSTALLED)
        self._started: dict[str, float] = {}
        self._cluster = [self] if cluster is None else cluster
        self._node = node_name
        self._clock = clock
        self._since = clock()

    def set_state(self, service: str, state: str) -> None:
        """A service is started, stopped or not activated now."""
        if self.services.get(service) != state:
            self._started[service] = self._clock()
        self.services[service] = state

    async def handle_services(self, request: web.Request, account: Any) -> web.Response:
        """Answer soapGetServiceStatus."""
        return await self._handle(request, account, "serviceability", "soapGetServiceStatus", self._status)

    async def handle_logs(self, request: web.Request, account: Any) -> web.Response:
        """Answer listNodeServiceLogs."""
        answer = await self._handle(request, account, "logs", "listNodeServiceLogs", self._logs)
        return _in_parts(answer) if answer.status == 200 else answer

    async def _handle(
        self, request: web.Request, account: Any, role: str, name: str, answer: Callable[[etree._Element], str]
    ) -> web.Response:
        if role not in account.roles:
            return web.Response(status=403, text="<html><body><h1>HTTP Status 403 - Forbidden</h1></body></html>")
        operation = _operation(await request.read())
        if operation is None or etree.QName(operation).localname != name:
            reason = "The endpoint reference (EPR) for the Operation not found"
            code = "<faultcode>soapenv:Server</faultcode>"
            return _soap(500, f"<soapenv:Fault>{code}<faultstring>{reason}</faultstring><detail/></soapenv:Fault>")
        return _soap(200, f'<ns1:{name}Response xmlns:ns1="{_NAMESPACE}">{answer(operation)}</ns1:{name}Response>')

    def _status(self, operation: etree._Element) -> str:
        asked = {(element.text or "").strip() for element in operation.iterfind("{*}ServiceStatus")} - {""}
        chosen = {name: state for name, state in self.services.items() if not asked or name in asked}
        items = "".join(_tag("item", self._service(name, state)) for name, state in chosen.items())
        fields = _tag("ReturnCode", "0") + _tag("ReasonCode", "-1") + _tag("ReasonString", "")
        return _tag("soapGetServiceStatusReturn", fields + _tag("ServiceInfoList", items))

    def _service(self, name: str, state: str) -> str:
        code, reason = _REASONS[state]
        running = state == STARTED
        fields = {
            "ServiceName": name,
            "ServiceStatus": STARTED if running else STOPPED,
            "ReasonCode": str(code),
            "ReasonCodeString": reason,
            "StartTime": "Mon Jan  1 12:00:00 2024" if running else "",
            "UpTime": str(int(self._clock() - self._started.get(name, self._since))) if running else "-1",
        }
        return "".join(_tag(field, escape(value)) for field, value in fields.items())

    def _logs(self, operation: etree._Element) -> str:
        return "".join(each.logs() for each in self._cluster)

    def logs(self) -> str:
        """The part of listNodeServiceLogs that tells of this node."""
        names = "".join(_tag("item", escape(name)) for name, state in self.services.items() if state != NOT_ACTIVATED)
        return _tag("listNodeServiceLogsReturn", _tag("name", escape(self._node)) + _tag("ServiceLog", names))


def _operation(body: bytes) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return None
    return next((child for child in root.iterfind("{*}Body/*") if isinstance(child.tag, str)), None)


def _tag(name: str, content: str) -> str:
    return f"<ns1:{name}>{content}</ns1:{name}>"


def _soap(status: int, content: str) -> web.Response:
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">'
        f"<soapenv:Body>{content}</soapenv:Body></soapenv:Envelope>"
    )
    return web.Response(status=status, text=text, content_type="text/xml", charset="utf-8")


def _in_parts(answer: web.Response) -> web.Response:
    mark = f"MIMEBoundaryurn_uuid_{uuid.uuid4().hex.upper()}"
    head = f"--{mark}\r\nContent-Type: text/xml; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    body = head.encode() + bytes(answer.body) + f"\r\n--{mark}--\r\n".encode()
    kind = f'multipart/related; boundary={mark}; type="text/xml"'
    return web.Response(body=body, headers={"Content-Type": kind})

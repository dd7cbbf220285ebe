"""The phone's web pages: the XML twins (`...X`) and the device page in HTML, in the style of the model's family."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import web

from lab.phone.models import Model


@dataclass(frozen=True)
class PageData:
    """What the pages show. Addresses are "" where the phone has none; `operational_vlan` 4095: no voice VLAN."""

    model: Model
    name: str
    mac: str
    number: str
    load: str
    inactive_load: str
    address: str = ""
    mask: str = ""
    router: str = ""
    domain: str = ""
    dhcp_server: str = ""
    dns_servers: tuple[str, ...] = ()
    tftp_servers: tuple[str, ...] = ()
    call_managers: tuple[str, ...] = ()
    operational_vlan: int = 4095
    neighbor: str = ""
    neighbor_port: str = ""
    messages: tuple[str, ...] = ()
    static: bool = False
    alternative_tftp: bool = False
    now: datetime = field(default_factory=datetime.now)

    @property
    def serial_number(self) -> str:
        """A serial number made of the MAC."""
        return f"FCH{self.mac[4:]}"


class PhoneWeb:
    """The server. `data` is asked for each page."""

    def __init__(self, data: Callable[[], PageData]) -> None:
        self._data = data
        self._runner: web.AppRunner | None = None

    def routes(self) -> dict[str, Callable[[web.Request], Any]]:
        """The pages: path -> handler."""
        pages = {"DeviceInformationX": device_xml, "NetworkConfigurationX": network_xml, "PortInformationX": port_xml}
        return {
            **{f"/{name}": self._xml(page) for name, page in {**pages, "DeviceLogX": log_xml}.items()},
            "/": self._device,
            "/DeviceInformation": self._device,
            "/CGI/Java/Serviceability": self._serviceability,
        }

    async def start(self, address: str, port: int) -> None:
        """Listen. Raises OSError where the address isn't ours or the port is taken."""
        app = web.Application()
        for path, handler in self.routes().items():
            app.router.add_get(path, handler)
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, address, port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner

    async def stop(self) -> None:
        """Stop listening."""
        runner, self._runner = self._runner, None
        if runner:
            await runner.cleanup()

    @property
    def running(self) -> bool:
        """Whether the pages are served."""
        return self._runner is not None

    def _xml(self, page: Callable[[PageData], str]) -> Callable[[web.Request], object]:
        async def handle(_: web.Request) -> web.Response:
            return web.Response(text=page(self._data()), content_type="text/xml", charset="utf-8")

        return handle

    async def _device(self, _: web.Request) -> web.Response:
        return web.Response(text=device_html(self._data()), content_type="text/html", charset="utf-8")

    async def _serviceability(self, request: web.Request) -> web.Response:
        twins = {
            "device.statistics.device": device_xml,
            "device.statistics.configuration": network_xml,
            "device.statistics.port.network": port_xml,
            "device.settings.status.messages": log_xml,
        }
        if "adapterX" in request.query and (page := twins.get(request.query["adapterX"])):
            return web.Response(text=page(self._data()), content_type="text/xml", charset="utf-8")
        adapter = request.query.get("adapter")
        if adapter == "device.statistics.device":
            return await self._device(request)
        if adapter == "device.settings.status.messages":
            return web.Response(text=messages_html(self._data()), content_type="text/html", charset="utf-8")
        return web.Response(status=404, text="<html><body>404 Not Found</body></html>", content_type="text/html")


def _document(root: str, fields: list[tuple[str, str]]) -> str:
    body = "".join(f"  <{name}>{escape(value)}</{name}>\n" for name, value in fields)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<{root}>\n{body}</{root}>\n'


def _numbered(name: str, values: tuple[str, ...], count: int) -> list[tuple[str, str]]:
    return [(f"{name}{index + 1}", values[index] if index < len(values) else "") for index in range(count)]


def device_xml(data: PageData) -> str:
    """/DeviceInformationX."""
    return _document(
        "DeviceInformation",
        [
            ("MACAddress", data.mac),
            ("HostName", data.name),
            ("phoneDN", data.number),
            ("appLoadID", data.load.replace("sip", "rootfs", 1) if data.model.bulk_registration else data.load),
            ("bootLoadID", data.model.boot_load),
            ("versionID", data.load),
            ("hardwareRevision", "1.0"),
            ("serialNumber", data.serial_number),
            ("modelNumber", data.model.device_type),
            ("MessageWaiting", "No"),
            ("udi", f"phone {data.model.platform}"),
            ("time", f"{data.now:%H:%M:%S}"),
            ("timezone", "Etc/GMT"),
            ("date", f"{data.now:%m/%d/%y}"),
        ],
    )


def network_xml(data: PageData) -> str:
    """/NetworkConfigurationX."""
    return _document(
        "NetworkConfiguration",
        [
            ("DHCPServer", data.dhcp_server),
            ("MACAddress", data.mac),
            ("HostName", data.name),
            ("DomainName", data.domain),
            ("IPAddress", data.address),
            ("SubNetMask", data.mask),
            *_numbered("TFTPServer", data.tftp_servers, 2),
            *_numbered("DefaultRouter", (data.router,), 1),
            *_numbered("DNSServer", data.dns_servers, 2),
            ("VLANId", str(data.operational_vlan)),
            ("AdminVLANId", "4095"),
            *_numbered("CallManager", data.call_managers, 5),
            ("DHCPEnabled", "No" if data.static else "Yes"),
            ("AltTFTP", "Yes" if data.alternative_tftp else "No"),
        ],
    )


def port_xml(data: PageData) -> str:
    """/PortInformationX, of the network port."""
    neighbor = [("CDPNeighborDeviceId", data.neighbor), ("CDPNeighborPort", data.neighbor_port)]
    return _document("PortInformation", [("PortSpeed", "1000 Full" if data.address else "10 Half"), *neighbor])


def log_xml(data: PageData) -> str:
    """/DeviceLogX?0: the status messages."""
    return _document("DeviceLog", [("status", message) for message in data.messages])


def _rows(data: PageData) -> list[tuple[str, str]]:
    load = data.load.replace("sip", "rootfs", 1) if data.model.bulk_registration else data.load
    return [
        ("Service mode", "On-premise"),
        ("Service domain", ""),
        ("Service state", "Idle"),
        ("MAC address", data.mac),
        ("Host name", data.name),
        ("Phone DN", data.number),
        ("App load ID", load),
        ("Boot load ID", data.model.boot_load),
        ("Version", data.load),
        ("Hardware revision", "V01"),
        ("Serial number", data.serial_number),
        ("Model number", data.model.device_type),
        ("Message waiting", "No"),
        ("Time", f"{data.now.hour % 12 or 12}:{data.now:%M:%S}{'am' if data.now.hour < 12 else 'pm'}"),
        ("Time zone", "Etc/GMT"),
        ("Date", f"{data.now:%m/%d/%y}"),
        ("FIPS mode enabled", "No"),
    ]


def _page(data: PageData, title: str, content: str) -> str:
    device = f"Cisco IP Phone {data.model.device_type} ( {data.name} )"
    return (
        '<HTML>\n<HEAD><META http-equiv="Content-Type" content="text/html; charset=utf-8">'
        "<TITLE>Cisco Systems, Inc.</TITLE>\n</HEAD>\n<BODY>"
        f'<B><font size="6">{title}</FONT></B><B><font size="4">{device}</FONT></B>\n'
        f"<DIV ALIGN=center>\n{content}</DIV></BODY></HTML>\n"
    )


def device_html(data: PageData) -> str:
    """The device page. 88xx: labels in lower case, "-" and "/" as character references; the others capitalise."""
    lower = data.model.name.startswith("88")

    def label(text: str) -> str:
        return text if lower else " ".join(word[:1].upper() + word[1:] for word in text.split(" "))

    def value(text: str) -> str:
        return escape(text).replace("-", "&#x2D;").replace("/", "&#x2F;") if lower else escape(text)

    gap = "<td width=20></TD>" if lower else ""
    rows = "".join(
        f"<TR><TD><B> {label(name)}</B></TD>{gap}<TD><B>{value(text)}</B></TD></TR>" for name, text in _rows(data)
    )
    table = f'<TABLE BORDER="0" CELLSPACING="10" CELLPADDING="0">{rows}</TABLE>'
    return _page(data, label("Device information"), table)


def messages_html(data: PageData) -> str:
    """The page of the status messages."""
    return _page(data, "Status messages", "".join(f"<P>{escape(message)}</P>\n" for message in data.messages))

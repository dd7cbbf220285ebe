"""The alarms that a phone sends before it registers: its trust lists, why it was out of service, its last upgrade.

Names and order of the fields: a real 7961's LastOutOfServiceInformation, and the DeviceTLInfo of SIP phones. Like the
real one, the alarm of a phone without a connection holds a raw `<not open>`, which is no XML.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape

NO_VLAN = 4095


@dataclass(frozen=True)
class UpgradeReport:
    """How the phone's last firmware upgrade went: RIS's DownloadStatus, why it failed, the server."""

    status: str = "Unknown"
    failure: str = ""
    server: str = ""


@dataclass(frozen=True)
class Surroundings:
    """What the phone knows of its network. `voice_vlan` is 4095 for none; `dhcp` false: its address is static."""

    model: str = ""
    mask: str = ""
    gateway: str = ""
    neighbor: str = ""
    neighbor_port: str = ""
    voice_vlan: int = NO_VLAN
    dhcp: bool = True
    tftp_failed: bool = False
    unknown_hosts: tuple[bool, ...] = ()


def trust_lists(name: str, address: str) -> str:
    """DeviceTLInfo."""
    strings = [("DeviceName", name), ("IPv4Address", address), ("IPv6Address", "")]
    return _alarm("DeviceTLInfo", [*map(_string, strings), _enum(("StatusCode", "1"))])


def out_of_service(name: str, address: str, around: Surroundings, reason: int, sent: str, received: str) -> str:
    """LastOutOfServiceInformation: `reason` by the phone's own table, `sent` and `received` are protocol events."""
    bits = 32 - _host_bits(around.mask)
    hosts = [("1" if unknown else "0") for unknown in (*around.unknown_hosts, False, False, False)[:3]]
    fields = [
        _string(("DeviceName", name)),
        _string(("DeviceIPv4Address", f"{address}/{bits}")),
        _string(("IPv4DefaultGateway", around.gateway)),
        _string(("DeviceIPv6Address", "")),
        _string(("IPv6DefaultGateway", "")),
        _string(("ModelNumber", around.model)),
        _string(("NeighborIPv4Address", "")),
        _string(("NeighborIPv6Address", "")),
        _string(("NeighborDeviceID", around.neighbor)),
        _string(("NeighborPortID", around.neighbor_port)),
        _enum(("DHCPv4Status", "1" if around.dhcp else "0")),
        _enum(("DHCPv6Status", "0")),
        _enum(("TFTPCfgStatus", "1" if around.tftp_failed else "0")),
        *(_enum((f"DNSStatusUnifiedCM{index}", status)) for index, status in enumerate(hosts, 1)),
        _string(("VoiceVLAN", str(around.voice_vlan))),
        '<String name="UnifiedCMIPAddress"><not open></String>\n',
        _string(("LocalPort", "-1")),
        _string(("TimeStamp", str(int(time.time() * 1000)))),
        _enum(("ReasonForOutOfService", str(reason))),
        _string(("LastProtocolEventSent", sent)),
        _string(("LastProtocolEventReceived", received)),
    ]
    return _alarm("LastOutOfServiceInformation", fields)


def upgrade(name: str, report: UpgradeReport) -> str:
    """The outcome of the last firmware upgrade, which RISPort70 tells on."""
    strings = [("DeviceName", name), ("Status", report.status), ("FailureReason", report.failure)]
    return _alarm("FirmwareDownload", map(_string, [*strings, ("Server", report.server)]))


def _alarm(name: str, fields: Iterable[str]) -> str:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<x-cisco-alarm>\n'
    body = f'<Alarm Name="{name}">\n<ParameterList>\n{"".join(fields)}</ParameterList>\n</Alarm>\n'
    return f"{head}{body}</x-cisco-alarm>\n"


def _string(field: tuple[str, str]) -> str:
    return f'<String name="{field[0]}">{escape(field[1])}</String>\n'


def _enum(field: tuple[str, str]) -> str:
    return f'<Enum name="{field[0]}">{escape(field[1])}</Enum>\n'


def _host_bits(mask: str) -> int:
    return sum(8 - int(part).bit_count() for part in mask.split(".")) if mask else 32

"""`show cdp neighbors` and `show lldp neighbors`: phones, other devices, and the switch behind the uplink."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from . import names
from .neighbors import Neighbor
from .show_ports import mac_text
from .show_system import base_mac

if TYPE_CHECKING:
    from .ports import Device, Port
    from .switch import Switch

_RULE = "-" * 48


def _ports(switch: Switch, interface: str | None) -> Iterator[Port]:
    return (port for port in switch.ports.values() if interface in (None, port.interface))


# -- CDP --------------------------------------------------------------------------------------------------------------


def _speaks_cdp(port: Port) -> bool:
    """Whether an entry for the port stands in the table: both ends speak CDP."""
    if port.cdp() is None:
        return False
    if port.uplink:
        far = port.switch.neighbor.uplink if port.switch.neighbor is not None else None
        return far is not None and far.cdp() is not None
    return port.talks and (not isinstance(port.device, Neighbor) or port.device.cdp)


def _address(device: Device) -> list[str]:
    return [f"  IP address: {device.address}"] if device.address else []


def _power(device: Device, management: int) -> list[str]:
    if not device.watts:
        return []
    return [
        f"Power drawn: {device.watts:.3f} Watts",
        f"Power request id: 23025, Power management id: {management}",
        f"Power request levels are:{round(device.watts * 1000)} 0 0 0 0 ",
    ]


def _cdp_phone(port: Port, device: Device) -> list[str]:
    return [
        f"Device ID: {device.name}",
        "Entry address(es): ",
        *_address(device),
        f"Platform: {device.platform},  Capabilities: Host Phone Two-port Mac Relay ",
        f"Interface: {port.interface},  Port ID (outgoing port): Port 1",
        "Holdtime : 142 sec",
        "Second Port Status: Down",
        "",
        "Version :",
        device.load,
        "",
        "advertisement version: 2",
        "Peer Source MAC: " + mac_text(device.mac),
        "Duplex: full",
        *_power(device, 3),
        "Management address(es): ",
        *_address(device),
        "",
    ]


def _cdp_device(port: Port, device: Neighbor) -> list[str]:
    profile = device.profile
    vlans = ["VTP Management Domain: ''", "Native VLAN: 1"] if device.kind == "switch" else []
    return [
        f"Device ID: {device.name}",
        "Entry address(es): ",
        *_address(device),
        f"Platform: {device.platform},  Capabilities: {profile.capabilities} ",
        f"Interface: {port.interface},  Port ID (outgoing port): {profile.port}",
        "Holdtime : 166 sec",
        "",
        "Version :",
        profile.version,
        "",
        "advertisement version: 2",
        *vlans,
        *([] if device.kind == "codec" else ["Duplex: full"]),
        *_power(device, 2),
        *([] if device.kind == "codec" else ["Management address(es): ", *_address(device)]),
        "",
    ]


def _cdp_switch(port: Port, other: Switch) -> list[str]:
    far = other.uplink
    return [
        f"Device ID: {other.config.hostname}",
        "Entry address(es): ",
        f"  IP address: {other.address}",
        f"Platform: cisco {other.model.name},  Capabilities: Switch IGMP ",
        f"Interface: {port.interface},  Port ID (outgoing port): {far.interface if far else ''}",
        "Holdtime : 154 sec",
        "",
        "Version :",
        f"Cisco IOS Software, Version {other.model.release}, RELEASE SOFTWARE",
        "",
        "advertisement version: 2",
        f"VTP Management Domain: ''\nNative VLAN: {far.access_vlan if far else 1}",
        "Duplex: full",
        "Management address(es): ",
        f"  IP address: {other.address}",
        "",
    ]


def _cdp_entry(port: Port) -> list[str]:
    if port.uplink:
        assert port.switch.neighbor is not None
        return _cdp_switch(port, port.switch.neighbor)
    assert port.device is not None
    return _cdp_device(port, port.device) if isinstance(port.device, Neighbor) else _cdp_phone(port, port.device)


def cdp_neighbors_detail(switch: Switch, interface: str | None = None) -> str:
    """`show cdp neighbors [IFACE] detail`."""
    if not switch.config.cdp_run:
        return "% CDP is not enabled"
    entries = [_cdp_entry(port) for port in _ports(switch, interface) if _speaks_cdp(port)]
    lines = [line for entry in entries for line in ("-------------------------", *entry)]
    return "\n".join([*lines, "", f"Total cdp entries displayed : {len(entries)}"])


_CDP_LETTERS = {"Router": "R", "Trans-Bridge": "T", "Switch": "S", "Host": "H", "IGMP": "I", "Phone": "P"}


def _apart(name: str) -> str:
    """An interface as the table of CDP writes it: Gig 1/0/1."""
    kind, number = names.split(name)
    return f"{kind[:3]} {number}"


def _cdp_row(port: Port) -> str:
    if port.uplink:
        other = port.switch.neighbor
        assert other is not None
        assert other.uplink is not None
        name, platform, letters = other.config.hostname, other.model.name, "S I"
        far = _apart(other.uplink.interface)
    elif isinstance(port.device, Neighbor):
        profile = port.device.profile
        name, platform = port.device.name, profile.platform.removeprefix("cisco ").strip('"')
        letters = " ".join(_CDP_LETTERS[word] for word in profile.capabilities.split())
        far = profile.port.replace("GigabitEthernet", "Gig ")
    else:
        assert port.device is not None
        name, platform, letters, far = port.device.name, port.device.platform[6:], "H P M", "Port 1"
    # A name that doesn't fit has the line to itself.
    head = f"{name:<16} " if len(name) <= 16 else f"{name}\n{'':<17}"
    return f"{head}{_apart(port.interface):<17} 142        {letters:>10}  {platform[:9]:<9} {far}"


def cdp_neighbors(switch: Switch) -> str:
    """`show cdp neighbors`."""
    if not switch.config.cdp_run:
        return "% CDP is not enabled"
    rows = [_cdp_row(port) for port in _ports(switch, None) if _speaks_cdp(port)]
    head = [
        "Capability Codes: R - Router, T - Trans Bridge, B - Source Route Bridge",
        "                  S - Switch, H - Host, I - IGMP, r - Repeater, P - Phone, ",
        "                  D - Remote, C - CVTA, M - Two-port Mac Relay ",
        "",
        "Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID",
    ]
    return "\n".join([*head, *rows, "", f"Total cdp entries displayed : {len(rows)}"])


# -- LLDP -------------------------------------------------------------------------------------------------------------


def _speaks_lldp(port: Port) -> bool:
    if not port.hears_lldp:
        return False
    if port.uplink:
        far = port.switch.neighbor.uplink if port.switch.neighbor is not None else None
        return far is not None and far.sends_lldp
    return port.talks and (not isinstance(port.device, Neighbor) or port.device.lldp)


def _lldp_head(port: Port, chassis: str, port_id: str, description: str, name: str) -> list[str]:
    service = ["Local Intf service instance: -"] if port.switch.model.ios_xe else []
    return [
        f"Local Intf: {names.short(port.interface)}",
        *service,
        f"Chassis id: {chassis}",
        f"Port id: {port_id}",
        f"Port Description: {description}",
        f"System Name: {name}",
        "",
        "System Description: ",
    ]


def _lldp_tail(capabilities: str, address: str | None, vlan: str, *, media: str = "30") -> list[str]:
    addresses = (
        ["Management Addresses:", f"    IP: {address}"] if address else ["Management Addresses - not advertised"]
    )
    return [
        "",
        "Time remaining: 117 seconds",
        f"System Capabilities: {capabilities}",
        f"Enabled Capabilities: {capabilities}",
        *addresses,
        "Auto Negotiation - supported, enabled",
        "Physical media capabilities:",
        "    1000baseT(FD)",
        "    100base-TX(FD)",
        "    100base-TX(HD)",
        "    10base-T(FD)",
        "    10base-T(HD)",
        f"Media Attachment Unit type: {media}",
        f"Vlan ID: {vlan}",
    ]


def _med(port: Port, device: Device) -> list[str]:
    told = port.advert()
    policy = ["    Network Policies - not advertised"]
    if told is not None and told.voice_vlan is not None:
        where = f"VLAN {told.voice_vlan}, tagged" if told.voice_vlan else "VLAN dot1p, tagged"
        policy = [
            f"    Network Policy(Voice): {where}, Layer-2 priority: 5, DSCP: 46",
            f"    Network Policy(Voice Signal): {where}, Layer-2 priority: 4, DSCP: 32",
        ]
    return [
        "MED Information:",
        "",
        "    MED Codes:",
        "          (NP) Network Policy, (LI) Location Identification",
        "          (PS) Power Source Entity, (PD) Power Device",
        "          (IN) Inventory",
        "",
        "    H/W revision: 1",
        f"    F/W revision: {device.load}",
        f"    S/W revision: {device.load}",
        f"    Serial number: FCH{device.mac[-8:]}",
        "    Manufacturer: Cisco Systems, Inc.",
        f"    Model: CP-{device.platform.rpartition(' ')[2]}",
        "    Capabilities: NP, PD, IN",
        "    Device type: Endpoint Class III",
        *policy,
        f"    PD device, Power source: Unknown, Power Priority: Unknown, Wattage: {device.watts:.1f}",
        "    Location - not advertised",
        "",
    ]


def _lldp_phone(port: Port, device: Device) -> list[str]:
    chassis = device.address or mac_text(device.mac)
    return [
        *_lldp_head(port, chassis, f"{device.mac}:P1", "SW PORT", device.name),
        f"{device.platform},V1, {device.load}",
        *_lldp_tail("B,T", device.address, "- not advertised"),
        "",
        *_med(port, device),
    ]


def _lldp_device(port: Port, device: Neighbor) -> list[str]:
    profile = device.profile
    description = {"switch": profile.port, "router": profile.port}.get(device.kind, "eth0")
    port_id = "0" if device.kind == "access_point" else profile.lldp_port
    vlan = "1" if device.kind == "switch" else "- not advertised"
    power: list[str] = []
    if device.watts:
        milliwatts = round(device.watts * 1000)
        power = [
            "PoE+ Power-via-MDI TLV:",
            " Power Pair: Signal",
            " Power Class: Class 4",
            " Power Device Type: Type 2 PD",
            " Power Source: PSE",
            " Power Priority: low",
            f" Power Requested: {milliwatts} mW",
            f" Power Allocated: {milliwatts} mW",
        ]
    return [
        *_lldp_head(port, mac_text(device.mac), port_id, description, device.name),
        profile.description,
        *_lldp_tail(profile.lldp, device.address, vlan),
        *power,
        "",
    ]


def _lldp_switch(port: Port, other: Switch) -> list[str]:
    far = other.uplink
    assert far is not None
    capabilities = "B,R" if other.model.ios_xe else "B"
    chassis = mac_text(base_mac(other).replace(":", ""))
    return [
        *_lldp_head(port, chassis, names.short(far.interface), far.interface, other.config.hostname),
        f"Cisco IOS Software, Version {other.model.release}, RELEASE SOFTWARE",
        *_lldp_tail(capabilities, other.address, str(far.access_vlan)),
        "",
    ]


def _lldp_entry(port: Port) -> list[str]:
    if port.uplink:
        assert port.switch.neighbor is not None
        return _lldp_switch(port, port.switch.neighbor)
    assert port.device is not None
    return _lldp_device(port, port.device) if isinstance(port.device, Neighbor) else _lldp_phone(port, port.device)


def lldp_neighbors_detail(switch: Switch, interface: str | None = None) -> str:
    """`show lldp neighbors [IFACE] detail`."""
    if not switch.config.lldp_run:
        return "% LLDP is not enabled"
    entries = [_lldp_entry(port) for port in _ports(switch, interface) if _speaks_lldp(port)]
    lines = [line for entry in entries for line in (_RULE, *entry)]
    return "\n".join([*lines, "", f"Total entries displayed: {len(entries)}"])


def lldp_neighbors(switch: Switch) -> str:
    """`show lldp neighbors`."""
    if not switch.config.lldp_run:
        return "% LLDP is not enabled"
    rows = []
    for port in _ports(switch, None):
        if _speaks_lldp(port):
            said = dict(line.split(": ", 1) for line in _lldp_entry(port) if ": " in line)
            name, letters = said["System Name"][:20], said["Enabled Capabilities"]
            rows.append(f"{name:<20}{said['Local Intf']:<15}120        {letters:<16}{said['Port id']}")
    head = [
        "Capability codes:",
        "    (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device",
        "    (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other",
        "",
        "Device ID           Local Intf     Hold-time  Capability      Port ID",
    ]
    return "\n".join([*head, *rows, "", f"Total entries displayed: {len(rows)}"])

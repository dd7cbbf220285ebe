"""The text of `show` commands: ports, VLANs, neighbours, MAC addresses, the release."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from . import names
from .neighbors import Neighbor
from .render import BIOS, RELEASE, stamp

if TYPE_CHECKING:
    from .switch import Nexus

_RULE = "-" * 80
_LEGEND = """\
Legend:
        * - primary entry, G - Gateway MAC, (R) - Routed MAC, O - Overlay MAC
        age - seconds since last seen,+ - primary entry using vPC Peer-Link,
        (T) - True, (F) - False, C - ControlPlane MAC, ~ - vsan
   VLAN     MAC Address      Type      age     Secure NTFY Ports
---------+-----------------+--------+---------+------+----+------------------"""
_LLDP_HEAD = """\
Capability codes:
  (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device
  (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other
Device ID            Local Intf      Hold-time  Capability  Port ID
"""
RIGHTS = """\
Cisco Nexus Operating System (NX-OS) Software
TAC support: http://www.cisco.com/tac
Copyright (C) 2002-2025, Cisco and/or its affiliates.
All rights reserved."""


def mac_text(mac: str) -> str:
    """A MAC address in the dotted form: 0000.5e00.5301."""
    return ".".join(mac.lower()[i : i + 4] for i in range(0, 12, 4))


def _listed(switch: Nexus) -> list[str]:
    """Every interface, in the order of the tables."""
    virtual = [name for name in switch.config.interfaces if name not in switch.config.ports]
    order = ("mgmt", "Ethernet", "port-channel", "Vlan", "loopback")
    found = [*switch.config.ports, *virtual]
    return sorted(found, key=lambda name: (order.index(names.split(name)[0]), names.sort_key(name)))


def interface_status(switch: Nexus, only: str | None = None) -> str:
    """`show interface [IFACE] status`."""
    rows = [_RULE, "Port          Name               Status    Vlan      Duplex  Speed   Type", _RULE]
    for name in [only] if only else _listed(switch):
        config = switch.config.peek(name)
        status = switch.status(name)
        vlan = "trunk" if switch.config.trunk(name) else str(config.get("access_vlan", 1))
        if switch.config.routed(name):
            vlan = "routed"
        duplex, speed = ("full", "1000") if status == "connected" else ("auto", "auto")
        kind = "10/100/1000BaseT" if name.startswith("Ethernet") else "--"
        label = config.get("description", "--")[:18]
        rows.append(f"{names.short(name):<13} {label:<18} {status[:9]:<9} {vlan:<9} {duplex:<7} {speed:<7} {kind}")
    return "\n".join(rows) + "\n"


def errdisabled(switch: Nexus) -> str:
    """`show interface status err-disabled`."""
    rows = [_RULE, "Port         Name               Status             Reason", _RULE]
    for name in sorted(switch.errdisabled, key=names.sort_key):
        label = switch.config.peek(name).get("description", "--")[:18]
        rows.append(f"{names.short(name):<12} {label:<18} {'linkFlapErr':<18} linkFlapErrDisabled")
    return "\n".join(rows)


def switchport(switch: Nexus, only: str | None = None) -> str:
    """`show interface [IFACE] switchport`."""
    found = [name for name in _listed(switch) if name.startswith(("Ethernet", "port-channel"))]
    return "\n".join(_switchport(switch, name) for name in ([only] if only else found))


def _switchport(switch: Nexus, name: str) -> str:
    config = switch.config.peek(name)
    allowed = config.get("allowed")

    def vlan(number: int) -> str:
        known = number in switch.config.vlans
        return f"{number} ({switch.config.vlan_name(number) if known else 'Vlan not created'})"

    lines = [
        f"Switchport: {'Disabled' if switch.config.routed(name) else 'Enabled'}",
        "Switchport Monitor: Not enabled",
        "Switchport Isolated : Not enabled",
        "Switchport Block Multicast: Not enabled",
        "Switchport Block Unicast: Not enabled",
        f"Operational Mode: {'trunk' if switch.config.trunk(name) else 'access'}",
        f"Access Mode VLAN: {vlan(config.get('access_vlan', 1))}",
        f"Trunking Native Mode VLAN: {vlan(config.get('native_vlan', 1))}",
        f"Trunking VLANs Allowed: {'1-4094' if allowed is None else names.format_vlans(allowed) or 'none'}",
        f"Voice VLAN: {config.get('voice_vlan', 'none')}",
        "Extended Trust State : not trusted [COS = 0]",
        "Administrative private-vlan primary host-association: none",
        "Administrative private-vlan secondary host-association: none",
        "Administrative private-vlan primary mapping: none",
        "Administrative private-vlan secondary mapping: none",
        "Administrative private-vlan trunk native VLAN: none",
        "Administrative private-vlan trunk encapsulation: dot1q",
        "Administrative private-vlan trunk normal VLANs: none",
        "Administrative private-vlan trunk private VLANs: none",
        "Operational private-vlan: none",
    ]
    return "\n".join([f"Name: {name}", *(f"  {line}" for line in lines)])


def vlan_brief(switch: Nexus) -> str:
    """`show vlan brief`."""
    config = switch.config
    rows = ["VLAN Name                             Status    Ports", f"---- {'-' * 32} --------- {'-' * 31}"]
    for vlan in sorted(config.vlans):
        members = [names.short(name) for name in _listed(switch) if vlan in switch.vlans_of(name)]
        status = "suspended" if vlan in config.suspended else "active"
        ports = textwrap.wrap(", ".join(members), 32, break_long_words=False) or [""]
        first, *rest = [line.rstrip(",") for line in ports]
        rows.append(f"{vlan:<4} {config.vlan_name(vlan):<32} {status:<9} {first}".rstrip())
        rows += [" " * 48 + line for line in rest]
    return "\n" + "\n".join(rows) + "\n"


def vlans(switch: Nexus) -> str:
    """`show vlan`."""
    kinds = [f"{vlan:<4} enet         CE" for vlan in sorted(switch.config.vlans)]
    rest = ["", "Remote SPAN VLANs", "-" * 79, "", "Primary  Secondary  Type             Ports"]
    line = "-------  ---------  ---------------  -------------------------------------------"
    return "\n".join(
        [vlan_brief(switch), "VLAN Type         Vlan-mode", "---- -----        ----------", *kinds, *rest, line, ""]
    )


def cdp_neighbors(switch: Nexus) -> str:
    """`show cdp neighbors detail`."""
    found = [(name, switch.neighbors[name]) for name in switch.ports_heard("cdp")]
    return "\n".join(_cdp(name, neighbor) for name, neighbor in found) or "Note: CDP Neighbor entry not found"


def _cdp(name: str, neighbor: Neighbor) -> str:
    return f"""\
----------------------------------------
Device ID:{neighbor.name}

Interface address(es):
    IPv4 Address: {neighbor.address}
Platform: {neighbor.platform}, Capabilities: {neighbor.capabilities}
Interface: {name}, Port ID (outgoing port): {neighbor.port}
Holdtime: 151 sec

Version:
{neighbor.version}

Advertisement Version: 2
Duplex: full
Mgmt address(es):
    IPv4 Address: {neighbor.address}"""


def lldp_neighbors(switch: Nexus) -> str:
    """`show lldp neighbors detail`."""
    found = [_lldp(name, switch.neighbors[name]) for name in switch.ports_heard("lldp")]
    return "\n".join([_LLDP_HEAD, *found, f"Total entries displayed: {len(found)}"])


def _lldp(name: str, neighbor: Neighbor) -> str:
    return f"""\
Chassis id: {mac_text(neighbor.mac)}
Port id: {neighbor.lldp_port}
Local Port id: {names.short(name)}
Port Description: {neighbor.port}
System Name: {neighbor.name}
System Description: {neighbor.platform}, {neighbor.version}
Time remaining: 112 seconds
System Capabilities: {neighbor.lldp_capabilities}
Enabled Capabilities: {neighbor.lldp_capabilities}
Management Address: {neighbor.address}
Vlan ID: not advertised

"""


def mac_address_table(switch: Nexus) -> str:
    """`show mac address-table`."""
    rows = [_LEGEND]
    for name, neighbor in switch.neighbors.items():
        for vlan, mac in neighbor.macs if switch.link(name) else ():
            rows.append(f"*{vlan:>5}     {mac_text(mac)}   dynamic  0         F      F    {names.short(name)}")
    return "\n".join(rows)


def version(switch: Nexus) -> str:
    """`show version`."""
    seconds = int(switch.clock() - switch.booted)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"""\
{RIGHTS}

Software
  BIOS: version {BIOS}
  NXOS: version {RELEASE} [Maintenance Release]
  BIOS compile time:  12/04/2024
  NXOS image file is: bootflash:///nxos64-cs.10.4.5.M.bin
  NXOS compile time:  3/5/2025 12:00:00 [03/01/2025 12:48:31]
  NXOS boot mode: LXC

Hardware
  cisco Nexus9000 {switch.model} Chassis
  Intel(R) Xeon(R) CPU D-1526 @ 1.80GHz with 24570484 kB of memory.
  Processor Board ID {switch.serial}
  Device name: {switch.config.hostname}
  bootflash:   115805356 kB

Kernel uptime is {days} day(s), {hours} hour(s), {minutes} minute(s), {seconds} second(s)

Last reset at 0 usecs after {stamp(switch.booted)}
  Reason: Unknown
  System version: {RELEASE}
  Service:

plugin
  Core Plugin, Ethernet Plugin

Active Package(s):
"""

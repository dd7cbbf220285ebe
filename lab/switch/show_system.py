"""`show` commands of the whole switch: version, inventory, VLANs, addresses, clock."""

from __future__ import annotations

import textwrap
import time
import zlib
from typing import TYPE_CHECKING

from . import names
from .render import stamp
from .show_ports import mac_text
from .state import DEFAULT_VLANS

if TYPE_CHECKING:
    from .switch import Switch


def serial(switch: Switch, member: int = 1) -> str:
    """The serial number: made out of the name, so that it stays."""
    name = switch.name.encode() + (b"" if member == 1 else b"/%d" % member)
    return f"FCW{2200 + zlib.crc32(name) % 100:04d}G{zlib.crc32(name[::-1]) % 1000:03d}"


def base_mac(switch: Switch, member: int = 1) -> str:
    """The switch's own MAC address, with colons; locally administered."""
    digits = f"02{zlib.crc32(switch.name.encode()):08x}{(member - 1) * 16:02x}"
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def _uptime(seconds: float) -> str:
    minutes = int(seconds // 60)
    parts = []
    for size, unit in ((10080, "week"), (1440, "day"), (60, "hour"), (1, "minute")):
        count, minutes = divmod(minutes, size)
        if count or (unit == "minute" and not parts):
            parts.append(f"{count} {unit}{'' if count == 1 else 's'}")
    return ", ".join(parts)


def version(switch: Switch) -> str:
    """`show version`."""
    model = switch.model
    gigabit = sum(name.startswith("Gig") for name in switch.ports)
    ten = sum(name.startswith("Ten") for name in switch.ports)
    fast = sum(name.startswith("Fast") for name in switch.ports)
    product = model.family.partition("-")[0]
    release = ".".join(part.lstrip("0") for part in model.release.split("."))
    train = "Cupertino" if model.release.startswith("17") else "Gibraltar"
    if model.ios_xe:
        head = [
            f"Cisco IOS XE Software, Version {model.release}",
            f"Cisco IOS Software [{train}], Catalyst L3 Switch Software ({model.family}), "
            f"Version {release}, RELEASE SOFTWARE (fc3)",
        ]
        image, processor = f"flash:{model.image}", "X86"
    else:
        head = [
            f"Cisco IOS Software, {product} Software ({model.family}), Version {model.release}, RELEASE SOFTWARE (fc3)"
        ]
        image, processor = f"flash:/{model.image}", "APM86XXX" if model.members else "PowerPC405"
    uptime = _uptime(switch.clock() - switch.booted)
    counts = [
        text
        for count, text in (
            (fast, f"{fast} FastEthernet interfaces"),
            (gigabit, f"{gigabit} Gigabit Ethernet interfaces"),
            (ten, f"{ten} Ten Gigabit Ethernet interfaces"),
        )
        if count
    ]
    per_member = len(switch.ports) // switch.stack
    members = [
        f"{'*' if member == 1 else ' '}{member:>5} {per_member:<5} {model.name:<18} {model.release:<17} "
        f"{model.family:<21} {'INSTALL' if model.ios_xe else ''}"
        for member in range(1, switch.stack + 1)
    ]
    return "\n".join(
        [
            *head,
            "Technical Support: http://www.cisco.com/techsupport",
            "Copyright (c) 1986-2023 by Cisco Systems, Inc.",
            "Compiled Fri 20-Oct-23 10:33 by mcpre",
            "",
            "ROM: IOS-XE ROMMON" if model.ios_xe else f"ROM: Bootstrap program is {product} boot loader",
            "",
            f"{switch.config.hostname} uptime is {uptime}",
            f"Uptime for this control processor is {uptime}",
            "System returned to ROM by Power Failure or Unknown",
            f'System image file is "{image}"',
            "Last reload reason: Power Failure or Unknown",
            "",
            f"cisco {model.name} ({processor}) processor with 1333273K/6147K bytes of memory.",
            f"Processor board ID {serial(switch)}",
            "1 Virtual Ethernet interface",
            *counts,
            "2048K bytes of non-volatile configuration memory.",
            "",
            f"Base Ethernet MAC Address          : {base_mac(switch)}",
            f"Model Number                       : {model.name}",
            f"System Serial Number               : {serial(switch)}",
            "",
            "",
            "Switch Ports Model              SW Version        SW Image              Mode   ",
            "------ ----- -----              ----------        ----------            ----   ",
            *members,
            "",
            *[line for member in range(2, switch.stack + 1) for line in _other_member(switch, member, uptime)],
            "",
            f"Configuration register is 0x{'102' if model.ios_xe else 'F'}",
            "",
        ]
    )


def _other_member(switch: Switch, member: int, uptime: str) -> list[str]:
    """What `show version` says of a member of the stack that isn't the active one."""
    return [
        "",
        f"Switch {member:02}",
        "---------",
        f"Switch uptime                      : {uptime} ",
        "",
        f"Base Ethernet MAC Address          : {base_mac(switch, member)}",
        f"Model Number                       : {switch.model.name}",
        f"System Serial Number               : {serial(switch, member)}",
    ]


def inventory(switch: Switch) -> str:
    """`show inventory`."""
    model = switch.model.name
    members = range(1, switch.stack + 1)
    entries = [(str(member), member) for member in members]
    if switch.model.ios_xe:
        entries = [("c93xx Stack", 1), *((f"Switch {member}", member) for member in members)]
    return "\n".join(
        f'NAME: "{name}", DESCR: "{model}"\nPID: {model:<18}, VID: V02  , SN: {serial(switch, member)}\n'
        for name, member in entries
    )


def stack(switch: Switch) -> str:
    """`show switch`: the members of the stack, the first of them being the active one."""
    active, standby = ("Active", "Standby") if switch.model.ios_xe else ("Master", "Member")
    mac = mac_text(base_mac(switch).replace(":", ""))
    lines = [
        f"Switch/Stack Mac Address : {mac} - Local Mac Address",
        "Mac persistency wait time: Indefinite",
        "                                             H/W   Current",
        "Switch#   Role    Mac Address     Priority Version  State ",
        "-------------------------------------------------------------------------------------",
    ]
    for member in range(1, switch.stack + 1):
        role = active if member == 1 else standby if member == 2 else "Member"
        mac = mac_text(base_mac(switch, member).replace(":", ""))
        star = "*" if member == 1 else " "
        lines.append(f"{star}{member:<7} {role:<8} {mac}     {16 - member:<6} V02     {'Ready':<20}")
    return "\n".join([*lines, ""])


def vlan_brief(switch: Switch) -> str:
    """`show vlan brief`: the VLANs and the access ports in them."""
    config = switch.config
    members: dict[int, list[str]] = {}
    for port in switch.ports.values():
        interface = config.peek(port.interface)
        if interface.get("routed") or interface.get("mode") == "trunk" or (port.link and port.trunking):
            continue
        members.setdefault(port.access_vlan, []).append(names.short(port.interface))
        voice = config.voice_vlan(port.interface)
        if voice and voice != port.access_vlan:
            members.setdefault(voice, []).append(names.short(port.interface))
    lines = [
        "VLAN Name                             Status    Ports",
        "---- -------------------------------- --------- -------------------------------",
    ]
    for vlan in sorted(config.vlans):
        status = "act/unsup" if vlan in DEFAULT_VLANS and vlan != 1 else "active"
        rows = textwrap.wrap(", ".join(members.get(vlan, [])), 31) or [""]
        lines.append(f"{vlan:<4} {config.vlan_name(vlan):<32} {status:<9} {rows[0].rstrip(',')}")
        lines += [" " * 48 + row.rstrip(",") for row in rows[1:]]
    return "\n".join(["", *lines])


def interface_brief(switch: Switch) -> str:
    """`show ip interface brief`."""
    lines = ["Interface              IP-Address      OK? Method Status                Protocol"]
    config = switch.config
    for name in sorted({*switch.ports, *config.interfaces}, key=names.sort_key):
        interface = config.peek(name)
        port = switch.ports.get(name)
        up = port.link if port else not interface.get("shutdown") and svi_up(switch, name)
        status = "administratively down" if interface.get("shutdown") else "up" if up else "down"
        address = interface.get("address")
        method, protocol = "manual" if address else "unset", "up" if up else "down"
        lines.append(
            f"{name:<22} {address[0] if address else 'unassigned':<15} YES {method:<6} {status:<21} {protocol}"
        )
    return "\n".join(lines)


def svi_up(switch: Switch, name: str) -> bool:
    """An SVI is up while its VLAN exists and some port carries it; a loopback always is."""
    if not name.startswith("Vlan"):
        return name.startswith("Loopback")
    vlan = int(name[4:])
    if vlan not in switch.config.vlans:
        return False
    return any(
        port.link and (port.carries(vlan) or vlan in (port.access_vlan, switch.config.voice_vlan(port.interface)))
        for port in switch.ports.values()
    )


def clock(switch: Switch) -> str:
    """`show clock`."""
    now = switch.clock()
    text = stamp(now)
    return f"{text[:8]}.{int(now % 1 * 1000):03d}{text[8:]}"


def lease_end(expires: float | None) -> str:
    """The end of a lease as `show ip dhcp binding` writes it: Nov 22 2026 08:04 AM."""
    if expires is None:
        return "Infinite"
    return time.strftime("%b %d %Y %I:%M %p", time.gmtime(expires))

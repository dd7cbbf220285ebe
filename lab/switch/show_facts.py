"""`show` commands that a stock-taking of a switch begins with: interfaces and VLANs at length, files, memory, load."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from . import names
from .show_ports import MEDIA, mac_text, slow
from .show_system import base_mac, svi_up, vlan_brief
from .state import DEFAULT_VLANS

if TYPE_CHECKING:
    from .switch import Switch

_FLASH = 11353194496
_COUNTERS = """\
  Last clearing of "show interface" counters never
  Input queue: 0/375/0/0 (size/max/drops/flushes); Total output drops: 0
  Queueing strategy: fifo
  Output queue: 0/40 (size/max)
  5 minute input rate 0 bits/sec, 0 packets/sec
  5 minute output rate 0 bits/sec, 0 packets/sec
     0 packets input, 0 bytes, 0 no buffer
     Received 0 broadcasts (0 multicasts)
     0 runts, 0 giants, 0 throttles\x20
     0 input errors, 0 CRC, 0 frame, 0 overrun, 0 ignored
     0 packets output, 0 bytes, 0 underruns
     0 output errors, 0 collisions, 1 interface resets"""


def _names(switch: Switch) -> list[str]:
    return sorted({*switch.ports, *switch.config.interfaces}, key=names.sort_key)


def _state(switch: Switch, name: str) -> tuple[str, str]:
    """What stands behind "NAME is" and behind "line protocol is"."""
    port = switch.ports.get(name)
    down = bool(switch.config.peek(name).get("shutdown"))
    up = port.link if port else not down and svi_up(switch, name)
    words = " (disabled)" if down else " (connected)" if up else " (notconnect)"
    if port is not None and port.disabled:
        words = " (err-disabled)"
    return "administratively down" if down else "up" if up else "down", ("up" if up else "down") + (
        words if port else " "
    )


def _mac(switch: Switch, name: str) -> str:
    """Each port has an address of its own above the switch's, the virtual interfaces share one."""
    number = list(switch.ports).index(name) + 1 if name in switch.ports else 71
    return mac_text(f"{int(base_mac(switch).replace(':', ''), 16) + number:012x}")


def _hardware(switch: Switch, name: str) -> list[str]:
    mac = _mac(switch, name)
    port = switch.ports.get(name)
    if port is None:
        kind = "Ethernet SVI" if name.startswith("Vlan") else names.split(name)[0]
        return [f"  Hardware is {kind}, address is {mac} (bia {mac})"]
    kind = "Ten Gigabit Ethernet" if name.startswith("Ten") else "Gigabit Ethernet"
    kind = "Fast Ethernet" if name.startswith("Fast") else kind
    return [f"  Hardware is {kind}, address is {mac} (bia {mac}) "]


def _speed(switch: Switch, name: str) -> list[str]:
    port = switch.ports.get(name)
    if port is None:
        return []
    if port.uplink and name.startswith("Ten"):
        media = "SFP-10GBase-SR" if port.link else "Not Present"
        return [f"  Full-duplex, 10Gb/s, link type is auto, media type is {media}"]
    media = MEDIA[names.split(name)[0]] if not port.uplink else "1000BaseSX SFP" if port.link else "Not Present"
    pace = (
        ("Full-duplex, 100Mb/s" if slow(port) else "Full-duplex, 1000Mb/s") if port.link else "Auto-duplex, Auto-speed"
    )
    return [f"  {pace}, media type is {media}", "  input flow-control is off, output flow-control is unsupported "]


def interface(switch: Switch, name: str) -> str:
    """`show interfaces NAME`."""
    config = switch.config.peek(name)
    status, protocol = _state(switch, name)
    bandwidth = 10000000 if name.startswith("Ten") else 1000000
    lines = [f"{name} is {status}, line protocol is {protocol}".rstrip() + " ", *_hardware(switch, name)]
    if config.get("description"):
        lines.append(f"  Description: {config.get('description')}")
    if address := config.get("address"):
        lines.append(f"  Internet address is {ipaddress.IPv4Interface('/'.join(address))}")
    lines += [
        f"  MTU 1500 bytes, BW {bandwidth} Kbit/sec, DLY 10 usec, ",
        "     reliability 255/255, txload 1/255, rxload 1/255",
        "  Encapsulation ARPA, loopback not set",
        "  Keepalive set (10 sec)" if name in switch.ports else "  Keepalive not supported ",
        *_speed(switch, name),
        "  ARP type: ARPA, ARP Timeout 04:00:00",
        "  Last input never, output never, output hang never",
        _COUNTERS,
    ]
    return "\n".join(lines)


def interfaces(switch: Switch) -> str:
    """`show interfaces`."""
    return "\n".join(interface(switch, name) for name in _names(switch))


def ip_interfaces(switch: Switch) -> str:
    """`show ip interface`."""
    lines = []
    for name in _names(switch):
        status, protocol = _state(switch, name)
        lines.append(f"{name} is {status}, line protocol is {protocol.split()[0]}")
        address = switch.config.peek(name).get("address")
        if address:
            lines += [
                f"  Internet address is {ipaddress.IPv4Interface('/'.join(address))}",
                "  Broadcast address is 255.255.255.255",
                "  Address determined by non-volatile memory",
                "  MTU is 1500 bytes",
            ]
        elif name not in switch.ports:
            lines.append("  Internet protocol processing disabled")
        if address or name in switch.ports:
            lines += ["  Inbound  access list is not set", "  Outgoing access list is not set"]
    return "\n".join(lines)


def vlans(switch: Switch) -> str:
    """`show vlan`: the brief table, and what is of no use to anybody but stands there all the same."""
    kinds = {1002: "fddi", 1003: "tr", 1004: "fdnet", 1005: "trnet"}
    trees = {1004: "ieee", 1005: "ibm"}
    lines = [
        vlan_brief(switch),
        "",
        "VLAN Type  SAID       MTU   Parent RingNo BridgeNo Stp  BrdgMode Trans1 Trans2",
        "---- ----- ---------- ----- ------ ------ -------- ---- -------- ------ ------",
    ]
    for vlan in sorted(switch.config.vlans):
        kind, tree = kinds.get(vlan, "enet"), trees.get(vlan, "-")
        bridge = "srb" if vlan == 1003 and vlan in DEFAULT_VLANS else "-"
        lines.append(
            f"{vlan:<4} {kind:<5} {100000 + vlan:<10} 1500  -      -      -        {tree:<4} {bridge:<8} 0      0   "
        )
    lines += ["", "Remote SPAN VLANs", "-" * 78, "", "", "Primary Secondary Type              Ports"]
    return "\n".join([*lines, "------- --------- ----------------- ------------------------------------------", ""])


def cdp(switch: Switch) -> str:
    """`show cdp`."""
    if not switch.config.cdp_run:
        return "% CDP is not enabled"
    return (
        "Global CDP information:\n\tSending CDP packets every 60 seconds\n"
        "\tSending a holdtime value of 180 seconds\n\tSending CDPv2 advertisements is  enabled"
    )


def lldp(switch: Switch) -> str:
    """`show lldp`: off unless `lldp run` is configured."""
    if not switch.config.lldp_run:
        return "% LLDP is not enabled"
    return (
        "\nGlobal LLDP Information:\n    Status: ACTIVE\n    LLDP advertisements are sent every 30 seconds\n"
        "    LLDP hold time advertised is 120 seconds\n    LLDP interface reinitialisation delay is 2 seconds"
    )


def directory(switch: Switch) -> str:
    """`dir`: the image, and how much room there is."""
    image = switch.model.image
    size = 442499072
    return (
        f"Directory of flash:/\n\n    2  -rwx  {size:>12}  Oct 20 2023 10:33:12 +00:00  {image}\n\n"
        f"{_FLASH} bytes total ({_FLASH - size} bytes free)"
    )


def memory() -> str:
    """`show memory statistics`."""
    return (
        "                Head    Total(b)     Used(b)     Free(b)   Lowest(b)  Largest(b)\n"
        "Processor    7F5C8010   824180204   291498768   532681436   531186296   530680324\n"
        "      I/O     8000000    25165824    17123456     8042368     7911296     8038912"
    )


def processes() -> str:
    """`show processes cpu`."""
    return (
        "CPU utilization for five seconds: 2%/0%; one minute: 2%; five minutes: 2%\n"
        " PID Runtime(ms)     Invoked      uSecs   5Sec   1Min   5Min TTY Process \n"
        "   1          12         212         56  0.00%  0.00%  0.00%   0 Chunk Manager    "
    )

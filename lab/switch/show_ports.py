"""`show` commands of ports: inline power, switchport, status, the MAC table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from . import names
from .state import InterfaceConfig, SwitchConfig

if TYPE_CHECKING:
    from .ports import Port
    from .switch import Switch

# The blanks at the ends are part of what the switch prints.
_POWER_HEAD = "\n".join(
    (
        "Interface Admin  Oper       Power   Device              Class Max",
        "                            (Watts)                            ",
        "--------- ------ ---------- ------- ------------------- ----- ----",
    )
)
_ADMIN_HEAD = "\n".join(
    (
        "",
        "Interface  AdminPowerMax   AdminConsumption    ",
        "             (Watts)           (Watts)           ",
        "---------- --------------- --------------------  ",
        "",
    )
)
MEDIA = {
    "FastEthernet": "10/100BaseTX",
    "GigabitEthernet": "10/100/1000BaseTX",
    "TwoGigabitEthernet": "100/1000/2.5GBaseTX",
    "FiveGigabitEthernet": "100/1000/2.5G/5GBaseTX",
    "TenGigabitEthernet": "100/1000/2.5G/5G/10GBaseTX",
}
_CLASS_WATTS = ((3.84, "1"), (6.49, "2"), (12.95, "3"), (25.5, "4"), (51.0, "6"))


def _power_row(port: Port) -> str:
    admin = {"never": "off"}.get(port.power_mode, port.power_mode)
    device, power_class, watts = "n/a", "n/a", 0.0
    if port.powered and port.device is not None:
        watts = port.device.watts
        device = re.sub(r"^cisco ", "", port.device.platform, flags=re.IGNORECASE)[:19] if port.talks else "Ieee PD"
        power_class = next((name for most, name in _CLASS_WATTS if watts <= most), "8")
    name = names.short(port.interface)
    limit = f"{port.power_limit:.1f}"
    return f"{name:<9} {admin:<6} {port.power_state:<10} {watts:<7.1f} {device:<19} {power_class:<5} {limit:<4} "


def power_inline(switch: Switch) -> str:
    """`show power inline`: each member's budget, then its ports that can give power."""
    if switch.stack > 1:
        return "\n\n\n".join(power_inline_module(switch, member) for member in range(1, switch.stack + 1))
    used, budget = switch.power_used(1), switch.power_budget(1)
    if not switch.model.members:
        head = [f"Available:{budget:.1f}(w)  Used:{used:.1f}(w)  Remaining:{budget - used:.1f}(w)", ""]
    else:
        head = _module_head(switch, 1)
    return "\n".join([*head, _POWER_HEAD, *_power_rows(switch, 1)])


def _module_head(switch: Switch, member: int) -> list[str]:
    used, budget = switch.power_used(member), switch.power_budget(member)
    return [
        "Module   Available     Used     Remaining",
        "          (Watts)     (Watts)    (Watts) ",
        "------   ---------   --------   ---------",
        f"{member}        {budget:>8.1f} {used:>10.1f} {budget - used:>11.1f}",
    ]


def _power_rows(switch: Switch, member: int) -> list[str]:
    return [_power_row(port) for port in switch.ports.values() if port.member == member and not port.uplink]


def power_inline_module(switch: Switch, member: int) -> str:
    """`show power inline module N`, which is also how a stack shows each of its members."""
    ports = [port for port in switch.ports.values() if port.member == member]
    totals = [
        "--------- ------ ---------- ---------- ---------- ------ ----- ",
        f"Totals:          {sum(port.powered for port in ports):<4} on    {switch.power_used(member):<9.1f} ",
    ]
    return "\n".join([*_module_head(switch, member), _POWER_HEAD, *_power_rows(switch, member), *totals])


def power_inline_port(port: Port) -> str:
    """`show power inline IFACE`: the port's row, and what it is limited to."""
    limit = port.power_limit
    row = f"{names.short(port.interface):<10} {limit:>15.1f} {min(15.4, limit):>20.1f}"
    return "\n".join([_POWER_HEAD, _power_row(port), _ADMIN_HEAD, row])


def _vlan_text(config: SwitchConfig, vlan: int) -> str:
    return f"{vlan} ({config.vlan_name(vlan) if vlan in config.vlans else 'Inactive'})"


def _voice_text(config: SwitchConfig, name: str) -> str:
    value = config.peek(name).get("voice_vlan")
    if value in (None, "dot1p", "untagged"):
        return value or "none"
    number = config.voice_vlan(name)
    return _vlan_text(config, number) if number else "none"


def _administrative(interface: InterfaceConfig) -> str:
    mode = interface.get("mode", "dynamic auto")
    return "static access" if mode == "access" else mode


def switchport(port: Port) -> str:
    """`show interfaces IFACE switchport` for one port."""
    config = port.switch.config
    interface = config.peek(port.interface)
    lines = [f"Name: {names.short(port.interface)}"]
    if interface.get("routed"):
        return "\n".join([*lines, "Switchport: Disabled"])
    operational = "down"
    if port.link:
        operational = "trunk" if port.trunking else "static access"
    negotiates = interface.get("mode") != "access" and not interface.get("nonegotiate")
    lines += [
        "Switchport: Enabled",
        f"Administrative Mode: {_administrative(interface)}",
        f"Operational Mode: {operational}",
        "Administrative Trunking Encapsulation: dot1q",
    ]
    if operational != "down":
        lines.append(f"Operational Trunking Encapsulation: {'dot1q' if operational == 'trunk' else 'native'}")
    allowed = interface.get("allowed")
    lines += [
        f"Negotiation of Trunking: {'On' if negotiates else 'Off'}",
        f"Access Mode VLAN: {_vlan_text(config, port.access_vlan)}",
        f"Trunking Native Mode VLAN: {_vlan_text(config, interface.get('native_vlan', 1))}",
        "Administrative Native VLAN tagging: enabled",
        f"Voice VLAN: {_voice_text(config, port.interface)}",
        "Administrative private-vlan host-association: none ",
        "Administrative private-vlan mapping: none ",
        "Administrative private-vlan trunk native VLAN: none",
        "Administrative private-vlan trunk Native VLAN tagging: enabled",
        "Administrative private-vlan trunk encapsulation: dot1q",
        "Administrative private-vlan trunk normal VLANs: none",
        "Administrative private-vlan trunk associations: none",
        "Administrative private-vlan trunk mappings: none",
        "Operational private-vlan: none",
        f"Trunking VLANs Enabled: {'ALL' if allowed is None else names.format_vlans(allowed) or 'NONE'}",
        "Pruning VLANs Enabled: 2-1001",
        "Capture Mode Disabled",
        "Capture VLANs Allowed: ALL",
        "",
        f"Protected: {'true' if 'switchport protected' in interface.lines.values() else 'false'}",
        f"Unknown unicast blocked: {_blocked(interface, 'unicast')}",
        f"Unknown multicast blocked: {_blocked(interface, 'multicast')}",
        "Appliance trust: none",
    ]
    return "\n".join(lines)


def _blocked(interface: InterfaceConfig, kind: str) -> str:
    return "enabled" if f"switchport block {kind}" in interface.lines.values() else "disabled"


def _status_row(port: Port) -> str:
    interface = port.switch.config.peek(port.interface)
    status = "disabled" if interface.get("shutdown") else "connected" if port.link else "notconnect"
    if port.disabled:
        status = "err-disabled"
    vlan = "routed" if interface.get("routed") else str(port.access_vlan)
    if interface.get("mode") == "trunk" or (port.link and port.trunking):
        vlan = "trunk"
    ten = port.uplink and port.interface.startswith("Ten")
    duplex, speed = ("a-full", "a-100" if slow(port) else "a-1000") if port.link else ("auto", "auto")
    if ten:
        duplex, speed = "full", "10G"
    kind = MEDIA[names.split(port.interface)[0]]
    if port.uplink:
        kind = ("SFP-10GBase-SR" if ten else "1000BaseSX SFP") if port.switch.uplink is port else "Not Present"
    name = names.short(port.interface)
    return (
        f"{name:<9} {interface.get('description', '')[:18]:<18} {status:<12} {vlan:<10} {duplex:>6} {speed:>6} {kind}"
    )


def slow(port: Port) -> bool:
    """The older phones and the older switches have 100 Mbit/s ports."""
    if port.interface.startswith("Fast"):
        return True
    return port.device is not None and any(
        model in port.device.platform for model in (" 7961", " 7941", " 7841", " 7821")
    )


def interfaces_status(ports: list[Port]) -> str:
    """`show interfaces status`."""
    head = "Port      Name               Status       Vlan       Duplex  Speed Type"
    return "\n".join([head, *(_status_row(port) for port in ports)])


def mac_text(mac: str) -> str:
    """A MAC address in the dotted form: 0000.5e00.5301."""
    lowered = mac.lower()
    return ".".join(lowered[i : i + 4] for i in range(0, 12, 4))


def learned(switch: Switch) -> Iterator[tuple[int, str, str, bool]]:
    """(VLAN, MAC, port, secured) of all that the switch hears, at its own ports first, then behind the uplink."""
    for port in switch.ports.values():
        secured = port.learned.secured if port.learned is not None else ()
        offenders = port.learned.offenders if port.learned is not None else ()
        for address in port.talkers():
            if address not in offenders:
                yield *address, port.interface, address in secured
    uplink = switch.uplink
    for other in switch.fabric.switches:
        if other is switch or uplink is None:
            continue
        for port in other.ports.values():
            for vlan, mac in port.talkers():
                if switch.fabric.reaches(other, switch, vlan):
                    yield vlan, mac, uplink.interface, False


def mac_address_table(
    switch: Switch, *, interface: str | None = None, vlan: int | None = None, mac: str = "", dynamic: bool = False
) -> str:
    """`show mac address-table [dynamic] [interface I] [vlan N] [address M]`. What port security let in is static."""
    head = [
        "          Mac Address Table",
        "-------------------------------------------",
        "",
        "Vlan    Mac Address       Type        Ports",
        "----    -----------       --------    -----",
    ]
    rows = [
        f"{number:>4}    {mac_text(address)}    {'STATIC' if secured else 'DYNAMIC':<11} {names.short(port)}"
        for number, address, port, secured in sorted(learned(switch))
        if interface in (None, port) and vlan in (None, number) and mac in ("", address) and not (dynamic and secured)
    ]
    return "\n".join([*head, *rows, f"Total Mac Addresses for this criterion: {len(rows)}"])


def trunks(switch: Switch) -> str:
    """`show interfaces trunk`: nothing at all where there is none."""
    config = switch.config
    found = [port for port in switch.ports.values() if port.link and port.trunking]
    if not found:
        return ""
    sections: dict[str, list[str]] = {"Port        Mode             Encapsulation  Status        Native vlan": []}
    allowed, active = {}, {}
    for port in found:
        interface, name = config.peek(port.interface), names.short(port.interface)
        mode = {"trunk": "on", "dynamic desirable": "desirable"}.get(interface.get("mode"), "auto")
        encapsulation = "802.1q" if mode == "on" else "n-802.1q"
        sections[next(iter(sections))].append(
            f"{name:<11} {mode:<16} {encapsulation:<14} {'trunking':<13} {interface.get('native_vlan', 1)}"
        )
        carried = interface.get("allowed")
        allowed[name] = names.format_vlans(carried) if carried is not None else "1-4094"
        there = frozenset(config.vlans) - frozenset(range(1002, 1006))
        active[name] = names.format_vlans(there if carried is None else there & carried)
    for head, lists in (
        ("Port        Vlans allowed on trunk", allowed),
        ("Port        Vlans allowed and active in management domain", active),
        ("Port        Vlans in spanning tree forwarding state and not pruned", active),
    ):
        sections[head] = [f"{name:<11} {vlans or 'none'}" for name, vlans in lists.items()]
    return "\n".join(line for head, rows in sections.items() for line in ("", head, *rows))

"""`show` commands of port security and of ports that the switch shut by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import names
from .port_security import Learned, settings
from .show_ports import mac_text

if TYPE_CHECKING:
    from .ports import Port
    from .switch import Switch

_REASONS = (
    "arp-inspection",
    "bpduguard",
    "channel-misconfig (STP)",
    "dhcp-rate-limit",
    "dtp-flap",
    "gbic-invalid",
    "inline-power",
    "l2ptguard",
    "link-flap",
    "mac-limit",
    "link-monitor-failure",
    "loopback",
    "oam-remote-failure",
    "pagp-flap",
    "port-mode-failure",
    "pppoe-ia-rate-limit",
    "psecure-violation",
    "security-violation",
    "sfp-config-mismatch",
    "storm-control",
    "udld",
    "vmps",
    "psp",
    "dual-active-recovery",
)
_TOTALS = (
    "Total Addresses in System (excluding one mac per port)     : {}",
    "Max Addresses limit in System (excluding one mac per port) : 4096",
)


def recovery(switch: Switch) -> str:
    """`show errdisable recovery`."""
    config = switch.config
    lines = ["ErrDisable Reason            Timer Status", "-----------------            --------------"]
    for reason in _REASONS:
        lines.append(f"{reason:<28} {'Enabled' if config.recovers(reason.split()[0]) else 'Disabled'}")
    lines += [
        "",
        f"Timer interval: {config.recovery_interval} seconds",
        "",
        "Interfaces that will be enabled at the next timeout:",
    ]
    waiting = [port for port in switch.ports.values() if port.disabled and config.recovers(port.disabled)]
    if waiting:
        lines += [
            "",
            "Interface       Errdisable reason       Time left(sec)",
            "---------       -----------------       --------------",
            *(f"  {names.short(port.interface):<13} {port.disabled:>17} {port.seconds_left:>12}" for port in waiting),
        ]
    return "\n".join([*lines, ""])


def err_disabled(switch: Switch) -> str:
    """`show interfaces status err-disabled`."""
    lines = ["", "Port      Name               Status       Reason               Err-disabled Vlans"]
    for port in switch.ports.values():
        if port.disabled:
            name = switch.config.peek(port.interface).get("description", "")[:18]
            lines.append(f"{names.short(port.interface):<9} {name:<18} err-disabled {port.disabled}")
    return "\n".join(lines)


def _learned(port: Port) -> Learned:
    return port.learned or Learned()


def port_security_port(port: Port) -> str:
    """`show port-security interface IFACE`."""
    config, learned = settings(port), _learned(port)
    aging = dict(entry.partition(" ")[::2] for entry in config.aging)
    status = "Secure-shutdown" if port.disabled == "psecure-violation" else "Secure-up" if port.link else "Secure-down"
    vlan, mac = learned.last or (0, "0" * 12)
    fixed = [sticky for _mac, sticky, _of in config.macs]
    values = {
        "Port Security": "Enabled" if config.enabled else "Disabled",
        "Port Status": status if config.enabled or port.disabled else "Secure-down",
        "Violation Mode": config.violation.title(),
        "Aging Time": f"{aging.get('time', 0)} mins",
        "Aging Type": aging.get("type", "absolute").title(),
        "SecureStatic Address Aging": "Enabled" if "static" in aging else "Disabled",
        "Maximum MAC Addresses": config.limit(),
        "Total MAC Addresses": len(learned.secured),
        "Configured MAC Addresses": fixed.count(False),
        "Sticky MAC Addresses": fixed.count(True),
        "Last Source Address:Vlan": f"{mac_text(mac)}:{vlan}",
        "Security Violation Count": learned.violations,
    }
    return "\n".join([*(f"{label:<26} : {value}" for label, value in values.items()), ""])


def port_security(switch: Switch) -> str:
    """`show port-security`."""
    rule = "-" * 75
    lines = [
        "Secure Port  MaxSecureAddr  CurrentAddr  SecurityViolation  Security Action",
        "                (Count)       (Count)          (Count)",
        rule,
    ]
    for port in switch.ports.values():
        config, learned = settings(port), _learned(port)
        if config.enabled:
            counts = f"{config.limit():>13}  {len(learned.secured):>11}  {learned.violations:>17}"
            lines.append(f"{names.short(port.interface):>11}  {counts}  {config.violation.title():>15}")
    return "\n".join([*lines, rule, *_totals(switch)])


def _totals(switch: Switch) -> list[str]:
    extra = sum(max(0, len(_learned(port).secured) - 1) for port in switch.ports.values())
    return [line.format(extra) for line in _TOTALS]


def addresses(switch: Switch) -> str:
    """`show port-security address`."""
    rule = "-" * 79
    lines = [
        "               Secure Mac Address Table",
        rule,
        "Vlan    Mac Address       Type                          Ports   Remaining Age",
        "                                                                   (mins)    ",
        "----    -----------       ----                          -----   -------------",
    ]
    for port in switch.ports.values():
        kind = "SecureSticky" if settings(port).sticky else "SecureDynamic"
        for vlan, mac in _learned(port).secured:
            lines.append(f"{vlan:>4}    {mac_text(mac)}    {kind:<29} {names.short(port.interface):<12} -")
    return "\n".join([*lines, rule, *_totals(switch)])

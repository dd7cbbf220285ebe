"""`show running-config`: the configuration as text, in IOS's order and with its defaults hidden."""

from __future__ import annotations

import time

from . import names
from .models import Model
from .state import DAY, DEFAULT_VLANS, DhcpPool, InterfaceConfig, SwitchConfig

# The order of lines within an interface on Catalyst switches. A line's place is that of its longest prefix here.
_ORDER = (
    "description",
    "no switchport",
    "switchport access",
    "switchport trunk native",
    "switchport trunk allowed",
    "switchport private-vlan",
    "switchport mode",
    "switchport nonegotiate",
    "switchport block",
    "switchport protected",
    "switchport voice",
    "switchport port-security",
    "switchport",
    "ip address",
    "no ip address",
    "ip helper-address",
    "ip access-group",
    "ip arp",
    "ip flow",
    "ip device",
    "device-tracking",
    "logging",
    "load-interval",
    "speed",
    "duplex",
    "mtu",
    "shutdown",
    "power inline port",
    "power inline",
    "srr-queue",
    "priority-queue",
    "authentication",
    "access-session",
    "mab",
    "snmp",
    "no snmp",
    "trust",
    "udld",
    "mls qos",
    "no cdp",
    "no lldp transmit",
    "no lldp receive",
    "macro",
    "channel-group",
    "dot1x",
    "energywise",
    "ipv6",
    "storm-control",
    "auto qos",
    "no keepalive",
    "spanning-tree portfast",
    "spanning-tree bpduguard",
    "spanning-tree",
    "service-policy",
    "ip dhcp snooping",
)
_LINE_WIDTH = 60


def _rank(line: str) -> int:
    fits = [(len(prefix), index) for index, prefix in enumerate(_ORDER) if line.startswith(prefix)]
    return max(fits)[1] if fits else len(_ORDER)


def _allowed_lines(allowed: frozenset[int]) -> list[str]:
    if not allowed:
        return ["switchport trunk allowed vlan none"]
    lines, current = [], ""
    for part in names.format_vlans(allowed).split(","):
        if current and len(current) + len(part) >= _LINE_WIDTH:
            lines.append(current)
            current = ""
        current += ("," if current else "") + part
    lines.append(current)
    return [f"switchport trunk allowed vlan {'add ' if index else ''}{text}" for index, text in enumerate(lines)]


def _power_line(power: tuple[str, int | None] | None) -> list[str]:
    if power is None:
        return []
    mode, limit = power
    return [f"power inline {mode}" + (f" max {limit}" if limit else "")]


def interface_lines(name: str, config: InterfaceConfig, model: Model) -> list[str]:
    """The lines of one interface, without the header and the leading blank."""
    get = config.get
    lines = []
    for key, text in (
        ("description", "description {}"),
        ("access_vlan", "switchport access vlan {}"),
        ("native_vlan", "switchport trunk native vlan {}"),
        ("mode", "switchport mode {}"),
        ("voice_vlan", "switchport voice vlan {}"),
        ("power_priority", "power inline port priority {}"),
        ("bpduguard", "spanning-tree bpduguard {}"),
    ):
        if get(key) is not None:
            lines.append(text.format(get(key)))
    for key, text in (
        ("routed", "no switchport"),
        ("nonegotiate", "switchport nonegotiate"),
        ("shutdown", "shutdown"),
    ):
        if get(key):
            lines.append(text)
    for key, text in (
        ("cdp", "no cdp enable"),
        ("lldp_transmit", "no lldp transmit"),
        ("lldp_receive", "no lldp receive"),
    ):
        if get(key) is False:
            lines.append(text)
    if get("allowed") is not None:
        lines += _allowed_lines(get("allowed"))
    lines += _power_line(get("power"))
    portfast = get("portfast")
    if portfast:
        keyword = model.portfast_keyword
        lines.append({"edge": keyword, "trunk": f"{keyword} trunk"}.get(portfast, "spanning-tree portfast disable"))
    if name.startswith("Vlan") or get("routed") or name.startswith("Loopback"):
        lines.append("ip address {} {}".format(*get("address")) if get("address") else "no ip address")
    lines += [f"ip helper-address {helper}" for helper in get("helpers", ())]
    if get("security") is not None:
        lines += get("security").lines(model)
    lines += config.lines.values()
    return sorted(lines, key=_rank)


def dotted(digits: str) -> str:
    """Hexadecimal digits in groups of four."""
    return ".".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def pool_lines(pool: DhcpPool) -> list[str]:
    """The lines of one DHCP pool."""
    lines = []
    if pool.network is not None:
        lines.append(f"network {pool.network.network_address} {pool.network.netmask}")
    if pool.host is not None:
        lines.append("host {} {}".format(*pool.host))
    if pool.hardware:
        lines.append(f"hardware-address {dotted(pool.hardware)}")
    if pool.client_id:
        lines.append(f"client-identifier {dotted(pool.client_id)}")
    if pool.client_name:
        lines.append(f"client-name {pool.client_name}")
    if pool.routers:
        lines.append("default-router " + " ".join(pool.routers))
    if pool.dns_servers:
        lines.append("dns-server " + " ".join(pool.dns_servers))
    if pool.domain_name:
        lines.append(f"domain-name {pool.domain_name}")
    if pool.next_server:
        lines.append(f"next-server {pool.next_server}")
    lines += [f"option {code} {kind} {text}" for code, (kind, text) in sorted(pool.options.items())]
    lines += pool.lines.values()
    if pool.lease is None:
        lines.append("lease infinite")
    elif pool.lease != DAY:
        days, rest = divmod(pool.lease, DAY)
        hours, minutes = rest // 3600, rest % 3600 // 60
        lines.append("lease " + f"{days} {hours} {minutes}".removesuffix(" 0").removesuffix(" 0"))
    return lines


def stamp(moment: float) -> str:
    """A time as IOS writes it: 09:37:40 UTC Tue Aug 20 2024."""
    return time.strftime("%H:%M:%S UTC %a %b ", time.gmtime(moment)) + time.strftime("%-d %Y", time.gmtime(moment))


def _vlan_blocks(config: SwitchConfig) -> list[str]:
    out: list[str] = []
    unnamed: set[int] = set()
    for vlan in [*sorted(set(config.vlans) - set(DEFAULT_VLANS)), None]:
        if vlan is not None and config.vlans[vlan] is None:
            unnamed.add(vlan)
            continue
        if unnamed:
            out += [f"vlan {names.format_vlans(unnamed)} ", "!"]
            unnamed = set()
        if vlan is not None:
            out += [f"vlan {vlan}", f" name {config.vlans[vlan]}", "!"]
    return out


def _head(config: SwitchConfig, model: Model) -> list[str]:
    out = ["!"]
    if config.changed:
        out.append(f"! Last configuration change at {stamp(config.changed[0])} by {config.changed[1]}")
    if config.saved:
        out.append(f"! NVRAM config last updated at {stamp(config.saved[0])} by {config.saved[1]}")
    out += ["!", f"version {model.version}"]
    out += [line for line in config.lines.values() if line.startswith(("service", "no service"))]
    out += ["!", f"hostname {config.hostname}", "!"]
    if config.enable_secret is not None:
        out += [f"enable secret 9 {config.enable_secret.hashed}", "!"]
    for user, (privilege, secret) in config.users.items():
        level = f" privilege {privilege}" if privilege != 1 else ""
        out.append(f"username {user}{level} secret 9 {secret.hashed}")
    return out


_QOS = ("table-map", "class-map", "policy-map")
_LATE = (
    "ip default-gateway",
    "ip route",
    "ip http",
    "no ip http",
    "ip ssh",
    "logging",
    "snmp-server",
    "ntp",
    "tacacs",
    "radius",
)


def running_config(config: SwitchConfig, model: Model) -> str:
    """The body of `show running-config`: from the stamps to `end`, without the size lines above them."""
    out = _head(config, model)
    plain = [line for line in config.lines.values() if not line.startswith(("service", "no service"))]
    out += [line for line in plain if not line.startswith((*_LATE, "lldp"))]
    out += [] if config.cdp_run else ["no cdp run"]
    for low, high in config.excluded:
        out.append(f"ip dhcp excluded-address {low}" + (f" {high}" if high != low else ""))
    out.append("!")
    for pool in config.pools.values():
        out += [f"ip dhcp pool {pool.name}", *(f" {line}" for line in pool_lines(pool)), "!"]
    for header, lines in config.blocks.items():
        if not header.startswith(("line ", *_QOS, "ip access-list")):
            out += [header, *(f" {line}" for line in lines), "!"]
    out += _vlan_blocks(config)
    for kind in _QOS:
        found = [(header, lines) for header, lines in config.blocks.items() if header.startswith(kind)]
        out += [text for header, lines in found for text in (header, *(f" {line}" for line in lines))]
        out += ["!"] if found else []
    for name in sorted({*config.ports, *config.interfaces}, key=names.sort_key):
        lines = interface_lines(name, config.peek(name), model)
        out += [f"interface {name}", *(f" {line}" for line in lines), "!"]
    late = [line for line in plain if line.startswith(_LATE)]
    out += [*late, "!"] if late else []
    for header, lines in config.blocks.items():
        if header.startswith("ip access-list"):
            out += [header, *(f" {line}" for line in lines), "!"]
    out += ["lldp run"] if config.lldp_run else []
    out += [line for line in plain if line.startswith("lldp")]
    for kind, text in config.banners.items():
        out.append(f"banner {kind} ^C\n{text}\n^C")
    out.append("!")
    for header, lines in config.blocks.items():
        if header.startswith("line "):
            out += [header, *(f" {line}" for line in lines)]
    return "\n".join([*out, "!", "end"]) + "\n"

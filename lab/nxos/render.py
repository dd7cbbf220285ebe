"""`show running-config`: the configuration as text, in NX-OS's order and with its defaults hidden."""

from __future__ import annotations

import time
from collections.abc import Iterator

from lab.switch.state import InterfaceConfig

from . import names
from .state import NexusConfig

RELEASE = "10.4(5)"
BIOS = "01.11"


def stamp(seconds: float) -> str:
    """A time as the configuration's head prints it: Tue Sep 30 09:02:26 2025."""
    return time.asctime(time.gmtime(seconds))


def head(config: NexusConfig, command: str, now: float) -> str:
    """What stands above a configuration."""
    changed = "!No configuration change since last restart"
    if config.changed is not None:
        changed = f"!Running configuration last done at: {stamp(config.changed)}"
    return f"\n!Command: {command}\n{changed}\n!Time: {stamp(now)}\n\n"


def body(config: NexusConfig) -> str:
    """The configuration without its head."""
    blocks = [[f"version {RELEASE} Bios:version {BIOS} ", f"hostname {config.hostname}"]]
    blocks.append([f"feature {name}" for name in sorted(config.features)])
    blocks.append(_global_lines(config))
    vlans = [f"vlan {names.format_vlans(set(config.vlans))}"]
    for vlan, name in sorted(config.vlans.items()):
        lines = [f"  name {name}"] if name else []
        lines += ["  state suspend"] if vlan in config.suspended else []
        vlans += [f"vlan {vlan}", *lines] if lines else []
    blocks.append(vlans)
    for name in sorted({*config.interfaces, *config.ports}, key=names.sort_key):
        lines = interface_lines(config, name)
        blocks.append([f"interface {name}", *(f"  {line}" for line in lines)])
    blocks.append(["line console", "line vty"])
    return "".join("\n".join(block) + "\n\n" for block in blocks if block)


def _global_lines(config: NexusConfig) -> list[str]:
    lines = [
        f"username {user} password 9 {secret.hashed}  role network-admin" for user, (_, secret) in config.users.items()
    ]
    lines += ["no cdp enable"] if not config.cdp else []
    lines += ["no system default switchport"] if config.ports_route else []
    lines += ["system default switchport shutdown"] if config.ports_start_shut else []
    return [*lines, *config.lines.values()]


def interface_lines(config: NexusConfig, name: str) -> list[str]:
    """The lines of one interface."""
    return list(_lines(config, config.peek(name)))


def _lines(config: NexusConfig, interface: InterfaceConfig) -> Iterator[str]:
    get = interface.get
    if get("description"):
        yield f"description {get('description')}"
    for way in ("transmit", "receive"):
        if get(f"lldp_{way}") is False:
            yield f"no lldp {way}"
    if get("cdp") is False:
        yield "no cdp enable"
    if get("routed") is not None:
        yield "no switchport" if get("routed") else "switchport"
    if get("mode") == "trunk":
        yield "switchport mode trunk"
    for key, words in (
        ("access_vlan", "access vlan"),
        ("voice_vlan", "voice vlan"),
        ("native_vlan", "trunk native vlan"),
    ):
        if get(key) is not None:
            yield f"switchport {words} {get(key)}"
    if get("allowed") is not None:
        yield f"switchport trunk allowed vlan {names.format_vlans(get('allowed')) or 'none'}"
    if get("port_type"):
        yield f"spanning-tree port type {get('port_type')}"
    if get("bpduguard"):
        yield f"spanning-tree bpduguard {get('bpduguard')}"
    yield from interface.lines.values()
    if get("address"):
        yield f"ip address {get('address')}"
    if get("channel"):
        number, mode = get("channel")
        yield f"channel-group {number}" + (f" mode {mode}" if mode != "on" else "")
    if get("shutdown") is not None:
        yield "shutdown" if get("shutdown") else "no shutdown"

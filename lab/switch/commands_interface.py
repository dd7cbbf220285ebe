"""Entering interfaces, what all kinds of them have in common, and the port features that are kept as typed."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import TYPE_CHECKING

from . import names
from .commands_global import drop, keep
from .commands_port import edited, setting, switching
from .grammar import Invalid, Rejected, Typed
from .modes import CONFIG, INTERFACE
from .names import InterfaceName
from .state import InterfaceConfig

if TYPE_CHECKING:
    from .session import Session

# Port features without a meaning here, long enough not to swallow global commands that begin alike.
# The number is how many words make the key of a line.
_KEPT = {
    "access-session": 99,
    "authentication": 99,
    "bandwidth": 1,
    "carrier-delay": 1,
    "channel-group": 1,
    "cts": 99,
    "device-tracking": 99,
    "dot1x authenticator": 99,
    "dot1x credentials": 99,
    "dot1x max-reauth-req": 2,
    "dot1x max-req": 2,
    "dot1x pae": 2,
    "dot1x supplicant": 99,
    "dot1x timeout": 3,
    "duplex": 1,
    "energywise": 99,
    "flowcontrol": 2,
    "ip access-group": 99,
    "ip arp inspection limit": 99,
    "ip arp inspection trust": 99,
    "ip device tracking maximum": 4,
    "ip dhcp relay": 99,
    "ip dhcp snooping limit": 4,
    "ip dhcp snooping trust": 99,
    "ip flow": 99,
    "ip verify source": 99,
    "ipv6": 99,
    "keepalive": 1,
    "load-interval": 1,
    "logging event": 99,
    "mab": 1,
    "macro": 2,
    "mdix": 1,
    "mtu": 1,
    "service-policy input": 2,
    "service-policy output": 2,
    "service-policy type": 99,
    "snmp trap": 99,
    "spanning-tree bpdufilter": 2,
    "spanning-tree cost": 2,
    "spanning-tree guard": 2,
    "spanning-tree link-type": 2,
    "spanning-tree port-priority": 2,
    "speed": 1,
    "storm-control": 2,
    "switchport block": 99,
    "switchport priority": 99,
    "switchport protected": 2,
    "udld port": 1,
}


def _check(session: Session, interface: InterfaceName) -> str:
    """The name of an interface that is there, or that comes into being by naming it. Raises Invalid at its number."""
    kind, number = names.split(interface.name)
    if session.config.exists(interface.name):
        return interface.name
    limits = {"Vlan": (1, 4094), "Loopback": (0, 2147483647), "Port-channel": (1, 128)}
    low, high = limits.get(kind, (1, 0))
    if "/" in number or not low <= int(number) <= high:
        raise Invalid(interface.column)
    session.config.interface(interface.name)
    return interface.name


@CONFIG.command("interface IFACE")
def interface(session: Session, found: InterfaceName) -> None:
    """Edit one interface; SVIs, loopbacks and port-channels are created."""
    session.enter("config-if", targets=[_check(session, found)])


@CONFIG.command("interface range LINE")
def interface_range(session: Session, text: Typed) -> None:
    """Edit several interfaces at once."""
    found = names.parse_range(text)
    missing = [name for name in found or () if not session.config.exists(name)]
    if not found or missing:
        raise Invalid(text.column)
    session.enter("config-if-range", targets=found)


@CONFIG.command("no interface IFACE")
def no_interface(session: Session, found: InterfaceName) -> str:
    """Remove a virtual interface."""
    if not session.config.exists(found.name):
        raise Invalid(found.column)
    if not found.name.startswith(names.VIRTUAL):
        raise Rejected("% Removal of physical interfaces is not permitted")
    session.config.interfaces.pop(found.name, None)
    return ""


@CONFIG.command("default interface IFACE")
def default_interface(session: Session, found: InterfaceName) -> str:
    """All of an interface's settings back to the factory's."""
    if not session.config.exists(found.name):
        raise Invalid(found.column)
    session.config.interfaces[found.name] = InterfaceConfig()
    return f"Interface {found.name} set to default configuration"


@CONFIG.command("default interface range LINE")
def default_interface_range(session: Session, text: Typed) -> None:
    """The same for several interfaces."""
    found = names.parse_range(text)
    if not found or any(not session.config.exists(name) for name in found):
        raise Invalid(text.column)
    for name in found:
        session.config.interfaces[name] = InterfaceConfig()


setting("description LINE", "description")


@INTERFACE.command("shutdown")
def shutdown(session: Session) -> None:
    """Off, its inline power too."""
    for name, config in zip(session.targets, edited(session), strict=True):
        config.set("shutdown", True)
        if name in session.switch.ports:
            session.switch.ports[name].recover()


@INTERFACE.command("no shutdown", "default shutdown")
def no_shutdown(session: Session) -> None:
    """On."""
    for config in edited(session):
        config.set("shutdown", None)


@INTERFACE.command("no switchport")
def no_switchport(session: Session) -> None:
    """A routed port."""
    for config in switching(session):
        config.set("routed", True)


@INTERFACE.command("switchport")
def switchport(session: Session) -> None:
    """A switch port, the default of a physical one."""
    for config in edited(session):
        config.set("routed", None)


@INTERFACE.command("ip address A.B.C.D A.B.C.D")
def ip_address(session: Session, address: Typed, mask: str) -> None:
    """The address of an SVI or a routed port."""
    try:
        network = ipaddress.IPv4Network(f"{address}/{mask}", strict=False)
    except ValueError:
        raise Rejected(f"Bad mask 0x{int(ipaddress.IPv4Address(mask)):08X} for address {address}") from None
    if mask != str(network.netmask) or (network.prefixlen < 31 and address == str(network.network_address)):
        raise Rejected(f"Bad mask /{network.prefixlen} for address {address}")
    for name, config in zip(session.targets, edited(session), strict=True):
        if not name.startswith(names.VIRTUAL) and not config.get("routed"):
            raise Invalid(address.column)
        _check_overlap(session, name, network)
        config.set("address", (address, mask))


def _check_overlap(session: Session, name: str, network: ipaddress.IPv4Network) -> None:
    for other, config in session.config.interfaces.items():
        theirs = config.get("address")
        if other != name and theirs and ipaddress.IPv4Network("/".join(theirs), strict=False).overlaps(network):
            raise Rejected(f"% {network.network_address} overlaps with {other}")


@INTERFACE.command("no ip address", "no ip address A.B.C.D A.B.C.D")
def no_ip_address(session: Session, *_rest: str) -> None:
    """No address."""
    for config in edited(session):
        config.set("address", None)


@INTERFACE.command("ip helper-address A.B.C.D")
def helper(session: Session, address: str) -> None:
    """A DHCP server that broadcasts are relayed to; several may be given."""
    for config in edited(session):
        helpers = config.get("helpers", [])
        if address not in helpers:
            config.set("helpers", [*helpers, address])


@INTERFACE.command("no ip helper-address", "no ip helper-address A.B.C.D")
def no_helper(session: Session, address: str | None = None) -> None:
    """Remove one helper address, or all."""
    for config in edited(session):
        kept = [helper for helper in config.get("helpers", []) if address is not None and helper != address]
        config.set("helpers", kept or None)


def register_kept(prefix: str, size: int, allowed: Callable[[Session], None] = lambda _session: None) -> None:
    """Keep the lines that begin so as typed; `allowed` raises the refusal of a model that doesn't have them."""

    @INTERFACE.command(prefix, f"{prefix} LINE")
    def _keep(session: Session, rest: str = "") -> None:
        allowed(session)
        line = f"{prefix} {rest}".strip()
        for config in edited(session):
            drop(config.lines, f"no {line}")
            keep(config.lines, line, size)

    @INTERFACE.command(f"no {prefix}", f"no {prefix} LINE", f"default {prefix}", f"default {prefix} LINE")
    def _drop(session: Session, rest: str = "") -> None:
        allowed(session)
        line = f"{prefix} {rest}".strip()
        for config in edited(session):
            drop(config.lines, line)
            if line in ("keepalive", "snmp trap link-status", "mdix auto"):
                keep(config.lines, f"no {line}", 99)


for _prefix, _size in _KEPT.items():
    register_kept(_prefix, _size)

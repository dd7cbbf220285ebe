"""Settings of interfaces: VLANs, discovery, spanning tree, and the port features that are kept as typed."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lab.switch.grammar import Rejected, Typed
from lab.switch.names import parse_vlans
from lab.switch.state import InterfaceConfig

from . import refusals
from .commands_config import drop, keep, needs
from .modes import INTERFACE

if TYPE_CHECKING:
    from .session import Session

_ALL = frozenset(range(1, 4095))
_SWITCHING = ("mode", "access_vlan", "voice_vlan", "native_vlan", "allowed", "port_type", "bpduguard")
_EDGE = """\
Edge port type (portfast) should only be enabled on ports connected to a single
 host. Connecting hubs, concentrators, switches, bridges, etc...  to this
 interface when edge port type (portfast) is enabled, can cause temporary bridging loops.
 Use with CAUTION
"""
# Port features without a meaning here. The number is how many words make the key of a line.
_KEPT = {
    "bandwidth": 1,
    "delay": 1,
    "dot1x": 2,
    "duplex": 1,
    "ip access-group": 99,
    "ip arp inspection": 99,
    "ip dhcp snooping": 99,
    "ip port access-group": 99,
    "ip verify source": 99,
    "lacp": 2,
    "load-interval": 99,
    "logging event": 99,
    "mac port access-group": 99,
    "mtu": 1,
    "negotiate auto": 2,
    "service-policy": 4,
    "spanning-tree bpdufilter": 2,
    "spanning-tree cost": 2,
    "spanning-tree guard": 2,
    "spanning-tree link-type": 2,
    "spanning-tree port-priority": 2,
    "speed": 1,
    "storm-control": 2,
    "switchport block": 3,
    "udld": 1,
    "vpc": 1,
}


def _edited(session: Session) -> Iterator[InterfaceConfig]:
    """The configurations of the interfaces being edited."""
    return (session.config.interface(name) for name in session.targets)


def _switching(session: Session) -> Iterator[InterfaceConfig]:
    """Like `_edited`, for switch ports. Raises Rejected at routed ports, members of channels and virtual interfaces."""
    for name in session.targets:
        config = session.config.interface(name)
        if session.config.routed(name) or config.get("channel"):
            raise Rejected(f"ERROR: {name}: requested config change not allowed")
        yield config


def _set(session: Session, key: str, value: object) -> None:
    for config in list(_switching(session)):
        config.set(key, value)


@INTERFACE.command("description LINE")
def description(session: Session, text: str) -> None:
    """What the port is for."""
    for config in _edited(session):
        config.set("description", str(text))


@INTERFACE.command("no description", "no description LINE")
def no_description(session: Session, _text: str = "") -> None:
    """No description."""
    for config in _edited(session):
        config.set("description", None)


def _shutdown(session: Session, value: bool) -> None:
    for name in session.targets:
        default = session.config.shut_by_default(name)
        session.config.interface(name).set("shutdown", None if value == default else value)


@INTERFACE.command("shutdown")
def shutdown(session: Session) -> None:
    """Off."""
    _shutdown(session, True)


@INTERFACE.command("no shutdown")
def no_shutdown(session: Session) -> None:
    """On; also brings an err-disabled port back."""
    _shutdown(session, False)
    session.switch.errdisabled.difference_update(session.targets)


@INTERFACE.command("switchport")
def switchport(session: Session) -> None:
    """A switch port, the default of a physical one. It is as shut as it was."""
    for name, config in zip(session.targets, _edited(session), strict=True):
        was = session.config.shut(name)
        config.set("routed", False if session.config.ports_route else None)
        config.set("shutdown", None if was == session.config.shut_by_default(name) else was)


@INTERFACE.command("no switchport")
def no_switchport(session: Session) -> None:
    """A routed port, which has none of a switch port's settings and is as shut as it was."""
    for name, config in zip(session.targets, _switching(session), strict=True):
        was = session.config.shut(name)
        for key in _SWITCHING:
            config.set(key, None)
        config.set("routed", None if session.config.ports_route else True)
        config.set("shutdown", None if was else False)


@INTERFACE.command("switchport mode access|trunk")
def mode(session: Session, value: str) -> None:
    """Access, which is the default, or trunk."""
    _set(session, "mode", "trunk" if value == "trunk" else None)


@INTERFACE.command("no switchport mode", "no switchport mode access|trunk")
def no_mode(session: Session, _value: str = "") -> None:
    """Access."""
    _set(session, "mode", None)


@INTERFACE.command("switchport access vlan <1-4094>")
def access_vlan(session: Session, vlan: int) -> None:
    """The access VLAN; it isn't created where it isn't there. VLAN 1 is the default."""
    _set(session, "access_vlan", None if vlan == 1 else vlan)


@INTERFACE.command("no switchport access vlan [<1-4094>]")
def no_access_vlan(session: Session, _vlan: int = 0) -> None:
    """Back to VLAN 1."""
    _set(session, "access_vlan", None)


@INTERFACE.command("switchport voice vlan <1-4094>", "switchport voice vlan dot1p|untagged")
def voice_vlan(session: Session, value: int | str) -> None:
    """The voice VLAN."""
    _set(session, "voice_vlan", value)


@INTERFACE.command("no switchport voice vlan", "no switchport voice vlan LINE")
def no_voice_vlan(session: Session, _value: str = "") -> None:
    """No voice VLAN."""
    _set(session, "voice_vlan", None)


@INTERFACE.command("switchport trunk native vlan <1-4094>")
def native_vlan(session: Session, vlan: int) -> None:
    """The VLAN of untagged frames on a trunk."""
    _set(session, "native_vlan", None if vlan == 1 else vlan)


@INTERFACE.command("no switchport trunk native vlan [<1-4094>]")
def no_native_vlan(session: Session, _vlan: int = 0) -> None:
    """Back to VLAN 1."""
    _set(session, "native_vlan", None)


def _vlans(text: Typed) -> frozenset[int]:
    vlans = parse_vlans(text)
    if vlans is None:
        raise refusals.Marked(text.column, refusals.RANGE if text[:1].isdigit() else refusals.INVALID)
    return frozenset(vlans)


def _allow(session: Session, change) -> None:
    for config in list(_switching(session)):
        allowed = change(config.get("allowed", _ALL))
        config.set("allowed", None if allowed == _ALL else allowed)


@INTERFACE.command("switchport trunk allowed vlan WORD")
def allowed_vlans(session: Session, text: Typed) -> None:
    """The VLANs of a trunk: exactly these, all or none."""
    wanted = {"all": _ALL, "none": frozenset[int]()}.get(text)
    wanted = _vlans(text) if wanted is None else wanted
    _allow(session, lambda _now: wanted)


@INTERFACE.command("switchport trunk allowed vlan add|remove|except WORD")
def allowed_vlans_changed(session: Session, how: str, text: Typed) -> None:
    """The VLANs of a trunk: more, fewer, or all but these."""
    vlans = _vlans(text)
    changes = {"add": lambda now: now | vlans, "remove": lambda now: now - vlans, "except": lambda _now: _ALL - vlans}
    _allow(session, changes[how])


@INTERFACE.command("no switchport trunk allowed vlan", "no switchport trunk allowed vlan LINE")
def no_allowed_vlans(session: Session, _rest: str = "") -> None:
    """All VLANs."""
    _allow(session, lambda _now: _ALL)


@INTERFACE.command("spanning-tree port type edge|normal|network", "spanning-tree port type edge trunk")
def port_type(session: Session, value: str = "edge trunk") -> str:
    """What is at the other end, with the warning that NX-OS gives every time for `edge`."""
    _set(session, "port_type", value)
    if not value.startswith("edge"):
        return ""
    told = [
        f"Edge Port Type (Portfast) has been configured on {name} but will only\n"
        " have effect when the interface is in a non-trunking mode."
        for name in session.targets
        if value == "edge"
    ]
    return "\n".join([_EDGE, *told])


@INTERFACE.command("no spanning-tree port type", "no spanning-tree port type LINE")
def no_port_type(session: Session, _rest: str = "") -> None:
    """The default of the switch."""
    _set(session, "port_type", None)


@INTERFACE.command("spanning-tree bpduguard enable|disable")
def bpduguard(session: Session, value: str) -> None:
    """BPDU guard, other than the switch's default."""
    _set(session, "bpduguard", value)


@INTERFACE.command("no spanning-tree bpduguard", "no spanning-tree bpduguard enable|disable")
def no_bpduguard(session: Session, _value: str = "") -> None:
    """The default of the switch."""
    _set(session, "bpduguard", None)


@INTERFACE.command("cdp enable")
def cdp(session: Session) -> None:
    """CDP, on by default."""
    for config in _edited(session):
        config.set("cdp", None)


@INTERFACE.command("no cdp enable")
def no_cdp(session: Session) -> None:
    """No CDP here."""
    for config in _edited(session):
        config.set("cdp", False)


@INTERFACE.command("lldp transmit|receive")
def lldp(session: Session, way: str) -> None:
    """LLDP, on by default where the feature is on."""
    needs(session, "lldp", 0)
    for config in _edited(session):
        config.set(f"lldp_{way}", None)


@INTERFACE.command("no lldp transmit|receive")
def no_lldp(session: Session, way: str) -> None:
    """No LLDP in that direction."""
    needs(session, "lldp", len("no "))
    for config in _edited(session):
        config.set(f"lldp_{way}", False)


@INTERFACE.command("channel-group <1-4096>", "channel-group <1-4096> mode active|on|passive")
def channel_group(session: Session, number: int, value: str = "on") -> None:
    """A member of a port-channel, which comes into being with it."""
    if value != "on":
        needs(session, "lacp", 0)
    for config in list(_edited(session)):
        config.set("channel", (number, value))
    session.config.interface(f"port-channel{number}")


@INTERFACE.command("no channel-group", "no channel-group LINE")
def no_channel_group(session: Session, _rest: str = "") -> None:
    """A port of its own."""
    for config in _edited(session):
        config.set("channel", None)


@INTERFACE.command("ip address LINE")
def ip_address(session: Session, text: Typed) -> None:
    """The address of a routed port, an SVI or mgmt0. Raises Invalid on a switch port."""
    for name, config in zip(session.targets, _edited(session), strict=True):
        if not session.config.routed(name):
            raise refusals.Marked(len("ip "), refusals.INVALID)
        try:
            address = ipaddress.IPv4Interface("/".join(text.split()))
        except ValueError:
            raise refusals.Marked(text.column, refusals.INVALID) from None
        config.set("address", str(address))


@INTERFACE.command("no ip address", "no ip address LINE")
def no_ip_address(session: Session, _text: str = "") -> None:
    """No address."""
    for config in _edited(session):
        config.set("address", None)


def _register_kept(prefix: str, size: int) -> None:
    @INTERFACE.command(prefix, f"{prefix} LINE")
    def _keep(session: Session, rest: str = "") -> None:
        for config in _edited(session):
            keep(config.lines, f"{prefix} {rest}".strip(), size)

    @INTERFACE.command(f"no {prefix}", f"no {prefix} LINE")
    def _drop(session: Session, rest: str = "") -> None:
        for config in _edited(session):
            drop(config.lines, f"{prefix} {rest}".strip())


for _prefix, _size in _KEPT.items():
    _register_kept(_prefix, _size)

"""Global configuration: host name, features, VLANs, entering interfaces, and the lines kept as they were typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.switch.grammar import Invalid, Rejected, Typed
from lab.switch.names import parse_vlans
from lab.switch.secrets import Secret
from lab.switch.state import InterfaceConfig

from . import names, refusals
from .modes import CONFIG, LINE, VLAN
from .state import FEATURES, RESERVED_VLANS

if TYPE_CHECKING:
    from .session import Session

# Global commands of other features. The number is how many words make the key of a line.
_KEPT = {
    "aaa": 99,
    "banner": 2,
    "boot": 2,
    "clock": 2,
    "copp": 2,
    "errdisable": 99,
    "ip domain-lookup": 2,
    "ip domain-name": 2,
    "ip name-server": 99,
    "ip route": 99,
    "logging": 2,
    "ntp": 99,
    "radius-server": 99,
    "snmp-server": 99,
    "spanning-tree": 4,
    "tacacs-server": 99,
}


def drop(table: dict[str, str], words: str) -> None:
    """Forget the lines that begin with these words."""
    for key in [key for key, line in table.items() if f"{line} ".startswith(f"{words} ")]:
        del table[key]


def keep(table: dict[str, str], line: str, size: int) -> None:
    """Keep a line as typed, in the place of the one with the same first `size` words."""
    table[" ".join(line.split()[:size])] = line


def _register_kept(prefix: str, size: int) -> None:
    @CONFIG.command(prefix, f"{prefix} LINE")
    def _keep(session: Session, rest: str = "") -> None:
        keep(session.config.lines, f"{prefix} {rest}".strip(), size)

    @CONFIG.command(f"no {prefix}", f"no {prefix} LINE")
    def _drop(session: Session, rest: str = "") -> None:
        drop(session.config.lines, f"{prefix} {rest}".strip())


for _prefix, _size in _KEPT.items():
    _register_kept(_prefix, _size)


@CONFIG.command("hostname WORD")
def hostname(session: Session, name: str) -> None:
    """The switch's name, which is in every prompt."""
    session.config.hostname = name[:63]


@CONFIG.command("username WORD password LINE")
def username(session: Session, user: str, text: str) -> None:
    """An account; what follows the password is its role."""
    words = text.split()
    plain = words[1] if words[0] == "0" and len(words) > 1 else words[0]
    session.config.users[user] = (15, Secret(plain))


@CONFIG.command("feature WORD")
def feature(session: Session, name: Typed) -> None:
    """Turn a feature on, and with it its commands."""
    session.config.features.add(_feature(name))


@CONFIG.command("no feature WORD")
def no_feature(session: Session, name: Typed) -> None:
    """Turn a feature off; what was configured of it is gone."""
    session.config.features.discard(_feature(name))
    for config in session.config.interfaces.values() if name == "lldp" else ():
        config.set("lldp_transmit", None)
        config.set("lldp_receive", None)


def _feature(name: Typed) -> str:
    if name not in FEATURES:
        raise Invalid(name.column)
    return str(name)


def needs(session: Session, name: str, column: int) -> None:
    """Refuse a command whose feature is off: it doesn't exist then. Raises Invalid at that column."""
    if name not in session.config.features:
        raise Invalid(column)


@CONFIG.command("cdp enable")
def cdp(session: Session) -> None:
    """CDP on, the default."""
    session.config.cdp = True


@CONFIG.command("no cdp enable")
def no_cdp(session: Session) -> None:
    """CDP off on the whole switch."""
    session.config.cdp = False


@CONFIG.command("system default switchport shutdown")
def ports_start_shut(session: Session) -> None:
    """Ports are shut down unless they have `no shutdown`."""
    session.config.ports_start_shut = True


@CONFIG.command("no system default switchport shutdown")
def ports_start_up(session: Session) -> None:
    """Ports are on unless they have `shutdown`, the default."""
    session.config.ports_start_shut = False


@CONFIG.command("system default switchport")
def ports_switch(session: Session) -> None:
    """Ports switch unless they have `no switchport`, the default."""
    session.config.ports_route = False


@CONFIG.command("no system default switchport")
def ports_route(session: Session) -> None:
    """Ports route, and are shut down, unless they have `switchport`."""
    session.config.ports_route = True


def vlan_list(text: Typed) -> set[int]:
    """A VLAN list. Raises a refusal in NX-OS's words for one that is out of range or reserved."""
    vlans = parse_vlans(text)
    if vlans is None:
        words = refusals.RANGE if text[:1].isdigit() else refusals.INVALID
        raise refusals.Marked(text.column, words)
    reserved = vlans & set(RESERVED_VLANS)
    if reserved:
        raise Rejected(f"ERROR: VLAN {names.format_vlans(reserved)} is reserved for internal use, not supported")
    return vlans


@CONFIG.command("vlan WORD")
def vlan(session: Session, text: Typed) -> None:
    """Create VLANs and edit them."""
    vlans = vlan_list(text)
    for number in vlans - session.config.vlans.keys():
        session.config.vlans[number] = None
    session.enter("config-vlan")
    session.vlans = sorted(vlans)


@CONFIG.command("no vlan WORD")
def no_vlan(session: Session, text: Typed) -> None:
    """Delete VLANs; ports in them stay in them, and go down."""
    vlans = vlan_list(text)
    if 1 in vlans:
        raise Rejected("ERROR: VLAN 1 is the default VLAN, deleting it is not supported")
    for number in vlans:
        session.config.vlans.pop(number, None)
        session.config.suspended.discard(number)


@VLAN.command("name WORD")
def vlan_name(session: Session, name: Typed) -> None:
    """Name the VLAN; no two may have the same name."""
    config = session.config
    if len(session.vlans) > 1 or session.vlans == [1]:
        raise Rejected(f"ERROR: VLAN {names.format_vlans(set(session.vlans))}: changing the name is not supported")
    if len(name) > 32:
        raise Invalid(name.column)
    number = session.vlans[0]
    other = next((v for v in config.vlans if v != number and config.vlan_name(v) == name), None)
    if other is not None:
        raise Rejected(f"ERROR: VLAN {other} has the name {name} already")
    config.vlans[number] = str(name)


@VLAN.command("no name", "no name WORD")
def no_vlan_name(session: Session, _name: str = "") -> None:
    """Back to VLAN0020."""
    for number in session.vlans:
        session.config.vlans[number] = None


@VLAN.command("state active|suspend")
def vlan_state(session: Session, state: str) -> None:
    """A suspended VLAN carries nothing."""
    change = session.config.suspended.update if state == "suspend" else session.config.suspended.difference_update
    change(session.vlans)


@CONFIG.command("interface LINE")
def interface(session: Session, text: Typed) -> None:
    """Edit interfaces; SVIs, loopbacks and port-channels are created by naming them."""
    found = _interfaces(session, text)
    for name in found:
        if not session.config.exists(name):
            session.config.interface(name)
    session.enter("config-if-range" if len(found) > 1 else "config-if", targets=found)


@CONFIG.command("no interface LINE")
def no_interface(session: Session, text: Typed) -> None:
    """Remove virtual interfaces."""
    for name in _interfaces(session, text):
        if name in session.config.ports or name not in session.config.interfaces:
            raise refusals.Marked(text.column, refusals.RANGE)
        del session.config.interfaces[name]


@CONFIG.command("default interface LINE")
def default_interface(session: Session, text: Typed) -> None:
    """All settings of interfaces back to the factory's."""
    for name in _interfaces(session, text):
        session.config.interfaces[name] = InterfaceConfig()


def _interfaces(session: Session, text: Typed) -> list[str]:
    """The interfaces named, all of which exist or can be made. Raises a refusal with the caret where it goes wrong."""
    found = names.parse_range(text)
    if not found:
        raise refusals.Marked(text.column, refusals.INTERFACE)
    number = next(place for place, character in enumerate(text) if character.isdigit())
    for name in found:
        kind, digits = names.split(name)
        if session.config.exists(name):
            continue
        low, high = names.CREATED.get(kind, (1, 0))
        if "/" in digits or not low <= int(digits) <= high:
            raise refusals.Marked(text.column + number, refusals.RANGE)
        if kind == "Vlan":
            needs(session, "interface-vlan", text.column)
    return found


@CONFIG.command("line console", "line vty")
def line(session: Session) -> None:
    """The settings of terminal lines."""
    session.enter("config-line")


@LINE.command("exec-timeout <0-525600>", "no exec-timeout", "session-limit <1-64>")
def exec_timeout(_session: Session, _value: int = 0) -> None:
    """Accepted: a session of this switch lasts."""

"""Settings of a switch port with a meaning: VLANs, inline power, CDP, LLDP, portfast."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from . import names
from .commands_global import vlan_list
from .grammar import Invalid, Rejected, Typed
from .modes import INTERFACE
from .state import InterfaceConfig

if TYPE_CHECKING:
    from .session import Session

_ALL = frozenset(range(1, 4095))
_PORTFAST = """\
%Warning: portfast should only be enabled on ports connected to a single
 host. Connecting hubs, concentrators, switches, bridges, etc... to this
 interface  when portfast is enabled, can cause temporary bridging loops.
 Use with CAUTION
"""


def edited(session: Session) -> Iterator[InterfaceConfig]:
    """The configurations of the interfaces being edited."""
    return (session.config.interface(name) for name in session.targets)


def setting(spec: str, key: str, value: object = None, *, no: str | None = None, no_value: object = None) -> None:
    """A command that sets `key` to `value` (or to what the command captures) and whose `no` form resets it."""

    @INTERFACE.command(spec)
    def apply(session: Session, captured: object = value) -> None:
        for config in edited(session):
            config.set(key, captured)

    prefix = no or spec.split(" <")[0].split(" WORD")[0].split(" LINE")[0]

    @INTERFACE.command(f"no {prefix}", f"no {prefix} LINE", f"default {prefix}", f"default {prefix} LINE")
    def reset(session: Session, _rest: str = "") -> None:
        for config in edited(session):
            config.set(key, no_value)


def switching(session: Session) -> Iterator[InterfaceConfig]:
    """Like `edited`, for switch ports. Raises Rejected at a routed port."""
    for name in session.targets:
        config = session.config.interface(name)
        if config.get("routed") or name.startswith(("Vlan", "Loopback")):
            raise Rejected(f"Command rejected: {names.short(name)} is not a switching port.")
        yield config


def _create(session: Session, vlan: int, kind: str) -> str:
    if vlan in session.config.vlans:
        return ""
    session.config.vlans[vlan] = None
    return f"% {kind} VLAN does not exist. Creating vlan {vlan}"


@INTERFACE.command("switchport access vlan <1-4094>")
def access_vlan(session: Session, vlan: int) -> str:
    """The access VLAN, which is created if it isn't there; VLAN 1 is the default and isn't shown."""
    for config in switching(session):
        config.set("access_vlan", None if vlan == 1 else vlan)
    return _create(session, vlan, "Access")


@INTERFACE.command("no switchport access vlan [<1-4094>]", "default switchport access vlan")
def no_access_vlan(session: Session, _vlan: int = 0) -> None:
    """Back to VLAN 1."""
    for config in switching(session):
        config.set("access_vlan", None)


def _voice(session: Session, value: int | str | None) -> None:
    for config in switching(session):
        config.set("voice_vlan", value)
        if value is not None and session.switch.model.voice_adds_portfast and config.get("portfast") is None:
            config.set("portfast", "edge")


@INTERFACE.command("switchport voice vlan <1-4094>")
def voice_vlan(session: Session, vlan: int) -> str:
    """The voice VLAN. Some releases turn portfast on with it, and leave it on."""
    _voice(session, vlan)
    return _create(session, vlan, "Voice")


@INTERFACE.command("switchport voice vlan dot1p|untagged|none")
def voice_vlan_mode(session: Session, mode: str) -> None:
    """A voice VLAN without a number; `none` is the default."""
    _voice(session, None if mode == "none" else mode)


@INTERFACE.command("switchport voice vlan name WORD")
def voice_vlan_name(session: Session, name: str) -> None:
    """The voice VLAN by its name."""
    _voice(session, f"name {name}")


@INTERFACE.command("no switchport voice vlan", "no switchport voice vlan LINE", "default switchport voice vlan")
def no_voice_vlan(session: Session, _rest: str = "") -> None:
    """No voice VLAN."""
    _voice(session, None)


@INTERFACE.command("switchport mode access|trunk")
def mode(session: Session, value: str) -> None:
    """Static access or trunk."""
    for config in switching(session):
        if config.get("nonegotiate") and value == "dynamic":
            raise Rejected("Command rejected: Conflict between 'nonegotiate' and 'dynamic' status.")
        config.set("mode", value)


@INTERFACE.command("switchport mode dynamic auto|desirable")
def mode_dynamic(session: Session, value: str) -> None:
    """Negotiated; `dynamic auto` is the default."""
    for config in switching(session):
        if config.get("nonegotiate"):
            raise Rejected("Command rejected: Conflict between 'nonegotiate' and 'dynamic' status.")
        config.set("mode", None if value == "auto" else "dynamic desirable")


@INTERFACE.command("no switchport mode", "no switchport mode LINE", "default switchport mode")
def no_mode(session: Session, _rest: str = "") -> None:
    """Back to dynamic auto."""
    for config in switching(session):
        config.set("mode", None)


@INTERFACE.command("switchport nonegotiate")
def nonegotiate(session: Session) -> None:
    """No DTP; impossible in a dynamic mode."""
    for config in switching(session):
        if config.get("mode") not in ("access", "trunk"):
            raise Rejected("Command rejected: Conflict between 'nonegotiate' and 'dynamic' status.")
        config.set("nonegotiate", True)


@INTERFACE.command("no switchport nonegotiate", "default switchport nonegotiate")
def no_nonegotiate(session: Session) -> None:
    """DTP on."""
    for config in switching(session):
        config.set("nonegotiate", None)


@INTERFACE.command("switchport trunk native vlan <1-4094>")
def native_vlan(session: Session, vlan: int) -> None:
    """The untagged VLAN of a trunk."""
    for config in switching(session):
        config.set("native_vlan", None if vlan == 1 else vlan)


@INTERFACE.command("switchport trunk allowed vlan add|remove|except LINE")
def allowed_change(session: Session, verb: str, text: Typed) -> None:
    """Change the list of allowed VLANs."""
    vlans = vlan_list(text)
    for config in switching(session):
        now = config.get("allowed", _ALL)
        after = {"add": now | vlans, "remove": now - vlans, "except": _ALL - vlans}[verb]
        config.set("allowed", None if after == _ALL else frozenset(after))


@INTERFACE.command("switchport trunk allowed vlan all|none")
def allowed_word(session: Session, word: str) -> None:
    """All VLANs, or none."""
    for config in switching(session):
        config.set("allowed", None if word == "all" else frozenset())


@INTERFACE.command("switchport trunk allowed vlan LINE")
def allowed(session: Session, text: Typed) -> None:
    """Set the list of allowed VLANs."""
    vlans = frozenset(vlan_list(text))
    for config in switching(session):
        config.set("allowed", None if vlans == _ALL else vlans)


@INTERFACE.command("no switchport trunk allowed vlan", "no switchport trunk allowed vlan LINE")
def no_allowed(session: Session, _rest: str = "") -> None:
    """All VLANs."""
    for config in switching(session):
        config.set("allowed", None)


@INTERFACE.command("no switchport trunk native vlan", "no switchport trunk native vlan LINE")
def no_native(session: Session, _rest: str = "") -> None:
    """VLAN 1 untagged."""
    for config in switching(session):
        config.set("native_vlan", None)


def powering(session: Session) -> Iterator[InterfaceConfig]:
    """Like `edited`, for ports that can give power. Raises Rejected at another one."""
    for name in session.targets:
        port = session.switch.ports.get(name)
        if port is None or port.uplink:
            raise Rejected("Power over Ethernet not supported on interface Admin")
        yield session.config.interface(name)


@INTERFACE.command("power inline auto|static|never", "power inline auto|static max <4000-60000>")
def power_inline(session: Session, mode: str, limit: int | None = None) -> None:
    """Inline power. `auto` without a limit is the default; `static` takes its watts from the budget at once."""
    switch = session.switch
    if limit is not None and limit > switch.model.port_milliwatts:
        raise Invalid(session.typed.rindex(str(limit)))
    for name, config in zip(session.targets, powering(session), strict=True):
        if mode == "static":
            port = switch.ports[name]
            free = switch.model.budget - switch.power_used(port.member) + port.power_reserved
            if (limit / 1000 if limit else switch.model.port_watts) > free:
                raise Rejected("Command rejected: power inline static: pwr not available")
        config.set("power", None if (mode, limit) == ("auto", None) else (mode, limit))


@INTERFACE.command("power inline port priority high|low")
def power_priority(session: Session, priority: str) -> None:
    """Which ports keep their power longest; `low` is the default."""
    for config in powering(session):
        config.set("power_priority", None if priority == "low" else priority)


@INTERFACE.command("no power inline", "no power inline auto|static|never [max <4000-60000>]", "default power inline")
def no_power_inline(session: Session, *_rest: object) -> None:
    """Back to `auto`."""
    for config in powering(session):
        config.set("power", None)


@INTERFACE.command("no power inline port priority", "no power inline port priority high|low")
def no_power_priority(session: Session, _priority: str = "") -> None:
    """Back to `low`."""
    for config in powering(session):
        config.set("power_priority", None)


@INTERFACE.command("spanning-tree portfast [edge|disable|trunk]", "spanning-tree portfast edge trunk|disable")
def portfast(session: Session, *words: str) -> str:
    """Portfast, with the warning that IOS gives every time."""
    value = words[-1] if words else "edge"
    for config in edited(session):
        config.set("portfast", value)
    if value != "edge":
        return "" if value == "disable" else _PORTFAST.rstrip("\n")
    if len(session.targets) > 1:
        return (
            f"{_PORTFAST}\n%Portfast will be configured in {len(session.targets)} interfaces due to the range command\n"
            " but will only have effect when the interfaces are in a non-trunking mode."
        )
    return (
        f"{_PORTFAST}\n%Portfast has been configured on {session.targets[0]} but will only\n"
        " have effect when the interface is in a non-trunking mode."
    )


@INTERFACE.command("no spanning-tree portfast", "no spanning-tree portfast LINE", "default spanning-tree portfast")
def no_portfast(session: Session, _rest: str = "") -> None:
    """The default of the switch."""
    for config in edited(session):
        config.set("portfast", None)


setting("spanning-tree bpduguard enable|disable", "bpduguard", no="spanning-tree bpduguard")


def _on_by_default(command: str, key: str) -> None:
    @INTERFACE.command(command, f"default {command}")
    def on(session: Session) -> None:
        for config in edited(session):
            config.set(key, None)

    @INTERFACE.command(f"no {command}")
    def off(session: Session) -> None:
        for config in edited(session):
            config.set(key, False)


_on_by_default("cdp enable", "cdp")
_on_by_default("lldp transmit", "lldp_transmit")
_on_by_default("lldp receive", "lldp_receive")

"""Port security, err-disable and its recovery: the commands."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from . import show_security
from .commands_exec import both
from .commands_port import switching
from .grammar import Invalid, Rejected, Typed
from .modes import INTERFACE
from .names import InterfaceName
from .port_security import OFF, Security
from .state import InterfaceConfig

if TYPE_CHECKING:
    from .ports import Port
    from .session import Session

_COMMAND = "switchport port-security"
_MAC = re.compile(r"[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}")


def _get(config: InterfaceConfig) -> Security:
    return config.get("security", OFF)


def _set(config: InterfaceConfig, security: Security) -> None:
    config.set("security", None if security == OFF else security)


@INTERFACE.command(_COMMAND)
def enable(session: Session) -> None:
    """On; a port that negotiates its mode is refused."""
    for name, config in zip(session.targets, switching(session), strict=True):
        if config.get("mode") not in ("access", "trunk"):
            raise Rejected(f"Command rejected: {name} is a dynamic port.")
        _set(config, replace(_get(config), enabled=True))


@INTERFACE.command(f"no {_COMMAND}", f"default {_COMMAND}")
def disable(session: Session) -> None:
    """Off; the other settings stay."""
    for config in switching(session):
        _set(config, replace(_get(config), enabled=False))


@INTERFACE.command(f"{_COMMAND} maximum <1-8192>", f"{_COMMAND} maximum <1-8192> vlan access|voice")
def maximum(session: Session, most: int, of: str | None = None) -> None:
    """How many addresses may talk; 1 is the default."""
    for name, config in zip(session.targets, switching(session), strict=True):
        port = session.switch.ports.get(name)
        learned = port.learned if port is not None else None
        if of is None and learned is not None and most < len(learned.secured):
            raise Rejected("Maximum is less than number of currently secured mac-addresses.")
        _set(config, _get(config).with_limit(of, most))


@INTERFACE.command(f"no {_COMMAND} maximum", f"default {_COMMAND} maximum", f"no {_COMMAND} maximum <1-8192>")
def no_maximum(session: Session, _most: int = 0) -> None:
    """One address."""
    for config in switching(session):
        _set(config, _get(config).with_limit(None, None))


@INTERFACE.command(f"no {_COMMAND} maximum vlan access|voice", f"no {_COMMAND} maximum <1-8192> vlan access|voice")
def no_maximum_of(session: Session, *words: object) -> None:
    """No limit of its own for that VLAN."""
    for config in switching(session):
        _set(config, _get(config).with_limit(str(words[-1]), None))


@INTERFACE.command(f"{_COMMAND} violation protect|restrict|shutdown")
def violation(session: Session, mode: str) -> None:
    """What happens to one address too many; `shutdown` is the default."""
    for config in switching(session):
        _set(config, replace(_get(config), violation=mode))


@INTERFACE.command(f"{_COMMAND} violation shutdown vlan")
def violation_vlan(session: Session) -> None:
    """Only the VLAN of the violation is shut."""
    for config in switching(session):
        _set(config, replace(_get(config), violation="shutdown vlan"))


@INTERFACE.command(f"no {_COMMAND} violation", f"no {_COMMAND} violation LINE", f"default {_COMMAND} violation")
def no_violation(session: Session, _mode: str = "") -> None:
    """The port is shut."""
    for config in switching(session):
        _set(config, replace(_get(config), violation="shutdown"))


@INTERFACE.command(f"{_COMMAND} mac-address sticky")
def sticky(session: Session) -> None:
    """Addresses that are learned become configuration."""
    for config in switching(session):
        _set(config, replace(_get(config), sticky=True))


@INTERFACE.command(f"no {_COMMAND} mac-address sticky", f"default {_COMMAND} mac-address sticky")
def no_sticky(session: Session) -> None:
    """Addresses are learned until the link goes down."""
    for config in switching(session):
        kept = tuple(entry for entry in _get(config).macs if not entry[1])
        _set(config, replace(_get(config), sticky=False, macs=kept))


def _checked(mac: Typed) -> str:
    if not _MAC.fullmatch(mac.lower()):
        raise Invalid(mac.column)
    return mac.lower()


@INTERFACE.command(f"{_COMMAND} mac-address sticky WORD [vlan access|voice]")
def sticky_address(session: Session, mac: Typed, of: str | None = None) -> None:
    """An address that was learned once."""
    for config in switching(session):
        _set(config, _get(config).with_mac(_checked(mac), True, of))


@INTERFACE.command(f"{_COMMAND} mac-address WORD [vlan access|voice]")
def address(session: Session, mac: Typed, of: str | None = None) -> None:
    """An address that is always let in."""
    for config in switching(session):
        _set(config, _get(config).with_mac(_checked(mac), False, of))


@INTERFACE.command(f"no {_COMMAND} mac-address [sticky] WORD [vlan access|voice]")
def no_address(session: Session, mac: Typed, _of: str | None = None) -> None:
    """Forget an address."""
    for config in switching(session):
        kept = tuple(entry for entry in _get(config).macs if entry[0] != _checked(mac))
        _set(config, replace(_get(config), macs=kept))


@INTERFACE.command(f"{_COMMAND} aging static")
def aging_static(session: Session) -> None:
    """Configured addresses age too."""
    _aging(session, "static", "static")


@INTERFACE.command(f"{_COMMAND} aging time <1-1440>")
def aging_time(session: Session, minutes: int) -> None:
    """After so many minutes."""
    _aging(session, "time", f"time {minutes}")


@INTERFACE.command(f"{_COMMAND} aging type absolute|inactivity")
def aging_type(session: Session, kind: str) -> None:
    """From when they are counted; `absolute` is the default."""
    _aging(session, "type", "type inactivity" if kind == "inactivity" else None)


@INTERFACE.command(f"no {_COMMAND} aging static|time|type", f"no {_COMMAND} aging static|time|type LINE")
def no_aging(session: Session, word: str, _rest: str = "") -> None:
    """Back to the default."""
    _aging(session, word, None)


def _aging(session: Session, word: str, line: str | None) -> None:
    for config in switching(session):
        others = [entry for entry in _get(config).aging if entry.split()[0] != word]
        _set(config, replace(_get(config), aging=tuple(sorted([*others, line] if line else others))))


# -- show -------------------------------------------------------------------------------------------------------------


def _port(session: Session, found: InterfaceName) -> Port:
    port = session.switch.ports.get(found.name)
    if port is None:
        raise Invalid(found.column)
    return port


@both("show port-security")
def show_port_security(session: Session) -> str:
    """The ports with port security."""
    return show_security.port_security(session.switch)


@both("show port-security interface IFACE")
def show_port_security_port(session: Session, found: InterfaceName) -> str:
    """The settings and the state of one port."""
    return show_security.port_security_port(_port(session, found))


@both("show port-security address")
def show_port_security_address(session: Session) -> str:
    """The addresses that were let in."""
    return show_security.addresses(session.switch)


@both("show errdisable recovery")
def show_recovery(session: Session) -> str:
    """Which ports come up again by themselves."""
    return show_security.recovery(session.switch)


@both("show interfaces status err-disabled")
def show_err_disabled(session: Session) -> str:
    """The ports that the switch shut, and why."""
    return show_security.err_disabled(session.switch)

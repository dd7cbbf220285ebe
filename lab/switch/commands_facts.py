"""The `show` commands of show_facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import show_facts
from .commands_exec import both
from .grammar import Invalid
from .modes import EXEC
from .names import InterfaceName

if TYPE_CHECKING:
    from .session import Session


@both("show interfaces")
def interfaces(session: Session) -> str:
    """All interfaces at length."""
    return show_facts.interfaces(session.switch)


@both("show interfaces IFACE")
def interface(session: Session, found: InterfaceName) -> str:
    """One of them."""
    if not session.config.exists(found.name):
        raise Invalid(found.column)
    return show_facts.interface(session.switch, found.name)


@both("show ip interface")
def ip_interfaces(session: Session) -> str:
    """Addresses of all interfaces at length."""
    return show_facts.ip_interfaces(session.switch)


@both("show ipv6 interface")
def ipv6_interfaces(_session: Session) -> str:
    """No interface has an IPv6 address, so there is nothing to show."""
    return ""


@both("show vlan")
def vlans(session: Session) -> str:
    """VLANs with all their tables."""
    return show_facts.vlans(session.switch)


@both("show cdp")
def cdp(session: Session) -> str:
    """Whether CDP is on, and its timers."""
    return show_facts.cdp(session.switch)


@both("show lldp")
def lldp(session: Session) -> str:
    """Whether LLDP is on, and its timers."""
    return show_facts.lldp(session.switch)


@EXEC.command("dir", "dir WORD")
def directory(session: Session, _name: str = "") -> str:
    """The files."""
    return show_facts.directory(session.switch)


@both("show memory statistics")
def memory(_session: Session) -> str:
    """How much memory is free."""
    return show_facts.memory()


@both("show processes cpu")
def processes(_session: Session) -> str:
    """How busy the processor is."""
    return show_facts.processes()

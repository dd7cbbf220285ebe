"""The `show` commands: parsing their arguments; the text is made by the show_* modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import authentication, names, render, show_dhcp, show_neighbors, show_ports, show_system, syslog
from .commands_exec import both
from .grammar import Invalid, Rejected
from .modes import EXEC
from .names import InterfaceName

if TYPE_CHECKING:
    from .ports import Port
    from .session import Session

_NVRAM = 2097152


def _port(session: Session, found: InterfaceName) -> Port:
    """The port of that name. Raises Invalid at the number of one that isn't there."""
    port = session.switch.ports.get(found.name)
    if port is None:
        raise Invalid(found.column)
    return port


@both("show")
def show(_session: Session) -> str:
    """A bare `show`."""
    return '% Type "show ?" for a list of subcommands'


@EXEC.command("show running-config", "write terminal")
def running_config(session: Session) -> str:
    """The whole configuration."""
    body = session.switch.running_config()
    return f"Building configuration...\n\nCurrent configuration : {len(body)} bytes\n{body}"


@EXEC.command("show running-config interface IFACE")
def running_interface(session: Session, found: InterfaceName) -> str:
    """The configuration of one interface."""
    config = session.config
    if not config.exists(found.name):
        raise Invalid(found.column)
    lines = render.interface_lines(found.name, config.peek(found.name), session.switch.model)
    body = "\n".join(["!", f"interface {found.name}", *(f" {line}" for line in lines), "end"]) + "\n"
    return f"Building configuration...\n\nCurrent configuration : {len(body)} bytes\n{body}"


@EXEC.command("show startup-config", "show configuration")
def startup_config(session: Session) -> str:
    """The saved configuration."""
    body = session.switch.startup_config()
    return f"Using {len(body)} out of {_NVRAM} bytes\n{body}"


@both("show version")
def version(session: Session) -> str:
    """Release, model and serial number."""
    return show_system.version(session.switch)


@both("show inventory")
def inventory(session: Session) -> str:
    """Parts and serial numbers."""
    return show_system.inventory(session.switch)


@both("show clock")
def clock(session: Session) -> str:
    """The time."""
    return show_system.clock(session.switch)


@both("show privilege")
def privilege(session: Session) -> str:
    """The session's level."""
    return f"Current privilege level is {session.privilege}"


@both("show vlan brief")
def vlan_brief(session: Session) -> str:
    """VLANs and their access ports."""
    return show_system.vlan_brief(session.switch)


@both("show ip interface brief")
def ip_interface_brief(session: Session) -> str:
    """Addresses and state of all interfaces."""
    return show_system.interface_brief(session.switch)


@both("show power inline")
def power_inline(session: Session) -> str:
    """Inline power of every port."""
    return show_ports.power_inline(session.switch)


@both("show power inline module <1-9>")
def power_inline_module(session: Session, member: int) -> str:
    """Inline power of one member of the stack."""
    if member > session.switch.stack or not session.switch.model.members:
        raise Rejected(f"% No inline power card on switch {member}")
    return show_ports.power_inline_module(session.switch, member)


@both("show switch", "show switch detail")
def stack(session: Session) -> str:
    """The members of the stack."""
    if not session.switch.model.members:
        raise Invalid(session.typed.index(session.typed.split()[1]))
    return show_system.stack(session.switch)


@both("show interfaces trunk")
def trunks(session: Session) -> str:
    """The trunks and their VLANs."""
    return show_ports.trunks(session.switch)


@both("show power inline IFACE")
def power_inline_port(session: Session, found: InterfaceName) -> str:
    """Inline power of one port."""
    port = _port(session, found)
    if port.uplink:
        raise Rejected("Power over Ethernet not supported on interface Admin")
    return show_ports.power_inline_port(port)


@both("show interfaces switchport")
def switchports(session: Session) -> str:
    """VLANs and mode of every port."""
    return "\n\n".join(show_ports.switchport(port) for port in session.switch.ports.values()) + "\n"


@both("show interfaces IFACE switchport")
def switchport(session: Session, found: InterfaceName) -> str:
    """VLANs and mode of one port."""
    return show_ports.switchport(_port(session, found)) + "\n"


@both("show interfaces status")
def interfaces_status(session: Session) -> str:
    """One line for each port."""
    return show_ports.interfaces_status(list(session.switch.ports.values()))


@both("show interfaces IFACE status")
def interface_status(session: Session, found: InterfaceName) -> str:
    """The line of one port."""
    return show_ports.interfaces_status([_port(session, found)])


@both("show cdp neighbors detail")
def cdp_neighbors(session: Session) -> str:
    """All neighbours."""
    return show_neighbors.cdp_neighbors_detail(session.switch)


@both("show cdp neighbors IFACE detail")
def cdp_neighbors_port(session: Session, found: InterfaceName) -> str:
    """The neighbour on one port."""
    return show_neighbors.cdp_neighbors_detail(session.switch, _port(session, found).interface)


@both("show cdp neighbors")
def cdp_table(session: Session) -> str:
    """One line for each neighbour."""
    return show_neighbors.cdp_neighbors(session.switch)


@both("show lldp neighbors")
def lldp_table(session: Session) -> str:
    """One line for each neighbour that speaks LLDP."""
    return show_neighbors.lldp_neighbors(session.switch)


@both("show lldp neighbors detail")
def lldp_neighbors(session: Session) -> str:
    """All neighbours that speak LLDP."""
    return show_neighbors.lldp_neighbors_detail(session.switch)


@both("show lldp neighbors IFACE detail")
def lldp_neighbors_port(session: Session, found: InterfaceName) -> str:
    """The neighbour on one port, by LLDP."""
    return show_neighbors.lldp_neighbors_detail(session.switch, _port(session, found).interface)


def _mac_table(words: str, *, dynamic: bool) -> None:
    @both(words)
    def all_of_them(session: Session) -> str:
        return show_ports.mac_address_table(session.switch, dynamic=dynamic)

    @both(f"{words} interface IFACE")
    def of_port(session: Session, found: InterfaceName) -> str:
        interface = _port(session, found).interface
        return show_ports.mac_address_table(session.switch, interface=interface, dynamic=dynamic)

    @both(f"{words} vlan <1-4094>")
    def of_vlan(session: Session, vlan: int) -> str:
        return show_ports.mac_address_table(session.switch, vlan=vlan, dynamic=dynamic)

    @both(f"{words} address WORD")
    def one_address(session: Session, mac: str) -> str:
        digits = mac.replace(".", "").replace(":", "").replace("-", "").upper()
        return show_ports.mac_address_table(session.switch, mac=digits, dynamic=dynamic)


_mac_table("show mac address-table", dynamic=False)
_mac_table("show mac address-table dynamic", dynamic=True)


@both("show ip dhcp binding")
def dhcp_binding(session: Session) -> str:
    """The leases."""
    return show_dhcp.binding(session.switch)


@both("show ip dhcp pool [WORD]")
def dhcp_pool(session: Session, name: str | None = None) -> str:
    """The pools."""
    return show_dhcp.pools(session.switch, name)


@both("show ip dhcp conflict")
def dhcp_conflict(session: Session) -> str:
    """Addresses that clients declined."""
    return show_dhcp.conflicts(session.switch)


@both("show logging")
def logging(session: Session) -> str:
    """The log."""
    return syslog.show(session.switch)


@both("show authentication sessions", "show access-session")
def authentication_sessions(session: Session) -> str:
    """Who asked to be let in at the ports, by 802.1X or MAB."""
    return authentication.sessions(session.switch)


@both("show authentication sessions interface IFACE [details]", "show access-session interface IFACE [details]")
def authentication_session(session: Session, found: InterfaceName) -> str:
    """The session at one port."""
    return authentication.details(_port(session, found))


@both("show interfaces description")
def interfaces_description(session: Session) -> str:
    """Descriptions of all ports."""
    lines = ["Interface                      Status         Protocol Description"]
    for port in session.switch.ports.values():
        config = session.config.peek(port.interface)
        status = "admin down" if config.get("shutdown") else "up" if port.link else "down"
        protocol = "up" if port.link else "down"
        name = names.short(port.interface)
        lines.append(f"{name:<30} {status:<14} {protocol:<8} {config.get('description', '')}".rstrip())
    return "\n".join(lines)

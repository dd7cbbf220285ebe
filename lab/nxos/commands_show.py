"""The `show` commands: parsing their arguments; the text is made by `show` and `render`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.switch.names import InterfaceName

from . import refusals, render, show
from .commands_config import needs
from .modes import EXEC

if TYPE_CHECKING:
    from .session import Session


def _existing(session: Session, found: InterfaceName) -> str:
    """The interface of that name. Raises a refusal at the number of one that isn't there."""
    if not session.config.exists(found.name):
        raise refusals.Marked(found.column, refusals.RANGE)
    return found.name


@EXEC.command("show running-config")
def running_config(session: Session) -> str:
    """The whole configuration."""
    return session.switch.running_config()


@EXEC.command("show running-config interface [IFACE]")
def running_interface(session: Session, found: InterfaceName | None = None) -> str:
    """The configuration of one interface, or of all."""
    switch, config = session.switch, session.config
    wanted = list(config.ports) if found is None else [_existing(session, found)]
    command = "show running-config interface" + (f" {wanted[0]}" if found else "")
    blocks = [[f"interface {name}", *(f"  {line}" for line in render.interface_lines(config, name))] for name in wanted]
    top = f"version {render.RELEASE} Bios:version {render.BIOS} \n\n"
    return render.head(config, command, switch.clock()) + top + "".join("\n".join(block) + "\n\n" for block in blocks)


@EXEC.command("show startup-config")
def startup_config(session: Session) -> str:
    """The saved configuration."""
    return session.switch.startup_config()


@EXEC.command("show version")
def version(session: Session) -> str:
    """Release, model and serial number."""
    return show.version(session.switch)


@EXEC.command("show hostname")
def hostname(session: Session) -> str:
    """The switch's name."""
    return f"{session.config.hostname} "


@EXEC.command("show clock")
def clock(session: Session) -> str:
    """The time."""
    return f"{render.stamp(session.switch.clock())} UTC\nTime source is NTP"


@EXEC.command("show vlan")
def vlan(session: Session) -> str:
    """VLANs, their ports and kinds."""
    return show.vlans(session.switch)


@EXEC.command("show vlan brief")
def vlan_brief(session: Session) -> str:
    """VLANs and their ports."""
    return show.vlan_brief(session.switch)


@EXEC.command("show interface status")
def interface_status(session: Session) -> str:
    """One line for each interface."""
    return show.interface_status(session.switch)


@EXEC.command("show interface IFACE status")
def interface_status_of(session: Session, found: InterfaceName) -> str:
    """The line of one interface."""
    return show.interface_status(session.switch, _existing(session, found))


@EXEC.command("show interface status err-disabled")
def errdisabled(session: Session) -> str:
    """The ports that the switch turned off, and why."""
    return show.errdisabled(session.switch)


@EXEC.command("show interface switchport")
def switchports(session: Session) -> str:
    """VLANs and mode of every port."""
    return show.switchport(session.switch)


@EXEC.command("show interface IFACE switchport")
def switchport(session: Session, found: InterfaceName) -> str:
    """VLANs and mode of one port."""
    return show.switchport(session.switch, _existing(session, found))


@EXEC.command("show cdp neighbors detail")
def cdp_neighbors(session: Session) -> str:
    """What speaks CDP at the ports."""
    return show.cdp_neighbors(session.switch)


@EXEC.command("show lldp neighbors detail")
def lldp_neighbors(session: Session) -> str:
    """What speaks LLDP at the ports; the command isn't there without the feature."""
    needs(session, "lldp", len("show "))
    return show.lldp_neighbors(session.switch)


@EXEC.command("show mac address-table [dynamic]")
def mac_table(session: Session) -> str:
    """The MAC addresses learned."""
    return show.mac_address_table(session.switch)

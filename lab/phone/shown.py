"""What a phone's own web pages tell, out of what the phone knows now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.phone.alarms import NO_VLAN
from lab.phone.web import PageData

if TYPE_CHECKING:
    from lab.phone.machine import Phone
    from lab.phone.network import Network
    from lab.phone.provision import Flash, Provisioning


def page_data(phone: Phone, network: Network, provisioning: Provisioning, flash: Flash) -> PageData:
    """The data of the pages: addresses, CallManagers with their state, neighbour, loads and status messages."""
    lease, config = network.lease, provisioning.config
    advert = network.advert()
    active = provisioning.call_manager
    managers = [manager.address for manager in config.call_managers] if config else []
    states = {active.address: "  Active"} if active else {}
    if provisioning.standby and provisioning.standby.address:
        states[provisioning.standby.address] = "  Standby"
    return PageData(
        model=phone.model,
        name=phone.name,
        mac=phone.mac,
        number=config.lines[0].number if config and config.lines else "",
        load=flash.load,
        inactive_load=flash.inactive_load,
        address=lease.address if lease else "",
        mask=lease.mask if lease else "",
        router=lease.router if lease else "",
        domain=lease.domain if lease else "",
        dhcp_server=lease.server if lease else "",
        dns_servers=lease.dns_servers if lease else (),
        tftp_servers=lease.tftp_servers if lease else (),
        call_managers=tuple(manager + states.get(manager, "") for manager in managers),
        operational_vlan=network.vlan or NO_VLAN,
        neighbor=advert.device_id if advert else "",
        neighbor_port=advert.port_id if advert else "",
        messages=tuple(phone.messages.lines),
        static=phone.options.address is not None,
        alternative_tftp=bool(phone.options.tftp),
    )

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The causes of the switch port, the firmware, the voice VLAN and DHCP."""

from __future__ import annotations

from ansible_collections.dialtone.voice.plugins.module_utils._startup.catalogue_cause import (
    PORTS,
    SCOPES,
    Cause,
)

_NO_ADDRESS = ("IPv4 DHCP Timeout", "DHCP timeout", "Could not acquire an IP address from DHCP")
_NO_TFTP = ("TFTP Timeout", "TFTP Timeout : *")

TABLE = (
    Cause(
        name="poe_disabled",
        step="power",
        stops=True,
        seen="The phone is dark and the port is down.",
        proven=(
            "The port is configured with `power inline never` (the power table says `off`), it has no link, and the "
            "plan wants power on it."
        ),
        remedy=(
            "Set the port to `power inline auto`, or give the phone a power supply of its own and say so in the "
            "plan (`poe: never`)."
        ),
        mendable=PORTS,
    ),
    Cause(
        name="poe_denied",
        step="power",
        stops=True,
        seen="The phone is dark, or goes dark as soon as it asks for more power.",
        proven=(
            "The power table says `power-deny` for the port, or the switch logged ILPOWER_POWER_DENY; the module "
            "has fewer watts left than the phone asks for."
        ),
        remedy=(
            "Free power on the module, fit a larger power supply, move the phone to another module, or give it a "
            "power supply of its own."
        ),
    ),
    Cause(
        name="poe_fault",
        step="power",
        stops=True,
        seen="The phone is dark, on this port only.",
        proven=(
            "The power table says `faulty` for the port, or the switch logged a fault of its power controller, and "
            "the port has no link."
        ),
        remedy=(
            "Try another port and another cable. If the port stays faulty with both, the switch's power controller "
            "needs a reload or a repair."
        ),
    ),
    Cause(
        name="port_shutdown",
        step="power",
        stops=True,
        seen="The phone is dark and the port is down.",
        proven="The port is configured with `shutdown`; its status is `disabled`.",
        remedy="Enable the port (`no shutdown`).",
        mendable=PORTS,
    ),
    Cause(
        name="port_err_disabled",
        step="power",
        stops=True,
        seen="The port was up, and the switch took it down.",
        proven="The port's status is `err-disabled`; the error table and the log name the reason.",
        remedy=(
            "Remove what the reason names (a loop, a second device, a hub, too much power), then take the port down "
            "and up again."
        ),
    ),
    Cause(
        name="no_link",
        step="power",
        stops=True,
        seen="The phone is dark, or says that its cable is out.",
        proven=(
            "The port is enabled and offers power, nobody takes it, it has no link, nobody is heard there, and the "
            "phone is found at no other port."
        ),
        remedy=(
            "Plug the phone in, at its port labelled SW or 10/100/1000 SW, and check cable, patch panel and wall "
            "socket. A phone that saves power at night (Power Save Plus, EnergyWise) looks the same until it wakes up."
        ),
    ),
    Cause(
        name="wrong_port",
        step="power",
        stops=True,
        seen="The phone may be lit, but without its voice VLAN.",
        proven=(
            "CDP, LLDP or the MAC table has the phone at another port than the plan, or another phone is at its port. "
            "It doesn't stop a phone whose other port has the planned voice VLAN, too."
        ),
        remedy=(
            "Plug the phone into the planned port, or change the plan to the port at which it is and configure that "
            "port."
        ),
    ),
    Cause(
        name="firmware_boot_failed",
        step="firmware_boot",
        stops=True,
        seen="The phone is lit but its display stays at the logo or blank, and the link comes and goes.",
        proven=(
            "The port gives power, and nothing is heard there by CDP, LLDP or MAC address, while the log has the "
            "link going up and down."
        ),
        remedy=(
            "Take the phone off power for a minute. If it stays so, reset it to factory settings while it starts "
            "(hold #, then 123456789*0#), else replace it."
        ),
        messages=(
            "ROM Checksum Error",
            "Checksum Error",
        ),
    ),
    Cause(
        name="discovery_disabled",
        step="voice_vlan",
        stops=True,
        seen="The phone stays at `Configuring VLAN`, then asks for an address in the data VLAN.",
        proven="The port sends neither CDP nor LLDP, so that nothing tells the phone its voice VLAN.",
        remedy=(
            "Enable CDP on the port (`cdp enable`, and `cdp run` for the switch), or LLDP (`lldp run`, `lldp "
            "transmit`)."
        ),
        mendable=PORTS,
    ),
    Cause(
        name="voice_vlan_missing",
        step="voice_vlan",
        stops=True,
        seen="The phone gets an address of the data VLAN, or none.",
        proven="The port has no `switchport voice vlan`, and its access VLAN isn't the voice VLAN either.",
        remedy="Configure the planned voice VLAN on the port.",
        mendable=PORTS,
    ),
    Cause(
        name="voice_vlan_wrong",
        step="voice_vlan",
        stops=True,
        seen="The phone gets an address of another network, or none.",
        proven="The port's voice VLAN is another than the planned one.",
        remedy="Configure the planned voice VLAN on the port.",
        mendable=PORTS,
    ),
    Cause(
        name="vlan_not_created",
        step="voice_vlan",
        stops=True,
        seen="The phone stays at `Configuring IP`.",
        proven="The port names a voice VLAN that the switch's VLAN table doesn't have, or that isn't active there.",
        remedy="Create the VLAN on the switch (on the VTP server, where VTP is used), and see that it isn't shut down.",
        mendable=PORTS,
    ),
    Cause(
        name="vlan_not_on_uplink",
        step="voice_vlan",
        stops=True,
        seen="All phones of the switch stay at `Configuring IP`.",
        proven=(
            "No trunk of the switch carries the voice VLAN (allowed, active and forwarding), and the switch has no "
            "interface of its own in it."
        ),
        remedy="Allow the voice VLAN on the uplink, on both of its ends.",
    ),
    Cause(
        name="port_unauthorized",
        step="voice_vlan",
        stops=True,
        seen="The phone stays at `Configuring IP`; nothing of it gets past the port.",
        proven=(
            "The port's 802.1X or MAB session of the phone is unauthorized, or authorized for data alone, without "
            "`device-traffic-class=voice`."
        ),
        remedy=(
            "Add the phone to the authentication server (as a member of the voice domain), or let it authenticate "
            "by 802.1X."
        ),
        messages=("Timed Out",),
    ),
    Cause(
        name="scope_missing",
        step="dhcp",
        stops=True,
        seen="All phones of the voice VLAN stay at `Configuring IP`.",
        proven=(
            "None of the DHCP servers has a scope for the network of the voice VLAN, and its routers were read and "
            "relay to no other server."
        ),
        remedy="Create the scope, with option 150.",
        messages=_NO_ADDRESS,
        mendable=SCOPES,
    ),
    Cause(
        name="scope_exhausted",
        step="dhcp",
        stops=True,
        seen="Phones that came first have addresses, those that come later stay at `Configuring IP`.",
        proven="The scope has no address left, and the phone has no lease.",
        remedy="Widen the scope, shorten its lease time, or remove leases of devices that are gone.",
        messages=_NO_ADDRESS,
    ),
    Cause(
        name="relay_missing",
        step="dhcp",
        stops=True,
        seen="All phones of the voice VLAN stay at `Configuring IP`, though the scope is there.",
        proven="No interface in the voice VLAN has an `ip helper-address`, and no DHCP server is in that VLAN.",
        remedy="Configure `ip helper-address` with the DHCP server's address on the interface of the voice VLAN.",
        messages=_NO_ADDRESS,
        mendable=SCOPES,
    ),
    Cause(
        name="option150_missing",
        step="dhcp",
        stops=True,
        seen="The phones have addresses, and say that they have no TFTP server.",
        proven="The scope has neither option 150 nor option 66, and the phone has no alternative TFTP server.",
        remedy="Give the scope option 150 with the addresses of the TFTP servers.",
        messages=_NO_TFTP,
        mendable=SCOPES,
    ),
    Cause(
        name="option150_wrong_server",
        step="dhcp",
        stops=True,
        seen="The phones have addresses, and ask a server that isn't the cluster's.",
        proven=(
            "Option 150 has none of the planned TFTP servers, and the phone has no alternative TFTP server; or the "
            "phone's own page says so."
        ),
        remedy=(
            "Give option 150 the addresses of the TFTP servers. The phones take them when they renew their lease, "
            "or after a reset."
        ),
        messages=_NO_TFTP,
        mendable=SCOPES,
    ),
    Cause(
        name="option150_not_addresses",
        step="dhcp",
        stops=True,
        seen="The phones have addresses, and no TFTP server or a nonsense one.",
        proven="The server's option 150 is text (`ascii`, `hex`) instead of a list of addresses.",
        remedy="Write option 150 as addresses (`option 150 ip ...`).",
        messages=_NO_TFTP,
        mendable=SCOPES,
    ),
    Cause(
        name="gateway_wrong",
        step="dhcp",
        stops=True,
        seen="The phones have addresses, and reach nothing outside of their network.",
        proven="The scope's gateway is none of the planned ones, or lies outside of the scope's network.",
        remedy=(
            "Give the scope the address of the voice VLAN's router as gateway. The phones take it when they renew "
            "their lease, or start again."
        ),
        messages=("No Default Router",),
        mendable=SCOPES,
    ),
)

"""What is plugged into a Nexus: what it says of itself by CDP and LLDP, and the MAC addresses heard from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Neighbor:
    """One device at a port. `macs` are the (VLAN, 12 hex digits) pairs that the switch has learned there."""

    name: str
    platform: str = "Cisco IP Phone 8841"
    capabilities: str = "Host Phone Two-port Mac Relay"
    port: str = "Port 1"
    address: str = "192.0.2.10"
    version: str = "sip88xx.12-8-1-0001-455"
    mac: str = "00005E005301"
    macs: tuple[tuple[int, str], ...] = ()
    cdp: bool = True
    lldp: bool = False
    lldp_capabilities: str = "B, T"

    @property
    def lldp_port(self) -> str:
        """The port as LLDP names it; a phone puts its MAC address before it."""
        return f"{self.mac}:P1" if self.port == "Port 1" else self.port

"""The configuration of a Nexus as data: what commands change and `render` prints."""

from __future__ import annotations

from lab.switch.secrets import Secret
from lab.switch.state import DEFAULT_INTERFACE, InterfaceConfig

RESERVED_VLANS = range(3968, 4095)
FEATURES = ("dhcp", "interface-vlan", "lacp", "lldp", "nxapi", "port-security", "udld", "vpc")


class NexusConfig:
    """The whole configuration, with the stamps of its last change and last save (epoch seconds).

    Keys of an interface's `values`: description (str), shutdown (bool), routed (bool), mode ("trunk"), access_vlan,
    voice_vlan (int, "dot1p" or "untagged"), native_vlan, allowed (frozenset of VLANs), cdp / lldp_transmit /
    lldp_receive (False), port_type ("edge", "edge trunk", "normal", "network"), bpduguard ("enable", "disable"),
    channel (number, mode), address (text). What isn't there has its default.
    """

    def __init__(self, hostname: str, ports: list[str]) -> None:
        self.hostname = hostname
        self.ports = ports
        self.vlans: dict[int, str | None] = {1: None}
        self.suspended: set[int] = set()
        self.interfaces: dict[str, InterfaceConfig] = {}
        self.features: set[str] = set()
        self.users: dict[str, tuple[int, Secret]] = {}
        self.banners: dict[str, str] = {}
        self.lines: dict[str, str] = {}
        self.cdp = True
        self.ports_start_shut = False
        self.ports_route = False
        self.changed: float | None = None
        self.saved: float | None = None

    def interface(self, name: str) -> InterfaceConfig:
        """The configuration of an interface, made when it is first changed."""
        return self.interfaces.setdefault(name, InterfaceConfig())

    def peek(self, name: str) -> InterfaceConfig:
        """The configuration of an interface, to read only."""
        return self.interfaces.get(name, DEFAULT_INTERFACE)

    def exists(self, name: str) -> bool:
        """Whether the switch has that port or virtual interface."""
        return name in self.interfaces or name in self.ports

    def routed(self, name: str) -> bool:
        """Whether a port, or a port-channel, routes."""
        if not name.startswith(("Ethernet", "port-channel")):
            return True
        return self.peek(name).get("routed", self.ports_route)

    def shut_by_default(self, name: str) -> bool:
        """Whether an interface that nobody configured is shut down: routed ports and SVIs are."""
        if name.startswith("Vlan") or (name.startswith("Ethernet") and self.routed(name)):
            return True
        return self.ports_start_shut and name.startswith("Ethernet")

    def shut(self, name: str) -> bool:
        """Whether the interface is shut down."""
        return self.peek(name).get("shutdown", self.shut_by_default(name))

    def trunk(self, name: str) -> bool:
        """Whether the interface is a trunk."""
        return self.peek(name).get("mode") == "trunk"

    def vlan_name(self, vlan: int) -> str:
        """The name of a VLAN: as configured, or VLAN0020."""
        return self.vlans.get(vlan) or ("default" if vlan == 1 else f"VLAN{vlan:04d}")

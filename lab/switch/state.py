"""The configuration of a switch as data: what commands change and `render` prints."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import Any

from .secrets import Secret

DEFAULT_VLANS = {
    1: "default",
    1002: "fddi-default",
    1003: "token-ring-default",
    1004: "fddinet-default",
    1005: "trnet-default",
}
DAY = 86400


class InterfaceConfig:
    """One interface. `values` holds the settings with a meaning (absent: default), `lines` those kept as typed.

    Keys of `values`: description (str), shutdown (True), mode ("access", "trunk", "dynamic desirable"),
    access_vlan (int), voice_vlan (int, "dot1p", "untagged" or "name X"), native_vlan (int),
    allowed (frozenset of VLANs), nonegotiate (True), power (mode, milliwatts or None), power_priority (str),
    cdp / lldp_transmit / lldp_receive (False), portfast ("edge", "disable", "trunk"),
    bpduguard ("enable", "disable"), security (port_security.Security),
    address (address, mask), helpers (list of addresses), routed (True).
    """

    __slots__ = ("lines", "values")

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.lines: dict[str, str] = {}

    def get(self, key: str, default: Any = None) -> Any:
        """The setting, or `default` where it is not configured."""
        return self.values.get(key, default)

    def set(self, key: str, value: Any) -> None:
        """Configure a setting; None resets it to its default."""
        if value is None:
            self.values.pop(key, None)
        else:
            self.values[key] = value


# What an untouched port looks like; shared by all of them and never changed.
DEFAULT_INTERFACE = InterfaceConfig()


@dataclass
class DhcpPool:
    """`ip dhcp pool NAME`. `lease` is in seconds (None: infinite); `options`: code -> ("ip"|"ascii"|"hex", text).

    `host` (address, mask) makes it the manual binding of one client, by its identifier or hardware address (digits).
    """

    name: str
    network: ipaddress.IPv4Network | None = None
    routers: list[str] = field(default_factory=list)
    dns_servers: list[str] = field(default_factory=list)
    domain_name: str | None = None
    next_server: str | None = None
    lease: int | None = DAY
    options: dict[int, tuple[str, str]] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)
    host: tuple[str, str] | None = None
    client_id: str | None = None
    hardware: str | None = None
    client_name: str | None = None


class SwitchConfig:
    """The whole configuration, with the stamps of its last change and last save ((epoch seconds, user) or None)."""

    def __init__(self, hostname: str, ports: list[str]) -> None:
        self.hostname = hostname
        self.ports = ports
        self.vlans: dict[int, str | None] = dict(DEFAULT_VLANS)
        self.interfaces: dict[str, InterfaceConfig] = {}
        self.pools: dict[str, DhcpPool] = {}
        self.excluded: list[tuple[str, str]] = []
        self.users: dict[str, tuple[int, Secret]] = {}
        self.enable_secret: Secret | None = None
        self.banners: dict[str, str] = {}
        self.lines: dict[str, str] = {}
        self.blocks: dict[str, list[str]] = {}
        self.cdp_run = True
        self.lldp_run = False
        self.changed: tuple[float, str] | None = None
        self.saved: tuple[float, str] | None = None
        vlan1 = self.interface("Vlan1")
        vlan1.set("shutdown", True)

    def replace(self, other: SwitchConfig) -> None:
        """Become the other configuration, which is used up by this; the stamp of the last save stays."""
        saved = self.saved
        self.__dict__.update(other.__dict__)
        self.saved = saved

    def interface(self, name: str) -> InterfaceConfig:
        """The configuration of an interface, made when it is first changed."""
        found = self.interfaces.get(name)
        if found is None:
            found = self.interfaces[name] = InterfaceConfig()
        return found

    def peek(self, name: str) -> InterfaceConfig:
        """The configuration of an interface, to read only."""
        return self.interfaces.get(name, DEFAULT_INTERFACE)

    def exists(self, name: str) -> bool:
        """Whether the switch has that port or virtual interface."""
        return name in self.interfaces or name in self.ports

    def recovers(self, reason: str) -> bool:
        """Whether ports that are err-disabled for that reason come up again by themselves."""
        lines = self.lines.values()
        return any(f"errdisable recovery cause {cause}" in lines for cause in (reason, "all"))

    @property
    def recovery_interval(self) -> int:
        """After how many seconds they do."""
        found = [line for line in self.lines.values() if line.startswith("errdisable recovery interval ")]
        return int(found[0].split()[-1]) if found else 300

    def vlan_name(self, vlan: int) -> str:
        """The name of a VLAN: as configured, or VLAN0020."""
        return self.vlans.get(vlan) or f"VLAN{vlan:04d}"

    def voice_vlan(self, name: str) -> int | None:
        """The number of the port's voice VLAN; 0 for priority tagging (dot1p), None without one or if untagged."""
        value = self.peek(name).get("voice_vlan")
        if value == "dot1p":
            return 0
        if isinstance(value, str):
            wanted = value.removeprefix("name ")
            return next((vlan for vlan in self.vlans if self.vlan_name(vlan) == wanted), None)
        return value

    def svis(self) -> dict[int, InterfaceConfig]:
        """The VLAN interfaces that have an address and aren't shut down, of VLANs that exist."""
        found = {}
        for name, config in self.interfaces.items():
            if name.startswith("Vlan") and config.get("address") and not config.get("shutdown"):
                vlan = int(name[4:])
                if vlan in self.vlans:
                    found[vlan] = config
        return found

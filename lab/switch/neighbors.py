"""What other than a phone can be plugged into a port: switches, routers, access points, codecs, computers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """How a kind of device shows itself. `capabilities` is CDP's text, `lldp` LLDP's letters; empty: not spoken."""

    platform: str
    watts: float
    port: str
    capabilities: str
    lldp: str
    version: str
    description: str

    @property
    def lldp_port(self) -> str:
        """The port as LLDP names it: short, where the device is one of Cisco's."""
        return self.port.replace("GigabitEthernet", "Gi")


_SWITCH = "Cisco IOS Software, C2960CX Software (C2960CX-UNIVERSALK9-M), Version 15.2(7)E8, RELEASE SOFTWARE (fc3)"
_ROUTER = "Cisco IOS Software [Cupertino], ISR Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 17.9.4a"
_AP = "Cisco AP Software, ap1g7-k9w8 Version: 17.9.4.27"

# A codec calls itself SEP and its MAC in CDP, as a phone does, and writes its platform in quotes.
PROFILES = {
    "switch": Profile("cisco WS-C2960CX-8PC-L", 0.0, "GigabitEthernet0/9", "Switch IGMP", "B", _SWITCH, _SWITCH),
    "router": Profile("cisco ISR4331/K9", 0.0, "GigabitEthernet0/0/1", "Router Switch IGMP", "B,R", _ROUTER, _ROUTER),
    "access_point": Profile("cisco C9120AXI-E", 23.2, "GigabitEthernet0", "Router Trans-Bridge", "B", _AP, _AP),
    "codec": Profile(
        '"CTS-CODEC-SX80"', 0.0, "gbe0", "Host Phone", "T", '"ce9.1.3 75ff735 2017-07-10"', "CTS-CODEC-SX80, ce9.1.3"
    ),
    "computer": Profile("", 0.0, "", "", "", "", ""),
}


@dataclass
class Neighbor:
    """A device at the other end of a port's cable; `port.attach(Neighbor("access_point", "ap-1"))` plugs it in.

    `kind` is a key of PROFILES, which says all that isn't given. `watts` 0 is a device with its own power supply.
    `cdp` and `lldp` are whether it speaks them, as far as its kind does at all.
    """

    kind: str
    name: str = ""
    mac: str = "00005E0053FE"
    address: str | None = None
    platform: str | None = None
    watts: float | None = None
    cdp: bool = True
    lldp: bool = True

    def __post_init__(self) -> None:
        """Raises ValueError for an unknown kind."""
        if self.kind not in PROFILES:
            raise ValueError(f"unknown kind of neighbor {self.kind!r}; known: {', '.join(PROFILES)}")
        self.name = self.name or (f"SEP{self.mac}" if self.kind == "codec" else f"{self.kind.replace('_', '-')}-1")
        if self.platform is None:
            self.platform = self.profile.platform
        if self.watts is None:
            self.watts = self.profile.watts
        self.cdp = self.cdp and bool(self.profile.capabilities)
        self.lldp = self.lldp and bool(self.profile.lldp)

    @property
    def profile(self) -> Profile:
        """What its kind says of itself."""
        return PROFILES[self.kind]

    @property
    def load(self) -> str:
        """The release that it runs."""
        return self.profile.version

    @property
    def sends_bpdus(self) -> bool:
        """Whether it takes part in spanning tree, which BPDU guard doesn't let it."""
        return self.kind == "switch"

    def link_changed(self) -> None:
        """Nothing follows: it has no life of its own."""

"""What a checked site file says, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

DEFAULT_INVENTORY = "inventories/lab"
SECURITY_MODES = ("nonsecure", "mixed")
PACES = ("fast", "lively", "realistic")


@dataclass(frozen=True)
class SwitchSpec:
    """One switch: `config` holds its platform's lines with `{block}` still in them."""

    name: str
    model: str = "C9300-24P"
    ports: int = 24
    login: str = "password"
    uplink: str | None = None
    config: str = ""
    stack: int = 1
    platform: str = "ios"


@dataclass(frozen=True)
class CucmSpec:
    """The cluster: the publisher's host name, AXL version, RIS's rate limit, partition and CSS, mode, other nodes.

    `tftp_servers` of the nodes serve files: the publisher, then the subscribers in their order.
    """

    name: str = "cucm-pub"
    version: str = "12.5"
    ris_requests_per_minute: int = 15
    partition: str = "PT-Internal"
    css: str = "CSS-Internal"
    security: str = SECURITY_MODES[0]
    subscribers: tuple[str, ...] = ()
    tftp_servers: int = 1

    @property
    def nodes(self) -> tuple[str, ...]:
        """Host names of all nodes, the publisher first."""
        return (self.name, *self.subscribers)


@dataclass(frozen=True)
class DhcpSpec:
    """A DHCP server beside the switches: its host name, and the program that it is."""

    name: str
    kind: str = "kea"


@dataclass(frozen=True)
class LineSpec:
    """A directory number of a phone, and what its display shows beside the button."""

    dn: str
    label: str = ""


@dataclass(frozen=True)
class StaticSpec:
    """A static address of a phone, with mask, default gateway and DNS server; "" for none."""

    ip: str
    mask: str
    gateway: str = ""
    dns: str = ""


@dataclass(frozen=True)
class PhoneSpec:
    """One phone: 12 upper-case hex digits, the model's number, SIP or SCCP, and the port that it is plugged into.

    With `lines` it stands in CUCM from the start. `power`, `address` and `alternative_tftp` are set on the phone
    itself; addresses hold `{block}` still.
    """

    mac: str
    model: str
    switch: str
    interface: str
    protocol: str = "SIP"
    load: str | None = None
    description: str = ""
    lines: tuple[LineSpec, ...] = ()
    security: str = "nonsecure"
    power: str = "poe"
    address: StaticSpec | None = None
    alternative_tftp: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The device name in CUCM."""
        return f"SEP{self.mac}"


@dataclass(frozen=True)
class NeighborSpec:
    """Another device at a port; `given` are the fields of lab.switch.Neighbor that the file names."""

    kind: str
    switch: str
    interface: str
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SwitchLogin:
    """Login of all switches; None is replaced by a random one, `enable_secret` only when `has_enable` is true."""

    username: str = "netadmin"
    password: str | None = None
    enable_secret: str | None = None
    has_enable: bool = True


@dataclass(frozen=True)
class Site:
    """A checked site file. `faults` maps a fault to how many phones have it from the start."""

    name: str
    switches: tuple[SwitchSpec, ...] = ()
    cucm: CucmSpec | None = None
    phones: tuple[PhoneSpec, ...] = ()
    pace: str = PACES[0]
    switch_login: SwitchLogin = SwitchLogin()
    cucm_passwords: Mapping[str, str] = field(default_factory=dict)
    neighbors: tuple[NeighborSpec, ...] = ()
    dhcp: DhcpSpec | None = None
    inventory: str = DEFAULT_INVENTORY
    faults: Mapping[str, int] = field(default_factory=dict)

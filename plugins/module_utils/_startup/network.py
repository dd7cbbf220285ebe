# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the network says of one phone: its switch port, its switch, and the DHCP servers. Plain data."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.dialtone.voice.plugins.module_utils._startup.proof import Proof


@dataclass(frozen=True)
class Heard:
    """A phone, or another device, that is heard at a port by CDP or LLDP."""

    name: str
    platform: str
    kind: str
    protocol: str
    address: str | None = None
    voice_vlan: int | None = None


@dataclass(frozen=True)
class Port:
    """The port that the plan names, as its switch tells it.

    :ivar enabled: false for `shutdown`
    :ivar link: `connected`, `notconnect`, `disabled`, `err-disabled` ..., None where not told
    :ivar err_disabled: the reason, empty where it isn't err-disabled
    :ivar poe: as configured: `auto`, `static`, `never` ...
    :ivar power_admin: as the power table says it: `auto`, `off`, `static` ...; None: the switch has no inline power
    :ivar power_oper: `on`, `off`, `faulty`, `power-deny` ...
    :ivar power_left: watts that the port's module has left, None where not told
    :ivar voice_vlan: as configured: a number, `dot1p`, `untagged`, or None for none
    :ivar voice_vlan_exists: whether the switch has that VLAN, active
    :ivar cdp: whether CDP is sent there, by the port's configuration and the switch's
    :ivar lldp: whether LLDP is sent there
    :ivar heard: who is heard there, by CDP and by LLDP
    :ivar macs: addresses behind the port, twelve upper-case digits each
    :ivar authorized: of 802.1X or MAB: None where the port asks for none, lets in whom it doesn't know (open), has no
        session, or is still deciding
    :ivar link_changes: how often the link went up or down in the last hour that the log tells of, None without a log
    :ivar log: lines of the switch's log about the port, oldest first
    :ivar proofs: by `config`, `link`, `err_disabled`, `power`, `switchport`, `cdp`, `lldp`, `mac`, `authentication`,
        `log`; where the switch was asked and has no line about the port, the answer says so
    """

    interface: str
    enabled: bool | None = None
    link: str | None = None
    err_disabled: str = ""
    poe: str | None = None
    power_admin: str | None = None
    power_oper: str | None = None
    power_watts: float | None = None
    power_device: str | None = None
    power_left: float | None = None
    mode: str | None = None
    access_vlan: int | str | None = None
    voice_vlan: int | str | None = None
    voice_vlan_exists: bool | None = None
    cdp: bool | None = None
    lldp: bool | None = None
    heard: tuple[Heard, ...] | None = None
    macs: tuple[str, ...] | None = None
    authorized: bool | None = None
    link_changes: int | None = None
    log: tuple[str, ...] = ()
    proofs: t.Mapping[str, Proof] = field(default_factory=dict)


@dataclass(frozen=True)
class Uplink:
    """A trunk of a switch.

    :ivar vlans: those that it carries (allowed, active and forwarding), None where not told
    :ivar leads: whether a switch or router is heard behind it, and behind no port that doesn't trunk
    """

    interface: str
    vlans: frozenset[int] | None
    proof: Proof | None = None
    leads: bool = True


@dataclass(frozen=True)
class Svi:
    """A switch's own interface in a VLAN.

    :ivar address: with prefix length, such as `10.1.20.1/24`, empty for none; a secondary address is an Svi of its own
    :ivar virtual: addresses that it shares with other routers by HSRP, VRRP or GLBP: phones may have one as gateway
    """

    switch: str
    vlan: int
    address: str
    helpers: tuple[str, ...]
    up: bool
    proof: Proof | None = None
    virtual: tuple[str, ...] = ()


@dataclass(frozen=True)
class Switch:
    """The phone's switch as a whole.

    :ivar vlans: number -> name of those that are active, None where not told
    :ivar uplinks: ports that trunk now, those with a phone or an access point behind them left out
    :ivar proofs: by `vlans` (the table, without its ports), `cdp`, `lldp` (the lines that turn them on or off)
    """

    name: str
    vlans: t.Mapping[int, str] | None = None
    uplinks: tuple[Uplink, ...] | None = None
    svis: tuple[Svi, ...] = ()
    proofs: t.Mapping[str, Proof] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Another port at which the phone was found, by CDP, LLDP or its MAC address.

    :ivar heard: whether by CDP or LLDP, so that it is that very port
    :ivar voice_vlan: of that port, as `Port.voice_vlan`
    """

    switch: str
    interface: str
    proof: Proof
    heard: bool = True
    voice_vlan: int | str | None = None


@dataclass(frozen=True)
class Scope:
    """A scope of a DHCP server.

    :ivar option_150: addresses in their order; empty where there is no option 150, or one that is no addresses
    :ivar option_150_text: what it is where it is no list of addresses, empty otherwise
    :ivar left: free addresses, None where not told
    """

    server: str
    name: str
    network: str
    gateways: tuple[str, ...] = ()
    option_150: tuple[str, ...] = ()
    option_150_text: str = ""
    option_66: str = ""
    size: int | None = None
    left: int | None = None
    proof: Proof | None = None


@dataclass(frozen=True)
class Lease:
    """What a DHCP server gave the phone. `state`: `active`, `offered`, `expired` ..."""

    server: str
    address: str
    state: str
    proof: Proof


@dataclass(frozen=True)
class Dhcp:
    """What the DHCP servers say of the phone's network.

    :ivar scopes: those whose network is that of the phone's voice VLAN (planned, or of the VLAN's SVI)
    :ivar relays: the SVIs in the phone's voice VLAN, on all switches that were read
    :ivar local: addresses of the DHCP servers that were read, so that a relay's helper can be known again
    """

    scopes: tuple[Scope, ...] = ()
    lease: Lease | None = None
    relays: tuple[Svi, ...] = ()
    servers: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    proofs: tuple[Proof, ...] = ()

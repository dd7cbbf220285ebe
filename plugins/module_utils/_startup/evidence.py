# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was seen of one phone, by source: plain data, gathered elsewhere, judged by the rules.

None where a fact was not asked for or could not be had; `Evidence.gaps` says of which source, and why. An empty text or
tuple is an answer: nothing is there.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.dialtone.voice.plugins.module_utils._startup.network import Dhcp, Place, Port, Switch
from ansible_collections.dialtone.voice.plugins.module_utils._startup.proof import Proof
from ansible_collections.dialtone.voice.plugins.module_utils._startup.service import Config, Files, Handshake

# The sources, by which `Evidence.gaps` is keyed.
REGISTRATION = "registration"  # RIS, or AXL's list of registrations
SWITCH = "switch"
DHCP = "dhcp"
CUCM = "cucm"  # the database, by AXL
SERVICES = "services"  # Control Center of each node
FILES = "files"  # the TFTP service
PAGES = "pages"  # the phone's own web pages
CALL_MANAGERS = "call_managers"  # handshakes


@dataclass(frozen=True)
class Planned:
    """What the plan says of a phone.

    :ivar name: device name, `SEP` and twelve digits
    :ivar voice_vlan: number, None where the plan leaves it open
    :ivar poe: `auto`, `static`, `never` ..., None where the plan leaves it open
    :ivar network: of the voice VLAN's planned scope, such as `10.1.20.0/24`, empty where none is planned
    :ivar gateways: of that scope; empty where the plan leaves it open
    :ivar tftp_servers: addresses that option 150 is to have, in their order
    :ivar load: planned load, empty for the cluster's default
    :ivar nodes: where it may be registered, empty for any node of its group
    """

    name: str
    model: str = ""
    protocol: str = ""
    switch: str = ""
    interface: str = ""
    patterns: tuple[str, ...] = ()
    voice_vlan: int | None = None
    poe: str | None = None
    network: str = ""
    gateways: tuple[str, ...] = ()
    tftp_servers: tuple[str, ...] = ()
    load: str = ""
    nodes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Registration:
    """What RIS said last, in the words of `wait_for_registration`.

    :ivar state: one of the states of `wait_for_registration` (`registered`, `rejected`, `not seen`, `inconclusive` ...)
    :ivar problem: what is missing to be registered as planned, None for nothing
    :ivar reason: RIS's StatusReason
    :ivar lines: directory number -> its status
    """

    state: str
    problem: str | None = None
    node: str = ""
    address: str = ""
    protocol: str = ""
    model: str = ""
    active_load: str = ""
    inactive_load: str = ""
    reason: int | None = None
    reason_words: str = ""
    download_status: str = ""
    download_failure: str = ""
    download_server: str = ""
    lines: t.Mapping[str, str] = field(default_factory=dict)
    proof: Proof | None = None


@dataclass(frozen=True)
class Record:
    """The phone in CUCM's database.

    :ivar exists: false where CUCM said that there is no such phone; all else is empty then
    :ivar security_mode: of its security profile: `Non Secure`, `Authenticated`, `Encrypted`
    :ivar digest: whether its security profile asks for digest authentication
    :ivar nodes: CallManagers of its group, by priority, as the group names them
    :ivar load: of the phone, else of the device defaults
    :ivar stamp: versionStamp without braces
    """

    exists: bool
    model: str = ""
    protocol: str = ""
    lines: tuple[str, ...] = ()
    security_mode: str = ""
    digest: bool | None = None
    digest_user: str = ""
    device_pool: str = ""
    nodes: tuple[str, ...] = ()
    load: str = ""
    stamp: str = ""
    dial_rules: str = ""
    softkey_template: str = ""
    user_locale: str = ""
    network_locale: str = ""
    proof: Proof | None = None


@dataclass(frozen=True)
class Cluster:
    """The cluster. `services`: node -> service -> `Started`, `Stopped`, `Not activated` ...

    :ivar mixed: whether it is in mixed mode
    :ivar auto_registration: whether it is on at any CallManager
    :ivar addresses: node, as a CallManager group or a configuration file names it -> its addresses and names
    """

    mixed: bool | None = None
    auto_registration: bool | None = None
    services: t.Mapping[str, t.Mapping[str, str]] = field(default_factory=dict)
    addresses: t.Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    proofs: t.Mapping[str, Proof] = field(default_factory=dict)


@dataclass(frozen=True)
class Pages:
    """The phone's own web pages.

    :ivar fields: by plain names, whatever the family calls them: `mac`, `host_name`, `model`, `active_load`,
        `inactive_load`, `dhcp`, `dhcp_server`, `address`, `gateway`, `tftp_1`, `tftp_2`, `alternative_tftp`, `vlan`,
        `call_manager_1` to `call_manager_5` (with the state that the phone gives), `neighbor`, `neighbor_port`
    :ivar messages: the status messages without their times, oldest first
    :ivar proofs: by `device`, `network`, `port`, `log` (the status messages)
    """

    address: str
    fields: t.Mapping[str, str] = field(default_factory=dict)
    messages: tuple[str, ...] | None = None
    proofs: t.Mapping[str, Proof] = field(default_factory=dict)


@dataclass(frozen=True)
class Evidence:
    """All that is known of one phone. `gaps`: source -> why it could not be had, and what it would take."""

    planned: Planned
    registration: Registration | None = None
    port: Port | None = None
    switch: Switch | None = None
    elsewhere: tuple[Place, ...] = ()
    dhcp: Dhcp | None = None
    record: Record | None = None
    cluster: Cluster | None = None
    files: Files | None = None
    config: Config | None = None
    call_managers: tuple[Handshake, ...] | None = None
    pages: Pages | None = None
    gaps: t.Mapping[str, str] = field(default_factory=dict)

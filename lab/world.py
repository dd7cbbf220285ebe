"""The simulated site: switches, cluster and phones wired to each other, with what the control socket asks of them."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Mapping
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from lab import faults, ready
from lab.breaking import Breaker
from lab.cluster import Cluster
from lab.control import ControlError
from lab.cucm.hostility import KNOBS
from lab.fleet import FAST_ABOVE, FastMeans, timings
from lab.fleet_site import victims
from lab.kea import USERNAME as KEA_USERNAME
from lab.kea import KeaServer, missing
from lab.net import PORTS, Block, Ports
from lab.nxos import Nexus
from lab.phone import PACES, Phone, Timings
from lab.phone.options import PhoneOptions, StaticAddress
from lab.pki import CertificateAuthority, generate_host_key, known_hosts_line
from lab.site import CUCM_ACCOUNTS, NeighborSpec, PhoneSpec, Site, SiteError, SwitchSpec
from lab.state import KEA_FOLDER, StateFolder, overlay
from lab.switch import Credentials, Fabric, Neighbor, Port, Switch

SWITCH_KNOBS = ("latency", "max_vty", "refuse_line", "drop_at", "hostile_times", "save_busy", "minute")


@dataclass
class Station:
    """A phone where it is plugged in, and what `break` did to it, by the fault's name."""

    spec: PhoneSpec
    switch: Switch
    port: Port
    phone: Phone
    injuries: dict[str, faults.Injury] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.spec.name

    def faults(self) -> list[dict[str, str]]:
        """The faults that still hold: whoever mended one, it is gone from here."""
        return [{"name": name, "step": faults.find(name).step} for name, it in self.injuries.items() if it.holds()]


class World:
    """Everything of one lab that has an address, built out of a site."""

    def __init__(self, site: Site, block: Block, folder: Path, ports: Ports = PORTS) -> None:
        self.site, self.block, self.ports = site, block, ports
        self.authority = CertificateAuthority(f"Lab CA {block.prefix}")
        login = site.switch_login
        secret = login.enable_secret or (_password() if login.has_enable else None)
        self.credentials = Credentials(login.username, login.password or _password(), secret)
        self.passwords = {name: site.cucm_passwords.get(name) or _password() for name in CUCM_ACCOUNTS}
        self.fabric = Fabric(dhcp_port=ports.dhcp_server)
        self.switches = {spec.name: self._switch(index, spec) for index, spec in enumerate(site.switches)}
        self.cluster = self._cluster(folder) if site.cucm else None
        self.kea = None
        if site.dhcp and not missing(site):
            self.kea = KeaServer(site.dhcp, block, ports, folder / KEA_FOLDER, _password())
        for index, neighbor in enumerate(site.neighbors):
            self._plug(index, neighbor)
        self.fast = FastMeans(self.cluster, ports) if self.cluster and len(site.phones) > FAST_ABOVE else None
        self.stations = {spec.name: self._station(index, spec) for index, spec in enumerate(site.phones)}
        self.breaker = Breaker(self)
        self._running = AsyncExitStack()

    def _switch(self, index: int, spec: SwitchSpec) -> Switch | Nexus:
        config = self.block.fill(spec.config)
        if spec.uplink:
            config = f"{config.rstrip()}\ninterface {spec.uplink}\n switchport mode trunk\n"
        made = partial(Switch, fabric=self.fabric, stack=spec.stack) if spec.platform == "ios" else Nexus
        try:
            switch = made(
                spec.name,
                address=self.block.switch(index),
                ssh_port=self.ports.ssh,
                model=spec.model,
                ports=spec.ports,
                config=config,
                credentials=self.credentials,
                host_key=generate_host_key(),
                login=spec.login,
            )
        except ValueError as error:
            raise SiteError(f"switches[{index}] ({spec.name}): {error}") from error
        if spec.uplink and spec.uplink not in switch.config.ports:
            raise SiteError(f"switches[{index}].uplink: {spec.name} has no {spec.uplink}")
        return switch

    def _cluster(self, folder: Path) -> Cluster:
        return Cluster(
            self.site.cucm,
            addresses=[self.block.node(number) for number in range(len(self.site.cucm.nodes))],
            ports=self.ports,
            authority=self.authority,
            folder=folder,
            passwords=self.passwords,
            phones=self.site.phones,
        )

    def _plug(self, index: int, spec: NeighborSpec) -> None:
        port = self.switches[spec.switch].ports.get(spec.interface)
        if port is None:
            raise SiteError(f"neighbors[{index}].interface: {spec.switch} has no {spec.interface}")
        if port.uplink:
            raise SiteError(f"neighbors[{index}].interface: {spec.interface} of {spec.switch} is an uplink")
        port.attach(Neighbor(spec.kind, **spec.given))

    def _station(self, index: int, spec: PhoneSpec) -> Station:
        switch = self.switches[spec.switch]
        port = switch.ports.get(spec.interface)
        if port is None:
            raise SiteError(f"phones[{index}].interface: {spec.switch} has no {spec.interface}")
        given = {"load": spec.load} if spec.load else {}
        try:
            phone = Phone(
                mac=spec.mac,
                model=spec.model,
                protocol=spec.protocol,
                port=port,
                net=self.ports,
                timings=self._timings(),
                means=self.fast.means if self.fast else None,
                key=self.cluster.security.key(spec.name) if self.cluster else b"",
                options=self._options(spec),
                **given,
            )
        except ValueError as error:
            raise SiteError(f"phones[{index}]: {error}") from error
        return Station(spec, switch, port, phone)

    def _timings(self) -> Timings:
        pace = PACES[self.site.pace]
        return timings(pace, len(self.site.phones)) if self.fast else pace

    def _options(self, spec: PhoneSpec) -> PhoneOptions:
        """What the site file sets on the phone itself."""
        fill, static = self.block.fill, spec.address
        address = None
        if static:
            dns = (fill(static.dns),) if static.dns else ()
            address = StaticAddress(fill(static.ip), static.mask, fill(static.gateway), dns)
        return PhoneOptions(spec.power == "adapter", address, tuple(map(fill, spec.alternative_tftp)))

    # -- life --------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Start switches, cluster and phones. Raises OSError when an address is taken; `stop` is needed then too."""
        parts: list[Any] = [self.kea] if self.kea else []
        parts += self.switches.values()
        if self.cluster:
            parts.append(self.cluster)
        parts += [self.fast] if self.fast else []
        for part in parts:
            # Registered first: a part that fails half-way is stopped too.
            self._running.push_async_callback(part.stop)
            await part.start()
        self._running.push_async_callback(self._unplug)
        with self._held():
            for station in self.stations.values():
                await station.phone.start()
        self._break_at_start()

    def _held(self) -> ExitStack:
        """Let the switches see all cables at a time, where there are many."""
        stack = ExitStack()
        for switch in self.switches.values() if self.fast else ():
            if isinstance(switch, Switch):
                stack.enter_context(switch.held())
        return stack

    async def _unplug(self) -> None:
        """Pull the cables of all phones, together: each takes its time to leave."""
        with self._held():
            await asyncio.gather(*(station.phone.stop() for station in self.stations.values()))

    def _break_at_start(self) -> None:
        names = list(self.stations)
        try:
            for index, fault in victims(len(names), dict(self.site.faults)):
                self.breaker.break_all([(names[index], fault)])
        except ControlError as error:
            raise SiteError(f"fleet.faults: {error}") from error

    async def stop(self) -> None:
        """End everything: phones, cluster, switches."""
        await self._running.aclose()

    async def wait_ready(self) -> None:
        """Return when every service answers over its socket. Raises NotReady."""
        checks = [
            ready.switches([switch.address for switch in self.switches.values()], self.ports.ssh),
            ready.control(self.block.control, self.ports.control),
        ]
        if self.cluster:
            checks.append(self.cluster.wait_ready())
        if self.kea:
            checks.append(self.kea.wait_ready())
        await asyncio.gather(*checks)

    def write_files(self, folder: StateFolder) -> None:
        """Write what clients need into the state folder: inventory overlay, CA, host keys, accounts."""
        host_keys = {
            name: known_hosts_line(switch.address, switch.ssh_port, switch.host_key)
            for name, switch in self.switches.items()
        }
        ca_path = folder.write("ca.pem", self.authority.pem)
        folder.write("known_hosts", "".join(f"{line}\n" for line in host_keys.values()))
        login = {"username": self.credentials.username, "password": self.credentials.password}
        enable = {"enable_secret": self.credentials.enable_secret}
        accounts: dict[str, Any] = {"switch": {**login, **enable}, "cucm": self.passwords}
        if self.kea:
            accounts["dhcp"] = {"username": KEA_USERNAME, "password": self.kea.password}
        folder.write("credentials.json", json.dumps(accounts, indent=2) + "\n")
        switches = [
            {
                "name": name,
                "address": switch.address,
                "port": switch.ssh_port,
                **login,
                **enable,
                "host_keys": [host_keys[name]],
                **({"network_os": switch.network_os} if isinstance(switch, Nexus) else {}),
            }
            for name, switch in self.switches.items()
        ]
        publisher = None
        if self.site.cucm:
            account = {"username": "voiceadmin", "password": self.passwords["voiceadmin"]}
            # The ports of services that Cisco has below 1024, for those who do as phones do.
            ports = {"voice_tftp_port": self.ports.tftp, "voice_phone_http_port": self.ports.phone_http}
            publisher = {"name": self.site.cucm.name, "address": self.block.publisher, **account, "variables": ports}
        text = overlay(
            block=self.block.prefix,
            ca_path=ca_path,
            switches=switches,
            publisher=publisher,
            dhcp_servers=self._dhcp_servers(),
        )
        folder.write("inventory.yml", text)

    def _dhcp_servers(self) -> dict[str, dict[str, Any]] | None:
        """Who serves DHCP, by name with variables: Kea, or instead of it the first switch whose relay would ask it."""
        if self.site.dhcp is None:
            return None
        if self.kea:
            return {self.kea.name: self.kea.variables}
        relays = (
            name
            for name, switch in self.switches.items()
            if isinstance(switch, Switch)
            and any(self.block.dhcp in svi.get("helpers", ()) for svi in switch.config.interfaces.values())
        )
        first = next(relays, None)
        return {first: {"voice_dhcp_provider": "ios"}} if first else {}

    # -- the control socket's questions ------------------------------------------------------------------------------

    def status(self) -> list[dict[str, Any]]:
        """What `lab status` shows of each phone; see `_status` for the keys."""
        return [_status(station, self.breaker.concerning(station)) for station in self.stations.values()]

    def snapshot(self) -> dict[str, Any]:
        """Everything that a client could have changed, and how often it was asked to."""
        return {
            "switches": {
                name: {
                    "running_config": switch.running_config(),
                    "startup_config": switch.startup_config(),
                    "leases": sorted(switch.dhcp_server.bindings) if isinstance(switch, Switch) else [],
                    "requests": {key: switch.counters[key] for key in ("sessions", "config_lines")},
                }
                for name, switch in self.switches.items()
            },
            "cucm": self.cluster.snapshot() if self.cluster else None,
            **({"dhcp": self.kea.snapshot()} if self.kea else {}),
            "phones": self.status(),
        }

    def set_knobs(self, name: str, knobs: Mapping[str, Any]) -> dict[str, Any]:
        """Set hostile knobs of a switch or the publisher; returns all knobs of that host. Raises ControlError."""
        targets = self._knobs(name)
        for key, value in knobs.items():
            if key not in targets:
                raise ControlError(f"{name} has no knob {key!r}; it has {', '.join(targets)}")
            if value is not None and not isinstance(value, (int, float)):
                raise ControlError(f"{key} wants a number, true, false or null, not {value!r}")
            setattr(*targets[key], value)
        return {key: getattr(*place) for key, place in targets.items()}

    def _knobs(self, name: str) -> dict[str, tuple[Any, str]]:
        """Knob -> (object, attribute)."""
        if name in self.switches:
            switch = self.switches[name]
            return {key: (switch, key) for key in SWITCH_KNOBS if hasattr(switch, key)}
        hosts = list(self.switches)
        if self.cluster:
            if name == self.cluster.spec.name:
                publisher = {key: (self.cluster.publisher, key) for key in KNOBS}
                return {**publisher, "ris_requests_per_minute": (self.cluster.ris, "requests_per_minute")}
            hosts.append(self.cluster.spec.name)
        raise ControlError(f"unknown host {name!r}; known are {', '.join(hosts)}")


def _status(station: Station, concerning: list[dict[str, str]]) -> dict[str, Any]:
    status = station.phone.status
    return {
        "name": station.name,
        "mac": station.spec.mac,
        "model": station.spec.model,
        "protocol": station.spec.protocol,
        "switch": station.spec.switch,
        "interface": station.spec.interface,
        "dns": list(status.dns),
        "address": status.address,
        "load": status.load,
        "step": status.step,
        "state": status.state,
        "stuck_at": status.stuck_at,
        "why": status.why,
        "doing": status.doing,
        "findings": list(status.findings),
        "faults": station.faults(),
        "concerned_by": concerning,
    }


def _password() -> str:
    """A random password without characters that shells, YAML or IOS treat in their own way."""
    return f"Lab{secrets.token_hex(10)}"

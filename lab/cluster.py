"""The CUCM side of a lab: a publisher with AXL and RIS, subscribers, and a CallManager on each of them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from aiohttp import web

from lab.cucm import dynamic
from lab.cucm.configfiles import ConfigFiles
from lab.cucm.control_center import LOGS_PATH, SERVICES_PATH, ControlCenter
from lab.cucm.https import Account, Publisher
from lab.cucm.node_server import NodeServer
from lab.cucm.provisioned import provision
from lab.cucm.records import StoredObject
from lab.cucm.registrar import Registrar
from lab.cucm.registration import Registration
from lab.cucm.registry import Exceptions
from lab.cucm.ris import RisService
from lab.cucm.schema import installed_schema_dirs
from lab.cucm.security import Security
from lab.cucm.seed import seed
from lab.cucm.store import Store
from lab.cucm.tftp import ConfigServer
from lab.net import Ports
from lab.node import Node
from lab.pki import CertificateAuthority
from lab.site import CucmSpec, PhoneSpec, SiteError

RIS_PATH = "/realtimeservice2/services/RISService70"
SCHEMA_DISTRIBUTION = "ciscoaxl"
ROLES = {
    "voiceadmin": frozenset({"axl_write", "axl_read", "ris", "serviceability", "logs"}),
    "auditor": frozenset({"axl_read"}),
    "nobody": frozenset(),
}


class Cluster:
    """A cluster whose publisher is at the first of `addresses`. `passwords` holds those of the accounts in ROLES.

    `nodes` are by host name, the publisher first; `registrar` and `server` are the publisher's. All nodes serve the
    same files and share their exceptions. Of `phones`, those with lines are in the database from the start.
    """

    def __init__(
        self,
        spec: CucmSpec,
        *,
        addresses: Iterable[str],
        ports: Ports,
        authority: CertificateAuthority,
        folder: Path,
        passwords: Mapping[str, str],
        phones: Sequence[PhoneSpec] = (),
    ) -> None:
        schemas = schema_folders()
        if spec.version not in schemas:
            raise SiteError(f"cucm.version: no AXL schema {spec.version} is installed; there are {', '.join(schemas)}")
        self.spec = spec
        self._ports, self._authority, self._folder = ports, authority, folder
        located = dict(zip(spec.nodes, addresses, strict=False))
        self.address = address = located[spec.name]
        self.store = Store()
        seed(
            self.store,
            name=spec.name,
            address=address,
            partition=spec.partition,
            css=spec.css,
            mixed_mode=spec.security == "mixed",
            subscribers={name: where for name, where in located.items() if name != spec.name},
            tftp_servers=spec.tftp_servers,
        )
        self.security = Security(
            located,
            authority=authority,
            folder=folder,
            mixed=spec.security == "mixed",
            tftp_servers=spec.tftp_servers,
        )
        self.files = ConfigFiles(self.store, security=self.security)
        self.exceptions = Exceptions()
        self._accounts = [Account(name, passwords[name], roles) for name, roles in ROLES.items()]
        self.publisher = Publisher(
            address=address,
            port=ports.https,
            ssl_context=authority.server_context(spec.name, [address], folder),
            store=self.store,
            schema_dirs=schemas,
            version=spec.version,
            accounts=self._accounts,
        )
        self._centers: list[ControlCenter] = []
        self.nodes = {name: self._node(name, where) for name, where in located.items()}
        first = self.nodes[spec.name]
        self.registrar, self.server, self.control_center = first.registrar, first.server, first.control_center
        self.ris = RisService(
            store=self.store,
            registrar=self.registrar,
            node_name=address,
            requests_per_minute=spec.ris_requests_per_minute,
            others={node.address: node.registrar for node in self.nodes.values() if node is not first},
        )
        self.publisher.axl.tables[dynamic.KIND] = self._registration_rows
        self.ris_requests = 0
        self._phones = phones
        self._running = AsyncExitStack()

    def _node(self, name: str, address: str) -> Node:
        web_server: NodeServer = self.publisher
        if name != self.spec.name:
            context = self._authority.server_context(name, [address], self._folder)
            web_server = NodeServer(
                address=address, port=self._ports.https, ssl_context=context, accounts=self._accounts
            )
        center = ControlCenter(node_name=address, cluster=self._centers)
        self._centers.append(center)
        # RIS answers for the whole cluster at any node; the services and logs of a node, only the node itself.
        web_server.add_post_route(RIS_PATH, self._ris)
        web_server.add_post_route(SERVICES_PATH, center.handle_services)
        web_server.add_post_route(LOGS_PATH, center.handle_logs)
        ports, server = self._ports, None
        if self.spec.nodes.index(name) < self.spec.tftp_servers:
            server = ConfigServer(
                address,
                ports.config_http,
                ports.tftp,
                self.files,
                https_port=ports.config_https,
                tls=self.security.tls(name),
            )
        registrar = Registrar(
            store=self.store,
            address=address,
            sip_port=ports.sip,
            sccp_port=ports.sccp,
            sips_port=ports.sips,
            sccps_port=ports.sccps,
            tls=self.security.tls(name),
            exceptions=self.exceptions,
            version=self.spec.version,
        )
        return Node(name, address, web=web_server, registrar=registrar, server=server, control_center=center)

    async def start(self) -> None:
        """Start every service. Raises OSError when a port is taken; `stop` is needed then too."""
        self._running.callback(self.store.close)
        provision(self.publisher.axl, self.store, self.spec, self._phones)
        for node in self.nodes.values():
            # Registered first: a node that fails half-way is stopped too.
            self._running.push_async_callback(node.stop)
            await node.start()

    async def stop(self) -> None:
        """End every service, the last started first."""
        await self._running.aclose()

    # -- what happens to nodes ---------------------------------------------------------------------------------------

    def stop_service(self, node: str | None, service: str) -> None:
        """Stop a service at one node, or at every node that has it; Control Center says so."""
        for each in self._chosen(node, service):
            each.turn(service, False)

    def start_service(self, node: str | None, service: str) -> None:
        """Start a service again."""
        for each in self._chosen(node, service):
            each.turn(service, True)

    def filter_ports(self, node: str | None, kinds: Collection[str], on: bool) -> None:
        """Have no packet through to ports of one node, or of all: "sip", "sips", "sccp", "sccps", "files".

        Whoever connects waits for an answer that never comes. The services go on.
        """
        for each in self._chosen(node):
            each.filter(kinds, on)

    def at(self, address: str) -> Node | None:
        """The node at an address."""
        return next((node for node in self.nodes.values() if node.address == address), None)

    def _chosen(self, node: str | None, service: str = "") -> list[Node]:
        chosen = list(self.nodes.values()) if node is None else [self.nodes[node]]
        return [each for each in chosen if not service or each.has(service)]

    # -- what it knows -----------------------------------------------------------------------------------------------

    def located_registrations(self) -> dict[str, tuple[str, Registration]]:
        """Each device that has tried to register: the node that knows of it last, and what it knows."""
        latest: dict[str, tuple[str, Registration]] = {}
        for node in self.nodes.values():
            for name, known in node.registrar.registrations().items():
                if name not in latest or known.rank > latest[name][1].rank:
                    latest[name] = node.name, known
        return latest

    def _registration_rows(self) -> list[StoredObject]:
        located = self.located_registrations()
        nodes = {name: node for name, (node, _) in located.items()}
        return dynamic.rows({name: known for name, (_, known) in located.items()}, nodes)

    async def _ris(self, request: web.Request, account: Account) -> web.StreamResponse:
        self.ris_requests += 1
        return await self.ris.handle(request, account)

    async def wait_ready(self) -> None:
        """Return when every service answers over its socket. Raises NotReady."""
        await asyncio.gather(*(node.wait_ready(self._ports, self._authority.pem) for node in self.nodes.values()))

    def snapshot(self) -> dict[str, Any]:
        """Phones and lines of the database, the state of each registration, and how often each API was asked."""
        return {
            "phones": {
                phone.name: {
                    "uuid": phone.uuid,
                    "version_stamp": phone.version_stamp,
                    "lines": [f"{line.pattern}/{line.partition}" for line in phone.lines],
                }
                for phone in self.store.phones()
            },
            "lines": [line.name for line in self.store.all("Line")],
            "requests": {"axl": dict(self.publisher.requests), "ris": self.ris_requests},
            "registrations": {name: known.status for name, (_, known) in self.located_registrations().items()},
            "nodes": {
                name: {"address": node.address, "services": dict(node.control_center.services)}
                for name, node in self.nodes.items()
            },
        }


def schema_folders() -> dict[str, Path]:
    """AXL version -> folder with Cisco's WSDL and XSD, from installed packages. Raises SiteError without any."""
    found = installed_schema_dirs()
    if not found:
        raise SiteError(
            f"the lab's CUCM validates with the AXL schema of the package {SCHEMA_DISTRIBUTION}, which is not installed"
        )
    return found

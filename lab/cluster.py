"""The CUCM side of a lab: the publisher with AXL, RIS, files and the registrar, started and ended together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from aiohttp import web

from lab import ready
from lab.cucm import dynamic
from lab.cucm.configfiles import ConfigFiles
from lab.cucm.control_center import LOGS_PATH, SERVICES_PATH, ControlCenter
from lab.cucm.https import Account, Publisher
from lab.cucm.provisioned import provision
from lab.cucm.registrar import Registrar
from lab.cucm.ris import RisService
from lab.cucm.schema import installed_schema_dirs
from lab.cucm.seed import seed
from lab.cucm.store import Store
from lab.cucm.tftp import ConfigServer
from lab.net import Ports
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
    """One publisher on `address`. `passwords` holds those of the accounts in ROLES; of `phones`, those with lines are
    in its database from the start."""

    def __init__(
        self,
        spec: CucmSpec,
        *,
        address: str,
        ports: Ports,
        authority: CertificateAuthority,
        folder: Path,
        passwords: Mapping[str, str],
        phones: Sequence[PhoneSpec] = (),
    ) -> None:
        schemas = schema_folders()
        if spec.version not in schemas:
            raise SiteError(f"cucm.version: no AXL schema {spec.version} is installed; there are {', '.join(schemas)}")
        self.spec, self.address = spec, address
        self._ports, self._authority = ports, authority
        self.store = Store()
        seed(
            self.store,
            name=spec.name,
            address=address,
            partition=spec.partition,
            css=spec.css,
            mixed_mode=spec.security == "mixed",
        )
        self.registrar = Registrar(store=self.store, address=address, sip_port=ports.sip, sccp_port=ports.sccp)
        self.files = ConfigFiles(self.store)
        self.server = ConfigServer(address, ports.config_http, ports.tftp, self.files)
        self.ris = RisService(
            store=self.store,
            registrar=self.registrar,
            node_name=address,
            requests_per_minute=spec.ris_requests_per_minute,
        )
        self.publisher = Publisher(
            address=address,
            port=ports.https,
            ssl_context=authority.server_context(spec.name, [address], folder),
            store=self.store,
            schema_dirs=schemas,
            version=spec.version,
            accounts=[Account(name, passwords[name], roles) for name, roles in ROLES.items()],
        )
        self.publisher.axl.tables[dynamic.KIND] = lambda: dynamic.rows(self.registrar.registrations(), spec.name)
        self.ris_requests = 0
        self.publisher.add_post_route(RIS_PATH, self._ris)
        self.control_center = ControlCenter(node_name=address)
        self.publisher.add_post_route(SERVICES_PATH, self.control_center.handle_services)
        self.publisher.add_post_route(LOGS_PATH, self.control_center.handle_logs)
        self._phones = phones
        self._running = AsyncExitStack()

    async def start(self) -> None:
        """Start every service. Raises OSError when a port is taken; `stop` is needed then too."""
        self._running.callback(self.store.close)
        provision(self.publisher.axl, self.spec, self._phones)
        for service in (self.publisher, self.server, self.registrar):
            # Registered first: a service that fails half-way is stopped too.
            self._running.push_async_callback(service.stop)
            await service.start()

    async def stop(self) -> None:
        """End every service, the last started first."""
        await self._running.aclose()

    async def _ris(self, request: web.Request, account: Account) -> web.StreamResponse:
        self.ris_requests += 1
        return await self.ris.handle(request, account)

    async def wait_ready(self) -> None:
        """Return when every service answers over its socket. Raises NotReady."""
        await ready.publisher(self.address, self._ports, self._authority.pem)

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
            "registrations": {name: known.status for name, known in self.registrar.registrations().items()},
        }


def schema_folders() -> dict[str, Path]:
    """AXL version -> folder with Cisco's WSDL and XSD, from installed packages. Raises SiteError without any."""
    found = installed_schema_dirs()
    if not found:
        raise SiteError(
            f"the lab's CUCM validates with the AXL schema of the package {SCHEMA_DISTRIBUTION}, which is not installed"
        )
    return found

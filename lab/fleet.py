"""The fast mode: phones that go the very same way as others, but without sockets between them and the cluster.

The state machine, the switch ports, DHCP, the files, the trust lists and the registry are the same; only what would be
packets is a call, so that ten thousand phones fit into one process. Their web pages are real: one listener for each
phone, and one web server behind all of them.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from aiohttp import web

from lab.cucm import registration as reg
from lab.cucm.registration import Attempt
from lab.cucm.sccp_registrar import SHOWN
from lab.node import FILES
from lab.phone import alarms
from lab.phone.config import Line
from lab.phone.dhcp_client import DhcpClient, DhcpPort, Lease
from lab.phone.downloads import Absent, Broken, Downloader, PortNumbers, Silent
from lab.phone.means import Means
from lab.phone.session import Event, Identity, Refused, TlsFailed, Unreachable
from lab.phone.status import Timings
from lab.phone.web import PageData, PhoneWeb

if TYPE_CHECKING:
    from lab.cluster import Cluster
    from lab.net import Ports
    from lab.node import Node

FAST_ABOVE = 300
"""So many phones have sockets of their own; in a site with more, none has."""
PER_SECOND = 250
"""So many tries a second of all phones that are stuck are enough."""
AT_A_TIME = 20
"""So many steps of phones are taken before the event loop looks after anything else."""
_EVER = 1e8
_BACKLOG = 8

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def timings(pace: Timings, phones: int) -> Timings:
    """A pace at which so many phones at once leave the process time for its clients."""
    retry = max(pace.retry, phones / PER_SECOND)
    return replace(pace, retry=retry, fallback=max(pace.fallback, retry), dhcp_tries=2)


class Turns:
    """Lets a few phones go on at a time, so that whoever asks the lab something is served between them."""

    def __init__(self) -> None:
        self._limit = asyncio.Semaphore(AT_A_TIME)

    async def wait(self) -> None:
        """Return when it is the caller's turn."""
        async with self._limit:
            await asyncio.sleep(0)


class FastMeans:
    """The means of a site's phones: `means` is given to each; `stop` ends their web pages."""

    def __init__(self, cluster: Cluster, ports: Ports) -> None:
        self._pages, turns = _Pages(), Turns()
        kinds = {ports.sip: "sip", ports.sips: "sips", ports.sccp: "sccp", ports.sccps: "sccps"}
        self.means = Means(
            downloader=partial(FastDownloader, cluster, turns),
            sip=partial(FastSession, cluster, turns, kinds),
            sccp=partial(FastSession, cluster, turns, kinds, lines=()),
            web=partial(_FastWeb, self._pages),
            dhcp=partial(_FastDhcp, turns),
        )

    async def start(self) -> None:
        """Nothing is needed before the first phone."""

    async def stop(self) -> None:
        """End the web server."""
        await self._pages.stop()


class _FastDhcp(DhcpClient):
    """DHCP is without sockets anyway, but takes its turn."""

    def __init__(self, turns: Turns, *given: str, wait: float, tries: int) -> None:
        super().__init__(*given, wait=wait, tries=tries)
        self._turns = turns

    async def acquire(self, port: DhcpPort, vlan: int, previous: str = "") -> Lease:
        """Ask for an address, the `previous` one if possible. Raises NoLease."""
        await self._turns.wait()
        return await super().acquire(port, vlan, previous)


class FastDownloader(Downloader):
    """Downloads out of the cluster's files, where the node's service would have answered."""

    def __init__(
        self,
        cluster: Cluster,
        turns: Turns,
        servers: Sequence[str],
        local: str,
        ports: PortNumbers,
        *,
        http_timeout: float,
        tftp_wait: float,
        tftp_tries: int,
        blocked: Callable[[], bool] = lambda: False,
    ) -> None:
        self._servers, self._local, self._ports, self._blocked = tuple(servers), local, ports, blocked
        self._cluster, self._turns = cluster, turns
        self._waits = {"HTTP": http_timeout, "TFTP": tftp_wait * tftp_tries}

    async def close(self) -> None:
        """There is nothing to close."""

    async def _by_http(self, server: str, name: str) -> bytes:
        return await self._ask(server, name, "HTTP", "connection refused", "404 Not Found")

    async def _by_tftp(self, server: str, name: str) -> bytes:
        return await self._ask(server, name, "TFTP", "no answer", "error 1, File not found")

    async def _ask(self, server: str, name: str, protocol: str, refused: str, absent: str) -> bytes:
        node = self._cluster.at(server)
        await self._turns.wait()
        if node and FILES in node.filtered:
            await asyncio.sleep(self._waits[protocol])
            raise Silent("no answer")
        if node is None or node.server is None or not node.answers(FILES):
            raise Silent(refused)
        content = node.server.files.sealed(name)
        node.server.remember(protocol, self._local, name, content is not None)
        if content is None:
            raise Absent(absent)
        if node.server.files.cut[name] > 0:
            raise Broken("the transfer broke off")
        return content


class FastSession:
    """A registration, entered into the CallManager's registry. `lines` are empty in SCCP, where the cluster has them.

    `kinds` maps ports to what listens there.
    """

    def __init__(
        self,
        cluster: Cluster,
        turns: Turns,
        kinds: dict[int, str],
        identity: Identity,
        lines: Sequence[Line] = (),
        *,
        connect: float,
        response: float,
    ) -> None:
        self._cluster, self._turns, self._kinds = cluster, turns, kinds
        self._identity, self._lines = identity, tuple(lines)
        self._wait = connect
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._node: Node | None = None
        self._sip = False
        self._registered = False
        self.peer = ""

    async def connect(self, address: str, port: int, local: str, trusted: frozenset[bytes] | None = None) -> None:
        """Find the CallManager. Raises Unreachable."""
        node, kind = self._cluster.at(address), self._kinds.get(port, "")
        await self._turns.wait()
        if node and kind in node.filtered:
            await asyncio.sleep(self._wait)
            raise Unreachable("no answer")
        if node is None or not node.answers(kind):
            raise Unreachable("connection refused")
        if trusted is not None and self._cluster.security.shown(node.name) not in trusted:
            raise TlsFailed("the TLS handshake failed: the server's certificate isn't in the phone's CTL file")
        self._node, self.peer, self._sip = node, local, kind.startswith("sip")
        node.registrar.guests.add(self)

    async def register(self) -> list[str]:
        """Register as the registrar of the protocol would have it. Raises Refused."""
        registrar = self._here().registrar
        registry, identity = registrar.registry, self._identity
        if identity.upgrade.status != alarms.UpgradeReport().status:
            registry.alarmed(identity.name, alarms.upgrade(identity.name, identity.upgrade))
        attempt = Attempt(
            device=identity.name,
            protocol="SIP" if self._sip else "SCCP",
            model=identity.model_number,
            active_load=identity.load,
            inactive_load=identity.inactive_load if self._sip else "",
            alarm="",
        )
        phone = registry.phone(attempt)
        refusal = registry.refusal(attempt, phone)
        if refusal or phone is None:
            code, text, reason = refusal or (404, "Unable to find device/user in database", reg.NO_ENTRY_IN_DATABASE)
            registry.rejected(attempt, self, reason)
            raise self._refused(code, text, reason)
        patterns = [reg.number_of(line.pattern) for line in phone.lines]
        numbers = patterns
        if self._sip:
            numbers = self._checked(patterns)
        self._registered = True
        registry.registered(attempt, self, numbers, patterns, _EVER)
        if self._sip and not numbers:
            asyncio.get_running_loop().call_soon(registry.reset, identity.name, "restarted")
        return []

    def _checked(self, patterns: list[str]) -> list[str]:
        """The numbers that a SIP phone registers; none where it has only the default file. Raises Refused."""
        registrar, first = self._here().registrar, self._lines[0]
        wanted = registrar.digest.get(self._identity.name)
        if wanted and wanted != (first.auth_name, first.auth_password):
            raise self._refused(401)
        if first.number == self._identity.name and registrar.registry.auto_registers():
            return []
        if first.number not in patterns:
            raise self._refused(404, f"Directory number {first.number} is not configured on this device")
        return patterns if self._identity.bulk else [line.number for line in self._lines if line.number in patterns]

    def _refused(self, code: int, text: str = "", reason: int = 0) -> Refused:
        server = self._here().address
        if not self._sip:
            shown = SHOWN.get(reason, text)
            said = f"{server} answered Register with RegisterReject, {shown}"
            return Refused(said, f"Registration Rejected: {shown}")
        warning = f', "{text}"' if text else ""
        return Refused(
            f"{server} answered REGISTER of {self._lines[0].number} with {code} {HTTPStatus(code).phrase}{warning}",
            "Registration Rejected",
        )

    def command(self, name: str, action: str, stamp: str) -> bool:
        """Be told by the CallManager."""
        self._events.put_nowait(Event(action, name, stamp))
        return True

    def hang_up(self) -> None:
        """Lose the connection, by the CallManager's end of it."""
        if self._node:
            self._leave()
            self._events.put_nowait(Event("closed", "the CallManager closed the connection"))

    async def unregister(self) -> None:
        """Take the registration back."""
        if self._node:
            self._node.registrar.registry.left(self._identity.name)

    async def stand_by(self) -> None:
        """Return when the connection ends."""
        while (await self.event()).action != "closed":
            continue

    def tell(self, event: Event) -> None:
        """Have `event` return this."""
        self._events.put_nowait(event)

    async def event(self) -> Event:
        """Wait for what ends or changes the registration."""
        return await self._events.get()

    def events(self, *, rejected: bool) -> tuple[str, str]:
        """The last protocol events sent and received, as alarms name them."""
        if self._sip:
            return "Sent:REGISTER", "Rcvd:REGISTER Reject" if rejected else "Rcvd:REGISTER 200 OK"
        return "1:Register", "157:RegisterReject" if rejected else "129:RegisterAck"

    async def close(self) -> None:
        """Close the connection."""
        self._leave()

    def _leave(self) -> None:
        node, self._node = self._node, None
        if node:
            node.registrar.guests.discard(self)
            if self._registered:
                node.registrar.registry.closed(self, [self._identity.name])

    def _here(self) -> Node:
        if self._node is None:
            raise Refused("the CallManager closed the connection during REGISTER")
        return self._node


class _Pages:
    """One web server behind the listeners of all phones; the address that is asked tells which phone it is."""

    def __init__(self) -> None:
        self._routes: dict[str, dict[str, Handler]] = {}
        self._servers: dict[str, asyncio.Server] = {}
        self._runner: web.AppRunner | None = None

    async def open(self, address: str, port: int, routes: dict[str, Handler]) -> None:
        """Serve a phone's pages at its address. Raises OSError."""
        if self._runner is None:
            app = web.Application()
            app.router.add_get("/{path:.*}", self._page)
            self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.1)
            await self._runner.setup()
        listener = socket.create_server((address, port), backlog=_BACKLOG)
        loop = asyncio.get_running_loop()
        self._servers[address] = await loop.create_server(self._runner.server, sock=listener)
        self._routes[address] = routes

    def close(self, address: str) -> None:
        """Serve it no longer."""
        self._routes.pop(address, None)
        server = self._servers.pop(address, None)
        if server:
            server.close()

    async def stop(self) -> None:
        """End the server."""
        for address in list(self._servers):
            self.close(address)
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def _page(self, request: web.Request) -> web.StreamResponse:
        address = request.transport.get_extra_info("sockname")[0] if request.transport else ""
        handler = self._routes.get(address, {}).get(request.path)
        if handler is None:
            return web.Response(status=404, text="<html><body>404 Not Found</body></html>", content_type="text/html")
        return await handler(request)


class _FastWeb(PhoneWeb):
    """A phone's pages, behind the one server."""

    def __init__(self, pages: _Pages, data: Callable[[], PageData]) -> None:
        super().__init__(data)
        self._pages, self._address = pages, ""

    async def start(self, address: str, port: int) -> None:
        """Listen. Raises OSError where the address isn't ours or the port is taken."""
        await self._pages.open(address, port, self.routes())
        self._address = address

    async def stop(self) -> None:
        """Stop listening."""
        address, self._address = self._address, ""
        if address:
            self._pages.close(address)

    @property
    def running(self) -> bool:
        """Whether the pages are served."""
        return bool(self._address)

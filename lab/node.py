"""One node of the cluster: its CallManager, its file service where it has one, and what Control Center says of them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from lab import ready
from lab.cucm.control_center import NOT_ACTIVATED, STARTED, STOPPED, ControlCenter
from lab.cucm.node_server import NodeServer
from lab.cucm.registrar import Registrar
from lab.cucm.switches import Follower
from lab.cucm.tftp import ConfigServer
from lab.net import Ports

CALL_MANAGER, TFTP = "Cisco CallManager", "Cisco Tftp"
SIGNALLING = ("sip", "sips", "sccp", "sccps")
FILES = "files"


class Node:
    """A node at `address`. `web` answers for it by HTTPS; `server` is None where no files are served."""

    def __init__(
        self,
        name: str,
        address: str,
        *,
        web: NodeServer,
        registrar: Registrar,
        server: ConfigServer | None,
        control_center: ControlCenter,
    ) -> None:
        self.name, self.address = name, address
        self.web, self.registrar, self.server, self.control_center = web, registrar, server, control_center
        self.filtered: set[str] = set()
        parts: dict[str, Any] = {CALL_MANAGER: registrar, **({TFTP: server} if server else {})}
        if not server:
            control_center.set_state(TFTP, NOT_ACTIVATED)
        self._followers = {name: Follower(_follow(part), True) for name, part in parts.items()}

    async def start(self) -> None:
        """Start every service. Raises OSError when a port is taken; `stop` is needed then too."""
        for part in filter(None, (self.web, self.server, self.registrar)):
            await part.start()

    async def stop(self) -> None:
        """End every service, the last started first."""
        for follower in self._followers.values():
            await follower.settled()
        for part in filter(None, (self.registrar, self.server, self.web)):
            await part.stop()

    async def settled(self) -> None:
        """Return when the services are as they were last told to be."""
        for follower in self._followers.values():
            await follower.settled()

    def runs(self, service: str) -> bool:
        """Whether a service is started."""
        return self.control_center.services.get(service) == STARTED

    def turn(self, service: str, on: bool) -> None:
        """Start or stop a service, as Control Center does. Raises KeyError for one that the node doesn't have."""
        follower = self._followers[service]
        self.control_center.set_state(service, STARTED if on else STOPPED)
        follower.want(on)

    def has(self, service: str) -> bool:
        """Whether the service can be turned on and off here."""
        return service in self._followers

    def filter(self, kinds: Collection[str], on: bool) -> None:
        """Have no packet for these ports get through, or let them through again; the services go on."""
        changed = set(kinds) - self.filtered if on else set(kinds) & self.filtered
        self.filtered ^= changed
        for kind in changed:
            if kind == FILES and self.server:
                self.server.filter(on)
            elif kind in self.registrar.listeners:
                self.registrar.listeners[kind].filter(on)
        if on and changed & set(SIGNALLING):
            # A filter cuts what is open too; the phones would only notice it later.
            self.registrar.hang_up()

    def answers(self, kind: str) -> bool:
        """Whether a client gets an answer at a port of this kind."""
        if kind == FILES:
            return self.server is not None and self.runs(TFTP) and FILES not in self.filtered
        return self.runs(CALL_MANAGER) and kind in self.registrar.listeners and kind not in self.filtered

    async def wait_ready(self, ports: Ports, authority: bytes) -> None:
        """Return when every service answers over its socket. Raises NotReady."""
        await ready.node(self.address, ports, authority, files=self.server is not None)


def _follow(part: Any) -> Callable[[object], Any]:
    async def follow(running: object) -> None:
        await (part.start() if running else part.stop())

    return follow

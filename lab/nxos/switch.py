"""A Nexus: its configuration, ports and what is plugged into them, started on its own loopback address."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal

from lab.switch.secrets import Secret
from lab.switch.switch import Credentials

from . import render
from .neighbors import Neighbor
from .session import Session
from .show import RIGHTS
from .state import NexusConfig

if TYPE_CHECKING:
    import asyncssh

    from lab.switch.server import Listener


class Nexus:
    """A Nexus 9000 with SSH, VLANs, CDP and LLDP. It gives no power, and its phones are only told of (`neighbors`).

    Hostile behaviour, off by default: `latency` (seconds per command and login), `max_vty` (sessions at a time),
    `refuse_line` (the k-th configuration line of a session is refused), `drop_at` (the session drops at the k-th
    configuration line), `hostile_times` (how often one of the two strikes; None: every time), `save_busy` (that many
    saves fail).
    `counters` counts what came over SSH: `sessions` and `config_lines`.
    """

    network_os = "cisco.nxos.nxos"
    ssh_version = "OpenSSH_8.3 PKIX[12.5.1]"

    def __init__(
        self,
        name: str,
        *,
        address: str,
        ssh_port: int,
        model: str = "C9348GC-FXP",
        ports: int = 48,
        config: str = "",
        credentials: Credentials,
        host_key: asyncssh.SSHKey,
        login: Literal["password", "keyboard-interactive"] = "password",
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`config` is NX-OS lines applied to the factory configuration. Every account is an administrator's."""
        self.name = name
        self.address = address
        self.ssh_port = ssh_port
        self.model = model
        self.serial = "FDO20000001"
        self.login = login
        self.host_key = host_key
        self.clock = clock
        self.booted = clock()
        self.latency = 0.0
        self.max_vty = 32
        self.refuse_line: int | None = None
        self.drop_at: int | None = None
        self.hostile_times: int | None = None
        self.save_busy = 0
        self.counters: Counter[str] = Counter()
        self.neighbors: dict[str, Neighbor] = {}
        self.errdisabled: set[str] = set()
        self.config = NexusConfig(name, ["mgmt0", *(f"Ethernet1/{n}" for n in range(1, ports + 1))])
        self.config.users[credentials.username] = (15, Secret(credentials.password))
        self.config.banners["exec"] = RIGHTS
        self._server: Listener | None = None
        self._startup = ""
        self._initial = config

    async def start(self) -> None:
        """Apply the configuration, save it, and listen for SSH. Raises OSError if the address is taken."""
        from lab.switch.server import listen

        self.execute(self._initial.splitlines())
        self.config.changed = None
        self.save()
        self._server = await listen(self)

    async def stop(self) -> None:
        """Power off: every session ends."""
        server, self._server = self._server, None
        if server is not None:
            await server.stop()

    def open_session(self, user: str, *, line: str) -> Session:
        """The session of a user who logged in on that terminal line."""
        return Session(self, user=user, line=line)

    def running_config(self) -> str:
        """The running configuration with its head."""
        return render.head(self.config, "show running-config", self.clock()) + render.body(self.config)

    def startup_config(self) -> str:
        """The configuration as it was saved last, with its head."""
        head = render.head(self.config, "show startup-config", self.clock())
        saved = f"!Startup config saved at: {render.stamp(self.config.saved or self.booted)}\n"
        return head.rstrip("\n") + f"\n{saved}\n{self._startup}"

    def save(self) -> bool:
        """`copy running-config startup-config`; False where the switch is busy and nothing was saved."""
        if self.save_busy > 0:
            self.save_busy -= 1
            return False
        self.config.saved = self.clock()
        self._startup = render.body(self.config)
        return True

    def execute(self, lines: Iterable[str]) -> list[str]:
        """Apply configuration lines as an administrator at the console would.

        Returns the switch's answer to each line ("" where it says nothing). Nothing is saved.
        """
        session = Session(self, user="console", line="console")
        session.execute("configure terminal")
        answers = [session.execute(line) for line in lines]
        session.execute("end")
        return answers

    def strikes(self) -> bool:
        """Whether a session that reached `refuse_line` or `drop_at` feels it; counts `hostile_times` down."""
        if self.hostile_times is None:
            return True
        if self.hostile_times < 1:
            return False
        self.hostile_times -= 1
        return True

    @property
    def running(self) -> bool:
        """Whether the switch is started."""
        return self._server is not None

    @property
    def sessions(self) -> int:
        """How many terminal lines are taken."""
        return len(self._server.lines) if self._server is not None else 0

    def link(self, name: str) -> bool:
        """Whether the port is up: something is plugged in, and it is on."""
        return name in self.neighbors and not self.config.shut(name) and name not in self.errdisabled

    def status(self, name: str) -> str:
        """The `Status` column of `show interface status`, uncut."""
        if name in self.errdisabled:
            return "linkFlapErr"
        if not name.startswith("Ethernet"):
            return "down" if self.config.shut(name) else "connected"
        return "disabled" if self.config.shut(name) else "connected" if self.link(name) else "notconnec"

    def vlans_of(self, name: str) -> frozenset[int]:
        """The VLANs that list the port: its access VLAN, or those that it carries as a trunk while it is up."""
        config = self.config.peek(name)
        if self.config.routed(name) or config.get("channel"):
            return frozenset()
        if not self.config.trunk(name):
            return frozenset({config.get("access_vlan", 1)})
        return config.get("allowed", frozenset(self.config.vlans)) if self.link(name) else frozenset()

    def ports_heard(self, protocol: Literal["cdp", "lldp"]) -> list[str]:
        """The ports at which something is heard by that protocol."""
        on = self.config.cdp if protocol == "cdp" else "lldp" in self.config.features
        key = "cdp" if protocol == "cdp" else "lldp_receive"
        return [
            name
            for name, neighbor in self.neighbors.items()
            if on and getattr(neighbor, protocol) and self.link(name) and self.config.peek(name).get(key) is not False
        ]

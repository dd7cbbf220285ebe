"""A switch: its configuration, ports and services, started on its own loopback address."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from . import models, render
from .dhcp_server import DhcpServer
from .fabric import DhcpSockets, Fabric
from .ports import Port
from .rollback import Handle, Rollback
from .secrets import Secret
from .session import Session
from .state import SwitchConfig
from .syslog import Log

if TYPE_CHECKING:
    import asyncssh

    from .server import Listener

# How far a supply that failed leaves the budget below what the next phone needs, in watts.
_MISSING = 2.5
_FACTORY = """\
service timestamps debug datetime msec
service timestamps log datetime msec
no ip domain lookup
vtp mode transparent
spanning-tree mode rapid-pvst
spanning-tree extend system-id
no ip http server
line con 0
line vty 0 15
 login local
 transport input ssh
"""


@dataclass(frozen=True)
class Credentials:
    """An administrator's account. Without an enable secret the login lands in privileged mode."""

    username: str
    password: str
    enable_secret: str | None = None

    def __repr__(self) -> str:
        return f"Credentials({self.username!r}, ...)"


class _Never:
    """What is due later where no event loop runs: it doesn't come."""

    def cancel(self) -> None:
        pass


def _call_later(seconds: float, callback: Callable[[], None]) -> Handle:
    try:
        return asyncio.get_running_loop().call_later(seconds, callback)
    except RuntimeError:
        return _Never()


class Switch:
    """An IOS-like access switch with SSH, PoE, CDP and DHCP.

    Hostile behaviour, off by default: `latency` (seconds per command and login), `max_vty` (sessions at a time),
    `refuse_line` (the k-th configuration line of a session is refused), `drop_at` (the session drops at the k-th
    configuration line), `hostile_times` (how often these two strike; None: always), `save_busy` (that many saves fail).
    `minute` is how many seconds a minute of the revert timer and of errdisable recovery lasts.
    `counters` counts what came over SSH: `sessions` and `config_lines`. `refused` are the MAC addresses that RADIUS
    doesn't let in, `short` the ports for which a power supply that failed left no power.
    """

    ssh_version = "Cisco-1.25"

    def __init__(
        self,
        name: str,
        *,
        address: str,
        ssh_port: int,
        model: str = "C9300-24P",
        ports: int = 24,
        stack: int = 1,
        config: str = "",
        credentials: Credentials,
        host_key: asyncssh.SSHKey,
        fabric: Fabric,
        login: Literal["password", "keyboard-interactive"] = "password",
        clock: Callable[[], float] = time.time,
        later: Callable[[float, Callable[[], None]], Handle] | None = None,
    ) -> None:
        """`config` is IOS lines applied to the factory configuration; `ports` are the access ports of each member.

        Raises ValueError for an unknown model, and for a stack of switches that don't make one.
        `clock` tells the time; `later` calls a function after so many seconds (that of the event loop, if not given).
        """
        self.name = name
        self.address = address
        self.ssh_port = ssh_port
        self.model = models.find(model)
        self.login = login
        self.host_key = host_key
        self.fabric = fabric
        self.clock = clock
        self.later = later or _call_later
        self.booted = clock()
        self.neighbor: Switch | None = None
        self.latency = 0.0
        self.max_vty = 16
        self.refuse_line: int | None = None
        self.drop_at: int | None = None
        self.hostile_times: int | None = None
        self.save_busy = 0
        self.minute = 60.0
        self.counters: Counter[str] = Counter()
        most = max(1, self.model.members)
        if stack > most:
            raise ValueError(f"a stack of {self.model.name} has at most {most} members, not {stack}")
        self.stack = stack
        places = list(self.model.places(ports, stack))
        self.ports = {place.name: Port(self, *place) for place in places}
        self.config = SwitchConfig(name, list(self.ports))
        self.log = Log(clock)
        self.refused: set[str] = set()
        self._held = False
        self.short: set[Port] = set()
        self.dhcp_server = DhcpServer(self.config, clock, self.log.add)
        self.dhcp = DhcpSockets(self)
        self.rollback = Rollback(self)
        self._server: Listener | None = None
        self._startup: str | None = None
        self._startup_is_running = False
        self._account(credentials)
        self._initial = config

    def _provisioned(self) -> list[str]:
        """The lines by which a stack knows its members; a single switch does without here."""
        members = range(1, self.stack + 1) if self.stack > 1 else ()
        return [f"switch {member} provision {self.model.name.lower()}" for member in members]

    def _account(self, credentials: Credentials) -> None:
        privilege = 1 if credentials.enable_secret is not None else 15
        self.config.users[credentials.username] = (privilege, Secret(credentials.password))
        if credentials.enable_secret is not None:
            self.config.enable_secret = Secret(credentials.enable_secret)

    async def start(self) -> None:
        """Apply the configuration, save it, and listen for SSH and DHCP. Raises OSError if the address is taken."""
        from .server import listen

        self.execute([*_FACTORY.splitlines(), *self._provisioned(), *self._initial.splitlines()])
        self.config.changed = None
        # Rendering hashes the passwords, which is slow, so it waits until someone looks or changes something.
        self._startup_is_running = True
        self._server = await listen(self)
        self.fabric.join(self)
        self.after_change()

    async def stop(self) -> None:
        """Power off: every session ends, all sockets close, the phones lose power."""
        server, self._server = self._server, None
        self.rollback.cancel()
        self.dhcp.close()
        self.fabric.leave(self)
        self.settle()
        if server is not None:
            await server.stop()

    def running_config(self) -> str:
        """The running configuration, from its stamps to `end`."""
        return render.running_config(self.config, self.model)

    def startup_config(self) -> str:
        """The configuration as it was saved last."""
        self.before_change()
        return self._startup or ""

    def before_change(self) -> None:
        """Called before the configuration changes: keeps the saved one apart from the running one."""
        if self._startup_is_running:
            self._startup = self.running_config()
            self._startup_is_running = False

    def strikes(self) -> bool:
        """Whether a session that reached `refuse_line` or `drop_at` feels it; counts `hostile_times` down."""
        if self.hostile_times is None:
            return True
        if self.hostile_times < 1:
            return False
        self.hostile_times -= 1
        return True

    def save(self, user: str) -> bool:
        """`write memory`; False where the file is busy and nothing was saved."""
        if self.save_busy > 0:
            self.save_busy -= 1
            return False
        self.before_change()
        self.config.saved = (self.clock(), user)
        self._startup = self.running_config()
        self.rollback.saved()
        return True

    def execute(self, lines: Iterable[str]) -> list[str]:
        """Apply configuration lines as an administrator at the console would.

        Returns the switch's answer to each line ("" where it says nothing). Nothing is saved.
        """
        session = Session(self, user="console", privilege=15, line="console")
        session.execute("configure terminal")
        answers = [session.execute(line) for line in lines]
        session.execute("end")
        return answers

    def open_session(self, user: str, *, line: str) -> Session:
        """The session of a user who logged in on that terminal line."""
        privilege = 15 if self.config.users[user][0] == 15 else 1
        return Session(self, user=user, privilege=privilege, line=line)

    @property
    def running(self) -> bool:
        """Whether the switch is started."""
        return self._server is not None

    @property
    def sessions(self) -> int:
        """How many terminal lines are taken."""
        return len(self._server.lines) if self._server is not None else 0

    @property
    def uplink(self) -> Port | None:
        """The port that is cabled to the fabric: the first uplink configured as a trunk, else the first uplink."""
        uplinks = [port for port in self.ports.values() if port.uplink]
        trunks = [port for port in uplinks if self.config.peek(port.interface).get("mode") == "trunk"]
        return next(iter(trunks or uplinks), None)

    def power_used(self, member: int) -> float:
        """Watts taken from the budget of one member."""
        return sum(port.power_reserved for port in self.ports.values() if port.member == member)

    def power_budget(self, member: int) -> float:
        """Watts that one member can give: less than its model's where a supply failed."""
        short = [port for port in self.short if port.member == member]
        if not short:
            return self.model.budget
        least = min(port.device.watts for port in short if port.device is not None)
        return min(self.model.budget, self.power_used(member) + least - _MISSING)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Settle once, at the end: for many cables that are plugged in or pulled at a time."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
            self.settle()

    def settle(self) -> None:
        """Bring power in line with the configuration and tell the phones what changed."""
        if self._held:
            return
        attached = [port for port in self.ports.values() if port.device is not None or port.powered]
        if not attached:
            return
        for port in attached:
            if not port.power_wanted or port in self.short:
                port.set_power(False)
        used: dict[int, float] = {}
        # Those with a high priority are served first.
        for port in sorted(attached, key=lambda port: self.config.peek(port.interface).get("power_priority") != "high"):
            if port.power_wanted and not port.powered and port not in self.short:
                need = 0.0 if port.power_mode == "static" else port.device.watts
                if port.member not in used:
                    used[port.member] = self.power_used(port.member)
                if used[port.member] + need <= self.model.budget:
                    port.set_power(True)
                    used[port.member] += need
        for port in attached:
            port.watch()
        for port in attached:
            port.record()
        for port in attached:
            port.announce()

    def after_change(self) -> None:
        """Called after each configuration line: power, phones and DHCP sockets follow the configuration."""
        if self.running:
            self.fabric.changed(self)
            self.settle()
            self.dhcp.refresh()

"""A real Kea as the DHCP server of a site: its two programs as children of the lab, on loopback and without root.

The relays of the switches send to 127.N.0.20, port 6067, as to any server. Kea itself can only listen on an address
that the interface has, and of those 127.0.0.1 is the only one: what arrives at 127.N.0.20 is handed on to it, and its
answers go straight to the relay that the packet names. The control agent (HTTP with a password) is at 127.N.0.20.
"""

from __future__ import annotations

import asyncio
import base64
import csv
import ctypes
import http.client
import json
import os
import shutil
import signal
from pathlib import Path
from typing import Any

from lab.control import ControlError
from lab.net import Block, Ports
from lab.ready import NotReady
from lab.site import DhcpSpec, Site

SERVER, AGENT = "kea-dhcp4", "kea-ctrl-agent"
USERNAME = "voicedhcp"
_OWN = "127.0.0.1"
_HOOKS = ("*/kea/hooks", "kea/hooks")
_FOLDERS = ("PIDFILE_DIR", "LOCKFILE_DIR", "CONTROL_SOCKET_DIR", "DHCP_DATA_DIR", "LOG_FILE_DIR")
_READY_WITHIN = 20.0
_ENDED_WITHIN = 5.0
_POLL = 0.02
_LOG_TAIL = 10
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def program(name: str) -> str | None:
    """The path of one of Kea's programs, which are not on everybody's PATH; None where it isn't installed."""
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"]))


def missing(site: Site) -> list[str]:
    """What to tell of a site that wants a Kea which isn't installed here; nothing where all is well."""
    absent = [name for name in (SERVER, AGENT) if program(name) is None] if site.dhcp else []
    if not absent:
        return []
    names = " and ".join(absent)
    return [f"Kea is not installed (no {names}): the pools of the switches serve instead of {site.dhcp.name}."]


class KeaServer:
    """`kea-dhcp4` and `kea-ctrl-agent` with all their files in `folder`, which is made."""

    def __init__(self, spec: DhcpSpec, block: Block, ports: Ports, folder: Path, password: str) -> None:
        self.name, self.address, self.port = spec.name, block.dhcp, ports.kea_control
        self.password, self._folder, self._relay_port = password, folder, ports.dhcp_server
        self._own_port = ports.kea_first + block.number
        self._leases = folder / "leases.csv"
        self._config_path = folder / "kea-dhcp4.json"
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._door: asyncio.DatagramTransport | None = None

    @property
    def variables(self) -> dict[str, Any]:
        """What an inventory says of this host."""
        return {
            "ansible_host": self.address,
            "voice_dhcp_provider": "kea",
            "voice_kea_host": self.address,
            "voice_kea_port": self.port,
            "voice_kea_username": USERNAME,
            "voice_kea_password": self.password,
            "voice_kea_use_tls": False,
        }

    # -- life --------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Start both programs; `wait_ready` says when they answer. Raises OSError; `stop` is needed then too."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        control = {"socket-type": "unix", "socket-name": "kea.sock"}
        self._write(self._config_path, {"Dhcp4": self._server_config(control)})
        agent_path = self._folder / "kea-ctrl-agent.json"
        self._write(agent_path, {"Control-agent": self._agent_config(control)})
        # Kea would make it for the group too.
        (self._folder / "logger_lockfile").touch(0o600)
        loop = asyncio.get_running_loop()
        self._door, _ = await loop.create_datagram_endpoint(
            lambda: _Door((_OWN, self._own_port)), local_addr=(self.address, self._relay_port)
        )
        ports = ("-p", str(self._own_port), "-P", str(self._relay_port))
        await self._spawn(SERVER, *ports, "-c", str(self._config_path))
        await self._spawn(AGENT, "-c", str(agent_path))

    def _server_config(self, control: dict[str, str]) -> dict[str, Any]:
        return {
            "interfaces-config": {"interfaces": [f"lo/{_OWN}"], "dhcp-socket-type": "udp"},
            "control-socket": control,
            # Without its clean-up, which is a third program, the file tells every lease by itself.
            "lease-database": {"type": "memfile", "persist": True, "name": str(self._leases), "lfc-interval": 0},
            "hooks-libraries": [{"library": path} for path in self._hooks()],
            "option-data": [{"name": "dhcp-server-identifier", "data": self.address}],
            "loggers": [_logger(SERVER)],
        }

    def _agent_config(self, control: dict[str, str]) -> dict[str, Any]:
        clients = [{"user": USERNAME, "password": self.password}]
        return {
            "http-host": self.address,
            "http-port": self.port,
            "control-sockets": {"dhcp4": control},
            "authentication": {"type": "basic", "realm": "kea", "clients": clients},
            "loggers": [_logger(AGENT)],
        }

    @staticmethod
    def _hooks() -> list[str]:
        """The library of the commands about leases, where it is installed."""
        libraries = Path(program(SERVER) or "/usr/sbin/x").parent.parent / "lib"
        found = (path for place in _HOOKS for path in libraries.glob(f"{place}/libdhcp_lease_cmds.so"))
        return [str(path) for path in found][:1]

    @staticmethod
    def _write(path: Path, data: dict[str, Any]) -> None:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(data, file, indent=2)

    async def _spawn(self, name: str, *arguments: str) -> None:
        found = program(name)
        if found is None:
            raise FileNotFoundError(f"{name} is not installed")
        log = os.open(self._log(name), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            # The name of a unix socket has 107 characters at most: it is given relative to the folder.
            self._processes[name] = await asyncio.create_subprocess_exec(
                found,
                *arguments,
                cwd=self._folder,
                env={**os.environ, **{f"KEA_{each}": str(self._folder) for each in _FOLDERS}},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                umask=0o077,
                preexec_fn=_end_with_parent,
            )
        finally:
            os.close(log)

    def _log(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    async def stop(self) -> None:
        """End both programs by their own process ids, the agent first."""
        if self._door is not None:
            self._door.close()
        for process in reversed(self._processes.values()):
            if process.returncode is None:
                process.terminate()
        for process in self._processes.values():
            try:
                async with asyncio.timeout(_ENDED_WITHIN):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()
        self._processes.clear()

    async def wait_ready(self) -> None:
        """Return when Kea answers through its control agent and hears the relays. Raises NotReady."""
        answer: dict[str, Any] | None = None
        try:
            async with asyncio.timeout(_READY_WITHIN):
                while answer is None:
                    self._check_running()
                    await asyncio.sleep(_POLL)
                    answer = await asyncio.to_thread(self._status)
        except TimeoutError:
            raise NotReady(f"{self.name} does not answer; {self._last_words(SERVER)}") from None
        sockets = answer.get("sockets", {"status": "ready"})
        if sockets.get("status") != "ready":
            raise NotReady(f"{self.name} does not hear the relays: {sockets}")

    def _check_running(self) -> None:
        for name, process in self._processes.items():
            if process.returncode is not None:
                raise NotReady(f"{name} ended (exit code {process.returncode}); {self._last_words(name)}")

    def _last_words(self, name: str) -> str:
        lines = self._log(name).read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_TAIL:]
        return "it logged:\n" + "\n".join(lines)

    def _status(self) -> dict[str, Any] | None:
        """The answer to status-get, None while there is none."""
        try:
            return self.command("status-get")
        except ControlError:
            return None

    def command(self, name: str, arguments: dict[str, Any] | None = None) -> dict[str, Any]:
        """What the DHCP server says to a command; {} where it has nothing to say. Raises ControlError."""
        link = http.client.HTTPConnection(self.address, self.port, timeout=_ENDED_WITHIN)
        pair = base64.b64encode(f"{USERNAME}:{self.password}".encode()).decode()
        headers = {"Content-Type": "application/json", "Authorization": f"Basic {pair}"}
        request = {"command": name, "service": ["dhcp4"], **({"arguments": arguments} if arguments else {})}
        try:
            link.request("POST", "/", json.dumps(request), headers)
            answer = json.loads(link.getresponse().read())
        except (OSError, http.client.HTTPException) as error:
            raise ControlError(f"{self.name} does not answer: {error}") from error
        finally:
            link.close()
        # A refusal is an object; the answers of the servers behind the agent are a list. 3: nothing was found.
        first = answer[0] if isinstance(answer, list) else answer
        if first["result"] not in (0, 3):
            raise ControlError(f"{self.name} refuses {name}: {first.get('text')}")
        return first.get("arguments") or {}

    # -- what it holds -----------------------------------------------------------------------------------------------

    def snapshot(self) -> dict[str, Any]:
        """The configuration as saved (None in the moment of saving), and the leases."""
        try:
            config = json.loads(self._config_path.read_text(encoding="utf-8"))
        except ValueError:
            config = None
        return {"name": self.name, "config": config, "leases": self.leases()}

    def leases(self) -> dict[str, str]:
        """Address -> MAC of what is given out now; the file's last line about an address counts."""
        if not self._leases.exists():
            return {}
        with self._leases.open(encoding="utf-8", newline="") as file:
            rows = {row["address"]: row for row in csv.DictReader(file)}
        # Kea notes a lease that is given back as one of no time; state 0 is one that is in use.
        return {
            address: row["hwaddr"]
            for address, row in sorted(rows.items())
            if row["state"] == "0" and row["valid_lifetime"] != "0"
        }


class _Door(asyncio.DatagramProtocol):
    """Hands every datagram on."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._transport.sendto(data, self._target)


def _logger(name: str) -> dict[str, Any]:
    return {"name": name, "severity": "INFO", "output_options": [{"output": "stdout"}]}


def _end_with_parent() -> None:
    """In the child, before the program: a lab that is killed outright takes it along."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

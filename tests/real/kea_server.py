"""A real Kea, on loopback and without root: its DHCPv4 server, its control agent, and a relay that asks it."""

from __future__ import annotations

import glob
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import validate
from ansible_collections.dialtone.voice.plugins.module_utils._results import Guard
from ansible_collections.dialtone.voice.plugins.modules import dhcp_scopes as module
from lab.switch.dhcp_packet import BOOTREQUEST, DISCOVER, DhcpPacket

HOOKS = "/usr/lib/*/kea/hooks/libdhcp_lease_cmds.so"
USER, PASSWORD = "voice", "canary-kea-52b7"
OWN = "127.0.0.1"
# 127/8 as a whole is on loopback, so that a relay of any scope in it can be had.
NETWORK, GATEWAY = "127.71.20.0/24", "127.71.20.1"
READY_WITHIN = 20


def free_port(kind: socket.SocketKind = socket.SOCK_DGRAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((OWN, 0))
        return probe.getsockname()[1]


def wait_for(ready: Callable[[], Any], process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        try:
            ready()
        except OSError:
            assert process.poll() is None, log.read_text()
            time.sleep(0.02)
        else:
            return
    raise AssertionError(f"not ready within {READY_WITHIN} s: {log.read_text()}")


class RealKea:
    """`kea-dhcp4` with a folder of its own, and on request `kea-ctrl-agent` before it."""

    def __init__(self, folder: Path, program: str, agent: str, wrap: list[str] | None = None) -> None:
        self.folder, self.program, self.agent_program = folder, program, agent
        self.wrap = wrap or []
        self.file, self.socket = folder / "kea.json", folder / "kea.sock"
        self.port, self.relay_port = free_port(), free_port()
        self.agent_port = 0
        self._server: subprocess.Popen[bytes] | None = None
        self._agents: list[subprocess.Popen[bytes]] = []
        self.dhcp4: dict[str, Any] = {
            "interfaces-config": {"interfaces": [f"lo/{OWN}"], "dhcp-socket-type": "udp"},
            "control-socket": {"socket-type": "unix", "socket-name": str(self.socket)},
            "lease-database": {"type": "memfile", "persist": True, "name": str(folder / "leases" / "kea.csv")},
            "hooks-libraries": [{"library": path} for path in glob.glob(HOOKS)],
            "loggers": [{"name": "kea-dhcp4", "severity": "INFO", "output_options": [{"output": "stdout"}]}],
            "comment": "kept by somebody else",
            "subnet4": [{"id": 3, "subnet": "10.99.0.0/24", "user-context": {"owner": "other", "floor": 2}}],
            "shared-networks": [{"name": "floor1", "subnet4": [{"id": 4, "subnet": "10.98.0.0/24"}]}],
        }
        self.at_start: dict[str, Any] = {}
        (folder / "leases").mkdir()

    def _spawn(self, log: str, *command: str) -> subprocess.Popen[bytes]:
        folders = ("PIDFILE_DIR", "LOCKFILE_DIR", "CONTROL_SOCKET_DIR", "DHCP_DATA_DIR", "LOG_FILE_DIR")
        places = {f"KEA_{name}": str(self.folder) for name in folders}
        with (self.folder / log).open("ab") as file:
            return subprocess.Popen(
                [*self.wrap, *command], env={**os.environ, **places}, stdout=file, stderr=file, cwd=self.folder
            )

    def start(self, **values: Any) -> RealKea:
        """Start with a new file, or without values with the one that is there."""
        if values or not self.file.exists():
            self.file.write_text(json.dumps({"Dhcp4": {**self.dhcp4, **values}}))
        self.socket.unlink(missing_ok=True)
        ports = ["-p", str(self.port), "-P", str(self.relay_port)] if not self.wrap else []
        self._server = self._spawn("kea.log", self.program, *ports, "-c", str(self.file))
        wait_for(lambda: self.command("status-get"), self._server, self.folder / "kea.log")
        if not self.at_start:
            self.at_start = self.config()
        return self

    def start_agent(self, **values: Any) -> int:
        self.agent_port = free_port(socket.SOCK_STREAM)
        control = {"socket-type": "unix", "socket-name": str(self.socket)}
        agent = {
            "http-host": OWN,
            "http-port": self.agent_port,
            "control-sockets": {"dhcp4": control},
            "authentication": {"type": "basic", "realm": "kea", "clients": [{"user": USER, "password": PASSWORD}]},
            "loggers": [{"name": "kea-ctrl-agent", "severity": "INFO", "output_options": [{"output": "stdout"}]}],
            **values,
        }
        name = f"agent-{self.agent_port}"
        file = self.folder / f"{name}.json"
        file.write_text(json.dumps({"Control-agent": agent}))
        process = self._spawn(f"{name}.log", self.agent_program, "-c", str(file))
        self._agents.append(process)
        wait_for(
            lambda: socket.create_connection((OWN, self.agent_port), 1).close(), process, self.folder / f"{name}.log"
        )
        return self.agent_port

    def stop(self) -> None:
        if self._server is not None:
            self._server.terminate()
            self._server.wait(10)
            self._server = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def end(self) -> None:
        self.stop()
        for agent in self._agents:
            agent.terminate()
            agent.wait(10)

    def command(self, name: str, arguments: Any = None) -> dict[str, Any]:
        """Ask over the socket, in words of this test's own."""
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(10)
            link.connect(str(self.socket))
            link.sendall(json.dumps({"command": name, **({"arguments": arguments} if arguments else {})}).encode())
            parts = []
            while part := link.recv(65536):
                parts.append(part)
        return json.loads(b"".join(parts))

    def config(self) -> dict[str, Any]:
        return self.command("config-get")["arguments"]["Dhcp4"]

    def saved(self) -> dict[str, Any]:
        return json.loads(self.file.read_text())["Dhcp4"]

    def edit(self, **values: Any) -> None:
        """Another admin's change."""
        answer = self.command("config-set", {"Dhcp4": {**self.config(), **values}})
        assert answer["result"] == 0, answer

    def reset(self) -> None:
        """Bring memory, file and leases back to where they were at the start."""
        answer = self.command("config-set", {"Dhcp4": self.at_start})
        assert answer["result"] == 0, answer
        self.file.unlink()
        self.file.write_text(json.dumps({"Dhcp4": self.dhcp4}))

    def subnet(self, name: str) -> dict[str, Any] | None:
        config = self.config()
        shared = [each for network in config["shared-networks"] for each in network["subnet4"]]
        found = [each for each in config["subnet4"] + shared if each.get("user-context", {}).get("subnet-name") == name]
        return found[0] if found else None

    def way(self, kind: str = "socket") -> dict[str, Any]:
        """Connection options."""
        if kind == "socket":
            return {"socket_path": str(self.socket)}
        return {
            "host": OWN,
            "port": self.agent_port,
            "username": USER,
            "password": PASSWORD,
            "use_tls": kind == "https",
        }

    def task(self, *scopes: dict[str, Any], check: bool = False, way: str = "socket", **options: Any) -> dict[str, Any]:
        """Run the module as the door does, and make sure that no secret is in what comes out of it."""
        secrets: set[str] = set()
        with Guard(secrets) as guard:
            params = {"provider": "kea", "timeout": 10, "scopes": list(scopes), **self.way(way), **options}
            params = {name: value for name, value in params.items() if value is not ...}
            validated = validate(module.ARGUMENT_SPEC, params, secrets=secrets, **module.RULES)
            guard.result = module.run(validated.params, check_mode=check, report=lambda line: None)
        assert PASSWORD not in json.dumps(guard.result)
        return guard.result

    def offer(self, mac: str = "001122334455", relay: str = GATEWAY) -> DhcpPacket:
        """Ask by a DISCOVER as a relay with the address `relay` passes it on, and return the answer."""
        asked = DhcpPacket(
            op=BOOTREQUEST,
            mac=mac,
            xid=int(mac[-8:], 16),
            hops=1,
            giaddr=relay,
            options={53: bytes([DISCOVER]), 55: bytes([1, 3, 6, 15, 42, 51, 66, 150])},
        )
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
            link.bind((relay, self.relay_port))
            for _attempt in range(5):
                link.settimeout(2)
                link.sendto(asked.encode(), (OWN, self.port))
                try:
                    return DhcpPacket.decode(link.recv(2048))
                except TimeoutError:
                    continue
        raise AssertionError(f"no answer from Kea: {(self.folder / 'kea.log').read_text()[-2000:]}")


@pytest.fixture(scope="module")
def kea_programs(require: Callable[[str], str]) -> tuple[str, str]:
    return require("kea-dhcp4"), require("kea-ctrl-agent")


@pytest.fixture(scope="module")
def running_kea(kea_programs: tuple[str, str]) -> Iterator[RealKea]:
    # The path of a unix socket may have 107 characters, which pytest's own folders would not leave.
    folder = Path(tempfile.mkdtemp(prefix="kea-", dir="/tmp"))
    kea = RealKea(folder, *kea_programs)
    try:
        yield kea.start()
    finally:
        kea.end()
        shutil.rmtree(folder)


@pytest.fixture
def kea(running_kea: RealKea) -> Iterator[RealKea]:
    """The server, with nothing in it but what belongs to somebody else."""
    yield running_kea
    running_kea.reset()

"""Scopes of a real Kea: all of them as one task's list, beside a loop of tasks with one scope each.

Each row is a Kea of its own, rootless on loopback, and two runs of ansible-playbook: the first makes the scopes, the
second finds nothing to change. Requests are those that Kea's own log counts. Needs `kea-dhcp4`.
"""

from __future__ import annotations

import glob
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.report import table

ROOT = Path(__file__).parent.parent
COUNTS = (10, 100, 500)
READY_WITHIN = 20
ITEM = "{{ [item] }}"


@dataclass(frozen=True)
class Cost:
    """What one run of a playbook took."""

    seconds: float
    requests: int


def run(*, quick: bool = False) -> tuple[str, dict[str, Any]]:
    """(table, ratios of the loop to the list). Raises RuntimeError where Kea isn't installed or a playbook fails."""
    rows, ratios = [], {}
    for count in COUNTS[:1] if quick else COUNTS:
        listed, looped = measure(count, loop=False), measure(count, loop=True)
        for name, costs in (("one list", listed), ("a loop", looped)):
            cells = [cell for cost in costs for cell in (f"{cost.seconds:.1f}", str(cost.requests))]
            rows.append((f"{count} scopes, {name}", *cells))
        ratios[str(count)] = {
            what: {
                "seconds": round(other.seconds / one.seconds, 1),
                "requests": round(other.requests / one.requests, 1),
            }
            for what, one, other in zip(("first", "second"), listed, looped, strict=True)
        }
    columns = ("Kea", "first run s", "requests", "second run s", "requests")
    return table(columns, rows), {"loop_to_list": ratios}


def scopes(count: int) -> list[dict[str, Any]]:
    """Scopes with five options each."""
    return [
        {
            "name": f"VOICE{number}",
            "network": f"10.{number // 250}.{number % 250}.0/24",
            "gateway": f"10.{number // 250}.{number % 250}.1",
            "tftp_servers": ["10.100.0.10", "10.100.0.11"],
            "dns_servers": ["10.100.0.5"],
            "domain_name": "example.com",
            "options": [{"code": 42, "type": "ip", "value": "10.100.0.7"}],
        }
        for number in range(count)
    ]


def measure(count: int, *, loop: bool) -> tuple[Cost, Cost]:
    """The first and the second run."""
    with tempfile.TemporaryDirectory(prefix="kea-", dir="/tmp") as name:
        folder = Path(name)
        task: dict[str, Any] = {"dialtone.voice.dhcp_scopes": {"scopes": ITEM if loop else "{{ wanted }}"}}
        if loop:
            task["loop"] = "{{ wanted }}"
            task["loop_control"] = {"label": "{{ item.name }}"}
        play = {"hosts": "localhost", "gather_facts": False, "tasks": [{"name": "Scopes", **task}]}
        (folder / "play.yml").write_text(json.dumps([play]))
        with _kea(folder) as log:
            return _play(folder, count, log), _play(folder, count, log)


def _play(folder: Path, count: int, log: Path) -> Cost:
    variables = {
        "voice_dhcp_provider": "kea",
        "voice_kea_socket_path": str(folder / "kea.sock"),
        "wanted": scopes(count),
    }
    (folder / "variables.json").write_text(json.dumps(variables))
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", "localhost,", "-c", "local"]
    command += ["-e", f"@{folder / 'variables.json'}", str(folder / "play.yml")]
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".collections"), "ANSIBLE_HOME": str(folder / "ansible")}
    before, began = _requests(log), time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - began
    if done.returncode:
        raise RuntimeError(f"ansible-playbook ended with {done.returncode}: {(done.stdout + done.stderr)[-500:]}")
    return Cost(seconds, _requests(log) - before)


def _requests(log: Path) -> int:
    return log.read_text().count("COMMAND_RECEIVED")


@contextmanager
def _kea(folder: Path) -> Iterator[Path]:
    """Run a Kea and give its log, as soon as its socket answers."""
    program = shutil.which("kea-dhcp4", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        raise RuntimeError("kea-dhcp4 is not installed")
    log, path = folder / "kea.log", folder / "kea.sock"
    outputs = [{"output": str(log), "maxsize": 0}]
    dhcp4 = {
        "interfaces-config": {"interfaces": ["lo/127.0.0.1"], "dhcp-socket-type": "udp"},
        "control-socket": {"socket-type": "unix", "socket-name": str(path)},
        "lease-database": {"type": "memfile", "persist": False},
        "hooks-libraries": [{"library": each} for each in glob.glob("/usr/lib/*/kea/hooks/libdhcp_lease_cmds.so")],
        "loggers": [{"name": "kea-dhcp4", "severity": "INFO", "output_options": outputs}],
    }
    (folder / "kea.json").write_text(json.dumps({"Dhcp4": dhcp4}))
    places = ("PIDFILE_DIR", "LOCKFILE_DIR", "CONTROL_SOCKET_DIR", "LOG_FILE_DIR")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [program, "-p", str(port), "-c", str(folder / "kea.json")],
        env={**os.environ, **{f"KEA_{place}": str(folder) for place in places}},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(path, process)
        yield log
    finally:
        process.terminate()
        process.wait(10)


def _wait(path: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket(socket.AF_UNIX) as link:
            if link.connect_ex(str(path)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError("kea-dhcp4 did not come up")

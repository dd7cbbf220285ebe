"""The state folder of a lab: who runs it, how to reach it, and what clients need.

    lab.json          pid, its start time, control address and token      lab.lock      held (flock) while the lab lives
    inventory.yml     overlay of an Ansible inventory with the endpoints  lab.log       output of a background lab
    credentials.json  every account of the lab                            ca.pem, known_hosts
    kea/              where the site has Kea: its configuration, leases, logs and control socket

The folder is 0700 and every file 0600. `clean` removes these files and nothing else.
"""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

_FILES = ("inventory.yml", "credentials.json", "ca.pem", "known_hosts", "lab.json", "lab.log")
_KEA_FILES = (".new-*", "*.json", "*.csv*", "*.log", "*.sock*", "*.pid", "logger_lockfile")
KEA_FOLDER = "kea"
_LOCK = "lab.lock"
_TEMPORARY = (".new-*", "key-*.pem", *(f"{KEA_FOLDER}/{name}" for name in _KEA_FILES))


class StateError(RuntimeError):
    """The state folder can't be used, or another lab runs with it."""


@dataclass(frozen=True)
class Record:
    """What lab.json says. `started`: the start time of the process, in clock ticks since boot (/proc/PID/stat)."""

    pid: int
    started: int
    address: str
    port: int
    token: str
    site: str

    @property
    def alive(self) -> bool:
        """Whether that very process runs: a pid that was given to another process has another start time."""
        return process_start(self.pid) == self.started


def process_start(pid: int) -> int | None:
    """Start time of a process in clock ticks since boot; None when it has ended (a zombie has)."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            # The second field is the program's name in parentheses and may hold blanks and parentheses itself.
            fields = file.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in ("Z", "X") else int(fields[19])


class StateFolder:
    """One state folder; `claim` makes this process its lab."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._lock: int | None = None

    @property
    def log_path(self) -> Path:
        return self.path / "lab.log"

    @property
    def inventory_path(self) -> Path:
        return self.path / "inventory.yml"

    def claim(self) -> None:
        """Make the folder this process's own until `release`, and remove what a dead lab left. Raises StateError."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not any(self.path.iterdir()):
                self.path.chmod(0o700)
            self._lock = self._locked()
        except OSError as error:
            raise StateError(f"cannot use the state folder {self.path}: {error.strerror}") from error
        if self._lock is None:
            record = self.read()
            who = f" (process {record.pid})" if record else ""
            raise StateError(f"a lab runs with the state folder {self.path}{who}; end it with `python -m lab down`")
        self._remove_files(keep_log=True)

    def _locked(self) -> int | None:
        """A locked descriptor of the lock file, or None when another process holds it."""
        path = self.path / _LOCK
        while True:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                return None
            # A lab that ended in between has removed the file: the lock on its old inode is worth nothing.
            if path.exists() and os.path.samestat(os.fstat(handle), path.stat()):
                return handle
            os.close(handle)

    def release(self, *, keep_log: bool = False) -> None:
        """Remove the lab's files and give the folder up; the folder too, when nothing else is in it."""
        if self._lock is None:
            return
        self._remove_files(keep_log=keep_log)
        (self.path / _LOCK).unlink(missing_ok=True)
        os.close(self._lock)
        self._lock = None
        if self.path.exists() and not any(self.path.iterdir()):
            self.path.rmdir()

    def unlock(self) -> None:
        """Give the folder up without removing anything (its lab is another process)."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _remove_files(self, *, keep_log: bool) -> None:
        for name in _FILES:
            if not (keep_log and name == "lab.log"):
                (self.path / name).unlink(missing_ok=True)
        for pattern in _TEMPORARY:
            for path in self.path.glob(pattern):
                path.unlink(missing_ok=True)
        kea = self.path / KEA_FOLDER
        if kea.is_dir() and not any(kea.iterdir()):
            kea.rmdir()

    def read(self) -> Record | None:
        """What lab.json says, None without one (or half of one: it is written at once)."""
        try:
            return Record(**json.loads((self.path / "lab.json").read_text(encoding="utf-8")))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (ValueError, TypeError) as error:
            raise StateError(f"{self.path / 'lab.json'} was not written by a lab: {error}") from error

    def write_record(self, record: Record) -> None:
        self.write("lab.json", json.dumps(asdict(record)))

    def write(self, name: str, text: str | bytes) -> Path:
        """Write one file (0600) in one step."""
        data = text.encode() if isinstance(text, str) else text
        handle, temporary = tempfile.mkstemp(dir=self.path, prefix=".new-")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        target = self.path / name
        os.replace(temporary, target)
        return target


def overlay(
    *,
    block: str,
    ca_path: Path,
    switches: Sequence[Mapping[str, Any]],
    publisher: Mapping[str, Any] | None,
    dhcp_servers: Mapping[str, Mapping[str, Any]] | None = None,
) -> str:
    """The inventory overlay as YAML.

    `switches` and `publisher` give `name`, `address`, `username`, `password`; switches also `port`, `enable_secret`
    (or None), `host_keys`, a list of known_hosts lines, and `network_os` where it is another one than the group's;
    the publisher may have more `variables`.
    Host names are those of the main inventory, which puts them into groups; only `dhcp_servers`, with the variables of
    each, makes that group, since which hosts are in it can depend on what is installed.
    """
    hosts: dict[str, dict[str, Any]] = {}
    for switch in switches:
        hosts[switch["name"]] = variables = {
            "ansible_host": switch["address"],
            "ansible_port": switch["port"],
            "ansible_user": switch["username"],
            "ansible_password": switch["password"],
            "voice_switch_host_keys": list(switch["host_keys"]),
        }
        if switch["enable_secret"] is not None:
            variables["ansible_become_password"] = switch["enable_secret"]
        if "network_os" in switch:
            variables["ansible_network_os"] = switch["network_os"]
    if publisher is not None:
        hosts[publisher["name"]] = {
            "ansible_host": publisher["address"],
            "ansible_user": publisher["username"],
            "ansible_password": publisher["password"],
            "voice_cucm_ca_path": str(ca_path),
            **publisher.get("variables", {}),
        }
    data: dict[str, Any] = {"vars": {"voice_lab_block": block}, "hosts": hosts}
    if dhcp_servers is not None:
        group = {name: dict(variables) for name, variables in dhcp_servers.items()}
        data["children"] = {"dhcp_servers": {"hosts": group}}
    return "---\n" + yaml.safe_dump({"all": data}, sort_keys=False, width=1000)

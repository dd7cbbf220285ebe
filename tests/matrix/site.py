"""A running lab site that is verified: break one thing, run the customer's playbook, heal."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from netmiko import ConnectHandler
from netmiko.base_connection import BaseConnection

from lab import background
from lab.control import ControlError, ask
from lab.demo import environment
from lab.state import Record, StateFolder

ROOT = Path(__file__).resolve().parents[2]
VERIFY = ROOT / "playbooks" / "verify_phones.yml"
PATIENCE = 60.0
_LOOK = 0.05
_TIMEOUT = 300


class NotReached(RuntimeError):
    """The site did not get to where it was to be."""


@dataclass(frozen=True)
class Verified:
    """One run of `verify_phones`: exit code, output, and the verdicts by phone.

    :ivar verdicts: as `phone_startup_info` describes them
    :ivar outcome: all that `phone_startup_info` returned, empty where it did not run
    """

    code: int
    output: str
    verdicts: dict[str, dict[str, Any]] = field(default_factory=dict)
    outcome: dict[str, Any] = field(default_factory=dict)


class Site:
    """A lab with the inventory that plans what stands there."""

    def __init__(self, name: str, folder: Path, file: Path | None = None) -> None:
        """:param file: a site file of one's own, for the inventory of the named one"""
        self.name = name
        self.file = file or ROOT / "lab" / "sites" / f"{name}.yml"
        self.inventory = f"inventories/lab-{name}"
        self.folder = folder
        self.state = StateFolder(folder / "state")
        self._sessions: dict[str, BaseConnection] = {}

    def __enter__(self) -> Site:
        self.folder.mkdir(parents=True, exist_ok=True)
        background.start(self.state, self.file, timeout=PATIENCE, pace="fast")
        try:
            # What is looked at here is right or wrong; how long RISPort70 makes others wait is tested elsewhere.
            self.ask("hostile", name="cucm-pub", knobs={"ris_requests_per_minute": 100000})
            self.wait_registered()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        for session in self._sessions.values():
            session.disconnect()
        background.end(self.state)

    # -- the lab -----------------------------------------------------------------------------------------------------

    def ask(self, command: str, **arguments: Any) -> Any:
        return ask(self._record, command, **arguments)

    @property
    def _record(self) -> Record:
        record = self.state.read()
        if record is None:
            raise NotReached(f"the lab of {self.state.path} has ended")
        return record

    def status(self) -> dict[str, dict[str, Any]]:
        return {phone["name"]: phone for phone in self.ask("status")}

    def break_one(self, target: str, *faults: str) -> None:
        """Make things wrong at once. Raises ControlError where this phone can't have one of these faults."""
        self.ask("break", faults=[(target, fault) for fault in faults])

    def heal(self, *targets: str) -> None:
        """Take everything back, and wait until all are there again."""
        self.ask("heal", targets=targets)
        self.wait_registered()

    def wait_registered(self) -> None:
        self.wait(lambda phones: all(phone["state"] == "registered" for phone in phones.values()), "all registered")

    def wait(self, condition: Any, what: str) -> None:
        if not background.wait_until(lambda: condition(self.status()), PATIENCE, poll=_LOOK):
            raise NotReached(f"{what}: {json.dumps(self.status(), indent=1)}")

    def wait_noticed(self, name: str, *, stops: bool) -> None:
        """Until the phone can't go on, or is registered with something wrong."""

        def noticed(phones: dict[str, dict[str, Any]]) -> bool:
            phone = phones[name]
            if stops:
                return bool(phone["stuck_at"])
            return phone["state"] == "registered" and bool(phone["findings"])

        self.wait(noticed, f"{name} {'is stuck' if stops else 'has a finding'}")

    # -- the collection ----------------------------------------------------------------------------------------------

    def verify(self, *arguments: str, playbook: Path = VERIFY, **variables: Any) -> Verified:
        """Run the playbook, with one look instead of waiting, all phones judged, and a budget of its own."""
        verdicts = self.folder / "verdicts.json"
        verdicts.unlink(missing_ok=True)
        command, environ = self.command(*arguments, playbook=playbook, **variables)
        done = subprocess.run(
            command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=_TIMEOUT, check=False
        )
        outcome = json.loads(verdicts.read_text(encoding="utf-8")) if verdicts.exists() else {}
        judged = {row["key"]: row["verdict"] for row in outcome.get("results", []) if row.get("verdict")}
        return Verified(done.returncode, done.stdout + done.stderr, judged, outcome)

    def command(self, *arguments: str, playbook: Path = VERIFY, **variables: Any) -> tuple[list[str], dict[str, str]]:
        """The command of such a run, and its environment."""
        budget = self.folder / "ris"
        shutil.rmtree(budget, ignore_errors=True)
        given = {
            "voice_registration_timeout": 0,
            "voice_verify": "all",
            "voice_cucm_ris_budget_path": str(budget),
            **variables,
        }
        command = [str(Path(sys.executable).with_name("ansible-playbook"))]
        for inventory in (ROOT / self.inventory, self.state.inventory_path):
            command += ["-i", str(inventory)]
        environ = {
            **environment(),
            "ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).parent / "callback_plugins"),
            "ANSIBLE_CALLBACKS_ENABLED": "verdicts",
            "ANSIBLE_NOCOLOR": "1",
            "VERDICTS_PATH": str(self.folder / "verdicts.json"),
        }
        return [*command, "-e", json.dumps(given), *arguments, str(playbook)], environ

    # -- what devices say ------------------------------------------------------------------------------------------

    def says(self, switch: str, command: str) -> str:
        """What a switch answers to a command, asked by somebody else's client."""
        if switch not in self._sessions:
            self._sessions[switch] = self._connect(switch)
        return self._sessions[switch].send_command(command, read_timeout=30)

    def _connect(self, switch: str) -> BaseConnection:
        host = yaml.safe_load(self.state.inventory_path.read_text())["all"]["hosts"][switch]
        session = ConnectHandler(
            device_type="cisco_nxos" if host.get("ansible_network_os") == "cisco.nxos.nxos" else "cisco_ios",
            host=host["ansible_host"],
            port=host["ansible_port"],
            username=host["ansible_user"],
            password=host["ansible_password"],
            secret=host.get("ansible_become_password", ""),
            ssh_strict=True,
            alt_host_keys=True,
            alt_key_file=str(self.state.path / "known_hosts"),
        )
        session.enable()
        return session

    @property
    def switches(self) -> list[str]:
        return list(self.ask("snapshot")["switches"])


__all__ = ["ControlError", "NotReached", "Site", "Verified"]

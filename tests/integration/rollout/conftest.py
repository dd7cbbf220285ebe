"""Runs of the customer's playbooks against a lab, from a folder of their own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
_RECAP = re.compile(r"^(\S+)\s*: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", re.MULTILINE)


@dataclass
class Played:
    """What one run of ansible-playbook said: its exit code, its output, and the recap as host -> (changed, failed)."""

    code: int
    output: str
    recap: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def changed(self) -> int:
        return sum(changed for changed, _failed in self.recap.values())

    def results(self) -> str:
        return self.output.split("PLAY RECAP", maxsplit=1)[0]


class Playbooks:
    """ansible-playbook with the lab's inventory and overlay; caches and temporary files in a folder of the test."""

    def __init__(self, lab: Any, folder: Path) -> None:
        self.lab = lab
        self.folder = folder
        self.inventories = [str(ROOT / "inventories" / "lab"), str(lab.state / "inventory.yml")]

    def environment(self, **more: str) -> dict[str, str]:
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("ANSIBLE_", "CUCM_", "SWITCH_"))}
        return {
            **kept,
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".collections"),
            "ANSIBLE_HOME": str(self.folder / "ansible"),
            "ANSIBLE_LOCAL_TEMP": str(self.folder / "tmp"),
            "ANSIBLE_NOCOLOR": "1",
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            # What a company's environment often has, and what must not decide whom CUCM's certificate is checked by.
            "REQUESTS_CA_BUNDLE": "/nowhere/company-ca.pem",
            "CURL_CA_BUNDLE": "/nowhere/company-ca.pem",
            **more,
        }

    def command(self, playbook: str, *arguments: str, variables: dict[str, Any] | None = None) -> list[str]:
        command = [str(Path(sys.executable).with_name("ansible-playbook"))]
        for inventory in self.inventories:
            command += ["-i", inventory]
        if variables:
            file = self.folder / "variables.yml"
            file.write_text(yaml.safe_dump(variables))
            command += ["-e", f"@{file}"]
        return [*command, *arguments, str(ROOT / "playbooks" / f"{playbook}.yml")]

    def override(self, **hosts: dict[str, Any]) -> None:
        """Give hosts (underscores in the names stand for dashes) other variables than the lab says."""
        file = self.folder / "overrides.yml"
        named = {name.replace("_", "-"): values for name, values in hosts.items()}
        file.write_text(yaml.safe_dump({"all": {"hosts": named}}))
        self.inventories = [*self.inventories[:2], str(file)]

    def run(self, playbook: str, *arguments: str, variables: dict[str, Any] | None = None, **more: str) -> Played:
        done = subprocess.run(
            self.command(playbook, *arguments, variables=variables),
            cwd=self.folder,
            env=self.environment(**more),
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        output = done.stdout + done.stderr
        recap = {m[1]: (int(m[3]), int(m[4]) + int(m[5])) for m in _RECAP.finditer(output)}
        return Played(done.returncode, output, recap)

    def kill_when(self, playbook: str, condition: Callable[[], bool]) -> bool:
        """Start a playbook and end it with SIGKILL, forks included, as soon as the condition holds.

        :returns: whether it was killed (false: it had ended before)
        """
        process = subprocess.Popen(
            self.command(playbook),
            cwd=self.folder,
            env=self.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        ended = threading.Event()
        waiter = threading.Thread(target=lambda: (process.wait(), ended.set()))
        waiter.start()
        while not ended.is_set() and not condition():
            ended.wait(0.02)
        killed = not ended.is_set()
        killed = killed and _kill_tree(process.pid)
        waiter.join()
        return killed


def _kill_tree(pid: int) -> bool:
    """SIGKILL a process and all below it; Ansible's workers have process groups of their own.

    The parent is stopped first, so that it starts no worker more while its children are looked up.
    """
    try:
        os.kill(pid, signal.SIGSTOP)
        family = _descendants(pid)
        for member in (pid, *family):
            os.kill(member, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [member for child in map(int, children) for member in (child, *_descendants(child))]


@pytest.fixture
def play_on(tmp_path: Path) -> Callable[[Any], Playbooks]:
    """The playbooks for a lab of one's own."""
    return lambda lab: Playbooks(lab, tmp_path)


@pytest.fixture
def playbooks(lab: Any, play_on: Callable[[Any], Playbooks]) -> Playbooks:
    return play_on(lab)

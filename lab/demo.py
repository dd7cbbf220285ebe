"""`python -m lab demo`: a lab, the customer's playbook twice, a table, and everything gone again.

The playbook is the collection's own, run by the `ansible-playbook` of this interpreter. All that it writes stays in
the checkout's `.cache`.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab import background, render
from lab.control import ask
from lab.site import DEFAULT_INVENTORY, load_site
from lab.state import StateError, StateFolder

ROOT = Path(__file__).parent.parent
PLAYBOOK = "playbooks/deploy_phones.yml"
_RECAP = re.compile(r"^(\S+)\s*: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_ENDING = 10.0


class Terminated(KeyboardInterrupt):
    """SIGTERM, which reaches this process only; Ctrl-C reaches the playbook too."""


@dataclass(frozen=True)
class Outcome:
    """One run of the playbook: exit code, and the numbers of its recap over all hosts."""

    code: int
    hosts: int
    changed: int
    failed: int
    seconds: float


def run(state: Path, *, keep: bool = False, pace: str = "lively") -> int:
    """Run the demonstration; 0 when the first run changed something, the second nothing, and all phones registered."""
    folder = StateFolder(state)
    site = load_site()
    began = time.monotonic()
    with _terminable():
        background.start(folder, None, timeout=60.0, pace=pace)
        try:
            _title(f"The lab is up after {time.monotonic() - began:.1f} s: {len(site.phones)} phones out of the carton")
            _show_status(folder)
            _title(f"First run of {PLAYBOOK}")
            first = play(folder)
            _title("Second run: the same plan, nothing left to do")
            second = play(folder)
            _title("Where every phone is")
            phones = _show_status(folder)
        finally:
            if not keep:
                background.end(folder)
    print(f"\nfirst run changed {first.changed} ({first.seconds:.0f} s), second run changed {second.changed}", end=" ")
    print(f"({second.seconds:.0f} s), {time.monotonic() - began:.0f} s in all")
    problems = judge(first, second, phones)
    for problem in problems:
        print(f"demo: {problem}", file=sys.stderr)
    return 1 if problems else 0


def judge(first: Outcome, second: Outcome, phones: list[dict[str, Any]]) -> list[str]:
    """What isn't as it should be, in words; nothing when all is well."""
    problems = []
    for which, outcome in (("first", first), ("second", second)):
        if outcome.code != 0 or outcome.failed or not outcome.hosts:
            problems.append(f"the {which} run failed (exit code {outcome.code})")
    if first.changed == 0:
        problems.append("the first run changed nothing")
    if second.changed:
        problems.append(f"the second run changed {second.changed}, expected 0")
    if missing := [phone["name"] for phone in phones if phone["state"] != "registered"]:
        problems.append(f"not registered: {', '.join(missing)}")
    return problems


def play(folder: StateFolder) -> Outcome:
    """Run the playbook with live output."""
    began = time.monotonic()
    command = [_ansible_playbook(), "-i", DEFAULT_INVENTORY, "-i", str(folder.inventory_path), PLAYBOOK]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    lines: list[str] = []
    try:
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
        process.wait()
    except Terminated:
        process.terminate()
        raise
    finally:
        _end(process)
    hosts, changed, failed = recap(lines)
    return Outcome(process.returncode, hosts, changed, failed, time.monotonic() - began)


def recap(lines: list[str]) -> tuple[int, int, int]:
    """(hosts, changed, failed or unreachable) of the recap that ends a run's output; zeros without one."""
    plain = [_COLOUR.sub("", line) for line in lines]
    start = max((index for index, line in enumerate(plain) if line.startswith("PLAY RECAP")), default=len(plain))
    found = [match for line in plain[start:] if (match := _RECAP.match(line))]
    failed = sum(int(match[4]) + int(match[5]) for match in found)
    return len(found), sum(int(match[3]) for match in found), failed


def environment() -> dict[str, str]:
    """The environment of a run: this checkout's collection, and every file that Ansible writes below `.cache`."""
    cache = ROOT / ".cache"
    temporary = cache / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    return {
        **inherited,
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".collections"),
        "ANSIBLE_HOME": str(cache / "ansible"),
        "ANSIBLE_LOCAL_TEMP": str(temporary),
        "ANSIBLE_REMOTE_TEMP": str(temporary),
        "ANSIBLE_ASYNC_DIR": str(temporary / "async"),
        "ANSIBLE_FORCE_COLOR": "1" if sys.stdout.isatty() else "0",
        "XDG_CACHE_HOME": str(cache),
        "TMPDIR": str(temporary),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
    }


def _ansible_playbook() -> str:
    beside = Path(sys.executable).parent / "ansible-playbook"
    found = str(beside) if beside.exists() else shutil.which("ansible-playbook")
    if found is None:
        raise StateError("ansible-playbook is not installed beside this Python; run `make demo`, which sets all up")
    return found


def _end(process: subprocess.Popen[str]) -> None:
    """Make sure that the playbook has ended; on Ctrl-C it got the signal too and is given time to say so."""
    if process.poll() is None:
        try:
            process.wait(_ENDING)
        except subprocess.TimeoutExpired:
            process.terminate()
            try:
                process.wait(_ENDING)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    process.stdout.close()


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM ends the demonstration as Ctrl-C does, so that the lab is ended too."""

    def interrupt(number: int, frame: object) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _title(text: str) -> None:
    print(f"\n== {text} ==\n", flush=True)


def _show_status(folder: StateFolder) -> list[dict[str, Any]]:
    record = folder.read()
    if record is None:
        raise StateError(f"the lab of {folder.path} has ended")
    phones = ask(record, "status")
    print(render.status_table(phones), flush=True)
    return phones

"""Starting a lab in the background, and ending one, from another process."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from lab.control import ControlError, ask
from lab.kea import missing
from lab.site import Site
from lab.state import Record, StateError, StateFolder

READY = b"ready\n"
_LOG_TAIL = 25
_POLL = 0.02


class StartFailed(RuntimeError):
    """The background lab didn't come up; the text ends with what it logged."""


def start(folder: StateFolder, site: Path | None, timeout: float, pace: str | None = None) -> None:
    """Start a detached lab; return when everything answers. Raises StateError, or StartFailed with nothing left."""
    folder.claim()
    log = os.open(folder.log_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
    folder.unlock()
    reader, writer = os.pipe()
    command = [sys.executable, "-m", "lab", "up", "--state", str(folder.path), "--ready-fd", str(writer)]
    if site is not None:
        command += ["--site", str(site.absolute())]
    if pace is not None:
        command += ["--pace", pace]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=(writer,),
            env={**os.environ, "PYTHONPATH": _python_path(), "PYTHONUNBUFFERED": "1"},
        )
    except OSError as error:
        os.close(reader)
        _clean_failed(folder)
        raise StartFailed(f"cannot start {sys.executable}: {error.strerror}") from error
    finally:
        os.close(log)
        os.close(writer)
    try:
        ready = _wait_ready(reader, timeout)
    except BaseException:
        _end_child(process)
        _clean_failed(folder)
        raise
    finally:
        os.close(reader)
    if not ready:
        _end_child(process)
        tail = _clean_failed(folder)
        raise StartFailed(f"the lab did not come up (its exit code: {process.returncode}); it logged:\n{tail}")
    # The lab outlives this process on purpose: without this, Popen warns about a child still running.
    process.returncode = 0


def greeting(site: Site, state: Path, block: str) -> str:
    """What is up, and how to use it."""
    shown = os.path.relpath(state) if state.is_relative_to(Path.cwd()) else str(state)
    option = "" if shown == ".lab" else f" --state {shown}"
    lines = [f"  {word}\n" for word in missing(site)]
    return (
        f"The lab is up at {block}.0.0/16 ({site.name}: {len(site.switches)} switches, {len(site.phones)} phones).\n"
        f"{''.join(lines)}"
        f"  ansible-playbook -i {site.inventory} -i {shown}/inventory.yml playbooks/deploy_phones.yml\n"
        f"  python -m lab status{option}\n"
        f"  python -m lab down{option}"
    )


def _python_path() -> str:
    root = str(Path(__file__).parent.parent)
    inherited = os.environ.get("PYTHONPATH")
    return f"{root}{os.pathsep}{inherited}" if inherited else root


def _wait_ready(reader: int, timeout: float) -> bool:
    """Whether the child said that it is ready before it ended or the time was over."""
    said = b""
    deadline = time.monotonic() + timeout
    while not said.endswith(READY):
        readable, _, _ = select.select([reader], [], [], max(0.0, deadline - time.monotonic()))
        if not readable:
            return False
        data = os.read(reader, 64)
        if not data:
            return False
        said += data
    return True


def _end_child(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


def _clean_failed(folder: StateFolder) -> str:
    """Remove what a failed start left, its log included; return the end of the log."""
    try:
        tail = folder.log_path.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_TAIL:]
    except OSError:
        tail = []
    try:
        folder.claim()
    except StateError:
        # Another lab took the folder in the meantime: its files are not ours to remove.
        return "\n".join(tail)
    folder.release()
    return "\n".join(tail)


def end(folder: StateFolder, timeout: float = 20.0) -> str:
    """End the lab of a state folder and remove its files; returns what was done, in words. Raises StateError."""
    if not folder.path.is_dir():
        return f"no lab runs with the state folder {folder.path}"
    record = folder.read()
    if record is None or not record.alive:
        folder.claim()
        folder.release()
        if record is None:
            return f"no lab runs with the state folder {folder.path}"
        return f"the lab of {folder.path} had ended without cleaning up; its files are removed"
    try:
        ask(record, "down", timeout=5.0)
        ended = _ended(record, timeout)
    except ControlError:
        ended = False
    for number in (signal.SIGTERM, signal.SIGKILL):
        if not ended:
            _signal(record, number)
            ended = _ended(record, 5.0)
    if not ended:
        raise StateError(f"the lab of {folder.path} (process {record.pid}) does not end")
    folder.claim()
    folder.release()
    return f"the lab of {folder.path} is ended"


def _signal(record: Record, number: int) -> None:
    """Signal the lab's process, if it is still that process."""
    if record.alive:
        try:
            os.kill(record.pid, number)
        except ProcessLookupError:
            pass


def _ended(record: Record, timeout: float) -> bool:
    return wait_until(lambda: not record.alive, timeout)


def wait_until(condition: Callable[[], bool], timeout: float, poll: float = _POLL) -> bool:
    """Poll until the condition holds; False when the time is over first."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(poll)
    return True

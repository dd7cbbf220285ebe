"""The demonstration's own work, with a stand-in for the playbook: the verdict, and the lab ended whatever happens."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lab.background import wait_until
from lab.state import StateFolder, process_start

ROOT = Path(__file__).parents[3]


def demo(folder: Path, playbook: str) -> subprocess.Popen[str]:
    """A demonstration whose `ansible-playbook` is a shell script with that text."""
    script = folder / "ansible-playbook"
    script.write_text(f"#!/bin/sh\n{playbook}\n")
    script.chmod(0o755)
    code = (
        "import signal, sys, lab.demo as demo, lab.__main__ as main\n"
        # Whoever runs the tests in the background of a script has SIGINT ignored, and children inherit that.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"demo._ansible_playbook = lambda: {str(script)!r}\n"
        f"sys.exit(main.main(['demo', '--state', {str(folder / 'state')!r}]))"
    )
    command = [sys.executable, "-c", code]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_failing_playbook_fails_the_demonstration(tmp_path: Path) -> None:
    process = demo(tmp_path, "echo 'fatal: no such thing'; exit 2")
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "fatal: no such thing" in output
    assert "0 of 12 phones registered" in output
    assert "the first run failed (exit code 2)" in errors
    assert "not registered: SEP00005E005301" in errors
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_demonstration_ends_the_lab(tmp_path: Path, number: int) -> None:
    # A playbook that hears the signal (as Ctrl-C in a terminal makes it) or is told to end.
    process = demo(tmp_path, "echo playing; exec sleep 3")
    for line in process.stdout:
        if line == "playing\n":
            break
    record = StateFolder(tmp_path / "state").read()
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert wait_until(lambda: process_start(record.pid) is None, 5)
    assert not (tmp_path / "state").exists()


def test_a_running_lab_is_not_taken_over(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path / "state")
    folder.claim()
    process = demo(tmp_path, "exit 0")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "a lab runs with the state folder" in errors
    folder.release()

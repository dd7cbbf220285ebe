"""Run a command and say what it cost, with everything that it started: `python -m benchmarks._watch RESULT COMMAND...`.

The file RESULT gets JSON: the command's exit code, the seconds until it ended, the CPU seconds of it and all its
descendants, and the most memory that they had together. A daemon that leaves the command's family, as ansible-
connection does, comes under this process, which Linux calls a subreaper, so that its CPU time counts too. Memory is
the sum of all processes' proportional set sizes, in which a page that forks share counts once; it is looked at a few
times a second, and at most a tenth of the time goes into looking.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_PAUSE = 0.1
_SHARE = 9
_PATIENCE = 5.0


def main(arguments: list[str]) -> int:
    """Watch the command, write the result, and leave none of its processes behind."""
    result, *command = arguments
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "this system has no subreapers")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    began = time.perf_counter()
    process = subprocess.Popen(command)
    try:
        peak = _watch(process)
        seconds = time.perf_counter() - began
    finally:
        _end_all()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost = {
        "code": process.returncode,
        "seconds": seconds,
        "cpu": used.ru_utime + used.ru_stime,
        "megabytes": peak / 1e6,
    }
    Path(result).write_text(json.dumps(cost))
    return 0


def _watch(process: subprocess.Popen[bytes]) -> int:
    """The most bytes that the command's family had, looked at until the command ends."""
    peak = 0
    while True:
        before = time.perf_counter()
        peak = max(peak, sum(map(_bytes, _descendants(os.getpid()))))
        try:
            process.wait(max(_PAUSE, _SHARE * (time.perf_counter() - before)))
        except subprocess.TimeoutExpired:
            continue
        return peak


def _descendants(pid: int) -> list[int]:
    try:
        tasks = [task / "children" for task in Path(f"/proc/{pid}/task").iterdir()]
        children = [int(child) for task in tasks for child in task.read_text().split()]
    except OSError:
        return []
    return [member for child in children for member in (child, *_descendants(child))]


def _bytes(pid: int) -> int:
    try:
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) * 1024 if found else 0


def _end_all() -> None:
    """End what is still there, and wait for it, so that its CPU time is counted."""
    deadline = time.monotonic() + _PATIENCE
    number = signal.SIGTERM
    while left := _descendants(os.getpid()):
        for pid in left:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
        _reap()
        time.sleep(0.02)
        if time.monotonic() > deadline:
            number = signal.SIGKILL
    _reap()


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

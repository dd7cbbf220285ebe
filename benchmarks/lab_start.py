"""How the lab's start grows with its switches, and what their configuration costs.

Each row is a lab of its own, started and ended by its command line: seconds until `up --background` returns, that is
until every switch has answered over SSH, and the most memory that its process ever had (medians of 5; `--quick`: of 1).
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.report import table

ROOT = Path(__file__).parent.parent
PORTS = 48
CONFIG = """\
vlan 10
 name DATA
vlan 20
 name VOICE
interface range gi1/0/1 - 48
 description desk
 switchport access vlan 10
 switchport mode access
 switchport voice vlan 20
 spanning-tree portfast
"""


@dataclass(frozen=True)
class Start:
    """One lab's start."""

    seconds: float
    megabytes: float


def run(*, quick: bool = False) -> tuple[str, dict[str, Any]]:
    """(table, ratios of whole labs). Raises RuntimeError when a lab doesn't come up.

    What a lab without switches takes is taken off before the rest is shared among the switches.
    """
    few, many = 20, 200
    repeats = 1 if quick else 5
    fleets = {
        "no switch": (0, ""),
        f"{few} switches": (few, ""),
        f"{many} switches": (many, ""),
        f"{many} switches, ports configured": (many, CONFIG),
    }
    starts = {name: measure(count, config, repeats) for name, (count, config) in fleets.items()}
    empty, *others = starts.values()
    shares = [
        Start((start.seconds - empty.seconds) / count, (start.megabytes - empty.megabytes) / count)
        for start, (count, _) in zip(others, list(fleets.values())[1:], strict=True)
    ]
    cells = ["", *(f"{share.seconds * 1000:.1f}" for share in shares)], ["", *(f"{s.megabytes:.2f}" for s in shares)]
    rows = [
        (name, f"{start.seconds:.2f}", f"{start.megabytes:.0f}", *cell)
        for (name, start), *cell in zip(starts.items(), *cells, strict=True)
    ]
    columns = (f"lab ({PORTS} ports a switch)", "seconds", "MB", "ms/switch", "MB/switch")
    small, big, configured = others
    ratios = {
        "switches": [few, many],
        "seconds": [round(start.seconds, 3) for start in starts.values()],
        "megabytes": [round(start.megabytes, 1) for start in starts.values()],
        "many_to_few": _ratios(big, small),
        "configured_to_factory": _ratios(configured, big),
    }
    return table(columns, rows), ratios


def _ratios(one: Start, other: Start) -> dict[str, float]:
    return {
        "seconds": round(one.seconds / other.seconds, 2),
        "megabytes": round(one.megabytes / other.megabytes, 2),
    }


def measure(count: int, config: str, repeats: int) -> Start:
    """The median of some starts of a lab with `count` switches."""
    starts = [_start(count, config) for _ in range(repeats)]
    return Start(
        statistics.median(start.seconds for start in starts), statistics.median(start.megabytes for start in starts)
    )


def _start(count: int, config: str) -> Start:
    fleet = {"name": "sw{n}", "count": count, "ports": PORTS, "model": "C9300-48P"}
    if config:
        fleet["config"] = config
    with tempfile.TemporaryDirectory() as folder:
        site, state = Path(folder) / "site.yml", Path(folder) / "state"
        site.write_text(yaml.safe_dump({"switches": [fleet] if count else []}))
        began = time.perf_counter()
        _lab("up", "--background", "--site", str(site), "--state", str(state))
        seconds = time.perf_counter() - began
        try:
            pid = json.loads((state / "lab.json").read_text())["pid"]
            peak = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
        finally:
            _lab("down", "--state", str(state))
    return Start(seconds, int(peak[1]) * 1024 / 1e6)


def _lab(*arguments: str) -> None:
    command = [sys.executable, "-m", "lab", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"`{' '.join(command[1:])}` ended with {done.returncode}: {done.stderr.strip()}")

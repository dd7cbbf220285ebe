"""What the tests of this folder know of the lab's site."""

from __future__ import annotations

from typing import Any

PHONES = [f"SEP00005E0053{n:02X}" for n in range(1, 13)]


def registered(status: dict[str, dict[str, Any]]) -> list[str]:
    return sorted(name for name, phone in status.items() if phone["state"] == "registered")


def configuration(snapshot: dict[str, Any]) -> dict[str, Any]:
    """Everything that a run could have changed, without the lines that carry a time."""
    return {
        "switches": {
            name: {
                which: [line for line in switch[which].splitlines() if not line.startswith(("!", "Current", "Using"))]
                for which in ("running_config", "startup_config")
            }
            for name, switch in snapshot["switches"].items()
        },
        "cucm": {name: phone["lines"] for name, phone in snapshot["cucm"]["phones"].items()},
        "stamps": {name: phone["version_stamp"] for name, phone in snapshot["cucm"]["phones"].items()},
        "lines": snapshot["cucm"]["lines"],
    }

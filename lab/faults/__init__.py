"""The named faults: each makes exactly one thing wrong, and can take it back.

A fault has the name and the step of the cause that a diagnosis must find. `make` changes the world and returns an
Injury, which knows whether it still holds (the collection may have mended it in the meantime) and how to heal it.
"""

from __future__ import annotations

from typing import Any

from lab.control import ControlError
from lab.faults import files, network, scopes, signalling
from lab.faults.injuries import Fault, Injury
from lab.phone.status import STEPS

__all__ = ["FAULTS", "Fault", "Injury", "describe", "find"]

FAULTS: dict[str, Fault] = {
    fault.name: fault
    for fault in sorted(
        (*network.TABLE, *scopes.TABLE, *files.TABLE, *signalling.TABLE), key=lambda fault: STEPS.index(fault.step)
    )
}


def describe() -> list[dict[str, Any]]:
    """The table as data, in the order of the ladder: name, step, noticed_at, stops, hits, summary."""
    return [
        {
            "name": fault.name,
            "step": fault.step,
            "noticed_at": fault.noticed_at or fault.step,
            "stops": fault.stops,
            "hits": fault.hits,
            "summary": fault.summary,
        }
        for fault in FAULTS.values()
    ]


def find(name: str) -> Fault:
    """The fault of that name. Raises ControlError naming those that there are."""
    fault = FAULTS.get(name)
    if fault is None:
        raise ControlError(f"unknown fault {name!r}; known are {', '.join(FAULTS)}")
    return fault

"""Tables for people, out of what the control socket answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_STATUS_COLUMNS = ("phone", "port", "DN", "IP address", "step reached", "state", "why not further")


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A plain table: columns padded to their widest cell, two blanks between, nothing after the last."""
    lines = [tuple(columns), *(tuple(row) for row in rows)]
    widths = [max(len(line[index]) for line in lines) for index in range(len(columns))]
    padded = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([padded[0], "  ".join("-" * width for width in widths), *padded[1:]])


def status_table(phones: Sequence[Mapping[str, Any]]) -> str:
    """The phones of `status`, and the line that counts the registered ones."""
    rows = [
        (
            phone["name"],
            f"{phone['switch']} {short_interface(phone['interface'])}",
            ", ".join(phone["dns"]) or "-",
            phone["address"] or "-",
            phone["step"] or "-",
            phone["state"],
            reason(phone),
        )
        for phone in phones
    ]
    shown = table(_STATUS_COLUMNS, rows) + "\n\n" if rows else ""
    return shown + summary(phones)


def summary(phones: Sequence[Mapping[str, Any]]) -> str:
    """`12 of 12 phones registered`."""
    registered = sum(phone["state"] == "registered" for phone in phones)
    return f"{registered} of {len(phones)} phones registered"


def reason(phone: Mapping[str, Any]) -> str:
    """Where and why a phone is stuck, what it is doing now, and the faults that were made on purpose and still hold."""
    parts = [f"{phone['stuck_at']}: {phone['why']}" if phone["stuck_at"] else ""]
    if phone["doing"]:
        parts.append(f"({phone['doing']})" if phone["stuck_at"] else phone["doing"])
    if phone["faults"]:
        parts.append(f"[{', '.join(fault['name'] for fault in phone['faults'])}]")
    parts += [f"[{fault['name']}, made at {fault['phone']}]" for fault in phone.get("concerned_by", ())]
    return " ".join(part for part in parts if part)


def short_interface(name: str) -> str:
    """`Gi1/0/1` out of `GigabitEthernet1/0/1`, as switches abbreviate in their tables."""
    digit = next((index for index, letter in enumerate(name) if letter.isdigit()), len(name))
    return name[:2] + name[digit:]


def faults_table(faults: Sequence[Mapping[str, Any]]) -> str:
    """The named faults in the order of the ladder."""
    rows = [
        (fault["name"], fault["step"], "yes" if fault["stops"] else "no", fault["hits"], fault["summary"])
        for fault in faults
    ]
    return table(("fault", "step", "stops", "hits", "what it does"), rows)

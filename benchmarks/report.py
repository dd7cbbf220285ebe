"""What every benchmark prints: the machine that it ran on, and a table."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Sequence
from pathlib import Path

_SHOWN = ("ansible-core", "netmiko", "paramiko", "ansible-pylibssh", "zeep", "asyncssh", "aiohttp")


def machine() -> str:
    """Processor, cores, memory, system and versions, in two lines."""
    cores = len(os.sched_getaffinity(0))
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    system = f"{platform.system()} {platform.release()}"
    versions = [f"Python {platform.python_version()}", *(f"{name} {_version(name)}" for name in _SHOWN)]
    return f"{_processor()}, {cores} cores, {gigabytes:.0f} GB, {system}\n{', '.join(versions)}"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            return value.strip()
    return platform.machine()


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "-"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A plain table: the first column to the left, numbers to the right."""
    lines = [tuple(columns), *(tuple(row) for row in rows)]
    widths = [max(len(line[index]) for line in lines) for index in range(len(columns))]
    shown = []
    for first, *others in lines:
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        shown.append("  ".join([first.ljust(widths[0]), *cells]).rstrip())
    return "\n".join([shown[0], "  ".join("-" * width for width in widths), *shown[1:]])

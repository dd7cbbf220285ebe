"""Scopes that every kind of DHCP server can hold: the same input, which has to be read back equal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def _plain(block: str) -> list[dict[str, Any]]:
    return [
        {
            "name": "VOICE",
            "network": f"{block}.20.0/24",
            "gateway": f"{block}.20.1",
            "excluded": [f"{block}.20.1-{block}.20.10"],
            "lease_time": 86400,
            "tftp_servers": [f"{block}.0.10", f"{block}.0.11"],
        }
    ]


def _one_server(block: str) -> list[dict[str, Any]]:
    row = _plain(block)[0]
    return [{**row, "tftp_servers": [f"{block}.0.11"], "lease_time": 28800}]


def _names(block: str) -> list[dict[str, Any]]:
    return [{**_plain(block)[0], "domain_name": "example.com", "dns_servers": [f"{block}.0.5", f"{block}.0.6"]}]


def _several(block: str) -> list[dict[str, Any]]:
    first = _plain(block)[0]
    return [first] + [
        {
            "name": f"VOICE{number}",
            "network": f"{block}.{number}.0/26",
            "gateway": f"{block}.{number}.62",
            "excluded": [f"{block}.{number}.1-{block}.{number}.9", f"{block}.{number}.40-{block}.{number}.62"],
            "lease_time": 3600,
            "tftp_servers": [f"{block}.0.11", f"{block}.0.10"],
        }
        for number in (30, 31, 32)
    ]


COMMON: dict[str, Callable[[str], list[dict[str, Any]]]] = {
    "plain": _plain,
    "one server": _one_server,
    "names": _names,
    "several": _several,
}
"""By name: the first two parts of an address in, rows of `dhcp_scopes` out."""

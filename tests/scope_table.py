"""Scopes that every kind of DHCP server can hold, which have to be read back equal, and those that none takes."""

from __future__ import annotations

import json
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


def _wrong(**values: Any) -> Callable[[str], list[dict[str, Any]]]:
    """Spoil the plain row; `{}` in a value is the block."""

    def rows(block: str) -> list[dict[str, Any]]:
        spoiled = json.loads(json.dumps(values).replace("{}", block))
        return [{**_plain(block)[0], **spoiled}]

    return rows


def _overlapping(block: str) -> list[dict[str, Any]]:
    return [{**_plain(block)[0], "name": "HALF", "network": f"{block}.20.0/25"}, _plain(block)[0]]


REFUSED: dict[str, tuple[Callable[[str], list[dict[str, Any]]], str]] = {
    "a range outside": (_wrong(ranges=["{}.21.5-{}.21.9"]), "{}.21.5-{}.21.9' is outside of {}.20.0/24"),
    "a gateway outside": (_wrong(gateway="{}.21.1"), "gateway: {}.21.1 is outside of {}.20.0/24"),
    "ranges overlap": (_wrong(ranges=["{}.20.20-{}.20.30", "{}.20.30-{}.20.40"]), "{}.20.20-{}.20.30 and {}.20.30-"),
    "scopes overlap": (_overlapping, "network: {}.20.0/24 overlaps {}.20.0/25 of scopes[0] (HALF)"),
    "network address": (_wrong(ranges=["{}.20.0-{}.20.9"]), "ranges: {}.20.0 is the network address"),
    "broadcast address": (_wrong(ranges=["{}.20.250-{}.20.255"]), "ranges: {}.20.255 is the broadcast address"),
    "no servers": (_wrong(tftp_servers=[]), "tftp_servers: the list is empty"),
    "a host name": (_wrong(tftp_servers=["cucm.example.com"]), "give the address that the name has"),
    "IPv6": (_wrong(tftp_servers=["2001:db8::1"]), "it is one of IPv6, give the IPv4 address"),
    "IPv6 gateway": (_wrong(gateway="2001:db8::1"), "gateway: '2001:db8::1' is no IPv4 address"),
}
"""By name: likewise, and a part of the message."""


def refused(name: str, block: str) -> tuple[list[dict[str, Any]], str]:
    """Return rows of `REFUSED`, and the words that name what is wrong with them."""
    rows, words = REFUSED[name]
    return rows(block), words.replace("{}", block)

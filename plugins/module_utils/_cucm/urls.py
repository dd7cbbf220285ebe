# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pure functions on hosts, URLs and proxy exceptions."""

from __future__ import annotations

import ipaddress
import re


def authority(host: str, port: int) -> str:
    """Return host and port as a URL has them; an IPv6 address gets brackets."""
    bare = host.strip("[]")
    return f"[{bare}]:{port}" if ":" in bare else f"{bare}:{port}"


def without_password(url: str) -> str:
    """Return a URL without the user and the password that may be in it."""
    return re.sub(r"//[^/@]*@", "//", url)


def bypasses_proxy(host: str, no_proxy: str) -> bool:
    """Tell whether a host is reached without the proxy.

    Takes what NO_PROXY usually holds, separated by commas or blanks: `*`, names, domains with or without a leading dot
    or `*.`, addresses and networks; a port behind a name is ignored.
    """
    host = host.strip("[]").casefold()
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        address = None
    for entry in re.split(r"[,\s]+", no_proxy.casefold()):
        if entry == "*":
            return True
        if not entry:
            continue
        if address is not None:
            if _holds(entry, address):
                return True
            continue
        domain = re.sub(r":\d+$", "", entry).removeprefix("*").strip(".")
        if domain and (host == domain or host.endswith(f".{domain}")):
            return True
    return False


def _holds(entry: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    candidate = re.sub(r"^\[(.*)\](:\d+)?$", r"\1", entry)
    if candidate.count(":") == 1:
        candidate = candidate.partition(":")[0]
    try:
        return address in ipaddress.ip_network(candidate, strict=False)
    except ValueError:
        return False

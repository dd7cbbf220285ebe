# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pure functions on hosts, URLs and proxy exceptions."""

from __future__ import annotations

import ipaddress
import re
import urllib.parse


def authority(host: str, port: int) -> str:
    """Return host and port as a URL has them; an IPv6 address gets brackets."""
    bare = host.strip("[]")
    return f"[{bare}]:{port}" if ":" in bare else f"{bare}:{port}"


def proxy_url(given: str) -> str:
    """Return a proxy's URL; without a scheme it is taken for an HTTP proxy, as other tools do.

    :raises ValueError: it can't be used. The reason doesn't quote it, because a password may be in it.
    """
    url = given.strip() if "://" in given else f"http://{given.strip()}"
    parts = urllib.parse.urlsplit(url)
    if parts.scheme.lower() not in ("http", "https"):
        raise ValueError("its scheme is neither http nor https")
    if "@" in parts.path + parts.query + parts.fragment:
        raise ValueError("its user or password has a character that must be percent-encoded, such as %2F for a slash")
    try:
        port = parts.port
    except ValueError:
        port = 0
    if not parts.hostname or port == 0:
        raise ValueError("its host or port can't be read")
    return url


def without_password(url: str) -> str:
    """Return a URL without the user and the password that may be in it."""
    return re.sub(r"^([a-z][a-z0-9+.-]*://)?.*@", r"\1", url, flags=re.I | re.S)


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

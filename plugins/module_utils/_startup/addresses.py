# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The addresses of the cluster's nodes: option 150 has addresses, and CUCM mostly knows its nodes by name."""

from __future__ import annotations

import socket
import typing as t
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.dialtone.voice.plugins.module_utils._startup.ways import is_address


def addresses_of(names: t.Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return what the resolver says of each name; those that it doesn't know, and addresses, are left out."""
    asked = sorted({name for name in names if name and not is_address(name)})
    with ThreadPoolExecutor(max_workers=8) as pool:
        found = dict(zip(asked, pool.map(_resolved, asked), strict=True))
    return {name: addresses for name, addresses in found.items() if addresses}


def _resolved(name: str) -> tuple[str, ...]:
    try:
        told = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return tuple(dict.fromkeys(str(each[4][0]) for each in told))

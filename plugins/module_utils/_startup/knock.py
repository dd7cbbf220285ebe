# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of many addresses take a TCP connection, tried many at once, so that silent ones cost few time-outs."""

from __future__ import annotations

import errno
import selectors
import socket
import time
import typing as t

AT_ONCE = 200
"""Connections under way, well below the files that a process may have open."""

_UNDER_WAY = (errno.EINPROGRESS, errno.EWOULDBLOCK)


def knock(addresses: t.Iterable[str], port: int, timeout: float) -> dict[str, int]:
    """Return for each IP address 0 where it took a connection, else the system's number of why not (`errno`).

    :param timeout: seconds for each connection
    """
    queue = list(dict.fromkeys(addresses))[::-1]
    found: dict[str, int] = {}
    waiting: dict[socket.socket, tuple[str, float]] = {}
    with selectors.DefaultSelector() as selector:
        try:
            while queue or waiting:
                while queue and len(waiting) < AT_ONCE:
                    address = queue.pop()
                    begun = _begin(address, port)
                    if isinstance(begun, int):
                        found[address] = begun
                    else:
                        waiting[begun] = address, time.monotonic() + timeout
                        selector.register(begun, selectors.EVENT_WRITE)
                if not waiting:
                    continue
                # The oldest is the first whose time is up.
                first = next(iter(waiting.values()))[1]
                for key, _events in selector.select(max(0.0, first - time.monotonic())):
                    begun = t.cast(socket.socket, key.fileobj)
                    code = begun.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    found[_done(selector, waiting, begun)] = code
                now = time.monotonic()
                for begun in [begun for begun, (_address, until) in waiting.items() if until <= now]:
                    found[_done(selector, waiting, begun)] = errno.ETIMEDOUT
        finally:
            for begun in waiting:
                begun.close()
    return found


def _begin(address: str, port: int) -> socket.socket | int:
    begun = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    begun.setblocking(False)
    code = begun.connect_ex((address, port))
    if code not in (0, *_UNDER_WAY):
        begun.close()
        return code
    return begun


def _done(
    selector: selectors.BaseSelector, waiting: dict[socket.socket, tuple[str, float]], begun: socket.socket
) -> str:
    selector.unregister(begun)
    begun.close()
    return waiting.pop(begun)[0]

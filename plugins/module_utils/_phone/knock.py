# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether somebody is at home, at many addresses at once: phones without power must not cost a time-out each."""

from __future__ import annotations

import errno
import ipaddress
import os
import selectors
import socket
import time
import typing as t

_AT_ONCE = 512
"""Connections that are being made at once."""

_LOOK = 0.2
"""Seconds after which a signal is seen at the latest."""


def knock(addresses: t.Iterable[str], port: int, timeout: float, until: float) -> dict[str, str]:
    """Open a TCP connection to each address, and close it.

    :param until: time (`time.monotonic`) after which none is begun
    :return: address -> why it was not reached, in words; "" where it was. Names aren't tried, and neither are those
        that were not begun: they aren't in it
    """
    waiting = [address for address in dict.fromkeys(addresses) if _is_address(address)]
    waiting.reverse()
    found: dict[str, str] = {}
    with selectors.DefaultSelector() as selector:
        ends: dict[socket.socket, tuple[str, float]] = {}
        try:
            while ends or (waiting and time.monotonic() < until):
                while waiting and len(ends) < _AT_ONCE and time.monotonic() < until:
                    address = waiting.pop()
                    sock, code = _begin(address, port)
                    if sock is None or code not in (0, errno.EINPROGRESS):
                        found[address] = _words(code)
                        if sock is not None:
                            sock.close()
                        continue
                    ends[sock] = address, time.monotonic() + timeout
                    selector.register(sock, selectors.EVENT_WRITE)
                ready = {t.cast(socket.socket, key.fileobj) for key, _events in selector.select(_LOOK)}
                now = time.monotonic()
                for sock in [sock for sock, (_address, end) in ends.items() if sock in ready or end < now]:
                    address, _end = ends.pop(sock)
                    code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    found[address] = _words(code) if sock in ready else f"no connection within {timeout:g} s"
                    selector.unregister(sock)
                    sock.close()
        finally:
            for sock in ends:
                sock.close()
    return found


def _begin(address: str, port: int) -> tuple[socket.socket | None, int]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        sock = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        return None, error.errno or errno.EAFNOSUPPORT
    sock.setblocking(False)
    return sock, sock.connect_ex((address, port))


def _words(code: int) -> str:
    if code == 0:
        return ""
    words = os.strerror(code)
    return words[:1].lower() + words[1:]


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a file by TFTP, as a phone does: RFC 1350 with the options blksize (RFC 2348) and tsize (RFC 2349).

It is our own, though there is tftpy: that one tells the server's words for none but error 1, takes packets of strangers
(it logs "Discarding" and goes on with them), knows neither IPv6 nor a limit or a deadline, and prints its warnings to
stderr wherever no logging is set up. Reading is all that is needed here.
"""

from __future__ import annotations

import socket
import struct
import sys
import time
import typing as t
from dataclasses import dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._text import one_line

_READ, _DATA, _ACK, _ERROR, _OPTIONS = 1, 3, 4, 5, 6
_NOT_FOUND = 1
_DEFAULT_BLOCK = 512
_BLOCK = 1428
"""Bytes of one packet: so that it isn't cut up on its way through a tunnel or a VPN either."""

_LARGEST = 65_536
_DIGITS = 18
_ERRORS_TOLD = 11
"""IP_RECVERR of Linux, which Python doesn't name before 3.14."""

_LONGEST = 30
"""A transfer takes at most so many times what is waited for a packet."""

_ERRORS = {
    0: "not defined",
    1: "file not found",
    2: "access violation",
    3: "disk full or allocation exceeded",
    4: "illegal TFTP operation",
    5: "unknown transfer ID",
    6: "file already exists",
    7: "no such user",
    8: "options refused",
}


class Missing(Exception):
    """The server says that it hasn't got the file; the text quotes it."""


class Silent(Exception):
    """No answer, or no connection; the text says how."""


class Broken(Exception):
    """There is an answer, and no file in it; the text says what there is."""


@dataclass(frozen=True)
class Content:
    """A file that was read. `whole` is false where it is longer than the limit; `size` is None where it isn't told."""

    data: bytes
    size: int | None
    whole: bool = True


def read(server: str, name: str, *, port: int, timeout: float, tries: int, limit: int) -> Content:
    """Read a file.

    :param timeout: seconds to wait for each packet; the whole takes at most thirty times that
    :param tries: how often each packet is sent
    :param limit: bytes that are read at most; the transfer is ended there
    :raises Missing: error 1
    :raises Silent: nothing comes, from the first
    :raises Broken: another error, or nothing more comes in the midst of the file
    """
    try:
        family, _kind, _protocol, _name, target = socket.getaddrinfo(server, port, type=socket.SOCK_DGRAM)[0]
    except (OSError, UnicodeError) as error:
        raise Silent(f"its name can't be resolved: {_why(error)}") from None
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        if family == socket.AF_INET and sys.platform == "linux":
            # So that a host that says "nobody listens there" is believed, and not waited for.
            sock.setsockopt(socket.IPPROTO_IP, _ERRORS_TOLD, 1)
        return _Transfer(sock, target, timeout, tries, limit).run(name)


class _Transfer:
    """One file on its way. The server answers from a port of its own, and from then on only that one counts."""

    def __init__(self, sock: socket.socket, target: t.Any, timeout: float, tries: int, limit: int) -> None:
        self._sock, self._target, self._timeout, self._tries, self._limit = sock, target, timeout, tries, limit
        self._host = target[0]
        self._fixed = False
        self._block = _DEFAULT_BLOCK
        self._size: int | None = None

    def run(self, name: str) -> Content:
        fields = (name, "octet", "blksize", str(_BLOCK), "tsize", "0")
        packet = struct.pack("!H", _READ) + b"".join(each.encode() + b"\0" for each in fields)
        number, data = 1, bytearray()
        end = time.monotonic() + _LONGEST * self._timeout
        while True:
            if time.monotonic() > end:
                self._refuse(0, "that is too slow")
                raise Broken(
                    f"the transfer isn't complete after {_LONGEST * self._timeout:g} s: {len(data)} bytes came"
                )
            opcode, body = self._exchange(packet, number)
            if opcode == _OPTIONS:
                self._accept(body)
                packet = struct.pack("!HH", _ACK, 0)
                continue
            data += body
            packet = struct.pack("!HH", _ACK, number & 0xFFFF)
            if len(body) < self._block:
                self._send(packet)
                return Content(bytes(data), len(data))
            if len(data) > self._limit:
                self._refuse(0, "that is enough")
                return Content(bytes(data[: self._limit]), self._size, whole=False)
            number += 1

    def _accept(self, body: bytes) -> None:
        parts = [part.decode("ascii", "replace") for part in body.split(b"\0")]
        options = {key.lower(): value for key, value in zip(parts[::2], parts[1::2], strict=False)}
        block = options.get("blksize", str(_DEFAULT_BLOCK))
        if not block.isdecimal() or len(block) > _DIGITS or not 8 <= int(block) <= _BLOCK:
            self._refuse(8, "that block size was not asked for")
            raise Broken(f"it answers with the block size {one_line(block, 20)}, which was not asked for")
        self._block = int(block)
        size = options.get("tsize", "")
        self._size = int(size) if size.isdecimal() and len(size) <= _DIGITS else None

    def _exchange(self, packet: bytes, number: int) -> tuple[int, bytes]:
        """Send a packet until the one comes that answers it: data of this number, or options for the request."""
        first = packet[:2] == struct.pack("!H", _READ)
        for _attempt in range(self._tries):
            self._send(packet)
            until = time.monotonic() + self._timeout
            while (left := until - time.monotonic()) > 0:
                answer = self._receive(left)
                if answer is None:
                    break
                opcode, argument, body = answer
                if opcode == _ERROR:
                    raise _refusal(argument, body)
                if opcode == _OPTIONS and first:
                    return opcode, body
                if opcode == _DATA and argument == number & 0xFFFF:
                    return opcode, body
        seconds = f"{self._tries} times {self._timeout:g} s"
        if not self._fixed:
            raise Silent(f"no answer in {seconds}")
        raise Broken(f"the transfer broke off before block {number}: nothing more came in {seconds}")

    def _send(self, packet: bytes) -> None:
        try:
            self._sock.sendto(packet, self._target)
        except OSError as error:
            raise Silent(_why(error)) from None

    def _receive(self, seconds: float) -> tuple[int, int, bytes] | None:
        """Return opcode, the number after it and the rest of the next packet of this transfer; None for none."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._sock.settimeout(left)
            try:
                data, sender = self._sock.recvfrom(_LARGEST)
            except TimeoutError:
                return None
            except OSError as error:
                raise (Broken if self._fixed else Silent)(_why(error)) from None
            if sender[0] != self._host or (self._fixed and sender[1] != self._target[1]) or len(data) < 4:
                continue
            self._target, self._fixed = sender, True
            opcode, argument = struct.unpack("!HH", data[:4])
            # The options have no number, so what follows the opcode is all theirs.
            return (opcode, 0, data[2:]) if opcode == _OPTIONS else (opcode, argument, data[4:])
        return None

    def _refuse(self, code: int, text: str) -> None:
        self._send(struct.pack("!HH", _ERROR, code) + text.encode() + b"\0")


def _refusal(code: int, body: bytes) -> Exception:
    words = one_line(body.rstrip(b"\0").decode("utf-8", "replace"), 120) or _ERRORS.get(code, "without a word")
    kind = Missing if code == _NOT_FOUND else Broken
    return kind(f"error {code}, {words}")


def _why(error: BaseException) -> str:
    return one_line(getattr(error, "strerror", None) or str(error), 120).lower()

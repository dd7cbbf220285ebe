# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SSH host keys in the notation of OpenSSH's known_hosts (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"): pure functions."""

from __future__ import annotations

import base64
import binascii
import fnmatch
import hashlib
import hmac
import typing as t
from dataclasses import dataclass

MATCHES = "matches"
UNKNOWN = "unknown"
CHANGED = "changed"
REVOKED = "revoked"

_MARKERS = ("@revoked", "@cert-authority")


@dataclass(frozen=True)
class KnownHost:
    """One line of known_hosts.

    :ivar names: host names, patterns or hashed names, as written
    :ivar blob: the public key as SSH sends it
    """

    names: tuple[str, ...]
    key_type: str
    blob: bytes
    marker: str = ""

    def covers(self, name: str) -> bool:
        if any(pattern.startswith("!") and _matches(pattern[1:], name) for pattern in self.names):
            return False
        return any(_matches(pattern, name) for pattern in self.names if not pattern.startswith("!"))


def _matches(pattern: str, name: str) -> bool:
    if pattern.startswith("|1|"):
        try:
            salt, digest = (base64.b64decode(part, validate=True) for part in pattern[3:].split("|"))
        except (ValueError, binascii.Error):
            return False
        return hmac.compare_digest(hmac.new(salt, name.encode(), hashlib.sha1).digest(), digest)
    if "*" in pattern or "?" in pattern:
        # Brackets stand around an address with a port; for fnmatch they would be a set of characters.
        return fnmatch.fnmatchcase(name.casefold(), pattern.casefold().replace("[", "[[]"))
    return pattern.casefold() == name.casefold()


def parse_line(line: str) -> KnownHost | None:
    """Return the entry that a line of known_hosts holds, or None for an empty line and a comment.

    :raises ValueError: with the reason, where the line is no known_hosts line
    """
    fields = line.split()
    if not fields or fields[0].startswith("#"):
        return None
    marker = fields.pop(0) if fields[0] in _MARKERS else ""
    if len(fields) < 3:
        raise ValueError(f"{line.strip()!r} is no line of known_hosts: it needs 'host key-type key'")
    names, key_type, key = fields[:3]
    try:
        blob = base64.b64decode(key, validate=True)
    except (ValueError, binascii.Error):
        raise ValueError(f"the key of {names!r} is not Base64: copy the whole line of known_hosts") from None
    if not blob.startswith(len(key_type).to_bytes(4, "big") + key_type.encode()):
        raise ValueError(f"the key of {names!r} is no {key_type} key: copy the whole line of known_hosts")
    return KnownHost(tuple(names.split(",")), key_type, blob, marker)


def parse_lines(lines: t.Iterable[str]) -> tuple[list[KnownHost], list[str]]:
    """Return the entries of known_hosts lines, and what is wrong with lines that are none."""
    entries, faults = [], []
    for line in lines:
        try:
            entry = parse_line(line)
        except ValueError as error:
            faults.append(str(error))
        else:
            if entry is not None:
                entries.append(entry)
    return entries, faults


def host_name(host: str, port: int) -> str:
    """Return a host as known_hosts names it: the port is written only where it is not 22."""
    return host if port == 22 else f"[{host}]:{port}"


def entries_for(entries: t.Iterable[KnownHost], host: str, port: int) -> list[KnownHost]:
    """Return the entries of a host. One without the port counts for another port too where none names the port."""
    entries = list(entries)
    found = [entry for entry in entries if entry.covers(host_name(host, port))]
    return found or [entry for entry in entries if entry.covers(host)]


def judge(entries: t.Iterable[KnownHost], host: str, port: int, key_type: str, blob: bytes) -> str:
    """Say what is known of an offered key: one of MATCHES, UNKNOWN, CHANGED and REVOKED."""
    known = entries_for(entries, host, port)
    if any(entry.marker == "@revoked" and entry.blob == blob for entry in known):
        return REVOKED
    plain = [entry for entry in known if not entry.marker]
    if any(entry.blob == blob for entry in plain):
        return MATCHES
    return CHANGED if plain else UNKNOWN


def fingerprint(blob: bytes) -> str:
    """Return a key's fingerprint as OpenSSH prints it: ``SHA256:`` and the unpadded Base64 of the digest."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def known_hosts_line(host: str, port: int, key_type: str, blob: bytes) -> str:
    return f"{host_name(host, port)} {key_type} {base64.b64encode(blob).decode()}"

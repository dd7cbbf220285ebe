# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trust lists (CTL, ITL) and signed or encrypted files (`.sgn`, `.enc.sgn`): who signed them, whom they trust.

A file is one header of tags, then records (trust lists) or the plain or encrypted content (all others). A tag has one
byte, its length two (big-endian), then its value; the tag of padding stands alone, and containers hold tags themselves.
The header says how long it is, from the file's start; so does each record, from its own. Source: the documentation and
the tools of usecallmanager.nz. No signature is verified here: that is the phone's judgement, by keys that it alone has.
"""

from __future__ import annotations

import hashlib
import typing as t
from dataclasses import dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._text import one_line

_VERSION, _LENGTH = 1, 2
_SIGNER, _SERIAL, _ISSUER, _PADDING, _FILE_NAME, _STAMP = 4, 5, 6, 13, 14, 15
_CONTAINERS = frozenset({3, 7, 9, 16, 17, 21})
_ENCRYPTION = range(16, 28)
_RECORD_LENGTH, _NAME, _SUBJECT, _ROLE, _CERTIFICATE = 1, 2, 3, 4, 9

ROLES = {0: "SAST", 1: "CCM", 2: "CCM+TFTP", 3: "TFTP", 4: "CAPF", 7: "APP-SERVER", 21: "TVS"}
_CALL_MANAGERS = frozenset({1, 2})


@dataclass(frozen=True)
class Record:
    """Whom a trust list trusts, and as what: `role` is one of ROLES, or its number as text.

    :ivar name: host name or address; empty where the record has none
    :ivar fingerprint: SHA-256 of the certificate, lower-case hexadecimal digits; empty where it has none
    """

    role: str
    subject: str = ""
    name: str = ""
    fingerprint: str = ""
    call_manager: bool = False


@dataclass(frozen=True)
class Signed:
    """A file with a header.

    :ivar signer: subject of who signed it
    :ivar file_name: under which it was signed; a phone refuses it under another one
    :ivar stamp: when it was signed, seconds since 1970; None where it doesn't say so
    :ivar encrypted: whether its content is encrypted for one phone
    :ivar content: what comes after the header
    """

    signer: str
    issuer: str
    serial: str
    file_name: str
    stamp: int | None
    encrypted: bool
    content: bytes


def has_header(content: bytes) -> bool:
    """Tell whether a file begins as a signed one does: with the tags of version and header length."""
    return len(content) >= 10 and content[:3] == b"\x01\x00\x02" and content[5:8] == b"\x02\x00\x02"


def parse_signed(content: bytes) -> Signed:
    """Read the header of a signed file.

    :raises ValueError: in words, what is wrong with it
    """
    if not content:
        raise ValueError("it is empty")
    if not has_header(content):
        raise ValueError("it has no header of a signed file")
    length = int.from_bytes(content[8:10], "big")
    if length > len(content):
        raise ValueError(f"it is cut off: its header has {length} bytes and the file {len(content)}")
    found: dict[int, bytes] = {}
    for tag, value in _tags(content, 10, length, "header"):
        found.setdefault(tag, value)
    stamp = found.get(_STAMP, b"")
    return Signed(
        signer=_words(found.get(_SIGNER, b"")),
        issuer=_words(found.get(_ISSUER, b"")),
        serial=found.get(_SERIAL, b"").hex(),
        file_name=_words(found.get(_FILE_NAME, b"")),
        stamp=int.from_bytes(stamp, "big") if len(stamp) == 4 else None,
        encrypted=any(tag in found for tag in _ENCRYPTION),
        content=content[length:],
    )


def parse_trust_list(content: bytes) -> tuple[Signed, tuple[Record, ...]]:
    """Read a trust list: its header and its records.

    :raises ValueError: in words, what is wrong with it
    """
    signed = parse_signed(content)
    rest, position, records = signed.content, 0, []
    while position < len(rest):
        number = len(records) + 1
        if rest[position : position + 3] != b"\x01\x00\x02" or position + 5 > len(rest):
            raise ValueError(f"its record {number} does not begin as a record does")
        end = position + int.from_bytes(rest[position + 3 : position + 5], "big")
        if end > len(rest):
            raise ValueError(f"it is cut off: {end - len(rest)} bytes of its record {number} are missing")
        if end <= position + 5:
            raise ValueError(f"its record {number} is empty")
        records.append(_record(dict(_tags(rest, position + 5, end, f"record {number}"))))
        position = end
    if not records:
        raise ValueError("it has no record: it trusts nobody")
    return signed, tuple(records)


def signers(signed: Signed, records: t.Iterable[Record] = ()) -> tuple[str, ...]:
    """Return who signed a file, and then each whom it trusts, once: `CN=...` (role, role)."""
    roles: dict[str, list[str]] = {}
    for record in records:
        known = roles.setdefault(record.subject or record.name or "without a name", [])
        if record.role not in known:
            known.append(record.role)
    trusted = [f"{name} ({', '.join(each)})" for name, each in roles.items()]
    return (f"signed by {signed.signer or 'nobody that it names'}", *(f"trusts {each}" for each in trusted))


def _record(found: dict[int, bytes]) -> Record:
    role = int.from_bytes(found.get(_ROLE, b"\xff\xff"), "big")
    certificate = found.get(_CERTIFICATE, b"")
    return Record(
        role=ROLES.get(role, str(role)),
        subject=_words(found.get(_SUBJECT, b"")),
        name=_words(found.get(_NAME, b"")),
        fingerprint=hashlib.sha256(certificate).hexdigest() if certificate else "",
        call_manager=role in _CALL_MANAGERS,
    )


def _tags(content: bytes, position: int, end: int, where: str) -> t.Iterator[tuple[int, bytes]]:
    """Yield tags and values between two places; what is in a container comes after it."""
    in_header = where == "header"
    while position < end:
        tag = content[position]
        position += 1
        if in_header and tag == _PADDING:
            continue
        if position + 2 > end:
            raise ValueError(f"its {where} is cut off within tag {tag}")
        length = int.from_bytes(content[position : position + 2], "big")
        position += 2
        if in_header and tag in _CONTAINERS:
            yield tag, b""
            continue
        if position + length > end:
            raise ValueError(f"its {where} is cut off within tag {tag}")
        yield tag, content[position : position + length]
        position += length


def _words(value: bytes) -> str:
    return one_line(value.rstrip(b"\0").decode("utf-8", "replace"), 200)

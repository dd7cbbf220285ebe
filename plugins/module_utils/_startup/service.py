# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the TFTP service and the CallManagers say to one phone. Plain data."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.dialtone.voice.plugins.module_utils._startup.proof import Proof

THERE = "there"
MISSING = "missing"  # the server says that it hasn't got it
UNREACHABLE = "unreachable"  # no answer, or no connection
BROKEN = "broken"  # an answer that is none: cut off, no XML, another file


@dataclass(frozen=True)
class File:
    """A file of the TFTP service, asked for as the phone would.

    :ivar name: as it was asked for, without `.sgn`
    :ivar status: THERE, MISSING, UNREACHABLE or BROKEN
    :ivar way: `http`, `https` or `tftp`
    :ivar signers: of a trust list or signed file: who signed it, as it says itself; of a trust list also whom it trusts
    :ivar trusted: of a trust list: SHA-256 of the certificates of CallManagers in it, lower-case hexadecimal digits
    """

    name: str
    server: str
    status: str
    way: str = ""
    size: int | None = None
    signed: bool = False
    encrypted: bool = False
    signers: tuple[str, ...] = ()
    proof: Proof | None = None
    trusted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Member:
    """A CallManager of the phone's configuration file. `name`: address or name, as the file gives it."""

    name: str
    priority: int
    sip: int
    sips: int
    sccp: int
    sccps: int


@dataclass(frozen=True)
class Config:
    """What the phone's configuration file says.

    :ivar default: whether it is XMLDefault.cnf.xml
    :ivar security_mode: `1` non-secure, `2` authenticated, `3` encrypted
    :ivar full: false where it says that all the rest is in the encrypted file
    :ivar loads: of XMLDefault: model (number or name) -> load
    :ivar load_server: where the load is fetched instead of from the TFTP servers, empty for these
    :ivar stamp: versionStamp without braces
    """

    default: bool = False
    protocol: str = ""
    members: tuple[Member, ...] = ()
    lines: tuple[str, ...] = ()
    load: str = ""
    loads: t.Mapping[str, str] = field(default_factory=dict)
    stamp: str = ""
    security_mode: str = "1"
    transport: str = ""
    dial_rules: str = ""
    softkeys: str = ""
    user_locale: str = ""
    user_locale_folder: str = ""
    network_locale: str = ""
    web_access: bool | None = None
    load_server: str = ""
    full: bool = True


@dataclass(frozen=True)
class Files:
    """The files of the phone. `servers`: TFTP server -> the first answer that it gave to anything, or why it gave none.

    None where a file isn't asked for, because nothing names it.

    :ivar gap: why not all was asked, empty where it was; such as that the time given was used up
    """

    servers: t.Mapping[str, File] = field(default_factory=dict)
    ctl: File | None = None
    itl: File | None = None
    config: File | None = None
    load: File | None = None
    dial_rules: File | None = None
    softkeys: File | None = None
    user_locale: File | None = None
    network_locale: File | None = None
    ring_list: File | None = None
    gap: str = ""


OPEN = "open"
REFUSED = "refused"
NO_ANSWER = "no answer"
UNRESOLVABLE = "unresolvable"
TLS_FAILED = "tls failed"


@dataclass(frozen=True)
class Handshake:
    """A connection to a CallManager of the phone's configuration file, from the controller.

    :ivar outcome: OPEN, REFUSED, NO_ANSWER, UNRESOLVABLE or TLS_FAILED
    :ivar tls: whether TLS was asked for after TCP
    :ivar certificate: subject of the server's certificate, empty without
    :ivar fingerprint: SHA-256 of it, lower-case hexadecimal digits, as `File.trusted` has them
    :ivar verified: whether a CA was given that has signed it, None where none was given
    """

    name: str
    address: str
    port: int
    tls: bool
    outcome: str
    certificate: str = ""
    proof: Proof | None = None
    fingerprint: str = ""
    verified: bool | None = None

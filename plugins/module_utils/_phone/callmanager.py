# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A handshake with a CallManager: its name, TCP, and TLS where phones speak it. Nothing is sent beyond that."""

from __future__ import annotations

import hashlib
import socket
import ssl
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.tls import tls_context, tls_failure
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.urls import authority
from ansible_collections.dialtone.voice.plugins.module_utils._startup.proof import Proof
from ansible_collections.dialtone.voice.plugins.module_utils._startup.service import (
    NO_ANSWER,
    OPEN,
    REFUSED,
    TLS_FAILED,
    UNRESOLVABLE,
    Handshake,
)
from ansible_collections.dialtone.voice.plugins.module_utils._text import one_line

# What a CallManager says to a client without a certificate, after it has shown its own: phones have one (LSC or MIC).
_WANTS_OURS = ("CERTIFICATE_REQUIRED", "HANDSHAKE_FAILURE", "BAD_CERTIFICATE", "CERTIFICATE_UNKNOWN", "NO_CERTIFICATE")


def contexts(ca_path: str | None) -> tuple[ssl.SSLContext, ssl.SSLContext | None]:
    """Return a context that only looks, and one that verifies; None in its place without a CA.

    Phones compare the certificate with their trust list, and neither its name nor who signed it: what only looks tells
    its fingerprint for that.

    :raises VoiceError: `ca_path` can't be read
    """
    looking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    looking.check_hostname = False
    looking.verify_mode = ssl.CERT_NONE
    if not ca_path:
        return looking, None
    verifying = tls_context(True, ca_path)
    verifying.check_hostname = False
    return looking, verifying


def shake(name: str, port: int, timeout: float, tls: tuple[ssl.SSLContext, ssl.SSLContext | None] | None) -> Handshake:
    """Connect to a CallManager.

    :param tls: contexts for TLS, None for TCP alone
    """
    asked = f"{'TLS' if tls else 'TCP'} connection to {authority(name, port)}"

    def outcome(address: str, kind: str, words: str, **more: t.Any) -> Handshake:
        proof = Proof("controller", asked, words)
        return Handshake(name, address, port, tls is not None, kind, proof=proof, **more)

    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        words = one_line(getattr(error, "strerror", None) or str(error), 120)
        return outcome("", UNRESOLVABLE, f"the name {name} can't be resolved: {words}")
    last: Handshake | None = None
    for family, _kind, _protocol, _name, target in found:
        address = str(target[0])
        try:
            sock = socket.socket(family, socket.SOCK_STREAM)
        except OSError as error:
            last = last or outcome(address, NO_ANSWER, _words(error))
            continue
        with sock:
            sock.settimeout(timeout)
            try:
                sock.connect(target)
            except ConnectionRefusedError:
                last = outcome(address, REFUSED, f"{address}: connection refused")
                continue
            except TimeoutError:
                last = last or outcome(address, NO_ANSWER, f"{address}: no answer in {timeout:g} s")
                continue
            except OSError as error:
                last = last or outcome(address, NO_ANSWER, f"{address}: {_words(error)}")
                continue
            if tls is None:
                return outcome(address, OPEN, f"{address}: connected")
            kind, words, more = _secure(sock, name, tls[0])
        if kind == OPEN and tls[1] is not None:
            kind, words, more = _verified(target, family, name, timeout, tls[1], (kind, words, more))
        return outcome(address, kind, f"{address}: {words}", **more)
    return t.cast(Handshake, last)


_Told = tuple[str, str, dict[str, t.Any]]


def _secure(sock: socket.socket, name: str, context: ssl.SSLContext) -> _Told:
    """Shake hands, whoever it is, and look at the certificate."""
    with context.wrap_socket(sock, server_hostname=name, do_handshake_on_connect=False) as secured:
        try:
            secured.do_handshake()
        except ssl.SSLError as error:
            return _failed(error, secured)
        except TimeoutError:
            return TLS_FAILED, "connected, but no answer to the TLS handshake", {}
        except OSError as error:
            return TLS_FAILED, f"connected, but the TLS handshake was broken off: {_words(error)}", {}
        mark = _fingerprint(secured.getpeercert(binary_form=True))
        subject = _subject(secured.getpeercert() or {})
        return (
            OPEN,
            f"{secured.version()}, certificate with SHA-256 {mark}",
            {"fingerprint": mark, "certificate": subject},
        )


def _verified(target: t.Any, family: int, name: str, timeout: float, context: ssl.SSLContext, looked: _Told) -> _Told:
    """Shake hands again, with the CA that was given."""
    with socket.socket(family, socket.SOCK_STREAM) as sock:
        sock.settimeout(timeout)
        try:
            sock.connect(target)
        except OSError:
            return looked
        kind, words, more = _secure(sock, name, context)
    subject = more.get("certificate", "")
    if kind == OPEN:
        return OPEN, f"{words}, subject {subject}, signed by the CA given", {**looked[2], **more, "verified": True}
    return TLS_FAILED, words, {**looked[2], "verified": False}


def _failed(error: ssl.SSLError, secured: ssl.SSLSocket) -> _Told:
    """Tell a handshake that failed from one in which the other side wants a certificate, as it does of phones.

    Up to TLS 1.2 it says so with the alert that also says "no cipher in common"; but then one has been agreed on.
    """
    reason = str(getattr(error, "reason", None) or error)
    if secured.cipher() and "ALERT" in reason and any(words in reason for words in _WANTS_OURS):
        # Python 3.13 tells the certificate of a handshake that failed later on.
        chain = secured.get_unverified_chain() if hasattr(secured, "get_unverified_chain") else []
        mark = _fingerprint(chain[0]) if chain else ""
        shown = f", certificate with SHA-256 {mark}" if mark else ""
        return OPEN, f"TLS is spoken, and a phone's certificate asked for ({reason}){shown}", {"fingerprint": mark}
    told = tls_failure(error)
    return TLS_FAILED, f"the TLS handshake failed: {told[0] if told else one_line(reason, 160)}", {}


def _fingerprint(der: bytes | None) -> str:
    return hashlib.sha256(der).hexdigest() if der else ""


def _subject(certificate: t.Mapping[str, t.Any]) -> str:
    """Return the subject of a certificate that was verified; of another one Python tells nothing."""
    pairs = [pair for part in certificate.get("subject", ()) for pair in part]
    short = {"commonName": "CN", "organizationName": "O", "organizationalUnitName": "OU", "countryName": "C"}
    return ", ".join(f"{short.get(key, key)}={value}" for key, value in pairs)


def _words(error: OSError) -> str:
    return one_line(error.strerror or str(error), 120).lower()

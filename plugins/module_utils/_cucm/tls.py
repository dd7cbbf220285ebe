# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The TLS context of a session with CUCM, and what a failed handshake means in words."""

from __future__ import annotations

import os
import ssl
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._errors import VoiceError
from ansible_collections.dialtone.voice.plugins.module_utils._text import one_line

_PEM = b"-----BEGIN CERTIFICATE-----"
_GIVE_CA = (
    "Save the certificate of the CA that signed it, or the self-signed certificate itself (Cisco Unified OS "
    "Administration, "
    "Security, Certificate Management: tomcat, tomcat-trust), as a PEM file and give its path as ca_path."
)
_OTHER_NAME = "Give as host a name or an address that the certificate carries, or have a certificate made for this one."

# OpenSSL's X509_V_ERR_* codes, as SSLCertVerificationError.verify_code has them.
_VERIFY: dict[int, tuple[str, str]] = {
    9: ("the certificate is not valid yet", "Check the clocks of this machine and of the publisher."),
    10: ("the certificate has expired", "Have the certificate renewed, or check this machine's clock."),
    18: ("the certificate is self-signed and not known here", _GIVE_CA),
    19: ("a self-signed CA certificate in the chain is not known here", _GIVE_CA),
    20: ("the certificate was signed by a CA that is not known here", _GIVE_CA),
    21: ("the certificate was signed by a CA that is not known here", _GIVE_CA),
    23: ("the certificate has been revoked", "Have a new certificate made."),
    62: ("the certificate is for another name", _OTHER_NAME),
    64: ("the certificate is for another address", _OTHER_NAME),
}


def tls_context(validate_certs: bool, ca_path: str | None) -> ssl.SSLContext:
    """Return the context: what `ca_path` names is all that is trusted, without it the system's CA certificates.

    :raises VoiceError: `ca_path` can't be read or holds no certificate
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not validate_certs:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    # So that the publisher's own certificate may be given where its CA's is not at hand, on each Python alike.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if not ca_path:
        context.load_default_certs()
        return context
    try:
        if os.path.isdir(ca_path):
            context.load_verify_locations(capath=ca_path, cadata=_certificates(ca_path))
        else:
            context.load_verify_locations(cafile=ca_path)
    except (OSError, ValueError) as error:
        raise VoiceError(
            f"no CA certificate could be read from ca_path {ca_path}: {one_line(str(error))}",
            "Give a file with certificates in PEM form (-----BEGIN CERTIFICATE-----), or a folder of such files.",
        ) from None
    return context


def _certificates(folder: str) -> str:
    """Return all PEM certificates in a folder's files, whatever these are called."""
    texts = []
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if os.path.isfile(path) and os.path.getsize(path) < 2**20:
            with open(path, "rb") as file:
                content = file.read()
            if _PEM in content:
                texts.append(content[content.index(_PEM) :].decode("ascii", "replace"))
    if not texts:
        raise ValueError("there is no file with a certificate in this folder")
    return "\n".join(texts)


def tls_failure(error: BaseException) -> tuple[str, str] | None:
    """Return what was wrong with TLS and the remedy, or None where the error is of another kind."""
    cause = _ssl_error(error)
    if cause is None:
        return None
    if isinstance(cause, ssl.SSLCertVerificationError):
        words = one_line(cause.verify_message or str(cause), 160)
        known = _VERIFY.get(cause.verify_code)
        if known:
            return f"{known[0]} ({words})", known[1]
        return f"the certificate was not accepted ({words})", _GIVE_CA
    reason = str(getattr(cause, "reason", None) or cause)
    if "WRONG_VERSION_NUMBER" in reason or "HTTP_REQUEST" in reason:
        return f"the other side does not speak TLS ({reason})", "Check host and port."
    if "PROTOCOL" in reason or "DH_KEY_TOO_SMALL" in reason or "HANDSHAKE_FAILURE" in reason:
        return (
            f"no protocol version or cipher in common ({reason})",
            "The publisher's TLS settings may be too old for this machine's OpenSSL: raise its minimum TLS "
            "version to 1.2.",
        )
    return one_line(reason, 160), "Check host and port, and what stands between here and the publisher."


def causes(error: BaseException) -> t.Iterator[BaseException]:
    """Yield an error and all that urllib3 and requests have wrapped in it, outermost first."""
    queue: list[t.Any] = [error]
    seen: set[int] = set()
    while queue:
        item = queue.pop(0)
        if isinstance(item, BaseException) and id(item) not in seen:
            seen.add(id(item))
            yield item
            queue += [*item.args, getattr(item, "reason", None), item.__cause__, item.__context__]


def _ssl_error(error: BaseException) -> ssl.SSLError | None:
    """Find the ssl module's own error; a connection that ends in the middle is no question of certificates."""
    for item in causes(error):
        if isinstance(item, ssl.SSLError) and not isinstance(item, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
            return item
    return None

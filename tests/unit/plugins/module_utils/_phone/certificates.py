# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates made on the spot."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def make_certificate(path: Path, name: str) -> str:
    """Write a self-signed certificate with its key, for no address; its SHA-256."""
    key = ec.generate_private_key(ec.SECP256R1())
    parts = {NameOID.ORGANIZATION_NAME: "Lab", NameOID.COMMON_NAME: name}
    subject = x509.Name([x509.NameAttribute(kind, value) for kind, value in parts.items()])
    now = datetime.datetime.now(datetime.timezone.utc)
    built = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    built = built.serial_number(7).not_valid_before(now - datetime.timedelta(days=1))
    made = built.not_valid_after(now + datetime.timedelta(days=1)).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + made.public_bytes(pem))
    return hashlib.sha256(made.public_bytes(serialization.Encoding.DER)).hexdigest()

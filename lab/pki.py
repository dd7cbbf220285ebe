"""Keys of one lab: a certificate authority, the publisher's TLS certificate and the switches' SSH host keys.

Nothing here is kept longer than the lab: the CA's private key never leaves the process.
"""

from __future__ import annotations

import datetime
import ipaddress
import os
import ssl
import tempfile
from collections.abc import Sequence
from pathlib import Path

import asyncssh
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_LIFETIME = datetime.timedelta(days=30)
# Clocks of clients may lag; a certificate that is valid "from now" would be refused.
_BACKDATED = datetime.timedelta(hours=1)


class CertificateAuthority:
    """A self-signed CA (EC P-256) for one lab."""

    def __init__(self, name: str = "Lab CA") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = (
            _builder(self._name, self._name, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(ca=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )

    @property
    def pem(self) -> bytes:
        """The CA's certificate, as clients want it for verification."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def issue(
        self, name: str, addresses: Sequence[str], *, unit: str = "", rsa_key: bool = False
    ) -> tuple[bytes, bytes]:
        """(certificate PEM, private key PEM) of a TLS server with that DNS name and those IP addresses.

        `unit` is the subject's OU; with `rsa_key` it can sign what only RSA keys sign (it takes a tenth of a second).
        """
        key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
        key = rsa.generate_private_key(65537, 2048) if rsa_key else ec.generate_private_key(ec.SECP256R1())
        subject = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
        if unit:
            subject.append(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit))
        alternatives = [x509.DNSName(name), *(x509.IPAddress(ipaddress.ip_address(text)) for text in addresses)]
        certificate = (
            _builder(x509.Name(subject), self._name, key.public_key())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(ca=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
            # Python 3.13 verifies strictly: without these two identifiers the chain is refused.
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return certificate.public_bytes(serialization.Encoding.PEM), private

    def server_context(self, name: str, addresses: Sequence[str], folder: Path) -> ssl.SSLContext:
        """A TLS server context with a newly issued certificate."""
        return load_chain(self.issue(name, addresses), folder)


def load_chain(chain: tuple[bytes, bytes], folder: Path, context: ssl.SSLContext | None = None) -> ssl.SSLContext:
    """A TLS server context with this certificate and key, or the given one with them from now on.

    OpenSSL reads the key from a file only: it stands in `folder` (0600) for the moment of loading.
    """
    if context is None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
    handle, path = tempfile.mkstemp(dir=folder, prefix="key-", suffix=".pem")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(b"".join(chain))
        context.load_cert_chain(path)
    finally:
        os.unlink(path)
    return context


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.timezone.utc)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + _LIFETIME)
    )


def _key_usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def generate_host_key() -> asyncssh.SSHKey:
    """An SSH host key of a switch (ed25519: 0.1 ms, so that hundreds of switches have one each)."""
    return asyncssh.generate_private_key("ssh-ed25519")


def known_hosts_line(address: str, port: int, key: asyncssh.SSHKey) -> str:
    """The line of a known_hosts file for that server: `[address]:port type base64`, without the brackets on port 22."""
    host = address if port == 22 else f"[{address}]:{port}"
    kind, encoded = key.export_public_key("openssh").decode("ascii").split()[:2]
    return f"{host} {kind} {encoded}"

"""Trust lists (CTL, ITL) and signed files as Cisco's phones read them: what the cluster makes and the phones check.

Layout: tag (1 byte), length (2 bytes, big-endian), value; the padding tag stands alone, containers (3, 7, 9, 16, 17,
21) hold tags. A file is a header, then records (trust lists) or content (`.sgn`). The signature covers the file without
the signature's own tag, value and length. Encrypted files have tags 16 to 27 in their header, and version 2.0.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.asymmetric import padding as rsa_padding
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA1, SHA512
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from cryptography.hazmat.primitives.serialization import Encoding

SAST, CCM, CCM_TFTP, TFTP, CAPF, TVS = 0, 1, 2, 3, 4, 21
CALL_MANAGER_ROLES = (CCM, CCM_TFTP)
SIGNER_ROLES = (SAST, CCM_TFTP, TFTP)
_CONTAINERS = frozenset({3, 7, 9, 16, 17, 21})
_PADDING = 13
_HASHES = {1: SHA1, 3: SHA512}
_SHA512 = 3
_MODULUS = {64: 0, 128: 1, 256: 2, 512: 3}


class Untrusted(ValueError):
    """A file that a phone must refuse; the text says why."""


class Undecryptable(Untrusted):
    """A file that is encrypted for another key."""


@dataclass(frozen=True)
class Record:
    """Whom a list trusts: a role, the certificate (DER) and the name by which the server is known."""

    role: int
    name: str
    certificate: bytes


@dataclass(frozen=True)
class SignedFile:
    """A file with a header: who signed it, under which name, and what follows the header.

    `serial` is the signer's, `tags` are those of the header, `signed` is what the signature covers.
    """

    signer: str
    serial: bytes
    file_name: str
    content: bytes
    tags: dict[int, bytes]
    signed: bytes

    @property
    def encrypted(self) -> bool:
        """Whether the content is encrypted."""
        return 25 in self.tags

    def verify(self, certificates: Iterable[bytes]) -> None:
        """Check the signature by the certificate of the signer. Raises Untrusted."""
        for der in certificates:
            certificate = x509.load_der_x509_certificate(der)
            key = certificate.public_key()
            if _serial(certificate) != self.serial or not isinstance(key, rsa.RSAPublicKey):
                continue
            algorithm = _HASHES.get(self.tags.get(8, b"\0")[0])
            try:
                key.verify(self.tags.get(12, b""), self.signed, rsa_padding.PKCS1v15(), (algorithm or SHA512)())
            except InvalidSignature:
                continue
            return
        raise Untrusted(f"{self.file_name} is signed by {self.signer}, whose certificate isn't trusted")


class Sealed(bytes):
    """A signed file that never leaves the process: its content, and who would have signed it under which name."""

    file_name: str
    signer: bytes

    @classmethod
    def of(cls, content: bytes, file_name: str, signer: bytes) -> Sealed:
        """`signer` is a certificate (DER)."""
        made = cls(content)
        made.file_name, made.signer = file_name, signer
        return made


@dataclass(frozen=True)
class TrustList:
    """A CTL or ITL."""

    file: SignedFile
    records: tuple[Record, ...]

    def certificates(self, *roles: int) -> frozenset[bytes]:
        """The certificates of these roles."""
        return frozenset(record.certificate for record in self.records if record.role in roles)


@dataclass(frozen=True)
class Signer:
    """Who signs: the certificate and its RSA key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    @cached_property
    def der(self) -> bytes:
        """The certificate."""
        return self.certificate.public_bytes(Encoding.DER)


# -- making ------------------------------------------------------------------------------------------------------------


def sign(content: bytes, name: str, signer: Signer, *, version: tuple[int, int] = (1, 2), extra: bytes = b"") -> bytes:
    """`content` behind a header under which it is signed as the file `name`; `extra` are further tags."""
    certificate = signer.certificate
    who = _tlv(4, _subject(certificate.subject)) + _tlv(5, _serial(certificate)) + _tlv(6, _subject(certificate.issuer))
    size = signer.key.key_size // 8
    algorithm = _tlv(9, _tlv(10, b"\0") + _tlv(11, bytes((_MODULUS[size],))))
    head = _tlv(3, who) + _tlv(7, _tlv(8, bytes((_SHA512,))) + algorithm)
    tail = _tlv(14, name.encode() + b"\0") + _tlv(15, struct.pack("!I", int(datetime.now().timestamp()))) + extra
    start = _tlv(1, bytes(version))
    length = len(start) + 5 + len(head) + 3 + size + len(tail)
    tail += bytes((_PADDING,)) * (-length % 4)
    head = start + _tlv(2, struct.pack("!H", length + -length % 4)) + head
    signature = signer.key.sign(head + tail + content, rsa_padding.PKCS1v15(), SHA512())
    return head + _tlv(12, signature) + tail + content


def trust_list(records: Iterable[Record], name: str, signer: Signer) -> bytes:
    """A CTL or ITL, signed as the file `name`."""
    return sign(b"".join(map(_record, records)), name, signer)


def encrypt(content: bytes, name: str, signer: Signer, key: bytes, secret: bytes, vector: bytes) -> bytes:
    """A signed file whose content is encrypted by AES under `secret`, and that under the phone's own `key`."""
    padder = padding.PKCS7(128).padder()
    padded = padder.update(content) + padder.finalize()
    encryptor = Cipher(algorithms.AES(secret), modes.CBC(vector)).encryptor()
    digest = hashes.Hash(SHA512())
    digest.update(content)
    wrapped = aes_key_wrap(key, secret)
    vectors = _tlv(17, _tlv(18, b"\0") + _tlv(19, vector) + _tlv(20, struct.pack("!H", len(padded) - len(content))))
    size = struct.pack("!H", len(secret) * 8)
    keys = _tlv(21, _tlv(22, b"\0") + _tlv(23, size) + _tlv(24, b"\0") + _tlv(25, wrapped))
    hashed = _tlv(26, bytes((_SHA512,))) + _tlv(27, digest.finalize())
    extra = _tlv(16, vectors + keys + hashed)
    return sign(encryptor.update(padded) + encryptor.finalize(), name, signer, version=(2, 0), extra=extra)


def _record(record: Record) -> bytes:
    certificate = x509.load_der_x509_certificate(record.certificate)
    fields = b"".join(
        (
            _tlv(2, record.name.encode() + b"\0"),
            _tlv(3, _subject(certificate.subject)),
            _tlv(4, struct.pack("!H", record.role)),
            _tlv(5, _subject(certificate.issuer)),
            _tlv(6, _serial(certificate)),
            _tlv(9, record.certificate),
        )
    )
    return _tlv(1, struct.pack("!H", len(fields) + 5)) + fields


def _tlv(tag: int, value: bytes) -> bytes:
    return struct.pack("!BH", tag, len(value)) + value


def _subject(name: x509.Name) -> bytes:
    return ";".join(f"{each.rfc4514_attribute_name}={each.value}" for each in name).encode() + b"\0"


def _serial(certificate: x509.Certificate) -> bytes:
    number = certificate.serial_number
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


# -- reading -----------------------------------------------------------------------------------------------------------


def is_signed(content: bytes) -> bool:
    """Whether a file begins with a header."""
    return len(content) > 10 and content[:3] == b"\x01\x00\x02" and content[5:8] == b"\x02\x00\x02"


def read_signed(content: bytes) -> SignedFile:
    """Read a file's header. Raises Untrusted where it has none, or a broken one."""
    if not is_signed(content):
        raise Untrusted("the file has no header")
    length = struct.unpack_from("!H", content, 8)[0]
    if length > len(content):
        raise Untrusted("the file is cut off")
    tags: dict[int, bytes] = {}
    place, signed = 10, content
    while place < length:
        tag = content[place]
        if tag == _PADDING:
            place += 1
            continue
        size = struct.unpack_from("!H", content, place + 1)[0] if place + 3 <= length else length
        if tag in _CONTAINERS:
            place += 3
            continue
        if place + 3 + size > length:
            raise Untrusted("the header is broken")
        tags.setdefault(tag, content[place + 3 : place + 3 + size])
        if tag == 12:
            signed = content[:place] + content[place + 3 + size :]
        place += 3 + size
    return SignedFile(
        signer=_text(tags.get(4)),
        serial=tags.get(5, b""),
        file_name=_text(tags.get(14)),
        content=content[length:],
        tags=tags,
        signed=signed,
    )


def read_trust_list(content: bytes) -> TrustList:
    """Read a CTL or ITL. Raises Untrusted."""
    file = read_signed(content)
    rest, place, records = file.content, 0, []
    while place < len(rest):
        if rest[place : place + 3] != b"\x01\x00\x02" or place + 5 > len(rest):
            raise Untrusted("a record is broken")
        end = place + struct.unpack_from("!H", rest, place + 3)[0]
        if not place + 5 < end <= len(rest):
            raise Untrusted("a record is cut off")
        fields: dict[int, bytes] = {}
        place += 5
        while place + 3 <= end:
            tag, size = struct.unpack_from("!BH", rest, place)
            fields[tag] = rest[place + 3 : place + 3 + size]
            place += 3 + size
        place = end
        records.append(Record(int.from_bytes(fields.get(4, b"\xff"), "big"), _text(fields.get(2)), fields.get(9, b"")))
    return TrustList(file, tuple(records))


def decrypt(file: SignedFile, key: bytes) -> bytes:
    """The plain content of an encrypted file. Raises Undecryptable where the phone's key isn't the right one."""
    try:
        secret = aes_key_unwrap(key, file.tags.get(25, b""))
    except (InvalidUnwrap, ValueError) as error:
        raise Undecryptable(f"{file.file_name} is encrypted for another key") from error
    decryptor = Cipher(algorithms.AES(secret), modes.CBC(file.tags.get(19, bytes(16)))).decryptor()
    unpadder = padding.PKCS7(128).unpadder()
    try:
        padded = decryptor.update(file.content) + decryptor.finalize()
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError as error:
        raise Undecryptable(f"{file.file_name} can't be decrypted") from error


def _text(value: bytes | None) -> str:
    return (value or b"").rstrip(b"\0").decode("utf-8", "replace")

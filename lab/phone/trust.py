"""Whom a phone trusts: its CTL and ITL, kept in flash, and what it takes or refuses because of them."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from lab.trust_list import (
    CALL_MANAGER_ROLES,
    SAST,
    SIGNER_ROLES,
    Sealed,
    TrustList,
    Undecryptable,
    Untrusted,
    decrypt,
    is_signed,
    read_signed,
    read_trust_list,
)

__all__ = ["Trust", "Undecryptable", "Untrusted"]


_known_list = functools.lru_cache(maxsize=4)(read_trust_list)


@dataclass
class Trust:
    """The trust lists in flash, None where there is none; `key` opens configuration files encrypted for this phone."""

    ctl: TrustList | None = None
    itl: TrustList | None = None
    key: bytes = b""

    @property
    def installed(self) -> bool:
        """Whether there is any list."""
        return bool(self.ctl or self.itl)

    def install(self, name: str, content: bytes) -> bool:
        """Take a CTL or ITL file; returns whether it is another one than before. Raises Untrusted.

        The first list is taken as it comes; after that, only one that is signed by somebody whom the phone knows.
        """
        sealed = isinstance(content, Sealed)
        found = _known_list(bytes(content)) if sealed else read_trust_list(content)
        signed_as = content.file_name if sealed else found.file.file_name
        if signed_as != name:
            raise Untrusted(f"{name} was signed under the name {signed_as}")
        known = self._certificates(SAST) or found.certificates(SAST)
        if not sealed:
            found.file.verify(known)
        elif content.signer not in known:
            raise Untrusted(f"{name} is signed by {found.file.signer}, whose certificate isn't trusted")
        field = "ctl" if name.startswith("CTL") else "itl"
        before: TrustList | None = getattr(self, field)
        setattr(self, field, found)
        return before is None or before.records != found.records

    def open(self, name: str, content: bytes) -> bytes:
        """The plain content of a signed or encrypted file; of any other, itself. Raises Untrusted."""
        if isinstance(content, Sealed):
            if content.file_name != name.removesuffix(".sgn"):
                raise Untrusted(f"{name} was signed under the name {content.file_name}")
            if content.signer not in self._certificates(*SIGNER_ROLES):
                raise Untrusted(f"{content.file_name} is signed by somebody whose certificate isn't trusted")
            return bytes(content)
        if not is_signed(content):
            return content
        file = read_signed(content)
        plain = name.removesuffix(".sgn").removesuffix(".enc")
        if file.file_name != plain:
            raise Untrusted(f"{name} was signed under the name {file.file_name}")
        file.verify(self._certificates(*SIGNER_ROLES))
        return decrypt(file, self.key) if file.encrypted else file.content

    def call_managers(self) -> frozenset[bytes]:
        """The certificates that CallManagers may show in TLS: those of the CTL."""
        return self.ctl.certificates(*CALL_MANAGER_ROLES) if self.ctl else frozenset()

    def knows(self, certificate: bytes) -> bool:
        """Whether a list names this certificate (DER)."""
        lists = [each for each in (self.ctl, self.itl) if each]
        return any(record.certificate == certificate for each in lists for record in each.records)

    def forget(self) -> None:
        """Erase the lists."""
        self.ctl = self.itl = None

    def _certificates(self, *roles: int) -> frozenset[bytes]:
        lists = [each for each in (self.ctl, self.itl) if each]
        return frozenset().union(*(each.certificates(*roles) for each in lists))

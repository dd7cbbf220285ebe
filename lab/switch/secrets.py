"""Passwords as IOS keeps them: type 9 (scrypt) and type 0."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import string

_ALPHABET = "./" + string.digits + string.ascii_uppercase + string.ascii_lowercase
_STANDARD = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
_TO_CISCO = str.maketrans(_STANDARD, _ALPHABET)


def _scrypt(password: str, salt: str) -> str:
    digest = hashlib.scrypt(password.encode(), salt=salt.encode(), n=16384, r=1, p=1, dklen=32)
    return "$9$" + salt + "$" + base64.b64encode(digest).decode().rstrip("=").translate(_TO_CISCO)


class Secret:
    """A password. Its hash, which the configuration shows, is made when it is first asked for (it costs 30 ms)."""

    __slots__ = ("_hash", "_plain")

    def __init__(self, plain: str | None = None, *, hashed: str | None = None) -> None:
        """Give the password itself or its type 9 form. Raises ValueError if the form isn't type 9."""
        if hashed is not None and (not hashed.startswith("$9$") or hashed.count("$") != 3):
            raise ValueError("not a type 9 secret")
        self._plain, self._hash = plain, hashed

    @property
    def hashed(self) -> str:
        """The type 9 form: `$9$salt$hash`."""
        if self._hash is None:
            salt = "".join(secrets.choice(_ALPHABET) for _ in range(14))
            self._hash = _scrypt(self._plain or "", salt)
        return self._hash

    def __deepcopy__(self, _memo: dict[int, object]) -> Secret:
        """Itself: a copy would hash with another salt, and look as if it had changed."""
        return self

    def matches(self, password: str) -> bool:
        """Whether the password is right."""
        if self._plain is not None:
            return hmac.compare_digest(self._plain.encode(), password.encode())
        return hmac.compare_digest(_scrypt(password, self.hashed.split("$")[2]), self.hashed)

    def __repr__(self) -> str:
        return "Secret(...)"

"""Accounts of the cluster and their web sessions: HTTP Basic, then the JSESSIONIDSSO cookie."""

from __future__ import annotations

import hmac
import secrets
import time
from base64 import b64decode
from collections.abc import Callable, Iterable
from dataclasses import dataclass

COOKIE = "JSESSIONIDSSO"
IDLE_SECONDS = 30 * 60


@dataclass(frozen=True)
class Account:
    """A user of the cluster. Roles: "axl_write", "axl_read", "ris" ...; `rank` is the user rank, 1 the highest."""

    username: str
    password: str
    roles: frozenset[str]
    rank: int = 1

    def __repr__(self) -> str:
        return f"Account(username={self.username!r}, roles={sorted(self.roles)})"

    @property
    def may_use_axl(self) -> bool:
        """Whether the AXL service lets this account in at all."""
        return bool(self.roles & {"axl_write", "axl_read"})


class StaleSession(Exception):
    """The session cookie is unknown or was idle for too long; CUCM answers 404."""


class Sessions:
    """Who a request is from. `clock` counts seconds; a session lasts `max_requests` requests, where that isn't 0."""

    def __init__(self, accounts: Iterable[Account], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._accounts = {account.username: account for account in accounts}
        self._clock = clock
        self._open: dict[str, tuple[Account, float, int]] = {}
        self.max_requests = 0

    def authenticate(self, authorization: str | None, cookie: str | None) -> tuple[Account | None, str | None]:
        """Return the account of a request, None where it gives no valid one, and the cookie to set, if any.

        Raises StaleSession for a cookie that isn't known (any more), whatever credentials come with it.
        """
        now = self._clock()
        if cookie:
            account, last, count = self._open.pop(cookie, (None, 0.0, 0))
            if account is None or now - last > IDLE_SECONDS or 0 < self.max_requests <= count:
                raise StaleSession
            self._open[cookie] = (account, now, count + 1)
            return account, None
        account = self._by_password(authorization)
        if account is None:
            return None, None
        self._forget_idle(now)
        fresh = secrets.token_hex(16).upper()
        self._open[fresh] = (account, now, 1)
        return account, fresh

    def expire(self) -> None:
        """End all sessions, as a restart of Tomcat does: their cookies are stale from now on."""
        self._open.clear()

    def end(self, cookie: str) -> None:
        """End one session."""
        self._open.pop(cookie, None)

    def _by_password(self, authorization: str | None) -> Account | None:
        scheme, _, encoded = (authorization or "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            username, _, password = b64decode(encoded, validate=True).decode("utf-8", "replace").partition(":")
        except ValueError:
            return None
        account = self._accounts.get(username)
        expected = account.password if account else secrets.token_hex(16)
        same = hmac.compare_digest(password.encode(), expected.encode())
        return account if same else None

    def _forget_idle(self, now: float) -> None:
        """Drop the sessions at the front that ran out; they are in the order of their last use."""
        for cookie, (_, last, _) in list(self._open.items()):
            if now - last <= IDLE_SECONDS:
                break
            del self._open[cookie]

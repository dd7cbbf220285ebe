# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fetching a page or a file by HTTP or HTTPS: no proxy, no redirect, no cookie, nothing twice, and an end to it.

Phones and their TFTP service are asked directly, whatever proxies the environment names: these are for other networks.
"""

from __future__ import annotations

import time
import traceback
import typing as t
from dataclasses import dataclass, field
from http.client import HTTPException

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.tls import causes, tls_context, tls_failure
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.urls import authority
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._text import one_line

try:
    import urllib3
    from urllib3.exceptions import (
        ConnectTimeoutError,
        HTTPError,
        LocationValueError,
        NewConnectionError,
        ReadTimeoutError,
    )

    URLLIB3_MISSING = None
except ImportError:
    URLLIB3_MISSING = traceback.format_exc()

_CHUNK = 65_536
_DIGITS = 19
_HEADERS = {"User-Agent": "dialtone.voice", "Accept-Encoding": "identity"}


class NotReached(Exception):
    """No connection came about. `refused`: the other side said so at once; `tls`: it failed in the TLS handshake."""

    def __init__(self, words: str, *, refused: bool = False, tls: bool = False) -> None:
        super().__init__(words)
        self.refused = refused
        self.tls = tls


class Lost(Exception):
    """The request went out and its answer didn't come, or, where `begun`, not all of it."""

    def __init__(self, words: str, *, begun: bool = False) -> None:
        super().__init__(words)
        self.begun = begun


class _Closed(Exception):
    """The other side closed the connection and sent nothing."""


@dataclass(frozen=True)
class Page:
    """What came back. `whole` is false where it is longer than the limit, `size` what its head says that it has."""

    status: int
    reason: str
    body: bytes = b""
    headers: t.Mapping[str, str] = field(default_factory=dict)
    whole: bool = True
    size: int | None = None

    @property
    def words(self) -> str:
        """Status and reason as a person reads them: `404 Not Found`."""
        return f"{self.status} {one_line(self.reason, 60)}".strip()


def verifying(ca_path: str | None) -> t.Any:
    """Return an SSL context that takes what a CA has signed.

    The service's and the phones' certificates carry host names, while they are asked by address, and phones don't
    compare names: where the CA is given, it alone decides.

    :raises VoiceError: `ca_path` can't be read
    """
    context = tls_context(True, ca_path)
    context.check_hostname = not ca_path
    return context


class Http:
    """Requests to many hosts, from several threads at once; connections are kept for the next one.

    :param timeout: seconds for a connection, and for each piece of an answer; the whole takes at most four times that
    :param context: SSL context for HTTPS, None where none is asked for
    """

    def __init__(self, timeout: float, context: t.Any = None, connections: int = 10) -> None:
        if URLLIB3_MISSING:
            raise Unsupported(missing_required_lib("urllib3"), details={"exception": URLLIB3_MISSING})
        self._timeout = timeout
        # urllib3 compares names by itself where the context doesn't, unless it is told not to.
        names = {"assert_hostname": False} if context is not None and not context.check_hostname else {}
        common = {"num_pools": 64, "maxsize": connections}
        # One for each, because urllib3 1.26 takes that for plain HTTP too, and fails.
        self._managers = {
            "http": urllib3.PoolManager(**common),
            "https": urllib3.PoolManager(**common, ssl_context=context, **names),
        }

    def __enter__(self) -> Http:
        return self

    def __exit__(self, *exc_info: object) -> None:
        for manager in self._managers.values():
            manager.clear()

    def get(self, scheme: str, host: str, port: int, path: str, limit: int) -> Page:
        """Fetch a page.

        :param limit: bytes that are read at most
        :raises NotReached: no connection
        :raises Lost: no answer, or not all of it
        """
        try:
            return self._get(scheme, host, port, path, limit)
        except _Closed:
            # A connection that was kept open and that the other side has closed: once more, with a new one.
            try:
                return self._get(scheme, host, port, path, limit)
            except _Closed as error:
                raise Lost(str(error)) from None

    def _get(self, scheme: str, host: str, port: int, path: str, limit: int) -> Page:
        end = time.monotonic() + 4 * self._timeout
        response: t.Any = None
        try:
            pool = self._managers[scheme].connection_from_url(f"{scheme}://{authority(host, port)}")
            response = pool.request(
                "GET",
                path,
                headers=_HEADERS,
                redirect=False,
                retries=False,
                timeout=self._timeout,
                preload_content=False,
                decode_content=False,
            )
            body = self._read(response, limit, end)
        except (HTTPError, HTTPException, OSError, UnicodeError) as error:
            raise self._explain(error, begun=response is not None) from None
        headers = {name.lower(): value for name, value in response.headers.items()}
        size = _length(headers.get("content-length", ""))
        whole = len(body) <= limit
        if whole:
            response.release_conn()
        else:
            response.close()
        return Page(response.status, response.reason or "", body[:limit], headers, whole, size)

    def _read(self, response: t.Any, limit: int, end: float) -> bytes:
        body = bytearray()
        try:
            # What has come, where urllib3 tells it: else a byte now and then would make it wait for ever.
            read = getattr(response, "read1", response.read)
            while len(body) <= limit and (chunk := read(min(_CHUNK, limit + 1 - len(body)))):
                body += chunk
                if time.monotonic() > end:
                    raise Lost(f"the answer isn't complete after {4 * self._timeout:g} s", begun=True)
            length = _length(response.headers.get("Content-Length", ""))
            # Older urllib3 don't check it.
            if length is not None and len(body) <= limit and len(body) < length:
                raise Lost(f"the answer broke off: {len(body)} of {length} bytes came", begun=True)
        except BaseException:
            response.close()
            raise
        return bytes(body)

    def _explain(self, error: BaseException, *, begun: bool) -> Exception:
        """Turn what urllib3 raised into what happened. `begun`: the head of the answer has come."""
        tls = tls_failure(error)
        if tls is not None:
            return NotReached(tls[0], tls=True)
        found = list(causes(error))
        words = next((str(each.strerror) for each in found if isinstance(each, OSError) and each.strerror), None)
        reason = one_line(words or str(found[-1]), 120)
        if begun:
            return Lost(f"the answer broke off: {reason}", begun=True)
        if any(isinstance(each, ConnectionRefusedError) for each in found):
            return NotReached("connection refused", refused=True)
        if any(isinstance(each, ReadTimeoutError) for each in found):
            return Lost(f"no answer within {self._timeout:g} s")
        if any(isinstance(each, NewConnectionError) for each in found):
            return NotReached(reason[:1].lower() + reason[1:])
        if any(isinstance(each, (ConnectTimeoutError, TimeoutError)) for each in found):
            return NotReached(f"no connection within {self._timeout:g} s")
        if any(isinstance(each, (LocationValueError, UnicodeError)) for each in found):
            return NotReached(f"no address that can be asked: {reason}")
        return _Closed(f"the connection was closed without an answer: {reason}")


def _length(value: str) -> int | None:
    """Return the length that a head tells; None for what is no number that a file can have."""
    return int(value) if value.isdecimal() and len(value) < _DIGITS else None

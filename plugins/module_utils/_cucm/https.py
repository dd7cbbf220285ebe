# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTPS session with a CUCM node: verified TLS, one login, no redirect, nothing sent twice.

It is made with urllib3, because requests costs more than all the rest of a call, and because it would let
REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE win over `verify`, and take proxies and passwords from the environment.
"""

from __future__ import annotations

import base64
import threading
import traceback
import typing as t
import urllib.parse
from dataclasses import dataclass, field
from http.client import HTTPException
from http.cookies import CookieError, SimpleCookie

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.endings import AnswerLost
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.tls import causes, tls_context, tls_failure
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.urls import (
    authority,
    bypasses_proxy,
    proxy_url,
    without_password,
)
from ansible_collections.dialtone.voice.plugins.module_utils._errors import (
    AuthenticationFailed,
    Refused,
    Unreachable,
    Unsupported,
)
from ansible_collections.dialtone.voice.plugins.module_utils._text import one_line

try:
    import urllib3
    from urllib3.connection import HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.exceptions import (
        ConnectTimeoutError,
        HTTPError,
        LocationValueError,
        NewConnectionError,
        ProxyError,
        ReadTimeoutError,
    )

    URLLIB3_MISSING = None
except ImportError:
    URLLIB3_MISSING = traceback.format_exc()
    HTTPSConnection = HTTPSConnectionPool = HTTPConnectionPool = object

MAX_ANSWER = 32 * 2**20
"""Bytes; AXL itself stops at 8 MB for one answer."""

_AGENT = "dialtone.voice"
_CONNECTIONS = 10
"""Connections kept open at most."""

AXL_ROLES = (
    "The user needs the roles 'Standard CCM Admin Users' and 'Standard AXL API Access' to write, 'Standard AXL "
    "API Users' and "
    "'Standard AXL Read Only API Access' to read"
)
RIS_ROLES = "The user needs the role 'Standard CCM Server Monitoring' or 'Standard RealtimeAndTraceCollection'"


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers by lower-case name, body, and the lines that set cookies."""

    status: int
    headers: t.Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cookies: tuple[str, ...] = ()


class _Connection(HTTPSConnection):
    """Sends a request's head and body in one TLS record, which spares both sides a wake-up."""

    _held: list[bytes] | None = None

    def request(self, *args: t.Any, **kwargs: t.Any) -> None:
        self._held = []
        try:
            super().request(*args, **kwargs)
            held = b"".join(self._held)
        finally:
            self._held = None
        super().send(held)

    def send(self, data: t.Any) -> None:
        if self._held is None:
            super().send(data)
        else:
            self._held.append(data)


class _Pool(HTTPSConnectionPool):
    ConnectionCls = _Connection


class _Login:
    """The session cookie that all threads share, and the user who gets in with it or does not.

    There is one login at a time, and none after one that was not accepted, so that several threads can't lock an
    account.
    """

    def __init__(self) -> None:
        self.cookie = ""
        self.denied = False
        self._cookies: dict[str, str] = {}
        self._stateless = False
        self._one_login = threading.Lock()
        self._lock = threading.Lock()

    def run(self, send: t.Callable[[str], Answer], refuse: t.Callable[[], None]) -> Answer:
        """Send with the cookie, or log in where there is none or where it is stale, which CUCM answers with 404.

        :param refuse: raises what is to be raised after a login that was not accepted
        """
        for _attempt in range(2):
            cookie = self.cookie
            if cookie or self._stateless:
                answer = self._sent(send, cookie, refuse)
                if answer.status != 404 or not cookie:
                    return answer
                self._forget(cookie)
            with self._one_login:
                if not self.cookie:
                    return self._sent(send, "", refuse)
        return self._sent(send, "", refuse)

    def _sent(self, send: t.Callable[[str], Answer], cookie: str, refuse: t.Callable[[], None]) -> Answer:
        if self.denied:
            refuse()
        answer = send(cookie)
        if answer.status == 401:
            self.denied = True
        elif answer.cookies:
            self._learn(answer.cookies)
        elif not cookie and answer.status in (200, 500):
            self._stateless = True
        return answer

    def _forget(self, cookie: str) -> None:
        with self._lock:
            if self.cookie == cookie:
                self.cookie = ""
                self._cookies.clear()

    def _learn(self, lines: t.Sequence[str]) -> None:
        with self._lock:
            for line in lines:
                try:
                    morsels = SimpleCookie(line).values()
                except CookieError:
                    continue
                for morsel in morsels:
                    if morsel.value and morsel["max-age"] != "0":
                        self._cookies[morsel.key] = morsel.coded_value
                    else:
                        self._cookies.pop(morsel.key, None)
            self.cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())


class Https:
    """A session with one CUCM node, which several threads may use at once.

    :param params: the connection options of a module (see `options.py`)
    """

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        if URLLIB3_MISSING:
            raise Unsupported(missing_required_lib("urllib3"), details={"exception": URLLIB3_MISSING})
        self.host: str = params["host"]
        self.port: int = params["port"]
        self.authority = authority(self.host, self.port)
        self._username: str = params["username"]
        # As UTF-8, which is what CUCM takes.
        credentials = f"{self._username}:{params['password']}".encode()
        self._authorization = f"Basic {base64.b64encode(credentials).decode()}"
        self._timeout: int = params["timeout"]
        self._proxy = self._way_out(params.get("proxy") or "", params.get("no_proxy") or "")
        self._context = tls_context(params["validate_certs"], params.get("ca_path"))
        self._login = _Login()
        self._manager = self._new_manager()
        self._pool: t.Any = None

    def _way_out(self, proxy: str, no_proxy: str) -> str | None:
        if not proxy or bypasses_proxy(self.host, no_proxy):
            return None
        try:
            return proxy_url(proxy)
        except ValueError as error:
            raise Unreachable(
                f"CUCM {self.authority} can't be reached: the proxy's URL is not valid, {error}",
                "Write it as http://host:port or http://user:password@host:port.",
            ) from None

    def _new_manager(self) -> t.Any:
        options: dict[str, t.Any] = {"maxsize": _CONNECTIONS, "ssl_context": self._context}
        if self._proxy:
            parts = urllib.parse.urlsplit(self._proxy)
            user = urllib.parse.unquote(parts.username or "")
            password = urllib.parse.unquote(parts.password or "")
            secret = f"{user}:{password}" if parts.username else None
            headers = urllib3.make_headers(proxy_basic_auth=secret)
            manager = urllib3.ProxyManager(without_password(self._proxy), proxy_headers=headers, **options)
        else:
            manager = urllib3.PoolManager(**options)
        manager.pool_classes_by_scheme = {"http": HTTPConnectionPool, "https": _Pool}
        return manager

    def __enter__(self) -> Https:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._manager.clear()

    def post(self, path: str, body: bytes, headers: dict[str, str], *, roles: str) -> Answer:
        """Send a request with the user's credentials, once.

        CUCM answers a session cookie that it has forgotten with 404: the cookie is dropped and the request sent
        again. After a login that was not accepted nothing is sent any more.

        :param roles: which roles the service asks for, for the message of a refusal
        :raises Unreachable: nothing was taken; :class:`AnswerLost` where that isn't known
        :raises AuthenticationFailed: 401, or Refused: 403
        """

        def send(cookie: str) -> Answer:
            own = {"Authorization": self._authorization, **({"Cookie": cookie} if cookie else {})}
            return self._send("POST", path, body, {**headers, **own})

        answer = self._login.run(send, lambda: self._check_access(Answer(401), path, roles))
        self._check_access(answer, path, roles)
        return answer

    def get(self, path: str, *, limit: int, roles: str) -> Answer:
        """Fetch a file without credentials and cookies; if the node challenges, once more with them, to that very node.

        :param limit: bytes; a longer body is refused
        """
        answer = self._send("GET", path, None, {}, limit=limit)
        if answer.status == 401:
            answer = self._send("GET", path, None, {"Authorization": self._authorization}, limit=limit)
            self._check_access(answer, path, roles)
        return answer

    def _check_access(self, answer: Answer, path: str, roles: str) -> None:
        if answer.status == 401:
            raise AuthenticationFailed(
                f"CUCM {self.authority} did not accept the user '{self._username}' for {path} (HTTP 401)",
                "Check username and password, and that the account is neither locked nor its password expired. "
                f"{roles}.",
            )
        if answer.status == 403:
            raise Refused(
                f"CUCM {self.authority} does not let the user '{self._username}' use {path} (HTTP 403)",
                f"{roles}.",
                words="Forbidden",
                code="403",
            )

    def _send(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], *, limit: int = MAX_ANSWER
    ) -> Answer:
        try:
            if self._pool is None:
                self._pool = self._manager.connection_from_url(f"https://{self.authority}")
            response = self._pool.request(
                method,
                path,
                body=body,
                headers={"User-Agent": _AGENT, **headers},
                redirect=False,
                retries=False,
                timeout=self._timeout,
                preload_content=False,
            )
            content = self._read(response, path, limit)
        # http.client's own errors and the system's come through bare where urllib3 is told not to try again.
        except (HTTPError, HTTPException, OSError) as error:
            raise self._explain(error, path) from None
        found = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, found, content, tuple(response.headers.getlist("Set-Cookie")))

    def _read(self, response: t.Any, path: str, limit: int) -> bytes:
        content = response.read(limit + 1)
        if len(content) > limit:
            response.close()
            raise Refused(
                f"{path} of CUCM {self.authority} is larger than {limit} bytes and was not taken",
                "Something other than CUCM may be answering there.",
            )
        response.release_conn()
        return content

    def _explain(self, error: t.Any, path: str) -> Unreachable:
        """Turn what urllib3 raised into what happened."""
        via = f" through the proxy {without_password(self._proxy)}" if self._proxy else ""
        where = f"CUCM {self.authority}{via}"
        tls = tls_failure(error)
        if tls is not None:
            words, hint = tls
            return Unreachable(f"the TLS connection to {where} did not come about: {words}", hint)
        reason = one_line(_words(error), 200)
        if isinstance(error, ProxyError):
            return Unreachable(f"{where} can't be reached: the proxy answered {reason}", "Check proxy and no_proxy.")
        if isinstance(error, (LocationValueError, UnicodeError)):
            return Unreachable(f"'{self.host}' is no host that can be reached: {reason}", "Check host and port.")
        if any(isinstance(cause, NewConnectionError) for cause in causes(error)):
            return Unreachable(f"{where} can't be reached: {reason}", "Check host, port and name resolution.")
        if isinstance(error, ConnectTimeoutError):
            return Unreachable(
                f"{where} did not answer within {self._timeout} s",
                "Check the address, the port and the firewalls on the way.",
            )
        if isinstance(error, ReadTimeoutError):
            reason = f"nothing came within {self._timeout} s"
        return AnswerLost(
            f"{where} took the request for {path} and the answer was lost: {reason}",
            "Run it again: what is done already is left as it is.",
        )


def _words(error: BaseException) -> str:
    """Return the operating system's words for what happened, else those of the deepest error."""
    found = list(causes(error))
    for cause in found:
        if isinstance(cause, OSError) and cause.strerror:
            return str(cause.strerror)
    return str(found[-1])

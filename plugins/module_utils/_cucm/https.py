# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTPS session with a CUCM node: verified TLS, one cookie jar, no redirect, nothing sent twice.

Nothing of the process's environment has a say in it: requests would let REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE win
over `verify`,
take proxies from variables and passwords from a netrc file.
"""

from __future__ import annotations

import traceback
import typing as t
from dataclasses import dataclass, field

from ansible.module_utils.basic import missing_required_lib

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
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.exceptions import NewConnectionError

    REQUESTS_MISSING = None
except ImportError:
    REQUESTS_MISSING = traceback.format_exc()
    HTTPAdapter = object

MAX_ANSWER = 32 * 2**20
"""Bytes; AXL itself stops at 8 MB for one answer."""

AXL_ROLES = (
    "The user needs the roles 'Standard CCM Admin Users' and 'Standard AXL API Access' to write, 'Standard AXL "
    "API Users' and "
    "'Standard AXL Read Only API Access' to read"
)
RIS_ROLES = "The user needs the role 'Standard CCM Server Monitoring' or 'Standard RealtimeAndTraceCollection'"


class AnswerLost(Unreachable):
    """The request went out and no answer came: it may have been carried out or not."""


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers by lower-case name, body."""

    status: int
    headers: t.Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class _Adapter(HTTPAdapter):
    """Gives every connection our own TLS context and lets nobody change what it trusts."""

    def __init__(self, context: t.Any) -> None:
        self._context = context
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)

    def proxy_manager_for(self, proxy: str, **kwargs: t.Any) -> t.Any:
        return super().proxy_manager_for(proxy, ssl_context=self._context, **kwargs)

    def cert_verify(self, conn: t.Any, url: str, verify: t.Any, cert: t.Any) -> None:
        conn.cert_reqs = None
        conn.ca_certs = None
        conn.ca_cert_dir = None

    def build_connection_pool_key_attributes(
        self, request: t.Any, verify: t.Any, cert: t.Any = None
    ) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
        host_params, pool_kwargs = super().build_connection_pool_key_attributes(request, verify, cert)
        for name in ("ca_certs", "ca_cert_dir", "cert_reqs"):
            pool_kwargs.pop(name, None)
        return host_params, pool_kwargs


class Https:
    """A session with one CUCM node.

    :param params: the connection options of a module (see `options.py`)
    """

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        if REQUESTS_MISSING:
            raise Unsupported(missing_required_lib("requests"), details={"exception": REQUESTS_MISSING})
        self.host: str = params["host"]
        self.port: int = params["port"]
        self.authority = authority(self.host, self.port)
        self._username: str = params["username"]
        self._password: str = params["password"]
        self._timeout: int = params["timeout"]
        self._proxy = self._way_out(params.get("proxy") or "", params.get("no_proxy") or "")
        self._context = tls_context(params["validate_certs"], params.get("ca_path"))
        self._session = self._new_session()

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

    def _new_session(self) -> t.Any:
        session = requests.Session()
        session.trust_env = False
        session.mount("https://", _Adapter(self._context))
        return session

    def __enter__(self) -> Https:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._session.close()

    def post(self, path: str, body: bytes, headers: dict[str, str], *, roles: str) -> Answer:
        """Send a request with the user's credentials, once.

        CUCM answers a session cookie that it has forgotten with 404: the cookie is dropped and the request sent
        again, once.

        :param roles: which roles the service asks for, for the message of a refusal
        :raises Unreachable: nothing was taken; :class:`AnswerLost` where that isn't known
        :raises AuthenticationFailed: 401, or Refused: 403
        """
        answer = self._send(self._session, "POST", path, body, headers, authenticate=True)
        if answer.status == 404 and self._session.cookies:
            self._session.cookies.clear()
            answer = self._send(self._session, "POST", path, body, headers, authenticate=True)
        self._check_access(answer, path, roles)
        return answer

    def get(self, path: str, *, limit: int, roles: str) -> Answer:
        """Fetch a file without credentials and cookies; if the node challenges, once more with them, to that very node.

        :param limit: bytes; a longer body is refused
        """
        with self._new_session() as bare:
            answer = self._send(bare, "GET", path, None, {}, authenticate=False, limit=limit)
            if answer.status == 401:
                answer = self._send(bare, "GET", path, None, {}, authenticate=True, limit=limit)
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
        self,
        session: t.Any,
        method: str,
        path: str,
        body: bytes | None,
        headers: dict[str, str],
        *,
        authenticate: bool,
        limit: int = MAX_ANSWER,
    ) -> Answer:
        # As bytes, because requests encodes text in Latin-1 and fails on what isn't in it.
        auth = (self._username.encode(), self._password.encode()) if authenticate else None
        try:
            with session.request(
                method,
                f"https://{self.authority}{path}",
                data=body,
                headers=headers,
                auth=auth,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
                proxies={"https": self._proxy} if self._proxy else {},
            ) as response:
                content = self._read(response, path, limit)
        except requests.exceptions.RequestException as error:
            raise self._explain(error, path) from None
        return Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, content)

    def _read(self, response: t.Any, path: str, limit: int) -> bytes:
        parts: list[bytes] = []
        size = 0
        for part in response.iter_content(65536):
            size += len(part)
            if size > limit:
                raise Refused(
                    f"{path} of CUCM {self.authority} is larger than {limit} bytes and was not taken",
                    "Something other than CUCM may be answering there.",
                )
            parts.append(part)
        return b"".join(parts)

    def _explain(self, error: t.Any, path: str) -> Unreachable:
        """Turn what requests raised into what happened."""
        via = f" through the proxy {without_password(self._proxy)}" if self._proxy else ""
        where = f"CUCM {self.authority}{via}"
        tls = tls_failure(error)
        if tls is not None:
            words, hint = tls
            return Unreachable(f"the TLS connection to {where} did not come about: {words}", hint)
        reason = one_line(_words(error), 200)
        if isinstance(error, requests.exceptions.ProxyError):
            return Unreachable(f"{where} can't be reached: the proxy answered {reason}", "Check proxy and no_proxy.")
        if isinstance(error, requests.exceptions.InvalidURL):
            return Unreachable(f"'{self.host}' is no host that can be reached: {reason}", "Check host and port.")
        if isinstance(error, requests.exceptions.ConnectTimeout):
            return Unreachable(
                f"{where} did not answer within {self._timeout} s",
                "Check the address, the port and the firewalls on the way.",
            )
        if any(isinstance(cause, NewConnectionError) for cause in causes(error)):
            return Unreachable(f"{where} can't be reached: {reason}", "Check host, port and name resolution.")
        if isinstance(error, requests.exceptions.ReadTimeout):
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

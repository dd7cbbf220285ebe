"""The web server of a node: TLS, logins and sessions, and the routes that others add."""

from __future__ import annotations

import ssl
import time
from collections.abc import Awaitable, Callable, Iterable

from aiohttp import web

from lab.cucm import pages
from lab.cucm.sessions import COOKIE, Account, Sessions, StaleSession

PostHandler = Callable[[web.Request, Account], Awaitable[web.StreamResponse]]
_MAX_REQUEST = 32 * 1024 * 1024


class NodeServer:
    """A node's web server on https://<address>:<port>."""

    def __init__(
        self,
        *,
        address: str,
        port: int,
        ssl_context: ssl.SSLContext,
        accounts: Iterable[Account],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.address, self.port = address, port
        self.sessions = Sessions(accounts, clock=clock)
        self._ssl_context = ssl_context
        self._app = web.Application(client_max_size=_MAX_REQUEST)
        self._runner: web.AppRunner | None = None

    def add_post_route(self, path: str, handler: PostHandler) -> None:
        """Serve POSTs to `path` with `handler(request, account)`, after the login; roles are the handler's to check.

        Only before `start`.
        """

        async def route(request: web.Request) -> web.StreamResponse:
            account, answer = self.log_in(request)
            if account is None:
                return answer
            return with_cookie(await handler(request, account), answer)

        self._app.router.add_post(path, route)

    def forgets_session(self) -> bool:
        """Whether the session of a request has ended before its time."""
        return False

    async def start(self) -> None:
        """Listen (port 0: a free one). Raises OSError if the port is taken."""
        self._runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=0.5, keepalive_timeout=60)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.address, self.port, ssl_context=self._ssl_context)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close every connection and stop listening."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    def log_in(self, request: web.Request) -> tuple[Account | None, web.Response]:
        """Return the account, and a response: the refusal where it is None, else one that carries the new cookie."""
        sent = request.cookies.get(COOKIE)
        if sent and self.forgets_session():
            self.sessions.end(sent)
        try:
            account, cookie = self.sessions.authenticate(request.headers.get("Authorization"), sent)
        except StaleSession:
            return None, html(404, pages.error(404, request.path))
        if account is None:
            refusal = html(401, pages.error(401))
            refusal.headers["WWW-Authenticate"] = 'Basic realm="Cisco Web Services Realm"'
            return None, refusal
        carrier = web.Response()
        if cookie:
            carrier.set_cookie(COOKIE, cookie, path="/", secure=True, httponly=True)
        return account, carrier


def html(status: int, text: str) -> web.Response:
    """An answer of Tomcat."""
    reason = "Incorrect axl version" if status == 599 else None
    return web.Response(status=status, reason=reason, text=text, content_type="text/html")


def with_cookie(response: web.StreamResponse, carrier: web.Response) -> web.StreamResponse:
    """The response with the cookies that `carrier` has."""
    response.cookies.update(carrier.cookies)
    return response

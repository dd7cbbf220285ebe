"""The publisher's web server: TLS, logins and sessions, /axl/, the schema plug-in, and the routes that others add."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from aiohttp import web

from lab.cucm import pages, toolkit
from lab.cucm.axl import AxlService, UnsupportedVersion, out_of_memory, version_list
from lab.cucm.hostility import Hostility
from lab.cucm.schema import served_versions
from lab.cucm.sessions import COOKIE, Account, Sessions, StaleSession
from lab.cucm.soap import NotSoap
from lab.cucm.soap import fault as soap_fault
from lab.cucm.store import Store

__all__ = ["Account", "Publisher"]

PostHandler = Callable[[web.Request, Account], Awaitable[web.StreamResponse]]

_BUILDS = {
    "11.5": "11.5.1.22900-28",
    "12.0": "12.0.1.24900-19",
    "12.5": "12.5.1.11900-146",
    "14.0": "14.0.1.10000-20",
    "15.0": "15.0.1.12900-234",
}
_MAX_REQUEST = 32 * 1024 * 1024


class Publisher(Hostility):
    """CUCM's publisher on https://<address>:<port>, of a release (`version`) that takes the schemas of three.

    Hostile on request, by these attributes; probabilities are from 0 to 1, and 0 is off:

    - `throttle`: so many of the next writes are answered with 503 and not done.
    - `lose_answer`: so many of the next writes are done, but the connection closes without an answer.
    - `latency`: seconds before each AXL answer.
    - `queue_limit`: 503 for writes while so many changes wait; each write is one, `queue_rate` of them go each second.
    - `cookie_requests`: a session ends after so many requests, and the next with its cookie gets 404.
    - `memory_limit`: bytes of all answers to reads under way; above it they are refused with a fault. While one of more
      than 4 MB is under way, the others have an eighth of it each.
    - `max_response`: bytes above which a list or an SQL query is refused (`axl.max_response`).
    - `chaos_throttle`, `chaos_lost`, `chaos_stale`, `chaos_memory`, `chaos_slow`: how probably a write gets 503,
      a write's answer is lost, a request finds its session ended, a read finds no memory, an answer comes
      `chaos_delay` seconds late. `chaos_seed` makes them the same each time.
    - `toolkit_requires_login`: the plug-in is served to accounts only.

    `sessions.expire()` makes all cookies stale; `axl.strict` refuses what breaks the schema even where a cluster
    tolerates it. `requests` counts AXL's requests by operation, throttled ones included.
    """

    def __init__(
        self,
        *,
        address: str,
        port: int,
        ssl_context: ssl.SSLContext,
        store: Store,
        schema_dirs: dict[str, Path],
        version: str = "12.5",
        accounts: Iterable[Account],
        build: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(clock)
        self.address = address
        self.port = port
        self.version = version
        self.store = store
        self.sessions = Sessions(accounts, clock=clock)
        self.requests: Counter[str] = Counter()
        self.toolkit_requires_login = False
        self._ssl_context = ssl_context
        served = served_versions(version)
        self._schema_dirs = {name: folder for name, folder in schema_dirs.items() if name in served}
        self.axl = AxlService(
            store=store, schema_dirs=self._schema_dirs, build=build or _BUILDS.get(version, f"{version}.1.10000-1")
        )
        self._app = web.Application(client_max_size=_MAX_REQUEST)
        self._app.router.add_get("/axl", _to_slash)
        self._app.router.add_post("/axl", _to_slash)
        self._app.router.add_get("/axl/", self._get_axl, allow_head=True)
        self._app.router.add_post("/axl/", self._post_axl)
        self._app.router.add_get("/plugins/axlsqltoolkit.zip", self._get_toolkit)
        self._runner: web.AppRunner | None = None
        self._preload: asyncio.Task[None] | None = None
        self._toolkit: bytes | None = None

    @property
    def max_response(self) -> int:
        """Bytes above which a list or an SQL query is refused."""
        return self.axl.max_response

    @max_response.setter
    def max_response(self, size: int) -> None:
        self.axl.max_response = size

    @property
    def cookie_requests(self) -> int:
        """Requests that a session lasts, 0 for any number."""
        return self.sessions.max_requests

    @cookie_requests.setter
    def cookie_requests(self, count: int) -> None:
        self.sessions.max_requests = count

    def add_post_route(self, path: str, handler: PostHandler) -> None:
        """Serve POSTs to `path` with `handler(request, account)`, after the login; roles are the handler's to check.

        Only before `start`.
        """

        async def route(request: web.Request) -> web.StreamResponse:
            account, answer = self._log_in(request)
            if account is None:
                return answer
            return _with_cookie(await handler(request, account), answer)

        self._app.router.add_post(path, route)

    async def start(self) -> None:
        """Listen (port 0: a free one). The schema loads in a thread meanwhile, and the first request waits for it."""
        self._runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=0.5, keepalive_timeout=60)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.address, self.port, ssl_context=self._ssl_context)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self._preload = asyncio.create_task(asyncio.to_thread(self.axl.load, self.version))

    async def stop(self) -> None:
        """Close every connection and stop listening."""
        if self._preload:
            await self._preload
        if self._runner:
            await self._runner.cleanup()
            self._runner = None
        self.axl.close()

    # -- routes ------------------------------------------------------------------------------------------------------

    async def _get_axl(self, request: web.Request) -> web.StreamResponse:
        account, answer = self._log_in(request)
        if account is None:
            return answer
        if not account.may_use_axl:
            return _html(403, pages.error(403))
        return _with_cookie(_html(200, pages.AXL_WORKING), answer)

    async def _post_axl(self, request: web.Request) -> web.StreamResponse:
        account, answer = self._log_in(request)
        if account is None:
            return answer
        if not account.may_use_axl:
            return _html(403, pages.error(403))
        return _with_cookie(await self._axl_reply(request, account), answer)

    async def _axl_reply(self, request: web.Request, account: Account) -> web.StreamResponse:
        try:
            call = self.axl.read(await request.read(), request.headers.get("SOAPAction"))
        except NotSoap as error:
            reply = soap_fault(blame="Client", code=5000, message=f"Malformed request: {error}", request="")
            return await self._late(_soap(500, reply))
        except UnsupportedVersion:
            supported = version_list(self.axl.versions)
            message = f"Incorrect axl version. Supported axl versions are {supported}"
            return await self._late(_html(599, pages.error(599, message)))
        self.requests[call.name] += 1
        if call.writes and "axl_write" in account.roles and self.refuses_write():
            return await self._late(_html(503, pages.error(503, "Service Unavailable")))
        if not self.axl.is_loaded(call.version):
            await asyncio.to_thread(self.axl.load, call.version)
        status, reply = self.axl.execute(call, user=account.username, roles=account.roles, rank=account.rank)
        if call.writes:
            return await self._written(request, status, reply)
        if not self.hold(len(reply)):
            return await self._late(_soap(500, out_of_memory(call.name)))
        try:
            return await self._late(_soap(status, reply))
        finally:
            self.release(len(reply))

    async def _written(self, request: web.Request, status: int, reply: bytes) -> web.StreamResponse:
        if status == 200:
            self.written()
        answer = await self._late(_soap(status, reply))
        if status == 200 and self.loses_answer() and request.transport:
            request.transport.abort()
        return answer

    async def _late(self, answer: web.Response) -> web.Response:
        delay = self.delay()
        if delay:
            await asyncio.sleep(delay)
        return answer

    async def _get_toolkit(self, request: web.Request) -> web.StreamResponse:
        if self.toolkit_requires_login:
            account, answer = self._log_in(request)
            if account is None:
                return answer
        if self._toolkit is None:
            self._toolkit = await asyncio.to_thread(toolkit.build, self._schema_dirs, current=self.version)
        return web.Response(body=self._toolkit, content_type="application/zip")

    # -- inside ------------------------------------------------------------------------------------------------------

    def _log_in(self, request: web.Request) -> tuple[Account | None, web.Response]:
        """Return the account, and a response: the refusal where it is None, else one that carries the new cookie."""
        sent = request.cookies.get(COOKIE)
        if sent and self.forgets_session():
            self.sessions.end(sent)
        try:
            account, cookie = self.sessions.authenticate(request.headers.get("Authorization"), sent)
        except StaleSession:
            return None, _html(404, pages.error(404, request.path))
        if account is None:
            refusal = _html(401, pages.error(401))
            refusal.headers["WWW-Authenticate"] = 'Basic realm="Cisco Web Services Realm"'
            return None, refusal
        carrier = web.Response()
        if cookie:
            carrier.set_cookie(COOKIE, cookie, path="/", secure=True, httponly=True)
        return account, carrier


async def _to_slash(_: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": "/axl/"})


def _html(status: int, text: str) -> web.Response:
    reason = "Incorrect axl version" if status == 599 else None
    return web.Response(status=status, reason=reason, text=text, content_type="text/html")


def _soap(status: int, body: bytes) -> web.Response:
    return web.Response(status=status, body=body, content_type="text/xml", charset="utf-8")


def _with_cookie(response: web.StreamResponse, carrier: web.Response) -> web.StreamResponse:
    response.cookies.update(carrier.cookies)
    return response

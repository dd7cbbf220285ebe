"""The publisher's web server: /axl/ and the schema plug-in, beside what each node's web server has."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from aiohttp import web

from lab.cucm import pages, toolkit
from lab.cucm.axl import AxlService, UnsupportedVersion, out_of_memory, version_list
from lab.cucm.hostility import Hostility
from lab.cucm.node_server import NodeServer, html, with_cookie
from lab.cucm.schema import served_versions
from lab.cucm.sessions import Account
from lab.cucm.soap import NotSoap
from lab.cucm.soap import fault as soap_fault
from lab.cucm.store import Store

__all__ = ["Account", "Publisher"]

_BUILDS = {
    "11.5": "11.5.1.22900-28",
    "12.0": "12.0.1.24900-19",
    "12.5": "12.5.1.11900-146",
    "14.0": "14.0.1.10000-20",
    "15.0": "15.0.1.12900-234",
}


class Publisher(Hostility, NodeServer):
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
        NodeServer.__init__(self, address=address, port=port, ssl_context=ssl_context, accounts=accounts, clock=clock)
        Hostility.__init__(self, clock)
        self.version = version
        self.store = store
        self.requests: Counter[str] = Counter()
        self.toolkit_requires_login = False
        served = served_versions(version)
        self._schema_dirs = {name: folder for name, folder in schema_dirs.items() if name in served}
        self.axl = AxlService(
            store=store, schema_dirs=self._schema_dirs, build=build or _BUILDS.get(version, f"{version}.1.10000-1")
        )
        self._app.router.add_get("/axl", _to_slash)
        self._app.router.add_post("/axl", _to_slash)
        self._app.router.add_get("/axl/", self._get_axl, allow_head=True)
        self._app.router.add_post("/axl/", self._post_axl)
        self._app.router.add_get("/plugins/axlsqltoolkit.zip", self._get_toolkit)
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

    async def start(self) -> None:
        """Listen (port 0: a free one). The schema loads in a thread meanwhile, and the first request waits for it."""
        await super().start()
        self._preload = asyncio.create_task(asyncio.to_thread(self.axl.load, self.version))

    async def stop(self) -> None:
        """Close every connection and stop listening."""
        if self._preload:
            await self._preload
        await super().stop()
        self.axl.close()

    # -- routes ------------------------------------------------------------------------------------------------------

    async def _get_axl(self, request: web.Request) -> web.StreamResponse:
        account, answer = self.log_in(request)
        if account is None:
            return answer
        if not account.may_use_axl:
            return html(403, pages.error(403))
        return with_cookie(html(200, pages.AXL_WORKING), answer)

    async def _post_axl(self, request: web.Request) -> web.StreamResponse:
        account, answer = self.log_in(request)
        if account is None:
            return answer
        if not account.may_use_axl:
            return html(403, pages.error(403))
        return with_cookie(await self._axl_reply(request, account), answer)

    async def _axl_reply(self, request: web.Request, account: Account) -> web.StreamResponse:
        try:
            call = self.axl.read(await request.read(), request.headers.get("SOAPAction"))
        except NotSoap as error:
            reply = soap_fault(blame="Client", code=5000, message=f"Malformed request: {error}", request="")
            return await self._late(_soap(500, reply))
        except UnsupportedVersion:
            supported = version_list(self.axl.versions)
            message = f"Incorrect axl version. Supported axl versions are {supported}"
            return await self._late(html(599, pages.error(599, message)))
        self.requests[call.name] += 1
        if call.writes and "axl_write" in account.roles and self.refuses_write():
            return await self._late(html(503, pages.error(503, "Service Unavailable")))
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
            account, answer = self.log_in(request)
            if account is None:
                return answer
        if self._toolkit is None:
            self._toolkit = await asyncio.to_thread(toolkit.build, self._schema_dirs, current=self.version)
        return web.Response(body=self._toolkit, content_type="application/zip")


async def _to_slash(_: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": "/axl/"})


def _soap(status: int, body: bytes) -> web.Response:
    return web.Response(status=status, body=body, content_type="text/xml", charset="utf-8")

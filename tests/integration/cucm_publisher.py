"""Fixtures: the lab's publisher in a thread, a CA that vouches for it, and modules run as the door runs them."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import ipaddress
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import validate
from ansible_collections.dialtone.voice.plugins.module_utils._cucm import axl, soap
from ansible_collections.dialtone.voice.plugins.module_utils._results import Guard
from lab.cucm.https import Account, Publisher
from lab.cucm.schema import installed_schema_dirs
from lab.cucm.seed import seed
from lab.cucm.store import Store
from tests.npm import need_npm

ADDRESS = "127.0.0.1"
PASSWORD = "c0rrect-horse-ß"
ACCOUNTS = (
    Account("voiceadmin", PASSWORD, frozenset({"axl_write", "ris"})),
    Account("auditor", PASSWORD, frozenset({"axl_read"})),
    Account("nobody", PASSWORD, frozenset()),
)
VERSIONS = ("12.5", "14.0", "15.0")
"""The AXL schemas that the stairs are climbed with; those beyond 12.5 come from npm."""

_PEM = serialization.Encoding.PEM


@dataclass
class Authority:
    """A CA of its own, which signs server certificates for whatever a test needs."""

    folder: Path
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"CA {self.folder.name}")])
        self.ca_path = self.folder / "ca.pem"
        self.ca_path.write_bytes(self._sign(self.name, self.key, None, 1).public_bytes(_PEM))

    def server(self, *, address: str = ADDRESS, days: int = 1) -> ssl.SSLContext:
        """Return a server's context with a certificate for an address; with negative `days` it has expired."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "cucm-pub")])
        path = self.folder / "server.pem"
        private = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        path.write_bytes(private + self._sign(subject, key, address, days).public_bytes(_PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _sign(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, address: str | None, days: int
    ) -> x509.Certificate:
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (
            x509.CertificateBuilder(self.name, subject, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=9))
            .not_valid_after(now + datetime.timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=address is None, path_length=None), critical=True)
        )
        if address:
            names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self.key, hashes.SHA256())


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(30)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


Proceed = Callable[[], Awaitable[web.StreamResponse]]


@dataclass
class Site:
    """A publisher that answers, and the connection options that lead to it."""

    publisher: Publisher
    store: Store
    options: dict[str, Any]

    def task(self, module: ModuleType, *, check: bool = False, **arguments: Any) -> dict[str, Any]:
        """Run a module as the door does and return its masked result."""
        secrets: set[str] = set()
        self.lines: list[str] = []
        with Guard(secrets) as guard:
            params = validate(module.ARGUMENT_SPEC, {**self.known(module), **arguments}, secrets=secrets)
            guard.result = module.run(params.params, check_mode=check, report=self.lines.append)
        return guard.result

    def interfere(self, around: Callable[[str, Proceed], Awaitable[web.StreamResponse]]) -> None:
        """Let `around(operation, proceed)` answer AXL's requests; `await proceed()` is what the publisher answers."""
        reply = self.publisher._axl_reply

        async def answer(request: web.Request, *others: Any) -> web.StreamResponse:
            call = self.publisher.axl.read(await request.read(), request.headers.get("SOAPAction"))
            return await around(call.name, lambda: reply(request, *others))

        self.publisher._axl_reply = answer

    def known(self, module: ModuleType) -> dict[str, Any]:
        """Return the connection options that a module has."""
        return {name: value for name, value in self.options.items() if name in module.ARGUMENT_SPEC}


@pytest.fixture(scope="session")
def cucm_authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("pki") / "trusted")


@pytest.fixture(scope="session")
def cucm_loop() -> Iterator[Loop]:
    running = Loop()
    yield running
    running.close()


@pytest.fixture
def interface_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A task loads the schema once; the tests' many tasks share what they loaded, by its content."""
    monkeypatch.setattr(axl, "Interface", _interface)


_INTERFACES: dict[str, soap.Interface] = {}


def _interface(folder: str, version: str) -> soap.Interface:
    key = (Path(folder) / "AXLSoap.xsd").read_text(encoding="utf-8") + version
    if key not in _INTERFACES:
        _INTERFACES[key] = soap.Interface(folder, version)
    return _INTERFACES[key]


StartSite = Callable[..., Site]


def schemas(version: str) -> dict[str, Path]:
    """Return the folders of schemas that a publisher of a version gets; skips where they are npm's and not there."""
    dirs = installed_schema_dirs("11.5", "12.5")
    if version not in dirs:
        dirs[version] = need_npm() / "schema" / version
    return dirs


@pytest.fixture(scope="session")
def company_ca(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CA that never signed a publisher's certificate."""
    return Authority(tmp_path_factory.mktemp("company") / "company").ca_path


@pytest.fixture
def company_environment(company_ca: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a company's controller: it names the company's own CA, which must not decide anything."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, str(company_ca))


@pytest.fixture
def start_cucm(
    cucm_loop: Loop,
    cucm_authority: Authority,
    tmp_path: Path,
    interface_loaded_once: None,
    company_environment: None,
) -> Iterator[StartSite]:
    """Return a function that starts a publisher; its arguments go to Publisher, `version` among them."""
    with contextlib.ExitStack() as stack:

        def start(
            *,
            version: str = "12.5",
            context: ssl.SSLContext | None = None,
            routes: Any = None,
            store: Store | None = None,
            **arguments: Any,
        ) -> Site:
            if store is None:
                store = Store()
                seed(store, name="cucm-pub", address=ADDRESS)
            schema_dirs = schemas(version)

            async def make() -> Publisher:
                return Publisher(
                    **{
                        "address": ADDRESS,
                        "port": 0,
                        "ssl_context": context or cucm_authority.server(),
                        "store": store,
                        "schema_dirs": schema_dirs,
                        "version": version,
                        "accounts": ACCOUNTS,
                        **arguments,
                    }
                )

            publisher = cucm_loop.run(make())
            if routes:
                routes(publisher, store)
            cucm_loop.run(publisher.start())
            stack.callback(lambda: cucm_loop.run(publisher.stop()))
            options = {
                "host": ADDRESS,
                "port": publisher.port,
                "username": "voiceadmin",
                "password": PASSWORD,
                "ca_path": str(cucm_authority.ca_path),
                "timeout": 10,
                "schema_path": str(schema_dirs[version].parent),
                "schema_cache_path": str(tmp_path / "cache"),
                "ris_budget_path": str(tmp_path / "ris"),
            }
            return Site(publisher, store, options)

        yield start


@pytest.fixture
def cucm(start_cucm: StartSite) -> Site:
    """The publisher as it is after its installation, with the lab's few objects and no phone and no line."""
    return start_cucm()


@pytest.fixture(params=VERSIONS)
def each_cucm(start_cucm: StartSite, request: pytest.FixtureRequest) -> Site:
    """The same, of each release that the stairs are climbed with."""
    return start_cucm(version=request.param)


@pytest.fixture
def new_authority(tmp_path: Path) -> Callable[[str], Authority]:
    """Return a function that makes another CA, by name."""
    return lambda name: Authority(tmp_path / name)

"""A publisher with a seeded cluster on loopback, a CA that vouches for it, and raw SOAP posts to it."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from lxml import etree

from lab.cucm.https import Account, Publisher
from lab.cucm.schema import installed_schema_dirs
from lab.cucm.seed import seed
from lab.cucm.store import Store

ADDRESS = "127.0.0.1"
NAMESPACE = "http://www.cisco.com/AXL/API/12.5"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
ADMIN = ("voiceadmin", "correct horse")


def _certificate(subject: str, key, issuer: x509.Name | None, issuer_key, *, ca: bool) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer or name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    usage = dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False) | {
        "encipher_only": False,
        "decipher_only": False,
    }
    builder = builder.add_extension(
        x509.KeyUsage(digital_signature=True, key_cert_sign=ca, crl_sign=ca, **usage), critical=True
    )
    if not ca:
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(ADDRESS))])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


@dataclass(frozen=True)
class Pki:
    """The test CA's certificate file, and the server's TLS context."""

    ca_path: Path
    server: ssl.SSLContext


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    folder = tmp_path_factory.mktemp("pki")
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca = _certificate("Test CA", ca_key, None, ca_key, ca=True)
    leaf = _certificate("cucm-pub", key, ca.subject, ca_key, ca=False)
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(ca.public_bytes(pem))
    (folder / "server.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()) + leaf.public_bytes(pem)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return Pki(folder / "ca.pem", context)


@pytest.fixture
def store() -> Store:
    store = Store()
    seed(store, name="cucm-pub", address=ADDRESS)
    return store


class Clock:
    """A clock that tests move."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def echo(request: web.Request, account: Account) -> web.Response:
    """A route like RIS's: behind the login, with the account."""
    return web.Response(text=f"{account.username}: {await request.text()}")


@pytest.fixture
def make_publisher(pki: Pki, store: Store, clock: Clock):
    """A function that makes a publisher which isn't started yet; its arguments go to Publisher."""

    def make(**changes) -> Publisher:
        arguments = {
            "address": ADDRESS,
            "port": 0,
            "ssl_context": pki.server,
            "store": store,
            "schema_dirs": installed_schema_dirs("11.5", "12.5"),
            "accounts": [
                Account(*ADMIN, frozenset({"axl_write", "ris"})),
                Account("auditor", "only looking", frozenset({"axl_read"})),
                Account("nobody", "not much", frozenset()),
                Account("junior", "third rank", frozenset({"axl_write"}), rank=3),
            ],
            "clock": clock,
        }
        server = Publisher(**{**arguments, **changes})
        server.add_post_route("/echo", echo)
        return server

    return make


@pytest.fixture
async def publisher(make_publisher):
    server = make_publisher()
    await server.start()
    yield server
    await server.stop()


@dataclass
class Reply:
    """What came back: HTTP status, headers, body; the SOAP fault's code and text, or the `return` element."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def body(self) -> etree._Element:
        return etree.fromstring(self.text.encode()).find(f"{{{ENVELOPE}}}Body")[0]

    @property
    def code(self) -> str | None:
        return self.body.findtext("detail/axlError/axlcode")

    @property
    def message(self) -> str | None:
        return self.body.findtext("faultstring")

    @property
    def result(self) -> etree._Element:
        found = self.body.find("return")
        assert found is not None, self.text
        return found


class Axl:
    """Raw HTTP to a publisher, in threads, with the test CA."""

    def __init__(self, publisher: Publisher, ca_path: Path) -> None:
        self.url = f"https://{publisher.address}:{publisher.port}"
        self.ca_path = str(ca_path)

    async def http(self, method: str, path: str = "/axl/", *, auth=ADMIN, session=None, **more) -> requests.Response:
        return await asyncio.to_thread(
            (session or requests).request,
            *(method, self.url + path),
            auth=auth,
            verify=self.ca_path,
            timeout=10,
            allow_redirects=False,
            **more,
        )

    async def post(self, body: str, *, namespace=NAMESPACE, action: str | None = None, **more) -> Reply:
        """Post `<addPhone>...</addPhone>` as the content of a SOAP body; the namespace is put on its root element."""
        name = body[1 : min(body.index(mark) for mark in (" ", ">", "/") if mark in body)]
        request = body.replace(f"<{name}", f'<ns:{name} xmlns:ns="{namespace}"', 1)
        request = request.replace(f"</{name}>", f"</ns:{name}>")
        envelope = f'<e:Envelope xmlns:e="{ENVELOPE}"><e:Body>{request}</e:Body></e:Envelope>'
        headers = {"SOAPAction": f'"CUCM:DB ver=12.5 {name}"' if action is None else action}
        answer = await self.http("POST", data=envelope.encode(), headers=headers, **more)
        return Reply(answer.status_code, dict(answer.headers), answer.text)


@pytest.fixture
def axl(publisher: Publisher, pki: Pki) -> Axl:
    return Axl(publisher, pki.ca_path)

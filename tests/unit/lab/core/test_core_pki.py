"""Keys of a lab: clients that check certificates and host keys strictly must be content."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import asyncssh
import pytest

from lab.pki import CertificateAuthority, generate_host_key, known_hosts_line


async def handshake(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> dict:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=server)
    async with listener:
        port = listener.sockets[0].getsockname()[1]
        _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client, server_hostname=name)
        certificate = writer.get_extra_info("peercert")
        writer.close()
        return certificate


def strict_client(authority: CertificateAuthority) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=authority.pem.decode())
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


@pytest.mark.parametrize("name", ["cucm-pub", "127.12.0.10"])
async def test_certificate_is_good_for_name_and_address(tmp_path: Path, name: str) -> None:
    authority = CertificateAuthority()
    server = authority.server_context("cucm-pub", ["127.12.0.10"], tmp_path)
    certificate = await handshake(server, strict_client(authority), name)
    assert ("DNS", "cucm-pub") in certificate["subjectAltName"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["cucm-sub", "127.12.0.11"])
async def test_certificate_is_not_good_for_another_host(tmp_path: Path, name: str) -> None:
    authority = CertificateAuthority()
    server = authority.server_context("cucm-pub", ["127.12.0.10"], tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError):
        await handshake(server, strict_client(authority), name)


async def test_another_labs_authority_is_refused(tmp_path: Path) -> None:
    server = CertificateAuthority().server_context("cucm-pub", ["127.12.0.10"], tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError):
        await handshake(server, strict_client(CertificateAuthority()), "cucm-pub")


def test_known_hosts_line_is_read_back_by_ssh() -> None:
    key = generate_host_key()
    hosts = asyncssh.import_known_hosts(known_hosts_line("127.12.1.1", 2022, key))
    trusted, *_ = hosts.match("127.12.1.1", "127.12.1.1", 2022)
    assert {entry.public_data for entry in trusted} == {key.public_data}
    assert known_hosts_line("192.0.2.1", 22, key).startswith("192.0.2.1 ssh-ed25519 ")

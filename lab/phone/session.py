"""What the phone's two signalling protocols have in common: who the phone is, and what happens to a registration."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from typing import Protocol

from lab.phone import alarms
from lab.phone.alarms import Surroundings, UpgradeReport
from lab.phone.downloads import describe


class Unreachable(Exception):
    """No TCP connection; the text says why."""


class TlsFailed(Unreachable):
    """TCP, but no TLS: the certificate is one that the phone doesn't trust, or the handshake broke off."""


class Refused(Exception):
    """The CallManager refused the registration, or didn't answer it; the text quotes it. `shown`: on the display."""

    def __init__(self, text: str, shown: str = "") -> None:
        super().__init__(text)
        self.shown = shown


@dataclass(frozen=True)
class Identity:
    """What a phone says of itself.

    `alarm` is the cause of its last loss of service: cisco-alarm number and text; `last` the protocol events that it
    sent and received last then, both "" after a start.
    """

    name: str
    mac: str
    model_number: int
    user_agent: str
    load: str
    inactive_load: str
    bulk: bool
    alarm: tuple[int, str] = (25, "initialized")
    upgrade: UpgradeReport = UpgradeReport()
    around: Surroundings = Surroundings()
    last: tuple[str, str] = ("", "")

    def alarms(self, address: str) -> list[str]:
        """The XML alarms of a registration from `address`: of the last loss of service, and of the last upgrade."""
        found = []
        if self.last != ("", ""):
            found.append(alarms.out_of_service(self.name, address, self.around, self.alarm[0], *self.last))
        if self.upgrade != UpgradeReport():
            found.append(alarms.upgrade(self.name, self.upgrade))
        return found


@dataclass(frozen=True)
class Event:
    """Why a session needs attention: "reset", "restart", "apply-config", "closed", "rejected" or "fallback"."""

    action: str
    text: str = ""
    stamp: str = ""


class Session(Protocol):
    """A registration at one CallManager."""

    async def connect(self, address: str, port: int, local: str, trusted: frozenset[bytes] | None = None) -> None:
        """Open the connection from `local`, by TLS where `trusted` certificates are given. Raises Unreachable."""

    async def register(self) -> list[str]:
        """Register; returns why lines beyond the first aren't. Raises Refused."""

    async def unregister(self) -> None:
        """Take the registration back; silence is no error, the phone leaves anyway."""

    async def stand_by(self) -> None:
        """Keep a connection over which nothing is registered alive; returns when it ends."""

    def tell(self, event: Event) -> None:
        """Have `event` return this."""

    async def event(self) -> Event:
        """Wait for what ends or changes the registration."""

    def events(self, *, rejected: bool) -> tuple[str, str]:
        """The last protocol events sent and received, as alarms name them."""

    async def close(self) -> None:
        """Close the connection."""


async def open_connection(
    address: str, port: int, local: str, seconds: float, trusted: frozenset[bytes] | None = None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect from `local` within a time, by TLS where `trusted` certificates (DER) are given. Raises Unreachable."""
    context = None if trusted is None else _tls_context()
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(address, port, local_addr=(local, 0), ssl=context)
    except TimeoutError as error:
        raise Unreachable("no answer") from error
    except ssl.SSLError as error:
        raise TlsFailed(f"the TLS handshake failed: {error.reason or error}") from error
    except OSError as error:
        raise Unreachable(describe(error)) from error
    if trusted is not None:
        shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        if shown not in trusted:
            writer.close()
            raise TlsFailed("the TLS handshake failed: the server's certificate isn't in the phone's CTL file")
    return reader, writer


def _tls_context() -> ssl.SSLContext:
    """A phone checks the certificate itself: it must be one of its trust list, whoever issued it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context

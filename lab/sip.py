"""SIP messages over TCP (RFC 3261): what the registrar and the phones share, and no policy.

Header names are kept as they were written and compared without case; compact forms (`f`, `t`, `v`, `m`, `l`, `i`, `c`)
are understood.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from dataclasses import dataclass, field

_COMPACT = {
    "f": "from",
    "t": "to",
    "v": "via",
    "m": "contact",
    "l": "content-length",
    "i": "call-id",
    "c": "content-type",
}
_MAX_HEAD = 65536
_MAX_BODY = 1 << 20
_URI_USER = re.compile(r"sips?:(?:([^@>;]*)@)?([^>;:\s]+)", re.IGNORECASE)

REASONS = {
    100: "Trying",
    200: "OK",
    202: "Accepted",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


class SipError(ValueError):
    """The bytes aren't a SIP message."""


@dataclass
class SipMessage:
    """A request ("REGISTER sip:... SIP/2.0") or a response ("SIP/2.0 200 OK"): start line, headers in order, body."""

    start: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    @property
    def method(self) -> str:
        """The method of a request, "" for a response."""
        return "" if self.status else self.start.split(" ", 1)[0]

    @property
    def status(self) -> int:
        """The status code of a response, 0 for a request."""
        return int(self.start.split(" ", 2)[1]) if self.start.startswith("SIP/2.0 ") else 0

    @property
    def reason(self) -> str:
        """The reason phrase of a response."""
        return self.start.split(" ", 2)[2] if self.status else ""

    def get(self, name: str, default: str = "") -> str:
        """The first header of this name, or `default`."""
        return next(iter(self.all(name)), default)

    def all(self, name: str) -> list[str]:
        """All headers of this name, in order."""
        wanted = name.lower()
        return [value for key, value in self.headers if _COMPACT.get(key.lower(), key.lower()) == wanted]

    @property
    def cseq(self) -> tuple[int, str]:
        """CSeq as (number, method); (0, "") where it is missing or malformed."""
        number, _, method = self.get("CSeq").partition(" ")
        return (int(number), method.strip()) if number.isdigit() else (0, "")

    def encode(self) -> bytes:
        """The bytes on the wire; Content-Length is added."""
        lines = [self.start, *(f"{name}: {value}" for name, value in self.headers), f"Content-Length: {len(self.body)}"]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body

    def respond(self, status: int, *headers: tuple[str, str], reason: str = "", body: bytes = b"") -> SipMessage:
        """The response to this request: Via, From, To (with a tag), Call-ID and CSeq are copied, `headers` follow."""
        copied: list[tuple[str, str]] = [("Via", value) for value in self.all("Via")]
        to = self.get("To")
        if status > 100 and ";tag=" not in to:
            to += f";tag={abs(hash((self.get('Call-ID'), self.cseq))) % 10**10}"
        copied += [("From", self.get("From")), ("To", to), ("Call-ID", self.get("Call-ID")), ("CSeq", self.get("CSeq"))]
        phrase = reason or REASONS.get(status, "Unknown")
        return SipMessage(f"SIP/2.0 {status} {phrase}", [*copied, *headers], body)


def parse_head(head: str) -> SipMessage:
    """Parse start line and headers (folded ones are joined). Raises SipError."""
    lines = head.split("\r\n")
    start = lines[0]
    if not re.match(r"SIP/2\.0 \d{3} |[A-Z]+ \S+ SIP/2\.0$", start):
        raise SipError(f"not a SIP start line: {start[:80]!r}")
    headers: list[tuple[str, str]] = []
    for line in lines[1:]:
        if line[:1] in (" ", "\t") and headers:
            headers[-1] = (headers[-1][0], f"{headers[-1][1]} {line.strip()}")
            continue
        name, colon, value = line.partition(":")
        if not colon:
            raise SipError(f"not a header: {line[:80]!r}")
        headers.append((name.strip(), value.strip()))
    return SipMessage(start, headers)


async def read_message(reader: asyncio.StreamReader) -> SipMessage | None:
    """Read the next message of a connection; None when the peer has closed it. Raises SipError for anything else.

    Empty lines before a message (the keep-alives of RFC 5626) are skipped.
    """
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        while not (text := head.lstrip(b"\r\n")):
            head = await reader.readuntil(b"\r\n\r\n")
        message = parse_head(text[:-4].decode("utf-8", "replace"))
        length = message.get("Content-Length", "0")
        if not length.isdigit() or int(length) > _MAX_BODY:
            raise SipError(f"Content-Length {length!r} is not a possible length")
        message.body = await reader.readexactly(int(length))
    except asyncio.LimitOverrunError as error:
        raise SipError(f"no end of the headers within {_MAX_HEAD} bytes") from error
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    message.headers = [(name, value) for name, value in message.headers if name.lower() not in ("content-length", "l")]
    return message


def uri_user(value: str) -> str:
    """The user part of the first SIP URI in a header value, without the escape of `\\+`; "" if there is none."""
    found = _URI_USER.search(value)
    return (found.group(1) or "").replace("%2B", "+") if found else ""


def uri_host(value: str) -> str:
    """The host of the first SIP URI in a header value; "" if there is none."""
    found = _URI_USER.search(value)
    return found.group(2) if found else ""


def parameter(value: str, name: str) -> str | None:
    """The value of `;name=value` in a header (quotes removed), "" for a bare `;name`, None where it is absent."""
    found = re.search(rf';\s*{re.escape(name)}(?:\s*=\s*("[^"]*"|[^;,\s]*))?(?=\s*(?:[;,]|$))', value, re.IGNORECASE)
    return None if not found else (found.group(1) or "").strip('"')


def digest(user: str, realm: str, password: str, method: str, uri: str, nonce: str) -> str:
    """The response of HTTP digest (RFC 2617, MD5, without qop), as SIP phones compute it."""

    def md5(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    return md5(f"{md5(f'{user}:{realm}:{password}')}:{nonce}:{md5(f'{method}:{uri}')}")

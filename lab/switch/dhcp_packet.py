"""DHCP packets on the wire (RFC 2131, options of RFC 2132, option 150 of RFC 5859).

Only the codec: no sockets, no policy. Options are raw bytes, keyed by code; helpers turn them into addresses or text.
"""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field

BOOTREQUEST, BOOTREPLY = 1, 2
DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM = range(1, 9)
MESSAGE_NAMES = {
    DISCOVER: "DISCOVER",
    OFFER: "OFFER",
    REQUEST: "REQUEST",
    DECLINE: "DECLINE",
    ACK: "ACK",
    NAK: "NAK",
    RELEASE: "RELEASE",
    INFORM: "INFORM",
}

OPTION_PAD, OPTION_END = 0, 255
OPTION_SUBNET_MASK = 1
OPTION_ROUTER = 3
OPTION_DNS_SERVER = 6
OPTION_HOST_NAME = 12
OPTION_DOMAIN_NAME = 15
OPTION_REQUESTED_ADDRESS = 50
OPTION_LEASE_TIME = 51
OPTION_OVERLOAD = 52
OPTION_MESSAGE_TYPE = 53
OPTION_SERVER_ID = 54
OPTION_PARAMETER_LIST = 55
OPTION_MESSAGE = 56
OPTION_RENEWAL_TIME = 58
OPTION_REBINDING_TIME = 59
OPTION_VENDOR_CLASS = 60
OPTION_CLIENT_ID = 61
OPTION_TFTP_SERVER_NAME = 66
OPTION_TFTP_SERVERS = 150

BROADCAST_FLAG = 0x8000
_COOKIE = b"\x63\x82\x53\x63"
_FIXED = struct.Struct("!BBBBIHH4s4s4s4s16s64s128s")
_MINIMUM_SIZE = 300  # a BOOTP message's size; some relays drop shorter ones


class DhcpError(ValueError):
    """The bytes aren't a DHCP packet, or a packet's field doesn't fit its place."""


@dataclass
class DhcpPacket:
    """One DHCP message. Addresses are dotted text ("0.0.0.0" when unset), `mac` is 12 upper-case hex digits."""

    op: int = BOOTREQUEST
    mac: str = "000000000000"
    xid: int = 0
    secs: int = 0
    flags: int = 0
    hops: int = 0
    ciaddr: str = "0.0.0.0"
    yiaddr: str = "0.0.0.0"
    siaddr: str = "0.0.0.0"
    giaddr: str = "0.0.0.0"
    sname: bytes = b""
    file: bytes = b""
    options: dict[int, bytes] = field(default_factory=dict)

    @property
    def message_type(self) -> int:
        """Option 53 (DISCOVER ... INFORM), or 0 where there is none (plain BOOTP)."""
        value = self.options.get(OPTION_MESSAGE_TYPE, b"")
        return value[0] if len(value) == 1 else 0

    @property
    def client_id(self) -> bytes:
        """Option 61, or what a server takes instead: hardware type 1 and the MAC."""
        return self.options.get(OPTION_CLIENT_ID) or b"\x01" + bytes.fromhex(self.mac)

    def addresses(self, code: int) -> list[str]:
        """The option as a list of IPv4 addresses; empty if it is absent or not a whole number of addresses."""
        return decode_addresses(self.options.get(code, b""))

    def address(self, code: int) -> str | None:
        """The first address of an option, None if there is none."""
        return next(iter(self.addresses(code)), None)

    def seconds(self, code: int) -> int | None:
        """An option of 4 bytes as a number (lease, renewal and rebinding times), None if it is absent or malformed."""
        value = self.options.get(code, b"")
        return int.from_bytes(value, "big") if len(value) == 4 else None

    def text(self, code: int) -> str:
        """An option as text; a trailing NUL, which some servers send, is dropped."""
        return self.options.get(code, b"").rstrip(b"\0").decode("utf-8", "replace")

    def encode(self) -> bytes:
        """The packet's bytes: at least 300, options in ascending order behind the message type.

        Raises DhcpError for a field that doesn't fit.
        """
        try:
            chaddr = bytes.fromhex(self.mac)
            fixed = _FIXED.pack(
                self.op,
                1,
                len(chaddr),
                self.hops,
                self.xid,
                self.secs,
                self.flags,
                *(ipaddress.IPv4Address(a).packed for a in (self.ciaddr, self.yiaddr, self.siaddr, self.giaddr)),
                chaddr,
                self.sname,
                self.file,
            )
        except (struct.error, ValueError) as error:
            raise DhcpError(f"can't encode: {error}") from error
        if len(chaddr) > 16 or len(self.sname) > 64 or len(self.file) > 128:
            raise DhcpError("can't encode: hardware address, server name or file name is too long")
        body = fixed + _COOKIE + _encode_options(self.options)
        return body.ljust(_MINIMUM_SIZE, b"\0")

    @classmethod
    def decode(cls, data: bytes) -> DhcpPacket:
        """Read a packet. Raises DhcpError for anything that isn't one (short, no cookie, an option cut off)."""
        if len(data) < _FIXED.size + len(_COOKIE):
            raise DhcpError(f"{len(data)} bytes are too few for a DHCP packet")
        op, _htype, hlen, hops, xid, secs, flags, *rest = _FIXED.unpack_from(data)
        ciaddr, yiaddr, siaddr, giaddr, chaddr, sname, file = rest
        if data[_FIXED.size : _FIXED.size + 4] != _COOKIE:
            raise DhcpError("the magic cookie is missing: BOOTP, or no DHCP at all")
        if hlen > 16:
            raise DhcpError(f"hardware address length {hlen} is more than 16")
        options: dict[int, bytes] = {}
        _decode_options(data[_FIXED.size + 4 :], options)
        overload = options.pop(OPTION_OVERLOAD, b"\0")[:1]
        if overload in (b"\x01", b"\x03"):
            _decode_options(file, options)
            file = b""
        if overload in (b"\x02", b"\x03"):
            _decode_options(sname, options)
            sname = b""
        return cls(
            op=op,
            mac=chaddr[:hlen].hex().upper(),
            xid=xid,
            secs=secs,
            flags=flags,
            hops=hops,
            ciaddr=str(ipaddress.IPv4Address(ciaddr)),
            yiaddr=str(ipaddress.IPv4Address(yiaddr)),
            siaddr=str(ipaddress.IPv4Address(siaddr)),
            giaddr=str(ipaddress.IPv4Address(giaddr)),
            sname=sname.split(b"\0", 1)[0],
            file=file.split(b"\0", 1)[0],
            options=options,
        )


def encode_addresses(addresses: Iterable[str]) -> bytes:
    """IPv4 addresses as an option's value. Raises DhcpError for text that is no address."""
    try:
        return b"".join(ipaddress.IPv4Address(address).packed for address in addresses)
    except ValueError as error:
        raise DhcpError(str(error)) from error


def decode_addresses(value: bytes) -> list[str]:
    """The addresses in an option's value; empty unless it is a whole number of them."""
    if len(value) % 4:
        return []
    return [str(ipaddress.IPv4Address(value[i : i + 4])) for i in range(0, len(value), 4)]


def _encode_options(options: dict[int, bytes]) -> bytes:
    out = bytearray()
    for code in sorted(options, key=lambda c: (c != OPTION_MESSAGE_TYPE, c)):
        if not OPTION_PAD < code < OPTION_END:
            raise DhcpError(f"option code {code} is not in 1..254")
        value = options[code]
        # A value over 255 bytes goes in several options of the same code (RFC 3396).
        for start in range(0, max(len(value), 1), 255):
            part = value[start : start + 255]
            out += bytes((code, len(part))) + part
    out.append(OPTION_END)
    return bytes(out)


def _decode_options(area: bytes, options: dict[int, bytes]) -> None:
    position = 0
    while position < len(area):
        code = area[position]
        position += 1
        if code == OPTION_PAD:
            continue
        if code == OPTION_END:
            return
        if position >= len(area) or position + 1 + area[position] > len(area):
            raise DhcpError(f"option {code} is cut off")
        length = area[position]
        options[code] = options.get(code, b"") + area[position + 1 : position + 1 + length]
        position += 1 + length

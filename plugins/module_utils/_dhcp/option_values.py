# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DHCP options by code and type: what may be given, and the bytes that it becomes. Pure."""

from __future__ import annotations

import re
import typing as t
from ipaddress import IPv4Address

from ansible.module_utils.parsing.convert_bool import boolean

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.scope import Option

TYPES = ("ip", "text", "hex", "uint8", "uint16", "uint32", "bool")

_LONGEST = 255
_WIDTHS = {"uint8": 1, "uint16": 2, "uint32": 4}

# RFC 2132 and RFC 5859: what a row says by a key of its own.
_OWN_KEYS = {
    1: "network",
    3: "gateway",
    6: "dns_servers",
    15: "domain_name",
    51: "lease_time",
    66: "tftp_server_name",
    150: "tftp_servers",
}
# What server and client tell each other about the exchange itself.
_PROTOCOL = {0, 50, 52, 53, 54, 55, 56, 57, 61, 82, 255}


def read_option(code: int, kind: str, value: t.Any) -> Option:
    """Return an option.

    :raises ValueError: with the reason and the remedy
    """
    if code in _OWN_KEYS:
        raise ValueError(f"code {code} has a key of its own: give '{_OWN_KEYS[code]}', and leave it out here")
    if not 0 <= code <= 255:
        raise ValueError(f"code {code} is no code of a DHCP option: give 1 to 254")
    if code in _PROTOCOL:
        raise ValueError(f"code {code} belongs to the exchange itself and is set by the server: leave it out")
    shown, data = _READERS[kind](kind, value)
    if not data:
        raise ValueError(f"code {code}: the value is empty: give one, or leave the option out")
    if len(data) > _LONGEST:
        raise ValueError(f"code {code}: the value has {len(data)} bytes, an option holds {_LONGEST}: shorten it")
    return Option(code, kind, shown, data)


def _addresses(kind: str, value: t.Any) -> tuple[list[str], bytes]:
    texts = value if isinstance(value, list) else str(value).split(",")
    try:
        found = [IPv4Address(str(text).strip()) for text in texts]
    except ValueError:
        raise ValueError(f"{value!r} is no IPv4 address, nor a list of them: type ip takes addresses only") from None
    return [str(address) for address in found], b"".join(address.packed for address in found)


def _text(kind: str, value: t.Any) -> tuple[str, bytes]:
    if isinstance(value, (list, dict)):
        raise ValueError(f"{value!r} is no text: give one text")
    text = str(value)
    if not text.isascii() or not text.isprintable():
        raise ValueError(f"{value!r} is not printable ASCII: give type hex for other bytes")
    return text, text.encode()


def _hex(kind: str, value: t.Any) -> tuple[str, bytes]:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not text: put the hexadecimal digits in quotes, else YAML reads a number")
    digits = re.sub(r"[\s:.-]", "", value.strip().removeprefix("0x"))
    try:
        data = bytes.fromhex(digits)
    except ValueError:
        raise ValueError(f"{value!r} is no hexadecimal: give two digits for each byte, such as '0a01ff'") from None
    return data.hex(), data


def _number(kind: str, value: t.Any) -> tuple[int, bytes]:
    width = _WIDTHS[kind]
    most = 256**width - 1
    text = str(value).strip()
    if isinstance(value, bool) or not text.isascii() or not text.isdigit() or int(text) > most:
        raise ValueError(f"{value!r} is no {kind}: give a number from 0 to {most}")
    return int(text), int(text).to_bytes(width, "big")


def _boolean(kind: str, value: t.Any) -> tuple[bool, bytes]:
    try:
        found = boolean(value)
    except TypeError:
        raise ValueError(f"{value!r} is no boolean: give true or false") from None
    return found, bytes([found])


_READERS: dict[str, t.Callable[[str, t.Any], tuple[t.Any, bytes]]] = {
    "ip": _addresses,
    "text": _text,
    "hex": _hex,
    "uint8": _number,
    "uint16": _number,
    "uint32": _number,
    "bool": _boolean,
}

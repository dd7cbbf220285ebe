# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kea's option-data: what an entry means, and entries written. Pure."""

from __future__ import annotations

import typing as t
from ipaddress import IPv4Address

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.option_values import read_option
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.scope import Option

Entry = dict[str, t.Any]

OWN_CODES = {"gateway": 3, "dns_servers": 6, "domain_name": 15, "tftp_server_name": 66, "tftp_servers": 150}

_LISTS = ("dns_servers", "tftp_servers")
_ADDRESSES = ("gateway", *_LISTS)


def find_entry(data: t.Sequence[Entry] | None, code: int) -> Entry | None:
    """Return the entry of an option, the one for everybody before one for a class of clients."""
    found = [each for each in data or [] if each.get("code") == code and each.get("space", "dhcp4") == "dhcp4"]
    return min(found, key=lambda each: bool(each.get("client-classes")), default=None)


def words_of(key: str, entry: Entry) -> t.Any:
    """Return what an entry holds for a field of a scope; text in place of a list tells what is there instead."""
    value = str(entry.get("data", ""))
    if not entry.get("csv-format", True):
        data = _bytes(value)
        if data is None:
            return f"hex {value}"
        if key not in _ADDRESSES:
            return data.decode("ascii", "replace")
        # An address such as 49.48.46.49 is none that phones could mean: it is the text '10.1'.
        if data.isascii() and data.decode().isprintable():
            return f"ascii {data.decode()}"
        if not data or len(data) % 4:
            return f"hex {data.hex()}"
        value = ", ".join(str(IPv4Address(data[at : at + 4])) for at in range(0, len(data), 4))
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if key in _LISTS:
        return parts if all(_is_address(part) for part in parts) else f"ascii {value}"
    return ", ".join(parts) if key in _ADDRESSES else value


def text_of(value: t.Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def put_entry(data: list[Entry], code: int, text: str, name: str | None = None) -> None:
    """Write an option as text in Kea's own format, in the place of the entry that is there."""
    _put(data, code, {"csv-format": True, "data": text}, name)


def put_option(data: list[Entry], option: Option) -> bool:
    """Write an option by its bytes, which no definition on the server can read in another way.

    :return: whether anything was changed
    """
    entry = find_entry(data, option.code)
    if entry is not None and _holds(entry, option):
        return False
    _put(data, option.code, {"csv-format": False, "data": option.data.hex().upper()}, None)
    return True


def _put(data: list[Entry], code: int, values: Entry, name: str | None) -> None:
    entry = find_entry(data, code)
    if entry is None:
        entry = {"code": code, "space": "dhcp4"}
        data.append(entry)
    if name is not None:
        entry["name"] = name
    entry.update(values)


def free_options(data: t.Sequence[Entry], wanted: t.Sequence[Option]) -> list[dict[str, t.Any]]:
    """Return the options without a field of their own; those that are as wanted in the words of the row."""
    by_code = {option.code: option for option in wanted}
    found = []
    for entry in data:
        code = entry.get("code")
        if code in OWN_CODES.values() or entry.get("space", "dhcp4") != "dhcp4":
            continue
        option = by_code.get(code)
        if option is not None and _holds(entry, option):
            found.append(option.words())
        else:
            kind, value = ("text", entry.get("data")) if entry.get("csv-format", True) else ("hex", entry.get("data"))
            found.append({"code": code, "type": kind, "value": value.lower() if kind == "hex" else value})
    return found


def _holds(entry: Entry, option: Option) -> bool:
    """Whether an entry puts the option's bytes on the wire."""
    value = str(entry.get("data", ""))
    if not entry.get("csv-format", True):
        return _bytes(value) == option.data
    if option.type == "hex":
        return False
    try:
        # A comma in Kea's text is written with a backslash before it.
        return read_option(option.code, option.type, value.replace("\\,", ",")).data == option.data
    except ValueError:
        return False


def shown(option: Option) -> str:
    return text_of(option.value) if isinstance(option.value, list) else str(option.value)


def _bytes(value: str) -> bytes | None:
    """Return the bytes of hexadecimal digits as Kea takes them: with 0x, colons or blanks, or text in quotes."""
    text = value.strip()
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].encode()
    try:
        return bytes.fromhex(text.removeprefix("0x").replace(":", "").replace(" ", ""))
    except ValueError:
        return None


def addresses_in(text: str | None) -> list[IPv4Address]:
    """Return the addresses of a list of them that is written as text, leaving out what is none."""
    return [IPv4Address(part) for part in (text or "").split(", ") if _is_address(part)]


def _is_address(text: str) -> bool:
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True

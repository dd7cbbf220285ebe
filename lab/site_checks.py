"""Reading keys out of a site file's nested mappings, every fault kept with the path of its key."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import AddressValueError, IPv4Address
from typing import Any


class Checker:
    """Reads keys and keeps every fault with the path of its key."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def fault(self, path: str, text: str) -> None:
        self.faults.append(f"{path}: {text}")

    def mapping(self, value: Any, path: str, known: tuple[str, ...]) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.fault(path, f"expected keys and values, got {show(value)}")
            return {}
        for key in value:
            if key not in known:
                self.fault(f"{path}.{key}" if path else str(key), f"unknown key; known are {', '.join(known)}")
        return value

    def rows(self, value: Any, path: str) -> list[Any]:
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(path, f"expected a list, got {show(value)}")
            return []
        return value

    def text(self, data: dict[str, Any], key: str, path: str, default: str | None) -> str:
        """The text at `key`; without a default it is required."""
        value = data.get(key, default)
        if isinstance(value, str) and value.strip():
            return value
        if value is None:
            self.fault(f"{path}.{key}", "is required")
        else:
            hint = "; put it in quotes" if isinstance(value, (int, float)) else ""
            self.fault(f"{path}.{key}", f"expected text, got {show(value)}{hint}")
        return default or ""

    def optional_text(self, data: dict[str, Any], key: str, path: str) -> str | None:
        return self.text(data, key, path, None) if data.get(key) is not None else None

    def names(self, data: dict[str, Any], key: str, path: str, form: re.Pattern[str], most: int) -> tuple[str, ...]:
        """A list of at most so many host names; none without the key."""
        found = self.rows(data.get(key), f"{path}.{key}")
        for index, name in enumerate(found):
            if not isinstance(name, str) or not form.fullmatch(name):
                self.fault(f"{path}.{key}[{index}]", f"expected a host name, got {show(name)}")
                return ()
        if len(found) > most:
            self.fault(f"{path}.{key}", f"{len(found)} names; at most {most} can be given")
            return ()
        return tuple(found)

    def addresses(self, values: Iterable[Any], path: str) -> tuple[str, ...]:
        """IPv4 addresses, which may begin with `{block}`; () where one isn't."""
        found = list(values)
        for value in found:
            try:
                IPv4Address(str(value).replace("{block}", "127.10"))
            except AddressValueError:
                self.fault(path, f"expected an IPv4 address, got {show(value)}")
                return ()
        return tuple(found)

    def whole(self, data: dict[str, Any], key: str, path: str, default: int, low: int, high: int) -> int:
        value = data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.fault(f"{path}.{key}", f"expected a whole number from {low} to {high}, got {show(value)}")
            return default
        return value

    def choice(self, data: dict[str, Any], key: str, path: str, choices: tuple[str, ...]) -> str:
        """One of `choices`; the first is the default."""
        value = data.get(key, choices[0])
        if value not in choices:
            self.fault(f"{path}.{key}", f"expected {' or '.join(choices)}, got {show(value)}")
            return choices[0]
        return value


def show(value: Any) -> str:
    """A value as messages name it."""
    return "nothing" if value is None else repr(value)

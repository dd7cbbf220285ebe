"""Interface names as IOS reads and prints them: abbreviations in, full and short names out."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

# Full name -> the short form that tables print.
KINDS = {
    "FastEthernet": "Fa",
    "GigabitEthernet": "Gi",
    "TwoGigabitEthernet": "Tw",
    "FiveGigabitEthernet": "Fi",
    "TenGigabitEthernet": "Te",
    "TwentyFiveGigE": "Twe",
    "FortyGigabitEthernet": "Fo",
    "HundredGigE": "Hu",
    "Port-channel": "Po",
    "Loopback": "Lo",
    "Vlan": "Vl",
}
VIRTUAL = ("Vlan", "Loopback", "Port-channel")
_NAME = re.compile(r"([A-Za-z-]+)(\d+(?:/\d+){0,2})")
_KIND = re.compile(r"[A-Za-z-]+")
_NUMBER = re.compile(r"\d+(?:/\d+){0,2}")
_RANGE_PART = re.compile(r"\s*([A-Za-z-]+)?\s*(\d+(?:/\d+){0,2})(?:\s*-\s*(\d+))?\s*")


class InterfaceName(NamedTuple):
    """A parsed interface and the column (in the command line) of its number, where IOS puts the caret."""

    name: str
    column: int


@lru_cache(maxsize=256)
def kind_of(text: str) -> str | None:
    """The interface type that `text` abbreviates; None when there is none or more than one."""
    lowered = text.lower()
    for kind, short in KINDS.items():
        if lowered == short.lower():
            return kind
    found = [kind for kind in KINDS if kind.lower().startswith(lowered)]
    return found[0] if len(found) == 1 else None


def split(name: str) -> tuple[str, str]:
    """ "GigabitEthernet1/0/1" -> ("GigabitEthernet", "1/0/1"). Raises ValueError for anything else."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError(f"{name!r} is no interface name")
    return match.group(1), match.group(2)


def short(name: str) -> str:
    """The short form of a full name: "Gi1/0/1"."""
    kind, number = split(name)
    return KINDS[kind] + number


_GROUPS = {"Loopback": 0, "Port-channel": 1, "Vlan": 3}
# Within one module, access ports of several speeds are listed by speed, and so by number.
_SPEEDS = {kind: place for place, kind in enumerate(("FastEthernet", "GigabitEthernet", "TwoGigabitEthernet"))}


def sort_key(name: str) -> tuple[int, tuple[int, ...], int, int]:
    """The order in which the running configuration lists interfaces: Port-channels, ports member by member, SVIs."""
    kind, number = split(name)
    *place, last = (int(part) for part in number.split("/"))
    return _GROUPS.get(kind, 2), tuple(place), _SPEEDS.get(kind, len(_SPEEDS)), last


def parse(text: str) -> str | None:
    """A full name from one word ("gi1/0/1", "Vlan20"), None if it isn't one."""
    match = _NAME.fullmatch(text)
    kind = kind_of(match.group(1)) if match else None
    return kind + match.group(2) if match and kind else None


def parse_words(words: list[tuple[int, str]]) -> tuple[InterfaceName, int] | None:
    """Read an interface from the (column, word) pairs: ("gi1/0/1") or ("gigabitethernet", "1/0/1").

    Returns the name and how many words it took; None if the words aren't an interface.
    """
    if not words:
        return None
    column, word = words[0]
    name = parse(word)
    if name is not None:
        number = split(name)[1]
        return InterfaceName(name, column + len(word) - len(number.rsplit("/", 1)[-1])), 1
    if len(words) > 1 and _KIND.fullmatch(word) and _NUMBER.fullmatch(words[1][1]):
        kind = kind_of(word)
        if kind is not None:
            column, number = words[1]
            return InterfaceName(kind + number, column + len(number) - len(number.rsplit("/", 1)[-1])), 2
    return None


def parse_range(text: str, kinds: Callable[[str], str | None] = kind_of) -> list[str] | None:
    """The interfaces of "gi1/0/1 - 6 , gi1/0/9" (blanks optional; a part without a type takes the one before).

    None if the text isn't such a list. `kinds` tells the type that a word abbreviates.
    """
    found: list[str] = []
    kind: str | None = None
    for part in text.split(","):
        match = _RANGE_PART.fullmatch(part)
        if match is None:
            return None
        kind = kinds(match.group(1)) if match.group(1) else kind
        if kind is None:
            return None
        head, _, first = match.group(2).rpartition("/")
        last = int(match.group(3) or first)
        if last < int(first) or last - int(first) > 4094:
            return None
        prefix = f"{kind}{head}/" if head else kind
        found += [f"{prefix}{number}" for number in range(int(first), last + 1)]
    return found


def parse_vlans(text: str) -> set[int] | None:
    """The numbers of a VLAN list such as "10,20,30-35"; None for bad syntax or numbers outside of 1..4094."""
    found: set[int] = set()
    for part in text.replace(" ", "").split(","):
        match = re.fullmatch(r"(\d{1,5})(?:-(\d{1,5}))?", part)
        if match is None:
            return None
        first, last = int(match.group(1)), int(match.group(2) or match.group(1))
        if not 1 <= first <= last <= 4094:
            return None
        found.update(range(first, last + 1))
    return found


def format_vlans(vlans: set[int] | frozenset[int]) -> str:
    """A VLAN list as IOS writes it: "10,20,30-35"."""
    parts: list[str] = []
    ordered = sorted(vlans)
    start = 0
    for index, vlan in enumerate(ordered):
        if index + 1 == len(ordered) or ordered[index + 1] != vlan + 1:
            first = ordered[start]
            # IOS writes two neighbours with a comma and three or more with a dash.
            parts.append(str(vlan) if first == vlan else f"{first}{',' if vlan == first + 1 else '-'}{vlan}")
            start = index + 1
    return ",".join(parts)

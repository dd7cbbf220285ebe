"""Interface names as NX-OS reads and prints them, and its way to write lists of VLANs."""

from __future__ import annotations

import re

from lab.switch import names
from lab.switch.names import InterfaceName

# Full name -> the short form that tables print.
KINDS = {"mgmt": "mgmt", "Ethernet": "Eth", "port-channel": "Po", "Vlan": "Vlan", "loopback": "Lo"}
# Kind -> lowest and highest number of those that come into being by naming them.
CREATED = {"port-channel": (1, 4096), "Vlan": (1, 4094), "loopback": (0, 1023)}
_NAME = re.compile(r"([A-Za-z-]+)(\d+(?:/\d+){0,2})")
_KIND = re.compile(r"[A-Za-z-]+")
_NUMBER = re.compile(r"\d+(?:/\d+){0,2}")


def kind_of(text: str) -> str | None:
    """The interface type that `text` abbreviates; None when there is none or more than one."""
    found = [kind for kind in KINDS if kind.lower().startswith(text.lower())]
    return found[0] if len(found) == 1 else None


def split(name: str) -> tuple[str, str]:
    """ "Ethernet1/1" -> ("Ethernet", "1/1"). Raises ValueError for anything else."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError(f"{name!r} is no interface name")
    return match.group(1), match.group(2)


def short(name: str) -> str:
    """The short form of a full name: "Eth1/1"."""
    kind, number = split(name)
    return KINDS[kind] + number


def sort_key(name: str) -> tuple[int, tuple[int, ...]]:
    """The order of the running configuration: SVIs, port-channels, Ethernet ports, mgmt0, loopbacks."""
    kind, number = split(name)
    place = ("Vlan", "port-channel", "Ethernet", "mgmt", "loopback").index(kind)
    return place, tuple(int(part) for part in number.split("/"))


def parse_words(words: list[tuple[int, str]]) -> tuple[InterfaceName, int] | None:
    """Read an interface from the (column, word) pairs: ("eth1/1") or ("ethernet", "1/1").

    Returns the name, with the column of its number, and how many words it took; None if the words aren't one.
    """
    column, word = words[0]
    match = _NAME.fullmatch(word)
    taken, kind, number, place = 1, match and match[1], match and match[2], column + (match.start(2) if match else 0)
    if match is None and len(words) > 1 and _KIND.fullmatch(word) and _NUMBER.fullmatch(words[1][1]):
        taken, kind, number, place = 2, word, words[1][1], words[1][0]
    full = kind_of(kind) if kind else None
    return (InterfaceName(f"{full}{number}", place), taken) if full else None


def parse_range(text: str) -> list[str] | None:
    """The interfaces of "e1/1-6, e1/9", None if the text isn't such a list."""
    return names.parse_range(text, kind_of)


def format_vlans(vlans: set[int] | frozenset[int]) -> str:
    """A VLAN list as NX-OS writes it: "1,10-11,30-35"."""
    parts: list[list[int]] = []
    for vlan in sorted(vlans):
        if parts and parts[-1][1] == vlan - 1:
            parts[-1][1] = vlan
        else:
            parts.append([vlan, vlan])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)

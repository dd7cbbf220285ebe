# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of interfaces on IOS: types, their short forms, and the way from what people write to the switch's own name."""

from __future__ import annotations

import re
import typing as t

# The short form is the one that IOS prints in its tables; it wins where several types begin with the same letters.
SHORT_FORMS = {
    "Ap": "AppGigabitEthernet",
    "Et": "Ethernet",
    "Eth": "Ethernet",
    "Fa": "FastEthernet",
    "Fi": "FiveGigabitEthernet",
    "Fif": "FiftyGigE",
    "Fo": "FortyGigabitEthernet",
    "Fou": "FourHundredGigE",
    "Gi": "GigabitEthernet",
    "Hu": "HundredGigE",
    "Lo": "Loopback",
    "Po": "Port-channel",
    "Te": "TenGigabitEthernet",
    "Tu": "Tunnel",
    "Tw": "TwoGigabitEthernet",
    "Two": "TwoGigabitEthernet",
    "TwoH": "TwoHundredGigE",
    "Twe": "TwentyFiveGigE",
    "Vl": "Vlan",
}
_TYPES = {name.casefold(): name for name in SHORT_FORMS.values()}
_SHORT = {short.casefold(): name for short, name in SHORT_FORMS.items()}
_NAME = re.compile(r"([A-Za-z][A-Za-z-]*?)[\s-]*(\d+(?:/\d+){0,3}(?:\.\d+)?)")

VIRTUAL_TYPES = frozenset(
    {"appgigabitethernet", "loopback", "mgmt", "null", "nve", "port-channel", "tunnel", "virtualportgroup", "vlan"}
)


def split_name(name: str) -> tuple[str, str]:
    """Return the type as written and the number of an interface's name.

    :raises ValueError: where the text names no single interface
    """
    match = _NAME.fullmatch(name.strip())
    if not match:
        raise ValueError(
            f"{name!r} is no interface name: write one interface a row, as GigabitEthernet1/0/1 or Gi1/0/1"
        )
    return match.group(1), match.group(2)


def canonical(name: str) -> str:
    """Return an interface's full name where its short form is unambiguous by itself, else the name without blanks.

    :raises ValueError: where the text names no single interface
    """
    kind, number = split_name(name)
    return f"{_full_type(kind) or kind}{number}"


def _full_type(kind: str) -> str | None:
    folded = kind.casefold()
    if folded in _TYPES:
        return _TYPES[folded]
    if folded in _SHORT:
        return _SHORT[folded]
    begun = sorted({full for low, full in _TYPES.items() if low.startswith(folded)})
    return begun[0] if len(begun) == 1 else None


def resolve(name: str, own: t.Collection[str]) -> str | None:
    """Return the switch's own name of the interface that a person means, None where it has no such interface.

    :param own: the full names of the switch's interfaces; a short form that several types begin with is decided by them
    :raises ValueError: where the text names no single interface
    """
    full = canonical(name)
    if full in own:
        return full
    folded = {interface.casefold(): interface for interface in own}
    exact = folded.get(full.casefold())
    if exact:
        return exact
    kind, number = split_name(name)
    if _full_type(kind):
        return None
    begins = re.compile(re.escape(kind) + r"[a-z-]*?" + re.escape(number), re.IGNORECASE)
    begun = [interface for interface in folded.values() if begins.fullmatch(interface)]
    return begun[0] if len(begun) == 1 else None


def is_virtual(name: str) -> bool:
    """Whether the interface is no socket that a phone can be plugged into."""
    return name.rstrip("0123456789./").casefold() in VIRTUAL_TYPES

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small pure functions on text that every room needs."""

from __future__ import annotations

import difflib
import re
import typing as t
import unicodedata

_MAC_SEPARATORS = re.compile(r"[\s.:-]")
_MAC = re.compile(r"[0-9A-F]{12}")


def normalize_mac(value: t.Any) -> str:
    """Return a MAC address as twelve upper-case hexadecimal digits.

    Takes ``0011.2233.4455``, ``00:11:22:33:44:55``, ``00-11-22-33-44-55``, ``001122334455`` and the device name
    ``SEP001122334455``, in either case.

    :raises ValueError: with the reason and the remedy, for anything else; also for a number, because YAML reads an
        unquoted MAC of digits as an octal or sexagesimal number and the digits are lost.
    """
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not text: put the MAC address in quotes, else YAML reads it as a number")
    digits = _MAC_SEPARATORS.sub("", value).upper()
    if digits.startswith("SEP"):
        digits = digits[3:]
    if not _MAC.fullmatch(digits):
        raise ValueError(f"{value!r} is not a MAC address: give twelve hexadecimal digits, such as 00:11:22:33:44:55")
    if int(digits[:2], 16) & 1:
        raise ValueError(f"{value!r} is a group address: a phone's own MAC address has an even second digit")
    if digits == "0" * 12:
        raise ValueError(f"{value!r} is the null address: give the MAC address printed on the phone")
    return digits


def device_name(mac: str) -> str:
    """Return CUCM's device name of a phone, ``SEP`` and the twelve digits of its MAC address."""
    return f"SEP{normalize_mac(mac)}"


def control_character(value: str) -> str | None:
    """Return the first control character in a text as ``\\x0a`` or the like, or None where there is none.

    A line break in a description would end the line on a switch and start another command.
    """
    for character in value:
        if ord(character) < 32 or ord(character) == 127 or character in "\x85\u2028\u2029":
            return f"\\x{ord(character):02x}"
    return None


# Letters that Unicode does not take apart into a letter and its accent.
_LETTERS = str.maketrans(
    {"ß": "ss", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Ø": "O", "ø": "o", "Đ": "D", "đ": "d", "Ł": "L", "ł": "l"}
)


def plain_ascii(text: str) -> str:
    """Return a text as a command line of IOS takes it: accents dropped, and what has no like, and question marks."""
    apart = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return " ".join(apart.encode("ascii", "ignore").decode().replace("?", "").split())


# Escape sequences as a whole, what begins or ends one, and marks that turn the direction of writing; not \t and \n.
_UNPRINTABLE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)|"
    r"\x1b[ -/]*[0-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]"
)


def printable(text: str) -> str:
    """Return a device's words without what a terminal would obey instead of showing it; line breaks stay."""
    return _UNPRINTABLE.sub("", text)


def one_line(text: str, limit: int = 400) -> str:
    """Fold white space, so that a device's answer fits into one line of a message, and cut it at `limit` characters.

    Nothing is left in it that a terminal would obey.
    """
    folded = " ".join(printable(" ".join(text.split())).split())
    return folded if len(folded) <= limit else f"{folded[: limit - 3]}..."


def nearest(word: str, choices: t.Iterable[str], count: int = 3) -> list[str]:
    """Return the choices that look most like a misspelt word, best first."""
    by_folded = {choice.casefold(): choice for choice in choices}
    folded = word.casefold()
    # Many numbers of models look alike, and of these the one with two digits swapped is what is meant.
    close = difflib.get_close_matches(folded, by_folded, n=len(by_folded) or 1, cutoff=0.6)
    swapped = [match for match in close if _neighbours_swapped(match, folded)]
    return [by_folded[match] for match in dict.fromkeys([*swapped, *close])][:count]


def _neighbours_swapped(one: str, other: str) -> bool:
    differ = [index for index, (mine, theirs) in enumerate(zip(one, other, strict=False)) if mine != theirs]
    return sorted(one) == sorted(other) and len(differ) == 2 and differ[1] == differ[0] + 1

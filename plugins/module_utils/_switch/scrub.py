# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take every secret out of what a switch prints. Pure: text in, text out. Too much is masked rather than too little."""

from __future__ import annotations

import re
import typing as t

MASK = "***"

# What stands behind these words is a secret, to the end of the line; the number of its encryption is kept.
_WORDS = (
    r"secret|password|passwd|passphrase|passcode|community(?:-map)?|(?:[\w-]+-)?key(?:-string)?|(?:wpa-)?psk|pmk"
    r"|auth-string|idtoken|(?:nhrp|standby|vrrp|glbp)\b[^\n]*? authentication"
)
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        (r"\b(snmp-server host \S+ ).+", rf"\1{MASK}"),
        (r"\b(snmp-server user \S+ .*?)\b((?:encrypted )?(?:auth|priv|localizedkey)\b).*", rf"\1\2 {MASK}"),
        (rf"(?<![\w-])({_WORDS})(:?\s+)(?:(\d{{1,2}})(\s+)(?=\S))?\S.*", rf"\1\2\3\4{MASK}"),
        # User and password in a URL, or of a mail server.
        (r"(?<![\w.-])([\w.-]+):[^\s:@\"]+@", rf"\1:{MASK}@"),
        # Hashes of the types 5, 8 and 9, the reversible type 7, and keys in hexadecimal, wherever they stand.
        (r"\$(?:1|5|6|8|9|14|sha512)\$[^\s\"]+", MASK),
        (r"(?<![^\s\"])7 \d\d(?:[0-9A-F]{2})+(?![^\s\"])", f"7 {MASK}"),
        (r"\b0x[0-9A-F]{16,}\b", MASK),
    )
)

# Blocks of which each line is masked: how they begin and how they end.
_BLOCKS = tuple(
    (re.compile(begin, re.IGNORECASE), re.compile(end, re.IGNORECASE))
    for begin, end in (
        (r"-----BEGIN [\w ]+-----", r"-----END [\w ]+-----"),
        (r"^\s*certificate (?:self-signed |ca |rollover )*[0-9A-F]+\s*$", r"^\s*quit\b"),
        (r"(?:^\s*|#\s?)key-string\s*$", r"^\s*(?:quit|exit)\b|[#>]\s?(?:quit|exit)\s*$"),
    )
)


def scrub_line(line: str, own: t.Collection[str] = ()) -> str:
    """Return one line without its secrets.

    :param own: secrets that are known, such as the password of this session
    """
    for secret in sorted(own, key=len, reverse=True):
        line = line.replace(secret, MASK)
    for pattern, replacement in _RULES:
        line = pattern.sub(replacement, line)
    return line


class Scrubber:
    """Takes text in pieces, cut anywhere, and gives back whole lines."""

    def __init__(self, own: t.Iterable[str] = ()) -> None:
        self._own = frozenset(secret for secret in own if secret)
        self._rest = ""
        self._until: re.Pattern[str] | None = None

    def feed(self, text: str) -> str:
        """Return the lines that are complete now; the last one is kept back until its end has come."""
        *lines, self._rest = re.split(r"\r*\n|\r(?!\r*(?:\n|\Z))", self._rest + text)
        return "".join(f"{self._line(line)}\n" for line in lines)

    def flush(self) -> str:
        """Return what was kept back."""
        rest, self._rest = self._rest.rstrip("\r"), ""
        return f"{self._line(rest)}\n" if rest else ""

    def _line(self, line: str) -> str:
        if self._until is not None:
            ended = self._until.search(line)
            if ended:
                self._until = None
            return line if ended else MASK
        self._until = next((end for begin, end in _BLOCKS if begin.search(line)), None)
        return scrub_line(line, self._own)


def scrub(text: str, own: t.Iterable[str] = ()) -> str:
    """Return a text without its secrets."""
    scrubber = Scrubber(own)
    return scrubber.feed(text) + scrubber.flush().rstrip("\n")

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What IOS answers, and what it means. Pure: text in, meaning out.

Neither a percent sign nor "rejected" alone tells a refusal, and new wordings appear with every release. So what is
known to be harmless stands in a table, and everything else that a configuration command answers is taken as a refusal.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

OK = "ok"
WARNING = "warning"
REFUSAL = "refusal"

SAVED = "saved"
BUSY = "busy"

# Lines that come by themselves and cut into any answer: they say nothing about the command.
_NOISE = re.compile(
    r"""^(?:
        (?:\d+:\s)?[*.]?
        (?:(?:[A-Z][a-z]{2}\s+\d+\s(?:\d{4}\s)?[\d:.]+(?:\s[A-Z]{2,5})?|[\d:wdh]+):\s)?
        %[A-Z][A-Z0-9_]*-(?:[A-Z0-9_]+-)?[0-7]-\w+:.*
        |\*{3}(?:\s---\s(?:SHUTDOWN|REBOOT).*)?
        |Rollback:\s?Acquired\sConfiguration\slock\.
        |Building\sconfiguration\.\.\.
        |Enter\sconfiguration\scommands,\sone\sper\sline\.\s+End\swith\sCNTL/Z\.
    )$""",
    re.VERBOSE,
)

# Syslog lines that tell that the VLAN was not made.
_TELLING_SYSLOG = re.compile(r"%(?:SW_VLAN-4-VLAN_CREATE_FAIL|PM-4-EXT_VLAN_INUSE)\b")

# Harmless answers, white space folded, because IOS wraps them at any width.
_WARNINGS = tuple(
    re.compile(wording)
    for wording in (
        r"% (?:Access|Voice) VLAN does not exist\. Creating vlan \d+",
        r"%Warning: portfast should only be enabled on ports connected to a single host\. Connecting hubs,"
        r" concentrators, switches, bridges, etc\.\.\. to this interface when portfast is enabled, can cause temporary"
        r" bridging loops\. Use with CAUTION",
        r"%Portfast has been configured on \S+ but will only have effect when the interface is in a non-trunking"
        r" mode\.",
        r"%Portfast will be configured in \d+ interfaces due to the range command but will only have effect when the"
        r" interfaces are in a non-trunking mode\.",
    )
)

# What a `show` command answers where it was not carried out.
_SHOW_REFUSALS = re.compile(
    r"^(?:% ?(?:Invalid input detected|Incomplete command|Ambiguous command|Unrecognized command|Unknown command"
    r"|Authorization failed|Access denied)|Command authorization failed)",
    re.MULTILINE,
)

# A question that a command asks instead of ending; the prompt does not come until it is answered.
QUESTION = re.compile(
    r"(?:\[confirm\]|\[yes/no\]:?|\[y/n\]:?|\[no\]:?|\[startup-config\]\?|'yes' or 'no'[.:]?|[Pp]assword:)\s*\Z"
)

_CARET = re.compile(r"^\s*\^\s*$")


@dataclass(frozen=True)
class Answer:
    """What a configuration line was answered.

    :ivar kind: OK, WARNING or REFUSAL
    :ivar text: the switch's own words, white space folded, without what came by itself; empty where it said nothing
    """

    kind: str
    text: str = ""


def classify(answer: str) -> Answer:
    """Say whether an answer to a configuration line is a refusal; a wording that is not known is one.

    :param answer: what came between the command's echo and the next prompt
    """
    lines = [line.rstrip() for line in answer.replace("\r", "").split("\n")]
    telling = [line for line in lines if _TELLING_SYSLOG.search(line)]
    said = [line for line in lines if line and not _NOISE.match(line.strip()) and not _CARET.match(line)]
    text = fold(" ".join(telling + said))
    if telling:
        return Answer(REFUSAL, text)
    rest = text
    for wording in _WARNINGS:
        rest = wording.sub("", rest)
    if rest.strip():
        return Answer(REFUSAL, text)
    return Answer(WARNING, text) if text else Answer(OK)


def show_refusal(output: str) -> str:
    """Return the words by which a switch refused a show command, empty where it did not."""
    head = "\n".join(output.replace("\r", "").strip().split("\n")[:4])
    match = _SHOW_REFUSALS.search(head)
    return fold(head[match.start() :]) if match else ""


def classify_save(answer: str) -> str:
    """Say what became of ``write memory``: SAVED, BUSY (worth another try) or REFUSAL.

    The four answers that are known, and any other, are told apart by ``[OK]`` as the last word that counts.
    """
    text = fold(" ".join(line for line in answer.replace("\r", "").split("\n") if not _NOISE.match(line.strip())))
    if re.search(r"\[OK\]$", text):
        return SAVED
    if re.search(r"open failed \(Device or resource busy\)", text):
        return BUSY
    return REFUSAL


def without_noise(output: str) -> str:
    """Return an output without the lines that come by themselves and cut into it, such as syslog messages."""
    return "\n".join(line for line in output.split("\n") if not line.strip() or not _NOISE.match(line.strip()))


def fold(text: str) -> str:
    return " ".join(text.split())


def hint_for(words: str) -> str:
    """Return the next step for a refusal whose cause is known, empty for others."""
    for wording, hint in _HINTS:
        if wording.search(words):
            return hint
    return ""


_HINTS: t.Final = tuple(
    (re.compile(wording, re.IGNORECASE), hint)
    for wording, hint in (
        (
            r"pwr not available",
            "The switch has no power left to reserve for the port: use 'poe: auto', or free power (show power inline)",
        ),
        (r"over Ethernet not supported|inline power", "The port cannot give power: leave out 'poe' for it"),
        (
            r"VTP VLAN configuration not allowed",
            "VLANs of this VTP domain are made on its server: make the VLAN there, and leave it out of 'vlans' here",
        ),
        (r"authorization failed|access denied", "The user may not use this command: have it allowed on the AAA server"),
        (r"VLAN_CREATE_FAIL|EXT_VLAN_INUSE", "A routed port uses this VLAN internally: use another number"),
        (r"Invalid input|Incomplete command|Unrecognized", "This platform or release does not know the command"),
        (r"is a dynamic port", "Set 'switchport mode access' on the port first"),
    )
)

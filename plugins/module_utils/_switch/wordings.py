# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What IOS and NX-OS answer, and what it means. Pure: text in, meaning out.

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

# The time stamps of log lines: a sequence number, the date as IOS or NX-OS writes it, or the time since the start.
_STAMP = (
    r"(?:\d+:\s)?[*.]?(?:(?:[A-Z][a-z]{2}\s+\d+\s(?:\d{4}\s)?[\d:.]+(?:\s[A-Z]{2,5})?|[\d:wdh]+):\s"
    r"|\d{4}\s[A-Z][a-z]{2}\s+\d+\s[\d:.]+\s\S+\s(?:%\$\s\S+\s%\$\s)?)?"
)
_SYSLOG = rf"{_STAMP}%[A-Z][A-Z0-9_]*-(?:[A-Z0-9_]+-)?[0-7]-\w+:[^\n]*"
_BANNER_LINE = r"\*{3}(?:\s---\s[^\n]*)?"
_LOCK = rf"{_STAMP}Rollback:\s?Acquired\sConfiguration\slock\."

# A line that comes by itself, at any time, also behind a prompt: it says nothing about a command.
ASYNC_LINE = (
    rf"(?:{_SYSLOG}|{_BANNER_LINE}|{_LOCK}"
    r"|Rollback Confirmed Change: Rollback will begin in one minute\."
    r"|Enter \"configure confirm\" if you wish to keep what you've configured)"
)

# Lines of an answer that say nothing about the command.
_NOISE = re.compile(
    rf"(?:{ASYNC_LINE}|Building configuration\.\.\.|\[[# ]*\]\s+\d+%"
    # A line with `exec prompt timestamp` writes load and time above each answer.
    r"|Load for five secs: [^\n]*|(?:Time source is|No time source,) [^\n]*"
    r"|Enter configuration commands, one per line\.\s+End with CNTL/Z\.)"
)

# The banner of a planned reload, which cuts into whatever is being typed or printed.
RELOAD_BANNER = re.compile(r"^\*{3}\n\*{3} --- [^\n]*\n\*{3}$", re.MULTILINE)
_CUT = re.compile(rf"\n+(?:\*{{3}}\n\*{{3}} --- [^\n]*\n\*{{3}}|{_SYSLOG})\n")

# Log lines that tell that the VLAN was not made.
_TELLING_SYSLOG = re.compile(r"%(?:SW_VLAN-4-VLAN_CREATE_FAIL|PM-4-EXT_VLAN_INUSE)\b")

# What the copy for an archive on a server draws, which `write memory` makes too where the archive says so.
_UPLOAD = r"(?: ?(?:Writing \S+ )?!+)*"

# What `configure terminal revert timer N` tells of its work.
_BACKUP = re.compile(rf"Rollback Confirmed Change: Backing up current running config to \S+{_UPLOAD}")

# Harmless answers, white space folded, because they are wrapped at any width.
_WARNINGS = tuple(
    re.compile(wording)
    for wording in (
        r"% (?:Access|Voice) VLAN does not exist\. Creating vlan \d+",
        r"% Applying VLAN changes may take few minutes\. Please wait\.\.\.",
        r"%Warning: portfast should only be enabled on ports connected to a single host\. Connecting hubs,"
        r" concentrators, switches, bridges, etc\.(?:\.\.)? ?to this interface when portfast is enabled, can cause"
        r" temporary (?:bridging|spanning tree) loops\. Use with CAUTION",
        r"%Portfast has been configured on \S+ but will only have effect when the interface is in a non-trunking"
        r" mode\.",
        r"%Portfast will be configured in \d+ interfaces due to the range command but will only have effect when the"
        r" interfaces are in a non-trunking mode\.",
        # NX-OS
        r"(?:Warning: )?Edge port type \(portfast\) should only be enabled on ports connected to a single host\."
        r" Connecting hubs, concentrators, switches, bridges, etc\.\.\. to this interface when edge port type"
        r" \(portfast\) is enabled, can cause temporary bridging loops\. Use with CAUTION",
        r"Edge Port Type \(Portfast\) has been configured on \S+ but will only have effect when the interface is in a"
        r" non-trunking mode\.",
    )
)

# What a `show` command answers where it was not carried out; NX-OS writes the marker's line without the percent too.
_SHOW_REFUSALS = re.compile(
    r"^(?:% ?(?:Invalid (?:input detected|command|number|range|interface)|Incomplete command|Ambiguous command"
    r"|Unrecognized command|Unknown command|Authorization failed|Access denied|Permission denied"
    r"|This command is not authorized)|Invalid command at|Command authorization failed|Syntax error while parsing"
    r"|ERROR: )",
    re.MULTILINE,
)

# The last words of saving: of IOS, and of NX-OS, which says it once or twice.
_SAVED = re.compile(
    rf"(?:\[OK\]{_UPLOAD}|Copy complete(?:, now saving to disk \(please wait\)\.\.\.(?: Copy complete)?)?\.?)$"
)

_BUSY = re.compile(
    r"open failed \(Device or resource busy\)"
    r"|Configuration update aborted: (?:system not ready|services in transient state)"
)

# A question that a command asks instead of ending; the prompt does not come until it is answered.
QUESTION = re.compile(
    r"(?:\[confirm\]|\[yes/no\]:?|\[y/n\]:?|\(y/n\)\s*\??(?:\s*\[[yn]?\])?:?|\[no\]:?|\[startup-config\]\?"
    r"|'yes' or 'no'[.:]?|[Pp]assword:)\s*\Z"
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
    said = [line for line in lines if line and not _noise(line) and not _CARET.match(line)]
    text = fold(" ".join(telling + said))
    if telling:
        return Answer(REFUSAL, text)
    if not text:
        return Answer(OK)
    rest = _BACKUP.sub("", text)
    warned = rest.strip()
    for wording in _WARNINGS:
        rest = wording.sub("", rest)
    if rest.strip():
        return Answer(REFUSAL, text)
    return Answer(WARNING, text) if warned else Answer(OK)


def show_refusal(output: str) -> str:
    """Return the words by which a switch refused a show command, empty where it did not."""
    head = "\n".join(output.replace("\r", "").strip().split("\n")[:4])
    match = _SHOW_REFUSALS.search(head)
    return fold(head[match.start() :]) if match else ""


def classify_save(answer: str) -> str:
    """Say what became of saving: SAVED, BUSY (worth another try) or REFUSAL.

    IOS says ``[OK]`` as the last word that counts, NX-OS ``Copy complete``.
    """
    text = fold(" ".join(line for line in answer.replace("\r", "\n").split("\n") if not _noise(line)))
    if _SAVED.search(text) and not re.search(r"(?i)\b(?:error|fail|abort)", text):
        return SAVED
    if _BUSY.search(text):
        return BUSY
    return REFUSAL


def without_noise(output: str) -> str:
    """Return an output without the lines that come by themselves and cut into it, such as syslog messages."""
    return "\n".join(line for line in output.split("\n") if not line.strip() or not _noise(line))


def reverted(answer: str) -> bool:
    """Whether ``configure revert now`` says that the former configuration is back."""
    text = fold(answer)
    return "Rollback Done" in text and not re.search(r"(?i)\b(?:abort|fail|error)", text)


def pending_revert(output: str) -> bool | None:
    """Say from ``show archive config rollback timer`` whether a timer runs, None where it does not say."""
    text = fold(output)
    if "No Rollback Confirmed Change pending" in text:
        return False
    return True if "Timer value:" in text else None


def glued(text: str) -> str:
    """Return a text as it was before a reload banner or a log line cut into it."""
    return _CUT.sub("", text)


def fold(text: str) -> str:
    return " ".join(text.split())


def _noise(line: str) -> bool:
    return _NOISE.fullmatch(line.strip()) is not None


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
        (
            r"authorization failed|access denied|permission denied|not authorized",
            "The user may not use this command: have it allowed on the AAA server",
        ),
        (r"VLAN_CREATE_FAIL|EXT_VLAN_INUSE", "A routed port uses this VLAN internally: use another number"),
        (
            r"turn config archive on",
            "The timer needs a place for its backup: configure 'archive' with 'path flash:archive' on the switch",
        ),
        (
            r"Invalid (?:input|command)|Incomplete command|Unrecognized",
            "This platform or release does not know the command, or not a value in it",
        ),
        (
            r"less than number of currently secured",
            "More devices are known on the port than that: give a higher 'port_security_maximum', or have the switch "
            "forget them first (clear port-security)",
        ),
        (r"is a dynamic port", "Set 'switchport mode access' on the port first"),
    )
)

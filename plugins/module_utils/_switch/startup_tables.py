# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables that tell why a phone does not start up: VLANs, trunks, and sessions of 802.1X and MAB. Pure.

The templates are silent on most shapes of these, so each line is read by itself: one that is not understood is an error
that shows it, and never looks like a table with nothing in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ansible_collections.dialtone.voice.plugins.module_utils._switch import tables
from ansible_collections.dialtone.voice.plugins.module_utils._switch.names import canonical

_RULE = re.compile(r"[\s-]*")

_VLAN_ROW = re.compile(
    r"\s{0,3}(?P<id>\d{1,4})\s+(?P<name>\S.*?)\s+(?P<status>active|suspended|act/\S+|sus/\S+)(?:\s.*)?"
)
_VLAN_HEAD = re.compile(r"\s*VLAN\s+Name\s+Status\s+Ports\s*")
# Ports of the VLAN above.
_VLAN_MORE = re.compile(r"\s{30,}\S.*")
# What `show vlan` goes on with.
_VLAN_END = re.compile(r"\s*(?:VLAN\s+Type\b|Remote SPAN|Primary\s+Secondary)")

_TRUNK_HEADS = (
    ("status", re.compile(r"Port\s+Mode\s+Encapsulation\s+Status\s+Native vlan\s*", re.IGNORECASE)),
    ("allowed", re.compile(r"Port\s+Vlans allowed on trunk\s*", re.IGNORECASE)),
    ("active", re.compile(r"Port\s+Vlans allowed and active in management domain\s*", re.IGNORECASE)),
    ("forwarding", re.compile(r"Port\s+Vlans in spanning tree forwarding state and not pruned\s*", re.IGNORECASE)),
    # NX-OS
    ("status", re.compile(r"Port\s+Native(?: Vlan)?\s+Status\s+Port(?: Channel)?\s*", re.IGNORECASE)),
    ("disabled", re.compile(r"Port\s+Vlans Err-disabled on Trunk\s*", re.IGNORECASE)),
    ("forwarding", re.compile(r"Port\s+STP Forwarding\s*", re.IGNORECASE)),
    ("fabric", re.compile(r"Port\s+Vlans Forwarding on FabricPath\s*", re.IGNORECASE)),
)
# NX-OS cuts its first header in two.
_TRUNK_MORE = re.compile(r"\s+Vlan\s+Channel\s*")
# A member of a port-channel, which has a row of its own, and a port that only might trunk.
_NO_TRUNK = re.compile(r"\s(?:trnk-bndl|not-trunking)\b")
_TRUNK_ROW = re.compile(r"(?P<port>[A-Z][A-Za-z-]*\d+(?:/\d+)*)\s+(?P<rest>\S.*?)\s*")
_NUMBERS = re.compile(r"\d+(?:-\d+)?(?:,\s*\d+(?:-\d+)?)*,?")

_SESSION_HEAD = re.compile(r"\s*Interface\s+(?:Identifier|MAC Address)\s+Method\s+Domain\s+Status\b.*", re.IGNORECASE)
_SESSION_ROW = re.compile(
    r"\s*(?P<port>[A-Z][A-Za-z-]*\d+(?:/\d+)*)\s+(?P<mac>(?:[0-9a-fA-F]{4}\.){2}[0-9a-fA-F]{4}|\(unknown\)|\S+)"
    r"\s+(?P<method>\S+)\s+(?P<domain>DATA|VOICE|UNKNOWN|N/A|UNKNWN)\s+(?P<status>[A-Z][A-Za-z]+(?: [A-Z]?[A-Za-z]+)*?)"
    r"(?:\s+(?P<flags>[A-Z](?: ?[A-Z])*))?\s+(?P<session>[0-9A-Fa-f]{16,})\s*"
)
_SESSION_FRAME = re.compile(
    r"\s*(?:\*?Session count = \d+\*?|ID|Key to Session Events.*|[A-Z] - .*|Runnable Methods list:.*"
    r"|Handle\s+Priority\s+Name.*|\d+\s+\d+\s+\S+)\s*",
    re.IGNORECASE,
)
_NO_SESSIONS = re.compile(
    r"No (?:sessions currently exist|Auth Manager contexts currently exist|sessions match)", re.IGNORECASE
)

# What the switch calls a session that may send and receive, and one that may not. Others are on their way.
_LET_IN = ("auth", "authz success", "authorized")
_KEPT_OUT = ("unauth", "authz failed", "authc failed", "unauthorized", "failed over", "no methods")


@dataclass(frozen=True)
class Vlan:
    """A VLAN of the switch. `status`: `active`, `suspended`, `act/lshut` ... as the switch says it."""

    id: int
    name: str
    status: str


@dataclass
class Trunk:
    """A port that trunks now, with the VLANs that it may carry, that are there, and that it really carries.

    :ivar disabled: those that NX-OS has err-disabled there
    :ivar lines: of the switch, with the headers of their tables
    """

    allowed: str = ""
    active: str = ""
    forwarding: str = ""
    disabled: str = ""
    fabric: str = ""
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class AuthSession:
    """A session of 802.1X or MAB.

    :ivar mac: twelve upper-case digits, empty where the switch knows none yet
    :ivar status: as the switch says it, such as `Auth`, `Unauth`, `Authz Success`, `Running`
    :ivar authorized: None while it is still being decided
    """

    mac: str
    method: str
    domain: str
    status: str
    authorized: bool | None


def parse_vlans(command: str, text: str) -> list[Vlan]:
    """Read ``show vlan brief`` or the first table of ``show vlan``.

    :raises Unsupported: a line that is not understood, or nothing at all: VLAN 1 is always there
    """
    found: list[Vlan] = []
    for line in tables.clean(command, text).split("\n"):
        if _VLAN_END.match(line):
            break
        row = _VLAN_ROW.fullmatch(line)
        if row:
            found.append(Vlan(int(row["id"]), row["name"], row["status"]))
        elif not (_RULE.fullmatch(line) or _VLAN_HEAD.fullmatch(line) or (found and _VLAN_MORE.fullmatch(line))):
            raise tables.unknown(command, line)
    if not found:
        raise tables.unknown(command, text)
    return found


def parse_trunks(command: str, text: str) -> dict[str, Trunk]:
    """Read ``show interfaces trunk``, by full name of the interface; a switch without trunks has no rows.

    :raises Unsupported: a line that is not understood
    """
    found: dict[str, Trunk] = {}
    others: set[str] = set()
    section = header = ""
    last: Trunk | None = None
    for line in tables.clean(command, text).split("\n"):
        head = next((name for name, pattern in _TRUNK_HEADS if pattern.fullmatch(line.strip())), "")
        row = _TRUNK_ROW.fullmatch(line)
        if head:
            section, header, last = head, line.strip(), None
        elif row and section:
            last = found.setdefault(canonical(row["port"]), Trunk())
            last.lines += [header, line.strip()]
            if section != "status":
                setattr(last, section, _ranges(command, line, row["rest"]))
            elif _NO_TRUNK.search(line):
                others.add(canonical(row["port"]))
        elif last and section != "status" and _NUMBERS.fullmatch(line.strip()):
            last.lines.append(line.strip())
            setattr(last, section, f"{getattr(last, section)},{_ranges(command, line, line.strip())}")
        elif not (_RULE.fullmatch(line) or (section == "status" and _TRUNK_MORE.fullmatch(line))):
            raise tables.unknown(command, line)
    return {name: trunk for name, trunk in found.items() if name not in others}


def _ranges(command: str, line: str, text: str) -> str:
    """Return a list of VLANs without blanks, empty for none."""
    if text.lower() == "none":
        return ""
    if not _NUMBERS.fullmatch(text):
        raise tables.unknown(command, line)
    return re.sub(r"\s", "", text).rstrip(",")


def parse_sessions(command: str, text: str) -> dict[str, list[AuthSession]]:
    """Read ``show authentication sessions`` or ``show access-session``, by full name of the interface.

    :raises Unsupported: a line that is not understood, or no word at all of whether there are sessions
    """
    found: dict[str, list[AuthSession]] = {}
    told = False
    for line in tables.clean(command, text).split("\n"):
        row = _SESSION_ROW.fullmatch(line)
        if row:
            mac = re.sub(r"[^0-9A-Fa-f]", "", row["mac"]).upper() if "." in row["mac"] else ""
            session = AuthSession(mac, row["method"], row["domain"], row["status"], _authorized(row["status"]))
            found.setdefault(canonical(row["port"]), []).append(session)
        elif _SESSION_HEAD.fullmatch(line) or _NO_SESSIONS.search(line):
            told = True
        elif not (_RULE.fullmatch(line) or (told and _SESSION_FRAME.fullmatch(line))):
            raise tables.unknown(command, line)
    if not (told or found):
        raise tables.unknown(command, text)
    return found


def _authorized(status: str) -> bool | None:
    words = status.lower()
    return True if words in _LET_IN else False if words in _KEPT_OUT else None

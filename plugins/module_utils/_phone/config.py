# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a phone reads in its configuration file: `SEP<mac>.cnf.xml`, or `XMLDefault.cnf.xml` for unknown phones.

The file can hold passwords (of SSH, of the phone's settings, of digest authentication): only what `Config` has is kept,
and no message quotes the file.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._phone.markup import first_text, local, named, xml
from ansible_collections.dialtone.voice.plugins.module_utils._startup.service import Config, Member

_LINE = "9"
"""The feature of a button that is a line; 2 is a speed dial."""

_LOAD_OF_MODEL = re.compile(r"loadinformation0*(\d+)", re.I)
_OFF = {"0": True, "2": True, "1": False, "true": True, "false": False}
"""webAccess: 0 is on, 1 is off, 2 is on for reading."""


def parse_config(content: bytes) -> Config:
    """Read a configuration file.

    :raises ValueError: in words, what it is instead of one
    """
    root = xml(content, ("device", "default"))
    pool = next(named(root, "callManagerGroup"), root)
    user_locale = next((each for each in root.iter() if local(each) == "userLocale" and len(each)), None)
    locale = first_text(user_locale, "name") if user_locale is not None else first_text(root, "userLocale")
    protocol = first_text(root, "deviceProtocol").upper()
    if not protocol and next(named(root, "sipProfile"), None) is not None:
        protocol = "SIP"
    return Config(
        default=local(root).lower() == "default",
        protocol=protocol,
        members=_members(pool),
        lines=tuple(_lines(root)),
        load=_own(root, "loadInformation"),
        loads=_loads(root),
        load_server=_own(root, "loadServer"),
        stamp=first_text(root, "versionStamp").strip("{}"),
        security_mode=first_text(root, "deviceSecurityMode") or "1",
        transport=first_text(root, "transportLayerProtocol"),
        dial_rules=first_text(root, "dialTemplate"),
        softkeys=first_text(root, "softKeyFile"),
        user_locale=locale,
        user_locale_folder=locale,
        network_locale=_network_locale(root),
        web_access=_OFF.get(_own(root, "webAccess").lower()),
        full=first_text(root, "fullConfig").lower() != "false",
    )


def _members(group: t.Any) -> tuple[Member, ...]:
    found = []
    for position, member in enumerate(named(group, "member")):
        node = first_text(member, "processNodeName")
        if not node or next(named(member, "callManager"), None) is None:
            continue
        priority = member.get("priority", "")
        found.append(
            Member(
                name=node,
                priority=int(priority) if priority.isdecimal() else position,
                sip=_port(member, "sipPort", 5060),
                sips=_port(member, "securedSipPort", 5061),
                sccp=_port(member, "ethernetPhonePort", 2000),
                sccps=_port(member, "securedEthernetPhonePort", 2443),
            )
        )
    return tuple(sorted(found, key=lambda each: each.priority))


def _port(member: t.Any, name: str, default: int) -> int:
    value = first_text(member, name)
    return int(value) if value.isdecimal() and 0 < int(value) < 65536 else default


def _lines(root: t.Any) -> t.Iterator[str]:
    for line in named(root, "line"):
        if first_text(line, "featureID") in ("", _LINE) and (number := first_text(line, "name")):
            yield number


def _own(root: t.Any, name: str) -> str:
    """Return an element's text where it is the phone's own, not that of an expansion module."""
    for each in named(root, name):
        if not any(local(above) == "addOnModule" for above in each.iterancestors()):
            text = (each.text or "").strip()
            if text:
                return text
    return ""


def _loads(root: t.Any) -> dict[str, str]:
    found = {}
    for each in root.iter():
        match = _LOAD_OF_MODEL.fullmatch(local(each))
        load = (each.text or "").strip()
        if match and load:
            found[match[1]] = load
            if model := each.get("model", "").strip():
                found[model] = load
    return found


def _network_locale(root: t.Any) -> str:
    info = next(named(root, "networkLocaleInfo"), None)
    return (first_text(info, "name") if info is not None else "") or first_text(root, "networkLocale")

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a phone is, where it gets its files and whom it registers with, out of what is known of it. Pure functions."""

from __future__ import annotations

import ipaddress
import re
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import (
    Pages,
    Planned,
    Record,
    Registration,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup.network import Dhcp, Port
from ansible_collections.dialtone.voice.plugins.module_utils._startup.service import Config

SECURED = ("2", "3")
_PRESENCE = "IM and Presence"
_NO_ADDRESS = ("", "0.0.0.0", "--")


def mac_of(name: str) -> str:
    """Return the twelve digits of a device name, empty for a name without."""
    found = re.fullmatch(r"SEP([0-9A-Fa-f]{12})", name, re.I)
    return found[1].upper() if found else ""


def is_address(text: str) -> bool:
    """Tell whether a text is an IP address that a device can have."""
    try:
        return not ipaddress.ip_address(text).is_unspecified
    except ValueError:
        return False


def voice_nodes(nodes: t.Iterable[t.Mapping[str, t.Any]]) -> list[t.Mapping[str, t.Any]]:
    """Return the nodes that may have to do with phones."""
    return [node for node in nodes if _PRESENCE not in str(node.get("kind") or "")]


def page_addresses(registration: Registration | None, dhcp: Dhcp | None, port: Port | None) -> list[str]:
    """Return the addresses at which a phone may be, the freshest first: heard at its port, leased, registered with.

    Whose address it is now, the phone there tells itself.
    """
    heard = [each.address for each in (port.heard or () if port else ()) if each.address and each.kind == "phone"]
    lease = [dhcp.lease.address] if dhcp and dhcp.lease else []
    told = [registration.address] if registration and registration.address else []
    return [address for address in dict.fromkeys([*heard, *lease, *told]) if address and is_address(address)]


def is_own_page(pages: Pages, name: str) -> bool:
    """Tell whether pages are those of a phone, by the name or the MAC address that they tell; without, they are."""
    macs = told_macs(pages)
    return not macs or mac_of(name) in macs or not mac_of(name)


def told_macs(pages: Pages) -> list[str]:
    """Return the MAC addresses by which pages name their phone, twelve digits each."""
    told = [re.sub(r"[\s.:-]", "", pages.fields.get(field, "").upper()) for field in ("host_name", "mac")]
    return [found[0] for text in told if (found := re.search(r"[0-9A-F]{12}", text))]


def tftp_servers(planned: Planned, dhcp: Dhcp | None, pages: Pages | None) -> tuple[str, ...]:
    """Return the TFTP servers that a phone uses: as its page tells, as its scope tells, else as planned."""
    if pages:
        own = [re.split(r"[\s(]", pages.fields.get(field, ""))[0] for field in ("tftp_1", "tftp_2")]
        own = [server for server in own if server not in _NO_ADDRESS]
        if own:
            return tuple(own)
    for scope in dhcp.scopes if dhcp else ():
        if scope.option_150:
            return scope.option_150
        if scope.option_66 and not scope.option_150_text:
            return (scope.option_66,)
    return planned.tftp_servers


def call_managers(config: Config, planned: Planned, record: Record | None) -> list[tuple[str, int, bool]]:
    """Return name, port and whether TLS is expected, for each CallManager of a phone, by priority."""
    protocol = config.protocol or (record.protocol if record else "") or planned.protocol
    secured = config.security_mode in SECURED
    found = []
    for member in sorted(config.members, key=lambda member: member.priority):
        if protocol.upper() == "SCCP":
            port = member.sccps if secured else member.sccp
        else:
            port = member.sips if secured else member.sip
        found.append((member.name, port, secured))
    return list(dict.fromkeys(found))

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the step voice_vlan: whether the phone is told its VLAN, and whether that leads anywhere.

A phone may have its VLAN set by hand, or from a port whose access VLAN is the voice VLAN: ways, and no failures.
"""

from __future__ import annotations

import re

from ansible_collections.dialtone.voice.plugins.module_utils._startup import rules_common as common
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Evidence
from ansible_collections.dialtone.voice.plugins.module_utils._startup.network import Port
from ansible_collections.dialtone.voice.plugins.module_utils._startup.rules_common import found
from ansible_collections.dialtone.voice.plugins.module_utils._startup.rules_dhcp import leased
from ansible_collections.dialtone.voice.plugins.module_utils._startup.steps import CERTAIN, LIKELY
from ansible_collections.dialtone.voice.plugins.module_utils._startup.verdict import Finding


def _port(e: Evidence) -> Port | None:
    """The phone's port, unless the phone is elsewhere, or says itself that it is in its voice VLAN."""
    return None if common.in_voice_vlan(e) or (e.elsewhere and not common.here(e)) else e.port


def _by_access(e: Evidence, port: Port) -> bool:
    """Whether the port gives the voice VLAN as its access VLAN, untagged or with a priority only."""
    return port.access_vlan == e.planned.voice_vlan and port.voice_vlan in (None, "untagged", "dot1p")


def _by_other_ways(e: Evidence, port: Port) -> bool:
    """Whether the phone says by LLDP that it is in the planned VLAN, whoever told it."""
    own = [one for one in port.heard or () if one.name.upper().partition(".")[0] == e.planned.name.upper()]
    return any(one.voice_vlan == e.planned.voice_vlan for one in own)


def _sure(port: Port) -> str:
    """How sure the port's VLAN is: RADIUS may give another one to those whom it lets in."""
    told = port.proofs.get("authentication")
    let_in = told and re.search(r"\b(Auth|Authz Success|Authorized)\b", told.answer)
    return LIKELY if let_in or port.authorized else CERTAIN


def discovery_disabled(e: Evidence) -> Finding | None:
    port = _port(e)
    if port is None or port.cdp is not False or port.lldp is True or not isinstance(port.voice_vlan, int):
        return None
    text = f"Port {port.interface} sends neither CDP nor LLDP: the phone isn't told VLAN {port.voice_vlan}"
    sure = CERTAIN if port.lldp is False else LIKELY
    return found("discovery_disabled", text, *common.port_proof(e, "config", "cdp", "lldp"), confidence=sure)


def voice_vlan_missing(e: Evidence) -> Finding | None:
    port = _port(e)
    if port is None or e.planned.voice_vlan is None or port.voice_vlan is not None or _by_access(e, port):
        return None
    if port.mode == "trunk" or _by_other_ways(e, port):
        return None
    text = f"Port {port.interface} has no voice VLAN; {e.planned.voice_vlan} is planned"
    proofs = common.port_proof(e, "config", "switchport")
    return found("voice_vlan_missing", text, *proofs, confidence=_sure(port))


def voice_vlan_wrong(e: Evidence) -> Finding | None:
    port = _port(e)
    if port is None or e.planned.voice_vlan is None or port.voice_vlan in (None, e.planned.voice_vlan):
        return None
    if _by_access(e, port) or _by_other_ways(e, port):
        return None
    text = f"Port {port.interface} has voice VLAN {port.voice_vlan}; {e.planned.voice_vlan} is planned"
    return found("voice_vlan_wrong", text, *common.port_proof(e, "config", "switchport"), confidence=_sure(port))


def vlan_not_created(e: Evidence) -> Finding | None:
    port = _port(e)
    vlan = port.access_vlan if port and _by_access(e, port) else port.voice_vlan if port else None
    if port is None or not isinstance(vlan, int):
        return None
    table = e.switch.vlans if e.switch else None
    if port.voice_vlan_exists is not False and (table is None or vlan in table):
        return None
    text = f"VLAN {vlan} of port {port.interface} isn't there, or isn't active, on {e.planned.switch or 'its switch'}"
    return found("vlan_not_created", text, common.switch_proof(e.switch, "vlans"), *common.port_proof(e, "switchport"))


def vlan_not_on_uplink(e: Evidence) -> Finding | None:
    port = _port(e)
    vlan = common.voice_vlan(e)
    if port is None or e.switch is None or vlan is None or not e.switch.uplinks:
        return None
    uplinks = e.switch.uplinks
    # A switch that routes the VLAN itself needs no uplink for it.
    if any(svi.vlan == vlan and svi.address for svi in e.switch.svis):
        return None
    if any(uplink.vlans is None or vlan in uplink.vlans for uplink in uplinks):
        return None
    names = common.listed(uplink.interface for uplink in uplinks)
    text = f"No uplink of {e.planned.switch or 'the switch'} carries VLAN {vlan} ({names})"
    # A trunk behind which no switch is heard may lead to a server, and the way to the network be another port.
    sure = CERTAIN if any(uplink.leads for uplink in uplinks) else LIKELY
    return found("vlan_not_on_uplink", text, *(uplink.proof for uplink in uplinks), confidence=sure)


def port_unauthorized(e: Evidence) -> Finding | None:
    port = _port(e)
    if port is not None and _let_in_as_computer(e, port):
        text = f"The phone is let in on port {port.interface} for data only: RADIUS doesn't say that it is a phone"
        return found("port_unauthorized", text, *common.port_proof(e, "authentication"), confidence=LIKELY)
    if port is None or port.authorized is not False:
        return None
    text = f"The phone is not authorized on port {port.interface} (802.1X or MAB)"
    line = common.last_logged(port, r"(AUTHMGR|DOT1X|MAB|SESSION_MGR)\S*-\d-\S*FAIL", r"(AUTHMGR|DOT1X|MAB)\S*SUCCESS")
    sure = LIKELY if _others_session(e, port) else CERTAIN
    proofs = (*common.port_proof(e, "authentication"), common.logged(e, line))
    return found("port_unauthorized", text, *proofs, confidence=sure)


def _let_in_as_computer(e: Evidence, port: Port) -> bool:
    """Whether the phone's own sessions are for data alone (without `device-traffic-class=voice`)."""
    told = port.proofs.get("authentication")
    mac = common.mac(e).lower()
    dotted = f"{mac[:4]}.{mac[4:8]}.{mac[8:]}"
    own = [line for line in told.answer.splitlines() if dotted in line.lower()] if told and port.authorized else []
    tagged = isinstance(port.voice_vlan, int) and not leased(e)
    return tagged and bool(own) and all(re.search(r"\bDATA\s+Auth", line) for line in own)


def _others_session(e: Evidence, port: Port) -> bool:
    """Whether the sessions of the port are those of others, such as the PC behind the phone."""
    told = port.proofs.get("authentication")
    macs = re.findall(r"(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}", told.answer, re.IGNORECASE) if told else []
    return bool(macs) and common.mac(e) not in [one.replace(".", "").upper() for one in macs]

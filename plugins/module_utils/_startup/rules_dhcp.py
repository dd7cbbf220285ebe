# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the step dhcp: the scope of the voice VLAN, the way to its server, and what it tells the phones.

A phone may have its address, or its TFTP servers, by hand: ways, and no failures.
"""

from __future__ import annotations

import ipaddress
import re

from ansible_collections.dialtone.voice.plugins.module_utils._startup import rules_common as common
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Evidence
from ansible_collections.dialtone.voice.plugins.module_utils._startup.network import Dhcp, Scope, Svi
from ansible_collections.dialtone.voice.plugins.module_utils._startup.rules_common import found
from ansible_collections.dialtone.voice.plugins.module_utils._startup.steps import CERTAIN, LIKELY
from ansible_collections.dialtone.voice.plugins.module_utils._startup.verdict import Finding


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_interface(text).network
    except ValueError:
        return None


def _inside(address: str, network: str) -> bool:
    """Whether an address lies in a network; what is neither lies nowhere."""
    net = _network(network)
    try:
        return net is not None and ipaddress.ip_address(address) in net
    except ValueError:
        return False


def leased(e: Evidence) -> bool:
    """Whether a server says that the phone has a lease now."""
    return bool(e.dhcp and e.dhcp.lease and e.dhcp.lease.state.casefold() in ("active", "automatic", "manual", ""))


def _address(e: Evidence) -> str:
    """The address by which the phone shows that it runs, empty where it doesn't."""
    if own := common.pages(e):
        return common.page_field(e, "address") or own.address
    return e.registration.address if e.registration and common.registered(e) else ""


def _networks(e: Evidence) -> list[str]:
    """The networks of the phone's voice VLAN: the planned one, else those of the VLAN's own interfaces."""
    if e.planned.network:
        return [e.planned.network]
    return [svi.address for svi in e.dhcp.relays if svi.address] if e.dhcp else []


def _unneeded(e: Evidence) -> bool:
    """Whether the phone gets on without DHCP, or shows an address of its voice VLAN now."""
    return common.static_address(e) or any(_inside(_address(e), network) for network in _networks(e))


def scope_missing(e: Evidence) -> Finding | None:
    dhcp = e.dhcp
    if dhcp is None or dhcp.scopes or not common.dhcp_read(e) or _unneeded(e):
        return None
    networks = _networks(e)
    # A relay that goes elsewhere goes to a server that wasn't read, which may have the scope.
    if not networks or (unread_servers(e) and not _relayed_to_read(e)):
        return None
    text = f"{common.listed(dhcp.servers)} has no scope for {common.listed(networks)}"
    proofs = (*dhcp.proofs, *(svi.proof for svi in dhcp.relays))
    return found("scope_missing", text, *proofs, confidence=_sure(e))


def scope_exhausted(e: Evidence) -> Finding | None:
    dhcp = e.dhcp
    if dhcp is None or not dhcp.scopes or leased(e) or _unneeded(e):
        return None
    if any(scope.left != 0 for scope in dhcp.scopes):
        return None
    names = common.listed(f"{scope.name or scope.network} of {scope.server}" for scope in dhcp.scopes)
    text, proofs = f"No address is left in {names}", [scope.proof for scope in dhcp.scopes]
    return found("scope_exhausted", text, *proofs, confidence=_sure(e))


def _serves_itself(dhcp: Dhcp, svi: Svi) -> bool:
    """Whether a DHCP server is in the interface's VLAN: the switch itself, or one with an address there."""
    return svi.switch in dhcp.servers or any(_inside(address, svi.address) for address in dhcp.local)


def unread_servers(e: Evidence) -> list[str]:
    """Helper addresses of the voice VLAN that belong to no server that was read."""
    if e.dhcp is None:
        return []
    return sorted({helper for svi in e.dhcp.relays for helper in svi.helpers} - set(e.dhcp.local))


def _relayed_to_read(e: Evidence) -> bool:
    """Whether a relay of the voice VLAN goes to a server that was read, beside others that weren't."""
    return e.dhcp is not None and any(set(svi.helpers) & set(e.dhcp.local) for svi in e.dhcp.relays)


def _sure(e: Evidence) -> str:
    """How sure it is that no other server serves the phone.

    Certain where the routers of its VLAN were read and relay to none but those that were read; in a VRF, servers have
    pools of their own, which aren't read.
    """
    routers = [svi for svi in e.dhcp.relays if svi.address] if e.dhcp else []
    hidden = any(svi.proof and re.search(r"\bvrf (forwarding|member)\b", svi.proof.answer) for svi in routers)
    return CERTAIN if routers and not hidden and not unread_servers(e) else LIKELY


def _sure_of_options(e: Evidence) -> str:
    """How sure it is that the phone gets these options: its lease is of that server, or no other one serves it."""
    return CERTAIN if leased(e) or common.static_address(e) else _sure(e)


def relay_missing(e: Evidence) -> Finding | None:
    dhcp = e.dhcp
    # A lease may be from before: servers keep it for days.
    if dhcp is None or not common.dhcp_read(e) or _unneeded(e):
        return None
    if any(svi.up and svi.helpers for svi in dhcp.relays) or any(_serves_itself(dhcp, svi) for svi in dhcp.relays):
        return None
    # An interface without an address routes nothing: the VLAN's router is another.
    routers = [svi for svi in dhcp.relays if svi.address]
    if not routers:
        return None
    svi = routers[0]
    why = "is down" if svi.helpers else "has no ip helper-address, and no DHCP server is in that VLAN"
    text = f"Vlan{svi.vlan} of {svi.switch} {why}"
    sure = CERTAIN if _all_gateways(e, routers) else LIKELY
    return found("relay_missing", text, *(one.proof for one in dhcp.relays), confidence=sure)


def _all_gateways(e: Evidence, routers: list[Svi]) -> bool:
    """Whether the phone's gateway is among these, and none that shares an address with them was left out."""
    known = set(e.planned.gateways) | {one for scope in _scopes(e) for one in scope.gateways}
    shared = {address for svi in routers for address in svi.virtual}
    own = {svi.address.partition("/")[0] for svi in routers}
    return bool(known & (own | shared)) and (not shared or len({svi.switch for svi in routers}) > 1)


def _scopes(e: Evidence) -> list[Scope]:
    """The scopes that serve the phone: that of its lease, else all of its voice VLAN."""
    if e.dhcp is None:
        return []
    lease = e.dhcp.lease
    own = [scope for scope in e.dhcp.scopes if lease and _inside(lease.address, scope.network)]
    return own or list(e.dhcp.scopes)


def _knows_tftp(e: Evidence) -> bool:
    """Whether the phone has its TFTP servers by hand, or names a planned one itself."""
    return common.alternative_tftp(e) or bool(set(common.page_tftp(e)) & set(e.planned.tftp_servers))


def option150_missing(e: Evidence) -> Finding | None:
    scopes = _scopes(e)
    if not scopes or _knows_tftp(e):
        return None
    if any(scope.option_150 or scope.option_150_text or scope.option_66 for scope in scopes):
        return None
    names = common.listed(f"{scope.name or scope.network} of {scope.server}" for scope in scopes)
    text = f"{names} has neither option 150 nor option 66"
    sure = CERTAIN if common.without_tftp(e) else _sure_of_options(e)
    return found("option150_missing", text, *(scope.proof for scope in scopes), confidence=sure)


def option150_wrong_server(e: Evidence) -> Finding | None:
    planned = e.planned.tftp_servers
    if not planned or _knows_tftp(e):
        return None
    scopes = _scopes(e)
    wrong = [scope for scope in scopes if scope.option_150 and not set(scope.option_150) & set(planned)]
    if wrong and len(wrong) == len(scopes):
        given = tuple(dict.fromkeys(address for scope in wrong for address in scope.option_150))
        text = f"Option 150 of {common.listed(scope.name or scope.network for scope in wrong)} is {', '.join(given)}"
        text += f"; {', '.join(planned)} is planned"
        proofs, stops = [scope.proof for scope in wrong], not _serves(e, given)
        return found("option150_wrong_server", text, *proofs, confidence=_sure_of_options(e), stops=stops)
    own = common.page_tftp(e)
    # What the phone itself says where its DHCP server wasn't read; one that has a file for it is a way.
    if (
        not common.dhcp_read(e)
        and own
        and common.page_flag(e, "dhcp")
        and common.in_voice_vlan(e)
        and not _serves(e, own)
    ):
        text = f"The phone was told to ask {', '.join(own)}; {', '.join(planned)} is planned"
        return found("option150_wrong_server", text, common.page_proof(e, "network"), confidence=LIKELY)
    return None


def _serves(e: Evidence, servers: tuple[str, ...]) -> bool:
    """Whether one of these servers gave the phone's own configuration, or is a TFTP server of the cluster that runs."""
    config = e.files.config if e.files else None
    if config is not None and common.there(config) and config.server in servers:
        return True
    return any(common.node_of(e, one) and common.started(common.service(e, one, common.TFTP)) for one in servers)


def option150_not_addresses(e: Evidence) -> Finding | None:
    scopes = _scopes(e)
    texts = [scope for scope in scopes if scope.option_150_text and not scope.option_150]
    if not texts or len(texts) != len(scopes) or _knows_tftp(e):
        return None
    text = f"Option 150 of {texts[0].name or texts[0].network} is no list of addresses: {texts[0].option_150_text!r}"
    return found("option150_not_addresses", text, *(scope.proof for scope in texts), confidence=_sure_of_options(e))


def _told_gateway(e: Evidence) -> Finding | None:
    """What the phone itself says of its gateway, where its DHCP server wasn't read."""
    own = common.page_field(e, "gateway")
    if not own or not e.planned.gateways or own in e.planned.gateways or not common.in_voice_vlan(e):
        return None
    text = f"The phone was told the gateway {own}; {', '.join(e.planned.gateways)} is planned"
    return found("gateway_wrong", text, common.page_proof(e, "network"), confidence=LIKELY)


def gateway_wrong(e: Evidence) -> Finding | None:
    if common.static_address(e):
        return None
    if e.dhcp is None or not common.dhcp_read(e):
        return _told_gateway(e)
    routers = common.routers(e)
    scopes, wrong = _scopes(e), []
    for scope in scopes:
        name, given = scope.name or scope.network, set(scope.gateways)
        if not given:
            if words := common.message(e, r"no default router", r"\.cnf\.xml"):
                text = f"{name} has no gateway, and the phone says so"
                return found("gateway_wrong", text, scope.proof, common.said(e, words))
            continue
        outside = bool(scope.network) and not any(_inside(address, scope.network) for address in given)
        # Any router of the VLAN will do, such as one of the two behind a planned virtual address.
        if outside or (e.planned.gateways and not given & (set(e.planned.gateways) | routers)):
            text = f"The gateway of {name} is {', '.join(scope.gateways)}"
            planned = ", ".join(e.planned.gateways)
            text += f"; {planned} is planned" if planned else f", which isn't in {scope.network}"
            # Where no router of the VLAN was read, the other address may be one; of two scopes, the phone has one.
            sure = _sure_of_options(e) if outside or routers else LIKELY
            wrong.append((text, scope.proof, sure))
    if not wrong:
        return None
    text, proof, sure = wrong[0]
    sure = sure if len(wrong) == len(scopes) else LIKELY
    return found("gateway_wrong", text, proof, *(svi.proof for svi in e.dhcp.relays), confidence=sure)

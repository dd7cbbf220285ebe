# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What shows of each step that the phone has taken it, one function for each. Pure.

A step that nothing shows isn't a failure: it is `error`, could not be tested.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._startup import rules_common as common
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import (
    CALL_MANAGERS,
    CUCM,
    DHCP,
    FILES,
    PAGES,
    REGISTRATION,
    SWITCH,
    Evidence,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup.proof import Proof
from ansible_collections.dialtone.voice.plugins.module_utils._startup.rules_call import handshake, names
from ansible_collections.dialtone.voice.plugins.module_utils._startup.rules_dhcp import leased
from ansible_collections.dialtone.voice.plugins.module_utils._startup.rules_firmware import upgraded
from ansible_collections.dialtone.voice.plugins.module_utils._startup.service import OPEN, File
from ansible_collections.dialtone.voice.plugins.module_utils._startup.steps import ERROR, SKIPPED, SUCCESS


@dataclass(frozen=True)
class Shown:
    """What is known of a step: SUCCESS, SKIPPED or ERROR (not told), in words, with what shows it."""

    status: str
    text: str
    evidence: tuple[Proof, ...] = ()


def _success(text: str, *evidence: Proof | None) -> Shown:
    return Shown(SUCCESS, text, tuple(proof for proof in evidence if proof))


def _untold(e: Evidence, text: str, *sources: str) -> Shown:
    gaps = [f"{source}: {e.gaps[source]}" for source in sources if source in e.gaps]
    return Shown(ERROR, "; ".join(gaps) or text)


def power(e: Evidence) -> Shown:
    if e.port and (common.linked(e.port) or common.here(e)):
        own = e.port.power_admin is not None and (e.port.power_oper or "").casefold() != "on"
        how = "a link, with a power supply of its own" if own else "power and a link"
        return _success(f"Port {e.port.interface} has {how}", *common.port_proof(e, "link", "power"))
    if e.port and (e.port.power_oper or "").casefold() == "on" and e.port.power_watts:
        return _success(f"Port {e.port.interface} gives {e.port.power_watts:g} W", *common.port_proof(e, "power"))
    return _running(e) or _elsewhere(e) or _untold(e, "Nothing shows that the phone has power", SWITCH)


def _elsewhere(e: Evidence) -> Shown | None:
    """The phone runs: it is heard at another port."""
    place = e.elsewhere[0] if e.elsewhere else None
    return _success(f"It is at {place.switch} {place.interface}", place.proof) if place else None


def _running(e: Evidence) -> Shown | None:
    """The phone runs: it answers itself."""
    own = common.pages(e)
    return _success(f"The phone answers at {own.address}", common.page_proof(e, "device")) if own else None


def firmware_boot(e: Evidence) -> Shown:
    if e.port and common.here(e):
        return _success(f"It is heard at port {e.port.interface}", *common.port_proof(e, "cdp", "lldp", "mac"))
    return _running(e) or _elsewhere(e) or _untold(e, "The phone isn't heard at its port", SWITCH)


def voice_vlan(e: Evidence) -> Shown:
    vlan = common.voice_vlan(e)
    if common.in_voice_vlan(e):
        return _success(f"The phone says that it is in VLAN {vlan}", common.page_proof(e, "network"))
    if leased(e) and e.dhcp and e.dhcp.lease and e.dhcp.scopes:
        return _success(f"It has a lease in the network of its voice VLAN: {e.dhcp.lease.address}", e.dhcp.lease.proof)
    if e.port and common.here(e) and vlan is not None and e.port.voice_vlan == vlan and (e.port.cdp or e.port.lldp):
        how = "CDP" if e.port.cdp else "LLDP"
        proofs = common.port_proof(e, "switchport", "config", "cdp")
        return _success(f"Port {e.port.interface} tells it VLAN {vlan} by {how}", *proofs)
    if e.planned.voice_vlan is None and (own := _running(e)):
        return own
    return _untold(e, "Nothing shows that the phone is in its voice VLAN", SWITCH)


def dhcp(e: Evidence) -> Shown:
    if own := common.pages(e):
        if common.without_tftp(e):
            return Shown(ERROR, f"The phone has {own.address}, and no TFTP server")
        how = "by hand" if common.static_address(e) else "by DHCP"
        return _success(f"The phone has {own.address}, {how}", common.page_proof(e, "network"))
    if leased(e) and e.dhcp and e.dhcp.lease:
        return _success(f"{e.dhcp.lease.server} gave it {e.dhcp.lease.address}", e.dhcp.lease.proof)
    return _untold(e, "The phone has no lease that is known", DHCP, PAGES)


def ctl(e: Evidence) -> Shown:
    words = common.tftp_silence(e)
    if words and not common.came_to_cucm(e):
        return Shown(ERROR, f"The phone gets no answer from its TFTP server: {words}")
    file = e.files.ctl if e.files else None
    mixed = e.cluster.mixed if e.cluster else None
    if mixed is False and not common.secured(e) and not common.there(file):
        proof = e.cluster.proofs.get("mixed") if e.cluster else None
        return Shown(SKIPPED, "The cluster isn't in mixed mode: there is no CTL", (proof,) if proof else ())
    return _file(e, file, "the CTL file", FILES, CUCM)


def itl(e: Evidence) -> Shown:
    return _file(e, e.files.itl if e.files else None, "the ITL file", FILES)


def config_file(e: Evidence) -> Shown:
    return _file(e, e.files.config if e.files else None, "the configuration file", FILES, CUCM)


def _file(e: Evidence, file: File | None, what: str, *sources: str) -> Shown:
    if common.there(file) and file:
        return _success(f"{file.server} has {what} {file.name}", file.proof)
    why = f"{file.name} of {file.server}: {file.status}" if file else f"Nobody was asked for {what}"
    return _untold(e, why, *sources)


def firmware_upgrade(e: Evidence) -> Shown:
    if upgraded(e):
        return _success(f"The phone runs {common.active_load(e)}", common.ris(e) or common.page_proof(e, "device"))
    if e.config and e.config.full and not common.wanted_load(e):
        return Shown(SKIPPED, "The configuration names no load")
    return _untold(e, "It isn't known which load the phone runs", REGISTRATION, PAGES, FILES)


def _protocol(e: Evidence) -> str:
    told = (e.config.protocol if e.config else "") or (e.record.protocol if e.record else "") or e.planned.protocol
    return told.upper()


def dial_rules(e: Evidence) -> Shown:
    if _protocol(e) == "SCCP":
        return Shown(SKIPPED, "Phones in SCCP have no dial rules")
    if e.config and e.config.full and not e.config.dial_rules:
        return Shown(SKIPPED, "The configuration names no dial rules")
    return _file(e, e.files.dial_rules if e.files else None, "the dial rules", FILES)


def cucm_connection(e: Evidence) -> Shown:
    if e.registration and common.came_to_cucm(e):
        return _success(f"The phone came to {e.registration.node or 'CUCM'}", e.registration.proof)
    for name in names(e):
        tried = handshake(e, name)
        if tried and tried.outcome == OPEN:
            text = f"{name} takes connections of the controller; of the phone's nothing is known"
            return Shown(ERROR, text, (tried.proof,) if tried.proof else ())
    return _untold(e, "No connection of the phone to a CallManager is known", CALL_MANAGERS, FILES)


def registration(e: Evidence) -> Shown:
    if common.as_planned(e) and e.registration:
        return _success(f"Registered as planned at {e.registration.node or 'CUCM'}", e.registration.proof)
    return _untold(e, "It isn't known whether the phone is registered", REGISTRATION)


def localization(e: Evidence) -> Shown:
    files = [file for file in (e.files.user_locale, e.files.network_locale) if file] if e.files else []
    if files and all(map(common.there, files)):
        names_ = common.listed(file.name for file in files)
        return _success(f"{files[0].server} has {names_}", *(file.proof for file in files))
    if e.config and e.config.full and not files and not (e.config.user_locale or e.config.network_locale):
        return Shown(SKIPPED, "The configuration names no locale")
    return _untold(e, "Nobody was asked for the files of the locale", FILES)


def softkeys(e: Evidence) -> Shown:
    if e.config and e.config.full and not e.config.softkeys:
        return Shown(SKIPPED, "The configuration names no softkeys")
    return _file(e, e.files.softkeys if e.files else None, "the softkeys", FILES)


def ringtones(e: Evidence) -> Shown:
    return _file(e, e.files.ring_list if e.files else None, "the list of ring tones", FILES)


SHOWS: dict[str, t.Callable[[Evidence], Shown]] = {
    "power": power,
    "firmware_boot": firmware_boot,
    "voice_vlan": voice_vlan,
    "dhcp": dhcp,
    "ctl": ctl,
    "itl": itl,
    "config_file": config_file,
    "firmware_upgrade": firmware_upgrade,
    "dial_rules": dial_rules,
    "cucm_connection": cucm_connection,
    "registration": registration,
    "localization": localization,
    "softkeys": softkeys,
    "ringtones": ringtones,
}

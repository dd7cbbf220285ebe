# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What several rules want to know of a phone. Pure functions; None means that the evidence doesn't tell."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm import registration as reg
from ansible_collections.dialtone.voice.plugins.module_utils._startup.catalogue import CAUSES
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import DHCP, SERVICES, Evidence, Pages
from ansible_collections.dialtone.voice.plugins.module_utils._startup.network import Port, Switch
from ansible_collections.dialtone.voice.plugins.module_utils._startup.proof import Proof
from ansible_collections.dialtone.voice.plugins.module_utils._startup.service import File
from ansible_collections.dialtone.voice.plugins.module_utils._startup.steps import CERTAIN
from ansible_collections.dialtone.voice.plugins.module_utils._startup.verdict import Finding

# Registered, but not as planned.
DEVIATING = frozenset({reg.WRONG_PROTOCOL, reg.WRONG_NODE, reg.LINE_MISSING, reg.WRONG_LOAD, reg.PARTIAL})
_UNTOLD = frozenset({reg.INCONCLUSIVE, ""})
SECURED = frozenset({"authenticated", "encrypted"})
# A configuration that came: its name alone, as an information; later phones add the way by which it came.
CONFIGURED = r"^\s*(sep[0-9a-f]{12}|xmldefault)\.cnf\.xml(\.enc)?(\.sgn)?\s*(\((https?|tftp)\))?\s*$"
# An image of a load, or its list of them.
IMAGE = r"\.(loads|sbn|sebn|sb2|zz|bin)\b"
# No answer about one of the files that a phone starts with; the others are missed without harm.
_SILENT = r"tftp time(d )?-?out *(: *\S*(ctl|itl|cnf)\S*)?\s*$"
CALL_MANAGER = "Cisco CallManager"
TFTP = "Cisco Tftp"


def found(
    cause: str, text: str, *evidence: Proof | None, confidence: str = CERTAIN, stops: bool | None = None
) -> Finding:
    """Return a finding of the catalogue's cause, with the proofs that there are."""
    entry = CAUSES[cause]
    proofs = tuple(dict.fromkeys(proof for proof in evidence if proof))
    return Finding(cause, entry.step, text, confidence, entry.remedy, proofs, entry.stops if stops is None else stops)


# -- the registration ----------------------------------------------------------------------------------------------


def state(e: Evidence) -> str:
    """The last state of `wait_for_registration`, empty where it isn't known."""
    if e.registration is None or e.registration.state in _UNTOLD:
        return ""
    return e.registration.state


def as_planned(e: Evidence) -> bool:
    return state(e) == reg.REGISTERED and not (e.registration and e.registration.problem)


def registered(e: Evidence) -> bool:
    """Whether CUCM has it registered, in whatever way."""
    return state(e) in DEVIATING or state(e) == reg.REGISTERED


def rejected(e: Evidence) -> bool:
    return state(e) == reg.REJECTED


def reason(e: Evidence) -> int | None:
    """RIS's StatusReason of a phone that isn't registered."""
    return e.registration.reason if e.registration and state(e) and not registered(e) else None


def ris(e: Evidence) -> Proof | None:
    return e.registration.proof if e.registration else None


# -- the phone's own pages -----------------------------------------------------------------------------------------


def pages(e: Evidence) -> Pages | None:
    """The phone's own pages: none where another phone answers at the address that it once had."""
    if e.pages is None:
        return None
    told = [re.sub(r"[^0-9A-F]", "", e.pages.fields.get(key, "").upper())[-12:] for key in ("mac", "host_name")]
    told = [digits for digits in told if len(digits) == 12]
    return None if told and mac(e) not in told else e.pages


def mac(e: Evidence) -> str:
    return e.planned.name.upper().removeprefix("SEP")


def page_field(e: Evidence, key: str) -> str | None:
    """A field of the phone's pages, without blanks around it; None where they don't have it."""
    own = pages(e)
    value = own.fields.get(key) if own else None
    return None if value is None else value.strip()


_YES = frozenset({"yes", "1", "true", "on", "enabled", "ja", "oui", "si", "sí"})
_NO = frozenset({"no", "0", "false", "off", "disabled", "nein", "non", "nee"})


def page_flag(e: Evidence, key: str) -> bool | None:
    value = (page_field(e, key) or "").casefold()
    return True if value in _YES else False if value in _NO else None


def static_address(e: Evidence) -> bool:
    """Whether the phone has its address by hand: a way, and no failure."""
    return page_flag(e, "dhcp") is False


def alternative_tftp(e: Evidence) -> bool:
    """Whether the phone has its TFTP servers by hand, which go before those of DHCP."""
    return static_address(e) or page_flag(e, "alternative_tftp") is True


def page_tftp(e: Evidence) -> tuple[str, ...]:
    """The TFTP servers that the phone itself names."""
    # Some loads add where it comes from, such as `10.1.0.10 (a)`.
    values = (re.split(r"[\s(]", page_field(e, key) or "")[0] for key in ("tftp_1", "tftp_2"))
    return tuple(value for value in values if value and value not in ("0.0.0.0", "--"))


def without_tftp(e: Evidence) -> bool:
    """Whether the phone says that it has no TFTP server."""
    return page_field(e, "tftp_1") is not None and not page_tftp(e)


def tftp_silence(e: Evidence) -> str:
    """What the phone says of a TFTP server that doesn't answer, empty where its configuration came since."""
    return message(e, _SILENT, CONFIGURED)


def page_proof(e: Evidence, *keys: str) -> Proof | None:
    """The proof of the phone's pages: that of the first key that has one, else any."""
    own = pages(e)
    if own is None:
        return None
    wanted = [own.proofs[key] for key in keys if key in own.proofs]
    return wanted[0] if wanted else next(iter(own.proofs.values()), None)


def message(e: Evidence, pattern: str, undone: str = "") -> str:
    """The last status message that a pattern finds, empty where there is none or a later one undoes it."""
    own = pages(e)
    last = ""
    for words in own.messages or () if own else ():
        if re.search(pattern, words, re.IGNORECASE):
            last = words
        elif undone and re.search(undone, words, re.IGNORECASE):
            last = ""
    return last


def said(e: Evidence, words: str) -> Proof | None:
    """The proof of a status message: the phone's own, cut down to what it said."""
    proof = page_proof(e, "log")
    return Proof(proof.source, proof.asked, words) if proof else None


# -- the port ------------------------------------------------------------------------------------------------------


def linked(port: Port) -> bool:
    """Whether the port has a link: somebody is there, whoever feeds it."""
    return (port.link or "").casefold() in ("connected", "up", "monitoring") or bool(port.heard)


def heard_as(e: Evidence) -> list[str]:
    """Names of those that are heard at the port, upper-case."""
    return [one.name.upper().partition(".")[0] for one in e.port.heard or ()] if e.port else []


def here(e: Evidence) -> bool:
    """Whether the phone is heard at its port, or its MAC address is known there."""
    return e.port is not None and (e.planned.name.upper() in heard_as(e) or mac(e) in (e.port.macs or ()))


def another_here(e: Evidence) -> str:
    """The name of another phone that is heard at the port, empty for none."""
    names = [name for name in heard_as(e) if re.fullmatch(r"SEP[0-9A-F]{12}", name)]
    return names[0] if names and e.planned.name.upper() not in names else ""


def port_proof(e: Evidence, *keys: str) -> tuple[Proof, ...]:
    return tuple(e.port.proofs[key] for key in keys if key in e.port.proofs) if e.port else ()


def switch_proof(switch: Switch | None, key: str) -> Proof | None:
    return switch.proofs.get(key) if switch else None


def last_logged(port: Port, pattern: str, undone: str = "") -> str:
    """The last line of the log that a pattern finds, empty where there is none or a later one undoes it."""
    last = ""
    for line in port.log:
        if re.search(pattern, line, re.IGNORECASE):
            last = line
        elif undone and re.search(undone, line, re.IGNORECASE):
            last = ""
    return last


def logged(e: Evidence, line: str) -> Proof | None:
    """The proof of a line of the switch's log: that line alone, of what may be many."""
    proof = e.port.proofs.get("log") if e.port else None
    return Proof(proof.source, proof.asked, line) if proof and line else None


def voice_vlan(e: Evidence) -> int | None:
    """The voice VLAN that the phone is to be in: the planned one, else the port's."""
    if e.planned.voice_vlan is not None:
        return e.planned.voice_vlan
    return e.port.voice_vlan if e.port and isinstance(e.port.voice_vlan, int) else None


def page_vlan(e: Evidence) -> int | None:
    """The VLAN that the phone says it is in; 4095 means none."""
    digits = re.search(r"\d+", page_field(e, "vlan") or "")
    return int(digits.group()) if digits and int(digits.group()) != 4095 else None


def in_voice_vlan(e: Evidence) -> bool:
    """Whether the phone itself says now that it is in its voice VLAN, by whatever way it got there."""
    return page_vlan(e) is not None and page_vlan(e) == voice_vlan(e)


def well_placed(e: Evidence) -> bool:
    """Whether the phone's VLAN can't be what is wrong: its port was looked at, or it says itself."""
    return e.port is not None or in_voice_vlan(e) or e.planned.voice_vlan is None


def dhcp_read(e: Evidence) -> bool:
    """Whether what the DHCP servers tell the phone is known: its scope was found, or no server was left out."""
    return e.dhcp is not None and bool(e.dhcp.scopes or (e.dhcp.servers and DHCP not in e.gaps))


def well_routed(e: Evidence) -> bool:
    """Whether what DHCP told the phone can't be what is wrong: it was looked at, or the phone says what is planned."""
    if dhcp_read(e) or static_address(e):
        return True
    own = set(page_tftp(e))
    gateways = {*e.planned.gateways, *routers(e)}
    return page_field(e, "gateway") in gateways and bool(own & set(e.planned.tftp_servers))


def routers(e: Evidence) -> set[str]:
    """The addresses of switches in the phone's voice VLAN, those that they share with others among them."""
    relays = e.dhcp.relays if e.dhcp else ()
    own = {svi.address.partition("/")[0] for svi in relays if svi.address}
    return own | {address for svi in relays for address in svi.virtual}


def alive(e: Evidence) -> bool:
    """Whether the phone shows now that it runs and has an address."""
    return registered(e) or pages(e) is not None


def came_to_cucm(e: Evidence) -> bool:
    """Whether a registration of the phone came to CUCM and was answered."""
    return registered(e) or rejected(e)


# -- files and what they say ---------------------------------------------------------------------------------------


def missing(file: File | None) -> bool:
    return file is not None and file.status == "missing"


def there(file: File | None) -> bool:
    return file is not None and file.status == "there"


def secured(e: Evidence) -> bool:
    """Whether the phone's configuration, or its record, asks for TLS.

    Its own file goes first: outside of mixed mode CUCM leaves the mode of a security profile out of it.
    """
    if e.config and not e.config.default:
        if e.config.security_mode in ("2", "3"):
            return True
        if e.config.full:
            return False
    return bool(e.record and e.record.security_mode.casefold() in SECURED)


def load_name(name: str) -> str:
    return name.strip().casefold().removesuffix(".loads")


def wanted_load(e: Evidence) -> str:
    """The load that the phone's configuration asks for, else its record or the plan; empty where nothing names one."""
    if e.config and e.config.load:
        return e.config.load
    if e.config and e.config.default and e.config.loads:
        number = model_number(e.planned.model)
        return next((load for model, load in e.config.loads.items() if model_number(model) == number), "")
    return (e.record.load if e.record else "") or e.planned.load


def active_load(e: Evidence) -> str:
    """The load that the phone runs, by CUCM or by itself."""
    own = page_field(e, "active_load")
    return own or (e.registration.active_load if e.registration else "")


def load_protocol(name: str) -> str:
    """The protocol that a load speaks, by its name; empty where the name doesn't tell."""
    bare = load_name(name)
    if bare.startswith(("sccp", "p003", "cp7912", "jar")):
        return "SCCP"
    return "SIP" if bare.startswith(("sip", "p0s3")) else ""


def model_number(name: str) -> str:
    """The four digits of a model, which all ways of writing it have: `CP-8841-K9`, `Cisco IP Phone 8841`."""
    digits = re.search(r"(?<!\d)\d{4}(?!\d)", name)
    return digits.group() if digits else ""


def plain_number(pattern: str) -> str:
    return pattern.replace("\\", "")


# -- the cluster ---------------------------------------------------------------------------------------------------


def same_host(left: str, right: str) -> bool:
    """Compare names without case; a bare name fits one with a domain, an address is all of itself."""
    one, other = left.casefold().rstrip("."), right.casefold().rstrip(".")
    if one == other:
        return True
    if re.fullmatch(r"[\d.]+|.*:.*", one) or re.fullmatch(r"[\d.]+|.*:.*", other) or ("." in one and "." in other):
        return False
    return one.partition(".")[0] == other.partition(".")[0]


def node_of(e: Evidence, name: str) -> str:
    """The node, as the services name it, that an address or name of a CallManager or TFTP server means."""
    if e.cluster is None:
        return ""
    known = {name, *_other_names(e, name)}
    return next((node for node in e.cluster.services if any(same_host(node, one) for one in known)), "")


def _other_names(e: Evidence, name: str) -> set[str]:
    """The names and addresses of the node that a name means, empty for none that is known."""
    known: set[str] = set()
    for node, addresses in e.cluster.addresses.items() if e.cluster else ():
        if any(same_host(name, one) for one in (node, *addresses)):
            known |= {node, *addresses}
    return known


def service(e: Evidence, name: str, what: str) -> str | None:
    """The state of a service on the node that a name means, None where it isn't known.

    Where no node has that name or address, what is true of all nodes that have the service is true of it, if all told.
    """
    if e.cluster is None:
        return None
    if node := node_of(e, name):
        return e.cluster.services[node].get(what)
    if SERVICES in e.gaps or _other_names(e, name):
        return None
    states = [services[what] for services in e.cluster.services.values() if what in services]
    activated = [state for state in states if not re.search("not activated", state, re.IGNORECASE)] or states
    return activated[0] if activated and len({stopped(state) for state in activated}) == 1 else None


def service_proof(e: Evidence, name: str) -> Proof | None:
    if e.cluster is None:
        return None
    told = [proof for key, proof in e.cluster.proofs.items() if key.startswith("services ")]
    return e.cluster.proofs.get(f"services {node_of(e, name)}") or next(iter(told), None)


def stopped(status: str | None) -> bool:
    """Whether a service is down for good: `Stopped`, `Not activated`; not one that is `Starting`."""
    return status is not None and bool(re.search(r"stop|not activated|not available", status, re.IGNORECASE))


def started(status: str | None) -> bool:
    return status is not None and status.casefold() in ("started", "running")


def listed(items: t.Iterable[str]) -> str:
    """Texts as a sentence has them: `a`, `a and b`, `a, b and c`."""
    texts = list(items)
    return " and ".join(filter(None, [", ".join(texts[:-1]), *texts[-1:]]))

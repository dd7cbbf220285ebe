# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the step cucm_connection: whether the phone gets through to a CallManager of its configuration.

The controller's handshake isn't the phone's: alone it makes a cause likely, with the phone's own word certain.
"""

from __future__ import annotations

import re

from ansible_collections.dialtone.voice.plugins.module_utils._cucm import registration as reg
from ansible_collections.dialtone.voice.plugins.module_utils._startup import rules_common as common
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Evidence
from ansible_collections.dialtone.voice.plugins.module_utils._startup.proof import Proof
from ansible_collections.dialtone.voice.plugins.module_utils._startup.rules_common import found
from ansible_collections.dialtone.voice.plugins.module_utils._startup.rules_registration import (
    model_mismatch,
    protocol_mismatch,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup.service import (
    NO_ANSWER,
    OPEN,
    REFUSED,
    TLS_FAILED,
    UNRESOLVABLE,
    Handshake,
    Member,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup.steps import CERTAIN, LIKELY
from ansible_collections.dialtone.voice.plugins.module_utils._startup.verdict import Finding

_UNKNOWN_HOST = r"dns unknown|unknown host|dns time-?out|no dns server"
_TIMED_OUT = r"last=tcp-?time-?out|tcp (connection )?timed? ?-?out|reasonforoutofservice(text)?[=: ]+(10\b|tcp)"
_UNTRUSTED = r"tls\b.*(fail|error)|ssl.*(fail|error)|certificate.*(fail|not trusted|unknown|mismatch)|security error"
# What may be due to the controller, which has no phone's certificate and takes neither TLS nor keys that are as old.
_CONTROLLERS_OWN = r"in common|broken off|unexpected.eof|too.(small|weak|old)|unsupported.protocol|legacy"


def members(e: Evidence) -> list[Member]:
    """The CallManagers of the phone's configuration, the first first."""
    return sorted(e.config.members, key=lambda member: member.priority) if e.config else []


def names(e: Evidence) -> list[str]:
    """The names of the phone's CallManagers, by its configuration, else by its record."""
    return [member.name for member in members(e)] or list(e.record.nodes if e.record else ())


def handshake(e: Evidence, name: str) -> Handshake | None:
    return next((one for one in e.call_managers or () if one.name.casefold() == name.casefold()), None)


def _concerned(e: Evidence) -> list[str]:
    """The CallManagers that would have to answer: all, or those before the one at which the phone is."""
    all_names = names(e)
    if common.state(e) != reg.WRONG_NODE or e.registration is None:
        return [] if common.came_to_cucm(e) else all_names
    at = common.node_of(e, e.registration.node) or e.registration.node
    before = []
    for name in all_names:
        if common.same_host(common.node_of(e, name) or name, at):
            break
        before.append(name)
    return before


def _trouble(e: Evidence, name: str) -> str:
    """The cause for which a CallManager can't be had, by what was asked; empty where nothing says so."""
    tried = handshake(e, name)
    if tried is not None and tried.outcome == UNRESOLVABLE:
        return "cucm_name_unresolvable"
    state = common.service(e, name, common.CALL_MANAGER)
    if common.stopped(state):
        return "callmanager_stopped" if tried is None or tried.outcome in (REFUSED, NO_ANSWER) else ""
    # A CallManager that is gone is named by a stale configuration: that is seen by the record alone.
    ours = e.record is not None or bool(common.node_of(e, name))
    if tried is not None and tried.outcome in (REFUSED, NO_ANSWER) and common.started(state) and ours:
        return "cucm_port_blocked"
    if tried is not None and _tls_trouble(e, tried):
        return "tls_handshake_failed"
    return ""


def _tls_trouble(e: Evidence, tried: Handshake) -> bool:
    if not tried.tls or not common.secured(e):
        return False
    trusted = e.files.ctl.trusted if e.files and common.there(e.files.ctl) and e.files.ctl else ()
    if trusted and tried.fingerprint:
        return tried.fingerprint not in trusted
    ours = tried.proof and re.search(_CONTROLLERS_OWN, tried.proof.answer, re.IGNORECASE)
    return tried.outcome == TLS_FAILED and not tried.fingerprint and not ours


def _all_out(e: Evidence, cause: str) -> list[str]:
    """The phone's CallManagers, where none can be had and the first of them for this cause."""
    concerned = _concerned(e)
    troubles = [_trouble(e, name) for name in concerned]
    return concerned if troubles and all(troubles) and troubles[0] == cause else []


def _proofs(e: Evidence, concerned: list[str]) -> list[Proof | None]:
    tried = [handshake(e, name) for name in concerned]
    return [*(one.proof for one in tried if one), *(common.service_proof(e, name) for name in concerned)]


def _phone_waits(e: Evidence) -> bool:
    """Whether the phone runs, has its configuration, and no CallManager has it."""
    if common.pages(e) is None or e.config is None or not common.well_placed(e) or not common.well_routed(e):
        return False
    if common.without_tftp(e) or common.tftp_silence(e):
        return False
    return not common.came_to_cucm(e) and bool(common.state(e))


def cucm_name_unresolvable(e: Evidence) -> Finding | None:
    named = [name for name in names(e) if not re.fullmatch(r"[\d.]+|.*:.*", name)]
    words = common.message(e, _UNKNOWN_HOST) if named and not common.came_to_cucm(e) else ""
    concerned = _all_out(e, "cucm_name_unresolvable")
    if concerned:
        text = f"The name of {common.listed(concerned)} can't be resolved"
        said = common.said(e, words) if words else None
        sure = CERTAIN if words else LIKELY
        return found("cucm_name_unresolvable", text, *_proofs(e, concerned), said, confidence=sure)
    if words and len(named) == len(names(e)) and _phone_waits(e):
        text = f"The phone can't resolve {common.listed(named)} ({words}); others can"
        return found("cucm_name_unresolvable", text, common.said(e, words), *_proofs(e, named))
    return None


def cucm_port_blocked(e: Evidence) -> Finding | None:
    concerned = _all_out(e, "cucm_port_blocked")
    words = common.message(e, _TIMED_OUT)
    if concerned:
        ports = common.listed(f"{name} port {one.port}" for name in concerned if (one := handshake(e, name)))
        text = f"Nothing answers at {ports}, though Cisco CallManager is started"
        said = common.said(e, words) if words else None
        sure = CERTAIN if words else LIKELY
        return found("cucm_port_blocked", text, *_proofs(e, concerned), said, confidence=sure)
    if not _phone_waits(e) or not _all_open(e):
        return None
    if words:
        text = f"The phone's connections to {common.listed(names(e))} time out ({words}), those of others are taken"
        return found("cucm_port_blocked", text, common.said(e, words), *_proofs(e, names(e)))
    # With TLS, what the phone makes of a certificate isn't seen from here; nor is a registration that it never tries.
    if common.secured(e) or _connected(e) is not False or not _would_register(e):
        return None
    text = f"The phone runs and has its configuration, and connects to none of {common.listed(names(e))}; others do"
    return found("cucm_port_blocked", text, common.page_proof(e, "network"), *_proofs(e, names(e)), confidence=LIKELY)


def _all_open(e: Evidence) -> bool:
    """Whether the phone's CallManagers take connections, all that were tried and at least one."""
    tried = [one for name in names(e) if (one := handshake(e, name))]
    return bool(tried) and all(one.outcome in (OPEN, TLS_FAILED) for one in tried)


def _would_register(e: Evidence) -> bool:
    """Whether nothing in the phone's record keeps it from registering, once it is connected."""
    told = e.record
    if told is None or not told.exists or not told.lines or told.digest or not _lines_told(e):
        return False
    return protocol_mismatch(e) is None and model_mismatch(e) is None


def _lines_told(e: Evidence) -> bool:
    """Whether the phone's configuration has lines, or is short and may have them in its encrypted part."""
    return e.config is not None and (not e.config.full or bool(e.config.lines))


def _connected(e: Evidence) -> bool | None:
    """Whether the phone says that it is connected to a CallManager; None where its pages don't tell."""
    told = [common.page_field(e, f"call_manager_{number}") or "" for number in range(1, 6)]
    if not any(told):
        return None
    return any(re.search(r"\b(active|standby)\b", words, re.IGNORECASE) for words in told)


def callmanager_stopped(e: Evidence) -> Finding | None:
    concerned = _all_out(e, "callmanager_stopped")
    if not concerned:
        return None
    down = [name for name in concerned if common.stopped(common.service(e, name, common.CALL_MANAGER))]
    told = common.listed(f"{common.node_of(e, name)} ({common.service(e, name, common.CALL_MANAGER)})" for name in down)
    return found("callmanager_stopped", f"Cisco CallManager isn't started on {told}", *_proofs(e, concerned))


def tls_handshake_failed(e: Evidence) -> Finding | None:
    words = common.message(e, _UNTRUSTED) if common.secured(e) else ""
    concerned = _all_out(e, "tls_handshake_failed")
    ctl = e.files.ctl if e.files else None
    if concerned:
        tried = [one for name in concerned if (one := handshake(e, name))]
        known = bool(ctl and ctl.trusted and all(one.fingerprint for one in tried))
        text = f"{common.listed(concerned)} can't be reached by TLS"
        if known:
            text = f"The certificate of {common.listed(concerned)} isn't one that the phones' CTL file has"
        proofs = (*_proofs(e, concerned), ctl and ctl.proof, common.said(e, words) if words else None)
        return found("tls_handshake_failed", text, *proofs, confidence=CERTAIN if known or words else LIKELY)
    if words and not common.came_to_cucm(e) and _all_open(e):
        text = f"The phone's TLS connection to {common.listed(names(e))} fails ({words})"
        return found("tls_handshake_failed", text, common.said(e, words), *_proofs(e, names(e)))
    return None

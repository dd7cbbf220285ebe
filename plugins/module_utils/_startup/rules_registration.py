# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the step registration: why CUCM doesn't take the phone as it is planned."""

from __future__ import annotations

from ansible_collections.dialtone.voice.plugins.module_utils._cucm import registration as reg
from ansible_collections.dialtone.voice.plugins.module_utils._startup import rules_common as common
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Evidence
from ansible_collections.dialtone.voice.plugins.module_utils._startup.rules_common import found
from ansible_collections.dialtone.voice.plugins.module_utils._startup.rules_firmware import phone_models
from ansible_collections.dialtone.voice.plugins.module_utils._startup.steps import CERTAIN, LIKELY, POSSIBLE
from ansible_collections.dialtone.voice.plugins.module_utils._startup.verdict import Finding

_DUPLICATE, _FULL = 16, 5
# Reasons by which CUCM tells of something else than credentials.
_OTHER_REASONS = frozenset({2, 4, _FULL, 14, _DUPLICATE})


def protocol_mismatch(e: Evidence) -> Finding | None:
    if e.record is None or not e.record.exists or not e.record.protocol:
        return None
    record, planned = e.record.protocol.upper(), e.planned.protocol.upper()
    if planned and planned != record:
        text = f"The phone's record is for {record}; {planned} is planned"
        return found("protocol_mismatch", text, e.record.proof, common.ris(e))
    speaks = common.load_protocol(common.active_load(e))
    # A load of the record's protocol is on its way, where the configuration names one that the server has.
    coming = common.load_protocol(common.wanted_load(e)) == record and bool(e.files and common.there(e.files.load))
    if not speaks or speaks == record or coming:
        return None
    text = f"The phone's record is for {record}, and its load {common.active_load(e)} speaks {speaks}"
    proof = common.page_proof(e, "device")
    return found("protocol_mismatch", text, e.record.proof, common.ris(e), proof, confidence=LIKELY)


def model_mismatch(e: Evidence) -> Finding | None:
    number = common.model_number(e.record.model) if e.record and e.record.exists else ""
    if not number or e.record is None:
        return None
    shown = phone_models(e)
    if shown:
        if number in shown:
            return None
        text = f"The phone's record is of a {e.record.model}, and the phone is a {common.listed(shown)}"
        return found("model_mismatch", text, e.record.proof, *shown.values(), common.ris(e))
    planned = common.model_number(e.planned.model)
    if not planned or planned == number:
        return None
    text = f"The phone's record is of a {e.record.model}; a {e.planned.model} is planned"
    return found("model_mismatch", text, e.record.proof, common.ris(e), confidence=LIKELY)


def _refused(e: Evidence) -> bool:
    """Whether CUCM refuses the phone, or some of its lines."""
    return common.rejected(e) or common.state(e) == reg.PARTIAL


def digest_authentication_failed(e: Evidence) -> Finding | None:
    if not (e.record and e.record.digest) or common.reason(e) in _OTHER_REASONS or common.state(e) == reg.REGISTERED:
        return None
    words = common.message(e, r"auth\w* (fail|error)|unauthori[sz]ed|registration rejected(?!.*(duplicate|max))")
    if not _refused(e) and not words:
        return None
    if e.planned.protocol.upper() == "SCCP" or e.record.protocol.upper() == "SCCP":
        return None
    user = f" as {e.record.digest_user}" if e.record.digest_user else ", and no digest user is set"
    text = f"CUCM refuses the phone, which is to prove itself by digest authentication{user}"
    said = common.said(e, words) if words else None
    sure = CERTAIN if _refused(e) and not e.record.digest_user else LIKELY
    return found("digest_authentication_failed", text, common.ris(e), e.record.proof, said, confidence=sure)


def duplicate_registration(e: Evidence) -> Finding | None:
    if common.reason(e) != _DUPLICATE:
        return None
    text = f"CUCM says that {e.planned.name} registers twice"
    sure = CERTAIN if common.rejected(e) else LIKELY
    return found("duplicate_registration", text, common.ris(e), confidence=sure)


def maximum_devices_exceeded(e: Evidence) -> Finding | None:
    if common.reason(e) != _FULL:
        return None
    node = e.registration.node if e.registration else ""
    text = f"{node or 'The CallManager'} has as many devices as it takes"
    return found("maximum_devices_exceeded", text, common.ris(e))


def no_line(e: Evidence) -> Finding | None:
    record = e.record
    if record is None or not record.exists:
        return None
    if not record.lines:
        return found("no_line", "The phone's record has no line", record.proof, common.ris(e))
    known = {common.plain_number(line) for line in record.lines}
    lacking = [pattern for pattern in e.planned.patterns if common.plain_number(pattern) not in known]
    if not lacking:
        return None
    text = f"The phone's record doesn't have {common.listed(lacking)}, but {common.listed(sorted(known))}"
    return found("no_line", text, record.proof, common.ris(e), confidence=CERTAIN if common.state(e) else POSSIBLE)

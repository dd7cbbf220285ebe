# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the step firmware_upgrade: the load that the phone runs, and the one that its configuration asks for."""

from __future__ import annotations

import re

from ansible_collections.dialtone.voice.plugins.module_utils._startup import rules_common as common
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Evidence
from ansible_collections.dialtone.voice.plugins.module_utils._startup.proof import Proof
from ansible_collections.dialtone.voice.plugins.module_utils._startup.rules_common import found
from ansible_collections.dialtone.voice.plugins.module_utils._startup.service import BROKEN
from ansible_collections.dialtone.voice.plugins.module_utils._startup.steps import CERTAIN, LIKELY
from ansible_collections.dialtone.voice.plugins.module_utils._startup.verdict import Finding

# How loads begin, by the models that they are made for: Cisco's names of firmware.
FAMILIES: dict[str, tuple[str, ...]] = {
    "p003": ("7940", "7960"),
    "p0s3": ("7940", "7960"),
    "sccp11.": ("7906", "7911"),
    "sip11.": ("7906", "7911"),
    "sccp31.": ("7931",),
    "sip31.": ("7931",),
    "sccp41.": ("7941", "7961"),
    "sip41.": ("7941", "7961"),
    "sccp42.": ("7942", "7962"),
    "sip42.": ("7942", "7962"),
    "sccp45.": ("7945", "7965"),
    "sip45.": ("7945", "7965"),
    "sccp70.": ("7970", "7971"),
    "sip70.": ("7970", "7971"),
    "sccp75.": ("7975",),
    "sip75.": ("7975",),
    "sip78xx.": ("7811", "7821", "7832", "7841", "7861"),
    "sip88xx.": ("8811", "8841", "8845", "8851", "8861", "8865"),
    "sip8845_65.": ("8845", "8865"),
    "sip8821.": ("8821",),
    "sip8832.": ("8832",),
    "sip8941_8945.": ("8941", "8945"),
    "sip8961.": ("8961",),
    "sip9951.": ("9951",),
    "sip9971.": ("9971",),
}


def made_for(load: str) -> tuple[str, ...]:
    """The models that a load is made for, by its name; empty where the name doesn't tell."""
    bare = common.load_name(load)
    return next((models for prefix, models in FAMILIES.items() if bare.startswith(prefix)), ())


def upgraded(e: Evidence) -> bool | None:
    """Whether the phone runs the load that is wanted; None where one of the two isn't known."""
    wanted, active = common.wanted_load(e), common.active_load(e)
    if not wanted or not active:
        return None
    return common.load_name(wanted) == common.load_name(active)


def phone_models(e: Evidence) -> dict[str, Proof | None]:
    """The models that the phone itself shows, by its pages, CDP or LLDP, with what proves each: four digits."""
    told: dict[str, Proof | None] = {}
    if number := common.model_number(common.page_field(e, "model") or ""):
        told[number] = common.page_proof(e, "device")
    for one in (e.port.heard or ()) if e.port else ():
        if one.name.upper().partition(".")[0] == e.planned.name.upper() and common.model_number(one.platform):
            told.setdefault(common.model_number(one.platform), next(iter(common.port_proof(e, "cdp", "lldp")), None))
    return told


def _load_of_record(e: Evidence) -> bool:
    """Whether the load is right for the record, which is made for another kind of phone: that is the cause then."""
    record, wanted = e.record, common.wanted_load(e)
    if record is None or not record.exists:
        return False
    model, fits = common.model_number(record.model), made_for(wanted)
    if model and (models := _models(e)) and model not in models and (not fits or model in fits):
        return True
    protocol, planned = record.protocol.upper(), e.planned.protocol.upper()
    return bool(protocol and planned and protocol != planned and common.load_protocol(wanted) == protocol)


def _models(e: Evidence) -> set[str]:
    """The models that the phone shows, else the planned one."""
    return set(phone_models(e)) or {common.model_number(e.planned.model)} - {""}


_NOT_THERE = r"not ?found|no such file|not exist"


def _failure(e: Evidence) -> str:
    """Why the phone's last download failed, as it told CUCM; empty where it didn't."""
    told = e.registration
    if told is None or not common.state(e):
        return ""
    failed = "fail" in told.download_status.casefold()
    words = told.download_failure or (told.download_status if failed else "")
    return "" if words.casefold() in ("none", "unknown", "0", "") else words


def firmware_missing(e: Evidence) -> Finding | None:
    file = e.files.load if e.files else None
    same = upgraded(e)
    if file is None and not same and common.wanted_load(e) and re.search(_NOT_THERE, _failure(e), re.IGNORECASE):
        text = f"The phone didn't find its load {common.wanted_load(e)}: {_failure(e)}"
        return found("firmware_missing", text, common.ris(e), confidence=LIKELY)
    if file is None or not common.missing(file):
        return None
    text = f"The TFTP service has no load {file.name}"
    text += "; the phone runs it already" if same else ""
    text += f"; the phone runs {common.active_load(e)}" if same is False else ""
    sure = LIKELY if same is None else CERTAIN
    if not same and not common.registered(e) and _registers_all_the_same(e):
        text += "; phones register with the load that they have, so there may be another cause"
        sure = LIKELY
    return found("firmware_missing", text, file.proof, common.ris(e), confidence=sure, stops=same is not True)


def _registers_all_the_same(e: Evidence) -> bool:
    """Whether the load that the phone has speaks the protocol that is wanted: without the other it keeps that one."""
    wanted = common.load_protocol(common.wanted_load(e))
    only_sip = all(model.startswith(("78", "88")) for model in _models(e)) and bool(_models(e))
    return bool(wanted) and wanted == (common.load_protocol(common.active_load(e)) or ("SIP" if only_sip else ""))


_MISFIT = r"load rejected|load id incorrect|version error"


def firmware_wrong_model(e: Evidence) -> Finding | None:
    wanted = common.wanted_load(e)
    if not wanted or upgraded(e) or _load_of_record(e):
        return None
    models = _models(e)
    words = common.message(e, _MISFIT)
    fits = made_for(wanted)
    misfit = bool(fits and models and not models & set(fits))
    if not misfit and not words:
        return None
    text = f"The configuration asks for {wanted}"
    text += f", which is made for {common.listed(fits)}" if misfit else ""
    text += f"; the phone says: {words}" if words else ""
    record = e.record.proof if e.record else None
    file = e.files.config.proof if e.files and e.files.config else None
    proofs = (common.said(e, words) if words else None, file, record, common.ris(e), *phone_models(e).values())
    return found("firmware_wrong_model", text, *proofs, confidence=CERTAIN if misfit or words else LIKELY)


# A transfer that ended, of a file that is part of a load: neither configuration, trust list nor locale.
_BROKE_OFF = (
    rf"checksum error|auth\w* fail.*{common.IMAGE}|tftp (error|time-?out) *: *(?!\S*\.(xml|tlv|jar|cnf))\S+\.\S+"
    r"|\b(load|firmware|upgrade|image)\b.*fail"
)


def firmware_download_failed(e: Evidence) -> Finding | None:
    file = e.files.load if e.files else None
    if upgraded(e) or _load_of_record(e) or not common.wanted_load(e):
        return None
    failure = _failure(e)
    if re.search(_NOT_THERE, failure, re.IGNORECASE) and (file is None or common.missing(file)):
        return None
    words = common.message(e, _BROKE_OFF)
    broken = file is not None and file.status == BROKEN
    if not failure and not words and not broken:
        return None
    why = [f"CUCM says: {failure}"] if failure else []
    why += [f"the phone says: {words}"] if words else []
    why += [f"the server's {file.name} is cut off"] if broken and file else []
    text = f"The download of {common.wanted_load(e)} failed ({'; '.join(why)})"
    proofs = (common.ris(e) if failure else None, common.said(e, words) if words else None, file and file.proof)
    # Without the server's answer, the file may not be there at all.
    sure = CERTAIN if broken and (failure or words) or (failure and file) else LIKELY
    return found("firmware_download_failed", text, *proofs, confidence=sure)

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the steps ctl, itl, config_file and dial_rules: what the TFTP service has for the phone.

A phone that kept its configuration starts without TFTP, and one in a non-secure cluster has no CTL: ways, and no
failures.
"""

from __future__ import annotations

import re

from ansible_collections.dialtone.voice.plugins.module_utils._startup import rules_common as common
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Evidence, Record
from ansible_collections.dialtone.voice.plugins.module_utils._startup.proof import Proof
from ansible_collections.dialtone.voice.plugins.module_utils._startup.rules_common import found
from ansible_collections.dialtone.voice.plugins.module_utils._startup.service import BROKEN, UNREACHABLE, Config
from ansible_collections.dialtone.voice.plugins.module_utils._startup.steps import CERTAIN, LIKELY
from ansible_collections.dialtone.voice.plugins.module_utils._startup.verdict import Finding


def _unanswered(e: Evidence) -> list[str]:
    """The phone's TFTP servers, where none of them answers."""
    servers = e.files.servers if e.files else {}
    return list(servers) if servers and all(file.status == UNREACHABLE for file in servers.values()) else []


def _server_proofs(e: Evidence) -> list[Proof | None]:
    return [file.proof for file in e.files.servers.values()] if e.files else []


def tftp_unreachable(e: Evidence) -> Finding | None:
    silent = _unanswered(e)
    if silent:
        # Without the state of the service, nobody knows whether it is stopped or not to be reached.
        ours = [server for server in silent if server in e.planned.tftp_servers or common.node_of(e, server)]
        if not any(common.started(common.service(e, server, common.TFTP)) for server in ours):
            return None
        words = common.tftp_silence(e)
        # The controller's way isn't the phone's: who got through to CUCM had its files, or does without them.
        if common.came_to_cucm(e) and not words:
            return None
        text = f"Nobody answers at {common.listed(silent)}, and the service is started"
        services = [common.service_proof(e, server) for server in silent]
        proofs = (*_server_proofs(e), *services, common.said(e, words) if words else None)
        return found("tftp_unreachable", text, *proofs, confidence=CERTAIN if words else LIKELY)
    words = common.tftp_silence(e)
    if not words or not common.well_placed(e) or not common.well_routed(e):
        return None
    # A phone that has no server at all can't miss its answer.
    if common.without_tftp(e):
        return None
    others = list(e.files.servers) if e.files else []
    own = common.page_tftp(e) or tuple(others) or e.planned.tftp_servers
    if not others and not (own and all(common.started(common.service(e, one, common.TFTP)) for one in own)):
        return None
    text = f"The phone gets no answer from {common.listed(own)} ({words})"
    text += "" if set(own).isdisjoint(others) else "; others get one"
    proofs = (common.said(e, words), common.page_proof(e, "network"), *_server_proofs(e))
    return found("tftp_unreachable", text, *proofs)


def tftp_service_stopped(e: Evidence) -> Finding | None:
    if e.cluster is None:
        return None
    answering = [name for name, file in (e.files.servers if e.files else {}).items() if file.status != UNREACHABLE]
    if answering:
        return None
    servers = list(e.files.servers if e.files and e.files.servers else e.planned.tftp_servers)
    states = {server: common.service(e, server, common.TFTP) for server in servers}
    if not servers or not all(map(common.stopped, states.values())):
        return None
    told = common.listed(f"{common.node_of(e, server) or server} ({state})" for server, state in states.items())
    proofs = [*(common.service_proof(e, server) for server in servers), *_server_proofs(e)]
    # An address that is none of the cluster's by name may be a proxy's, or another cluster's.
    ours = all(server in e.planned.tftp_servers or common.node_of(e, server) for server in servers)
    sure = CERTAIN if ours else LIKELY
    return found("tftp_service_stopped", f"Cisco Tftp isn't started on {told}", *proofs, confidence=sure)


def ctl_missing(e: Evidence) -> Finding | None:
    if e.files is None or not common.missing(e.files.ctl):
        return None
    mixed = e.cluster.mixed if e.cluster else None
    if common.secured(e):
        text = "The phone is to register securely, and the TFTP service has no CTL file"
        text += "" if mixed is not False else "; the cluster isn't in mixed mode"
    elif mixed:
        text = "The cluster is in mixed mode, and the TFTP service has no CTL file"
    else:
        return None
    record = e.record.proof if e.record else None
    proof = e.cluster.proofs.get("mixed") if e.cluster else None
    return found("ctl_missing", text, e.files.ctl and e.files.ctl.proof, proof, record, stops=common.secured(e))


def itl_missing(e: Evidence) -> Finding | None:
    if e.files is None or not common.missing(e.files.itl):
        return None
    return found("itl_missing", "The TFTP service has no ITL file", e.files.itl and e.files.itl.proof)


# What concerns 802.1X, or a load, is told in like words.
_DISTRUSTS = (
    rf"^(?!.*(802\.1x|\bimage\b|{common.IMAGE})).*(trust list update failed|(ctl|itl)( file)? update failed"
    r"|file auth(entication)? fail|authenticat\w* fail|server not authorized|error verifying"
    r"|signature verification fail)"
)
_TRUSTS = r"trust list updated|(ctl|itl) installed|" + common.CONFIGURED


def trust_list_mismatch(e: Evidence) -> Finding | None:
    files = e.files
    words = common.message(e, _DISTRUSTS, _TRUSTS)
    if words:
        # Without a file the phone has nothing to distrust.
        if files is not None and not (common.there(files.itl) or common.there(files.ctl) or _is_broken(e)):
            return None
        lists = [file.proof for file in (files.itl, files.ctl) if file] if files else []
        text = f"The phone doesn't trust what the TFTP service gives it ({words})"
        sure = LIKELY if files is None else CERTAIN
        return found("trust_list_mismatch", text, common.said(e, words), *lists, confidence=sure)
    if files is None or files.itl is None or files.config is None or common.came_to_cucm(e):
        return None
    known, signers = set(files.itl.signers), set(files.config.signers)
    if signers and known and not signers & known:
        text = f"The configuration is signed by {common.listed(sorted(signers))}, whom the ITL file doesn't name"
        return found("trust_list_mismatch", text, files.config.proof, files.itl.proof, confidence=LIKELY)
    return None


def _is_broken(e: Evidence) -> bool:
    return any(file is not None and file.status == BROKEN for file in (e.files.itl, e.files.ctl)) if e.files else False


def device_not_in_cucm(e: Evidence) -> Finding | None:
    if e.record is not None:
        if e.record.exists:
            return None
        text = f"CUCM has no phone {e.planned.name}"
        if e.cluster and e.cluster.auto_registration is not None:
            way = "on: it may register with a number of its own" if e.cluster.auto_registration else "off"
            text += f"; auto-registration is {way}"
        auto = e.cluster.proofs.get("auto_registration") if e.cluster else None
        return found("device_not_in_cucm", text, e.record.proof, auto, common.ris(e))
    if common.reason(e) == 2 and not (e.files and common.there(e.files.config)):
        text = f"CUCM rejects {e.planned.name}: no entry in database"
        return found("device_not_in_cucm", text, common.ris(e), confidence=LIKELY)
    return None


def config_missing(e: Evidence) -> Finding | None:
    if e.files is None or not common.missing(e.files.config) or not (e.record and e.record.exists):
        return None
    text = f"{e.planned.name} is in CUCM, and the TFTP service has no configuration file for it"
    return found("config_missing", text, e.files.config and e.files.config.proof, e.record.proof)


def _epoch(stamp: str) -> int | None:
    """The second at the beginning of a version stamp such as `1302115243-1c5c...`."""
    head = stamp.strip("{}").partition("-")[0]
    return int(head) if head.isdigit() else None


def config_stale(e: Evidence) -> Finding | None:
    config, record = e.config, e.record
    if config is None or record is None or config.default or not config.stamp or not record.stamp:
        return None
    ours, theirs = config.stamp.strip("{}").casefold(), record.stamp.strip("{}").casefold()
    old, new = _epoch(ours), _epoch(theirs)
    # A file that is newer than the record was made while we asked.
    if ours == theirs or (old is not None and new is not None and old > new):
        return None
    text = f"The phone's file has version stamp {config.stamp}, its record {record.stamp}"
    file = e.files.config.proof if e.files and e.files.config else None
    differs = _differences(e, config, record)
    text += f"; they differ in {common.listed(differs)}" if differs else ""
    older = old is not None and new is not None and old < new
    # A change of what no phone registers by, or one of a moment ago, makes a stamp newer, too.
    if not differs and common.came_to_cucm(e):
        return None
    stops = differs is None or bool(differs)
    return found(
        "config_stale", text, file, record.proof, confidence=CERTAIN if older and differs else LIKELY, stops=stops
    )


def _differences(e: Evidence, config: Config, record: Record) -> list[str] | None:
    """Return in what a file and a record differ that a phone registers by; None where not all can be compared."""
    lines = {common.plain_number(line) for line in record.lines}, {common.plain_number(line) for line in config.lines}
    loads = common.load_name(record.load), common.load_name(config.load)
    pairs = {"lines": lines, "load": loads, "protocol": (record.protocol.upper(), config.protocol.upper())}
    found_ = [what for what, (ours, theirs) in pairs.items() if config.full and ours and theirs and ours != theirs]
    nodes = [common.node_of(e, name) for name in record.nodes]
    members = [common.node_of(e, member.name) for member in sorted(config.members, key=lambda one: one.priority)]
    known = bool(nodes and members) and all(nodes) and all(members)
    if known and nodes != members:
        found_.append("CallManagers")
    return found_ if found_ or (known and config.full) else None


_UNDECRYPTED = r"decrypt|tftp error *: *\S+\.enc\.sgn"


def config_undecryptable(e: Evidence) -> Finding | None:
    file = e.files.config if e.files else None
    words = common.message(e, _UNDECRYPTED, common.CONFIGURED)
    if file is None or not file.encrypted or not words:
        return None
    text = f"The phone can't decrypt its configuration file ({words})"
    return found("config_undecryptable", text, common.said(e, words), file.proof)


def dial_rules_missing(e: Evidence) -> Finding | None:
    file = e.files.dial_rules if e.files else None
    if file is None or not _unusable(file.status):
        return None
    text = f"The TFTP service has no dial rules {file.name}"
    return found("dial_rules_missing", text, file.proof)


def _unusable(status: str) -> bool:
    return status in ("missing", BROKEN)


# -- after the registration ----------------------------------------------------------------------------------------


def locale_missing(e: Evidence) -> Finding | None:
    files = [file for file in (e.files.user_locale, e.files.network_locale) if file] if e.files else []
    # Every phone has the English and the tones of the United States in its load.
    others = [file for file in files if not re.match(r"(English_)?United_States/", file.name)]
    if bad := [file for file in others if _unusable(file.status)]:
        text = f"The TFTP service has no {common.listed(file.name for file in bad)}"
        return found("locale_missing", text, *(file.proof for file in bad))
    words = common.message(e, r"error updat\w+ locale", r"locale updated")
    # A message stays on the page when the locale is mended, or another one is chosen.
    if not words or files:
        return None
    text = f"The phone can't load its locale ({words})"
    return found("locale_missing", text, common.said(e, words), confidence=LIKELY)


def softkeys_missing(e: Evidence) -> Finding | None:
    file = e.files.softkeys if e.files else None
    if file is None or not _unusable(file.status):
        return None
    return found("softkeys_missing", f"The TFTP service has no softkeys {file.name}", file.proof)


def ringlist_missing(e: Evidence) -> Finding | None:
    file = e.files.ring_list if e.files else None
    if file is None or not _unusable(file.status):
        return None
    return found("ringlist_missing", f"The TFTP service has no list of ring tones {file.name}", file.proof)

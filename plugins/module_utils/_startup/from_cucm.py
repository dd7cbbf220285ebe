# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Evidence of CUCM: what its database, RISPort70 and Control Center told, as the rules read it.

Only `ask_cucm` asks; the rest are pure functions.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.registration import WRONG_LOAD, WRONG_NODE, same_load
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.registration import same_node as is_same_node
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.startup import (
    Stored,
    Surroundings,
    complete,
    read_groups,
    read_phones,
    read_surroundings,
)
from ansible_collections.dialtone.voice.plugins.module_utils._errors import VoiceError
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Cluster, Record, Registration
from ansible_collections.dialtone.voice.plugins.module_utils._startup.proof import Proof

RIS, DYNAMIC = "RISPort70", "AXL listRegistrationDynamic"


@dataclass
class FromCucm:
    """What CUCM's database told.

    :ivar records: device name as it was asked for -> its record; those that could not be asked for are missing
    :ivar gaps: device name -> why it could not be asked for
    :ivar nodes: the nodes of the cluster, as `info.read_nodes` returns them; empty where they aren't known
    :ivar problems: what could not be told of the cluster, in words
    """

    records: dict[str, Record] = field(default_factory=dict)
    cluster: Cluster = field(default_factory=Cluster)
    gaps: dict[str, str] = field(default_factory=dict)
    nodes: list[dict[str, t.Any]] = field(default_factory=list)
    problems: tuple[str, ...] = ()


def ask_cucm(axl: Axl, names: t.Sequence[str], needed: t.Collection[str] | None = None) -> FromCucm:
    """Ask CUCM's database for phones and what they refer to, in bulk.

    :param needed: those that are asked for one by one where the account may not use SQL; all where it isn't given
    :raises VoiceError: nothing can be asked
    """
    around = read_surroundings(axl)
    phones = read_phones(axl, names, names if needed is None else needed)
    stored = [phone for phone in phones.values() if isinstance(phone, Stored)]
    read_groups(axl, around, stored)
    complete(axl, phones, lambda phone: profile_of(around, phone)[1] is True)
    answer = FromCucm(cluster=cluster_of(around, axl.where), nodes=around.nodes or [])
    for name, phone in phones.items():
        if isinstance(phone, VoiceError):
            answer.gaps[name] = f"CUCM's database could not be asked for {name}: {phone}"
        else:
            answer.records[name] = record_of(name, phone, around, axl.where)
    answer.problems = tuple(f"{part} of the cluster: {error}" for part, error in around.problems.items())
    return answer


def profile_of(around: Surroundings, phone: Stored) -> tuple[str, bool | None]:
    """Return the security mode of a phone's profile, and whether it asks for digest authentication; None: not known."""
    found = (around.profiles or {}).get(phone.profile.casefold())
    return found if found is not None else ("", None)


def record_of(name: str, phone: Stored | None, around: Surroundings, where: str) -> Record:
    """Return a phone's record; without one, that there is none."""
    if phone is None:
        return Record(exists=False, proof=Proof(where, f"getPhone {name}", "not found"))
    mode, digest = profile_of(around, phone)
    group = (around.pools or {}).get(phone.pool.casefold(), "")
    default = (around.loads or {}).get((phone.model.casefold(), phone.protocol.casefold()), "")
    words = [
        *(phone.model, phone.protocol, f"device pool {phone.pool}"),
        f"security profile {phone.profile}{f' ({mode})' if mode else ''}",
        f"lines {', '.join(phone.lines)}" if phone.lines else "no line",
        f"load {phone.load or default or 'none'}{'' if phone.load else ' (device default)'}",
        f"versionStamp {phone.stamp}",
    ]
    return Record(
        exists=True,
        model=phone.model,
        protocol=phone.protocol,
        lines=phone.lines,
        security_mode=mode,
        digest=digest,
        digest_user=phone.digest_user,
        device_pool=phone.pool,
        nodes=(around.groups or {}).get(group.casefold(), ()),
        load=phone.load or default,
        stamp=phone.stamp,
        dial_rules=phone.dial_rules,
        softkey_template=phone.softkeys,
        user_locale=phone.user_locale,
        network_locale=phone.network_locale,
        proof=Proof(where, f"{phone.asked} {name}", "; ".join(words)),
    )


def cluster_of(around: Surroundings, where: str) -> Cluster:
    """Return the cluster, without its services."""
    proofs = {}
    if around.mixed is not None:
        mode = "1 (mixed)" if around.mixed else "0 (non-secure)"
        proofs["mixed"] = Proof(where, "enterprise parameter ClusterSecurityMode", mode)
    if around.registering is not None:
        words = "enabled" if around.registering else "disabled at every CallManager"
        proofs["auto_registration"] = Proof(where, "listCallManager, autoRegistrationEnabled", words)
    return Cluster(
        mixed=around.mixed,
        auto_registration=around.registering,
        addresses=_addresses(around.managers or {}, around.nodes or []),
        proofs=proofs,
    )


def _addresses(managers: t.Mapping[str, str], nodes: t.Iterable[t.Mapping[str, t.Any]]) -> dict[str, tuple[str, ...]]:
    """Return what each CallManager and each node is called too: a CallManager by its node's name."""
    found = {str(node["name"]): (str(node["name"]),) for node in nodes}
    found.update({name: (node, *found.get(node, ())[1:]) for name, node in managers.items() if node})
    return found


def with_services(cluster: Cluster, services: t.Mapping[str, t.Mapping[str, t.Any]]) -> tuple[Cluster, dict[str, str]]:
    """Return the cluster with the services of its nodes, and for each node that didn't tell, why.

    :param services: node -> what `info.services_of_nodes` says of it
    """
    told: dict[str, dict[str, str]] = {}
    proofs = dict(cluster.proofs)
    gaps = {}
    for node, answer in services.items():
        if not answer["answered"]:
            gaps[node] = f"services of {node}: {answer['error']}"
            continue
        told[node] = {
            name: service["status"] if service["activated"] else "Not activated"
            for name, service in answer["services"].items()
        }
        words = "; ".join(f"{name} {told[node][name]}" for name in _SHOWN if name in told[node])
        proofs[f"services {node}"] = Proof(f"Control Center of {node}", "soapGetServiceStatus", words)
    return replace(cluster, services=told, proofs=proofs), gaps


def with_addresses(cluster: Cluster, addresses: t.Mapping[str, tuple[str, ...]]) -> Cluster:
    """Return the cluster with more names and addresses of its nodes.

    :param addresses: node -> its addresses
    """
    found = {
        name: (*known, *addresses.get(known[0] if known else name, ())) for name, known in cluster.addresses.items()
    }
    found.update({node: (node, *more) for node, more in addresses.items() if node not in found})
    return replace(cluster, addresses={name: tuple(dict.fromkeys(known)) for name, known in found.items()})


_SHOWN = ("Cisco CallManager", "Cisco Tftp", "Cisco Certificate Authority Proxy Function")


def registration_of(row: t.Mapping[str, t.Any]) -> Registration | str:
    """Return what a row of `wait_for_registration` or `cucm_registrations_info` says, else why it says nothing."""
    state = row.get("state")
    if not state:
        return str(row.get("error") or "registrations were not asked for")
    by_axl = row.get("source") == "axl"
    words = [state, *(f"{name} {row[key]}" for name, key in _TOLD if row.get(key))]
    if row.get("status_reason"):
        words.append(f"StatusReason {row['status_reason']} ({row.get('status_reason_words') or 'unknown'})")
    if row.get("lines"):
        words.append("lines " + ", ".join(f"{number} {status}" for number, status in row["lines"].items()))
    return Registration(
        state=str(state),
        problem=row.get("error") or None,
        node=row.get("node") or "",
        address=row.get("ip_address") or "",
        protocol=row.get("protocol") or "",
        model=row.get("model") or "",
        active_load=row.get("active_load") or "",
        inactive_load=row.get("inactive_load") or "",
        reason=row.get("status_reason"),
        reason_words=row.get("status_reason_words") or "",
        download_status=row.get("download_status") or "",
        download_failure=row.get("download_failure") or "",
        download_server=row.get("download_server") or "",
        lines=row.get("lines") or {},
        proof=Proof(DYNAMIC if by_axl else RIS, f"selectCmDevice {row.get('key', '')}".strip(), "; ".join(words)),
    )


_TOLD = (
    ("at", "node"),
    ("address", "ip_address"),
    ("protocol", "protocol"),
    ("ActiveLoadID", "active_load"),
    ("InactiveLoadID", "inactive_load"),
    ("DownloadStatus", "download_status"),
    ("DownloadFailureReason", "download_failure"),
)


def as_recorded(
    registration: Registration, record: Record | None, cluster: Cluster | None, planned: tuple[bool, bool]
) -> Registration:
    """Return a registration with what differs from the record where the plan says nothing of it.

    A phone that is registered is to be so at a member of its CallManager group, with the load that it is configured
    to have. What is not known is taken for right.

    :param planned: whether the plan names nodes, and a load
    """
    if record is None or not record.exists or registration.problem is not None:
        return registration
    addresses = cluster.addresses if cluster else {}
    members = [other for node in record.nodes for other in (node, *addresses.get(node, ()))]
    known = any(node in addresses for node in record.nodes)
    at_member = any(is_same_node(member, registration.node) for member in members)
    words, state = [], registration.state
    if not planned[0] and registration.node and known and not at_member:
        names = " or ".join(next(iter(addresses.get(node, ())), node) for node in record.nodes)
        words.append(f"at {registration.node} instead of {names}, the members of its CallManager group")
        state = WRONG_NODE
    loads = record.load, registration.active_load
    if not planned[1] and all(loads) and not same_load(*loads):
        words.append(f"with load {registration.active_load} instead of {record.load}, which CUCM has for it")
        state = state if state == WRONG_NODE else WRONG_LOAD
    if not words:
        return registration
    return replace(registration, state=state, problem=f"registered {' and '.join(words)}")

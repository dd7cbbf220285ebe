# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be known of a cluster before it is changed: release, nodes, mixed mode, services, and the account's rights.

Every question is answered by itself, so that one that is refused leaves the others. Nothing is changed.
"""

from __future__ import annotations

import time
import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._cucm import control_center
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import Fault, plain
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.https import AXL_ROLES, RIS_ROLES, Https
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.pace import MINUTE, BudgetUsed, RateExceeded
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.release import spoken_versions
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.risport import risport_of
from ansible_collections.dialtone.voice.plugins.module_utils._errors import (
    AuthenticationFailed,
    Refused,
    Unreachable,
    VoiceError,
)

PARTS = ("release", "nodes", "callmanagers", "security", "services", "rights")
YES, NO, UNKNOWN = "yes", "no", "unknown"
NOBODY = "dialtone.voice-rights-check"
"""A name that no device can have: it is longer than the 15 characters of a phone's."""

_PRESENCE = "IM and Presence"
_PSEUDO_NODE = "EnterpriseWideData"
_SECURITY_MODE = "ClusterSecurityMode"
_DENIALS = ("denied", "not authorized", "not allowed", "permission", "privilege", "read only", "read-only", "forbidden")
_RATE = "exceeded allowed rate"
_UNCLEAR = ("5003", "-1")
"""Codes of AXL that a denial has as well, or a publisher that is too busy."""
_SHORTEST_TIMEOUT = 10


@dataclass(frozen=True)
class Right:
    """Whether the account has a right: `yes`, `no` or `unknown`; what it needs for it, and the words that came back."""

    allowed: str
    needs: str
    words: str = ""


def right(ask: t.Callable[[], t.Any], needs: str) -> Right:
    """Ask something that needs a right, and tell by the outcome whether the account has it."""
    try:
        ask()
    except VoiceError as error:
        return Right(_verdict(error), needs, str(error))
    return Right(YES, needs)


def _verdict(error: VoiceError) -> str:
    if isinstance(error, BudgetUsed):
        # It is this controller that keeps back; CUCM was not asked.
        return UNKNOWN
    if isinstance(error, RateExceeded) or (isinstance(error, Refused) and _RATE in error.words.casefold()):
        # Who is counted has been let in. Control Center says so with a fault of its own.
        return YES
    if isinstance(error, AuthenticationFailed):
        return NO
    if isinstance(error, Refused):
        words = error.words.casefold()
        return NO if error.code == "403" or any(denial in words for denial in _DENIALS) else UNKNOWN
    return UNKNOWN


def write_right(axl: Axl) -> Right:
    """Find out whether the account may write, by an update without any change of a phone that can't exist.

    AXL checks the right first: with it the answer is that there is no such phone (5003 or 5007), or that none can be
    called so; without it a denial, by HTTP 403 or by a fault that has the code 5003 too. So the words decide.
    """
    needs = AXL_ROLES
    try:
        axl.call("updatePhone", {"name": NOBODY}, "trying the right to write")
    except Fault as fault:
        if _verdict(fault) == NO:
            return Right(NO, needs, fault.words)
        looked = "not found" in fault.words.casefold()
        looked = looked or (fault.code.lstrip("-").isdigit() and fault.code not in _UNCLEAR)
        return Right(YES if looked else UNKNOWN, needs, fault.words)
    except VoiceError as error:
        return Right(_verdict(error), needs, str(error))
    return Right(YES, needs)


def ris_right(https: Https, params: t.Mapping[str, t.Any], report: t.Callable[[str], None]) -> Right:
    """Find out whether the account may ask for registrations. Takes one request of the cluster's budget."""
    risport = risport_of(https, params, report)
    now = time.monotonic()
    return right(lambda: risport.ask([NOBODY], until=now, budget_until=now + MINUTE), RIS_ROLES)


def mixed_mode(axl: Axl) -> bool:
    """Tell whether the cluster is in mixed mode: its enterprise parameter ClusterSecurityMode is 1, else 0.

    Asked by SQL, and as a service parameter where the account may not use SQL.

    :raises VoiceError: neither was answered
    """
    doing = "asking for the security mode of the cluster"
    query = f"select paramvalue from processconfig where paramname = '{_SECURITY_MODE}'"
    try:
        returned = axl.call("executeSQLQuery", {"sql": query}, doing)
        rows = [] if returned is None else [plain(row) for row in returned]
        value = str(rows[0]["paramvalue"]) if rows and isinstance(rows[0], dict) else ""
    except Refused:
        key = {"processNodeName": _PSEUDO_NODE, "name": _SECURITY_MODE, "service": "Enterprise Wide"}
        found = axl.get("ServiceParameter", key, doing) or {}
        value = str(found.get("value") or "")
    if value not in ("0", "1"):
        raise Refused(f"{doing}: {axl.where} answered {value or 'nothing'!r}, neither 0 nor 1", words=value)
    return value == "1"


def read_nodes(axl: Axl) -> list[dict[str, t.Any]]:
    """Return the nodes of the cluster without the pseudo node that every cluster lists, the publisher first."""
    tags = ["name", "description", "nodeUsage", "processNodeRole"]
    found = [
        {
            "name": node.get("name"),
            "description": node.get("description") or "",
            "role": str(node.get("nodeUsage") or "").casefold(),
            "kind": node.get("processNodeRole") or "",
        }
        for node in axl.list("ProcessNode", {"name": "%"}, tags, "listing the nodes")
        if node.get("name") != _PSEUDO_NODE
    ]
    # The first node of IM and Presence may be a publisher too, of its own.
    return sorted(found, key=lambda node: (node["role"] != "publisher", _PRESENCE in node["kind"], str(node["name"])))


def _callmanagers(axl: Axl) -> dict[str, t.Any]:
    managers = axl.list(
        "CallManager", {"name": "%"}, ["name", "description", "processNodeName"], "listing CallManagers"
    )
    groups = axl.list("CallManagerGroup", {"name": "%"}, ["name", "tftpDefault"], "listing CallManager groups")
    return {
        "callmanagers": [
            {
                "name": manager.get("name"),
                "node": manager.get("processNodeName"),
                "description": manager.get("description") or "",
            }
            for manager in managers
        ],
        "groups": [
            {"name": group.get("name"), "auto_registration": str(group.get("tftpDefault")).casefold() in ("true", "t")}
            for group in groups
        ],
    }


class Inquiry:
    """One round of questions to a cluster.

    :param params: a module's connection options
    :param parts: which of :data:`PARTS` to answer
    :ivar problems: what could not be answered, with the part and the reason
    """

    def __init__(
        self, params: t.Mapping[str, t.Any], parts: t.Collection[str], report: t.Callable[[str], None]
    ) -> None:
        self._params = params
        self._parts = parts
        self._report = report
        self.problems: list[dict[str, str]] = []

    def run(self) -> dict[str, t.Any]:
        """Return the answers of the wanted parts under their names.

        :raises Unreachable: no conversation with the publisher came about
        :raises AuthenticationFailed: it accepts the account nowhere
        """
        found: dict[str, t.Any] = {}
        closed: VoiceError | None = None
        nodes: list[dict[str, t.Any]] = []
        with Https(self._params) as https:
            try:
                with Axl(self._params, report=self._report) as axl:
                    nodes = self._by_axl(axl, https, found)
            except Unreachable:
                raise
            except VoiceError as error:
                if not {"rights", "services"} & set(self._parts):
                    raise
                if isinstance(error, AuthenticationFailed) and "rights" not in self._parts:
                    raise
                closed = error
                self._failed("axl", error)
            if "rights" in self._parts:
                self._other_rights(https, found, closed)
            if "services" in self._parts:
                found["services"] = services_of_nodes(self._params, nodes)
                for node, told in found["services"].items():
                    if not told["answered"]:
                        self.problems.append({"part": f"services of {node}", "error": told["error"]})
        return found

    def _failed(self, part: str, error: VoiceError) -> None:
        self.problems.append({"part": part, "error": str(error)})

    def _answer(self, part: str, ask: t.Callable[[], dict[str, t.Any]], found: dict[str, t.Any]) -> None:
        try:
            found.update(ask())
        except (AuthenticationFailed, Unreachable):
            raise
        except VoiceError as error:
            self._failed(part, error)

    def _by_axl(self, axl: Axl, https: Https, found: dict[str, t.Any]) -> list[dict[str, t.Any]]:
        """Answer what AXL answers, and return the nodes."""
        asked: dict[str, t.Any] = {}
        if {"nodes", "services"} & set(self._parts):
            self._answer("nodes", lambda: {"nodes": read_nodes(axl)}, asked)
            self._must_be_publisher(https.host, asked.get("nodes", []))
        if "release" in self._parts:
            self._answer("release", lambda: {"release": _release(axl, https)}, found)
        if "nodes" in self._parts:
            found.update(asked)
        if "callmanagers" in self._parts:
            self._answer("callmanagers", lambda: _callmanagers(axl), found)
        if "security" in self._parts:
            self._answer("security", lambda: {"mixed_mode": mixed_mode(axl)}, found)
        if "rights" in self._parts:
            reading = right(lambda: axl.list("ProcessNode", {"name": _PSEUDO_NODE}, ["name"], "reading"), AXL_ROLES)
            found["rights"] = {"axl_read": asdict(reading), "axl_write": asdict(write_right(axl))}
        return asked.get("nodes", [])

    def _must_be_publisher(self, host: str, nodes: list[dict[str, t.Any]]) -> None:
        """Tell where the task speaks with a subscriber, because AXL writes only at the publisher."""
        for node in nodes:
            if _is(node["name"], host) and node["role"] != "publisher":
                text = f"{host} is a {node['role']}, and AXL writes only at the publisher, which is {nodes[0]['name']}"
                self.problems.append({"part": "host", "error": text})

    def _other_rights(self, https: Https, found: dict[str, t.Any], closed: VoiceError | None) -> None:
        rights = found.setdefault("rights", {})
        if closed is not None:
            none = asdict(Right(_verdict(closed), AXL_ROLES, str(closed)))
            rights.update(axl_read=none, axl_write=none)
        rights["ris"] = asdict(ris_right(https, self._params, self._report))
        if isinstance(closed, AuthenticationFailed) and rights["ris"]["allowed"] == NO:
            # Neither service takes the password: to go on trying would lock the account.
            raise closed
        rights["serviceability"] = asdict(
            right(lambda: control_center.services(https), control_center.SERVICEABILITY_ROLES)
        )
        rights["logs"] = asdict(right(lambda: control_center.log_nodes(https), control_center.LOG_ROLES))


def services_of_nodes(
    params: t.Mapping[str, t.Any], nodes: t.Sequence[t.Mapping[str, t.Any]]
) -> dict[str, dict[str, t.Any]]:
    """Return for each node whether it `answered`, the `error` if not, and its `services` by name.

    Only those of the host of `params` where no nodes are known.
    """
    host = params["host"]
    known = list(nodes) or [{"name": host, "role": "publisher"}]
    here = next((node for node in known if _is(node["name"], host)), known[0])
    others = [node for node in known if node is not here]
    answers = [_services_of(dict(params))]
    # By the names that the cluster has for them; one that doesn't answer must not hold up the others.
    timeout = min(params["timeout"], _SHORTEST_TIMEOUT)
    if not isinstance(answers[0][1], AuthenticationFailed):
        options = [{**params, "host": node["name"], "timeout": timeout} for node in others]
        with ThreadPoolExecutor(max_workers=8) as pool:
            answers += pool.map(_services_of, options)
    return {
        node["name"]: {
            "answered": error is None,
            "error": "" if error is None else str(error),
            "services": {name: service.as_dict() for name, service in services.items()},
        }
        for node, (services, error) in zip([here, *others], answers, strict=False)
    }


def _is(name: t.Any, host: str) -> bool:
    return str(name).casefold() == host.casefold()


def _services_of(options: dict[str, t.Any]) -> tuple[dict[str, control_center.Service], VoiceError | None]:
    try:
        with Https(options) as https:
            return control_center.services(https), None
    except VoiceError as error:
        return {}, error


def _release(axl: Axl, https: Https) -> dict[str, t.Any]:
    return {
        "build": axl.schema.build,
        "schema_version": axl.schema.version,
        "schema_versions": spoken_versions(https),
    }

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Control Center Services and LogCollection: what runs on a node, and whether the account may see it. Only questions.

A node tells only of itself, so each is asked on its own HTTPS port. Shapes by ControlCenterServices.wsdl and
LogCollectionPortTypeService.wsdl.
"""

from __future__ import annotations

import email
import typing as t
from dataclasses import asdict, dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import (
    SOAP,
    child,
    local_name,
    read,
    text,
    title,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.https import Https
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Refused

SERVICES_PATH = "/controlcenterservice2/services/ControlCenterServices"
LOGS_PATH = "/logcollectionservice2/services/LogCollectionPortTypeService"
SERVICEABILITY_ROLES = (
    "The user needs the roles 'Standard CCM Admin Users' and 'Standard SERVICEABILITY Administration'"
)
LOG_ROLES = "The user needs the role 'Standard RealtimeAndTraceCollection'"

_NAMESPACE = "http://schemas.cisco.com/ast/soap"
_NOT_ACTIVATED = "not activated"


@dataclass(frozen=True)
class Service:
    """A service of a node. `status` is Started, Stopped, Starting, Stopping or Unknown; `uptime` is in seconds."""

    status: str
    activated: bool
    reason: str
    uptime: int

    def as_dict(self) -> dict[str, t.Any]:
        return asdict(self)


def services(https: Https) -> dict[str, Service]:
    """Return all services of a node by name.

    :raises VoiceError: the node can't be asked, or doesn't let the account ask
    """
    answer = _ask(https, SERVICES_PATH, "soapGetServiceStatus", "ServiceStatus", SERVICEABILITY_ROLES)
    return parse_services(answer, f"Control Center of CUCM {https.authority}")


def log_nodes(https: Https) -> list[str]:
    """Return the names of the nodes whose logs the account may collect through a node.

    :raises VoiceError: as :func:`services`
    """
    answer = _ask(https, LOGS_PATH, "listNodeServiceLogs", "ListRequest", LOG_ROLES)
    return [text(item, "name") for item in answer if local_name(item) == "listNodeServiceLogsReturn"]


def parse_services(answer: t.Any, where: str) -> dict[str, Service]:
    """Read the first element of the body of an answer to soapGetServiceStatus.

    :raises Refused: it names a ReturnCode other than 0
    """
    result = child(answer, "soapGetServiceStatusReturn")
    code = "" if result is None else text(result, "ReturnCode")
    if code not in ("", "0"):
        words = text(result, "ReasonString") or "no reason given"
        raise Refused(
            f"asking for services: {where} answered: {words} (code {code})",
            f"{SERVICEABILITY_ROLES}.",
            words=words,
            code=code,
        )
    members = None if result is None else child(result, "ServiceInfoList")
    found = {}
    for item in () if members is None else members:
        if local_name(item) == "item" and text(item, "ServiceName"):
            found[text(item, "ServiceName")] = _service(item)
    return found


def _service(item: t.Any) -> Service:
    status, reason = text(item, "ServiceStatus"), text(item, "ReasonCodeString")
    # Releases tell it in either place: Stopped with the reason "Service Not Activated", or a status of its own.
    activated = _NOT_ACTIVATED not in f"{status} {reason}".casefold()
    uptime = text(item, "UpTime")
    return Service(status if activated else "Stopped", activated, reason, int(uptime) if uptime.isdigit() else 0)


def _ask(https: Https, path: str, operation: str, element: str, roles: str) -> t.Any:
    """Send an operation whose one element stays empty, which means all."""
    envelope = (
        f'<soapenv:Envelope xmlns:soapenv="{SOAP}" xmlns:ns="{_NAMESPACE}"><soapenv:Body>'
        f"<ns:{operation}><ns:{element}></ns:{element}></ns:{operation}></soapenv:Body></soapenv:Envelope>"
    )
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{operation}"'}
    answer = https.post(path, envelope.encode(), headers, roles=roles)
    where, doing = f"CUCM {https.authority}", f"asking {operation}"
    if answer.status not in (200, 500):
        raise Refused(
            f"{doing}: {where} answered HTTP {answer.status}, {title(answer.body)}",
            "Check that the SOAP services run on the node (Cisco Unified Serviceability, Control Center).",
            code=str(answer.status),
        )
    return read(soap_part(answer.body, answer.headers.get("content-type", "")), where, doing)


def soap_part(body: bytes, content_type: str) -> bytes:
    """Return the SOAP of an answer: its first XML part where it is in parts, as LogCollection answers, else all of it.

    The boundary comes with and without quotes.
    """
    if not content_type.lower().startswith("multipart/"):
        return body
    message = email.message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    for part in message.walk():
        content = part.get_payload(decode=True)
        if "xml" in part.get_content_type() and isinstance(content, bytes):
            return content.strip()
    return body

"""What CUCM checks and adds beyond the schema when phones, lines and the other objects are written or read."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from lab.cucm import axl_faults as faults
from lab.cucm.models import MODELS
from lab.cucm.references import directory_numbers, referenced_type, references
from lab.cucm.store import Store, StoredObject, object_name

Document = dict[str, Any]

_DEVICE_NAME = re.compile(r"[A-Za-z0-9._-]{1,15}|[A-Za-z0-9._-]+@[A-Za-z0-9._-]+")
_PHONE_NAME = re.compile(r"SEP[0-9A-F]{12}", re.IGNORECASE)
_PATTERN = re.compile(r"(\\\+)?[0-9A-DX*#.!@^\[\]\\+?-]+", re.IGNORECASE)

_NOT_NULL = {
    "Phone": {
        "devicePoolName": "device.fkdevicepool",
        "commonPhoneConfigName": "device.fkcommonphoneconfig",
        "locationName": "device.fklocation",
    },
    "DevicePool": {
        "callManagerGroupName": "devicepool.fkcallmanagergroup",
        "regionName": "devicepool.fkregion",
        "dateTimeSettingName": "devicepool.fkdatetimesetting",
    },
    "CallManagerGroup": {"members": "callmanagergroupmember.fkcallmanager"},
    "DhcpServer": {"processNodeName": "dhcpserver.fkprocessnode"},
    "DhcpSubnet": {
        "dhcpServerName": "dhcpsubnet.fkdhcpserver",
        "subnetIpAddress": "dhcpsubnet.subnetipaddress",
        "subnetMask": "dhcpsubnet.subnetmask",
        "primaryStartIpAddress": "dhcpsubnet.primarystartipaddress",
        "primaryEndIpAddress": "dhcpsubnet.primaryendipaddress",
    },
}


def complete(kind: str, document: Document) -> None:
    """Add to a new object, in place, what CUCM fills in and the schema doesn't say."""
    if kind == "Phone":
        model = MODELS.get(document.get("product") or "")
        protocol = document.get("protocol") or ""
        document.setdefault("model", document.get("product"))
        document.setdefault("presenceGroupName", "Standard Presence group")
        if model and protocol in model.loads:
            document.setdefault("securityProfileName", model.security_profile(protocol))
        if protocol == "SIP":
            document.setdefault("sipProfileName", "Standard SIP Profile")
    elif kind == "Line":
        document.setdefault("presenceGroupName", "Standard Presence group")


def normalize(kind: str, document: Document) -> None:
    """Bring an object into the one form in which it is stored, in place."""
    lines = document.get("lines") if kind == "Phone" else None
    if not isinstance(lines, dict):
        return
    identifiers = lines.pop("lineIdentifier", [])
    for number, identifier in enumerate(identifiers, start=len(lines.get("line", [])) + 1):
        dirn = {"pattern": identifier["directoryNumber"], "routePartitionName": identifier.get("routePartitionName")}
        lines.setdefault("line", []).append({"index": str(number), "dirn": dirn})


def check(store: Store, kind: str, document: Document) -> None:
    """Raise AxlFault where an object can't be written; correct the case of its references in place."""
    for element, column in _NOT_NULL.get(kind, {}).items():
        if not document.get(element):
            raise faults.null_column(column)
    if kind == "Phone":
        _check_phone(document)
    elif kind == "Line" and not _PATTERN.fullmatch(document["pattern"]):
        raise faults.invalid_pattern(document["pattern"])
    elif kind == "DhcpSubnet":
        _check_dhcp_subnet(document)
    own = object_name(kind, document).casefold()
    for element, name in list(references(document)):
        target = referenced_type(element) or ""
        if not store.find(target, name) and (target, name.casefold()) != (kind, own):
            raise faults.not_found(target)
    for number in directory_numbers(document):
        line = store.find("Line", object_name("Line", number))
        if not line:
            raise faults.not_found("Line")
        number["routePartitionName"] = line.document.get("routePartitionName")


def _check_phone(document: Document) -> None:
    product, protocol = document.get("product") or "", document.get("protocol") or ""
    model = MODELS.get(product)
    if not (_PHONE_NAME if model else _DEVICE_NAME).fullmatch(document["name"]):
        raise faults.invalid_device_name()
    if model and protocol not in model.loads:
        raise faults.unsupported_protocol(product, protocol)
    lines = (document.get("lines") or {}).get("line", [])
    indexes = [int(line["index"]) for line in lines]
    numbers = [object_name("Line", line["dirn"]).casefold() for line in lines]
    if len(set(indexes)) < len(indexes) or len(set(numbers)) < len(numbers):
        raise faults.duplicate()


def _check_dhcp_subnet(document: Document) -> None:
    for element, value in document.items():
        if value and element.endswith(("IpAddress", "Mask")):
            try:
                IPv4Address(value)
            except ValueError:
                raise faults.invalid_value(element, value) from None
    try:
        network = IPv4Network((document["subnetIpAddress"], document["subnetMask"]))
    except ValueError:
        raise faults.invalid_value("subnetMask", document["subnetMask"]) from None
    for part in ("primary", "secondary"):
        names = (f"{part}StartIpAddress", f"{part}EndIpAddress")
        first, last = (document.get(name) or "" for name in names)
        for name, value in zip(names, (first, last), strict=True):
            if (first or last) and (not value or IPv4Address(value) not in network):
                raise faults.invalid_value(name, value)
        if first and IPv4Address(first) > IPv4Address(last):
            raise faults.invalid_value(names[1], last)


def _phone_view(store: Store, document: Document) -> Document:
    template = store.find("PhoneButtonTemplate", document.get("phoneTemplateName") or "")
    buttons = ((template.document.get("buttons") or {}).get("button") or []) if template else []
    current = (
        "userHoldMohAudioSourceId",
        "phoneTemplateName",
        "mlppDomainId",
        "mlppIndicationStatus",
        "preemption",
        "softkeyTemplateName",
        "ignorePresentationIndicators",
        "singleButtonBarge",
        "joinAcrossLines",
        "callInfoPrivacyStatus",
        "dndStatus",
        "dndRingSetting",
        "dndOption",
        "alwaysUsePrimeLine",
        "alwaysUsePrimeLineForVoiceMessage",
        "model",
        "product",
        "class",
    )
    return {
        **document,
        "numberOfButtons": str(len(buttons)),
        "certificateStatus": "None",
        "currentConfig": {
            **{name: document.get(name) for name in current},
            "deviceName": document["name"],
            "deviceProtocol": document.get("protocol"),
        },
    }


def _line_view(store: Store, document: Document) -> Document:
    line = store.find("Line", object_name("Line", document))
    devices = [phone.name for phone in (store.referrers(line.uuid) if line else []) if phone.type == "Phone"]
    return {**document, "associatedDevices": {"device": devices}}


VIEWS: dict[str, Callable[[Store, Document], Document]] = {"Phone": _phone_view, "Line": _line_view}
"""Adds the read-only elements of a type to its document, on a copy."""


def phones_behind(store: Store, stored: StoredObject) -> list[str]:
    """Return the names of the phones that an object configures: itself, those on a line, those of a device pool ..."""
    if stored.type == "Phone":
        return [stored.name]
    return [referrer.name for referrer in store.referrers(stored.uuid) if referrer.type == "Phone"]

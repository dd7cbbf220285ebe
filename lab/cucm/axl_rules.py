"""What CUCM checks and adds beyond the schema when phones, lines and the other objects are written or read."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from lab.cucm import axl_faults as faults
from lab.cucm.axl_documents import DefaultLoad
from lab.cucm.matching import copied
from lab.cucm.models import MODELS
from lab.cucm.records import children
from lab.cucm.references import directory_numbers, forget, referenced_type, references
from lab.cucm.schema import release_order
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

# Types in which elements named like references are plain text: a street, a login at another server.
_PLAIN_TEXT = frozenset({"BillingServer", "GeoLocation", "GeoLocationPolicy", "ServiceProfile"})
_BUTTONS = (("speeddials", "speeddial"), ("busyLampFields", "busyLampField"), ("addOnModules", "addOnModule"))


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
    elif kind in ("Line", "User"):
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


def check(store: Store, kind: str, document: Document, sent: Document, release: str) -> None:
    """Raise AxlFault where an object can't be written; correct the case of its references in place.

    `sent` is what the request had of it, `release` the cluster's version.
    """
    for element, column in _NOT_NULL.get(kind, {}).items():
        if not document.get(element):
            raise faults.null_column(column)
    if kind == "Phone":
        _check_phone(document)
    elif kind == "Line" and not _PATTERN.fullmatch(document["pattern"]):
        raise faults.invalid_pattern(document["pattern"])
    elif kind == "DhcpSubnet":
        _check_dhcp_subnet(document)
    elif kind == "CallManager":
        _check_auto_registration(store, document, release)
    own = object_name(kind, document).casefold()
    for element, name in [] if kind in _PLAIN_TEXT else list(references(document)):
        target = referenced_type(element) or ""
        if not store.find(target, name) and (target, name.casefold()) != (kind, own):
            raise faults.not_found(name if element == "device" else target)
    for number in directory_numbers(document):
        line = store.find("Line", object_name("Line", number))
        if not line:
            raise faults.not_found("Line")
        number["routePartitionName"] = line.document.get("routePartitionName")
    if kind == "User":
        for group in children(document, "associatedGroups", "userGroup"):
            if not store.find("UserGroup", group.get("name") or ""):
                raise faults.not_found("UserGroup")
        _check_extension(store, document, sent)


def _check_extension(store: Store, user: Document, sent: Document) -> None:
    """A primary extension is a line on one of the user's devices; one that is no longer so is forgotten."""
    number = user.get("primaryExtension") or {}
    if not number.get("pattern"):
        return
    devices = (user.get("associatedDevices") or {}).get("device") or []
    phones = (store.find("Phone", name) for name in devices)
    wanted = object_name("Line", number).casefold()
    held = {
        object_name("Line", each).casefold() for phone in phones if phone for each in directory_numbers(phone.document)
    }
    if wanted not in held:
        if "primaryExtension" in sent:
            raise faults.not_found("primaryExtension")
        user["primaryExtension"] = None


def _check_auto_registration(store: Store, manager: Document, release: str) -> None:
    settings = manager.get("autoRegistration") or {}
    if settings.get("autoRegistrationEnabled") not in ("true", "t", "1"):
        return
    mode = store.find("ServiceParameter", "EnterpriseWideData/ClusterSecurityMode/Enterprise Wide")
    if mode and mode.document.get("value") == "1" and release_order(release) < [11, 5]:
        raise faults.mixed_mode()
    for element in ("universalDeviceTemplate", "lineTemplate"):
        if not settings.get(element) and release_order(release) >= [11]:
            raise faults.mandatory(element, "autoRegistrationEnabled is true")
    first, last = settings.get("startDn") or "", settings.get("endDn") or ""
    if first.isdigit() and last.isdigit() and int(first) > int(last):
        raise faults.invalid_value("endDn", last)


def loosen(store: Store, kind: str, stored: StoredObject) -> None:
    """Take an object that is about to be removed out of what may do without it. Raises AxlFault where it is in use.

    Users lose a device and their extension with it; a phone loses its owner, and a line is taken off its devices (in
    Cisco's samples removeLine comes before removePhone). All else keeps what it refers to.
    """
    for referrer in store.referrers(stored.uuid):
        if referrer.uuid == stored.uuid:
            continue
        document = copied(referrer.document)
        if kind in ("Phone", "User"):
            forget(document, kind, stored.name)
        elif kind == "Line" and referrer.type == "User":
            document["primaryExtension"] = None
        elif kind == "Line" and document.get("lines"):
            lines = children(document, "lines", "line")
            left = [line for line in lines if object_name("Line", line["dirn"]).casefold() != stored.name.casefold()]
            document["lines"] = {**document["lines"], "line": left}
        else:
            raise faults.still_referenced(kind)
        store.put(referrer.type, document, referrer.uuid)


def rank_of(stored: StoredObject) -> int:
    """Return the rank of a user or the like, 1 is the highest; 10 where nobody gave it one."""
    return int(stored.document.get("@rank") or 10)


def _check_phone(document: Document) -> None:
    product, protocol = document.get("product") or "", document.get("protocol") or ""
    model = MODELS.get(product)
    if not (_PHONE_NAME if model else _DEVICE_NAME).fullmatch(document["name"]):
        raise faults.invalid_device_name()
    if model and protocol not in model.loads:
        raise faults.unsupported_protocol(product, protocol)
    lines = children(document, "lines", "line")
    indexes = [int(line["index"]) for line in lines]
    numbers = [object_name("Line", line["dirn"]).casefold() for line in lines]
    if len(set(indexes)) < len(indexes) or len(set(numbers)) < len(numbers):
        raise faults.duplicate()
    for parent, child in _BUTTONS:
        places = [member.get("index") for member in children(document, parent, child)]
        if len(set(places)) < len(places):
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
    if not document.get("loadInformation"):
        row = store.find("DeviceDefaults", f"{document.get('product')}/{document.get('protocol')}")
        load = row.document.get("LoadInformation") if row else None
        document = {**document, "loadInformation": DefaultLoad(load) if load else None}
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

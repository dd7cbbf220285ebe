"""Auto-registration: a phone that is in no database gets a number out of its CallManager's range, and is in it then."""

from __future__ import annotations

from typing import Any

from lab.cucm.models import MODELS
from lab.cucm.records import PhoneRecord, StoredObject
from lab.cucm.registration import Attempt
from lab.cucm.schema import release_order
from lab.cucm.store import Store, object_name
from lab.phone.models import MODELS as HARDWARE

_SINCE_MIXED = "11.5"
_ON = ("true", "t", "1")


def enabled(manager: StoredObject) -> bool:
    """Whether auto-registration is on at a CallManager."""
    settings = manager.document.get("autoRegistration") or {}
    return str(settings.get("autoRegistrationEnabled")).lower() in _ON


def is_at(manager: StoredObject, address: str) -> bool:
    """Whether a CallManager is that of the node at an address."""
    return manager.document.get("processNodeName") == address


def add(store: Store, address: str, attempt: Attempt, release: str) -> PhoneRecord | None:
    """Add a phone that has just tried to register at the CallManager at `address`; None where that isn't offered.

    A cluster in mixed mode offers it from release 11.5 on.
    """
    manager = next((each for each in store.all("CallManager") if is_at(each, address)), None)
    model = next((each for each in HARDWARE.values() if each.number == attempt.model), None)
    if manager is None or model is None or not enabled(manager):
        return None
    if _is_mixed(store) and release_order(release) < release_order(_SINCE_MIXED):
        return None
    settings = manager.document["autoRegistration"]
    partition = settings.get("routePartitionName")
    number = _free(store, settings, partition)
    product = MODELS.get(model.cucm_name)
    if not number or product is None or attempt.protocol not in product.loads:
        return None
    with store.transaction():
        store.put("Line", {"pattern": number, "routePartitionName": partition, "usage": "Device"})
        store.put("Phone", _document(attempt, number, partition))
        following = str(int(number) + 1) if number != settings["endDn"] else settings["startDn"]
        changed = {**settings, "nextDn": following.zfill(len(number))}
        store.put("CallManager", {**manager.document, "autoRegistration": changed}, manager.uuid)
    return store.phone(attempt.device)


def _is_mixed(store: Store) -> bool:
    found = store.find("ServiceParameter", "EnterpriseWideData/ClusterSecurityMode/Enterprise Wide")
    return found is not None and found.document.get("value") == "1"


def _free(store: Store, settings: dict[str, Any], partition: str | None) -> str:
    """The next number of the range that no line has, "" where all are taken."""
    first, last, following = (settings.get(key) or "" for key in ("startDn", "endDn", "nextDn"))
    if not (first.isdigit() and last.isdigit()):
        return ""
    start = int(following) if following.isdigit() and int(first) <= int(following) <= int(last) else int(first)
    for number in (*range(start, int(last) + 1), *range(int(first), start)):
        pattern = str(number).zfill(len(first))
        if not store.find("Line", object_name("Line", {"pattern": pattern, "routePartitionName": partition})):
            return pattern
    return ""


def _document(attempt: Attempt, number: str, partition: str | None) -> dict[str, Any]:
    product = next(each for each in HARDWARE.values() if each.number == attempt.model).cucm_name
    model = MODELS[product]
    return {
        "name": attempt.device,
        "description": f"Auto {number}",
        "product": product,
        "model": product,
        "class": "Phone",
        "protocol": attempt.protocol,
        "protocolSide": "User",
        "devicePoolName": "Default",
        "commonPhoneConfigName": "Standard Common Phone Profile",
        "locationName": "Hub_None",
        "phoneTemplateName": model.button_template(attempt.protocol),
        "securityProfileName": model.security_profile(attempt.protocol),
        "presenceGroupName": "Standard Presence group",
        **({"sipProfileName": "Standard SIP Profile"} if attempt.protocol == "SIP" else {}),
        "lines": {"line": [{"index": "1", "dirn": {"pattern": number, "routePartitionName": partition}}]},
    }

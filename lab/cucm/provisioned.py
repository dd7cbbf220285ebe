"""Phones and numbers that stand in the database from the start, as a finished rollout leaves them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from lab.cucm.axl_faults import AxlFault
from lab.cucm.keys import object_name
from lab.cucm.models import MODELS
from lab.cucm.store import Store
from lab.phone.models import MODELS as PHONES
from lab.site import CucmSpec, LineSpec, PhoneSpec, SiteError

if TYPE_CHECKING:
    from lab.cucm.axl import AxlService


def provision(axl: AxlService, store: Store, spec: CucmSpec, phones: Iterable[PhoneSpec]) -> None:
    """Add the numbers and phones of the site file that have lines. Raises SiteError for what AXL would refuse."""
    known: set[str] = set()
    like: dict[tuple[str, ...], dict[str, Any]] = {}
    for phone in phones:
        if not phone.lines:
            continue
        kind = (phone.model, phone.protocol, phone.security, str(len(phone.lines)))
        if kind in like and known.isdisjoint(line.dn for line in phone.lines):
            # AXL has taken one of this kind: the others differ from it by what the site file says alone.
            _copy(store, spec, phone, like[kind])
            known.update(line.dn for line in phone.lines)
            continue
        try:
            for line in phone.lines:
                if line.dn not in known:
                    axl.add(spec.version, "Line", _line(spec, phone, line))
                    known.add(line.dn)
            axl.add(spec.version, "Phone", _phone(spec, phone))
            stored = store.find("Phone", phone.name)
            like.setdefault(kind, stored.document if stored else {})
        except AxlFault as fault:
            raise SiteError(f"phones: {phone.name}: {fault.message}") from fault


def _copy(store: Store, spec: CucmSpec, phone: PhoneSpec, document: dict[str, Any]) -> None:
    known = document["lines"]["line"]
    for line, before in zip(phone.lines, known, strict=True):
        found = store.find("Line", object_name("Line", before["dirn"]))
        stored = found.document if found else {}
        store.put("Line", {**stored, "description": None, **_line(spec, phone, line)})
    told = {key: value for key, value in document.items() if key not in ("versionStamp", "description")}
    lines = [
        {**{key: value for key, value in before.items() if key != "@uuid"}, **_appearance(spec, index, line)}
        for index, (line, before) in enumerate(zip(phone.lines, known, strict=True), 1)
    ]
    given = {"description": phone.description} if phone.description else {}
    store.put("Phone", {**told, "name": phone.name, **given, "lines": {"line": lines}})


def _line(spec: CucmSpec, phone: PhoneSpec, line: LineSpec) -> dict[str, Any]:
    return {
        "pattern": line.dn,
        "routePartitionName": spec.partition,
        "usage": "Device",
        "shareLineAppearanceCssName": spec.css,
        **({"description": phone.description} if phone.description else {}),
    }


def _phone(spec: CucmSpec, phone: PhoneSpec) -> dict[str, Any]:
    model = MODELS[PHONES[phone.model].cucm_name]
    document: dict[str, Any] = {
        "name": phone.name,
        "product": model.product,
        "class": "Phone",
        "protocol": phone.protocol,
        "protocolSide": "User",
        "devicePoolName": "Default",
        "callingSearchSpaceName": spec.css,
        "locationName": "Hub_None",
        "commonPhoneConfigName": "Standard Common Phone Profile",
        "phoneTemplateName": model.button_template(phone.protocol),
        "securityProfileName": _profile(phone),
        "lines": {"line": [_appearance(spec, index, line) for index, line in enumerate(phone.lines, 1)]},
    }
    if phone.protocol == "SIP":
        document["sipProfileName"] = "Standard SIP Profile"
    if phone.description:
        document["description"] = phone.description
    return document


def _profile(phone: PhoneSpec) -> str:
    model = MODELS[PHONES[phone.model].cucm_name]
    if phone.security == "nonsecure":
        return model.security_profile(phone.protocol)
    return model.secure_profile(phone.protocol, phone.security)


def _appearance(spec: CucmSpec, index: int, line: LineSpec) -> dict[str, Any]:
    found: dict[str, Any] = {"index": str(index), "dirn": {"pattern": line.dn, "routePartitionName": spec.partition}}
    if line.label:
        found["label"] = line.label
    return found

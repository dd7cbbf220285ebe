"""What the rest of the lab reads out of the cluster's database: plain, immutable records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class LineAppearance:
    """One line button of a phone. `partition` is "" for <None>; `uuid` is the appearance's, `line_uuid` the DN's."""

    index: int
    pattern: str
    partition: str
    label: str
    display: str
    uuid: str
    line_uuid: str


@dataclass(frozen=True)
class PhoneRecord:
    """A phone of the database. `load` is "" for the model's default; `version_stamp` is "{epoch-uuid}"."""

    name: str
    uuid: str
    model: str
    product: str
    protocol: str
    description: str
    device_pool: str
    load: str
    version_stamp: str
    security_profile: str
    phone_template: str
    vendor_config: dict[str, str]
    lines: tuple[LineAppearance, ...]


@dataclass(frozen=True)
class CallManagerRecord:
    """A member of a CallManager group with the address and ports on which phones reach it."""

    name: str
    address: str
    sip_port: int
    sips_port: int
    sccp_port: int


@dataclass(frozen=True)
class StoredObject:
    """An object of the database: AXL type ("Phone", "Line" ...), uuid in braces, document (see `lab.cucm.store`)."""

    type: str
    uuid: str
    name: str
    document: dict[str, Any] = field(hash=False)


def phone_record(stored: StoredObject, find_line: Callable[[dict[str, Any]], StoredObject | None]) -> PhoneRecord:
    """Return the record of a stored phone; `find_line` returns the line of a `dirn`."""
    document = stored.document

    def appearance(line: dict[str, Any]) -> LineAppearance:
        number = line.get("dirn") or {}
        found = find_line(number)
        return LineAppearance(
            index=int(line["index"]),
            pattern=number["pattern"],
            partition=number.get("routePartitionName") or "",
            label=_text(line, "label"),
            display=_text(line, "display"),
            uuid=line["@uuid"],
            line_uuid=found.uuid if found else "",
        )

    return PhoneRecord(
        name=stored.name,
        uuid=stored.uuid,
        model=_text(document, "model") or _text(document, "product"),
        product=_text(document, "product"),
        protocol=_text(document, "protocol"),
        description=_text(document, "description"),
        device_pool=_text(document, "devicePoolName"),
        load=_text(document, "loadInformation"),
        version_stamp=_text(document, "versionStamp"),
        security_profile=_text(document, "securityProfileName"),
        phone_template=_text(document, "phoneTemplateName"),
        vendor_config={
            name: value or ""
            for name, value in (document.get("vendorConfig") or {}).items()
            if not isinstance(value, (dict, list))
        },
        lines=tuple(sorted(map(appearance, children(document, "lines", "line")), key=lambda line: line.index)),
    )


def call_manager_record(stored: StoredObject) -> CallManagerRecord:
    """Return the record of a stored CallManager."""
    ports = stored.document.get("ports") or {}
    sip = ports.get("sipPorts") or {}
    return CallManagerRecord(
        name=stored.name,
        address=_text(stored.document, "processNodeName"),
        sip_port=int(sip.get("sipPhonePort") or 5060),
        sips_port=int(sip.get("sipPhoneSecurePort") or 5061),
        sccp_port=int(ports.get("ethernetPhonePort") or 2000),
    )


def children(document: dict[str, Any], parent: str, child: str) -> list[dict[str, Any]]:
    """Return the members of a list element, such as the `line`s of `lines`; [] where there is none."""
    found = (document.get(parent) or {}).get(child) or []
    return list(found) if isinstance(found, list) else [found]


def _text(document: dict[str, Any], element: str) -> str:
    value = document.get(element)
    return value if isinstance(value, str) else ""

"""What the rest of the lab reads out of the cluster's database: plain, immutable records."""

from __future__ import annotations

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

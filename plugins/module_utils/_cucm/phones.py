# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones: their model, what is on the cluster, and the plan of each row. A phone is known by its device name."""

from __future__ import annotations

import os
import re
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.appearances import (
    appearance_faults,
    differ,
    is_meant,
    merge,
    shown_appearance,
    to_send,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import many
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.holders import LineBook
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.models import Models, product, short_name
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.numplan import line_name
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.plan import (
    Field,
    Plan,
    changes,
    given,
    shown,
    text_faults,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.references import References
from ansible_collections.dialtone.voice.plugins.module_utils._text import device_name

PHONE_FIELDS = (
    Field("description", "description", 128),
    Field("device_pool", "devicePoolName", kind="DevicePool"),
    Field("css", "callingSearchSpaceName", kind="Css"),
    Field("location", "locationName", kind="Location"),
    Field("common_phone_profile", "commonPhoneConfigName", kind="CommonPhoneConfig"),
    Field("phone_button_template", "phoneTemplateName", kind="PhoneButtonTemplate"),
    Field("security_profile", "securityProfileName", kind="PhoneSecurityProfile"),
    Field("sip_profile", "sipProfileName", kind="SipProfile"),
    Field("softkey_template", "softkeyTemplateName", kind="SoftKeyTemplate"),
    Field("owner", "ownerUserName", kind="User"),
    Field("load", "loadInformation", 128),
)
# What a phone can't be without: an empty text would be refused, or would break it.
_NEVER_EMPTY = ("device_pool", "location", "common_phone_profile", "phone_button_template", "security_profile")

# The elements that AXL's schema requires of a new phone and that no row gives, with the schema's own defaults.
_FIXED = {
    "class": "Phone",
    "protocolSide": "User",
    "useTrustedRelayPoint": "Default",
    "primaryPhoneName": None,
    "builtInBridgeStatus": "Default",
    "packetCaptureMode": "None",
    "certificateOperation": "No Pending Operation",
    "deviceMobilityMode": "Default",
}
_LIST_FROM = 50
"""Rows from which on it pays to list the names that exist before each of these is read."""

_NAME = re.compile(r"[A-Za-z0-9._-]{1,15}")


def phone_name(row: dict[str, t.Any]) -> str:
    """Return the device name that a row means by `mac` or `name`.

    :raises ValueError: with the reason and the remedy
    """
    mac, name = row.get("mac"), row.get("name")
    if mac is not None:
        from_mac = device_name(mac)
        if name and name.upper() != from_mac:
            raise ValueError(f"name '{name}' and mac '{mac}' are two phones: give one of them")
        return from_mac
    if name and name.upper().startswith("SEP"):
        return device_name(name)
    if not name or not _NAME.fullmatch(name):
        raise ValueError(f"name '{name}' is no device name: give up to 15 letters, digits, dots, dashes or underscores")
    return str(name)


def key_of_row(row: dict[str, t.Any]) -> str:
    """Return a row's device name, or what it has instead where that is wrong."""
    try:
        return phone_name(row)
    except ValueError:
        return str(row.get("name") or row.get("mac"))


def phone_faults(rows: list[dict[str, t.Any]]) -> list[str]:
    """Return the faults of all rows beyond the argument spec, duplicated phones and lines included."""
    faults: list[str] = []
    first: dict[str, int] = {}
    holders: dict[tuple[str, str | None], tuple[int, bool]] = {}
    for index, row in enumerate(rows):
        found = []
        try:
            name = phone_name(row)
            if name in first:
                found.append(f"the same phone as phones[{first[name]}]: give each phone once")
            first.setdefault(name, index)
        except ValueError as error:
            found.append(str(error))
        found += text_faults(row, (*PHONE_FIELDS, Field("model", "")))
        found += [f"{option} can't be empty: give a name" for option in _NEVER_EMPTY if row.get(option) == ""]
        lines = row.get("lines") or []
        found += appearance_faults(lines)
        for line in lines:
            key = (line["pattern"], line.get("partition"))
            other, shared = holders.setdefault(key, (index, line["shared"]))
            if other != index and not (shared and line["shared"]):
                found.append(
                    f"line {line_name(*key)} is on phones[{other}] too: "
                    "if it is to be shared, say 'shared: true' at both"
                )
        faults += [row_fault("phones", index, key_of_row(row), fault) for fault in found]
    return faults


def read_phones(axl: Axl, names: list[str]) -> list[dict[str, t.Any] | None]:
    """Return each phone as it is on the cluster, with all its elements, or None."""
    there = None
    if len(names) >= _LIST_FROM:
        listed = axl.list("Phone", {"name": f"{os.path.commonprefix(names)}%"}, ["name"], "listing the phones")
        there = {str(item["name"]).casefold() for item in listed}
    return [None if there is not None and name.casefold() not in there else read_phone(axl, name) for name in names]


def read_phone(axl: Axl, name: str) -> dict[str, t.Any] | None:
    return axl.get("Phone", {"name": name}, f"looking up phone {name}")


class PhonePlanner:
    """Plans rows of phones; remembers for one task what it has asked the cluster for."""

    def __init__(self, axl: Axl) -> None:
        self._axl = axl
        self._references = References(axl)
        self._models: Models | None = None

    def present(self, row: dict[str, t.Any], found: dict[str, t.Any] | None) -> Plan:
        """Plan that a phone is there as the row says. What the row doesn't say is left as it is."""
        return self._add(row) if found is None else self._update(row, found)

    def absent(self, found: dict[str, t.Any] | None) -> Plan:
        """Plan that a phone isn't there. Its lines stay."""
        if found is None:
            return Plan(None, None)
        return Plan(_state(found), None, "removePhone", {"name": found["name"]})

    def _add(self, row: dict[str, t.Any]) -> Plan:
        name = phone_name(row)
        missing = [option for option in ("model", "device_pool") if not row.get(option)]
        if missing:
            return Plan(None, None, error=f"the phone is not in CUCM yet; to add it, give {' and '.join(missing)}")
        model, protocol = product(row["model"]), row.get("protocol") or "SIP"
        self._models = self._models or Models(self._axl)
        fault = self._models.fault(row["model"], model, protocol)
        if fault:
            return Plan(None, None, error=fault)
        rows, line_faults, missing_lines = self._check_lines(name, row.get("lines") or [], [])
        phone = {
            "name": name,
            "product": model,
            "protocol": protocol,
            **_FIXED,
            "locationName": "Hub_None",
            "commonPhoneConfigName": "Standard Common Phone Profile",
            "phoneTemplateName": self._template(model, protocol),
            "securityProfileName": f"{model} - Standard {protocol} Non-Secure Profile",
            **({"sipProfileName": "Standard SIP Profile"} if protocol == "SIP" else {}),
            **given(row, PHONE_FIELDS),
        }
        faults = self._references.faults(row, PHONE_FIELDS, phone) + line_faults
        appearances = merge([], rows)
        sent = to_send(appearances, self._line_elements())
        after = _state({**phone, "lines": {"line": appearances}})
        arguments = {"phone": {**phone, **({"lines": {"line": sent}} if sent else {})}}
        return Plan(None, after, "addPhone", arguments, "; ".join(faults), missing_lines)

    def _update(self, row: dict[str, t.Any], found: dict[str, t.Any]) -> Plan:
        name, before = str(found["name"]), _state(found)
        faults = _unchangeable(row, found)
        changed = changes(row, found, PHONE_FIELDS)
        faults += self._references.faults(row, PHONE_FIELDS, changed)
        missing_lines: list[str] = []
        current = many(found.get("lines"), "line")
        appearances = current
        if row.get("lines"):
            rows, line_faults, missing_lines = self._check_lines(name, row["lines"], current)
            faults += line_faults
            appearances = merge(current, rows)
            if differ(current, appearances):
                changed["lines"] = {"line": to_send(appearances, self._line_elements())}
        if not changed and not faults:
            return Plan(before, before)
        after = _state({**found, **changed, "lines": {"line": appearances}})
        return Plan(before, after, "updatePhone", {"name": name, **changed}, "; ".join(faults), missing_lines)

    def _check_lines(
        self, name: str, rows: list[dict[str, t.Any]], current: list[dict[str, t.Any]]
    ) -> tuple[list[dict[str, t.Any]], list[str], list[str]]:
        """Look at the lines that are new on a phone: whether they exist, and whose they are.

        :returns: the rows with their partitions filled in, the faults, and the lines that do not exist
        """
        rows, faults, missing = [dict(row) for row in rows], [], []
        for row in rows:
            if any(is_meant(row, item) for item in current):
                continue
            if row.get("partition") is None:
                there = LineBook(self._axl).partitions_of(row["pattern"])
                if len(there) > 1:
                    names = ", ".join(partition or "<None>" for partition in there)
                    faults.append(f"line {row['pattern']} is in several partitions: {names}; give one")
                    continue
                row["partition"] = there[0] if there else None
            devices = (
                None if row["partition"] is None else LineBook(self._axl).devices_of(row["pattern"], row["partition"])
            )
            if devices is None:
                missing.append(line_name(row["pattern"], row["partition"]))
                continue
            holders = [device for device in devices if device.casefold() != name.casefold()]
            if holders and not row["shared"]:
                faults.append(
                    f"line {line_name(row['pattern'], row['partition'])} is on {', '.join(holders)} already: give "
                    f"the phone "
                    "another line, or say 'shared: true' at it if it is to ring at both"
                )
        return rows, faults, missing

    def _template(self, model: str, protocol: str) -> str:
        usual = f"Standard {short_name(model)} {protocol}"
        if self._references.exists("PhoneButtonTemplate", usual):
            return usual
        return (self._models.template(model, protocol) if self._models else "") or usual

    def _line_elements(self) -> list[str]:
        return self._axl.interface.element_names("XPhoneLine")


def refuse_missing_lines(plans: list[Plan]) -> None:
    """Turn lines that do not exist into errors; in check mode they count as planned by an earlier stage."""
    for plan in plans:
        if plan.missing:
            lines = ", ".join(plan.missing)
            reason = f"CUCM has no line {lines}: add it with cucm_lines first"
            plan.error = f"{plan.error}; {reason}" if plan.error else reason


def _unchangeable(row: dict[str, t.Any], found: dict[str, t.Any]) -> list[str]:
    faults = []
    there = str(found.get("product") or found.get("model") or "")
    if row.get("model") and product(row["model"]).casefold() != there.casefold():
        faults.append(
            f"model '{row['model']}': the phone is in CUCM as a '{there}', and CUCM can't change the model of a phone; "
            "remove it (state: absent) and add it again"
        )
    protocol = str(found.get("protocol") or "")
    if row.get("protocol") and row["protocol"] != protocol:
        faults.append(
            f"protocol {row['protocol']}: the phone is in CUCM with {protocol}, which AXL can't change; remove it "
            "(state: absent) and add it again"
        )
    return faults


def _state(found: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return a phone under the names of the options."""
    lines = sorted(many(found.get("lines"), "line"), key=lambda item: int(item["index"]))
    return {
        "name": found["name"],
        "model": found.get("product") or found.get("model"),
        "protocol": found.get("protocol"),
        **shown(found, PHONE_FIELDS),
        "lines": [shown_appearance(item) for item in lines],
    }

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a phone, the elements that they fill, and what is wrong with rows that no cluster is needed for."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.appearances import (
    APPEARANCE_FIELDS,
    OWNED_BY_LINES,
    appearance_faults,
    folded,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.elements import Shape
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.numplan import line_name
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.phone_lists import LISTS, list_faults, schema_faults
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.plan import Field, text_faults
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.values import value_faults
from ansible_collections.dialtone.voice.plugins.module_utils._text import control_character, device_name

PHONE_FIELDS = (
    Field("description", "description"),
    Field("device_pool", "devicePoolName", kind="DevicePool"),
    Field("css", "callingSearchSpaceName", kind="Css"),
    Field("location", "locationName", kind="Location"),
    Field("common_phone_profile", "commonPhoneConfigName", kind="CommonPhoneConfig"),
    Field("phone_button_template", "phoneTemplateName", kind="PhoneButtonTemplate"),
    Field("security_profile", "securityProfileName", kind="PhoneSecurityProfile"),
    Field("sip_profile", "sipProfileName", kind="SipProfile"),
    Field("softkey_template", "softkeyTemplateName", kind="SoftKeyTemplate"),
    Field("owner", "ownerUserName", kind="User"),
    Field("load", "loadInformation"),
    Field("user_locale", "userLocale"),
    Field("network_locale", "networkLocale"),
    Field("media_resource_list", "mediaResourceListName", kind="MediaResourceList"),
    Field("user_hold_audio_source", "userHoldMohAudioSourceId"),
    Field("network_hold_audio_source", "networkHoldMohAudioSourceId"),
    Field("presence_group", "presenceGroupName", kind="PresenceGroup"),
    Field("ssh_user", "sshUserId"),
    Field("digest_user", "digestUser", kind="User"),
)
# What a phone can't be without: an empty text would be refused, or would break it.
_NEVER_EMPTY = (
    "device_pool",
    "location",
    "common_phone_profile",
    "phone_button_template",
    "security_profile",
    "presence_group",
)

# Elements that `axl` may not give, and the option that does.
OWNED_BY_PHONES = {
    "name": "name or mac",
    "newName": "name, after removing the phone",
    "product": "model",
    "model": "model",
    "protocol": "protocol",
    "vendorConfig": "vendor_config",
    **dict.fromkeys(("lines", "addLines", "removeLines"), "lines"),
    **{item.element: item.option for item in PHONE_FIELDS},
    **{item.container: item.option for item in LISTS},
}

_ELEMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
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
            other = first.setdefault(name.casefold(), index)
            if other != index:
                found.append(f"the same phone as phones[{other}]: give each phone once")
        except ValueError as error:
            found.append(str(error))
        found += text_faults(row, (*PHONE_FIELDS, Field("model", "")))
        found += [f"{option} can't be empty: give a name" for option in _NEVER_EMPTY if row.get(option) == ""]
        found += list_faults(row) + _mapping_faults(row)
        lines = row.get("lines") or []
        found += appearance_faults(lines)
        for line in lines:
            shared = bool(line.get("shared"))
            other, shared_there = holders.setdefault(folded(line), (index, shared))
            if other != index and not (shared and shared_there):
                found.append(
                    f"line {line_name(line['pattern'], line.get('partition'))} is on phones[{other}] too: "
                    "if it is to be shared, say 'shared: true' at both"
                )
        faults += [row_fault("phones", index, key_of_row(row), fault) for fault in found]
    return faults


def _mapping_faults(row: dict[str, t.Any]) -> list[str]:
    """Return what is wrong with the names and the shape of the elements that a row gives freely."""
    return [
        fault for item in (row.get("vendor_config") or {}).items() for fault in _free_faults("vendor_config", *item)
    ]


def _free_faults(path: str, name: t.Any, value: t.Any) -> list[str]:
    """Return the faults of one element; a mapping is a section, as soft phones have them (`desktopClient`)."""
    if not _ELEMENT.fullmatch(str(name)):
        return [f"{path}: {name!r} is no name of an element: write it as AXL does, such as webAccess"]
    where = f"{path}.{name}"
    if isinstance(value, dict) and path == "vendor_config":
        return [fault for item in value.items() for fault in _free_faults(where, *item)]
    if isinstance(value, (dict, list)):
        return [f"{where}: {value!r} is no text, number or boolean"]
    if isinstance(value, str) and control_character(value):
        return [f"{where} has the control character {control_character(value)}: leave it out"]
    return []


def cluster_faults(row: dict[str, t.Any], shape: Shape) -> list[str]:
    """Return what the cluster's schema has against a row: lengths, enumerations, and names and values in `axl`."""
    faults = shape.option_faults(row, PHONE_FIELDS, shape.phone, "")
    faults += schema_faults(row, shape)
    if row.get("axl"):
        faults += shape.axl_faults(row["axl"], shape.phone, OWNED_BY_PHONES, "axl.")
    if row.get("secrets"):
        faults += value_faults(shape.definitions, shape.phone, row["secrets"], "secrets.", secrets=True)
    for position, line in enumerate(row.get("lines") or []):
        found = shape.option_faults(line, APPEARANCE_FIELDS, shape.line, "")
        if line.get("axl"):
            found += shape.axl_faults(line["axl"], shape.line, OWNED_BY_LINES, "axl.")
        where = f"lines[{position}] ({line_name(line['pattern'], line.get('partition'))})"
        faults += [f"{where}: {fault}" for fault in found]
    return faults

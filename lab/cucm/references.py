"""Which object type an AXL element of type XFkType names. The XSD doesn't say; CUCM's data dictionary does."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

_BY_ELEMENT = {
    "DevicePool": ("devicePoolName", "roamingDevicePoolName"),
    "RoutePartition": ("routePartitionName", "newRoutePartitionName", "routePartition"),
    "Css": (
        "callingSearchSpaceName",
        "autoSearchSpaceName",
        "subscribeCallingSearchSpaceName",
        "rerouteCallingSearchSpaceName",
        "emccCallingSearchSpaceName",
        "adjunctCallingSearchSpace",
        "secondaryCallingSearchSpaceName",
        "redirectingPartyTransformationCSS",
        "callingPartyTransformationCSS",
    ),
    "CommonDeviceConfig": ("commonDeviceConfigName",),
    "CommonPhoneConfig": ("commonPhoneConfigName",),
    "Location": ("locationName",),
    "Region": ("regionName",),
    "MediaResourceList": ("mediaResourceListName",),
    "AarGroup": ("aarNeighborhoodName",),
    "PhoneSecurityProfile": ("securityProfileName",),
    "SipProfile": ("sipProfileName",),
    "GeoLocation": ("geoLocationName",),
    "GeoLocationFilter": ("geoLocationFilterName",),
    "PhoneButtonTemplate": ("phoneTemplateName", "basePhoneTemplateName"),
    "Phone": ("primaryPhoneName", "defaultActivatedDeviceName"),
    "SoftKeyTemplate": ("softkeyTemplateName",),
    "DeviceProfile": ("defaultProfileName", "currentProfileName"),
    "User": ("ownerUserName", "mobilityUserIdName"),
    "PresenceGroup": ("presenceGroupName",),
    "SipDialRules": ("dialRulesName",),
    "FeatureControlPolicy": ("featureControlPolicy",),
    "WifiHotspot": ("wifiHotspotProfile",),
    "WlanProfileGroup": ("wirelessLanProfileGroup",),
    "ElinGroup": ("elinGroup",),
    "MraServiceDomain": ("mraServiceDomain",),
    "CallPickupGroup": ("callPickupGroupName",),
    "VoiceMailProfile": ("voiceMailProfileName",),
    "ExternalCallControlProfile": ("externalCallControlProfile",),
    "RecordingProfile": ("recordingProfileName",),
    "CallManager": ("callManagerName",),
    "CallManagerGroup": ("callManagerGroupName",),
    "ProcessNode": ("processNodeName",),
    "DateTimeGroup": ("dateTimeSettingName",),
    "Srst": ("srstName",),
    "PhysicalLocation": ("physicalLocationName",),
    "DeviceMobilityGroup": ("deviceMobilityGroupName",),
    "RouteGroup": ("localRouteGroupName",),
    "TimeSchedule": ("timeScheduleIdName",),
    "LbmGroup": ("lbmGroup",),
    "DhcpServer": ("dhcpServerName",),
    "VpnGroup": ("vpnGroupName",),
    "VpnProfile": ("vpnProfileName",),
    "UniversalDeviceTemplate": ("universalDeviceTemplate",),
    "UniversalLineTemplate": ("lineTemplate",),
}

REFERENCES: dict[str, str] = {element: kind for kind, elements in _BY_ELEMENT.items() for element in elements}
"""Element name -> type of the object that it names."""


@functools.cache
def referenced_type(element: str) -> str | None:
    """Return the type of the object that `element` names, or None where it names nothing that the lab knows."""
    if element in REFERENCES:
        return REFERENCES[element]
    return "Css" if element.endswith("CssName") else None


def references(document: Any) -> Iterator[tuple[str, str]]:
    """Yield (element, name) for each reference anywhere in a document, except those of directory numbers (`dirn`)."""
    waiting = [document]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting.extend(part)
        elif isinstance(part, dict):
            for element, value in part.items():
                if isinstance(value, str):
                    if value and referenced_type(element):
                        yield element, value
                elif value is not None and element != "vendorConfig":
                    waiting.append(value)


_NUMBERS = frozenset({"dirn", "directoryNumber", "primaryExtension"})
"""Elements that hold the pattern and the partition of a line."""


def directory_numbers(document: Any) -> Iterator[dict[str, Any]]:
    """Yield each line that a document names as {pattern, routePartitionName}: appearances, members, extensions."""
    if isinstance(document, list):
        for item in document:
            yield from directory_numbers(item)
    elif isinstance(document, dict):
        for element, value in document.items():
            if isinstance(value, dict) and element in _NUMBERS and value.get("pattern"):
                yield value
            elif isinstance(value, (dict, list)) and element != "vendorConfig":
                yield from directory_numbers(value)


def rename(document: Any, kind: str, old: str, new: str) -> None:
    """Replace the name `old` of an object of type `kind` by `new` in every reference of a document, in place."""
    if isinstance(document, list):
        for item in document:
            rename(item, kind, old, new)
    elif isinstance(document, dict):
        for element, value in document.items():
            if isinstance(value, str):
                if value.casefold() == old.casefold() and referenced_type(element) == kind:
                    document[element] = new
            elif element != "vendorConfig":
                rename(value, kind, old, new)

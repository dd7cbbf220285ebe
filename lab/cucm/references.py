"""Which object type an AXL element of type XFkType names. The XSD doesn't say; CUCM's data dictionary does."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

_BY_ELEMENT = {
    "AarGroup": ("aarNeighborhoodName", "aarGroup"),
    "AppUser": ("appUserName", "applicationUser"),
    "CallManager": ("callManagerName",),
    "CallManagerGroup": ("callManagerGroupName",),
    "CallPickupGroup": ("callPickupGroupName", "callPickupGroup", "pickupGroupName"),
    "CommonDeviceConfig": ("commonDeviceConfigName", "commonDeviceConfiguration"),
    "CommonPhoneConfig": ("commonPhoneConfigName", "commonPhoneProfile"),
    "CredentialPolicy": ("pwdCredPolicyName", "pinCredPolicyName"),
    "Css": (
        *("cssName", "adjunctCallingSearchSpace", "callingPartyTransformationCSS", "redirectingPartyTransformationCSS"),
        *("callingSearchSpace", "aarCallingSearchSpace", "dnCallingSearchSpace", "emccCallingSearchSpace"),
        *("reroutingCallingSearchSpace", "subscribeCallingSearch", "ctiFailureCss", "mlppCss"),
        *("busyExtCallsCss", "busyIntCallsCss", "noAnsExtCallsCss", "noAnsIntCallsCss"),
        *("noCoverageExtCallsCss", "noCoverageIntCallsCss", "unregisteredExtCallsCss", "unregisteredIntCallsCss"),
        *("cssFwdExtCallsWhenNotRetrieved", "cssFwdInternalCallsWhenNotRetrieved"),
        *("primaryCssForwardingAllCalls", "secondaryCssForwardingAllCalls"),
        *("callingPartyTransformationCSSForInboundCalls", "callingPartyTransformationCSSForOutboundCalls"),
        *("callingSearchSpaceMaxWaitTime", "callingSearchSpaceNoAgent", "callingSearchSpacePilotQueueFull"),
    ),
    "DateTimeGroup": ("dateTimeSettingName",),
    "DeviceMobilityGroup": ("deviceMobilityGroupName",),
    "DevicePool": ("devicePoolName", "roamingDevicePoolName", "devicePool"),
    "DeviceProfile": ("defaultProfileName", "currentProfileName", "defaultProfile", "profileName"),
    "DhcpServer": ("dhcpServerName",),
    "ElinGroup": ("elinGroup",),
    "ExternalCallControlProfile": ("externalCallControlProfile", "externalCallControl", "extCallControlProfile"),
    "FeatureControlPolicy": ("featureControlPolicy",),
    "FeatureGroupTemplate": ("featureGroupTemplate",),
    "GeoLocation": ("geoLocationName", "geoLocation"),
    "GeoLocationFilter": ("geoLocationFilterName",),
    "HuntList": ("huntListName",),
    "IpPhoneServices": ("telecasterServiceName",),
    "LbmGroup": ("lbmGroup",),
    "LdapDirectory": ("ldapDirectoryName",),
    "LineGroup": ("lineGroupName",),
    "Location": ("locationName", "location"),
    "MediaResourceGroup": ("mediaResourceGroupName",),
    "MediaResourceList": ("mediaResourceListName", "mediaResourceGroupList"),
    "MlppDomain": ("mlppDomain",),
    "MraServiceDomain": ("mraServiceDomain",),
    "Phone": ("primaryPhoneName", "defaultActivatedDeviceName", "device"),
    "PhoneButtonTemplate": ("phoneTemplateName", "basePhoneTemplateName", "phoneButtonTemplate"),
    "PhoneNtp": ("phoneNtpName",),
    "PhoneSecurityProfile": ("securityProfileName", "deviceSecurityProfile"),
    "PhysicalLocation": ("physicalLocationName",),
    "PresenceGroup": ("presenceGroupName", "BLFPresenceGp", "blfPresenceGroup"),
    "ProcessNode": ("processNodeName",),
    "RecordingProfile": ("recordingProfileName",),
    "Region": ("regionName",),
    "RemoteDestinationProfile": ("remoteDestinationProfileName",),
    "RouteFilter": ("routeFilterName",),
    "RouteGroup": ("localRouteGroupName", "routeGroupName"),
    "RouteList": ("routeListName",),
    "RoutePartition": (
        *("routePartitionName", "newRoutePartitionName", "routePartition", "partition"),
        *("DTMFPartitionName", "handoffPartitionName", "directoryNumberPartition"),
    ),
    "ServiceProfile": ("serviceProfile",),
    "SipDialRules": ("dialRulesName", "sipDialRules"),
    "SipProfile": ("sipProfileName", "sipProfile"),
    "SipTrunk": ("sipTrunkName",),
    "SoftKeyTemplate": ("softkeyTemplateName", "softkeyTemplate", "baseSoftkeyTemplateName"),
    "Srst": ("srstName",),
    "TimePeriod": ("timePeriodName",),
    "TimeSchedule": ("timeScheduleIdName", "timeScheduleName"),
    "UniversalDeviceTemplate": ("universalDeviceTemplate", "deskPhones", "mobileDevices"),
    "UniversalLineTemplate": ("lineTemplate", "universalLineTemplate"),
    "User": (
        *("ownerUserName", "mobilityUserIdName", "ownerUserId", "mobilityUserId", "endUserId", "endUserIdName"),
        *("endUserName", "digestUser", "userId"),
    ),
    "UserGroup": ("userGroupName",),
    "UserProfileProvision": ("userProfile",),
    "VoiceMailProfile": ("voiceMailProfileName", "voiceMailProfile"),
    "VpnGroup": ("vpnGroupName",),
    "VpnProfile": ("vpnProfileName",),
    "WifiHotspot": ("wifiHotspotProfile",),
    "WlanProfileGroup": ("wirelessLanProfileGroup",),
}

REFERENCES: dict[str, str] = {element: kind for kind, elements in _BY_ELEMENT.items() for element in elements}
"""Element name -> type of the object that it names."""


@functools.cache
def referenced_type(element: str) -> str | None:
    """Return the type of the object that `element` names, or None where it names nothing that the lab knows."""
    if element in REFERENCES:
        return REFERENCES[element]
    return "Css" if element.endswith(("CssName", "SearchSpaceName")) else None


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
                elif isinstance(value, list) and value and isinstance(value[0], str):
                    if referenced_type(element):
                        yield from ((element, name) for name in value)
                elif value is not None and element != "vendorConfig":
                    waiting.append(value)


_NUMBERS = frozenset({"dirn", "directoryNumber", "primaryExtension"})
"""Elements that hold the pattern and the partition of a line."""


def directory_numbers(document: Any) -> Iterator[dict[str, Any]]:
    """Yield each line that a document names as {pattern, routePartitionName}: appearances, members, extensions."""
    waiting = [document]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting.extend(part)
        elif isinstance(part, dict):
            for element, value in part.items():
                if isinstance(value, dict) and element in _NUMBERS and value.get("pattern"):
                    yield value
                elif isinstance(value, (dict, list)) and element != "vendorConfig":
                    waiting.append(value)


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
            elif isinstance(value, list) and referenced_type(element) == kind:
                document[element] = [new if _is(name, old) else name for name in value]
            elif element != "vendorConfig":
                rename(value, kind, old, new)


def forget(document: Any, kind: str, name: str) -> None:
    """Take every reference to the object `name` of type `kind` out of a document, in place."""
    if isinstance(document, list):
        # A member that is nothing but the reference goes with it.
        document[:] = [item for item in document if not _is_only(item, kind, name)]
        for item in document:
            forget(item, kind, name)
    elif isinstance(document, dict):
        for element, value in document.items():
            if isinstance(value, str):
                if value.casefold() == name.casefold() and referenced_type(element) == kind:
                    document[element] = None
            elif isinstance(value, list) and referenced_type(element) == kind:
                document[element] = [other for other in value if not _is(other, name)]
            else:
                forget(value, kind, name)


def _is(value: Any, name: str) -> bool:
    return isinstance(value, str) and value.casefold() == name.casefold()


def _is_only(member: Any, kind: str, name: str) -> bool:
    inner = {element: value for element, value in member.items() if value} if isinstance(member, dict) else {}
    return len(inner) == 1 and all(_is(value, name) and referenced_type(e) == kind for e, value in inner.items())

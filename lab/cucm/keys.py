"""What identifies an object of each AXL type: the elements by which its get request finds it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

_PATTERN = ("pattern", "routePartitionName")
_PATTERNS = (
    *("Line", "RoutePattern", "TransPattern", "SipRoutePattern", "HuntPilot", "CallPark", "DirectedCallPark", "MeetMe"),
    *("CallingPartyTransformationPattern", "CalledPartyTransformationPattern", "MessageWaiting"),
)
# What is needed before a schema is read, and where a get request takes more than what identifies an object.
_KNOWN: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_PATTERNS, _PATTERN),
    **dict.fromkeys(("User", "AppUser"), ("userid",)),
    **dict.fromkeys(("Gateway", "MlppDomain", "Vg224"), ("domainName",)),
    "CallPickupGroup": ("name",),
    "CmcInfo": ("code",),
    "CredentialPolicyDefault": ("credentialUser", "credentialType"),
    "DeviceDefaults": ("Model", "Protocol"),
    "DhcpServer": ("processNodeName",),
    "DhcpSubnet": ("dhcpServerName", "subnetIpAddress"),
    "IpPhoneServices": ("serviceName",),
    "IvrUserLocale": ("userLocale",),
    "MohAudioSource": ("sourceId",),
    "PhoneNtp": ("ipAddress",),
    "ProcessNodeService": ("processNodeName", "service"),
    "RemoteDestination": ("destination",),
    "ServiceParameter": ("processNodeName", "name", "service"),
    "SipRealm": ("realm",),
    "VoiceMailPilot": ("dirn", "cssName"),
}
_learned: dict[str, tuple[str, ...]] = {}
_ENDPOINT = "endpoint"


def key_elements(kind: str) -> tuple[str, ...]:
    """Return the elements that together identify an object of a type: ("name",) for most, () where there is but one.

    ("@uuid",) says that nothing but its uuid does.
    """
    return _KNOWN.get(kind) or _learned.get(kind, ("name",))


def has_key(kind: str, elements: Collection[str]) -> bool:
    """Tell whether objects with these elements can be told apart by the key of their type."""
    nested = kind.startswith("Gateway") and _ENDPOINT in elements
    return nested or all(element in elements or element == "@uuid" for element in key_elements(kind))


def learn(kind: str, elements: tuple[str, ...]) -> None:
    """Take the key of a type from a schema, unless it is known better."""
    _learned.setdefault(kind, elements)


def object_name(kind: str, document: dict[str, Any]) -> str:
    """Return the key of an object as one string: "SEP00005E005301", "1001/PT-Internal", "1001/" (partition <None>).

    The types whose name begins with Gateway have it one level deeper, in their `endpoint`.
    """
    elements = key_elements(kind)
    if kind.startswith("Gateway"):
        inner = document.get(_ENDPOINT) or document
        document = inner[0] if isinstance(inner, list) else inner
    return "/".join([document.get(element) or "" for element in elements])

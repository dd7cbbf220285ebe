"""Objects by type and key: what a new cluster has besides its nodes and models, and the lab's site on top of it."""

from __future__ import annotations

from typing import Any

Objects = dict[str, dict[str, dict[str, Any]]]

UNIVERSAL = "Universal Device Template - Model-independent Security Profile"
LAYOUT = "Universal Device Template Button Layout"
AUTO_REGISTRATION = "Auto-registration Template"
SAMPLE_LINE = "Sample Line Template with TAG usage examples"

_STANDARD = "Standard Presence group"


def _templates() -> Objects:
    device = {
        "devicePool": "Default",
        "deviceSecurityProfile": UNIVERSAL,
        "sipProfile": "Standard SIP Profile",
        "phoneButtonTemplate": LAYOUT,
        "commonPhoneProfile": "Standard Common Phone Profile",
        "blfPresenceGroup": _STANDARD,
        "location": "Hub_None",
        "softkeyTemplate": None,
    }
    return {
        "PhoneButtonTemplate": {
            LAYOUT: {
                "basePhoneTemplateName": LAYOUT,
                "buttons": {"button": [{"feature": "Line", "label": None, "buttonNumber": "1"}]},
            }
        },
        "PhoneSecurityProfile": {
            UNIVERSAL: {
                "phoneType": "Universal Device Template",
                "protocol": "Protocol Not Specified",
                "deviceSecurityMode": "Non Secure",
            }
        },
        "UniversalDeviceTemplate": {
            AUTO_REGISTRATION: {**device, "deviceDescription": "#Product# - #MAC#"},
            "Sample Device Template with TAG usage examples": {**device, "deviceDescription": "#FirstName# #LastName#"},
        },
        "UniversalLineTemplate": {SAMPLE_LINE: {"blfPresenceGroup": _STANDARD, "lineDescription": "#FirstName#"}},
        "UserProfileProvision": {
            "Standard (Factory Default) User Profile": {
                "deskPhones": AUTO_REGISTRATION,
                "universalLineTemplate": SAMPLE_LINE,
            }
        },
    }


def _services() -> Objects:
    paths = {
        "Missed Calls": ("Messages", "MissedCalls"),
        "Received Calls": ("Messages", "ReceivedCalls"),
        "Placed Calls": ("Messages", "PlacedCalls"),
        "Voicemail": ("Messages", "Voicemail"),
        "Corporate Directory": ("Directories", "CorporateDirectory"),
        "Personal Directory": ("Directories", "PersonalDirectory"),
    }
    return {
        "IpPhoneServices": {
            name: {
                "asciiServiceName": name,
                "serviceUrl": f"Application:Cisco/{path}",
                "serviceCategory": "XML Service",
                "serviceType": kind,
                "enabled": "true",
                "enterpriseSubscription": "true",
            }
            for name, (kind, path) in paths.items()
        }
    }


FACTORY: Objects = {
    "RoutePartition": {
        "Directory URI": {"description": "Directory URIs of users"},
        "Global Learned E164 Numbers": {"description": "Learned by ILS"},
        "Global Learned E164 Patterns": {"description": "Learned by ILS"},
    },
    "CommonPhoneConfig": {"Standard Common Phone Profile": {"description": "Standard Common Phone Profile"}},
    "SipProfile": {
        "Standard SIP Profile": {"description": "Default SIP Profile"},
        "Standard SIP Profile For Cisco VCS": {},
        "Standard SIP Profile For TelePresence Endpoint": {},
        "Standard SIP Profile for Mobile Device": {},
    },
    "PresenceGroup": {_STANDARD: {"description": _STANDARD}},
    "SoftKeyTemplate": {
        "Standard User": {"description": "Standard User", "isDefault": "true"},
        "Standard Feature": {"description": "Standard Feature", "isDefault": "false"},
        "Standard Agent": {"description": "Standard Agent", "isDefault": "false"},
    },
    "VoiceMailProfile": {"NoVoiceMail": {"isDefault": "false"}, "Default": {"isDefault": "true"}},
    "CredentialPolicy": {"Default Credential Policy": {"failedLogon": "3", "lockoutDuration": "30"}},
    "UserGroup": {
        name: {}
        for name in (
            "Standard AXL API Users",
            "Standard CCM Admin Users",
            "Standard CCM End Users",
            "Standard CCM Server Monitoring",
            "Standard CCM Super Users",
            "Standard CTI Enabled",
            "Standard CTI Allow Control of All Devices",
        )
    },
    "AppUser": {"CCMAdministrator": {"presenceGroupName": _STANDARD}, "CUCService": {"presenceGroupName": _STANDARD}},
    **_templates(),
    **_services(),
}
"""A fresh installation: type -> key -> the rest of the document; references come after their targets."""

ENTERPRISE_PARAMETERS = {
    "ClusterID": "StandAloneCluster",
    "AutoRegistrationPhoneProtocol": "SCCP",
    "URLDirectories": "http://{address}:8080/ccmcip/xmldirectory.jsp",
    "URLServices": "http://{address}:8080/ccmcip/getservicesmenu.jsp",
}
NODE_SERVICES = (
    "Cisco CallManager",
    "Cisco Tftp",
    "Cisco CTIManager",
    "Cisco AXL Web Service",
    "Cisco Bulk Provisioning Service",
    "Cisco TAPS Service",
)


SITE: Objects = {
    "MediaResourceGroup": {"MRG-Internal": {"description": "Music and conferences", "multicast": "false"}},
    "MediaResourceList": {
        "MRGL-Internal": {"members": {"member": [{"order": "1", "mediaResourceGroupName": "MRG-Internal"}]}}
    },
    "CallPickupGroup": {"Pickup-Reception": {"pattern": "8000", "usage": "Call Pick Up Group"}},
    "PhoneNtp": {"203.0.113.123": {"description": "Time for phones", "mode": "Unicast"}},
    "RecordingProfile": {"Recorder": {"recordingCssName": None, "recorderDestination": "8900"}},
    "User": {
        "aberg": {"firstName": "Anna", "lastName": "Berg", "presenceGroupName": _STANDARD},
        "tfuchs": {"firstName": "Tom", "lastName": "Fuchs", "presenceGroupName": _STANDARD},
    },
}
"""What the lab's site has besides: one of each kind of thing that a phone or a line can name."""

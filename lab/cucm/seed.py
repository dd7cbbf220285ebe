"""What a freshly installed cluster holds, and the few objects of the lab's site on top of it."""

from __future__ import annotations

from collections.abc import Mapping

from lab.cucm.models import MODELS, SECURE_PROFILES, WITHOUT_LOAD, PhoneModel
from lab.cucm.seed_defaults import (
    AUTO_REGISTRATION,
    ENTERPRISE_PARAMETERS,
    FACTORY,
    NODE_SERVICES,
    SAMPLE_LINE,
    SITE,
    Objects,
)
from lab.cucm.store import Store, key_elements

ENTERPRISE_WIDE_DATA = "{00000000-1111-0000-0000-000000000000}"
"""uuid of the pseudo node that every cluster lists beside its real ones."""


def seed(
    store: Store,
    *,
    name: str,
    address: str,
    partition: str = "PT-Internal",
    css: str = "CSS-Internal",
    sip_port: int = 5060,
    sips_port: int = 5061,
    sccp_port: int = 2000,
    mixed_mode: bool = False,
    subscribers: Mapping[str, str] | None = None,
    tftp_servers: int = 1,
) -> None:
    """Fill an empty store with a new cluster's defaults: no phone, no line, auto-registration off.

    `name` is the publisher's host name, `subscribers` maps further host names to addresses; the process nodes go by
    address, since the lab has no DNS. The group Default holds all of them, the publisher first. The Tftp service is
    active on the first `tftp_servers` nodes. `mixed_mode` is told by the parameters, and there are secure profiles.
    """
    nodes = {name: address, **(subscribers or {})}
    ports = {"sip_port": sip_port, "sips_port": sips_port, "sccp_port": sccp_port}
    with store.transaction():
        _place(store, partition=partition, css=css)
        _named(store, FACTORY)
        _named(store, SITE)
        _nodes(store, nodes, **ports)
        _parameters(store, address=address, mixed_mode=mixed_mode)
        for index, node in enumerate(nodes.values()):
            _services(store, node, tftp=index < tftp_servers)
        for model in MODELS.values():
            for protocol in model.loads:
                _model(store, model, protocol)
                for security in SECURE_PROFILES if mixed_mode else ():
                    _secure_profile(store, model, protocol, security)
        for product, (template, profile) in WITHOUT_LOAD.items():
            _template(store, template, 1)
            _profile(store, product, "SIP", profile)


def _nodes(store: Store, nodes: Mapping[str, str], **ports: int) -> None:
    voice = {"processNodeRole": "CUCM Voice/Video"}
    store.put("ProcessNode", {"name": "EnterpriseWideData", "nodeUsage": "Subscriber", **voice}, ENTERPRISE_WIDE_DATA)
    members = []
    for priority, (name, address) in enumerate(nodes.items(), 1):
        usage = "Publisher" if priority == 1 else "Subscriber"
        store.put("ProcessNode", {"name": address, "description": name, "nodeUsage": usage, **voice})
        _call_manager(store, name, address, **ports)
        members.append({"callManagerName": f"CM_{name}", "priority": str(priority)})
    store.put("CallManagerGroup", {"name": "Default", "tftpDefault": "true", "members": {"member": members}})
    # The pool came before its group: now its reference can be known.
    pool = store.find("DevicePool", "Default")
    store.put("DevicePool", pool.document, pool.uuid)


def _call_manager(store: Store, name: str, address: str, *, sip_port: int, sips_port: int, sccp_port: int) -> None:
    store.put(
        "CallManager",
        {
            "name": f"CM_{name}",
            "description": name,
            "autoRegistration": {
                "startDn": "1000",
                "endDn": "1000",
                "nextDn": "1000",
                "routePartitionName": None,
                "e164Mask": None,
                "autoRegistrationEnabled": "false",
                "universalDeviceTemplate": AUTO_REGISTRATION,
                "lineTemplate": SAMPLE_LINE,
            },
            "ports": {
                "ethernetPhonePort": str(sccp_port),
                "mgcpPorts": {"listen": "2427", "keepAlive": "2428"},
                "sipPorts": {
                    "sipPhonePort": str(sip_port),
                    "sipPhoneSecurePort": str(sips_port),
                    "sipOAuthPort": "5090",
                    "sipOAuthMRAPort": "5091",
                },
            },
            "processNodeName": address,
        },
    )


def _parameters(store: Store, *, address: str, mixed_mode: bool) -> None:
    enterprise = {**ENTERPRISE_PARAMETERS, "ClusterSecurityMode": "1" if mixed_mode else "0"}
    for name, value in enterprise.items():
        place = {"processNodeName": "EnterpriseWideData", "service": "Enterprise Wide"}
        store.put("ServiceParameter", {**place, "name": name, "value": value.format(address=address)})


def _services(store: Store, address: str, *, tftp: bool) -> None:
    place = {"processNodeName": address, "service": "Cisco CallManager"}
    store.put("ServiceParameter", {**place, "name": "T302Timer", "value": "15000"})
    for service in NODE_SERVICES:
        active = "true" if tftp or service != "Cisco Tftp" else "false"
        store.put("ProcessNodeService", {"processNodeName": address, "service": service, "isActive": active})


def _place(store: Store, *, partition: str, css: str) -> None:
    store.put(
        "DateTimeGroup",
        {"name": "CMLocal", "timeZone": "Etc/GMT", "separator": "/", "dateformat": "M/D/Y", "timeFormat": "12-hour"},
    )
    store.put("Region", {"name": "Default", "defaultCodec": "G.711"})
    for location in ("Hub_None", "Phantom", "Shadow"):
        bandwidth = dict.fromkeys(("withinAudioBandwidth", "withinVideoBandwidth", "withinImmersiveKbits"), "0")
        store.put("Location", {"name": location, **bandwidth})
    for reference in ("Disable", "Use Default Gateway"):
        store.put("Srst", {"name": reference, "port": "2000", "ipAddress": "", "SipPort": "5060", "isSecure": "false"})
    store.put(
        "DevicePool",
        {
            "name": "Default",
            "dateTimeSettingName": "CMLocal",
            "callManagerGroupName": "Default",
            "regionName": "Default",
            "srstName": "Disable",
            "locationName": "Hub_None",
        },
    )
    store.put("RoutePartition", {"name": partition, "description": "Directory numbers"})
    member = {"routePartitionName": partition, "index": "1"}
    store.put("Css", {"description": "Internal calls", "members": {"member": [member]}, "name": css})


def _named(store: Store, objects: Objects) -> None:
    for kind, named in objects.items():
        (element,) = key_elements(kind)
        for name, rest in named.items():
            store.put(kind, {element: name, **rest})


def _model(store: Store, model: PhoneModel, protocol: str) -> None:
    template = model.button_template(protocol)
    _template(store, template, model.buttons)
    _profile(store, model.product, protocol, model.security_profile(protocol))
    store.put(
        "DeviceDefaults",
        {
            "Model": model.product,
            "Protocol": protocol,
            "LoadInformation": model.loads[protocol],
            "InactiveLoadInformation": None,
            "DevicePoolName": "Default",
            "PhoneButtonTemplate": template,
            "PreferActCodeOverAutoReg": "false",
        },
    )


def _template(store: Store, name: str, count: int) -> None:
    buttons = [
        {"feature": "Line" if number == 1 else "Speed Dial", "label": None, "buttonNumber": str(number)}
        for number in range(1, count + 1)
    ]
    store.put("PhoneButtonTemplate", {"name": name, "basePhoneTemplateName": name, "buttons": {"button": buttons}})


def _profile(store: Store, product: str, protocol: str, name: str) -> None:
    store.put(
        "PhoneSecurityProfile",
        {
            "phoneType": product,
            "protocol": protocol,
            "name": name,
            "description": name,
            "deviceSecurityMode": "Non Secure",
            "transportType": "TCP+UDP" if protocol == "SIP" else None,
        },
    )


def _secure_profile(store: Store, model: PhoneModel, protocol: str, security: str) -> None:
    name = model.secure_profile(protocol, security)
    _, mode, encrypted = SECURE_PROFILES[security]
    store.put(
        "PhoneSecurityProfile",
        {
            "phoneType": model.product,
            "protocol": protocol,
            "name": name,
            "description": name,
            "deviceSecurityMode": mode,
            "authenticationMode": "By Null String",
            "keySize": "2048",
            "tftpEncryptedConfig": encrypted,
            "transportType": "TLS" if protocol == "SIP" else None,
        },
    )

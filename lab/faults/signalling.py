"""The faults between a phone and its CallManagers: steps cucm_connection and registration."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from lab.control import ControlError
from lab.cucm.models import MODELS as PRODUCTS
from lab.faults.files import call_manager_stopped, own, profile_like, secured, sip_only
from lab.faults.injuries import Fault, Injury, MapInjury, SwitchedInjury, services
from lab.faults.records import NewObject, RecordInjury, Together, record
from lab.phone.models import MODELS, Model

if TYPE_CHECKING:
    from lab.world import Station, World

BRANCH_NODE = "cucm-branch.voice.example"
"""A node that no DNS server knows (`example` is reserved)."""
_SIGNALLING = {"sip", "sips", "sccp", "sccps"}


# -- cucm_connection ---------------------------------------------------------------------------------------------------


def _name_unresolvable(world: World, station: Station) -> Injury:
    """The phone's device pool has a group of its own, whose CallManager goes by a name that no DNS server knows."""
    store = services(world, station).store
    default = store.all("CallManager")[0].document
    pool = store.find("DevicePool", record(store, station.name).document.get("devicePoolName") or "")
    if pool is None:
        raise ControlError(f"{station.name} has no device pool")
    node = {"name": BRANCH_NODE, "description": "Branch", "nodeUsage": "Subscriber"}
    manager = {**default, "name": "CM_cucm-branch", "description": "Branch", "processNodeName": BRANCH_NODE}
    members = {"member": [{"callManagerName": manager["name"], "priority": "1"}]}
    group = {"name": "CMG-Branch", "tftpDefault": "false", "members": members}
    branch = {**pool.document, "name": "DP-Branch", "callManagerGroupName": group["name"]}
    made = [
        NewObject(store, kind, document).make()
        for kind, document in (
            ("ProcessNode", {**node, "processNodeRole": "CUCM Voice/Video"}),
            ("CallManager", manager),
            ("CallManagerGroup", group),
            ("DevicePool", branch),
        )
    ]
    changed = RecordInjury(store, station.name, {"devicePoolName": branch["name"]}).make()
    return Together((changed, *reversed(made)))


def _site_filtered(world: World) -> Injury:
    """No packet gets to the CallManagers of the site, whose service runs."""
    cluster = services(world)

    def filtered() -> bool:
        return not any(node.answers("sip") for node in cluster.nodes.values())

    return SwitchedInjury(filtered, lambda value: cluster.filter_ports(None, _SIGNALLING, value)).make()


def _tls_failed(world: World, station: Station) -> Injury:
    """The phone has a CTL file from before the CallManagers' certificates were made anew."""
    cluster = services(world, station)
    if not secured(world, station):
        raise ControlError(f"{station.name} is no secured phone of a cluster in mixed mode: it uses no TLS")
    name = f"CTL{station.name}.tlv"
    return MapInjury(cluster.files.replaced, name, cluster.security.outdated_ctl(name)).make()


def _certificates_renewed(world: World) -> Injury:
    """The CallManagers' certificates were made anew, and the CTL file was not."""
    cluster = services(world)

    def put(renewed: bool) -> None:
        for node in cluster.nodes.values():
            cluster.security.regenerate(node.name, renewed)
            node.registrar.hang_up()

    return SwitchedInjury(lambda: bool(cluster.security.regenerated), put).make()


# -- registration ------------------------------------------------------------------------------------------------------


def _rejected(code: int, text: str, reason: int) -> Callable[[World, Station], Injury]:
    """A fault by which the CallManager refuses the phone: SIP code and warning text, RIS StatusReason."""

    def make(world: World, station: Station) -> Injury:
        return MapInjury(services(world, station).registrar.reject, station.name, (code, text, reason)).make()

    return make


def _digest_failed(world: World, station: Station) -> Injury:
    """The phone's security profile asks for digest credentials that its configuration file doesn't hold."""
    sip_only(station, "digest credentials")
    cluster = services(world, station)
    asked = {"enableDigestAuthentication": "true", "excludeDigestCredentials": "true"}
    profile = profile_like(world, station, "Digest Profile", **asked)
    changes = {"securityProfileName": profile.document["name"]}
    changed = RecordInjury(cluster.store, station.name, changes).make()
    wanted = (station.name.lower(), secrets.token_hex(8))
    digest = MapInjury(cluster.registrar.digest, station.name, wanted).make()
    return Together((changed, digest, profile), needed=2)


def _protocol_mismatch(world: World, station: Station) -> Injury:
    """The record is for the other protocol, and names the load that the phone has."""
    model = station.phone.model
    if len(model.protocols) == 1:
        raise ControlError(
            f"a {model.name} speaks {station.phone.protocol} alone: its record can name no other protocol"
        )
    other = next(protocol for protocol in model.protocols if protocol != station.phone.protocol)
    return _as(world, station, model, other)


def _model_mismatch(world: World, station: Station) -> Injury:
    """The record is for another model, of the same family where there is one."""
    model, protocol = station.phone.model, station.phone.protocol
    others = [other for other in MODELS.values() if other is not model and protocol in other.protocols]
    family = [other for other in others if other.fits(station.phone.load)]
    return _as(world, station, (family or others)[0], protocol)


def _as(world: World, station: Station, model: Model, protocol: str) -> Injury:
    """The record as that of a model and protocol, with the load that the phone has."""
    product = PRODUCTS[model.cucm_name]
    changes = {
        "product": product.product,
        "model": product.product,
        "protocol": protocol,
        "phoneTemplateName": product.button_template(protocol),
        "securityProfileName": product.security_profile(protocol),
        "loadInformation": station.phone.load,
    }
    return RecordInjury(services(world, station).store, station.name, changes).make()


def _no_line(world: World, station: Station) -> Injury:
    return RecordInjury(services(world, station).store, station.name, {"lines": None}).make()


TABLE = (
    Fault(
        "cucm_name_unresolvable",
        "cucm_connection",
        True,
        "phone",
        "the phone's CallManager group has one member, whose name no DNS server knows",
        _name_unresolvable,
    ),
    Fault(
        "cucm_port_blocked",
        "cucm_connection",
        True,
        "phone",
        "the way between the phone and its CallManagers is filtered, whose service runs",
        own("cucm_blocked"),
        make_site=_site_filtered,
    ),
    Fault(
        "callmanager_stopped",
        "cucm_connection",
        True,
        "site",
        "the service Cisco CallManager is stopped on all nodes",
        call_manager_stopped,
    ),
    Fault(
        "tls_handshake_failed",
        "cucm_connection",
        True,
        "phone",
        "the CTL file of a secured phone does not know the certificates that the CallManagers show",
        _tls_failed,
        make_site=_certificates_renewed,
    ),
    Fault(
        "protocol_mismatch",
        "registration",
        True,
        "phone",
        "the phone's record is for the other protocol, and names no load that speaks it",
        _protocol_mismatch,
    ),
    Fault(
        "model_mismatch", "registration", True, "phone", "the phone's record is that of another model", _model_mismatch
    ),
    Fault(
        "digest_authentication_failed",
        "registration",
        True,
        "phone",
        "the phone's security profile asks for digest credentials that its configuration file does not hold",
        _digest_failed,
    ),
    Fault(
        "duplicate_registration",
        "registration",
        True,
        "phone",
        "another device is registered under the phone's name (StatusReason 16)",
        _rejected(403, "Duplicate registration", 16),
    ),
    Fault(
        "maximum_devices_exceeded",
        "registration",
        True,
        "phone",
        "the CallManager has no room for one more device (StatusReason 5)",
        _rejected(503, "Maximum number of registered devices exceeded", 5),
    ),
    Fault("no_line", "registration", True, "phone", "the phone's record has no line", _no_line),
)

"""The faults of what a phone downloads: trust lists, configuration, firmware, dial rules, locales, softkeys, rings."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from lab.control import ControlError
from lab.faults.injuries import Fault, Injury, MapInjury, SetInjury, SwitchedInjury, services
from lab.faults.records import CountedInjury, NewObject, RecordInjury, Together, record
from lab.phone.models import MODELS, protocol_of

if TYPE_CHECKING:
    from lab.world import Station, World


# -- ctl and itl -------------------------------------------------------------------------------------------------------


def own(fault: str) -> Callable[[World, Station], Injury]:
    """A fault that lives in the phone, or on its way."""

    def make(world: World, station: Station) -> Injury:
        return SetInjury(station.phone.faults, fault).make()

    return make


def _site_filtered(world: World) -> Injury:
    """No packet gets to the file services of the site, which run."""
    cluster = services(world)

    def filtered() -> bool:
        return not any(node.server and node.answers("files") for node in cluster.nodes.values())

    return SwitchedInjury(filtered, lambda value: cluster.filter_ports(None, {"files"}, value)).make()


def _stopped(service: str, world: World, station: Station) -> Injury:
    """A service is stopped on all nodes."""
    cluster = services(world)

    def put(stopped: bool) -> None:
        (cluster.stop_service if stopped else cluster.start_service)(None, service)

    return SwitchedInjury(lambda: not any(node.runs(service) for node in cluster.nodes.values()), put).make()


tftp_stopped = partial(_stopped, "Cisco Tftp")
call_manager_stopped = partial(_stopped, "Cisco CallManager")


def secured(world: World, station: Station) -> bool:
    """Whether it is a phone with a security profile, in a cluster in mixed mode."""
    cluster = services(world, station)
    found = record(cluster.store, station.name)
    profile = cluster.store.find("PhoneSecurityProfile", found.document.get("securityProfileName") or "")
    mode = profile.document.get("deviceSecurityMode") if profile else None
    return cluster.security.mixed and (mode or "Non Secure") != "Non Secure"


def _ctl_missing(world: World, station: Station) -> Injury:
    cluster = services(world, station)
    if not secured(world, station):
        raise ControlError(f"{station.name} is no secured phone of a cluster in mixed mode: it needs no CTL")
    return CountedInjury(cluster.files.withheld, (f"CTL{station.name}.tlv",)).make()


def _itl_missing(world: World, station: Station) -> Injury:
    # The phone asks for the cluster's list where there is none of its own; phones that have their own never do.
    names = (f"ITL{station.name}.tlv", "ITLFile.tlv")
    return CountedInjury(services(world, station).files.withheld, names).make()


def _trust_list_mismatch(world: World, station: Station) -> Injury:
    """The phone was at another cluster before: it trusts that one's signer, and has its configuration no more."""
    phone, security = station.phone, services(world, station).security
    phone.forget()

    def put(foreign: bool) -> None:
        phone.trust.forget()
        if foreign:
            phone.trust.install("ITLFile.tlv", security.foreign_itl("ITLFile.tlv"))

    return SwitchedInjury(lambda: phone.trust.knows(security.stranger.der), put).make()


# -- config_file -------------------------------------------------------------------------------------------------------


def _config_missing(world: World, station: Station) -> Injury:
    return SetInjury(services(world, station).files.missing, f"{station.name}.cnf.xml").make()


def _config_stale(world: World, station: Station) -> Injury:
    """The service keeps a file from before a change of the database: of another cluster address and an older stamp."""
    cluster = services(world, station)
    record(cluster.store, station.name)
    name = f"{station.name}.cnf.xml"
    gone = f"{world.block.prefix}.0.9"
    content = cluster.files.get(name)
    if content is None or b"<fullConfig>false" in content:
        raise ControlError(f"{name} is not there, or says no more than that the rest is encrypted")
    text = re.sub(r"(<processNodeName>)[^<]+", rf"\g<1>{gone}", content.decode())
    text = re.sub(r"(<versionStamp>)(\d+)", lambda found: f"{found[1]}{int(found[2]) - 86400}", text)
    return MapInjury(cluster.files.replaced, name, text.encode()).make()


def _config_undecryptable(world: World, station: Station) -> Injury:
    """The record asks for an encrypted file, and the cluster encrypts it for a key that isn't this phone's."""
    cluster = services(world, station)
    profile = profile_like(world, station, "Encrypted Config Profile", tftpEncryptedConfig="true")
    changed = RecordInjury(cluster.store, station.name, {"securityProfileName": profile.document["name"]})
    key = SetInjury(cluster.files.foreign_keys, station.name).make()
    return Together((changed.make(), key, profile), needed=2)


def profile_like(world: World, station: Station, name: str, **more: str) -> NewObject:
    """A security profile as the phone's present one, with some elements changed."""
    store = services(world, station).store
    found = record(store, station.name).document
    present = store.find("PhoneSecurityProfile", found.get("securityProfileName") or "")
    if present is None:
        raise ControlError(f"{station.name} has no security profile in CUCM")
    label = f"{found.get('product')} - {found.get('protocol')} {name}"
    document = {**present.document, "name": label, "description": label, **more}
    return NewObject(store, "PhoneSecurityProfile", document).make()


def _device_not_in_cucm(world: World, station: Station) -> Injury:
    store = services(world, station).store
    found = record(store, station.name)
    store.remove(found.uuid)

    def restore(missing: bool) -> None:
        if not missing and store.find("Phone", station.name) is None:
            store.put("Phone", found.document, found.uuid)

    return SwitchedInjury(lambda: store.find("Phone", station.name) is None, restore)


# -- firmware ----------------------------------------------------------------------------------------------------------


def _load(world: World, station: Station, load: str) -> RecordInjury:
    return RecordInjury(services(world, station).store, station.name, {"loadInformation": load}).make()


def _firmware_missing(world: World, station: Station) -> Injury:
    """The record names a load that nobody has installed on the TFTP service."""
    return _load(world, station, station.phone.model.newer_load(station.phone.protocol))


def _firmware_wrong_model(world: World, station: Station) -> Injury:
    """The record names a load of another family, which is there."""
    phone, loads = station.phone, services(world, station).files.loads
    others = [load for load in sorted(loads) if protocol_of(load) == phone.protocol and not phone.model.fits(load)]
    return _load(world, station, others[0])


def _firmware_download_failed(world: World, station: Station) -> Injury:
    """The record names another load of the phone's own, whose image breaks off on its way."""
    cluster = services(world, station)
    model = station.phone.model
    used = {phone.load for phone in cluster.store.phones()} | {other.phone.load for other in world.stations.values()}
    load = next((load for load in reversed(model.loads(station.phone.protocol)) if load not in used), "")
    if not load:
        raise ControlError(f"every load of a {model.name} is in use: none can break off for {station.name} alone")
    cut = CountedInjury(cluster.files.cut, (f"{load}.sbn",)).make()
    return Together((_load(world, station, load), cut), needed=2)


# -- findings ----------------------------------------------------------------------------------------------------------


def _dial_rules_missing(world: World, station: Station) -> Injury:
    """The phone has dial rules of its own, whose file isn't there."""
    sip_only(station, "dial rules")
    rules = {"name": "Branch office", "description": "Numbers of the branch", "dialPattern": "7940_7960_OTHER"}
    return _own_file(world, station, "SipDialRules", rules, "dialRulesName", "dial_template")


def _softkeys_missing(world: World, station: Station) -> Injury:
    """The phone has a softkey template of its own, whose file isn't there."""
    sip_only(station, "softkey files")
    template = {"name": "Branch office", "description": "Branch office", "isDefault": "false"}
    return _own_file(world, station, "SoftKeyTemplate", template, "softkeyTemplateName", "soft_keys")


def _own_file(world: World, station: Station, kind: str, document: dict[str, str], element: str, file: str) -> Injury:
    cluster = services(world, station)
    made = NewObject(cluster.store, kind, document).make()
    changed = RecordInjury(cluster.store, station.name, {element: document["name"]}).make()
    name = getattr(cluster.files.names(cluster.store.phone(station.name)), file)
    return Together((changed, CountedInjury(cluster.files.withheld, (name,)).make(), made), needed=2)


def sip_only(station: Station, what: str) -> None:
    if station.phone.protocol != "SIP":
        raise ControlError(f"{station.name} speaks {station.phone.protocol}, and asks for no {what}")


def _locale_missing(world: World, station: Station) -> Injury:
    """The phone speaks German, and the locale was never installed."""
    changes = {"userLocale": "German Germany", "networkLocale": "Germany"}
    return RecordInjury(services(world, station).store, station.name, changes).make()


def _ring_list_missing(world: World, station: Station) -> Injury:
    names = tuple({model.ring_list for model in MODELS.values()})
    return CountedInjury(services(world, station).files.withheld, names).make()


TABLE = (
    Fault(
        "tftp_unreachable",
        "ctl",
        True,
        "phone",
        "the way between the phone and its TFTP servers is filtered, whose service runs",
        own("download_blocked"),
        make_site=_site_filtered,
    ),
    Fault("tftp_service_stopped", "ctl", True, "site", "the service Cisco Tftp is stopped", tftp_stopped),
    Fault(
        "ctl_missing",
        "ctl",
        True,
        "phone",
        "mixed mode, and the TFTP service does not have the CTL file of a secured phone",
        _ctl_missing,
    ),
    Fault("itl_missing", "itl", False, "phone", "the TFTP service does not have the phone's ITL file", _itl_missing),
    Fault(
        "trust_list_mismatch",
        "itl",
        True,
        "phone",
        "the phone trusts the signer of another cluster, and refuses what this one signs",
        _trust_list_mismatch,
        keeps_flash=True,
    ),
    Fault(
        "config_missing",
        "config_file",
        True,
        "phone",
        "the TFTP service does not have the phone's configuration file, though the phone is in CUCM",
        _config_missing,
    ),
    Fault(
        "config_stale",
        "config_file",
        True,
        "phone",
        "the phone's configuration file is from before a change of the database, and names a CallManager that is gone",
        _config_stale,
        noticed_at="cucm_connection",
    ),
    Fault(
        "config_undecryptable",
        "config_file",
        True,
        "phone",
        "the phone's configuration file is encrypted for another key than the phone's",
        _config_undecryptable,
    ),
    Fault(
        "device_not_in_cucm",
        "config_file",
        True,
        "phone",
        "the phone is deleted from CUCM",
        _device_not_in_cucm,
    ),
    Fault(
        "firmware_missing",
        "firmware_upgrade",
        False,
        "phone",
        "the phone's record names a load that the TFTP service does not have",
        _firmware_missing,
    ),
    Fault(
        "firmware_wrong_model",
        "firmware_upgrade",
        False,
        "phone",
        "the phone's record names a load that is made for other models",
        _firmware_wrong_model,
    ),
    Fault(
        "firmware_download_failed",
        "firmware_upgrade",
        False,
        "phone",
        "the phone's record names another load, whose image breaks off on its way",
        _firmware_download_failed,
    ),
    Fault(
        "dial_rules_missing",
        "dial_rules",
        False,
        "phone",
        "the phone has dial rules of its own, whose file the TFTP service does not have",
        _dial_rules_missing,
    ),
    Fault(
        "locale_missing",
        "localization",
        False,
        "phone",
        "the phone has a locale that is not installed on the TFTP service",
        _locale_missing,
    ),
    Fault(
        "softkeys_missing",
        "softkeys",
        False,
        "phone",
        "the phone has a softkey template of its own, whose file the TFTP service does not have",
        _softkeys_missing,
    ),
    Fault(
        "ringlist_missing",
        "ringtones",
        False,
        "site",
        "the TFTP service does not have the ring lists",
        _ring_list_missing,
    ),
)

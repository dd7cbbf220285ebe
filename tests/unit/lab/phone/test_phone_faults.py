"""Every fault from the trust lists to the ring tones: where the phone stops, what it shows, who stays healthy, heal."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from lab import faults
from lab.control import ControlError
from tests.packet_filter import needs_packet_filter

NAME, NEIGHBOUR = "SEP00005E005301", "SEP00005E005302"


@pytest.fixture
def world(site):
    """What a fault needs of a lab: the cluster and the stations."""
    cluster = SimpleNamespace(
        store=site.store, files=site.files, registrar=site.registrar, security=site.files.security
    )
    return SimpleNamespace(cluster=cluster, block=site.block, stations={})


@pytest.fixture
def plugged(site, world):
    """Provisions and plugs in a phone: returns its station."""

    def plug(number: int, model: str = "8841", protocol: str = "SIP", **more: object) -> SimpleNamespace:
        mac = f"00005E0053{number:02X}"
        phone, port = site.phone(mac, model, protocol=protocol, **more)
        product = phone.model.cucm_name
        profile = f"{product} - Standard {protocol} Non-Secure Profile"
        number_dn = str(1000 + number)
        site.provision(mac, product, number_dn, protocol=protocol, securityProfileName=profile)
        station = SimpleNamespace(name=phone.name, phone=phone, port=port)
        world.stations[phone.name] = station
        return station

    return plug


def healthy(station) -> bool:
    status = station.phone.status
    return status.state == "registered" and status.step == "ringtones" and not status.findings


async def broken(world, station, name, wait_until):
    """Start a phone, break it as `lab break` does, and wait until it shows. Returns its status and the injury."""
    fault = faults.find(name)
    await station.phone.start()
    await wait_until(lambda: healthy(station), lambda: station.phone.status)
    injury = fault.make(world, station)
    assert injury.holds()
    station.phone.power_cycle() if fault.keeps_flash else station.phone.factory_reset()
    if fault.stops:
        step = fault.noticed_at or fault.step
        await wait_until(lambda: station.phone.status.stuck_at == step, lambda: station.phone.status)
    else:

        def found() -> bool:
            status = station.phone.status
            told = any(finding.startswith(f"{fault.step}:") for finding in status.findings)
            return told and (status.state, status.step) == ("registered", "ringtones")

        await wait_until(found, lambda: station.phone.status)
        assert [finding.partition(":")[0] for finding in station.phone.status.findings] == [fault.step]
    return station.phone.status, injury


FILTERED = {"tftp_unreachable", "cucm_port_blocked"}
CASES = [
    ("tftp_unreachable", "8841", "SIP", f"TFTP Timeout : CTL{NAME}.tlv", "no answer"),
    ("itl_missing", "8841", "SIP", "No Trust List Installed", "404 Not Found"),
    ("trust_list_mismatch", "8841", "SIP", "Trust List Update Failed", "is signed by CN=cucm-pub"),
    ("config_missing", "7841", "SIP", f"File Not Found : {NAME}.cnf.xml", "404 Not Found"),
    ("device_not_in_cucm", "8851", "SIP", "Registration Rejected", "Unable to find device"),
    ("config_undecryptable", "8841", "SIP", f"Failed to decrypt {NAME}.cnf.xml.enc.sgn", "encrypted for another key"),
    ("config_stale", "7961G", "SCCP", f"{NAME}.cnf.xml", "port 2000: connection refused"),
    ("firmware_missing", "8841", "SIP", "File Not Found : sip88xx.14-0-1-0201-153.loads", "404 Not Found"),
    ("firmware_wrong_model", "8841", "SIP", "Load Rejected HC", "isn't made for a 8841"),
    ("firmware_download_failed", "7961G", "SCCP", "TFTP Error : SCCP41.9-4-2SR2-2S.sbn", "the transfer broke off"),
    ("dial_rules_missing", "8841", "SIP", "File Not Found : DR", "404 Not Found"),
    ("cucm_name_unresolvable", "7961G", "SCCP", "DNS unknown IPv4 Host cucm-branch.voice.example", "can't be resolved"),
    ("cucm_port_blocked", "7961G", "SCCP", "", "port 2000: no answer"),
    ("protocol_mismatch", "7961G", "SIP", "Registration Rejected", "Protocol mismatch"),
    ("protocol_mismatch", "7961G", "SCCP", "Registration Rejected: Error Mismatch", "RegisterReject"),
    ("model_mismatch", "8841", "SIP", "Registration Rejected", "Device type mismatch"),
    ("model_mismatch", "7975G", "SCCP", "Registration Rejected: Error Mismatch", "RegisterReject"),
    ("digest_authentication_failed", "8841", "SIP", "Registration Rejected", "401 Unauthorized"),
    ("duplicate_registration", "8841", "SIP", "Registration Rejected", "403 Forbidden"),
    ("maximum_devices_exceeded", "7961G", "SCCP", "Registration Rejected: Max Phones Exceeded", "RegisterReject"),
    ("no_line", "8841", "SIP", "Unprovisioned", "no line"),
    ("locale_missing", "8841", "SIP", "Error Updating Locale", "Germany/g3-tones.xml"),
    ("softkeys_missing", "8841", "SIP", "File Not Found : SK", "404 Not Found"),
]


@pytest.mark.parametrize(
    ("name", "model", "protocol", "message", "why"),
    [pytest.param(*case, marks=needs_packet_filter if case[0] in FILTERED else ()) for case in CASES],
)
async def test_fault(world, plugged, wait_until, name, model, protocol, message, why):
    patient, neighbour = plugged(1, model, protocol), plugged(2, model, protocol)
    await neighbour.phone.start()
    status, injury = await broken(world, patient, name, wait_until)
    assert why in " ".join([status.why, *status.findings])
    assert any(text.startswith(message) for text in patient.phone.messages.texts), patient.phone.messages.texts
    neighbour.phone.factory_reset()
    await wait_until(lambda: neighbour.phone.status.state != "registered", lambda: neighbour.phone.status)
    await wait_until(lambda: healthy(neighbour), lambda: neighbour.phone.status)
    injury.heal()
    assert not injury.holds()
    patient.phone.power_cycle()
    await wait_until(lambda: patient.phone.status.state != "registered", lambda: patient.phone.status)
    await wait_until(lambda: healthy(patient), lambda: patient.phone.status)


def test_every_fault_of_the_lower_ladder_is_tested_here_or_needs_a_whole_cluster() -> None:
    cluster = {"tftp_service_stopped", "callmanager_stopped", "ctl_missing", "tls_handshake_failed"}
    lower = {fault.name for fault in (*faults.files.TABLE, *faults.signalling.TABLE)}
    assert lower - {case[0] for case in CASES} == cluster | {"ringlist_missing"}


async def test_a_ring_list_is_missing_for_all_phones_that_ask_for_it(site, world, plugged, wait_until):
    patient, other = plugged(1), plugged(2, "7961G")
    await other.phone.start()
    await wait_until(lambda: healthy(other), lambda: other.phone.status)
    _, injury = await broken(world, patient, "ringlist_missing", wait_until)
    assert "File Not Found : Ringlist-wb.xml" in patient.phone.messages.texts
    other.phone.power_cycle()
    await wait_until(lambda: "File Not Found : Ringlist.xml" in other.phone.messages.texts)
    again = faults.find("ringlist_missing").make(world, patient)
    injury.heal()
    assert site.files.get("Ringlist-wb.xml") is None
    again.heal()
    assert site.files.get("Ringlist-wb.xml")


async def test_what_a_fault_adds_to_the_database_goes_with_it(site, world, plugged):
    station = plugged(1)
    kinds = ("ProcessNode", "CallManager", "CallManagerGroup", "DevicePool", "PhoneSecurityProfile", "SipDialRules")
    before = {kind: [each.name for each in site.store.all(kind)] for kind in kinds}
    names = ("cucm_name_unresolvable", "digest_authentication_failed", "dial_rules_missing")
    injuries = [faults.find(name).make(world, station) for name in names]
    record = site.store.find("Phone", NAME).document
    assert record["devicePoolName"] == "DP-Branch"
    profile = site.store.find("PhoneSecurityProfile", record["securityProfileName"]).document
    assert (profile["enableDigestAuthentication"], profile["excludeDigestCredentials"]) == ("true", "true")
    assert b"<processNodeName>cucm-branch.voice.example<" in site.files.get(f"{NAME}.cnf.xml")
    for injury in reversed(injuries):
        injury.heal()
    assert {kind: [each.name for each in site.store.all(kind)] for kind in kinds} == before


async def test_heal_leaves_a_record_alone_that_somebody_changed(site, world, plugged):
    station = plugged(1)
    injury = faults.find("firmware_missing").make(world, station)
    found = site.store.find("Phone", NAME)
    site.store.put("Phone", {**found.document, "loadInformation": "sip88xx.12-5-1SR3-74"}, found.uuid)
    assert not injury.holds()
    injury.heal()
    assert site.store.find("Phone", NAME).document["loadInformation"] == "sip88xx.12-5-1SR3-74"


@pytest.mark.parametrize(
    ("name", "model", "protocol", "words"),
    [
        ("protocol_mismatch", "8841", "SIP", "a 8841 speaks SIP alone"),
        ("dial_rules_missing", "7961G", "SCCP", "asks for no dial rules"),
        ("softkeys_missing", "7961G", "SCCP", "asks for no softkey files"),
        ("ctl_missing", "8841", "SIP", "no secured phone of a cluster in mixed mode"),
    ],
)
async def test_faults_that_some_phones_cannot_have(world, plugged, name, model, protocol, words):
    with pytest.raises(ControlError, match=words):
        faults.find(name).make(world, plugged(1, model, protocol))


@pytest.mark.parametrize(
    ("model", "protocol", "image"),
    [("8841", "SIP", "sip88xx.12-7-1-0001-403.sbn"), ("7961G", "SCCP", "SCCP41.9-4-2SR2-2S.sbn")],
)
async def test_ris_tells_how_an_upgrade_failed(site, world, plugged, wait_until, model, protocol, image):
    station = plugged(1, model, protocol)
    _, injury = await broken(world, station, "firmware_download_failed", wait_until)
    download = site.registrar.registrations()[NAME].download
    assert download == ("Failed", f"Transfer failed: {image}", site.block.publisher)
    site.files.cut.clear()
    station.phone.power_cycle()
    await wait_until(lambda: station.phone.load == image.removesuffix(".sbn"), lambda: station.phone.status)
    await wait_until(lambda: healthy(station), lambda: station.phone.status)
    assert site.registrar.registrations()[NAME].download == ("Successful", "", site.block.publisher)


async def test_a_rejected_phone_tries_again_and_again(site, world, plugged, wait_until):
    station = plugged(1)
    await broken(world, station, "device_not_in_cucm", wait_until)
    await wait_until(lambda: site.registrar.registrations()[NAME].attempts >= 4)
    known = site.registrar.registrations()[NAME]
    assert (known.status, known.reason) == ("Rejected", 2)
    asked = [each.filename for each in site.server.requests if each.client == station.phone.address]
    assert asked.count("XMLDefault.cnf.xml") >= 3


async def test_a_stale_file_stays_stale_after_a_change(site, world, plugged):
    station = plugged(1)
    injury = faults.find("config_stale").make(world, station)
    stamp = site.store.phone(NAME).version_stamp.strip("{}")
    before = site.files.get(f"{NAME}.cnf.xml")
    site.store.touch(NAME)
    assert site.files.get(f"{NAME}.cnf.xml") == before
    written = int(before.partition(b"<versionStamp>")[2].partition(b"-")[0])
    assert written < int(stamp.partition("-")[0])
    injury.heal()
    changed = site.store.phone(NAME).version_stamp.strip("{}")
    assert f"<versionStamp>{changed}".encode() in site.files.get(f"{NAME}.cnf.xml")

"""Where a phone stops and what it says of it; and that it goes on by itself once the cause is gone."""

from __future__ import annotations

import pytest

NAME = "SEP00005E005301"
CONFIG = f"{NAME}.cnf.xml"


async def registered(phone, wait_until):
    await wait_until(lambda: phone.status.state == "registered", lambda: phone.status)


async def stuck(phone, wait_until, step):
    await wait_until(lambda: phone.status.stuck_at == step, lambda: phone.status)
    assert phone.status.state == "stuck"
    return phone.status


async def test_firmware_that_does_not_boot(site, wait_until):
    site.provision()
    phone, _ = site.phone()
    phone.faults.add("firmware_boot_failed")
    await phone.start()
    status = await stuck(phone, wait_until, "firmware_boot")
    assert (status.step, status.address) == ("power", None)
    phone.faults.discard("firmware_boot_failed")
    await registered(phone, wait_until)


async def test_no_voice_vlan_and_no_server_in_the_access_vlan(site, wait_until):
    site.provision()
    phone, port = site.phone()
    port.set(voice=None)
    await phone.start()
    status = await stuck(phone, wait_until, "voice_vlan")
    assert status.why == (
        "CDP from access-sw1 names no voice VLAN on GigabitEthernet1/0/1, and in VLAN 10, untagged:"
        " no DHCP server answered DISCOVER"
    )
    assert status.step == "firmware_boot"
    port.set(voice=20)
    await registered(phone, wait_until)


async def test_without_cdp_it_asks_untagged_and_registers_if_that_works(site, wait_until):
    site.provision()
    site.pools[10] = type(site.pool)(f"{site.block.prefix}.30", f"{site.block.prefix}.30.1", site.pool.option_150)
    phone, port = site.phone()
    phone.faults.add("cdp_unheard")
    await phone.start()
    await registered(phone, wait_until)
    assert phone.address == f"{site.block.prefix}.30.11"
    del site.pools[10]
    phone.recheck()
    status = await stuck(phone, wait_until, "voice_vlan")
    assert status.why.startswith("no CDP is heard on GigabitEthernet1/0/1")
    phone.faults.discard("cdp_unheard")
    phone.recheck()
    await registered(phone, wait_until)
    assert phone.address.startswith(f"{site.block.prefix}.20.")


async def test_no_dhcp_server(site, wait_until):
    site.provision()
    pool = site.pools.pop(20)
    phone, _ = site.phone()
    await phone.start()
    status = await stuck(phone, wait_until, "dhcp")
    assert status.why == "in voice VLAN 20: no DHCP server answered DISCOVER"
    assert status.step == "voice_vlan"
    assert phone.messages.texts[-2:] == ["IPv4 DHCP Timeout", "Could not acquire an IP address from DHCP"]
    site.pools[20] = pool
    await registered(phone, wait_until)


async def test_dhcp_server_that_refuses(site, wait_until):
    site.provision()
    site.pool.nak = True
    phone, _ = site.phone()
    await phone.start()
    status = await stuck(phone, wait_until, "dhcp")
    assert "answered NAK" in status.why
    site.pool.nak = False
    await registered(phone, wait_until)


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (None, "has neither option 150 nor option 66"),
        (b"127.10.0.10", "is text ('127.10.0.10'), not addresses"),
        (b"10.1.1.1", "is text ('10.1.1.1'), not addresses"),
    ],
)
async def test_lease_without_a_usable_tftp_server(site, wait_until, option, words):
    site.provision()
    good, site.pool.option_150 = site.pool.option_150, option
    phone, _ = site.phone()
    await phone.start()
    status = await stuck(phone, wait_until, "dhcp")
    assert words in status.why
    assert f"{site.block.prefix}.20.11" in status.why
    site.pool.option_150 = good
    await registered(phone, wait_until)


async def test_a_phone_with_a_configuration_goes_on_without_option_150_and_says_so(site, wait_until):
    site.provision()
    phone, _ = site.phone()
    await phone.start()
    await registered(phone, wait_until)
    site.pool.option_150 = None
    phone.power_cycle()
    await wait_until(lambda: phone.status.state != "registered")
    await registered(phone, wait_until)
    assert any("dhcp: " in told and "has neither option 150 nor option 66" in told for told in phone.status.findings)


async def test_tftp_server_that_is_not_there(site, wait_until):
    site.provision()
    good, site.pool.option_150 = site.pool.option_150, bytes(map(int, f"{site.block.prefix}.0.99".split(".")))
    phone, _ = site.phone()
    await phone.start()
    status = await stuck(phone, wait_until, "ctl")
    dead = f"{site.block.prefix}.0.99"
    assert status.why == (f"CTL{NAME}.tlv: HTTP 6970 at {dead}: connection refused; TFTP at {dead}: no answer")
    await wait_until(lambda: f"TFTP Timeout : {CONFIG}" in phone.messages.texts, lambda: phone.messages.texts)
    site.pool.option_150 = good
    phone.recheck()
    await registered(phone, wait_until)


async def test_an_unknown_phone_is_rejected_for_ever(site, wait_until):
    phone, _ = site.phone()
    await phone.start()
    status = await stuck(phone, wait_until, "config_file")
    assert status.why.startswith(f"{CONFIG}: HTTP 6970 at {site.block.publisher}: 404 Not Found; with XMLDefault")
    assert '404 Not Found, "Unable to find device/user in database"' in status.why
    assert f"File Not Found : {CONFIG}" in phone.messages.texts
    known = site.registrar.registrations()[phone.name]
    assert (known.status, known.reason) == ("Rejected", 2)
    await wait_until(lambda: site.registrar.registrations()[phone.name].attempts > 2)
    site.provision()
    await registered(phone, wait_until)


@pytest.mark.parametrize(("model", "protocol"), [("8841", "SIP"), ("7965G", "SCCP")])
async def test_auto_registration_gives_an_unknown_phone_a_number(site, wait_until, model, protocol):
    manager = site.store.all("CallManager")[0]
    settings = manager.document["autoRegistration"]
    settings.update(autoRegistrationEnabled="true", startDn="0998", endDn="0999", nextDn="0999")
    site.store.put("CallManager", manager.document, manager.uuid)
    phone, _ = site.phone(model=model, protocol=protocol)
    await phone.start()
    await registered(phone, wait_until)
    await wait_until(lambda: site.registrar.registrations()[phone.name].lines == {"0999": "Registered"})
    assert (site.store.phone(phone.name).description, site.store.count("Line")) == ("Auto 0999", 1)
    assert site.store.all("CallManager")[0].document["autoRegistration"]["nextDn"] == "0998"


async def test_file_that_cannot_be_read(site, wait_until):
    site.provision()
    site.files.replaced[CONFIG] = site.files.get(CONFIG)[:900]
    phone, _ = site.phone()
    await phone.start()
    status = await stuck(phone, wait_until, "config_file")
    assert status.why.startswith(f"{CONFIG}.sgn from {site.block.publisher} can't be read: ")
    site.files.replaced.clear()
    await registered(phone, wait_until)


async def test_registers_with_the_configuration_that_it_had(site, wait_until):
    site.provision()
    phone, port = site.phone()
    await phone.start()
    await registered(phone, wait_until)
    await site.server.stop()
    port.set(powered=False)
    await wait_until(lambda: phone.status.state == "off")
    port.set(powered=True)
    await registered(phone, wait_until)
    (finding,) = [finding for finding in phone.status.findings if finding.startswith("config_file")]
    assert "connection refused" in finding
    assert "goes on with the configuration that it had" in finding
    phone.factory_reset()
    await stuck(phone, wait_until, "ctl")
    await site.server.start()
    await registered(phone, wait_until)


async def test_security_mode_without_ctl(site, wait_until):
    site.provision()
    profile = site.store.find("PhoneSecurityProfile", "Cisco 8841 - Standard SIP Non-Secure Profile")
    site.store.put("PhoneSecurityProfile", {**profile.document, "deviceSecurityMode": "Authenticated"}, profile.uuid)
    phone, _ = site.phone()
    await phone.start()
    status = await stuck(phone, wait_until, "ctl")
    assert "no CTL file" in status.why


async def test_wrong_protocol_in_the_configuration(site, wait_until):
    site.provision(protocol="SCCP", loadInformation="SCCP88.9-9")
    phone, _ = site.phone()
    await phone.start()
    status = await stuck(phone, wait_until, "registration")
    assert "Protocol mismatch: device is configured for SCCP" in status.why
    (finding,) = [told for told in status.findings if told.startswith("firmware_upgrade")]
    assert "the configuration is for SCCP, the load sip88xx.12-8-1-0001-455 speaks SIP" in finding
    known = site.registrar.registrations()[NAME]
    assert (known.status, known.reason) == ("Rejected", 3)


async def test_call_manager_that_is_down(site, wait_until):
    site.provision()
    await site.registrar.stop()
    phone, _ = site.phone()
    await phone.start()
    status = await stuck(phone, wait_until, "cucm_connection")
    assert status.why == f"TCP to {site.block.publisher} port 5060: connection refused"
    assert status.step == "dial_rules"
    await site.registrar.start()
    await registered(phone, wait_until)


@pytest.mark.parametrize(
    ("node", "words"),
    [("cucm-pub", "the name 'cucm-pub' can't be resolved"), ("192.0.2.10", "the address is outside of the lab")],
)
async def test_call_manager_whose_address_leads_nowhere(site, wait_until, node, words):
    site.provision()
    manager = site.store.all("CallManager")[0]
    site.store.put("CallManager", {**manager.document, "processNodeName": node}, manager.uuid)
    phone, _ = site.phone()
    await phone.start()
    status = await stuck(phone, wait_until, "cucm_connection")
    assert words in status.why


async def test_tries_the_call_managers_by_priority(site, wait_until):
    site.provision()
    document = {**site.store.all("CallManager")[0].document, "name": "CM_dead", "processNodeName": "127.0.0.99"}
    site.store.put("CallManager", document)
    group = site.store.find("CallManagerGroup", "Default")
    members = [{"callManagerName": "CM_cucm-pub", "priority": "2"}, {"callManagerName": "CM_dead", "priority": "1"}]
    site.store.put("CallManagerGroup", {**group.document, "members": {"member": members}}, group.uuid)
    assert [manager.name for manager in site.store.call_managers("Default")] == ["CM_dead", "CM_cucm-pub"]
    phone, _ = site.phone()
    await phone.start()
    await registered(phone, wait_until)
    await site.registrar.stop()
    status = await stuck(phone, wait_until, "cucm_connection")
    refused = "connection refused"
    assert status.why == f"TCP to 127.0.0.99 port 5060: {refused}; TCP to {site.block.publisher} port 5060: {refused}"


async def test_blocked_between_phone_and_cluster(site, wait_until):
    site.provision()
    phone, _ = site.phone()
    phone.faults.add("cucm_blocked")
    await phone.start()
    status = await stuck(phone, wait_until, "cucm_connection")
    assert status.why == f"TCP to {site.block.publisher} port 5060: no answer"
    phone.faults.add("download_blocked")
    phone.faults.discard("cucm_blocked")
    await registered(phone, wait_until)
    (finding,) = [finding for finding in phone.status.findings if finding.startswith("config_file")]
    assert f"TFTP at {site.block.publisher}: no answer" in finding
    phone.factory_reset()
    await stuck(phone, wait_until, "ctl")
    phone.faults.clear()
    await registered(phone, wait_until)


async def test_blocked_dhcp(site, wait_until):
    site.provision()
    phone, _ = site.phone()
    phone.faults.add("dhcp_blocked")
    await phone.start()
    await stuck(phone, wait_until, "dhcp")
    assert site.pool.seen == []
    phone.faults.clear()
    await registered(phone, wait_until)


async def test_factory_reset_gives_the_address_back(site, wait_until):
    site.provision()
    phone, _ = site.phone()
    await phone.start()
    await registered(phone, wait_until)
    phone.factory_reset()
    await wait_until(lambda: site.pool.seen == ["DISCOVER", "REQUEST", "RELEASE", "DISCOVER", "REQUEST"])
    await registered(phone, wait_until)


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        ((403, "Directory number in use", 3), '403 Forbidden, "Directory number in use"'),
        ((503, "Database error", 7), '503 Service Unavailable, "Database error"'),
    ],
)
async def test_rejected_registration(site, wait_until, refusal, words):
    site.provision()
    site.registrar.reject[NAME] = refusal
    phone, _ = site.phone()
    await phone.start()
    status = await stuck(phone, wait_until, "registration")
    assert status.why == f"{site.block.publisher} answered REGISTER of 1001 with {words}"
    known = site.registrar.registrations()[NAME]
    assert (known.status, known.reason, known.ip) == ("Rejected", refusal[2], phone.address)
    await wait_until(lambda: site.registrar.registrations()[NAME].attempts >= 3)
    site.registrar.reject.clear()
    await registered(phone, wait_until)


async def test_wrong_model_is_rejected(site, wait_until):
    site.provision(model="Cisco 7841")
    phone, _ = site.phone(model="8841")
    await phone.start()
    status = await stuck(phone, wait_until, "registration")
    assert "Device type mismatch: device is configured as Cisco 7841" in status.why
    assert site.registrar.registrations()[NAME].reason == 3


async def test_phone_without_a_line(site, wait_until):
    site.provision()
    found = site.store.find("Phone", NAME)
    site.store.put("Phone", {**found.document, "lines": None}, found.uuid)
    phone, _ = site.phone()
    await phone.start()
    status = await stuck(phone, wait_until, "registration")
    assert "names no line" in status.why


async def test_digest(site, wait_until):
    site.provision()
    site.registrar.digest[NAME] = ("alice", "open sesame")
    phone, _ = site.phone()
    await phone.start()
    status = await stuck(phone, wait_until, "registration")
    assert "401 Unauthorized" in status.why
    site.files.credentials[NAME] = ("alice", "open sesame")
    await registered(phone, wait_until)


async def test_too_many_devices(site, wait_until):
    site.provision()
    site.registrar.maximum_devices = 0
    phone, _ = site.phone()
    await phone.start()
    await stuck(phone, wait_until, "registration")
    assert site.registrar.registrations()[NAME].reason == 5

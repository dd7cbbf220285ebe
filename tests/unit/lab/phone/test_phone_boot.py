"""A phone against the cluster's real services: from power to registered, and back."""

from __future__ import annotations

import aiohttp
import pytest

from lab.net import PORTS


async def registered(phone, wait_until):
    def done():
        return (phone.status.step, phone.status.state) == ("ringtones", "registered")

    await wait_until(done, lambda: phone.status)


async def stuck(phone, wait_until, step):
    await wait_until(lambda: phone.status.stuck_at == step, lambda: phone.status)
    return phone.status


@pytest.mark.parametrize(
    ("model", "product"),
    [
        ("8841", "Cisco 8841"),
        ("7841", "Cisco 7841"),
        ("7961G", "Cisco 7961"),
        ("7965G", "Cisco 7965"),
        ("7975G", "Cisco 7975"),
    ],
)
async def test_walks_the_ladder_and_registers_all_lines(site, wait_until, model, product):
    site.provision("00005E005301", product, "1001", "1002")
    phone, _ = site.phone(model=model)
    await phone.start()
    await registered(phone, wait_until)
    status = phone.status
    assert (status.stuck_at, status.why, status.findings) == (None, "", ())
    assert status.address == f"{site.block.prefix}.20.11"
    assert status.dns == ["1001", "1002"]
    known = site.registrar.registrations()[phone.name]
    assert (known.status, known.reason, known.ip) == ("Registered", 0, status.address)
    assert known.lines == {"1001": "Registered", "1002": "Registered"}
    assert (known.model, known.active_load) == (phone.model.number, phone.load)
    # Each name once: on a busy machine a phone asks again where it waited too long.
    asked = list(dict.fromkeys(request.filename for request in site.server.requests))
    assert asked[:3] == [f"CTL{phone.name}.tlv", f"ITL{phone.name}.tlv", f"{phone.name}.cnf.xml.sgn"]
    assert {request.client for request in site.server.requests} == {status.address}
    assert {request.protocol for request in site.server.requests} == {"HTTP"}
    assert asked[-1] == phone.model.ring_list


async def test_serves_its_pages_on_its_address(site, wait_until):
    site.provision()
    phone, port = site.phone()
    await phone.start()
    await registered(phone, wait_until)
    base = f"http://{phone.address}:{PORTS.phone_http}"
    async with aiohttp.ClientSession() as http:
        pages = {}
        for page in ("DeviceInformationX", "NetworkConfigurationX", "PortInformationX", "DeviceLogX?0", ""):
            async with http.get(f"{base}/{page}") as response:
                assert response.status == 200
                pages[page] = await response.text()
    assert "<HostName>SEP00005E005301</HostName>" in pages["DeviceInformationX"]
    assert "<phoneDN>1001</phoneDN>" in pages["DeviceInformationX"]
    assert f"<TFTPServer1>{site.block.publisher}</TFTPServer1>" in pages["NetworkConfigurationX"]
    assert f"<CallManager1>{site.block.publisher}  Active</CallManager1>" in pages["NetworkConfigurationX"]
    assert "<VLANId>20</VLANId>" in pages["NetworkConfigurationX"]
    assert "<CDPNeighborPort>GigabitEthernet1/0/1</CDPNeighborPort>" in pages["PortInformationX"]
    assert "File Not Found : CTLFile.tlv</status>" in pages["DeviceLogX?0"]
    assert "<B> Model number</B></TD><td width=20></TD><TD><B>CP&#x2D;8841</B>" in pages[""]
    port.set(powered=False)
    await wait_until(lambda: phone.address is None)
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.ClientConnectorError):
            await http.get(f"{base}/DeviceInformationX")


async def test_web_access_can_be_off(site, wait_until):
    site.provision(vendorConfig={"webAccess": "1"})
    phone, _ = site.phone()
    await phone.start()
    await registered(phone, wait_until)
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.ClientConnectorError):
            await http.get(f"http://{phone.address}:{PORTS.phone_http}/DeviceInformationX")


async def test_power_loss_takes_everything(site, wait_until):
    site.provision()
    phone, port = site.phone()
    assert phone.status.state == "off"
    await phone.start()
    await registered(phone, wait_until)
    port.set(powered=False)
    await wait_until(lambda: phone.status.state == "off")
    status = phone.status
    assert (status.step, status.stuck_at, status.address, status.dns) == ("", "power", None, [])
    assert status.why == "GigabitEthernet1/0/1 gives no power"
    assert phone.messages.texts == []
    name = phone.name
    await wait_until(lambda: site.registrar.registrations()[name].status == "UnRegistered")
    assert site.registrar.registrations()[name].reason == 6
    port.set(powered=True)
    await registered(phone, wait_until)
    assert site.registrar.registrations()[name].status == "Registered"


async def test_link_loss_and_return(site, wait_until):
    site.provision()
    phone, port = site.phone()
    await phone.start()
    await registered(phone, wait_until)
    port.set(link=False)
    status = await stuck(phone, wait_until, "power")
    assert (status.state, status.address) == ("stuck", None)
    assert "no link" in status.why
    port.set(link=True)
    await registered(phone, wait_until)


async def test_new_voice_vlan_restarts_the_network(site, wait_until):
    site.provision()
    other = f"{site.block.prefix}.21"
    site.pools[30] = type(site.pool)(other, f"{other}.1", site.pool.option_150)
    phone, port = site.phone()
    await phone.start()
    await registered(phone, wait_until)
    port.set(voice=30)
    await wait_until(lambda: phone.address == f"{other}.11", lambda: phone.status)
    await registered(phone, wait_until)
    assert site.registrar.registrations()[phone.name].ip == f"{other}.11"


async def test_upgrades_to_the_load_of_its_configuration(site, wait_until):
    site.provision()
    phone, _ = site.phone(load="sip88xx.12-5-1SR3-74")
    await phone.start()
    await registered(phone, wait_until)
    assert phone.load == "sip88xx.12-8-1-0001-455"
    known = site.registrar.registrations()[phone.name]
    assert (known.active_load, known.inactive_load) == ("sip88xx.12-8-1-0001-455", "sip88xx.12-5-1SR3-74")


@pytest.mark.parametrize(
    ("load", "finding"),
    [
        ("sip88xx.99-9", "sip88xx.99-9.loads: HTTP 6970 at {publisher}: 404 Not Found; the phone keeps"),
        ("SIP41.9-4-2SR3-1S", "isn't made for a 8841"),
    ],
)
async def test_a_load_that_it_cannot_get_is_a_finding(site, wait_until, load, finding):
    site.provision(loadInformation=load)
    phone, _ = site.phone()
    await phone.start()
    await registered(phone, wait_until)
    assert phone.load == "sip88xx.12-8-1-0001-455"
    (found,) = phone.status.findings
    assert found.startswith("firmware_upgrade: ")
    assert finding.format(publisher=site.block.publisher) in found


async def test_missing_optional_files_do_not_stop_it(site, wait_until):
    site.provision()
    names = site.files.names(site.store.phone("SEP00005E005301"))
    jar = "English_United_States/sl-be-sip.jar"
    site.files.missing |= {names.dial_template, names.soft_keys, jar, "Ringlist-wb.xml"}
    phone, _ = site.phone()
    await phone.start()
    await registered(phone, wait_until)
    steps = [finding.partition(":")[0] for finding in phone.status.findings]
    assert steps == ["dial_rules", "localization", "softkeys", "ringtones"]
    assert "404 Not Found" in phone.status.findings[0]
    assert "Error Updating Locale" in phone.messages.texts


async def test_follows_option_66_and_a_second_tftp_server(site, wait_until):
    site.provision()
    dead = f"{site.block.prefix}.0.99"
    site.pool.option_150 = bytes(map(int, f"{dead}.{site.block.publisher}".split(".")))
    phone, _ = site.phone()
    await phone.start()
    await registered(phone, wait_until)
    await phone.stop()
    site.pool.option_150, site.pool.option_66 = None, site.block.publisher.encode()
    again, _ = site.phone()
    await again.start()
    await registered(again, wait_until)


async def test_falls_back_to_tftp_without_http(site, wait_until):
    site.provision()
    site.server.http_port = 6971
    await site.server.stop()
    await site.server.start()
    phone, _ = site.phone()
    await phone.start()
    await registered(phone, wait_until)
    assert {request.protocol for request in site.server.requests} == {"TFTP"}


async def test_a_lost_packet_is_sent_again(site, wait_until):
    site.provision()
    site.pool.lose = 2
    phone, _ = site.phone()
    await phone.start()
    await registered(phone, wait_until)
    assert site.pool.seen == ["DISCOVER", "DISCOVER", "DISCOVER", "REQUEST"]


async def test_renews_its_lease_and_starts_over_when_it_ends(site, wait_until):
    site.provision()
    site.pool.lease_seconds = 1
    phone, _ = site.phone()
    await phone.start()
    await registered(phone, wait_until)
    before = site.pool.seen.count("DISCOVER")
    await wait_until(lambda: site.pool.seen.count("REQUEST") >= 2)
    assert site.pool.seen.count("DISCOVER") == before
    assert phone.status.state == "registered"
    site.pool.lose = 1000
    await wait_until(lambda: site.pool.seen.count("DISCOVER") > before, lambda: phone.status)
    await stuck(phone, wait_until, "dhcp")
    site.pool.lose = 0
    await registered(phone, wait_until)


async def test_twelve_phones_register_together(site, wait_until):
    phones = []
    for number in range(1, 13):
        mac = f"00005E0053{number:02X}"
        site.provision(mac, "Cisco 8841", str(1000 + number))
        phone, _ = site.phone(mac)
        phones.append(phone)
        await phone.start()
    for phone in phones:
        await registered(phone, wait_until)
    assert sum(known.status == "Registered" for known in site.registrar.registrations().values()) == 12

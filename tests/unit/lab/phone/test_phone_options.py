"""What is set on a phone itself: a power supply, a static address, an alternative TFTP server; and its alarms."""

from __future__ import annotations

import aiohttp
import pytest

from lab.net import PORTS
from lab.phone.options import PhoneOptions, StaticAddress


async def registered(phone, wait_until):
    def done():
        return (phone.status.step, phone.status.state) == ("ringtones", "registered")

    await wait_until(done, lambda: phone.status)
    assert phone.status.findings == ()


async def network_page(phone) -> str:
    url = f"http://{phone.address}:{PORTS.phone_http}/NetworkConfigurationX"
    async with aiohttp.ClientSession() as http, http.get(url) as response:
        return await response.text()


async def test_an_adapter_needs_no_power_of_the_port(site, wait_until):
    site.provision()
    phone, port = site.phone(options=PhoneOptions(adapter=True))
    # As a switch does for a device that draws nothing.
    port.supplied = phone.watts > 0
    port.set(powered=False)
    await phone.start()
    await registered(phone, wait_until)
    assert phone.watts == 0
    port.set(link=False)
    await wait_until(lambda: phone.status.stuck_at == "power", lambda: phone.status)
    assert phone.status.why == "the adapter gives power, but GigabitEthernet1/0/1 has no link"


async def test_a_static_address_asks_no_dhcp_server(site, wait_until):
    site.provision()
    del site.pools[20]
    address = StaticAddress(f"{site.block.prefix}.20.200", gateway=f"{site.block.prefix}.20.1")
    phone, _ = site.phone(options=PhoneOptions(address=address, tftp=(site.block.publisher,)))
    await phone.start()
    await registered(phone, wait_until)
    assert phone.address == address.ip
    page = await network_page(phone)
    for told in (
        "<DHCPEnabled>No<",
        "<AltTFTP>Yes<",
        "<DHCPServer></",
        f"<TFTPServer1>{site.block.publisher}<",
        f"<DefaultRouter1>{address.gateway}<",
    ):
        assert told in page


async def test_a_static_address_without_a_tftp_server(site, wait_until):
    site.provision()
    phone, _ = site.phone(options=PhoneOptions(address=StaticAddress(f"{site.block.prefix}.20.200")))
    await phone.start()
    await wait_until(lambda: phone.status.stuck_at == "dhcp", lambda: phone.status)
    assert "the phone knows neither" in phone.status.why
    assert "No Default Router" in phone.messages.texts


@pytest.mark.parametrize("option", [None, b"10.1.1.1"])
async def test_an_alternative_tftp_server_goes_before_option_150(site, wait_until, option):
    site.provision()
    site.pool.option_150 = option
    phone, _ = site.phone(options=PhoneOptions(tftp=(site.block.publisher,)))
    await phone.start()
    await registered(phone, wait_until)
    page = await network_page(phone)
    assert "<DHCPEnabled>Yes<" in page
    assert "<AltTFTP>Yes<" in page


async def test_a_rejected_phone_tells_why_it_was_out_of_service(site, wait_until):
    site.provision()
    site.registrar.reject["SEP00005E005301"] = (403, "Directory number in use", 3)
    phone, _ = site.phone()
    await phone.start()
    await wait_until(lambda: site.registrar.registrations().get(phone.name))
    await wait_until(lambda: site.registrar.registrations()[phone.name].attempts >= 2)
    site.registrar.reject.clear()
    await registered(phone, wait_until)
    alarms = [text for text in site.registrar.alarms[phone.name] if "LastOutOfServiceInformation" in text]
    for told in (
        '<Enum name="ReasonForOutOfService">24</Enum>',
        f'<String name="DeviceIPv4Address">{phone.address}/24</String>',
        '<String name="VoiceVLAN">20</String>',
        '<String name="NeighborPortID">GigabitEthernet1/0/1</String>',
        '<String name="LastProtocolEventReceived">Rcvd:REGISTER Reject</String>',
        '<Enum name="DNSStatusUnifiedCM1">0</Enum>',
    ):
        assert told in alarms[-1]

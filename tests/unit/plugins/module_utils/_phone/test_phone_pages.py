# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Web pages of phones: real ones of five families, and what is none."""

from __future__ import annotations

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._phone import pages

from .phone_captures import captured

MAC, NAME = "A0B1C2D3E4F5", "SEPA0B1C2D3E4F5"


@pytest.mark.parametrize(
    ("capture", "model", "load"),
    [
        ("device_information_cp7821_html.txt", "CP-7821", "sip78xx.12-5-1SR3-74"),
        ("device_information_cp8841_html.txt", "CP-8841", "sip88xx.12-5-1SR3-74"),
        ("device_information_cp8821_html.txt", "CP-8821", "sip8821.11-0-5-17"),
        ("device_information_cp6901_html.txt", "CP-6901", "SIP6901.9-3-1-SR2-3"),
    ],
)
def test_real_pages_in_html(capture: str, model: str, load: str) -> None:
    found = pages.html_fields(pages.DEVICE, captured(capture))
    assert (found["mac"], found["host_name"], found["number"]) == (MAC, NAME, "172839")
    assert (found["model"], found["active_load"], found["serial"]) == (model, load, "ABC1234EF5G")


def test_a_real_page_of_an_analogue_adapter() -> None:
    found = pages.html_fields(pages.DEVICE, captured("device_information_ata187_html.txt"))
    assert (found["mac"], found["model"], found["number"], found["active_load"]) == (
        MAC,
        "ATA-187",
        "172839",
        "187.9-2-3-1",
    )


def test_a_real_xml_page_of_a_7940() -> None:
    found = pages.xml_fields(pages.DEVICE, captured("7940_DeviceInformationX.xml"))
    assert (found["mac"], found["host_name"], found["model"]) == ("0003E369A125", "SEP0003E369A125", "CP-7940")
    # The version is no name of a load there, the image of the application is.
    assert (found["version"], found["active_load"]) == ("8.1(2.0)", "P00308010200")


def test_an_image_inside_of_a_load_is_not_the_load() -> None:
    found = pages.xml_fields(pages.DEVICE, captured("fixture_DeviceInformationX_7975.xml"))
    assert found["app_load"] == "jar75sccp.9-4-2SR3-1S"
    assert "active_load" not in found


def test_the_other_xml_pages() -> None:
    network = pages.xml_fields(pages.NETWORK, captured("fixture_NetworkConfigurationX.xml"))
    assert (network["gateway"], network["tftp_1"], network["call_manager_1"]) == (
        "192.168.125.1",
        "192.168.125.10",
        "192.168.125.10",
    )
    port = pages.xml_fields(pages.PORT, captured("fixture_PortInformationX.xml"))
    assert (port["neighbor"], port["neighbor_port"]) == ("switch01.example.com", "GigabitEthernet1/0/1")


def row(label: str, value: str) -> str:
    return f"<TR><TD><B> {label}</B></TD><td width=20></TD><TD><B>{value}</B></TD></TR>"


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Unified CM 1", "call_manager_1"),
        ("CUCM server2", "call_manager_2"),
        ("CallManager 5", "call_manager_5"),
        ("Operational VLAN Id", "vlan"),
        ("Operational VLAN ID", "vlan"),
        ("ID VLAN operativa", "vlan"),
        ("Действующий код VLAN", "vlan"),
        ("Admin. VLAN Id", "admin_vlan"),
        ("Default Router 1", "gateway"),
        ("Default router", "gateway"),
        ("TFTP Server 1", "tftp_1"),
        ("TFTP-сервер 1", "tftp_1"),
        ("Alternate TFTP", "alternative_tftp"),
        ("DHCP", "dhcp"),
        ("DHCP Server", "dhcp_server"),
    ],
)
def test_labels_of_the_network_page(label: str, name: str) -> None:
    page = f"<html><table>{row(label, '192.0.2.1&#x2D;x')}{row('Nothing known', '1')}</table></html>"
    assert pages.html_fields(pages.NETWORK, page.encode()) == {name: "192.0.2.1-x"}


def test_an_empty_value_is_an_answer_and_the_next_label_is_none() -> None:
    page = f"<table>{row('Unified CM 1', '')}{row('TFTP Server 1', '192.0.2.10')}</table>"
    assert pages.html_fields(pages.NETWORK, page.encode()) == {"call_manager_1": "", "tftp_1": "192.0.2.10"}


def test_a_page_in_the_encoding_of_its_locale() -> None:
    page = f"<html><meta charset=windows-1251><table>{row('Маска подсети', '255.255.255.0')}</table></html>"
    assert pages.html_fields(pages.NETWORK, page.encode("windows-1251")) == {"mask": "255.255.255.0"}


def test_lldp_tells_the_port_where_cdp_does_not() -> None:
    lldp = b"<LLDPNeighborDeviceId>sw</LLDPNeighborDeviceId><LLDPNeighborPort>Gi1/0/1</LLDPNeighborPort>"
    page = b"<PortInformation><CDPNeighborDeviceId/>" + lldp + b"</PortInformation>"
    found = pages.xml_fields(pages.PORT, page)
    assert (found["neighbor"], found["neighbor_port"]) == ("sw", "Gi1/0/1")


@pytest.mark.parametrize(
    "content", [b"", b"<html><body>404</body></html>", b"<DeviceInformation><MACAddress>", b"<NetworkConfiguration/>"]
)
def test_what_is_no_device_page(content: bytes) -> None:
    with pytest.raises(ValueError, match="it is"):
        pages.xml_fields(pages.DEVICE, content)


@pytest.mark.parametrize(
    ("lines", "messages"),
    [
        (
            ["[8:52:30am 10/01/19] ITL installed", "[8:54:12am 10/01/19] TFTP Timeout : x"],
            ["ITL installed", "TFTP Timeout : x"],
        ),
        (["[1:02:30pm 10/01/19] later", "[11:52:30am 10/01/19] sooner"], ["sooner", "later"]),
        (
            ["1:33:26a TFTP Error : SEP001122334455.cnf.xml.sgn", "1:33:30a x"],
            ["TFTP Error : SEP001122334455.cnf.xml.sgn", "x"],
        ),
        (["12:02:55 AM 03/14/15 x", "9:26:53 PM 03/14/15 y"], ["x", "y"]),
        (["no time at all"], ["no time at all"]),
    ],
)
def test_messages_lose_their_times_and_are_in_order(lines: list[str], messages: list[str]) -> None:
    document = "<DeviceLog>" + "".join(f"<status>{line}</status>" for line in lines) + "</DeviceLog>"
    assert pages.xml_messages(document.encode()) == tuple(messages)


def test_messages_of_a_page_in_html() -> None:
    cells = "<td>[8:54:12am 08/20/19]\nFile Not Found : x.tlv<br>[8:55:00am 08/20/19] ITL installed</td>"
    page = f"<html><table><tr><td>Status messages</td></tr><tr>{cells}</tr></table></html>".encode()
    assert pages.html_messages(page) == ("File Not Found : x.tlv", "ITL installed")


def test_a_log_page_without_messages() -> None:
    assert pages.xml_messages(b"<DeviceLog></DeviceLog>") is None

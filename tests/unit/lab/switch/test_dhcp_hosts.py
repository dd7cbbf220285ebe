"""Manual bindings of the switch's DHCP server, and what it shows of them."""

from __future__ import annotations

import asyncssh
import pytest

from lab.switch import Fabric, Switch, show_dhcp, syslog
from lab.switch.dhcp_packet import ACK, BOOTREQUEST, DECLINE, DISCOVER, NAK, REQUEST, DhcpPacket, encode_addresses

from .conftest import CREDENTIALS

OWN = "10.1.20.1"
POOL = [
    *("interface Vlan20", f"ip address {OWN} 255.255.255.0", "exit"),
    *("ip dhcp pool VOICE", "network 10.1.20.0 255.255.255.0", "option 150 ip 10.1.1.1", "default-router 10.1.20.1"),
    "exit",
]
HOST = ["ip dhcp pool LOBBY", "host 10.1.20.60 255.255.255.0", "client-identifier 0100.1122.3344.55"]


@pytest.fixture
async def switch(host_key: asyncssh.SSHKey) -> Switch:
    made = Switch(
        "sw1",
        address="127.0.0.1",
        ssh_port=0,
        credentials=CREDENTIALS,
        host_key=host_key,
        fabric=Fabric(dhcp_port=6067),
        clock=lambda: 1_800_000_000.0,
    )
    assert typed(made, *POOL) == ""
    return made


def typed(switch: Switch, *lines: str) -> str:
    return "".join(switch.execute(lines))


def ask(switch: Switch, kind: int, mac: str, wanted: str | None = None, **options: bytes) -> DhcpPacket | None:
    values = {53: bytes([kind])} | ({50: encode_addresses([wanted])} if wanted else {})
    values |= {int(code[1:]): value for code, value in options.items()}
    packet = DhcpPacket(op=BOOTREQUEST, mac=mac, xid=1, options=values)
    return switch.dhcp_server.handle(packet, server=OWN, link=OWN)


async def test_a_host_gets_its_own_address_and_what_its_network_has(switch: Switch) -> None:
    assert typed(switch, *HOST, "option 66 ascii cucm1") == ""
    offer = ask(switch, DISCOVER, "001122334455")
    assert offer is not None
    assert (offer.yiaddr, offer.addresses(150), offer.text(66)) == ("10.1.20.60", ["10.1.1.1"], "cucm1")
    assert offer.seconds(51) == 0xFFFFFFFF
    answer = ask(switch, REQUEST, "001122334455", "10.1.20.60")
    assert (answer.message_type, answer.yiaddr) == (ACK, "10.1.20.60")
    refused = ask(switch, REQUEST, "001122334455", "10.1.20.61")
    assert refused.message_type == NAK


async def test_nobody_else_gets_it(switch: Switch) -> None:
    typed(switch, *HOST)
    offer = ask(switch, DISCOVER, "001122334466", "10.1.20.60")
    assert offer.yiaddr != "10.1.20.60"


async def test_a_hardware_address_is_for_clients_without_an_identifier(switch: Switch) -> None:
    assert typed(switch, *HOST[:2], "hardware-address 0011.2233.4455") == ""
    assert ask(switch, DISCOVER, "001122334455").yiaddr == "10.1.20.60"
    named = ask(switch, DISCOVER, "001122334455", _61=b"\0phone")
    assert named.yiaddr != "10.1.20.60"


async def test_its_lines_are_in_the_configuration_and_go_again(switch: Switch) -> None:
    typed(switch, *HOST, "client-name lobby", "hardware-address 0011.2233.4455")
    lines = [
        " host 10.1.20.60 255.255.255.0",
        " hardware-address 0011.2233.4455",
        " client-identifier 0100.1122.3344.55",
        " client-name lobby",
    ]
    assert "\n".join(["ip dhcp pool LOBBY", *lines]) in switch.running_config()
    typed(switch, "ip dhcp pool LOBBY", *(f"no {line.split()[0]}" for line in lines))
    assert "ip dhcp pool LOBBY\n!" in switch.running_config()


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["ip dhcp pool VOICE", HOST[1]], "% This command may not be used with network, origin, vrf or relay pools."),
        ([*HOST, "network 10.2.0.0 255.255.255.0"], "% This command may not be used with host pools."),
        ([*HOST, "client-name lobby.example.com"], "should not include the domain"),
        ([*HOST[:2], "client-identifier lobby"], "% Invalid client identifier"),
    ],
)
async def test_what_is_refused(switch: Switch, lines: list[str], words: str) -> None:
    assert words in typed(switch, *lines)


async def test_a_client_with_a_lease_is_refused(switch: Switch) -> None:
    offer = ask(switch, DISCOVER, "001122334455")
    ask(switch, REQUEST, "001122334455", offer.yiaddr, _54=encode_addresses([OWN]))
    assert "% A binding for this client already exists." in typed(switch, *HOST)
    assert "client-identifier" not in switch.running_config()


async def test_what_it_shows(switch: Switch) -> None:
    typed(switch, *HOST)
    assert "10.1.20.60      0100.1122.3344.55       Infinite                Manual     Active     Vlan20" in (
        show_dhcp.binding(switch)
    )
    assert " Leased addresses               : 1" in show_dhcp.pools(switch, "LOBBY")
    ask(switch, DECLINE, "001122334466", "10.1.20.50")
    assert syslog.show(switch).splitlines()[-1] == (
        "*Jan 15 08:00:00.000: %DHCPD-4-DECLINE_CONFLICT: DHCP address conflict:  client 0100.1122.3344.66 declined "
        "10.1.20.50."
    )

"""DHCP of the switches with real packets: pools, leases, relay, and what a port lets through."""

import asyncio
import socket
from dataclasses import replace

import pytest

from lab.switch import dhcp_packet as dhcp
from lab.switch.dhcp_packet import DhcpPacket
from lab.switch.session import Session

from .conftest import CREDENTIALS, FakePhone

PORT = "GigabitEthernet1/0/1"
ASKED = bytes([1, 3, 6, 15, 66, 150])


def pool_lines(block, *more):
    return [
        f"ip dhcp excluded-address {block}.20.1 {block}.20.9",
        "ip dhcp pool VOICE",
        f"network {block}.20.0 255.255.255.0",
        f"default-router {block}.20.1",
        f"option 150 ip {block}.0.10 {block}.0.11",
        *more,
    ]


VOICE_PORT = ["interface gi1/0/1", "switchport access vlan 10", "switchport voice vlan 20"]


class Client:
    """The DHCP side of a phone, on a switch port."""

    def __init__(self, port, mac="00005E005301"):
        self.port, self.mac, self.xid = port, mac, 0
        port.attach(FakePhone(mac=mac))

    async def send(self, kind, *, vlan=20, timeout=0.5, **fields):
        self.xid += 1
        extra = fields.pop("options", {})
        options = {53: bytes([kind]), 55: ASKED, 61: b"\x01" + bytes.fromhex(self.mac)} | extra
        packet = DhcpPacket(mac=self.mac, xid=self.xid, flags=dhcp.BROADCAST_FLAG, options=options, **fields)
        answers = asyncio.Queue()
        await self.port.dhcp(packet.encode(), vlan=vlan, deliver=answers.put_nowait)
        try:
            answer = DhcpPacket.decode(await asyncio.wait_for(answers.get(), timeout))
        except TimeoutError:
            return None
        assert (answer.op, answer.xid, answer.mac) == (dhcp.BOOTREPLY, self.xid, self.mac)
        return answer

    async def discover(self, **fields):
        return await self.send(dhcp.DISCOVER, **fields)

    async def select(self, offer):
        options = {50: dhcp.encode_addresses([offer.yiaddr]), 54: offer.options[54]}
        return await self.send(dhcp.REQUEST, options=options)

    async def lease(self):
        return await self.select(await self.discover())


@pytest.fixture
async def server(switch, block):
    assert not any(switch.execute(pool_lines(block, "dns-server 127.0.0.53", "domain-name example.net", "lease 0 8")))
    assert switch.execute([*VOICE_PORT, "vlan 20", "name VOICE"])[2].endswith("Creating vlan 20")
    return switch


@pytest.fixture
def client(server):
    return Client(server.ports[PORT])


def show(switch, command):
    return Session(switch, user="netadmin", privilege=15, line="vty0").execute(command)


async def test_lease_from_the_local_server(server, client, block):
    offer = await client.discover()
    assert (offer.message_type, offer.yiaddr) == (dhcp.OFFER, f"{block}.20.10")
    assert "Selecting" in show(server, "show ip dhcp binding")
    ack = await client.select(offer)
    assert (ack.message_type, ack.yiaddr, ack.address(54)) == (dhcp.ACK, f"{block}.20.10", f"{block}.20.1")
    assert ack.address(1) == "255.255.255.0"
    assert ack.address(3) == f"{block}.20.1"
    assert ack.address(6) == "127.0.0.53"
    assert ack.text(15) == "example.net"
    assert (ack.seconds(51), ack.seconds(58), ack.seconds(59)) == (28800, 14400, 25200)
    assert ack.addresses(150) == [f"{block}.0.10", f"{block}.0.11"]


async def test_only_requested_options_are_sent(client):
    offer = await client.discover(options={55: bytes([3])})
    assert set(offer.options) == {1, 3, 51, 53, 54, 58, 59}


@pytest.mark.parametrize(
    ("line", "value"), [("option 150 ascii 10.1.1.10", b"10.1.1.10"), ("option 150 hex 0a01010a", b"\x0a\x01\x01\x0a")]
)
async def test_option_150_is_sent_as_configured(server, client, line, value):
    server.execute(["ip dhcp pool VOICE", line])
    assert (await client.discover()).options[150] == value


async def test_binding_and_pool_are_shown(server, client, block):
    await client.lease()
    binding = show(server, "show ip dhcp binding").splitlines()
    assert binding[4].startswith(f"{block}.20.10".ljust(16) + "0100.005e.0053.01       ")
    assert binding[4].split()[-3:] == ["Automatic", "Active", "Vlan20"]
    pool = show(server, "show ip dhcp pool")
    assert "Pool VOICE :\n" in pool
    assert " Leased addresses               : 1\n" in pool
    assert f"{block}.20.1".ljust(16) + f" - {block}.20.254".ljust(19) + "  1     / 10    / 254" in pool.replace(
        " 9 ", " 10"
    )


async def test_old_release_shows_bindings_without_states(make_switch, block):
    switch = await make_switch(model="WS-C2960X-24PS-L")
    switch.execute([*VOICE_PORT, *pool_lines(block, "lease infinite")])
    ack = await Client(switch.ports[PORT]).lease()
    assert ack.seconds(51) == 0xFFFFFFFF
    last = show(switch, "show ip dhcp binding").splitlines()[-1]
    assert last == f"{block}.20.10".ljust(20) + "0100.005e.0053.01       Infinite                Automatic"


async def test_the_same_client_gets_the_same_address(server, client, block):
    first = await client.lease()
    again = await client.lease()
    assert first.yiaddr == again.yiaddr
    other = Client(server.ports["GigabitEthernet1/0/2"], mac="00005E005302")
    server.execute(["interface gi1/0/2", "switchport voice vlan 20"])
    assert (await other.lease()).yiaddr == f"{block}.20.11"


async def test_renewal_release_and_reboot(server, client, block):
    ack = await client.lease()
    renewed = await client.send(dhcp.REQUEST, ciaddr=ack.yiaddr)
    assert (renewed.message_type, renewed.yiaddr) == (dhcp.ACK, ack.yiaddr)
    rebooted = await client.send(dhcp.REQUEST, options={50: dhcp.encode_addresses([ack.yiaddr])})
    assert rebooted.message_type == dhcp.ACK
    wrong = await client.send(dhcp.REQUEST, options={50: dhcp.encode_addresses([f"{block}.20.77"])})
    assert wrong.message_type == dhcp.NAK
    assert await client.send(dhcp.RELEASE, ciaddr=ack.yiaddr, timeout=0.05) is None
    assert server.dhcp_server.bindings == {}
    unknown = await client.send(dhcp.REQUEST, options={50: dhcp.encode_addresses([ack.yiaddr])}, timeout=0.05)
    assert unknown is None


async def test_an_address_that_the_pool_lost_is_refused(server, client):
    ack = await client.lease()
    server.execute([f"ip dhcp excluded-address {ack.yiaddr}"])
    assert (await client.send(dhcp.REQUEST, ciaddr=ack.yiaddr)).message_type == dhcp.NAK


async def test_a_request_for_another_server_frees_the_offer(server, client):
    offer = await client.discover()
    other = replace(offer, options=offer.options | {54: dhcp.encode_addresses(["127.0.0.99"])})
    options = {50: dhcp.encode_addresses([other.yiaddr]), 54: other.options[54]}
    assert await client.send(dhcp.REQUEST, options=options, timeout=0.05) is None
    assert server.dhcp_server.bindings == {}


async def test_decline_is_a_conflict(server, client, block):
    ack = await client.lease()
    await client.send(dhcp.DECLINE, options={50: dhcp.encode_addresses([ack.yiaddr])}, timeout=0.01)
    assert f"{block}.20.10 " in show(server, "show ip dhcp conflict")
    assert (await client.lease()).yiaddr == f"{block}.20.11"


async def test_exhausted_pool_stays_silent(server, client, block):
    server.execute([f"ip dhcp excluded-address {block}.20.1 {block}.20.254"])
    assert await client.discover(timeout=0.05) is None


async def test_leases_run_out(make_switch, block):
    now = [1_700_000_000.0]
    switch = await make_switch(clock=lambda: now[0])
    switch.execute([*VOICE_PORT, *pool_lines(block, "lease 0 1")])
    client = Client(switch.ports[PORT])
    await client.lease()
    assert "Nov 14 2023 11:13 PM" in show(switch, "show ip dhcp binding")
    now[0] += 3600
    assert "Automatic" not in show(switch, "show ip dhcp binding")


@pytest.mark.parametrize("vlan", [0, 1, 10, 30])
async def test_other_vlans_than_voice_find_no_server(server, client, vlan):
    assert await client.discover(vlan=vlan, timeout=0.05) is None


@pytest.mark.parametrize(
    "lines",
    [
        ["no vlan 20"],
        ["interface Vlan20", "shutdown"],
        ["interface gi1/0/1", "shutdown"],
        ["interface gi1/0/1", "no switchport voice vlan"],
        ["no ip dhcp pool VOICE"],
    ],
)
async def test_what_keeps_a_phone_from_its_server(server, client, lines):
    server.execute(lines)
    assert await client.discover(timeout=0.05) is None


async def test_untagged_phone_in_the_access_vlan(server, block):
    server.execute(["interface gi1/0/2", "switchport access vlan 20"])
    client = Client(server.ports["GigabitEthernet1/0/2"], mac="00005E005302")
    assert (await client.discover(vlan=0)).yiaddr == f"{block}.20.10"


async def test_a_phone_on_another_switch_reaches_the_server_over_the_trunk(server, make_switch):
    second = await make_switch("access-sw2", model="WS-C2960X-24PS-L", config="")
    second.execute(VOICE_PORT)
    client = Client(second.ports[PORT], mac="00005E005307")
    assert (await client.lease()).message_type == dhcp.ACK
    server.execute(["interface te1/1/1", "switchport trunk allowed vlan remove 20"])
    assert await client.discover(timeout=0.05) is None


async def test_noise_is_dropped(server, client):
    answers = []
    await client.port.dhcp(b"no packet", vlan=20, deliver=answers.append)
    await asyncio.sleep(0)
    assert answers == []


async def test_relay_to_another_server(make_switch, block):
    server = await make_switch("core", config=f"vlan 5\ninterface Vlan5\nip address {block}.5.1 255.255.255.0")
    server.execute(pool_lines(block, "dns-server 127.0.0.53"))
    access = await make_switch("access")
    access.execute([*VOICE_PORT, "interface Vlan20", f"ip helper-address {block}.5.1"])
    client = Client(access.ports[PORT])
    ack = await client.lease()
    assert (ack.message_type, ack.giaddr, ack.yiaddr) == (dhcp.ACK, f"{block}.20.1", f"{block}.20.10")
    assert ack.address(54) == f"{block}.5.1"
    assert ack.addresses(150) == [f"{block}.0.10", f"{block}.0.11"]
    assert list(server.dhcp_server.bindings) == [ack.yiaddr]
    access.execute(["interface Vlan20", "no ip helper-address"])
    assert await client.discover(timeout=0.05) is None


async def test_udp_server_answers_a_relay_and_a_renewing_client(server, client, block):
    """From outside: a relay on its own socket, then a client that renews by unicast."""
    server.execute(["vlan 30", "interface Vlan30", f"ip address {block}.30.1 255.255.255.0"])
    loop = asyncio.get_running_loop()
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as relay,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own,
    ):
        relay.setblocking(False)
        relay.bind((f"{block}.20.2", server.fabric.dhcp_port))
        packet = DhcpPacket(
            mac="00005E005399", xid=7, giaddr=f"{block}.20.2", hops=1, options={53: bytes([dhcp.DISCOVER])}
        )
        await loop.sock_sendto(relay, packet.encode(), (f"{block}.30.1", server.fabric.dhcp_port))
        offer = DhcpPacket.decode(await asyncio.wait_for(loop.sock_recv(relay, 4096), 2))
        assert (offer.message_type, offer.yiaddr) == (dhcp.OFFER, f"{block}.20.10")
        assert offer.addresses(150) == [f"{block}.0.10", f"{block}.0.11"]
        ack = await client.lease()
        own.setblocking(False)
        own.bind((ack.yiaddr, 0))
        renewal = DhcpPacket(
            mac=client.mac,
            xid=8,
            ciaddr=ack.yiaddr,
            options={53: bytes([dhcp.REQUEST]), 61: b"\x01" + bytes.fromhex(client.mac)},
        )
        await loop.sock_sendto(own, renewal.encode(), (f"{block}.20.1", server.fabric.dhcp_port))
        answer = DhcpPacket.decode(await asyncio.wait_for(loop.sock_recv(own, 4096), 2))
        assert (answer.message_type, answer.yiaddr, answer.xid) == (dhcp.ACK, ack.yiaddr, 8)


async def test_sockets_follow_the_configuration(switch, block):
    def bound():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind((f"{block}.20.1", switch.fabric.dhcp_port))
            except OSError:
                return True
        return False

    assert not bound()
    switch.execute(["vlan 20"])
    assert bound()
    switch.execute(["interface Vlan20", "shutdown"])
    assert not bound()
    switch.execute(["interface Vlan20", "no shutdown"])
    assert bound()
    await switch.stop()
    assert not bound()


async def test_clearing_bindings(server, client, netmiko):
    await client.lease()

    def work(connection):
        connection.enable()
        return connection.send_command("clear ip dhcp binding *"), connection.send_command("show ip dhcp binding")

    _, shown = await netmiko(server, work, secret=CREDENTIALS.enable_secret)
    assert "Automatic" not in shown

"""A Nexus that is started, one that is only configured, and Netmiko in a thread."""

import asyncio
import contextlib
import socket

import asyncssh
import pytest

from lab.nxos import Neighbor, Nexus
from lab.switch import Credentials

CREDENTIALS = Credentials("netadmin", "login-pw")
CONFIG = """\
feature lldp
feature lacp
vlan 10
  name DATA
interface Ethernet1/48
  description to the core
  switchport mode trunk
  switchport trunk allowed vlan 1,10-20
"""
PHONE = Neighbor("SEP00005E005301", macs=((20, "00005E005301"), (10, "00005E005302")))
CORE = Neighbor(
    "core1(FDO20000002)",
    platform="N9K-C93180YC-FX3",
    capabilities="Router Switch IGMP Filtering Supports-STP-Dispute",
    port="Ethernet1/7",
    address="192.0.2.1",
    version="Cisco Nexus Operating System (NX-OS) Software, Version 10.4(5)",
    mac="00005E0053AA",
    lldp=True,
    lldp_capabilities="B, R",
)


def make(address: str, key, **options) -> Nexus:
    options.setdefault("credentials", CREDENTIALS)
    options.setdefault("config", CONFIG)
    return Nexus("nexus1", address=address, ssh_port=0, host_key=key, **options)


@pytest.fixture
def console():
    """A switch without a network, and what it answers to lines typed at its console: `console(line, ...)`."""
    nexus = make("127.0.0.1", None, config="")
    nexus.execute(CONFIG.splitlines())

    def typed(*lines: str) -> str:
        return nexus.execute(lines)[-1]

    typed.nexus = nexus
    return typed


@pytest.fixture
async def make_nexus():
    """Start a switch: `await make_nexus(login=...)`."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    started = []
    with contextlib.ExitStack() as stack:
        for number in range(100, 250):
            listener = stack.enter_context(socket.socket())
            with contextlib.suppress(OSError):
                listener.bind((f"127.{number}.0.1", 6998))
                break

        async def start(**options) -> Nexus:
            nexus = make(f"127.{number}.2.{len(started) + 1}", key, **options)
            started.append(nexus)
            await nexus.start()
            return nexus

        yield start
        for nexus in started:
            await nexus.stop()


@pytest.fixture
async def nexus(make_nexus) -> Nexus:
    return await make_nexus()


@pytest.fixture
def netmiko():
    """Run `work(connection)` in a thread, with a Netmiko connection to the switch: `await netmiko(nexus, work)`."""
    from netmiko import ConnectHandler

    async def run(nexus, work, **options):
        arguments = {
            "device_type": "cisco_nxos",
            "host": nexus.address,
            "port": nexus.ssh_port,
            "username": CREDENTIALS.username,
            "password": CREDENTIALS.password,
            "fast_cli": True,
        } | options

        def in_thread():
            with ConnectHandler(**arguments) as connection:
                return work(connection)

        return await asyncio.to_thread(in_thread)

    return run

"""A started switch, a phone to plug in, and Netmiko in a thread."""

import asyncio
import contextlib
import socket
from dataclasses import dataclass, field

import asyncssh
import pytest

from lab.switch import Credentials, Fabric, Switch

CREDENTIALS = Credentials("netadmin", "login-pw", "enable-pw")
BASE = """\
vlan 10
 name DATA
interface Vlan20
 ip address {block}.20.1 255.255.255.0
"""


@dataclass
class FakePhone:
    """What a port sees of a phone."""

    mac: str = "00005E005301"
    platform: str = "Cisco IP Phone 8841"
    watts: float = 6.3
    load: str = "sip88xx.12-8-1-0001-455"
    address: str | None = None
    changes: int = 0
    answers: list[bytes] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"SEP{self.mac}"

    def link_changed(self) -> None:
        self.changes += 1


@pytest.fixture(scope="session")
def host_key():
    return asyncssh.generate_private_key("ssh-ed25519")


@pytest.fixture
def block():
    """A free block of loopback addresses ("127.N"), held as long as the test runs."""
    with contextlib.ExitStack() as stack:
        for number in range(100, 250):
            listener = stack.enter_context(socket.socket())
            try:
                listener.bind((f"127.{number}.0.1", 6999))
            except OSError:
                continue
            yield f"127.{number}"
            return
    pytest.fail("no free loopback block")


@pytest.fixture
async def make_switch(block, host_key):
    """Start a switch: `await make_switch("sw1", config=..., **options)`; all of a test share one fabric."""
    fabric = Fabric(dhcp_port=6067)
    started = []

    async def make(name="access-sw1", **options):
        options.setdefault("credentials", CREDENTIALS)
        options.setdefault("config", BASE.format(block=block))
        switch = Switch(
            name, address=f"{block}.1.{len(started) + 1}", ssh_port=0, host_key=host_key, fabric=fabric, **options
        )
        started.append(switch)
        await switch.start()
        return switch

    yield make
    for switch in started:
        await switch.stop()


@pytest.fixture
async def switch(make_switch):
    return await make_switch()


@pytest.fixture
def netmiko():
    """Run `work(connection)` in a thread, with a Netmiko connection to the switch: `await netmiko(switch, work)`."""
    from netmiko import ConnectHandler

    async def run(switch, work, **options):
        arguments = {
            "device_type": "cisco_ios",
            "host": switch.address,
            "port": switch.ssh_port,
            "username": CREDENTIALS.username,
            "password": CREDENTIALS.password,
            "secret": CREDENTIALS.enable_secret,
            "fast_cli": True,
        } | options

        def in_thread():
            connection = ConnectHandler(**arguments)
            try:
                return work(connection)
            finally:
                connection.disconnect()

        return await asyncio.to_thread(in_thread)

    return run


@pytest.fixture
def phone():
    return FakePhone()

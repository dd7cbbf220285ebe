"""A Nexus as strangers use it: plain Netmiko, and what it does to them when it is hostile."""

import asyncio

import asyncssh
import pytest
from netmiko.exceptions import NetmikoAuthenticationException, ReadException

from lab.switch import Credentials

from .conftest import CREDENTIALS

LINES = ["vlan 20", "name VOICE", "interface e1/1", "switchport voice vlan 20", "spanning-tree port type edge"]


async def test_netmiko_configures_reads_and_saves(nexus, netmiko):
    def work(connection):
        assert connection.find_prompt() == "nexus1#"
        answer = connection.send_config_set(LINES)
        assert "non-trunking mode" in answer
        saved = connection.save_config()
        rows = connection.send_command("show interface switchport", use_textfsm=True)
        return saved, rows, connection.send_command("show running-config")

    saved, rows, running = await netmiko(nexus, work)
    assert "[########################################] 100%" in saved
    assert "Copy complete, now saving to disk (please wait)...\nCopy complete.\n" in saved
    assert next(row for row in rows if row["interface"] == "Ethernet1/1")["voice_vlan"] == "20"
    assert "\n  switchport voice vlan 20\n" in running
    assert "switchport voice vlan 20" in nexus.startup_config()
    assert nexus.counters == {"sessions": 1, "config_lines": len(LINES)}


async def test_the_answer_to_a_wrong_line(nexus, netmiko):
    lines = ["interface e1/1", "switchport foo", "description desk 1"]
    answer = await netmiko(nexus, lambda c: c.send_config_set(lines))
    assert f"switchport foo\n{' ' * 30}^\n% Invalid command at '^' marker." in answer
    assert "description desk 1" in nexus.running_config()


async def test_a_login_that_fails(nexus, netmiko):
    with pytest.raises(NetmikoAuthenticationException):
        await netmiko(nexus, lambda c: c.find_prompt(), password="nope")


async def test_keyboard_interactive_login(make_nexus, netmiko):
    nexus = await make_nexus(login="keyboard-interactive", credentials=Credentials("netadmin", "login-pw", "unused"))
    assert await netmiko(nexus, lambda c: c.find_prompt()) == "nexus1#"


async def test_a_line_that_is_refused_once(nexus, netmiko):
    nexus.refuse_line, nexus.hostile_times = 4, 1
    assert "% Permission denied for the role" in await netmiko(nexus, lambda c: c.send_config_set(LINES))
    assert "switchport voice vlan 20" not in nexus.running_config()
    assert "Permission denied" not in await netmiko(nexus, lambda c: c.send_config_set(LINES))
    assert "switchport voice vlan 20" in nexus.running_config()


async def test_a_session_that_drops(nexus, netmiko):
    nexus.drop_at = 4
    with pytest.raises((ReadException, OSError)):
        await netmiko(nexus, lambda c: c.send_config_set(LINES, read_timeout=1))
    assert "name VOICE" in nexus.running_config()
    assert "switchport voice vlan 20" not in nexus.running_config()


async def test_a_save_that_is_busy(nexus, netmiko):
    nexus.save_busy = 1
    nexus.execute(LINES)
    assert "Configuration update aborted" in await netmiko(nexus, lambda c: c.save_config())
    assert "VOICE" not in nexus.startup_config()
    assert "Copy complete." in await netmiko(nexus, lambda c: c.save_config())
    assert "VOICE" in nexus.startup_config()


async def test_latency_and_too_many_sessions(nexus, netmiko):
    nexus.latency = 0.01
    assert "Nexus9000" in await netmiko(nexus, lambda c: c.send_command("show version"))
    nexus.max_vty = 0
    with pytest.raises((asyncssh.Error, OSError)):
        await connect(nexus)


async def connect(nexus):
    return await asyncssh.connect(
        nexus.address,
        nexus.ssh_port,
        username=CREDENTIALS.username,
        password=CREDENTIALS.password,
        known_hosts=None,
        config=None,
        client_keys=None,
    )


async def test_pages_until_length_is_0(nexus):
    async with await connect(nexus) as connection, connection.create_process(term_type="vt100") as process:
        process.stdin.write("show running-config\rq")
        paged = await asyncio.wait_for(process.stdout.readuntil("--More--"), 10)
        assert "line vty" not in paged
        process.stdin.write("terminal length 0\rshow running-config\rexit\r")
        assert "line vty" in await asyncio.wait_for(process.stdout.read(), 10)


async def test_what_is_typed_is_completed_and_helped(nexus):
    async with await connect(nexus) as connection, connection.create_process(term_type="vt100") as process:
        process.stdin.write("conf\t?\x15conf t\rint e1/1\rswitchport voice vlan ?\x15\x1aexit\r")
        shown = await asyncio.wait_for(process.stdout.read(), 10)
    assert "configure " in shown
    assert "  dot1p\r\n  untagged\r\n  <1-4094>\r\n" in shown
    assert "nexus1# exit" in shown

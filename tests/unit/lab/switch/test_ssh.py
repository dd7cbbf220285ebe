"""The switch as strangers use it: plain Netmiko, and an SSH client without any knowledge of IOS."""

import asyncio

import asyncssh
import pytest
from netmiko.exceptions import NetmikoAuthenticationException

from lab.switch import Credentials

from .conftest import CREDENTIALS


async def test_login_enable_show(switch, netmiko):
    def work(connection):
        assert connection.find_prompt() == "access-sw1>"
        connection.enable()
        assert connection.find_prompt() == "access-sw1#"
        return connection.send_command("show clock")

    assert "UTC" in await netmiko(switch, work)


async def test_keyboard_interactive_login(make_switch, netmiko):
    switch = await make_switch(login="keyboard-interactive")
    assert await netmiko(switch, lambda c: c.find_prompt()) == "access-sw1>"


async def test_without_an_enable_secret_the_login_is_privileged(make_switch, netmiko):
    switch = await make_switch(credentials=Credentials("netadmin", "login-pw", None))
    assert await netmiko(switch, lambda c: c.find_prompt()) == "access-sw1#"


async def test_wrong_password(switch, netmiko):
    with pytest.raises(NetmikoAuthenticationException):
        await netmiko(switch, lambda c: c.find_prompt(), password="nope")


async def test_wrong_secret(switch, netmiko):
    def work(connection):
        with pytest.raises(ValueError, match="enable"):
            connection.enable()
        return connection.find_prompt()

    assert await netmiko(switch, work, secret="nope") == "access-sw1>"


async def test_wrong_secret_says_access_denied(switch):
    assert "% Access denied" in await typed(switch, "enable\rnope\rexit\r")


async def test_refused_line_is_answered_and_the_others_apply(switch, netmiko):
    def work(connection):
        connection.enable()
        return connection.send_config_set(
            ["interface gi1/0/3", "switchport mode access", "switchport foo", "description desk 3"]
        )

    answer = await netmiko(switch, work)
    assert "\n                                 ^\n% Invalid input detected at '^' marker.\n\n" in answer
    body = switch.running_config()
    assert "interface GigabitEthernet1/0/3\n description desk 3\n switchport mode access\n!" in body


async def test_save_both_ways(switch, netmiko):
    def work(connection):
        connection.enable()
        connection.send_config_set(["hostname floor-2"])
        connection.set_base_prompt()
        first = connection.save_config()
        connection.send_config_set(["interface gi1/0/1", "description x"])
        return first, connection.save_config("copy running-config startup-config", confirm=True)

    first, second = await netmiko(switch, work)
    assert "Building configuration...\n[OK]" in first
    assert "Destination filename [startup-config]?" in second
    assert "[OK]" in second
    assert " description x" in switch.startup_config()


async def test_range_and_idempotent_readback(switch, netmiko):
    lines = [
        "interface range gi1/0/1 - 3 , gi1/0/7",
        "switchport mode access",
        "switchport access vlan 10",
        "switchport voice vlan 20",
        "power inline auto max 15400",
    ]

    def work(connection):
        connection.enable()
        first = connection.send_config_set(lines)
        before = connection.send_command("show running-config | exclude ^!")
        second = connection.send_config_set(lines)
        return first, second, before, connection.send_command("show running-config | exclude ^!")

    first, second, before, after = await netmiko(switch, work)
    assert "access-sw1(config-if-range)#" in first
    assert "% Voice VLAN does not exist. Creating vlan 20" in first
    assert "Creating vlan" not in second
    assert before == after
    assert before.count(" switchport voice vlan 20") == 4


def connect(switch):
    return asyncssh.connect(
        switch.address,
        switch.ssh_port,
        username=CREDENTIALS.username,
        password=CREDENTIALS.password,
        known_hosts=([switch.host_key.convert_to_public()], [], []),
        config=[],
        client_keys=None,
    )


async def typed(switch, text):
    """What a bare SSH terminal shows for what is typed; the session must end by itself."""
    async with connect(switch) as connection:
        process = await connection.create_process(term_type="vt100", encoding="utf-8")
        process.stdin.write(text)
        return await asyncio.wait_for(process.stdout.read(), 10)


async def test_terminal_echo_line_ends_and_control_characters(switch):
    shown = await typed(
        switch, "enaXX\b\bble\renable-pw\r\nconf t\nint gi1/0/1\rdescription a\x1ashow clockXX\x17\x15\rexit\r"
    )
    assert "enable-pw" not in shown
    assert "access-sw1(config-if)#description a^Z\r\naccess-sw1#" in shown
    assert " description a\n" in switch.running_config()


async def test_paging(switch):
    shown = await typed(
        switch, "enable\renable-pw\rshow running-config\r \rqterminal length 0\rshow running-config\rexit\r"
    )
    pages = shown.split(" --More-- ")
    assert pages[0].endswith("\r\n")
    assert len(pages[0].rpartition("show running-config\r\n")[2].splitlines()) == 23
    assert shown.count("\r\nend\r\n") == 1


async def test_help_lists_what_can_follow(switch):
    shown = await typed(switch, "show interfaces ?\x15exit\r")
    assert "\r\n  status\r\n" in shown
    assert "\r\n  IFACE\r\n" in shown


async def test_single_command_without_a_terminal(make_switch):
    switch = await make_switch(credentials=Credentials("netadmin", "login-pw", None))
    async with connect(switch) as connection:
        result = await connection.run("show running-config interface gi1/0/1", check=True)
    assert "interface GigabitEthernet1/0/1\r\nend" in result.stdout


async def test_vty_lines_run_out(switch):
    switch.max_vty = 1
    async with connect(switch):
        with pytest.raises((asyncssh.Error, OSError)):
            await typed(switch, "exit\r")
    await wait_until(lambda: not switch.sessions)
    assert "access-sw1>" in await typed(switch, "exit\r")


async def wait_until(condition):
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.01)


async def test_latency_delays_answers_but_keeps_their_order(switch):
    switch.latency = 0.05
    shown = await typed(switch, "show privilege\rterminal length 0\rshow privilege\rexit\r")
    assert shown.count("Current privilege level is 1") == 2


async def test_session_drops_at_the_kth_line(switch):
    switch.drop_at = 2
    shown = await typed(switch, "enable\renable-pw\rconf t\rint gi1/0/1\rdescription lost\rend\r")
    assert "access-sw1#" not in shown.partition("(config-if)#")[2]
    assert "lost" not in switch.running_config()


async def test_kth_line_is_refused(switch):
    switch.refuse_line = 2
    shown = await typed(switch, "enable\renable-pw\rconf t\rint gi1/0/1\rdescription a\rshutdown\rend\rexit\r")
    assert "Command authorization failed." in shown
    assert "interface GigabitEthernet1/0/1\n shutdown\n!" in switch.running_config()


async def test_save_that_fails(switch, netmiko):
    switch.save_busy = 1

    def work(connection):
        connection.enable()
        connection.send_config_set(["hostname other"])
        connection.set_base_prompt()
        return connection.save_config(), switch.startup_config(), connection.save_config()

    first, startup, second = await netmiko(switch, work)
    assert "startup-config file open failed (Device or resource busy)" in first
    assert "hostname access-sw1" in startup
    assert "[OK]" in second
    assert "hostname other" in switch.startup_config()

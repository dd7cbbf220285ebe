# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions that go wrong: at the door, in the middle of a line, and while saving."""

from __future__ import annotations

import shutil
import socket
import sys
import textwrap
import threading

import asyncssh
import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._errors import (
    AuthenticationFailed,
    InvalidPlan,
    Refused,
    TimedOut,
    Unreachable,
    Unsupported,
    VoiceError,
)
from ansible_collections.dialtone.voice.plugins.module_utils._switch import conversation, trust
from ansible_collections.dialtone.voice.plugins.module_utils._switch import session as session_file
from ansible_collections.dialtone.voice.plugins.module_utils._switch.platforms import PLATFORMS
from ansible_collections.dialtone.voice.plugins.module_utils._switch.session import Session


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch):
    monkeypatch.setattr(session_file, "SAVE_PAUSE", 0)


NXOS = PLATFORMS["nxos"]


def refuse(params: dict, kind: type[VoiceError]) -> str:
    """Return the message of a login that must fail, once it is sure that no secret is in it."""
    with pytest.raises(kind) as error, Session(params):
        pass
    text = f"{error.value} {error.value.details}"
    assert "canary" not in text
    assert f"switch 127.0.0.1:{params['port']}" in text
    return str(error.value)


@pytest.mark.parametrize("options", [{}, {"interactive": True}, {"user_mode": True}])
def test_logins_that_work(scripted, options):
    switch = scripted(**options)
    switch.answers["show clock"] = "12:00:00 UTC"
    with Session(switch.params()) as session:
        assert session.hostname == "sw1"
        assert session.show("show clock") == "12:00:00 UTC"


def test_a_wrong_password_names_the_user(scripted):
    text = refuse(scripted().params(password="canary-wrong"), AuthenticationFailed)
    assert "did not accept the password of user 'netadmin'" in text
    assert "ansible_password" in text


def test_a_wrong_keyboard_interactive_password(scripted):
    text = refuse(scripted(interactive=True).params(password="canary-wrong"), AuthenticationFailed)
    assert "did not accept the password of user 'netadmin'" in text


def test_a_wrong_enable_secret_is_tried_once(scripted):
    switch = scripted(user_mode=True)
    text = refuse(switch.params(enable_secret="canary-wrong"), AuthenticationFailed)
    assert "did not accept the enable secret of user 'netadmin'" in text
    assert switch.log.count("(secret)") == 1


def test_user_mode_and_no_secret(scripted):
    text = refuse(scripted(user_mode=True).params(enable_secret=None), AuthenticationFailed)
    assert "ends in user mode (sw1>), and there is no enable secret" in text


def test_an_enable_that_is_not_set_up(scripted):
    text = refuse(scripted(user_mode=True, enable="% No password set").params(), AuthenticationFailed)
    assert "% No password set" in text


def test_an_unknown_host_key_shows_the_line_to_add(scripted):
    switch = scripted()
    with pytest.raises(Unreachable) as error, Session(switch.params(host_keys=[], known_hosts_path="/dev/null")):
        pass
    assert switch.key.get_fingerprint() in str(error.value)
    line = error.value.details["known_hosts_line"]
    assert str(error.value).endswith(line)
    with Session(switch.params(host_keys=[line])):
        pass


def test_a_changed_host_key_names_both(scripted):
    switch = scripted()
    known = asyncssh.generate_private_key("ssh-ed25519")
    line = f"[127.0.0.1]:{switch.port} {known.export_public_key().decode()}"
    text = refuse(switch.params(host_keys=[line]), Unreachable)
    assert "has changed" in text
    assert known.get_fingerprint() in text
    assert switch.key.get_fingerprint() in text


def test_both_types_are_offered_and_one_is_known():
    types = ("ecdsa-sha2-nistp256", "ssh-ed25519", "rsa-sha2-512")
    made = []

    class Security:
        key_types = types

    class Transport:
        def __init__(self, sock, **options):
            made.append(sock)

        def get_security_options(self):
            return security

    security = Security()
    original = session_file.paramiko.Transport
    session_file.paramiko.Transport = Transport
    try:
        session_file._transport_factory({"ssh-rsa"})("sock")
    finally:
        session_file.paramiko.Transport = original
    assert security.key_types == ("rsa-sha2-512", "ecdsa-sha2-nistp256", "ssh-ed25519")
    assert made == ["sock"]


def test_a_host_key_line_that_is_none_is_told_before_anything(scripted):
    with pytest.raises(InvalidPlan, match="host_keys: 'nonsense' is no line of known_hosts"):
        Session(scripted().params(host_keys=["nonsense"])).__enter__()


def test_known_hosts_of_a_file(scripted, tmp_path):
    switch = scripted()
    path = tmp_path / "known_hosts"
    path.write_text(switch.params()["host_keys"][0] + "\n")
    with Session(switch.params(host_keys=None, known_hosts_path=str(path))):
        pass
    with pytest.raises(InvalidPlan, match="cannot be read"):
        Session(switch.params(known_hosts_path=str(tmp_path / "none"))).__enter__()


def test_connection_refused(scripted):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        params = scripted().params(port=closed.getsockname()[1])
        assert "connection refused. Check 'port'" in refuse(params, Unreachable)


def test_a_name_without_an_address(scripted):
    with pytest.raises(Unreachable, match=r"the name 'no-such-host\.invalid' has no address"):
        Session(scripted().params(host="no-such-host.invalid")).__enter__()


def test_a_port_that_closes_at_once(scripted):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def close_one():
            server.accept()[0].close()

        thread = threading.Thread(target=close_one)
        thread.start()
        text = refuse(scripted().params(port=server.getsockname()[1]), Unreachable)
        thread.join(10)
    assert "closed the connection before a prompt came" in text
    assert "VTY lines" in text


def test_a_session_that_ends_before_its_prompt(scripted):
    assert "VTY lines" in refuse(scripted(shell=False).params(), Unreachable)


def test_an_old_switch(scripted):
    switch = scripted(ssh={"kex_algs": ["diffie-hellman-group14-sha1"]})
    text = refuse(switch.params(), Unreachable)
    assert "no acceptable kex algorithm" in text
    assert "netmiko[par4]" in text


def test_a_refused_line_stops_and_leaves_configuration_mode(scripted):
    switch = scripted()
    switch.answers["switchport foo"] = "        ^\n% Invalid input detected at '^' marker.\n"
    with Session(switch.params()) as session:
        with pytest.raises(Refused) as error:
            session.configure(["interface Gi1/0/1", "switchport foo", "switchport voice vlan 20"])
        session.show("show clock")
    assert error.value.details == {
        "answer": "% Invalid input detected at '^' marker.",
        "applied": ["interface Gi1/0/1"],
        "failed_at": "switchport foo",
        "not_sent": ["switchport voice vlan 20"],
    }
    assert "switchport voice vlan 20" not in switch.log
    assert switch.log.index("end") < switch.log.index("show clock")


def test_a_question_in_the_middle_is_backed_out_of(scripted):
    switch = scripted()

    async def ask(process):
        process.stdout.write("This will remove everything. Continue? [yes/no]: ")
        switch.log.append((await process.stdin.readline()).strip())
        process.stdout.write("\r\n")
        return True

    switch.answers["no vlan 20"] = ask
    with Session(switch.params()) as session, pytest.raises(Refused, match=r"Continue\? \[yes/no\]"):
        session.configure(["no vlan 20"])
    assert switch.log[switch.log.index("no vlan 20") + 1] == "n"


def test_a_reload_banner_and_syslog_cut_in(scripted):
    switch = scripted()
    switch.answers["description a"] = "\n\n***\n*** --- SHUTDOWN in 0:02:00 ---\n***\n%SYS-5-CONFIG_I: Configured by b"

    async def late(process):
        process.stdout.write("sw1(config)#\r\n\r\n***\r\n*** --- SHUTDOWN in 0:01:00 ---\r\n***\r\n")
        return True

    switch.answers["description b"] = late
    with Session(switch.params()) as session:
        assert session.configure(["description a", "description b"]) == [("description a", ""), ("description b", "")]


def test_a_session_lost_in_the_middle_says_what_was_taken(scripted):
    switch = scripted()

    async def die(process):
        process.channel.get_connection().abort()
        return False

    switch.answers["description b"] = die
    with Session(switch.params()) as session, pytest.raises(Unreachable) as error:
        session.configure(["description a", "description b", "description c"])
    assert "lost at 'description b'" in str(error.value)
    assert error.value.details["applied"] == ["description a"]
    assert error.value.details["not_sent"] == ["description c"]


def test_a_switch_that_falls_silent(scripted):
    switch = scripted()

    async def hang(process):
        await process.stdin.readline()
        return False

    switch.answers["show tech-support"] = hang
    with Session(switch.params(timeout=1)) as session, pytest.raises(TimedOut, match="within 1 s"):
        session.show("show tech-support")


def test_a_long_answer_takes_as_long_as_it_comes(scripted):
    switch = scripted()
    whole = "\n".join(f"interface GigabitEthernet1/0/{number}" for number in range(4000))
    switch.answers["show running-config"] = whole
    with Session(switch.params()) as session:
        assert session.show("show running-config") == whole


SAVED = "Building configuration...\n[OK]"
BUSY = "startup-config file open failed (Device or resource busy)"


@pytest.mark.parametrize(
    ("answers", "tries"),
    [([SAVED], 1), ([BUSY, BUSY, SAVED], 3), (["Building configuration...\n  Compressed configuration\n[OK]"], 1)],
)
def test_saving(scripted, answers, tries):
    switch = scripted()
    switch.answers["write memory"] = list(answers)
    with Session(switch.params()) as session:
        session.save()
    assert switch.log.count("write memory") == tries


@pytest.mark.parametrize(("answers", "tries"), [([BUSY] * 4, 3), (["% Error"], 1), ([""], 1)])
def test_not_saved(scripted, answers, tries):
    switch = scripted()
    switch.answers["write memory"] = list(answers)
    with Session(switch.params()) as session, pytest.raises(Refused, match="a restart would lose it"):
        session.save()
    assert switch.log.count("write memory") == tries


@pytest.mark.parametrize(
    ("question", "given", "then", "saved"),
    [
        ("Overwrite the previous NVRAM configuration?[confirm]", "", SAVED, True),
        ("Compressed configuration is too large for nvram\r\nTruncate config?? [no]:", "n", "", False),
    ],
)
def test_questions_while_saving(scripted, question, given, then, saved):
    switch = scripted()

    async def ask(process):
        process.stdout.write(question)
        switch.log.append(f"({(await process.stdin.readline()).strip()})")
        process.stdout.write("\r\n" + then.replace("\n", "\r\n") + "\r\n")
        return True

    switch.answers["write memory"] = ask
    with Session(switch.params()) as session:
        if saved:
            session.save()
        else:
            with pytest.raises(Refused):
                session.save()
    assert f"({given})" in switch.log


HASHES = "#" * 70
BANNERS = {
    "a box of # and >": f"\n{HASHES}\n#  Authorized access only >>>  sw1#  #\n{HASHES}\n",
    "a line like a prompt": "\nsw1#\ncore>\n\nWelcome to sw9#\n",
    "a long one": "".join(f"\nline {number} of a long banner # > " for number in range(400)),
    "one that ends like a prompt": "\nchanged by night#",
}


@pytest.mark.parametrize("where", ["banner", "motd"])
@pytest.mark.parametrize("banner", BANNERS.values(), ids=BANNERS)
def test_no_banner_is_taken_for_the_prompt(scripted, where, banner):
    switch = scripted(user_mode=True, **{where: banner})
    switch.answers["show clock"] = "12:00:00 UTC"
    with Session(switch.params(expected_hostname="sw1")) as session:
        assert session.hostname == "sw1"
        assert session.show("show clock") == "12:00:00 UTC"


def test_a_banner_that_waits_for_a_key(scripted, monkeypatch):
    monkeypatch.setattr(conversation, "_NUDGE", 0.2)
    switch = scripted()
    serve = switch.serve

    async def wait_for_key(process):
        process.stdout.write("Press RETURN to get started!\r\n")
        await process.stdin.readline()
        await serve(process)

    switch.serve = wait_for_key
    with Session(switch.params()) as session:
        assert session.hostname == "sw1"


def test_no_prompt_at_all(scripted):
    switch = scripted()

    async def hang(process):
        process.stdout.write("Please wait")
        async for _line in process.stdin:
            pass

    switch.serve = hang
    assert "is logged in to" in refuse(switch.params(timeout=1), TimedOut)


def test_terminal_settings_that_are_not_allowed(scripted):
    switch = scripted()
    switch.answers["terminal length 0"] = "Command authorization failed."
    text = refuse(switch.params(), Refused)
    assert "refused 'terminal length 0' to user 'netadmin': Command authorization failed." in text


@pytest.mark.parametrize(
    ("expected", "found", "fits"),
    [
        (None, "sw1", True),
        ("", "sw1", True),
        ("192.0.2.1", "sw1", True),
        ("2001:db8::1", "sw1", True),
        ("SW1", "sw1", True),
        ("sw1.example.com", "sw1", True),
        ("sw1", "sw1.example.com", True),
        ("building-7-floor-3-access-1", "building-7-floor-3-a", True),
        ("building-7-floor-3-access-1", "building-7-floor-3", False),
        ("building-7-floor-3-a", "building-7-floor-3-access-1", False),
        ("sw1", "sw11", False),
        ("sw2", "sw1", False),
        ("10-access", "sw1", False),
    ],
)
def test_the_expected_name(expected, found, fits):
    if fits:
        trust.check_name(expected, found, "switch 192.0.2.9:22")
        return
    with pytest.raises(Refused, match="is called") as error:
        trust.check_name(expected, found, "switch 192.0.2.9:22")
    assert error.value.details == {"expected": expected, "found": found}


def test_another_switch_is_left_at_once(scripted):
    switch = scripted(user_mode=True)
    text = refuse(switch.params(expected_hostname="sw2"), Refused)
    assert "is called 'sw1' and not 'sw2', so nothing was sent to it" in text
    assert "voice_switch_hostname" in text
    assert [line for line in switch.log if line] == ["terminal length 0"]


def test_a_long_name_is_cut_in_configuration_mode(scripted):
    switch = scripted()
    switch.hostname = "building-7-floor-3-access-1"
    switch.answers["show clock"] = "12:00:00 UTC"
    with Session(switch.params(expected_hostname=switch.hostname)) as session:
        assert session.configure(["interface Gi1/0/1", "no shutdown"])[1] == ("no shutdown", "")
        assert session.show("show clock") == "12:00:00 UTC"


def test_none_of_netmikos_waits_are_used(scripted, monkeypatch):
    """They give up after 10 s whatever the timeout is; a slow AAA server takes 15 s a command."""
    waits = (
        "_test_channel_read",
        "command_echo_read",
        "find_prompt",
        "read_channel_timing",
        "read_until_pattern",
        "read_until_prompt",
        "send_command",
        "send_config_set",
        "session_preparation",
        "set_base_prompt",
    )

    def forbidden(*_arguments, **_options):
        pytest.fail("netmiko waits")

    switch = scripted(user_mode=True, latency=0.05)
    switch.answers["write memory"] = "[OK]"
    for name in waits:
        monkeypatch.setattr(session_file.ssh_dispatcher("cisco_ios"), name, forbidden)
    with Session(switch.params()) as session:
        session.show("show clock")
        session.configure(["interface Gi1/0/1", "no shutdown"])
        session.save()


def test_no_line_waits_for_an_acknowledgement(scripted):
    with Session(scripted().params()) as session:
        wire = session._connection.remote_conn.get_transport().sock
        assert wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_switch_that_has_only_sha1_host_keys(scripted):
    switch = scripted()
    switch.key = asyncssh.generate_private_key("ssh-rsa", key_size=2048)
    switch.key.sig_algorithms = (b"ssh-rsa",)
    switch.restart()
    text = refuse(switch.params(), Unreachable)
    assert "no acceptable host key" in text
    assert "netmiko[par4]" in text


def jump(tmp_path, target: int, text: str = "") -> str:
    """Write an SSH configuration by which the target is reached through another process only."""
    script = tmp_path / "hop.py"
    script.write_text(
        textwrap.dedent(
            """
            import os, select, socket, sys
            wire = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
            while True:
                for ready in select.select([0, wire], [], [])[0]:
                    data = os.read(0, 65536) if ready == 0 else wire.recv(65536)
                    if not data:
                        sys.exit()
                    wire.sendall(data) if ready == 0 else os.write(1, data)
            """
        )
    )
    path = tmp_path / "ssh_config"
    path.write_text(text or f"Host 192.0.2.7\n  ProxyCommand {sys.executable} {script} {target}\n")
    return str(path)


def test_a_jump_host(scripted, tmp_path):
    switch = scripted()
    switch.answers["show clock"] = "12:00:00 UTC"
    public = " ".join(switch.key.export_public_key().decode().split()[:2])
    way = {"host": "192.0.2.7", "port": 22, "ssh_config_file": jump(tmp_path, switch.port)}
    with Session(switch.params(**way, host_keys=[f"192.0.2.7 {public}"])) as session:
        assert session.show("show clock") == "12:00:00 UTC"
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    with pytest.raises(Unreachable, match=r"the host key of switch 192\.0\.2\.7:22 has changed"):
        Session(switch.params(**way, host_keys=[f"192.0.2.7 {other}"])).__enter__()


@pytest.mark.skipif(not shutil.which("ssh"), reason="no OpenSSH client here")
def test_a_jump_host_by_proxyjump(scripted, tmp_path):
    switch, hop = scripted(), scripted(forward=True)
    key = tmp_path / "key"
    hop.user_key = asyncssh.generate_private_key("ssh-ed25519")
    hop.user_key.write_private_key(key)
    key.chmod(0o600)
    known = tmp_path / "known_hosts"
    known.write_text("\n".join(hop.params()["host_keys"]) + "\n")
    config = (
        f"Host 127.0.0.1\n  ProxyJump hop\nHost hop\n  HostName localhost\n  HostKeyAlias [127.0.0.1]:{hop.port}\n"
        f"  Port {hop.port}\n  User netadmin\n  IdentityFile {key}\n  IdentitiesOnly yes\n  BatchMode yes\n"
        f"  UserKnownHostsFile {known}\n"
    )
    with Session(switch.params(ssh_config_file=jump(tmp_path, 0, config))) as session:
        assert session.hostname == "sw1"
    assert hop.forwarded == [("127.0.0.1", switch.port)]
    params = switch.params(host_keys=[], known_hosts_path="/dev/null", ssh_config_file=str(tmp_path / "ssh_config"))
    assert "the host key of switch 127.0.0.1" in refuse(params, Unreachable)


def test_a_jump_host_that_is_not_there(scripted, tmp_path):
    path = jump(tmp_path, 0, "Host 127.0.0.1\n  ProxyCommand false\n")
    refuse(scripted().params(ssh_config_file=path), Unreachable)
    with pytest.raises(InvalidPlan, match="ssh_config_file: .* cannot be read: No such file"):
        Session(scripted().params(ssh_config_file=str(tmp_path / "none"))).__enter__()


CUT = "\r\n\r\n\r\n\x07***\r\n*** --- SHUTDOWN in 0:01:00 ---\r\n***\r\n"


def typed_over(switch, line: str, cut: int, text: str, answer: str = "") -> None:
    """Let something come between the characters of a line's echo."""
    serve = switch.serve

    async def interrupted(process):
        write = process.stdout.write

        def cutting(data):
            write(data.replace(f"{line}\r\n", f"{line[:cut]}{text}{line[cut:]}\r\n{answer}"))

        process.stdout.write = cutting
        await serve(process)

    switch.serve = interrupted


@pytest.mark.parametrize("text", [CUT, "\r\n*Mar  1 00:12:11.000: %LINK-3-UPDOWN: Interface Gi1/0/1, changed\r\n"])
def test_what_cuts_into_an_echo(scripted, text):
    switch = scripted()
    typed_over(switch, "description b", 4, text)
    with Session(switch.params()) as session:
        assert session.configure(["description b", "description c"])[0] == ("description b", "")


def test_a_refusal_behind_a_prompt_that_was_drawn_anew(scripted):
    switch = scripted()

    async def late(process):
        process.stdout.write(f"{CUT}\r\nsw1(config)#")
        process.stdout.write("\r\nCommand rejected: no.\r\n")
        return True

    switch.answers["description b"] = late
    with Session(switch.params()) as session, pytest.raises(Refused, match="Command rejected: no"):
        session.configure(["description b", "description c"])
    assert "description c" not in switch.log


def test_a_show_that_a_banner_cut_in_two_is_asked_for_again(scripted):
    switch = scripted()
    switch.answers["show vlan"] = ["1 def\n\n\n***\n*** --- SHUTDOWN in 0:01:00 ---\n***\nault", "1 default"]
    with Session(switch.params()) as session:
        assert session.show("show vlan") == "1 default"


@pytest.mark.parametrize(
    "line",
    [
        "*Mar  1 00:12:11.000: %SYS-5-CONFIG_I: Configured from console by cisco on vty1 (10.10.20.50)",
        "2026 Nov 21 11:40:00 sw1 %$ VDC-1 %$ %ETHPORT-5-IF_UP: Interface Ethernet1/1 is up",
        "Rollback Confirmed Change: Rollback will begin in one minute.",
    ],
)
def test_what_comes_behind_the_prompt(scripted, line):
    switch = scripted()

    async def late(process):
        process.stdout.write(f"sw1(config)#\r\n{line}\r\n")
        switch.options["blank"] = ""
        await process.stdin.readline()
        process.stdout.write("description b\r\n")
        return True

    switch.answers["description a"] = late
    with Session(switch.params()) as session:
        assert session.configure(["description a", "description b"]) == [("description a", ""), ("description b", "")]


BACKUP = "Rollback Confirmed Change: Backing up current running config to\n flash:rollback-May--4-13-16-19.360-0\n"
ENTER = "Enter configuration commands, one per line.  End with CNTL/Z."
DONE = (
    "Rollback Confirmed Change: Rolling to:flash:rollback-May--4-13-16-19.360-0\n\n"
    "Total number of passes: 1\nRollback Done\n"
)
TIMER = (
    "Time configured(or reconfigured): 22:50:48 UTC Sat Feb 21 2009\nTimer type: absolute timer\n"
    "Timer value: 2 min\nUser: console"
)
NO_TIMER = "%No Rollback Confirmed Change pending"


def test_a_change_that_is_confirmed(scripted):
    switch = scripted()
    switch.answers["configure terminal revert timer 5"] = f"{BACKUP}\n{ENTER}"
    switch.answers["configure confirm"] = "%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_CONFIRM: User: netadmin: Confirm"
    switch.answers["show archive config rollback timer"] = [NO_TIMER, TIMER]
    with Session(switch.params()) as session:
        assert not session.pending_revert()
        assert session.configure(["interface Gi1/0/1", "no shutdown"], revert_minutes=5)
        assert session.pending_revert()
        session.confirm()
    start = switch.log.index("configure terminal revert timer 5")
    assert switch.log[start + 1 : start + 4] == ["interface Gi1/0/1", "no shutdown", "end"]


def test_a_change_that_is_taken_back(scripted):
    switch = scripted()
    switch.answers["configure revert now"] = [DONE, "Rollback aborted after 5 passes\nRollback Done", NO_TIMER]
    with Session(switch.params()) as session:
        session.revert()
        for words in ("Rollback aborted after 5 passes", NO_TIMER):
            with pytest.raises(Refused, match=f"did not take the change back: {words}"):
                session.revert()


def test_other_words_of_a_confirmation_are_believed_where_no_timer_runs_any_more(scripted):
    switch = scripted()
    switch.answers["configure confirm"] = "Rollback Confirmed Change: confirmed in words that nobody has seen"
    switch.answers["show archive config rollback timer"] = [NO_TIMER, TIMER]
    with Session(switch.params()) as session:
        session.confirm()
        with pytest.raises(Refused, match="did not confirm the change: Rollback Confirmed Change: confirmed in"):
            session.confirm()


def test_a_confirmation_that_comes_too_late(scripted):
    switch = scripted()
    switch.answers["configure confirm"] = NO_TIMER
    with Session(switch.params()) as session, pytest.raises(Refused, match="did not confirm the change: %No Rollback"):
        session.confirm()


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("%Turn config archive on before using Rollback Confirmed Change", "path flash:archive"),
        ("% Invalid input detected at '^' marker.", "does not know the command"),
    ],
)
def test_a_timer_that_does_not_start(scripted, answer, text):
    switch = scripted()
    switch.answers["configure terminal revert timer 5"] = answer
    with Session(switch.params()) as session, pytest.raises(Unsupported) as error:
        session.configure(["no shutdown"], revert_minutes=5)
    assert answer in str(error.value)
    assert text in str(error.value)
    assert error.value.details == {"applied": [], "not_sent": ["no shutdown"], "answer": answer}
    assert "no shutdown" not in switch.log


def test_an_answer_about_the_timer_that_nobody_knows(scripted):
    switch = scripted()
    switch.answers["show archive config rollback timer"] = ["soon", "% Invalid input detected at '^' marker."]
    with Session(switch.params()) as session:
        with pytest.raises(Unsupported, match="'soon'"):
            session.pending_revert()
        with pytest.raises(Refused, match="Invalid input"):
            session.pending_revert()


def test_nxos(scripted):
    switch = scripted(blank=" ")
    switch.answers["configure terminal"] = "Enter configuration commands, one per line. End with CNTL/Z."
    switch.answers["switchport foo"] = "             ^\n% Invalid command at '^' marker."
    bar = "".join(f"\r[{'#' * (done // 3):<33}] {done:3d}%" for done in range(0, 101, 20))
    saved = f"{bar}\nCopy complete, now saving to disk (please wait)...\nCopy complete."
    not_ready = "Configuration update aborted: system not ready"
    switch.answers["copy running-config startup-config"] = [not_ready, saved, "Copy failed"]
    with Session(switch.params(), NXOS) as session:
        session.configure(["interface Ethernet1/1", "no shutdown"])
        with pytest.raises(Refused, match="Invalid command at"):
            session.configure(["switchport foo"])
        with pytest.raises(Unsupported, match="nxos cannot take changes back"):
            session.configure(["no shutdown"], revert_minutes=5)
        session.save()
        with pytest.raises(Refused, match="'copy running-config startup-config' was answered 'Copy failed'"):
            session.save()
    assert switch.log.count("configure terminal") == 2

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions that go wrong: at the door, in the middle of a line, and while saving."""

from __future__ import annotations

import socket
import threading

import asyncssh
import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._errors import (
    AuthenticationFailed,
    InvalidPlan,
    Refused,
    TimedOut,
    Unreachable,
    VoiceError,
)
from ansible_collections.dialtone.voice.plugins.module_utils._switch import session as session_file
from ansible_collections.dialtone.voice.plugins.module_utils._switch.session import Session


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch):
    monkeypatch.setattr(session_file, "SAVE_PAUSE", 0)


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

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of a session: who may read it, what is in it, and what is not."""

from __future__ import annotations

import os
import stat

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan
from ansible_collections.dialtone.voice.plugins.module_utils._switch import sessionlog
from ansible_collections.dialtone.voice.plugins.module_utils._switch.session import Session

CONFIG = """\
hostname sw1
enable secret 9 $9$canary-hash$canary-hash
username bob secret 0 canary-user
snmp-server community canary-community RO
tacacs server ise
 key 7 0822canary
radius-server key canary-radius
interface GigabitEthernet1/0/1
 description canary-password of canary-secret
end"""


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_no_log_without_request(scripted, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Session(scripted().params()) as session:
        session.show("show clock")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_no_secret_is_in_the_log(scripted, tmp_path, umask):
    path = tmp_path / "sw1.log"
    switch = scripted(user_mode=True, motd="\nWelcome\n")
    switch.answers["show running-config"] = CONFIG
    before = os.umask(umask)
    try:
        for _session in range(2):
            with Session(switch.params(session_log_path=str(path))) as session:
                session.show("show running-config")
                session.configure(["username eve secret canary-typed"])
    finally:
        os.umask(before)
    text = path.read_text()
    assert "canary" not in text
    assert mode(path) == 0o600
    assert text.count(f"switch 127.0.0.1:{switch.port}\n") == 2
    assert text.count("interface GigabitEthernet1/0/1\n") == 2
    assert text.count("sw1#show running-config\n") == 2
    assert "Welcome\n" in text
    assert "sw1(config)#username eve secret ***\n" in text
    assert " description *** of ***\n" in text


def test_a_file_that_others_may_read_is_closed_to_them(scripted, tmp_path):
    path = tmp_path / "sw1.log"
    path.write_text("from before\n")
    path.chmod(0o644)
    with Session(scripted().params(session_log_path=str(path))):
        pass
    assert mode(path) == 0o600
    assert path.read_text().startswith("from before\n--- ")


def link(path):
    target = path.with_name("target")
    target.write_text("precious")
    path.symlink_to(target)


def twin(path):
    target = path.with_name("target")
    target.write_text("precious")
    os.link(target, path)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (link, "it is a symbolic link"),
        (twin, "it is no plain file of its own"),
        (lambda path: path.mkdir(), "Is a directory"),
        (os.mkfifo, "No such device or address"),
    ],
)
def test_what_cannot_be_a_log_is_told_before_anything_is_sent(scripted, tmp_path, make, words):
    path = tmp_path / "sw1.log"
    make(path)
    switch = scripted()
    with pytest.raises(InvalidPlan, match=f"session_log_path: {path} cannot be written: {words}"):
        Session(switch.params(session_log_path=str(path))).__enter__()
    assert switch.log == []
    assert not (tmp_path / "target").exists() or (tmp_path / "target").read_text() == "precious"


def test_a_folder_that_is_not_there(scripted, tmp_path):
    with pytest.raises(InvalidPlan, match="No such file or directory"):
        Session(scripted().params(session_log_path=str(tmp_path / "none" / "sw1.log"))).__enter__()


def test_a_disk_that_is_full_ends_the_log_and_not_the_session(scripted, tmp_path, monkeypatch):
    told: list[str] = []
    monkeypatch.setattr(sessionlog, "warn", told.append)
    switch = scripted()
    switch.answers["show clock"] = "12:00:00 UTC"
    with Session(switch.params(session_log_path=str(tmp_path / "sw1.log"))) as session:

        def full(descriptor, data):
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(sessionlog.os, "write", full)
            session._log.received("one line\n")
        assert session.show("show clock") == "12:00:00 UTC"
    assert told == [f"the session log {tmp_path / 'sw1.log'} ends early: No space left on device"]


def test_a_login_that_fails_leaves_what_was_seen(scripted, tmp_path):
    path = tmp_path / "sw1.log"
    with pytest.raises(InvalidPlan):
        Session(scripted().params(session_log_path=str(path), host_keys=["nonsense"])).__enter__()
    assert not path.exists()

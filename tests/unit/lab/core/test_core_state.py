"""The state folder: private, one lab at a time, and clean afterwards."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from lab import background
from lab.state import Record, StateError, StateFolder, overlay, process_start


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    return StateFolder(tmp_path / "state")


def record(pid: int, started: int) -> Record:
    return Record(pid, started, "127.250.0.1", 1, "0" * 64, "default")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_folder_and_files_are_private(folder: StateFolder) -> None:
    before = os.umask(0)
    try:
        folder.claim()
        folder.write("inventory.yml", "all: {}\n")
    finally:
        os.umask(before)
    assert mode(folder.path) == 0o700
    assert {mode(path) for path in folder.path.iterdir()} == {0o600}


def test_a_second_claim_is_refused_and_names_the_process(folder: StateFolder) -> None:
    folder.claim()
    folder.write_record(record(os.getpid(), 1))
    with pytest.raises(StateError, match=rf"a lab runs with .*process {os.getpid()}"):
        StateFolder(folder.path).claim()
    assert folder.read() is not None


def test_claim_removes_what_a_dead_lab_left(folder: StateFolder) -> None:
    folder.path.mkdir()
    for name in ("inventory.yml", "lab.json", ".new-abc", "key-abc.pem"):
        (folder.path / name).write_text("{}")
    folder.claim()
    assert [path.name for path in folder.path.iterdir()] == ["lab.lock"]


def test_release_removes_its_files_and_nothing_else(folder: StateFolder) -> None:
    folder.claim()
    folder.write("ca.pem", b"x")
    (folder.path / "notes.txt").write_text("mine")
    folder.release()
    assert [path.name for path in folder.path.iterdir()] == ["notes.txt"]
    (folder.path / "notes.txt").unlink()
    folder.claim()
    folder.release()
    assert not folder.path.exists()


def test_the_files_of_kea_go_too_and_nothing_else(folder: StateFolder) -> None:
    folder.claim()
    kea = folder.path / "kea"
    kea.mkdir()
    for name in ("kea-dhcp4.json", "leases.csv", "leases.csv.2", "kea.sock", "kea.sock.lock", "a.kea-dhcp4.pid"):
        (kea / name).write_text("")
    (kea / "notes.txt").write_text("mine")
    folder.release()
    assert [path.name for path in kea.iterdir()] == ["notes.txt"]
    (kea / "notes.txt").unlink()
    folder.claim()
    folder.release()
    assert not folder.path.exists()


def test_a_state_path_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError, match="cannot use the state folder"):
        StateFolder(tmp_path / "file").claim()


def test_a_foreign_record_is_refused(folder: StateFolder) -> None:
    folder.path.mkdir()
    (folder.path / "lab.json").write_text('{"pid": 1}')
    with pytest.raises(StateError, match="was not written by a lab"):
        folder.read()


def test_alive_means_that_very_process() -> None:
    started = process_start(os.getpid())
    assert started is not None
    assert record(os.getpid(), started).alive
    assert not record(os.getpid(), started + 1).alive


def test_an_ended_process_is_not_alive() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    started = process_start(child.pid)
    child.stdin.close()
    child.stdin = None
    assert background.wait_until(lambda: process_start(child.pid) is None, 10), "a zombie must not count as alive"
    assert not record(child.pid, started).alive
    child.wait()


def test_down_never_signals_a_process_that_only_has_the_pid(folder: StateFolder) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        folder.claim()
        folder.write_record(record(child.pid, process_start(child.pid) + 1))
        folder.unlock()
        assert "had ended without cleaning up" in background.end(folder)
        assert child.poll() is None
        assert not folder.path.exists()
    finally:
        child.communicate(b"\n")


def test_down_falls_back_to_the_pid_when_the_control_socket_is_dead(folder: StateFolder) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    folder.claim()
    folder.write_record(record(child.pid, process_start(child.pid)))
    folder.unlock()
    assert "is ended" in background.end(folder)
    assert child.wait(10) != 0
    child.stdin.close()


def test_down_without_a_lab_says_so(folder: StateFolder) -> None:
    assert "no lab runs" in background.end(folder)
    assert not folder.path.exists()


@pytest.mark.parametrize("servers", [{"dhcp1": {"voice_dhcp_provider": "kea"}}, {}])
def test_overlay_makes_the_group_of_dhcp_servers(tmp_path: Path, servers: dict) -> None:
    common = {"block": "127.12", "ca_path": tmp_path / "ca.pem", "switches": [], "publisher": None}
    data = yaml.safe_load(overlay(**common, dhcp_servers=servers))["all"]
    assert data["children"] == {"dhcp_servers": {"hosts": servers}}
    assert "children" not in yaml.safe_load(overlay(**common))["all"]


def test_overlay_has_what_clients_need(tmp_path: Path) -> None:
    login = {"address": "127.12.1.1", "port": 2022, "username": "netadmin", "password": "pw", "host_keys": ["k"]}
    text = overlay(
        block="127.12",
        ca_path=tmp_path / "ca.pem",
        switches=[{"name": "a", **login, "enable_secret": "en"}, {"name": "b", **login, "enable_secret": None}],
        publisher={"name": "pub", "address": "127.12.0.10", "username": "u", "password": "1234e5"},
    )
    data = yaml.safe_load(text)["all"]
    assert data["vars"] == {"voice_lab_block": "127.12"}
    assert data["hosts"]["a"] == {
        "ansible_host": "127.12.1.1",
        "ansible_port": 2022,
        "ansible_user": "netadmin",
        "ansible_password": "pw",
        "ansible_become_password": "en",
        "voice_switch_host_keys": ["k"],
    }
    assert "ansible_become_password" not in data["hosts"]["b"]
    assert data["hosts"]["pub"] == {
        "ansible_host": "127.12.0.10",
        "ansible_user": "u",
        "ansible_password": "1234e5",
        "voice_cucm_ca_path": str(tmp_path / "ca.pem"),
    }

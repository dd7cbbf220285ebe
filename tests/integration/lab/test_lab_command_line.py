"""Starting and ending labs: nothing is left behind, and two don't disturb each other."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from lab import service
from lab.__main__ import main
from lab.net import claim_block
from lab.state import process_start

ROOT = Path(__file__).parents[3]


def small_site(folder: Path, text: str = "switches: [{name: sw1}]\n") -> tuple[str, str]:
    path = folder / "site.yml"
    path.write_text(text)
    return "--site", str(path)


def processes_of_session(leader: int) -> list[int]:
    """The processes that a background lab has started, itself included (its pid is its session's number)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, session = path.read_text(errors="replace").rpartition(")")[2].split()[:4]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(session) == leader and state != "Z":
            found.append(int(path.parent.name))
    return found


def listens(address: str, port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex((address, port)) == 0


def test_up_answers_at_once_and_down_leaves_nothing(cli: Any) -> None:
    cli.up()
    record = cli.record
    assert processes_of_session(record["pid"]) == [record["pid"]]
    mode = stat.S_IMODE(cli.state.stat().st_mode)
    assert mode == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in cli.state.iterdir()} == {0o600}
    addresses = [host["ansible_host"] for host in cli.hosts.values()]
    assert all(listens(address, port) for address, port in zip(addresses, (2022, 2022, 8443), strict=True))
    assert cli.run("status").stdout.splitlines()[-1] == "0 of 12 phones registered"
    assert "is ended" in cli.run("down").stdout
    assert process_start(record["pid"]) is None
    assert not cli.state.exists()
    # Its addresses may belong to another lab by now, so look for what lives in its session.
    assert processes_of_session(record["pid"]) == []


def test_nothing_is_left_after_sigkill_and_down(cli: Any) -> None:
    cli.up()
    pid = cli.kill()
    assert "has died" in cli.run("status", code=1).stderr
    assert "had ended without cleaning up" in cli.run("down").stdout
    assert process_start(pid) is None
    assert not cli.state.exists()


def test_up_after_sigkill_starts_afresh(cli: Any, tmp_path: Path) -> None:
    cli.up(*small_site(tmp_path))
    cli.kill()
    cli.up(*small_site(tmp_path))
    assert cli.run("status").returncode == 0


def test_a_second_lab_with_the_same_state_is_refused(cli: Any, tmp_path: Path) -> None:
    site = small_site(tmp_path)
    cli.up(*site)
    for arguments in (("up", "--background", *site), ("up", *site)):
        refused = cli.run(*arguments, code=1)
        assert f"a lab runs with the state folder {cli.state} (process {cli.record['pid']})" in refused.stderr
    assert cli.run("status").returncode == 0


def test_two_labs_side_by_side(cli: Any, tmp_path: Path) -> None:
    other = type(cli)(tmp_path / "other")
    cli.up()
    try:
        other.up()
        assert cli.record["address"] != other.record["address"]
        assert cli.credentials["switch"]["password"] != other.credentials["switch"]["password"]
        assert (cli.state / "ca.pem").read_bytes() != (other.state / "ca.pem").read_bytes()
        other.run("break", "SEP00005E005301", "poe_fault")
        assert other.status()["SEP00005E005301"]["faults"]
        assert not cli.status()["SEP00005E005301"]["faults"]
    finally:
        other.run("down")
    with cli.netmiko("access-sw1") as connection:
        assert "access-sw1" in connection.find_prompt()


def test_labs_that_come_and_go_do_not_meet(cli: Any, tmp_path: Path) -> None:
    """One takes a block while another gives one up, again and again; each has its block to itself."""
    site = small_site(tmp_path, "switches: [{name: 'sw{n}', count: 40, ports: 4}]\ncucm: {}\n")
    other = type(cli)(tmp_path / "other")

    def cycle(tool: Any) -> list[str]:
        errors = []
        for _ in range(3):
            done = tool.run("up", "--background", *site, code=None)
            errors += [done.stderr] if done.returncode else []
            tool.run("down")
        return errors

    try:
        with ThreadPoolExecutor(2) as pool:
            assert [error for errors in pool.map(cycle, (cli, other)) for error in errors] == []
    finally:
        other.run("down")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_foreground_lab_ends_on_a_signal(tmp_path: Path, number: int) -> None:
    state = tmp_path / "state"
    command = [sys.executable, "-X", "dev", "-m", "lab", "up", "--state", str(state)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in process.stdout:
        if "Ctrl-C ends it" in line:
            break
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    # -X dev shows unclosed sockets and tasks that were destroyed while pending; and what a busy machine took long for.
    assert [line for line in errors.splitlines() if "asyncio WARNING Executing" not in line] == []
    assert not state.exists()


def test_a_bad_site_is_told_and_nothing_is_left(cli: Any, tmp_path: Path) -> None:
    site = small_site(tmp_path, "switches: [{name: sw1, model: C64}, {name: sw1}]\n")
    refused = cli.run("up", "--background", *site, code=1)
    assert "switches: the name 'sw1' is used more than once" in refused.stderr
    assert not cli.state.exists()


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("switches: [{name: sw1, model: C64}]\n", "switches[0] (sw1): "),
        ("switches: [{name: sw1, uplink: Serial0}]\n", "switches[0].uplink: sw1 has no Serial0"),
        ("cucm: {version: '3.1'}\n", "cucm.version: no AXL schema 3.1 is installed"),
        (
            "switches: [{name: sw1}]\ncucm: {}\n"
            "phones: [{mac: 00005E005301, model: '8841', switch: sw1, interface: GigabitEthernet9/0/1}]\n",
            "phones[0].interface: sw1 has no GigabitEthernet9/0/1",
        ),
        (
            "switches: [{name: sw1}]\ncucm: {}\n"
            "phones: [{mac: 00005E005301, model: C64, switch: sw1, interface: GigabitEthernet1/0/1}]\n",
            "phones[0]: ",
        ),
    ],
)
def test_a_site_that_cannot_be_built_prints_the_log_and_leaves_nothing(
    cli: Any, tmp_path: Path, text: str, error: str
) -> None:
    refused = cli.run("up", "--background", *small_site(tmp_path, text), code=1)
    assert "the lab did not come up" in refused.stderr
    assert error in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not cli.state.exists()


def test_a_taken_port_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Squatted in a block that this test has claimed: on all addresses it would hit other labs of this machine.
    block, listener = claim_block(range(230, 180, -1))
    monkeypatch.setattr(service, "claim_block", lambda: (block, listener))
    state = tmp_path / "state"
    with socket.create_server((block.publisher, 8443)):
        code = main(["up", "--state", str(state), *small_site(tmp_path, "cucm: {}\n")])
    assert code == 1
    assert (
        f"the lab cannot start: [Errno 98] error while attempting to bind on address ('{block.publisher}', 8443)"
        in (capsys.readouterr().err)
    )
    assert not state.exists()


def test_phones_keep_the_pace_that_is_asked_for(cli: Any, tmp_path: Path) -> None:
    phone = "{mac: 00005E005301, model: '8841', switch: sw1, interface: GigabitEthernet1/0/1}"
    text = f"pace: realistic\nswitches: [{{name: sw1}}]\ncucm: {{}}\nphones: [{phone}]\n"
    cli.up(*small_site(tmp_path, text))
    # It takes a minute to boot, so there is no hurry to look.
    assert cli.status()["SEP00005E005301"]["doing"] == "starting sip88xx.12-8-1-0001-455"
    assert cli.run("status").stdout.splitlines()[2].endswith("starting  starting sip88xx.12-8-1-0001-455")
    cli.run("down")
    cli.up(*small_site(tmp_path, text), "--pace", "fast")
    cli.wait(lambda phones: phones["SEP00005E005301"]["stuck_at"] == "voice_vlan")


def test_an_unknown_pace_is_refused(cli: Any, tmp_path: Path) -> None:
    assert "invalid choice: 'slow'" in cli.run("up", "--background", "--pace", "slow", code=2).stderr
    refused = cli.run("up", "--background", *small_site(tmp_path, "pace: slow\nswitches: []\n"), code=1)
    assert "pace: expected fast or lively or realistic, got 'slow'" in refused.stderr


def test_commands_without_a_lab_say_what_to_do(cli: Any) -> None:
    for arguments in (("status",), ("snapshot",), ("break", "SEP00005E005301", "poe_fault"), ("heal", "x")):
        refused = cli.run(*arguments, code=1)
        assert "no lab runs with the state folder" in refused.stderr
    assert not cli.state.exists()


def test_the_lab_needs_nobody_elses_environment(cli: Any, tmp_path: Path) -> None:
    """Started from another folder, with no more than PATH and the package's place."""
    command = [sys.executable, "-m", "lab", "up", "--background", "--state", str(cli.state), *small_site(tmp_path)]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "ansible-playbook -i inventories/lab" in done.stdout
    before = process_start(cli.record["pid"])
    assert before is not None


def test_two_hundred_switches_come_up(cli: Any, tmp_path: Path) -> None:
    # How fast: `python -m benchmarks lab_start`.
    fleet = 'switches: [{name: "sw{n}", count: 200, ports: 48, model: C9300-48P}]\n'
    cli.up(*small_site(tmp_path, fleet))
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{cli.record['pid']}/status").read_text())
    assert len(cli.hosts) == 200
    with cli.netmiko("sw200") as connection:
        assert "GigabitEthernet1/0/48" in connection.send_command("show running-config")
    assert int(peak[1]) < 600 * 1024

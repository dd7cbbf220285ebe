"""`verify_phones` as a customer runs it: what it asks, what it says, and what it mends and leaves alone."""

from __future__ import annotations

import difflib
import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.matrix.matrix import named_by
from tests.matrix.site import Site, Verified
from tests.packet_filter import needs_packet_filter

pytestmark = [pytest.mark.once, needs_packet_filter]

FIRST, SECOND, THIRD, FOURTH = (f"SEP00005E00530{number}" for number in range(1, 5))
STEPS = 14


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site("campus", tmp_path_factory.mktemp("campus")) as site:
        yield site


@pytest.fixture
def broken(site: Site) -> Iterator[Any]:
    """Breaks phones, waits until each can't go on, and heals them in the end."""
    names: list[str] = []

    def make(**faults: str) -> None:
        for name, fault in faults.items():
            names.append(name)
            site.break_one(name, *fault.split())
        for name in faults:
            site.wait_noticed(name, stops=True)

    yield make
    site.heal(*names)


def sessions(site: Site) -> dict[str, int]:
    return {name: switch["requests"]["sessions"] for name, switch in site.ask("snapshot")["switches"].items()}


def configurations(site: Site) -> dict[str, list[str]]:
    """The running configurations, without the lines that carry a time or a size."""
    return {
        name: [line for line in switch["running_config"].splitlines() if not line.startswith(("!", "Current"))]
        for name, switch in site.ask("snapshot")["switches"].items()
    }


def changed_lines(before: dict[str, list[str]], after: dict[str, list[str]]) -> dict[str, list[str]]:
    found = {}
    for name, lines in before.items():
        diff = difflib.unified_diff(lines, after[name], lineterm="", n=0)
        found[name] = [line for line in diff if line[0] in "+-" and not line.startswith(("+++", "---"))]
    return {name: lines for name, lines in found.items() if lines}


def causes(run: Verified) -> dict[str, list[str]]:
    return {name: named for name, verdict in run.verdicts.items() if (named := named_by(verdict))}


def test_a_healthy_site_is_clean_and_asked_once(site: Site) -> None:
    before, there = sessions(site), configurations(site)
    run = site.verify()
    assert run.code == 0, run.output
    assert "12 of 12 phones registered as planned" in run.output
    assert causes(run) == {}
    assert {len(verdict["steps"]) for verdict in run.verdicts.values()} == {STEPS}
    assert {name: number - before[name] for name, number in sessions(site).items()} == dict.fromkeys(before, 1)
    assert configurations(site) == there
    assert "changed=0" in run.output
    assert run.output.count("changed=") == run.output.count("changed=0")


def test_where_nobody_is_missing_no_switch_is_asked(site: Site) -> None:
    before = sessions(site)
    run = site.verify(voice_verify="missing")
    assert run.code == 0, run.output
    assert "12 of 12 phones registered as planned" in run.output
    assert sessions(site) == before


def test_check_mode_skips_the_waiting_and_says_so(site: Site) -> None:
    before = sessions(site)
    run = site.verify("--check")
    assert run.code == 0, run.output
    assert "waiting is skipped" in run.output
    assert sessions(site) == before


def test_the_report_is_plain_lines_and_the_run_fails_once(site: Site, broken: Any) -> None:
    broken(**{FIRST: "poe_fault", SECOND: "config_missing"})
    run = site.verify("-vvvv")
    assert run.code != 0
    lines = run.output.splitlines()
    at = lines.index(f"{FIRST} (access-sw1 GigabitEthernet1/0/1): stuck at power: poe_fault (certain)")
    assert lines[at + 1].startswith("  because: ")
    assert lines[at + 2].startswith("  proof: switch access-sw1, show ")
    assert any(line.startswith("  remedy: ") for line in lines[at:])
    assert f"{SECOND} (access-sw1 GigabitEthernet1/0/2): stuck at config_file: config_missing (certain)" in lines
    assert "10 of 12 phones registered as planned; stuck: 1 poe_fault, 1 config_missing" in lines
    assert run.output.count("FAILED!") == 1
    assert "\x1b" not in run.output
    credentials = json.loads((site.state.path / "credentials.json").read_text())
    secrets = [credentials["switch"]["password"], credentials["switch"]["enable_secret"], *credentials["cucm"].values()]
    assert [secret for secret in secrets if secret in run.output] == []


def test_enough_phones_are_enough(site: Site, broken: Any) -> None:
    broken(**{FIRST: "poe_fault"})
    run = site.verify(voice_registration_required="90%", voice_verify="missing")
    assert run.code == 0, run.output
    assert causes(run) == {FIRST: ["poe_fault"]}


def test_of_two_faults_the_earlier_is_named_and_the_later_once_it_is_mended(site: Site, broken: Any) -> None:
    broken(**{FIRST: "config_missing poe_disabled"})
    run = site.verify()
    assert causes(run)[FIRST][0] == "poe_disabled"
    before = configurations(site)
    mended = site.verify(voice_apply_remedies=True, voice_registration_timeout=10)
    assert changed_lines(before, configurations(site)) == {"access-sw1": ["- power inline never"]}
    assert causes(mended) == {FIRST: ["config_missing"]}


def test_only_what_was_planned_is_mended(site: Site, broken: Any) -> None:
    broken(**{FIRST: "voice_vlan_missing", SECOND: "poe_fault", THIRD: "cucm_port_blocked", FOURTH: "no_line"})
    before, cucm = configurations(site), site.ask("snapshot")["cucm"]
    run = site.verify(voice_apply_remedies=True, voice_registration_timeout=15)
    assert run.code != 0, run.output
    assert causes(run) == {SECOND: ["poe_fault"], THIRD: ["cucm_port_blocked"]}
    assert changed_lines(before, configurations(site)) == {"access-sw1": ["+ switchport voice vlan 20"]}
    after = site.ask("snapshot")["cucm"]
    assert {name for name, phone in after["phones"].items() if phone != cucm["phones"][name]} == {FOURTH}
    assert after["lines"] == cucm["lines"]
    status = site.status()
    assert [status[name]["state"] for name in (FIRST, FOURTH)] == ["registered", "registered"]


def test_a_scope_is_mended_as_it_is_planned(site: Site, broken: Any) -> None:
    broken(**{FIRST: "option150_missing"})
    before = configurations(site)
    run = site.verify(voice_apply_remedies=True, voice_registration_timeout=20)
    assert run.code == 0, run.output
    (lines,) = changed_lines(before, configurations(site)).values()
    assert [line.split()[:3] for line in lines] == [["+", "option", "150"]]


def wrong_passwords(site: Site, *hosts: str) -> list[str]:
    """The arguments for an inventory in which these hosts have another password."""
    file = site.folder / "wrong.yml"
    file.write_text(yaml.safe_dump({"all": {"hosts": {host: {"ansible_password": "canary-4711"} for host in hosts}}}))
    return ["-i", str(file)]


def test_what_cannot_be_asked_is_said_and_no_end_of_the_run(site: Site, broken: Any) -> None:
    broken(**{FIRST: "config_missing"})
    run = site.verify(*wrong_passwords(site, "access-sw1", "dhcp1"))
    assert run.code != 0
    assert causes(run)[FIRST][0] == "config_missing"
    told = [line for line in run.output.splitlines() if "could not be asked: " in line]
    assert sorted(line.split()[0] for line in told) == ["access-sw1", "dhcp1"]
    assert "canary-4711" not in run.output
    assert run.output.count("FAILED!") == 1


def test_without_the_publisher_all_is_told_that_can_be_known(site: Site, broken: Any) -> None:
    broken(**{FIRST: "poe_disabled"})
    run = site.verify(*wrong_passwords(site, "cucm-pub"))
    assert run.code != 0
    assert "cucm-pub could not be asked: " in run.output
    assert run.output.count("FAILED!") == 1
    named = {verdict["cause"] for name, verdict in run.verdicts.items() if name != FIRST}
    assert named <= {"unknown", None}, "nobody knows of them"
    assert run.verdicts[FIRST]["cause"] in ("poe_disabled", "unknown")


def test_a_terminal_shows_folded_lines_and_bars(site: Site, broken: Any) -> None:
    broken(**{FIRST: "poe_fault"})
    shown = in_a_terminal(site, columns=60)
    lines = shown.replace("\r", "").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{FIRST} (access-sw1"))
    end = next(number for number, line in enumerate(lines) if line == "11 of 12 phones registered as planned")
    assert max(map(len, lines[start:end])) < 60
    assert any(line.startswith("    | ") for line in lines[start:end]), "the switch's own lines"
    assert f"  poe_fault  1  {'#' * 30}" in lines[start:end]
    assert any(line.startswith("[##################..]  91 %  11/12") for line in lines), shown


def in_a_terminal(site: Site, columns: int) -> str:
    """What a run prints into a terminal of that width."""
    command, environ = site.command()
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    process = subprocess.Popen(
        command,
        cwd=Path(__file__).parents[3],
        env={**environ, "TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    said = b""
    deadline = time.monotonic() + 180
    try:
        while time.monotonic() < deadline:
            readable, _, _ = select.select([ours], [], [], 1)
            if readable:
                try:
                    said += os.read(ours, 65536)
                except OSError:
                    break
            elif process.poll() is not None:
                break
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    return said.decode(errors="replace")

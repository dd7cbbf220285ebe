"""The fleet's benchmark counts all that a command starts, leaves nothing running, and believes only the switches."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks import switch_fleet
from benchmarks.__main__ import main
from benchmarks.switch_fleet import CONFIGURE, NO_CHANGE, Cost, measure
from tools import fetch_collections

# A child that works and holds memory, and a daemon that leaves the family and works on after the command has ended.
WORK = "import time\nend = time.process_time() + 0.3\nheld = b'x' * 60_000_000\nwhile time.process_time() < end: pass\n"
DAEMON = f"""
import os, pathlib, subprocess, sys, time
subprocess.run([sys.executable, "-c", {WORK!r}], check=True)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        exec({WORK!r})
        pathlib.Path("worked").write_text(str(os.getpid()))
        time.sleep(600)
    os._exit(0)
while not os.path.exists("worked"):
    time.sleep(0.01)
"""


def test_everything_that_a_command_starts_is_counted_and_ended(tmp_path: Path) -> None:
    cost = measure("it", [sys.executable, "-c", DAEMON], {}, tmp_path)
    assert cost.cpu >= 0.6
    assert cost.megabytes >= 60
    assert cost.seconds < 600
    assert not Path(f"/proc/{(tmp_path / 'worked').read_text()}").exists()


def test_a_command_that_fails_is_told_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"it failed:\n.*no such switch"):
        measure("it", [sys.executable, "-c", "raise SystemExit('no such switch')"], {}, tmp_path)
    with pytest.raises(RuntimeError, match=r"(?s)it failed:\n.*nowhere"):
        measure("it", ["/nowhere"], {}, tmp_path)


def test_a_command_that_never_ends_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(switch_fleet, "LIMIT", 2)
    with pytest.raises(RuntimeError, match="it did not end within 2 s"):
        measure("it", ["sh", "-c", "echo $$ >pid; exec sleep 600"], {}, tmp_path)
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}").exists()


def config(drop: str = "") -> str:
    lines = [line for number, name in switch_fleet.VLANS.items() for line in (f"vlan {number}", f" name {name}", "!")]
    for name in switch_fleet.NAMES:
        lines += [f"interface {name}", *(f" {line}" for line in switch_fleet.port_lines(name) if line != drop), "!"]
    return "\n".join(lines)


def snapshot(running: str, startup: str, sent: int = 0) -> dict[str, Any]:
    switch = {"running_config": running, "startup_config": startup, "requests": {"config_lines": sent}}
    return {"switches": {"sw1": switch}}


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Set what the lab's snapshots say, one after the other."""

    def show(*snapshots: dict[str, Any]) -> None:
        left = iter(snapshots)
        monkeypatch.setattr(
            switch_fleet, "_lab", lambda *arguments: json.dumps(next(left)) if arguments[0] == "snapshot" else ""
        )

    return show


def test_a_switch_that_lacks_a_line_is_told(shown: Callable[..., None], tmp_path: Path) -> None:
    shown(snapshot(config(), config()))
    assert list(switch_fleet.verify(tmp_path)) == ["sw1"]
    shown(snapshot(config(), config(drop="description Desk 7")))
    missing = "sw1 has not in 'interface GigabitEthernet1/0/7' of its startup_config: description Desk 7"
    with pytest.raises(RuntimeError, match=missing):
        switch_fleet.verify(tmp_path)
    shown(snapshot("", config()))
    with pytest.raises(RuntimeError, match="sw1 has not in 'vlan 10' of its running_config: name DATA"):
        switch_fleet.verify(tmp_path)


def inventory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(switch_fleet.yaml, "safe_load", lambda text: {"all": {"hosts": {}}})
    monkeypatch.setattr(Path, "read_text", lambda self: "")


def test_lines_sent_where_nothing_was_to_change_are_told(
    shown: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    inventory(monkeypatch)
    monkeypatch.setattr(switch_fleet, "measure", lambda *arguments: Cost(1, 1, 1))
    before, after = (snapshot(config(), config(), sent) for sent in (300, 302))
    shown(before, after)
    with pytest.raises(RuntimeError, match="dialtone sent 2 lines to switches on which nothing was to change"):
        switch_fleet.contend("dialtone", switch_fleet.dialtone, 1)
    shown(before, before)
    assert switch_fleet.contend("dialtone", switch_fleet.dialtone, 1) == dict.fromkeys(
        (CONFIGURE, NO_CHANGE), Cost(1, 1, 1)
    )
    shown(before, after)
    assert switch_fleet.contend("script", switch_fleet.netmiko, 1)


def test_the_table_and_the_ratios(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = tmp_path / "ansible_collections/cisco/ios/MANIFEST.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text(json.dumps({"collection_info": {"version": "9.9.9"}}))
    monkeypatch.setattr(fetch_collections, "fetch", lambda: tmp_path)
    rounds: dict[str, list[float]] = {"dialtone.voice": [2, 9, 1], "Netmiko script": [4, 4, 4], "cisco.ios": [40]}

    def contend(name: str, contender: object, count: int) -> dict[str, Cost]:
        assert count == 50
        seconds = rounds[name].pop(0)
        return {CONFIGURE: Cost(seconds, seconds / 2, 100), NO_CHANGE: Cost(seconds / 2, 1, 100)}

    monkeypatch.setattr(switch_fleet, "contend", contend)
    assert main(["switch_fleet"]) == 0
    assert rounds == {"dialtone.voice": [], "Netmiko script": [], "cisco.ios": []}
    lines = capsys.readouterr().out.splitlines()
    assert lines[-7].split() == ["dialtone.voice,", "from", "the", "factory", "2.0", "1.0", "100"]
    result = json.loads(lines[-1])
    assert (result["switches"], result["cisco.ios"]) == (50, "9.9.9")
    assert result[CONFIGURE]["cisco.ios / dialtone.voice"] == {"seconds": 20, "cpu": 20, "megabytes": 1}
    assert result[CONFIGURE]["dialtone.voice / Netmiko script"]["seconds"] == 0.5
    assert result[NO_CHANGE]["cisco.ios / dialtone.voice"]["seconds"] == 20


@pytest.mark.once
@pytest.mark.parametrize("contender", [switch_fleet.dialtone, switch_fleet.netmiko])
def test_a_small_fleet_is_really_configured(contender: switch_fleet.Contender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(switch_fleet, "NAMES", switch_fleet.NAMES[:2])
    costs = switch_fleet.contend("it", contender, 1)
    assert list(costs) == [CONFIGURE, NO_CHANGE]
    assert all(cost.seconds > 0 and cost.cpu > 0 and cost.megabytes > 1 for cost in costs.values())

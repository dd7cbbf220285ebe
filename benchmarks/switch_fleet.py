"""A fleet of switches made ready for phones by this collection, by cisco.ios and by a bare Netmiko script.

Each port gets description, access VLAN, voice VLAN, a limit of inline power and portfast, each switch two VLANs, and
the configuration is saved. Then comes a run that has nothing to change; the script compares nothing, so it sends
everything again. 50 switches, medians of three (cisco.ios: one); `--quick`: 5 switches, once.

The collections run by ansible-playbook with as many forks as the script has threads. Each of the three starts from a
lab of its own, with switches fresh from the factory, and after each run every switch must hold and have saved all of
it. The lab runs on the same cores: that takes wall time of all three alike, but its CPU time is not counted, only that
of the command and of all processes that it started. Memory is the most that these had together at one time, pages that
they share counted once (benchmarks/_watch.py). cisco.ios connects by libssh, as it recommends, and all is at its
defaults.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.report import table
from tools import fetch_collections

ROOT = Path(__file__).parent.parent
PORTS = 48
WORKERS = 20
MODEL, UPLINK = "C9200L-48P-4G", "GigabitEthernet1/1/1"
VLANS = {10: "DATA", 20: "VOICE"}
NAMES = [f"GigabitEthernet1/0/{number}" for number in range(1, PORTS + 1)]
LIMIT = 1800
CONFIGURE, NO_CHANGE = "from the factory", "nothing to change"


@dataclass(frozen=True)
class Cost:
    """What one run of a command cost."""

    seconds: float
    cpu: float
    megabytes: float


@dataclass(frozen=True)
class Job:
    """A folder to work in, and the hosts of a lab: their names with the variables that lead to them."""

    folder: Path
    hosts: dict[str, dict[str, Any]]


Contender = Callable[[Job], tuple[list[str], dict[str, str]]]


def port_lines(name: str) -> list[str]:
    """What a port has of its own in the end, in the words of the running configuration."""
    return [
        f"description Desk {name.rpartition('/')[2]}",
        "switchport access vlan 10",
        "switchport mode access",
        "switchport voice vlan 20",
        "power inline auto max 15400",
        "spanning-tree portfast",
    ]


def dialtone(job: Job) -> tuple[list[str], dict[str, str]]:
    """This collection: one task."""
    rows = [
        {
            "interface": name,
            "description": port_lines(name)[0].partition(" ")[2],
            "access_vlan": 10,
            "voice_vlan": 20,
            "poe": "auto",
            "poe_max": 15400,
            "portfast": True,
        }
        for name in NAMES
    ]
    vlans = [{"id": number, "name": name} for number, name in VLANS.items()]
    task = {"dialtone.voice.switch_voice_ports": {"vlans": vlans, "ports": rows}}
    play = {"tasks": [task], "vars": {"ansible_connection": "local", "ansible_become": False}}
    return _playbook(job, play, ROOT / ".collections")


def cisco_ios(job: Job) -> tuple[list[str], dict[str, str]]:
    """cisco.ios: a task for each of its modules; the last brings what none of the others has, and saves."""
    vlans = [{"vlan_id": number, "name": name} for number, name in VLANS.items()]
    ports = [{"name": name, "mode": "access", "access": {"vlan": 10}, "voice": {"vlan": 20}} for name in NAMES]
    others = [line for line in port_lines(NAMES[0]) if not line.startswith(("switchport", "description"))]
    text = [line for name in NAMES for line in (f"interface {name}", *_indented([port_lines(name)[0], *others]))]
    (job.folder / "ports.cfg").write_text("\n".join(text) + "\n")
    tasks = [
        {"cisco.ios.ios_vlans": {"config": vlans, "state": "merged"}},
        {"cisco.ios.ios_l2_interfaces": {"config": ports, "state": "merged"}},
        {"cisco.ios.ios_config": {"src": "ports.cfg", "save_when": "modified"}},
    ]
    variables = {
        "ansible_connection": "ansible.netcommon.network_cli",
        "ansible_network_os": "cisco.ios.ios",
        "ansible_network_cli_ssh_type": "libssh",
        # libssh looks for known keys in the account's own home folder only.
        "ansible_host_key_checking": False,
        "ansible_become": True,
        "ansible_become_method": "ansible.netcommon.enable",
    }
    return _playbook(job, {"tasks": tasks, "vars": variables}, fetch_collections.folder())


def netmiko(job: Job) -> tuple[list[str], dict[str, str]]:
    """A thread pool that sends the lines."""
    lines = [line for number, name in VLANS.items() for line in (f"vlan {number}", f"name {name}")]
    lines += [line for name in NAMES for line in (f"interface {name}", *port_lines(name))]
    hosts = [
        {
            "device_type": "cisco_ios",
            "host": host["ansible_host"],
            "port": host["ansible_port"],
            "username": host["ansible_user"],
            "password": host["ansible_password"],
            "secret": host["ansible_become_password"],
        }
        for host in job.hosts.values()
    ]
    file = job.folder / "job.json"
    file.write_text(json.dumps({"hosts": hosts, "lines": lines, "threads": WORKERS}))
    return [sys.executable, "-m", "benchmarks._netmiko_fleet", str(file)], {"PYTHONPATH": str(ROOT)}


CONTENDERS: dict[str, Contender] = {"dialtone.voice": dialtone, "Netmiko script": netmiko, "cisco.ios": cisco_ios}


def _indented(lines: list[str]) -> list[str]:
    return [f" {line}" for line in lines]


def _playbook(job: Job, play: dict[str, Any], collections: Path) -> tuple[list[str], dict[str, str]]:
    (job.folder / "play.yml").write_text(yaml.safe_dump([{"hosts": "all", "gather_facts": False, **play}]))
    (job.folder / "inventory.yml").write_text(yaml.safe_dump({"all": {"hosts": job.hosts}}))
    (job.folder / "ansible.cfg").write_text("")
    program = str(Path(sys.executable).with_name("ansible-playbook"))
    return [program, "--forks", str(WORKERS), "-i", "inventory.yml", "play.yml"], {
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "ANSIBLE_CONFIG": str(job.folder / "ansible.cfg"),
        "ANSIBLE_HOME": str(job.folder / "home"),
        "ANSIBLE_LOCAL_TEMP": str(job.folder / "tmp"),
    }


def run(*, quick: bool = False) -> tuple[str, dict[str, Any]]:
    """(table, costs and their ratios). Raises RuntimeError when a contender fails or a switch isn't as it should be."""
    count = 5 if quick else 50
    collections = fetch_collections.fetch()
    costs: dict[str, dict[str, Cost]] = {}
    for name, contender in CONTENDERS.items():
        rounds = 1 if quick or contender is cisco_ios else 3
        taken = [contend(name, contender, count) for _ in range(rounds)]
        costs[name] = {kind: _median([one[kind] for one in taken]) for kind in taken[0]}
    ours, script, theirs = costs
    rows = [
        (f"{name}, {kind}", f"{cost.seconds:.1f}", f"{cost.cpu:.1f}", f"{cost.megabytes:.0f}")
        for kind in (CONFIGURE, NO_CHANGE)
        for name, cost in ((name, found[kind]) for name, found in costs.items())
    ]
    manifest = json.loads((collections / "ansible_collections/cisco/ios/MANIFEST.json").read_text())
    ratios = {
        "switches": count,
        "ports": PORTS,
        "workers": WORKERS,
        "cisco.ios": manifest["collection_info"]["version"],
        **{
            kind: {f"{theirs} / {ours}": _ratios(costs[theirs][kind], costs[ours][kind])}
            | {f"{ours} / {script}": _ratios(costs[ours][kind], costs[script][kind])}
            for kind in (CONFIGURE, NO_CHANGE)
        },
    }
    return table((f"{count} switches x {PORTS} ports, {WORKERS} at a time", "seconds", "CPU s", "MB"), rows), ratios


def _median(costs: list[Cost]) -> Cost:
    return Cost(*(statistics.median(getattr(cost, name) for cost in costs) for name in ("seconds", "cpu", "megabytes")))


def _ratios(one: Cost, other: Cost) -> dict[str, float]:
    return {name: round(getattr(one, name) / getattr(other, name), 2) for name in ("seconds", "cpu", "megabytes")}


def contend(name: str, contender: Contender, count: int) -> dict[str, Cost]:
    """What a contender's two runs on a fresh fleet cost."""
    with tempfile.TemporaryDirectory() as folder, _fleet(Path(folder) / "lab", count) as state:
        hosts = yaml.safe_load((state / "inventory.yml").read_text())["all"]["hosts"]
        work = Path(folder) / "work"
        work.mkdir()
        command, environment = contender(Job(work, hosts))
        costs = {CONFIGURE: measure(name, command, environment, work)}
        sent = _config_lines(verify(state))
        costs[NO_CHANGE] = measure(name, command, environment, work)
        more = _config_lines(verify(state)) - sent
        if more and contender is not netmiko:
            raise RuntimeError(f"{name} sent {more} lines to switches on which nothing was to change")
    return costs


@contextmanager
def _fleet(folder: Path, count: int) -> Iterator[Path]:
    """A lab of switches fresh from the factory but for a trunk as uplink; its state folder."""
    folder.mkdir()
    fleet = {"name": "sw{n}", "count": count, "ports": PORTS, "model": MODEL, "uplink": UPLINK}
    (folder / "site.yml").write_text(yaml.safe_dump({"switches": [fleet]}))
    state = folder / "state"
    try:
        _lab("up", "--background", "--site", str(folder / "site.yml"), "--state", str(state))
        yield state
    finally:
        _lab("down", "--state", str(state))


def _lab(*arguments: str) -> str:
    command = [sys.executable, "-m", "lab", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"`{' '.join(command[1:])}` ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def measure(name: str, command: list[str], environment: dict[str, str], folder: Path) -> Cost:
    """Run a command to its end and return what it cost. Raises RuntimeError with its last words when it fails."""
    result = folder / "cost.json"
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("ANSIBLE_", "SWITCH_"))}
    watch = [sys.executable, str(Path(__file__).with_name("_watch.py")), str(result), *command]
    process = subprocess.Popen(
        watch, cwd=folder, env={**kept, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        output, _none = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"{name} did not end within {LIMIT} s") from None
    finally:
        process.terminate()
        process.wait()
    cost = json.loads(result.read_text()) if result.exists() else {"code": process.returncode}
    if cost.pop("code"):
        raise RuntimeError(f"{name} failed:\n{output[-2000:].strip()}")
    print(f"{name}: {cost['seconds']:.1f} s, {cost['cpu']:.1f} s of CPU", file=sys.stderr, flush=True)
    return Cost(**cost)


def verify(state: Path) -> dict[str, Any]:
    """What the switches hold. Raises RuntimeError unless each has every line, running and saved."""
    switches = json.loads(_lab("snapshot", "--json", "--state", str(state)))["switches"]
    for name, switch in switches.items():
        for kind in ("running_config", "startup_config"):
            sections = _sections(switch[kind])
            wanted = {f"vlan {number}": [f"name {text}"] for number, text in VLANS.items()}
            wanted |= {f"interface {port}": port_lines(port) for port in NAMES}
            for header, lines in wanted.items():
                if missing := set(lines) - sections.get(header, set()):
                    raise RuntimeError(f"{name} has not in '{header}' of its {kind}: {', '.join(sorted(missing))}")
    return switches


def _config_lines(switches: dict[str, Any]) -> int:
    return sum(switch["requests"]["config_lines"] for switch in switches.values())


def _sections(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    header = ""
    for line in text.splitlines():
        if line.startswith(" "):
            found[header].add(line.strip())
        else:
            header = line
            found.setdefault(header, set())
    return found

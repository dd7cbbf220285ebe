"""A verdict for each of 1,000 stuck phones on 50 switches, and 10,000 registered phones confirmed.

The stuck phones are real ones of the lab: a quarter each without inline power, at a port that is shut down, without a
voice VLAN, and with no scope for their VLAN. Every switch and the DHCP server are read once, then all phones are judged
in one task; the seconds are those of the whole ansible-playbook, Ansible's start included. Beside it stands what people
do without a bulk way: look at the switch and judge, phone by phone. That is measured with some phones and scaled; their
registrations are given to it, because RISPort70 would let it ask for 12 a minute only.

Each verdict must be the cause that the lab was made with, no switch may have had more than one session, and RISPort70
no more requests than the budget's arithmetic says: one for 900 phones. The 10,000 phones are asked for at RISPort70 and
in the database of a cluster that has them registered. `--quick`: 100 stuck phones on 5 switches, 1,000 registered.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks._verification_cluster import PASSWORD, USER, phones
from benchmarks.report import table
from benchmarks.switch_fleet import ROOT, WORKERS, Cost, measure
from lab.net import PORTS

EACH = 20
"""Phones at a switch."""
IN_ONE_REQUEST = 900
LIMIT = 60
CAUSES = ("poe_disabled", "port_shutdown", "voice_vlan_missing", "scope_missing")
NETWORK = "10.99.20.0/24"
SWITCH = """\
vlan 10
 name DATA
vlan 20
 name VOICE
interface range gi1/0/1 - {ports}
 switchport access vlan 10
 switchport mode access
 switchport voice vlan 20
interface range gi1/0/1 - {first}
 power inline never
interface range gi1/0/{second} - {third}
 shutdown
interface range gi1/0/{fourth} - {fifth}
 no switchport voice vlan
"""
FABRIC = {"model": "C9200L-24P-4G", "ports": 24, "uplink": "GigabitEthernet1/1/1"}
PORT_VARIABLES = {"voice_tftp_port": PORTS.tftp, "voice_phone_http_port": PORTS.phone_http}
RESULT = """\
{{ {'summary': startup.summary, 'requests': startup.requests, 'causes': dict(startup.results | map(attribute='key')
| zip(startup.results | map(attribute='verdict') | map(attribute='cause'))) } | to_json }}"""


@dataclass(frozen=True)
class Answer:
    """What one run cost, what it found, and what the lab was asked meanwhile."""

    cost: Cost
    found: dict[str, Any]
    sessions: dict[str, int]
    ris: int
    axl: int


def run(*, quick: bool = False) -> tuple[str, dict[str, Any]]:
    """(table, figures and ratios). Raises RuntimeError where a verdict is wrong or more was asked than allowed."""
    switches, registered, sample = (5, 1_000, 5) if quick else (50, 10_000, 20)
    stuck = switches * EACH
    with tempfile.TemporaryDirectory() as name, _lab(Path(name), switches) as state:
        together = _together(Path(name), state, switches)
        one_by_one = _one_by_one(Path(name), state, sample)
    confirmed = _confirmed(registered)
    scaled = one_by_one.cost.seconds / sample * stuck
    rows = [
        _row(f"{stuck} stuck, {switches} switches, each device once", together, max(together.sessions.values())),
        _row(f"{sample} of them, phone by phone", one_by_one, max(one_by_one.sessions.values())),
        (f"all {stuck} of them so (scaled)", f"{scaled:.0f}", f"{one_by_one.cost.cpu / sample * stuck:.0f}", *[""] * 4),
        _row(f"{registered} registered", confirmed, 0),
    ]
    columns = ("verdicts", "seconds", "CPU s", "MB", "sessions/switch", "RIS", "AXL")
    figures = {
        "stuck": {"phones": stuck, "switches": switches, **_figures(together)},
        "registered": {"phones": registered, **_figures(confirmed)},
        "ratio": {"seconds, phone by phone / each device once": round(scaled / together.cost.seconds, 1)},
    }
    if not quick and together.cost.seconds > LIMIT:
        print(f"verification: {together.cost.seconds:.0f} s are more than {LIMIT}", file=sys.stderr)
    return table(columns, rows), figures


def _row(name: str, answer: Answer, sessions: int) -> tuple[str, ...]:
    cost = answer.cost
    cells = f"{cost.seconds:.1f}", f"{cost.cpu:.1f}", f"{cost.megabytes:.0f}"
    return (name, *cells, str(sessions or ""), str(answer.ris), str(answer.axl))


def _figures(answer: Answer) -> dict[str, Any]:
    cost = answer.cost
    return {
        "seconds": round(cost.seconds, 1),
        "cpu": round(cost.cpu, 1),
        "megabytes": round(cost.megabytes),
        "sessions": sum(answer.sessions.values()),
        "ris_requests": answer.ris,
        "axl_requests": answer.axl,
        "asked": answer.found["requests"],
    }


def plan(switches: int, server: str) -> dict[str, dict[str, Any]]:
    """Device name -> row of phone_startup_info."""
    rows = {}
    for index in range(switches * EACH):
        name = f"SEP0200{index + 1:08X}"
        rows[name] = {
            "name": name,
            "model": "8841",
            "protocol": "SIP",
            "switch": f"sw{index // EACH + 1}",
            "interface": f"GigabitEthernet1/0/{index % EACH + 1}",
            "patterns": [f"{2_000_000 + index}"],
            "voice_vlan": 20,
            "poe": "auto",
            "network": NETWORK,
            "tftp_servers": [server],
        }
    return rows


def cause_of(interface: str) -> str:
    """The cause that the lab was made with at a port."""
    number = int(interface.rpartition("/")[2])
    return CAUSES[(number - 1) * len(CAUSES) // EACH]


def _together(folder: Path, state: Path, switches: int) -> Answer:
    """Each device once, as the playbooks do."""
    hosts = _hosts(state)
    rows = plan(switches, hosts["cucm-pub"]["ansible_host"])
    own = {"gather_facts": False, "vars": {"ansible_connection": "local", "ansible_become": False, **PORT_VARIABLES}}
    switch = {"dialtone.voice.switch_voice_ports_info": {"startup": True}, "register": "look"}
    server = {"dialtone.voice.dhcp_leases_info": {"provider": "ios", "log": False}, "register": "look"}
    judge = {
        "dialtone.voice.phone_startup_info": {
            "phones": "{{ plan }}",
            "switches": "{{ dict(fleet | zip(fleet | map('extract', hostvars, 'look'))) }}",
            "dhcp_servers": {"dhcp1": "{{ hostvars.dhcp1.look }}"},
        },
        "register": "startup",
        "vars": {"fleet": "{{ groups.all | difference(['cucm-pub', 'dhcp1']) }}"},
    }
    plays = [
        {"hosts": "all:!cucm-pub:!dhcp1", **own, "tasks": [switch]},
        {"hosts": "dhcp1", **own, "tasks": [server]},
        {"hosts": "cucm-pub", **own, "tasks": [judge, _written(folder)]},
    ]
    answer = _play("each device once", folder, state, plays, {"plan": list(rows.values())})
    _check(answer, {name: cause_of(row["interface"]) for name, row in rows.items()})
    twice = [name for name, count in answer.sessions.items() if count > 1]
    if twice or answer.ris > math.ceil(len(rows) / IN_ONE_REQUEST):
        raise RuntimeError(f"asked more than allowed: sessions of {twice}, {answer.ris} requests to RISPort70")
    return answer


def _one_by_one(folder: Path, state: Path, sample: int) -> Answer:
    """The switch and the verdict of one phone after the other; each has its registration already."""
    hosts = _hosts(state)
    rows = dict(list(plan(1, hosts["cucm-pub"]["ansible_host"]).items())[:: EACH // sample or 1][:sample])
    seen = {"state": "not seen", "error": "CUCM has not seen it"}
    tasks = [
        {
            "dialtone.voice.switch_voice_ports_info": {"startup": True},
            "delegate_to": "{{ phone.switch }}",
            "register": "look",
        },
        {
            "dialtone.voice.dhcp_leases_info": {"provider": "ios", "log": False},
            "delegate_to": "dhcp1",
            "register": "server",
        },
        {
            "dialtone.voice.phone_startup_info": {
                "phones": ["{{ phone }}"],
                "registrations": ["{{ {'key': phone.name} | combine(seen) }}"],
                "switches": "{{ {phone.switch: look} }}",
                "dhcp_servers": {"dhcp1": "{{ server }}"},
            },
            "register": "startup",
        },
        {
            "ansible.builtin.set_fact": {
                "causes": "{{ causes | default({}) | combine({phone.name: startup.results[0].verdict.cause}) }}"
            }
        },
    ]
    (folder / "one.yml").write_text(json.dumps(tasks))
    loop = {
        "ansible.builtin.include_tasks": str(folder / "one.yml"),
        "loop": "{{ plan }}",
        "loop_control": {"loop_var": "phone", "label": "{{ phone.name }}"},
    }
    written = _written(folder, "{{ {'causes': causes, 'requests': startup.requests} | to_json }}")
    own = {"gather_facts": False, "vars": {"ansible_connection": "local", "ansible_become": False, **PORT_VARIABLES}}
    plays = [{"hosts": "cucm-pub", **own, "tasks": [loop, written]}]
    answer = _play("phone by phone", folder, state, plays, {"plan": list(rows.values()), "seen": seen})
    _check(answer, {name: cause_of(row["interface"]) for name, row in rows.items()})
    return answer


def _confirmed(count: int) -> Answer:
    """The registered phones, all in one task."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = [sys.executable, "-m", "benchmarks._verification_cluster", name, str(count)]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            address = process.stdout.readline().strip()
            if not address:
                raise RuntimeError("the cluster did not come up")
            host = {
                "ansible_host": address,
                "ansible_user": USER,
                "ansible_password": PASSWORD,
                "voice_cucm_ca_path": str(folder / "ca.pem"),
            }
            (folder / "inventory.yml").write_text(yaml.safe_dump({"all": {"hosts": {"cucm-pub": host}}}))
            rows = [{"name": phone, "protocol": "SIP", "patterns": [number]} for phone, number in phones(count).items()]
            judge = {"dialtone.voice.phone_startup_info": {"phones": "{{ plan }}"}, "register": "startup"}
            own = {"ansible_connection": "local", "ansible_become": False}
            play = {"hosts": "cucm-pub", "gather_facts": False, "vars": own, "tasks": [judge, _written(folder)]}
            found, cost = _run(f"{count} registered", folder, folder / "inventory.yml", [play], {"plan": rows})
            process.stdin.write("state\n")
            process.stdin.flush()
            asked = json.loads(process.stdout.readline())
        finally:
            process.stdin.close()
            process.wait(30)
    answer = Answer(cost, found, {}, asked["ris"], asked["axl"])
    _check(answer, dict.fromkeys(phones(count)))
    if answer.ris != math.ceil(count / IN_ONE_REQUEST):
        raise RuntimeError(f"{count} phones took {answer.ris} requests to RISPort70")
    return answer


def _written(folder: Path, content: str = RESULT) -> dict[str, Any]:
    return {"ansible.builtin.copy": {"content": content, "dest": str(folder / "result.json"), "mode": "0600"}}


def _check(answer: Answer, causes: dict[str, Any]) -> None:
    found = answer.found["causes"]
    wrong = [f"{name}: {found.get(name)}, made {cause}" for name, cause in causes.items() if found.get(name) != cause]
    if wrong:
        raise RuntimeError(f"{len(wrong)} of {len(causes)} verdicts are wrong: {'; '.join(wrong[:5])}")


def _play(name: str, folder: Path, state: Path, plays: list[Any], variables: dict[str, Any]) -> Answer:
    before = _counted(state)
    found, cost = _run(name, folder, state / "inventory.yml", plays, variables)
    after = _counted(state)
    sessions = {
        switch: after["sessions"][switch] - count
        for switch, count in before["sessions"].items()
        if after["sessions"][switch] > count
    }
    return Answer(cost, found, sessions, after["ris"] - before["ris"], after["axl"] - before["axl"])


def _run(
    name: str, folder: Path, inventory: Path, plays: list[Any], variables: dict[str, Any]
) -> tuple[dict[str, Any], Cost]:
    work = folder / name.replace(" ", "-")
    (work / "group_vars").mkdir(parents=True)
    (work / "group_vars" / "all.json").write_text(
        json.dumps({"ansible_python_interpreter": sys.executable, **variables})
    )
    (work / "play.yml").write_text(yaml.safe_dump(plays))
    (work / "ansible.cfg").write_text("")
    program = str(Path(sys.executable).with_name("ansible-playbook"))
    environment = {
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".collections"),
        "ANSIBLE_CONFIG": str(work / "ansible.cfg"),
        "ANSIBLE_HOME": str(work / "home"),
        "ANSIBLE_LOCAL_TEMP": str(work / "tmp"),
        "XDG_CACHE_HOME": str(work / "cache"),
    }
    command = [program, "--forks", str(WORKERS), "-i", str(inventory), "play.yml"]
    cost = measure(name, command, environment, work)
    return json.loads((folder / "result.json").read_text()), cost


@contextmanager
def _lab(folder: Path, switches: int) -> Iterator[Path]:
    """A lab with the stuck phones; its state folder."""
    quarter = EACH // len(CAUSES)
    ends = {"ports": EACH, "first": quarter, "second": quarter + 1, "third": 2 * quarter}
    config = SWITCH.format(**ends, fourth=2 * quarter + 1, fifth=3 * quarter)
    site = {
        "switches": [
            {"name": "sw{n}", "count": switches, "config": config, **FABRIC},
            {"name": "dhcp1", "config": "vlan 20\n name VOICE\n", **FABRIC},
        ],
        "cucm": {"name": "cucm-pub"},
        "phones": [
            {
                "mac": row["name"].removeprefix("SEP"),
                "model": row["model"],
                "switch": row["switch"],
                "interface": row["interface"],
                "lines": row["patterns"],
            }
            for row in plan(switches, "").values()
        ],
    }
    (folder / "site.yml").write_text(yaml.safe_dump(site))
    state = folder / "state"
    try:
        _lab_cli("up", "--background", "--site", str(folder / "site.yml"), "--state", str(state))
        yield state
    finally:
        _lab_cli("down", "--state", str(state))


def _hosts(state: Path) -> dict[str, dict[str, Any]]:
    return yaml.safe_load((state / "inventory.yml").read_text())["all"]["hosts"]


def _counted(state: Path) -> dict[str, Any]:
    """Sessions by switch, and requests to RISPort70 and AXL, since the lab began."""
    snapshot = json.loads(_lab_cli("snapshot", "--json", "--state", str(state)))
    requests = snapshot["cucm"]["requests"]
    sessions = {name: switch["requests"]["sessions"] for name, switch in snapshot["switches"].items()}
    return {"sessions": sessions, "ris": requests["ris"], "axl": sum(requests["axl"].values())}


def _lab_cli(*arguments: str) -> str:
    command = [sys.executable, "-m", "lab", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"`{' '.join(command[1:])}` ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout

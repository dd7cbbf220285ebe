"""Phones and their lines in CUCM, added by this collection's role, by a ciscoaxl script and by a playbook of `uri`.

1,000 phones with a line each, on the lab's publisher with 25 ms added to every request; the playbook of `uri` adds 100
of them, and its seconds are scaled. The role runs with 4 connections, its default, and with 10. Then it runs when
nothing is to change, when 10 phones are, and its memory is measured with 10,000 phones and no latency. `--quick`: 60
phones, 10 by `uri`, 300 for the memory.

Each contender has a publisher of its own, in a process of its own on the same cores, and after each run all that it
holds is compared with what was asked for. Seconds are those of the whole command, Ansible's start included; requests
are those that the publisher counted. The best that is possible is requests x latency / connections. Memory is the
most that ansible-playbook had together with its worker at one time, pages that they share counted once.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks._axl_publisher import ADDRESS, PASSWORD, USER, VERSION
from benchmarks.report import table
from benchmarks.switch_fleet import Cost, measure

ROOT = Path(__file__).parent.parent
LATENCY = 0.025
PARTITION, CSS = "PT-Internal", "CSS-Internal"
PRODUCT, TEMPLATE = "Cisco 8841", "Standard 8841 SIP"
FEW, MANY = 4, 10
ENVELOPE = '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>{}</e:Body></e:Envelope>'
ADD_LINE = (
    '<ns:addLine xmlns:ns="http://www.cisco.com/AXL/API/{version}"><line><pattern>{{{{ item.pattern }}}}</pattern>'
    "<description>{{{{ item.description }}}}</description><usage>Device</usage>"
    "<routePartitionName>{{{{ item.partition }}}}</routePartitionName></line></ns:addLine>"
)
ADD_PHONE = (
    '<ns:addPhone xmlns:ns="http://www.cisco.com/AXL/API/{version}"><phone><name>{{{{ item.name }}}}</name>'
    "<description>{{{{ item.description }}}}</description><product>{{{{ item.product }}}}</product>"
    "<class>Phone</class><protocol>SIP</protocol><protocolSide>User</protocolSide>"
    "<callingSearchSpaceName>{{{{ item.css }}}}</callingSearchSpaceName><devicePoolName>Default</devicePoolName>"
    "<commonPhoneConfigName>Standard Common Phone Profile</commonPhoneConfigName><locationName>Hub_None</locationName>"
    "<useTrustedRelayPoint>Default</useTrustedRelayPoint><lines><line><index>1</index>"
    "<label>{{{{ item.description }}}}</label><display>{{{{ item.description }}}}</display>"
    "<dirn><pattern>{{{{ item.pattern }}}}</pattern><routePartitionName>{{{{ item.partition }}}}</routePartitionName>"
    "</dirn></line></lines><phoneTemplateName>{{{{ item.template }}}}</phoneTemplateName><primaryPhoneName/>"
    "<builtInBridgeStatus>Default</builtInBridgeStatus><packetCaptureMode>None</packetCaptureMode>"
    "<certificateOperation>No Pending Operation</certificateOperation>"
    "<deviceMobilityMode>Default</deviceMobilityMode></phone></ns:addPhone>"
)

Row = dict[str, str]


@dataclass(frozen=True)
class Run:
    """What one run of a contender cost, and the requests that the publisher counted meanwhile."""

    cost: Cost
    requests: int


@dataclass
class Lab:
    """A publisher that answers."""

    process: subprocess.Popen[str]
    folder: Path
    port: int
    counted: int = field(default=0)

    def state(self) -> dict[str, Any]:
        """What it holds and has counted."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("state\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def requests(self) -> int:
        """The requests since this was asked last."""
        before, self.counted = self.counted, sum(self.state()["requests"].values())
        return self.counted - before


def rows(count: int) -> list[Row]:
    """Phones with a line each."""
    return [
        {
            "name": f"SEP02005E{number:06X}",
            "description": f"Desk {number}",
            "product": PRODUCT,
            "template": TEMPLATE,
            "css": CSS,
            "pattern": f"{2_000_000 + number}",
            "partition": PARTITION,
        }
        for number in range(count)
    ]


def role(lab: Lab, wanted: Sequence[Row], connections: int) -> list[str]:
    """This collection: the role with its two lists."""
    lines = [{name: row[name] for name in ("pattern", "partition", "description")} for row in wanted]
    phones = [
        {
            "name": row["name"],
            "model": row["product"],
            "protocol": "SIP",
            "device_pool": "Default",
            "description": row["description"],
            "css": row["css"],
            "lines": [
                {
                    "pattern": row["pattern"],
                    "partition": row["partition"],
                    "label": row["description"],
                    "display": row["description"],
                }
            ],
        }
        for row in wanted
    ]
    variables = {
        "cucm_phones_lines": lines,
        "cucm_phones_phones": phones,
        "voice_cucm_connections": connections,
    }
    return _playbook(lab, {"roles": ["dialtone.voice.cucm_phones"]}, variables)


def script(lab: Lab, wanted: Sequence[Row]) -> list[str]:
    """A loop in Python, with ciscoaxl."""
    client = {
        "username": USER,
        "password": PASSWORD,
        "cucm": ADDRESS,
        "cucm_version": VERSION,
        "cucm_port": lab.port,
        "strict_ssl": True,
    }
    file = lab.folder / "job.json"
    file.write_text(json.dumps({"client": client, "rows": wanted}))
    return [sys.executable, "-m", "benchmarks._axl_script", str(file)]


def playbook_of_uri(lab: Lab, wanted: Sequence[Row]) -> list[str]:
    """A playbook that posts XML, a task with a loop for the lines and one for the phones."""
    tasks = [
        {
            "ansible.builtin.uri": {
                "url": f"https://{ADDRESS}:{lab.port}/axl/",
                "method": "POST",
                "url_username": USER,
                "url_password": PASSWORD,
                "force_basic_auth": True,
                "ca_path": str(lab.folder / "ca.pem"),
                "headers": {"Content-Type": "text/xml", "SOAPAction": f"CUCM:DB ver={VERSION} {operation}"},
                "body": ENVELOPE.format(body.format(version=VERSION)),
            },
            "loop": "{{ wanted }}",
            "loop_control": {"label": "{{ item.name }}"},
        }
        for operation, body in (("addLine", ADD_LINE), ("addPhone", ADD_PHONE))
    ]
    return _playbook(lab, {"tasks": tasks}, {"wanted": wanted})


def _playbook(lab: Lab, play: dict[str, Any], variables: dict[str, Any]) -> list[str]:
    host = {
        "ansible_connection": "local",
        "ansible_host": ADDRESS,
        "ansible_user": USER,
        "ansible_password": PASSWORD,
        "ansible_python_interpreter": sys.executable,
        "voice_cucm_port": lab.port,
        "voice_cucm_ca_path": str(lab.folder / "ca.pem"),
    }
    # Beside the inventory, where a plan is kept: ansible-core reads a file of vars_files anew for every task.
    (lab.folder / "group_vars").mkdir(exist_ok=True)
    (lab.folder / "group_vars" / "all.json").write_text(json.dumps(variables))
    (lab.folder / "inventory.json").write_text(json.dumps({"all": {"hosts": {"cucm-pub": host}}}))
    whole = {"hosts": "all", "gather_facts": False, **play}
    (lab.folder / "play.yml").write_text(json.dumps([whole]))
    (lab.folder / "ansible.cfg").write_text("")
    return [str(Path(sys.executable).with_name("ansible-playbook")), "-i", "inventory.json", "play.yml"]


@contextmanager
def publisher(latency: float) -> Iterator[Lab]:
    """Run a publisher. Raises RuntimeError where it doesn't come up."""
    with tempfile.TemporaryDirectory() as name:
        command = [sys.executable, "-m", "benchmarks._axl_publisher", name, str(latency)]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            port = process.stdout.readline()
            if not port:
                raise RuntimeError("the publisher did not come up")
            yield Lab(process, Path(name), int(port))
        finally:
            process.stdin.close()
            process.stdout.close()
            process.wait()


def perform(name: str, lab: Lab, command: list[str], wanted: Sequence[Row]) -> Run:
    """Run a contender's command to its end. Raises RuntimeError unless the publisher holds what is wanted then."""
    environment = {
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".collections"),
        "ANSIBLE_CONFIG": str(lab.folder / "ansible.cfg"),
        "ANSIBLE_HOME": str(lab.folder / "home"),
        "ANSIBLE_LOCAL_TEMP": str(lab.folder / "tmp"),
        "PYTHONPATH": str(ROOT),
        "XDG_CACHE_HOME": str(lab.folder / "cache"),
        # ciscoaxl has no other way to be told of a CA; the collection doesn't look at it.
        "REQUESTS_CA_BUNDLE": str(lab.folder / "ca.pem"),
    }
    lab.requests()
    cost = measure(name, command, environment, lab.folder)
    verify(name, lab.state(), wanted)
    return Run(cost, lab.requests())


def verify(name: str, state: dict[str, Any], wanted: Sequence[Row]) -> None:
    """Raise RuntimeError where the publisher doesn't hold exactly the phones and lines that are wanted."""
    phones, lines = {}, {}
    for row in wanted:
        line = f"{row['pattern']}/{row['partition']}"
        phones[row["name"]] = [row["description"], f"{line} {row['description']}"]
        lines[line] = row["description"]
    for kind, held, right in (("phones", state["phones"], phones), ("lines", state["lines"], lines)):
        wrong = sorted(key for key in held.keys() | right.keys() if held.get(key) != right.get(key))
        if wrong:
            raise RuntimeError(f"{name}: {len(wrong)} {kind} are not as planned, {wrong[0]} among them")


def run(*, quick: bool = False) -> tuple[str, dict[str, Any]]:
    """(table, costs and ratios). Raises RuntimeError where a contender fails or the publisher holds something else."""
    count, by_uri, large = (60, 10, 300) if quick else (1000, 100, 10_000)
    wanted = rows(count)
    runs: dict[str, Run] = {}
    with publisher(LATENCY) as lab:
        name = f"script of ciscoaxl, {count} phones"
        runs["script"] = perform(name, lab, script(lab, wanted), wanted)
    with publisher(LATENCY) as lab:
        some = wanted[:by_uri]
        runs["uri"] = perform(f"playbook of uri, {by_uri} phones", lab, playbook_of_uri(lab, some), some)
    for connections in (FEW, MANY):
        with publisher(LATENCY) as lab:
            runs[f"start {connections}"] = perform("role, no phones", lab, role(lab, [], connections), [])
            runs[f"add {connections}"] = perform(
                f"role, {connections} connections", lab, role(lab, wanted, connections), wanted
            )
            if connections == FEW:
                runs["again"] = perform("role, nothing to change", lab, role(lab, wanted, connections), wanted)
                wanted_then = changed(wanted)
                runs["change"] = perform("role, 10 to change", lab, role(lab, wanted_then, connections), wanted_then)
    with publisher(0) as lab:
        crowd = rows(large)
        runs["crowd"] = perform(f"role, {large} phones", lab, role(lab, crowd, FEW), crowd)
    return _table(runs, count, by_uri, large), _ratios(runs, count, by_uri, large)


def changed(wanted: Sequence[Row]) -> list[Row]:
    """The rows, ten of them with another description."""
    step = len(wanted) // 10
    return [
        {**row, "description": f"Moved {number}"} if number % step == 0 else row for number, row in enumerate(wanted)
    ]


def _table(runs: dict[str, Run], count: int, by_uri: int, large: int) -> str:
    scaled = runs["uri"].cost.seconds * count / by_uri
    named = {
        "script": (f"script of ciscoaxl, {count} phones", 1),
        "uri": (f"playbook of uri, {by_uri} phones", 1),
        f"add {FEW}": (f"role, {count} phones, {FEW} connections", FEW),
        f"add {MANY}": (f"role, {count} phones, {MANY} connections", MANY),
        "again": ("role, nothing to change", FEW),
        "change": ("role, 10 phones and lines to change", FEW),
    }
    shown = []
    for key, (name, connections) in named.items():
        found = runs[key]
        least = _least(found, connections)
        cells = (f"{least:.1f}", f"{found.cost.seconds / least:.2f}", f"{found.cost.megabytes:.0f}")
        shown.append((name, str(found.requests), f"{found.cost.seconds:.1f}", *cells))
        if key == "uri":
            shown.append((f"the same, scaled to {count} phones", "", f"{scaled:.0f}", "", "", ""))
    crowd = runs["crowd"]
    cells = (str(crowd.requests), f"{crowd.cost.seconds:.1f}", "", "", f"{crowd.cost.megabytes:.0f}")
    shown.append((f"role, {large} phones, no latency", *cells))
    start = runs[f"start {FEW}"]
    cells = (str(start.requests), f"{start.cost.seconds:.1f}", "", "", f"{start.cost.megabytes:.0f}")
    shown.append(("role, no phones at all", *cells))
    latency = f"{LATENCY * 1000:.0f} ms a request"
    return table((latency, "requests", "seconds", "least", "x least", "MB"), shown)


def _ratios(runs: dict[str, Run], count: int, by_uri: int, large: int) -> dict[str, Any]:
    scaled = runs["uri"].cost.seconds * count / by_uri
    script_seconds = runs["script"].cost.seconds
    result: dict[str, Any] = {"phones": count, "latency": LATENCY}
    for connections in (FEW, MANY):
        one, start = runs[f"add {connections}"], runs[f"start {connections}"]
        least = _least(one, connections)
        result[f"{connections} connections"] = {
            "script / role": round(script_seconds / one.cost.seconds, 2),
            "uri / role": round(scaled / one.cost.seconds, 1),
            "role / least": round(one.cost.seconds / least, 2),
            "role without Ansible's start / least": round((one.cost.seconds - start.cost.seconds) / least, 2),
        }
    for key in ("again", "change"):
        result[key] = {"requests": runs[key].requests, "seconds": round(runs[key].cost.seconds, 2)}
    result["memory"] = {"phones": large, "megabytes": round(runs["crowd"].cost.megabytes)}
    return result


def _least(found: Run, connections: int) -> float:
    return found.requests * LATENCY / connections

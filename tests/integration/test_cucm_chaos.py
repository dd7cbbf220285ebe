"""500 phones onto a publisher that throttles, loses answers and forgets sessions, in a run that is killed twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible_collections.dialtone.voice.plugins.modules import cucm_lines, cucm_phones

if TYPE_CHECKING:
    from cucm_publisher import Site

pytest_plugins = ["cucm_publisher"]

RUN = Path(__file__).with_name("cucm_run.py")
COUNT = 500
WRITES = ("add", "update", "remove")
LINES = [{"pattern": str(2000 + n), "partition": "PT-Internal", "description": f"Desk {n}"} for n in range(COUNT)]
PHONES = [
    {
        "name": f"SEP02005E{number:06X}",
        "model": "8841",
        "device_pool": "Default",
        "description": f"Desk {number}",
        "lines": [{"pattern": str(2000 + number), "partition": "PT-Internal", "label": f"Desk {number}"}],
    }
    for number in range(COUNT)
]


MISHAPS = ("refuses_write", "loses_answer", "forgets_session")


def chaos(cucm: Site) -> Counter[str]:
    """Make the publisher hostile by chance, the same each time; return how often what happens, counted from now on."""
    publisher, count = cucm.publisher, Counter()
    publisher.chaos_seed = 4711
    publisher.chaos_throttle = publisher.chaos_lost = publisher.chaos_stale = publisher.chaos_memory = 0.03

    def counted(name: str, happens: Callable[[], bool]) -> Callable[[], bool]:
        def ask() -> bool:
            answer = happens()
            count[name] += answer
            return answer

        return ask

    for name in MISHAPS:
        setattr(publisher, name, counted(name, getattr(publisher, name)))
    return count


class Runs:
    """Runs of both modules in a process of their own."""

    def __init__(self, cucm: Site, folder: Path) -> None:
        tasks = [
            ("cucm_lines", {**cucm.known(cucm_lines), "lines": LINES}),
            ("cucm_phones", {**cucm.known(cucm_phones), "phones": PHONES}),
        ]
        self._folder, job = folder, folder / "job.json"
        job.write_text(json.dumps(tasks))
        collections = str(Path(sys.modules["ansible_collections.dialtone"].__path__[0]).parent.parent)
        self._command = [sys.executable, str(RUN), str(job)]
        self._environment = {**os.environ, "PYTHONPATH": collections}

    def to_the_end(self) -> list[dict[str, Any]]:
        done = subprocess.run(self._command, env=self._environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def killed_when(self, reached: Callable[[], bool]) -> None:
        """Kill a run (SIGKILL) as soon as something is so, which must be before it ends."""
        said = self._folder / "said.json"
        with said.open("w") as output:
            process = subprocess.Popen(self._command, env=self._environment, stdout=output)
        pause = threading.Event()
        while process.poll() is None and not reached():
            pause.wait(0.005)
        assert process.poll() is None, f"it ended before it could be killed: {said.read_text()[-2000:]}"
        process.kill()
        process.wait()


def test_five_hundred_phones_end_exactly_as_planned(cucm: Site, tmp_path: Path) -> None:
    count, runs = chaos(cucm), Runs(cucm, tmp_path)
    runs.killed_when(lambda: len(cucm.store.all("Line")) >= 200)
    assert 200 <= len(cucm.store.all("Line")) < COUNT
    runs.killed_when(lambda: len(cucm.store.all("Phone")) >= 200)
    assert len(cucm.store.all("Line")) == COUNT
    assert 200 <= len(cucm.store.all("Phone")) < COUNT
    for result in runs.to_the_end():
        assert "failed" not in result, result["msg"]
        assert result["changed"] == (result["results"][-1]["key"] == PHONES[-1]["name"])
    assert min(count[what] for what in MISHAPS) >= 10, count

    held = [
        (
            *(phone.document[name] for name in ("name", "product", "devicePoolName", "description")),
            *(
                (line["dirn"]["pattern"], line["dirn"]["routePartitionName"], line["label"], line["index"])
                for line in on
            ),
        )
        for phone in cucm.store.all("Phone")
        for on in [phone.document["lines"]["line"]]
    ]
    assert sorted(held) == [
        (
            *(phone["name"], "Cisco 8841", phone["device_pool"], phone["description"]),
            *((line["pattern"], line["partition"], line["label"], "1") for line in phone["lines"]),
        )
        for phone in PHONES
    ]
    lines = Counter(line.name for line in cucm.store.all("Line"))
    assert lines == Counter(f"{line['pattern']}/PT-Internal" for line in LINES)
    assert {line.document["pattern"]: line.document["description"] for line in cucm.store.all("Line")} == {
        row["pattern"]: row["description"] for row in LINES
    }
    before = cucm.publisher.requests.copy()
    for result in runs.to_the_end():
        assert {row["status"] for row in result["results"]} == {"unchanged"}
    assert not [
        operation for operation in cucm.publisher.requests - before if not operation.startswith(("get", "list"))
    ]

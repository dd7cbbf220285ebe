"""Cisco's AXL schema in zeep: all of it, beside only the operations that a task of phones and lines uses.

Each way is a process of its own that loads the schema and makes the same eight requests. `+` is what that adds to a
process that has only imported the libraries; memory is the most that was resident. Needs the Python package ciscoaxl,
for the schemas in it.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

from benchmarks.report import table
from lab.cucm.schema import installed_schema_dirs

ROOT = Path(__file__).parent.parent
VERSIONS = ("11.5", "12.5")
RUNS = 5

_NAME = {"name": "SEP001122334455"}
_LINE = {"pattern": "1001", "routePartitionName": "PT-Internal"}
_ALL = {"searchCriteria": {"name": "SEP%"}, "returnedTags": {"name": ""}, "first": 1000, "skip": 0}
_PHONE = {
    **_NAME,
    "product": "Cisco 8841",
    "class": "Phone",
    "protocol": "SIP",
    "protocolSide": "User",
    "devicePoolName": "Default",
    "commonPhoneConfigName": "Standard Common Phone Profile",
    "locationName": "Hub_None",
    "useTrustedRelayPoint": "Default",
    "phoneTemplateName": "Standard 8841 SIP",
    "primaryPhoneName": None,
    "builtInBridgeStatus": "Default",
    "packetCaptureMode": "None",
    "certificateOperation": "No Pending Operation",
    "deviceMobilityMode": "Default",
}
REQUESTS: dict[str, dict[str, Any]] = {
    "listPhone": _ALL,
    "getPhone": _NAME,
    "addPhone": {"phone": _PHONE},
    "updatePhone": {**_NAME, "description": "Reception"},
    "listLine": {**_ALL, "searchCriteria": {"pattern": "1%"}, "returnedTags": {"pattern": ""}},
    "getLine": _LINE,
    "addLine": {"line": {**_LINE, "usage": "Device"}},
    "updateLine": {**_LINE, "description": "Reception"},
}

_BEGIN = """
import json, re, sys, time
import zeep
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.soap import Interface
folder, version, requests = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
def peak():
    # Not getrusage, whose maximum a child begins with where its parent is.
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) * 1024 / 1e6
before, began = peak(), time.process_time()
"""
_WAYS = {
    "all of it": """
client = zeep.Client(folder + "/AXLAPI.wsdl")
for operation, arguments in requests.items():
    client.create_message(client.service, operation, **arguments)
""",
    "what a task uses": """
interface = Interface(folder, version)
for operation, arguments in requests.items():
    interface.request(operation, arguments)
""",
}
_END = """
print(json.dumps({"seconds": time.process_time() - began, "added": peak() - before, "peak": peak()}))
"""


def run(*, quick: bool = False) -> tuple[str, dict[str, Any]]:
    """(table, ratios of all of it to what a task uses). Raises RuntimeError where there is no schema."""
    rows, ratios = [], {}
    for version in VERSIONS[-1:] if quick else VERSIONS:
        found = {way: measure(way, version, runs=1 if quick else RUNS) for way in _WAYS}
        for way, cost in found.items():
            cells = (f"{cost['seconds']:.2f}", f"{cost['added']:.0f}", f"{cost['peak']:.0f}")
            rows.append((f"AXL {version}, {way}", *cells))
        everything, used = (found[way] for way in _WAYS)
        ratios[version] = {name: round(everything[name] / used[name], 1) for name in ("seconds", "added")}
    return table(("AXL schema", "CPU s", "+ MB", "peak MB"), rows), {"all_to_used": ratios}


def measure(way: str, version: str, *, runs: int) -> dict[str, float]:
    """The medians of the CPU seconds and of the megabytes that a way took."""
    try:
        folder = installed_schema_dirs(version)[version]
    except (FileNotFoundError, PackageNotFoundError) as error:
        raise RuntimeError(f"there is no AXL schema {version}: {error}") from error
    command = [sys.executable, "-c", _BEGIN + _WAYS[way] + _END, str(folder), version, json.dumps(REQUESTS)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / ".collections")}
    costs = []
    for _ in range(runs):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"the schema could not be loaded: {done.stderr[-500:]}")
        costs.append(json.loads(done.stdout))
    return {name: statistics.median(cost[name] for cost in costs) for name in costs[0]}

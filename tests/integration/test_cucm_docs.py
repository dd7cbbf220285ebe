"""The examples of the guide to cucm_objects, run one after the other as they stand there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ansible_collections.dialtone.voice.plugins.modules import cucm_lines, cucm_objects, cucm_phones

if TYPE_CHECKING:
    from cucm_publisher import Site

pytest_plugins = ["cucm_publisher"]

GUIDE = (Path(__file__).parents[2] / "docs" / "any-axl-object.md").read_text(encoding="utf-8")
EXAMPLES = [
    task["dialtone.voice.cucm_objects"]
    for block in re.findall(r"^```yaml\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    for task in yaml.safe_load(block)
]


def test_the_examples_do_what_they_say(cucm: Site) -> None:
    line = {"pattern": "1001", "partition": "PT-Internal"}
    assert "failed" not in cucm.task(cucm_lines, lines=[line])
    phone = {"name": "SEP00005E005301", "model": "8841", "device_pool": "Default", "lines": [line]}
    assert "failed" not in cucm.task(cucm_phones, phones=[phone])
    timer = {"processNodeName": "cucm-pub.example.com", "name": "TimerT302_msec", "service": "Cisco CallManager"}
    cucm.store.put("ProcessNode", {"name": timer["processNodeName"]})
    cucm.store.put("ServiceParameter", {**timer, "value": "15000"})
    assert len(EXAMPLES) == 5
    for example in EXAMPLES:
        for status in ("changed", "unchanged"):
            result = cucm.task(cucm_objects, **example)
            assert "failed" not in result, result["msg"]
            # The pool of the first example is there when the third one says of it what differs.
            assert {row["status"] for row in result["results"]} == {status}


def test_the_messages_are_those_of_the_guide(cucm: Site) -> None:
    rows: list[dict[str, Any]] = [
        {"type": "DevicePool", "name": "DP-Berlin", "fields": {"regionNam": "Default"}},
        {"type": "Dvice pool", "name": "DP-Bonn"},
        {
            "type": "DevicePool",
            "name": "DP-Bremen",
            "fields": {"callManagerGroupName": "Default", "regionName": "Default"},
        },
    ]
    told = cucm.task(cucm_objects, objects=rows)["msg"]
    shown = next(block for block in re.findall(r"^```text\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL))
    assert [line for line in shown.splitlines() if line not in told] == []

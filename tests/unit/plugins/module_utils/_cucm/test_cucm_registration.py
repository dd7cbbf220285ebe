"""What is wanted of a phone, and what is said of one that isn't so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.registration import (
    Wanted,
    state_of,
    summary,
    wanted_phones,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.ris_reply import Device, Reply


def reply(*devices: Device, silent: Sequence[str] = ()) -> Reply:
    found = Reply(silent_nodes=set(silent))
    for device in devices:
        found.keep(device)
    return found


@pytest.mark.parametrize(
    ("wanted", "device", "silent", "state", "words"),
    [
        (Wanted("A"), Device("A", "Registered"), (), "registered", ""),
        (Wanted("A"), Device("a", "Registered"), ("sub",), "registered", ""),
        (Wanted("A", "SIP"), Device("A", "Registered", protocol="SIP"), (), "registered", ""),
        (Wanted("A", "SIP"), Device("A", "Registered", protocol="SCCP"), (), "wrong protocol", "with SCCP"),
        (Wanted("A", "", ("1",)), Device("A", "Registered"), (), "registered", ""),
        (Wanted("A", "", ("1",)), Device("A", "Registered", lines={}), (), "line missing", "line 1"),
        (Wanted("A", "", ("1",)), Device("A", "Registered", lines={"1": "Registered"}), (), "registered", ""),
        (
            Wanted("A", "", (r"\+1", "2")),
            Device("A", "Registered", lines={"+1": "Registered", "2": "UnRegistered"}),
            (),
            "line missing",
            "without line 2",
        ),
        (Wanted("A", nodes=("SUB1", "pub")), Device("A", "Registered", node="sub1.example.com"), (), "registered", ""),
        (
            Wanted("A", nodes=("sub1",)),
            Device("A", "Registered", node="sub2"),
            (),
            "wrong node",
            "at sub2 instead of sub1",
        ),
        (Wanted("A", nodes=("sub1",)), Device("A", "Registered"), (), "registered", ""),
        (Wanted("A", nodes=("10.0.0.1",)), Device("A", "Registered", node="10.0.0.2"), (), "wrong node", "10.0.0.2"),
        (Wanted("A", nodes=("s.a.com",)), Device("A", "Registered", node="s.b.com"), (), "wrong node", "s.b.com"),
        (Wanted("A", load="sip88xx.2"), Device("A", "Registered", active_load="SIP88xx.2.loads"), (), "registered", ""),
        (Wanted("A", load="sip88xx.2"), Device("A", "Registered"), (), "registered", ""),
        (
            Wanted("A", load="L2"),
            Device("A", "Registered", active_load="L1", download_failure="no such file"),
            (),
            "wrong load",
            "with load L1 instead of L2 (download: no such file)",
        ),
        (
            Wanted("A", "SIP", ("1",), ("sub1",), "L2"),
            Device("A", "Registered", node="sub2", active_load="L1", protocol="SIP", lines={}),
            ("sub3",),
            "wrong node",
            "at sub2 instead of sub1 and without line 1 and with load L1 instead of L2",
        ),
        (Wanted("A"), Device("A", "UnRegistered", 13, node="pub"), (), "unregistered", "13 (keepalive timeout)"),
        (Wanted("A"), Device("A", "Rejected", 99), (), "rejected", "reason 99"),
        (Wanted("A"), Device("A", "PartiallyRegistered"), (), "partially registered", "partially"),
        (Wanted("A"), Device("A", "Unknown"), (), "unknown", "unknown"),
        (Wanted("A"), Device("A", "SomethingNew"), (), "unknown", "unknown"),
        (Wanted("A"), Device("B", "Registered"), (), "not seen", "has not seen it"),
        (Wanted("A"), Device("B", "Registered"), ("sub",), "inconclusive", "node sub does not respond"),
        (Wanted("A"), Device("A", "UnRegistered"), ("sub",), "inconclusive", "node sub does not respond"),
    ],
)
def test_state_of(wanted: Wanted, device: Device, silent: Sequence[str], state: str, words: str) -> None:
    found = state_of(wanted, reply(device, silent=silent))
    assert found.state == state
    assert words in found.problem
    assert bool(found.problem) is (state != "registered")


def test_summary() -> None:
    states = [state_of(Wanted(name), reply(Device("A", "Registered"), Device("B", "Rejected"))) for name in "ABC"]
    assert summary(states) == "1 of 3 registered, 1 not seen, 1 rejected"
    assert summary([]) == "0 of 0 registered"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("SEP00005E005301", Wanted("SEP00005E005301")),
        (
            {"name": "SEP00005E005301", "nodes": ["sub1", "sub2"], "load": "L"},
            Wanted("SEP00005E005301", nodes=("sub1", "sub2"), load="L"),
        ),
        ({"name": "SEP00005E005301", "nodes": "sub1"}, Wanted("SEP00005E005301", nodes=("sub1",))),
        ("0000.5e00.5301", Wanted("SEP00005E005301")),
        ("ae:00:5e:00:53:01", Wanted("SEPAE005E005301")),
        ("AE005E005301", Wanted("SEPAE005E005301")),
        ("CSFJDOE", Wanted("CSFJDOE")),
        ({"mac": "00005e005301", "protocol": "SCCP", "patterns": [1001]}, Wanted("SEP00005E005301", "SCCP", ("1001",))),
        (
            {"name": "SEP00005E005301", "model": "8841", "lines": [{"pattern": "1"}]},
            Wanted("SEP00005E005301", "", ("1",)),
        ),
    ],
)
def test_wanted_phones(given: Any, expected: Wanted) -> None:
    assert wanted_phones([given]) == ([expected], [])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (12345, "put the MAC address in quotes"),
        ({"mac": "00005e005301", "protocol": "H.323"}, "neither SIP nor SCCP"),
        ({"mac": "00005e005301", "lines": [{"label": "x"}]}, "has no pattern"),
        ({"mac": "00005e005301", "pin": "1"}, "unknown key 'pin'"),
        ("SEP00", "not a MAC address"),
        ({"name": "SEP00005E005301", "nodes": [1]}, "nodes: 1 is not text"),
        ({"name": "SEP00005E005301", "load": 12}, "load: 12 is not text"),
        ({}, "no device name"),
    ],
)
def test_bad_rows(given: Any, words: str) -> None:
    assert words in " ".join(wanted_phones([given])[1])

"""Tables for people."""

from __future__ import annotations

from lab import render
from lab.demo import Outcome, judge, recap

PHONE = {
    "name": "SEP00005E005301",
    "switch": "access-sw1",
    "interface": "GigabitEthernet1/0/1",
    "dns": ["1001"],
    "address": "127.10.20.11",
    "step": "ringtones",
    "state": "registered",
    "stuck_at": None,
    "why": "",
    "doing": "",
    "faults": [],
}
STUCK = {
    **PHONE,
    "name": "SEP00005E005302",
    "dns": [],
    "address": None,
    "step": "",
    "state": "stuck",
    "stuck_at": "power",
    "why": "the port delivers no power",
    "faults": [{"name": "poe_fault", "step": "power"}],
}


def test_status_table_counts_at_the_end() -> None:
    text = render.status_table([PHONE, STUCK])
    lines = text.splitlines()
    assert lines[0].split("  ")[0] == "phone"
    assert "access-sw1 Gi1/0/1" in lines[2]
    assert lines[2].endswith("registered")
    assert lines[3].endswith("power: the port delivers no power [poe_fault]")
    assert lines[-1] == "1 of 2 phones registered"


def test_a_phone_that_is_not_there_yet_says_what_it_does() -> None:
    starting = {**PHONE, "state": "starting", "step": "voice_vlan", "doing": "asking for an address in VLAN 20"}
    assert render.reason(starting) == "asking for an address in VLAN 20"
    assert render.reason({**STUCK, "faults": [], "doing": "tries again in 4 s"}) == (
        "power: the port delivers no power (tries again in 4 s)"
    )
    assert render.reason(PHONE) == ""


def test_a_site_without_phones() -> None:
    assert render.status_table([]) == "0 of 0 phones registered"


def test_recap_is_read_with_and_without_colour() -> None:
    lines = [
        "access-sw9 : ok=1 changed=9 unreachable=0 failed=0\n",
        "PLAY RECAP *********\n",
        "\x1b[0;33maccess-sw1\x1b[0m   : \x1b[0;32mok=5   \x1b[0m \x1b[0;33mchanged=2   \x1b[0m "
        "unreachable=0    failed=0    skipped=0\n",
        "cucm-pub                   : ok=5    changed=3    unreachable=1    failed=2    skipped=0\n",
    ]
    assert recap(lines) == (2, 5, 3)
    assert recap(lines[:1]) == (0, 0, 0)


def test_demo_is_good_only_when_everything_holds() -> None:
    first, second = Outcome(0, 3, 7, 0, 1.0), Outcome(0, 3, 0, 0, 1.0)
    assert judge(first, second, [PHONE]) == []
    assert judge(second, second, [PHONE]) == ["the first run changed nothing"]
    assert judge(first, first, [PHONE]) == ["the second run changed 7, expected 0"]
    assert judge(first, second, [PHONE, STUCK]) == ["not registered: SEP00005E005302"]
    assert judge(Outcome(2, 0, 0, 0, 1.0), second, [PHONE])[0] == "the first run failed (exit code 2)"

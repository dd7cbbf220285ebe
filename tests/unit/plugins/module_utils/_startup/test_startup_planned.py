"""The rows of phone_startup_info: what they mean, and every fault of every row."""

from __future__ import annotations

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.registration import Wanted, wanted_phones
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Planned
from ansible_collections.dialtone.voice.plugins.module_utils._startup.planned import planned_phones, wanted_row

ROW = {
    "mac": "00:00:5e:00:53:01",
    "model": "8841",
    "protocol": "SIP",
    "switch": "sw1",
    "interface": "gi1/0/1",
    "patterns": ["1001", r"\+441001"],
    "voice_vlan": 20,
    "poe": "auto",
    "network": "10.1.20.7/24",
    "gateways": ["10.1.20.1"],
    "tftp_servers": ["10.0.0.10", "tftp.example.com"],
    "load": "sip88xx",
    "nodes": ["sub1"],
}


def test_a_row_in_full() -> None:
    (phone,), faults = planned_phones([ROW])
    assert faults == []
    assert phone == Planned(
        "SEP00005E005301",
        model="8841",
        protocol="SIP",
        switch="sw1",
        interface="GigabitEthernet1/0/1",
        patterns=("1001", r"\+441001"),
        voice_vlan=20,
        poe="auto",
        network="10.1.20.0/24",
        gateways=("10.1.20.1",),
        tftp_servers=("10.0.0.10", "tftp.example.com"),
        load="sip88xx",
        nodes=("sub1",),
    )


def test_a_row_may_say_nothing_but_who_it_is() -> None:
    # As the argument spec fills what is not given, and as a filter writes what is not planned.
    empty = {"model": None, "interface": "", "network": "", "gateways": [], "voice_vlan": None, "load": ""}
    phones, faults = planned_phones([{"name": "SEP00005E005301", **empty}])
    assert (phones, faults) == ([Planned("SEP00005E005301")], [])


def test_every_fault_of_every_row() -> None:
    _phones, faults = planned_phones(
        [
            {**ROW, "voice_vlan": 4095},
            {**ROW, "mac": "SEP00005E005301", "network": "10.1.20", "gateways": ["router"]},
            {"mac": "00:00", "interface": "the third"},
        ]
    )
    assert faults[0] == "phones[0] (SEP00005E005301): voice_vlan 4095 is no VLAN: give 1 to 4094"
    assert faults[1].startswith("phones[1] (SEP00005E005301): the same phone as phones[0]")
    assert "network '10.1.20' is no network" in faults[2]
    assert "gateways: 'router' is no IPv4 address" in faults[3]
    assert "phones[2] (00:00): '00:00' is not a MAC address" in faults[4]
    assert "interface: 'the third' is no interface name" in faults[5]


def test_registrations_are_asked_for_as_planned() -> None:
    phones, _faults = planned_phones([ROW, {"name": "SEP00005E005302"}])
    wanted, faults = wanted_phones([wanted_row(phone) for phone in phones])
    assert faults == []
    assert wanted == [
        Wanted("SEP00005E005301", "SIP", ("1001", r"\+441001"), ("sub1",), "sip88xx"),
        Wanted("SEP00005E005302"),
    ]

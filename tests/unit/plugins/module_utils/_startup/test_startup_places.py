"""Where the switches see a phone, and what is said where one of them could not be read."""

from __future__ import annotations

from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Planned
from ansible_collections.dialtone.voice.plugins.module_utils._startup.from_switch import SwitchReading
from ansible_collections.dialtone.voice.plugins.module_utils._startup.network import Place, Port, Switch
from ansible_collections.dialtone.voice.plugins.module_utils._startup.places import Fleet
from ansible_collections.dialtone.voice.plugins.module_utils._startup.proof import Proof

PROOF = Proof("switch sw1", "show mac address-table", "...")
FIRST, SECOND, THIRD = "GigabitEthernet1/0/1", "GigabitEthernet1/0/2", "GigabitEthernet1/0/3"
HERE, THERE = Place("sw1", FIRST, PROOF), Place("sw2", SECOND, PROOF)


def reading(name: str, **seen: list[Place]) -> SwitchReading:
    ports = {interface: Port(interface) for interface in (FIRST, SECOND, THIRD)}
    return SwitchReading(Switch(name), ports, {f"00005E0053{mac[1:]}": places for mac, places in seen.items()})


FLEET = Fleet({"sw1": reading("sw1", x01=[HERE]), "sw2": reading("sw2", x01=[THERE], x02=[THERE])}, {})


def planned(number: str, switch: str = "sw1", interface: str = "Gi1/0/1") -> Planned:
    return Planned(f"SEP00005E0053{number}", switch=switch, interface=interface)


def test_a_phone_at_its_port_and_elsewhere() -> None:
    found = FLEET.find(planned("01"))
    assert found.switch == Switch("sw1")
    assert found.port == Port(FIRST)
    assert (found.elsewhere, found.gap) == ((THERE,), "")
    assert FLEET.find(planned("02")).elsewhere == (THERE,)
    assert FLEET.find(planned("03")).elsewhere == ()


def test_what_is_not_there_is_a_gap() -> None:
    assert FLEET.find(planned("01", "")).gap == "the plan names no switch for it"
    assert FLEET.find(planned("01", "sw9")).gap == "switch sw9 was not looked at"
    assert FLEET.find(planned("01", "sw1", "Gi9/0/1")).gap == "switch sw1 told nothing of a port Gi9/0/1"
    assert FLEET.find(planned("01", "sw1", "")).gap == "switch sw1 told nothing of a port of it: the plan names none"


def test_a_phone_that_is_seen_nowhere_may_be_at_a_switch_that_could_not_be_read() -> None:
    fleet = Fleet(FLEET.readings, {"sw3": "switch sw3 could not be read: no route"})
    assert fleet.find(planned("03")).gap == "switch sw3 could not be read: no route"
    assert fleet.find(planned("01")).gap == ""
    assert fleet.find(planned("02")).gap == ""
    assert fleet.find(planned("01", "sw3")).gap == "switch sw3 could not be read: no route"


def test_a_table_that_a_switch_did_not_tell_is_a_gap_of_its_phones() -> None:
    partly = SwitchReading(Switch("sw1"), {FIRST: Port(FIRST)}, {}, ("show logging was refused",))
    assert Fleet({"sw1": partly}, {}).find(planned("01")).gap == "switch sw1: show logging was refused"


def test_results_are_read_once_each() -> None:
    fleet = Fleet.of({"sw1": {"failed": True, "msg": "no route to sw1"}})
    assert fleet.readings == {}
    assert "no route to sw1" in fleet.unread["sw1"]


def test_where_it_is_heard_goes_before_where_its_address_is_seen():
    through = Place("sw2", THIRD, PROOF, heard=False)
    fleet = Fleet({"sw1": reading("sw1"), "sw2": reading("sw2", x01=[through, THERE])}, {})
    assert fleet.find(planned("01")).elsewhere == (THERE, through)

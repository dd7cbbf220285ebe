"""Gathering: which source is asked for which phones, how often, and what becomes of one that fails."""

from __future__ import annotations

import signal
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._errors import (
    AuthenticationFailed,
    Interrupted,
    Refused,
    VoiceError,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup import find_pages as finding
from ansible_collections.dialtone.voice.plugins.module_utils._startup import gather as gathering
from ansible_collections.dialtone.voice.plugins.module_utils._startup.ask_pages import PageOptions
from ansible_collections.dialtone.voice.plugins.module_utils._startup.described import gaps
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import (
    Cluster,
    Evidence,
    Pages,
    Planned,
    Record,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup.from_cucm import FromCucm
from ansible_collections.dialtone.voice.plugins.module_utils._startup.network import Port
from ansible_collections.dialtone.voice.plugins.module_utils._startup.options import SOURCES
from ansible_collections.dialtone.voice.plugins.module_utils._startup.places import Found
from ansible_collections.dialtone.voice.plugins.module_utils._startup.service import (
    OPEN,
    THERE,
    Config,
    File,
    Files,
    Handshake,
    Member,
)

MEMBERS = (Member("10.0.0.10", 1, 5060, 5061, 2000, 2443), Member("10.0.0.11", 2, 5060, 5061, 2000, 2443))
SERVERS = ("10.0.0.10",)


def name_of(number: int) -> str:
    return f"SEP00005E00{number:04X}"


def registered(number: int, **more: Any) -> dict[str, Any]:
    return {"key": name_of(number), "state": "registered", "error": None, "ip_address": f"10.1.0.{number}", **more}


def missing(number: int) -> dict[str, Any]:
    return {"key": name_of(number), "state": "not seen", "error": "CUCM has not seen it"}


class Session:
    """In place of a session with AXL."""

    requests = 7

    def __init__(self, params: Any, *, report: Any) -> None:
        self.params = params

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None) -> None: ...


@dataclass
class World:
    """What each source was asked, and what it answers; an error is raised."""

    asked: dict[str, list[Any]] = field(default_factory=dict)
    cucm: FromCucm | VoiceError | None = None
    services: dict[str, Any] | VoiceError = field(default_factory=dict)
    pages: dict[str, Pages | str] = field(default_factory=dict)
    config: Config | None = field(default_factory=lambda: Config(protocol="SIP", members=MEMBERS))

    def note(self, source: str, what: Any) -> None:
        self.asked.setdefault(source, []).append(what)

    def ask_cucm(self, axl: Any, names: list[str], needed: set[str]) -> FromCucm:
        self.note("cucm", (list(names), sorted(needed)))
        if isinstance(self.cucm, VoiceError):
            raise self.cucm
        records = {name: Record(exists=True, protocol="SIP", model="Cisco 8841") for name in names}
        return self.cucm or FromCucm(records, Cluster(mixed=False), nodes=[{"name": "10.0.0.10", "kind": ""}])

    def services_of_nodes(self, params: Any, nodes: list[Any]) -> dict[str, Any]:
        self.note("services", [node["name"] for node in nodes])
        if isinstance(self.services, VoiceError):
            raise self.services
        return self.services

    def ask_pages(self, addresses: list[str], options: PageOptions) -> list[Pages | str]:
        self.note("pages", list(addresses))
        return [self.pages.get(address, Pages(address)) for address in addresses]

    def ask_files(self, questions: list[Any], options: Any, report: Any) -> list[tuple[Files, Config | None]]:
        self.note("files", [(question.name, question.servers) for question in questions])
        file = File("SEP.cnf.xml", "10.0.0.10", THERE)
        return [(Files(config=file), self.config) for _question in questions]

    def ask_call_managers(self, wanted: set[Any], options: Any) -> dict[Any, Handshake]:
        self.note("call_managers", sorted(wanted))
        return {one: Handshake(one[0], one[0], one[1], one[2], OPEN) for one in wanted}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    for name in ("ask_cucm", "services_of_nodes", "ask_files", "ask_call_managers"):
        monkeypatch.setattr(gathering, name, getattr(world, name))
    monkeypatch.setattr(gathering, "addresses_of", lambda names: {})
    monkeypatch.setattr(finding, "ask_pages", world.ask_pages)
    monkeypatch.setattr(gathering, "Axl", Session)
    return world


def gathered(phones: list[Planned], rows: list[Any] | None, **params: Any) -> gathering.Gathered:
    given = {
        "registrations": rows,
        "switches": {},
        "dhcp_servers": {},
        "judge": "missing",
        "sources": list(SOURCES),
        "parallel": 4,
        "device_timeout": 1,
        "tftp_port": 69,
        "config_http_port": 6970,
        "config_https_port": 6971,
        "phone_http_port": 80,
        **params,
    }
    return gathering.gather(given, phones, lambda line: None)


def phones(*numbers: int) -> list[Planned]:
    return [Planned(name_of(number), protocol="SIP", tftp_servers=SERVERS) for number in numbers]


def test_only_those_that_are_missing_are_looked_at_closely(world: World) -> None:
    found = gathered(phones(1, 2, 3), [registered(1), missing(2), registered(3, error="without line 1003")])
    assert world.asked["cucm"] == [([name_of(1), name_of(2), name_of(3)], [name_of(2), name_of(3)])]
    assert world.asked["files"] == [[(name_of(2), SERVERS), (name_of(3), SERVERS)]]
    assert world.asked["pages"] == [["10.1.0.3"]]
    first, second, third = found.evidence
    assert (first.files, first.pages, first.call_managers) == (None, None, None)
    assert set(first.gaps) == {"switch", "dhcp"}
    assert second.files is not None
    assert second.gaps["pages"].startswith("no address of it is known")
    assert third.pages == Pages("10.1.0.3")
    assert third.config is not None
    assert found.requests == {"cucm": 7, "services": 0, "pages": 1, "files": 2, "call_managers": 2}


def test_all_are_when_all_are_to_be_judged(world: World) -> None:
    gathered(phones(1, 2), [registered(1), registered(2)], judge="all")
    assert len(world.asked["files"][0]) == 2


def test_nobody_is_asked_for_phones_that_are_as_planned(world: World) -> None:
    found = gathered(phones(1, 2), [registered(1), registered(2)])
    assert set(world.asked) == {"cucm"}
    assert all(each.record for each in found.evidence)


def test_each_call_manager_is_asked_once(world: World) -> None:
    found = gathered(phones(*range(1, 50)), [missing(number) for number in range(1, 50)])
    assert world.asked["call_managers"] == [[("10.0.0.10", 5060, False), ("10.0.0.11", 5060, False)]]
    assert world.asked["services"] == [["10.0.0.10"]]
    assert {len(each.call_managers or ()) for each in found.evidence} == {2}


def test_a_phone_that_is_not_as_cucm_has_it_is_looked_at_too(world: World) -> None:
    record = Record(exists=True, load="sip88xx.14")
    world.cucm = FromCucm({name_of(1): record}, Cluster())
    found = gathered(phones(1), [registered(1, active_load="sip88xx.12")])
    assert found.evidence[0].registration.state == "wrong load"
    assert "files" in world.asked


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_that_is_off_is_a_gap_and_nobody_asks_it(
    world: World, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    monkeypatch.setattr(gathering, "look_once", lambda *given, **more: pytest.fail("RISPort70 was asked"))
    rows = None if source == "registration" else [missing(1)]
    found = gathered(phones(1), rows, sources=[each for each in SOURCES if each != source])
    assert "leaves it out" in found.evidence[0].gaps[source]
    assert source not in world.asked
    assert source not in found.requests


def test_what_fails_is_a_gap_of_those_whom_it_concerns(world: World) -> None:
    world.cucm = Refused("AXL refused", "Give the roles.")
    world.services = Refused("Control Center refused")
    world.pages = {"10.1.0.3": "10.1.0.3 does not answer: turn on Web Access"}
    world.config = None
    rows = [missing(1), {**registered(3), "error": "line missing"}, {"key": name_of(4), "error": "no rights"}]
    found = gathered(phones(1, 3, 4), rows)
    first, third, fourth = found.evidence
    assert first.gaps["cucm"] == "AXL refused. Give the roles."
    assert first.gaps["services"] == "Control Center refused"
    assert third.gaps["pages"] == "10.1.0.3 does not answer: turn on Web Access"
    assert fourth.gaps["registration"] == "no rights"
    assert "its configuration file is not known" in first.gaps["call_managers"]
    assert (first.record, first.cluster) == (None, None)
    counted = gaps(found.evidence)
    assert {"source": "cucm", "why": "AXL refused. Give the roles.", "phones": 3} in counted
    assert counted[0]["phones"] == 3


def test_a_password_that_the_wait_had_refused_is_not_tried_until_the_account_is_locked(world: World) -> None:
    world.cucm = AuthenticationFailed("AXL did not accept the user")
    rows = [{"key": name_of(1), "error": "RIS did not accept the user", "refused": True}]
    (first,) = gathered(phones(1), rows).evidence
    assert first.gaps["registration"] == "RIS did not accept the user"
    assert "so that the account isn't locked" in first.gaps["services"]
    assert "services" not in world.asked
    world.asked.clear()
    gathered(phones(1), [missing(1)])
    assert "services" in world.asked


def test_an_interruption_is_no_gap(world: World) -> None:
    world.cucm = Interrupted("interrupted")
    with pytest.raises(Interrupted):
        gathered(phones(1), [missing(1)])


def test_without_a_server_no_file_is_asked_for(world: World) -> None:
    found = gathered([Planned(name_of(1))], [missing(1)])
    assert "no TFTP server of it is known" in found.evidence[0].gaps["files"]
    assert "files" not in world.asked
    assert "call_managers" not in world.asked


def test_another_phone_at_an_old_address_is_not_taken_for_it(world: World) -> None:
    world.pages = {"10.1.0.3": Pages("10.1.0.3", {"mac": "00005E000009"})}
    wanted = [(name_of(3), ["10.1.0.3", "10.1.0.4"]), (name_of(5), ["10.1.0.3"]), (name_of(6), [])]
    found, asked = finding.find_pages(wanted, PageOptions())
    assert found[0] == Pages("10.1.0.4")
    assert found[1] == "10.1.0.3 is another phone's address now"
    assert isinstance(found[2], str)
    assert asked == 3
    assert world.asked["pages"] == [["10.1.0.3", "10.1.0.3"], ["10.1.0.4"]]


def test_phones_that_changed_addresses_have_their_own_pages(world: World) -> None:
    third, fifth = Pages("10.1.0.5", {"host_name": name_of(3)}), Pages("10.1.0.3", {"mac": name_of(5)[3:]})
    world.pages = {"10.1.0.3": fifth, "10.1.0.5": third}
    found, _asked = finding.find_pages([(name_of(3), ["10.1.0.3"]), (name_of(5), ["10.1.0.5"])], PageOptions())
    assert found == [third, fifth]


def test_switches_that_could_not_be_read_and_ports_that_are_not_there(world: World) -> None:
    planned = [Planned(name_of(1), switch="sw1", interface="Gi1/0/1"), Planned(name_of(2), switch="sw2")]
    switches = {"sw1": {"failed": True, "msg": "no route to sw1"}}
    found = gathered(planned, [missing(1), missing(2)], switches=switches)
    first, second = found.evidence
    assert "no route to sw1" in first.gaps["switch"]
    assert second.gaps["switch"] == "switch sw2 was not looked at"


def test_no_phones_ask_nobody(world: World) -> None:
    assert gathered([], []) == gathering.Gathered([], [], {})
    assert world.asked == {}
    assert Evidence(Planned("SEP00005E005301")).gaps == {}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_the_midst_is_told_and_nothing_else_is_asked(
    world: World, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(gathering, "ask_files", lambda *given: signal.raise_signal(number))
    former = signal.getsignal(number)
    with pytest.raises(Interrupted, match="before any verdict") as told:
        gathered(phones(1), [missing(1)])
    assert told.value.signal == number
    assert "call_managers" not in world.asked
    assert signal.getsignal(number) == former


def test_a_phone_that_starts_over_and_over_is_asked_for_its_pages_twice(world: World) -> None:
    answers = iter(["connection refused", Pages("10.1.0.1")])

    class Starting(dict):
        def get(self, address: str, otherwise: Any = None) -> Any:
            return next(answers)

    world.pages = Starting()
    found = gathered(phones(1), [{**missing(1), "ip_address": "10.1.0.1"}])
    assert found.evidence[0].pages == Pages("10.1.0.1")
    assert "pages" not in found.evidence[0].gaps
    assert world.asked["pages"] == [["10.1.0.1"], ["10.1.0.1"]]
    assert found.requests["pages"] == 2


@pytest.mark.parametrize(
    ("link", "changes", "times"), [("notconnect", None, 1), ("notconnect", 9, 2), ("connected", 0, 2), (None, None, 2)]
)
def test_a_phone_without_link_is_not_asked_twice(
    world: World, monkeypatch: pytest.MonkeyPatch, link: str | None, changes: int | None, times: int
) -> None:
    world.pages = {"10.1.0.1": "no connection within 3 s"}
    found = Found(port=Port("Gi1/0/1", link=link, link_changes=changes))
    monkeypatch.setattr(gathering.Fleet, "find", lambda self, planned: found)
    gathered(phones(1), [{**missing(1), "ip_address": "10.1.0.1"}])
    assert len(world.asked["pages"]) == times

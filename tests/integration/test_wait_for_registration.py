"""wait_for_registration against the lab's RISPort70, with registrations that the tests make."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm import pace, risport, waiting
from ansible_collections.dialtone.voice.plugins.modules import cucm_registrations_info, wait_for_registration
from lab.cucm.registration import Registration
from lab.cucm.ris import PATH, RATE_FAULT, RisFault, RisService

if TYPE_CHECKING:
    from cucm_publisher import Site, StartSite

pytest_plugins = ["cucm_publisher"]

NAMES = [f"SEP00005E0053{number:02}" for number in range(1, 13)]


class Registrations:
    """What RisService asks a registrar for."""

    def __init__(self) -> None:
        self.known: dict[str, Registration] = {}

    def registrations(self) -> dict[str, Registration]:
        return dict(self.known)

    def put(self, name: str, status: str = "Registered", reason: int = 0, **more: Any) -> None:
        known = {"protocol": "SIP", "lines": {"1001": status}, "active_load": "sip88xx", "timestamp": int(time.time())}
        self.known[name] = Registration(name, status, reason, "127.0.0.21", **{**known, **more})


class Ris:
    """A publisher with RIS, and a minute that passes while a module sleeps."""

    def __init__(self, cucm: Site, service: RisService, phones: Registrations) -> None:
        self.cucm, self.service, self.phones = cucm, service, phones

    def wait(self, phones: list[Any], **options: Any) -> dict[str, Any]:
        return self.cucm.task(wait_for_registration, phones=phones, **{"wait_timeout": 60, **options})


@pytest.fixture
def ris(start_cucm: StartSite) -> Ris:
    phones = Registrations()
    services: list[RisService] = []

    def routes(publisher: Any, store: Any) -> None:
        service = RisService(store=store, registrar=phones, node_name="cucm-pub", nodes=("cucm-sub",))  # type: ignore[arg-type]
        services.append(service)
        publisher.add_post_route(PATH, service.handle)

    return Ris(start_cucm(routes=routes), services[0], phones)


@pytest.fixture
def after_first_look(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Return a function that makes something happen after the first look, and the clock go on without waiting."""

    def arrange(happen: Callable[[], None]) -> None:
        now = [1000.0]
        happened: list[None] = []

        def sleep(seconds: float) -> None:
            now[0] += seconds
            if not happened:
                happened.append(None)
                happen()

        wait = waiting.wait

        def with_clock(*args: Any, **options: Any) -> Any:
            return wait(*args, **options, clock=lambda: now[0], sleep=sleep)

        monkeypatch.setattr(wait_for_registration, "wait", with_clock)

    return arrange


def test_all_are_there(ris: Ris) -> None:
    for name in NAMES:
        ris.phones.put(name)
    result = ris.wait([*NAMES[:6], *("00:00:5e:00:53:" + name[-2:] for name in NAMES[6:])])
    assert "failed" not in result
    assert not result["changed"]
    assert result["msg"].startswith("12 of 12 phones are registered")
    assert [row["key"] for row in result["results"]] == NAMES
    assert {row["status"] for row in result["results"]} == {"unchanged"}
    first = result["results"][0]
    assert (first["state"], first["ip_address"], first["node"]) == ("registered", "127.0.0.21", "cucm-pub")
    assert (first["lines"], first["active_load"]) == ({"1001": "Registered"}, "sip88xx")
    assert result["requests"] == 1


def test_only_those_that_are_missing_are_asked_for_again(
    ris: Ris, after_first_look: Callable[[Callable[[], None]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in NAMES[:9]:
        ris.phones.put(name)
    ris.phones.put(NAMES[9], "UnRegistered", 13)
    ris.phones.put(NAMES[10], "Rejected", 2)
    asked: list[list[str]] = []
    request = risport.request

    def recorded(names: list[str]) -> str:
        asked.append(list(names))
        return request(names)

    def register() -> None:
        for name in NAMES[9:]:
            ris.phones.put(name)

    monkeypatch.setattr(risport, "request", recorded)
    after_first_look(register)
    result = ris.wait(NAMES)
    assert "failed" not in result
    assert asked == [NAMES, NAMES[9:]]
    assert ris.cucm.lines == [
        "9 of 12 registered, 3 more expected: 1 not seen, 1 rejected, 1 unregistered; next look in 5 s, 60 s left",
        "12 of 12 registered; after 5 s",
    ]


def test_a_timeout_tells_the_state_of_every_phone(
    ris: Ris, after_first_look: Callable[[Callable[[], None]], None]
) -> None:
    after_first_look(lambda: None)
    ris.phones.put(NAMES[0])
    ris.phones.put(NAMES[1], "UnRegistered", 13)
    ris.phones.put(NAMES[2], "Rejected", 2)
    ris.phones.put(NAMES[3], "PartiallyRegistered")
    result = ris.wait(NAMES[:5], wait_timeout=12)
    assert result["failed"]
    assert [row["state"] for row in result["results"]] == [
        "registered",
        "unregistered",
        "rejected",
        "partially registered",
        "not seen",
    ]
    assert [row["status"] for row in result["results"]] == ["unchanged"] + ["failed"] * 4
    assert result["missing"] == NAMES[1:5]
    assert result["results"][1]["status_reason_words"] == "keepalive timeout"
    assert "4 of 5 phones are not registered as planned after 12 s" in result["msg"]
    assert f"{NAMES[2]}: rejected at cucm-pub, reason 2 (no entry in database)" in result["msg"]
    assert result["waited"] == 12
    assert result["requests"] == 4


def test_a_long_list_of_missing_phones_is_cut(ris: Ris) -> None:
    names = [f"SEP00005E00{number:04X}" for number in range(1000)]
    ris.phones.put(names[0])
    result = ris.wait(names, wait_timeout=0)
    assert len(result["results"]) == 1000
    assert len(result["missing"]) == 999
    assert names[20] in result["msg"]
    assert names[21] not in result["msg"]
    assert "; and 979 more (see 'missing')" in result["msg"]
    assert result["requests"] == 2


def test_registered_but_not_as_planned(ris: Ris) -> None:
    ris.phones.put(NAMES[0], protocol="SCCP")
    ris.phones.put(NAMES[1], lines={"1001": "Registered", "1002": "UnRegistered"})
    ris.phones.put(NAMES[2], lines={"+4420-79": "Registered"})
    rows = [
        {"name": NAMES[0], "protocol": "SIP"},
        {"mac": NAMES[1][3:], "model": "8841", "lines": [{"pattern": "1001"}, {"pattern": "1002"}]},
        {"name": NAMES[2], "patterns": [r"\+4420-79"], "protocol": "SIP"},
    ]
    ris.phones.put(NAMES[3], active_load="sip88xx.1", lines={})
    rows += [{"name": NAMES[3], "load": "sip88xx.2"}]
    ris.phones.put(NAMES[4])
    rows += [{"name": NAMES[4], "nodes": ["cucm-sub"]}]
    result = ris.wait(rows, wait_timeout=0)
    assert [row["state"] for row in result["results"]] == [
        "wrong protocol",
        "line missing",
        "registered",
        "wrong load",
        "wrong node",
    ]
    assert "registered with load sip88xx.1 instead of sip88xx.2" in result["msg"]
    assert "registered at cucm-pub instead of cucm-sub" in result["msg"]
    assert "registered with SCCP instead of SIP" in result["msg"]
    assert "registered without line 1002" in result["msg"]


def test_a_silent_node_is_no_verdict(ris: Ris) -> None:
    ris.service.silent_nodes.add("cucm-sub")
    ris.phones.put(NAMES[0])
    result = ris.wait(NAMES[:2], wait_timeout=0)
    assert [row["state"] for row in result["results"]] == ["registered", "inconclusive"]
    assert "node cucm-sub does not respond" in result["msg"]


def test_the_rate_is_kept_and_its_fault_is_waited_out(ris: Ris, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "PAUSES", (0.01,))
    ris.service.requests_per_minute = 0
    result = ris.wait(NAMES[:1], wait_timeout=0)
    assert result["failed"]
    assert "allows no more requests for now (exceeded allowed rate)" in result["msg"]
    assert result["results"][0]["state"] == "inconclusive"

    ris.phones.put(NAMES[0])
    answer = ris.service.answer

    def exceeded(body: bytes) -> str:
        monkeypatch.setattr(ris.service, "answer", answer)
        raise RisFault(RATE_FAULT.format(limit=15))

    ris.service.requests_per_minute = 15
    monkeypatch.setattr(ris.service, "answer", exceeded)
    result = ris.wait(NAMES[:1])
    assert "failed" not in result
    assert "wants fewer requests" in ris.cucm.lines[0]
    assert result["requests"] == 2


def test_enough_is_enough(ris: Ris) -> None:
    for name in NAMES[:9]:
        ris.phones.put(name)
    ris.phones.put(NAMES[9], "Rejected", 2)
    result = ris.wait(NAMES, required="75%")
    assert "failed" not in result
    assert (result["registered"], result["required"], result["waited"]) == (9, 9, 0)
    assert [row["status"] for row in result["results"]] == ["unchanged"] * 9 + ["failed"] * 3
    assert result["missing"] == NAMES[9:]
    assert "which is enough. Not yet: SEP00005E005310: rejected at cucm-pub" in result["msg"]


def test_it_ends_when_all_others_stay_rejected(
    ris: Ris, after_first_look: Callable[[Callable[[], None]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "TRIED_AGAIN", 20.0)
    ris.phones.put(NAMES[0])
    ris.phones.put(NAMES[1], "Rejected", 2, timestamp=1000)
    after_first_look(lambda: ris.phones.put(NAMES[1], "Rejected", 2, timestamp=1010))
    result = ris.wait(NAMES[:2], wait_timeout=3600)
    assert result["failed"]
    assert result["waited"] == 20
    assert "nothing can change any more: all others are rejected" in result["msg"]


def test_all_runs_on_a_controller_share_the_budget(ris: Ris) -> None:
    ris.phones.put(NAMES[0])
    ris.wait(NAMES[:1])
    ris.wait(NAMES[:1])
    (budget,) = Path(ris.cucm.options["ris_budget_path"]).iterdir()
    assert budget.name == f"127.0.0.1_{ris.cucm.options['port']}.json"
    assert len(json.loads(budget.read_text())["sent"]) == 2
    budget.write_text(json.dumps({"closed_until": time.time() + 50}))
    asked = len(ris.service._asked)
    look = ris.cucm.task(cucm_registrations_info, phones=NAMES[:1], axl_fallback=False)
    assert "wants fewer requests from the runs on this controller" in look["msg"]
    assert len(ris.service._asked) == asked


def test_refusals(ris: Ris) -> None:
    wrong = ris.wait(NAMES[:1], password="wr0ng")
    assert wrong["error"]["type"] == "AuthenticationFailed"
    assert "Standard CCM Server Monitoring" in wrong["msg"]
    assert [(row["key"], row["status"]) for row in wrong["results"]] == [(NAMES[0], "not_attempted")]
    auditor = ris.wait(NAMES[:1], username="auditor")
    assert "(HTTP 403)" in auditor["msg"]


def test_bad_rows_are_all_named(ris: Ris) -> None:
    rows = [NAMES[0], "00:00:5e:00:53:01", {"name": NAMES[1], "colour": "red"}, {"protocol": "SIP"}, 5, "SEP123"]
    result = ris.wait(rows, required="0", wait_timeout=-1)
    for words in (
        f"phones[1] ({NAMES[0]}): the same phone as phones[0]",
        f"phones[2] ({NAMES[1]}): unknown key 'colour'",
        "phones[3]",
        "phones[4] (5): 5 is not text: put the MAC address in quotes",
        "phones[5] (SEP123): 'SEP123' is not a MAC address",
        "wait_timeout can't be negative",
        "required: '0' is neither a number of phones from 1 on nor a share such as 95%",
    ):
        assert words in result["msg"], words
    assert "results" not in result


def test_check_mode_and_an_empty_list_ask_nobody(ris: Ris) -> None:
    result = ris.cucm.task(wait_for_registration, check=True, phones=NAMES, host="cucm.invalid")
    assert result["msg"] == "in check mode waiting is skipped"
    assert {row["status"] for row in result["results"]} == {"not_attempted"}
    assert "failed" not in ris.wait([])

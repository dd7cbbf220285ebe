"""RISPort70's answers in the shapes that they come in, and the pace of requests."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import read
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.https import Answer
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.pace import BudgetUsed, Pace, RateExceeded
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.ris_reply import (
    Device,
    Reply,
    parse_dir_number,
    parse_reply,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.risport import (
    Risport,
    patience,
    request,
    shortest_look,
)
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Refused

CAPTURES = Path(__file__).resolve().parents[6] / "shared" / "captures" / "cucm"
RATE = (
    b"<x>AxisFault: Exceeded allowed rate for Reatime information. Current allowed rate is 15 requests per minute</x>"
)


def node(name: str, code: str, *devices: str) -> str:
    items = "".join(f"<item>{device}</item>" for device in devices)
    return f"<item><ReturnCode>{code}</ReturnCode><Name>{name}</Name><CmDevices>{items}</CmDevices></item>"


def device(name: str, status: str, stamp: int, more: str = "") -> str:
    return f"<Name>{name}</Name><Status>{status}</Status><TimeStamp>{stamp}</TimeStamp>{more}"


def envelope(*nodes: str, total: int | None = None) -> bytes:
    found = "".join(nodes).count("<Status>") if total is None else total
    return (
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
        '<ns1:selectCmDeviceResponse xmlns:ns1="http://schemas.cisco.com/ast/soap"><ns1:selectCmDeviceReturn>'
        f"<SelectCmDeviceResult><TotalDevicesFound>{found}</TotalDevicesFound><CmNodes>{''.join(nodes)}</CmNodes>"
        "</SelectCmDeviceResult></ns1:selectCmDeviceReturn></ns1:selectCmDeviceResponse></soapenv:Body>"
        "</soapenv:Envelope>"
    ).encode()


def reply(*nodes: str, total: int | None = None) -> Reply:
    return parse_reply(read(envelope(*nodes, total=total), "RIS", "asking"))


def one(more: str) -> Device:
    return reply(node("pub", "Ok", device("SEP1", "Registered", 1, more))).devices["SEP1"]


@pytest.mark.parametrize(
    ("name", "phones"),
    [
        (
            "fixture_ris_selectcmdevice_multinode.xml",
            {
                "SEP001122334455": ("10.0.1.100", "cucm15-pub", {"1000": "Registered"}),
                "SEP665544332211": ("10.0.1.101", "cucm15-pub", {"1001": "Registered"}),
                "SEPAABBCCDDEEFF": ("10.0.2.50", "cucm15-sub", {"2000": "Registered"}),
            },
        ),
        ("fixture_ris_selectcmdevice_single.xml", {"SEP001122334455": ("10.0.1.100", "cucm15-pub", None)}),
    ],
)
def test_captures(name: str, phones: dict[str, tuple[str, str, dict[str, str] | None]]) -> None:
    path = CAPTURES / name
    if not path.exists():
        pytest.skip(f"{name} is not at ../shared/captures/cucm")
    found = parse_reply(read(path.read_bytes(), "RIS", "asking"))
    assert {key: (item.ip_address, item.node, item.lines) for key, item in found.devices.items()} == phones
    assert {item.status for item in found.devices.values()} == {"Registered"}
    assert not found.truncated
    assert not found.silent_nodes


@pytest.mark.parametrize(
    ("shape", "address"),
    [
        ("<IPAddress><item><IP>192.0.2.1</IP><IPAddrType>ipv4</IPAddrType></item></IPAddress>", "192.0.2.1"),
        (
            "<IPAddress><item><IP>2001:db8::1</IP><IPAddrType>ipv6</IPAddrType></item>"
            "<item><IP>192.0.2.2</IP><IPAddrType>ipv4</IPAddrType></item></IPAddress>",
            "192.0.2.2",
        ),
        ("<IPAddress><IP>192.0.2.3</IP></IPAddress>", "192.0.2.3"),
        ("<IPAddress>192.0.2.4</IPAddress>", "192.0.2.4"),
        ("<IPAddress/>", ""),
        ("", ""),
    ],
)
def test_addresses(shape: str, address: str) -> None:
    assert one(shape).ip_address == address


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("1000-Registered", {"1000": "Registered"}),
        ("+4420-79-UnRegistered", {"+4420-79": "UnRegistered"}),
        (r"\+44-Registered, 1001-UnRegistered", {r"\+44": "Registered", "1001": "UnRegistered"}),
        ("1000", {"1000": ""}),
        ("", {}),
    ],
)
def test_dir_number(words: str, lines: dict[str, str]) -> None:
    assert parse_dir_number(words) == lines
    assert one(f"<DirNumber>{words}</DirNumber>").lines == lines


def test_lines_status_goes_before_dir_number() -> None:
    more = (
        "<DirNumber>1000-UnRegistered</DirNumber><LinesStatus><item><DirectoryNumber>1000</DirectoryNumber>"
        "<Status>Registered</Status></item></LinesStatus>"
    )
    assert one(more).lines == {"1000": "Registered"}
    assert one("").lines is None


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (("Registered", 10), ("UnRegistered", 20), "UnRegistered"),
        (("UnRegistered", 10), ("Registered", 20), "Registered"),
        (("UnRegistered", 10), ("Registered", 10), "Registered"),
        (("Registered", 10), ("UnRegistered", 10), "Registered"),
    ],
)
def test_the_newest_record_counts(first: tuple[str, int], second: tuple[str, int], expected: str) -> None:
    found = reply(node("pub", "Ok", device("SEP1", *first)), node("sub", "Ok", device("sep1", *second)))
    assert [item.status for item in found.devices.values()] == [expected]


def test_nodes() -> None:
    found = reply(node("pub", "NotFound"), node("sub", "NodeNotResponding"))
    assert (found.devices, found.silent_nodes, found.truncated) == ({}, {"sub"}, False)
    assert reply(node("pub", "Ok", device("SEP1", "Registered", 1)), total=2).truncated


def test_the_request_is_escaped() -> None:
    assert etree.fromstring(request(["a<&>b", "SEP1"])).xpath("//*[local-name()='Item']/text()") == ["a<&>b", "SEP1"]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Ris:
    """Answers with what a function of the asked names returns."""

    authority = "cucm:8443"

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[list[str]] = []

    def post(self, path: str, body: bytes, headers: dict[str, str], *, roles: str) -> Answer:
        self.asked.append(etree.fromstring(body).xpath("//*[local-name()='Item']/text()"))
        return self.answers.pop(0)


def select(ris: Ris, names: list[str], until: float = 1000.0) -> tuple[Reply, Clock]:
    clock = Clock()
    port = Risport(ris, Pace(15, clock=clock, sleep=clock.sleep), clock=clock, sleep=clock.sleep)  # type: ignore[arg-type]
    return port.select(names, until=until), clock


def test_900_names_a_request() -> None:
    names = [f"SEP{number:012}" for number in range(2000)]
    ris = Ris(*[Answer(200, {}, envelope(node("pub", "NotFound")))] * 3)
    select(ris, names)
    assert [len(asked) for asked in ris.asked] == [900, 900, 200]
    assert sum(ris.asked, []) == names


def test_a_cut_answer_is_asked_for_in_halves() -> None:
    whole = Answer(200, {}, envelope(node("pub", "Ok", device("A", "Registered", 1)), total=2))
    halves = [Answer(200, {}, envelope(node("pub", "Ok", device(name, "Registered", 1)))) for name in "AB"]
    ris = Ris(whole, *halves)
    found, _clock = select(ris, ["A", "B"])
    assert sorted(found.devices) == ["A", "B"]
    assert ris.asked == [["A", "B"], ["A"], ["B"]]


def test_the_rate_fault_backs_off_10_30_60() -> None:
    ris = Ris(*[Answer(500, {}, RATE)] * 4, Answer(200, {}, envelope(node("pub", "NotFound"))))
    _found, clock = select(ris, ["A"])
    assert clock.slept == [10, 30, 60, 60]


def test_the_rate_fault_ends_with_the_time() -> None:
    found, _clock = select(Ris(*[Answer(500, {}, RATE)] * 2), ["A"], until=39.0)
    assert isinstance(found.error, RateExceeded)
    assert not isinstance(found.error, BudgetUsed)
    assert found.unasked == ["A"]


def test_what_came_before_an_error_is_kept() -> None:
    names = [f"SEP{number:012}" for number in range(2000)]
    first = Answer(200, {}, envelope(node("pub", "Ok", device(names[7], "Registered", 1))))
    found, _clock = select(Ris(first, Answer(404, {}, b"<title>none</title>")), names)
    assert list(found.devices) == [names[7]]
    assert isinstance(found.error, Refused)
    assert found.unasked == names[900:]


def test_the_budgets_own_pauses_may_last_longer_than_those_for_the_fault() -> None:
    names = [f"SEP{number:012}" for number in range(16 * 900)]
    empty = Answer(200, {}, envelope(node("pub", "NotFound")))
    clock = Clock()
    port = Risport(Ris(*[empty] * 16), Pace(15, clock=clock, sleep=clock.sleep), clock=clock, sleep=clock.sleep)  # type: ignore[arg-type]
    found = port.select(names, until=clock(), budget_until=shortest_look(len(names), 15))
    assert found.error is None
    assert clock.slept == [60]
    pace = Pace(1, clock=clock, sleep=clock.sleep)
    pace.take()
    port = Risport(Ris(), pace, clock=clock, sleep=clock.sleep)  # type: ignore[arg-type]
    found = port.select(["A"], until=clock(), budget_until=clock() + 59)
    assert isinstance(found.error, BudgetUsed)


@pytest.mark.parametrize(
    ("names", "rate", "seconds"), [(1, 12, 0), (10_800, 12, 0), (10_801, 12, 60), (20_000, 1, 1320)]
)
def test_the_budgets_arithmetic(names: int, rate: int, seconds: float) -> None:
    assert shortest_look(names, rate) == seconds


@pytest.mark.parametrize(("names", "seconds"), [(1, 1), (12 * 900, 1), (12 * 900 + 1, 120), (20_000, 120)])
def test_a_long_look_has_time_for_its_requests_too(names: int, seconds: float) -> None:
    # Each of the second minute's requests may begin a minute after one of the first, and these began one by one.
    assert patience(names, 12) == seconds

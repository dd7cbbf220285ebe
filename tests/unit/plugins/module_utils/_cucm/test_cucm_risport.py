"""RISPort70's answers in the shapes that they come in, and the pace of requests."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import read
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.https import Answer
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.risport import (
    Device,
    Pace,
    RateExceeded,
    Reply,
    Risport,
    parse_dir_number,
    parse_reply,
    request,
)

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


@given(rate=st.integers(1, 18), gaps=st.lists(st.floats(0, 30), max_size=60))
def test_no_minute_has_more_requests_than_allowed(rate: int, gaps: list[float]) -> None:
    clock = Clock()
    pace = Pace(rate, clock=clock, sleep=clock.sleep)
    times = []
    for gap in gaps:
        clock.now += gap
        pace.take()
        times.append(clock.now)
    for start in times:
        assert sum(start <= moment < start + 59.999 for moment in times) <= rate


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
    with pytest.raises(RateExceeded):
        select(Ris(*[Answer(500, {}, RATE)] * 2), ["A"], until=39.0)

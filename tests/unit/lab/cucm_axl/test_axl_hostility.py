"""The knobs: a queue of changes that fills, sessions that end, memory that runs out, and chance with a seed."""

from __future__ import annotations

import pytest
import requests

from lab.cucm.hostility import KNOBS, Hostility
from lab.cucm.sessions import COOKIE

LINE = "<addLine><line><pattern>{}</pattern><usage>Device</usage></line></addLine>"
LIST = (
    "<listLine><searchCriteria><pattern>%</pattern></searchCriteria><returnedTags><pattern/></returnedTags></listLine>"
)


@pytest.fixture
def weather(clock) -> Hostility:
    return Hostility(clock)


def test_every_knob_is_an_attribute_of_the_publisher(publisher):
    for knob in KNOBS:
        value = getattr(publisher, knob)
        setattr(publisher, knob, value)
        assert getattr(publisher, knob) == value


def test_without_knobs_nothing_happens(weather):
    for _ in range(1000):
        weather.written()
        assert True not in (weather.refuses_write(), weather.loses_answer(), weather.forgets_session())
        assert weather.delay() == 0


def test_the_queue_fills_with_writes_and_drains_with_time(weather, clock):
    weather.queue_limit, weather.queue_rate = 3, 2.0
    for _ in range(3):
        assert not weather.refuses_write()
        weather.written()
    assert weather.queue_length == 3
    assert weather.refuses_write()
    clock.now += 1
    assert weather.queue_length == 1
    assert not weather.refuses_write()
    clock.now += 100
    assert weather.queue_length == 0


async def test_a_full_queue_refuses_writes_and_not_reads(axl, publisher, store, clock):
    publisher.queue_limit, publisher.queue_rate = 2, 1.0
    assert [(await axl.post(LINE.format(1000 + number))).status for number in range(3)] == [200, 200, 503]
    assert (await axl.post(LIST)).status == 200
    assert store.count("Line") == 2
    clock.now += 1
    assert (await axl.post(LINE.format(1002))).status == 200


async def test_a_refused_request_changes_nothing_and_does_not_fill_the_queue(axl, publisher):
    assert (await axl.post(LINE.format(1001))).status == 200
    assert (await axl.post(LINE.format(1001))).code == "4052"
    assert publisher.queue_length == 1


async def test_a_session_ends_after_so_many_requests(axl, publisher):
    publisher.cookie_requests = 2
    session = requests.Session()
    statuses = [(await axl.post(LIST, session=session)).status for _ in range(3)]
    assert statuses == [200, 200, 404]
    session.cookies.clear()
    assert (await axl.post(LIST, session=session)).status == 200
    assert COOKIE in session.cookies


def test_memory_is_shared_by_the_reads_under_way(weather):
    weather.memory_limit = 16_000_000
    assert weather.hold(3_000_000)
    assert weather.hold(8_000_000)
    assert not weather.hold(2_500_000)
    assert weather.hold(1_500_000)
    weather.release(8_000_000)
    assert weather.hold(8_000_000)
    assert not weather.hold(6_000_000)


async def test_a_read_without_memory_gets_a_fault(axl, publisher):
    publisher.memory_limit = 10
    reply = await axl.post(LIST)
    assert (reply.status, reply.code) == (500, "-1")
    assert reply.message.startswith("Maximum AXL Memory Allocation Consumed. Please retry once")
    assert reply.body.findtext("detail/axlError/request") == "listLine"
    assert (await axl.post(LINE.format(1001))).status == 200
    publisher.memory_limit = 16_000_000
    assert (await axl.post(LIST)).status == 200


def story(weather: Hostility) -> list[bool]:
    return [part for _ in range(200) for part in (weather.refuses_write(), weather.loses_answer())]


def test_chance_is_the_same_with_the_same_seed(weather):
    weather.chaos_throttle = weather.chaos_lost = 0.2
    weather.chaos_seed = 7
    first = story(weather)
    weather.chaos_seed = 7
    assert story(weather) == first
    weather.chaos_seed = 8
    assert story(weather) != first
    assert 40 < sum(first) < 120


async def test_chance_strikes_each_kind_of_request(axl, publisher, store):
    publisher.chaos_throttle = 1
    assert (await axl.post(LINE.format(1001))).status == 503
    assert (await axl.post(LIST)).status == 200
    publisher.chaos_throttle, publisher.chaos_lost = 0, 1
    with pytest.raises(requests.ConnectionError):
        await axl.post(LINE.format(1001))
    assert store.find("Line", "1001/")
    publisher.chaos_lost, publisher.chaos_memory = 0, 1
    assert (await axl.post(LIST)).code == "-1"
    publisher.chaos_memory, publisher.chaos_stale = 0, 1
    session = requests.Session()
    assert [(await axl.post(LIST, session=session)).status for _ in range(2)] == [200, 404]


def test_slow_answers(weather):
    weather.latency, weather.chaos_slow, weather.chaos_delay = 0.5, 1, 2.0
    assert weather.delay() == 2.5
    weather.chaos_slow = 0
    assert weather.delay() == 0.5

"""What goes wrong between two rows: the publisher restarts, a password is changed, a proxy's page, a refusal, a storm.

Whatever it is, the rows say what became of each, and the next run completes it without adding anything twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from ansible_collections.dialtone.voice.plugins.module_utils._cucm import axl, throttle
from ansible_collections.dialtone.voice.plugins.modules import cucm_lines, cucm_phones
from lab.cucm import soap
from lab.cucm.sessions import Account, Sessions

if TYPE_CHECKING:
    from cucm_publisher import Authority, Proceed, Site, StartSite

pytest_plugins = ["cucm_publisher"]

COUNT, GONE_AFTER = 60, 25
LINES = [{"pattern": str(2000 + number), "partition": "PT-Internal"} for number in range(COUNT)]
PHONES = [
    {
        "name": f"SEP02005E{number:06X}",
        "model": "8841",
        "device_pool": "Default",
        "description": f"Zoë & <Söhne> {number}",
        "lines": [{**LINES[number], "label": f"Desk {number}"}],
    }
    for number in range(COUNT)
]


@pytest.fixture
def with_lines(cucm: Site) -> Site:
    """A publisher that has the lines."""
    assert "failed" not in cucm.task(cucm_lines, lines=LINES)
    return cucm


def statuses(result: dict[str, Any]) -> set[str]:
    assert "results" in result, result["msg"]
    return {row["status"] for row in result["results"]}


def completed_by_the_next_run(cucm: Site, partly: dict[str, Any], **options: Any) -> None:
    """The next run finds what the rows of the one before say, adds the others, and the one after it nothing."""
    told = {row["key"] for row in partly["results"] if row["status"] == "changed"}
    held = {phone.name for phone in cucm.store.phones()}
    assert told <= held
    added = cucm.task(cucm_phones, phones=PHONES, **options)
    assert "failed" not in added, added["msg"]
    assert {row["key"] for row in added["results"] if row["status"] == "unchanged"} == held
    assert {row["key"] for row in added["results"] if row["status"] == "changed"} == {
        row["name"] for row in PHONES if row["name"] not in held
    }
    assert [(phone.description, phone.lines[0].pattern, phone.lines[0].label) for phone in cucm.store.phones()] == [
        (row["description"], row["lines"][0]["pattern"], row["lines"][0]["label"]) for row in PHONES
    ]
    assert statuses(cucm.task(cucm_phones, phones=PHONES, **options)) == {"unchanged"}


def after(cucm: Site, happens: Callable[[], Any], kind: str = "Phone", count: int = GONE_AFTER) -> None:
    """Let something happen once, as soon as so many objects are there; a response of it is what is answered."""
    once = [happens]

    async def around(operation: str, proceed: Proceed) -> web.StreamResponse:
        if operation == f"add{kind}" and once and cucm.store.count(kind) >= count:
            result = once.pop()()
            if isinstance(result, web.StreamResponse):
                return result
        return await proceed()

    cucm.interfere(around)


def test_a_publisher_that_restarts_in_the_middle(
    with_lines: Site, start_cucm: StartSite, cucm_authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(axl, "_LOOKS", (0.0, 0.1))
    cucm, context = with_lines, cucm_authority.server()
    stopping: list[asyncio.Task[None]] = []
    after(cucm, lambda: stopping.append(asyncio.ensure_future(cucm.publisher.stop())))
    result = cucm.task(cucm_phones, phones=PHONES)
    assert "can't be reached" in result["msg"] or "the answer was lost" in result["msg"]
    assert result["changed"]
    assert {"changed", "failed", "not_attempted"} == statuses(result)
    assert GONE_AFTER <= len(cucm.store.phones()) < COUNT
    again = start_cucm(store=cucm.store, port=cucm.publisher.port, context=context)
    completed_by_the_next_run(again, result)


def test_a_publisher_that_restarts_after_400_of_1000_lines(
    cucm: Site, start_cucm: StartSite, cucm_authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(axl, "_LOOKS", (0.0, 0.1))
    context, stopping = cucm_authority.server(), []
    rows = [{"pattern": str(20_000 + n), "partition": "PT-Internal", "description": f"Desk {n}"} for n in range(1000)]
    after(cucm, lambda: stopping.append(asyncio.ensure_future(cucm.publisher.stop())), "Line", 400)
    broken = cucm.task(cucm_lines, lines=rows)
    assert {"changed", "failed", "not_attempted"} == statuses(broken)
    held = {line.document["pattern"] for line in cucm.store.all("Line")}
    assert 400 <= len(held) < 410
    assert {row["key"].split()[0] for row in broken["results"] if row["status"] == "changed"} <= held
    again = start_cucm(store=cucm.store, port=cucm.publisher.port, context=context)
    result = again.task(cucm_lines, lines=rows)
    assert {row["key"].split()[0] for row in result["results"] if row["status"] == "unchanged"} == held
    assert statuses(result) == {"changed", "unchanged"}
    there = [(line.document["pattern"], line.document["description"]) for line in cucm.store.all("Line")]
    assert sorted(there) == [(row["pattern"], row["description"]) for row in rows]


def test_a_password_that_is_changed_meanwhile(with_lines: Site) -> None:
    cucm = with_lines
    refused: list[str | None] = []

    class Changed(Sessions):
        def authenticate(self, authorization: str | None, cookie: str | None) -> Any:
            account, fresh = super().authenticate(authorization, cookie)
            if account is None:
                refused.append(authorization)
            return account, fresh

    def change() -> None:
        cucm.publisher.sessions = Changed([Account("voiceadmin", "n3w-password", frozenset({"axl_write"}))])

    after(cucm, change)
    result = cucm.task(cucm_phones, phones=PHONES)
    assert "did not accept the user 'voiceadmin'" in result["msg"]
    assert {"changed", "failed", "not_attempted"} == statuses(result)
    assert len(refused) == 1, "each try with a wrong password brings the account nearer to being locked"
    assert "not accept" in cucm.task(cucm_phones, phones=PHONES)["msg"]
    completed_by_the_next_run(cucm, result, password="n3w-password")


def test_a_proxys_page_instead_of_one_answer(with_lines: Site) -> None:
    page = "<html><head><title>Company Proxy</title></head><body><h1>Please log in</h1></body></html>"
    after(with_lines, lambda: web.Response(text=page, content_type="text/html"))
    result = with_lines.task(cucm_phones, phones=PHONES)
    failed = [row for row in result["results"] if row["status"] == "failed"]
    assert len(failed) == 1
    assert "answered with something that is no SOAP: 'Company Proxy: Please log in'" in failed[0]["error"]
    # Whoever answers so once answers so again: nothing more is sent.
    assert statuses(result) == {"changed", "failed", "not_attempted"}
    completed_by_the_next_run(with_lines, result)


def test_one_refusal_does_not_stop_the_other_rows(with_lines: Site) -> None:
    fault = soap.fault(blame="Client", code=-1206, message="Some rule of this cluster", request="addPhone")
    after(with_lines, lambda: web.Response(status=500, body=fault, content_type="text/xml"))
    result = with_lines.task(cucm_phones, phones=PHONES)
    failed = [row for row in result["results"] if row["status"] == "failed"]
    assert [("Some rule of this cluster" in row["error"], row["after"]) for row in failed] == [(True, None)]
    assert result["msg"].startswith(f"1 of {COUNT} phones failed")
    assert len(with_lines.store.phones()) == COUNT - 1
    completed_by_the_next_run(with_lines, result)


def test_a_storm_of_503_halves_the_connections(with_lines: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST_PAUSE", "LONGEST_PAUSE"):
        monkeypatch.setattr(throttle, name, 0.02)
    cucm, storm = with_lines, 14
    cucm.publisher.latency = 0.02
    under_way, before, afterwards = 0, [], []

    async def around(operation: str, proceed: Proceed) -> web.StreamResponse:
        nonlocal under_way, storm
        if operation != "addPhone":
            return await proceed()
        under_way += 1
        try:
            if len(cucm.store.phones()) < 16:
                before.append(under_way)
            elif storm:
                storm -= 1
                return web.Response(status=503)
            else:
                afterwards.append(under_way)
            return await proceed()
        finally:
            under_way -= 1

    cucm.interfere(around)
    result = cucm.task(cucm_phones, phones=PHONES, connections=8)
    assert statuses(result) == {"changed"}
    assert max(before) == 8
    assert max(afterwards[:5]) <= 2
    assert max(afterwards) > 2
    assert any("is busy, next try in" in line for line in cucm.lines)

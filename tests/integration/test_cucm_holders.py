"""LineBook against the lab's publisher: where lines are, which devices have them, and what uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import validate
from ansible_collections.dialtone.voice.plugins.module_utils._cucm import holders, sql
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import Fault
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.holders import LineBook
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.options import AXL

if TYPE_CHECKING:
    from cucm_publisher import Site

pytest_plugins = ["cucm_publisher"]

PARTITION = "PT-Internal"


def session(cucm: Site) -> Axl:
    options = {name: value for name, value in cucm.options.items() if name in AXL.spec}
    return Axl(validate(AXL.spec, options, secrets=set()).params)


@pytest.fixture
def operations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The operations that a task has sent, in order."""
    sent: list[str] = []
    call = Axl.call

    def kept(self: Axl, operation: str, arguments: dict[str, Any], doing: str) -> Any:
        sent.append(operation)
        return call(self, operation, arguments, doing)

    monkeypatch.setattr(Axl, "call", kept)
    return sent


@pytest.fixture
def no_sql(operations: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the publisher refuse every query."""
    call = Axl.call

    def refuse(self: Axl, operation: str, arguments: dict[str, Any], doing: str) -> Any:
        if operation == "executeSQLQuery":
            raise Fault(f"{doing}: refused", words="Permission denied", code="5003")
        return call(self, operation, arguments, doing)

    monkeypatch.setattr(Axl, "call", refuse)


def phone(name: str, *patterns: str) -> dict[str, Any]:
    lines = [
        {"index": str(index), "dirn": {"pattern": pattern, "routePartitionName": PARTITION}}
        for index, pattern in enumerate(patterns, start=1)
    ]
    return {
        "name": name,
        "product": "Cisco 8841",
        "model": "Cisco 8841",
        "protocol": "SIP",
        "devicePoolName": "Default",
        "lines": {"line": lines},
    }


@pytest.fixture
def site(cucm: Site) -> Site:
    with cucm.store.transaction():
        for number in range(20):
            cucm.store.put("Line", {"pattern": f"10{number:02}", "usage": "Device", "routePartitionName": PARTITION})
        cucm.store.put("Line", {"pattern": "1001", "usage": "Device", "routePartitionName": None})
        cucm.store.put("Line", {"pattern": r"\+441001", "usage": "Device", "routePartitionName": PARTITION})
        cucm.store.put("Phone", phone("SEP00005E005301", "1001", "1002"))
        cucm.store.put("Phone", phone("SEP00005E005302", "1002", r"\+441001"))
    return cucm


KEYS = [("1001", PARTITION), ("1001", ""), ("1002", "pt-internal"), ("1003", PARTITION), (r"\+441001", PARTITION)]
DEVICES = [["SEP00005E005301"], [], ["SEP00005E005301", "SEP00005E005302"], [], ["SEP00005E005302"]]


def check(axl: Axl) -> None:
    book = LineBook(axl)
    book.prefetch([*KEYS, ("1001", None), ("7777", PARTITION), ("7777", None)])
    before = axl.requests
    assert [book.devices_of(*key) for key in KEYS] == DEVICES
    assert book.devices_of("7777", PARTITION) is None
    assert book.partitions_of("1001") == ["", PARTITION]
    assert book.partitions_of("7777") == []
    assert axl.requests == before


def test_devices_and_partitions_of_many_lines(site: Site, operations: list[str]) -> None:
    with session(site) as axl:
        check(axl)
    assert operations.count("executeSQLQuery") == 1
    assert "listLine" in operations


def test_where_sql_is_refused_each_line_is_asked_for(site: Site, operations: list[str], no_sql: None) -> None:
    with session(site) as axl:
        check(axl)
    assert operations.count("getLine") >= len(KEYS)


def test_one_line_costs_one_request(site: Site) -> None:
    with session(site) as axl:
        before = axl.requests
        assert LineBook(axl).devices_of("1001", PARTITION) == ["SEP00005E005301"]
        assert axl.requests == before + 1


def test_long_answers_come_in_pages(site: Site, operations: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "PAGE", 2)
    monkeypatch.setattr(holders, "_CHUNK", 3)
    with session(site) as axl:
        check(axl)
    # Of four numbers three are in the first query, which has an answer of three rows.
    assert operations.count("executeSQLQuery") == 3


@pytest.fixture
def used(site: Site) -> Site:
    """A line group with 1004, a user with 1005, forwards to 1006, a device profile with 1007; 1008 only has its own."""
    with site.store.transaction():
        site.store.put("Phone", {**phone("CTIPORT", "1005"), "product": "CTI Port", "model": "CTI Port"})
        member = {"lineSelectionOrder": "1", "directoryNumber": {"pattern": "1004", "routePartitionName": PARTITION}}
        site.store.put("LineGroup", {"name": "Sales", "members": {"member": [member]}})
        extension = {"pattern": "1005", "routePartitionName": PARTITION}
        site.store.put("User", {"userid": "jdoe", "lastName": "Doe", "primaryExtension": extension})
        forwards = ("callForwardAll", "callForwardNoCoverageInt", "callForwardOnFailure", "callForwardAll")
        for number, element in zip(("1015", "1016", "1017", "1008"), forwards, strict=True):
            destination = "1008" if number == "1008" else "1006"
            (line,) = site.store.all("Line", like=f"{number}/%")
            site.store.put("Line", {**line.document, element: {"destination": destination}}, line.uuid)
        site.store.put("DeviceProfile", phone("UDP-jdoe", "1007"))
    return site


USED = [(pattern, PARTITION) for pattern in ("1004", "1005", "1006", "1007", "1008", "7777")]


def test_what_uses_a_line(used: Site) -> None:
    with session(used) as axl:
        book = LineBook(axl)
        assert list(book.users_of(USED, ["CTIPORT"]).values()) == [
            ["line group Sales"],
            ["extension of user jdoe"],
            ["forward of line 1015", "forward of line 1016", "forward of line 1017"],
            ["UDP-jdoe"],
            [],
            None,
        ]
        assert book.unused(USED) == [("1008", PARTITION)]
        assert book.unused(KEYS) == [("1001", ""), ("1003", PARTITION)]
        assert book.unused(KEYS, ["SEP00005E005301", "sep00005e005302"]) == KEYS


def test_a_column_that_a_release_lacks_hides_no_other_forward(used: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holders, "_DESTINATIONS", ("cfgonedestination", *holders._DESTINATIONS))
    with session(used) as axl:
        users = LineBook(axl).users_of([("1006", PARTITION)])
    assert users["1006", PARTITION] == ["forward of line 1015", "forward of line 1016", "forward of line 1017"]


def test_what_uses_a_line_as_far_as_it_can_be_told_without_sql(used: Site, no_sql: None) -> None:
    with session(used) as axl:
        users = LineBook(axl).users_of(USED, ["CTIPORT"])
    assert users["1004", PARTITION] == ["line group Sales"]
    assert users["1005", PARTITION] == ["extension of user jdoe"]
    assert users["1008", PARTITION] == []
    assert users["7777", PARTITION] is None

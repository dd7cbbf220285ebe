"""executeSQLQuery: the tables, Informix's dialect, what changed since the last query, and its faults."""

from __future__ import annotations

from html import escape

import pytest

from lab.cucm import sql
from lab.cucm.axl_faults import AxlFault
from lab.cucm.dictionary import Dictionary

BOOK = (
    "select {page} d.name as device, n.dnorpattern as pattern, p.name as partition_name from devicenumplanmap m "
    "inner join device d on d.pkid = m.fkdevice inner join numplan n on n.pkid = m.fknumplan "
    "left outer join routepartition p on p.pkid = n.fkroutepartition "
    "where n.dnorpattern in ('1001', '1002', '1003') order by n.dnorpattern, d.name"
)


MODEL = {"product": "Cisco 8841", "model": "Cisco 8841"}


def dirn(pattern: str, partition: str | None = "PT-Internal") -> dict[str, str | None]:
    return {"pattern": pattern, "routePartitionName": partition}


def phone(number: int, *lines: dict[str, str | None]) -> dict[str, object]:
    appearances = [{"index": str(index), "dirn": line} for index, line in enumerate(lines, start=1)]
    name = f"SEP00005E0053{number:02X}"
    return {"name": name, **MODEL, "devicePoolName": "Default", "lines": {"line": appearances}}


@pytest.fixture
def tables(store):
    """Four lines, one of them twice and one in no partition; three phones, of which one shares a line."""
    for line in (dirn("1001"), dirn("1001", None), dirn("1002"), dirn("1003")):
        store.put("Line", line)
    store.put("Phone", phone(1, dirn("1001"), dirn("1002")))
    store.put("Phone", phone(2, dirn("1001"), dirn("1001", None)))
    store.put("Phone", phone(3))
    tables = Dictionary(store)
    yield tables
    tables.close()


def test_closed_tables_are_made_anew(tables):
    query = "select name from device order by name"
    before = sql.execute(tables, query)
    tables.close()
    assert len(before) == 3
    assert sql.execute(tables, query) == before


def test_the_devices_on_lines(tables):
    rows = sql.execute(tables, BOOK.format(page=""))
    assert sorted(tuple(row.values()) for row in rows) == [
        ("SEP00005E005301", "1001", "PT-Internal"),
        ("SEP00005E005301", "1002", "PT-Internal"),
        ("SEP00005E005302", "1001", ""),
        ("SEP00005E005302", "1001", "PT-Internal"),
    ]
    assert list(rows[0]) == ["device", "pattern", "partition_name"]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("first 2", ["SEP00005E005301", "SEP00005E005302"]),
        ("skip 0 first 1", ["SEP00005E005301"]),
        ("skip 3 first 5", ["SEP00005E005301"]),
        ("SKIP 4 FIRST 5", []),
        ("skip 3", ["SEP00005E005301"]),
        ("limit 1", ["SEP00005E005301"]),
    ],
)
def test_pages(tables, page, expected):
    assert [row["device"] for row in sql.execute(tables, BOOK.format(page=page))] == expected


def test_what_changed_is_there_with_the_next_query(tables, store):
    query = "select d.name from device d where d.description like 'Desk%' order by d.name desc"
    assert sql.execute(tables, query) == []
    for number in (1, 3):
        store.put("Phone", {**phone(number), "description": f"Desk {number}"})
    store.remove(store.phone("SEP00005E005302").uuid)
    assert [row["name"] for row in sql.execute(tables, query)] == ["SEP00005E005303", "SEP00005E005301"]
    assert sql.execute(tables, "select count(*) from device") == [{"count": "2"}]
    assert sql.execute(tables, "select count(*) from devicenumplanmap") == [{"count": "0"}]


def undo_a_phone(store) -> None:
    with store.transaction():
        store.put("Phone", phone(9))
        raise KeyError


def test_a_change_that_was_undone_leaves_no_row(tables, store):
    with pytest.raises(KeyError):
        undo_a_phone(store)
    assert sql.execute(tables, "select name from device where name = 'SEP00005E005309'") == []


def test_hunt_groups_name_their_lines(tables, store):
    members = [{"lineSelectionOrder": "0", "directoryNumber": dirn("1003")}]
    store.put("LineGroup", {"name": "LG-Help", "members": {"member": members}})
    query = (
        "select g.name, n.dnorpattern from linegroupnumplanmap m join linegroup g on g.pkid = m.fklinegroup "
        "join numplan n on n.pkid = m.fknumplan"
    )
    assert sql.execute(tables, query) == [{"name": "LG-Help", "dnorpattern": "1003"}]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("select paramvalue from processconfig where paramname = 'ClusterSecurityMode'", ["0"]),
        ("select name from processnode where name != 'EnterpriseWideData'", ["127.0.0.1"]),
        ("select name from callmanager", ["CM_cucm-pub"]),
        ("select userid from enduser order by userid", ["aberg", "tfuchs"]),
        ("select max(numplanindex) from devicenumplanmap", ["2"]),
        ("select distinct m.name from device d join typemodel m on m.enum = d.tkmodel", ["Cisco 8841"]),
        ("select distinct p.name from device d join typeproduct p on p.enum = d.tkproduct", ["Cisco 8841"]),
        (
            "select f.tkdeviceprotocol from typeproduct p left outer join defaults f on f.tkmodel = p.tkmodel "
            "where p.name in ('Cisco 7961', 'Third-party SIP Device (Advanced)') order by f.tkdeviceprotocol",
            ["", "0", "11"],
        ),
    ],
)
def test_other_tables(tables, query, expected):
    assert [value for row in sql.execute(tables, query) for value in row.values()] == expected


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("selec name from device", 201),
        ("select first x name from device", 201),
        ("select serial from device", 217),
        ("select name from unicorn", 206),
        ("delete from device_", 201),
        ("update device_ set name = 'x'", 201),
        ("drop table device_", 201),
        ("pragma user_version", 201),
        ("", 201),
    ],
)
def test_faults(tables, query, code):
    with pytest.raises(AxlFault) as caught:
        sql.execute(tables, query)
    assert caught.value.code == code
    assert sql.execute(tables, "select count(*) from device") == [{"count": "3"}]


def test_a_query_without_end_is_ended(tables, monkeypatch):
    monkeypatch.setattr(sql, "_MAX_STEPS", 3)
    everything = ", ".join(f"numplan n{number}" for number in range(12))
    with pytest.raises(AxlFault):
        sql.execute(tables, f"select count(*) from {everything}")


async def test_a_large_answer_names_the_number_of_rows(axl, publisher, store):
    for number in range(10):
        store.put("Line", dirn(str(1000 + number)))
    publisher.max_response = 300
    query = escape("select dnorpattern from numplan where dnorpattern < '2000'")
    reply = await axl.post(f"<executeSQLQuery><sql>{query}</sql></executeSQLQuery>")
    assert (reply.code, reply.status) == ("-1", 500)
    assert "Total rows matched: 10 rows" in reply.message
    small = await axl.post("<executeSQLQuery><sql>select first 2 dnorpattern from numplan</sql></executeSQLQuery>")
    assert small.status == 200, small.text
    assert len(small.result) == 2

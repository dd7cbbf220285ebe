"""cucm_phones with state absent: the phones, then the lines that nothing else uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.dialtone.voice.plugins.modules import cucm_lines, cucm_phones

if TYPE_CHECKING:
    from cucm_publisher import Site

pytest_plugins = ["cucm_publisher"]

PHONES = ("SEP00005E005301", "SEP00005E005302")


def line(number: str, **more: Any) -> dict[str, Any]:
    return {"pattern": number, "partition": "PT-Internal", **more}


def told(result: dict[str, Any]) -> list[tuple[str, str]]:
    return [(row["key"], row["status"]) for row in result["lines"]]


def there(cucm: Site) -> set[str]:
    return {found.document["pattern"] for found in cucm.store.all("Line")}


@pytest.fixture
def site(cucm: Site) -> Site:
    """Two phones that share a line, each with one of its own."""
    rows = [line(number) for number in ("1001", "1002", "1003", "1004")]
    assert "failed" not in cucm.task(cucm_lines, lines=rows)
    base = {"model": "8841", "device_pool": "Default"}
    phones = [
        {**base, "name": name, "lines": [line(number), line("1003", shared=True)]}
        for name, number in zip(PHONES, ("1001", "1002"), strict=True)
    ]
    assert "failed" not in cucm.task(cucm_phones, phones=phones)
    return cucm


def test_lines_go_after_their_last_phone(site: Site) -> None:
    first, second = ([{"name": name}] for name in PHONES)
    planned = site.task(cucm_phones, check=True, state="absent", remove_lines=True, phones=first)
    assert told(planned) == [("1001 in PT-Internal", "changed"), ("1003 in PT-Internal", "unchanged")]
    assert planned["lines"][1]["used_by"] == [PHONES[1]]
    assert len(site.store.phones()) == 2
    assert there(site) == {"1001", "1002", "1003", "1004"}

    done = site.task(cucm_phones, state="absent", remove_lines=True, phones=first)
    assert told(done) == told(planned)
    assert done["lines"][0]["sent"] == ["removeLine"]
    assert [entry["before_header"] for entry in done["diff"]] == [f"phones {PHONES[0]}", "lines 1001 in PT-Internal"]
    assert there(site) == {"1002", "1003", "1004"}

    rest = site.task(cucm_phones, state="absent", remove_lines=True, phones=second)
    assert told(rest) == [("1002 in PT-Internal", "changed"), ("1003 in PT-Internal", "changed")]
    assert there(site) == {"1004"}
    again = site.task(cucm_phones, state="absent", remove_lines=True, phones=second)
    assert (again["changed"], again["lines"]) == (False, [])


def test_lines_of_two_phones_that_go_together(site: Site) -> None:
    both = [{"name": name} for name in PHONES]
    planned = site.task(cucm_phones, check=True, state="absent", remove_lines=True, phones=both)
    done = site.task(cucm_phones, state="absent", remove_lines=True, phones=both)
    assert told(planned) == told(done)
    assert {status for _key, status in told(done)} == {"changed"}
    assert there(site) == {"1004"}


def test_lines_stay_where_it_is_not_said(site: Site) -> None:
    done = site.task(cucm_phones, state="absent", phones=[{"name": name} for name in PHONES])
    assert "lines" not in done
    assert there(site) == {"1001", "1002", "1003", "1004"}


def test_a_rerun_removes_the_lines_that_the_rows_give(site: Site) -> None:
    rows = [{"name": PHONES[0], "lines": [line("1001"), line("1003")]}]
    assert "failed" not in site.task(cucm_phones, state="absent", phones=rows)
    again = site.task(cucm_phones, state="absent", remove_lines=True, phones=rows)
    assert told(again) == [("1001 in PT-Internal", "changed"), ("1003 in PT-Internal", "unchanged")]
    assert again["changed"]


def test_a_line_that_is_an_extension_of_a_user_stays(site: Site) -> None:
    extension = {"pattern": "1001", "routePartitionName": "PT-Internal"}
    site.store.put("User", {"userid": "zoe", "lastName": "Z", "primaryExtension": extension})
    done = site.task(cucm_phones, state="absent", remove_lines=True, phones=[{"name": PHONES[0]}])
    assert told(done)[0] == ("1001 in PT-Internal", "unchanged")
    assert done["lines"][0]["used_by"] == ["extension of user zoe"]

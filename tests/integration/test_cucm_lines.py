"""cucm_lines against the lab's publisher, step by step up and down the stair."""

from __future__ import annotations

from cucm_publisher import Site

from ansible_collections.dialtone.voice.plugins.modules import cucm_lines

pytest_plugins = ["cucm_publisher"]

LINE = {"pattern": "1001", "partition": "PT-Internal", "description": "Reception", "css": "CSS-Internal"}


def statuses(result: dict) -> list[str]:
    return [row["status"] for row in result["results"]]


def test_stair(site: Site) -> None:
    result = site.task(cucm_lines, lines=[{"description": "x"}, {"pattern": "1", "colour": "red"}], port=None)
    assert result["failed"]
    assert "lines[0]: missing required arguments: pattern" in result["msg"]
    assert "lines[1] (1): Unsupported parameters: colour" in result["msg"] or "colour" in result["msg"]

    planned = site.task(cucm_lines, check=True, lines=[LINE])
    assert statuses(planned) == ["changed"]
    assert planned["changed"]
    assert planned["diff"][0]["before"] == ""
    assert "description: Reception" in planned["diff"][0]["after"]
    assert not site.store.all("Line")

    first = site.task(cucm_lines, lines=[LINE])
    assert statuses(first) == ["changed"]
    assert first["results"][0]["after"] == planned["results"][0]["after"]
    assert first["results"][0]["sent"] == ["addLine"]
    assert len(site.store.all("Line")) == 1

    again = site.task(cucm_lines, lines=[LINE])
    assert statuses(again) == ["unchanged"]
    assert not again["changed"]
    assert again["diff"] == []

    other = {**LINE, "description": "", "alerting_name": "Reception desk"}
    update = site.task(cucm_lines, lines=[other])
    assert update["results"][0]["sent"] == ["updateLine"]
    assert update["results"][0]["after"] == {
        "pattern": "1001",
        "partition": "PT-Internal",
        "alerting_name": "Reception desk",
        "css": "CSS-Internal",
    }
    assert statuses(site.task(cucm_lines, lines=[other])) == ["unchanged"]
    assert statuses(site.task(cucm_lines, lines=[{"pattern": "1001"}])) == ["unchanged"]

    gone = site.task(cucm_lines, lines=[other], state="absent", check=True)
    assert statuses(gone) == ["changed"]
    assert len(site.store.all("Line")) == 1
    assert statuses(site.task(cucm_lines, lines=[other], state="absent")) == ["changed"]
    assert not site.store.all("Line")
    assert statuses(site.task(cucm_lines, lines=[other], state="absent")) == ["unchanged"]

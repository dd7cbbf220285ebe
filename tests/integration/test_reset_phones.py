"""reset_phones against the lab's publisher: batches, what a schema has for it, and what a run must survive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.dialtone.voice.plugins.modules import cucm_phones, reset_phones

if TYPE_CHECKING:
    from cucm_publisher import Site, StartSite

pytest_plugins = ["cucm_publisher"]

MACS = [f"00005e0053{number:02}" for number in range(25)]
NAMES = [f"SEP{mac.upper()}" for mac in MACS]
CHANGES = {"reset": "reset", "restart": "restarted", "apply": "applied"}


def statuses(result: dict[str, Any]) -> list[str]:
    assert "results" in result, result["msg"]
    return [row["status"] for row in result["results"]]


class Phones:
    """A publisher with phones, what it told them, and the pauses that were made."""

    def __init__(self, site: Site, count: int) -> None:
        self.site = site
        self.told: list[tuple[str, str]] = []
        self.slept: list[float] = []
        rows = [{"mac": mac, "model": "8841", "device_pool": "Default"} for mac in MACS[:count]]
        assert "failed" not in site.task(cucm_phones, phones=rows)
        site.store.subscribe(self._hear)

    def _hear(self, kind: str, name: str, change: str) -> None:
        if kind == "Phone" and change in CHANGES.values():
            self.told.append((name, change))

    def reset(self, *phones: Any, **options: Any) -> dict[str, Any]:
        return self.site.task(reset_phones, phones=list(phones), **options)


@pytest.fixture
def start_phones(start_cucm: StartSite, monkeypatch: pytest.MonkeyPatch) -> Any:
    def start(count: int, **arguments: Any) -> Phones:
        phones = Phones(start_cucm(**arguments), count)
        monkeypatch.setattr(reset_phones, "sleep", phones.slept.append)
        return phones

    return start


@pytest.mark.parametrize("version", ["12.5", "15.0"])
def test_each_action_by_what_the_schema_has(start_phones: Any, version: str) -> None:
    phones = start_phones(1, version=version)
    planned = phones.reset(NAMES[0], action="restart", check=True)
    assert statuses(planned) == ["changed"]
    assert "action: restart" in planned["diff"][0]["after"]
    assert planned["missing"] == []
    assert phones.told == []
    for action, change in CHANGES.items():
        result = phones.reset(NAMES[0], action=action)
        assert statuses(result) == ["changed"]
        assert result["results"][0]["sent"][0].startswith("doDeviceReset (deviceResetType ")
        assert phones.told == [(NAMES[0], change)]
        phones.told.clear()
    result = phones.reset(NAMES[0], action="generate_prt")
    if version == "12.5":
        assert "action generate_prt: its doDeviceReset knows Reset, Restart, Apply Configuration" in result["msg"]
        assert "results" in result
    else:
        assert result["results"][0]["sent"] == ["doDeviceReset (deviceResetType Generate PRT)"]
    assert phones.told == []


def test_batches_with_a_pause(start_phones: Any) -> None:
    phones = start_phones(25)
    result = phones.reset(*MACS, action="restart", batch_size=10, pause=7)
    assert set(statuses(result)) == {"changed"}
    assert result["batches"] == 3
    assert phones.slept == [7, 7]
    assert sorted(name for name, _change in phones.told) == NAMES
    assert sorted(name for name, _change in phones.told[:10]) == NAMES[:10]
    assert [line for line in phones.site.lines if line.startswith("restart: batch")] == [
        "restart: batch 1 of 3, phones 1 to 10 of 25, 0 failed, next batch in 7 s",
        "restart: batch 2 of 3, phones 11 to 20 of 25, 0 failed, next batch in 7 s",
        "restart: batch 3 of 3, phones 21 to 25 of 25, 0 failed",
    ]


def test_not_all_at_once_unless_told(start_phones: Any) -> None:
    phones = start_phones(25)
    for options in ({"batch_size": 25}, {"batch_size": 500}, {"pause": 0}):
        result = phones.reset(*NAMES, **options)
        assert "sends 25 phones away at once" in result["msg"]
        assert "all_at_once: true" in result["msg"]
    assert phones.told == []
    assert set(statuses(phones.reset(*NAMES, all_at_once=True))) == {"changed"}
    assert len(phones.told) == 25
    assert phones.slept == []


def test_every_bad_name_is_found_before_anything_is_sent(start_phones: Any) -> None:
    phones = start_phones(2)
    wrong = phones.reset(NAMES[0], "00005e00530g", MACS[0], {"name": NAMES[1], "colour": "red"})
    for words in ("phones[1] (00005e00530g)", "phones[2] (SEP00005E005300): the same phone as phones[0]", "colour"):
        assert words in wrong["msg"]
    unknown = ["SEP00005E0053FE", "SEP00005E0053FF"]
    result = phones.reset(NAMES[0], *unknown, action="restart")
    assert result["failed"]
    for index, name in enumerate(unknown, start=1):
        assert f"phones[{index}] ({name}): CUCM has no phone of this name" in result["msg"]
    assert statuses(result) == ["not_attempted", "failed", "failed"]
    assert phones.told == []
    planned = phones.reset(NAMES[0], *unknown, action="restart", check=True)
    assert statuses(planned) == ["changed"] * 3
    assert planned["missing"] == unknown
    assert phones.reset() == {"changed": False, "results": [], "diff": []}


def test_a_lost_answer_is_never_followed_by_a_second_reset(start_phones: Any) -> None:
    phones = start_phones(3)
    phones.site.publisher.lose_answer = 1
    result = phones.reset(*NAMES[:3], action="reset", connections=1)
    assert statuses(result) == ["failed", "changed", "changed"]
    row = result["results"][0]
    assert "can't be read back, so it was not sent again: look at the phone" in row["error"]
    assert row["sent"] == ["doDeviceReset (deviceResetType Reset) (answer lost, not known whether it is done)"]
    assert result["changed"]
    assert [name for name, _change in phones.told] == NAMES[:3]
    assert phones.site.publisher.requests["doDeviceReset"] == 3


def test_a_read_only_account_is_refused_by_name_of_role(start_phones: Any) -> None:
    phones = start_phones(1)
    result = phones.reset(NAMES[0], username="auditor")
    assert statuses(result) == ["failed"]
    assert "Standard AXL API Access" in result["msg"]
    assert phones.told == []

"""Sixty phones, fifty with up to three faults: the first cause of each is named, and nothing wrong with less known."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from lab.faults import FAULTS
from lab.phone.status import STEPS
from tests.matrix.crowd import crowd
from tests.matrix.matrix import named_by
from tests.matrix.site import ControlError, Site, Verified
from tests.packet_filter import needs_packet_filter

pytestmark = [pytest.mark.once, needs_packet_filter]

SEED = 20
BROKEN = 50
ON_EACH = 30
# Those that one phone has without its neighbours, and that leave it the ways to show the next one.
ALONE = [fault.name for fault in FAULTS.values() if fault.hits == "phone" and fault.stops]
ALL_SOURCES = ["registration", "cucm", "services", "files", "pages", "call_managers"]


class Mixes:
    """The site, what was broken, and what is to be named: the first of each phone's faults on the ladder."""

    def __init__(self, site: Site, rows: list[dict[str, Any]]) -> None:
        self.site = site
        self.rows = rows
        self.made: dict[str, list[str]] = {}

    def break_fifty(self) -> None:
        chance = random.Random(SEED)
        names = sorted(self.site.status())
        for name in chance.sample(names, BROKEN):
            self.made[name] = self._mix(chance, name)
        self.site.wait(
            lambda phones: all(phones[name]["stuck_at"] for name in self.made), "all that were broken are stuck"
        )

    def _mix(self, chance: random.Random, name: str) -> list[str]:
        made: list[str] = []
        wanted = chance.randint(1, 3)
        for fault in chance.sample(ALONE, len(ALONE)):
            # Two at one step are two ways to say the same; either would be right.
            if len(made) < wanted and FAULTS[fault].step not in {FAULTS[one].step for one in made}:
                try:
                    self.site.break_one(name, fault)
                except ControlError:
                    continue
                made.append(fault)
        assert made, name
        # Each but these starts the phone out of the carton, which would take away what sits in the flash.
        self.site.ask("heal", targets=[name])
        self.site.break_one(name, *sorted(made, key=lambda fault: FAULTS[fault].keeps_flash))
        # A phone that is deleted has a line no more: what holds is what the lab says.
        held = {fault["name"] for fault in self.site.status()[name]["faults"]}
        assert held, name
        return sorted(held, key=lambda fault: STEPS.index(FAULTS[fault].step))

    def verify(self, *arguments: str, **variables: Any) -> Verified:
        run = self.site.verify(*arguments, voice_phones=self.rows, **variables)
        assert len(run.verdicts) == len(self.rows), run.output[-3000:]
        return run

    def named(self, run: Verified) -> dict[str, tuple[str, str]]:
        """The cause and confidence of each phone that has been broken."""
        verdicts = {name: run.verdicts[name] for name in self.made}
        return {name: (str(verdict["cause"]), str(verdict["confidence"])) for name, verdict in verdicts.items()}

    def wrong(self, run: Verified) -> dict[str, str]:
        """Of which phone something is said that isn't so, and what it has.

        Who can't see the first of several may name a later one that is there too, but not for certain.
        """
        found = {
            name: f"{cause} ({confidence}), has {', '.join(self.made[name])}"
            for name, (cause, confidence) in self.named(run).items()
            if cause not in (self.made[name][:1] if confidence == "certain" else [*self.made[name], "unknown"])
        }
        for name in set(run.verdicts) - set(self.made):
            said = [cause for cause in named_by(run.verdicts[name]) if cause != "unknown"]
            if said:
                found[name] = f"{', '.join(said)}, has nothing"
        return found


@pytest.fixture(scope="module")
def mixes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mixes]:
    folder = tmp_path_factory.mktemp("sixty")
    file, rows = crowd(folder, ON_EACH)
    with Site("campus", folder / "lab", file) as site:
        mixes = Mixes(site, rows)
        mixes.break_fifty()
        yield mixes


@pytest.fixture(scope="module")
def whole(mixes: Mixes) -> Verified:
    """The verdicts with every source."""
    return mixes.verify()


def test_the_first_cause_of_each_is_named(mixes: Mixes, whole: Verified) -> None:
    assert mixes.wrong(whole) == {}
    named = mixes.named(whole)
    assert {name: cause for name, (cause, _sure) in named.items() if cause != mixes.made[name][0]} == {}


WITHOUT = {
    "RIS": {"account": "auditor"},
    "the switches": {"hosts": ["core-sw1", "access-sw1", "access-sw2"]},
    "TFTP": {"sources": [source for source in ALL_SOURCES if source != "files"]},
    "web pages": {"sources": [source for source in ALL_SOURCES if source != "pages"]},
}


@pytest.mark.parametrize("without", WITHOUT)
def test_with_a_source_off_less_is_certain_and_nothing_wrong(mixes: Mixes, whole: Verified, without: str) -> None:
    off = WITHOUT[without]
    hosts: dict[str, dict[str, str]] = {host: {"ansible_password": "none"} for host in off.get("hosts", [])}
    if "account" in off:
        password = yaml.safe_load((mixes.site.state.path / "credentials.json").read_text())["cucm"][off["account"]]
        hosts["cucm-pub"] = {"ansible_user": off["account"], "ansible_password": password}
    file = mixes.site.folder / "off.yml"
    file.write_text(yaml.safe_dump({"all": {"hosts": hosts}}))
    variables = {"phone_verification_sources": off["sources"]} if "sources" in off else {}
    run = mixes.verify("-i", str(file), **variables)
    assert mixes.wrong(run) == {}

    def certain(of: Verified) -> int:
        return sum(cause != "unknown" and sure == "certain" for cause, sure in mixes.named(of).values())

    assert certain(run) <= certain(whole)
    unsure = [run.verdicts[name] for name, (cause, _sure) in mixes.named(run).items() if cause == "unknown"]
    assert all(verdict["would_take"] for verdict in unsure)

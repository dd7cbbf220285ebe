"""A run that is killed in the middle of a stage, and the next one, which completes it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.rollout.snapshots import PHONES, configuration, registered

STAGES = {
    "the switches": lambda now: "vlan 20" in now["switches"]["access-sw1"]["running_config"],
    "the scope": lambda now: "ip dhcp pool" in now["switches"]["access-sw1"]["running_config"],
    "the lines": lambda now: len(now["cucm"]["lines"]) >= 4,
    "the phones": lambda now: len(now["cucm"]["phones"]) >= 4,
    "the wait": lambda now: now["cucm"]["requests"]["ris"] >= 1,
}


@pytest.mark.parametrize(
    "stage", [stage if stage == "the phones" else pytest.param(stage, marks=pytest.mark.once) for stage in STAGES]
)
def test_a_run_that_was_killed_is_completed_by_the_next(cli: Any, play_on: Any, stage: str) -> None:
    playbooks = play_on(cli.up())
    assert playbooks.kill_when("deploy_phones", lambda: STAGES[stage](cli.snapshot()))
    run = playbooks.run("deploy_phones")
    assert run.code == 0, run.output
    assert registered(cli.status()) == PHONES
    now = cli.snapshot()
    assert sorted(now["cucm"]["phones"]) == PHONES
    assert now["cucm"]["lines"] == [f"{1001 + n}/PT-Internal" for n in range(12)]
    for switch in configuration(now)["switches"].values():
        assert [line for line in switch["running_config"] if "Building" not in line] == switch["startup_config"]
    # That a completed run leaves nothing to change is so whatever completed it: one stage shows it.
    if stage == "the phones":
        assert playbooks.run("deploy_phones").changed == 0

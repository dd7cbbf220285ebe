"""A site that wants Kea on a machine without it: the switch's own pool serves, and the lab says so."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.rollout.conftest import ROOT, Playbooks
from tests.labs import LabCli

pytestmark = pytest.mark.once

SITE = str(ROOT / "lab" / "sites" / "kea.yml")
# A machine may have Kea: this lab is one that finds none.
CODE = (
    "import sys, lab.kea, lab.__main__ as main; lab.kea.program = lambda name: None; sys.exit(main.main(sys.argv[1:]))"
)


@pytest.fixture
def said(tmp_path: Path) -> Iterator[str]:
    """What a lab in the foreground says when it is up."""
    command = [sys.executable, "-c", CODE, "up", "--site", SITE, "--state", str(tmp_path / "state")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("Ctrl-C"):
                break
        yield "".join(lines)
        LabCli(tmp_path / "state").run("down")


def test_the_pool_of_the_switch_serves(said: str, tmp_path: Path) -> None:
    lab = LabCli(tmp_path / "state")
    told = "Kea is not installed (no kea-dhcp4 and kea-ctrl-agent): the pools of the switches serve instead of dhcp1."
    assert told in said
    assert not (lab.state / "kea").exists()
    playbooks = Playbooks(lab, tmp_path)
    playbooks.inventories[0] = str(ROOT / "inventories" / "lab-kea")
    run = playbooks.run("deploy_phones")
    assert run.code == 0, run.output
    assert "3 of 3 phones registered" in run.output
    assert "dhcp1" not in run.recap
    switch = lab.snapshot()["switches"]["access-sw1"]
    assert "ip dhcp pool VOICE" in switch["running_config"]
    assert switch["leases"] == sorted(phone["address"] for phone in lab.status().values())
    assert playbooks.run("deploy_phones").changed == 0

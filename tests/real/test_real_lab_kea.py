"""A site of the lab whose DHCP server is a real Kea: rolled out by the customer's playbook, gone without a trace."""

from __future__ import annotations

import os
import signal
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.background import wait_until
from lab.state import process_start
from tests.integration.rollout.conftest import ROOT, Playbooks
from tests.labs import LabCli

pytestmark = pytest.mark.once

SITE = str(ROOT / "lab" / "sites" / "kea.yml")
PROGRAMS = ("kea-dhcp4", "kea-ctrl-agent")


@pytest.fixture(autouse=True)
def _kea(require: Callable[[str], str]) -> None:
    for program in PROGRAMS:
        require(program)


@pytest.fixture(scope="module")
def site(require: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabCli]:
    for program in PROGRAMS:
        require(program)
    tool = LabCli(tmp_path_factory.mktemp("kea") / "state").up("--site", SITE)
    yield tool
    tool.run("down")


@pytest.fixture
def playbooks(site: LabCli, tmp_path: Path) -> Playbooks:
    made = Playbooks(site, tmp_path)
    made.inventories[0] = str(ROOT / "inventories" / "lab-kea")
    return made


def children(pid: int) -> dict[int, str]:
    """The processes that the lab has started, by id with their names."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {int(child): Path(f"/proc/{child}/comm").read_text().strip() for child in found}


def ended(pids: dict[int, str]) -> bool:
    return wait_until(lambda: all(process_start(pid) is None for pid in pids), 10)


def registered(lab: LabCli) -> dict[str, str]:
    """MAC -> address of the phones, all of which are registered."""
    phones = lab.status().values()
    assert {phone["state"] for phone in phones} == {"registered"}, phones
    return {phone["mac"]: phone["address"] for phone in phones}


def what_is_set(snapshot: dict[str, Any]) -> dict[str, Any]:
    phones = snapshot["cucm"]["phones"]
    return {"dhcp": snapshot["dhcp"], "cucm": phones, "lines": snapshot["cucm"]["lines"]}


class TestKeaServesTheSite:
    """One lab for the tests of this class, in their order."""

    def test_a_site_without_a_scope_gives_no_lease(self, site: LabCli) -> None:
        assert site.snapshot()["dhcp"]["leases"] == {}
        assert sorted(children(site.record["pid"]).values()) == sorted(PROGRAMS)
        assert {path.stat().st_mode & 0o077 for path in (site.state / "kea").iterdir()} == {0}

    def test_the_phones_register_with_leases_from_kea(self, site: LabCli, playbooks: Playbooks) -> None:
        run = playbooks.run("deploy_phones")
        assert run.code == 0, run.output
        assert run.recap["dhcp1"] == (1, 0)
        assert "3 of 3 phones registered" in run.output
        snapshot = site.snapshot()
        leases = snapshot["dhcp"]["leases"]
        assert {mac.replace(":", "").upper(): address for address, mac in leases.items()} == registered(site)
        block = site.record["address"].removesuffix(".0.1")
        assert all(address.startswith(f"{block}.20.") for address in leases)
        switch = snapshot["switches"]["access-sw1"]
        assert switch["leases"] == []
        assert "ip dhcp pool" not in switch["running_config"]
        # What the phone itself says of its lease: the server's address, and its TFTP server out of option 150.
        with urllib.request.urlopen(f"http://{next(iter(leases))}:8080/NetworkConfigurationX", timeout=10) as page:
            told = page.read().decode()
        assert f"<DHCPServer>{block}.0.20</DHCPServer>" in told
        assert f"<TFTPServer1>{block}.0.10</TFTPServer1>" in told

    def test_the_second_run_changes_nothing(self, site: LabCli, playbooks: Playbooks) -> None:
        before = site.snapshot()
        run = playbooks.run("deploy_phones", "--diff")
        assert run.code == 0, run.output
        assert run.changed == 0, run.output
        assert what_is_set(site.snapshot()) == what_is_set(before)
        assert [subnet["subnet"] for subnet in before["dhcp"]["config"]["Dhcp4"]["subnet4"]]

    def test_another_lab_with_a_kea_stands_beside_it(self, site: LabCli, cli: LabCli) -> None:
        cli.up("--site", SITE)
        before, beside = site.hosts, cli.hosts
        assert before["access-sw1"]["ansible_host"] != beside["access-sw1"]["ansible_host"]
        assert cli.snapshot()["dhcp"]["leases"] == {}
        assert len(site.snapshot()["dhcp"]["leases"]) == 3

    def test_faults_of_a_scope_are_made_on_kea(self, site: LabCli) -> None:
        before = site.snapshot()["dhcp"]
        name, *others = sorted(site.status())
        for fault in ("scope_exhausted", "option150_missing"):
            site.run("break", name, fault)
            phones = site.wait(lambda phones: phones[name]["stuck_at"] == "dhcp")
            assert {phones[other]["state"] for other in others} == {"registered"}
            assert "healed" in site.run("heal", name).stdout
            site.wait(lambda phones: phones[name]["state"] == "registered")
        assert len(site.snapshot()["dhcp"]["leases"]) == 3
        assert "takes no text as option 150" in site.run("break", name, "option150_not_addresses", code=1).stderr
        assert site.snapshot()["dhcp"]["config"] == before["config"]

    def test_a_lab_that_is_ended_leaves_no_process(self, site: LabCli) -> None:
        kea = children(site.record["pid"])
        assert len(kea) == 2
        site.run("down")
        assert all(process_start(pid) is None for pid in kea)
        assert not site.state.exists()


def test_a_lab_that_is_killed_takes_kea_along(cli: LabCli) -> None:
    cli.up("--site", SITE)
    kea = children(cli.record["pid"])
    assert sorted(kea.values()) == sorted(PROGRAMS)
    cli.kill()
    assert ended(kea)
    assert "had ended without cleaning up" in cli.run("down").stdout
    assert not cli.state.exists()


def test_a_kea_that_dies_is_a_server_that_is_silent(cli: LabCli) -> None:
    cli.up("--site", SITE)
    (server,) = (pid for pid, name in children(cli.record["pid"]).items() if name == "kea-dhcp4")
    os.kill(server, signal.SIGKILL)
    assert ended({server: "kea-dhcp4"})
    with cli.netmiko("access-sw1") as switch:
        lines = ["vlan 20", "interface GigabitEthernet1/0/1", "switchport mode access", "switchport voice vlan 20"]
        switch.send_config_set(lines, error_pattern=r"% Invalid|% Incomplete")
    phone = cli.wait(lambda phones: phones["SEP00005E005301"]["stuck_at"] == "dhcp")["SEP00005E005301"]
    assert "in voice VLAN 20: no DHCP server answered DISCOVER" in phone["why"]

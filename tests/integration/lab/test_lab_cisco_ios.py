"""cisco.ios, by which most people drive such switches, configures the lab's and finds them so the second time."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.labs import LabCli
from tools.fetch_collections import folder

pytestmark = pytest.mark.once

# In threes: cisco.ios overlooks a VLAN whose row follows one of less than three ports in `show vlan`.
PORTS = [f"GigabitEthernet1/0/{number}" for number in range(1, 7)]
LINES = ["description Phone and PC", "power inline auto max 15400"]
SWITCHES = {"access-sw1": ("C9200L-24P-4G", "17.09.04a"), "access-sw2": ("WS-C2960X-24PS-L", "15.2(7)E8")}
UPLINKS = {"access-sw1": "GigabitEthernet1/1/1", "access-sw2": "GigabitEthernet1/0/28"}
FACTS = {
    "cisco.ios.ios_facts": {
        "gather_subset": ["min", "hardware", "interfaces", "config"],
        "gather_network_resources": ["vlans", "l2_interfaces"],
    },
    "register": "facts",
    "when": "stocktaking",
}
TASKS = [
    {
        "cisco.ios.ios_vlans": {"config": [{"vlan_id": 20, "name": "VOICE"}], "state": "merged"},
        "register": "vlans",
    },
    {
        "cisco.ios.ios_l2_interfaces": {
            "config": [
                {"name": name, "mode": "access", "access": {"vlan": 10}, "voice": {"vlan": 20}} for name in PORTS
            ],
            "state": "merged",
        },
        "register": "l2_interfaces",
    },
    {
        "cisco.ios.ios_config": {
            "src": "ports.cfg",
            "save_when": "modified",
        },
        "register": "config",
    },
    FACTS,
    {
        "ansible.builtin.copy": {
            "content": "{{ [vlans, l2_interfaces, config, facts] | to_json }}",
            "dest": "{{ playbook_dir }}/{{ inventory_hostname }}.json",
            "mode": "0600",
        },
        "vars": {
            "ansible_connection": "local",
            "ansible_become": False,
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        },
    },
]


class CiscoIos:
    """cisco.ios on the lab's switches, with the inventory that its own documentation shows."""

    def __init__(self, lab: LabCli, home: Path) -> None:
        self.lab = lab
        self.home = home
        (home / ".ssh").mkdir()
        shutil.copy(lab.state / "known_hosts", home / ".ssh")
        variables = {
            "ansible_connection": "ansible.netcommon.network_cli",
            "ansible_network_os": "cisco.ios.ios",
            "ansible_become": True,
            "ansible_become_method": "ansible.netcommon.enable",
        }
        hosts = {"switches": {"hosts": dict.fromkeys(SWITCHES), "vars": variables}}
        (home / "inventory.yml").write_text(yaml.safe_dump({"all": {"children": hosts}}))
        play = {"hosts": "switches", "gather_facts": False, "tasks": TASKS}
        lines = [line for name in PORTS for line in (f"interface {name}", *(f" {line}" for line in LINES))]
        (home / "ports.cfg").write_text("\n".join(lines))
        (home / "play.yml").write_text(yaml.safe_dump([play], sort_keys=False))

    def play(self, **variables: Any) -> dict[str, list[dict[str, Any]]]:
        """Run the tasks; returns what each of them came to, by switch."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
        own = {"ANSIBLE_COLLECTIONS_PATH": str(folder()), "ANSIBLE_HOME": str(self.home / "ansible"), "HOME": self.home}
        inventories = ["-i", "inventory.yml", "-i", str(self.lab.state / "inventory.yml")]
        command = [str(Path(sys.executable).with_name("ansible-playbook")), *inventories, "play.yml"]
        done = subprocess.run(
            [*command, "-e", json.dumps(variables)],
            cwd=self.home,
            env={**kept, **own, "ANSIBLE_LOCAL_TEMP": str(self.home / "tmp"), "ANSIBLE_NOCOLOR": "1"},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return {name: json.loads((self.home / f"{name}.json").read_text()) for name in SWITCHES}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabCli]:
    """Two switches fresh from the factory, cabled to each other."""
    folder = tmp_path_factory.mktemp("site")
    switches = [
        {"name": name, "model": model, "uplink": UPLINKS[name], "config": "vlan 10\n name DATA\n"}
        for name, (model, _release) in SWITCHES.items()
    ]
    (folder / "site.yml").write_text(yaml.safe_dump({"switches": switches}))
    tool = LabCli(folder / "state").up("--site", str(folder / "site.yml"))
    try:
        yield tool
    finally:
        tool.run("down")


@pytest.fixture(scope="module")
def runs(site: LabCli, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, list[dict[str, Any]]]]:
    """Two runs, each by one of the two SSH libraries that there are for it.

    libssh looks for known host keys in the account's own home folder only, so it can't be told of the lab's.
    """
    stranger = CiscoIos(site, tmp_path_factory.mktemp("cisco-ios"))
    return [
        stranger.play(ansible_network_cli_ssh_type="libssh", ansible_host_key_checking=False, stocktaking=False),
        stranger.play(ansible_network_cli_ssh_type="paramiko", stocktaking=True),
    ]


def section(text: str, header: str) -> list[str]:
    lines = text.splitlines()
    start = lines.index(header) + 1
    return [line.strip() for line in lines[start : lines.index("!", start)]]


@pytest.mark.parametrize("name", SWITCHES)
def test_the_switch_holds_what_was_asked_and_saved_it(site: LabCli, runs: Any, name: str) -> None:
    switch = site.snapshot()["switches"][name]
    for text in (switch["running_config"], switch["startup_config"]):
        assert section(text, "vlan 20") == ["name VOICE"]
        for port in PORTS:
            wanted = {"switchport access vlan 10", "switchport mode access", "switchport voice vlan 20", *LINES}
            assert wanted <= set(section(text, f"interface {port}"))


@pytest.mark.parametrize("name", SWITCHES)
def test_the_second_run_changes_nothing(runs: Any, name: str) -> None:
    changed = [[task["changed"] for task in run[name][:3]] for run in runs]
    assert changed == [[True] * 3, [False] * 3]


@pytest.mark.parametrize("name", SWITCHES)
def test_facts(runs: Any, name: str) -> None:
    model, release = SWITCHES[name]
    facts = runs[1][name][3]["ansible_facts"]
    assert (facts["ansible_net_hostname"], facts["ansible_net_version"]) == (name, release)
    assert facts["ansible_net_stacked_models"] == [model]
    assert facts["ansible_net_filesystems"] == ["flash:"]
    assert facts["ansible_net_memtotal_mb"] > facts["ansible_net_memfree_mb"] > 0
    assert f"hostname {name}\n" in facts["ansible_net_config"]
    interface = facts["ansible_net_interfaces"][PORTS[0]]
    assert (interface["description"], interface["type"]) == ("Phone and PC", "Gigabit Ethernet")
    assert (interface["operstatus"], interface["lineprotocol"]) == ("down", "down")
    (other,) = SWITCHES.keys() - {name}
    (neighbor,) = facts["ansible_net_neighbors"][UPLINKS[name]]
    assert (neighbor["host"], neighbor["port"]) == (other, UPLINKS[other])
    resources = facts["ansible_network_resources"]
    vlan = {"vlan_id": 20, "name": "VOICE", "mtu": 1500, "state": "active", "shutdown": "disabled"}
    assert vlan in resources["vlans"]
    port = {"name": PORTS[0], "mode": "access", "access": {"vlan": 10}, "voice": {"vlan": 20}}
    assert port in resources["l2_interfaces"]

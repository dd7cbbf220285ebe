"""What goes wrong at a customer: one clear line each, with what was tried, on what, what came back, what to do."""

from __future__ import annotations

import copy
import subprocess
import sys
from pathlib import Path
from typing import Any

import asyncssh
import pytest
import yaml

from tests.integration.rollout.snapshots import configuration

ROOT = Path(__file__).parents[3]
PLAN = yaml.safe_load((ROOT / "inventories" / "lab" / "group_vars" / "all" / "phones.yml").read_text())["voice_phones"]
SITE = yaml.safe_load((ROOT / "inventories" / "lab" / "group_vars" / "all" / "site.yml").read_text())
SECRET = "canary-wrong-password-4711"


@pytest.fixture
def untouched(lab: Any) -> Any:
    """The lab, and nothing in it has changed at the end."""
    before = configuration(lab.snapshot())
    yield lab
    assert configuration(lab.snapshot()) == before


def told(run: Any) -> str:
    """The failure as one line: what Ansible prints as the task's `msg`."""
    failures = [line for line in run.output.splitlines() if line.startswith(("fatal:", "failed:"))]
    assert len(failures) == 1, run.output
    return failures[0]


def other_host_key(lab: Any) -> str:
    host = lab.hosts["access-sw1"]
    key = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().split()
    return f"[{host['ansible_host']}]:{host['ansible_port']} {key[0]} {key[1]}"


def switch_cases(lab: Any) -> dict[str, tuple[dict[str, Any], tuple[str, ...]]]:
    address = lab.hosts["access-sw1"]["ansible_host"]
    nobody = address.rpartition(".")[0] + ".99"
    return {
        "unreachable": ({"ansible_host": nobody}, (nobody, "2022")),
        "wrong password": ({"ansible_password": SECRET}, (address, "netadmin", "ansible_password")),
        "wrong enable secret": ({"ansible_become_password": SECRET}, (address, "enable", "ansible_become_password")),
        "no enable secret": ({"ansible_become_password": None}, (address, "enable")),
        "unknown host key": ({"voice_switch_host_keys": []}, (address, "SHA256:", "voice_switch_host_keys")),
        "changed host key": ({"voice_switch_host_keys": [other_host_key(lab)]}, (address, "SHA256:", "changed")),
    }


@pytest.mark.parametrize(
    "case",
    [
        "unreachable",
        "wrong password",
        "wrong enable secret",
        "no enable secret",
        "unknown host key",
        "changed host key",
    ],
)
def test_a_switch_that_does_not_let_us_in(untouched: Any, playbooks: Any, case: str) -> None:
    variables, words = switch_cases(untouched)[case]
    playbooks.override(access_sw1=variables)
    run = playbooks.run("configure_switch_ports", "--limit", "access-sw1", "-vv")
    assert run.code != 0
    line = told(run)
    assert all(word in line for word in words), line
    assert SECRET not in run.output
    assert "Traceback" not in run.output


def plan_with(**changes: Any) -> dict[str, Any]:
    phones = copy.deepcopy(PLAN)
    phones[2].update(changes)
    return {"voice_phones": phones}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"interface": "GigabitEthernet1/0/77"}, ("GigabitEthernet1/0/77", "access-sw1")),
        ({"port": {"voice_vlan": 4095}}, ("GigabitEthernet1/0/3", "4095", "4094")),
        ({"port": {"voice_vlan": "twenty"}}, ("GigabitEthernet1/0/3", "voice_vlan", "twenty")),
        ({"port": {"description": "one\ntwo"}}, ("GigabitEthernet1/0/3", "\\\\x0a")),
        ({"description": "one\x07two"}, ("voice_phones[2]", "\\\\x07")),
        ({"port": {"voice_vlan": 777}}, ("777", "access-sw1")),
    ],
    ids=["interface", "vlan", "vlan-text", "newline", "bell", "vlan-not-there"],
)
def test_a_port_that_cannot_be_so(untouched: Any, playbooks: Any, changes: dict, words: tuple[str, ...]) -> None:
    run = playbooks.run("configure_switch_ports", "--limit", "access-sw1", variables=plan_with(**changes))
    assert run.code != 0
    line = told(run)
    assert all(word in line for word in words), line


def test_a_wrong_plan_is_refused_before_anything_is_touched(untouched: Any, playbooks: Any) -> None:
    phones = copy.deepcopy(PLAN)
    phones[1]["mac"] = phones[0]["mac"]
    phones[4]["switch"] = "access-sw9"
    phones[7]["lines"] = [{"dn": "1001"}]
    sessions = {name: switch["requests"] for name, switch in untouched.snapshot()["switches"].items()}
    run = playbooks.run("deploy_phones", variables={"voice_phones": phones})
    assert run.code != 0
    line = told(run)
    assert "voice_phones[1] (00:00:5E:00:53:01): mac: 00:00:5E:00:53:01 stands in voice_phones[0] already" in line
    assert "voice_phones[4] (00:00:5E:00:53:05): switch 'access-sw9' is not among the switches" in line
    assert "voice_phones[7] (SEP00005E005308): DN 1001 in partition PT-Internal stands in voice_phones[0]" in line
    assert set(run.recap) == {"localhost"}
    assert {name: switch["requests"] for name, switch in untouched.snapshot()["switches"].items()} == sessions


def cucm_cases(lab: Any) -> dict[str, tuple[dict[str, Any], tuple[str, ...]]]:
    address = lab.hosts["cucm-pub"]["ansible_host"]
    passwords = lab.credentials["cucm"]
    account = {name: {"ansible_user": name, "ansible_password": passwords[name]} for name in ("nobody", "auditor")}
    return {
        "certificate": ({"voice_cucm_ca_path": None}, (address, "certificate", "ca_path")),
        "password": ({"ansible_password": SECRET}, (address, "voiceadmin", "401")),
        "no rights": (account["nobody"], (address, "nobody", "Standard AXL API Access")),
        "read only": (account["auditor"], ("auditor", "Standard AXL API Access")),
        "unreachable": ({"voice_cucm_port": 8444}, (address, "8444")),
    }


@pytest.mark.parametrize("case", ["certificate", "password", "no rights", "read only", "unreachable"])
def test_a_publisher_that_does_not_let_us_in(untouched: Any, playbooks: Any, case: str) -> None:
    variables, words = cucm_cases(untouched)[case]
    playbooks.override(cucm_pub=variables)
    run = playbooks.run("add_phones", "-vv")
    assert run.code != 0
    line = told(run)
    assert all(word in line for word in words), line
    assert "<html" not in line.lower()
    assert SECRET not in run.output
    assert "Traceback" not in run.output


def profile_with(part: str, **options: Any) -> dict[str, Any]:
    profiles = copy.deepcopy(SITE["voice_profiles"])
    profiles["office"][part].update(options)
    return {"voice_profiles": profiles}


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        (profile_with("line", partition="PT-Nowhere"), ("PT-Nowhere", "partition")),
        (profile_with("line", css="CSS-Nowhere"), ("CSS-Nowhere", "css")),
    ],
    ids=["partition", "css"],
)
def test_a_line_that_names_what_cucm_does_not_have(
    untouched: Any, playbooks: Any, variables: dict, words: tuple[str, ...]
) -> None:
    run = playbooks.run("add_phones", variables=variables)
    assert run.code != 0
    line = told(run)
    assert "lines has 12 faults, nothing was touched" in line
    assert all(word in line for word in words), line


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        (profile_with("phone", device_pool="DP-Nowhere"), ("DP-Nowhere", "device_pool")),
        (plan_with(model="9999"), ("9999", "model")),
    ],
    ids=["device pool", "model"],
)
def test_a_phone_that_names_what_cucm_does_not_have(
    lab: Any, playbooks: Any, variables: dict, words: tuple[str, ...]
) -> None:
    run = playbooks.run("add_phones", variables=variables)
    assert run.code != 0
    line = told(run)
    assert "SEP00005E005303" in line
    assert all(word in line for word in words), line
    assert "SEP00005E005303" not in lab.snapshot()["cucm"]["phones"]


def test_an_inventory_made_for_cisco_ios_with_templates_and_a_vault(lab: Any, playbooks: Any) -> None:
    """network_cli, become by enable, Jinja and !vault values, and no netcommon anywhere."""
    key = playbooks.folder / "vault-password"
    key.write_text("open sesame\n")
    host = lab.hosts["access-sw2"]
    tool = str(Path(sys.executable).with_name("ansible-vault"))
    vaulted = subprocess.run(
        [tool, "encrypt_string", "--vault-password-file", str(key), host["ansible_password"]],
        env=playbooks.environment(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    file = playbooks.folder / "cisco_ios.yml"
    lines = ["all:", "  hosts:", "    access-sw2:"]
    lines += ["      ansible_connection: ansible.netcommon.network_cli", "      ansible_network_os: cisco.ios.ios"]
    lines += ["      ansible_become: true", "      ansible_become_method: enable", "      team: netadmin"]
    lines += ["      ansible_user: '{{ team }}'", "      ansible_password: '{{ vault_switch_password }}'"]
    scalar = vaulted.strip().replace("\n", "\n        ")
    file.write_text("\n".join(lines) + f"\n      vault_switch_password: {scalar}\n")
    playbooks.inventories.append(str(file))
    run = playbooks.run("configure_switch_ports", "--vault-password-file", str(key), "-vvvv", "--diff")
    assert run.code == 0, run.output
    assert host["ansible_password"] not in run.output
    assert host["ansible_become_password"] not in run.output
    assert "voice vlan 20" in lab.snapshot()["switches"]["access-sw2"]["running_config"]

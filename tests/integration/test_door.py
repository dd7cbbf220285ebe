"""The one door: each thing that it promises, run by ansible-playbook, in-process and as a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent / "door"
CANARIES = {
    "task": "canary-task-1f9a",
    "row": "canary-row-77b2",
    "variable": "canary-variable-c03d",
    "vault": "canary-vault-5e1c",
    "environment": "canary-environment-9d40",
    "proxy": "canary-proxy-2b8e",
}


class Site:
    """A folder with the collection, the probe, an inventory and a playbook."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        house = folder / "ansible_collections" / "dialtone" / "voice"
        shutil.copytree(ROOT / "plugins", house / "plugins", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(ROOT / "meta", house / "meta")
        shutil.copy(ROOT / "galaxy.yml", house)
        shutil.copy(HERE / "module_probe.py", house / "plugins" / "modules" / "probe.py")
        shutil.copy(HERE / "action_probe.py", house / "plugins" / "action" / "probe.py")
        runtime = yaml.safe_load((house / "meta" / "runtime.yml").read_text())
        runtime["action_groups"]["cucm"].append("probe")
        (house / "meta" / "runtime.yml").write_text(yaml.safe_dump(runtime))
        self.hosts: dict[str, dict] = {}
        self.scalars: dict[str, str] = {}
        self.vault_file = folder / "vault-password"
        self.vault_file.write_text("open sesame\n")

    def env(self, **more: str) -> dict[str, str]:
        drop = ("ANSIBLE_", "PROBE_")
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(drop)},
            "ANSIBLE_COLLECTIONS_PATH": str(self.folder),
            "ANSIBLE_HOME": str(self.folder / "ansible-home"),
            "ANSIBLE_LOCAL_TEMP": str(self.folder / "tmp"),
            "ANSIBLE_REMOTE_TEMP": str(self.folder / "tmp"),
            "ANSIBLE_ASYNC_DIR": str(self.folder / "async"),
            "ANSIBLE_VAULT_PASSWORD_FILE": str(self.vault_file),
            "ANSIBLE_LOG_PATH": str(self.folder / "ansible.log"),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_DEPRECATION_WARNINGS": "1",
            **more,
        }

    def tool(self, name: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).with_name(name)), *arguments]
        return subprocess.run(
            command, env=self.env(**more), cwd=self.folder, capture_output=True, text=True, timeout=120, check=False
        )

    def vault(self, value: str) -> str:
        """Return the value as a `!vault` scalar, indented for a variable of a host in the inventory."""
        done = self.tool("ansible-vault", "encrypt_string", value)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip().replace("\n", "\n" + " " * 10)

    def play(self, task: dict | str, *arguments: str, keywords: dict | None = None, **more: str) -> Run:
        """Run one task on the hosts of the inventory; its result is written to a file for the test."""
        inventory = {"all": {"hosts": self.hosts or {"here": {"ansible_connection": "local"}}}}
        text = yaml.safe_dump(inventory, sort_keys=False)
        for placeholder, scalar in self.scalars.items():
            text = text.replace(placeholder, scalar)
        (self.folder / "inventory.yml").write_text(text)
        for result in self.folder.glob("result-*.json"):
            result.unlink()
        tasks = [
            {"name": "Probe", **task, "register": "probed", "ignore_errors": True},
            {
                "name": "Keep the result",
                "ansible.builtin.copy": {
                    "content": "{{ probed | to_json }}",
                    "dest": str(self.folder / "result-{{ inventory_hostname }}.json"),
                    "mode": "0600",
                },
                "no_log": True,
                "diff": False,
                "check_mode": False,
                "environment": {},
                "vars": {"ansible_connection": "local", "ansible_python_interpreter": sys.executable},
            },
        ]
        play = {
            "hosts": "all",
            "gather_facts": False,
            "vars": {"ansible_connection": "local", "ansible_become": False},
            **(keywords or {}),
            "tasks": tasks,
        }
        (self.folder / "play.yml").write_text(yaml.safe_dump([play], sort_keys=False))
        done = self.tool("ansible-playbook", "-i", "inventory.yml", "play.yml", *arguments, **more)
        return Run(self, done)


class Run:
    """What one run of ansible-playbook left."""

    def __init__(self, site: Site, done: subprocess.CompletedProcess[str]) -> None:
        log = site.folder / "ansible.log"
        self.output = done.stdout + done.stderr + (log.read_text() if log.exists() else "")
        self.stdout = done.stdout
        self.results = {
            path.stem.removeprefix("result-"): json.loads(path.read_text())
            for path in site.folder.glob("result-*.json")
        }

    @property
    def result(self) -> dict:
        assert self.results, self.output
        return next(iter(self.results.values()))


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(tmp_path_factory.mktemp("door"))


@pytest.fixture
def site(shared_site: Site) -> Site:
    shared_site.hosts = {}
    shared_site.scalars = {}
    (shared_site.folder / "ansible.log").unlink(missing_ok=True)
    return shared_site


def probe(**options: object) -> dict:
    return {"dialtone.voice.probe": options}


ASYNC = {"async": 60, "poll": 1}


# Ansible itself has no async in check mode.
@pytest.mark.parametrize(
    ("way", "check"), [({}, ()), ({}, ("--check",)), (ASYNC, ())], ids=["in-process", "in-process-check", "async"]
)
@pytest.mark.parametrize("end", ["ok", "voice_error", "bug"])
def test_no_secret_passes_the_door(site: Site, way: dict, end: str, check: tuple) -> None:
    site.hosts = {"pub": {"ansible_host": "192.0.2.1", "ansible_user": "u", "ansible_password": CANARIES["variable"]}}
    task = {**probe(end=end, phones=[{"name": "a", "pin": CANARIES["row"]}]), **way}
    run = site.play(task, "-vvvv", "--diff", *check)
    assert run.result["failed"] is (end != "ok")
    for canary in CANARIES.values():
        assert canary not in run.output
        assert canary not in json.dumps(run.result)
    if end == "voice_error":
        assert run.result["msg"] == "said no to ********. try again"


@pytest.mark.parametrize("kind", ["task", "vault", "environment"])
def test_secrets_from_everywhere_are_masked(site: Site, kind: str) -> None:
    secret = CANARIES[kind]
    site.hosts = {"pub": {"ansible_host": "192.0.2.1", "vaulted": "unset"}}
    options: dict = {"phones": [{"name": "a", "pin": "harmless-pin"}]}
    keywords: dict = {}
    if kind == "task":
        options |= {"host": "192.0.2.9", "password": secret}
    elif kind == "environment":
        keywords["environment"] = {"PROBE_PASSWORD": secret}
    else:
        site.hosts["pub"] = {"ansible_host": "192.0.2.1", "ansible_password": "{{ vaulted }}", "vaulted": "VAULT-HERE"}
        site.scalars["VAULT-HERE"] = site.vault(secret)
    run = site.play({**probe(**options), **keywords}, "-vvvv", "--diff")
    assert run.result["failed"] is False
    assert run.result["seen"]["password"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    assert secret not in run.output
    assert secret not in json.dumps(run.result)


@pytest.mark.parametrize("way", [{}, ASYNC], ids=["in-process", "async"])
@pytest.mark.parametrize("end", ["ok", "voice_error", "bug"])
def test_secrets_of_the_environment_are_not_shown(site: Site, way: dict, end: str) -> None:
    site.hosts = {"pub": {"ansible_host": "192.0.2.1"}}
    environment = {
        "PROBE_PASSWORD": CANARIES["environment"],
        "PROBE_PROXY": f"http://user:{CANARIES['proxy']}@192.0.2.9:3128",
        "PROBE_MARK": "harmless-mark",
    }
    run = site.play({**probe(end=end), **way, "environment": environment}, "-vvvv", "--diff")
    assert run.result["failed"] is (end != "ok")
    if end == "ok":
        assert run.result["seen"]["password"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
        assert run.result["proxy"] == "http://user:********@192.0.2.9:3128"
    assert ("harmless-mark" in run.output) is bool(way)
    for canary in CANARIES.values():
        assert canary not in run.output
        assert canary not in json.dumps(run.result)


@pytest.mark.parametrize("secret", ["", "1", "0", "7"])
def test_short_secrets_are_masked_alike_in_both_ways(site: Site, secret: str) -> None:
    site.hosts = {"pub": {"ansible_host": "192.0.2.1"}}
    task = probe(phones=[{"name": "a7", "vlan": 170, "pin": secret}])
    here, there = site.play(task).result, site.play({**task, **ASYNC}).result
    assert here["phones"] == there["phones"]
    assert here["phones"][0]["name"] == ("a********" if secret == "7" else "a7")
    assert (here["phones"][0]["vlan"] == 170) is (secret == "")


def test_a_task_with_no_log_prints_no_progress(site: Site) -> None:
    site.hosts = {"pub": {"ansible_host": "192.0.2.1"}}
    assert "progress with" not in site.play({**probe(phones=[{"name": "a"}]), "no_log": True}, "-vvvv").output


def test_every_row_fault_at_once_and_the_same_from_both_ways(site: Site) -> None:
    site.hosts = {"pub": {"ansible_host": "192.0.2.1"}}
    rows = [
        {"name": "SEP001122334455", "vlan": "twenty", "lines": [{"patern": "1"}]},
        {"vlan": 5},
        "no row",
    ]
    here = site.play(probe(phones=rows, nonsense=1, end="sideways")).result
    there = site.play({**probe(phones=rows, nonsense=1, end="sideways"), **ASYNC}).result
    assert here["failed"]
    assert here["msg"] == there["msg"]
    for part in (
        "phones[0] (SEP001122334455): argument 'vlan'",
        "phones[0] (SEP001122334455): lines[0]: missing required arguments: pattern",
        "phones[0] (SEP001122334455): lines[0]: patern. Supported parameters include: pattern. Did you mean pattern?",
        "phones[1]: missing required arguments: name",
        "phones[2]: this row is no mapping",
        "nonsense. Supported parameters include:",
        "value of end must be one of: ok, voice_error, bug, got: sideways",
    ):
        assert part in here["msg"]


def test_missing_address_is_said(site: Site) -> None:
    site.hosts = {"localhost": {"ansible_connection": "local"}}
    result = site.play(probe()).result
    assert result["failed"]
    assert "missing required arguments: host" in result["msg"]


def test_order_is_task_then_defaults_then_variables_then_environment(site: Site) -> None:
    site.hosts = {
        "pub": {"ansible_host": "192.0.2.1", "ansible_user": "from-variables", "voice_probe_ca_path": "/variables"}
    }
    environment = {"environment": {"PROBE_USERNAME": "from-environment", "PROBE_CA_PATH": "/environment"}}
    defaults = {"module_defaults": {"group/dialtone.voice.cucm": {"username": "from-defaults"}}}

    def user(task: dict, keywords: dict) -> str:
        return site.play(task, keywords=keywords).result["seen"]["username"]

    assert user(probe(username="from-task"), {**environment, **defaults}) == "from-task"
    assert user(probe(), {**environment, **defaults}) == "from-defaults"
    assert user(probe(), environment) == "from-variables"
    del site.hosts["pub"]["ansible_user"], site.hosts["pub"]["voice_probe_ca_path"]
    result = site.play(probe(), keywords=environment).result
    assert result["seen"]["username"] == "from-environment"
    assert result["seen"]["ca_path"] == "/environment"
    assert result["environment"] == {"PROBE_PASSWORD": None, "PROBE_CA_PATH": None}
    result = site.play(probe(), PROBE_USERNAME="from-shell").result
    assert result["seen"]["username"] == "from-shell"


def test_credentials_go_only_with_their_own_address(site: Site) -> None:
    site.hosts = {"pub": {"ansible_host": "192.0.2.1", "ansible_user": "u", "ansible_password": CANARIES["variable"]}}
    own = site.play(probe()).result["seen"]
    named = site.play(probe(host="192.0.2.1")).result["seen"]
    other = site.play(probe(host="192.0.2.77")).result["seen"]
    assert own == named
    assert own["password"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    assert other == {"host": "192.0.2.77", "username": None, "password": None, "ca_path": None}


def test_a_name_is_expected_only_with_its_own_address(site: Site) -> None:
    site.hosts = {"pub": {"ansible_host": "192.0.2.1"}, "other": {"ansible_host": "192.0.2.2"}}

    def expected(task: dict) -> str | None:
        return site.play(task, "--limit", "pub").result["expected_hostname"]

    assert expected(probe()) == "pub"
    assert expected(probe(host="192.0.2.1")) == "pub"
    assert expected(probe(host="192.0.2.77")) is None
    assert expected({**probe(), "delegate_to": "other"}) == "other"
    assert expected({**probe(), "delegate_to": "other", **ASYNC}) == "other"
    site.hosts["pub"]["voice_probe_hostname"] = "{{ inventory_hostname | upper }}-1"
    assert expected(probe()) == "PUB-1"
    site.hosts["pub"]["voice_probe_hostname"] = ""
    assert expected(probe()) == ""


def test_a_switch_play_never_sends_cucm_the_password_of_the_switch(site: Site) -> None:
    site.hosts = {
        "sw": {
            "ansible_host": "192.0.2.1",
            "ansible_user": "netadmin",
            "ansible_password": CANARIES["variable"],
            "ansible_network_os": "cisco.ios.ios",
        }
    }
    result = site.play(probe(), PROBE_HOST="192.0.2.50").result
    assert result["seen"] == {"host": "192.0.2.50", "username": None, "password": None, "ca_path": None}


def test_delegate_to_decides_whose_variables_count(site: Site) -> None:
    site.hosts = {
        "sw": {"ansible_host": "192.0.2.1", "ansible_user": "netadmin", "who": "switch-user"},
        "pub": {"ansible_host": "192.0.2.2", "ansible_user": "{{ who }}", "who": "cucm-user"},
    }
    run = site.play({**probe(), "delegate_to": "pub"}, "--limit", "sw")
    assert run.result["seen"]["host"] == "192.0.2.2"
    assert run.result["seen"]["username"] == "cucm-user"
    run = site.play({**probe(), "delegate_to": "pub", **ASYNC}, "--limit", "sw")
    assert run.result["seen"]["host"] == "192.0.2.2"
    assert run.result["seen"]["username"] == "cucm-user"


def test_a_variable_that_is_omit_is_not_there(site: Site) -> None:
    omit = "{{ no_such_variable | default(omit) }}"
    site.hosts = {"pub": {"ansible_host": "192.0.2.1", "ansible_user": omit, "voice_probe_ca_path": "{{ omit }}"}}
    seen = site.play(probe(), PROBE_CA_PATH="/environment").result["seen"]
    assert (seen["username"], seen["ca_path"]) == (None, "/environment")
    site.hosts["pub"]["ansible_host"] = omit
    assert site.play(probe()).result["seen"]["host"] == "pub"


def test_an_unsafe_value_is_no_template(site: Site) -> None:
    site.hosts = {"pub": {"ansible_host": "192.0.2.1", "ansible_user": "UNSAFE-HERE"}}
    site.scalars["UNSAFE-HERE"] = "!unsafe '{{ 7 * 7 }}'"
    assert site.play(probe()).result["seen"]["username"] == "{{ 7 * 7 }}"


def test_each_host_of_a_play_and_each_item_of_a_loop_gets_its_own(site: Site) -> None:
    site.hosts = {
        name: {"ansible_host": f"192.0.2.{number}", "ansible_user": f"user-of-{name}"}
        for number, name in enumerate(("one", "two"), 1)
    }
    results = site.play(probe()).results
    assert {name: result["seen"]["username"] for name, result in results.items()} == {
        "one": "user-of-one",
        "two": "user-of-two",
    }
    task = {**probe(), "delegate_to": "{{ item }}", "loop": ["one", "two"], "run_once": True}
    for way in ({}, ASYNC):
        items = next(iter(site.play({**task, **way}).results.values()))["results"]
        assert [(item["seen"]["host"], item["seen"]["username"]) for item in items] == [
            ("192.0.2.1", "user-of-one"),
            ("192.0.2.2", "user-of-two"),
        ]


def test_an_inventory_made_for_cisco_ios_needs_no_netcommon(site: Site) -> None:
    site.hosts = {
        "pub": {
            "ansible_host": "192.0.2.1",
            "ansible_user": "{{ account }}",
            "account": "templated",
            "ansible_connection": "ansible.netcommon.network_cli",
            "ansible_become": True,
            "ansible_become_method": "enable",
        }
    }
    result = site.play(probe()).result
    assert result["seen"]["username"] == "templated"


def test_values_reach_the_module_in_plain_types_and_in_this_process(site: Site) -> None:
    site.hosts = {"pub": {"ansible_host": "192.0.2.1", "ansible_user": "u"}}
    result = site.play(probe(password="{{ 'p' ~ 'w-value' }}", host="192.0.2.1")).result
    assert result["types"] == ["NoneType", "str"]
    assert result["pid_is_worker"] is True


@pytest.mark.parametrize(
    "again", [{"until": "probed.attempts == 2"}, {"failed_when": "probed.attempts | default(2) < 2"}]
)
def test_a_task_that_is_tried_again_has_its_options_again(site: Site, again: dict) -> None:
    run = site.play({**probe(host="192.0.2.1", phones=[{"name": "a"}]), **again, "retries": 2, "delay": 0})
    assert run.result["attempts"] == 2
    assert [row["name"] for row in run.result["phones"]] == ["a"]


def test_progress_is_printed_while_the_task_runs(site: Site) -> None:
    site.hosts = {"pub": {"ansible_host": "192.0.2.1"}}
    run = site.play(probe(phones=[{"name": "a"}]))
    lines = run.stdout.splitlines()
    assert "progress with None and [None]" in lines
    assert lines.index("progress with None and [None]") < next(i for i, x in enumerate(lines) if x.startswith("ok:"))


def test_async_over_a_connection_that_is_not_local_is_refused(site: Site) -> None:
    site.hosts = {"pub": {"ansible_host": "192.0.2.1"}}
    run = site.play({**probe(), **ASYNC}, keywords={"vars": {"ansible_connection": "ssh"}})
    assert "set 'ansible_connection: local'" in run.output


def test_diff_is_given_only_when_asked_for(site: Site) -> None:
    site.hosts = {"pub": {"ansible_host": "192.0.2.1"}}
    assert "diff" not in site.play(probe()).result
    assert "diff" in site.play(probe(), "--diff").result

"""Whatever can be called by its full name works when only meta/, plugins/, roles/ and playbooks/ are there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDERS = ("meta", "plugins", "roles", "playbooks")
COLLECTION = "dialtone.voice"

MODULES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("*.py") if path.stem != "__init__")
ROLES = sorted(path.name for path in (ROOT / "roles").glob("*") if path.is_dir())
PLAYBOOKS = sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml"))


class Alone:
    """The four folders at their place in a tree of their own, and ansible's commands that see nothing else."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.config = base / "ansible.cfg"
        self.config.touch()
        target = base / "ansible_collections/dialtone/voice"
        for folder in FOLDERS:
            if (ROOT / folder).is_dir():
                shutil.copytree(ROOT / folder, target / folder, ignore=shutil.ignore_patterns("__pycache__"))

    def run(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of ansible's commands, free of the settings of this checkout and this machine."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
        environment = kept | {
            "HOME": str(self.base),
            "ANSIBLE_HOME": str(self.base / "home"),
            "ANSIBLE_CONFIG": str(self.config),
            "ANSIBLE_COLLECTIONS_PATH": str(self.base),
            "ANSIBLE_NOCOLOR": "1",
        }
        environment.pop("PYTHONPATH", None)
        script = Path(sys.executable).with_name(command)
        return subprocess.run(
            [str(script), *arguments],
            cwd=self.base,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Alone:
    return Alone(tmp_path_factory.mktemp("alone"))


@pytest.fixture(scope="module")
def documented(alone: Alone) -> dict[str, dict[str, dict]]:
    """Documentation by plugin type and full name, or {"error": ...} where there is something wrong with it."""
    done = alone.run("ansible-doc", "--metadata-dump", "--no-fail-on-errors", COLLECTION)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["all"]


def test_there_is_something_to_test() -> None:
    assert MODULES
    assert ROLES
    assert PLAYBOOKS


def test_all_modules_are_found_and_no_plugin_has_bad_documentation(documented: dict) -> None:
    assert sorted(documented["module"]) == [f"{COLLECTION}.{name}" for name in MODULES]
    wrong = {name: doc["error"] for plugins in documented.values() for name, doc in plugins.items() if "error" in doc}
    assert wrong == {}


@pytest.mark.parametrize("name", MODULES)
def test_module_is_documented(documented: dict, name: str) -> None:
    module = documented["module"][f"{COLLECTION}.{name}"]
    assert module["doc"]["short_description"]
    assert module["doc"]["options"]
    assert module["examples"].strip()
    assert module["return"]


@pytest.mark.parametrize("name", MODULES)
def test_task_reaches_its_argument_errors(alone: Alone, name: str) -> None:
    done = alone.run("ansible", "localhost", "-m", f"{COLLECTION}.{name}", "-a", '{"no_such_option": "x"}')
    said = done.stdout + done.stderr
    assert done.returncode == 2, said
    assert "no_such_option" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("name", ROLES)
def test_role_has_an_argument_spec(documented: dict, name: str) -> None:
    role = documented["role"][f"{COLLECTION}.{name}"]
    assert role["entry_points"]["main"]["short_description"]
    assert role["entry_points"]["main"]["options"]


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_playbook_is_sound(alone: Alone, name: str) -> None:
    done = alone.run("ansible-playbook", "--syntax-check", "-i", "localhost,", f"{COLLECTION}.{name}")
    assert done.returncode == 0, done.stdout + done.stderr

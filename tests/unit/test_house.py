"""The rules that keep the collection a house: who imports whom, how long a file gets, and what is never written."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
PLUGINS = "ansible_collections.dialtone.voice.plugins"
MODULES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("*.py") if path.stem != "__init__")


def tracked(*patterns: str) -> list[Path]:
    """Files that git knows or would know, deleted ones left out."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in sorted(set(listing.split("\0"))) if name and (ROOT / name).is_file()]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    """Full names of what a Python file imports, at its top or within; relative ones as seen from the checkout."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = (*above, *filter(None, [node.module]))
            yield from (".".join((*base, alias.name)) for alias in node.names)


def importers(folder: str, *roots: str) -> list[str]:
    """Files below `folder` that import something whose full name begins with one of `roots`."""
    return [
        name_of(path)
        for path in tracked(f"{folder}/*.py")
        if any(name == root or name.startswith(f"{root}.") for name in imports(path) for root in roots)
    ]


def longer_than(limit: int, *patterns: str) -> dict[str, int]:
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in tracked(*patterns)}
    return {name: length for name, length in lengths.items() if length > limit}


def test_there_are_modules() -> None:
    assert MODULES


def test_the_lab_knows_nothing_of_the_plugins() -> None:
    assert importers("lab", "ansible_collections", "plugins") == []


def test_the_plugins_know_nothing_of_the_lab() -> None:
    assert importers("plugins", "lab", "tests", "benchmarks") == []


def test_files_stay_short() -> None:
    assert longer_than(250, "plugins/modules/*.py") == {}
    assert longer_than(400, "plugins/module_utils/*.py", "plugins/plugin_utils/*.py", "lab/*.py") == {}
    assert longer_than(60, "roles/*/tasks/*.yml") == {}


@pytest.mark.parametrize("name", MODULES)
def test_action_is_nothing_but_the_way_to_the_door(name: str) -> None:
    action = ROOT / f"plugins/action/{name}.py"
    assert action.is_file(), f"the module {name} has no action of its name"
    allowed = re.compile(rf"__future__\..*|{PLUGINS}\.(plugin_utils\._direct|modules)\..*")
    imported = list(imports(action))
    assert [found for found in imported if not allowed.fullmatch(found)] == []
    modules = {
        found.removeprefix(f"{PLUGINS}.modules.") for found in imported if found.startswith(f"{PLUGINS}.modules.")
    }
    assert {found.split(".")[0] for found in modules} == {name}


def test_no_action_without_its_module() -> None:
    assert sorted(path.stem for path in tracked("plugins/action/*.py")) == MODULES


@pytest.mark.parametrize(
    ("library", "owner"),
    [
        ("netmiko", "plugins/module_utils/_switch/session.py"),
        ("ntc_templates", "plugins/module_utils/_switch/tables.py"),
        ("zeep", "plugins/module_utils/_cucm/soap.py"),
    ],
)
def test_a_library_has_one_owner(library: str, owner: str) -> None:
    assert importers("plugins", library) == [owner]


def test_every_module_is_in_an_action_group() -> None:
    groups = yaml.safe_load((ROOT / "meta/runtime.yml").read_text())["action_groups"]
    assert sorted({name for members in groups.values() for name in members}) == MODULES


def test_nothing_swallows_everything() -> None:
    """`except BaseException` may clean up, if it goes on with a bare `raise`; `except Exception` is never right."""
    found = []
    for path in tracked("*.py"):
        for node in ast.walk(ast.parse(path.read_text(), str(path))):
            if isinstance(node, ast.ExceptHandler):
                kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
                names = {"BaseException" if kind is None else ast.unparse(kind) for kind in kinds}
                goes_on = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
                if "Exception" in names or ("BaseException" in names and not goes_on):
                    found.append(f"{name_of(path)}:{node.lineno}")
    assert found == []


def test_certificates_are_never_taken_unverified() -> None:
    unverified = re.compile(r"""validate_certs['"]?\s*[:=]\s*['"]?(false|no|off|0)\b""", re.IGNORECASE)
    texts = {name_of(path): path.read_bytes().decode(errors="replace") for path in tracked()}
    assert [name for name, text in texts.items() if unverified.search(text)] == []


def test_nothing_of_the_vendors_schemas_is_kept() -> None:
    assert [name_of(path) for path in tracked() if path.suffix.lower() in {".xsd", ".wsdl", ".zip", ".jar"}] == []


def plays() -> Iterator[tuple[str, dict]]:
    for path in tracked("playbooks/*.yml"):
        yield from ((name_of(path), play) for play in yaml.safe_load(path.read_text()) if "hosts" in play)


def test_plays_do_without_the_inventorys_connection() -> None:
    """An inventory made for cisco.ios would start a connection daemon for every host, for nothing."""
    needed = {"ansible_connection": "local", "ansible_become": False}
    found = [
        f"{name}: {play.get('name')}"
        for name, play in plays()
        if play["hosts"] != "localhost" and not needed.items() <= play.get("vars", {}).items()
    ]
    assert found == []


def test_hosts_are_a_variable_with_a_default() -> None:
    pattern = re.compile(r"\{\{ *\w+ *\| *default\(.+\) *\}\}|localhost")
    assert [f"{name}: {play['hosts']}" for name, play in plays() if not pattern.fullmatch(str(play["hosts"]))] == []

"""npm's packages are fetched once for a lockfile, by npm itself; without npm it is said what is not there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.npm import need_npm
from tools import fetch_npm

NPM = """#!/bin/sh
echo "$@" >>{log}
mkdir -p node_modules/cisco-axl
{end}
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without npm and with nothing fetched; its folder of programs."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(fetch_npm, "CACHE", tmp_path / "cache")
    for name in ("DIALTONE_NPM", "DIALTONE_REQUIRE_REAL"):
        monkeypatch.delenv(name, raising=False)
    return programs


def install_npm(programs: Path, end: str = "exit 0") -> Path:
    """A program `npm` that notes how it is called."""
    log = programs.parent / "npm.log"
    (programs / "npm").write_text(NPM.format(log=log, end=end).replace("mkdir", "/bin/mkdir"))
    (programs / "npm").chmod(0o755)
    return log


def test_it_is_done_once_for_a_lockfile(
    machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log = install_npm(machine)
    assert [fetch_npm.main(), fetch_npm.main()] == [0, 0]
    assert re.fullmatch(r"ci --ignore-scripts .*\n", log.read_text())
    assert need_npm() == tmp_path / "cache/npm/node_modules/cisco-axl"
    pins = tmp_path / "pins"
    pins.mkdir()
    for name in ("package.json", "package-lock.json"):
        (pins / name).write_text("{}")
    monkeypatch.setattr(fetch_npm, "PINS", pins)
    assert not fetch_npm.fetched()
    assert fetch_npm.main() == 0
    assert fetch_npm.fetched()
    assert len(log.read_text().splitlines()) == 2
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["npm"]
    assert capsys.readouterr().err == ""


def test_without_npm_it_is_said_and_only_demanded_where_all_is_demanded(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fetch_npm.main() == 0
    assert "npm is not installed" in capsys.readouterr().err
    with pytest.raises(pytest.skip.Exception, match="npm is not installed, so the AXL schemas 14.0 and 15.0"):
        need_npm()
    monkeypatch.setenv("DIALTONE_REQUIRE_REAL", "1")
    assert fetch_npm.main() == 1
    with pytest.raises(pytest.fail.Exception, match="DIALTONE_REQUIRE_REAL=1 demands it"):
        need_npm()


def test_what_npm_could_not_fetch_is_told_and_not_kept(
    machine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install_npm(machine, "echo 'network is away' >&2; exit 1")
    assert fetch_npm.main() == 1
    assert "network is away" in capsys.readouterr().err
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_folder_that_is_given_is_taken_as_it_is(
    machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = install_npm(machine)
    monkeypatch.setenv("DIALTONE_NPM", str(tmp_path / "mine"))
    assert not fetch_npm.fetch()
    package = tmp_path / "mine/node_modules/cisco-axl"
    package.mkdir(parents=True)
    assert fetch_npm.fetch()
    assert need_npm() == package
    assert not log.exists()
    with pytest.raises(pytest.skip.Exception, match="node is not installed"):
        need_npm(node=True)


def test_every_package_is_pinned_by_its_hash_and_by_no_registry() -> None:
    lock = json.loads((fetch_npm.PINS / "package-lock.json").read_text())["packages"]
    wanted = json.loads((fetch_npm.PINS / "package.json").read_text())["dependencies"]
    assert lock.pop("")["dependencies"] == wanted == {"cisco-axl": lock["node_modules/cisco-axl"]["version"]}
    assert all(package["integrity"].startswith("sha512-") for package in lock.values())
    assert not [name for name, package in lock.items() if "resolved" in package]

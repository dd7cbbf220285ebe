"""A release holds the collection, and nothing else of the checkout."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ALLOWED = {
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "changelogs",
    "docs",
    "extensions",
    "inventories",
    "meta",
    "playbooks",
    "plugins",
    "roles",
}


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Paths of the files in the archive that `ansible-galaxy collection build` makes."""
    folder = tmp_path_factory.mktemp("release")
    galaxy = Path(sys.executable).with_name("ansible-galaxy")
    subprocess.run([str(galaxy), "collection", "build", "--output-path", str(folder)], cwd=ROOT, check=True)
    (archive,) = folder.glob("dialtone-voice-*.tar.gz")
    with tarfile.open(archive) as tar:
        entries = json.load(tar.extractfile("FILES.json"))["files"]
    return {entry["name"] for entry in entries if entry["ftype"] == "file"}


def test_only_the_collection_is_packed(packed: set[str]) -> None:
    assert {name.split("/")[0] for name in packed} <= ALLOWED
    assert {"LICENSE", "README.md", "meta/runtime.yml", "meta/ee-requirements.txt"} <= packed


def test_ansible_test_sees_what_is_packed(packed: set[str]) -> None:
    spec = importlib.util.spec_from_file_location("sanity", ROOT / "tools/sanity.py")
    sanity = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sanity)
    assert set(sanity.shipped_files()) - sanity.ALSO == packed

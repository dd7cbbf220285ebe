"""The collections of others come out of one pinned wheel, and nothing else comes out of it."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from tools import fetch_collections

NAMES = [f"ansible_collections/{name}/MANIFEST.json" for name in fetch_collections.WANTED]


def wheel(folder: Path, *members: str | zipfile.ZipInfo) -> Path:
    made = folder / "ansible-1.0-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as archive:
        for member in members:
            archive.writestr(member, "text")
    return made


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_only_what_is_wanted_is_extracted(tmp_path: Path) -> None:
    others = ["ansible_collections/cisco/iosxr/MANIFEST.json", "ansible/x.py", "ansible_collections/cisco/ios/plugins/"]
    made = wheel(tmp_path, *NAMES, *others, "ansible_collections/cisco/ios/plugins/x.py")
    fetch_collections.extract(made, tmp_path / "to")
    assert files(tmp_path / "to") == sorted([*NAMES, "ansible_collections/cisco/ios/plugins/x.py"])
    assert {path.stat().st_mode & 0o111 for path in (tmp_path / "to").rglob("*.json")} == {0}


def link(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name)
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    return member


@pytest.mark.parametrize(
    "member",
    [
        "ansible_collections/cisco/ios/../../../x.py",
        "ansible_collections/cisco/ios/..\\x.py",
        link("ansible_collections/cisco/ios/x"),
    ],
)
def test_an_odd_member_stops_it_before_anything_is_written(tmp_path: Path, member: str | zipfile.ZipInfo) -> None:
    with pytest.raises(RuntimeError, match="no plain file below its folder"):
        fetch_collections.extract(wheel(tmp_path, *NAMES, member), tmp_path / "to")
    assert not (tmp_path / "to").exists()


def test_a_wheel_without_one_of_the_collections(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"holds no collection ansible\.utils"):
        fetch_collections.extract(wheel(tmp_path, *NAMES[:2]), tmp_path / "to")


def test_it_is_done_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def download(scratch: Path) -> Path:
        asked.append(scratch)
        scratch.mkdir()
        return wheel(scratch, *NAMES)

    monkeypatch.setattr(fetch_collections, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(fetch_collections, "_download", download)
    folders = {fetch_collections.fetch(), fetch_collections.fetch()}
    assert folders == {tmp_path / "cache" / fetch_collections.pinned()}
    assert len(asked) == 1
    assert files(tmp_path / "cache") == sorted(f"{fetch_collections.pinned()}/{name}" for name in NAMES)


def test_every_pin_has_its_hash_and_a_version() -> None:
    lines = [line for line in fetch_collections.PINS.read_text().splitlines() if not line.startswith("#")]
    assert len(lines) == 2
    assert all(line.startswith("ansible==") and " --hash=sha256:" in line for line in lines)
    assert fetch_collections.pinned() in "".join(lines)


def test_a_python_without_a_pin_is_told(tmp_path: Path) -> None:
    pins = tmp_path / "pins.txt"
    pins.write_text('ansible==1.0 ; python_version < "3" --hash=sha256:00\n')
    with pytest.raises(RuntimeError, match="pins nothing for this Python"):
        fetch_collections.pinned(pins)

"""Fetch the collections that ours is tried beside, cisco.ios and what it needs, out of the pinned `ansible` wheel.

They go to a folder of the cache that no ordinary test has on its path. `folder()` is what to give as
ANSIBLE_COLLECTIONS_PATH; fetching is done once for each pinned version.
"""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "requirements" / "collections.txt"
CACHE = ROOT / ".cache" / "collections"
WANTED = ("cisco/ios", "ansible/netcommon", "ansible/utils")


def pinned(pins: Path = PINS) -> str:
    """The version of `ansible` that is pinned for this Python. Raises RuntimeError where there is none."""
    for line in pins.read_text().splitlines():
        text = line.partition(" --hash")[0].strip()
        if text and not text.startswith("#"):
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate():
                return next(iter(requirement.specifier)).version
    raise RuntimeError(f"{pins} pins nothing for this Python")


def folder() -> Path:
    """Where the collections are, or will be, for this Python: the folder that has `ansible_collections` in it."""
    return CACHE / pinned()


def fetch() -> Path:
    """Make sure that the collections are in `folder()`, and return it.

    Raises RuntimeError where the wheel can't be had, is not the pinned one, or isn't what it should be.
    """
    target = folder()
    if target.is_dir():
        return target
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        wheel = _download(Path(scratch) / "wheel")
        made = Path(scratch) / "made"
        extract(wheel, made)
        try:
            made.rename(target)
        except OSError:
            # Another process may have been quicker; what it made is the same.
            if not target.is_dir():
                raise
    return target


def _download(scratch: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--no-cache-dir", "--no-deps", "--only-binary", ":all:", "--require-hashes"]
    command += ["--dest", str(scratch), "--requirement", str(PINS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = list(scratch.glob("ansible-*.whl"))
    if done.returncode or len(wheels) != 1:
        raise RuntimeError(f"pip could not download what {PINS} pins: {done.stderr.strip()}")
    return wheels[0]


def extract(wheel: Path, target: Path, wanted: tuple[str, ...] = WANTED) -> None:
    """Extract the wanted collections of a wheel, and nothing else of it, as plain files below `target`.

    Raises RuntimeError for an odd member and for a collection that isn't there; nothing is written then.
    """
    with zipfile.ZipFile(wheel) as archive:
        members = {member: _wanted_path(member, wanted) for member in archive.infolist()}
        paths = {path for path in members.values() if path is not None}
        for name in wanted:
            if PurePosixPath("ansible_collections", name, "MANIFEST.json") not in paths:
                raise RuntimeError(f"{wheel.name} holds no collection {name.replace('/', '.')}")
        for member, path in members.items():
            if path is not None:
                destination = target / path
                destination.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as source, destination.open("wb") as copy:
                    shutil.copyfileobj(source, copy)


def _wanted_path(member: zipfile.ZipInfo, wanted: tuple[str, ...]) -> PurePosixPath | None:
    """The member's path, None for a folder and for what is not wanted. Raises RuntimeError for an odd member."""
    path = PurePosixPath(member.filename)
    if not any(member.filename.startswith(f"ansible_collections/{name}/") for name in wanted) or member.is_dir():
        return None
    kind = stat.S_IFMT(member.external_attr >> 16)
    if ".." in path.parts or "\\" in member.filename or kind not in (0, stat.S_IFREG):
        raise RuntimeError(f"a member that is no plain file below its folder: {member.filename!r}")
    return path


if __name__ == "__main__":
    try:
        fetch()
    except RuntimeError as error:
        raise SystemExit(f"fetch_collections: {error}") from None

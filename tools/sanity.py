"""Run `ansible-test sanity`, without ignores, on a copy of what a release of the collection would hold.

ansible-test wants the collection below ansible_collections/NAMESPACE/NAME, keeps its virtual environments in the
home folder, and downloads a script that gives those environments their pip. Here the copy and that home folder lie
in .cache, and pip comes out of the interpreter itself (ensurepip).

Arguments are handed on to ansible-test: `.venv/bin/python tools/sanity.py --test validate-modules -v`.
"""

from __future__ import annotations

import fnmatch
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import yaml
from ansible_test._internal.python_requirements import get_venv_packages

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "sanity"
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
# Not in a release, but ansible-test reads it.
ALSO = {"galaxy.yml", "tests/config.yml"}


def shipped_files() -> list[str]:
    """Paths, relative to the checkout, that a build would pack: what git knows or would know, but `build_ignore`."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    paths = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    ignored = yaml.safe_load((ROOT / "galaxy.yml").read_text())["build_ignore"]

    def packed(path: str) -> bool:
        parts = path.split("/")
        above = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
        return not any(fnmatch.fnmatch(folder, pattern) for folder in above for pattern in ignored)

    return [path for path in paths if path and (ROOT / path).is_file() and (path in ALSO or packed(path))]


def copy_collection() -> Path:
    """Make the copy anew (the results of an earlier run are of no use) and return its folder."""
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text())
    target = CACHE / "ansible_collections" / galaxy["namespace"] / galaxy["name"]
    shutil.rmtree(target, ignore_errors=True)
    for path in shipped_files():
        destination = target / path
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, destination)
    # ansible-test lists a collection by git; without a repository of its own it would ask the one around .cache.
    for command in (["init", "--quiet"], ["add", "--all"]):
        subprocess.run(["git", *command], cwd=target, check=True)
    return target


def prepare_home() -> Path:
    """A home folder for ansible-test: the user's way to the package index, and the bootstrap of pip in its cache."""
    home = CACHE / "home"
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for name in (".config/pip", ".pip"):
        link, theirs = home / name, Path.home() / name
        if theirs.is_dir() and not link.exists():
            link.parent.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(theirs)
    pip_version = get_venv_packages(SimpleNamespace(version=VERSION))["pip"]
    bootstrap = cache / f"get_pip_{pip_version.replace('.', '_')}.py"
    bootstrap.write_text("import ensurepip\n\nensurepip.bootstrap()\n")
    return home


def main() -> int:
    """Return the exit code of ansible-test."""
    target = copy_collection()
    home = prepare_home()
    # The copy is to be tested, not the checkout that ansible's settings lead to.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    environment["HOME"] = str(home)
    ansible_test = Path(sys.executable).with_name("ansible-test")
    command = [str(ansible_test), "sanity", "--local", "--color", "no", "--python", VERSION, *sys.argv[1:]]
    print(f"ansible-test sanity on {target.relative_to(ROOT)} (Python {VERSION})", flush=True)
    return subprocess.run(command, cwd=target, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

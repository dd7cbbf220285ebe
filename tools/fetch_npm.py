"""Fetch the pinned `cisco-axl` of npm, with what it needs: an AXL client, and AXL's schemas from 11.0 to 15.0.

Only tests use it. It is fetched by npm itself, without running any package's scripts, and once for each lockfile, to
.cache/npm. DIALTONE_NPM names a folder that has `node_modules` already, which is then taken as it is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "requirements" / "npm"
CACHE = ROOT / ".cache"
MISSING = "npm is not installed, so the AXL schemas 14.0 and 15.0 and the client cisco-axl are not there"
_FILES = ("package.json", "package-lock.json")


def folder() -> Path:
    """Where npm's packages are, or will be: the folder that has `node_modules` in it."""
    return Path(os.environ.get("DIALTONE_NPM") or CACHE / "npm")


def fetched() -> bool:
    """Tell whether what is pinned is in `folder()`."""
    found = folder()
    if os.environ.get("DIALTONE_NPM"):
        return (found / "node_modules" / "cisco-axl").is_dir()
    return all(_read(found / name) == _read(PINS / name) for name in _FILES)


def fetch() -> bool:
    """Make sure that what is pinned is in `folder()`; return whether it is, which is False where there is no npm.

    Raises RuntimeError where npm can't fetch it, with npm's own words.
    """
    if fetched():
        return True
    npm = shutil.which("npm")
    if npm is None or os.environ.get("DIALTONE_NPM"):
        return False
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="npm-") as scratch:
        made = Path(scratch) / "made"
        made.mkdir()
        for name in _FILES:
            shutil.copy2(PINS / name, made / name)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        command += ["--cache", str(Path(scratch) / "cache")]
        done = subprocess.run(command, cwd=made, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"npm could not fetch what {PINS} pins: {(done.stderr or done.stdout).strip()}")
        old = folder()
        if old.exists():
            old.rename(Path(scratch) / "old")
        try:
            made.rename(old)
        except OSError:
            # Another process may have been quicker; what it made is the same.
            if not fetched():
                raise
    return True


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def main() -> int:
    """Fetch; without npm say so, which is an error only where DIALTONE_REQUIRE_REAL=1 demands all of it."""
    try:
        if fetch():
            return 0
    except RuntimeError as error:
        print(f"fetch_npm: {error}", file=sys.stderr)
        return 1
    print(f"fetch_npm: {MISSING}; the tests that need them are skipped", file=sys.stderr)
    return 1 if os.environ.get("DIALTONE_REQUIRE_REAL") == "1" else 0


if __name__ == "__main__":
    sys.exit(main())

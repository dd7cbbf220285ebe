"""What tests take from npm: `cisco-axl`, a client of other people, and the AXL schemas that come with it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tools import fetch_npm


def need_npm(*, node: bool = False) -> Path:
    """Return the folder of npm's `cisco-axl`; skip where it isn't there, or where Node.js is wanted and isn't.

    With DIALTONE_REQUIRE_REAL=1 (a continuous integration that installed them all) that is a failure.
    """
    if not fetch_npm.fetched():
        _do_without(f"{fetch_npm.MISSING} (`make strangers` fetches them where npm is)")
    if node and shutil.which("node") is None:
        _do_without("node is not installed, so the client cisco-axl can't run")
    return fetch_npm.folder() / "node_modules" / "cisco-axl"


def _do_without(reason: str) -> None:
    if os.environ.get("DIALTONE_REQUIRE_REAL") == "1":
        pytest.fail(f"{reason}, and DIALTONE_REQUIRE_REAL=1 demands it")
    pytest.skip(reason)

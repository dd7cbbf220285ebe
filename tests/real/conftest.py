"""Tests against servers and clients that other people wrote, as the operating system packages them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

import pytest

from tests.labs import _outside_caches, cli, lab

__all__ = ["_outside_caches", "cli", "lab", "require"]


@pytest.fixture(scope="session")
def require() -> Callable[[str], str]:
    """Return a function that gives the path of a program, and skips the test where it isn't installed.

    With DIALTONE_REQUIRE_REAL=1 (a continuous integration that installed them all) a missing program is a failure.
    """

    def path_of(program: str) -> str:
        path = shutil.which(program, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"]))
        if path is None:
            reason = f"the program {program!r} is not installed"
            if os.environ.get("DIALTONE_REQUIRE_REAL") == "1":
                pytest.fail(f"{reason}, and DIALTONE_REQUIRE_REAL=1 demands it")
            pytest.skip(reason)
        return path

    return path_of

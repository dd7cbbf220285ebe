"""Where tests of AXL's schemas take them from: PyPI's `ciscoaxl` up to 12.5, npm's `cisco-axl` beyond."""

from __future__ import annotations

import functools
from importlib import metadata
from pathlib import Path

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.xsd import Definitions
from tests.npm import need_npm

VERSIONS = ("11.5", "12.5", "14.0", "15.0")


def folder(version: str) -> Path:
    """Return the folder of a version's schema; skip where it isn't installed."""
    for path in metadata.files("ciscoaxl") or []:
        if path.name == "AXLAPI.wsdl" and path.parent.name == version:
            return Path(path.locate()).parent
    found = need_npm() / "schema" / version
    if not found.is_dir():
        pytest.skip(f"neither ciscoaxl nor cisco-axl has the AXL schema {version}")
    return found


@functools.cache
def definitions(version: str) -> Definitions:
    return Definitions(str(folder(version)))

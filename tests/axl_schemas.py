"""Where tests of AXL's schemas take them from: PyPI's `ciscoaxl` up to 12.5, npm's `cisco-axl` beyond."""

from __future__ import annotations

import functools
from importlib import metadata
from pathlib import Path

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.xsd import Definitions
from tests.npm import need_npm

VERSIONS = ("11.5", "12.5", "14.0", "15.0")


def folder(version: str) -> Path:
    """Return the folder of a version's schema; skip where only npm has it and npm's packages aren't there."""
    for path in metadata.files("ciscoaxl") or []:
        if path.name == "AXLAPI.wsdl" and path.parent.name == version:
            return Path(path.locate()).parent
    return need_npm() / "schema" / version


@functools.cache
def definitions(version: str) -> Definitions:
    return Definitions(str(folder(version)))

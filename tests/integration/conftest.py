"""What the tests against the lab share."""

from __future__ import annotations

from tests.labs import _outside_caches, cli, lab, rolled_out

__all__ = ["_outside_caches", "cli", "lab", "rolled_out"]

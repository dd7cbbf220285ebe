# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What real phones and servers wrote; it lies beside the checkout where there is such a folder, and is read there."""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[6] / "shared" / "captures" / "phone"


def captured(name: str) -> bytes:
    """The content of a capture; skips the test where it isn't there."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"{path} is not there")
    return path.read_bytes()

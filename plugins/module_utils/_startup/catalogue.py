# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue: every cause that a verdict can name, in the order of the ladder."""

from __future__ import annotations

from ansible_collections.dialtone.voice.plugins.module_utils._startup import (
    catalogue_call,
    catalogue_files,
    catalogue_network,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup.catalogue_cause import (
    PHONES,
    PORTS,
    RESET,
    SCOPES,
    Cause,
)

__all__ = ["CAUSES", "PHONES", "PORTS", "RESET", "SCOPES", "Cause"]

CAUSES: dict[str, Cause] = {
    cause.name: cause for cause in (*catalogue_network.TABLE, *catalogue_files.TABLE, *catalogue_call.TABLE)
}

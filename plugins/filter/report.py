# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that put together what the verification tells."""

from __future__ import annotations

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils import _stages


class FilterModule:
    """The report's filters."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"port_comparisons": _stages.comparisons, "registration_report": _stages.report}

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions to CUCM's tables by executeSQLQuery, page by page."""

from __future__ import annotations

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.endings import AnswerLost
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import plain
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Refused, Unsupported

if t.TYPE_CHECKING:
    from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl

PAGE = 5000
"""Rows of one answer: some 100 to 300 bytes each, and AXL refuses answers of more than 8 MB."""


def select(axl: Axl, query: str, doing: str) -> list[dict[str, str]] | None:
    """Return the rows of a query by column, None where the account may not ask or a table isn't as expected.

    :param query: what comes after `select`, with an order, so that its pages fit together
    """
    found: list[dict[str, str]] = []
    while True:
        sql = f"select skip {len(found)} first {PAGE} {query}"
        try:
            returned = _asked(axl, sql, doing)
        except (Refused, Unsupported):
            return None
        rows = [] if returned is None else [plain(row) for row in returned]
        found += [{name: str(value or "") for name, value in row.items()} for row in rows if isinstance(row, dict)]
        if len(rows) < PAGE:
            return found


def quoted(texts: t.Iterable[str]) -> str:
    """Return texts as `in (...)` takes them."""
    return ", ".join("'" + text.replace("'", "''") + "'" for text in texts)


def _asked(axl: Axl, sql: str, doing: str) -> t.Any:
    try:
        return axl.call("executeSQLQuery", {"sql": sql}, doing)
    except AnswerLost:
        return axl.call("executeSQLQuery", {"sql": sql}, doing)

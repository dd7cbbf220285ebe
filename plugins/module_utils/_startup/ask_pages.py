# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The web pages of each phone, as far as it shows them."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Pages


@dataclass(frozen=True)
class PageOptions:
    """How phones are asked.

    :ivar timeout: seconds for a connection, and for each piece of an answer
    :ivar parallel: phones that are asked at once
    :ivar budget: seconds for all phones together
    :ivar ca_path: file or folder with the CA certificates (PEM) of phones that answer HTTPS only; without it these
        phones are not read
    """

    http_port: int = 80
    https_port: int = 443
    timeout: float = 4.0
    parallel: int = 10
    budget: float = 300.0
    ca_path: str | None = None


def ask_pages(
    addresses: t.Sequence[str], options: PageOptions, report: t.Callable[[str], None] = lambda line: None
) -> list[Pages | str]:
    """Read the pages of each phone; a text where that can't be done: why not, and what it takes.

    :raises Interrupted: on Ctrl-C
    """
    raise NotImplementedError

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The web pages of each phone, as far as it shows them."""

from __future__ import annotations

import time
import typing as t
from dataclasses import dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.crew import Crew
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Interrupted
from ansible_collections.dialtone.voice.plugins.module_utils._phone.http import Http, verifying
from ansible_collections.dialtone.voice.plugins.module_utils._phone.knock import knock
from ansible_collections.dialtone.voice.plugins.module_utils._phone.markup import require
from ansible_collections.dialtone.voice.plugins.module_utils._phone.web import (
    REFUSED,
    Door,
    NoPages,
    PhoneWeb,
    not_reached,
)
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
    timeout: float = 3.0
    parallel: int = 10
    budget: float = 300.0
    ca_path: str | None = None


def ask_pages(addresses: t.Sequence[str], options: PageOptions) -> list[Pages | str]:
    """Read the pages of each phone; a text where that can't be done: why not, and what it takes.

    :raises Interrupted: on Ctrl-C
    """
    require()
    door = Door(options.http_port, options.https_port, options.ca_path is not None)
    context = verifying(options.ca_path) if options.ca_path else None
    end = time.monotonic() + options.budget

    try:
        # All at once: phones without power are many where phones are stuck, and each would cost its time-out.
        reached = knock(addresses, options.http_port, options.timeout, end)
    except KeyboardInterrupt:
        raise Interrupted("interrupted while looking which phones are there") from None

    def look(address: str) -> Pages | str:
        if reached.get(address) and not (reached[address] == REFUSED and door.ca_given):
            return not_reached(address, options.http_port, reached[address])
        if time.monotonic() > end:
            return f"not asked: the {options.budget:g} s for the pages of all phones were used up"
        try:
            return PhoneWeb(http, address, door).read()
        except NoPages as error:
            return str(error)

    with Http(options.timeout, context, options.parallel) as http:
        once = list(dict.fromkeys(addresses))
        outcomes = Crew(options.parallel, ends=lambda error: True).run(look, once)
    found = {address: outcome.value for address, outcome in zip(once, outcomes, strict=True)}
    return [found[address] for address in addresses]

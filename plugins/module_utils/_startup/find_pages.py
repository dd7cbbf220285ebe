# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of many phones, each at the first of its addresses at which it answers itself."""

from __future__ import annotations

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._startup.ask_pages import PageOptions, ask_pages
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Pages
from ansible_collections.dialtone.voice.plugins.module_utils._startup.ways import (
    is_own_page,
    mac_of,
    told_macs,
)

Wanted = tuple[str, t.Sequence[str]]
"""A device name, and the addresses at which the phone may be, the likeliest first."""

_NOWHERE = "no address of it is known: neither a lease, nor a registration, nor CDP or LLDP tells one"


def find_pages(wanted: t.Sequence[Wanted], options: PageOptions) -> tuple[list[Pages | str], int]:
    """Return each phone's pages, or why there are none; and how many were asked for.

    Pages that turn up at the old address of another phone count for the one that they name.
    """
    found: list[Pages | str] = [_NOWHERE] * len(wanted)
    left = {index: list(addresses) for index, (_name, addresses) in enumerate(wanted)}
    others: dict[str, Pages] = {}
    asked = 0
    while turn := [index for index, addresses in left.items() if addresses]:
        told = ask_pages([left[index][0] for index in turn], options)
        asked += len(turn)
        for index, answer in zip(turn, told, strict=True):
            address = left[index].pop(0)
            if isinstance(answer, Pages) and not is_own_page(answer, wanted[index][0]):
                others |= dict.fromkeys(told_macs(answer), answer)
                answer = f"{address} is another phone's address now"
            found[index] = answer
            if isinstance(answer, Pages):
                left[index] = []
    for index, (name, _addresses) in enumerate(wanted):
        if not isinstance(found[index], Pages):
            found[index] = others.get(mac_of(name), found[index])
    return found, asked

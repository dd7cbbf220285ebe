# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of many phones, each at the first of its addresses at which it answers itself."""

from __future__ import annotations

import errno
import os
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._startup.ask_pages import PageOptions, ask_pages
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Pages
from ansible_collections.dialtone.voice.plugins.module_utils._startup.knock import knock
from ansible_collections.dialtone.voice.plugins.module_utils._startup.ways import is_own_page

Wanted = tuple[str, t.Sequence[str]]
"""A device name, and the addresses at which the phone may be, the likeliest first."""

_NOWHERE = "no address of it is known: neither a lease, nor a registration, nor CDP or LLDP tells one"
_WEB = "turn on Web Access for the phone in CUCM, and let the controller reach it"


def find_pages(wanted: t.Sequence[Wanted], options: PageOptions) -> tuple[list[Pages | str], int]:
    """Return each phone's pages, or why there are none; and how many phones were asked.

    All addresses are tried at once before, so that those at which nobody is cost one time-out together.
    """
    found: list[Pages | str] = [_NOWHERE] * len(wanted)
    answers = knock(
        {address for _name, addresses in wanted for address in addresses}, options.http_port, options.timeout
    )
    # Who refuses is there, and may answer by HTTPS.
    silent = {address: code for address, code in answers.items() if code not in (0, errno.ECONNREFUSED)}
    for index, (_name, addresses) in enumerate(wanted):
        if addresses and addresses[0] in silent:
            why = os.strerror(silent[addresses[0]])
            found[index] = f"{addresses[0]} takes no HTTP connection ({why}): {_WEB}"
    left = {
        index: [each for each in addresses if each not in silent] for index, (_name, addresses) in enumerate(wanted)
    }
    asked = 0
    while turn := [index for index, addresses in left.items() if addresses]:
        told = ask_pages([left[index][0] for index in turn], options)
        asked += len(turn)
        for index, answer in zip(turn, told, strict=True):
            address = left[index].pop(0)
            if isinstance(answer, Pages) and not is_own_page(answer, wanted[index][0]):
                answer = f"{address} is another phone's address now"
            found[index] = answer
            if isinstance(answer, Pages):
                left[index] = []
    return found, asked

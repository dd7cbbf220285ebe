# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The phones whose registrations are looked at, documented once."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  phones:
    description:
      - The phones, 1 to 20,000 of them. Each is a device name, a MAC address in any usual notation, or a dictionary
        with C(name) or C(mac) and, as far as they are planned, the following.
      - C(protocol), V(SIP) or V(SCCP).
      - C(patterns), a list of the numbers that are to be active.
      - C(nodes), a list of the nodes of the cluster one of which is to have the phone, as its CallManager group names
        them. A name without a domain fits any domain; an address has to be the one that RISPort70 tells.
      - C(load), the load that the phone is to run.
      - The rows of M(dialtone.voice.cucm_phones) may be given as they are. The numbers are then those of C(lines).
    type: list
    elements: raw
    required: true
"""

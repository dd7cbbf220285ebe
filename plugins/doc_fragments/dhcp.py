# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that lead to a DHCP server beside those of the system that it runs on, documented once."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  provider:
    description:
      - What kind of DHCP server it is. V(ios) is the one built into Cisco IOS and IOS-XE; the options of the
        connection are those of a switch.
      - Taken from the variable C(voice_dhcp_provider) where the task does not give it.
    type: str
    required: true
    choices: [ios]
"""

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `switch_voice_ports` may change, and what it does where a change fails."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  allow:
    description: What may be changed in spite of what was found there. The name of an interface allows a trunk, a routed
      port, a member of a port-channel, or a port with such a neighbour. V(vlan 20) allows a VLAN that no trunk carries.
    type: list
    elements: str
    default: []
  on_error:
    description:
      - What to do where a command is refused, the session is lost, or the switch is not as planned afterwards.
      - V(stop) leaves what was taken, and does not save it; a further run goes on from there.
      - V(restore) puts the ports back as they were read at the start, removes the VLANs that were made and gives the
        others their names back. A save that fails changes no port, and is no reason for it.
    type: str
    choices: [stop, restore]
    default: stop
  confirm:
    description:
      - Let the switch take everything back by itself unless the change is confirmed, which is done by a login of its
        own after the switch was read again. Where something fails, it is taken back at once.
      - The switch must have an archive and, for a moment, a second VTY line, and no other change may wait for its
        confirmation.
    type: bool
    default: false
  confirm_minutes:
    description: How long the switch waits for the confirmation, from 1 to 120.
    type: int
    default: 5
"""

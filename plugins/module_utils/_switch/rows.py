# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row of ports or VLANs may hold: for the modules, and for the plan of phones that is made into such rows."""

from __future__ import annotations

from ansible_collections.dialtone.voice.plugins.module_utils._switch.ports import POE_MODES

VLAN_SPEC = {"id": {"type": "int", "required": True}, "name": {"type": "str"}}

PORT_SPEC = {
    "interface": {"type": "str", "required": True},
    "description": {"type": "str"},
    "access_vlan": {"type": "int"},
    "voice_vlan": {"type": "int"},
    "poe": {"type": "str", "choices": list(POE_MODES)},
    "portfast": {"type": "bool"},
}

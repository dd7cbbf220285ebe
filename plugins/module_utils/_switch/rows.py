# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row of ports or VLANs may hold: for the modules, and for the plan of phones that is made into such rows."""

from __future__ import annotations

from ansible_collections.dialtone.voice.plugins.module_utils._switch.ports import (
    POE_MODES,
    PRIORITIES,
    QOS_MODES,
    VIOLATIONS,
)

VLAN_SPEC = {"id": {"type": "int", "required": True}, "name": {"type": "str"}}

PORT_SPEC = {
    "interface": {"type": "str", "required": True},
    "enabled": {"type": "bool"},
    "description": {"type": "str"},
    "access_vlan": {"type": "str"},
    "voice_vlan": {"type": "str"},
    "poe": {"type": "str", "choices": list(POE_MODES)},
    "poe_max": {"type": "int"},
    "poe_priority": {"type": "str", "choices": list(PRIORITIES)},
    "cdp": {"type": "bool", "default": True},
    "lldp": {"type": "bool", "default": True},
    "portfast": {"type": "bool"},
    "bpdu_guard": {"type": "bool"},
    "qos": {"type": "str", "choices": list(QOS_MODES)},
    "port_security": {"type": "bool"},
    "port_security_maximum": {"type": "int"},
    "port_security_violation": {"type": "str", "choices": list(VIOLATIONS)},
}

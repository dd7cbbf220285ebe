# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of `phone_startup_info`: the way to CUCM, the ports of the other services, and its rows."""

from __future__ import annotations

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import Connection
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.options import (
    CUCM_SPEC,
    CUCM_VARIABLES,
    FOREIGN,
    RIS_SPEC,
    SCHEMA_SPEC,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import (
    CALL_MANAGERS,
    CUCM,
    FILES,
    PAGES,
    REGISTRATION,
    SERVICES,
)

SOURCES = (REGISTRATION, CUCM, SERVICES, FILES, PAGES, CALL_MANAGERS)
"""What the module asks itself; switches and DHCP servers are asked before it."""

MISSING, ALL = "missing", "all"

# Cisco's own ports, which a phone is told nowhere; a lab may have others.
PORT_SPEC = {
    "tftp_port": {"type": "int", "default": 69},
    "config_http_port": {"type": "int", "default": 6970},
    "config_https_port": {"type": "int", "default": 6971},
    "phone_http_port": {"type": "int", "default": 80},
}
_PORT_VARIABLES = {name: (f"voice_{name}",) for name in PORT_SPEC}

PLANNED_SPEC = {
    "name": {"type": "str"},
    "mac": {"type": "str"},
    "model": {"type": "str"},
    "protocol": {"type": "str", "choices": ["SIP", "SCCP"]},
    "switch": {"type": "str"},
    "interface": {"type": "str"},
    "patterns": {"type": "list", "elements": "str"},
    "voice_vlan": {"type": "int"},
    "poe": {"type": "str"},
    "network": {"type": "str"},
    "gateways": {"type": "list", "elements": "str"},
    "tftp_servers": {"type": "list", "elements": "str"},
    "load": {"type": "str"},
    "nodes": {"type": "list", "elements": "str"},
}

SPEC = {
    "phones": {"type": "list", "elements": "dict", "required": True, "options": PLANNED_SPEC},
    "registrations": {"type": "list", "elements": "dict"},
    "switches": {"type": "dict", "default": {}},
    "dhcp_servers": {"type": "dict", "default": {}},
    "judge": {"type": "str", "choices": [MISSING, ALL], "default": MISSING},
    "sources": {"type": "list", "elements": "str", "choices": list(SOURCES), "default": list(SOURCES)},
    "parallel": {"type": "int", "default": 20},
    "device_timeout": {"type": "int", "default": 3},
}

CONNECTION = Connection(
    "cucm",
    {**CUCM_SPEC, **SCHEMA_SPEC, **RIS_SPEC, **PORT_SPEC},
    {**CUCM_VARIABLES, **_PORT_VARIABLES},
    foreign=FOREIGN,
)

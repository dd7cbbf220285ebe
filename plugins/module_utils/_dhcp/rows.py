# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row of scopes may hold."""

from __future__ import annotations

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.option_values import TYPES

OPTION_SPEC = {
    "code": {"type": "int", "required": True},
    "type": {"type": "str", "choices": list(TYPES), "required": True},
    "value": {"type": "raw", "required": True},
}

RESERVATION_SPEC = {
    "mac": {"type": "str", "required": True},
    "address": {"type": "str", "required": True},
    "hostname": {"type": "str"},
}

SCOPE_SPEC = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "network": {"type": "str"},
    "ranges": {"type": "list", "elements": "str"},
    "excluded": {"type": "list", "elements": "str"},
    "gateway": {"type": "str"},
    "dns_servers": {"type": "list", "elements": "str"},
    "domain_name": {"type": "str"},
    "lease_time": {"type": "str"},
    "tftp_servers": {"type": "list", "elements": "str"},
    "tftp_server_name": {"type": "str"},
    "options": {"type": "list", "elements": "dict", "options": OPTION_SPEC},
    "reservations": {"type": "list", "elements": "dict", "options": RESERVATION_SPEC},
}

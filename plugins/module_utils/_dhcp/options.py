# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that lead to a DHCP server, and the host variables that fill them."""

from __future__ import annotations

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import Connection
from ansible_collections.dialtone.voice.plugins.module_utils._switch.options import SWITCH_SPEC, SWITCH_VARIABLES

DHCP_SPEC = {
    **SWITCH_SPEC,
    "provider": {"type": "str", "required": True, "choices": ["ios"]},
}

DHCP_VARIABLES = {
    **SWITCH_VARIABLES,
    "provider": ("voice_dhcp_provider",),
}

DHCP = Connection("dhcp", DHCP_SPEC, DHCP_VARIABLES)

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that lead to phones, and the host variables that fill them."""

from __future__ import annotations

from ansible.module_utils.basic import env_fallback

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import Connection

PHONE_SPEC = {
    "phone_http_port": {"type": "int", "default": 80},
    "phone_https_port": {"type": "int", "default": 443},
    "phone_ca_path": {"type": "path", "fallback": (env_fallback, ["PHONE_CA_PATH"])},
    "timeout": {"type": "int", "default": 3},
    "parallel": {"type": "int", "default": 10},
}

PHONE_VARIABLES = {
    "phone_http_port": ("voice_phone_http_port",),
    "phone_https_port": ("voice_phone_https_port",),
    "phone_ca_path": ("voice_phone_ca_path",),
    "timeout": ("voice_phone_timeout",),
    "parallel": ("voice_phone_parallel",),
}

PHONE = Connection("phone", PHONE_SPEC, PHONE_VARIABLES, credentials=frozenset())

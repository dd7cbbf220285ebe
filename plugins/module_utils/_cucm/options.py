# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that lead to a CUCM publisher over HTTPS, and the host variables that fill them."""

from __future__ import annotations

from ansible.module_utils.basic import env_fallback

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import Connection

CUCM_SPEC = {
    "host": {"type": "str", "required": True, "fallback": (env_fallback, ["CUCM_HOST"])},
    "port": {"type": "int", "default": 8443},
    "username": {"type": "str", "required": True, "fallback": (env_fallback, ["CUCM_USERNAME"])},
    "password": {"type": "str", "required": True, "no_log": True, "fallback": (env_fallback, ["CUCM_PASSWORD"])},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path", "fallback": (env_fallback, ["CUCM_CA_PATH"])},
    "timeout": {"type": "int", "default": 60},
    "proxy": {"type": "str", "fallback": (env_fallback, ["HTTPS_PROXY", "https_proxy"])},
    "no_proxy": {"type": "str", "fallback": (env_fallback, ["NO_PROXY", "no_proxy"])},
}

# Only what speaks AXL needs Cisco's schema and meets its throttling; RISPort70's few messages do not.
SCHEMA_SPEC = {
    "schema_path": {"type": "path", "fallback": (env_fallback, ["CUCM_SCHEMA_PATH"])},
    "schema_cache_path": {"type": "path", "fallback": (env_fallback, ["CUCM_SCHEMA_CACHE_PATH"])},
    "schema_version": {"type": "str"},
    "throttle_timeout": {"type": "int", "default": 300},
    "connections": {"type": "int", "default": 4, "choices": list(range(1, 11))},
}

# What asks RISPort70: its budget, which all runs on this controller share. CUCM can be set to 18 at most.
RIS_SPEC = {
    "ris_requests_per_minute": {"type": "int", "default": 12, "choices": list(range(1, 19))},
    "ris_budget_path": {"type": "path", "fallback": (env_fallback, ["CUCM_RIS_BUDGET_PATH"])},
}

CUCM_VARIABLES = {
    "host": ("ansible_host",),
    "port": ("voice_cucm_port",),
    "username": ("ansible_user",),
    "password": ("ansible_password",),
    "validate_certs": ("voice_cucm_validate_certs",),
    "ca_path": ("voice_cucm_ca_path",),
    "timeout": ("voice_cucm_timeout",),
    "proxy": ("voice_cucm_proxy",),
    "no_proxy": ("voice_cucm_no_proxy",),
    "schema_path": ("voice_cucm_schema_path",),
    "schema_cache_path": ("voice_cucm_schema_cache_path",),
    "schema_version": ("voice_cucm_schema_version",),
    "throttle_timeout": ("voice_cucm_throttle_timeout",),
    "connections": ("voice_cucm_connections",),
    "ris_requests_per_minute": ("voice_cucm_ris_requests_per_minute",),
    "ris_budget_path": ("voice_cucm_ris_budget_path",),
}

# A host with a network OS is a switch: its address and its password are never CUCM's.
FOREIGN = ("ansible_network_os",)

CUCM = Connection("cucm", CUCM_SPEC, CUCM_VARIABLES, foreign=FOREIGN)
AXL = Connection("cucm", {**CUCM_SPEC, **SCHEMA_SPEC}, CUCM_VARIABLES, foreign=FOREIGN)
RIS = Connection("cucm", {**CUCM_SPEC, **RIS_SPEC}, CUCM_VARIABLES, foreign=FOREIGN)
AXL_RIS = Connection("cucm", {**CUCM_SPEC, **SCHEMA_SPEC, **RIS_SPEC}, CUCM_VARIABLES, foreign=FOREIGN)

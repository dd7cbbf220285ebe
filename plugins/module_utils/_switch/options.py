# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that lead to a switch over SSH, and the host variables that fill them."""

from __future__ import annotations

from ansible.module_utils.basic import env_fallback

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import Connection

SWITCH_SPEC = {
    "host": {"type": "str", "required": True, "fallback": (env_fallback, ["SWITCH_HOST"])},
    "port": {"type": "int", "default": 22},
    "username": {"type": "str", "required": True, "fallback": (env_fallback, ["SWITCH_USERNAME"])},
    "password": {"type": "str", "no_log": True, "fallback": (env_fallback, ["SWITCH_PASSWORD"])},
    "enable_secret": {"type": "str", "no_log": True, "fallback": (env_fallback, ["SWITCH_ENABLE_SECRET"])},
    "host_keys": {"type": "list", "elements": "str", "no_log": False},
    "known_hosts_path": {"type": "path", "fallback": (env_fallback, ["SWITCH_KNOWN_HOSTS_PATH"])},
    "host_key_checking": {"type": "bool", "default": True},
    "ssh_config_file": {"type": "path"},
    "expected_hostname": {"type": "str"},
    "session_log_path": {"type": "path"},
    "timeout": {"type": "int", "default": 30},
}

SWITCH_VARIABLES = {
    "host": ("ansible_host",),
    "port": ("ansible_port",),
    "username": ("ansible_user", "ansible_ssh_user"),
    "password": ("ansible_password", "ansible_ssh_pass"),
    "enable_secret": ("ansible_become_password", "ansible_become_pass", "ansible_enable_password"),
    "host_keys": ("voice_switch_host_keys",),
    "known_hosts_path": ("voice_switch_known_hosts_path",),
    "host_key_checking": ("voice_switch_host_key_checking",),
    "ssh_config_file": ("voice_switch_ssh_config_file",),
    "expected_hostname": ("voice_switch_hostname", "inventory_hostname"),
    "session_log_path": ("voice_switch_session_log_path",),
    "timeout": ("voice_switch_timeout",),
}

SWITCH = Connection("switch", SWITCH_SPEC, SWITCH_VARIABLES)

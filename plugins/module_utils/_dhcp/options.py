# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that lead to a DHCP server, and the host variables that fill them for each kind of server."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import env_fallback

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import Connection, Way, environment_names
from ansible_collections.dialtone.voice.plugins.module_utils._switch.options import SWITCH_SPEC, SWITCH_VARIABLES

# What each kind of server has at a place of its own: no value of one may ever be sent to the other.
_BY_PROVIDER = ("host", "port", "username", "password")


def _shared(name: str) -> dict[str, t.Any]:
    option = SWITCH_SPEC[name]
    return {key: value for key, value in option.items() if key not in ("required", "default", "fallback")}


DHCP_SPEC = {
    **SWITCH_SPEC,
    **{name: _shared(name) for name in _BY_PROVIDER},
    "provider": {"type": "str", "required": True, "choices": ["ios", "kea"]},
    "socket_path": {"type": "path"},
    "use_tls": {"type": "bool", "default": True},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path", "fallback": (env_fallback, ["KEA_CA_PATH"])},
}

DHCP_RULES = {
    "required_if": [
        ("provider", "ios", ("host", "username")),
        ("provider", "kea", ("host", "socket_path"), True),
    ],
}

_PROVIDER = {"provider": ("voice_dhcp_provider",)}

IOS_WAY = Way(
    {**SWITCH_VARIABLES, **_PROVIDER},
    {name: environment_names(SWITCH_SPEC[name]) for name in _BY_PROVIDER if environment_names(SWITCH_SPEC[name])},
)

KEA_WAY = Way(
    {
        **_PROVIDER,
        "host": ("voice_kea_host", "ansible_host"),
        "port": ("voice_kea_port",),
        "username": ("voice_kea_username",),
        "password": ("voice_kea_password",),
        "socket_path": ("voice_kea_socket_path",),
        "use_tls": ("voice_kea_use_tls",),
        "validate_certs": ("voice_kea_validate_certs",),
        "ca_path": ("voice_kea_ca_path",),
        "timeout": ("voice_kea_timeout",),
    },
    {"host": ("KEA_HOST",), "username": ("KEA_USERNAME",), "password": ("KEA_PASSWORD",)},
    # A host with a network OS is a switch: its address is never Kea's.
    foreign=("ansible_network_os",),
)

DHCP = Connection("dhcp", DHCP_SPEC, IOS_WAY.variables, choice="provider", ways={"ios": IOS_WAY, "kea": KEA_WAY})

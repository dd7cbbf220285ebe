# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that lead to a DHCP server, and the host variables that fill them for each kind of server."""

from __future__ import annotations

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import Connection, Way, environment_names
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.options import AXL, CUCM_VARIABLES
from ansible_collections.dialtone.voice.plugins.module_utils._switch.options import SWITCH_SPEC, SWITCH_VARIABLES

# What each kind of server has at a place of its own: no value of one may ever be sent to the other.
_BY_PROVIDER = ("host", "port", "username", "password")


# What only the way to CUCM has.
_AXL_ONLY = (
    *("proxy", "no_proxy", "schema_path", "schema_cache_path", "schema_version", "throttle_timeout"),
    "connections",
)


def _shared(name: str) -> dict[str, t.Any]:
    option = SWITCH_SPEC[name]
    return {key: value for key, value in option.items() if key not in ("required", "default", "fallback")}


def _environment(spec: dict[str, dict[str, t.Any]], *names: str) -> dict[str, tuple[str, ...]]:
    return {name: environment_names(spec[name]) for name in names if environment_names(spec[name])}


DHCP_SPEC = {
    **SWITCH_SPEC,
    **{name: _shared(name) for name in _BY_PROVIDER},
    "provider": {"type": "str", "required": True, "choices": ["ios", "kea", "cucm"]},
    "socket_path": {"type": "path"},
    "use_tls": {"type": "bool", "default": True},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
    **{name: {key: value for key, value in AXL.spec[name].items() if key != "fallback"} for name in _AXL_ONLY},
    "dhcp_server": {"type": "str"},
    "create_dhcp_server": {"type": "bool", "default": False},
}

DHCP_RULES = {
    "required_if": [
        ("provider", "ios", ("host", "username")),
        ("provider", "kea", ("host", "socket_path"), True),
        ("provider", "cucm", ("host", "username", "password")),
    ],
}

_PROVIDER = {"provider": ("voice_dhcp_provider",)}

IOS_WAY = Way(
    {**SWITCH_VARIABLES, **_PROVIDER},
    _environment(SWITCH_SPEC, *_BY_PROVIDER),
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
    {
        "host": ("KEA_HOST",),
        "username": ("KEA_USERNAME",),
        "password": ("KEA_PASSWORD",),
        "ca_path": ("KEA_CA_PATH",),
    },
    # A host with a network OS is a switch: its address is never Kea's.
    foreign=("ansible_network_os",),
)

CUCM_WAY = Way(
    {
        **CUCM_VARIABLES,
        **_PROVIDER,
        "dhcp_server": ("voice_cucm_dhcp_server",),
        "create_dhcp_server": ("voice_cucm_create_dhcp_server",),
    },
    _environment(AXL.spec, *_BY_PROVIDER, "ca_path", *_AXL_ONLY),
    foreign=AXL.foreign,
)

WAYS = {"ios": IOS_WAY, "kea": KEA_WAY, "cucm": CUCM_WAY}
DHCP = Connection("dhcp", DHCP_SPEC, IOS_WAY.variables, choice="provider", ways=WAYS)

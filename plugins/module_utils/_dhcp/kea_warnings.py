# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What keeps phones from a scope of Kea though it is set. Pure."""

from __future__ import annotations

import ipaddress
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.kea_config import KeaConfig
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.kea_options import (
    OWN_CODES,
    addresses_in,
    find_entry,
)
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.scope import Scope


def warnings_about(config: KeaConfig, scopes: t.Sequence[Scope], params: t.Mapping[str, t.Any]) -> list[str]:
    """Return the warnings about a configuration as it is planned or as it is."""
    found = []
    if _readable_password(params):
        found.append(f"use_tls is off: the password for Kea at {params['host']} can be read on the way")
    present = [scope for scope in scopes if scope.present]
    if present and not (config.dhcp4.get("interfaces-config") or {}).get("interfaces"):
        found.append("Kea listens on no interface ('interfaces-config'): no scope of it is served")
    for scope in present:
        subnet = config.find(scope)
        if subnet is None:
            continue
        tree = subnet.tree
        if not tree.get("pools"):
            found.append(f"{scope.name}: the subnet hands out nothing but reservations: give 'ranges'")
        state = config.state(subnet, scope)
        for router in addresses_in(state["gateway"]):
            if any(low <= router <= high for low, high in subnet.ranges):
                found.append(f"{scope.name}: its gateway {router} is in its ranges, so that Kea may hand it out")
        if scope.reservations and not tree.get("reservations-in-subnet", _in_subnet(config, subnet.shared)):
            found.append(f"{scope.name}: 'reservations-in-subnet' is off, so that its reservations are not looked at")
        for pool in tree.get("pools") or []:
            if find_entry(pool.get("option-data"), OWN_CODES["tftp_servers"]) is not None:
                found.append(
                    f"{scope.name}: the pool {pool['pool']} has an option 150 of its own, which goes before that of "
                    "the scope: remove it there"
                )
    return found


def _in_subnet(config: KeaConfig, shared: t.Mapping[str, t.Any] | None) -> bool:
    return bool((shared or {}).get("reservations-in-subnet", config.dhcp4.get("reservations-in-subnet", True)))


def _readable_password(params: t.Mapping[str, t.Any]) -> bool:
    host = str(params.get("host") or "")
    if params.get("use_tls", True) or params.get("socket_path") or not params.get("username"):
        return False
    try:
        return not ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.casefold() != "localhost"

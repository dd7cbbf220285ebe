# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of rules: one pure function for each cause of the catalogue, in the order of the ladder."""

from __future__ import annotations

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._startup import (
    rules_call,
    rules_dhcp,
    rules_files,
    rules_firmware,
    rules_power,
    rules_registration,
    rules_voice_vlan,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Evidence
from ansible_collections.dialtone.voice.plugins.module_utils._startup.verdict import Finding

RULES: tuple[tuple[str, t.Callable[[Evidence], Finding | None]], ...] = (
    ("poe_disabled", rules_power.poe_disabled),
    ("poe_denied", rules_power.poe_denied),
    ("poe_fault", rules_power.poe_fault),
    ("port_shutdown", rules_power.port_shutdown),
    ("port_err_disabled", rules_power.port_err_disabled),
    ("no_link", rules_power.no_link),
    ("wrong_port", rules_power.wrong_port),
    ("firmware_boot_failed", rules_power.firmware_boot_failed),
    ("discovery_disabled", rules_voice_vlan.discovery_disabled),
    ("voice_vlan_missing", rules_voice_vlan.voice_vlan_missing),
    ("voice_vlan_wrong", rules_voice_vlan.voice_vlan_wrong),
    ("vlan_not_created", rules_voice_vlan.vlan_not_created),
    ("vlan_not_on_uplink", rules_voice_vlan.vlan_not_on_uplink),
    ("port_unauthorized", rules_voice_vlan.port_unauthorized),
    ("scope_missing", rules_dhcp.scope_missing),
    ("scope_exhausted", rules_dhcp.scope_exhausted),
    ("relay_missing", rules_dhcp.relay_missing),
    ("option150_missing", rules_dhcp.option150_missing),
    ("option150_wrong_server", rules_dhcp.option150_wrong_server),
    ("option150_not_addresses", rules_dhcp.option150_not_addresses),
    ("gateway_wrong", rules_dhcp.gateway_wrong),
    ("tftp_unreachable", rules_files.tftp_unreachable),
    ("tftp_service_stopped", rules_files.tftp_service_stopped),
    ("ctl_missing", rules_files.ctl_missing),
    ("itl_missing", rules_files.itl_missing),
    ("trust_list_mismatch", rules_files.trust_list_mismatch),
    ("device_not_in_cucm", rules_files.device_not_in_cucm),
    ("config_missing", rules_files.config_missing),
    ("config_stale", rules_files.config_stale),
    ("config_undecryptable", rules_files.config_undecryptable),
    ("firmware_missing", rules_firmware.firmware_missing),
    ("firmware_wrong_model", rules_firmware.firmware_wrong_model),
    ("firmware_download_failed", rules_firmware.firmware_download_failed),
    ("dial_rules_missing", rules_files.dial_rules_missing),
    ("cucm_name_unresolvable", rules_call.cucm_name_unresolvable),
    ("cucm_port_blocked", rules_call.cucm_port_blocked),
    ("callmanager_stopped", rules_call.callmanager_stopped),
    ("tls_handshake_failed", rules_call.tls_handshake_failed),
    ("protocol_mismatch", rules_registration.protocol_mismatch),
    ("model_mismatch", rules_registration.model_mismatch),
    ("digest_authentication_failed", rules_registration.digest_authentication_failed),
    ("duplicate_registration", rules_registration.duplicate_registration),
    ("maximum_devices_exceeded", rules_registration.maximum_devices_exceeded),
    ("no_line", rules_registration.no_line),
    ("locale_missing", rules_files.locale_missing),
    ("softkeys_missing", rules_files.softkeys_missing),
    ("ringlist_missing", rules_files.ringlist_missing),
)

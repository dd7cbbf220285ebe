#!/usr/bin/python
# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dhcp_scopes
short_description: Manage the DHCP scopes that phones get their addresses from
version_added: 0.1.0
description:
  - Makes, changes and removes scopes with network, gateway, lease time and TFTP servers (option 150).
  - Option 150 is written as a list of addresses. Where it is there as text or as hexadecimal digits, which phones
    cannot read, it is mended.
  - A scope that is changed keeps serving. It is never removed and made again.
  - Everything is checked before anything is sent, also what the kind of server does not have. After a change, all is
    read back and compared field by field.
  - A warning tells what keeps phones from a scope though it is set, such as a server without an address in its
    network.
  - Where IOS refuses a line, or the session with it is lost half-way, that row is put back to what it was before, in
    a session of its own where that is needed. The rows after it are not attempted.
  - If an earlier run was ended before it had saved, the next one saves, also where nothing else is to change.
author:
  - The dialtone.voice team (@dialtone)
options:
  save:
    description:
      - When to save the configuration of the server. V(changed) saves it where something was changed, or was left
        unsaved in these scopes by an earlier run. V(always) saves at every run, which by itself is no change.
        V(never) leaves saving to you.
      - Kea does not tell what is not saved. If it could not write its file, V(always) writes it at the next run.
      - CUCM saves at once, whatever is said here.
    type: str
    choices: [never, changed, always]
    default: changed
  force:
    description:
      - Whether a scope is removed, or moved to another network, though it has active leases, or though the server
        cannot tell, such as Kea without its hook C(lease_cmds).
      - CUCM never tells leases over AXL, so that a scope of V(cucm) is removed only with it.
    type: bool
    default: false
extends_documentation_fragment:
  - dialtone.voice.scope_rows
  - dialtone.voice.dhcp
  - dialtone.voice.switch
  - dialtone.voice.cucm
  - dialtone.voice.cucm.schema
  - dialtone.voice.attributes
seealso:
  - module: dialtone.voice.dhcp_leases_info
  - module: dialtone.voice.switch_voice_ports
"""

EXAMPLES = r"""
- name: Serve phones in the voice VLAN
  dialtone.voice.dhcp_scopes:
    provider: ios
    scopes:
      - name: VOICE
        network: 10.1.20.0/24
        gateway: 10.1.20.1
        lease_time: 28800
        tftp_servers: [10.1.100.10, 10.1.100.11]
        excluded: [10.1.20.1-10.1.20.10]

- name: The same in Kea, with two ranges, another option and a fixed address
  dialtone.voice.dhcp_scopes:
    provider: kea
    host: kea.example.com
    username: voice
    password: "{{ vault_kea_password }}"
    scopes:
      - name: VOICE
        network: 10.1.20.0/24
        ranges: [10.1.20.50-10.1.20.99, 10.1.20.150-10.1.20.199]
        gateway: 10.1.20.1
        tftp_servers: [10.1.100.10, 10.1.100.11]
        options:
          - {code: 42, type: ip, value: 10.1.100.1}
        reservations:
          - {mac: "00:11:22:33:44:55", address: 10.1.20.60}

- name: In CUCM itself, on a subscriber
  dialtone.voice.dhcp_scopes:
    provider: cucm
    host: cucm-pub.example.com
    username: voiceadmin
    password: "{{ vault_cucm_password }}"
    dhcp_server: cucm-sub1
    scopes:
      - name: VOICE
        network: 10.1.20.0/24
        ranges: [10.1.20.50-10.1.20.199]
        gateway: 10.1.20.1
        tftp_servers: [10.1.100.10, 10.1.100.11]

- name: Bring the phones of a VLAN to a DHCP server elsewhere
  dialtone.voice.dhcp_scopes:
    provider: ios
    relays:
      - interface: Vlan20
        servers: [10.1.100.20]

- name: Remove an old scope
  dialtone.voice.dhcp_scopes:
    provider: ios
    scopes:
      - name: OLDVOICE
        state: absent
"""

RETURN = r"""
results:
  description: One entry for each row of O(scopes), in its order.
  returned: always
  type: list
  elements: dict
  contains:
    index:
      description: Place of the row in the input, from 0.
      type: int
      returned: always
    key:
      description: Name of the scope.
      type: str
      returned: always
    status:
      description: One of V(changed), V(unchanged), V(failed) and V(not_attempted). In check mode as planned.
      type: str
      returned: always
    before:
      description: What was read, defaults included; null where there was no such scope. Text in place of a list of
        addresses is what the server holds instead, such as option 150 as C(ascii).
      type: dict
      returned: always
    after:
      description: What was read back; in check mode, what is planned. Null where there is no such scope any more.
      type: dict
      returned: always
    sent:
      description: The commands that were sent for this row; for V(kea), what of the configuration was set; for
        V(cucm), the AXL operation.
      type: list
      elements: str
      returned: always
    findings:
      description: What keeps phones from their TFTP servers in this scope, such as C(option_150_as_text),
        C(option_150_one_address), C(option_66_only) and C(no_tftp_servers), each with C(text), C(remedy) and whether
        it is C(mended) now.
      type: list
      elements: dict
      returned: for scopes that are to be present
    error:
      description: Why the row failed, null otherwise.
      type: str
      returned: always
    restored:
      description: Whether all of the row is as it was before.
      type: bool
      returned: for rows of V(ios) that IOS did not take
relays:
  description: One entry for each row of O(relays), with the keys of RV(results). C(before) and C(after) have the
    C(servers).
  returned: for O(relays), unless the task ends before they are planned
  type: list
  elements: dict
commands:
  description: The commands that were sent, or in check mode would be. For V(kea), those of its control channel that
    change something; for V(cucm), AXL operations.
  returned: always
  type: list
  elements: str
  sample: ["ip dhcp pool VOICE", "option 150 ip 10.1.100.10 10.1.100.11", "exit"]
saved:
  description: Whether the configuration was saved, or in check mode would be.
  returned: always
  type: bool
"""

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.base import relays_unsupported, unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.cucm import CucmProvider
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.ios import IosProvider
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.kea import KeaProvider
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.options import DHCP, DHCP_RULES
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.relays import RELAY_SPEC, read_relays
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.rows import SCOPE_SPEC
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.rules import read_scopes
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan
from ansible_collections.dialtone.voice.plugins.module_utils._main import run_module
from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows

PROVIDERS = {"ios": IosProvider, "kea": KeaProvider, "cucm": CucmProvider}

ARGUMENT_SPEC = {
    **DHCP.spec,
    "scopes": {"type": "list", "elements": "dict", "options": SCOPE_SPEC},
    "relays": {"type": "list", "elements": "dict", "options": RELAY_SPEC},
    "save": {"type": "str", "choices": ["never", "changed", "always"], "default": "changed"},
    "force": {"type": "bool", "default": False},
}
RULES = {**DHCP_RULES, "required_one_of": [("scopes", "relays")]}
CONNECTION = DHCP


def run(params, *, check_mode, report):
    """Manage the scopes: read, plan, apply, report."""
    kind = PROVIDERS[params["provider"]]
    scopes, faults = read_scopes(params["scopes"] or [])
    faults += unsupported(scopes, kind.capabilities) + relays_unsupported(params["relays"], kind.capabilities)
    faults += read_relays(params["relays"] or [])[1]
    if faults:
        raise InvalidPlan(faults)
    server = kind(params)
    server.report = report
    with Rows("scopes", (scope.name for scope in scopes)), server as provider:
        provider.read()

        provider.plan(scopes)

        return provider.rehearsed() if check_mode else provider.apply()


def main():
    """Run as a process of its own."""
    run_module(ARGUMENT_SPEC, run, CONNECTION, **RULES)


if __name__ == "__main__":
    main()

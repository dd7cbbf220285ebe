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
  - Everything is checked before anything is sent. After a change, all is read back and compared field by field.
  - A warning tells what keeps phones from a scope though it is set, such as a server without an address in its
    network.
  - If an earlier run was ended before it had saved, the next one saves, also where nothing else is to change.
author:
  - The dialtone.voice team (@dialtone)
options:
  scopes:
    description: The scopes. Other scopes of the server stay as they are.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the scope, one word.
        type: str
        required: true
      state:
        description: Whether the scope is to be there.
        type: str
        choices: [present, absent]
        default: present
      network:
        description: Its network with prefix length, such as V(10.1.20.0/24). Needed for a scope that is to be present.
        type: str
      gateway:
        description: The phones' router, an address of the network. Without it, it stays as it is.
        type: str
      lease_time:
        description:
          - Seconds, or V(infinite). Without it, it stays as it is; a new scope gets the server's default.
          - For V(ios) a multiple of 60.
        type: str
      tftp_servers:
        description:
          - Addresses of the TFTP servers for option 150, in the order in which phones are to ask them. Host names are
            not possible in it.
          - Without it, option 150 stays as it is.
        type: list
        elements: str
      excluded:
        description:
          - Addresses and ranges of the network that are not handed out, such as V(10.1.20.1) and
            V(10.1.20.1-10.1.20.10). Give the gateway here too; a warning tells where it could be handed out.
          - Exclusions that are there beside them stay, also when the scope is removed.
        type: list
        elements: str
      domain_name:
        description: Domain name for the phones.
        type: str
      dns_servers:
        description: Addresses of DNS servers, in order.
        type: list
        elements: str
  save:
    description:
      - When to save the configuration of the server. V(changed) saves it where something was changed, or was left
        unsaved in these scopes by an earlier run. V(always) saves at every run, which by itself is no change.
        V(never) leaves saving to you.
    type: str
    choices: [never, changed, always]
    default: changed
extends_documentation_fragment:
  - dialtone.voice.switch
  - dialtone.voice.dhcp
  - dialtone.voice.attributes
seealso:
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
      description: The commands that were sent for this row.
      type: list
      elements: str
      returned: always
    error:
      description: Why the row failed, null otherwise.
      type: str
      returned: always
commands:
  description: The configuration commands that were sent, or in check mode would be.
  returned: always
  type: list
  elements: str
  sample: ["ip dhcp pool VOICE", "option 150 ip 10.1.100.10 10.1.100.11", "exit"]
saved:
  description: Whether the configuration was saved, or in check mode would be.
  returned: always
  type: bool
"""

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.ios import IosProvider
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.options import DHCP
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.scope import read_scopes
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan
from ansible_collections.dialtone.voice.plugins.module_utils._main import run_module
from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows

PROVIDERS = {"ios": IosProvider}

ARGUMENT_SPEC = {
    **DHCP.spec,
    "scopes": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "name": {"type": "str", "required": True},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "network": {"type": "str"},
            "gateway": {"type": "str"},
            "lease_time": {"type": "str"},
            "tftp_servers": {"type": "list", "elements": "str"},
            "excluded": {"type": "list", "elements": "str"},
            "domain_name": {"type": "str"},
            "dns_servers": {"type": "list", "elements": "str"},
        },
    },
    "save": {"type": "str", "choices": ["never", "changed", "always"], "default": "changed"},
}
CONNECTION = DHCP


def run(params, *, check_mode, report):
    """Manage the scopes: read, plan, apply, report."""
    scopes, faults = read_scopes(params["scopes"])
    if faults:
        raise InvalidPlan(faults)
    with Rows("scopes", (scope.name for scope in scopes)), PROVIDERS[params["provider"]](params) as provider:
        provider.read()

        provider.plan(scopes)

        return provider.rehearsed() if check_mode else provider.apply()


def main():
    """Run as a process of its own."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()

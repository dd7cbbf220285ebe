#!/usr/bin/python
# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dhcp_leases_info
short_description: Show who has which address of a DHCP server, and how full its scopes are
version_added: 0.1.0
description:
  - Shows leases by MAC address, by address or by scope, each with its scope's size, use and what is left of it.
  - For a MAC address, it shows the server's own log lines about it too, where they can be had.
  - An answer of the server that is not understood makes the task fail and shows the line. The server is never changed.
author:
  - The dialtone.voice team (@dialtone)
options:
  macs:
    description: MAC addresses in any usual notation, in quotes, or device names such as V(SEP001122334455).
    type: list
    elements: str
  addresses:
    description: IPv4 addresses.
    type: list
    elements: str
  scopes:
    description:
      - Names of scopes. A subnet of V(kea) without a name goes by its network, such as V(10.1.20.0/24).
      - If the task gives neither this nor O(macs) nor O(addresses), all scopes of the server are shown.
    type: list
    elements: str
  log:
    description: Read the server's log lines about each of O(macs), where they can be had.
    type: bool
    default: true
extends_documentation_fragment:
  - dialtone.voice.dhcp
  - dialtone.voice.switch
  - dialtone.voice.cucm
  - dialtone.voice.cucm.schema
  - dialtone.voice.attributes.reading
notes:
  - For V(ios), C(show running-config), C(show ip dhcp binding), C(show ip dhcp pool) and C(show ip dhcp conflict) are
    read once, and the log once, or once for each of two MAC addresses. Pools of a VRF are left out.
  - CUCM tells nobody its leases over AXL, so that V(cucm) shows scopes only, and refuses O(macs) and O(addresses).
  - For V(kea), the hook C(lease_cmds) must be loaded. The leases of more than two MAC addresses are read
    at once. Its log cannot be read through its control channel.
requirements:
  - netmiko
  - ntc-templates
seealso:
  - module: dialtone.voice.dhcp_scopes
"""

EXAMPLES = r"""
- name: See whether a phone has an address
  dialtone.voice.dhcp_leases_info:
    provider: ios
    macs: ["00:11:22:33:44:55"]
  register: asked

- name: Show it, and what the server has to say about the phone
  ansible.builtin.debug:
    msg: "{{ asked.results[0].leases | map(attribute='address') }} {{ asked.results[0].log }}"

- name: Look at all scopes
  dialtone.voice.dhcp_leases_info:
    provider: kea
    host: kea.example.com
    username: voice
    password: "{{ vault_kea_password }}"
  register: all_scopes

- name: Stop where less than ten addresses are left
  ansible.builtin.assert:
    that: all_scopes.results | selectattr('scope.left', 'lt', 10) | length == 0
"""

RETURN = r"""
results:
  description: One entry for each of O(macs), then for each of O(addresses), then for each of O(scopes), in their order;
    or for each scope of the server.
  returned: always
  type: list
  elements: dict
  contains:
    index:
      description: Place of the entry, from 0.
      type: int
      returned: always
    key:
      description: The MAC address, address or name that was asked for.
      type: str
      returned: always
    status:
      description: V(unchanged), or V(not_attempted) where the server could not be read.
      type: str
      returned: always
    before:
      description: Always null.
      type: raw
      returned: always
    after:
      description: Always null.
      type: raw
      returned: always
    sent:
      description: Always empty.
      type: list
      elements: str
      returned: always
    error:
      description: Always null.
      type: str
      returned: always
    leases:
      description:
        - Each with C(address), C(mac), C(client_id), C(hostname), C(scope), C(state), C(expires) and C(interface). What
          the server does not tell is null. None at all is an empty list, and null says that it does not tell leases.
        - C(state) is V(active), V(offered), V(reserved) for a manual binding of V(ios), V(declined), V(expired), or
          the server's own word.
        - C(offer) is what a reservation tells its client in place of its scope, with the keys of C(scope), or null.
        - C(expires) is V(infinite) or a time, for V(kea) in UTC, for V(ios) by the switch's own clock.
      type: list
      elements: dict
      returned: once the server has been read
    scope:
      description: The scope that was asked for, or that the address is in, null where there is none. C(size) is how
        many addresses it hands out, C(used) how many are leased, C(left) how many are free, which are null where the
        server does not tell leases. C(reserved) counts those that belong to one MAC address each. C(conflicts) lists
        those that are held back, because somebody else was found to have them. C(gateways), C(option_150) and
        C(option_66) are what clients are told, C(option_150_text) is what option 150 is where it is no list of
        addresses, and C(quote) has the server's own lines.
      type: dict
      returned: once the server has been read
    log:
      description: For one of O(macs) and V(ios), the lines of the switch's log that have it in them. Otherwise null.
      type: list
      elements: str
      returned: once the server has been read
  sample:
    - index: 0
      key: "00:11:22:33:44:55"
      status: unchanged
      before: null
      after: null
      sent: []
      error: null
      leases:
        - address: 10.1.20.51
          mac: "00:11:22:33:44:55"
          client_id: "01001122334455"
          hostname: null
          scope: VOICE
          state: active
          expires: "2025-03-07T14:39"
          interface: Vlan20
          offer: null
      scope:
        name: VOICE
        network: 10.1.20.0/24
        size: 244
        used: 17
        reserved: 0
        conflicts: []
        left: 227
        gateways: [10.1.20.1]
        option_150: [10.1.5.10, 10.1.5.11]
        option_150_text: ""
        option_66: ""
        quote: |-
          ip dhcp pool VOICE
           network 10.1.20.0 255.255.255.0
           default-router 10.1.20.1
           option 150 ip 10.1.5.10 10.1.5.11
      log: []
addresses:
  description: The server's own addresses, as far as they are known.
  returned: once the server has been read
  type: list
  elements: str
  sample: [10.1.20.1]
asked:
  description: By which command or request C(scopes) and C(leases) were read.
  returned: once the server has been read
  type: dict
  sample: {scopes: show running-config, leases: show ip dhcp binding}
"""

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.cucm_scopes import CucmScopes
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.ios_leases import IosLeases
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.kea_lease_source import KeaLeases
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.leases import (
    SCOPE,
    Question,
    read_questions,
    unknown_scopes,
)
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.options import DHCP, DHCP_RULES
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan, Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._main import run_module
from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows

SOURCES = {"ios": IosLeases, "kea": KeaLeases, "cucm": CucmScopes}

ARGUMENT_SPEC = {
    **DHCP.spec,
    "macs": {"type": "list", "elements": "str"},
    "addresses": {"type": "list", "elements": "str"},
    "scopes": {"type": "list", "elements": "str"},
    "log": {"type": "bool", "default": True},
}
RULES = DHCP_RULES
CONNECTION = DHCP


def run(params, *, check_mode, report):
    """Read the leases; nothing is changed."""
    questions, faults = read_questions(params)
    if faults:
        raise InvalidPlan(faults)
    if params["provider"] == "cucm" and any(each.kind != SCOPE for each in questions):
        raise Unsupported(
            "CUCM does not tell the leases of its DHCP server over AXL", "Ask the phones for their addresses"
        )
    with Rows("questions", (each.value for each in questions)), SOURCES[params["provider"]](params) as source:
        there = source.scopes()
        faults = unknown_scopes(questions, there, source.where)
        if faults:
            raise InvalidPlan(faults)
        if all(params[kind] is None for kind in ("macs", "addresses", "scopes")):
            questions = [Question(SCOPE, name) for name in there]
        rows = Rows("questions", (each.value for each in questions))
        with rows:
            for row, answer in zip(rows, source.answer(questions), strict=True):
                row.extra = answer.words()
                row.done(changed=False)
        return rows.result(addresses=source.addresses(), asked=source.asked)


def main():
    """Run as a process of its own."""
    run_module(ARGUMENT_SPEC, run, CONNECTION, **RULES)


if __name__ == "__main__":
    main()

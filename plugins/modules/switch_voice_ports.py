#!/usr/bin/python
# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: switch_voice_ports
short_description: Set up access ports of a switch for IP phones
version_added: 0.1.0
description:
  - Sets ports up as a phone needs them, from VLANs and inline power (PoE) to quality of service and port security, and
    makes the VLANs that they use.
  - All ports of a switch go through one SSH session, and the configuration is saved once, at the end.
  - Everything is checked before anything is sent. What is set already is not sent again. Trunks, routed ports, members
    of a port-channel and ports with a switch, a router or an access point as their neighbour (CDP, LLDP) are refused,
    and so is a VLAN that exists nowhere or that no trunk carries. A warning says where power may not suffice.
  - No command takes the voice VLAN or the power of a port away on the way to another value. Switches take the power
    away for a moment by themselves where C(poe) or C(poe_max) changes; a warning says whose device starts again.
  - Every answer of the switch is looked at. At the first one that is not known to be harmless, nothing more is sent,
    and nothing is saved. After a change the switch is read again, also after a session that was lost, and the result
    says what is there.
  - If an earlier run was ended before it had saved, the next one saves, also where nothing else is to change.
author:
  - The dialtone.voice team (@dialtone)
options:
  platform:
    description: The switch's operating system. V(ios) is Cisco IOS and IOS-XE, V(nxos) is Cisco NX-OS.
    type: str
    choices: [ios, nxos]
    default: ios
  state:
    description:
      - V(merged) sets what a row gives, and CDP and LLDP; everything else stays as it is on the switch.
      - V(replaced) brings what a row does not give back to the platform's default.
      - V(deleted) brings everything that this module can set back to the platform's default. Only the names of the
        ports count then, and no VLAN is made or removed.
      - V(rendered) asks no switch, and returns the commands for everything that is given. It alone needs neither
        O(host) nor O(username).
      - Lines that this module cannot set stay in all states, such as storm control and 802.1X.
    type: str
    choices: [merged, replaced, deleted, rendered]
    default: merged
  host:
    required: false
  username:
    required: false
  save:
    description:
      - When to save the running configuration. V(changed) saves it where something was changed, or was left unsaved
        on these ports and VLANs by an earlier run. V(always) saves at every run, which by itself is no change.
        V(never) leaves saving to you.
    type: str
    choices: [never, changed, always]
    default: changed
extends_documentation_fragment:
  - dialtone.voice.port_rows
  - dialtone.voice.port_safety
  - dialtone.voice.switch
  - dialtone.voice.attributes
seealso:
  - module: dialtone.voice.dhcp_scopes
"""

EXAMPLES = r"""
- name: Set up two ports for phones
  dialtone.voice.switch_voice_ports:
    vlans:
      - id: 10
        name: DATA
      - id: 20
        name: VOICE
    ports:
      - interface: GigabitEthernet1/0/1
        description: Reception
        access_vlan: 10
        voice_vlan: 20
        poe: auto
        portfast: true
      - interface: Gi1/0/2
        voice_vlan: 20

- name: Show what would change on a switch whose inventory is not at hand
  dialtone.voice.switch_voice_ports:
    host: 192.0.2.11
    username: netadmin
    password: "{{ switch_password }}"
    host_keys:
      - 192.0.2.11 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJd1Vr3Zb0K3m0m5c8oYl2f1iHqf2Vb1p3nXr0o2nS5z
    ports:
      - interface: Gi1/0/2
        poe: never
  check_mode: true
  diff: true
"""

RETURN = r"""
results:
  description: One entry for each row of O(ports), in its order.
  returned: always, once the rows have been checked
  type: list
  elements: dict
  contains: &row
    index:
      description: Place of the row in the input, from 0.
      type: int
      returned: always
    key:
      description: The switch's own name of the port, or the number of the VLAN.
      type: str
      returned: always
    status:
      description: One of V(changed), V(unchanged), V(failed) and V(not_attempted). In check mode as planned.
      type: str
      returned: always
    before:
      description: What was read, defaults included. Null for a VLAN that did not exist.
      type: dict
      returned: always
    after:
      description: What was read after the change; in check mode, what is planned. Null where it is not known.
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
    applied:
      description: The commands of this row that the switch took.
      type: list
      elements: str
      returned: except in check mode and with O(state=rendered)
    failed_at:
      description: The command at which the run ended, null for none. Whether it was taken is not known where the
        session was lost.
      type: str
      returned: except in check mode and with O(state=rendered)
    not_sent:
      description: The commands of this row that were not sent.
      type: list
      elements: str
      returned: except in check mode and with O(state=rendered)
  sample:
    - index: 0
      key: GigabitEthernet1/0/1
      status: changed
      before: {enabled: true, mode: dynamic auto, access_vlan: 1, voice_vlan: null, poe: auto, cdp: true, lldp: true}
      after: {enabled: true, mode: access, access_vlan: 1, voice_vlan: 20, poe: auto, cdp: true, lldp: true}
      sent: ["interface GigabitEthernet1/0/1", "switchport mode access", "switchport voice vlan 20"]
      error: null
      applied: ["interface GigabitEthernet1/0/1", "switchport mode access", "switchport voice vlan 20"]
      failed_at: null
      not_sent: []
vlans:
  description: One entry for each row of O(vlans), like those of RV(results).
  returned: once the switch has been read
  type: list
  elements: dict
  contains: *row
commands:
  description: The configuration commands that were sent, in check mode and with O(state=rendered) that would be.
  returned: always
  type: list
  elements: str
  sample: ["vlan 20", "name VOICE", "exit"]
saved:
  description: Whether the configuration was saved, or in check mode would be.
  returned: always
  type: bool
restored:
  description: Whether ports and VLANs are as they were before, null where that is not known.
  returned: where something failed with O(on_error=restore) or O(confirm=true)
  type: bool
left_behind:
  description: Lines of the configuration that are new and stay, such as the classes and policies of C(auto qos).
  returned: where something failed with O(on_error=restore) or O(confirm=true)
  type: list
  elements: str
"""

from ansible_collections.dialtone.voice.plugins.module_utils._main import run_module
from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows
from ansible_collections.dialtone.voice.plugins.module_utils._switch import apply, provision
from ansible_collections.dialtone.voice.plugins.module_utils._switch.change import Change
from ansible_collections.dialtone.voice.plugins.module_utils._switch.options import SWITCH
from ansible_collections.dialtone.voice.plugins.module_utils._switch.restore import Line
from ansible_collections.dialtone.voice.plugins.module_utils._switch.rows import PORT_SPEC, VLAN_SPEC
from ansible_collections.dialtone.voice.plugins.module_utils._switch.session import Session

ARGUMENT_SPEC = {
    **SWITCH.spec,
    "host": {**SWITCH.spec["host"], "required": False},
    "username": {**SWITCH.spec["username"], "required": False},
    "platform": {"type": "str", "choices": ["ios", "nxos"], "default": "ios"},
    "vlans": {"type": "list", "elements": "dict", "default": [], "options": VLAN_SPEC},
    "ports": {"type": "list", "elements": "dict", "required": True, "options": PORT_SPEC},
    "state": {"type": "str", "choices": ["merged", "replaced", "deleted", "rendered"], "default": "merged"},
    "allow": {"type": "list", "elements": "str", "default": []},
    "on_error": {"type": "str", "choices": ["stop", "restore"], "default": "stop"},
    "confirm": {"type": "bool", "default": False},
    "confirm_minutes": {"type": "int", "default": 5},
    "save": {"type": "str", "choices": ["never", "changed", "always"], "default": "changed"},
}
RULES = {"required_if": [("state", state, ["host", "username"]) for state in ("merged", "replaced", "deleted")]}
CONNECTION = SWITCH


def run(params, *, check_mode, report):
    """Set up the ports: read, plan, apply, report."""
    wanted = provision.Wanted.of(params)
    if wanted.state == provision.RENDERED:
        return provision.render(wanted).rendered()

    with (
        Rows("ports", (port.interface for port in wanted.ports)),
        Line(lambda: Session(params, wanted.dialect)) as line,
    ):
        reading = provision.read(line.session, wanted)

        plan = provision.plan(reading, wanted, line.session.hostname)
        provision.inspect(line.session, reading, wanted, plan)
        leftover = params["save"] != "never" and provision.find_leftover(line.session, reading, plan)
        to_save = params["save"] == "always" or (params["save"] == "changed" and (leftover or bool(plan.commands)))

        if check_mode:
            return plan.rehearsed(leftover=leftover, saved=to_save)
        change = Change(line, wanted, reading, plan, restores=params["on_error"] == "restore")
        result = change.run(leftover=leftover)

        apply.save(line.session, to_save, result)
        return result


def main():
    """Run as a process of its own."""
    run_module(ARGUMENT_SPEC, run, **RULES)


if __name__ == "__main__":
    main()

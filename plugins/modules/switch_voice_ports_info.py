#!/usr/bin/python
# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: switch_voice_ports_info
short_description: Show what a switch knows of its ports, such as where a phone stays dark
version_added: 0.1.0
description:
  - Shows for each port its link, why it is err-disabled, its inline power (PoE) and the budget behind it, access and
    voice VLAN as configured and as in operation, who is heard by CDP and LLDP, and the MAC addresses behind it.
  - A switch is read with a few commands, however many ports it has. It is never changed.
  - An answer that is not understood makes the task fail and shows the line. The facts that were understood are
    returned all the same.
  - What a switch does not have, or has turned off, is null and not empty, and RV(unavailable) has the switch's words.
author:
  - The dialtone.voice team (@dialtone)
options:
  platform:
    description: The switch's operating system. V(ios) is Cisco IOS and IOS-XE, V(nxos) is Cisco NX-OS.
    type: str
    choices: [ios, nxos]
    default: ios
  interfaces:
    description:
      - The ports to show, also as short forms, such as V(GigabitEthernet1/0/1) or V(Gi1/0/1).
      - Without it, all ports that a phone can be plugged into, that is all that switch, uplinks too.
    type: list
    elements: str
    default: []
  startup:
    description: Also read why a phone does not start up, that is VLANs, trunks, sessions of 802.1X and MAB and the log,
      with one command each. Verdicts on phones need it.
    type: bool
    default: false
extends_documentation_fragment:
  - dialtone.voice.switch
  - dialtone.voice.attributes.reading
requirements:
  - netmiko
  - ntc-templates
seealso:
  - module: dialtone.voice.switch_voice_ports
"""

EXAMPLES = r"""
- name: Look at all ports
  dialtone.voice.switch_voice_ports_info:
  register: ports

- name: Find the dark ones, which have a voice VLAN and no phone
  ansible.builtin.debug:
    msg: >-
      {{ item.key }}: {{ item.facts.link.status }} {{ item.facts.err_disabled or '' }},
      power {{ (item.facts.power or {}).oper | default('unknown') }}
  loop: >-
    {{ ports.results | rejectattr('facts.configured.voice_vlan', 'none') | selectattr('facts.phone', 'none') }}
  loop_control:
    label: "{{ item.key }}"

- name: Stop where a stack member has less than 30 W left
  ansible.builtin.assert:
    that: ports.modules | default([], true) | selectattr('remaining', 'lt', 30) | length == 0

- name: Find the port of one phone
  ansible.builtin.debug:
    msg: "{{ ports.results | selectattr('facts.phone', 'eq', 'SEP001122334455') | map(attribute='key') }}"

- name: Look at two ports of a switch that is not in the inventory
  dialtone.voice.switch_voice_ports_info:
    host: 192.0.2.11
    username: netadmin
    password: "{{ switch_password }}"
    interfaces: [Gi1/0/1, Gi1/0/2]
"""

RETURN = r"""
results:
  description: One entry for each of O(interfaces), in its order, or for each port as the configuration has them.
  returned: always, once the names have been checked
  type: list
  elements: dict
  contains:
    index:
      description: Place of the row, from 0.
      type: int
      returned: always
    key:
      description: The switch's own name of the port.
      type: str
      returned: always
    status:
      description: V(unchanged), or V(failed) where an answer of the switch was not understood.
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
      description: What was not understood, null otherwise.
      type: str
      returned: always
    facts:
      description:
        - C(link) has C(status) (V(connected), V(notconnect), V(disabled), V(err-disabled) and so on), C(vlan),
          C(duplex), C(speed) and C(type). C(err_disabled) is the reason.
        - C(power) has C(admin), C(oper), C(watts), C(device), C(class), C(max_watts) and C(module), the entry of
          RV(modules) that feeds the port.
        - C(configured) has the settings by the names of M(dialtone.voice.switch_voice_ports). C(operating) has C(mode),
          C(access_vlan), C(voice_vlan) and their names; C(Inactive) stands for the name of a VLAN that is not there.
        - C(phone) is the name of the phone that is heard, such as C(SEP001122334455). C(cdp) and C(lldp) list who is
          heard, with C(kind) (V(phone), V(switch), V(router), V(access_point), V(other)), the power asked for in
          milliwatts and the voice VLAN that the device says it uses.
        - C(macs) lists address, VLAN and type. C(others) are the lines of the configuration that
          M(dialtone.voice.switch_voice_ports) leaves alone, such as storm control and 802.1X. C(obstacle) says why
          it would refuse the port.
        - A value that the switch does not tell is null.
      type: dict
      returned: once the switch has been read
    startup:
      description:
        - C(sends_cdp) and C(sends_lldp) say whether the port announces itself. C(authentication) says whether it wants
          802.1X or MAB (C(required)), whether it keeps out whom it does not know (C(closed)), and its C(sessions).
        - C(link_changes) counts how often the link went up or down in the last hour that the log tells of.
        - C(quotes) has the switch's own lines about the port, by C(config), C(link), C(err_disabled), C(power),
          C(switchport), C(cdp), C(lldp), C(mac), C(authentication) and C(log), without secrets.
      type: dict
      returned: with O(startup)
  sample:
    - index: 0
      key: GigabitEthernet1/0/1
      status: unchanged
      before: null
      after: null
      sent: []
      error: null
      facts:
        link: {status: connected, vlan: "10", duplex: a-full, speed: a-1000, type: 10/100/1000BaseTX}
        err_disabled: null
        power: {admin: auto, oper: "on", watts: 6.3, device: IP Phone 8841, class: "2", max_watts: 30.0, module: "1"}
        configured: {enabled: true, mode: access, access_vlan: 10, voice_vlan: 20, poe: auto}
        operating:
          admin_mode: static access
          mode: static access
          access_vlan: 10
          access_vlan_name: DATA
          voice_vlan: 20
          voice_vlan_name: VOICE
        phone: SEP001122334455
        cdp:
          - protocol: cdp
            name: SEP001122334455
            platform: Cisco IP Phone 8841
            address: 192.0.2.40
            kind: phone
            port: Port 1
            power_requested: 6300
            voice_vlan: null
            capabilities: [Host, Phone, Two-port Mac Relay]
        lldp: null
        macs: [{mac: "001122334455", vlan: 20, type: dynamic}]
        others: [storm-control broadcast level 1.00, authentication port-control auto]
        obstacle: null
modules:
  description: The power budgets in watts, by module or stack member; one called V(switch) where all ports share it.
    Null where there is no inline power.
  returned: once the switch has been read
  type: list
  elements: dict
  sample: [{module: "1", available: 740.0, used: 330.0, remaining: 410.0}]
unplaced_neighbors:
  description: Neighbours of which the switch does not say at which port. Older releases leave it out of LLDP.
  returned: once the switch has been read
  type: list
  elements: dict
  sample: []
startup:
  description: The switch's VLANs, its trunks with the VLANs that they carry, its own interfaces in VLANs with their
    addresses and DHCP relays, its lines about the power of each module, C(runs), the lines that turn CDP and LLDP on or
    off, the commands that were C(asked), and the C(errors) of answers that were not understood.
  returned: with O(startup)
  type: dict
unavailable:
  description: What the switch does not have or has turned off, with its own words. What comes from it is null.
  returned: once the switch has been read
  type: dict
  sample: {lldp: "% LLDP is not enabled"}
"""

from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan
from ansible_collections.dialtone.voice.plugins.module_utils._main import run_module
from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows
from ansible_collections.dialtone.voice.plugins.module_utils._switch import look, startup, tables
from ansible_collections.dialtone.voice.plugins.module_utils._switch.options import SWITCH
from ansible_collections.dialtone.voice.plugins.module_utils._switch.platforms import PLATFORMS
from ansible_collections.dialtone.voice.plugins.module_utils._switch.session import Session

ARGUMENT_SPEC = {
    **SWITCH.spec,
    "platform": {"type": "str", "choices": ["ios", "nxos"], "default": "ios"},
    "interfaces": {"type": "list", "elements": "str", "default": []},
    "startup": {"type": "bool", "default": False},
}
CONNECTION = SWITCH


def run(params, *, check_mode, report):
    """Read the ports; nothing is changed."""
    tables.require()
    faults = look.spelling_faults(params["interfaces"])
    if faults:
        raise InvalidPlan(faults)
    dialect = PLATFORMS[params["platform"]]
    with Rows("interfaces", params["interfaces"]), Session(params, dialect) as session:
        ports, config = look.read_ports(session, dialect)
        rows = Rows("interfaces", look.chosen(params["interfaces"], ports, session.hostname))
        names = look.Names(ports)
        more = startup.Startup(config) if params["startup"] else None
        with rows:
            seen = look.see(session, dialect, names, more)
        look.lay_out(rows, ports, dialect.fields_of(config), seen, names)
        if more is None:
            return rows.result(**look.summary(seen))
        port_facts = startup.PortFacts(more, dialect, names.own)
        for row in rows:
            row.extra["startup"] = port_facts.of(row.key)
        whole = {**startup.summary(more, dialect, names.own), "errors": seen.errors}
        return rows.result(**look.summary(seen), startup=whole)


def main():
    """Run as a process of its own."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of `switch_voice_ports`, documented apart because they are many."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  vlans:
    description: VLANs that must exist. VLANs that the switch has beside them stay as they are.
    type: list
    elements: dict
    default: []
    suboptions:
      id:
        description: Number, from 1 to 4094, except 1002 to 1005.
        type: int
        required: true
      name:
        description: Name, one word of up to 32 characters. Without it, an existing name stays and a new VLAN gets the
          switch's default.
        type: str
  ports:
    description:
      - The ports to set up.
      - A setting that the platform does not have is refused, unless it is given its default.
    type: list
    elements: dict
    required: true
    suboptions:
      interface:
        description: Name of the port, also as a short form, such as V(GigabitEthernet1/0/1), V(Gi1/0/1) or V(gi 1/0/1).
        type: str
        required: true
      enabled:
        description: Whether the port is on. V(false) shuts it down, and its power with it.
        type: bool
      description:
        description: Description of up to 200 ASCII characters. An empty one removes it.
        type: str
      access_vlan:
        description: VLAN of the computer behind the phone, by its number or its name. It sets the port to mode access
          too.
        type: str
      voice_vlan:
        description:
          - VLAN that the switch tells the phone, by its number or its name. It must differ from the access VLAN. It
            sets the port to mode access too.
          - With V(dot1p) the phone tags with VLAN 0, with V(untagged) not at all; both stay in the access VLAN. V(none)
            takes the voice VLAN away.
        type: str
      poe:
        description:
          - Inline power. V(auto) gives power to a device that asks for it, V(static) reserves it, V(never) gives none.
          - A limit that is set on the port is kept, except with V(never).
        type: str
        choices: [auto, static, never]
      poe_max:
        description: The most that the port gives, in milliwatts, from 4000 to 90000. What a port can give differs by
          model.
        type: int
      poe_priority:
        description: Which ports keep their power where it does not suffice.
        type: str
        choices: [low, high]
      cdp:
        description: Whether the port speaks CDP. A Cisco phone learns its voice VLAN by it, and asks for its power.
        type: bool
        default: true
      lldp:
        description: Whether the port sends and receives LLDP, which other phones use in place of CDP. On the switch as
          a whole it may be off.
        type: bool
        default: true
      portfast:
        description:
          - Whether the port forwards at once, without the delay of spanning tree.
          - Some releases turn it on together with a voice VLAN. Without this option, check mode cannot foresee that.
        type: bool
      bpdu_guard:
        description: Whether the port is disabled where a switch is plugged into it.
        type: bool
      qos:
        description:
          - V(auto) is C(auto qos voip cisco-phone), which also writes classes and policies of the whole switch.
            V(trust) trusts the marking of a Cisco phone, V(none) does neither.
          - Whether C(trust device) or C(mls qos trust device) is written, the switch's configuration and release tell.
        type: str
        choices: [auto, trust, none]
      port_security:
        description: Whether the number of MAC addresses is limited. The port must be in mode access.
        type: bool
      port_security_maximum:
        description:
          - How many MAC addresses may be used at a time. Less than 2 is refused with a voice VLAN, since a phone shows
            up in both VLANs and the computer behind it has one too.
          - With O(ports[].port_security=true) it is V(3) where it is not given.
        type: int
      port_security_violation:
        description: What happens to one MAC address too many. V(protect) drops its frames, V(restrict) tells so too,
          and V(shutdown) disables the port, the phone on it as well. With O(ports[].port_security=true) it is
          V(restrict) where it is not given.
        type: str
        choices: [protect, restrict, shutdown]
"""

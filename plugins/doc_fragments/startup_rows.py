# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The phones of `phone_startup_info` and the ways to what it asks, documented apart because they are many."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  phones:
    description: The phones, one row each, with what is planned for them. What a row leaves out may be anything.
    type: list
    elements: dict
    required: true
    suboptions:
      mac:
        description: MAC address in any usual notation, in quotes. The device name is C(SEP) and its twelve digits. One
          of O(phones[].mac) and O(phones[].name) is needed.
        type: str
      name:
        description: Device name, if it is not to be made from the MAC address.
        type: str
      model:
        description: Model as it stands on the phone or in CUCM, such as V(8841) or V(Cisco 8841).
        type: str
      protocol:
        description: Signalling protocol.
        type: str
        choices: [SIP, SCCP]
      switch:
        description: Name of the switch, as O(switches) has it.
        type: str
      interface:
        description: The port on that switch.
        type: str
      patterns:
        description: The numbers that are to be active on the phone.
        type: list
        elements: str
      voice_vlan:
        description: Number of the voice VLAN.
        type: int
      poe:
        description: Inline power as the port is to have it, such as V(auto) or V(static). With V(never) the phone has a
          power supply of its own.
        type: str
      network:
        description: Network of the voice VLAN with prefix length, such as V(10.1.20.0/24).
        type: str
      gateways:
        description: Addresses of the routers that the phone is to be given.
        type: list
        elements: str
      tftp_servers:
        description: The TFTP servers, as option 150 is to have their addresses, in their order.
        type: list
        elements: str
      load:
        description: The load that the phone is to run, if it is not the one that CUCM has for it.
        type: str
      nodes:
        description: The nodes of the cluster one of which is to have the phone, if not any of its CallManager group.
        type: list
        elements: str
"""

    # The ports that no phone is told, and how much is asked at once.
    WAYS = r"""
options:
  tftp_port:
    description:
      - UDP port of the TFTP servers.
      - Taken from the variable C(voice_tftp_port) where the task does not give it.
    type: int
    default: 69
  config_http_port:
    description:
      - HTTP port of the TFTP servers, which phones ask first.
      - Taken from the variable C(voice_config_http_port) where the task does not give it.
    type: int
    default: 6970
  config_https_port:
    description:
      - HTTPS port of the TFTP servers.
      - Taken from the variable C(voice_config_https_port) where the task does not give it.
    type: int
    default: 6971
  phone_http_port:
    description:
      - HTTP port of the phones' own pages.
      - Taken from the variable C(voice_phone_http_port) where the task does not give it.
    type: int
    default: 80
  parallel:
    description: How many devices (TFTP servers' files, phones' pages, CallManagers' ports) are asked at once, at most.
    type: int
    default: 20
  device_timeout:
    description: Seconds to wait for a connection with a TFTP server, a phone or a CallManager, and for its answer.
    type: int
    default: 3
"""

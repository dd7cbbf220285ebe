# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of `dhcp_scopes`, documented apart because they are many."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  scopes:
    description:
      - The scopes. Other scopes of the server stay as they are.
      - What a row does not give stays as it is.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - Name of the scope, one word. For V(ios) the name of the pool.
          - Kea's subnets have no names. V(kea) keeps it as C(subnet-name) in the subnet's C(user-context), where other
            tools show it. A subnet without a name is known by its network, and gets the name.
          - CUCM's subnets have no names either, and nothing keeps one. For V(cucm) it is what messages and the result
            call the row; the subnet is the one with the address of O(scopes[].network).
        type: str
        required: true
      state:
        description: Whether the scope is to be there. To remove one, its name is enough. A subnet of Kea without a
          name is found by O(scopes[].network). One of V(cucm) always is, so it is needed there.
        type: str
        choices: [present, absent]
        default: present
      network:
        description: Its network with prefix length, such as V(10.1.20.0/24). Needed for a scope that is to be present.
        type: str
      ranges:
        description:
          - What is handed out, such as V(10.1.20.50-10.1.20.199) or a single address. The list is the whole list.
          - Without it, a new scope hands out its whole network without O(scopes[].excluded) and
            O(scopes[].gateway), and an existing one keeps its ranges without these two.
          - Not for V(ios). V(cucm) has two.
        type: list
        elements: str
      excluded:
        description:
          - Addresses and ranges of the network that are not handed out, such as V(10.1.20.1) and
            V(10.1.20.1-10.1.20.10). For V(kea) and V(cucm) they are gaps in what is handed out, and V(cucm) has room
            for one. For V(ios) give the gateway here too; a warning tells where it could be handed out.
          - Exclusions that are there beside them stay, on V(ios) also when the scope is removed.
        type: list
        elements: str
      gateway:
        description: The phones' router, an address of the network.
        type: str
      dns_servers:
        description: Addresses of DNS servers, in order. V(cucm) has two.
        type: list
        elements: str
      domain_name:
        description: Domain name for the phones.
        type: str
      lease_time:
        description:
          - Seconds, or V(infinite). Without it, a new scope gets the server's default.
          - For V(ios) a multiple of 60. V(cucm) has none without an end; the renewal and rebinding times go with it.
        type: str
      tftp_servers:
        description:
          - Addresses of the TFTP servers for option 150, in the order in which phones are to ask them. Host names are
            not possible in it. V(cucm) has two.
          - Where there is none, a warning says so, because phones then find no TFTP server.
        type: list
        elements: str
      tftp_server_name:
        description:
          - Option 66, one name or one address, for phones that do not know option 150. It does not stand in for
            O(scopes[].tftp_servers).
          - Not for V(ios).
        type: str
      options:
        description:
          - Other options. Those that are not in the list stay as they are. What has a key of its own cannot be given
            here.
          - Not for V(ios) and V(cucm).
        type: list
        elements: dict
        suboptions:
          code:
            description: The option's code.
            type: int
            required: true
          type:
            description: How to read O(scopes[].options[].value). V(ip) is one address or a list of them.
            type: str
            choices: [ip, text, hex, uint8, uint16, uint32, bool]
            required: true
          value:
            description: The value.
            type: raw
            required: true
      reservations:
        description:
          - Addresses that belong to one MAC address each. The list is the whole list; an empty one removes all.
            Reservations of V(kea) that go by something else than a MAC address stay.
          - Not for V(ios) and V(cucm).
        type: list
        elements: dict
        suboptions:
          mac:
            description: MAC address in any usual notation, in quotes.
            type: str
            required: true
          address:
            description: The address, one of the network.
            type: str
            required: true
          hostname:
            description: Host name that the server gives to it. Without it, it stays as it is.
            type: str
"""

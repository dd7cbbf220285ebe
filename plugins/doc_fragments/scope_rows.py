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
      - This or O(relays) is needed.
    type: list
    elements: dict
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
          - V(ios) has no ranges. It hands out the network without what is excluded, so that all the rest of the network
            is excluded. An exclusion is taken away only where it holds back an address of the ranges.
          - V(cucm) has two.
        type: list
        elements: str
      excluded:
        description:
          - Addresses and ranges of the network that are not handed out, such as V(10.1.20.1) and
            V(10.1.20.1-10.1.20.10). For V(kea) and V(cucm) they are gaps in what is handed out, and V(cucm) has room
            for one. For V(ios) give the gateway here too; a warning tells where it could be handed out.
          - Exclusions of V(ios) that are there beside them stay, unless O(scopes[].ranges) says otherwise, and also
            when the scope is removed.
        type: list
        elements: str
      gateway:
        description: The phones' router, an address of the network.
        type: str
      dns_servers:
        description: Addresses of DNS servers, in order. For V(ios) up to 8, for V(cucm) two.
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
            not possible in it. For V(ios) up to 8, for V(cucm) two.
          - Where there is none, a warning says so, because phones then find no TFTP server.
        type: list
        elements: str
      tftp_server_name:
        description:
          - Option 66, one name or one address, for phones that do not know option 150. It does not stand in for
            O(scopes[].tftp_servers).
        type: str
      options:
        description:
          - Other options. Those that are not in the list stay as they are. What has a key of its own cannot be given
            here.
          - For V(ios), up to 8 addresses in one option, and other values as long as the command fits into one line.
          - Not for V(cucm).
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
            Those that go by something else than a MAC address stay.
          - V(ios) gets one pool for each, which is named after the scope and the digits of the MAC address, such as
            C(VOICE-001122334455). It has gateway, TFTP servers and the like of the scope, also when these change later.
            Pools of other names that are for a host of the network count as well.
          - IOS refuses one for a client that has another address at the moment. Then the row is put back, and the error
            names the command that ends the lease.
          - Not for V(cucm).
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
            description: Host name that the server gives to it. Without it, it stays as it is. For V(ios) without a
              domain.
            type: str
  relays:
    description:
      - Interfaces of the switch or router that pass requests on to DHCP servers elsewhere (C(ip helper-address)), for
        V(ios) only. Other interfaces stay as they are.
    type: list
    elements: dict
    suboptions:
      interface:
        description: The interface that routes the phones' VLAN, such as V(Vlan20). It must have an IP address.
        type: str
        required: true
      servers:
        description: Addresses of DHCP servers. Others that are there stay. Without it, V(state=absent) removes all.
        type: list
        elements: str
      state:
        description: Whether the servers are to be there.
        type: str
        choices: [present, absent]
        default: present
"""

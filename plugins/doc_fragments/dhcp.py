# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that lead to a DHCP server beside those of a switch, documented once.

It stands before the fragment of a switch, whose words for the same options it overrides.
"""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  provider:
    description:
      - What kind of DHCP server it is. V(ios) is the one built into Cisco IOS and IOS-XE; the options of the
        connection are those of a switch.
      - V(kea) is ISC Kea 2.2 or newer, through its control agent (or the HTTP control channel of newer releases), or
        on this machine through its unix socket.
      - V(cucm) is the DHCP server of CUCM itself, through AXL; the options of the connection are those of a CUCM
        publisher.
      - Taken from the variable C(voice_dhcp_provider) where the task does not give it.
    type: str
    required: true
    choices: [ios, kea, cucm]
  host:
    description:
      - Name or address of the switch, of Kea's control agent, or of CUCM's publisher.
      - Needed for V(ios) and V(cucm), and for V(kea) without O(socket_path).
      - For V(ios) taken from the host's variable C(ansible_host), or its inventory name, then from the environment
        variable E(SWITCH_HOST); for V(kea) from C(voice_kea_host), then likewise, then from E(KEA_HOST); for
        V(cucm) as for V(ios), then from E(CUCM_HOST). Of a host that has C(ansible_network_os), no variable is taken
        for V(kea) and V(cucm).
    type: str
    required: false
  port:
    description:
      - The port. Without it, 22 for V(ios), 8000 for V(kea) and 8443 for V(cucm).
      - Taken from the variable C(ansible_port) for V(ios), C(voice_kea_port) for V(kea), C(voice_cucm_port) for
        V(cucm).
    type: int
    default: null
  username:
    description:
      - User to log in as. Needed for V(ios) and V(cucm); for V(kea), the user of HTTP basic authentication, if the
        control agent asks for one.
      - For V(ios) taken from the variable C(ansible_user) of the same host that gives O(host), then from the
        environment variable E(SWITCH_USERNAME); for V(kea) from C(voice_kea_username), then from E(KEA_USERNAME).
        What is Ansible's own for a Linux host is never sent to Kea. For V(cucm) as for V(ios), then from
        E(CUCM_USERNAME); it needs the roles C(Standard CCM Admin Users) and C(Standard AXL API Access).
    type: str
    required: false
  password:
    description:
      - The user's password. Needed for V(cucm). For V(ios) without it, the SSH agent and the keys in C(~/.ssh) are
        tried.
      - For V(ios) taken from the variable C(ansible_password) of the same host that gives O(host), then from the
        environment variable E(SWITCH_PASSWORD); for V(kea) from C(voice_kea_password), then from E(KEA_PASSWORD);
        for V(cucm) as for V(ios), then from E(CUCM_PASSWORD). None of these is ever sent to another kind of server.
    type: str
    required: false
  socket_path:
    description:
      - For V(kea), the unix socket of C(kea-dhcp4) on this machine, such as V(/run/kea/kea4-ctrl-socket). It goes
        before O(host).
      - Taken from the variable C(voice_kea_socket_path) where the task does not give it.
    type: path
  use_tls:
    description:
      - For V(kea), whether the control agent is spoken to by HTTPS. Without it, everything, the password included,
        can be read on the way.
      - Taken from the variable C(voice_kea_use_tls) where the task does not give it.
    type: bool
    default: true
  validate_certs:
    description:
      - For V(kea) and V(cucm), whether the server's certificate is verified. Leave it on, and give O(ca_path) where a
        private CA has signed it.
      - Taken from the variable C(voice_kea_validate_certs) or C(voice_cucm_validate_certs) where the task does not
        give it.
    type: bool
    default: true
  ca_path:
    description:
      - For V(kea) and V(cucm), a file with the CA certificates (PEM) that may have signed its certificate, or a
        folder of such files. Without it, the system's CA certificates decide; nothing of the environment does.
      - Taken from the variable C(voice_kea_ca_path), then from the environment variable E(KEA_CA_PATH); for V(cucm)
        from C(voice_cucm_ca_path), then from E(CUCM_CA_PATH).
    type: path
  timeout:
    description:
      - Seconds to wait for the connection, for the login, and for each sign of life while a command or a request is
        being answered.
      - Taken from the variable C(voice_switch_timeout), C(voice_kea_timeout) or C(voice_cucm_timeout), by
        O(provider), where the task does not give it.
    type: int
    default: 30
  dhcp_server:
    description:
      - For V(cucm), the node that the DHCP server is on, by the name that it has under System, Server. Without it,
        the publisher.
      - Taken from the variable C(voice_cucm_dhcp_server) where the task does not give it.
    type: str
  create_dhcp_server:
    description:
      - For V(cucm), whether the DHCP server of that node is made if it is not there. AXL cannot start the Cisco DHCP
        Monitor Service.
      - Taken from the variable C(voice_cucm_create_dhcp_server) where the task does not give it.
    type: bool
    default: false
"""

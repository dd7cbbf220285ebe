# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that lead to a switch, documented once."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  host:
    description:
      - Name or address of the switch.
      - Taken from the host's variable C(ansible_host), or its inventory name, where the task does not give it; then
        from the environment variable E(SWITCH_HOST).
    type: str
    required: true
  port:
    description:
      - The switch's SSH port.
      - Taken from the variable C(ansible_port) where the task does not give it.
    type: int
    default: 22
  username:
    description:
      - User to log in as.
      - Taken from the variable C(ansible_user) of the same host that gives O(host), then from the environment
        variable E(SWITCH_USERNAME).
    type: str
    required: true
  password:
    description:
      - The user's password, for a password or keyboard-interactive login. Without it, the SSH agent and the keys in
        C(~/.ssh) are tried.
      - Taken from the variable C(ansible_password) of the same host that gives O(host), then from the environment
        variable E(SWITCH_PASSWORD).
    type: str
  enable_secret:
    description:
      - The enable secret. It is needed only where the login ends in user mode (C(>)).
      - Taken from the variable C(ansible_become_password) of the same host that gives O(host), whatever
        C(ansible_become) says, then from the environment variable E(SWITCH_ENABLE_SECRET).
    type: str
  host_keys:
    description:
      - The switch's SSH host keys, as lines of known_hosts. Names may be plain, with a port (C([host]:port)) or hashed.
      - Where the key of a switch is not known, the error shows its fingerprint and the line to add here.
      - Where neither this nor O(known_hosts_path) is given, C(~/.ssh/known_hosts) and C(/etc/ssh/ssh_known_hosts)
        decide.
      - Taken from the variable C(voice_switch_host_keys) where the task does not give it.
    type: list
    elements: str
  known_hosts_path:
    description:
      - A file in the format of known_hosts, used together with O(host_keys).
      - Taken from the variable C(voice_switch_known_hosts_path), then from the environment variable
        E(SWITCH_KNOWN_HOSTS_PATH).
    type: path
  host_key_checking:
    description:
      - Whether the switch's host key is checked. Leave it on, and give O(host_keys) where a key is not known yet.
        Without the check, anybody on the way can read the password and change what is sent.
      - Taken from the variable C(voice_switch_host_key_checking) where the task does not give it.
    type: bool
    default: true
  ssh_config_file:
    description:
      - An OpenSSH client configuration, for C(ProxyJump), C(ProxyCommand) and C(HostName). One jump host is possible.
      - Taken from the variable C(voice_switch_ssh_config_file) where the task does not give it.
    type: path
  expected_hostname:
    description:
      - The name that the switch must have in its prompt, so that nothing is sent to another one that answers at its
        address. Case and domain do not count, and since prompts cut long names, the first 20 characters are enough.
      - An empty text or an IP address stands for no check.
      - Taken from the variable C(voice_switch_hostname) of the same host that gives O(host), then from its inventory
        name.
    type: str
  session_log_path:
    description:
      - A file that what the switch prints is added to. It is made readable by its owner only, and may be no symbolic
        link. Check mode writes it too.
      - Passwords, secrets, keys, communities and their hashes are replaced by C(***) before a line is written.
      - Taken from the variable C(voice_switch_session_log_path) where the task does not give it.
    type: path
  timeout:
    description:
      - Seconds to wait for the connection, for the login, and for each sign of life while a command is being
        answered. Raise it where an AAA server is asked about every command and takes its time.
      - Taken from the variable C(voice_switch_timeout) where the task does not give it.
    type: int
    default: 30
requirements:
  - netmiko >= 4.3
"""

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that lead to a CUCM publisher, documented once."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  host:
    description:
      - Name or address of the cluster's publisher. AXL writes work only there.
      - Taken from the host's variable C(ansible_host), or its inventory name, where the task does not give it; then
        from the
        environment variable E(CUCM_HOST). A host that has C(ansible_network_os) is a switch, so none of its
        variables is taken.
    type: str
    required: true
  port:
    description:
      - The publisher's HTTPS port.
      - Taken from the variable C(voice_cucm_port) where the task does not give it.
    type: int
    default: 8443
  username:
    description:
      - Application user or end user of CUCM.
      - To write, it needs the roles C(Standard CCM Admin Users) and C(Standard AXL API Access); to read, C(Standard
        AXL API Users) and
        C(Standard AXL Read Only API Access); to see registrations, C(Standard CCM Server Monitoring) or C(Standard
        RealtimeAndTraceCollection).
      - Taken from the variable C(ansible_user) of the same host that gives O(host), then from the environment
        variable E(CUCM_USERNAME).
    type: str
    required: true
  password:
    description:
      - The user's password.
      - Taken from the variable C(ansible_password) of the same host that gives O(host), then from the environment
        variable E(CUCM_PASSWORD).
    type: str
    required: true
  validate_certs:
    description:
      - Whether the publisher's certificate is verified. Leave it on and give O(ca_path) where a private CA has
        signed the certificate.
      - Taken from the variable C(voice_cucm_validate_certs) where the task does not give it.
    type: bool
    default: true
  ca_path:
    description:
      - File with the CA certificates (PEM) that may have signed the publisher's certificate, or a folder of such
        files.
        The publisher's own certificate will do too.
      - Without it, the system's CA certificates decide. E(REQUESTS_CA_BUNDLE) and E(CURL_CA_BUNDLE) in the
        environment are not looked at.
      - Taken from the variable C(voice_cucm_ca_path), then from the environment variable E(CUCM_CA_PATH).
    type: path
  timeout:
    description:
      - Seconds to wait for a connection, and for the answer to each request.
      - Taken from the variable C(voice_cucm_timeout) where the task does not give it.
    type: int
    default: 60
  proxy:
    description:
      - URL of the HTTP proxy through which the publisher is reached, such as V(http://proxy.example.com:3128) or
        V(http://user:password@proxy.example.com:3128). A password in it is masked.
      - Taken from the variable C(voice_cucm_proxy), then from the environment variables E(HTTPS_PROXY) and
        E(https_proxy), those of the
        task's C(environment) included.
    type: str
  no_proxy:
    description:
      - Hosts that are reached without the proxy, separated by commas. Names, domains, addresses and networks such as
        V(10.0.0.0/8) are known.
      - Taken from the variable C(voice_cucm_no_proxy), then from the environment variables E(NO_PROXY) and
        E(no_proxy).
    type: str
"""

    # What only the modules that speak AXL need.
    SCHEMA = r"""
options:
  schema_path:
    description:
      - Cisco's AXL schema, if it is not to be fetched from the publisher. Either the toolkit's zip file
        (C(axlsqltoolkit.zip)), or a folder with
        C(AXLAPI.wsdl) in it, or a folder with one folder for each version.
      - Taken from the variable C(voice_cucm_schema_path), then from the environment variable E(CUCM_SCHEMA_PATH).
    type: path
  schema_cache_path:
    description:
      - Folder in which fetched schemas are kept, for each publisher and each build of its software. Made with
        permissions 0700. It is written
        in check mode too.
      - Defaults to C(dialtone.voice) in E(XDG_CACHE_HOME), or in C(~/.cache).
      - Taken from the variable C(voice_cucm_schema_cache_path), then from the environment variable
        E(CUCM_SCHEMA_CACHE_PATH).
    type: path
  schema_version:
    description:
      - Version of the AXL schema to speak, such as V(14.0). Without it, the version that belongs to the publisher's
        release is taken.
      - Taken from the variable C(voice_cucm_schema_version) where the task does not give it.
    type: str
  throttle_timeout:
    description:
      - Seconds that the task may spend in all on waiting while the publisher answers that it is too busy (HTTP 503),
        as it does while
        a bulk job fills its change queue. It is asked again after 5 to 60 seconds.
      - Taken from the variable C(voice_cucm_throttle_timeout) where the task does not give it.
    type: int
    default: 300
  connections:
    description:
      - How many requests may be under way at once. When the publisher answers that it is too busy, the number is halved
        and all pause; it
        comes back one by one as requests go through.
      - CUCM throttles all its AXL clients together, so more are faster only while the publisher has nothing else to do.
      - Taken from the variable C(voice_cucm_connections) where the task does not give it.
    type: int
    choices: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    default: 4
requirements:
  - urllib3
  - zeep >= 4.2
  - lxml
"""

    # What only the modules that ask RISPort70 need.
    RIS = r"""
options:
  ris_requests_per_minute:
    description:
      - Requests to RISPort70 in a minute, at most, of all runs on this controller together. They share the number
        through a file for each publisher, with a lock.
      - CUCM allows 15 to all applications of the cluster together, unless its enterprise parameter C(Allowed Device
        Queries Per Minute) says otherwise. Runs on other controllers, and in containers of their own, know nothing of
        each other, so divide the number among them.
      - A phone takes no request of its own, up to 900 are asked for in one.
      - When CUCM answers that the rate is exceeded, all runs stay away for 10, then 30, then 60 seconds.
      - Taken from the variable C(voice_cucm_ris_requests_per_minute) where the task does not give it.
    type: int
    choices: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]
    default: 12
  ris_budget_path:
    description:
      - Folder of the files through which the runs on this controller share O(ris_requests_per_minute). The files
        are the user's own. Give a folder on a volume that containers share, so that they share the number too.
      - Without it, C(dialtone.voice/ris) in the user's cache, which E(XDG_CACHE_HOME) may name.
      - Taken from the variable C(voice_cucm_ris_budget_path), then from the environment variable
        E(CUCM_RIS_BUDGET_PATH).
    type: path
"""

    # What the modules that name other objects need to look ahead in check mode.
    PLANNED = r"""
options:
  planned:
    description:
      - Objects that count as there though CUCM does not have them yet, as M(dialtone.voice.cucm_objects) takes them.
        For check mode, where an earlier task would have made them. Give it in check mode only.
    type: list
    elements: dict
    default: []
    suboptions:
      type:
        description: Type of the object, as AXL spells it.
        type: str
        required: true
      name:
        description: Name of the object.
        type: str
      key:
        description: What the object is known by, where that is not a name alone.
        type: dict
      fields:
        description: Not looked at.
        type: raw
      secrets:
        description: Not looked at.
        type: raw
"""

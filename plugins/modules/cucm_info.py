#!/usr/bin/python
# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a CUCM cluster is, and what the account may do on it."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cucm_info
short_description: Release, nodes, mode and services of CUCM, and the account's rights
version_added: 0.1.0
author: The dialtone.voice team (@dialtone)
description:
  - Answers what must be known before a cluster is changed, with questions that change nothing.
  - Every question is answered by itself. What could not be answered is in RV(problems), and the rest is there.
  - The task fails where the publisher can't be reached, or accepts the account nowhere.
options:
  gather:
    description:
      - What to find out.
      - V(services) asks each node on its own HTTPS port, by the name that CUCM has for it.
      - V(rights) takes one of the requests for registrations that the cluster allows in a minute. The right to write
        is tried with an update of a phone that can't exist, and without any change in it.
    type: list
    elements: str
    choices: [release, nodes, callmanagers, security, services, rights]
    default: [release, nodes, callmanagers, security, services, rights]
extends_documentation_fragment:
  - dialtone.voice.cucm
  - dialtone.voice.cucm.schema
  - dialtone.voice.cucm.ris
  - dialtone.voice.attributes.reading
"""

EXAMPLES = r"""
- name: Ask what there is
  dialtone.voice.cucm_info:
  delegate_to: cucm-pub
  register: cucm

- name: Refuse to go on without what is needed
  ansible.builtin.assert:
    that:
      - cucm.rights.axl_write.allowed == 'yes'
      - cucm.rights.ris.allowed == 'yes'
      - not cucm.mixed_mode
    fail_msg: "{{ cucm.rights.axl_write.needs }}. {{ cucm.problems }}"

- name: See whether the TFTP service runs anywhere
  dialtone.voice.cucm_info:
    gather: [services]
  delegate_to: cucm-pub
  register: cucm
  failed_when: >-
    cucm.services.values() | map(attribute='services') | map(attribute='Cisco Tftp', default={})
    | selectattr('status', 'defined') | selectattr('status', 'eq', 'Started') | length == 0
"""

RETURN = r"""
release:
  description: The publisher's software.
  returned: when asked for and answered
  type: dict
  contains:
    build: {description: The full version., type: str, returned: always, sample: 12.5.1.11900-146}
    schema_version: {description: The AXL version that is spoken with it., type: str, returned: always, sample: "12.5"}
    schema_versions: {description: "The AXL versions that it speaks, newest first.", type: list, elements: str,
      returned: always, sample: ["12.5", "12.0", "11.5"]}
nodes:
  description: The nodes of the cluster, the publisher first.
  returned: when asked for and answered
  type: list
  elements: dict
  contains:
    name: {description: Name or address of the node., type: str, returned: always, sample: cucm-pub}
    description: {description: Its description., type: str, returned: always}
    role: {description: V(publisher) or V(subscriber)., type: str, returned: always, sample: publisher}
    kind: {description: What it is for., type: str, returned: always, sample: CUCM Voice/Video}
callmanagers:
  description: The CallManagers, each with C(name), C(node) and C(description).
  returned: when asked for and answered
  type: list
  elements: dict
  sample: [{name: CM_cucm-pub, node: cucm-pub, description: ""}]
groups:
  description:
    - The CallManager groups, each with C(name) and C(auto_registration).
    - The one with C(auto_registration) is the group in which phones register by themselves.
  returned: when C(callmanagers) are asked for and answered
  type: list
  elements: dict
  sample: [{name: Default, auto_registration: true}]
mixed_mode:
  description: Whether the cluster is in mixed mode, by its enterprise parameter C(ClusterSecurityMode).
  returned: when C(security) is asked for and answered
  type: bool
  sample: false
services:
  description:
    - The services of each node, under its name.
    - Only those of the publisher where AXL does not tell the nodes.
  returned: when asked for
  type: dict
  contains:
    answered: {description: Whether the node answered., type: bool, returned: always}
    error: {description: Why it did not., type: str, returned: always}
    services:
      description: Each service under its name, with C(status), C(activated), C(reason) and C(uptime) in seconds.
      type: dict
      returned: always
  sample: {cucm-pub: {answered: true, error: "", services: {Cisco Tftp: {status: Started, activated: true,
    reason: Service is running, uptime: 86400}}}}
rights:
  description:
    - What the account may do. The keys are C(axl_read), C(axl_write), C(ris) (registrations), C(serviceability)
      (services) and C(logs).
  returned: when asked for
  type: dict
  contains:
    allowed: {description: "V(yes), V(no) or V(unknown).", type: str, returned: always, sample: "yes"}
    needs: {description: The roles that it takes., type: str, returned: always}
    words: {description: What CUCM answered., type: str, returned: always}
problems:
  description: What could not be answered, each with C(part) and C(error).
  returned: always
  type: list
  elements: dict
  sample: []
"""

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.info import PARTS, Inquiry
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.options import AXL_RIS
from ansible_collections.dialtone.voice.plugins.module_utils._main import run_module

ARGUMENT_SPEC = {
    **AXL_RIS.spec,
    "gather": {"type": "list", "elements": "str", "choices": list(PARTS), "default": list(PARTS)},
}
CONNECTION = AXL_RIS


def run(params: dict[str, t.Any], *, check_mode: bool, report: t.Callable[[str], None]) -> dict[str, t.Any]:
    """Ask and report; check mode does the same."""
    inquiry = Inquiry(params, params["gather"], report)
    found = inquiry.run()
    return {"changed": False, **found, "problems": inquiry.problems}


def main() -> None:
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()

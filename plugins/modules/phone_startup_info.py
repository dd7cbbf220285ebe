#!/usr/bin/python
# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A verdict for every phone: at which step of its start-up it is stuck, why, and what proves it."""

from __future__ import annotations

DOCUMENTATION = r"""
module: phone_startup_info
short_description: Tell for every phone where its start-up is stuck, and why
version_added: 0.1.0
author: The dialtone.voice team (@dialtone)
description:
  - Gathers what is known of each phone, from its switch port to its registration, and judges it step by step along the
    fourteen steps of a Cisco IP phone's start-up.
  - Every device is asked once for all phones. CUCM's database and RISPort70 are asked in bulk, shared files of the TFTP
    service once for each server, CallManagers' ports once each. Phones' pages are asked by phone.
  - What switches and DHCP servers say comes in by O(switches) and O(dhcp_servers), because those are hosts of their
    own. What is not given there is missing in the verdicts, which then say so.
  - A source that can't be asked makes no failed task. The steps that need it are V(error), and RV(results[].verdict)
    says what it would take to know.
  - Phones that are registered as planned are judged without their files and pages, unless O(judge=all).
options:
  registrations:
    description:
      - The C(results) of M(dialtone.voice.wait_for_registration) or M(dialtone.voice.cucm_registrations_info) for these
        phones.
      - Without it, RISPort70 is asked as M(dialtone.voice.cucm_registrations_info) asks it.
    type: list
    elements: dict
  switches:
    description:
      - What M(dialtone.voice.switch_voice_ports_info) with O(dialtone.voice.switch_voice_ports_info#module:startup)
        returned for each switch, by the name of the switch. The result of a task that failed says why its switch could
        not be asked.
    type: dict
    default: {}
  dhcp_servers:
    description:
      - What M(dialtone.voice.dhcp_leases_info) returned for each DHCP server, by the name of the server, in the same
        way.
    type: dict
    default: {}
  judge:
    description: Whether the files and pages of V(all) phones are looked at, or only of those that are V(missing), which
      are not registered as planned. A missing locale, ring list or softkey file of a registered phone is found with
      V(all) only.
    type: str
    choices: [missing, all]
    default: missing
  sources:
    description: What to ask. V(registration) is RISPort70, V(cucm) is CUCM's database by AXL, V(services) is Control
      Center on each node, V(files) is the TFTP service, V(pages) is the phones' own web pages, and V(call_managers) is
      connections to the CallManagers that the phones' configuration files name.
    type: list
    elements: str
    choices: [registration, cucm, services, files, pages, call_managers]
    default: [registration, cucm, services, files, pages, call_managers]
extends_documentation_fragment:
  - dialtone.voice.startup_rows
  - dialtone.voice.startup_rows.ways
  - dialtone.voice.cucm
  - dialtone.voice.cucm.schema
  - dialtone.voice.cucm.ris
  - dialtone.voice.attributes.reading
seealso:
  - module: dialtone.voice.wait_for_registration
  - module: dialtone.voice.switch_voice_ports_info
  - module: dialtone.voice.dhcp_leases_info
  - module: dialtone.voice.phone_info
"""

EXAMPLES = r"""
- name: Look at the switches
  dialtone.voice.switch_voice_ports_info:
    startup: true
  delegate_to: "{{ item }}"
  loop: [access-sw1, access-sw2]
  register: looks
  ignore_errors: true

- name: Judge two phones
  dialtone.voice.phone_startup_info:
    phones:
      - mac: 00:00:5e:00:53:01
        model: "8841"
        protocol: SIP
        switch: access-sw1
        interface: Gi1/0/1
        voice_vlan: 20
        patterns: ["1001"]
        tftp_servers: [10.100.0.10]
      - mac: 00:00:5e:00:53:02
    switches: "{{ dict(looks.results | map(attribute='item') | zip(looks.results)) }}"
  delegate_to: cucm-pub
  register: startup

- name: Say what is wrong
  ansible.builtin.debug:
    msg: "{{ item.key }} is stuck at {{ item.verdict.stuck_at }}: {{ item.verdict.text }} {{ item.verdict.remedy }}"
  loop: "{{ startup.results | rejectattr('verdict.registered_as_planned') }}"

- name: Look at all files of registered phones too, and at no web page
  dialtone.voice.phone_startup_info:
    phones: "{{ phone_verification_phones }}"
    judge: all
    sources: [registration, cucm, services, files, call_managers]
  delegate_to: cucm-pub
"""

RETURN = r"""
results:
  description:
    - Each phone, in the order of O(phones).
    - RV(results[].status) is V(unchanged) for a phone that was judged, and V(not_attempted) after an error that ended
      the task. RV(results[].error) says in one line what keeps it from being registered as planned.
  returned: always, once the rows have been checked
  type: list
  elements: dict
  contains:
    index: {description: Index of the row., type: int, returned: always}
    key: {description: Device name., type: str, returned: always, sample: SEP00005E005301}
    status: {description: See above., type: str, returned: always, sample: unchanged}
    error: {description: See above., type: str, returned: always}
    state:
      description: The state that M(dialtone.voice.wait_for_registration) or RISPort70 told, V(unknown) without one.
      type: str
      returned: when it was judged
      sample: not seen
    verdict:
      description: The judgement.
      type: dict
      returned: when it was judged
      contains:
        registered_as_planned: {description: Whether it is., type: bool, returned: always}
        stuck_at: {description: "The step that it is stuck at; with an unknown cause the first step that isn't shown to
          be taken. None where it is registered as planned, as the next four.", type: str, returned: always,
          sample: voice_vlan}
        cause: {description: "The cause by its name, V(unknown) where nothing is proven.", type: str, returned: always,
          sample: voice_vlan_missing}
        confidence: {description: "V(certain), V(likely) or V(possible).", type: str, returned: always}
        text: {description: What is wrong., type: str, returned: always}
        remedy: {description: What to do., type: str, returned: always}
        evidence: {description: "What proves it, each with C(source), C(asked) and C(answer).", type: list,
          elements: dict, returned: always}
        findings: {description: "What is wrong without stopping the phone, or beside what stops it, each with C(cause),
          C(step), C(text), C(confidence), C(remedy) and C(evidence).", type: list, elements: dict, returned: always}
        steps: {description: "The fourteen steps in their order, each with C(step), C(status) and C(text).", type: list,
          elements: dict, returned: always}
        would_take: {description: What it would take to know more., type: list, elements: str, returned: always}
summary:
  description: How the phones are, counted.
  returned: always, once the rows have been checked
  type: dict
  contains:
    phones: {description: How many were judged., type: int, returned: always, sample: 12}
    registered_as_planned: {description: How many of them are., type: int, returned: always, sample: 10}
    causes: {description: How many are stuck for each cause., type: dict, returned: always,
      sample: {poe_disabled: 1, unknown: 1}}
    findings: {description: How many have each finding., type: dict, returned: always, sample: {locale_missing: 3}}
gaps:
  description: Why a source could not be asked, with the number of phones concerned.
  returned: always, once the rows have been checked
  type: list
  elements: dict
  sample: [{source: services, why: CUCM refused it, phones: 12}]
requests:
  description:
    - How much was asked, by source. Requests to RISPort70 (V(registration)), to AXL (V(cucm)) and to Control Center
      (V(services)); phones whose V(files) and V(pages) were asked for; connections to V(call_managers).
  returned: always, once the rows have been checked
  type: dict
  sample: {registration: 1, cucm: 9, services: 2, files: 24, pages: 2, call_managers: 4}
notes:
  description: What one must know of the results, such as that AXL had to be asked for registrations.
  returned: always, once the rows have been checked
  type: list
  elements: str
  sample: []
"""

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan
from ansible_collections.dialtone.voice.plugins.module_utils._main import run_module
from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows
from ansible_collections.dialtone.voice.plugins.module_utils._startup import options
from ansible_collections.dialtone.voice.plugins.module_utils._startup.described import described, gaps, summary
from ansible_collections.dialtone.voice.plugins.module_utils._startup.gather import gather
from ansible_collections.dialtone.voice.plugins.module_utils._startup.judge import judge
from ansible_collections.dialtone.voice.plugins.module_utils._startup.planned import planned_phones

CONNECTION = options.CONNECTION
ARGUMENT_SPEC = {**CONNECTION.spec, **options.SPEC}


def run(params: dict[str, t.Any], *, check_mode: bool, report: t.Callable[[str], None]) -> dict[str, t.Any]:
    """Read the plan, gather, judge, report; check mode does the same."""
    planned, faults = planned_phones(params["phones"])
    if faults:
        raise InvalidPlan(faults, "phones")
    rows = Rows("phones", [phone.name for phone in planned])
    with rows:
        gathered = gather(params, planned, report)
        verdicts = [judge(evidence) for evidence in gathered.evidence]
        for row, evidence, verdict in zip(rows, gathered.evidence, verdicts, strict=True):
            state = evidence.registration.state if evidence.registration else "unknown"
            row.extra = {"state": state, "verdict": described(verdict)}
            row.error = row.extra["verdict"]["text"]
            row.done(changed=False)
    return rows.result(
        summary=summary(verdicts),
        gaps=gaps(gathered.evidence),
        requests=gathered.requests,
        notes=gathered.notes,
    )


def main() -> None:
    run_module(ARGUMENT_SPEC, run, CONNECTION)


if __name__ == "__main__":
    main()

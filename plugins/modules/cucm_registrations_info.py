#!/usr/bin/python
# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What CUCM knows of phones' registrations, without waiting."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cucm_registrations_info
short_description: Registration state of phones in CUCM, without waiting
version_added: 0.1.0
author: The dialtone.voice team (@dialtone)
description:
  - Asks RISPort70 once for each phone, by name and up to 900 in one request, and returns the state of every phone. A
    phone that is not registered is no failure.
  - Where RISPort70 may not be asked for now, because other applications or other runs have used up the requests of the
    minute, the phones that are left are looked up by AXL's C(listRegistrationDynamic). It knows address, node, time of
    the last registration and, in late builds of 12.5 and from 14 on, the state, but no lines, protocol, load or reason.
    RV(notes) says so then, and so does RV(results[].source).
  - The requests of the minute are waited for only where the list itself takes more than
    O(ris_requests_per_minute) of them.
options:
  axl_fallback:
    description: Whether AXL is asked where RISPort70 may not be. The account then needs the right to read by AXL too.
    type: bool
    default: true
extends_documentation_fragment:
  - dialtone.voice.registrations
  - dialtone.voice.cucm
  - dialtone.voice.cucm.schema
  - dialtone.voice.cucm.ris
  - dialtone.voice.attributes.reading
seealso:
  - module: dialtone.voice.wait_for_registration
"""

EXAMPLES = r"""
- name: See where the phones of the plan are
  dialtone.voice.cucm_registrations_info:
    phones: "{{ phone_verification_phones }}"
  delegate_to: cucm-pub
  register: registrations

- name: Tell how many are in each state
  ansible.builtin.debug:
    msg: "{{ registrations.counts }} {{ registrations.notes }}"

- name: Look at two phones, by RISPort70 only
  dialtone.voice.cucm_registrations_info:
    phones:
      - 00:00:5e:00:53:01
      - name: SEP00005E005302
        protocol: SIP
        patterns: ["1002"]
        nodes: [cucm-sub1, cucm-sub2]
    axl_fallback: false
  delegate_to: cucm-pub
"""

RETURN = r"""
results:
  description:
    - Each phone, in the order of O(phones), with the keys that the results of
      M(dialtone.voice.wait_for_registration) have, and C(source).
    - RV(results[].status) is V(unchanged) for a phone that was looked up, whatever its state, V(failed) for one that
      could not be, and V(not_attempted) after an error that ended the task. RV(results[].error) says in what way a
      phone is not registered as planned.
  returned: always, once the rows have been checked
  type: list
  elements: dict
  contains:
    index: {description: Index of the row., type: int, returned: always}
    key: {description: Device name., type: str, returned: always, sample: SEP00005E005301}
    status: {description: See above., type: str, returned: always, sample: unchanged}
    state:
      description: One of the states of M(dialtone.voice.wait_for_registration). By AXL it is V(unknown) where the
        schema does not tell it.
      type: str
      returned: when it was looked up
      sample: registered
    source: {description: "V(ris) or V(axl).", type: str, returned: when it was looked up, sample: ris}
    error: {description: What is not as planned., type: str, returned: always}
counts:
  description: How many phones are in each state.
  returned: always, once the rows have been checked
  type: dict
  sample: {registered: 11, rejected: 1}
missing:
  description: Device names of the phones that are not registered as planned.
  returned: always, once the rows have been checked
  type: list
  elements: str
registered: {description: Number of phones that are registered as planned., type: int, sample: 11,
  returned: "always, once the rows have been checked"}
notes:
  description: What one must know of the results, such as that AXL had to be asked, and why.
  returned: always, once the rows have been checked
  type: list
  elements: str
  sample: []
requests: {description: Requests that were sent to RISPort70., type: int, sample: 1,
  returned: "always, once the rows have been checked"}
"""

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.options import AXL_RIS
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.registration import counts, wanted_phones
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.registration_look import look_once
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan
from ansible_collections.dialtone.voice.plugins.module_utils._main import run_module
from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows

ARGUMENT_SPEC = {
    **AXL_RIS.spec,
    "phones": {"type": "list", "elements": "raw", "required": True},
    "axl_fallback": {"type": "bool", "default": True},
}
CONNECTION = AXL_RIS


def run(params: dict[str, t.Any], *, check_mode: bool, report: t.Callable[[str], None]) -> dict[str, t.Any]:
    """Read the list, look by RISPort70, then by AXL for the rest, report; check mode does the same."""
    wanted, faults = wanted_phones(params["phones"])
    if faults:
        raise InvalidPlan(faults, "phones")
    rows = Rows("phones", [phone.name for phone in wanted])
    with rows:
        found = look_once(params, wanted, rows, report, axl_fallback=params["axl_fallback"])
        for note in found.notes:
            report(note)
    states = found.states
    missing = [phone.name for index, phone in enumerate(wanted) if index not in states or states[index].problem]
    told = {"missing": missing, "registered": len(wanted) - len(missing), "counts": counts(states.values())}
    return rows.result(**told, notes=found.notes, requests=found.requests)


def main() -> None:
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones restarted, reset, given their configuration or asked for a report, a batch at a time."""

from __future__ import annotations

DOCUMENTATION = r"""
module: reset_phones
short_description: Reset phones through CUCM, in batches
version_added: 0.1.0
author: The dialtone.voice team (@dialtone)
description:
  - Tells CUCM to make phones take their configuration, restart, reset, or send a problem report (PRT).
  - The phones are told in batches with a pause in between, so that not all of them register and load files at the same
    time.
  - A name that CUCM does not know is found before anything is sent, and then nothing is.
  - A reset leaves nothing in CUCM's database. So every run resets, and one whose answer is lost is never sent again;
    its row says so.
  - Whether a phone is back is told by M(dialtone.voice.wait_for_registration).
options:
  phones:
    description:
      - The phones. Each is a device name, a MAC address, or a row of M(dialtone.voice.cucm_phones).
      - Give those that were changed, and no others. A phone that is in a call is reset after it.
    type: list
    elements: raw
    required: true
  action:
    description:
      - V(apply) makes a phone take its configuration, and restart only if it must.
      - V(restart) makes it restart without shutting down, V(reset) makes it start anew as after power-on.
      - V(generate_prt) makes it send a problem report to the server that its configuration names.
      - An action that the cluster's AXL schema does not have is refused, and what there is instead is named.
        V(generate_prt) came with 14 and late builds of 11.5 and 12.5.
    type: str
    choices: [apply, restart, reset, generate_prt]
    default: apply
  batch_size:
    description: Phones of one batch.
    type: int
    default: 20
  pause:
    description: Seconds between one batch and the next.
    type: int
    default: 30
  all_at_once:
    description:
      - Tells all phones at once. O(batch_size) and O(pause) do not count then.
      - Without it, more than 20 phones are never told without a pause.
    type: bool
    default: false
extends_documentation_fragment:
  - dialtone.voice.cucm
  - dialtone.voice.cucm.schema
  - dialtone.voice.attributes
seealso:
  - module: dialtone.voice.cucm_phones
  - module: dialtone.voice.wait_for_registration
"""

EXAMPLES = r"""
- name: Restart the phones that the last task changed
  dialtone.voice.reset_phones:
    phones: "{{ phones_task.results | selectattr('status', 'eq', 'changed') | map(attribute='key') }}"
    action: restart
    batch_size: 50
    pause: 60
  delegate_to: cucm-pub

- name: Have one phone send a problem report
  dialtone.voice.reset_phones:
    phones: ["00:00:5e:00:53:01"]
    action: generate_prt
  delegate_to: cucm-pub
"""

RETURN = r"""
results:
  description: What happened to each phone, in the order of O(phones).
  returned: always, once the rows have been checked
  type: list
  elements: dict
  contains:
    index: {description: Index of the row., type: int, returned: always, sample: 0}
    key: {description: Device name., type: str, returned: always, sample: SEP00005E005301}
    status:
      description: V(changed), V(failed) or V(not_attempted). In check mode, what it would be.
      type: str
      returned: always
      sample: changed
    before: {description: "The phone, none if CUCM does not have it.", type: dict, returned: always,
      sample: {name: SEP00005E005301}}
    after: {description: The phone and what it was told., type: dict, returned: always,
      sample: {name: SEP00005E005301, action: restart}}
    sent: {description: The AXL operation that was carried out., type: list, elements: str, returned: always,
      sample: [doDeviceReset (deviceResetType Restart)]}
    error: {description: Why the row failed., type: str, returned: always}
missing:
  description: Names of the phones that CUCM does not have yet, in check mode. A real run refuses them.
  returned: in check mode
  type: list
  elements: str
batches:
  description: Number of batches.
  returned: always, once the phones were looked up
  type: int
  sample: 3
schema:
  description: The AXL schema that was used, with version, the publisher's build, path, SHA-256 and source.
  returned: always, once it was loaded
  type: dict
"""

import time
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.options import AXL
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.plan import pretend, settle
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.registration import wanted_phones
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.resets import (
    batches,
    carry_out,
    pace_faults,
    plan_resets,
    unknown_phones,
    way_of,
)
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan
from ansible_collections.dialtone.voice.plugins.module_utils._main import run_module
from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows

ARGUMENT_SPEC = {
    **AXL.spec,
    "phones": {"type": "list", "elements": "raw", "required": True},
    "action": {"type": "str", "choices": ["apply", "restart", "reset", "generate_prt"], "default": "apply"},
    "batch_size": {"type": "int", "default": 20},
    "pause": {"type": "int", "default": 30},
    "all_at_once": {"type": "bool", "default": False},
}
CONNECTION = AXL

sleep = time.sleep


def run(params: dict[str, t.Any], *, check_mode: bool, report: t.Callable[[str], None]) -> dict[str, t.Any]:
    """Read, plan, apply, report."""
    wanted, faults = wanted_phones(params["phones"])
    faults += pace_faults(len(wanted), params)
    if faults:
        raise InvalidPlan(faults, "phones")
    names = [phone.name for phone in wanted]
    action, size = params["action"], len(names) if params["all_at_once"] else params["batch_size"]
    rows = Rows("phones", names)
    if not names:
        return rows.result()
    with rows, Axl(params, report=report) as axl:
        how = way_of(axl, action)
        plans = plan_resets(names, unknown_phones(axl, names), action, how, check=check_mode)
        settle(rows, plans)
        told: dict[str, t.Any] = {"batches": len(batches(len(names), size)), "schema": axl.schema.as_dict()}
        if check_mode:
            pretend(rows, plans)
            told["missing"] = [name for plan in plans for name in plan.missing]
        else:
            carry_out(axl, rows, action, how, size=size, pause=params["pause"], report=report, sleep=sleep)
        return rows.result(**told)


def main() -> None:
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()

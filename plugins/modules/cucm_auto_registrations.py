#!/usr/bin/python
# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The auto-registration of CUCM's CallManagers, on or off."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cucm_auto_registrations
short_description: Auto-registration of CUCM's CallManagers
version_added: 0.1.0
author: The dialtone.voice team (@dialtone)
description:
  - Sets the range of directory numbers that a CallManager gives to phones that register by themselves, its partition
    and its templates, and turns auto-registration on and off.
  - All rows are checked before anything is sent, and every bad one is named.
  - What a row does not give is left as it is.
  - In a cluster in mixed mode, phones register by themselves from CUCM 11.5 on, except for the models 8941 and 8945,
    about which the task warns. Below 11.5 turning it on is refused.
  - Phones register by themselves only at the CallManagers of the group that has auto-registration, see
    RV(dialtone.voice.cucm_info#module:groups).
options:
  callmanagers:
    description: The CallManagers, one row each.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the CallManager, such as V(CM_cucm-sub1). Give it or O(callmanagers[].node).
        type: str
      node:
        description: Name or address of the node that it runs on, as CUCM has it.
        type: str
      enabled:
        description: Whether auto-registration is on. With V(false) the other settings are made, and it is off.
        type: bool
        default: true
      start_dn:
        description:
          - First directory number of the range. Put it in quotes, because YAML reads C(0100) as another number.
          - The last one must have as many digits and be above it, since CUCM takes a range of one number for off.
        type: str
      end_dn:
        description: Last directory number of the range.
        type: str
      next_dn:
        description:
          - Number that the next phone gets. CUCM moves it on with every phone, so give it only to set it back.
          - Without it, it is set to O(callmanagers[].start_dn) where the present one is outside of the range.
        type: str
      partition:
        description: Partition of the directory numbers. An empty text is the partition C(<None>).
        type: str
      e164_mask:
        description: External phone number mask. An empty text clears it.
        type: str
      universal_device_template:
        description: Name of the universal device template. It can't be on without one.
        type: str
      universal_line_template:
        description: Name of the universal line template. It can't be on without one.
        type: str
  state:
    description:
      - V(present) makes the settings.
      - V(absent) turns auto-registration off and leaves the other settings.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - dialtone.voice.cucm
  - dialtone.voice.cucm.schema
  - dialtone.voice.attributes
seealso:
  - module: dialtone.voice.cucm_info
"""

EXAMPLES = r"""
- name: Let the phones of a rollout register by themselves
  dialtone.voice.cucm_auto_registrations:
    callmanagers:
      - name: CM_cucm-sub1
        start_dn: "5000"
        end_dn: "5499"
        partition: PT-Staging
        universal_device_template: Auto-registration Template
        universal_line_template: Sample Line Template with TAG usage examples
  delegate_to: cucm-pub

- name: Turn it off again
  dialtone.voice.cucm_auto_registrations:
    callmanagers:
      - name: CM_cucm-sub1
    state: absent
  delegate_to: cucm-pub
"""

RETURN = r"""
results:
  description: What happened to each row, in the order of O(callmanagers).
  returned: always, once the rows have been checked
  type: list
  elements: dict
  contains:
    index: {description: Index of the row., type: int, returned: always, sample: 0}
    key: {description: Name of the CallManager., type: str, returned: always, sample: CM_cucm-sub1}
    status:
      description: V(changed), V(unchanged), V(failed) or V(not_attempted). In check mode, what it would be.
      type: str
      returned: always
      sample: changed
    before:
      description: The settings as they were, under the names of the options.
      type: dict
      returned: always
      sample: {name: CM_cucm-sub1, node: cucm-sub1, enabled: false, start_dn: "1000", end_dn: "1000", next_dn: "1000"}
    after:
      description: The settings as they are now, or would be in check mode.
      type: dict
      returned: always
    sent: {description: The AXL operations that were carried out., type: list, elements: str, returned: always,
      sample: [updateCallManager]}
    error: {description: Why the row failed., type: str, returned: always}
schema:
  description: The AXL schema that was used, with version, the publisher's build, path, SHA-256 and source.
  returned: always, once it was loaded
  type: dict
"""

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.auto_registrations import (
    AUTO_REGISTRATION_SPEC,
    Planner,
    label,
    meant,
    read_callmanagers,
    row_faults,
    same_callmanager_faults,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.info import mixed_mode
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.options import AXL
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.plan import Plan, apply, pretend, settle
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan
from ansible_collections.dialtone.voice.plugins.module_utils._main import run_module
from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows

ARGUMENT_SPEC = {
    **AXL.spec,
    "callmanagers": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": AUTO_REGISTRATION_SPEC,
        "required_one_of": [("name", "node")],
    },
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}
CONNECTION = AXL


def run(params: dict[str, t.Any], *, check_mode: bool, report: t.Callable[[str], None]) -> dict[str, t.Any]:
    """Read, plan, apply, report."""
    wanted, present = params["callmanagers"], params["state"] == "present"
    faults = row_faults(wanted)
    if faults:
        raise InvalidPlan(faults, "callmanagers")
    rows = Rows("callmanagers", [label(row) for row in wanted])
    if not wanted:
        return rows.result()
    with rows, Axl(params, report=report) as axl:
        managers = read_callmanagers(axl)
        found = [meant(row, managers) for row in wanted]
        faults = same_callmanager_faults(wanted, found)
        if faults:
            raise InvalidPlan(faults, "callmanagers")
        turned_on = present and any(row["enabled"] for row in wanted)
        planner = Planner(axl, axl.schema.build, mixed_mode(axl) if turned_on else None)

        def plan(index: int) -> Plan:
            name, error = found[index]
            return Plan(None, None, error=error) if error else planner.plan(wanted[index], name, present=present)

        plans = [plan(index) for index in range(len(wanted))]
        settle(rows, plans)
        if check_mode:
            pretend(rows, plans)
        else:
            apply(axl, rows, plans, "CallManager", lambda index: not plan(index).operation)
        warnings = {"warnings": planner.warnings} if planner.warnings else {}
        return rows.result(schema=axl.schema.as_dict(), **warnings)


def main() -> None:
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()

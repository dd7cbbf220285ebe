#!/usr/bin/python
# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones in CUCM, present or absent."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cucm_phones
short_description: Phones and their line appearances in CUCM
version_added: 0.1.0
author: The dialtone.voice team (@dialtone)
description:
  - Adds, changes and removes phones by AXL, all of a list in one session.
  - All rows are checked before anything is sent, and every bad one is named; values and names of elements by the
    cluster's own schema. The objects that rows name (device pool, partition, profiles ...) are looked up, so that an
    unknown one is named with its option and the names that are near. Then all rows are tried, and the task fails once
    with the errors of all of them.
  - What a row does not give is left as it is. The same goes for the lines of a phone that are there already, with
    all their settings, and for speed dials, busy lamp fields and services that a row does not give.
  - A change whose answer is lost is read back before anything else is done, so running again after an interruption
    adds nothing twice.
options:
  state:
    description:
      - V(present) adds the phones or changes what differs.
      - V(absent) removes them. Their lines stay, unless O(remove_lines=true).
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - dialtone.voice.phone_rows
  - dialtone.voice.phone_rows.changing
  - dialtone.voice.cucm
  - dialtone.voice.cucm.schema
  - dialtone.voice.cucm.planned
  - dialtone.voice.attributes
seealso:
  - module: dialtone.voice.cucm_lines
  - module: dialtone.voice.wait_for_registration
"""

EXAMPLES = r"""
- name: Add the phones of the second floor
  dialtone.voice.cucm_phones:
    phones:
      - mac: 00:00:5e:00:53:01
        model: 8841
        protocol: SIP
        device_pool: Default
        description: Reception
        css: CSS-Internal
        lines:
          - pattern: "1001"
            partition: PT-Internal
            label: Reception
            display: Reception
  delegate_to: cucm-pub

- name: What many phones share is written once
  dialtone.voice.cucm_phones:
    profiles:
      office:
        model: 8841
        device_pool: Default
        vendor_config: {webAccess: 0, sshAccess: 1}
        line:
          partition: PT-Internal
          maximum_calls: 4
          busy_trigger: 2
    phones:
      - mac: 00:00:5e:00:53:02
        profile: office
        lines: [{pattern: "1002", users: [zoe]}]
        speed_dials: [{number: "1001", label: Reception}]
        axl: {dndOption: Call Reject}
  delegate_to: cucm-pub

- name: Remove a phone and the lines that nothing else uses
  dialtone.voice.cucm_phones:
    host: cucm-pub.example.com
    username: voiceadmin
    password: "{{ vault_cucm_password }}"
    ca_path: /etc/ssl/example-ca.pem
    state: absent
    remove_lines: true
    phones:
      - name: SEP00005E005301
"""

RETURN = r"""
results:
  description: What happened to each row, in the order of O(phones).
  returned: always, once the rows have been checked
  type: list
  elements: dict
  contains:
    index:
      description: Index of the row.
      type: int
      returned: always
      sample: 0
    key:
      description: Device name.
      type: str
      returned: always
      sample: SEP00005E005301
    status:
      description: V(changed), V(unchanged), V(failed) or V(not_attempted). In check mode, what it would be.
      type: str
      returned: always
      sample: changed
    before:
      description: The phone as it was with its lines, none if there was none.
      type: dict
      returned: always
    after:
      description: The phone as it is now, or would be in check mode.
      type: dict
      returned: always
    sent: {description: The AXL operations that were carried out., type: list, elements: str, returned: always,
      sample: [addPhone]}
    error:
      description: Why the row failed.
      type: str
      returned: always
lines:
  description: With O(remove_lines=true), what happened to the lines of the phones, each as in RV(results); the key is
    the line's number and partition. A line that something else uses is V(unchanged), and C(used_by) says by what.
  returned: with O(remove_lines=true)
  type: list
  elements: dict
schema:
  description: The AXL schema that was used, with version, the publisher's build, path, SHA-256 and source.
  returned: always, once it was loaded
  type: dict
"""

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.options import AXL
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.phone_fields import phone_faults, phone_name
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.phone_removal import remove_lines
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.phone_states import (
    planned_lines,
    refuse_missing_lines,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.phones import PhonePlanner
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.plan import apply, pretend, settle
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.profiles import apply_profiles
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.rows import PHONE_SPEC, PLANNED_SPEC
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan
from ansible_collections.dialtone.voice.plugins.module_utils._main import run_module
from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows

ARGUMENT_SPEC = {
    **AXL.spec,
    "planned": {"type": "list", "elements": "dict", "default": [], "options": PLANNED_SPEC},
    "phones": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": PHONE_SPEC,
        "required_one_of": [("mac", "name")],
    },
    "profiles": {"type": "dict"},
    "lines_mode": {"type": "str", "choices": ["merge", "replace"], "default": "merge"},
    "update_secrets": {"type": "bool", "default": False, "no_log": False},
    "remove_lines": {"type": "bool", "default": False},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}
CONNECTION = AXL


def run(params: dict[str, t.Any], *, check_mode: bool, report: t.Callable[[str], None]) -> dict[str, t.Any]:
    """Read, plan, apply, report."""
    present = params["state"] == "present"
    # Taken out, so that the rows with all the options that they don't give need not be kept.
    wanted, faults = apply_profiles(params.pop("phones"), params["profiles"])
    faults += phone_faults(wanted)
    if faults:
        raise InvalidPlan(faults, "phones")
    rows = Rows("phones", [phone_name(row) for row in wanted])
    if not wanted:
        return rows.result()
    with rows, Axl(params, report=report) as axl:
        planner = PhonePlanner(
            axl, keep_lines=params["lines_mode"] == "merge", update_secrets=bool(params["update_secrets"])
        )
        plans = planner.faults(wanted) if present else None
        plans = plans or list(planner.plans(wanted, present=present))
        planned = planned_lines(params["planned"])
        if planned or not check_mode:
            refuse_missing_lines(plans, planned)
        settle(rows, plans)
        if check_mode:
            pretend(rows, plans)
        else:
            apply(axl, rows, plans, "phone", lambda index: planner.is_done(wanted[index], present=present))
        result = rows.result(schema=axl.schema.as_dict())
        if params["remove_lines"] and not present:
            result = remove_lines(axl, wanted, rows, result, check_mode=check_mode)
        return result


def main() -> None:
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Directory numbers in CUCM, present or absent."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cucm_lines
short_description: Directory numbers in CUCM
version_added: 0.1.0
author: The dialtone.voice team (@dialtone)
description:
  - Adds, changes and removes directory numbers (lines) by AXL, all of a list in one session.
  - All rows are checked before anything is sent, with the cluster's own schema and objects, and every bad one is named.
    Then all of them are tried, and the task fails once with the errors of all rows.
  - A line is known by its pattern and its partition. What a row does not give is left as it is, of a call forward too.
  - A change whose answer is lost is read back before anything else is done, so running again after an interruption
    adds nothing twice.
  - The AXL schema is Cisco's and is fetched from the publisher and cached, or taken from O(schema_path).
options:
  state:
    description:
      - V(present) adds the lines or changes what differs.
      - V(absent) removes them. A line that a phone still has is refused, because CUCM would take it off that phone.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - dialtone.voice.line_rows
  - dialtone.voice.cucm
  - dialtone.voice.cucm.schema
  - dialtone.voice.cucm.planned
  - dialtone.voice.attributes
seealso:
  - module: dialtone.voice.cucm_phones
"""

EXAMPLES = r"""
- name: Give the lines of the second floor
  dialtone.voice.cucm_lines:
    lines:
      - pattern: "1001"
        partition: PT-Internal
        description: Reception
        alerting_name: Reception
        ascii_alerting_name: Reception
        css: CSS-Internal
      - pattern: "1002"
        partition: PT-Internal
        call_pickup_group: Second floor
        forwards:
          busy: {voice_mail: true}
          no_answer: {voice_mail: true, css: CSS-Internal, duration: 20}
        e164_number: {mask: "+44207946XXXX", partition: PT-E164, add_to_partition: true}
        uris:
          - uri: desk2@example.com
            partition: PT-URI
            primary: true
        axl:
          rejectAnonymousCall: true
  delegate_to: cucm-pub

- name: Remove a line
  dialtone.voice.cucm_lines:
    host: cucm-pub.example.com
    username: voiceadmin
    password: "{{ vault_cucm_password }}"
    ca_path: /etc/ssl/example-ca.pem
    state: absent
    lines:
      - pattern: "1001"
        partition: PT-Internal
"""

RETURN = r"""
results:
  description: What happened to each row, in the order of O(lines).
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
      description: Pattern and partition.
      type: str
      returned: always
      sample: 1001 in PT-Internal
    status:
      description: V(changed), V(unchanged), V(failed) or V(not_attempted). In check mode, what it would be.
      type: str
      returned: always
      sample: changed
    before:
      description: The line as it was, none if there was none.
      type: dict
      returned: always
    after:
      description: The line as it is now, or would be in check mode.
      type: dict
      returned: always
    sent: {description: The AXL operations that were carried out., type: list, elements: str, returned: always,
      sample: [addLine]}
    error:
      description: Why the row failed.
      type: str
      returned: always
schema:
  description: The AXL schema that was used, with version, the publisher's build, path, SHA-256 and source.
  returned: always, once it was loaded
  type: dict
"""

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.line_changes import make_absent, make_present
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.lines import check_lines, line_faults, told
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.numplan import line_name
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.options import AXL
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.rows import LINE_SPEC, PLANNED_SPEC
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan, VoiceError
from ansible_collections.dialtone.voice.plugins.module_utils._main import run_module
from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows

ARGUMENT_SPEC = {
    **AXL.spec,
    "planned": {"type": "list", "elements": "dict", "default": [], "options": PLANNED_SPEC},
    "lines": {"type": "list", "elements": "dict", "required": True, "options": LINE_SPEC},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}
CONNECTION = AXL


def run(params: dict[str, t.Any], *, check_mode: bool, report: t.Callable[[str], None]) -> dict[str, t.Any]:
    """Read, plan, apply, report."""
    wanted = params["lines"]
    faults = line_faults(wanted)
    rows = Rows("lines", [line_name(row["pattern"], row.get("partition")) for row in wanted])
    if not wanted:
        return rows.result()
    try:
        with Axl(params, report=report) as axl:
            check_lines(axl, wanted, faults)
            with rows:
                make = make_present if params["state"] == "present" else make_absent
                make(axl, rows, wanted, check_mode=check_mode)
                return rows.result(schema=axl.schema.as_dict())
    except InvalidPlan:
        raise
    except VoiceError as error:
        # Without a publisher at least what is wrong with the rows themselves is told.
        if any(faults):
            raise InvalidPlan(told(wanted, faults), "lines") from None
        error.so_far = error.so_far or rows.result()
        raise


def main() -> None:
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells in lines which phones aren't as planned, and why."""

from __future__ import annotations

DOCUMENTATION = r"""
module: report_verdicts
short_description: Tell in lines which phones are not as planned, and why
version_added: 0.1.0
author: The dialtone.voice team (@dialtone)
description:
  - Prints a few lines for each phone that is not registered as planned or has a finding. They say where it is plugged
    in, at which step it is stuck and for what cause, how sure that is, what proves it in the device's own words, and
    what to do. Then it prints the counts.
  - Lines are plain, and each is one statement. In a terminal they are folded to its width, what a device said keeps its
    lines, and the counts have bars.
  - Of more than five phones with the same cause, or the same finding, the later ones get one line each. Their proofs
    are in RV(dialtone.voice.phone_startup_info#module:results). What it would take to know more of several phones is
    said once, with their number.
  - The task fails, once, if fewer phones than O(required) are registered as planned. Findings alone never fail it.
  - It asks nobody. What it tells was found by M(dialtone.voice.wait_for_registration) and
    M(dialtone.voice.phone_startup_info).
options:
  phones:
    description: The planned phones, as M(dialtone.voice.phone_startup_info) takes them. Of each, C(name), C(switch) and
      C(interface) are read.
    type: list
    elements: dict
    required: true
  registrations:
    description: The RV(dialtone.voice.wait_for_registration#module:results) of the wait. A phone that is not among them
      is not registered as planned, as far as anybody knows.
    type: list
    elements: dict
    default: []
  verdicts:
    description: The RV(dialtone.voice.phone_startup_info#module:results) of the judgement.
    type: list
    elements: dict
    default: []
  required:
    description: How many phones are enough, as a number or as a share of the list such as V(95%), which is rounded up.
    type: str
    default: 100%
  unasked:
    description: Hosts that could not be asked, each with the reason.
    type: dict
    default: {}
extends_documentation_fragment:
  - dialtone.voice.attributes.reading
seealso:
  - module: dialtone.voice.phone_startup_info
  - module: dialtone.voice.wait_for_registration
"""

EXAMPLES = r"""
- name: Tell what was found
  dialtone.voice.report_verdicts:
    phones: "{{ phone_verification_phones }}"
    registrations: "{{ waited.results }}"
    verdicts: "{{ judged.results }}"
    required: 95%
"""

RETURN = r"""
registered:
  description: Number of phones that are registered as planned.
  returned: always
  type: int
  sample: 11
required:
  description: Number of phones that are enough.
  returned: always
  type: int
  sample: 12
missing:
  description: Device names of the others. A failed task with more than fifty leaves it out, as they were printed.
  returned: success, or few are missing
  type: list
  elements: str
  sample: [SEP00005E005303]
causes:
  description: How many phones each cause stops, in the order of the start-up.
  returned: always
  type: dict
  sample: {poe_disabled: 1}
findings:
  description: How many phones have each finding that does not stop them.
  returned: always
  type: dict
  sample: {locale_missing: 2}
lines:
  description: The report. In a failed task it is left out, because it was printed.
  returned: success
  type: list
  elements: str
  sample: [12 of 12 phones registered as planned]
"""

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import Connection
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.waiting import required_number
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan
from ansible_collections.dialtone.voice.plugins.module_utils._main import run_module
from ansible_collections.dialtone.voice.plugins.module_utils._startup import report as told

ARGUMENT_SPEC = {
    "phones": {"type": "list", "elements": "dict", "required": True},
    "registrations": {"type": "list", "elements": "dict", "default": []},
    "verdicts": {"type": "list", "elements": "dict", "default": []},
    "required": {"type": "str", "default": "100%"},
    "unasked": {"type": "dict", "default": {}},
}
CONNECTION = Connection("report", {}, {})

_NARROWEST = 40
_NAMED = 50


def run(params: dict[str, t.Any], *, check_mode: bool, report: t.Callable[[str], None]) -> dict[str, t.Any]:
    """Put together, print, and fail if too few are there."""
    try:
        required = required_number(params["required"], len(params["phones"])) if params["phones"] else 0
    except ValueError as error:
        raise InvalidPlan([str(error)]) from error
    phones = told.phones_told(params["phones"], params["registrations"], params["verdicts"])
    width = max(_NARROWEST, getattr(report, "columns", 80)) if getattr(report, "terminal", False) else None
    lines = told.lines(phones, params["unasked"], width=width)
    for line in lines:
        report(line)
    missing = [phone.name for phone in phones if not phone.as_planned]
    registered = len(phones) - len(missing)
    result = {
        "changed": False,
        "registered": registered,
        "required": required,
        "missing": missing,
        **told.counted(phones),
        "msg": told.summary(phones),
    }
    if registered < required:
        if len(missing) > _NAMED:
            # Ansible prints the result of a failed task, and thousands of names would bury the report.
            del result["missing"]
        return {**result, "failed": True}
    return {**result, "lines": lines}


def main() -> None:
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()

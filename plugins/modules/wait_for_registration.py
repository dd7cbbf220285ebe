#!/usr/bin/python
# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waits until phones are registered with CUCM."""

from __future__ import annotations

DOCUMENTATION = r"""
module: wait_for_registration
short_description: Wait until phones are registered with CUCM
version_added: 0.1.0
author: The dialtone.voice team (@dialtone)
description:
  - Asks RISPort70 for the phones, by name and many at once, until all of them are registered as planned or the time
    is up.
  - Only phones that are not yet registered are asked for again. Each look prints one line of progress.
  - A phone counts as registered when its status is C(Registered), with the planned protocol, and every planned
    number active.
  - The state of every phone is returned, also when the time was not enough. The task fails then and names the phones
    that are missing.
options:
  phones:
    description:
      - The phones. Each is a device name, a MAC address in any usual notation, or a dictionary with C(name) or
        C(mac) and, as far as
        they are planned, C(protocol) and C(patterns) (a list of numbers).
      - The rows of M(dialtone.voice.cucm_phones) may be given as they are. The numbers are then those of C(lines).
    type: list
    elements: raw
    required: true
  wait_timeout:
    description: Seconds to wait for all phones together. With 0 there is one look.
    type: int
    default: 300
  ris_requests_per_minute:
    description:
      - Requests to RISPort70 in a minute, at most. CUCM allows 15 to all applications together, unless the
        enterprise parameter
        C(Allowed Device Queries Per Minute) says otherwise. The pause between two looks follows from it.
    type: int
    default: 12
extends_documentation_fragment:
  - dialtone.voice.cucm
  - dialtone.voice.attributes.waiting
requirements:
  - urllib3
  - lxml
seealso:
  - module: dialtone.voice.cucm_phones
"""

EXAMPLES = r"""
- name: Wait for two phones
  dialtone.voice.wait_for_registration:
    phones:
      - 00:00:5e:00:53:01
      - name: SEP00005E005302
        protocol: SIP
        patterns: ["1002"]
    wait_timeout: 600
  delegate_to: cucm-pub

- name: Look once
  dialtone.voice.wait_for_registration:
    host: cucm-pub.example.com
    username: monitor
    password: "{{ vault_cucm_password }}"
    ca_path: /etc/ssl/example-ca.pem
    phones: [SEP00005E005301]
    wait_timeout: 0
"""

RETURN = r"""
results:
  description: What was seen last of each phone, in the order of O(phones).
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
      description: V(unchanged) where the phone is registered as planned, else V(failed). V(not_attempted) in check
        mode.
      type: str
      returned: always
      sample: unchanged
    state:
      description: One of V(registered), V(registered, not as planned), V(unregistered), V(rejected), V(partially
        registered), V(unknown), V(not seen), and V(inconclusive) where a node did not respond.
      type: str
      returned: when there was a look
      sample: registered
    ip_address:
      description: The phone's address.
      type: str
      returned: when there was a look
      sample: 192.0.2.11
    node:
      description: The node that has the phone.
      type: str
      returned: when there was a look
      sample: cucm-sub1
    protocol:
      description: The phone's protocol.
      type: str
      returned: when there was a look
      sample: SIP
    active_load:
      description: The load that it runs.
      type: str
      returned: when there was a look
      sample: sip88xx.12-8-1-0001-455
    lines:
      description: Status of each number.
      type: dict
      returned: when there was a look
      sample: {"1001": Registered}
    status_reason:
      description: RIS's number of the reason for the state.
      type: int
      returned: when there was a look
    status_reason_words:
      description: The reason in words.
      type: str
      returned: when there was a look
      sample: keepalive timeout
    timestamp:
      description: When this was so, in seconds since 1970.
      type: int
      returned: when there was a look
    error:
      description: What is missing.
      type: str
      returned: always
missing:
  description: Device names of the phones that are not registered as planned.
  returned: always, unless CUCM could not be asked
  type: list
  elements: str
registered:
  description: Number of phones that are registered as planned.
  returned: always, unless CUCM could not be asked
  type: int
  sample: 12
waited:
  description: Seconds that were waited.
  returned: always, unless CUCM could not be asked
  type: int
  sample: 42
requests:
  description: Requests that were sent to RISPort70.
  returned: always, unless CUCM could not be asked
  type: int
  sample: 9
"""

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.https import Https
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.options import CUCM
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.registration import (
    described,
    message,
    wait,
    wanted_phones,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.risport import Pace, Risport
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan
from ansible_collections.dialtone.voice.plugins.module_utils._main import run_module
from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows

ARGUMENT_SPEC = {
    **CUCM.spec,
    "phones": {"type": "list", "elements": "raw", "required": True},
    "wait_timeout": {"type": "int", "default": 300},
    "ris_requests_per_minute": {"type": "int", "default": 12},
}
CONNECTION = CUCM


def run(params: dict[str, t.Any], *, check_mode: bool, report: t.Callable[[str], None]) -> dict[str, t.Any]:
    """Read the list, wait, report."""
    wanted, faults = wanted_phones(params["phones"])
    if not 1 <= params["ris_requests_per_minute"] <= 18:
        faults.append("ris_requests_per_minute must be from 1 to 18, the most that CUCM can be set to")
    if params["wait_timeout"] < 0:
        faults.append("wait_timeout can't be negative")
    if faults:
        raise InvalidPlan(faults, "phones")
    rows = Rows("phones", [phone.name for phone in wanted])
    if not wanted or check_mode:
        why = "in check mode waiting is skipped" if check_mode else "there is no phone to wait for"
        report(why)
        return rows.result(msg=why, missing=[], registered=0, waited=0, requests=0)
    with rows, Https(params) as https:
        pace = Pace(params["ris_requests_per_minute"])
        risport = Risport(https, pace, report=report)
        outcome = wait(
            risport,
            wanted,
            timeout=params["wait_timeout"],
            requests_per_minute=params["ris_requests_per_minute"],
            report=report,
        )
    for row, state in zip(rows, outcome.states, strict=True):
        row.extra = described(state)
        if state.problem:
            row.fail(state.problem)
        else:
            row.done(changed=False)
    extra = {"missing": outcome.missing, "registered": len(wanted) - len(outcome.missing)}
    result = rows.result(**extra, waited=round(outcome.waited), requests=risport.requests)
    return {**result, "msg": message(wanted, outcome)}


def main() -> None:
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()

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
  - Asks RISPort70 for the phones, by name and up to 900 in one request, until as many as O(required) are registered as
    planned, the time is up, or nothing can change any more.
  - Only phones that may still change are asked for again. Each look prints one line of progress with the counts and
    how many more are expected; in a terminal with a bar and how many came in a minute.
  - A phone counts as registered when its status is C(Registered), with the planned protocol, at a planned node, with
    every planned number active and the planned load.
  - Nothing can change any more when all phones that are missing are finally rejected. A rejection is final when it was
    there, for the same reason, in all looks of a minute and the phone has tried again in that time, or of five minutes
    if it has not. One for a reason that passes by itself (resets, restarts, throttling, lost connections) never is.
  - A phone that is not registered while a node of the cluster does not respond is inconclusive, because that node may
    have it.
  - The state of every phone is returned, also when the time was not enough. The task fails then and names the phones
    that are missing.
options:
  required:
    description:
      - How many phones are enough, as a number or as a share of the list such as V(95%), which is rounded up. Waiting
        ends as soon as they are there, and the task does not fail for those that are missing, whose rows still say so.
    type: str
    default: 100%
  wait_timeout:
    description:
      - Seconds to wait for all phones together. With 0 there is one look, which the budget of requests may delay.
      - At 12 requests a minute one look at 10,800 phones is done at once, and one at 20,000 takes a minute.
    type: int
    default: 300
extends_documentation_fragment:
  - dialtone.voice.registrations
  - dialtone.voice.cucm
  - dialtone.voice.cucm.ris
  - dialtone.voice.attributes.waiting
requirements:
  - urllib3
  - lxml
seealso:
  - module: dialtone.voice.cucm_registrations_info
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

- name: Go on when 95 of 100 are there
  dialtone.voice.wait_for_registration:
    phones: "{{ phone_verification_phones }}"
    required: 95%
    wait_timeout: 1800
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
        mode. A row can be V(failed) in a task that is not, with O(required).
      type: str
      returned: always
      sample: unchanged
    state:
      description: One of V(registered); V(wrong protocol), V(wrong node), V(line missing), V(wrong load) for a phone
        that is registered, but not as planned; V(partially registered), V(unregistered), V(rejected), V(unknown),
        V(not seen); and V(inconclusive) where a node did not respond or there was no answer yet.
      type: str
      returned: when there was a look
      sample: registered
    ip_address: {description: The phone's address., type: str, returned: when there was a look, sample: 192.0.2.11}
    node: {description: The node that has the phone., type: str, returned: when there was a look, sample: cucm-sub1}
    protocol: {description: The phone's protocol., type: str, returned: when there was a look, sample: SIP}
    active_load:
      description: The load that it runs.
      type: str
      returned: when there was a look
      sample: sip88xx.12-8-1-0001-455
    inactive_load: {description: The load that it could also run., type: str, returned: when there was a look}
    download_status: {description: How its last download of a load went., type: str, returned: when there was a look}
    download_failure: {description: Why that failed., type: str, returned: when there was a look}
    download_server: {description: Where it was downloaded., type: str, returned: when there was a look}
    lines:
      description: Status of each number.
      type: dict
      returned: when there was a look
      sample: {"1001": Registered}
    status_reason: {description: RIS's number of the reason for the state., type: int, returned: when there was a look}
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
required:
  description: Number of phones that were enough.
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

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.crew import interruptible
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.https import Https
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.options import RIS
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.registration import State, described, wanted_phones
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.risport import risport_of
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.waiting import message, required_number, wait
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Interrupted, InvalidPlan
from ansible_collections.dialtone.voice.plugins.module_utils._main import run_module
from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows

ARGUMENT_SPEC = {
    **RIS.spec,
    "phones": {"type": "list", "elements": "raw", "required": True},
    "required": {"type": "str", "default": "100%"},
    "wait_timeout": {"type": "int", "default": 300},
}
CONNECTION = RIS


def run(params: dict[str, t.Any], *, check_mode: bool, report: t.Callable[[str], None]) -> dict[str, t.Any]:
    """Read the list, wait, report."""
    wanted, faults = wanted_phones(params["phones"])
    required = 0
    try:
        required = required_number(params["required"], len(wanted)) if wanted else 0
    except ValueError as error:
        faults.append(str(error))
    if params["wait_timeout"] < 0:
        faults.append("wait_timeout can't be negative")
    if faults:
        raise InvalidPlan(faults, "phones")
    rows = Rows("phones", [phone.name for phone in wanted])
    if not wanted or check_mode:
        why = "in check mode waiting is skipped" if check_mode else "there is no phone to wait for"
        report(why)
        return rows.result(msg=why, missing=[], registered=0, required=required, waited=0, requests=0)
    # Within the rows, so that the result has what was last seen of each phone.
    with rows, interruptible("interrupted before the first look"), Https(params) as https:
        risport = risport_of(https, params, report)
        try:
            outcome = wait(
                risport,
                wanted,
                timeout=params["wait_timeout"],
                requests_per_minute=params["ris_requests_per_minute"],
                required=required,
                report=report,
            )
        except Interrupted as error:
            _fill(rows, error.outcomes)
            raise
    _fill(rows, outcome.states)
    extra = {"missing": outcome.missing, "registered": len(wanted) - len(outcome.missing), "required": required}
    result = rows.result(**extra, waited=round(outcome.waited), requests=risport.requests)
    if outcome.reached:
        result.pop("failed", None)
    return {**result, "msg": message(wanted, outcome)}


def _fill(rows: Rows, states: t.Iterable[State]) -> None:
    for row, state in zip(rows, states, strict=True):
        row.extra = described(state)
        if state.problem:
            row.fail(state.problem)
        else:
            row.done(changed=False)


def main() -> None:
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()

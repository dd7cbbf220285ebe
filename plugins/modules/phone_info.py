#!/usr/bin/python
# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What phones say of themselves on their web pages."""

from __future__ import annotations

DOCUMENTATION = r"""
module: phone_info
short_description: What phones say of themselves on their web pages
version_added: 0.1.0
author: The dialtone.voice team (@dialtone)
description:
  - Reads the web pages of phones, device information, network configuration, switch port and status messages, and tells
    what is on them by the same names for all families and locales. Neither CUCM nor credentials are needed.
  - The XML pages are read, else their twins in HTML. Redirects are followed to the same phone's HTTPS only, and proxies
    of the environment are not used.
  - A phone that does not show its pages is no failure, because web access is off by default in many builds.
    RV(results[].finding) says why, and what to do.
options:
  phones:
    description:
      - The phones to look at. Each is an address, or a mapping of C(address) and C(name) (or C(mac)). The results of
        M(dialtone.voice.cucm_registrations_info) and M(dialtone.voice.wait_for_registration) are taken as they are.
      - With a name, it is checked that this very phone answers. A row without an address is not attempted.
    type: list
    elements: raw
    required: true
extends_documentation_fragment:
  - dialtone.voice.phone
  - dialtone.voice.attributes.reading
seealso:
  - module: dialtone.voice.cucm_registrations_info
"""

EXAMPLES = r"""
- name: Look at two phones
  dialtone.voice.phone_info:
    phones: [192.0.2.40, 192.0.2.41]
  register: pages

- name: Show the last status messages of each
  ansible.builtin.debug:
    msg: "{{ item.key }}: {{ (item.messages or [])[-3:] | join(' | ') | default(item.finding, true) }}"
  loop: "{{ pages.results }}"
  loop_control:
    label: "{{ item.key }}"

- name: Find out where the phones of the plan are
  dialtone.voice.cucm_registrations_info:
    phones: "{{ voice_phones | map(attribute='mac') }}"
  delegate_to: cucm-pub
  register: registrations

- name: Ask them to which switch port they are plugged in
  dialtone.voice.phone_info:
    phones: "{{ registrations.results }}"
  register: pages
"""

RETURN = r"""
results:
  description: One entry for each of O(phones), in its order.
  returned: always, once the rows have been checked
  type: list
  elements: dict
  contains:
    index: {description: "Place of the row, from 0.", type: int, returned: always}
    key: {description: "Device name where it is given, else the address.", type: str, returned: always}
    status:
      description: V(unchanged), or V(not_attempted) for a row without an address.
      type: str
      returned: always
    before: {description: Always null., type: raw, returned: always}
    after: {description: Always null., type: raw, returned: always}
    sent: {description: Always empty., type: list, elements: str, returned: always}
    error: {description: Always null., type: str, returned: always}
    shown: {description: Whether the phone showed any of its pages., type: bool, returned: always}
    finding:
      description: Why a phone shows nothing and what to do, or that another phone has the address. Null otherwise.
      type: str
      returned: always
      sample: null
    fields:
      description:
        - C(mac), C(host_name), C(model), C(number), C(serial), C(active_load), C(inactive_load), C(version),
          C(app_load) and C(boot_load) of the device.
        - C(dhcp), C(dhcp_server), C(address), C(mask), C(gateway), C(domain), C(dns_1), C(dns_2), C(tftp_1), C(tftp_2),
          C(alternative_tftp), C(vlan) (4095 stands for none), C(admin_vlan), C(user_locale), C(network_locale), and
          C(call_manager_1) to C(call_manager_5) with the state that the phone gives.
        - C(neighbor) and C(neighbor_port), by CDP, else by LLDP.
        - Values are as the phone words them, in its locale. What it doesn't tell is not there, what it leaves empty is
          empty.
      type: dict
      returned: always
      sample: {mac: 00005E005301, host_name: SEP00005E005301, active_load: sip88xx.12-8-1-0001-455, vlan: "20"}
    messages:
      description: Status messages without their times, oldest first. Null where no page has them.
      type: list
      elements: str
      returned: always
      sample: ["File Not Found : CTLSEP00005E005301.tlv", ITL installed]
    pages:
      description: What was asked of the phone for C(device), C(network), C(port) and C(log), as far as it answered.
      type: dict
      returned: always
      sample: {device: "GET http://192.0.2.40:80/DeviceInformationX"}
shown: {description: Number of phones that showed pages., type: int, sample: 11,
  returned: "always, once the rows have been checked"}
"""

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan
from ansible_collections.dialtone.voice.plugins.module_utils._main import run_module
from ansible_collections.dialtone.voice.plugins.module_utils._phone.options import PHONE
from ansible_collections.dialtone.voice.plugins.module_utils._phone.rows import told, wanted_phones
from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows
from ansible_collections.dialtone.voice.plugins.module_utils._startup.ask_pages import PageOptions, ask_pages

ARGUMENT_SPEC = {**PHONE.spec, "phones": {"type": "list", "elements": "raw", "required": True}}
CONNECTION = PHONE


def run(params: dict[str, t.Any], *, check_mode: bool, report: t.Callable[[str], None]) -> dict[str, t.Any]:
    """Check the rows, read the pages, report; check mode does the same."""
    wanted, faults = wanted_phones(params["phones"])
    faults += [f"{name} must be 1 or more" for name in ("timeout", "parallel") if params[name] < 1]
    if faults:
        raise InvalidPlan(faults, "phones")
    options = PageOptions(
        http_port=params["phone_http_port"],
        https_port=params["phone_https_port"],
        timeout=params["timeout"],
        parallel=params["parallel"],
        ca_path=params["phone_ca_path"],
    )
    rows = Rows("phones", [phone.key for phone in wanted])
    with rows:
        addresses = [phone.address for phone in wanted if phone.address]
        answers = iter(ask_pages(addresses, options))
        for row, phone in zip(rows, wanted, strict=True):
            row.extra = told(phone, next(answers) if phone.address else None)
            if phone.address:
                row.done(changed=False)
    return rows.result(shown=sum(row.extra["shown"] for row in rows))


def main() -> None:
    """Run as a process of its own."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()

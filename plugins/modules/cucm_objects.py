#!/usr/bin/python
# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects of any type in CUCM, present or absent."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cucm_objects
short_description: Objects of any type in CUCM
version_added: 0.1.0
author: The dialtone.voice team (@dialtone)
description:
  - Adds, changes and removes objects of any type that AXL has, such as partitions, calling search spaces, device pools,
    regions, users or service parameters. Which types, keys and fields there are comes from the cluster's own schema.
  - All rows are checked before anything is sent, and every bad one is named - a type or a field that the schema does
    not have, a value that is too long or outside its enumeration, a field that is missing to add the object.
  - What a row does not give is left as it is. Nothing is sent where nothing differs, else only what differs. Nested
    elements and lists are sent whole, because AXL clears what is left out of them.
  - An object that another row of the task names is added before that, and removed after it. Otherwise rows are carried
    out in their order, and removed in the reverse one; neighbours of one type go side by side.
  - Types that can not be read by AXL are sent each time, and their rows say so in C(note). Types that can not be added,
    changed or removed say so where that is needed.
options:
  state:
    description:
      - V(present) adds the objects or changes what differs.
      - V(absent) removes them. O(objects[].fields) are not looked at then. CUCM refuses to remove what is in use.
    type: str
    choices: [present, absent]
    default: present
  lists_mode:
    description:
      - What a list in O(objects[].fields) means.
      - With V(replace) it is the whole list. With V(merge) its members are added to those that are there, so that the
        other devices of a user, for example, are kept.
    type: str
    choices: [replace, merge]
    default: replace
  update_secrets:
    description: Send O(objects[].secrets) also where nothing else differs. Such a row is always changed.
    type: bool
    default: false
extends_documentation_fragment:
  - dialtone.voice.cucm
  - dialtone.voice.cucm.schema
  - dialtone.voice.object_rows
  - dialtone.voice.attributes
seealso:
  - module: dialtone.voice.cucm_lines
  - module: dialtone.voice.cucm_phones
"""

EXAMPLES = r"""
- name: Give a site its partition, calling search space, region and device pool
  dialtone.voice.cucm_objects:
    objects:
      - type: RoutePartition
        name: PT-Berlin
        fields: {description: Phones in Berlin}
      - type: Css
        name: CSS-Berlin
        fields:
          members:
            member:
              - routePartitionName: PT-Berlin
              - routePartitionName: PT-Internal
      - type: Region
        name: R-Berlin
      - type: DevicePool
        name: DP-Berlin
        fields:
          callManagerGroupName: Default
          dateTimeSettingName: CMLocal
          regionName: R-Berlin
          srstName: Disable
  delegate_to: cucm-pub

- name: Let a user control one more phone
  dialtone.voice.cucm_objects:
    lists_mode: merge
    objects:
      - type: User
        name: jdoe
        fields:
          associatedDevices:
            device: [SEP00005E005301]
  delegate_to: cucm-pub

- name: Add a user with a password, which is not changed later
  dialtone.voice.cucm_objects:
    objects:
      - type: User
        name: jdoe
        fields: {lastName: Doe, presenceGroupName: Standard Presence group}
        secrets: {password: "{{ vault_jdoe_password }}", pin: "{{ vault_jdoe_pin }}"}
  delegate_to: cucm-pub

- name: Set a service parameter
  dialtone.voice.cucm_objects:
    objects:
      - type: ServiceParameter
        key: {processNodeName: 192.0.2.10, name: TimerT302_msec, service: Cisco CallManager}
        fields: {value: "5000"}
  delegate_to: cucm-pub
"""

RETURN = r"""
results:
  description: What happened to each row, in the order of O(objects).
  returned: always, once the options have been checked
  type: list
  elements: dict
  contains:
    index:
      description: Index of the row.
      type: int
      returned: always
      sample: 0
    key:
      description: Type and key of the object.
      type: str
      returned: always
      sample: RoutePartition PT-Berlin
    status:
      description: V(changed), V(unchanged), V(failed) or V(not_attempted). In check mode, what it would be.
      type: str
      returned: always
      sample: changed
    before:
      description: The object's key and the fields that the row speaks of, as they were; none if it was not there. With
        O(state=absent), all fields.
      type: dict
      returned: always
    after:
      description: The same as it is now, or would be in check mode.
      type: dict
      returned: always
    sent: {description: The AXL operations that were carried out., type: list, elements: str, returned: always,
      sample: [addRoutePartition]}
    error:
      description: Why the row failed.
      type: str
      returned: always
    uuid: {description: The object's uuid., type: str, returned: where AXL has told it}
    note: {description: What AXL can not do for this type., type: str, returned: where the type can not be read}
schema:
  description: The AXL schema that was used, with version, the publisher's build, path, SHA-256 and source.
  returned: always, once it was loaded
  type: dict
"""

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.object_rows import (
    OBJECT_SPEC,
    Wanted,
    object_name,
    resolve,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.objects import (
    Mode,
    ObjectAxl,
    carry_out,
    keep_lines_of_devices,
    plan_object,
    read_objects,
    tell,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.options import AXL
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.plan import pretend, settle
from ansible_collections.dialtone.voice.plugins.module_utils._main import run_module
from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows

ARGUMENT_SPEC = {
    **AXL.spec,
    "objects": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": OBJECT_SPEC,
        "mutually_exclusive": [("name", "key")],
    },
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "lists_mode": {"type": "str", "choices": ["replace", "merge"], "default": "replace"},
    "update_secrets": {"type": "bool", "default": False, "no_log": False},
}
CONNECTION = AXL


def run(params: dict[str, t.Any], *, check_mode: bool, report: t.Callable[[str], None]) -> dict[str, t.Any]:
    """Read, plan, apply, report."""
    mode = Mode(params["state"] == "present", params["lists_mode"], params["update_secrets"])
    rows = Rows("objects", [object_name(row) for row in params["objects"]])
    if not params["objects"]:
        return rows.result()
    with rows, ObjectAxl(params, report=report) as axl:
        wanted: list[Wanted] = resolve(axl.definitions, params["objects"], present=mode.present)
        found = read_objects(axl, wanted, [row.key for row in rows])
        plans = [plan_object(axl.definitions, *pair, mode) for pair in zip(wanted, found, strict=True)]
        keep_lines_of_devices(wanted, found, plans)
        tell(axl, rows, wanted, found)
        settle(rows, plans)
        if check_mode:
            pretend(rows, plans)
        else:
            carry_out(axl, rows, plans, wanted, found, mode)
        return rows.result(schema=axl.schema.as_dict())


def main() -> None:
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones as a file for CUCM's Bulk Administration Tool."""

from __future__ import annotations

DOCUMENTATION = r"""
module: write_bat_file
short_description: Phones as a file for CUCM's Bulk Administration Tool (BAT)
version_added: 0.1.0
author: The dialtone.voice team (@dialtone)
description:
  - Writes a phones file that BAT takes, on the controller. It asks nobody and changes nothing in CUCM; the file is
    uploaded and the job is started by hand, in CUCM Administration under C(Bulk Administration).
  - The rows are those of M(dialtone.voice.cucm_phones) and M(dialtone.voice.cucm_lines), and have the same faults.
    O(lines) fill the columns of the numbers that the phones have, and may be an empty list. One that no phone has
    cannot be in the file and is named in RV(lines_left_out).
  - What a file of BAT cannot say (C(vendor_config), an empty text that clears ...) is named for each phone in
    RV(results[].left_out). Passwords are never written.
options:
  dest:
    description: The file. Its folder is made where there is none. It is written as a whole or not at all.
    type: path
    required: true
  format:
    description:
      - V(specific_details) has only the columns that some phone fills. The rest comes from the BAT phone template,
        which is for one model and protocol, so all phones must be of one kind.
      - V(all_details) has the columns of an export of all details. No template is needed, but every phone must give its
        model and its device pool, and may differ in them.
    type: str
    choices: [specific_details, all_details]
    default: specific_details
  columns_from:
    description: An export of all details from the cluster itself, whose columns are taken for V(all_details), because
      they differ by release. Without it, they are those of one export that is known, with as many lines as the phones
      have.
    type: path
  dummy_macs:
    description: Leave the MAC addresses empty, for phones that get one by BAT's option C(Create Dummy MAC Address), and
      their own one later from the Tool for Auto-Registered Phones Support (TAPS). Rows need no O(phones[].mac) then.
      Only for V(specific_details).
    type: bool
    default: false
  mode:
    description: Permissions of the file, in quotes.
    type: str
    choices: ['0600', '0640', '0644']
    default: '0600'
extends_documentation_fragment:
  - dialtone.voice.line_rows
  - dialtone.voice.phone_rows
  - dialtone.voice.attributes
notes:
  - The file is UTF-8 without a byte order mark, as Cisco asks for. Texts with a comma or a quotation mark are quoted.
seealso:
  - module: dialtone.voice.cucm_phones
  - module: dialtone.voice.cucm_lines
"""

EXAMPLES = r"""
- name: Write the phones for the template of the 8841
  dialtone.voice.write_bat_file:
    dest: bat/8841-SIP.csv
    phones:
      - mac: 00:00:5e:00:53:01
        model: 8841
        description: Reception
        lines:
          - pattern: "1001"
            partition: PT-Internal
            label: Reception
    lines:
      - pattern: "1001"
        partition: PT-Internal
        alerting_name: Reception

- name: Write phones of all kinds, with the columns that this cluster exports
  dialtone.voice.write_bat_file:
    dest: bat/phones.csv
    format: all_details
    columns_from: bat/export.csv
    phones: "{{ my_phones }}"
    lines: "{{ my_lines }}"
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
      description: V(changed) or V(unchanged). In check mode, what it would be.
      type: str
      returned: always
      sample: changed
    before:
      description: The columns that the phone filled in the file that was there, none if it was not in it.
      type: dict
      returned: always
    after:
      description: The columns that the phone fills.
      type: dict
      returned: always
      sample: {"MAC ADDRESS": "00005E005301", "DIRECTORY NUMBER  1": "1001"}
    sent:
      description: Always empty.
      type: list
      elements: str
      returned: always
    error:
      description: Always null.
      type: str
      returned: always
    left_out:
      description: The options of this phone and its lines that the file cannot say.
      type: list
      elements: str
      returned: always
      sample: [vendor_config.webAccess]
lines_left_out:
  description: The directory numbers of O(lines) that no phone has.
  returned: always
  type: list
  elements: str
  sample: [1999 in PT-Internal]
dest:
  description: The file.
  returned: always
  type: str
"""

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import Connection
from ansible_collections.dialtone.voice.plugins.module_utils._cucm import bat
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.bat_file import read_columns, read_file, write_file
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.lines import line_faults, told
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.numplan import line_name
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.phone_fields import phone_faults
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.profiles import apply_profiles
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.rows import LINE_SPEC, PHONE_SPEC
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan
from ansible_collections.dialtone.voice.plugins.module_utils._main import run_module
from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows, row_diff

ARGUMENT_SPEC = {
    "dest": {"type": "path", "required": True},
    "phones": {"type": "list", "elements": "dict", "required": True, "options": PHONE_SPEC},
    "profiles": {"type": "dict"},
    "lines": {"type": "list", "elements": "dict", "required": True, "options": LINE_SPEC},
    "format": {"type": "str", "choices": [bat.SPECIFIC, bat.ALL], "default": bat.SPECIFIC},
    "columns_from": {"type": "path"},
    "dummy_macs": {"type": "bool", "default": False},
    "mode": {"type": "str", "choices": ["0600", "0640", "0644"], "default": "0600"},
}
CONNECTION = Connection("file", {}, {})


def run(params: dict[str, t.Any], *, check_mode: bool, report: t.Callable[[str], None]) -> dict[str, t.Any]:
    """Read, plan, apply, report."""
    lines, dest, mode = params["lines"], params["dest"], int(params["mode"], 8)
    phones, faults = apply_profiles(params["phones"], params["profiles"])
    if faults:
        raise InvalidPlan(faults)
    records, table = _table(phones, lines, params)
    there = read_file(dest)
    before, after = bat.read_back(there.text), table.states()
    content = table.text().encode()
    changed = there.content != content or there.mode != mode
    rows = Rows("phones", [record.key for record in records])
    for row, record, state in zip(rows, records, after, strict=True):
        row.before, row.after = bat.state_before(before, state), state
        row.extra["left_out"] = record.left_out
        row.done(changed=row.before != state)
    if changed and not check_mode:
        write_file(dest, content, mode)
    unplaced = [line_name(row["pattern"], row.get("partition")) for row in bat.unplaced(phones, lines)]
    result = rows.result(changed=changed, lines_left_out=unplaced, dest=dest)
    kept = [row.before for row in rows]
    result["diff"] += [row_diff(f"phones {next(iter(old.values()))}", old, None) for old in before if old not in kept]
    return result


def _table(
    phones: list[dict[str, t.Any]], lines: list[dict[str, t.Any]], params: dict[str, t.Any]
) -> tuple[list[bat.Record], bat.Table]:
    kind, dummies = params["format"], params["dummy_macs"]
    faults = bat.file_faults(phones, kind, dummies=dummies)
    faults += [*phone_faults(bat.with_names(phones)), *told(lines, line_faults(lines))]
    if faults:
        raise InvalidPlan(faults)
    head = bat.read_table(read_columns(params["columns_from"])).head if params["columns_from"] else None
    records = bat.records(phones, lines, kind, dummies=dummies)
    table, faults = bat.table(records, kind, head)
    faults += bat.character_faults(records)
    if faults:
        raise InvalidPlan(faults)
    return records, table


def main() -> None:
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()

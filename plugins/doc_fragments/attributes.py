# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module supports, worded once."""

from __future__ import annotations


class ModuleDocFragment:
    # A module that changes something: everything is supported.
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and says what it would change, without changing anything.
    support: full
  diff_mode:
    description: Returns what differs, before and after, one entry for each row that changes.
    support: full
  async:
    description: Can be run with C(async). It then runs as a process of its own on the controller.
    support: full
"""

    # A module that only looks.
    READING = r"""
options: {}
attributes:
  check_mode:
    description: Changes nothing, so check mode does the same as a real run.
    support: full
  diff_mode:
    description: Changes nothing, so there is no difference to show.
    support: N/A
  async:
    description: Can be run with C(async). It then runs as a process of its own on the controller.
    support: full
"""

    # A module that waits for something that earlier stages bring about.
    WAITING = r"""
options: {}
attributes:
  check_mode:
    description: In check mode waiting is skipped, because what is waited for has not been set up. The result says so.
    support: full
  diff_mode:
    description: Changes nothing, so there is no difference to show.
    support: N/A
  async:
    description: Can be run with C(async). It then runs as a process of its own on the controller.
    support: full
"""

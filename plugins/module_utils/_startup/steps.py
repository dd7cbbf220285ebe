# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ladder: the steps of a phone's start-up, in their order, and what is said of each."""

from __future__ import annotations

STEPS = (
    "power",
    "firmware_boot",
    "voice_vlan",
    "dhcp",
    "ctl",
    "itl",
    "config_file",
    "firmware_upgrade",
    "dial_rules",
    "cucm_connection",
    "registration",
    "localization",
    "softkeys",
    "ringtones",
)

SUCCESS = "success"
FAILURE = "failure"
# Could not be tested; never the same as a failure.
ERROR = "error"
# Does not apply to this phone, such as dial rules to SCCP.
SKIPPED = "skipped"
# A stopping cause came before it.
BLOCKED = "blocked"

CERTAIN = "certain"
LIKELY = "likely"
POSSIBLE = "possible"

UNKNOWN = "unknown"

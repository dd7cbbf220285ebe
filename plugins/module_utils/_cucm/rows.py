# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row of lines or phones may hold: for the modules, and for the plan of phones that is made into such rows."""

from __future__ import annotations

LINE_SPEC = {
    "pattern": {"type": "str", "required": True},
    "partition": {"type": "str"},
    "description": {"type": "str"},
    "alerting_name": {"type": "str"},
    "ascii_alerting_name": {"type": "str"},
    "css": {"type": "str"},
    "voice_mail_profile": {"type": "str"},
}

APPEARANCE_SPEC = {
    "pattern": {"type": "str", "required": True},
    "partition": {"type": "str"},
    "index": {"type": "int"},
    "label": {"type": "str"},
    "display": {"type": "str"},
    "display_ascii": {"type": "str"},
    "external_mask": {"type": "str"},
    "shared": {"type": "bool", "default": False},
}

PHONE_SPEC = {
    "mac": {"type": "str"},
    "name": {"type": "str"},
    "model": {"type": "str"},
    "protocol": {"type": "str", "choices": ["SIP", "SCCP"]},
    "device_pool": {"type": "str"},
    "description": {"type": "str"},
    "css": {"type": "str"},
    "location": {"type": "str"},
    "common_phone_profile": {"type": "str"},
    "phone_button_template": {"type": "str"},
    "security_profile": {"type": "str"},
    "sip_profile": {"type": "str"},
    "softkey_template": {"type": "str", "no_log": False},
    "owner": {"type": "str"},
    "load": {"type": "str"},
    "lines": {"type": "list", "elements": "dict", "options": APPEARANCE_SPEC},
}

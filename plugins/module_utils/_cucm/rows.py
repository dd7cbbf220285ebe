# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row of lines or phones may hold: for the modules, and for the plan of phones that is made into such rows."""

from __future__ import annotations

_FORWARD = {"destination": {"type": "str"}, "voice_mail": {"type": "bool"}, "css": {"type": "str"}}
_RINGING = {**_FORWARD, "duration": {"type": "int"}}
_FORWARDS = {
    "all": {**_FORWARD, "secondary_css": {"type": "str"}},
    "busy": _FORWARD,
    "busy_internal": _FORWARD,
    "no_answer": _RINGING,
    "no_answer_internal": _RINGING,
    "no_coverage": _FORWARD,
    "no_coverage_internal": _FORWARD,
    "cti_failure": _FORWARD,
    "not_registered": _FORWARD,
    "not_registered_internal": _FORWARD,
    "alternate_party": {name: spec for name, spec in _RINGING.items() if name != "voice_mail"},
}
_ALTERNATE_NUMBER = {
    "enabled": {"type": "bool", "default": True},
    "mask": {"type": "str"},
    "partition": {"type": "str"},
    "add_to_partition": {"type": "bool"},
    "urgent": {"type": "bool"},
    "advertise": {"type": "bool"},
}
_URI = {
    "uri": {"type": "str", "required": True},
    "partition": {"type": "str"},
    "primary": {"type": "bool"},
    "advertise": {"type": "bool"},
}

LINE_SPEC = {
    "pattern": {"type": "str", "required": True},
    "partition": {"type": "str"},
    "description": {"type": "str"},
    "alerting_name": {"type": "str"},
    "ascii_alerting_name": {"type": "str"},
    "css": {"type": "str"},
    "presence_group": {"type": "str"},
    "voice_mail_profile": {"type": "str"},
    "call_pickup_group": {"type": "str"},
    "usage": {"type": "str"},
    "auto_answer": {"type": "str"},
    "user_hold_audio_source": {"type": "str"},
    "network_hold_audio_source": {"type": "str"},
    "forwards": {
        "type": "dict",
        "options": {kind: {"type": "dict", "options": options} for kind, options in _FORWARDS.items()},
    },
    "e164_number": {"type": "dict", "options": _ALTERNATE_NUMBER},
    "enterprise_number": {"type": "dict", "options": _ALTERNATE_NUMBER},
    "uris": {"type": "list", "elements": "dict", "options": _URI},
    "axl": {"type": "dict"},
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

PLANNED_SPEC = {
    "type": {"type": "str", "required": True},
    "name": {"type": "str"},
    "key": {"type": "dict", "no_log": False},
    "fields": {"type": "raw"},
    "secrets": {"type": "raw", "no_log": True},
}

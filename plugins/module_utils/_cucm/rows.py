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
    "maximum_calls": {"type": "int"},
    "busy_trigger": {"type": "int"},
    "ring_setting": {"type": "str"},
    "ring_setting_active": {"type": "str"},
    "pickup_alert": {"type": "str"},
    "pickup_alert_active": {"type": "str"},
    "recording": {"type": "str"},
    "recording_profile": {"type": "str"},
    "recording_media_source": {"type": "str"},
    "monitoring_css": {"type": "str"},
    "message_waiting_lamp": {"type": "str"},
    "message_waiting_tone": {"type": "str"},
    "missed_call_logging": {"type": "bool"},
    "show_caller_name": {"type": "bool"},
    "show_caller_number": {"type": "bool"},
    "show_redirected_number": {"type": "bool"},
    "show_dialed_number": {"type": "bool"},
    "users": {"type": "list", "elements": "str"},
    "shared": {"type": "bool"},
    "axl": {"type": "dict"},
}

SPEED_DIAL_SPEC = {
    "number": {"type": "str", "required": True},
    "index": {"type": "int"},
    "label": {"type": "str"},
}

BUSY_LAMP_SPEC = {
    "index": {"type": "int"},
    "destination": {"type": "str"},
    "pattern": {"type": "str"},
    "partition": {"type": "str"},
    "label": {"type": "str"},
    "pickup": {"type": "bool"},
}

SERVICE_SPEC = {
    "service": {"type": "str", "required": True},
    "name": {"type": "str"},
    "ascii_name": {"type": "str"},
    "url": {"type": "str"},
    "button": {"type": "int"},
    "button_label": {"type": "str"},
}

MODULE_SPEC = {
    "model": {"type": "str", "required": True},
    "index": {"type": "int"},
    "load": {"type": "str"},
}

PHONE_SPEC = {
    "mac": {"type": "str"},
    "name": {"type": "str"},
    "profile": {"type": "str"},
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
    "user_locale": {"type": "str"},
    "network_locale": {"type": "str"},
    "media_resource_list": {"type": "str"},
    "user_hold_audio_source": {"type": "int"},
    "network_hold_audio_source": {"type": "int"},
    "presence_group": {"type": "str"},
    "ssh_user": {"type": "str"},
    "digest_user": {"type": "str"},
    "secrets": {"type": "dict", "no_log": True},
    "expansion_modules": {"type": "list", "elements": "dict", "options": MODULE_SPEC},
    "services": {"type": "list", "elements": "dict", "options": SERVICE_SPEC},
    "speed_dials": {"type": "list", "elements": "dict", "options": SPEED_DIAL_SPEC},
    "busy_lamp_fields": {"type": "list", "elements": "dict", "options": BUSY_LAMP_SPEC},
    "vendor_config": {"type": "dict"},
    "lines": {"type": "list", "elements": "dict", "options": APPEARANCE_SPEC},
    "axl": {"type": "dict"},
}

PLANNED_SPEC = {
    "type": {"type": "str", "required": True},
    "name": {"type": "str"},
    "key": {"type": "dict", "no_log": False},
    "fields": {"type": "raw"},
    "secrets": {"type": "raw", "no_log": True},
}

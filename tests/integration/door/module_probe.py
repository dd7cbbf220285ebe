#!/usr/bin/python
# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module for the tests of the door alone: it gives back what reached it, in the ways that a test asks for."""

from __future__ import annotations

import os
import sys

from ansible.module_utils.basic import env_fallback

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import Connection
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Refused
from ansible_collections.dialtone.voice.plugins.module_utils._main import run_module

CONNECTION = Connection(
    "cucm",
    {
        "host": {"type": "str", "required": True, "fallback": (env_fallback, ["PROBE_HOST"])},
        "username": {"type": "str", "fallback": (env_fallback, ["PROBE_USERNAME"])},
        "password": {"type": "str", "no_log": True, "fallback": (env_fallback, ["PROBE_PASSWORD"])},
        "ca_path": {"type": "path", "fallback": (env_fallback, ["PROBE_CA_PATH"])},
        "proxy": {"type": "str", "fallback": (env_fallback, ["PROBE_PROXY"])},
        "expected_hostname": {"type": "str"},
    },
    {
        "host": ("ansible_host",),
        "username": ("ansible_user",),
        "password": ("ansible_password",),
        "ca_path": ("voice_probe_ca_path",),
        "expected_hostname": ("voice_probe_hostname", "inventory_hostname"),
    },
    foreign=("ansible_network_os",),
)
ROW = {
    "name": {"type": "str", "required": True},
    "vlan": {"type": "int"},
    "pin": {"type": "str", "no_log": True},
    "lines": {"type": "list", "elements": "dict", "options": {"pattern": {"type": "str", "required": True}}},
}
ARGUMENT_SPEC = {
    **CONNECTION.spec,
    "phones": {"type": "list", "elements": "dict", "options": ROW},
    "end": {"type": "str", "default": "ok", "choices": ["ok", "voice_error", "bug"]},
}


def run(params, *, check_mode, report):
    told = f"progress with {params['password']} and {[row['pin'] for row in params['phones'] or []]}"
    told += f" through {params['proxy']}" if params["proxy"] else ""
    report(told)
    if params["end"] == "voice_error":
        raise Refused(f"said no to {params['password']}", "try again", {"sent": told}, words=told)
    if params["end"] == "bug":
        raise ValueError(told)
    return {
        "changed": False,
        "check_mode": check_mode,
        "seen": {name: params[name] for name in ("host", "username", "password", "ca_path")},
        "proxy": params["proxy"],
        "expected_hostname": params["expected_hostname"],
        "types": sorted({type(value).__name__ for value in params.values()}),
        "phones": params["phones"],
        "environment": {name: os.environ.get(name) for name in ("PROBE_PASSWORD", "PROBE_CA_PATH")},
        "pid_is_worker": "ansible_module_probe" not in sys.argv[0] and "AnsiballZ" not in sys.argv[0],
        "diff": {"before": "", "after": told},
    }


def main():
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()

"""Writes what `phone_startup_info` returned into a file, to hold what was judged against what was broken."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: verdicts
type: notification
short_description: Write verdicts into a file
description: Writes the last result of phone_startup_info into the file that VERDICTS_PATH names.
"""


class CallbackModule(CallbackBase):
    """Keeps the last judgement of a run."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "verdicts"

    def v2_runner_on_ok(self, result: Any) -> None:
        outcome = result._result
        if result._task.action.rpartition(".")[2] == "phone_startup_info" and "results" in outcome:
            Path(os.environ["VERDICTS_PATH"]).write_text(json.dumps(outcome), encoding="utf-8")

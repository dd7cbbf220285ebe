# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way into a module when it runs as a process of its own (``async``, ansible-test, a shell)."""

from __future__ import annotations

import copy
import os
import typing as t

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import (
    Connection,
    nested_secrets,
    url_passwords,
    validate,
)
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan
from ansible_collections.dialtone.voice.plugins.module_utils._results import Guard, failure


class _VoiceModule(AnsibleModule):
    """AnsibleModule that names every fault of every row, where AnsibleModule stops at the first."""

    def __init__(self, connection: Connection | None = None, **kwargs: t.Any) -> None:
        self._connection = connection
        self._rules = {name: kwargs[name] for name in kwargs if name.startswith(("required_", "mutually_"))}
        super().__init__(**kwargs)

    def _load_params(self) -> None:
        super()._load_params()
        if self._connection is not None:
            self._connection.fill_from_environment(self.params, os.environ)
        self._given = copy.deepcopy(self.params)

    def fail_json(self, msg: str, **kwargs: t.Any) -> t.NoReturn:
        found = getattr(self, "validation_result", None)
        if found is not None and found.error_messages and not kwargs:
            given = {name: value for name, value in self._given.items() if not name.startswith("_ansible_")}
            try:
                validate(self.argument_spec, given, secrets=self.no_log_values, **self._rules)
            except InvalidPlan as error:
                kwargs = failure(error)
                msg = kwargs.pop("msg")
        super().fail_json(msg, **kwargs)


def run_module(
    spec: dict[str, dict[str, t.Any]],
    run: t.Callable[..., dict[str, t.Any]],
    connection: Connection | None = None,
    **rules: t.Any,
) -> None:
    """Run a module's `run` as the process that Ansible started.

    :param spec: the module's argument spec
    :param connection: where environment variables fill options that depend on another one
    :param run: called as ``run(params, check_mode=..., report=...)``; there is nobody to report progress to
    """
    module = _VoiceModule(connection, argument_spec=spec, supports_check_mode=True, **rules)
    module.no_log_values.update(url_passwords(module.params) | nested_secrets(module.params))
    with Guard(module.no_log_values) as guard:
        guard.result = run(module.params, check_mode=module.check_mode, report=lambda line: None)
    result = guard.result
    if not module._diff:
        result.pop("diff", None)
    if result.pop("failed", False):
        module.fail_json(**{"msg": "failed", **result})
    module.exit_json(**result)

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one door: every module's action runs the module's own `run()` in the controller's process.

A process of its own for each host and task would import netmiko or zeep anew each time; here the action's file imports
them once, in the parent, and every fork has them.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import sys
import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import (
    Connection,
    Way,
    environment_names,
    plain_types,
    url_passwords,
    validate,
)
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Interrupted
from ansible_collections.dialtone.voice.plugins.module_utils._results import Guard

# A worker's stdout is no terminal from core 2.21 on, so it is looked at here, where the parent imports this file.
STDOUT_IS_TERMINAL = sys.stdout is not None and sys.stdout.isatty()
# Ansible's own display takes none for narrower than 79 columns.
try:
    TERMINAL_COLUMNS = os.get_terminal_size(sys.stdout.fileno()).columns - 1 if STDOUT_IS_TERMINAL else 0
except (OSError, ValueError):
    TERMINAL_COLUMNS = 0
# A worker's own standard error leads nowhere, so the parent's is kept too.
try:
    _STDERR = os.dup(2)
except OSError:
    _STDERR = None

_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


class Progress:
    """Prints a line of progress at once, masked, through Ansible's display.

    :ivar terminal: whether a person's terminal is at the other end
    :ivar columns: how wide it is
    """

    terminal = STDOUT_IS_TERMINAL

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._display = Display()
        # Found out in the parent, as a worker has no terminal to ask.
        self.columns = TERMINAL_COLUMNS if TERMINAL_COLUMNS > 0 else int(self._display.columns)

    def __call__(self, line: str) -> None:
        self._display.display(self._guard.mask(line))

    def last_words(self, line: str) -> None:
        """Print a line although the run ends and the parent has stopped listening to its workers."""
        if _STDERR is not None:
            with contextlib.suppress(OSError):
                os.write(_STDERR, f"{self._guard.mask(line)}\n".encode(errors="replace"))


class Silence:
    """Prints nothing: with `no_log: true` nothing of the task is to be seen."""

    def __call__(self, line: str) -> None:
        """Leave the line out."""

    last_words = __call__


class DirectAction(ActionBase):
    """Base of every action: set `module` to the module that it runs.

    The module has ``ARGUMENT_SPEC``, ``CONNECTION`` (a Connection) and ``run(params, *, check_mode, report)``.
    """

    _supports_async = True
    _supports_check_mode = True
    _requires_connection = False

    module: t.Any = None

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        super().run(tmp, task_vars)
        if _in_worker():
            # What came with the fork outlives the task: to look for garbage in all variables, often, takes time,
            # and makes pages that are shared with the parent the worker's own.
            gc.freeze()
        task_vars = task_vars or {}
        spec = self.module.ARGUMENT_SPEC
        rules = getattr(self.module, "RULES", {})
        params = plain_types(self._task.args)
        environment: dict[str, str] = {}
        self._compute_environment_string(environment)
        self._fill_from_variables(params, task_vars)
        _fill_from_environment(spec, params, plain_types(environment))
        self.module.CONNECTION.fill_from_environment(params, {**os.environ, **plain_types(environment)})
        if self._task.async_val:
            self._task.environment = [_without_secrets(self.module, plain_types(environment))]
            return self._run_async(params, task_vars)
        if _in_worker() and not self._task.until and self._task.retries is None:
            # Nobody reads them again, and of ten thousand rows they are 60 MB of tagged text.
            self._task.args = {}
        secrets: set[str] = set()
        ended = 0
        with Guard(secrets) as guard:
            # The only copy that is kept, and the module's own: of ten thousand rows each has its 15 MB.
            params = validate(spec, params, secrets=secrets, **rules).params
            report = Silence() if self._task.no_log else Progress(guard)
            try:
                guard.result = self.module.run(params, check_mode=bool(self._task.check_mode), report=report)
                if not self._task.diff:
                    # Before all of it is masked, which takes its time.
                    guard.result.pop("diff", None)
            except Interrupted as error:
                ended = error.signal
                if _in_worker():
                    report.last_words(f"{self._task.action} [{self._host_name(task_vars)}]: {error}")
                raise
        if ended and _in_worker():
            # Nobody takes the result any more, and a large one would wait for that for ever.
            signal.raise_signal(ended)
        result = guard.result
        if not self._task.diff:
            result.pop("diff", None)
        return result

    def _host_name(self, task_vars: dict[str, t.Any]) -> str:
        return str(self._task.delegate_to or task_vars.get("inventory_hostname", ""))

    def _fill_from_variables(self, params: dict[str, t.Any], task_vars: dict[str, t.Any]) -> None:
        """Fill connection options from the variables of the host that the task is for (`delegate_to` decides)."""
        connection: Connection = self.module.CONNECTION
        delegate = self._task.delegate_to
        host_vars = task_vars.get("ansible_delegated_vars", {}).get(delegate, {}) if delegate else task_vars
        templar = self._templar.copy_with_new_env(available_variables=host_vars)

        def lookup(option: str, way: Way) -> t.Any:
            for name in way.variables.get(option, ()):
                if name == "inventory_hostname" and delegate:
                    # Ansible leaves the name of the play's host in the variables of a host delegated to.
                    return plain_types(delegate)
                if host_vars.get(name) is not None:
                    # In a mapping, where a variable that is `omit` is left out from core 2.19 on.
                    value = templar.template({"value": host_vars[name]}).get("value")
                    if value is not None and value != task_vars.get("omit"):
                        return plain_types(value)
            return None

        if connection.choice and params.get(connection.choice) is None:
            params[connection.choice] = lookup(connection.choice, Way(connection.variables))
        way = connection.way(params)
        if any(host_vars.get(name) is not None for name in way.foreign):
            return
        name = delegate or host_vars.get("inventory_hostname")
        own = Way({"host": tuple(each for each in way.variables.get("host", ()) if each != "ansible_host")})
        address = lookup("host", own) or _address(lookup("host", way), name)
        same_host = params.get("host") is None or str(params["host"]) == str(address)
        for option in connection.spec:
            if params.get(option) is not None or (option == "host" and address is None):
                continue
            if option in connection.credentials and not (same_host and address is not None):
                continue
            value = address if option == "host" else lookup(option, way)
            if value is not None:
                params[option] = value

    def _run_async(self, params: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        """Hand the filled options to the module as a process of its own, on the controller, with its interpreter."""
        if self._connection.transport.rpartition(".")[2] != "local":
            raise AnsibleActionFail(
                f"{self._task.action} runs on the controller, and async would start it over the connection "
                f"'{self._connection.transport}': set 'ansible_connection: local' in the vars of the play or the task"
            )
        # Set in place, because the polls for the job's result run with the same variables.
        interpreter = {"ansible_python_interpreter": task_vars.get("ansible_playbook_python", sys.executable)}
        task_vars.update(interpreter)
        if self._task.delegate_to:
            task_vars["ansible_delegated_vars"][self._task.delegate_to].update(interpreter)
        name = getattr(self._task, "resolved_action", None) or self._task.action
        return self._execute_module(module_name=name, module_args=params, task_vars=task_vars, wrap_async=True)


def _in_worker() -> bool:
    """Tell whether this is one of the processes that ansible-core starts for its tasks."""
    return multiprocessing.parent_process() is not None


def _address(given: t.Any, name: str | None) -> str | None:
    """Return a host's address: `ansible_host`, else its name; but the controller itself is nobody's address.

    Ansible gives localhost an `ansible_host` of its own accord.
    """
    address = given or name
    if address is None or (name in _LOCAL_NAMES and address in _LOCAL_NAMES):
        return None
    return str(address)


def _fill_from_environment(spec: dict[str, t.Any], params: dict[str, t.Any], environment: dict[str, t.Any]) -> None:
    """Take fallbacks from the task's `environment:` keyword, which the controller's process does not have."""
    for option, definition in spec.items():
        if params.get(option) is None:
            for name in environment_names(definition):
                if environment.get(name) not in (None, ""):
                    params[option] = environment[name]
                    break


def _without_secrets(module: t.Any, environment: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return a task's `environment:` without the secrets that the options have been filled from.

    Ansible writes it in front of the command that starts a process, and shows that from -vvv on.
    """
    secret = set()
    for option, item in module.ARGUMENT_SPEC.items():
        if item.get("no_log"):
            secret.update(environment_names(item))
            secret.update(*(way.environment.get(option, ()) for way in module.CONNECTION.ways.values()))
    return {
        name: value for name, value in environment.items() if name not in secret and not url_passwords({name: value})
    }

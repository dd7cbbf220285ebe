# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Validation of options: every fault at once, each with its row, the same text from the action and from the module."""

from __future__ import annotations

import re
import typing as t
import urllib.parse
from dataclasses import dataclass, field

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.warnings import warn

from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan
from ansible_collections.dialtone.voice.plugins.module_utils._text import nearest, one_line

_SUB_SPEC_KEYS = ("options", "mutually_exclusive", "required_together", "required_one_of", "required_if", "required_by")
_SCHEME = r"[a-z][a-z0-9+.-]*://"
_URL_WITH_PASSWORD = re.compile(rf"(?:{_SCHEME}|(?!{_SCHEME}))[^/:@\s]*:(\S+)@[^@\s]*", re.I)
_UNKNOWN = re.compile(r"(.+?)\. Supported parameters include: ")
_MISSING = re.compile(r"(?:missing required arguments|\w+ is \w+ but all of the following are missing): (.*)")
_ROW_NAMES = ("interface", "name", "mac", "pattern", "id")


@dataclass(frozen=True)
class Way:
    """What fills the options that lead to a system, where one option (`choice`) tells which kind of system it is.

    :param variables: option -> names of host variables, first found wins
    :param environment: option -> names of environment variables, for options whose spec has no fallback
    :param foreign: host variables that tell that a host is another kind of system
    """

    variables: dict[str, tuple[str, ...]]
    environment: dict[str, tuple[str, ...]] = field(default_factory=dict)
    foreign: tuple[str, ...] = ()


@dataclass(frozen=True)
class Connection:
    """How the options that lead to one system are filled where the task leaves them out.

    :param system: ``switch``, ``dhcp`` or ``cucm``
    :param spec: argument spec of the connection options (environment fallbacks in it)
    :param variables: option -> names of host variables, first found wins
    :param credentials: options that a host's variables may fill only together with that host's address
    :param foreign: host variables that tell that a host is another kind of system, so that none of its are taken
    :param choice: option that tells the kind of system, where there are several
    :param ways: value of that option -> what fills the other options
    """

    system: str
    spec: dict[str, dict[str, t.Any]]
    variables: dict[str, tuple[str, ...]]
    credentials: frozenset[str] = frozenset({"username", "password", "enable_secret", "expected_hostname"})
    foreign: tuple[str, ...] = ()
    choice: str = ""
    ways: dict[str, Way] = field(default_factory=dict)

    def way(self, params: dict[str, t.Any]) -> Way:
        """Return what fills the options of a task; of several, the one that its option `choice` names."""
        chosen = self.ways.get(str(params.get(self.choice))) if self.choice else None
        return chosen or Way(self.variables, foreign=self.foreign)

    def fill_from_environment(self, params: dict[str, t.Any], environment: t.Mapping[str, str]) -> None:
        """Fill the options that depend on `choice`; fallbacks of the spec cannot know it."""
        for option, names in self.way(params).environment.items():
            for name in names:
                if params.get(option) is None and environment.get(name) not in (None, ""):
                    params[option] = environment[name]


@dataclass
class Validated:
    """Options after validation: complete, converted, with defaults and fallbacks."""

    params: dict[str, t.Any]
    secrets: set[str] = field(default_factory=set)


def validate(
    spec: dict[str, dict[str, t.Any]], params: dict[str, t.Any], *, secrets: set[str] | None = None, **rules: t.Any
) -> Validated:
    """Validate a task's options, lists of rows row by row.

    :param secrets: set that is filled with the values of `no_log` options, also where validation fails
    :param rules: `required_if`, `required_one_of` ... of the top level, as for AnsibleModule
    :raises InvalidPlan: with all faults of all rows
    """
    secrets = set() if secrets is None else secrets
    faults: list[str] = []
    clean = _Level(spec, rules).validate(params, "", faults, secrets)
    secrets |= url_passwords(clean) | nested_secrets(clean)
    if faults:
        raise InvalidPlan(faults)
    return Validated(clean, secrets)


def plain_types(value: t.Any) -> t.Any:
    """Return the value in Python's own types: libraries get neither tagged strings nor vault objects."""
    if isinstance(value, dict):
        return {str(name): plain_types(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_types(item) for item in value]
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    return str(value)


def url_passwords(params: dict[str, t.Any]) -> set[str]:
    """Return the passwords in options that are URLs, such as a proxy's: as they are written and as they are meant."""
    found = (_URL_WITH_PASSWORD.fullmatch(value) for value in params.values() if isinstance(value, str))
    written = {match.group(1) for match in found if match}
    return written | {urllib.parse.unquote(password) for password in written}


def nested_secrets(params: dict[str, t.Any]) -> set[str]:
    """Return the values in mappings called `secrets` inside of options without a spec, such as profiles of phones."""
    found: set[str] = set()
    for option in params.values():
        for profile in option.values() if isinstance(option, dict) else ():
            secrets = profile.get("secrets") if isinstance(profile, dict) else None
            if isinstance(secrets, dict):
                found.update(str(value) for value in secrets.values() if value)
    return found


class _Level:
    """One mapping of options: a task's own, or a row's. It is made once for all rows of a list.

    :ivar inner: option -> the level of its rows
    """

    def __init__(self, spec: dict[str, dict[str, t.Any]], rules: dict[str, t.Any]) -> None:
        self.spec = spec
        self.validator = ArgumentSpecValidator({name: _without_rows(option) for name, option in spec.items()}, **rules)
        self.inner = {
            name: _Level(option["options"], {key: option[key] for key in _SUB_SPEC_KEYS[1:] if key in option})
            for name, option in spec.items()
            if "options" in option
        }

    def validate(self, params: dict[str, t.Any], prefix: str, faults: list[str], secrets: set[str]) -> dict[str, t.Any]:
        # Rows are looked at one by one, so the validator, which copies all that it gets, gets none of them.
        rows: dict[str, t.Any] = {}
        instead: dict[str, t.Any] = {}
        for name in self.inner:
            kind = dict if self.spec[name].get("type") == "dict" else list
            if isinstance(params.get(name), kind):
                rows[name], instead[name] = params[name], kind()
        outcome = self.validator.validate({**params, **instead})
        secrets.update(outcome._no_log_values)
        faults.extend(f"{prefix}{message}{_remedy(message, self.spec)}" for message in outcome.error_messages)
        for warning in outcome._warnings:
            warn(f"{prefix}both option {warning['option']} and its alias {warning['alias']} are set")
        clean = outcome.validated_parameters
        clean.update(rows)
        for name, level in self.inner.items():
            if clean.get(name) is not None:
                clean[name] = level.validate_rows(name, clean[name], prefix, faults, secrets)
        return clean

    def validate_rows(self, name: str, value: t.Any, prefix: str, faults: list[str], secrets: set[str]) -> t.Any:
        """Validate the value of the option that holds this level's rows: a list of them, or one mapping."""
        if isinstance(value, dict):
            return self.validate(value, f"{prefix}{name}: ", faults, secrets)
        if not isinstance(value, list):
            return value
        rows = []
        for index, row in enumerate(value):
            place = f"{prefix}{name}[{index}]"
            if not isinstance(row, dict):
                shown = "this row" if _has_secret(self.spec) else repr(row)
                faults.append(f"{place}: {shown} is no mapping: write each row as 'key: value' pairs")
                continue
            label = row_label(row)
            where = f"{place} ({label}): " if label else f"{place}: "
            rows.append(self.validate(row, where, faults, secrets))
        return rows


def _remedy(message: str, spec: dict[str, dict[str, t.Any]]) -> str:
    """Say which option a misspelt one may mean, and where else missing ones are looked for.

    Only connection options have an environment variable.
    """
    unknown = _UNKNOWN.match(message)
    if unknown:
        near = [name for word in unknown[1].split(", ") for name in nearest(word, spec, 1)]
        return f" Did you mean {' and '.join(near)}?" if near else ""
    match = _MISSING.fullmatch(message)
    names = match[1].split(", ") if match else []
    variables = [variable for name in names for variable in environment_names(spec.get(name, {}))]
    if not variables:
        return ""
    return f" (give them in the task, as variables of the host, or as {', '.join(variables)} in the environment)"


def _without_rows(option: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return an option's definition without that of its rows, which are looked at one by one."""
    if "options" not in option:
        return option
    return {key: value for key, value in option.items() if key not in (*_SUB_SPEC_KEYS, "elements")}


def _has_secret(spec: dict[str, dict[str, t.Any]]) -> bool:
    return any(item.get("no_log") or _has_secret(item.get("options", {})) for item in spec.values())


def row_label(row: dict[str, t.Any]) -> str:
    """Return what a person calls a row by: its interface, name, MAC address or number; empty where it has none."""
    for name in _ROW_NAMES:
        if row.get(name) not in (None, ""):
            return one_line(str(row[name]))
    return ""


def row_fault(option: str, index: int, label: str, text: str) -> str:
    """Word a fault of a row that a module found beyond its argument spec as validation words its own."""
    label = one_line(label)
    return f"{option}[{index}] ({label}): {text}" if label else f"{option}[{index}]: {text}"


def environment_names(option: dict[str, t.Any]) -> tuple[str, ...]:
    """Return the names of the environment variables that an option falls back to."""
    fallback = option.get("fallback")
    if not fallback:
        return ()
    return tuple(name for part in fallback[1:] if isinstance(part, (list, tuple)) for name in part)

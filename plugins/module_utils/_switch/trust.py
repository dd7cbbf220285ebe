# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom we trust and why a login failed: known host keys, and errors of the way in, in the collection's words."""

from __future__ import annotations

import errno
import ipaddress
import os
import re
import socket
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._errors import (
    AuthenticationFailed,
    InvalidPlan,
    Refused,
    TimedOut,
    Unreachable,
    VoiceError,
)
from ansible_collections.dialtone.voice.plugins.module_utils._switch import hostkeys
from ansible_collections.dialtone.voice.plugins.module_utils._text import one_line

USER_FILES = ("~/.ssh/known_hosts", "~/.ssh/known_hosts2", "/etc/ssh/ssh_known_hosts")

# Prompts cut a long name to this many characters.
SHORTEST_CUT = 20

_CONSOLE = "the key that the switch's console shows ('show ip ssh', 'show crypto key mypubkey rsa')"


def known_hosts(params: dict[str, t.Any]) -> list[hostkeys.KnownHost]:
    """Return the host keys that count: those given as data and in the given file; else the user's and the system's.

    :raises InvalidPlan: a line given as data is none of known_hosts, or the given file cannot be read
    """
    lines = params["host_keys"] or []
    entries, wrong = hostkeys.parse_lines(lines)
    faults = [f"host_keys: {text}" for text in wrong]
    path = params["known_hosts_path"]
    if path:
        try:
            entries += _from_file(path)
        except OSError as error:
            faults.append(f"known_hosts_path: {path} cannot be read: {error.strerror}")
    if faults:
        raise InvalidPlan(faults)
    if lines or path:
        return entries
    for name in USER_FILES:
        try:
            entries += _from_file(os.path.expanduser(name))
        except OSError:
            continue
    return entries


def _from_file(path: str) -> list[hostkeys.KnownHost]:
    with open(path, encoding="utf-8", errors="replace") as file:
        return hostkeys.parse_lines(file)[0]


class HostKeyPolicy:
    """Decides on every host key: the SSH client is given no key of its own, so that it always asks here."""

    def __init__(self, params: dict[str, t.Any], known: list[hostkeys.KnownHost]) -> None:
        self._params = params
        self._known = known

    def missing_host_key(self, client: t.Any, hostname: str, key: t.Any) -> None:
        if not self._params["host_key_checking"]:
            return
        match = re.fullmatch(r"\[(.+)\]:(\d+)", hostname)
        host, port = (match[1], int(match[2])) if match else (hostname, 22)
        blob = key.asbytes()
        names = {(host, port), (self._params["host"], self._params["port"])}
        verdicts = {name: hostkeys.judge(self._known, *name, key.get_name(), blob) for name in names}
        if hostkeys.REVOKED not in verdicts.values() and hostkeys.MATCHES in verdicts.values():
            return
        name = next((name for name, verdict in verdicts.items() if verdict != hostkeys.UNKNOWN), (host, port))
        raise untrusted(verdicts[name], *name, key.get_name(), blob, hostkeys.entries_for(self._known, *name))


def check_name(expected: str | None, found: str, name: str) -> None:
    """Compare the name in a switch's prompt with the one that is expected.

    :param expected: a name, of which case and domain do not count; empty or an IP address for no check
    :raises Refused: it is another switch
    """
    try:
        if not expected or ipaddress.ip_address(expected):
            return
    except ValueError:
        pass
    wanted, seen = (text.partition(".")[0].casefold() for text in (t.cast("str", expected), found))
    if seen == wanted or (len(seen) >= SHORTEST_CUT and wanted.startswith(seen)):
        return
    raise Refused(
        f"{name} is called {found!r} and not {expected!r}, so nothing was sent to it",
        "Check 'host' (variable ansible_host); where the switch is the right one, give its own name as "
        "'expected_hostname' (variable voice_switch_hostname), or an empty text for no check",
        {"expected": expected, "found": found},
    )


def check_ssh_config(params: dict[str, t.Any]) -> None:
    """Make sure that the jump host is not left out without a word because its file is not there.

    :raises InvalidPlan: the file cannot be read
    """
    path = params["ssh_config_file"]
    if not path:
        return
    try:
        with open(path, encoding="utf-8"):
            return
    except OSError as error:
        raise InvalidPlan([f"ssh_config_file: {path} cannot be read: {error.strerror}"]) from error


def untrusted(
    verdict: str, host: str, port: int, key_type: str, blob: bytes, known: t.Sequence[hostkeys.KnownHost]
) -> Unreachable:
    """Word why an offered host key is not taken, and how it would be."""
    line = hostkeys.known_hosts_line(host, port, key_type, blob)
    offered = f"{key_type} {hostkeys.fingerprint(blob)}"
    details = {"offered": offered, "known": [f"{key.key_type} {hostkeys.fingerprint(key.blob)}" for key in known]}
    if verdict == hostkeys.UNKNOWN:
        return Unreachable(
            f"the host key of switch {host}:{port} is not known: it offers {offered}",
            f"Compare it with {_CONSOLE}; if it is the same, add this line to 'host_keys' (variable "
            f"voice_switch_host_keys): {line}",
            {**details, "known_hosts_line": line},
        )
    if verdict == hostkeys.REVOKED:
        return Unreachable(
            f"the host key of switch {host}:{port} is revoked: it offers {offered}",
            "Make a new key on the switch, and make its line known instead",
            details,
        )
    return Unreachable(
        f"the host key of switch {host}:{port} has changed: known is {' and '.join(details['known'])}, "
        f"and it offers {offered}",
        "The switch was replaced, or has a new key, or somebody else answers at its address. Compare it with "
        f"{_CONSOLE}; only if it is the same, replace the known line by: {line}",
        {**details, "known_hosts_line": line},
    )


def login_error(error: Exception, params: dict[str, t.Any], name: str) -> VoiceError:
    """Turn what netmiko, paramiko or the socket raised on the way in into the collection's words.

    netmiko wraps what happened into a text of its own; what happened is the wrapped exception's context.
    """
    cause = error.__context__ if isinstance(error.__context__, Exception) else error
    kinds = {kind.__name__ for kind in type(cause).__mro__}
    text = one_line(str(cause)) or type(cause).__name__
    user = params["username"]
    if "AuthenticationException" in kinds:
        return _not_authenticated(cause, text, params, name)
    if isinstance(cause, socket.gaierror):
        return Unreachable(
            f"cannot reach {name}: the name {params['host']!r} has no address ({cause.strerror})",
            "Check 'host' (variable ansible_host), and the controller's DNS",
        )
    if "IncompatiblePeer" in kinds:
        return Unreachable(
            f"cannot agree with {name} on a way to encrypt: {text}",
            "An old IOS offers SHA-1 only, which Paramiko 5 has no more. Update the switch, or allow newer algorithms "
            "('ip ssh server algorithm kex ...'), or install 'netmiko[par4]' (paramiko < 5) on the controller",
        )
    if "SSHException" not in kinds and isinstance(cause, (OSError, TimeoutError)):
        closed = isinstance(cause, (ConnectionResetError, BrokenPipeError))
        return _closed(name, text) if closed else _not_connected(cause, params, name)
    if isinstance(cause, EOFError) or "ReadException" in kinds or "banner" in text or "not active" in text:
        return _closed(name, text)
    if "No authentication methods" in text:
        return AuthenticationFailed(
            f"there is no password and no key for user {user!r} of {name}",
            "Give 'password' (variable ansible_password)",
        )
    return Unreachable(f"no SSH session with {name} came about: {text}", "Try 'ssh' from the controller to see why")


def no_prompt(params: dict[str, t.Any], name: str) -> TimedOut:
    return TimedOut(
        f"user {params['username']!r} is logged in to {name}, but no prompt came within {params['timeout']} s",
        "Look whether a login banner waits for an answer; where the AAA server is slow, raise 'timeout' (variable "
        "voice_switch_timeout)",
    )


def _not_authenticated(cause: Exception, text: str, params: dict[str, t.Any], name: str) -> VoiceError:
    user = params["username"]
    if "timeout" in text.casefold():
        return TimedOut(
            f"{name} did not answer the login of user {user!r} within {params['timeout']} s",
            "Where the AAA server is slow, raise 'timeout' (variable voice_switch_timeout)",
        )
    # Where the switch wants a keyboard-interactive login, paramiko tells a wrong password as a wrong way to log in.
    ways = getattr(cause, "allowed_types", ["password"])
    if not {"password", "keyboard-interactive"} & set(ways):
        return AuthenticationFailed(
            f"{name} takes no password from user {user!r}, but {' or '.join(ways)}",
            "Use a user that may log in with a password, or leave out 'password' to log in with a key",
        )
    given = "the password" if params["password"] is not None else "any key"
    return AuthenticationFailed(
        f"{name} did not accept {given} of user {user!r}",
        "Check 'username' and 'password' (variables ansible_user, ansible_password), and whether the user is locked",
    )


def _not_connected(cause: OSError, params: dict[str, t.Any], name: str) -> Unreachable:
    # paramiko gathers the errors of all addresses of a name in `errors`.
    each = list(getattr(cause, "errors", {}).values()) if isinstance(getattr(cause, "errors", None), dict) else []
    first = each[0] if each else cause
    number = getattr(first, "errno", None)
    if number is None and not isinstance(first, TimeoutError):
        return _closed(name, one_line(str(first)))
    if number == errno.ECONNREFUSED:
        return Unreachable(
            f"cannot reach {name}: connection refused",
            "Check 'port' (variable ansible_port), that SSH is on ('ip ssh version 2', 'transport input ssh'), and "
            "that not all VTY lines are in use ('show users')",
        )
    if isinstance(first, TimeoutError):
        return Unreachable(
            f"cannot reach {name}: no answer within {params['timeout']} s",
            "Check 'host' (variable ansible_host), that the switch is up, and firewalls and access lists on the way",
        )
    words = os.strerror(number)
    return Unreachable(
        f"cannot reach {name}: {words[:1].lower()}{words[1:]}", "Check 'host' (variable ansible_host) and the routing"
    )


def _closed(name: str, text: str) -> Unreachable:
    return Unreachable(
        f"{name} closed the connection before a prompt came: {text}",
        "Its VTY lines may all be in use (see 'show users', free one with 'clear line vty N' and try again), or an "
        "access class keeps the controller out",
    )

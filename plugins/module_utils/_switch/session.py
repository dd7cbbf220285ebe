# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One SSH session with an IOS switch: logged in, privileged, every answer looked at. Only this file knows netmiko."""

from __future__ import annotations

import logging
import re
import select
import time
import typing as t

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.dialtone.voice.plugins.module_utils._errors import (
    AuthenticationFailed,
    Refused,
    TimedOut,
    Unreachable,
    Unsupported,
    VoiceError,
)
from ansible_collections.dialtone.voice.plugins.module_utils._switch import hostkeys, wordings
from ansible_collections.dialtone.voice.plugins.module_utils._switch.trust import known_hosts, login_error, untrusted
from ansible_collections.dialtone.voice.plugins.module_utils._text import one_line

try:
    import paramiko
    from netmiko.cisco.cisco_ios import CiscoIosSSH
    from netmiko.exceptions import NetmikoBaseException, ReadException
except ImportError as missing:
    NETMIKO_MISSING: ImportError | None = missing
    CiscoIosSSH = object
else:
    NETMIKO_MISSING = None

# paramiko logs the traceback of every failed connection; without a handler Python prints it on the terminal.
logging.getLogger("paramiko").addHandler(logging.NullHandler())

SAVE_TRIES = 3
SAVE_PAUSE = 2.0
SAVE_WAIT = 120.0

_TAIL = 400


class _HostKeyPolicy:
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


class _Connection(CiscoIosSSH):
    """netmiko's connection with host keys checked by us, and a closed channel noticed at once."""

    def __init__(self, params: dict[str, t.Any], known: list[hostkeys.KnownHost]) -> None:
        self._params = params
        self._known = known
        self.prompt = ""
        seconds = params["timeout"]
        super().__init__(
            device_type="cisco_ios",
            host=params["host"],
            port=params["port"],
            username=params["username"],
            password=params["password"],
            allow_agent=params["password"] is None,
            ssh_config_file=params["ssh_config_file"],
            conn_timeout=seconds,
            banner_timeout=seconds,
            auth_timeout=seconds,
            read_timeout_override=seconds,
        )

    def _build_ssh_client(self) -> t.Any:
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(_HostKeyPolicy(self._params, self._known))
        return client

    def _connect_params_dict(self) -> dict[str, t.Any]:
        options = super()._connect_params_dict()
        known = hostkeys.entries_for(self._known, options["hostname"], options["port"])
        options["look_for_keys"] = self._params["password"] is None
        options["transport_factory"] = _transport_factory({entry.key_type for entry in known})
        return options

    def establish_connection(self, width: int = 511, height: int = 1000) -> None:
        try:
            super().establish_connection(width, height)
        except BaseException:
            self.paramiko_cleanup()
            raise

    def set_base_prompt(self, *args: t.Any, **kwargs: t.Any) -> str:
        self.prompt = self.find_prompt(pattern=r"[>#]")
        self.base_prompt = self.prompt[:-1][:16]
        return self.base_prompt

    def read_channel(self) -> str:
        data = super().read_channel()
        if not data and (self.remote_conn is None or self.remote_conn.closed or self.remote_conn.eof_received):
            raise ReadException("the switch closed the connection")
        return data

    def wait_for_data(self, seconds: float) -> None:
        poll = select.poll()
        poll.register(self.remote_conn.fileno(), select.POLLIN)
        poll.poll(max(0, int(seconds * 1000)))


def _transport_factory(known_types: set[str]) -> t.Callable[..., t.Any]:
    """Return what makes a transport that asks first for the types of host key that we can check."""
    wanted = known_types | ({"rsa-sha2-512", "rsa-sha2-256"} if "ssh-rsa" in known_types else set())

    def make(sock: t.Any, **options: t.Any) -> t.Any:
        transport = paramiko.Transport(sock, **options)
        security = transport.get_security_options()
        security.key_types = tuple(sorted(security.key_types, key=lambda kind: kind not in wanted))
        return transport

    return make


class Session:
    """A session with one switch, used as ``with Session(params) as session``.

    :param params: the options of SWITCH_SPEC
    :raises Unreachable: nobody answers, or the host key is not the known one
    :raises AuthenticationFailed: user, password or enable secret are not accepted
    :raises TimedOut: the switch is there and does not answer in time
    """

    def __init__(self, params: dict[str, t.Any]) -> None:
        self._params = params
        self._connection: t.Any = None
        self._prompt = ""
        self._ends = self._prompt_lines = re.compile("")
        self.name = f"switch {params['host']}:{params['port']}"
        self.hostname = ""
        self.commands = 0
        self._silent = False

    def __enter__(self) -> Session:
        if NETMIKO_MISSING is not None:
            raise Unsupported(missing_required_lib("netmiko"), details={"reason": str(NETMIKO_MISSING)})
        known = known_hosts(self._params) if self._params["host_key_checking"] else []
        try:
            self._connection = _Connection(self._params, known)
        except (OSError, EOFError, ValueError, paramiko.SSHException, NetmikoBaseException) as error:
            raise login_error(error, self._params, self.name) from error
        self._prompt = self._connection.prompt
        self.hostname = self._prompt.rstrip(">#")
        prompt = rf"^{re.escape(self.hostname[:16])}[^\s#>(]*(?:\([^)\n]*\))?[#>] ?"
        self._ends = re.compile(rf"{prompt}(?:\s*^\*\*\*[^\n]*)*\s*\Z", re.MULTILINE)
        self._prompt_lines = re.compile(rf"{prompt}$", re.MULTILINE)
        try:
            self._enable()
        except BaseException:
            self._connection.paramiko_cleanup()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *exc: object) -> None:
        # A switch that no longer answers is not asked to end the session.
        if self._silent:
            self._connection.paramiko_cleanup()
        self._connection.disconnect()

    def show(self, command: str) -> str:
        """Return what a show command prints.

        :raises Refused: the switch does not know it, or the user may not use it
        """
        output = self._ask(command)
        words = wordings.show_refusal(output)
        if words:
            raise Refused(f"{self.name} refused '{command}': {one_line(words)}", wordings.hint_for(words), words=words)
        return output

    def configure(self, lines: t.Sequence[str]) -> list[tuple[str, str]]:
        """Send configuration lines one by one, look at each answer, and leave configuration mode in any case.

        :return: each line and what it was answered, empty for nothing
        :raises Refused: at the first answer that is not known to be harmless. The details of this and of any other
            error say ``applied`` (lines taken), ``failed_at``, ``not_sent`` and ``answer``
        """
        lines = list(lines)
        applied: list[tuple[str, str]] = []
        if not lines:
            return applied
        self._enter_configuration()
        try:
            for line in lines:
                answer = wordings.classify(self._ask(line, configuring=True))
                if answer.kind == wordings.REFUSAL:
                    raise Refused(
                        f"{self.name} refused '{line}': {one_line(answer.text)}",
                        wordings.hint_for(answer.text),
                        {"answer": answer.text},
                        words=answer.text,
                    )
                applied.append((line, answer.text))
        except VoiceError as error:
            count = len(applied)
            error.details.update(applied=[line for line, _answer in applied], failed_at=lines[count])
            error.details.update(not_sent=lines[count + 1 :])
            if not self._silent:
                self._leave_configuration(failing=True)
            raise
        try:
            self._leave_configuration()
        except VoiceError as error:
            error.details.update(applied=lines, not_sent=[])
            raise
        return applied

    def save(self) -> None:
        """Write the running configuration to the startup configuration, and require that the switch says so.

        :raises Refused: it is not saved; the running configuration stays as it is
        """
        answer = ""
        for attempt in range(SAVE_TRIES):
            if attempt:
                time.sleep(SAVE_PAUSE)
            answer = self._ask("write memory", configuring=True, seconds=max(SAVE_WAIT, self._params["timeout"]))
            outcome = wordings.classify_save(answer)
            if outcome == wordings.SAVED:
                return
            if outcome != wordings.BUSY:
                break
        words = wordings.fold(answer) or "nothing"
        raise Refused(
            f"{self.name} did not save its configuration, so the running configuration is changed and a restart would "
            f"lose it: 'write memory' was answered {one_line(words)!r}",
            "Save it by hand ('write memory'), or run the play again: it saves what was left unsaved",
            words=words,
        )

    def _enter_configuration(self) -> None:
        answer = wordings.classify(self._ask("configure terminal", configuring=True))
        if answer.kind == wordings.REFUSAL or "(config" not in self._prompt:
            raise Refused(
                f"{self.name} did not enter configuration mode for user {self._params['username']!r}: "
                f"{one_line(answer.text) or self._prompt}",
                wordings.hint_for(answer.text),
                {"applied": [], "not_sent": [], "answer": answer.text},
                words=answer.text,
            )

    def _leave_configuration(self, *, failing: bool = False) -> None:
        try:
            answer = self._ask("end", configuring=True)
        except VoiceError:
            if failing:
                return
            raise
        if "(config" in self._prompt and not failing:
            raise Refused(f"{self.name} did not leave configuration mode: {one_line(answer)}", words=answer)

    def _enable(self) -> None:
        """Become privileged where the login did not make the user so. A wrong secret is tried once, never thrice."""
        if self._prompt.endswith("#"):
            return
        user = self._params["username"]
        secret = self._params["enable_secret"]
        if not secret:
            raise AuthenticationFailed(
                f"the login of user {user!r} on {self.name} ends in user mode ({self._prompt}), "
                "and there is no enable secret",
                "Give 'enable_secret' (variable ansible_become_password), or a user with privilege level 15",
            )
        answer = self._ask("enable", password=True)
        asked = answer.rstrip().casefold().endswith("password:")
        if asked:
            self._connection.write_channel(secret + self._connection.RETURN)
            answer = self._read("enable", None, self._params["timeout"], password=True, configuring=False)
        if self._prompt.endswith("#") and not answer.rstrip().casefold().endswith("password:"):
            return
        words = re.sub(r"(?i)password:", "", wordings.fold(answer)).strip() or "the password was asked for again"
        raise AuthenticationFailed(
            f"{self.name} did not accept the enable secret of user {user!r}: {one_line(words)}",
            "Check 'enable_secret' (variable ansible_become_password)" if asked else wordings.hint_for(words),
        )

    def _ask(
        self, line: str, *, seconds: float | None = None, configuring: bool = False, password: bool = False
    ) -> str:
        """Send a line and return what stands between its echo and the next prompt."""
        self.commands += 1
        try:
            self._connection.write_channel(line + self._connection.RETURN)
        except (OSError, EOFError, NetmikoBaseException) as error:
            raise self._lost(line, error) from error
        wait = seconds or self._params["timeout"]
        return self._read(line, line, wait, password=password, configuring=configuring)

    def _read(self, line: str, echo: str | None, seconds: float, *, password: bool, configuring: bool) -> str:
        """Read on until the prompt comes; the time runs anew with whatever comes in between."""
        text = ""
        start = -1 if echo else 0
        deadline = time.monotonic() + seconds
        while True:
            try:
                data = self._connection.read_channel()
                if not data:
                    self._connection.wait_for_data(min(1.0, deadline - time.monotonic()))
            except (OSError, EOFError, NetmikoBaseException) as error:
                raise self._lost(line, error) from error
            if data:
                text += data
                deadline = time.monotonic() + seconds
                if start < 0 and (found := text.find(echo or "")) >= 0:
                    start = found + len(echo or "")
                tail = text[max(start, len(text) - _TAIL) :] if start >= 0 else ""
                if end := self._ends.search(tail):
                    self._prompt = end.group().split("*")[0].strip()
                    answer = text[start : len(text) - len(end.group())]
                    # A banner makes the switch print its prompt anew.
                    return (self._prompt_lines.sub("", answer) if configuring else answer).strip("\n")
                if password and re.search(r"(?i)password:\s*\Z", tail):
                    return text[start:]
                if configuring and (question := wordings.QUESTION.search(tail)):
                    self._answer_question(line, question.group())
            elif time.monotonic() >= deadline:
                self._silent = True
                raise TimedOut(
                    f"{self.name} did not finish its answer to '{line}' within {seconds:g} s",
                    "Where the AAA server is slow, raise 'timeout' (variable voice_switch_timeout)",
                    seen=one_line(text[-_TAIL:]) if configuring else f"{len(text)} characters",
                )

    def _answer_question(self, line: str, question: str) -> None:
        """Go on only where saving asks to be confirmed; back out of every other question."""
        confirmed = line == "write memory" and "[confirm]" in question
        self._connection.write_channel(self._connection.RETURN if confirmed else f"n{self._connection.RETURN}")

    def _lost(self, line: str, error: Exception) -> Unreachable:
        self._silent = True
        return Unreachable(
            f"the session with {self.name} was lost at '{line}': {one_line(str(error)) or type(error).__name__}",
            "Look whether the switch restarted or its management address went away, then run the play again",
        )

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One SSH session with a switch: logged in, privileged, every answer looked at. Only this file knows netmiko."""

from __future__ import annotations

import functools
import logging
import re
import select
import socket
import time
import typing as t

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.dialtone.voice.plugins.module_utils._errors import (
    AuthenticationFailed,
    Refused,
    Unsupported,
    VoiceError,
)
from ansible_collections.dialtone.voice.plugins.module_utils._switch import hostkeys, trust, wordings
from ansible_collections.dialtone.voice.plugins.module_utils._switch.conversation import Conversation
from ansible_collections.dialtone.voice.plugins.module_utils._switch.platforms import PLATFORMS
from ansible_collections.dialtone.voice.plugins.module_utils._switch.sessionlog import SessionLog
from ansible_collections.dialtone.voice.plugins.module_utils._text import one_line

try:
    import paramiko
    from netmiko import ssh_dispatcher
    from netmiko.exceptions import NetmikoBaseException
except ImportError as missing:
    NETMIKO_MISSING: ImportError | None = missing
else:
    NETMIKO_MISSING = None

if t.TYPE_CHECKING:
    from ansible_collections.dialtone.voice.plugins.module_utils._switch.dialect import Dialect

# paramiko logs the traceback of every failed connection; without a handler Python prints it on the terminal.
logging.getLogger("paramiko").addHandler(logging.NullHandler())

SAVE_TRIES = 3
SAVE_PAUSE = 2.0
# Saving and taking back take longer than any other command.
LONG_WAIT = 120.0

# Without these, long answers stop at each page and long lines are cut.
_TERMINAL = ("terminal length 0", "terminal width 511")
_CONFIGURING = re.compile(r"\(c[^)]*\)#$")


class _Connection:
    """What we change of netmiko's connection: host keys are checked by us, and after the login we read ourselves."""

    def __init__(self, params: dict[str, t.Any], known: list[hostkeys.KnownHost], log: SessionLog, kind: str) -> None:
        self._params = params
        self._known = known
        self._log = log
        seconds = params["timeout"]
        options = {
            "device_type": kind,
            "host": params["host"],
            "port": params["port"],
            "username": params["username"],
            "password": params["password"],
            "allow_agent": params["password"] is None,
            "ssh_config_file": params["ssh_config_file"],
            "conn_timeout": seconds,
            "banner_timeout": seconds,
            "auth_timeout": seconds,
        }
        super().__init__(**options)

    def _build_ssh_client(self) -> t.Any:
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(trust.HostKeyPolicy(self._params, self._known))
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

    def _try_session_preparation(self, force_data: bool = True) -> None:
        """Do nothing: netmiko would wait for fixed times, and take any # of a banner for the prompt."""

    def cleanup(self, command: str = "exit") -> None:
        """Log out without asking for the prompt once more."""
        self.write_channel(command + self.RETURN)

    def send(self, line: str) -> None:
        try:
            self.write_channel(line + self.RETURN)
        except NetmikoBaseException as error:
            raise EOFError(str(error)) from error

    def receive(self, seconds: float) -> str:
        """Return what has come, or wait for it, but not longer than this.

        :raises EOFError: the switch closed the session
        """
        try:
            data = self.read_channel()
            if not data:
                if self.remote_conn is None or self.remote_conn.closed or self.remote_conn.eof_received:
                    raise EOFError("the switch closed the connection")
                poll = select.poll()
                poll.register(self.remote_conn.fileno(), select.POLLIN)
                poll.poll(max(0, int(seconds * 1000)))
                data = self.read_channel()
        except NetmikoBaseException as error:
            raise EOFError(str(error)) from error
        # The bell rings in front of a reload banner; NX-OS draws with escape codes.
        data = self.strip_ansi_escape_codes(data) if "\x1b" in data else data
        data = data.replace("\x07", "")
        self._log.received(data)
        return data


@functools.cache
def _connection_class(kind: str) -> type:
    """Return netmiko's class for a kind of device, with our changes."""
    return type("Connection", (_Connection, ssh_dispatcher(kind)), {})


def _transport_factory(known_types: set[str]) -> t.Callable[..., t.Any]:
    """Return what makes a transport that asks first for the types of host key that we can check."""
    wanted = known_types | ({"rsa-sha2-512", "rsa-sha2-256"} if "ssh-rsa" in known_types else set())

    def make(sock: t.Any, **options: t.Any) -> t.Any:
        if isinstance(sock, socket.socket):
            # A short line must not wait until the switch has acknowledged the one before it.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport = paramiko.Transport(sock, **options)
        security = transport.get_security_options()
        security.key_types = tuple(sorted(security.key_types, key=lambda kind: kind not in wanted))
        return transport

    return make


class Session:
    """A session with one switch, used as ``with Session(params) as session``.

    :param params: the options of SWITCH_SPEC
    :param dialect: the platform, IOS where it is not given
    :raises Unreachable: nobody answers, or the host key is not the known one
    :raises AuthenticationFailed: user, password or enable secret are not accepted
    :raises TimedOut: the switch is there and does not answer in time
    :raises Refused: it is another switch than the expected one
    """

    def __init__(self, params: dict[str, t.Any], dialect: Dialect | None = None) -> None:
        self._params = params
        self._dialect = dialect or PLATFORMS["ios"]
        self._connection: t.Any = None
        self.name = f"switch {params['host']}:{params['port']}"
        self._log = SessionLog()
        self._talk: t.Any = None

    def __enter__(self) -> Session:
        if NETMIKO_MISSING is not None:
            raise Unsupported(missing_required_lib("netmiko"), details={"reason": str(NETMIKO_MISSING)})
        params = self._params
        known = trust.known_hosts(params) if params["host_key_checking"] else []
        trust.check_ssh_config(params)
        self._log = SessionLog.of(params, self.name)
        try:
            self._log_in(known)
            trust.check_name(params.get("expected_hostname"), self.hostname, self.name)
            for line in _TERMINAL[1:]:
                self._take_terminal(line, self._talk.ask(line))
            self._enable()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *exc: object) -> None:
        # A switch that no longer answers is not asked to end the session.
        self._close(abruptly=self._talk.silent)

    def _close(self, *, abruptly: bool = True) -> None:
        if self._connection is not None:
            if abruptly:
                self._connection.paramiko_cleanup()
            self._connection.disconnect()
        self._log.close()

    def _log_in(self, known: list[hostkeys.KnownHost]) -> None:
        kind = self._dialect.device_type
        try:
            self._connection = _connection_class(kind)(self._params, known, self._log, kind)
            self._talk = Conversation(self._connection, self.name, self._params["timeout"])
            answer = self._talk.begin(_TERMINAL[0])
        except (OSError, EOFError, ValueError, paramiko.SSHException, NetmikoBaseException) as error:
            raise trust.login_error(error, self._params, self.name) from error
        if answer is None:
            raise trust.no_prompt(self._params, self.name)
        self._take_terminal(_TERMINAL[0], answer)

    @property
    def hostname(self) -> str:
        """The name in the switch's prompt."""
        return self._talk.hostname if self._talk else ""

    @property
    def commands(self) -> int:
        """How many commands were sent."""
        return self._talk.commands if self._talk else 0

    def _take_terminal(self, line: str, answer: str) -> None:
        words = wordings.show_refusal(answer)
        if words:
            raise Refused(
                f"{self.name} refused '{line}' to user {self._params['username']!r}: {one_line(words)}",
                "Have the user allowed to use 'terminal length' and 'terminal width', without which answers are cut",
                words=words,
            )

    def show(self, command: str) -> str:
        """Return what a show command prints.

        :raises Refused: the switch does not know it, or the user may not use it
        """
        for _attempt in range(SAVE_TRIES):
            output = self._talk.ask(command)
            # The banner of a planned reload may have cut a line of the answer in two.
            if not wordings.RELOAD_BANNER.search(output):
                break
        words = wordings.show_refusal(output)
        if words:
            raise Refused(f"{self.name} refused '{command}': {one_line(words)}", wordings.hint_for(words), words=words)
        return output

    def configure(self, lines: t.Sequence[str], revert_minutes: int | None = None) -> list[tuple[str, str]]:
        """Send configuration lines one by one, look at each answer, and leave configuration mode in any case.

        :param revert_minutes: the switch takes everything back after this time, unless `confirm` comes before
        :return: each line and what it was answered, empty for nothing
        :raises Refused: at the first answer that is not known to be harmless. The details of this and of any other
            error say ``applied`` (lines taken), ``failed_at``, ``not_sent`` and ``answer``
        :raises Unsupported: the switch cannot take back by itself; nothing was changed
        """
        lines = list(lines)
        applied: list[tuple[str, str]] = []
        if not lines:
            return applied
        self._enter_configuration(lines, revert_minutes)
        try:
            for line in lines:
                answer = wordings.classify(self._talk.ask(line, configuring=True))
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
            if not self._talk.silent:
                self._leave_configuration(failing=True)
            raise
        try:
            self._leave_configuration()
        except VoiceError as error:
            error.details.update(applied=lines, not_sent=[])
            raise
        return applied

    def confirm(self) -> None:
        """Keep what was configured with `revert_minutes`.

        :raises Refused: no timer runs, or it is another user's
        """
        answer = wordings.classify(self._talk.ask("configure confirm", configuring=True))
        # What is said of it differs by release; that no timer runs any more does not.
        if answer.kind == wordings.REFUSAL and ("%" in answer.text or self.pending_revert()):
            words = answer.text
            raise Refused(f"{self.name} did not confirm the change: {one_line(words)}", words=words)

    def revert(self) -> None:
        """Take back at once what was configured with `revert_minutes`.

        :raises Refused: the switch does not say that the former configuration is back
        """
        words = wordings.fold(self._talk.ask("configure revert now", configuring=True, seconds=self._long))
        if not wordings.reverted(words):
            raise Refused(
                f"{self.name} did not take the change back: {one_line(words) or 'no word of it'}",
                "Compare the configuration with the archived one ('show archive')",
                words=words,
            )

    def pending_revert(self) -> bool:
        """Whether a timer runs that will take changes back, of whichever user."""
        command = "show archive config rollback timer"
        output = self.show(command)
        found = wordings.pending_revert(output)
        if found is None:
            raise Unsupported(f"the answer of {self.name} to '{command}' is not known: {one_line(output)!r}")
        return found

    @property
    def _long(self) -> float:
        return max(LONG_WAIT, self._params["timeout"])

    def save(self) -> None:
        """Write the running configuration to the startup configuration, and require that the switch says so.

        :raises Refused: it is not saved; the running configuration stays as it is
        """
        answer, command = "", self._dialect.save_command
        for attempt in range(SAVE_TRIES):
            if attempt:
                time.sleep(SAVE_PAUSE)
            answer = self._talk.ask(command, configuring=True, confirm=True, seconds=self._long)
            outcome = wordings.classify_save(answer)
            if outcome == wordings.SAVED:
                return
            if outcome != wordings.BUSY:
                break
        words = wordings.fold(answer) or "nothing"
        raise Refused(
            f"{self.name} did not save its configuration, so the running configuration is changed and a restart would "
            f"lose it: '{command}' was answered {one_line(words)!r}",
            f"Save it by hand ('{command}'), or run the play again: it saves what was left unsaved",
            words=words,
        )

    def _enter_configuration(self, lines: list[str], revert_minutes: int | None) -> None:
        command = self._dialect.enter
        if revert_minutes:
            if not self._dialect.can_revert:
                raise Unsupported(f"{self.name}: the platform {self._dialect.platform} cannot take changes back itself")
            command += f" revert timer {revert_minutes}"
        answer = wordings.classify(self._talk.ask(command, configuring=True))
        if answer.kind != wordings.REFUSAL and _CONFIGURING.search(self._talk.prompt):
            return
        if _CONFIGURING.search(self._talk.prompt):
            self._leave_configuration(failing=True)
        words = one_line(answer.text) or self._talk.prompt
        details = {"applied": [], "not_sent": lines, "answer": answer.text}
        hint = wordings.hint_for(answer.text)
        if revert_minutes:
            raise Unsupported(f"{self.name} did not start the timer that takes changes back: {words}", hint, details)
        message = f"{self.name} did not enter configuration mode for user {self._params['username']!r}: {words}"
        raise Refused(message, hint, details, words=answer.text)

    def _leave_configuration(self, *, failing: bool = False) -> None:
        try:
            answer = self._talk.ask(self._dialect.leave, configuring=True)
        except VoiceError:
            if failing:
                return
            raise
        if _CONFIGURING.search(self._talk.prompt) and not failing:
            raise Refused(f"{self.name} did not leave configuration mode: {one_line(answer)}", words=answer)

    def _enable(self) -> None:
        """Become privileged where the login did not make the user so. A wrong secret is tried once, never thrice."""
        if self._talk.prompt.endswith("#"):
            return
        user = self._params["username"]
        secret = self._params["enable_secret"]
        if not secret:
            raise AuthenticationFailed(
                f"the login of user {user!r} on {self.name} ends in user mode ({self._talk.prompt}), "
                "and there is no enable secret",
                "Give 'enable_secret' (variable ansible_become_password), or a user with privilege level 15",
            )
        answer = self._talk.ask("enable", password=True)
        asked = answer.rstrip().casefold().endswith("password:")
        if asked:
            answer = self._talk.tell_secret("enable", secret)
        if self._talk.prompt.endswith("#") and not answer.rstrip().casefold().endswith("password:"):
            return
        words = re.sub(r"(?i)password:", "", wordings.fold(answer)).strip() or "the password was asked for again"
        raise AuthenticationFailed(
            f"{self.name} did not accept the enable secret of user {user!r}: {one_line(words)}",
            "Check 'enable_secret' (variable ansible_become_password)" if asked else wordings.hint_for(words),
        )

"""SSH to a switch: logins, terminal lines, and single commands given with the connection."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import asyncssh

from .terminal import Terminal

if TYPE_CHECKING:
    from .session import Session
    from .switch import Switch

_LOGIN_SECONDS = 120


class Listener:
    """The SSH listener of a switch and its open connections."""

    def __init__(self, switch: Switch) -> None:
        self.switch = switch
        self.lines: dict[int, asyncssh.SSHServerConnection] = {}
        self.acceptor: asyncssh.SSHAcceptor | None = None

    def take_line(self, connection: asyncssh.SSHServerConnection) -> int | None:
        """The number of a free terminal line, None if all are taken."""
        number = next((n for n in range(self.switch.max_vty) if n not in self.lines), None)
        if number is not None:
            self.lines[number] = connection
        return number

    async def stop(self) -> None:
        """Close the listener and cut the connections."""
        if self.acceptor is None:
            return
        self.acceptor.close()
        for connection in list(self.lines.values()):
            connection.abort()
        await self.acceptor.wait_closed()


class _Login(asyncssh.SSHServer):
    """One connection: who may come in, and on which line."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._line: int | None = None
        self._user = ""
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._line = self._listener.take_line(conn)
        if self._line is None:
            conn.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._line is not None:
            self._listener.lines.pop(self._line, None)

    def begin_auth(self, username: str) -> bool:
        self._user = username
        # Paramiko asks for the service again before keyboard-interactive. IOS allows it; asyncssh has no setting for it
        self._connection._next_service = b"ssh-userauth"
        return True

    def password_auth_supported(self) -> bool:
        return self._listener.switch.login == "password"

    async def validate_password(self, username: str, password: str) -> bool:
        await asyncio.sleep(self._listener.switch.latency)
        account = self._listener.switch.config.users.get(username)
        return account is not None and account[1].matches(password)

    def kbdint_auth_supported(self) -> bool:
        return self._listener.switch.login == "keyboard-interactive"

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str):
        return "", "", "", [("Password: ", False)]

    async def validate_kbdint_response(self, username: str, responses: list[str]) -> bool:
        return len(responses) == 1 and await self.validate_password(username, responses[0])

    def session_requested(self) -> _Shell:
        switch = self._listener.switch
        switch.counters["sessions"] += 1
        return _Shell(switch.open_session(self._user, line=f"vty{self._line}"))


class _Shell(asyncssh.SSHServerSession[str]):
    """One channel: a terminal, or a single command."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._channel: asyncssh.SSHServerChannel[str] | None = None
        self._terminal: Terminal | None = None
        self._command: str | None = None

    def connection_made(self, chan: asyncssh.SSHServerChannel[str]) -> None:
        self._channel = chan

    def pty_requested(self, term_type: str, term_size: tuple[int, int, int, int], term_modes: dict[int, int]) -> bool:
        return True

    def shell_requested(self) -> bool:
        return True

    def exec_requested(self, command: str) -> bool:
        self._command = command
        return True

    def session_started(self) -> None:
        channel = self._channel
        assert channel is not None
        if self._command is not None:
            answer = self._session.execute(self._command)
            channel.write(answer.replace("\n", "\r\n") + "\r\n")
            self._end()
            return
        self._terminal = Terminal(self._session, write=channel.write, close=self._end, abort=self._drop)
        self._terminal.start()

    def data_received(self, data: str, datatype: int | None) -> None:
        if self._terminal is not None:
            self._terminal.feed(data)

    def eof_received(self) -> bool:
        self._end()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        if self._terminal is not None:
            self._terminal.hang_up()
        if self._channel is not None:
            self._channel.get_connection().close()

    def _end(self) -> None:
        assert self._channel is not None
        self._channel.exit(0)

    def _drop(self) -> None:
        assert self._channel is not None
        self._channel.get_connection().abort()


async def listen(switch: Switch) -> Listener:
    """Open the switch's SSH port. Port 0 takes a free one and stores it. Raises OSError if the address is taken."""
    listener = Listener(switch)
    listener.acceptor = await asyncssh.listen(
        switch.address,
        switch.ssh_port,
        server_factory=lambda: _Login(listener),
        server_host_keys=[switch.host_key],
        server_version=switch.ssh_version,
        config=[],
        encoding="utf-8",
        errors="replace",
        line_editor=False,
        login_timeout=_LOGIN_SECONDS,
        reuse_address=True,
        agent_forwarding=False,
        x11_forwarding=False,
    )
    switch.ssh_port = listener.acceptor.get_port()
    return listener

# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A switch that answers from a script: for what a well-behaved one never does."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import asyncssh
import pytest

USER, PASSWORD, SECRET = "netadmin", "canary-password", "canary-secret"


class ScriptedSwitch(asyncssh.SSHServer):
    """Logs in, knows prompts and modes, and answers lines from a table.

    :ivar answers: line -> text, a list of texts for one time after the other, or a function of the connected process
    :ivar log: the lines that were typed, without secrets
    """

    def __init__(self, **options) -> None:
        self.options = {"user_mode": False, "enable": "good", "interactive": False, "shell": True, **options}
        self.answers: dict[str, str | list[str] | Callable] = {}
        self.log: list[str] = []
        self.hostname = "sw1"
        self.key = asyncssh.generate_private_key("ssh-ed25519")
        self.port = 0

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.connection = conn

    def begin_auth(self, username: str) -> bool:
        # Paramiko asks for the service again before keyboard-interactive; asyncssh has no setting to allow it.
        self.connection._next_service = b"ssh-userauth"
        return True

    def password_auth_supported(self) -> bool:
        return not self.options["interactive"]

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)

    def kbdint_auth_supported(self) -> bool:
        return self.options["interactive"]

    def get_kbdint_challenge(self, username, lang, submethods):
        return "", "", "", [("Password: ", False)]

    def validate_kbdint_response(self, username, responses) -> bool:
        return (username, list(responses)) == (USER, [PASSWORD])

    async def serve(self, process: asyncssh.SSHServerProcess) -> None:
        if not self.options["shell"]:
            process.exit(0)
            return
        prompt = f"{self.hostname}{'>' if self.options['user_mode'] else '#'}"
        process.stdout.write(f"\r\n{prompt}")
        async for typed in process.stdin:
            line = typed.rstrip("\r\n")
            self.log.append(line)
            process.stdout.write(f"{line}\r\n")
            if line == "exit":
                break
            if line == "enable" and prompt.endswith(">"):
                prompt = await self._enable(process, prompt)
            elif line == "configure terminal":
                prompt = f"{self.hostname}(config)#"
            elif line == "end":
                prompt = f"{self.hostname}#"
            elif not await self._answer(process, line):
                return
            process.stdout.write(prompt)
        process.exit(0)

    async def _enable(self, process, prompt: str) -> str:
        if self.options["enable"] != "good":
            process.stdout.write(f"{self.options['enable']}\r\n")
            return prompt
        for _attempt in range(3):
            process.stdout.write("Password: ")
            given = (await process.stdin.readline()).rstrip("\r\n")
            if not given:
                break
            process.stdout.write("\r\n")
            self.log.append("(secret)")
            if given == SECRET:
                return f"{self.hostname}#"
        process.stdout.write("% Bad secrets\r\n")
        return prompt

    async def _answer(self, process, line: str) -> bool:
        answer = self.answers.get(line, "")
        if isinstance(answer, list):
            answer = answer.pop(0) if answer else ""
        if callable(answer):
            return await answer(process)
        process.stdout.write(answer.replace("\n", "\r\n") + ("\r\n" if answer else ""))
        return True

    def params(self, **changes) -> dict:
        """Return the options of a connection to it."""
        public = self.key.export_public_key().decode().split()
        return {
            "host": "127.0.0.1",
            "port": self.port,
            "username": USER,
            "password": PASSWORD,
            "enable_secret": SECRET,
            "host_keys": [f"[127.0.0.1]:{self.port} {public[0]} {public[1]}"],
            "known_hosts_path": None,
            "host_key_checking": True,
            "ssh_config_file": None,
            "timeout": 10,
            "expected_hostname": None,
            "session_log_path": None,
            **changes,
        }


@pytest.fixture
def scripted():
    """Start scripted switches: `scripted(user_mode=True)`."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    servers = []

    def wait(coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(10)

    def start(**options) -> ScriptedSwitch:
        switch = ScriptedSwitch(**options)
        arguments = {"server_host_keys": [switch.key], "process_factory": switch.serve, "line_editor": False}

        async def listen():
            return await asyncssh.create_server(lambda: switch, "127.0.0.1", 0, **arguments, **options.get("ssh", {}))

        server = wait(listen())
        servers.append(server)
        switch.port = server.sockets[0].getsockname()[1]
        return switch

    async def stop():
        for server in servers:
            server.close()
            await server.wait_closed()

    yield start
    wait(stop())
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()

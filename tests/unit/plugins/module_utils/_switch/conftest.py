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

    :ivar answers: line -> text, a list of texts for one time after the other, or a function of the connected process;
        a text for a way into configuration mode that begins with a percent sign keeps it closed
    :ivar log: the lines that were typed, without secrets
    """

    def __init__(self, **options) -> None:
        self.options = {
            "user_mode": False,
            "enable": "good",
            "interactive": False,
            "shell": True,
            "banner": "",
            "motd": "",
            "blank": "",
            "latency": 0,
            **options,
        }
        self.answers: dict[str, str | list[str] | Callable] = {}
        self.log: list[str] = []
        self.forwarded: list[tuple[str, int]] = []
        self.user_key: asyncssh.SSHKey | None = None
        self.hostname = "sw1"
        self.key = asyncssh.generate_private_key("ssh-ed25519")
        self.port = 0

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.connection = conn

    def begin_auth(self, username: str) -> bool:
        if self.options["banner"]:
            self.connection.send_auth_banner(self.options["banner"].replace("\n", "\r\n"))
        # Paramiko asks for the service again before keyboard-interactive; asyncssh has no setting to allow it.
        self.connection._next_service = b"ssh-userauth"
        return True

    def password_auth_supported(self) -> bool:
        return not self.options["interactive"]

    def public_key_auth_supported(self) -> bool:
        return self.user_key is not None

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return (username, key) == (USER, self.user_key.convert_to_public())

    def connection_requested(self, dest_host: str, dest_port: int, orig_host: str, orig_port: int) -> bool:
        self.forwarded.append((dest_host, dest_port))
        return bool(self.options.get("forward"))

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
        prompt = self._prompt(">" if self.options["user_mode"] else "#")
        process.stdout.write(self.options["motd"].replace("\n", "\r\n"))
        process.stdout.write(f"\r\n{prompt}")
        async for typed in process.stdin:
            line = typed.rstrip("\r\n")
            self.log.append(line)
            process.stdout.write(f"{line}\r\n")
            if line == "exit":
                break
            await asyncio.sleep(self.options["latency"])
            if line == "enable" and prompt.rstrip().endswith(">"):
                prompt = await self._enable(process, prompt)
            elif line.startswith("configure terminal"):
                if not str(self.answers.get(line, "")).startswith("%"):
                    prompt = self._prompt("(config)#")
                await self._answer(process, line)
            elif line == "end":
                prompt = self._prompt("#")
            elif not await self._answer(process, line):
                return
            process.stdout.write(prompt)
        process.exit(0)

    def _prompt(self, end: str) -> str:
        # In configuration mode IOS shows 20 characters of the name.
        return f"{self.hostname[:20] if '(' in end else self.hostname}{end}{self.options['blank']}"

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
                return self._prompt("#")
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

        async def serve(process: asyncssh.SSHServerProcess) -> None:
            await switch.serve(process)

        async def listen():
            arguments = {"server_host_keys": [switch.key], "process_factory": serve, "line_editor": False}
            return await asyncssh.create_server(lambda: switch, "127.0.0.1", 0, **arguments, **options.get("ssh", {}))

        def restart() -> None:
            server = wait(listen())
            servers.append(server)
            switch.port = server.sockets[0].getsockname()[1]

        switch.restart = restart
        restart()
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

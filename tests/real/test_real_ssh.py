"""OpenSSH's own client logs in to the lab's switches with host key checking on."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.labs import LabCli

pytestmark = pytest.mark.once

SSH_ERROR = 255

SITE = """
switches:
  - {name: sw1}
  - {name: sw2, login: keyboard-interactive}
"""


class OpenSsh:
    """The client with the lab's known_hosts file; a helper program answers its question for the password."""

    def __init__(self, program: str, cli: LabCli, folder: Path) -> None:
        self.program, self.cli = program, cli
        self.known_hosts = cli.state / "known_hosts"
        self.askpass = folder / "askpass"
        self.askpass.write_text("#!/bin/sh\nprintf '%s\\n' \"$LAB_PASSWORD\"\n")
        self.askpass.chmod(0o700)

    def run(
        self,
        name: str,
        *command: str,
        typed: str = "",
        method: str = "password",
        password: str | None = None,
        known_hosts: Path | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command on a switch, or without one a session that `typed` goes into."""
        host = self.cli.hosts[name]
        settings = {
            "StrictHostKeyChecking": "yes",
            "UserKnownHostsFile": known_hosts or self.known_hosts,
            "GlobalKnownHostsFile": "/dev/null",
            "PreferredAuthentications": method,
            "NumberOfPasswordPrompts": "1",
            "ConnectTimeout": "10",
        }
        environment = {
            "PATH": os.environ["PATH"],
            "SSH_ASKPASS": str(self.askpass),
            "SSH_ASKPASS_REQUIRE": "force",
            # Clients older than 8.4 want a display, and no terminal, instead.
            "DISPLAY": "none",
            "LAB_PASSWORD": password or host["ansible_password"],
        }
        words = [word for key, value in settings.items() for word in ("-o", f"{key}={value}")]
        target = ["-p", str(host["ansible_port"]), f"{host['ansible_user']}@{host['ansible_host']}", *command]
        return subprocess.run(
            # `-F none`: what the user's own configuration says is not for here.
            [self.program, "-F", "none", *words, *target],
            env=environment,
            input=typed,
            capture_output=True,
            start_new_session=True,
            text=True,
            timeout=30,
            check=False,
        )


@pytest.fixture
def ssh(require: Callable[[str], str], request: pytest.FixtureRequest, tmp_path: Path) -> OpenSsh:
    """The client, and a lab of two switches that ask for the password in either way."""
    program = require("ssh")
    site = tmp_path / "site.yml"
    site.write_text(SITE)
    cli = request.getfixturevalue("cli").up("--site", str(site))
    return OpenSsh(program, cli, tmp_path)


def test_openssh_logs_in_and_runs_commands(ssh: OpenSsh) -> None:
    for name, method in (("sw1", "password"), ("sw2", "keyboard-interactive")):
        done = ssh.run(name, "show version", method=method)
        assert done.returncode == 0, done.stderr
        assert "Cisco IOS XE Software, Version" in done.stdout
        assert f"{name} uptime is" in done.stdout


def test_openssh_drives_a_session_into_privileged_mode(ssh: OpenSsh) -> None:
    secret = ssh.cli.hosts["sw1"]["ansible_become_password"]
    typed = f"enable\n{secret}\nterminal length 0\nshow running-config | include hostname\nexit\n"
    done = ssh.run("sw1", typed=typed)
    assert done.returncode == 0, done.stderr
    assert "sw1#show running-config | include hostname\nhostname sw1\n" in done.stdout.replace("\r", "")
    assert secret not in done.stdout


def test_openssh_refuses_what_it_should(ssh: OpenSsh, tmp_path: Path) -> None:
    refused = ssh.run("sw1", "show version", password="wrong")
    assert (refused.returncode, refused.stdout) == (SSH_ERROR, "")
    assert "Permission denied" in refused.stderr

    # The key of the second switch in the name of the first: a switch that isn't who it says.
    first, second = ssh.known_hosts.read_text().splitlines()
    changed = tmp_path / "changed"
    changed.write_text(f"{first.split()[0]} {' '.join(second.split()[1:])}\n")
    refused = ssh.run("sw1", "show version", known_hosts=changed)
    assert (refused.returncode, refused.stdout) == (SSH_ERROR, "")
    assert "Host key verification failed" in refused.stderr

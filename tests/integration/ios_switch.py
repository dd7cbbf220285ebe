# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: a lab switch in a thread, modules run as the door runs them, and the same by ansible-playbook."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import asyncssh
import pytest
import yaml

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import validate
from ansible_collections.dialtone.voice.plugins.module_utils._results import Guard
from lab.net import claim_block
from lab.switch import Credentials, Fabric, Switch

USER, PASSWORD, SECRET = "netadmin", "canary-password-71c4", "canary-secret-0d9e"
CANARIES = (PASSWORD, SECRET)


@dataclass
class Site:
    """One or more switches of a fabric, and the way to them.

    :ivar block: the loopback block, such as ``127.17``
    """

    folder: Path
    loop: asyncio.AbstractEventLoop
    block: str
    key: asyncssh.SSHKey
    fabric: Fabric
    switches: list[Switch] = field(default_factory=list)

    def wait(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)

    def start(self, **options: Any) -> Switch:
        number = len(self.switches) + 1
        options.setdefault("credentials", Credentials(USER, PASSWORD, SECRET))
        options.setdefault(
            "config", f"vlan 10\n name DATA\ninterface Vlan20\n ip address {self.block}.20.1 255.255.255.0\n"
        )
        address = f"{self.block}.1.{number}"
        made = Switch(
            f"access-sw{number}", address=address, ssh_port=0, host_key=self.key, fabric=self.fabric, **options
        )
        self.switches.append(made)
        self.wait(made.start())
        return made

    @property
    def switch(self) -> Switch:
        return self.switches[0]

    def execute(self, *lines: str, warned: bool = False) -> None:
        """Type configuration lines at the console; `warned` where portfast's warning is expected."""

        async def typed() -> list[str]:
            return self.switch.execute(lines)

        answers = self.wait(typed())
        assert warned or not any("%" in answer or "rejected" in answer for answer in answers), answers

    def known_host(self, switch: Switch | None = None) -> str:
        switch = switch or self.switch
        return f"[{switch.address}]:{switch.ssh_port} {self.key.export_public_key().decode().strip()}"

    def connection(self, **changes: Any) -> dict[str, Any]:
        return {
            "host": self.switch.address,
            "port": self.switch.ssh_port,
            "username": USER,
            "password": PASSWORD,
            "enable_secret": SECRET,
            "host_keys": [self.known_host()],
            "timeout": 10,
            **changes,
        }

    def task(self, module: ModuleType, *, check: bool = False, **options: Any) -> dict[str, Any]:
        """Run a module as the door does, and make sure that no secret is in what comes out of it."""
        secrets: set[str] = set()
        with Guard(secrets) as guard:
            params = {**self.connection(), **options}
            params = {name: value for name, value in params.items() if value is not ...}
            validated = validate(module.ARGUMENT_SPEC, params, secrets=secrets, **getattr(module, "RULES", {}))
            guard.result = module.run(validated.params, check_mode=check, report=lambda line: None)
        text = json.dumps(guard.result)
        assert not any(canary in text for canary in CANARIES)
        return guard.result

    def play(self, tasks: list[dict[str, Any]], *arguments: str, **variables: Any) -> subprocess.CompletedProcess[str]:
        """Run tasks with an inventory that was made for cisco.ios, and make sure that no secret is in the output."""
        playing = self.start_play(tasks, *arguments, **variables)
        output, _none = playing.communicate(timeout=120)
        assert not any(canary in output for canary in CANARIES)
        return subprocess.CompletedProcess(playing.args, playing.returncode, output, "")

    def start_play(self, tasks: list[dict[str, Any]], *arguments: str, **variables: Any) -> subprocess.Popen[str]:
        """Start ansible-playbook as the leader of a process group of its own."""
        host = {
            "ansible_host": self.switch.address,
            "ansible_port": self.switch.ssh_port,
            "ansible_user": USER,
            "ansible_password": "{{ stored_password }}",
            "ansible_become_password": SECRET,
            "ansible_network_os": "cisco.ios.ios",
            "ansible_connection": "ansible.netcommon.network_cli",
            "ansible_become": True,
            "ansible_become_method": "enable",
            "stored_password": PASSWORD,
            "voice_switch_host_keys": [self.known_host()],
            "voice_dhcp_provider": "ios",
            **variables,
        }
        play = {
            "hosts": "all",
            "gather_facts": False,
            "vars": {"ansible_connection": "local", "ansible_become": False},
            "tasks": tasks,
        }
        (self.folder / "inventory.yml").write_text(yaml.safe_dump({"all": {"hosts": {"access-sw1": host}}}))
        (self.folder / "play.yml").write_text(yaml.safe_dump([play], sort_keys=False))
        command = [
            str(Path(sys.executable).with_name("ansible-playbook")),
            "-i",
            "inventory.yml",
            "play.yml",
            *arguments,
        ]
        environment = {
            **os.environ,
            "ANSIBLE_HOME": str(self.folder / "home"),
            "ANSIBLE_LOCAL_TEMP": str(self.folder / "tmp"),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default",
            "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
        }
        return subprocess.Popen(
            command,
            env=environment,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


@pytest.fixture(scope="session")
def _switch_loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


@pytest.fixture(scope="session")
def _switch_key() -> asyncssh.SSHKey:
    return asyncssh.generate_private_key("ssh-ed25519")


SomeSite = TypeVar("SomeSite", bound=Site)


@contextmanager
def sites(
    kind: type[SomeSite], folder: Path, loop: asyncio.AbstractEventLoop, key: asyncssh.SSHKey
) -> Iterator[Callable[..., SomeSite]]:
    """Give what starts a site with one switch, and stop all switches in the end."""
    block, claim = claim_block(range(200, 251))
    made: list[SomeSite] = []

    def make(**options: Any) -> SomeSite:
        site = kind(folder, loop, block.prefix, key, Fabric(dhcp_port=6067))
        made.append(site)
        site.start(**options)
        return site

    try:
        yield make
    finally:
        for site in made:
            for switch in site.switches:
                site.wait(switch.stop())
        claim.close()


@pytest.fixture
def make_site(
    tmp_path: Path, _switch_loop: asyncio.AbstractEventLoop, _switch_key: asyncssh.SSHKey
) -> Iterator[Callable[..., Site]]:
    """Start a site with one switch: `make_site(refuse_line=4)`."""
    with sites(Site, tmp_path, _switch_loop, _switch_key) as make:
        yield make


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    return make_site()

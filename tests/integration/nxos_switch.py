# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: a lab Nexus in a thread, and modules run against it as the door runs them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from lab.nxos import Nexus
from lab.switch import Credentials
from tests.integration.ios_switch import PASSWORD, USER, Site, sites

CONFIG = """\
feature lldp
feature interface-vlan
vlan 10
  name DATA
interface Vlan10
  ip address 192.0.2.1/24
interface Vlan20
  ip address 198.51.100.1/24
"""


class NxosSite(Site):
    """A Nexus, and the way to it."""

    def start(self, **options: Any) -> Nexus:
        options.setdefault("config", CONFIG)
        made = Nexus(
            "nexus1",
            address=f"{self.block}.1.1",
            ssh_port=0,
            ports=8,
            credentials=Credentials(USER, PASSWORD),
            host_key=self.key,
            **options,
        )
        self.switches.append(made)
        self.wait(made.start())
        return made

    def execute(self, *lines: str, warned: bool = False) -> None:
        """Type configuration lines at the console; `warned` where the warning of an edge port is expected."""

        async def typed() -> list[str]:
            return self.switch.execute(lines)

        answers = self.wait(typed())
        assert warned or not any(answers), answers

    def connection(self, **changes: Any) -> dict[str, Any]:
        return super().connection(**{"platform": "nxos", "enable_secret": ..., **changes})


@pytest.fixture
def make_nexus(
    tmp_path: Path, _switch_loop: asyncio.AbstractEventLoop, _switch_key: asyncssh.SSHKey
) -> Iterator[Callable[..., NxosSite]]:
    """Start a site with one Nexus: `make_nexus(login="keyboard-interactive")`."""
    with sites(NxosSite, tmp_path, _switch_loop, _switch_key) as make:
        yield make


@pytest.fixture
def nexus(make_nexus: Callable[..., NxosSite]) -> NxosSite:
    return make_nexus()

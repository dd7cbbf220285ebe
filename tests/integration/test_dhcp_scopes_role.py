# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook for scopes at a site with a switch and a CUCM that both serve DHCP, each with its own password."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration import cucm_publisher, ios_switch

pytest_plugins = ["cucm_publisher", "tests.integration.ios_switch"]

ROOT = Path(__file__).parents[2]


@dataclass
class TwoServers:
    """A switch and a publisher in one inventory, and ansible-playbook with it."""

    folder: Path
    switch: ios_switch.Site
    cucm: cucm_publisher.Site

    def scope(self, net: int, **values: Any) -> dict[str, Any]:
        block = self.switch.block
        return {
            "name": f"VOICE{net}",
            "network": f"{block}.{net}.0/24",
            "gateway": f"{block}.{net}.1",
            "excluded": [f"{block}.{net}.1-{block}.{net}.10"],
            "tftp_servers": [f"{block}.0.10", f"{block}.0.11"],
            **values,
        }

    def hosts(self) -> dict[str, dict[str, Any]]:
        options, switch = self.cucm.options, self.switch.connection()
        return {
            "access-sw1": {
                "ansible_host": switch["host"],
                "ansible_port": switch["port"],
                "ansible_user": switch["username"],
                "ansible_password": switch["password"],
                "ansible_become_password": switch["enable_secret"],
                "ansible_network_os": "cisco.ios.ios",
                "voice_switch_host_keys": switch["host_keys"],
                "voice_dhcp_scopes": [self.scope(20)],
                "voice_dhcp_relays": [{"interface": "Vlan20", "servers": [f"{self.switch.block}.0.20"]}],
            },
            "cucm-pub": {
                "ansible_host": options["host"],
                "ansible_user": options["username"],
                "ansible_password": options["password"],
                "voice_cucm_port": options["port"],
                "voice_cucm_ca_path": options["ca_path"],
                "voice_cucm_schema_path": options["schema_path"],
                "voice_cucm_create_dhcp_server": True,
                "voice_dhcp_provider": "cucm",
                "voice_dhcp_scopes": [self.scope(30)],
            },
        }

    def run(self, playbook: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        inventory = {"all": {"children": {"dhcp_servers": {"hosts": self.hosts()}}}}
        (self.folder / "inventory.yml").write_text(yaml.safe_dump(inventory))
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
        environment = {
            **kept,
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".collections"),
            "ANSIBLE_HOME": str(self.folder / "home"),
            "ANSIBLE_LOCAL_TEMP": str(self.folder / "tmp"),
            "ANSIBLE_NOCOLOR": "1",
            "XDG_CACHE_HOME": str(self.folder / "cache"),
        }
        command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", "inventory.yml", playbook, *arguments]
        done = subprocess.run(
            command, env=environment, cwd=self.folder, capture_output=True, text=True, timeout=180, check=False
        )
        switch = self.switch.connection()
        canaries = (switch["password"], switch["enable_secret"], self.cucm.options["password"])
        assert not any(canary in done.stdout + done.stderr for canary in canaries)
        return done

    def task(self, on: str, **options: Any) -> str:
        """Run one task with dhcp_scopes on a host, and return what it says."""
        play = {
            "hosts": on,
            "gather_facts": False,
            "vars": {"ansible_connection": "local", "ansible_become": False},
            "tasks": [{"dialtone.voice.dhcp_scopes": {"scopes": [self.scope(40)], **options}}],
        }
        (self.folder / "play.yml").write_text(yaml.safe_dump([play]))
        return self.run("play.yml").stdout


@pytest.fixture
def servers(tmp_path: Path, site: ios_switch.Site, cucm: cucm_publisher.Site) -> TwoServers:
    return TwoServers(tmp_path, site, cucm)


@pytest.fixture
def listener() -> Iterator[tuple[int, list[str | None]]]:
    """A web server in Kea's place: its port, and the credentials that each request came with."""
    logins: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            logins.append(self.headers.get("Authorization"))
            self.send_error(404)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port, logins
    server.shutdown()
    thread.join(10)
    server.server_close()


def test_each_host_has_its_own_kind_of_server(servers: TwoServers) -> None:
    playbook = str(ROOT / "playbooks" / "configure_dhcp_scopes.yml")
    first = servers.run(playbook)
    assert first.returncode == 0, first.stdout
    assert first.stdout.count("changed=1") == 2
    block = servers.switch.block
    assert f"network {block}.20.0" in servers.switch.switch.running_config()
    assert f" ip helper-address {block}.0.20\n" in servers.switch.switch.running_config()
    assert f"{block}.30.0" not in servers.switch.switch.running_config()
    (found,) = servers.cucm.store.all("DhcpSubnet")
    assert (found.document["subnetIpAddress"], found.document["primaryTftpServerIpAddress"]) == (
        f"{block}.30.0",
        f"{block}.0.10",
    )
    second = servers.run(playbook)
    assert second.stdout.count("changed=0") == 2, second.stdout


def test_no_password_goes_to_the_other_kind_of_server(servers: TwoServers) -> None:
    options, switch = servers.cucm.options, servers.switch.switch
    to_cucm = {name: options[name] for name in ("host", "port", "ca_path", "schema_path")}
    said = servers.task("access-sw1", provider="cucm", **to_cucm)
    assert "username" in said.partition("fatal: ")[2], said
    assert "password" in said.partition("fatal: ")[2], said
    assert servers.cucm.publisher.requests == {}

    there = {"host": switch.address, "port": switch.ssh_port, "host_keys": [servers.switch.known_host()]}
    said = servers.task("cucm-pub", provider="ios", **there)
    assert "username" in said.partition("fatal: ")[2], said
    assert switch.counters["config_lines"] == 0


def test_cucm_s_password_does_not_go_to_kea(servers: TwoServers, listener: tuple[int, list[str | None]]) -> None:
    port, logins = listener
    said = servers.task("cucm-pub", provider="kea", host="127.0.0.1", port=port, use_tls=False)
    assert "fatal: " in said, said
    assert set(logins) == {None}

"""Fixtures: a real lab, started by its command line, and the clients that strangers to this project wrote.

The conftest of each folder of tests that needs a lab imports them.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ciscoaxl
import pytest
import requests
import yaml
import zeep
from netmiko import ConnectHandler
from netmiko.base_connection import BaseConnection

ROOT = Path(__file__).parents[1]
RIS_WSDL = ROOT.parent / "shared" / "wsdl" / "RISService70.wsdl"
PORT_LINES = [
    "switchport mode access",
    "switchport access vlan 10",
    "switchport voice vlan 20",
    "power inline auto",
    "spanning-tree portfast",
]


class LabCli:
    """`python -m lab` with one state folder."""

    def __init__(self, state: Path) -> None:
        self.state = state

    def run(self, *arguments: str, code: int | None = 0, timeout: float = 90) -> subprocess.CompletedProcess[str]:
        """Run a command; `code` is the exit code that it must have (None: any)."""
        command = [sys.executable, "-m", "lab", *arguments]
        if arguments[0] != "faults":
            command += ["--state", str(self.state)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False)
        if code is not None:
            assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    def up(self, *arguments: str) -> LabCli:
        self.run("up", "--background", *arguments)
        return self

    def status(self) -> dict[str, dict[str, Any]]:
        """The phones by name."""
        return {phone["name"]: phone for phone in json.loads(self.run("status", "--json").stdout)}

    def snapshot(self) -> dict[str, Any]:
        return json.loads(self.run("snapshot", "--json").stdout)

    def wait(
        self, condition: Callable[[dict[str, dict[str, Any]]], bool], tries: int = 60
    ) -> dict[str, dict[str, Any]]:
        """The status once the condition holds. The lab itself paces it: each look waits up to half a second for all."""
        for _ in range(tries):
            status = self.status()
            if condition(status):
                return status
            self.run("status", "--wait", "0.5", code=None)
        raise AssertionError(f"not reached: {json.dumps(status, indent=1)}")

    @property
    def record(self) -> dict[str, Any]:
        return json.loads((self.state / "lab.json").read_text())

    @property
    def credentials(self) -> dict[str, Any]:
        return json.loads((self.state / "credentials.json").read_text())

    @property
    def hosts(self) -> dict[str, dict[str, Any]]:
        """The hosts of the inventory overlay."""
        return yaml.safe_load((self.state / "inventory.yml").read_text())["all"]["hosts"]

    def kill(self) -> int:
        """SIGKILL; returns the pid."""
        pid = self.record["pid"]
        os.kill(pid, signal.SIGKILL)
        return pid

    # -- strangers' clients ------------------------------------------------------------------------------------------

    def netmiko(self, name: str, **options: Any) -> BaseConnection:
        """Plain Netmiko with the host key checked, in privileged mode."""
        host = self.hosts[name]
        connection = ConnectHandler(
            **{
                "device_type": "cisco_ios",
                "host": host["ansible_host"],
                "port": host["ansible_port"],
                "username": host["ansible_user"],
                "password": host["ansible_password"],
                "secret": host["ansible_become_password"],
                "ssh_strict": True,
                "alt_host_keys": True,
                "alt_key_file": str(self.state / "known_hosts"),
                **options,
            }
        )
        connection.enable()
        return connection

    def axl(self, account: str = "voiceadmin") -> Any:
        """The zeep service of ciscoaxl's client, over verified TLS."""
        client = ciscoaxl.axl(
            username=account,
            password=self.credentials["cucm"][account],
            cucm=self.hosts["cucm-pub"]["ansible_host"],
            cucm_version="12.5",
            strict_ssl=True,
        )
        return client.client

    def ris(self) -> Any:
        """The zeep service of Cisco's own WSDL for RISPort70; skips where the WSDL isn't there."""
        if not RIS_WSDL.exists():
            pytest.skip(f"{RIS_WSDL} is not there")
        session = requests.Session()
        session.verify = str(self.state / "ca.pem")
        session.auth = ("voiceadmin", self.credentials["cucm"]["voiceadmin"])
        client = zeep.Client(str(RIS_WSDL), transport=zeep.Transport(session=session))
        address = self.hosts["cucm-pub"]["ansible_host"]
        binding = next(iter(client.wsdl.bindings))
        return client.create_service(binding, f"https://{address}:8443/realtimeservice2/services/RISService70")

    # -- by hand -----------------------------------------------------------------------------------------------------

    def configure_switches(self) -> None:
        """Voice VLAN, access ports and the DHCP scope, as an administrator would type them."""
        block = self.record["address"].removesuffix(".0.1")
        for name in ("access-sw1", "access-sw2"):
            lines = ["vlan 20", "name VOICE", "exit", "interface range GigabitEthernet1/0/1 - 6", *PORT_LINES]
            if name == "access-sw1":
                lines += ["exit", "ip dhcp excluded-address 127.{}.20.1 127.{}.20.9".replace("127.{}", block)]
                lines += ["ip dhcp pool VOICE", f"network {block}.20.0 255.255.255.0"]
                lines += [f"default-router {block}.20.1", f"option 150 ip {block}.0.10"]
            with self.netmiko(name) as connection:
                # IOS's own note about a VLAN that it makes is no error, so only these two patterns are.
                connection.send_config_set(lines, error_pattern=r"% Invalid|% Incomplete")
                assert "[OK]" in connection.save_config()

    def add_phones(self) -> None:
        """Twelve lines and phones in CUCM."""
        axl = self.axl()
        for number, (name, phone) in enumerate(sorted(self.status().items()), start=1):
            add_phone(axl, name, phone["model"].removesuffix("G"), f"{1000 + number}")


def add_phone(axl: Any, name: str, model: str, pattern: str) -> None:
    """A line and a phone with it, by the service of `LabCli.axl`."""
    axl.addLine({"pattern": pattern, "routePartitionName": "PT-Internal", "usage": "Device"})
    axl.addPhone(phone_document(name, model, pattern))


def phone_document(name: str, model: str, pattern: str) -> dict[str, Any]:
    """A phone as addPhone wants it."""
    product = f"Cisco {model}"
    return {
        "name": name,
        "product": product,
        "class": "Phone",
        "protocol": "SIP",
        "protocolSide": "User",
        "devicePoolName": "Default",
        "commonPhoneConfigName": "Standard Common Phone Profile",
        "locationName": "Hub_None",
        "useTrustedRelayPoint": "Default",
        "phoneTemplateName": f"Standard {model} SIP",
        "primaryPhoneName": None,
        "builtInBridgeStatus": "Default",
        "packetCaptureMode": "None",
        "certificateOperation": "No Pending Operation",
        "deviceMobilityMode": "Default",
        "securityProfileName": f"{product} - Standard SIP Non-Secure Profile",
        "sipProfileName": "Standard SIP Profile",
        "lines": {
            "line": [
                {"index": "1", "dirn": {"pattern": pattern, "routePartitionName": "PT-Internal"}, "label": pattern}
            ]
        },
    }


def all_registered(status: dict[str, dict[str, Any]]) -> bool:
    return all(phone["state"] == "registered" for phone in status.values())


@pytest.fixture(scope="module", autouse=True)
def _outside_caches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """ciscoaxl's client keeps a cache in the home folder unless told otherwise."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[LabCli]:
    """A command line with a state folder of its own; what runs there in the end is ended."""
    tool = LabCli(tmp_path / "state")
    yield tool
    tool.run("down")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabCli]:
    """The default site, running, for the tests of one file."""
    tool = LabCli(tmp_path_factory.mktemp("lab") / "state").up()
    with pytest.MonkeyPatch.context() as patch:
        # What requests takes as its CA: ciscoaxl's client has no option for one.
        patch.setenv("REQUESTS_CA_BUNDLE", str(tool.state / "ca.pem"))
        try:
            yield tool
        finally:
            tool.run("down")


@pytest.fixture(scope="module")
def rolled_out(lab: LabCli) -> LabCli:
    """The default site with all twelve phones registered."""
    lab.configure_switches()
    lab.add_phones()
    lab.wait(all_registered)
    return lab

"""sipp registers at the lab's CUCM as a phone would."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import zeep.helpers

from tests.labs import LabCli, add_phone

pytestmark = pytest.mark.once

SCENARIOS = Path(__file__).parent
NAME, LINE = "SEP00005E0053F0", "1999"
STRANGER = "SEP00005E0053FF"
MODEL_8841 = "683"
STOPPED_BY_SCENARIO = 97
CALL_MANAGER_RESET = 9
"""RIS's StatusReason of a device that the CallManager told to reset."""


class Sipp:
    """Runs of sipp from an address of the lab's voice subnet, where no phone of the site gets one."""

    def __init__(self, program: str, lab: LabCli, axl: Any, folder: Path) -> None:
        self.program, self.lab, self.axl, self.folder = program, lab, axl, folder
        self.address = f"{lab.record['address'].removesuffix('.0.1')}.20.200"
        self.errors = folder / "errors.log"

    def command(self, scenario: str, device: str, *options: str) -> list[str]:
        server = f"{self.lab.hosts['cucm-pub']['ansible_host']}:5060"
        keys = {"device": device, "model": MODEL_8841, "line": LINE}
        given = [word for key, value in keys.items() for word in ("-key", key, value)]
        return [
            *(self.program, server, "-sf", str(SCENARIOS / scenario), "-t", "t1", "-i", self.address, "-m", "1"),
            *("-nostdin", "-timeout", "30s", "-timeout_error", "-trace_err", "-error_file", str(self.errors)),
            *(*given, *options),
        ]

    def run(self, scenario: str, device: str) -> None:
        """Play a scenario to its end; sipp itself judges the answers."""
        command = self.command(scenario, device)
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=40, check=False)
        assert done.returncode == 0, f"{self.said()}{done.stdout}{done.stderr}"

    @contextmanager
    def registered(self) -> Iterator[subprocess.Popen[bytes]]:
        """A phone that stays registered until CUCM resets it, or until the end of the block."""
        stay = ("-d", "30000", "-oocsf", str(SCENARIOS / "reset.xml"))
        process = subprocess.Popen(
            self.command("register.xml", NAME, *stay),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self.reach("Registered", process)
            yield process
        finally:
            process.kill()
            process.wait()

    def reach(self, status: str, process: subprocess.Popen[bytes] | None = None, tries: int = 60) -> None:
        """Look until CUCM has the phone in that state. Each look is a process, which paces it."""
        for _ in range(tries):
            if self.state(NAME) == status:
                return
            assert process is None or process.poll() is None, self.said()
        raise AssertionError(f"{NAME} is {self.state(NAME)}, not {status}: {self.said()}")

    def state(self, name: str) -> str | None:
        """The registration as the lab's snapshot has it."""
        return self.lab.snapshot()["cucm"]["registrations"].get(name)

    def said(self) -> str:
        return self.errors.read_text() if self.errors.exists() else "sipp logged no error\n"


@pytest.fixture(scope="module")
def axl(lab: LabCli) -> Any:
    """AXL's service, with the phone of these tests added. Loading its schema takes a second: once for all tests."""
    service = lab.axl()
    add_phone(service, NAME, "8841", LINE)
    return service


@pytest.fixture
def sipp(require: Callable[[str], str], request: pytest.FixtureRequest, tmp_path: Path) -> Sipp:
    # The program first: without it no lab has to be started.
    program = require("sipp")
    return Sipp(program, request.getfixturevalue("lab"), request.getfixturevalue("axl"), tmp_path)


def test_a_phone_registers_refreshes_and_unregisters(sipp: Sipp) -> None:
    sipp.run("register.xml", NAME)
    assert sipp.state(NAME) == "UnRegistered"


def test_a_phone_that_loses_power_is_unregistered(sipp: Sipp) -> None:
    with sipp.registered():
        pass
    sipp.reach("UnRegistered")


def test_a_device_that_is_not_in_cucm_is_refused(sipp: Sipp) -> None:
    sipp.run("refused.xml", STRANGER)
    assert sipp.state(STRANGER) == "Rejected"


def test_ris_tells_of_the_phone_and_a_reset_reaches_it(sipp: Sipp) -> None:
    ris = sipp.lab.ris()
    with sipp.registered() as process:
        device = device_in(ris)
        assert (device["Status"], device["StatusReason"]) == ("Registered", 0)
        assert device["DirNumber"] == f"{LINE}-Registered"
        assert device["IPAddress"]["item"][0]["IP"] == sipp.address
        assert device["ActiveLoadID"] == "sip88xx.12-8-1-0001-455"
        sipp.axl.doDeviceReset(deviceName=NAME, isHardReset="true")
        assert process.wait(timeout=10) == STOPPED_BY_SCENARIO, sipp.said()
    sipp.reach("UnRegistered")
    device = device_in(ris)
    assert (device["Status"], device["StatusReason"]) == ("UnRegistered", CALL_MANAGER_RESET)


@pytest.mark.parametrize("port", [5061, 2443, 6971])
def test_openssl_verifies_every_tls_port_by_the_labs_ca(require: Callable[[str], str], lab: LabCli, port: int) -> None:
    """sipp as Debian builds it has no TLS, so the handshake is openssl's."""
    server = lab.hosts["cucm-pub"]["ansible_host"]
    command = [require("openssl"), "s_client", "-connect", f"{server}:{port}", "-CAfile", str(lab.state / "ca.pem")]
    checks = ["-verify_return_error", "-verify_ip", server, "-brief"]
    done = subprocess.run([*command, *checks], input="", capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 0, done.stderr
    assert "Verification: OK" in done.stderr
    assert "CN = cucm-pub, OU = CallManager" in done.stderr.replace("CN=", "CN = ").replace("OU=", "OU = ")


def device_in(ris: Any) -> dict[str, Any]:
    """The phone as RISPort70 tells it."""
    criteria = {
        "MaxReturnedDevices": 10,
        "DeviceClass": "Phone",
        "Model": 255,
        "Status": "Any",
        "NodeName": "",
        "SelectBy": "Name",
        "SelectItems": {"item": [{"Item": NAME}]},
        "Protocol": "Any",
        "DownloadStatus": "Any",
    }
    result = zeep.helpers.serialize_object(ris.selectCmDevice("", criteria)["SelectCmDeviceResult"], dict)
    (node,) = result["CmNodes"]["item"]
    (device,) = node["CmDevices"]["item"]
    return device

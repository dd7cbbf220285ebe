"""dhcp_leases_info against a real Kea."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import validate
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.kea_control import Kea
from ansible_collections.dialtone.voice.plugins.module_utils._results import Guard
from ansible_collections.dialtone.voice.plugins.modules import dhcp_leases_info as module
from tests.real.kea_server import PASSWORD, RealKea, kea_programs

__all__ = ["kea_programs"]

MAC, OTHER = "00:11:22:33:44:55", "00:11:22:33:44:66"
BLOCK = "127.71.20"


@pytest.fixture(scope="module")
def kea(kea_programs: tuple[str, str]) -> Iterator[RealKea]:
    folder = Path(tempfile.mkdtemp(prefix="kea-", dir="/tmp"))
    kea = RealKea(folder, *kea_programs)
    try:
        kea.start(**{"user-context": {"for": "leases"}})
        row = {
            "name": "VOICE",
            "network": f"{BLOCK}.0/24",
            "gateway": f"{BLOCK}.1",
            "ranges": [f"{BLOCK}.50-{BLOCK}.59"],
        }
        result = kea.task({**row, "reservations": [{"mac": OTHER, "address": f"{BLOCK}.59"}]})
        assert "failed" not in result, result["msg"]
        for number, mac, state in ((50, MAC, 0), (51, "00:11:22:33:44:77", 1), (52, "00:11:22:33:44:88", 2)):
            lease = {"ip-address": f"{BLOCK}.{number}", "hw-address": mac, "subnet-id": kea.subnet("VOICE")["id"]}
            assert kea.command("lease4-add", {**lease, "state": state, "hostname": "seen"})["result"] == 0
        yield kea
    finally:
        kea.end()
        shutil.rmtree(folder)


def run(kea: RealKea, **options: Any) -> dict[str, Any]:
    secrets: set[str] = set()
    with Guard(secrets) as guard:
        params = {"provider": "kea", "timeout": 10, **kea.way(), **options}
        validated = validate(module.ARGUMENT_SPEC, params, secrets=secrets, **module.RULES)
        guard.result = module.run(validated.params, check_mode=False, report=lambda line: None)
    assert PASSWORD not in json.dumps(guard.result)
    return guard.result


def test_by_mac_address_and_scope(kea: RealKea) -> None:
    result = run(kea, macs=["SEP001122334455", OTHER], addresses=[f"{BLOCK}.51", f"{BLOCK}.53"], scopes=["VOICE"])
    by_mac, unknown, by_address, nobody, by_scope = result["results"]
    found = by_mac["leases"][0]
    assert (found["address"], found["mac"], found["scope"], found["state"]) == (f"{BLOCK}.50", MAC, "VOICE", "active")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found["expires"])
    assert (unknown["leases"], unknown["scope"], by_mac["log"]) == ([], None, None)
    assert by_address["leases"][0]["state"] == "declined"
    assert (nobody["leases"], nobody["scope"]["name"]) == ([], "VOICE")
    assert [each["state"] for each in by_scope["leases"]] == ["active", "declined", "expired"]
    quote = json.loads(by_scope["scope"].pop("quote"))
    assert (quote["subnet"], quote["option-data"][0]["data"]) == (f"{BLOCK}.0/24", f"{BLOCK}.1")
    assert by_scope["scope"] == {
        "name": "VOICE",
        "network": f"{BLOCK}.0/24",
        "size": 10,
        "used": 1,
        "reserved": 1,
        "conflicts": [f"{BLOCK}.51"],
        "left": 7,
        "gateways": [f"{BLOCK}.1"],
        "option_150": [],
        "option_150_text": "",
        "option_66": "",
    }


def test_many_mac_addresses_at_once(kea: RealKea, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    command = Kea.command

    def recording(self: Kea, name: str, *arguments: Any) -> Any:
        sent.append(name)
        return command(self, name, *arguments)

    monkeypatch.setattr(Kea, "command", recording)
    many = [f"02:00:00:00:{number >> 8:02x}:{number & 255:02x}" for number in range(500)]
    result = run(kea, macs=[*many, MAC])
    assert [lease["address"] for lease in result["results"][-1]["leases"]] == [f"{BLOCK}.50"]
    assert not any(row["leases"] for row in result["results"][:-1])
    assert sent == ["config-get", "lease4-get-all", "lease4-get-all"]


def test_scopes_without_the_hook(kea: RealKea) -> None:
    hooks = kea.config()["hooks-libraries"]
    kea.edit(**{"hooks-libraries": []})
    try:
        rows = run(kea)["results"]
    finally:
        kea.edit(**{"hooks-libraries": hooks})
    (voice,) = (row for row in rows if row["key"] == "VOICE")
    scope = voice["scope"]
    assert (voice["leases"], scope["size"], scope["used"], scope["left"]) == (None, 10, None, None)
    assert scope["gateways"] == [f"{BLOCK}.1"]


def test_all_scopes(kea: RealKea) -> None:
    # Subnets without a name go by their network.
    assert {row["key"] for row in run(kea)["results"]} == {"VOICE", "10.99.0.0/24", "10.98.0.0/24"}


def test_a_scope_that_is_not_there(kea: RealKea) -> None:
    result = run(kea, scopes=["VOICES"])
    assert "scopes[0] (VOICES): Kea at " in result["msg"]
    assert "has no scope of this name; did you mean VOICE?" in result["msg"]


def test_without_the_hook(kea: RealKea) -> None:
    hooks = kea.config()["hooks-libraries"]
    kea.edit(**{"hooks-libraries": []})
    try:
        result = run(kea, macs=[MAC])
    finally:
        kea.edit(**{"hooks-libraries": hooks})
    assert "does not tell its leases" in result["msg"]
    assert "libdhcp_lease_cmds.so" in json.dumps(result)
    assert [row["status"] for row in result["results"]] == ["not_attempted"]


def test_kea_is_down(kea: RealKea) -> None:
    kea.stop()
    try:
        result = run(kea, macs=[MAC])
    finally:
        kea.start()
    assert result["failed"]
    assert str(kea.socket) in result["msg"]

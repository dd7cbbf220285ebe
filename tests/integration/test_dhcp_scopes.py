# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""dhcp_scopes against the DHCP server of the lab's switch: the stair, bad input, and what is read back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.dialtone.voice.plugins.modules import dhcp_scopes as module
from tests.scope_table import COMMON

if TYPE_CHECKING:
    from tests.integration.ios_switch import Site

pytest_plugins = ["tests.integration.ios_switch"]


def scope(site: Site, **values: Any) -> dict[str, Any]:
    row = {
        "name": "VOICE",
        "network": f"{site.block}.20.0/24",
        "gateway": f"{site.block}.20.1",
        "lease_time": 28800,
        "tftp_servers": [f"{site.block}.0.10", f"{site.block}.0.11"],
        "excluded": [f"{site.block}.20.1-{site.block}.20.9"],
        **values,
    }
    return {name: value for name, value in row.items() if value is not ...}


def run(site: Site, *scopes: dict[str, Any], **options: Any) -> dict[str, Any]:
    return site.task(module, **{"provider": "ios", "scopes": list(scopes), **options})


def test_stair(site: Site) -> None:
    result = run(site, {"network": "10.0.0.0/8"}, {"name": "A", "lease": 1}, provider=...)
    assert result["failed"]
    assert "missing required arguments: provider" in result["msg"]
    assert "scopes[0]: missing required arguments: name" in result["msg"]
    assert "scopes[1] (A): " in result["msg"]

    before = site.switch.running_config()
    planned = run(site, scope(site), check=True)
    assert site.switch.running_config() == before
    first = run(site, scope(site))
    assert (first["changed"], first["saved"], first["results"][0]["status"]) == (True, True, "changed")
    assert first["commands"] == planned["commands"]
    assert first["diff"] == planned["diff"]
    running = site.switch.running_config()
    assert f" option 150 ip {site.block}.0.10 {site.block}.0.11\n" in running
    assert f"ip dhcp excluded-address {site.block}.20.1 {site.block}.20.9\n" in running
    assert "ip dhcp pool VOICE" in site.switch.startup_config()
    again = run(site, scope(site))
    assert (again["changed"], again["saved"], again["commands"]) == (False, False, [])

    update = scope(site, tftp_servers=[f"{site.block}.0.11", f"{site.block}.0.10"], lease_time="infinite")
    changed = run(site, update)
    assert changed["commands"] == [
        "ip dhcp pool VOICE",
        "lease infinite",
        f"option 150 ip {site.block}.0.11 {site.block}.0.10",
        "exit",
    ]
    assert not run(site, update)["changed"]

    assert run(site, {"name": "VOICE", "state": "absent"})["changed"]
    assert "ip dhcp pool" not in site.switch.running_config()
    assert not run(site, {"name": "VOICE", "state": "absent"})["changed"]


@pytest.mark.parametrize("wrong", ["ascii 10.1.1.1", "hex 0a01.0101"])
def test_option_150_of_the_wrong_type_is_mended(site: Site, wrong: str) -> None:
    run(site, scope(site))
    site.execute("ip dhcp pool VOICE", f"option 150 {wrong}")
    result = run(site, scope(site))
    assert result["results"][0]["before"]["tftp_servers"].startswith(wrong.split()[0])
    assert result["results"][0]["after"]["tftp_servers"] == [f"{site.block}.0.10", f"{site.block}.0.11"]
    assert not run(site, scope(site))["changed"]


@pytest.mark.parametrize(
    ("values", "part"),
    [
        ({"gateway": "10.9.9.9"}, "scopes[0] (VOICE): gateway: 10.9.9.9 is outside of"),
        ({"tftp_servers": ["cucm.example.com"]}, "give the address that the name has"),
        ({"network": "10.1.1.1/24"}, "host bits set: 10.1.1.0/24 is the network"),
        ({"lease_time": 90}, "90 is no multiple of 60 s"),
        ({"name": "a\nb"}, "control character \\x0a"),
    ],
)
def test_bad_input_touches_nothing(site: Site, values: dict[str, Any], part: str) -> None:
    result = run(site, scope(site, **values))
    assert result["failed"]
    assert part in result["msg"]
    assert "nothing was touched" in result["msg"]
    assert site.switch.counters["config_lines"] == 0


def test_addresses_of_another_pool(site: Site) -> None:
    site.execute("ip dhcp pool OLD", f"network {site.block}.20.0 255.255.255.128")
    result = run(site, scope(site))
    assert f"overlaps {site.block}.20.0/25 of the pool OLD of access-sw1" in result["msg"]
    assert run(site, scope(site), {"name": "OLD", "state": "absent"})["changed"]
    assert "pool OLD" not in site.switch.running_config()


def test_a_line_refused_half_way_and_the_next_run_mends_it(site: Site) -> None:
    site.switch.refuse_line = 5
    result = run(site, scope(site))
    assert (result["failed"], result["changed"], result["saved"]) == (True, True, False)
    assert "Taken before it: " in result["results"][0]["error"]
    site.switch.refuse_line = None
    assert run(site, scope(site))["saved"]
    assert not run(site, scope(site))["changed"]


def test_check_mode_says_what_is_read_afterwards(site: Site) -> None:
    block = site.block
    second = {"name": "LAB", "network": f"{block}.30.0/24", "gateway": f"{block}.30.1", "excluded": [f"{block}.30.1"]}
    steps: list[list[dict[str, Any]]] = [
        [scope(site), second],
        [scope(site, excluded=[f"{block}.20.1-{block}.20.20"])],
        [scope(site, excluded=[f"{block}.20.1-{block}.20.5"])],
        [scope(site, gateway=f"{block}.20.2", lease_time=86400, tftp_servers=[f"{block}.0.11", f"{block}.0.10"])],
        [scope(site, lease_time="infinite"), {"name": "LAB", "state": "absent"}],
        [second],
    ]
    for rows in steps:
        planned, done = run(site, *rows, check=True), run(site, *rows)
        assert "failed" not in done, done["msg"]
        same = ("changed", "commands", "saved", "diff")
        assert [done[key] for key in same] == [planned[key] for key in same]
        afters = [row["after"] for row in planned["results"]]
        assert [row["after"] for row in done["results"]] == afters
        again = run(site, *rows, check=True)
        assert ([row["before"] for row in again["results"]], again["changed"]) == (afters, False)


@pytest.mark.parametrize("name", COMMON)
def test_what_every_kind_of_server_has(site: Site, name: str) -> None:
    rows = COMMON[name](site.block)
    done = run(site, *rows)
    assert "failed" not in done, done["msg"]
    for row, result in zip(rows, done["results"], strict=True):
        given = {key: value for key, value in row.items() if key != "name"}
        assert {key: result["after"][key] for key in given} == given
    assert not run(site, *rows)["changed"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"ranges": ["{block}.20.50-{block}.20.60"]}, "ranges"),
        ({"tftp_server_name": "cucm1"}, "tftp_server_name"),
        ({"options": [{"code": 42, "type": "ip", "value": "10.1.1.1"}]}, "options"),
        ({"reservations": [{"mac": "00:11:22:33:44:55", "address": "{block}.20.50"}]}, "reservations"),
    ],
)
def test_what_this_kind_of_server_does_not_have(site: Site, values: dict[str, Any], field: str) -> None:
    filled = json.loads(json.dumps(values).replace("{block}", site.block))
    result = run(site, {"name": "A", "network": f"{site.block}.30.0/24"}, scope(site, **filled))
    assert f"scopes[1] (VOICE): {field}: not supported by provider ios" in result["msg"]
    assert site.switch.counters["config_lines"] == 0


def test_findings_are_in_the_result(site: Site) -> None:
    result = run(site, scope(site, tftp_servers=...))
    assert any("VOICE: there is no option 150" in warning for warning in result["warnings"])
    site.execute("ip dhcp pool VOICE", "option 150 ascii 10.1.1.1")
    result = run(site, scope(site))
    assert [(each["name"], each["mended"]) for each in result["results"][0]["findings"]] == [
        ("option_150_as_text", True)
    ]


@pytest.mark.parametrize("line", [1, 3, 6])
def test_a_session_that_drops_half_way(site: Site, line: int) -> None:
    site.switch.drop_at = line
    result = run(site, scope(site))
    assert (result["failed"], result["changed"], result["saved"]) == (True, line > 1, False)
    assert "was lost at" in result["msg"]
    assert result["results"][0]["status"] == "failed"
    site.switch.drop_at = None
    assert run(site, scope(site))["saved"]
    assert not run(site, scope(site))["changed"]


def test_by_playbook(site: Site) -> None:
    task = {"name": "Serve phones", "dialtone.voice.dhcp_scopes": {"scopes": [scope(site)]}}
    checked = site.play([task], "--check", "--diff")
    assert checked.returncode == 0, checked.stdout
    assert f"+gateway: {site.block}.20.1" in checked.stdout
    assert "ip dhcp pool" not in site.switch.running_config()
    assert "changed=1" in site.play([task]).stdout
    second = site.play([task], "-vvvv")
    assert "changed=0" in second.stdout, second.stdout
